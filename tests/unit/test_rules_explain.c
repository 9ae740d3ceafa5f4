/* The arithmetic behind a countdown adds up, and says what it went by. */
#include "rules/explain.h"

#include <string.h>

#define S INT64_C(1000)
#define MIN_ (60 * S)
#define HOUR (60 * MIN_)
#define DAY (24 * HOUR)
#define BIT(n) (1u << (n))

static int64_t at(const char *iso)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, utc);

	g_assert_nonnull(t);
	return g_date_time_to_unix(t) * S;
}

static struct calendar *office(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct calendar_span days[5];
	g_autoptr(GError) error = NULL;
	struct calendar *c;

	for (int i = 0; i < 5; i++)
		days[i] = (struct calendar_span){i + 1, 9 * 60, 17 * 60};
	c = calendar_new("office", utc, days, 5, &error);
	g_assert_no_error(error);
	g_assert_true(calendar_add_holiday(c, "2026-11-26", "Thanksgiving", &error));
	return c;
}

/* "start counted holiday now coming due" */
static char *kinds(const struct clock_explained *e)
{
	GString *s = g_string_new(NULL);

	for (guint i = 0; i < e->steps->len; i++)
		g_string_append_printf(s, "%s%s", i ? " " : "", ((const struct clock_step *)e->steps->pdata[i])->kind);
	return g_string_free(s, FALSE);
}

#define assert_kinds(e, expected) \
	do { \
		g_autofree char *is_ = kinds(e); \
		g_assert_cmpstr(is_, ==, expected); \
	} while (0)

static void assert_adds_up(const struct clock_explained *e)
{
	int64_t sum = 0;

	for (guint i = 0; i < e->steps->len; i++) {
		const struct clock_step *s = e->steps->pdata[i];

		if (strcmp(s->kind, "now") == 0)
			break;
		sum += s->counted_ms;
		g_assert_cmpint(s->total_ms, ==, sum);
	}
	g_assert_cmpint(sum + e->clock.left_ms, ==, e->clock.target_ms);
}

static const struct clock_what_if *what_if(const struct clock_explained *e, const char *kind)
{
	for (guint i = 0; i < e->what_if->len; i++)
		if (strcmp(((const struct clock_what_if *)e->what_if->pdata[i])->kind, kind) == 0)
			return e->what_if->pdata[i];
	return NULL;
}

static void friday_afternoon__an_hour__is_counted_on_both_days(void)
{
	struct calendar *c = office();
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = HOUR, .warnings = {75}, .calendar = c,
		.pause_statuses = BIT(STATUS_PENDING_CUSTOMER)};
	const struct clock_fact facts[] = {{.kind = FACT_CREATED, .at_ms = at("2026-11-20T16:30:00")}};
	struct explain_input in = {.rule = &rule, .facts = facts, .n = 1, .status = STATUS_OPEN,
		.now_ms = at("2026-11-23T09:10:00"), .tomorrow_ms = at("2026-11-24T09:00:00")};
	struct clock_explained *e = explain_clock(&in);

	g_assert_nonnull(e);
	assert_kinds(e, "start counted counted now coming due");
	assert_adds_up(e);
	const struct clock_step *friday = e->steps->pdata[1], *monday = e->steps->pdata[2], *due = e->steps->pdata[5];
	g_assert_cmpint(friday->from_ms, ==, at("2026-11-20T16:30:00"));
	g_assert_cmpint(friday->to_ms, ==, at("2026-11-20T17:00:00"));
	g_assert_cmpint(friday->counted_ms, ==, 30 * MIN_);
	g_assert_cmpint(monday->from_ms, ==, at("2026-11-23T09:00:00"));
	g_assert_cmpint(monday->total_ms, ==, 40 * MIN_);
	g_assert_cmpint(e->clock.left_ms, ==, 20 * MIN_);
	g_assert_cmpint(due->from_ms, ==, at("2026-11-23T09:30:00"));
	g_assert_cmpstr(e->calendar, ==, "office");
	g_assert_cmpstr(((const struct clock_step *)e->steps->pdata[0])->note, ==, "created");
	g_assert_cmpint(what_if(e, "pending-now")->state, ==, CLOCK_STATE_PAUSED);
	g_assert_cmpint(what_if(e, "pending-now")->left_ms, ==, 20 * MIN_);
	g_assert_cmpint(what_if(e, "pending-until-tomorrow")->due_ms, ==, at("2026-11-24T09:20:00"));
	g_assert_cmpint(what_if(e, "resolved-now")->state, ==, CLOCK_STATE_MET);
	g_assert_null(what_if(e, "reopened-tomorrow"));
	clock_explained_free(e);
	calendar_free(c);
}

