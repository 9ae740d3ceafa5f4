/* Service clocks: a table of hand-computed stories, and properties. */
#include "rules/clocks.h"

#include <string.h>

#define S INT64_C(1000)
#define MIN_ (60 * S)
#define HOUR (60 * MIN_)
#define BIT(n) (1u << (n))
#define PENDING BIT(STATUS_PENDING_CUSTOMER)

/* Facts of the stories; times are ms after an arbitrary start. */
#define CREATED(t) {.kind = FACT_CREATED, .at_ms = (t)}
#define WROTE(t) {.kind = FACT_CUSTOMER_MESSAGE, .at_ms = (t)}
#define REPLIED(t) {.kind = FACT_PUBLIC_REPLY, .at_ms = (t)}
#define CLAIMED(t) {.kind = FACT_CLAIMED, .at_ms = (t)}
#define STATUS(t, s) {.kind = FACT_STATUS, .at_ms = (t), .status = STATUS_##s}
#define FACT(t, k) {.kind = FACT_##k, .at_ms = (t)}
#define BOUNCED(t) {.kind = FACT_RETURNED, .at_ms = (t), .due_ms = 1}
#define ESTIMATE(t, due) {.kind = FACT_TIER2_ANSWER, .at_ms = (t), .due_ms = (due)}
#define PROMISED(t, due) {.kind = FACT_PROMISED, .at_ms = (t), .due_ms = (due)}

struct story {
	const char *name;
	enum clock_kind kind;
	int64_t target_ms;
	unsigned pauses;
	gboolean at_claim, phone, when_said;
	struct clock_fact facts[10];
	size_t n;
	int64_t now_ms;
	/* expected; -1 = don't look */
	gboolean started;
	enum clock_state state;
	int64_t due_ms, left_ms, ended_ms;
};

