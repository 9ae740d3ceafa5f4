/* R-TICKET-6: compensation within the limits of a role at once, above them when somebody
 * else who may has said yes. */
#include "server/desk/inside.h"

#include <string.h>
#include "rules/allowance.h"

#define LIST_LIMIT 100
#define LIST_LIMIT_MAX 500

static struct compensation *given_of(const struct db_row *row, const struct words *w)
{
	struct compensation *c = g_new0(struct compensation, 1);

	c->id = db_int(row, 0);
	c->ticket_id = db_int(row, 1);
	c->kind = (enum compensation_kind)db_int(row, 2);
	c->state = (enum decision)db_int(row, 3);
	c->amount_cents = db_int(row, 4);
	c->currency = db_dup(row, 5);
	c->order_number = db_dup(row, 6);
	c->reason = db_dup(row, 7);
	c->by_id = db_int(row, 8);
	c->by_name = g_strdup(words_person_name(w, c->by_id));
	c->at_ms = db_int(row, 9);
	c->decided_id = db_int(row, 10);
	c->decided_name = g_strdup(words_person_name(w, c->decided_id));
	c->decision_reason = db_dup(row, 11);
	c->decided_ms = db_int(row, 12);
	return c;
}

struct list {
	const struct words *words;
	GPtrArray *all;
};

static gboolean given_fn(const struct db_row *row, void *arg)
{
	struct list *l = arg;

	g_ptr_array_add(l->all, given_of(row, l->words));
	return TRUE;
}

static struct compensation *given_load(struct db_conn *conn, const struct words *w, desk_id id, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)compensation_free);
	struct list l = {w, all};

	if (!DB_RUN(conn, STMT_COMPENSATION, given_fn, &l, error, DB_I(id)))
		return NULL;
	if (all->len == 0) {
		desk_fail(error, DESK_NOTFOUND, "there is no compensation %" G_GINT64_FORMAT, id);
		return NULL;
	}
	return g_ptr_array_steal_index(all, 0);
}

gboolean compensations_query(struct db_conn *conn, const struct words *w, const struct query *q, struct answer *out,
                             GError **error)
{
	int state = q->text && *q->text ? decision_by_name(q->text) : DECISION_WAITING;
	int limit = q->limit > 0 ? MIN(q->limit, LIST_LIMIT_MAX) : LIST_LIMIT;
	struct list l = {w, g_ptr_array_new_with_free_func((GDestroyNotify)compensation_free)};

	out->compensations = l.all;
	if (state < 0)
		return desk_fail(error, DESK_INVALID, "state isn't one of waiting, approved, rejected");
	return DB_RUN(conn, STMT_COMPENSATION_LIST, given_fn, &l, error, DB_I(state), DB_I(limit));
}

/* ---- asking for one */
struct order_amount {
	int64_t cents;
	char *currency;
	gboolean there;
};

static gboolean order_fn(const struct db_row *row, void *arg)
{
	struct order_amount *o = arg;

	o->cents = db_int(row, 0);
	o->currency = db_dup(row, 1);
	o->there = TRUE;
	return FALSE;
}

/* A refund gives back at most what was paid. */
static gboolean order_check(struct work *w, const struct compensation *c, GError **error)
{
	struct order_amount o = {0};
	gboolean ok = !c->order_number || !*c->order_number ||
	              DB_RUN(w->conn, STMT_ORDER_AMOUNT, order_fn, &o, error, DB_I(w->ticket->row.customer_id),
	                     DB_T(c->order_number));

	if (ok && c->order_number && *c->order_number && !o.there)
		ok = desk_fail(error, DESK_INVALID, "compensation.order_number: %s has no order %s",
		               w->ticket->row.customer_name, c->order_number);
	else if (ok && o.there && c->kind == COMPENSATION_REFUND && o.cents > 0 && c->amount_cents > o.cents &&
	         g_strcmp0(o.currency, c->currency) == 0)
		ok = desk_fail(error, DESK_INVALID, "compensation.amount_cents: order %s cost less than that",
		               c->order_number);
	g_free(o.currency);
	return ok;
}

static int64_t day_start(struct db_conn *conn, int64_t now_ms)
{
	g_autofree char *name = desk_setting(conn, "zone");
	g_autoptr(GTimeZone) zone = name ? g_time_zone_new_identifier(name) : NULL;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_ms / 1000);
	g_autoptr(GTimeZone) utc_zone = g_time_zone_new_utc();
	g_autoptr(GDateTime) here = g_date_time_to_timezone(utc, zone ? zone : utc_zone);
	g_autoptr(GDateTime) midnight = g_date_time_new(zone ? zone : utc_zone, g_date_time_get_year(here),
	                                                g_date_time_get_month(here),
	                                                g_date_time_get_day_of_month(here), 0, 0, 0);

	return midnight ? g_date_time_to_unix(midnight) * 1000 : now_ms - MS_DAY;
}

static gboolean limit_fn(const struct db_row *row, void *arg)
{
	*(struct allowance *)arg = (struct allowance){db_int(row, 0), db_int(row, 1)};
	return FALSE;
}

