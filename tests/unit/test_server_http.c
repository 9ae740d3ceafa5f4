/* The HTTP room against a running server, over raw sockets. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "http_fixture.h"
#include "server/http.h"

struct desk_double {
	char *dir, *path;
	struct http_server *server;
	GMutex lock;
	GCond cond;
	struct http_exchange *kept;
	gboolean release;
	GString *events;         /* what streams have to say */
	gint fills;
};

static gboolean fill_stream(GString *out, int64_t *cursor, void *arg)
{
	struct desk_double *d = arg;

	g_mutex_lock(&d->lock);
	if (*cursor < (int64_t)d->events->len) {
		g_string_append(out, d->events->str + *cursor);
		*cursor = (int64_t)d->events->len;
	}
	d->fills++;
	g_cond_broadcast(&d->cond);
	g_mutex_unlock(&d->lock);
	return TRUE;
}

static void *answer_later(void *arg)
{
	http_respond(arg, 200, "text/plain", g_string_new("later"));
	return NULL;
}

static void handle(struct http_exchange *x, void *arg)
{
	static const struct http_stream_source source = {.fill = fill_stream};
	struct desk_double *d = arg;
	size_t len;
	const char *body = http_body(x, &len);

	if (strcmp(http_path(x), "/later") == 0) {
		g_thread_unref(g_thread_new("later", answer_later, x));
	} else if (strcmp(http_path(x), "/keep") == 0) {
		g_mutex_lock(&d->lock);
		d->kept = x;
		g_cond_broadcast(&d->cond);
		g_mutex_unlock(&d->lock);
	} else if (strcmp(http_path(x), "/stream") == 0) {
		http_stream(x, &source, 0, d);
	} else if (strcmp(http_path(x), "/echo") == 0) {
		http_respond(x, 200, "text/plain", g_string_new_len(body, (gssize)len));
	} else {
		const char *q = http_param(x, "q");

		http_answer_header(x, "X-Q", q ? q : "-");
		http_respond(x, 200, "text/plain", g_string_new(http_path(x)));
	}
}

static void desk_start(struct desk_double *d, int header_ms)
{
	g_autoptr(GError) error = NULL;

	memset(d, 0, sizeof *d);
	g_mutex_init(&d->lock);
	g_cond_init(&d->cond);
	d->events = g_string_new(NULL);
	d->dir = g_dir_make_tmp("ttydesk-http-XXXXXX", &error);
	g_assert_no_error(error);
	d->path = g_build_filename(d->dir, "s", NULL);
	struct http_conf conf = {.unix_path = d->path, .handler = handle, .arg = d,
				 .limits.header_ms = header_ms, .max_connections = 64};
	d->server = http_start(&conf, &error);
	g_assert_no_error(error);
}

static void desk_stop(struct desk_double *d, int grace_ms)
{
	if (d->server)
		http_stop(d->server, grace_ms);
	g_assert_false(g_file_test(d->path, G_FILE_TEST_EXISTS));
	g_rmdir(d->dir);
	g_free(d->dir);
	g_free(d->path);
	g_string_free(d->events, TRUE);
	g_mutex_clear(&d->lock);
	g_cond_clear(&d->cond);
}

