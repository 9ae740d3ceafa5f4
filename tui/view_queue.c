/* The queue: cursor by ticket id, rows painted only where they differ. */
#include "tui/view_queue.h"

#include <string.h>
#include "tui/draw.h"

/* What a screen row shows now; rows with equal cells are not painted again. */
struct cell {
	desk_id id;
	int64_t version;
	char due[16];
	int64_t due_ms, from_ms, until_ms; /* of which time, and while its text is right */
	enum clock_look look;
	gboolean opened, marked;
	unsigned there;          /* enum store_there: others on it */
	int cursor;              /* 0 no, 1 yes, 2 and the pane has the focus */
};

struct queue {
	desk_id cursor_id, opened_id;
	desk_id wanted_id;       /* the cursor goes there as soon as its page is here */
	const struct marks *marks;
	gssize cursor, top;      /* indexes into the window of the store */
	int number_cols;
	gboolean sunk;           /* its ticket went below the edge while the pane had no focus */
	gboolean touched;        /* the person has moved: from now on the row is theirs */
	guint unseen;
	int64_t next_ms;
	GArray *cells;           /* struct cell per screen row */
	struct queue_columns col;
	int col_width, col_number;
	const char *language;    /* what is painted was said in it */
};

static struct queue *queue_of(const struct view *v)
{
	return v->state;
}

static void queue_open(struct view *v)
{
	struct queue *q = queue_of(v);

	q->cells = g_array_new(FALSE, TRUE, sizeof(struct cell));
	q->number_cols = 5;
	q->next_ms = INT64_MAX;
}

static void queue_close(struct view *v)
{
	g_array_unref(queue_of(v)->cells);
}

static gssize size_of(const struct view *v)
{
	return (gssize)store_queue_size(v->store);
}

/* Keeps the cursor inside the list and the cursor's row on the screen. */
static void queue_settle(struct view *v)
{
	struct queue *q = queue_of(v);
	gssize n = size_of(v);
	int h = MAX(v->area.h, 1);
	const struct ticket_row *row;

	q->cursor = n ? CLAMP(q->cursor, 0, n - 1) : 0;
	if (v->focused || q->top > 0) {
		if (q->top > q->cursor)
			q->top = q->cursor;
		if (q->top < q->cursor - h + 1)
			q->top = q->cursor - h + 1;
	} /* else somebody is at work on a ticket: the head of the queue stays in sight */
	q->top = CLAMP(q->top, 0, MAX(n - h, 0));
	row = n ? store_queue_at(v->store, (size_t)q->cursor) : NULL;
	q->cursor_id = row ? row->id : 0;
	if (n)
		store_queue_want(v->store, (size_t)q->top, (size_t)MIN(q->top + h, n) - 1);
}

desk_id view_queue_selected(const struct view *v)
{
	return queue_of(v)->cursor_id;
}

guint view_queue_unseen(const struct view *v)
{
	return queue_of(v)->top > 0 ? queue_of(v)->unseen : 0;
}

void view_queue_marks(struct view *v, const struct marks *marks)
{
	queue_of(v)->marks = marks;
}

void view_queue_goto(struct view *v, desk_id ticket_id)
{
	if (store_queue_find(v->store, ticket_id) >= 0) {
		v->todo |= view_queue_select(v, ticket_id);
		return;
	}
	queue_of(v)->wanted_id = ticket_id;
	store_queue_jump(v->store, PAGE_AROUND, ticket_id);
}

void view_queue_entered(struct view *v)
{
	struct queue *q = queue_of(v);

	if (q->sunk && q->cursor >= q->top + v->area.h) {
		q->cursor = q->top; /* its ticket has gone down the list: what comes first is next */
		q->unseen = 0;
	}
	q->sunk = FALSE;
	queue_settle(v);
	v->todo |= TODO_PAINT;
}

unsigned view_queue_select(struct view *v, desk_id ticket_id)
{
	struct queue *q = queue_of(v);
	gssize at = store_queue_find(v->store, ticket_id);

	if (at < 0 || at == q->cursor)
		return TODO_NOTHING;
	q->cursor = at;
	q->sunk = FALSE;
	q->touched = TRUE;
	queue_settle(v);
	return TODO_PAINT;
}

unsigned view_queue_opened(struct view *v, desk_id ticket_id)
{
	if (queue_of(v)->opened_id == ticket_id)
		return TODO_NOTHING;
	queue_of(v)->opened_id = ticket_id;
	return TODO_PAINT;
}

