/* A calendar record's hours: days or ranges of days, each with spans of the clock. */
#include "wire/fields.h"
#include "wire/records.h"

#include <string.h>

static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static int day_of(const char *s, size_t len)
{
	for (int i = 0; i < 7; i++)
		if (strlen(days[i]) == len && memcmp(days[i], s, len) == 0)
			return i + 1;
	return 0;
}

/* "mon" or "mon-fri"; the week may turn ("sat-mon"). */
static gboolean parse_days(const char *s, int *from, int *to)
{
	const char *dash = strchr(s, '-');
	*from = day_of(s, dash ? (size_t)(dash - s) : strlen(s));
	*to = dash ? day_of(dash + 1, strlen(dash + 1)) : *from;
	return *from && *to;
}

static int two_digits(const char *s)
{
	return g_ascii_isdigit(s[0]) && g_ascii_isdigit(s[1]) ? (s[0] - '0') * 10 + s[1] - '0' : 100;
}

/* "09:00-18:00" -> minutes; an end before the start is the next day's. */
static gboolean parse_span(const char *s, struct record_calendar_span *span)
{
	if (strlen(s) != 11 || s[2] != ':' || s[5] != '-' || s[8] != ':')
		return FALSE;
	int from_hour = two_digits(s), from = two_digits(s + 3), to_hour = two_digits(s + 6),
	    to = two_digits(s + 9);
	if (from_hour > 23 || from > 59 || to_hour > 24 || to > 59 || (to_hour == 24 && to))
		return FALSE;
	span->from_minute = from_hour * 60 + from;
	span->to_minute = to_hour * 60 + to;
	if (span->to_minute < span->from_minute)
		span->to_minute += 24 * 60;
	return TRUE;
}

static gboolean fail_empty(struct reading *r)
{
	return reading_fail(r, "ends where it begins; the whole day is 00:00-24:00");
}

#define WEEK (7 * 24 * 60)

/* Two spans on the circle of the week. */
static gboolean overlap(const struct record_calendar_span *a, const struct record_calendar_span *b)
{
	int from_a = (a->weekday - 1) * 24 * 60 + a->from_minute, from_b = (b->weekday - 1) * 24 * 60 + b->from_minute;
	int later = ((from_b - from_a) % WEEK + WEEK) % WEEK;
	return later < a->to_minute - a->from_minute || (WEEK - later) % WEEK < b->to_minute - b->from_minute;
}

static gboolean is_free(const GArray *spans, const struct record_calendar_span *span)
{
	for (guint i = 0; i < spans->len; i++)
		if (overlap(&g_array_index(spans, struct record_calendar_span, i), span))
			return FALSE;
	return TRUE;
}

static gboolean read_day(struct reading *r, const struct json_node *n, int weekday, GArray *spans)
{
	int index = 0;
	if (json_type(n) != JSON_ARRAY)
		return reading_fail(r, "must be a list of spans like \"09:00-18:00\"");
	for (const struct json_node *each = json_first(n); each; each = json_next(each), index++) {
		struct record_calendar_span span = {.weekday = weekday};
		reading_enter(r, NULL, index);
		if (json_type(each) != JSON_STRING || !parse_span(json_text(each), &span))
			return reading_fail(r, "must be a span like \"09:00-18:00\"");
		if (span.from_minute == span.to_minute)
			return fail_empty(r);
		if (!is_free(spans, &span))
			return reading_fail(r, "overlaps another span (%s)", days[weekday - 1]);
		reading_leave(r);
		g_array_append_val(spans, span);
	}
	return TRUE;
}

static gboolean read_hours(struct reading *r, const struct json_node *hours, GArray *spans)
{
	for (const struct json_node *each = json_first(hours); each; each = json_next(each)) {
		int from, to;
		reading_enter(r, json_name(each), 0);
		if (!parse_days(json_name(each), &from, &to))
			return reading_fail(
				r,
				"must be a day (mon, tue, wed, thu, fri, sat, sun) or a range like mon-fri");
		for (int day = from;; day = day % 7 + 1) {
			if (!read_day(r, each, day, spans))
				return FALSE;
			if (day == to)
				break;
		}
		reading_leave(r);
	}
	return TRUE;
}

/* The day that a text begins with; what follows it after a space, "" when nothing does; NULL: no day. */
static const char *take_day(const char *s, char date[11])
{
	if (strlen(s) < 10 || s[4] != '-' || s[7] != '-' || two_digits(s) > 99 || two_digits(s + 2) > 99 ||
	    !g_date_valid_dmy((GDateDay)two_digits(s + 8), (GDateMonth)two_digits(s + 5),
			      (GDateYear)(two_digits(s) * 100 + two_digits(s + 2))) || (s[10] && s[10] != ' '))
		return NULL;
	g_strlcpy(date, s, 11);
	return s[10] ? s + 10 + strspn(s + 10, " ") : s + 10;
}

gboolean record_holiday_parse(const char *text, char date[11], const char **called)
{
	const char *rest = take_day(text, date);
	*called = rest && *rest ? rest : NULL;
	return rest != NULL;
}

