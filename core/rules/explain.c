/* The arithmetic behind a countdown. */
#include "rules/explain.h"

#include <string.h>

#define MORNING 9 /* o'clock */

int64_t explain_tomorrow(int64_t now_ms, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_ms / 1000);
	g_autoptr(GDateTime) now = utc ? g_date_time_to_timezone(utc, zone) : NULL;
	g_autoptr(GDateTime) next = now ? g_date_time_add_days(now, 1) : NULL;
	g_autoptr(GDateTime) at = next ? g_date_time_new(zone, g_date_time_get_year(next), g_date_time_get_month(next),
	                                                 g_date_time_get_day_of_month(next), MORNING, 0, 0) : NULL;

	return at ? g_date_time_to_unix(at) * 1000 : now_ms;
}

/* ---- steps */
static void free_step(gpointer s)
{
	clock_step_free(s);
}

static gboolean is_kind(const struct clock_step *s, const char *kind)
{
	return strcmp(s->kind, kind) == 0;
}

static const char *kind_of(const struct clock_trace_step *t)
{
	switch (t->kind) {
	case TRACE_START:
		return "start";
	case TRACE_COUNTED:
		return t->ahead ? "coming" : "counted";
	case TRACE_CLOSED:
		return "closed";
	case TRACE_HOLIDAY:
		return "holiday";
	case TRACE_PAUSED:
		return "paused";
	case TRACE_STOPPED:
		return "stopped";
	case TRACE_LATE:
		return "late";
	case TRACE_JUDGED:
		return "judged";
	case TRACE_CHANGED:
		return "changed";
	case TRACE_END:
		return t->state == CLOCK_STATE_MET ? "met" : t->state == CLOCK_STATE_MISSED ? "missed" : "ended";
	case TRACE_NOW:
		return "now";
	case TRACE_DUE:
		return "due";
	}
	return "closed";
}

static const char *note_of(const struct clock_trace_step *t)
{
	switch (t->kind) {
	case TRACE_PAUSED:
		return status_name(t->status);
	case TRACE_HOLIDAY:
		return t->called;
	case TRACE_START:
	case TRACE_END:
		return t->fact == FACT_STATUS ? status_name(t->status) : clock_fact_name(t->fact);
	default:
		return NULL;
	}
}

static void step_fn(const struct clock_trace_step *t, void *arg)
{
	GPtrArray *steps = arg;
	struct clock_step *s = g_new0(struct clock_step, 1);

	if (t->kind == TRACE_START) /* a new run */
		g_ptr_array_set_size(steps, 0);
	s->kind = g_strdup(kind_of(t));
	s->from_ms = t->from_ms;
	s->to_ms = t->to_ms;
	s->counted_ms = t->counted_ms;
	s->total_ms = t->total_ms;
	s->note = g_strdup(note_of(t));
	g_ptr_array_add(steps, s);
}

/* Nights between two stretches go without saying; what stands at the end of a run doesn't. */
static void drop_closed(GPtrArray *steps)
{
	for (guint i = 0; i < steps->len; i++) {
		const struct clock_step *before = i ? steps->pdata[i - 1] : NULL;
		const struct clock_step *after = i + 1 < steps->len ? steps->pdata[i + 1] : NULL;

		if (!is_kind(steps->pdata[i], "closed") || (before && is_kind(before, "start")) ||
		    (after && is_kind(after, "now")))
			continue;
		g_ptr_array_remove_index(steps, i--);
	}
}

