/* One table of all changes: what each needs, and the function that does it. */
#include "server/desk/ladder.h"
#include "server/desk/inside.h"
#include "server/desk/routing_desk.h"
#include "server/desk/automation.h"
#include "server/desk/follow_up.h"

enum change_needs {
	NEEDS_TICKET = 1u << 0,   /* loaded and locked; if_version is checked */
	ANSWERS_ALL = 1u << 1,    /* the answer carries the customer too: the ticket may be new to the asker */
	FOLLOWS = 1u << 2         /* named a merged ticket: done to the one that lives on; else refused */
};

static const struct {
	change_fn *fn;
	unsigned needs;
} changes[CHANGE_KIND_COUNT] = {
	[CHANGE_REPLY] = {change_reply, NEEDS_TICKET | FOLLOWS},
	[CHANGE_NOTE] = {change_note, NEEDS_TICKET | FOLLOWS},
	[CHANGE_RECALL] = {change_recall, 0},
	[CHANGE_CLAIM] = {change_claim, NEEDS_TICKET | ANSWERS_ALL},
	[CHANGE_CLAIM_NEXT] = {change_claim_next, ANSWERS_ALL},
	[CHANGE_RELEASE] = {change_release, NEEDS_TICKET},
	[CHANGE_STATUS] = {change_status, NEEDS_TICKET},
	[CHANGE_PRIORITY] = {change_priority, NEEDS_TICKET},
	[CHANGE_SUBJECT] = {change_subject, NEEDS_TICKET},
	[CHANGE_CATEGORY] = {change_category, NEEDS_TICKET},
	[CHANGE_ASSIGN] = {change_assign, NEEDS_TICKET},
	[CHANGE_TAG] = {change_tag, NEEDS_TICKET | FOLLOWS},
	[CHANGE_CUSTOMER_TAG] = {change_customer_tag, 0},
	[CHANGE_ESCALATE] = {change_escalate, NEEDS_TICKET},
	[CHANGE_TICKET_NEW] = {change_ticket_new, ANSWERS_ALL},
	[CHANGE_ARTICLE_USED] = {change_article_used, 0},
	[CHANGE_ARTICLE_SAVE] = {change_article_save, 0},
	[CHANGE_VIEW_SAVE] = {change_view_save, 0},
	[CHANGE_VIEW_REMOVE] = {change_view_remove, 0},
	[CHANGE_FORWARD] = {change_forward, NEEDS_TICKET | FOLLOWS},
	[CHANGE_TICKET_CUSTOMER] = {change_ticket_customer, NEEDS_TICKET | ANSWERS_ALL},
	[CHANGE_CUSTOMER_SAVE] = {change_customer_save, 0},
	[CHANGE_FIELD] = {change_field, NEEDS_TICKET | FOLLOWS},
	[CHANGE_SPLIT] = {change_split, ANSWERS_ALL},
	[CHANGE_MERGE] = {change_merge, ANSWERS_ALL},
	[CHANGE_LINK] = {change_link, 0},
	[CHANGE_CHECK_ADD] = {change_check_add, NEEDS_TICKET | FOLLOWS},
	[CHANGE_CHECK] = {change_check, NEEDS_TICKET | FOLLOWS},
	[CHANGE_CHECK_REMOVE] = {change_check_remove, NEEDS_TICKET | FOLLOWS},
	[CHANGE_COMPENSATE] = {change_compensate, NEEDS_TICKET | FOLLOWS},
	[CHANGE_COMPENSATION_DECIDE] = {change_compensation_decide, 0},
	[CHANGE_SECRET_NEW] = {change_secret_new, NEEDS_TICKET},
	[CHANGE_CONFIG_APPLY] = {change_config_apply, 0},
	[CHANGE_DRAFT_SAVE] = {change_draft_save, 0},
	[CHANGE_DRAFT_REMOVE] = {change_draft_remove, 0},
	[CHANGE_PRESENCE] = {change_presence, 0},
	[CHANGE_NOTICES_SEEN] = {change_notices_seen, 0},
	[CHANGE_WHISPER] = {change_whisper, NEEDS_TICKET | FOLLOWS},
	[CHANGE_HANDOVER] = {change_handover, 0},
	[CHANGE_MACRO_SAVE] = {change_macro_save, 0},
	[CHANGE_MACRO_REMOVE] = {change_macro_remove, 0},
	[CHANGE_PROMISE] = {change_promise, NEEDS_TICKET | FOLLOWS},
	[CHANGE_ASSESS] = {change_assess, NEEDS_TICKET | FOLLOWS},
	[CHANGE_PROBLEM_SAVE] = {change_problem_save, 0},
	[CHANGE_PROBLEM_LINK] = {change_problem_link, 0},
	[CHANGE_PROBLEM_STEP] = {change_problem_step, 0},
	[CHANGE_PROBLEM_TELL] = {change_problem_tell, 0},
	[CHANGE_PROBLEM_ARTICLE] = {change_problem_article, 0},
	[CHANGE_SNOOZE] = {change_snooze, NEEDS_TICKET},
	[CHANGE_ACKNOWLEDGE] = {change_acknowledge, NEEDS_TICKET | FOLLOWS | ANSWERS_ALL},
	[CHANGE_ESTIMATE] = {change_estimate, NEEDS_TICKET | FOLLOWS},
	[CHANGE_ESCALATION_ANSWER] = {change_escalation_answer, NEEDS_TICKET | FOLLOWS},
	[CHANGE_RETURN] = {change_return, NEEDS_TICKET | FOLLOWS},
	[CHANGE_CONSULT] = {change_consult, NEEDS_TICKET | FOLLOWS},
	[CHANGE_TRANSFER] = {change_transfer, NEEDS_TICKET | FOLLOWS},
	[CHANGE_CANT_SOLVE] = {change_cant_solve, NEEDS_TICKET},
	[CHANGE_AGENT_STATE] = {change_agent_state, 0},
	[CHANGE_OFFER_ACCEPT] = {change_offer_accept, NEEDS_TICKET | ANSWERS_ALL},
	[CHANGE_OFFER_DECLINE] = {change_offer_decline, 0},
	[CHANGE_WEBHOOK_RETRY] = {change_webhook_retry, 0},
	[CHANGE_FOLLOW_UP_ASK] = {change_follow_up_ask, NEEDS_TICKET | FOLLOWS},
	[CHANGE_FOLLOW_UP] = {change_follow_up, NEEDS_TICKET | FOLLOWS},
	[CHANGE_FOLLOW_UP_SKIP] = {change_follow_up_skip, NEEDS_TICKET},
};

