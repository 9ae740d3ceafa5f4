/* Times of the query language: durations, dates, times of day, and what comparing asks for. */
#include "rules/find_inner.h"

#include <string.h>
#include "base/clock.h"

#define DURATION_MAX (INT64_C(36500) * MS_DAY)

void find_range(enum find_compare compare, int64_t lo, int64_t hi, struct find_value *v)
{
	v->kind = FIND_VALUE_RANGE;
	v->lo = INT64_MIN;
	v->hi = INT64_MAX;
	switch (compare) {
	case FIND_EQ:
		v->lo = lo;
		v->hi = hi;
		break;
	case FIND_LT:
		v->hi = lo - 1;
		break;
	case FIND_LE:
		v->hi = hi;
		break;
	case FIND_GT:
		v->lo = hi + 1;
		break;
	case FIND_GE:
		v->lo = lo;
	}
}

/* "90s" "1h30m" "2d" "1w", "0", with a minus in front: FALSE when it isn't one. */
static gboolean duration(const char *s, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {{'s', MS_SECOND}, {'m', MS_MINUTE}, {'h', MS_HOUR}, {'d', MS_DAY}, {'w', 7 * MS_DAY}};
	gboolean minus = *s == '-';
	int64_t sum = 0;

	s += minus;
	if (strcmp(s, "0") == 0) {
		*ms = 0;
		return TRUE;
	}
	if (!*s)
		return FALSE;
	while (*s) {
		char *end;
		guint64 n = g_ascii_strtoull(s, &end, 10);
		size_t i = 0;

		if (!g_ascii_isdigit(*s) || n > 999999)
			return FALSE;
		while (i < G_N_ELEMENTS(units) && units[i].unit != g_ascii_tolower(*end))
			i++;
		if (i == G_N_ELEMENTS(units))
			return FALSE;
		sum += (int64_t)n * units[i].ms;
		if (sum > DURATION_MAX)
			return FALSE;
		s = end + 1;
	}
	*ms = minus ? -sum : sum;
	return TRUE;
}

/* Exactly `n` digits at *s, which moves behind them; -1 when they aren't there. */
static int digits(const char **s, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++, ++*s) {
		if (!g_ascii_isdigit(**s))
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

struct moment {
	int year, month, day, hour, minute; /* what wasn't said: 0, hour -1 */
};

static gboolean clock_part(const char **s, struct moment *m)
{
	const char *start = *s;

	m->hour = digits(s, 2);
	if (m->hour < 0) {
		*s = start;
		m->hour = digits(s, 1);
	}
	if (m->hour < 0 || *(*s)++ != ':')
		return FALSE;
	m->minute = digits(s, 2);
	return m->hour < 24 && m->minute >= 0 && m->minute < 60;
}

/* YYYY-MM, YYYY-MM-DD, and with a blank or T: HH:MM. */
static gboolean date_part(const char **s, struct moment *m)
{
	m->year = digits(s, 4);
	if (m->year < 1970 || *(*s)++ != '-')
		return FALSE;
	m->month = digits(s, 2);
	if (m->month < 1 || m->month > 12)
		return FALSE;
	if (!**s)
		return TRUE;
	if (*(*s)++ != '-')
		return FALSE;
	m->day = digits(s, 2);
	if (m->day < 1 || m->day > g_date_get_days_in_month((GDateMonth)m->month, (GDateYear)m->year))
		return FALSE;
	if (**s != ' ' && **s != 'T' && **s != 't')
		return TRUE;
	++*s;
	return clock_part(s, m);
}

static int64_t ms_of(GDateTime *t)
{
	return g_date_time_to_unix(t) * 1000 + g_date_time_get_microsecond(t) / 1000;
}

static GDateTime *day_start(const struct find_reader *r, int offset)
{
	g_autoptr(GDateTime) utc =
		g_date_time_new_from_unix_utc(CLAMP(r->now_ms / 1000, 0, INT64_C(250000000000)));
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, r->zone);
	g_autoptr(GDateTime) day = g_date_time_add_days(local, offset);

	return g_date_time_new(r->zone, g_date_time_get_year(day), g_date_time_get_month(day),
			       g_date_time_get_day_of_month(day), 0, 0, 0);
}

