/* Rungs of a ticket's ladder, as people read them. */
#include "tui/rungs.h"

#include "base/clock.h"
#include "tui/draw.h"

struct escalation_who rungs_who(const struct store *s)
{
	const struct session *session = store_session(s);
	const struct person *me = session ? session->me : NULL;

	return (struct escalation_who){me ? me->id : 0, me ? me->groups : NULL, me && me->role >= ROLE_SUPERVISOR};
}

char *rung_whom(const struct store *s, const struct escalation *r)
{
	const struct person *p = r->to_person_id ? store_person(s, r->to_person_id) : NULL;
	const struct group *g = store_group(s, r->to_group_id);
	const char *title = g ? g->title ? g->title : g->name : "?";

	if (r->to_person_id)
		return g_strdup(p ? p->display ? p->display : p->name : "?");
	return r->kind == ESCALATION_TIER2 ? g_strdup_printf(_("tier 2: %s"), title)
	       : r->kind == ESCALATION_CROSS ? g_strdup_printf(_("department: %s"), title)
	                                     : g_strdup(title);
}

static char *waiting(const struct escalation *r, int64_t now_ms, enum theme_role *role, int64_t *next_ms)
{
	int64_t left_ms = r->acknowledge_by_ms - now_ms;
	char left[16];

	*role = LOOK_CLOCK_WARN;
	if (!r->id) {
		*role = LOOK_PENDING;
		return g_strdup(_("on its way"));
	}
	if (r->acknowledge_by_ms <= 0)
		return g_strdup(_("to be acknowledged"));
	*next_ms = MIN(*next_ms, clock_look_next(now_ms, 0, r->acknowledge_by_ms));
	clock_countdown(left_ms, left, sizeof left);
	if (left_ms < 0)
		*role = LOOK_CLOCK_LATE;
	return g_strdup_printf(left_ms < 0 ? _("%s late to acknowledge") : _("%s left to acknowledge"), left);
}

static char *acknowledged(const struct escalation *r, int64_t now_ms, enum theme_role *role, int64_t *next_ms)
{
	const char *who = r->taken_name ? r->taken_name : _("somebody");
	char when[WHEN_SIZE];

	*role = LOOK_ESCALATED;
	if (r->estimate_ms <= 0)
		return g_strdup_printf(_("acknowledged by %s"), who);
	draw_when(r->estimate_ms, now_ms, when, sizeof when);
	if (r->estimate_ms < now_ms) {
		*role = LOOK_CLOCK_LATE;
		return g_strdup_printf(_("acknowledged by %s, was to answer by %s"), who, when);
	}
	*next_ms = MIN(*next_ms, r->estimate_ms + 1);
	return g_strdup_printf(_("acknowledged by %s, answers by %s"), who, when);
}

char *rung_state(const struct escalation *r, int64_t now_ms, enum theme_role *role, int64_t *next_ms)
{
	enum theme_role unheard;
	int64_t never = INT64_MAX;
	char when[WHEN_SIZE];

	role = role ? role : &unheard;
	next_ms = next_ms ? next_ms : &never;
	*role = LOOK_DIM;
	draw_when(r->ended_ms, now_ms, when, sizeof when);
	switch (r->state) {
	case RUNG_WAITING:
		return waiting(r, now_ms, role, next_ms);
	case RUNG_ACKNOWLEDGED:
		return acknowledged(r, now_ms, role, next_ms);
	case RUNG_ANSWERED:
		*role = LOOK_TEXT;
		return g_strdup_printf(_("answered %s"), when);
	case RUNG_RETURNED:
		*role = LOOK_TAG_ALERT;
		return g_strdup_printf(_("returned %s"), when);
	case RUNG_BOUNCED:
		*role = LOOK_TAG_ALERT;
		return g_strdup_printf(_("came back %s: nobody acknowledged it"), when);
	default:
		return g_strdup_printf(_("over since %s"), when);
	}
}

