/* Unsent text: the list of it, sharing, throwing away, what changed since. */
#include "tui/commands.h"

#include <string.h>
#include "tui/changes.h"
#include "tui/forms.h"

#define LABEL_WORDS 50

/* How long ago, in one unit; g_free. */
static char *age_of(int64_t at_ms, int64_t now_ms)
{
	guint64 minutes = now_ms > at_ms ? (guint64)((now_ms - at_ms) / MS_MINUTE) : 0;
	guint64 hours = minutes / 60, days = hours / 24;

	if (!minutes)
		return g_strdup(_("just now"));
	if (!hours)
		return g_strdup_printf(say_n("%d minute ago", "%d minutes ago", minutes), (int)minutes);
	if (!days)
		return g_strdup_printf(say_n("%d hour ago", "%d hours ago", hours), (int)hours);
	return g_strdup_printf(say_n("%d day ago", "%d days ago", days), (int)days);
}

static const char *place_words(const struct store_draft *d)
{
	if (d->person_id)
		return _("shared");
	if (d->other)
		return _("two texts");
	if (d->shared)
		return d->place == DRAFT_AT_DESK ? _("shared by you") : _("will be shared");
	switch (d->place) {
	case DRAFT_AT_DESK:
		return _("here and at the desk");
	case DRAFT_ON_ITS_WAY:
		return _("not yet at the desk");
	default:
		return _("only here");
	}
}

/* ---- one of somebody else's */

static void take_over(struct app *app, desk_id ticket_id, enum message_kind kind, const char *text)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	const char *had;
	g_autofree char *apart = NULL;

	command_open_ticket(app, ticket_id);
	composer_show(composer, ticket_id, kind, view_conversation_read(app->pane[PANE_CONVERSATION]));
	had = composer_text(composer);
	apart = *had ? g_strconcat("\n\n", text, NULL) : NULL;
	composer_insert(composer, apart ? apart : text, 0);
	app_focus(app, PANE_COMPOSER);
	app_say(app, FALSE, "It is your draft now; the other one stays as it is.");
}

static void shared_chosen(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	enum message_kind kind = e->id == MESSAGE_NOTE ? MESSAGE_NOTE : MESSAGE_REPLY;

	if (!item)
		return;
	if (strcmp(item->word, "take") == 0) {
		take_over(e->app, e->ticket_id, kind, e->text);
		return;
	}
	command_open_ticket(e->app, e->ticket_id);
	composer_show(e->app->pane[PANE_COMPOSER], e->ticket_id, MESSAGE_NOTE,
	              view_conversation_read(e->app->pane[PANE_CONVERSATION]));
	app_focus(e->app, PANE_COMPOSER);
}

static void ask_about_shared(struct app *app, const struct store_draft *d)
{
	struct errand *e = errand_new(app, ACTION_DRAFTS, d->ticket_id);
	GPtrArray *items = g_ptr_array_new();
	struct pick_item *take = pick_item_new(_("take it over"), _("a copy becomes your draft"), "take", 0);
	struct pick_item *note = pick_item_new(_("comment"), _("an internal note on the ticket"), "note", 0);

	e->id = d->kind;
	e->text = g_strdup(d->text);
	take->preview = g_strdup(d->text);
	note->preview = g_strdup(d->text);
	g_ptr_array_add(items, take);
	g_ptr_array_add(items, note);
	command_pick(app, "shared draft", items, shared_chosen, e);
}

/* ---- the list */

/* The number, kind and owner that an item was made of: the list may have changed since. */
static gboolean find_again(const GArray *list, const char *word, struct store_draft *out)
{
	for (guint i = 0; i < list->len; i++) {
		const struct store_draft *d = &g_array_index(list, struct store_draft, i);
		g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT ".%d.%" G_GINT64_FORMAT, d->ticket_id, (int)d->kind,
		                                        d->person_id);

		if (strcmp(name, word) != 0)
			continue;
		*out = *d;
		return TRUE;
	}
	return FALSE;
}

static void draft_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;
	g_autoptr(GArray) list = item ? store_draft_list(app->store) : NULL;
	struct store_draft d;

	if (!item)
		return;
	if (!find_again(list, item->word, &d)) {
		app_say(app, FALSE, "This draft is no longer there.");
		return;
	}
	if (d.person_id) {
		ask_about_shared(app, &d);
		return;
	}
	command_open_ticket(app, d.ticket_id);
	if (d.kind == DRAFT_SHEET) {
		enum action act = ACTION_NONE;

		g_free(form_waiting(app, d.ticket_id, &act));
		if (act != ACTION_NONE)
			command_run(app, act, "");
		return;
	}
	if (d.kind == MESSAGE_FORWARD) {
		command_run(app, ACTION_FORWARD, "");
		return;
	}
	composer_show(app->pane[PANE_COMPOSER], d.ticket_id, d.kind, 0);
	app_focus(app, PANE_COMPOSER);
}

static struct pick_item *item_of(struct app *app, const struct store_draft *d)
{
	const struct ticket_row *row = command_row(app, d->ticket_id);
	enum action act = ACTION_NONE;
	g_autofree char *form = d->kind == DRAFT_SHEET ? form_waiting(app, d->ticket_id, &act) : NULL;
	g_autofree char *words = changes_first_words(form ? form : d->text && *d->text ? d->text : d->other, LABEL_WORDS);
	g_autofree char *age = age_of(d->at_ms, store_now_ms(app->store));
	g_autofree char *label = d->person_id ?
		g_strdup_printf(_("#%" G_GINT64_FORMAT " %s of %s: %s"), d->ticket_id, changes_kind(d->kind),
		                d->person_name ? d->person_name : _("somebody"), words) :
		g_strdup_printf(_("#%" G_GINT64_FORMAT " %s: %s"), d->ticket_id,
		                act != ACTION_NONE ? action_info(act)->name : changes_kind(d->kind), words);
	g_autofree char *detail = g_strdup_printf("%s, %s", age, place_words(d));
	g_autofree char *word = g_strdup_printf("%" G_GINT64_FORMAT ".%d.%" G_GINT64_FORMAT, d->ticket_id, (int)d->kind,
	                                        d->person_id);
	struct pick_item *item = pick_item_new(label, detail, word, d->ticket_id);

