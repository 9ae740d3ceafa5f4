/* What the two engines give to db.c, db_writer.c and db_feed.c; for this folder only.
 *
 * A driver embeds struct db_conn as the first member of its own connection. Its
 * functions report what happened in conn->state, and the writer decides whether a batch
 * is replayed; nothing that anybody has seen an answer of is ever run again by them. */
#ifndef STORAGE_DB_DRIVER_H
#define STORAGE_DB_DRIVER_H

#include <stdint.h>

#include "base/clock.h"
#include "server/storage/db.h"
#include "server/storage/db_backup.h"

#define DB_PARAM_MAX 64  /* $1..$64 in one statement */
#define DB_READERS_MAX 8 /* reader connections of one database handle */
#define DB_READER_WAIT_MS CLOCK_PATIENCE(5000)

/* Name, SQL and number of parameters of a statement in an engine's dialect. */
const char *db_stmt_name(enum db_stmt stmt);
const char *db_stmt_sql(enum db_engine engine, enum db_stmt stmt);
int db_stmt_params(enum db_engine engine, enum db_stmt stmt);

enum db_state {
	DB_STATE_OK,
	DB_STATE_RETRY,   /* the transaction was the loser of a deadlock or the like: replay it */
	DB_STATE_TX_GONE, /* the engine has rolled the transaction back (disk full, I/O error) */
	DB_STATE_LOST     /* the connection is gone, and what it had not committed with it */
};

struct db_composed;

/* What a connection keeps of composed statements: the driver's thing by their fragments. */
#define DB_CACHE_MAX 64
struct db_cached {
	void *key; /* the sequence of fragments */
	size_t len;
	uint64_t used;
	gboolean ready; /* `st` (or the statement of that place) is prepared */
	void *st;
};
struct db_cache {
	struct db_cached entry[DB_CACHE_MAX];
	uint64_t clock;
};
struct db_cached *db_cache_find(struct db_cache *cache, const struct db_composed *c); /* NULL */
/* The place for a new one; when it is `ready` the driver gives up what it holds first. */
struct db_cached *db_cache_oldest(struct db_cache *cache);
void db_cache_keep(struct db_cache *cache, struct db_cached *entry, const struct db_composed *c);
void db_cache_clear(struct db_cache *cache); /* the statements themselves are the driver's */
char *db_composed_sql(const struct db_composed *c, enum db_engine engine); /* g_free */
gboolean db_args_valid(const char *name, const struct db_arg *args, size_t n, GError **error);

enum db_role { DB_READER, DB_WRITER, DB_LISTENER };

struct db_ops;
struct db_conn {
	struct db *db;
	const struct db_ops *ops;
	enum db_role role;
	enum db_state state;
	int64_t changed;
	GError *failure; /* inside a job: its first failed statement; the rest is refused */
	gboolean wrote;  /* inside a job: it ran something else than SELECT */
	gboolean keeps_ahead; /* what is sent ahead now is for the jobs that come */
};

struct db_turn {
	const struct db_ops *ops; /* the driver's goes on after it */
};

struct db_row {
	const struct db_ops *ops;
	void *result;
	int index;
};

enum db_outcome { DB_COMMITTED, DB_NOT_COMMITTED, DB_UNKNOWN };

struct db_ops {
	enum db_engine engine;
	const char *name;
	/* Checks and migrates; `target` is the URL without its scheme where there is one. */
	gboolean (*open)(struct db *db, const char *target, GError **error);
	void (*close)(struct db *db);
	struct db_conn *(*connect)(struct db *db, enum db_role role, GError **error);
	void (*disconnect)(struct db_conn *conn);
	gboolean (*run)(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n,
			db_row_fn *fn, void *arg, GError **error);
	gboolean (*run_composed)(struct db_conn *conn, const struct db_composed *c, db_row_fn *fn, void *arg,
				 GError **error);
	gboolean (*vet_composed)(struct db_conn *conn, const struct db_composed *c, GError **error);
	gboolean (*limit)(struct db_conn *conn, int ms, GError **error); /* db_read_limit */
	/* db_ahead, and the end of what is ahead (a job begins or has ended; `all`: also what is kept for those
	 * that come); NULL: it doesn't pay. */
	void (*ahead)(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n);
	void (*ahead_end)(struct db_conn *conn, gboolean all);
	/* A job's statements without a row function may be sent only: what they failed of is
	 * told by the next one with rows, by settle or commit. */
	gboolean defers;
	/* Waits, not for long, while the engine is busy with what earlier writes have left; NULL: it never is. */
	void (*calm)(struct db *db);
	/* Readers (head NULL): one snapshot. Writers: nobody else writes until the end, and
	 * *head is the newest event, or -1: ask head() for it. After a failure the caller
	 * rolls back. */
	gboolean (*begin)(struct db_conn *conn, int64_t *head, GError **error);
	gboolean (*head)(struct db_conn *conn, int64_t *head, GError **error);
	/* FALSE: the connection has died since its last use (state LOST). */
	gboolean (*ready)(struct db_conn *conn, GError **error);
	/* All that was sent has been answered. */
	gboolean (*settle)(struct db_conn *conn, GError **error);
	enum db_outcome (*commit)(struct db_conn *conn, GError **error);
	void (*rollback)(struct db_conn *conn);                 /* nothing to do is fine */
	gboolean (*mark)(struct db_conn *conn, GError **error); /* a savepoint, replacing the last one */
	gboolean (*undo)(struct db_conn *conn, GError **error); /* back to it */
	/* Before the commit of a batch with events up to seq: other servers are to hear of it. */
	void (*announce)(struct db_conn *conn, int64_t seq);
	/* Listener: a descriptor that becomes readable on news, or -1; and the number it told
	 * of (0 = none, -1 = connection lost). */
	int (*news_fd)(struct db_conn *conn);
	int64_t (*news)(struct db_conn *conn);
	/* A lock on the whole database against other turns, in any process; db.h db_turn_take. */
	struct db_turn *(*turn_take)(struct db *db, GError **error);
	void (*turn_end)(struct db_turn *turn);
	gboolean (*check)(struct db *db, GError **error);
	const char *backup_name;
	gboolean (*backup)(struct db *db, const char *file, db_backup_fn *progress, void *arg, GError **error);
	gboolean (*restore)(const char *target, const char *file, GError **error);
	/* Prepares the statement; its parameters and columns must be of types that db.h has. */
	gboolean (*vet)(struct db_conn *conn, enum db_stmt stmt, GError **error);

