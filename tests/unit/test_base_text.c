/* The text gate and widths. */
#include "base/text.h"

#include <locale.h>
#include <string.h>

static void check(const char *in, gssize len, unsigned flags, size_t cap, const char *out, size_t removed)
{
	g_autoptr(text_auto) t = text_clean(in, len, flags, cap);
	g_autofree char *s = text_clean_string(in, len, flags, cap);

	g_assert_cmpstr(text_bytes(t), ==, out);
	g_assert_cmpuint(text_len(t), ==, strlen(out));
	g_assert_cmpuint(text_removed(t), ==, removed);
	g_assert_cmpstr(s, ==, out);
}

static void clean__table_of_bad_bytes__is_drawable(void)
{
	static const struct { const char *in; gssize len; unsigned flags; const char *out; size_t removed; } cases[] = {
		{NULL, -1, 0, "", 0},
		{"", 0, 0, "", 0},
		{"plain words", -1, 0, "plain words", 0},
		{"plain words, cut by length", 11, 0, "plain words", 0},
		{"a  b \t\r\n c", -1, 0, "a b c", 0},
		{"a  b\tc\r\nd\re\n", -1, TEXT_MULTILINE, "a  b    c\nd\ne\n", 0},
		{"12\t|", -1, TEXT_MULTILINE, "12  |", 0},
		{"1234\t|", -1, TEXT_MULTILINE, "1234    |", 0},
		{"\xE4\xBD\xA0\t|", -1, TEXT_MULTILINE, "\xE4\xBD\xA0  |", 0},
		/* C0, DEL, NUL, ESC, OSC, CSI in seven and eight bits */
		{"a\0b", 3, 0, "ab", 1},
		{"\033[31mred\033[0m", -1, 0, "[31mred[0m", 2},
		{"\033]0;title\007x", -1, 0, "]0;titlex", 2},
		{"a\x7F\x08z", -1, 0, "az", 2},
		{"\xC2\x9B" "31m", -1, 0, "31m", 1},
		{"\x9B" "31m", -1, 0, "\xEF\xBF\xBD" "31m", 1},
		{"a\xC2\x85z", -1, TEXT_MULTILINE, "a\nz", 0},
		{"a\xE2\x80\xA8z", -1, TEXT_MULTILINE, "a\nz", 0},
		{"a\xE2\x80\xA9z", -1, 0, "a z", 0},
		{"a\x01\x02\x03z\x04", -1, TEXT_MARKED, "a\xEF\xBF\xBDz\xEF\xBF\xBD", 4},
		/* bidi and invisible characters */
		{"a\xE2\x80\xAE" "b\xE2\x80\xAC" "c", -1, 0, "abc", 2},
		{"a\xE2\x81\xA6" "b\xE2\x81\xA9" "c", -1, 0, "abc", 2},
		{"a\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF\xC2\xAD" "b", -1, 0, "ab", 4},
		{"a\xE3\x85\xA4" "b", -1, 0, "ab", 1},             /* Hangul filler */
		{"a\xF3\xA0\x81\xA1" "b", -1, 0, "ab", 1},         /* tag character */
		{"a\xC2\xA0" "b", -1, 0, "a b", 0},                /* no-break space */
		{"a\xE3\x80\x80" "b", -1, TEXT_MULTILINE, "a\xE3\x80\x80" "b", 0},
		{"\xD8\x80" "1", -1, 0, "\xD8\x80" "1", 0},        /* Arabic number sign: visible */
		/* not UTF-8: overlong, surrogate, too large, cut short, Latin-1 */
		{"\xC0\xAF", -1, 0, "\xEF\xBF\xBD", 1},
		{"\xE0\x80\xAF", -1, 0, "\xEF\xBF\xBD", 1},
		{"\xED\xA0\x80", -1, 0, "\xEF\xBF\xBD", 1},
		{"\xF4\x90\x80\x80", -1, 0, "\xEF\xBF\xBD", 1},
		{"\xE4\xBD", -1, 0, "\xEF\xBF\xBD", 1},
		{"caf\xE9 x", -1, 0, "caf\xEF\xBF\xBD x", 1},
		{"\x80\x80", -1, 0, "\xEF\xBF\xBD\xEF\xBF\xBD", 2},
		/* private use, not assigned, noncharacter; U+FFFD itself is no finding */
		{"\xEE\x80\x80", -1, 0, "\xEF\xBF\xBD", 1},
		{"\xCD\xB8", -1, 0, "\xEF\xBF\xBD", 1},
		{"\xEF\xBF\xBF", -1, 0, "\xEF\xBF\xBD", 1},
		{"\xEF\xBF\xBD", -1, 0, "\xEF\xBF\xBD", 0},
		/* combining marks */
		{"\xCC\x81" "a", -1, 0, "a", 1},
		{"x\n\xCC\x81" "a", -1, TEXT_MULTILINE, "x\na", 1},
		{"e\xCC\x81", -1, 0, "e\xCC\x81", 0},
		{"e\xE2\x80\x8B\xCC\x81", -1, 0, "e\xCC\x81", 1},
		{"\xE1\x85\xA1", -1, 0, "", 1},                    /* lone vowel jamo */
		/* emoji: joins stay inside a sequence only */
		{"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", -1, 0, "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", 0},
		{"\xF0\x9F\x91\xA8\xE2\x80\x8D" "x", -1, 0, "\xF0\x9F\x91\xA8" "x", 1},
		{"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", -1, 0, "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", 0},
		{"\xE2\x9D\xA4\xEF\xB8\x8F!", -1, 0, "\xE2\x9D\xA4!", 0},
		{"\xEF\xB8\x8F" "a", -1, 0, "a", 1},
		{"a\xEF\xB8\x8F", -1, 0, "a", 0},
		{"\xF0\x9F\x87\xA8\xF0\x9F\x87\xB3", -1, 0, "\xF0\x9F\x87\xA8\xF0\x9F\x87\xB3", 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("case %zu", i);
		check(cases[i].in, cases[i].len, cases[i].flags, TEXT_NO_CAP, cases[i].out, cases[i].removed);
	}
}

static void clean__zalgo__keeps_eight_marks(void)
{
	g_autoptr(GString) in = g_string_new("e");
	g_autoptr(text_auto) t = NULL;

	for (int i = 0; i < 500; i++)
		g_string_append(in, "\xCD\x8C");
	g_string_append(in, "!");
	t = text_clean(in->str, (gssize)in->len, 0, TEXT_NO_CAP);
	g_assert_cmpuint(text_len(t), ==, 1 + 8 * 2 + 1);
	g_assert_cmpuint(text_removed(t), ==, 492);
	g_assert_cmpint(text_cols(t), ==, 2);
}

static void clean__endless_emoji__is_cut_into_parts(void)
{
	g_autoptr(GString) in = g_string_new("\xF0\x9F\x91\xA8");
	g_autoptr(text_auto) t = NULL;
	int cols;

	for (int i = 0; i < 100; i++)
		g_string_append(in, "\xE2\x80\x8D\xF0\x9F\x91\xA8");
	t = text_clean(in->str, -1, 0, TEXT_NO_CAP);
	g_assert_cmpuint(text_grapheme(text_bytes(t), text_len(t), &cols), <, 100);
	g_assert_cmpuint(text_removed(t), >, 0);
}

static void clean__cap__cuts_at_a_grapheme(void)
{
	check("abcdefgh", -1, 0, 8, "abcdefgh", 0);
	check("abcdefgh", -1, 0, 7, "abcd\xE2\x80\xA6", 4);
	check("abcdefgh", -1, 0, 3, "\xE2\x80\xA6", 8);
	check("abcdefgh", -1, 0, 2, "", 8);
	check("abcdefgh", -1, 0, 0, "", 8);
	check("ae\xCC\x81zzzz", -1, 0, 6, "a\xE2\x80\xA6", 6);
	check("ae\xCC\x81zzzz", -1, 0, 7, "ae\xCC\x81\xE2\x80\xA6", 4);
}

static void clean__random_bytes__is_stable_and_valid(void)
{
	for (int round = 0; round < 3000; round++) {
		char in[64];
		int n = g_test_rand_int_range(0, sizeof(in));
		unsigned flags = (unsigned)g_test_rand_int_range(0, 4);
		size_t cap = g_test_rand_int_range(0, 2) ? TEXT_NO_CAP : (size_t)g_test_rand_int_range(0, 40);
		g_autoptr(text_auto) once = NULL;
		g_autoptr(text_auto) twice = NULL;

		for (int i = 0; i < n; i++)
			in[i] = (char)(g_test_rand_int_range(0, 3) ? g_test_rand_int_range(0xC0, 0x100) : g_test_rand_int_range(0, 0x100));
		once = text_clean(in, n, flags, cap);
		g_assert_true(g_utf8_validate(text_bytes(once), (gssize)text_len(once), NULL));
		g_assert_cmpuint(text_len(once), <=, cap);
		twice = text_clean(text_bytes(once), -1, flags, TEXT_NO_CAP);
		g_assert_cmpstr(text_bytes(once), ==, text_bytes(twice));
	}
}

static void format__parts_with_controls__is_one_clean_line(void)
{
	g_autoptr(text_auto) t = text_format("#%d %s", 7, "a\nb\033");

	g_assert_cmpstr(text_bytes(t), ==, "#7 a b");
	g_assert_true(text_ref(t) == t);
	text_unref(t);
}

static void grapheme__table__lengths_and_columns(void)
{
	static const struct { const char *s; size_t len; int cols; } cases[] = {
		{"a", 1, 1}, {"ab", 1, 1}, {"e\xCC\x81x", 3, 1}, {"\xE4\xBD\xA0\xE5\xA5\xBD", 3, 2},
		{"\xEF\xBC\xA1", 3, 2},                                     /* full-width A */
		{"\xEA\xB0\x80", 3, 2},                                     /* Hangul syllable */
		{"\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", 9, 2},             /* jamo L V T */
		{"\xE0\xA4\x95\xE0\xA5\x8D", 6, 1},                         /* Devanagari ka + virama */
		{"\xF0\x9F\x98\x80", 4, 2},
		{"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", 8, 2},
		{"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", 18, 2},
		{"\xF0\x9F\x87\xA8\xF0\x9F\x87\xB3\xF0\x9F\x87\xA8", 8, 2}, /* a flag, and half a one */
		{"\xE2\x9D\xA4\xEF\xB8\x8F", 6, 2},
		{"\xE2\x98\x85", 3, 1},
		{"\r\n", 2, 0}, {"\n", 1, 0},
	};
	int cols;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("case %zu", i);
		g_assert_cmpuint(text_grapheme(cases[i].s, strlen(cases[i].s), &cols), ==, cases[i].len);
		g_assert_cmpint(cols, ==, cases[i].cols);
	}
	g_assert_cmpuint(text_grapheme("", 0, &cols), ==, 0);
}

