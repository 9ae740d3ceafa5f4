/* A ticket for somebody on the phone or at the desk: customer, subject, words. */
#include "tui/commands.h"

#include <string.h>

#define NEW_CUSTOMER (-1) /* id of the item that makes one */

static void words_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	g_auto(GStrv) part = g_strsplit(e->text, "\n", 2); /* customer's name, subject */
	struct change c;

	if (!text) {
		app_say(e->app, FALSE, "No ticket was made.");
		return;
	}
	change_init(&c, CHANGE_TICKET_NEW);
	c.text = g_strdup(part[1]);
	c.body = g_strdup(*text ? text : part[1]);
	c.channel = CHANNEL_PHONE;
	if (e->id != NEW_CUSTOMER) {
		c.customer_id = e->id;
	} else {
		c.customer = customer_new();
		c.customer->name = g_strdup(part[0]);
	}
	if (store_connection(e->app->store, NULL, NULL) == BACKEND_ONLINE)
		app_hold_for(e->app, ACTION_NEW_TICKET); /* it opens when its number is known */
	command_write(e->app, &c, "Ticket made");
}

static void ask_words(struct app *app, desk_id customer_id, const char *name, const char *subject)
{
	struct errand *e = errand_new(app, ACTION_NEW_TICKET, 0);

	e->id = customer_id;
	e->text = g_strdup_printf("%s\n%s", name, subject);
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = N_("what happened, in the customer's words: "), .may_be_empty = TRUE,
		.done = words_typed, .arg = e, .destroy = errand_free});
}

static void subject_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text)
		ask_words(e->app, e->id, e->text, text);
	else
		app_say(e->app, FALSE, "No ticket was made.");
}

static void customer_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	struct errand *next;
	g_autofree char *label = NULL;

	e->app->picks_customer = FALSE;
	if (!item) {
		app_say(e->app, FALSE, "No ticket was made.");
		return;
	}
	if (e->text && *e->text) { /* the subject was given with the command */
		ask_words(e->app, item->id, item->word, e->text);
		return;
	}
	next = errand_new(e->app, ACTION_NEW_TICKET, 0);
	next->id = item->id;
	next->text = g_strdup(item->word);
	label = g_strdup_printf(_("subject of %s's ticket: "), item->word);
	command_ask(e->app, label, subject_typed, next);
}

static GPtrArray *customer_items(struct app *app)
{
	const GPtrArray *found = store_customers(app->store);
	const char *typed = app->customer_words;
	GPtrArray *items = g_ptr_array_new();

	for (guint i = 0; found && i < found->len; i++) {
		const struct customer *who = found->pdata[i];
		g_autofree char *detail = g_strdup_printf("%s  %s", who->phone ? who->phone : "", who->email ? who->email : "");

		g_ptr_array_add(items, pick_item_new(who->name ? who->name : "?", detail, who->name ? who->name : "?", who->id));
	}
	if (typed && *typed) {
		g_autofree char *label = g_strdup_printf(_("new customer: %s"), typed);

		g_ptr_array_add(items, pick_item_new(label, NULL, typed, NEW_CUSTOMER));
	}
	return items;
}

static void customer_typed(const char *text, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	g_free(app->customer_words);
	app->customer_words = g_strstrip(g_strdup(text));
	if (*app->customer_words)
		store_find_customers(app->store, app->customer_words);
	picker_items(app->pane[PANE_PICKER], customer_items(app));
	picker_await(app->pane[PANE_PICKER],
	             *app->customer_words && store_connection(app->store, NULL, NULL) == BACKEND_ONLINE);
}

/* Enter was faster than the desk: it means the customer that is being looked for. */
static void customer_early(void *arg)
{
	app_hold_for(((struct errand *)arg)->app, ACTION_CUSTOMER);
}

void command_customers_came(struct app *app)
{
	if (!app->picks_customer || !picker_is_open(app->pane[PANE_PICKER]))
		return;
	picker_items(app->pane[PANE_PICKER], customer_items(app));
	if (app->held && app->held_for == ACTION_CUSTOMER) {
		picker_take(app->pane[PANE_PICKER]);
		app_release_for(app, ACTION_CUSTOMER);
	}
}

void command_pick_customer(struct app *app, const char *title, const char *typed, picker_done_fn *done,
                           struct errand *errand)
{
	g_clear_pointer(&app->customer_words, g_free);
	picker_open(app->pane[PANE_PICKER], &(struct picker_ask){
		.title = title, .items = g_ptr_array_new(), .no_filter = TRUE, .done = done, .typed = customer_typed,
		.early = customer_early, .arg = errand, .destroy = errand_free});
	app->picks_customer = TRUE;
	if (typed && *typed)
		customer_typed(typed, errand);
}

void command_new_ticket(struct app *app, const char *arg)
{
	struct errand *e = errand_new(app, ACTION_NEW_TICKET, 0);

	e->text = g_strdup(arg);
	command_pick_customer(app, "new ticket: whose? name, phone, mail or order", NULL, customer_picked, e);
}
