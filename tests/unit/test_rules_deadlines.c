/* Deadlines as people compute them by hand, and what a clock tells of how it came to them. */
#include "rules/clocks.h"

#include <string.h>

#define S INT64_C(1000)
#define MINUTE (60 * S)
#define HOUR (60 * MINUTE)
#define PENDING (1u << STATUS_PENDING_CUSTOMER)

static int64_t at(const char *iso)
{
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, NULL);

	g_assert_nonnull(t);
	return g_date_time_to_unix(t) * 1000;
}

static struct calendar *make(const char *zone, const struct calendar_span *spans, size_t n)
{
	g_autoptr(GTimeZone) tz = g_time_zone_new_identifier(zone);
	g_autoptr(GError) error = NULL;
	struct calendar *c = calendar_new("test", tz, spans, n, &error);

	g_assert_no_error(error);
	return c;
}

/* The same spans on weekdays 1..days. */
static struct calendar *weekly(const char *zone, int days, const int minutes[][2], size_t n)
{
	struct calendar_span spans[14];
	size_t count = 0;

	for (int day = 1; day <= days; day++)
		for (size_t i = 0; i < n; i++)
			spans[count++] = (struct calendar_span){day, minutes[i][0], minutes[i][1]};
	return make(zone, spans, count);
}

static struct calendar *nine_to_five(const char *zone)
{
	static const int minutes[][2] = {{540, 1020}};

	return weekly(zone, 5, minutes, 1);
}

/* When a resolution clock that begins at `created` is due after the work. */
static void due_is(struct calendar *c, const char *created, int64_t work_ms, const char *due)
{
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = work_ms, .warnings = {75}, .calendar = c};
	const struct clock_fact fact = {.kind = FACT_CREATED, .at_ms = at(created)};
	struct ticket_clock out;

	g_assert_true(clock_fold(&rule, &fact, 1, fact.at_ms, &out));
	g_assert_cmpint(out.due_ms, ==, at(due));
}

static void due__friday_half_past_four_and_an_hour__is_monday_half_past_nine(void)
{
	struct calendar *c = nine_to_five("UTC");

	due_is(c, "2026-11-20T16:30:00Z", HOUR, "2026-11-23T09:30:00Z");
	calendar_free(c);
}

static void due__split_shift__jumps_over_the_lunch_break(void)
{
	static const int minutes[][2] = {{540, 720}, {780, 1080}};
	struct calendar *c = weekly("Asia/Shanghai", 5, minutes, 2);

	due_is(c, "2026-11-23T11:30:00+08:00", HOUR, "2026-11-23T13:30:00+08:00");
	due_is(c, "2026-11-23T12:10:00+08:00", HOUR, "2026-11-23T14:00:00+08:00");
	due_is(c, "2026-11-23T09:00:00+08:00", 24 * HOUR, "2026-11-25T18:00:00+08:00");
	calendar_free(c);
}

static void due__nine_in_the_evening_to_two__is_one_shift(void)
{
	static const int minutes[][2] = {{1260, 1560}};
	struct calendar *c = weekly("UTC", 7, minutes, 1);

	due_is(c, "2026-11-23T23:30:00Z", 2 * HOUR, "2026-11-24T01:30:00Z");
	due_is(c, "2026-11-24T01:30:00Z", HOUR, "2026-11-24T21:30:00Z");
	calendar_free(c);
}

static void due__the_week_turns_at_night__sunday_reaches_into_monday(void)
{
	static const struct calendar_span sunday[] = {{7, 1260, 1560}};
	struct calendar *c = make("UTC", sunday, 1);

	due_is(c, "2026-11-22T20:00:00Z", 4 * HOUR, "2026-11-23T01:00:00Z");
	due_is(c, "2026-11-23T01:00:00Z", 2 * HOUR, "2026-11-29T22:00:00Z");
	calendar_free(c);
}