static void grapheme_before__walks_back__over_the_same_borders(void)
{
	static const char s[] = "ae\xCC\x81\xE4\xBD\xA0\nx\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBDz\xD8\x80" "1";
	size_t borders[16], n = 0, at = 0, len = strlen(s), step;
	int cols;

	while ((step = text_grapheme(s + at, len - at, &cols))) {
		borders[n++] = at;
		at += step;
	}
	g_assert_cmpuint(n, ==, 8);
	while (n--) {
		at = text_grapheme_before(s, at);
		g_assert_cmpuint(at, ==, borders[n]);
	}
}

static void fit__wide_character_at_the_edge__stays_out(void)
{
	int cols;

	g_assert_cmpuint(text_fit("a\xE4\xBD\xA0" "b", 5, 2, &cols), ==, 1);
	g_assert_cmpint(cols, ==, 1);
	g_assert_cmpuint(text_fit("a\xE4\xBD\xA0" "b", 5, 3, &cols), ==, 4);
	g_assert_cmpuint(text_fit("abc", 3, 80, &cols), ==, 3);
	g_assert_cmpuint(text_fit("abc", 3, 0, &cols), ==, 0);
	g_assert_cmpint(text_string_cols("a\xE4\xBD\xA0" "b", 5), ==, 4);
}

