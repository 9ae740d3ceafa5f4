/* Holidays from iCalendar files: days, repeats, every fault with its line. */
#include "server/calendar_file.h"

#include <string.h>

#define AROUND(lines) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" lines "END:VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"

static void gives(const char *text, int from, int to, const char *expected)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autoptr(GPtrArray) days = calendar_file_read(text, strlen(text), from, to, errors);
	g_autofree char *said = line_errors_text(errors);
	g_autoptr(GString) out = g_string_new(NULL);

	g_assert_cmpstr(said, ==, "");
	for (guint i = 0; i < days->len; i++) {
		const struct calendar_file_day *day = days->pdata[i];

		g_string_append_printf(out, "%s%s%s%s", i ? ", " : "", day->date, day->called ? " " : "", day->called ? day->called : "");
	}
	g_assert_cmpstr(out->str, ==, expected);
}

static void complains(const char *text, const char *sentences)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autofree char *said = NULL;

	g_assert_null(calendar_file_read(text, strlen(text), 2026, 2027, errors));
	said = line_errors_text(errors);
	g_assert_cmpstr(said, ==, sentences);
}

static void read__single_days__are_ordered_and_named(void)
{
	gives(AROUND(EVENT("DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226\r\nSUMMARY:Christmas\\, at last\r\n")
	             EVENT("UID:1\r\nDTSTAMP:20200101T000000Z\r\nDTSTART;VALUE=DATE:20260101\r\nSUMMARY:New Ye\r\n ar\r\n")
	             EVENT("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Another\r\n")
	             EVENT("DTSTART;VALUE=DATE:20260704\r\nSTATUS:CANCELLED\r\n")
	             EVENT("DTSTART;VALUE=DATE:20250704\r\n") EVENT("DTSTART;VALUE=DATE:20260501\r\n")),
	      2026, 2027, "2026-01-01 New Year, 2026-05-01, 2026-12-25 Christmas, at last");
}

static void read__several_days__count_each(void)
{
	gives(AROUND(EVENT("DTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261004\r\nSUMMARY:国庆节\r\n")
	             EVENT("DTSTART;VALUE=DATE:20261231\r\nDURATION:P2D\r\n")),
	      2026, 2027, "2026-10-01 国庆节, 2026-10-02 国庆节, 2026-10-03 国庆节, 2026-12-31, 2027-01-01");
}

static void read__every_year__is_spelled_out(void)
{
	gives("\xEF\xBB\xBF" AROUND(EVENT("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=MONTHLY;COUNT=5\r\n"
	                                 "EXDATE;VALUE=DATE:20260201,20260301\r\nRDATE;VALUE=DATE:20260707,20260808\r\n")),
	      2026, 2026, "2026-01-01, 2026-04-01, 2026-05-01, 2026-07-07, 2026-08-08");
	gives(AROUND(EVENT("DTSTART;VALUE=DATE:20001225\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:C\r\n")),
	      2026, 2028, "2026-12-25 C, 2027-12-25 C, 2028-12-25 C");
	/* the fourth Thursday of November, without one year */
	gives(AROUND(EVENT("DTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n"
	                   "EXDATE;VALUE=DATE:20271125\r\nSUMMARY:T\r\n")), 2026, 2028, "2026-11-26 T, 2028-11-23 T");
	gives(AROUND(EVENT("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nRDATE;VALUE=DATE:20260606\r\n")),
	      2026, 2030, "2026-01-01, 2026-06-06, 2027-01-01");
	gives(AROUND(EVENT("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY\r\n")), 2026, 2029, "2028-02-29");
}

static void read__other_components__are_passed_over(void)
{
	gives(AROUND("BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
	             EVENT("DTSTART;VALUE=DATE:20260101\r\nBEGIN:VALARM\r\nTRIGGER:-P1D\r\nDURATION:PT1H\r\nEND:VALARM\r\n")),
	      2026, 2026, "2026-01-01");
}

