/* The workstation's HTTP client against the server's HTTP room, over TLS: good, unknown and
 * renewed certificates, made here with the openssl command. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "client/drivers/http.h"
#include "server/http.h"

#define PATIENCE_MS 20000 /* only a broken side takes that long */

struct lab {
	char *dir, *cert, *key, *address;
	struct http_server *server;
	GMutex lock;
	int events;               /* what streams have to say */
};

/* ---------------------------------------------------------------- certificates */
static void openssl(const char *dir, const char *words, ...) G_GNUC_PRINTF(2, 3);
static void openssl(const char *dir, const char *words, ...)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) argv = NULL;
	g_autofree char *err = NULL;
	va_list args;
	int status;

	va_start(args, words);
	g_autofree char *line = g_strdup_vprintf(words, args);
	va_end(args);
	g_autofree char *command = g_strconcat("openssl ", line, NULL);
	g_shell_parse_argv(command, NULL, &argv, &error);
	g_assert_no_error(error);
	g_spawn_sync(dir, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &err, &status,
		     &error);
	g_assert_no_error(error);
	if (status != 0)
		g_test_message("%s: %s", command, err);
	g_assert_cmpint(status, ==, 0);
}

static void make_authority(const char *dir, const char *name)
{
	openssl(dir, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=%s "
		"-addext basicConstraints=critical,CA:TRUE -keyout %s.key -out %s.pem", name, name, name);
}

/* dir/desk.pem and desk.key, for `host`, by that authority. */
static void make_leaf(const char *dir, const char *authority, const char *host, int days)
{
	g_autofree char *extra = g_build_filename(dir, "extra", NULL);
	g_autofree char *names = g_strdup_printf("subjectAltName=%s\n", host);

	g_assert_true(g_file_set_contents(extra, names, -1, NULL));
	openssl(dir, "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=desk -keyout desk.key "
		"-out desk.csr");
	openssl(dir, "x509 -req -in desk.csr -CA %s.pem -CAkey %s.key -set_serial %u -days %d -extfile extra "
		"-out desk.pem", authority, authority, g_random_int(), days);
}

/* ---------------------------------------------------------------- the server */
static gboolean fill(GString *out, int64_t *cursor, void *arg)
{
	struct lab *l = arg;

	g_mutex_lock(&l->lock);
	for (; *cursor < l->events; ++*cursor)
		g_string_append_printf(out, "data: %" G_GINT64_FORMAT "\n\n", *cursor + 1);
	g_mutex_unlock(&l->lock);
	return TRUE;
}

static void handle(struct http_exchange *x, void *arg)
{
	static const struct http_stream_source source = {.fill = fill};

	if (strcmp(http_path(x), "/stream") == 0)
		http_stream(x, &source, 0, arg);
	else
		http_respond(x, 200, "text/plain", g_string_new(http_peer(x)->address));
}

static void lab_start(struct lab *l)
{
	g_autoptr(GError) error = NULL;

	memset(l, 0, sizeof *l);
	g_mutex_init(&l->lock);
	l->dir = g_dir_make_tmp("ttydesk-tls-XXXXXX", &error);
	g_assert_no_error(error);
	l->cert = g_build_filename(l->dir, "desk.pem", NULL);
	l->key = g_build_filename(l->dir, "desk.key", NULL);
	make_authority(l->dir, "first");
	make_authority(l->dir, "second");
	make_leaf(l->dir, "first", "DNS:localhost,IP:127.0.0.1", 30);
	struct http_conf conf = {.tcp_address = "127.0.0.1:0", .tls_certificate = l->cert, .tls_key = l->key,
				 .handler = handle, .arg = l};
	l->server = http_start(&conf, &error);
	g_assert_no_error(error);
	l->address = g_strdup_printf("https://localhost:%u", http_tcp_port(l->server));
}

