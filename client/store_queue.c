/* The queue on show: what is asked for, when, and what events do to it. */
#include "client/store_private.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>

#include "base/clock.h"

#define AGAIN_MS 1000
#define REFRESH_MS 700      /* a filtered list is asked again at most that often */
#define COUNT_MS 4000       /* so are counts that events made uncertain */
#define COUNT_JITTER_MS 2000
#define MOVING_MS 15000     /* a filter by time is asked again at least that often */

/* ---- asking */

static void fill_if_needed(struct store *s);

static void tell_queue(struct store *s, gboolean remote)
{
	store_tell_kind(s, STORE_QUEUE, 0, remote);
}

/* The line was back before its last victim came home: nobody else would ask again. */
static gboolean again(void *arg)
{
	struct store *s = arg;
	s->queue.again_timer = 0;
	if (s->state != BACKEND_OFFLINE)
		queue_online(s);
	return G_SOURCE_REMOVE;
}

static void page_failed(struct store *s, const GError *error)
{
	enum desk_code code = desk_error_code(error);
	if (code != DESK_NET && code != DESK_TIMEOUT)
		store_say(s, TRUE, "%s", error->message);
	if (!s->following)
		store_follow(s, 0); /* it tells when there is a connection */
	if (s->state != BACKEND_OFFLINE && !s->queue.again_timer)
		s->queue.again_timer = g_timeout_add(AGAIN_MS, again, s);
}

static void window_came(struct store *s, struct answer *a, const GError *error, enum page_anchor anchor)
{
	struct store_queue *q = &s->queue;
	q->reading = 0;
	if (error) {
		if (desk_error_code(error) == DESK_NOTFOUND && anchor == PAGE_AROUND)
			queue_load(s); /* what it was about is gone */
		else
			page_failed(s, error);
		return;
	}
	if (!a || !a->page)
		return;
	q->loaded = q->fresh = TRUE;
	rows_take_page(s, a->page, anchor);
	store_follow(s, q->seq);
	q->first = MIN(q->first, q->rows->len);
	q->last = MIN(q->last, q->rows->len);
	tell_queue(s, FALSE);
	fill_if_needed(s);
}

static void first_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	window_came(s, a, error, PAGE_FIRST);
}

static void around_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	window_came(s, a, error, PAGE_AROUND);
}

static void last_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	window_came(s, a, error, PAGE_LAST);
}

/* Reading a large page takes some hundred kB for a moment; they go back to the
 * system once the moving about is over. */
#define TRIM_MS 100

static gboolean trim_now(void *arg)
{
	struct store *s = arg;
	s->queue.trim_timer = 0;
#ifdef __GLIBC__
	malloc_trim(0);
#endif
	return G_SOURCE_REMOVE;
}

static void trim_later(struct store *s)
{
	if (s->queue.trim_timer)
		g_source_remove(s->queue.trim_timer);
	s->queue.trim_timer = g_timeout_add(TRIM_MS, trim_now, s);
}

static void fill_came(struct store *s, struct answer *a, const GError *error, enum page_anchor anchor)
{
	s->queue.fill_failed_mono_ms = error ? clock_mono_ms() : 0;
	if (error)
		page_failed(s, error);
	if (error || !a || !a->page)
		return;
	rows_take_page(s, a->page, anchor);
	trim_later(s);
	tell_queue(s, TRUE);
	fill_if_needed(s);
}

static void below_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	s->queue.filling_down = 0;
	fill_came(s, a, error, PAGE_AFTER);
}

static void above_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	s->queue.filling_up = 0;
	fill_came(s, a, error, PAGE_BEFORE);
}

void store_queue_query(const struct store *s, struct query *out)
{
	const struct store_queue *q = &s->queue;
	query_init(out, QUERY_QUEUE);
	out->view = g_strdup(q->view);
	out->text = q->query && q->filter ? g_strdup_printf("(%s) (%s)", q->query, q->filter)
	                                  : g_strdup(q->filter ? q->filter : q->query);
	out->order = q->asked_newest ? g_strdup("newest") : NULL;
	out->group_id = q->group_id;
}

static void ask_page(struct store *s, enum page_anchor anchor, desk_id around, const char *cursor, int limit,
                     store_done_fn *fn, guint64 *id)
{
	struct query query;
	store_queue_query(s, &query);
	query.anchor = anchor;
	query.ticket_id = around;
	query.cursor = g_strdup(cursor);
	query.limit = limit;
	*id = store_ask(s, &query, fn, 0);
	query_clear(&query);
}

