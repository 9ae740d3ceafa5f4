/* What the desk's rules did, and what webhooks were sent: lists to look through. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "tui/draw.h"
#include "wire/said.h"

static void say_none(struct errand *e, struct answer *answer, const GError *error, const char *nothing)
{
	app_say(e->app, error != NULL, "%s", error ? error->message : nothing);
	g_clear_pointer(&answer, answer_free);
}

static void run_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item && item->id)
		command_open_ticket(e->app, item->id);
}

static struct pick_item *item_of_run(const struct automation_run *r, int64_t now_ms)
{
	char when[64];
	g_autofree char *number = r->ticket_id ? g_strdup_printf("#%" G_GINT64_FORMAT " ", r->ticket_id) : g_strdup("");
	g_autofree char *label = g_strdup_printf("%s%s%s", r->error ? "! " : "", number, r->name);
	g_autofree char *detail = NULL;
	struct pick_item *item;

	draw_when(r->at_ms, now_ms, when, sizeof when);
	detail = g_strdup_printf("%s %s", when, r->error ? r->error : r->did ? r->did : "");
	item = pick_item_new(label, detail, NULL, r->ticket_id);
	item->preview = g_strdup_printf("%s %s\n%s\n%s%s%s", word_said(rule_kind_name(r->kind)), r->name, r->why ? r->why : "",
	                                r->did ? r->did : "", r->error ? "\n! " : "", r->error ? r->error : "");
	return item;
}

static void runs_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;
	GPtrArray *items;

	if (error || !answer || !answer->runs || !answer->runs->len) {
		say_none(e, answer, error, _("No rule of the desk has done anything lately."));
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < answer->runs->len; i++)
		g_ptr_array_add(items, item_of_run(answer->runs->pdata[i], store_now_ms(e->app->store)));
	answer_free(answer);
	command_pick(e->app, N_("what the desk's rules did"), items, run_picked, errand_new(e->app, ACTION_AUTOMATION, 0));
	app_dirty(e->app, PANE_PICKER, TODO_REFLOW | TODO_PAINT);
}

/* [RULE] */
void command_automation(struct app *app, const char *arg)
{
	struct query q;

	query_init(&q, QUERY_AUTOMATION_LOG);
	q.text = *arg ? g_strdup(arg) : NULL;
	q.limit = 200;
	app_lookup(app, &q, runs_came, errand_new(app, ACTION_AUTOMATION, 0), errand_free);
	query_clear(&q);
}

static struct pick_item *item_of_delivery(const struct webhook_delivery *d, int64_t now_ms)
{
	char when[64];
	g_autofree char *state = d->done_ms ? g_strdup(_("accepted")) :
	                         g_strdup_printf(say_n("%d try: %s", "%d tries: %s", (gulong)d->tries), d->tries,
	                                         d->error ? d->error : _("on its way"));
	g_autofree char *label = g_strdup_printf("%s%s #%" G_GINT64_FORMAT " %s", d->error && !d->next_ms ? "! " : "", d->webhook,
	                                         d->ticket_id, d->event);
	g_autofree char *detail = NULL;

	draw_when(d->at_ms, now_ms, when, sizeof when);
	detail = g_strdup_printf("%s %s", when, state);
	return pick_item_new(label, detail, NULL, d->ticket_id);
}

static void deliveries_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;
	GPtrArray *items;

	if (error || !answer || !answer->deliveries || !answer->deliveries->len) {
		say_none(e, answer, error, _("No webhook was sent anything lately."));
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < answer->deliveries->len; i++)
		g_ptr_array_add(items, item_of_delivery(answer->deliveries->pdata[i], store_now_ms(e->app->store)));
	answer_free(answer);
	command_pick(e->app, N_("what webhooks were sent"), items, run_picked, errand_new(e->app, ACTION_DELIVERIES, 0));
	app_dirty(e->app, PANE_PICKER, TODO_REFLOW | TODO_PAINT);
}

void command_deliveries(struct app *app, const char *arg)
{
	struct query q;

	(void)arg;
	query_init(&q, QUERY_DELIVERIES);
	q.limit = 200;
	app_lookup(app, &q, deliveries_came, errand_new(app, ACTION_DELIVERIES, 0), errand_free);
	query_clear(&q);
}