gboolean record_exception_parse(const char *text, char date[11], GArray *spans, const char **called)
{
	const char *rest = take_day(text, date);
	guint before = spans->len;
	gboolean closed = FALSE;
	while (rest && *rest && !closed) {
		struct record_calendar_span span = {0};
		size_t n = strcspn(rest, " ");
		g_autofree char *word = g_strndup(rest, n);
		closed = spans->len == before && strcmp(word, "closed") == 0;
		if (!closed && !parse_span(word, &span))
			break;
		if (!closed)
			g_array_append_val(spans, span);
		rest += n + strspn(rest + n, " ");
	}
	*called = rest && *rest ? rest : NULL;
	return rest && (closed || spans->len > before);
}

char *record_holiday_text(const char *date, const char *called)
{
	return called && *called ? g_strdup_printf("%s %s", date, called) : g_strdup(date);
}

static void print_span(GString *out, const struct record_calendar_span *s)
{
	int to = s->to_minute == 24 * 60 ? s->to_minute : s->to_minute % (24 * 60);
	g_string_append_printf(out, "%02d:%02d-%02d:%02d", s->from_minute / 60, s->from_minute % 60, to / 60, to % 60);
}

char *record_exception_text(const char *date, const struct record_calendar_span *spans, size_t n, const char *called)
{
	g_autoptr(GString) out = g_string_new(date);
	for (size_t i = 0; i < n; i++) {
		g_string_append_c(out, ' ');
		print_span(out, &spans[i]);
	}
	if (!n)
		g_string_append(out, " closed");
	if (called && *called)
		g_string_append_printf(out, " %s", called);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* The same date only once, and its own spans beside each other. */
static gboolean check_holiday(struct reading *r, const char *text, GHashTable *dates)
{
	char date[11];
	const char *called;
	if (!record_holiday_parse(text, date, &called))
		return reading_fail(r, "must be a day like \"2026-12-25\", maybe with its name behind it");
	return g_hash_table_add(dates, g_strdup(date)) || reading_fail(r, "has a day that another holiday has");
}

static gboolean check_exception(struct reading *r, const char *text, GHashTable *dates)
{
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct record_calendar_span));
	char date[11];
	const char *called;
	if (!record_exception_parse(text, date, spans, &called))
		return reading_fail(r, "must be a day and its hours like \"2026-12-24 09:00-12:00\", or \"2026-12-24 closed\"");
	for (guint i = 0; i < spans->len; i++) {
		const struct record_calendar_span *s = &g_array_index(spans, struct record_calendar_span, i);
		if (s->from_minute == s->to_minute)
			return fail_empty(r);
		for (guint j = 0; j < i; j++)
			if (overlap(s, &g_array_index(spans, struct record_calendar_span, j)))
				return reading_fail(r, "has two spans that overlap");
	}
	return g_hash_table_add(dates, g_strdup(date)) || reading_fail(r, "has a day that another exception has");
}

gboolean record_read_calendar(struct reading *r, const struct json_node *root, struct record *to)
{
	const struct json_node *hours = json_member(root, "hours");
	reading_enter(r, "hours", 0);
	if (!hours)
		return reading_fail(r, "is missing");
	if (json_type(hours) != JSON_OBJECT)
		return reading_fail(r, "must be an object of days");
	to->spans = g_array_new(FALSE, FALSE, sizeof(struct record_calendar_span));
	if (!read_hours(r, hours, to->spans))
		return FALSE;
	if (!to->spans->len)
		return reading_fail(r, "has no span: a deadline would never come");
	reading_leave(r);
	reading_enter(r, "holidays", 0);
	g_autoptr(GHashTable) dates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < to->holidays->len; i++) {
		reading_enter(r, NULL, (int)i);
		if (!check_holiday(r, to->holidays->pdata[i], dates))
			return FALSE;
		reading_leave(r);
	}
	reading_leave(r);
	g_hash_table_remove_all(dates);
	reading_enter(r, "exceptions", 0);
	for (guint i = 0; i < to->exceptions->len; i++) {
		reading_enter(r, NULL, (int)i);
		if (!check_exception(r, to->exceptions->pdata[i], dates))
			return FALSE;
		reading_leave(r);
	}
	reading_leave(r);
	return TRUE;
}

void record_write_calendar(struct writer *w, const struct record *r)
{
	writer_object(w, "hours");
	for (int day = 1; day <= 7; day++) {
		gboolean open = FALSE;
		for (guint i = 0; r->spans && i < r->spans->len; i++) {
			const struct record_calendar_span *s =
				&g_array_index(r->spans, struct record_calendar_span, i);
			if (s->weekday != day)
				continue;
			if (!open)
				writer_array(w, days[day - 1]);
			open = TRUE;
			g_autoptr(GString) text = g_string_new(NULL);
			print_span(text, s);
			writer_string(w, NULL, text->str);
		}
		if (open)
			writer_end_array(w);
	}
	writer_end_object(w);
}