unsigned view_queue_reset(struct view *v)
{
	struct queue *q = queue_of(v);

	q->touched = FALSE;
	q->cursor = q->top = 0;
	q->cursor_id = 0;
	q->unseen = 0;
	queue_settle(v);
	return TODO_PAINT;
}

/* The list changed under us: the cursor stays on its ticket, and that ticket on
 * its screen row; a person who has not moved yet stays at the top. */
static void queue_relocate(struct view *v)
{
	struct queue *q = queue_of(v);
	gssize row = q->cursor - q->top;
	gssize at = q->touched && q->cursor_id ? store_queue_find(v->store, q->cursor_id) : -1;

	if (at >= 0 && !v->focused && q->top == 0) {
		q->sunk |= row < v->area.h && at >= v->area.h;
		q->cursor = at;
	} else if (at >= 0) {
		gssize grown = at - q->cursor;

		if (grown > 0 && at - row > 0)
			q->unseen += (guint)grown;
		q->cursor = at;
		q->top = at - row;
	}
	queue_settle(v);
}

static unsigned queue_changed(struct view *v, const struct store_note *note)
{
	if (note->kind == STORE_PRESENCE) /* that nobody here shows is nothing to paint */
		return !note->ticket_id || store_queue_find(v->store, note->ticket_id) >= 0 ||
		       (note->other_id && store_queue_find(v->store, note->other_id) >= 0) ? TODO_PAINT : TODO_NOTHING;
	if (note->kind == STORE_CONNECTION && !store_session(v->store))
		return TODO_PAINT; /* why it can't be reached */
	if (note->kind != STORE_QUEUE)
		return TODO_NOTHING;
	queue_relocate(v);
	if (queue_of(v)->wanted_id && store_queue_find(v->store, queue_of(v)->wanted_id) >= 0) {
		view_queue_select(v, queue_of(v)->wanted_id);
		queue_of(v)->wanted_id = 0;
	}
	return TODO_PAINT;
}

static unsigned queue_move(struct view *v, gssize by)
{
	struct queue *q = queue_of(v);
	gssize n = size_of(v), before = q->cursor;

	q->touched = TRUE;
	q->unseen = 0;
	q->wanted_id = 0;
	if (!n)
		return TODO_NOTHING;
	q->cursor = CLAMP(q->cursor + by, 0, n - 1);
	if (ABS(by) >= v->area.h - 1) /* a page keeps the cursor's screen row where it can */
		q->top += q->cursor - before;
	queue_settle(v);
	return q->cursor == before ? TODO_NOTHING : TODO_PAINT;
}

static gboolean queue_click(struct view *v, int y, int x)
{
	struct queue *q = queue_of(v);

	(void)x;
	if (q->top + y >= size_of(v))
		return FALSE;
	return queue_move(v, q->top + y - q->cursor) == TODO_NOTHING;
}

/* To a line of the list, counted from 1; only where it is in the window. */
static unsigned go_to_line(struct view *v, gint64 line)
{
	gint64 at = line - 1 - store_queue_offset(v->store);

	if (store_queue_offset(v->store) < 0 || at < 0 || at >= size_of(v))
		return TODO_UNKNOWN;
	return queue_move(v, (gssize)at - queue_of(v)->cursor);
}

static unsigned queue_act(struct view *v, enum action act, const char *arg, int count)
{
	gssize page = MAX(v->area.h - 1, 1), n = MAX(count, 1);
	gboolean at_top = FALSE, at_bottom = store_queue_ends(v->store, &at_top);

	(void)arg;
	switch (act) {
	case ACTION_NEXT:
		return queue_move(v, n);
	case ACTION_PREV:
		return queue_move(v, -n);
	case ACTION_PAGE_DOWN:
		return queue_move(v, page * n);
	case ACTION_PAGE_UP:
		return queue_move(v, -page * n);
	case ACTION_FIRST:
		if (count > 0)
			return go_to_line(v, count);
		if (!at_top) {
			store_queue_jump(v->store, PAGE_FIRST, 0);
			return view_queue_reset(v);
		}
		return queue_move(v, -size_of(v));
	case ACTION_LAST:
		if (count > 0)
			return go_to_line(v, count);
		if (!at_bottom) {
			store_queue_jump(v->store, PAGE_LAST, 0);
			queue_of(v)->cursor_id = 0; /* follow the end of the page that comes */
			queue_of(v)->cursor = G_MAXINT32;
			return TODO_PAINT;
		}
		return queue_move(v, size_of(v));
	default:
		return TODO_UNKNOWN;
	}
}

