/* Running a query over a list: the picked tickets (find_pick.c) are read, or the list is walked from its
 * end. Each way is bounded: by the number of candidates, or by the time there is. */
#include "server/desk/find_inner.h"

#define CHUNK_MAX 6400

static gboolean too_broad(GError **error)
{
	return desk_fail(error, DESK_LIMIT, "this query is too broad to answer quickly: add a word or a name");
}

/* ---- pieces of a statement */
static void add_plain_source(struct db_composed *c, const struct find_list *l)
{
	g_autofree char *keys = find_id_list(l->engine, (const desk_id *)(void *)l->keys->data, l->keys->len);

	switch (l->source) {
	case LIST_EVERY:
		DB_ADD(c, FRAG_TRUE);
		return;
	case LIST_ALL:
		DB_ADD(c, FRAG_PLAIN_ALL);
		return;
	case LIST_GROUP:
		DB_ADDV(c, FRAG_PLAIN_GROUPS, DB_T(keys));
		return;
	case LIST_DONE:
		DB_ADDV(c, FRAG_PLAIN_DONE, DB_T(keys));
		return;
	case LIST_SNOOZED:
		DB_ADDV(c, FRAG_PLAIN_SNOOZED, DB_T(keys));
		return;
	case LIST_PROMISED:
	case LIST_FOLLOW_UP:
	case LIST_ACKNOWLEDGE:
		g_assert_not_reached(); /* never picked, never walked by number: base is 0 */
	case LIST_FREE:
		DB_ADDV(c, FRAG_PLAIN_FREE, DB_T(keys));
		return;
	case LIST_PERSON:
		DB_ADDV(c, FRAG_PLAIN_PERSON, DB_I(g_array_index(l->keys, desk_id, 0)));
		return;
	}
}

static void add_source(struct db_composed *c, const struct find_list *l, desk_id key)
{
	static const enum db_frag frags[] = {
		[LIST_GROUP] = FRAG_LIST_GROUP, [LIST_DONE] = FRAG_LIST_DONE, [LIST_FREE] = FRAG_LIST_FREE,
		[LIST_PERSON] = FRAG_LIST_PERSON, [LIST_SNOOZED] = FRAG_LIST_SNOOZED,
		[LIST_PROMISED] = FRAG_LIST_PROMISED, [LIST_FOLLOW_UP] = FRAG_LIST_FOLLOW_UP,
		[LIST_ACKNOWLEDGE] = FRAG_LIST_ACKNOWLEDGE,
	};

	if (l->source == LIST_EVERY)
		DB_ADD(c, FRAG_TRUE);
	else if (l->source == LIST_ALL)
		DB_ADD(c, FRAG_LIST_ALL);
	else
		DB_ADDV(c, frags[l->source], DB_I(key));
}

/* The query, of its texts those that are open. */
static void add_query(struct db_composed *c, const struct find_list *l)
{
	find_add_condition(c, l->plan, FALSE);
	for (guint i = 0; i < l->open_texts->len; i++) {
		DB_ADD(c, FRAG_AND);
		find_add_text(c, l->plan->texts->pdata[g_array_index(l->open_texts, guint, i)]);
	}
}

/* Which deadline a list goes by. */
enum by { BY_NEXT, BY_PROMISE, BY_FOLLOW_UP, BY_BOUNCE, BY_COUNT };

static enum by order_of(const struct find_list *l)
{
	switch (l->source) {
	case LIST_PROMISED:
		return BY_PROMISE;
	case LIST_FOLLOW_UP:
		return BY_FOLLOW_UP;
	case LIST_ACKNOWLEDGE:
		return BY_BOUNCE;
	default:
		return BY_NEXT;
	}
}

gboolean find_source_counts(enum find_source source)
{
	return source == LIST_PROMISED || source == LIST_FOLLOW_UP || source == LIST_ACKNOWLEDGE;
}

static void add_head(struct db_composed *c, const struct find_list *l)
{
	static const enum db_frag heads[BY_COUNT] = {FRAG_ROWS, FRAG_ROWS_PROMISED, FRAG_ROWS_FOLLOW_UP, FRAG_ROWS_BOUNCE};

	DB_ADD(c, heads[order_of(l)]);
}

static void add_side(struct db_composed *c, const struct find_list *l, gboolean before, struct find_key key)
{
	static const enum db_frag frags[BY_COUNT][2] = { /* before */
		{FRAG_DUE_AFTER, FRAG_DUE_BEFORE}, {FRAG_PROMISE_AFTER, FRAG_PROMISE_BEFORE},
		{FRAG_FOLLOW_AFTER, FRAG_FOLLOW_BEFORE}, {FRAG_BOUNCE_AFTER, FRAG_BOUNCE_BEFORE},
	};

	DB_ADDV(c, frags[order_of(l)][before], DB_I(key.due), DB_I(key.id));
}

