/* Storage's contract: the numbered feed, alone and with several servers at once. */
#include "contract_storage.h"

#include <string.h>

#include "base/clock.h"
#include "wire/wire.h"

/* A listener that insists on order and counts per writer. */
struct ear {
	GMutex lock;
	GCond cond;
	int64_t last;
	int count;
	int64_t last_of[8]; /* by person_id / 1000: writers number their own events upward */
};

static void hear(int64_t seq, const char *json, void *arg)
{
	struct ear *ear = arg;
	g_autoptr(event_auto) event = event_parse(json, strlen(json), NULL);
	int64_t writer = event->person_id / 1000;

	g_mutex_lock(&ear->lock);
	g_assert_cmpint(event->seq, ==, seq);
	g_assert_cmpint(seq, ==, ear->last + 1);
	ear->last = seq;
	g_assert_cmpint(event->person_id, >, ear->last_of[writer]);
	ear->last_of[writer] = event->person_id;
	ear->count++;
	g_cond_broadcast(&ear->cond);
	g_mutex_unlock(&ear->lock);
}

static void wait_heard(struct ear *ear, int count)
{
	gint64 until = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

	g_mutex_lock(&ear->lock);
	while (ear->count < count)
		g_assert_true(g_cond_wait_until(&ear->cond, &ear->lock, until));
	g_assert_cmpint(ear->count, ==, count);
	g_mutex_unlock(&ear->lock);
}

struct speaker {
	struct db *db;
	int64_t writer;
	int events;
};

static gpointer speak(gpointer arg)
{
	const struct speaker *s = arg;

	for (int i = 1; i <= s->events; i++) {
		int64_t person = s->writer * 1000 + i;
		g_autoptr(GError) error = NULL;

		db_submit_wait(s->db, bed_event_job, &person, &error);
		bed_no_error(error);
	}
	return NULL;
}

/* Reads the table while it grows: what is seen has no gap, ever. */
struct auditor {
	struct db *db;
	int64_t until;
};

struct audit {
	int64_t last;
};

static void audit_event(int64_t seq, const char *json, void *arg)
{
	struct audit *a = arg;

	(void)json;
	g_assert_cmpint(seq, ==, a->last + 1);
	a->last = seq;
}

static gpointer audit(gpointer arg)
{
	const struct auditor *auditor = arg;
	struct audit a = {0};

	while (a.last < auditor->until) {
		g_autoptr(GError) error = NULL;
		struct db_conn *conn = db_read_begin(auditor->db, &error);
		int64_t oldest, newest;

		bed_no_error(error);
		db_feed_read(conn, a.last, 7, audit_event, &a, &oldest, &newest, &error);
		bed_no_error(error);
		g_assert_cmpint(newest, >=, a.last);
		db_read_end(auditor->db, conn);
	}
	return NULL;
}

