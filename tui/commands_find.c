/* Looking for tickets: filter, find, related, recent. */
#include "tui/finding.h"

#include <string.h>

/* ---------------------------------------------------------------- lists */

void shown_list_clear(struct shown_list *l)
{
	g_free(l->name);
	g_free(l->view);
	g_free(l->query);
	g_free(l->filter);
	memset(l, 0, sizeof *l);
}

void shown_list_copy(struct shown_list *to, const struct shown_list *from)
{
	*to = *from;
	to->name = g_strdup(from->name);
	to->view = g_strdup(from->view);
	to->query = g_strdup(from->query);
	to->filter = g_strdup(from->filter);
}

/* Brings the list of now onto the screen. */
static void show_now(struct app *app)
{
	const struct shown_list *l = &app->finding->now;
	gboolean moving = FALSE, also = FALSE;

	finding_check(app, l->filter, &moving, NULL);
	finding_check(app, l->query, &also, NULL);
	store_queue_list(app->store, &(struct store_list){.view = l->view,
							  .group_id = l->group_id,
							  .query = l->query,
							  .filter = l->filter,
							  .newest = l->newest,
							  .moving = moving || also});
	app->shown_group = l->group_id;
	view_queue_reset(app->pane[PANE_QUEUE]);
	view_status_list(app->pane[PANE_STATUS], l->name);
	app_dirty(app, PANE_QUEUE, TODO_PAINT);
	app_dirty(app, PANE_STATUS, TODO_PAINT);
}

void finding_show(struct app *app, struct shown_list *l, gboolean remember)
{
	struct finding *f = app->finding;

	if (!remember) {
		shown_list_clear(&f->back);
	} else if (!f->back.view) { /* a search out of a search leads back to before both */
		shown_list_copy(&f->back, &f->now);
	}
	shown_list_clear(&f->now);
	f->now = *l;
	memset(l, 0, sizeof *l);
	show_now(app);
	if (app->layout == APP_LAYOUT_CONVERSATION) {
		app->layout = APP_LAYOUT_QUEUE;
		app_dirty(app, PANE_STATUS, TODO_REFLOW | TODO_PAINT);
	}
	app_focus(app, PANE_QUEUE);
}

static void set_filter(struct app *app, const char *text)
{
	g_autofree char *clean = text ? g_strstrip(g_strdup(text)) : NULL;

	g_free(app->finding->now.filter);
	app->finding->now.filter = clean && *clean ? g_steal_pointer(&clean) : NULL;
	show_now(app);
}

gboolean finding_close(struct app *app)
{
	struct finding *f = app->finding;

	if (f->back.view) {
		shown_list_clear(&f->now);
		f->now = f->back;
		memset(&f->back, 0, sizeof f->back);
		show_now(app);
		return TRUE;
	}
	if (!f->now.filter)
		return FALSE;
	set_filter(app, NULL);
	return TRUE;
}

/* ---------------------------------------------------------------- the language, with this desk's words */

static void use_words(struct app *app, struct find_lists *lists, struct find_resolver *r,
		      struct find_vocabulary *v)
{
	const struct session *s = store_session(app->store);

	*lists = (struct find_lists){.groups = s->groups,
				     .people = s->people,
				     .tags = s->tags,
				     .categories = s->categories,
				     .fields = s->fields,
				     .me = s->me};
	lists->zone = s->zone ? g_time_zone_new_identifier(s->zone) : NULL;
	if (!lists->zone)
		lists->zone = g_time_zone_new_utc();
	find_lists_use(lists, r, v);
}

gboolean finding_check(struct app *app, const char *text, gboolean *moving, struct find_error *e)
{
	g_autoptr(find_tree_auto) t = NULL;
	struct find_lists lists;
	struct find_resolver r;
	gboolean ok;

	if (!text || !store_session(app->store) || !(store_capabilities(app->store) & CAN_FIND))
		return TRUE;
	use_words(app, &lists, &r, NULL);
	t = find_parse(text, store_now_ms(app->store), lists.zone, e);
	ok = t && find_resolve(t, &r, e);
	if (ok && moving)
		*moving = (t->uses & (FIND_USES_NOW | FIND_USES_DAY)) != 0;
	g_time_zone_unref(lists.zone);
	return ok;
}

/* The sentence without its column: the screen shows where. */
static const char *sentence(const char *message)
{
	const char *at = find_error_column(message) >= 0 ? strstr(message, ": ") : NULL;

	return at ? at + 2 : message;
}

