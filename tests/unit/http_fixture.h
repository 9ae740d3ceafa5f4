/* Raw sockets to an HTTP server under test. */
#ifndef TESTS_HTTP_FIXTURE_H
#define TESTS_HTTP_FIXTURE_H

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE_S 180 /* only a broken server takes that long */

static inline int dial(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = PATIENCE_S};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_strlcpy(addr.sun_path, path, sizeof addr.sun_path);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&addr, sizeof addr), ==, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return fd;
}

static inline void say(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* refused while still talking: the answer tells */
		bytes += n;
		len -= (size_t)n;
	}
}

/* Everything until the server closes; fails the test when it doesn't. */
static inline GString *hear_all(int fd)
{
	GString *out = g_string_new(NULL);
	char buf[4096];

	for (;;) {
		ssize_t n = recv(fd, buf, sizeof buf, 0);

		if (n < 0 && errno == ECONNRESET)
			break;
		g_assert_cmpint(n, >=, 0);
		if (n == 0)
			break;
		g_string_append_len(out, buf, n);
	}
	return out;
}

/* Until `mark` was heard. */
static inline GString *hear_until(int fd, const char *mark)
{
	GString *out = g_string_new(NULL);
	gsize len = strlen(mark); /* only the end is looked at: a long stream must not be read slower and slower */
	char c;

	while (out->len < len || memcmp(out->str + out->len - len, mark, len) != 0) {
		ssize_t n = recv(fd, &c, 1, 0);

		g_assert_cmpint(n, ==, 1);
		g_string_append_c(out, c);
	}
	return out;
}

static inline int status_of(const GString *answer)
{
	int status = 0;

	if (answer->len > 12)
		status = (int)g_ascii_strtoll(answer->str + 9, NULL, 10);
	return status;
}

#endif
