/* Promises to the customer (R-TALK-2, R-TIME-10): their clock starts when the words have left. */
#include "server/desk/inside.h"

#define PROMISE_MAX_MS (366 * MS_DAY)

gboolean promise_check(struct work *w, int64_t promise_ms, int64_t not_before_ms, GError **error)
{
	if (promise_ms <= not_before_ms)
		return desk_fail(error, DESK_INVALID, not_before_ms > w->now ?
		                 "promise_ms is before the reply leaves" : N_("promise_ms isn't in the future"));
	if (promise_ms > w->now + PROMISE_MAX_MS)
		return desk_fail(error, DESK_INVALID, "promise_ms is more than a year away");
	return TRUE;
}

gboolean promise_start(struct work *w, int64_t promise_ms, GError **error)
{
	return work_fact(w, FACT_PROMISED, 0, promise_ms, error);
}

gboolean promise_of_message(struct work *w, desk_id message_id, GError **error)
{
	int64_t promise_ms = 0;

	if (!DB_RUN(w->conn, STMT_MESSAGE_PROMISE, row_int_fn, &promise_ms, error, DB_I(message_id)))
		return FALSE;
	return !promise_ms || promise_start(w, promise_ms, error);
}

int64_t promise_due(const struct ticket *t)
{
	for (guint i = 0; i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i];

		if (c->kind == CLOCK_PROMISE && (c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED))
			return c->due_ms;
	}
	return 0;
}

gboolean promise_keep(struct work *w, desk_id message_id, int64_t promise_ms, GError **error)
{
	return DB_RUN(w->conn, STMT_MESSAGE_PROMISE_PUT, NULL, NULL, error, DB_I(message_id), DB_I(promise_ms));
}

const char *work_stamp(struct work *w, int64_t ms, char *buf, size_t size)
{
	g_autofree char *name = desk_setting(w->conn, "zone");
	g_autoptr(GTimeZone) named = name ? g_time_zone_new_identifier(name) : NULL;
	g_autoptr(GTimeZone) zone = named ? g_steal_pointer(&named) : g_time_zone_new_local();
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);
	g_autoptr(GDateTime) then = utc ? g_date_time_to_timezone(utc, zone) : NULL;
	g_autofree char *text = then ? g_date_time_format(then, "%Y-%m-%d %H:%M") : NULL;

	g_strlcpy(buf, text ? text : "?", size);
	return buf;
}

/* Promised on the phone, or in another way that the desk doesn't see. */
gboolean change_promise(struct work *w, struct answer *out, GError **error)
{
	int64_t until = w->change->promise_ms;
	char stamp[40];

	(void)out;
	if (!status_is_active(w->ticket->row.status))
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: open it again first", w->ticket->row.id,
		                     status_name(w->ticket->row.status));
	return promise_check(w, until, w->now, error) && promise_start(w, until, error) &&
	       work_history(w, error, HISTORY_PROMISED, work_stamp(w, until, stamp, sizeof stamp));
}
