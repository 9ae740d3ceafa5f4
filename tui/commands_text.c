/* Commands that write text: reply, note, templates, knowledge. */
#include "tui/commands.h"

#include <string.h>
#include "rules/guide.h"

static void compose(struct app *app, enum message_kind kind)
{
	desk_id ticket_id = command_target(app), read;

	if (ticket_id != app->opened)
		command_open_ticket(app, ticket_id);
	read = view_conversation_read(app->pane[PANE_CONVERSATION]);
	composer_show(app->pane[PANE_COMPOSER], ticket_id, kind, read);
	if (read) /* who starts or goes on writing has the conversation before the eyes */
		composer_set_answers(app->pane[PANE_COMPOSER], read);
	app_focus(app, PANE_COMPOSER);
}

void command_reply(struct app *app, const char *arg)
{
	(void)arg;
	compose(app, MESSAGE_REPLY);
}

void command_note(struct app *app, const char *arg)
{
	(void)arg;
	compose(app, MESSAGE_NOTE);
}

void command_reply_or_note(struct app *app)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	desk_id ticket_id = command_target(app);

	if (composer_ticket(composer) != ticket_id)
		composer_follow(composer, ticket_id);
	compose(app, composer_kind(composer));
}

/* ---------------------------------------------------------------- knowledge */

static void show_knowledge(struct app *app, const char *words)
{
	view_knowledge_search(app->pane[PANE_KNOWLEDGE], app->opened, words);
	app->knowledge_on = TRUE;
	app_dirty(app, PANE_KNOWLEDGE, TODO_REFLOW | TODO_PAINT);
	app_focus(app, PANE_KNOWLEDGE);
}

static void words_typed(const char *text, void *arg)
{
	if (text)
		show_knowledge(arg, text);
}

void command_knowledge(struct app *app, const char *arg)
{
	g_autofree char *history = g_build_filename(app->state_dir, "knowledge.history", NULL);

	if (*arg) {
		show_knowledge(app, arg);
		return;
	}
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = N_("knowledge (empty: what fits the ticket): "), .history = history, .may_be_empty = TRUE,
		.done = words_typed, .arg = app});
}

void command_insert_article(struct app *app, desk_id article_id, desk_id ticket_id)
{
	const struct article *a = store_article(app->store, article_id);
	g_autofree char *text = NULL;
	struct change c;

	if (!a) { /* goes on in command_article_came */
		app->insert_article = article_id;
		app->insert_ticket = ticket_id;
		if (store_connection(app->store, NULL, NULL) == BACKEND_ONLINE)
			app_hold(app);
		else
			app->insert_article = 0;
		if (!app->insert_article)
			app_say(app, TRUE, "Offline, and this article has not been fetched.");
		return;
	}
	app->insert_article = 0;
	if (a->state != ARTICLE_PUBLISHED) {
		app_say(app, TRUE, "\"%s\" is %s and can't be sent.", a->title, article_state_name(a->state));
		return;
	}
	text = guide_text(a->body);
	command_put_text(app, ticket_id, text, 0);
	change_init(&c, CHANGE_ARTICLE_USED);
	c.article_id = article_id;
	c.ticket_id = ticket_id;
	command_write(app, &c, NULL);
	app_say(app, FALSE, "Inserted \"%s\", version %d.", a->title, a->version);
}

void command_article_came(struct app *app, desk_id article_id)
{
	if (app->insert_article != article_id)
		return;
	if (app->opened == app->insert_ticket)
		command_insert_article(app, article_id, app->insert_ticket);
	app->insert_article = 0;
	app_release(app);
}

void command_insert(struct app *app, const char *arg)
{
	gint64 n = 0;
	desk_id article_id;

	if (*arg && !g_ascii_string_to_signed(arg, 10, 1, 999, &n, NULL)) {
		app_say(app, TRUE, "insert takes the number of an article in the list, not %s.", arg);
		return;
	}
	article_id = n ? view_knowledge_at(app->pane[PANE_KNOWLEDGE], (size_t)n - 1) : view_knowledge_selected(app->pane[PANE_KNOWLEDGE]);
	if (article_id)
		command_insert_article(app, article_id, command_target(app));
	else
		app_say(app, FALSE, "No article is marked; knowledge searches.");
}

static void suggestion(struct app *app, size_t i)
{
	desk_id article_id = view_suggest_at(app->pane[PANE_SUGGEST], i);

	if (article_id && app->opened)
		command_insert_article(app, article_id, app->opened);
	else
		app_say(app, FALSE, "There is no suggestion %zu.", i + 1);
}

void command_suggestion_1(struct app *app, const char *arg)
{
	(void)arg;
	suggestion(app, 0);
}

void command_suggestion_2(struct app *app, const char *arg)
{
	(void)arg;
	suggestion(app, 1);
}

void command_suggestion_3(struct app *app, const char *arg)
{
	(void)arg;
	suggestion(app, 2);
}
