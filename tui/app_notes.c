/* What the store reports, brought to the panes and to the person. */
#include "tui/app_inner.h"

#include <string.h>
#include "base/when.h"
#include "tui/commands.h"
#include "tui/notices.h"

/* Nothing the person wrote is in it: once the refusal is told, there is nothing to keep. */
static gboolean holds_no_words(const struct change *c)
{
	switch (c->kind) {
	case CHANGE_SUBJECT:
	case CHANGE_CHECK_ADD:
	case CHANGE_SPLIT:
		return !c->text || !*c->text;
	case CHANGE_ARTICLE_SAVE:
	case CHANGE_CUSTOMER_SAVE:
		return FALSE;
	default: /* of a message, a field, a reason, a note that goes along */
		return (!c->body || !*c->body) && (!c->reason || !*c->reason);
	}
}

static gboolean drop_quietly(gpointer arg)
{
	struct errand *e = arg;
	size_t n = store_pending_count(e->app->store, 0);
	struct pending p;

	for (size_t i = 0; i < n; i++)
		if (store_pending_at(e->app->store, 0, i, &p) && p.state == PENDING_REFUSED &&
		    strcmp(p.change->once_key, e->text) == 0) {
			store_pending_drop(e->app->store, e->text);
			break;
		}
	app_dirty(e->app, PANE_STATUS, TODO_PAINT);
	app_dirty(e->app, PANE_CONVERSATION, TODO_RECALC | TODO_PAINT);
	return G_SOURCE_REMOVE;
}

static void tell_made(struct app *app, desk_id ticket_id)
{
	if (ticket_id && app->held && app->held_for == ACTION_NEW_TICKET) { /* the person waits for it; else it would come in between */
		command_open_ticket(app, ticket_id);
		view_queue_select(app->pane[PANE_QUEUE], ticket_id);
		app_dirty(app, PANE_QUEUE, TODO_PAINT);
	}
	if (ticket_id)
		app_say(app, FALSE, "#%" G_GINT64_FORMAT " is made.", ticket_id);
	app_release_for(app, ACTION_NEW_TICKET);
}

/* The window in which a reply can be taken back is told with the key that does. */
static void tell_leaving(struct app *app, const struct store_note *note)
{
	const struct ticket *t = store_ticket(app->store, note->ticket_id);
	int64_t now_ms = store_now_ms(app->store);
	char key[64], when[WHEN_SIZE];

	for (guint i = t ? t->messages->len : 0; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (g_strcmp0(m->once_key, note->change->once_key) != 0)
			continue;
		if (m->delivery != DELIVERY_WAITING || m->send_at_ms <= now_ms)
			return;
		label_key(app->keymap, "conversation", ACTION_RECALL, key, sizeof key);
		if (note->change->send_at_ms)
			app_say(app, FALSE, "#%" G_GINT64_FORMAT ": leaves %s; until then %s takes it back.", note->ticket_id,
			        when_short(m->send_at_ms, now_ms, when, sizeof when), key);
		else
			app_say(app, FALSE, "#%" G_GINT64_FORMAT ": leaves in %s; until then %s takes it back.", note->ticket_id,
			        clock_countdown(m->send_at_ms - now_ms, when, sizeof when), key);
		return;
	}
}

