/* The snapshot of what a desk knows by heart: groups, people, tags, policies, calendars. */
#include "server/desk/routing_desk.h"
#include "server/desk/automation.h"
#include "server/desk/inside.h"

#include <string.h>

static gboolean group_fn(const struct db_row *row, void *arg)
{
	struct group *g = g_new0(struct group, 1);

	g->id = db_int(row, 0);
	g->name = db_dup(row, 1);
	g->title = db_dup(row, 2);
	g->tier = (int)db_int(row, 3);
	g_ptr_array_add(arg, g);
	return TRUE;
}

GPtrArray *words_read_groups(struct db_conn *conn, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);

	if (db_run(conn, STMT_GROUPS, NULL, 0, group_fn, list, error))
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

static gboolean person_fn(const struct db_row *row, void *arg)
{
	struct person *p = person_new();

	p->id = db_int(row, 0);
	p->name = db_dup(row, 1);
	p->display = db_dup(row, 2);
	p->role = (enum role)db_int(row, 3);
	p->locale = db_dup(row, 4);
	p->active = db_int(row, 5) != 0;
	p->capacity = (int)db_int(row, 6);
	g_ptr_array_add(arg, p);
	return TRUE;
}

static gboolean person_group_fn(const struct db_row *row, void *arg)
{
	GPtrArray *people = arg;
	desk_id person_id = db_int(row, 0), group_id = db_int(row, 1);

	for (guint i = 0; i < people->len; i++) {
		struct person *p = people->pdata[i];

		if (p->id == person_id)
			g_array_append_val(p->groups, group_id);
	}
	return TRUE;
}

static gboolean person_skill_fn(const struct db_row *row, void *arg)
{
	GPtrArray *people = arg;
	desk_id person_id = db_int(row, 0), skill_id = db_int(row, 1);

	for (guint i = 0; i < people->len; i++) {
		struct person *p = people->pdata[i];

		if (p->id == person_id)
			g_array_append_val(p->skills, skill_id);
	}
	return TRUE;
}

GPtrArray *words_read_people(struct db_conn *conn, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);

	if (db_run(conn, STMT_PEOPLE, NULL, 0, person_fn, list, error) &&
	    db_run(conn, STMT_PEOPLE_MEMBERS, NULL, 0, person_group_fn, list, error) &&
	    db_run(conn, STMT_PEOPLE_SKILLS, NULL, 0, person_skill_fn, list, error))
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

static gboolean tag_fn(const struct db_row *row, void *arg)
{
	struct tag *t = g_new0(struct tag, 1);

	t->id = db_int(row, 0);
	t->name = db_dup(row, 1);
	t->label_en = db_dup(row, 2);
	t->label_zh = db_dup(row, 3);
	t->advice_en = db_dup(row, 4);
	t->advice_zh = db_dup(row, 5);
	t->glyph = db_dup(row, 6);
	t->on_customer = db_int(row, 7) != 0;
	t->careful = db_int(row, 8) != 0;
	g_ptr_array_add(arg, t);
	return TRUE;
}

GPtrArray *words_read_tags(struct db_conn *conn, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)tag_free);

	if (db_run(conn, STMT_TAGS, NULL, 0, tag_fn, list, error))
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

/* Short lists are kept with "," between. */
static void take_names(GPtrArray *to, const char *text)
{
	g_auto(GStrv) names = g_strsplit(text ? text : "", ",", -1);

	for (char **name = names; *name; name++)
		if (**name)
			g_ptr_array_add(to, g_strdup(*name));
}

static void take_ids(GArray *to, const char *text)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	take_names(names, text);
	for (guint i = 0; i < names->len; i++) {
		desk_id id = g_ascii_strtoll(names->pdata[i], NULL, 10);

		g_array_append_val(to, id);
	}
}

static gboolean policy_fn(const struct db_row *row, void *arg)
{
	struct policy *p = policy_new();

	p->id = db_int(row, 0);
	p->version = (int)db_int(row, 1);
	p->position = (int)db_int(row, 2);
	p->name = db_dup(row, 3);
	p->channels = (unsigned)db_int(row, 4);
	p->after_sales = (int)db_int(row, 5);
	p->problem = (int)db_int(row, 6);
	take_names(p->tags, db_text(row, 7));
	take_ids(p->groups, db_text(row, 8));
	g_ptr_array_add(arg, p);
	return TRUE;
}

