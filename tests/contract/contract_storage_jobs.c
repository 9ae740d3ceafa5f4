/* Storage's contract: jobs in one batch, the queue, the batch's moment. */
#include "contract_storage.h"

#include <string.h>

#include "base/clock.h"
#include "wire/wire.h"

static gboolean gate_job(struct db_tx *tx, void *arg, GError **error)
{
	struct gate *gate = arg;

	(void)tx, (void)error;
	g_mutex_lock(&gate->lock);
	gate->inside = TRUE;
	g_cond_broadcast(&gate->cond);
	while (!gate->open)
		g_cond_wait(&gate->cond, &gate->lock);
	g_mutex_unlock(&gate->lock);
	return TRUE;
}

void gate_close(struct gate *gate, struct db *db)
{
	gate->inside = gate->open = FALSE;
	db_submit(db, gate_job, NULL, gate);
	g_mutex_lock(&gate->lock);
	while (!gate->inside)
		g_cond_wait(&gate->cond, &gate->lock);
	g_mutex_unlock(&gate->lock);
}

void gate_open(struct gate *gate)
{
	g_mutex_lock(&gate->lock);
	gate->open = TRUE;
	g_cond_broadcast(&gate->cond);
	g_mutex_unlock(&gate->lock);
}

struct outcome {
	int fine, failed, busy; /* written by the writer thread, read after db_close */
	int64_t now;
	gboolean one_batch; /* all jobs saw the same moment */
};

static void outcome_done(const GError *error, void *arg)
{
	struct outcome *o = arg;

	o->fine += !error;
	o->failed += error != NULL;
	o->busy += g_error_matches(error, DESK_ERROR, DESK_BUSY);
}

enum misbehaviour { GOOD, REFUSES, BREAKS_AND_SAYS_SO, BREAKS_AND_HIDES_IT, MISBEHAVIOURS };

struct batch_job {
	int number;
	struct outcome *o;
};

static gboolean batch_job(struct db_tx *tx, void *arg, GError **error)
{
	struct batch_job *job = arg;
	struct db_conn *conn = db_conn_of(tx);
	g_autofree char *name = g_strdup_printf("job %d", job->number);
	struct event event = {.kind = EVENT_PEOPLE, .person_id = job->number};
	struct bed_put again = {name, "2"};

	if (job->o->now && job->o->now != db_tx_now(tx))
		job->o->one_batch = FALSE;
	job->o->now = db_tx_now(tx);
	if (!db_setting_put(conn, name, "1", error) || !db_tx_event(tx, &event, error))
		return FALSE;
	switch (job->number % MISBEHAVIOURS) {
	case REFUSES:
		return desk_fail(error, DESK_FORBIDDEN, "No.");
	case BREAKS_AND_SAYS_SO:
		return bed_insert_job(tx, &again, error);
	case BREAKS_AND_HIDES_IT:
		bed_insert_job(tx, &again, NULL);
		return TRUE;
	default:
		return TRUE;
	}
}

static void batch_done(const GError *error, void *arg)
{
	struct batch_job *job = arg;
	static const int expected[MISBEHAVIOURS] = {-1, DESK_FORBIDDEN, DESK_CONFLICT, DESK_CONFLICT};

	if (expected[job->number % MISBEHAVIOURS] < 0)
		g_assert_no_error(error);
	else
		g_assert_error(error, DESK_ERROR, expected[job->number % MISBEHAVIOURS]);
	outcome_done(error, job->o);
}

struct seen {
	int64_t last;
	int count;
};

static void see_event(int64_t seq, const char *json, void *arg)
{
	struct seen *seen = arg;
	g_autoptr(GError) error = NULL;
	g_autoptr(event_auto) event = event_parse(json, strlen(json), &error);

	bed_no_error(error);
	g_assert_cmpint(seq, ==, seen->last + 1);
	g_assert_cmpint(event->seq, ==, seq);
	g_assert_cmpint(event->person_id % MISBEHAVIOURS, ==, GOOD);
	seen->last = seq;
	seen->count++;
}

/* Forty jobs are one commit; each bad one is undone alone, and so are its events. */
static void batch__failing_jobs__undone_alone(struct bed *bed, gconstpointer engine)
{
	enum { JOBS = 40 };
	struct db *db = bed_open(bed);
	struct outcome o = {.one_batch = TRUE};
	struct batch_job jobs[JOBS];
	struct gate gate = {0};
	struct seen seen = {0};
	int64_t newest, oldest;
	struct db_conn *conn;

	(void)engine;
	gate_close(&gate, db);
	for (int i = 0; i < JOBS; i++) {
		jobs[i] = (struct batch_job){i, &o};
		db_submit(db, batch_job, batch_done, &jobs[i]);
	}
	gate_open(&gate);
	g_assert_true(bed_put(db, "last", "1", NULL));
	g_assert_true(o.one_batch);
	g_assert_cmpint(o.fine, ==, JOBS / MISBEHAVIOURS);
	g_assert_cmpint(o.failed, ==, JOBS - JOBS / MISBEHAVIOURS);
	g_assert_cmpint(bed_count(db), ==, JOBS / MISBEHAVIOURS + 1);
	conn = db_read_begin(db, NULL);
	g_assert_true(db_feed_read(conn, 0, 100, see_event, &seen, &oldest, &newest, NULL));
	db_read_end(db, conn);
	g_assert_cmpint(seen.count, ==, JOBS / MISBEHAVIOURS);
	g_assert_cmpint(oldest, ==, 1);
	g_assert_cmpint(newest, ==, seen.last);
	g_assert_true(db_check(db, NULL));
	db_close(db);
}

