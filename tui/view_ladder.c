/* The ladder of a ticket, rung by rung. */
#include "tui/view_ladder.h"

#include "tui/draw.h"
#include "tui/lines.h"
#include "tui/rungs.h"

struct ladder {
	desk_id ticket_id;
	struct lines lines;
	GArray *rungs;    /* desk_id; a line's ref is its place + 1 */
	guint cursor, top;
	int64_t next_ms;
};

static struct ladder *ladder_of(const struct view *v)
{
	return v->state;
}

static void ladder_open(struct view *v)
{
	lines_init(&ladder_of(v)->lines);
	ladder_of(v)->rungs = g_array_new(FALSE, FALSE, sizeof(desk_id));
	ladder_of(v)->next_ms = INT64_MAX;
}

static void ladder_close(struct view *v)
{
	lines_free(&ladder_of(v)->lines);
	g_array_unref(ladder_of(v)->rungs);
}

void view_ladder_show(struct view *v, desk_id ticket_id)
{
	struct ladder *d = ladder_of(v);

	if (d->ticket_id != ticket_id) {
		d->top = 0;
		d->cursor = G_MAXUINT; /* the newest: there it goes on */
	}
	d->ticket_id = ticket_id;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

desk_id view_ladder_ticket(const struct view *v)
{
	return ladder_of(v)->ticket_id;
}

desk_id view_ladder_selected(const struct view *v)
{
	const struct ladder *d = ladder_of(v);

	return d->cursor < d->rungs->len ? g_array_index(d->rungs, desk_id, d->cursor) : 0;
}

/* ---- building */

/* The clocks of handing on, both sides see them. */
static void build_clocks(struct ladder *d, const struct ticket *t, int64_t now_ms)
{
	static const enum clock_kind kinds[] = {CLOCK_ESCALATION, CLOCK_TIER2, CLOCK_CROSS, CLOCK_PROMISE};
	gboolean any = FALSE;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const struct ticket_clock *c = rungs_clock(t, kinds[i]);
		char left[16], when[WHEN_SIZE];

		if (!c)
			continue;
		if (!any)
			lines_begin(&d->lines, 2);
		any = TRUE;
		clock_countdown(c->due_ms - now_ms, left, sizeof left);
		draw_when(c->due_ms, now_ms, when, sizeof when);
		d->next_ms = MIN(d->next_ms, clock_look_next(now_ms, c->warn_ms, c->due_ms));
		lines_spanf(&d->lines, clock_look_role(clock_look_of(now_ms, c->warn_ms, c->due_ms)),
		            c->due_ms < now_ms ? "%s %s late (%s)   " : "%s %s (%s)   ", label_clock(c->kind), left, when);
	}
	if (any)
		lines_blank(&d->lines);
}

static void told(struct ladder *d, const char *label, const char *text)
{
	if (text && *text)
		lines_wrapf(&d->lines, 6, LOOK_TEXT, "%s: %s", label, text);
}

static void build_rung(const struct view *v, struct ladder *d, const struct escalation *r, int64_t now_ms)
{
	enum theme_role role;
	g_autofree char *whom = rung_whom(v->store, r), *state = rung_state(r, now_ms, &role, &d->next_ms);
	const char *way = r->kind == ESCALATION_CONSULT || r->kind == ESCALATION_TRANSFER ?
		word_said(escalation_kind_name(r->kind)) : NULL;
	int indent = r->parent_id ? 5 : 3;
	char when[WHEN_SIZE];

	g_array_append_val(d->rungs, r->id);
	d->lines.ref = d->rungs->len;
	draw_when(r->at_ms, now_ms, when, sizeof when);
	lines_begin(&d->lines, indent);
	lines_spanf(&d->lines, LOOK_DIM, "%s ", when);
	if (way)
		lines_spanf(&d->lines, LOOK_DIM, "%s ", way);
	lines_span(&d->lines, escalation_is_open(r) ? LOOK_ESCALATED : LOOK_TITLE, whom);
	if (indent + draw_cols(when) + draw_cols(way ? way : "") + draw_cols(whom) + draw_cols(state) + 4 < v->area.w)
		lines_span(&d->lines, LOOK_DIM, "  ");
	else
		lines_begin(&d->lines, 6);
	lines_span(&d->lines, role, state);
	told(d, r->kind == ESCALATION_CONSULT ? _("question") : _("owes"), r->task);
	told(d, r->by_name ? r->by_name : _("reason"), r->reason);
	told(d, r->taken_name ? r->taken_name : _("answer"), r->answer);
	d->lines.ref = 0;
}

