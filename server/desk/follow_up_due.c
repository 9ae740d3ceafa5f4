/* What time brings after sales: follow-ups fall due, are asked again, are given up; and other solved
 * cases are archived after their rest. Any server may do it: who locks the ticket first does. */
#include "server/desk/follow_up.h"

#include "base/log.h"
#include "rules/fill.h"
#include "wire/desk_settings.h"

#define BATCH 50
#define AGAIN_MS (5 * MS_SECOND)

/* ---- the questions, when the desk itself asks */
struct script {
	const char *language;
	enum channel channel;
	gboolean again;
	int rank;
	char *body;
};

static gboolean script_fn(const struct db_row *row, void *arg)
{
	struct script *s = arg;
	const char *name = db_text(row, 0), *language = db_text(row, 1);
	int64_t channels = db_int(row, 3);
	int rank = 1;

	if (channels && !(channels & (INT64_C(1) << s->channel)))
		return TRUE;
	rank += 4 * (g_strcmp0(language, s->language) == 0) + 2 * (g_strcmp0(language, "en") == 0);
	rank += (g_str_has_suffix(name ? name : "", "again") != 0) == s->again;
	if (rank > s->rank) {
		s->rank = rank;
		g_free(s->body);
		s->body = db_dup(row, 2);
	}
	return TRUE;
}

/* NULL: the desk has no template for it (no error), or failure. g_free. */
static char *questions(struct work *w, const struct follow_up_round *r, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;
	g_autoptr(GError) local = NULL;
	struct customer *customer = customer_read(w->conn, w->words, row->customer_id, &local);
	struct script s = {.language = customer ? customer->language : NULL, .channel = row->channel,
	                   .again = r->f->asked > 0};
	const struct group *group = words_group(w->words, row->group_id);
	g_autofree char *number = g_strdup_printf("#%" G_GINT64_FORMAT, row->id), *desk = desk_setting(w->conn, "desk_name");
	char *text = NULL;

	if (customer && DB_RUN(w->conn, STMT_TEMPLATES_OF_PART, script_fn, &s, &local, DB_I(PART_FOLLOW_UP),
	                       DB_I(SCOPE_ALL)) && s.body) {
		const struct fill_var vars[] = {
			{"customer", row->customer_name},
			{"agent", r->f->solver_name ? r->f->solver_name : desk},
			{"ticket", number},
			{"group", group ? group->title : NULL},
		};

		text = fill_template(s.body, vars, G_N_ELEMENTS(vars), NULL);
	}
	if (local)
		g_propagate_error(error, g_steal_pointer(&local));
	g_free(s.body);
	customer_free(customer);
	return text;
}

/* TRUE in *asked when the channel took it; otherwise somebody has to ask. */
static gboolean ask(struct work *w, struct follow_up_round *r, gboolean *asked, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autofree char *text = follow_up_speaks(w->ticket->row.channel) ? questions(w, r, &local) : NULL;
	struct message *m;

	*asked = text != NULL;
	if (local) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	if (!text)
		return TRUE;
	m = work_message(w, MESSAGE_PROGRESS, text, 0, error);
	return m && follow_up_asked(w, r, m->id, error);
}

/* ---- one ticket */
static gboolean tell_solver(struct work *w, const struct follow_up *f, GError **error)
{
	desk_id to = f->solver_id ? f->solver_id : w->ticket->row.assignee_id;

	return notice_of_work(w, NOTICE_FOLLOW_UP, to, 0, w->ticket->row.subject, error);
}

static gboolean fall_due(struct work *w, struct follow_up_round *r, GError **error)
{
	g_autofree char *by_itself = desk_setting(w->conn, "follow_up_auto");
	gboolean asked = FALSE;

	r->f->state = FOLLOW_UP_DUE;
	r->next_ms = 0;
	if (!work_status(w, STATUS_FOLLOW_UP_DUE, error) || !work_history(w, error, HISTORY_FOLLOW_UP_DUE) ||
	    !follow_up_put(w, r, error))
		return FALSE;
	if (desk_setting_value(DESK_SETTING_ID_FOLLOW_UP_AUTO, by_itself) && !ask(w, r, &asked, error))
		return FALSE;
	return asked || tell_solver(w, r->f, error);
}

/* Where the desk can't speak the follow-up is due once more, with what was asked kept. */
static gboolean ask_again(struct work *w, struct follow_up_round *r, GError **error)
{
	gboolean asked;

	if (!ask(w, r, &asked, error))
		return FALSE;
	if (asked)
		return TRUE;
	r->f->state = FOLLOW_UP_DUE;
	r->f->due_ms = w->now;
	r->next_ms = 0;
	return work_status(w, STATUS_FOLLOW_UP_DUE, error) && work_history(w, error, HISTORY_FOLLOW_UP_DUE_AGAIN) &&
	       follow_up_put(w, r, error) && tell_solver(w, r->f, error);
}

