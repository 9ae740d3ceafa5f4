/* HTTP/1.1 over libmicrohttpd: the way of a request from its first byte to its answer. See
 * http.h; start and stop are in http_life.c, deadlines in http_sweep.c, endless answers in
 * http_stream.c. */
#include "server/http_inner.h"

#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "wire/wire.h"
#include "base/say.h"

#define LOG_PATH_MAX 200 /* bytes, as sent */


/* ---------------------------------------------------------------- answering */
void http_refuse(struct http_exchange *x, int status, enum http_refusal why, const char *sentence)
{
	enum desk_code code = status == 413 ? DESK_LIMIT : status == 503 || status == 429 ? DESK_BUSY :
			      status == 504 ? DESK_UNCERTAIN : status >= 500 ? DESK_UNSUPPORTED : DESK_INVALID;
	struct wire_error e = {.code = code, .message = (char *)say_in(x->language, sentence), .request_id = x->id,
			       .retryable = code == DESK_BUSY || code == DESK_UNCERTAIN};

	x->answer = g_string_new(NULL);
	wire_error_to_json(x->answer, &e);
	x->status = status;
	x->content_type = "application/json";
	x->close_after = TRUE;
	x->state = HTTP_ANSWERED;
	http_count_refused(x->server, why);
}

void http_turn_away(struct http_exchange *x, int status, enum http_refusal why, const char *sentence)
{
	http_refuse(x, status, why, sentence);
	http_answer_header(x, "Retry-After", status == 503 ? "2" : "1");
	x->close_after = x->declared > 0; /* nobody reads what comes then */
}

void http_refuse_long(struct http_exchange *x)
{
	int64_t max = http_body_max(x);
	gboolean whole = max % (1 << 20) == 0;

	say_language_set(x->language);
	g_autofree char *sentence = g_strdup_printf(whole ? _("the body is larger than %" G_GINT64_FORMAT " MiB") :
						    _("the body is larger than %" G_GINT64_FORMAT " bytes"), whole ? max >> 20 : max);

	http_refuse(x, 413, HTTP_REFUSED_LENGTH, sentence);
}

void http_add_headers(struct http_exchange *x, void *response)
{
	struct MHD_Response *r = response;

	if (x->content_type)
		MHD_add_response_header(r, "Content-Type", x->content_type);
	for (guint i = 0; !x->forced && i + 1 < x->headers->len; i += 2)
		MHD_add_response_header(r, x->headers->pdata[i], x->headers->pdata[i + 1]);
	if (x->close_after)
		MHD_add_response_header(r, "Connection", "close");
}

static struct MHD_Response *response_of(struct http_exchange *x, gint64 *size)
{
	struct MHD_Response *r;

	if (x->answer_fd >= 0 && !x->forced) {
		*size = x->answer_size;
		r = MHD_create_response_from_fd64((uint64_t)x->answer_size, x->answer_fd);
		if (r)
			x->answer_fd = -1; /* closed with the response */
		return r;
	}
	*size = x->answer ? (gint64)x->answer->len : 0;
	char *bytes = x->answer ? g_string_free(g_steal_pointer(&x->answer), FALSE) : g_strdup("");
	r = MHD_create_response_from_buffer_with_free_callback((size_t)*size, bytes, g_free);
	if (!r)
		g_free(bytes);
	return r;
}

/* On the HTTP thread that owns x->mhd. */
static enum MHD_Result queue_answer(struct http_exchange *x)
{
	struct http_server *s = x->server;

	x->queued = TRUE;
	if (x->stream)
		return http_stream_queue(x) ? MHD_YES : MHD_NO;
	gint64 size = 0;
	struct MHD_Response *r = response_of(x, &size);

	if (!r)
		return MHD_NO;
	g_mutex_lock(&s->lock);
	if (s->draining)
		x->close_after = TRUE;
	http_deadline(x->conn, HTTP_ANSWER_DEADLINE_MS + (int)(size / HTTP_LEAST_RATE));
	g_mutex_unlock(&s->lock);
	if (strcmp(x->method, "HEAD") != 0)
		x->sent = (guint64)size;
	http_add_headers(x, r);
	enum MHD_Result rc = MHD_queue_response(x->mhd, (unsigned)x->status, r);
	MHD_destroy_response(r);
	return rc;
}

void http_answered(struct http_exchange *x)
{
	x->state = HTTP_ANSWERED;
	if (x->parked) {
		x->parked = FALSE;
		MHD_resume_connection(x->mhd);
	}
}

void http_respond(struct http_exchange *x, int status, const char *content_type, GString *body)
{
	struct http_server *s = x->server;

	g_mutex_lock(&s->lock);
	if (x->state == HTTP_HANDLING) { /* else the stop answered for us */
		x->status = status;
		x->content_type = content_type;
		x->answer = g_steal_pointer(&body);
		http_answered(x);
	}
	g_mutex_unlock(&s->lock);
	if (body)
		g_string_free(body, TRUE);
	http_exchange_unref(x);
}

