/* The one writer thread: batches what has queued up into one transaction (group
 * commit), a savepoint for each job, and plays a batch again when the engine asks. */
#include "server/storage/db_driver.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/say.h"

#define BATCH_MAX 256
#define ATTEMPTS 6  /* of a batch that lost a deadlock or its connection */
#define RETRY_MS 50 /* doubled with each attempt */
#define RETRY_LONGEST_MS 1000
#define AWAY_WAIT_MS 4000 /* so long the first jobs wait for a database that went away */
#define TIDY_EVERY_MS (10 * MS_MINUTE)
#define TIDY_EVERY_EVENTS 2000 /* committed since the last tidying */

struct job {
	struct db_request rq;
	GError *error; /* what came of it; NULL = fine */
	const char *language; /* of whoever asked for it */
	gboolean over; /* came when the queue was full */
	gint64 since_us; /* of the queue behind: waits since then */
};

struct db_writer {
	struct db *db;
	struct db_conn *conn; /* writer thread only; NULL when it must be opened anew */
	GThread *thread;
	GMutex lock;
	GCond wake;
	GQueue queue;     /* struct job */
	GQueue behind;    /* portions of long work */
	gint waiting;     /* those of the queue that aren't over */
	gboolean stopping;
	int64_t last_now;
	/* writer thread only */
	gint64 tidy_at_us;
	unsigned events_since;
	gboolean away; /* the last batch was given up because there was no connection */
};

int64_t db_tx_now(const struct db_tx *tx)
{
	return tx->now;
}

struct db_conn *db_conn_of(struct db_tx *tx)
{
	return tx->conn;
}

/* ---- jobs looked at together */
void db_tx_ahead(struct db_tx *tx, void *data, GDestroyNotify free_fn)
{
	tx->ahead = data;
	tx->ahead_free = free_fn;
}

void *db_tx_looked_ahead(const struct db_tx *tx)
{
	return tx->ahead;
}

void db_tx_surprise(struct db_tx *tx)
{
	if (tx->ahead)
		tx->ahead_free(g_steal_pointer(&tx->ahead));
	if (tx->conn->ops->ahead_end)
		tx->conn->ops->ahead_end(tx->conn, TRUE);
}

/* ---- one job */
static void forget_events(struct db_tx *tx, unsigned keep, int64_t seq)
{
	g_ptr_array_set_size(tx->events, (int)keep);
	tx->seq = seq;
}

gboolean db_tx_head(struct db_tx *tx, GError **error)
{
	GError *why = NULL;

	if (tx->seq >= 0 || tx->conn->ops->head(tx->conn, &tx->seq, &why))
		return TRUE;
	if (!tx->conn->failure)
		tx->conn->failure = g_error_copy(why);
	g_propagate_error(error, why);
	return FALSE;
}

/* How a job of a batch is run. */
enum manner {
	JOB_ALONE,   /* the only one: what it wrote is undone with the transaction */
	JOB_BLINDLY, /* sent on after the others, not knowing yet whether they got through */
	JOB_MARKED   /* inside a savepoint, its end awaited */
};

/* The job itself. Its first failed statement is what it failed of. */
static gboolean call_job(struct db_tx *tx, struct job *job, enum manner manner)
{
	struct db_conn *conn = tx->conn;
	gboolean good;

	g_clear_error(&job->error);
	db_ahead_end(conn);
	conn->wrote = FALSE;
	say_language_set(job->language);
	good = job->rq.fn(tx, job->rq.arg, &job->error);
	if (good && manner == JOB_MARKED && !conn->failure)
		conn->ops->settle(conn, &conn->failure);
	if (conn->failure) {
		g_clear_error(&job->error);
		job->error = g_error_copy(conn->failure);
		good = FALSE;
	} else if (!good && !job->error) {
		job->error = g_error_new_literal(DESK_ERROR, DESK_BUG, _("A write failed without saying why."));
	}
	return good;
}

