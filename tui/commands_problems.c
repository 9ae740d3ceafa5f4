/* Commands of problems behind tickets: the list, one problem, its stages, its tickets. Telling all affected is
 * in commands_problem_tell.c, what it leaves in commands_problem_after.c. */
#include "tui/commands_problems.h"

#include <string.h>
#include "rules/problem.h"

#define TICKETS_MAX 200

/* ---- showing one */
static void rows_came(struct answer *answer, const GError *error, void *arg)
{
	const struct errand *e = arg;
	const struct problem *now = view_problem_shown(e->app->pane[PANE_PROBLEM]);

	if (!error && answer && answer->page && now && now->id == e->id) {
		view_problem_rows(e->app->pane[PANE_PROBLEM], answer->page->rows);
		app_dirty(e->app, PANE_PROBLEM, TODO_RECALC | TODO_PAINT);
	}
	g_clear_pointer(&answer, answer_free);
}

/* Its tickets are seldom in the queue on show. */
static void ask_rows(struct app *app, desk_id problem_id)
{
	struct errand *e = errand_new(app, ACTION_PROBLEM, 0);
	struct query q;

	e->id = problem_id;
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("every");
	q.text = g_strdup_printf("problem:%" G_GINT64_FORMAT, problem_id);
	q.limit = TICKETS_MAX;
	store_lookup(app->store, &q, rows_came, e, errand_free);
	query_clear(&q);
}

static void show(struct app *app, struct problem *p)
{
	view_problem_show(app->pane[PANE_PROBLEM], p);
	ask_rows(app, p->id);
	app->problem_on = TRUE;
	app_dirty(app, PANE_PROBLEM, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
}

void command_problem_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;

	if (error || !answer || !answer->problem)
		app_say(e->app, TRUE, "%s", error ? error->message : _("The desk gave no problem."));
	else
		show(e->app, g_steal_pointer(&answer->problem));
	g_clear_pointer(&answer, answer_free);
}

static void ask_for(struct app *app, desk_id id)
{
	struct query q;

	query_init(&q, QUERY_PROBLEM);
	q.problem_id = id;
	app_lookup(app, &q, command_problem_came, errand_new(app, ACTION_PROBLEM, 0), errand_free);
	query_clear(&q);
}

/* It changed elsewhere: the same one anew, without opening anything. */
static void renewed(struct answer *answer, const GError *error, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;
	const struct problem *now = view_problem_shown(app->pane[PANE_PROBLEM]);

	if (!error && answer && answer->problem && now && now->id == answer->problem->id) {
		ask_rows(app, now->id);
		view_problem_show(app->pane[PANE_PROBLEM], g_steal_pointer(&answer->problem));
		app_dirty(app, PANE_PROBLEM, TODO_RECALC | TODO_PAINT);
	}
	g_clear_pointer(&answer, answer_free);
}

void command_problem_changed(struct app *app, desk_id id)
{
	const struct problem *p = view_problem_shown(app->pane[PANE_PROBLEM]);
	struct query q;

	if (!app->problem_on || !p || (id && p->id != id))
		return;
	query_init(&q, QUERY_PROBLEM);
	q.problem_id = p->id;
	store_lookup(app->store, &q, renewed, errand_new(app, ACTION_PROBLEM, 0), errand_free);
	query_clear(&q);
}

/* The one that is shown; 0 none. */
desk_id command_problem_here(const struct app *app)
{
	const struct problem *p = app->problem_on ? view_problem_shown(app->pane[PANE_PROBLEM]) : NULL;

	return p ? p->id : 0;
}

/* The number that stands first in `text`; the rest behind it. */
static gint64 number_of(const char *text, const char **rest)
{
	char *end;
	gint64 id = g_ascii_isdigit(*text) ? g_ascii_strtoll(text, &end, 10) : 0;

	*rest = text;
	if (id > 0 && (!*end || *end == ' ')) {
		*rest = end + strspn(end, " ");
		return id;
	}
	return 0;
}

void command_problem(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app), id = 0;
	const struct ticket *t = ticket_id ? store_ticket(app->store, ticket_id) : NULL;
	const char *rest;

	if (*arg && !(id = number_of(arg, &rest))) {
		app_say(app, TRUE, "%s is no problem's number.", arg);
		return;
	}
	if (!id)
		id = t ? t->problem_id : 0;
	if (id)
		ask_for(app, id);
	else
		command_problems(app, "");
}