static void lab_stop(struct lab *l)
{
	g_autoptr(GDir) dir = g_dir_open(l->dir, 0, NULL);
	const char *name;

	http_stop(l->server, 1000);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(l->dir, name, NULL);

		g_unlink(path);
	}
	g_assert_cmpint(g_rmdir(l->dir), ==, 0);
	g_mutex_clear(&l->lock);
	g_free(l->dir);
	g_free(l->cert);
	g_free(l->key);
	g_free(l->address);
}

/* ---------------------------------------------------------------- the workstation */
struct heard {
	gboolean done;
	enum http_outcome outcome;
	int status;
	char *why, *body;
	GString *bytes;
};

static void on_done(const struct http_result *r, void *arg)
{
	struct heard *h = arg;

	h->done = TRUE;
	h->outcome = r->outcome;
	h->status = r->status;
	h->why = g_strdup(r->why ? r->why : "");
	h->body = g_strdup(r->body);
}

static gboolean on_bytes(const char *bytes, size_t len, void *arg)
{
	g_string_append_len(((struct heard *)arg)->bytes, bytes, (gssize)len);
	return TRUE;
}

static void on_opened(int status, void *arg)
{
	((struct heard *)arg)->status = status;
}

static struct http_request request_of(const char *target)
{
	return (struct http_request){.method = "GET", .target = target, .connect_ms = PATIENCE_MS, .max_bytes = 4096};
}

static void heard_clear(struct heard *h)
{
	g_clear_pointer(&h->why, g_free);
	g_clear_pointer(&h->body, g_free);
}

/* One request over a new connection, trusting that authority. */
static void ask(const struct lab *l, const char *authority, const char *address, struct heard *h)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *file = g_strconcat(l->dir, "/", authority, ".pem", NULL);
	struct http_client *c = http_client_new(address ? address : l->address, file, &error);
	struct http_request r = request_of("/");

	g_assert_no_error(error);
	*h = (struct heard){.done = FALSE};
	r.timeout_ms = PATIENCE_MS;
	http_client_send(c, &r, on_done, h);
	while (!h->done)
		g_main_context_iteration(NULL, TRUE);
	http_client_free(c);
}

static void expect_good(const struct lab *l, const char *authority)
{
	struct heard h;

	ask(l, authority, NULL, &h);
	g_assert_cmpstr(h.why, ==, "");
	g_assert_cmpint(h.status, ==, 200);
	g_assert_true(strcmp(h.body, "127.0.0.1") == 0 || strcmp(h.body, "::1") == 0);
	heard_clear(&h);
}

static void expect_refused(const struct lab *l, const char *authority, const char *address)
{
	struct heard h;

	ask(l, authority, address, &h);
	g_assert_cmpint(h.outcome, ==, HTTP_NEVER_LEFT);
	g_assert_nonnull(strstr(h.why, "not trusted"));
	g_assert_nonnull(strstr(h.why, "ca-file"));
	heard_clear(&h);
}

/* ---------------------------------------------------------------- tests */
static void tls__known_and_unknown_authority__served_and_refused(void)
{
	struct lab l;

	lab_start(&l);
	expect_good(&l, "first");
	expect_refused(&l, "second", NULL);
	make_leaf(l.dir, "first", "DNS:elsewhere.example", 30);
	g_assert_true(http_reload(l.server, NULL));
	expect_refused(&l, "first", NULL); /* somebody else's name */
	lab_stop(&l);
}

static void hear(struct heard *h, const char *words)
{
	while (!strstr(h->bytes->str, words)) {
		g_assert_false(h->done);
		g_main_context_iteration(NULL, TRUE);
	}
}

static void say(struct lab *l)
{
	g_mutex_lock(&l->lock);
	l->events++;
	g_mutex_unlock(&l->lock);
	http_streams_wake(l->server);
}