static gboolean undo_job(struct db_conn *conn, enum manner manner)
{
	GError *why = NULL;

	if (manner == JOB_ALONE) {
		conn->ops->rollback(conn);
		return TRUE;
	}
	if (conn->ops->undo(conn, &why))
		return TRUE;
	log_error("storage", "A failed write could not be undone alone: %s", why->message);
	g_clear_error(&why);
	if (conn->state == DB_STATE_OK)
		conn->state = DB_STATE_TX_GONE;
	return FALSE;
}

/* FALSE: the batch can't go on (conn->state says why; OK: it must be marked). */
static gboolean run_job(struct db_tx *tx, struct job *job, enum manner manner)
{
	struct db_conn *conn = tx->conn;
	unsigned events = tx->events->len;
	int64_t seq = tx->seq;
	gboolean failed;

	if (manner == JOB_MARKED && !conn->ops->mark(conn, &job->error))
		return FALSE;
	if (call_job(tx, job, manner))
		return TRUE;
	failed = conn->failure != NULL;
	g_clear_error(&conn->failure);
	if (events < tx->events->len)
		forget_events(tx, events, seq);
	if (conn->state != DB_STATE_OK)
		return FALSE;
	/* nothing was written: nothing is to be undone */
	if (manner == JOB_BLINDLY)
		return !failed && !conn->wrote;
	return undo_job(conn, manner);
}

/* ---- one batch */
static gboolean open_writer(struct db_writer *w, GError **error)
{
	if (!w->conn)
		w->conn = db_connect(w->db, DB_WRITER, error);
	return w->conn != NULL;
}

static void drop_writer(struct db_writer *w)
{
	if (w->conn) {
		g_clear_error(&w->conn->failure);
		w->db->ops->disconnect(w->conn);
	}
	w->conn = NULL;
}

static gboolean begin_batch(struct db_writer *w, struct db_tx *tx, GError **error)
{
	struct db_conn *conn = w->conn;

	conn->state = DB_STATE_OK;
	g_clear_error(&conn->failure);
	forget_events(tx, 0, 0);
	tx->conn = conn;
	if (!tx->now) {
		tx->now = MAX(w->last_now, clock_wall_ms());
		w->last_now = tx->now;
	}
	return conn->ops->begin(conn, &tx->seq, error);
}

static gboolean store_head(struct db_tx *tx, GError **error)
{
	if (!tx->events->len)
		return TRUE;
	tx->conn->ops->announce(tx->conn, tx->seq);
	return DB_RUN(tx->conn, STMT_FEED_HEAD_SET, NULL, NULL, error, DB_I(tx->seq));
}

/* What a failed attempt leads to. */
enum attempt { ATTEMPT_DONE, ATTEMPT_AGAIN, ATTEMPT_MARKED, ATTEMPT_FAILED };

static enum attempt after_failure(struct db_writer *w)
{
	switch (w->conn->state) {
	case DB_STATE_LOST:
		drop_writer(w);
		return ATTEMPT_AGAIN;
	case DB_STATE_RETRY:
		w->conn->ops->rollback(w->conn);
		return ATTEMPT_AGAIN;
	default:
		g_clear_error(&w->conn->failure);
		w->conn->ops->rollback(w->conn);
		return ATTEMPT_FAILED;
	}
}

/* The same when one of them may be the cause alone: then each is to be looked at. */
static enum attempt after_blind_failure(struct db_writer *w, enum manner manner)
{
	enum attempt next = after_failure(w);

	return next == ATTEMPT_FAILED && manner == JOB_BLINDLY ? ATTEMPT_MARKED : next;
}

static void mark_uncertain(struct job **jobs, unsigned n, const GError *why)
{
	for (unsigned i = 0; i < n; i++)
		if (!jobs[i]->error)
			g_set_error(&jobs[i]->error, DESK_ERROR, DESK_UNCERTAIN,
				    _("The database did not say whether it kept the change: %s"),
				    why ? why->message : _("no answer"));
}

static enum attempt commit_batch(struct db_writer *w, struct db_tx *tx, struct job **jobs, unsigned n,
				 enum manner manner, GError **error)
{
	g_autoptr(GError) why = NULL;
	enum db_outcome outcome;

