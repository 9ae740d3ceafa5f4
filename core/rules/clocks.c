/* Service clocks: one table says which facts start and meet each kind; one small
 * machine runs them all. */
#include "rules/clocks.h"

#include <string.h>

#define BIT(n) (1u << (n))
#define DEFAULT_WARN 75

/* What closing the ticket (resolved, follow-up due, archived) does to a clock. */
enum closing { CLOSING_MEETS, CLOSING_ENDS, CLOSING_IGNORED };

struct clock_kind_rule {
	unsigned starts, meets, gives_up; /* bits per enum clock_fact_kind */
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
		.starts = BIT(FACT_CLAIMED) | BIT(FACT_CANT_SOLVE) | BIT(FACT_RETURNED),
		.meets = BIT(FACT_ESCALATED) | BIT(FACT_CROSS_ESCALATED) | BIT(FACT_PROMISED),
		.closing = CLOSING_MEETS},
	[CLOCK_TIER2] = {
		.starts = BIT(FACT_ESCALATED), .meets = BIT(FACT_TIER2_ANSWER), .gives_up = BIT(FACT_RETURNED),
		.closing = CLOSING_MEETS, .again = TRUE},
	[CLOCK_CROSS] = {
		.starts = BIT(FACT_CROSS_ESCALATED), .meets = BIT(FACT_PLAN_SENT), .gives_up = BIT(FACT_RETURNED),
		.closing = CLOSING_MEETS, .again = TRUE},
	[CLOCK_FEEDBACK] = {
		.starts = BIT(FACT_CUSTOMER_MESSAGE) | BIT(FACT_FEEDBACK), .meets = BIT(FACT_PUBLIC_REPLY),
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
	gboolean until;            /* this run ends at a moment that was said, whatever the rules */
	gboolean late;             /* it was once past its due time ... */
	int64_t late_due;          /* ... which was this */
	enum ticket_status status;
	gboolean replied, escalated;
	gboolean asked;            /* a customer wrote while the ticket was closed */
	int64_t paused;            /* paused: since when ... */
	enum ticket_status pause_status; /* ... and by what */
	/* for clock_trace; NULL: nobody listens */
	clock_trace_fn *tell;
	void *arg;
	const struct clock_fact *fact; /* the one at work */
	gboolean ahead;
	int64_t told;              /* working time of the run that was told */
};

static int64_t due_of(const struct fold *f)
{
	return f->late ? f->late_due : MIN(calendar_add(f->calendar, f->since, f->target - f->used), QUEUE_NO_DUE);
}

static gboolean is_paused_by(const struct fold *f, enum ticket_status status)
{
	return (f->rule->pause_statuses & BIT(status)) != 0;
}

/* ---- telling */
static void tell(struct fold *f, struct clock_trace_step step)
{
	if (!f->tell)
		return;
	if (step.to_ms < step.from_ms)
		step.to_ms = step.from_ms;
	f->told += step.counted_ms;
	step.total_ms = f->told;
	step.ahead = f->ahead;
	f->tell(&step, f->arg);
}

static gboolean tell_piece(const struct calendar_piece *piece, void *arg)
{
	static const enum clock_trace_kind kinds_of[] = {
		[CALENDAR_WORKING] = TRACE_COUNTED, [CALENDAR_CLOSED] = TRACE_CLOSED, [CALENDAR_HOLIDAY] = TRACE_HOLIDAY};

	tell(arg, (struct clock_trace_step){.kind = kinds_of[piece->kind], .from_ms = piece->from_ms, .to_ms = piece->to_ms,
		.counted_ms = piece->kind == CALENDAR_WORKING ? piece->to_ms - piece->from_ms : 0, .called = piece->called,
		.exception = piece->exception});
	return TRUE;
}

