/* Storage: one set of named constant SQL statements over SQLite or PostgreSQL.
 *
 * Reads run on the calling thread with a reader connection of its own. Writes are
 * jobs: one writer thread takes what has queued up, runs each job inside a
 * savepoint of one transaction, commits once (group commit) and then calls the
 * jobs' done functions. A job that fails is rolled back alone. A job may run twice
 * (PostgreSQL deadlock, lost connection before commit): it must start from its
 * argument each time. When a commit's outcome is unknown, done gets DESK_UNCERTAIN.
 *
 * Statements are in statements.h; SQL is never built from data. Times are ms UTC. */
#ifndef STORAGE_DB_H
#define STORAGE_DB_H

#include "base/error.h"
#include "server/storage/statements.h"

struct db;
struct db_conn; /* one connection; one thread at a time */
struct db_tx;   /* a write job's view of the writer connection */
struct db_row;  /* valid inside the row function */

enum db_arg_type { DB_NULL, DB_INT, DB_TEXT, DB_DOUBLE, DB_BLOB };
struct db_arg {
	enum db_arg_type type;
	int64_t num;
	const char *text; /* UTF-8 without NUL; NULL is SQL NULL */
	double real;
	const void *blob; /* any bytes; NULL is SQL NULL. Borrowed while db_run runs */
	size_t len;       /* of blob, at most DB_BLOB_MAX */
};
#define DB_BLOB_MAX (256u << 20)
#define DB_I(v) ((struct db_arg){.type = DB_INT, .num = (v)})
#define DB_T(v) ((struct db_arg){.type = DB_TEXT, .text = (v)})
#define DB_D(v) ((struct db_arg){.type = DB_DOUBLE, .real = (v)})
#define DB_B(p, n) ((struct db_arg){.type = DB_BLOB, .blob = (p), .len = (n)})
#define DB_N ((struct db_arg){.type = DB_NULL})

int64_t db_int(const struct db_row *row, int col);      /* NULL = 0 */
const char *db_text(const struct db_row *row, int col); /* or NULL; borrowed until the row function returns */
double db_double(const struct db_row *row, int col);
gboolean db_null(const struct db_row *row, int col);
/* Bytes of a BLOB (SQLite) or BYTEA (PostgreSQL) column; NULL with *len 0 is SQL NULL, an
 * empty one isn't NULL. Borrowed like text, and not for columns of another type. */
const void *db_blob(const struct db_row *row, int col, size_t *len);
char *db_dup(const struct db_row *row, int col);

/* Return FALSE to stop early (not an error). */
typedef gboolean db_row_fn(const struct db_row *row, void *arg);
/* Runs a statement; fn may be NULL, and may run other statements. Errors: DESK_IO,
 * DESK_BUSY (database away, retry), DESK_CONFLICT (unique or foreign key),
 * DESK_INVALID (text that isn't UTF-8; a CHECK, NOT NULL or range refused it). In a
 * job the first failed statement fails the job: later statements are refused and the
 * job is rolled back whatever it returns (PostgreSQL can't go on either). There a job's
 * statement without fn is only sent: its failure is told by the next one with fn, by
 * db_changed, or at the job's end. */
gboolean db_run(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n,
                db_row_fn *fn, void *arg, GError **error);
