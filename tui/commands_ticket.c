/* Commands on one ticket: open, take, give, change. */
#include "tui/commands.h"
#include "tui/notices.h"

#include <string.h>
#include "tui/macro.h"
#include "base/say.h"

void command_open_ticket(struct app *app, desk_id ticket_id)
{
	app->opened = ticket_id;
	store_want_ticket(app->store, ticket_id);
	store_opened(app->store, ticket_id);
	finding_seen(app, ticket_id);
	notices_opened(app, ticket_id);
	store_templates(app->store); /* asked for now, here when wanted */
	view_conversation_show(app->pane[PANE_CONVERSATION], ticket_id);
	view_customer_show(app->pane[PANE_CUSTOMER], ticket_id);
	view_knowledge_ticket(app->pane[PANE_KNOWLEDGE], ticket_id);
	view_suggest_show(app->pane[PANE_SUGGEST], ticket_id);
	composer_follow(app->pane[PANE_COMPOSER], ticket_id);
	app->pane[PANE_QUEUE]->todo |= view_queue_opened(app->pane[PANE_QUEUE], ticket_id);
	app->knowledge_on = FALSE;
	app->details_on = app->problem_on = app->ladder_on = FALSE;
	app->clocks_on = FALSE;
	if (sheet_is_open(app->pane[PANE_SHEET])) /* it is about another ticket, and kept there */
		sheet_close(app->pane[PANE_SHEET]);
	if (app->layout == APP_LAYOUT_QUEUE)
		app->layout = APP_LAYOUT_CONVERSATION;
	app_focus(app, PANE_CONVERSATION);
	app_dirty(app, PANE_CONVERSATION, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
}

void command_open(struct app *app, const char *arg)
{
	const char *digits = *arg == '#' ? arg + 1 : arg;
	gint64 id = 0;

	if (!*arg && app->problem_on) {
		command_problem_open(app);
		return;
	}
	if (!*arg && app->ladder_on) {
		command_rung_open(app);
		return;
	}
	if (!*arg && app->details_on) {
		command_detail_open(app);
		return;
	}
	if (*arg && !g_ascii_string_to_signed(digits, 10, 1, G_MAXINT64, &id, NULL)) {
		app_say(app, TRUE, "%s is no ticket number.", arg);
		return;
	}
	if (!id)
		id = app->focus == PANE_QUEUE ? view_queue_selected(app->pane[PANE_QUEUE]) : 0;
	if (!id)
		return;
	view_queue_select(app->pane[PANE_QUEUE], id);
	app_dirty(app, PANE_QUEUE, TODO_PAINT);
	command_open_ticket(app, id);
}

void command_next_best(struct app *app, const char *arg)
{
	struct change c;

	(void)arg;
	if (store_connection(app->store, NULL, NULL) == BACKEND_OFFLINE) {
		app_say(app, TRUE, "Offline: the next ticket can be claimed when the desk is back.");
		return;
	}
	change_init(&c, CHANGE_CLAIM_NEXT);
	c.group_id = app->shown_group;
	app_hold_for(app, ACTION_NEXT_BEST); /* keys typed from here on belong to the ticket that comes */
	command_write(app, &c, NULL);
}

static void write_simple(struct app *app, enum change_kind kind, const char *done)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = command_target(app);
	command_write(app, &c, done);
}

void command_claim(struct app *app, const char *arg)
{
	(void)arg;
	write_simple(app, CHANGE_CLAIM, "yours");
}

void command_release(struct app *app, const char *arg)
{
	(void)arg;
	write_simple(app, CHANGE_RELEASE, "back in the queue");
}

/* ---------------------------------------------------------------- status, priority */

static void write_status(struct app *app, desk_id ticket_id, enum ticket_status status, int64_t until_ms)
{
	g_autofree char *done = NULL;
	char stamp[WHEN_SIZE];
	struct change c;

	change_init(&c, CHANGE_STATUS);
	c.ticket_id = ticket_id;
	c.status = status;
	c.hold_until_ms = until_ms;
	done = until_ms ? g_strdup_printf(_("on hold until %s"), when_full(until_ms, stamp, sizeof stamp))
	                : g_strdup(word_said(status_name(status)));
	command_write(app, &c, done);
}