	if (!store_head(tx, error))
		return after_blind_failure(w, manner);
	outcome = w->conn->ops->commit(w->conn, &why);
	if (outcome == DB_COMMITTED) {
		db_kill_point(w->conn);
		return ATTEMPT_DONE;
	}
	if (outcome == DB_NOT_COMMITTED) {
		gboolean its_own = manner == JOB_ALONE && w->conn->state == DB_STATE_OK;

		g_propagate_error(error, g_error_copy(why));
		if (!its_own)
			return after_blind_failure(w, manner);
		jobs[0]->error = g_steal_pointer(&why); /* a statement of it that nobody waited for */
		forget_events(tx, 0, tx->seq);
		w->conn->ops->rollback(w->conn);
		return ATTEMPT_DONE;
	}
	mark_uncertain(jobs, n, why);
	forget_events(tx, 0, tx->seq);
	drop_writer(w);
	return ATTEMPT_DONE;
}

/* How many of the next jobs, all of one kind, have what they read first read now. */
static unsigned look_ahead(struct db_tx *tx, struct job **jobs, unsigned n)
{
	void *args[BATCH_MAX];
	unsigned alike = 0, ahead;

	for (; alike < n && jobs[alike]->rq.ahead && jobs[alike]->rq.ahead == jobs[0]->rq.ahead; alike++)
		args[alike] = jobs[alike]->rq.arg;
	if (alike < 2)
		return 0;
	db_ahead_end(tx->conn);
	tx->conn->keeps_ahead = TRUE;
	ahead = jobs[0]->rq.ahead(tx, args, alike);
	tx->conn->keeps_ahead = FALSE;
	g_assert(ahead <= alike && (!ahead || tx->ahead));
	if (!ahead)
		db_tx_surprise(tx);
	return ahead;
}

/* Runs all jobs once; on ATTEMPT_DONE each has its result. */
static enum attempt try_batch(struct db_writer *w, struct db_tx *tx, struct job **jobs, unsigned n,
			      enum manner manner, GError **error)
{
	unsigned good = 0;
	enum attempt next;

	if (!open_writer(w, error))
		return ATTEMPT_AGAIN;
	if (!begin_batch(w, tx, error)) {
		next = after_failure(w);
		return next == ATTEMPT_FAILED && g_error_matches(*error, DESK_ERROR, DESK_BUSY)
			       ? ATTEMPT_AGAIN
			       : next;
	}
	for (unsigned i = 0, left = 0; i < n; i++) {
		if (!left && manner == JOB_BLINDLY)
			left = look_ahead(tx, jobs + i, n - i);
		if (!run_job(tx, jobs[i], manner)) {
			db_tx_surprise(tx);
			*error = g_error_copy(jobs[i]->error);
			return after_blind_failure(w, manner);
		}
		if (left && (--left == 0 || jobs[i]->error))
			db_tx_surprise(tx);
		left = tx->ahead ? left : 0;
		good += !jobs[i]->error;
	}
	if (good)
		return commit_batch(w, tx, jobs, n, manner, error);
	w->conn->ops->rollback(w->conn);
	return ATTEMPT_DONE;
}

static gboolean is_stopping(struct db_writer *w)
{
	gboolean stopping;

	g_mutex_lock(&w->lock);
	stopping = w->stopping;
	g_mutex_unlock(&w->lock);
	return stopping;
}

/* Before the next attempt; FALSE: no more. A database that is away is waited for a
 * little, the first time: then what it can't do now is said at once. */
static gboolean try_again(struct db_writer *w, int attempt, gint64 began_us)
{
	gint64 wait_us = (RETRY_MS * INT64_C(1000)) << MIN(attempt - 1, 6);

	if (attempt > 1 && is_stopping(w))
		return FALSE;
	if (w->conn)
		w->away = FALSE;
	else if (w->away || g_get_monotonic_time() - began_us + wait_us > AWAY_WAIT_MS * INT64_C(1000)) {
		w->away = TRUE;
		return FALSE;
	}
	if (w->conn && attempt >= ATTEMPTS)
		return FALSE;
	g_usleep((gulong)MIN(wait_us, RETRY_LONGEST_MS * INT64_C(1000)));
	return TRUE;
}

/* Tries until the jobs have their results; when the server stops, a second time at most.
 * FALSE: given up, *why says the last reason. */
