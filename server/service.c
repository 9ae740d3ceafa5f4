/* Sockets from a service manager, and notices to it; see sd_listen_fds(3) and sd_notify(3). */
#include "server/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#define FIRST_FD 3

static gboolean number_of(const char *name, guint64 max, guint64 *value)
{
	const char *text = g_getenv(name);

	return text && g_ascii_string_to_unsigned(text, 10, 1, max, value, NULL);
}

static gboolean take(struct service_sockets *s, int fd, GError **error)
{
	struct sockaddr_storage addr;
	socklen_t addr_len = sizeof addr, len = sizeof(int);
	int type = 0, listening = 0, flags = fcntl(fd, F_GETFL);

	if (flags < 0 || getsockname(fd, (struct sockaddr *)&addr, &addr_len) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 || type != SOCK_STREAM)
		return desk_fail(error, DESK_INVALID, "descriptor %d of the service manager is not a stream socket", fd);
	len = sizeof listening;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) < 0 || !listening)
		return desk_fail(error, DESK_INVALID, "socket %d of the service manager does not listen; "
				 "it must come from a socket unit with Accept=no", fd);
	if (addr.ss_family == AF_UNIX)
		s->has_unix = TRUE;
	else if (addr.ss_family == AF_INET || addr.ss_family == AF_INET6)
		s->has_tcp = TRUE;
	else
		return desk_fail(error, DESK_INVALID, "socket %d of the service manager is neither Unix nor TCP", fd);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	s->fds[s->n++] = fd;
	return TRUE;
}

gboolean service_take_sockets(struct service_sockets *sockets, GError **error)
{
	guint64 pid, n = 0;
	gboolean ours = number_of("LISTEN_PID", G_MAXINT32, &pid) && pid == (guint64)getpid() &&
			number_of("LISTEN_FDS", G_MAXINT32 - FIRST_FD, &n);

	*sockets = (struct service_sockets){.n = 0};
	g_unsetenv("LISTEN_PID");
	g_unsetenv("LISTEN_FDS");
	g_unsetenv("LISTEN_FDNAMES");
	if (!ours)
		return TRUE;
	if (n > SERVICE_SOCKETS)
		return desk_fail(error, DESK_INVALID, "the service manager hands over %" G_GUINT64_FORMAT
				 " sockets; %d can be served", n, SERVICE_SOCKETS);
	for (int i = 0; i < (int)n; i++)
		if (!take(sockets, FIRST_FD + i, error))
			return FALSE;
	return TRUE;
}

void service_notify(const char *state)
{
	const char *path = g_getenv("NOTIFY_SOCKET");
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t n = path ? strlen(path) : 0;

	if (n < 2 || n >= sizeof addr.sun_path || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(addr.sun_path, path, n);
	if (path[0] == '@')
		addr.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (path[0] == '/' ? 1 : 0));
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&addr, len) < 0)
		log_debug("server", "the service manager can't be told: %s", g_strerror(errno));
	if (fd >= 0)
		close(fd);
}

void service_notify_reloading(void)
{
	g_autofree char *state = NULL;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	state = g_strdup_printf("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT,
				(gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000);
	service_notify(state);
}

unsigned service_watchdog_ms(void)
{
	guint64 usec, pid;

	if (!number_of("WATCHDOG_USEC", G_MAXUINT32 * G_GUINT64_CONSTANT(1000), &usec))
		return 0;
	if (g_getenv("WATCHDOG_PID") && (!number_of("WATCHDOG_PID", G_MAXINT32, &pid) || pid != (guint64)getpid()))
		return 0;
	return (unsigned)MAX(usec / 2000, 1);
}
