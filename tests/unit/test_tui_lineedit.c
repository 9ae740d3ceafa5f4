/* The line editor: readline's keys on our text, drafts side by side, hostile input. */
#include "tui/lineedit.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <time.h>

/* readline 8.2 loses the contexts of searches and quotes that are broken off. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libreadline";
}

static enum lineedit_result last;

static void to_editor(const struct input_event *ev, void *arg)
{
	last = lineedit_key(arg, ev);
}

/* Bytes as a terminal sends them. */
static enum lineedit_result type(struct lineedit *e, const char *bytes)
{
	struct input *in = input_new(NULL);

	last = LINEEDIT_MORE;
	input_feed(in, bytes, strlen(bytes), to_editor, e);
	for (int i = 0; i < 50 && input_waiting(in); i++)
		input_expire(in, to_editor, e);
	input_free(in);
	return last;
}

static void check(struct lineedit *e, const char *keys, const char *text, size_t cursor)
{
	type(e, keys);
	g_assert_cmpstr(lineedit_text(e), ==, text);
	g_assert_cmpuint(lineedit_cursor(e), ==, cursor);
}

static void lineedit__typing__edits(void)
{
	struct lineedit *e = lineedit_new(NULL, FALSE);

	check(e, "hello", "hello", 5);
	check(e, "\x01>", ">hello", 1);
	check(e, "\x05!", ">hello!", 7);
	check(e, "\x7f\b", ">hell", 5);
	check(e, "\033[D\033[D\x04", ">hel", 3 + 0);
	check(e, "\033[H\033[3~", "hel", 0);
	check(e, "\033OF", "hel", 3);
	lineedit_free(e);
}

static void lineedit__huge_count__is_kept_within_bounds(void)
{
	struct lineedit *e = lineedit_new(NULL, FALSE);

	type(e, "\0331\0331\0331\0331\0331\0331\0331\0331\0331x");
	g_assert_cmpuint(strlen(lineedit_text(e)), ==, 999);
	type(e, "\001\033-\0339\0339\0339\0339\0339\0339\0339\0339y");
	g_assert_cmpuint(strlen(lineedit_text(e)), <, 3000);
	lineedit_free(e);
}

static void lineedit__chinese__moves_by_character(void)
{
	struct lineedit *e = lineedit_new(NULL, TRUE);

	check(e, "很着急!", "很着急!", 10);
	check(e, "\033[D\033[D", "很着急!", 6);
	check(e, "\x7f", "很急!", 3);
	check(e, "e\u0301", "很e\u0301急!", 6);
	lineedit_free(e);
}

static void lineedit__kill_and_yank__share_a_ring(void)
{
	struct lineedit *a = lineedit_new(NULL, FALSE), *b = lineedit_new(NULL, TRUE);

	check(a, "one two three\x17\x17", "one ", 4);
	check(b, "x \x19", "x two three", 11);
	check(b, "\x01\x0b", "", 0);
	check(b, "\x19\033y", "two three", 9);
	lineedit_free(a);
	lineedit_free(b);
}

static void lineedit__undo__goes_back(void)
{
	struct lineedit *e = lineedit_new(NULL, TRUE);

	type(e, "one ");
	lineedit_insert(e, "pasted\nlines");
	check(e, "!", "one pasted\nlines!", 17);
	check(e, "\x1f", "one pasted\nlines", 16);
	check(e, "\x1f", "one ", 4);
	check(e, "\x1f", "", 0);
	check(e, "\x1f", "", 0);
	lineedit_free(e);
}

static void lineedit__two_drafts__keep_text_cursor_and_undo(void)
{
	struct lineedit *a = lineedit_new(NULL, TRUE), *b = lineedit_new(NULL, TRUE);

	check(a, "first draft", "first draft", 11);
	check(b, "second", "second", 6);
	check(a, "\033[D\033[DX", "first draXft", 10);
	check(b, " one\x1f", "", 0);
	lineedit_set(b, "set text");
	check(a, "\x1f", "first draft", 9);
	check(a, "\x1f", "", 0);
	check(b, "", "set text", 8);
	lineedit_free(a);
	check(b, " lives", "set text lives", 14);
	lineedit_free(b);
}

static void lineedit__switch_in_a_sequence__is_settled(void)
{
	struct lineedit *a = lineedit_new(NULL, TRUE), *b = lineedit_new(NULL, TRUE);

	check(a, "abc\033" "5", "abc", 3);
	check(b, "x", "x", 1);
	check(a, "d\x18", "abcd", 4);
	check(b, "\x15", "", 0);
	check(b, "y\x12z", "y", 1);
	check(a, "e", "abcde", 5);
	check(a, "\x16", "abcde", 5);
	check(b, "z", "yz", 2);
	lineedit_free(b);
	lineedit_free(a);
}

