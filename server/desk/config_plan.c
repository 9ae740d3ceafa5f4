/* What a policy file would do to the desk: every mistake first, then the steps. */
#include "server/desk/config_desk.h"

#include <string.h>
#include "rules/find.h"
#include "rules/limits.h"
#include "rules/priority.h"
#include "rules/progress.h"
#include "rules/macro.h"
#include "rules/routing.h"
#include "server/desk/automation.h"
#include "server/desk/automation_check.h"
#include "server/desk/records_inside.h"
#include "base/say.h"

/* ---- records by themselves */
static gboolean query_possible(const char *query, GError **error)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct find_error wrong = {0};
	struct find_tree *tree = find_parse(query, 1, utc, &wrong);
	gboolean ok = tree != NULL;

	find_tree_free(tree);
	if (!ok)
		desk_fail(error, DESK_INVALID, "query: %s", wrong.message ? wrong.message : _("can't be understood"));
	find_error_clear(&wrong);
	return ok;
}

/* The actions and their arguments; what they name is looked for when the macro is done. */
static gboolean steps_possible(const char *steps, GError **error)
{
	g_autoptr(GError) wrong = NULL;
	g_autoptr(GPtrArray) parsed = macro_parse(steps, NULL, &wrong);

	return parsed || desk_fail(error, DESK_INVALID, "steps: %s", wrong->message);
}

gboolean record_possible(const struct record *r, GError **error)
{
	if (r->type == RECORD_CALENDAR) {
		struct calendar *c = record_calendar(r, error);

		calendar_free(c);
		return c != NULL;
	}
	if (r->type == RECORD_VIEW)
		return query_possible(r->view->query, error);
	if (r->type == RECORD_MACRO)
		return steps_possible(r->macro->steps, error);
	if (r->type == RECORD_SETTING && strcmp(r->key, "zone") == 0) {
		g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(r->value);

		return zone || desk_fail(error, DESK_INVALID, "value: \"%s\" isn't a time zone", r->value);
	}
	if (r->type == RECORD_SETTING && (strcmp(r->key, "channel_weights") == 0 || strcmp(r->key, "wrap_up_after") == 0))
		return routing_weights_parse(&(struct routing_weights){0}, r->value, error);
	if (r->type == RECORD_SETTING && strcmp(r->key, "message_limits") == 0)
		return limits_parse(&(struct limits){0}, r->value, error);
	if (r->type == RECORD_SETTING && strcmp(r->key, "progress_messages") == 0)
		return progress_tells_parse(r->value, &(unsigned){0}, error);
	if (r->type == RECORD_SETTING && strcmp(r->key, "priority_matrix") == 0)
		return priority_matrix_parse(&(struct priority_matrix){0}, r->value, error);
	if (r->type == RECORD_SETTING)
		return rule_setting_possible(r, error);
	return !r->rule || automation_rule_possible(r->rule, error);
}

/* ---- the file beside what the desk has */
struct planning {
	struct db_conn *conn;
	const struct config_file *file;
	const struct config_state *state;
	struct line_errors *errors;
	GError **error;
	struct config_plan *plan;
};

static gboolean known(enum record_type type, const char *key, void *arg)
{
	return config_state_find(((const struct planning *)arg)->state, type, key) != NULL;
}

/* Looked at even where other mistakes have left no record. FALSE: told. */
static gboolean check_zone(struct planning *p, const struct config_item *item)
{
	gboolean ok = TRUE;

	for (guint i = 0; item->type == RECORD_CALENDAR && i < item->section->entries->len; i++) {
		const struct section_entry *e = &g_array_index(item->section->entries, struct section_entry, i);
		g_autoptr(GTimeZone) zone = strcmp(e->key, "zone") == 0 ? g_time_zone_new_identifier(e->value) : g_time_zone_new_utc();

		if (zone)
			continue;
		line_errors_add(p->errors, e->line, "zone: \"%s\" isn't a time zone", e->value);
		ok = FALSE;
	}
	return ok;
}

