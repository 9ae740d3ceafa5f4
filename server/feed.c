/* Event streams: the shared ring, resuming from the database, heart-beats. */
#include "server/feed.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#define RING_ENTRIES 8192
#define RING_BYTES (8u << 20)
#define FILL_BYTES (64u << 10) /* what a stream takes at a time */
#define READ_LIMIT 200
#define PING_MS 9000           /* the pump asks every 10 s */

struct entry {
	int64_t seq;
	desk_id only; /* for the streams of this person; 0 = for all */
	char *text;  /* "id: N\nevent: KIND\ndata: {...}\n\n" */
	gsize len;
};

struct feed {
	struct db *db;
	feed_notice_fn *notice;
	void *notice_arg;
	GMutex lock;
	struct http_server *http;
	struct entry ring[RING_ENTRIES];
	guint64 first, next;  /* positions, modulo RING_ENTRIES */
	gsize bytes;
	int64_t floor;        /* every event above this number, up to `newest`, is in the ring */
	int64_t newest;
	int64_t lag_ms;       /* of the newest event */
};

struct stream {
	struct feed *feed;
	desk_id person_id;
	int64_t said_ms;      /* when something last left */
};

static void append_event(GString *out, int64_t seq, const char *kind, const char *json)
{
	g_string_append_printf(out, "id: %" G_GINT64_FORMAT "\nevent: %s\ndata: ", seq, kind);
	g_string_append(out, json);
	g_string_append(out, "\n\n");
}

static void forget_oldest(struct feed *f)
{
	struct entry *e = &f->ring[f->first++ % RING_ENTRIES];

	f->floor = e->seq;
	f->bytes -= e->len;
	g_clear_pointer(&e->text, g_free);
}

/* A notice is nobody else's business. */
static desk_id only_for(const struct event *event)
{
	return event && (event->kind == EVENT_NOTICE || event->kind == EVENT_OFFER) ? event->person_id : 0;
}

static void on_event(int64_t seq, const char *json, void *arg)
{
	struct feed *f = arg;
	g_autoptr(GError) error = NULL;
	g_autoptr(event_auto) event = event_parse(json, strlen(json), &error);
	GString *text = g_string_sized_new(strlen(json) + 64);

	if (!event)
		log_error("feed", "event %" G_GINT64_FORMAT " is not readable: %s", seq, error->message);
	else if (f->notice)
		f->notice(event, f->notice_arg);
	append_event(text, seq, event ? event_kind_name(event->kind) : "unknown", json);
	g_mutex_lock(&f->lock);
	if (f->first == f->next)
		f->floor = seq - 1; /* what came before the first one heard is in the database only */
	if (f->next - f->first == RING_ENTRIES)
		forget_oldest(f);
	struct entry *e = &f->ring[f->next++ % RING_ENTRIES];
	e->seq = seq;
	e->only = only_for(event);
	e->len = text->len;
	e->text = g_string_free(text, FALSE);
	f->bytes += e->len;
	f->newest = seq;
	f->lag_ms = event && event->at_ms ? MAX(clock_wall_ms() - event->at_ms, 0) : 0;
	while (f->bytes > RING_BYTES && f->next - f->first > 1)
		forget_oldest(f);
	struct http_server *http = f->http;
	if (http)
		http_streams_wake(http);
	g_mutex_unlock(&f->lock);
}

static void ignore(int64_t seq, const char *json, void *arg)
{
	(void)seq;
	(void)json;
	(void)arg;
}

struct feed *feed_open(struct db *db, feed_notice_fn *notice, void *arg, GError **error)
{
	struct feed *f = g_new0(struct feed, 1);
	int64_t oldest;
	struct db_conn *conn = db_read_begin(db, error);
	gboolean ok = conn && db_feed_read(conn, 0, 1, ignore, NULL, &oldest, &f->newest, error);

