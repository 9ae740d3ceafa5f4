/* Steps of macros. */
#include "wire/said.h"
#include "tui/macro.h"

#include <string.h>
#include "base/clock.h"
#include "base/say.h"
#include "rules/custom_field.h"
#include "rules/fill.h"
#include "tui/commands.h"
#include "tui/templates.h"

void macro_names_of(struct store *s, struct macro_names *out)
{
	const struct session *session = store_session(s);
	const GPtrArray *templates = store_templates(s);

	*out = (struct macro_names){.templates = templates && templates->len ? templates : NULL};
	if (!session)
		return;
	out->groups = session->groups;
	out->people = session->people;
	out->categories = session->categories;
	out->fields = session->fields;
	out->checklists = session->checklists;
}

GPtrArray *macro_steps(const struct macro *m, struct store *s, GError **error)
{
	struct macro_names names;

	macro_names_of(s, &names);
	return macro_parse(m->steps, &names, error);
}

gboolean macro_time(const char *text, int64_t now_ms, int64_t *out)
{
	return command_until(text, now_ms, out, NULL);
}

/* ---------------------------------------------------------------- changes */

struct making {
	struct store *s;
	const char *arg;
	struct change *c;
};
typedef gboolean make_fn(struct making *m, GError **error);

static const struct person *person_named(const struct session *s, const char *name)
{
	for (guint i = 0; s && i < s->people->len; i++)
		if (g_strcmp0(((const struct person *)s->people->pdata[i])->name, name) == 0)
			return s->people->pdata[i];
	return NULL;
}

static const struct group *group_named(const struct session *s, const char *name)
{
	for (guint i = 0; s && i < s->groups->len; i++)
		if (g_strcmp0(((const struct group *)s->groups->pdata[i])->name, name) == 0)
			return s->groups->pdata[i];
	return NULL;
}

static gboolean make_nothing(struct making *m, GError **error)
{
	(void)m;
	(void)error;
	return TRUE;
}

static gboolean make_status(struct making *m, GError **error)
{
	g_autofree char *name = NULL, *rest = NULL;
	int status;

	command_split(m->arg, &name, &rest);
	status = status_by_name(name);
	if (status < 0)
		return desk_fail(error, DESK_INVALID, "%s is no status", name);
	m->c->status = (enum ticket_status)status;
	return status != STATUS_ON_HOLD || command_until(rest, store_now_ms(m->s), &m->c->hold_until_ms, error);
}

static gboolean make_resolved(struct making *m, GError **error)
{
	(void)error;
	m->c->status = STATUS_RESOLVED;
	return TRUE;
}

static gboolean make_spam(struct making *m, GError **error)
{
	(void)error;
	m->c->status = STATUS_SPAM;
	return TRUE;
}

static gboolean make_priority(struct making *m, GError **error)
{
	int priority = priority_by_name(m->arg);

	if (priority < 0)
		return desk_fail(error, DESK_INVALID, "%s is no priority", m->arg);
	m->c->priority = (enum ticket_priority)priority;
	return TRUE;
}

static gboolean make_assign(struct making *m, GError **error)
{
	const struct session *s = store_session(m->s);
	const struct group *g = group_named(s, m->arg);
	const struct person *p = s && strcmp(m->arg, "me") == 0 ? s->me : person_named(s, m->arg);

	if (!p && !g && strcmp(m->arg, "nobody") != 0)
		return desk_fail(error, DESK_INVALID, "no person or group is called %s", m->arg);
	m->c->person_id = p ? p->id : 0;
	m->c->group_id = !p && g ? g->id : 0;
	return TRUE;
}

static gboolean make_escalate(struct making *m, GError **error)
{
	g_autofree char *name = NULL;
	const struct group *g;

	command_split(m->arg, &name, &m->c->reason);
	g = group_named(store_session(m->s), name);
	if (!g)
		return desk_fail(error, DESK_INVALID, "no group is called %s", name);
	m->c->group_id = g->id;
	return TRUE;
}

