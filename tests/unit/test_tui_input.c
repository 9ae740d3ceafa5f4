/* The input decoder: keys, pastes, broken sequences, any split of the bytes. */
#include "tui/input.h"

#include <string.h>

struct log {
	GString *text;
};

static void note(const struct input_event *ev, void *arg)
{
	struct log *log = arg;
	char buf[48];

	if (ev->kind == INPUT_STROKE)
		g_string_append_printf(log->text, "%s ", stroke_name(ev->stroke, buf, sizeof(buf)));
	else if (ev->kind == INPUT_PASTE)
		g_string_append_printf(log->text, "paste<%.*s> ", (int)MIN(ev->len, 60), ev->bytes);
	else if (ev->kind == INPUT_FOCUS_IN || ev->kind == INPUT_FOCUS_OUT)
		g_string_append(log->text, ev->kind == INPUT_FOCUS_IN ? "focus-in " : "focus-out ");
	else
		g_string_append_printf(log->text, "%s<%d,%d> ", ev->kind == INPUT_CLICK ? "click" : ev->kind == INPUT_WHEEL_UP ? "wheel-up" :
		                       ev->kind == INPUT_WHEEL_DOWN ? "wheel-down" : "cursor", ev->row, ev->col);
}

static void check_term(const char *term, const char *bytes, const char *want)
{
	size_t len = strlen(bytes);

	/* cut in two at every place, and byte by byte; cut = len + 1 is byte by byte */
	for (size_t cut = 0; cut <= len + 1; cut++) {
		struct input *in = input_new(term);
		struct log log = {g_string_new(NULL)};

		if (cut <= len) {
			input_feed(in, bytes, cut, note, &log);
			input_feed(in, bytes + cut, len - cut, note, &log);
		} else {
			for (size_t i = 0; i < len; i++)
				input_feed(in, bytes + i, 1, note, &log);
		}
		for (int i = 0; i < 50 && input_waiting(in); i++)
			input_expire(in, note, &log);
		g_assert_false(input_waiting(in));
		g_strchomp(log.text->str);
		g_assert_cmpstr(log.text->str, ==, want);
		g_string_free(log.text, TRUE);
		input_free(in);
	}
}

static void check(const char *bytes, const char *want)
{
	check_term(NULL, bytes, want);
}

static void input__plain_keys__are_named(void)
{
	check("ab", "a b");
	check(" ", "space");
	check("\r\n\t\b\x7f", "enter ctrl-j tab backspace backspace");
	check("\x01\x1a\x1c\x1f", "ctrl-a ctrl-z ctrl-\\ ctrl-_");
	check("陈é😀", "陈 é 😀");
}

static void input__sequences__are_keys(void)
{
	check("\033[A\033OB\033[1;5C\033[1;2D", "up down ctrl-right shift-left");
	check("\033[H\033[F\033[1~\033[4~\033[7~\033[8~", "home end home end home end");
	check("\033[5~\033[6~\033[2~\033[3~\033[3;5~", "page-up page-down insert delete ctrl-delete");
	check("\033OP\033[15~\033[24~\033[1;3S\033[[A\033[[E", "f1 f5 f12 alt-f4 f1 f5");
	check("\033[Z\033[27;5;9~\033[13;5u\033[97;5u", "backtab ctrl-tab ctrl-enter ctrl-a");
	check("\033[7$\033[7^\033Oa\033[a", "shift-home ctrl-home ctrl-up shift-up");
	check("\033Ox\033Oj\033OM", "8 * enter");
	check("\033[I\033[O", "focus-in focus-out");
}

static void input__alt__is_a_prefix(void)
{
	check("\033x\033陈\033\r\033\x7f\033 ", "alt-x alt-陈 alt-enter alt-backspace alt-space");
	check("\033\033[A", "alt-up");
	check("\033", "escape");
	check("\033\033", "escape escape");
	check("\033[", "alt-bracket");
	check("\033O", "alt-O");
	check("\033\033x", "escape alt-x");
}

/* Polish ą, German @ and €: the third level of a keyboard, in every way terminals say it. */
static void input__altgr__is_the_letter(void)
{
	check("ą@€", "ą @ €");
	check("\033[27;7;64~\033[27;7;8364~", "@ €");   /* modifyOtherKeys: Ctrl and Alt */
	check("\033[64;7u\033[261;7u\033[261u", "@ ą ą");
	check("\033[113;7;64u\033[101;1;8364u", "@ €"); /* with the text it wrote */
	check("\033[97;7u\033[27;7;120~", "ctrl-alt-a ctrl-alt-x"); /* nothing was written: a chord */
	check("\033[97;2u\033[97;129u\033[97;3u", "A a alt-a");     /* shift; num lock; alt */
	check("\033ą", "alt-ą");                                     /* whoever binds it may */
	check("\033[57441;2u\033[57453;5u", "");                     /* modifiers alone are no keys */
	check("\033[13;7u\033[32;7u", "ctrl-alt-enter ctrl-alt-space");
}

