/* Writing and removing macros: lines typed behind the name, or the person's editor. */
#include "wire/said.h"
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "tui/macro.h"

#define OURS "#: " /* lines that explain; they go when the text comes back */

struct saving {
	struct app *app;
	struct macro *macro;
	char *wrong;      /* the text that was refused last; NULL none */
};

static void saving_free(void *p)
{
	struct saving *s = p;

	macro_free(s->macro);
	g_free(s->wrong);
	g_free(s);
}

static void save_came(struct answer *answer, const GError *error, void *arg)
{
	struct saving *s = arg;

	if (error)
		app_say(s->app, TRUE, "Not saved: %s.", error->message);
	else
		app_say(s->app, FALSE, "Macro %s saved; macro %s does it.", s->macro->name, s->macro->name);
	answer_free(answer);
}

static void save(struct saving *s)
{
	struct change c;

	change_init(&c, CHANGE_MACRO_SAVE);
	c.macro_id = s->macro->id;
	c.macro = macro_copy(s->macro);
	app_request(s->app, &c, save_came, s, saving_free);
	change_clear(&c);
}

/* Without our own lines and what they leave behind. */
static char *without_ours(const char *text)
{
	g_auto(GStrv) line = g_strsplit(text, "\n", -1);
	g_autoptr(GString) out = g_string_new(NULL);

	for (int i = 0; line[i]; i++)
		if (!g_str_has_prefix(line[i], OURS))
			g_string_append_printf(out, "%s\n", line[i]);
	return g_strstrip(g_string_free(g_steal_pointer(&out), FALSE));
}

static void open_editor(struct saving *s, const char *why);

static void edited(struct app *app, const char *text, const GError *error, void *data)
{
	struct saving *s = data;
	g_autofree char *steps = text ? without_ours(text) : NULL;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(GPtrArray) parsed = NULL;
	struct saving *next;

	if (error) {
		app_say(app, TRUE, "%s.", error->message);
		return;
	}
	if (g_strcmp0(steps, s->macro->steps ? s->macro->steps : "") == 0) {
		app_say(app, FALSE, "Nothing was changed.");
		return;
	}
	next = g_new0(struct saving, 1);
	next->app = app;
	next->macro = macro_copy(s->macro);
	g_free(next->macro->steps);
	next->macro->steps = g_strdup(steps);
	parsed = macro_steps(next->macro, app->store, &wrong);
	if (parsed) {
		save(next);
	} else if (g_strcmp0(s->wrong, steps) == 0) { /* seen, and left so */
		app_say(app, TRUE, "Not saved: %s.", wrong->message);
		saving_free(next);
	} else {
		next->wrong = g_strdup(steps);
		open_editor(next, wrong->message);
	}
}

static void open_editor(struct saving *s, const char *why)
{
	g_autoptr(GString) text = g_string_new(s->macro->steps ? s->macro->steps : "");
	g_autofree char *name = g_strdup_printf("%s.macro", s->macro->name);
	g_autoptr(GError) error = NULL;

	g_string_append_printf(text, "%s\n", text->len ? "\n" : "");
	if (why)
		g_string_append_printf(text, OURS "%s\n", why);
	g_string_append_printf(text, OURS "%s\n" OURS, _("One action a line, as after \":\". These may stand in a macro:"));
	for (size_t i = 0; macro_action(i); i++)
		g_string_append_printf(text, "%s%s", i ? ", " : "", macro_action(i));
	g_string_append_c(text, '\n');
	if (s->wrong) { /* what was refused is no longer "unchanged" */
		g_free(s->macro->steps);
		s->macro->steps = g_strdup("");
	}
	if (!app_edit(s->app, name, text->str, edited, s, saving_free, &error)) {
		app_say(s->app, TRUE, "%s.", error->message);
		saving_free(s);
	}
}

/* ---------------------------------------------------------------- what is meant */

