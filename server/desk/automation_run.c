/* The queue of what rules have yet to look at, schedules that are due, and what is too old to keep. */
#include "server/desk/automation.h"

#include <string.h>
#include "base/log.h"
#include "server/desk/find.h"
#include "wire/desk_settings.h"

#define BATCH 40
#define AGAIN_MS (5 * MS_SECOND)
#define PRUNE_MS MS_HOUR
#define PRUNE_ROWS 2000
#define WHY_MAX 300

static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};

/* ---- what is kept of a run */
gboolean automation_run_keep(struct db_conn *conn, const struct rule *r, desk_id ticket_id, int64_t now_ms, const char *why,
                             const char *did, const char *error_text, GError **error)
{
	return DB_RUN(conn, STMT_RUN_ADD, NULL, NULL, error, DB_I(r->id), DB_I(r->kind), DB_T(r->name), DB_I(ticket_id),
	              DB_I(now_ms), DB_T(why), DB_T(did), DB_T(error_text));
}

static char *why_of(const struct rule *r, unsigned events)
{
	g_autofree char *on = events ? rule_events_text(events) : g_strdup_printf("schedule: %s", r->at ? r->at : "");

	return r->when ? g_strdup_printf("%s; when: %.*s", on, WHY_MAX, r->when) : g_steal_pointer(&on);
}

gboolean automation_suspend(struct db_tx *tx, struct desk *d, const struct rule *r, desk_id ticket_id, const char *why,
                            GError **error)
{
	g_autoptr(words_auto) words = desk_words(d);
	g_autofree char *text = g_strdup_printf("the rule %s is suspended: %s", r->name, why);
	struct event e = {.kind = EVENT_PEOPLE, .change = (char *)"rule-suspended"};
	struct work w;
	gboolean ok;

	if (!DB_RUN(db_conn_of(tx), STMT_RULE_SUSPEND, NULL, NULL, error, DB_I(r->id), DB_I(db_tx_now(tx)), DB_T(why)))
		return FALSE;
	if (db_changed(db_conn_of(tx)) <= 0)
		return TRUE;
	log_warn("desk", "%s", text);
	ok = work_begin(&w, d, tx, &nobody, error);
	for (guint i = 0; ok && i < words->people->len; i++) {
		const struct person *p = words->people->pdata[i];
		const struct notice n = {.kind = NOTICE_RULE, .person_id = p->id, .ticket_id = ticket_id, .text = text};

		ok = !p->active || p->role != ROLE_ADMINISTRATOR || notice_add(&w, &n, error);
	}
	work_end(&w);
	return ok && db_tx_event(tx, &e, error);
}

/* ---- one note */
struct taken {
	gboolean there;
	desk_id rule_id, ticket_id;
	unsigned events;
	char *chain;
};

static gboolean taken_fn(const struct db_row *row, void *arg)
{
	struct taken *t = arg;

	t->there = TRUE;
	t->rule_id = db_int(row, 0);
	t->ticket_id = db_int(row, 1);
	t->events = (unsigned)db_int(row, 2);
	t->chain = db_dup(row, 5);
	return FALSE;
}

static gboolean carry_out(struct firing *f, const struct taken *t, GError **error)
{
	g_autofree char *chain = chain_with(t->chain, f->rule->id, t->ticket_id);
	g_autofree char *display = g_strdup_printf("the desk (rule %s)", f->rule->name);
	g_autofree char *why = why_of(f->rule, t->events);
	g_autoptr(GString) did = f->did = g_string_new(NULL);
	unsigned events = t->events;
	enum rule_event event = events ? (enum rule_event)g_bit_nth_lsf(events, -1) : ON_NEW;

	f->actor = (struct actor){.role = ROLE_ADMINISTRATOR, .display = display, .chain = chain};
	if (f->rule->kind == RULE_WEBHOOK)
		return automation_deliver(db_conn_of(f->tx), f->rule, f->ticket, rule_event_name(event), f->now, error);
	return automation_steps(f, error) &&
	       automation_run_keep(db_conn_of(f->tx), f->rule, t->ticket_id, f->now, why, did->str, NULL, error);
}

