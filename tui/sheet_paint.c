/* How a form is shown: which field gets how many rows, and what stands in them. */
#include "tui/sheet_inner.h"

#include <string.h>
#include "tui/draw.h"

const struct composer_layout *part_laid_out(struct part *p, int width)
{
	if (!p->line)
		return NULL;
	composer_layout_update(&p->layout, lineedit_text(p->line), lineedit_length(p->line), MAX(width - SHEET_LEFT - 1, 1));
	return &p->layout;
}

int part_rows(struct part *p, int width, gboolean focused)
{
	if (p->hidden)
		return 0;
	if (p->def->kind == SHEET_CHOICE)
		return focused ? MAX((p->options ? (int)p->options->len : 0) + (p->line != NULL), 1) : 1;
	if (p->def->kind != SHEET_TEXT)
		return 1;
	return CLAMP(part_laid_out(p, width)->rows, focused ? SHEET_LEAST : 1, focused ? SHEET_GROWS : SHEET_RESTS);
}

/* The same whichever field has the keys: nothing above it moves while one goes through it. */
int sheet_rows(const struct view *v, int width)
{
	struct sheet *s = sheet_of(v);
	int rows = 1, most = 0;

	for (guint i = 0; i < s->ask.n; i++) {
		int rests = part_rows(&s->part[i], width, FALSE);

		rows += rests;
		most = MAX(most, part_rows(&s->part[i], width, TRUE) - rests);
	}
	return rows + most;
}

/* Takes rows from texts that rest until all fit, the tallest first. */
static void shrink(struct sheet *s, int *over)
{
	while (*over > 0) {
		struct part *tallest = NULL;

		for (guint i = 0; i < s->ask.n; i++)
			if (i != s->focus && s->part[i].h > 1 && (!tallest || s->part[i].h > tallest->h))
				tallest = &s->part[i];
		if (!tallest)
			break;
		tallest->h--;
		--*over;
	}
	if (*over > 0) {
		int less = MIN(*over, s->part[s->focus].h - 1);

		s->part[s->focus].h -= less;
		*over -= less;
	}
}

void sheet_lay_out(struct sheet *s, int height, int width)
{
	int room = height - 1, sum = 0, over, y = 1;

	for (guint i = 0; i < s->ask.n; i++) {
		s->part[i].h = part_rows(&s->part[i], width, i == s->focus);
		sum += s->part[i].h;
	}
	over = sum - room;
	shrink(s, &over);
	for (guint i = 0; i < s->ask.n && over < 0; i++) { /* a text that rests may show more */
		struct part *p = &s->part[i];
		int more = p->def->kind == SHEET_TEXT && !p->hidden ? p->layout.rows - p->h : 0;

		more = CLAMP(more, 0, -over);
		p->h += more;
		over += more;
	}
	s->first = 0;
	for (guint i = 0; over > 0 && i < s->focus; i++) { /* a very low pane: from where the keys are */
		over -= s->part[i].h;
		s->part[i].h = 0;
		s->first = i + 1;
	}
	for (guint i = 0; i < s->ask.n; i++) {
		struct part *p = &s->part[i];

		p->h = CLAMP(p->h, 0, MAX(height - y, 0));
		p->y = y;
		y += p->h;
	}
}

/* ---------------------------------------------------------------- fields */

static void paint_text(struct part *p, const struct canvas *c, gboolean focused, int y, int h, int x)
{
	const struct composer_layout *l = part_laid_out(p, c->area.w);
	int row, col;

	composer_layout_find(l, lineedit_cursor(p->line), &row, &col);
	if (!focused)
		row = 0;
	if (row < p->top)
		p->top = row;
	if (row >= p->top + h)
		p->top = row - h + 1;
	p->top = CLAMP(p->top, 0, MAX(l->rows - h, 0));
	for (int i = 0; i < h && p->top + i < l->rows; i++) {
		const struct layout_line *at;
		size_t from;
		const struct composer_line *line = composer_layout_row(l, p->top + i, &at, &from);

		canvas_span(c, y + i, x, c->area.w - x, LOOK_TEXT, line->text, at->from, at->to);
	}
	if (p->top + h < l->rows) /* there is more below */
		canvas_glyph(c, y + h - 1, x - 2, LOOK_DIM, GLYPH_ELLIPSIS);
}