static void hold_until(struct app *app, desk_id ticket_id, const char *text)
{
	g_autoptr(GError) error = NULL;
	int64_t until;

	if (!command_until(text, store_now_ms(app->store), &until, &error))
		app_say(app, TRUE, "%s.", error->message);
	else
		write_status(app, ticket_id, STATUS_ON_HOLD, until);
}

static void hold_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text)
		hold_until(e->app, e->ticket_id, text);
}

static void status_chosen(struct app *app, desk_id ticket_id, const char *name, const char *rest)
{
	const char *names[STATUS_COUNT];
	int at;

	for (int i = 0; i < STATUS_COUNT; i++)
		names[i] = status_name((enum ticket_status)i);
	at = command_match(name, names, STATUS_COUNT);
	if (at < 0)
		app_say(app, TRUE, "%s is no status; status alone shows them.", name);
	else if (at != STATUS_ON_HOLD)
		write_status(app, ticket_id, (enum ticket_status)at, 0);
	else if (*rest)
		hold_until(app, ticket_id, rest);
	else
		command_ask(app, "on hold until (2h, 18:00, 2026-11-24 09:00): ", hold_typed, errand_new(app, ACTION_STATUS, ticket_id));
}

static void status_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		status_chosen(e->app, e->ticket_id, item->word, "");
}

void command_status(struct app *app, const char *arg)
{
	static const enum ticket_status offered[] = {
		STATUS_OPEN, STATUS_PENDING_CUSTOMER, STATUS_PENDING_INTERNAL, STATUS_ON_HOLD, STATUS_RESOLVED, STATUS_SPAM,
	};
	static const char *const why[] = {
		N_("work goes on"), N_("waits for the customer; clocks that may, pause"), N_("waits for colleagues"),
		N_("until a time you say"), N_("done"), N_("not a customer"),
	};
	g_autofree char *name = NULL, *rest = NULL;
	g_autofree char *title = NULL, *words = NULL;
	GPtrArray *items;

	if (*arg) {
		command_split(arg, &name, &rest);
		status_chosen(app, command_target(app), name, rest);
		return;
	}
	items = g_ptr_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(offered); i++)
		g_ptr_array_add(items, pick_item_new(word_said(status_name(offered[i])), say(why[i]), status_name(offered[i]), offered[i]));
	words = command_target_words(app, command_target(app));
	title = g_strdup_printf(_("status of %s"), words);
	command_pick(app, title, items, status_picked, errand_new(app, ACTION_STATUS, command_target(app)));
}

void command_solve(struct app *app, const char *arg)
{
	(void)arg;
	write_status(app, command_target(app), STATUS_RESOLVED, 0);
}

void command_priority(struct app *app, const char *arg)
{
	int priority = priority_by_name(arg);
	struct change c;

	if (!*arg) {
		command_pick_word(app, ACTION_PRIORITY, "priority", "urgent|important|normal");
		return;
	}
	if (priority < 0) {
		app_say(app, TRUE, "%s is no priority: normal, important or urgent.", arg);
		return;
	}
	change_init(&c, CHANGE_PRIORITY);
	c.ticket_id = command_target(app);
	c.priority = (enum ticket_priority)priority;
	command_write(app, &c, word_said(arg));
}

/* ---------------------------------------------------------------- assign */

static void assign_to(struct app *app, desk_id ticket_id, const struct person *p, const struct group *g)
{
	g_autofree char *done = NULL;
	struct change c;

	change_init(&c, CHANGE_ASSIGN);
	c.ticket_id = ticket_id;
	c.person_id = p ? p->id : 0;
	c.group_id = g ? g->id : 0;
	done = g_strdup_printf(_("given to %s"), p ? p->display ? p->display : p->name : g ? g->name : _("nobody"));
	command_write(app, &c, done);
}

