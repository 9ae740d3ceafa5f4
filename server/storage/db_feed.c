/* The numbered feed: events are stored with their job, and after commit delivered in
 * order by one thread, which also finds what other processes have committed. */
#include "server/storage/db_driver.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "wire/wire.h"
#include "base/say.h"

#define LOOK_EVERY_MS 1000 /* for events of others, should a wake-up get lost */
#define READ_AT_ONCE 500
#define QUEUE_MAX 10000 /* a listener that is this far behind reads the table instead */
#define PRUNE_SLICE 2000
#define IDEM_KEEP_MS (7 * MS_DAY)

struct db_feed {
	struct db *db;
	GThread *thread;
	int wake_fd;
	GMutex lock;
	GPtrArray *queue; /* struct feed_item */
	gboolean stopping, listening;
	int64_t keep, keep_ms;
	/* feed thread only, once it runs */
	db_feed_fn *fn;
	void *arg;
	int64_t cursor; /* last delivered */
	struct db_conn *conn;
	gboolean away; /* said so in the log */
};

struct feed_item *feed_item_new(int64_t seq, char *json)
{
	struct feed_item *item = g_new(struct feed_item, 1);

	*item = (struct feed_item){.seq = seq, .json = json};
	return item;
}

void feed_item_free(struct feed_item *item)
{
	g_free(item->json);
	g_free(item);
}

/* ---- in a job */
static gboolean take_int(const struct db_row *row, void *arg)
{
	*(int64_t *)arg = db_int(row, 0);
	return FALSE;
}

gboolean db_feed_head(struct db_conn *conn, int64_t *seq, GError **error)
{
	*seq = -1;
	if (!DB_RUN(conn, STMT_FEED_HEAD, take_int, seq, error))
		return FALSE;
	return *seq >= 0 || desk_fail(error, DESK_IO, "The database has lost its feed's head.");
}

gboolean db_tx_event(struct db_tx *tx, struct event *event, GError **error)
{
	g_autoptr(GString) json = g_string_sized_new(512);

	if (!db_tx_head(tx, error))
		return FALSE;
	event->seq = tx->seq + 1;
	event->at_ms = tx->now;
	event_to_json(json, event);
	if (!DB_RUN(tx->conn, STMT_FEED_ADD, NULL, NULL, error, DB_I(event->seq), DB_I(event->at_ms),
		    DB_T(json->str)))
		return FALSE;
	tx->seq = event->seq;
	g_ptr_array_add(tx->events, feed_item_new(event->seq, g_strdup(json->str)));
	return TRUE;
}

gboolean db_feed_prune(struct db *db, struct db_tx *tx, gboolean *more, GError **error)
{
	int64_t oldest, keep, keep_ms, last, counted, old;
	struct db_conn *conn = tx->conn;

	if (!db_tx_head(tx, error))
		return FALSE;
	oldest = tx->seq + 1;
	g_mutex_lock(&db->feed->lock);
	keep = db->feed->keep;
	keep_ms = db->feed->keep_ms;
	g_mutex_unlock(&db->feed->lock);
	if (!DB_RUN(conn, STMT_FEED_OLDEST, take_int, &oldest, error))
		return FALSE;
	last = MIN(oldest + PRUNE_SLICE - 1, tx->seq);
	if (!DB_RUN(conn, STMT_FEED_PRUNE, NULL, NULL, error, DB_I(MIN(last, tx->seq - keep)), DB_I(last),
		    DB_I(tx->now - keep_ms)))
		return FALSE;
	counted = db_changed(conn);
	if (!DB_RUN(conn, STMT_IDEM_PRUNE, NULL, NULL, error, DB_I(tx->now - IDEM_KEEP_MS),
		    DB_I(PRUNE_SLICE)))
		return FALSE;
	old = db_changed(conn);
	*more = counted >= PRUNE_SLICE || old >= PRUNE_SLICE;
	return TRUE;
}

struct tidying {
	gboolean more;
};

