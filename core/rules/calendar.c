/* Business calendars: working time between moments, and moments after working time. */
#include "rules/calendar.h"

#include <string.h>

#define DAY_MINUTES 1440
#define WEEK_MINUTES (7 * DAY_MINUTES)
#define DAY_S INT64_C(86400)
#define CHUNK_S (32 * DAY_S)
#define EPOCH_JULIAN 719163 /* g_date_get_julian of 1970-01-01 */
#define HORIZON_MS (INT64_C(3653) * DAY_S * 1000)
#define RANGE_MS (400 * INT64_C(366) * DAY_S * 1000)
#define MOMENT_MAX (INT64_C(1) << 53)

/* Working time is looked up: per block of days its pieces with what came before each. A block is
 * made when it is first asked for. Outside of the blocks' years the pieces are walked each time. */
#define BLOCK_MS (256 * DAY_S * 1000)
#define BLOCKS 100
#define BLOCKS_FROM INT64_C(946684800000) /* 2000-01-01 */
#define BLOCKS_TO (BLOCKS_FROM + BLOCKS * BLOCK_MS)

struct block {
	guint n;
	int64_t *from;   /* of each piece */
	int64_t *before; /* working time in the block before each; [n]: in all of it */
};

struct calendar {
	char *name;
	GTimeZone *zone;
	GArray *days[8];        /* per weekday 1..7: struct calendar_span by from_minute */
	GHashTable *holidays;   /* day number since 1970 -> name, may be "" */
	GHashTable *exceptions; /* day number -> GArray of struct calendar_span by from_minute */
	gboolean empty;
	struct block *blocks[BLOCKS]; /* atomic; NULL: not made yet */
};

static int by_start(gconstpointer a, gconstpointer b)
{
	const struct calendar_span *x = a, *y = b;

	return x->weekday != y->weekday ? x->weekday - y->weekday : x->from_minute - y->from_minute;
}

static int week_minute(const struct calendar_span *s, int minute)
{
	return (s->weekday - 1) * DAY_MINUTES + minute;
}

static gboolean check_spans(const char *name, const struct calendar_span *sorted, size_t n, GError **error)
{
	for (size_t i = 0; i < n; i++) {
		const struct calendar_span *s = &sorted[i], *next = &sorted[(i + 1) % n];
		int wrap = i + 1 == n ? WEEK_MINUTES : 0;

		if (s->weekday < 1 || s->weekday > 7 || s->from_minute < 0 || s->from_minute >= DAY_MINUTES ||
		    s->to_minute <= s->from_minute || s->to_minute > s->from_minute + DAY_MINUTES)
			return desk_fail(error, DESK_INVALID, "calendar %s: a span of weekday %d is out of range", name, s->weekday);
		if (week_minute(s, s->to_minute) > week_minute(next, next->from_minute) + wrap)
			return desk_fail(error, DESK_INVALID, "calendar %s: two spans overlap on weekday %d", name, next->weekday);
	}
	return TRUE;
}

struct calendar *calendar_new(const char *name, GTimeZone *zone, const struct calendar_span *spans,
                              size_t n, GError **error)
{
	struct calendar *c;
	g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(struct calendar_span));

	if (n)
		g_array_append_vals(sorted, spans, (guint)n);
	g_array_sort(sorted, by_start);
	if (!check_spans(name, (const struct calendar_span *)(void *)sorted->data, n, error))
		return NULL;
	c = g_new0(struct calendar, 1);
	c->name = g_strdup(name);
	c->zone = g_time_zone_ref(zone);
	c->holidays = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	c->exceptions = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	c->empty = n == 0;
	for (int d = 1; d <= 7; d++)
		c->days[d] = g_array_new(FALSE, FALSE, sizeof(struct calendar_span));
	for (size_t i = 0; i < n; i++) {
		struct calendar_span *s = &g_array_index(sorted, struct calendar_span, i);

		g_array_append_val(c->days[s->weekday], *s);
	}
	return c;
}

