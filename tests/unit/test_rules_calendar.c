/* Business calendars: hand-computed cases, daylight saving, properties. */
#include "rules/calendar.h"

#include <string.h>

#define HOUR INT64_C(3600000)
#define MINUTE INT64_C(60000)

static const struct calendar_span nine_to_five[] = {
	{1, 540, 1020}, {2, 540, 1020}, {3, 540, 1020}, {4, 540, 1020}, {5, 540, 1020},
};
/* 9-12 and 13-18 on weekdays, 10-14 on Saturday */
static const struct calendar_span split[] = {
	{1, 540, 720}, {1, 780, 1080}, {2, 540, 720}, {2, 780, 1080}, {3, 540, 720}, {3, 780, 1080},
	{4, 540, 720}, {4, 780, 1080}, {5, 540, 720}, {5, 780, 1080}, {6, 600, 840},
};
/* 21:00-02:00 every night */
static const struct calendar_span nights[] = {
	{1, 1260, 1560}, {2, 1260, 1560}, {3, 1260, 1560}, {4, 1260, 1560}, {5, 1260, 1560},
	{6, 1260, 1560}, {7, 1260, 1560},
};
/* 01:00-05:00 every day: daylight saving happens inside */
static const struct calendar_span early[] = {
	{1, 60, 300}, {2, 60, 300}, {3, 60, 300}, {4, 60, 300}, {5, 60, 300}, {6, 60, 300}, {7, 60, 300},
};
/* 02:30-05:00: begins inside the hour that is skipped or repeated */
static const struct calendar_span half_past_two[] = {
	{1, 150, 300}, {2, 150, 300}, {3, 150, 300}, {4, 150, 300}, {5, 150, 300}, {6, 150, 300}, {7, 150, 300},
};

static const struct calendar_span whole_week[] = {
	{1, 0, 1440}, {2, 0, 1440}, {3, 0, 1440}, {4, 0, 1440}, {5, 0, 1440}, {6, 0, 1440}, {7, 0, 1440},
};

static struct calendar *make(const char *zone, const struct calendar_span *spans, size_t n)
{
	g_autoptr(GTimeZone) tz = g_time_zone_new_identifier(zone);
	g_autoptr(GError) error = NULL;
	struct calendar *c;

	g_assert_nonnull(tz);
	c = calendar_new("test", tz, spans, n, &error);
	g_assert_no_error(error);
	return c;
}
#define MAKE(zone, spans) make(zone, spans, G_N_ELEMENTS(spans))

/* "2026-11-20T16:30:00Z" or with an offset; ms UTC. */
static int64_t at(const char *iso)
{
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, NULL);

	g_assert_nonnull(t);
	return g_date_time_to_unix(t) * 1000 + g_date_time_get_microsecond(t) / 1000;
}

struct add_case {
	const char *from;
	int64_t work_minutes;
	const char *to;
};

static void check_adds(struct calendar *c, const struct add_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t from = at(cases[i].from), to = at(cases[i].to);

		g_test_message("%s + %d min", cases[i].from, (int)cases[i].work_minutes);
		g_assert_cmpint(calendar_add(c, from, cases[i].work_minutes * MINUTE), ==, to);
		g_assert_cmpint(calendar_between(c, from, to), ==, cases[i].work_minutes * MINUTE);
	}
	calendar_free(c);
}

static void add__office_hours__skips_nights_and_weekends(void)
{
	static const struct add_case cases[] = {
		{"2026-11-20T16:30:00Z", 60, "2026-11-23T09:30:00Z"},   /* Friday to Monday */
		{"2026-11-20T16:30:00Z", 30, "2026-11-20T17:00:00Z"},   /* the earliest moment */
		{"2026-11-21T12:00:00Z", 1, "2026-11-23T09:01:00Z"},    /* from a Saturday */
		{"2026-11-23T08:59:59Z", 480, "2026-11-23T17:00:00Z"},
		{"2026-11-23T09:00:00Z", 481, "2026-11-24T09:01:00Z"},
		{"2026-11-23T09:00:00Z", 5 * 480 + 1, "2026-11-30T09:01:00Z"},
		{"2026-11-23T10:00:00Z", 0, "2026-11-23T10:00:00Z"},
		{"1969-12-31T16:59:00Z", 2, "1970-01-01T09:01:00Z"},    /* before 1970, a Wednesday */
	};

	check_adds(MAKE("UTC", nine_to_five), cases, G_N_ELEMENTS(cases));
}

