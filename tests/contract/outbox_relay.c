/* One thread a connection, blocking, a request at a time; streams are passed on as they come. */
#include "outbox_relay.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct relay {
	char *path, *upstream;
	int listener;
	GThread *thread;
	GMutex lock;
	GHashTable *seen;   /* Idempotency-Key */
	enum cut cut;
	unsigned cuts, writes;
	gint stopping;
	void (*killed)(void *arg);
	void *arg;
	gint open;          /* connections */
};

struct line { /* one connection */
	struct relay *relay;
	int down, up;
};

static int connect_to(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_strlcpy(to.sun_path, path, sizeof(to.sun_path));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

static gboolean write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n <= 0)
			return FALSE;
		bytes += n;
		len -= (size_t)n;
	}
	return TRUE;
}

/* Reads on until `len` bytes are in `to`. */
static gboolean read_more(struct relay *r, int fd, GString *to, size_t len)
{
	char block[16384];
	while (to->len < len) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (poll(&p, 1, 100) == 0) {
			if (g_atomic_int_get(&r->stopping))
				return FALSE;
			continue;
		}
		ssize_t n = recv(fd, block, sizeof(block), 0);
		if (n <= 0)
			return FALSE;
		g_string_append_len(to, block, n);
	}
	return TRUE;
}

/* A head into `to` (perhaps more); its length, 0 at the end of the connection. */
static size_t read_head(struct relay *r, int fd, GString *to)
{
	const char *end;
	while (!(end = strstr(to->str, "\r\n\r\n")))
		if (!read_more(r, fd, to, to->len + 1))
			return 0;
	return (size_t)(end - to->str) + 4;
}

/* g_free; NULL none. */
static char *header(const char *head, size_t len, const char *name)
{
	g_autofree char *part = g_strndup(head, len);
	g_auto(GStrv) rows = g_strsplit(part, "\r\n", -1);
	size_t n = strlen(name);
	for (guint i = 1; rows[i]; i++)
		if (g_ascii_strncasecmp(rows[i], name, n) == 0 && rows[i][n] == ':')
			return g_strdup(g_strstrip(rows[i] + n + 1));
	return NULL;
}

static size_t body_len(const char *head, size_t len)
{
	g_autofree char *value = header(head, len, "Content-Length");
	return value ? (size_t)g_ascii_strtoull(value, NULL, 10) : 0;
}

/* What the workstation says by itself now and then, past the outbox: who is there, drafts, what was seen. */
static gboolean is_by_itself(const char *head)
{
	g_autofree char *line = g_strndup(head, strcspn(head, "\r\n"));
	return strstr(line, " /v1/presence") || strstr(line, "/drafts/") || strstr(line, " /v1/notices/seen");
}

static enum cut cut_for(struct relay *r, const char *head, size_t len)
{
	g_autofree char *key = g_str_has_prefix(head, "GET ") ? NULL : header(head, len, "Idempotency-Key");
	enum cut cut = CUT_NONE;
	if (!key || is_by_itself(head))
		return CUT_NONE;
	g_mutex_lock(&r->lock);
	r->writes++;
	if (g_hash_table_add(r->seen, g_steal_pointer(&key)) && r->cut != CUT_NONE) {
		cut = r->cut;
		r->cuts++;
	}
	g_mutex_unlock(&r->lock);
	return cut;
}

/* The answer; FALSE when the connection ends with it. */
static gboolean pass_answer(struct line *l, gboolean keep)
{
	struct relay *r = l->relay;
	g_autoptr(GString) in = g_string_new(NULL);
	size_t head = read_head(r, l->up, in);
	if (!head)
		return FALSE;
	g_autofree char *length = header(in->str, head, "Content-Length");
	if (length) {
		if (!read_more(r, l->up, in, head + body_len(in->str, head)))
			return FALSE;
		return keep && write_all(l->down, in->str, in->len);
	}
	if (!keep || !write_all(l->down, in->str, in->len))
		return FALSE;
	for (;;) { /* a stream: until somebody hangs up */
		struct pollfd p[] = {{.fd = l->up, .events = POLLIN}, {.fd = l->down, .events = POLLIN}};
		char block[16384];
		ssize_t n;
		if (poll(p, 2, 100) == 0) {
			if (g_atomic_int_get(&r->stopping))
				return FALSE;
			continue;
		}
		if (p[1].revents)
			return FALSE;
		n = recv(l->up, block, sizeof(block), 0);
		if (n <= 0 || !write_all(l->down, block, (size_t)n))
			return FALSE;
	}
}