/* The stretches of one kind from `from` on, `many` of them and the days off in between, as one. */
static void fold(GPtrArray *steps, const char *kind, guint from, guint many)
{
	struct clock_step *first = NULL;
	guint n = 0;

	for (guint i = 0, seen = 0; i < steps->len && n < many; i++) {
		struct clock_step *s = steps->pdata[i];

		if (!is_kind(s, kind)) {
			if (first && is_kind(s, "holiday"))
				g_ptr_array_remove_index(steps, i--);
			else
				first = NULL; /* a pause stays where it was */
			continue;
		}
		if (seen++ < from)
			continue;
		n++;
		if (!first) {
			first = s;
			g_free(first->note);
			first->note = g_strdup("1");
			continue;
		}
		first->counted_ms += s->counted_ms;
		first->total_ms = s->total_ms;
		first->to_ms = s->to_ms;
		g_free(first->note);
		first->note = g_strdup_printf("%u", n);
		g_ptr_array_remove_index(steps, i--);
	}
}

static guint count(const GPtrArray *steps, const char *kind)
{
	guint n = 0;

	for (guint i = 0; i < steps->len; i++)
		n += is_kind(steps->pdata[i], kind);
	return n;
}

/* What is long ago, or far ahead, is told as one: a clock may run for months. */
static void shorten(GPtrArray *steps)
{
	guint counted = count(steps, "counted"), coming = count(steps, "coming");

	drop_closed(steps);
	if (counted > EXPLAIN_STRETCHES)
		fold(steps, "counted", 0, counted - EXPLAIN_STRETCHES + 1);
	if (coming > EXPLAIN_COMING)
		fold(steps, "coming", EXPLAIN_COMING - 1, coming);
}

static int64_t used_ms(const GPtrArray *steps)
{
	int64_t used = 0;

	for (guint i = 0; i < steps->len && !is_kind(steps->pdata[i], "now"); i++)
		used = ((const struct clock_step *)steps->pdata[i])->total_ms;
	return used;
}

/* ---- what if */
/* TRUE when it would stand still. */
static gboolean what_if(struct clock_explained *e, const struct explain_input *in, const char *kind,
                    const struct clock_fact *then, size_t n, int64_t at_ms)
{
	g_autofree struct clock_fact *facts = g_new(struct clock_fact, in->n + n);
	struct clock_what_if *w;
	struct ticket_clock clock;
	size_t count = 0;

	for (size_t i = 0; i < in->n; i++)
		if (in->facts[i].at_ms <= in->now_ms)
			facts[count++] = in->facts[i];
	for (size_t i = 0; i < n; i++)
		facts[count++] = then[i];
	if (!clock_fold(in->rule, facts, count, MAX(at_ms, in->now_ms), &clock))
		return FALSE;
	w = g_new0(struct clock_what_if, 1);
	w->kind = g_strdup(kind);
	w->at_ms = at_ms;
	w->state = clock.state;
	w->due_ms = clock.due_ms;
	w->left_ms = clock.left_ms;
	g_ptr_array_add(e->what_if, w);
	return w->state == CLOCK_STATE_PAUSED;
}

static struct clock_fact set_to(enum ticket_status status, int64_t at_ms)
{
	return (struct clock_fact){.kind = FACT_STATUS, .at_ms = at_ms, .status = status};
}

static void add_what_ifs(struct clock_explained *e, const struct explain_input *in)
{
	const struct clock_fact pending = set_to(STATUS_PENDING_CUSTOMER, in->now_ms);
	const struct clock_fact resolved = set_to(STATUS_RESOLVED, in->now_ms);
	const struct clock_fact both[] = {pending, set_to(STATUS_OPEN, in->tomorrow_ms)};
	enum clock_state state = e->clock.state;
	gboolean goes_on = state == CLOCK_STATE_RUNNING || state == CLOCK_STATE_PAUSED || state == CLOCK_STATE_BREACHED;

	if (!status_is_active(in->status)) {
		if (in->status != STATUS_MERGED)
			what_if(e, in, "reopened-tomorrow", &both[1], 1, in->tomorrow_ms);
		return;
	}
	if (!goes_on)
		return;
	if (in->status != STATUS_PENDING_CUSTOMER) {
		if (what_if(e, in, "pending-now", &pending, 1, in->now_ms))
			what_if(e, in, "pending-until-tomorrow", both, 2, in->tomorrow_ms);
	} else {
		what_if(e, in, "reopened-tomorrow", &both[1], 1, in->tomorrow_ms);
	}
	what_if(e, in, "resolved-now", &resolved, 1, in->now_ms);
}