/* "2026-12-25" -> the day's number since 1970. */
static gboolean day_of(const struct calendar *c, const char *date, int *day, GError **error)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;
	int year, month, of_month;
	GDate d;

	while (form[i] && (form[i] == 'd' ? g_ascii_isdigit(date[i]) : date[i] == form[i]))
		i++;
	if (form[i] || date[i])
		return desk_fail(error, DESK_INVALID, "calendar %s: a day is not a date like 2026-12-25", c->name);
	year = (int)g_ascii_strtoll(date, NULL, 10);
	month = (int)g_ascii_strtoll(date + 5, NULL, 10);
	of_month = (int)g_ascii_strtoll(date + 8, NULL, 10);
	if (!g_date_valid_dmy((GDateDay)of_month, (GDateMonth)month, (GDateYear)year))
		return desk_fail(error, DESK_INVALID, "calendar %s: there is no day %04d-%02d-%02d", c->name, year, month, of_month);
	g_date_clear(&d, 1);
	g_date_set_dmy(&d, (GDateDay)of_month, (GDateMonth)month, (GDateYear)year);
	*day = (int)g_date_get_julian(&d) - EPOCH_JULIAN;
	return TRUE;
}

static void block_free(struct block *b)
{
	if (!b)
		return;
	g_free(b->from);
	g_free(b->before);
	g_free(b);
}

static void forget_blocks(struct calendar *c)
{
	for (int i = 0; i < BLOCKS; i++)
		g_clear_pointer(&c->blocks[i], block_free);
}

gboolean calendar_add_holiday(struct calendar *c, const char *date, const char *called, GError **error)
{
	int day;

	if (!day_of(c, date, &day, error))
		return FALSE;
	g_hash_table_replace(c->holidays, GINT_TO_POINTER(day), g_strdup(called ? called : ""));
	forget_blocks(c);
	return TRUE;
}

gboolean calendar_add_exception(struct calendar *c, const char *date, const struct calendar_span *span,
                                GError **error)
{
	struct calendar_span put;
	int day;
	GArray *own;

	if (!day_of(c, date, &day, error))
		return FALSE;
	own = g_hash_table_lookup(c->exceptions, GINT_TO_POINTER(day));
	if (!own) {
		own = g_array_new(FALSE, FALSE, sizeof(struct calendar_span));
		g_hash_table_insert(c->exceptions, GINT_TO_POINTER(day), own);
	}
	forget_blocks(c);
	if (span->from_minute == -1 && span->to_minute == -1)
		return TRUE;
	if (span->from_minute < 0 || span->from_minute >= DAY_MINUTES || span->to_minute <= span->from_minute ||
	    span->to_minute > span->from_minute + DAY_MINUTES)
		return desk_fail(error, DESK_INVALID, "calendar %s: a span of %s is out of range", c->name, date);
	for (guint i = 0; i < own->len; i++) {
		const struct calendar_span *s = &g_array_index(own, struct calendar_span, i);

		if (span->from_minute < s->to_minute && s->from_minute < span->to_minute)
			return desk_fail(error, DESK_INVALID, "calendar %s: two spans of %s overlap", c->name, date);
	}
	put = *span;
	put.weekday = 1; /* all alike, so that by_start looks at the time */
	g_array_append_val(own, put);
	g_array_sort(own, by_start);
	c->empty = FALSE;
	return TRUE;
}

void calendar_free(struct calendar *c)
{
	if (!c)
		return;
	for (int d = 1; d <= 7; d++)
		g_array_unref(c->days[d]);
	forget_blocks(c);
	g_hash_table_unref(c->holidays);
	g_hash_table_unref(c->exceptions);
	g_time_zone_unref(c->zone);
	g_free(c->name);
	g_free(c);
}

const char *calendar_name(const struct calendar *c)
{
	return c->name;
}

