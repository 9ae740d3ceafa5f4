/* Policies and calendars that change while a clock runs: what was counted stays. All times by hand;
 * 2026-11-23 is a Monday. */
#include "rules/explain.h"

#include <string.h>

#define MINUTE (60 * INT64_C(1000))
#define HOUR (60 * MINUTE)
#define PENDING (1u << STATUS_PENDING_CUSTOMER)

static int64_t at(const char *day_and_time) /* "23 09:00" of November 2026 */
{
	g_autofree char *iso = g_strdup_printf("2026-11-%.2sT%s:00Z", day_and_time, day_and_time + 3);
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, NULL);

	g_assert_nonnull(t);
	return g_date_time_to_unix(t) * 1000;
}

static struct calendar *nine_to_five(const char *holiday)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct calendar_span days[5];
	struct calendar *c;

	for (int i = 0; i < 5; i++)
		days[i] = (struct calendar_span){i + 1, 540, 1020};
	c = calendar_new("office", utc, days, 5, NULL);
	g_assert_true(!holiday || calendar_add_holiday(c, holiday, "Off", NULL));
	return c;
}

struct story {
	struct clock_rule rules[3]; /* the newest first */
	struct clock_fact facts[8];
	size_t n;
};

static void begins(struct story *s, enum clock_kind kind, const char *when, int64_t target, const struct calendar *c)
{
	*s = (struct story){.n = 1};
	s->rules[0] = (struct clock_rule){.kind = kind, .target_ms = target, .pause_statuses = PENDING, .calendar = c, .warnings = {75}};
	s->facts[0] = (struct clock_fact){.kind = FACT_CREATED, .at_ms = at(when)};
}

static struct clock_rule *changes(struct story *s, const char *when, int64_t target, const struct calendar *c)
{
	s->rules[2] = s->rules[1];
	s->rules[1] = s->rules[0];
	if (s->rules[1].before)
		s->rules[1].before = &s->rules[2];
	s->rules[0].before = &s->rules[1];
	s->rules[0].since_ms = at(when);
	s->rules[0].target_ms = target;
	s->rules[0].calendar = c;
	return &s->rules[0];
}

static void becomes(struct story *s, const char *when, enum ticket_status status)
{
	s->facts[s->n++] = (struct clock_fact){.kind = FACT_STATUS, .at_ms = at(when), .status = status};
}

static struct ticket_clock as_of(const struct story *s, const char *when)
{
	struct ticket_clock out;

	clock_fold(&s->rules[0], s->facts, s->n, at(when), &out);
	return out;
}

static void round_the_clock__becomes_office_hours__the_night_stays_counted(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;

	begins(&s, CLOCK_RESOLUTION, "23 06:00", 8 * HOUR, NULL);
	changes(&s, "23 12:00", 8 * HOUR, c);
	g_assert_cmpint(as_of(&s, "23 11:00").due_ms, ==, at("23 14:00")); /* before it changed */
	g_assert_cmpint(as_of(&s, "23 12:00").due_ms, ==, at("23 14:00")); /* 6 h counted, 2 left */
	begins(&s, CLOCK_RESOLUTION, "23 06:00", 20 * HOUR, NULL);
	changes(&s, "23 20:00", 20 * HOUR, c); /* 14 h counted; 6 from nine on */
	g_assert_cmpint(as_of(&s, "23 21:00").due_ms, ==, at("24 15:00"));
	g_assert_cmpint(as_of(&s, "23 21:00").warn_ms, ==, at("24 10:00")); /* 15 h */
	g_assert_cmpint(as_of(&s, "23 21:00").started_ms, ==, at("23 06:00"));
	calendar_free(c);
}

static void office_hours__become_round_the_clock__the_night_before_is_not_counted(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;

	begins(&s, CLOCK_RESOLUTION, "20 16:00", 3 * HOUR, c); /* a Friday: 1 h */
	changes(&s, "22 10:00", 3 * HOUR, NULL);
	g_assert_cmpint(as_of(&s, "22 10:00").due_ms, ==, at("22 12:00"));
	calendar_free(c);
}

