/* Checking: the engine's own opinion, then what is kept twice: the feed's numbers, the
 * queue's totals, each ticket's next moment. In short reads, beside running servers. */
#include "server/storage/db_driver.h"

#include "wire/wire.h"

#define TICKETS_AT_ONCE 20000

struct numbers {
	int64_t at[4];
	int columns; /* how many are read */
	gboolean found;
};

static gboolean take_numbers(const struct db_row *row, void *arg)
{
	struct numbers *n = arg;

	for (int i = 0; i < n->columns; i++)
		n->at[i] = db_int(row, i);
	n->found = TRUE;
	return FALSE;
}

static gboolean check_feed(struct db_conn *conn, GError **error)
{
	struct numbers span = {.columns = 3};
	int64_t head, count, first, last;

	if (!db_feed_head(conn, &head, error) || !db_run(conn, STMT_FEED_SPAN, NULL, 0, take_numbers, &span, error))
		return FALSE;
	count = span.at[0];
	first = span.at[1];
	last = span.at[2];
	if (!count || (last == head && count == last - first + 1))
		return TRUE;
	return desk_fail(error, DESK_INVALID,
			 "The feed is damaged: %" G_GINT64_FORMAT " events from %" G_GINT64_FORMAT
			 " to %" G_GINT64_FORMAT ", the last given number is %" G_GINT64_FORMAT ".",
			 count, first, last, head);
}

static gboolean check_counts(struct db_conn *conn, GError **error)
{
	struct numbers wrong = {.columns = 4};

	if (!db_run(conn, STMT_CHECK_COUNTS, NULL, 0, take_numbers, &wrong, error))
		return FALSE;
	return !wrong.found ||
	       desk_fail(error, DESK_INVALID,
			 "The queue's totals are wrong: for %s tickets of group %" G_GINT64_FORMAT
			 " and person %" G_GINT64_FORMAT " they are off by %" G_GINT64_FORMAT ".",
			 wrong.at[0] == 2 ? "snoozed" : wrong.at[0] ? "active" : "done", wrong.at[1], wrong.at[2], wrong.at[3]);
}

static gboolean check_slice(struct db_conn *conn, int64_t after, GError **error)
{
	struct numbers wrong = {.columns = 3};

	if (!DB_RUN(conn, STMT_CHECK_NEXT, take_numbers, &wrong, error, DB_I(after), DB_I(after + TICKETS_AT_ONCE),
		    DB_I(CLOCK_STATE_RUNNING), DB_I(CLOCK_STATE_BREACHED), DB_I(QUEUE_NO_DUE)))
		return FALSE;
	return !wrong.found || desk_fail(error, DESK_INVALID,
					 "#%" G_GINT64_FORMAT " is queued for %" G_GINT64_FORMAT
					 ", but its clocks say %" G_GINT64_FORMAT ".",
					 wrong.at[0], wrong.at[1], wrong.at[2]);
}

static gboolean check_next(struct db *db, GError **error)
{
	struct numbers last = {.columns = 1};
	gboolean good = db_read_one(db, STMT_CHECK_LAST, NULL, 0, take_numbers, &last, error);

	for (int64_t after = 0; good && after < last.at[0]; after += TICKETS_AT_ONCE) {
		struct db_conn *conn = db_read_begin(db, error);

		good = conn && check_slice(conn, after, error);
		if (conn)
			db_read_end(db, conn);
	}
	return good;
}

gboolean db_check(struct db *db, GError **error)
{
	struct db_conn *conn;
	gboolean good;

	if (!db->ops->check(db, error))
		return FALSE;
	conn = db_read_begin(db, error);
	if (!conn)
		return FALSE;
	good = check_feed(conn, error) && check_counts(conn, error);
	db_read_end(db, conn);
	return good && check_next(db, error);
}
