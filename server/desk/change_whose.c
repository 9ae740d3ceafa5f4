/* Whose ticket it is, and what is known of that customer. */
#include "server/desk/routing_desk.h"

#include <string.h>

#define RENAME_MAX 200 /* active tickets of one customer whose new name is told at once */

gboolean ticket_take_customer(struct work *w, const struct customer *customer, GError **error)
{
	struct ticket_row *row = &w->ticket->row;
	char *marks = customer_marks(w->conn, w->words, customer->id, error);

	if (!marks)
		return FALSE;
	row->customer_id = customer->id;
	g_free(row->customer_name);
	row->customer_name = g_strdup(customer->name);
	g_free(row->marks);
	row->marks = marks;
	w->touched = w->new_words = TRUE;
	return DB_RUN(w->conn, STMT_TICKET_WHOSE, NULL, NULL, error, DB_I(row->id), DB_I(row->customer_id),
	              DB_T(row->customer_name), DB_T(row->marks));
}

/* Their numbers of tickets have changed. */
static gboolean announce_customer(struct work *w, desk_id id, GError **error)
{
	struct event e = {.kind = EVENT_CUSTOMER, .customer_id = id};

	return work_announce(w, &e, change_name(w->change->kind), error);
}

gboolean change_ticket_customer(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	desk_id was = w->ticket->row.customer_id, id = c->customer_id;
	g_autofree char *old_name = g_strdup(w->ticket->row.customer_name);
	struct customer *customer;
	gboolean ok;

	(void)out;
	if (!id && !(id = customer_of_change(w, error)))
		return FALSE;
	if (id == was)
		return TRUE;
	customer = customer_read(w->conn, w->words, id, error);
	if (!customer)
		return FALSE;
	ok = ticket_take_customer(w, customer, error) &&
	     work_history(w, error, HISTORY_CUSTOMER, customer->name, old_name) &&
	     announce_customer(w, was, error) && announce_customer(w, id, error);
	customer_free(customer);
	return ok;
}

/* ---- the profile */
static gboolean optional(const char *member, const char *text, size_t max, gboolean lines, GError **error)
{
	return !text || !*text || text_check(member, text, max, lines, error);
}

static gboolean profile_check(const struct customer *c, int64_t now_ms, GError **error)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(now_ms / 1000);

	if (!text_check("customer.name", c->name, 200, FALSE, error) ||
	    !optional("customer.language", c->language, 20, FALSE, error) ||
	    !optional("customer.email", c->email, 320, FALSE, error) ||
	    !optional("customer.phone", c->phone, 60, FALSE, error) ||
	    !optional("customer.region", c->region, 200, FALSE, error) ||
	    !optional("customer.gender", c->gender, 60, FALSE, error) ||
	    !optional("customer.occupation", c->occupation, 200, FALSE, error) ||
	    !optional("customer.preferences", c->preferences, 4000, TRUE, error))
		return FALSE;
	if (c->email && *c->email && (!strchr(c->email, '@') || strpbrk(c->email, " \t,;<>")))
		return desk_fail(error, DESK_INVALID, "customer.email: \"%s\" isn't a mail address", c->email);
	if (c->birth_year && (c->birth_year < 1850 || c->birth_year > g_date_time_get_year(now)))
		return desk_fail(error, DESK_INVALID, "customer.birth_year: nobody was born in %d", c->birth_year);
	if (c->zone && *c->zone) {
		g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(c->zone);

		if (!zone)
			return desk_fail(error, DESK_INVALID, "customer.zone: there is no time zone \"%s\"", c->zone);
	}
	return TRUE;
}

static void set_text(char **to, const char *from)
{
	g_free(*to);
	*to = from && *from ? g_strdup(from) : NULL;
}

/* Tags and orders are other writes'; when they registered and last wrote is history. */
static void take_profile(struct customer *to, const struct customer *from)
{
	set_text(&to->name, from->name);
	set_text(&to->language, from->language);
	set_text(&to->email, from->email);
	set_text(&to->phone, from->phone);
	set_text(&to->region, from->region);
	set_text(&to->gender, from->gender);
	set_text(&to->occupation, from->occupation);
	set_text(&to->zone, from->zone);
	set_text(&to->preferences, from->preferences);
	to->birth_year = from->birth_year;
}

/* NULL: as it is; "" or "-": nobody; else a log-in or display name. The number wins. */
static gboolean take_manager(const struct words *w, struct customer *to, const struct customer *from, GError **error)
{
	const struct person *found = from->manager_id ? words_person(w, from->manager_id) : NULL;
	const char *name = from->manager_name;

	if (!from->manager_id) {
		if (!name || g_strcmp0(name, to->manager_name) == 0)
			return TRUE;
		if (!*name || strcmp(name, "-") == 0) {
			to->manager_id = 0;
			return TRUE;
		}
		for (guint i = 0; !found && i < w->people->len; i++) {
			const struct person *p = w->people->pdata[i];

			if (strcmp(p->name, name) == 0 || g_strcmp0(p->display, name) == 0)
				found = p;
		}
	}
	if (!found || (found->id != to->manager_id && !agent_works(found)))
		return desk_fail(error, DESK_INVALID, "customer.manager_name: nobody of that name handles tickets");
	to->manager_id = found->id;
	return TRUE;
}

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

/* The copies of the name in all their tickets; those in somebody's list are told of. */
static gboolean rename_tickets(struct work *w, const struct customer *customer, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (!customer_remark(w->desk, w->conn, w->words, customer->id, error) ||
	    !DB_RUN(w->conn, STMT_TICKET_RECENT, id_fn, ids, error, DB_I(customer->id), DB_I(RENAME_MAX)))
		return FALSE;
	for (guint i = 0; i < ids->len; i++) {
		struct work one;
		gboolean ok = work_begin(&one, w->desk, w->tx, w->who, error) &&
		              work_load(&one, g_array_index(ids, desk_id, i), error);

		if (ok) {
			one.change = w->change;
			one.touched = TRUE;
			one.updated_ms = one.ticket->row.updated_ms;
			ok = work_save(&one, change_name(w->change->kind), error);
		}
		work_end(&one);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

gboolean change_customer_save(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct event e = {.kind = EVENT_CUSTOMER, .customer_id = c->customer_id};
	struct customer *customer;
	gboolean renamed, ok = FALSE;

	if (!c->customer)
		return desk_fail(error, DESK_INVALID, "customer is missing");
	customer = customer_read(w->conn, w->words, c->customer_id, error);
	if (!customer)
		return FALSE;
	if (c->if_version >= 0 && c->if_version != customer->version) {
		desk_fail(error, DESK_CONFLICT, "%s was changed meanwhile: look at it again", customer->name);
	} else if (profile_check(c->customer, w->now, error) && take_manager(w->words, customer, c->customer, error)) {
		renamed = strcmp(customer->name, c->customer->name) != 0;
		take_profile(customer, c->customer);
		ok = customer_update(w->conn, customer, error) && (!renamed || rename_tickets(w, customer, error)) &&
		     work_announce(w, &e, change_name(c->kind), error) &&
		     (out->customer = customer_read(w->conn, w->words, c->customer_id, error));
	}
	customer_free(customer);
	return ok;
}
