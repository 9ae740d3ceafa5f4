/* Marking tickets, and lines by their number: both read lists by pages where they reach beyond what is here. */
#include "tui/commands.h"

#include "base/say.h"

#define WALK_PAGE 500

static void show_marks(struct app *app)
{
	view_status_marked(app->pane[PANE_STATUS], marks_count(app->keying.marks));
	app_dirty(app, PANE_QUEUE, TODO_PAINT);
}

/* ---------------------------------------------------------------- one, or some */

static void toggle(struct app *app, desk_id id)
{
	const struct ticket_row *row = command_row(app, id);

	if (marks_has(app->keying.marks, id))
		marks_remove(app->keying.marks, id);
	else
		marks_put(app->keying.marks, id, row ? row->customer_id : 0);
}

/* In the queue the cursor goes on to the next line, so that a run of tickets is a run of keys. */
void command_mark(struct app *app, const char *arg)
{
	struct view *queue = app->pane[PANE_QUEUE];
	int n = MAX(app->keying.count, 1);

	(void)arg;
	if (app->focus != PANE_QUEUE) {
		toggle(app, command_target(app));
		show_marks(app);
		return;
	}
	for (int i = 0; i < n; i++) {
		desk_id id = view_queue_selected(queue);

		if (id && (n == 1 || !marks_has(app->keying.marks, id)))
			toggle(app, id);
		queue->todo |= queue->ops->act(queue, ACTION_NEXT, "", 1);
		if (view_queue_selected(queue) == id)
			break;
	}
	show_marks(app);
}

void command_unmark_all(struct app *app, const char *arg)
{
	(void)arg;
	marks_clear(app->keying.marks);
	show_marks(app);
}

gboolean command_unmark(struct app *app)
{
	guint n = marks_count(app->keying.marks);

	if (!n)
		return FALSE;
	command_unmark_all(app, "");
	app_say(app, FALSE, say_n("%u ticket is no longer marked.", "%u tickets are no longer marked.", n), n);
	return TRUE;
}

/* ---------------------------------------------------------------- the whole list */

/* The list as it was when asked, page after page; keys wait for the last of them. */
struct walk {
	struct app *app;
	struct query query;
	gint64 line;   /* the one to go to; 0: mark all */
	gint64 seen;
};

static void walk_free(gpointer p)
{
	struct walk *w = p;

	query_clear(&w->query);
	g_free(w);
}

static void page_came(struct answer *answer, const GError *error, void *arg);

static void walk_on(const struct walk *from, const char *cursor)
{
	struct walk *w = g_new0(struct walk, 1);

	*w = *from;
	query_copy(&w->query, &from->query);
	w->query.anchor = cursor ? PAGE_AFTER : PAGE_FIRST;
	g_free(w->query.cursor);
	w->query.cursor = g_strdup(cursor);
	app_lookup(w->app, &w->query, page_came, w, walk_free);
}

static void mark_page(struct walk *w, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct ticket_row *row = rows->pdata[i];

		marks_put(w->app->keying.marks, row->id, row->customer_id);
	}
	show_marks(w->app);
}

static void all_marked(struct app *app)
{
	guint n = marks_count(app->keying.marks);

	app_say(app, FALSE, say_n("%u ticket is marked.", "%u tickets are marked.", n), n);
}

/* The line wanted, or the last there is. TRUE: it was in this page. */
static gboolean go_in_page(struct walk *w, const GPtrArray *rows, gboolean last_page)
{
	gint64 i = w->line - w->seen - 1;
	const struct ticket_row *row;

	if (!rows->len || (i >= (gint64)rows->len && !last_page))
		return FALSE;
	row = rows->pdata[MIN(i, (gint64)rows->len - 1)];
	view_queue_goto(w->app->pane[PANE_QUEUE], row->id);
	return TRUE;
}

static void page_came(struct answer *answer, const GError *error, void *arg)
{
	struct walk *w = arg;
	const GPtrArray *rows = answer && answer->page ? answer->page->rows : NULL;
	const char *after = rows ? answer->page->after : NULL;
	gboolean there = FALSE;

	if (error || !rows) {
		app_say(w->app, TRUE, "%s", error ? error->message : _("The desk gave no list."));
	} else {
		if (w->line)
			there = go_in_page(w, rows, !after);
		else
			mark_page(w, rows);
		w->seen += rows->len;
		if (after && !there)
			walk_on(w, after);
		else if (!w->line)
			all_marked(w->app);
	}
	g_clear_pointer(&answer, answer_free);
}

static void walk(struct app *app, gint64 line)
{
	struct walk w = {.app = app, .line = line};

	store_queue_query(app->store, &w.query);
	w.query.limit = WALK_PAGE;
	walk_on(&w, NULL);
	query_clear(&w.query);
}

void command_mark_all(struct app *app, const char *arg)
{
	gboolean at_top = FALSE, at_end = store_queue_ends(app->store, &at_top);
	size_t n = store_queue_size(app->store);

	(void)arg;
	if (!at_top || !at_end) {
		walk(app, 0);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct ticket_row *row = store_queue_at(app->store, i);

		marks_put(app->keying.marks, row->id, row->customer_id);
	}
	show_marks(app);
	all_marked(app);
}

void command_line(struct app *app, gint64 line)
{
	if (app->focus == PANE_QUEUE && line > 0)
		walk(app, line);
}
