/* Rules of the desk in their table, and what each means there. */
#include "server/desk/automation.h"

#include <string.h>
#include "server/desk/find.h"
#include "server/webhook_rules.h"

static struct rule *rule_of_row(const struct db_row *row)
{
	struct rule *r = g_new0(struct rule, 1);

	r->id = db_int(row, 0);
	r->kind = (enum rule_kind)db_int(row, 1);
	r->name = db_dup(row, 2);
	r->title = db_dup(row, 3);
	r->position = (int)db_int(row, 4);
	r->active = db_int(row, 5) != 0;
	r->events = (unsigned)db_int(row, 6);
	r->by = (unsigned)db_int(row, 7);
	r->was = (unsigned)db_int(row, 8);
	r->clocks = (unsigned)db_int(row, 9);
	r->when = db_dup(row, 10);
	r->steps = db_dup(row, 11);
	r->at = db_dup(row, 12);
	r->calendar = db_dup(row, 13);
	r->most = (int)db_int(row, 14);
	r->url = db_dup(row, 15);
	r->secret = (int)db_int(row, 16);
	r->last_ms = db_int(row, 17);
	r->next_ms = db_int(row, 18);
	r->suspended_ms = db_int(row, 19);
	r->suspended_why = db_dup(row, 20);
	return r;
}

static gboolean rules_fn(const struct db_row *row, void *arg)
{
	g_ptr_array_add(arg, rule_of_row(row));
	return TRUE;
}

static gboolean rule_fn(const struct db_row *row, void *arg)
{
	*(struct rule **)arg = rule_of_row(row);
	return FALSE;
}

GPtrArray *automation_rules_read(struct db_conn *conn, int kind, unsigned *events, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
	gboolean ok = kind < 0 ? db_run(conn, STMT_RULES, NULL, 0, rules_fn, list, error) :
	                         DB_RUN(conn, STMT_RULES_OF, rules_fn, list, error, DB_I(kind));

	if (!ok) {
		g_ptr_array_unref(list);
		return NULL;
	}
	for (guint i = 0; events && i < list->len; i++) {
		const struct rule *r = list->pdata[i];

		if (r->active && !r->suspended_ms)
			*events |= r->events;
	}
	return list;
}

struct rule *automation_rule_load(struct db_conn *conn, desk_id id, GError **error)
{
	struct rule *r = NULL;

	return DB_RUN(conn, STMT_RULE, rule_fn, &r, error, DB_I(id)) ? r : NULL;
}

GTimeZone *automation_zone(struct db_conn *conn)
{
	g_autofree char *name = desk_setting(conn, "zone");
	GTimeZone *zone = name ? g_time_zone_new_identifier(name) : NULL;

	return zone ? zone : g_time_zone_new_local();
}

int64_t automation_rule_next(const struct words *w, const struct rule *r, GTimeZone *zone, int64_t after_ms)
{
	const struct calendar *calendar = NULL;
	struct schedule s;
	int64_t next;

	if (r->kind != RULE_SCHEDULE || !r->active || !schedule_parse(r->at ? r->at : "", &s, NULL, NULL))
		return 0;
	for (guint i = 0; r->calendar && i < w->calendars->len; i++)
		if (strcmp(calendar_name(w->calendars->pdata[i]), r->calendar) == 0)
			calendar = w->calendars->pdata[i];
	next = schedule_next(&s, zone, calendar, after_ms);
	return next == INT64_MAX ? 0 : next;
}

/* ---- by itself */
static void first_wrong(int line, int column, const char *sentence, void *arg)
{
	char **why = arg;

	if (!*why)
		*why = g_strdup_printf("line %d, column %d: %s", line, column, sentence);
}

static gboolean steps_possible(const struct rule *r, GError **error)
{
	g_autofree char *why = NULL;
	g_autoptr(GPtrArray) steps = steps_parse(r->steps, NULL, first_wrong, &why);

	return steps || desk_fail(error, DESK_INVALID, "do: %s", why);
}

