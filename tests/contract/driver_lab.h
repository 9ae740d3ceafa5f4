/* Both drivers with something behind them, and ways to hurt it. */
#ifndef TESTS_DRIVER_LAB_H
#define TESTS_DRIVER_LAB_H

#include <string.h>

#include "base/clock.h"
#include "client/backend.h"

#define WAIT_MS 180000
/* Turns the main loop until it holds; the deadline is for broken code only. */
#define wait_until(condition) \
	do { \
		int64_t began_ = clock_mono_ms(); \
		while (!(condition)) { \
			g_assert_cmpint(clock_mono_ms() - began_, <, WAIT_MS); \
			g_main_context_iteration(NULL, TRUE); \
		} \
	} while (0)

enum lab_kind { LAB_SCRIPTED, LAB_NATIVE, LAB_KINDS };
extern const char *const lab_names[LAB_KINDS];

struct lab {
	enum lab_kind kind;
	struct backend *b;
	guint tick;
	/* native */
	char *dir, *socket_path;
	GPid server;
};

void lab_up(struct lab *l, gconstpointer kind);
void lab_down(struct lab *l, gconstpointer kind);
void lab_cut(struct lab *l);               /* nothing gets through any more */
void lab_kill(struct lab *l);              /* the same, at the worst moment */
void lab_mend(struct lab *l);
/* The next write arrives, its answer doesn't: announced before, done after asking. */
void lab_lose_next_answer(struct lab *l);
void lab_now_lose_it(struct lab *l);

#endif