static void check_possible(struct planning *p)
{
	for (guint i = 0; i < p->file->items->len; i++) {
		const struct config_item *item = p->file->items->pdata[i];
		g_autoptr(GError) wrong = NULL;

		if (check_zone(p, item) && item->record && !item->record->rule && !record_possible(item->record, &wrong))
			line_errors_add(p->errors, item->section->line, "%s", wrong->message);
	}
}

/* A record of the desk as the file leaves it: what the file says of it, else itself; NULL removed. */
static const struct record *after(const struct planning *p, const struct record *r)
{
	const struct config_item *item = config_find(p->file, r->type, r->key);

	return !item ? r : item->remove ? NULL : item->record;
}

static gboolean is_rule(enum record_type type)
{
	return type == RECORD_TRIGGER || type == RECORD_SCHEDULE || type == RECORD_WEBHOOK;
}

/* Rules name what will be there, and say where they don't; also what is wrong in another way. */
static void check_rules(struct planning *p)
{
	struct rule_names *names = rule_names_new();

	names->alone = !p->state;
	for (guint i = 0; i < p->file->items->len; i++) {
		const struct config_item *item = p->file->items->pdata[i];

		if (item->record)
			rule_names_add(names, item->record);
	}
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		for (guint i = 0; p->state && p->state->kept[type] && i < p->state->kept[type]->len; i++) {
			const struct record *r = ((struct record_kept *)p->state->kept[type]->pdata[i])->record;

			if (after(p, r) == r)
				rule_names_add(names, r);
		}
	for (guint i = 0; i < p->file->items->len; i++) {
		const struct config_item *item = p->file->items->pdata[i];

		if (!item->remove && is_rule(item->type))
			rule_check(item, names, p->errors);
	}
	rule_names_free(names);
}

/* Names that must be unique, over the file and what stays beside it. */
static void check_identities(struct planning *p)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		for (guint i = 0; p->state->kept[type] && i < p->state->kept[type]->len; i++) {
			const struct record *r = ((struct record_kept *)p->state->kept[type]->pdata[i])->record;
			g_autofree char *name = config_find(p->file, r->type, r->key) ? NULL : config_identity(r);

			if (name)
				g_hash_table_insert(names, g_strdup_printf("%d %s", type, name), (void *)r);
		}
	for (guint i = 0; i < p->file->items->len; i++) {
		const struct config_item *item = p->file->items->pdata[i];
		g_autofree char *name = item->record ? config_identity(item->record) : NULL;
		g_autofree char *full = name ? g_strdup_printf("%d %s", (int)item->type, name) : NULL;
		const struct record *other = full ? g_hash_table_lookup(names, full) : NULL;

		if (other)
			line_errors_add(p->errors, item->section->line, "%s %s has the %s already", record_type_name(item->type),
			                other->key, name);
		else if (full)
			g_hash_table_insert(names, g_steal_pointer(&full), item->record);
	}
}

/* ---- removing */
struct hanging {
	const struct config_item *item;
	gboolean found;
};

static gboolean hangs(enum record_type type, const char *key, void *arg)
{
	struct hanging *h = arg;

	h->found = h->found || (type == h->item->type && strcmp(key, h->item->key) == 0);
	return !h->found;
}

/* What stays must not name what goes. Records of the file are looked at with their references. */
static void check_hanging(struct planning *p, const struct config_item *item)
{
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		for (guint i = 0; p->state->kept[type] && i < p->state->kept[type]->len; i++) {
			const struct record *r = ((struct record_kept *)p->state->kept[type]->pdata[i])->record;
			struct hanging h = {item, FALSE};

			if (config_find(p->file, r->type, r->key) || !after(p, r))
				continue;
			record_references(r, hangs, &h);
			if (!h.found)
				continue;
			line_errors_add(p->errors, item->section->line, "%s %s can't be removed: %s %s needs it",
			                record_type_name(item->type), item->key, record_type_name(r->type), r->key);
			return;
		}
}

