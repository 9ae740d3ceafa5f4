/* What a customer is told of a ticket: how far it is and what was promised, nothing from inside. A
 * fold over the same facts as the clocks. Pure. */
#ifndef RULES_PROGRESS_H
#define RULES_PROGRESS_H

#include "rules/clocks.h"

#define PROGRESSES(_) \
	_(RECEIVED, "received", N_("We have received it.")) \
	_(IN_WORK, "in-work", N_("We are working on it.")) \
	_(SPECIALISTS, "with-specialists", N_("It is with our specialists.")) \
	_(WAITING, "waiting-for-you", N_("We are waiting for your answer.")) \
	_(RESOLVED, "resolved", N_("It is resolved.")) \
	_(CLOSED, "closed", N_("It is closed."))
enum progress {
#define E(id, name, text) PROGRESS_##id,
	PROGRESSES(E)
#undef E
	PROGRESS_COUNT
};
const char *progress_name(enum progress p);
const char *progress_said(enum progress p, const char *language); /* NULL, or one we lack: English */

struct progress_step {
	enum progress progress;
	int64_t at_ms;
};
enum promise_state { PROMISE_OPEN, PROMISE_KEPT, PROMISE_RENEWED, PROMISE_LATE };
const char *promise_state_name(enum promise_state s);
struct progress_promise {
	int64_t made_ms, due_ms;
	enum promise_state state;
};
/* Appends to both, oldest first; each step is another than the one before. */
void progress_fold(const struct clock_fact *facts, size_t n, int64_t now_ms, GArray *steps, GArray *promises);

/* ---- what is told when it changes: the desk's setting, "escalated resolved" or "none" */
#define PROGRESS_TELLS(_) \
	_(TAKEN, "taken") _(ESCALATED, "escalated") _(WAITING, "waiting") _(RESOLVED, "resolved")
enum progress_tell {
#define E(id, name) PROGRESS_TELL_##id,
	PROGRESS_TELLS(E)
#undef E
	PROGRESS_TELL_COUNT
};
/* A bit for each; DESK_INVALID names a word that is none of them. */
gboolean progress_tells_parse(const char *text, unsigned *tells, GError **error);
/* How long nobody has to have said anything: who talks with us sees how far it is. */
#define PROGRESS_QUIET_MS (INT64_C(15) * 60 * 1000)
/* Whether a channel can bring such a message, after so long a silence. */
gboolean progress_fits(enum channel channel, int64_t silent_ms);

#endif