#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
#define ROW(words, text) {words, text, sizeof(text) - 1}
static const struct {
	const char *words;
	const char *bytes;
	size_t len;
} hostile[] = {
	ROW("length and transfer encoding", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
	ROW("transfer encoding alone", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "0\r\n\r\n" SMUGGLED),
	ROW("transfer encoding gzip", "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
	ROW("transfer encoding on a patch", "PATCH /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "0\r\n\r\n" SMUGGLED),
	ROW("two lengths that differ", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
	    "Content-Length: 5\r\n\r\nabcd" SMUGGLED),
	ROW("two equal lengths", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
	    "Content-Length: 4\r\n\r\nabcd" SMUGGLED),
	ROW("length with a plus", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd"),
	ROW("length with a minus", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -4\r\n\r\nabcd"),
	ROW("length in hex", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x4\r\n\r\nabcd"),
	ROW("length list", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd"),
	ROW("empty length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n"),
	ROW("length beyond numbers", "POST /echo HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 99999999999999999999999999\r\n\r\nabcd"),
	ROW("length above the cap", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4194305\r\n\r\nabcd"),
	ROW("space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
	ROW("space in a header name", "GET / HTTP/1.1\r\nHost: a\r\nX y: 1\r\n\r\n"),
	ROW("odd header name", "GET / HTTP/1.1\r\nHost: a\r\nX\"y: 1\r\n\r\n"),
	ROW("control byte in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\001b\r\n\r\n"),
	ROW("escape in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \033[2J\r\n\r\n"),
	ROW("delete in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \177\r\n\r\n"),
	ROW("value that is not UTF-8", "GET / HTTP/1.1\r\nHost: a\r\nX: \377\376\r\n\r\n"),
	ROW("no host", "GET / HTTP/1.1\r\n\r\n"),
	ROW("no host in 1.0", "GET / HTTP/1.0\r\n\r\n"),
	ROW("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
	ROW("version 2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
	ROW("version 1.9", "GET / HTTP/1.9\r\nHost: a\r\n\r\n"),
	ROW("nonsense version", "GET / FOO/1.1\r\nHost: a\r\n\r\n"),
	ROW("absolute target", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("star target", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("target without a slash", "GET x HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("bad escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("cut escape", "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("NUL in the path", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("NUL in a parameter", "GET /?q=%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("path that is not UTF-8", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("overlong UTF-8", "GET /%c0%af HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
	ROW("odd method", "G\"T / HTTP/1.1\r\nHost: a\r\n\r\n"),
};

static void http__hostile_framing__refused_and_closed(void)
{
	struct desk_double d;

	desk_start(&d, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
		int fd = dial(d.path);

		say(fd, hostile[i].bytes, hostile[i].len);
		shutdown(fd, SHUT_WR);
		g_autoptr(GString) answer = hear_all(fd);
		int status = status_of(answer);
		close(fd);
		if (status < 400 || status == 500 || status > 505 || strstr(answer->str, "/smuggled") ||
		    strstr(answer->str + MIN(answer->len, 8), "HTTP/1.1 2"))
			g_test_message("%s: %s", hostile[i].words, answer->str);
		g_assert_cmpint(status, >=, 400);
		g_assert_cmpint(status, <=, 505);
		g_assert_cmpint(status, !=, 500);
		g_assert_null(strstr(answer->str, "/smuggled"));
		/* one answer only */
		g_assert_null(strstr(answer->str + 8, "HTTP/1.1 2"));
	}
	desk_stop(&d, 1000);
}

static void http__huge_headers__431_or_414_and_closed(void)
{
	static const char *const starts[] = {"GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET /?q="};
	struct desk_double d;

	desk_start(&d, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		g_autoptr(GString) request = g_string_new(starts[i]);
		int fd = dial(d.path);

		for (int n = 0; n < 64 * 1024; n++)
			g_string_append_c(request, 'a');
		g_string_append(request, "\r\n\r\n");
		say(fd, request->str, request->len);
		g_autoptr(GString) answer = hear_all(fd);
		close(fd);
		g_assert_cmpint(status_of(answer), >=, 413);
		g_assert_cmpint(status_of(answer), <=, 431);
	}
	desk_stop(&d, 1000);
}

static GString *ask(const char *path, const char *request)
{
	int fd = dial(path);

	say(fd, request, strlen(request));
	GString *answer = hear_all(fd);
	close(fd);
	return answer;
}

static void http__plain_requests__answered(void)
{
	struct desk_double d;

	desk_start(&d, 0);
	g_autoptr(GString) hello = ask(d.path, "GET /a%20b?q=%E4%BD%A0+x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	g_assert_cmpint(status_of(hello), ==, 200);
	g_assert_nonnull(strstr(hello->str, "\r\n\r\n/a b"));
	g_assert_nonnull(strstr(hello->str, "X-Q: 你 x\r\n"));
	g_autoptr(GString) later = ask(d.path, "GET /later HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	g_assert_cmpint(status_of(later), ==, 200);
	g_assert_true(g_str_has_suffix(later->str, "\r\n\r\nlater"));
	g_autoptr(GString) echo = ask(d.path, "PATCH /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
				      "Content-Length: 5\r\n\r\nhallo");
	g_assert_true(g_str_has_suffix(echo->str, "\r\n\r\nhallo"));
	/* A line break in an answer's header would start a header of its own. */
	g_autoptr(GString) split = ask(d.path, "GET /?q=a%0d%0aX-Evil:1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	g_assert_cmpint(status_of(split), ==, 200);
	g_assert_null(strstr(split->str, "\nX-Evil"));
	desk_stop(&d, 1000);
}

static void http__one_connection__many_requests(void)
{
	struct desk_double d;

	desk_start(&d, 0);
	int fd = dial(d.path);
	for (int i = 0; i < 50; i++) {
		const char *request = i % 2 ? "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
					    : "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nlater";

		say(fd, request, strlen(request));
		g_autoptr(GString) answer = hear_until(fd, "\r\n\r\nlater");
		g_assert_cmpint(status_of(answer), ==, 200);
	}
	g_assert_cmpuint(http_clients(d.server), ==, 1);
	close(fd);
	desk_stop(&d, 1000);
}

static void http__slow_headers__cut_at_the_deadline(void)
{
	struct desk_double d;

	desk_start(&d, 150);
	int fd = dial(d.path);
	gint64 began = g_get_monotonic_time();
	gboolean cut = FALSE;

	/* A byte now and then keeps a mere inactivity limit happy for ever. */
	say(fd, "GET / HTTP/1.1\r\n", 16);
	while (!cut && g_get_monotonic_time() - began < PATIENCE_S * G_TIME_SPAN_SECOND) {
		char c;

		g_usleep(10000);
		cut = send(fd, "a", 1, MSG_NOSIGNAL) < 0 || recv(fd, &c, 1, MSG_DONTWAIT) == 0;
	}
	g_assert_true(cut);
	g_assert_cmpint(g_get_monotonic_time() - began, >=, 140 * 1000);
	close(fd);
	desk_stop(&d, 1000);
}

static void tell(struct desk_double *d, const char *text)
{
	g_mutex_lock(&d->lock);
	g_string_append(d->events, text);
	g_mutex_unlock(&d->lock);
	http_streams_wake(d->server);
}

static void http__streams__all_get_all(void)
{
	enum { N = 20 };
	struct desk_double d;
	int fds[N];

	desk_start(&d, 0);
	for (int i = 0; i < N; i++) {
		fds[i] = dial(d.path);
		say(fds[i], "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", strlen("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
		g_autoptr(GString) head = hear_until(fds[i], "\r\n\r\n");
		g_assert_nonnull(strstr(head->str, "text/event-stream"));
	}
	for (int n = 0; n < 100; n++) {
		g_autofree char *text = g_strdup_printf("event %d;", n);

		tell(&d, text);
	}
	tell(&d, "LAST");
	for (int i = 0; i < N; i++) {
		g_autoptr(GString) heard = hear_until(fds[i], "LAST");
		/* chunk frames lie between; every event is there once and in order */
		const char *at = heard->str;
		for (int n = 0; n < 100; n++) {
			g_autofree char *text = g_strdup_printf("event %d;", n);

			at = strstr(at, text);
			g_assert_nonnull(at);
		}
	}
	g_assert_cmpuint(http_clients(d.server), ==, N);
	gint64 began = g_get_monotonic_time();
	http_stop(g_steal_pointer(&d.server), 60000);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 50 * G_TIME_SPAN_SECOND);
	for (int i = 0; i < N; i++) {
		g_autoptr(GString) rest = hear_all(fds[i]);

		/* ended well: last comment and the last chunk */
		g_assert_nonnull(strstr(rest->str, ": the stream ends here"));
		g_assert_true(g_str_has_suffix(rest->str, "0\r\n\r\n"));
		close(fds[i]);
	}
	desk_stop(&d, 0);
}

static void http__streams__slow_reader_loses_nothing(void)
{
	struct desk_double d;
	g_autoptr(GString) much = g_string_new(NULL);

	desk_start(&d, 0);
	for (int i = 0; i < 60000; i++)
		g_string_append_printf(much, "line %d\n", i);
	tell(&d, much->str);
	int fd = dial(d.path);
	say(fd, "GET /stream HTTP/1.0\r\nHost: a\r\n\r\n", strlen("GET /stream HTTP/1.0\r\nHost: a\r\n\r\n"));
	g_autoptr(GString) heard = hear_until(fd, "line 59999\n");
	g_assert_true(g_str_has_suffix(heard->str, much->str)); /* 1.0: no chunk frames */
	close(fd);
	desk_stop(&d, 1000);
}

static void *stop_it(void *server)
{
	http_stop(server, 60 * 1000);
	return NULL;
}

static struct http_exchange *wait_kept(struct desk_double *d)
{
	g_mutex_lock(&d->lock);
	while (!d->kept)
		g_cond_wait(&d->cond, &d->lock);
	struct http_exchange *x = d->kept;
	g_mutex_unlock(&d->lock);
	return x;
}

static void http__stop__waits_for_a_running_request(void)
{
	struct desk_double d;

	desk_start(&d, 0);
	int fd = dial(d.path);
	say(fd, "GET /keep HTTP/1.1\r\nHost: a\r\n\r\n", strlen("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n"));
	struct http_exchange *x = wait_kept(&d);
	GThread *stopper = g_thread_new("stop", stop_it, g_steal_pointer(&d.server));
	while (g_file_test(d.path, G_FILE_TEST_EXISTS)) /* the stop has begun */
		g_usleep(1000);
	http_respond(x, 200, "text/plain", g_string_new("done"));
	g_autoptr(GString) answer = hear_all(fd);
	g_assert_cmpint(status_of(answer), ==, 200);
	g_assert_true(g_str_has_suffix(answer->str, "done"));
	g_thread_join(stopper);
	close(fd);
	desk_stop(&d, 0);
}

static void http__stop__answers_for_a_handler_that_does_not(void)
{
	struct desk_double d;

	desk_start(&d, 0);
	int fd = dial(d.path);
	say(fd, "GET /keep HTTP/1.1\r\nHost: a\r\n\r\n", strlen("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n"));
	struct http_exchange *x = wait_kept(&d);
	http_stop(g_steal_pointer(&d.server), 20);
	g_autoptr(GString) answer = hear_all(fd);
	g_assert_true(answer->len == 0 || status_of(answer) == 503);
	http_respond(x, 200, "text/plain", g_string_new("too late")); /* must be harmless */
	close(fd);
	desk_stop(&d, 0);
}

static void http__client_leaves_while_kept__nothing_breaks(void)
{
	struct desk_double d;

	desk_start(&d, 0);
	int fd = dial(d.path);
	say(fd, "GET /keep HTTP/1.1\r\nHost: a\r\n\r\n", strlen("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n"));
	struct http_exchange *x = wait_kept(&d);
	close(fd);
	http_respond(x, 200, "text/plain", g_string_new("nobody hears"));
	g_autoptr(GString) again = ask(d.path, "GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	g_assert_cmpint(status_of(again), ==, 200);
	desk_stop(&d, 2000);
}

static void http__socket_file__stale_replaced_live_and_foreign_kept(void)
{
	struct desk_double d;
	g_autoptr(GError) error = NULL;
	struct stat st;

	desk_start(&d, 0);
	g_assert_cmpint(stat(d.path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	struct http_conf conf = {.unix_path = d.path, .handler = handle, .arg = &d};
	g_assert_null(http_start(&conf, &error));
	g_assert_error(error, DESK_ERROR, DESK_BUSY);
	g_clear_error(&error);

	g_autofree char *stale = g_build_filename(d.dir, "stale", NULL);
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	g_strlcpy(addr.sun_path, stale, sizeof addr.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	g_assert_cmpint(bind(fd, (struct sockaddr *)&addr, sizeof addr), ==, 0);
	close(fd); /* as a crash leaves it */
	conf.unix_path = stale;
	struct http_server *second = http_start(&conf, &error);
	g_assert_no_error(error);
	http_stop(second, 0);

	g_assert_true(g_file_set_contents(stale, "mine", -1, NULL));
	g_assert_null(http_start(&conf, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_true(g_file_test(stale, G_FILE_TEST_EXISTS));
	g_unlink(stale);
	desk_stop(&d, 0);
}

static void http__tcp__port_zero_serves_bad_addresses_refused(void)
{
	static const char *const bad[] = {"", "x", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "[::1:80", ":x"};
	struct desk_double d;
	g_autoptr(GError) error = NULL;

	desk_start(&d, 0);
	struct http_conf conf = {.tcp_address = "127.0.0.1:0", .handler = handle, .arg = &d};
	struct http_server *s = http_start(&conf, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(http_tcp_port(s), >, 0);
	http_stop(s, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		conf.tcp_address = bad[i];
		g_assert_null(http_start(&conf, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
		g_clear_error(&error);
	}
	desk_stop(&d, 0);
}

/* Its threads are busy with a connection that goes when it is told to stop. */
static void http__stopped_while_clients_leave__ends_by_itself(void)
{
	for (int i = 0; i < 200; i++) {
		struct desk_double d;

		desk_start(&d, 0);
		int fds[] = {dial(d.path), dial(d.path), dial(d.path)};
		g_autoptr(GString) answer = ask(d.path, "GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
		g_assert_cmpint(status_of(answer), ==, 200);
		for (size_t k = 0; k < G_N_ELEMENTS(fds); k++)
			close(fds[k]);
		desk_stop(&d, 0);
	}
}

/* As a service manager restarts it: the socket stays, and so does who waits at it. */
static void http__given_socket__who_connects_after_a_stop_is_served_by_the_next(void)
{
	struct desk_double d;
	g_autoptr(GError) error = NULL;
	const char *request = "GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

	desk_start(&d, 0);
	g_autofree char *path = g_build_filename(d.dir, "given", NULL);
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	g_strlcpy(addr.sun_path, path, sizeof addr.sun_path);
	int held = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), given = fcntl(held, F_DUPFD_CLOEXEC, 0);
	g_assert_cmpint(bind(held, (struct sockaddr *)&addr, sizeof addr), ==, 0);
	g_assert_cmpint(listen(held, 8), ==, 0);
	struct http_conf conf = {.listen_fds = &given, .n_listen_fds = 1, .handler = handle, .arg = &d};
	struct http_server *first = http_start(&conf, &error);
	g_assert_no_error(error);
	http_stop(first, 0);
	int fd = dial(path);
	say(fd, request, strlen(request));
	given = fcntl(held, F_DUPFD_CLOEXEC, 0);
	struct http_server *next = http_start(&conf, &error);
	g_assert_no_error(error);
	g_autoptr(GString) answer = hear_all(fd);
	g_assert_cmpint(status_of(answer), ==, 200);
	http_stop(next, 0);
	close(fd);
	close(held);
	g_unlink(path);
	desk_stop(&d, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/server/http/" #name, http__##name)
	T(stopped_while_clients_leave__ends_by_itself);
	T(given_socket__who_connects_after_a_stop_is_served_by_the_next);
	T(hostile_framing__refused_and_closed);
	T(huge_headers__431_or_414_and_closed);
	T(plain_requests__answered);
	T(one_connection__many_requests);
	T(slow_headers__cut_at_the_deadline);
	T(streams__all_get_all);
	T(streams__slow_reader_loses_nothing);
	T(stop__waits_for_a_running_request);
	T(stop__answers_for_a_handler_that_does_not);
	T(client_leaves_while_kept__nothing_breaks);
	T(socket_file__stale_replaced_live_and_foreign_kept);
	T(tcp__port_zero_serves_bad_addresses_refused);
	return g_test_run();
}
