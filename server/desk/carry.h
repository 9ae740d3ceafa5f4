/* What export carries as rows of tables as they are: problems, and what tickets, people and rules have lived through. */
#ifndef DESK_CARRY_H
#define DESK_CARRY_H

#include "server/desk/inside.h"
#include "server/desk/records_inside.h"

/* The rows an owner has, references by key; NULL on failure; record_free. `key`: the owner's. */
struct record *carry_export(struct db_conn *conn, const struct words *w, const char *uid, enum record_type type,
                            desk_id id, GError **error);
/* They take the place of what the owner has. *id: the owner's; of a problem 0: it is made. Records that this very
 * desk exported are left alone: what it has lived through it knows better. */
gboolean carry_import(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                      const struct record *r, desk_id *id, GError **error);

#endif
