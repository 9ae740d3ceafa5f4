/* What is done to a rung: acknowledged, given a new estimate, answered, given back. */
#include "server/desk/ladder.h"

#include "rules/mentions.h"

#define REASON_MAX 500
#define ANSWER_MAX 2000 /* bytes kept in the rung; the note has it all */

/* The rung that the change names, if the actor may do that to it. */
static struct escalation *rung_for(struct work *w, enum escalation_act act, GError **error)
{
	g_autoptr(GArray) groups = NULL;
	struct escalation_who who = ladder_who(w, &groups);
	struct escalation *r;

	if (!ladder_load(w->conn, w->words, w->ticket, error))
		return NULL;
	w->on_ladder = TRUE;
	r = w->change->item_id ? escalation_of(w->ticket->ladder, w->change->item_id) :
	                         escalation_for(w->ticket->ladder, act, &who);
	if (!r) {
		desk_fail(error, DESK_NOTFOUND, w->change->item_id ?
		          "#%" G_GINT64_FORMAT " has no such step on its ladder" :
		          N_("nothing on the ladder of #%" G_GINT64_FORMAT " is yours to do that with"), w->ticket->row.id);
		return NULL;
	}
	if (escalation_may(r, act, &who) || (act == ESCALATION_GIVE_BACK && escalation_may(r, ESCALATION_WITHDRAW, &who)))
		return r;
	if (act == ESCALATION_ACKNOWLEDGE && r->state == RUNG_ACKNOWLEDGED)
		work_conflict(w, error, "%s has acknowledged it already", r->taken_name ? r->taken_name : _("somebody else"));
	else if (escalation_is_open(r))
		desk_fail(error, DESK_FORBIDDEN, "that is for %s", ladder_target_name(w->words, r));
	else
		work_conflict(w, error, "this step of #%" G_GINT64_FORMAT " is %s already", w->ticket->row.id,
		              escalation_state_name(r->state));
	return NULL;
}

/* Who does something with a rung has seen it. */
static gboolean seen(struct work *w, struct escalation *r, GError **error)
{
	g_autoptr(GArray) groups = NULL;
	struct escalation_who who = ladder_who(w, &groups);

	return r->state != RUNG_WAITING || !escalation_is_for(r, &who) || ladder_take(w, r, who.person_id, error);
}

static const char *my_name(const struct work *w)
{
	return w->who->display ? w->who->display : "the desk";
}

/* ---- acknowledge */
static gboolean take_over(struct work *w, const struct escalation *r, GError **error)
{
	struct ticket_row *row = &w->ticket->row;

	/* A part of a plan and a question are done beside the case. */
	if (r->kind == ESCALATION_CONSULT || r->parent_id || !w->who->person_id)
		return TRUE;
	if (row->assignee_id && r->kind != ESCALATION_TRANSFER)
		return TRUE;
	work_assign(w, w->who->person_id);
	return work_fact(w, FACT_CLAIMED, 0, 0, error) &&
	       (row->status != STATUS_NEW || work_status(w, STATUS_OPEN, error));
}

gboolean change_acknowledge(struct work *w, struct answer *out, GError **error)
{
	struct escalation *r = rung_for(w, ESCALATION_ACKNOWLEDGE, error);

	(void)out;
	if (!r || !ladder_take(w, r, w->who->person_id, error) || !take_over(w, r, error))
		return FALSE;
	if (r->kind == ESCALATION_TRANSFER)
		return ladder_line(w, ladder_asker(r), error, HISTORY_TRANSFER_TAKEN, my_name(w));
	return ladder_line(w, ladder_asker(r), error, HISTORY_ACKNOWLEDGED, ladder_target_name(w->words, r), my_name(w));
}

/* ---- needs longer */
/* The customer hears it in writing, save where somebody says it. */
static gboolean tell_estimate(struct work *w, const struct escalation *r, GError **error)
{
	const struct change *c = w->change;
	enum channel channel = w->ticket->row.channel;

	if (c->reply && *c->reply)
		return ladder_say(w, c->promise_ms, error);
	if (r->parent_id)
		return TRUE;
	if (c->on && channel != CHANNEL_PHONE && channel != CHANNEL_WALK_IN)
		return ladder_say(w, c->promise_ms, error);
	if (channel != CHANNEL_PHONE && channel != CHANNEL_WALK_IN)
		return desk_fail(error, DESK_INVALID, "reply is empty: the customer has to hear of the new time, too");
	return promise_start(w, c->promise_ms, error);
}

gboolean change_estimate(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct escalation *r = rung_for(w, ESCALATION_ESTIMATE, error);
	g_autofree char *when = ladder_time(w->conn, c->promise_ms);

	(void)out;
	if (!r || !promise_check(w, c->promise_ms, w->now, error) || !text_check("reason", c->reason, REASON_MAX, FALSE, error) ||
	    !seen(w, r, error) || !take_over(w, r, error) || !tell_estimate(w, r, error))
		return FALSE;
	r->estimate_ms = c->promise_ms;
	if (r->parent_id)
		r->acknowledge_by_ms = ladder_remind_at(w, r->estimate_ms);
	if (!r->parent_id &&
	    !work_fact(w, r->kind == ESCALATION_CROSS ? FACT_PLAN_SENT : FACT_TIER2_ANSWER, 0, c->promise_ms, error))
		return FALSE;
	return ladder_save(w, r, error) &&
	       ladder_line(w, ladder_asker(r), error, HISTORY_ESTIMATED, ladder_target_name(w->words, r), when, c->reason);
}

