/* Handing a job to the writer, and waiting for its end. */
#include "server/storage/db_driver.h"

void db_submit(struct db *db, db_job_fn *fn, db_done_fn *done, void *arg)
{
	db_writer_submit(db->writer, &(struct db_request){.fn = fn, .done = done, .arg = arg});
}

void db_submit_alike(struct db *db, db_job_fn *fn, db_ahead_fn *ahead, db_done_fn *done, void *arg)
{
	db_writer_submit(db->writer, &(struct db_request){.fn = fn, .ahead = ahead, .done = done, .arg = arg});
}

struct waiter {
	db_job_fn *fn;
	void *arg;
	GMutex lock;
	GCond cond;
	gboolean ended;
	GError *error;
};

static gboolean waiter_job(struct db_tx *tx, void *arg, GError **error)
{
	struct waiter *waiter = arg;

	return waiter->fn(tx, waiter->arg, error);
}

static void waiter_done(const GError *error, void *arg)
{
	struct waiter *waiter = arg;

	g_mutex_lock(&waiter->lock);
	waiter->error = error ? g_error_copy(error) : NULL;
	waiter->ended = TRUE;
	g_cond_signal(&waiter->cond);
	g_mutex_unlock(&waiter->lock);
}

static gboolean submit_wait(struct db *db, gboolean behind, db_job_fn *fn, void *arg, GError **error)
{
	struct waiter waiter = {.fn = fn, .arg = arg};
	gboolean good;

	g_assert(!db_writer_is_me(db->writer));
	g_mutex_init(&waiter.lock);
	g_cond_init(&waiter.cond);
	db_writer_submit(db->writer, &(struct db_request){.fn = waiter_job, .done = waiter_done, .arg = &waiter, .behind = behind});
	g_mutex_lock(&waiter.lock);
	while (!waiter.ended)
		g_cond_wait(&waiter.cond, &waiter.lock);
	g_mutex_unlock(&waiter.lock);
	g_mutex_clear(&waiter.lock);
	g_cond_clear(&waiter.cond);
	good = !waiter.error;
	if (waiter.error)
		g_propagate_error(error, waiter.error);
	return good;
}

gboolean db_submit_wait(struct db *db, db_job_fn *fn, void *arg, GError **error)
{
	return submit_wait(db, FALSE, fn, arg, error);
}

gboolean db_submit_behind_wait(struct db *db, db_job_fn *fn, void *arg, GError **error)
{
	if (db->ops->calm)
		db->ops->calm(db);
	return submit_wait(db, TRUE, fn, arg, error);
}
