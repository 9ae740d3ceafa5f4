/* Pages of the queue into the window: joined at their cursors, let go whole at the far end. */
#include "client/store_private.h"

static void segment_free(gpointer data)
{
	struct queue_segment *seg = data;
	g_free(seg->before);
	g_free(seg->after);
	g_free(seg);
}

static struct queue_segment *segment_of(const struct store_queue *q, struct queue_page *page)
{
	struct queue_segment *seg = g_new0(struct queue_segment, 1);
	guint n = page->rows->len;
	seg->first = page->before && n ? rows_key(q, page->rows->pdata[0]) : QUEUE_EDGE_TOP;
	seg->last = page->after && n ? rows_key(q, page->rows->pdata[n - 1]) : QUEUE_EDGE_END;
	seg->before = g_steal_pointer(&page->before);
	seg->after = g_steal_pointer(&page->after);
	return seg;
}

/* Lets one segment go at the top or the end, unless the screen is too near. */
static gboolean drop_segment(struct store *s, gboolean at_top)
{
	struct store_queue *q = &s->queue;
	struct queue_segment *seg = at_top ? g_queue_peek_head(&q->segments) : g_queue_peek_tail(&q->segments);
	GList *neighbour = at_top ? q->segments.head->next : q->segments.tail->prev;
	size_t from = 0, to = q->rows->len;
	if (at_top)
		to = rows_place(q, seg->last, TRUE);
	else
		from = rows_place(q, ((struct queue_segment *)neighbour->data)->last, TRUE);
	/* what is let go must not be wanted again at once */
	if (at_top ? q->first < to + QUEUE_MARGIN : q->last + QUEUE_MARGIN >= from)
		return FALSE;
	/* a page on its way that was to join here would leave a hole */
	store_call_off(s, at_top ? &q->filling_up : &q->filling_down);
	for (size_t i = from; i < to; i++)
		g_hash_table_remove(q->by_id, &((struct queue_row *)q->rows->pdata[i])->row.id);
	if (to > from)
		g_ptr_array_remove_range(q->rows, (guint)from, (guint)(to - from));
	if (at_top) {
		/* rows that came between the two pages since are the lower one's */
		((struct queue_segment *)neighbour->data)->first =
			(struct queue_edge){seg->last.due_ms, seg->last.id + 1};
		if (q->offset >= 0)
			q->offset += (int64_t)to;
		q->first -= to;
		q->last -= to;
		g_queue_pop_head(&q->segments);
	} else {
		g_queue_pop_tail(&q->segments);
	}
	segment_free(seg);
	return TRUE;
}

static void trim(struct store *s, gboolean at_top)
{
	struct store_queue *q = &s->queue;
	while (q->rows->len > STORE_WINDOW && q->segments.length > 1)
		if (!drop_segment(s, at_top))
			break;
}

/* What happened after the page was read, and came here before it. When that is more
 * than is remembered the page is only a stopgap. */
static void replay_recent(struct store *s, int64_t after_seq)
{
	if (s->queue.forgot_seq > after_seq)
		queue_refresh_soon(s);
	for (GList *l = s->queue.recent.head; l; l = l->next) {
		const struct recent_row *r = l->data;
		if (r->seq > after_seq)
			queue_take_row(s, &r->row, 0, TRUE);
	}
}

static void put_rows(struct store *s, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++)
		rows_put(s, rows->pdata[i]);
}

static void replace_window(struct store *s, struct queue_page *page)
{
	struct store_queue *q = &s->queue;
	rows_clear(q);
	q->newest = q->asked_newest;
	g_queue_clear_full(&q->segments, segment_free);
	put_rows(s, page->rows);
	q->offset = page->before ? page->offset : 0;
	g_queue_push_tail(&q->segments, segment_of(q, page));
}

static void join_below(struct store *s, struct queue_page *page)
{
	struct store_queue *q = &s->queue;
	put_rows(s, page->rows);
	if (page->rows->len == 0 && q->segments.tail) {
		struct queue_segment *end = q->segments.tail->data;
		g_clear_pointer(&end->after, g_free);
		end->last = QUEUE_EDGE_END;
	} else {
		g_queue_push_tail(&q->segments, segment_of(q, page));
	}
	trim(s, TRUE);
}

static void join_above(struct store *s, struct queue_page *page)
{
	struct store_queue *q = &s->queue;
	guint was = q->rows->len;
	put_rows(s, page->rows);
	size_t added = q->rows->len - was;
	q->first += added;
	q->last += added;
	if (!page->before || page->rows->len == 0)
		q->offset = 0;
	else
		q->offset = page->offset;
	if (page->rows->len == 0 && q->segments.head) {
		struct queue_segment *top = q->segments.head->data;
		g_clear_pointer(&top->before, g_free);
		top->first = QUEUE_EDGE_TOP;
	} else {
		g_queue_push_head(&q->segments, segment_of(q, page));
	}
	trim(s, FALSE);
}

void rows_take_page(struct store *s, struct queue_page *page, enum page_anchor anchor)
{
	struct store_queue *q = &s->queue;
	int64_t seq = page->seq;
	if (anchor == PAGE_AFTER)
		join_below(s, page);
	else if (anchor == PAGE_BEFORE)
		join_above(s, page);
	else
		replace_window(s, page);
	q->total = page->total;
	q->total_exact = page->total_exact;
	q->late = page->late;
	q->seq = MAX(q->seq, seq);
	replay_recent(s, seq);
}
