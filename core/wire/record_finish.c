/* What the tables of records can't say: keys, defaults that come from elsewhere, what must agree. */
#include "wire/desk_settings.h"
#include "wire/fields.h"
#include "wire/records.h"

#include <string.h>
#include "base/say.h"

static gboolean check_key(struct reading *r, const char *key)
{
	const char *s = key;
	while (g_ascii_isalnum(*s) || (*s && strchr("._-", *s)))
		s++;
	if (*key && !*s)
		return TRUE;
	reading_enter(r, "key", 0);
	return reading_fail(r, "must be made of letters, digits, dots, underscores and dashes");
}

/* A path of one to three levels; letters of any script. */
static gboolean check_path(struct reading *r, const char *member, const char *path)
{
	int levels = 1, letters = 0;
	for (const char *s = path; *s && letters >= 0; s = g_utf8_next_char(s)) {
		gunichar c = g_utf8_get_char(s);
		if (c == '/' && letters > 0) {
			levels++;
			letters = 0;
		} else {
			letters = g_unichar_isalnum(c) || (c < 128 && strchr("._-", (int)c)) ? letters + 1 : -1;
		}
	}
	if (letters > 0 && levels <= 3)
		return TRUE;
	reading_enter(r, member, 0);
	return reading_fail(r, "must be a path of up to three levels like account/sign-in/code, of letters, "
			       "digits, dots, underscores and dashes");
}

/* Lists that are kept one a line. */
static gboolean check_lines(struct reading *r, const char *member, const GPtrArray *list)
{
	reading_enter(r, member, 0);
	for (guint i = 0; i < list->len; i++) {
		const char *text = list->pdata[i];
		reading_enter(r, NULL, (int)i);
		if (!*text || strpbrk(text, "\r\n"))
			return reading_fail(r, "must be one line that isn't empty");
		reading_leave(r);
	}
	reading_leave(r);
	return TRUE;
}

static gboolean finish_field(struct reading *r, struct desk_field *f)
{
	if (f->category && !check_path(r, "category", f->category))
		return FALSE;
	if (!check_lines(r, "choices", f->choices))
		return FALSE;
	if ((f->type == FIELD_TYPE_CHOICE) == (f->choices->len > 0))
		return TRUE;
	reading_enter(r, "choices", 0);
	return reading_fail(r, f->choices->len ? "belong to the kind choice only" : N_("are missing: the kind is choice"));
}

/* Views and macros: all or a group's. */
static gboolean finish_scope(struct reading *r, enum scope scope, const char *owner_key, const char *missing,
			     const char *own)
{
	if (scope == SCOPE_ALL && !owner_key)
		return TRUE;
	if (scope == SCOPE_GROUP && owner_key)
		return TRUE;
	reading_enter(r, scope == SCOPE_GROUP ? "owner" : "scope", 0);
	return reading_fail(r, "%s", say(scope == SCOPE_GROUP ? missing :
				     owner_key ? N_("must be group when there is an owner") : own));
}

static gboolean finish_view(struct reading *r, struct record *v)
{
	return finish_scope(r, v->view->scope, v->owner_key, N_("is missing: the group whose view it is"),
			    N_("must be all or group: people keep their own views themselves"));
}

static gboolean finish_macro(struct reading *r, struct record *m)
{
	if (m->macro->category && !check_path(r, "category", m->macro->category))
		return FALSE;
	return finish_scope(r, m->macro->scope, m->owner_key, N_("is missing: the group whose macro it is"),
			    N_("must be all or group: people keep their own macros themselves"));
}

/* Rules of the desk go by their key. */
static gboolean finish_rule(struct record *r)
{
	static const enum rule_kind kinds[] = {
		[RECORD_TRIGGER] = RULE_TRIGGER, [RECORD_SCHEDULE] = RULE_SCHEDULE, [RECORD_WEBHOOK] = RULE_WEBHOOK};
	struct rule *rule = r->rule;
	rule->kind = kinds[r->type];
	g_free(rule->name);
	rule->name = g_strdup(r->key);
	if (rule->when && !rule->when[strspn(rule->when, " \t\r\n")])
		g_clear_pointer(&rule->when, g_free);
	return TRUE;
}

static gboolean finish_setting(struct reading *r, const struct record *s)
{
	g_autofree char *why = desk_setting_wrong(s->key, s->value);
	if (!why)
		return TRUE;
	reading_enter(r, desk_setting_find(s->key) ? "value" : "key", 0);
	return reading_fail(r, "%s", why);
}