static const struct macro *find(struct app *app, const char *name, int scope)
{
	const GPtrArray *all = store_macros(app->store);
	const struct macro *found = NULL;

	for (guint i = 0; all && i < all->len; i++) {
		const struct macro *m = all->pdata[i];

		if (g_strcmp0(m->name, name) == 0 && (scope < 0 || (int)m->scope == scope) && (!found || m->scope > found->scope))
			found = m;
	}
	return found;
}

/* The group of the ticket when it is one of mine, else my first. */
static desk_id my_group(struct app *app)
{
	const struct session *s = store_session(app->store);
	const struct ticket_row *row = command_row(app, command_target(app));
	const GArray *mine = s && s->me ? s->me->groups : NULL;

	for (guint i = 0; mine && row && i < mine->len; i++)
		if (g_array_index(mine, desk_id, i) == row->group_id)
			return row->group_id;
	return mine && mine->len ? g_array_index(mine, desk_id, 0) : 0;
}

static struct saving *saving_new(struct app *app, const char *name, int scope)
{
	const struct macro *was = find(app, name, scope);
	struct saving *s = g_new0(struct saving, 1);

	s->app = app;
	s->macro = was ? macro_copy(was) : g_new0(struct macro, 1);
	if (was)
		return s;
	s->macro->name = g_strdup(name);
	s->macro->scope = scope < 0 ? SCOPE_OWN : (enum scope)scope;
	s->macro->owner_id = s->macro->scope == SCOPE_GROUP ? my_group(app) : 0;
	return s;
}

void command_save_macro(struct app *app, const char *arg)
{
	g_autofree char *name = NULL, *rest = NULL, *word = NULL, *lines = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) steps = NULL;
	struct saving *s;
	int scope;

	if (!*arg) {
		app_say(app, TRUE, "save-macro NAME [own|group|all] [ACTION; ACTION ...]");
		return;
	}
	store_macros(app->store);
	command_split(arg, &name, &rest);
	command_split(rest, &word, &lines);
	scope = *word ? scope_by_name(word) : -1;
	if (scope < 0) {
		g_free(lines);
		lines = g_strdup(rest);
	}
	s = saving_new(app, name, scope);
	if (!*lines) {
		open_editor(s, NULL);
		return;
	}
	g_strdelimit(lines, ";", '\n');
	g_free(s->macro->steps);
	s->macro->steps = g_strdup(lines);
	steps = macro_steps(s->macro, app->store, &error);
	if (steps) {
		save(s);
		return;
	}
	app_say(app, TRUE, "Not saved: %s.", error->message);
	saving_free(s);
}

/* ---------------------------------------------------------------- removing */

static void remove_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;

	if (error)
		app_say(e->app, TRUE, "%s.", error->message);
	else
		app_say(e->app, FALSE, "Macro %s removed.", e->text);
	answer_free(answer);
}

static void remove_sure(const char *answer, void *arg)
{
	struct errand *e = arg, *more;
	struct change c;

	if (!answer)
		return;
	more = errand_new(e->app, ACTION_REMOVE_MACRO, 0);
	more->text = g_strdup(e->text);
	change_init(&c, CHANGE_MACRO_REMOVE);
	c.macro_id = e->id;
	app_request(e->app, &c, remove_came, more, errand_free);
	change_clear(&c);
}

void command_remove_macro(struct app *app, const char *arg)
{
	const struct macro *m = find(app, arg, -1);
	g_autofree char *label = NULL;
	struct errand *e;

	if (!m) {
		app_say(app, TRUE, *arg ? N_("No macro is called that.") : N_("remove-macro takes a name."));
		return;
	}
	e = errand_new(app, ACTION_REMOVE_MACRO, 0);
	e->id = m->id;
	e->text = g_strdup(m->name);
	label = g_strdup_printf(_("Remove the macro %s (%s)?"), m->name, word_said(scope_name(m->scope)));
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .confirm = TRUE, .asked_by = app->last_key, .done = remove_sure, .arg = e, .destroy = errand_free});
}
