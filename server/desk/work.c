/* The frame of a write on one ticket: load, change, fold the clocks, save, announce. */
#include "server/desk/automation.h"
#include "server/desk/follow_up.h"
#include "server/desk/ladder.h"
#include "server/desk/routing_desk.h"
#include "server/desk/message_text.h"

#include <string.h>
#include "base/say.h"
#include "base/text.h"
#include "rules/status.h"

gboolean actor_leads(const struct actor *who)
{
	return who->person_id == 0 || who->role == ROLE_SUPERVISOR || who->role == ROLE_ADMINISTRATOR;
}

gboolean text_check(const char *member, const char *text, size_t max, gboolean lines, GError **error)
{
	size_t len = text ? strlen(text) : 0;

	if (!text || text[strspn(text, " \t\r\n")] == '\0')
		return desk_fail(error, DESK_INVALID, "%s is empty", member);
	if (len > max)
		return desk_fail(error, DESK_LIMIT, "%s is longer than %zu bytes", member, max);
	if (!text_storable(text, len))
		return desk_fail(error, DESK_INVALID, "%s isn't valid UTF-8", member);
	if (!lines && strpbrk(text, "\r\n"))
		return desk_fail(error, DESK_INVALID, "%s must be one line", member);
	return TRUE;
}

gboolean work_begin(struct work *w, struct desk *d, struct db_tx *tx, const struct actor *who, GError **error)
{
	(void)error;
	*w = (struct work){
		.desk = d, .tx = tx, .conn = db_conn_of(tx), .who = who, .now = db_tx_now(tx),
		.words = desk_words(d),
		.messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free),
	};
	return TRUE;
}

void work_end(struct work *w)
{
	db_ahead_end(w->conn); /* what a work that failed has not read is old for the next one of its job */
	g_clear_pointer(&w->words, words_unref);
	g_clear_pointer(&w->ticket, ticket_free);
	g_clear_pointer(&w->conflict, ticket_free);
	g_clear_pointer(&w->facts, g_array_unref);
	g_clear_pointer(&w->messages, g_ptr_array_unref);
}

int ticket_place(const struct ticket_row *row)
{
	return !status_is_active(row->status) ? PLACE_DONE : row->snoozed_ms ? PLACE_SNOOZED : PLACE_LISTED;
}

void work_send_ahead(struct db_conn *conn, desk_id ticket_id)
{
	DB_AHEAD(conn, STMT_TICKET_LOCK, DB_I(ticket_id));
	DB_AHEAD(conn, STMT_CLOCKS, DB_I(ticket_id));
	DB_AHEAD(conn, STMT_FACTS, DB_I(ticket_id));
}

gboolean work_load(struct work *w, desk_id ticket_id, GError **error)
{
	struct ticket *t;

	work_send_ahead(w->conn, ticket_id);
	t = ticket_load(w->conn, w->words, ticket_id, TRUE, &w->newest_customer, error);
	if (!t)
		return FALSE;
	w->ticket = t;
	w->was_active = ticket_place(&t->row);
	w->was_status = t->row.status;
	w->was_after_sales = t->after_sales;
	w->was_group = t->row.group_id;
	w->was_assignee = t->row.assignee_id;
	w->was_counted = routing_counts(t->row.status);
	w->was_priority = t->row.priority;
	w->was_tier = t->row.tier;
	g_clear_pointer(&w->facts, g_array_unref);
	return ticket_load_clocks(w->conn, t, w->now, error) && (w->facts = ticket_facts(w->conn, ticket_id, error));
}

gboolean work_conflict(struct work *w, GError **error, const char *format, ...)
{
	va_list args;
	char *text;

	/* As it is in the database, not as this work has begun to change it. */
	if (w->ticket && !w->conflict) {
		w->conflict = ticket_read(w->conn, w->words, w->ticket->row.id, w->now, error);
		if (!w->conflict)
			return FALSE;
	}
	va_start(args, format);
	text = g_strdup_vprintf(say(format), args);
	va_end(args);
	desk_fail(error, DESK_CONFLICT, "%s", text);
	g_free(text);
	return FALSE;
}