static void or_else(char **text, const char *other)
{
	if (!*text)
		*text = g_strdup(other);
}

static gboolean finish_ticket(struct reading *in, struct record *r)
{
	struct ticket_row *row = &r->ticket->row;
	struct record_message *first = r->messages->len ? r->messages->pdata[0] : NULL;
	reading_enter(in, "messages", 0);
	if (!first)
		return reading_fail(in, "must have at least one entry");
	if (!row->created_ms)
		row->created_ms = first->at_ms ? first->at_ms : in->now_ms;
	if (!first->at_ms)
		first->at_ms = row->created_ms;
	for (guint i = 0; i < r->messages->len; i++) {
		struct record_message *m = r->messages->pdata[i], *last = i ? r->messages->pdata[i - 1] : m;
		if (!m->at_ms)
			m->at_ms = last->at_ms + 60000;
		reading_enter(in, NULL, (int)i);
		if (m->at_ms < last->at_ms)
			return reading_fail(in, "is older than the message before it");
		if ((m->kind == MESSAGE_REPLY || m->kind == MESSAGE_NOTE) && !m->author)
			return reading_fail(in, "needs an author, being a %s", message_kind_name(m->kind));
		reading_leave(in);
	}
	row->updated_ms = ((struct record_message *)r->messages->pdata[r->messages->len - 1])->at_ms;
	row->tier = r->escalated_to ? 2 : 1;
	return TRUE;
}

static void finish_article(const struct reading *in, struct record *r)
{
	guint older = r->article_history ? r->article_history->len : 0;
	or_else(&r->article->language, "en");
	if (!r->article->at_ms)
		r->article->at_ms = in->now_ms;
	if (!r->article->version)
		r->article->version = (int)older + 1;
	for (guint i = 0; i < older; i++) {
		struct article *a = r->article_history->pdata[i];
		a->module = r->article->module;
		or_else(&a->category, r->article->category);
		or_else(&a->language, r->article->language);
		if (!a->version)
			a->version = (int)i + 1;
	}
}

static gboolean check_targets(struct reading *in, const struct policy *p)
{
	for (guint i = 0; i < p->targets->len; i++) {
		if (((const struct policy_target *)p->targets->pdata[i])->clock != CLOCK_NONE)
			continue;
		reading_enter(in, "targets", 0);
		reading_enter(in, NULL, (int)i);
		reading_enter(in, "clock", 0);
		return reading_fail(in, "must be a clock like first-response");
	}
	return TRUE;
}

gboolean record_finish(struct reading *in, struct record *r)
{
	if (r->type == RECORD_CATEGORY ? !check_path(in, "key", r->key) : !check_key(in, r->key))
		return FALSE;
	switch (r->type) {
	case RECORD_GROUP:
		or_else(&r->group->name, r->key);
		or_else(&r->group->title, r->group->name);
		return TRUE;
	case RECORD_PERSON:
		or_else(&r->person->name, r->key);
		or_else(&r->person->locale, "en");
		return TRUE;
	case RECORD_TAG:
		or_else(&r->tag->name, r->key);
		return TRUE;
	case RECORD_POLICY:
		or_else(&r->policy->name, r->key);
		return check_targets(in, r->policy);
	case RECORD_CUSTOMER:
		for (guint i = 0; i < r->customer->orders->len; i++)
			or_else(&((struct order *)r->customer->orders->pdata[i])->currency, "CNY");
		return TRUE;
	case RECORD_ORDER:
		or_else(&r->order->currency, "CNY");
		return TRUE;
	case RECORD_ARTICLE:
		finish_article(in, r);
		return TRUE;
	case RECORD_TEMPLATE:
		or_else(&r->template->name, r->key);
		or_else(&r->template->language, "en");
		return TRUE;
	case RECORD_TICKET:
		return finish_ticket(in, r);
	case RECORD_CALENDAR:
		or_else(&r->zone, "UTC");
		return TRUE;
	case RECORD_SKILL:
		or_else(&r->skill->name, r->key);
		return TRUE;
	case RECORD_CATEGORY:
		or_else(&r->category->name, r->key);
		return TRUE;
	case RECORD_FIELD:
		or_else(&r->field->name, r->key);
		return finish_field(in, r->field);
	case RECORD_CHECKLIST:
		or_else(&r->checklist->name, r->key);
		if (!check_lines(in, "items", r->checklist->items))
			return FALSE;
		return !r->checklist->category || check_path(in, "category", r->checklist->category);
	case RECORD_LIMIT:
		or_else(&r->limit->currency, "CNY");
		return TRUE;
	case RECORD_VIEW:
		or_else(&r->view->name, r->key);
		return finish_view(in, r);
	case RECORD_MACRO:
		or_else(&r->macro->name, r->key);
		return finish_macro(in, r);
	case RECORD_TRIGGER:
	case RECORD_SCHEDULE:
	case RECORD_WEBHOOK:
		return finish_rule(r);
	case RECORD_SETTING:
		return finish_setting(in, r);
	default:
		return TRUE;
	}
}