/* Whether it may, by the loop guard; *go says so. */
static gboolean guard(struct firing *f, const struct taken *t, gboolean *go, GError **error)
{
	g_autofree char *why = NULL;
	int64_t ran = 0;

	*go = FALSE;
	if (chain_may(t->chain, f->rule->id, t->ticket_id) == CHAIN_AGAIN)
		return TRUE;
	if (chain_may(t->chain, f->rule->id, t->ticket_id) == CHAIN_DEEP)
		why = g_strdup_printf("at #%" G_GINT64_FORMAT " more than %d rules set each other off", t->ticket_id, CHAIN_DEPTH);
	else if (!DB_RUN(db_conn_of(f->tx), STMT_RUN_COUNT, row_int_fn, &ran, error, DB_I(t->ticket_id), DB_I(f->rule->id),
	                 DB_I(f->now - MS_HOUR)))
		return FALSE;
	else if (ran >= CHAIN_HOUR)
		why = g_strdup_printf("it fired %d times on #%" G_GINT64_FORMAT " within an hour", (int)ran, t->ticket_id);
	*go = !why;
	return !why || (automation_run_keep(db_conn_of(f->tx), f->rule, t->ticket_id, f->now, "loop guard", NULL, why, error) &&
	                automation_suspend(f->tx, f->desk, f->rule, t->ticket_id, why, error));
}

static gboolean fire(struct desk *d, struct db_tx *tx, const struct rule *rule, const struct taken *t, GError **error)
{
	g_autoptr(words_auto) words = desk_words(d);
	g_autoptr(GTimeZone) zone = automation_zone(db_conn_of(tx));
	g_autoptr(GArray) holds = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct firing f = {.desk = d, .tx = tx, .words = words, .rule = rule, .events = t->events, .now = db_tx_now(tx),
	                   .zone = zone};
	struct work w;
	gboolean go = FALSE, ok = work_begin(&w, d, tx, &nobody, error) && work_load(&w, t->ticket_id, error);

	f.ticket = w.ticket;
	ok = ok && (w.ticket->row.status == STATUS_MERGED ||
	            automation_which(db_conn_of(tx), words, db_engine(d->db), rule->when, f.now, &t->ticket_id, 1, holds, error));
	if (ok && holds->len)
		ok = guard(&f, t, &go, error) && (!go || carry_out(&f, t, error));
	work_end(&w);
	return ok;
}

static gboolean run_note(struct desk *d, struct db_tx *tx, desk_id id, GError **error)
{
	struct taken t = {0};
	struct rule *rule = NULL;
	g_autoptr(GError) local = NULL;
	gboolean ok = DB_RUN(db_conn_of(tx), STMT_QUEUE_TAKE, taken_fn, &t, &local, DB_I(id));

	if (ok && t.there)
		rule = automation_rule_load(db_conn_of(tx), t.rule_id, &local);
	ok = ok && !local && (!rule || !rule->active || rule->suspended_ms || fire(d, tx, rule, &t, &local));
	rule_free(rule);
	g_free(t.chain);
	if (local)
		g_propagate_error(error, g_steal_pointer(&local));
	return ok;
}

/* ---- a batch of them */
struct running {
	struct desk *desk;
	GArray *notes;  /* struct note, by ticket and number */
	guint from, to;
	int64_t next, now;
};
struct note {
	desk_id id, ticket_id;
};

static gboolean run_job(struct db_tx *tx, void *arg, GError **error)
{
	struct running *r = arg;

	for (guint i = r->from; i < r->to; i++)
		if (!run_note(r->desk, tx, g_array_index(r->notes, struct note, i).id, error))
			return FALSE;
	return TRUE;
}

struct failing {
	struct desk *desk;
	desk_id id;
	const char *why;
};

/* What can't be done is told in the log, and not tried again. */
static gboolean fail_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct failing *f = arg;
	struct db_conn *conn = db_conn_of(tx);
	struct taken t = {0};
	struct rule *rule = NULL;
	int64_t errors = 0, now = db_tx_now(tx);
	gboolean ok = DB_RUN(conn, STMT_QUEUE_TAKE, taken_fn, &t, error, DB_I(f->id));

	if (ok && t.there)
		rule = automation_rule_load(conn, t.rule_id, NULL);
	if (rule) {
		g_autofree char *why = why_of(rule, t.events);

		ok = automation_run_keep(conn, rule, t.ticket_id, now, why, NULL, f->why, error) &&
		     DB_RUN(conn, STMT_RUN_ERRORS, row_int_fn, &errors, error, DB_T(rule->name), DB_I(now - MS_HOUR));
		if (ok && errors >= CHAIN_ERRORS)
			ok = automation_suspend(tx, f->desk, rule, t.ticket_id, "it failed again and again; see what it ran into", error);
	}
	rule_free(rule);
	g_free(t.chain);
	return ok;
}

