/* Splitting: chosen messages begin a ticket of their own. They are copied, so that the
 * old conversation reads as it was. */
#include "server/desk/ladder.h"
#include "server/desk/message_text.h"
#include "server/desk/problems.h"

#define SPLIT_MAX 200

static int by_number(gconstpointer a, gconstpointer b)
{
	const desk_id *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Each once, oldest first. */
static GArray *chosen(const struct change *c, GError **error)
{
	g_autoptr(GArray) ids = NULL;

	if (!c->message_ids || c->message_ids->len == 0) {
		desk_fail(error, DESK_INVALID, "message_ids is empty: choose what to split off");
		return NULL;
	}
	if (c->message_ids->len > SPLIT_MAX) {
		desk_fail(error, DESK_LIMIT, "message_ids: more than %d messages", SPLIT_MAX);
		return NULL;
	}
	ids = g_array_copy(c->message_ids);
	g_array_sort(ids, by_number);
	for (guint i = ids->len; i-- > 1;)
		if (g_array_index(ids, desk_id, i) == g_array_index(ids, desk_id, i - 1))
			g_array_remove_index(ids, i);
	return g_steal_pointer(&ids);
}

static struct ticket *ticket_like(const struct work *old, const char *subject)
{
	const struct ticket *from = old->ticket;
	struct ticket *t = ticket_new();

	t->row.subject = g_strdup(subject);
	t->row.status = STATUS_NEW;
	t->row.priority = from->row.priority;
	t->row.channel = from->row.channel;
	t->row.group_id = from->row.group_id;
	t->row.customer_id = from->row.customer_id;
	t->row.customer_name = g_strdup(from->row.customer_name);
	t->row.marks = g_strdup(from->row.marks);
	t->row.tier = from->row.tier;
	t->row.created_ms = t->row.updated_ms = old->now;
	t->category = g_strdup(from->category);
	t->problem = from->problem;
	t->after_sales = from->after_sales;
	t->escalation_reason = g_strdup(from->escalation_reason);
	return t;
}

/* What the copies say about who has the word: 0 nobody yet. */
struct talk {
	desk_id newest_customer;
	gboolean asked, answered;
};

static gboolean copy_message(struct work *w, const struct work *old, desk_id id, struct talk *talk, GError **error)
{
	struct message *m = message_load(w->conn, id, error);
	desk_id copy = 0;
	gboolean ok = FALSE;

	if (!m)
		return FALSE;
	if (m->ticket_id != old->ticket->row.id)
		desk_fail(error, DESK_INVALID, "message_ids: message %" G_GINT64_FORMAT " isn't of #%" G_GINT64_FORMAT, id,
		          old->ticket->row.id);
	else if (m->kind == MESSAGE_SYSTEM)
		desk_fail(error, DESK_INVALID, "message_ids: a line of history can't be split off");
	else if (m->delivery != DELIVERY_DONE)
		desk_fail(error, DESK_INVALID, "message_ids: a reply that wasn't sent can't be split off");
	else
		ok = DB_RUN(w->conn, STMT_MESSAGE_COPY, row_int_fn, &copy, error, DB_I(id), DB_I(w->ticket->row.id)) &&
		     (!m->attachments || attached_copy(w->conn, id, copy, w->ticket->row.id, error));
	if (ok && m->kind == MESSAGE_CUSTOMER) {
		talk->newest_customer = copy;
		talk->asked = TRUE;
		talk->answered = FALSE;
	} else if (ok && m->kind == MESSAGE_REPLY) {
		talk->answered = TRUE;
	}
	message_free(m);
	return ok;
}

/* The clocks start now; what was answered there counts as answered here. */
static gboolean put_facts(struct work *w, const struct talk *talk, GError **error)
{
	w->newest_customer = talk->newest_customer;
	w->ticket->row.waiting = talk->asked && !talk->answered;
	return (!talk->asked || work_fact(w, FACT_CUSTOMER_MESSAGE, 0, 0, error)) &&
	       (!talk->answered || work_fact(w, FACT_PUBLIC_REPLY, 0, 0, error));
}

static gboolean split(struct work *w, struct work *old, const GArray *ids, GError **error)
{
	const struct change *c = w->change;
	struct talk talk = {0};
	desk_id from = old->ticket->row.id, to;

	if (!work_insert(w, ticket_like(old, c->text), error) || !work_fact(w, FACT_CREATED, 0, 0, error))
		return FALSE;
	to = w->ticket->row.id;
	for (guint i = 0; i < ids->len; i++)
		if (!copy_message(w, old, g_array_index(ids, desk_id, i), &talk, error))
			return FALSE;
	w->other_id = from;
	old->other_id = to;
	return put_facts(w, &talk, error) && message_text_add_loose(w->desk, w->conn, to, error) &&
	       DB_RUN(w->conn, STMT_TICKET_TAGS_COPY, NULL, NULL, error, DB_I(from), DB_I(to)) &&
	       ladder_split(w, from, error) && problem_split(w, old, error) && link_put(w->conn, to, from, LINK_PARENT, error) &&
	       work_history(w, error, HISTORY_SPLIT_FROM, from) &&
	       work_history(old, error, ids->len == 1 ? HISTORY_SPLIT_ONE : HISTORY_SPLIT_MANY, ids->len, to, c->text) &&
	       work_save(old, change_name(c->kind), error);
}

gboolean change_split(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	g_autoptr(GArray) ids = chosen(c, error);
	struct work old;
	gboolean ok;

	(void)out;
	if (!ids || !text_check("subject", c->text, 500, FALSE, error) ||
	    !work_begin(&old, w->desk, w->tx, w->who, error))
		return FALSE;
	old.change = c;
	/* Of a merged ticket: its messages are in the one that lives on. */
	ok = work_load(&old, c->ticket_id, error) && work_follow(&old, error) && work_check_version(&old, error) &&
	     split(w, &old, ids, error);
	work_end(&old);
	return ok;
}