static void add_beyond(struct db_composed *c, const struct find_list *l, gboolean back, struct find_key key)
{
	DB_ADD(c, FRAG_AND);
	if (l->newest)
		DB_ADDV(c, back ? FRAG_ID_ABOVE : FRAG_ID_BELOW, DB_I(key.id));
	else
		add_side(c, l, back, key);
}

static void add_order(struct db_composed *c, const struct find_list *l, gboolean back, gboolean picked, int n)
{
	static const enum db_frag frags[2][2][2] = { /* newest, picked, back */
		{{FRAG_DUE_FIRST, FRAG_DUE_LAST}, {FRAG_PICKED_DUE_FIRST, FRAG_PICKED_DUE_LAST}},
		{{FRAG_NEW_FIRST, FRAG_NEW_LAST}, {FRAG_PICKED_NEW_FIRST, FRAG_PICKED_NEW_LAST}},
	};
	static const enum db_frag own[BY_COUNT][2] = {
		[BY_PROMISE] = {FRAG_PROMISE_FIRST, FRAG_PROMISE_LAST}, [BY_FOLLOW_UP] = {FRAG_FOLLOW_FIRST, FRAG_FOLLOW_LAST},
		[BY_BOUNCE] = {FRAG_BOUNCE_FIRST, FRAG_BOUNCE_LAST},
	};

	if (!l->newest && order_of(l) != BY_NEXT) {
		DB_ADDV(c, own[order_of(l)][back], DB_I(n));
		return;
	}
	DB_ADDV(c, frags[l->newest][picked][back], DB_I(n));
}

static void add_picks(struct db_composed *c, const struct find_list *l, guint from, guint to)
{
	g_autofree char *ids = find_id_list(l->engine, &g_array_index(l->picks, desk_id, from), to - from);

	DB_ADDV(c, FRAG_PICKED_LIST, DB_T(ids));
}

/* ---- rows */
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

