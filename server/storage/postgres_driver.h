/* Shared by the PostgreSQL driver's two files. */
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

/* NULL with DESK_BUSY (away) or DESK_IO (refused us). */
PGconn *postgres_connect(const struct postgres_db *p, enum db_role role, GError **error);
/* "Committed", "aborted", ... of a transaction whose COMMIT got no answer. */
enum db_outcome postgres_settle(const struct postgres_db *p, const char *xid);
/* Sets the error of a failed result (or, when NULL, of the connection). Returns FALSE. */
gboolean postgres_fail(GError **error, const PGconn *pg, const PGresult *result, const char *doing);
/* Constant statements without parameters; the last one's result counts. */
gboolean postgres_exec(PGconn *pg, const char *text, const char *doing, GError **error);

gboolean postgres_open(struct db *db, const char *target, GError **error);
void postgres_close(struct db *db);
struct db_turn *postgres_turn_take(struct db *db, GError **error);
void postgres_turn_end(struct db_turn *turn);
gboolean postgres_check(struct db *db, GError **error);

#endif
