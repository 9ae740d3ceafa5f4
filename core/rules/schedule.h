/* When a schedule runs. Pure.
 *
 *   every 15m                 at whole quarters of an hour, counted from midnight UTC; 1m to 7d
 *   09:00                     every day
 *   mon-fri 09:00 17:30       those days, those hours
 *   sat,sun 10:00
 *
 * Hours are of the zone that is given. With a calendar, moments outside its working time are passed
 * over; so are holidays. */
#ifndef RULES_SCHEDULE_H
#define RULES_SCHEDULE_H

#include "rules/calendar.h"

#define SCHEDULE_TIMES 24

struct schedule {
	int64_t every_ms;            /* 0: by `minutes` */
	unsigned days;               /* bits 1 = Monday .. 7 */
	int minutes[SCHEDULE_TIMES]; /* of the day, in order */
	int n;
};
/* DESK_INVALID: a sentence; *column (may be NULL): where, from 1. */
gboolean schedule_parse(const char *text, struct schedule *out, int *column, GError **error);
/* The next moment after `after_ms`; INT64_MAX: none within a year. `calendar` may be NULL. */
int64_t schedule_next(const struct schedule *s, GTimeZone *zone, const struct calendar *calendar, int64_t after_ms);

#endif
