/* Out of the queue for a while: until a time or until the customer writes, whichever comes first; a
 * deadline that warns or passes wakes it before. Its clocks run on. */
#include "server/desk/inside.h"

#include "base/log.h"

#define SNOOZE_MAX_MS (366 * MS_DAY)
#define BATCH 100
#define AGAIN_MS (5 * MS_SECOND)

gboolean snooze_end(struct work *w, const char *history, GError **error)
{
	if (!w->ticket->row.snoozed_ms)
		return TRUE;
	w->ticket->row.snoozed_ms = 0;
	w->touched = TRUE;
	return !history || work_message(w, MESSAGE_SYSTEM, history, 0, error) != NULL;
}

void snooze_settle(struct work *w)
{
	struct ticket_row *row = &w->ticket->row;

	if (!row->snoozed_ms || w->fresh)
		return;
	if (!status_is_active(row->status) || row->group_id != w->was_group ||
	    (row->assignee_id && row->assignee_id != w->was_assignee))
		row->snoozed_ms = 0;
}

gboolean change_snooze(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	struct ticket_row *row = &w->ticket->row;
	int64_t until = c->hold_until_ms ? c->hold_until_ms : -1;
	char stamp[40];

	(void)out;
	if (!c->on)
		return snooze_end(w, HISTORY_SNOOZE_WOKEN, error);
	if (!status_is_active(row->status))
		return work_conflict(w, error, "#%" G_GINT64_FORMAT " is %s: open it again first", row->id,
		                     status_name(row->status));
	if (until > 0 && until <= w->now)
		return desk_fail(error, DESK_INVALID, "until_ms isn't in the future");
	if (until > w->now + SNOOZE_MAX_MS)
		return desk_fail(error, DESK_INVALID, "until_ms is more than a year away");
	if (row->snoozed_ms == until)
		return TRUE;
	row->snoozed_ms = until;
	w->touched = TRUE;
	return until < 0 ? work_history(w, error, HISTORY_SNOOZED_REPLY)
	                 : work_history(w, error, HISTORY_SNOOZED, work_stamp(w, until, stamp, sizeof stamp));
}

/* ---- what time brings */
struct waking {
	struct desk *desk;
	int64_t now, next;
	GArray *due; /* desk_id */
};

static gboolean snoozed_fn(const struct db_row *row, void *arg)
{
	struct waking *k = arg;
	desk_id id = db_int(row, 0);

	if (db_int(row, 1) > k->now) {
		k->next = db_int(row, 1);
		return FALSE;
	}
	g_array_append_val(k->due, id);
	return TRUE;
}

/* Asked again under the writer: another server, or somebody, may have woken it. */
static gboolean wake_one(struct work *w, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;
	const struct notice n = {
		.kind = NOTICE_AWAKE, .person_id = row->assignee_id, .ticket_id = row->id, .text = row->subject,
		.late = w->now - row->snoozed_ms > 10 * MS_SECOND,
	};

	if (row->snoozed_ms <= 0 || row->snoozed_ms > w->now)
		return TRUE;
	return snooze_end(w, HISTORY_SNOOZE_OVER, error) && work_save(w, "snooze-ended", error) &&
	       (!row->assignee_id || notice_add(w, &n, error));
}

struct wake_job {
	struct desk *desk;
	desk_id id;
};

static gboolean wake_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	const struct wake_job *job = arg;
	struct work w;
	gboolean ok = work_begin(&w, job->desk, tx, &nobody, error) && work_load(&w, job->id, error) &&
	              wake_one(&w, error);

	work_end(&w);
	return ok;
}

gboolean snooze_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	struct waking k = {.desk = d, .now = now_ms, .next = INT64_MAX};
	g_autoptr(GArray) due = k.due = g_array_new(FALSE, FALSE, sizeof(desk_id));

	*next_ms = INT64_MAX;
	if (!DB_READ_ONE(d->db, STMT_TICKET_SNOOZED, snoozed_fn, &k, error, DB_I(BATCH)))
		return FALSE;
	if (due->len >= BATCH)
		k.next = now_ms;
	for (guint i = 0; i < due->len; i++) {
		struct wake_job job = {d, g_array_index(due, desk_id, i)};
		g_autoptr(GError) failed = NULL;

		/* One that fails doesn't hold up the others; it is tried again. */
		if (db_submit_wait(d->db, wake_job, &job, &failed))
			continue;
		log_warn("desk", "waking #%" G_GINT64_FORMAT ": %s", job.id, failed->message);
		k.next = MIN(k.next, now_ms + AGAIN_MS);
	}
	*next_ms = k.next;
	return TRUE;
}
