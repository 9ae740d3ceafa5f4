/* A policy file into the database: one transaction, a revision, events for all servers. */
#include "server/desk/config_desk.h"

#include <string.h>
#include "server/desk/records_inside.h"
#include "server/desk/routing_desk.h"

struct applying {
	struct desk *desk;
	struct db_tx *tx;
	struct db_conn *conn;
	const struct words *words;
	desk_id person_id;
	const struct config_request *rq;
	struct config_result *out;
};

void config_result_clear(struct config_result *r)
{
	g_free(r->diff);
	g_free(r->summary);
	*r = (struct config_result){0};
}

gboolean config_revision_now(struct db_conn *conn, int64_t *revision, GError **error)
{
	*revision = 0;
	return db_run(conn, STMT_REVISION_NOW, NULL, 0, row_int_fn, revision, error);
}

/* ---- removing */
static const struct {
	enum record_type type;
	enum db_stmt before[2], stmt; /* STMT_COUNT: none */
} removals[] = {
	{RECORD_GROUP, {STMT_COUNT, STMT_COUNT}, STMT_GROUP_DELETE},
	{RECORD_SKILL, {STMT_COUNT, STMT_COUNT}, STMT_SKILL_DELETE},
	{RECORD_TAG, {STMT_COUNT, STMT_COUNT}, STMT_TAG_DELETE},
	{RECORD_CALENDAR, {STMT_CALENDAR_SPANS_CLEAR, STMT_CALENDAR_HOLIDAYS_CLEAR}, STMT_CALENDAR_DELETE},
	{RECORD_POLICY, {STMT_POLICY_TARGETS_CLEAR, STMT_COUNT}, STMT_POLICY_DELETE},
	{RECORD_CATEGORY, {STMT_COUNT, STMT_COUNT}, STMT_CATEGORY_DELETE},
	{RECORD_FIELD, {STMT_COUNT, STMT_COUNT}, STMT_FIELD_DELETE},
	{RECORD_CHECKLIST, {STMT_COUNT, STMT_COUNT}, STMT_CHECKLIST_DELETE},
	{RECORD_LIMIT, {STMT_COUNT, STMT_COUNT}, STMT_LIMIT_DELETE},
	{RECORD_TEMPLATE, {STMT_COUNT, STMT_COUNT}, STMT_TEMPLATE_DELETE},
	{RECORD_VIEW, {STMT_COUNT, STMT_COUNT}, STMT_VIEW_SHARED_DELETE},
	{RECORD_MACRO, {STMT_COUNT, STMT_COUNT}, STMT_MACRO_REMOVE},
	{RECORD_TRIGGER, {STMT_RULE_QUEUE_CLEAR, STMT_COUNT}, STMT_RULE_DELETE},
	{RECORD_SCHEDULE, {STMT_RULE_QUEUE_CLEAR, STMT_COUNT}, STMT_RULE_DELETE},
	{RECORD_WEBHOOK, {STMT_COUNT, STMT_COUNT}, STMT_RULE_DELETE},
};

static gboolean remove_one(const struct applying *a, const struct config_step *s, GError **error)
{
	desk_id id = s->kept->id;

	if (s->type == RECORD_SETTING)
		return DB_RUN(a->conn, STMT_SETTING_DROP, NULL, NULL, error, DB_T(s->key)) &&
		       DB_RUN(a->conn, STMT_IMPORT_KEY_FORGET, NULL, NULL, error, DB_I(s->type), DB_T(s->key));
	for (size_t i = 0; i < G_N_ELEMENTS(removals); i++) {
		if (removals[i].type != s->type)
			continue;
		for (int b = 0; b < 2; b++)
			if (removals[i].before[b] != STMT_COUNT &&
			    !DB_RUN(a->conn, removals[i].before[b], NULL, NULL, error, DB_I(id)))
				return FALSE;
		if (s->type == RECORD_CALENDAR &&
		    !DB_RUN(a->conn, STMT_CALENDAR_EXCEPTIONS_CLEAR, NULL, NULL, error, DB_I(id)))
			return FALSE;
		return DB_RUN(a->conn, removals[i].stmt, NULL, NULL, error, DB_I(id)) &&
		       DB_RUN(a->conn, STMT_IMPORT_KEY_DROP, NULL, NULL, error, DB_I(s->type), DB_I(id));
	}
	return desk_fail(error, DESK_BUG, "a %s can't be removed", record_type_name(s->type));
}