static int by_deadline(gconstpointer a, gconstpointer b)
{
	const struct ticket_row *x = *(const struct ticket_row *const *)a, *y = *(const struct ticket_row *const *)b;

	if (x->next_due_ms != y->next_due_ms)
		return x->next_due_ms < y->next_due_ms ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static int by_newest(gconstpointer a, gconstpointer b)
{
	const struct ticket_row *x = *(const struct ticket_row *const *)a, *y = *(const struct ticket_row *const *)b;

	return (x->id < y->id) - (x->id > y->id);
}

static gboolean take_rows(struct find_list *l, struct db_composed *c, GPtrArray *rows, GError **error)
{
	struct collect to = {l->words, rows};
	gboolean over, ok = find_run(l, c, collect_fn, &to, &over, error);

	db_composed_clear(c);
	l->cut |= over;
	return ok;
}

/* Candidates by chunks from their newest (or oldest) on; by deadline all at once. */
static gboolean rows_of_picks(struct find_list *l, gboolean back, struct find_key key, int n, GPtrArray *rows,
                              GError **error)
{
	guint from = 0, to = l->picks->len, size = l->newest ? (guint)l->bounds->chunk : MAX(l->picks->len, 1u);

	if (l->newest && !back)
		from = find_place_below(l->picks, key.id);
	else if (l->newest)
		to = key.id == INT64_MIN ? l->picks->len : find_place_below(l->picks, key.id + (key.id < INT64_MAX));
	while (from < to && rows->len < (guint)n && !l->spent) {
		guint first = back && l->newest ? (to - from > size ? to - size : from) : from;
		guint last = back && l->newest ? to : MIN(from + size, to);
		struct db_composed c;

		db_composed_init(&c, "Finding tickets");
		DB_ADD(&c, FRAG_ROWS);
		add_picks(&c, l, first, last);
		DB_ADD(&c, FRAG_AND);
		add_plain_source(&c, l);
		add_query(&c, l);
		add_beyond(&c, l, back, key);
		add_order(&c, l, back, TRUE, n - (int)rows->len);
		if (!take_rows(l, &c, rows, error))
			return FALSE;
		if (back && l->newest)
			to = first;
		else
			from = last;
		size = MIN(size * 2, CHUNK_MAX);
		if (find_time_over(l) && from < to)
			l->cut = l->spent = TRUE;
	}
	return TRUE;
}

/* Each part of the list is a range of its index; or one walk by number. */
static gboolean rows_of_walk(struct find_list *l, gboolean back, struct find_key key, int n, GPtrArray *rows,
                             GError **error)
{
	gboolean by_number = l->newest && l->base > l->bounds->small_base;
	guint parts = by_number || l->source == LIST_EVERY || l->source == LIST_ALL ? 1 : l->keys->len;

	for (guint i = 0; i < parts && !l->spent; i++) {
		struct db_composed c;

		db_composed_init(&c, "Finding tickets");
		add_head(&c, l);
		if (by_number)
			add_plain_source(&c, l);
		else
			add_source(&c, l, l->keys->len ? g_array_index(l->keys, desk_id, i) : 0);
		add_query(&c, l);
		add_beyond(&c, l, back, key);
		add_order(&c, l, back, l->newest && !by_number, n);
		if (!take_rows(l, &c, rows, error))
			return FALSE;
	}
	return TRUE;
}

/* PostgreSQL, all words common: the tickets of a stretch, which grows. */
static gboolean rows_of_stretches(struct find_list *l, gboolean back, struct find_key key, int n, GPtrArray *rows,
                                  GError **error)
{
	int64_t newest = 0, width = l->bounds->stretch, low, high;

	if (!db_run(l->conn, STMT_TEXT_NEWEST, NULL, 0, row_int_fn, &newest, error))
		return FALSE;
	low = back ? MAX(key.id, 0) + (key.id >= 0) : 0;
	high = back ? newest : MIN(key.id, newest + 1) - 1;
	while (low <= high && rows->len < (guint)n && !l->spent) {
		int64_t from = back ? low : MAX(low, high - width + 1), to = back ? MIN(high, low + width - 1) : high;
		struct db_composed c;

		db_composed_init(&c, "Finding tickets");
		DB_ADD(&c, FRAG_ROWS);
		DB_ADDV(&c, FRAG_PICKED_SPAN, DB_I(from), DB_I(to));
		DB_ADD(&c, FRAG_AND);
		add_plain_source(&c, l);
		add_query(&c, l);
		add_order(&c, l, back, FALSE, n - (int)rows->len);
		if (!take_rows(l, &c, rows, error))
			return FALSE;
		if (back)
			low = to + 1;
		else
			high = from - 1;
		width *= 2;
		if (find_time_over(l) && low <= high)
			l->cut = l->spent = TRUE;
	}
	return TRUE;
}

/* SQLite, all words common: their documents side by side from the key on, a stretch at a time. */
static gboolean rows_of_streams(struct find_list *l, gboolean back, struct find_key key, int n, GPtrArray *rows,
                                GError **error)
{
	desk_id low = back ? MAX(key.id, 0) + (key.id >= 0) : 0, high = back || key.id == INT64_MAX ? INT64_MAX : key.id - 1;
	gboolean end = low > high;

	while (!end && rows->len < (guint)n && !l->spent) {
		desk_id seen_low = low, seen_high = high;
		gboolean ok = TRUE;

		end = TRUE;
		for (guint i = 0; ok && i < l->plan->texts->len && !l->spent; i++) {
			gboolean all;
			g_autoptr(GArray) ids = find_text_ids(l, l->plan->texts->pdata[i], back, low, high,
			                                 l->bounds->text_cap, &all, error);

			ok = ids != NULL;
			if (ok && !all && ids->len) {
				end = FALSE;
				if (back)
					seen_high = MIN(seen_high, g_array_index(ids, desk_id, 0));
				else
					seen_low = MAX(seen_low, g_array_index(ids, desk_id, ids->len - 1));
			}
			if (ok && i == 0) {
				g_clear_pointer(&l->picks, g_array_unref);
				l->picks = g_array_ref(ids);
			} else if (ok) {
				find_intersect(l->picks, ids);
			}
		}
		/* A stream may end inside a ticket: that one is seen again from its beginning. */
		if (ok && !end) {
			g_array_set_size(l->picks, find_place_below(l->picks, seen_low));
			g_array_remove_range(l->picks, 0, find_place_below(l->picks, seen_high + (seen_high < INT64_MAX)));
		}
		if (!ok || !rows_of_picks(l, back, key, n, rows, error))
			return FALSE;
		if (back)
			low = seen_high + (seen_high < INT64_MAX);
		else
			high = seen_low - 1;
		if (find_time_over(l) && !end)
			l->cut = l->spent = TRUE;
	}
	return TRUE;
}

GPtrArray *find_rows(struct find_list *l, gboolean back, struct find_key key, int n, GError **error)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_row_free);
	gboolean ok = find_prepare(l, error);

	if (ok && l->picked) {
		ok = rows_of_picks(l, back, key, n, rows, error);
	} else if (ok && l->newest && l->open_texts->len && l->base > l->bounds->small_base) {
		g_autoptr(GArray) open = g_steal_pointer(&l->open_texts);

		if (l->engine == DB_SQLITE) {
			l->open_texts = g_array_new(FALSE, FALSE, sizeof(guint));
			ok = rows_of_streams(l, back, key, n, rows, error);
			g_array_unref(l->open_texts);
			l->open_texts = g_array_ref(open);
		} else {
			l->open_texts = g_array_ref(open);
			ok = rows_of_stretches(l, back, key, n, rows, error);
		}
	} else if (ok) {
		ok = rows_of_walk(l, back, key, n, rows, error);
	}
	if (ok && l->cut && !rows->len)
		ok = too_broad(error);
	if (!ok)
		return NULL;
	g_ptr_array_sort(rows, l->newest ? by_newest : by_deadline);
	if (rows->len > (guint)n && !back)
		g_ptr_array_set_size(rows, n);
	else if (rows->len > (guint)n)
		g_ptr_array_remove_range(rows, 0, rows->len - (guint)n);
	return g_steal_pointer(&rows);
}

