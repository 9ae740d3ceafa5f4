/* The rows of a composer, kept from key to key, are those a fresh look would give. */
#include <string.h>
#include "tui/composer_layout.h"

static void check_same(const struct composer_layout *kept, const char *raw, int width)
{
	struct composer_layout fresh;

	composer_layout_init(&fresh);
	composer_layout_update(&fresh, raw, strlen(raw), width);
	g_assert_cmpstr(kept->raw->str, ==, raw);
	g_assert_cmpint(kept->rows, ==, fresh.rows);
	g_assert_cmpuint(kept->lines->len, ==, fresh.lines->len);
	for (int row = 0; row < fresh.rows; row++) {
		const struct layout_line *a, *b;
		size_t from_a, from_b;
		const struct composer_line *line = composer_layout_row(kept, row, &a, &from_a);
		const struct composer_line *other = composer_layout_row(&fresh, row, &b, &from_b);

		g_assert_cmpuint(from_a, ==, from_b);
		g_assert_cmpuint(a->from, ==, b->from);
		g_assert_cmpuint(a->to, ==, b->to);
		g_assert_cmpint(a->cols, ==, b->cols);
		g_assert_cmpint(a->continues, ==, b->continues);
		g_assert_cmpstr(text_bytes(line->text), ==, text_bytes(other->text));
	}
	for (size_t at = 0; at <= strlen(raw); at++) {
		int row, col, other_row, other_col;

		composer_layout_find(kept, at, &row, &col);
		composer_layout_find(&fresh, at, &other_row, &other_col);
		g_assert_cmpint(row, ==, other_row);
		g_assert_cmpint(col, ==, other_col);
	}
	composer_layout_clear(&fresh);
}

/* Thousands of edits anywhere, of what people write: after each the rows are right. */
static void layout__random_edits__rows_are_as_if_new(void)
{
	static const char *const bits[] = {"a", "word ", " ", "  ", "\n", "\n\n", "蓝牙", "，", "😀", "e\xcc\x81", "longerword", ". ",
		"\xe2\x80\xae" /* the gate takes it */, "supercalifragilisticexpialidocious", "(", ")"};
	struct composer_layout l;
	GString *text = g_string_new(NULL);
	g_autoptr(GRand) rand = g_rand_new_with_seed(4);

	composer_layout_init(&l);
	for (int i = 0; i < 3000; i++) {
		size_t at = text->len ? (size_t)g_rand_int_range(rand, 0, (gint32)text->len + 1) : 0;

		while (at < text->len && ((guint8)text->str[at] & 0xc0) == 0x80)
			at++;
		if (text->len > 400 || (text->len && g_rand_int_range(rand, 0, 4) == 0)) {
			size_t n = (size_t)g_rand_int_range(rand, 1, text->len > 400 ? 200 : 8), to = MIN(at + n, text->len);

			while (to < text->len && ((guint8)text->str[to] & 0xc0) == 0x80)
				to++;
			g_string_erase(text, (gssize)at, (gssize)(to - at));
		} else {
			g_string_insert(text, (gssize)at, bits[g_rand_int_range(rand, 0, G_N_ELEMENTS(bits))]);
		}
		composer_layout_update(&l, text->str, text->len, 20);
		check_same(&l, text->str, 20);
	}
	composer_layout_clear(&l);
	g_string_free(text, TRUE);
}

static void layout__typing__is_a_change_once(void)
{
	struct composer_layout l;

	composer_layout_init(&l);
	g_assert_true(composer_layout_update(&l, "ab", 2, 10));
	g_assert_false(composer_layout_update(&l, "ab", 2, 10));
	g_assert_true(composer_layout_update(&l, "abc", 3, 10));
	g_assert_false(composer_layout_update(&l, "abc", 3, 2)); /* another width is no change of the text */
	g_assert_cmpint(l.rows, ==, 2);
	composer_layout_forget(&l);
	g_assert_false(composer_layout_update(&l, "abc", 3, 10));
	g_assert_cmpint(l.rows, ==, 1);
	g_assert_true(composer_layout_update(&l, "", 0, 10));
	g_assert_cmpint(l.rows, ==, 1);
	composer_layout_clear(&l);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/composer/layout", layout__random_edits__rows_are_as_if_new);
	g_test_add_func("/composer/changes", layout__typing__is_a_change_once);
	return g_test_run();
}
