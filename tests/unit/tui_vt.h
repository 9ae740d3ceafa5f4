/* A small terminal for tests: understands what curses sends to the terminals we
 * test with, and fails on anything else. */
#ifndef TESTS_TUI_VT_H
#define TESTS_TUI_VT_H

#include <glib.h>
#include <string.h>
#include "base/text.h"

#define VT_MAX 220

struct vt {
	int rows, cols, y, x, top, bottom, saved_y, saved_x;
	gboolean wrap_pending, alternate, cursor, paste, focus, mouse, mouse_sgr;
	int asked_y, asked_x; /* where the cursor was when it was asked for */
	gboolean coloured;   /* any colour was ever set */
	gboolean bold, reverse;
	guint32 sgr, fg, bg;  /* bit per attribute; colours + 1 */
	char *cell[VT_MAX][VT_MAX]; /* NULL: right half of a wide one */
	guint32 look[VT_MAX][VT_MAX]; /* a hash of how the cell was drawn; 0 plain */
	char last[16];
	char *title;
	int bells;
};

static inline void vt_blank(struct vt *v, int y, int from, int to)
{
	for (int x = from; x < to; x++) {
		g_free(v->cell[y][x]);
		v->cell[y][x] = g_strdup(" ");
		v->look[y][x] = 0;
	}
}

static inline struct vt *vt_new(int rows, int cols)
{
	struct vt *v = g_new0(struct vt, 1);

	v->rows = rows;
	v->cols = cols;
	v->bottom = rows - 1;
	v->cursor = TRUE;
	for (int y = 0; y < VT_MAX; y++)
		vt_blank(v, y, 0, VT_MAX);
	return v;
}

static inline void vt_free(struct vt *v)
{
	for (int y = 0; y < VT_MAX; y++)
		for (int x = 0; x < VT_MAX; x++)
			g_free(v->cell[y][x]);
	g_free(v->title);
	g_free(v);
}

/* Rows [top, bottom] up by n (down when negative). */
static inline void vt_scroll(struct vt *v, int top, int bottom, int n)
{
	for (; n > 0; n--) {
		char *keep[VT_MAX];
		memcpy(keep, v->cell[top], sizeof(keep));
		for (int y = top; y < bottom; y++)
			memcpy(v->cell[y], v->cell[y + 1], sizeof(keep));
		memmove(v->look[top], v->look[top + 1], (size_t)(bottom - top) * sizeof(v->look[0]));
		memcpy(v->cell[bottom], keep, sizeof(keep));
		vt_blank(v, bottom, 0, VT_MAX);
	}
	for (; n < 0; n++) {
		char *keep[VT_MAX];
		memcpy(keep, v->cell[bottom], sizeof(keep));
		for (int y = bottom; y > top; y--)
			memcpy(v->cell[y], v->cell[y - 1], sizeof(keep));
		memmove(v->look[top + 1], v->look[top], (size_t)(bottom - top) * sizeof(v->look[0]));
		memcpy(v->cell[top], keep, sizeof(keep));
		vt_blank(v, top, 0, VT_MAX);
	}
}

static inline void vt_line_feed(struct vt *v)
{
	if (v->y == v->bottom)
		vt_scroll(v, v->top, v->bottom, 1);
	else if (v->y < v->rows - 1)
		v->y++;
}

static inline void vt_put(struct vt *v, const char *s, size_t len)
{
	int w;

	text_grapheme(s, len, &w);
	if (v->wrap_pending || v->x + w > v->cols) {
		v->x = 0;
		v->wrap_pending = FALSE;
		vt_line_feed(v);
	}
	if (!v->cell[v->y][v->x]) { /* the right half of a wide one: its left half goes */
		g_free(v->cell[v->y][v->x - 1]);
		v->cell[v->y][v->x - 1] = g_strdup(" ");
	}
	if (v->x + w < VT_MAX && !v->cell[v->y][v->x + w])
		v->cell[v->y][v->x + w] = g_strdup(" ");
	g_free(v->cell[v->y][v->x]);
	v->cell[v->y][v->x] = g_strndup(s, len);
	v->look[v->y][v->x] = v->sgr ^ (v->fg << 8) ^ (v->bg << 18);
	if (w == 2) {
		g_free(v->cell[v->y][v->x + 1]);
		v->cell[v->y][v->x + 1] = NULL;
	}
	g_strlcpy(v->last, v->cell[v->y][v->x], sizeof(v->last));
	v->x += w;
	if (v->x >= v->cols) {
		v->x = v->cols - 1;
		v->wrap_pending = TRUE;
	}
}

