/* The desk's configuration as records, read from its tables. */
#include "server/desk/records_read.h"
#include "server/desk/automation.h"

#include <string.h>
#include "wire/desk_settings.h"

/* ---- keys: as imported or applied, else made of the name */
struct keys {
	GHashTable *by_id[RECORD_TYPE_COUNT]; /* id -> key; NULL: not read yet */
};

static void keys_clear(struct keys *k)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		g_clear_pointer(&k->by_id[type], g_hash_table_unref);
}

static gboolean key_fn(const struct db_row *row, void *arg)
{
	gint64 id = db_int(row, 1), *name = g_new(gint64, 1);
	const char *had = g_hash_table_lookup(arg, &id);

	if (had && strcmp(had, db_text(row, 0)) <= 0) { /* several name it: the first of the alphabet stays */
		g_free(name);
		return TRUE;
	}
	*name = id;
	g_hash_table_insert(arg, name, db_dup(row, 0));
	return TRUE;
}

static GHashTable *keys_of(struct db_conn *conn, enum record_type type, GError **error)
{
	GHashTable *keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);

	if (DB_RUN(conn, STMT_IMPORT_KEYS, key_fn, keys, error, DB_I(type)))
		return keys;
	g_hash_table_unref(keys);
	return NULL;
}

static char *slug_of(const char *name)
{
	g_autoptr(GString) slug = g_string_new(NULL);

	for (const char *s = name; *s && slug->len < 40; s++)
		if (g_ascii_isalnum(*s) || strchr("._", *s))
			g_string_append_c(slug, *s);
		else if (slug->len && slug->str[slug->len - 1] != '-')
			g_string_append_c(slug, '-');
	while (slug->len && slug->str[slug->len - 1] == '-')
		g_string_truncate(slug, slug->len - 1);
	return g_string_free(g_steal_pointer(&slug), FALSE);
}

struct reader {
	struct db_conn *conn;
	enum record_type type;
	struct keys keys;
	GHashTable *taken;  /* keys given out */
	GPtrArray *kept;    /* struct record_kept */
	GError **error;
	gboolean failed;
};

/* Adds the record of a row; its key is known, or made of `name`. Takes `r`. */
static void keep(struct reader *rd, desk_id id, const char *name, struct record *r)
{
	gint64 wanted = id;
	const char *known = id ? g_hash_table_lookup(rd->keys.by_id[rd->type], &wanted) : name;
	struct record_kept *k = g_new0(struct record_kept, 1);

	if (known) {
		r->key = g_strdup(known);
	} else {
		r->key = rd->type == RECORD_CATEGORY ? g_strdup(name) : slug_of(name);
		if (!*r->key || g_hash_table_contains(rd->taken, r->key)) {
			g_autofree char *slug = r->key;

			r->key = g_strdup_printf("%s-%" G_GINT64_FORMAT, *slug ? slug : record_type_name(rd->type), id);
		}
	}
	g_hash_table_add(rd->taken, g_strdup(r->key));
	k->id = id;
	k->record = r;
	g_ptr_array_add(rd->kept, k);
}

static struct record *fresh(const struct reader *rd)
{
	return record_new(rd->type);
}

/* Lists whose objects the records take over. */
static GPtrArray *taken_over(GPtrArray *list)
{
	if (list)
		g_ptr_array_set_free_func(list, NULL);
	return list;
}

/* The key of another type's record; NULL when there is none (anymore). */
static char *key_of(struct reader *rd, enum record_type type, desk_id id, const char *name)
{
	gint64 wanted = id;
	const char *known;

	if (!rd->keys.by_id[type] && !(rd->keys.by_id[type] = keys_of(rd->conn, type, rd->error))) {
		rd->failed = TRUE;
		return NULL;
	}
	known = g_hash_table_lookup(rd->keys.by_id[type], &wanted);
	return known ? g_strdup(known) : name ? slug_of(name) : NULL;
}

