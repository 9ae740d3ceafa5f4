/* The opened ticket. */
#include "tui/view_conversation.h"

#include <string.h>
#include "tui/conversation_lines.h"
#include "tui/draw.h"
#include "tui/rungs.h"

struct conversation {
	desk_id ticket_id;
	struct lines lines;
	guint top;
	gboolean at_end;      /* follows what comes */
	gboolean below;       /* something came below the shown part */
	gboolean wide, answering;
	gboolean ladder;      /* a row of the head tells where it was handed to */
	gint64 anchor;        /* message of the top line, and how far into it */
	guint anchor_off;
	desk_id read;
	gint64 next_ms;
};

static struct conversation *conversation_of(const struct view *v)
{
	return v->state;
}

static void conversation_open(struct view *v)
{
	struct conversation *k = conversation_of(v);

	lines_init(&k->lines);
	k->at_end = TRUE;
	k->next_ms = INT64_MAX;
}

static void conversation_close(struct view *v)
{
	lines_free(&conversation_of(v)->lines);
}

void view_conversation_show(struct view *v, desk_id ticket_id)
{
	struct conversation *k = conversation_of(v);

	if (k->ticket_id == ticket_id)
		return;
	k->ticket_id = ticket_id;
	k->top = 0;
	k->at_end = TRUE;
	k->below = FALSE;
	k->read = 0;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

desk_id view_conversation_read(const struct view *v)
{
	return conversation_of(v)->read;
}

void view_conversation_wide(struct view *v, gboolean wide)
{
	conversation_of(v)->wide = wide;
}

void view_conversation_answering(struct view *v, gboolean on)
{
	struct conversation *k = conversation_of(v);

	if (k->answering != on)
		v->todo |= TODO_RECALC | TODO_PAINT;
	k->answering = on;
}

static int head_rows(const struct view *v)
{
	const struct conversation *k = conversation_of(v);

	return (k->wide || v->area.h < 7 ? 1 : 3) + (k->ladder ? 1 : 0);
}

static int body_rows(const struct view *v)
{
	return MAX(v->area.h - head_rows(v), 1);
}

static guint last_top(const struct view *v)
{
	guint n = lines_count(&conversation_of(v)->lines), h = (guint)body_rows(v);

	return n > h ? n - h : 0;
}

static void find_anchor(struct conversation *k)
{
	const struct line *top = lines_at(&k->lines, k->top);

	k->anchor = top ? top->ref : 0;
	k->anchor_off = 0;
	while (top && k->anchor_off < k->top && lines_at(&k->lines, k->top - k->anchor_off - 1)->ref == k->anchor)
		k->anchor_off++;
}

static void follow_anchor(struct conversation *k)
{
	for (guint i = 0; k->anchor && i < lines_count(&k->lines); i++)
		if (lines_at(&k->lines, i)->ref == k->anchor) {
			k->top = i + k->anchor_off;
			return;
		}
}

/* The last row of all, or the first one of what the customer wrote last, whichever comes first. */
static guint top_of_words(const struct view *v, const struct ticket *t)
{
	const struct conversation *k = conversation_of(v);
	gint64 last = 0;

	for (guint i = 0; i < t->messages->len; i++)
		if (((struct message *)t->messages->pdata[i])->kind == MESSAGE_CUSTOMER)
			last = ((struct message *)t->messages->pdata[i])->id;
	for (guint i = 0; last && i < last_top(v); i++)
		if (lines_at(&k->lines, i)->ref == last)
			return i;
	return last_top(v);
}

static void note_read(struct view *v, const struct ticket *t)
{
	struct conversation *k = conversation_of(v);

	if (!k->at_end)
		return;
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind == MESSAGE_CUSTOMER)
			k->read = MAX(k->read, m->id);
	}
}

/* Where it was handed to and what that waits for; NULL nothing. g_free. */
static char *ladder_line(struct view *v, const struct ticket *t, enum theme_role *role)
{
	const struct ticket_clock *clock = clock_shown(t);

	return rungs_line(v->store, t, clock ? clock->kind : CLOCK_NONE, store_now_ms(v->store), role,
	                  &conversation_of(v)->next_ms);
}

