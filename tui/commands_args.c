/* Arguments of commands: words, times, unambiguous beginnings. Pure. */
#include "tui/commands.h"

#include <string.h>

static gboolean until_clock(const char *text, int64_t now_ms, int64_t *out)
{
	g_auto(GStrv) part = g_strsplit(text, ":", -1);
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_ms / 1000);
	g_autoptr(GDateTime) then = NULL;
	gint64 hour, minute;

	if (g_strv_length(part) != 2 || !g_ascii_string_to_signed(part[0], 10, 0, 23, &hour, NULL) ||
	    strlen(part[1]) != 2 || !g_ascii_string_to_signed(part[1], 10, 0, 59, &minute, NULL))
		return FALSE;
	then = g_date_time_new_local(g_date_time_get_year(now), g_date_time_get_month(now), g_date_time_get_day_of_month(now),
	                             (int)hour, (int)minute, 0);
	if (!then)
		return FALSE;
	*out = g_date_time_to_unix(then) * 1000;
	if (*out <= now_ms) { /* that hour is over today */
		g_autoptr(GDateTime) tomorrow = g_date_time_add_days(then, 1);

		*out = g_date_time_to_unix(tomorrow) * 1000;
	}
	return TRUE;
}

static gboolean until_day(const char *text, int64_t *out)
{
	g_autofree char *iso = strlen(text) == 10 ? g_strdup_printf("%sT09:00:00", text)
	                     : strlen(text) == 16 ? g_strdup_printf("%.10sT%s:00", text, text + 11) : NULL;
	g_autoptr(GTimeZone) local = g_time_zone_new_local();
	g_autoptr(GDateTime) then = iso ? g_date_time_new_from_iso8601(iso, local) : NULL;

	if (!then)
		return FALSE;
	*out = g_date_time_to_unix(then) * 1000;
	return TRUE;
}

gboolean command_until(const char *text, int64_t now_ms, int64_t *out, GError **error)
{
	g_autofree char *word = g_strstrip(g_strdup(text));
	int64_t wait;

	if (clock_parse_duration(word, &wait, NULL)) {
		*out = now_ms + wait;
	} else if (!until_clock(word, now_ms, out) && !until_day(word, out)) {
		return desk_fail(error, DESK_INVALID, "write 2h, 18:00 or 2026-11-24 09:00, not \"%s\"", word);
	}
	if (*out <= now_ms)
		return desk_fail(error, DESK_INVALID, "%s is over", word);
	return TRUE;
}

void command_split(const char *arg, char **first, char **rest)
{
	size_t n = strcspn(arg, " ");

	*first = g_strndup(arg, n);
	*rest = g_strstrip(g_strdup(arg + n));
}

int command_match(const char *word, const char *const *names, size_t n)
{
	g_autofree char *folded = g_utf8_casefold(word, -1);
	int found = -1;

	for (size_t i = 0; i < n; i++) {
		g_autofree char *name = names[i] ? g_utf8_casefold(names[i], -1) : NULL;

		if (!name)
			continue;
		if (strcmp(name, folded) == 0)
			return (int)i;
		if (*folded && g_str_has_prefix(name, folded))
			found = found == -1 ? (int)i : -2;
	}
	return found;
}