static const struct story stories[] = {
	/* R-TIME-1: 30 s to the first reply, never paused */
	{"nothing happened", CLOCK_FIRST_RESPONSE, 30 * S, .state = CLOCK_STATE_IDLE, .started = FALSE},
	{"first response runs", CLOCK_FIRST_RESPONSE, 30 * S, .facts = {CREATED(1000), WROTE(1000)}, .n = 2,
	 .now_ms = 11000, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 31000},
	{"at its due moment it is not late", CLOCK_FIRST_RESPONSE, 30 * S, .facts = {CREATED(1000)}, .n = 1,
	 .now_ms = 31000, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 31000},
	{"a moment later it is", CLOCK_FIRST_RESPONSE, 30 * S, .facts = {CREATED(1000)}, .n = 1,
	 .now_ms = 31001, .started = TRUE, .state = CLOCK_STATE_BREACHED, .due_ms = 31000},
	{"reply in time", CLOCK_FIRST_RESPONSE, 30 * S, .facts = {CREATED(1000), WROTE(1000), REPLIED(31000)}, .n = 3,
	 .now_ms = 99000, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 31000},
	{"reply too late", CLOCK_FIRST_RESPONSE, 30 * S, .facts = {CREATED(1000), REPLIED(31001)}, .n = 2,
	 .now_ms = 99000, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 31001},
	{"the first reply counts, later messages start nothing", CLOCK_FIRST_RESPONSE, 30 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), WROTE(20 * S), REPLIED(90 * S)}, .n = 4,
	 .now_ms = 99 * S, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 9 * S},
	{"later facts are not yet", CLOCK_FIRST_RESPONSE, 30 * S, .facts = {CREATED(0), REPLIED(9 * S)}, .n = 2,
	 .now_ms = 5 * S, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 30 * S},
	{"resolved without a reply is no answer", CLOCK_FIRST_RESPONSE, 30 * S,
	 .facts = {CREATED(0), STATUS(10 * S, RESOLVED)}, .n = 2,
	 .now_ms = 99 * S, .started = TRUE, .state = CLOCK_STATE_IDLE, .ended_ms = 10 * S},
	{"and goes on when opened again", CLOCK_FIRST_RESPONSE, 30 * S,
	 .facts = {CREATED(0), STATUS(10 * S, RESOLVED), WROTE(100 * S), STATUS(100 * S, OPEN)}, .n = 4,
	 .now_ms = 105 * S, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 120 * S},
	{"spam needs no answer", CLOCK_FIRST_RESPONSE, 30 * S, .facts = {CREATED(0), STATUS(10 * S, SPAM)}, .n = 2,
	 .now_ms = 99 * S, .started = TRUE, .state = CLOCK_STATE_IDLE, .ended_ms = 10 * S},
	/* R-TIME-2 */
	{"who takes the call has answered", CLOCK_FIRST_RESPONSE, 15 * S, .phone = TRUE,
	 .facts = {CREATED(0), CLAIMED(12 * S)}, .n = 2,
	 .now_ms = 99 * S, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 12 * S},
	{"in a chat a claim is no answer", CLOCK_FIRST_RESPONSE, 15 * S, .facts = {CREATED(0), CLAIMED(12 * S)}, .n = 2,
	 .now_ms = 14 * S, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 15 * S},
	/* R-TIME-11 */
	{"before the first reply no next response", CLOCK_NEXT_RESPONSE, 60 * S, .facts = {CREATED(0), WROTE(0), WROTE(9 * S)},
	 .n = 3, .now_ms = 10 * S, .started = FALSE, .state = CLOCK_STATE_IDLE},
	{"the oldest unanswered message counts", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), WROTE(20 * S), WROTE(50 * S)}, .n = 4,
	 .now_ms = 55 * S, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 80 * S},
	{"each turn is a new run", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), WROTE(20 * S), REPLIED(100 * S), WROTE(200 * S)}, .n = 5,
	 .now_ms = 201 * S, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 260 * S},
	{"resolved ends it", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), WROTE(20 * S), STATUS(30 * S, RESOLVED)}, .n = 4,
	 .now_ms = 99 * S, .started = TRUE, .state = CLOCK_STATE_IDLE, .ended_ms = 30 * S},
	{"the endless goodbye: thanks after resolving asks for nothing", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), STATUS(10 * S, RESOLVED), WROTE(20 * S)}, .n = 4,
	 .now_ms = 99 * S, .started = FALSE, .state = CLOCK_STATE_IDLE},
	{"opened again by what was written: a next response", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), STATUS(10 * S, RESOLVED), WROTE(20 * S), STATUS(20 * S, OPEN)}, .n = 5,
	 .now_ms = 30 * S, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 80 * S},
	{"opened again later: from the opening", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), STATUS(10 * S, RESOLVED), WROTE(20 * S), STATUS(90 * S, OPEN)}, .n = 5,
	 .now_ms = 95 * S, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 150 * S},
	{"opened again by an agent: nobody waits", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), STATUS(10 * S, RESOLVED), STATUS(90 * S, OPEN)}, .n = 4,
	 .now_ms = 95 * S, .started = FALSE, .state = CLOCK_STATE_IDLE},
	{"answered while resolved: nobody waits after it", CLOCK_NEXT_RESPONSE, 60 * S,
	 .facts = {CREATED(0), REPLIED(9 * S), STATUS(10 * S, RESOLVED), WROTE(20 * S), REPLIED(30 * S),
	           STATUS(90 * S, OPEN)}, .n = 6,
	 .now_ms = 95 * S, .started = FALSE, .state = CLOCK_STATE_IDLE},
	/* R-TIME-4, -5 */
	{"simple: from the claim", CLOCK_RESOLUTION, 5 * MIN_, PENDING, .at_claim = TRUE,
	 .facts = {CREATED(0), CLAIMED(2 * MIN_)}, .n = 2,
	 .now_ms = 3 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 7 * MIN_},
	{"simple: unclaimed nothing runs", CLOCK_RESOLUTION, 5 * MIN_, PENDING, .at_claim = TRUE,
	 .facts = {CREATED(0)}, .n = 1, .now_ms = 3 * MIN_, .started = FALSE, .state = CLOCK_STATE_IDLE},
	{"a second claim starts nothing anew", CLOCK_RESOLUTION, 5 * MIN_, PENDING, .at_claim = TRUE,
	 .facts = {CREATED(0), CLAIMED(0), FACT(MIN_, RELEASED), CLAIMED(2 * MIN_)}, .n = 4,
	 .now_ms = 3 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 5 * MIN_},
	{"complex: from creation", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), CLAIMED(HOUR), STATUS(23 * HOUR, RESOLVED)}, .n = 3,
	 .now_ms = 99 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 23 * HOUR},
	{"pending customer pauses", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(10 * HOUR, PENDING_CUSTOMER)}, .n = 2,
	 .now_ms = 90 * HOUR, .started = TRUE, .state = CLOCK_STATE_PAUSED, .left_ms = 14 * HOUR},
	{"and opens again", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(10 * HOUR, PENDING_CUSTOMER), STATUS(50 * HOUR, OPEN)}, .n = 3,
	 .now_ms = 51 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 64 * HOUR},
	{"other statuses don't pause", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(10 * HOUR, PENDING_INTERNAL), STATUS(50 * HOUR, OPEN)}, .n = 3,
	 .now_ms = 51 * HOUR, .started = TRUE, .state = CLOCK_STATE_BREACHED, .due_ms = 24 * HOUR},
	{"two pauses in a row are one", CLOCK_RESOLUTION, 24 * HOUR, PENDING | BIT(STATUS_ON_HOLD),
	 .facts = {CREATED(0), STATUS(10 * HOUR, PENDING_CUSTOMER), STATUS(20 * HOUR, ON_HOLD), STATUS(30 * HOUR, OPEN)}, .n = 4,
	 .now_ms = 31 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 44 * HOUR},
	{"a late clock paused and opened keeps its due", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(30 * HOUR, PENDING_CUSTOMER), STATUS(50 * HOUR, OPEN)}, .n = 3,
	 .now_ms = 51 * HOUR, .started = TRUE, .state = CLOCK_STATE_BREACHED, .due_ms = 24 * HOUR},
	{"a late clock paused says how much over", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(30 * HOUR, PENDING_CUSTOMER)}, .n = 2,
	 .now_ms = 51 * HOUR, .started = TRUE, .state = CLOCK_STATE_PAUSED, .left_ms = -6 * HOUR},
	{"resolved while paused is in time", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(10 * HOUR, PENDING_CUSTOMER), STATUS(90 * HOUR, RESOLVED)}, .n = 3,
	 .now_ms = 99 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 90 * HOUR},
	{"claimed while pending starts paused", CLOCK_RESOLUTION, 5 * MIN_, PENDING, .at_claim = TRUE,
	 .facts = {CREATED(0), STATUS(0, PENDING_CUSTOMER), CLAIMED(MIN_), STATUS(9 * MIN_, OPEN)}, .n = 4,
	 .now_ms = 10 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 14 * MIN_},
	{"reopened goes on with what was left", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(20 * HOUR, RESOLVED), STATUS(100 * HOUR, OPEN)}, .n = 3,
	 .now_ms = 101 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 104 * HOUR},
	{"reopened and resolved in what was left", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(20 * HOUR, RESOLVED), STATUS(100 * HOUR, OPEN), STATUS(103 * HOUR, RESOLVED)}, .n = 4,
	 .now_ms = 999 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 103 * HOUR},
	{"reopened, then too late", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(20 * HOUR, RESOLVED), STATUS(100 * HOUR, OPEN), STATUS(105 * HOUR, RESOLVED)}, .n = 4,
	 .now_ms = 999 * HOUR, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 105 * HOUR},
	{"missed once stays missed when reopened", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(30 * HOUR, RESOLVED), STATUS(100 * HOUR, OPEN), STATUS(101 * HOUR, RESOLVED)}, .n = 4,
	 .now_ms = 999 * HOUR, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 30 * HOUR},
	{"follow-up and archive change nothing", CLOCK_RESOLUTION, 24 * HOUR, PENDING,
	 .facts = {CREATED(0), STATUS(20 * HOUR, RESOLVED), STATUS(60 * HOUR, FOLLOW_UP_DUE), STATUS(90 * HOUR, ARCHIVED)}, .n = 4,
	 .now_ms = 999 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 20 * HOUR},
	{"merged away", CLOCK_RESOLUTION, 24 * HOUR, PENDING, .facts = {CREATED(0), STATUS(9 * HOUR, MERGED)}, .n = 2,
	 .now_ms = 999 * HOUR, .started = TRUE, .state = CLOCK_STATE_IDLE, .ended_ms = 9 * HOUR},
	{"merged away too late", CLOCK_RESOLUTION, 24 * HOUR, PENDING, .facts = {CREATED(0), STATUS(29 * HOUR, MERGED)}, .n = 2,
	 .now_ms = 999 * HOUR, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 29 * HOUR},
	/* R-TIME-7 */
	{"escalated in time", CLOCK_ESCALATION, 10 * MIN_, PENDING,
	 .facts = {CREATED(0), CLAIMED(MIN_), FACT(9 * MIN_, ESCALATED), CLAIMED(20 * MIN_)}, .n = 4,
	 .now_ms = 99 * MIN_, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 9 * MIN_},
	{"a promise is enough", CLOCK_ESCALATION, 10 * MIN_, PENDING,
	 .facts = {CREATED(0), CLAIMED(MIN_), PROMISED(8 * MIN_, 99 * MIN_)}, .n = 3,
	 .now_ms = 99 * MIN_, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 8 * MIN_},
	{"solved is enough", CLOCK_ESCALATION, 10 * MIN_, PENDING,
	 .facts = {CREATED(0), CLAIMED(MIN_), STATUS(12 * MIN_, RESOLVED)}, .n = 3,
	 .now_ms = 99 * MIN_, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 12 * MIN_},
	{"claimed by tier 2 after the escalation", CLOCK_ESCALATION, 10 * MIN_, PENDING,
	 .facts = {CREATED(0), FACT(MIN_, ESCALATED), CLAIMED(2 * MIN_)}, .n = 3,
	 .now_ms = 99 * MIN_, .started = FALSE, .state = CLOCK_STATE_IDLE},
	{"can't solve said before the claim counts", CLOCK_ESCALATION, 10 * MIN_, PENDING,
	 .facts = {CREATED(0), FACT(MIN_, CANT_SOLVE), CLAIMED(5 * MIN_)}, .n = 3,
	 .now_ms = 6 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 11 * MIN_},
	{"a simple case: its claim starts nothing", CLOCK_ESCALATION, 10 * MIN_, PENDING, .when_said = TRUE,
	 .facts = {CREATED(0), CLAIMED(MIN_)}, .n = 2,
	 .now_ms = 6 * MIN_, .started = FALSE, .state = CLOCK_STATE_IDLE},
	{"a simple case that can't be solved: from then on", CLOCK_ESCALATION, 10 * MIN_, PENDING, .when_said = TRUE,
	 .facts = {CREATED(0), CLAIMED(MIN_), FACT(4 * MIN_, CANT_SOLVE)}, .n = 3,
	 .now_ms = 6 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 14 * MIN_},
	{"back from tier 2 it starts anew", CLOCK_ESCALATION, 10 * MIN_, PENDING,
	 .facts = {CREATED(0), CLAIMED(MIN_), FACT(5 * MIN_, ESCALATED), FACT(60 * MIN_, RETURNED), CLAIMED(70 * MIN_)}, .n = 5,
	 .now_ms = 65 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 70 * MIN_},
	{"back from tier 2 a simple case, too", CLOCK_ESCALATION, 10 * MIN_, PENDING, .when_said = TRUE,
	 .facts = {CREATED(0), CLAIMED(MIN_), FACT(5 * MIN_, ESCALATED), FACT(60 * MIN_, RETURNED)}, .n = 4,
	 .now_ms = 65 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 70 * MIN_},
	{"bounced as well", CLOCK_ESCALATION, 10 * MIN_, PENDING,
	 .facts = {CREATED(0), FACT(5 * MIN_, ESCALATED), BOUNCED(60 * MIN_)}, .n = 3,
	 .now_ms = 65 * MIN_, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 70 * MIN_},
	/* R-TIME-8, -6 */
	{"given back: tier 2 owes nothing more", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), FACT(2 * HOUR, RETURNED)},
	 .n = 3, .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_IDLE, .ended_ms = 2 * HOUR},
	{"given back too late", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), FACT(4 * HOUR, RETURNED)},
	 .n = 3, .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 4 * HOUR},
	{"nobody there takes it: bounced, and still running", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), BOUNCED(2 * HOUR)}, .n = 3, .now_ms = 2 * HOUR,
	 .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 3 * HOUR},
	{"needs longer: a new run until the estimate", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), ESTIMATE(2 * HOUR, 30 * HOUR)},
	 .n = 3, .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 30 * HOUR},
	{"and answered before it", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), ESTIMATE(2 * HOUR, 30 * HOUR), FACT(29 * HOUR, TIER2_ANSWER)},
	 .n = 4, .now_ms = 99 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 29 * HOUR},
	{"escalated again after it was given back", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), FACT(2 * HOUR, RETURNED), FACT(5 * HOUR, ESCALATED)},
	 .n = 4, .now_ms = 5 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 7 * HOUR},
	{"tier 2 answers", CLOCK_TIER2, 2 * HOUR, .facts = {CREATED(0), FACT(HOUR, ESCALATED), FACT(2 * HOUR, TIER2_ANSWER)},
	 .n = 3, .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 2 * HOUR},
	{"a reply to the customer alone is no tier 2 answer", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), REPLIED(2 * HOUR)}, .n = 3,
	 .now_ms = 2 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 3 * HOUR},
	{"escalated a second time", CLOCK_TIER2, 2 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, ESCALATED), FACT(2 * HOUR, TIER2_ANSWER), FACT(9 * HOUR, ESCALATED)}, .n = 4,
	 .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 11 * HOUR},
	{"the other department sends a plan", CLOCK_CROSS, 48 * HOUR,
	 .facts = {CREATED(0), FACT(HOUR, CROSS_ESCALATED), FACT(50 * HOUR, PLAN_SENT)}, .n = 3,
	 .now_ms = 99 * HOUR, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 50 * HOUR},
	/* R-TIME-9 */
	{"feedback after the end", CLOCK_FEEDBACK, 24 * HOUR,
	 .facts = {CREATED(0), REPLIED(HOUR), STATUS(HOUR, RESOLVED), WROTE(9 * HOUR), STATUS(9 * HOUR, OPEN)}, .n = 5,
	 .now_ms = 10 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 33 * HOUR},
	{"an ordinary message is no feedback", CLOCK_FEEDBACK, 24 * HOUR, .facts = {CREATED(0), WROTE(HOUR)}, .n = 2,
	 .now_ms = 10 * HOUR, .started = FALSE, .state = CLOCK_STATE_IDLE},
	/* R-TIME-10 */
	{"promised", CLOCK_PROMISE, 0, .facts = {CREATED(0), PROMISED(HOUR, 6 * HOUR)}, .n = 2,
	 .now_ms = 2 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 6 * HOUR},
	{"kept", CLOCK_PROMISE, 0, .facts = {CREATED(0), PROMISED(HOUR, 6 * HOUR), FACT(6 * HOUR, PROMISE_KEPT)}, .n = 3,
	 .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 6 * HOUR},
	{"kept by the next public reply", CLOCK_PROMISE, 0,
	 .facts = {CREATED(0), REPLIED(HOUR), PROMISED(HOUR, 6 * HOUR), REPLIED(5 * HOUR), REPLIED(8 * HOUR)}, .n = 5,
	 .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 5 * HOUR},
	{"the reply that promises doesn't keep it", CLOCK_PROMISE, 0,
	 .facts = {CREATED(0), REPLIED(HOUR), PROMISED(HOUR, 6 * HOUR)}, .n = 3,
	 .now_ms = 2 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 6 * HOUR},
	{"answered too late", CLOCK_PROMISE, 0, .facts = {CREATED(0), PROMISED(HOUR, 2 * HOUR), REPLIED(3 * HOUR)}, .n = 3,
	 .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_MISSED, .ended_ms = 3 * HOUR},
	{"promised once more in the reply that keeps it", CLOCK_PROMISE, 0,
	 .facts = {CREATED(0), PROMISED(HOUR, 6 * HOUR), REPLIED(5 * HOUR), PROMISED(5 * HOUR, 9 * HOUR)}, .n = 4,
	 .now_ms = 6 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 9 * HOUR},
	{"resolving keeps it", CLOCK_PROMISE, 0,
	 .facts = {CREATED(0), PROMISED(HOUR, 6 * HOUR), STATUS(2 * HOUR, RESOLVED)}, .n = 3,
	 .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_MET, .ended_ms = 2 * HOUR},
	{"renewed before it ended", CLOCK_PROMISE, 0,
	 .facts = {CREATED(0), PROMISED(HOUR, 6 * HOUR), PROMISED(5 * HOUR, 20 * HOUR)}, .n = 3,
	 .now_ms = 9 * HOUR, .started = TRUE, .state = CLOCK_STATE_RUNNING, .due_ms = 20 * HOUR},
	{"promised for the past", CLOCK_PROMISE, 0, .facts = {CREATED(0), PROMISED(6 * HOUR, HOUR)}, .n = 2,
	 .now_ms = 6 * HOUR, .started = TRUE, .state = CLOCK_STATE_BREACHED, .due_ms = HOUR},
};