static gboolean check_typed(const char *text, gboolean final, struct prompt_fault *out, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;
	struct find_error e = {0};
	gboolean ok = finding_check(app, text, NULL, &e);

	/* What is wrong up to the end of the text may only be unfinished. */
	if (!ok && (final || (size_t)e.to < strlen(text)))
		*out = (struct prompt_fault){g_strdup(sentence(e.message)), e.from, e.to};
	else
		ok = TRUE;
	find_error_clear(&e);
	return ok;
}

struct candidate {
	char *line, *shown, *means; /* line: what the line editor puts in */
};

static void candidate_free(gpointer p)
{
	struct candidate *o = p;

	g_free(o->line);
	g_free(o->shown);
	g_free(o->means);
	g_free(o);
}

struct offering {
	GPtrArray *offers;
	const char *line;
	size_t word_from;
};

static void add_offer(const struct find_completion *c, void *arg)
{
	const struct offering *o = arg;
	struct candidate *offer;
	size_t from = (size_t)c->from;

	/* The line editor replaces from the last blank on; a name in quotes may hold one. */
	if (from < o->word_from && strncmp(c->text, o->line + from, o->word_from - from) != 0)
		return;
	offer = g_new0(struct candidate, 1);
	if (from < o->word_from) {
		offer->line = g_strdup(c->text + (o->word_from - from));
	} else {
		g_autofree char *head = g_strndup(o->line + o->word_from, from - o->word_from);

		offer->line = g_strconcat(head, c->text, NULL);
	}
	offer->shown = g_strdup(c->shown);
	offer->means = g_strdup(c->means);
	g_ptr_array_add(o->offers, offer);
}

/* Candidates for the query that begins at byte `start` of the line. */
char **finding_complete(struct app *app, const char *line, size_t start, size_t word_from, size_t cursor)
{
	struct finding *f = app->finding;
	struct offering o = {.line = line + start, .word_from = word_from > start ? word_from - start : 0};
	struct find_lists lists;
	struct find_vocabulary v;
	char **out;

	if (!store_session(app->store) || cursor < start)
		return NULL;
	g_clear_pointer(&f->offers, g_ptr_array_unref);
	f->offers = o.offers = g_ptr_array_new_with_free_func(candidate_free);
	use_words(app, &lists, NULL, &v);
	find_complete(line + start, cursor - start, &v, 40, add_offer, &o);
	g_time_zone_unref(lists.zone);
	if (!f->offers->len)
		return NULL;
	out = g_new0(char *, f->offers->len + 1);
	for (guint i = 0; i < f->offers->len; i++)
		out[i] = g_strdup(((const struct candidate *)f->offers->pdata[i])->line);
	return out;
}

static char **complete_typed(const char *line, size_t word_from, size_t cursor, void *arg)
{
	return finding_complete(((struct errand *)arg)->app, line, 0, word_from, cursor);
}

void finding_meaning(struct app *app, size_t i, const char **name, const char **means)
{
	const GPtrArray *offers = app->finding->offers;

	if (!offers || i >= offers->len)
		return;
	*name = ((const struct candidate *)offers->pdata[i])->shown;
	*means = ((const struct candidate *)offers->pdata[i])->means;
}

static void meaning(size_t i, const char **name, const char **means, void *arg)
{
	finding_meaning(((struct errand *)arg)->app, i, name, means);
}

char *finding_query(struct app *app, struct find_error *e)
{
	const struct shown_list *l = &app->finding->now;
	const struct group *g = l->group_id ? store_group(app->store, l->group_id) : NULL;
	const char *view = find_view_text(l->view);
	g_autoptr(GString) all = g_string_new(view);
	g_autoptr(find_tree_auto) t = NULL;

	if (g)
		g_string_append_printf(all, " group:\"%s\"", g->name);
	if (l->query)
		g_string_append_printf(all, " (%s)", l->query);
	if (l->filter)
		g_string_append_printf(all, " (%s)", l->filter);
	t = find_parse(all->str, store_now_ms(app->store), NULL, e);
	return t ? find_print(t) : NULL;
}

/* ---------------------------------------------------------------- filter */

#define BEGINNING_MIN 3 /* letters; fewer begin half of all words */