static void lineedit__multi__has_lines(void)
{
	struct lineedit *e = lineedit_new(NULL, TRUE);

	check(e, "first line\033\rsecond\nthird 行", "first line\nsecond\nthird 行", 27 - 0);
	check(e, "\033[A", "first line\nsecond\nthird 行", 17);
	check(e, "\033[A", "first line\nsecond\nthird 行", 8);
	check(e, "\033[A", "first line\nsecond\nthird 行", 0);
	check(e, "\033[B\x05\x0b", "first line\nsecondthird 行", 17);
	check(e, "\x01\x0b", "first line\n", 11);
	check(e, "\x15", "first line", 10);
	check(e, "\033<\033>", "first line", 10);
	g_assert_cmpint(type(e, "\r"), ==, LINEEDIT_ACCEPTED);
	g_assert_cmpstr(lineedit_text(e), ==, "first line");
	g_assert_cmpint(type(e, "\033#"), ==, LINEEDIT_MORE);
	g_assert_cmpint(type(e, "\x0f"), ==, LINEEDIT_MORE);
	g_assert_cmpstr(lineedit_text(e), ==, "first line");
	lineedit_free(e);
}

static void lineedit__width__moves_by_rows(void)
{
	struct lineedit *e = lineedit_new(NULL, TRUE);

	lineedit_width(e, 8);
	lineedit_set(e, "one two three four five");
	check(e, "\033[A", "one two three four five", 18);
	check(e, "\033[A", "one two three four five", 12);
	check(e, "\033[A", "one two three four five", 4);
	check(e, "\033[B\033[B", "one two three four five", 18);
	lineedit_move(e, 2);
	g_assert_cmpuint(lineedit_cursor(e), ==, 2);
	lineedit_free(e);
}

static void lineedit__single__accepts_and_cancels(void)
{
	struct lineedit *e = lineedit_new(NULL, FALSE);

	g_assert_cmpint(type(e, "assign li\r"), ==, LINEEDIT_ACCEPTED);
	g_assert_cmpstr(lineedit_text(e), ==, "assign li");
	g_assert_cmpint(type(e, "\n"), ==, LINEEDIT_ACCEPTED);
	g_assert_cmpstr(lineedit_text(e), ==, "assign li");
	g_assert_cmpint(type(e, "\x07"), ==, LINEEDIT_CANCELLED);
	g_assert_cmpint(type(e, "\x03"), ==, LINEEDIT_CANCELLED);
	lineedit_set(e, "");
	g_assert_cmpint(type(e, "\x04"), ==, LINEEDIT_CANCELLED);
	lineedit_insert(e, "two\nlines\ttab");
	g_assert_cmpstr(lineedit_text(e), ==, "two lines    tab");
	lineedit_free(e);
}

static void lineedit__history__is_per_file(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-lineedit-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "commands", NULL);
	g_autofree char *text = NULL;
	struct lineedit *e = lineedit_new(path, FALSE), *other = lineedit_new(NULL, FALSE);

	type(e, "first command");
	lineedit_remember(e);
	lineedit_set(e, "second");
	lineedit_remember(e);
	lineedit_remember(e);
	lineedit_set(e, "half");
	check(other, "\033[Ax", "x", 1);
	check(e, "\033[A", "second", 6);
	check(e, "\033[A", "first command", 13);
	check(other, "y", "xy", 2);
	check(other, "\033[B", "xy", 2);
	check(e, "", "first command", 13);
	check(e, "\x15", "", 0);
	check(e, "\x12sec", "second", 0);
	g_assert_nonnull(lineedit_message(e));
	g_assert_cmpint(type(e, "\r"), ==, LINEEDIT_ACCEPTED);
	g_assert_cmpstr(lineedit_text(e), ==, "second");
	lineedit_free(e);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "first command\nsecond\n");
	e = lineedit_new(path, FALSE);
	check(e, "\x10\x10", "first command", 13);
	lineedit_free(e);
	lineedit_free(other);
	g_unlink(path);
	g_rmdir(dir);
}

static char **words(const char *line, size_t from, size_t cursor, void *arg)
{
	static const char *const all[] = {"assign", "escalate", "status", "status-all", NULL};
	GPtrArray *found = g_ptr_array_new();

	g_assert_cmpstr(arg, ==, "arg");
	for (size_t i = 0; all[i]; i++)
		if (strncmp(all[i], line + from, cursor - from) == 0)
			g_ptr_array_add(found, g_strdup(all[i]));
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(found, FALSE);
}

