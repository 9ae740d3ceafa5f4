/* R-TICKET-3: handing a case to the second tier or to another department. */
#include "server/desk/inside.h"

#define REASON_MAX 500

gboolean change_escalate(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket *t = w->ticket;
	const struct group *to = words_group(w->words, c->group_id);
	struct message *note;

	(void)out;
	if (!text_check("reason", c->reason, REASON_MAX, FALSE, error))
		return FALSE;
	if (!to)
		return desk_fail(error, DESK_INVALID, "group_id: there is no such group");
	if (to->tier == 1)
		return desk_fail(error, DESK_INVALID, "group_id: %s is first tier; assign it instead", to->name);
	if (to->id == t->row.group_id)
		return desk_fail(error, DESK_INVALID, "group_id: #%" G_GINT64_FORMAT " is with %s already",
		                 t->row.id, to->name);
	if (!status_is_active(t->row.status))
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: open it again first", t->row.id,
		                     status_name(t->row.status));
	if (c->body && *c->body) {
		if (!text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error))
			return FALSE;
		note = work_message(w, MESSAGE_NOTE, c->body, 0, error);
		if (!note)
			return FALSE;
		w->message_id = note->id;
		if (!notice_mentions(w, note, error))
			return FALSE;
	}
	t->row.group_id = to->id;
	t->row.tier = 2;
	g_free(t->escalation_reason);
	t->escalation_reason = g_strdup(c->reason);
	work_assign(w, 0);
	/* The new group's claim is a new one; the old holder's work ends with the hand-over. */
	return work_fact(w, to->tier == 0 ? FACT_CROSS_ESCALATED : FACT_ESCALATED, 0, 0, error) &&
	       work_fact(w, FACT_RELEASED, 0, 0, error) && work_status(w, STATUS_OPEN, error) &&
	       work_history(w, error, HISTORY_ESCALATED, to->title, c->reason);
}
