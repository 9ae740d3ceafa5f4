/* The queue: pages of a list in both directions, narrowed by a query of rules/find.h. */
#include "server/desk/find.h"

#include <string.h>

#define QUEUE_LIMIT 50
#define QUEUE_LIMIT_MAX 500
#define COUNT_CAP 5000      /* an offset beyond is "unknown" */
#define LATE_CAP 1000       /* more late tickets than this are just "1000" */
#define FILTER_CAP 1000     /* a filtered total beyond is an estimate */
#define SEARCH_MS CLOCK_PATIENCE(400) /* for the rows of a page */
#define COUNT_MS CLOCK_PATIENCE(15)   /* and for each of its counts */

static struct find_key key_of(const struct ticket_row *row)
{
	return (struct find_key){row->next_due_ms, row->id};
}

static char *cursor_of(const struct ticket_row *row)
{
	return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, row->next_due_ms, row->id);
}

static gboolean cursor_parse(const char *s, struct find_key *key, GError **error)
{
	char *end = NULL;

	if (s && *s) {
		key->due = g_ascii_strtoll(s, &end, 10);
		if (end != s && *end == '.') {
			const char *id = end + 1;

			key->id = g_ascii_strtoll(id, &end, 10);
			if (end != id && !*end)
				return TRUE;
		}
	}
	return desk_fail(error, DESK_INVALID, "the cursor of the page isn't one of this server's");
}

/* Before the first row and behind the last one, in the order of the list. */
static struct find_key key_first(const struct find_list *l)
{
	return l->newest ? FIND_KEY_LAST : FIND_KEY_FIRST;
}

static struct find_key key_last(const struct find_list *l)
{
	return l->newest ? FIND_KEY_FIRST : FIND_KEY_LAST;
}

/* ---- totals without a query cost nothing */
struct totals {
	const struct find_list *list;
	int64_t n, all;
};

static gboolean totals_fn(const struct db_row *row, void *arg)
{
	struct totals *t = arg;
	const struct find_list *l = t->list;
	int place = (int)db_int(row, 0);
	int wanted = l->source == LIST_DONE ? PLACE_DONE : l->source == LIST_SNOOZED ? PLACE_SNOOZED : PLACE_LISTED;
	desk_id group_id = db_int(row, 1), assignee_id = db_int(row, 2);

	t->all += db_int(row, 3);
	if (l->source == LIST_EVERY) {
		t->n += db_int(row, 3);
		return TRUE;
	}
	if (place != wanted)
		return TRUE;
	if (l->source == LIST_FREE && assignee_id)
		return TRUE;
	for (guint i = 0; i < l->keys->len; i++) {
		desk_id key = g_array_index(l->keys, desk_id, i);

		if (l->source == LIST_ALL || key == (l->source == LIST_PERSON ? assignee_id : group_id))
			t->n += db_int(row, 3);
	}
	return TRUE;
}

gboolean find_list_base(struct find_list *l, GError **error)
{
	struct totals t = {l, 0, 0};

	if (!db_run(l->conn, STMT_QUEUE_TOTALS, NULL, 0, totals_fn, &t, error))
		return FALSE;
	l->base = find_source_counts(l->source) ? 0 : t.n;
	l->tickets = t.all;
	return TRUE;
}

/* ---- what the query asks for */
gboolean find_list_view(struct find_list *l, const struct words *w, const struct actor *who, const char *view,
                        desk_id group_id, GError **error)
{
	static const struct {
		const char *name;
		enum find_source source;
	} views[] = {{"mine", LIST_GROUP}, {"assigned", LIST_PERSON}, {"unassigned", LIST_FREE}, {"all", LIST_ALL},
	             {"done", LIST_DONE}, {"snoozed", LIST_SNOOZED}, {"promises", LIST_PROMISED},
	             {"follow-ups", LIST_FOLLOW_UP}, {"to-acknowledge", LIST_ACKNOWLEDGE}, {"every", LIST_EVERY}};
	GArray *keys;
	desk_id key = 0;
	guint i;

	for (i = 0; i < G_N_ELEMENTS(views) && strcmp(view, views[i].name) != 0; i++)
		;
	if (i == G_N_ELEMENTS(views))
		return desk_fail(error, DESK_INVALID,
		                 "view must be mine, assigned, unassigned, all, done, snoozed, promises, follow-ups, "
		                 "to-acknowledge or every, not \"%s\"", view);
	if (group_id && !words_group(w, group_id))
		return desk_fail(error, DESK_NOTFOUND, "there is no group %" G_GINT64_FORMAT, group_id);
	l->source = views[i].source == LIST_ALL && group_id ? LIST_GROUP : views[i].source;
	if (l->source == LIST_PERSON || l->source == LIST_ACKNOWLEDGE)
		key = who->person_id;
	else if (l->source != LIST_EVERY)
		key = group_id;
	if (key || l->source == LIST_ALL || l->source == LIST_PERSON || l->source == LIST_EVERY) {
		keys = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_array_append_val(keys, key);
	} else {
		keys = words_groups_of(w, who->person_id);
	}
	l->keys = keys;
	return TRUE;
}

