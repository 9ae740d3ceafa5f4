/* Service clocks: a clock is a fold over the events of a ticket. Pure; nothing
 * stored that can't be recomputed. Source of the figures: requirements R-TIME,
 * as policies in data. */
#ifndef RULES_CLOCKS_H
#define RULES_CLOCKS_H

#include "rules/calendar.h"
#include "wire/model.h"

/* What happened to a ticket, in order of time (ties: in order given). */
enum clock_fact_kind {
	FACT_CREATED,
	FACT_CUSTOMER_MESSAGE,
	FACT_PUBLIC_REPLY,
	FACT_CLAIMED,          /* somebody took it (first claim of an assignment) */
	FACT_RELEASED,
	FACT_STATUS,           /* status: the new one */
	FACT_ESCALATED,        /* to tier 2 */
	FACT_CROSS_ESCALATED,  /* to another department */
	FACT_TIER2_ANSWER,     /* solution, or estimate passed on */
	FACT_PLAN_SENT,
	FACT_PROMISED,         /* due_ms: the promised moment */
	FACT_PROMISE_KEPT
};

struct clock_fact {
	enum clock_fact_kind kind;
	int64_t at_ms;
	enum ticket_status status;  /* FACT_STATUS */
	int64_t due_ms;             /* FACT_PROMISED */
};

/* One clock's rule, taken from the policy that fits the ticket. */
struct clock_rule {
	enum clock_kind kind;
	int64_t target_ms;
	int warn_percent;            /* 0..100 */
	unsigned pause_statuses;     /* bit per enum ticket_status */
	const struct calendar *calendar; /* borrowed; NULL = round the clock */
	desk_id policy_id;
	gboolean starts_at_claim; /* RESOLUTION: from the claim (simple), not from creation (R-TIME-4, -5) */
	gboolean met_by_claim;    /* FIRST_RESPONSE on the phone: who takes the call has answered (R-TIME-2) */
};

/* The state of one clock at `now_ms`; later facts are left out. MERGED and SPAM
 * end any clock without meeting it (IDLE, or MISSED when it was late), RESOLVED
 * so ends the response clocks and meets the others. A reopened ticket's FIRST_RESPONSE
 * and RESOLUTION go on with what was left; a missed one stays missed. FALSE (and state IDLE) when no fact ever
 * started it. due_ms of a running clock assumes no further pause. */
gboolean clock_fold(const struct clock_rule *rule, const struct clock_fact *facts, size_t n,
                    int64_t now_ms, struct ticket_clock *out);

/* First target of the first fitting policy for each clock kind: fills
 * rules[0..CLOCK_COUNT) and returns how many. Calendars are looked up by name
 * through `find` (may return NULL: round the clock). A PROMISE needs no policy:
 * its rule is always there. */
typedef const struct calendar *clock_calendar_fn(const char *name, void *arg);
size_t clock_rules(const GPtrArray *policies, enum channel channel, enum ticket_priority priority,
                   enum problem_class problem, gboolean after_sales,
                   clock_calendar_fn *find, void *arg, struct clock_rule rules[CLOCK_COUNT]);

/* The clock that orders the queue: the running or breached one with the
 * earliest due time; NULL when none. */
const struct ticket_clock *clock_nearest(const struct ticket_clock *clocks, size_t n);

#endif
