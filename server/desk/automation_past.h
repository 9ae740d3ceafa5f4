/* A rule's condition asked of tickets as they were. */
#ifndef DESK_AUTOMATION_PAST_H
#define DESK_AUTOMATION_PAST_H

#include "rules/past.h"
#include "server/desk/automation.h"

struct automation_past;
/* when NULL: it holds always. `ids` (desk_id): every ticket that will be asked about; borrowed like the rest. */
struct automation_past *automation_past_new(struct desk *d, struct db_conn *conn, const struct words *w, const char *when,
                                            int64_t now_ms, const GArray *ids);
void automation_past_free(struct automation_past *p); /* NULL is fine */
/* *as_now: what was asked of the ticket as it is now; added to. FALSE: failed. */
gboolean automation_past_holds(struct automation_past *p, desk_id ticket_id, int64_t at_ms, gboolean *holds,
                               struct past_terms *as_now, GError **error);

#endif
