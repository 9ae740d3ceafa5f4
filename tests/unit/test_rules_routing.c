/* Routing: weights, who may have what, and the two orders. */
#include <string.h>
#include "rules/routing.h"

#define NOW INT64_C(1800000000000)
#define MINUTE INT64_C(60000)

static const struct routing_rules rules = {.skills_ms = 10 * MINUTE, .again_ms = 2 * MINUTE};

static GArray *ids(desk_id a, desk_id b)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(desk_id));

	if (a)
		g_array_append_val(list, a);
	if (b)
		g_array_append_val(list, b);
	return list;
}

enum { FRONT = 1, TECH = 2, REFUNDS = 11, CHINESE = 12 };

struct floor {
	struct routing_agent agents[4];
	GArray *lists[8];
};

/* 1 knows all, 2 refunds, 3 nothing; all work for FRONT, 4 for TECH alone. */
static void floor_open(struct floor *f)
{
	static const desk_id skills[4][2] = {{REFUNDS, CHINESE}, {REFUNDS, 0}, {0, 0}, {REFUNDS, CHINESE}};

	for (int i = 0; i < 4; i++) {
		f->lists[2 * i] = ids(i == 3 ? TECH : FRONT, 0);
		f->lists[2 * i + 1] = ids(skills[i][0], skills[i][1]);
		f->agents[i] = (struct routing_agent){.person_id = i + 1, .groups = f->lists[2 * i],
		                                      .skills = f->lists[2 * i + 1], .capacity = 100, .free_since_ms = NOW};
	}
}

static void floor_close(struct floor *f)
{
	for (size_t i = 0; i < G_N_ELEMENTS(f->lists); i++)
		g_array_unref(f->lists[i]);
}

static struct routing_work work_of(desk_id id, int weight, desk_id skill, desk_id other)
{
	return (struct routing_work){.ticket_id = id, .group_id = FRONT, .tier = 1, .skills = {skill, other},
	                             .weight = weight, .due_ms = NOW + MINUTE, .waiting_since_ms = NOW};
}

static int best(const struct floor *f, const struct routing_work *work)
{
	return routing_best_agent(f->agents, 4, work, &rules, NOW);
}

static void weights__of_a_setting__are_read_or_refused_in_words(void)
{
	static const char *const bad[] = {"phone", "phon=10", "phone=", "phone=-1", "phone=1x", "phone=100001"};
	struct routing_weights w;
	g_autoptr(GError) error = NULL;

	g_assert_true(routing_weights_parse(&w, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpint(routing_weight(&w, CHANNEL_PHONE, STATUS_OPEN), ==, 100);
	g_assert_cmpint(routing_weight(&w, CHANNEL_EMAIL, STATUS_NEW), ==, 10);
	g_assert_cmpint(routing_weight(&w, CHANNEL_EMAIL, STATUS_PENDING_INTERNAL), ==, 10);
	g_assert_cmpint(routing_weight(&w, CHANNEL_EMAIL, STATUS_PENDING_CUSTOMER), ==, 0);
	g_assert_cmpint(routing_weight(&w, CHANNEL_EMAIL, STATUS_ON_HOLD), ==, 0);
	g_assert_cmpint(routing_weight(&w, CHANNEL_EMAIL, STATUS_RESOLVED), ==, 0);
	g_assert_true(routing_weights_parse(&w, "web=7  app=0", &error));
	g_assert_cmpint(w.of[CHANNEL_WEB], ==, 7);
	g_assert_cmpint(w.of[CHANNEL_PHONE], ==, 0);
	g_assert_true(routing_weights_parse(&w, "none", &error));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) why = NULL;

		g_assert_false(routing_weights_parse(&w, bad[i], &why));
		g_assert_nonnull(strstr(why->message, bad[i]));
	}
}

static void agent__with_all_skills__comes_before_the_idle_one_without(void)
{
	struct floor f;
	struct routing_work work = work_of(1, 20, REFUNDS, CHINESE);

	floor_open(&f);
	f.agents[0].load = 60;
	g_assert_cmpint(best(&f, &work), ==, 0);
	f.agents[0].load = 81; /* 20 more are too many, and nobody else may have it yet */
	g_assert_cmpint(best(&f, &work), ==, -1);
	work.waiting_since_ms = NOW - 10 * MINUTE; /* now anybody of the group may, who knows more first */
	g_assert_cmpint(best(&f, &work), ==, 1);
	f.agents[1].load = 100;
	g_assert_cmpint(best(&f, &work), ==, 2);
	f.agents[2].load = 100; /* another group's never */
	g_assert_cmpint(best(&f, &work), ==, -1);
	floor_close(&f);
}

static void agent__least_loaded_in_proportion__then_longest_idle(void)
{
	struct floor f;
	const struct routing_work work = work_of(1, 20, 0, 0);

	floor_open(&f);
	g_assert_cmpint(best(&f, &work), ==, 0); /* all alike: the lowest number */
	f.agents[2].free_since_ms = NOW - MINUTE;
	g_assert_cmpint(best(&f, &work), ==, 2);
	f.agents[2].load = 1;
	g_assert_cmpint(best(&f, &work), ==, 0);
	f.agents[0].load = 40;
	f.agents[1].load = 60;
	f.agents[1].capacity = 200; /* 30 of a hundred */
	f.agents[2].load = 35;
	g_assert_cmpint(best(&f, &work), ==, 1);
	f.agents[0].capacity = 0; /* without limit */
	g_assert_cmpint(best(&f, &work), ==, 0);
	floor_close(&f);
}