/* No line of the table: nothing without asking. The desk itself needs no leave. */
static gboolean within_limit(struct work *w, const struct compensation *c, gboolean *within, GError **error)
{
	struct allowance a = {0};
	int64_t on_ticket = 0, today = 0;

	*within = w->who->person_id == 0;
	if (*within)
		return TRUE;
	if (!DB_RUN(w->conn, STMT_COMPENSATION_LIMIT, limit_fn, &a, error, DB_I(w->who->role), DB_I(c->kind),
	            DB_T(c->currency)) ||
	    !DB_RUN(w->conn, STMT_COMPENSATION_ON_TICKET, row_int_fn, &on_ticket, error, DB_I(w->ticket->row.id),
	            DB_I(c->kind), DB_T(c->currency)) ||
	    !DB_RUN(w->conn, STMT_COMPENSATION_OF_DAY, row_int_fn, &today, error, DB_I(w->who->person_id),
	            DB_I(day_start(w->conn, w->now)), DB_I(c->kind), DB_T(c->currency)))
		return FALSE;
	*within = allowance_covers(&a, on_ticket, today, c->amount_cents);
	return TRUE;
}

/* "refund of 12.50 CNY for order A-1: late"; g_free. */
static char *in_words(const struct compensation *c)
{
	g_autofree char *amount = g_strdup_printf("%" G_GINT64_FORMAT ".%02d", c->amount_cents / 100,
	                                          (int)(c->amount_cents % 100));

	if (c->order_number && *c->order_number)
		return g_strdup_printf(HISTORY_GIVEN_FOR, compensation_name(c->kind), amount, c->currency, c->order_number,
		                       c->reason);
	return g_strdup_printf(HISTORY_GIVEN, compensation_name(c->kind), amount, c->currency, c->reason);
}

gboolean change_compensate(struct work *w, struct answer *out, GError **error)
{
	const struct compensation *c = w->change->compensation;
	g_autofree char *said = NULL;
	enum decision state;
	gboolean within;
	desk_id id = 0;

	if (!c)
		return desk_fail(error, DESK_INVALID, "compensation is missing");
	if (!allowance_check(c, error) || !text_check("compensation.reason", c->reason, 2000, FALSE, error) ||
	    !order_check(w, c, error) || !within_limit(w, c, &within, error))
		return FALSE;
	state = within ? DECISION_APPROVED : DECISION_WAITING;
	said = in_words(c);
	if (!DB_RUN(w->conn, STMT_COMPENSATION_INSERT, row_int_fn, &id, error, DB_I(w->ticket->row.id), DB_I(c->kind),
	            DB_I(state), DB_I(c->amount_cents), DB_T(c->currency),
	            DB_T(c->order_number && *c->order_number ? c->order_number : NULL), DB_T(c->reason),
	            DB_I(w->who->person_id), DB_I(w->now)))
		return FALSE;
	out->compensation = given_load(w->conn, w->words, id, error);
	return out->compensation &&
	       work_history(w, error, within ? HISTORY_COMPENSATED : HISTORY_COMPENSATION_ASKED, said);
}

/* ---- deciding on one */
static char *decided_words(const struct compensation *c, const char *reason)
{
	g_autofree char *said = in_words(c);

	return reason ? g_strdup_printf("%s (%s)", said, reason) : g_steal_pointer(&said);
}

gboolean change_compensation_decide(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct compensation *given = given_load(w->conn, w->words, c->item_id, error);
	enum decision state = c->approve ? DECISION_APPROVED : DECISION_REJECTED;
	const char *reason = c->reason && *c->reason ? c->reason : NULL;
	g_autofree char *said = NULL;
	gboolean ok;

	if (!given)
		return FALSE;
	ok = work_load(w, given->ticket_id, error);
	/* Once more, under the ticket's lock. */
	g_clear_pointer(&given, compensation_free);
	given = ok ? given_load(w->conn, w->words, c->item_id, error) : NULL;
	if (!given)
		return FALSE;
	if (given->ticket_id != w->ticket->row.id) {
		compensation_free(given);
		return desk_fail(error, DESK_BUSY, "the ticket is just being merged");
	}
	said = decided_words(given, reason);
	ok = allowance_may_decide(given, w->who->person_id, error) &&
	     (!reason || text_check("reason", reason, 2000, FALSE, error)) &&
	     (c->approve || reason || desk_fail(error, DESK_INVALID, "reason: say why it isn't given")) &&
	     DB_RUN(w->conn, STMT_COMPENSATION_DECIDE, NULL, NULL, error, DB_I(given->id), DB_I(state),
	            DB_I(w->who->person_id), DB_T(reason), DB_I(w->now)) &&
	     work_history(w, error, c->approve ? HISTORY_COMPENSATION_APPROVED : HISTORY_COMPENSATION_REJECTED, said);
	compensation_free(given);
	out->compensation = ok ? given_load(w->conn, w->words, c->item_id, error) : NULL;
	return out->compensation != NULL;
}