static void fold__table_of_stories__is_as_computed_by_hand(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
		const struct story *s = &stories[i];
		const struct clock_rule rule = {.kind = s->kind, .target_ms = s->target_ms, .warnings = {75},
			.pause_statuses = s->pauses, .policy_id = 7, .starts_at_claim = s->at_claim, .met_by_claim = s->phone,
			.when_said = s->when_said};
		struct ticket_clock out;

		g_test_message("%s", s->name);
		g_assert_cmpint(clock_fold(&rule, s->facts, s->n, s->now_ms, &out), ==, s->started);
		g_assert_cmpint(out.kind, ==, s->kind);
		g_assert_cmpstr(clock_state_name(out.state), ==, clock_state_name(s->state));
		g_assert_cmpint(out.due_ms, ==, s->due_ms);
		g_assert_cmpint(out.left_ms, ==, s->left_ms);
		g_assert_cmpint(out.ended_ms, ==, s->ended_ms);
		g_assert_cmpint(out.policy_id, ==, 7);
	}
}

static int64_t at(const char *iso)
{
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, NULL);

	return g_date_time_to_unix(t) * 1000;
}

static struct calendar *office(void)
{
	struct calendar_span spans[5];
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (int i = 0; i < 5; i++)
		spans[i] = (struct calendar_span){i + 1, 540, 1020};
	return calendar_new("office", utc, spans, 5, NULL);
}