static unsigned queue_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	*next_ms = queue_of(v)->next_ms;
	return now_ms >= *next_ms ? TODO_PAINT : TODO_NOTHING;
}

static void queue_recalc(struct view *v)
{
	queue_settle(v);
}

/* ---------------------------------------------------------------- columns */

static int put(struct queue_column *col, int x, int cols, int gap)
{
	col->x = x;
	col->cols = MAX(cols, 0);
	return cols > 0 ? x + cols + gap : x;
}

/* Narrow panes give up the assignee, the clock's name, the channel and the marks
 * in this order; the subject gets what is left. */
void queue_columns_fit(int width, int number_cols, int glyph_cols, struct queue_columns *out)
{
	int customer = width >= 110 ? 18 : width >= 72 ? 13 : width >= 44 ? 10 : 0;
	int clock = width >= 72 ? 11 : 0;
	int channel = width >= 60 ? 6 : 0;
	int marks = width >= 46 ? 3 * glyph_cols : 0;
	int waiting = width >= 30 ? glyph_cols : 0;
	int assignee = width >= 100 ? 12 : 0;
	int x = 1 + glyph_cols, right;

	memset(out, 0, sizeof *out);
	x = put(&out->due, x, clock_countdown_cols(), 1);
	x = put(&out->number, x, number_cols, 1);
	x = put(&out->customer, x, customer, 1);
	right = (channel ? channel + 1 : 0) + (marks ? marks + 1 : 0) + (waiting ? waiting + 1 : 0) +
	        (assignee ? assignee + 1 : 0) + (clock ? clock + 1 : 0);
	x = put(&out->subject, x, MAX(width - x - right, 1), 1);
	x = put(&out->channel, x, channel, 1);
	x = put(&out->marks, x, marks, 1);
	x = put(&out->waiting, x, waiting, 1);
	x = put(&out->assignee, x, assignee, 1);
	put(&out->clock, x, clock, 0);
}

/* ---------------------------------------------------------------- painting */

static void cell_of(const struct queue *q, const struct ticket_row *row, int cursor, int64_t now, const struct cell *was,
                    struct cell *out)
{
	memset(out, 0, sizeof *out);
	out->until_ms = INT64_MAX;
	if (!row)
		return;
	out->id = row->id;
	out->version = row->version;
	out->opened = row->id == q->opened_id;
	out->marked = q->marks && marks_has(q->marks, row->id);
	out->cursor = cursor;
	if (was->id == row->id && was->version == row->version && was->due_ms == row->next_due_ms && now >= was->from_ms &&
	    now < was->until_ms) { /* the same text as a moment ago */
		memcpy(out->due, was->due, sizeof out->due);
		out->due_ms = was->due_ms;
		out->from_ms = was->from_ms;
		out->until_ms = was->until_ms;
		out->look = was->look;
		return;
	}
	out->due_ms = row->next_due_ms;
	out->from_ms = now;
	out->until_ms = clock_look_next(now, row->next_warn_ms, row->next_due_ms);
	out->look = clock_look_of(now, row->next_warn_ms, row->next_due_ms);
	if (out->look != CLOCK_LOOK_NONE)
		clock_countdown(row->next_due_ms - now, out->due, sizeof out->due);
}

static void paint_mark(const struct view *v, const struct canvas *c, int y, const struct cell *cell)
{
	if (cell->cursor)
		canvas_mark(c, y, 0, v->focused ? LOOK_CURSOR : LOOK_CURSOR_BLUR, GLYPH_CURSOR);
	else
		canvas_literal(c, y, 0, LOOK_TEXT, " ");
}

/* Column 1 tells without colour what the clock or the priority says. */
static void paint_urgency(const struct canvas *c, int y, int x, const struct ticket_row *row, enum clock_look look)
{
	if (look == CLOCK_LOOK_LATE)
		canvas_mark(c, y, x, LOOK_CLOCK_LATE, GLYPH_LATE);
	else if (row->priority == PRIORITY_URGENT)
		canvas_mark(c, y, x, LOOK_PRIORITY_URGENT, GLYPH_COUNT);
	else if (look == CLOCK_LOOK_WARN)
		canvas_mark(c, y, x, LOOK_CLOCK_WARN, GLYPH_COUNT);
	else if (row->priority == PRIORITY_IMPORTANT)
		canvas_mark(c, y, x, LOOK_PRIORITY_IMPORTANT, GLYPH_COUNT);
	else
		canvas_literal(c, y, x, LOOK_TEXT, " ");
}