static void due__clocks_go_forward__the_hour_that_is_missing_is_not_counted(void)
{
	static const int minutes[][2] = {{60, 300}}; /* 01:00-05:00 */
	struct calendar *c = weekly("Europe/Berlin", 7, minutes, 1);

	due_is(c, "2026-03-29T01:00:00+01:00", 2 * HOUR, "2026-03-29T04:00:00+02:00");
	calendar_free(c);
}

static void due__clocks_go_back__the_hour_that_comes_twice_counts_twice(void)
{
	static const int minutes[][2] = {{60, 300}};
	struct calendar *c = weekly("Europe/Berlin", 7, minutes, 1);

	due_is(c, "2026-10-25T01:00:00+02:00", 2 * HOUR, "2026-10-25T02:00:00+01:00");
	due_is(c, "2026-10-25T01:00:00+02:00", 5 * HOUR, "2026-10-25T05:00:00+01:00");
	calendar_free(c);
}

static void due__holiday_in_the_week__is_left_out(void)
{
	struct calendar *c = nine_to_five("UTC");

	g_assert_true(calendar_add_holiday(c, "2026-12-25", "Christmas", NULL));
	due_is(c, "2026-12-24T16:30:00Z", HOUR, "2026-12-28T09:30:00Z");
	due_is(c, "2026-12-25T12:00:00Z", HOUR, "2026-12-28T10:00:00Z");
	calendar_free(c);
}

static void due__shortened_day__counts_its_own_hours(void)
{
	const struct calendar_span morning = {.from_minute = 540, .to_minute = 720};
	struct calendar *c = nine_to_five("UTC");

	/* Christmas Eve until noon; the exception wins over a holiday of the same date. */
	g_assert_true(calendar_add_holiday(c, "2026-12-24", NULL, NULL));
	g_assert_true(calendar_add_holiday(c, "2026-12-25", "Christmas", NULL));
	g_assert_true(calendar_add_exception(c, "2026-12-24", &morning, NULL));
	due_is(c, "2026-12-24T11:30:00Z", HOUR, "2026-12-28T09:30:00Z");
	calendar_free(c);
}

static void due__a_saturday_that_is_worked__counts(void)
{
	const struct calendar_span hours[] = {{.from_minute = 780, .to_minute = 900}, {.from_minute = 540, .to_minute = 600}};
	struct calendar *c = nine_to_five("UTC");

	for (int i = 0; i < 2; i++) /* in any order */
		g_assert_true(calendar_add_exception(c, "2026-11-21", &hours[i], NULL));
	due_is(c, "2026-11-20T16:30:00Z", 2 * HOUR, "2026-11-21T13:30:00Z");
	due_is(c, "2026-11-20T16:30:00Z", 4 * HOUR, "2026-11-23T09:30:00Z");
	calendar_free(c);
}

static void due__a_date_without_hours__is_as_a_holiday(void)
{
	const struct calendar_span none = {.from_minute = -1, .to_minute = -1};
	struct calendar *c = nine_to_five("UTC");

	g_assert_true(calendar_add_exception(c, "2026-11-23", &none, NULL));
	due_is(c, "2026-11-20T16:30:00Z", HOUR, "2026-11-24T09:30:00Z");
	calendar_free(c);
}

static void due__an_exception_into_last_nights_shift__counts_no_hour_twice(void)
{
	static const int minutes[][2] = {{1260, 1560}};
	const struct calendar_span early = {.from_minute = 0, .to_minute = 360};
	struct calendar *c = weekly("UTC", 7, minutes, 1);

	g_assert_true(calendar_add_exception(c, "2026-11-24", &early, NULL));
	g_assert_cmpint(calendar_between(c, at("2026-11-23T21:00:00Z"), at("2026-11-24T12:00:00Z")), ==, 9 * HOUR);
	due_is(c, "2026-11-23T21:00:00Z", 8 * HOUR, "2026-11-24T05:00:00Z");
	calendar_free(c);
}