static void conversation_recalc(struct view *v)
{
	struct conversation *k = conversation_of(v);
	const struct ticket *t = k->ticket_id ? store_ticket(v->store, k->ticket_id) : NULL;
	enum theme_role role;

	if (!k->at_end)
		find_anchor(k);
	lines_clear(&k->lines, v->area.w - 1);
	k->next_ms = INT64_MAX;
	if (!t)
		return;
	k->ladder = FALSE;
	if (v->area.h >= 5) {
		g_autofree char *line = ladder_line(v, t, &role);

		k->ladder = line != NULL;
	}
	conversation_build(&k->lines, t, v->store, store_now_ms(v->store), &k->next_ms);
	if (!k->at_end)
		follow_anchor(k);
	else
		k->top = k->answering ? top_of_words(v, t) : last_top(v);
	k->top = MIN(k->top, last_top(v));
	if (k->top == last_top(v))
		k->at_end = TRUE;
	note_read(v, t);
}

/* ---------------------------------------------------------------- moving */

static unsigned conversation_scroll(struct view *v, gint64 by)
{
	struct conversation *k = conversation_of(v);
	gint64 to = CLAMP((gint64)k->top + by, 0, (gint64)last_top(v));
	const struct ticket *t = store_ticket(v->store, k->ticket_id);

	if (by < 0 && to == 0 && t && t->more_messages)
		store_want_older(v->store, k->ticket_id);
	if (to == (gint64)k->top)
		return TODO_NOTHING;
	k->top = (guint)to;
	k->at_end = k->top == last_top(v);
	if (k->at_end) {
		k->below = FALSE;
		if (t)
			note_read(v, t);
	}
	return TODO_PAINT;
}

void view_conversation_to_end(struct view *v)
{
	v->todo |= conversation_scroll(v, G_MAXINT32) | TODO_PAINT;
	conversation_of(v)->at_end = TRUE;
}

static const struct message *message_of(const struct view *v, gint64 id)
{
	const struct ticket *t = store_ticket(v->store, conversation_of(v)->ticket_id);

	for (guint i = 0; t && id > 0 && i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->id == id)
			return m->kind == MESSAGE_SYSTEM ? NULL : m;
	}
	return NULL;
}

const struct message *view_conversation_message(const struct view *v)
{
	const struct conversation *k = conversation_of(v);
	const struct message *m = NULL;
	guint end = MIN(k->top + (guint)body_rows(v), lines_count(&k->lines));

	while (end > 0 && !(m = message_of(v, lines_at(&k->lines, end - 1)->ref)))
		end--;
	return m;
}

static unsigned conversation_act(struct view *v, enum action act, const char *arg, int count)
{
	gint64 by;

	(void)arg;
	if (action_moves(act, count, MAX(body_rows(v) - 1, 1), &by))
		return conversation_scroll(v, by);
	if (act != ACTION_OLDER)
		return TODO_UNKNOWN;
	store_want_older(v->store, conversation_of(v)->ticket_id);
	return TODO_NOTHING;
}

static unsigned conversation_changed(struct view *v, const struct store_note *note)
{
	struct conversation *k = conversation_of(v);

	if (note->kind == STORE_SESSION || (note->kind == STORE_PRESENCE && (!note->ticket_id || note->ticket_id == k->ticket_id ||
	                                                                     note->other_id == k->ticket_id)))
		return TODO_PAINT;
	if (note->kind == STORE_WRITE && note->change && note->change->ticket_id == k->ticket_id)
		return TODO_RECALC | TODO_PAINT;
	if (note->kind == STORE_DRAFT && note->ticket_id == k->ticket_id)
		return TODO_RECALC | TODO_PAINT;
	if (note->kind != STORE_TICKET || note->ticket_id != k->ticket_id)
		return TODO_NOTHING;
	if (note->remote && !k->at_end)
		k->below = TRUE;
	return TODO_RECALC | TODO_PAINT;
}

static unsigned conversation_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	*next_ms = conversation_of(v)->next_ms;
	return now_ms >= *next_ms ? TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

/* ---------------------------------------------------------------- painting */

static char *title_right(struct view *v, const struct ticket *t, enum theme_role *role)
{
	struct conversation *k = conversation_of(v);
	const struct ticket_clock *clock = clock_shown(t);
	int64_t now = store_now_ms(v->store);
	enum clock_look look;
	char left[16];

	*role = LOOK_DIM;
	if (!clock) {
		*role = LOOK_CLOCK_PAUSED;
		return g_strdup(status_is_active(t->row.status) ? _("no clock runs") : _("done"));
	}
	if (clock->state == CLOCK_STATE_PAUSED) {
		*role = LOOK_CLOCK_PAUSED;
		return g_strdup_printf(_("%s paused at %s"), label_clock(clock->kind), clock_countdown(clock->left_ms, left, sizeof left));
	}
	look = clock_look_of(now, clock->warn_ms, clock->due_ms);
	*role = clock_look_role(look);
	k->next_ms = MIN(k->next_ms, clock_look_next(now, clock->warn_ms, clock->due_ms));
	return g_strdup_printf(look == CLOCK_LOOK_LATE ? _("%s %s late") : look == CLOCK_LOOK_WARN ? _("%s %s soon") : "%s %s",
	                       label_clock(clock->kind), clock_countdown(clock->due_ms - now, left, sizeof left));
}

