/* R-TICKET-3: handing a case to the second tier or to other departments, in one write: the note, the word to the
 * customer with its promise, the rungs, the clocks. */
#include "server/desk/ladder.h"

#include "wire/desk_settings.h"

#define REASON_MAX 500
#define TASK_MAX 500
#define PARTS_MAX 12

struct handing {
	const struct group *to;       /* leads, when there are parts */
	enum escalation_kind kind;
	desk_id note_id;
	int64_t acknowledge_by_ms;
};

static gboolean check_part(struct work *w, const struct escalation_part *p, guint i, GError **error)
{
	const struct group *g = words_group(w->words, p->group_id);
	g_autofree char *task = g_strdup_printf("parts[%u].task", i);

	if (!g)
		return desk_fail(error, DESK_INVALID, "parts[%u].group_id: there is no such group", i);
	if (g->tier == 1)
		return desk_fail(error, DESK_INVALID, "parts[%u].group_id: %s is first tier", i, g->name);
	if (p->due_ms && p->due_ms <= w->now)
		return desk_fail(error, DESK_INVALID, "parts[%u].due_ms isn't in the future", i);
	return text_check(task, p->task, TASK_MAX, FALSE, error);
}

static gboolean check_target(struct work *w, struct handing *h, GError **error)
{
	const struct change *c = w->change;
	const struct ticket *t = w->ticket;
	guint parts = c->parts ? c->parts->len : 0;

	if (parts > PARTS_MAX)
		return desk_fail(error, DESK_LIMIT, "parts: more than %d", PARTS_MAX);
	for (guint i = 0; i < parts; i++)
		if (!check_part(w, c->parts->pdata[i], i, error))
			return FALSE;
	h->to = words_group(w->words, !c->group_id && parts ? ((const struct escalation_part *)c->parts->pdata[0])->group_id :
	                                                      c->group_id);
	if (!h->to)
		return desk_fail(error, DESK_INVALID, "group_id: there is no such group");
	if (h->to->tier == 1)
		return desk_fail(error, DESK_INVALID, "group_id: %s is first tier; assign it instead", h->to->name);
	/* A plan with parts may be led by whoever has the case. */
	if (h->to->id == t->row.group_id && !parts)
		return desk_fail(error, DESK_INVALID, "group_id: #%" G_GINT64_FORMAT " is with %s already", t->row.id,
		                 h->to->name);
	h->kind = parts || h->to->tier == 0 ? ESCALATION_CROSS : ESCALATION_TIER2;
	return TRUE;
}

int64_t ladder_acknowledge_by(struct work *w, enum escalation_kind kind)
{
	gboolean cross = kind == ESCALATION_CROSS;
	g_autofree char *setting = desk_setting(w->conn, cross ? "cross_ack_minutes" : "escalation_ack_minutes");
	int64_t minutes = desk_setting_value(cross ? DESK_SETTING_ID_CROSS_ACK_MINUTES :
	                                     DESK_SETTING_ID_ESCALATION_ACK_MINUTES, setting);

	return minutes ? w->now + minutes * MS_MINUTE : 0;
}

/* What the customer hears goes while the case is still here: it is no answer of those it goes to. */
static gboolean tell_customer(struct work *w, const struct handing *h, GError **error)
{
	const struct change *c = w->change;
	gboolean written = c->reply && *c->reply;
	g_autofree char *when = NULL;
	int64_t target_ms;

	/* The desk's own words have a time in them. */
	if (written || c->on)
		return ladder_say(w, c->promise_ms || written ? c->promise_ms :
		                  ladder_promise(w->conn, w->words, w->ticket, h->to, w->now, &target_ms), error);
	if (!c->promise_ms)
		return TRUE;
	when = ladder_time(w->conn, c->promise_ms);
	return promise_check(w, c->promise_ms, w->now, error) && promise_start(w, c->promise_ms, error) &&
	       work_history(w, error, HISTORY_PROMISED, when);
}

int64_t ladder_remind_at(struct work *w, int64_t not_before_ms)
{
	g_autofree char *setting = desk_setting(w->conn, "part_remind_minutes");
	int64_t minutes = desk_setting_value(DESK_SETTING_ID_PART_REMIND_MINUTES, setting);

	return !minutes ? 0 : not_before_ms > w->now ? not_before_ms : w->now + minutes * MS_MINUTE;
}

