/* A rule on the past: which tickets it would have fired on and what it would have done. Nothing is
 * changed. The condition is asked of the tickets as they were then, as far as that is known. */
#include "server/desk/automation_past.h"

#include <string.h>
#include "server/desk/find.h"

#define LOOK 20000     /* of each kind of event, the newest */
#define DAYS 7
#define MOST 200
#define READ_MS 20000

struct moment {
	desk_id ticket_id;
	int64_t at_ms;
	enum rule_event event;
};

struct reading {
	GArray *list;       /* struct moment */
	int64_t since_ms;
	enum rule_event event;
	const struct rule *rule;
	enum rule_by by;    /* -1: by what stands in the row */
	gboolean facts;     /* the third column is a status */
};

static gboolean past_fn(const struct db_row *row, void *arg)
{
	const struct reading *r = arg;
	const struct moment p = {db_int(row, 0), db_int(row, 1), r->event};
	enum rule_by by = (int)r->by >= 0 ? r->by : db_int(row, 2) ? BY_PERSON : BY_DESK;
	gboolean clock = r->event == ON_WARNING || r->event == ON_BREACH;

	if (p.at_ms < r->since_ms)
		return FALSE;
	if ((r->rule->by && !(r->rule->by >> by & 1)) || (clock && r->rule->clocks && !(r->rule->clocks >> db_int(row, 2) & 1)))
		return TRUE;
	g_array_append_val(r->list, p);
	return TRUE;
}

/* The events that leave a trace of their own. */
static gboolean read_past(struct db_conn *conn, struct reading *r, GError **error)
{
	static const struct {
		enum rule_event event;
		enum db_stmt stmt;
		int64_t arg;
		int by;
	} traces[] = {
		{ON_NEW, STMT_PAST_OPENED, INT64_MAX, BY_CUSTOMER},
		{ON_CUSTOMER, STMT_PAST_MESSAGES, MESSAGE_CUSTOMER, BY_CUSTOMER},
		{ON_REPLY, STMT_PAST_MESSAGES, MESSAGE_REPLY, -1}, {ON_NOTE, STMT_PAST_MESSAGES, MESSAGE_NOTE, -1},
		{ON_WARNING, STMT_PAST_ALARMS, 0, BY_DESK}, {ON_BREACH, STMT_PAST_ALARMS, 1, BY_DESK},
		{ON_STATUS, STMT_PAST_FACTS, FACT_STATUS, BY_PERSON}, {ON_ASSIGNED, STMT_PAST_FACTS, FACT_CLAIMED, BY_PERSON},
		{ON_ESCALATED, STMT_PAST_FACTS, FACT_ESCALATED, BY_PERSON},
		{ON_ESCALATED, STMT_PAST_FACTS, FACT_CROSS_ESCALATED, BY_PERSON},
		{ON_PROMISED, STMT_PAST_FACTS, FACT_PROMISED, BY_PERSON},
		{ON_RATED, STMT_PAST_RATINGS, INT64_MAX, BY_CUSTOMER},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(traces); i++) {
		if (!(r->rule->events >> traces[i].event & 1))
			continue;
		r->event = traces[i].event;
		r->by = (enum rule_by)traces[i].by;
		if (!DB_RUN(conn, traces[i].stmt, past_fn, r, error, DB_I(traces[i].arg), DB_I(LOOK)))
			return FALSE;
	}
	return TRUE;
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	const struct moment *x = a, *y = b;

	return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

static GArray *tickets_of(const GArray *past)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	for (guint i = 0; i < past->len; i++) {
		struct moment *p = &g_array_index(past, struct moment, i);

		if (g_hash_table_add(seen, &p->ticket_id))
			g_array_append_val(ids, p->ticket_id);
	}
	return ids;
}

/* ---- what it would do */
struct trying {
	struct desk *desk;
	struct db_conn *conn;
	const struct words *words;
	const struct rule *rule;
	GPtrArray *steps; /* struct step; NULL: a webhook */
	GTimeZone *zone;
	int64_t now;
};

static void tell_run(const struct trying *t, struct automation_run *run, const struct ticket *ticket)
{
	g_autoptr(GString) did = g_string_new(NULL), wrong = g_string_new(NULL);
	struct step_world world;

	automation_world(&world, t->words, t->rule, &ticket->row, t->now, t->zone);
	for (guint i = 0; t->steps && i < t->steps->len; i++) {
		const struct step *s = t->steps->pdata[i];
		g_autoptr(GError) error = NULL;
		struct change c;

		automation_step_said(did, s, &world);
		if (s->kind != STEP_CHANGE)
			continue;
		if (!step_change(s->action, s->arg, &world, &c, &error))
			g_string_append_printf(wrong, "%s%s", wrong->len ? "; " : "", error->message);
		change_clear(&c);
	}
	run->did = t->steps ? g_strdup(did->str) : g_strdup_printf("webhook %s", t->rule->url);
	run->error = wrong->len ? g_strdup(wrong->str) : NULL;
}

