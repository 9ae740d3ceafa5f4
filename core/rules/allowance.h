/* What somebody may give a customer as compensation without asking (R-TICKET-6). Pure. */
#ifndef RULES_ALLOWANCE_H
#define RULES_ALLOWANCE_H

#include "base/error.h"
#include "wire/model.h"

/* Of a role, for one kind and currency. 0 = nothing, -1 = without limit. */
struct allowance {
	int64_t per_ticket_cents, per_day_cents;
};

#define ALLOWANCE_MAX_CENTS INT64_C(1000000000000) /* of one compensation */

/* TRUE when `cents` may be given at once. on_ticket: approved for that ticket so far (of
 * the same kind and currency, by anybody); today: given today by the same person without
 * asking. */
gboolean allowance_covers(const struct allowance *a, int64_t on_ticket, int64_t today, int64_t cents);
/* What a compensation must be to be asked for: an amount, a currency of three capital
 * letters, a reason. The error names the member. */
gboolean allowance_check(const struct compensation *c, GError **error);
/* TRUE when that person may decide on it: it waits, and somebody else asked. The error
 * says why not. */
gboolean allowance_may_decide(const struct compensation *c, desk_id person_id, GError **error);

#endif