static void read__faults__each_has_its_line(void)
{
	complains(AROUND(EVENT("DTSTART:20261225T090000Z\r\nSUMMARY:A meeting\r\n") EVENT("SUMMARY:Never\r\n")
	                 EVENT("DTSTART;VALUE=DATE:20261226\r\nDTEND;VALUE=DATE:20261220\r\n")
	                 EVENT("DTSTART;VALUE=DATE:20261226\r\nRRULE:FREQ=SECONDLY\r\n")
	                 EVENT("DTSTART;VALUE=DATE:20261226\r\nDURATION:PT3H\r\nthis is nothing\r\n")
	                 EVENT("DTSTART;VALUE=DATE:20261226\r\nDURATION:P999D\r\n")),
	          "f:5: DTSTART: must be a day like 20261225: only whole days can be holidays\n"
	          "f:8: the event has no DTSTART\n"
	          "f:11: the event ends before it begins\n"
	          "f:17: RRULE: must repeat by the year, month, week or day\n"
	          "f:21: DURATION: must be whole days\n"
	          "f:22: is no property: it has no colon\n"
	          "f:26: DURATION: must be whole days\n");
	complains("", "f:1: there is no calendar in it\n");
	complains("hello\n", "f:1: is outside of the calendar\nf:1: there is no calendar in it\n");
	complains("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
	          "f:1: BEGIN:VCALENDAR has no END\nf:2: BEGIN:VEVENT has no END\nf:3: END:VCALENDAR ends nothing that is open\n");
	complains(" x\nBEGIN:VCARD\nEND:VCARD\n",
	          "f:1: goes on, but nothing was begun\nf:2: must begin with BEGIN:VCALENDAR\n");
	complains(AROUND(EVENT("DTSTART;VALUE=DATE:19000101\r\nRRULE:FREQ=DAILY\r\n")
	                 EVENT("DTSTART;VALUE=DATE:20260230\r\n")
	                 EVENT("DTSTART;VALUE=DATE:20260101\r\nDTSTART;VALUE=DATE:20260102\r\nRDATE:soon\r\n"
	                       "BEGIN:VEVENT\r\nEND:VEVENT\r\nDURATION:P1D\r\nDTEND;VALUE=DATE:20260103\r\n")
	                 EVENT("RECURRENCE-ID;VALUE=DATE:20260101\r\nDTSTART;VALUE=DATE:20260101\r\n")),
	          "f:4: the event's RRULE repeats too often since its DTSTART\n"
	          "f:9: DTSTART: must be a day like 20261225: only whole days can be holidays\n"
	          "f:11: the event has a DTEND and a DURATION\n"
	          "f:13: the event has that already\n"
	          "f:14: must be days like 20261225, with commas between\n"
	          "f:15: an event can't begin inside of another\n"
	          "f:21: RECURRENCE-ID: days that were moved can't be taken over, write them as events of their own\n");
	complains("\xff\n", "f:1: this line is not UTF-8: the byte 0xFF (of another encoding, like Latin-1 or GBK?)\n");
}

static void merge__days__join_or_replace_those_it_has(void)
{
	static const char text[] = AROUND(EVENT("DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\r\n")
	                                  EVENT("DTSTART;VALUE=DATE:20260101\r\nSUMMARY:New Year\r\n"));
	static const char line[] = "{\"type\":\"calendar\",\"key\":\"c\",\"hours\":{\"mon\":[\"09:00-17:00\"]},"
		"\"holidays\":[\"2026-12-25\",\"2026-06-01 Ours\"]}";
	g_autoptr(line_errors_auto) errors = line_errors_new("f");
	g_autoptr(GPtrArray) days = calendar_file_read(text, strlen(text), 2026, 2026, errors);

	for (int replace = 0; replace < 2; replace++) {
		struct record *r = record_parse(line, strlen(line), 0, NULL);
		g_autoptr(GString) out = g_string_new(NULL);
		guint added, renamed;

		calendar_file_merge(r, days, replace, &added, &renamed);
		g_assert_cmpuint(added, ==, 1);
		g_assert_cmpuint(renamed, ==, 1);
		for (guint i = 0; i < r->holidays->len; i++)
			g_string_append_printf(out, "%s, ", (char *)r->holidays->pdata[i]);
		g_assert_cmpstr(out->str, ==, replace ? "2026-01-01 New Year, 2026-12-25 Christmas, " :
		                "2026-01-01 New Year, 2026-06-01 Ours, 2026-12-25 Christmas, ");
		record_free(r);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/calendar_file/days", read__single_days__are_ordered_and_named);
	g_test_add_func("/calendar_file/several", read__several_days__count_each);
	g_test_add_func("/calendar_file/years", read__every_year__is_spelled_out);
	g_test_add_func("/calendar_file/others", read__other_components__are_passed_over);
	g_test_add_func("/calendar_file/faults", read__faults__each_has_its_line);
	g_test_add_func("/calendar_file/merge", merge__days__join_or_replace_those_it_has);
	return g_test_run();
}