static void cols__several_lines__is_the_widest(void)
{
	g_autoptr(text_auto) t = text_clean("ab\n\xE4\xBD\xA0\xE5\xA5\xBD\nx", -1, TEXT_MULTILINE, TEXT_NO_CAP);

	g_assert_cmpint(text_cols(t), ==, 4);
}

static void ambiguous__told_two__counts_two(void)
{
	text_set_ambiguous_width(2);
	g_assert_cmpint(text_string_cols("\xE2\x98\x85\xE2\x94\x80", 6), ==, 4);
	g_assert_cmpint(text_string_cols("ab", 2), ==, 2);
	g_assert_null(text_degraded("\xE2\x98\x85", 3, TRUE));
	text_set_ambiguous_width(1);
	g_assert_cmpint(text_string_cols("\xE2\x98\x85\xE2\x94\x80", 6), ==, 2);
}

static void degraded__every_stand_in__is_as_wide_as_the_sign(void)
{
	g_assert_null(text_degraded("a", 1, FALSE));
	g_assert_cmpstr(text_degraded("\xC3\xA9", 2, FALSE), ==, "e");
	g_assert_cmpstr(text_degraded("\xE2\x80\xA6", 3, FALSE), ==, ".");
	g_assert_cmpstr(text_degraded("\xE4\xBD\xA0", 3, FALSE), ==, "??");
	g_assert_cmpstr(text_degraded("\xEF\xBC\x81", 3, FALSE), ==, "! ");
	g_assert_cmpstr(text_degraded("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", 8, TRUE), ==, "+1");
	for (gunichar c = 0xA0; c < 0x20000; c++) {
		char s[8];
		int cols, len = g_unichar_to_utf8(c, s);
		const char *ascii;

		if (!g_unichar_validate(c))
			continue;
		text_grapheme(s, (size_t)len, &cols);
		ascii = text_degraded(s, (size_t)len, FALSE);
		g_assert_nonnull(ascii);
		g_assert_cmpint((int)strlen(ascii), ==, cols);
		g_assert_true(g_str_is_ascii(ascii));
	}
	g_assert_null(text_degraded("\xE4\xBD\xA0", 3, TRUE));
	g_assert_null(text_degraded("e\xCC\x81", 3, TRUE));
	g_assert_null(text_degraded("\xF0\x9F\x98\x80", 4, TRUE));
}

