/* Talking: replies, notes, taking back. Notes never leave the desk: nothing here
 * or elsewhere gives a NOTE to a channel. */
#include "server/desk/inside.h"

#define UNDO_MAIL_MS (15 * MS_SECOND)
#define UNDO_MAX_MS (10 * MS_MINUTE)

static gboolean closed_to_talk(struct work *w, GError **error)
{
	enum ticket_status s = w->ticket->row.status;

	if (s == STATUS_ARCHIVED || s == STATUS_MERGED || s == STATUS_SPAM) {
		desk_fail(error, DESK_INVALID, "#%" G_GINT64_FORMAT " is %s: open it again first",
		          w->ticket->row.id, status_name(s));
		return TRUE;
	}
	return FALSE;
}

/* A reply that has reached the customer. */
gboolean talk_public_reply_facts(struct work *w, GError **error)
{
	w->ticket->row.waiting = FALSE;
	if (!work_fact(w, FACT_PUBLIC_REPLY, 0, 0, error))
		return FALSE;
	if (w->ticket->row.tier < 2)
		return TRUE;
	/* What an escalated case waits for is an answer of those it went to, and of
	 * another department a plan; telling the customer is both. */
	return work_fact(w, FACT_TIER2_ANSWER, 0, 0, error) && work_fact(w, FACT_PLAN_SENT, 0, 0, error);
}

gboolean talk_delivered(struct work *w, struct message *m, GError **error)
{
	m->delivery = DELIVERY_DONE;
	m->send_at_ms = 0;
	return DB_RUN(w->conn, STMT_MESSAGE_DELIVERY, NULL, NULL, error, DB_I(m->id), DB_I(m->delivery), DB_I(0)) &&
	       talk_public_reply_facts(w, error);
}

gboolean change_reply(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket_row *row = &w->ticket->row;
	int64_t delay = c->send_delay_ms;
	struct message *m;

	(void)out;
	if (!text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error) || closed_to_talk(w, error))
		return FALSE;
	if (delay > UNDO_MAX_MS)
		return desk_fail(error, DESK_INVALID, "send_delay_ms is more than ten minutes");
	if (c->answers_id > 0 && w->newest_customer > c->answers_id)
		return work_conflict(w, error, "%s has written again: read it first", row->customer_name);
	if (delay < 0)
		delay = row->channel == CHANNEL_EMAIL ? UNDO_MAIL_MS : 0;
	if (!row->assignee_id && w->who->person_id) {
		work_assign(w, w->who->person_id);
		if (!work_fact(w, FACT_CLAIMED, 0, 0, error))
			return FALSE;
	}
	if (row->status == STATUS_NEW && !work_status(w, STATUS_OPEN, error))
		return FALSE;
	m = work_message(w, MESSAGE_REPLY, c->body, w->now + delay, error);
	if (!m)
		return FALSE;
	w->message_id = m->id;
	return m->delivery == DELIVERY_WAITING || talk_public_reply_facts(w, error);
}

gboolean change_note(struct work *w, struct answer *out, GError **error)
{
	struct message *m;

	(void)out;
	if (!text_check("body", w->change->body, WIRE_MAX_MESSAGE, TRUE, error))
		return FALSE;
	m = work_message(w, MESSAGE_NOTE, w->change->body, 0, error);
	if (!m)
		return FALSE;
	w->message_id = m->id;
	return TRUE;
}

static gboolean one_message_fn(const struct db_row *row, void *arg)
{
	*(struct message **)arg = row_message(row);
	return FALSE;
}

gboolean change_recall(struct work *w, struct answer *out, GError **error)
{
	struct message *m = NULL;

	(void)out;
	if (!DB_RUN(w->conn, STMT_MESSAGE, one_message_fn, &m, error, DB_I(w->change->message_id)))
		return FALSE;
	if (!m)
		return desk_fail(error, DESK_NOTFOUND, "there is no message %" G_GINT64_FORMAT, w->change->message_id);
	if (!work_load(w, m->ticket_id, error)) {
		message_free(m);
		return FALSE;
	}
	/* Once more under the ticket's lock: the scheduler may just have sent it. */
	g_clear_pointer(&m, message_free);
	if (!DB_RUN(w->conn, STMT_MESSAGE, one_message_fn, &m, error, DB_I(w->change->message_id)) || !m)
		return FALSE;
	g_ptr_array_add(w->messages, m);
	w->message_id = m->id;
	if (m->author_id != w->who->person_id && !actor_leads(w->who))
		return desk_fail(error, DESK_FORBIDDEN, "only %s can take this reply back",
		                 m->author_name ? m->author_name : "its author");
	if (m->delivery == DELIVERY_RECALLED)
		return TRUE;
	if (m->delivery != DELIVERY_WAITING)
		return work_conflict(w, error, "the reply has already been sent");
	m->delivery = DELIVERY_RECALLED;
	m->send_at_ms = 0;
	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_MESSAGE_DELIVERY, NULL, NULL, error, DB_I(m->id), DB_I(m->delivery), DB_I(0));
}