/* The time that a clock ran, with the moment when it was due if that is within (else -1). */
static void tell_run(struct fold *f, int64_t from, int64_t to, int64_t due)
{
	gboolean passes = due >= from && due < to;

	if (!f->tell)
		return;
	if (passes) {
		calendar_each(f->calendar, from, due, tell_piece, f);
		tell(f, (struct clock_trace_step){.kind = TRACE_LATE, .from_ms = due});
		from = due;
	}
	calendar_each(f->calendar, from, to, tell_piece, f);
}

static void tell_pause(struct fold *f, int64_t to)
{
	if (f->tell && f->phase == PHASE_PAUSED && to > f->paused)
		tell(f, (struct clock_trace_step){.kind = TRACE_PAUSED, .from_ms = f->paused, .to_ms = to, .status = f->pause_status});
	f->paused = to;
}

/* ---- the machine */
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
	gboolean late = f->late;

	if (f->phase != PHASE_RUNNING)
		return;
	note_late(f, at);
	tell_run(f, f->since, at, f->late && !late ? f->late_due : -1);
	f->used += calendar_between(f->calendar, f->since, at);
	f->phase = PHASE_PAUSED;
	f->paused = at;
	f->pause_status = f->status;
}

static void go_on(struct fold *f, int64_t at)
{
	f->since = at;
	f->ended = 0;
	f->phase = is_paused_by(f, f->status) ? PHASE_PAUSED : PHASE_RUNNING;
	f->paused = at;
	f->pause_status = f->status;
}

static void start(struct fold *f, int64_t at, int64_t target)
{
	f->started = at;
	f->target = target;
	f->used = f->told = 0;
	f->late = f->until = FALSE;
	f->calendar = f->rule->calendar;
	tell(f, (struct clock_trace_step){.kind = TRACE_START, .from_ms = at, .fact = f->fact->kind});
	go_on(f, at);
}

static void end(struct fold *f, int64_t at, enum clock_state in_time)
{
	if (f->phase != PHASE_RUNNING && f->phase != PHASE_PAUSED)
		return;
	halt(f, at);
	tell_pause(f, at);
	f->phase = PHASE_ENDED;
	f->ended = at;
	f->end = f->late ? CLOCK_STATE_MISSED : in_time;
	tell(f, (struct clock_trace_step){.kind = TRACE_END, .from_ms = at, .fact = f->fact->kind,
		.status = f->fact->kind == FACT_STATUS ? f->fact->status : f->status, .state = f->end});
}

static gboolean may_start(const struct fold *f, const struct clock_fact *fact)
{
	const struct clock_kind_rule *k = &kinds[f->rule->kind];
	unsigned starts = k->starts;

	if (f->rule->kind == CLOCK_RESOLUTION && f->rule->starts_at_claim)
		starts = BIT(FACT_CLAIMED);
	if (f->rule->kind == CLOCK_ESCALATION && f->rule->when_said)
		starts &= ~BIT(FACT_CLAIMED);
	if (!(starts & BIT(fact->kind)) || (f->phase == PHASE_ENDED && !k->again && fact->kind != FACT_RETURNED))
		return FALSE;
	if (f->phase == PHASE_RUNNING || f->phase == PHASE_PAUSED)
		return FALSE;
	switch (f->rule->kind) {
	case CLOCK_FIRST_RESPONSE:
		return !f->replied;
	case CLOCK_NEXT_RESPONSE:
		return f->replied && status_is_active(f->status);
	case CLOCK_ESCALATION: /* while it is with others, tier 1 owes nothing */
		return f->escalated == (fact->kind == FACT_RETURNED);
	case CLOCK_FEEDBACK:
		return fact->kind == FACT_FEEDBACK || f->status == STATUS_RESOLVED || f->status == STATUS_FOLLOW_UP_DUE;
	default:
		return TRUE;
	}
}