static void exception__bad_ones__are_refused(void)
{
	static const struct {
		const char *date;
		struct calendar_span span;
	} bad[] = {
		{"2026-12-32", {.from_minute = 0, .to_minute = 60}},   {"soon", {.from_minute = 0, .to_minute = 60}},
		{"2026-12-24", {.from_minute = 60, .to_minute = 60}},  {"2026-12-24", {.from_minute = -1, .to_minute = 60}},
		{"2026-12-24", {.from_minute = 1440, .to_minute = 1441}}, {"2026-12-24", {.from_minute = 60, .to_minute = 1501}},
		{"2026-12-31", {.from_minute = 599, .to_minute = 700}},
	};
	const struct calendar_span ten = {.from_minute = 540, .to_minute = 600};
	struct calendar *c = nine_to_five("UTC");

	g_assert_true(calendar_add_exception(c, "2026-12-31", &ten, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(calendar_add_exception(c, bad[i].date, &bad[i].span, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
	}
	calendar_free(c);
}

/* ---- properties */
static const char *const zones[] = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"};

/* Up to two spans on some days, some holidays and exceptions of early 2026; `fewer` of the same hours. */
static struct calendar *random_calendar(struct calendar **fewer)
{
	struct calendar_span spans[14], less[14];
	const char *zone = zones[g_test_rand_int_range(0, G_N_ELEMENTS(zones))];
	size_t n = 0, m = 0;
	struct calendar *c;

	for (int day = 1; day <= 7; day++)
		for (int half = 0; half < 2; half++) {
			struct calendar_span s = {day, half * 720 + g_test_rand_int_range(0, 300), half * 720 + g_test_rand_int_range(301, 720)};

			if (g_test_rand_int_range(0, 4) == 0 && n)
				continue;
			spans[n++] = s;
			s.to_minute -= g_test_rand_int_range(0, s.to_minute - s.from_minute);
			if (g_test_rand_int_range(0, 4) || !m)
				less[m++] = s;
		}
	c = make(zone, spans, n);
	*fewer = make(zone, less, m);
	for (int day = 1; day <= 28; day += g_test_rand_int_range(1, 9)) {
		g_autofree char *date = g_strdup_printf("2026-%02d-%02d", g_test_rand_int_range(1, 13), day);
		const struct calendar_span own = {.from_minute = g_test_rand_int_range(0, 600), .to_minute = g_test_rand_int_range(601, 2000)};

		if (g_test_rand_int_range(0, 2))
			calendar_add_exception(c, date, &own, NULL);
		else
			calendar_add_holiday(*fewer, date, NULL, NULL);
	}
	return c;
}

static void properties__more_working_time__never_delays(void)
{
	for (int round = 0; round < 60; round++) {
		struct calendar *fewer, *more = random_calendar(&fewer);

		/* The exceptions of `more` may take hours away: only where there are none it has more. */
		for (int i = 0; i < 20; i++) {
			int64_t from = at("2027-02-01T00:00:00Z") + (int64_t)g_test_rand_int_range(0, 86400 * 300) * S;
			int64_t work = g_test_rand_int_range(1, 3600 * 90) * S, longer = work + g_test_rand_int_range(1, 3600) * S;

			g_assert_cmpint(calendar_add(more, from, work), <=, calendar_add(fewer, from, work));
			g_assert_cmpint(calendar_add(more, from, work), <, calendar_add(more, from, longer));
		}
		calendar_free(more);
		calendar_free(fewer);
	}
}

static gboolean sum_fn(const struct calendar_piece *piece, void *arg)
{
	int64_t *sums = arg; /* working, end of the last piece */

	g_assert_cmpint(piece->from_ms, ==, sums[1]);
	g_assert_cmpint(piece->to_ms, >, piece->from_ms);
	sums[0] += piece->kind == CALENDAR_WORKING ? piece->to_ms - piece->from_ms : 0;
	sums[1] = piece->to_ms;
	return TRUE;
}

/* What is looked up is what walking gives, within the years that are kept and beyond them. */
static void properties__pieces__have_no_gaps_and_sum_up(void)
{
	static const char *const years[] = {"1999-12-01T00:00:00Z", "2026-01-01T00:00:00Z", "2070-01-01T00:00:00Z"};

	for (int round = 0; round < 60; round++) {
		struct calendar *fewer, *c = random_calendar(&fewer);
		int64_t from = at(years[round % 3]) + (int64_t)g_test_rand_int_range(0, 86400 * 90) * S;
		int64_t to = from + (int64_t)g_test_rand_int_range(1, 86400 * 100) * S, sums[2] = {0, from};
		int64_t due;

		g_assert_true(calendar_each(c, from, to, sum_fn, sums));
		g_assert_cmpint(sums[1], ==, to);
		g_assert_cmpint(calendar_between(c, from, to), ==, sums[0]);
		due = sums[0] ? calendar_add(c, from, sums[0]) : from;
		g_assert_cmpint(due, <=, to);
		g_assert_cmpint(calendar_between(c, from, due), ==, sums[0]);
		calendar_free(c);
		calendar_free(fewer);
	}
}

/* A reopening, pauses in between: a clock with more of them is never due earlier. */
static void properties__pauses__never_shorten_a_deadline(void)
{
	for (int round = 0; round < 100; round++) {
		struct calendar *fewer, *c = random_calendar(&fewer);
		const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 400 * HOUR, .pause_statuses = PENDING, .calendar = c};
		struct clock_fact facts[5] = {{.kind = FACT_CREATED, .at_ms = at("2026-03-01T08:00:00Z")}};
		struct ticket_clock out;
		int64_t due = 0;

		for (size_t n = 1; n <= 5; n += 2) {
			if (n > 1) {
				facts[n - 2] = (struct clock_fact){.kind = FACT_STATUS, .status = STATUS_PENDING_CUSTOMER,
					.at_ms = facts[n - 3].at_ms + g_test_rand_int_range(0, 20 * 3600) * S};
				facts[n - 1] = (struct clock_fact){.kind = FACT_STATUS, .status = STATUS_OPEN,
					.at_ms = facts[n - 2].at_ms + g_test_rand_int_range(0, 90 * 3600) * S};
			}
			clock_fold(&rule, facts, n, facts[n - 1].at_ms, &out);
			g_assert_cmpint(out.due_ms, >=, due);
			due = out.due_ms;
		}
		calendar_free(c);
		calendar_free(fewer);
	}
}

static void *compute(void *arg)
{
	int64_t sum = 0, from = at("2020-01-01T00:00:00Z");

	for (int year = 0; year < 20; year++)
		sum += calendar_between(arg, from + year * 300 * 24 * HOUR, from + (year + 2) * 300 * 24 * HOUR);
	return g_memdup2(&sum, sizeof(sum));
}

static void threads__one_calendar__all_compute_the_same(void)
{
	struct calendar *c = nine_to_five("Europe/Berlin");
	GThread *threads[4];
	int64_t *sums[4];

	for (int i = 0; i < 4; i++)
		threads[i] = g_thread_new("compute", compute, c);
	for (int i = 0; i < 4; i++) {
		sums[i] = g_thread_join(threads[i]);
		g_assert_cmpint(*sums[i], ==, *sums[0]);
	}
	for (int i = 0; i < 4; i++)
		g_free(sums[i]);
	calendar_free(c);
}

/* ---- stories over the office's hours */
static void fold__pause_across_a_weekend__the_rest_is_what_was_left(void)
{
	struct calendar *c = nine_to_five("UTC");
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 4 * HOUR, .pause_statuses = PENDING, .calendar = c};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = at("2026-11-20T15:00:00Z")},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-20T16:00:00Z"), .status = STATUS_PENDING_CUSTOMER},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-23T10:00:00Z"), .status = STATUS_OPEN},
	};
	struct ticket_clock out;

	clock_fold(&rule, facts, 2, at("2026-11-22T12:00:00Z"), &out);
	g_assert_cmpint(out.state, ==, CLOCK_STATE_PAUSED);
	g_assert_cmpint(out.left_ms, ==, 3 * HOUR);
	clock_fold(&rule, facts, 3, at("2026-11-23T10:00:00Z"), &out);
	g_assert_cmpint(out.due_ms, ==, at("2026-11-23T13:00:00Z"));
	calendar_free(c);
}