/* Columns of the widest label, up to two thirds of what there is. */
static int label_cols(const struct part *p, int room)
{
	int cols = 0;

	for (guint i = 0; i < p->options->len; i++)
		cols = MAX(cols, draw_cols(((struct sheet_option *)p->options->pdata[i])->label));
	return MIN(cols, room * 2 / 3);
}

/* The one that is chosen, of a list that shows nothing else: it has no number, for no key chooses it. */
static void paint_chosen(const struct part *p, const struct canvas *c)
{
	const struct sheet_option *o = p->options->pdata[p->chosen];
	g_autofree char *place = p->options->len > 1 ? g_strdup_printf("%d/%u", p->chosen + 1, p->options->len) : g_strdup("");
	int x = SHEET_LEFT, end = c->area.w - 1 - draw_cols(place);

	canvas_literal(c, p->y, end, LOOK_DIM, place);
	x += draw_raw(c, p->y, x, end - x - 1, LOOK_TEXT, o->label) + 2;
	if (o->detail && x < end - 4)
		draw_raw(c, p->y, x, end - x - 2, LOOK_DIM, o->detail);
}

static void paint_option(const struct part *p, const struct canvas *c, int y, guint i)
{
	const struct sheet_option *o = p->options->pdata[i];
	gboolean chosen = !p->own && (int)i == p->chosen;
	int x = SHEET_LEFT, cols = o->detail ? label_cols(p, c->area.w - x - 3) : -1;
	char number[8];

	if (chosen)
		canvas_glyph(c, y, x - 2, LOOK_PART_DONE, GLYPH_CHECK);
	g_snprintf(number, sizeof number, i < 9 ? "%u" : " ", i + 1);
	canvas_literal(c, y, x, LOOK_KEY, number);
	draw_raw(c, y, x + 2, cols < 0 ? c->area.w - x - 3 : cols, chosen ? LOOK_TITLE : LOOK_TEXT, o->label);
	if (o->detail)
		draw_raw(c, y, x + 4 + cols, c->area.w - x - 5 - cols, LOOK_DIM, o->detail);
}

/* "in words:" and what was typed; where the line begins. */
static int own_words_at(void)
{
	return SHEET_LEFT + draw_cols(_("in words:")) + 1;
}

static void paint_own(struct part *p, const struct canvas *c, int y, gboolean focused)
{
	int x = own_words_at();

	if (p->own)
		canvas_glyph(c, y, SHEET_LEFT - 2, LOOK_PART_DONE, GLYPH_CHECK);
	draw_words(c, y, SHEET_LEFT, -1, p->own ? LOOK_TEXT : LOOK_DIM, N_("in words:"));
	if (*lineedit_text(p->line)) {
		const char *text = lineedit_text(p->line);
		size_t cursor = focused ? lineedit_cursor(p->line) : 0;
		int room = MAX(c->area.w - x - 1, 4), cut = 0, before = text_string_cols(text, cursor);
		size_t from = before >= room ? text_fit(text, strlen(text), before - room / 2, &cut) : 0;

		draw_raw(c, y, x, room, LOOK_TEXT, text + from);
	}
}

static void paint_choice(struct part *p, const struct canvas *c, gboolean focused, gboolean awaits)
{
	int n = p->options ? (int)p->options->len : 0, rows = p->h;

	if (!focused || rows == 1) {
		if (p->own)
			paint_own(p, c, p->y, focused);
		else if (p->chosen >= 0)
			paint_chosen(p, c);
		else
			draw_words(c, p->y, SHEET_LEFT, -1, LOOK_DIM, awaits ? N_("asking the desk...") : N_("not said yet"));
		return;
	}
	if (p->line) {
		paint_own(p, c, p->y + rows - 1, TRUE);
		rows--;
	}
	p->top = CLAMP(p->top, MAX(p->chosen - rows + 1, 0), MAX(MIN(p->chosen, n - rows), 0));
	for (int i = 0; i < rows && p->top + i < n; i++)
		paint_option(p, c, p->y + i, (guint)(p->top + i));
	if (!n && rows)
		draw_words(c, p->y, SHEET_LEFT, -1, LOOK_DIM, awaits ? N_("asking the desk...") : N_("there is nothing to choose from"));
}

