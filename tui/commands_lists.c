/* What waits: writes on their way. */
#include "tui/commands.h"

#include <string.h>

static const char *state_words(const struct pending *p)
{
	switch (p->state) {
	case PENDING_QUEUED:
		return _("waits for the desk");
	case PENDING_SENT:
		return _("on its way");
	case PENDING_UNCERTAIN:
		return _("no answer yet; asked again with the same key");
	case PENDING_REFUSED:
		return p->why ? p->why : _("refused");
	case PENDING_ASK:
		return _("over a day old: send it still?");
	}
	return "";
}

static void choice_made(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (!item)
		return;
	if (strcmp(item->word, "resend") == 0)
		store_pending_resend(e->app->store, e->text);
	else if (strcmp(item->word, "drop") == 0)
		store_pending_drop(e->app->store, e->text);
	else if (e->ticket_id)
		command_open_ticket(e->app, e->ticket_id);
}

static void pending_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;
	struct errand *e;
	GPtrArray *items;

	if (!item)
		return;
	e = errand_new(app, ACTION_PENDING, item->id);
	e->text = g_strdup(item->word);
	items = g_ptr_array_new();
	if (item->id)
		g_ptr_array_add(items, pick_item_new(_("open the ticket"), NULL, "open", 0));
	g_ptr_array_add(items, pick_item_new(_("send again"), _("with the same key: it can't happen twice"), "resend", 0));
	g_ptr_array_add(items, pick_item_new(_("give up"), _("its text becomes a draft again"), "drop", 0));
	command_pick(app, item->label, items, choice_made, e);
}

void command_pending(struct app *app, const char *arg)
{
	size_t n = store_pending_count(app->store, 0);
	GPtrArray *items = g_ptr_array_new();

	(void)arg;
	for (size_t i = 0; i < n; i++) {
		struct pending p;
		g_autofree char *label = NULL;
		struct pick_item *item;

		if (!store_pending_at(app->store, 0, i, &p))
			continue;
		label = p.change->ticket_id ? g_strdup_printf("#%" G_GINT64_FORMAT " %s", p.change->ticket_id, change_said(p.change->kind))
		                            : g_strdup(change_said(p.change->kind));
		item = pick_item_new(label, state_words(&p), p.change->once_key, p.change->ticket_id);
		item->preview = g_strdup(p.change->body ? p.change->body : p.change->reason ? p.change->reason : p.change->text);
		g_ptr_array_add(items, item);
	}
	if (!items->len) {
		g_ptr_array_unref(items);
		app_say(app, FALSE, "Nothing waits: every write has reached the desk.");
		return;
	}
	command_pick(app, "writes that wait", items, pending_picked, errand_new(app, ACTION_PENDING, 0));
}
