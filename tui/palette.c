/* One list of everything: actions with their keys, templates, macros, tickets seen lately; and tickets,
 * customers and articles of the desk that fit what is typed. What an item does is a line as typed after ":". */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "tui/finding.h"

#define PALETTE_WAIT_MS 120 /* after the last key the desk is asked */
#define PALETTE_HITS 8      /* of each kind */
#define PALETTE_RECENT 12

struct palette {
	guint timer;
	guint number;      /* of the text typed now; answers to others come too late */
	guint asked, open; /* questions about it; those that are not answered yet */
	GPtrArray *came[3]; /* their answers in the order they were asked, until those before are here */
	guint shown;       /* how many of them are on the list */
	gboolean early;    /* Enter came before the answers: it takes the first of them */
	char *text;
};

static void stop(struct palette *p)
{
	if (p->timer)
		g_source_remove(p->timer);
	p->timer = 0;
	p->number++;
	for (size_t i = 0; i < G_N_ELEMENTS(p->came); i++) {
		if (p->came[i])
			g_ptr_array_set_free_func(p->came[i], pick_item_free);
		g_clear_pointer(&p->came[i], g_ptr_array_unref);
	}
	p->asked = p->open = p->shown = 0;
	p->early = FALSE;
}

void palette_free(struct app *app)
{
	struct palette *p = g_steal_pointer(&app->keying.palette);

	if (!p)
		return;
	stop(p);
	g_free(p->text);
	g_free(p);
}

gboolean palette_busy(const struct app *app)
{
	return app->keying.palette && app->keying.palette->timer;
}

/* ---------------------------------------------------------------- what is here already */

static void add_recent(struct app *app, GPtrArray *items)
{
	const GPtrArray *list = recent_list(app->finding->recent);

	for (guint i = 0; i < list->len && i < PALETTE_RECENT; i++) {
		const struct recent_ticket *t = list->pdata[i];
		g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT " %s", t->id, t->customer ? t->customer : "");
		g_autofree char *word = g_strdup_printf("open %" G_GINT64_FORMAT, t->id);

		g_ptr_array_add(items, pick_item_named(label, t->subject, t->subject, word, 0));
	}
}

/* The key that works where one came from, and what the action is for. */
static void add_actions(struct app *app, const char *context, GPtrArray *items)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		char key[64];
		g_autofree char *label = g_strdup_printf("%s%s%s", info->name, *info->args ? " " : "", info->args);
		g_autofree char *detail = g_strdup_printf(
			"%-8s %s", label_key(app->keymap, context, (enum action)i, key, sizeof key), _(info->help));

		g_ptr_array_add(items, pick_item_named(label, detail, NULL, info->name, 0));
	}
}

static void add_templates(struct app *app, GPtrArray *items)
{
	const GPtrArray *all = store_templates(app->store);

	for (guint i = 0; all && i < all->len; i++) {
		const struct template *t = all->pdata[i];
		g_autofree char *word = g_strdup_printf("template %s", t->name);
		g_autofree char *detail = g_strdup_printf("%s, %s", _("template"), t->name);
		struct pick_item *item = pick_item_named(t->title ? t->title : t->name, detail, t->name, word, 0);

		item->preview = g_strdup(t->body);
		g_ptr_array_add(items, item);
	}
}

static void add_macros(struct app *app, GPtrArray *items)
{
	const GPtrArray *all = store_macros(app->store);

	for (guint i = 0; all && i < all->len; i++) {
		const struct macro *m = all->pdata[i];
		g_autofree char *word = g_strdup_printf("macro %s", m->name);
		g_autofree char *detail = g_strdup_printf("%s, %s", _("macro"), m->name);
		struct pick_item *item = pick_item_named(m->title ? m->title : m->name, detail, m->name, word, 0);

		item->preview = g_strdup(m->steps);
		g_ptr_array_add(items, item);
	}
}