	int64_t (*row_int)(const struct db_row *row, int col);
	const char *(*row_text)(const struct db_row *row, int col);
	double (*row_double)(const struct db_row *row, int col);
	const void *(*row_blob)(const struct db_row *row, int col, size_t *len);
	gboolean (*row_null)(const struct db_row *row, int col);
};

extern const struct db_ops sqlite_ops, postgres_ops;

struct db_writer;
struct db_feed;
struct db {
	const struct db_ops *ops;
	void *engine; /* the driver's */
	struct db_writer *writer;
	struct db_feed *feed;
	GMutex lock; /* readers */
	GCond reader_back;
	GPtrArray *idle; /* struct db_conn, the last used one last */
	unsigned readers, readers_awaited;
	/* a database that is away isn't asked by everybody all the time */
	gint64 away_until_us;
	unsigned away_times;
	char *away_why;
	struct db_stats stats; /* changed with db_count, read without a lock */
	gint away;             /* 1: the last connection or batch failed for want of the database */
};

/* Counting must cost nothing that can be measured. */
#define db_count(counter, n) ((void)__atomic_fetch_add(&(counter), (n), __ATOMIC_RELAXED))
static inline void db_set_away(struct db *db, gboolean away)
{
	if (g_atomic_int_get(&db->away) != away)
		g_atomic_int_set(&db->away, away);
}

/* Opens a connection, or fails at once with DESK_BUSY while the database is known to be
 * away: one caller tries again when it is time. */
struct db_conn *db_connect(struct db *db, enum db_role role, GError **error);

/* ---- db_writer.c */
struct db_tx {
	struct db *db;
	struct db_conn *conn;
	int64_t now;
	int64_t seq;       /* newest event: of the database when the batch began, then ours; -1 unknown */
	GPtrArray *events; /* struct feed_item, of the jobs that held so far */
	void *ahead;       /* what was made of the reads for the next jobs; NULL: each reads for itself */
	GDestroyNotify ahead_free;
};
struct db_request {
	db_job_fn *fn;
	db_done_fn *done;
	void *arg;
	db_ahead_fn *ahead; /* NULL: each for itself */
	gboolean behind;
};
void db_writer_submit(struct db_writer *writer, const struct db_request *rq);
gboolean db_writer_is_me(const struct db_writer *writer);
gboolean db_tx_head(struct db_tx *tx, GError **error); /* makes tx->seq known */
unsigned db_writer_waiting(struct db_writer *writer);
struct db_writer *db_writer_start(struct db *db, GError **error);
void db_writer_stop(struct db_writer *writer); /* after the last queued job */

/* ---- db_feed.c */
struct feed_item {
	int64_t seq;
	char *json;
};
struct feed_item *feed_item_new(int64_t seq, char *json); /* takes json */
void feed_item_free(struct feed_item *item);
struct db_feed *db_feed_new(struct db *db);
void db_feed_stop(struct db_feed *feed); /* delivers what is committed, then frees */
/* After commit: takes the items (struct feed_item, owned by the array). */
void db_feed_push(struct db_feed *feed, GPtrArray *items);
gboolean db_feed_head(struct db_conn *conn, int64_t *seq, GError **error);
/* A job's work: forgets old events and answers in small slices; *more when some are left. */
gboolean db_feed_prune(struct db *db, struct db_tx *tx, gboolean *more, GError **error);

/* ---- db_migrate.c: the numbered scripts /ttydeskd/sql/<engine>-NNN-name.sql */
int db_migrate_newest(const struct db_ops *ops);
/* Calls apply for each script above `have`, in order. */
gboolean db_migrate_each(const struct db_ops *ops, int have,
			 gboolean (*apply)(int version, const char *name, const char *sql, void *arg,
					   GError **error),
			 void *arg, GError **error);

/* Behind every write and every commit: tests end the process there. */
#ifdef DESK_TEST_HOOKS
void db_kill_point(const struct db_conn *conn);
#else
#define db_kill_point(conn) ((void)(conn))
#endif

#endif
