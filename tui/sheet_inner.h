/* What the files of the form share; nobody else includes it. */
#ifndef TUI_SHEET_INNER_H
#define TUI_SHEET_INNER_H

#include "tui/composer_layout.h"
#include "tui/lineedit.h"
#include "tui/sheet.h"

struct part {
	const struct sheet_field *def;
	GPtrArray *options;          /* struct sheet_option; NULL none came yet */
	int chosen;                  /* place in options; -1 none */
	gboolean own;                /* the words of the line are the choice */
	int digit;                   /* typed before the options were here; 0 none */
	char *wanted;                /* word of an option, put back before they were here; NULL none */
	struct lineedit *line;       /* LINE, TEXT, own words; NULL else */
	struct composer_layout layout;
	gboolean on, touched, hidden;
	int top;                     /* first row shown of a text, or option of a list */
	int y, h;                    /* rows given in the last paint */
};

struct sheet {
	gboolean open;
	struct sheet_ask ask;
	struct part part[SHEET_FIELDS];
	guint focus;
	gboolean other_key;          /* another than the one that opened it was typed */
	gboolean awaits, accepts;    /* options are to come; Enter was typed meanwhile */
	char *said;
	gboolean bad;
	guint first;                 /* field shown first, where not all fit */
};

static inline struct sheet *sheet_of(const struct view *v)
{
	return v->state;
}

#define SHEET_LEFT (SHEET_LABEL + 4) /* column where values begin */
#define SHEET_RESTS 3                /* rows of a text that hasn't the keys, at most */
#define SHEET_GROWS 10               /* of one that has, */
#define SHEET_LEAST 3                /* and at least, so that it looks like more than a line */

/* Rows of all there is in the field, at that width of the pane. */
int part_rows(struct part *p, int width, gboolean focused);
/* Gives each field its rows (part.y, part.h) of a pane of that size. */
void sheet_lay_out(struct sheet *s, int height, int width);
/* The text's rows at that width; NULL: it has none. */
const struct composer_layout *part_laid_out(struct part *p, int width);

/* The option of that word; what is none is words of one's own, or waits for the options. */
void part_choose(struct part *p, const char *word);

/* ---- sheet_paint.c */
void sheet_paint(struct view *v, const struct canvas *c);
gboolean sheet_cursor(const struct view *v, int *y, int *x);

#endif