/* ---- lists that the words have */
static const char *group_name(const GPtrArray *groups, desk_id id)
{
	for (guint i = 0; i < groups->len; i++) {
		const struct group *g = groups->pdata[i];

		if (g->id == id)
			return g->name;
	}
	return NULL;
}

static int compare_keys(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean read_people(struct reader *rd)
{
	g_autoptr(GPtrArray) list = words_read_people(rd->conn, rd->error);
	g_autoptr(GPtrArray) groups = list ? words_read_groups(rd->conn, rd->error) : NULL;
	g_autoptr(GPtrArray) skills = groups ? words_read_skills(rd->conn, rd->error) : NULL;

	if (skills)
		taken_over(list);
	for (guint i = 0; skills && i < list->len; i++) {
		const struct person *p = list->pdata[i];
		struct record *r = fresh(rd);

		person_free(r->person);
		r->person = list->pdata[i];
		for (guint g = 0; g < p->groups->len; g++) {
			desk_id id = g_array_index(p->groups, desk_id, g);

			g_ptr_array_add(r->group_keys, key_of(rd, RECORD_GROUP, id, group_name(groups, id)));
		}
		g_ptr_array_sort(r->group_keys, compare_keys);
		for (guint s = 0; s < skills->len; s++) {
			const struct skill *skill = skills->pdata[s];

			for (guint at = 0; at < p->skills->len; at++)
				if (g_array_index(p->skills, desk_id, at) == skill->id)
					g_ptr_array_add(r->skill_keys, g_strdup(skill->name));
		}
		keep(rd, p->id, p->name, r);
	}
	return skills != NULL;
}

#define READ_LIST(what, member, list_fn, free_fn) \
	static gboolean read_##what(struct reader *rd) \
	{ \
		g_autoptr(GPtrArray) list = taken_over(list_fn(rd->conn, rd->error)); \
		for (guint i = 0; list && i < list->len; i++) { \
			struct record *r = fresh(rd); \
			free_fn(r->member); \
			r->member = list->pdata[i]; \
			keep(rd, r->member->id, r->member->name, r); \
		} \
		return list != NULL; \
	}
READ_LIST(groups, group, words_read_groups, group_free)
READ_LIST(tags, tag, words_read_tags, tag_free)
READ_LIST(skills, skill, words_read_skills, skill_free)
READ_LIST(fields, field, words_read_fields, desk_field_free)
READ_LIST(checklists, checklist, words_read_checklists, checklist_free)

static gboolean read_policies(struct reader *rd)
{
	g_autoptr(GPtrArray) list = words_read_policies(rd->conn, rd->error);
	g_autoptr(GPtrArray) groups = list ? words_read_groups(rd->conn, rd->error) : NULL;

	if (groups)
		taken_over(list);
	for (guint i = 0; groups && i < list->len; i++) {
		const struct policy *p = list->pdata[i];
		struct record *r = fresh(rd);

		policy_free(r->policy);
		r->policy = list->pdata[i];
		for (guint g = 0; g < p->groups->len; g++) {
			desk_id id = g_array_index(p->groups, desk_id, g);

			if (group_name(groups, id)) /* one that is gone stands for nothing */
				g_ptr_array_add(r->group_keys, key_of(rd, RECORD_GROUP, id, group_name(groups, id)));
		}
		g_ptr_array_sort(r->group_keys, compare_keys);
		keep(rd, p->id, p->name, r);
	}
	return groups != NULL;
}

static gboolean read_categories(struct reader *rd)
{
	g_autoptr(GPtrArray) list = words_read_categories(rd->conn, rd->error);
	g_autoptr(GPtrArray) groups = list ? words_read_groups(rd->conn, rd->error) : NULL;
	g_autoptr(GPtrArray) skills = groups ? words_read_skills(rd->conn, rd->error) : NULL;

	if (skills)
		taken_over(list);
	for (guint i = 0; skills && i < list->len; i++) {
		const struct category *c = list->pdata[i];
		struct record *r = fresh(rd);

		category_free(r->category);
		r->category = list->pdata[i];
		if (c->group_id)
			r->group_key = key_of(rd, RECORD_GROUP, c->group_id, group_name(groups, c->group_id));
		for (guint s = 0; s < skills->len; s++)
			if (((const struct skill *)skills->pdata[s])->id == c->skill_id)
				r->skill_key = g_strdup(((const struct skill *)skills->pdata[s])->name);
		keep(rd, c->id, c->name, r);
	}
	return skills != NULL;
}

/* ---- calendars: four tables */
static gboolean calendar_fn(const struct db_row *row, void *arg)
{
	struct reader *rd = arg;
	struct record *r = fresh(rd);

	r->zone = db_dup(row, 2);
	r->spans = g_array_new(FALSE, FALSE, sizeof(struct record_calendar_span));
	keep(rd, db_int(row, 0), db_text(row, 1), r);
	return TRUE;
}

static struct record *kept_by_id(const GPtrArray *kept, desk_id id)
{
	for (guint i = 0; i < kept->len; i++) {
		const struct record_kept *k = kept->pdata[i];

		if (k->id == id)
			return k->record;
	}
	return NULL;
}

static gboolean span_fn(const struct db_row *row, void *arg)
{
	struct record *r = kept_by_id(arg, db_int(row, 0));
	struct record_calendar_span span = {(int)db_int(row, 1), (int)db_int(row, 2), (int)db_int(row, 3)};

	if (r)
		g_array_append_val(r->spans, span);
	return TRUE;
}

static gboolean holiday_fn(const struct db_row *row, void *arg)
{
	struct record *r = kept_by_id(arg, db_int(row, 0));

	if (r)
		g_ptr_array_add(r->holidays, record_holiday_text(db_text(row, 1), db_text(row, 2)));
	return TRUE;
}

/* A row a span: those of one date come after each other. */
static gboolean exception_fn(const struct db_row *row, void *arg)
{
	struct record *r = kept_by_id(arg, db_int(row, 0));
	struct record_calendar_span span = {.from_minute = (int)db_int(row, 2), .to_minute = (int)db_int(row, 3)};
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct record_calendar_span));
	const char *called = NULL, *date = db_text(row, 1);
	char last[11] = "";
	guint n = r ? r->exceptions->len : 0;

	if (!r)
		return TRUE;
	if (n && record_exception_parse(r->exceptions->pdata[n - 1], last, spans, &called) && strcmp(last, date) == 0)
		g_ptr_array_set_size(r->exceptions, (int)n - 1);
	else
		g_array_set_size(spans, 0);
	if (span.from_minute >= 0)
		g_array_append_val(spans, span);
	g_ptr_array_add(r->exceptions, record_exception_text(date, (const struct record_calendar_span *)(void *)spans->data,
	                                                     spans->len, db_text(row, 4)));
	return TRUE;
}

