/* When many tickets of one topic are an incident. */
#include "rules/incident.h"

static const struct incident_limits limits = {.count = 10, .minutes = 20, .times = 3};

static void topic__of_a_category__is_its_first_two_levels(void)
{
	static const char *const pairs[][2] = {
		{"account/sign-in/code", "account/sign-in"}, {"account/sign-in", "account/sign-in"}, {"account", "account"},
		{"a/b/", "a/b"}, {"/", "/"}, {"账户/登录/验证码", "账户/登录"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *topic = incident_topic(pairs[i][0]);

		g_assert_cmpstr(topic, ==, pairs[i][1]);
	}
	g_assert_null(incident_topic(NULL));
	g_assert_null(incident_topic(""));
}

static void of_topic__only_whole_levels__count(void)
{
	g_assert_true(incident_of_topic("account/sign-in/code", "account/sign-in"));
	g_assert_true(incident_of_topic("account/sign-in", "account/sign-in"));
	g_assert_false(incident_of_topic("account/sign-in-2", "account/sign-in"));
	g_assert_false(incident_of_topic("account", "account/sign-in"));
	g_assert_false(incident_of_topic(NULL, "account"));
	g_assert_false(incident_of_topic("account", NULL));
	g_assert_false(incident_of_topic("account", ""));
}

static void begins__quiet_topic__by_the_count_alone(void)
{
	g_assert_false(incident_begins(&limits, 9, 0));
	g_assert_true(incident_begins(&limits, 10, 0));
}

static void begins__busy_topic__only_well_above_its_usual(void)
{
	/* 504 windows of 20 minutes in a week: 5040 tickets are 10 a window */
	double usual = incident_usual(&limits, 5040);

	g_assert_cmpfloat(usual, ==, 10);
	g_assert_false(incident_begins(&limits, 29, usual));
	g_assert_true(incident_begins(&limits, 30, usual));
}

static void lasts__until_below_half_of_what_began_it(void)
{
	g_assert_true(incident_lasts(&limits, 5, 0));
	g_assert_false(incident_lasts(&limits, 4, 0));
	g_assert_true(incident_lasts(&limits, 15, 10));
	g_assert_false(incident_lasts(&limits, 14, 10));
}

static void limits__no_count__never(void)
{
	const struct incident_limits off = {.count = 0, .minutes = 20, .times = 3};

	g_assert_false(incident_begins(&off, 100000, 0));
	g_assert_false(incident_lasts(&off, 100000, 0));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/incident/topic", topic__of_a_category__is_its_first_two_levels);
	g_test_add_func("/incident/of-topic", of_topic__only_whole_levels__count);
	g_test_add_func("/incident/begins/quiet", begins__quiet_topic__by_the_count_alone);
	g_test_add_func("/incident/begins/busy", begins__busy_topic__only_well_above_its_usual);
	g_test_add_func("/incident/lasts", lasts__until_below_half_of_what_began_it);
	g_test_add_func("/incident/off", limits__no_count__never);
	return g_test_run();
}
