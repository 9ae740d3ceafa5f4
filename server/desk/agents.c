/* People at work: the state each is in, and how they come and go. */
#include "server/desk/routing_desk.h"

#include <string.h>
#include "wire/said.h"

#define UNTIL_MAX_MS (31 * MS_DAY)
#define WRAP_UP_MAX_MS MS_HOUR
#define CHOSEN_MS MS_HOUR /* so long who chose to be offline stays so when a workstation comes back */

/* ---- rows */
void agent_row_clear(struct agent_row *row)
{
	g_clear_pointer(&row->reason, g_free);
}

static void agent_row_free(void *row)
{
	agent_row_clear(row);
	g_free(row);
}

static void take_row(const struct db_row *row, struct agent_row *to)
{
	to->person_id = db_int(row, 0);
	to->state = (enum agent_state)db_int(row, 1);
	to->reason = db_dup(row, 2);
	to->since_ms = db_int(row, 3);
	to->until_ms = db_int(row, 4);
	to->load = (int)db_int(row, 5);
	to->tickets = (int)db_int(row, 6);
	to->free_since_ms = db_int(row, 7);
	to->seen_ms = db_int(row, 8);
	to->back = (int)db_int(row, 9);
	to->missed = (int)db_int(row, 10);
}

static gboolean one_fn(const struct db_row *row, void *arg)
{
	take_row(row, arg);
	return FALSE;
}

gboolean agent_row_load(struct db_conn *conn, desk_id person_id, struct agent_row *out, GError **error)
{
	*out = (struct agent_row){.person_id = person_id, .back = -1};
	return DB_RUN(conn, STMT_AGENT, one_fn, out, error, DB_I(person_id));
}

static gboolean row_fn(const struct db_row *row, void *arg)
{
	struct agent_row *one = g_new0(struct agent_row, 1);

	take_row(row, one);
	g_ptr_array_add(arg, one);
	return TRUE;
}

