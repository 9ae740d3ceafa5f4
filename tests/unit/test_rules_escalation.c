/* The ladder's rules: who may do what, which reply counts, how long a case waits, where it fits best. */
#include <string.h>
#include "rules/escalation.h"

enum { FRONT = 1, TECH = 2, LOGISTICS = 3, LI = 11, ZHAO = 12, SUN = 13, LIU = 14 };

static struct escalation *rung(GPtrArray *ladder, desk_id id, enum escalation_kind kind, enum escalation_state state, desk_id to)
{
	struct escalation *r = g_new0(struct escalation, 1);

	r->id = id;
	r->kind = kind;
	r->state = state;
	r->from_group_id = FRONT;
	r->from_person_id = r->by_id = LI;
	r->to_group_id = to;
	r->at_ms = 1000;
	g_ptr_array_add(ladder, r);
	return r;
}

static GPtrArray *ladder_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)escalation_free);
}

static GArray *groups_of(desk_id group)
{
	GArray *groups = g_array_new(FALSE, FALSE, sizeof(desk_id));

	g_array_append_val(groups, group);
	return groups;
}

static void may__target_and_asker__each_their_own(void)
{
	g_autoptr(GArray) front = groups_of(FRONT), tech = groups_of(TECH);
	const struct escalation_who li = {LI, front, FALSE}, zhao = {ZHAO, tech, FALSE}, sun = {SUN, front, TRUE};
	g_autoptr(GPtrArray) ladder = ladder_new();
	struct escalation *r = rung(ladder, 1, ESCALATION_TIER2, RUNG_WAITING, TECH);

	g_assert_true(escalation_may(r, ESCALATION_ACKNOWLEDGE, &zhao));
	g_assert_true(escalation_may(r, ESCALATION_ACKNOWLEDGE, &sun));
	g_assert_false(escalation_may(r, ESCALATION_ACKNOWLEDGE, &li));
	g_assert_true(escalation_may(r, ESCALATION_WITHDRAW, &li));
	g_assert_false(escalation_may(r, ESCALATION_WITHDRAW, &zhao));
	r->state = RUNG_ACKNOWLEDGED;
	g_assert_false(escalation_may(r, ESCALATION_ACKNOWLEDGE, &zhao));
	g_assert_false(escalation_may(r, ESCALATION_WITHDRAW, &li));
	g_assert_true(escalation_may(r, ESCALATION_GIVE_BACK, &zhao));
	g_assert_true(escalation_current(ladder) == r);
	r->state = RUNG_ANSWERED;
	g_assert_false(escalation_may(r, ESCALATION_ANSWER_IT, &zhao));
	g_assert_null(escalation_current(ladder));
	/* only the one it was offered to takes it; once taken it is over */
	r = rung(ladder, 2, ESCALATION_TRANSFER, RUNG_WAITING, 0);
	r->to_person_id = ZHAO;
	g_assert_false(escalation_may(r, ESCALATION_ACKNOWLEDGE, &sun));
	g_assert_true(escalation_for(ladder, ESCALATION_ACKNOWLEDGE, &zhao) == r);
	r->state = RUNG_ACKNOWLEDGED;
	g_assert_false(escalation_is_open(r));
}

static void reply__of_the_target_or_after_the_answer__counts(void)
{
	g_autoptr(GArray) front = groups_of(FRONT), tech = groups_of(TECH);
	const struct escalation_who li = {LI, front, FALSE}, zhao = {ZHAO, tech, FALSE};
	g_autoptr(GPtrArray) ladder = ladder_new();
	struct escalation *r;

	g_assert_cmpuint(escalation_met_by_reply(NULL, 1, &li, 5), ==, 0);
	g_assert_cmpuint(escalation_met_by_reply(NULL, 2, &li, 5), ==, ESCALATION_MEETS_TIER2 | ESCALATION_MEETS_PLAN);
	r = rung(ladder, 1, ESCALATION_TIER2, RUNG_ACKNOWLEDGED, TECH);
	g_assert_cmpuint(escalation_met_by_reply(ladder, 2, &zhao, 1000), ==, 0); /* written with the hand-over */
	g_assert_cmpuint(escalation_met_by_reply(ladder, 2, &zhao, 1001), ==, ESCALATION_MEETS_TIER2);
	g_assert_cmpuint(escalation_met_by_reply(ladder, 2, &li, 1001), ==, 0);
	r->state = RUNG_ANSWERED;
	g_assert_cmpuint(escalation_met_by_reply(ladder, 1, &li, 1001), ==, ESCALATION_MEETS_TIER2);
	/* a plan with an open part isn't one yet */
	rung(ladder, 2, ESCALATION_CROSS, RUNG_WAITING, LOGISTICS);
	r->state = RUNG_RETURNED;
	r = rung(ladder, 3, ESCALATION_CROSS, RUNG_WAITING, TECH);
	r->parent_id = 2;
	g_assert_cmpuint(escalation_met_by_reply(ladder, 2, &zhao, 2000), ==, 0);
	r->state = RUNG_ANSWERED;
	((struct escalation *)ladder->pdata[1])->state = RUNG_ANSWERED;
	g_assert_cmpuint(escalation_met_by_reply(ladder, 1, &li, 2000), ==, ESCALATION_MEETS_PLAN);
}

