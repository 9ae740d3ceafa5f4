/* Shared by the PostgreSQL driver's three files. */
#ifndef STORAGE_POSTGRES_DRIVER_H
#define STORAGE_POSTGRES_DRIVER_H

#include <libpq-fe.h>

#include "server/storage/db_driver.h"

#define POSTGRES_CHANNEL "ttydesk_feed"

typedef PGresult postgres_result; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(postgres_result, PQclear)

struct postgres_db {
	char *conninfo; /* may hold a password: never logged */
};

enum postgres_control {
	POSTGRES_CTL_BEGIN,
	POSTGRES_CTL_HEAD,
	POSTGRES_CTL_MARK,
	POSTGRES_CTL_UNMARK,
	POSTGRES_CTL_UNDO,
	POSTGRES_CTL_NOTIFY,
	POSTGRES_CTL_COMMIT,
	POSTGRES_CTL_ROLLBACK,
	POSTGRES_CTL_COUNT
};

/* Connections are in pipeline mode: what is sent is answered later, in order. A reader's
 * transaction is what stands between two Syncs (its session's default makes that one
 * read-only snapshot), so a single read is one flush there and back. A writer's has
 * BEGIN and COMMIT; statements without rows to look at aren't waited for. */
#define POSTGRES_AHEAD_VALUES 6
struct postgres_ahead {        /* a read that was sent before it is asked for */
	enum db_stmt stmt;
	unsigned n;
	struct db_arg values[POSTGRES_AHEAD_VALUES]; /* numbers, and texts of its own */
	PGresult *result;      /* NULL: not here yet, or taken */
	gboolean over;         /* taken, or nobody's any more */
	gboolean kept;         /* for a job that comes */
};

struct postgres_conn {
	struct db_conn base;
	PGconn *pg;
	gboolean prepared[STMT_COUNT], control[POSTGRES_CTL_COUNT];
	struct db_cache composed; /* the n-th one is prepared under the n-th name */
	char composed_name[DB_CACHE_MAX][16];
	gboolean in_tx, marked;
	gboolean fresh; /* reader: nothing of this transaction has been answered yet */
	GArray *sent;  /* struct postgres_sent, oldest first */
	unsigned read; /* so many of them are answered */
	GArray *ahead; /* struct postgres_ahead */
	unsigned ahead_away; /* of their answers, those on their way */
	GError *late;  /* the first failure since the last Sync: the server skips all after it */
	int64_t head;  /* of the feed when the writer's transaction began; -1 not known yet */
	char *xid;     /* the writer's transaction, to ask what became of it */
	int64_t announce; /* the feed's head that the commit tells of; 0 none */
};

/* A statement on its way: named ones are prepared once, the others (name NULL) each time. */
struct postgres_text {
	const char *name, *doing, *sql;
	gboolean *prepared; /* outlives the connection's pipeline; NULL without name */
};

/* ---- postgres_pipe.c. Failures set conn->state and c->late. */
/* Sends a statement; its result is thrown away but for the count of rows. */
gboolean postgres_send(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args,
		       size_t n, GError **error);
gboolean postgres_send_control(struct postgres_conn *c, enum postgres_control which, const struct db_arg *args,
			       size_t n, GError **error);
/* Sends a read whose result is kept in the n-th of c->ahead. */
gboolean postgres_send_ahead(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args,
			     size_t n, unsigned at, GError **error);
/* Those that nobody will ask for any more; the list is emptied when none of its answers is on its way. */
void postgres_ahead_end(struct postgres_conn *c, gboolean all);
/* Ends a reader's transaction, or what a failure has made the server skip. Doesn't wait. */
gboolean postgres_sync(struct postgres_conn *c, GError **error);
/* Waits for all answers. *last (if wanted) is the last statement's result, PQclear it. */
gboolean postgres_settle(struct postgres_conn *c, PGresult **last, GError **error);
/* Back from a failure: all answers are in, statements are heard again. FALSE: lost. */
gboolean postgres_recover(struct postgres_conn *c);
/* A new line to the server instead of a lost one, nothing being under way on it. */
gboolean postgres_revive(struct postgres_conn *c, GError **error);
/* FALSE: the server has hung up on an idle connection. */
gboolean postgres_alive(struct postgres_conn *c);
gboolean postgres_describe(struct postgres_conn *c, const struct postgres_text *text, PGresult **result,
			   GError **error);
void postgres_pipe_open(struct postgres_conn *c);
void postgres_pipe_clear(struct postgres_conn *c);

/* ---- postgres_open.c */
/* NULL with DESK_BUSY (away) or DESK_IO (refused us). */
PGconn *postgres_connect(const struct postgres_db *p, enum db_role role, GError **error);
/* "Committed", "aborted", ... of a transaction whose COMMIT got no answer. */
enum db_outcome postgres_ask_outcome(const struct postgres_db *p, const char *xid);
/* Sets the error of a failed result (or, when NULL, of the connection). Returns FALSE. */
gboolean postgres_fail(GError **error, const PGconn *pg, const PGresult *result, const char *doing);
/* Constant statements without parameters; the last one's result counts. */
gboolean postgres_exec(PGconn *pg, const char *text, const char *doing, GError **error);

gboolean postgres_open(struct db *db, const char *target, GError **error);
void postgres_close(struct db *db);
struct db_turn *postgres_turn_take(struct db *db, GError **error);
void postgres_turn_end(struct db_turn *turn);
gboolean postgres_check(struct db *db, GError **error);
gboolean postgres_backup(struct db *db, const char *file, db_backup_fn *progress, void *arg, GError **error);
gboolean postgres_restore(const char *conninfo, const char *file, GError **error);

#endif