static void fold__policy_changes__what_has_passed_counts_and_pauses_stay(void)
{
	struct calendar *c = nine_to_five("UTC");
	const struct clock_rule before = {.kind = CLOCK_RESOLUTION, .target_ms = 4 * HOUR, .pause_statuses = PENDING, .calendar = c},
		after = {.kind = CLOCK_RESOLUTION, .target_ms = 6 * HOUR, .pause_statuses = PENDING, .calendar = c};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = at("2026-11-23T09:00:00Z")},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-23T10:00:00Z"), .status = STATUS_PENDING_CUSTOMER},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-23T12:00:00Z"), .status = STATUS_OPEN},
	};
	struct ticket_clock out;

	clock_fold(&before, facts, 3, at("2026-11-23T13:00:00Z"), &out);
	g_assert_cmpint(out.due_ms, ==, at("2026-11-23T15:00:00Z"));
	clock_fold(&after, facts, 3, at("2026-11-23T13:00:00Z"), &out); /* 2 h used, 4 h left */
	g_assert_cmpint(out.due_ms, ==, at("2026-11-23T17:00:00Z"));
	g_assert_cmpint(out.started_ms, ==, at("2026-11-23T09:00:00Z"));
	calendar_free(c);
}

static void fold__reopened_on_monday__goes_on_with_what_was_left_on_friday(void)
{
	struct calendar *c = nine_to_five("UTC");
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 8 * HOUR, .calendar = c};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = at("2026-11-20T09:00:00Z")},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-20T15:00:00Z"), .status = STATUS_RESOLVED}, /* 6 h */
		{.kind = FACT_STATUS, .at_ms = at("2026-11-23T09:30:00Z"), .status = STATUS_OPEN},
	};
	struct ticket_clock out;

	clock_fold(&rule, facts, 3, at("2026-11-23T09:30:00Z"), &out);
	g_assert_cmpint(out.due_ms, ==, at("2026-11-23T11:30:00Z"));
	calendar_free(c);
}