static void fold__office_hours__run_over_the_weekend(void)
{
	struct calendar *c = office();
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 4 * HOUR, .warnings = {75},
		.pause_statuses = PENDING, .calendar = c};
	const struct clock_fact facts[] = {
		CREATED(at("2026-11-20T15:00:00Z")),                     /* Friday */
		STATUS(at("2026-11-20T16:00:00Z"), PENDING_CUSTOMER),    /* 1 h used */
		STATUS(at("2026-11-22T12:00:00Z"), OPEN),                /* Sunday */
	};
	struct ticket_clock out;

	clock_fold(&rule, facts, 1, at("2026-11-20T15:30:00Z"), &out);
	g_assert_cmpint(out.due_ms, ==, at("2026-11-23T11:00:00Z"));
	g_assert_cmpint(out.warn_ms, ==, at("2026-11-23T10:00:00Z"));
	clock_fold(&rule, facts, 2, at("2026-11-21T12:00:00Z"), &out);
	g_assert_cmpint(out.state, ==, CLOCK_STATE_PAUSED);
	g_assert_cmpint(out.left_ms, ==, 3 * HOUR);
	clock_fold(&rule, facts, 3, at("2026-11-22T13:00:00Z"), &out);
	g_assert_cmpint(out.state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(out.due_ms, ==, at("2026-11-23T12:00:00Z"));
	g_assert_cmpint(out.warn_ms, ==, at("2026-11-23T11:00:00Z"));
	calendar_free(c);
}