static gboolean load(struct work *w, const struct change *c, GError **error)
{
	if (!work_load(w, c->ticket_id, error))
		return FALSE;
	if (w->ticket->row.status != STATUS_MERGED)
		return work_check_version(w, error);
	if (changes[c->kind].needs & FOLLOWS)
		return work_follow(w, error);
	if (!w->ticket->merged_into) /* imported: nobody knows into which */
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " was merged into another one", c->ticket_id);
	return work_conflict(w, error, "#%" G_GINT64_FORMAT " was merged into #%" G_GINT64_FORMAT ": do it there",
	                     c->ticket_id, w->ticket->merged_into);
}

static void send_ahead(struct db_conn *conn, desk_id ticket_id, gboolean ladder, desk_id customer_id)
{
	DB_AHEAD(conn, STMT_TICKET_TAGS, DB_I(ticket_id));
	DB_AHEAD(conn, STMT_TICKET_EXTRAS, DB_I(ticket_id));
	if (ladder)
		DB_AHEAD(conn, STMT_LADDER, DB_I(ticket_id));
	DB_AHEAD(conn, STMT_MESSAGES_PAGE, DB_I(ticket_id), DB_I(INT64_MAX), DB_I(INT64_MAX), DB_I(TICKET_PAGE + 1));
	if (!customer_id)
		return;
	DB_AHEAD(conn, STMT_CUSTOMER, DB_I(customer_id));
	DB_AHEAD(conn, STMT_CUSTOMER_TAGS, DB_I(customer_id));
	DB_AHEAD(conn, STMT_CUSTOMER_ORDERS, DB_I(customer_id));
	DB_AHEAD(conn, STMT_CUSTOMER_TICKETS, DB_I(customer_id));
}

void answer_send_ahead(struct db_conn *conn, desk_id ticket_id, desk_id customer_id)
{
	send_ahead(conn, ticket_id, TRUE, customer_id);
}

/* What waited to be told of it was dropped, or something was told: since it was read. */
static gboolean was_told(const struct work *w)
{
	for (guint i = 0; i < w->ticket->messages->len; i++) {
		const struct message *m = w->ticket->messages->pdata[i];

		if (m->kind == MESSAGE_PROGRESS && m->delivery == DELIVERY_WAITING)
			return TRUE;
	}
	return w->messages->len > 0;
}

/* The ticket as it is now is the answer of every write on one. */
static gboolean answer_ticket(struct work *w, gboolean all, struct answer *out, GError **error)
{
	struct ticket *t = w->ticket;

	out->seq = w->seq;
	if (!t)
		return TRUE;
	if (!w->foreseen) /* one round trip for all that it is made of */
		send_ahead(w->conn, t->row.id, !w->no_ladder, all ? t->row.customer_id : 0);
	if (!ticket_load_tags(w->conn, t, error) || !ticket_load_extras(w->conn, w->words, t, error) ||
	    (!w->no_ladder && !ladder_load(w->conn, w->words, t, error)) || !ticket_load_follow_up(w->conn, w->words, t, error) ||
	    !ticket_load_messages(w->conn, t, error) ||
	    (w->foreseen && was_told(w) && !ticket_load_messages(w->conn, t, error)))
		return FALSE;
	if (all && !(t->customer = customer_read(w->conn, w->words, t->row.customer_id, error)))
		return FALSE;
	for (guint i = 0; i < w->messages->len; i++) {
		struct message *m = w->messages->pdata[i];

		if (m->id != w->message_id)
			continue;
		out->message = g_ptr_array_steal_index(w->messages, i);
		break;
	}
	out->ticket = g_steal_pointer(&w->ticket);
	return TRUE;
}

gboolean desk_change(struct desk *d, struct db_tx *tx, const struct actor *who,
                     const struct change *c, struct answer *out, struct ticket **conflict, GError **error)
{
	struct work w;
	gboolean ok;

	if ((unsigned)c->kind >= CHANGE_KIND_COUNT)
		return desk_fail(error, DESK_INVALID, "there is no such change");
	if (!work_begin(&w, d, tx, who, error))
		return FALSE;
	if (!changes[c->kind].fn) {
		work_end(&w);
		return desk_fail(error, DESK_UNSUPPORTED, "this server doesn't know how to do that yet");
	}
	w.change = c;
	out->server_time_ms = w.now;
	ok = (!(changes[c->kind].needs & NEEDS_TICKET) || load(&w, c, error)) &&
	     changes[c->kind].fn(&w, out, error) &&
	     (!w.ticket || work_save(&w, change_name(c->kind), error)) &&
	     answer_ticket(&w, w.followed_id || (changes[c->kind].needs & ANSWERS_ALL), out, error);
	if (!ok && conflict)
		*conflict = g_steal_pointer(&w.conflict);
	work_end(&w);
	return ok;
}