	if (conn)
		db_read_end(db, conn);
	if (!ok) {
		g_free(f);
		return NULL;
	}
	f->db = db;
	f->notice = notice;
	f->notice_arg = arg;
	f->floor = f->newest;
	g_mutex_init(&f->lock);
	db_feed_listen(db, on_event, f);
	return f;
}

void feed_attach(struct feed *f, struct http_server *http)
{
	g_mutex_lock(&f->lock);
	f->http = http;
	g_mutex_unlock(&f->lock);
}

void feed_close(struct feed *f)
{
	if (!f)
		return;
	while (f->first < f->next)
		forget_oldest(f);
	g_mutex_clear(&f->lock);
	g_free(f);
}

int64_t feed_newest(struct feed *f)
{
	g_mutex_lock(&f->lock);
	int64_t newest = f->newest;
	g_mutex_unlock(&f->lock);
	return newest;
}

int64_t feed_lag_ms(struct feed *f)
{
	g_mutex_lock(&f->lock);
	int64_t lag = f->lag_ms;
	g_mutex_unlock(&f->lock);
	return lag;
}

/* ---------------------------------------------------------------- a stream */
/* FALSE when the cursor is older than the ring. */
static gboolean fill_from_ring(struct feed *f, desk_id person_id, GString *out, int64_t *cursor)
{
	g_mutex_lock(&f->lock);
	gboolean covered = *cursor >= f->floor;
	guint64 lo = f->first, hi = f->next;

	while (covered && lo < hi) { /* first entry above the cursor */
		guint64 mid = lo + (hi - lo) / 2;

		if (f->ring[mid % RING_ENTRIES].seq <= *cursor)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; covered && lo < f->next && out->len < FILL_BYTES; lo++) {
		const struct entry *e = &f->ring[lo % RING_ENTRIES];

		if (!e->only || e->only == person_id)
			g_string_append_len(out, e->text, (gssize)e->len);
		*cursor = e->seq;
	}
	g_mutex_unlock(&f->lock);
	return covered;
}

struct reading {
	desk_id person_id;
	GString *out;
	int64_t *cursor;
	int64_t up_to;
};

static void take_event(int64_t seq, const char *json, void *arg)
{
	struct reading *r = arg;
	g_autoptr(event_auto) event = event_parse(json, strlen(json), NULL);

	/* What the ring hasn't seen was not yet told to the desk either: it comes later. */
	if (seq > r->up_to || r->out->len >= FILL_BYTES)
		return;
	if (!only_for(event) || only_for(event) == r->person_id)
		append_event(r->out, seq, event ? event_kind_name(event->kind) : "unknown", json);
	*r->cursor = seq;
}

struct page {
	desk_id person_id;
	GString *out;
	int64_t seq;
};

static void take_json(int64_t seq, const char *json, void *arg)
{
	struct page *p = arg;
	g_autoptr(event_auto) event = event_parse(json, strlen(json), NULL);

	p->seq = seq;
	if (only_for(event) && only_for(event) != p->person_id)
		return;
	if (p->out->len)
		g_string_append_c(p->out, ',');
	g_string_append(p->out, json);
}

static void say_reload(GString *out, int64_t *cursor, int64_t newest)
{
	struct event event = {.kind = EVENT_RELOAD, .seq = newest, .at_ms = clock_wall_ms()};
	g_autoptr(GString) json = g_string_new(NULL);

	event_to_json(json, &event);
	append_event(out, newest, event_kind_name(EVENT_RELOAD), json->str);
	*cursor = newest;
}

static gboolean fill_from_database(struct feed *f, desk_id person_id, GString *out, int64_t *cursor)
{
	g_autoptr(GError) error = NULL;
	int64_t oldest = 0, newest = 0, before = *cursor;
	struct reading r = {.person_id = person_id, .out = out, .cursor = cursor, .up_to = feed_newest(f)};
	struct db_conn *conn = db_read_begin(f->db, &error);
	gboolean ok = conn && db_feed_read(conn, before, READ_LIMIT, take_event, &r, &oldest, &newest, &error);

	if (conn)
		db_read_end(f->db, conn);
	if (!ok) {
		log_warn("feed", "a stream can't be resumed: %s", error->message);
		return FALSE;
	}
	if (before + 1 < oldest) {
		g_string_truncate(out, 0);
		say_reload(out, cursor, r.up_to);
	}
	return TRUE;
}