static gboolean list_order(struct find_list *l, const char *order, GError **error)
{
	l->newest = order && strcmp(order, "newest") == 0;
	return !order || l->newest || strcmp(order, "due") == 0 ||
	       desk_fail(error, DESK_INVALID, "order must be due or newest, not \"%s\"", order);
}

struct span {
	GPtrArray *rows;
	gboolean more_before, more_after;
};

/* One row more than asked tells whether there are others beyond. */
static gboolean span_side(struct find_list *l, gboolean back, struct find_key key, int n, struct span *span,
                          GError **error)
{
	gboolean more;

	span->rows = find_rows(l, back, key, n + 1, error);
	if (!span->rows)
		return FALSE;
	more = span->rows->len > (guint)n;
	if (more)
		g_ptr_array_remove_index(span->rows, back ? 0 : span->rows->len - 1);
	*(back ? &span->more_before : &span->more_after) = more || l->cut;
	return TRUE;
}

static gboolean span_around(struct find_list *l, struct find_key key, int n, struct span *span, GError **error)
{
	struct span before = {0};
	int half = n / 2;

	if (!span_side(l, TRUE, key, half, &before, error))
		return FALSE;
	key.id += l->newest ? 1 : -1; /* itself stands in the second half */
	if (!span_side(l, FALSE, key, n - (int)before.rows->len, span, error)) {
		g_ptr_array_unref(before.rows);
		return FALSE;
	}
	span->more_before = before.more_before;
	g_ptr_array_extend_and_steal(before.rows, span->rows);
	span->rows = before.rows;
	return TRUE;
}

static gboolean row_key_fn(const struct db_row *row, void *arg)
{
	*(struct find_key *)arg = (struct find_key){db_int(row, 12), db_int(row, 0)};
	return TRUE;
}

static gboolean own_key_fn(const struct db_row *row, void *arg)
{
	*(struct find_key *)arg = (struct find_key){db_int(row, 0), db_int(row, 1)};
	return TRUE;
}

/* Where the ticket stands, or would, in the order of the list. */
static gboolean key_of_ticket(const struct find_list *l, desk_id id, struct find_key *key, GError **error)
{
	if (l->source == LIST_PROMISED)
		return DB_RUN(l->conn, STMT_QUEUE_PROMISE_KEY, own_key_fn, key, error, DB_I(id));
	if (l->source == LIST_ACKNOWLEDGE)
		return DB_RUN(l->conn, STMT_QUEUE_BOUNCE_KEY, own_key_fn, key, error, DB_I(id));
	if (l->source == LIST_FOLLOW_UP)
		return DB_RUN(l->conn, STMT_QUEUE_FOLLOW_KEY, own_key_fn, key, error, DB_I(id));
	return DB_RUN(l->conn, STMT_TICKET_ROW, row_key_fn, key, error, DB_I(id));
}

static gboolean span_of_query(struct find_list *l, const struct query *q, int n, struct span *span, GError **error)
{
	struct find_key key = {0};

	switch (q->anchor) {
	case PAGE_FIRST:
		return span_side(l, FALSE, key_first(l), n, span, error);
	case PAGE_LAST:
		return span_side(l, TRUE, key_last(l), n, span, error);
	case PAGE_AFTER:
		span->more_before = TRUE;
		return cursor_parse(q->cursor, &key, error) && span_side(l, FALSE, key, n, span, error);
	case PAGE_BEFORE:
		span->more_after = TRUE;
		return cursor_parse(q->cursor, &key, error) && span_side(l, TRUE, key, n, span, error);
	case PAGE_AROUND:
		if (!key_of_ticket(l, q->ticket_id, &key, error))
			return FALSE;
		if (!key.id)
			return desk_fail(error, DESK_NOTFOUND, "there is no ticket #%" G_GINT64_FORMAT, q->ticket_id);
		return span_around(l, key, n, span, error);
	}
	return desk_fail(error, DESK_INVALID, "the page has no anchor");
}

