/* What is stored of a ticket's clocks against what its facts say: every difference is told. */
#include "server/desk/inside.h"

#include <string.h>
#include "base/say.h"

struct verifying {
	desk_id id;
	const char *clock;
	desk_difference_fn *fn;
	void *arg;
};

static void differ(const struct verifying *v, const char *what, const char *stored, const char *computed)
{
	g_autofree char *sentence = g_strdup_printf(_("#%" G_GINT64_FORMAT ": clock %s: %s is stored as %s, recomputed %s"),
	                                            v->id, v->clock, what, stored, computed);

	v->fn(sentence, v->arg);
}

static char *moment(int64_t ms)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *text = at && ms && ms < QUEUE_NO_DUE ? g_date_time_format(at, "%Y-%m-%dT%H:%M:%S") : NULL;

	return text ? g_strdup_printf("%s.%03dZ", text, (int)(ms % 1000)) : g_strdup(ms ? "never" : "0");
}

static void compare_moments(const struct verifying *v, const char *what, int64_t stored, int64_t computed)
{
	g_autofree char *a = moment(stored), *b = moment(computed);

	if (stored != computed)
		differ(v, what, a, b);
}

static void compare_numbers(const struct verifying *v, const char *what, int64_t stored, int64_t computed)
{
	g_autofree char *a = g_strdup_printf("%" G_GINT64_FORMAT, stored);
	g_autofree char *b = g_strdup_printf("%" G_GINT64_FORMAT, computed);

	if (stored != computed)
		differ(v, what, a, b);
}

/* One that has passed its moment since it was stored differs by the time only. */
static enum clock_state resting(enum clock_state state)
{
	return state == CLOCK_STATE_BREACHED ? CLOCK_STATE_RUNNING : state;
}

static void compare_clocks(const struct verifying *v, const struct ticket_clock *stored, const struct ticket_clock *is)
{
	if (resting(stored->state) != resting(is->state))
		differ(v, "state", clock_state_name(stored->state), clock_state_name(is->state));
	compare_moments(v, "started", stored->started_ms, is->started_ms);
	compare_numbers(v, "target_ms", stored->target_ms, is->target_ms);
	compare_moments(v, "due", stored->due_ms, is->due_ms);
	compare_moments(v, "warn", stored->warn_ms, is->warn_ms);
	for (int i = 0; i < CLOCK_WARNINGS; i++) {
		compare_numbers(v, "warning", stored->warnings[i].threshold, is->warnings[i].threshold);
		compare_moments(v, "warning's moment", stored->warnings[i].at_ms, is->warnings[i].at_ms);
	}
	compare_numbers(v, "left_ms", stored->left_ms, is->left_ms);
	compare_moments(v, "ended", stored->ended_ms, is->ended_ms);
	compare_numbers(v, "policy", stored->policy_id, is->policy_id);
}

static const struct ticket_clock *clock_in(const GPtrArray *clocks, enum clock_kind kind)
{
	for (guint i = 0; i < clocks->len; i++) {
		const struct ticket_clock *c = clocks->pdata[i];

		if (c->kind == kind)
			return c;
	}
	return NULL;
}

static void compare(struct verifying *v, const GPtrArray *stored, const GPtrArray *computed)
{
	for (int kind = CLOCK_NONE + 1; kind < CLOCK_COUNT; kind++) {
		const struct ticket_clock *was = clock_in(stored, (enum clock_kind)kind),
			*is = clock_in(computed, (enum clock_kind)kind);

		v->clock = clock_kind_name((enum clock_kind)kind);
		if (was && is)
			compare_clocks(v, was, is);
		else if (was || is)
			differ(v, "state", was ? clock_state_name(was->state) : "nothing", is ? clock_state_name(is->state) : "nothing");
	}
}

gboolean desk_verify_ticket(struct desk *d, struct db_conn *conn, desk_id id, int64_t now_ms, desk_difference_fn *fn,
                            void *arg, GError **error)
{
	struct verifying v = {.id = id, .fn = fn, .arg = arg};
	g_autoptr(words_auto) w = desk_words(d);
	struct ticket *t = ticket_load(conn, w, id, FALSE, NULL, error);
	g_autoptr(GPtrArray) computed = NULL;
	gboolean ok = t && ticket_load_clocks(conn, t, now_ms, error) && desk_clocks(d, conn, id, now_ms, &computed, error);

	if (ok) {
		int64_t due = t->row.next_due_ms, warn = t->row.next_warn_ms;

		compare(&v, t->clocks, computed);
		g_clear_pointer(&t->clocks, g_ptr_array_unref);
		t->clocks = g_ptr_array_ref(computed);
		ticket_set_next(t);
		v.clock = clock_kind_name(t->row.next_clock);
		compare_moments(&v, "next due", due, t->row.next_due_ms);
		compare_moments(&v, "next warn", warn, t->row.next_warn_ms);
	}
	ticket_free(t);
	return ok;
}
