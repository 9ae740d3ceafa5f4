/* Rows of a pane that shows running text. */
#include "tui/lines.h"

#include "tui/draw.h"

#define LINES_CAP (256u << 10) /* bytes of one text that are laid out */

static void text_drop(gpointer t)
{
	text_unref(t);
}

void lines_init(struct lines *l)
{
	l->line = g_array_new(FALSE, TRUE, sizeof(struct line));
	l->span = g_array_new(FALSE, TRUE, sizeof(struct line_span));
	l->text = g_ptr_array_new_with_free_func(text_drop);
	lines_clear(l, 80);
}

void lines_clear(struct lines *l, int width)
{
	g_array_set_size(l->line, 0);
	g_array_set_size(l->span, 0);
	g_ptr_array_set_size(l->text, 0);
	l->width = MAX(width, 1);
	l->lead = GLYPH_COUNT;
	l->lead_col = 1;
	l->lead_role = LOOK_DIM;
	l->ref = 0;
}

void lines_free(struct lines *l)
{
	g_array_unref(l->line);
	g_array_unref(l->span);
	g_ptr_array_unref(l->text);
}

guint lines_count(const struct lines *l)
{
	return l->line->len;
}

const struct line *lines_at(const struct lines *l, guint i)
{
	return i < l->line->len ? &g_array_index(l->line, struct line, i) : NULL;
}

void lines_begin(struct lines *l, int indent)
{
	struct line row = {.first = l->span->len, .indent = indent, .lead = l->lead,
	                   .lead_col = l->lead_col, .lead_role = l->lead_role, .ref = l->ref};

	g_array_append_val(l->line, row);
}

static void add_span(struct lines *l, struct line_span span)
{
	g_array_append_val(l->span, span);
	g_array_index(l->line, struct line, l->line->len - 1).spans++;
}

void lines_span(struct lines *l, enum theme_role role, const char *raw)
{
	struct text *t;

	if (!raw || !*raw)
		return;
	t = text_clean(raw, -1, 0, 4096);
	g_ptr_array_add(l->text, t);
	add_span(l, (struct line_span){.role = role, .text = t, .to = text_len(t)});
}

void lines_spanf(struct lines *l, enum theme_role role, const char *format, ...)
{
	g_autofree char *raw = NULL;
	va_list ap;

	va_start(ap, format);
	raw = g_strdup_vprintf(say(format), ap);
	va_end(ap);
	lines_span(l, role, raw);
}

void lines_column(struct lines *l, enum theme_role role, const char *raw, int cols)
{
	guint before = l->span->len;

	lines_span(l, role, raw);
	if (l->span->len > before)
		g_array_index(l->span, struct line_span, before).cols = cols;
}

void lines_cell(struct lines *l, int col, int cols, enum theme_role role, const char *raw)
{
	guint before = l->span->len;

	lines_span(l, role, raw);
	if (l->span->len > before) {
		g_array_index(l->span, struct line_span, before).col = col;
		g_array_index(l->span, struct line_span, before).room = cols;
	}
}

void lines_cell_right(struct lines *l, int col, int cols, enum theme_role role, const char *raw)
{
	lines_cell(l, col + MAX(cols - draw_cols(raw), 0), cols, role, raw);
}

void lines_glyph(struct lines *l, enum theme_role role, enum glyph g)
{
	add_span(l, (struct line_span){.role = role, .glyph = g});
}

void lines_wrap(struct lines *l, int indent, enum theme_role role, const char *raw)
{
	g_autoptr(GArray) cut = NULL;
	struct text *t;

	if (!raw)
		return;
	cut = g_array_new(FALSE, FALSE, sizeof(struct layout_line));
	t = text_clean(raw, -1, TEXT_MULTILINE, LINES_CAP);
	g_ptr_array_add(l->text, t);
	layout_wrap(text_bytes(t), text_len(t), l->width - indent, cut);
	for (guint i = 0; i < cut->len; i++) {
		const struct layout_line *part = &g_array_index(cut, struct layout_line, i);

		lines_begin(l, indent);
		if (part->to > part->from)
			add_span(l, (struct line_span){.role = role, .text = t, .from = part->from, .to = part->to});
	}
}

void lines_wrapf(struct lines *l, int indent, enum theme_role role, const char *format, ...)
{
	g_autofree char *raw = NULL;
	va_list ap;

	va_start(ap, format);
	raw = g_strdup_vprintf(say(format), ap);
	va_end(ap);
	lines_wrap(l, indent, role, raw);
}

void lines_blank(struct lines *l)
{
	lines_begin(l, 0);
}

static void paint_line(const struct lines *l, const struct canvas *c, int y, const struct line *row)
{
	int x = row->indent;

	if (row->lead != GLYPH_COUNT)
		canvas_mark(c, y, row->lead_col, row->lead_role, row->lead);
	for (guint i = 0; i < row->spans; i++) {
		const struct line_span *s = &g_array_index(l->span, struct line_span, row->first + i);
		int start = MAX(x, s->col), left = c->area.w - start;

		x = start;
		if (s->room)
			left = MIN(left, s->room);
		if (left <= 0)
			return;
		if (!s->text)
			x += canvas_mark(c, y, x, s->role, s->glyph);
		else if (s->col || (s->from == 0 && s->to == text_len(s->text) && i + 1 == row->spans))
			x += canvas_text(c, y, x, left, s->role, s->text);
		else
			x += canvas_span(c, y, x, left, s->role, s->text, s->from, s->to);
		x = MAX(x, start + s->cols);
	}
}

void lines_paint(const struct lines *l, const struct canvas *c, int y, int h, guint top)
{
	canvas_fill(c, (struct rect){.y = y, .h = h, .w = c->area.w}, LOOK_TEXT);
	for (int i = 0; i < h && top + (guint)i < l->line->len; i++)
		paint_line(l, c, y + i, &g_array_index(l->line, struct line, top + (guint)i));
}