static void input__unknown_sequences__leak_nothing(void)
{
	check("a\033[?2026;2$yb", "a b");
	check("a\033[>41;354;0cb", "a b");
	check("a\033[12;40Rb", "a b");
	check("a\033[<0;10;12Mb", "a click<11,9> b");
	check("\033[<0;10;12m\033[<1;1;1M\033[<2;1;1M\033[<4;1;1M\033[<32;1;1M\033[<35;1;1Mx", "x"); /* let go, others, shift, drags */
	check("\033[<64;1;1M\033[<65;80;24M\033[<16;300;200M", "wheel-up<0,0> wheel-down<23,79> click<199,299>");
	check("\033[<0;0;0M\033[<;;M\033[<0;1M\033[<0;1;2;3M\033[<99999999999;1;2Mx", "click<0,0> click<0,0> x");
	check("\033[2;3R", ""); /* nobody asked */
	check("a\033[M !!b", "a b");
	check("a\033]11;rgb:0000/0000/0000\033\\b", "a b");
	check("a\033]52;c;Zm9v\ab", "a b");
	check("a\033P1$r0m\033\\b", "a b");
	check("a\033[99;99;99;99;99;99;99zb", "a b");
	check("a\033[12\033[Bb", "a down b");
	check("\xc2\x9bZ", "Z");
}

static void input__endless_sequence__is_swallowed(void)
{
	g_autoptr(GString) s = g_string_new("a\033[");

	for (int i = 0; i < 3000; i++)
		g_string_append(s, "1;");
	g_string_append(s, "mb");
	check(s->str, "a b");
	g_string_assign(s, "a\033]");
	for (int i = 0; i < 3000; i++)
		g_string_append(s, "\\x");
	g_string_append(s, "\033\\b");
	check(s->str, "a b");
}

static void input__broken_utf8__becomes_replacement(void)
{
	check("a\xff" "b", "a \xef\xbf\xbd b");
	check("a\xe9\x99" "b", "a \xef\xbf\xbd b");
	check("\xed\xa0\x80", "\xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbd");
	check("\xc0\x80", "\xef\xbf\xbd \xef\xbf\xbd");
	check("\xe9", "\xef\xbf\xbd");
}

static void input__paste__is_one_event(void)
{
	check("x\033[200~ab\ncd\033[201~y", "x paste<ab\ncd> y");
	check("\033[200~\033[201~", "paste<>");
	check("\033[200~a\033[A\033[20\033[201~", "paste<a\033[A\033[20>");
	check("\033[200~never ends", "paste<never ends>");
	check("\033[201~z", "z");
}

static void count_paste(const struct input_event *ev, void *arg)
{
	size_t *len = arg;

	if (ev->kind == INPUT_PASTE) {
		*len = ev->len;
		g_assert_true(g_utf8_validate(ev->bytes, (gssize)ev->len, NULL));
	}
}

static void input__huge_paste__is_capped(void)
{
	g_autoptr(GString) s = g_string_new("\033[200~a");
	struct input *in = input_new(NULL);
	size_t len = 0;

	while (s->len < 2 * INPUT_PASTE_MAX)
		g_string_append(s, "陈");
	g_string_append(s, "\033[201~");
	input_feed(in, s->str, s->len, count_paste, &len);
	g_assert_cmpuint(len, <=, INPUT_PASTE_MAX);
	g_assert_cmpuint(len, >, INPUT_PASTE_MAX - 4);
	g_assert_false(input_waiting(in));
	input_free(in);
}

static void input__terminfo_keys__are_known(void)
{
	check_term("linux", "\033[[B\033[1~\033[A", "f2 home up");
	check_term("vt100", "\033OA\033OP", "up f1");
	check_term("xterm-256color", "\033OA\033[1;2Ax", "up shift-up x");
	check_term("no-such-terminal", "\033[A", "up");
}

static void ignore(const struct input_event *ev, void *arg)
{
	int *count = arg;

	(*count)++;
	if (ev->kind == INPUT_STROKE)
		g_assert_cmpuint(ev->raw_len, <=, sizeof(ev->raw));
}

static void input__garbage__never_breaks(void)
{
	static const char alphabet[] = "\033\033[[O]P_M~;?<$0123456789ABab\r\\\a\xc3\xa9\xe9\x99\xff\x80 ";

	for (guint32 seed = 0; seed < 300; seed++) {
		GRand *r = g_rand_new_with_seed(seed);
		struct input *in = input_new(seed % 2 ? "linux" : NULL);
		char bytes[64];
		int count = 0;

		for (int round = 0; round < 40; round++) {
			int n = g_rand_int_range(r, 1, (int)sizeof(bytes));
			for (int i = 0; i < n; i++)
				bytes[i] = alphabet[g_rand_int_range(r, 0, (int)sizeof(alphabet) - 1)];
			input_feed(in, bytes, (size_t)n, ignore, &count);
			if (round % 7 == 0)
				input_expire(in, ignore, &count);
		}
		for (int i = 0; i < 50; i++)
			input_expire(in, ignore, &count);
		g_assert_false(input_waiting(in));
		input_free(in);
		g_rand_free(r);
	}
}