/* ---- the list */
static void picked(const struct pick_item *item, void *arg)
{
	if (item)
		ask_for(((struct errand *)arg)->app, item->id);
}

static struct pick_item *item_of(const struct problem *p)
{
	g_autofree char *label = g_strdup_printf("%" G_GINT64_FORMAT "  %s", p->id, p->title);
	g_autofree char *tickets = g_strdup_printf(say_n("%d ticket", "%d tickets", (guint64)p->tickets), p->tickets);
	g_autofree char *detail = g_strdup_printf("%s, %s%s%s", word_said(problem_stage_name(p->stage)), tickets,
	                                          p->owner_name ? ", " : "", p->owner_name ? p->owner_name : "");
	g_autofree char *word = g_strdup_printf("%" G_GINT64_FORMAT, p->id);

	return pick_item_new(label, detail, word, p->id);
}

static void list_came(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;
	GPtrArray *items;

	if (error || !answer || !answer->problems || !answer->problems->len) {
		app_say(e->app, error != NULL, "%s", error ? error->message : _("There is no such problem. link-problem makes one of tickets."));
		g_clear_pointer(&answer, answer_free);
		return;
	}
	items = g_ptr_array_new();
	for (guint i = 0; i < answer->problems->len; i++)
		g_ptr_array_add(items, item_of(answer->problems->pdata[i]));
	answer_free(answer);
	command_pick(e->app, "problems behind tickets", items, picked, errand_new(e->app, ACTION_PROBLEMS, 0));
	app_dirty(e->app, PANE_PICKER, TODO_REFLOW | TODO_PAINT);
}

static void ask_for_list(struct app *app, const char *stage, store_answer_fn *fn, struct errand *e)
{
	struct query q;

	query_init(&q, QUERY_PROBLEMS);
	q.text = *stage ? g_strdup(stage) : NULL;
	app_lookup(app, &q, fn, e, errand_free);
	query_clear(&q);
}

void command_problems(struct app *app, const char *arg)
{
	ask_for_list(app, arg, list_came, errand_new(app, ACTION_PROBLEMS, 0));
}

/* ---- linking */
static GArray *chosen_tickets(struct app *app)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (command_acts_on_many(app)) {
		g_autoptr(GArray) marked = marks_list(app->keying.marks);

		for (guint i = 0; i < marked->len; i++)
			g_array_append_val(ids, g_array_index(marked, struct mark, i).ticket_id);
	} else {
		desk_id id = command_target(app);

		if (id)
			g_array_append_val(ids, id);
	}
	return ids;
}

static void linked(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;

	if (error || !answer || !answer->problem) {
		app_say(e->app, TRUE, "%s", error ? error->message : _("The desk gave no problem."));
		g_clear_pointer(&answer, answer_free);
		return;
	}
	command_unmark_all(e->app, "");
	app_say(e->app, FALSE, say_n("Problem %" G_GINT64_FORMAT " has %d ticket now.", "Problem %" G_GINT64_FORMAT " has %d tickets now.",
	                             (guint64)answer->problem->tickets), answer->problem->id, answer->problem->tickets);
	if (command_problem_here(e->app) == answer->problem->id || e->id)
		show(e->app, g_steal_pointer(&answer->problem));
	answer_free(answer);
}

static void link_to(struct app *app, desk_id problem_id, GArray *ids, gboolean on)
{
	struct change c;

	change_init(&c, CHANGE_PROBLEM_LINK);
	c.problem_id = problem_id;
	c.on = on;
	c.ticket_ids = g_array_ref(ids);
	app_request(app, &c, linked, errand_new(app, ACTION_LINK_PROBLEM, 0), errand_free);
	change_clear(&c);
}

static void make(struct app *app, const char *title, GArray *ids)
{
	struct errand *e = errand_new(app, ACTION_LINK_PROBLEM, 0);
	struct change c;

	e->id = 1; /* it opens */
	change_init(&c, CHANGE_PROBLEM_SAVE);
	c.problem_record = problem_new();
	c.problem_record->title = g_strdup(title);
	g_clear_pointer(&c.problem_record->ticket_ids, g_array_unref);
	c.problem_record->ticket_ids = g_array_ref(ids);
	app_request(app, &c, linked, e, errand_free);
	change_clear(&c);
}

