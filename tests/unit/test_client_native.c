/* The native driver against a server that misbehaves in ways a real one never would on demand. */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/backend.h"

#define WAIT_MS 180000
#define wait_until(condition) \
	do { \
		int64_t began_ = clock_mono_ms(); \
		while (!(condition)) { \
			g_assert_cmpint(clock_mono_ms() - began_, <, WAIT_MS); \
			g_main_context_iteration(NULL, TRUE); \
		} \
	} while (0)

/* Reads one request a connection and answers with fixed bytes, then closes or waits. */
struct liar {
	char *dir, *path;
	GSocketService *service;
	const char *answer;       /* NULL: close without a word */
	gboolean keep_open;
	unsigned connections;
	GString *heard;
	GPtrArray *kept;
};

struct visit {
	struct liar *liar;
	GSocketConnection *connection;
	char bytes[4096];
};

static void visit_end(struct visit *v)
{
	if (!v->liar->keep_open)
		g_io_stream_close(G_IO_STREAM(v->connection), NULL, NULL);
	else
		g_ptr_array_add(v->liar->kept, g_object_ref(v->connection));
	g_object_unref(v->connection);
	g_free(v);
}

static void visit_written(GObject *stream, GAsyncResult *result, gpointer arg)
{
	g_output_stream_write_all_finish(G_OUTPUT_STREAM(stream), result, NULL, NULL);
	visit_end(arg);
}

static void visit_read(GObject *stream, GAsyncResult *result, gpointer arg)
{
	struct visit *v = arg;
	gssize n = g_input_stream_read_finish(G_INPUT_STREAM(stream), result, NULL);
	GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(v->connection));
	if (n > 0)
		g_string_append_len(v->liar->heard, v->bytes, n);
	if (n > 0 && v->liar->answer)
		g_output_stream_write_all_async(out, v->liar->answer, strlen(v->liar->answer), G_PRIORITY_DEFAULT, NULL,
		                                visit_written, v);
	else
		visit_end(v);
}

static gboolean visited(GSocketService *service, GSocketConnection *connection, GObject *source, gpointer arg)
{
	struct visit *v = g_new0(struct visit, 1);
	(void)service;
	(void)source;
	v->liar = arg;
	v->connection = g_object_ref(connection);
	v->liar->connections++;
	g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(connection)), v->bytes, sizeof(v->bytes),
	                          G_PRIORITY_DEFAULT, NULL, visit_read, v);
	return TRUE;
}

static void liar_up(struct liar *l, const char *answer)
{
	g_autoptr(GError) error = NULL;
	memset(l, 0, sizeof(*l));
	l->dir = g_dir_make_tmp("liar-XXXXXX", &error);
	g_assert_no_error(error);
	l->path = g_build_filename(l->dir, "sock", NULL);
	l->answer = answer;
	l->heard = g_string_new(NULL);
	l->kept = g_ptr_array_new_with_free_func(g_object_unref);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(l->path);
	l->service = g_socket_service_new();
	g_assert_true(g_socket_listener_add_address(G_SOCKET_LISTENER(l->service), address, G_SOCKET_TYPE_STREAM,
	                                            G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error));
	g_assert_no_error(error);
	g_signal_connect(l->service, "incoming", G_CALLBACK(visited), l);
	g_socket_service_start(l->service);
}

static void liar_down(struct liar *l)
{
	g_socket_service_stop(l->service);
	g_socket_listener_close(G_SOCKET_LISTENER(l->service));
	g_object_unref(l->service);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_ptr_array_unref(l->kept);
	g_string_free(l->heard, TRUE);
	unlink(l->path);
	rmdir(l->dir);
	g_free(l->path);
	g_free(l->dir);
}

static struct backend *open_at(const char *path, const char *as)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = g_strconcat("unix:", path, NULL);
	struct backend *b = backend_open(
		&(struct backend_conf){.address = address, .token = "geheim\r\nEvil: 1", .as_person = as}, &error);
	g_assert_no_error(error);
	return b;
}

struct outcome {
	int calls;
	enum desk_code code; /* DESK_CODE_COUNT: an answer */
	char *message;
	int64_t conflict_version;
};

static void note_outcome(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct outcome *o = arg;
	o->calls++;
	o->code = error ? desk_error_code(error) : DESK_CODE_COUNT;
	g_free(o->message);
	o->message = g_strdup(error ? error->message : NULL);
	o->conflict_version = conflict ? conflict->row.version : 0;
	answer_free(answer);
}