/* ---- judged once */
static void judged__late_by_the_old_policy__stays_late(void)
{
	const struct clock_rule before = {.kind = CLOCK_RESOLUTION, .target_ms = HOUR, .pause_statuses = PENDING},
		after = {.kind = CLOCK_RESOLUTION, .target_ms = 9 * HOUR, .pause_statuses = PENDING};
	struct clock_fact facts[3] = {{.kind = FACT_CREATED, .at_ms = 0}};
	struct ticket_clock was, is;
	int64_t now = 2 * HOUR;

	clock_fold(&before, facts, 1, now, &was);
	clock_fold(&after, facts, 1, now, &is);
	g_assert_cmpint(is.state, ==, CLOCK_STATE_RUNNING);
	g_assert_true(clock_judged(&was, &is, now, &facts[1]));
	clock_fold(&after, facts, 2, now, &is);
	g_assert_cmpint(is.state, ==, CLOCK_STATE_BREACHED);
	g_assert_cmpint(is.due_ms, ==, HOUR);
	g_assert_false(clock_judged(&was, &is, now, &facts[2]));
	/* paused it says that it is over, and its end is too late */
	facts[2] = (struct clock_fact){.kind = FACT_STATUS, .at_ms = 3 * HOUR, .status = STATUS_PENDING_CUSTOMER};
	clock_fold(&after, facts, 3, 3 * HOUR, &is);
	g_assert_cmpint(is.left_ms, <, 0);
	facts[2].status = STATUS_RESOLVED;
	clock_fold(&after, facts, 3, 3 * HOUR, &is);
	g_assert_cmpint(is.state, ==, CLOCK_STATE_MISSED);
}

