/* What the files of the composer share; nobody else includes it. */
#ifndef TUI_COMPOSER_INNER_H
#define TUI_COMPOSER_INNER_H

#include "tui/composer.h"

struct edit {
	desk_id ticket_id;
	enum message_kind kind;
	struct lineedit *line;
	desk_id answers;
	GArray *templates; /* desk_id */
	unsigned parts;    /* of the templates inserted */
	guint used;
};

struct composer {
	const struct keymap *keymap;
	GPtrArray *edits;
	struct edit *now;  /* NULL: no ticket */
	guint clock;       /* which editing state was used last */
	gboolean was_saved;
	int top;           /* first text row shown */
};

static inline struct composer *composer_of(const struct view *v)
{
	return v->state;
}

/* ---- composer_paint.c */
void composer_paint(struct view *v, const struct canvas *c);
gboolean composer_cursor(const struct view *v, int *y, int *x);

#endif