/* "50% 75% 10m" of 4 h from Friday 15:00 in a 9-17 calendar: times before the end are working time, too. */
static void fold__several_thresholds__come_in_order_of_time(void)
{
	struct calendar *c = office();
	struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = 4 * HOUR, .warnings = {50, 75, -3 * HOUR, -10 * 60000},
		.calendar = c};
	const struct clock_fact facts[] = {CREATED(at("2026-11-20T15:00:00Z"))};
	static const struct {
		int64_t threshold;
		const char *at;
	} expected[] = {{-3 * HOUR, "2026-11-20T16:00:00Z"}, {50, "2026-11-20T17:00:00Z"},
		{75, "2026-11-23T10:00:00Z"}, {-10 * 60000, "2026-11-23T10:50:00Z"}};
	struct ticket_clock out;

	clock_fold(&rule, facts, 1, at("2026-11-20T15:30:00Z"), &out);
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_assert_cmpint(out.warnings[i].threshold, ==, expected[i].threshold);
		g_assert_cmpint(out.warnings[i].at_ms, ==, at(expected[i].at));
	}
	g_assert_cmpint(out.warn_ms, ==, out.warnings[0].at_ms);
	rule.target_ms = 10 * 60000; /* "10m before" would be its start */
	clock_fold(&rule, facts, 1, at("2026-11-20T15:01:00Z"), &out);
	g_assert_cmpint(out.warnings[0].threshold, ==, 50);
	g_assert_cmpint(out.warnings[1].threshold, ==, 75);
	g_assert_cmpint(out.warnings[2].threshold, ==, 0);
	memset(rule.warnings, 0, sizeof rule.warnings);
	clock_fold(&rule, facts, 1, at("2026-11-20T15:01:00Z"), &out);
	g_assert_cmpint(out.warn_ms, ==, out.due_ms);
	calendar_free(c);
}

