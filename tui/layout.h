/* Text into lines, areas into panes. Pure: no screen, no store, no globals. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "base/text.h"

struct layout_line {
	size_t from, to;   /* bytes of the text, on grapheme borders */
	int cols;
	gboolean continues; /* soft-wrapped from the line above */
};

/* Wraps at spaces and between wide characters; a word longer than the width is
 * cut at graphemes. width < 1 counts as 1. Appends struct layout_line to `lines`
 * (GArray). An empty text has one empty line. */
void layout_wrap(const char *utf8, size_t len, int width, GArray *lines);

/* Rows or columns for panes: each gets its minimum, the rest is shared by weight;
 * panes that do not fit get 0, the last ones first. `gap` cells between panes.
 * Returns how many fit. */
struct pane_want { int min, weight, max; /* max 0 = none */ };
size_t layout_split(int total, int gap, const struct pane_want *want, size_t n, int *out);

#endif
