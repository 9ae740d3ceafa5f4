/* Templates and promises: texts that are ready, put into what is being written. */
#include "wire/said.h"
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "rules/fill.h"
#include "tui/templates.h"

/* Into what is being written; a reply is begun where nothing is. */
void command_put_text(struct app *app, desk_id ticket_id, const char *text, desk_id template_id)
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
	if (*before && !g_str_has_suffix(before, "\n") && !app->insert_inline)
		apart = g_strconcat("\n", text, NULL);
	app->insert_inline = FALSE;
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

/* ---------------------------------------------------------------- promises */

#define PROMISE_DEFAULT_MS (4 * MS_HOUR)

static int64_t default_promise(const struct app *app)
{
	const struct session *s = store_session(app->store);

	return s && s->promise_ms > 0 ? s->promise_ms : PROMISE_DEFAULT_MS;
}

/* "4h", "90m": as it may be typed. */
static char *length_text(int64_t ms)
{
	int64_t minutes = ms / MS_MINUTE;

	if (minutes >= 60 && minutes % 60 == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT "h", minutes / 60);
	return g_strdup_printf("%" G_GINT64_FORMAT "m", MAX(minutes, 1));
}

int64_t command_promised(struct app *app, desk_id ticket_id, const char *text, char **words)
{
	const char *kept = store_draft(app->store, ticket_id, DRAFT_PROMISE);
	char *rest = NULL;
	int64_t until = kept ? g_ascii_strtoll(kept, &rest, 10) : 0;

	if (words)
		*words = NULL;
	if (until <= 0 || !rest || *rest != ' ' || !rest[1])
		return 0;
	if (words)
		*words = g_strdup(rest + 1);
	return !text || strstr(text, rest + 1) ? until : 0;
}

static void keep_promise(struct app *app, desk_id ticket_id, int64_t until, const char *words)
{
	g_autofree char *kept = g_strdup_printf("%" G_GINT64_FORMAT " %s", until, words);

	store_draft_set(app->store, ticket_id, DRAFT_PROMISE, kept);
}

/* The rest of a template once its time is known; a note promises nobody anything. */
static void put_promise(struct app *app, desk_id ticket_id, const char *text, desk_id template_id, int64_t until)
{
	const struct template *tpl = template_by_id(app, template_id);
	g_autofree char *words = templates_promised(app->store, store_ticket(app->store, ticket_id),
	                                            tpl ? tpl->language : NULL, until);
	const struct fill_var var = {"promised", words};
	g_autofree char *filled = fill_template(text, &var, 1, NULL);

	command_put_text(app, ticket_id, filled, template_id);
	if (composer_kind(app->pane[PANE_COMPOSER]) != MESSAGE_REPLY)
		return;
	keep_promise(app, ticket_id, until, words);
	app_say(app, FALSE, "Promised by %s: the clock starts when this is sent.", words);
}

static void promise_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autoptr(GError) error = NULL;
	int64_t until = store_now_ms(e->app->store) + default_promise(e->app);

	if (!text) {
		e->app->insert_inline = FALSE;
		app_say(e->app, FALSE, "Nothing was inserted.");
	} else if (*text && !command_until(text, store_now_ms(e->app->store), &until, &error)) {
		app_say(e->app, TRUE, "%s; {promised} stays to be filled.", error->message);
		command_put_text(e->app, e->ticket_id, e->text, e->id);
	} else {
		put_promise(e->app, e->ticket_id, e->text, e->id, until);
	}
}

static void ask_until(struct app *app, prompt_done_fn *done, struct errand *e)
{
	g_autofree char *usual = length_text(default_promise(app));
	g_autofree char *label = g_strdup_printf(_("promised until (18:00, 2h, 2026-11-24 09:00; Enter: %s): "), usual);

	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .may_be_empty = TRUE, .done = done, .arg = e, .destroy = errand_free});
}

/* ---------------------------------------------------------------- inserting */

