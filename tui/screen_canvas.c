/* Drawing: text and literals into the cells of the screen. Writes nothing. */
#include "tui/screen_cells.h"

#include <string.h>

static const cell blank = CELL_MAKE(' ', LOOK_TEXT, 1);

void cells_dirty(struct screen *s, int y, int from, int to)
{
	struct row_dirt *d = &s->dirt[y];

	if (d->from >= d->to) {
		d->from = from;
		d->to = to;
	} else {
		d->from = MIN(d->from, from);
		d->to = MAX(d->to, to);
	}
}

void cells_resize(struct screen *s, int rows, int cols)
{
	size_t n = (size_t)rows * (size_t)cols;

	g_free(s->want);
	g_free(s->shown);
	g_free(s->dirt);
	s->rows = rows;
	s->cols = cols;
	s->want = g_new(cell, n);
	s->shown = g_new(cell, n);
	s->dirt = g_new0(struct row_dirt, rows);
	s->scroll.n = 0;
	g_hash_table_remove_all(s->grapheme_ids);
	g_ptr_array_set_size(s->graphemes, 0);
	for (size_t i = 0; i < n; i++) {
		s->want[i] = blank;
		s->shown[i] = CELL_NEVER;
	}
	for (int y = 0; y < rows; y++)
		cells_dirty(s, y, 0, cols);
}

static guint32 intern(struct screen *s, const char *bytes, size_t len)
{
	char *key;
	gpointer id;

	if (s->graphemes->len >= GRAPHEMES_MAX)
		return '?';
	key = g_strndup(bytes, len);
	if (g_hash_table_lookup_extended(s->grapheme_ids, key, NULL, &id)) {
		g_free(key);
		return GPOINTER_TO_UINT(id) | CELL_LONG;
	}
	id = GUINT_TO_POINTER(s->graphemes->len);
	g_ptr_array_add(s->graphemes, key);
	g_hash_table_insert(s->grapheme_ids, key, id);
	return GPOINTER_TO_UINT(id) | CELL_LONG;
}

void cells_forget(struct screen *s)
{
	g_autoptr(GPtrArray) old = s->graphemes;
	size_t n = (size_t)s->rows * (size_t)s->cols;

	g_hash_table_remove_all(s->grapheme_ids);
	s->graphemes = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < n; i++) {
		s->shown[i] = CELL_NEVER;
		if (CELL_CHAR(s->want[i]) & CELL_LONG) {
			const char *g = g_ptr_array_index(old, CELL_CHAR(s->want[i]) & ~CELL_LONG);
			s->want[i] = CELL_MAKE(intern(s, g, strlen(g)), CELL_LOOK(s->want[i]),
			                       CELL_WIDTH(s->want[i]));
		}
	}
	for (int y = 0; y < s->rows; y++)
		cells_dirty(s, y, 0, s->cols);
}

/* One or two cells. A wide character of which one half is overwritten leaves a blank. */
static void put(struct screen *s, int y, int x, cell c)
{
	cell *row = s->want + (size_t)y * (size_t)s->cols;
	int width = CELL_WIDTH(c), from = x, to = x + width;

	if (row[x] == c) /* then its right half is there as well */
		return;
	if (CELL_WIDTH(row[x]) == 0 && x > 0) {
		row[x - 1] = CELL_MAKE(' ', CELL_LOOK(row[x - 1]), 1);
		from--;
	}
	if (to < s->cols && CELL_WIDTH(row[to]) == 0) {
		row[to] = CELL_MAKE(' ', CELL_LOOK(row[to]), 1);
		to++;
	}
	row[x] = c;
	if (width == 2)
		row[x + 1] = CELL_MAKE(0, CELL_LOOK(c), 0);
	cells_dirty(s, y, from, to);
}

static guint32 grapheme_char(struct screen *s, const char *bytes, size_t len)
{
	gunichar ch = g_utf8_get_char(bytes);

	return g_utf8_next_char(bytes) == bytes + len ? ch : intern(s, bytes, len);
}

/* Cells of one column over cells of one column, by far the most there are: nothing
 * around them changes. Draws up to n (of `ascii`,
 * else blanks as `c`) and returns how many were so. */
static int put_plain(struct screen *s, int y, int x, int n, const char *ascii, cell c)
{
	cell *row = s->want + (size_t)y * (size_t)s->cols + x;
	int i, first = n, last = -1;

	for (i = 0; i < n; i++) {
		cell now = ascii ? c | (guint8)ascii[i] : c;

		if (row[i] == now)
			continue;
		if (CELL_WIDTH(row[i]) != 1)
			break;
		row[i] = now;
		if (last < 0)
			first = i;
		last = i;
	}
	if (last >= 0)
		cells_dirty(s, y, x + first, x + last + 1);
	return i;
}