static gboolean make_tag(struct making *m, GError **error)
{
	gboolean off = *m->arg == '-';
	const char *name = m->arg + off;
	const struct tag *tag = store_tag(m->s, name);
	const struct ticket *t = store_ticket(m->s, m->c->ticket_id);
	gssize at = t ? -1 : store_queue_find(m->s, m->c->ticket_id);
	const struct ticket_row *row = t ? &t->row : at >= 0 ? store_queue_at(m->s, (size_t)at) : NULL;

	m->c->text = g_strdup(name);
	m->c->on = !off;
	if (!tag || !tag->on_customer)
		return TRUE;
	if (!row)
		return desk_fail(error, DESK_BUSY, "the ticket is still being fetched");
	m->c->kind = CHANGE_CUSTOMER_TAG;
	m->c->customer_id = row->customer_id;
	m->c->reason = g_strdup_printf(_("set by hand at #%" G_GINT64_FORMAT), row->id);
	return TRUE;
}

static gboolean make_text(struct making *m, GError **error)
{
	(void)error;
	m->c->text = g_strdup(m->arg);
	return TRUE;
}

static gboolean make_checklist(struct making *m, GError **error)
{
	(void)error;
	m->c->name = g_strdup(m->arg);
	return TRUE;
}

static gboolean make_field(struct making *m, GError **error)
{
	const struct session *s = store_session(m->s);
	g_autofree char *name = NULL, *value = NULL;

	command_split(m->arg, &name, &value);
	for (guint i = 0; s && i < s->fields->len; i++) {
		const struct desk_field *f = s->fields->pdata[i];

		if (g_strcmp0(f->name, name) != 0)
			continue;
		m->c->text = g_strdup(name);
		m->c->on = TRUE;
		m->c->body = custom_field_value(f, value, NULL, error);
		return m->c->body != NULL;
	}
	return desk_fail(error, DESK_INVALID, "there is no field %s", name);
}

static gboolean make_whisper(struct making *m, GError **error)
{
	g_autofree char *name = NULL;
	const struct person *p;

	command_split(m->arg, &name, &m->c->body);
	p = person_named(store_session(m->s), name);
	if (!p)
		return desk_fail(error, DESK_INVALID, "no person is called %s", name);
	m->c->person_id = p->id;
	return TRUE;
}

/* "yes 4 pack it better" */
static gboolean make_follow_up(struct making *m, GError **error)
{
	g_autofree char *solved = NULL, *rest = NULL, *speed = NULL, *improve = NULL;
	gint64 stars = 0;

	command_split(m->arg, &solved, &rest);
	command_split(rest, &speed, &improve);
	if ((strcmp(solved, "yes") != 0 && strcmp(solved, "no") != 0) ||
	    (*speed && !g_ascii_string_to_signed(speed, 10, 0, 5, &stars, NULL)))
		return desk_fail(error, DESK_INVALID, "follow-up takes yes or no, then 1 to 5, then a text");
	m->c->follow_up = g_new0(struct follow_up, 1);
	m->c->follow_up->solved = strcmp(solved, "yes") == 0;
	m->c->follow_up->speed = (int)stars;
	m->c->follow_up->improve = *improve ? g_strdup(improve) : NULL;
	return TRUE;
}