static void stroke__names__round_trip(void)
{
	static const char *const names[] = {
		"a", "A", "ctrl-a", "alt-enter", "shift-up", "ctrl-alt-delete", "space", "ctrl-space", "f12", "陈",
		"equals", "hash", "?", ":", "-", "page-up", "backtab", "alt-x", "ctrl-\\",
	};
	char buf[48];

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;
		stroke s = stroke_parse(names[i], strlen(names[i]), &error);

		g_assert_no_error(error);
		g_assert_cmpstr(stroke_name(s, buf, sizeof(buf)), ==, names[i]);
	}
	g_assert_cmpuint(stroke_parse("ctrl-m", 6, NULL), ==, STROKE_ENTER);
	g_assert_cmpuint(stroke_parse("shift-tab", 9, NULL), ==, STROKE_BACKTAB);
	g_assert_cmpuint(stroke_parse("Ctrl-A", 6, NULL), ==, ('a' | STROKE_CTRL));
}

static void stroke__unknown__is_refused(void)
{
	static const char *const names[] = {"", "ctrl-", "hello", "f13", "shift-a", "\xff", "ab", "ctrl-ctrl-"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpuint(stroke_parse(names[i], strlen(names[i]), &error), ==, 0);
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
	}
}

/* The answer is no key, and what is typed around and inside its slow arrival stays. */
static void input__cursor_answer__is_an_event(void)
{
	static const struct { const char *bytes, *want; } cases[] = {
		{"a\033[2;3Rb", "a cursor<1,2> b"},
		{"\033[1;2R\033[2;2R", "shift-f3 cursor<1,1>"},
		{"\033[A\033[2;2Rj", "up cursor<1,1> j"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t cut = 0; cut <= strlen(cases[i].bytes); cut++) {
			struct input *in = input_new("xterm-256color");
			struct log log = {g_string_new(NULL)};
			guint8 before = cut ? (guint8)cases[i].bytes[cut - 1] : 0;

			input_expect_cursor(in, TRUE);
			input_feed(in, cases[i].bytes, cut, note, &log);
			if (before && before != 033 && !(before == '[' && cut > 1)) /* a lone ESC is the key: too late for the rest */
				input_expire(in, note, &log);
			input_feed(in, cases[i].bytes + cut, strlen(cases[i].bytes) - cut, note, &log);
			g_assert_false(input_waiting(in));
			g_assert_false(input_expects_cursor(in));
			g_strchomp(log.text->str);
			g_assert_cmpstr(log.text->str, ==, cases[i].want);
			g_string_free(log.text, TRUE);
			input_free(in);
		}
}

static void input__no_answer__is_given_up(void)
{
	struct input *in = input_new(NULL);
	struct log log = {g_string_new(NULL)};

	input_expect_cursor(in, TRUE);
	input_feed(in, "\033[2;", 4, note, &log);
	input_expire(in, note, &log);
	g_assert_true(input_waiting(in));
	input_expect_cursor(in, FALSE);
	input_expire(in, note, &log);
	g_assert_false(input_waiting(in));
	input_feed(in, "x\033", 2, note, &log);
	input_expire(in, note, &log);
	g_assert_cmpstr(log.text->str, ==, "x escape ");
	g_string_free(log.text, TRUE);
	input_free(in);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/input/plain", input__plain_keys__are_named);
	g_test_add_func("/input/sequences", input__sequences__are_keys);
	g_test_add_func("/input/altgr", input__altgr__is_the_letter);
	g_test_add_func("/input/alt", input__alt__is_a_prefix);
	g_test_add_func("/input/unknown", input__unknown_sequences__leak_nothing);
	g_test_add_func("/input/endless", input__endless_sequence__is_swallowed);
	g_test_add_func("/input/utf8", input__broken_utf8__becomes_replacement);
	g_test_add_func("/input/paste", input__paste__is_one_event);
	g_test_add_func("/input/paste-cap", input__huge_paste__is_capped);
	g_test_add_func("/input/terminfo", input__terminfo_keys__are_known);
	g_test_add_func("/input/garbage", input__garbage__never_breaks);
	g_test_add_func("/stroke/names", stroke__names__round_trip);
	g_test_add_func("/stroke/unknown", stroke__unknown__is_refused);
	g_test_add_func("/input/cursor_answer", input__cursor_answer__is_an_event);
	g_test_add_func("/input/no_answer", input__no_answer__is_given_up);
	return g_test_run();
}
