/* The line at the bottom that asks. */
#include "tui/prompt.h"

#include <string.h>
#include "tui/draw.h"

struct prompt {
	gboolean open;
	struct prompt_ask ask;
	char *label;
	struct lineedit *line;
	int shown_from; /* first column of the text on show */
	struct prompt_fault fault; /* says NULL: none */
};

static struct prompt *prompt_of(const struct view *v)
{
	return v->state;
}

static void forgive(struct prompt *p)
{
	g_clear_pointer(&p->fault.says, g_free);
}

void prompt_blame(struct view *v, struct prompt_fault *fault)
{
	struct prompt *p = prompt_of(v);
	int len;

	forgive(p);
	if (p->open && p->line && fault->says) {
		p->fault = *fault;
		len = (int)strlen(lineedit_text(p->line));
		p->fault.from = CLAMP(p->fault.from, 0, len);
		p->fault.to = CLAMP(p->fault.to, p->fault.from, len);
		fault->says = NULL;
	}
	g_clear_pointer(&fault->says, g_free);
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

/* TRUE: nothing is wrong. */
static gboolean check(struct view *v, gboolean final)
{
	struct prompt *p = prompt_of(v);
	struct prompt_fault fault = {NULL, 0, 0};

	forgive(p);
	if (!p->ask.check || p->ask.check(lineedit_text(p->line), final, &fault, p->ask.arg))
		return TRUE;
	prompt_blame(v, &fault);
	if (final && p->fault.says) /* where the person has to go next */
		lineedit_move(p->line, (size_t)p->fault.to);
	return FALSE;
}

/* Ends the question, then tells: the answer may ask the next one. */
static void finish(struct view *v, const char *answer)
{
	struct prompt *p = prompt_of(v);
	struct prompt_ask ask = p->ask;
	struct lineedit *line = p->line;
	g_autofree char *text = g_strdup(answer);

	if (!p->open)
		return;
	p->open = FALSE;
	p->line = NULL;
	forgive(p);
	g_clear_pointer(&p->label, g_free);
	v->todo |= TODO_REFLOW | TODO_PAINT;
	if (line) {
		if (text && *text)
			lineedit_remember(line);
		lineedit_free(line);
	}
	if (ask.done)
		ask.done(text, ask.arg);
	if (ask.destroy)
		ask.destroy(ask.arg);
}

static void prompt_close_view(struct view *v)
{
	struct prompt *p = prompt_of(v);

	p->ask.done = NULL; /* nobody is left to hear it */
	finish(v, NULL);
}

void prompt_open(struct view *v, const struct prompt_ask *ask)
{
	struct prompt *p = prompt_of(v);

	finish(v, NULL);
	p->open = TRUE;
	p->ask = *ask;
	p->label = g_strdup(say(ask->label));
	p->shown_from = 0;
	v->todo |= TODO_REFLOW | TODO_PAINT;
	if (ask->confirm || ask->choices)
		return;
	p->line = lineedit_new(ask->history, FALSE);
	if (ask->initial)
		lineedit_set(p->line, ask->initial);
	if (ask->complete)
		lineedit_completer(p->line, ask->complete, ask->arg);
}

gboolean prompt_is_open(const struct view *v)
{
	return prompt_of(v)->open;
}

void prompt_cancel(struct view *v)
{
	finish(v, NULL);
}

void prompt_accept(struct view *v)
{
	struct prompt *p = prompt_of(v);
	const char *text;

	if (!p->open || !p->line || !check(v, TRUE))
		return;
	text = lineedit_text(p->line);
	finish(v, *text || p->ask.may_be_empty ? text : NULL);
}

static const struct prompt_choice yes_no[] = {{'y', 'o', "y", N_("yes")}, {'n', 'n', NULL, N_("no")}};

static size_t choices_of(const struct prompt *p, const struct prompt_choice **choices)
{
	*choices = p->ask.choices ? p->ask.choices : yes_no;
	return p->ask.choices ? p->ask.n : G_N_ELEMENTS(yes_no);
}

static stroke choice_key(const struct prompt *p, const struct prompt_choice *choice)
{
	return choice->key == p->ask.asked_by ? choice->other : choice->key;
}

static void confirm_key(struct view *v, stroke key)
{
	const struct prompt *p = prompt_of(v);
	const struct prompt_choice *choices;
	size_t n = choices_of(p, &choices);

	if (key == STROKE_ESCAPE || key == (STROKE_CTRL | 'g') || key == (STROKE_CTRL | 'c')) {
		finish(v, NULL);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (key == choice_key(p, &choices[i])) {
			finish(v, choices[i].word);
			return;
		}
}

static void typed(struct view *v, int rows)
{
	struct prompt *p = prompt_of(v);

	check(v, FALSE);
	if (rows != prompt_rows(v))
		v->todo |= TODO_REFLOW;
	if (p->ask.typed)
		p->ask.typed(lineedit_text(p->line), p->ask.arg);
}

void prompt_key(struct view *v, const struct input_event *ev)
{
	struct prompt *p = prompt_of(v);
	enum lineedit_result result = LINEEDIT_MORE;
	g_autofree char *before = NULL;
	int rows;

	if (!p->open)
		return;
	if (!p->line) {
		if (ev->kind == INPUT_STROKE)
			confirm_key(v, ev->stroke);
		return;
	}
	before = g_strdup(lineedit_text(p->line));
	rows = prompt_rows(v);
	if (ev->kind == INPUT_PASTE) {
		g_autofree char *clean = text_clean_string(ev->bytes, (gssize)ev->len, 0, 4096);

		lineedit_insert(p->line, clean);
	} else {
		result = lineedit_key(p->line, ev);
	}
	v->todo |= TODO_PAINT | (rows != prompt_rows(v) ? TODO_REFLOW : 0);
	if (result == LINEEDIT_ACCEPTED)
		prompt_accept(v);
	else if (result == LINEEDIT_CANCELLED)
		finish(v, NULL);
	else if (strcmp(before, lineedit_text(p->line)) != 0)
		typed(v, rows);
}

gboolean prompt_takes_escape(const struct view *v)
{
	return prompt_of(v)->line && lineedit_takes_escape(prompt_of(v)->line);
}

/* What stands before the text: readline's word while it searches, else the label. */
static const char *lead_of(const struct prompt *p)
{
	const char *message = p->line ? lineedit_message(p->line) : NULL;

	return message ? message : p->label;
}

int prompt_rows(const struct view *v)
{
	const struct prompt *p = prompt_of(v);

	return p->line && (lineedit_candidates(p->line) || p->fault.says) ? 2 : 1;
}

static unsigned prompt_act(struct view *v, enum action act, const char *arg, int count)
{
	(void)arg;
	(void)count;
	if (act == ACTION_CLOSE)
		prompt_cancel(v);
	else if (act == ACTION_OPEN && prompt_of(v)->line)
		prompt_accept(v);
	else
		return TODO_UNKNOWN;
	return TODO_NOTHING;
}

/* Names, and what they mean where all of it fits into the row. */
static void paint_candidates(const struct prompt *p, const struct canvas *c, const char *const *candidates)
{
	int x = 1, wanted = 1;
	gboolean meant;

	for (size_t i = 0; candidates[i]; i++) {
		const char *name = candidates[i], *means = NULL;

		if (p->ask.meaning)
			p->ask.meaning(i, &name, &means, p->ask.arg);
		wanted += draw_cols(name) + 2 + (means ? draw_cols(means) + 2 : 0);
	}
	meant = wanted <= c->area.w - 4;
	canvas_fill(c, (struct rect){.h = 1, .w = c->area.w}, LOOK_OVERLAY);
	for (size_t i = 0; candidates[i]; i++) {
		const char *name = candidates[i], *means = NULL;

		if (p->ask.meaning)
			p->ask.meaning(i, &name, &means, p->ask.arg);
		if (x + draw_cols(name) > c->area.w - 4) {
			canvas_glyph(c, 0, x, LOOK_DIM, GLYPH_ELLIPSIS);
			return;
		}
		x += draw_raw(c, 0, x, -1, LOOK_COMPLETION, name) + 2;
		if (meant && means)
			x += draw_raw(c, 0, x - 1, -1, LOOK_DIM, means) + 1;
	}
}

/* Columns of the first `at` bytes of the line, as they are drawn. */
static int cols_before(const struct prompt *p, size_t at)
{
	const char *text = lineedit_text(p->line);
	g_autoptr(text_auto) before = text_clean(text, (gssize)at, 0, TEXT_NO_CAP);

	return text_cols(before) +
	       (at && text[at - 1] == ' ' && (text_len(before) == 0 || text_bytes(before)[text_len(before) - 1] != ' '));
}

/* The sentence, and a line from it down to the place it is about. */
static void paint_fault(const struct prompt *p, const struct canvas *c)
{
	int label = draw_cols(p->label), says = draw_cols(p->fault.says);
	int at = CLAMP(label + cols_before(p, (size_t)p->fault.from) - p->shown_from, 0, c->area.w - 1);

	canvas_fill(c, (struct rect){.h = 1, .w = c->area.w}, LOOK_OVERLAY);
	if (at + 2 + says < c->area.w || at < c->area.w / 2) {
		canvas_glyph(c, 0, at, LOOK_REFUSED, GLYPH_FROM_RIGHT);
		draw_raw(c, 0, at + 2, c->area.w - at - 3, LOOK_REFUSED, p->fault.says);
	} else {
		canvas_glyph(c, 0, at, LOOK_REFUSED, GLYPH_FROM_LEFT);
		draw_raw(c, 0, MAX(at - 1 - says, 0), MIN(says, at - 1), LOOK_REFUSED, p->fault.says);
	}
}

static int cursor_cols(const struct prompt *p)
{
	return cols_before(p, lineedit_cursor(p->line));
}

static void paint_line(struct prompt *p, const struct canvas *c, int y)
{
	g_autoptr(text_auto) t = text_clean(lineedit_text(p->line), -1, 0, TEXT_NO_CAP);
	int label = draw_raw(c, y, 0, -1, LOOK_PROMPT, lead_of(p)), room = MAX(c->area.w - label - 1, 1);
	int at = cursor_cols(p), skipped = 0;
	size_t from;

	if (at < p->shown_from || at >= p->shown_from + room)
		p->shown_from = MAX(at - room / 2, 0);
	from = text_fit(text_bytes(t), text_len(t), p->shown_from, &skipped);
	p->shown_from = skipped;
	canvas_span(c, y, label, room, LOOK_TEXT, t, from, text_len(t));
	if (p->fault.says && p->fault.to > p->fault.from) {
		g_autofree char *wrong =
			g_strndup(lineedit_text(p->line) + p->fault.from, (gsize)(p->fault.to - p->fault.from));
		int x = label + cols_before(p, (size_t)p->fault.from) - p->shown_from;

		if (x >= label && x < c->area.w - 1)
			draw_raw(c, y, x, c->area.w - 1 - x, LOOK_REFUSED, wrong);
	}
}

/* The question, and which key does what: the keys stay, the question gives way. */
static void paint_choices(const struct prompt *p, const struct canvas *c, int y)
{
	const struct prompt_choice *choices;
	size_t n = choices_of(p, &choices);
	int keys = 0, x;

	for (size_t i = 0; i < n; i++)
		keys += *choices[i].means ? 4 + draw_cols(say(choices[i].means)) : 3;
	x = draw_raw(c, y, 1, MAX(c->area.w - keys - 3, 8), LOOK_PROMPT, p->label) + 2;
	for (size_t i = 0; i < n; i++) {
		char name[40];

		x += draw_raw(c, y, x, -1, LOOK_KEY, stroke_name(choice_key(p, &choices[i]), name, sizeof name)) + 1;
		x += *choices[i].means ? draw_words(c, y, x, -1, LOOK_DIM, choices[i].means) + 2 : 1;
	}
}

static void prompt_paint(struct view *v, const struct canvas *c)
{
	struct prompt *p = prompt_of(v);
	int y = c->area.h - 1;

	if (!p->open)
		return;
	canvas_fill(c, (struct rect){.y = y, .h = 1, .w = c->area.w}, LOOK_TEXT);
	if (p->line) {
		paint_line(p, c, y);
		if (c->area.h > 1 && lineedit_candidates(p->line))
			paint_candidates(p, c, lineedit_candidates(p->line));
		else if (c->area.h > 1 && p->fault.says)
			paint_fault(p, c);
	} else {
		paint_choices(p, c, y);
	}
}

static gboolean prompt_cursor(const struct view *v, int *y, int *x)
{
	const struct prompt *p = prompt_of(v);

	if (!p->open || !p->line)
		return FALSE;
	*y = v->area.h - 1;
	*x = draw_cols(lead_of(p)) + cursor_cols(p) - p->shown_from;
	return TRUE;
}

const struct view_ops prompt_ops = {
	.context = "prompt", .state_size = sizeof(struct prompt), .close = prompt_close_view, .act = prompt_act,
	.paint = prompt_paint, .cursor = prompt_cursor,
};
