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
	FACT_TIER2_ANSWER,     /* solution; with due_ms: a new estimate passed on, and a new run until then */
	FACT_PLAN_SENT,        /* due_ms as with FACT_TIER2_ANSWER */
	FACT_PROMISED,         /* due_ms: the promised moment */
	FACT_PROMISE_KEPT,
	FACT_CANT_SOLVE,       /* tier 1 has said that it can't solve it (starts R-TIME-7 of simple cases, too) */
	FACT_RETURNED,         /* the escalated ticket is back with who escalated it (not one part of a plan);
	                        * due_ms: nobody there took it, and their clock runs on */
	FACT_JUDGED,           /* clock, due_ms: what a change of policy must not judge anew; see below */
	FACT_FEEDBACK          /* the customer judged the solution, and it wants a word (R-TIME-9) */
};

struct clock_fact {
	enum clock_fact_kind kind;
	int64_t at_ms;
	enum ticket_status status;  /* FACT_STATUS */
	int64_t due_ms;             /* FACT_PROMISED, new estimates; FACT_JUDGED: when it was due, 0: it was met in time */
	enum clock_kind clock;      /* FACT_JUDGED: whose present run it is about */
};

/* One clock's rule, taken from the policy that fits the ticket. */
struct clock_rule {
	enum clock_kind kind;
	int64_t target_ms;
	int64_t warnings[CLOCK_WARNINGS]; /* as in struct policy_target */
	unsigned pause_statuses;     /* bit per enum ticket_status */
	const struct calendar *calendar; /* borrowed; NULL = round the clock */
	desk_id policy_id;
	const struct policy *policy; /* borrowed; NULL: a PROMISE without one */
	gboolean when_said;       /* ESCALATION: only "can't solve" starts it, not the claim (simple cases) */
	gboolean starts_at_claim; /* RESOLUTION: from the claim (simple), not from creation (R-TIME-4, -5) */
	gboolean met_by_claim;    /* FIRST_RESPONSE on the phone: who takes the call has answered (R-TIME-2) */
	/* The policy or calendar has changed: this holds from since_ms on, `before` (borrowed; its own `before`
	 * is older still) until then. What was counted, and what was late, by then stays. NULL: it always held. */
	const struct clock_rule *before;
	int64_t since_ms;
};

/* The state of one clock at `now_ms`; later facts are left out. MERGED and SPAM
 * end any clock without meeting it (IDLE, or MISSED when it was late), RESOLVED
 * so ends the response clocks and meets the others. A reopened ticket's FIRST_RESPONSE
 * and RESOLUTION go on with what was left; a missed one stays missed. What a customer
 * writes to a resolved ticket asks for a next response only from its reopening on.
 * FACT_RETURNED ends TIER2 and CROSS without meeting them (unless it bounced) and starts
 * ESCALATION anew. A threshold before the start (a clock shorter than "10m before") is none of that run.
 * FALSE (and state IDLE) when no fact ever started it. due_ms of a
 * running clock assumes no further pause. */
gboolean clock_fold(const struct clock_rule *rule, const struct clock_fact *facts, size_t n,
                    int64_t now_ms, struct ticket_clock *out);

/* ---- how a clock came to its state, for people: in order of time. Each START begins a run whose
 * total begins at 0. A clock that runs is told up to `now`, then NOW, the time ahead up to its due
 * moment as if nothing more happened, and DUE. */
enum clock_trace_kind {
	TRACE_START,   /* at from: `fact` started it */
	TRACE_COUNTED, /* [from, to) counts whole */
	TRACE_CLOSED,  /* [from, to) is outside of the calendar's hours */
	TRACE_HOLIDAY, /* [from, to) is a holiday, `called` so (or NULL) */
	TRACE_PAUSED,  /* [from, to) in `status`, which pauses it */
	TRACE_STOPPED, /* [from, to) it had ended, until it was opened again */
	TRACE_LATE,    /* at from it was due and passed it */
	TRACE_JUDGED,  /* at from: other rules fit the ticket, what had been said of it stays */
	TRACE_CHANGED, /* at from: another policy or calendar from here on; total_ms was counted by the old one */
	TRACE_END,     /* at from: `fact` (or `status`, when it is FACT_STATUS) ended it in `state` */
	TRACE_NOW,     /* at from */
	TRACE_DUE      /* at from it will be due */
};
struct clock_trace_step {
	enum clock_trace_kind kind;
	int64_t from_ms, to_ms;      /* to = from where it is a moment */
	int64_t counted_ms;          /* by this step */
	int64_t total_ms;            /* of the run, after this step */
	enum clock_fact_kind fact;   /* START, END */
	enum ticket_status status;   /* PAUSED; END by FACT_STATUS */
	enum clock_state state;      /* END: MET, MISSED, or IDLE: given up */
	const char *called;          /* HOLIDAY; borrowed from the calendar */
	gboolean exception;          /* COUNTED: hours of that date alone */
	gboolean ahead;              /* after NOW */
};
typedef void clock_trace_fn(const struct clock_trace_step *step, void *arg);
/* The same as clock_fold, and every step to fn. Pure. */
gboolean clock_trace(const struct clock_rule *rule, const struct clock_fact *facts, size_t n, int64_t now_ms,
                     struct ticket_clock *out, clock_trace_fn *fn, void *arg);
const char *clock_fact_name(enum clock_fact_kind kind); /* "customer-message" */

/* ---- what other rules would forget. Another priority, group or tag makes a clock due earlier or
 * later, but what was late stays late and what was met in time stays met: `was` is the
 * clock as it was judged, `is` the same run judged anew. TRUE: `fact` must be kept (its at_ms is
 * `now_ms`) and the clocks folded once more. */
gboolean clock_judged(const struct ticket_clock *was, const struct ticket_clock *is, int64_t now_ms,
                      struct clock_fact *fact);

/* ---- whose rules */
struct clock_case {
	enum channel channel;
	enum ticket_priority priority;
	enum problem_class problem;
	gboolean after_sales;
	desk_id group_id;
	const GPtrArray *tags; /* names of the customer's tags; NULL: none */
};
/* The policies that fit, by position; of each clock the first target that fits: fills
 * rules[0..CLOCK_COUNT) and returns how many. Calendars are looked up by name
 * through `find` (may return NULL: round the clock). A PROMISE needs no policy:
 * its rule is always there. */
typedef const struct calendar *clock_calendar_fn(const char *name, void *arg);
size_t clock_rules(const GPtrArray *policies, const struct clock_case *of,
                   clock_calendar_fn *find, void *arg, struct clock_rule rules[CLOCK_COUNT]);
/* Whether both count the same way: target, calendar (the same one), pauses. */
gboolean clock_rule_same(const struct clock_rule *a, const struct clock_rule *b);
/* Whether a policy is for such a case at all. */
gboolean clock_policy_fits(const struct policy *p, const struct clock_case *of);

/* The clock that orders the queue: the running or breached one with the
 * earliest due time; NULL when none. */
const struct ticket_clock *clock_nearest(const struct ticket_clock *clocks, size_t n);

#endif