static void insert_template(struct app *app, desk_id ticket_id, const struct template *tpl, int64_t until)
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
		struct errand *e;

		if (!until && command_macro_runs(app)) /* a macro asks nothing */
			until = store_now_ms(app->store) + default_promise(app);
		if (until) {
			put_promise(app, ticket_id, filled, tpl->id, until);
			return;
		}
		e = errand_new(app, ACTION_TEMPLATE, ticket_id);
		e->id = tpl->id;
		e->text = g_steal_pointer(&filled);
		ask_until(app, promise_typed, e);
		return;
	}
	command_put_text(app, ticket_id, filled, tpl->id);
	if (missing->len)
		app_say(app, FALSE, "Still to fill in: {%s}.", (char *)missing->pdata[0]);
}

void command_insert_template(struct app *app, desk_id ticket_id, desk_id template_id)
{
	const struct template *tpl = template_by_id(app, template_id);

	if (tpl)
		insert_template(app, ticket_id, tpl, 0);
}

void command_inline_taken(struct app *app)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	desk_id id;
	enum inline_kind kind = composer_list_taken(composer, &id);

	if (kind == INLINE_NONE)
		return;
	app->insert_inline = TRUE;
	if (kind == INLINE_TEMPLATE)
		command_insert_template(app, composer_ticket(composer), id);
	else
		command_insert_article(app, id, composer_ticket(composer));
}

static void template_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		command_insert_template(e->app, e->ticket_id, item->id);
}

/* A reply is built part by part: what it still lacks is offered first. */
static unsigned parts_written(const struct app *app, const struct ticket *t)
{
	const struct session *s = store_session(app->store);

	return composer_parts(composer_text(app->pane[PANE_COMPOSER]), t ? t->row.customer_name : NULL,
	                      s && s->me ? s->me->display : NULL);
}

GPtrArray *command_templates(struct app *app, desk_id ticket_id)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);

	return templates_fitting(app->store, t, parts_written(app, t));
}

struct pick_item *command_template_item(struct app *app, desk_id ticket_id, const struct template *tpl)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	g_autoptr(GString) detail = g_string_new(word_said(part_name(tpl->part)));
	struct pick_item *item;

	g_string_append_printf(detail, "  %s", language_said(tpl->language));
	if (tpl->audience != AUDIENCE_ANY)
		g_string_append_printf(detail, ", %s", word_said(audience_name(tpl->audience)));
	for (int channel = 0; channel < CHANNEL_COUNT && tpl->channels; channel++)
		if (tpl->channels & (1u << channel))
			g_string_append_printf(detail, ", %s", word_said(channel_name((enum channel)channel)));
	item = pick_item_new(tpl->title ? tpl->title : tpl->name, detail->str, tpl->name, tpl->id);
	item->preview = t ? templates_fill(tpl, app->store, t, NULL) : g_strdup(tpl->body);
	return item;
}

gboolean command_templates_wait(struct app *app, enum action act, desk_id ticket_id, const char *arg, gboolean some)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);

	if ((t && some) || store_connection(app->store, NULL, NULL) != BACKEND_ONLINE || app->template_ticket ||
	    (t && app->templates_came))
		return FALSE;
	app->template_ticket = ticket_id;
	app->template_action = act;
	app->template_name = g_strdup(arg);
	store_want_ticket(app->store, ticket_id);
	app_hold_for(app, act);
	return TRUE;
}

static desk_id written_ticket(const struct app *app)
{
	return app->focus == PANE_COMPOSER ? composer_ticket(app->pane[PANE_COMPOSER]) : command_target(app);
}

