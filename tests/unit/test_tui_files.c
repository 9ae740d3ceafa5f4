/* Paths as typed, names from outside, bytes as text, programs for files. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/filetext.h"
#include "tui/openers.h"
#include "tui/paths.h"

static void safe_name__harmless_and_never_empty(void)
{
	static const struct {
		const char *name, *safe;
	} cases[] = {{"report.pdf", "report.pdf"}, {"../../etc/passwd", "passwd"}, {"-rf", "rf"}, {".bashrc", "bashrc"},
		     {"a\nb", "a b"}, {"\x1b]0;x\x07y", "]0;xy"}, {"", "file"}, {"...", "file"}, {NULL, "file"},
		     {"C:\\x\\y z.doc", "y z.doc"}, {"报告.pdf", "报告.pdf"}, {"~root", "root"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *safe = paths_safe_name(cases[i].name);

		g_assert_cmpstr(safe, ==, cases[i].safe);
	}
}

static char *make_folder(void)
{
	char *dir = g_dir_make_tmp("paths-XXXXXX", NULL);
	static const char *const names[] = {"a b.txt", "a-c.txt", ".hidden", "it's", "文件.txt", NULL};

	for (size_t i = 0; names[i]; i++) {
		g_autofree char *path = g_build_filename(dir, names[i], NULL);

		g_assert_true(g_file_set_contents(path, "x", 1, NULL));
	}
	g_autofree char *sub = g_build_filename(dir, "folder x", NULL);
	g_assert_cmpint(g_mkdir(sub, 0700), ==, 0);
	return dir;
}

static void remove_folder(char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);

	for (const char *name; (name = g_dir_read_name(d));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		g_remove(path);
	}
	g_rmdir(dir);
	g_free(dir);
}

/* What a line becomes when the only candidate is taken, or the candidates joined. */
static char *completed(const char *line, gboolean escape)
{
	const char *blank = strrchr(line, ' ');
	size_t word = blank ? (size_t)(blank - line) + 1 : 0;
	g_auto(GStrv) all = paths_complete(line, 0, word, strlen(line), escape);

	if (!all)
		return g_strdup("nothing");
	g_autofree char *joined = g_strjoinv("|", all);
	return all[1] ? g_steal_pointer(&joined) : g_strdup_printf("%.*s%s", (int)word, line, joined);
}

#define COMPLETES(typed, escape, ...) \
	do { \
		g_autofree char *line_ = g_strconcat(dir, typed, NULL); \
		g_autofree char *got_ = completed(line_, escape); \
		g_autofree char *want_ = g_strconcat(__VA_ARGS__, NULL); \
		g_assert_cmpstr(got_, ==, want_); \
	} while (0)

static void completion__as_in_a_shell(void)
{
	char *dir = make_folder();

	COMPLETES("/a", TRUE, dir, "/a\\ b.txt|", dir, "/a-c.txt");
	COMPLETES("/a\\ ", TRUE, dir, "/a\\ b.txt");
	COMPLETES("/a ", FALSE, dir, "/a b.txt");
	COMPLETES("/.h", TRUE, dir, "/.hidden");
	COMPLETES("/fol", TRUE, dir, "/folder\\ x/");
	COMPLETES("/i", TRUE, dir, "/it\\'s");
	COMPLETES("/文", TRUE, dir, "/文件.txt");
	COMPLETES("/zzz", TRUE, "nothing");
	g_autofree char *second = g_strconcat("/tmp/x\\ y ", dir, "/a-", NULL);
	g_autofree char *got = completed(second, TRUE);
	g_assert_true(g_str_has_suffix(got, "/a-c.txt"));
	remove_folder(dir);
}