static void fold__calendar_without_time__is_never_due(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct calendar *c = calendar_new("closed", utc, NULL, 0, NULL);
	const struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .target_ms = HOUR, .calendar = c};
	const struct clock_fact facts[] = {CREATED(1000)};
	struct ticket_clock out;

	clock_fold(&rule, facts, 1, 2000, &out);
	g_assert_cmpint(out.due_ms, ==, QUEUE_NO_DUE);
	g_assert_cmpint(out.state, ==, CLOCK_STATE_RUNNING);
	calendar_free(c);
}

/* A pause never brings the due time nearer; more target never either. */
static void fold__random_pauses__never_shorten(void)
{
	struct calendar *c = office();

	for (int round = 0; round < 300; round++) {
		int64_t start = at("2026-11-16T00:00:00Z") + g_test_rand_int_range(0, 7 * 24 * 3600) * S;
		int64_t pause = start + g_test_rand_int_range(0, 24 * 3600) * S;
		int64_t resume = pause + g_test_rand_int_range(0, 72 * 3600) * S;
		const struct clock_fact facts[] = {CREATED(start), STATUS(pause, PENDING_CUSTOMER), STATUS(resume, OPEN)};
		struct clock_rule rule = {.kind = CLOCK_RESOLUTION, .pause_statuses = PENDING,
			.target_ms = g_test_rand_int_range(1, 40 * 3600) * S,
			.calendar = g_test_rand_bit() ? c : NULL};
		struct ticket_clock straight, paused, longer;

		clock_fold(&rule, facts, 1, resume, &straight);
		clock_fold(&rule, facts, 3, resume, &paused);
		g_assert_cmpint(paused.due_ms, >=, straight.due_ms);
		rule.target_ms += HOUR;
		clock_fold(&rule, facts, 3, resume, &longer);
		g_assert_cmpint(longer.due_ms, >=, paused.due_ms);
	}
	calendar_free(c);
}

