/* What the files of import share. */
#ifndef DESK_RECORDS_INSIDE_H
#define DESK_RECORDS_INSIDE_H

#include "server/desk/inside.h"
#include "server/desk/records.h"
#include "wire/records.h"

enum put_result { PUT_ADDED, PUT_UPDATED, PUT_UNCHANGED };

/* One record into the database, inside a job. `hash` is of its line as it was
 * written: relative times don't make it another. */
gboolean record_put(struct desk *d, struct db_tx *tx, const struct words *w, const struct record *r,
                    const char *hash, enum put_result *result, GError **error);
/* The id of a record by type and key, or by the name it has in the desk; 0 unknown. */
gboolean record_id(struct db_conn *conn, enum record_type type, const char *key, desk_id *id, GError **error);
gboolean record_put_ticket(struct desk *d, struct db_tx *tx, const struct words *w, const struct record *r,
                           desk_id *id, GError **error);
/* Lines of a buffer; the work behind import_stream. */
gboolean import_buffer(struct desk *d, const char *bytes, size_t len, const char *name, gboolean dry_run,
                       void (*complain)(const char *line, void *arg), void *arg,
                       struct import_report *report, GError **error);

#endif
