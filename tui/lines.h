/* Rows of a pane that shows running text: each row is a few spans in roles. The
 * builder wraps; the painter draws any window of the rows. */
#ifndef TUI_LINES_H
#define TUI_LINES_H

#include "tui/layout.h"
#include "tui/screen.h"

struct line_span {
	enum theme_role role;
	struct text *text;     /* NULL: a glyph */
	size_t from, to;
	enum glyph glyph;
	int cols;              /* advance at least this much */
	int col;               /* a cell: begins here, or where the last one ended; 0 no cell */
	int room;              /* a cell: this wide at most, 0 to the edge */
};

struct line {
	guint first, spans;
	int indent;
	enum glyph lead;       /* drawn at column lead_col; GLYPH_COUNT none */
	int lead_col;
	enum theme_role lead_role;
	gint64 ref;            /* the caller's: which message, which hit */
};

struct lines {
	GArray *line;          /* struct line */
	GArray *span;          /* struct line_span */
	GPtrArray *text;       /* owns the texts */
	int width;
	/* given to every new row */
	enum glyph lead;
	int lead_col;
	enum theme_role lead_role;
	gint64 ref;
};

void lines_init(struct lines *l);
void lines_clear(struct lines *l, int width); /* empty, for this width */
void lines_free(struct lines *l);
guint lines_count(const struct lines *l);
const struct line *lines_at(const struct lines *l, guint i);

/* A row that spans are added to. */
void lines_begin(struct lines *l, int indent);
void lines_span(struct lines *l, enum theme_role role, const char *raw);
void lines_spanf(struct lines *l, enum theme_role role, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* A span, and the next one starts at least this many columns after its start. */
void lines_column(struct lines *l, enum theme_role role, const char *raw, int cols);
/* A cell of a table: begins at column `col` (> 0), at most `cols` wide (0: to the edge), cut with an ellipsis. */
void lines_cell(struct lines *l, int col, int cols, enum theme_role role, const char *raw);
/* The same, ending at `col` + `cols`. */
void lines_cell_right(struct lines *l, int col, int cols, enum theme_role role, const char *raw);
void lines_glyph(struct lines *l, enum theme_role role, enum glyph g);
/* Running text in as many rows as it needs. */
void lines_wrap(struct lines *l, int indent, enum theme_role role, const char *raw);
void lines_wrapf(struct lines *l, int indent, enum theme_role role, const char *format, ...) G_GNUC_PRINTF(4, 5);
void lines_blank(struct lines *l);

/* Rows [top, top+h) at canvas rows [y, y+h), blanks below the last. */
void lines_paint(const struct lines *l, const struct canvas *c, int y, int h, guint top);

#endif
