/* Lines of history: recognised whatever stands in them, and told in the reader's language. */
#include <string.h>

#include "rules/history.h"
#include "wire/said.h"

static void english__every_line__stays(void)
{
	static const char *const lines[] = {
		"assigned to nobody", "assigned to Zhao Min", "status: pending-customer", "#12 merged into this: a: b (of c)",
		"compensation approved: coupon of 50.00 CNY for order 2024-1: sorry (fine)", "3 messages split off to #7: x",
		"something an older version wrote", "",
	};

	say_language_set("en");
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *said = history_said(lines[i]);

		g_assert_cmpstr(said, ==, lines[i]);
	}
	g_assert_null(history_said(NULL));
}

static void forms__filled_in__are_found_again(void)
{
	static const char *const words[] = {"Li Wei", "a: b", "100%", "x (y)"};

	for (const char *const *form = history_forms; *form; form++) {
		g_autoptr(GString) line = g_string_new(NULL);
		guint n = 0;

		for (const char *p = *form; *p; p++) {
			if (*p != '%') {
				g_string_append_c(line, *p);
				continue;
			}
			for (p++; *p == 'l'; p++)
				;
			g_string_append(line, *p == 's' ? words[n++ % G_N_ELEMENTS(words)] : "12");
		}
		say_language_set("en");
		g_autofree char *english = history_said(line->str);
		g_assert_cmpstr(english, ==, line->str);
		say_language_set("zh");
		g_autofree char *chinese = history_said(line->str);
		g_assert_cmpstr(chinese, !=, line->str); /* one of the forms, with its words */
		g_assert_null(strchr(say(*form), '\n'));
		say_language_set("en");
	}
}

static void chinese__names_of_the_vocabulary__are_translated_too(void)
{
	say_language_set("zh");
	g_autofree char *status = history_said("status: resolved");
	g_autofree char *link = history_said("duplicate: #77");
	g_autofree char *given = history_said("compensation: refund of 12.50 CNY: too late");

	g_assert_nonnull(strstr(status, word_said("resolved")));
	g_assert_nonnull(strstr(link, word_said("duplicate")));
	g_assert_nonnull(strstr(link, "77"));
	g_assert_nonnull(strstr(given, word_said("refund")));
	g_assert_nonnull(strstr(given, "12.50 CNY"));
	g_assert_nonnull(strstr(given, "too late"));
	say_language_set("en");
}

/* What the lists for the catalogue leave out would be English in a Chinese sentence. */
static void vocabulary__every_name__has_words(void)
{
	static const struct {
		const char *(*name)(int);
		int count;
	} all[] = {
#define V(fn, count) {(const char *(*)(int))(void (*)(void))fn##_name, count}
		V(role, ROLE_COUNT), V(status, STATUS_COUNT), V(priority, PRIORITY_COUNT), V(channel, CHANNEL_COUNT),
		V(problem, PROBLEM_COUNT), V(clock_kind, CLOCK_COUNT), V(clock_state, CLOCK_STATE_COUNT),
		V(message_kind, MESSAGE_COUNT), V(delivery, DELIVERY_COUNT), V(module, MODULE_COUNT),
		V(article_state, ARTICLE_STATE_COUNT), V(part, PART_COUNT), V(audience, AUDIENCE_COUNT), V(scope, SCOPE_COUNT),
		V(link, LINK_COUNT), V(desk_field_type, FIELD_TYPE_TOTAL), V(compensation, COMPENSATION_COUNT),
		V(decision, DECISION_COUNT), V(scan, SCAN_COUNT), V(notice_kind, NOTICE_COUNT),
		V(agent_state, AGENT_STATE_COUNT), V(escalation_kind, ESCALATION_KIND_COUNT),
		V(escalation_state, RUNG_STATE_COUNT), V(impact, IMPACT_COUNT), V(need, NEED_COUNT),
		V(problem_stage, STAGE_COUNT), V(rule_kind, RULE_COUNT),
		V(follow_up_state, FOLLOW_UP_STATE_COUNT),
	};

	for (guint i = 0; i < G_N_ELEMENTS(all); i++)
		for (int n = 0; n < all[i].count; n++)
			g_assert_true(g_strv_contains(words_said, all[i].name(n)));
	for (int n = 0; n < CHANGE_KIND_COUNT; n++)
		g_assert_true(g_strv_contains(changes_said, change_name((enum change_kind)n)));
}

static void languages__codes__are_named_in_themselves(void)
{
	g_assert_cmpstr(language_said("zh"), ==, "中文");
	g_assert_cmpstr(language_said("zh-CN"), ==, "中文");
	g_assert_cmpstr(language_said("en"), ==, "English");
	g_assert_cmpstr(language_said("xx"), ==, "xx");
	g_assert_cmpstr(language_said(NULL), ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/history/english", english__every_line__stays);
	g_test_add_func("/history/forms", forms__filled_in__are_found_again);
	g_test_add_func("/history/chinese", chinese__names_of_the_vocabulary__are_translated_too);
	g_test_add_func("/history/vocabulary", vocabulary__every_name__has_words);
	g_test_add_func("/history/languages", languages__codes__are_named_in_themselves);
	return g_test_run();
}