/* Opened again: what was left goes on, and who wrote meanwhile waits from now on. */
static void take_reopening(struct fold *f, int64_t at)
{
	const struct clock_kind_rule *k = &kinds[f->rule->kind];
	gboolean given_up = f->end == CLOCK_STATE_IDLE;

	if (f->rule->kind == CLOCK_NEXT_RESPONSE && f->asked && f->replied && f->phase != PHASE_RUNNING) {
		start(f, at, f->rule->target_ms);
		return;
	}
	/* A first response that was given stays given; only one given up goes on. */
	if (f->phase != PHASE_ENDED || !k->reopens || f->end == CLOCK_STATE_MISSED ||
	    !((given_up && !f->replied) || f->rule->kind == CLOCK_RESOLUTION))
		return;
	tell(f, (struct clock_trace_step){.kind = TRACE_STOPPED, .from_ms = f->ended, .to_ms = at});
	go_on(f, at);
}

static void take_status(struct fold *f, const struct clock_fact *fact)
{
	gboolean was_active = status_is_active(f->status);
	const struct clock_kind_rule *k = &kinds[f->rule->kind];
	gboolean over = fact->status == STATUS_MERGED || fact->status == STATUS_SPAM || fact->status == STATUS_ARCHIVED;

	if (!status_is_active(fact->status)) {
		if (k->closing != CLOSING_IGNORED || over)
			end(f, fact->at_ms, k->closing == CLOSING_MEETS && (!over || fact->status == STATUS_ARCHIVED) ?
			    CLOCK_STATE_MET : CLOCK_STATE_IDLE);
		f->status = fact->status;
		return;
	}
	if (f->phase == PHASE_RUNNING && is_paused_by(f, fact->status)) {
		f->status = fact->status;
		halt(f, fact->at_ms);
	} else if (f->phase == PHASE_PAUSED) {
		tell_pause(f, fact->at_ms);
		f->status = f->pause_status = fact->status;
		if (!is_paused_by(f, fact->status))
			go_on(f, fact->at_ms);
	}
	f->status = fact->status;
	if (!was_active)
		take_reopening(f, fact->at_ms);
	f->asked = FALSE;
}

static void take_judgement(struct fold *f, const struct clock_fact *fact)
{
	if (fact->clock != f->rule->kind || f->phase == PHASE_IDLE)
		return;
	if (fact->due_ms) {
		if (!f->late)
			f->late_due = fact->due_ms;
		f->late = TRUE;
	} else if (f->phase == PHASE_ENDED) {
		f->late = FALSE;
	}
	if (f->phase == PHASE_ENDED)
		f->end = f->late ? CLOCK_STATE_MISSED : f->end == CLOCK_STATE_MISSED ? CLOCK_STATE_MET : f->end;
	tell(f, (struct clock_trace_step){.kind = TRACE_JUDGED, .from_ms = fact->at_ms, .state = f->end});
}

/* A promise, a new estimate is a moment on the customer's wall, not working time. */
static void start_until(struct fold *f, const struct clock_fact *fact)
{
	start(f, fact->at_ms, MAX(0, fact->due_ms - fact->at_ms));
	f->calendar = NULL;
	f->until = TRUE;
}

static void take_promise(struct fold *f, const struct clock_fact *fact)
{
	start_until(f, fact);
	/* Promised for a moment already past: late from the first moment on. */
	if (fact->due_ms < fact->at_ms) {
		f->late = TRUE;
		f->late_due = fact->due_ms;
	}
}

/* "Needs longer": what was owed is met by saying so, and until then is owed what was said. */
static void take_estimate(struct fold *f, const struct clock_fact *fact)
{
	if (f->phase != PHASE_RUNNING && f->phase != PHASE_PAUSED)
		return;
	end(f, fact->at_ms, CLOCK_STATE_MET);
	start_until(f, fact);
}

