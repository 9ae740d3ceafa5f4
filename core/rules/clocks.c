/* Service clocks: one table says which facts start and meet each kind; one small
 * machine runs them all. */
#include "rules/clocks.h"

#include <string.h>

#define BIT(n) (1u << (n))
#define DEFAULT_WARN 75

/* What closing the ticket (resolved, follow-up due, archived) does to a clock. */
enum closing { CLOSING_MEETS, CLOSING_ENDS, CLOSING_IGNORED };

struct clock_kind_rule {
	unsigned starts, meets; /* bits per enum clock_fact_kind */
	enum closing closing;
	gboolean again;         /* a later fact starts a new run once the last has ended */
	gboolean reopens;       /* goes on when the ticket is opened again */
};

static const struct clock_kind_rule kinds[CLOCK_COUNT] = {
	[CLOCK_FIRST_RESPONSE] = {
		.starts = BIT(FACT_CREATED) | BIT(FACT_CUSTOMER_MESSAGE), .meets = BIT(FACT_PUBLIC_REPLY),
		.closing = CLOSING_ENDS, .reopens = TRUE},
	[CLOCK_NEXT_RESPONSE] = {
		.starts = BIT(FACT_CUSTOMER_MESSAGE), .meets = BIT(FACT_PUBLIC_REPLY),
		.closing = CLOSING_ENDS, .again = TRUE},
	[CLOCK_RESOLUTION] = {
		.starts = BIT(FACT_CREATED), .closing = CLOSING_MEETS, .reopens = TRUE},
	[CLOCK_ESCALATION] = {
		.starts = BIT(FACT_CLAIMED),
		.meets = BIT(FACT_ESCALATED) | BIT(FACT_CROSS_ESCALATED) | BIT(FACT_PROMISED),
		.closing = CLOSING_MEETS},
	[CLOCK_TIER2] = {
		.starts = BIT(FACT_ESCALATED), .meets = BIT(FACT_TIER2_ANSWER),
		.closing = CLOSING_MEETS, .again = TRUE},
	[CLOCK_CROSS] = {
		.starts = BIT(FACT_CROSS_ESCALATED), .meets = BIT(FACT_PLAN_SENT),
		.closing = CLOSING_MEETS, .again = TRUE},
	[CLOCK_FEEDBACK] = {
		.starts = BIT(FACT_CUSTOMER_MESSAGE), .meets = BIT(FACT_PUBLIC_REPLY),
		.closing = CLOSING_IGNORED, .again = TRUE},
	[CLOCK_PROMISE] = {
		/* Told in time what became of it: the next public reply keeps a promise. */
		.starts = BIT(FACT_PROMISED), .meets = BIT(FACT_PROMISE_KEPT) | BIT(FACT_PUBLIC_REPLY),
		.closing = CLOSING_MEETS, .again = TRUE},
};

enum phase { PHASE_IDLE, PHASE_RUNNING, PHASE_PAUSED, PHASE_ENDED };

struct fold {
	const struct clock_rule *rule;
	const struct calendar *calendar;
	enum phase phase;
	enum clock_state end;      /* with PHASE_ENDED: MET, MISSED, or IDLE when given up */
	int64_t started, target, ended;
	int64_t since;             /* running: since when */
	int64_t used;              /* working time of earlier stretches */
	gboolean late;             /* it was once past its due time ... */
	int64_t late_due;          /* ... which was this */
	enum ticket_status status;
	gboolean replied, escalated;
};

static int64_t due_of(const struct fold *f)
{
	return f->late ? f->late_due : MIN(calendar_add(f->calendar, f->since, f->target - f->used), QUEUE_NO_DUE);
}

static gboolean is_paused_by(const struct fold *f, enum ticket_status status)
{
	return (f->rule->pause_statuses & BIT(status)) != 0;
}

static void note_late(struct fold *f, int64_t at)
{
	int64_t due = due_of(f);

	if (at > due && !f->late) {
		f->late = TRUE;
		f->late_due = due;
	}
}

static void halt(struct fold *f, int64_t at)
{
	if (f->phase != PHASE_RUNNING)
		return;
	note_late(f, at);
	f->used += calendar_between(f->calendar, f->since, at);
	f->phase = PHASE_PAUSED;
}

