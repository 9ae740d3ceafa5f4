/* The problem behind tickets, line by line. */
#include "tui/view_problem.h"

#include <string.h>
#include "base/when.h"
#include "rules/problem.h"
#include "tui/draw.h"
#include "tui/overlay.h"

#define OWNER_COLS 14

struct problem_view {
	struct overlay overlay;
	struct problem *problem;
	GPtrArray *rows; /* struct ticket_row of its tickets; NULL not here yet */
};

static struct problem_view *state_of(const struct view *v)
{
	return v->state;
}

static void problem_open(struct view *v)
{
	overlay_open(v, sizeof(struct problem_line), 1);
}

static void problem_close(struct view *v)
{
	overlay_close(v);
	problem_free(state_of(v)->problem);
	g_clear_pointer(&state_of(v)->rows, g_ptr_array_unref);
}

void view_problem_show(struct view *v, struct problem *p)
{
	struct problem_view *s = state_of(v);

	if (s->problem && s->problem->id != p->id)
		g_clear_pointer(&s->rows, g_ptr_array_unref);
	problem_free(s->problem);
	s->problem = p;
	overlay_show(v, p->id, 0);
}

void view_problem_rows(struct view *v, GPtrArray *rows)
{
	g_clear_pointer(&state_of(v)->rows, g_ptr_array_unref);
	state_of(v)->rows = g_ptr_array_ref(rows);
	v->todo |= TODO_RECALC | TODO_PAINT;
}

const struct problem *view_problem_shown(const struct view *v)
{
	return state_of(v)->problem;
}

struct problem_line view_problem_selected(const struct view *v)
{
	const struct problem_line *l = overlay_marked(v);

	return l ? *l : (struct problem_line){0};
}

/* ---- building */
static void item(struct view *v, struct problem_line what, const char *label, const char *value)
{
	overlay_field(v, &what, label, LOOK_TEXT, value);
}

static void build_head(struct view *v, const struct problem *p)
{
	g_autofree char *cause = p->root_cause ? g_strdelimit(g_strdup(p->root_cause), "\r\n\t", ' ') : NULL;

	item(v, (struct problem_line){.kind = PROBLEM_LINE_TITLE}, _("title"), p->title);
	item(v, (struct problem_line){.kind = PROBLEM_LINE_CATEGORY}, _("about"), p->category);
	item(v, (struct problem_line){.kind = PROBLEM_LINE_CAUSE}, _("root cause"), cause);
	item(v, (struct problem_line){.kind = PROBLEM_LINE_OWNER}, _("owner"), p->owner_name);
}

/* "[x] found  Li Wei  Nov 23 10:40  what was written" */
static void build_step(struct view *v, const struct problem *p, enum problem_stage stage)
{
	struct lines *l = &overlay_of(v)->lines;
	const struct problem_step *step = problem_step_of(p->steps, stage);
	int64_t now_ms = store_now_ms(v->store);
	gboolean done = step && step->done_ms, late = step && !done && step->due_ms && step->due_ms < now_ms;
	const char *owner = step && done && step->done_name ? step->done_name : step && step->owner_name ? step->owner_name : "-";
	g_autofree char *label = g_strdup_printf("%s %s", done ? "[x]" : "[ ]", word_said(problem_stage_name(stage)));
	struct problem_line what = {.kind = PROBLEM_LINE_STEP, .stage = stage, .done = done};
	char when[WHEN_SIZE];

	overlay_label(v, &what, label);
	lines_column(l, done ? LOOK_TEXT : LOOK_DIM, owner, OWNER_COLS);
	lines_span(l, LOOK_TEXT, " ");
	if (done)
		lines_column(l, LOOK_DIM, when_short(step->done_ms, now_ms, when, sizeof when), when_short_cols());
	else if (step && step->due_ms) {
		g_autofree char *due = g_strdup_printf(late ? _("! due %s") : _("due %s"),
		                                       when_short(step->due_ms, now_ms, when, sizeof when));

		lines_column(l, late ? LOOK_TAG_ALERT : LOOK_DIM, due, when_short_cols());
	}
	if (step && step->note && *step->note) {
		g_autofree char *note = g_strdelimit(g_strdup(step->note), "\r\n\t", ' ');

		lines_spanf(l, LOOK_TEXT, "  %s", note);
	}
	overlay_item_end(v);
}