const struct group *command_group(const struct session *s, const char *word)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	int at;

	for (guint i = 0; i < s->groups->len; i++)
		g_ptr_array_add(names, ((struct group *)s->groups->pdata[i])->name);
	at = command_match(word, (const char *const *)names->pdata, names->len);
	return at < 0 ? NULL : s->groups->pdata[at];
}

static void assign_word(struct app *app, desk_id ticket_id, const char *word)
{
	const struct session *s = store_session(app->store);
	const struct group *g = command_group(s, word);
	const struct person *p = strcmp(word, "me") == 0 ? s->me : command_person(s, word);

	if (strcmp(word, "nobody") == 0)
		assign_to(app, ticket_id, NULL, NULL);
	else if (p || g)
		assign_to(app, ticket_id, p, p ? NULL : g);
	else
		app_say(app, TRUE, "No person or group is called %s.", word);
}

static void assign_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		assign_word(e->app, e->ticket_id, item->word);
}

void command_assign(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	GPtrArray *items;

	if (!s)
		return;
	if (*arg) {
		assign_word(app, command_target(app), arg);
		return;
	}
	items = g_ptr_array_new();
	g_ptr_array_add(items, pick_item_new(_("me"), s->me ? s->me->display : NULL, "me", 0));
	g_ptr_array_add(items, pick_item_new(_("nobody"), _("back to everybody of the group"), "nobody", 0));
	for (guint i = 0; i < s->people->len; i++) {
		const struct person *p = s->people->pdata[i];

		g_ptr_array_add(items, pick_item_new(p->display ? p->display : p->name, word_said(role_name(p->role)), p->name, p->id));
	}
	for (guint i = 0; i < s->groups->len; i++) {
		const struct group *g = s->groups->pdata[i];

		g_ptr_array_add(items, pick_item_new(g->name, g->title, g->name, g->id));
	}
	command_pick(app, "give the ticket to", items, assign_picked, errand_new(app, ACTION_ASSIGN, command_target(app)));
}

/* ---------------------------------------------------------------- tags */

static gboolean customer_has(const struct ticket *t, const char *tag)
{
	for (guint i = 0; t && t->customer && i < t->customer->tags->len; i++)
		if (g_strcmp0(((struct tag_mark *)t->customer->tags->pdata[i])->name, tag) == 0)
			return TRUE;
	return FALSE;
}

static gboolean ticket_has(const struct ticket *t, const char *tag)
{
	for (guint i = 0; t && i < t->tags->len; i++)
		if (g_strcmp0(t->tags->pdata[i], tag) == 0)
			return TRUE;
	return FALSE;
}

static void set_tag(struct app *app, desk_id ticket_id, const char *name, gboolean on)
{
	const struct tag *tag = store_tag(app->store, name);
	const struct ticket_row *row = command_row(app, ticket_id);
	gboolean customer = tag && tag->on_customer;
	g_autofree char *done = g_strdup_printf(on ? _("tag %s set") : _("tag %s removed"), name);
	struct change c;

	change_init(&c, customer ? CHANGE_CUSTOMER_TAG : CHANGE_TAG);
	c.ticket_id = ticket_id;
	c.customer_id = row ? row->customer_id : 0;
	c.text = g_strdup(name);
	c.on = on;
	if (customer)
		c.reason = g_strdup_printf(_("set by hand at #%" G_GINT64_FORMAT), ticket_id);
	command_write(app, &c, done);
}

static void tag_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		set_tag(e->app, e->ticket_id, item->word, !item->id);
}

