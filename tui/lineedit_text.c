/* What goes into the line editor: clean text, and strokes as bytes. No readline. */
#include "tui/lineedit_text.h"

#include <string.h>
#include "base/text.h"

char *lineedit_clean(gboolean multi, const char *bytes, size_t len, size_t room)
{
	g_autofree char *valid = g_utf8_make_valid(bytes, (gssize)MIN(len, TEXT_MAX));
	GString *out = g_string_sized_new(strlen(valid));

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		size_t n = (size_t)(g_utf8_next_char(p) - p);
		gunichar ch = g_utf8_get_char(p);

		if (ch == '\r' && p[1] == '\n')
			continue;
		if (out->len + MAX(n, TEXT_TAB) > room)
			break;
		if (ch == '\n' || ch == '\r')
			g_string_append_c(out, multi ? '\n' : ' ');
		else if (ch == '\t')
			g_string_append_printf(out, "%*s", TEXT_TAB, "");
		else if (ch >= ' ' && ch != 0x7f && !(ch >= 0x80 && ch < 0xa0))
			g_string_append_len(out, p, (gssize)n);
	}
	return g_string_free(out, FALSE);
}

static size_t named_bytes(stroke key, stroke bits, char *out, size_t size)
{
	static const struct { stroke key; char letter; int number; } csi[] = {
		{STROKE_UP, 'A', 1}, {STROKE_DOWN, 'B', 1}, {STROKE_RIGHT, 'C', 1}, {STROKE_LEFT, 'D', 1},
		{STROKE_HOME, 'H', 1}, {STROKE_END, 'F', 1}, {STROKE_INSERT, '~', 2}, {STROKE_DELETE, '~', 3},
		{STROKE_PAGE_UP, '~', 5}, {STROKE_PAGE_DOWN, '~', 6},
	};
	static const struct { stroke key; char byte; } plain[] = {
		{STROKE_ENTER, '\r'}, {STROKE_TAB, '\t'}, {STROKE_ESCAPE, 033}, {STROKE_BACKSPACE, 0x7f}, {STROKE_SPACE, ' '},
	};
	int m = 1 + (bits & STROKE_SHIFT ? 1 : 0) + (bits & STROKE_ALT ? 2 : 0) + (bits & STROKE_CTRL ? 4 : 0);

	for (size_t i = 0; i < G_N_ELEMENTS(csi); i++) {
		if (csi[i].key != key)
			continue;
		if (m > 1)
			return (size_t)g_snprintf(out, size, "\033[%d;%d%c", csi[i].number, m, csi[i].letter);
		if (csi[i].letter != '~')
			return (size_t)g_snprintf(out, size, "\033[%c", csi[i].letter);
		return (size_t)g_snprintf(out, size, "\033[%d~", csi[i].number);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
		if (plain[i].key == key)
			return (size_t)g_snprintf(out, size, "%s%c", bits & STROKE_ALT ? "\033" : "",
			                          key == STROKE_SPACE && bits & STROKE_CTRL ? 0 : plain[i].byte);
	if (key == STROKE_BACKTAB)
		return (size_t)g_snprintf(out, size, "\033[Z");
	return 0;
}

size_t lineedit_bytes(stroke s, char *out, size_t size)
{
	stroke bits = s & (STROKE_CTRL | STROKE_ALT), key = s & ~bits;
	size_t n = 0;

	if (s & STROKE_NAMED)
		return named_bytes(key & ~STROKE_SHIFT, s & (STROKE_CTRL | STROKE_ALT | STROKE_SHIFT), out, size);
	if (bits & STROKE_ALT)
		out[n++] = 033;
	if (bits & STROKE_CTRL) {
		out[n++] = (char)(key & 037);
		return n;
	}
	return n + (size_t)g_unichar_to_utf8(key, out + n);
}