static const struct {
	enum record_type type;
	enum db_stmt stmt; /* $1 its id, or its name */
	gboolean by_name;
	const char *why;
} in_use[] = {
	{RECORD_GROUP, STMT_GROUP_USED, FALSE, N_("tickets are in it")},
	{RECORD_TAG, STMT_TAG_CUSTOMER_USED, FALSE, N_("customers have it")},
	{RECORD_TAG, STMT_TAG_TICKET_USED, TRUE, N_("tickets have it")},
	{RECORD_CATEGORY, STMT_CATEGORY_USED, TRUE, NULL}, /* NULL: becomes inactive */
	{RECORD_FIELD, STMT_FIELD_USED, FALSE, NULL},
};

static const char *name_of(const struct record *r)
{
	return r->type == RECORD_TAG ? r->tag->name : r->type == RECORD_CATEGORY ? r->category->name : r->key;
}

static gboolean used(struct planning *p, const struct config_item *item, const struct record_kept *k, gboolean *retires)
{
	*retires = k->record->type == RECORD_PERSON;
	for (size_t i = 0; i < G_N_ELEMENTS(in_use); i++) {
		int64_t one = 0;

		if (in_use[i].type != item->type)
			continue;
		if (!DB_RUN(p->conn, in_use[i].stmt, row_int_fn, &one, p->error,
		            in_use[i].by_name ? DB_T(name_of(k->record)) : DB_I(k->id)))
			return FALSE;
		if (one && in_use[i].why)
			line_errors_add(p->errors, item->section->line, "%s %s can't be removed: %s",
			                record_type_name(item->type), item->key, in_use[i].why);
		*retires = *retires || (one && !in_use[i].why);
	}
	return TRUE;
}

static gboolean *active_of(struct record *r)
{
	return r->person ? &r->person->active : r->category ? &r->category->active : &r->field->active;
}

/* The same record again, through its text. */
static struct record *copy_of(const struct record *r)
{
	g_autoptr(GString) json = g_string_new(NULL);

	record_to_json(json, r);
	return record_parse(json->str, json->len, 0, NULL);
}

static void add_step(struct planning *p, struct config_step step)
{
	g_autofree char *was = step.kept ? config_text(step.kept->record) : g_strdup("");
	g_autofree char *is = step.record ? config_text(step.record) : g_strdup("");

	if (strcmp(was, is) == 0) {
		record_free(step.own);
		return;
	}
	if (p->plan->diff->len)
		g_string_append_c(p->plan->diff, '\n');
	if (step.verb == CONFIG_CHANGE)
		g_string_append_printf(p->plan->diff, "~ [%s %s]\n", record_type_name(step.type), step.key);
	config_diff_lines(p->plan->diff, was, is);
	p->plan->counts[step.verb]++;
	g_array_append_val(p->plan->steps, step);
}

static gboolean plan_removal(struct planning *p, const struct config_item *item)
{
	struct config_step step = {.verb = CONFIG_REMOVE, .type = item->type, .key = item->key};
	gboolean retires;

	step.kept = config_state_find(p->state, item->type, item->key);
	if (!step.kept) {
		line_errors_add(p->errors, item->section->line, "there is no %s \"%s\" to remove", record_type_name(item->type),
		                item->key);
		return TRUE;
	}
	if (!used(p, item, step.kept, &retires))
		return FALSE;
	if (!retires) {
		check_hanging(p, item);
	} else {
		step.verb = CONFIG_CHANGE;
		step.record = step.own = copy_of(step.kept->record);
		*active_of(step.own) = FALSE;
	}
	add_step(p, step);
	return TRUE;
}

static gboolean plan_items(struct planning *p, enum record_type type, gboolean removals)
{
	for (guint i = 0; i < p->file->items->len; i++) {
		const struct config_item *item = p->file->items->pdata[i];
		struct config_step step = {.type = type, .key = item->key, .record = item->record};

		if (item->type != type || item->remove != removals)
			continue;
		if (removals && !plan_removal(p, item))
			return FALSE;
		if (removals || !item->record)
			continue;
		step.kept = config_state_find(p->state, type, item->key);
		step.verb = step.kept ? CONFIG_CHANGE : CONFIG_ADD;
		add_step(p, step);
	}
	return TRUE;
}