static void judged__met_by_the_old_policy__stays_met(void)
{
	const struct clock_rule before = {.kind = CLOCK_FIRST_RESPONSE, .target_ms = HOUR},
		after = {.kind = CLOCK_FIRST_RESPONSE, .target_ms = MINUTE};
	struct clock_fact facts[3] = {{.kind = FACT_CREATED, .at_ms = 0}, {.kind = FACT_PUBLIC_REPLY, .at_ms = 2 * MINUTE}};
	struct ticket_clock was, is;

	clock_fold(&before, facts, 2, HOUR, &was);
	clock_fold(&after, facts, 2, HOUR, &is);
	g_assert_cmpint(is.state, ==, CLOCK_STATE_MISSED);
	g_assert_true(clock_judged(&was, &is, HOUR, &facts[2]));
	clock_fold(&after, facts, 3, HOUR, &is);
	g_assert_cmpint(is.state, ==, CLOCK_STATE_MET);
	g_assert_cmpint(is.ended_ms, ==, 2 * MINUTE);
}

static void judged__not_yet_due__the_new_policy_may_say_it_is_late(void)
{
	const struct clock_rule before = {.kind = CLOCK_RESOLUTION, .target_ms = 3 * HOUR},
		after = {.kind = CLOCK_RESOLUTION, .target_ms = HOUR};
	struct clock_fact fact = {.kind = FACT_CREATED, .at_ms = 0}, kept;
	struct ticket_clock was, is;

	clock_fold(&before, &fact, 1, 2 * HOUR, &was);
	clock_fold(&after, &fact, 1, 2 * HOUR, &is);
	g_assert_false(clock_judged(&was, &is, 2 * HOUR, &kept));
	g_assert_cmpint(is.state, ==, CLOCK_STATE_BREACHED);
}

static void judged__another_run__is_judged_by_itself(void)
{
	const struct clock_rule rule = {.kind = CLOCK_NEXT_RESPONSE, .target_ms = HOUR};
	struct clock_fact facts[] = {
		{.kind = FACT_PUBLIC_REPLY, .at_ms = 0}, {.kind = FACT_CUSTOMER_MESSAGE, .at_ms = HOUR},
		{.kind = FACT_JUDGED, .at_ms = 2 * HOUR, .clock = CLOCK_NEXT_RESPONSE, .due_ms = HOUR},
		{.kind = FACT_PUBLIC_REPLY, .at_ms = 2 * HOUR}, {.kind = FACT_CUSTOMER_MESSAGE, .at_ms = 5 * HOUR},
	};
	struct ticket_clock out;

	clock_fold(&rule, facts, 4, 4 * HOUR, &out);
	g_assert_cmpint(out.state, ==, CLOCK_STATE_MISSED);
	clock_fold(&rule, facts, 5, 5 * HOUR, &out);
	g_assert_cmpint(out.state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(out.due_ms, ==, 6 * HOUR);
}

/* ---- what it tells */
static void tell_fn(const struct clock_trace_step *step, void *arg)
{
	static const char *const names[] = {"start", "counted", "closed", "holiday", "paused", "stopped", "late", "judged", "changed",
		"end", "now", "due"};
	g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(step->from_ms / 1000), to =
		g_date_time_new_from_unix_utc(step->to_ms / 1000);
	g_autofree char *a = g_date_time_format(from, "%a %H:%M"), *b = g_date_time_format(to, "%a %H:%M");
	GString *out = arg;

	g_string_append_printf(out, "%s%s %s", step->ahead ? "> " : "", names[step->kind], a);
	if (step->to_ms > step->from_ms)
		g_string_append_printf(out, "-%s", b);
	if (step->kind == TRACE_START || step->kind == TRACE_END)
		g_string_append_printf(out, " %s", clock_fact_name(step->fact));
	if (step->kind == TRACE_END)
		g_string_append_printf(out, " %s", clock_state_name(step->state));
	if (step->kind == TRACE_PAUSED)
		g_string_append_printf(out, " %s", status_name(step->status));
	if (step->called)
		g_string_append_printf(out, " %s", step->called);
	if (step->exception)
		g_string_append(out, " exception");
	if (step->counted_ms)
		g_string_append_printf(out, " +%dm=%dm", (int)(step->counted_ms / MINUTE), (int)(step->total_ms / MINUTE));
	g_string_append_c(out, '\n');
}

static void tells(const struct clock_rule *rule, const struct clock_fact *facts, size_t n, int64_t now, const char *expected)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct ticket_clock told, folded;

	g_assert_cmpint(clock_trace(rule, facts, n, now, &told, tell_fn, out), ==, clock_fold(rule, facts, n, now, &folded));
	g_assert_true(told.state == folded.state && told.due_ms == folded.due_ms && told.left_ms == folded.left_ms);
	g_assert_cmpstr(out->str, ==, expected);
}

