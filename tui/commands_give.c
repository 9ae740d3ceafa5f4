/* Commands that give: copies and forwards, steps, compensation, the customer's secret. */
#include "tui/commands.h"

#include <string.h>
#include "rules/addresses.h"
#include "tui/fields.h"

/* ---- to and cc of the reply being written: kept and journalled like a draft */
static void set_addresses(struct app *app, desk_id ticket_id, gboolean cc, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *list = addresses_check(cc ? "cc" : "to", text, NULL, &error);
	g_autofree char *to = NULL, *copies = NULL, *kept = NULL;

	if (error) {
		app_say(app, TRUE, "%s.", error->message);
		return;
	}
	command_addresses(app, ticket_id, &to, &copies);
	g_free(cc ? copies : to);
	if (cc)
		copies = g_strdup(list);
	else
		to = g_strdup(list);
	kept = to || copies ? g_strdup_printf("%s\n%s", to ? to : "", copies ? copies : "") : NULL;
	store_draft_set(app->store, ticket_id, DRAFT_ADDRESSES, kept);
	if (list)
		app_say(app, FALSE, cc ? "#%" G_GINT64_FORMAT ": the reply goes also as a copy to %s." :
		        N_("#%" G_GINT64_FORMAT ": the reply goes also to %s."), ticket_id, list);
	else
		app_say(app, FALSE, cc ? "#%" G_GINT64_FORMAT ": nobody else gets a copy." :
		        N_("#%" G_GINT64_FORMAT ": nobody else gets the reply."), ticket_id);
	app_dirty(app, PANE_COMPOSER, TODO_PAINT);
}

static char *half(const char *text)
{
	return *text ? g_strdup(text) : NULL;
}

void command_addresses(struct app *app, desk_id ticket_id, char **to, char **cc)
{
	const char *kept = store_draft(app->store, ticket_id, DRAFT_ADDRESSES);
	g_auto(GStrv) halves = g_strsplit(kept ? kept : "", "\n", 2);

	*to = halves[0] ? half(halves[0]) : NULL;
	*cc = halves[0] && halves[1] ? half(halves[1]) : NULL;
}

static void addresses_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text)
		set_addresses(e->app, e->ticket_id, e->action == ACTION_CC, text);
}

static void ask_addresses(struct app *app, enum action act, const char *arg)
{
	desk_id ticket_id = command_target(app);
	g_autofree char *to = NULL, *cc = NULL;

	if (*arg) {
		set_addresses(app, ticket_id, act == ACTION_CC, arg);
		return;
	}
	command_addresses(app, ticket_id, &to, &cc);
	command_ask_text(app, act == ACTION_CC ? "copies of the reply to: " : N_("the reply also to: "), act == ACTION_CC ? cc : to,
	                 addresses_typed, errand_new(app, act, ticket_id));
}

void command_to(struct app *app, const char *arg)
{
	ask_addresses(app, ACTION_TO, arg);
}

void command_cc(struct app *app, const char *arg)
{
	ask_addresses(app, ACTION_CC, arg);
}

/* ---- forward: which message, to whom, with what words */
static void forward_words(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autofree char *done = NULL;
	struct change c;

	if (!text) {
		if (store_draft(e->app->store, e->ticket_id, MESSAGE_FORWARD))
			app_say(e->app, FALSE, "Nothing was forwarded; the words are kept as a draft.");
		else
			app_say(e->app, FALSE, "Nothing was forwarded.");
		return;
	}
	change_init(&c, CHANGE_FORWARD);
	c.ticket_id = e->ticket_id;
	c.message_id = e->id;
	c.to = g_strdup(e->text);
	c.body = *text ? g_strdup(text) : NULL;
	done = g_strdup_printf(_("forwarded to %s"), e->text);
	command_write(e->app, &c, done);
	store_draft_set(e->app->store, e->ticket_id, MESSAGE_FORWARD, NULL);
}

static void forward_typed(const char *text, void *arg)
{
	const struct errand *e = arg;

	store_draft_set(e->app->store, e->ticket_id, MESSAGE_FORWARD, text);
}

static void forward_to(const char *text, void *arg)
{
	struct errand *e = arg, *next;
	g_autoptr(GError) error = NULL;
	char *list;

	if (!text || !*text) {
		app_say(e->app, FALSE, "Nothing was forwarded.");
		return;
	}
	list = addresses_check("to", text, NULL, &error);
	if (!list) {
		app_say(e->app, TRUE, "%s.", error ? error->message : _("To whom?"));
		return;
	}
	next = errand_new(e->app, ACTION_FORWARD, e->ticket_id);
	next->id = e->id;
	next->text = list;
	prompt_open(e->app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = N_("words to go with it (Enter: none): "), .may_be_empty = TRUE, .done = forward_words, .typed = forward_typed,
		.initial = store_draft(e->app->store, e->ticket_id, MESSAGE_FORWARD), .arg = next, .destroy = errand_free});
}

