/* The problem behind tickets, line by line. */
#include "tui/view_problem.h"

#include <string.h>
#include "base/when.h"
#include "rules/problem.h"
#include "tui/draw.h"
#include "tui/lines.h"

#define LABEL_COLS 13
#define OWNER_COLS 14

struct problem_view {
	struct problem *problem;
	struct lines lines;
	GArray *items;    /* struct problem_line; a line's ref is its place + 1 */
	guint cursor, top;
};

static struct problem_view *state_of(const struct view *v)
{
	return v->state;
}

static void problem_open(struct view *v)
{
	lines_init(&state_of(v)->lines);
	state_of(v)->items = g_array_new(FALSE, FALSE, sizeof(struct problem_line));
}

static void problem_close(struct view *v)
{
	lines_free(&state_of(v)->lines);
	g_array_unref(state_of(v)->items);
	problem_free(state_of(v)->problem);
}

void view_problem_show(struct view *v, struct problem *p)
{
	struct problem_view *s = state_of(v);

	if (!s->problem || s->problem->id != p->id)
		s->cursor = s->top = 0;
	problem_free(s->problem);
	s->problem = p;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

const struct problem *view_problem_shown(const struct view *v)
{
	return state_of(v)->problem;
}

struct problem_line view_problem_selected(const struct view *v)
{
	const struct problem_view *s = state_of(v);

	return s->cursor < s->items->len ? g_array_index(s->items, struct problem_line, s->cursor) : (struct problem_line){0};
}

/* ---- building */
static void heading(struct problem_view *s, const char *text)
{
	lines_blank(&s->lines);
	lines_begin(&s->lines, 1);
	lines_span(&s->lines, LOOK_HEADING, say(text));
}

static void begin(struct problem_view *s, struct problem_line what, const char *label)
{
	g_array_append_val(s->items, what);
	s->lines.ref = s->items->len;
	lines_begin(&s->lines, 3);
	lines_column(&s->lines, LOOK_DIM, label, LABEL_COLS);
}

static void item(struct problem_view *s, struct problem_line what, const char *label, const char *value)
{
	begin(s, what, label);
	lines_spanf(&s->lines, LOOK_TEXT, " %s", value && *value ? value : "-");
	s->lines.ref = 0;
}

static void build_head(struct problem_view *s)
{
	const struct problem *p = s->problem;
	g_autofree char *cause = p->root_cause ? g_strdelimit(g_strdup(p->root_cause), "\r\n\t", ' ') : NULL;

	item(s, (struct problem_line){.kind = PROBLEM_LINE_TITLE}, _("title"), p->title);
	item(s, (struct problem_line){.kind = PROBLEM_LINE_CATEGORY}, _("about"), p->category);
	item(s, (struct problem_line){.kind = PROBLEM_LINE_CAUSE}, _("root cause"), cause);
	item(s, (struct problem_line){.kind = PROBLEM_LINE_OWNER}, _("owner"), p->owner_name);
}

/* "[x] found  Li Wei  Nov 23 10:40  what was written" */
static void build_step(const struct view *v, struct problem_view *s, enum problem_stage stage)
{
	const struct problem_step *step = problem_step_of(s->problem->steps, stage);
	int64_t now_ms = store_now_ms(v->store);
	gboolean done = step && step->done_ms, late = step && !done && step->due_ms && step->due_ms < now_ms;
	const char *owner = step && done && step->done_name ? step->done_name : step && step->owner_name ? step->owner_name : "-";
	g_autofree char *label = g_strdup_printf("%s %s", done ? "[x]" : "[ ]", word_said(problem_stage_name(stage)));
	char when[WHEN_SIZE];

	begin(s, (struct problem_line){.kind = PROBLEM_LINE_STEP, .stage = stage, .done = done}, label);
	lines_span(&s->lines, LOOK_TEXT, " ");
	lines_column(&s->lines, done ? LOOK_TEXT : LOOK_DIM, owner, OWNER_COLS);
	lines_span(&s->lines, LOOK_TEXT, " ");
	if (done)
		lines_column(&s->lines, LOOK_DIM, when_short(step->done_ms, now_ms, when, sizeof when), when_short_cols());
	else if (step && step->due_ms) {
		g_autofree char *due = g_strdup_printf(late ? _("! due %s") : _("due %s"),
		                                       when_short(step->due_ms, now_ms, when, sizeof when));

		lines_column(&s->lines, late ? LOOK_TAG_ALERT : LOOK_DIM, due, when_short_cols());
	}
	if (step && step->note && *step->note) {
		g_autofree char *note = g_strdelimit(g_strdup(step->note), "\r\n\t", ' ');

		lines_spanf(&s->lines, LOOK_TEXT, "  %s", note);
	}
	s->lines.ref = 0;
}

static void build_told(struct problem_view *s)
{
	const struct problem *p = s->problem;
	g_autofree char *told = g_strdup_printf(_("%d of %d customers; %d satisfied, %d not"), p->told, p->customers, p->satisfied,
	                                        p->unsatisfied);
	g_autofree char *article = p->article_id ? g_strdup_printf(_("article %" G_GINT64_FORMAT), p->article_id) : NULL;
	g_autofree char *training = p->training_id ? g_strdup_printf(_("article %" G_GINT64_FORMAT), p->training_id) : NULL;

	item(s, (struct problem_line){.kind = PROBLEM_LINE_TOLD}, _("told"), told);
	item(s, (struct problem_line){.kind = PROBLEM_LINE_ARTICLE, .id = p->article_id}, _("knowledge"), article);
	item(s, (struct problem_line){.kind = PROBLEM_LINE_TRAINING, .id = p->training_id}, _("training"), training);
}

static void build_tickets(const struct view *v, struct problem_view *s)
{
	const GArray *ids = s->problem->ticket_ids;
	g_autofree char *title = g_strdup_printf(_("tickets: %d of %d customers"), s->problem->tickets, s->problem->customers);

	heading(s, title);
	for (guint i = 0; ids && i < ids->len; i++) {
		desk_id id = g_array_index(ids, desk_id, i);
		gssize at = store_queue_find(v->store, id);
		const struct ticket *t = at < 0 ? store_ticket(v->store, id) : NULL;
		const struct ticket_row *row = at >= 0 ? store_queue_at(v->store, (size_t)at) : t ? &t->row : NULL;
		g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT, id);
		g_autofree char *text = row ? g_strdup_printf("%s: %s", row->customer_name ? row->customer_name : "?",
		                                              row->subject ? row->subject : "") : NULL;

		item(s, (struct problem_line){.kind = PROBLEM_LINE_TICKET, .id = id}, label, text ? text : "");
	}
}