/* Where it was until now: who passes it on has seen it; a hand-over that nobody took is void. */
static gboolean pass_on(struct work *w, GError **error)
{
	g_autoptr(GArray) groups = NULL;
	struct escalation_who who = ladder_who(w, &groups);
	struct escalation *r = escalation_current(w->ticket->ladder);

	if (!r || r->state != RUNG_WAITING)
		return TRUE;
	if (escalation_is_for(r, &who))
		return ladder_take(w, r, who.person_id, error);
	return ladder_set(w, r, RUNG_ENDED, error) && ladder_end_parts(w, r->id, error);
}

static gboolean add_parts(struct work *w, const struct handing *h, desk_id plan_id, const char *told, GError **error)
{
	const GPtrArray *parts = w->change->parts;

	for (guint i = 0; parts && i < parts->len; i++) {
		const struct escalation_part *p = parts->pdata[i];
		const struct group *g = words_group(w->words, p->group_id);
		const struct escalation r = {
			.kind = ESCALATION_CROSS, .parent_id = plan_id, .from_group_id = h->to->id, .to_group_id = p->group_id,
			.from_person_id = w->who->person_id, .by_id = w->who->person_id, .task = p->task, .note_id = h->note_id,
			.at_ms = w->now, .estimate_ms = p->due_ms,
			.acknowledge_by_ms = ladder_remind_at(w, 0),
		};

		if (!ladder_add(w, &r, error) || !work_history(w, error, HISTORY_PART, g->title ? g->title : g->name, p->task))
			return FALSE;
		if (p->group_id != h->to->id && !ladder_tell_group(w, p->group_id, h->note_id, told, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_rungs(struct work *w, const struct handing *h, GError **error)
{
	const struct change *c = w->change;
	const struct ticket_row *row = &w->ticket->row;
	const struct escalation plan = {
		.kind = h->kind, .from_group_id = row->group_id, .from_person_id = row->assignee_id, .to_group_id = h->to->id,
		.by_id = w->who->person_id, .reason = c->reason, .note_id = h->note_id, .at_ms = w->now,
		.acknowledge_by_ms = h->acknowledge_by_ms,
	};
	const char *title = h->to->title ? h->to->title : h->to->name;
	g_autofree char *told = g_strdup_printf(HISTORY_ESCALATED, title, c->reason);
	const struct escalation *r;

	if (!pass_on(w, error) || !(r = ladder_add(w, &plan, error)))
		return FALSE;
	return work_message(w, MESSAGE_SYSTEM, told, 0, error) != NULL && add_parts(w, h, r->id, told, error) &&
	       ladder_tell_group(w, h->to->id, h->note_id, told, error);
}

static gboolean hand_over(struct work *w, const struct handing *h, GError **error)
{
	struct ticket *t = w->ticket;

	w->on_ladder = TRUE;
	t->row.group_id = h->to->id;
	t->row.tier = 2;
	g_free(t->escalation_reason);
	t->escalation_reason = g_strdup(w->change->reason);
	work_assign(w, 0);
	/* The new group's claim is a new one; the old holder's work ends with the hand-over. */
	return work_fact(w, h->kind == ESCALATION_CROSS ? FACT_CROSS_ESCALATED : FACT_ESCALATED, 0, 0, error) &&
	       work_fact(w, FACT_RELEASED, 0, 0, error) && work_status(w, STATUS_OPEN, error);
}

gboolean change_escalate(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct handing h = {0};

	(void)out;
	if (!text_check("reason", c->reason, REASON_MAX, FALSE, error) || !check_target(w, &h, error))
		return FALSE;
	if (!status_is_active(w->ticket->row.status))
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: open it again first", w->ticket->row.id,
		                     status_name(w->ticket->row.status));
	h.acknowledge_by_ms = ladder_acknowledge_by(w, h.kind);
	return ladder_load(w->conn, w->words, w->ticket, error) && tell_customer(w, &h, error) &&
	       ladder_note(w, c->body, &h.note_id, error) && add_rungs(w, &h, error) && hand_over(w, &h, error);
}