/* Who else is on it, in the gap before the number. */
static void paint_there(const struct queue *q, const struct canvas *c, int y, const struct cell *cell)
{
	int x = q->col.due.x + q->col.due.cols;

	if (cell->there)
		canvas_glyph(c, y, x, LOOK_AGENT, cell->there & STORE_THERE_WRITES ? GLYPH_WRITES : GLYPH_LOOKS);
	else
		canvas_literal(c, y, x, LOOK_TEXT, " ");
}

static void paint_due(const struct queue *q, const struct canvas *c, int y, const struct cell *cell)
{
	const struct queue_column *col = &q->col.due;
	int cols = MIN(draw_cols(cell->due), col->cols);

	canvas_fill(c, (struct rect){.y = y, .x = col->x, .h = 1, .w = col->cols}, clock_look_role(cell->look));
	draw_raw(c, y, col->x + col->cols - cols, cols, clock_look_role(cell->look), cell->due);
}

/* Colour only where something is the matter: a row of plain text is also few bytes
 * on a slow line. */
static void paint_row(const struct view *v, const struct canvas *c, int y, const struct ticket_row *row,
                      const struct cell *cell)
{
	const struct queue *q = queue_of(v);
	const struct queue_columns *col = &q->col;
	gboolean gone = !status_is_active(row->status);
	enum theme_role role = gone ? LOOK_DIM : LOOK_TEXT;

	canvas_fill(c, (struct rect){.y = y, .h = 1, .w = c->area.w}, LOOK_TEXT);
	paint_mark(v, c, y, cell);
	paint_urgency(c, y, 1, row, cell->look);
	paint_due(q, c, y, cell);
	if (cell->there)
		paint_there(q, c, y, cell);
	draw_format(c, y, col->number.x, col->number.cols, cell->marked ? LOOK_MATCH : cell->opened ? LOOK_OPENED : role,
	            cell->marked ? "*%" G_GINT64_FORMAT : "#%" G_GINT64_FORMAT, row->id);
	draw_raw(c, y, col->customer.x, col->customer.cols, role, row->customer_name);
	draw_raw(c, y, col->subject.x, col->subject.cols, role, row->subject);
	draw_raw(c, y, col->channel.x, col->channel.cols, role, label_channel(row->channel));
	if (col->marks.cols)
		draw_marks(c, y, col->marks.x, 3, row->marks);
	if (col->waiting.cols && row->waiting)
		canvas_glyph(c, y, col->waiting.x, role, GLYPH_WAITING);
	if (col->assignee.cols)
		draw_raw(c, y, col->assignee.x, col->assignee.cols, role, row->assignee_name ? row->assignee_name : "-");
	if (col->clock.cols && row->snoozed_ms) {
		g_autofree char *till = label_snoozed_short(row, store_now_ms(v->store));

		draw_raw(c, y, col->clock.x, col->clock.cols, LOOK_DIM, till);
	} else if (col->clock.cols)
		draw_raw(c, y, col->clock.x, col->clock.cols, role,
		         row->next_clock != CLOCK_NONE && cell->look != CLOCK_LOOK_NONE ? label_clock(row->next_clock)
		                                                                     : label_status(row->status));
}

static gboolean same_text(const struct cell *a, const struct cell *b)
{
	return a->id == b->id && a->version == b->version && a->opened == b->opened && a->marked == b->marked &&
	       (a->look == b->look || a->id == 0);
}

static void paint_cell(struct view *v, const struct canvas *c, int y, const struct ticket_row *row,
                       struct cell *was, const struct cell *is)
{
	if (!row) {
		if (was->id || v->stale)
			canvas_fill(c, (struct rect){.y = y, .h = 1, .w = c->area.w}, LOOK_TEXT);
	} else if (v->stale || !same_text(was, is)) {
		paint_row(v, c, y, row, is);
	} else {
		if (strcmp(was->due, is->due) != 0)
			paint_due(queue_of(v), c, y, is);
		if (was->cursor != is->cursor)
			paint_mark(v, c, y, is);
		if (was->there != is->there)
			paint_there(queue_of(v), c, y, is);
	}
	*was = *is;
}

