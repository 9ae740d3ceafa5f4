/* Takes connections in and hands them to the library, which could listen itself, but can't be
 * told to stop listening without a race between that call and its own epoll threads (whoever
 * comes second finds the socket gone from the set, and the library ends the process). Here the
 * end of one thread is the end of listening, and what waits at a service manager's socket
 * stays there for the server that comes next. */
#include "server/http_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define FULL_WAIT_MS 100 /* no descriptor is free: until one may be */

/* FALSE: no other can be taken now, for want of room or for what would come back at once. */
static gboolean take(struct http_server *s, int i)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;
	int fd = accept4(s->listen_fds[i], (struct sockaddr *)&addr, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED; /* it left before it was taken */
	/* It closes the descriptor if it has no room. */
	if (MHD_add_connection(s->daemons[i], fd, (struct sockaddr *)&addr, len) != MHD_YES)
		http_count_refused(s, HTTP_REFUSED_CONNECTIONS);
	return TRUE;
}

static void *accept_all(void *arg)
{
	struct http_server *s = arg;
	struct pollfd fds[HTTP_LISTENERS + 1] = {{.fd = s->accept_end, .events = POLLIN}};
	gboolean room = TRUE;

	for (int i = 0; i < s->n_daemons; i++)
		fds[i + 1] = (struct pollfd){.fd = s->listen_fds[i], .events = POLLIN};
	for (;;) {
		int n = poll(fds, room ? (nfds_t)s->n_daemons + 1 : 1, room ? -1 : FULL_WAIT_MS);

		if (n < 0 && errno != EINTR)
			g_usleep(FULL_WAIT_MS * 1000); /* no memory for it: not a reason to die */
		if (n > 0 && fds[0].revents)
			return NULL;
		gboolean asked = room;
		room = TRUE;
		for (int i = 0; asked && n > 0 && i < s->n_daemons; i++)
			if (fds[i + 1].revents)
				room = take(s, i) && room;
	}
}

gboolean http_accept_start(struct http_server *s, GError **error)
{
	for (int i = 0; i < s->n_daemons; i++) {
		int flags = fcntl(s->listen_fds[i], F_GETFL);

		/* Who connected and left at once must not let us wait for the next one. */
		if (flags < 0 || fcntl(s->listen_fds[i], F_SETFL, flags | O_NONBLOCK) < 0)
			return desk_fail(error, DESK_IO, "a listening socket: %s", g_strerror(errno));
	}
	s->accept_end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->accept_end < 0)
		return desk_fail(error, DESK_IO, "eventfd: %s", g_strerror(errno));
	s->acceptor = g_thread_new("accept", accept_all, s);
	return TRUE;
}

void http_accept_end(struct http_server *s)
{
	if (!s->acceptor)
		return;
	eventfd_write(s->accept_end, 1);
	g_thread_join(g_steal_pointer(&s->acceptor));
	close(s->accept_end);
}
