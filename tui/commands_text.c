/* Commands that write text: reply, note, templates, knowledge. */
#include "tui/commands.h"

#include <string.h>
#include "rules/fill.h"
#include "tui/templates.h"

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

/* ---------------------------------------------------------------- templates */

/* Into what is being written; a reply is begun where nothing is. */
static void insert_text(struct app *app, desk_id ticket_id, const char *text, desk_id template_id)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	const char *before;
	g_autofree char *apart = NULL;

	if (app->opened != ticket_id)
		command_open_ticket(app, ticket_id);
	if (app->focus != PANE_COMPOSER)
		composer_show(composer, ticket_id, *composer_text(composer) ? composer_kind(composer) : MESSAGE_REPLY,
		              view_conversation_read(app->pane[PANE_CONVERSATION]));
	before = composer_text(composer);
	if (*before && !g_str_has_suffix(before, "\n"))
		apart = g_strconcat("\n", text, NULL);
	composer_insert(composer, apart ? apart : text, template_id);
	app->knowledge_on = FALSE;
	app_focus(app, PANE_COMPOSER);
}

static const struct template *template_by_id(const struct app *app, desk_id id)
{
	const GPtrArray *all = store_templates(app->store);

	for (guint i = 0; all && i < all->len; i++)
		if (((struct template *)all->pdata[i])->id == id)
			return all->pdata[i];
	return NULL;
}

static void promise_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autoptr(GError) error = NULL;
	g_autofree char *filled = NULL;
	struct fill_var var = {"promised", NULL};
	char stamp[40], today[40];
	int64_t until;

	if (text && !command_until(text, store_now_ms(e->app->store), &until, &error))
		app_say(e->app, TRUE, "%s; {promised} stays to be filled.", error->message);
	else if (text) {
		clock_stamp(until, stamp, sizeof stamp);
		clock_stamp(store_now_ms(e->app->store), today, sizeof today);
		var.value = strncmp(stamp, today, 10) == 0 && strlen(stamp) > 11 ? stamp + 11 : stamp;
	}
	filled = fill_template(e->text, &var, 1, NULL);
	insert_text(e->app, e->ticket_id, filled, e->id);
}

static void insert_template(struct app *app, desk_id ticket_id, const struct template *tpl)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *filled = NULL;

	if (!t) {
		app_say(app, TRUE, "#%" G_GINT64_FORMAT " is still being fetched.", ticket_id);
		return;
	}
	filled = templates_fill(tpl, app->store, t, missing);
	if (g_ptr_array_find_with_equal_func(missing, "promised", g_str_equal, NULL)) {
		struct errand *e = errand_new(app, ACTION_TEMPLATE, ticket_id);

		e->id = tpl->id;
		e->text = g_steal_pointer(&filled);
		command_ask(app, "promised until (18:00, 2h, 2026-11-24 09:00): ", promise_typed, e);
		return;
	}
	insert_text(app, ticket_id, filled, tpl->id);
	if (missing->len)
		app_say(app, FALSE, "Still to fill in: {%s}.", (char *)missing->pdata[0]);
}

static void template_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	const struct template *tpl = item ? template_by_id(e->app, item->id) : NULL;

	if (tpl)
		insert_template(e->app, e->ticket_id, tpl);
}

/* A reply is built part by part: what it still lacks is offered first. */
static unsigned parts_written(const struct app *app, const struct ticket *t)
{
	const struct session *s = store_session(app->store);

	return composer_parts(composer_text(app->pane[PANE_COMPOSER]), t ? t->row.customer_name : NULL,
	                      s && s->me ? s->me->display : NULL);
}

void command_template(struct app *app, const char *arg)
{
	desk_id ticket_id = app->focus == PANE_COMPOSER ? composer_ticket(app->pane[PANE_COMPOSER]) : command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	g_autoptr(GPtrArray) fit = templates_fitting(store_templates(app->store), t, parts_written(app, t));
	GPtrArray *items;

	if ((!t || !fit->len) && store_connection(app->store, NULL, NULL) == BACKEND_ONLINE && !app->template_ticket &&
	    (!t || !app->templates_came)) { /* goes on in command_templates_came; keys wait */
		app->template_ticket = ticket_id;
		app->template_name = g_strdup(arg);
		store_want_ticket(app->store, ticket_id);
		app_hold(app);
		return;
	}
	for (guint i = 0; *arg && i < fit->len; i++) {
		const struct template *tpl = fit->pdata[i];

		if (g_strcmp0(tpl->name, arg) == 0) {
			insert_template(app, ticket_id, tpl);
			return;
		}
	}
	if (*arg || !fit->len) {
		app_say(app, TRUE, *arg ? "No template is called %s." : N_("There are no templates%s."), arg);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < fit->len; i++) {
		const struct template *tpl = fit->pdata[i];
		g_autofree char *detail = g_strdup_printf("%s  %s%s%s", word_said(part_name(tpl->part)), language_said(tpl->language),
		                                          tpl->audience == AUDIENCE_ANY ? "" : ", ",
		                                          tpl->audience == AUDIENCE_ANY ? "" : word_said(audience_name(tpl->audience)));
		struct pick_item *item = pick_item_new(tpl->title ? tpl->title : tpl->name, detail, tpl->name, tpl->id);

		item->preview = t ? templates_fill(tpl, app->store, t, NULL) : g_strdup(tpl->body);
		g_ptr_array_add(items, item);
	}
	command_pick(app, "templates", items, template_picked, errand_new(app, ACTION_TEMPLATE, ticket_id));
}

void command_templates_came(struct app *app)
{
	g_autofree char *name = NULL;

	if (!app->template_ticket || !app->templates_came || !store_ticket(app->store, app->template_ticket))
		return;
	name = g_steal_pointer(&app->template_name);
	if (command_target(app) == app->template_ticket)
		command_template(app, name ? name : "");
	app->template_ticket = 0;
	app_release(app);
}

void command_give_up(struct app *app)
{
	app->template_ticket = 0;
	app->insert_article = 0;
	g_clear_pointer(&app->template_name, g_free);
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

static void insert_article(struct app *app, desk_id article_id, desk_id ticket_id)
{
	const struct article *a = store_article(app->store, article_id);
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
	insert_text(app, ticket_id, a->body ? a->body : "", 0);
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
		insert_article(app, article_id, app->insert_ticket);
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
		insert_article(app, article_id, command_target(app));
	else
		app_say(app, FALSE, "No article is marked; knowledge searches.");
}

static void suggestion(struct app *app, size_t i)
{
	desk_id article_id = view_suggest_at(app->pane[PANE_SUGGEST], i);

	if (article_id && app->opened)
		insert_article(app, article_id, app->opened);
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
