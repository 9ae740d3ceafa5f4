/* The text of a composer as rows. Kept from key to key: what a key leaves alone is neither
 * cleaned nor wrapped again, so a key costs the line it is typed into, not the text. */
#ifndef TUI_COMPOSER_LAYOUT_H
#define TUI_COMPOSER_LAYOUT_H

#include "tui/layout.h"

struct composer_line {     /* up to a newline */
	size_t len;            /* raw bytes, without it */
	struct text *text;     /* as it may be drawn */
	GArray *rows;          /* struct layout_line of text */
	unsigned parts;        /* for who keeps something of each line; UINT_MAX unknown */
};

struct composer_layout {
	GString *raw;          /* what the lines were made of */
	GArray *lines;         /* struct composer_line, at least one once updated */
	int width, rows;
	guint64 changes;       /* grows with every change of the text */
};

void composer_layout_init(struct composer_layout *l);
void composer_layout_clear(struct composer_layout *l);
/* Drops the lines; the next update makes all of them. */
void composer_layout_forget(struct composer_layout *l);
/* Makes it fit the text and width. TRUE: the text is another. */
gboolean composer_layout_update(struct composer_layout *l, const char *raw, size_t len, int width);

/* Row `row` (0 .. rows - 1): its line, its layout_line there, and where the line begins in the raw text. */
const struct composer_line *composer_layout_row(const struct composer_layout *l, int row,
                                                const struct layout_line **at, size_t *line_from);
/* Where byte `cursor` of the raw text is. */
void composer_layout_find(const struct composer_layout *l, size_t cursor, int *row, int *col);

#endif
