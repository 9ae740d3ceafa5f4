/* A rule's steps, carried out as changes of the ticket. */
#include "server/desk/automation.h"

#include <string.h>

void automation_world(struct step_world *out, const struct words *w, const struct rule *rule, const struct ticket_row *row,
                      int64_t now_ms, GTimeZone *zone)
{
	*out = (struct step_world){
		.desk = {.groups = w->groups, .people = w->people, .categories = w->categories, .fields = w->fields,
		         .checklists = w->checklists},
		.tags = w->tags, .row = row, .rule = rule->name, .now_ms = now_ms, .zone = zone,
	};
}

void automation_step_said(GString *out, const struct step *s, const struct step_world *w)
{
	g_autofree char *text = step_text(s->arg, w);

	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = ' ';
	g_string_append_printf(out, "%s%s%s%s", out->len ? "; " : "", s->action, *text ? " " : "", text);
}

/* ---- replies made of templates */
static const struct template *template_named(const GPtrArray *list, const char *name)
{
	for (guint i = 0; i < list->len; i++) {
		const struct template *t = list->pdata[i];

		if (g_strcmp0(t->name, name) == 0)
			return t;
	}
	return NULL;
}

static char *template_body(struct firing *f, const char *name, const struct step_world *w, GError **error)
{
	struct db_conn *conn = db_conn_of(f->tx);
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(GPtrArray) templates = NULL, missing = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *desk = desk_setting(conn, "desk_name"), *number = NULL, *date = NULL, *body = NULL;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(f->now / 1000);
	g_autoptr(GDateTime) now = g_date_time_to_timezone(utc, f->zone);
	const struct template *t;

	g_array_append_val(groups, w->row->group_id);
	templates = templates_read(conn, &f->actor, groups, error);
	if (!templates || !templates_for(conn, f->words, templates, w->row->id, NULL, f->now, error))
		return NULL;
	t = template_named(templates, name);
	if (!t) {
		desk_fail(error, DESK_INVALID, "there is no template \"%s\" for this ticket", name);
		return NULL;
	}
	number = g_strdup_printf("#%" G_GINT64_FORMAT, w->row->id);
	date = g_date_time_format(now, "%Y-%m-%d");
	const struct fill_var vars[] = {
		{"customer", w->row->customer_name}, {"agent", desk ? desk : "ttydesk"}, {"ticket", number},
		{"group", w->row->group_name}, {"date", date},
	};
	body = fill_template(t->body ? t->body : "", vars, G_N_ELEMENTS(vars), missing);
	if (!missing->len)
		return g_steal_pointer(&body);
	desk_fail(error, DESK_INVALID, "the template \"%s\" has {%s}, which a rule doesn't know", name,
	          (const char *)missing->pdata[0]);
	return NULL;
}

static gboolean change(struct firing *f, const struct change *c, GError **error)
{
	struct answer *out = g_new0(struct answer, 1);
	struct ticket *conflict = NULL;
	gboolean ok = desk_change(f->desk, f->tx, &f->actor, c, out, &conflict, error);

	ticket_free(conflict);
	answer_free(out);
	return ok;
}

static gboolean do_template(struct firing *f, const struct step *s, const struct step_world *w, GError **error)
{
	struct change c;
	gboolean ok;

	change_init(&c, CHANGE_REPLY);
	c.ticket_id = w->row->id;
	c.if_version = -1;
	c.body = template_body(f, s->arg, w, error);
	ok = c.body && change(f, &c, error);
	change_clear(&c);
	return ok;
}

static gboolean do_change(struct firing *f, const struct step *s, const struct step_world *w, GError **error)
{
	struct change c;
	gboolean ok = step_change(s->action, s->arg, w, &c, error) && change(f, &c, error);

	change_clear(&c);
	return ok;
}