/* The value at the very end of the text, when it is a word of the ticket or a customer. */
static const struct find_value *last_word(const struct find_tree *t, enum find_field *field)
{
	const struct find_node *n = t->root;
	const struct find_value *v;

	while (n->parts && n->parts->len)
		n = n->parts->pdata[n->parts->len - 1];
	if (n->kind != FIND_TERM ||
	    (n->field != FIND_TEXT && n->field != FIND_SUBJECT && n->field != FIND_CUSTOMER))
		return NULL;
	v = n->values->pdata[n->values->len - 1];
	*field = n->field;
	return (size_t)v->to == strlen(t->source) ? v : NULL;
}

/* What is shown while `text` is typed: its last word may be only the beginning of one, and Enter
 * leaves what is seen. A blank behind the word makes it whole. g_free. */
static char *as_seen(struct app *app, const char *text)
{
	g_autoptr(find_tree_auto) t = NULL;
	const struct find_value *v = NULL;
	enum find_field field = FIND_TEXT;
	gunichar last = *text ? g_utf8_get_char(g_utf8_prev_char(text + strlen(text))) : 0;
	gboolean star;

	if (store_capabilities(app->store) & CAN_FIND)
		t = find_parse(text, store_now_ms(app->store), NULL, NULL);
	v = t ? last_word(t, &field) : NULL;
	star = v && last < 0x2E80 /* a Chinese run always goes on */ && !v->quoted && !v->prefix &&
	       g_utf8_strlen(v->text, -1) >= BEGINNING_MIN &&
	       (field != FIND_CUSTOMER || v->kind == FIND_VALUE_TEXT || strchr(v->text, '@'));
	return g_strstrip(g_strconcat(text, star ? "*" : "", NULL));
}

static gboolean on_filter(gpointer arg)
{
	struct app *app = arg;

	app->filter_timer = 0;
	if (finding_check(app, app->filter_wanted, NULL, NULL)) { /* else it is being typed, or blamed */
		g_autofree char *seen = as_seen(app, app->filter_wanted);

		set_filter(app, seen);
	}
	return G_SOURCE_REMOVE;
}

static void filter_stop(struct app *app)
{
	if (app->filter_timer)
		g_source_remove(app->filter_timer);
	app->filter_timer = 0;
}

static void filter_typed(const char *text, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	filter_stop(app);
	g_free(app->filter_wanted);
	app->filter_wanted = g_strdup(text);
	app->filter_timer = g_timeout_add(APP_FILTER_MS, on_filter, app);
}

/* "#1042" alone is no search. */
static gboolean is_number(const char *text)
{
	return *text == '#' && text[1] && strspn(text + 1, "0123456789") == strlen(text + 1);
}

static void filter_done(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autofree char *clean = g_strstrip(g_strdup(text ? text : ""));

	filter_stop(e->app);
	if (text && is_number(clean)) {
		set_filter(e->app, e->text);
		command_run(e->app, ACTION_OPEN, clean);
		return;
	}
	if (text && *clean) {
		g_free(clean);
		clean = as_seen(e->app, text);
	}
	set_filter(e->app, text ? clean : e->text);
}

static void ask(struct app *app, const char *label, const char *initial, prompt_done_fn *done,
		prompt_typed_fn *typed)
{
	g_autofree char *history = g_build_filename(store_dir(app->store), "filter.history", NULL);
	struct errand *e = errand_new(app, ACTION_FILTER, 0);

	e->text = g_strdup(initial);
	prompt_open(app->pane[PANE_PROMPT], &(struct prompt_ask){.label = label,
								 .initial = initial,
								 .history = history,
								 .may_be_empty = typed != NULL,
								 .done = done,
								 .typed = typed,
								 .complete = complete_typed,
								 .meaning = meaning,
								 .check = check_typed,
								 .arg = e,
								 .destroy = errand_free});
}

/* A query given as an argument: FALSE when it can't be understood, which is said. */
static gboolean understood(struct app *app, const char *text)
{
	struct find_error e = {0};
	gboolean ok = finding_check(app, text, NULL, &e);

	if (!ok)
		app_say(app, TRUE, "%s", e.message);
	find_error_clear(&e);
	return ok;
}

void command_filter(struct app *app, const char *arg)
{
	g_autofree char *clean = g_strstrip(g_strdup(arg));

	if (!*arg)
		ask(app, "/", app->finding->now.filter, filter_done, filter_typed);
	else if (understood(app, clean))
		set_filter(app, clean);
}