static void call_off_all(struct store *s)
{
	struct store_queue *q = &s->queue;
	store_call_off(s, &q->reading);
	store_call_off(s, &q->filling_up);
	store_call_off(s, &q->filling_down);
	store_call_off(s, &q->counting);
}

static void fill_if_needed(struct store *s)
{
	struct store_queue *q = &s->queue;
	if (!q->fresh || q->reading || store_failed_lately(q->fill_failed_mono_ms))
		return;
	const struct queue_segment *top = queue_top(q);
	const struct queue_segment *end = queue_end(q);
	if (end && end->after && !q->filling_down && q->last + QUEUE_MARGIN >= q->rows->len)
		ask_page(s, PAGE_AFTER, 0, end->after, STORE_FILL, below_came, &q->filling_down);
	if (top && top->before && !q->filling_up && q->first < QUEUE_MARGIN)
		ask_page(s, PAGE_BEFORE, 0, top->before, STORE_FILL, above_came, &q->filling_up);
}

void queue_load(struct store *s)
{
	call_off_all(s);
	ask_page(s, PAGE_FIRST, 0, NULL, STORE_PAGE, first_came, &s->queue.reading);
}

/* The place looked at is asked for in one page, so that what is shown stays shown. */
void queue_reload(struct store *s)
{
	struct store_queue *q = &s->queue;
	if (!q->loaded || !q->fresh || q->rows->len == 0) {
		queue_load(s);
		return;
	}
	call_off_all(s);
	if (q->offset == 0 && q->last < STORE_FILL) {
		ask_page(s, PAGE_FIRST, 0, NULL, STORE_FILL, first_came, &q->reading);
		return;
	}
	size_t middle = MIN((q->first + q->last) / 2, q->rows->len - 1);
	const struct queue_row *r = q->rows->pdata[middle];
	ask_page(s, PAGE_AROUND, r->row.id, NULL, STORE_FILL, around_came, &q->reading);
}

void queue_online(struct store *s)
{
	if (!s->started)
		return;
	if (!s->queue.fresh && !s->queue.reading)
		queue_load(s);
	s->queue.fill_failed_mono_ms = 0;
	fill_if_needed(s);
}

/* ---- what events do */

static gboolean refresh_now(void *arg)
{
	struct store *s = arg;
	s->queue.refresh_timer = 0;
	queue_reload(s);
	return G_SOURCE_REMOVE;
}

void queue_refresh_soon(struct store *s)
{
	if (!s->queue.refresh_timer)
		s->queue.refresh_timer = g_timeout_add(REFRESH_MS, refresh_now, s);
}

static void counts_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	struct store_queue *q = &s->queue;
	(void)t;
	(void)about;
	q->counting = 0;
	if (error || !a || !a->page)
		return;
	q->total = a->page->total;
	q->total_exact = a->page->total_exact;
	q->late = a->page->late;
	if (a->page->rows->len == 1 && q->rows->len) {
		const struct ticket_row *got = a->page->rows->pdata[0];
		const struct queue_row *top = q->rows->pdata[0];
		const struct queue_segment *seg = queue_top(q);
		if (seg && seg->before && got->id == top->row.id)
			q->offset = a->page->offset;
	}
	store_tell_kind(s, STORE_QUEUE, 0, TRUE);
}

static gboolean count_now(void *arg)
{
	struct store *s = arg;
	struct store_queue *q = &s->queue;
	q->count_timer = 0;
	if (q->counting || q->reading || !q->fresh)
		return G_SOURCE_REMOVE;
	const struct queue_segment *top = queue_top(q);
	if (top && top->before && q->rows->len) {
		const struct queue_row *r = q->rows->pdata[0];
		ask_page(s, PAGE_AROUND, r->row.id, NULL, 1, counts_came, &q->counting);
	} else {
		ask_page(s, PAGE_FIRST, 0, NULL, 1, counts_came, &q->counting);
	}
	return G_SOURCE_REMOVE;
}

/* On a busy desk most events are about rows outside the window: the figures are
 * asked for again, but seldom, and not by all workstations at the same moment. */