static inline void vt_sgr(struct vt *v, const int *p, int n)
{
	for (int i = 0; i < n; i++) {
		if (p[i] > 0 && p[i] < 10)
			v->sgr |= 1u << p[i];
		else if (p[i] >= 22 && p[i] < 30)
			v->sgr &= ~(p[i] == 22 ? 6u : 1u << (p[i] - 20));
		else if ((p[i] >= 30 && p[i] < 38) || p[i] >= 90)
			v->fg = (guint32)p[i];
		else if (p[i] >= 40 && p[i] < 48)
			v->bg = (guint32)p[i];
		else if (p[i] == 39)
			v->fg = 0;
		else if (p[i] == 49)
			v->bg = 0;
		else if (p[i] == 38 && i + 2 < n)
			v->fg = 300 + (guint32)p[i + 2];
		else if (p[i] == 48 && i + 2 < n)
			v->bg = 300 + (guint32)p[i + 2];
		if (p[i] == 0)
			v->bold = v->reverse = v->sgr = v->fg = v->bg = 0;
		else if (p[i] == 1)
			v->bold = TRUE;
		else if (p[i] == 7)
			v->reverse = TRUE;
		else if ((p[i] >= 30 && p[i] < 38) || (p[i] >= 40 && p[i] < 48) || p[i] >= 90)
			v->coloured = TRUE;
		else if (p[i] == 38 || p[i] == 48) {
			v->coloured = TRUE;
			i += i + 1 < n && p[i + 1] == 2 ? 4 : 2;
		}
	}
}

static inline void vt_mode(struct vt *v, int mode, gboolean on)
{
	if (mode == 1049 || mode == 47 || mode == 1047)
		v->alternate = on;
	else if (mode == 25)
		v->cursor = on;
	else if (mode == 2004)
		v->paste = on;
	else if (mode == 1004)
		v->focus = on;
	else if (mode == 1000)
		v->mouse = on;
	else if (mode == 1006)
		v->mouse_sgr = on;
}

/* Deletes (left) or inserts n characters at the cursor. */
static inline void vt_shift(struct vt *v, gboolean left, int a)
{
	for (; a > 0; a--) {
		char **row = v->cell[v->y];
		if (left) {
			g_free(row[v->x]);
			memmove(row + v->x, row + v->x + 1, (size_t)(v->cols - v->x - 1) * sizeof(*row));
			row[v->cols - 1] = g_strdup(" ");
			memmove(v->look[v->y] + v->x, v->look[v->y] + v->x + 1,
			        (size_t)(v->cols - v->x - 1) * sizeof(guint32));
			v->look[v->y][v->cols - 1] = 0;
		} else {
			g_free(row[v->cols - 1]);
			memmove(row + v->x + 1, row + v->x, (size_t)(v->cols - v->x - 1) * sizeof(*row));
			row[v->x] = g_strdup(" ");
			memmove(v->look[v->y] + v->x + 1, v->look[v->y] + v->x,
			        (size_t)(v->cols - v->x - 1) * sizeof(guint32));
			v->look[v->y][v->x] = 0;
		}
	}
}

