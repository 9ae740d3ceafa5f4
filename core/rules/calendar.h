/* Business calendars: which moments count as working time. Pure.
 *
 * A calendar has a time zone, spans per weekday (several a day, may pass
 * midnight) and holidays (whole local dates without spans that begin on them).
 * NULL stands for "round the clock". Local times that a daylight-saving change
 * skips begin at the change; those it repeats count once each as they pass. */
#ifndef RULES_CALENDAR_H
#define RULES_CALENDAR_H

#include <glib.h>
#include <stdint.h>
#include "base/error.h"

struct calendar_span {
	int weekday;     /* 1 = Monday .. 7 = Sunday */
	int from_minute; /* 0..1439, local */
	int to_minute;   /* > from_minute, <= from_minute + 1440; beyond 1440 = next day */
};

struct calendar;

/* `zone` is borrowed for the call and referenced. DESK_INVALID when a span is
 * out of range or two spans overlap. Overlaps over midnight count too. */
struct calendar *calendar_new(const char *name, GTimeZone *zone, const struct calendar_span *spans,
                              size_t n, GError **error);
/* ISO date "2026-12-25". */
gboolean calendar_add_holiday(struct calendar *c, const char *date, GError **error);
void calendar_free(struct calendar *c);
const char *calendar_name(const struct calendar *c);

/* Working milliseconds in [from, to); 0 when to <= from. */
int64_t calendar_between(const struct calendar *c, int64_t from_ms, int64_t to_ms);
/* The earliest moment t >= from with calendar_between(from, t) == work_ms; for
 * work_ms <= 0 it is `from`. INT64_MAX when no working time is left within 10 years. */
int64_t calendar_add(const struct calendar *c, int64_t from_ms, int64_t work_ms);

#endif