static gboolean add_run(const struct trying *t, desk_id ticket_id, int64_t at_ms, const char *event,
                        const struct past_terms *as_now, GPtrArray *runs, GError **error)
{
	g_autofree char *named = past_terms_named(as_now);
	struct automation_run *run;
	struct ticket *ticket = ticket_load(t->conn, t->words, ticket_id, FALSE, NULL, error);

	if (!ticket)
		return FALSE;
	run = g_new0(struct automation_run, 1);
	run->kind = t->rule->kind;
	run->name = g_strdup(t->rule->name);
	run->ticket_id = ticket_id;
	run->at_ms = at_ms;
	run->why = t->rule->when ? g_strdup_printf("%s; when: %s%s%s", event, t->rule->when, *named ? "; as it is now: " : "", named) :
	                           g_strdup(event);
	tell_run(t, run, ticket);
	ticket_free(ticket);
	g_ptr_array_add(runs, run);
	return TRUE;
}

static gboolean try_events(const struct trying *t, int64_t since_ms, int most, GPtrArray *runs, gboolean *more,
                           struct past_terms *all, GError **error)
{
	g_autoptr(GArray) past = g_array_new(FALSE, FALSE, sizeof(struct moment));
	g_autoptr(GArray) ids = NULL;
	struct automation_past *then = NULL;
	struct reading r = {.list = past, .since_ms = since_ms, .rule = t->rule};
	gboolean ok = TRUE;

	if (!read_past(t->conn, &r, error))
		return FALSE;
	g_array_sort(past, newest_first);
	ids = tickets_of(past);
	then = automation_past_new(t->desk, t->conn, t->words, t->rule->when, t->now, ids);
	for (guint i = 0; ok && i < past->len && !*more; i++) {
		const struct moment *p = &g_array_index(past, struct moment, i);
		struct past_terms as_now = {0};
		gboolean holds;

		ok = automation_past_holds(then, p->ticket_id, p->at_ms, &holds, &as_now, error);
		all->fields |= as_now.fields;
		all->is |= as_now.is;
		all->has |= as_now.has;
		if (!ok || !holds)
			continue;
		*more = runs->len >= (guint)most;
		ok = *more || add_run(t, p->ticket_id, p->at_ms, rule_event_name(p->event), &as_now, runs, error);
	}
	automation_past_free(then);
	return ok;
}

static gboolean try_schedule(const struct trying *t, int most, GPtrArray *runs, gboolean *more, GError **error)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(desk_id)), ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autofree char *zone = desk_setting(t->conn, "zone"), *at = g_strdup_printf("schedule: %s", t->rule->at);
	const struct past_terms now = {0}; /* it is asked now */
	struct find_plan plan;
	gboolean ok;

	g_array_set_size(keys, 1);
	if (!find_compile(&plan, t->words, db_engine(t->desk->db), NULL, t->rule->when, t->now, zone, error))
		return FALSE;
	struct find_list l = {.conn = t->conn, .words = t->words, .engine = plan.engine, .source = LIST_EVERY, .keys = keys,
		.plan = &plan, .newest = TRUE, .base = INT64_MAX, .until_us = g_get_monotonic_time() + READ_MS * 1000};

	ok = find_ids(&l, ids, most, more, error);
	find_list_clear(&l);
	find_plan_clear(&plan);
	for (guint i = 0; ok && i < ids->len; i++)
		ok = add_run(t, g_array_index(ids, desk_id, i), t->now, at, &now, runs, error);
	return ok;
}

gboolean automation_try(struct desk *d, struct db_conn *conn, const struct words *w, const struct rule *r, int64_t since_ms,
                        int64_t now_ms, int most, GPtrArray *runs, gboolean *more, char **as_now, GError **error)
{
	g_autoptr(GTimeZone) zone = automation_zone(conn);
	g_autoptr(GPtrArray) steps = r->kind == RULE_WEBHOOK ? NULL : steps_parse(r->steps, NULL, NULL, NULL);
	const struct trying t = {d, conn, w, r, steps, zone, now_ms};
	struct past_terms all = {0};
	gboolean left = FALSE, ok;

	if (r->kind != RULE_WEBHOOK && !steps)
		return desk_fail(error, DESK_INVALID, "the steps of %s can't be understood", r->name);
	ok = r->kind == RULE_SCHEDULE ? try_schedule(&t, most, runs, &left, error) :
	                                try_events(&t, since_ms, most, runs, &left, &all, error);
	if (more)
		*more = left;
	if (as_now)
		*as_now = past_terms_named(&all);
	return ok;
}

gboolean automation_try_query(struct desk *d, struct db_conn *conn, const struct words *w, const struct query *q,
                              struct answer *out, GError **error)
{
	int64_t now = clock_wall_ms(), since = q->since_ms > 0 ? q->since_ms : now - DAYS * MS_DAY;
	int most = q->limit > 0 ? MIN(q->limit, MOST) : MOST;

	if (!q->text || !*q->text)
		return desk_fail(error, DESK_INVALID, "rule is missing: which one is to be tried");
	out->runs = g_ptr_array_new_with_free_func((GDestroyNotify)automation_run_free);
	if (!db_read_limit(conn, READ_MS, error))
		return FALSE;
	for (guint i = 0; i < w->rules->len; i++) {
		const struct rule *r = w->rules->pdata[i];

		if (strcmp(r->name, q->text) == 0)
			return automation_try(d, conn, w, r, since, now, most, out->runs, &out->more, NULL, error);
	}
	return desk_fail(error, DESK_NOTFOUND, "there is no rule \"%s\"", q->text);
}
