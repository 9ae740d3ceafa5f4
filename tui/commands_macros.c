/* Macros and taking back: lists of actions done under one name. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "client/undo.h"
#include "rules/custom_field.h"
#include "tui/macro.h"

#define MACRO_LOOK_MS 40 /* a macro that waits for an answer looks again */

struct macro_run {
	struct app *app;
	char *name;
	GPtrArray *steps; /* struct macro_step */
	guint at;
	desk_id ticket_id;
	char *before;     /* the text in the composer when it began; NULL: its ticket was not in it */
	gboolean sends;   /* the last step was to send */
	guint timer;
};

gboolean command_macro_runs(const struct app *app)
{
	return app->macro != NULL;
}

void command_macro_free(struct app *app)
{
	struct macro_run *run = g_steal_pointer(&app->macro);

	if (!run)
		return;
	if (run->timer)
		g_source_remove(run->timer);
	g_ptr_array_unref(run->steps);
	g_free(run->before);
	g_free(run->name);
	g_free(run);
}

/* ---------------------------------------------------------------- running */

static const char *text_of(struct app *app, desk_id ticket_id)
{
	struct view *composer = app->pane[PANE_COMPOSER];

	return composer_ticket(composer) == ticket_id ? composer_text(composer) : "";
}

static void end_run(struct app *app)
{
	struct macro_run *run = app->macro;
	const char *now = text_of(app, run->ticket_id);

	if (composer_ticket(app->pane[PANE_COMPOSER]) == run->ticket_id && *now && g_strcmp0(run->before, now) != 0)
		undo_note_text(app->undo, run->ticket_id, composer_kind(app->pane[PANE_COMPOSER]), run->before, now);
	undo_end(app->undo);
	command_remember(app, ACTION_MACRO, run->name); /* `repeat` does the whole of it */
	command_macro_free(app);
}

static void stop_run(struct app *app, const struct macro_step *step, const char *why)
{
	g_autofree char *name = g_strdup(app->macro->name);
	g_autofree char *reason = g_strdup(why);
	g_autofree char *action = g_strdup(step->action);
	int line = step->line;

	end_run(app);
	app_say(app, TRUE, "Macro %s stopped at line %d, %s: %s.", name, line, action, reason);
}

static gboolean asks(const struct app *app)
{
	return prompt_is_open(app->pane[PANE_PROMPT]) || picker_is_open(app->pane[PANE_PICKER]) || app->held ||
	       app_program_runs(app);
}

static desk_id target_now(const struct app *app)
{
	return app->focus == PANE_COMPOSER ? composer_ticket(app->pane[PANE_COMPOSER]) : command_target(app);
}

/* FALSE: it has stopped. */
static gboolean do_change(struct app *app, const struct macro_step *step)
{
	struct macro_run *run = app->macro;
	g_autoptr(GError) error = NULL;
	struct change c;

	if (!macro_step_change(run->name, step, app->store, run->ticket_id, &c, &error)) {
		change_clear(&c);
		stop_run(app, step, error->message);
		return FALSE;
	}
	command_write(app, &c, NULL);
	return TRUE;
}

static gboolean do_action(struct app *app, const struct macro_step *step)
{
	struct macro_run *run = app->macro;
	enum action act = action_by_name(step->action, strlen(step->action));

	if (target_now(app) != run->ticket_id) {
		stop_run(app, step, _("another ticket is open"));
		return FALSE;
	}
	app_hush(app, TRUE);
	run->sends = act == ACTION_SEND || act == ACTION_SEND_LATER;
	if (!command_run(app, act, step->arg)) {
		stop_run(app, step, _("it has no meaning here"));
		return FALSE;
	}
	if (app->message_ms && app->message_bad) {
		g_autofree char *why = g_strdup(view_footer_said(app->pane[PANE_FOOTER]));
		size_t n = strlen(why);

		if (n && why[n - 1] == '.')
			why[n - 1] = '\0';
		stop_run(app, step, why);
		return FALSE;
	}
	return TRUE;
}

static gboolean look_again(gpointer arg);

static void go_on(struct app *app)
{
	struct macro_run *run = app->macro;

	while (run->at < run->steps->len) {
		const struct macro_step *step = run->steps->pdata[run->at];

		if (asks(app)) {
			run->timer = g_timeout_add(MACRO_LOOK_MS, look_again, app);
			return;
		}
		if (run->sends && *text_of(app, run->ticket_id)) { /* asked about and given up */
			stop_run(app, step, _("the text was not sent"));
			return;
		}
		run->at++;
		run->sends = FALSE;
		if (!(macro_changes(step->action) ? do_change(app, step) : do_action(app, step)))
			return;
	}
	g_autofree char *name = g_strdup(run->name);
	desk_id ticket_id = run->ticket_id;

	end_run(app);
	if (!app->message_ms || !app->message_bad)
		app_say(app, FALSE, "#%" G_GINT64_FORMAT ": %s done; undo takes it back.", ticket_id, name);
}