/* ---- answer */
static char *open_parts(const struct work *w, desk_id plan_id)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < w->ticket->ladder->len; i++) {
		const struct escalation *r = w->ticket->ladder->pdata[i];

		if (r->parent_id == plan_id && escalation_is_open(r))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", ladder_target_name(w->words, r));
	}
	return g_string_free(names, FALSE);
}

static char *plan_answer(const struct work *w, desk_id plan_id)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < w->ticket->ladder->len; i++) {
		const struct escalation *r = w->ticket->ladder->pdata[i];

		if (r->parent_id == plan_id && r->state == RUNG_ANSWERED)
			g_string_append_printf(all, "%s%s: %s", all->len ? "\n" : "", ladder_target_name(w->words, r),
			                       r->answer ? r->answer : "-");
	}
	return g_string_free(all, FALSE);
}

/* The last part is done: the plan goes to who asked, to be told to the customer. */
static gboolean plan_complete(struct work *w, desk_id plan_id, GError **error)
{
	struct escalation *plan = escalation_of(w->ticket->ladder, plan_id);
	guint open, answered;

	escalation_parts(w->ticket->ladder, plan_id, &open, &answered);
	if (!plan || !escalation_is_open(plan) || open || !answered)
		return TRUE;
	g_free(plan->answer);
	plan->answer = plan_answer(w, plan_id);
	return ladder_set(w, plan, RUNG_ANSWERED, error) && ladder_give_back(w, plan, error) &&
	       ladder_line(w, ladder_asker(plan), error, HISTORY_PLAN_COMPLETE);
}

gboolean change_escalation_answer(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct escalation *r = rung_for(w, ESCALATION_ANSWER_IT, error);
	desk_id note_id;
	guint open;

	(void)out;
	if (!r || !text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error))
		return FALSE;
	escalation_parts(w->ticket->ladder, r->id, &open, NULL);
	if (open) {
		g_autofree char *names = open_parts(w, r->id);

		return work_conflict(w, error, "the plan still waits for its parts: %s", names);
	}
	if (!seen(w, r, error) || !ladder_note(w, c->body, &note_id, error))
		return FALSE;
	g_free(r->answer);
	r->answer = mention_excerpt(c->body, ANSWER_MAX);
	if (!ladder_set(w, r, RUNG_ANSWERED, error) ||
	    !ladder_line(w, ladder_asker(r), error, HISTORY_LADDER_ANSWERED, ladder_target_name(w->words, r)))
		return FALSE;
	if (r->parent_id)
		return plan_complete(w, r->parent_id, error);
	if (r->kind == ESCALATION_CONSULT)
		return TRUE;
	/* Of a plan the customer must hear; a solution is one when those who asked have it. */
	return (r->kind == ESCALATION_CROSS || work_fact(w, FACT_TIER2_ANSWER, 0, 0, error)) && ladder_give_back(w, r, error);
}

/* ---- return */
static gboolean take_back(struct work *w, struct escalation *r, GError **error)
{
	const struct change *c = w->change;
	gboolean root = escalation_is_root(r);

	if (!ladder_set(w, r, RUNG_ENDED, error) || (root && (!work_fact(w, FACT_RETURNED, 0, 0, error) || !ladder_give_back(w, r, error))))
		return FALSE;
	if (r->parent_id && !plan_complete(w, r->parent_id, error))
		return FALSE;
	return ladder_line(w, r->to_person_id ? r->to_person_id : r->taken_id, error, HISTORY_TAKEN_BACK,
	                   ladder_target_name(w->words, r), c->reason);
}

gboolean change_return(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct escalation *r = rung_for(w, ESCALATION_GIVE_BACK, error);
	g_autoptr(GArray) groups = NULL;
	struct escalation_who who = ladder_who(w, &groups);
	desk_id note_id;

	(void)out;
	if (!r || !text_check("reason", c->reason, REASON_MAX, FALSE, error) || !ladder_note(w, c->body, &note_id, error))
		return FALSE;
	if (!escalation_is_for(r, &who) && escalation_may(r, ESCALATION_WITHDRAW, &who))
		return take_back(w, r, error);
	if (!ladder_set(w, r, RUNG_RETURNED, error))
		return FALSE;
	if (escalation_is_root(r) && (!work_fact(w, FACT_RETURNED, 0, 0, error) || !ladder_give_back(w, r, error)))
		return FALSE;
	if (r->kind == ESCALATION_TRANSFER)
		return ladder_line(w, ladder_asker(r), error, HISTORY_TRANSFER_DECLINED, ladder_target_name(w->words, r), c->reason);
	return ladder_line(w, ladder_asker(r), error, HISTORY_RETURNED, ladder_target_name(w->words, r), c->reason) &&
	       (!r->parent_id || plan_complete(w, r->parent_id, error));
}
