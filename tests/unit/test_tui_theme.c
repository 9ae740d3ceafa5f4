/* Themes: the two that are built in, and files on top. */
#include "tui/theme.h"

#include <glib/gstdio.h>
#include <string.h>

static void theme__names__round_trip(void)
{
	for (int i = 0; i < LOOK_COUNT; i++)
		g_assert_cmpint(theme_role_by_name(theme_role_name((enum theme_role)i)), ==, i);
	g_assert_cmpint(theme_role_by_name("nothing"), ==, -1);
}

static void theme__builtin__names_every_role(void)
{
	static const char *const files[] = {"colour", "mono"};

	for (size_t f = 0; f < G_N_ELEMENTS(files); f++) {
		g_autofree char *path = g_strdup_printf("%s/themes/%s.theme", SOURCE_DIR, files[f]);
		g_autofree char *text = NULL;

		g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
		for (int i = 0; i < LOOK_COUNT; i++) {
			g_autofree char *line = g_strdup_printf("\n%s ", theme_role_name((enum theme_role)i));
			g_assert_nonnull(strstr(text, line));
		}
	}
}

static void theme__mono__tells_clocks_apart(void)
{
	static const enum theme_role clocks[] = {LOOK_CLOCK_OK, LOOK_CLOCK_WARN, LOOK_CLOCK_LATE, LOOK_CLOCK_PAUSED};
	struct theme *t = theme_builtin("mono", NULL);

	g_assert_nonnull(t);
	for (size_t a = 0; a < G_N_ELEMENTS(clocks); a++)
		for (size_t b = a + 1; b < G_N_ELEMENTS(clocks); b++)
			g_assert_true(t->style[clocks[a]].attrs != t->style[clocks[b]].attrs ||
			              g_strcmp0(t->mark[clocks[a]], t->mark[clocks[b]]) != 0);
	for (int i = 0; i < LOOK_COUNT; i++)
		g_assert_true(t->style[i].fg == -1 && t->style[i].bg == -1);
	theme_free(t);
}

static char *write_theme(const char *dir, const char *text)
{
	char *path = g_build_filename(dir, "mine.theme", NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static void theme__file__goes_on_top(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-theme-XXXXXX", NULL);
	g_autofree char *path = write_theme(dir, "[palette]\nsea = #102030\n[roles]\nclock.late = sea on bright-red bold mark \"L\"\n");
	g_autoptr(GError) error = NULL;
	struct theme *t = theme_load(path, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(t->name, ==, "mine");
	g_assert_cmpint(t->style[LOOK_CLOCK_LATE].fg, ==, LOOK_RGB | 0x102030);
	g_assert_cmpint(t->style[LOOK_CLOCK_LATE].bg, ==, 9);
	g_assert_cmpuint(t->style[LOOK_CLOCK_LATE].attrs, ==, LOOK_BOLD);
	g_assert_cmpstr(t->mark[LOOK_CLOCK_LATE], ==, "L");
	g_assert_cmpstr(t->mark[LOOK_CLOCK_WARN], ==, "!");
	theme_free(t);
	g_unlink(path);
	g_rmdir(dir);
}

static void theme__bad_file__names_every_line(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-theme-XXXXXX", NULL);
	g_autofree char *path = write_theme(dir, "[palette]\nsea = water\n[roles]\ntext = purple\nnose = red\ndim = red on\n"
	                                         "key = 256\nkey = 12 mark \"\xc3\xa9\"\n[shapes]\na = b\n");
	g_autoptr(GError) error = NULL;

	g_assert_null(theme_load(path, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	for (int line = 2; line <= 10; line++) {
		g_autofree char *want = g_strdup_printf("mine.theme:%d:", line);
		if (line != 3 && line != 9)
			g_assert_nonnull(strstr(error->message, want));
	}
	g_clear_error(&error);
	g_assert_null(theme_builtin("../colour", &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_unlink(path);
	g_rmdir(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/theme/names", theme__names__round_trip);
	g_test_add_func("/theme/complete", theme__builtin__names_every_role);
	g_test_add_func("/theme/mono", theme__mono__tells_clocks_apart);
	g_test_add_func("/theme/file", theme__file__goes_on_top);
	g_test_add_func("/theme/bad", theme__bad_file__names_every_line);
	return g_test_run();
}
