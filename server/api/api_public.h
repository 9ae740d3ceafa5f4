/* What a customer may ask without being anybody here: how a ticket goes.
 *   GET /v1/public/tickets/NUMBER   Ttydesk-Ticket-Secret: K7QM-...
 *   PUT /v1/public/tickets/NUMBER/follow-up {"solved": true, "speed": 4, "improve": "..."}: the
 *       answers to the follow-up (R-TICKET-2); POST does the same
 * The secret is in a header, so that it stands in no address and no log. */
#ifndef API_API_PUBLIC_H
#define API_API_PUBLIC_H

#include "server/api/api.h"

/* Slows guessing down: so many look-ups at once from one address, then one every
 * API_PUBLIC_REFILL_MS. Addresses that fall together share; memory is fixed. */
#define API_PUBLIC_BURST 30
#define API_PUBLIC_REFILL_MS 2000
struct api_guard;
struct api_guard *api_guard_new(void);
void api_guard_free(struct api_guard *g); /* NULL is fine */

/* ---- within the room */
gboolean api_is_public(const char *path, desk_id *id); /* id 0: no number there */
void api_public(struct api *api, struct http_exchange *x, desk_id id);
gboolean api_public_may_ask(struct api_guard *g, const struct http_peer *peer);
GString *api_public_json(const struct public_ticket *t);
/* api_public_follow.c */
gboolean api_is_public_follow(const char *method, const char *path, desk_id *id);
void api_public_follow(struct api *api, struct http_exchange *x, desk_id id);

#endif