static void counts_uncertain(struct store *s)
{
	if (!s->queue.count_timer)
		s->queue.count_timer =
			g_timeout_add(COUNT_MS + (guint)g_random_int_range(0, COUNT_JITTER_MS), count_now, s);
}

static void remember(struct store_queue *q, const struct ticket_row *row, int64_t seq)
{
	struct recent_row *r = g_new0(struct recent_row, 1);
	r->seq = seq;
	rows_set(&r->row, row);
	g_queue_push_tail(&q->recent, r);
	if (q->recent.length > QUEUE_RECENT) {
		r = g_queue_pop_head(&q->recent);
		q->forgot_seq = MAX(q->forgot_seq, r->seq);
		rows_unset(&r->row);
		g_free(r);
	}
}

/* An answer may be overtaken by an event that took the row away. */
static gboolean outdated(const struct store_queue *q, const struct ticket_row *row)
{
	for (GList *l = q->recent.tail; l; l = l->prev) {
		const struct recent_row *r = l->data;
		if (r->row.id == row->id && r->row.version > row->version)
			return TRUE;
	}
	return FALSE;
}

/* Lists that go by another deadline than the nearest clock's: their rows come from the desk only. */
static gboolean own_order(const struct store_queue *q)
{
	static const char *const views[] = {"promises", "follow-ups", "to-acknowledge", NULL};

	return q->view && g_strv_contains(views, q->view);
}

/* A row that is here: stays, moves, leaves the window, or leaves the list. */
static void take_known(struct store *s, const struct ticket_row *row, size_t at)
{
	struct store_queue *q = &s->queue;
	int side = rows_cover(q, row);
	if (q->filter || q->query) /* only the desk knows whether it still fits */
		queue_refresh_soon(s);
	if (rows_belong(s, row) && side == 0) {
		rows_put(s, row);
		return;
	}
	gboolean leaves = !rows_belong(s, row);
	rows_remove(q, at);
	if (leaves)
		q->total = MAX(q->total - 1, 0);
	else if (side < 0 && q->offset >= 0)
		q->offset++;
}

/* A row that is not here: new, come from elsewhere in the list, or none of ours. */
static void take_unknown(struct store *s, const struct ticket_row *row, gboolean counted)
{
	struct store_queue *q = &s->queue;
	const struct queue_segment *top = queue_top(q), *end = queue_end(q);
	gboolean whole = top && !top->before && !end->after;
	gboolean belongs = rows_belong(s, row);
	int side = rows_cover(q, row);
	if (q->filter || q->query) {
		if (belongs)
			queue_refresh_soon(s);
		return;
	}
	if (belongs && side == 0)
		rows_put(s, row);
	if (counted)
		return;
	gboolean sure = whole || (row->version <= 1 && belongs);
	if (!sure)
		counts_uncertain(s);
	else if (belongs)
		q->total++;
	if (sure && belongs && side < 0 && q->offset >= 0)
		q->offset++;
}

void queue_take_row(struct store *s, const struct ticket_row *row, int64_t seq, gboolean remote)
{
	struct store_queue *q = &s->queue;
	if (seq)
		remember(q, row, seq);
	if (!q->loaded || outdated(q, row))
		return;
	const struct ticket_row *known = queue_base_row(s, row->id);
	if (known && known->version > row->version)
		return;
	gssize at = rows_find(q, row->id);
	if (own_order(q)) {
		if (q->fresh && (at >= 0 || rows_belong(s, row)))
			queue_refresh_soon(s);
		return;
	}
	if (!q->fresh) { /* rows of another view, soon replaced: only their content */
		if (at >= 0 && known->next_due_ms == row->next_due_ms)
			rows_put(s, row);
	} else if (at >= 0) {
		take_known(s, row, (size_t)at);
	} else {
		take_unknown(s, row, seq && seq <= q->seq);
	}
	store_tell_kind(s, STORE_QUEUE, row->id, remote);
}

/* ---- the public half */

static gboolean moving_now(void *arg)
{
	struct store *s = arg;
	queue_refresh_soon(s);
	return G_SOURCE_CONTINUE;
}

static void replace(char **here, const char *text)
{
	char *fresh = text && *text ? g_strdup(text) : NULL;
	g_free(*here);
	*here = fresh;
}