gboolean feed_page(struct feed *f, desk_id person_id, int64_t after, GString *out, GError **error)
{
	int64_t oldest = 0, newest = 0;
	struct page page = {.person_id = person_id, .out = g_string_new(NULL), .seq = after};
	struct db_conn *conn = db_read_begin(f->db, error);
	gboolean ok = conn && db_feed_read(conn, after, READ_LIMIT, take_json, &page, &oldest, &newest, error);

	if (conn)
		db_read_end(f->db, conn);
	if (ok && (after + 1 < oldest || after > newest))
		ok = desk_fail(error, DESK_GONE, "events after %" G_GINT64_FORMAT " are no longer kept; fetch "
			       "everything anew and go on from %" G_GINT64_FORMAT, after, newest);
	if (ok)
		g_string_append_printf(out, "{\"events\":[%s],\"seq\":%" G_GINT64_FORMAT
				       ",\"server_time_ms\":%" G_GINT64_FORMAT "}",
				       page.out->str, page.seq, clock_wall_ms());
	g_string_free(page.out, TRUE);
	return ok;
}

static void say_ping(GString *out)
{
	struct event event = {.kind = EVENT_PING, .at_ms = clock_wall_ms()};
	g_autoptr(GString) json = g_string_new(NULL);

	event_to_json(json, &event);
	g_string_append_printf(out, "event: %s\ndata: %s\n\n", event_kind_name(EVENT_PING), json->str);
}

/* A cursor above what was heard here: from a write whose event is on its way, or from
 * another life of this database? Only the database knows. */
static gboolean fill_ahead(struct feed *f, GString *out, int64_t *cursor)
{
	g_autoptr(GError) error = NULL;
	int64_t oldest = 0, newest = 0;
	struct db_conn *conn = db_read_begin(f->db, &error);
	gboolean ok = conn && db_feed_read(conn, *cursor, 1, ignore, NULL, &oldest, &newest, &error);

	if (conn)
		db_read_end(f->db, conn);
	if (!ok)
		log_warn("feed", "a stream can't be resumed: %s", error->message);
	else if (*cursor > newest)
		say_reload(out, cursor, newest);
	return ok;
}

/* A page of events that are all other people's is passed over. */
static gboolean fill_behind(const struct stream *st, GString *out, int64_t *cursor)
{
	int64_t before;

	do {
		before = *cursor;
		if (!fill_from_ring(st->feed, st->person_id, out, cursor) &&
		    !fill_from_database(st->feed, st->person_id, out, cursor))
			return FALSE;
	} while (out->len == 0 && *cursor > before && *cursor < feed_newest(st->feed));
	return TRUE;
}

static gboolean fill(GString *out, int64_t *cursor, void *arg)
{
	struct stream *st = arg;
	int64_t now = clock_mono_ms();

	if (*cursor > feed_newest(st->feed)) {
		if (!fill_ahead(st->feed, out, cursor))
			return FALSE;
	} else if (!fill_behind(st, out, cursor)) {
		return FALSE;
	}
	if (out->len == 0 && (st->said_ms == 0 || now - st->said_ms >= PING_MS))
		say_ping(out);
	if (out->len > 0)
		st->said_ms = now;
	return TRUE;
}

void feed_stream(struct feed *f, struct http_exchange *x, desk_id person_id, int64_t after)
{
	static const struct http_stream_source source = {.fill = fill, .free_arg = g_free};
	struct stream *st = g_new0(struct stream, 1);

	st->feed = f;
	st->person_id = person_id;
	http_stream(x, &source, after < 0 ? feed_newest(f) : after, st);
}