/* ---- counts: each has its time; what isn't known in it is said to be unknown */
static gboolean count_total(struct find_list *l, const struct span *span, struct queue_page *page, GError **error)
{
	page->total = l->base;
	page->total_exact = TRUE;
	if (l->plan->empty && !find_source_counts(l->source))
		return TRUE;
	if (!find_count(l, l->newest ? FIND_KEY_FIRST : FIND_KEY_LAST, FILTER_CAP, &page->total, error))
		return FALSE;
	page->total_exact = page->total >= 0 && page->total < FILTER_CAP;
	if (page->total < 0) /* at least what is seen */
		page->total = span->rows->len + span->more_before + span->more_after;
	return TRUE;
}

static gboolean count_offset(struct find_list *l, const struct query *q, const struct span *span, struct queue_page *page,
                             GError **error)
{
	page->offset = 0;
	if (q->anchor == PAGE_LAST && page->total_exact) {
		page->offset = page->total - span->rows->len;
		return TRUE;
	}
	if (!span->rows->len || !span->more_before)
		return TRUE;
	if (!find_count(l, key_of(span->rows->pdata[0]), COUNT_CAP, &page->offset, error))
		return FALSE;
	if (page->offset >= COUNT_CAP)
		page->offset = -1;
	return TRUE;
}

static gboolean count_late(struct find_list *l, int64_t now_ms, struct queue_page *page, GError **error)
{
	gboolean newest = l->newest, ok;

	page->late = 0;
	if (l->source == LIST_DONE)
		return TRUE;
	l->newest = FALSE;
	ok = find_count(l, (struct find_key){now_ms, 0}, LATE_CAP, &page->late, error);
	l->newest = newest;
	return ok;
}

static gboolean page_fill(struct find_list *l, const struct query *q, int64_t now_ms, struct queue_page *page,
                          GError **error)
{
	int n = q->limit <= 0 ? QUEUE_LIMIT : MIN(q->limit, QUEUE_LIMIT_MAX);
	struct span span = {0};

	if (!find_list_base(l, error) || (!l->plan->empty && !db_read_limit(l->conn, SEARCH_MS, error)))
		return FALSE;
	l->until_us = g_get_monotonic_time() + SEARCH_MS * G_TIME_SPAN_MILLISECOND;
	if (!span_of_query(l, q, n, &span, error)) {
		if (span.rows)
			g_ptr_array_unref(span.rows);
		return FALSE;
	}
	page->rows = span.rows;
	if (span.rows->len) {
		if (span.more_before)
			page->before = cursor_of(span.rows->pdata[0]);
		if (span.more_after)
			page->after = cursor_of(span.rows->pdata[span.rows->len - 1]);
	}
	page->offset = page->late = -1;
	if (!l->plan->empty && !l->spent && !db_read_limit(l->conn, COUNT_MS, error))
		return FALSE;
	return count_total(l, &span, page, error) && count_offset(l, q, &span, page, error) &&
	       count_late(l, now_ms, page, error);
}

/* The desk's own time zone: what "today" is. Only asked when there is a query. */
char *find_zone(struct db_conn *conn, const char *text)
{
	return text && *text ? desk_setting(conn, "zone") : NULL;
}

gboolean queue_query(struct desk *d, struct db_conn *conn, const struct words *w, const struct actor *who,
                     const struct query *q, int64_t now_ms, struct answer *out, GError **error)
{
	g_autofree char *zone = find_zone(conn, q->text);
	struct find_plan plan;
	struct find_list l = {.conn = conn, .words = w, .engine = db_engine(d->db), .plan = &plan};
	struct queue_page *page;
	gboolean ok;

	if (!find_list_view(&l, w, who, q->view ? q->view : "mine", q->group_id, error))
		return FALSE;
	if (!list_order(&l, q->order, error) ||
	    !find_compile(&plan, w, l.engine, who, q->text, now_ms, zone, error)) {
		g_array_unref(l.keys);
		return FALSE;
	}
	page = g_new0(struct queue_page, 1);
	/* first: after a search that ran out of time PostgreSQL answers no more */
	ok = db_run(conn, STMT_FEED_HEAD, NULL, 0, row_int_fn, &page->seq, error) &&
	     page_fill(&l, q, now_ms, page, error);
	if (!page->rows)
		page->rows = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_row_free);
	out->page = page;
	find_list_clear(&l);
	find_plan_clear(&plan);
	g_array_unref(l.keys);
	return ok;
}
