/* Commands on several tickets: split, merge, link, whose ticket it is; and spam. */
#include "tui/commands.h"

#include <string.h>

static gboolean take_number(struct app *app, const char *text, desk_id *id)
{
	const char *digits = *text == '#' ? text + 1 : text;
	gint64 n = 0;

	if (g_ascii_string_to_signed(digits, 10, 1, G_MAXINT64, &n, NULL)) {
		*id = n;
		return TRUE;
	}
	app_say(app, TRUE, "%s is no ticket number.", text);
	return FALSE;
}

/* ---- choosing another ticket: the customer's others first, or a number typed */
typedef void other_fn(struct app *app, desk_id ticket_id, desk_id other_id, const char *word);
struct choosing {
	struct app *app;
	desk_id ticket_id;
	other_fn *chosen;
	char *word;
	char *title;
	char *typed;
	GPtrArray *found; /* struct ticket_row */
};

static void choosing_free(void *data)
{
	struct choosing *c = data;

	g_free(c->word);
	g_free(c->title);
	g_free(c->typed);
	g_ptr_array_unref(c->found);
	g_free(c);
}

static GPtrArray *other_items(const struct choosing *c)
{
	GPtrArray *items = g_ptr_array_new();
	const char *typed = c->typed && *c->typed == '#' ? c->typed + 1 : c->typed;
	gint64 n = 0;

	if (typed && g_ascii_string_to_signed(typed, 10, 1, G_MAXINT64, &n, NULL)) {
		g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT, (gint64)n);

		g_ptr_array_add(items, pick_item_new(label, _("the ticket of this number"), label, n));
	}
	for (guint i = 0; i < c->found->len; i++) {
		const struct ticket_row *row = c->found->pdata[i];
		g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT " %s", row->id, row->subject ? row->subject : "");
		g_autofree char *folded = g_utf8_casefold(label, -1), *want = g_utf8_casefold(typed ? typed : "", -1);

		if (row->id != c->ticket_id && row->id != n && strstr(folded, want))
			g_ptr_array_add(items, pick_item_new(label, label_status(row->status), NULL, row->id));
	}
	return items;
}

static void other_typed(const char *text, void *arg)
{
	struct choosing *c = arg;

	g_free(c->typed);
	c->typed = g_strstrip(g_strdup(text));
	picker_items(c->app->pane[PANE_PICKER], other_items(c));
}

static void other_picked(const struct pick_item *item, void *arg)
{
	struct choosing *c = arg;

	if (item && item->id)
		c->chosen(c->app, c->ticket_id, item->id, c->word);
}

static void others_came(struct answer *answer, const GError *error, void *arg)
{
	struct choosing *c = arg, *own;

	if (error || !answer || !answer->page) {
		app_say(c->app, TRUE, "The customer's tickets can't be had now: %s; type the number after the command.",
		        error ? error->message : _("no answer"));
		g_clear_pointer(&answer, answer_free);
		return;
	}
	own = g_new0(struct choosing, 1);
	*own = *c;
	own->found = g_steal_pointer(&answer->page->rows);
	answer->page->rows = g_ptr_array_new();
	own->word = g_strdup(c->word);
	own->title = g_strdup(c->title);
	answer_free(answer);
	picker_open(own->app->pane[PANE_PICKER], &(struct picker_ask){
		.title = own->title, .items = other_items(own), .no_filter = TRUE, .done = other_picked,
		.typed = other_typed, .arg = own, .destroy = choosing_free});
	app_dirty(own->app, PANE_PICKER, TODO_REFLOW | TODO_PAINT);
}

static void choose_other(struct app *app, desk_id ticket_id, const char *title, other_fn *chosen, const char *word)
{
	const struct ticket_row *row = command_row(app, ticket_id);
	struct choosing *c;
	struct query q;

	if (!row) {
		app_say(app, TRUE, "#%" G_GINT64_FORMAT " is still being fetched.", ticket_id);
		return;
	}
	c = g_new0(struct choosing, 1);
	*c = (struct choosing){.app = app, .ticket_id = ticket_id, .chosen = chosen, .word = g_strdup(word),
	                       .title = g_strdup(title), .found = g_ptr_array_new()};
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("every");
	q.order = g_strdup("newest");
	q.limit = 30;
	q.text = g_strdup_printf("customer:#%" G_GINT64_FORMAT, row->customer_id);
	app_lookup(app, &q, others_came, c, choosing_free);
	query_clear(&q);
}

/* ---- merge */
static void merge_confirmed(const char *answer, void *arg)
{
	struct errand *e = arg;
	struct change c;

	if (!answer) {
		app_say(e->app, FALSE, "Nothing was merged.");
		return;
	}
	change_init(&c, CHANGE_MERGE);
	c.ticket_id = e->ticket_id;
	c.other_id = e->id;
	command_write(e->app, &c, "merged; its words and drafts go along");
	command_open_ticket(e->app, e->id);
}

