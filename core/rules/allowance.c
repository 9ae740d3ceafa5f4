/* Limits of compensation. */
#include "rules/allowance.h"

#include <string.h>

static gboolean within(int64_t limit, int64_t had, int64_t cents)
{
	return limit < 0 || (cents <= limit && had <= limit - cents);
}

gboolean allowance_covers(const struct allowance *a, int64_t on_ticket, int64_t today, int64_t cents)
{
	return within(a->per_ticket_cents, on_ticket, cents) && within(a->per_day_cents, today, cents);
}

static gboolean is_currency(const char *s)
{
	if (!s || strlen(s) != 3)
		return FALSE;
	for (; *s; s++)
		if (!g_ascii_isupper(*s))
			return FALSE;
	return TRUE;
}

gboolean allowance_check(const struct compensation *c, GError **error)
{
	if ((unsigned)c->kind >= COMPENSATION_COUNT)
		return desk_fail(error, DESK_INVALID, "compensation.kind: it is a coupon or a refund");
	if (c->amount_cents <= 0)
		return desk_fail(error, DESK_INVALID, "compensation.amount_cents: it must be more than nothing");
	if (c->amount_cents > ALLOWANCE_MAX_CENTS)
		return desk_fail(error, DESK_LIMIT, "compensation.amount_cents: that is more than any order costs");
	if (!is_currency(c->currency))
		return desk_fail(error, DESK_INVALID, "compensation.currency: three capital letters, like CNY");
	if (!c->reason || c->reason[strspn(c->reason, " \t\r\n")] == '\0')
		return desk_fail(error, DESK_INVALID, "compensation.reason: say what it is for");
	return TRUE;
}

gboolean allowance_may_decide(const struct compensation *c, desk_id person_id, GError **error)
{
	if (c->by_id == person_id)
		return desk_fail(error, DESK_FORBIDDEN, "somebody else must decide: you have asked for it yourself");
	if (c->state != DECISION_WAITING)
		return desk_fail(error, DESK_CONFLICT, "%s has decided already: %s",
		                 c->decided_name ? c->decided_name : "somebody", decision_name(c->state));
	return TRUE;
}