static void step_clear(void *data)
{
	record_free(((struct config_step *)data)->own);
}

struct config_plan *config_plan_new(struct db_conn *conn, const struct config_file *f, const struct config_state *s,
                                    struct line_errors *errors, GError **error)
{
	g_autoptr(config_plan_auto) plan = g_new0(struct config_plan, 1);
	struct planning p = {conn, f, s, errors, error, plan};

	plan->steps = g_array_new(FALSE, TRUE, sizeof(struct config_step));
	g_array_set_clear_func(plan->steps, step_clear);
	plan->diff = g_string_new(NULL);
	check_possible(&p);
	check_rules(&p);
	config_check_references(f, s ? known : NULL, &p, errors);
	if (s) {
		check_identities(&p);
		for (int i = 0; i < RECORD_TYPE_COUNT; i++)
			if (!plan_items(&p, record_order[i], FALSE))
				return NULL;
		for (int i = RECORD_TYPE_COUNT; i-- > 0;) /* what refers goes before what it refers to */
			if (!plan_items(&p, record_order[i], TRUE))
				return NULL;
	}
	return line_errors_count(errors) ? NULL : g_steal_pointer(&plan);
}

void config_plan_free(struct config_plan *p)
{
	if (!p)
		return;
	g_array_unref(p->steps);
	g_string_free(p->diff, TRUE);
	g_free(p);
}

char *config_plan_summary(const struct config_plan *p)
{
	static const char *const verbs[] = {"added", "changed", "removed"};
	g_autoptr(GString) text = g_string_new(NULL);

	for (int i = 0; i < 3; i++)
		if (p->counts[i])
			g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", p->counts[i], verbs[i]);
	for (guint i = 0; i < p->steps->len && i < 5; i++) {
		const struct config_step *s = &g_array_index(p->steps, struct config_step, i);

		g_string_append_printf(text, "%s %s %s", i ? "," : ":", record_type_name(s->type), s->key);
	}
	if (p->steps->len > 5)
		g_string_append(text, ", ...");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- lines that differ: the longest common part stays away */
#define DIFF_CELLS (4u << 20)

static void put_lines(GString *out, char mark, char **lines, guint n)
{
	for (guint i = 0; i < n; i++)
		g_string_append_printf(out, "%c %s\n", mark, lines[i]);
}

static guint count_lines(char **lines)
{
	guint n = g_strv_length(lines);

	return n && !*lines[n - 1] ? n - 1 : n; /* the text ends with a newline */
}

static void put_difference(GString *out, char **a, guint n, char **b, guint m)
{
	g_autofree guint *common = g_new0(guint, (n + 1) * (m + 1)); /* of a[i..], b[j..] */
	guint i = 0, j = 0;

#define AT(y, x) common[(y) * (m + 1) + (x)]
	for (guint y = n; y-- > 0;)
		for (guint x = m; x-- > 0;)
			AT(y, x) = strcmp(a[y], b[x]) == 0 ? AT(y + 1, x + 1) + 1 : MAX(AT(y + 1, x), AT(y, x + 1));
	while (i < n || j < m)
		if (i < n && j < m && strcmp(a[i], b[j]) == 0) {
			i++;
			j++;
		} else if (i < n && (j == m || AT(i + 1, j) >= AT(i, j + 1))) {
			put_lines(out, '-', a + i++, 1);
		} else {
			put_lines(out, '+', b + j++, 1);
		}
#undef AT
}

void config_diff_lines(GString *out, const char *was, const char *is)
{
	g_auto(GStrv) a = g_strsplit(was, "\n", -1), b = g_strsplit(is, "\n", -1);
	guint n = count_lines(a), m = count_lines(b);

	if ((guint64)(n + 1) * (m + 1) <= DIFF_CELLS) {
		put_difference(out, a, n, b, m);
		return;
	}
	put_lines(out, '-', a, n);
	put_lines(out, '+', b, m);
}
