/* What the files of export share: one record read from the database, by its id. */
#ifndef DESK_EXPORT_INSIDE_H
#define DESK_EXPORT_INSIDE_H

#include "server/desk/export.h"
#include "server/desk/inside.h"

/* The desk's own name in keys: six letters, made when first asked for. g_free. */
char *export_uid(struct desk *d, GError **error);
/* The key a record was imported by, else "uid.ID". g_free; NULL on failure. */
char *export_key(struct db_conn *conn, const char *uid, enum record_type type, desk_id id, GError **error);
/* NULL on failure; record_free. */
struct record *export_customer(struct db_conn *conn, const struct words *w, const char *uid, desk_id id,
                               GError **error);
struct record *export_article(struct db_conn *conn, const char *uid, desk_id id, GError **error);
struct record *export_ticket(struct db_conn *conn, const struct words *w, const char *uid, desk_id id,
                             GError **error);

#endif