const char *calendar_zone(const struct calendar *c)
{
	return g_time_zone_get_identifier(c->zone);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Day 0 was a Thursday. */
static int weekday_of(int64_t day)
{
	return (int)(day + 3 - floor_div(day + 3, 7) * 7) + 1;
}

/* A walk goes from one stretch of constant offset to the next. Within one, local time is a
 * straight line, so skipped local times vanish by clipping and repeated ones pass twice: daylight
 * saving needs no other rule. */
struct walk {
	const struct calendar *c;
	int64_t from, to;    /* the stretch */
	int64_t at;          /* told up to here: an exception may reach into what the day before had */
	calendar_piece_fn *fn; /* gets WORKING and HOLIDAY */
	void *arg;
};

static gboolean tell(struct walk *w, struct calendar_piece piece)
{
	piece.from_ms = MAX(MAX(piece.from_ms, w->from), w->at);
	piece.to_ms = MIN(piece.to_ms, w->to);
	if (piece.from_ms >= piece.to_ms)
		return TRUE;
	w->at = piece.to_ms;
	return w->fn(&piece, w->arg);
}

static gboolean walk_day(struct walk *w, int64_t day, int64_t offset_ms)
{
	void *number = GINT_TO_POINTER((int)day);
	const GArray *own = g_hash_table_lookup(w->c->exceptions, number);
	const GArray *spans = own ? own : w->c->days[weekday_of(day)];
	const char *holiday = own ? NULL : g_hash_table_lookup(w->c->holidays, number);
	int64_t start = day * DAY_S * 1000 - offset_ms;

	if (!spans->len)
		return TRUE;
	if (holiday)
		return tell(w, (struct calendar_piece){.kind = CALENDAR_HOLIDAY, .from_ms = start,
			.to_ms = start + DAY_S * 1000, .called = *holiday ? holiday : NULL});
	for (guint i = 0; i < spans->len; i++) {
		const struct calendar_span *s = &g_array_index(spans, struct calendar_span, i);

		if (!tell(w, (struct calendar_piece){.kind = CALENDAR_WORKING, .exception = own != NULL,
			.from_ms = start + s->from_minute * INT64_C(60000), .to_ms = start + s->to_minute * INT64_C(60000)}))
			return FALSE;
	}
	return TRUE;
}

/* The first second after `from_s`, at most `to_s`, with another offset. GLib tells
 * no borders, but the number of the interval only grows. */
static int64_t same_offset_until(GTimeZone *zone, int64_t from_s, int64_t to_s)
{
	int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, from_s);
	int64_t low = from_s, high = to_s;

	if (g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, to_s - 1) == interval)
		return to_s;
	while (high - low > 1) {
		int64_t mid = low + (high - low) / 2;

		if (g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, mid) == interval)
			low = mid;
		else
			high = mid;
	}
	return high;
}

static gboolean walk(const struct calendar *c, int64_t from_ms, int64_t to_ms, calendar_piece_fn *fn, void *arg)
{
	struct walk w = {.c = c, .from = from_ms, .at = from_ms, .fn = fn, .arg = arg};

	while (w.from < to_ms) {
		int64_t from_s = floor_div(w.from, 1000);
		int64_t end_s = same_offset_until(c->zone, from_s, from_s + CHUNK_S);
		int interval = g_time_zone_find_interval(c->zone, G_TIME_TYPE_UNIVERSAL, from_s);
		int64_t offset_ms = g_time_zone_get_offset(c->zone, interval) * INT64_C(1000);
		int64_t last;

		w.to = MIN(to_ms, end_s * 1000);
		last = floor_div(w.to - 1 + offset_ms, DAY_S * 1000);
		/* The day before may have a span that passes midnight. */
		for (int64_t day = floor_div(w.from + offset_ms, DAY_S * 1000) - 1; day <= last; day++)
			if (!walk_day(&w, day, offset_ms))
				return FALSE;
		w.from = w.to;
	}
	return TRUE;
}