gboolean work_fact(struct work *w, enum clock_fact_kind kind, enum ticket_status status, int64_t due_ms,
                   GError **error)
{
	struct clock_fact fact = {.kind = kind, .at_ms = w->now, .status = status, .due_ms = due_ms};

	w->touched = TRUE;
	if (w->facts)
		g_array_append_val(w->facts, fact);
	return DB_RUN(w->conn, STMT_FACT_INSERT, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(kind),
	              DB_I(w->now), DB_I(status), DB_I(due_ms));
}

struct message *work_message(struct work *w, enum message_kind kind, const char *body, int64_t send_at_ms,
                             GError **error)
{
	gboolean by_person = kind != MESSAGE_CUSTOMER && w->who->person_id;
	struct message *m = g_new0(struct message, 1);
	const char *name = kind == MESSAGE_CUSTOMER ? w->ticket->row.customer_name :
	                   by_person ? w->who->display : NULL;

	m->ticket_id = w->ticket->row.id;
	m->kind = kind;
	m->delivery = send_at_ms > w->now && message_may_leave(kind) ? DELIVERY_WAITING : DELIVERY_DONE;
	m->author_id = by_person ? w->who->person_id : 0;
	m->author_name = g_strdup(name);
	m->body = g_strdup(body);
	m->at_ms = w->now;
	m->send_at_ms = m->delivery == DELIVERY_WAITING ? send_at_ms : 0;
	if (w->change && w->change->once_key[0] && kind != MESSAGE_SYSTEM)
		m->once_key = g_strdup(w->change->once_key);
	if (!DB_RUN(w->conn, STMT_MESSAGE_INSERT, row_int_fn, &m->id, error, DB_I(m->ticket_id), DB_I(kind),
	            DB_I(m->delivery), DB_I(m->author_id), DB_T(m->author_name), DB_T(body), DB_I(m->at_ms),
	            DB_I(m->send_at_ms), DB_T(m->once_key))) {
		message_free(m);
		return NULL;
	}
	if (!message_text_add(w->desk, w->conn, m->ticket_id, m->id, kind, body, error)) {
		message_free(m);
		return NULL;
	}
	g_ptr_array_add(w->messages, m);
	w->touched = TRUE;
	return m;
}

gboolean work_history(struct work *w, GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	return work_message(w, MESSAGE_SYSTEM, text, 0, error) != NULL;
}

void work_assign(struct work *w, desk_id person_id)
{
	struct ticket_row *row = &w->ticket->row;

	row->assignee_id = person_id;
	row_name(w->words, row);
	/* Somebody so new that the snapshot doesn't know them yet. */
	if (person_id && !row->assignee_name && person_id == w->who->person_id)
		row->assignee_name = g_strdup(w->who->display);
	w->touched = TRUE;
}

gboolean work_status(struct work *w, enum ticket_status status, GError **error)
{
	if (w->ticket->row.status == status)
		return TRUE;
	w->ticket->row.status = status;
	if (status != STATUS_ON_HOLD)
		w->ticket->hold_until_ms = 0;
	if (status == STATUS_RESOLVED || (status == STATUS_FOLLOW_UP_DUE && !w->ticket->resolved_ms))
		w->ticket->resolved_ms = w->now;
	return work_fact(w, FACT_STATUS, status, 0, error);
}

/* ---- saving */
static gboolean clock_same(const struct ticket_clock *a, const struct ticket_clock *b)
{
	return a->kind == b->kind && a->state == b->state && a->started_ms == b->started_ms &&
	       a->target_ms == b->target_ms && a->due_ms == b->due_ms && a->left_ms == b->left_ms &&
	       a->warn_ms == b->warn_ms && a->ended_ms == b->ended_ms && a->policy_id == b->policy_id &&
	       memcmp(a->warnings, b->warnings, sizeof a->warnings) == 0;
}

static const struct ticket_clock *clock_of(const GPtrArray *clocks, enum clock_kind kind)
{
	for (guint i = 0; i < clocks->len; i++) {
		const struct ticket_clock *c = clocks->pdata[i];

		if (c->kind == kind)
			return c;
	}
	return NULL;
}

static void fold(struct work *w, const struct clock_case *of, const GArray *facts)
{
	g_ptr_array_set_size(w->ticket->clocks, 0);
	ticket_clocks_fold(w->words, of, (const struct clock_fact *)(void *)facts->data, facts->len, w->now,
	                   w->ticket->clocks);
}

