/* What the HTTP room turns away when there is too much, what it answers for those who don't,
 * and what its counters say of it. */
#include <glib/gstdio.h>
#include <netinet/in.h>

#include "http_fixture.h"
#include "server/http_inner.h"

struct door {
	char *dir, *path;
	struct http_server *server;
	GMutex lock;
	GCond cond;
	GPtrArray *kept;   /* exchanges that nobody answered yet */
	gint said;         /* events of streams */
};

static gboolean fill(GString *out, int64_t *cursor, void *arg)
{
	int64_t said = g_atomic_int_get(&((struct door *)arg)->said);

	if (*cursor < said)
		g_string_append(out, "data: hello\n\n");
	*cursor = said;
	return TRUE;
}

static void plan(struct http_exchange *x, struct http_body_plan *p, void *arg)
{
	(void)arg;
	p->always = strcmp(http_path(x), "/health") == 0;
	if (strcmp(http_path(x), "/full") == 0)
		http_overloaded(x);
}

static void handle(struct http_exchange *x, void *arg)
{
	static const struct http_stream_source source = {.fill = fill};
	struct door *d = arg;

	http_set_route(x, "/constant");
	if (strcmp(http_path(x), "/keep") == 0) {
		g_mutex_lock(&d->lock);
		g_ptr_array_add(d->kept, x);
		g_cond_broadcast(&d->cond);
		g_mutex_unlock(&d->lock);
	} else if (strcmp(http_path(x), "/stream") == 0) {
		http_stream(x, &source, 0, d);
	} else if (strcmp(http_path(x), "/who") != 0 || http_admit(x, 7)) {
		http_respond(x, 200, "text/plain", g_string_new("fine"));
	}
}

static void door_open(struct door *d, struct http_limits limits, const char *tcp)
{
	g_autoptr(GError) error = NULL;

	memset(d, 0, sizeof *d);
	g_mutex_init(&d->lock);
	g_cond_init(&d->cond);
	d->kept = g_ptr_array_new();
	d->said = 1;
	d->dir = g_dir_make_tmp("ttydesk-limits-XXXXXX", &error);
	g_assert_no_error(error);
	d->path = g_build_filename(d->dir, "s", NULL);
	struct http_conf conf = {.unix_path = d->path, .tcp_address = tcp, .limits = limits, .plan = plan,
				 .handler = handle, .arg = d};
	d->server = http_start(&conf, &error);
	g_assert_no_error(error);
}

static void door_shut(struct door *d)
{
	http_stop(d->server, 0);
	for (guint i = 0; i < d->kept->len; i++)
		http_respond(d->kept->pdata[i], 200, NULL, NULL); /* too late: nothing happens */
	g_ptr_array_unref(d->kept);
	g_rmdir(d->dir);
	g_free(d->dir);
	g_free(d->path);
	g_mutex_clear(&d->lock);
	g_cond_clear(&d->cond);
}

static void wait_kept(struct door *d, guint n)
{
	gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;

	g_mutex_lock(&d->lock);
	while (d->kept->len < n)
		g_assert_true(g_cond_wait_until(&d->cond, &d->lock, until));
	g_mutex_unlock(&d->lock);
}