static gboolean look_again(gpointer arg)
{
	struct app *app = arg;

	app->macro->timer = 0;
	go_on(app);
	return G_SOURCE_REMOVE;
}

/* ---------------------------------------------------------------- on many tickets at once */

struct many {
	struct app *app;
	char *name;
	GPtrArray *changes; /* struct change */
};

static void many_free(void *p)
{
	struct many *m = p;

	g_free(m->name);
	g_ptr_array_unref(m->changes);
	g_free(m);
}

static void made_free(gpointer p)
{
	change_clear(p);
	g_free(p);
}

static void many_sure(const char *answer, void *arg)
{
	struct many *m = arg;

	if (!answer) {
		app_say(m->app, FALSE, "Nothing was changed; the marks stay.");
		return;
	}
	command_unmark_all(m->app, "");
	command_write_all(m->app, m->changes, m->name);
	command_remember(m->app, ACTION_MACRO, m->name);
}

/* Every step for every ticket, or nothing: what writes words needs a ticket before the eyes. */
static GPtrArray *changes_for_all(struct app *app, const struct macro *m, const GPtrArray *steps, const GArray *marked, GError **error)
{
	g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func(made_free);

	for (guint t = 0; t < marked->len; t++)
		for (guint i = 0; i < steps->len; i++) {
			const struct macro_step *step = steps->pdata[i];
			struct change *c = g_new0(struct change, 1);
			gboolean ok = macro_changes(step->action) ||
			              desk_fail(error, DESK_INVALID, "line %d, %s, is for one ticket only", step->line, step->action);

			change_init(c, CHANGE_STATUS);
			g_ptr_array_add(changes, c);
			if (!ok)
				return NULL;
			change_clear(c);
			if (!macro_step_change(m->name, step, app->store, g_array_index(marked, struct mark, t).ticket_id, c, error))
				return NULL;
		}
	return g_steal_pointer(&changes);
}

static void run_on_all(struct app *app, const struct macro *m, const GPtrArray *steps)
{
	g_autoptr(GArray) marked = marks_list(app->keying.marks);
	g_autoptr(GError) error = NULL;
	GPtrArray *changes = changes_for_all(app, m, steps, marked, &error);
	g_autofree char *label = NULL;
	struct many *many;

	if (!changes) {
		app_say(app, TRUE, "Macro %s: %s.", m->name, error->message);
		return;
	}
	many = g_new0(struct many, 1);
	many->app = app;
	many->name = g_strdup(m->name);
	many->changes = changes;
	label = g_strdup_printf(say_n("%u marked ticket: macro %s?", "%u marked tickets: macro %s?", marked->len), marked->len,
	                        m->name);
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .confirm = TRUE, .asked_by = app->last_key, .done = many_sure, .arg = many, .destroy = many_free});
}

static void run_macro(struct app *app, desk_id ticket_id, const struct macro *m)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *steps = macro_steps(m, app->store, &error);
	struct macro_run *run;

	if (!steps) {
		app_say(app, TRUE, "Macro %s: %s.", m->name, error->message);
		return;
	}
	if (command_acts_on_many(app)) {
		run_on_all(app, m, steps);
		g_ptr_array_unref(steps);
		return;
	}
	run = app->macro = g_new0(struct macro_run, 1);
	run->app = app;
	run->name = g_strdup(m->name);
	run->steps = steps;
	run->ticket_id = ticket_id;
	run->before = g_strdup(text_of(app, ticket_id));
	app_hush(app, TRUE);
	undo_begin(app->undo);
	go_on(app);
}

/* ---------------------------------------------------------------- choosing */

static const struct macro *macro_named(const GPtrArray *all, const char *name)
{
	const struct macro *found = NULL;

	/* One's own hides the group's, and that the desk's. */
	for (guint i = 0; all && i < all->len; i++) {
		const struct macro *m = all->pdata[i];

		if (g_strcmp0(m->name, name) == 0 && (!found || m->scope > found->scope))
			found = m;
	}
	return found;
}

