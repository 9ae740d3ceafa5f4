/* Clocks over any facts, in any order and century: no overflow, and the invariants of
 * their states hold. Sixteen bytes a fact, after four of rule. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "rules/clocks.h"

#define MOMENT_MAX (INT64_C(1) << 53)

static int64_t number(const uint8_t *p)
{
	int64_t v;

	memcpy(&v, p, sizeof(v));
	/* Mostly days around now, sometimes the ends of time. */
	return p[7] & 1 ? v % MOMENT_MAX : INT64_C(1795390698007) + v % INT64_C(100000000000);
}

static struct calendar *office(void)
{
	struct calendar_span spans[6];
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
	struct calendar *c;

	for (int i = 0; i < 6; i++)
		spans[i] = (struct calendar_span){i + 1, i % 2 ? 540 : 1260, i % 2 ? 1020 : 1560};
	c = calendar_new("x", zone, spans, G_N_ELEMENTS(spans), NULL);
	g_assert_nonnull(c);
	calendar_add_holiday(c, "2026-12-25", NULL, NULL);
	return c;
}

static void check(const struct ticket_clock *c, gboolean started, int64_t now)
{
	g_assert_true(started || c->state == CLOCK_STATE_IDLE);
	switch (c->state) {
	case CLOCK_STATE_RUNNING:
		g_assert_cmpint(c->due_ms, >=, now);
		g_assert_cmpint(c->warn_ms, <=, c->due_ms);
		break;
	case CLOCK_STATE_BREACHED:
		g_assert_cmpint(c->due_ms, <, now);
		break;
	default:
		g_assert_cmpint(c->due_ms, ==, 0);
	}
}

/* The steps follow each other; what they counted is what they say in all. */
struct telling {
	int64_t total;
};

static void step_fn(const struct clock_trace_step *step, void *arg)
{
	struct telling *o = arg;

	g_assert_cmpint(step->to_ms, >=, step->from_ms);
	g_assert_cmpint(step->counted_ms, >=, 0);
	g_assert_cmpint(step->counted_ms, <=, step->to_ms - step->from_ms);
	o->total = step->kind == TRACE_START ? 0 : o->total + step->counted_ms;
	g_assert_cmpint(step->total_ms, ==, o->total);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clock_fact facts[16];
	size_t n = 0;
	int64_t last = INT64_MIN;
	struct calendar *calendar;
	struct clock_rule rule;
	struct ticket_clock out;

	if (size < 4)
		return 0;
	calendar = data[0] & 1 ? office() : NULL;
	rule = (struct clock_rule){.kind = (enum clock_kind)(1 + data[1] % (CLOCK_COUNT - 1)),
		.target_ms = (int64_t)data[2] * data[2] * data[2] * 600, .warnings = {data[3] % 100, -(int64_t)data[3] * 1000},
		.pause_statuses = data[0] & 2 ? 1u << STATUS_PENDING_CUSTOMER : 0, .calendar = calendar,
		.starts_at_claim = data[0] & 4, .met_by_claim = data[0] & 8};
	for (size_t at = 4; at + 16 <= size && n < G_N_ELEMENTS(facts); at += 16, n++) {
		last = MAX(last, number(data + at));
		facts[n] = (struct clock_fact){.kind = (enum clock_fact_kind)(data[at + 8] % (FACT_JUDGED + 1)),
			.at_ms = last, .status = (enum ticket_status)(data[at + 9] % STATUS_COUNT),
			.due_ms = number(data + at + 8), .clock = (enum clock_kind)(data[at + 9] % CLOCK_COUNT)};
	}
	for (size_t i = 0; i <= n; i++) {
		int64_t now = i ? facts[i - 1].at_ms : 0;
		gboolean started = clock_fold(&rule, facts, n, now, &out);
		struct ticket_clock told;
		struct telling o = {0};

		check(&out, started, now);
		g_assert_cmpint(clock_trace(&rule, facts, n, now, &told, step_fn, &o), ==, started);
		g_assert_true(told.state == out.state && told.due_ms == out.due_ms);
	}
	calendar_free(calendar);
	return 0;
}
