/* Clocks that ring: each warning and the breach of each deadline are told once, by whichever server
 * comes first. A ticket's row holds the moment of its next one, so that waiting costs one look at
 * an index however many tickets are open. */
#include "server/desk/automation.h"

#include <string.h>
#include "base/log.h"
#include "rules/tell.h"
#include "wire/desk_settings.h"

#define BATCH 200
#define LATE_MS (10 * MS_SECOND) /* nobody was there to tell it in time */
#define AGAIN_MS (5 * MS_SECOND)

enum { ALARM_WARNING, ALARM_BREACH };

static gboolean rings(const struct ticket_clock *c)
{
	return (c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED) && c->due_ms > 0;
}

/* A clock of feedback runs on a solved ticket, too. */
static gboolean listens(const struct ticket *t)
{
	return status_is_active(t->row.status) || t->row.status == STATUS_RESOLVED || t->row.status == STATUS_FOLLOW_UP_DUE;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return !a ? b : !b ? a : MIN(a, b);
}

int64_t alarm_next(const struct ticket *t, int64_t now_ms)
{
	int64_t next = 0;

	for (guint i = 0; listens(t) && i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i];

		if (!rings(c))
			continue;
		next = sooner(next, c->due_ms > now_ms ? c->due_ms : 0);
		for (int n = 0; n < CLOCK_WARNINGS && c->warnings[n].threshold; n++)
			next = sooner(next, c->warnings[n].at_ms > now_ms ? c->warnings[n].at_ms : 0);
	}
	return next;
}

static int64_t warns_at(const struct ticket_clock *c, int64_t threshold)
{
	for (int i = 0; i < CLOCK_WARNINGS; i++)
		if (c->warnings[i].threshold == threshold)
			return c->warnings[i].at_ms;
	return 0;
}

gboolean alarm_passed(const struct ticket_clock *was, const struct ticket_clock *is, int64_t now_ms)
{
	/* One that was late stays late, once; one that is born late is an import's or a sample's. */
	if (!rings(is) || !was || was->state != CLOCK_STATE_RUNNING)
		return FALSE;
	for (int i = 0; i < CLOCK_WARNINGS && is->warnings[i].threshold; i++)
		if (is->warnings[i].at_ms <= now_ms && warns_at(was, is->warnings[i].threshold) > now_ms)
			return TRUE;
	return (is->due_ms <= now_ms && was->due_ms > now_ms) ||
	       (is->warn_ms && is->warn_ms <= now_ms && was->warn_ms > now_ms);
}

/* *first: nobody has told it before. threshold: of a warning, else 0. */
static gboolean note_alarm(struct work *w, const struct ticket_clock *c, int kind, int64_t threshold, gboolean *first,
                           GError **error)
{
	gboolean ok = DB_RUN(w->conn, STMT_ALARM_ADD, NULL, NULL, error, DB_I(w->ticket->row.id), DB_I(c->kind),
	                     DB_I(kind), DB_I(c->due_ms), DB_I(w->now), DB_I(threshold));

	*first = ok && db_changed(w->conn) > 0;
	return ok;
}

/* To everybody's lists by the ticket's event, to those the desk's setting names, to rules. */
struct alarms {
	struct desk *desk;
	int64_t now, next;
	GArray *due;       /* desk_id */
	guint from, to;    /* of them, those of this job */
	struct tell *tells[2]; /* by ALARM_; NULL: nobody is told */
};