/* ---------------------------------------------------------------- what the desk has */

struct question {
	struct app *app;
	guint number, place;
	void (*add)(const struct answer *answer, GPtrArray *items);
};

static void add_tickets(const struct answer *answer, GPtrArray *items)
{
	for (guint i = 0; answer->page && i < answer->page->rows->len; i++) {
		const struct ticket_row *row = answer->page->rows->pdata[i];
		g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT " %s", row->id, row->customer_name ? row->customer_name : "");
		g_autofree char *word = g_strdup_printf("open %" G_GINT64_FORMAT, row->id);

		g_ptr_array_add(items, pick_item_named(label, row->subject, row->subject, word, 0));
	}
}

static void add_customers(const struct answer *answer, GPtrArray *items)
{
	for (guint i = 0; answer->customers && i < answer->customers->len; i++) {
		const struct customer *c = answer->customers->pdata[i];
		g_autofree char *detail = g_strdup_printf("%s  %s  %s", _("customer"), c->phone ? c->phone : "", c->email ? c->email : "");
		g_autofree char *word = g_strdup_printf("find customer:#%" G_GINT64_FORMAT, c->id);

		g_ptr_array_add(items, pick_item_named(c->name ? c->name : "?", detail, NULL, word, 0));
	}
}

static void add_articles(const struct answer *answer, GPtrArray *items)
{
	for (guint i = 0; answer->hits && i < answer->hits->len; i++) {
		const struct article_hit *h = answer->hits->pdata[i];
		g_autofree char *detail = g_strdup_printf("%s  %s", _("article"), h->snippet ? h->snippet : "");

		g_ptr_array_add(items, pick_item_named(h->title, detail, NULL, "knowledge", h->id));
	}
}

static void all_answered(struct app *app)
{
	struct palette *p = app->keying.palette;

	picker_await(app->pane[PANE_PICKER], FALSE);
	if (!p->early)
		return;
	p->early = FALSE;
	if (!picker_take(app->pane[PANE_PICKER]))
		app_say(app, FALSE, "Nothing fits %s.", p->text);
	app_release_for(app, ACTION_PALETTE);
}

/* Tickets above customers above articles, whichever was answered first. */
static void show_in_order(struct app *app)
{
	struct palette *p = app->keying.palette;

	while (p->shown < p->asked && p->came[p->shown]) {
		picker_append(app->pane[PANE_PICKER], g_steal_pointer(&p->came[p->shown]));
		p->shown++;
	}
}

static void answered(struct answer *answer, const GError *error, void *arg)
{
	struct question *q = arg;
	struct palette *p = q->app->keying.palette;
	GPtrArray *items;

	if (p && q->number == p->number) {
		items = g_ptr_array_new();
		if (answer && !error)
			q->add(answer, items);
		p->came[q->place] = items;
		show_in_order(q->app);
		q->app->active = TRUE;
		if (p->open && --p->open == 0)
			all_answered(q->app);
	}
	g_clear_pointer(&answer, answer_free);
}

static void ask(struct app *app, enum query_kind kind, const char *text,
                void (*add)(const struct answer *answer, GPtrArray *items))
{
	struct question *question = g_new(struct question, 1);
	struct query q;

	*question = (struct question){app, app->keying.palette->number, app->keying.palette->asked++, add};
	query_init(&q, kind);
	q.text = g_strdup(text);
	q.limit = PALETTE_HITS;
	if (kind == QUERY_QUEUE) {
		q.view = g_strdup("every");
		q.order = g_strdup("newest");
	}
	app->keying.palette->open++;
	store_lookup(app->store, &q, answered, question, g_free);
	query_clear(&q);
}

/* Plain words as they are typed: the last one may go on. Anything else is the query language's. */
static char *as_query(const char *text)
{
	gsize n = strlen(text);

	return g_strconcat(text, n > 2 && g_ascii_isalnum(text[n - 1]) && !strpbrk(text, ":\"()") ? "*" : "", NULL);
}

