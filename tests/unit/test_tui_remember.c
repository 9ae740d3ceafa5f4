/* What was chosen: kept, shared by two workstations, and never in the way of a start. */
#include "tui/remember.h"

#include <glib/gstdio.h>
#include <string.h>

struct folder { char *dir, *file; };

static struct folder folder_new(void)
{
	char *dir = g_dir_make_tmp("ttydesk-remember-XXXXXX", NULL);

	return (struct folder){.dir = dir, .file = g_build_filename(dir, "remembered", NULL)};
}

static void folder_free(struct folder f)
{
	g_unlink(f.file);
	g_assert_cmpint(g_rmdir(f.dir), ==, 0); /* nothing else was left there */
	g_free(f.dir);
	g_free(f.file);
}

static void remember__next_start__finds_it(void)
{
	struct folder f = folder_new();
	g_autoptr(GError) error = NULL;
	struct remember *r = remember_open(f.dir, &error);

	g_assert_no_error(error);
	g_assert_null(remember_get(r, "theme"));
	g_assert_true(remember_set(r, "theme", "~/x/a \"b\"\\c.theme", &error));
	g_assert_true(remember_set(r, "layout", "wide", &error));
	g_assert_true(remember_set(r, "mouse", "on", &error));
	g_assert_true(remember_set(r, "mouse", NULL, &error));
	g_assert_true(remember_set(r, "theme", remember_get(r, "theme"), &error)); /* its own */
	remember_free(r);
	r = remember_open(f.dir, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(remember_get(r, "theme"), ==, "~/x/a \"b\"\\c.theme");
	g_assert_cmpstr(remember_get(r, "layout"), ==, "wide");
	g_assert_null(remember_get(r, "mouse"));
	remember_free(r);
	folder_free(f);
}

static void remember__two_workstations__keep_both(void)
{
	struct folder f = folder_new();
	struct remember *a = remember_open(f.dir, NULL), *b = remember_open(f.dir, NULL);

	g_assert_true(remember_set(a, "theme", "light", NULL));
	g_assert_true(remember_set(b, "layout", "queue", NULL));
	remember_free(a);
	a = remember_open(f.dir, NULL);
	g_assert_cmpstr(remember_get(a, "theme"), ==, "light");
	g_assert_cmpstr(remember_get(a, "layout"), ==, "queue");
	remember_free(a);
	remember_free(b);
	folder_free(f);
}

static void remember__bad_file__is_told_and_replaced(void)
{
	struct folder f = folder_new();
	g_autoptr(GError) error = NULL;
	struct remember *r;

	g_assert_true(g_file_set_contents(f.file, "[remembered]\ntheme = light\nhalf a li", -1, NULL));
	r = remember_open(f.dir, &error);
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_nonnull(strstr(error->message, "remembered:3:"));
	g_assert_null(remember_get(r, "theme"));
	g_assert_true(remember_set(r, "theme", "dark", NULL));
	remember_free(r);
	g_clear_error(&error);
	r = remember_open(f.dir, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(remember_get(r, "theme"), ==, "dark");
	remember_free(r);
	folder_free(f);
}

static void remember__what_no_file_holds__is_refused(void)
{
	struct folder f = folder_new();
	g_autofree char *missing = g_build_filename(f.dir, "gone", NULL), *big = g_strnfill(500, 'x');
	g_autoptr(GError) error = NULL;
	struct remember *r = remember_open(f.dir, NULL);

	g_assert_false(remember_set(r, "theme", "two\nlines", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_clear_error(&error);
	g_assert_false(remember_set(r, "theme", big, &error));
	g_clear_error(&error);
	g_assert_false(remember_set(r, "theme", "\xff", &error));
	g_clear_error(&error);
	remember_free(r);
	r = remember_open(missing, &error); /* no such folder */
	g_assert_no_error(error);
	g_assert_false(remember_set(r, "theme", "light", &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_assert_cmpstr(remember_get(r, "theme"), ==, "light"); /* for this run it holds */
	remember_free(r);
	folder_free(f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remember/next_start", remember__next_start__finds_it);
	g_test_add_func("/remember/two", remember__two_workstations__keep_both);
	g_test_add_func("/remember/bad_file", remember__bad_file__is_told_and_replaced);
	g_test_add_func("/remember/refused", remember__what_no_file_holds__is_refused);
	return g_test_run();
}
