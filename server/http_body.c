/* Bodies: small ones in memory, large ones of the routes that ask for it in a file without a
 * name, with their SHA-256 as they run. Nothing is left behind when the process dies. */
#include "server/http_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"

#define MEMORY_AHEAD (64 << 10)

int64_t http_body_max(const struct http_exchange *x)
{
	return x->plan.max_bytes > 0 ? x->plan.max_bytes : x->server->conf.limits.body;
}

void http_body_begin(struct http_exchange *x)
{
	/* A length is a promise only: the memory comes with the bytes. */
	x->body = g_string_sized_new((gsize)CLAMP(x->declared, 0, MEMORY_AHEAD));
	if (x->plan.spool)
		x->sum = g_checksum_new(G_CHECKSUM_SHA256);
}

static gboolean put(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return FALSE;
		bytes += n;
		len -= (size_t)n;
	}
	return TRUE;
}

/* O_TMPFILE may be linked into place later; where the file system has none, a name for a moment. */
static int open_spool(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		g_autofree char *path = g_build_filename(dir, ".spool-XXXXXX", NULL);

		fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
		if (fd >= 0)
			unlink(path);
	}
	return fd;
}

/* The server's own trouble: the sender hears that there is no room now, the log why. */
static void no_room(struct http_exchange *x)
{
	log_error("http", "%s the body can't be kept in %s: %s", x->id, x->server->spool_dir, g_strerror(errno));
	http_refuse(x, 503, HTTP_REFUSED_ROOM, "there is no room for this file now; try again later");
}

void http_body_take(struct http_exchange *x, const char *bytes, size_t len)
{
	if (x->body_len + (int64_t)len > http_body_max(x)) { /* against a length that was a lie */
		http_refuse_long(x);
		return;
	}
	x->body_len += (int64_t)len;
	if (x->sum)
		g_checksum_update(x->sum, (const guchar *)bytes, (gssize)len);
	if (x->spool_fd < 0 && x->plan.spool && x->server->spool_dir && x->body_len > HTTP_SPOOL_BYTES) {
		x->spool_fd = open_spool(x->server->spool_dir);
		if (x->spool_fd < 0 || !put(x->spool_fd, x->body->str, x->body->len)) {
			no_room(x);
			return;
		}
		g_string_free(x->body, TRUE);
		x->body = g_string_new(NULL);
	}
	if (x->spool_fd < 0)
		g_string_append_len(x->body, bytes, (gssize)len);
	else if (!put(x->spool_fd, bytes, len))
		no_room(x);
}

void http_body_clear(struct http_exchange *x)
{
	if (x->body)
		g_string_free(x->body, TRUE);
	if (x->spool_fd >= 0)
		close(x->spool_fd);
	g_clear_pointer(&x->sum, g_checksum_free);
}

const char *http_body(const struct http_exchange *x, size_t *len)
{
	*len = x->body ? x->body->len : 0;
	return x->body ? x->body->str : "";
}

int http_body_fd(const struct http_exchange *x, int64_t *size)
{
	*size = x->body_len;
	if (x->spool_fd >= 0)
		lseek(x->spool_fd, 0, SEEK_SET);
	return x->spool_fd;
}

const char *http_body_sha256(struct http_exchange *x)
{
	if (!x->sum) {
		x->sum = g_checksum_new(G_CHECKSUM_SHA256);
		if (x->body)
			g_checksum_update(x->sum, (const guchar *)x->body->str, (gssize)x->body->len);
	}
	return g_checksum_get_string(x->sum);
}