static void merge_into(struct app *app, desk_id ticket_id, desk_id other_id, const char *word)
{
	struct errand *e = errand_new(app, ACTION_MERGE, ticket_id);
	const struct ticket_row *row = command_row(app, ticket_id), *other = command_row(app, other_id);
	gboolean stranger = row && other && row->customer_id != other->customer_id;
	g_autofree char *label = g_strdup_printf(stranger ?
		_("Put #%" G_GINT64_FORMAT " into #%" G_GINT64_FORMAT " of ANOTHER customer for good? ") :
		_("Put #%" G_GINT64_FORMAT " into #%" G_GINT64_FORMAT " for good? "), ticket_id, other_id);

	(void)word;
	e->id = other_id;
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .confirm = TRUE, .asked_by = app->last_key, .done = merge_confirmed, .arg = e,
		.destroy = errand_free});
}

void command_merge(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app), other_id;
	g_autofree char *title = NULL;

	if (*arg) {
		if (take_number(app, arg, &other_id))
			merge_into(app, ticket_id, other_id, NULL);
		return;
	}
	title = g_strdup_printf(_("put #%" G_GINT64_FORMAT " into which ticket? a number, or one of the customer's"), ticket_id);
	choose_other(app, ticket_id, title, merge_into, NULL);
}

/* ---- links */
static void write_link(struct app *app, desk_id ticket_id, desk_id other_id, const char *word)
{
	int kind = link_by_name(word);
	struct change c;

	change_init(&c, CHANGE_LINK);
	c.ticket_id = ticket_id;
	c.other_id = other_id;
	c.link = kind < 0 ? LINK_RELATED : (enum link_kind)kind;
	c.on = TRUE;
	command_write(app, &c, "linked");
}

void command_link(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app), other_id;
	g_autofree char *word = NULL, *number = NULL, *title = NULL;

	if (!*arg) {
		command_pick_word(app, ACTION_LINK, "what is the other ticket to this one", "related|parent|child|duplicate");
		return;
	}
	command_split(arg, &word, &number);
	if (link_by_name(word) < 0) { /* only a number */
		if (take_number(app, word, &other_id))
			write_link(app, ticket_id, other_id, "related");
	} else if (*number) {
		if (take_number(app, number, &other_id))
			write_link(app, ticket_id, other_id, word);
	} else {
		title = g_strdup_printf(_("which ticket is the %s? a number, or one of the customer's"), word_said(word));
		choose_other(app, ticket_id, title, write_link, word);
	}
}

void command_unlink(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	struct change c;
	GPtrArray *items;

	if (*arg) {
		change_init(&c, CHANGE_LINK);
		c.ticket_id = ticket_id;
		if (take_number(app, arg, &c.other_id))
			command_write(app, &c, "link removed");
		else
			change_clear(&c);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; t && t->links && i < t->links->len; i++) {
		const struct ticket_link *k = t->links->pdata[i];
		g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT " %s", k->ticket_id, k->subject ? k->subject : "");
		g_autofree char *word = g_strdup_printf("%" G_GINT64_FORMAT, k->ticket_id);

		g_ptr_array_add(items, pick_item_new(label, word_said(link_name(k->kind)), word, k->ticket_id));
	}
	if (!items->len) {
		g_ptr_array_unref(items);
		app_say(app, FALSE, "#%" G_GINT64_FORMAT " is linked to no ticket.", ticket_id);
		return;
	}
	command_pick_items(app, ACTION_UNLINK, "which link to remove", items);
}

/* ---- split: from one message to another */
static void split_subject(const char *text, void *arg)
{
	struct errand *e = arg;
	g_auto(GStrv) ids = g_strsplit(e->text, " ", -1);
	struct change c;

	if (!text || !*text) {
		app_say(e->app, FALSE, "No ticket was made.");
		return;
	}
	change_init(&c, CHANGE_SPLIT);
	c.ticket_id = e->ticket_id;
	c.text = g_strdup(text);
	c.message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (char **id = ids; *id; id++) {
		desk_id n = g_ascii_strtoll(*id, NULL, 10);

		g_array_append_val(c.message_ids, n);
	}
	command_write(e->app, &c, "a new ticket is made of it");
}

static char *first_line(const char *body)
{
	g_autofree char *line = g_strndup(body ? body : "", body ? strcspn(body, "\r\n") : 0);

	return g_utf8_strlen(line, -1) > 60 ? g_utf8_substring(line, 0, 60) : g_steal_pointer(&line);
}

static gboolean can_split(const struct message *m)
{
	return m->id && m->kind != MESSAGE_SYSTEM && m->delivery != DELIVERY_WAITING;
}

