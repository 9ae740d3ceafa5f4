/* Rungs in words: to whom, where it stands, and the one line that both sides read. */
#include "store_fixture.h"
#include "tui/rungs.h"

#define NOW INT64_C(1700000000000)

static struct escalation *rung(struct ticket *t, desk_id id, enum escalation_kind kind, enum escalation_state state)
{
	struct escalation *r = g_new0(struct escalation, 1);

	if (!t->ladder)
		t->ladder = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_free);
	r->id = id;
	r->kind = kind;
	r->state = state;
	r->to_group_id = 2;
	r->at_ms = NOW - MS_MINUTE;
	g_ptr_array_add(t->ladder, r);
	return r;
}

static void add_clock(struct ticket *t, enum clock_kind kind, int64_t left_ms)
{
	struct ticket_clock *c = g_new0(struct ticket_clock, 1);

	c->kind = kind;
	c->state = left_ms < 0 ? CLOCK_STATE_BREACHED : CLOCK_STATE_RUNNING;
	c->due_ms = NOW + left_ms;
	g_ptr_array_add(t->clocks, c);
}

static void state__waiting__counts_down_and_then_says_late(void)
{
	struct escalation r = {.id = 5, .state = RUNG_WAITING, .acknowledge_by_ms = NOW + 8 * MS_MINUTE + 12 * MS_SECOND};
	enum theme_role role;
	int64_t next_ms = INT64_MAX;
	g_autofree char *early = rung_state(&r, NOW, &role, &next_ms), *late = NULL, *never = NULL;

	g_assert_cmpstr(early, ==, "08:12 left to acknowledge");
	g_assert_cmpint(next_ms, >, NOW);
	g_assert_cmpint(next_ms, <=, NOW + MS_MINUTE);
	late = rung_state(&r, NOW + 9 * MS_MINUTE, &role, &next_ms);
	g_assert_nonnull(strstr(late, "late"));
	g_assert_cmpint(role, ==, LOOK_CLOCK_LATE);
	r.acknowledge_by_ms = 0;
	never = rung_state(&r, NOW, NULL, NULL);
	g_assert_cmpstr(never, ==, "to be acknowledged");
}

static void state__on_its_way__is_no_promise_of_the_desk(void)
{
	struct escalation r = {.state = RUNG_WAITING};
	g_autofree char *words = rung_state(&r, NOW, NULL, NULL);

	g_assert_cmpstr(words, ==, "on its way");
}

static void state__estimate_over__says_so(void)
{
	char name[] = "Zhao Min";
	struct escalation r = {.id = 5, .state = RUNG_ACKNOWLEDGED, .taken_name = name, .estimate_ms = NOW + MS_HOUR};
	enum theme_role role;
	g_autofree char *early = rung_state(&r, NOW, &role, NULL), *late = NULL;

	g_assert_nonnull(strstr(early, "acknowledged by Zhao Min, answers by"));
	late = rung_state(&r, NOW + 2 * MS_HOUR, &role, NULL);
	g_assert_nonnull(strstr(late, "was to answer by"));
	g_assert_cmpint(role, ==, LOOK_CLOCK_LATE);
}

static void line__open_root__tells_its_clock_unless_it_is_told_elsewhere(void)
{
	struct desk_under_test d;
	struct ticket *t = ticket_new();
	g_autofree char *with = NULL, *without = NULL;
	enum theme_role role;
	int64_t next_ms = INT64_MAX;

	fixture_up(&d, 3);
	fixture_start(&d);
	rung(t, 1, ESCALATION_TIER2, RUNG_BOUNCED);
	rung(t, 2, ESCALATION_TIER2, RUNG_WAITING)->acknowledge_by_ms = NOW + MS_MINUTE;
	add_clock(t, CLOCK_TIER2, 2 * MS_HOUR);
	with = rungs_line(d.s, t, CLOCK_NONE, NOW, &role, &next_ms);
	g_assert_nonnull(strstr(with, "01:00 left to acknowledge"));
	g_assert_nonnull(strstr(with, "answer in 2h00"));
	without = rungs_line(d.s, t, CLOCK_TIER2, NOW, &role, &next_ms);
	g_assert_null(strstr(without, "2h00"));
	ticket_free(t);
	fixture_down(&d);
}

static void line__plan__counts_its_parts(void)
{
	struct desk_under_test d;
	struct ticket *t = ticket_new();
	g_autofree char *words = NULL;
	enum theme_role role;
	int64_t next_ms = INT64_MAX;

	fixture_up(&d, 3);
	fixture_start(&d);
	rung(t, 1, ESCALATION_CROSS, RUNG_ACKNOWLEDGED);
	rung(t, 2, ESCALATION_CROSS, RUNG_ANSWERED)->parent_id = 1;
	rung(t, 3, ESCALATION_CROSS, RUNG_WAITING)->parent_id = 1;
	words = rungs_line(d.s, t, CLOCK_NONE, NOW, &role, &next_ms);
	g_assert_nonnull(strstr(words, "1 of 2 parts answered"));
	ticket_free(t);
	fixture_down(&d);
}

static void line__nobody_has_it__is_of_the_first_tier(void)
{
	struct desk_under_test d;
	struct ticket *t = ticket_new();
	g_autofree char *none = NULL, *words = NULL, *told = NULL;
	enum theme_role role;
	int64_t next_ms = INT64_MAX;

	fixture_up(&d, 3);
	fixture_start(&d);
	none = rungs_line(d.s, t, CLOCK_NONE, NOW, &role, &next_ms);
	g_assert_null(none);
	rung(t, 1, ESCALATION_TIER2, RUNG_RETURNED); /* it came back */
	add_clock(t, CLOCK_ESCALATION, 10 * MS_MINUTE);
	words = rungs_line(d.s, t, CLOCK_RESOLUTION, NOW, &role, &next_ms);
	g_assert_cmpstr(words, ==, "tier 1: 10:00 to solve, escalate or promise");
	told = rungs_line(d.s, t, CLOCK_ESCALATION, NOW, &role, &next_ms);
	g_assert_null(told);
	ticket_free(t);
	fixture_down(&d);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/rungs/" #name, name)
	T(state__waiting__counts_down_and_then_says_late);
	T(state__on_its_way__is_no_promise_of_the_desk);
	T(state__estimate_over__says_so);
	T(line__open_root__tells_its_clock_unless_it_is_told_elsewhere);
	T(line__plan__counts_its_parts);
	T(line__nobody_has_it__is_of_the_first_tier);
	return g_test_run();
}