static void add__split_shifts__skips_the_break(void)
{
	static const struct add_case cases[] = {
		{"2026-11-23T11:30:00+08:00", 60, "2026-11-23T13:30:00+08:00"},
		{"2026-11-23T12:30:00+08:00", 300, "2026-11-23T18:00:00+08:00"},
		{"2026-11-20T17:00:00+08:00", 120, "2026-11-21T11:00:00+08:00"},
		{"2026-11-21T13:00:00+08:00", 90, "2026-11-23T09:30:00+08:00"},
	};

	check_adds(MAKE("Asia/Shanghai", split), cases, G_N_ELEMENTS(cases));
}

static void add__span_past_midnight__goes_on(void)
{
	static const struct add_case cases[] = {
		{"2026-11-22T23:00:00Z", 120, "2026-11-23T01:00:00Z"},
		{"2026-11-23T01:30:00Z", 60, "2026-11-23T21:30:00Z"},
		{"2026-11-23T12:00:00Z", 300, "2026-11-24T02:00:00Z"},
	};

	check_adds(MAKE("UTC", nights), cases, G_N_ELEMENTS(cases));
}

static void add__clocks_go_forward__an_hour_is_missing(void)
{
	/* Berlin, 29 March 2026: 02:00 CET becomes 03:00 CEST (01:00 UTC). */
	static const struct add_case spans[] = {
		{"2026-03-29T01:00:00+01:00", 180, "2026-03-29T05:00:00+02:00"},
		{"2026-03-29T01:30:00+01:00", 60, "2026-03-29T03:30:00+02:00"},
		{"2026-03-28T01:00:00+01:00", 240, "2026-03-28T05:00:00+01:00"},
		{"2026-03-28T05:00:00+01:00", 181, "2026-03-30T01:01:00+02:00"},
	};
	/* 02:30 doesn't exist that day: the span begins at the change. */
	static const struct add_case begins[] = {
		{"2026-03-29T00:00:00+01:00", 1, "2026-03-29T03:01:00+02:00"},
		{"2026-03-29T00:00:00+01:00", 120, "2026-03-29T05:00:00+02:00"},
	};

	check_adds(MAKE("Europe/Berlin", early), spans, G_N_ELEMENTS(spans));
	check_adds(MAKE("Europe/Berlin", half_past_two), begins, G_N_ELEMENTS(begins));
}

static void add__clocks_go_back__an_hour_counts_twice(void)
{
	/* Berlin, 25 October 2026: 03:00 CEST becomes 02:00 CET (01:00 UTC). */
	static const struct add_case spans[] = {
		{"2026-10-25T01:00:00+02:00", 300, "2026-10-25T05:00:00+01:00"},
		{"2026-10-25T01:30:00+02:00", 90, "2026-10-25T02:00:00+01:00"},
	};
	/* 02:30-03:00 passes, then 02:00-02:30 is outside, then 02:30 comes again. */
	static const struct add_case begins[] = {
		{"2026-10-25T02:30:00+02:00", 30, "2026-10-25T03:00:00+02:00"},
		{"2026-10-25T02:30:00+02:00", 31, "2026-10-25T02:31:00+01:00"},
		{"2026-10-25T00:00:00+02:00", 180, "2026-10-25T05:00:00+01:00"},
	};

	check_adds(MAKE("Europe/Berlin", early), spans, G_N_ELEMENTS(spans));
	check_adds(MAKE("Europe/Berlin", half_past_two), begins, G_N_ELEMENTS(begins));
}

static void add__half_an_hour_of_daylight_saving__is_counted_as_it_passes(void)
{
	/* Lord Howe: 4 October 2026 02:00+10:30 becomes 02:30+11:00; 5 April 2026 02:00+11:00 becomes 01:30+10:30. */
	static const struct add_case spans[] = {
		{"2026-10-04T01:00:00+10:30", 120, "2026-10-04T03:30:00+11:00"},
		{"2026-10-04T01:00:00+10:30", 210, "2026-10-04T05:00:00+11:00"},
		{"2026-04-05T01:00:00+11:00", 120, "2026-04-05T02:30:00+10:30"},
		{"2026-04-05T01:00:00+11:00", 270, "2026-04-05T05:00:00+10:30"},
	};

	check_adds(MAKE("Australia/Lord_Howe", early), spans, G_N_ELEMENTS(spans));
}