/* The desk knows better than the lists here: shown where it is typed, when it still is. */
void finding_refused(struct app *app, const char *message)
{
	int column = find_error_column(message);
	const char *text = app->finding->now.filter, *query = app->finding->now.query;
	struct prompt_fault fault = {NULL, 0, 0};

	if (query && column >= 0) { /* asked together with the view's: "(QUERY) (FILTER)" */
		column -= text_string_cols(query, strlen(query)) + (int)strlen("() (");
		if (column < 0)
			return;
	}
	if (column < 0 || !text || !prompt_is_open(app->pane[PANE_PROMPT]))
		return;
	for (int cols = 0; text[fault.from] && cols < column;) {
		int n;

		fault.from += (int)text_grapheme(text + fault.from, strlen(text + fault.from), &n);
		cols += n;
	}
	fault.to = fault.from + (int)strcspn(text + fault.from, " ");
	fault.says = g_strdup(sentence(message));
	prompt_blame(app->pane[PANE_PROMPT], &fault);
}

/* ---------------------------------------------------------------- find, related */

static void find_everywhere(struct app *app, const char *text)
{
	struct shown_list l = {.name = g_strdup(_("found")),
			       .view = g_strdup("every"),
			       .filter = g_strdup(text),
			       .newest = TRUE};

	finding_show(app, &l, TRUE);
}

static void find_done(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autofree char *clean = g_strstrip(g_strdup(text ? text : ""));

	if (is_number(clean))
		command_run(e->app, ACTION_OPEN, clean);
	else if (*clean)
		find_everywhere(e->app, clean);
}

void command_find(struct app *app, const char *arg)
{
	g_autofree char *clean = g_strstrip(g_strdup(arg));

	if (!*clean)
		ask(app, _("find "), NULL, find_done, NULL);
	else if (understood(app, clean))
		find_everywhere(app, clean);
}

void command_related(struct app *app, const char *arg)
{
	const struct ticket_row *row = command_row(app, command_target(app));
	struct shown_list l = {.view = g_strdup("every"), .newest = TRUE};

	(void)arg;
	if (!row || !row->customer_id) {
		app_say(app, TRUE, "The ticket isn't here yet, or has no customer.");
		shown_list_clear(&l);
		return;
	}
	l.name = row->customer_name ? text_clean_string(row->customer_name, -1, 0, 80) : g_strdup(_("related"));
	l.query = g_strdup_printf("customer:#%" G_GINT64_FORMAT, row->customer_id);
	finding_show(app, &l, TRUE);
}

/* ---------------------------------------------------------------- recent */

void finding_seen(struct app *app, desk_id ticket_id)
{
	const struct ticket_row *row = ticket_id ? command_row(app, ticket_id) : NULL;

	if (ticket_id)
		recent_seen(app->finding->recent, ticket_id, store_now_ms(app->store),
			    row ? row->customer_name : NULL, row ? row->subject : NULL);
}

static void recent_picked(const struct pick_item *item, void *arg)
{
	if (item)
		command_open_ticket(((struct errand *)arg)->app, item->id);
}

void command_recent(struct app *app, const char *arg)
{
	const GPtrArray *list = recent_list(app->finding->recent);
	GPtrArray *items;

	(void)arg;
	if (!list->len) {
		app_say(app, FALSE, "No ticket was opened yet.");
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < list->len; i++) {
		const struct recent_ticket *t = list->pdata[i];
		g_autofree char *label =
			g_strdup_printf("#%" G_GINT64_FORMAT " %s", t->id, t->customer ? t->customer : "");

		g_ptr_array_add(items, pick_item_new(label, t->subject, NULL, t->id));
	}
	command_pick(app, "recently seen", items, recent_picked, errand_new(app, ACTION_RECENT, 0));
}

/* ---------------------------------------------------------------- life */

void finding_init(struct app *app)
{
	app->finding = g_new0(struct finding, 1);
	app->finding->now.view = g_strdup("mine");
	app->finding->recent = recent_new(store_dir(app->store));
}

void finding_free(struct app *app)
{
	struct finding *f = app->finding;

	finding_views_stop(app);
	shown_list_clear(&f->now);
	shown_list_clear(&f->back);
	recent_free(f->recent);
	g_clear_pointer(&f->offers, g_ptr_array_unref);
	g_free(f->wanted_view);
	g_free(f);
	app->finding = NULL;
}