static gboolean target_fn(const struct db_row *row, void *arg)
{
	GPtrArray *policies = arg;
	desk_id policy_id = db_int(row, 0);
	struct policy_target *t;

	for (guint i = 0; i < policies->len; i++) {
		struct policy *p = policies->pdata[i];

		if (p->id != policy_id)
			continue;
		t = g_new0(struct policy_target, 1);
		t->clock = (enum clock_kind)db_int(row, 1);
		t->priority = (enum ticket_priority)db_int(row, 2);
		t->problem = (int)db_int(row, 3);
		t->target_ms = db_int(row, 4);
		g_free(clock_warnings_parse(db_text(row, 5), t->warnings));
		t->pause_statuses = (unsigned)db_int(row, 6);
		t->calendar = db_dup(row, 7);
		g_ptr_array_add(p->targets, t);
	}
	return TRUE;
}

GPtrArray *words_read_policies(struct db_conn *conn, GError **error)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)policy_free);

	if (db_run(conn, STMT_POLICIES, NULL, 0, policy_fn, list, error) &&
	    db_run(conn, STMT_POLICY_TARGETS, NULL, 0, target_fn, list, error))
		return list;
	g_ptr_array_unref(list);
	return NULL;
}

/* ---- calendars: put together from four tables */
struct calendar_parts {
	desk_id id;
	char *name, *zone;
	GArray *spans;
	GPtrArray *holidays;    /* date, name; each its own */
	GArray *exceptions;     /* struct exception_part */
};

struct exception_part {
	char date[11];
	struct calendar_span span;
};

static void calendar_parts_free(void *data)
{
	struct calendar_parts *p = data;

	g_free(p->name);
	g_free(p->zone);
	g_array_unref(p->spans);
	g_ptr_array_unref(p->holidays);
	g_array_unref(p->exceptions);
	g_free(p);
}

static gboolean calendar_fn(const struct db_row *row, void *arg)
{
	struct calendar_parts *p = g_new0(struct calendar_parts, 1);

	p->id = db_int(row, 0);
	p->name = db_dup(row, 1);
	p->zone = db_dup(row, 2);
	p->spans = g_array_new(FALSE, TRUE, sizeof(struct calendar_span));
	p->holidays = g_ptr_array_new_with_free_func(g_free);
	p->exceptions = g_array_new(FALSE, TRUE, sizeof(struct exception_part));
	g_ptr_array_add(arg, p);
	return TRUE;
}

static struct calendar_parts *parts_of(const GPtrArray *list, desk_id id)
{
	for (guint i = 0; i < list->len; i++) {
		struct calendar_parts *p = list->pdata[i];

		if (p->id == id)
			return p;
	}
	return NULL;
}

static gboolean span_fn(const struct db_row *row, void *arg)
{
	struct calendar_parts *p = parts_of(arg, db_int(row, 0));
	struct calendar_span span = {(int)db_int(row, 1), (int)db_int(row, 2), (int)db_int(row, 3)};

	if (p)
		g_array_append_val(p->spans, span);
	return TRUE;
}

static gboolean holiday_fn(const struct db_row *row, void *arg)
{
	struct calendar_parts *p = parts_of(arg, db_int(row, 0));

	if (p) {
		g_ptr_array_add(p->holidays, db_dup(row, 1));
		g_ptr_array_add(p->holidays, db_dup(row, 2));
	}
	return TRUE;
}

static gboolean exception_fn(const struct db_row *row, void *arg)
{
	struct calendar_parts *p = parts_of(arg, db_int(row, 0));
	struct exception_part e = {.span = {1, (int)db_int(row, 2), (int)db_int(row, 3)}};

	g_strlcpy(e.date, db_text(row, 1), sizeof(e.date));
	if (p)
		g_array_append_val(p->exceptions, e);
	return TRUE;
}

static struct calendar *calendar_of(const struct calendar_parts *p, GError **error)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(p->zone);
	struct calendar *c;
	gboolean ok = TRUE;

	if (!zone) {
		desk_fail(error, DESK_INVALID, "calendar \"%s\" has the unknown time zone \"%s\"", p->name, p->zone);
		return NULL;
	}
	c = calendar_new(p->name, zone, (const struct calendar_span *)(void *)p->spans->data, p->spans->len, error);
	for (guint i = 0; c && ok && i + 1 < p->holidays->len; i += 2)
		ok = calendar_add_holiday(c, p->holidays->pdata[i], p->holidays->pdata[i + 1], error);
	for (guint i = 0; c && ok && i < p->exceptions->len; i++) {
		const struct exception_part *e = &g_array_index(p->exceptions, struct exception_part, i);

		ok = calendar_add_exception(c, e->date, &e->span, error);
	}
	if (!ok)
		g_clear_pointer(&c, calendar_free);
	return c;
}