GPtrArray *agent_rows(struct db_conn *conn, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(agent_row_free);

	if (db_run(conn, STMT_AGENTS, NULL, 0, row_fn, list, error))
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

gboolean agent_works(const struct person *p)
{
	return p && p->active && p->role >= ROLE_AGENT;
}

int agent_capacity(const struct words *w, const struct person *p)
{
	return p->capacity > 0 ? p->capacity : w->routing->capacity;
}

struct routing_agent agent_for_routing(const struct words *w, const struct person *p, const struct agent_row *row)
{
	return (struct routing_agent){.person_id = p->id, .groups = p->groups, .skills = p->skills, .load = row->load,
	                              .capacity = agent_capacity(w, p), .free_since_ms = row->free_since_ms};
}

static struct agent *agent_shown(const struct words *w, const struct person *p, const struct agent_row *row)
{
	struct agent *a = g_new0(struct agent, 1);

	a->person_id = p->id;
	a->capacity = agent_capacity(w, p);
	a->state = row->state;
	a->reason = row->state == AGENT_OFFLINE ? NULL : g_strdup(row->reason);
	a->since_ms = row->since_ms;
	a->until_ms = row->state == AGENT_OFFLINE ? 0 : row->until_ms;
	a->load = row->load;
	a->tickets = row->tickets;
	a->free_since_ms = row->free_since_ms;
	return a;
}

gboolean agents_query(struct db_conn *conn, const struct words *w, struct answer *out, GError **error)
{
	g_autoptr(GPtrArray) rows = agent_rows(conn, error);
	guint at = 0;

	if (!rows)
		return FALSE;
	out->agents = g_ptr_array_new_with_free_func((GDestroyNotify)agent_free);
	for (guint i = 0; i < w->people->len; i++) { /* both by number */
		const struct person *p = w->people->pdata[i];
		const struct agent_row none = {.person_id = p->id}, *row = &none;

		while (at < rows->len && ((struct agent_row *)rows->pdata[at])->person_id < p->id)
			at++;
		if (at < rows->len && ((struct agent_row *)rows->pdata[at])->person_id == p->id)
			row = rows->pdata[at];
		if (agent_works(p))
			g_ptr_array_add(out->agents, agent_shown(w, p, row));
	}
	return TRUE;
}

/* ---- one becomes another */
static gboolean put_row(struct work *w, const struct agent_row *row, GError **error)
{
	return DB_RUN(w->conn, STMT_AGENT_PUT, NULL, NULL, error, DB_I(row->person_id), DB_I(row->state),
	              DB_T(row->reason), DB_I(row->since_ms), DB_I(row->until_ms), DB_I(row->free_since_ms),
	              DB_I(row->seen_ms), DB_I(row->back));
}

static gboolean tell(struct work *w, const struct agent_row *row, GError **error)
{
	const struct person *p = words_person(w->words, row->person_id);
	struct agent *shown;
	struct event e = {.kind = EVENT_AGENT};
	gboolean ok;

	if (!p)
		return TRUE;
	shown = agent_shown(w->words, p, row);
	e.agent = shown;
	e.change = (char *)change_name(CHANGE_AGENT_STATE);
	e.person_id = row->person_id;
	ok = db_tx_event(w->tx, &e, error);
	w->seq = e.seq;
	agent_free(shown);
	return ok;
}

/* Into the log of states, by whoever does it; `row` holds the new one, but for the times. */
static gboolean enter(struct work *w, struct agent_row *row, int64_t since_ms, GError **error)
{
	row->since_ms = since_ms;
	if (row->state == AGENT_AVAILABLE)
		row->free_since_ms = w->now;
	return put_row(w, row, error) &&
	       DB_RUN(w->conn, STMT_AGENT_LOG, NULL, NULL, error, DB_I(row->person_id), DB_I(row->state),
	              DB_T(row->state == AGENT_OFFLINE ? NULL : row->reason), DB_I(since_ms), DB_I(w->who->person_id)) &&
	       tell(w, row, error);
}

static gboolean reason_check(const struct work *w, const struct change *c, GError **error)
{
	const GPtrArray *known = w->words->routing->reasons;
	g_autoptr(GString) list = g_string_new(NULL);

	if (c->reason && *c->reason)
		return text_check("reason", c->reason, 200, FALSE, error);
	if (c->agent_state != AGENT_BREAK)
		return TRUE;
	for (guint i = 0; i < known->len; i++)
		g_string_append_printf(list, "%s%s", i ? ", " : "", (const char *)known->pdata[i]);
	return desk_fail(error, DESK_INVALID, "reason: a break has one, %s or another", list->str);
}

/* *until: 0 it doesn't end by itself. */
static gboolean until_check(const struct work *w, const struct change *c, int64_t *until, GError **error)
{
	int64_t most = c->agent_state == AGENT_WRAP_UP ? WRAP_UP_MAX_MS : UNTIL_MAX_MS;

	*until = c->hold_until_ms;
	if (c->agent_state == AGENT_WRAP_UP && !*until)
		*until = w->now + w->words->routing->wrap_up_ms;
	if (!*until)
		return TRUE;
	if (c->agent_state == AGENT_AVAILABLE || c->agent_state == AGENT_OFFLINE)
		return desk_fail(error, DESK_INVALID, "until_ms: %s has no end", word_said(agent_state_name(c->agent_state)));
	if (*until <= w->now)
		return desk_fail(error, DESK_INVALID, "until_ms isn't in the future");
	return *until - w->now <= most || desk_fail(error, DESK_INVALID, "until_ms is too far away");
}

static gboolean at_workstation(struct work *w, desk_id person_id, gboolean *there, GError **error)
{
	int64_t n = 0;
	gboolean ok = DB_RUN(w->conn, STMT_PRESENCE_COUNT, row_int_fn, &n, error, DB_I(person_id));

	*there = n > 0;
	return ok;
}

gboolean change_agent_state(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct person *p = words_person(w->words, c->person_id);
	struct agent_row row = {0};
	int64_t until;
	gboolean there, ok;

	if (!agent_works(p))
		return desk_fail(error, DESK_NOTFOUND, "nobody of that number handles tickets");
	if (p->id != w->who->person_id && !actor_leads(w->who))
		return desk_fail(error, DESK_FORBIDDEN, "only a supervisor can say what another person does");
	if ((unsigned)c->agent_state >= AGENT_STATE_COUNT)
		return desk_fail(error, DESK_INVALID, "state isn't one we know");
	if (!reason_check(w, c, error) || !until_check(w, c, &until, error) ||
	    !at_workstation(w, p->id, &there, error) || !agent_row_load(w->conn, p->id, &row, error))
		return FALSE;
	row.state = c->agent_state;
	g_free(row.reason);
	row.reason = c->agent_state != AGENT_AVAILABLE && c->agent_state != AGENT_OFFLINE && c->reason && *c->reason ?
	             g_strdup(c->reason) : NULL;
	row.until_ms = until;
	row.back = -1;
	row.seen_ms = there ? 0 : w->now; /* without a workstation it lasts as long as silence may */
	ok = enter(w, &row, w->now, error);
	if (ok)
		out->agent = agent_shown(w->words, p, &row);
	agent_row_clear(&row);
	return ok;
}

/* ---- of themselves */
static gboolean is_done(enum ticket_status status)
{
	return status == STATUS_RESOLVED || status == STATUS_FOLLOW_UP_DUE || status == STATUS_ARCHIVED;
}

gboolean agent_wraps_up(struct work *w, GError **error)
{
	const struct routing_conf *conf = w->words->routing;
	const struct ticket_row *ticket = &w->ticket->row;
	int64_t ms = (unsigned)ticket->channel < CHANNEL_COUNT ? conf->wrap_ups.of[ticket->channel] * MS_SECOND : 0;
	struct agent_row row = {0};
	gboolean ok;

	if (!ms || !conf->offer_ms || w->quiet || w->fresh || !is_done(ticket->status) || is_done(w->was_status) ||
	    !w->who->person_id || ticket->assignee_id != w->who->person_id)
		return TRUE;
	ok = agent_row_load(w->conn, w->who->person_id, &row, error);
	if (ok && !row.seen_ms && (row.state == AGENT_AVAILABLE ||
	                           (row.state == AGENT_WRAP_UP && row.until_ms && row.until_ms < w->now + ms))) {
		row.state = AGENT_WRAP_UP;
		row.until_ms = w->now + ms;
		row.back = -1;
		ok = enter(w, &row, w->now, error);
	}
	agent_row_clear(&row);
	return ok;
}

gboolean agent_missed(struct work *w, desk_id person_id, GError **error)
{
	struct notice n = {.kind = NOTICE_AWAY, .person_id = person_id};
	struct agent_row row = {0};
	gboolean ok = DB_RUN(w->conn, STMT_AGENT_MISSED, NULL, NULL, error, DB_I(person_id)) &&
	              agent_row_load(w->conn, person_id, &row, error);

	if (ok && w->words->routing->missed && row.missed >= w->words->routing->missed && row.state == AGENT_AVAILABLE) {
		row.state = AGENT_AWAY;
		row.reason = g_strdup("offers not taken"); /* said in words by word_said */
		row.back = -1;
		ok = enter(w, &row, w->now, error) && notice_add(w, &n, error);
	}
	agent_row_clear(&row);
	return ok;
}

/* ---- coming and going */
gboolean agent_came(struct work *w, desk_id person_id, GError **error)
{
	struct agent_row row = {0};
	gboolean ok = TRUE;

	if (!agent_works(words_person(w->words, person_id)))
		return TRUE;
	if (!agent_row_load(w->conn, person_id, &row, error))
		return FALSE;
	if (row.state == AGENT_OFFLINE && (row.back >= 0 || w->now - row.since_ms >= CHOSEN_MS)) {
		row.state = row.back >= 0 ? (enum agent_state)row.back : AGENT_AVAILABLE;
		if (row.state == AGENT_WRAP_UP || row.state == AGENT_AVAILABLE || row.until_ms) { /* what ends has ended */
			row.state = AGENT_AVAILABLE;
			g_clear_pointer(&row.reason, g_free);
			row.until_ms = 0;
		}
		row.back = -1;
		row.seen_ms = 0;
		ok = enter(w, &row, w->now, error);
	} else if (row.seen_ms) {
		row.seen_ms = 0;
		ok = put_row(w, &row, error);
	}
	agent_row_clear(&row);
	return ok;
}

gboolean agent_left(struct work *w, desk_id person_id, GError **error)
{
	return DB_RUN(w->conn, STMT_AGENT_GONE, NULL, NULL, error, DB_I(person_id), DB_I(w->now));
}

/* A break or an absence was said: that one holds, as when the line drops. */
static gboolean ends_with_quitting(enum agent_state state)
{
	return state == AGENT_AVAILABLE || state == AGENT_BUSY || state == AGENT_WRAP_UP;
}

gboolean agent_quit(struct work *w, desk_id person_id, GError **error)
{
	struct agent_row row = {0};
	gboolean there, ok;

	if (!at_workstation(w, person_id, &there, error) || !agent_row_load(w->conn, person_id, &row, error))
		return FALSE;
	ok = there || !ends_with_quitting(row.state);
	if (!ok) {
		row.back = (int)row.state;
		row.state = AGENT_OFFLINE;
		row.seen_ms = w->now;
		ok = enter(w, &row, w->now, error) && take_back_now(w, person_id, error);
	}
	agent_row_clear(&row);
	return ok;
}

/* ---- by the clock */
static int64_t ends_at(const struct words *w, const struct agent_row *row)
{
	int64_t at = INT64_MAX;

	if (row->until_ms && row->state != AGENT_OFFLINE)
		at = row->until_ms;
	if (row->seen_ms && row->state != AGENT_OFFLINE)
		at = MIN(at, row->seen_ms + w->routing->offline_ms);
	return at;
}

static gboolean end_state(struct work *w, struct agent_row *row, GError **error)
{
	if (row->seen_ms && row->seen_ms + w->words->routing->offline_ms <= w->now) {
		row->back = (int)row->state;
		row->state = AGENT_OFFLINE;
		return enter(w, row, row->seen_ms, error); /* gone since the last sign */
	}
	row->state = AGENT_AVAILABLE;
	row->until_ms = 0;
	g_clear_pointer(&row->reason, g_free);
	return enter(w, row, w->now, error);
}

struct ending {
	struct desk *desk;
	int64_t next;
};

static gboolean end_job(struct db_tx *tx, void *arg, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct ending *e = arg;
	struct work w;
	gboolean ok = work_begin(&w, e->desk, tx, &nobody, error);
	g_autoptr(GPtrArray) rows = ok ? agent_rows(w.conn, error) : NULL;

	ok = rows != NULL;
	for (guint i = 0; ok && i < rows->len; i++)
		if (ends_at(w.words, rows->pdata[i]) <= w.now)
			ok = end_state(&w, rows->pdata[i], error);
	work_end(&w);
	return ok;
}

gboolean agents_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	g_autoptr(words_auto) w = desk_words(d);
	struct ending e = {.desk = d};
	struct db_conn *conn = db_read_begin(d->db, error);
	g_autoptr(GPtrArray) rows = conn ? agent_rows(conn, error) : NULL;

	*next_ms = INT64_MAX;
	if (conn)
		db_read_end(d->db, conn);
	for (guint i = 0; rows && i < rows->len; i++)
		*next_ms = MIN(*next_ms, ends_at(w, rows->pdata[i]));
	if (!rows || *next_ms > now_ms)
		return rows != NULL;
	*next_ms = now_ms + MS_SECOND; /* its event wakes us earlier */
	return db_submit_wait(d->db, end_job, &e, error);
}