static void target__changed__what_was_counted_is_of_the_new_one(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;
	struct ticket_clock k;

	begins(&s, CLOCK_RESOLUTION, "23 09:00", 4 * HOUR, c);
	changes(&s, "23 11:00", 6 * HOUR, c);
	g_assert_cmpint(as_of(&s, "23 12:00").due_ms, ==, at("23 15:00"));
	/* sharper than what has gone by: late, from the change on */
	begins(&s, CLOCK_RESOLUTION, "23 09:00", 4 * HOUR, c);
	changes(&s, "23 11:00", HOUR, c);
	k = as_of(&s, "23 11:30");
	g_assert_cmpint(k.state, ==, CLOCK_STATE_BREACHED);
	g_assert_cmpint(k.due_ms, ==, at("23 11:00"));
	calendar_free(c);
}

static void holiday__added_later__what_was_counted_on_it_stays(void)
{
	struct calendar *c = nine_to_five(NULL), *with = nine_to_five("2026-11-23");
	struct story s;

	begins(&s, CLOCK_RESOLUTION, "23 09:00", 16 * HOUR, c);
	changes(&s, "23 12:00", 16 * HOUR, with); /* 3 h; Tuesday 8, Wednesday 5 */
	g_assert_cmpint(as_of(&s, "23 13:00").due_ms, ==, at("25 14:00"));
	calendar_free(c);
	calendar_free(with);
}

static void changed_twice__each_stretch_counts_by_its_own(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;

	begins(&s, CLOCK_RESOLUTION, "23 06:00", 20 * HOUR, NULL);
	changes(&s, "23 09:00", 20 * HOUR, c);    /* 3 h round the clock */
	changes(&s, "23 18:00", 20 * HOUR, NULL); /* 8 h of the office */
	g_assert_cmpint(as_of(&s, "23 18:00").due_ms, ==, at("24 03:00"));
	g_assert_cmpint(as_of(&s, "23 10:00").due_ms, ==, at("25 10:00")); /* between: 17 left, 8 + 8 + 1 */
	calendar_free(c);
}

static void paused__at_the_change__has_what_was_left(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;

	begins(&s, CLOCK_RESOLUTION, "23 06:00", 8 * HOUR, NULL);
	becomes(&s, "23 08:00", STATUS_PENDING_CUSTOMER);
	changes(&s, "23 10:00", 8 * HOUR, c);
	g_assert_cmpint(as_of(&s, "23 11:00").state, ==, CLOCK_STATE_PAUSED);
	g_assert_cmpint(as_of(&s, "23 11:00").left_ms, ==, 6 * HOUR);
	becomes(&s, "23 12:00", STATUS_OPEN);
	g_assert_cmpint(as_of(&s, "23 12:00").due_ms, ==, at("24 10:00")); /* 5 + 1 */
	calendar_free(c);
}