static const struct making_rule {
	const char *action;
	enum change_kind kind;
	make_fn *make;
} makes[] = {
	{"claim", CHANGE_CLAIM, make_nothing},       {"release", CHANGE_RELEASE, make_nothing},
	{"status", CHANGE_STATUS, make_status},      {"solve", CHANGE_STATUS, make_resolved},
	{"spam", CHANGE_STATUS, make_spam},          {"priority", CHANGE_PRIORITY, make_priority},
	{"assign", CHANGE_ASSIGN, make_assign},      {"escalate", CHANGE_ESCALATE, make_escalate},
	{"tag", CHANGE_TAG, make_tag},               {"subject", CHANGE_SUBJECT, make_text},
	{"category", CHANGE_CATEGORY, make_text},    {"field", CHANGE_FIELD, make_field},
	{"checklist", CHANGE_CHECK_ADD, make_checklist}, {"whisper", CHANGE_WHISPER, make_whisper},
	{"follow-up-ask", CHANGE_FOLLOW_UP_ASK, make_nothing}, {"follow-up", CHANGE_FOLLOW_UP, make_follow_up},
};

static const struct making_rule *rule_of(const struct macro_step *step)
{
	for (size_t i = 0; i < G_N_ELEMENTS(makes); i++)
		if (strcmp(makes[i].action, step->action) == 0)
			return &makes[i];
	return NULL;
}

gboolean macro_step_changes(const struct macro_step *step)
{
	return rule_of(step) != NULL;
}

gboolean macro_step_change(const struct macro_step *step, struct store *s, desk_id ticket_id, struct change *out,
                           GError **error)
{
	const struct making_rule *rule = rule_of(step);
	struct making m = {s, step->arg, out};

	change_init(out, rule ? rule->kind : CHANGE_STATUS);
	out->ticket_id = ticket_id;
	if (!rule)
		return desk_fail(error, DESK_INVALID, "%s changes nothing", step->action);
	return rule->make(&m, error);
}

/* ---------------------------------------------------------------- before -> after */

static void arrow(GString *out, const char *what, const char *before, const char *after)
{
	if (g_strcmp0(before, after) == 0)
		g_string_append_printf(out, _("%s: stays %s\n"), what, before);
	else
		g_string_append_printf(out, "%s: %s -> %s\n", what, before, after);
}

static void tell_assign(GString *out, const struct change *c, struct store *s, const struct ticket *t)
{
	const struct person *p = c->person_id ? store_person(s, c->person_id) : NULL;
	const struct group *g = c->group_id ? store_group(s, c->group_id) : NULL;

	if (g && g->id != t->row.group_id)
		arrow(out, _("group"), t->row.group_name ? t->row.group_name : "-", g->title ? g->title : g->name);
	arrow(out, _("assigned"), t->row.assignee_name ? t->row.assignee_name : _("nobody"),
	      p ? p->display ? p->display : p->name : _("nobody"));
}

static gboolean tag_is_set(const struct ticket *t, const char *name)
{
	for (guint i = 0; i < t->tags->len; i++)
		if (g_strcmp0(t->tags->pdata[i], name) == 0)
			return TRUE;
	for (guint i = 0; t->customer && i < t->customer->tags->len; i++)
		if (g_strcmp0(((const struct tag_mark *)t->customer->tags->pdata[i])->name, name) == 0)
			return TRUE;
	return FALSE;
}

static void tell_field(GString *out, const struct change *c, const struct ticket *t)
{
	const char *was = NULL;

	for (guint i = 0; t->fields && i < t->fields->len; i++)
		if (g_strcmp0(((const struct field_value *)t->fields->pdata[i])->name, c->text) == 0)
			was = ((const struct field_value *)t->fields->pdata[i])->value;
	arrow(out, c->text, was ? was : "-", c->body);
}

static void tell_status(GString *out, const struct change *c, const struct ticket *t)
{
	char stamp[40];
	g_autofree char *after = c->hold_until_ms ?
		g_strdup_printf(_("%s until %s"), word_said(status_name(c->status)), clock_stamp(c->hold_until_ms, stamp, sizeof stamp)) :
		g_strdup(word_said(status_name(c->status)));

	arrow(out, _("status"), word_said(status_name(t->row.status)), after);
}

