/* Time for the whole program. Times are integer milliseconds UTC since 1970.
 *
 * Code that decides on time takes `now_ms` as a parameter (rules) or asks here.
 * With DESK_TEST_HOOKS, the variable TTYDESK_TEST_CLOCK names a file whose text
 * is the wall clock in ms: tests freeze and move time, in both programs. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <glib.h>
#include <stdint.h>

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

/* A wait that a slow machine would end too early, in any unit. What a test sees must not depend on how fast
 * its machine is, so its programs are more patient. */
#ifdef DESK_TEST_HOOKS
#define CLOCK_PATIENCE(wait) (40 * (wait))
#else
#define CLOCK_PATIENCE(wait) (wait)
#endif

int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void); /* never goes back; origin unspecified */

/* Replaces both clocks (unit tests); NULL restores the system's. */
typedef int64_t (*clock_fn)(void);
void clock_replace(clock_fn wall, clock_fn mono);

/* "00:21", "12:30" (mm:ss below one hour), "1h02", "3d04h", "-00:21" when late;
 * at most clock_countdown_cols() columns: other languages write "1时02". Rounds up to whole seconds.
 * buf holds >= 16 bytes. */
int clock_countdown_cols(void);
const char *clock_countdown(int64_t left_ms, char *buf, size_t size);
/* Milliseconds until clock_countdown's text next differs (> 0). */
int64_t clock_countdown_next(int64_t left_ms);
/* Local wall time "10:42" or "2026-11-22 10:42" in the process's zone. */
const char *clock_hhmm(int64_t wall_ms, char *buf, size_t size);
const char *clock_stamp(int64_t wall_ms, char *buf, size_t size);
/* RFC 3339 in UTC with milliseconds, for logs and files. */
const char *clock_rfc3339(int64_t wall_ms, char *buf, size_t size);

/* "90s" "15m" "2h" "1d" "1h30m" -> ms; DESK_INVALID names what is wrong. */
gboolean clock_parse_duration(const char *s, int64_t *ms, GError **error);

#endif
