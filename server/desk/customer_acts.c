/* What customers do: write, open tickets, rate. By channels, import and the sample's players. */
#include "server/desk/inside.h"

#include <string.h>
#include "rules/status.h"
#include "wire/desk_settings.h"

static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};

/* A customer's word wakes what waited for it. */
static gboolean wake(struct work *w, GError **error)
{
	switch (w->ticket->row.status) {
	case STATUS_PENDING_CUSTOMER:
	case STATUS_ON_HOLD:
	case STATUS_RESOLVED:
	case STATUS_FOLLOW_UP_DUE:
		return work_status(w, STATUS_OPEN, error);
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
	category_classify(w->words, t, -1);
	return t;
}

/* What is written on a case long closed begins a new one below it, in the same group. */
struct ticket *ticket_after(struct work *w, const struct ticket *old)
{
	struct ticket *t = ticket_new();

	t->row.subject = g_strdup(old->row.subject);
	t->row.channel = old->row.channel;
	t->row.priority = old->row.priority;
	t->row.group_id = old->row.group_id;
	t->row.customer_id = old->row.customer_id;
	t->row.customer_name = g_strdup(old->row.customer_name);
	t->row.created_ms = t->row.updated_ms = w->now;
	t->row.tier = old->row.tier;
	t->row.marks = g_strdup(old->row.marks);
	t->category = g_strdup(old->category);
	t->problem = old->problem;
	t->after_sales = old->after_sales;
	return t;
}

static gboolean follow_up(struct work *old, const char *body, desk_id *went_to, GError **error)
{
	struct work w;
	desk_id from = old->ticket->row.id;
	gboolean ok = work_begin(&w, old->desk, old->tx, old->who, error) &&
	              work_insert(&w, ticket_after(&w, old->ticket), error) &&
	              work_fact(&w, FACT_CREATED, 0, 0, error);

	if (ok) {
		w.other_id = from;
		old->other_id = *went_to = w.ticket->row.id;
		ok = customer_message(&w, body, error) && link_put(w.conn, *went_to, from, LINK_PARENT, error) &&
		     work_history(&w, error, HISTORY_FOLLOWS, from) &&
		     work_save(&w, "customer-opens", error) &&
		     work_history(old, error, HISTORY_FOLLOWED, *went_to) &&
		     work_save(old, "follow-up", error);
	}
	work_end(&w);
	return ok;
}

/* Kept for whoever looks, but it wakes nobody: no clock, no place in a queue. */
static gboolean spam_message(struct work *w, const char *body, GError **error)
{
	struct message *m = work_message(w, MESSAGE_CUSTOMER, body, 0, error);

	if (!m)
		return FALSE;
	w->newest_customer = m->id;
	return work_save(w, "customer-writes", error);
}

static gboolean writes_on(struct work *w, const char *body, desk_id *went_to, GError **error)
{
	const struct ticket *t = w->ticket;
	g_autofree char *setting = desk_setting(w->conn, "reopen_days");
	int days = (int)desk_setting_value(DESK_SETTING_ID_REOPEN_DAYS, setting);

	if (t->row.status == STATUS_SPAM)
		return spam_message(w, body, error);
	if (!status_is_active(t->row.status) && !status_customer_reopens(t->row.status, t->resolved_ms, w->now, days))
		return follow_up(w, body, went_to, error);
	/* The message first: a word to a finished ticket is feedback, and is told from the status it met. */
	return customer_message(w, body, error) && wake(w, error) && snooze_end(w, NULL, error) &&
	       notice_of_work(w, NOTICE_REPLY, t->row.assignee_id, w->newest_customer, body, error) &&
	       work_save(w, "customer-writes", error);
}

gboolean desk_customer_writes_to(struct desk *d, struct db_tx *tx, desk_id ticket_id, const char *body,
                                 desk_id *went_to, GError **error)
{
	struct work w;
	desk_id here;
	gboolean ok;

	if (!text_check("body", body, WIRE_MAX_MESSAGE, TRUE, error) || !work_begin(&w, d, tx, &nobody, error))
		return FALSE;
	ok = work_load(&w, ticket_id, error) && work_follow(&w, error);
	here = ok ? w.ticket->row.id : 0;
	ok = ok && writes_on(&w, body, &here, error);
	work_end(&w);
	if (ok && went_to)
		*went_to = here;
	return ok;
}

gboolean desk_customer_writes(struct desk *d, struct db_tx *tx, desk_id ticket_id, const char *body, GError **error)
{
	return desk_customer_writes_to(d, tx, ticket_id, body, NULL, error);
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
	       (said ? work_history(w, error, HISTORY_RATED_WHY, stars, comment) : work_history(w, error, HISTORY_RATED, stars)) &&
	       problem_answered(w, stars > 3, error) && work_save(w, "customer-rates", error) &&
	       work_announce(w, &e, "customer-rates", error);
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
	ok = work_load(&w, ticket_id, error) && work_follow(&w, error) && rate(&w, stars, comment, error);
	work_end(&w);
	return ok;
}