void command_tag(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	GPtrArray *items;

	if (*arg) {
		gboolean off = *arg == '-';

		set_tag(app, ticket_id, off ? arg + 1 : arg, !off);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; s && i < s->tags->len; i++) {
		const struct tag *tag = s->tags->pdata[i];
		gboolean has = tag->on_customer ? customer_has(t, tag->name) : ticket_has(t, tag->name);
		g_autofree char *label = g_strdup_printf(has ? _("remove %s") : "%s", label_tag(app->store, tag));

		g_ptr_array_add(items, pick_item_new(label, label_advice(app->store, tag), tag->name, has));
	}
	command_pick(app, "tag customer or ticket", items, tag_picked, errand_new(app, ACTION_TAG, ticket_id));
}

/* ---------------------------------------------------------------- escalate in one line, recall */

static void escalate_to(struct app *app, desk_id ticket_id, const struct group *g, const char *reason)
{
	g_autofree char *done = g_strdup_printf(_("handed to %s"), g->name);
	struct change c;

	change_init(&c, CHANGE_ESCALATE);
	c.ticket_id = ticket_id;
	c.group_id = g->id;
	c.reason = g_strdup(reason);
	command_write(app, &c, done);
}

static void reason_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	const struct group *g = store_group(e->app->store, e->id);

	if (text && g)
		escalate_to(e->app, e->ticket_id, g, text);
	else
		app_say(e->app, FALSE, "Not escalated.");
}

static void ask_reason(struct app *app, desk_id ticket_id, const struct group *g)
{
	struct errand *e = errand_new(app, ACTION_ESCALATE, ticket_id);
	g_autofree char *words = command_target_words(app, ticket_id);
	g_autofree char *label = g_strdup_printf(_("%s to %s, because: "), words, g->name);

	e->id = g->id;
	command_ask(app, label, reason_typed, e);
}

static void group_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	const struct group *g = item ? store_group(e->app->store, item->id) : NULL;

	if (g)
		ask_reason(e->app, e->ticket_id, g);
}

/* A reason and the options of a macro's step: --promise 2h --send-text. */
static void escalate_typed(struct app *app, desk_id ticket_id, const struct group *g, const char *reason)
{
	g_autofree char *done = g_strdup_printf(_("handed to %s"), g->name), *arg = g_strdup_printf("%s %s", g->name, reason);
	const struct macro_step step = {.action = (char *)"escalate", .arg = arg};
	g_autoptr(GError) error = NULL;
	struct change c;

	if (macro_step_change("", &step, app->store, ticket_id, &c, &error)) {
		command_write(app, &c, done);
		return;
	}
	change_clear(&c);
	app_say(app, TRUE, "%s.", error->message);
}

void command_escalate_plainly(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	desk_id ticket_id = command_target(app);
	g_autofree char *name = NULL, *reason = NULL;
	const struct group *g;
	GPtrArray *items;

	if (!s)
		return;
	if (*arg) {
		command_split(arg, &name, &reason);
		g = command_group(s, name);
		if (!g)
			app_say(app, TRUE, "No group is called %s.", name);
		else if (*reason)
			escalate_typed(app, ticket_id, g, reason);
		else
			ask_reason(app, ticket_id, g);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < s->groups->len; i++) {
		g = s->groups->pdata[i];
		name = g_strdup_printf(g->tier == 2 ? _("tier 2: %s") : g->tier == 0 ? _("department: %s") : "%s", g->title ? g->title : "");
		g_ptr_array_add(items, pick_item_new(g->name, name, g->name, g->id));
		g_clear_pointer(&name, g_free);
	}
	command_pick(app, "escalate to", items, group_picked, errand_new(app, ACTION_ESCALATE, ticket_id));
}

void command_recall(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	struct change c;

	(void)arg;
	for (guint i = t ? t->messages->len : 0; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (m->kind != MESSAGE_REPLY || m->delivery != DELIVERY_WAITING || !m->id)
			continue;
		change_init(&c, CHANGE_RECALL);
		c.ticket_id = ticket_id;
		c.message_id = m->id;
		command_write(app, &c, "reply taken back");
		return;
	}
	app_say(app, FALSE, "#%" G_GINT64_FORMAT ": no reply waits; what has left can't be taken back.", ticket_id);
}