static void holiday_and_pause__are_told_and_count_nothing(void)
{
	struct calendar *c = office();
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 12 * HOUR, .calendar = c,
		.pause_statuses = BIT(STATUS_PENDING_CUSTOMER)};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = at("2026-11-24T15:00:00")},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-25T10:00:00"), .status = STATUS_PENDING_CUSTOMER},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-25T16:00:00"), .status = STATUS_OPEN},
	};
	struct explain_input in = {.rule = &rule, .facts = facts, .n = 3, .status = STATUS_OPEN,
		.now_ms = at("2026-11-27T10:00:00"), .tomorrow_ms = at("2026-11-28T09:00:00")};
	struct clock_explained *e = explain_clock(&in);

	assert_kinds(e, "start counted counted paused counted holiday counted now coming due");
	assert_adds_up(e);
	g_assert_cmpint(e->clock.left_ms, ==, 12 * HOUR - 5 * HOUR);
	const struct clock_step *paused = e->steps->pdata[3], *holiday = e->steps->pdata[5];
	g_assert_cmpstr(paused->note, ==, "pending-customer");
	g_assert_cmpint(paused->to_ms, ==, at("2026-11-25T16:00:00"));
	g_assert_cmpstr(holiday->note, ==, "Thanksgiving");
	clock_explained_free(e);
	calendar_free(c);
}

static void resolved__says_when_it_would_be_due_if_opened_tomorrow(void)
{
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = DAY};
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = at("2026-11-23T08:00:00")},
		{.kind = FACT_STATUS, .at_ms = at("2026-11-23T18:00:00"), .status = STATUS_RESOLVED},
	};
	struct explain_input in = {.rule = &rule, .facts = facts, .n = 2, .status = STATUS_RESOLVED,
		.now_ms = at("2026-11-23T20:00:00"), .tomorrow_ms = at("2026-11-24T09:00:00")};
	struct clock_explained *e = explain_clock(&in);

	assert_kinds(e, "start counted met");
	assert_adds_up(e);
	g_assert_cmpint(e->clock.left_ms, ==, 14 * HOUR);
	g_assert_cmpint(what_if(e, "reopened-tomorrow")->state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(what_if(e, "reopened-tomorrow")->due_ms, ==, at("2026-11-24T23:00:00"));
	g_assert_null(what_if(e, "pending-now"));
	clock_explained_free(e);
}

static void late__counts_on_beyond_the_target(void)
{
	const struct clock_rule rule = {.kind = CLOCK_FIRST_RESPONSE, .target_ms = 30 * S};
	const struct clock_fact facts[] = {{.kind = FACT_CREATED, .at_ms = at("2026-11-23T08:00:00")}};
	struct explain_input in = {.rule = &rule, .facts = facts, .n = 1, .status = STATUS_NEW,
		.now_ms = at("2026-11-23T08:01:00"), .tomorrow_ms = at("2026-11-24T09:00:00")};
	struct clock_explained *e = explain_clock(&in);

	assert_adds_up(e);
	g_assert_cmpint(e->clock.left_ms, ==, -30 * S);
	g_assert_cmpint(e->clock.state, ==, CLOCK_STATE_BREACHED);
	g_assert_cmpint(what_if(e, "resolved-now")->state, ==, CLOCK_STATE_MISSED);
	in.n = 0;
	g_assert_null(explain_clock(&in));
	clock_explained_free(e);
}

static void months__are_told_short_and_add_up(void)
{
	struct calendar *c = office();
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 2000 * HOUR, .calendar = c};
	const struct clock_fact facts[] = {{.kind = FACT_CREATED, .at_ms = at("2026-06-01T08:00:00")}};
	struct explain_input in = {.rule = &rule, .facts = facts, .n = 1, .status = STATUS_OPEN,
		.now_ms = at("2026-11-23T12:00:00"), .tomorrow_ms = at("2026-11-24T09:00:00")};
	struct clock_explained *e = explain_clock(&in);

	g_assert_cmpuint(e->steps->len, <, EXPLAIN_STRETCHES + EXPLAIN_COMING + 8);
	assert_adds_up(e);
	clock_explained_free(e);
	calendar_free(c);
}

