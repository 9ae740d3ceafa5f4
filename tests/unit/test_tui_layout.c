/* Wrapping and splitting. */
#include "tui/layout.h"

#include <string.h>

/* Lines joined by '|', soft-wrapped ones after '/'. */
static void check(const char *text, int width, const char *want)
{
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct layout_line));
	g_autoptr(GString) got = g_string_new(NULL);

	layout_wrap(text, strlen(text), width, lines);
	for (guint i = 0; i < lines->len; i++) {
		const struct layout_line *l = &g_array_index(lines, struct layout_line, i);

		if (i > 0)
			g_string_append_c(got, l->continues ? '/' : '|');
		g_string_append_len(got, text + l->from, (gssize)(l->to - l->from));
		g_assert_cmpint(text_string_cols(text + l->from, l->to - l->from), ==, l->cols);
		g_assert_cmpint(l->cols, <=, MAX(width, 2)); /* a wide character needs two */
	}
	g_assert_cmpstr(got->str, ==, want);
}

static void layout__words__break_at_spaces(void)
{
	check("", 10, "");
	check("one two three", 20, "one two three");
	check("one two three", 8, "one two/three");
	check("one two three", 7, "one two/three");
	check("one two three", 3, "one/two/thr/ee");
	check("one  two", 4, "one/two");
	check("ab cd   ", 5, "ab cd");
	check("  indent", 20, "  indent");
	check("a\nb\n\nc\n", 5, "a|b||c|");
}

static void layout__long_words__are_cut(void)
{
	check("abcdefghij", 4, "abcd/efgh/ij");
	check("ab abcdefghij", 4, "ab/abcd/efgh/ij");
	check("abc", 1, "a/b/c");
	check("abc", 0, "a/b/c");
	check("abc", -5, "a/b/c");
}

static void layout__wide__breaks_between(void)
{
	check("蓝牙耳机连接不上", 6, "蓝牙耳/机连接/不上");
	check("蓝牙耳机", 5, "蓝牙/耳机");
	check("ab蓝牙cd", 4, "ab蓝/牙cd");
	check("蓝牙", 1, "蓝/牙");
	check("蓝牙耳。机", 6, "蓝牙/耳。机");
}

static void layout__combining__stays_together(void)
{
	check("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301/e\u0301");
	check("e\u0301e\u0301", 1, "e\u0301/e\u0301");
}

static void layout__every_byte__is_kept_or_space(void)
{
	static const char *const parts[] = {"a", "word", " ", "  ", "蓝", "e\u0301", ".", "\u3002", "\n", "😀"};

	for (guint32 seed = 0; seed < 400; seed++) {
		GRand *r = g_rand_new_with_seed(seed);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct layout_line));
		size_t at = 0;

		for (int i = g_rand_int_range(r, 0, 30); i > 0; i--)
			g_string_append(text, parts[g_rand_int_range(r, 0, G_N_ELEMENTS(parts))]);
		layout_wrap(text->str, text->len, g_rand_int_range(r, 1, 12), lines);
		for (guint i = 0; i < lines->len; i++) {
			const struct layout_line *l = &g_array_index(lines, struct layout_line, i);

			g_assert_cmpuint(l->from, >=, at);
			g_assert_cmpuint(l->to, >=, l->from);
			for (; at < l->from; at++)
				g_assert_true(text->str[at] == ' ' || text->str[at] == '\n');
			at = l->to;
		}
		for (; at < text->len; at++)
			g_assert_true(text->str[at] == ' ' || text->str[at] == '\n');
		g_rand_free(r);
	}
}

static void split__shares__add_up(void)
{
	const struct pane_want want[] = {{.min = 5, .weight = 1}, {.min = 5, .weight = 3}, {.min = 3, .weight = 0}};
	const struct pane_want capped[] = {{.min = 2, .weight = 1, .max = 4}, {.min = 2, .weight = 1}};
	int out[3];

	g_assert_cmpuint(layout_split(24, 1, want, 3, out), ==, 3);
	g_assert_cmpint(out[0] + out[1] + out[2] + 2, ==, 24);
	g_assert_cmpint(out[2], ==, 3);
	g_assert_cmpint(out[1], >, out[0]);
	g_assert_cmpuint(layout_split(12, 1, want, 3, out), ==, 2);
	g_assert_cmpint(out[2], ==, 0);
	g_assert_cmpint(out[0] + out[1], ==, 11);
	g_assert_cmpuint(layout_split(4, 1, want, 3, out), ==, 0);
	g_assert_cmpint(out[0] + out[1] + out[2], ==, 0);
	g_assert_cmpuint(layout_split(20, 0, capped, 2, out), ==, 2);
	g_assert_cmpint(out[0], ==, 4);
	g_assert_cmpint(out[1], ==, 16);
	for (int total = 0; total < 120; total++) {
		size_t n = layout_split(total, 1, want, 2, out);
		if (n == 2)
			g_assert_cmpint(out[0] + out[1] + 1, ==, total);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/layout/words", layout__words__break_at_spaces);
	g_test_add_func("/layout/long", layout__long_words__are_cut);
	g_test_add_func("/layout/wide", layout__wide__breaks_between);
	g_test_add_func("/layout/combining", layout__combining__stays_together);
	g_test_add_func("/layout/bytes", layout__every_byte__is_kept_or_space);
	g_test_add_func("/layout/split", split__shares__add_up);
	return g_test_run();
}
