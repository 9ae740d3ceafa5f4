/* The clocks of a ticket. */
#include "tui/view_clocks.h"

#include <string.h>
#include "tui/draw.h"

#define NAME_X 3
#define STATE_COLS 10
#define NAME_COLS 13

struct clocks {
	desk_id ticket_id;
	guint cursor, top;
	int64_t next_ms;
};

static struct clocks *clocks_of(const struct view *v)
{
	return v->state;
}

void view_clocks_show(struct view *v, desk_id ticket_id)
{
	struct clocks *k = clocks_of(v);

	if (k->ticket_id != ticket_id)
		k->cursor = k->top = 0;
	k->ticket_id = ticket_id;
	k->next_ms = INT64_MAX;
	v->todo |= TODO_PAINT;
}

desk_id view_clocks_ticket(const struct view *v)
{
	return clocks_of(v)->ticket_id;
}

static int body_rows(const struct view *v)
{
	return MAX(v->area.h - 1, 1);
}

static const struct ticket_clock *clock_at(const struct view *v, guint i, guint *n)
{
	const struct ticket *t = store_ticket(v->store, clocks_of(v)->ticket_id);
	g_autoptr(GPtrArray) sorted = t ? clocks_sorted(t) : NULL;

	*n = sorted ? sorted->len : 0;
	return i < *n ? sorted->pdata[i] : NULL;
}

enum clock_kind view_clocks_selected(const struct view *v)
{
	guint n;
	const struct ticket_clock *c = clock_at(v, clocks_of(v)->cursor, &n);

	return c ? c->kind : CLOCK_NONE;
}

static unsigned clocks_changed(struct view *v, const struct store_note *note)
{
	return note->kind == STORE_SESSION || (note->kind == STORE_TICKET && note->ticket_id == clocks_of(v)->ticket_id) ?
	       TODO_PAINT : TODO_NOTHING;
}

static unsigned move(struct view *v, gint64 by)
{
	struct clocks *k = clocks_of(v);
	guint n;

	clock_at(v, 0, &n);
	k->cursor = (guint)CLAMP((gint64)k->cursor + by, 0, n ? (gint64)n - 1 : 0);
	return TODO_PAINT;
}

static gboolean clocks_click(struct view *v, int y, int x)
{
	struct clocks *k = clocks_of(v);
	guint i = k->top + (guint)MAX(y, 1) - 1, before = k->cursor, n;

	(void)x;
	if (y < 1 || !clock_at(v, i, &n))
		return FALSE;
	k->cursor = i;
	return i == before;
}

static unsigned clocks_act(struct view *v, enum action act, const char *arg, int count)
{
	int n = MAX(count, 1);

	(void)arg;
	switch (act) {
	case ACTION_NEXT:
		return move(v, n);
	case ACTION_PREV:
		return move(v, -n);
	case ACTION_PAGE_DOWN:
		return move(v, (gint64)n * body_rows(v));
	case ACTION_PAGE_UP:
		return move(v, -(gint64)n * body_rows(v));
	case ACTION_FIRST:
		return move(v, -(gint64)G_MAXINT32);
	case ACTION_LAST:
		return move(v, G_MAXINT32);
	default:
		return TODO_UNKNOWN;
	}
}

static unsigned clocks_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	*next_ms = clocks_of(v)->next_ms;
	return now_ms >= *next_ms ? TODO_PAINT : TODO_NOTHING;
}

/* ---------------------------------------------------------------- painting */

/* The sign and the word say what the colour says. */
static void paint_state(const struct canvas *c, int y, const struct ticket_clock *k, enum clock_look look)
{
	enum theme_role role = clock_state_role(k, look);

	switch (k->state) {
	case CLOCK_STATE_RUNNING:
	case CLOCK_STATE_BREACHED:
		if (look == CLOCK_LOOK_LATE)
			canvas_mark(c, y, 1, role, GLYPH_LATE);
		else if (look == CLOCK_LOOK_WARN)
			canvas_mark(c, y, 1, role, GLYPH_COUNT);
		break;
	case CLOCK_STATE_PAUSED:
		canvas_glyph(c, y, 1, role, GLYPH_PAUSED);
		break;
	case CLOCK_STATE_MET:
		canvas_glyph(c, y, 1, role, GLYPH_CHECK);
		break;
	case CLOCK_STATE_MISSED:
		canvas_glyph(c, y, 1, role, GLYPH_REFUSED);
		break;
	default:
		break;
	}
	draw_raw(c, y, NAME_X + NAME_COLS, STATE_COLS, role, label_clock_state(k, look));
}

