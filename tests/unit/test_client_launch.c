/* Finding and starting the private server: what goes wrong is said at once. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/launch.h"

struct place {
	char *dir;
};

static void place_up(struct place *p, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	(void)unused;
	p->dir = g_dir_make_tmp("launch-XXXXXX", &error);
	g_assert_no_error(error);
	g_setenv("XDG_RUNTIME_DIR", p->dir, TRUE);
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) d = g_dir_open(path, 0, NULL);
	const char *name;
	while (d && (name = g_dir_read_name(d))) {
		g_autofree char *one = g_build_filename(path, name, NULL);
		if (g_file_test(one, G_FILE_TEST_IS_DIR) && !g_file_test(one, G_FILE_TEST_IS_SYMLINK))
			remove_tree(one);
		else
			unlink(one);
	}
	rmdir(path);
}

static void place_down(struct place *p, gconstpointer unused)
{
	(void)unused;
	remove_tree(p->dir);
	g_free(p->dir);
}

static char *program(const struct place *p, const char *text)
{
	char *path = g_build_filename(p->dir, "daemon", NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(chmod(path, 0700), ==, 0);
	return path;
}

static void address__given__is_taken_as_it_is(struct place *p, gconstpointer unused)
{
	(void)p;
	(void)unused;
	g_autofree char *url = launch_address(&(struct launch_conf){.server = "https://desk.example"}, NULL);
	g_autofree char *path = launch_address(&(struct launch_conf){.server = "/run/some.sock"}, NULL);
	g_assert_cmpstr(url, ==, "https://desk.example");
	g_assert_cmpstr(path, ==, "unix:/run/some.sock");
}

static void runtime_dir__made_private(struct place *p, gconstpointer unused)
{
	struct stat st;
	(void)unused;
	g_autofree char *dir = launch_runtime_dir(NULL);
	g_autofree char *expected = g_build_filename(p->dir, "ttydesk", NULL);
	g_assert_cmpstr(dir, ==, expected);
	g_assert_cmpint(chmod(dir, 0755), ==, 0);
	g_free(launch_runtime_dir(NULL)); /* an open one is closed */
	g_assert_cmpint(stat(dir, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0700);
}

static void runtime_dir__a_link_or_a_file__is_refused(struct place *p, gconstpointer unused)
{
	g_autoptr(GError) by_link = NULL;
	g_autoptr(GError) by_file = NULL;
	g_autofree char *path = g_build_filename(p->dir, "ttydesk", NULL);
	(void)unused;
	g_assert_cmpint(symlink("/tmp", path), ==, 0);
	g_assert_null(launch_runtime_dir(&by_link));
	g_assert_error(by_link, DESK_ERROR, DESK_IO);
	unlink(path);
	g_assert_true(g_file_set_contents(path, "x", -1, NULL));
	g_assert_null(launch_runtime_dir(&by_file));
	g_assert_error(by_file, DESK_ERROR, DESK_IO);
}

static void daemon__dies__its_last_words_are_told_at_once(struct place *p, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path =
		program(p, "#!/bin/sh\necho starting\necho 'desk.db was written by a newer version' >&2\nexit 1\n");
	(void)unused;
	int64_t began = clock_mono_ms();
	g_assert_null(launch_address(
		&(struct launch_conf){.daemon = path, .sample = TRUE, .state_dir = p->dir}, &error));
	g_assert_error(error, DESK_ERROR, DESK_NET);
	g_assert_nonnull(strstr(error->message, "desk.db was written by a newer version"));
	g_assert_cmpint(clock_mono_ms() - began, <, 8000); /* not the deadline */
}

static void daemon__dies__its_error_is_told_not_its_farewell(struct place *p, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = program(p, "#!/bin/sh\necho '2026-11-23T01:13:39.748Z error server: no database' >&2\n"
	                                   "echo '2026-11-23T01:13:39.748Z info  server: stopped' >&2\nexit 1\n");
	(void)unused;
	g_assert_null(launch_address(
		&(struct launch_conf){.daemon = path, .sample = TRUE, .state_dir = p->dir}, &error));
	g_assert_nonnull(strstr(error->message, ": server: no database ("));
}

static void daemon__missing__is_said(struct place *p, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	(void)unused;
	g_assert_null(launch_address(
		&(struct launch_conf){.daemon = "/nonexistent/ttydeskd", .sample = TRUE, .state_dir = p->dir},
		&error));
	g_assert_error(error, DESK_ERROR, DESK_NET);
}

