/* What may stand in a macro. */
#include "rules/macro.h"

static void refused(const char *text, const struct macro_names *names, const char *why)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *steps = macro_parse(text, names, &error);

	g_test_message("%s", text);
	g_assert_null(steps);
	g_assert_nonnull(error);
	g_assert_cmpstr(error->message, ==, why);
}

static void lines__of_every_kind__become_steps(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) steps = macro_parse(
		"# refund\n\ntag vip\n:template greet\r\n  status   on-hold 2h \nassign me\npromise 18:00\n"
		"field serial-number  A 12\nescalate billing twice already\nsend\nsolve\nnext-best\n", NULL, &error);
	const struct macro_step *s;

	g_assert_no_error(error);
	g_assert_cmpuint(steps->len, ==, 10);
	s = steps->pdata[1];
	g_assert_cmpstr(s->action, ==, "template");
	g_assert_cmpstr(s->arg, ==, "greet");
	g_assert_cmpint(s->line, ==, 4);
	s = steps->pdata[2];
	g_assert_cmpstr(s->arg, ==, "on-hold 2h");
	s = steps->pdata[8];
	g_assert_cmpstr(s->arg, ==, "");
}

static void lines__that_are_wrong__are_named(void)
{
	refused("tag vip\nfly away", NULL, "line 2: \"fly\" can't stand in a macro");
	refused("open 12", NULL, "line 1: \"open\" can't stand in a macro");
	refused("solve now", NULL, "line 1: solve takes nothing after it");
	refused("status", NULL, "line 1: a macro asks nothing, so status needs its argument");
	refused("status asleep", NULL, "line 1: \"asleep\" is no status that can be set");
	refused("status merged", NULL, "line 1: \"merged\" is no status that can be set");
	refused("status on-hold", NULL, "line 1: on-hold needs a time: on-hold 2h");
	refused("status open 2h", NULL, "line 1: only on-hold takes a time");
	refused("status on-hold 2026-11-24", NULL,
	        "line 1: \"2026-11-24\" is no time: write a length like 2h or an hour like 18:00");
	refused("promise 25:00", NULL,
	        "line 1: \"25:00\" is no time: write a length like 2h or an hour like 18:00");
	refused("priority high", NULL, "line 1: \"high\" is no priority: normal, important or urgent");
	refused("tag two words", NULL, "line 1: a tag is one word, \"two words\" isn't");
	refused("escalate billing", NULL, "line 1: escalate needs a reason after the group");
	refused("field serial-number", NULL, "line 1: field needs a value after the name");
	refused("next-best\nsolve", NULL, "line 2: nothing can follow next-best");
	refused("\n# nothing\n", NULL, "a macro needs at least one action");
}

static void names__the_desk_does_not_know__are_named(void)
{
	struct group billing = {.name = (char *)"billing"};
	struct person zhao = {.name = (char *)"zhao.min"};
	struct category account = {.name = (char *)"account/sign-in"};
	struct template greet = {.name = (char *)"greet"};
	g_autoptr(GPtrArray) groups = g_ptr_array_new(), people = g_ptr_array_new(), categories = g_ptr_array_new(),
		templates = g_ptr_array_new(), none = g_ptr_array_new();
	const struct macro_names names = {.groups = groups, .people = people, .categories = categories, .fields = none,
		.checklists = none, .templates = templates};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) steps = NULL;

	g_ptr_array_add(groups, &billing);
	g_ptr_array_add(people, &zhao);
	g_ptr_array_add(categories, &account);
	g_ptr_array_add(templates, &greet);
	steps = macro_parse("assign me\nassign zhao.min\nassign billing\nescalate billing because\n"
	                    "category account/sign-in\ntemplate greet\nwhisper zhao.min look here", &names, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(steps->len, ==, 7);
	refused("assign wang", &names, "line 1: no person or group is called \"wang\"");
	refused("escalate sales why", &names, "line 1: no group is called \"sales\"");
	refused("category account", &names, "line 1: there is no category \"account\"");
	refused("solve\ntemplate grete", &names, "line 2: there is no template \"grete\"");
	refused("field color red", &names, "line 1: there is no field \"color\"");
	refused("checklist returns", &names, "line 1: there is no checklist \"returns\"");
	refused("whisper wang x", &names, "line 1: no person is called \"wang\"");
}

static void lines__too_many__are_refused(void)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (int i = 0; i < MACRO_STEPS_MAX + 1; i++)
		g_string_append(text, "solve\n");
	refused(text->str, NULL, "line 41: a macro has at most 40 steps");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/macro/lines", lines__of_every_kind__become_steps);
	g_test_add_func("/macro/wrong", lines__that_are_wrong__are_named);
	g_test_add_func("/macro/names", names__the_desk_does_not_know__are_named);
	g_test_add_func("/macro/many", lines__too_many__are_refused);
	return g_test_run();
}