/* The first ms and the last of the minute, day or month that a text names. */
static gboolean unit_of(const struct find_reader *r, const struct find_value *v, int64_t *lo, int64_t *hi,
			unsigned *uses)
{
	static const struct {
		const char *word;
		int offset;
	} days[] = {{"today", 0}, {"yesterday", -1}, {"tomorrow", 1}};
	struct moment m = {.hour = -1};
	g_autoptr(GDateTime) from = NULL, next = NULL;
	const char *s = v->text;

	for (size_t i = 0; i < G_N_ELEMENTS(days) && !from; i++)
		if (find_value_is(v, days[i].word)) {
			*uses |= FIND_USES_DAY;
			from = day_start(r, days[i].offset);
			next = day_start(r, days[i].offset + 1);
		}
	if (!from && clock_part(&s, &m) && !*s) {
		g_autoptr(GDateTime) day = day_start(r, 0);

		*uses |= FIND_USES_DAY;
		from = g_date_time_new(r->zone, g_date_time_get_year(day), g_date_time_get_month(day),
				       g_date_time_get_day_of_month(day), m.hour, m.minute, 0);
		next = from ? g_date_time_add_minutes(from, 1) : NULL;
	} else if (!from) {
		m = (struct moment){.hour = -1};
		s = v->text;
		if (!date_part(&s, &m) || *s)
			return FALSE;
		from = g_date_time_new(r->zone, m.year, m.month, MAX(m.day, 1), MAX(m.hour, 0), m.minute, 0);
		if (m.hour >= 0)
			next = from ? g_date_time_add_minutes(from, 1) : NULL;
		else if (m.day)
			next = from ? g_date_time_add_days(from, 1) : NULL;
		else
			next = from ? g_date_time_add_months(from, 1) : NULL;
	}
	if (!from || !next)
		return FALSE;
	*lo = ms_of(from);
	*hi = ms_of(next) - 1;
	return TRUE;
}

/* What is set at all: 0 is "never", QUEUE_NO_DUE "no clock". */
static void keep_to_set(enum find_field field, struct find_value *v)
{
	if (field == FIND_DUE)
		v->hi = MIN(v->hi, QUEUE_NO_DUE - 1);
	else
		v->lo = MAX(v->lo, 1);
}

static gboolean read_duration(const struct find_reader *r, struct find_node *node, struct find_value *v,
			      int64_t ms)
{
	static const enum find_compare older[] = {
		[FIND_LT] = FIND_GT, [FIND_LE] = FIND_GE, [FIND_GT] = FIND_LT, [FIND_GE] = FIND_LE};
	const char *name = find_field_name(node->field);
	int64_t moment = node->field == FIND_DUE ? r->now_ms + ms : r->now_ms - ms;

	if (node->compare == FIND_EQ && node->field == FIND_DUE)
		return find_fail(r->error, r->source, v->from, v->to, "say due<%s (sooner) or due>%s (later)",
				 v->text, v->text);
	if (node->compare == FIND_EQ)
		return find_fail(r->error, r->source, v->from, v->to,
				 "say %s<%s (since then) or %s>%s (longer ago)", name, v->text, name,
				 v->text);
	if (ms < 0 && node->field != FIND_DUE)
		return find_fail(r->error, r->source, v->from, v->to, "an age is never below 0");
	node->uses |= FIND_USES_NOW;
	find_range(node->field == FIND_DUE ? node->compare : older[node->compare], moment, moment, v);
	return TRUE;
}

gboolean find_read_time(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	int64_t ms, lo, hi;

	if (!v->prefix && duration(v->text, &ms)) {
		if (!read_duration(r, node, v, ms))
			return FALSE;
	} else if (!v->prefix && unit_of(r, v, &lo, &hi, &node->uses)) {
		find_range(node->compare, lo, hi, v);
	} else {
		return find_fail(r->error, r->source, v->from, v->to,
				 "\"%s\" is no time; write 15m, 2h, today, 18:00 or 2026-11-23", v->text);
	}
	keep_to_set(node->field, v);
	return TRUE;
}

static int64_t day_number(const struct find_reader *r, int64_t ms)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, r->zone);

	return find_days(g_date_time_get_year(local), g_date_time_get_month(local),
			 g_date_time_get_day_of_month(local));
}

int64_t find_days(int year, int month, int day)
{
	GDate date;

	g_date_clear(&date, 1);
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return INT64_MIN;
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	return (int64_t)g_date_get_julian(&date) - 719163; /* the first day of 1970 */
}

gboolean find_read_day(const struct find_reader *r, struct find_node *node, struct find_value *v)
{
	int64_t lo, hi;

	if (v->prefix || !unit_of(r, v, &lo, &hi, &node->uses))
		return find_fail(r->error, r->source, v->from, v->to,
				 "\"%s\" is no date; write 2026-11-23, 2026-11 or today", v->text);
	find_range(node->compare, day_number(r, lo), day_number(r, hi), v);
	return TRUE;
}
