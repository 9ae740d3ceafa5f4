/* What rules did and what webhooks were sent, over the API. */
#include "server/desk/automation.h"

#define PAGE 50
#define PAGE_MAX 500

static gboolean run_fn(const struct db_row *row, void *arg)
{
	struct automation_run *r = g_new0(struct automation_run, 1);

	r->id = db_int(row, 0);
	r->kind = (enum rule_kind)db_int(row, 1);
	r->name = db_dup(row, 2);
	r->ticket_id = db_int(row, 3);
	r->at_ms = db_int(row, 4);
	r->why = db_dup(row, 5);
	r->did = db_dup(row, 6);
	r->error = db_dup(row, 7);
	g_ptr_array_add(arg, r);
	return TRUE;
}

static void cut(struct answer *out, GPtrArray *list, int limit)
{
	out->more = list->len > (guint)limit;
	if (out->more)
		g_ptr_array_remove_index(list, (guint)limit);
}

gboolean automation_log_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error)
{
	int limit = q->limit > 0 ? MIN(q->limit, PAGE_MAX) : PAGE;
	int64_t before = q->before_id > 0 ? q->before_id : INT64_MAX;
	gboolean ok;

	out->runs = g_ptr_array_new_with_free_func((GDestroyNotify)automation_run_free);
	if (q->ticket_id > 0)
		ok = DB_RUN(conn, STMT_RUNS_OF_TICKET, run_fn, out->runs, error, DB_I(q->ticket_id), DB_I(before), DB_I(limit + 1));
	else if (q->text && *q->text)
		ok = DB_RUN(conn, STMT_RUNS_OF_RULE, run_fn, out->runs, error, DB_T(q->text), DB_I(before), DB_I(limit + 1));
	else
		ok = DB_RUN(conn, STMT_RUNS, run_fn, out->runs, error, DB_I(before), DB_I(limit + 1));
	if (ok)
		cut(out, out->runs, limit);
	return ok;
}

static gboolean delivery_fn(const struct db_row *row, void *arg)
{
	struct webhook_delivery *d = g_new0(struct webhook_delivery, 1);

	d->id = db_int(row, 0);
	d->delivery = db_dup(row, 1);
	d->webhook = db_dup(row, 2);
	d->event = db_dup(row, 3);
	d->ticket_id = db_int(row, 4);
	d->at_ms = db_int(row, 5);
	d->tries = (int)db_int(row, 6);
	d->status = (int)db_int(row, 7);
	d->next_ms = db_int(row, 8);
	d->error = db_dup(row, 9);
	d->done_ms = db_int(row, 10);
	g_ptr_array_add(arg, d);
	return TRUE;
}

gboolean deliveries_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error)
{
	int limit = q->limit > 0 ? MIN(q->limit, PAGE_MAX) : PAGE;

	out->deliveries = g_ptr_array_new_with_free_func((GDestroyNotify)webhook_delivery_free);
	if (!DB_RUN(conn, STMT_DELIVERIES, delivery_fn, out->deliveries, error,
	            DB_I(q->before_id > 0 ? q->before_id : INT64_MAX), DB_I(limit + 1)))
		return FALSE;
	cut(out, out->deliveries, limit);
	return TRUE;
}

/* From the beginning: as if it had never been tried. */
gboolean change_webhook_retry(struct work *w, struct answer *out, GError **error)
{
	desk_id id = w->change->item_id;
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)webhook_delivery_free);
	struct event e = {.kind = EVENT_POLICY, .change = (char *)"webhook-retry"};
	const struct webhook_delivery *d;

	(void)out;
	if (!DB_RUN(w->conn, STMT_DELIVERY, delivery_fn, found, error, DB_I(id)))
		return FALSE;
	d = found->len ? found->pdata[0] : NULL;
	if (!d)
		return desk_fail(error, DESK_NOTFOUND, "there is no delivery %" G_GINT64_FORMAT, id);
	if (d->done_ms)
		return work_conflict(w, error, "the delivery %" G_GINT64_FORMAT " was accepted already", id);
	/* The event wakes whoever sends. */
	return DB_RUN(w->conn, STMT_DELIVERY_RETRY, NULL, NULL, error, DB_I(id), DB_I(w->now)) &&
	       work_announce(w, &e, "webhook-retry", error);
}