static void pauses__taken_away_or_given__hold_from_the_change_on(void)
{
	struct story s;

	begins(&s, CLOCK_RESOLUTION, "23 06:00", 8 * HOUR, NULL);
	becomes(&s, "23 08:00", STATUS_PENDING_CUSTOMER);
	changes(&s, "23 10:00", 8 * HOUR, NULL)->pause_statuses = 0;
	g_assert_cmpint(as_of(&s, "23 10:00").state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(as_of(&s, "23 10:00").due_ms, ==, at("23 16:00"));
	begins(&s, CLOCK_RESOLUTION, "23 06:00", 8 * HOUR, NULL);
	s.rules[0].pause_statuses = 0;
	becomes(&s, "23 08:00", STATUS_PENDING_CUSTOMER);
	changes(&s, "23 10:00", 8 * HOUR, NULL)->pause_statuses = PENDING;
	g_assert_cmpint(as_of(&s, "23 15:00").state, ==, CLOCK_STATE_PAUSED);
	g_assert_cmpint(as_of(&s, "23 15:00").left_ms, ==, 4 * HOUR);
}

static void resolved__changed_and_reopened__goes_on_with_what_was_left(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;

	begins(&s, CLOCK_RESOLUTION, "23 06:00", 8 * HOUR, NULL);
	becomes(&s, "23 08:00", STATUS_RESOLVED);
	changes(&s, "23 12:00", 8 * HOUR, c);
	g_assert_cmpint(as_of(&s, "23 13:00").state, ==, CLOCK_STATE_MET);
	becomes(&s, "24 08:00", STATUS_OPEN);
	g_assert_cmpint(as_of(&s, "24 08:00").due_ms, ==, at("24 15:00")); /* 6 h from nine on */
	calendar_free(c);
}

static void late_or_met__by_the_old_one__stays_so(void)
{
	struct story s;
	struct ticket_clock k;

	begins(&s, CLOCK_RESOLUTION, "23 06:00", HOUR, NULL);
	changes(&s, "23 08:00", 5 * HOUR, NULL);
	k = as_of(&s, "23 08:30");
	g_assert_cmpint(k.state, ==, CLOCK_STATE_BREACHED);
	g_assert_cmpint(k.due_ms, ==, at("23 07:00"));
	becomes(&s, "23 09:00", STATUS_RESOLVED);
	g_assert_cmpint(as_of(&s, "23 10:00").state, ==, CLOCK_STATE_MISSED);
	begins(&s, CLOCK_RESOLUTION, "23 06:00", 5 * HOUR, NULL);
	becomes(&s, "23 08:00", STATUS_RESOLVED);
	changes(&s, "23 09:00", HOUR, NULL);
	g_assert_cmpint(as_of(&s, "23 10:00").state, ==, CLOCK_STATE_MET);
}

static void what_was_promised__is_due_as_promised(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;

	begins(&s, CLOCK_PROMISE, "23 06:00", 0, NULL);
	s.facts[s.n++] = (struct clock_fact){.kind = FACT_PROMISED, .at_ms = at("23 07:00"), .due_ms = at("23 22:00")};
	changes(&s, "23 08:00", 0, c);
	g_assert_cmpint(as_of(&s, "23 09:00").due_ms, ==, at("23 22:00"));
	begins(&s, CLOCK_TIER2, "23 06:00", 2 * HOUR, NULL);
	s.facts[s.n++] = (struct clock_fact){.kind = FACT_ESCALATED, .at_ms = at("23 06:30")};
	s.facts[s.n++] = (struct clock_fact){.kind = FACT_TIER2_ANSWER, .at_ms = at("23 07:00"), .due_ms = at("23 23:00")};
	changes(&s, "23 08:00", HOUR, c);
	g_assert_cmpint(as_of(&s, "23 09:00").due_ms, ==, at("23 23:00"));
	calendar_free(c);
}

static void begun_after_the_change__has_nothing_of_the_old_one(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;

	begins(&s, CLOCK_TIER2, "23 06:00", HOUR, NULL);
	changes(&s, "23 07:00", 2 * HOUR, c);
	s.facts[s.n++] = (struct clock_fact){.kind = FACT_ESCALATED, .at_ms = at("23 08:00")};
	g_assert_cmpint(as_of(&s, "23 08:00").due_ms, ==, at("23 11:00"));
	g_assert_cmpint(as_of(&s, "23 08:00").target_ms, ==, 2 * HOUR);
	calendar_free(c);
}

static void explain__tells_until_when_the_old_one_counted(void)
{
	struct calendar *c = nine_to_five(NULL);
	struct story s;
	struct clock_explained *e;
	g_autoptr(GString) told = g_string_new(NULL);

	begins(&s, CLOCK_RESOLUTION, "23 06:00", 8 * HOUR, NULL);
	changes(&s, "23 06:42", 8 * HOUR, c);
	const struct explain_input in = {.rule = &s.rules[0], .facts = s.facts, .n = s.n, .status = STATUS_OPEN,
		.now_ms = at("23 10:00"), .tomorrow_ms = at("24 09:00")};
	e = explain_clock(&in);
	for (guint i = 0; i < e->steps->len; i++) {
		const struct clock_step *step = e->steps->pdata[i];

		g_string_append_printf(told, "%s %d; ", step->kind, (int)(step->total_ms / MINUTE));
	}
	g_assert_cmpstr(told->str, ==, "start 0; counted 42; changed 42; counted 102; now 102; coming 480; due 480; ");
	g_assert_cmpint(e->clock.left_ms, ==, 8 * HOUR - 102 * MINUTE);
	g_assert_cmpint(e->clock.due_ms, ==, at("23 16:18"));
	clock_explained_free(e);
	calendar_free(c);
}

/* ---- properties */
static void random_story(struct story *s, const struct calendar *c)
{
	int64_t when = at("20 08:00");

	begins(s, CLOCK_RESOLUTION, "20 08:00", g_test_rand_int_range(1, 100) * HOUR, g_test_rand_bit() ? c : NULL);
	for (int i = g_test_rand_int_range(0, 6); i > 0; i--) {
		when += g_test_rand_int_range(0, 30 * 60) * MINUTE;
		s->facts[s->n++] = (struct clock_fact){.kind = FACT_STATUS, .at_ms = when,
			.status = g_test_rand_bit() ? STATUS_PENDING_CUSTOMER : STATUS_OPEN};
	}
}

static void change_at(struct story *s, int64_t when, int64_t target, const struct calendar *c)
{
	changes(s, "20 08:00", target, c)->since_ms = when;
}

static void properties__the_same_rule_twice__changes_nothing(void)
{
	struct calendar *c = nine_to_five("2026-11-24");

	for (int round = 0; round < 2000; round++) {
		struct ticket_clock one, two;
		int64_t now = at("20 08:00") + g_test_rand_int_range(0, 12 * 24 * 60) * MINUTE;
		struct story s;

		random_story(&s, c);
		clock_fold(&s.rules[0], s.facts, s.n, now, &one);
		change_at(&s, at("20 08:00") + g_test_rand_int_range(0, 10 * 24 * 60) * MINUTE, s.rules[0].target_ms, s.rules[0].calendar);
		clock_fold(&s.rules[0], s.facts, s.n, now, &two);
		g_assert_true(one.state == two.state && one.left_ms == two.left_ms && one.ended_ms == two.ended_ms);
		g_assert_cmpint(one.due_ms, ==, two.due_ms);
		if (one.warn_ms > s.rules[0].since_ms) /* a warning that has been is no more to come */
			g_assert_cmpint(one.warn_ms, ==, two.warn_ms);
	}
	calendar_free(c);
}

/* What was counted by the moment of the change is what the old rule says, and it adds up ever after. */
static void properties__any_change__keeps_what_was_counted(void)
{
	struct calendar *c = nine_to_five("2026-11-24");

	for (int round = 0; round < 2000; round++) {
		int64_t when = at("20 08:00") + g_test_rand_int_range(0, 10 * 24 * 60) * MINUTE, counted[2] = {0, 0};
		struct story s;

		random_story(&s, c);
		for (int i = 0; i < 2; i++) {
			const struct explain_input in = {.rule = &s.rules[0], .facts = s.facts, .n = s.n, .status = STATUS_OPEN,
				.now_ms = when, .tomorrow_ms = when};
			struct clock_explained *e = explain_clock(&in);

			counted[i] = e->clock.target_ms - e->clock.left_ms;
			clock_explained_free(e);
			if (!i)
				change_at(&s, when, g_test_rand_int_range(1, 100) * HOUR, g_test_rand_bit() ? c : NULL);
		}
		g_assert_cmpint(counted[0], ==, counted[1]);
	}
	calendar_free(c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(fn) g_test_add_func("/eras/" #fn, fn)
	TEST(round_the_clock__becomes_office_hours__the_night_stays_counted);
	TEST(office_hours__become_round_the_clock__the_night_before_is_not_counted);
	TEST(target__changed__what_was_counted_is_of_the_new_one);
	TEST(holiday__added_later__what_was_counted_on_it_stays);
	TEST(changed_twice__each_stretch_counts_by_its_own);
	TEST(paused__at_the_change__has_what_was_left);
	TEST(pauses__taken_away_or_given__hold_from_the_change_on);
	TEST(resolved__changed_and_reopened__goes_on_with_what_was_left);
	TEST(late_or_met__by_the_old_one__stays_so);
	TEST(what_was_promised__is_due_as_promised);
	TEST(begun_after_the_change__has_nothing_of_the_old_one);
	TEST(explain__tells_until_when_the_old_one_counted);
	TEST(properties__the_same_rule_twice__changes_nothing);
	TEST(properties__any_change__keeps_what_was_counted);
	return g_test_run();
}
