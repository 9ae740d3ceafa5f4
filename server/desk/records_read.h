/* The desk's configuration as records: what an export writes, what a policy file is compared with. */
#ifndef DESK_RECORDS_READ_H
#define DESK_RECORDS_READ_H

#include "server/desk/inside.h"
#include "wire/records.h"

/* Every record of one type of the configuration (record_is_config), as the desk lists them, each with
 * the key it is known by: as imported or applied, else made of its name. A function that
 * returns FALSE ends it (not an error). References are keys, too. `w` may be NULL. */
gboolean records_each(struct db_conn *conn, const struct words *w, enum record_type type,
                      gboolean (*fn)(const struct record *r, void *arg), void *arg, GError **error);
/* The same as a list of struct record with their ids in the database beside them. */
struct record_kept {
	desk_id id;              /* 0: a setting, it has none */
	struct record *record;
};
GPtrArray *records_read(struct db_conn *conn, enum record_type type, GError **error);
void record_kept_free(struct record_kept *k);

#endif