/* Other rules (a new policy, another priority, group, tag) don't judge anew what was late or met. */
static gboolean keep_judgements(struct work *w, const GPtrArray *old, GArray *facts, gboolean *kept, GError **error)
{
	*kept = FALSE;
	for (guint i = 0; i < w->ticket->clocks->len && !w->quiet; i++) {
		const struct ticket_clock *c = w->ticket->clocks->pdata[i], *was = clock_of(old, c->kind);
		struct clock_fact fact;

		if (!was || !clock_judged(was, c, w->now, &fact))
			continue;
		if (!DB_RUN(w->conn, STMT_FACT_INSERT, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(fact.kind),
		            DB_I(fact.at_ms), DB_I(fact.clock), DB_I(fact.due_ms)))
			return FALSE;
		g_array_append_val(facts, fact);
		*kept = TRUE;
	}
	return TRUE;
}

static gboolean fold_anew(struct work *w, const GPtrArray *old, GError **error)
{
	g_autoptr(GPtrArray) tags = NULL;
	struct clock_case of;
	gboolean kept;

	if ((!w->facts && !(w->facts = ticket_facts(w->conn, w->ticket->row.id, error))) ||
	    !ticket_case(w->conn, w->words, w->ticket, &of, &tags, error))
		return FALSE;
	fold(w, &of, w->facts);
	if (!keep_judgements(w, old, w->facts, &kept, error))
		return FALSE;
	if (kept)
		fold(w, &of, w->facts);
	return TRUE;
}

gboolean work_save_clocks(struct work *w, gboolean *changed, GError **error)
{
	struct ticket *t = w->ticket;
	g_autoptr(GPtrArray) old = g_steal_pointer(&t->clocks);
	gboolean ok, passed = FALSE;

	t->clocks = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_clock_free);
	ok = fold_anew(w, old, error);
	for (guint i = 0; ok && i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i], *was = clock_of(old, c->kind);

		if (was && clock_same(c, was))
			continue;
		ok = ticket_put_clock(w->conn, t->row.id, c, error);
		passed |= !w->quiet && alarm_passed(was, c, w->now);
		if (changed)
			*changed = TRUE;
	}
	for (guint i = 0; ok && i < old->len; i++) {
		const struct ticket_clock *was = old->pdata[i];

		if (clock_of(t->clocks, was->kind))
			continue;
		if (changed)
			*changed = TRUE;
		ok = DB_RUN(w->conn, STMT_CLOCK_REMOVE, NULL, NULL, error, DB_I(t->row.id), DB_I(was->kind));
	}
	ticket_set_next(t);
	w->alarm_ms = passed ? w->now : alarm_next(t, w->now);
	w->promise_due_ms = promise_due(t);
	return ok;
}

static gboolean count(struct work *w, int place, desk_id group_id, desk_id assignee_id, int n, GError **error)
{
	return DB_RUN(w->conn, STMT_QUEUE_COUNT_ADD, NULL, NULL, error, DB_I(place), DB_I(group_id),
	              DB_I(assignee_id), DB_I(n));
}

static gboolean save_counts(struct work *w, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;
	int place = ticket_place(row);

	if (w->fresh)
		return count(w, place, row->group_id, row->assignee_id, 1, error);
	if (place == w->was_active && row->group_id == w->was_group && row->assignee_id == w->was_assignee)
		return TRUE;
	return count(w, w->was_active, w->was_group, w->was_assignee, -1, error) &&
	       count(w, place, row->group_id, row->assignee_id, 1, error);
}

static gboolean save_row(struct work *w, GError **error)
{
	struct ticket *t = w->ticket;
	struct ticket_row *row = &t->row;

	if (!w->fresh)
		row->version++;
	row->updated_ms = w->updated_ms ? w->updated_ms : w->now;
	if (!DB_RUN(w->conn, STMT_TICKET_UPDATE, NULL, NULL, error, DB_I(row->id), DB_I(row->version),
	            DB_I(ticket_place(row)), DB_T(row->subject), DB_I(row->status), DB_I(row->priority),
	            DB_I(row->group_id), DB_I(row->assignee_id), DB_I(row->updated_ms), DB_I(row->next_due_ms),
	            DB_I(row->next_warn_ms), DB_I(row->next_clock), DB_I(row->waiting != 0), DB_I(row->tier),
	            DB_T(t->category), DB_I(t->problem), DB_I(t->after_sales != 0), DB_I(t->hold_until_ms),
	            DB_T(t->escalation_reason), DB_I(w->newest_customer), DB_I(t->resolved_ms),
	            DB_I(t->merged_into), DB_I(w->alarm_ms), DB_I(w->now), DB_I(row->snoozed_ms),
	            DB_I(w->promise_due_ms)))
		return FALSE;
	if (!w->new_words && !w->fresh)
		return TRUE;
	return ticket_load_tags(w->conn, t, error) && message_text_head(w->desk, w->conn, t, w->fresh, error);
}

