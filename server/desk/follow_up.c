/* Rounds of the follow-up: read, kept, and moved along by what happens to their ticket. */
#include "server/desk/follow_up.h"

#include "rules/status.h"
#include "wire/desk_settings.h"

#define OLD_IMPORT_MS (7 * MS_DAY) /* what another desk solved before that is its own affair */

void follow_up_round_clear(struct follow_up_round *r)
{
	g_clear_pointer(&r->f, follow_up_free);
	*r = (struct follow_up_round){0};
}

struct reading {
	const struct words *words;
	struct follow_up_round *round;
};

static gboolean round_fn(const struct db_row *row, void *arg)
{
	struct reading *reading = arg;
	struct follow_up_round *r = reading->round;
	const struct words *w = reading->words;
	struct follow_up *f = r->f = g_new0(struct follow_up, 1);

	r->round = (int)db_int(row, 1);
	f->state = (enum follow_up_state)db_int(row, 2);
	f->due_ms = db_int(row, 3);
	r->next_ms = db_int(row, 4);
	f->asked = (int)db_int(row, 5);
	f->asked_ms = db_int(row, 6);
	f->asked_id = db_int(row, 7);
	f->asked_name = g_strdup(words_person_name(w, f->asked_id));
	r->ask_message = db_int(row, 8);
	f->solved = (int)db_int(row, 9);
	f->speed = (int)db_int(row, 10);
	f->improve = db_dup(row, 11);
	f->answered_ms = db_int(row, 12);
	f->answered_id = db_int(row, 13);
	f->answered_name = g_strdup(words_person_name(w, f->answered_id));
	f->solver_id = db_int(row, 14);
	f->solver_name = g_strdup(words_person_name(w, f->solver_id));
	r->resolved_ms = db_int(row, 15);
	f->skipped_ms = db_int(row, 16);
	f->skipped_id = db_int(row, 17);
	f->skipped_name = g_strdup(words_person_name(w, f->skipped_id));
	f->skip_reason = db_dup(row, 18);
	return FALSE;
}

gboolean follow_up_load(struct db_conn *conn, const struct words *w, desk_id ticket_id, struct follow_up_round *r,
                        GError **error)
{
	struct reading reading = {w, r};

	*r = (struct follow_up_round){0};
	return DB_RUN(conn, STMT_FOLLOW_UP, round_fn, &reading, error, DB_I(ticket_id));
}

gboolean ticket_load_follow_up(struct db_conn *conn, const struct words *w, struct ticket *t, GError **error)
{
	struct follow_up_round r;

	g_clear_pointer(&t->follow_up, follow_up_free);
	if (!t->after_sales && status_is_active(t->row.status) && !t->resolved_ms)
		return TRUE;
	if (!follow_up_load(conn, w, t->row.id, &r, error))
		return FALSE;
	t->follow_up = r.f;
	return TRUE;
}

/* Where it stands in the list of follow-ups; 0 not in it. */
static int64_t place_of(const struct work *w, const struct follow_up_round *r)
{
	const struct follow_up *f = r->f;

	if (w->ticket->row.status == STATUS_RESOLVED)
		return follow_up_is_open(f) ? (r->next_ms ? r->next_ms : f->due_ms) : 0;
	if (w->ticket->row.status != STATUS_FOLLOW_UP_DUE)
		return 0;
	return f->state == FOLLOW_UP_ASKED && r->next_ms ? r->next_ms : f->state == FOLLOW_UP_ANSWERED ? f->answered_ms : f->due_ms;
}

gboolean follow_up_put(struct work *w, struct follow_up_round *r, GError **error)
{
	const struct follow_up *f = r->f;
	desk_id id = w->ticket->row.id;

	w->touched = TRUE;
	return DB_RUN(w->conn, STMT_FOLLOW_UP_PUT, NULL, NULL, error, DB_I(id), DB_I(r->round), DB_I(f->state),
	              DB_I(f->due_ms), DB_I(r->next_ms), DB_I(f->asked), DB_I(f->asked_ms), DB_I(f->asked_id),
	              DB_I(r->ask_message), DB_I(f->solved), DB_I(f->speed), DB_T(f->improve), DB_I(f->answered_ms),
	              DB_I(f->answered_id), DB_I(f->solver_id), DB_I(r->resolved_ms), DB_I(f->skipped_ms),
	              DB_I(f->skipped_id), DB_T(f->skip_reason)) &&
	       DB_RUN(w->conn, STMT_FOLLOW_UP_TICKET, NULL, NULL, error, DB_I(id), DB_I(place_of(w, r)));
}

