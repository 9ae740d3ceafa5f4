/* What time itself brings: replies whose undo window has passed, holds that end. */
#include "server/desk/attachments.h"
#include "server/desk/automation.h"
#include "server/desk/config_desk.h"
#include "server/desk/ladder.h"
#include "server/desk/routing_desk.h"
#include "server/desk/follow_up.h"

#include "base/log.h"

#define DUE_BATCH 100

struct due_item {
	struct desk *desk;
	desk_id id;         /* message, or held ticket */
	desk_id ticket_id;
	int64_t at_ms;
	gboolean hold;
};

struct due_list {
	struct desk *desk;
	GArray *items;
	gboolean hold;
};

static gboolean item_fn(const struct db_row *row, void *arg)
{
	struct due_list *l = arg;
	struct due_item item = {.desk = l->desk, .id = db_int(row, 0), .hold = l->hold};

	item.ticket_id = l->hold ? item.id : db_int(row, 1);
	item.at_ms = db_int(row, l->hold ? 1 : 2);
	g_array_append_val(l->items, item);
	return TRUE;
}

/* Asked again under the writer: it may have been recalled, sent by another server, or
 * moved by a merge. */
static gboolean deliver(struct work *w, desk_id message_id, GError **error)
{
	struct message *m = message_load(w->conn, message_id, error);

	if (!m)
		return FALSE;
	if (m->delivery != DELIVERY_WAITING || m->send_at_ms > w->now || m->ticket_id != w->ticket->row.id) {
		message_free(m);
		return TRUE;
	}
	g_ptr_array_add(w->messages, m);
	return (m->kind == MESSAGE_PROGRESS ? progress_deliver(w, m, error) : talk_delivered(w, m, error)) &&
	       work_save(w, "delivered", error);
}

static gboolean end_hold(struct work *w, GError **error)
{
	struct ticket *t = w->ticket;

	if (!t->hold_until_ms || t->hold_until_ms > w->now)
		return TRUE;
	t->hold_until_ms = 0;
	w->touched = TRUE;
	if (t->row.status == STATUS_ON_HOLD &&
	    (!work_status(w, STATUS_OPEN, error) || !work_history(w, error, HISTORY_HOLD_ENDED)))
		return FALSE;
	return work_save(w, "hold-ended", error);
}

static gboolean due_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	const struct due_item *item = arg;
	struct work w;
	gboolean ok;

	if (!work_begin(&w, item->desk, tx, &nobody, error))
		return FALSE;
	/* A reply of a merged ticket is in the one that lives on. */
	ok = work_load(&w, item->ticket_id, error) && (item->hold || work_follow(&w, error)) &&
	     (item->hold ? end_hold(&w, error) : deliver(&w, item->id, error));
	work_end(&w);
	return ok;
}

static gboolean read_due(struct desk *d, GArray *items, GError **error)
{
	struct due_list l = {d, items, FALSE};
	struct db_conn *conn = db_read_begin(d->db, error);
	gboolean ok;

	if (!conn)
		return FALSE;
	ok = DB_RUN(conn, STMT_MESSAGES_WAITING, item_fn, &l, error, DB_I(DUE_BATCH));
	l.hold = TRUE;
	ok = ok && DB_RUN(conn, STMT_TICKET_HELD, item_fn, &l, error, DB_I(DUE_BATCH));
	db_read_end(d->db, conn);
	return ok;
}

/* Clocks that ring, people who have left, what a change of the configuration left to do, and so on:
 * each says when it wants to look again. */
typedef gboolean watch_fn(struct desk *d, int64_t now, int64_t *next, GError **error);
static watch_fn *const watches[] = {
	alarms_due, presence_due, desk_refold, problems_due, incidents_due,
	snooze_due, follow_ups_due,
	ladder_due,
	routing_due,
	automation_due,
};

static gboolean by_the_clock(struct desk *d, int64_t now, int64_t *next, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(watches); i++) {
		int64_t again = INT64_MAX;

		if (!watches[i](d, now, &again, error))
			return FALSE;
		*next = MIN(*next, again);
	}
	return TRUE;
}

int64_t desk_due(struct desk *d, GError **error)
{
	g_autoptr(GArray) items = g_array_new(FALSE, TRUE, sizeof(struct due_item));
	int64_t now = clock_wall_ms(), next = INT64_MAX;

	attachments_sweep(d, now);
	if (!read_due(d, items, error))
		return now + MS_SECOND;
	for (guint i = 0; i < items->len; i++) {
		struct due_item *item = &g_array_index(items, struct due_item, i);
		g_autoptr(GError) failed = NULL;

		if (item->at_ms > now) {
			next = MIN(next, item->at_ms);
			continue;
		}
		/* One that fails doesn't hold up the others; it is tried again. */
		if (!db_submit_wait(d->db, due_job, item, &failed)) {
			log_warn("desk", "due work on #%" G_GINT64_FORMAT ": %s", item->ticket_id, failed->message);
			next = MIN(next, now + 5 * MS_SECOND);
		} else if (items->len >= DUE_BATCH) {
			next = now;
		}
	}
	return by_the_clock(d, now, &next, error) ? next : now + MS_SECOND;
}