const struct ticket_clock *rungs_clock(const struct ticket *t, enum clock_kind kind)
{
	for (guint i = 0; i < t->clocks->len; i++) {
		const struct ticket_clock *c = t->clocks->pdata[i];

		if (c->kind == kind && (c->state == CLOCK_STATE_RUNNING || c->state == CLOCK_STATE_BREACHED))
			return c;
	}
	return NULL;
}

/* "; answer in 1h52": a countdown that isn't told elsewhere. */
static void add_clock(GString *out, const struct ticket *t, enum clock_kind kind, enum clock_kind shown, int64_t now_ms,
                      int64_t *next_ms)
{
	const struct ticket_clock *c = kind == shown ? NULL : rungs_clock(t, kind);
	char left[16];

	if (!c)
		return;
	*next_ms = MIN(*next_ms, clock_look_next(now_ms, c->warn_ms, c->due_ms));
	clock_countdown(c->due_ms - now_ms, left, sizeof left);
	if (kind == CLOCK_CROSS)
		g_string_append_printf(out, c->due_ms < now_ms ? _("; plan %s late") : _("; plan in %s"), left);
	else
		g_string_append_printf(out, c->due_ms < now_ms ? _("; answer %s late") : _("; answer in %s"), left);
}

static const struct escalation *newest_open(const struct ticket *t)
{
	for (guint i = t->ladder ? t->ladder->len : 0; i > 0; i--) {
		const struct escalation *r = t->ladder->pdata[i - 1];

		if (escalation_is_open(r) && !r->parent_id)
			return r;
	}
	return NULL;
}

/* Nobody has it but tier 1, whose clock runs beside a nearer one. */
static char *first_tier_line(const struct ticket *t, enum clock_kind shown, int64_t now_ms, enum theme_role *role, int64_t *next_ms)
{
	const struct ticket_clock *c = shown == CLOCK_ESCALATION ? NULL : rungs_clock(t, CLOCK_ESCALATION);
	char left[16];

	if (!c)
		return NULL;
	*role = clock_look_role(clock_look_of(now_ms, c->warn_ms, c->due_ms));
	*next_ms = MIN(*next_ms, clock_look_next(now_ms, c->warn_ms, c->due_ms));
	clock_countdown(c->due_ms - now_ms, left, sizeof left);
	return g_strdup_printf(c->due_ms < now_ms ? _("tier 1: to be solved, escalated or promised, %s late")
	                                          : _("tier 1: %s to solve, escalate or promise"), left);
}

char *rungs_line(const struct store *s, const struct ticket *t, enum clock_kind shown, int64_t now_ms,
                 enum theme_role *role, int64_t *next_ms)
{
	const struct escalation *root = escalation_current(t->ladder), *r = root ? root : newest_open(t);
	g_autofree char *whom = NULL, *state = NULL;
	guint parts, answered = 0;
	GString *out;

	if (!r)
		return first_tier_line(t, shown, now_ms, role, next_ms);
	whom = rung_whom(s, r);
	state = rung_state(r, now_ms, role, next_ms);
	out = g_string_new(NULL);
	if (r->kind == ESCALATION_CONSULT)
		g_string_append_printf(out, _("asked %s: %s"), whom, state);
	else if (r->kind == ESCALATION_TRANSFER)
		g_string_append_printf(out, _("offered to %s: %s"), whom, state);
	else
		g_string_append_printf(out, _("%s, %s"), whom, state);
	parts = r->id ? escalation_parts(t->ladder, r->id, NULL, &answered) : 0;
	if (parts)
		g_string_append_printf(out, _("; %u of %u parts answered"), answered, parts);
	if (root)
		add_clock(out, t, r->kind == ESCALATION_CROSS ? CLOCK_CROSS : CLOCK_TIER2, shown, now_ms, next_ms);
	return g_string_free(out, FALSE);
}
