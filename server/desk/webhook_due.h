/* What webhooks have to send, for whoever sends it. Any thread. */
#ifndef DESK_WEBHOOK_DUE_H
#define DESK_WEBHOOK_DUE_H

#include "server/desk/desk.h"

struct delivery_due {
	desk_id id;
	char *delivery, *webhook, *event, *body, *url, *secret;
	int tries;              /* with this one */
};
void delivery_due_free(gpointer due);
/* Takes what is due, at most `most` (struct delivery_due, owned by the caller), for this server alone for a
 * minute: who doesn't say what came of it leaves it to whoever is next. *next_ms: when again, INT64_MAX never. */
gboolean desk_deliveries_take(struct desk *d, int most, GPtrArray *out, int64_t *next_ms, GError **error);
/* What came of it: status 200 to 299 is accepted; else it is tried again (webhook_wait), unless `final`. */
gboolean desk_delivery_done(struct desk *d, desk_id id, int tries, int status, const char *error_text, gboolean final,
                            GError **error);
char *desk_webhook_secret(const struct desk *d, const char *name, int number); /* hex; g_free */
char *desk_webhook_allow(struct desk *d); /* the setting; NULL unset; g_free */

#endif