static int64_t days_setting(struct work *w, enum desk_setting_id id)
{
	g_autofree char *value = desk_setting(w->conn, desk_setting_specs[id].name);

	return desk_setting_value(id, value);
}

gboolean follow_up_begin(struct work *w, struct follow_up_round *r, gboolean due, GError **error)
{
	int round = r->round + 1;
	int64_t resolved = w->ticket->resolved_ms ? w->ticket->resolved_ms : w->now;

	follow_up_round_clear(r);
	r->f = g_new0(struct follow_up, 1);
	r->round = round;
	r->resolved_ms = resolved;
	r->f->solved = -1;
	/* Whose solution is judged: who says it is solved, or had it when it was. */
	r->f->solver_id = w->ticket->row.assignee_id ? w->ticket->row.assignee_id : w->who->person_id;
	r->f->state = due ? FOLLOW_UP_DUE : FOLLOW_UP_WAITING;
	r->f->due_ms = due ? w->now : resolved + days_setting(w, DESK_SETTING_ID_FOLLOW_UP_DAYS) * MS_DAY;
	r->next_ms = due ? 0 : r->f->due_ms;
	return follow_up_put(w, r, error);
}

gboolean follow_up_asked(struct work *w, struct follow_up_round *r, desk_id message_id, GError **error)
{
	struct follow_up *f = r->f;

	f->state = FOLLOW_UP_ASKED;
	f->asked++;
	f->asked_ms = w->now;
	f->asked_id = w->who->person_id;
	r->ask_message = message_id;
	r->next_ms = w->now + days_setting(w, DESK_SETTING_ID_FOLLOW_UP_ANSWER_DAYS) * MS_DAY;
	/* Asked before its day it is followed up from then on. */
	if (w->ticket->row.status == STATUS_RESOLVED && !work_status(w, STATUS_FOLLOW_UP_DUE, error))
		return FALSE;
	return work_history(w, error, message_id ? HISTORY_FOLLOW_UP_ASKED : HISTORY_FOLLOW_UP_ASKED_ALOUD) &&
	       follow_up_put(w, r, error);
}

/* ---- what a change of the ticket makes of it */
static gboolean finish(struct work *w, struct follow_up_round *r, GError **error)
{
	r->f->state = FOLLOW_UP_ENDED;
	r->next_ms = 0;
	return follow_up_put(w, r, error);
}

/* An import brings what another desk did: only what it left open lately is ours to follow up. */
static gboolean too_old(struct work *w)
{
	return w->quiet && w->ticket->row.status == STATUS_RESOLVED &&
	       w->ticket->resolved_ms + days_setting(w, DESK_SETTING_ID_FOLLOW_UP_DAYS) * MS_DAY < w->now - OLD_IMPORT_MS;
}

static gboolean turn(struct work *w, struct follow_up_round *r, enum follow_up_turn what, GError **error)
{
	switch (what) {
	case FOLLOW_UP_BEGINS:
		return too_old(w) || ((!follow_up_is_open(r->f) || finish(w, r, error)) &&
		                      follow_up_begin(w, r, w->ticket->row.status == STATUS_FOLLOW_UP_DUE, error));
	case FOLLOW_UP_FALLS:
		r->f->state = FOLLOW_UP_DUE;
		r->f->due_ms = MIN(r->f->due_ms, w->now);
		r->next_ms = 0;
		return follow_up_put(w, r, error);
	case FOLLOW_UP_RESTS:
		if (!r->next_ms)
			return TRUE;
		r->next_ms = 0;
		return follow_up_put(w, r, error);
	case FOLLOW_UP_ENDS:
		return finish(w, r, error);
	case FOLLOW_UP_PASSES:
		r->resolved_ms = 0;
		return follow_up_put(w, r, error);
	case FOLLOW_UP_STAYS:
		break;
	}
	return TRUE;
}

/* A word on a case that is being worked on asks nothing of the database. */
static gboolean concerns(const struct work *w)
{
	const struct ticket *t = w->ticket;
	gboolean active = status_is_active(t->row.status);

	if (active && (w->fresh || w->was_active))
		return FALSE;
	return t->after_sales || w->was_after_sales || t->row.status == STATUS_FOLLOW_UP_DUE ||
	       w->was_status == STATUS_FOLLOW_UP_DUE;
}