/* ---- counting */
static gboolean count_statement(struct find_list *l, struct db_composed *c, int64_t cap, int64_t *sum, GError **error)
{
	int64_t n = 0;
	gboolean over, ok;

	DB_ADDV(c, FRAG_COUNT_END, DB_I(cap));
	ok = find_run(l, c, row_int_fn, &n, &over, error);
	db_composed_clear(c);
	if (over)
		*sum = -1;
	else
		*sum += n;
	return ok;
}

static void add_before(struct db_composed *c, const struct find_list *l, struct find_key key)
{
	DB_ADD(c, FRAG_AND);
	if (l->newest)
		DB_ADDV(c, FRAG_ID_ABOVE, DB_I(key.id));
	else
		add_side(c, l, TRUE, key);
}

gboolean find_count(struct find_list *l, struct find_key key, int64_t cap, int64_t *count, GError **error)
{
	guint parts = l->picked || l->source == LIST_EVERY || l->source == LIST_ALL ? 1 : l->keys->len;
	int64_t sum = 0;

	if (!find_prepare(l, error))
		return FALSE;
	*count = -1;
	if (l->spent || (!l->picked && l->open_texts->len && l->base > l->bounds->small_base))
		return TRUE;
	for (guint i = 0; i < parts && sum >= 0 && sum < cap; i++) {
		struct db_composed c;

		db_composed_init(&c, "Counting tickets");
		DB_ADD(&c, FRAG_COUNT_OF);
		if (l->picked) {
			add_picks(&c, l, 0, l->picks->len);
			DB_ADD(&c, FRAG_AND);
			add_plain_source(&c, l);
		} else {
			add_source(&c, l, l->keys->len ? g_array_index(l->keys, desk_id, i) : 0);
		}
		add_query(&c, l);
		add_before(&c, l, key);
		if (!count_statement(l, &c, cap, &sum, error))
			return FALSE;
	}
	*count = MIN(sum, cap);
	return TRUE;
}

gboolean find_ids(struct find_list *l, GArray *ids, int64_t cap, gboolean *more, GError **error)
{
	guint parts, chunk = 2000;

	*more = FALSE;
	if (!find_prepare(l, error))
		return FALSE;
	parts = l->picked ? (l->picks->len + chunk - 1) / chunk :
	        l->source == LIST_EVERY || l->source == LIST_ALL ? 1 : l->keys->len;
	for (guint i = 0; i < parts && !*more; i++) {
		struct db_composed c;
		gboolean over, ok;

		db_composed_init(&c, "Finding tickets");
		DB_ADD(&c, FRAG_IDS);
		if (l->picked) {
			add_picks(&c, l, i * chunk, MIN((i + 1) * chunk, l->picks->len));
			DB_ADD(&c, FRAG_AND);
			add_plain_source(&c, l);
		} else {
			add_source(&c, l, l->keys->len ? g_array_index(l->keys, desk_id, i) : 0);
		}
		add_query(&c, l);
		DB_ADDV(&c, FRAG_LIMIT, DB_I(cap >= INT64_MAX - 1 ? INT64_MAX : cap + 1 - ids->len));
		ok = find_run(l, &c, find_id_fn, ids, &over, error);
		db_composed_clear(&c);
		if (!ok)
			return FALSE;
		*more = over || (int64_t)ids->len > cap;
	}
	if ((int64_t)ids->len > cap)
		g_array_set_size(ids, (guint)cap);
	return TRUE;
}

gboolean find_ids_picked(struct find_list *l, GArray *ids, gboolean *more, GError **error)
{
	*more = FALSE;
	if (!find_prepare(l, error))
		return FALSE;
	*more = !l->picked;
	return *more || find_ids(l, ids, INT64_MAX - 1, more, error);
}
