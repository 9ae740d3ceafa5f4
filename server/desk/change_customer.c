/* R-CRM-2: tags on customers, set by hand: by whom and why is kept. */
#include "server/desk/config_desk.h"

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

/* Lists show the marks of the customer: those of its active tickets change too. */
static gboolean announce_tickets(struct work *w, desk_id customer_id, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (!DB_RUN(w->conn, STMT_TICKET_RECENT, id_fn, ids, error, DB_I(customer_id), DB_I(20)))
		return FALSE;
	for (guint i = 0; i < ids->len; i++) {
		struct ticket *t = ticket_load(w->conn, w->words, g_array_index(ids, desk_id, i), FALSE, NULL, error);
		gboolean ok = t && ticket_load_clocks(w->conn, t, w->now, error);

		if (ok) {
			struct event e = {.kind = EVENT_TICKET, .ticket_id = t->row.id, .customer_id = customer_id,
			                  .row = &t->row, .clocks = t->clocks};

			ok = work_announce(w, &e, change_name(CHANGE_CUSTOMER_TAG), error);
		}
		ticket_free(t);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

gboolean change_customer_tag(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct tag *tag = words_tag_named(w->words, c->text);
	struct event e = {.kind = EVENT_CUSTOMER, .customer_id = c->customer_id};
	struct customer *customer = customer_read(w->conn, w->words, c->customer_id, error);

	if (!customer)
		return FALSE;
	customer_free(customer);
	if (!tag || !tag->on_customer)
		return desk_fail(error, DESK_INVALID, "tag: there is no tag \"%s\" for customers", c->text ? c->text : "");
	if (c->on && c->reason && *c->reason && !text_check("reason", c->reason, 500, FALSE, error))
		return FALSE;
	if (c->on ? !customer_put_tag(w->conn, c->customer_id, tag->id, c->reason, w->now, w->who->person_id, error) :
	            !DB_RUN(w->conn, STMT_CUSTOMER_TAG_REMOVE, NULL, NULL, error, DB_I(c->customer_id), DB_I(tag->id)))
		return FALSE;
	if (!customer_remark(w->desk, w->conn, w->words, c->customer_id, error) ||
	    !desk_refold_customer(w, c->customer_id, error) ||
	    !work_announce(w, &e, change_name(CHANGE_CUSTOMER_TAG), error) ||
	    !announce_tickets(w, c->customer_id, error))
		return FALSE;
	out->customer = customer_read(w->conn, w->words, c->customer_id, error);
	return out->customer != NULL;
}
