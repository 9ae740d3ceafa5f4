/* What customers do: write, open tickets, rate. By channels, import and the sample's players. */
#include "server/desk/inside.h"

#include <string.h>

static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};

/* A customer's word wakes what waited for it, and reopens what was done. */
static gboolean wake(struct work *w, GError **error)
{
	switch (w->ticket->row.status) {
	case STATUS_PENDING_CUSTOMER:
	case STATUS_ON_HOLD:
	case STATUS_RESOLVED:
	case STATUS_FOLLOW_UP_DUE:
		return work_status(w, STATUS_OPEN, error);
	case STATUS_ARCHIVED:
	case STATUS_MERGED:
	case STATUS_SPAM:
		return desk_fail(error, DESK_INVALID, "#%" G_GINT64_FORMAT " is closed for good", w->ticket->row.id);
	default:
		return TRUE;
	}
}

static gboolean customer_message(struct work *w, const char *body, GError **error)
{
	struct message *m = work_message(w, MESSAGE_CUSTOMER, body, 0, error);

	if (!m)
		return FALSE;
	w->newest_customer = m->id;
	w->ticket->row.waiting = TRUE;
	return work_fact(w, FACT_CUSTOMER_MESSAGE, 0, 0, error) &&
	       DB_RUN(w->conn, STMT_CUSTOMER_CONTACT, NULL, NULL, error, DB_I(w->ticket->row.customer_id),
	              DB_I(w->now));
}

gboolean desk_customer_writes(struct desk *d, struct db_tx *tx, desk_id ticket_id, const char *body,
                              GError **error)
{
	struct work w;
	gboolean ok;

	if (!text_check("body", body, WIRE_MAX_MESSAGE, TRUE, error) || !work_begin(&w, d, tx, &nobody, error))
		return FALSE;
	ok = work_load(&w, ticket_id, error) && wake(&w, error) && customer_message(&w, body, error) &&
	     work_save(&w, "customer-writes", error);
	work_end(&w);
	return ok;
}

static struct ticket *ticket_of_customer(struct work *w, const struct customer *customer, enum channel channel,
                                         const char *subject, const struct group *group, const char *category)
{
	struct ticket *t = ticket_new();

	t->row.subject = g_strdup(subject);
	t->row.channel = channel;
	t->row.group_id = group->id;
	t->row.customer_id = customer->id;
	t->row.customer_name = g_strdup(customer->name);
	t->row.created_ms = t->row.updated_ms = w->now;
	t->row.tier = group->tier == 1 ? 1 : 2;
	t->row.marks = customer_marks(w->conn, w->words, customer->id, NULL);
	t->category = g_strdup(category);
	t->problem = category_problem(category);
	t->after_sales = category_after_sales(category);
	return t;
}

gboolean desk_customer_opens(struct desk *d, struct db_tx *tx, desk_id customer_id, enum channel channel,
                             const char *subject, const char *body, desk_id group_id, const char *category,
                             desk_id *ticket_id, GError **error)
{
	struct work w;
	struct customer *customer;
	const struct group *group;
	gboolean ok = FALSE;

	if (!text_check("subject", subject, 500, FALSE, error) ||
	    !text_check("body", body, WIRE_MAX_MESSAGE, TRUE, error) || !work_begin(&w, d, tx, &nobody, error))
		return FALSE;
	customer = customer_read(w.conn, w.words, customer_id, error);
	group = words_group(w.words, group_id);
	if (customer && !group)
		desk_fail(error, DESK_INVALID, "group_id: there is no such group");
	if (customer && group)
		ok = work_insert(&w, ticket_of_customer(&w, customer, channel, subject, group, category), error) &&
		     work_fact(&w, FACT_CREATED, 0, 0, error) && customer_message(&w, body, error) &&
		     work_save(&w, "customer-opens", error);
	if (ok && ticket_id)
		*ticket_id = w.ticket->row.id;
	customer_free(customer);
	work_end(&w);
	return ok;
}

static gboolean rate(struct work *w, int stars, const char *comment, GError **error)
{
	desk_id customer_id = w->ticket->row.customer_id;
	struct event e = {.kind = EVENT_CUSTOMER, .customer_id = customer_id};
	gboolean said = comment && *comment;

	return DB_RUN(w->conn, STMT_RATING_INSERT, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(customer_id),
	              DB_I(stars), DB_T(said ? comment : NULL), DB_I(w->now)) &&
	       DB_RUN(w->conn, STMT_CUSTOMER_RATED, NULL, NULL, error, DB_I(customer_id), DB_I(stars), DB_I(1)) &&
	       work_history(w, error, "rated %d of 5%s%s", stars, said ? ": " : "", said ? comment : "") &&
	       work_save(w, "customer-rates", error) && work_announce(w, &e, "customer-rates", error);
}

gboolean desk_customer_rates(struct desk *d, struct db_tx *tx, desk_id ticket_id, int stars,
                             const char *comment, GError **error)
{
	struct work w;
	gboolean ok;

	if (stars < 1 || stars > 5)
		return desk_fail(error, DESK_INVALID, "stars must be 1 to 5");
	if (comment && *comment && !text_check("comment", comment, 4000, TRUE, error))
		return FALSE;
	if (!work_begin(&w, d, tx, &nobody, error))
		return FALSE;
	ok = work_load(&w, ticket_id, error) && rate(&w, stars, comment, error);
	work_end(&w);
	return ok;
}