static void take_fact(struct fold *f, const struct clock_fact *fact)
{
	const struct clock_kind_rule *k = &kinds[f->rule->kind];
	gboolean answered = fact->kind == FACT_PUBLIC_REPLY || (fact->kind == FACT_CLAIMED && f->rule->met_by_claim);

	f->fact = fact;
	if (fact->kind == FACT_STATUS)
		take_status(f, fact);
	else if (fact->kind == FACT_JUDGED)
		take_judgement(f, fact);
	else if (fact->kind == FACT_PROMISED && f->rule->kind == CLOCK_PROMISE)
		take_promise(f, fact);
	else if (may_start(f, fact))
		start(f, fact->at_ms, f->rule->target_ms);
	else if (k->again && k->gives_up && k->meets & BIT(fact->kind) && fact->due_ms)
		take_estimate(f, fact);
	else if (k->meets & BIT(fact->kind) || (f->rule->kind == CLOCK_FIRST_RESPONSE && answered))
		end(f, fact->at_ms, CLOCK_STATE_MET);
	else if (k->gives_up & BIT(fact->kind) && !fact->due_ms)
		end(f, fact->at_ms, CLOCK_STATE_IDLE);
	f->replied |= answered;
	f->escalated |= fact->kind == FACT_ESCALATED || fact->kind == FACT_CROSS_ESCALATED;
	f->asked |= fact->kind == FACT_CUSTOMER_MESSAGE && !status_is_active(f->status);
	f->asked &= !answered;
	f->escalated &= fact->kind != FACT_RETURNED;
}

/* Another policy or calendar: what was counted stays, and counts on by the new one. */
static void take_rule(struct fold *f, const struct clock_rule *rule)
{
	gboolean goes_on = f->phase == PHASE_RUNNING || f->phase == PHASE_PAUSED;

	halt(f, rule->since_ms);
	tell_pause(f, rule->since_ms);
	f->rule = rule;
	if (!f->until) {
		f->target = rule->target_ms;
		f->calendar = rule->calendar;
	}
	if (!goes_on)
		return;
	tell(f, (struct clock_trace_step){.kind = TRACE_CHANGED, .from_ms = rule->since_ms});
	go_on(f, rule->since_ms);
}

/* The rule that followed `old`, if it did by then. */
static const struct clock_rule *next_rule(const struct clock_rule *newest, const struct clock_rule *old, int64_t by_ms)
{
	while (newest != old && newest->before != old)
		newest = newest->before;
	return newest != old && newest->since_ms <= by_ms ? newest : NULL;
}

static const struct clock_rule *oldest_rule(const struct clock_rule *rule)
{
	while (rule->before)
		rule = rule->before;
	return rule;
}

/* In order of time; those of one moment as the policy has them. */
static void add_warning(struct clock_warning to[CLOCK_WARNINGS], int n, struct clock_warning w)
{
	for (; n > 0 && to[n - 1].at_ms > w.at_ms; n--)
		to[n] = to[n - 1];
	to[n] = w;
}

static void warn(const struct fold *f, struct ticket_clock *out)
{
	int n = 0;

	for (int i = 0; i < CLOCK_WARNINGS && f->rule->warnings[i] && !f->late; i++) {
		int64_t of = f->rule->warnings[i], at;
		/* Divided first: a target may be years long. */
		int64_t counted = of > 0 ? f->target / 100 * of + f->target % 100 * of / 100 : f->target + of;

		if (counted <= 0)
			continue;
		at = calendar_add(f->calendar, f->since, counted - f->used);
		if (at < out->due_ms)
			add_warning(out->warnings, n++, (struct clock_warning){of, at});
	}
	out->warn_ms = n ? out->warnings[0].at_ms : out->due_ms;
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
		warn(f, out);
		out->state = now_ms > out->due_ms ? CLOCK_STATE_BREACHED : CLOCK_STATE_RUNNING;
		break;
	case PHASE_PAUSED:
		out->state = CLOCK_STATE_PAUSED;
		/* What was judged late stays so, whatever the target says now. */
		out->left_ms = f->late ? MIN(f->target - f->used, -1) : f->target - f->used;
		break;
	case PHASE_ENDED:
		out->state = f->end;
		out->ended_ms = f->ended;
		break;
	}
}

