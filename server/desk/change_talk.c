/* Talking: replies, notes, taking back. Notes never leave the desk: nothing here
 * or elsewhere gives a NOTE to a channel. */
#include "server/desk/follow_up.h"

#include <string.h>
#include "rules/fill.h"
#include "rules/limits.h"
#include "rules/promise.h"
#include "rules/status.h"
#include "server/desk/ladder.h"
#include "server/desk/talk.h"

#define UNDO_MAIL_MS (15 * MS_SECOND)
#define UNDO_MAX_MS (10 * MS_MINUTE)
#define LATER_MAX_DAYS 60

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

/* A reply that has reached the customer; to the ladder it may be the answer that was waited for. */
gboolean talk_public_reply_facts(struct work *w, const struct message *m, GError **error)
{
	const struct person *author = m ? words_person(w->words, m->author_id) : NULL;
	const struct escalation_who who = {m ? m->author_id : 0, author ? author->groups : NULL, FALSE};
	int64_t until = 0;
	unsigned met;

	w->ticket->row.waiting = FALSE;
	if (!work_fact(w, FACT_PUBLIC_REPLY, 0, 0, error) || !follow_up_answered_feedback(w, error))
		return FALSE;
	if (!m)
		return TRUE;
	if (!w->ticket->ladder && !ladder_load(w->conn, w->words, w->ticket, error))
		return FALSE;
	met = escalation_met_by_reply(w->ticket->ladder, w->ticket->row.tier, &who, m->at_ms);
	/* As long as it isn't answered, a reply with a promise is a new estimate, not the answer. */
	if (met && escalation_current(w->ticket->ladder) &&
	    !DB_RUN(w->conn, STMT_MESSAGE_PROMISE, row_int_fn, &until, error, DB_I(m->id)))
		return FALSE;
	return (!(met & ESCALATION_MEETS_TIER2) || work_fact(w, FACT_TIER2_ANSWER, 0, until, error)) &&
	       (!(met & ESCALATION_MEETS_PLAN) || work_fact(w, FACT_PLAN_SENT, 0, until, error));
}

gboolean talk_may_leave(const struct message *m, GError **error)
{
	if (message_may_leave(m->kind))
		return TRUE;
	return desk_fail(error, DESK_FORBIDDEN, "message %" G_GINT64_FORMAT " is a %s and doesn't leave the desk", m->id,
	                 message_kind_name(m->kind));
}

gboolean talk_delivered(struct work *w, struct message *m, GError **error)
{
	if (!talk_may_leave(m, error))
		return FALSE;
	m->delivery = DELIVERY_DONE;
	m->send_at_ms = 0;
	return DB_RUN(w->conn, STMT_MESSAGE_DELIVERY, NULL, NULL, error, DB_I(m->id), DB_I(m->delivery), DB_I(0)) &&
	       talk_public_reply_facts(w, m, error) && promise_of_message(w, m->id, error);
}

/* When the reply leaves; what is over goes at once (it may have waited offline). */
static gboolean time_to_send(const struct work *w, int64_t *at_ms, GError **error)
{
	const struct change *c = w->change;
	int64_t delay = c->kind == CHANGE_REPLY ? c->send_delay_ms : -1;

	if (c->send_at_ms > w->now + LATER_MAX_DAYS * MS_DAY)
		return desk_fail(error, DESK_INVALID, "send_at_ms is more than %d days ahead", LATER_MAX_DAYS);
	if (delay > UNDO_MAX_MS)
		return desk_fail(error, DESK_INVALID, "send_delay_ms is more than ten minutes");
	if (delay < 0)
		delay = w->ticket->row.channel == CHANNEL_EMAIL ? UNDO_MAIL_MS : 0;
	*at_ms = c->send_at_ms > 0 ? MAX(c->send_at_ms, w->now) : w->now + delay;
	return TRUE;
}

static gboolean fits_channel(struct work *w, const char *body, GError **error)
{
	g_autofree char *setting = desk_setting(w->conn, "message_limits");
	struct limits limits;

	if (!limits_parse(&limits, setting, NULL)) /* one that was refused can't be here: then none holds */
		return TRUE;
	return limits_check(&limits, w->ticket->row.channel, body, error);
}

struct message *talk_tell(struct work *w, const char *body, GError **error)
{
	struct message *m;

	if (!text_check("body", body, WIRE_MAX_MESSAGE, TRUE, error) || closed_to_talk(w, error) ||
	    !fits_channel(w, body, error) || !(m = work_message(w, MESSAGE_REPLY, body, 0, error)) ||
	    !talk_may_leave(m, error))
		return NULL;
	if (w->ticket->row.status == STATUS_NEW && !work_status(w, STATUS_OPEN, error))
		return NULL;
	return talk_public_reply_facts(w, m, error) ? m : NULL;
}

/* The message and what hangs on it; *m is the work's. */
static gboolean put_reply(struct work *w, const char *body, int64_t at_ms, struct message **m, GError **error)
{
	struct ticket_row *row = &w->ticket->row;

	if (!row->assignee_id && w->who->person_id) {
		work_assign(w, w->who->person_id);
		if (!work_fact(w, FACT_CLAIMED, 0, 0, error))
			return FALSE;
	}
	if (row->status == STATUS_NEW && !work_status(w, STATUS_OPEN, error))
		return FALSE;
	*m = work_message(w, MESSAGE_REPLY, body, at_ms, error);
	if (!*m || !talk_may_leave(*m, error))
		return FALSE;
	w->message_id = (*m)->id;
	return TRUE;
}

