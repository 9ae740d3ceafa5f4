/* Commands about the workstation itself: panes, lists, looks, leaving. */
#include "tui/commands.h"
#include "tui/manual.h"

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
	(void)arg;
	if (app->help_on) {
		app->help_on = FALSE;
		app_dirty(app, PANE_HELP, TODO_REFLOW);
	} else if (files_close(app)) {
		return;
	} else if (app->problem_on) {
		app->problem_on = FALSE;
		app_dirty(app, PANE_PROBLEM, TODO_REFLOW);
	} else if (app->ladder_on) {
		app->ladder_on = FALSE;
		app_dirty(app, PANE_LADDER, TODO_REFLOW);
	} else if (app->details_on) {
		app->details_on = FALSE;
		app_dirty(app, PANE_DETAILS, TODO_REFLOW);
	} else if (app->focus == PANE_KNOWLEDGE || app->knowledge_on) {
		close_knowledge(app);
	} else if (app->focus == PANE_COMPOSER) {
		command_focus_talk(app);
		app_dirty(app, PANE_COMPOSER, TODO_REFLOW);
	} else if (app->focus == PANE_CONVERSATION) {
		if (app->layout == APP_LAYOUT_CONVERSATION)
			set_layout(app, APP_LAYOUT_QUEUE);
		app_focus(app, PANE_QUEUE);
	} else if (!command_unmark(app) && !finding_close(app)) {
		char key[64];

		label_key(app->keymap, "queue", ACTION_QUIT, key, sizeof key);
		app_say(app, FALSE, "This is the queue. %s leaves ttydesk; drafts are kept.", *key ? key : ":quit");
	}
}

void command_focus_next(struct app *app, const char *arg)
{
	(void)arg;
	if (app_shows_all(app))
		app_focus_step(app, 1);
	else if (app->layout == APP_LAYOUT_QUEUE && app->opened)
		set_layout(app, APP_LAYOUT_CONVERSATION);
	else
		set_layout(app, APP_LAYOUT_QUEUE);
}

void command_focus_prev(struct app *app, const char *arg)
{
	if (app_shows_all(app))
		app_focus_step(app, -1);
	else
		command_focus_next(app, arg);
}

void command_layout(struct app *app, const char *arg)
{
	int layout = app_layout_by_name(arg);

	if (!*arg)
		command_pick_word(app, ACTION_LAYOUT, "layout", "wide|split|queue|conversation");
	else if (layout < 0)
		app_say(app, TRUE, "%s is no layout: wide, split, queue or conversation.", arg);
	else if (layout == APP_LAYOUT_WIDE && !app_has_wide_room(app))
		app_say(app, TRUE, "Side by side needs %d columns and %d rows; here are %d and %d.", APP_WIDE_COLS,
		        APP_WIDE_ROWS, screen_cols(app->screen), screen_rows(app->screen));
	else {
		set_layout(app, (enum app_layout)layout);
		app_remember(app, "layout", app_layout_name((enum app_layout)layout));
	}
}

/* ---------------------------------------------------------------- asking by name, help */

void command_older(struct app *app, const char *arg)
{
	(void)arg;
	if (app->opened)
		store_want_older(app->store, app->opened);
}

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

	store_macros(app->store); /* asked for now, here when Tab is typed */

	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = ":", .initial = *arg ? arg : NULL, .history = history, .done = command_typed,
		.complete = command_complete, .meaning = command_meaning, .arg = app});
}

void command_help(struct app *app, const char *arg)
{
	struct manual_text m;

	if (*arg && !manual_find(arg, &m)) {
		app_say(app, TRUE, "The manual has nothing called %s. :help shows the keys.", arg);
		return;
	}
	if (*arg) {
		view_text_manual(app->pane[PANE_TEXT], m.title, m.text, m.at);
		manual_clear(&m);
		app->text_on = TRUE;
		app_dirty(app, PANE_TEXT, TODO_REFLOW | TODO_PAINT);
		return;
	}
	view_help_show(app->pane[PANE_HELP], app->pane[app_active(app)]->ops->context);
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

static void pick_theme(struct app *app)
{
	g_auto(GStrv) names = theme_list();
	g_autofree char *words = g_strjoinv("|", names);

	command_pick_word(app, ACTION_THEME, "theme", words);
}

/* A file is found again from wherever the next start is. */
static void remember_theme(struct app *app, const char *name)
{
	g_autofree char *path = strchr(name, '/') || g_file_test(name, G_FILE_TEST_IS_REGULAR)
	                        ? g_canonicalize_filename(name, NULL) : NULL;

	app_remember(app, "theme", path && g_file_test(path, G_FILE_TEST_EXISTS) ? path : name);
}

void command_theme(struct app *app, const char *arg)
{
	g_autoptr(GError) error = NULL;

	if (!*arg)
		pick_theme(app);
	else if (!app_use_theme(app, arg, &error))
		app_say(app, TRUE, "%s", error->message);
	else
		remember_theme(app, arg);
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
	app->quits = TRUE;
	app_quit(app, 0);
}