static GPtrArray *read_calendars(struct db_conn *conn, GError **error)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(calendar_parts_free);
	GPtrArray *list;

	if (!db_run(conn, STMT_CALENDARS, NULL, 0, calendar_fn, parts, error) ||
	    !db_run(conn, STMT_CALENDAR_SPANS, NULL, 0, span_fn, parts, error) ||
	    !db_run(conn, STMT_CALENDAR_HOLIDAYS, NULL, 0, holiday_fn, parts, error) ||
	    !db_run(conn, STMT_CALENDAR_EXCEPTIONS, NULL, 0, exception_fn, parts, error))
		return NULL;
	list = g_ptr_array_new_with_free_func((GDestroyNotify)calendar_free);
	for (guint i = 0; i < parts->len; i++) {
		struct calendar *c = calendar_of(parts->pdata[i], error);

		if (!c) {
			g_ptr_array_unref(list);
			return NULL;
		}
		g_ptr_array_add(list, c);
	}
	return list;
}

/* ---- the whole */
static void unref_list(GPtrArray *list)
{
	if (list)
		g_ptr_array_unref(list);
}

struct words *words_ref(struct words *w)
{
	g_atomic_ref_count_inc(&w->refs);
	return w;
}

void words_unref(struct words *w)
{
	if (!w || !g_atomic_ref_count_dec(&w->refs))
		return;
	unref_list(w->groups);
	unref_list(w->people);
	unref_list(w->tags);
	unref_list(w->policies);
	unref_list(w->calendars);
	unref_list(w->rules);
	unref_list(w->skills);
	unref_list(w->categories);
	unref_list(w->fields);
	unref_list(w->checklists);
	unref_list(w->eras);
	if (w->people_by_id)
		g_hash_table_unref(w->people_by_id);
	routing_conf_free(w->routing);
	g_free(w);
}

struct words *words_load(struct db_conn *conn, GError **error)
{
	g_autoptr(words_auto) w = g_new0(struct words, 1);

	g_atomic_ref_count_init(&w->refs);
	if (!(w->groups = words_read_groups(conn, error)) || !(w->people = words_read_people(conn, error)) ||
	    !(w->tags = words_read_tags(conn, error)) || !(w->policies = words_read_policies(conn, error)) ||
	    !(w->calendars = read_calendars(conn, error)) ||
	    !(w->rules = automation_rules_read(conn, -1, &w->rule_events, error)) || !(w->skills = words_read_skills(conn, error)) ||
	    !(w->categories = words_read_categories(conn, error)) ||
	    !(w->fields = words_read_fields(conn, error)) ||
	    !(w->checklists = words_read_checklists(conn, error)) ||
	    !(w->routing = routing_conf_load(conn, error)) || !words_read_eras(conn, w, error))
		return NULL;
	for (guint i = 0; i < w->policies->len; i++)
		w->tagged_policies |= ((const struct policy *)w->policies->pdata[i])->tags->len > 0;
	w->people_by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < w->people->len; i++) {
		struct person *p = w->people->pdata[i];

		g_hash_table_insert(w->people_by_id, &p->id, p);
	}
	return g_steal_pointer(&w);
}

const struct group *words_group(const struct words *w, desk_id id)
{
	for (guint i = 0; i < w->groups->len; i++) {
		const struct group *g = w->groups->pdata[i];

		if (g->id == id)
			return g;
	}
	return NULL;
}

const struct person *words_person(const struct words *w, desk_id id)
{
	return g_hash_table_lookup(w->people_by_id, &id);
}

const char *words_person_name(const struct words *w, desk_id id)
{
	const struct person *p = id ? words_person(w, id) : NULL;

	return p ? p->display : NULL;
}

const struct tag *words_tag(const struct words *w, desk_id id)
{
	for (guint i = 0; i < w->tags->len; i++) {
		const struct tag *t = w->tags->pdata[i];

		if (t->id == id)
			return t;
	}
	return NULL;
}

const struct tag *words_tag_named(const struct words *w, const char *name)
{
	for (guint i = 0; name && i < w->tags->len; i++) {
		const struct tag *t = w->tags->pdata[i];

		if (strcmp(t->name, name) == 0)
			return t;
	}
	return NULL;
}

GArray *words_groups_of(const struct words *w, desk_id person_id)
{
	const struct person *p = words_person(w, person_id);
	GArray *list = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (p && p->groups->len) {
		g_array_append_vals(list, p->groups->data, p->groups->len);
		return list;
	}
	for (guint i = 0; i < w->groups->len; i++) {
		const struct group *g = w->groups->pdata[i];

		g_array_append_val(list, g->id);
	}
	return list;
}