static inline void vt_csi(struct vt *v, char kind, const int *p, int n, char final)
{
	int a = n > 0 && p[0] > 0 ? p[0] : 1;

	if (final != 'm')
		v->wrap_pending = FALSE;
	switch (final) {
	case 'H':
		v->y = CLAMP(a - 1, 0, v->rows - 1);
		v->x = CLAMP((n > 1 && p[1] > 0 ? p[1] : 1) - 1, 0, v->cols - 1);
		break;
	case 'd':
		v->y = CLAMP(a - 1, 0, v->rows - 1);
		break;
	case 'G':
		v->x = CLAMP(a - 1, 0, v->cols - 1);
		break;
	case 'A':
		v->y = MAX(v->y - a, 0);
		break;
	case 'B':
		v->y = MIN(v->y + a, v->rows - 1);
		break;
	case 'C':
		v->x = MIN(v->x + a, v->cols - 1);
		break;
	case 'D':
		v->x = MAX(v->x - a, 0);
		break;
	case 'J':
		if (p[0] == 0) {
			vt_blank(v, v->y, v->x, v->cols);
			for (int y = v->y + 1; y < v->rows; y++)
				vt_blank(v, y, 0, v->cols);
		} else {
			for (int y = 0; y < (p[0] == 1 ? v->y : v->rows); y++)
				vt_blank(v, y, 0, v->cols);
		}
		break;
	case 'K':
		vt_blank(v, v->y, p[0] == 0 ? v->x : 0, p[0] == 1 ? v->x + 1 : v->cols);
		break;
	case 'X':
		vt_blank(v, v->y, v->x, MIN(v->x + a, v->cols));
		break;
	case 'b': {
		char again[16];
		memcpy(again, v->last, sizeof(again));
		for (; a > 0; a--)
			vt_put(v, again, strlen(again));
		break;
	}
	case 'r':
		v->top = a - 1;
		v->bottom = n > 1 && p[1] > 0 ? p[1] - 1 : v->rows - 1;
		v->y = v->x = 0;
		break;
	case 'S':
		vt_scroll(v, v->top, v->bottom, a);
		break;
	case 'T':
		vt_scroll(v, v->top, v->bottom, -a);
		break;
	case 'L':
		vt_scroll(v, v->y, v->bottom, -a);
		break;
	case 'M':
		vt_scroll(v, v->y, v->bottom, a);
		break;
	case 'P':
	case '@':
		vt_shift(v, final == 'P', a);
		break;
	case 'm':
		vt_sgr(v, p, MAX(n, 1));
		break;
	case 'h':
	case 'l':
		for (int i = 0; kind == '?' && i < n; i++)
			vt_mode(v, p[i], final == 'h');
		break;
	case 'n':
		v->asked_y = v->y;
		v->asked_x = v->x;
		break;
	case 't':
	case 'c':
		break;
	default:
		g_error("the test terminal does not know CSI %c", final);
	}
}

static inline size_t vt_escape(struct vt *v, const char *s, size_t len)
{
	g_assert_cmpuint(len, >=, 2);
	if (s[1] == '[') {
		int p[16] = {0}, n = 0;
		char kind = 0;
		size_t i = 2;

		if (strchr("?>=", s[i]))
			kind = s[i++];
		for (; i < len && (g_ascii_isdigit(s[i]) || s[i] == ';'); i++) {
			if (s[i] == ';') {
				n++;
			} else {
				p[n] = p[n] * 10 + (s[i] - '0');
			}
		}
		g_assert_cmpuint(i, <, len);
		vt_csi(v, kind, p, n + 1, s[i]);
		return i + 1;
	}
	switch (s[1]) {
	case '7':
		v->saved_y = v->y;
		v->saved_x = v->x;
		return 2;
	case '8':
		v->y = v->saved_y;
		v->x = v->saved_x;
		return 2;
	case 'M':
		if (v->y == v->top)
			vt_scroll(v, v->top, v->bottom, -1);
		else
			v->y = MAX(v->y - 1, 0);
		return 2;
	case 'D':
		vt_line_feed(v);
		return 2;
	case '(':
	case ')':
		return 3;
	case '>':
	case '=':
		return 2;
	case ']': {
		size_t i = 2;
		while (i < len && s[i] != '\a' && s[i] != '\033')
			i++;
		if (g_str_has_prefix(s + 2, "2;")) {
			g_free(v->title);
			v->title = g_strndup(s + 4, i - 4);
		}
		return i + (s[i] == '\033' ? 2 : 1);
	}
	default:
		g_error("the test terminal does not know ESC %c", s[1]);
	}
}

static inline void vt_feed(struct vt *v, const char *s, size_t len)
{
	while (len > 0) {
		guint8 b = (guint8)s[0];
		size_t n = 1;

		if (b == 033) {
			n = vt_escape(v, s, len);
		} else if (b == '\n' || b == '\r' || b == '\b' || b == '\t') {
			v->wrap_pending = FALSE;
			if (b == '\n')
				vt_line_feed(v);
			else
				v->x = b == '\r' ? 0 : b == '\b' ? MAX(v->x - 1, 0) : MIN((v->x | 7) + 1, v->cols - 1);
		} else if (b == '\a') {
			v->bells++;
		} else if (b >= ' ') {
			int w;
			n = len == 1 || (b < 0x80 && (guint8)s[1] < 0x80) ? 1 : text_grapheme(s, len, &w);
			vt_put(v, s, n);
		}
		s += n;
		len -= n;
	}
}

static inline char *vt_dump(const struct vt *v)
{
	GString *out = g_string_new(NULL);

	for (int y = 0; y < v->rows; y++) {
		g_autoptr(GString) line = g_string_new(NULL);
		for (int x = 0; x < v->cols; x++)
			if (v->cell[y][x])
				g_string_append(line, v->cell[y][x]);
		while (line->len && line->str[line->len - 1] == ' ')
			g_string_truncate(line, line->len - 1);
		g_string_append(out, line->str);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

#endif
