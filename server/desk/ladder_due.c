/* What nobody acknowledged in time goes back to where it came from; who owes a part or an answer is reminded. Every
 * server looks; the one that locks the ticket first and finds the rung still due does it. */
#include "server/desk/ladder.h"

#include "base/log.h"

#define BATCH 50
#define AGAIN_MS (5 * MS_SECOND)

struct bounce {
	struct desk *desk;
	desk_id rung_id, ticket_id;
};

struct looked {
	int64_t now, next;
	GArray *due; /* struct bounce */
	struct desk *desk;
};

static gboolean due_fn(const struct db_row *row, void *arg)
{
	struct looked *l = arg;
	struct bounce b = {l->desk, db_int(row, 0), db_int(row, 1)};

	if (db_int(row, 2) > l->now) {
		l->next = db_int(row, 2);
		return FALSE;
	}
	g_array_append_val(l->due, b);
	return TRUE;
}

/* The desk's own doing: who asked hears it, and the group that let it lie. */
static gboolean bounce(struct work *w, struct escalation *r, GError **error)
{
	const char *name = ladder_target_name(w->words, r);

	w->on_ladder = TRUE;
	if (!ladder_set(w, r, RUNG_BOUNCED, error))
		return FALSE;
	if (r->kind == ESCALATION_TRANSFER)
		return ladder_line(w, ladder_asker(r), error, HISTORY_TRANSFER_BOUNCED, name);
	if (escalation_is_root(r) && (!work_fact(w, FACT_RETURNED, 0, w->now, error) || !ladder_give_back(w, r, error)))
		return FALSE;
	if (!r->from_person_id) {
		g_autofree char *told = g_strdup_printf(HISTORY_BOUNCED, name);

		if (!ladder_tell_group(w, r->from_group_id, r->note_id, told, error))
			return FALSE;
	}
	return ladder_line(w, ladder_asker(r), error, HISTORY_BOUNCED, name);
}

/* The plan stands as long as a part of it is owed, so that one isn't taken away from anybody. */
static gboolean remind(struct work *w, struct escalation *r, GError **error)
{
	const char *name = r->taken_name ? r->taken_name : ladder_target_name(w->words, r);
	g_autofree char *told = g_strdup_printf(HISTORY_REMINDED, name);
	desk_id owes = r->taken_id ? r->taken_id : r->to_person_id;

	w->on_ladder = TRUE;
	r->acknowledge_by_ms = ladder_remind_at(w, 0);
	if (!ladder_save(w, r, error) || !ladder_line(w, ladder_asker(r), error, HISTORY_REMINDED, name))
		return FALSE;
	return owes ? notice_of_work(w, NOTICE_ESCALATION, owes, r->note_id, told, error) :
	              ladder_tell_group(w, r->to_group_id, r->note_id, told, error);
}

static gboolean over(struct work *w, struct escalation *r, GError **error)
{
	if (r->state == RUNG_WAITING && !r->parent_id)
		return bounce(w, r, error) && work_save(w, "bounced", error);
	return remind(w, r, error) && work_save(w, "reminded", error);
}

static gboolean bounce_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	const struct bounce *b = arg;
	struct escalation *r;
	struct work w;
	gboolean ok;

	if (!work_begin(&w, b->desk, tx, &nobody, error))
		return FALSE;
	ok = work_load(&w, b->ticket_id, error) && ladder_load(w.conn, w.words, w.ticket, error);
	r = ok ? escalation_of(w.ticket->ladder, b->rung_id) : NULL;
	/* Asked again under the lock: acknowledged, or bounced by another server, or gone with a merge. */
	if (r && escalation_is_open(r) && r->acknowledge_by_ms && r->acknowledge_by_ms <= w.now)
		ok = over(&w, r, error);
	work_end(&w);
	return ok;
}

gboolean ladder_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(struct bounce));
	struct looked l = {now_ms, INT64_MAX, due, d};

	*next_ms = INT64_MAX;
	if (!DB_READ_ONE(d->db, STMT_RUNGS_DUE, due_fn, &l, error, DB_I(BATCH)))
		return FALSE;
	if (due->len >= BATCH)
		l.next = now_ms;
	for (guint i = 0; i < due->len; i++) {
		struct bounce *b = &g_array_index(due, struct bounce, i);
		g_autoptr(GError) failed = NULL;

		/* One that fails doesn't hold up the others; it is tried again. */
		if (db_submit_wait(d->db, bounce_job, b, &failed))
			continue;
		log_warn("desk", "the escalation of #%" G_GINT64_FORMAT ": %s", b->ticket_id, failed->message);
		l.next = MIN(l.next, now_ms + AGAIN_MS);
	}
	*next_ms = l.next;
	return TRUE;
}
