/* Time: the two clocks, and how moments and durations are written. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/say.h"
#include "base/text.h"

#define CLAMP_MS (INT64_C(100000) * MS_DAY)
#define DURATION_MAX (3660 * MS_DAY)

/* Set by tests before threads start; NULL = the system's clock. */
static clock_fn wall_fn;
static clock_fn mono_fn;

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

#ifdef DESK_TEST_HOOKS
/* A test may be writing the file at this moment: an unreadable one repeats the
 * last good value, so that frozen time never jumps. */
static gboolean hooked_wall(int64_t *ms)
{
	static gsize last = 0;
	const char *path = g_getenv("TTYDESK_TEST_CLOCK");
	char buf[32] = "";
	char *end;
	FILE *f;
	gint64 value;

	if (!path || !*path)
		return FALSE;
	f = fopen(path, "re");
	if (f) {
		buf[fread(buf, 1, sizeof(buf) - 1, f)] = 0;
		fclose(f);
	}
	value = g_ascii_strtoll(buf, &end, 10);
	if (end == buf || (*end && *end != '\n'))
		value = (gint64)(gsize)g_atomic_pointer_get(&last);
	else
		g_atomic_pointer_set(&last, (gsize)value);
	*ms = value;
	return value != 0;
}
#endif

int64_t clock_wall_ms(void)
{
#ifdef DESK_TEST_HOOKS
	int64_t ms;

	if (!wall_fn && hooked_wall(&ms))
		return ms;
#endif
	return wall_fn ? wall_fn() : read_clock(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
	return mono_fn ? mono_fn() : read_clock(CLOCK_MONOTONIC);
}

void clock_replace(clock_fn wall, clock_fn mono)
{
	wall_fn = wall;
	mono_fn = mono;
}

/* Whole seconds, rounded up; both directions of a late clock use it. */
static int64_t whole_seconds(int64_t left_ms)
{
	int64_t ms = CLAMP(left_ms, -CLAMP_MS, CLAMP_MS);
	int64_t s = ms / MS_SECOND;

	return ms > 0 && ms % MS_SECOND ? s + 1 : s;
}

/* The smallest step that the written form of this many seconds shows. */
static int64_t shown_unit(int64_t seconds)
{
	int64_t s = ABS(seconds);

	if (s < 3600)
		return 1;
	if (s < 24 * 3600)
		return 60;
	return s < (seconds < 0 ? 10 : 100) * INT64_C(86400) ? 3600 : 86400;
}

int clock_countdown_cols(void)
{
	return strcmp(say_language(), "en") == 0 ? 6 : 8;
}

const char *clock_countdown(int64_t left_ms, char *buf, size_t size)
{
	int64_t seconds = whole_seconds(left_ms);
	int64_t s = ABS(seconds);
	const char *sign = seconds < 0 ? "-" : "";

	switch (shown_unit(seconds)) {
	case 1:
		g_snprintf(buf, size, "%s%02d:%02d", sign, (int)(s / 60), (int)(s % 60));
		break;
	case 60:
		g_snprintf(buf, size, _("%s%dh%02d"), sign, (int)(s / 3600), (int)(s / 60 % 60));
		break;
	case 3600:
		g_snprintf(buf, size, _("%s%dd%02dh"), sign, (int)(s / 86400), (int)(s / 3600 % 24));
		break;
	default:
		g_snprintf(buf, size, _("%s%dd"), sign, (int)MIN(s / 86400, seconds < 0 ? 9999 : 99999));
	}
	return buf;
}

int64_t clock_countdown_next(int64_t left_ms)
{
	int64_t ms = CLAMP(left_ms, -CLAMP_MS, CLAMP_MS);
	int64_t seconds = whole_seconds(ms);
	int64_t unit = shown_unit(seconds);
	int64_t next;

	if (seconds >= 0)
		next = seconds / unit * unit - 1;
	else
		next = -((-seconds / unit + 1) * unit);
	return MAX(1, ms - next * MS_SECOND);
}

static const char *local_format(int64_t wall_ms, const char *format, const char *none, char *buf, size_t size)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(wall_ms / MS_SECOND);
	g_autofree char *s = at ? g_date_time_format(at, format) : NULL;

	g_strlcpy(buf, s ? s : none, size);
	return buf;
}

const char *clock_hhmm(int64_t wall_ms, char *buf, size_t size)
{
	return local_format(wall_ms, "%H:%M", "--:--", buf, size);
}

const char *clock_stamp(int64_t wall_ms, char *buf, size_t size)
{
	return local_format(wall_ms, "%Y-%m-%d %H:%M", "---------- --:--", buf, size);
}

const char *clock_rfc3339(int64_t wall_ms, char *buf, size_t size)
{
	int64_t ms = (wall_ms % MS_SECOND + MS_SECOND) % MS_SECOND;
	time_t seconds = (time_t)(wall_ms / MS_SECOND - (wall_ms % MS_SECOND < 0));
	struct tm tm;

	if (!gmtime_r(&seconds, &tm)) {
		g_strlcpy(buf, "-", size);
		return buf;
	}
	g_snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1,
	           tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)ms);
	return buf;
}

gboolean clock_parse_duration(const char *s, int64_t *ms, GError **error)
{
	static const struct { char unit; int64_t ms; } units[] = {
		{'d', MS_DAY}, {'h', MS_HOUR}, {'m', MS_MINUTE}, {'s', MS_SECOND},
	};
	const char *p = s ? s : "";
	int64_t total = 0;
	size_t from = 0;
	g_autofree char *shown = text_clean_string(p, -1, 0, 40);

	if (!*p)
		return desk_fail(error, DESK_INVALID, "a duration like 90s, 15m, 2h, 1d or 1h30m is missing");
	while (*p) {
		guint64 n;
		char *end;
		size_t i = from;

		if (!g_ascii_isdigit(*p))
			return desk_fail(error, DESK_INVALID,
			                 "\"%s\" is not a duration like 90s, 15m, 2h, 1d or 1h30m", shown);
		n = g_ascii_strtoull(p, &end, 10);
		while (i < G_N_ELEMENTS(units) && units[i].unit != *end)
			i++;
		if (i == G_N_ELEMENTS(units))
			return desk_fail(error, DESK_INVALID,
			                 "the duration \"%s\" needs units, largest first: d, h, m, s", shown);
		if (n > (guint64)(DURATION_MAX / units[i].ms) ||
		    (total += (int64_t)n * units[i].ms) > DURATION_MAX)
			return desk_fail(error, DESK_INVALID, "the duration \"%s\" is longer than ten years", shown);
		from = i + 1;
		p = end + 1;
	}
	*ms = total;
	return TRUE;
}