static void tell_change(GString *out, const struct change *c, struct store *s, const struct ticket *t)
{
	const struct session *session = store_session(s);
	const struct group *g = c->group_id ? store_group(s, c->group_id) : NULL;
	gboolean set;

	switch (c->kind) {
	case CHANGE_STATUS:
		tell_status(out, c, t);
		break;
	case CHANGE_PRIORITY:
		arrow(out, _("priority"), word_said(priority_name(t->row.priority)), word_said(priority_name(c->priority)));
		break;
	case CHANGE_CLAIM:
		arrow(out, _("assigned"), t->row.assignee_name ? t->row.assignee_name : _("nobody"),
		      session && session->me ? session->me->display : _("me"));
		break;
	case CHANGE_RELEASE:
	case CHANGE_ASSIGN:
		tell_assign(out, c, s, t);
		break;
	case CHANGE_TAG:
	case CHANGE_CUSTOMER_TAG:
		set = tag_is_set(t, c->text);
		arrow(out, c->text, set ? _("set") : _("not set"), c->on ? _("set") : _("not set"));
		break;
	case CHANGE_SUBJECT:
		arrow(out, _("subject"), t->row.subject ? t->row.subject : "-", c->text);
		break;
	case CHANGE_CATEGORY:
		arrow(out, _("category"), t->category ? t->category : "-", c->text);
		break;
	case CHANGE_FIELD:
		tell_field(out, c, t);
		break;
	case CHANGE_ESCALATE:
		arrow(out, _("escalated"), t->row.group_name ? t->row.group_name : "-", g ? g->title ? g->title : g->name : "?");
		break;
	case CHANGE_CHECK_ADD:
		g_string_append_printf(out, _("checklist: + %s\n"), c->name);
		break;
	default:
		g_string_append_printf(out, "%s %s\n", say(change_name(c->kind)), c->name ? c->name : "");
		break;
	}
}

/* The best fitting one of that name. */
static const struct template *template_named(struct store *s, const struct ticket *t, const char *name)
{
	g_autoptr(GPtrArray) fit = templates_fitting(s, t, 0);

	for (guint i = 0; i < fit->len; i++)
		if (g_strcmp0(((const struct template *)fit->pdata[i])->name, name) == 0)
			return fit->pdata[i];
	return NULL;
}

static void tell_text(GString *out, const struct macro_step *step, struct store *s, const struct ticket *t)
{
	const struct template *tpl = strcmp(step->action, "template") == 0 ? template_named(s, t, step->arg) : NULL;
	g_autofree char *filled = tpl ? templates_fill(tpl, s, t, NULL) : NULL;
	g_autofree char *words = NULL;
	int64_t until;

	if (filled) {
		g_string_append_printf(out, _("text: %s\n"), filled);
	} else if (strcmp(step->action, "promise") == 0 && macro_time(step->arg, store_now_ms(s), &until)) {
		words = templates_promised(s, t, NULL, until);
		g_string_append_printf(out, _("promise: by %s\n"), words);
	} else {
		g_string_append_printf(out, "%s%s%s\n", step->action, *step->arg ? " " : "", step->arg);
	}
}

char *macro_preview(const struct macro *m, struct store *s, desk_id ticket_id)
{
	const struct ticket *t = store_ticket(s, ticket_id);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) steps = macro_steps(m, s, &error);
	GString *out = g_string_new(NULL);

	if (!steps || !t)
		g_string_append(out, steps ? m->steps : error->message);
	for (guint i = 0; steps && t && i < steps->len; i++) {
		const struct macro_step *step = steps->pdata[i];
		g_autoptr(GError) wrong = NULL;
		struct change c;

		if (!macro_step_changes(step)) {
			tell_text(out, step, s, t);
			continue;
		}
		if (macro_step_change(step, s, ticket_id, &c, &wrong))
			tell_change(out, &c, s, t);
		else
			g_string_append_printf(out, "%s: %s\n", step->action, wrong->message);
		change_clear(&c);
	}
	if (out->len && out->str[out->len - 1] == '\n')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}