static gboolean when_possible(const struct rule *r, GError **error)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct find_error wrong = {0};
	g_autoptr(find_tree_auto) tree = r->when ? find_parse(r->when, 1, utc, &wrong) : NULL;

	if (r->when && !tree)
		desk_fail(error, DESK_INVALID, "when: %s", wrong.message ? wrong.message : "?");
	find_error_clear(&wrong);
	return !r->when || tree;
}

gboolean automation_rule_possible(const struct rule *r, GError **error)
{
	g_autoptr(GError) wrong = NULL;
	struct schedule s;

	if (!when_possible(r, error) || (r->kind != RULE_WEBHOOK && !steps_possible(r, error)))
		return FALSE;
	if (r->kind == RULE_SCHEDULE && !schedule_parse(r->at, &s, NULL, &wrong))
		return desk_fail(error, DESK_INVALID, "at: %s", wrong->message);
	if (r->kind == RULE_WEBHOOK && !webhook_url_check(r->url, &wrong))
		return desk_fail(error, DESK_INVALID, "url: %s", wrong->message);
	return TRUE;
}

gboolean automation_rule_put(struct db_conn *conn, const struct rule *r, desk_id *id, GError **error)
{
	/* The first run is set by whoever looks first: then the calendars of this very change are known. */
	int64_t next = r->kind == RULE_SCHEDULE && r->active ? 1 : 0;

	if (!automation_rule_possible(r, error))
		return FALSE;
	if (!*id && !DB_RUN(conn, STMT_RULE_FIND, row_int_fn, id, error, DB_T(r->name)))
		return FALSE;
	if (*id)
		return DB_RUN(conn, STMT_RULE_UPDATE, NULL, NULL, error, DB_I(*id), DB_I(r->kind), DB_T(r->name), DB_T(r->title),
		              DB_I(r->position), DB_I(r->active != 0), DB_I(r->events), DB_I(r->by), DB_I(r->was), DB_I(r->clocks),
		              DB_T(r->when), DB_T(r->steps), DB_T(r->at), DB_T(r->calendar), DB_I(r->most), DB_T(r->url),
		              DB_I(r->secret), DB_I(next));
	return DB_RUN(conn, STMT_RULE_INSERT, row_int_fn, id, error, DB_I(r->kind), DB_T(r->name), DB_T(r->title),
	              DB_I(r->position), DB_I(r->active != 0), DB_I(r->events), DB_I(r->by), DB_I(r->was), DB_I(r->clocks),
	              DB_T(r->when), DB_T(r->steps), DB_T(r->at), DB_T(r->calendar), DB_I(r->most), DB_T(r->url),
	              DB_I(r->secret), DB_I(next));
}

/* ---- the condition */
static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

gboolean automation_which(struct db_conn *conn, const struct words *w, enum db_engine engine, const char *when,
                          int64_t now_ms, const desk_id *ids, size_t n, GArray *out, GError **error)
{
	g_autofree char *zone = desk_setting(conn, "zone"), *list = n > 1 ? find_id_list(engine, ids, n) : NULL;
	struct db_composed c;
	struct find_plan plan;
	gboolean ok;

	if (!when || !n) {
		g_array_append_vals(out, ids, (guint)n);
		return TRUE;
	}
	if (!find_compile(&plan, w, engine, NULL, when, now_ms, zone, error))
		return FALSE;
	db_composed_init(&c, "Asking a rule's condition");
	DB_ADD(&c, FRAG_IDS);
	if (list)
		DB_ADDV(&c, FRAG_PICKED_LIST, DB_T(list));
	else
		DB_ADDV(&c, FRAG_PICKED, DB_I(ids[0]));
	find_add_condition(&c, &plan, TRUE);
	ok = db_run_composed(conn, &c, id_fn, out, error);
	db_composed_clear(&c);
	find_plan_clear(&plan);
	return ok;
}
