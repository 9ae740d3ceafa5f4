/* Commands about the workstation itself: panes, lists, looks, leaving. */
#include "tui/commands.h"

#include <string.h>

/* To the conversation where it shows, else to the queue. */
void command_focus_talk(struct app *app)
{
	app_focus(app, app->opened && app->layout != APP_LAYOUT_QUEUE ? PANE_CONVERSATION : PANE_QUEUE);
}

static void set_layout(struct app *app, enum app_layout layout)
{
	app->layout = layout;
	app_dirty(app, PANE_STATUS, TODO_REFLOW | TODO_PAINT);
	if (layout == APP_LAYOUT_QUEUE)
		app_focus(app, PANE_QUEUE);
	else if (layout == APP_LAYOUT_CONVERSATION)
		app_focus(app, PANE_CONVERSATION);
}

static void close_knowledge(struct app *app)
{
	gboolean writing = app->knowledge_back == PANE_COMPOSER && composer_ticket(app->pane[PANE_COMPOSER]);

	app->knowledge_on = FALSE;
	app_dirty(app, PANE_KNOWLEDGE, TODO_REFLOW);
	view_knowledge_ticket(app->pane[PANE_KNOWLEDGE], app->opened);
	if (writing)
		app_focus(app, PANE_COMPOSER);
	else if (app->knowledge_back == PANE_QUEUE && app->layout != APP_LAYOUT_CONVERSATION)
		app_focus(app, PANE_QUEUE);
	else
		command_focus_talk(app);
}

void command_close(struct app *app, const char *arg)
{
	const char *filter = store_queue_filter(app->store);

	(void)arg;
	if (app->help_on) {
		app->help_on = FALSE;
		app_dirty(app, PANE_HELP, TODO_REFLOW);
	} else if (app->focus == PANE_KNOWLEDGE || app->knowledge_on) {
		close_knowledge(app);
	} else if (app->focus == PANE_COMPOSER) {
		command_focus_talk(app);
		app_dirty(app, PANE_COMPOSER, TODO_REFLOW);
	} else if (app->focus == PANE_CONVERSATION) {
		if (app->layout == APP_LAYOUT_CONVERSATION)
			set_layout(app, APP_LAYOUT_QUEUE);
		app_focus(app, PANE_QUEUE);
	} else if (filter && *filter) {
		command_run(app, ACTION_FILTER, " ");
	} else {
		char key[64];

		label_key(app->keymap, "queue", ACTION_QUIT, key, sizeof key);
		app_say(app, FALSE, "This is the queue. %s leaves ttydesk; drafts are kept.", *key ? key : ":quit");
	}
}

void command_focus_next(struct app *app, const char *arg)
{
	(void)arg;
	if (app->layout == APP_LAYOUT_SPLIT)
		app_focus_step(app, 1);
	else if (app->layout == APP_LAYOUT_QUEUE && app->opened)
		set_layout(app, APP_LAYOUT_CONVERSATION);
	else
		set_layout(app, APP_LAYOUT_QUEUE);
}

void command_focus_prev(struct app *app, const char *arg)
{
	if (app->layout == APP_LAYOUT_SPLIT)
		app_focus_step(app, -1);
	else
		command_focus_next(app, arg);
}

void command_layout(struct app *app, const char *arg)
{
	int layout = app_layout_by_name(arg);

	if (!*arg)
		command_pick_word(app, ACTION_LAYOUT, "layout", "split|queue|conversation");
	else if (layout < 0)
		app_say(app, TRUE, "%s is no layout: split, queue or conversation.", arg);
	else
		set_layout(app, (enum app_layout)layout);
}

/* ---------------------------------------------------------------- which tickets */

static const char *const view_names[] = {"mine", "assigned", "unassigned", "all", "done"};
static const char *const view_words[] = {
	"active tickets of my groups", "assigned to me", "nobody's yet", "every active ticket", "resolved and archived",
};

static void show_list(struct app *app, const char *view, desk_id group_id, const char *name)
{
	store_queue_show(app->store, view, group_id, NULL);
	app->shown_group = group_id;
	view_queue_reset(app->pane[PANE_QUEUE]);
	view_status_list(app->pane[PANE_STATUS], name);
	app_dirty(app, PANE_QUEUE, TODO_PAINT);
	app_dirty(app, PANE_STATUS, TODO_PAINT);
	if (app->layout == APP_LAYOUT_CONVERSATION)
		set_layout(app, APP_LAYOUT_QUEUE);
	else
		app_focus(app, PANE_QUEUE);
}

static void view_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		command_view(e->app, item->label);
}