/* Rows the last db_run of this connection inserted, updated or deleted. */
int64_t db_changed(struct db_conn *conn);
#define DB_RUN(conn, stmt, fn, arg, error, ...) \
	db_run(conn, stmt, (const struct db_arg[]){__VA_ARGS__}, \
	       sizeof((const struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg), fn, arg, error)

/* A job's reads that will be made anyway, sent ahead: they share one round trip. The db_run of the same
 * statement and numbers then finds its answer there. What is sent ahead must be read before the job writes
 * what it reads. Only numbers and short texts as values; nothing happens (and nothing is lost) where it doesn't pay. */
void db_ahead(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n);
void db_ahead_end(struct db_conn *conn); /* what was sent ahead and not read yet is no longer true */
#define DB_AHEAD(conn, stmt, ...) \
	db_ahead(conn, stmt, (const struct db_arg[]){__VA_ARGS__}, \
	         sizeof((const struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg))

enum db_engine { DB_SQLITE, DB_POSTGRES };

/* "sqlite:/path/desk.db" or a plain path; "postgresql://..." or "postgres:conninfo".
 * Creates and migrates (under a lock). DESK_NEWER: a schema newer than ours;
 * DESK_INVALID: not our database or corrupt. In both cases it is left untouched. */
struct db *db_open(const char *url, GError **error);
void db_close(struct db *db); /* finishes queued jobs, stops the threads; NULL is fine */
enum db_engine db_engine(const struct db *db);
struct db_conn *db_conn_of(struct db_tx *tx);

/* Reader connections: as many as threads ask at once, at most 8 (then DESK_BUSY after
 * 5 s of waiting); a transaction around, so that several statements see one state. Keep
 * it short: SQLite's log can't start anew, PostgreSQL can't clean up behind it. */
struct db_conn *db_read_begin(struct db *db, GError **error);
void db_read_end(struct db *db, struct db_conn *conn);
/* One statement, with a state of its own: one round trip instead of a transaction. */
gboolean db_read_one(struct db *db, enum db_stmt stmt, const struct db_arg *args, size_t n, db_row_fn *fn,
                     void *arg, GError **error);
#define DB_READ_ONE(db, stmt, fn, arg, error, ...) \
	db_read_one(db, stmt, (const struct db_arg[]){__VA_ARGS__}, \
	            sizeof((const struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg), fn, arg, error)

typedef gboolean db_job_fn(struct db_tx *tx, void *arg, GError **error); /* FALSE rolls back */
typedef void db_done_fn(const GError *error, void *arg); /* on the writer thread after commit; be short */
/* Any thread. DESK_BUSY through done when more than DB_QUEUE_MAX jobs wait. done may be
 * NULL. */
#define DB_QUEUE_MAX 4096
void db_submit(struct db *db, db_job_fn *fn, db_done_fn *done, void *arg);
/* The same, waiting for its end (start-up, commands, tests; never on an HTTP thread). */
gboolean db_submit_wait(struct db *db, db_job_fn *fn, void *arg, GError **error);

/* The same for jobs of which many wait at once (claims). Where a round trip is what a job takes longest for, several
 * of one `ahead` that stand one behind the other are looked at together first: it gets their args, sends ahead what
 * each will read, calls db_tx_ahead, and returns how many of the first it has done so for (0: none; else they run
 * right then, one by one). What is sent there stays true as long as only these jobs run and each does what was
 * foreseen: one that can't calls db_tx_surprise before it reads, and all that follow read for themselves. It fails
 * by returning 0; the next statement tells why. */
typedef unsigned db_ahead_fn(struct db_tx *tx, void *const *args, unsigned n);
void db_submit_alike(struct db *db, db_job_fn *fn, db_ahead_fn *ahead, db_done_fn *done, void *arg);
void db_tx_ahead(struct db_tx *tx, void *data, GDestroyNotify free_fn); /* data: not NULL; freed behind them */
void *db_tx_looked_ahead(const struct db_tx *tx); /* NULL: nothing was, or there was a surprise */
void db_tx_surprise(struct db_tx *tx);

/* The same with a portion of long work: run by itself, and only when no job waits; but one that has waited
 * for DB_BEHIND_MS goes before them, so that it gets on at a busy desk, too. A portion looks at db_awaited
 * now and then and ends early when a job waits. */
#define DB_BEHIND_MS 50
gboolean db_submit_behind_wait(struct db *db, db_job_fn *fn, void *arg, GError **error);
gboolean db_awaited(struct db *db);

/* The moment of this batch (clock_wall_ms, never going back between batches). */
int64_t db_tx_now(const struct db_tx *tx);

/* ---- feed: events get their number under one lock, in commit order, no gaps seen */
struct event;
/* Numbers and stores the event in this transaction; sets event->seq and at_ms.
 * After commit it is handed to the listener, in order of seq. */
gboolean db_tx_event(struct db_tx *tx, struct event *event, GError **error);
/* Called after commit (own events at once; with PostgreSQL also other servers',
 * within a second at worst) in order of seq, on one internal thread. */
typedef void db_feed_fn(int64_t seq, const char *json, void *arg);
void db_feed_listen(struct db *db, db_feed_fn *fn, void *arg);
/* Stored events with seq > after, oldest first, at most limit. *oldest = smallest
 * stored (newest + 1 when none is): a reader with after + 1 < *oldest must reload. */
gboolean db_feed_read(struct db_conn *conn, int64_t after, int limit,
                      void (*fn)(int64_t seq, const char *json, void *arg), void *arg,
                      int64_t *oldest, int64_t *newest, GError **error);

/* How many events are kept at most and how long (ms); the defaults are below. */
#define DB_FEED_KEEP 100000
#define DB_FEED_KEEP_MS (INT64_C(7) * 24 * 3600 * 1000)
void db_feed_retain(struct db *db, int64_t keep, int64_t keep_ms);
/* Forgets now what retention allows (it happens by itself, too). */
gboolean db_feed_tidy(struct db *db, GError **error);

/* ---- settings of the desk: small texts by name. *value is NULL when unset (g_free). */
gboolean db_setting_get(struct db_conn *conn, const char *name, char **value, GError **error);
gboolean db_setting_put(struct db_conn *conn, const char *name, const char *value, GError **error);

/* ---- a turn: start-up work that only one process at a time may do on this database
 * (seeding). Waits for the others' turns, DESK_BUSY after DB_TURN_WAIT_MS. A process that
 * dies loses its turn. No job or reader waits for it, but SQLite's db_open does. */
#define DB_TURN_WAIT_MS 120000
struct db_turn;
struct db_turn *db_turn_take(struct db *db, GError **error);
void db_turn_end(struct db_turn *turn); /* NULL is fine */

/* ---- how it goes, for health checks and metrics; any thread, no lock and no query */
#define DB_BATCH_BUCKETS 9 /* batches of at most 1, 2, 4, ... 256 jobs */
struct db_stats {
	gboolean up;          /* the last that was tried of it worked */
	unsigned waiting;     /* jobs in the writer's queue */
	unsigned readers;     /* reader connections open */
	guint64 jobs, failed; /* jobs that ended, and those of them that failed */
	guint64 batches[DB_BATCH_BUCKETS]; /* by size; each in one bucket */
	guint64 batch_us;     /* time in all batches */
};
void db_stats_get(struct db *db, struct db_stats *out);

/* Prepares every statement of the table; the error names all that this engine refuses. */
gboolean db_vet(struct db *db, GError **error);
/* Engine's own integrity check, then the feed, the queue's totals and every ticket's
 * next moment; DESK_INVALID with the first fault's words. */
gboolean db_check(struct db *db, GError **error);

#endif
