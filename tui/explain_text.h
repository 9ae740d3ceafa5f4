/* Explained clocks in words, for the screen and the command line. */
#ifndef TUI_EXPLAIN_TEXT_H
#define TUI_EXPLAIN_TEXT_H

#include "wire/model_service.h"

/* "1:05:09": hours, minutes, seconds; all of a table add up when each is given as the difference of
 * two of these (explain_text does). Negative: "-0:00:12". */
const char *explain_length(int64_t ms, char *buf, size_t size);
/* A clock, in lines; those that don't begin with a space are headings. `zone`: the desk's, whose wall
 * the times are on; NULL or unknown: the process's. */
void explain_text(GString *out, const struct clock_explained *e, int64_t now_ms, const char *zone);

#endif
