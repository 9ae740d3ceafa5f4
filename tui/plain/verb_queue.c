/* Lists of tickets: a view, a search. */
#include "tui/plain/verbs.h"

#include <stdio.h>
#include <string.h>

#include "rules/find.h"

#define PAGE 500
#define SHOWN 100 /* when nothing is said */

static const struct listing queue_list = {
	&shape_ticket_row, "rows",
	"id,next_due,status,priority,channel,customer_name,group_name,assignee_name,subject", "id"};

/* ---- which */

static void add_text(struct query *q, const char *text)
{
	g_autofree char *before = g_steal_pointer(&q->text);

	q->text = before ? g_strdup_printf("(%s) (%s)", before, text) : g_strdup(text);
}

static gboolean saved(struct desk *d, const char *name, struct query *q, GError **error)
{
	struct query ask;

	query_init(&ask, QUERY_VIEWS);
	g_autoptr(answer_auto) a = desk_read(d, &ask, error);
	query_clear(&ask);
	if (!a)
		return FALSE;
	const struct saved_view *v = desk_named(a->views, offsetof(struct saved_view, name), name);

	if (!v)
		return desk_fail(error, DESK_NOTFOUND, _("there is no view or group %s"), name);
	q->view = g_strdup("every");
	if (v->query && *v->query)
		add_text(q, v->query);
	if (v->newest_first)
		q->order = g_strdup("newest");
	return TRUE;
}

/* A view that is always there, a group, or one that was saved. */
static gboolean take_view(struct desk *d, const char *view, struct query *q, GError **error)
{
	if (find_view_text(view)) {
		q->view = g_strdup(view);
		return TRUE;
	}
	const struct group *g = desk_group(d, view, NULL);

	if (!g)
		return saved(d, view, q, error);
	q->view = g_strdup("all");
	q->group_id = g->id;
	return TRUE;
}

gboolean plain_queue_query(struct desk *d, struct call *c, const char *view, struct query *q, GError **error)
{
	const char *filter = call_option(c, PLAIN_OPTION_FILTER), *order = call_option(c, PLAIN_OPTION_ORDER);
	const char *group = call_option(c, PLAIN_OPTION_GROUP);

	if (!take_view(d, view, q, error))
		return FALSE;
	if (filter && *filter)
		add_text(q, filter);
	if (group) {
		const struct group *g = desk_group(d, group, error);

		if (!g)
			return FALSE;
		q->group_id = g->id;
	}
	if (order && strcmp(order, "due") != 0 && strcmp(order, "newest") != 0)
		return desk_fail(error, DESK_INVALID, _("--order is due or newest"));
	if (order) {
		g_free(q->order);
		q->order = g_strdup(order);
	}
	return TRUE;
}

/* ---- pages */

/* Appends the next page's rows to `all`; FALSE on trouble. */
static gboolean next_page(struct desk *d, struct query *q, int most, struct answer *all, GError **error)
{
	g_autoptr(answer_auto) a = NULL;
	GPtrArray *rows;

	q->anchor = PAGE_AFTER;
	g_free(q->cursor);
	q->cursor = g_strdup(all->page->after);
	q->limit = MIN(PAGE, most);
	a = desk_read(d, q, error);
	if (!a)
		return FALSE;
	rows = a->page->rows;
	while (rows->len)
		g_ptr_array_add(all->page->rows, g_ptr_array_steal_index(rows, 0));
	g_free(all->page->after);
	all->page->after = g_steal_pointer(&a->page->after);
	return TRUE;
}

static struct answer *rows_of(struct desk *d, struct query *q, int most, GError **error)
{
	struct answer *all;

	q->limit = MIN(PAGE, most);
	all = desk_read(d, q, error);
	while (all && all->page->after && all->page->rows->len < (guint)most)
		if (!next_page(d, q, most - (int)all->page->rows->len, all, error))
			g_clear_pointer(&all, answer_free);
	return all;
}

static int put_page(struct call *c, const struct queue_page *page)
{
	int code = PLAIN_OK;

	if (c->out->format == OUT_JSON && !c->out->quiet)
		out_json(c->out, &shape_queue_page, page);
	else
		code = call_list(c, &queue_list, page->rows);
	if (code == PLAIN_OK && c->out->format == OUT_TEXT && !c->out->quiet && !c->out->spoken &&
	    page->total > (int64_t)page->rows->len)
		fprintf(stderr, page->total_exact ? _("%u of %" PRId64 "; --limit or --all shows more\n")
		                                  : _("%u of about %" PRId64 "; --limit or --all shows more\n"),
		        page->rows->len, page->total);
	return code;
}

static int list(struct call *c, const char *view, const char *text, gboolean newest)
{
	g_autoptr(GError) error = NULL;
	int most = call_limit(c, G_MAXINT, &error), code = PLAIN_OK;
	g_autoptr(answer_auto) a = NULL;
	struct query q;

	if (most < 0)
		return call_usage(c, "%s", error->message);
	if (most == 0)
		most = c->option[PLAIN_OPTION_ALL] ? G_MAXINT : SHOWN;
	query_init(&q, QUERY_QUEUE);
	if (text)
		q.text = g_strdup(text);
	if (newest)
		q.order = g_strdup("newest");
	if (plain_queue_query(c->desk, c, view, &q, &error))
		a = rows_of(c->desk, &q, most, &error);
	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	c->out->now_ms = desk_now_ms(c->desk);
	code = put_page(c, a->page);
	return code;
}

int verb_queue(struct call *c)
{
	g_autofree char *view = call_rest(c, 0);

	return list(c, view ? view : "mine", NULL, FALSE);
}

int verb_search(struct call *c)
{
	g_autofree char *text = call_rest(c, 0);

	if (!text)
		return call_usage(c, _("what do you look for? usage: ttydesk %s %s"), c->verb->name, c->verb->args);
	return list(c, "every", text, TRUE);
}