gboolean follow_up_settle(struct work *w, GError **error)
{
	g_auto(follow_up_round_auto) r = {0};
	struct follow_up_ticket t = {
		.status = w->ticket->row.status, .after_sales = w->ticket->after_sales, .resolved_ms = w->ticket->resolved_ms,
	};

	if (!concerns(w))
		return TRUE;
	if (!w->fresh && !follow_up_load(w->conn, w->words, w->ticket->row.id, &r, error))
		return FALSE;
	t.round_ms = r.resolved_ms;
	return turn(w, &r, follow_up_turn_of(r.f, &t), error);
}

gboolean follow_up_may_archive(struct work *w, GError **error)
{
	const struct ticket *t = w->ticket;
	g_auto(follow_up_round_auto) r = {0};

	if (!t->after_sales || t->row.status == STATUS_SPAM)
		return TRUE;
	if (!follow_up_load(w->conn, w->words, t->row.id, &r, error))
		return FALSE;
	if (follow_up_is_closed(r.f) && r.resolved_ms)
		return TRUE;
	return work_conflict(w, error, "#%" G_GINT64_FORMAT " is an after-sales case: ask the customer and record the answers "
	                     "first, or let a supervisor skip the follow-up with a reason", t->row.id);
}

/* ---- replies */
static gboolean asks(struct work *w, const GArray *template_ids, gboolean *is, GError **error)
{
	*is = FALSE;
	for (guint i = 0; template_ids && i < template_ids->len && !*is; i++) {
		int64_t part = -1;

		if (!DB_RUN(w->conn, STMT_TEMPLATE_PART, row_int_fn, &part, error,
		            DB_I(g_array_index(template_ids, desk_id, i))))
			return FALSE;
		*is = part == PART_FOLLOW_UP;
	}
	return TRUE;
}

gboolean follow_up_reply(struct work *w, const struct message *m, const GArray *template_ids, GError **error)
{
	enum ticket_status s = w->ticket->row.status;
	g_auto(follow_up_round_auto) r = {0};
	gboolean is;

	if ((s != STATUS_RESOLVED && s != STATUS_FOLLOW_UP_DUE) || !template_ids)
		return TRUE;
	if (!asks(w, template_ids, &is, error))
		return FALSE;
	if (!is)
		return TRUE;
	return follow_up_load(w->conn, w->words, w->ticket->row.id, &r, error) &&
	       (!follow_up_is_open(r.f) || follow_up_asked(w, &r, m->id, error));
}

gboolean follow_up_recalled(struct work *w, const struct message *m, GError **error)
{
	g_auto(follow_up_round_auto) r = {0};

	if (status_is_active(w->ticket->row.status))
		return TRUE;
	if (!follow_up_load(w->conn, w->words, w->ticket->row.id, &r, error))
		return FALSE;
	if (!r.f || r.f->state != FOLLOW_UP_ASKED || r.ask_message != m->id)
		return TRUE;
	r.f->asked--;
	r.f->asked_ms = r.f->asked_id = r.ask_message = 0;
	r.f->state = w->ticket->row.status == STATUS_FOLLOW_UP_DUE ? FOLLOW_UP_DUE : FOLLOW_UP_WAITING;
	r.next_ms = r.f->state == FOLLOW_UP_WAITING ? r.f->due_ms : 0;
	return follow_up_put(w, &r, error);
}

gboolean follow_up_answered_feedback(struct work *w, GError **error)
{
	g_auto(follow_up_round_auto) r = {0};

	if (w->ticket->row.status != STATUS_FOLLOW_UP_DUE)
		return TRUE;
	if (!follow_up_load(w->conn, w->words, w->ticket->row.id, &r, error))
		return FALSE;
	if (!r.f || r.f->state != FOLLOW_UP_ANSWERED || r.f->solved != 1)
		return TRUE;
	return work_status(w, STATUS_ARCHIVED, error) && work_history(w, error, HISTORY_STATUS, status_name(STATUS_ARCHIVED)) &&
	       follow_up_put(w, &r, error);
}

/* ---- looking */
static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

gboolean follow_ups_verify(struct db_conn *conn, int limit, GArray *ids, GError **error)
{
	return DB_RUN(conn, STMT_FOLLOW_UP_VERIFY, id_fn, ids, error, DB_I(STATUS_ARCHIVED), DB_I(FOLLOW_UP_ASKED),
	              DB_I(limit));
}