static void pick_view(struct app *app)
{
	const struct session *s = store_session(app->store);
	GPtrArray *items = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(view_names); i++)
		g_ptr_array_add(items, pick_item_new(view_names[i], view_words[i], NULL, 0));
	for (guint i = 0; s && i < s->groups->len; i++) {
		const struct group *g = s->groups->pdata[i];

		g_ptr_array_add(items, pick_item_new(g->name, g->title, NULL, g->id));
	}
	command_pick(app, "show which tickets", items, view_picked, errand_new(app, ACTION_VIEW, 0));
}

void command_view(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	int at = command_match(arg, view_names, G_N_ELEMENTS(view_names));

	if (!*arg) {
		pick_view(app);
		return;
	}
	if (at >= 0) {
		show_list(app, view_names[at], 0, NULL);
		return;
	}
	for (guint i = 0; s && i < s->groups->len; i++) {
		const struct group *g = s->groups->pdata[i];

		if (g_ascii_strcasecmp(g->name, arg) == 0) {
			show_list(app, "all", g->id, g->name);
			return;
		}
	}
	app_say(app, TRUE, "There is no view or group %s.", arg);
}

static void show_filter(struct app *app, const char *words)
{
	g_autofree char *view = g_strdup(store_queue_view(app->store));

	store_queue_show(app->store, view ? view : "mine", app->shown_group, words && *words ? words : NULL);
	view_queue_reset(app->pane[PANE_QUEUE]);
	app_dirty(app, PANE_QUEUE, TODO_PAINT);
	app_dirty(app, PANE_STATUS, TODO_PAINT);
}

static gboolean on_filter(gpointer arg)
{
	struct app *app = arg;

	app->filter_timer = 0;
	show_filter(app, app->filter_wanted);
	return G_SOURCE_REMOVE;
}

static void filter_stop(struct app *app)
{
	if (app->filter_timer)
		g_source_remove(app->filter_timer);
	app->filter_timer = 0;
}

static void filter_typed(const char *text, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	filter_stop(app);
	g_free(app->filter_wanted);
	app->filter_wanted = g_strstrip(g_strdup(text));
	app->filter_timer = g_timeout_add(APP_FILTER_MS, on_filter, app);
}

static void filter_done(const char *text, void *arg)
{
	struct errand *e = arg;

	filter_stop(e->app);
	show_filter(e->app, text ? text : e->text);
}

void command_filter(struct app *app, const char *arg)
{
	g_autofree char *history = g_build_filename(app->state_dir, "filter.history", NULL);
	struct errand *e;

	if (*arg) {
		g_autofree char *words = g_strstrip(g_strdup(arg));

		show_filter(app, words);
		return;
	}
	e = errand_new(app, ACTION_FILTER, 0);
	e->text = g_strdup(store_queue_filter(app->store));
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = "/", .initial = e->text, .history = history, .may_be_empty = TRUE, .done = filter_done,
		.typed = filter_typed, .arg = e, .destroy = errand_free});
}

void command_older(struct app *app, const char *arg)
{
	(void)arg;
	if (app->opened)
		store_want_older(app->store, app->opened);
}

/* ---------------------------------------------------------------- asking by name, help */

static void command_typed(const char *text, void *arg)
{
	struct app *app = arg;
	g_autoptr(GError) error = NULL;
	g_autofree char *rest = NULL;
	enum action act;

	if (!text)
		return;
	if (!command_parse(text, &act, &rest, &error))
		app_say(app, TRUE, "%s.", error->message);
	else
		app_perform(app, act, rest);
}

void command_command(struct app *app, const char *arg)
{
	g_autofree char *history = g_build_filename(app->state_dir, "command.history", NULL);

	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = ":", .initial = *arg ? arg : NULL, .history = history, .done = command_typed,
		.complete = command_complete, .arg = app});
}

void command_help(struct app *app, const char *arg)
{
	(void)arg;
	view_help_show(app->pane[PANE_HELP], app->pane[app->focus]->ops->context);
	app->help_on = !app->help_on;
	app_dirty(app, PANE_HELP, TODO_REFLOW);
}

/* ---------------------------------------------------------------- the program */

void command_reconnect(struct app *app, const char *arg)
{
	(void)arg;
	if (app->revive)
		app->revive(app->revive_arg);
	store_retry(app->store);
	app_say(app, FALSE, "Trying the desk again.");
}

void command_theme(struct app *app, const char *arg)
{
	g_autoptr(GError) error = NULL;

	if (!*arg)
		command_pick_word(app, ACTION_THEME, "theme", "colour|mono");
	else if (!app_use_theme(app, arg, &error))
		app_say(app, TRUE, "%s", error->message);
}

void command_redraw(struct app *app, const char *arg)
{
	(void)arg;
	app_redraw(app);
}

void command_suspend(struct app *app, const char *arg)
{
	(void)arg;
	app_suspend(app);
}

void command_quit(struct app *app, const char *arg)
{
	(void)arg;
	app_quit(app, 0);
}