/* Whatever order of facts: no crash, and what ended stays as it ended. */
static void fold__random_facts__keep_the_invariants(void)
{
	for (int round = 0; round < 2000; round++) {
		struct clock_fact facts[12];
		struct clock_rule rule = {.kind = (enum clock_kind)g_test_rand_int_range(1, CLOCK_COUNT), .target_ms = 50,
			.pause_statuses = PENDING, .starts_at_claim = g_test_rand_bit(), .met_by_claim = g_test_rand_bit()};
		int64_t t = 0;
		struct ticket_clock out;
		gboolean started;

		for (size_t i = 0; i < G_N_ELEMENTS(facts); i++) {
			t += g_test_rand_int_range(0, 40);
			facts[i] = (struct clock_fact){.kind = (enum clock_fact_kind)g_test_rand_int_range(0, FACT_PROMISE_KEPT + 1),
				.at_ms = t, .status = (enum ticket_status)g_test_rand_int_range(0, STATUS_COUNT),
				.due_ms = t + g_test_rand_int_range(-20, 100)};
		}
		started = clock_fold(&rule, facts, G_N_ELEMENTS(facts), t, &out);
		g_assert_true(started || out.state == CLOCK_STATE_IDLE);
		switch (out.state) {
		case CLOCK_STATE_RUNNING:
			g_assert_cmpint(out.due_ms, >=, t);
			break;
		case CLOCK_STATE_BREACHED:
			g_assert_cmpint(out.due_ms, <, t);
			break;
		case CLOCK_STATE_MET:
		case CLOCK_STATE_MISSED:
			g_assert_cmpint(out.ended_ms, >=, out.started_ms);
			break;
		default:
			g_assert_cmpint(out.due_ms, ==, 0);
		}
	}
}

static const struct calendar *find_calendar(const char *name, void *arg)
{
	g_assert_cmpstr(name, ==, "office");
	return arg;
}

static struct policy *policy(desk_id id, int position, unsigned channels, int after_sales, enum clock_kind kind,
                             enum ticket_priority priority, int problem, int64_t target)
{
	struct policy *p = g_new0(struct policy, 1);
	struct policy_target *t = g_new0(struct policy_target, 1);

