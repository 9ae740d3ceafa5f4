/* What the files of the composer share; nobody else includes it. */
#ifndef TUI_COMPOSER_INNER_H
#define TUI_COMPOSER_INNER_H

#include "tui/composer.h"
#include "tui/composer_layout.h"
#include "tui/spell.h"

struct edit {
	desk_id ticket_id;
	enum message_kind kind;
	struct lineedit *line;
	desk_id answers;
	GArray *templates; /* desk_id */
	guint used;
	struct composer_layout layout; /* of the text as it was at the last key or paint */
};

struct inline_list;
struct composer {
	const struct keymap *keymap;
	GPtrArray *edits;
	struct edit *now;  /* NULL: no ticket */
	guint clock;       /* which editing state was used last */
	gboolean says_saved; /* "draft saved" is what the frame says */
	int64_t typed_ms;  /* when the text changed last, monotonic */
	int top;           /* first text row shown */
	char *history;     /* file: single lines that were sent, for Ctrl-R */
	struct inline_list *list; /* composer_inline.c; NULL none yet */
	struct view *list_view;   /* the pane it is painted in */
	struct spell *spell;
	desk_id told_names; /* of this ticket the names are known to be right */
	struct limits limits; /* of the desk's channels */
	char *limits_text; /* what they were read from; NULL: the default */
	gboolean limits_known;
};

static inline struct composer *composer_of(const struct view *v)
{
	return v->state;
}

#define COMPOSER_MARGIN 4 /* columns of the pane that are not text */
/* "draft saved" is said once the draft is on disk and the typing pauses: said at every key it would
 * cost the terminal more than the key. */
#define COMPOSER_PAUSE_MS 700

/* The rows of what is written now, for a pane of that width; NULL: no ticket. TRUE in *changed
 * (may be NULL): the text is another than last time. */
const struct composer_layout *composer_laid_out(const struct view *v, int width, gboolean *changed);

void composer_keep(struct view *v); /* the text of now became another: to the drafts */

/* ---- composer_paint.c */
void composer_paint(struct view *v, const struct canvas *c);
gboolean composer_cursor(const struct view *v, int *y, int *x);

#endif