static gboolean later_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct failing *f = arg;

	return DB_RUN(db_conn_of(tx), STMT_QUEUE_LATER, NULL, NULL, error, DB_I(f->id), DB_I(db_tx_now(tx) + AGAIN_MS));
}

/* The database's trouble passes; the rule's doesn't. */
static gboolean passes(const GError *e)
{
	return g_error_matches(e, DESK_ERROR, DESK_BUSY) || g_error_matches(e, DESK_ERROR, DESK_IO) ||
	       g_error_matches(e, DESK_ERROR, DESK_UNCERTAIN) || g_error_matches(e, DESK_ERROR, DESK_TIMEOUT);
}

static void run_singly(struct running *r)
{
	for (r->from = 0; r->from < r->notes->len; r->from++) {
		g_autoptr(GError) error = NULL, worse = NULL;
		struct failing f = {r->desk, g_array_index(r->notes, struct note, r->from).id, NULL};

		r->to = r->from + 1;
		if (db_submit_wait(r->desk->db, run_job, r, &error))
			continue;
		f.why = error->message;
		log_warn("desk", "a rule at #%" G_GINT64_FORMAT ": %s", g_array_index(r->notes, struct note, r->from).ticket_id,
		         error->message);
		if (!db_submit_wait(r->desk->db, passes(error) ? later_job : fail_job, &f, &worse)) {
			log_warn("desk", "and that can't be kept: %s", worse->message);
			r->next = MIN(r->next, r->now + AGAIN_MS);
		}
	}
}

static gboolean note_fn(const struct db_row *row, void *arg)
{
	struct running *r = arg;
	const struct note n = {db_int(row, 0), db_int(row, 1)};

	if (db_int(row, 2) > r->now) {
		r->next = MIN(r->next, db_int(row, 2));
		return FALSE;
	}
	g_array_append_val(r->notes, n);
	return TRUE;
}

static gint by_ticket(gconstpointer a, gconstpointer b)
{
	const struct note *x = a, *y = b;

	if (x->ticket_id != y->ticket_id)
		return (x->ticket_id > y->ticket_id) - (x->ticket_id < y->ticket_id);
	return (x->id > y->id) - (x->id < y->id);
}

static gboolean notes_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	struct running r = {.desk = d, .next = INT64_MAX, .now = now_ms};
	g_autoptr(GArray) notes = r.notes = g_array_new(FALSE, FALSE, sizeof(struct note));
	g_autoptr(GError) failed = NULL;

	if (!DB_READ_ONE(d->db, STMT_QUEUE_NEXT, note_fn, &r, error, DB_I(BATCH)))
		return FALSE;
	g_array_sort(notes, by_ticket);
	r.to = notes->len;
	if (notes->len && !db_submit_wait(d->db, run_job, &r, &failed))
		run_singly(&r);
	/* What was done may have set off more. */
	*next_ms = notes->len ? now_ms : r.next;
	return TRUE;
}

/* ---- schedules: what they are about is noted like anything else */
struct planned {
	struct desk *desk;
	desk_id id;
	int64_t next_ms;    /* as it was read */
	GArray *ids;        /* desk_id */
};

static gboolean plan_job(struct db_tx *tx, void *arg, GError **error)
{
	struct planned *p = arg;
	struct db_conn *conn = db_conn_of(tx);
	g_autoptr(words_auto) words = desk_words(p->desk);
	g_autoptr(GTimeZone) zone = automation_zone(conn);
	struct rule *r = automation_rule_load(conn, p->id, error);
	int64_t now = db_tx_now(tx), next = r ? automation_rule_next(words, r, zone, now) : 0;
	gboolean ok = r && DB_RUN(conn, STMT_RULE_RAN, NULL, NULL, error, DB_I(p->id), DB_I(p->next_ms > 1 ? now : r->last_ms),
	                          DB_I(next), DB_I(p->next_ms));

	/* Another server was first, or it only gets its first moment. */
	if (ok && (db_changed(conn) <= 0 || p->next_ms <= 1)) {
		rule_free(r);
		return TRUE;
	}
	for (guint i = 0; ok && !r->suspended_ms && i < p->ids->len; i++)
		ok = DB_RUN(conn, STMT_QUEUE_ADD, NULL, NULL, error, DB_I(r->id), DB_I(g_array_index(p->ids, desk_id, i)), DB_I(0),
		            DB_I(0), DB_I(0), DB_T(NULL), DB_I(now));
	rule_free(r);
	return ok;
}

