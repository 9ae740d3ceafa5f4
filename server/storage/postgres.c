/* The PostgreSQL driver. */
#include "server/storage/db_driver.h"

static gboolean postgres_open(struct db *db, const char *target, GError **error)
{
	(void)db, (void)target;
	return desk_fail(error, DESK_UNSUPPORTED, "PostgreSQL is not built in yet.");
}

const struct db_ops postgres_ops = {.engine = DB_POSTGRES, .name = "postgres", .open = postgres_open};