static void tell_write(struct app *app, const struct store_note *note)
{
	if (!note->error && note->change && note->change->kind == CHANGE_REPLY)
		tell_leaving(app, note);
	if (!note->error && note->change && note->change->kind == CHANGE_TICKET_NEW)
		tell_made(app, note->ticket_id);
	if (note->change && command_many_ended(app, note))
		return;
	if (!note->error || !note->change)
		return;
	if (holds_no_words(note->change)) {
		struct errand *e = errand_new(app, ACTION_NONE, 0);

		e->text = g_strdup(note->change->once_key);
		g_idle_add_full(G_PRIORITY_DEFAULT, drop_quietly, e, errand_free); /* not while the store tells of it */
	}
	if (note->change->kind == CHANGE_ARTICLE_USED) /* a count the person need not mind */
		return;
	if (note->change->ticket_id)
		app_say(app, TRUE, "#%" G_GINT64_FORMAT ": %s: %s", note->change->ticket_id,
		        change_said(note->change->kind), note->error->message);
	else
		app_say(app, TRUE, "%s: %s", change_said(note->change->kind), note->error->message);
	if (note->change->kind == CHANGE_CLAIM_NEXT)
		app_release_for(app, ACTION_NEXT_BEST);
	else if (note->change->kind == CHANGE_TICKET_NEW)
		app_release_for(app, ACTION_NEW_TICKET);
}

static void tell_claimed(struct app *app, desk_id ticket_id)
{
	gboolean waited = app->held && app->held_for == ACTION_NEXT_BEST;

	if (ticket_id && waited) {
		command_open_ticket(app, ticket_id);
		view_queue_select(app->pane[PANE_QUEUE], ticket_id);
		app_dirty(app, PANE_QUEUE, TODO_PAINT);
		app_say(app, FALSE, "#%" G_GINT64_FORMAT " is yours.", ticket_id);
	} else if (ticket_id) { /* too late: the person is at something else by now */
		app_say(app, FALSE, "#%" G_GINT64_FORMAT " is yours; open it when you are ready.", ticket_id);
	} else {
		app_say(app, FALSE, "Nothing is left to claim.");
	}
	app_release_for(app, ACTION_NEXT_BEST);
}

static void tell_connection(struct app *app)
{
	const char *why = NULL;
	int64_t retry = 0;

	gboolean lost = store_connection(app->store, &why, &retry) == BACKEND_OFFLINE;

	if (lost && app->held)
		app_release(app);
	if (lost && !app->lost && app->revive)
		app->revive(app->revive_arg);
	app->lost = lost;
}

static void on_message(struct app *app, const struct store_note *note)
{
	app_say(app, note->bad, "%s", note->text ? note->text : "");
	if (note->bad && note->text)
		finding_refused(app, note->text);
}

void app_note(const struct store_note *note, void *arg)
{
	struct app *app = arg;

	app->active = TRUE;
	for (int i = 0; i < PANE_COUNT; i++)
		if (app->pane[i]->ops->changed)
			app->pane[i]->todo |= app->pane[i]->ops->changed(app->pane[i], note);
	switch (note->kind) {
	case STORE_MESSAGE:
		on_message(app, note);
		break;
	case STORE_WRITE:
		tell_write(app, note);
		break;
	case STORE_CLAIMED:
		tell_claimed(app, note->ticket_id);
		break;
	case STORE_ARTICLE:
		command_article_came(app, note->article_id);
		break;
	case STORE_TEMPLATES:
		app->templates_came = TRUE;
		command_templates_came(app);
		command_macros_came(app);
		break;
	case STORE_MACROS:
		command_macros_came(app);
		break;
	case STORE_CUSTOMERS:
		command_customers_came(app);
		break;
	case STORE_CONNECTION:
		tell_connection(app);
		break;
	case STORE_SESSION:
		app_language(app);
		if (app->options->view && !app->told_start) /* a group's name means something from now on */
			command_run(app, ACTION_VIEW, app->options->view);
		app->told_start = TRUE;
		break;
	case STORE_NOTICE:
		notices_note(app, note);
		break;
	case STORE_PROBLEM:
		command_problem_changed(app, note->other_id);
		break;
	case STORE_VIEWS:
		finding_views_came(app);
		break;
	case STORE_TICKET:
		if (note->ticket_id == app->opened && !note->remote)
			finding_seen(app, note->ticket_id);
		if (note->ticket_id == app->opened && note->remote)
			store_want_ticket(app->store, note->ticket_id);
		command_templates_came(app);
		command_macros_came(app);
		break;
	default:
		break;
	}
}