void http_respond_fd(struct http_exchange *x, int status, int fd, int64_t size)
{
	struct http_server *s = x->server;

	http_answer_header(x, "X-Content-Type-Options", "nosniff");
	g_mutex_lock(&s->lock);
	x->answer_fd = fd; /* closed with the exchange when the stop was first */
	x->answer_size = size;
	if (x->state == HTTP_HANDLING) {
		x->status = status;
		x->content_type = "application/octet-stream";
		http_answered(x);
	}
	g_mutex_unlock(&s->lock);
	http_exchange_unref(x);
}

void http_stream(struct http_exchange *x, const struct http_stream_source *source, int64_t cursor, void *arg)
{
	struct http_server *s = x->server;

	const char *why = NULL;

	g_mutex_lock(&s->lock);
	if (x->state == HTTP_HANDLING && !http_limit_stream(x, &why)) {
		http_turn_away(x, 503, HTTP_REFUSED_STREAMS, why);
		http_answered(x);
	} else {
		x->stream = TRUE;
		x->source = *source;
		x->cursor = cursor;
		x->stream_arg = arg;
	}
	if (x->state == HTTP_HANDLING) {
		x->counted = TRUE;
		s->streams++;
		x->status = 200;
		http_answered(x);
	}
	g_mutex_unlock(&s->lock);
	if (why && source->free_arg)
		source->free_arg(arg);
	http_exchange_unref(x);
}

/* ---------------------------------------------------------------- libmicrohttpd's callbacks */
void *http_on_target(void *arg, const char *uri, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return http_exchange_new(arg, info->socket_context, uri);
}

/* What its errors are said in. */
static const char *language_of(struct http_exchange *x)
{
	const char *accepted = say_language_accepted(http_header(x, "Accept-Language"));

	return accepted ? accepted : "en";
}

/* FALSE: the plan answered by itself. */
static gboolean plan_body(struct http_exchange *x)
{
	struct http_server *s = x->server;

	x->state = HTTP_HANDLING;
	g_atomic_int_inc(&x->refs);
	say_language_set(x->language);
	s->conf.plan(x, &x->plan, s->conf.arg);
	if (x->state == HTTP_ANSWERED) {
		x->close_after = TRUE; /* the body that may follow is nobody's */
		return FALSE;
	}
	x->state = HTTP_NEW;
	http_exchange_unref(x);
	return TRUE;
}

/* The last entry is the proxy's own word; those before it are the client's. */
static void take_forwarded(struct http_exchange *x)
{
	const char *said = http_header(x, "X-Forwarded-For"), *comma = said ? strrchr(said, ',') : NULL;
	g_autofree char *last = said ? g_strstrip(g_strdup(comma ? comma + 1 : said)) : NULL;

	if (!last || strlen(last) >= sizeof x->forwarded || !g_hostname_is_ip_address(last))
		return;
	g_strlcpy(x->forwarded, last, sizeof x->forwarded);
	http_limit_key(x->forwarded_key, sizeof x->forwarded_key, last);
}

/* What is refused before anybody looks at what is asked. */
static void gate(struct http_exchange *x, const char *version)
{
	struct http_server *s = x->server;
	const char *sentence = NULL;
	int status = http_check_request(x, version, &sentence);

	g_mutex_lock(&s->lock);
	gboolean draining = s->draining;
	unsigned under_way = s->exchanges.length - MIN(s->streams, s->exchanges.length);
	g_mutex_unlock(&s->lock);
	if (status)
		http_refuse(x, status, HTTP_REFUSED_FRAMING, sentence);
	else if (draining)
		http_refuse(x, 503, HTTP_REFUSED_CLOSING, "the server is closing");
	else if (!http_limit_request(x))
		http_turn_away(x, 429, HTTP_REFUSED_ADDRESS_RATE,
			       "more requests come from your address than this server allows; wait a moment");
	else if (s->conf.plan && !plan_body(x))
		return;
	else if (under_way > s->conf.limits.under_way && !x->plan.always)
		http_turn_away(x, 503, HTTP_REFUSED_OVERLOAD, "the server has more to do than it can; try again in a moment");
	else if (x->declared > http_body_max(x))
		http_refuse_long(x);
}

static enum MHD_Result begin(struct http_exchange *x, struct MHD_Connection *mhd, const char *method,
			     const char *version)
{
	struct http_server *s = x->server;

	x->mhd = mhd;
	x->method = g_strdup(method);
	x->language = language_of(x);
	if (s->conf.behind_proxy && !x->conn->peer.local)
		take_forwarded(x);
	gate(x, version);
	if (x->state == HTTP_ANSWERED)
		return queue_answer(x);
	g_mutex_lock(&s->lock);
	http_deadline(x->conn, s->conf.limits.body_ms + (int)(x->declared / HTTP_LEAST_RATE));
	g_mutex_unlock(&s->lock);
	http_body_begin(x);
	x->state = HTTP_READING;
	return MHD_YES;
}

static enum MHD_Result handle(struct http_exchange *x)
{
	struct http_server *s = x->server;

