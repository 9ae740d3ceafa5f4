/* A ticket that an agent opens for a customer: phone, walk-in, or by hand. */
#include "server/desk/inside.h"

#include <string.h>

static gboolean first_id(struct db_conn *conn, enum db_stmt stmt, const char *text, desk_id *id, GError **error)
{
	return !text || !*text || *id || DB_RUN(conn, stmt, row_int_fn, id, error, DB_T(text));
}

desk_id customer_of_change(struct work *w, GError **error)
{
	const struct customer *given = w->change->customer;
	struct customer fresh;
	desk_id id = 0;

	if (!given) {
		desk_fail(error, DESK_INVALID, "customer is missing");
		return 0;
	}
	if (!text_check("customer.name", given->name, 200, FALSE, error) ||
	    !first_id(w->conn, STMT_CUSTOMER_BY_EMAIL, given->email, &id, error) ||
	    !first_id(w->conn, STMT_CUSTOMER_BY_PHONE, given->phone, &id, error))
		return 0;
	if (id)
		return id;
	fresh = *given;
	fresh.registered_ms = w->now;
	fresh.last_contact_ms = w->now;
	return customer_insert(w->conn, &fresh, error);
}

static desk_id default_group(struct work *w)
{
	g_autoptr(GArray) mine = words_groups_of(w->words, w->who->person_id);

	for (guint i = 0; i < mine->len; i++) {
		const struct group *g = words_group(w->words, g_array_index(mine, desk_id, i));

		if (g && g->tier == 1)
			return g->id;
	}
	return mine->len ? g_array_index(mine, desk_id, 0) : 0;
}

static struct ticket *ticket_of_change(struct work *w, const struct customer *customer, desk_id group_id)
{
	const struct change *c = w->change;
	struct ticket *t = ticket_new();

	t->row.subject = g_strdup(c->text);
	t->row.status = STATUS_NEW;
	t->row.priority = (unsigned)c->priority < PRIORITY_COUNT ? c->priority : PRIORITY_NORMAL;
	t->row.channel = c->channel;
	t->row.group_id = group_id;
	t->row.customer_id = customer->id;
	t->row.customer_name = g_strdup(customer->name);
	t->row.created_ms = t->row.updated_ms = w->now;
	t->row.tier = words_group(w->words, group_id)->tier == 1 ? 1 : 2;
	t->category = c->category && *c->category ? g_strdup(c->category) : NULL;
	category_classify(w->words, t, c->problem < PROBLEM_COUNT ? c->problem : -1);
	return t;
}

/* Somebody who is on the phone or at the counter has been answered by whoever typed this. */
static gboolean in_person(struct work *w, GError **error)
{
	if (w->change->channel != CHANNEL_PHONE && w->change->channel != CHANNEL_WALK_IN)
		return TRUE;
	if (w->who->person_id) {
		work_assign(w, w->who->person_id);
		if (!work_fact(w, FACT_CLAIMED, 0, 0, error))
			return FALSE;
	}
	return work_status(w, STATUS_OPEN, error) && talk_public_reply_facts(w, NULL, error);
}

gboolean change_ticket_new(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	desk_id customer_id = c->customer_id, group_id = c->group_id;
	const struct category *category = words_category_named(w->words, c->category);
	struct customer *customer;
	struct ticket *t;
	gboolean ok;

	(void)out;
	if (!text_check("subject", c->text, 500, FALSE, error) ||
	    !text_check("body", c->body, WIRE_MAX_MESSAGE, TRUE, error))
		return FALSE;
	if ((unsigned)c->channel >= CHANNEL_COUNT)
		return desk_fail(error, DESK_INVALID, "channel isn't one we know");
	if (!category_check(w->words, c->category, NULL, error))
		return FALSE;
	if (!group_id && category)
		group_id = category->group_id;
	if (!group_id)
		group_id = default_group(w);
	if (!words_group(w->words, group_id))
		return desk_fail(error, DESK_INVALID, "group_id: there is no such group");
	if (!customer_id && !(customer_id = customer_of_change(w, error)))
		return FALSE;
	customer = customer_read(w->conn, w->words, customer_id, error);
	if (!customer)
		return FALSE;
	t = ticket_of_change(w, customer, group_id);
	t->row.marks = customer_marks(w->conn, w->words, customer_id, NULL);
	customer_free(customer);
	ok = work_insert(w, t, error) && work_fact(w, FACT_CREATED, 0, 0, error);
	if (ok) {
		struct message *m = work_message(w, MESSAGE_CUSTOMER, c->body, 0, error);

		ok = m && attached_link(w, m, c->attachment_ids, error) && message_put_extras(w, m, error);
		w->newest_customer = m ? m->id : 0;
		w->message_id = w->newest_customer;
		w->ticket->row.waiting = TRUE;
	}
	return ok && work_fact(w, FACT_CUSTOMER_MESSAGE, 0, 0, error) && in_person(w, error) &&
	       DB_RUN(w->conn, STMT_CUSTOMER_CONTACT, NULL, NULL, error, DB_I(customer_id), DB_I(w->now));
}