static void lineedit__tab__completes(void)
{
	struct lineedit *e = lineedit_new(NULL, FALSE);

	check(e, "\t", "", 0);
	lineedit_completer(e, words, (void *)"arg");
	check(e, "as\t", "assign ", 7);
	g_assert_null(lineedit_candidates(e));
	check(e, "st\t", "assign status", 13);
	g_assert_nonnull(lineedit_candidates(e));
	g_assert_cmpstr(lineedit_candidates(e)[0], ==, "status");
	g_assert_cmpstr(lineedit_candidates(e)[1], ==, "status-all");
	g_assert_null(lineedit_candidates(e)[2]);
	check(e, "\t\t", "assign status", 13);
	check(e, "x", "assign statusx", 14);
	g_assert_null(lineedit_candidates(e));
	check(e, "\t", "assign statusx", 14);
	lineedit_free(e);
}

static void lineedit__huge_paste__is_quick_and_one_step(void)
{
	g_autoptr(GString) s = g_string_new("\033[200~");
	struct lineedit *e = lineedit_new(NULL, TRUE);
	clock_t from; /* of this process: others may be busy */

	for (int i = 0; i < 10000; i++)
		g_string_append_printf(s, "line %d 很着急 of a log that somebody pasted\r\n", i);
	g_string_append(s, "\033[201~");
	from = clock();
	type(e, s->str);
	type(e, "typed\033[A\033[A");
	g_assert_cmpint(clock() - from, <, 2 * CLOCKS_PER_SEC);
	g_assert_cmpuint(strlen(lineedit_text(e)), >, 400000);
	type(e, "\x1f\x1f");
	g_assert_cmpstr(lineedit_text(e), ==, "");
	lineedit_free(e);
}

static void lineedit__hostile_bytes__stay_text(void)
{
	struct lineedit *e = lineedit_new(NULL, TRUE);
	struct input_event ev = {.kind = INPUT_PASTE, .bytes = "a\033[31m\0b\xff\x9b\r\nc\x7f\xc2\x9bz", .len = 17};

	lineedit_key(e, &ev);
	g_assert_true(g_utf8_validate(lineedit_text(e), -1, NULL));
	for (const char *p = lineedit_text(e); *p; p++)
		g_assert_true((guint8)*p >= ' ' || *p == '\n');
	g_assert_null(strchr(lineedit_text(e), '\033'));
	lineedit_set(e, "");
	check(e, "\033[1;7A\033[25~\033[99zok", "ok", 2);
	check(e, "\xff\xfe", "ok\xef\xbf\xbd\xef\xbf\xbd", 8);
	lineedit_free(e);
}

static void lineedit__random_keys__never_break(void)
{
	static const char *const keys[] = {
		"a", "陈", " ", "\x01", "\x02", "\x04", "\x05", "\x06", "\x07", "\x08", "\t", "\n", "\x0b", "\x0c", "\x0e",
		"\x0f", "\x10", "\x11", "\x12", "\x13", "\x14", "\x15", "\x16", "\x17", "\x18", "\x19", "\x1c", "\x1d", "\x1e", "\x1f",
		"\033", "\033[A", "\033[B", "\033[C", "\033[D", "\033b", "\033f", "\033d", "\033t", "\033u", "\033y", "\0332",
		"\033-", "\033.", "\033_", "\033\\", "\033*", "\033?", "\033n", "\033p", "\033r", "\033\x12", "\033&", "\033~",
		"\x18\x15", "\x18\x18", "\x18(", "\x18)", "\x18" "e", "\x18\x12", "\033\x08", "\033\r", "\x7f", "\r", "i", "x", "u", "/",
		"\033[200~pasted\ntext\033[201~", "0", "$", "w", "c", "R", "p", "yy", "dd", ".", "~", "@", "%", ";", "fa", "|",
	};
	struct lineedit *e[3];

	for (guint32 seed = 0; seed < 40; seed++) {
		GRand *r = g_rand_new_with_seed(seed);

		e[0] = lineedit_new(NULL, TRUE);
		e[1] = lineedit_new(NULL, FALSE);
		e[2] = lineedit_new("/dev/null", FALSE);
		for (int i = 0; i < 400; i++) {
			struct lineedit *at = e[g_rand_int_range(r, 0, 20) == 0 ? g_rand_int_range(r, 0, 3) : 0];

			type(at, keys[g_rand_int_range(r, 0, G_N_ELEMENTS(keys))]);
			g_assert_cmpuint(lineedit_cursor(at), <=, strlen(lineedit_text(at)));
			g_assert_true(g_utf8_validate(lineedit_text(at), -1, NULL));
			if (g_rand_int_range(r, 0, 50) == 0)
				lineedit_set(at, "begin anew\nhere");
			if (g_rand_int_range(r, 0, 50) == 0)
				lineedit_remember(at);
		}
		for (int i = 0; i < 3; i++)
			lineedit_free(e[i]);
		g_rand_free(r);
	}
}