/* ---- what a record names */
struct naming {
	record_reference_fn *fn;
	void *arg;
};

static gboolean name_one(const struct naming *n, enum record_type type, const char *key)
{
	return !key || n->fn(type, key, n->arg);
}

static gboolean name_keys(const struct naming *n, enum record_type type, const GPtrArray *keys)
{
	for (guint i = 0; keys && i < keys->len; i++)
		if (!name_one(n, type, keys->pdata[i]))
			return FALSE;
	return TRUE;
}

static gboolean name_marks(const struct naming *n, const struct customer *c)
{
	for (guint i = 0; i < c->tags->len; i++) {
		const struct tag_mark *m = c->tags->pdata[i];
		if (!name_one(n, RECORD_TAG, m->name) || !name_one(n, RECORD_PERSON, m->by_name))
			return FALSE;
	}
	return TRUE;
}

static gboolean name_of_ticket(const struct naming *n, const struct record *r)
{
	const GPtrArray *fields = r->ticket->fields, *steps = r->ticket->checklist;
	for (guint i = 0; r->messages && i < r->messages->len; i++)
		if (!name_one(n, RECORD_PERSON, ((const struct record_message *)r->messages->pdata[i])->author))
			return FALSE;
	for (guint i = 0; fields && i < fields->len; i++)
		if (!name_one(n, RECORD_FIELD, ((const struct field_value *)fields->pdata[i])->name))
			return FALSE;
	for (guint i = 0; steps && i < steps->len; i++)
		if (!name_one(n, RECORD_PERSON, ((const struct check_item *)steps->pdata[i])->by_name))
			return FALSE;
	return TRUE;
}

static enum record_type owner_type(const struct record *r)
{
	return r->type == RECORD_TEMPLATE && r->template->scope != SCOPE_GROUP ? RECORD_PERSON : RECORD_GROUP;
}

gboolean record_references(const struct record *r, record_reference_fn *fn, void *arg)
{
	const struct naming n = {fn, arg};
	const char *path = r->field ? r->field->category : r->checklist ? r->checklist->category : NULL;
	if (!name_one(&n, RECORD_CUSTOMER, r->customer_key) || !name_one(&n, RECORD_GROUP, r->group_key) ||
	    !name_one(&n, RECORD_PERSON, r->assignee_key) || !name_one(&n, RECORD_GROUP, r->escalated_to) ||
	    !name_one(&n, RECORD_PERSON, r->escalated_by) || !name_one(&n, owner_type(r), r->owner_key) ||
	    !name_keys(&n, RECORD_GROUP, r->group_keys) || !name_keys(&n, RECORD_SKILL, r->skill_keys) ||
	    !name_one(&n, RECORD_CATEGORY, path) || !name_one(&n, RECORD_SKILL, r->skill_key) ||
	    !name_one(&n, RECORD_PERSON, r->customer ? r->customer->manager_name : NULL))
		return FALSE;
	if (r->policy && !name_keys(&n, RECORD_TAG, r->policy->tags))
		return FALSE;
	for (guint i = 0; r->policy && i < r->policy->targets->len; i++)
		if (!name_one(&n, RECORD_CALENDAR,
			      ((const struct policy_target *)r->policy->targets->pdata[i])->calendar))
			return FALSE;
	if (r->rule && !name_one(&n, RECORD_CALENDAR, r->rule->calendar))
		return FALSE;
	if (r->customer && !name_marks(&n, r->customer))
		return FALSE;
	return !r->ticket || name_of_ticket(&n, r);
}