static gboolean give_up(struct work *w, struct follow_up_round *r, GError **error)
{
	r->f->state = FOLLOW_UP_UNANSWERED;
	r->next_ms = 0;
	return work_status(w, STATUS_ARCHIVED, error) && work_history(w, error, HISTORY_FOLLOW_UP_UNANSWERED) &&
	       follow_up_put(w, r, error);
}

static gboolean step(struct work *w, GError **error)
{
	g_auto(follow_up_round_auto) r = {0};

	if (!follow_up_load(w->conn, w->words, w->ticket->row.id, &r, error))
		return FALSE;
	if (!r.f || !r.next_ms || r.next_ms > w->now) /* another server was first */
		return TRUE;
	switch (follow_up_act_of(r.f, w->ticket->row.status)) {
	case FOLLOW_UP_FALL_DUE:
		return fall_due(w, &r, error) && work_save(w, "follow-up-due", error);
	case FOLLOW_UP_ASK_AGAIN:
		return ask_again(w, &r, error) && work_save(w, "follow-up-ask", error);
	case FOLLOW_UP_GIVE_UP:
		return give_up(w, &r, error) && work_save(w, "follow-up-unanswered", error);
	case FOLLOW_UP_NOTHING:
		break;
	}
	r.next_ms = 0; /* it stands where nothing is to be done by the clock */
	return follow_up_put(w, &r, error);
}

static gboolean archive(struct work *w, int64_t rest_ms, GError **error)
{
	struct ticket *t = w->ticket;

	if (t->row.status != STATUS_RESOLVED || t->after_sales || t->resolved_ms + rest_ms > w->now)
		return TRUE;
	return work_status(w, STATUS_ARCHIVED, error) && work_history(w, error, HISTORY_STATUS, status_name(STATUS_ARCHIVED)) &&
	       work_save(w, "archived", error);
}

/* ---- all of them */
struct due {
	struct desk *desk;
	int64_t now, next;
	int64_t rest_ms;   /* > 0: archive what rested that long; else follow up */
	GArray *ids;       /* desk_id */
	desk_id id;        /* of the job */
};

static gboolean due_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	const struct due *d = arg;
	struct work w;
	gboolean ok = work_begin(&w, d->desk, tx, &nobody, error) && work_load(&w, d->id, error) &&
	              (d->rest_ms ? archive(&w, d->rest_ms, error) : step(&w, error));

	work_end(&w);
	return ok;
}

static gboolean due_fn(const struct db_row *row, void *arg)
{
	struct due *d = arg;
	desk_id id = db_int(row, 0);
	int64_t at = db_int(row, 1) + d->rest_ms;

	if (at > d->now) {
		d->next = MIN(d->next, at);
		return FALSE;
	}
	g_array_append_val(d->ids, id);
	return TRUE;
}

/* One that fails doesn't hold up the others; it is tried again. */
static void do_all(struct due *d)
{
	for (guint i = 0; i < d->ids->len; i++) {
		g_autoptr(GError) failed = NULL;

		d->id = g_array_index(d->ids, desk_id, i);
		if (db_submit_wait(d->desk->db, due_job, d, &failed))
			continue;
		log_warn("desk", "the follow-up of #%" G_GINT64_FORMAT ": %s", d->id, failed->message);
		d->next = MIN(d->next, d->now + AGAIN_MS);
	}
	if (d->ids->len >= BATCH)
		d->next = d->now;
	g_array_set_size(d->ids, 0);
}

gboolean follow_ups_due(struct desk *desk, int64_t now_ms, int64_t *next_ms, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct due d = {.desk = desk, .now = now_ms, .next = INT64_MAX, .ids = ids};
	struct db_conn *conn;
	gboolean ok;

	*next_ms = INT64_MAX;
	if (!DB_READ_ONE(desk->db, STMT_FOLLOW_UPS_DUE, due_fn, &d, error, DB_I(BATCH)))
		return FALSE;
	do_all(&d);
	conn = db_read_begin(desk->db, error);
	if (!conn)
		return FALSE;
	g_autofree char *days = desk_setting(conn, "archive_days");

	d.rest_ms = desk_setting_value(DESK_SETTING_ID_ARCHIVE_DAYS, days) * MS_DAY;
	ok = !d.rest_ms || DB_RUN(conn, STMT_TICKETS_SOLVED, due_fn, &d, error, DB_I(BATCH));
	db_read_end(desk->db, conn);
	if (ok && d.rest_ms)
		do_all(&d);
	*next_ms = d.next;
	return ok;
}
