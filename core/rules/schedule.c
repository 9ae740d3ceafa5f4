/* When a schedule runs. */
#include "rules/schedule.h"

#include <string.h>
#include "base/clock.h"
#include "base/say.h"

#define EVERY_MIN MS_MINUTE
#define EVERY_MAX (7 * MS_DAY)
#define LOOK_DAYS 370
#define LOOK_TIMES 20000

static const char *const days[] = {"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static int day_named(const char *s, size_t n)
{
	for (int i = 1; i <= 7; i++)
		if (strlen(days[i]) == n && g_ascii_strncasecmp(days[i], s, n) == 0)
			return i;
	return 0;
}

/* "mon-fri", "sat,sun", "mon,wed-fri" */
static gboolean read_days(const char *word, unsigned *bits)
{
	g_auto(GStrv) parts = g_strsplit(word, ",", -1);

	*bits = 0;
	for (char **part = parts; *part; part++) {
		size_t n = strcspn(*part, "-");
		int from = day_named(*part, n), to = (*part)[n] ? day_named(*part + n + 1, strlen(*part + n + 1)) : from;

		if (!from || !to)
			return FALSE;
		for (int day = from;; day = day % 7 + 1) {
			*bits |= 1u << day;
			if (day == to)
				break;
		}
	}
	return *bits != 0;
}

static gboolean read_hour(const char *s, int *minute)
{
	size_t n = strspn(s, "0123456789");
	int64_t hour, min;

	if ((n != 1 && n != 2) || s[n] != ':' || strspn(s + n + 1, "0123456789") != 2 || s[n + 3])
		return FALSE;
	hour = g_ascii_strtoll(s, NULL, 10);
	min = g_ascii_strtoll(s + n + 1, NULL, 10);
	*minute = (int)(hour * 60 + min);
	return hour < 24 && min < 60;
}

static gboolean fail_at(const char *text, const char *at, int *column, GError **error, const char *what)
{
	if (column)
		*column = (int)g_utf8_strlen(text, at - text) + 1;
	return desk_fail(error, DESK_INVALID, "%s", say(what));
}

static gboolean read_every(const char *text, const char *at, struct schedule *out, int *column, GError **error)
{
	g_autofree char *length = g_strchomp(g_strdup(at));

	if (clock_parse_duration(length, &out->every_ms, NULL) && out->every_ms >= EVERY_MIN && out->every_ms <= EVERY_MAX)
		return TRUE;
	return fail_at(text, at, column, error, N_("behind every stands a length from 1m to 7d"));
}

static void add_time(struct schedule *s, int minute)
{
	int at = s->n;

	while (at > 0 && s->minutes[at - 1] > minute)
		at--;
	if (at > 0 && s->minutes[at - 1] == minute)
		return;
	memmove(&s->minutes[at + 1], &s->minutes[at], sizeof s->minutes[0] * (size_t)(s->n - at));
	s->minutes[at] = minute;
	s->n++;
}

gboolean schedule_parse(const char *text, struct schedule *out, int *column, GError **error)
{
	const char *at = text + strspn(text, " \t");
	gboolean first = TRUE;

	*out = (struct schedule){.days = 0xfe};
	if (g_str_has_prefix(at, "every ") || g_str_has_prefix(at, "every\t"))
		return read_every(text, at + 6 + strspn(at + 6, " \t"), out, column, error);
	for (; *at; at += strspn(at, " \t"), first = FALSE) {
		size_t n = strcspn(at, " \t");
		g_autofree char *word = g_strndup(at, n);
		int minute;

		if (read_hour(word, &minute) && out->n < SCHEDULE_TIMES)
			add_time(out, minute);
		else if (!first || !read_days(word, &out->days))
			return fail_at(text, at, column, error,
			               N_("a schedule is \"every 15m\", \"09:00\" or days and hours like \"mon-fri 09:00 17:30\""));
		at += n;
	}
	return out->n > 0 || fail_at(text, at, column, error, N_("a schedule needs an hour like 09:00, or every 15m"));
}

static gboolean open_at(const struct calendar *c, int64_t at_ms)
{
	return !c || calendar_between(c, at_ms, at_ms + MS_SECOND) > 0;
}

static int64_t next_every(const struct schedule *s, const struct calendar *c, int64_t after_ms)
{
	int64_t at = (after_ms / s->every_ms + 1) * s->every_ms;

	for (int i = 0; i < LOOK_TIMES; i++, at += s->every_ms)
		if (open_at(c, at))
			return at;
	return INT64_MAX;
}

int64_t schedule_next(const struct schedule *s, GTimeZone *zone, const struct calendar *calendar, int64_t after_ms)
{
	if (s->every_ms)
		return next_every(s, calendar, after_ms);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(after_ms / 1000);
	g_autoptr(GDateTime) from = g_date_time_to_timezone(utc, zone);

	for (int day = 0; day < LOOK_DAYS; day++) {
		g_autoptr(GDateTime) on = g_date_time_add_days(from, day);

		if (!(s->days >> g_date_time_get_day_of_week(on) & 1))
			continue;
		for (int i = 0; i < s->n; i++) {
			g_autoptr(GDateTime) t = g_date_time_new(zone, g_date_time_get_year(on), g_date_time_get_month(on),
			                                         g_date_time_get_day_of_month(on), s->minutes[i] / 60,
			                                         s->minutes[i] % 60, 0);
			int64_t at = t ? g_date_time_to_unix(t) * 1000 : 0;

			if (at > after_ms && open_at(calendar, at))
				return at;
		}
	}
	return INT64_MAX;
}
