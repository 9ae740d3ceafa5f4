/* The end of a shift: what is open goes to somebody else, with a note. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"

#define TICKETS_MAX 500 /* of one hand-over: the desk takes no more */

struct giving {
	struct app *app;
	GArray *promised;         /* desk_id: with a promise to keep, also where another clock is nearer */
	GArray *ids;              /* desk_id: those ticked */
	GString *prefill;         /* what there is to know of them */
	desk_id person_id, group_id;
	char *whom;               /* display */
	char *note;               /* NULL: not asked yet */
};

static void giving_free(gpointer arg)
{
	struct giving *g = arg;

	g_array_unref(g->promised);
	g_array_unref(g->ids);
	g_string_free(g->prefill, TRUE);
	g_free(g->whom);
	g_free(g->note);
	g_free(g);
}

/* The next question takes the whole thing over. */
static struct giving *giving_pass(struct giving *g)
{
	struct giving *next = g_memdup2(g, sizeof *g);

	g->promised = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g->ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g->prefill = g_string_new(NULL);
	g->whom = g->note = NULL;
	return next;
}

static void find_receiver(struct giving *g, const char *word)
{
	const struct session *s = store_session(g->app->store);
	const struct person *p = command_person(s, word);

	g->person_id = p ? p->id : 0;
	for (guint i = 0; !p && i < s->groups->len; i++) {
		const struct group *group = s->groups->pdata[i];

		if (g_ascii_strcasecmp(group->name, word) != 0)
			continue;
		g->group_id = group->id;
		g->whom = g_strdup(group->title ? group->title : group->name);
	}
	if (p)
		g->whom = g_strdup(p->display ? p->display : p->name);
}

/* ---- doing it */
static void given(struct answer *answer, const GError *error, void *arg)
{
	struct giving *g = arg;
	int n = answer && answer->text ? (int)g_ascii_strtoll(answer->text, NULL, 10) : 0;

	if (error) {
		app_say(g->app, TRUE, "Nothing was handed over: %s", error->message);
	} else {
		g_autofree char *said = g_strdup_printf(say_n("%d ticket went to %s.", "%d tickets went to %s.", (guint64)n), n,
		                                        g->whom);

		app_say(g->app, FALSE, "%s", said);
	}
	if (answer)
		answer_free(answer);
}

static void confirmed(const char *text, void *arg)
{
	struct giving *g = arg;
	struct change c;

	if (!text) {
		app_say(g->app, FALSE, "Nothing was handed over.");
		return;
	}
	change_init(&c, CHANGE_HANDOVER);
	c.person_id = g->person_id;
	c.group_id = g->group_id;
	c.ticket_ids = g_array_ref(g->ids);
	c.body = g->note && *g->note ? g_strdup(g->note) : NULL;
	store_request(g->app->store, &c, given, giving_pass(g), giving_free);
	change_clear(&c);
}

static void ask_sure(struct giving *g)
{
	guint n = g->ids->len;
	g_autofree char *label = g_strdup_printf(say_n("hand %u ticket to %s? (y/n) ", "hand %u tickets to %s? (y/n) ", n), n,
	                                         g->whom);
	const struct prompt_ask ask = {.label = label, .confirm = TRUE, .asked_by = g->app->last_key, .done = confirmed,
	                               .arg = g, .destroy = giving_free};

	prompt_open(g->app->pane[PANE_PROMPT], &ask);
}

static void noted(const char *text, void *arg)
{
	struct giving *g = arg;

	if (!text) {
		app_say(g->app, FALSE, "Nothing was handed over.");
		return;
	}
	g->note = g_strdup(text);
	ask_sure(giving_pass(g));
}

static void ask_note(struct giving *g)
{
	const struct prompt_ask ask = {.label = _("note for them: "), .initial = g->prefill->str, .may_be_empty = TRUE,
	                               .done = noted, .arg = g, .destroy = giving_free};

	if (g->note)
		ask_sure(g);
	else
		prompt_open(g->app->pane[PANE_PROMPT], &ask);
}

static void receiver_picked(const struct pick_item *item, void *arg)
{
	struct giving *g = arg;

	if (!item)
		return;
	find_receiver(g, item->word);
	ask_note(giving_pass(g));
}

static void ask_receiver(struct giving *g)
{
	const struct session *s = store_session(g->app->store);
	GPtrArray *items = g_ptr_array_new();
	const struct picker_ask ask = {.title = _("hand over to"), .items = items, .done = receiver_picked, .arg = g,
	                               .destroy = giving_free};

	for (int here = 1; here >= 0; here--)
		for (guint i = 0; i < s->people->len; i++) {
			const struct person *p = s->people->pdata[i];
			const struct presence *at = command_where(g->app, p->id);
			g_autofree char *words = NULL;

			if ((at != NULL) != here || p->role < ROLE_AGENT || (s->me && p->id == s->me->id))
				continue;
			words = command_where_words(g->app, at);
			g_ptr_array_add(items, pick_item_new(p->display ? p->display : p->name, words, p->name, p->id));
		}
	for (guint i = 0; i < s->groups->len; i++) {
		const struct group *group = s->groups->pdata[i];

		g_ptr_array_add(items, pick_item_new(group->name, group->title, group->name, group->id));
	}
	picker_open(g->app->pane[PANE_PICKER], &ask);
}

