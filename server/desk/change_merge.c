/* Merging: one ticket's conversation goes on in another. The messages move, keep their
 * numbers and so their place in time; nothing is lost, waiting replies still go out. */
#include "server/desk/ladder.h"
#include "server/desk/message_text.h"

#define TALK_MAX 100 /* newest public messages looked at for an open question */

/* ---- what the customer still waits for */
struct talk {
	int64_t asked_ms;   /* the oldest message since the last reply; 0: nothing is open */
	int64_t replied_ms; /* the last reply; 0 none */
};

static gboolean talk_fn(const struct db_row *row, void *arg)
{
	struct talk *t = arg;

	if (db_int(row, 1) == MESSAGE_REPLY) {
		t->replied_ms = db_int(row, 2);
		return FALSE;
	}
	t->asked_ms = db_int(row, 2);
	return TRUE;
}

static gboolean talk_of(const struct work *w, struct talk *t, GError **error)
{
	*t = (struct talk){0};
	return DB_RUN(w->conn, STMT_MESSAGE_TALK, talk_fn, t, error, DB_I(w->ticket->row.id), DB_I(TALK_MAX));
}

static gboolean fact_at(struct work *w, enum clock_fact_kind kind, int64_t at_ms, int64_t due_ms, GError **error)
{
	w->touched = TRUE;
	g_clear_pointer(&w->facts, g_array_unref);
	return DB_RUN(w->conn, STMT_FACT_INSERT_AT, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(kind), DB_I(at_ms),
	              DB_I(due_ms));
}

static const struct ticket_clock *running_promise(const struct ticket *t)
{
	for (guint i = 0; i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i];

		if (c->kind == CLOCK_PROMISE &&
		    (c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED))
			return c;
	}
	return NULL;
}

/* An open question keeps the moment it was asked at; one that a reply in the other
 * ticket may or may not have answered counts from that reply. The nearer promise rules. */
static gboolean carry_clocks(struct work *into, struct work *gone, GError **error)
{
	const struct ticket_clock *theirs = running_promise(gone->ticket), *ours = running_promise(into->ticket);
	struct talk here, there;

	if (!talk_of(into, &here, error) || !talk_of(gone, &there, error))
		return FALSE;
	if (gone->ticket->row.waiting && there.asked_ms &&
	    !fact_at(into, FACT_CUSTOMER_MESSAGE, MAX(there.asked_ms, here.replied_ms), 0, error))
		return FALSE;
	into->ticket->row.waiting = into->ticket->row.waiting || gone->ticket->row.waiting;
	into->newest_customer = MAX(into->newest_customer, gone->newest_customer);
	return !theirs || (ours && ours->due_ms <= theirs->due_ms) ||
	       fact_at(into, FACT_PROMISED, into->now, theirs->due_ms, error);
}

/* ---- what goes over */
struct link {
	desk_id other;
	enum link_kind kind; /* what the other is to the one that goes */
};

struct links {
	desk_id id;
	GArray *list; /* struct link */
};

static gboolean link_fn(const struct db_row *row, void *arg)
{
	struct links *l = arg;
	gboolean here = db_int(row, 0) == l->id;
	struct link link = {db_int(row, here ? 1 : 0), (enum link_kind)db_int(row, 2)};

	if (!here && link.kind == LINK_PARENT)
		link.kind = LINK_CHILD;
	g_array_append_val(l->list, link);
	return TRUE;
}

static gboolean linked_fn(const struct db_row *row, void *arg)
{
	(void)row;
	*(gboolean *)arg = TRUE;
	return FALSE;
}

/* A tree stays one: where the family doesn't allow it, they are just related. */
static gboolean carry_link(struct work *into, const struct link *l, GError **error)
{
	g_autoptr(GError) no = NULL;
	desk_id id = into->ticket->row.id;
	gboolean linked = FALSE;

	if (l->other == id)
		return TRUE;
	if (!DB_RUN(into->conn, STMT_LINK_BETWEEN, linked_fn, &linked, error, DB_I(id), DB_I(l->other)))
		return FALSE;
	if (linked || link_put(into->conn, id, l->other, l->kind, &no))
		return TRUE;
	if (desk_error_code(no) != DESK_INVALID) {
		g_propagate_error(error, g_steal_pointer(&no));
		return FALSE;
	}
	return link_put(into->conn, id, l->other, LINK_RELATED, error);
}

static gboolean carry_links(struct work *into, desk_id from, GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct link));
	struct links l = {from, list};

	if (!DB_RUN(into->conn, STMT_LINK_LIST, link_fn, &l, error, DB_I(from)) ||
	    !DB_RUN(into->conn, STMT_LINK_CLEAR, NULL, NULL, error, DB_I(from)))
		return FALSE;
	for (guint i = 0; i < list->len; i++)
		if (!carry_link(into, &g_array_index(list, struct link, i), error))
			return FALSE;
	return TRUE;
}

