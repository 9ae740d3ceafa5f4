/* The settings reader. */
#include "base/ini.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"

static struct ini *parse(const char *s)
{
	g_autoptr(GError) error = NULL;
	struct ini *ini = ini_parse("test.conf", s, strlen(s), &error);

	g_assert_no_error(error);
	return ini;
}

static void parse__sections_quotes_comments__are_read(void)
{
	g_autoptr(ini_auto) ini = parse("\xEF\xBB\xBFtop=1\r\n"
	                                "# no = comment\n ; nor this\n\n"
	                                "[ queue ]\n"
	                                "  name  =  a value # with a sign  \n"
	                                "empty =\n"
	                                "quoted = \" two \\\"words\\\" \\\\ \\n\\t\"\n"
	                                "= = equals\n"
	                                "name = again");

	g_assert_cmpuint(ini_count(ini), ==, 6);
	g_assert_cmpstr(ini_name(ini), ==, "test.conf");
	g_assert_cmpstr(ini_get(ini, "", "top"), ==, "1");
	g_assert_cmpstr(ini_get(ini, "queue", "empty"), ==, "");
	g_assert_cmpstr(ini_get(ini, "queue", "quoted"), ==, " two \"words\" \\ \n\t");
	g_assert_cmpstr(ini_get(ini, "queue", "="), ==, "equals");
	g_assert_cmpstr(ini_get(ini, "queue", "name"), ==, "again");
	g_assert_cmpstr(ini_at(ini, 1)->value, ==, "a value # with a sign");
	g_assert_cmpint(ini_at(ini, 1)->line, ==, 6);
	g_assert_cmpstr(ini_at(ini, 1)->section, ==, "queue");
	g_assert_null(ini_get(ini, "queue", "top"));
}

static void parse__empty__has_nothing(void)
{
	g_autoptr(ini_auto) ini = parse("");

	g_assert_cmpuint(ini_count(ini), ==, 0);
}

static void parse__bad_lines__are_all_named(void)
{
	static const char bad[] = "a = 1\nno equals \033[2J\n[open\n[]\n[x] y\nq = \"open\nq = \"a\" b\nq = \"\\x\"\n";
	g_autoptr(GError) error = NULL;

	g_assert_null(ini_parse("f", bad, strlen(bad), &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	for (int line = 2; line <= 8; line++) {
		g_autofree char *where = g_strdup_printf("f:%d: ", line);

		g_assert_nonnull(strstr(error->message, where));
	}
	g_assert_null(strchr(error->message, '\033'));
	g_assert_false(g_str_has_suffix(error->message, "\n"));
}

static void parse__thousands_of_bad_lines__are_summed_up(void)
{
	g_autoptr(GString) bad = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 5000; i++)
		g_string_append(bad, "x\n");
	g_assert_null(ini_parse("f", bad->str, bad->len, &error));
	g_assert_nonnull(strstr(error->message, "f: and 4900 more"));
	g_assert_cmpuint(strlen(error->message), <, 10000);
}

static void parse__not_text__is_refused(void)
{
	g_autofree char *big = g_strnfill(1024 * 1024 + 1, '\n');
	static const struct { const char *bytes; size_t len; const char *says; } cases[] = {
		{"a=1\n\0b=2\n", 9, "f:2: this line holds a NUL"},
		{"a=1\nb=\xFF\n", 8, "f:2: this line is not UTF-8"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(ini_parse("f", cases[i].bytes, cases[i].len, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
		g_assert_nonnull(strstr(error->message, cases[i].says));
	}
	g_assert_null(ini_parse("f", big, 1024 * 1024 + 1, NULL));
}

static void load__file__is_read_or_named(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-ini-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "x.conf", NULL);
	g_autoptr(GError) error = NULL;
	struct ini *ini;

	g_assert_null(ini_load(path, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_assert_nonnull(strstr(error->message, path));
	g_assert_true(g_file_set_contents(path, "a = b\n", -1, NULL));
	ini = ini_load(path, NULL);
	g_assert_cmpstr(ini_get(ini, "", "a"), ==, "b");
	ini_free(ini);
	ini_free(NULL);
	g_remove(path);
	g_rmdir(dir);
}

static void complain__entry__names_file_and_line(void)
{
	g_autoptr(ini_auto) ini = parse("\na = b\033\n");
	g_autoptr(GString) errors = g_string_new(NULL);

	ini_complain(ini, ini_at(ini, 0), errors, "there is no \"%s\"", ini_at(ini, 0)->value);
	g_assert_cmpstr(errors->str, ==, "test.conf:2: there is no \"b\"\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ini/parse/good", parse__sections_quotes_comments__are_read);
	g_test_add_func("/ini/parse/empty", parse__empty__has_nothing);
	g_test_add_func("/ini/parse/bad", parse__bad_lines__are_all_named);
	g_test_add_func("/ini/parse/many", parse__thousands_of_bad_lines__are_summed_up);
	g_test_add_func("/ini/parse/bytes", parse__not_text__is_refused);
	g_test_add_func("/ini/load", load__file__is_read_or_named);
	g_test_add_func("/ini/complain", complain__entry__names_file_and_line);
	return g_test_run();
}