static void trace__running_over_pause_weekend_and_holiday__tells_each(void)
{
	struct calendar *c = nine_to_five("UTC");
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 6 * HOUR, .pause_statuses = PENDING, .calendar = c};
	const struct calendar_span short_day = {.from_minute = 600, .to_minute = 720};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = at("2026-11-20T14:00:00Z")}, /* a Friday */
		{.kind = FACT_STATUS, .at_ms = at("2026-11-20T15:00:00Z"), .status = STATUS_PENDING_CUSTOMER},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-20T16:00:00Z"), .status = STATUS_OPEN},
	};

	g_assert_true(calendar_add_holiday(c, "2026-11-23", "Labour Thanksgiving", NULL));
	g_assert_true(calendar_add_exception(c, "2026-11-24", &short_day, NULL));
	tells(&rule, facts, 3, at("2026-11-20T16:30:00Z"),
	      "start Fri 14:00 created\n"
	      "counted Fri 14:00-Fri 15:00 +60m=60m\n"
	      "paused Fri 15:00-Fri 16:00 pending-customer\n"
	      "counted Fri 16:00-Fri 16:30 +30m=90m\n"
	      "now Fri 16:30\n"
	      "> counted Fri 16:30-Fri 17:00 +30m=120m\n"
	      "> closed Fri 17:00-Mon 00:00\n"
	      "> holiday Mon 00:00-Tue 00:00 Labour Thanksgiving\n"
	      "> closed Tue 00:00-Tue 10:00\n"
	      "> counted Tue 10:00-Tue 12:00 exception +120m=240m\n"
	      "> closed Tue 12:00-Wed 09:00\n"
	      "> counted Wed 09:00-Wed 11:00 +120m=360m\n"
	      "> due Wed 11:00\n");
	calendar_free(c);
}

static void trace__late_reopened_and_judged__tells_the_moments(void)
{
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 2 * HOUR};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = 0},
		{.kind = FACT_STATUS, .at_ms = HOUR, .status = STATUS_RESOLVED},
		{.kind = FACT_STATUS, .at_ms = 4 * HOUR, .status = STATUS_OPEN},
		{.kind = FACT_JUDGED, .at_ms = 6 * HOUR, .clock = CLOCK_RESOLUTION, .due_ms = 5 * HOUR},
		{.kind = FACT_STATUS, .at_ms = 7 * HOUR, .status = STATUS_RESOLVED},
	};

	tells(&rule, facts, 3, 6 * HOUR,
	      "start Thu 00:00 created\ncounted Thu 00:00-Thu 01:00 +60m=60m\nend Thu 01:00 status met\n"
	      "stopped Thu 01:00-Thu 04:00\ncounted Thu 04:00-Thu 05:00 +60m=120m\nlate Thu 05:00\n"
	      "counted Thu 05:00-Thu 06:00 +60m=180m\nnow Thu 06:00\n");
	tells(&rule, facts, 5, 9 * HOUR,
	      "start Thu 00:00 created\ncounted Thu 00:00-Thu 01:00 +60m=60m\nend Thu 01:00 status met\n"
	      "stopped Thu 01:00-Thu 04:00\njudged Thu 06:00\ncounted Thu 04:00-Thu 07:00 +180m=240m\n"
	      "end Thu 07:00 status missed\n");
}