static gboolean do_step(const struct applying *a, const struct config_step *s, GError **error)
{
	desk_id id = s->kept ? s->kept->id : 0;

	if (s->verb == CONFIG_REMOVE)
		return remove_one(a, s, error);
	/* Its hash is of no line of an import: importing it again writes it anew. */
	return record_store(a->desk, a->tx, a->words, NULL, s->record, &id, error) &&
	       DB_RUN(a->conn, STMT_IMPORT_KEY_PUT, NULL, NULL, error, DB_I(s->type), DB_T(s->key), DB_I(id),
	              DB_T("policy"));
}

/* ---- telling it */
static enum event_kind event_of(enum record_type type)
{
	switch (type) {
	case RECORD_POLICY:
	case RECORD_CALENDAR:
		return EVENT_POLICY;
	case RECORD_TEMPLATE:
		return EVENT_TEMPLATE;
	case RECORD_VIEW:
		return EVENT_VIEW;
	case RECORD_MACRO:
		return EVENT_MACRO;
	default:
		return EVENT_PEOPLE;
	}
}

static gboolean announce(const struct applying *a, const struct config_plan *plan, GError **error)
{
	static const enum event_kind kinds[] = {EVENT_PEOPLE, EVENT_POLICY, EVENT_TEMPLATE, EVENT_VIEW, EVENT_MACRO};
	unsigned due = 0;
	gboolean tags = FALSE, matrix = FALSE, settings = FALSE;

	for (guint i = 0; i < plan->steps->len; i++) {
		const struct config_step *s = &g_array_index(plan->steps, struct config_step, i);

		due |= 1u << event_of(s->type);
		tags = tags || (s->type == RECORD_TAG && s->verb == CONFIG_CHANGE);
		matrix = matrix || (s->type == RECORD_SETTING && strcmp(s->key, "priority_matrix") == 0);
		settings = settings || s->type == RECORD_SETTING;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		struct event e = {.kind = kinds[i], .change = (char *)"config-apply", .person_id = a->person_id};

		if (!(due >> kinds[i] & 1))
			continue;
		if (!db_tx_event(a->tx, &e, error))
			return FALSE;
		a->out->seq = e.seq;
	}
	if ((tags && !desk_remark_begin(a->conn, db_tx_now(a->tx), error)) ||
	    (matrix && !desk_reassess_begin(a->conn, db_tx_now(a->tx), error)))
		return FALSE;
	if (settings && !routing_recount_begin(a->conn, db_tx_now(a->tx), error))
		return FALSE;
	return !(due >> EVENT_POLICY & 1) || eras_changed(a->conn, db_tx_now(a->tx), error);
}

/* ---- revisions */
static gboolean revision_fn(const struct db_row *row, void *arg)
{
	*(char **)arg = g_strdup_printf("by %s: %s", db_text(row, 2) ? db_text(row, 2) : "the desk", db_text(row, 3));
	return FALSE;
}

static gboolean check_revision(const struct applying *a, GError **error)
{
	g_autofree char *who = NULL;

	if (!config_revision_now(a->conn, &a->out->revision, error))
		return FALSE;
	if (a->rq->revision < 0 || a->rq->revision == a->out->revision)
		return TRUE;
	if (!DB_RUN(a->conn, STMT_REVISIONS, revision_fn, &who, error, DB_I(1)))
		return FALSE;
	return desk_fail(error, DESK_CONFLICT, "the configuration was changed meanwhile (revision %" G_GINT64_FORMAT " %s)",
	                 a->out->revision, who ? who : "");
}

