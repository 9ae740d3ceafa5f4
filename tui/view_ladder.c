/* The ladder of a ticket, rung by rung. */
#include "tui/view_ladder.h"

#include "tui/draw.h"
#include "tui/overlay.h"
#include "tui/rungs.h"

static void ladder_open(struct view *v)
{
	overlay_open(v, sizeof(desk_id), 1);
}

void view_ladder_show(struct view *v, desk_id ticket_id)
{
	overlay_show(v, ticket_id, G_MAXUINT); /* the newest: there it goes on */
}

desk_id view_ladder_ticket(const struct view *v)
{
	return overlay_of(v)->of;
}

desk_id view_ladder_selected(const struct view *v)
{
	const desk_id *id = overlay_marked(v);

	return id ? *id : 0;
}

/* ---- building */

/* The clocks of handing on, both sides see them. */
static void build_clocks(struct overlay *o, const struct ticket *t, int64_t now_ms)
{
	static const enum clock_kind kinds[] = {CLOCK_ESCALATION, CLOCK_TIER2, CLOCK_CROSS, CLOCK_PROMISE};
	gboolean any = FALSE;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const struct ticket_clock *c = rungs_clock(t, kinds[i]);
		char left[16], when[WHEN_SIZE];

		if (!c)
			continue;
		if (!any)
			lines_begin(&o->lines, 2);
		any = TRUE;
		clock_countdown(c->due_ms - now_ms, left, sizeof left);
		draw_when(c->due_ms, now_ms, when, sizeof when);
		o->next_ms = MIN(o->next_ms, clock_look_next(now_ms, c->warn_ms, c->due_ms));
		lines_spanf(&o->lines, clock_look_role(clock_look_of(now_ms, c->warn_ms, c->due_ms)),
		            c->due_ms < now_ms ? "%s %s late (%s)   " : "%s %s (%s)   ", label_clock(c->kind), left, when);
	}
	if (any)
		lines_blank(&o->lines);
}

static void told(struct overlay *o, const char *label, const char *text)
{
	if (text && *text)
		lines_wrapf(&o->lines, 6, LOOK_TEXT, "%s: %s", label, text);
}

static void build_rung(struct view *v, const struct escalation *r, int64_t now_ms)
{
	struct overlay *o = overlay_of(v);
	enum theme_role role;
	g_autofree char *whom = rung_whom(v->store, r), *state = rung_state(r, now_ms, &role, &o->next_ms);
	const char *way = r->kind == ESCALATION_CONSULT || r->kind == ESCALATION_TRANSFER ?
		word_said(escalation_kind_name(r->kind)) : NULL;
	int indent = r->parent_id ? 5 : 3;
	char when[WHEN_SIZE];

	overlay_item(v, &r->id);
	draw_when(r->at_ms, now_ms, when, sizeof when);
	lines_begin(&o->lines, indent);
	lines_spanf(&o->lines, LOOK_DIM, "%s ", when);
	if (way)
		lines_spanf(&o->lines, LOOK_DIM, "%s ", way);
	lines_span(&o->lines, escalation_is_open(r) ? LOOK_ESCALATED : LOOK_TITLE, whom);
	if (indent + draw_cols(when) + draw_cols(way ? way : "") + draw_cols(whom) + draw_cols(state) + 4 < v->area.w)
		lines_span(&o->lines, LOOK_DIM, "  ");
	else
		lines_begin(&o->lines, 6);
	lines_span(&o->lines, role, state);
	told(o, r->kind == ESCALATION_CONSULT ? _("question") : _("owes"), r->task);
	told(o, r->by_name ? r->by_name : _("reason"), r->reason);
	told(o, r->taken_name ? r->taken_name : _("answer"), r->answer);
	overlay_item_end(v);
}

static void ladder_recalc(struct view *v)
{
	struct overlay *o = overlay_of(v);
	const struct ticket *t = o->of ? store_ticket(v->store, o->of) : NULL;
	int64_t now_ms = store_now_ms(v->store);

	overlay_begin(v);
	if (!t) {
		overlay_nothing(v, N_("The ticket is being fetched."));
		return;
	}
	build_clocks(o, t, now_ms);
	for (guint i = 0; t->ladder && i < t->ladder->len; i++)
		build_rung(v, t->ladder->pdata[i], now_ms);
	if (!o->items->len)
		overlay_nothing(v, N_("It has been handed to nobody."));
}

static void ladder_paint(struct view *v, const struct canvas *c)
{
	overlay_paint(v, c, " who has #%" G_GINT64_FORMAT " ", overlay_of(v)->of);
}

const struct view_ops view_ladder_ops = {
	.context = "list", .state_size = sizeof(struct overlay), .open = ladder_open, .close = overlay_close,
	.changed = overlay_changed, .act = overlay_act, .tick = overlay_tick, .recalc = ladder_recalc, .paint = ladder_paint,
	.click = overlay_click,
};