/* Two servers on one database, two writers each, two readers, both listening. */
static void feed__many_writers__in_order_without_gaps(struct bed *bed, gconstpointer engine)
{
	enum { WRITERS = 4, EVENTS = 60 };
	struct db *db[2] = {bed_open(bed), bed_open(bed)};
	struct ear ear[2] = {0};
	struct speaker speakers[WRITERS];
	struct auditor auditors[2];
	GThread *threads[WRITERS + 2];

	(void)engine;
	for (int i = 0; i < 2; i++)
		db_feed_listen(db[i], hear, &ear[i]);
	for (int i = 0; i < WRITERS; i++) {
		speakers[i] = (struct speaker){db[i % 2], i, EVENTS};
		threads[i] = g_thread_new("speaker", speak, &speakers[i]);
	}
	for (int i = 0; i < 2; i++) {
		auditors[i] = (struct auditor){db[i], WRITERS * EVENTS};
		threads[WRITERS + i] = g_thread_new("auditor", audit, &auditors[i]);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	for (int i = 0; i < 2; i++)
		wait_heard(&ear[i], WRITERS * EVENTS);
	for (int i = 0; i < 2; i++)
		db_close(db[i]);
}

static void say(struct db *db, int from, int to)
{
	for (int i = from; i <= to; i++) {
		int64_t person = i;
		g_autoptr(GError) error = NULL;

		db_submit_wait(db, bed_event_job, &person, &error);
		bed_no_error(error);
	}
}

static void feed__listener__starts_at_the_head(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct ear ear = {.last = 5};

	(void)engine;
	say(db, 1, 5);
	db_feed_listen(db, hear, &ear);
	say(db, 6, 8);
	db_close(db); /* delivers what is committed */
	g_assert_cmpint(ear.count, ==, 3);
}

static void feed__read__bounds_and_limit(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct db_conn *conn = db_read_begin(db, NULL);
	int64_t oldest, newest;
	struct audit a = {0};

	(void)engine;
	g_assert_true(db_feed_read(conn, 0, 10, audit_event, &a, &oldest, &newest, NULL));
	db_read_end(db, conn);
	g_assert_cmpint(a.last, ==, 0);
	g_assert_cmpint(oldest, ==, 1);
	g_assert_cmpint(newest, ==, 0);
	say(db, 1, 9);
	conn = db_read_begin(db, NULL);
	a.last = 2;
	g_assert_true(db_feed_read(conn, 2, 4, audit_event, &a, &oldest, &newest, NULL));
	db_read_end(db, conn);
	g_assert_cmpint(a.last, ==, 6);
	g_assert_cmpint(oldest, ==, 1);
	g_assert_cmpint(newest, ==, 9);
	db_close(db);
}

static void feed__retention__moves_oldest(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct db_conn *conn;
	int64_t oldest, newest;
	struct audit a = {0};
	g_autoptr(GError) error = NULL;

	(void)engine;
	say(db, 1, 30);
	db_feed_retain(db, 10, INT64_C(1) << 40);
	g_assert_true(db_feed_tidy(db, &error));
	conn = db_read_begin(db, NULL);
	a.last = 20;
	g_assert_true(db_feed_read(conn, 0, 100, audit_event, &a, &oldest, &newest, NULL));
	db_read_end(db, conn);
	g_assert_cmpint(oldest, ==, 21);
	g_assert_cmpint(a.last, ==, 30);
	g_assert_cmpint(newest, ==, 30);
	g_assert_true(db_check(db, NULL));
	/* by age: everything is older than minus one millisecond */
	db_feed_retain(db, 1000, -1);
	g_assert_true(db_feed_tidy(db, &error));
	conn = db_read_begin(db, NULL);
	g_assert_true(db_feed_read(conn, 0, 100, audit_event, &a, &oldest, &newest, NULL));
	db_read_end(db, conn);
	g_assert_cmpint(oldest, ==, 31);
	g_assert_cmpint(newest, ==, 30);
	g_assert_true(db_check(db, NULL));
	say(db, 31, 31); /* numbers go on */
	db_close(db);
}

/* ---- answers kept for repeated writes */
struct kept {
	int64_t person, at_ms;
	const char *key;
};

static gboolean keep_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct kept *k = arg;

	return DB_RUN(db_conn_of(tx), STMT_IDEM_ADD, NULL, NULL, error, DB_I(k->person), DB_T(k->key),
		      DB_T("hash"), DB_I(200), DB_T(NULL), DB_I(k->at_ms));
}

static gboolean count_row(const struct db_row *row, void *arg)
{
	g_assert_cmpstr(db_text(row, 0), ==, "hash");
	g_assert_cmpint(db_int(row, 1), ==, 200);
	g_assert_true(db_null(row, 2));
	++*(int *)arg;
	return TRUE;
}

static int kept_count(struct db *db, int64_t person, const char *key)
{
	struct db_conn *conn = db_read_begin(db, NULL);
	int count = 0;

	g_assert_true(DB_RUN(conn, STMT_IDEM_GET, count_row, &count, NULL, DB_I(person), DB_T(key)));
	db_read_end(db, conn);
	return count;
}

static int64_t tenth_day(void)
{
	return 10 * MS_DAY;
}

static void idempotency__by_person_for_seven_days(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct kept old = {1, 2 * MS_DAY, "k"}, young = {2, 4 * MS_DAY, "k"};
	g_autoptr(GError) error = NULL;

	(void)engine;
	clock_replace(tenth_day, NULL);
	g_assert_true(db_submit_wait(db, keep_job, &old, &error));
	g_assert_true(db_submit_wait(db, keep_job, &young, &error));
	g_assert_false(db_submit_wait(db, keep_job, &young, &error));
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	g_assert_cmpint(kept_count(db, 1, "k"), ==, 1);
	g_assert_true(db_feed_tidy(db, &error));
	g_assert_cmpint(kept_count(db, 1, "k"), ==, 0);
	g_assert_cmpint(kept_count(db, 2, "k"), ==, 1);
	db_close(db);
	clock_replace(NULL, NULL);
}

void add_feed_tests(void)
{
	bed_add("idempotency__by_person_for_seven_days", idempotency__by_person_for_seven_days);
	bed_add("feed__many_writers__in_order_without_gaps", feed__many_writers__in_order_without_gaps);
	bed_add("feed__listener__starts_at_the_head", feed__listener__starts_at_the_head);
	bed_add("feed__read__bounds_and_limit", feed__read__bounds_and_limit);
	bed_add("feed__retention__moves_oldest", feed__retention__moves_oldest);
}
