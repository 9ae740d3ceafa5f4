/* Command line and settings file: what wins, and how errors are named. */
#include "tui/options.h"

#include <string.h>
#include <glib/gstdio.h>

static char *write_conf(const char *text)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-options-XXXXXX", NULL);
	char *path = g_build_filename(dir, "ttydesk.conf", NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static void remove_conf(const char *path)
{
	g_autofree char *dir = g_path_get_dirname(path);

	g_unlink(path);
	g_rmdir(dir);
}

static gboolean parse(struct options *o, const char *conf, const char *const *args, GError **error)
{
	char *argv_store[16];
	char **argv = argv_store;
	int argc = 0;

	for (; args[argc]; argc++)
		argv_store[argc] = (char *)args[argc];
	argv_store[argc] = NULL;
	return options_parse(o, &argc, &argv, conf, error);
}

static void options__conf_and_line__line_wins(void)
{
	g_autofree char *conf = write_conf("[desk]\nserver = unix:/a\nas = Li Wei\n[screen]\nlayout = queue\ntheme = mono\n");
	struct options o;

	g_unsetenv("TTYDESK_SERVER");
	g_assert_true(parse(&o, conf, (const char *const[]){"ttydesk", "--server", "unix:/b", NULL}, NULL));
	g_assert_cmpstr(o.server, ==, "unix:/b");
	g_assert_cmpstr(o.as_person, ==, "Li Wei");
	g_assert_cmpint(o.layout, ==, APP_LAYOUT_QUEUE);
	g_assert_cmpstr(o.theme, ==, "mono");
	g_assert_cmpuint(o.complaints->len, ==, 0);
	options_clear(&o);
	remove_conf(conf);
}

static void options__bad_lines__are_named_and_defaults_stay(void)
{
	g_autofree char *conf = write_conf("[screen]\nlayout = round\n\n[desk]\nsevrer = x\nsample = maybe\n");
	struct options o;

	options_init(&o);
	options_load(&o, conf);
	g_assert_cmpint(o.layout, ==, APP_LAYOUT_WIDE);
	g_assert_false(o.sample);
	g_assert_nonnull(strstr(o.complaints->str, "ttydesk.conf:2:"));
	g_assert_nonnull(strstr(o.complaints->str, "ttydesk.conf:5:"));
	g_assert_nonnull(strstr(o.complaints->str, "sevrer"));
	g_assert_nonnull(strstr(o.complaints->str, "ttydesk.conf:6:"));
	options_clear(&o);
	remove_conf(conf);
}

static void options__looks__are_read(void)
{
	g_autofree char *conf = write_conf("[desk]\nlink = https://desk.example/{ticket}\n[screen]\nmouse = on\nlayout = split\n");
	struct options o;

	g_assert_true(parse(&o, conf, (const char *const[]){"ttydesk", "--theme", "light", NULL}, NULL));
	g_assert_cmpstr(o.link, ==, "https://desk.example/{ticket}");
	g_assert_true(o.mouse);
	g_assert_cmpint(o.layout, ==, APP_LAYOUT_SPLIT);
	g_assert_false(o.layout_said); /* what is remembered goes above the file, not above the line */
	g_assert_true(o.theme_said);
	g_assert_cmpuint(o.complaints->len, ==, 0);
	options_clear(&o);
	remove_conf(conf);
}

static void options__bad_looks__are_named(void)
{
	g_autofree char *conf = write_conf("[desk]\nlink = https://desk.example/\nlink = a b {ticket}\nlink = \"x{ticket}\\n\"\n"
	                                   "[screen]\nmouse = yes\n");
	struct options o;

	options_init(&o);
	options_load(&o, conf);
	g_assert_null(o.link);
	g_assert_false(o.mouse);
	for (int line = 2; line <= 6; line++) {
		g_autofree char *want = g_strdup_printf("ttydesk.conf:%d:", line);

		g_assert_true(line == 5 || strstr(o.complaints->str, want));
	}
	options_clear(&o);
	remove_conf(conf);
}

static void options__unreadable_file__is_one_complaint(void)
{
	struct options o;

	options_init(&o);
	options_load(&o, "/nonexistent/ttydesk.conf");
	g_assert_cmpuint(o.complaints->len, >, 0);
	options_clear(&o);
}

static void options__wrong_command_line__fails(void)
{
	const char *const bad[][4] = {{"ttydesk", "--nonsense", NULL}, {"ttydesk", "word", NULL}, {"ttydesk", "--layout", "round", NULL}};
	g_autofree char *conf = write_conf("");

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		struct options o;

		g_assert_false(parse(&o, conf, bad[i], &error));
		g_assert_cmpint(error->code, ==, DESK_INVALID);
		options_clear(&o);
	}
	remove_conf(conf);
}

/* --keymap takes a name or a file; read again, the file is as it is now and the line as it was. */
static void options__again__same_line_new_file(void)
{
	g_autofree char *conf = write_conf("[keys]\nkeymap = emacs\nfile = ~/mine.keys\n");
	struct options o, fresh, other;

	g_assert_true(parse(&o, conf, (const char *const[]){"ttydesk", "--keymap", "vi", "--view", "all", NULL}, NULL));
	g_assert_cmpstr(o.keys, ==, "vi");
	g_assert_true(g_str_has_suffix(o.keymap, "/mine.keys"));
	g_assert_true(g_file_set_contents(conf, "[keys]\nkeymap = default\n[desk]\nview = mine\n", -1, NULL));
	g_assert_true(options_again(&o, &fresh, NULL));
	g_assert_cmpstr(fresh.keys, ==, "vi");
	g_assert_null(fresh.keymap);
	g_assert_cmpstr(fresh.view, ==, "all");
	g_assert_true(parse(&other, conf, (const char *const[]){"ttydesk", "--keymap", "own.keys", NULL}, NULL));
	g_assert_cmpstr(other.keys, ==, "default");
	g_assert_cmpstr(other.keymap, ==, "own.keys");
	g_assert_true(g_file_set_contents(conf, "[keys]\nkeymap = wordstar\n", -1, NULL));
	options_clear(&fresh);
	g_assert_true(options_again(&o, &fresh, NULL));
	g_assert_nonnull(strstr(fresh.complaints->str, "ttydesk.conf:2: keymap = wordstar"));
	options_clear(&o);
	options_clear(&fresh);
	options_clear(&other);
	remove_conf(conf);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/looks", options__looks__are_read);
	g_test_add_func("/options/bad_looks", options__bad_looks__are_named);
	g_test_add_func("/options/order", options__conf_and_line__line_wins);
	g_test_add_func("/options/lines", options__bad_lines__are_named_and_defaults_stay);
	g_test_add_func("/options/unreadable", options__unreadable_file__is_one_complaint);
	g_test_add_func("/options/usage", options__wrong_command_line__fails);
	g_test_add_func("/options/again", options__again__same_line_new_file);
	return g_test_run();
}
