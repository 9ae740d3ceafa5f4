/* Promised moments in words. */
#include "rules/promise.h"

#include <string.h>

static GDateTime *wall(int64_t ms, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);

	return utc ? g_date_time_to_timezone(utc, zone) : NULL;
}

static GTimeZone *zone_of(const char *name)
{
	GTimeZone *zone = name && *name ? g_time_zone_new_identifier(name) : NULL;

	return zone ? zone : g_time_zone_new_local();
}

/* Days between two walls' dates: 0 the same day. */
static int days_apart(GDateTime *from, GDateTime *to)
{
	GDate a, b;

	g_date_clear(&a, 1);
	g_date_clear(&b, 1);
	g_date_set_dmy(&a, (GDateDay)g_date_time_get_day_of_month(from), (GDateMonth)g_date_time_get_month(from),
	               (GDateYear)g_date_time_get_year(from));
	g_date_set_dmy(&b, (GDateDay)g_date_time_get_day_of_month(to), (GDateMonth)g_date_time_get_month(to),
	               (GDateYear)g_date_time_get_year(to));
	return g_date_days_between(&a, &b);
}

static char *in_chinese(GDateTime *then, int days, gboolean same_year)
{
	static const char *const near[] = {"今天", "明天", "后天"};
	int hour = g_date_time_get_hour(then), minute = g_date_time_get_minute(then);

	if (days >= 0 && days < (int)G_N_ELEMENTS(near))
		return g_strdup_printf("%s%02d:%02d", near[days], hour, minute);
	if (same_year)
		return g_strdup_printf("%d月%d日%02d:%02d", g_date_time_get_month(then), g_date_time_get_day_of_month(then),
		                       hour, minute);
	return g_strdup_printf("%d年%d月%d日%02d:%02d", g_date_time_get_year(then), g_date_time_get_month(then),
	                       g_date_time_get_day_of_month(then), hour, minute);
}

static char *in_english(GDateTime *then, int days, gboolean same_year)
{
	static const char *const month[] = {"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"};
	int hour = g_date_time_get_hour(then), minute = g_date_time_get_minute(then);
	const char *name = month[g_date_time_get_month(then) - 1];

	if (days == 0 || days == 1)
		return g_strdup_printf("%02d:%02d %s", hour, minute, days ? "tomorrow" : "today");
	if (same_year)
		return g_strdup_printf("%02d:%02d on %d %s", hour, minute, g_date_time_get_day_of_month(then), name);
	return g_strdup_printf("%02d:%02d on %d %s %d", hour, minute, g_date_time_get_day_of_month(then), name,
	                       g_date_time_get_year(then));
}

char *promise_words(int64_t until_ms, int64_t now_ms, const char *zone, const char *language)
{
	g_autoptr(GTimeZone) tz = zone_of(zone);
	g_autoptr(GDateTime) then = wall(until_ms, tz), now = wall(now_ms, tz);
	gboolean same_year;
	int days;

	if (!then || !now)
		return g_strdup("?");
	days = days_apart(now, then);
	same_year = g_date_time_get_year(then) == g_date_time_get_year(now);
	if (language && g_str_has_prefix(language, "zh"))
		return in_chinese(then, days, same_year);
	if (!language || g_str_has_prefix(language, "en"))
		return in_english(then, days, same_year);
	return g_date_time_format(then, "%Y-%m-%d %H:%M");
}
