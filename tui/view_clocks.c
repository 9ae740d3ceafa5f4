/* The clocks of a ticket. */
#include "tui/view_clocks.h"

#include "tui/draw.h"
#include "tui/overlay.h"

#define NAME_X 3
#define STATE_COLS 10
#define NAME_COLS 13

static void clocks_open(struct view *v)
{
	overlay_open(v, sizeof(enum clock_kind), 0);
}

void view_clocks_show(struct view *v, desk_id ticket_id)
{
	overlay_show(v, ticket_id, 0);
}

desk_id view_clocks_ticket(const struct view *v)
{
	return overlay_of(v)->of;
}

enum clock_kind view_clocks_selected(const struct view *v)
{
	const enum clock_kind *kind = overlay_marked(v);

	return kind ? *kind : CLOCK_NONE;
}

static void build_clock(struct view *v, struct lines *l, const struct ticket_clock *k)
{
	int64_t now = store_now_ms(v->store);
	gboolean runs = k->state == CLOCK_STATE_RUNNING || k->state == CLOCK_STATE_BREACHED;
	enum clock_look look = runs ? clock_look_of(now, k->warn_ms, k->due_ms) : CLOCK_LOOK_NONE;
	enum theme_role role = clock_state_role(k, look);
	int x = NAME_X + NAME_COLS + STATE_COLS + 1, w = clock_countdown_cols() + 1;
	gboolean marked = overlay_item(v, &k->kind);
	enum glyph sign;
	char left[32] = "", when[WHEN_SIZE] = "", target[WHEN_SIZE];

	lines_begin(l, 1);
	if (clock_state_sign(k, look, &sign))
		lines_glyph(l, role, sign);
	lines_cell(l, NAME_X, NAME_COLS - 1, marked ? LOOK_TITLE : LOOK_TEXT, label_clock(k->kind));
	lines_cell(l, NAME_X + NAME_COLS, STATE_COLS, role, label_clock_state(k, look));
	if (runs) {
		clock_countdown(k->due_ms - now, left, sizeof left);
		overlay_of(v)->next_ms = MIN(overlay_of(v)->next_ms, clock_look_next(now, k->warn_ms, k->due_ms));
	} else if (k->state == CLOCK_STATE_PAUSED) {
		clock_countdown(k->left_ms, left, sizeof left);
	}
	lines_cell_right(l, x, w, role, left);
	x += w + 2;
	if (runs && k->due_ms < QUEUE_NO_DUE) {
		g_autofree char *due = g_strdup_printf(_("due %s"), draw_when(k->due_ms, now, when, sizeof when));

		lines_cell(l, x, 0, LOOK_TEXT, due);
	} else if (k->ended_ms) {
		lines_cell(l, x, 0, LOOK_DIM, draw_when(k->ended_ms, now, when, sizeof when));
	}
	x += when_short_cols() + 6;
	if (x < v->area.w - 8) {
		g_autofree char *of = g_strdup_printf(_("of %s"), when_length(k->target_ms, target, sizeof target));

		lines_cell(l, x, v->area.w - x - 1, LOOK_DIM, of);
	}
	overlay_item_end(v);
}

static void clocks_recalc(struct view *v)
{
	struct lines *l = overlay_begin(v);
	desk_id id = overlay_of(v)->of;
	const struct ticket *t = id ? store_ticket(v->store, id) : NULL;
	g_autoptr(GPtrArray) sorted = t ? clocks_sorted(t) : NULL;

	for (guint i = 0; sorted && i < sorted->len; i++)
		build_clock(v, l, sorted->pdata[i]);
	if (!lines_count(l))
		overlay_nothing(v, t ? N_("No clock has run here.") : N_("The ticket is being fetched."));
	if (t && t->row.snoozed_ms) {
		g_autofree char *until = label_snoozed(&t->row, store_now_ms(v->store));

		lines_blank(l);
		lines_wrap(l, 2, LOOK_DIM, until);
	}
}

static void clocks_paint(struct view *v, const struct canvas *c)
{
	overlay_paint(v, c, " clocks of #%" G_GINT64_FORMAT " ", overlay_of(v)->of);
}

const struct view_ops view_clocks_ops = {
	.context = "clocks", .state_size = sizeof(struct overlay), .open = clocks_open, .close = overlay_close,
	.changed = overlay_changed, .act = overlay_act, .tick = overlay_tick, .recalc = clocks_recalc,
	.paint = clocks_paint, .click = overlay_click,
};
