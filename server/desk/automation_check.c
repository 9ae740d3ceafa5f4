/* Rules in a policy file: every mistake with its line and column. */
#include "server/desk/automation_check.h"

#include <string.h>
#include "rules/find_lists.h"
#include "rules/tell.h"
#include "server/desk/automation.h"
#include "server/webhook_rules.h"

void rule_names_free(struct rule_names *n)
{
	GPtrArray *lists[] = {n->groups, n->people, n->tags, n->categories, n->fields, n->checklists, n->templates, n->webhooks};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		if (lists[i])
			g_ptr_array_unref(lists[i]);
	g_free(n->webhook_allow);
	g_free(n);
}

struct rule_names *rule_names_new(void)
{
	struct rule_names *n = g_new0(struct rule_names, 1);
	GPtrArray **lists[] = {&n->groups, &n->people, &n->tags, &n->categories, &n->fields, &n->checklists, &n->templates,
	                       &n->webhooks};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		*lists[i] = g_ptr_array_new();
	return n;
}

void rule_names_add(struct rule_names *n, const struct record *r)
{
	if (r->group)
		g_ptr_array_add(n->groups, r->group);
	else if (r->person)
		g_ptr_array_add(n->people, r->person);
	else if (r->tag)
		g_ptr_array_add(n->tags, r->tag);
	else if (r->category)
		g_ptr_array_add(n->categories, r->category);
	else if (r->field)
		g_ptr_array_add(n->fields, r->field);
	else if (r->checklist)
		g_ptr_array_add(n->checklists, r->checklist);
	else if (r->template)
		g_ptr_array_add(n->templates, r->template);
	else if (r->type == RECORD_WEBHOOK)
		g_ptr_array_add(n->webhooks, r->key);
	else if (r->type == RECORD_SETTING && strcmp(r->key, "webhook_allow") == 0 && !n->webhook_allow)
		n->webhook_allow = g_strdup(r->value);
}

/* ---- places */
struct place {
	const struct section_entry *entry;
	struct line_errors *errors;
	const char *key;
};

static const struct section_entry *entry_named(const struct config_item *item, const char *key)
{
	for (guint i = 0; i < item->section->entries->len; i++) {
		const struct section_entry *e = &g_array_index(item->section->entries, struct section_entry, i);

		if (strcmp(e->key, key) == 0)
			return e;
	}
	return NULL;
}

/* Line and column (from 1) of the value, in the file. */
static void wrong_at(int line, int column, const char *sentence, void *arg)
{
	const struct place *p = arg;
	const struct section_entry *e = p->entry;
	gboolean first = line <= 1 && !e->block;

	line_errors_add_at(p->errors, e->line + (e->block ? line : line - 1), first ? e->column + column - 1 : column, "%s: %s",
	                   p->key, sentence);
}

static void check_when(const struct config_item *item, const struct rule_names *names, struct line_errors *errors)
{
	struct place p = {entry_named(item, "when"), errors, "when"};
	const char *when = p.entry ? p.entry->value : "";
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct find_lists lists = {.groups = names->groups, .people = names->people, .tags = names->tags,
	                           .categories = names->categories, .fields = names->fields, .zone = utc};
	struct find_resolver resolver;
	struct find_error wrong = {0};
	struct find_tree *tree;

	if (!when[strspn(when, " \t\r\n")])
		return;
	tree = find_parse(when, 1, utc, &wrong);
	find_lists_use(&lists, &resolver, NULL);
	if (!tree || !find_resolve(tree, &resolver, &wrong)) {
		/* The message begins with its column, which is told in front of it. */
		const char *colon = wrong.message ? strchr(wrong.message, ':') : NULL;

		wrong_at(1, wrong.column + 1, colon ? colon + 2 : "can't be understood", &p);
	}
	find_tree_free(tree);
	find_error_clear(&wrong);
}

static void check_steps(const struct config_item *item, const struct rule_names *names, struct line_errors *errors)
{
	struct place p = {entry_named(item, "do"), errors, "do"};
	const struct step_names all = {
		.desk = {.groups = names->groups, .people = names->people, .categories = names->categories, .fields = names->fields,
		         .checklists = names->checklists, .templates = names->templates},
		.webhooks = names->webhooks,
	};
	GPtrArray *steps = p.entry ? steps_parse(p.entry->value, &all, wrong_at, &p) : NULL;

	if (steps)
		g_ptr_array_unref(steps);
}

static void check_url(const struct config_item *item, const struct rule_names *names, struct line_errors *errors)
{
	struct place p = {entry_named(item, "url"), errors, "url"};
	const struct rule *r = item->record ? item->record->rule : NULL;
	g_autoptr(webhook_allow_auto) allow = webhook_allow_parse(names->webhook_allow, NULL);
	g_autoptr(GError) wrong = NULL;
	gboolean plain;

	if (!p.entry || !allow)
		return;
	if (!webhook_url_check(p.entry->value, &wrong) ||
	    (r && r->active && !names->alone && !webhook_url_allowed(allow, r->url, &plain, &wrong)))
		wrong_at(1, 1, wrong->message, &p);
}

void rule_check(const struct config_item *item, const struct rule_names *names, struct line_errors *errors)
{
	struct place at = {entry_named(item, "at"), errors, "at"};
	g_autoptr(GError) wrong = NULL;
	struct schedule s;
	int column = 1;

	check_when(item, names, errors);
	if (item->type == RECORD_WEBHOOK)
		check_url(item, names, errors);
	else
		check_steps(item, names, errors);
	if (item->type == RECORD_SCHEDULE && at.entry && !schedule_parse(at.entry->value, &s, &column, &wrong))
		wrong_at(1, column, wrong->message, &at);
}

gboolean rule_setting_possible(const struct record *r, GError **error)
{
	g_autoptr(tell_auto) tell = NULL;
	g_autoptr(webhook_allow_auto) allow = NULL;

	if (strcmp(r->key, "warning_tells") == 0 || strcmp(r->key, "breach_tells") == 0) {
		tell = tell_parse(r->value, error);
		return tell != NULL;
	}
	if (strcmp(r->key, "webhook_allow") == 0) {
		allow = webhook_allow_parse(r->value, error);
		return allow != NULL;
	}
	return TRUE;
}