static void go_on(struct fold *f, int64_t at)
{
	f->since = at;
	f->ended = 0;
	f->phase = is_paused_by(f, f->status) ? PHASE_PAUSED : PHASE_RUNNING;
}

static void start(struct fold *f, int64_t at, int64_t target)
{
	f->started = at;
	f->target = target;
	f->used = 0;
	f->late = FALSE;
	go_on(f, at);
}

static void end(struct fold *f, int64_t at, enum clock_state in_time)
{
	if (f->phase != PHASE_RUNNING && f->phase != PHASE_PAUSED)
		return;
	halt(f, at);
	f->phase = PHASE_ENDED;
	f->ended = at;
	f->end = f->late ? CLOCK_STATE_MISSED : in_time;
}

static gboolean may_start(const struct fold *f, const struct clock_fact *fact)
{
	const struct clock_kind_rule *k = &kinds[f->rule->kind];
	unsigned starts = k->starts;

	if (f->rule->kind == CLOCK_RESOLUTION && f->rule->starts_at_claim)
		starts = BIT(FACT_CLAIMED);
	if (!(starts & BIT(fact->kind)) || (f->phase == PHASE_ENDED && !k->again))
		return FALSE;
	if (f->phase == PHASE_RUNNING || f->phase == PHASE_PAUSED)
		return FALSE;
	switch (f->rule->kind) {
	case CLOCK_FIRST_RESPONSE:
		return !f->replied;
	case CLOCK_NEXT_RESPONSE:
		return f->replied;
	case CLOCK_ESCALATION:
		return !f->escalated;
	case CLOCK_FEEDBACK:
		return f->status == STATUS_RESOLVED || f->status == STATUS_FOLLOW_UP_DUE;
	default:
		return TRUE;
	}
}

static void take_status(struct fold *f, const struct clock_fact *fact)
{
	gboolean was_active = status_is_active(f->status);
	const struct clock_kind_rule *k = &kinds[f->rule->kind];

	f->status = fact->status;
	if (fact->status == STATUS_MERGED || fact->status == STATUS_SPAM) {
		end(f, fact->at_ms, CLOCK_STATE_IDLE);
	} else if (!status_is_active(fact->status)) {
		if (k->closing != CLOSING_IGNORED)
			end(f, fact->at_ms, k->closing == CLOSING_MEETS ? CLOCK_STATE_MET : CLOCK_STATE_IDLE);
		else if (fact->status == STATUS_ARCHIVED)
			end(f, fact->at_ms, CLOCK_STATE_IDLE);
	} else if (f->phase == PHASE_ENDED) {
		gboolean given_up = f->end == CLOCK_STATE_IDLE;

		/* A first response that was given stays given; only one given up goes on. */
		if (!was_active && k->reopens && f->end != CLOCK_STATE_MISSED &&
		    ((given_up && !f->replied) || f->rule->kind == CLOCK_RESOLUTION))
			go_on(f, fact->at_ms);
	} else if (is_paused_by(f, fact->status)) {
		halt(f, fact->at_ms);
	} else if (f->phase == PHASE_PAUSED) {
		go_on(f, fact->at_ms);
	}
}

static void take_promise(struct fold *f, const struct clock_fact *fact)
{
	start(f, fact->at_ms, MAX(0, fact->due_ms - fact->at_ms));
	/* Promised for a moment already past: late from the first moment on. */
	if (fact->due_ms < fact->at_ms) {
		f->late = TRUE;
		f->late_due = fact->due_ms;
	}
}

static void take_fact(struct fold *f, const struct clock_fact *fact)
{
	gboolean answered = fact->kind == FACT_PUBLIC_REPLY || (fact->kind == FACT_CLAIMED && f->rule->met_by_claim);

	if (fact->kind == FACT_STATUS)
		take_status(f, fact);
	else if (fact->kind == FACT_PROMISED && f->rule->kind == CLOCK_PROMISE)
		take_promise(f, fact);
	else if (may_start(f, fact))
		start(f, fact->at_ms, f->rule->target_ms);
	else if (kinds[f->rule->kind].meets & BIT(fact->kind) || (f->rule->kind == CLOCK_FIRST_RESPONSE && answered))
		end(f, fact->at_ms, CLOCK_STATE_MET);
	f->replied |= answered;
	f->escalated |= fact->kind == FACT_ESCALATED || fact->kind == FACT_CROSS_ESCALATED;
}