void command_template(struct app *app, const char *arg)
{
	desk_id ticket_id = written_ticket(app);
	g_autoptr(GPtrArray) fit = command_templates(app, ticket_id);
	enum mood mood = templates_mood(app->store, store_ticket(app->store, ticket_id));
	g_autofree char *title = NULL;
	GPtrArray *items;

	if (command_templates_wait(app, ACTION_TEMPLATE, ticket_id, arg, fit->len > 0))
		return;
	for (guint i = 0; *arg && i < fit->len; i++) {
		const struct template *tpl = fit->pdata[i];

		if (g_strcmp0(tpl->name, arg) == 0) {
			insert_template(app, ticket_id, tpl, 0);
			return;
		}
	}
	if (*arg)
		app_say(app, TRUE, "No template is called %s.", arg);
	else if (!fit->len)
		app_say(app, TRUE, "There are no templates.");
	if (*arg || !fit->len)
		return;
	items = g_ptr_array_new();
	for (guint i = 0; i < fit->len; i++)
		g_ptr_array_add(items, command_template_item(app, ticket_id, fit->pdata[i]));
	title = mood == MOOD_NEUTRAL ? g_strdup(_("templates")) :
	        g_strdup_printf(_("templates; the customer is %s"), word_said(mood_name(mood)));
	command_pick(app, title, items, template_picked, errand_new(app, ACTION_TEMPLATE, ticket_id));
}

void command_templates_came(struct app *app)
{
	g_autofree char *name = NULL;
	enum action act = app->template_action;
	desk_id ticket_id = app->template_ticket;

	if (!ticket_id || !app->templates_came || !store_ticket(app->store, ticket_id))
		return;
	name = g_steal_pointer(&app->template_name);
	app->template_ticket = 0; /* what it writes tells the same news again */
	if (command_target(app) == ticket_id)
		command_run(app, act, name ? name : "");
	app_release_for(app, act);
}

void command_give_up(struct app *app)
{
	app->template_ticket = 0;
	app->macro_waits = FALSE;
	app->insert_article = 0;
	g_clear_pointer(&app->template_name, g_free);
}

/* ---------------------------------------------------------------- the action */

/* What offers an alternative and names a time, the one that fits best; NULL: there is none. */
const struct template *command_alternative(struct app *app, desk_id ticket_id)
{
	g_autoptr(GPtrArray) fit = command_templates(app, ticket_id);

	for (guint i = 0; i < fit->len; i++) {
		const struct template *tpl = fit->pdata[i];

		if (tpl->part == PART_ALTERNATIVE && tpl->body && strstr(tpl->body, "{promised}"))
			return tpl;
	}
	return NULL;
}

/* Said aloud: nothing is written, the clock starts at once. */
gboolean command_said_aloud(const struct ticket *t)
{
	return t && (t->row.channel == CHANNEL_PHONE || t->row.channel == CHANNEL_WALK_IN);
}

static void promise_until(struct app *app, desk_id ticket_id, int64_t until)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	const struct template *tpl = command_said_aloud(t) ? NULL : command_alternative(app, ticket_id);
	g_autofree char *words = NULL, *done = NULL;
	struct change c;

	if (tpl) {
		insert_template(app, ticket_id, tpl, until);
		return;
	}
	words = templates_promised(app->store, t, NULL, until);
	done = g_strdup_printf(_("promised by %s"), words);
	change_init(&c, CHANGE_PROMISE);
	c.ticket_id = ticket_id;
	c.promise_ms = until;
	command_write(app, &c, done);
}

static void promise_chosen(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autoptr(GError) error = NULL;
	int64_t until = store_now_ms(e->app->store) + default_promise(e->app);

	if (!text)
		return;
	if (*text && !command_until(text, store_now_ms(e->app->store), &until, &error))
		app_say(e->app, TRUE, "%s.", error->message);
	else
		promise_until(e->app, e->ticket_id, until);
}

void command_promise(struct app *app, const char *arg)
{
	desk_id ticket_id = written_ticket(app);
	g_autoptr(GError) error = NULL;
	int64_t until;

	if (command_templates_wait(app, ACTION_PROMISE, ticket_id, arg, store_templates(app->store)->len > 0))
		return;
	if (!*arg)
		ask_until(app, promise_chosen, errand_new(app, ACTION_PROMISE, ticket_id));
	else if (!command_until(arg, store_now_ms(app->store), &until, &error))
		app_say(app, TRUE, "%s.", error->message);
	else
		promise_until(app, ticket_id, until);
}
