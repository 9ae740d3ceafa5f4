/* The rows of the queue's window: in order, found by id, each with its pending writes shown. */
#include "client/store_private.h"

#include <string.h>

int queue_edge_cmp(struct queue_edge a, struct queue_edge b)
{
	if (a.due_ms != b.due_ms)
		return a.due_ms < b.due_ms ? -1 : 1;
	return a.id < b.id ? -1 : a.id > b.id;
}

struct queue_edge rows_key(const struct store_queue *q, const struct ticket_row *row)
{
	return q->newest ? (struct queue_edge){-row->id, row->id} : (struct queue_edge){row->next_due_ms, row->id};
}

/* ---- rows as kept: many customers, few names of people and groups */

static char *intern(const char *s)
{
	return s ? g_ref_string_new_intern(s) : NULL;
}

static void unintern(char *s)
{
	if (s)
		g_ref_string_release(s);
}

void rows_set(struct ticket_row *to, const struct ticket_row *from)
{
	*to = *from;
	to->subject = g_strdup(from->subject);
	to->customer_name = intern(from->customer_name);
	to->assignee_name = intern(from->assignee_name);
	to->group_name = intern(from->group_name);
	to->marks = intern(from->marks);
}

void rows_unset(struct ticket_row *row)
{
	g_free(row->subject);
	unintern(row->customer_name);
	unintern(row->assignee_name);
	unintern(row->group_name);
	unintern(row->marks);
	memset(row, 0, sizeof(*row));
}

static void queue_row_free(gpointer data)
{
	struct queue_row *r = data;
	rows_unset(&r->row);
	if (r->base)
		rows_unset(r->base);
	g_free(r->base);
	g_free(r);
}

/* ---- the ordered array */

void rows_clear(struct store_queue *q)
{
	g_hash_table_remove_all(q->by_id);
	g_ptr_array_set_size(q->rows, 0);
}