static gboolean tell_people(const struct alarms *a, struct work *w, const struct notice *n, int kind, GError **error)
{
	const struct tell_clause *c = a->tells[kind] ? tell_clause_of(a->tells[kind], (enum clock_kind)n->clock,
	                                                              w->ticket->row.priority) : NULL;
	g_autoptr(GArray) people = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (!c)
		return TRUE;
	if (!people_told(w->conn, w->words, &w->ticket->row, 0, c->whom, people, error))
		return FALSE;
	for (guint i = 0; c->people && i < c->people->len; i++)
		for (guint p = 0; p < w->words->people->len; p++) {
			const struct person *one = w->words->people->pdata[p];

			if (one->active && strcmp(one->name, c->people->pdata[i]) == 0)
				g_array_append_val(people, one->id);
		}
	for (guint i = 0; i < people->len; i++) {
		struct notice to = *n;

		to.person_id = g_array_index(people, desk_id, i);
		if (!notice_add_limited(w, &to, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean tell(const struct alarms *a, struct work *w, const struct ticket_clock *c, int kind, int64_t at_ms,
                     GError **error)
{
	struct ticket_row *row = &w->ticket->row;
	enum notice_kind what = kind == ALARM_BREACH ? NOTICE_BREACH : NOTICE_WARNING;
	struct event e = {.kind = EVENT_TICKET, .change = (char *)notice_kind_name(what), .ticket_id = row->id,
	                  .customer_id = row->customer_id, .row = row, .clocks = w->ticket->clocks};
	const struct notice n = {
		.kind = what, .ticket_id = row->id, .text = row->subject, .clock = (int)c->kind,
		.late = w->now - at_ms > LATE_MS,
	};

	return db_tx_event(w->tx, &e, error) && tell_people(a, w, &n, kind, error) &&
	       automation_note_clock(w, kind == ALARM_BREACH ? ON_BREACH : ON_WARNING, c->kind, error);
}

/* The thresholds that have passed; *newest_ms: the last of them that nobody told before, 0 none. */
static gboolean note_warnings(struct work *w, const struct ticket_clock *c, int64_t *newest_ms, GError **error)
{
	for (int i = 0; i < CLOCK_WARNINGS && c->warnings[i].threshold && c->warnings[i].at_ms <= w->now; i++) {
		gboolean first = FALSE;

		if (!note_alarm(w, c, ALARM_WARNING, c->warnings[i].threshold, &first, error))
			return FALSE;
		if (first)
			*newest_ms = c->warnings[i].at_ms;
	}
	return TRUE;
}

/* Warnings that come together are all noted, and the last one is told; with the breach only that. */
static gboolean ring(const struct alarms *a, struct work *w, const struct ticket_clock *c, GError **error)
{
	gboolean over = c->due_ms <= w->now, breached = FALSE;
	int64_t warned_ms = 0;

	if (!rings(c))
		return TRUE;
	if (!note_warnings(w, c, &warned_ms, error) ||
	    (over && !note_alarm(w, c, ALARM_BREACH, 0, &breached, error)))
		return FALSE;
	if (over ? !breached : !warned_ms)
		return TRUE;
	return snooze_end(w, HISTORY_SNOOZE_CLOCK, error) &&
	       tell(a, w, c, over ? ALARM_BREACH : ALARM_WARNING, over ? c->due_ms : warned_ms, error);
}

static gboolean ring_ticket(struct alarms *a, struct db_tx *tx, desk_id id, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct work w;
	int64_t next = 0;
	gboolean ok = work_begin(&w, a->desk, tx, &nobody, error) && work_load(&w, id, error);

	for (guint i = 0; ok && listens(w.ticket) && i < w.ticket->clocks->len; i++)
		ok = ring(a, &w, w.ticket->clocks->pdata[i], error);
	if (ok && (next = alarm_next(w.ticket, w.now)))
		a->next = MIN(a->next, next);
	ok = ok && (!w.touched || work_save(&w, "snooze-ended", error)); /* a snoozed one that woke */
	ok = ok && DB_RUN(w.conn, STMT_ALARM_NEXT, NULL, NULL, error, DB_I(id), DB_I(next));
	work_end(&w);
	return ok;
}

static gboolean ring_job(struct db_tx *tx, void *arg, GError **error)
{
	struct alarms *a = arg;

	for (guint i = a->from; i < a->to; i++)
		if (!ring_ticket(a, tx, g_array_index(a->due, desk_id, i), error))
			return FALSE;
	return TRUE;
}

/* One that fails doesn't silence the others; it is tried again. */
static void ring_singly(struct alarms *a)
{
	for (a->from = 0; a->from < a->due->len; a->from++) {
		g_autoptr(GError) error = NULL;

		a->to = a->from + 1;
		if (db_submit_wait(a->desk->db, ring_job, a, &error))
			continue;
		log_warn("desk", "the clocks of #%" G_GINT64_FORMAT ": %s", g_array_index(a->due, desk_id, a->from),
		         error->message);
		a->next = MIN(a->next, a->now + AGAIN_MS);
	}
}

static gboolean alarm_fn(const struct db_row *row, void *arg)
{
	struct alarms *a = arg;
	desk_id id = db_int(row, 0);

	if (db_int(row, 1) > a->now) {
		a->next = db_int(row, 1);
		return FALSE;
	}
	g_array_append_val(a->due, id);
	return TRUE;
}

static gint by_id(gconstpointer a, gconstpointer b)
{
	desk_id x = *(const desk_id *)a, y = *(const desk_id *)b;

	return (x > y) - (x < y); /* servers that ring at once lock in one order */
}

/* Who is told: by the desk's settings, else as every desk begins. */
static void read_tells(struct alarms *a)
{
	static const struct {
		const char *name;
		enum desk_setting_id id;
	} settings[] = {[ALARM_WARNING] = {"warning_tells", DESK_SETTING_ID_WARNING_TELLS},
	                [ALARM_BREACH] = {"breach_tells", DESK_SETTING_ID_BREACH_TELLS}};
	struct db_conn *conn = db_read_begin(a->desk->db, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
		g_autofree char *value = conn ? desk_setting(conn, settings[i].name) : NULL;

		a->tells[i] = value ? tell_parse(value, NULL) : NULL;
		if (!a->tells[i])
			a->tells[i] = tell_parse(desk_setting_specs[settings[i].id].def, NULL);
	}
	if (conn)
		db_read_end(a->desk->db, conn);
}

gboolean alarms_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	struct alarms a = {.desk = d, .now = now_ms, .next = INT64_MAX};
	g_autoptr(GArray) due = a.due = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(GError) failed = NULL;

	*next_ms = INT64_MAX;
	if (!DB_READ_ONE(d->db, STMT_ALARMS_DUE, alarm_fn, &a, error, DB_I(BATCH)))
		return FALSE;
	if (due->len >= BATCH)
		a.next = now_ms;
	g_array_sort(due, by_id);
	a.to = due->len;
	if (due->len)
		read_tells(&a);
	if (due->len && !db_submit_wait(d->db, ring_job, &a, &failed))
		ring_singly(&a);
	tell_free(a.tells[ALARM_WARNING]);
	tell_free(a.tells[ALARM_BREACH]);
	*next_ms = a.next;
	return TRUE;
}
