/* Half-written replies and notes on disk, one journal a person and desk. */
#ifndef CLIENT_DRAFTS_H
#define CLIENT_DRAFTS_H

#include "wire/model.h"

#define DRAFTS_LAG_MS 200 /* an edit is on disk at most this much later */

struct drafts;
struct drafts *drafts_open(const char *dir, GError **error);
void drafts_close(struct drafts *d); /* flushes */
void drafts_set(struct drafts *d, desk_id ticket_id, enum message_kind kind, const char *text, int64_t now_ms);
const char *drafts_get(const struct drafts *d, desk_id ticket_id, enum message_kind kind); /* NULL none */
gboolean drafts_saved(const struct drafts *d);
gboolean drafts_flush(struct drafts *d, GError **error); /* fsync */
GArray *drafts_tickets(const struct drafts *d); /* desk_id, newest first */

#endif