static void ladder_recalc(struct view *v)
{
	struct ladder *d = ladder_of(v);
	const struct ticket *t = d->ticket_id ? store_ticket(v->store, d->ticket_id) : NULL;
	int64_t now_ms = store_now_ms(v->store);

	lines_clear(&d->lines, v->area.w - 1);
	g_array_set_size(d->rungs, 0);
	d->next_ms = INT64_MAX;
	if (!t)
		return;
	build_clocks(d, t, now_ms);
	for (guint i = 0; t->ladder && i < t->ladder->len; i++)
		build_rung(v, d, t->ladder->pdata[i], now_ms);
	if (!d->rungs->len) {
		lines_begin(&d->lines, 3);
		lines_span(&d->lines, LOOK_DIM, _("It has been handed to nobody."));
	}
	d->cursor = MIN(d->cursor, d->rungs->len ? d->rungs->len - 1 : 0);
}

static unsigned ladder_changed(struct view *v, const struct store_note *note)
{
	return note->kind == STORE_SESSION || (note->kind == STORE_TICKET && note->ticket_id == ladder_of(v)->ticket_id) ?
	       TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

static unsigned ladder_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	*next_ms = ladder_of(v)->next_ms;
	return now_ms >= *next_ms ? TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

/* ---- moving */
static guint line_of(const struct ladder *d, guint place)
{
	for (guint i = 0; i < lines_count(&d->lines); i++)
		if (lines_at(&d->lines, i)->ref == (gint64)place + 1)
			return i;
	return 0;
}

static unsigned move(struct view *v, gint64 by)
{
	struct ladder *d = ladder_of(v);

	d->cursor = (guint)CLAMP((gint64)d->cursor + by, 0, d->rungs->len ? (gint64)d->rungs->len - 1 : 0);
	return TODO_PAINT;
}

static gboolean ladder_click(struct view *v, int y, int x)
{
	struct ladder *d = ladder_of(v);
	guint line = d->top + (guint)MAX(y, 1) - 1, before = d->cursor;
	gint64 ref = y >= 1 && line < lines_count(&d->lines) ? lines_at(&d->lines, line)->ref : 0;

	(void)x;
	if (ref < 1)
		return FALSE;
	d->cursor = (guint)ref - 1;
	return d->cursor == before;
}

static unsigned ladder_act(struct view *v, enum action act, const char *arg, int count)
{
	int n = MAX(count, 1), page = MAX(v->area.h / 4, 1);

	(void)arg;
	switch (act) {
	case ACTION_NEXT:
		return move(v, n);
	case ACTION_PREV:
		return move(v, -n);
	case ACTION_PAGE_DOWN:
		return move(v, (gint64)n * page);
	case ACTION_PAGE_UP:
		return move(v, -(gint64)n * page);
	case ACTION_FIRST:
		return move(v, -(gint64)G_MAXINT32);
	case ACTION_LAST:
		return move(v, G_MAXINT32);
	default:
		return TODO_UNKNOWN;
	}
}

static void scroll_to_cursor(struct ladder *d, guint rows)
{
	guint from = line_of(d, d->cursor), to = from, count = lines_count(&d->lines);

	while (to + 1 < count && lines_at(&d->lines, to + 1)->ref == lines_at(&d->lines, from)->ref)
		to++;
	if (d->cursor == 0)
		d->top = 0;
	else if (to >= d->top + rows)
		d->top = to - rows + 1;
	if (from < d->top)
		d->top = from;
	d->top = MIN(d->top, count > rows ? count - rows : 0);
}

static void ladder_paint(struct view *v, const struct canvas *c)
{
	struct ladder *d = ladder_of(v);
	guint rows = (guint)MAX(c->area.h - 1, 1);

	scroll_to_cursor(d, rows);
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_format(c, 0, 2, c->area.w - 4, LOOK_TITLE, " who has #%" G_GINT64_FORMAT " ", d->ticket_id);
	lines_paint(&d->lines, c, 1, c->area.h - 1, d->top);
	if (!store_ticket(v->store, d->ticket_id))
		draw_words(c, 1, 2, -1, LOOK_DIM, "The ticket is being fetched.");
	else if (d->rungs->len)
		canvas_mark(c, 1 + (int)(line_of(d, d->cursor) - d->top), 1, LOOK_CURSOR, GLYPH_CURSOR);
}

const struct view_ops view_ladder_ops = {
	.context = "list", .state_size = sizeof(struct ladder), .open = ladder_open, .close = ladder_close,
	.changed = ladder_changed, .act = ladder_act, .tick = ladder_tick, .recalc = ladder_recalc, .paint = ladder_paint,
	.click = ladder_click,
};