	g_mutex_lock(&s->lock);
	http_deadline(x->conn, s->conf.limits.request_ms);
	x->state = HTTP_HANDLING;
	g_mutex_unlock(&s->lock);
	g_atomic_int_inc(&x->refs);
	say_language_set(x->language); /* this thread serves other connections, too */
	s->conf.handler(x, s->conf.arg);
	g_mutex_lock(&s->lock);
	if (!x->unnoticed && !x->conn->client) {
		x->conn->client = TRUE;
		s->clients++;
	}
	if (x->state != HTTP_ANSWERED && s->stopped)
		http_refuse(x, 503, HTTP_REFUSED_CLOSING, "the server is closing");
	gboolean ready = x->state == HTTP_ANSWERED;
	if (!ready) {
		x->parked = TRUE;
		MHD_suspend_connection(x->mhd);
	}
	g_mutex_unlock(&s->lock);
	return ready ? queue_answer(x) : MHD_YES;
}

enum MHD_Result http_on_request(void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
				  const char *version, const char *bytes, size_t *len, void **context)
{
	struct http_exchange *x = *context;

	(void)arg;
	(void)url;
	if (x->state == HTTP_READING && *len)
		http_body_take(x, bytes, *len);
	if (*len) { /* of a refused body, too: the library takes no answer while one is coming */
		*len = 0;
		return MHD_YES;
	}
	if (x->queued)
		return MHD_YES;
	switch (x->state) {
	case HTTP_NEW: /* shut, but what it had sent by then can be read */
		return x->conn->too_many ? MHD_NO : begin(x, mhd, method, version);
	case HTTP_READING:
		return handle(x);
	case HTTP_ANSWERED:
		return queue_answer(x);
	case HTTP_HANDLING: /* resumed by a stop that came first */
		break;
	}
	return MHD_NO;
}

/* One line, every value in its place: no query (it may hold words of a customer), no headers,
 * no bodies. */
static void log_request(const struct http_exchange *x, gint64 took_us)
{
	enum log_level level = x->unnoticed ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
	int path_len = (int)MIN(strcspn(x->target, "?#"), LOG_PATH_MAX);

	if (!log_wants(level))
		return;
	log_write(level, "http", "request=%s method=%s path=%.*s status=%d bytes=%" G_GUINT64_FORMAT " ms=%"
		  G_GINT64_FORMAT ".%02d address=%s who=\"%s\"", x->id, x->method ? x->method : "?", path_len, x->target,
		  x->queued ? x->status : 0, x->sent, took_us / 1000, (int)(took_us % 1000 / 10),
		  http_address(x), x->who ? x->who : "");
}

void http_on_completed(void *arg, struct MHD_Connection *mhd, void **context,
			 enum MHD_RequestTerminationCode code)
{
	struct http_server *s = arg;
	struct http_exchange *x = *context;

	(void)mhd;
	(void)code;
	if (!x)
		return;
	*context = NULL;
	gint64 took_us = g_get_monotonic_time() - x->began_us;
	if (!x->conn->too_many)
		log_request(x, took_us);
	if (x->queued && !x->stream)
		http_count_request(x, took_us);
	if (x->state == HTTP_NEW && !x->conn->too_many) /* the library refused it by itself, in its own words */
		http_count_refused(s, HTTP_REFUSED_UNPARSED);
	http_count(&s->metrics.received, (guint64)x->body_len);
	http_count(&s->metrics.sent, x->sent);
	g_mutex_lock(&s->lock);
	if (x->counted) {
		s->streams--;
		http_limit_stream_ended(x);
	}
	g_queue_unlink(&s->exchanges, &x->link);
	http_deadline(x->conn, s->conf.limits.idle_ms + s->conf.limits.header_ms);
	x->conn->exchange = NULL;
	x->conn = NULL;
	x->mhd = NULL;
	if (s->draining) /* GLib's conditions ask the kernel also when nobody waits */
		g_cond_broadcast(&s->changed);
	g_mutex_unlock(&s->lock);
	http_exchange_unref(x);
}

void http_on_connection(void *arg, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = arg;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		struct http_conn *c = g_new0(struct http_conn, 1);

		c->server = s;
		c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		c->link.data = c;
		http_peer_of(c->fd, &c->peer);
		http_limit_key(c->key, sizeof c->key, c->peer.address);
		c->counted = !c->peer.local && !s->conf.behind_proxy;
		if (c->counted && !http_limit_connected(s, c->key)) {
			c->too_many = TRUE;
			shutdown(c->fd, SHUT_RDWR);
		}
		http_count(&s->metrics.connections, 1);
		g_mutex_lock(&s->lock);
		g_queue_push_tail_link(&s->conns, &c->link);
		http_deadline(c, s->conf.limits.header_ms);
		g_mutex_unlock(&s->lock);
		*context = c;
		return;
	}
	struct http_conn *c = *context;
	if (!c)
		return;
	g_mutex_lock(&s->lock);
	g_queue_unlink(&s->conns, &c->link);
	s->clients -= c->client ? 1 : 0;
	if (s->draining)
		g_cond_broadcast(&s->changed);
	g_mutex_unlock(&s->lock);
	if (c->counted)
		http_limit_left(s, c->key);
	g_free(c);
	*context = NULL;
}