static gboolean tidy_job(struct db_tx *tx, void *arg, GError **error)
{
	struct tidying *t = arg;

	return db_feed_prune(tx->db, tx, &t->more, error);
}

gboolean db_feed_tidy(struct db *db, GError **error)
{
	struct tidying t;

	do {
		t.more = FALSE;
		if (!db_submit_wait(db, tidy_job, &t, error))
			return FALSE;
	} while (t.more);
	return TRUE;
}

void db_feed_retain(struct db *db, int64_t keep, int64_t keep_ms)
{
	g_mutex_lock(&db->feed->lock);
	db->feed->keep = keep;
	db->feed->keep_ms = keep_ms;
	g_mutex_unlock(&db->feed->lock);
}

/* ---- reading */
struct feed_reading {
	void (*fn)(int64_t seq, const char *json, void *arg);
	void *arg;
	int count;
};

static gboolean read_row(const struct db_row *row, void *arg)
{
	struct feed_reading *r = arg;

	r->count++;
	r->fn(db_int(row, 0), db_text(row, 1), r->arg);
	return TRUE;
}

gboolean db_feed_read(struct db_conn *conn, int64_t after, int limit,
		      void (*fn)(int64_t seq, const char *json, void *arg), void *arg, int64_t *oldest,
		      int64_t *newest, GError **error)
{
	struct feed_reading r = {.fn = fn, .arg = arg};

	if (!db_feed_head(conn, newest, error))
		return FALSE;
	*oldest = *newest + 1;
	return DB_RUN(conn, STMT_FEED_OLDEST, take_int, oldest, error) &&
	       DB_RUN(conn, STMT_FEED_AFTER, read_row, &r, error, DB_I(after), DB_I(limit));
}

/* ---- the thread */
static void deliver(int64_t seq, const char *json, void *arg)
{
	struct db_feed *f = arg;

	f->cursor = seq;
	f->fn(seq, json, f->arg);
}

static void drop_connection(struct db_feed *f)
{
	if (f->conn)
		f->db->ops->disconnect(f->conn);
	f->conn = NULL;
}

static gboolean read_rest(struct db_feed *f, GError **error)
{
	struct feed_reading r = {.fn = deliver, .arg = f};

	if (!f->conn)
		f->conn = db_connect(f->db, DB_LISTENER, error);
	if (!f->conn)
		return FALSE;
	do {
		r.count = 0;
		if (!DB_RUN(f->conn, STMT_FEED_AFTER, read_row, &r, error, DB_I(f->cursor),
			    DB_I(READ_AT_ONCE))) {
			drop_connection(f);
			db_set_away(f->db, TRUE);
			return FALSE;
		}
	} while (r.count == READ_AT_ONCE);
	db_set_away(f->db, FALSE);
	return TRUE;
}

/* Everything committed after the cursor, from the table. A connection that was cut is
 * replaced at once; a database that is away is asked again at the next look. */
static void catch_up(struct db_feed *f)
{
	g_autoptr(GError) why = NULL;
	gboolean had_one = f->conn != NULL, good = read_rest(f, &why);

	if (!good && had_one) {
		g_clear_error(&why);
		good = read_rest(f, &why);
	}
	if (!good && !f->away)
		log_warn("storage", "The feed can't be read, trying on: %s", why->message);
	if (good && f->away)
		log_info("storage", "The feed is read again.");
	f->away = !good;
}

static void deliver_items(struct db_feed *f, GPtrArray *items)
{
	for (unsigned i = 0; i < items->len; i++) {
		const struct feed_item *item = items->pdata[i];

		/* others' events come before it: the table has them all, this one too */
		if (item->seq > f->cursor + 1)
			catch_up(f);
		if (item->seq == f->cursor + 1)
			deliver(item->seq, item->json, f);
	}
}

