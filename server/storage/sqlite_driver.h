/* Shared by the SQLite driver's two files. */
#ifndef STORAGE_SQLITE_DRIVER_H
#define STORAGE_SQLITE_DRIVER_H

#include <sqlite3.h>

#include "server/storage/db_driver.h"

#define SQLITE_DESK_ID 0x7464736B /* "tdsk": application_id of our files */
#define SQLITE_CHECKPOINT_MS 200

struct sqlite_db {
	char *path; /* absolute */
	GThread *checkpointer;
	GMutex lock;
	GCond wake;
	gboolean dirty, stopping; /* something was committed; db_close */
	/* The log is to start anew: our writer lets the checkpoint thread have the file. Left
	 * to themselves the two would poll for the lock, and a busy writer always win. */
	gboolean restarting;
	GCond restarted;
	gboolean moving; /* the log into the file: portions of long work wait, who waits for an answer has the disk */
};

/* One prepared statement: where in `args` the value of its n-th variable is. */
struct sqlite_stmt {
	sqlite3_stmt *st;
	int vars;
	unsigned char arg_of[DB_PARAM_MAX];
};

enum sqlite_control {
	SQLITE_CTL_READ,
	SQLITE_CTL_WRITE,
	SQLITE_CTL_COMMIT,
	SQLITE_CTL_ROLLBACK,
	SQLITE_CTL_MARK,
	SQLITE_CTL_UNMARK,
	SQLITE_CTL_UNDO,
	SQLITE_CTL_COUNT
};

struct sqlite_conn {
	struct db_conn base;
	sqlite3 *sql;
	struct sqlite_stmt stmt[STMT_COUNT];
	sqlite3_stmt *control[SQLITE_CTL_COUNT];
	gboolean in_tx, marked;
	struct db_cache composed; /* sqlite3_stmt */
	int limit_ms;             /* of each statement, 0 none; and when the running one ends */
	gint64 deadline_us;
};

/* Sets the error that the connection's last failure stands for. Returns FALSE. */
gboolean sqlite_fail(GError **error, sqlite3 *sql, int rc, const char *doing);
/* Opens with all settings of the house; NULL with the error. */
sqlite3 *sqlite_connect(const struct sqlite_db *s, enum db_role role, GError **error);
gboolean sqlite_exec(sqlite3 *sql, const char *text, const char *doing, GError **error);

gboolean sqlite_open(struct db *db, const char *target, GError **error);
void sqlite_close(struct db *db);
struct db_turn *sqlite_turn_take(struct db *db, GError **error);
void sqlite_turn_end(struct db_turn *turn);
gboolean sqlite_check(struct db *db, GError **error);
gboolean sqlite_backup(struct db *db, const char *file, db_backup_fn *progress, void *arg, GError **error);
gboolean sqlite_restore(const char *path, const char *file, GError **error);
void sqlite_committed(struct db *db); /* tells the checkpoint thread */
void sqlite_make_way(struct db *db);  /* before the writer begins */
void sqlite_calm(struct db *db);      /* before a portion of long work */

#endif