	item->preview = g_strdup_printf("%s%s%s%s%s", row && row->subject ? row->subject : "", row && row->subject ? "\n\n" : "",
	                                form ? form : d->text ? d->text : "", d->other ? "\n\n-- + --\n" : "", d->other ? d->other : "");
	return item;
}

void command_drafts(struct app *app, const char *arg)
{
	g_autoptr(GArray) list = store_draft_list(app->store);
	GPtrArray *items;

	(void)arg;
	if (!list->len) {
		app_say(app, FALSE, "There are no drafts.");
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(items, item_of(app, &g_array_index(list, struct store_draft, i)));
	command_pick(app, "drafts", items, draft_picked, errand_new(app, ACTION_DRAFTS, 0));
}

/* ---- what is in the composer */

static gboolean composed(struct app *app, struct store_draft *d)
{
	struct view *composer = app->pane[PANE_COMPOSER];

	if (composer_ticket(composer) && *composer_text(composer) &&
	    store_draft_about(app->store, composer_ticket(composer), composer_kind(composer), d))
		return TRUE;
	app_say(app, FALSE, "Nothing is written yet.");
	return FALSE;
}

void command_share_draft(struct app *app, const char *arg)
{
	struct store_draft d;

	(void)arg;
	if (!composed(app, &d))
		return;
	store_draft_share(app->store, d.ticket_id, d.kind, !d.shared);
	if (d.shared)
		app_say(app, FALSE, "Only you can read this draft now.");
	else if (store_connection(app->store, NULL, NULL) == BACKEND_ONLINE)
		app_say(app, FALSE, "Others on #%" G_GINT64_FORMAT " can read this draft now.", d.ticket_id);
	else
		app_say(app, FALSE, "Others on #%" G_GINT64_FORMAT " can read this draft when the desk is back.", d.ticket_id);
}

static void drop_answered(const char *answer, void *arg)
{
	struct errand *e = arg;
	struct view *composer = e->app->pane[PANE_COMPOSER];

	if (!answer || composer_ticket(composer) != e->ticket_id || composer_kind(composer) != (enum message_kind)e->id)
		return;
	store_detach_all(e->app->store, e->ticket_id, composer_kind(composer));
	composer_done(composer);
	command_focus_talk(e->app);
	app_say(e->app, FALSE, "The draft is gone.");
}

static void drop_form_answered(const char *answer, void *arg)
{
	struct errand *e = arg;

	if (!answer)
		return;
	form_forget(e->app, e->ticket_id);
	app_say(e->app, FALSE, "The draft is gone.");
}

/* TRUE: nothing is in the composer, but something was typed into a form of the ticket. */
static gboolean asks_about_form(struct app *app)
{
	struct view *composer = app->pane[PANE_COMPOSER];
	desk_id ticket_id = command_target(app);

	if ((composer_ticket(composer) && *composer_text(composer)) || !store_draft(app->store, ticket_id, DRAFT_SHEET))
		return FALSE;
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = N_("Throw away what was typed into forms of this ticket?"), .confirm = TRUE, .asked_by = app->last_key,
		.done = drop_form_answered, .arg = errand_new(app, ACTION_DROP_DRAFT, ticket_id), .destroy = errand_free});
	return TRUE;
}

void command_drop_draft(struct app *app, const char *arg)
{
	struct store_draft d;
	struct errand *e;

	(void)arg;
	if (asks_about_form(app) || !composed(app, &d))
		return;
	e = errand_new(app, ACTION_DROP_DRAFT, d.ticket_id);
	e->id = d.kind;
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = d.kind == MESSAGE_NOTE ? N_("Throw this note away?") : N_("Throw this reply away?"), .confirm = TRUE,
		.asked_by = app->last_key, .done = drop_answered, .arg = e, .destroy = errand_free});
}

/* ---- what changed */

static void nothing_picked(const struct pick_item *item, void *arg)
{
	(void)item;
	(void)arg;
}

void command_changes(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	enum message_kind kind = composer_ticket(app->pane[PANE_COMPOSER]) == ticket_id ?
		composer_kind(app->pane[PANE_COMPOSER]) : MESSAGE_REPLY;
	g_autoptr(GPtrArray) since = NULL;
	struct store_draft d;
	GPtrArray *items;

	(void)arg;
	if (!store_draft_about(app->store, ticket_id, kind, &d) && !store_draft_about(app->store, ticket_id, MESSAGE_NOTE, &d) &&
	    !store_draft_about(app->store, ticket_id, MESSAGE_REPLY, &d)) {
		app_say(app, FALSE, "There is no draft on #%" G_GINT64_FORMAT " to compare with.", ticket_id);
		return;
	}
	if (!t) {
		app_say(app, TRUE, "#%" G_GINT64_FORMAT " is still being fetched.", ticket_id);
		return;
	}
	since = changes_since(app->store, t, &d);
	if (!since->len) {
		app_say(app, FALSE, "Nothing has changed on #%" G_GINT64_FORMAT " since your draft.", ticket_id);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < since->len; i++)
		g_ptr_array_add(items, pick_item_new(since->pdata[i], NULL, NULL, i));
	command_pick(app, "changed since your draft", items, nothing_picked, errand_new(app, ACTION_CHANGES, ticket_id));
}