/* Its promise, and what it means when it leaves now. */
static gboolean promise_and_facts(struct work *w, struct message *m, int64_t promise_ms, GError **error)
{
	gboolean waits = m->delivery == DELIVERY_WAITING;

	if (promise_ms && (!promise_check(w, promise_ms, waits ? m->send_at_ms : w->now, error) ||
	                   !promise_keep(w, m->id, promise_ms, error)))
		return FALSE;
	/* The reply first: what it promises is not kept by it. */
	return waits || (talk_public_reply_facts(w, m, error) && (!promise_ms || promise_start(w, promise_ms, error)));
}

gboolean change_reply(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	int64_t at_ms;
	struct message *m;
	g_autofree char *to = NULL, *cc = NULL;

	(void)out;
	if (!text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error) || closed_to_talk(w, error) ||
	    !addresses_of_change(c, FALSE, &to, &cc, error) || !time_to_send(w, &at_ms, error) ||
	    !fits_channel(w, c->body, error))
		return FALSE;
	/* Who wrote before a merge has read that ticket, not the one it went into. */
	if (c->answers_id > 0 && (w->followed_id ? w->followed_newest : w->newest_customer) > c->answers_id)
		return work_conflict(w, error, "%s has written again: read it first", w->ticket->row.customer_name);
	if (!put_reply(w, c->body, at_ms, &m, error))
		return FALSE;
	m->to = g_steal_pointer(&to);
	m->cc = g_steal_pointer(&cc);
	return attached_link(w, m, c->attachment_ids, error) && message_put_extras(w, m, error) &&
	       draft_was_sent(w, MESSAGE_REPLY, c->body, error) && follow_up_reply(w, m, c->template_ids, error) &&
	       promise_and_facts(w, m, c->promise_ms, error);
}

/* {promised} in the customer's words; g_free. */
static char *with_promise(struct work *w, const char *body, int64_t promise_ms, GError **error)
{
	struct customer *customer;
	struct fill_var var = {"promised", NULL};
	g_autofree char *words = NULL, *zone = desk_setting(w->conn, "zone");
	char *text;

	if (!strstr(body, "{promised}") || !promise_ms)
		return g_strdup(body);
	customer = customer_read(w->conn, w->words, w->ticket->row.customer_id, error);
	if (!customer)
		return NULL;
	var.value = words = promise_words(promise_ms, w->now, customer->zone ? customer->zone : zone, customer->language);
	text = fill_template(body, &var, 1, NULL);
	customer_free(customer);
	return text;
}

gboolean talk_reply(struct work *w, const char *body, int64_t promise_ms, GError **error)
{
	g_autofree char *text = NULL;
	struct message *m;
	int64_t at_ms;
	size_t at;

	if (!text_check("reply", body, WIRE_MAX_MESSAGE, TRUE, error) || closed_to_talk(w, error) ||
	    !time_to_send(w, &at_ms, error) || !(text = with_promise(w, body, promise_ms, error)))
		return FALSE;
	if (fill_unresolved(text, &at))
		return desk_fail(error, DESK_INVALID, "reply: %.*s isn't filled in", (int)strcspn(text + at, "}") + 1, text + at);
	return fits_channel(w, text, error) && put_reply(w, text, at_ms, &m, error) &&
	       promise_and_facts(w, m, promise_ms, error);
}

gboolean change_note(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct message *m;

	(void)out;
	if (!text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error))
		return FALSE;
	if ((c->to && *c->to) || (c->cc && *c->cc) || c->send_at_ms > 0)
		return desk_fail(error, DESK_FORBIDDEN, "a note doesn't leave the desk: it takes no addresses and no time");
	m = work_message(w, MESSAGE_NOTE, c->body, 0, error);
	if (!m)
		return FALSE;
	w->message_id = m->id;
	return attached_link(w, m, c->attachment_ids, error) && message_put_extras(w, m, error) &&
	       draft_was_sent(w, MESSAGE_NOTE, c->body, error) && notice_mentions(w, m, error);
}

/* The message and, locked, the ticket it is in: a merge may just move it. */
static struct message *load_with_ticket(struct work *w, desk_id id, GError **error)
{
	for (int i = 0; i < 8; i++) {
		struct message *m = message_load(w->conn, id, error);

		if (!m || (w->ticket && w->ticket->row.id == m->ticket_id))
			return m;
		g_clear_pointer(&w->ticket, ticket_free);
		desk_id ticket_id = m->ticket_id;
		message_free(m);
		if (!work_load(w, ticket_id, error))
			return NULL;
	}
	desk_fail(error, DESK_BUSY, "the ticket is being merged");
	return NULL;
}

gboolean change_recall(struct work *w, struct answer *out, GError **error)
{
	/* Read once more under the ticket's lock: the scheduler may just have sent it. */
	struct message *m = load_with_ticket(w, w->change->message_id, error);

	(void)out;
	if (!m)
		return FALSE;
	g_ptr_array_add(w->messages, m);
	w->message_id = m->id;
	if (m->author_id != w->who->person_id && !actor_leads(w->who))
		return desk_fail(error, DESK_FORBIDDEN, "only %s can take this reply back",
		                 m->author_name ? m->author_name : _("its author"));
	if (m->delivery == DELIVERY_RECALLED)
		return TRUE;
	if (m->delivery != DELIVERY_WAITING)
		return work_conflict(w, error, "the reply has already been sent");
	m->delivery = DELIVERY_RECALLED;
	m->send_at_ms = 0;
	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_MESSAGE_DELIVERY, NULL, NULL, error, DB_I(m->id), DB_I(m->delivery), DB_I(0)) &&
	       follow_up_recalled(w, m, error);
}