/* Who else is on the ticket, and whether they write; ends before column `end`. Returns where it begins. */
static int paint_there(const struct view *v, const struct canvas *c, const struct ticket *t, int y, int end, int room)
{
	unsigned there = store_there(v->store, t->row.id);
	gboolean writes = there & STORE_THERE_WRITES;
	g_autofree char *names = there ? store_there_names(v->store, t->row.id, writes) : NULL;
	g_autofree char *words = !names ? NULL : writes ? g_strdup_printf(_("%s: writing"), names)
	                                                : g_strdup_printf(_("%s: looking"), names);
	int cols = words ? MIN(draw_cols(words), room - 4) : 0, x = end - cols - 4;

	if (cols < 6)
		return end;
	canvas_literal(c, y, x, LOOK_TEXT, " ");
	canvas_glyph(c, y, x + 1, LOOK_AGENT, writes ? GLYPH_WRITES : GLYPH_LOOKS);
	canvas_literal(c, y, x + 2, LOOK_TEXT, " ");
	draw_raw(c, y, x + 3, cols, LOOK_AGENT, words);
	canvas_literal(c, y, end - 1, LOOK_TEXT, " ");
	return x;
}

static void paint_title(struct view *v, const struct canvas *c, const struct ticket *t)
{
	const struct conversation *k = conversation_of(v);
	enum theme_role role;
	g_autofree char *right = title_right(v, t, &role);
	g_autofree char *category = label_category_of(v->store, t->category);
	g_autofree char *snoozed = t->row.snoozed_ms ? label_snoozed(&t->row, store_now_ms(v->store)) : NULL;
	g_autofree char *state = g_strdup_printf("%s, %s", snoozed ? snoozed : label_status(t->row.status),
	                                         t->row.assignee_name ? t->row.assignee_name : _("nobody's"));
	int w = c->area.w, x = 2, end = w - 2 - draw_cols(right), cols;

	canvas_literal(c, 0, end - 1, LOOK_TEXT, " ");
	draw_raw(c, 0, end, -1, role, right);
	canvas_literal(c, 0, w - 2, LOOK_TEXT, " ");
	end -= 2;
	cols = draw_cols(state);
	if (end - cols > (snoozed ? 22 : 34)) {
		canvas_literal(c, 0, end - cols - 2, LOOK_TEXT, " ");
		draw_raw(c, 0, end - cols - 1, cols, LOOK_DIM, state);
		canvas_literal(c, 0, end - 1, LOOK_TEXT, " ");
		end -= cols + 3;
	}
	if (head_rows(v) < 3) { /* else it has a place of its own */
		int at = paint_there(v, c, t, 0, end, end - 16);

		end = at < end ? at - 1 : end;
	}
	cols = draw_cols(category);
	if (*category && (k->wide || end - cols > 60) && end - cols > 44) {
		canvas_literal(c, 0, end - cols - 2, LOOK_TEXT, " ");
		draw_raw(c, 0, end - cols - 1, cols, LOOK_DIM, category);
		canvas_literal(c, 0, end - 1, LOOK_TEXT, " ");
		end -= cols + 3;
	}
	canvas_literal(c, 0, x - 1, LOOK_TEXT, " ");
	x += draw_format(c, 0, x, -1, LOOK_OPENED, "#%" G_GINT64_FORMAT, t->row.id);
	x += canvas_literal(c, 0, x, LOOK_TEXT, " ");
	x += draw_raw(c, 0, x, end - x - 1, LOOK_TITLE, t->row.subject);
	canvas_literal(c, 0, x, LOOK_TEXT, " ");
}