/* First index whose key is >= key (or > key). */
size_t rows_place(const struct store_queue *q, struct queue_edge key, gboolean after_equal)
{
	size_t from = 0, to = q->rows->len;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		const struct queue_row *r = q->rows->pdata[mid];
		int cmp = queue_edge_cmp(rows_key(q, &r->row), key);
		if (cmp < 0 || (after_equal && cmp == 0))
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

gssize rows_find(const struct store_queue *q, desk_id id)
{
	const struct queue_row *r = g_hash_table_lookup(q->by_id, &id);
	return r ? (gssize)rows_place(q, rows_key(q, &r->row), FALSE) : -1;
}

void rows_remove(struct store_queue *q, size_t at)
{
	struct queue_row *r = q->rows->pdata[at];
	g_hash_table_remove(q->by_id, &r->row.id);
	g_ptr_array_remove_index(q->rows, (guint)at);
}

static const struct ticket_row *server_row(const struct queue_row *r)
{
	return r->base ? r->base : &r->row;
}

gboolean rows_put(struct store *s, const struct ticket_row *row)
{
	struct store_queue *q = &s->queue;
	gssize at = rows_find(q, row->id);
	if (at >= 0) {
		struct queue_row *r = q->rows->pdata[at];
		if (server_row(r)->version > row->version)
			return FALSE;
		rows_remove(q, (size_t)at);
	}
	struct queue_row *fresh = g_new0(struct queue_row, 1);
	rows_set(&fresh->row, row);
	g_ptr_array_insert(q->rows, (gint)rows_place(q, rows_key(q, row), FALSE), fresh);
	g_hash_table_insert(q->by_id, &fresh->row.id, fresh);
	rows_overlay(s, fresh);
	return TRUE;
}

/* ---- pending writes on a row */

/* Pending writes never move a row: only the server knows its next deadline. */
void rows_overlay(struct store *s, struct queue_row *r)
{
	const GPtrArray *items = items_of(s, r->row.id);
	gboolean any = FALSE;
	for (guint i = 0; items && i < items->len && !any; i++)
		any = item_shows(items->pdata[i]);
	if (!any && !r->base)
		return;
	struct ticket_row base = {0}, shown = {0};
	ticket_row_copy(&base, server_row(r));
	ticket_row_copy(&shown, &base);
	for (guint i = 0; any && i < items->len; i++)
		if (item_shows(items->pdata[i]))
			item_apply_row(s, items->pdata[i], &shown);
	rows_unset(&r->row);
	if (r->base)
		rows_unset(r->base);
	rows_set(&r->row, &shown);
	if (any) {
		if (!r->base)
			r->base = g_new0(struct ticket_row, 1);
		rows_set(r->base, &base);
	} else {
		g_clear_pointer(&r->base, g_free);
	}
	ticket_row_clear(&base);
	ticket_row_clear(&shown);
}

void queue_overlay(struct store *s, desk_id ticket_id)
{
	struct queue_row *r = g_hash_table_lookup(s->queue.by_id, &ticket_id);
	if (!r)
		return;
	rows_overlay(s, r);
	store_tell_kind(s, STORE_QUEUE, ticket_id, FALSE);
}

void queue_overlay_new(struct store *s, guint first)
{
	for (guint i = first; i < s->items->len; i++) {
		const struct store_item *item = s->items->pdata[i];
		struct queue_row *r = g_hash_table_lookup(s->queue.by_id, &item->change.ticket_id);
		if (r)
			rows_overlay(s, r);
	}
	store_tell_kind(s, STORE_QUEUE, 0, FALSE);
}

const struct ticket_row *queue_base_row(const struct store *s, desk_id ticket_id)
{
	const struct queue_row *r = g_hash_table_lookup(s->queue.by_id, &ticket_id);
	return r ? server_row(r) : NULL;
}

/* ---- which rows belong: the server's predicate, mirrored */

/* The view's own groups: the chosen one, else the person's. */
static gboolean group_fits(const struct store *s, const struct ticket_row *row)
{
	desk_id chosen = s->queue.group_id;
	return chosen ? row->group_id == chosen : store_in_my_groups(s, row->group_id);
}

/* Worked on, and not put off. */
static gboolean listed(const struct ticket_row *row)
{
	return status_is_active(row->status) && !row->snoozed_ms;
}

static gboolean belongs_mine(const struct store *s, const struct ticket_row *row)
{
	return listed(row) && group_fits(s, row);
}

static gboolean belongs_assigned(const struct store *s, const struct ticket_row *row)
{
	return listed(row) && s->session && row->assignee_id == s->session->me->id;
}

static gboolean belongs_unassigned(const struct store *s, const struct ticket_row *row)
{
	return row->assignee_id == 0 && belongs_mine(s, row);
}

static gboolean belongs_all(const struct store *s, const struct ticket_row *row)
{
	return listed(row) && (!s->queue.group_id || group_fits(s, row));
}

static gboolean belongs_done(const struct store *s, const struct ticket_row *row)
{
	return !status_is_active(row->status) && group_fits(s, row);
}

static gboolean belongs_snoozed(const struct store *s, const struct ticket_row *row)
{
	return status_is_active(row->status) && row->snoozed_ms && group_fits(s, row);
}

/* Only the desk knows; these are the ones that it may be. */
static gboolean belongs_promises(const struct store *s, const struct ticket_row *row)
{
	return status_is_active(row->status) && group_fits(s, row);
}

static gboolean belongs_follow_ups(const struct store *s, const struct ticket_row *row)
{
	return row->status == STATUS_FOLLOW_UP_DUE && group_fits(s, row);
}

/* It may be for a person or a group, wherever the ticket is. */
static gboolean belongs_to_acknowledge(const struct store *s, const struct ticket_row *row)
{
	(void)s;
	return status_is_active(row->status);
}

static gboolean belongs_every(const struct store *s, const struct ticket_row *row)
{
	return !s->queue.group_id || group_fits(s, row);
}

static const struct {
	const char *view;
	gboolean (*belongs)(const struct store *s, const struct ticket_row *row);
} views[] = {
	{"mine", belongs_mine},
	{"assigned", belongs_assigned},
	{"unassigned", belongs_unassigned},
	{"all", belongs_all},
	{"done", belongs_done},
	{"snoozed", belongs_snoozed},
	{"promises", belongs_promises},
	{"follow-ups", belongs_follow_ups},
	{"to-acknowledge", belongs_to_acknowledge},
	{"every", belongs_every},
};

gboolean rows_belong(const struct store *s, const struct ticket_row *row)
{
	for (size_t i = 0; i < G_N_ELEMENTS(views); i++)
		if (g_strcmp0(s->queue.view, views[i].view) == 0)
			return views[i].belongs(s, row);
	return belongs_mine(s, row);
}

int rows_cover(const struct store_queue *q, const struct ticket_row *row)
{
	const struct queue_segment *top = queue_top(q);
	const struct queue_segment *end = queue_end(q);
	if (!top || queue_edge_cmp(rows_key(q, row), end->last) > 0)
		return 1;
	return queue_edge_cmp(rows_key(q, row), top->first) < 0 ? -1 : 0;
}

/* Late rows come first in the list, so when their end is within the window they
 * can be counted to the second; else the server's figure has to do. */
int64_t rows_late(const struct store *s)
{
	const struct store_queue *q = &s->queue;
	if (q->newest)
		return q->late;
	if (q->offset < 0 || q->rows->len == 0)
		return q->loaded && q->total == 0 ? 0 : q->late;
	size_t n = rows_place(q, (struct queue_edge){store_now_ms(s), INT64_MAX}, TRUE);
	const struct queue_segment *end = queue_end(q);
	gboolean at_top = q->offset == 0, at_end = end && !end->after;
	if ((n > 0 || at_top) && (n < q->rows->len || at_end))
		return q->offset + (int64_t)n;
	return q->late;
}

void queue_init(struct store *s)
{
	struct store_queue *q = &s->queue;
	q->view = g_strdup("mine");
	q->rows = g_ptr_array_new_with_free_func(queue_row_free);
	q->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	g_queue_init(&q->segments);
	g_queue_init(&q->recent);
	q->offset = q->late = -1;
}