static void build_told(struct view *v, const struct problem *p)
{
	g_autofree char *told = g_strdup_printf(_("%d of %d customers; %d satisfied, %d not"), p->told, p->customers, p->satisfied,
	                                        p->unsatisfied);
	g_autofree char *article = p->article_id ? g_strdup_printf(_("article %" G_GINT64_FORMAT), p->article_id) : NULL;
	g_autofree char *training = p->training_id ? g_strdup_printf(_("article %" G_GINT64_FORMAT), p->training_id) : NULL;

	item(v, (struct problem_line){.kind = PROBLEM_LINE_TOLD}, _("told"), told);
	item(v, (struct problem_line){.kind = PROBLEM_LINE_ARTICLE, .id = p->article_id}, _("knowledge"), article);
	item(v, (struct problem_line){.kind = PROBLEM_LINE_TRAINING, .id = p->training_id}, _("training"), training);
}

/* As it is now where the store knows it, else as it was when the problem was read. */
static const struct ticket_row *row_of(const struct view *v, desk_id id)
{
	const GPtrArray *rows = state_of(v)->rows;
	gssize at = store_queue_find(v->store, id);
	const struct ticket *t = at < 0 ? store_ticket(v->store, id) : NULL;

	if (at >= 0 || t)
		return t ? &t->row : store_queue_at(v->store, (size_t)at);
	for (guint i = 0; rows && i < rows->len; i++)
		if (((const struct ticket_row *)rows->pdata[i])->id == id)
			return rows->pdata[i];
	return NULL;
}

static void build_tickets(struct view *v, const struct problem *p)
{
	const GArray *ids = p->ticket_ids;
	g_autofree char *title = g_strdup_printf(_("tickets: %d of %d customers"), p->tickets, p->customers);

	overlay_heading(v, title);
	for (guint i = 0; ids && i < ids->len; i++) {
		desk_id id = g_array_index(ids, desk_id, i);
		const struct ticket_row *row = row_of(v, id);
		g_autofree char *label = g_strdup_printf("#%" G_GINT64_FORMAT, id);
		g_autofree char *text = row ? g_strdup_printf("%s: %s", row->customer_name ? row->customer_name : "?",
		                                              row->subject ? row->subject : "") : NULL;

		item(v, (struct problem_line){.kind = PROBLEM_LINE_TICKET, .id = id}, label, text ? text : "");
	}
}

static void problem_recalc(struct view *v)
{
	const struct problem *p = state_of(v)->problem;

	overlay_begin(v);
	if (!p)
		return;
	build_head(v, p);
	overlay_heading(v, N_("stages"));
	for (int stage = PROBLEM_FIRST_STEP; stage <= PROBLEM_LAST_STEP; stage++)
		build_step(v, p, (enum problem_stage)stage);
	overlay_heading(v, N_("what came of it"));
	build_told(v, p);
	build_tickets(v, p);
}

static unsigned problem_changed(struct view *v, const struct store_note *note)
{
	(void)v;
	return note->kind == STORE_SESSION || note->kind == STORE_QUEUE ? TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

static void problem_paint(struct view *v, const struct canvas *c)
{
	const struct problem *p = state_of(v)->problem;

	if (p)
		overlay_paint(v, c, " problem %" G_GINT64_FORMAT ": %s ", p->id, word_said(problem_stage_name(p->stage)));
}

const struct view_ops view_problem_ops = {
	.context = "problem", .state_size = sizeof(struct problem_view), .open = problem_open, .close = problem_close,
	.changed = problem_changed, .act = overlay_act, .recalc = problem_recalc, .paint = problem_paint,
	.click = overlay_click,
};