static void split__blanks_quotes_and_home(void)
{
	char *dir = make_folder();
	g_autoptr(GError) error = NULL;
	g_autofree char *bare = g_strconcat(dir, "/a b.txt", NULL);
	g_auto(GStrv) whole = paths_split(bare, &error);
	g_assert_cmpstr(whole[0], ==, bare);
	g_assert_null(whole[1]);
	g_auto(GStrv) many = paths_split("a\\ b 'c d'  \"e f\" ~/g ~h", &error);
	g_autofree char *home = g_build_filename(g_get_home_dir(), "g", NULL);
	const char *const want[] = {"a b", "c d", "e f", home, "~h", NULL};
	g_assert_true(g_strv_equal((const char *const *)many, want));
	g_assert_null(paths_split("'open", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_clear_error(&error);
	g_assert_null(paths_split("  ", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	remove_folder(dir);
}

static void text_of(const char *bytes, gsize len, const char *name, const char *want)
{
	g_autofree char *text = filetext_read(bytes, len, NULL, name, FALSE);

	g_assert_true(g_utf8_validate(text, -1, NULL));
	if (!strstr(text, want))
		g_error("%s: %s", name, text);
}

static void bytes__are_guessed(void)
{
	text_of("plain", 5, "a.txt", "plain");
	text_of("", 0, "a", "empty");
	text_of("\xef\xbb\xbf" "marked", 9, "a", "marked");
	text_of("\xc4\xfa\xba\xc3\xa3\xac\xb7\xa2\xc6\xb1", 10, "a.txt", "您好，发票");
	text_of("caf\xe9 au lait\xff", 13, "a.txt", "caf");
	text_of("\xff\xfeH\0i\0", 6, "a.txt", "Hi");
	text_of("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16, "a.png", "This is not text (image/png)");
	text_of("<p>a<script>b</script></p><p>c", 30, "a.html", "a\n\nc");
	g_autofree char *long_one = g_strnfill(FILETEXT_MAX + 1, 'x');
	text_of(long_one, FILETEXT_MAX + 1, "a", "not shown");
	g_autofree char *cut = filetext_read("ab\xe4\xb8", 4, NULL, "a", TRUE);
	g_assert_true(g_str_has_prefix(cut, "ab"));
}

static void programs__by_pattern_without_a_shell(void)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(opener_free);
	g_autoptr(GError) error = NULL;
	static const char *const lines[][2] = {{"*.pdf", "pdftotext -layout %s -"}, {"image/*", "\"my viewer\" --x"}};
	g_autofree char *caps = NULL;
	int fd = g_file_open_tmp("mailcap-XXXXXX", &caps, NULL);

	close(fd);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct opener *o = g_new0(struct opener, 1);

		o->pattern = g_strdup(lines[i][0]);
		o->command = g_strdup(lines[i][1]);
		g_ptr_array_add(list, o);
	}
	g_assert_true(g_file_set_contents(caps, "# x\ntext/html; cat '%s' | sh\naudio/*; cat '%s'; needsterminal\n"
	                                        "video/*; cat %s; test=true\n", -1, NULL));
	const char *const mailcaps[] = {caps, NULL};
	const char *odd = "/tmp/a b; rm -rf $x.pdf";
	g_auto(GStrv) pdf = openers_find(list, mailcaps, NULL, "A.PDF", odd, &error);
	g_assert_true(g_strv_equal((const char *const *)pdf, (const char *const[]){"pdftotext", "-layout", odd, "-", NULL}));
	g_auto(GStrv) image = openers_find(list, mailcaps, "image/png", "noend", "/p", &error);
	g_assert_true(g_strv_equal((const char *const *)image, (const char *const[]){"my viewer", "--x", "/p", NULL}));
	g_auto(GStrv) audio = openers_find(list, mailcaps, "audio/mpeg", "x", "/p", &error);
	g_assert_true(g_strv_equal((const char *const *)audio, (const char *const[]){"cat", "/p", NULL}));
	g_assert_null(openers_find(list, mailcaps, "video/mp4", "x", "/p", &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_clear_error(&error);
	g_assert_null(openers_find(list, mailcaps, "text/html", "x", "/p", NULL)); /* it would need a shell */
	g_unlink(caps);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/files/safe_name__harmless_and_never_empty", safe_name__harmless_and_never_empty);
	g_test_add_func("/files/completion__as_in_a_shell", completion__as_in_a_shell);
	g_test_add_func("/files/split__blanks_quotes_and_home", split__blanks_quotes_and_home);
	g_test_add_func("/files/bytes__are_guessed", bytes__are_guessed);
	g_test_add_func("/files/programs__by_pattern_without_a_shell", programs__by_pattern_without_a_shell);
	return g_test_run();
}