static void queue__over_its_cap__busy(struct bed *bed, gconstpointer engine)
{
	enum { OVER = 10 };
	struct db *db = bed_open(bed);
	struct outcome o = {0};
	struct bed_put put = {"a", "1"};
	struct gate gate = {0};

	(void)engine;
	gate_close(&gate, db);
	for (int i = 0; i < DB_QUEUE_MAX; i++)
		db_submit(db, bed_put_job, NULL, &put);
	for (int i = 0; i < OVER; i++)
		db_submit(db, bed_put_job, outcome_done, &o);
	gate_open(&gate);
	db_close(db); /* runs what is queued */
	g_assert_cmpint(o.busy, ==, OVER);
	db = bed_open(bed);
	g_assert_cmpint(bed_count(db), ==, 1);
	db_close(db);
}

static gboolean clock_job(struct db_tx *tx, void *arg, GError **error)
{
	(void)error;
	*(int64_t *)arg = db_tx_now(tx);
	return TRUE;
}

static int64_t late(void)
{
	return 5000;
}

static int64_t early(void)
{
	return 4000;
}

static void now__clock_set_back__never_goes_back(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	int64_t first, second;

	(void)engine;
	clock_replace(late, NULL);
	g_assert_true(db_submit_wait(db, clock_job, &first, NULL));
	clock_replace(early, NULL);
	g_assert_true(db_submit_wait(db, clock_job, &second, NULL));
	clock_replace(NULL, NULL);
	db_close(db);
	g_assert_cmpint(second, >=, first);
}

/* ---- portions of long work */
struct portion {
	struct db *db;
	gint inside, awaited, over, plain; /* atomic */
};

static gboolean portion_job(struct db_tx *tx, void *arg, GError **error)
{
	struct portion *p = arg;
	gint64 until = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

	(void)tx, (void)error;
	g_atomic_int_set(&p->inside, 1);
	while (!db_awaited(p->db) && g_get_monotonic_time() < until)
		g_thread_yield();
	g_atomic_int_set(&p->awaited, db_awaited(p->db));
	g_atomic_int_set(&p->over, 1);
	return TRUE;
}

static gboolean after_job(struct db_tx *tx, void *arg, GError **error)
{
	struct portion *p = arg;

	(void)tx, (void)error;
	g_atomic_int_set(&p->plain, g_atomic_int_get(&p->over));
	return TRUE;
}

static void *submit_portion(void *arg)
{
	struct portion *p = arg;

	g_assert_true(db_submit_behind_wait(p->db, portion_job, p, NULL));
	return NULL;
}

static void behind__a_job_comes__the_portion_is_told_and_runs_alone(struct bed *bed, gconstpointer engine)
{
	struct portion p = {.db = bed_open(bed)};
	GThread *thread = g_thread_new("portion", submit_portion, &p);

	(void)engine;
	while (!g_atomic_int_get(&p.inside))
		g_thread_yield();
	g_assert_true(db_submit_wait(p.db, after_job, &p, NULL));
	g_thread_join(thread);
	g_assert_true(p.awaited);
	g_assert_true(p.plain);
	db_close(p.db);
}

static gboolean busy_job(struct db_tx *tx, void *arg, GError **error)
{
	(void)tx, (void)arg, (void)error;
	return TRUE;
}

static void busy_again(const GError *error, void *arg)
{
	struct portion *p = arg;

	g_assert_no_error(error);
	if (!g_atomic_int_get(&p->inside))
		db_submit(p->db, busy_job, busy_again, p);
}

static void behind__jobs_never_end__the_portion_has_its_turn(struct bed *bed, gconstpointer engine)
{
	struct portion p = {.db = bed_open(bed)};

	(void)engine;
	for (int i = 0; i < 3; i++)
		db_submit(p.db, busy_job, busy_again, &p);
	submit_portion(&p);
	db_close(p.db);
}

void add_job_tests(void)
{
	bed_add("behind__a_job_comes__the_portion_is_told_and_runs_alone", behind__a_job_comes__the_portion_is_told_and_runs_alone);
	bed_add("behind__jobs_never_end__the_portion_has_its_turn", behind__jobs_never_end__the_portion_has_its_turn);
	bed_add("batch__failing_jobs__undone_alone", batch__failing_jobs__undone_alone);
	bed_add("queue__over_its_cap__busy", queue__over_its_cap__busy);
	bed_add("now__clock_set_back__never_goes_back", now__clock_set_back__never_goes_back);
}