/* In a process of its own: readline reads its inputrc once. */
static void lineedit__vi__is_honoured(void)
{
	struct lineedit *a, *b;

	if (!g_test_subprocess()) {
		g_autofree char *dir = g_dir_make_tmp("ttydesk-inputrc-XXXXXX", NULL);
		g_autofree char *path = g_build_filename(dir, "inputrc", NULL);
		g_autofree char *before = g_strdup(g_getenv("INPUTRC"));

		g_assert_true(g_file_set_contents(path, "set editing-mode vi\nset bell-style audible\nset show-mode-in-prompt on\n", -1, NULL));
		g_setenv("INPUTRC", path, TRUE);
		g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
		g_setenv("INPUTRC", before, TRUE);
		g_unlink(path);
		g_rmdir(dir);
		g_test_trap_assert_passed();
		g_test_trap_assert_stdout_unmatched("*\a*");
		g_test_trap_assert_stderr_unmatched("*\a*");
		return;
	}
	a = lineedit_new(NULL, TRUE);
	b = lineedit_new(NULL, FALSE);
	g_assert_true(lineedit_takes_escape(a));
	check(a, "one two three", "one two three", 13);
	check(a, "\033", "one two three", 12);
	g_assert_false(lineedit_takes_escape(a));
	check(a, "bdw", "one two ", 7);
	check(b, "ins", "ins", 3);
	check(a, "0x", "ne two ", 0);
	check(a, "u", "one two ", 1);
	check(b, "ert", "insert", 6);
	check(a, "A\033\rnew line\033", "one two \nnew line", 16);
	check(a, "k", "one two \nnew line", 7);
	check(a, "j0", "one two \nnew line", 9);
	check(a, "$", "one two \nnew line", 16);
	check(a, "fq", "one two \nnew line", 16);
	check(b, "\033hx", "inset", 4);
	lineedit_free(a);
	check(b, "iE", "inseEt", 5);
	lineedit_free(b);
}

/* Nothing of readline may reach the terminal or wait for it. */
static void lineedit__bell__is_silent(void)
{
	struct lineedit *e;

	if (!g_test_subprocess()) {
		g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
		g_test_trap_assert_passed();
		g_test_trap_assert_stderr("");
		return;
	}
	e = lineedit_new(NULL, FALSE);
	type(e, "\x04\x7f\x7f\033[D\x07\033[200~x\033[201~(a)\t\t\033?\x0c\033*");
	lineedit_free(e);
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	if (!g_getenv("INPUTRC"))
		g_setenv("INPUTRC", "/dev/null", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lineedit/typing", lineedit__typing__edits);
	g_test_add_func("/lineedit/chinese", lineedit__chinese__moves_by_character);
	g_test_add_func("/lineedit/kill", lineedit__kill_and_yank__share_a_ring);
	g_test_add_func("/lineedit/undo", lineedit__undo__goes_back);
	g_test_add_func("/lineedit/drafts", lineedit__two_drafts__keep_text_cursor_and_undo);
	g_test_add_func("/lineedit/switch", lineedit__switch_in_a_sequence__is_settled);
	g_test_add_func("/lineedit/multi", lineedit__multi__has_lines);
	g_test_add_func("/lineedit/width", lineedit__width__moves_by_rows);
	g_test_add_func("/lineedit/single", lineedit__single__accepts_and_cancels);
	g_test_add_func("/lineedit/history", lineedit__history__is_per_file);
	g_test_add_func("/lineedit/complete", lineedit__tab__completes);
	g_test_add_func("/lineedit/paste", lineedit__huge_paste__is_quick_and_one_step);
	g_test_add_func("/lineedit/hostile", lineedit__hostile_bytes__stay_text);
	g_test_add_func("/lineedit/random", lineedit__random_keys__never_break);
	g_test_add_func("/lineedit/vi", lineedit__vi__is_honoured);
	g_test_add_func("/lineedit/count", lineedit__huge_count__is_kept_within_bounds);
	g_test_add_func("/lineedit/silent", lineedit__bell__is_silent);
	return g_test_run();
}