/* ---- sums by walking */
struct sum {
	int64_t left;  /* working ms still to pass; INT64_MAX when only summing */
	int64_t done;
	int64_t at;    /* where `left` became 0 */
};

static gboolean sum_fn(const struct calendar_piece *piece, void *arg)
{
	struct sum *s = arg;
	int64_t work = piece->to_ms - piece->from_ms;

	if (piece->kind != CALENDAR_WORKING)
		return TRUE;
	if (work >= s->left) {
		s->at = piece->from_ms + s->left;
		s->left = 0;
		return FALSE;
	}
	s->left -= work;
	s->done += work;
	return TRUE;
}

/* ---- sums by looking up */
struct pieces {
	GArray *from, *before; /* int64_t */
	int64_t sum;
};

static gboolean collect_fn(const struct calendar_piece *piece, void *arg)
{
	struct pieces *p = arg;

	if (piece->kind != CALENDAR_WORKING)
		return TRUE;
	g_array_append_val(p->from, piece->from_ms);
	g_array_append_val(p->before, p->sum);
	p->sum += piece->to_ms - piece->from_ms;
	return TRUE;
}

static int64_t block_start(int index)
{
	return BLOCKS_FROM + index * BLOCK_MS;
}

static int block_of(int64_t ms)
{
	return (int)((ms - BLOCKS_FROM) / BLOCK_MS);
}

static const struct block *block_at(const struct calendar *c, int index)
{
	struct block **slot = (struct block **)&c->blocks[index], *b = g_atomic_pointer_get(slot);
	struct pieces p = {0};

	if (b)
		return b;
	p.from = g_array_new(FALSE, FALSE, sizeof(int64_t));
	p.before = g_array_new(FALSE, FALSE, sizeof(int64_t));
	walk(c, block_start(index), block_start(index + 1), collect_fn, &p);
	g_array_append_val(p.before, p.sum);
	b = g_new(struct block, 1);
	b->n = p.from->len;
	b->from = (int64_t *)(void *)g_array_free(p.from, FALSE);
	b->before = (int64_t *)(void *)g_array_free(p.before, FALSE);
	/* Two threads may make the same one: the first stays. */
	if (g_atomic_pointer_compare_and_exchange(slot, NULL, b))
		return b;
	block_free(b);
	return g_atomic_pointer_get(slot);
}