static int begin(const struct door *d, const char *path)
{
	g_autofree char *request = g_strdup_printf("GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
	int fd = dial(d->path);

	say(fd, request, strlen(request));
	return fd;
}

/* The head of the next answer on a connection that may go on. */
static int heads(int fd, const char **retry)
{
	g_autoptr(GString) head = hear_until(fd, "\r\n\r\n");

	if (retry)
		*retry = strstr(head->str, "Retry-After: ") ? "yes" : NULL;
	return status_of(head);
}

static void limits__requests_under_way__503_but_always_what_watches(void)
{
	struct door d;
	const char *retry;
	int fds[3];

	door_open(&d, (struct http_limits){.under_way = 2}, NULL);
	fds[0] = begin(&d, "/keep");
	fds[1] = begin(&d, "/keep");
	wait_kept(&d, 2);
	fds[2] = begin(&d, "/x");
	g_assert_cmpint(heads(fds[2], &retry), ==, 503);
	g_assert_nonnull(retry);
	close(fds[2]);
	fds[2] = begin(&d, "/health");
	g_assert_cmpint(heads(fds[2], NULL), ==, 200);
	close(fds[2]);
	http_respond(g_ptr_array_steal_index(d.kept, 0), 200, NULL, NULL);
	http_respond(g_ptr_array_steal_index(d.kept, 0), 200, NULL, NULL);
	g_assert_cmpint(heads(fds[0], NULL), ==, 200);
	g_assert_cmpint(heads(fds[1], NULL), ==, 200);
	fds[2] = begin(&d, "/full"); /* the handler's own mark */
	g_assert_cmpint(heads(fds[2], &retry), ==, 503);
	g_assert_nonnull(retry);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	door_shut(&d);
}

static void limits__no_answer_in_time__504_uncertain(void)
{
	struct door d;

	door_open(&d, (struct http_limits){.request_ms = 100}, NULL);
	int fd = begin(&d, "/keep");
	g_autoptr(GString) answer = hear_all(fd);
	g_assert_cmpint(status_of(answer), ==, 504);
	g_assert_nonnull(strstr(answer->str, "\"uncertain\""));
	close(fd);
	door_shut(&d);
}

static void limits__streams__those_above_get_503_until_one_ends(void)
{
	struct door d;
	int a, b, c, status;

	door_open(&d, (struct http_limits){.streams = 2}, NULL);
	a = begin(&d, "/stream");
	b = begin(&d, "/stream");
	g_assert_cmpint(heads(a, NULL), ==, 200);
	g_assert_cmpint(heads(b, NULL), ==, 200);
	c = begin(&d, "/stream");
	g_assert_cmpint(heads(c, NULL), ==, 503);
	close(c);
	close(a);
	gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
	do { /* who left is noticed when there is something to say */
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_atomic_int_inc(&d.said);
		http_streams_wake(d.server);
		c = begin(&d, "/stream");
		status = heads(c, NULL);
		close(c);
	} while (status == 503);
	g_assert_cmpint(status, ==, 200);
	close(b);
	door_shut(&d);
}

static void limits__tcp__purses_of_addresses_and_people(void)
{
	struct door d;
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = PATIENCE_S};
	const char *request = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), good = 0, status;

	door_open(&d, (struct http_limits){.requests_per_person = 1, .requests_per_address = 100}, "127.0.0.1:0");
	addr.sin_port = htons((uint16_t)http_tcp_port(d.server));
	g_assert_cmpint(connect(fd, (struct sockaddr *)&addr, sizeof addr), ==, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	do { /* all on one connection, which goes on after a refusal */
		g_autoptr(GString) head = NULL;

		say(fd, request, strlen(request));
		head = hear_until(fd, "\r\n\r\n");
		status = status_of(head);
		good += status == 200;
		g_string_free(hear_until(fd, status == 200 ? "fine" : "}"), TRUE);
	} while (status == 200);
	g_assert_cmpint(status, ==, 429);
	g_assert_cmpint(good, >=, 4); /* four seconds' worth, and what came in while we asked */
	g_assert_cmpint(good, <, 60);
	close(fd);
	g_autoptr(GString) text = g_string_new(NULL);
	/* a request is counted when its answer has left, which may be after we have read it */
	do {
		g_string_truncate(text, 0);
		http_metrics_text(d.server, text);
	} while (!strstr(text->str, "{route=\"/constant\",method=\"GET\",status=\"4xx\"} 1\n"));
	g_assert_nonnull(strstr(text->str, "ttydesk_http_refused_total{reason=\"person-rate\"} 1\n"));
	door_shut(&d);
}

static void limits__keys__one_ipv6_network_is_one_address(void)
{
	char a[40], b[40], c[40], e[40];

	http_limit_key(a, sizeof a, "2001:db8:1:2:3:4:5:6");
	http_limit_key(b, sizeof b, "2001:db8:1:2::1");
	http_limit_key(c, sizeof c, "2001:db8:1:3::1");
	http_limit_key(e, sizeof e, "192.0.2.1");
	g_assert_cmpstr(a, ==, b);
	g_assert_cmpstr(a, !=, c);
	g_assert_cmpstr(e, ==, "a192.0.2.1");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/server/http/" #name, name)
	T(limits__requests_under_way__503_but_always_what_watches);
	T(limits__no_answer_in_time__504_uncertain);
	T(limits__streams__those_above_get_503_until_one_ends);
	T(limits__tcp__purses_of_addresses_and_people);
	T(limits__keys__one_ipv6_network_is_one_address);
	return g_test_run();
}
