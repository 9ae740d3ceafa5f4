/* What a clock has done, step by step, and what would become of it: the arithmetic behind a
 * countdown. Pure; the words are made by whoever shows it.
 *
 * Steps of the present run by their kind, in order of time:
 *   start    something set it going (note: which fact, clock_fact_name)
 *   counted  working time from..to, all of it counted (note: how many stretches, when more than one
 *            are told as one)
 *   closed   it ran, but outside of the hours; only where that begins or ends a run
 *   holiday  a day on which nothing counts (note: its name, NULL: it has none)
 *   paused   it stood still (note: the status that does that)
 *   stopped  it had ended, until the ticket was opened again
 *   late     it was due, and passed that
 *   judged   other rules fit it, but what was late stays late
 *   changed  another policy or calendar from here on: total_ms was counted until then, and stays
 *   met, missed, ended  (note: the fact, or the status that did it)
 *   now      what follows is to come
 *   coming   as counted, up to the end
 *   due      then it will be due
 * counted_ms is what a step adds and total_ms what it comes to: up to `now` that is what was counted;
 * with clock.left_ms (here of running clocks, too; negative: over) it makes the target.
 *
 * What if:
 *   resolved-now, pending-now
 *   pending-until-tomorrow  of a clock that then stands still: now set to pending, and opened again at at_ms
 *   reopened-tomorrow       of a closed ticket: opened again at at_ms */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "rules/clocks.h"
#include "wire/model_service.h"

#define EXPLAIN_STRETCHES 40 /* newest stretches that are told singly */
#define EXPLAIN_COMING 8     /* and next ones */

struct explain_input {
	const struct clock_rule *rule;
	const struct clock_fact *facts; /* in order of time */
	size_t n;
	enum ticket_status status;      /* of the ticket, now */
	int64_t now_ms;
	int64_t tomorrow_ms;            /* explain_tomorrow */
};

/* NULL when no fact has started the clock. policy and matched are the caller's to fill in. */
struct clock_explained *explain_clock(const struct explain_input *in);
/* Tomorrow at nine on the wall of `zone`. */
int64_t explain_tomorrow(int64_t now_ms, GTimeZone *zone);
/* Why the policy of a rule fits the case, "channel=web\tpriority=urgent": what it asks for and the case
 * has; "" when it asks for nothing. `group` is the name of the case's. g_free. */
char *explain_matched(const struct clock_rule *rule, const struct clock_case *of, const char *group);

#endif