/* What is going on at the end of the facts, and what is to come. */
static void tell_rest(struct fold *f, int64_t now_ms, const struct ticket_clock *out)
{
	tell_pause(f, now_ms);
	if (f->phase == PHASE_RUNNING)
		tell_run(f, f->since, now_ms, f->late ? -1 : out->due_ms);
	if (f->phase == PHASE_ENDED || f->phase == PHASE_IDLE)
		return;
	tell(f, (struct clock_trace_step){.kind = TRACE_NOW, .from_ms = now_ms});
	f->ahead = TRUE;
	if (out->state != CLOCK_STATE_RUNNING || out->due_ms >= QUEUE_NO_DUE)
		return;
	tell_run(f, now_ms, out->due_ms, -1);
	tell(f, (struct clock_trace_step){.kind = TRACE_DUE, .from_ms = out->due_ms});
}

gboolean clock_trace(const struct clock_rule *rule, const struct clock_fact *facts, size_t n, int64_t now_ms,
                     struct ticket_clock *out, clock_trace_fn *fn, void *arg)
{
	struct fold f = {.rule = oldest_rule(rule), .target = rule->target_ms, .status = STATUS_NEW, .tell = fn, .arg = arg};
	const struct clock_rule *next;

	for (size_t i = 0; i < n; i++) {
		if (facts[i].at_ms > now_ms)
			continue;
		while (f.rule != rule && (next = next_rule(rule, f.rule, facts[i].at_ms - 1)) != NULL)
			take_rule(&f, next);
		take_fact(&f, &facts[i]);
	}
	while (f.rule != rule && (next = next_rule(rule, f.rule, now_ms)) != NULL)
		take_rule(&f, next);
	*out = (struct ticket_clock){.kind = rule->kind, .state = CLOCK_STATE_IDLE, .policy_id = rule->policy_id};
	report(&f, now_ms, out);
	if (fn)
		tell_rest(&f, now_ms, out);
	return f.phase != PHASE_IDLE;
}

gboolean clock_fold(const struct clock_rule *rule, const struct clock_fact *facts, size_t n,
                    int64_t now_ms, struct ticket_clock *out)
{
	return clock_trace(rule, facts, n, now_ms, out, NULL, NULL);
}

const char *clock_fact_name(enum clock_fact_kind kind)
{
	static const char *const names[] = {
		[FACT_CREATED] = "created", [FACT_CUSTOMER_MESSAGE] = "customer-message", [FACT_PUBLIC_REPLY] = "public-reply",
		[FACT_CLAIMED] = "claimed", [FACT_RELEASED] = "released", [FACT_STATUS] = "status",
		[FACT_ESCALATED] = "escalated", [FACT_CROSS_ESCALATED] = "cross-escalated",
		[FACT_TIER2_ANSWER] = "tier2-answer", [FACT_PLAN_SENT] = "plan-sent", [FACT_PROMISED] = "promised",
		[FACT_PROMISE_KEPT] = "promise-kept", [FACT_CANT_SOLVE] = "cant-solve", [FACT_RETURNED] = "returned",
		[FACT_JUDGED] = "judged", [FACT_FEEDBACK] = "feedback",
	};

	return (size_t)kind < G_N_ELEMENTS(names) ? names[kind] : "?";
}

/* ---- judging anew */
static gboolean is_late(const struct ticket_clock *c, int64_t now_ms)
{
	gboolean runs = c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED;

	return c->state == CLOCK_STATE_MISSED || (runs && c->due_ms < now_ms) ||
	       (c->state == CLOCK_STATE_PAUSED && c->left_ms < 0);
}

gboolean clock_judged(const struct ticket_clock *was, const struct ticket_clock *is, int64_t now_ms,
                      struct clock_fact *fact)
{
	gboolean was_late = is_late(was, now_ms);