static void title_typed(const char *text, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;
	g_autoptr(GArray) ids = chosen_tickets(app);

	if (text && *text)
		make(app, text, ids);
}

static void unlink_all(struct app *app, GArray *ids)
{
	for (guint i = 0; i < ids->len; i++) {
		desk_id id = g_array_index(ids, desk_id, i);
		const struct ticket *t = store_ticket(app->store, id);
		desk_id problem_id = command_problem_here(app) ? command_problem_here(app) : t ? t->problem_id : 0;
		g_autoptr(GArray) one = g_array_new(FALSE, FALSE, sizeof(desk_id));

		g_array_append_val(one, id);
		if (problem_id)
			link_to(app, problem_id, one, FALSE);
		else
			app_say(app, TRUE, "#%" G_GINT64_FORMAT " is part of no problem, as far as is known here.", id);
	}
}

static void link_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;
	g_autoptr(GArray) ids = chosen_tickets(app);

	if (!item)
		return;
	if (item->id)
		link_to(app, item->id, ids, TRUE);
	else if (strcmp(item->word, "none") == 0)
		unlink_all(app, ids);
	else
		command_ask(app, "what the problem is: ", title_typed, errand_new(app, ACTION_LINK_PROBLEM, 0));
}

static void offer_link(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;
	GPtrArray *items;

	if (error || !answer || !answer->problems) {
		app_say(e->app, TRUE, "%s", error ? error->message : _("The desk gave no problem."));
		g_clear_pointer(&answer, answer_free);
		return;
	}
	items = g_ptr_array_new();
	g_ptr_array_add(items, pick_item_new(_("a new problem"), NULL, "new", 0));
	for (guint i = 0; i < answer->problems->len; i++)
		g_ptr_array_add(items, item_of(answer->problems->pdata[i]));
	g_ptr_array_add(items, pick_item_new(_("no problem any more"), NULL, "none", 0));
	answer_free(answer);
	command_pick(e->app, "part of which problem", items, link_picked, errand_new(e->app, ACTION_LINK_PROBLEM, 0));
	app_dirty(e->app, PANE_PICKER, TODO_REFLOW | TODO_PAINT);
}

void command_link_problem(struct app *app, const char *arg)
{
	g_autoptr(GArray) ids = chosen_tickets(app);
	const char *rest;
	gint64 id = number_of(arg, &rest);

	if (!ids->len)
		app_say(app, TRUE, "Mark or open a ticket first.");
	else if (id)
		link_to(app, id, ids, TRUE);
	else if (strcmp(arg, "none") == 0)
		unlink_all(app, ids);
	else if (*arg)
		make(app, arg, ids);
	else
		ask_for_list(app, "", offer_link, errand_new(app, ACTION_LINK_PROBLEM, 0));
}

/* The ticket whose line is marked leaves the problem. */
void command_problem_remove(struct app *app)
{
	struct problem_line what = view_problem_selected(app->pane[PANE_PROBLEM]);
	g_autoptr(GArray) one = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (what.kind != PROBLEM_LINE_TICKET) {
		app_say(app, FALSE, "Only its tickets can be taken off a problem.");
		return;
	}
	g_array_append_val(one, what.id);
	link_to(app, command_problem_here(app), one, FALSE);
}

/* ---- stages */
static void stepped(struct answer *answer, const GError *error, void *arg)
{
	struct errand *e = arg;

	if (!error && answer && answer->problem)
		app_say(e->app, FALSE, "Problem %" G_GINT64_FORMAT " is %s.", answer->problem->id,
		        word_said(problem_stage_name(answer->problem->stage)));
	command_problem_came(answer, error, arg);
}

static void write_step(struct app *app, desk_id id, const char *stage, gboolean done, const char *note, desk_id owner, int64_t due)
{
	struct change c;

	change_init(&c, CHANGE_PROBLEM_STEP);
	c.problem_id = id;
	c.text = g_strdup(stage);
	c.on = done;
	c.body = note && *note ? g_strdup(note) : NULL;
	c.person_id = owner;
	c.hold_until_ms = due;
	app_request(app, &c, stepped, errand_new(app, ACTION_PROBLEM_STEP, 0), errand_free);
	change_clear(&c);
}

static void step_noted(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text)
		write_step(e->app, e->id, e->text, TRUE, text, 0, 0);
}

