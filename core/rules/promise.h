/* A promised moment in words: what {promised} becomes (R-TIME-10). Pure. */
#ifndef RULES_PROMISE_H
#define RULES_PROMISE_H

#include <glib.h>
#include <stdint.h>

/* "18:00 today", "09:00 tomorrow", "09:00 on 24 November"; "今天18:00", "明天09:00", "11月24日09:00";
 * any other language "2026-11-24 09:00". On the wall of `zone` (IANA; NULL or unknown: the process's).
 * g_free. */
char *promise_words(int64_t until_ms, int64_t now_ms, const char *zone, const char *language);

#endif
