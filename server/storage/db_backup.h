/* A database into one file while it is used, and back. */
#ifndef STORAGE_DB_BACKUP_H
#define STORAGE_DB_BACKUP_H

#include "server/storage/db.h"

/* Now and then, done of total (of whatever unit); total 0 = unknown. FALSE breaks off. */
typedef gboolean db_backup_fn(int64_t done, int64_t total, void *arg);

/* Name of the file that a backup of this engine is: "desk.db", "desk.dump". */
const char *db_backup_name(enum db_engine engine);
/* The database as it is at one moment, into a new file (0600), synced to the disk and found
 * sound. Nobody has to wait for it. SQLite's is a database that can be used as it is;
 * PostgreSQL's is made by pg_dump (DESK_UNSUPPORTED when that isn't installed). */
gboolean db_backup(struct db *db, const char *file, db_backup_fn *progress, void *arg, GError **error);
/* Such a file into a database that isn't there yet (SQLite) or is empty (PostgreSQL; by
 * pg_restore). DESK_CONFLICT when there is something: it is left as it is. */
gboolean db_restore(const char *url, const char *file, GError **error);
/* The engine that a URL means. */
enum db_engine db_url_engine(const char *url);

#endif