void store_queue_list(struct store *s, const struct store_list *l)
{
	struct store_queue *q = &s->queue;
	replace(&q->view, l->view ? l->view : "mine");
	replace(&q->query, l->query);
	replace(&q->filter, l->filter);
	q->group_id = l->group_id;
	q->asked_newest = l->newest;
	q->fresh = FALSE;
	q->first = q->last = 0;
	if (q->moving_timer)
		g_source_remove(q->moving_timer);
	q->moving_timer = l->moving ? g_timeout_add(MOVING_MS, moving_now, s) : 0;
	if (s->started)
		queue_load(s);
}

void store_queue_show(struct store *s, const char *view, desk_id group_id, const char *filter)
{
	store_queue_list(s, &(struct store_list){.view = view, .group_id = group_id, .filter = filter});
}

gboolean store_queue_newest(const struct store *s)
{
	return s->queue.newest;
}

const char *store_queue_view(const struct store *s)
{
	return s->queue.view;
}

const char *store_queue_filter(const struct store *s)
{
	return s->queue.filter;
}

size_t store_queue_size(const struct store *s)
{
	return s->queue.rows->len;
}

const struct ticket_row *store_queue_at(const struct store *s, size_t i)
{
	const struct queue_row *r = i < s->queue.rows->len ? s->queue.rows->pdata[i] : NULL;
	return r ? &r->row : NULL;
}

gssize store_queue_find(const struct store *s, desk_id ticket_id)
{
	return rows_find(&s->queue, ticket_id);
}

int64_t store_queue_offset(const struct store *s)
{
	return s->queue.offset;
}

int64_t store_queue_total(const struct store *s, gboolean *exact)
{
	if (exact)
		*exact = s->queue.total_exact && !s->queue.count_timer;
	return s->queue.total;
}

int64_t store_queue_late(const struct store *s)
{
	return rows_late(s);
}

gboolean store_queue_ends(const struct store *s, gboolean *at_top)
{
	const struct queue_segment *top = queue_top(&s->queue);
	const struct queue_segment *end = queue_end(&s->queue);
	if (at_top)
		*at_top = top && !top->before;
	return end && !end->after;
}

void store_queue_want(struct store *s, size_t first, size_t last)
{
	s->queue.first = first;
	s->queue.last = last;
	fill_if_needed(s);
}

void store_queue_jump(struct store *s, enum page_anchor anchor, desk_id around)
{
	struct store_queue *q = &s->queue;
	const struct queue_segment *top = queue_top(q);
	const struct queue_segment *end = queue_end(q);
	gboolean here = q->fresh && top &&
	                ((anchor == PAGE_FIRST && !top->before) || (anchor == PAGE_LAST && !end->after) ||
	                 (anchor == PAGE_AROUND && rows_find(q, around) >= 0));
	if (here) {
		tell_queue(s, FALSE);
		return;
	}
	call_off_all(s);
	q->first = q->last = 0;
	if (anchor == PAGE_LAST)
		ask_page(s, PAGE_LAST, 0, NULL, STORE_PAGE, last_came, &q->reading);
	else if (anchor == PAGE_AROUND)
		ask_page(s, PAGE_AROUND, around, NULL, STORE_PAGE, around_came, &q->reading);
	else
		ask_page(s, PAGE_FIRST, 0, NULL, STORE_PAGE, first_came, &q->reading);
}

static void segment_free(gpointer data)
{
	struct queue_segment *seg = data;
	g_free(seg->before);
	g_free(seg->after);
	g_free(seg);
}

static void recent_free(gpointer data)
{
	struct recent_row *r = data;
	rows_unset(&r->row);
	g_free(r);
}

void queue_free(struct store *s)
{
	struct store_queue *q = &s->queue;
	if (q->count_timer)
		g_source_remove(q->count_timer);
	if (q->refresh_timer)
		g_source_remove(q->refresh_timer);
	if (q->trim_timer)
		g_source_remove(q->trim_timer);
	if (q->again_timer)
		g_source_remove(q->again_timer);
	if (q->moving_timer)
		g_source_remove(q->moving_timer);
	g_hash_table_unref(q->by_id);
	g_ptr_array_unref(q->rows);
	g_queue_clear_full(&q->segments, segment_free);
	g_queue_clear_full(&q->recent, recent_free);
	g_free(q->view);
	g_free(q->query);
	g_free(q->filter);
}
