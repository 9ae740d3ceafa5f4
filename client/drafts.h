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
/* Hears once when saving begins to fail (error) and once when it works again (NULL).
 * Memory holds the drafts meanwhile; saving is tried again every 2 s. */
typedef void drafts_trouble_fn(const GError *error, void *arg);
void drafts_listen(struct drafts *d, drafts_trouble_fn *fn, void *arg);
/* What was being written for a ticket that went into another: behind what is there already
 * (DRAFTS_MOVED between, with the old number), and on disk there before it is forgotten
 * here. FALSE: it couldn't be saved and is still in both places. */
#define DRAFTS_MOVED "\n\n-- #%" PRId64 " --\n"
gboolean drafts_move(struct drafts *d, desk_id from, desk_id to, int64_t now_ms, GError **error);
GArray *drafts_tickets(const struct drafts *d); /* desk_id, newest first */

#endif
