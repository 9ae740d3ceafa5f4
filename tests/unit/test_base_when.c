/* Times for people, in both languages; the zone is UTC. */
#include <string.h>

#include "base/clock.h"
#include "base/say.h"
#include "base/text.h"
#include "base/when.h"

#define NOW INT64_C(1795344120000) /* 2026-11-22 10:42 UTC, a Sunday */

typedef const char *show_fn(int64_t at_ms, char *buf);

static const char *show_short(int64_t at, char *buf) { return when_short(at, NOW, buf, WHEN_SIZE); }
static const char *show_day(int64_t at, char *buf) { return when_day(at, buf, WHEN_SIZE); }
static const char *show_full(int64_t at, char *buf) { return when_full(at, buf, WHEN_SIZE); }
static const char *show_length(int64_t at, char *buf) { return when_length(at - NOW, buf, WHEN_SIZE); }
static const char *show_countdown(int64_t at, char *buf) { return clock_countdown(at - NOW, buf, 16); }

static const struct {
	show_fn *show;
	int64_t by;
	const char *en, *zh;
} cases[] = {
	{show_short, -3 * MS_MINUTE, "10:39", "10:39"},
	{show_short, -2 * MS_DAY, "Nov 20 10:42", "11月20日 10:42"},
	{show_short, -400 * MS_DAY, "2025-10-18 10:42", "2025年10月18日 10:42"},
	{show_day, 0, "2026-11-22", "2026年11月22日"},
	{show_full, 0, "2026-11-22 10:42", "2026年11月22日 10:42"},
	{show_length, 125 * MS_MINUTE, "2 hours 5 minutes", "2 小时 5 分钟"},
	{show_length, MS_DAY, "1 day", "1 天"},
	{show_length, -MS_HOUR, "1 hour", "1 小时"},
	{show_length, 59 * MS_SECOND, "59 seconds", "59 秒"},
	{show_length, 61 * MS_SECOND, "1 minute", "1 分钟"},
	{show_countdown, 21 * MS_SECOND, "00:21", "00:21"},
	{show_countdown, 62 * MS_MINUTE, "1h02", "1时02"},
	{show_countdown, -23 * MS_HOUR, "-23h00", "-23时00"},
	{show_countdown, 76 * MS_HOUR, "3d04h", "3天04时"},
	{show_countdown, -228 * MS_HOUR, "-9d12h", "-9天12时"},
	{show_countdown, 200 * MS_DAY, "200d", "200天"},
};

static void times__both_languages__are_as_people_write_them(void)
{
	char buf[WHEN_SIZE];

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		say_language_set("en");
		g_assert_cmpstr(cases[i].show(NOW + cases[i].by, buf), ==, cases[i].en);
		say_language_set("zh");
		g_assert_cmpstr(cases[i].show(NOW + cases[i].by, buf), ==, cases[i].zh);
	}
	say_language_set("en");
}

/* Columns are laid out for these widths. */
static void widths__any_time__fit_what_is_promised(void)
{
	static const char *const languages[] = {"en", "zh"};
	char buf[WHEN_SIZE];

	for (guint l = 0; l < G_N_ELEMENTS(languages); l++) {
		say_language_set(languages[l]);
		for (int64_t by = -12 * MS_DAY; by < 120 * MS_DAY; by += 37 * MS_MINUTE + MS_SECOND) {
			const char *left = clock_countdown(by, buf, 16);

			g_assert_cmpint(text_string_cols(left, strlen(left)), <=, clock_countdown_cols());
		}
		for (int64_t at = NOW; at < NOW + 38 * MS_DAY; at += MS_DAY) {
			const char *shown = when_short(at, NOW, buf, sizeof buf);

			g_assert_cmpint(text_string_cols(shown, strlen(shown)), <=, when_short_cols());
		}
	}
	say_language_set("en");
}

int main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/when/languages", times__both_languages__are_as_people_write_them);
	g_test_add_func("/when/widths", widths__any_time__fit_what_is_promised);
	return g_test_run();
}
