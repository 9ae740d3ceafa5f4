/* Any bytes as an iCalendar file, and as the text of a calendar's exception: never a crash, and what is
 * taken gives a calendar that computes. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "rules/calendar.h"
#include "server/calendar_file.h"

static struct calendar *office(void)
{
	static const struct calendar_span spans[] = {{1, 540, 1020}, {2, 1260, 1560}, {6, 0, 1440}};
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();

	return calendar_new("x", zone, spans, G_N_ELEMENTS(spans), NULL);
}

static void check(struct calendar *c)
{
	int64_t from = INT64_C(1795390698007), due = calendar_add(c, from, 90 * 60000);

	g_assert_cmpint(due, >, from);
	if (due != INT64_MAX)
		g_assert_cmpint(calendar_between(c, from, due), ==, 90 * 60000);
	calendar_free(c);
}

static void try_file(const char *text, size_t size)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autoptr(GPtrArray) days = calendar_file_read(text, size, 2025, 2036, errors);
	struct calendar *c = office();

	g_assert_cmpint(days == NULL, ==, line_errors_count(errors) > 0);
	for (guint i = 0; days && i < days->len; i++) {
		const struct calendar_file_day *day = days->pdata[i];

		g_assert_true(calendar_add_holiday(c, day->date, day->called, NULL));
		g_assert_true(!day->called || (g_utf8_validate(day->called, -1, NULL) && !strpbrk(day->called, "\r\n")));
	}
	check(c);
}

static void try_exception(const char *bytes, size_t size)
{
	g_autofree char *text = g_strndup(bytes, MIN(size, 300));
	g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(struct record_calendar_span));
	char date[11];
	const char *called;
	struct calendar *c = office();

	if (record_holiday_parse(text, date, &called))
		g_assert_true(calendar_add_holiday(c, date, called, NULL));
	if (record_exception_parse(text, date, spans, &called)) {
		g_autofree char *again = record_exception_text(date, (const struct record_calendar_span *)(void *)spans->data,
		                                               spans->len, called);
		g_autoptr(GArray) twice = g_array_new(FALSE, FALSE, sizeof(struct record_calendar_span));

		g_assert_true(record_exception_parse(again, date, twice, &called));
		g_assert_cmpuint(twice->len, ==, spans->len);
		for (guint i = 0; i < spans->len; i++)
			calendar_add_exception(c, date, (const struct calendar_span *)(void *)&g_array_index(spans, struct record_calendar_span, i),
			                       NULL);
	}
	check(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_file((const char *)data, size);
	try_exception((const char *)data, size);
	return 0;
}