static const struct macro *macro_by_id(const GPtrArray *all, desk_id id)
{
	for (guint i = 0; all && i < all->len; i++)
		if (((const struct macro *)all->pdata[i])->id == id)
			return all->pdata[i];
	return NULL;
}

static void macro_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	const struct macro *m = item ? macro_by_id(store_macros(e->app->store), item->id) : NULL;

	if (m && !e->app->macro)
		run_macro(e->app, e->ticket_id, m);
}

static void pick_macro(struct app *app, const GPtrArray *all, desk_id ticket_id)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	GPtrArray *items = g_ptr_array_new();
	g_autofree char *title = g_strdup_printf(_("macros: what each changes on #%" G_GINT64_FORMAT), ticket_id);

	for (int round = 0; round < 2; round++) /* those for its problem type first */
		for (guint i = 0; i < all->len; i++) {
			const struct macro *m = all->pdata[i];
			gboolean fits = m->category && t && t->category && category_is_of(t->category, m->category);
			struct pick_item *item;

			if (fits != !round)
				continue;
			item = pick_item_new(m->title ? m->title : m->name, m->name, m->name, m->id);
			item->preview = macro_preview(m, app->store, ticket_id);
			g_ptr_array_add(items, item);
		}
	command_pick(app, title, items, macro_picked, errand_new(app, ACTION_MACRO, ticket_id));
}

/* Needs the macros, the ticket and the templates; keys wait for them. */
static gboolean wait_for_macros(struct app *app, enum action act, const char *arg)
{
	desk_id ticket_id = act == ACTION_MACRO ? target_now(app) : 0;
	const GPtrArray *all = store_macros(app->store);
	gboolean here = all && (!ticket_id || (store_ticket(app->store, ticket_id) && app->templates_came));

	store_templates(app->store);
	if (here || app->macro_waits || store_connection(app->store, NULL, NULL) != BACKEND_ONLINE)
		return FALSE;
	app->macro_waits = TRUE;
	app->macro_action = act;
	g_free(app->macro_wanted);
	app->macro_wanted = g_strdup(arg);
	if (ticket_id)
		store_want_ticket(app->store, ticket_id);
	app_hold_for(app, act);
	return TRUE;
}

void command_macros_came(struct app *app)
{
	g_autofree char *wanted = NULL;
	desk_id ticket_id;

	if (!app->macro_waits || !store_macros(app->store))
		return;
	ticket_id = app->macro_action == ACTION_MACRO ? target_now(app) : 0;
	if (ticket_id && (!store_ticket(app->store, ticket_id) || !app->templates_came))
		return;
	wanted = g_steal_pointer(&app->macro_wanted);
	command_run(app, app->macro_action, wanted ? wanted : "");
	app->macro_waits = FALSE;
	app_release_for(app, app->macro_action);
}

void command_macro(struct app *app, const char *arg)
{
	const GPtrArray *all = store_macros(app->store);
	desk_id ticket_id = target_now(app);
	const struct macro *m = all && *arg ? macro_named(all, arg) : NULL;

	if (app->macro) {
		app_say(app, TRUE, "Macro %s is not done yet.", app->macro->name);
		return;
	}
	if (wait_for_macros(app, ACTION_MACRO, arg))
		return;
	if (!all)
		app_say(app, TRUE, "Offline, and the macros have not been fetched.");
	else if (m)
		run_macro(app, ticket_id, m);
	else if (*arg)
		app_say(app, TRUE, "No macro is called %s; macro alone lists them.", arg);
	else if (!all->len)
		app_say(app, FALSE, "There are no macros; save-macro NAME writes one.");
	else
		pick_macro(app, all, ticket_id);
}

/* ---------------------------------------------------------------- taking back */

/* The composer's text goes back to what it was, unless it was written on since. */
static gboolean put_text(desk_id ticket_id, enum message_kind kind, const char *was, const char *made, void *arg)
{
	struct app *app = arg;

	return composer_put_back(app->pane[PANE_COMPOSER], ticket_id, kind, made, was);
}

void command_undo(struct app *app, const char *arg)
{
	g_autofree char *done = NULL, *left = NULL;

	(void)arg;
	if (!undo_last(app->undo, app->store, put_text, app, &done, &left))
		app_say(app, FALSE, "There is nothing to take back.");
	else if (!*left)
		app_say(app, FALSE, "Taken back: %s.", done);
	else if (!*done)
		app_say(app, TRUE, "Nothing was taken back: %s.", left);
	else
		app_say(app, TRUE, "Taken back: %s. Not taken back: %s.", done, left);
}