/* ---- people */
static gboolean do_notify(struct firing *f, const struct step *s, const struct step_world *w, GError **error)
{
	static const unsigned bits[] = {[WHOM_OWNER] = PEOPLE_OWNER, [WHOM_GROUP] = PEOPLE_GROUP,
	                                [WHOM_SUPERVISORS] = PEOPLE_SUPERVISORS, [WHOM_ADMINISTRATORS] = PEOPLE_ADMINISTRATORS};
	g_autoptr(GArray) people = g_array_new(FALSE, FALSE, sizeof(desk_id));
	const char *rest;
	desk_id id;
	enum step_whom whom = step_whom(s->arg, &w->desk, &id, &rest);
	g_autofree char *text = step_text(rest, w);
	struct work work;
	gboolean ok = TRUE;

	if (whom == WHOM_NOBODY)
		return desk_fail(error, DESK_INVALID, "nobody is called %s", s->arg);
	if (whom == WHOM_PERSON)
		g_array_append_val(people, id);
	else
		ok = people_told(db_conn_of(f->tx), f->words, w->row, whom == WHOM_GROUP ? id : 0, bits[whom], people, error);
	if (!ok || !work_begin(&work, f->desk, f->tx, &f->actor, error))
		return FALSE;
	for (guint i = 0; ok && i < people->len; i++) {
		const struct notice n = {.kind = NOTICE_RULE, .person_id = g_array_index(people, desk_id, i), .ticket_id = w->row->id,
		                         .text = text, .by_name = (char *)f->actor.display};

		ok = notice_add_limited(&work, &n, error);
	}
	work_end(&work);
	return ok;
}

static gboolean do_webhook(struct firing *f, const struct step *s, GError **error)
{
	unsigned events = f->events;
	const char *event = events ? rule_event_name((enum rule_event)g_bit_nth_lsf(events, -1)) : "schedule";

	for (guint i = 0; i < f->words->rules->len; i++) {
		const struct rule *r = f->words->rules->pdata[i];

		if (r->kind == RULE_WEBHOOK && strcmp(r->name, s->arg) == 0)
			return !r->active || automation_deliver(db_conn_of(f->tx), r, f->ticket, event, f->now, error);
	}
	return desk_fail(error, DESK_INVALID, "no webhook is called %s", s->arg);
}

static gboolean do_step(struct firing *f, const struct step *s, const struct step_world *w, GError **error)
{
	switch (s->kind) {
	case STEP_TEMPLATE:
		return do_template(f, s, w, error);
	case STEP_NOTIFY:
		return do_notify(f, s, w, error);
	case STEP_WEBHOOK:
		return do_webhook(f, s, error);
	case STEP_CHANGE:
		break;
	}
	return do_change(f, s, w, error);
}

/* The ticket's history says whose doing it is; what only tells people leaves no line. */
static gboolean say_who(struct firing *f, const GPtrArray *steps, GError **error)
{
	struct work w;
	gboolean changes = FALSE, ok;

	for (guint i = 0; i < steps->len; i++) {
		enum step_kind kind = ((const struct step *)steps->pdata[i])->kind;

		changes = changes || kind == STEP_CHANGE || kind == STEP_TEMPLATE;
	}
	if (!changes)
		return TRUE;
	ok = work_begin(&w, f->desk, f->tx, &f->actor, error) && work_load(&w, f->ticket->row.id, error) &&
	     work_history(&w, error, HISTORY_RULE, f->rule->name, f->did->str) && work_save(&w, "rule", error);
	work_end(&w);
	return ok;
}

gboolean automation_steps(struct firing *f, GError **error)
{
	g_autoptr(GPtrArray) steps = steps_parse(f->rule->steps, NULL, NULL, NULL);
	struct step_world w;

	if (!steps)
		return desk_fail(error, DESK_INVALID, "its steps can't be understood any more");
	automation_world(&w, f->words, f->rule, &f->ticket->row, f->now, f->zone);
	for (guint i = 0; i < steps->len; i++)
		automation_step_said(f->did, steps->pdata[i], &w);
	if (!say_who(f, steps, error))
		return FALSE;
	for (guint i = 0; i < steps->len; i++) {
		const struct step *s = steps->pdata[i];
		g_autoptr(GError) wrong = NULL;

		if (do_step(f, s, &w, &wrong))
			continue;
		g_propagate_prefixed_error(error, g_steal_pointer(&wrong), "%s: ", s->action);
		return FALSE;
	}
	return TRUE;
}
