/* Help without handing the case over: a question to a person or a group, a warm transfer, and the word that
 * this can't be solved here. */
#include "server/desk/ladder.h"

#include "rules/mentions.h"

#define TASK_MAX 300
#define REASON_MAX 500

static gboolean must_be_active(struct work *w, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;

	return status_is_active(row->status) ||
	       work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: open it again first", row->id, status_name(row->status));
}

static const struct person *handler(struct work *w, desk_id id, GError **error)
{
	const struct person *p = words_person(w->words, id);

	if (!p || !p->active || p->role < ROLE_AGENT)
		desk_fail(error, DESK_INVALID, "person_id: nobody of that number handles tickets");
	else if (p->id == w->who->person_id)
		desk_fail(error, DESK_INVALID, "person_id: that is you");
	else
		return p;
	return NULL;
}

/* ---- consult */
gboolean change_consult(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct person *p = NULL;
	const struct group *g = c->group_id ? words_group(w->words, c->group_id) : NULL;
	g_autofree char *told = NULL, *task = c->body ? mention_excerpt(c->body, TASK_MAX) : NULL;
	struct escalation r = {
		.kind = ESCALATION_CONSULT, .from_group_id = w->ticket->row.group_id, .from_person_id = w->who->person_id,
		.to_group_id = c->group_id, .to_person_id = c->person_id, .by_id = w->who->person_id, .task = task,
		.at_ms = w->now, .acknowledge_by_ms = ladder_remind_at(w, 0),
	};

	(void)out;
	if (!c->person_id == !c->group_id)
		return desk_fail(error, DESK_INVALID, "ask a person or a group: one of person_id and group_id");
	if ((c->person_id && !(p = handler(w, c->person_id, error))) || !must_be_active(w, error))
		return FALSE;
	if (c->group_id && !g)
		return desk_fail(error, DESK_INVALID, "group_id: there is no such group");
	if (!text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error) ||
	    !ladder_load(w->conn, w->words, w->ticket, error) || !ladder_note(w, c->body, &r.note_id, error) ||
	    !ladder_add(w, &r, error))
		return FALSE;
	told = g_strdup_printf(HISTORY_CONSULTED, ladder_target_name(w->words, &r), task);
	if (p)
		return ladder_line(w, p->id, error, "%s", told);
	return ladder_line(w, 0, error, "%s", told) && ladder_tell_group(w, g->id, r.note_id, told, error);
}

/* ---- warm transfer */
static gboolean offered_already(struct work *w, GError **error)
{
	for (guint i = 0; w->ticket->ladder && i < w->ticket->ladder->len; i++) {
		const struct escalation *r = w->ticket->ladder->pdata[i];

		if (r->kind == ESCALATION_TRANSFER && escalation_is_open(r))
			return !work_conflict(w, error, "#%" G_GINT64_FORMAT " is offered to %s already", w->ticket->row.id,
			                      ladder_target_name(w->words, r));
	}
	return FALSE;
}

gboolean change_transfer(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct ticket_row *row = &w->ticket->row;
	const struct person *p = handler(w, c->person_id, error);
	struct escalation r = {
		.kind = ESCALATION_TRANSFER, .from_group_id = row->group_id,
		.from_person_id = row->assignee_id ? row->assignee_id : w->who->person_id, .to_person_id = c->person_id,
		.by_id = w->who->person_id, .at_ms = w->now,
	};

	(void)out;
	if (!p || !must_be_active(w, error))
		return FALSE;
	if (row->assignee_id && row->assignee_id != w->who->person_id && !actor_leads(w->who))
		return work_conflict(w, error, "%s has #%" G_GINT64_FORMAT,
		                     row->assignee_name ? row->assignee_name : _("somebody else"), row->id);
	if (row->assignee_id == p->id)
		return work_conflict(w, error, "%s has #%" G_GINT64_FORMAT, p->display, row->id);
	if (!ladder_load(w->conn, w->words, w->ticket, error) || offered_already(w, error) ||
	    !ladder_note(w, c->body, &r.note_id, error))
		return FALSE;
	r.acknowledge_by_ms = ladder_acknowledge_by(w, ESCALATION_TRANSFER);
	return ladder_add(w, &r, error) && ladder_line(w, p->id, error, HISTORY_TRANSFER_OFFERED, p->display);
}

/* ---- "can't solve" */
gboolean change_cant_solve(struct work *w, struct answer *out, GError **error)
{
	const char *reason = w->change->reason;

	(void)out;
	if ((reason && *reason && !text_check("reason", reason, REASON_MAX, FALSE, error)) || !must_be_active(w, error) ||
	    !work_fact(w, FACT_CANT_SOLVE, 0, 0, error))
		return FALSE;
	return reason && *reason ? work_history(w, error, HISTORY_CANT_SOLVE, reason) :
	                           work_history(w, error, HISTORY_CANT_SOLVE_BARE);
}