/* Rows that only moved are moved on the terminal too. */
static void shift_cells(struct view *v, const struct canvas *c, int h)
{
	struct queue *q = queue_of(v);
	const struct ticket_row *first = store_queue_at(v->store, (size_t)q->top);
	struct cell *cells = (struct cell *)q->cells->data;
	int n = 0;

	if (v->stale || !first || !cells[0].id || first->id == cells[0].id)
		return;
	for (int y = 1; y < h && !n; y++) /* content went up: our first row stood lower */
		if (cells[y].id == first->id)
			n = y;
	for (gssize i = q->top + 1; i < q->top + h && i < size_of(v) && !n; i++) {
		const struct ticket_row *row = store_queue_at(v->store, (size_t)i);

		if (row && row->id == cells[0].id)
			n = -(int)(i - q->top);
	}
	if (!n || ABS(n) > h / 2 || !canvas_scrolled(c, 0, h, n))
		return;
	if (n > 0) {
		memmove(cells, cells + n, (size_t)(h - n) * sizeof *cells);
		memset(cells + h - n, 0, (size_t)n * sizeof *cells);
	} else {
		memmove(cells - n, cells, (size_t)(h + n) * sizeof *cells);
		memset(cells, 0, (size_t)-n * sizeof *cells);
	}
}

static void fit_columns(struct view *v, const struct canvas *c)
{
	struct queue *q = queue_of(v);
	int digits = 1;

	for (gssize i = q->top; i < q->top + v->area.h && i < size_of(v); i++) {
		const struct ticket_row *row = store_queue_at(v->store, (size_t)i);
		int n = 1;

		for (desk_id id = row ? row->id : 0; id > 0; id /= 10)
			n++;
		digits = MAX(digits, n);
	}
	q->number_cols = MAX(q->number_cols, digits); /* only grows: a list that scrolls stays as it is */
	if (q->col_width == c->area.w && q->col_number == q->number_cols)
		return;
	q->col_width = c->area.w;
	q->col_number = q->number_cols;
	queue_columns_fit(c->area.w, q->number_cols, glyph_cols(c->screen, GLYPH_STAR), &q->col);
	v->stale = TRUE;
}

static void paint_empty(struct view *v, const struct canvas *c)
{
	const char *filter = store_queue_filter(v->store), *why = NULL;
	int64_t retry;

	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	if (!store_session(v->store) && store_connection(v->store, &why, &retry) == BACKEND_OFFLINE && why) {
		g_autofree char *clean = text_clean_string(why, -1, 0, 512);

		draw_format(c, 0, 2, c->area.w - 3, LOOK_DIM, "The desk can't be reached: %s", clean);
		return;
	}
	if (filter && *filter)
		draw_format(c, 0, 2, -1, LOOK_DIM, "Nothing matches \"%s\".", filter);
	else
		draw_raw(c, 0, 2, -1, LOOK_DIM,
		         store_session(v->store) ? _("No ticket waits here.") : _("Waiting for the desk..."));
}

static void queue_paint(struct view *v, const struct canvas *c)
{
	struct queue *q = queue_of(v);
	int64_t now = store_now_ms(v->store);
	int h = c->area.h;

	q->next_ms = INT64_MAX;
	if ((int)q->cells->len != h) {
		g_array_set_size(q->cells, 0);
		g_array_set_size(q->cells, (guint)h);
		v->stale = TRUE;
	}
	if (q->language != say_language()) { /* other words, other widths */
		q->language = say_language();
		q->col_width = 0;
		memset(q->cells->data, 0, (size_t)h * sizeof(struct cell));
		v->stale = TRUE;
	}
	if (!size_of(v)) {
		paint_empty(v, c);
		memset(q->cells->data, 0, (size_t)h * sizeof(struct cell));
		g_array_index(q->cells, struct cell, 0).id = -1; /* the words are to be wiped later */
		return;
	}
	fit_columns(v, c);
	shift_cells(v, c, h);
	for (int y = 0; y < h; y++) {
		gssize i = q->top + y;
		const struct ticket_row *row = i < size_of(v) ? store_queue_at(v->store, (size_t)i) : NULL;
		struct cell cell;

		cell_of(q, row, i == q->cursor ? 1 + !!v->focused : 0, now, &g_array_index(q->cells, struct cell, y), &cell);
		cell.there = row ? store_there(v->store, row->id) : 0;
		paint_cell(v, c, y, row, &g_array_index(q->cells, struct cell, y), &cell);
		q->next_ms = MIN(q->next_ms, cell.until_ms);
	}
}

const struct view_ops view_queue_ops = {
	.context = "queue", .state_size = sizeof(struct queue), .open = queue_open, .close = queue_close,
	.changed = queue_changed, .act = queue_act, .tick = queue_tick, .recalc = queue_recalc, .paint = queue_paint,
	.click = queue_click,
};
