/* Endless answers (SSE): each stream asks its source for what is due; with nothing due the
 * connection is suspended until the pump wakes all of them. Wake-ups within a few ms leave
 * as one, so that a hundred events cost one round of writes and not a hundred. */
#include "server/http_inner.h"

#include <string.h>

#define PENDING_KEEP 2048

/* TRUE when bytes are pending, FALSE when the stream is at its end or was suspended. */
static gboolean gather(struct http_exchange *x, gboolean *suspended)
{
	struct http_server *s = x->server;

	if (!x->pending || x->pending->allocated_len > PENDING_KEEP) {
		if (x->pending)
			g_string_free(x->pending, TRUE);
		x->pending = g_string_sized_new(256);
	}
	g_string_truncate(x->pending, 0);
	x->pending_off = 0;
	while (!x->farewell) {
		g_mutex_lock(&s->lock);
		guint64 generation = s->generation;
		gboolean draining = s->draining;
		g_mutex_unlock(&s->lock);

		if (!x->stream_over && !x->source.fill(x->pending, &x->cursor, x->stream_arg))
			x->stream_over = TRUE;
		if (x->stream_over || draining) {
			g_string_append(x->pending, ": the stream ends here\n\n");
			x->farewell = TRUE;
		}
		if (x->pending->len > 0)
			return TRUE;
		g_mutex_lock(&s->lock);
		if (generation == s->generation && !s->draining && !s->stopped) {
			x->parked = TRUE;
			MHD_suspend_connection(x->mhd);
			*suspended = TRUE;
		}
		g_mutex_unlock(&s->lock);
		if (*suspended)
			return FALSE;
	}
	return FALSE;
}

static ssize_t on_read(void *arg, uint64_t pos, char *buf, size_t max)
{
	struct http_exchange *x = arg;
	gboolean suspended = FALSE;

	(void)pos;
	if (!x->pending || x->pending_off == x->pending->len)
		if (!gather(x, &suspended))
			return suspended ? 0 : MHD_CONTENT_READER_END_OF_STREAM;
	size_t n = MIN(max, x->pending->len - x->pending_off);
	memcpy(buf, x->pending->str + x->pending_off, n);
	x->pending_off += n;
	x->sent += n;
	return (ssize_t)n;
}

int http_stream_queue(struct http_exchange *x)
{
	struct http_server *s = x->server;
	struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, on_read, x, NULL);

	g_mutex_lock(&s->lock);
	http_deadline(x->conn, 0);
	g_cond_signal(&s->pump_wake); /* from the first stream on the pump ticks */
	g_mutex_unlock(&s->lock);
	if (!r)
		return 0;
	http_count_request(x, 0);
	x->content_type = "text/event-stream";
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "X-Accel-Buffering", "no");
	http_add_headers(x, r);
	enum MHD_Result rc = MHD_queue_response(x->mhd, 200, r);
	MHD_destroy_response(r);
	return rc == MHD_YES;
}

/* All at once under the lock, which the HTTP threads need to go on: the library looks through
 * all suspended connections whenever one of them was resumed. */
static void wake_all(struct http_server *s)
{
	s->generation++;
	for (GList *l = s->exchanges.head; l; l = l->next) {
		struct http_exchange *x = l->data;

		if (x->stream && x->parked) {
			x->parked = FALSE;
			MHD_resume_connection(x->mhd);
		}
	}
}

static void *pump(void *arg)
{
	struct http_server *s = arg;
	gint64 woken_us = 0;

	g_mutex_lock(&s->lock);
	while (!s->stopped) {
		gint64 tick = g_get_monotonic_time() + (gint64)HTTP_STREAM_TICK_MS * 1000;
		gboolean in_time = TRUE;

		while (!s->wake_wanted && !s->stopped && in_time) {
			if (s->streams == 0) {
				g_cond_wait(&s->pump_wake, &s->lock);
				tick = g_get_monotonic_time() + (gint64)HTTP_STREAM_TICK_MS * 1000;
			} else {
				in_time = g_cond_wait_until(&s->pump_wake, &s->lock, tick);
			}
		}
		if (s->wake_wanted && !s->draining) {
			gboolean calm = g_get_monotonic_time() - woken_us > HTTP_STREAM_CALM_US;

			g_mutex_unlock(&s->lock);
			g_usleep(calm ? HTTP_STREAM_FIRST_US : HTTP_STREAM_GATHER_US);
			g_mutex_lock(&s->lock);
		}
		s->wake_wanted = FALSE;
		wake_all(s);
		woken_us = g_get_monotonic_time();
	}
	g_mutex_unlock(&s->lock);
	return NULL;
}

void http_streams_wake(struct http_server *s)
{
	g_mutex_lock(&s->lock);
	s->wake_wanted = TRUE;
	g_cond_signal(&s->pump_wake);
	g_mutex_unlock(&s->lock);
}

void http_pump_start(struct http_server *s)
{
	s->pump = g_thread_new("http-streams", pump, s);
}

void http_pump_end(struct http_server *s)
{
	g_mutex_lock(&s->lock);
	s->stopped = TRUE;
	g_cond_signal(&s->pump_wake);
	g_mutex_unlock(&s->lock);
	g_thread_join(g_steal_pointer(&s->pump));
}
