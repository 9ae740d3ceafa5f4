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

/* "09:00-18:00" -> minutes; an end at or before the start is the next day's. */
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
	if (span->to_minute <= span->from_minute)
		span->to_minute += 24 * 60;
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

static gboolean is_day(const char *s)
{
	return strlen(s) == 10 && s[4] == '-' && s[7] == '-' && two_digits(s) < 100 &&
	       two_digits(s + 2) < 100 &&
	       g_date_valid_dmy((GDateDay)two_digits(s + 8), (GDateMonth)two_digits(s + 5),
				(GDateYear)(two_digits(s) * 100 + two_digits(s + 2)));
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
	reading_leave(r);
	reading_enter(r, "holidays", 0);
	for (guint i = 0; i < to->holidays->len; i++) {
		reading_enter(r, NULL, (int)i);
		if (!is_day(to->holidays->pdata[i]))
			return reading_fail(r, "must be a day like \"2026-12-25\"");
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
			int to = s->to_minute == 24 * 60 ? s->to_minute : s->to_minute % (24 * 60);
			g_autofree char *text = g_strdup_printf("%02d:%02d-%02d:%02d", s->from_minute / 60,
								s->from_minute % 60, to / 60, to % 60);
			writer_string(w, NULL, text);
		}
		if (open)
			writer_end_array(w);
	}
	writer_end_object(w);
}
