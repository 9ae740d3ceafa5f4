/* Steps of macros. */
#include "wire/said.h"
#include "tui/macro.h"

#include <string.h>
#include "base/clock.h"
#include "base/say.h"
#include "rules/steps.h"
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

/* The row as well as it is known: with its number only when the ticket is still to come. */
static const struct ticket_row *row_of(struct store *s, desk_id ticket_id, struct ticket_row *unknown)
{
	const struct ticket *t = store_ticket(s, ticket_id);
	gssize at = t ? -1 : store_queue_find(s, ticket_id);

	*unknown = (struct ticket_row){.id = ticket_id};
	return t ? &t->row : at >= 0 ? store_queue_at(s, (size_t)at) : unknown;
}

gboolean macro_step_change(const char *macro, const struct macro_step *step, struct store *s, desk_id ticket_id,
                           struct change *out, GError **error)
{
	const struct session *session = store_session(s);
	const struct ticket *t = store_ticket(s, ticket_id);
	g_autoptr(GTimeZone) here = g_time_zone_new_local();
	struct ticket_row unknown;
	struct step_world w = {
		.tags = session ? session->tags : NULL, .row = row_of(s, ticket_id, &unknown), .rule = macro,
		.me = session ? session->me : NULL, .ladder = t ? t->ladder : NULL, .now_ms = store_now_ms(s), .zone = here,
	};

	macro_names_of(s, &w.desk);
	return step_change(step->action, step->arg, &w, out, error);
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

static void tell_step(GString *out, const struct macro_step *step)
{
	g_string_append_printf(out, "%s%s%s\n", step->action, *step->arg ? " " : "", step->arg);
}

static void tell_change(GString *out, const struct macro_step *step, const struct change *c, struct store *s, const struct ticket *t)
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
		tell_step(out, step);
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
	g_autoptr(GTimeZone) here = g_time_zone_new_local();
	int64_t until;

	if (filled) {
		g_string_append_printf(out, _("text: %s\n"), filled);
	} else if (strcmp(step->action, "promise") == 0 && step_time(step->arg, store_now_ms(s), here, &until)) {
		words = templates_promised(s, t, NULL, until);
		g_string_append_printf(out, _("promise: by %s\n"), words);
	} else {
		tell_step(out, step);
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

		if (!macro_changes(step->action)) {
			tell_text(out, step, s, t);
			continue;
		}
		if (macro_step_change(m->name, step, s, ticket_id, &c, &wrong))
			tell_change(out, step, &c, s, t);
		else
			g_string_append_printf(out, "%s: %s\n", step->action, wrong->message);
		change_clear(&c);
	}
	if (out->len && out->str[out->len - 1] == '\n')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}
