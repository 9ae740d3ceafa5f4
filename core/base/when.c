/* Days, hours and distances for people. */
#include "base/when.h"

#include <string.h>
#include "base/clock.h"
#include "base/say.h"

static GDateTime *local(int64_t ms)
{
	return g_date_time_new_from_unix_local(ms / MS_SECOND);
}

static const char *month(GDateTime *at)
{
	static const char *const names[] = {
		NC_("month", "Jan"), NC_("month", "Feb"), NC_("month", "Mar"), NC_("month", "Apr"), NC_("month", "May"),
		NC_("month", "Jun"), NC_("month", "Jul"), NC_("month", "Aug"), NC_("month", "Sep"), NC_("month", "Oct"),
		NC_("month", "Nov"), NC_("month", "Dec"),
	};
	return say_ctx("month", names[g_date_time_get_month(at) - 1]);
}

const char *when_short(int64_t at_ms, int64_t now_ms, char *buf, size_t size)
{
	g_autoptr(GDateTime) at = local(at_ms), now = local(now_ms);

	if (!at || !now)
		g_strlcpy(buf, "--:--", size);
	else if (g_date_time_get_year(at) != g_date_time_get_year(now))
		when_full(at_ms, buf, size);
	else if (g_date_time_get_day_of_year(at) == g_date_time_get_day_of_year(now))
		g_snprintf(buf, size, "%02d:%02d", g_date_time_get_hour(at), g_date_time_get_minute(at));
	else
		/* TRANSLATORS: month, day, hour, minute */
		g_snprintf(buf, size, _("%s %d %02d:%02d"), month(at), g_date_time_get_day_of_month(at),
		           g_date_time_get_hour(at), g_date_time_get_minute(at));
	return buf;
}

int when_short_cols(void)
{
	return strcmp(say_language(), "en") == 0 ? 12 : 14;
}

const char *when_day(int64_t at_ms, char *buf, size_t size)
{
	g_autoptr(GDateTime) at = local(at_ms);

	if (at)
		/* TRANSLATORS: year, month, day */
		g_snprintf(buf, size, _("%04d-%02d-%02d"), g_date_time_get_year(at), g_date_time_get_month(at),
		           g_date_time_get_day_of_month(at));
	else
		g_strlcpy(buf, "----------", size);
	return buf;
}

const char *when_full(int64_t at_ms, char *buf, size_t size)
{
	char day[WHEN_SIZE], hour[16];

	g_snprintf(buf, size, "%s %s", when_day(at_ms, day, sizeof day), clock_hhmm(at_ms, hour, sizeof hour));
	return buf;
}

/* ---- on another wall */
static GDateTime *on_wall(int64_t ms, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = zone ? g_date_time_new_from_unix_utc(ms / MS_SECOND) : NULL;

	return zone ? utc ? g_date_time_to_timezone(utc, zone) : NULL : local(ms);
}

static const char *short_weekday(GDateTime *at)
{
	static const char *const names[] = {
		NC_("weekday", "Mon"), NC_("weekday", "Tue"), NC_("weekday", "Wed"), NC_("weekday", "Thu"),
		NC_("weekday", "Fri"), NC_("weekday", "Sat"), NC_("weekday", "Sun"),
	};

	return say_ctx("weekday", names[g_date_time_get_day_of_week(at) - 1]);
}

static void put_second(GDateTime *at, char *buf, size_t size)
{
	g_snprintf(buf, size, "%02d:%02d:%02d", g_date_time_get_hour(at), g_date_time_get_minute(at),
	           g_date_time_get_second(at));
}

const char *when_second(int64_t at_ms, GTimeZone *zone, char *buf, size_t size)
{
	g_autoptr(GDateTime) at = on_wall(at_ms, zone);

	g_strlcpy(buf, "--:--:--", size);
	if (at)
		put_second(at, buf, size);
	return buf;
}

const char *when_exact(int64_t at_ms, int64_t now_ms, GTimeZone *zone, char *buf, size_t size)
{
	g_autoptr(GDateTime) at = on_wall(at_ms, zone), now = on_wall(now_ms, zone);
	char second[16];

	g_strlcpy(buf, "--:--:--", size);
	if (!at || !now)
		return buf;
	put_second(at, second, sizeof second);
	if (g_date_time_get_year(at) == g_date_time_get_year(now))
		/* TRANSLATORS: weekday, month, day, time */
		g_snprintf(buf, size, _("%s %s %d %s"), short_weekday(at), month(at), g_date_time_get_day_of_month(at), second);
	else
		/* TRANSLATORS: weekday, year, month, day, time */
		g_snprintf(buf, size, _("%s %04d-%02d-%02d %s"), short_weekday(at), g_date_time_get_year(at),
		           g_date_time_get_month(at), g_date_time_get_day_of_month(at), second);
	return buf;
}

gboolean when_same_day(int64_t a_ms, int64_t b_ms, GTimeZone *zone)
{
	g_autoptr(GDateTime) a = on_wall(a_ms, zone), b = on_wall(b_ms, zone);

	return a && b && g_date_time_get_year(a) == g_date_time_get_year(b) &&
	       g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

/* The largest unit that is in it at least once, and how often. */
static int unit_of(int64_t ms, int64_t *n)
{
	static const int64_t units[] = {MS_DAY, MS_HOUR, MS_MINUTE, MS_SECOND};

	for (int i = 0; i < 4; i++)
		if (ms >= units[i]) {
			*n = ms / units[i];
			return i;
		}
	*n = 0;
	return 3;
}

static void add_unit(int unit, int64_t n, char *buf, size_t size)
{
	char one[WHEN_SIZE];

	switch (unit) {
	case 0:
		g_snprintf(one, sizeof one, say_n("%d day", "%d days", (guint64)n), (int)n);
		break;
	case 1:
		g_snprintf(one, sizeof one, say_n("%d hour", "%d hours", (guint64)n), (int)n);
		break;
	case 2:
		g_snprintf(one, sizeof one, say_n("%d minute", "%d minutes", (guint64)n), (int)n);
		break;
	default:
		g_snprintf(one, sizeof one, say_n("%d second", "%d seconds", (guint64)n), (int)n);
	}
	if (*buf)
		g_strlcat(buf, " ", size);
	g_strlcat(buf, one, size);
}

const char *when_length(int64_t ms, char *buf, size_t size)
{
	static const int64_t units[] = {MS_DAY, MS_HOUR, MS_MINUTE, MS_SECOND};
	int64_t left = MIN(ABS(MAX(ms, -INT64_MAX)), 100000 * MS_DAY), n;
	int unit = unit_of(left, &n);

	*buf = '\0';
	add_unit(unit, n, buf, size);
	left -= n * units[unit];
	if (unit < 2 && left >= units[unit + 1])
		add_unit(unit + 1, left / units[unit + 1], buf, size);
	return buf;
}
