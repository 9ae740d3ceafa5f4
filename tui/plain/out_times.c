/* Times and spans for people and for programs. */
#include "tui/plain/out.h"

#include "base/clock.h"
#include "base/when.h"
#include "tui/plain/plain.h"

char *out_when(int64_t ms)
{
	char buf[WHEN_SIZE];

	return g_strdup(ms ? when_full(ms, buf, sizeof buf) : "");
}

char *out_iso(int64_t ms)
{
	char buf[64];

	return g_strdup(ms ? clock_rfc3339(ms, buf, sizeof buf) : "");
}

static char *part(unsigned unit, int64_t n)
{
	unsigned long count = (unsigned long)n;

	switch (unit) {
	case 0:
		return g_strdup_printf(say_n("%lu day", "%lu days", count), count);
	case 1:
		return g_strdup_printf(say_n("%lu hour", "%lu hours", count), count);
	case 2:
		return g_strdup_printf(say_n("%lu minute", "%lu minutes", count), count);
	default:
		return g_strdup_printf(say_n("%lu second", "%lu seconds", count), count);
	}
}

char *out_span(int64_t ms)
{
	static const int64_t unit[] = {MS_DAY, MS_HOUR, MS_MINUTE, MS_SECOND};
	int64_t left = ABS(CLAMP(ms, -INT64_C(4000000) * MS_DAY, INT64_C(4000000) * MS_DAY)) / MS_SECOND * MS_SECOND;
	unsigned first = 0;

	while (first < 3 && left < unit[first])
		first++;
	g_autofree char *big = part(first, left / unit[first]);

	if (first == 3 || left % unit[first] / unit[first + 1] == 0)
		return g_steal_pointer(&big);
	g_autofree char *small = part(first + 1, left % unit[first] / unit[first + 1]);

	/* two spans side by side: "3 minutes 20 seconds" */
	return g_strdup_printf(_("%s %s"), big, small);
}

char *out_deadline(int64_t due_ms, int64_t now_ms)
{
	g_autofree char *span = out_span(due_ms - now_ms);

	return g_strdup_printf(due_ms < now_ms ? _("%s late") : _("%s left"), span);
}
