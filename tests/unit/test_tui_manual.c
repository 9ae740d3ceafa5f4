/* The manual inside the program: pages, actions and chapters are found where they begin. */
#include "tui/manual.h"

#include <string.h>
#include "tui/action.h"

static void manual__page_by_any_of_its_names__found(void)
{
	static const char *const names[] = {"ttydesk-query", "query", "QUERY", "conf", "ttydesk.conf", "ttydesk", "ttydeskd", "commands"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct manual_text m;

		g_assert_true(manual_find(names[i], &m));
		g_assert_cmpuint(m.at, ==, 0);
		g_assert_true(g_str_has_prefix(m.title, "ttydesk"));
		g_assert_nonnull(strstr(m.text, "DESCRIPTION"));
		g_assert_null(strchr(m.text, '\b'));
		manual_clear(&m);
	}
}

static void manual__every_action__found_at_its_own_line(void)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const char *name = action_info((enum action)i)->name;
		struct manual_text m;
		const char *line;

		g_assert_true(manual_find(name, &m));
		if (g_str_has_prefix(m.title, "ttydesk-commands") && m.at) {
			line = m.text + m.at + strspn(m.text + m.at, " ");
			g_assert_true(g_str_has_prefix(line, name));
		} else {
			g_assert_cmpuint(m.at, ==, 0); /* an action that is called like a page */
		}
		manual_clear(&m);
	}
}

static void manual__chapter__found_in_its_page(void)
{
	struct manual_text m;

	g_assert_true(manual_find("environment", &m));
	g_assert_cmpuint(m.at, >, 0);
	g_assert_true(g_str_has_prefix(m.text + m.at, "ENVIRONMENT"));
	manual_clear(&m);
}

static void manual__unknown_or_empty__not_found(void)
{
	static const char *const names[] = {"", "  ", "nothing-of-the-kind", "../en/ttydesk.1", "\x1b[31m", "ttydesk-"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct manual_text m;

		g_assert_false(manual_find(names[i], &m));
		g_assert_null(m.text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/manual/page_by_any_of_its_names__found", manual__page_by_any_of_its_names__found);
	g_test_add_func("/manual/every_action__found_at_its_own_line", manual__every_action__found_at_its_own_line);
	g_test_add_func("/manual/chapter__found_in_its_page", manual__chapter__found_in_its_page);
	g_test_add_func("/manual/unknown_or_empty__not_found", manual__unknown_or_empty__not_found);
	return g_test_run();
}
