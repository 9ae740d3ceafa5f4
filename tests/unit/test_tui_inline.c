/* When the lists open that one types into a text; guides as customers read them. */
#include "rules/guide.h"
#include "tui/composer_inline.h"

#include <string.h>

static void inline__of_each_text__opens_where_it_should(void)
{
	static const struct {
		const char *text; /* the cursor is at its end */
		enum inline_kind kind;
		size_t word;
	} cases[] = {
		{"::gr", INLINE_TEMPLATE, 2}, {"Hello ::gr", INLINE_TEMPLATE, 8}, {"Hello\n::gr", INLINE_TEMPLATE, 8},
		{"您好::问候", INLINE_TEMPLATE, 8}, {"??blue tooth", INLINE_KNOWLEDGE, 2}, {"see ??蓝牙", INLINE_KNOWLEDGE, 6},
		{"@@zhao.m", INLINE_MENTION, 2}, {"ask @@li", INLINE_MENTION, 6},
		{"::", INLINE_NONE, 0}, {"a ::", INLINE_NONE, 0}, {":: x", INLINE_NONE, 0}, {"??", INLINE_NONE, 0},
		{"::gr ", INLINE_NONE, 0}, {"std::vector", INLINE_NONE, 0}, {"http://[::1", INLINE_NONE, 0},
		{"https://a.b/c::d", INLINE_NONE, 0}, {"Really??I mean", INLINE_NONE, 0}, {"为什么??我", INLINE_NONE, 0},
		{"mail a@@b", INLINE_NONE, 0}, {":::gr", INLINE_NONE, 0}, {"`x ::gr", INLINE_NONE, 0},
		{"`x` ::gr", INLINE_TEMPLATE, 6}, {"```\n ::gr", INLINE_NONE, 0}, {"```\nx\n```\n::gr", INLINE_TEMPLATE, 12},
		{"12:30: now", INLINE_NONE, 0}, {"a ?? b", INLINE_NONE, 0}, {"", INLINE_NONE, 0}, {":", INLINE_NONE, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t from = 0, word = 0;

		g_test_message("%s", cases[i].text);
		g_assert_cmpint(inline_find(cases[i].text, strlen(cases[i].text), &from, &word), ==, cases[i].kind);
		g_assert_cmpuint(word, ==, cases[i].word);
		if (cases[i].kind != INLINE_NONE)
			g_assert_cmpuint(from, ==, word - 2);
	}
}

static void inline__scores__put_beginnings_first(void)
{
	g_assert_cmpint(inline_score("gr", "greet", "greeting"), >, inline_score("gr", "close", "greeting"));
	g_assert_cmpint(inline_score("gr", "close", "greeting"), >, inline_score("gr", "close", "a big greeting"));
	g_assert_cmpint(inline_score("cm", "chat-more", ""), >, 0);
	g_assert_cmpint(inline_score("xq", "greet", "greeting"), ==, -1);
}

static void guide__of_light_markdown__is_plain_text(void)
{
	g_autofree char *text = guide_text("# Reset\nDo **this**:\n1. Open it\n1. Tap [help](https://a.b)\n"
	                                   "   ![picture](https://a.b/p.png)\n3) Done\n\nThen:\n1. Smile\n* one\n- two");

	g_assert_cmpstr(text, ==, "Reset\nDo this:\n1. Open it\n2. Tap help (https://a.b)\n   picture: https://a.b/p.png\n"
	                          "3. Done\n\nThen:\n1. Smile\n- one\n- two");
	g_autofree char *plain = guide_text("2026. was a year [x] (y) ![z]");
	g_assert_cmpstr(plain, ==, "2026. was a year [x] (y) ![z]");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/inline/find", inline__of_each_text__opens_where_it_should);
	g_test_add_func("/inline/score", inline__scores__put_beginnings_first);
	g_test_add_func("/guide/text", guide__of_light_markdown__is_plain_text);
	return g_test_run();
}