static gboolean carry_rest(struct work *into, desk_id from, GError **error)
{
	static const enum db_stmt each[] = {
		STMT_MESSAGE_MOVE, STMT_ATTACHED_MOVE, STMT_TICKET_TAGS_COPY, STMT_TICKET_FIELDS_COPY,
		STMT_CHECK_MOVE, STMT_COMPENSATION_MOVE,
	};

	if (!message_text_leave(into->desk, into->conn, from, error))
		return FALSE;
	for (size_t i = 0; i < G_N_ELEMENTS(each); i++)
		if (!DB_RUN(into->conn, each[i], NULL, NULL, error, DB_I(from), DB_I(into->ticket->row.id)))
			return FALSE;
	return message_text_add_loose(into->desk, into->conn, into->ticket->row.id, error) &&
	       drafts_merge(into, from, error) && carry_links(into, from, error);
}

/* ---- the two sides */
static gboolean close_gone(struct work *gone, desk_id into, GError **error)
{
	struct ticket *t = gone->ticket;

	if (!work_status(gone, STATUS_MERGED, error))
		return FALSE;
	t->merged_into = into;
	t->row.waiting = FALSE;
	return work_history(gone, error, HISTORY_MERGED_INTO, into);
}

static gboolean tell_into(struct work *into, const struct ticket *gone, GError **error)
{
	gboolean other = gone->row.customer_id != into->ticket->row.customer_id;

	/* What was unfinished there is unfinished here. */
	if (status_is_active(gone->row.status) && !status_is_active(into->ticket->row.status) &&
	    !work_status(into, STATUS_OPEN, error))
		return FALSE;
	into->touched = into->new_words = TRUE;
	/* Nothing after-sales goes without its follow-up by being merged away. */
	into->ticket->after_sales |= gone->after_sales;
	if (other)
		return work_history(into, error, HISTORY_MERGED_FROM_OTHER, gone->row.id, gone->row.subject,
		                    gone->row.customer_name);
	return work_history(into, error, HISTORY_MERGED_FROM, gone->row.id, gone->row.subject);
}

static gboolean tell_customers(struct work *into, const struct work *gone, GError **error)
{
	desk_id mine = into->ticket->row.customer_id, theirs = gone->ticket->row.customer_id;
	struct event e = {.kind = EVENT_CUSTOMER, .customer_id = theirs};

	if (!work_announce(into, &e, change_name(CHANGE_MERGE), error))
		return FALSE;
	e = (struct event){.kind = EVENT_CUSTOMER, .customer_id = mine};
	return mine == theirs || work_announce(into, &e, change_name(CHANGE_MERGE), error);
}

static gboolean can_merge(struct work *into, const struct work *gone, GError **error)
{
	enum ticket_status to = into->ticket->row.status;

	/* Another server was first: what is what must be looked at anew. */
	if (to == STATUS_MERGED || gone->ticket->row.status == STATUS_MERGED)
		return desk_fail(error, DESK_BUSY, "the tickets are just being merged");
	if (to == STATUS_ARCHIVED || to == STATUS_SPAM)
		return desk_fail(error, DESK_INVALID, "#%" G_GINT64_FORMAT " is %s: open it again first",
		                 into->ticket->row.id, status_name(to));
	if (gone->ticket->row.status == STATUS_SPAM)
		return desk_fail(error, DESK_INVALID, "#%" G_GINT64_FORMAT " is spam", gone->ticket->row.id);
	if (into->change->if_version >= 0 && into->change->if_version != gone->ticket->row.version)
		return desk_fail(error, DESK_CONFLICT, "#%" G_GINT64_FORMAT " was changed meanwhile",
		                 gone->ticket->row.id);
	return TRUE;
}

static gboolean merge(struct work *into, struct work *gone, GError **error)
{
	desk_id to = into->ticket->row.id, from = gone->ticket->row.id;

	return can_merge(into, gone, error) && carry_clocks(into, gone, error) && carry_rest(into, from, error) &&
	       problem_merge(into, gone, error) && ladder_merge(into, gone, error) &&
	       tell_into(into, gone->ticket, error) && close_gone(gone, to, error) &&
	       work_save(gone, change_name(CHANGE_MERGE), error) && tell_customers(into, gone, error);
}

gboolean change_merge(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	desk_id from, into;
	struct work gone;
	gboolean ok;

	(void)out;
	if (c->ticket_id == c->other_id)
		return desk_fail(error, DESK_INVALID, "into_id: a ticket can't be merged into itself");
	from = ticket_lives_on(w->conn, c->ticket_id, error);
	into = from ? ticket_lives_on(w->conn, c->other_id, error) : 0;
	if (!into)
		return FALSE;
	if (from == into && from != c->ticket_id)
		return work_load(w, into, error); /* it is there already */
	if (from == into)
		return work_load(w, into, error) &&
		       work_conflict(w, error, "#%" G_GINT64_FORMAT " was merged into #%" G_GINT64_FORMAT " already",
		                     c->other_id, from);
	if (from != c->ticket_id)
		return work_load(w, c->ticket_id, error) &&
		       work_conflict(w, error, "#%" G_GINT64_FORMAT " was merged into #%" G_GINT64_FORMAT " already",
		                     c->ticket_id, from);
	ok = work_load_two(w, into, &gone, from, error) && merge(w, &gone, error);
	work_end(&gone);
	return ok;
}