static void add__new_york_and_shanghai__have_their_own_days(void)
{
	/* 8 March 2026 02:00-05:00 becomes 03:00-04:00; 1 November 02:00-04:00 becomes 01:00-05:00; Shanghai has none. */
	static const struct add_case new_york[] = {
		{"2026-03-08T01:00:00-05:00", 120, "2026-03-08T04:00:00-04:00"},
		{"2026-11-01T01:00:00-04:00", 120, "2026-11-01T02:00:00-05:00"},
		{"2026-11-01T01:00:00-04:00", 300, "2026-11-01T05:00:00-05:00"},
	};
	static const struct add_case shanghai[] = {
		{"2026-03-29T01:00:00+08:00", 240, "2026-03-29T05:00:00+08:00"},
		{"2026-10-25T01:00:00+08:00", 240, "2026-10-25T05:00:00+08:00"},
	};

	check_adds(MAKE("America/New_York", early), new_york, G_N_ELEMENTS(new_york));
	check_adds(MAKE("Asia/Shanghai", early), shanghai, G_N_ELEMENTS(shanghai));
}

static void add__a_day_that_never_was__has_no_hours(void)
{
	/* Apia went from Thursday 29 December 2011 (-10:00) to Saturday 31 December (+14:00). */
	static const struct add_case cases[] = {
		{"2011-12-29T16:00:00-10:00", 120, "2012-01-02T10:00:00+14:00"},
		{"2011-12-29T09:00:00-10:00", 481, "2012-01-02T09:01:00+14:00"},
	};

	check_adds(MAKE("Pacific/Apia", nine_to_five), cases, G_N_ELEMENTS(cases));
}

static void add__holiday__has_no_spans_that_begin_on_it(void)
{
	static const struct add_case cases[] = {
		{"2026-12-24T16:00:00Z", 120, "2026-12-28T10:00:00Z"},
		{"2026-12-25T10:00:00Z", 1, "2026-12-28T09:01:00Z"},
	};
	/* The night that began the day before goes on into the holiday. */
	static const struct add_case late[] = {
		{"2026-12-24T23:00:00Z", 180, "2026-12-25T02:00:00Z"},
		{"2026-12-24T23:00:00Z", 181, "2026-12-26T21:01:00Z"},
	};
	struct calendar *c = MAKE("UTC", nine_to_five), *n = MAKE("UTC", nights);

	g_assert_true(calendar_add_holiday(c, "2026-12-25", NULL, NULL));
	check_adds(c, cases, G_N_ELEMENTS(cases));
	g_assert_true(calendar_add_holiday(n, "2026-12-25", NULL, NULL));
	check_adds(n, late, G_N_ELEMENTS(late));
}

static void add__no_calendar_or_no_spans__is_all_or_nothing(void)
{
	struct calendar *c = make("UTC", NULL, 0);

	g_assert_cmpint(calendar_add(NULL, 1000, 500), ==, 1500);
	g_assert_cmpint(calendar_add(NULL, 1000, INT64_MAX), ==, INT64_MAX);
	g_assert_cmpint(calendar_between(NULL, 1000, 1500), ==, 500);
	g_assert_cmpint(calendar_between(NULL, 1500, 1000), ==, 0);
	g_assert_cmpint(calendar_add(c, 1000, 1), ==, INT64_MAX);
	g_assert_cmpint(calendar_add(c, 1000, 0), ==, 1000);
	g_assert_cmpint(calendar_between(c, 0, HOUR * 1000), ==, 0);
	g_assert_cmpstr(calendar_name(c), ==, "test");
	calendar_free(c);
}

static void add__more_than_ten_years__is_never(void)
{
	struct calendar *c = MAKE("UTC", nine_to_five);

	g_assert_cmpint(calendar_add(c, at("2026-01-01T00:00:00Z"), 11 * 366 * 8 * HOUR), ==, INT64_MAX);
	g_assert_cmpint(calendar_add(c, INT64_MAX, 1), ==, INT64_MAX);
	g_assert_cmpint(calendar_between(c, INT64_MIN, INT64_MAX), >, 0);
	calendar_free(c);
}