static void add_warns(struct clock_explained *e, int64_t threshold, int64_t at_ms)
{
	struct clock_warns *w = g_new(struct clock_warns, 1);

	*w = (struct clock_warns){clock_threshold_text(threshold), at_ms};
	g_ptr_array_add(e->warnings, w);
}

/* Those of this run, then those that it is too short for. */
static void add_warnings(struct clock_explained *e, const struct ticket_clock *clock, const struct clock_rule *rule)
{
	const struct clock_warning *w = clock->warnings;

	for (int i = 0; i < CLOCK_WARNINGS && w[i].threshold; i++)
		add_warns(e, w[i].threshold, w[i].at_ms);
	for (int i = 0; i < CLOCK_WARNINGS && clock->state == CLOCK_STATE_RUNNING; i++)
		if (rule->warnings[i] < 0 && -rule->warnings[i] >= clock->target_ms)
			add_warns(e, rule->warnings[i], 0);
}

struct clock_explained *explain_clock(const struct explain_input *in)
{
	const struct calendar *calendar = in->rule->kind == CLOCK_PROMISE ? NULL : in->rule->calendar;
	g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(free_step);
	struct clock_explained *e;
	struct ticket_clock clock;

	if (!clock_trace(in->rule, in->facts, in->n, in->now_ms, &clock, step_fn, steps))
		return NULL;
	e = clock_explained_new();
	e->clock = clock;
	e->calendar = g_strdup(calendar ? calendar_name(calendar) : NULL);
	e->zone = g_strdup(calendar ? calendar_zone(calendar) : NULL);
	shorten(steps);
	e->clock.left_ms = clock.target_ms - used_ms(steps);
	g_ptr_array_set_free_func(steps, NULL);
	for (guint i = 0; i < steps->len; i++)
		g_ptr_array_add(e->steps, steps->pdata[i]);
	add_warnings(e, &clock, in->rule);
	add_what_ifs(e, in);
	return e;
}

/* ---- why this policy */
static const struct policy_target *target_of(const struct clock_rule *rule, const struct clock_case *of)
{
	for (guint i = 0; i < rule->policy->targets->len; i++) {
		const struct policy_target *t = rule->policy->targets->pdata[i];

		if (t->clock == rule->kind && (t->priority == PRIORITY_COUNT || t->priority == of->priority) &&
		    (t->problem < 0 || t->problem == (int)of->problem))
			return t;
	}
	return NULL;
}

static void add(GString *out, const char *key, const char *value)
{
	g_string_append_printf(out, "%s%s=%s", out->len ? "\t" : "", key, value);
}

static void add_tags(GString *out, const struct policy *p, const struct clock_case *of)
{
	for (guint i = 0; of->tags && i < p->tags->len; i++)
		if (g_ptr_array_find_with_equal_func((GPtrArray *)of->tags, p->tags->pdata[i], g_str_equal, NULL))
			add(out, "tag", p->tags->pdata[i]);
}

char *explain_matched(const struct clock_rule *rule, const struct clock_case *of, const char *group)
{
	const struct policy *p = rule->policy;
	const struct policy_target *t = p ? target_of(rule, of) : NULL;
	GString *out = g_string_new(NULL);

	if (!p)
		return g_string_free(out, FALSE);
	if (p->channels)
		add(out, "channel", channel_name(of->channel));
	if (p->after_sales >= 0)
		add(out, "after-sales", of->after_sales ? "yes" : "no");
	if (p->problem >= 0 || (t && t->problem >= 0))
		add(out, "problem", problem_name(of->problem));
	add_tags(out, p, of);
	if (p->groups->len && group)
		add(out, "group", group);
	if (t && t->priority != PRIORITY_COUNT)
		add(out, "priority", priority_name(of->priority));
	return g_string_free(out, FALSE);
}