static void daemon__arguments__sample_and_own_desk_differ(struct place *p, gconstpointer unused)
{
	g_autofree char *path = program(p, "#!/bin/sh\necho \"$@\"\nexit 1\n");
	(void)unused;
	for (int sample = 0; sample < 2; sample++) {
		g_autoptr(GError) error = NULL;
		char *address = launch_address(
			&(struct launch_conf){.daemon = path, .sample = sample, .state_dir = p->dir}, &error);
		if (address) { /* this host has a desk for everybody */
			g_assert_cmpstr(address, ==, "unix:" LAUNCH_HOST_SOCKET);
			g_free(address);
			continue;
		}
		g_assert_nonnull(strstr(error->message, sample ? "sample --live" : "serve"));
		g_assert_nonnull(strstr(error->message, sample ? "/sample.sock" : "/desk.sock"));
		g_assert_nonnull(strstr(error->message, sample ? "/sample.db" : "/desk.db"));
		g_assert_nonnull(strstr(error->message, "--embedded"));
	}
}

static void socket__answers_already__nothing_is_started(struct place *p, gconstpointer unused)
{
	g_autofree char *dir = launch_runtime_dir(NULL);
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	(void)unused;
	g_snprintf(at.sun_path, sizeof(at.sun_path), "%s/sample.sock", dir);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&at, sizeof(at)), ==, 0);
	g_assert_cmpint(listen(fd, 1), ==, 0);
	g_autofree char *address = launch_address(
		&(struct launch_conf){.daemon = "/nonexistent", .sample = TRUE, .state_dir = p->dir}, NULL);
	g_autofree char *expected = g_strconcat("unix:", at.sun_path, NULL);
	g_assert_cmpstr(address, ==, expected);
	close(fd);
}

static gboolean asked_for(const char *path)
{
	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void revive__private_daemon_gone__is_started_again(struct place *p, gconstpointer unused)
{
	g_autofree char *mark = g_build_filename(p->dir, "started", NULL);
	g_autofree char *text = g_strdup_printf("#!/bin/sh\n: > %s\n", mark);
	g_autofree char *path = program(p, text);
	g_autofree char *address = g_strdup_printf("unix:%s/ttydesk/sample.sock", p->dir);
	struct launch_conf conf = {.daemon = path, .sample = TRUE, .state_dir = p->dir};
	(void)unused;
	g_assert_true(launch_revive(&conf, "https://elsewhere", NULL));
	g_assert_true(launch_revive(&conf, "unix:/other.sock", NULL));
	g_assert_false(asked_for(mark));
	g_assert_true(launch_revive(&conf, address, NULL));
	int64_t began = clock_mono_ms();
	while (!asked_for(mark)) {
		g_assert_cmpint(clock_mono_ms() - began, <, 20000);
		g_thread_yield();
	}
}

static void state_dir__differs_by_desk_and_person(struct place *p, gconstpointer unused)
{
	(void)p;
	(void)unused;
	g_autofree char *a = launch_state_dir("unix:/run/user/0/ttydesk/desk.sock", "li.wei");
	g_autofree char *b = launch_state_dir("unix:/run/user/0/ttydesk/sample.sock", "li.wei");
	g_autofree char *c = launch_state_dir("unix:/run/user/0/ttydesk/desk.sock", "../../zhao 敏");
	g_assert_cmpstr(a, !=, b);
	g_assert_cmpstr(a, !=, c);
	g_assert_null(strstr(c, ".."));
	g_assert_true(g_path_is_absolute(a));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(path, fn) g_test_add(path, struct place, NULL, place_up, fn, place_down)
	ADD("/launch/given", address__given__is_taken_as_it_is);
	ADD("/launch/runtime", runtime_dir__made_private);
	ADD("/launch/runtime-refused", runtime_dir__a_link_or_a_file__is_refused);
	ADD("/launch/dies", daemon__dies__its_last_words_are_told_at_once);
	ADD("/launch/error", daemon__dies__its_error_is_told_not_its_farewell);
	ADD("/launch/missing", daemon__missing__is_said);
	ADD("/launch/arguments", daemon__arguments__sample_and_own_desk_differ);
	ADD("/launch/answers", socket__answers_already__nothing_is_started);
	ADD("/launch/revive", revive__private_daemon_gone__is_started_again);
	ADD("/launch/state", state_dir__differs_by_desk_and_person);
	return g_test_run();
}
