/* Who is mentioned, and when a notice disturbs. */
#include <string.h>
#include "base/clock.h"
#include "rules/mentions.h"
#include "rules/notice_rules.h"

static char *joined(const char *text)
{
	g_autoptr(GPtrArray) names = mentions_find(text);

	g_ptr_array_add(names, NULL);
	return g_strjoinv(" ", (char **)names->pdata);
}

static void mentions__texts__name_who_is_meant(void)
{
	static const struct {
		const char *text, *names;
	} cases[] = {
		{NULL, ""}, {"", ""}, {"@", ""}, {"@@", ""}, {"nobody here", ""}, {"@li.wei", "li.wei"},
		{"@li.wei: see @zhao_min, please.", "li.wei zhao_min"}, {"ask @li.wei.", "li.wei"}, {"(@li-wei)", "li-wei"},
		{"@LI.Wei and @li.wei", "li.wei"}, {"请@li.wei看一下", "li.wei"}, {"，@min。", "min"},
		{"li.wei@example.com", ""}, {"mail a+b@example.com or 50%@x", ""}, {"@li.wei@far.example", ""},
		{"@@li.wei", ""}, {"first\n@min\nlast", "min"}, {"@...", ""}, {"a @ b", ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *names = joined(cases[i].text);

		g_assert_cmpstr(names, ==, cases[i].names);
	}
}

static void mentions__flood__is_capped_and_long_names_are_none(void)
{
	g_autoptr(GString) many = g_string_new(NULL);

	for (int i = 0; i < 3 * MENTIONS_MAX; i++)
		g_string_append_printf(many, "@p%d ", i);
	g_autoptr(GPtrArray) names = mentions_find(many->str);
	g_assert_cmpuint(names->len, ==, MENTIONS_MAX);
	g_string_assign(many, "@");
	for (int i = 0; i < 65; i++)
		g_string_append_c(many, 'a');
	g_autofree char *none = joined(many->str);
	g_assert_cmpstr(none, ==, "");
}

static void excerpt__long_text__is_one_whole_line(void)
{
	g_autofree char *plain = mention_excerpt("  one\n\n two\tthree  ", 100), *none = mention_excerpt(NULL, 10);
	g_autofree char *cut = mention_excerpt("蓝牙耳机连接不上", 13), *fits = mention_excerpt("abcdefghij", 10);
	g_autofree char *over = mention_excerpt("abcdefghijk", 10);

	g_assert_cmpstr(plain, ==, "one two three");
	g_assert_cmpstr(none, ==, "");
	g_assert_cmpstr(fits, ==, "abcdefghij");
	g_assert_cmpuint(strlen(over), <=, 10);
	g_assert_true(g_str_has_suffix(over, "..."));
	g_assert_true(g_utf8_validate(cut, -1, NULL));
	g_assert_cmpuint(strlen(cut), <=, 13);
	g_assert_cmpstr(cut, ==, "蓝牙耳...");
}

static void quiet__hours__cover_the_night(void)
{
	static const char *const bad[] = {"", "22", "22:00", "22:00-", "22-7", "25:00-07:00", "22:60-07:00", "22:00-07:00x",
		"24:01-07:00", "08:00-08:00", "a:00-07:00", "22:0-7:00"};
	struct quiet_hours q;
	g_autoptr(GError) error = NULL;

	g_assert_true(quiet_hours_parse("22:00-07:00", &q, &error));
	g_assert_true(quiet_hours_cover(&q, 22 * 60));
	g_assert_true(quiet_hours_cover(&q, 0));
	g_assert_true(quiet_hours_cover(&q, 7 * 60 - 1));
	g_assert_false(quiet_hours_cover(&q, 7 * 60));
	g_assert_false(quiet_hours_cover(&q, 12 * 60));
	g_assert_true(quiet_hours_parse("9:30-24:00", &q, &error));
	g_assert_true(quiet_hours_cover(&q, 23 * 60 + 59));
	g_assert_false(quiet_hours_cover(&q, 9 * 60 + 29));
	g_assert_false(quiet_hours_cover(&q, 0));
	g_assert_true(quiet_hours_parse("off", &q, &error));
	for (int m = 0; m < 24 * 60; m += 30)
		g_assert_false(quiet_hours_cover(&q, m));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) no = NULL;

		g_assert_false(quiet_hours_parse(bad[i], &q, &no));
		g_assert_error(no, DESK_ERROR, DESK_INVALID);
	}
}

static void rate__burst__passes_then_one_by_one(void)
{
	struct notice_rate r = {.per_minute = 6}, never = {0};
	int64_t now = 1000000;

	for (int i = 0; i < 6; i++)
		g_assert_true(notice_rate_take(&r, now));
	g_assert_false(notice_rate_take(&r, now));
	g_assert_false(notice_rate_take(&r, now));
	g_assert_cmpuint(r.held, ==, 2);
	g_assert_cmpint(notice_rate_wait(&r, now), ==, 10 * MS_SECOND);
	g_assert_false(notice_rate_take(&r, now + 10 * MS_SECOND - 1));
	g_assert_true(notice_rate_take(&r, now + 10 * MS_SECOND));
	g_assert_cmpuint(r.held, ==, 0);
	g_assert_false(notice_rate_take(&r, now + 10 * MS_SECOND));
	now += MS_HOUR; /* a long calm earns one burst, not more */
	for (int i = 0; i < 6; i++)
		g_assert_true(notice_rate_take(&r, now));
	g_assert_false(notice_rate_take(&r, now));
	g_assert_false(notice_rate_take(&never, now));
	g_assert_cmpint(notice_rate_wait(&never, now), ==, INT64_MAX);
}

static void way__switches_hours_and_attention__decide(void)
{
	struct notice_wish w = {.off = 1u << NOTICE_NEW_TICKET, .hours = {22 * 60, 7 * 60}};
	int64_t now = 5000;

	g_assert_cmpint(notice_way(&w, NOTICE_NEW_TICKET, now, 600, FALSE), ==, NOTICE_WAY_DROP);
	g_assert_cmpint(notice_way(&w, NOTICE_REPLY, now, 600, FALSE), ==, NOTICE_WAY_TELL);
	g_assert_cmpint(notice_way(&w, NOTICE_REPLY, now, 600, TRUE), ==, NOTICE_WAY_COUNT);
	g_assert_cmpint(notice_way(&w, NOTICE_BREACH, now, 23 * 60, FALSE), ==, NOTICE_WAY_COUNT);
	w.quiet_until_ms = now + 1;
	g_assert_cmpint(notice_way(&w, NOTICE_BREACH, now, 600, FALSE), ==, NOTICE_WAY_COUNT);
	g_assert_cmpint(notice_way(&w, NOTICE_BREACH, now + 1, 600, FALSE), ==, NOTICE_WAY_TELL);
	g_assert_cmpint(notice_way(&w, (enum notice_kind)NOTICE_COUNT, now + 1, 600, FALSE), ==, NOTICE_WAY_DROP);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/notice/mentions", mentions__texts__name_who_is_meant);
	g_test_add_func("/notice/flood", mentions__flood__is_capped_and_long_names_are_none);
	g_test_add_func("/notice/excerpt", excerpt__long_text__is_one_whole_line);
	g_test_add_func("/notice/quiet", quiet__hours__cover_the_night);
	g_test_add_func("/notice/rate", rate__burst__passes_then_one_by_one);
	g_test_add_func("/notice/way", way__switches_hours_and_attention__decide);
	return g_test_run();
}
