/* The follow-up's rules. */
#include "rules/follow_up.h"

#include <string.h>
#include "base/text.h"

gboolean follow_up_is_open(const struct follow_up *f)
{
	return f && (f->state == FOLLOW_UP_WAITING || f->state == FOLLOW_UP_DUE || f->state == FOLLOW_UP_ASKED);
}

gboolean follow_up_is_closed(const struct follow_up *f)
{
	return f && (f->state == FOLLOW_UP_ANSWERED || f->state == FOLLOW_UP_UNANSWERED || f->state == FOLLOW_UP_SKIPPED);
}

gboolean follow_up_wants_answer(const struct follow_up *f)
{
	return f->solved == 1 && ((f->improve && *f->improve) || (f->speed > 0 && f->speed <= FOLLOW_UP_POOR_SPEED));
}

gboolean follow_up_speaks(enum channel channel)
{
	return channel != CHANNEL_PHONE && channel != CHANNEL_WALK_IN;
}

/* A round that is over, of this very solution. */
static gboolean is_done_with(const struct follow_up *f, const struct follow_up_ticket *t)
{
	return follow_up_is_closed(f) && t->round_ms && t->round_ms == t->resolved_ms;
}

static enum follow_up_turn when_resolved(const struct follow_up *f, const struct follow_up_ticket *t)
{
	if (!t->after_sales)
		return follow_up_is_open(f) ? FOLLOW_UP_ENDS : FOLLOW_UP_STAYS;
	if (is_done_with(f, t))
		return FOLLOW_UP_STAYS;
	return follow_up_is_open(f) && t->round_ms == t->resolved_ms ? FOLLOW_UP_STAYS : FOLLOW_UP_BEGINS;
}

static enum follow_up_turn when_due(const struct follow_up *f, const struct follow_up_ticket *t)
{
	if (f && f->state == FOLLOW_UP_WAITING)
		return FOLLOW_UP_FALLS;
	return follow_up_is_open(f) || is_done_with(f, t) ? FOLLOW_UP_STAYS : FOLLOW_UP_BEGINS;
}

enum follow_up_turn follow_up_turn_of(const struct follow_up *f, const struct follow_up_ticket *t)
{
	switch (t->status) {
	case STATUS_RESOLVED:
		return when_resolved(f, t);
	case STATUS_FOLLOW_UP_DUE:
		return when_due(f, t);
	case STATUS_ARCHIVED:
	case STATUS_MERGED:
	case STATUS_SPAM:
		return follow_up_is_open(f) ? FOLLOW_UP_ENDS : FOLLOW_UP_STAYS;
	default:
		break;
	}
	/* The customer may answer in words of his own, which open the ticket: the question stands. */
	if (f && f->state == FOLLOW_UP_ASKED)
		return FOLLOW_UP_RESTS;
	if (follow_up_is_open(f))
		return FOLLOW_UP_ENDS;
	return f && t->round_ms ? FOLLOW_UP_PASSES : FOLLOW_UP_STAYS;
}

enum follow_up_act follow_up_act_of(const struct follow_up *f, enum ticket_status status)
{
	if (status == STATUS_RESOLVED && f->state == FOLLOW_UP_WAITING)
		return FOLLOW_UP_FALL_DUE;
	if ((status != STATUS_FOLLOW_UP_DUE && status != STATUS_RESOLVED) || f->state != FOLLOW_UP_ASKED)
		return FOLLOW_UP_NOTHING;
	return f->asked < FOLLOW_UP_ASKS ? FOLLOW_UP_ASK_AGAIN : FOLLOW_UP_GIVE_UP;
}

gboolean follow_up_check(const struct follow_up *answers, GError **error)
{
	const char *improve = answers->improve ? answers->improve : "";

	if (answers->solved != 0 && answers->solved != 1)
		return desk_fail(error, DESK_INVALID, "solved: say whether the problem is solved");
	if (answers->speed < 0 || answers->speed > 5)
		return desk_fail(error, DESK_INVALID, "speed must be 1 to 5, or 0 when it wasn't said");
	if (strlen(improve) > FOLLOW_UP_IMPROVE_MAX)
		return desk_fail(error, DESK_LIMIT, "improve is longer than %d bytes", FOLLOW_UP_IMPROVE_MAX);
	if (!text_storable(improve, strlen(improve)))
		return desk_fail(error, DESK_INVALID, "improve isn't valid UTF-8");
	return TRUE;
}