static gboolean play_batch(struct db_writer *w, struct db_tx *tx, struct job **jobs, unsigned n, GError **why)
{
	enum manner manner = n == 1 ? JOB_ALONE : w->db->ops->defers ? JOB_BLINDLY : JOB_MARKED;
	gint64 began = g_get_monotonic_time();

	for (int attempt = 1;; attempt++) {
		g_clear_error(why);
		enum attempt result = try_batch(w, tx, jobs, n, manner, why);
		if (result == ATTEMPT_DONE) {
			w->away = FALSE;
			return TRUE;
		}
		forget_events(tx, 0, 0);
		if (result == ATTEMPT_MARKED) {
			manner = JOB_MARKED; /* at the same moment: it is the same batch */
			continue;
		}
		if (result == ATTEMPT_FAILED || !try_again(w, attempt, began))
			return FALSE;
		tx->now = 0;
		log_debug("storage", "Writing again: %s", (*why)->message);
	}
}

static void count_batch(struct db_writer *w, unsigned n, gboolean played, gint64 took_us)
{
	struct db_stats *stats = &w->db->stats;
	unsigned bucket = n > 1 ? g_bit_storage(n - 1) : 0;

	db_set_away(w->db, !played && !w->conn);
	if (!played && n > 1 && w->conn)
		return; /* its jobs are counted one by one */
	db_count(stats->jobs, n);
	db_count(stats->batch_us, (guint64)took_us);
	db_count(stats->batches[MIN(bucket, DB_BATCH_BUCKETS - 1)], 1);
}

static void run_batch(struct db_writer *w, struct job **jobs, unsigned n)
{
	struct db_tx tx = {.db = w->db,
			   .events = g_ptr_array_new_with_free_func((GDestroyNotify)feed_item_free)};
	g_autoptr(GError) why = NULL;
	gint64 began_us = g_get_monotonic_time();
	gboolean played = play_batch(w, &tx, jobs, n, &why);

	count_batch(w, n, played, g_get_monotonic_time() - began_us);

	if (!played && n > 1 && w->conn) {
		/* one of them spoils it for all, the database being there: each alone */
		g_ptr_array_unref(tx.events);
		for (unsigned i = 0; i < n; i++)
			run_batch(w, &jobs[i], 1);
		return;
	}
	if (!played && !w->away) /* of a database that is away one word is enough: db_connect's */
		log_error("storage", "Writing failed: %s", why->message);
	w->events_since += tx.events->len;
	if (tx.events->len)
		db_feed_push(w->db->feed, g_steal_pointer(&tx.events));
	else
		g_ptr_array_unref(tx.events);
	for (unsigned i = 0; i < n; i++) {
		say_language_set(jobs[i]->language);
		if (jobs[i]->rq.done)
			jobs[i]->rq.done(played ? jobs[i]->error : why, jobs[i]->rq.arg);
		db_count(w->db->stats.failed, !played || jobs[i]->error ? 1 : 0);
		g_clear_error(&jobs[i]->error);
		g_free(jobs[i]);
	}
}

/* ---- keeping house */
static gboolean tidy_job(struct db_tx *tx, void *arg, GError **error)
{
	return db_feed_prune(tx->db, tx, arg, error);
}

/* One slice at a time, between batches: writers never wait long. */
static void tidy_if_due(struct db_writer *w)
{
	gint64 now = g_get_monotonic_time();
	gboolean more = FALSE;
	struct job *job;

	if (now < w->tidy_at_us && w->events_since < TIDY_EVERY_EVENTS)
		return;
	job = g_new0(struct job, 1);
	job->rq = (struct db_request){.fn = tidy_job, .arg = &more};
	job->language = "en";
	w->events_since = 0;
	run_batch(w, &job, 1);
	w->tidy_at_us = more ? now : now + TIDY_EVERY_MS * 1000;
}

/* ---- the thread */

/* Its turn: nobody else waits, or it has done so for long. */
static gboolean is_behinds_turn(struct db_writer *w)
{
	const struct job *first = g_queue_peek_head(&w->behind);

	return first && (g_queue_is_empty(&w->queue) ||
	                 g_get_monotonic_time() - first->since_us >= DB_BEHIND_MS * INT64_C(1000));
}

