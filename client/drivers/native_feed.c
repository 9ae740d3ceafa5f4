/* The feed: an event stream that resumes by number and comes back by itself. */
#include "client/drivers/native.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/say.h"

static void connect_feed(struct native *n);

/* ---- one event */

static void feed_reload(struct native *n)
{
	struct event *e = g_new0(struct event, 1);
	e->kind = EVENT_RELOAD;
	e->seq = n->feed.after;
	backend_feed_event(n->backend, e);
}

static void take_event(struct native *n, const char *json, size_t len)
{
	struct native_feed *f = &n->feed;
	g_autoptr(GError) error = NULL;
	struct event *e = event_parse(json, len, &error);
	if (!e) {
		if (desk_error_code(error) != DESK_UNSUPPORTED) {
			log_warn("feed", "an event was not understood: %s", error->message);
			feed_reload(n); /* nothing may be missing silently */
		}
		return;
	}
	backend_server_time(n->backend, e->kind == EVENT_PING ? e->at_ms : 0);
	gboolean numbered = e->kind != EVENT_PING && e->kind != EVENT_RELOAD;
	if (e->kind == EVENT_PING || (numbered && e->seq <= f->after)) { /* seen before the line broke */
		event_free(e);
		return;
	}
	f->after = e->kind == EVENT_RELOAD ? e->seq : MAX(f->after, e->seq);
	backend_feed_event(n->backend, e);
}

/* ---- the stream's lines */

static void take_line(struct native *n)
{
	struct native_feed *f = &n->feed;
	GString *line = f->line;
	if (line->len && line->str[line->len - 1] == '\r')
		g_string_truncate(line, line->len - 1);
	if (line->len == 0) {
		if (f->data->len)
			take_event(n, f->data->str, f->data->len);
		g_string_truncate(f->data, 0);
	} else if (g_str_has_prefix(line->str, "data:")) {
		const char *value = line->str + strlen("data:");
		if (f->data->len)
			g_string_append_c(f->data, '\n');
		g_string_append(f->data, *value == ' ' ? value + 1 : value);
	} /* id: and event: say what data says too; ":" is a sign of life */
	g_string_truncate(line, 0);
}

static void stop_silence(struct native_feed *f)
{
	if (f->silence) {
		g_source_destroy(f->silence);
		g_source_unref(f->silence);
	}
	f->silence = NULL;
}

static void sign_of_life(struct native_feed *f)
{
	if (f->silence)
		g_source_set_ready_time(f->silence,
		                        g_get_monotonic_time() + (gint64)BACKEND_FEED_SILENCE_MS * 1000);
}

static gboolean feed_bytes(const char *bytes, size_t len, void *arg)
{
	struct native *n = arg;
	struct native_feed *f = &n->feed;
	const char *end = bytes + len;
	sign_of_life(f);
	while (bytes < end) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		g_string_append_len(f->line, bytes, (gssize)((stop ? stop : end) - bytes));
		if (f->line->len + f->data->len > WIRE_MAX_BODY) {
			f->broken = TRUE;
			return FALSE;
		}
		if (!stop)
			break;
		take_line(n);
		bytes = stop + 1;
	}
	return TRUE;
}

/* ---- connection */

static void stop_timer(guint *timer)
{
	if (*timer)
		g_source_remove(*timer);
	*timer = 0;
}

static gboolean retry_now(void *arg)
{
	struct native *n = arg;
	n->feed.retry_timer = 0;
	connect_feed(n);
	return G_SOURCE_REMOVE;
}

/* Waits twice as long each time, at least as long as the server asks, and nobody at the same moment as all the others. */
static void connect_later(struct native *n, const char *why, int64_t asked_ms)
{
	struct native_feed *f = &n->feed;
	int64_t wait = f->wait_ms ? MIN(f->wait_ms * 2, BACKEND_RETRY_MAX_MS) : BACKEND_RETRY_MIN_MS;
	wait = MAX(wait, MIN(asked_ms, BACKEND_RETRY_MAX_MS));
	int64_t jitter = g_random_int_range(0, (gint32)(wait / 4) + 1);
	int64_t jittered = wait <= asked_ms ? wait + jitter : wait - jitter;
	f->wait_ms = wait;
	f->open = FALSE;
	stop_silence(f);
	stop_timer(&f->retry_timer);
	f->retry_timer = g_timeout_add((guint)jittered, retry_now, n);
	backend_feed_state(n->backend, BACKEND_OFFLINE, why, clock_mono_ms() + jittered);
}