static void agent__who_is_the_customers_manager__comes_first_of_all(void)
{
	struct floor f;
	struct routing_work work = work_of(1, 20, REFUNDS, CHINESE);

	floor_open(&f);
	work.manager_id = 3;
	f.agents[2].load = 80;
	g_assert_cmpint(best(&f, &work), ==, 2); /* has none of the skills and much to do */
	f.agents[2].load = 90;
	g_assert_cmpint(best(&f, &work), ==, 0); /* no room */
	work.manager_id = 4; /* of another group */
	g_assert_cmpint(best(&f, &work), ==, 3);
	work.tier = 2;       /* what was escalated is that group's work */
	g_assert_cmpint(best(&f, &work), ==, 0);
	floor_close(&f);
}

static void agent__who_let_it_pass__is_last_and_not_at_once(void)
{
	struct floor f;
	const struct routing_work work = work_of(1, 20, REFUNDS, 0);

	floor_open(&f);
	f.agents[0].passed_ms = NOW - 3 * MINUTE;
	f.agents[1].load = 80;
	g_assert_cmpint(best(&f, &work), ==, 1);
	f.agents[1].passed_ms = NOW - MINUTE;
	g_assert_cmpint(best(&f, &work), ==, 0);
	f.agents[0].passed_ms = NOW - MINUTE;
	g_assert_cmpint(best(&f, &work), ==, -1);
	floor_close(&f);
}

static void work__for_a_person__own_customers_then_the_nearest_deadline(void)
{
	struct floor f;
	struct routing_work works[4] = {work_of(1, 20, 0, 0), work_of(2, 20, REFUNDS, 0), work_of(3, 20, 0, 0),
	                                work_of(4, 20, 0, 0)};

	floor_open(&f);
	works[1].due_ms = NOW - MINUTE;
	works[2].due_ms = QUEUE_NO_DUE;
	works[3].group_id = TECH;
	works[3].due_ms = NOW - 2 * MINUTE;
	g_assert_cmpint(routing_best_work(&f.agents[1], works, 4, &rules, NOW), ==, 1);
	g_assert_cmpint(routing_best_work(&f.agents[2], works, 4, &rules, NOW), ==, 0); /* lacks the skill */
	works[1].waiting_since_ms = NOW - 20 * MINUTE;
	g_assert_cmpint(routing_best_work(&f.agents[2], works, 4, &rules, NOW), ==, 1); /* it waited long enough */
	works[2].manager_id = 3;
	g_assert_cmpint(routing_best_work(&f.agents[2], works, 4, &rules, NOW), ==, 2);
	works[2].weight = 100;
	works[1].weight = 100;
	f.agents[2].load = 80;
	g_assert_cmpint(routing_best_work(&f.agents[2], works, 4, &rules, NOW), ==, 0); /* what there's room for */
	f.agents[2].load = 100;
	g_assert_cmpint(routing_best_work(&f.agents[2], works, 4, &rules, NOW), ==, -1);
	floor_close(&f);
}

/* Whatever people and tickets there are: whoever gets it may have it, and nobody better was passed over. */
static void orders__over_random_floors__give_what_may_be_given(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(5);

	for (int round = 0; round < 2000; round++) {
		struct floor f;
		struct routing_work work = work_of(1, g_rand_int_range(rand, 0, 120), g_rand_boolean(rand) ? REFUNDS : 0, 0);
		int got, given = 0;

		floor_open(&f);
		work.waiting_since_ms = NOW - g_rand_int_range(rand, 0, 20) * MINUTE;
		for (int i = 0; i < 4; i++) {
			f.agents[i].load = g_rand_int_range(rand, 0, 130);
			f.agents[i].free_since_ms = NOW - g_rand_int_range(rand, 0, 3);
		}
		got = best(&f, &work);
		for (int i = 0; i < 4; i++)
			given += routing_may(&f.agents[i], &work, &rules, NOW);
		g_assert_true((got >= 0) == (given > 0));
		if (got >= 0) {
			g_assert_true(routing_may(&f.agents[got], &work, &rules, NOW));
			g_assert_cmpint(f.agents[got].load + work.weight, <=, f.agents[got].capacity);
			for (int i = 0; i < 4 && !work.skills[0]; i++)
				if (routing_may(&f.agents[i], &work, &rules, NOW))
					g_assert_cmpint(f.agents[got].load, <=, f.agents[i].load);
		}
		floor_close(&f);
	}
}

static void reasons__of_a_setting__are_trimmed_words(void)
{
	g_autoptr(GPtrArray) list = routing_reasons(" lunch ,, 午休,coffee break ");
	g_autoptr(GPtrArray) usual = routing_reasons(NULL);

	g_assert_cmpuint(list->len, ==, 3);
	g_assert_cmpstr(list->pdata[0], ==, "lunch");
	g_assert_cmpstr(list->pdata[2], ==, "coffee break");
	g_assert_cmpuint(usual->len, >, 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/routing/weights", weights__of_a_setting__are_read_or_refused_in_words);
	g_test_add_func("/routing/agent/skills", agent__with_all_skills__comes_before_the_idle_one_without);
	g_test_add_func("/routing/agent/load", agent__least_loaded_in_proportion__then_longest_idle);
	g_test_add_func("/routing/agent/manager", agent__who_is_the_customers_manager__comes_first_of_all);
	g_test_add_func("/routing/agent/passed", agent__who_let_it_pass__is_last_and_not_at_once);
	g_test_add_func("/routing/work", work__for_a_person__own_customers_then_the_nearest_deadline);
	g_test_add_func("/routing/random", orders__over_random_floors__give_what_may_be_given);
	g_test_add_func("/routing/reasons", reasons__of_a_setting__are_trimmed_words);
	return g_test_run();
}