static void trace__paused__tells_until_now(void)
{
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 2 * HOUR,
		.pause_statuses = PENDING | 1u << STATUS_ON_HOLD};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = 0},
		{.kind = FACT_STATUS, .at_ms = HOUR, .status = STATUS_PENDING_CUSTOMER},
		{.kind = FACT_STATUS, .at_ms = 2 * HOUR, .status = STATUS_ON_HOLD},
	};

	tells(&rule, facts, 3, 5 * HOUR,
	      "start Thu 00:00 created\ncounted Thu 00:00-Thu 01:00 +60m=60m\npaused Thu 01:00-Thu 02:00 pending-customer\n"
	      "paused Thu 02:00-Thu 05:00 on-hold\nnow Thu 05:00\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deadlines/due/weekend", due__friday_half_past_four_and_an_hour__is_monday_half_past_nine);
	g_test_add_func("/deadlines/due/split", due__split_shift__jumps_over_the_lunch_break);
	g_test_add_func("/deadlines/due/night", due__nine_in_the_evening_to_two__is_one_shift);
	g_test_add_func("/deadlines/due/week", due__the_week_turns_at_night__sunday_reaches_into_monday);
	g_test_add_func("/deadlines/due/forward", due__clocks_go_forward__the_hour_that_is_missing_is_not_counted);
	g_test_add_func("/deadlines/due/back", due__clocks_go_back__the_hour_that_comes_twice_counts_twice);
	g_test_add_func("/deadlines/due/holiday", due__holiday_in_the_week__is_left_out);
	g_test_add_func("/deadlines/due/short", due__shortened_day__counts_its_own_hours);
	g_test_add_func("/deadlines/due/saturday", due__a_saturday_that_is_worked__counts);
	g_test_add_func("/deadlines/due/none", due__a_date_without_hours__is_as_a_holiday);
	g_test_add_func("/deadlines/due/overlap", due__an_exception_into_last_nights_shift__counts_no_hour_twice);
	g_test_add_func("/deadlines/exception/bad", exception__bad_ones__are_refused);
	g_test_add_func("/deadlines/properties/more", properties__more_working_time__never_delays);
	g_test_add_func("/deadlines/properties/pieces", properties__pieces__have_no_gaps_and_sum_up);
	g_test_add_func("/deadlines/properties/pauses", properties__pauses__never_shorten_a_deadline);
	g_test_add_func("/deadlines/threads", threads__one_calendar__all_compute_the_same);
	g_test_add_func("/deadlines/fold/pause", fold__pause_across_a_weekend__the_rest_is_what_was_left);
	g_test_add_func("/deadlines/fold/policy", fold__policy_changes__what_has_passed_counts_and_pauses_stay);
	g_test_add_func("/deadlines/fold/reopen", fold__reopened_on_monday__goes_on_with_what_was_left_on_friday);
	g_test_add_func("/deadlines/judged/late", judged__late_by_the_old_policy__stays_late);
	g_test_add_func("/deadlines/judged/met", judged__met_by_the_old_policy__stays_met);
	g_test_add_func("/deadlines/judged/running", judged__not_yet_due__the_new_policy_may_say_it_is_late);
	g_test_add_func("/deadlines/judged/again", judged__another_run__is_judged_by_itself);
	g_test_add_func("/deadlines/trace/running", trace__running_over_pause_weekend_and_holiday__tells_each);
	g_test_add_func("/deadlines/trace/moments", trace__late_reopened_and_judged__tells_the_moments);
	g_test_add_func("/deadlines/trace/paused", trace__paused__tells_until_now);
	return g_test_run();
}