static int64_t warn_of(const struct fold *f, int64_t due)
{
	int percent = f->rule->warn_percent;
	int64_t at;

	if (percent <= 0 || percent >= 100 || f->late)
		return due;
	/* Divided first: a target may be years long. */
	at = calendar_add(f->calendar, f->since, f->target / 100 * percent + f->target % 100 * percent / 100 - f->used);
	return MIN(at, due);
}

static void report(struct fold *f, int64_t now_ms, struct ticket_clock *out)
{
	out->started_ms = f->started;
	out->target_ms = f->target;
	switch (f->phase) {
	case PHASE_IDLE:
		break;
	case PHASE_RUNNING:
		out->due_ms = due_of(f);
		out->warn_ms = warn_of(f, out->due_ms);
		out->state = now_ms > out->due_ms ? CLOCK_STATE_BREACHED : CLOCK_STATE_RUNNING;
		break;
	case PHASE_PAUSED:
		out->state = CLOCK_STATE_PAUSED;
		out->left_ms = f->target - f->used;
		break;
	case PHASE_ENDED:
		out->state = f->end;
		out->ended_ms = f->ended;
		break;
	}
}

gboolean clock_fold(const struct clock_rule *rule, const struct clock_fact *facts, size_t n,
                    int64_t now_ms, struct ticket_clock *out)
{
	struct fold f = {.rule = rule, .target = rule->target_ms, .status = STATUS_NEW};

	/* A promise is a moment on the customer's wall, not working time. */
	f.calendar = rule->kind == CLOCK_PROMISE ? NULL : rule->calendar;
	for (size_t i = 0; i < n; i++)
		if (facts[i].at_ms <= now_ms)
			take_fact(&f, &facts[i]);
	*out = (struct ticket_clock){.kind = rule->kind, .state = CLOCK_STATE_IDLE, .policy_id = rule->policy_id};
	report(&f, now_ms, out);
	return f.phase != PHASE_IDLE;
}

/* ---- choosing the rules */

static const struct policy_target *find_target(const struct policy *p, enum clock_kind kind,
                                               enum ticket_priority priority, enum problem_class problem)
{
	for (guint i = 0; i < p->targets->len; i++) {
		const struct policy_target *t = p->targets->pdata[i];

		if (t->clock == kind && (t->priority == PRIORITY_COUNT || t->priority == priority) &&
		    (t->problem < 0 || t->problem == (int)problem))
			return t;
	}
	return NULL;
}

size_t clock_rules(const GPtrArray *policies, enum channel channel, enum ticket_priority priority,
                   enum problem_class problem, gboolean after_sales,
                   clock_calendar_fn *find, void *arg, struct clock_rule rules[CLOCK_COUNT])
{
	size_t n = 0;

	for (int kind = CLOCK_NONE + 1; kind < CLOCK_COUNT; kind++) {
		const struct policy_target *target = NULL;
		const struct policy *from = NULL;

		for (guint i = 0; i < policies->len; i++) {
			const struct policy *p = policies->pdata[i];
			const struct policy_target *t;

			if ((p->channels && !(p->channels & BIT(channel))) ||
			    (p->after_sales >= 0 && !p->after_sales != !after_sales) ||
			    (from && p->position >= from->position))
				continue;
			t = find_target(p, (enum clock_kind)kind, priority, problem);
			if (t) {
				target = t;
				from = p;
			}
		}
		if (!target && kind != CLOCK_PROMISE)
			continue;
		rules[n++] = (struct clock_rule){
			.kind = (enum clock_kind)kind,
			.target_ms = target ? target->target_ms : 0,
			.warn_percent = target ? target->warn_percent : DEFAULT_WARN,
			.pause_statuses = target ? target->pause_statuses : 0,
			.calendar = target && target->calendar && find ? find(target->calendar, arg) : NULL,
			.policy_id = from ? from->id : 0,
			.starts_at_claim = kind == CLOCK_RESOLUTION && problem == PROBLEM_SIMPLE,
			.met_by_claim = channel == CHANNEL_PHONE,
		};
	}
	return n;
}

const struct ticket_clock *clock_nearest(const struct ticket_clock *clocks, size_t n)
{
	const struct ticket_clock *best = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct ticket_clock *c = &clocks[i];

		if ((c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED) &&
		    (!best || c->due_ms < best->due_ms))
			best = c;
	}
	return best;
}