static gboolean read_calendars(struct reader *rd)
{
	return db_run(rd->conn, STMT_CALENDARS, NULL, 0, calendar_fn, rd, rd->error) &&
	       db_run(rd->conn, STMT_CALENDAR_SPANS, NULL, 0, span_fn, rd->kept, rd->error) &&
	       db_run(rd->conn, STMT_CALENDAR_HOLIDAYS, NULL, 0, holiday_fn, rd->kept, rd->error) &&
	       db_run(rd->conn, STMT_CALENDAR_EXCEPTIONS, NULL, 0, exception_fn, rd->kept, rd->error);
}

/* ---- the rest: a row each */
static gboolean limit_fn(const struct db_row *row, void *arg)
{
	struct reader *rd = arg;
	struct record *r = fresh(rd);
	struct compensation_limit *l = r->limit;

	l->id = db_int(row, 0);
	l->role = (enum role)db_int(row, 1);
	l->kind = (enum compensation_kind)db_int(row, 2);
	l->currency = db_dup(row, 3);
	l->per_ticket_cents = db_int(row, 4);
	l->per_day_cents = db_int(row, 5);
	g_autofree char *name = g_strdup_printf("%s-%s-%s", role_name(l->role), compensation_name(l->kind), l->currency);
	keep(rd, l->id, name, r);
	return TRUE;
}

