/* The queue: pages by (next_due, id) in both directions, merged over groups. */
#include "server/desk/inside.h"

#include <string.h>

#define QUEUE_LIMIT 50
#define QUEUE_LIMIT_MAX 500
#define COUNT_CAP 5000      /* an offset beyond is "unknown" */
#define LATE_CAP 1000       /* more late tickets than this are just "1000" */
#define FILTER_CAP 1000     /* a filtered total beyond is an estimate */

/* Which family of statements a list is made of. */
enum source { SOURCE_ALL, SOURCE_GROUP, SOURCE_DONE, SOURCE_FREE, SOURCE_PERSON, SOURCE_COUNT };
enum step { STEP_NEXT, STEP_PREV, STEP_COUNT };

#define FAMILY(source) \
	{{STMT_QUEUE_##source##_NEXT, STMT_QUEUE_##source##_NEXT_WORDS}, \
	 {STMT_QUEUE_##source##_PREV, STMT_QUEUE_##source##_PREV_WORDS}, \
	 {STMT_QUEUE_##source##_COUNT, STMT_QUEUE_##source##_COUNT_WORDS}}
static const enum db_stmt families[SOURCE_COUNT][3][2] = {
	[SOURCE_ALL] = FAMILY(ALL),
	[SOURCE_GROUP] = FAMILY(GROUP),
	[SOURCE_DONE] = FAMILY(DONE),
	[SOURCE_FREE] = FAMILY(FREE),
	[SOURCE_PERSON] = FAMILY(PERSON),
};

struct list {
	struct db_conn *conn;
	const struct words *words;
	enum source source;
	GArray *keys;           /* desk_id: groups, a person, or 0 */
	struct find_words find;
};

struct key {
	int64_t due;
	desk_id id;
};
#define KEY_FIRST ((struct key){INT64_MIN, INT64_MIN})
#define KEY_LAST ((struct key){INT64_MAX, INT64_MAX})

static struct key key_of(const struct ticket_row *row)
{
	return (struct key){row->next_due_ms, row->id};
}

static char *cursor_of(const struct ticket_row *row)
{
	return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, row->next_due_ms, row->id);
}

static gboolean cursor_parse(const char *s, struct key *key, GError **error)
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

struct collect {
	const struct words *words;
	GPtrArray *rows;
};

static gboolean collect_fn(const struct db_row *row, void *arg)
{
	struct collect *c = arg;
	struct ticket_row *to = g_new0(struct ticket_row, 1);

	row_read(row, c->words, to);
	g_ptr_array_add(c->rows, to);
	return TRUE;
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
	const struct ticket_row *x = *(const struct ticket_row *const *)a, *y = *(const struct ticket_row *const *)b;

	if (x->next_due_ms != y->next_due_ms)
		return x->next_due_ms < y->next_due_ms ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* The n rows next to `key` in that direction, in queue order. */
static GPtrArray *list_rows(const struct list *l, enum step step, struct key key, int n, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_row_free);
	struct collect c = {l->words, rows};

	for (guint i = 0; i < l->keys->len; i++) {
		const struct db_arg args[] = {
			DB_I(g_array_index(l->keys, desk_id, i)), DB_I(key.due), DB_I(key.id), DB_I(n),
			DB_T(l->find.word[0]), DB_T(l->find.word[1]), DB_T(l->find.word[2]), DB_T(l->find.word[3]),
		};

		if (!db_run(l->conn, families[l->source][step][l->find.any], args, l->find.any ? 8 : 4,
		            collect_fn, &c, error))
			return NULL;
	}
	if (l->keys->len > 1 || step == STEP_PREV)
		g_ptr_array_sort(rows, compare_rows);
	if (rows->len > (guint)n && step == STEP_NEXT)
		g_ptr_array_set_size(rows, n);
	else if (rows->len > (guint)n)
		g_ptr_array_remove_range(rows, 0, rows->len - (guint)n);
	return g_steal_pointer(&rows);
}

/* How many rows stand before `key`; stops at cap. -1 on failure. */
static int64_t list_count(const struct list *l, struct key key, int64_t cap, GError **error)
{
	int64_t sum = 0;

	for (guint i = 0; i < l->keys->len && sum < cap; i++) {
		int64_t n = 0;
		const struct db_arg args[] = {
			DB_I(g_array_index(l->keys, desk_id, i)), DB_I(key.due), DB_I(key.id), DB_I(cap),
			DB_T(l->find.word[0]), DB_T(l->find.word[1]), DB_T(l->find.word[2]), DB_T(l->find.word[3]),
		};

		if (!db_run(l->conn, families[l->source][STEP_COUNT][l->find.any], args, l->find.any ? 8 : 4,
		            row_int_fn, &n, error))
			return -1;
		sum += n;
	}
	return MIN(sum, cap);
}

struct totals {
	const struct list *list;
	int64_t n;
};

static gboolean totals_fn(const struct db_row *row, void *arg)
{
	struct totals *t = arg;
	gboolean active = db_int(row, 0) != 0;
	desk_id group_id = db_int(row, 1), assignee_id = db_int(row, 2);

	if (active == (t->list->source == SOURCE_DONE))
		return TRUE;
	if (t->list->source == SOURCE_FREE && assignee_id)
		return TRUE;
	for (guint i = 0; i < t->list->keys->len; i++) {
		desk_id key = g_array_index(t->list->keys, desk_id, i);

		if (t->list->source == SOURCE_ALL ||
		    key == (t->list->source == SOURCE_PERSON ? assignee_id : group_id))
			t->n += db_int(row, 3);
	}
	return TRUE;
}

static gboolean list_total(const struct list *l, struct queue_page *page, GError **error)
{
	struct totals t = {l, 0};

	if (l->find.any) {
		page->total = list_count(l, KEY_LAST, FILTER_CAP, error);
		page->total_exact = page->total < FILTER_CAP;
		return page->total >= 0;
	}
	if (!db_run(l->conn, STMT_QUEUE_TOTALS, NULL, 0, totals_fn, &t, error))
		return FALSE;
	page->total = t.n;
	page->total_exact = TRUE;
	return TRUE;
}

/* ---- what the query asks for */
static gboolean list_of_query(struct list *l, const struct actor *who, const struct query *q, GError **error)
{
	const char *view = q->view ? q->view : "mine";
	desk_id key = 0;

	if (strcmp(view, "assigned") == 0) {
		l->source = SOURCE_PERSON;
		key = who->person_id;
	} else if (strcmp(view, "unassigned") == 0) {
		l->source = SOURCE_FREE;
	} else if (strcmp(view, "done") == 0) {
		l->source = SOURCE_DONE;
	} else if (strcmp(view, "mine") == 0) {
		l->source = SOURCE_GROUP;
	} else if (strcmp(view, "all") == 0) {
		l->source = q->group_id ? SOURCE_GROUP : SOURCE_ALL;
	} else {
		return desk_fail(error, DESK_INVALID,
		                 "view must be mine, assigned, unassigned, all or done, not \"%s\"", view);
	}
	if (q->group_id && !words_group(l->words, q->group_id))
		return desk_fail(error, DESK_NOTFOUND, "there is no group %" G_GINT64_FORMAT, q->group_id);
	if (q->group_id && l->source != SOURCE_PERSON)
		key = q->group_id;
	if (key || l->source == SOURCE_ALL || l->source == SOURCE_PERSON) {
		l->keys = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_array_append_val(l->keys, key);
	} else {
		l->keys = words_groups_of(l->words, who->person_id);
	}
	find_words_init(&l->find, q->text);
	return TRUE;
}

struct span {
	GPtrArray *rows;
	gboolean more_before, more_after;
};

/* One row more than asked tells whether there are others beyond. */
static gboolean span_side(const struct list *l, enum step step, struct key key, int n, struct span *span,
                          GError **error)
{
	gboolean more;

	span->rows = list_rows(l, step, key, n + 1, error);
	if (!span->rows)
		return FALSE;
	more = span->rows->len > (guint)n;
	if (more)
		g_ptr_array_remove_index(span->rows, step == STEP_NEXT ? span->rows->len - 1 : 0);
	*(step == STEP_NEXT ? &span->more_after : &span->more_before) = more;
	return TRUE;
}

static gboolean span_around(const struct list *l, struct key key, int n, struct span *span, GError **error)
{
	struct span before = {0};
	int half = n / 2;

	if (!span_side(l, STEP_PREV, key, half, &before, error))
		return FALSE;
	key.id--; /* itself stands in the second half */
	if (!span_side(l, STEP_NEXT, key, n - (int)before.rows->len, span, error)) {
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
	*(struct key *)arg = (struct key){db_int(row, 12), db_int(row, 0)};
	return TRUE;
}

static gboolean span_of_query(const struct list *l, const struct query *q, int n, struct span *span, GError **error)
{
	struct key key = {0};

	switch (q->anchor) {
	case PAGE_FIRST:
		return span_side(l, STEP_NEXT, KEY_FIRST, n, span, error);
	case PAGE_LAST:
		return span_side(l, STEP_PREV, KEY_LAST, n, span, error);
	case PAGE_AFTER:
		span->more_before = TRUE;
		return cursor_parse(q->cursor, &key, error) && span_side(l, STEP_NEXT, key, n, span, error);
	case PAGE_BEFORE:
		span->more_after = TRUE;
		return cursor_parse(q->cursor, &key, error) && span_side(l, STEP_PREV, key, n, span, error);
	case PAGE_AROUND:
		if (!DB_RUN(l->conn, STMT_TICKET_ROW, row_key_fn, &key, error, DB_I(q->ticket_id)))
			return FALSE;
		if (!key.id)
			return desk_fail(error, DESK_NOTFOUND, "there is no ticket #%" G_GINT64_FORMAT, q->ticket_id);
		return span_around(l, key, n, span, error);
	}
	return desk_fail(error, DESK_INVALID, "the page has no anchor");
}

static gboolean page_fill(const struct list *l, const struct query *q, int64_t now_ms, struct queue_page *page,
                          GError **error)
{
	int n = q->limit <= 0 ? QUEUE_LIMIT : MIN(q->limit, QUEUE_LIMIT_MAX);
	struct span span = {0};

	if (!span_of_query(l, q, n, &span, error) || !list_total(l, page, error)) {
		if (span.rows)
			g_ptr_array_unref(span.rows);
		return FALSE;
	}
	page->rows = span.rows;
	page->offset = 0;
	if (span.rows->len) {
		if (span.more_before)
			page->before = cursor_of(span.rows->pdata[0]);
		if (span.more_after)
			page->after = cursor_of(span.rows->pdata[span.rows->len - 1]);
	}
	if (q->anchor == PAGE_LAST && page->total_exact) {
		page->offset = page->total - span.rows->len;
	} else if (span.rows->len && span.more_before) {
		page->offset = list_count(l, key_of(span.rows->pdata[0]), COUNT_CAP, error);
		if (page->offset < 0)
			return FALSE;
		if (page->offset >= COUNT_CAP)
			page->offset = -1;
	}
	if (l->source == SOURCE_DONE)
		return TRUE;
	page->late = list_count(l, (struct key){now_ms, 0}, LATE_CAP, error);
	return page->late >= 0;
}

gboolean queue_query(struct db_conn *conn, const struct words *w, const struct actor *who,
                     const struct query *q, int64_t now_ms, struct answer *out, GError **error)
{
	struct list l = {.conn = conn, .words = w};
	struct queue_page *page;
	gboolean ok;

	if (!list_of_query(&l, who, q, error))
		return FALSE;
	page = g_new0(struct queue_page, 1);
	ok = page_fill(&l, q, now_ms, page, error) &&
	     db_run(conn, STMT_FEED_HEAD, NULL, 0, row_int_fn, &page->seq, error);
	if (!page->rows)
		page->rows = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_row_free);
	out->page = page;
	g_array_unref(l.keys);
	find_words_clear(&l.find);
	return ok;
}
