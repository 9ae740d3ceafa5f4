/* The table of transitions. */
#include "rules/status.h"

#define BIT(s) (1u << STATUS_##s)
#define WORK (BIT(OPEN) | BIT(PENDING_CUSTOMER) | BIT(PENDING_INTERNAL) | BIT(ON_HOLD))
#define DONE (BIT(RESOLVED) | BIT(FOLLOW_UP_DUE))
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const unsigned follows[STATUS_COUNT] = {
	[STATUS_NEW] = WORK | DONE | BIT(SPAM),
	[STATUS_OPEN] = WORK | DONE | BIT(SPAM),
	[STATUS_PENDING_CUSTOMER] = WORK | DONE | BIT(SPAM),
	[STATUS_PENDING_INTERNAL] = WORK | DONE | BIT(SPAM),
	[STATUS_ON_HOLD] = WORK | DONE | BIT(SPAM),
	[STATUS_RESOLVED] = WORK | DONE | BIT(ARCHIVED) | BIT(SPAM),
	[STATUS_FOLLOW_UP_DUE] = WORK | DONE | BIT(ARCHIVED) | BIT(SPAM),
	[STATUS_ARCHIVED] = BIT(OPEN),
	[STATUS_MERGED] = 0,
	[STATUS_SPAM] = BIT(OPEN) | BIT(ARCHIVED), /* open: it wasn't spam */
};

unsigned status_followers(enum ticket_status from)
{
	return (unsigned)from < STATUS_COUNT ? follows[from] & ~(1u << from) : 0;
}

gboolean status_may_follow(enum ticket_status from, enum ticket_status to)
{
	if ((unsigned)from >= STATUS_COUNT || (unsigned)to >= STATUS_COUNT || to == STATUS_NEW ||
	    to == STATUS_MERGED)
		return FALSE;
	return from == to || (follows[from] & (1u << to)) != 0;
}

gboolean status_reopens(enum ticket_status from, enum ticket_status to)
{
	return !status_is_active(from) && status_is_active(to);
}

gboolean status_customer_reopens(enum ticket_status status, int64_t resolved_ms, int64_t now_ms, int days)
{
	if (status != STATUS_RESOLVED && status != STATUS_FOLLOW_UP_DUE)
		return FALSE;
	return days < 0 || (days > 0 && (!resolved_ms || now_ms - resolved_ms <= days * DAY_MS));
}

gboolean message_may_leave(enum message_kind kind)
{
	return kind == MESSAGE_REPLY || kind == MESSAGE_FORWARD || kind == MESSAGE_PROGRESS;
}
