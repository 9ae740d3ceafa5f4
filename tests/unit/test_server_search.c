/* The knowledge index: two languages, ranking, snippets, hostile queries. */
#include "server/search.h"

#include <string.h>

static void put(struct search *s, desk_id id, const char *language, const char *title, const char *body)
{
	g_autoptr(GError) error = NULL;
	struct article a = {.id = id, .version = 1, .language = (char *)language, .title = (char *)title,
	                    .body = (char *)body, .category = (char *)"x"};

	g_assert_true(search_put(s, &a, &error));
	g_assert_no_error(error);
}

static struct search *filled(void)
{
	g_autoptr(GError) error = NULL;
	struct search *s = search_new(&error);

	g_assert_no_error(error);
	put(s, 1, "en", "Pair Bluetooth headphones", "1. Open Settings.\n2. Hold the button until the light blinks.");
	put(s, 2, "en", "Return a parcel", "Pairing is not needed. Print the label and hand it in. Headphones too.");
	put(s, 3, "zh", "蓝牙耳机连接不上怎么办", "请长按按键五秒，直到白灯闪烁。");
	put(s, 4, "zh", "如何申请退款", "退款会在七个工作日内到账。");
	put(s, 5, "en", "Sign-in code is refused", "Request a new code; it is valid for 5 minutes.");
	return s;
}

static desk_id first_of(struct search *s, const char *text, const char *language, guint *count)
{
	g_autoptr(GError) error = NULL;
	struct search_query q = {.text = text, .language = language, .limit = 10};
	g_autoptr(GPtrArray) hits = search_find(s, &q, &error);

	g_assert_no_error(error);
	if (count)
		*count = hits->len;
	return hits->len ? ((struct article_hit *)hits->pdata[0])->id : 0;
}

static void words__stemmed_and_chinese__find_their_article(void)
{
	static const struct { const char *text; desk_id id; } cases[] = {
		{"pairing headphone", 1}, {"returning parcels", 2}, {"耳机连接", 3}, {"退款", 4}, {"蓝牙", 3},
		{"codes refused", 5}, {"BLUETOOTH", 1}, {"怎么退款到账", 4},
	};
	struct search *s = filled();

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(first_of(s, cases[i].text, NULL, NULL), ==, cases[i].id);
	search_free(s);
}

static void language__preferred_not_required(void)
{
	struct search *s = filled();
	guint n;

	put(s, 6, "zh", "Bluetooth 耳机", "Bluetooth headphones 配对");
	g_assert_cmpint(first_of(s, "bluetooth headphones", "zh", &n), ==, 6);
	g_assert_cmpuint(n, >=, 2);
	search_free(s);
}

static void replaced_and_removed__old_words_are_gone(void)
{
	g_autoptr(GError) error = NULL;
	struct search *s = filled();

	put(s, 1, "en", "Charge the watch", "Use the cable.");
	g_assert_cmpint(first_of(s, "bluetooth", NULL, NULL), ==, 0);
	g_assert_cmpint(first_of(s, "charging watches", NULL, NULL), ==, 1);
	g_assert_true(search_remove(s, 1, &error));
	g_assert_true(search_remove(s, 4711, &error));
	g_assert_cmpint(first_of(s, "watch", NULL, NULL), ==, 0);
	search_free(s);
}

static void hostile_text__is_only_text(void)
{
	static const char *const texts[] = {"", "   ", "\"", "a\" OR \"b", "AND OR NOT NEAR(", "title:*", "((((", "'; --", "^^^",
	                                    "\xF0\x9F\x98\x80", "the of and"};
	struct search *s = filled();

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		first_of(s, texts[i], NULL, NULL);
	search_free(s);
}

static void snippet__is_one_line_around_the_match(void)
{
	g_autoptr(GError) error = NULL;
	struct search *s = filled();
	struct search_query q = {.text = "print label of parcel", .mode = SEARCH_ANY, .limit = 5};
	g_autoptr(GPtrArray) hits = search_find(s, &q, &error);
	g_autofree char *far = NULL;
	GString *body = g_string_new(NULL);

	g_assert_cmpuint(hits->len, ==, 1);
	g_assert_nonnull(strstr(((struct article_hit *)hits->pdata[0])->snippet, "Print the label"));
	for (int i = 0; i < 500; i++)
		g_string_append(body, "填充文字。");
	g_string_append(body, "螺丝刀在这里\n下一行");
	far = g_string_free(body, FALSE);
	put(s, 7, "zh", "长文", far);
	g_ptr_array_unref(hits);
	q.text = "螺丝刀在这里";
	q.category = "x";
	hits = search_find(s, &q, &error);
	g_assert_cmpuint(hits->len, ==, 1);
	{
		const char *snippet = ((struct article_hit *)hits->pdata[0])->snippet;

		g_assert_true(g_utf8_validate(snippet, -1, NULL));
		g_assert_nonnull(strstr(snippet, "螺丝刀"));
		g_assert_null(strchr(snippet, '\n'));
		g_assert_true(g_str_has_prefix(snippet, "…"));
		g_assert_cmpuint(strlen(snippet), <=, 160);
	}
	g_clear_pointer(&far, g_free);
	body = g_string_new(NULL);
	for (int i = 0; i < 60; i++)
		g_string_append(body, "wonderful words ");
	g_string_append(body, "screwdriver and more wonderful words follow here, many of them, one after the other, on and on, "
	                      "until there is no more room for any of them in a line of a list");
	far = g_string_free(body, FALSE);
	put(s, 8, "en", "Long", far);
	q.text = "screwdriver";
	q.mode = SEARCH_ALL_FIRST;
	g_ptr_array_unref(hits);
	hits = search_find(s, &q, &error);
	{
		const char *snippet = ((struct article_hit *)hits->pdata[0])->snippet;

		g_assert_true(g_str_has_prefix(snippet, "…wonderful ") || g_str_has_prefix(snippet, "…words "));
		g_assert_true(g_str_has_suffix(snippet, "…"));
	}
	search_free(s);
}

static void suggestions__leave_out_what_shares_one_common_word(void)
{
	g_autoptr(GError) error = NULL;
	struct search *s = filled();
	struct search_query q = {.text = "Nobody calls me back, I was promised a call about my parcel in five minutes",
	                         .head = "A parcel is late", .mode = SEARCH_ANY, .limit = 10, .category = "x"};
	g_autoptr(GPtrArray) hits = search_find(s, &q, &error);

	g_assert_cmpuint(hits->len, ==, 1); /* the parcel's title, not the code that is valid for minutes */
	g_assert_cmpint(((struct article_hit *)hits->pdata[0])->id, ==, 2);
	search_free(s);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/search/words", words__stemmed_and_chinese__find_their_article);
	g_test_add_func("/search/language", language__preferred_not_required);
	g_test_add_func("/search/replaced", replaced_and_removed__old_words_are_gone);
	g_test_add_func("/search/hostile", hostile_text__is_only_text);
	g_test_add_func("/search/suggestions", suggestions__leave_out_what_shares_one_common_word);
	g_test_add_func("/search/snippet", snippet__is_one_line_around_the_match);
	return g_test_run();
}