static void tls__renewed__new_in_force_and_streams_go_on(void)
{
	g_autoptr(GError) error = NULL;
	struct lab l;
	struct heard h = {.bytes = g_string_new(NULL)};

	lab_start(&l);
	g_autofree char *file = g_build_filename(l.dir, "first.pem", NULL);
	struct http_client *c = http_client_new(l.address, file, &error);
	struct http_request r = request_of("/stream");
	g_assert_no_error(error);
	http_client_stream(c, &r, on_opened, on_bytes, on_done, &h);
	say(&l);
	hear(&h, "data: 1\n");
	make_leaf(l.dir, "second", "DNS:localhost", 30);
	http_reload(l.server, &error);
	g_assert_no_error(error);
	expect_good(&l, "second");
	expect_refused(&l, "first", NULL);
	say(&l);
	hear(&h, "data: 2\n");
	http_client_free(c);
	g_string_free(h.bytes, TRUE);
	lab_stop(&l);
}

/* Each bad state of the files: the error names the file, and what was in force stays. */
static void tls__bad_renewal__old_stays_in_force(void)
{
	g_autofree char *good_key = NULL, *good_cert = NULL;
	g_autoptr(GError) error = NULL;
	struct lab l;

	lab_start(&l);
	g_assert_true(g_file_get_contents(l.key, &good_key, NULL, NULL));
	g_assert_true(g_file_get_contents(l.cert, &good_cert, NULL, NULL));
	make_leaf(l.dir, "first", "DNS:localhost", 30);
	g_assert_true(g_file_set_contents(l.key, good_key, -1, NULL)); /* another's key */
	g_assert_false(http_reload(l.server, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_nonnull(strstr(error->message, "does not belong to"));
	g_clear_error(&error);
	g_assert_true(g_file_set_contents(l.cert, good_cert, 200, NULL)); /* cut off */
	g_assert_false(http_reload(l.server, &error));
	g_assert_nonnull(strstr(error->message, l.cert));
	g_clear_error(&error);
	g_assert_true(g_file_set_contents(l.cert, good_cert, -1, NULL));
	g_assert_true(g_file_set_contents(l.key, "", 0, NULL));
	g_assert_false(http_reload(l.server, &error));
	g_assert_nonnull(strstr(error->message, l.key));
	g_clear_error(&error);
	g_unlink(l.cert);
	g_assert_false(http_reload(l.server, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_clear_error(&error);
	expect_good(&l, "first");
	g_assert_true(g_file_set_contents(l.cert, good_cert, -1, NULL));
	g_assert_true(g_file_set_contents(l.key, good_key, -1, NULL));
	g_assert_true(http_reload(l.server, NULL));
	expect_good(&l, "first");
	lab_stop(&l);
}

static void tls__plain_or_nonsense_speaker__connection_ends(void)
{
	g_autofree char *plain = NULL;
	struct lab l;
	struct heard h;

	lab_start(&l);
	plain = g_strdup_printf("http://localhost:%u", http_tcp_port(l.server));
	ask(&l, "first", plain, &h);
	g_assert_cmpint(h.outcome, ==, HTTP_NO_ANSWER);
	heard_clear(&h);
	expect_good(&l, "first");
	lab_stop(&l);
}

static void tls__missing_on_an_open_address__no_start(void)
{
	g_autoptr(GError) error = NULL;
	struct http_conf conf = {.tcp_address = "0.0.0.0:0", .handler = handle};

	g_assert_null(http_start(&conf, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_nonnull(strstr(error->message, "tls-certificate"));
	g_clear_error(&error);
	conf.tls_key = "/nowhere";
	g_assert_null(http_start(&conf, &error));
	g_assert_nonnull(strstr(error->message, "belong together"));
	g_clear_error(&error);
	conf.tls_certificate = "/nowhere";
	g_assert_null(http_start(&conf, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_clear_error(&error);
	conf.tls_key = conf.tls_certificate = NULL;
	conf.behind_proxy = TRUE;
	struct http_server *s = http_start(&conf, &error);
	g_assert_no_error(error);
	http_stop(s, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/contract/" #name, name)
	T(tls__known_and_unknown_authority__served_and_refused);
	T(tls__renewed__new_in_force_and_streams_go_on);
	T(tls__bad_renewal__old_stays_in_force);
	T(tls__plain_or_nonsense_speaker__connection_ends);
	T(tls__missing_on_an_open_address__no_start);
	return g_test_run();
}