/* Takes what waits, at most one batch; 0 = time to stop, or only to tidy. */
static unsigned take_jobs(struct db_writer *w, struct job **jobs, gboolean *stop)
{
	gboolean alone;
	unsigned n = 0;

	g_mutex_lock(&w->lock);
	while (!w->stopping && g_queue_is_empty(&w->queue) && g_queue_is_empty(&w->behind))
		if (!g_cond_wait_until(&w->wake, &w->lock, w->tidy_at_us))
			break;
	if ((alone = is_behinds_turn(w)))
		jobs[n++] = g_queue_pop_head(&w->behind);
	while (!alone && n < BATCH_MAX && !g_queue_is_empty(&w->queue)) {
		jobs[n] = g_queue_pop_head(&w->queue);
		g_atomic_int_set(&w->waiting, w->waiting - !jobs[n]->over);
		n++;
	}
	*stop = w->stopping && n == 0;
	g_mutex_unlock(&w->lock);
	return n;
}

/* Answers those that came when the queue was full; returns how many are left. */
static unsigned refuse_over(struct job **jobs, unsigned n)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!jobs[i]->over) {
			jobs[kept++] = jobs[i];
			continue;
		}
		say_language_set(jobs[i]->language);
		g_autoptr(GError) busy = g_error_new_literal(DESK_ERROR, DESK_BUSY,
							     _("Too many writes are waiting for the database."));
		if (jobs[i]->rq.done)
			jobs[i]->rq.done(busy, jobs[i]->rq.arg);
		g_free(jobs[i]);
	}
	return kept;
}

static gpointer writer_main(gpointer arg)
{
	struct db_writer *w = arg;
	struct job *jobs[BATCH_MAX];
	gboolean stop = FALSE;

	while (!stop) {
		unsigned n = refuse_over(jobs, take_jobs(w, jobs, &stop));
		if (n)
			run_batch(w, jobs, n);
		if (!stop)
			tidy_if_due(w);
	}
	return NULL;
}

struct db_writer *db_writer_start(struct db *db, GError **error)
{
	struct db_writer *w = g_new0(struct db_writer, 1);

	w->db = db;
	g_mutex_init(&w->lock);
	g_cond_init(&w->wake);
	g_queue_init(&w->queue);
	g_queue_init(&w->behind);
	w->tidy_at_us = g_get_monotonic_time() + MS_MINUTE * 1000;
	if (!open_writer(w, error)) {
		g_mutex_clear(&w->lock);
		g_cond_clear(&w->wake);
		g_free(w);
		return NULL;
	}
	w->thread = g_thread_new("db-writer", writer_main, w);
	return w;
}

void db_writer_stop(struct db_writer *w)
{
	g_mutex_lock(&w->lock);
	w->stopping = TRUE;
	g_cond_signal(&w->wake);
	g_mutex_unlock(&w->lock);
	g_thread_join(w->thread);
	drop_writer(w);
	g_mutex_clear(&w->lock);
	g_cond_clear(&w->wake);
	g_free(w);
}

/* ---- from any thread */
unsigned db_writer_waiting(struct db_writer *w)
{
	return (unsigned)g_atomic_int_get(&w->waiting);
}

gboolean db_writer_is_me(const struct db_writer *w)
{
	return g_thread_self() == w->thread;
}

gboolean db_awaited(struct db *db)
{
	return g_atomic_int_get(&db->writer->waiting) > 0;
}

void db_writer_submit(struct db_writer *w, const struct db_request *rq)
{
	struct job *job = g_new0(struct job, 1);

	job->rq = *rq;
	job->language = say_language();
	g_mutex_lock(&w->lock);
	if (rq->behind) {
		job->since_us = g_get_monotonic_time();
		g_queue_push_tail(&w->behind, job);
	} else {
		job->over = (unsigned)w->waiting >= DB_QUEUE_MAX;
		g_atomic_int_set(&w->waiting, w->waiting + !job->over); /* looked at without the lock */
		g_queue_push_tail(&w->queue, job);
	}
	g_cond_signal(&w->wake);
	g_mutex_unlock(&w->lock);
}