static void problem_recalc(struct view *v)
{
	struct problem_view *s = state_of(v);

	lines_clear(&s->lines, v->area.w - 1);
	g_array_set_size(s->items, 0);
	if (!s->problem)
		return;
	build_head(s);
	heading(s, N_("stages"));
	for (int stage = PROBLEM_FIRST_STEP; stage <= PROBLEM_LAST_STEP; stage++)
		build_step(v, s, (enum problem_stage)stage);
	heading(s, N_("what came of it"));
	build_told(s);
	build_tickets(v, s);
	s->cursor = MIN(s->cursor, s->items->len ? s->items->len - 1 : 0);
}

static unsigned problem_changed(struct view *v, const struct store_note *note)
{
	(void)v;
	return note->kind == STORE_SESSION || note->kind == STORE_QUEUE ? TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

/* ---- moving */
static guint line_of(const struct problem_view *s, guint place)
{
	for (guint i = 0; i < lines_count(&s->lines); i++)
		if (lines_at(&s->lines, i)->ref == (gint64)place + 1)
			return i;
	return 0;
}

static unsigned move(struct view *v, gint64 by)
{
	struct problem_view *s = state_of(v);

	s->cursor = (guint)CLAMP((gint64)s->cursor + by, 0, s->items->len ? (gint64)s->items->len - 1 : 0);
	return TODO_PAINT;
}

static gboolean problem_click(struct view *v, int y, int x)
{
	struct problem_view *s = state_of(v);
	guint line = s->top + (guint)MAX(y, 1) - 1, before = s->cursor;
	gint64 ref = y >= 1 && line < lines_count(&s->lines) ? lines_at(&s->lines, line)->ref : 0;

	(void)x;
	if (ref < 1) /* a heading */
		return FALSE;
	s->cursor = (guint)ref - 1;
	return s->cursor == before;
}

static unsigned problem_act(struct view *v, enum action act, const char *arg, int count)
{
	int n = MAX(count, 1), page = MAX(v->area.h / 2, 1);

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

static void scroll_to_cursor(struct problem_view *s, guint rows)
{
	guint at = line_of(s, s->cursor), count = lines_count(&s->lines);

	if (s->cursor == 0)
		s->top = 0;
	else if (at < s->top)
		s->top = at;
	else if (at >= s->top + rows)
		s->top = at - rows + 1;
	s->top = MIN(s->top, count > rows ? count - rows : 0);
}

static void problem_paint(struct view *v, const struct canvas *c)
{
	struct problem_view *s = state_of(v);
	guint rows = (guint)MAX(c->area.h - 1, 1);

	scroll_to_cursor(s, rows);
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	if (!s->problem) {
		lines_paint(&s->lines, c, 1, c->area.h - 1, 0);
		return;
	}
	draw_format(c, 0, 2, c->area.w - 18, LOOK_TITLE, " problem %" G_GINT64_FORMAT ": %s ", s->problem->id,
	            word_said(problem_stage_name(s->problem->stage)));
	if (lines_count(&s->lines) > rows)
		draw_format(c, 0, c->area.w - 14, -1, LOOK_DIM, " %u of %u ", MIN(s->top + rows, lines_count(&s->lines)),
		            lines_count(&s->lines));
	lines_paint(&s->lines, c, 1, c->area.h - 1, s->top);
	if (s->items->len)
		canvas_mark(c, 1 + (int)(line_of(s, s->cursor) - s->top), 1, LOOK_CURSOR, GLYPH_CURSOR);
}

const struct view_ops view_problem_ops = {
	.context = "problem", .state_size = sizeof(struct problem_view), .open = problem_open, .close = problem_close,
	.changed = problem_changed, .act = problem_act, .recalc = problem_recalc, .paint = problem_paint,
	.click = problem_click,
};
