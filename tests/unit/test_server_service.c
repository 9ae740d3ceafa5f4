/* Sockets and notices of a service manager: what is ours, what isn't, and what is not said. */
#include "server/service.h"

#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void pretend(const char *pid, const char *fds)
{
	g_setenv("LISTEN_FDNAMES", "desk", TRUE);
	if (pid)
		g_setenv("LISTEN_PID", pid, TRUE);
	if (fds)
		g_setenv("LISTEN_FDS", fds, TRUE);
}

static void service__variables_of_others__no_sockets_and_forgotten(void)
{
	g_autofree char *me = g_strdup_printf("%d", (int)getpid());
	const char *cases[][2] = {{NULL, NULL}, {"1", "1"}, {NULL, "1"}, {"x", "1"}, {"", ""}, {me, NULL}, {me, "x"},
				  {me, "0"}, {me, "-1"}, {me, "99999999999999999999"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		struct service_sockets s;

		pretend(cases[i][0], cases[i][1]);
		g_assert_true(service_take_sockets(&s, &error));
		g_assert_no_error(error);
		g_assert_cmpint(s.n, ==, 0);
		g_assert_null(g_getenv("LISTEN_PID"));
		g_assert_null(g_getenv("LISTEN_FDS"));
		g_assert_null(g_getenv("LISTEN_FDNAMES"));
	}
	g_autoptr(GError) error = NULL;
	struct service_sockets s;
	pretend(me, "9");
	g_assert_false(service_take_sockets(&s, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
}

static int hear_at(struct sockaddr_un *addr, socklen_t len)
{
	struct timeval patience = {.tv_sec = 20};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(bind(fd, (struct sockaddr *)addr, len), ==, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	return fd;
}

static void expect(int fd, const char *words)
{
	char got[200] = "";
	ssize_t n = recv(fd, got, sizeof got - 1, 0);

	g_assert_cmpint(n, ==, (ssize_t)strlen(words));
	g_assert_cmpstr(got, ==, words);
}

static void service__notices__reach_paths_and_abstract_names(void)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	g_autofree char *dir = g_dir_make_tmp("ttydesk-notify-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "n", NULL), *name = g_strdup_printf("@%s", dir);

	g_strlcpy(addr.sun_path, path, sizeof addr.sun_path);
	int fd = hear_at(&addr, sizeof addr);
	g_setenv("NOTIFY_SOCKET", path, TRUE);
	service_notify("READY=1");
	expect(fd, "READY=1");
	close(fd);
	service_notify("nobody listens"); /* nothing happens */
	g_unlink(path);

	memset(addr.sun_path, 0, sizeof addr.sun_path);
	memcpy(addr.sun_path + 1, dir, strlen(dir));
	fd = hear_at(&addr, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(dir)));
	g_setenv("NOTIFY_SOCKET", name, TRUE);
	service_notify("STOPPING=1");
	expect(fd, "STOPPING=1");
	close(fd);
	g_rmdir(dir);
	g_unsetenv("NOTIFY_SOCKET");
	service_notify("no manager"); /* nothing happens */
}

static void service__watchdog__half_its_time_and_only_for_us(void)
{
	g_autofree char *me = g_strdup_printf("%d", (int)getpid());

	g_unsetenv("WATCHDOG_USEC");
	g_assert_cmpuint(service_watchdog_ms(), ==, 0);
	g_setenv("WATCHDOG_USEC", "30000000", TRUE);
	g_assert_cmpuint(service_watchdog_ms(), ==, 15000);
	g_setenv("WATCHDOG_PID", me, TRUE);
	g_assert_cmpuint(service_watchdog_ms(), ==, 15000);
	g_setenv("WATCHDOG_PID", "1", TRUE);
	g_assert_cmpuint(service_watchdog_ms(), ==, 0);
	g_unsetenv("WATCHDOG_PID");
	g_setenv("WATCHDOG_USEC", "soon", TRUE);
	g_assert_cmpuint(service_watchdog_ms(), ==, 0);
	g_unsetenv("WATCHDOG_USEC");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/service/others", service__variables_of_others__no_sockets_and_forgotten);
	g_test_add_func("/server/service/notices", service__notices__reach_paths_and_abstract_names);
	g_test_add_func("/server/service/watchdog", service__watchdog__half_its_time_and_only_for_us);
	return g_test_run();
}