static void ask_note(struct app *app, desk_id id, enum problem_stage stage)
{
	struct errand *e = errand_new(app, ACTION_PROBLEM_STEP, 0);
	const struct problem *p = view_problem_shown(app->pane[PANE_PROBLEM]);
	const struct problem_step *s = p && p->id == id ? problem_step_of(p->steps, stage) : NULL;
	g_autofree char *label = g_strdup_printf(_("%s; what was done (Enter: no words): "), word_said(problem_stage_name(stage)));

	e->id = id;
	e->text = g_strdup(problem_stage_name(stage));
	command_ask_text(app, label, s ? s->note : NULL, step_noted, e);
}

static enum problem_stage next_stage(const struct problem *p)
{
	for (int stage = PROBLEM_FIRST_STEP; stage <= PROBLEM_LAST_STEP; stage++) {
		const struct problem_step *s = problem_step_of(p->steps, (enum problem_stage)stage);

		if (!s || !s->done_ms)
			return (enum problem_stage)stage;
	}
	return STAGE_COUNT;
}

/* "STAGE [NOTE]", "undo STAGE"; nothing: the next one. */
void command_problem_step(struct app *app, const char *arg)
{
	const struct problem *p = view_problem_shown(app->pane[PANE_PROBLEM]);
	desk_id id = command_problem_here(app);
	g_auto(GStrv) words = g_strsplit(arg, " ", 2);
	gboolean undo = words[0] && strcmp(words[0], "undo") == 0;
	const char *name = undo ? words[1] : words[0];
	int stage = name ? problem_stage_by_name(name) : -1;

	if (!id) {
		app_say(app, FALSE, "Open a problem first: problem NUMBER.");
		return;
	}
	if (!name || !*name)
		stage = (int)next_stage(p);
	if (stage == STAGE_COUNT)
		app_say(app, FALSE, "Every stage of this problem is done.");
	else if (stage <= STAGE_SUSPECTED)
		app_say(app, TRUE, "%s is no stage: found, analysed, fixed, told, prevented or dismissed.", name ? name : "");
	else if (undo || (words[0] && words[1]))
		write_step(app, id, problem_stage_name((enum problem_stage)stage), !undo, undo ? NULL : words[1], 0, 0);
	else
		ask_note(app, id, (enum problem_stage)stage);
}

/* What can be done with the marked stage. */
static void due_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	g_autoptr(GError) error = NULL;
	int64_t due = 0;

	if (!text || !*text)
		return;
	if (!command_until(text, store_now_ms(e->app->store), &due, &error))
		app_say(e->app, TRUE, "%s.", error->message);
	else
		write_step(e->app, e->id, e->text, FALSE, NULL, 0, due);
}

static void owner_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (item)
		write_step(e->app, e->id, e->text, FALSE, NULL, item->id, 0);
}

static GPtrArray *people_items(struct app *app)
{
	const struct session *s = store_session(app->store);
	GPtrArray *items = g_ptr_array_new();

	for (guint i = 0; s && i < s->people->len; i++) {
		const struct person *who = s->people->pdata[i];

		g_ptr_array_add(items, pick_item_new(who->display, who->name, who->name, who->id));
	}
	return items;
}

static struct errand *step_errand(struct app *app, const struct errand *from)
{
	struct errand *e = errand_new(app, ACTION_PROBLEM_STEP, 0);

	e->id = from->id;
	e->text = g_strdup(from->text);
	return e;
}

static void step_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	int stage = problem_stage_by_name(e->text);

	if (!item)
		return;
	if (strcmp(item->word, "done") == 0)
		ask_note(e->app, e->id, (enum problem_stage)stage);
	else if (strcmp(item->word, "undo") == 0)
		write_step(e->app, e->id, e->text, FALSE, NULL, 0, 0);
	else if (strcmp(item->word, "owner") == 0)
		command_pick(e->app, "whose step it is", people_items(e->app), owner_picked, step_errand(e->app, e));
	else
		command_ask(e->app, "by when (2d, 18:00, 2026-11-24): ", due_typed, step_errand(e->app, e));
}