static gboolean on_quiet(gpointer arg)
{
	struct app *app = arg;
	struct palette *p = app->keying.palette;
	unsigned can = store_capabilities(app->store);
	g_autofree char *query = as_query(p->text);

	p->timer = 0;
	p->open++; /* until all are asked */
	if (can & CAN_FIND && finding_check(app, query, NULL, NULL))
		ask(app, QUERY_QUEUE, query, add_tickets);
	if (can & CAN_CUSTOMERS)
		ask(app, QUERY_CUSTOMERS, p->text, add_customers);
	if (can & CAN_KNOWLEDGE)
		ask(app, QUERY_KNOWLEDGE, p->text, add_articles);
	if (--p->open == 0)
		all_answered(app);
	return G_SOURCE_REMOVE;
}

/* A number is a ticket's: no need to ask whether it is there. */
static void offer_number(struct app *app, const char *text)
{
	const char *digits = *text == '#' ? text + 1 : text;
	gint64 id;
	GPtrArray *items;

	if (!g_ascii_string_to_signed(digits, 10, 1, G_MAXINT64, &id, NULL))
		return;
	items = g_ptr_array_new();
	g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT, id);
	g_autofree char *word = g_strdup_printf("open %" G_GINT64_FORMAT, id);
	g_ptr_array_add(items, pick_item_named(label, _("the ticket of this number"), NULL, word, 0));
	picker_append(app->pane[PANE_PICKER], items);
}

static void on_typed(const char *text, void *arg)
{
	struct app *app = arg;
	struct palette *p = app->keying.palette;
	g_autofree char *clean = g_strstrip(g_strdup(text));
	gboolean enough = strlen(clean) > 1; /* a Chinese character has three bytes */

	stop(p);
	g_free(p->text);
	p->text = g_steal_pointer(&clean);
	offer_number(app, p->text);
	if (!enough || store_connection(app->store, NULL, NULL) != BACKEND_ONLINE)
		return;
	p->timer = g_timeout_add(PALETTE_WAIT_MS, on_quiet, app);
	picker_await(app->pane[PANE_PICKER], TRUE);
}

/* ---------------------------------------------------------------- choosing */

static void on_early(void *arg)
{
	struct app *app = arg;

	app->keying.palette->early = TRUE;
	app_hold_for(app, ACTION_PALETTE);
}

static void read_article(struct app *app, desk_id article_id)
{
	g_autofree char *words = g_strdup(app->keying.palette->text);

	command_run(app, ACTION_KNOWLEDGE, words && *words ? words : "*");
	view_knowledge_read(app->pane[PANE_KNOWLEDGE], article_id);
}

static void on_picked(const struct pick_item *item, void *arg)
{
	struct app *app = arg;
	g_autofree char *rest = NULL;
	enum action act;

	if (app->keying.palette)
		stop(app->keying.palette);
	if (!item || !app->keying.palette)
		return;
	if (item->id)
		read_article(app, item->id);
	else if (command_parse(item->word, &act, &rest, NULL))
		app_perform(app, act, rest);
}

void command_palette(struct app *app, const char *arg)
{
	const char *context = app->pane[app_active(app)]->ops->context;
	GPtrArray *items = g_ptr_array_new();

	palette_free(app);
	app->keying.palette = g_new0(struct palette, 1);
	add_recent(app, items);
	add_actions(app, context, items);
	add_templates(app, items);
	add_macros(app, items);
	picker_open(app->pane[PANE_PICKER], &(struct picker_ask){
		.title = N_("anything: actions, templates, tickets, customers, articles"), .items = items, .initial = arg,
		.done = on_picked, .typed = on_typed, .early = on_early, .arg = app});
	app_dirty(app, PANE_PICKER, TODO_REFLOW | TODO_PAINT);
	if (*arg)
		on_typed(arg, app);
}
