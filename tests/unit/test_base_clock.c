/* Times written and read. */
#include "base/clock.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"

static void countdown__table__six_columns(void)
{
	static const struct { int64_t left; const char *out; int64_t next; } cases[] = {
		{21 * MS_SECOND, "00:21", 1000},
		{20 * MS_SECOND + 1, "00:21", 1},
		{750 * MS_SECOND, "12:30", 1000},
		{1, "00:01", 1},
		{0, "00:00", 1000},
		{-1, "00:00", 999},
		{-999, "00:00", 1},
		{-1000, "-00:01", 1000},
		{-21 * MS_SECOND - 300, "-00:21", 700},
		{MS_HOUR, "1h00", 1000},
		{MS_HOUR - 1000, "59:59", 1000},
		{62 * MS_MINUTE + 5 * MS_SECOND, "1h02", 6000},
		{MS_DAY - 1000, "23h59", 60000},
		{76 * MS_HOUR, "3d04h", 1000},
		{76 * MS_HOUR + MS_MINUTE, "3d04h", MS_MINUTE + 1000},
		{100 * MS_DAY, "100d", 1000},
		{99 * MS_DAY + 23 * MS_HOUR, "99d23h", 1000},
		{-12 * MS_HOUR - 2 * MS_MINUTE, "-12h02", MS_MINUTE},
		{-9 * MS_DAY, "-9d00h", MS_HOUR},
		{-10 * MS_DAY, "-10d", MS_DAY},
		{INT64_MAX, "99999d", -1},
		{INT64_MIN, "-9999d", -1},
	};
	char buf[16];

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpstr(clock_countdown(cases[i].left, buf, sizeof(buf)), ==, cases[i].out);
		g_assert_cmpuint(strlen(buf), <=, 6);
		if (cases[i].next > 0)
			g_assert_cmpint(clock_countdown_next(cases[i].left), ==, cases[i].next);
		g_assert_cmpint(clock_countdown_next(cases[i].left), >, 0);
	}
}

/* The text differs at the moment named and not a millisecond before. */
static void countdown_next__random_times__is_the_next_change(void)
{
	for (int i = 0; i < 3000; i++) {
		static const int64_t spans[] = {100 * MS_SECOND, 3 * MS_HOUR, 5 * MS_DAY, 200 * MS_DAY};
		int64_t span = spans[i % 4];
		int64_t left = (int64_t)((g_test_rand_double() * 2 - 1) * (double)span);
		int64_t next = clock_countdown_next(left);
		char now[16], before[16], after[16];

		clock_countdown(left, now, sizeof(now));
		clock_countdown(left - next + 1, before, sizeof(before));
		clock_countdown(left - next, after, sizeof(after));
		g_assert_cmpstr(now, ==, before);
		g_assert_cmpstr(now, !=, after);
	}
}

static void duration__table__is_read_or_refused(void)
{
	static const struct { const char *in; int64_t ms; } good[] = {
		{"90s", 90 * MS_SECOND}, {"15m", 15 * MS_MINUTE}, {"2h", 2 * MS_HOUR}, {"1d", MS_DAY},
		{"1h30m", 90 * MS_MINUTE}, {"1d2h3m4s", MS_DAY + 2 * MS_HOUR + 3 * MS_MINUTE + 4 * MS_SECOND}, {"0s", 0},
	};
	static const char *const bad[] = {
		"", "90", "s", "1h1h", "1m2h", "-1s", "1.5h", " 1s", "1s ", "1y", "99999999999999999999s", "9999d", "1h\033",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		int64_t ms = -1;

		g_assert_true(clock_parse_duration(good[i].in, &ms, NULL));
		g_assert_cmpint(ms, ==, good[i].ms);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		int64_t ms = -7;

		g_assert_false(clock_parse_duration(bad[i], &ms, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
		g_assert_cmpint(ms, ==, -7);
		g_assert_null(strchr(error->message, '\033'));
	}
	g_assert_false(clock_parse_duration(NULL, &(int64_t){0}, NULL));
}

static void stamps__known_moment__is_written(void)
{
	char buf[40];

	g_assert_cmpstr(clock_rfc3339(INT64_C(1795390698007), buf, sizeof(buf)), ==, "2026-11-22T23:38:18.007Z");
	g_assert_cmpstr(clock_rfc3339(-1, buf, sizeof(buf)), ==, "1969-12-31T23:59:59.999Z");
	g_assert_nonnull(clock_rfc3339(INT64_MIN, buf, sizeof(buf)));
	g_assert_nonnull(clock_rfc3339(INT64_MAX, buf, sizeof(buf)));
	g_assert_cmpuint(strlen(clock_hhmm(INT64_C(1795390698007), buf, sizeof(buf))), ==, 5);
	g_assert_cmpuint(strlen(clock_stamp(INT64_C(1795390698007), buf, sizeof(buf))), ==, 16);
	g_assert_cmpstr(clock_hhmm(INT64_MAX, buf, sizeof(buf)), ==, "--:--");
}

static int64_t one(void)
{
	return 1;
}

static int64_t two(void)
{
	return 2;
}

static void replace__own_clocks__are_asked(void)
{
	int64_t mono = clock_mono_ms();

	g_assert_cmpint(clock_wall_ms(), >, INT64_C(1700000000000));
	g_assert_cmpint(clock_mono_ms(), >=, mono);
	clock_replace(one, two);
	g_assert_cmpint(clock_wall_ms(), ==, 1);
	g_assert_cmpint(clock_mono_ms(), ==, 2);
	clock_replace(NULL, NULL);
	g_assert_cmpint(clock_wall_ms(), >, INT64_C(1700000000000));
}

#ifdef DESK_TEST_HOOKS
static void hook__file__is_the_wall_clock(void)
{
	g_autofree char *dir = g_dir_make_tmp("ttydesk-clock-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "now", NULL);

	g_assert_true(g_file_set_contents(path, "1234567\n", -1, NULL));
	g_setenv("TTYDESK_TEST_CLOCK", path, TRUE);
	g_assert_cmpint(clock_wall_ms(), ==, 1234567);
	g_assert_true(g_file_set_contents(path, "", -1, NULL)); /* being written just now */
	g_assert_cmpint(clock_wall_ms(), ==, 1234567);
	g_unsetenv("TTYDESK_TEST_CLOCK");
	g_assert_cmpint(clock_wall_ms(), >, INT64_C(1700000000000));
	g_remove(path);
	g_rmdir(dir);
}
#endif

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clock/countdown/table", countdown__table__six_columns);
	g_test_add_func("/clock/countdown/next", countdown_next__random_times__is_the_next_change);
	g_test_add_func("/clock/duration", duration__table__is_read_or_refused);
	g_test_add_func("/clock/stamps", stamps__known_moment__is_written);
	g_test_add_func("/clock/replace", replace__own_clocks__are_asked);
#ifdef DESK_TEST_HOOKS
	g_test_add_func("/clock/hook", hook__file__is_the_wall_clock);
#endif
	return g_test_run();
}
