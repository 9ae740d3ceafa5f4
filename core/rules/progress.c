/* How far a ticket is, for its customer. */
#include "rules/progress.h"

#include <string.h>
#include "base/say.h"

static const char *const names[PROGRESS_COUNT] = {
#define E(id, name, text) name,
	PROGRESSES(E)
#undef E
};
static const char *const texts[PROGRESS_COUNT] = {
#define E(id, name, text) text,
	PROGRESSES(E)
#undef E
};
static const char *const tell_names[PROGRESS_TELL_COUNT] = {
#define E(id, name) name,
	PROGRESS_TELLS(E)
#undef E
};

const char *progress_name(enum progress p)
{
	return names[p];
}

const char *progress_said(enum progress p, const char *language)
{
	return say_in(language ? language : "en", texts[p]);
}

const char *promise_state_name(enum promise_state s)
{
	static const char *const state[] = {"open", "kept", "renewed", "late"};

	return state[s];
}

struct telling {
	GArray *steps, *promises;
	gboolean taken, escalated;
};

static void step(struct telling *t, enum progress p, int64_t at_ms)
{
	const struct progress_step s = {p, at_ms};

	if (!t->steps->len || g_array_index(t->steps, struct progress_step, t->steps->len - 1).progress != p)
		g_array_append_val(t->steps, s);
}

static void work_goes_on(struct telling *t, int64_t at_ms)
{
	step(t, t->escalated ? PROGRESS_SPECIALISTS : t->taken ? PROGRESS_IN_WORK : PROGRESS_RECEIVED, at_ms);
}

static void end_promise(struct telling *t, enum promise_state in_time, int64_t at_ms)
{
	struct progress_promise *p = t->promises->len ?
	                             &g_array_index(t->promises, struct progress_promise, t->promises->len - 1) : NULL;

	if (p && p->state == PROMISE_OPEN)
		p->state = at_ms <= p->due_ms ? in_time : PROMISE_LATE;
}

static void take_status(struct telling *t, const struct clock_fact *f)
{
	switch (f->status) {
	case STATUS_PENDING_CUSTOMER:
		step(t, PROGRESS_WAITING, f->at_ms);
		return;
	case STATUS_RESOLVED:
	case STATUS_FOLLOW_UP_DUE:
		end_promise(t, PROMISE_KEPT, f->at_ms);
		step(t, PROGRESS_RESOLVED, f->at_ms);
		return;
	case STATUS_ARCHIVED:
	case STATUS_MERGED:
	case STATUS_SPAM:
		end_promise(t, PROMISE_KEPT, f->at_ms);
		step(t, PROGRESS_CLOSED, f->at_ms);
		return;
	default: /* open again, or something inside */
		work_goes_on(t, f->at_ms);
	}
}

static void take(struct telling *t, const struct clock_fact *f)
{
	const struct progress_promise promise = {f->at_ms, f->due_ms, PROMISE_OPEN};

	switch (f->kind) {
	case FACT_CREATED:
		step(t, PROGRESS_RECEIVED, f->at_ms);
		return;
	case FACT_CLAIMED:
		t->taken = TRUE;
		if (!t->steps->len || g_array_index(t->steps, struct progress_step, t->steps->len - 1).progress == PROGRESS_RECEIVED)
			work_goes_on(t, f->at_ms);
		return;
	case FACT_ESCALATED:
	case FACT_CROSS_ESCALATED:
	case FACT_RETURNED:
		t->escalated = f->kind != FACT_RETURNED;
		t->taken |= !t->escalated;
		work_goes_on(t, f->at_ms);
		return;
	case FACT_STATUS:
		take_status(t, f);
		return;
	case FACT_PUBLIC_REPLY:
	case FACT_PROMISE_KEPT:
		end_promise(t, PROMISE_KEPT, f->at_ms);
		return;
	case FACT_PROMISED:
		end_promise(t, PROMISE_RENEWED, f->at_ms);
		g_array_append_val(t->promises, promise);
		return;
	default:
		return;
	}
}

void progress_fold(const struct clock_fact *facts, size_t n, int64_t now_ms, GArray *steps, GArray *promises)
{
	struct telling t = {.steps = steps, .promises = promises};
	struct progress_promise *last;

	for (size_t i = 0; i < n; i++)
		if (facts[i].at_ms <= now_ms)
			take(&t, &facts[i]);
	last = promises->len ? &g_array_index(promises, struct progress_promise, promises->len - 1) : NULL;
	if (last && last->state == PROMISE_OPEN && now_ms > last->due_ms)
		last->state = PROMISE_LATE;
}

/* ---- what is told */
gboolean progress_tells_parse(const char *text, unsigned *tells, GError **error)
{
	g_auto(GStrv) word = g_strsplit_set(text ? text : "", " ,", -1);

	*tells = 0;
	for (char **w = word; *w; w++) {
		int i = 0;

		if (!**w || strcmp(*w, "none") == 0)
			continue;
		while (i < PROGRESS_TELL_COUNT && strcmp(*w, tell_names[i]) != 0)
			i++;
		if (i == PROGRESS_TELL_COUNT)
			return desk_fail(error, DESK_INVALID, "progress_messages: \"%s\" is not taken, escalated, waiting, resolved or none", *w);
		*tells |= 1u << i;
	}
	return TRUE;
}

gboolean progress_fits(enum channel channel, int64_t silent_ms)
{
	return channel != CHANNEL_PHONE && channel != CHANNEL_WALK_IN && silent_ms >= PROGRESS_QUIET_MS;
}