static gboolean read_limits(struct reader *rd)
{
	return db_run(rd->conn, STMT_LIMITS_ALL, NULL, 0, limit_fn, rd, rd->error);
}

static gboolean view_fn(const struct db_row *row, void *arg)
{
	struct reader *rd = arg;
	struct record *r = fresh(rd);
	struct saved_view *v = r->view;

	v->id = db_int(row, 0);
	v->name = db_dup(row, 1);
	v->title = db_dup(row, 2);
	v->scope = (enum scope)db_int(row, 3);
	v->owner_id = db_int(row, 4);
	v->query = db_dup(row, 5);
	v->newest_first = db_int(row, 6) != 0;
	v->position = (int)db_int(row, 7);
	keep(rd, v->id, v->name, r);
	return TRUE;
}

/* Owners are filled in after the rows: statements don't nest here. */
static void own(struct reader *rd, struct record *r, enum scope scope, desk_id owner, const GPtrArray *groups,
                const GPtrArray *people)
{
	const char *name = NULL;

	if (scope == SCOPE_GROUP)
		name = group_name(groups, owner);
	for (guint i = 0; scope == SCOPE_OWN && i < people->len; i++)
		if (((const struct person *)people->pdata[i])->id == owner)
			name = ((const struct person *)people->pdata[i])->name;
	if (scope != SCOPE_ALL)
		r->owner_key = key_of(rd, scope == SCOPE_GROUP ? RECORD_GROUP : RECORD_PERSON, owner, name);
}

static gboolean own_all(struct reader *rd)
{
	g_autoptr(GPtrArray) groups = words_read_groups(rd->conn, rd->error);
	g_autoptr(GPtrArray) people = groups ? words_read_people(rd->conn, rd->error) : NULL;

	for (guint i = 0; people && i < rd->kept->len; i++) {
		struct record *r = ((struct record_kept *)rd->kept->pdata[i])->record;

		if (r->view)
			own(rd, r, r->view->scope, r->view->owner_id, groups, people);
		else if (r->macro)
			own(rd, r, r->macro->scope, r->macro->owner_id, groups, people);
		else
			own(rd, r, r->template->scope, r->template->owner_id, groups, people);
	}
	return people != NULL;
}

static gboolean read_views(struct reader *rd)
{
	return db_run(rd->conn, STMT_VIEWS_SHARED, NULL, 0, view_fn, rd, rd->error) && own_all(rd);
}

static gboolean macro_fn(const struct db_row *row, void *arg)
{
	struct reader *rd = arg;
	struct record *r = fresh(rd);
	struct macro *m = r->macro;

	m->id = db_int(row, 0);
	m->name = db_dup(row, 1);
	m->title = db_dup(row, 2);
	m->scope = (enum scope)db_int(row, 3);
	m->owner_id = db_int(row, 4);
	m->category = db_dup(row, 5);
	m->steps = db_dup(row, 6);
	m->position = (int)db_int(row, 7);
	keep(rd, m->id, m->name, r);
	return TRUE;
}

static gboolean read_macros(struct reader *rd)
{
	return db_run(rd->conn, STMT_MACROS_SHARED, NULL, 0, macro_fn, rd, rd->error) && own_all(rd);
}

static gboolean template_fn(const struct db_row *row, void *arg)
{
	struct reader *rd = arg;
	struct record *r = fresh(rd);
	struct template *t = r->template;

	t->id = db_int(row, 0);
	t->version = (int)db_int(row, 1);
	t->name = db_dup(row, 2);
	t->title = db_dup(row, 3);
	t->language = db_dup(row, 4);
	t->part = (enum template_part)db_int(row, 5);
	t->audience = (enum audience)db_int(row, 6);
	t->scope = (enum scope)db_int(row, 7);
	t->owner_id = db_int(row, 8);
	t->category = db_dup(row, 9);
	t->body = db_dup(row, 10);
	t->position = (int)db_int(row, 11);
	t->channels = (unsigned)db_int(row, 12);
	g_autofree char *name = g_strdup_printf("%s-%s", t->name, t->language);
	keep(rd, t->id, name, r);
	return TRUE;
}

