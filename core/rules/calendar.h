/* Business calendars: which moments count as working time. Pure.
 *
 * A calendar has a time zone, spans per weekday (several a day, may pass
 * midnight), holidays (whole local dates without spans that begin on them) and
 * exceptions (dates with spans of their own instead of their weekday's; they win
 * over a holiday). NULL stands for "round the clock". Local times that a
 * daylight-saving change skips begin at the change; those it repeats count once
 * each as they pass.
 *
 * Threads: building (calendar_new, calendar_add_*) is for one thread; once built,
 * any number may compute with it at once. What they have computed is kept inside,
 * so that the next one is told in a fraction of a microsecond. */
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
/* ISO date "2026-12-25"; what it is called may be NULL. Again: the last name holds. */
gboolean calendar_add_holiday(struct calendar *c, const char *date, const char *called, GError **error);
/* One span of a date that has its own (weekday is not looked at); several calls, several spans, in any
 * order. from_minute = to_minute = -1: the date has none. DESK_INVALID for no date, a span out of
 * range or one that overlaps another of that date. */
gboolean calendar_add_exception(struct calendar *c, const char *date, const struct calendar_span *span,
                                GError **error);
void calendar_free(struct calendar *c);
const char *calendar_name(const struct calendar *c);
const char *calendar_zone(const struct calendar *c); /* its identifier */

/* Working milliseconds in [from, to); 0 when to <= from. */
int64_t calendar_between(const struct calendar *c, int64_t from_ms, int64_t to_ms);
/* The earliest moment t >= from with calendar_between(from, t) == work_ms; for
 * work_ms <= 0 it is `from`. INT64_MAX when no working time is left within 10 years. */
int64_t calendar_add(const struct calendar *c, int64_t from_ms, int64_t work_ms);

/* [from, to) piece by piece, without gaps, in order. */
enum calendar_piece_kind {
	CALENDAR_WORKING, /* counts */
	CALENDAR_CLOSED,  /* outside of the hours */
	CALENDAR_HOLIDAY  /* a holiday's date, as far as the day before doesn't reach into it */
};
struct calendar_piece {
	enum calendar_piece_kind kind;
	int64_t from_ms, to_ms;
	const char *called;   /* HOLIDAY: its name; NULL: it has none. Borrowed from the calendar */
	gboolean exception;   /* WORKING: these hours are the date's own */
};
typedef gboolean calendar_piece_fn(const struct calendar_piece *piece, void *arg); /* FALSE: enough */
/* FALSE when fn said so. Longer than 400 years: the rest is left out. */
gboolean calendar_each(const struct calendar *c, int64_t from_ms, int64_t to_ms, calendar_piece_fn *fn, void *arg);

#endif