static gboolean keep_text(const struct applying *a, const struct config_state *s, const char *by, const char *summary,
                          GError **error)
{
	g_autofree char *text = config_state_text(s, -1, NULL);

	a->out->revision++;
	return DB_RUN(a->conn, STMT_REVISION_ADD, NULL, NULL, error, DB_I(a->out->revision), DB_I(db_tx_now(a->tx)),
	              DB_T(by), DB_T(summary), DB_T(text));
}

static gboolean carry_out(const struct applying *a, const struct config_plan *plan, const struct config_state *before,
                          GError **error)
{
	g_autoptr(config_state_auto) s = NULL;

	/* The first revision tells how the desk was before anybody changed it. */
	if (!a->out->revision && !keep_text(a, before, NULL, "as it was before the first change", error))
		return FALSE;
	if (!eras_begin(a->conn, error))
		return FALSE;
	for (guint i = 0; i < plan->steps->len; i++)
		if (!do_step(a, &g_array_index(plan->steps, struct config_step, i), error))
			return FALSE;
	s = config_state_load(a->conn, error);
	return s && keep_text(a, s, a->rq->by_name, a->out->summary, error) && announce(a, plan, error);
}

gboolean config_apply(struct desk *d, struct db_tx *tx, const struct words *w, desk_id person_id,
                      const struct config_request *rq, struct config_result *out, GError **error)
{
	struct applying a = {d, tx, db_conn_of(tx), w, person_id, rq, out};
	g_autoptr(line_errors_auto) errors = line_errors_new(rq->name ? rq->name : "policy");
	g_autoptr(config_file_auto) file = NULL;
	g_autoptr(config_state_auto) state = NULL;
	g_autoptr(config_plan_auto) plan = NULL;

	config_result_clear(out); /* a job may run twice */
	if (strlen(rq->text) > WIRE_MAX_CONFIG)
		return desk_fail(error, DESK_LIMIT, "the policy file is larger than %u MiB", WIRE_MAX_CONFIG >> 20);
	if (!DB_RUN(a.conn, STMT_SETTING_LOCK, NULL, NULL, error, DB_T("config")) || !check_revision(&a, error))
		return FALSE;
	file = config_parse(rq->text, strlen(rq->text), errors);
	state = config_state_load(a.conn, error);
	if (!state)
		return FALSE;
	plan = config_plan_new(a.conn, file, state, errors, error);
	if (!plan) {
		g_autofree char *said = line_errors_text(errors);

		if (error && !*error)
			desk_fail(error, DESK_INVALID, "%s", g_strchomp(said));
		return FALSE;
	}
	out->diff = g_strdup(plan->diff->str);
	out->summary = plan->steps->len ? config_plan_summary(plan) : g_strdup("");
	return rq->dry_run || !plan->steps->len || carry_out(&a, plan, state, error);
}

gboolean change_config_apply(struct work *w, struct answer *out, GError **error)
{
	const struct change *c = w->change;
	const struct config_request rq = {.text = c->body ? c->body : "", .revision = c->revision, .dry_run = c->dry_run,
	                                  .by_name = w->who->display};
	struct config_result result = {0};
	gboolean ok = config_apply(w->desk, w->tx, w->words, w->who->person_id, &rq, &result, error);

	if (ok) {
		out->text = g_steal_pointer(&result.diff);
		out->revision = result.revision;
		w->seq = result.seq;
	}
	config_result_clear(&result);
	return ok;
}

/* ---- for commands */
struct apply_job {
	struct desk *desk;
	const struct config_request *rq;
	struct config_result *out;
};

static gboolean apply_job(struct db_tx *tx, void *arg, GError **error)
{
	struct apply_job *j = arg;
	g_autoptr(words_auto) w = desk_words(j->desk);

	return config_apply(j->desk, tx, w, 0, j->rq, j->out, error);
}

gboolean config_apply_wait(struct desk *d, const struct config_request *rq, struct config_result *out, GError **error)
{
	struct apply_job j = {d, rq, out};
	struct event all = {.kind = EVENT_PEOPLE};

	if (!db_submit_wait(d->db, apply_job, &j, error))
		return FALSE;
	desk_notice(d, &all);
	return TRUE;
}