static void any_facts__always_add_up(void)
{
	struct calendar *c = office();
	static const enum ticket_status to[] = {STATUS_OPEN, STATUS_PENDING_CUSTOMER, STATUS_ON_HOLD, STATUS_RESOLVED};
	static const enum clock_fact_kind of[] = {FACT_CUSTOMER_MESSAGE, FACT_PUBLIC_REPLY, FACT_CLAIMED, FACT_STATUS,
		FACT_STATUS, FACT_ESCALATED, FACT_TIER2_ANSWER, FACT_PROMISED};

	for (int round = 0; round < 3000; round++) {
		struct clock_fact facts[12] = {{.kind = FACT_CREATED, .at_ms = at("2026-11-20T10:00:00")}};
		size_t n = (size_t)g_test_rand_int_range(1, 12);
		const struct clock_rule rule = {.kind = (enum clock_kind)g_test_rand_int_range(1, CLOCK_COUNT),
			.target_ms = g_test_rand_int_range(1, 400000) * S, .warnings = {75},
			.pause_statuses = BIT(STATUS_PENDING_CUSTOMER), .calendar = g_test_rand_bit() ? c : NULL,
			.starts_at_claim = g_test_rand_bit()};
		enum ticket_status status = STATUS_NEW;

		for (size_t i = 1; i < n; i++) {
			facts[i] = (struct clock_fact){.kind = of[g_test_rand_int_range(0, G_N_ELEMENTS(of))],
				.at_ms = facts[i - 1].at_ms + g_test_rand_int_range(0, 90000) * S};
			facts[i].status = to[g_test_rand_int_range(0, G_N_ELEMENTS(to))];
			if (facts[i].kind == FACT_STATUS)
				status = facts[i].status;
			facts[i].due_ms = facts[i].kind == FACT_PROMISED ? facts[i].at_ms + g_test_rand_int_range(1, 90000) * S : 0;
		}
		struct explain_input in = {.rule = &rule, .facts = facts, .n = n, .status = status,
			.now_ms = facts[n - 1].at_ms + g_test_rand_int_range(0, 200000) * S};
		in.tomorrow_ms = in.now_ms + DAY;
		struct clock_explained *e = explain_clock(&in);

		if (e)
			assert_adds_up(e);
		clock_explained_free(e);
	}
	calendar_free(c);
}

static void tomorrow__is_nine_on_the_desks_wall(void)
{
	g_autoptr(GTimeZone) shanghai = g_time_zone_new_identifier("Asia/Shanghai");
	g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");

	g_assert_cmpint(explain_tomorrow(at("2026-11-23T18:00:00"), shanghai), ==, at("2026-11-25T01:00:00"));
	g_assert_cmpint(explain_tomorrow(at("2026-03-28T12:00:00"), berlin), ==, at("2026-03-29T07:00:00")); /* summer time */
}

static void matched__names_what_the_policy_asked_for(void)
{
	struct policy *p = policy_new();
	struct policy_target *t = g_new0(struct policy_target, 1);
	struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .policy = p};
	const struct clock_case of = {.channel = CHANNEL_WEB, .priority = PRIORITY_URGENT, .problem = PROBLEM_COMPLEX};
	g_autofree char *plain = NULL, *full = NULL;

	*t = (struct policy_target){.clock = CLOCK_RESOLUTION, .priority = PRIORITY_COUNT, .problem = -1};
	g_ptr_array_add(p->targets, t);
	p->after_sales = p->problem = -1;
	plain = explain_matched(&rule, &of, "front");
	g_assert_cmpstr(plain, ==, "");
	p->channels = BIT(CHANNEL_WEB) | BIT(CHANNEL_APP);
	p->after_sales = 0;
	t->priority = PRIORITY_URGENT;
	full = explain_matched(&rule, &of, "front");
	g_assert_cmpstr(full, ==, "channel=web\tafter-sales=no\tpriority=urgent");
	policy_free(p);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(fn) g_test_add_func("/explain/" #fn, fn)
	TEST(friday_afternoon__an_hour__is_counted_on_both_days);
	TEST(holiday_and_pause__are_told_and_count_nothing);
	TEST(resolved__says_when_it_would_be_due_if_opened_tomorrow);
	TEST(late__counts_on_beyond_the_target);
	TEST(months__are_told_short_and_add_up);
	TEST(any_facts__always_add_up);
	TEST(tomorrow__is_nine_on_the_desks_wall);
	TEST(matched__names_what_the_policy_asked_for);
	return g_test_run();
}