static void fold__case_width_and_marks__are_gone(void)
{
	static const struct { const char *in, *out; } cases[] = {
		{"\xC3\x89TUDE Stra\xC3\x9F" "e", "etude strasse"},
		{"\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\x91", "ab1"},
		{"\xEF\xAC\x81le", "file"},
		{"\xE8\x93\x9D\xE7\x89\x99", "\xE8\x93\x9D\xE7\x89\x99"},
		{"\xEA\xB0\x80", "\xEA\xB0\x80"},
		{"a\xFFz", "a\xEF\xBF\xBDz"},
		{"", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *s = text_fold(cases[i].in, -1);

		g_assert_cmpstr(s, ==, cases[i].out);
	}
}

static void storable__nul_and_bad_bytes__are_not(void)
{
	g_assert_true(text_storable("\033[31m \xE4\xBD\xA0", 9));
	g_assert_true(text_storable(NULL, 0));
	g_assert_false(text_storable("a\0b", 3));
	g_assert_false(text_storable("\xED\xA0\x80", 3));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	g_test_add_func("/text/clean/table", clean__table_of_bad_bytes__is_drawable);
	g_test_add_func("/text/clean/zalgo", clean__zalgo__keeps_eight_marks);
	g_test_add_func("/text/clean/emoji", clean__endless_emoji__is_cut_into_parts);
	g_test_add_func("/text/clean/cap", clean__cap__cuts_at_a_grapheme);
	g_test_add_func("/text/clean/random", clean__random_bytes__is_stable_and_valid);
	g_test_add_func("/text/format", format__parts_with_controls__is_one_clean_line);
	g_test_add_func("/text/grapheme/table", grapheme__table__lengths_and_columns);
	g_test_add_func("/text/grapheme/before", grapheme_before__walks_back__over_the_same_borders);
	g_test_add_func("/text/fit", fit__wide_character_at_the_edge__stays_out);
	g_test_add_func("/text/cols", cols__several_lines__is_the_widest);
	g_test_add_func("/text/ambiguous", ambiguous__told_two__counts_two);
	g_test_add_func("/text/degraded", degraded__every_stand_in__is_as_wide_as_the_sign);
	g_test_add_func("/text/fold", fold__case_width_and_marks__are_gone);
	g_test_add_func("/text/storable", storable__nul_and_bad_bytes__are_not);
	return g_test_run();
}