/* How many of the bytes are printable ASCII with nothing combining after them. */
static int plain_run(const char *p, size_t len, int cols)
{
	int n = 0, max = (int)MIN(len, (size_t)cols);

	while (n < max && p[n] >= ' ' && p[n] < 0x7f)
		n++;
	return n > 0 && (size_t)n < len && (guint8)p[n] >= 0x80 ? n - 1 : n;
}

/* The part of a row of the canvas that can be drawn on; FALSE when nothing. */
static gboolean clip(const struct canvas *c, int y, int x, int *cols)
{
	int room = c->area.w - x;

	if (!c->screen || y < 0 || y >= c->area.h || x < 0 || room <= 0)
		return FALSE;
	if (*cols < 0 || *cols > room)
		*cols = room;
	return *cols > 0;
}

/* "?" a column, or the stand-in spelled out. */
static void draw_stand_in(struct screen *s, int y, int x, int cols, enum theme_role role, const char *ascii)
{
	size_t len = strlen(ascii);

	for (int i = 0; i < cols; i++) {
		guint8 ch = (size_t)i < len ? (guint8)ascii[i] : *ascii == '?' ? '?' : ' ';
		put(s, y, x + i, CELL_MAKE(ch, role, 1));
	}
}

/* Draws bytes at screen position (y, x) into at most `cols`; returns columns used. */
static int draw(struct screen *s, int y, int x, int cols, enum theme_role role, const char *p, size_t len)
{
	int used = 0;

	while (len > 0 && used < cols) {
		guint8 b = (guint8)p[0];
		const char *stand_in;
		size_t n;
		int w = plain_run(p, len, cols - used);

		if (w > 0 && (w = put_plain(s, y, x + used, w, p, CELL_MAKE(0, role, 1))) > 0) {
			p += w;
			len -= (size_t)w;
			used += w;
			continue;
		}
		if (b < 0x80 && (len == 1 || (guint8)p[1] < 0x80)) {
			put(s, y, x + used++, CELL_MAKE(b >= ' ' && b < 0x7f ? b : ' ', role, 1));
			p++;
			len--;
			continue;
		}
		n = text_grapheme(p, len, &w);
		if (n == 0 || used + w > cols)
			break;
		stand_in = w > 0 ? text_degraded(p, n, s->utf8) : NULL;
		if (stand_in)
			draw_stand_in(s, y, x + used, w, role, stand_in);
		else if (w > 0)
			put(s, y, x + used, CELL_MAKE(grapheme_char(s, p, n), role, w));
		used += w;
		p += n;
		len -= n;
	}
	return used;
}

struct canvas canvas_of(struct screen *s, struct rect area)
{
	struct canvas whole = {.screen = s, .area = {0, 0, s->rows, s->cols}};

	return canvas_sub(&whole, area);
}

struct canvas canvas_sub(const struct canvas *c, struct rect r)
{
	int y0 = CLAMP(r.y, 0, c->area.h), x0 = CLAMP(r.x, 0, c->area.w);
	int y1 = CLAMP(r.y + MAX(r.h, 0), y0, c->area.h), x1 = CLAMP(r.x + MAX(r.w, 0), x0, c->area.w);

	return (struct canvas){.screen = c->screen,
	                       .area = {c->area.y + y0, c->area.x + x0, y1 - y0, x1 - x0}};
}

void canvas_fill(const struct canvas *c, struct rect r, enum theme_role role)
{
	struct canvas sub = canvas_sub(c, r);

	for (int y = 0; y < sub.area.h; y++)
		for (int x = 0; x < sub.area.w; x++) {
			x += put_plain(sub.screen, sub.area.y + y, sub.area.x + x, sub.area.w - x, NULL,
			               CELL_MAKE(' ', role, 1));
			if (x < sub.area.w)
				put(sub.screen, sub.area.y + y, sub.area.x + x, CELL_MAKE(' ', role, 1));
		}
}

int canvas_span(const struct canvas *c, int y, int x, int cols, enum theme_role role,
                const struct text *t, size_t from, size_t to)
{
	to = MIN(to, text_len(t));
	if (from >= to || !clip(c, y, x, &cols))
		return 0;
	return draw(c->screen, c->area.y + y, c->area.x + x, cols, role, text_bytes(t) + from, to - from);
}

