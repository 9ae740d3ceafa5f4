/* Days, hours and distances in the language of the thread. Pure but for the process's zone. */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <glib.h>
#include <stdint.h>

#define WHEN_SIZE 64 /* bytes that any of them fits */

/* "10:39" on the day of `now_ms`, "Nov 20 10:39" in its year, "2025-11-20 10:39" else;
 * 11月20日 10:39, 2025年11月20日 10:39. */
const char *when_short(int64_t at_ms, int64_t now_ms, char *buf, size_t size);
/* Columns that times of this year need at most; of other years more. */
int when_short_cols(void);
/* "2025-11-20", 2025年11月20日; with the time of day: when_full. */
const char *when_day(int64_t at_ms, char *buf, size_t size);
const char *when_full(int64_t at_ms, char *buf, size_t size);
/* To the second, on the wall of `zone` (NULL: the process's): "Fri Nov 20 16:30:12" in the year of
 * now_ms, "Fri 2025-11-20 16:30:12" else; and its time of day alone, "16:30:12". */
const char *when_exact(int64_t at_ms, int64_t now_ms, GTimeZone *zone, char *buf, size_t size);
const char *when_second(int64_t at_ms, GTimeZone *zone, char *buf, size_t size);
gboolean when_same_day(int64_t a_ms, int64_t b_ms, GTimeZone *zone);
/* "2 hours 5 minutes", "1 day"; two units at most, seconds only below a minute. Negative counts as positive. */
const char *when_length(int64_t ms, char *buf, size_t size);

#endif