/* Waits for own events, news of others or the time to look. TRUE: look at the table. */
static gboolean wait_for_news(struct db_feed *f, gint64 look_at_us)
{
	int news_fd = f->conn ? f->db->ops->news_fd(f->conn) : -1;
	struct pollfd fds[2] = {{.fd = f->wake_fd, .events = POLLIN}, {.fd = news_fd, .events = POLLIN}};
	gint64 left = (look_at_us - g_get_monotonic_time() + 999) / 1000;
	uint64_t count;

	if (poll(fds, news_fd >= 0 ? 2 : 1, (int)CLAMP(left, 0, LOOK_EVERY_MS)) < 0 && errno != EINTR)
		g_usleep(10000);
	if (fds[0].revents & POLLIN)
		(void)!read(f->wake_fd, &count, sizeof count);
	if (news_fd >= 0 && fds[1].revents) {
		int64_t told = f->db->ops->news(f->conn);
		if (told < 0 || told > f->cursor)
			return TRUE;
	}
	return g_get_monotonic_time() >= look_at_us;
}

static gpointer feed_main(gpointer arg)
{
	struct db_feed *f = arg;
	gint64 look_at = 0;
	gboolean stop = FALSE;

	while (!stop) {
		gboolean look = wait_for_news(f, look_at);
		g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func((GDestroyNotify)feed_item_free);

		g_mutex_lock(&f->lock);
		GPtrArray *queued = f->queue;
		f->queue = g_steal_pointer(&items);
		items = queued;
		stop = f->stopping;
		g_mutex_unlock(&f->lock);
		deliver_items(f, items);
		if (look && !stop) {
			catch_up(f);
			look_at = g_get_monotonic_time() + LOOK_EVERY_MS * 1000;
		}
	}
	drop_connection(f);
	return NULL;
}

static void wake_feed(struct db_feed *f)
{
	uint64_t one = 1;

	(void)!write(f->wake_fd, &one, sizeof one);
}

struct db_feed *db_feed_new(struct db *db)
{
	struct db_feed *f = g_new0(struct db_feed, 1);

	f->db = db;
	f->keep = DB_FEED_KEEP;
	f->keep_ms = DB_FEED_KEEP_MS;
	f->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->wake_fd < 0)
		g_error("eventfd: %s", say_errno(errno));
	g_mutex_init(&f->lock);
	f->queue = g_ptr_array_new_with_free_func((GDestroyNotify)feed_item_free);
	return f;
}

void db_feed_push(struct db_feed *f, GPtrArray *items)
{
	g_mutex_lock(&f->lock);
	if (f->listening) {
		/* what is dropped here is found in the table */
		if (f->queue->len > QUEUE_MAX)
			g_ptr_array_set_size(f->queue, 0);
		g_ptr_array_extend_and_steal(f->queue, g_steal_pointer(&items));
		wake_feed(f);
	}
	g_mutex_unlock(&f->lock);
	if (items)
		g_ptr_array_unref(items);
}

/* The head now; a database that is away is asked again by the thread's first look, so
 * then everything stored is new to the listener. */
static int64_t head_now(struct db *db)
{
	struct db_conn *conn = db_read_begin(db, NULL);
	int64_t seq = 0;

	if (conn) {
		if (!db_feed_head(conn, &seq, NULL))
			seq = 0;
		db_read_end(db, conn);
	}
	return seq;
}

void db_feed_listen(struct db *db, db_feed_fn *fn, void *arg)
{
	struct db_feed *f = db->feed;

	g_assert(!f->thread); /* one listener */
	f->fn = fn;
	f->arg = arg;
	g_mutex_lock(&f->lock);
	f->listening = TRUE; /* before the head is read: an event between is queued, not lost */
	g_mutex_unlock(&f->lock);
	f->cursor = head_now(db);
	f->thread = g_thread_new("db-feed", feed_main, f);
}

void db_feed_stop(struct db_feed *f)
{
	g_mutex_lock(&f->lock);
	f->stopping = TRUE;
	g_mutex_unlock(&f->lock);
	wake_feed(f);
	if (f->thread)
		g_thread_join(f->thread);
	close(f->wake_fd);
	g_ptr_array_unref(f->queue);
	g_mutex_clear(&f->lock);
	g_free(f);
}