static void new__bad_spans__are_refused(void)
{
	static const struct calendar_span bad[][2] = {
		{{0, 0, 60}, {1, 0, 60}}, {{8, 0, 60}, {1, 0, 60}}, {{1, -1, 60}, {2, 0, 60}},
		{{1, 1440, 1500}, {3, 0, 60}}, {{1, 60, 60}, {2, 0, 60}}, {{1, 60, 1501}, {3, 0, 60}},
		{{1, 60, 120}, {1, 119, 180}}, {{1, 1260, 1560}, {2, 60, 180}}, {{7, 1260, 1560}, {1, 60, 180}},
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(calendar_new("x", utc, bad[i], 2, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
	}
}

static void holiday__no_date__is_refused(void)
{
	static const char *const bad[] = {"", "2026-12-2", "2026-12-255", "2026-13-01", "2026-02-29", "2026/12/25", "0000-01-01"};
	struct calendar *c = MAKE("UTC", nine_to_five);

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(calendar_add_holiday(c, bad[i], NULL, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
	}
	calendar_free(c);
}

static int64_t random_moment(void)
{
	return at("2025-01-01T00:00:00Z") + (int64_t)(g_test_rand_double() * 3 * 365 * 24) * HOUR +
	       g_test_rand_int_range(0, 3600000);
}

/* add is the inverse of between, between is additive, more work is never earlier. */
static void properties__random_moments__hold(void)
{
	struct calendar *all[] = {
		MAKE("UTC", nine_to_five), MAKE("Asia/Shanghai", split), MAKE("America/New_York", nights),
		MAKE("Europe/Berlin", early), MAKE("Europe/Berlin", half_past_two), MAKE("America/Sao_Paulo", whole_week),
		MAKE("Australia/Lord_Howe", half_past_two), NULL,
	};

	for (int round = 0; round < 400; round++) {
		struct calendar *c = all[g_test_rand_int_range(0, G_N_ELEMENTS(all))];
		int64_t from = random_moment(), middle, to = from + g_test_rand_int_range(0, 40 * 24 * 3600) * INT64_C(1000);
		int64_t work = g_test_rand_int_range(0, 200 * 3600) * INT64_C(1000) + g_test_rand_int_range(0, 1000);
		int64_t due = calendar_add(c, from, work);

		g_assert_cmpint(calendar_between(c, from, due), ==, work);
		if (work)
			g_assert_cmpint(calendar_between(c, from, due - 1), ==, work - 1);
		g_assert_cmpint(calendar_add(c, from, work + 1000), >, due);
		g_assert_cmpint(calendar_add(c, from + 1000, work), >=, due);
		middle = from + (to - from) / 3;
		g_assert_cmpint(calendar_between(c, from, middle) + calendar_between(c, middle, to), ==,
		                calendar_between(c, from, to));
		g_assert_cmpint(calendar_between(c, from, to), <=, to - from);
	}
	g_assert_cmpint(calendar_between(all[5], at("2018-01-01T00:00:00Z"), at("2020-01-01T00:00:00Z")), ==, 730 * 24 * HOUR);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		calendar_free(all[i]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar/add/office", add__office_hours__skips_nights_and_weekends);
	g_test_add_func("/calendar/add/split", add__split_shifts__skips_the_break);
	g_test_add_func("/calendar/add/midnight", add__span_past_midnight__goes_on);
	g_test_add_func("/calendar/add/forward", add__clocks_go_forward__an_hour_is_missing);
	g_test_add_func("/calendar/add/back", add__clocks_go_back__an_hour_counts_twice);
	g_test_add_func("/calendar/add/half-an-hour", add__half_an_hour_of_daylight_saving__is_counted_as_it_passes);
	g_test_add_func("/calendar/add/elsewhere", add__new_york_and_shanghai__have_their_own_days);
	g_test_add_func("/calendar/add/skipped", add__a_day_that_never_was__has_no_hours);
	g_test_add_func("/calendar/add/holiday", add__holiday__has_no_spans_that_begin_on_it);
	g_test_add_func("/calendar/add/none", add__no_calendar_or_no_spans__is_all_or_nothing);
	g_test_add_func("/calendar/add/never", add__more_than_ten_years__is_never);
	g_test_add_func("/calendar/new/bad", new__bad_spans__are_refused);
	g_test_add_func("/calendar/holiday/bad", holiday__no_date__is_refused);
	g_test_add_func("/calendar/properties", properties__random_moments__hold);
	return g_test_run();
}