/* A conversation is in order of time, not of numbers: what stands between two of its messages. */
static void split_range(struct app *app, desk_id ticket_id, desk_id from, desk_id to, const char *subject)
{
	const struct ticket *t = store_ticket(app->store, ticket_id);
	struct errand *e = errand_new(app, ACTION_SPLIT, ticket_id);
	g_autoptr(GString) ids = g_string_new(NULL);
	g_autofree char *proposed = NULL;
	gboolean begun = FALSE, ended = FALSE;

	for (guint i = 0; t && i < t->messages->len && !ended; i++) {
		const struct message *m = t->messages->pdata[i];

		begun = begun || m->id == from;
		ended = m->id == to;
		if (!begun || !can_split(m))
			continue;
		if (!proposed)
			proposed = first_line(m->body);
		g_string_append_printf(ids, "%s%" G_GINT64_FORMAT, ids->len ? " " : "", m->id);
	}
	e->text = g_strdup(ids->str);
	if (subject && *subject) {
		split_subject(subject, e);
		errand_free(e);
		return;
	}
	command_ask_text(app, "subject of the new ticket: ", proposed, split_subject, e);
}

static GPtrArray *message_items(const struct app *app, const struct ticket *t, desk_id from)
{
	GPtrArray *items = g_ptr_array_new();
	gboolean begun = from == 0;
	char when[40];

	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];
		g_autofree char *line = first_line(m->body), *label = NULL;

		begun = begun || m->id == from;
		if (!begun || !can_split(m))
			continue;
		label = g_strdup_printf("%s %s", draw_when(m->at_ms, store_now_ms(app->store), when, sizeof when),
		                        m->author_name ? m->author_name : word_said(message_kind_name(m->kind)));
		g_ptr_array_add(items, pick_item_new(label, line, NULL, m->id));
	}
	return items;
}

static void split_end(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		split_range(e->app, e->ticket_id, e->id, item->id, e->text);
}

static void split_begin(const struct pick_item *item, void *arg)
{
	struct errand *e = arg, *next;
	const struct ticket *t = store_ticket(e->app->store, e->ticket_id);
	GPtrArray *items;

	if (!item || !t)
		return;
	items = message_items(e->app, t, item->id);
	if (items->len == 1) {
		g_ptr_array_unref(items);
		split_range(e->app, e->ticket_id, item->id, item->id, e->text);
		return;
	}
	next = errand_new(e->app, ACTION_SPLIT, e->ticket_id);
	next->id = item->id;
	next->text = g_strdup(e->text);
	command_pick(e->app, "up to which message", items, split_end, next);
}

void command_split_off(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket *t = store_ticket(app->store, ticket_id);
	struct errand *e;
	GPtrArray *items;

	if (!t) {
		app_say(app, TRUE, "#%" G_GINT64_FORMAT " is still being fetched.", ticket_id);
		return;
	}
	items = message_items(app, t, 0);
	if (!items->len) {
		g_ptr_array_unref(items);
		app_say(app, FALSE, "#%" G_GINT64_FORMAT " has no message to split off.", ticket_id);
		return;
	}
	e = errand_new(app, ACTION_SPLIT, ticket_id);
	e->text = g_strdup(arg);
	command_pick(app, "a new ticket from which message on", items, split_begin, e);
}

/* ---- whose ticket */
static void whose_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	struct change c;

	e->app->picks_customer = FALSE;
	if (!item)
		return;
	change_init(&c, CHANGE_TICKET_CUSTOMER);
	c.ticket_id = e->ticket_id;
	if (item->id > 0) {
		c.customer_id = item->id;
	} else {
		c.customer = customer_new();
		c.customer->name = g_strdup(item->word);
	}
	command_write(e->app, &c, "another customer's now");
}

void command_customer(struct app *app, const char *arg)
{
	command_pick_customer(app, "whose ticket is it? name, phone, mail or order", arg, whose_picked,
	                      errand_new(app, ACTION_CUSTOMER, command_target(app)));
}

/* ---- spam */
static void write_spam(struct app *app, desk_id ticket_id)
{
	struct change c;

	change_init(&c, CHANGE_STATUS);
	c.ticket_id = ticket_id;
	c.status = STATUS_SPAM;
	command_write(app, &c, "spam; nothing it says brings it back");
}

static void spam_confirmed(const char *answer, void *arg)
{
	struct errand *e = arg;

	if (answer)
		write_spam(e->app, e->ticket_id);
}

void command_spam(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	struct errand *e;
	g_autofree char *label = NULL;

	(void)arg;
	if (command_acts_on_many(app)) { /* asked once, about all of them */
		write_spam(app, ticket_id);
		return;
	}
	e = errand_new(app, ACTION_SPAM, ticket_id);
	label = g_strdup_printf(_("Is #%" G_GINT64_FORMAT " spam? "), ticket_id);
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){
		.label = label, .confirm = TRUE, .asked_by = app->last_key, .done = spam_confirmed, .arg = e,
		.destroy = errand_free});
}