static gboolean read_templates(struct reader *rd)
{
	return db_run(rd->conn, STMT_TEMPLATES, NULL, 0, template_fn, rd, rd->error) && own_all(rd);
}

/* Its columns are read in one place; the record takes the whole rule. */
static gboolean read_rules(struct reader *rd, enum rule_kind kind)
{
	g_autoptr(GPtrArray) rules = taken_over(automation_rules_read(rd->conn, kind, NULL, rd->error));

	for (guint i = 0; rules && i < rules->len; i++) {
		struct record *r = fresh(rd);
		struct rule *rule = rules->pdata[i];

		rule_free(r->rule);
		r->rule = rule;
		keep(rd, rule->id, rule->name, r);
	}
	return rules != NULL;
}

static gboolean read_triggers(struct reader *rd)
{
	return read_rules(rd, RULE_TRIGGER);
}

static gboolean read_schedules(struct reader *rd)
{
	return read_rules(rd, RULE_SCHEDULE);
}

static gboolean read_webhooks(struct reader *rd)
{
	return read_rules(rd, RULE_WEBHOOK);
}

static gboolean setting_fn(const struct db_row *row, void *arg)
{
	struct reader *rd = arg;
	struct record *r;

	if (!desk_setting_find(db_text(row, 0)))
		return TRUE; /* the desk's own */
	r = fresh(rd);
	r->value = db_dup(row, 1);
	keep(rd, 0, db_text(row, 0), r);
	return TRUE;
}

static gboolean read_settings(struct reader *rd)
{
	return db_run(rd->conn, STMT_SETTINGS_ALL, NULL, 0, setting_fn, rd, rd->error);
}

/* ---- any */
static gboolean (*const readers[RECORD_TYPE_COUNT])(struct reader *rd) = {
	[RECORD_GROUP] = read_groups,       [RECORD_PERSON] = read_people,
	[RECORD_TAG] = read_tags,           [RECORD_CALENDAR] = read_calendars,
	[RECORD_POLICY] = read_policies,    [RECORD_TEMPLATE] = read_templates,
	[RECORD_SKILL] = read_skills,       [RECORD_CATEGORY] = read_categories,
	[RECORD_FIELD] = read_fields,       [RECORD_CHECKLIST] = read_checklists,
	[RECORD_LIMIT] = read_limits,       [RECORD_VIEW] = read_views,
	[RECORD_SETTING] = read_settings,   [RECORD_MACRO] = read_macros,
	[RECORD_TRIGGER] = read_triggers,   [RECORD_SCHEDULE] = read_schedules,
	[RECORD_WEBHOOK] = read_webhooks,
};

void record_kept_free(struct record_kept *k)
{
	record_free(k->record);
	g_free(k);
}

GPtrArray *records_read(struct db_conn *conn, enum record_type type, GError **error)
{
	struct reader rd = {.conn = conn, .type = type, .error = error};
	gboolean ok;

	if (!readers[type]) {
		desk_fail(error, DESK_BUG, "%s is no configuration", record_type_name(type));
		return NULL;
	}
	rd.keys.by_id[type] = keys_of(conn, type, error);
	if (!rd.keys.by_id[type])
		return NULL;
	rd.kept = g_ptr_array_new_with_free_func((GDestroyNotify)record_kept_free);
	rd.taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	ok = readers[type](&rd) && !rd.failed;
	g_hash_table_unref(rd.taken);
	keys_clear(&rd.keys);
	if (ok)
		return rd.kept;
	g_ptr_array_unref(rd.kept);
	return NULL;
}

gboolean records_each(struct db_conn *conn, const struct words *w, enum record_type type,
                      gboolean (*fn)(const struct record *, void *), void *arg, GError **error)
{
	g_autoptr(GPtrArray) kept = records_read(conn, type, error);

	(void)w;
	for (guint i = 0; kept && i < kept->len; i++)
		if (!fn(((const struct record_kept *)kept->pdata[i])->record, arg))
			break;
	return kept != NULL;
}