int canvas_text(const struct canvas *c, int y, int x, int cols, enum theme_role role, const struct text *t)
{
	const char *bytes = text_bytes(t);
	size_t len = text_len(t), fits = len;
	int used;

	if (len == 0 || !clip(c, y, x, &cols))
		return 0;
	/* No character has more columns than bytes. */
	if (len > (size_t)cols && (fits = text_fit(bytes, len, cols, &used)) < len)
		fits = text_fit(bytes, len, cols - 1, &used);
	used = draw(c->screen, c->area.y + y, c->area.x + x, cols, role, bytes, fits);
	if (fits < len)
		used += canvas_glyph(c, y, x + used, role, GLYPH_ELLIPSIS);
	return used;
}

int canvas_literal(const struct canvas *c, int y, int x, enum theme_role role, const char *ascii)
{
	int cols = -1;

	if (!clip(c, y, x, &cols))
		return 0;
	for (const char *p = ascii; *p; p++)
		g_assert(*p >= ' ' && *p < 0x7f); /* anything else needs the gate */
	return draw(c->screen, c->area.y + y, c->area.x + x, cols, role, ascii, strlen(ascii));
}

int canvas_glyph(const struct canvas *c, int y, int x, enum theme_role role, enum glyph g)
{
	const char *s;
	int cols = 1;

	if (!clip(c, y, x, &cols))
		return 0;
	s = glyph_string(c->screen, g);
	put(c->screen, c->area.y + y, c->area.x + x, CELL_MAKE(g_utf8_get_char(s), role, 1));
	return 1;
}

int canvas_mark(const struct canvas *c, int y, int x, enum theme_role role, enum glyph g)
{
	const char *mark = c->screen ? screen_mark(c->screen, role) : "";
	char one[2] = {*mark ? *mark : ' ', 0};

	if (g == GLYPH_COUNT || (*mark && strcmp(one, glyph_ascii(g)) != 0))
		return canvas_literal(c, y, x, role, one);
	return canvas_glyph(c, y, x, role, g);
}

void canvas_hline(const struct canvas *c, int y, int x, int cols, enum theme_role role)
{
	cell line;

	if (!clip(c, y, x, &cols))
		return;
	line = CELL_MAKE(g_utf8_get_char(glyph_string(c->screen, GLYPH_HLINE)), role, 1);
	for (int i = 0; i < cols; i++)
		put(c->screen, c->area.y + y, c->area.x + x + i, line);
}

void canvas_vline(const struct canvas *c, int y, int x, int rows, enum theme_role role)
{
	for (int i = 0; i < rows; i++)
		canvas_glyph(c, y + i, x, role, GLYPH_VLINE);
}

static void move_rows(struct screen *s, int to, int from, int n)
{
	size_t w = (size_t)s->cols;

	memmove(s->want + (size_t)to * w, s->want + (size_t)from * w, (size_t)n * w * sizeof(cell));
	memmove(s->dirt + to, s->dirt + from, (size_t)n * sizeof(*s->dirt));
}

gboolean canvas_scrolled(const struct canvas *c, int top, int h, int n)
{
	struct screen *s = c->screen;
	struct screen_scroll *scroll = &s->scroll;
	int first = c->area.y + top;

	/* Rows that scroll in are blank in the terminal's own colours, not in a theme's. */
	if (s->attr[LOOK_TEXT] || s->pair[LOOK_TEXT])
		return FALSE;
	if (!s->can_scroll || s->redraw || c->area.x != 0 || c->area.w != s->cols || top < 0 ||
	    top + h > c->area.h || n == 0 || ABS(n) >= h)
		return FALSE;
	/* One region a frame; several moves of it are one scroll. */
	if (scroll->n != 0 && (scroll->top != first || scroll->h != h))
		return FALSE;
	if (ABS(scroll->n + n) >= h)
		return FALSE;
	*scroll = (struct screen_scroll){.top = first, .h = h, .n = scroll->n + n};
	if (n > 0)
		move_rows(s, first, first + n, h - n);
	else
		move_rows(s, first - n, first, h + n);
	for (int i = 0; i < ABS(n); i++) {
		int y = n > 0 ? first + h - 1 - i : first + i;

		for (int x = 0; x < s->cols; x++)
			s->want[y * s->cols + x] = blank;
		s->dirt[y] = (struct row_dirt){0, s->cols};
	}
	return TRUE;
}