	*fact = (struct clock_fact){.kind = FACT_JUDGED, .at_ms = now_ms, .clock = was->kind};
	if (was->kind != is->kind || was->started_ms != is->started_ms || was->state == CLOCK_STATE_IDLE ||
	    was_late == is_late(is, now_ms))
		return FALSE;
	if (!was_late) /* met in time; one that hadn't ended may be late by the new rules */
		return was->state == CLOCK_STATE_MET && is->state == CLOCK_STATE_MISSED;
	fact->due_ms = MAX(1, was->due_ms ? was->due_ms : was->ended_ms ? was->ended_ms : now_ms);
	return TRUE;
}

/* ---- choosing the rules */
gboolean clock_rule_same(const struct clock_rule *a, const struct clock_rule *b)
{
	return a->target_ms == b->target_ms && a->pause_statuses == b->pause_statuses && a->calendar == b->calendar;
}

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

static gboolean has_group(const struct policy *p, desk_id group_id)
{
	for (guint i = 0; p->groups && i < p->groups->len; i++)
		if (g_array_index(p->groups, desk_id, i) == group_id)
			return TRUE;
	return !p->groups || !p->groups->len;
}

static gboolean has_tag(const struct policy *p, const GPtrArray *tags)
{
	for (guint i = 0; p->tags && i < p->tags->len; i++)
		for (guint at = 0; tags && at < tags->len; at++)
			if (strcmp(p->tags->pdata[i], tags->pdata[at]) == 0)
				return TRUE;
	return !p->tags || !p->tags->len;
}

gboolean clock_policy_fits(const struct policy *p, const struct clock_case *of)
{
	return (!p->channels || p->channels & BIT(of->channel)) &&
	       (p->after_sales < 0 || !p->after_sales == !of->after_sales) &&
	       (p->problem < 0 || p->problem == (int)of->problem) && has_group(p, of->group_id) && has_tag(p, of->tags);
}

size_t clock_rules(const GPtrArray *policies, const struct clock_case *of,
                   clock_calendar_fn *find, void *arg, struct clock_rule rules[CLOCK_COUNT])
{
	const struct policy_target *target[CLOCK_COUNT] = {0};
	const struct policy *from[CLOCK_COUNT] = {0};
	size_t n = 0;

	for (guint i = 0; i < policies->len; i++) {
		const struct policy *p = policies->pdata[i];

		if (!clock_policy_fits(p, of))
			continue;
		for (int kind = CLOCK_NONE + 1; kind < CLOCK_COUNT; kind++) {
			const struct policy_target *t = from[kind] && p->position >= from[kind]->position ? NULL :
				find_target(p, (enum clock_kind)kind, of->priority, of->problem);

			if (t) {
				target[kind] = t;
				from[kind] = p;
			}
		}
	}
	for (int kind = CLOCK_NONE + 1; kind < CLOCK_COUNT; kind++) {
		const struct policy_target *t = target[kind];

		if (!t && kind != CLOCK_PROMISE)
			continue;
		rules[n++] = (struct clock_rule){
			.kind = (enum clock_kind)kind,
			.target_ms = t ? t->target_ms : 0,
			.pause_statuses = t ? t->pause_statuses : 0,
			.calendar = t && t->calendar && find ? find(t->calendar, arg) : NULL,
			.policy_id = from[kind] ? from[kind]->id : 0,
			.policy = from[kind],
			.starts_at_claim = kind == CLOCK_RESOLUTION && of->problem == PROBLEM_SIMPLE,
			.when_said = kind == CLOCK_ESCALATION && of->problem == PROBLEM_SIMPLE,
			.met_by_claim = of->channel == CHANNEL_PHONE,
			.warnings = {DEFAULT_WARN},
		};
		if (t)
			memcpy(rules[n - 1].warnings, t->warnings, sizeof t->warnings);
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