static void forward_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg, *next;

	if (!item)
		return;
	next = errand_new(e->app, ACTION_FORWARD, e->ticket_id);
	next->id = item->id;
	if (e->text && *e->text) {
		forward_to(e->text, next);
		errand_free(next);
		return;
	}
	command_ask(e->app, "forward to (mail addresses): ", forward_to, next);
}

void command_forward(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	struct errand *e = errand_new(app, ACTION_FORWARD, ticket_id);
	GPtrArray *items = g_ptr_array_new();
	char when[40];

	e->text = g_strdup(arg);
	g_ptr_array_add(items, pick_item_new(_("the whole conversation"), _("what the customer wrote and was told"), NULL, 0));
	for (guint i = t ? t->messages->len : 0; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];
		g_autofree char *label = NULL, *line = NULL;

		if (!m->id || (m->kind != MESSAGE_CUSTOMER && m->kind != MESSAGE_REPLY))
			continue;
		label = g_strdup_printf("%s %s", draw_when(m->at_ms, store_now_ms(app->store), when, sizeof when),
		                        m->author_name ? m->author_name : "");
		line = g_strndup(m->body ? m->body : "", m->body ? strcspn(m->body, "\r\n") : 0);
		g_ptr_array_add(items, pick_item_new(label, line, NULL, m->id));
	}
	command_pick(app, "forward what", items, forward_picked, e);
}

/* ---- steps */
void command_check_item(struct app *app, desk_id item_id, gboolean done)
{
	struct change c;

	change_init(&c, CHANGE_CHECK);
	c.ticket_id = command_target(app);
	c.item_id = item_id;
	c.on = done;
	command_write(app, &c, done ? "step done" : N_("step open again"));
}

void command_check_remove(struct app *app, desk_id item_id)
{
	struct change c;

	change_init(&c, CHANGE_CHECK_REMOVE);
	c.ticket_id = command_target(app);
	c.item_id = item_id;
	command_write(app, &c, "step removed");
}

static void check_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		command_check_item(e->app, item->id, strcmp(item->word, "done") != 0);
}

void command_check(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	guint n = t && t->checklist ? t->checklist->len : 0;
	gint64 at = 0;
	GPtrArray *items;

	if (!n) {
		app_say(app, FALSE, "#%" G_GINT64_FORMAT " has no checklist; `checklist` adds one.", ticket_id);
		return;
	}
	if (*arg) {
		if (!g_ascii_string_to_signed(arg, 10, 1, n, &at, NULL)) {
			app_say(app, TRUE, "There is no step %s: 1 to %u.", arg, n);
			return;
		}
		const struct check_item *c = t->checklist->pdata[at - 1];

		command_check_item(app, c->id, !c->done);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < n; i++) {
		const struct check_item *c = t->checklist->pdata[i];
		g_autofree char *label = g_strdup_printf("[%c] %s", c->done ? 'x' : ' ', c->text);

		g_ptr_array_add(items, pick_item_new(label, c->by_name, c->done ? "done" : "open", c->id));
	}
	command_pick(app, "which step", items, check_picked, errand_new(app, ACTION_CHECK, ticket_id));
}

static void add_steps(struct app *app, desk_id ticket_id, const char *list, const char *step)
{
	struct change c;

	change_init(&c, CHANGE_CHECK_ADD);
	c.ticket_id = ticket_id;
	c.name = g_strdup(list);
	c.text = g_strdup(step);
	command_write(app, &c, list ? "checklist added" : N_("step added"));
}

static void step_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text && *text)
		add_steps(e->app, e->ticket_id, NULL, text);
}

static void list_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (!item)
		return;
	if (item->id)
		add_steps(e->app, e->ticket_id, item->word, NULL);
	else
		command_ask(e->app, "step: ", step_typed, errand_new(e->app, ACTION_CHECKLIST, e->ticket_id));
}

void command_checklist(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	desk_id ticket_id = command_target(app);
	GPtrArray *items = g_ptr_array_new();

	g_ptr_array_add(items, pick_item_new(_("a step of your own"), NULL, "", 0));
	for (guint i = 0; s && i < s->checklists->len; i++) {
		const struct checklist *c = s->checklists->pdata[i];

		if (*arg && strcmp(c->name, arg) == 0) {
			g_ptr_array_unref(items);
			add_steps(app, ticket_id, c->name, NULL);
			return;
		}
		g_ptr_array_add(items, pick_item_new(c->title ? c->title : c->name, c->category, c->name, c->id));
	}
	if (*arg || items->len == 1) {
		g_ptr_array_unref(items);
		if (*arg)
			add_steps(app, ticket_id, NULL, arg);
		else
			command_ask(app, "step: ", step_typed, errand_new(app, ACTION_CHECKLIST, ticket_id));
		return;
	}
	command_pick(app, "put what on the ticket", items, list_picked, errand_new(app, ACTION_CHECKLIST, ticket_id));
}
