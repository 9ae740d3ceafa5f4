/* Listening sockets of the HTTP room, and who is at the other end of one. */
#include "server/http_inner.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/say.h"

#define BACKLOG 511

/* A socket file nobody listens on is left over from a crash and may go; anything else stays. */
static gboolean clear_stale(const char *path, const struct sockaddr_un *addr, GError **error)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ||
		       desk_fail(error, DESK_IO, "can't look at %s: %s", path, say_errno(errno));
	if (!S_ISSOCK(st.st_mode))
		return desk_fail(error, DESK_INVALID, "%s exists and is not a socket; it is left alone", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return desk_fail(error, DESK_IO, "no socket: %s", say_errno(errno));
	int rc = connect(fd, (const struct sockaddr *)addr, sizeof *addr);
	int why = errno;
	close(fd);
	if (rc == 0 || why == EAGAIN)
		return desk_fail(error, DESK_BUSY, "another server answers on %s", path);
	if (why == ECONNREFUSED || why == ENOENT) {
		unlink(path);
		return TRUE;
	}
	return desk_fail(error, DESK_IO, "can't use %s: %s", path, say_errno(why));
}

static gboolean group_of(const char *name, gid_t *gid, GError **error)
{
	struct group entry, *found = NULL;
	char buf[16384];

	*gid = (gid_t)-1;
	if (!name)
		return TRUE;
	if (getgrnam_r(name, &entry, buf, sizeof buf, &found) != 0 || !found)
		return desk_fail(error, DESK_INVALID, "there is no Unix group '%s'", name);
	*gid = found->gr_gid;
	return TRUE;
}

int http_listen_unix(const char *path, mode_t mode, const char *group, guint64 *ino, GError **error)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct stat st;
	gid_t gid;

	if (!group_of(group, &gid, error))
		return -1;
	if (strlen(path) >= sizeof addr.sun_path) {
		desk_fail(error, DESK_INVALID, "the socket's path is longer than %zu bytes: %s",
			  sizeof addr.sun_path - 1, path);
		return -1;
	}
	g_strlcpy(addr.sun_path, path, sizeof addr.sun_path);
	if (!clear_stale(path, &addr, error))
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		desk_fail(error, DESK_IO, "no socket: %s", say_errno(errno));
		return -1;
	}
	/* Nobody can connect before listen(), so mode and group are right from the first client on. */
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 ||
	    chmod(path, mode ? mode : 0600) < 0 ||
	    (group && chown(path, (uid_t)-1, gid) < 0) ||
	    stat(path, &st) < 0 || listen(fd, BACKLOG) < 0) {
		desk_fail(error, DESK_IO, "can't listen on %s: %s", path, say_errno(errno));
		close(fd);
		return -1;
	}
	*ino = st.st_ino;
	return fd;
}

void http_unlisten_unix(const char *path, guint64 ino)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && (guint64)st.st_ino == ino)
		unlink(path);
}

/* "host:port", "[::1]:port", ":port" */
static gboolean split_address(const char *address, char **host, char **port, GError **error)
{
	const char *colon = strrchr(address, ':');

	if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    g_ascii_strtoull(colon + 1, NULL, 10) > 65535)
		return desk_fail(error, DESK_INVALID,
				 "'%s' is not an address; write HOST:PORT, for example 127.0.0.1:8480", address);
	if (address[0] == '[') {
		if (colon == address || colon[-1] != ']')
			return desk_fail(error, DESK_INVALID, "'%s' lacks the closing bracket", address);
		*host = g_strndup(address + 1, (gsize)(colon - address - 2));
	} else {
		*host = g_strndup(address, (gsize)(colon - address));
	}
	*port = g_strdup(colon + 1);
	return TRUE;
}

unsigned http_port_of(int fd)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;

	if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
		return 0;
	if (addr.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&addr)->sin6_port);
	return addr.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&addr)->sin_port) : 0;
}

gboolean http_is_loopback(int fd)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;

	if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
		return FALSE;
	if (addr.ss_family == AF_INET6) {
		const struct in6_addr *a = &((struct sockaddr_in6 *)&addr)->sin6_addr;

		return IN6_IS_ADDR_LOOPBACK(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
	}
	return addr.ss_family == AF_INET && ntohl(((struct sockaddr_in *)&addr)->sin_addr.s_addr) >> 24 == 127;
}

int http_listen_tcp(const char *address, unsigned *port, GError **error)
{
	g_autofree char *host = NULL, *service = NULL;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	int fd = -1, one = 1;

	if (!split_address(address, &host, &service, error))
		return -1;
	int rc = getaddrinfo(*host ? host : NULL, service, &hints, &found);
	if (rc != 0) {
		desk_fail(error, DESK_INVALID, "no such address %s: %s", address, gai_strerror(rc));
		return -1;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
		desk_fail(error, DESK_IO, "can't listen on %s: %s", address, say_errno(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	} else {
		*port = http_port_of(fd);
	}
	freeaddrinfo(found);
	return fd;
}

void http_peer_of(int fd, struct http_peer *peer)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;
	struct ucred cred;
	socklen_t cred_len = sizeof cred;
	int one = 1;

	*peer = (struct http_peer){.uid = (uid_t)-1, .gid = (gid_t)-1};
	g_strlcpy(peer->address, "?", sizeof peer->address);
	if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
		return;
	if (addr.ss_family == AF_UNIX) {
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &cred_len) == 0) {
			peer->local = TRUE;
			peer->uid = cred.uid;
			peer->gid = cred.gid;
			peer->pid = cred.pid;
		}
		g_snprintf(peer->address, sizeof peer->address, "uid:%u", (unsigned)peer->uid);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	len = sizeof addr;
	if (getpeername(fd, (struct sockaddr *)&addr, &len) == 0)
		getnameinfo((struct sockaddr *)&addr, len, peer->address, sizeof peer->address, NULL, 0,
			    NI_NUMERICHOST);
}
