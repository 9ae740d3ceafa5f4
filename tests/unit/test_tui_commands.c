/* The `:` line and the arguments of commands. */
#include "tui/commands.h"

static void parse__whole_name__splits_argument(void)
{
	g_autofree char *arg = NULL;
	enum action act;

	g_assert_true(command_parse("  escalate  tech the code is wrong ", &act, &arg, NULL));
	g_assert_cmpint(act, ==, ACTION_ESCALATE);
	g_assert_cmpstr(arg, ==, "tech the code is wrong");
}

static void parse__unambiguous_beginning__is_enough(void)
{
	g_autofree char *arg = NULL;
	enum action act;

	g_assert_true(command_parse("esc", &act, &arg, NULL));
	g_assert_cmpint(act, ==, ACTION_ESCALATE);
	g_assert_cmpstr(arg, ==, "");
}

static void parse__number__opens_the_ticket(void)
{
	g_autofree char *one = NULL, *two = NULL;
	enum action act;

	g_assert_true(command_parse("1042", &act, &one, NULL));
	g_assert_cmpint(act, ==, ACTION_OPEN);
	g_assert_cmpstr(one, ==, "1042");
	g_assert_true(command_parse("#1042", &act, &two, NULL));
	g_assert_cmpint(act, ==, ACTION_OPEN);
}

static void parse__unknown_or_ambiguous__says_so(void)
{
	g_autoptr(GError) unknown = NULL;
	g_autoptr(GError) several = NULL;
	char *arg = NULL;
	enum action act;

	g_assert_false(command_parse("frobnicate", &act, &arg, &unknown));
	g_assert_nonnull(strstr(unknown->message, "frobnicate"));
	g_assert_false(command_parse("re", &act, &arg, &several));
	g_assert_nonnull(strstr(several->message, "several"));
	g_assert_null(arg);
}

static void until__durations_and_clock__come_out_in_the_future(void)
{
	int64_t now = INT64_C(1700000000000), at = 0;

	g_assert_true(command_until("2h", now, &at, NULL));
	g_assert_cmpint(at, ==, now + 2 * MS_HOUR);
	g_assert_true(command_until("00:00", now, &at, NULL));
	g_assert_cmpint(at, >, now);
	g_assert_cmpint(at, <=, now + 25 * MS_HOUR);
	g_assert_true(command_until("2033-05-18", now, &at, NULL));
	g_assert_cmpint(at, >, now);
}

static void until__nonsense_or_past__is_refused(void)
{
	const char *const bad[] = {"", "soon", "25:00", "12:7", "2020-01-01", "2020-13-01 10:00", "::", "12:345"};
	int64_t at;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(command_until(bad[i], INT64_C(1700000000000), &at, &error));
		g_assert_nonnull(error);
	}
}

static void match__names__exact_before_beginning(void)
{
	const char *const names[] = {"open", "open-again", "Zhao", NULL};

	g_assert_cmpint(command_match("open", names, 4), ==, 0);
	g_assert_cmpint(command_match("open-", names, 4), ==, 1);
	g_assert_cmpint(command_match("ope", names, 4), ==, -2);
	g_assert_cmpint(command_match("zh", names, 4), ==, 2);
	g_assert_cmpint(command_match("", names, 4), ==, -1);
}

/* A new action that takes something says what, or that it is free text. */
static void complete__every_argument__is_in_the_table(void)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (*action_info((enum action)i)->args && !command_completes((enum action)i))
			g_error("commands_complete.c doesn't know what %s takes", action_info((enum action)i)->name);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/commands/parse/name", parse__whole_name__splits_argument);
	g_test_add_func("/commands/parse/beginning", parse__unambiguous_beginning__is_enough);
	g_test_add_func("/commands/parse/number", parse__number__opens_the_ticket);
	g_test_add_func("/commands/parse/wrong", parse__unknown_or_ambiguous__says_so);
	g_test_add_func("/commands/until/future", until__durations_and_clock__come_out_in_the_future);
	g_test_add_func("/commands/until/wrong", until__nonsense_or_past__is_refused);
	g_test_add_func("/commands/match", match__names__exact_before_beginning);
	g_test_add_func("/commands/complete", complete__every_argument__is_in_the_table);
	return g_test_run();
}