static void reasons__most_used_first__in_the_readers_language(void)
{
	g_autoptr(GPtrArray) used = g_ptr_array_new();
	g_autoptr(GPtrArray) plain = escalation_reasons("a=甲; b = 乙;; =丙; d", "en", NULL);
	GPtrArray *chinese;

	g_assert_cmpuint(plain->len, ==, 4);
	g_assert_cmpstr(plain->pdata[0], ==, "a");
	g_assert_cmpstr(plain->pdata[2], ==, "丙");
	g_ptr_array_add(used, (char *)"b");
	g_ptr_array_add(used, (char *)"丙");
	g_ptr_array_add(used, (char *)"乙");
	chinese = escalation_reasons("a=甲; b = 乙;; =丙; d", "zh", used);
	g_assert_cmpstr(chinese->pdata[0], ==, "乙");
	g_assert_cmpstr(chinese->pdata[1], ==, "丙");
	g_assert_cmpstr(chinese->pdata[2], ==, "甲");
	g_ptr_array_unref(chinese);
}

static void wait__median_else_pace_else_unknown(void)
{
	int64_t three[] = {900, 100, 500}, four[] = {400, 100, 200, 300};

	g_assert_cmpint(escalation_wait(three, 3, 9, 1), ==, 500);
	g_assert_cmpint(escalation_wait(four, 4, 9, 1), ==, 250);
	g_assert_cmpint(escalation_wait(three, 2, 3, 60), ==, 240);
	g_assert_cmpint(escalation_wait(NULL, 0, 3, -1), ==, -1);
}

static void fit__owner_then_skill_then_tier(void)
{
	const struct group tech = {.id = TECH, .tier = 2}, logistics = {.id = LOGISTICS};
	const struct escalation_candidate owns = {.group = &logistics, .owns_type = TRUE, .people = 1},
		skilled = {.group = &tech, .skill = "Devices", .people = 2, .available = 1, .with_skill = 1, .skilled_now = 1},
		any = {.group = &tech, .people = 2, .available = 1}, other = {.group = &logistics, .people = 3},
		nobody = {.group = &tech, .owns_type = TRUE};
	g_autofree char *why = escalation_why(&skilled), *none = escalation_why(&nobody);

	g_assert_cmpint(escalation_fit(&owns), >, escalation_fit(&skilled));
	g_assert_cmpint(escalation_fit(&skilled), >, escalation_fit(&any));
	g_assert_cmpint(escalation_fit(&any), >, escalation_fit(&other));
	g_assert_cmpint(escalation_fit(&other), ==, 0);
	g_assert_cmpint(escalation_fit(&nobody), ==, 0);
	g_assert_cmpstr(why, ==, "knows about: Devices");
	/* the customer's tag, manager and language; a wait beyond the clock lets others come first */
	{
		struct escalation_candidate tagged = other, managed = other, speaking = any, alone = other, late = skilled;
		g_autofree char *said = NULL;

		tagged.tag = "high-value";
		managed.manager = "Zhao Min";
		speaking.language = alone.language = "Chinese";
		speaking.speakers = speaking.speaking_now = alone.speakers = 1;
		late.late = TRUE;
		g_assert_cmpint(escalation_fit(&tagged), >, escalation_fit(&managed));
		g_assert_cmpint(escalation_fit(&managed), >, escalation_fit(&any));
		g_assert_cmpint(escalation_fit(&speaking), >, escalation_fit(&any));
		g_assert_cmpint(escalation_fit(&alone), ==, 0);
		g_assert_cmpint(escalation_fit(&late), <, escalation_fit(&speaking));
		tagged.language = "Chinese";
		tagged.speakers = 1;
		said = escalation_why(&tagged);
		g_assert_cmpstr(said, ==, "for high-value, speaks Chinese");
	}
	g_assert_true(escalation_tag_goes_to("wholesale=sales; high-value = care", "high-value", "care"));
	g_assert_false(escalation_tag_goes_to("high-value=care", "high-value", "sales"));
	g_assert_false(escalation_tag_goes_to(NULL, "high-value", "care"));
	g_assert_cmpstr(none, ==, "nobody works there");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/escalation/may", may__target_and_asker__each_their_own);
	g_test_add_func("/escalation/reply", reply__of_the_target_or_after_the_answer__counts);
	g_test_add_func("/escalation/reasons", reasons__most_used_first__in_the_readers_language);
	g_test_add_func("/escalation/wait", wait__median_else_pace_else_unknown);
	g_test_add_func("/escalation/fit", fit__owner_then_skill_then_tier);
	return g_test_run();
}