static void paint_hint(const struct sheet *s, const struct canvas *c, guint i, int x)
{
	g_autofree char *hint = s->ask.hint ? s->ask.hint(i, s->ask.arg) : NULL;

	if (hint)
		draw_raw(c, s->part[i].y, x, c->area.w - x - 1, LOOK_DIM, hint);
}

static void paint_part(struct sheet *s, const struct canvas *c, guint i)
{
	struct part *p = &s->part[i];
	gboolean focused = i == s->focus;

	if (focused)
		canvas_mark(c, p->y, 0, LOOK_CURSOR, GLYPH_CURSOR);
	draw_words(c, p->y, 2, SHEET_LABEL, focused ? LOOK_TITLE : LOOK_DIM, p->def->label);
	switch (p->def->kind) {
	case SHEET_CHOICE:
		paint_choice(p, c, focused, s->awaits);
		break;
	case SHEET_SWITCH:
		paint_hint(s, c, i, SHEET_LEFT + 1 + draw_words(c, p->y, SHEET_LEFT, -1, LOOK_TEXT, p->on ? N_("yes") : N_("no")));
		break;
	case SHEET_LINE:
		paint_text(p, c, focused, p->y, 1, SHEET_LEFT);
		paint_hint(s, c, i, SHEET_LEFT + 2 + MAX(draw_cols(lineedit_text(p->line)), 4));
		break;
	case SHEET_TEXT:
		paint_text(p, c, focused, p->y, p->h, SHEET_LEFT);
		break;
	}
}

void sheet_paint(struct view *v, const struct canvas *c)
{
	struct sheet *s = sheet_of(v);
	const char *said = s->said      ? s->said
	                   : s->accepts ? _("goes as soon as the desk has answered")
	                   : s->awaits  ? _("asking the desk...")
	                                : NULL;
	int end = c->area.w - 1, titled = MIN(draw_cols(s->ask.title), 16) + 6;

	if (!s->open)
		return;
	sheet_lay_out(s, c->area.h, c->area.w);
	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	if (said) {
		int cols = MIN(draw_cols(said), c->area.w - titled);

		end -= cols + 2;
		canvas_literal(c, 0, end, LOOK_TEXT, " ");
		draw_raw(c, 0, end + 1, cols, s->bad ? LOOK_REFUSED : LOOK_DIM, said);
		canvas_literal(c, 0, end + 1 + cols, LOOK_TEXT, " ");
	}
	draw_format(c, 0, 2, end - 3, LOOK_TITLE, " %s ", s->ask.title);
	for (guint i = s->first; i < s->ask.n; i++)
		if (s->part[i].h > 0)
			paint_part(s, c, i);
}

gboolean sheet_cursor(const struct view *v, int *y, int *x)
{
	struct sheet *s = sheet_of(v);
	struct part *p = &s->part[s->focus];
	const struct composer_layout *l;
	int row, col;

	if (!s->open || p->h < 1)
		return FALSE;
	*y = p->y;
	*x = 0;
	if (p->def->kind == SHEET_CHOICE && p->own) {
		const char *text = lineedit_text(p->line);
		int room = MAX(v->area.w - own_words_at() - 1, 4), before = text_string_cols(text, lineedit_cursor(p->line)), cut = 0;

		if (before >= room)
			text_fit(text, strlen(text), before - room / 2, &cut);
		*y = p->y + p->h - 1;
		*x = MIN(own_words_at() + before - cut, v->area.w - 1);
	} else if (p->def->kind == SHEET_LINE || p->def->kind == SHEET_TEXT) {
		l = part_laid_out(p, v->area.w);
		composer_layout_find(l, lineedit_cursor(p->line), &row, &col);
		*y = p->y + CLAMP(row - p->top, 0, p->h - 1);
		*x = MIN(SHEET_LEFT + col, v->area.w - 1);
	} else if (p->def->kind == SHEET_CHOICE && p->chosen >= 0 && p->h > 1) {
		*y = p->y + CLAMP(p->chosen - p->top, 0, p->h - 1);
	}
	return TRUE;
}