static gboolean find_tickets(struct desk *d, struct db_conn *conn, const struct rule *r, int64_t now_ms, GArray *ids,
                             GError **error)
{
	g_autoptr(words_auto) words = desk_words(d);
	g_autofree char *zone = desk_setting(conn, "zone");
	g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(desk_id));
	struct find_plan plan;
	gboolean more = FALSE, ok;

	g_array_set_size(keys, 1);
	if (!find_compile(&plan, words, db_engine(d->db), NULL, r->when, now_ms, zone, error))
		return FALSE;
	struct find_list l = {.conn = conn, .words = words, .engine = plan.engine, .source = LIST_EVERY, .keys = keys,
		.plan = &plan, .newest = TRUE, .base = INT64_MAX, .until_us = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND};

	ok = find_ids(&l, ids, CLAMP(r->most, 1, RULE_MOST), &more, error);
	find_list_clear(&l);
	find_plan_clear(&plan);
	return ok;
}

static gboolean error_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct failing *f = arg;
	struct rule *r = automation_rule_load(db_conn_of(tx), f->id, error);
	gboolean ok = r && automation_run_keep(db_conn_of(tx), r, 0, db_tx_now(tx), r->at, NULL, f->why, error);

	rule_free(r);
	return ok;
}

/* The tickets are looked for outside of the writer; asked again one by one when their turn comes. */
static gboolean run_schedule(struct desk *d, struct planned *p, int64_t now_ms, GError **error)
{
	struct db_conn *conn = p->next_ms > 1 ? db_read_begin(d->db, error) : NULL;
	g_autoptr(GError) failed = NULL;
	struct rule *r = NULL;

	if (p->next_ms > 1 && !conn)
		return FALSE;
	if (conn) {
		r = automation_rule_load(conn, p->id, &failed);
		if (r && !r->suspended_ms)
			find_tickets(d, conn, r, now_ms, p->ids, &failed);
		db_read_end(d->db, conn);
	}
	rule_free(r);
	if (failed) {
		struct failing f = {d, p->id, failed->message};

		log_warn("desk", "a schedule: %s", failed->message);
		if (!db_submit_wait(d->db, error_job, &f, error))
			return FALSE;
	}
	return db_submit_wait(d->db, plan_job, p, error);
}

static gboolean planned_fn(const struct db_row *row, void *arg)
{
	struct planned *p = arg;

	p->id = db_int(row, 0);
	p->next_ms = db_int(row, 1);
	return FALSE;
}

static gboolean schedules_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct planned p = {.desk = d, .ids = ids};

	if (!DB_READ_ONE(d->db, STMT_RULES_NEXT, planned_fn, &p, error, DB_I(1)))
		return FALSE;
	if (p.id && p.next_ms > now_ms)
		*next_ms = p.next_ms;
	if (!p.id || p.next_ms > now_ms)
		return TRUE;
	*next_ms = now_ms; /* there may be others */
	return run_schedule(d, &p, now_ms, error);
}

/* ---- what is too old */
static gboolean prune_job(struct db_tx *tx, void *arg, GError **error)
{
	struct db_conn *conn = db_conn_of(tx);
	g_autofree char *value = desk_setting(conn, "automation_days");
	int64_t before = db_tx_now(tx) - desk_setting_value(DESK_SETTING_ID_AUTOMATION_DAYS, value) * MS_DAY;

	(void)arg;
	return DB_RUN(conn, STMT_RUNS_PRUNE, NULL, NULL, error, DB_I(before), DB_I(PRUNE_ROWS)) &&
	       DB_RUN(conn, STMT_DELIVERIES_PRUNE, NULL, NULL, error, DB_I(before), DB_I(PRUNE_ROWS));
}

gboolean automation_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	int64_t notes = INT64_MAX, schedules = INT64_MAX;

	*next_ms = INT64_MAX;
	if (!notes_due(d, now_ms, &notes, error) || !schedules_due(d, now_ms, &schedules, error))
		return FALSE;
	*next_ms = MIN(notes, schedules);
	if (d->rules_pruned_ms && now_ms - d->rules_pruned_ms < PRUNE_MS)
		return TRUE;
	d->rules_pruned_ms = now_ms;
	return db_submit_wait(d->db, prune_job, NULL, error);
}