static void step_open(struct app *app, const struct problem_line *what)
{
	struct errand *e = errand_new(app, ACTION_PROBLEM_STEP, 0);
	GPtrArray *items = g_ptr_array_new();

	e->id = command_problem_here(app);
	e->text = g_strdup(problem_stage_name(what->stage));
	if (what->done) {
		g_ptr_array_add(items, pick_item_new(_("not done after all"), NULL, "undo", 0));
	} else {
		g_ptr_array_add(items, pick_item_new(_("done"), NULL, "done", 0));
		g_ptr_array_add(items, pick_item_new(_("whose step it is"), NULL, "owner", 0));
		g_ptr_array_add(items, pick_item_new(_("by when"), NULL, "due", 0));
	}
	command_pick(app, word_said(problem_stage_name(what->stage)), items, step_picked, e);
}

/* ---- its own words */
static void save_with(struct app *app, enum problem_line_kind kind, const char *text, desk_id owner)
{
	const struct problem *p = view_problem_shown(app->pane[PANE_PROBLEM]);
	struct change c;

	if (!p)
		return;
	change_init(&c, CHANGE_PROBLEM_SAVE);
	c.problem_id = p->id;
	c.problem_record = problem_new();
	c.problem_record->id = p->id;
	c.problem_record->version = p->version;
	c.problem_record->title = g_strdup(kind == PROBLEM_LINE_TITLE ? text : p->title);
	c.problem_record->category = g_strdup(kind == PROBLEM_LINE_CATEGORY ? text : p->category);
	c.problem_record->root_cause = g_strdup(kind == PROBLEM_LINE_CAUSE ? text : p->root_cause);
	c.problem_record->owner_id = kind == PROBLEM_LINE_OWNER ? owner : p->owner_id;
	app_request(app, &c, command_problem_came, errand_new(app, ACTION_PROBLEM, 0), errand_free);
	change_clear(&c);
}

static void word_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text)
		save_with(e->app, (enum problem_line_kind)e->id, text, 0);
}

static void problem_owner_picked(const struct pick_item *item, void *arg)
{
	if (item)
		save_with(((struct errand *)arg)->app, PROBLEM_LINE_OWNER, NULL, item->id);
}

static void category_picked(const struct pick_item *item, void *arg)
{
	if (item)
		save_with(((struct errand *)arg)->app, PROBLEM_LINE_CATEGORY, item->word, 0);
}

static void pick_category(struct app *app)
{
	const struct session *s = store_session(app->store);
	GPtrArray *items = g_ptr_array_new();

	for (guint i = 0; s && i < s->categories->len; i++) {
		const struct category *k = s->categories->pdata[i];

		if (k->active)
			g_ptr_array_add(items, pick_item_new(k->name, NULL, k->name, 0));
	}
	command_pick(app, "what the problem is about", items, category_picked, errand_new(app, ACTION_PROBLEM, 0));
}

static void word_open(struct app *app, enum problem_line_kind kind, const char *label, const char *now)
{
	struct errand *e = errand_new(app, ACTION_PROBLEM, 0);

	e->id = (desk_id)kind;
	command_ask_text(app, label, now, word_typed, e);
}

void command_problem_open(struct app *app)
{
	struct problem_line what = view_problem_selected(app->pane[PANE_PROBLEM]);
	const struct problem *p = view_problem_shown(app->pane[PANE_PROBLEM]);

	switch (what.kind) {
	case PROBLEM_LINE_TITLE:
		word_open(app, what.kind, "what the problem is: ", p->title);
		break;
	case PROBLEM_LINE_CATEGORY:
		pick_category(app);
		break;
	case PROBLEM_LINE_CAUSE:
		word_open(app, what.kind, "root cause: ", p->root_cause);
		break;
	case PROBLEM_LINE_OWNER:
		command_pick(app, "whose problem it is", people_items(app), problem_owner_picked, errand_new(app, ACTION_PROBLEM, 0));
		break;
	case PROBLEM_LINE_STEP:
		step_open(app, &what);
		break;
	case PROBLEM_LINE_TOLD:
		command_run(app, ACTION_PROBLEM_TELL, "");
		break;
	case PROBLEM_LINE_ARTICLE:
		command_run(app, ACTION_PROBLEM_ARTICLE, "knowledge");
		break;
	case PROBLEM_LINE_TRAINING:
		command_run(app, ACTION_PROBLEM_ARTICLE, "training");
		break;
	case PROBLEM_LINE_TICKET:
		app->problem_on = FALSE;
		app_dirty(app, PANE_PROBLEM, TODO_REFLOW);
		command_open_ticket(app, what.id);
		break;
	case PROBLEM_LINE_NONE:
		break;
	}
}