static void paint_row(struct view *v, const struct canvas *c, int y, guint i, const struct ticket_clock *k)
{
	int64_t now = store_now_ms(v->store);
	gboolean runs = k->state == CLOCK_STATE_RUNNING || k->state == CLOCK_STATE_BREACHED;
	enum clock_look look = runs ? clock_look_of(now, k->warn_ms, k->due_ms) : CLOCK_LOOK_NONE;
	int x = NAME_X + NAME_COLS + STATE_COLS + 1, w = clock_countdown_cols() + 1;
	gboolean cursor = i == clocks_of(v)->cursor;
	char left[32] = "", when[WHEN_SIZE] = "", target[WHEN_SIZE];

	if (cursor)
		canvas_mark(c, y, 0, LOOK_CURSOR, GLYPH_CURSOR);
	draw_raw(c, y, NAME_X, NAME_COLS - 1, cursor ? LOOK_TITLE : LOOK_TEXT, label_clock(k->kind));
	paint_state(c, y, k, look);
	if (runs) {
		clock_countdown(k->due_ms - now, left, sizeof left);
		clocks_of(v)->next_ms = MIN(clocks_of(v)->next_ms, clock_look_next(now, k->warn_ms, k->due_ms));
	} else if (k->state == CLOCK_STATE_PAUSED) {
		clock_countdown(k->left_ms, left, sizeof left);
	}
	draw_raw(c, y, x + MAX(w - draw_cols(left), 0), w, clock_state_role(k, look), left);
	x += w + 2;
	if (runs && k->due_ms < QUEUE_NO_DUE)
		draw_format(c, y, x, -1, LOOK_TEXT, "due %s", draw_when(k->due_ms, now, when, sizeof when));
	else if (k->ended_ms)
		draw_raw(c, y, x, -1, LOOK_DIM, draw_when(k->ended_ms, now, when, sizeof when));
	x += when_short_cols() + 6;
	if (x < c->area.w - 8)
		draw_format(c, y, x, c->area.w - x - 1, LOOK_DIM, "of %s", when_length(k->target_ms, target, sizeof target));
}

static void clocks_paint(struct view *v, const struct canvas *c)
{
	struct clocks *k = clocks_of(v);
	const struct ticket *t = store_ticket(v->store, k->ticket_id);
	guint n, rows = (guint)body_rows(v);

	k->next_ms = INT64_MAX;
	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_format(c, 0, 2, c->area.w - 4, LOOK_TITLE, " clocks of #%" G_GINT64_FORMAT " ", k->ticket_id);
	clock_at(v, 0, &n);
	k->cursor = n ? MIN(k->cursor, n - 1) : 0;
	if (k->cursor < k->top)
		k->top = k->cursor;
	if (k->cursor >= k->top + rows)
		k->top = k->cursor - rows + 1;
	for (guint i = k->top; i < n && i < k->top + rows; i++)
		paint_row(v, c, 1 + (int)(i - k->top), i, clock_at(v, i, &n));
	if (!n)
		draw_raw(c, 1, 2, c->area.w - 3, LOOK_DIM, !t ? _("fetching the ticket...") : _("No clock has run here."));
	if (t && t->row.snoozed_ms && n - k->top < rows) {
		g_autofree char *until = label_snoozed(&t->row, store_now_ms(v->store));

		draw_raw(c, (int)MIN(n - k->top + 2, rows), 2, c->area.w - 3, LOOK_DIM, until);
	}
}

const struct view_ops view_clocks_ops = {
	.context = "clocks", .state_size = sizeof(struct clocks), .changed = clocks_changed, .act = clocks_act,
	.tick = clocks_tick, .paint = clocks_paint, .click = clocks_click,
};
