/* Wrapping: lines cover the text in order, on grapheme borders, and fit. The first
 * byte is the width. */
#include <glib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "tui/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int width = size ? data[0] % 100 : 1;
	g_autoptr(text_auto) t = size ? text_clean((const char *)data + 1, (gssize)size - 1, TEXT_MULTILINE, TEXT_NO_CAP)
	                              : text_clean("", 0, TEXT_MULTILINE, TEXT_NO_CAP);
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct layout_line));
	size_t before = 0;

	layout_wrap(text_bytes(t), text_len(t), width, lines);
	g_assert_cmpuint(lines->len, >, 0);
	for (guint i = 0; i < lines->len; i++) {
		const struct layout_line *line = &g_array_index(lines, struct layout_line, i);

		g_assert_true(before <= line->from && line->from <= line->to && line->to <= text_len(t));
		g_assert_cmpint(line->cols, ==, text_string_cols(text_bytes(t) + line->from, line->to - line->from));
		/* One wide character is wider than a pane of one column. */
		g_assert_cmpint(line->cols, <=, MAX(width, 2));
		for (size_t at = before; at < line->from; at++)
			g_assert_true(text_bytes(t)[at] == ' ' || text_bytes(t)[at] == '\n');
		before = line->to;
	}
	return 0;
}
