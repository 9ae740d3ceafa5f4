/* iCalendar files (RFC 5545) of holidays: whole days, maybe every year. */
#ifndef SERVER_CALENDAR_FILE_H
#define SERVER_CALENDAR_FILE_H

#include "base/sections.h"
#include "wire/records.h"

#define CALENDAR_FILE_MAX (4u << 20) /* bytes */
#define CALENDAR_FILE_DAYS 5000

struct calendar_file_day {
	char date[11];
	char *called; /* one clean line; NULL: the event has no name */
};
void calendar_file_day_free(struct calendar_file_day *day);

/* The days of its VEVENTs from the year `from` to the year `to`, ordered, each once (of several events on a
 * day the first in the file names it). Repeated events (RRULE by the day, week, month or year, RDATE, EXDATE)
 * are spelled out; cancelled ones are left out. NULL: `errors` has every fault with its line: what isn't
 * iCalendar, events that aren't whole days or have no beginning, rules that can't be understood. */
GPtrArray *calendar_file_read(const char *text, size_t len, int from, int to, struct line_errors *errors);

/* The calendar record with these days as holidays, beside or (replace) instead of its own; *added and
 * *renamed count. */
void calendar_file_merge(struct record *calendar, const GPtrArray *days, gboolean replace, guint *added, guint *renamed);

#endif