/* How many of the ascending values are <= v. */
static guint count_up_to(const int64_t *values, guint n, int64_t v)
{
	guint low = 0, high = n;

	while (low < high) {
		guint mid = low + (high - low) / 2;

		if (values[mid] <= v)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Working time of the block before the moment. */
static int64_t work_before(const struct block *b, int64_t ms)
{
	guint i = count_up_to(b->from, b->n, ms);

	return i ? MIN(b->before[i], b->before[i - 1] + ms - b->from[i - 1]) : 0;
}

static gboolean in_blocks(int64_t ms)
{
	return ms >= BLOCKS_FROM && ms < BLOCKS_TO;
}

int64_t calendar_between(const struct calendar *c, int64_t from_ms, int64_t to_ms)
{
	struct sum s = {.left = INT64_MAX};
	int first, last;
	int64_t work;

	if (to_ms <= from_ms)
		return 0;
	from_ms = CLAMP(from_ms, -MOMENT_MAX, MOMENT_MAX);
	to_ms = CLAMP(to_ms, from_ms, MOMENT_MAX);
	if (!c)
		return to_ms - from_ms;
	if (c->empty)
		return 0;
	if (!in_blocks(from_ms) || !in_blocks(to_ms)) {
		walk(c, from_ms, MIN(to_ms, from_ms + RANGE_MS), sum_fn, &s);
		return s.done;
	}
	first = block_of(from_ms);
	last = block_of(to_ms);
	work = work_before(block_at(c, last), to_ms) - work_before(block_at(c, first), from_ms);
	for (int i = first; i < last; i++)
		work += block_at(c, i)->before[block_at(c, i)->n];
	return work;
}

/* Beyond the blocks, or when they end before the work does. */
static int64_t add_walking(const struct calendar *c, int64_t from_ms, int64_t until_ms, int64_t work_ms)
{
	struct sum s = {.left = work_ms};

	walk(c, from_ms, until_ms, sum_fn, &s);
	return s.left ? INT64_MAX : s.at;
}

int64_t calendar_add(const struct calendar *c, int64_t from_ms, int64_t work_ms)
{
	int64_t until = from_ms, left = work_ms;

	if (work_ms <= 0)
		return from_ms;
	if (!c)
		return from_ms > INT64_MAX - work_ms ? INT64_MAX : from_ms + work_ms;
	if (c->empty || from_ms > MOMENT_MAX || from_ms < -MOMENT_MAX)
		return INT64_MAX;
	until = from_ms + HORIZON_MS;
	if (!in_blocks(from_ms))
		return add_walking(c, from_ms, until, work_ms);
	for (int i = block_of(from_ms); i < BLOCKS && block_start(i) < until; i++) {
		const struct block *b = block_at(c, i);
		int64_t done = i == block_of(from_ms) ? work_before(b, from_ms) : 0;

		if (left <= b->before[b->n] - done) {
			/* The piece in which it ends: the last with less before it. */
			guint at = count_up_to(b->before, b->n, done + left - 1) - 1;
			int64_t moment = b->from[at] + done + left - b->before[at];

			return moment <= until ? moment : INT64_MAX;
		}
		left -= b->before[b->n] - done;
	}
	return until > BLOCKS_TO ? add_walking(c, BLOCKS_TO, until, left) : INT64_MAX;
}

/* ---- piece by piece */
struct each {
	struct calendar_piece last; /* not told yet: the next may continue it */
	calendar_piece_fn *fn;
	void *arg;
};

static gboolean put_piece(struct each *e, const struct calendar_piece *piece)
{
	struct calendar_piece *last = &e->last;

	if (last->kind == piece->kind && last->called == piece->called && last->exception == piece->exception) {
		last->to_ms = piece->to_ms;
		return TRUE;
	}
	if (last->from_ms < last->to_ms && !e->fn(last, e->arg))
		return FALSE;
	*last = *piece;
	return TRUE;
}

static gboolean each_fn(const struct calendar_piece *piece, void *arg)
{
	struct each *e = arg;
	const struct calendar_piece closed = {.kind = CALENDAR_CLOSED, .from_ms = e->last.to_ms, .to_ms = piece->from_ms};

	return (closed.from_ms == closed.to_ms || put_piece(e, &closed)) && put_piece(e, piece);
}

gboolean calendar_each(const struct calendar *c, int64_t from_ms, int64_t to_ms, calendar_piece_fn *fn, void *arg)
{
	struct each e = {.fn = fn, .arg = arg};
	struct calendar_piece rest = {.kind = c ? CALENDAR_CLOSED : CALENDAR_WORKING};

	from_ms = CLAMP(from_ms, -MOMENT_MAX, MOMENT_MAX);
	to_ms = MIN(CLAMP(to_ms, -MOMENT_MAX, MOMENT_MAX), from_ms + RANGE_MS);
	if (to_ms <= from_ms)
		return TRUE;
	e.last = (struct calendar_piece){.kind = CALENDAR_CLOSED, .from_ms = from_ms, .to_ms = from_ms};
	if (c && !walk(c, from_ms, to_ms, each_fn, &e))
		return FALSE;
	rest.from_ms = e.last.to_ms;
	rest.to_ms = to_ms;
	if (rest.from_ms < rest.to_ms && !put_piece(&e, &rest))
		return FALSE;
	return fn(&e.last, arg);
}