	*t = (struct policy_target){.clock = kind, .priority = priority, .problem = problem, .target_ms = target,
		.warnings = {60}, .calendar = id == 1 ? g_strdup("office") : NULL};
	*p = (struct policy){.id = id, .position = position, .channels = channels, .after_sales = after_sales, .problem = -1,
		.targets = g_ptr_array_new()};
	g_ptr_array_add(p->targets, t);
	return p;
}

static void drop_policy(gpointer data)
{
	struct policy *p = data;
	struct policy_target *t = p->targets->pdata[0];

	g_free(t->calendar);
	g_free(t);
	g_ptr_array_unref(p->targets);
	g_free(p);
}

static void rules__several_policies__first_by_position_wins(void)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(drop_policy);
	struct calendar *c = office();
	struct clock_rule rules[CLOCK_COUNT];

	g_ptr_array_add(all, policy(3, 30, 0, -1, CLOCK_FIRST_RESPONSE, PRIORITY_COUNT, -1, 300));
	g_ptr_array_add(all, policy(2, 20, BIT(CHANNEL_WEB), -1, CLOCK_FIRST_RESPONSE, PRIORITY_URGENT, -1, 200));
	g_ptr_array_add(all, policy(1, 10, 0, 1, CLOCK_FIRST_RESPONSE, PRIORITY_COUNT, -1, 100));
	g_ptr_array_add(all, policy(4, 40, 0, -1, CLOCK_RESOLUTION, PRIORITY_COUNT, PROBLEM_SIMPLE, 400));

	g_assert_cmpuint(clock_rules(all, &(struct clock_case){
		.channel = CHANNEL_WEB, .priority = PRIORITY_NORMAL, .problem = PROBLEM_COMPLEX, .after_sales = FALSE},
		 NULL, NULL, rules), ==, 2);
	g_assert_cmpint(rules[0].target_ms, ==, 300);
	g_assert_cmpint(rules[1].kind, ==, CLOCK_PROMISE);
	g_assert_cmpuint(clock_rules(all, &(struct clock_case){
		.channel = CHANNEL_WEB, .priority = PRIORITY_URGENT, .problem = PROBLEM_SIMPLE, .after_sales = FALSE},
		 NULL, NULL, rules), ==, 3);
	g_assert_cmpint(rules[0].policy_id, ==, 2);
	g_assert_cmpint(rules[1].kind, ==, CLOCK_RESOLUTION);
	g_assert_true(rules[1].starts_at_claim);
	g_assert_cmpuint(clock_rules(all, &(struct clock_case){
		.channel = CHANNEL_PHONE, .priority = PRIORITY_URGENT, .problem = PROBLEM_COMPLEX, .after_sales = TRUE},
		 find_calendar, c, rules), ==, 2);
	g_assert_cmpint(rules[0].policy_id, ==, 1);
	g_assert_true(rules[0].calendar == c);
	g_assert_true(rules[0].met_by_claim);
	calendar_free(c);
}

static void nearest__several_clocks__is_the_earliest_that_runs(void)
{
	const struct ticket_clock clocks[] = {
		{.state = CLOCK_STATE_MET, .due_ms = 0}, {.state = CLOCK_STATE_RUNNING, .due_ms = 50},
		{.state = CLOCK_STATE_BREACHED, .due_ms = 40}, {.state = CLOCK_STATE_PAUSED, .due_ms = 0},
		{.state = CLOCK_STATE_RUNNING, .due_ms = 40},
	};

	g_assert_true(clock_nearest(clocks, G_N_ELEMENTS(clocks)) == &clocks[2]);
	g_assert_true(clock_nearest(clocks, 2) == &clocks[1]);
	g_assert_null(clock_nearest(clocks, 1));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clocks/fold/stories", fold__table_of_stories__is_as_computed_by_hand);
	g_test_add_func("/clocks/fold/office", fold__office_hours__run_over_the_weekend);
	g_test_add_func("/rules/clocks/thresholds", fold__several_thresholds__come_in_order_of_time);
	g_test_add_func("/clocks/fold/never", fold__calendar_without_time__is_never_due);
	g_test_add_func("/clocks/fold/pauses", fold__random_pauses__never_shorten);
	g_test_add_func("/clocks/fold/random", fold__random_facts__keep_the_invariants);
	g_test_add_func("/clocks/rules", rules__several_policies__first_by_position_wins);
	g_test_add_func("/clocks/nearest", nearest__several_clocks__is_the_earliest_that_runs);
	return g_test_run();
}
