/* How the deadlines of a ticket came about. */
#include "server/desk/inside.h"

#include "rules/explain.h"

static GTimeZone *desk_zone(struct db_conn *conn)
{
	g_autofree char *name = desk_setting(conn, "zone");
	GTimeZone *zone = name ? g_time_zone_new_identifier(name) : NULL;

	return zone ? zone : g_time_zone_new_local();
}

/* The nearest first: running and late ones by their end, then paused, then those that have ended. */
static int rank(const struct ticket_clock *c)
{
	return c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED ? 0 : c->state == CLOCK_STATE_PAUSED ? 1 : 2;
}

static gint nearest_first(gconstpointer a, gconstpointer b)
{
	const struct ticket_clock *x = &(*(const struct clock_explained *const *)a)->clock;
	const struct ticket_clock *y = &(*(const struct clock_explained *const *)b)->clock;

	if (rank(x) != rank(y))
		return rank(x) - rank(y);
	if (rank(x) == 0 && x->due_ms != y->due_ms)
		return x->due_ms < y->due_ms ? -1 : 1;
	if (rank(x) == 2 && x->ended_ms != y->ended_ms)
		return x->ended_ms > y->ended_ms ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static void explain_all(const struct words *w, const struct ticket *t, const struct clock_case *of, const GArray *facts,
                        int64_t now_ms, int64_t tomorrow_ms, GPtrArray *to)
{
	const struct clock_fact *fact = (const struct clock_fact *)(const void *)facts->data;
	struct ticket_rules rules;

	ticket_rules_of(w, of, facts->len ? fact->at_ms : now_ms, &rules);
	for (size_t i = 0; i < rules.n; i++) {
		const struct explain_input in = {
			.rule = &rules.rule[i], .facts = fact, .n = facts->len,
			.status = t->row.status, .now_ms = now_ms, .tomorrow_ms = tomorrow_ms,
		};
		struct clock_explained *e = explain_clock(&in);

		if (!e)
			continue;
		e->policy = g_strdup(in.rule->policy ? in.rule->policy->name : NULL);
		e->matched = explain_matched(in.rule, of, t->row.group_name);
		g_ptr_array_add(to, e);
	}
	ticket_rules_clear(&rules);
	g_ptr_array_sort(to, nearest_first);
}

gboolean explain_query(struct db_conn *conn, const struct words *w, const struct query *q, int64_t now_ms,
                       struct answer *out, GError **error)
{
	struct ticket *t = ticket_load(conn, w, q->ticket_id, FALSE, NULL, error);
	g_autoptr(GArray) facts = t ? ticket_facts(conn, q->ticket_id, error) : NULL;
	g_autoptr(GPtrArray) tags = NULL;
	g_autoptr(GTimeZone) zone = NULL;
	struct clock_case of;
	gboolean ok = facts && ticket_case(conn, w, t, &of, &tags, error);

	out->explained = g_ptr_array_new_with_free_func((GDestroyNotify)clock_explained_free);
	if (ok) {
		zone = desk_zone(conn);
		explain_all(w, t, &of, facts, now_ms, explain_tomorrow(now_ms, zone), out->explained);
	}
	ticket_free(t);
	return ok;
}