static gboolean announce(struct work *w, const char *change, struct message *m, GError **error)
{
	struct event e = {
		.kind = EVENT_TICKET, .change = (char *)change, .person_id = w->who->person_id,
		.ticket_id = w->ticket->row.id, .customer_id = w->ticket->row.customer_id,
		.other_id = w->other_id, .row = &w->ticket->row, .message = m, .clocks = w->ticket->clocks,
	};

	if (!db_tx_event(w->tx, &e, error))
		return FALSE;
	w->seq = e.seq;
	return TRUE;
}

gboolean work_save(struct work *w, const char *change, GError **error)
{
	if (!w->touched)
		return TRUE;
	snooze_settle(w);
	if (!ladder_follow(w, error) || !follow_up_settle(w, error) || !progress_follow(w, error) ||
	    !work_save_clocks(w, NULL, error) || !save_row(w, error) || !save_counts(w, error) ||
	    !agent_loads_follow(w, error) || !agent_wraps_up(w, error))
		return FALSE;
	if (w->quiet)
		return TRUE;
	if (!automation_note(w, change, error))
		return FALSE;
	if (!w->messages->len)
		return announce(w, change, NULL, error);
	for (guint i = 0; i < w->messages->len; i++)
		if (!announce(w, change, w->messages->pdata[i], error))
			return FALSE;
	return TRUE;
}

gboolean work_restore(struct work *w, GError **error)
{
	struct ticket *t = ticket_load(w->conn, w->words, w->ticket->row.id, FALSE, &w->newest_customer, error);

	if (!t)
		return FALSE;
	ticket_free(w->ticket);
	w->ticket = t;
	w->touched = TRUE;
	w->updated_ms = t->row.updated_ms;
	if (!ticket_load_clocks(w->conn, t, w->now, error) || !work_save_clocks(w, NULL, error))
		return FALSE;
	/* What should have rung meanwhile rings late; what did ring is known. */
	w->alarm_ms = alarm_next(t, t->row.updated_ms);
	return save_row(w, error) && save_counts(w, error) && agent_loads_follow(w, error);
}

gboolean work_announce(struct work *w, struct event *e, const char *change, GError **error)
{
	e->change = (char *)change;
	e->person_id = w->who->person_id;
	if (!db_tx_event(w->tx, e, error))
		return FALSE;
	w->seq = e->seq;
	return TRUE;
}

gboolean work_insert(struct work *w, struct ticket *t, GError **error)
{
	struct ticket_row *row = &t->row;

	w->ticket = t;
	w->fresh = TRUE;
	g_clear_pointer(&w->facts, g_array_unref);
	w->facts = g_array_new(FALSE, FALSE, sizeof(struct clock_fact));
	w->touched = TRUE;
	row->version = 1;
	row->next_due_ms = row->next_warn_ms = QUEUE_NO_DUE;
	row_name(w->words, row);
	return DB_RUN(w->conn, STMT_TICKET_INSERT, row_int_fn, &row->id, error,
	              DB_I(status_is_active(row->status)), DB_T(row->subject), DB_I(row->status),
	              DB_I(row->priority), DB_I(row->channel), DB_I(row->group_id), DB_I(row->assignee_id),
	              DB_I(row->customer_id), DB_T(row->customer_name), DB_I(row->created_ms),
	              DB_I(row->updated_ms), DB_I(row->next_due_ms), DB_I(row->next_warn_ms),
	              DB_I(row->next_clock), DB_I(row->waiting != 0), DB_I(row->tier),
	              DB_T(row->marks ? row->marks : ""), DB_T(t->category), DB_I(t->problem),
	              DB_I(t->after_sales != 0), DB_I(t->hold_until_ms), DB_T(t->escalation_reason),
	              DB_T(t->origin), DB_I(w->newest_customer), DB_T(""));
}
