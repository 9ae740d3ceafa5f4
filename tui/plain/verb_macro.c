/* Macros: listed, written, carried out step by step. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "rules/steps.h"

static int too_little(struct call *c)
{
	return call_usage(c, _("something is missing; usage: ttydesk %s %s"), c->verb->name, c->verb->args);
}

static struct answer *all_macros(struct call *c, GError **error)
{
	struct answer *a;
	struct query q;

	query_init(&q, QUERY_MACROS);
	a = desk_read(c->desk, &q, error);
	query_clear(&q);
	return a;
}

int verb_macros(struct call *c)
{
	static const struct listing l = {&shape_macro, "macros", "name,scope,category,title", "name"};
	g_autofree char *name = call_rest(c, 0);
	g_autoptr(GError) error = NULL;
	g_autoptr(answer_auto) a = all_macros(c, &error);

	if (!a)
		return call_fail(c, error);
	if (!name)
		return call_list(c, &l, a->macros);
	const struct macro *m = desk_named(a->macros, offsetof(struct macro, name), name);

	if (!m) {
		desk_fail(&error, DESK_NOTFOUND, _("there is no macro %s"), name);
		return call_fail(c, error);
	}
	if (c->out->format == OUT_JSON)
		out_json(c->out, &shape_macro, m);
	else
		out_body(c->out, m->steps, "");
	return PLAIN_OK;
}

/* ---- kept */

static const struct macro *macro_named(const GPtrArray *macros, const char *name, gboolean own)
{
	for (guint i = 0; i < macros->len; i++) {
		const struct macro *m = macros->pdata[i];

		if (strcmp(m->name, name) == 0 && (!own || m->scope == SCOPE_OWN))
			return m;
	}
	return NULL;
}

int verb_save_macro(struct call *c)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *steps = NULL;
	const char *name = call_word(c, 0);
	struct change change;
	int code = PLAIN_OK;

	if (!name)
		return too_little(c);
	steps = call_text(c, &error);
	g_autoptr(answer_auto) before = steps ? all_macros(c, &error) : NULL;

	if (!before)
		return call_fail(c, error);
	const struct macro *old = macro_named(before->macros, name, TRUE);

	change_init(&change, CHANGE_MACRO_SAVE);
	change.macro = g_new0(struct macro, 1);
	change.macro->id = change.macro_id = old ? old->id : 0;
	change.macro->name = g_strdup(name);
	change.macro->title = g_strdup(call_option(c, PLAIN_OPTION_SUBJECT));
	change.macro->scope = SCOPE_OWN;
	change.macro->steps = g_steal_pointer(&steps);
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, _("the macro %s is saved"), name);
	return code;
}

int verb_remove_macro(struct call *c)
{
	g_autoptr(GError) error = NULL;
	const char *name = call_word(c, 0);
	struct change change;
	int code = PLAIN_OK;

	if (!name)
		return too_little(c);
	g_autoptr(answer_auto) all = all_macros(c, &error);
	const struct macro *m = all ? macro_named(all->macros, name, FALSE) : NULL;

	if (all && !m)
		desk_fail(&error, DESK_NOTFOUND, _("there is no macro %s"), name);
	if (!m)
		return call_fail(c, error);
	change_init(&change, CHANGE_MACRO_REMOVE);
	change.macro_id = m->id;
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (a)
		out_say(c->out, _("the macro %s is removed"), name);
	return code;
}

/* ---- carried out: a step is a change, by the same rules as in the workstation */

static gboolean names_of(struct call *c, struct macro_names *out, GError **error)
{
	const struct session *s = desk_session(c->desk, error);

	*out = (struct macro_names){0};
	if (!s)
		return FALSE;
	*out = (struct macro_names){.groups = s->groups, .people = s->people, .categories = s->categories, .fields = s->fields,
	                            .checklists = s->checklists};
	return TRUE;
}

/* Reads every step before the first one is done; told unless nobody asked. NULL: it can't be done here. */
static GPtrArray *steps_of(struct call *c, const struct macro *m, GError **error)
{
	struct macro_names names;
	g_autoptr(GPtrArray) steps = names_of(c, &names, error) ? macro_parse(m->steps, &names, error) : NULL;

	for (guint i = 0; steps && i < steps->len; i++) {
		const struct macro_step *step = steps->pdata[i];

		/* what begins to write wants somebody who goes on */
		if (!macro_changes(step->action)) {
			desk_fail(error, DESK_UNSUPPORTED, _("the step \"%s\" can only be done in the workstation"), step->action);
			return NULL;
		}
		if (!c->option[PLAIN_OPTION_ANYWAY] && !c->out->quiet)
			out_say(c->out, *step->arg ? _("step: %s %s") : _("step: %s"), step->action, step->arg);
	}
	return g_steal_pointer(&steps);
}

static gboolean step_made(struct call *c, const struct macro *m, const struct macro_step *step, desk_id ticket,
                          struct change *out, GError **error)
{
	const struct session *s = desk_session(c->desk, error);
	struct ticket *t = s ? desk_ticket(c->desk, ticket, error) : NULL;
	g_autoptr(GTimeZone) here = g_time_zone_new_local();
	gboolean ok = FALSE;

	if (!t) {
		change_init(out, CHANGE_NOTE);
	} else {
		struct step_world w = {.tags = s->tags, .row = &t->row, .rule = m->name, .me = s->me, .ladder = t->ladder,
		                       .now_ms = desk_now_ms(c->desk), .zone = here};

		names_of(c, &w.desk, NULL);
		ok = step_change(step->action, step->arg, &w, out, error);
	}
	ticket_free(t);
	return ok;
}

static int do_step(struct call *c, const struct macro *m, const struct macro_step *step, desk_id ticket)
{
	g_autoptr(GError) error = NULL;
	gboolean waits = FALSE;
	struct change change;
	int code = PLAIN_OK;

	if (!step_made(c, m, step, ticket, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, &waits, &code);

	if (a)
		call_say_done(c, ticket, step->action, waits);
	return code;
}

int verb_macro(struct call *c)
{
	g_autofree char *name = call_rest(c, 0);
	g_autoptr(GError) error = NULL;
	g_autoptr(answer_auto) a = name ? all_macros(c, &error) : NULL;
	const struct macro *m = a ? desk_named(a->macros, offsetof(struct macro, name), name) : NULL;

	if (!name)
		return too_little(c);
	if (a && !m)
		desk_fail(&error, DESK_NOTFOUND, _("there is no macro %s"), name);
	g_autoptr(GPtrArray) steps = m ? steps_of(c, m, &error) : NULL;

	if (!steps)
		return call_fail(c, error);
	for (guint t = 0; t < c->tickets->len; t++)
		for (guint i = 0; i < steps->len; i++) {
			int code = do_step(c, m, steps->pdata[i], g_array_index(c->tickets, desk_id, t));

			if (code != PLAIN_OK) /* what follows may have counted on it */
				return code;
		}
	return PLAIN_OK;
}