/* ---- what there is to hand over */
static gboolean has(const GArray *ids, desk_id id)
{
	for (guint i = 0; ids && i < ids->len; i++)
		if (g_array_index(ids, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

static void ticked(const GPtrArray *items, void *arg)
{
	struct giving *g = arg;

	for (guint i = 0; i < items->len; i++) {
		const struct pick_item *item = items->pdata[i];
		desk_id id = item->id;

		if (!item->ticked)
			continue;
		g_array_append_val(g->ids, id);
		if (item->count && *item->count && g->ids->len <= 12) /* kept there: what waits on it */
			g_string_append_printf(g->prefill, "%s#%" G_GINT64_FORMAT " %s", g->prefill->len ? "; " : "", id, item->count);
	}
}

static void list_done(const struct pick_item *item, void *arg)
{
	struct giving *g = arg;

	if (!item)
		return;
	if (!g->ids->len) {
		app_say(g->app, FALSE, "Nothing was ticked: nothing is handed over.");
		return;
	}
	if (g->whom)
		ask_note(giving_pass(g));
	else
		ask_receiver(giving_pass(g));
}

/* Promises, drafts and customers who wait are ticked; the rest may be. */
static struct pick_item *item_of(const struct giving *g, const struct ticket_row *row, const GArray *drafts)
{
	g_autoptr(GString) why = g_string_new(NULL);
	g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT " %s", row->id, row->subject ? row->subject : "");
	struct pick_item *item;
	char when[64];

	if (row->next_clock == CLOCK_PROMISE)
		g_string_append_printf(why, _("promised by %s"), draw_when(row->next_due_ms, store_now_ms(g->app->store), when, sizeof when));
	else if (has(g->promised, row->id))
		g_string_append(why, _("promised"));
	if (has(drafts, row->id))
		g_string_append_printf(why, "%s%s", why->len ? ", " : "", _("draft"));
	if (row->waiting)
		g_string_append_printf(why, "%s%s", why->len ? ", " : "", _("customer waits"));
	item = pick_item_new(label, why->len ? why->str : label_status(row->status), NULL, row->id);
	item->ticked = why->len > 0;
	item->count = g_strdup(why->str);
	return item;
}

/* Drafts on tickets that are nobody's: written and not yet sent. */
static void add_drafts(const struct giving *g, GPtrArray *items, const GArray *drafts)
{
	for (guint i = 0; drafts && i < drafts->len; i++) {
		const struct ticket_row *row = command_row(g->app, g_array_index(drafts, desk_id, i));

		if (row && !row->assignee_id && status_is_active(row->status))
			g_ptr_array_add(items, item_of(g, row, drafts));
	}
}

static void ask_tickets(struct giving *g, const char *filter, store_answer_fn *fn)
{
	struct query q;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("assigned");
	q.text = g_strdup(filter);
	q.limit = TICKETS_MAX;
	app_lookup(g->app, &q, fn, g, giving_free);
	query_clear(&q);
}

static void tickets_came(struct answer *answer, const GError *error, void *arg)
{
	struct giving *g = arg;
	g_autoptr(GArray) drafts = NULL;
	GPtrArray *items;

	if (error) {
		app_say(g->app, TRUE, "%s", error->message);
		return;
	}
	drafts = store_drafts(g->app->store);
	items = g_ptr_array_new();
	for (guint i = 0; answer->page && i < answer->page->rows->len; i++)
		g_ptr_array_add(items, item_of(g, answer->page->rows->pdata[i], drafts));
	add_drafts(g, items, drafts);
	answer_free(answer);
	if (!items->len) {
		g_ptr_array_unref(items);
		app_say(g->app, FALSE, "You have no open ticket: there is nothing to hand over.");
		return;
	}
	const struct picker_ask ask = {.title = _("hand over: space ticks, enter goes on"), .items = items, .ticks = TRUE,
	                               .ticked = ticked, .done = list_done, .arg = giving_pass(g), .destroy = giving_free};
	picker_open(g->app->pane[PANE_PICKER], &ask);
}

static void promises_came(struct answer *answer, const GError *error, void *arg)
{
	struct giving *g = arg;

	for (guint i = 0; !error && answer->page && i < answer->page->rows->len; i++)
		g_array_append_val(g->promised, ((struct ticket_row *)answer->page->rows->pdata[i])->id);
	if (answer)
		answer_free(answer);
	if (error)
		app_say(g->app, TRUE, "%s", error->message);
	else
		ask_tickets(giving_pass(g), NULL, tickets_came);
}

void command_handover(struct app *app, const char *arg)
{
	struct giving *g;

	if (!store_session(app->store))
		return;
	g = g_new0(struct giving, 1);
	g->app = app;
	g->promised = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g->ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g->prefill = g_string_new(NULL);
	if (*arg) {
		g_autofree char *whom = NULL, *note = NULL;

		command_split(arg, &whom, &note);
		find_receiver(g, whom);
		if (!g->whom) {
			app_say(app, TRUE, "No person or group is called %s.", whom);
			giving_free(g);
			return;
		}
		g->note = *note ? g_steal_pointer(&note) : NULL;
	}
	ask_tickets(g, "has:promise", promises_came);
}