static void paint_tags(struct view *v, const struct canvas *c, const struct ticket *t)
{
	const struct customer *who = t->customer;
	g_autofree char *category = NULL, *history = NULL;
	const char *language;
	int x = 1, end = c->area.w - 1;

	canvas_fill(c, (struct rect){.y = 1, .h = 2, .w = c->area.w}, LOOK_TEXT);
	if (!who)
		return;
	language = screen_utf8(c->screen) ? language_said(who->language) : who->language ? who->language : "";
	history = who->csat > 0 ? g_strdup_printf(_("%s  open %d  past %d  CSAT %.1f"), language,
	                                          who->open_tickets, who->past_tickets, who->csat)
	                        : g_strdup_printf(_("%s  open %d  past %d"), language,
	                                          who->open_tickets, who->past_tickets);
	g_strchug(history);
	end -= draw_cols(history);
	draw_raw(c, 1, end, -1, LOOK_DIM, history);
	for (guint i = 0; i < who->tags->len && x < end - 6; i++) {
		const struct tag_mark *mark = who->tags->pdata[i];
		const struct tag *tag = store_tag(v->store, mark->name);
		enum glyph g = tag && tag->glyph ? glyph_by_key(tag->glyph, strlen(tag->glyph)) : GLYPH_DOT;
		enum theme_role role = g == GLYPH_WARN ? LOOK_TAG_ALERT : LOOK_TAG;

		x += canvas_glyph(c, 1, x, role, g);
		x += draw_raw(c, 1, x, end - x - 2, role, tag ? label_tag(v->store, tag) : mark->name) + 1;
	}
	for (guint i = 0; i < t->tags->len && x < end - 6; i++) {
		x += canvas_literal(c, 1, x, LOOK_DIM, "#");
		x += draw_raw(c, 1, x, end - x - 2, LOOK_DIM, t->tags->pdata[i]) + 1;
	}
	category = label_category_of(v->store, t->category);
	if (x + 1 + draw_cols(category) < end - 1)
		draw_raw(c, 1, x + 1, -1, LOOK_DIM, category);
}

/* What the first tags advise, as one line. */
static void paint_advice(struct view *v, const struct canvas *c, const struct ticket *t)
{
	int x = 1;

	for (guint i = 0; t->customer && i < t->customer->tags->len && x < c->area.w - 12; i++) {
		const struct tag_mark *mark = t->customer->tags->pdata[i];
		const struct tag *tag = store_tag(v->store, mark->name);
		const char *advice = tag ? label_advice(v->store, tag) : NULL;

		if (!advice)
			continue;
		if (x > 1)
			x += canvas_literal(c, 2, x, LOOK_DIM, "/ ");
		x += draw_raw(c, 2, x, c->area.w - 1 - x, LOOK_ADVICE, advice) + 1;
	}
}

static void paint_none(const struct view *v, const struct canvas *c)
{
	struct lines words;

	canvas_fill(c, (struct rect){.y = 1, .h = c->area.h - 1, .w = c->area.w}, LOOK_TEXT);
	if (conversation_of(v)->ticket_id) {
		draw_format(c, 1, 2, -1, LOOK_DIM, "Fetching #%" G_GINT64_FORMAT "...", conversation_of(v)->ticket_id);
		return;
	}
	lines_init(&words);
	lines_clear(&words, c->area.w - 1);
	lines_wrap(&words, 2, LOOK_DIM, _("Nothing opened. Enter opens the marked ticket; next-best takes the most urgent one."));
	lines_paint(&words, c, 1, c->area.h - 1, 0);
	lines_free(&words);
}

static void conversation_paint(struct view *v, const struct canvas *c)
{
	struct conversation *k = conversation_of(v);
	const struct ticket *t = k->ticket_id ? store_ticket(v->store, k->ticket_id) : NULL;
	int head = head_rows(v);

	canvas_hline(c, 0, 0, c->area.w, v->focused ? LOOK_BORDER_FOCUS : LOOK_BORDER);
	if (!t) {
		paint_none(v, c);
		return;
	}
	paint_title(v, c, t);
	if (k->ladder) {
		enum theme_role role = LOOK_DIM;
		g_autofree char *line = ladder_line(v, t, &role);

		canvas_fill(c, (struct rect){.y = head - 1, .h = 1, .w = c->area.w}, LOOK_TEXT);
		canvas_mark(c, head - 1, 1, role, GLYPH_UP);
		draw_raw(c, head - 1, 3, c->area.w - 4, role, line);
	}
	if (head > 2) {
		paint_tags(v, c, t);
		paint_advice(v, c, t);
		paint_there(v, c, t, 2, c->area.w, c->area.w - 12);
	}
	lines_paint(&k->lines, c, head, c->area.h - head, k->top);
	if (k->below && !k->at_end)
		draw_words(c, c->area.h - 1, c->area.w - 1 - draw_cols(_(" new message below ")), -1, LOOK_STATUS, " new message below ");
}

const struct view_ops view_conversation_ops = {
	.context = "conversation", .state_size = sizeof(struct conversation), .open = conversation_open,
	.close = conversation_close, .changed = conversation_changed, .act = conversation_act,
	.tick = conversation_tick, .recalc = conversation_recalc, .paint = conversation_paint,
};
