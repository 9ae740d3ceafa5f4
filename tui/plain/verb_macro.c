/* Macros: listed, written, carried out step by step. */
#include "tui/plain/verbs.h"

#include <string.h>

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

/* ---- carried out: the steps are verbs on the ticket */

/* Reads every step before the first one is done. */
static gboolean steps_fit(struct call *c, char *const *steps, GError **error)
{
	for (; *steps; steps++) {
		g_autofree char *name = g_strndup(*steps, strcspn(*steps, " "));
		const struct verb *v = **steps ? verb_by_name(name) : NULL;

		if (!**steps || **steps == '#')
			continue;
		/* what begins to write wants somebody who goes on */
		if (!v || !(v->flags & VERB_TICKET) || !(v->flags & VERB_WRITES) || (v->flags & VERB_TEXT))
			return desk_fail(error, DESK_UNSUPPORTED, _("the step \"%s\" can only be done in the workstation"), *steps);
		if (!c->option[PLAIN_OPTION_ANYWAY] && !c->out->quiet)
			out_say(c->out, _("step: %s"), *steps);
	}
	return TRUE;
}

/* As a part of the call: its keys, its answers. */
static int run_inside(struct call *c, const struct verb *v, const char *const *words, desk_id ticket)
{
	struct call one = {.desk = c->desk, .out = c->out, .writes = c->writes, .answers = c->answers};
	g_autoptr(GError) error = NULL;
	int code;

	g_strlcpy(one.key, c->key, sizeof one.key);
	code = call_read(&one, v, words, ticket, &error) ? v->run(&one) : call_usage(c, "%s", error->message);
	c->writes = one.writes;
	call_clear(&one);
	return code;
}

/* The rest of a step is words as after a colon. */
static int do_step(struct call *c, desk_id ticket, const char *step)
{
	g_auto(GStrv) words = g_strsplit(step, " ", -1);
	const struct verb *v = verb_by_name(words[0]);

	return run_inside(c, v, (const char *const *)words + 1, ticket);
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
	g_auto(GStrv) steps = m ? g_strsplit(m->steps ? m->steps : "", "\n", -1) : NULL;

	if (!m || !steps_fit(c, steps, &error))
		return call_fail(c, error);
	for (guint i = 0; i < c->tickets->len; i++)
		for (char **step = steps; *step; step++) {
			int code = **step && **step != '#' ? do_step(c, g_array_index(c->tickets, desk_id, i), *step) : PLAIN_OK;

			if (code != PLAIN_OK) /* what follows may have counted on it */
				return code;
		}
	return PLAIN_OK;
}
