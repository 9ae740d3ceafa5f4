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

struct calendar {
	char *name;
	GTimeZone *zone;
	GArray *days[8];      /* per weekday 1..7: struct calendar_span by from_minute */
	GHashTable *holidays; /* day numbers since 1970 */
	gboolean empty;
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
	c->holidays = g_hash_table_new(NULL, NULL);
	c->empty = n == 0;
	for (int d = 1; d <= 7; d++)
		c->days[d] = g_array_new(FALSE, FALSE, sizeof(struct calendar_span));
	for (size_t i = 0; i < n; i++) {
		struct calendar_span *s = &g_array_index(sorted, struct calendar_span, i);

		g_array_append_val(c->days[s->weekday], *s);
	}
	return c;
}

gboolean calendar_add_holiday(struct calendar *c, const char *date, GError **error)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;
	int year, month, day;
	GDate d;

	while (form[i] && (form[i] == 'd' ? g_ascii_isdigit(date[i]) : date[i] == form[i]))
		i++;
	if (form[i] || date[i])
		return desk_fail(error, DESK_INVALID, "calendar %s: a holiday is not a date like 2026-12-25", c->name);
	year = (int)g_ascii_strtoll(date, NULL, 10);
	month = (int)g_ascii_strtoll(date + 5, NULL, 10);
	day = (int)g_ascii_strtoll(date + 8, NULL, 10);
	if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return desk_fail(error, DESK_INVALID, "calendar %s: there is no day %04d-%02d-%02d", c->name, year, month, day);
	g_date_clear(&d, 1);
	g_date_set_dmy(&d, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	g_hash_table_add(c->holidays, GINT_TO_POINTER((int)g_date_get_julian(&d) - EPOCH_JULIAN));
	return TRUE;
}

void calendar_free(struct calendar *c)
{
	if (!c)
		return;
	for (int d = 1; d <= 7; d++)
		g_array_unref(c->days[d]);
	g_hash_table_unref(c->holidays);
	g_time_zone_unref(c->zone);
	g_free(c->name);
	g_free(c);
}

const char *calendar_name(const struct calendar *c)
{
	return c->name;
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

/* A walk over working time goes from one stretch of constant offset to the next.
 * Within one, local time is a straight line, so skipped local times vanish by
 * clipping and repeated ones pass twice: daylight saving needs no other rule. */
struct walk {
	const struct calendar *c;
	int64_t left;  /* working ms still to pass; INT64_MAX when only summing */
	int64_t sum;
	int64_t at;    /* where `left` became 0 */
};

/* FALSE when the wanted working time has passed. */
static gboolean take(struct walk *w, int64_t from_ms, int64_t to_ms)
{
	int64_t work = to_ms - from_ms;

	if (work >= w->left) {
		w->at = from_ms + w->left;
		w->left = 0;
		return FALSE;
	}
	w->left -= work;
	w->sum += work;
	return TRUE;
}

static gboolean walk_day(struct walk *w, int64_t day, int64_t offset_ms, int64_t from_ms, int64_t to_ms)
{
	const GArray *spans = w->c->days[weekday_of(day)];
	int64_t start = day * DAY_S * 1000 - offset_ms;

	if (!spans->len || g_hash_table_contains(w->c->holidays, GINT_TO_POINTER((int)day)))
		return TRUE;
	for (guint i = 0; i < spans->len; i++) {
		const struct calendar_span *s = &g_array_index(spans, struct calendar_span, i);
		int64_t a = MAX(from_ms, start + s->from_minute * INT64_C(60000));
		int64_t b = MIN(to_ms, start + s->to_minute * INT64_C(60000));

		if (a < b && !take(w, a, b))
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

static void walk(struct walk *w, int64_t from_ms, int64_t to_ms)
{
	while (from_ms < to_ms) {
		int64_t from_s = floor_div(from_ms, 1000);
		int64_t end_s = same_offset_until(w->c->zone, from_s, from_s + CHUNK_S);
		int64_t end_ms = MIN(to_ms, end_s * 1000);
		int interval = g_time_zone_find_interval(w->c->zone, G_TIME_TYPE_UNIVERSAL, from_s);
		int64_t offset_ms = g_time_zone_get_offset(w->c->zone, interval) * INT64_C(1000);
		int64_t last = floor_div(end_ms - 1 + offset_ms, DAY_S * 1000);

		/* The day before may have a span that passes midnight. */
		for (int64_t day = floor_div(from_ms + offset_ms, DAY_S * 1000) - 1; day <= last; day++)
			if (!walk_day(w, day, offset_ms, from_ms, end_ms))
				return;
		from_ms = end_ms;
	}
}

int64_t calendar_between(const struct calendar *c, int64_t from_ms, int64_t to_ms)
{
	struct walk w = {.c = c, .left = INT64_MAX};

	if (to_ms <= from_ms)
		return 0;
	from_ms = CLAMP(from_ms, -MOMENT_MAX, MOMENT_MAX);
	to_ms = CLAMP(to_ms, from_ms, MOMENT_MAX);
	if (!c)
		return to_ms - from_ms;
	if (!c->empty)
		walk(&w, from_ms, MIN(to_ms, from_ms + RANGE_MS));
	return w.sum;
}

int64_t calendar_add(const struct calendar *c, int64_t from_ms, int64_t work_ms)
{
	struct walk w = {.c = c, .left = work_ms};

	if (work_ms <= 0)
		return from_ms;
	if (!c)
		return from_ms > INT64_MAX - work_ms ? INT64_MAX : from_ms + work_ms;
	if (c->empty || from_ms > MOMENT_MAX || from_ms < -MOMENT_MAX)
		return INT64_MAX;
	walk(&w, from_ms, from_ms + HORIZON_MS);
	return w.left ? INT64_MAX : w.at;
}