static void drop_call(struct native_feed *f)
{
	http_call_off(g_steal_pointer(&f->call));
	g_string_truncate(f->line, 0);
	g_string_truncate(f->data, 0);
	f->broken = FALSE;
}

static gboolean fell_silent(void *arg)
{
	struct native *n = arg;
	drop_call(&n->feed);
	connect_later(n, _("the server has fallen silent"), 0);
	return G_SOURCE_REMOVE;
}

static void feed_opened(int status, void *arg)
{
	struct native *n = arg;
	struct native_feed *f = &n->feed;
	if (status != 200)
		return;
	f->open = TRUE;
	f->wait_ms = 0;
	backend_feed_state(n->backend, BACKEND_ONLINE, NULL, 0);
}

static void feed_done(const struct http_result *r, void *arg)
{
	struct native *n = arg;
	struct native_feed *f = &n->feed;
	g_autofree char *why = NULL;
	f->call = NULL;
	if (f->broken || (r->outcome == HTTP_ANSWERED && r->status == 410)) {
		f->after = 0; /* from now on; what was missed is read anew */
		feed_reload(n);
	}
	if (r->outcome == HTTP_ANSWERED && r->status == 200) {
		why = g_strdup(_("the server closed the connection"));
	} else if (r->outcome == HTTP_ANSWERED) {
		struct wire_error *e = native_error(r);
		why = text_clean_string(e->message, -1, 0, 200);
		wire_error_free(e);
	} else {
		why = text_clean_string(r->why, -1, 0, 200);
	}
	drop_call(f);
	connect_later(n, why, r->retry_after_ms);
}

static void connect_feed(struct native *n)
{
	struct native_feed *f = &n->feed;
	g_autoptr(GPtrArray) headers = g_ptr_array_new();
	g_autofree char *target = f->after ? g_strdup_printf("/v1/events?after=%" G_GINT64_FORMAT, f->after)
	                                   : g_strdup("/v1/events");
	for (guint i = 0; i + 1 < n->headers->len; i++)
		g_ptr_array_add(headers, n->headers->pdata[i]);
	g_ptr_array_add(headers, (gpointer) "Accept: text/event-stream");
	g_ptr_array_add(headers, NULL);
	stop_timer(&f->retry_timer);
	stop_silence(f); /* a server that takes the line and says nothing counts as gone, too */
	f->silence = g_timeout_source_new(BACKEND_FEED_SILENCE_MS);
	g_source_set_callback(f->silence, fell_silent, n, NULL);
	g_source_attach(f->silence, NULL);
	f->call = http_client_stream(n->http,
	                             &(struct http_request){.method = "GET",
	                                                    .target = target,
	                                                    .headers = (const char *const *)headers->pdata,
	                                                    .connect_ms = BACKEND_CONNECT_MS,
	                                                    .max_bytes = 64 << 10},
	                             feed_opened, feed_bytes, feed_done, n);
}

void native_feed_follow(struct native *n, int64_t after_seq)
{
	struct native_feed *f = &n->feed;
	drop_call(f);
	stop_silence(f);
	f->wanted = TRUE;
	f->after = after_seq;
	f->wait_ms = 0;
	if (!f->open)
		backend_feed_state(n->backend, BACKEND_CONNECTING, NULL, 0);
	f->open = FALSE;
	connect_feed(n);
}

void native_feed_retry(struct native *n)
{
	struct native_feed *f = &n->feed;
	if (!f->wanted || f->open)
		return;
	drop_call(f);
	f->wait_ms = 0;
	connect_feed(n);
}

/* A request got through while the feed waits for its next attempt: don't wait. */
void native_feed_hint(struct native *n, gboolean reachable)
{
	if (reachable && n->feed.retry_timer && n->feed.wait_ms > BACKEND_RETRY_MIN_MS)
		native_feed_retry(n);
}

void native_feed_init(struct native *n)
{
	n->feed.line = g_string_new(NULL);
	n->feed.data = g_string_new(NULL);
}

void native_feed_clear(struct native *n)
{
	struct native_feed *f = &n->feed;
	stop_timer(&f->retry_timer);
	stop_silence(f);
	drop_call(f);
	g_string_free(f->line, TRUE);
	g_string_free(f->data, TRUE);
}