/* FALSE: the connection ends. */
static gboolean pass_request(struct line *l, GString *in)
{
	struct relay *r = l->relay;
	size_t head = read_head(r, l->down, in), whole;
	if (!head || !read_more(r, l->down, in, head + body_len(in->str, head)))
		return FALSE;
	whole = head + body_len(in->str, head);
	enum cut cut = cut_for(r, in->str, head);
	if (cut == CUT_BEFORE)
		return FALSE;
	if (l->up < 0)
		l->up = connect_to(r->upstream);
	if (l->up < 0 || !write_all(l->up, in->str, cut == CUT_DURING ? whole / 2 : whole) || cut == CUT_DURING)
		return FALSE;
	g_string_erase(in, 0, (gssize)whole);
	if (cut == CUT_KILL_DURING)
		r->killed(r->arg);
	gboolean goes_on = pass_answer(l, cut == CUT_NONE);
	if (cut == CUT_KILL_AFTER)
		r->killed(r->arg);
	return goes_on && cut == CUT_NONE;
}

static gpointer serve(gpointer arg)
{
	struct line *l = arg;
	g_autoptr(GString) in = g_string_new(NULL);
	while (pass_request(l, in))
		;
	close(l->down);
	if (l->up >= 0)
		close(l->up);
	g_atomic_int_dec_and_test(&l->relay->open);
	g_free(l);
	return NULL;
}

static gpointer accept_all(gpointer arg)
{
	struct relay *r = arg;
	while (!g_atomic_int_get(&r->stopping)) {
		struct pollfd p = {.fd = r->listener, .events = POLLIN};
		if (poll(&p, 1, 100) <= 0)
			continue;
		int fd = accept(r->listener, NULL, NULL);
		if (fd < 0)
			continue;
		struct line *l = g_new0(struct line, 1);
		*l = (struct line){r, fd, -1};
		g_atomic_int_inc(&r->open);
		g_thread_unref(g_thread_new("line", serve, l));
	}
	return NULL;
}

struct relay *relay_new(const char *path, const char *upstream, void (*killed)(void *arg), void *arg)
{
	struct relay *r = g_new0(struct relay, 1);
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	g_strlcpy(at.sun_path, path, sizeof(at.sun_path));
	r->path = g_strdup(path);
	r->upstream = g_strdup(upstream);
	r->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	r->killed = killed;
	r->arg = arg;
	g_mutex_init(&r->lock);
	r->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(r->listener, (struct sockaddr *)&at, sizeof(at)), ==, 0);
	g_assert_cmpint(listen(r->listener, 64), ==, 0);
	r->thread = g_thread_new("relay", accept_all, r);
	return r;
}

void relay_free(struct relay *r)
{
	g_atomic_int_set(&r->stopping, 1);
	g_thread_join(r->thread);
	while (g_atomic_int_get(&r->open)) /* each looks up within 100 ms */
		g_thread_yield();
	close(r->listener);
	unlink(r->path);
	g_hash_table_unref(r->seen);
	g_mutex_clear(&r->lock);
	g_free(r->path);
	g_free(r->upstream);
	g_free(r);
}

void relay_arm(struct relay *r, enum cut cut)
{
	g_mutex_lock(&r->lock);
	r->cut = cut;
	g_mutex_unlock(&r->lock);
}

unsigned relay_cuts(struct relay *r)
{
	g_mutex_lock(&r->lock);
	unsigned n = r->cuts;
	g_mutex_unlock(&r->lock);
	return n;
}

unsigned relay_writes(struct relay *r)
{
	g_mutex_lock(&r->lock);
	unsigned n = r->writes;
	g_mutex_unlock(&r->lock);
	return n;
}