static void write_note(struct backend *b, struct outcome *o)
{
	struct change c;
	change_init(&c, CHANGE_NOTE);
	c.ticket_id = 1042;
	c.body = g_strdup("text");
	c.if_version = 3;
	backend_write(b, &c, note_outcome, o);
	change_clear(&c);
	wait_until(o->calls == 1);
}

static void read_ticket(struct backend *b, struct outcome *o)
{
	struct query q;
	query_init(&q, QUERY_TICKET);
	q.ticket_id = 1042;
	backend_read(b, &q, note_outcome, o);
	query_clear(&q);
	wait_until(o->calls == 1);
}

#define JSON_HEAD(status) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"

static void answers__of_all_kinds__become_codes(void)
{
	static const struct {
		const char *answer;
		enum desk_code to_write, to_read;
	} cases[] = {
		{NULL, DESK_UNCERTAIN, DESK_NET},
		{"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"tick", DESK_UNCERTAIN, DESK_NET},
		{"garbage that is no HTTP at all\r\n\r\n", DESK_UNCERTAIN, DESK_NET},
		{JSON_HEAD("200 OK") "{\"ticket\":", DESK_PROTOCOL, DESK_PROTOCOL},
		{JSON_HEAD("200 OK") "[1,2]", DESK_PROTOCOL, DESK_PROTOCOL},
		{JSON_HEAD("403 Forbidden") "{\"code\":\"forbidden\",\"message\":\"Not yours\\u0007\"}", DESK_FORBIDDEN,
	         DESK_FORBIDDEN},
		{JSON_HEAD("409 Conflict") "{\"code\":\"conflict\",\"message\":\"Changed\"}", DESK_CONFLICT,
	         DESK_CONFLICT},
		{JSON_HEAD("502 Bad Gateway") "<html>", DESK_UNCERTAIN, DESK_NET},
		{JSON_HEAD("503 Busy") "", DESK_BUSY, DESK_BUSY},
		{JSON_HEAD("401 Who") "<html>", DESK_AUTH, DESK_AUTH},
		{JSON_HEAD("500 Oops") "", DESK_BUG, DESK_BUG},
		{"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n", DESK_BUG, DESK_BUG},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct liar l;
		struct outcome w = {0}, r = {0};
		g_test_message("case %zu", i);
		liar_up(&l, cases[i].answer);
		struct backend *b = open_at(l.path, NULL);
		write_note(b, &w);
		g_assert_cmpstr(desk_code_name(w.code), ==, desk_code_name(cases[i].to_write));
		read_ticket(b, &r);
		g_assert_cmpstr(desk_code_name(r.code), ==, desk_code_name(cases[i].to_read));
		g_assert_null(strchr(r.message, '\a')); /* the gate */
		backend_close(b);
		liar_down(&l);
		g_free(w.message);
		g_free(r.message);
	}
}

#define COME_AGAIN "Content-Type: application/json\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"

/* Refused with a time to come again: asked once more, with the same key, and nobody above hears of it. */
static void answer__busy_with_a_time__asked_again(void)
{
	static const char *const busy[] = {"HTTP/1.1 503 x\r\n" COME_AGAIN, "HTTP/1.1 429 x\r\n" COME_AGAIN};
	struct outcome o = {0};
	struct change c;
	struct liar l;
	liar_up(&l, busy[0]);
	struct backend *b = open_at(l.path, NULL);
	change_init(&c, CHANGE_NOTE);
	c.ticket_id = 1042;
	c.body = g_strdup("text");
	g_strlcpy(c.once_key, "the-key", sizeof c.once_key);
	backend_write(b, &c, note_outcome, &o);
	change_clear(&c);
	wait_until(l.connections == 1 && l.heard->len);
	wait_until(l.connections == 2);
	g_assert_cmpint(o.calls, ==, 0);
	l.answer = busy[1];
	wait_until(o.calls == 1); /* the third time is the last */
	g_assert_cmpint(o.code, ==, DESK_BUSY);
	g_assert_cmpuint(l.connections, ==, 3);
	g_auto(GStrv) parts = g_strsplit(l.heard->str, "Idempotency-Key: the-key\r\n", -1);
	g_assert_cmpuint(g_strv_length(parts), ==, 4);
	backend_close(b);
	liar_down(&l);
	g_free(o.message);
}

static void answer__busy_then_called_off__not_asked_again(void)
{
	struct outcome o = {0};
	struct query q;
	struct liar l;
	liar_up(&l, "HTTP/1.1 503 x\r\n" COME_AGAIN);
	struct backend *b = open_at(l.path, NULL);
	query_init(&q, QUERY_TICKET);
	q.ticket_id = 1042;
	backend_read(b, &q, note_outcome, &o);
	query_clear(&q);
	wait_until(l.connections == 1 && l.heard->len);
	backend_close(b); /* also in the middle of the wait */
	g_assert_cmpint(o.calls, ==, 1);
	g_assert_cmpint(o.code, ==, DESK_CANCELLED);
	g_assert_cmpuint(l.connections, ==, 1);
	liar_down(&l);
	g_free(o.message);
}

static void request__headers__carry_who_key_and_version(void)
{
	struct liar l;
	struct outcome o = {0};
	liar_up(&l, JSON_HEAD("403 No") "{}");
	struct backend *b = open_at(l.path, "Zhao Min 赵敏\nEvil: 2");
	write_note(b, &o);
	g_assert_nonnull(strstr(l.heard->str, "POST /v1/tickets/1042/messages HTTP/1.1\r\n"));
	g_assert_nonnull(strstr(l.heard->str, "\r\nAuthorization: Bearer geheim Evil: 1\r\n"));
	g_assert_nonnull(strstr(l.heard->str, "\r\nTtydesk-As: Zhao Min 赵敏 Evil: 2\r\n"));
	g_assert_nonnull(strstr(l.heard->str, "\r\nIdempotency-Key: "));
	g_assert_nonnull(strstr(l.heard->str, "\r\nIf-Match: \"3\"\r\n"));
	g_assert_nonnull(strstr(l.heard->str, "\r\nContent-Type: application/json\r\n"));
	backend_close(b);
	liar_down(&l);
	g_free(o.message);
}

static void answer__over_the_limit__is_refused(void)
{
	struct liar l;
	struct outcome r = {0}, w = {0};
	g_autofree char *big = g_strnfill(WIRE_MAX_BODY + 100, ' ');
	g_autofree char *answer = g_strconcat(JSON_HEAD("200 OK"), big, NULL);
	signal(SIGPIPE, SIG_IGN); /* of the liar, whom nobody listens to */
	liar_up(&l, answer);
	struct backend *b = open_at(l.path, NULL);
	read_ticket(b, &r);
	g_assert_cmpstr(desk_code_name(r.code), ==, "limit");
	write_note(b, &w);
	g_assert_cmpstr(desk_code_name(w.code), ==, "protocol");
	backend_close(b);
	liar_down(&l);
	g_free(r.message);
	g_free(w.message);
}

static void nobody_there__net__never_left(void)
{
	struct outcome w = {0}, r = {0};
	struct backend *b = open_at("/nonexistent/ttydesk.sock", NULL);
	write_note(b, &w);
	read_ticket(b, &r);
	g_assert_cmpint(w.code, ==, DESK_NET);
	g_assert_cmpint(r.code, ==, DESK_NET);
	backend_close(b);
	g_free(w.message);
	g_free(r.message);
}

/* ---- the feed */

struct listener {
	GString *seqs;
	int online, offline, reloads;
	char *why;
};

static void hear_event(const struct event *e, void *arg)
{
	struct listener *l = arg;
	if (e->kind == EVENT_RELOAD)
		l->reloads++;
	else
		g_string_append_printf(l->seqs, "%" G_GINT64_FORMAT " ", e->seq);
}

static void hear_state(enum backend_state state, const char *why, int64_t retry_at, void *arg)
{
	struct listener *l = arg;
	l->online += state == BACKEND_ONLINE;
	l->offline += state == BACKEND_OFFLINE;
	if (state == BACKEND_OFFLINE) {
		g_assert_cmpint(retry_at, >, 0);
		g_free(l->why);
		l->why = g_strdup(why);
	}
}

static void listener_down(struct listener *l)
{
	g_string_free(l->seqs, TRUE);
	g_free(l->why);
}

#define SSE_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define EVENT(n) "id: " #n "\ndata: {\"kind\":\"policy\",\"seq\":" #n ",\"at_ms\":5}\n\n"

static void feed__odd_lines_and_doubles__each_event_once(void)
{
	struct liar l;
	struct listener heard = {.seqs = g_string_new(NULL)};
	liar_up(&l, SSE_HEAD ": hello\n\n" EVENT(4) "\r\n\r\nevent: ping\ndata: {\"kind\":\"ping\",\"at_ms\":7}\n\n"
	                     "data:{\"kind\":\"policy\",\r\ndata: \"seq\":5}\r\n\r\n" EVENT(4) EVENT(5)
	                     "data: {\"kind\":\"from-the-future\",\"seq\":6}\n\n" EVENT(7) "data: {\"kind\":\"pol");
	struct backend *b = open_at(l.path, NULL);
	backend_follow(b, 3, hear_event, hear_state, &heard);
	wait_until(l.connections == 2); /* came back by itself */
	g_assert_cmpstr(heard.seqs->str, ==, "4 5 7 ");
	g_assert_cmpint(heard.reloads, ==, 0);
	g_assert_cmpint(heard.online, >=, 1);
	g_assert_cmpint(heard.offline, >=, 1);
	g_assert_cmpstr(heard.why, ==, "the server closed the connection");
	wait_until(strstr(l.heard->str, "after=7") != NULL); /* resumes behind the last one */
	g_assert_nonnull(strstr(l.heard->str, "GET /v1/events?after=3 "));
	backend_close(b);
	liar_down(&l);
	listener_down(&heard);
}

static void feed__number_too_old__reload(void)
{
	struct liar l;
	struct listener heard = {.seqs = g_string_new(NULL)};
	liar_up(&l, JSON_HEAD("410 Gone") "{\"code\":\"gone\",\"message\":\"Too old\"}");
	struct backend *b = open_at(l.path, NULL);
	backend_follow(b, 3, hear_event, hear_state, &heard);
	wait_until(heard.reloads == 1);
	backend_close(b);
	liar_down(&l);
	listener_down(&heard);
}

static void feed__unreadable_event__reload(void)
{
	struct liar l;
	struct listener heard = {.seqs = g_string_new(NULL)};
	liar_up(&l, SSE_HEAD "data: {\"kind\":\"ticket\",\"seq\":\"nonsense\"}\n\n");
	l.keep_open = TRUE;
	struct backend *b = open_at(l.path, NULL);
	backend_follow(b, 3, hear_event, hear_state, &heard);
	wait_until(heard.reloads == 1);
	backend_close(b);
	liar_down(&l);
	listener_down(&heard);
}

static void feed__server_gone__waits_grow_retry_is_at_once(void)
{
	struct liar l;
	struct listener heard = {.seqs = g_string_new(NULL)};
	g_autofree char *gone = NULL;
	liar_up(&l, SSE_HEAD EVENT(9));
	l.keep_open = TRUE;
	gone = g_strconcat(l.path, ".away", NULL);
	g_assert_cmpint(rename(l.path, gone), ==, 0);
	struct backend *b = open_at(l.path, NULL);
	backend_follow(b, 3, hear_event, hear_state, &heard);
	wait_until(heard.offline >= 4); /* 200, 400, 800 ms: the next wait is over a second */
	g_assert_cmpint(backend_state(b), ==, BACKEND_OFFLINE);
	g_assert_cmpint(rename(gone, l.path), ==, 0);
	int64_t began = clock_mono_ms();
	backend_retry(b);
	wait_until(heard.online == 1);
	g_assert_cmpint(clock_mono_ms() - began, <, 900);
	wait_until(heard.seqs->len > 0);
	backend_close(b);
	liar_down(&l);
	listener_down(&heard);
}

static void address__nonsense__is_refused_with_a_sentence(void)
{
	static const char *const bad[] = {"", "ftp://x", "http://", "unix:relative", "https:///path", "nothing"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(backend_open(&(struct backend_conf){.address = bad[i]}, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/native/busy-again", answer__busy_with_a_time__asked_again);
	g_test_add_func("/client/native/busy-off", answer__busy_then_called_off__not_asked_again);
	g_test_add_func("/native/answers", answers__of_all_kinds__become_codes);
	g_test_add_func("/native/headers", request__headers__carry_who_key_and_version);
	g_test_add_func("/native/limit", answer__over_the_limit__is_refused);
	g_test_add_func("/native/nobody", nobody_there__net__never_left);
	g_test_add_func("/native/feed", feed__odd_lines_and_doubles__each_event_once);
	g_test_add_func("/native/gone", feed__number_too_old__reload);
	g_test_add_func("/native/unreadable", feed__unreadable_event__reload);
	g_test_add_func("/native/retry", feed__server_gone__waits_grow_retry_is_at_once);
	g_test_add_func("/native/address", address__nonsense__is_refused_with_a_sentence);
	return g_test_run();
}
