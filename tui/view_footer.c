/* The last line: keys from the live keymap, a message; or some lines with what can follow a prefix. */
#include "tui/view_footer.h"

#include <string.h>
#include "base/say.h"
#include "tui/draw.h"

struct footer {
	const struct keymap *keymap;
	const char *context;
	gboolean nothing;   /* to open */
	char *sentence;
	gboolean bad;
	stroke seq[KEYMAP_MAX_SEQ];
	size_t seq_len;
	int count;          /* being typed; -1 none */
};

/* What is worth showing where, in order of worth. */
struct footer_hint { enum action action; const char *word; };
static const struct footer_hint queue_hints[] = {
	{ACTION_OPEN, NC_("hint", "open")}, {ACTION_NEXT_BEST, NC_("hint", "next best")},
	{ACTION_CLAIM, NC_("hint", "claim")}, {ACTION_REPLY, NC_("hint", "reply")},
	{ACTION_ESCALATE, NC_("hint", "escalate")}, {ACTION_FILTER, NC_("hint", "filter")},
	{ACTION_VIEW, NC_("hint", "view")}, {ACTION_COMMAND, NC_("hint", "command")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint conversation_hints[] = {
	{ACTION_REPLY, NC_("hint", "reply")}, {ACTION_NOTE, NC_("hint", "note")},
	{ACTION_KNOWLEDGE, NC_("hint", "knowledge")}, {ACTION_ESCALATE, NC_("hint", "escalate")},
	{ACTION_STATUS, NC_("hint", "status")}, {ACTION_SOLVE, NC_("hint", "solve")},
	{ACTION_COMMAND, NC_("hint", "command")}, {ACTION_HELP, NC_("hint", "keys")},
	{ACTION_FOCUS_NEXT, NC_("hint", "pane")}, {ACTION_NONE, NULL},
};
static const struct footer_hint composer_hints[] = {
	{ACTION_SEND, NC_("hint", "send")}, {ACTION_CLOSE, NC_("hint", "leave, draft kept")},
	{ACTION_TEMPLATE, NC_("hint", "template")}, {ACTION_KNOWLEDGE, NC_("hint", "knowledge")},
	{ACTION_SUGGESTION_1, NC_("hint", "insert 1")}, {ACTION_NOTE, NC_("hint", "note")},
	{ACTION_REPLY, NC_("hint", "reply")}, {ACTION_NONE, NULL},
};
static const struct footer_hint knowledge_hints[] = {
	{ACTION_OPEN, NC_("hint", "read")}, {ACTION_INSERT, NC_("hint", "insert")},
	{ACTION_KNOWLEDGE, NC_("hint", "search")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint files_hints[] = {
	{ACTION_VIEW_FILE, NC_("hint", "read")}, {ACTION_SAVE_FILE, NC_("hint", "save")},
	{ACTION_OPEN_FILE, NC_("hint", "open")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint clocks_hints[] = {
	{ACTION_EXPLAIN, NC_("hint", "how it came about")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint help_hints[] = {
	{ACTION_PAGE_DOWN, NC_("hint", "next page")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_NONE, NULL},
};
static const struct footer_hint details_hints[] = {
	{ACTION_OPEN, NC_("hint", "change")}, {ACTION_REMOVE, NC_("hint", "remove")},
	{ACTION_INTAKE, NC_("hint", "ask what is missing")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint list_hints[] = {
	{ACTION_OPEN, NC_("hint", "choose")}, {ACTION_CLOSE, NC_("hint", "back")}, {ACTION_NONE, NULL},
};
static const struct footer_hint problem_hints[] = {
	{ACTION_OPEN, NC_("hint", "change")}, {ACTION_PROBLEM_STEP, NC_("hint", "next stage")},
	{ACTION_PROBLEM_TELL, NC_("hint", "tell all")}, {ACTION_PROBLEM_ARTICLE, NC_("hint", "article")},
	{ACTION_REMOVE, NC_("hint", "take off")}, {ACTION_CLOSE, NC_("hint", "back")}, {ACTION_NONE, NULL},
};
static const struct footer_hint sheet_hints[] = {
	{ACTION_SEND, NC_("hint", "confirm")}, {ACTION_FOCUS_NEXT, NC_("hint", "next field")},
	{ACTION_CLOSE, NC_("hint", "leave, all kept")}, {ACTION_EDIT_OUTSIDE, NC_("hint", "editor")}, {ACTION_NONE, NULL},
};
static const struct {
	const char *context;
	const struct footer_hint *hints;
} hints_of[] = {
	{"queue", queue_hints}, {"conversation", conversation_hints}, {"composer", composer_hints},
	{"knowledge", knowledge_hints}, {"list", list_hints}, {"help", help_hints}, {"prompt", list_hints},
	{"details", details_hints}, {"problem", problem_hints}, {"sheet", sheet_hints}, {"files", files_hints},
	{"clocks", clocks_hints}, {"text", help_hints},
};

static struct footer *footer_of(const struct view *v)
{
	return v->state;
}

const char *view_footer_said(const struct view *v)
{
	return footer_of(v)->sentence ? footer_of(v)->sentence : "";
}

void view_footer_setup(struct view *v, const struct keymap *km)
{
	footer_of(v)->keymap = km;
	footer_of(v)->context = "queue";
	footer_of(v)->count = -1;
}

void view_footer_context(struct view *v, const char *context)
{
	if (strcmp(footer_of(v)->context, context) == 0)
		return;
	footer_of(v)->context = context;
	footer_of(v)->nothing = FALSE;
	v->todo |= TODO_PAINT;
}

void view_footer_nothing(struct view *v, gboolean nothing)
{
	if (footer_of(v)->nothing == nothing)
		return;
	footer_of(v)->nothing = nothing;
	v->todo |= TODO_PAINT;
}

void view_footer_say(struct view *v, const char *sentence, gboolean bad)
{
	struct footer *f = footer_of(v);

	if (!sentence && !f->sentence)
		return;
	g_free(f->sentence);
	f->sentence = g_strdup(sentence);
	f->bad = bad;
	v->todo |= TODO_PAINT;
}

void view_footer_count(struct view *v, int count)
{
	if (footer_of(v)->count == count)
		return;
	footer_of(v)->count = count;
	v->todo |= TODO_PAINT;
}

void view_footer_prefix(struct view *v, const stroke *seq, size_t len)
{
	struct footer *f = footer_of(v);

	if (!len && !f->seq_len)
		return;
	f->seq_len = MIN(len, KEYMAP_MAX_SEQ);
	for (size_t i = 0; i < f->seq_len; i++)
		f->seq[i] = seq[i];
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

static void footer_close(struct view *v)
{
	g_free(footer_of(v)->sentence);
}

static int paint_hint(const struct canvas *c, int x, const char *key, const char *word)
{
	int need = draw_cols(key) + 1 + draw_cols(word);

	if (!*key || x + need > c->area.w - 1)
		return x;
	x += draw_raw(c, 0, x, -1, LOOK_KEY, key) + 1;
	return x + draw_raw(c, 0, x, -1, LOOK_DIM, word) + 2;
}

/* ---- what can follow a prefix: a grid under a line that names it, read down the columns */

#define WITH_HELP_COLS 38 /* a column with room for some words of help */
#define GRID_GAP 2

struct grid {
	GPtrArray *bindings;  /* const struct binding * */
	int columns, rows, cols, key_cols;
	gboolean helps;
};

static char *next_strokes(const struct footer *f, const struct binding *b)
{
	return keymap_seq_name(b->seq + f->seq_len, b->len - f->seq_len);
}

static char *what_it_does(const struct binding *b)
{
	return g_strdup_printf("%s%s%s", action_info(b->action)->name, *b->arg ? " " : "", b->arg);
}

static int grid_rows(const struct grid *g)
{
	return g->columns ? ((int)g->bindings->len + g->columns - 1) / g->columns : 0;
}

/* With help when there is room for it; else as many columns as it takes. */
static void grid_fit(const struct footer *f, int width, int room, struct grid *g)
{
	int widest = 0;

	memset(g, 0, sizeof *g);
	g->bindings = keymap_continuations(f->keymap, f->context, f->seq, f->seq_len);
	for (guint i = 0; i < g->bindings->len; i++) {
		g_autofree char *key = next_strokes(f, g->bindings->pdata[i]);
		g_autofree char *words = what_it_does(g->bindings->pdata[i]);

		g->key_cols = MAX(g->key_cols, draw_cols(key));
		widest = MAX(widest, draw_cols(words));
	}
	g->helps = TRUE;
	g->columns = MAX(width / WITH_HELP_COLS, 1);
	if (grid_rows(g) > room) {
		g->helps = FALSE;
		g->columns = MAX(width / (g->key_cols + 1 + widest + GRID_GAP), 1);
	}
	g->columns = MIN(g->columns, MAX((int)g->bindings->len, 1));
	g->rows = grid_rows(g);
	g->cols = width / g->columns;
}

/* Half of the screen at most. */
static int grid_room(int screen_rows)
{
	return MAX(screen_rows / 2 - 1, 1);
}

int view_footer_rows(const struct view *v, int cols, int screen_rows)
{
	const struct footer *f = footer_of(v);
	struct grid g;
	int rows;

	if (!f->seq_len || !f->keymap)
		return 1;
	grid_fit(f, cols, grid_room(screen_rows), &g);
	rows = MIN(g.rows, grid_room(screen_rows)) + 1;
	g_ptr_array_unref(g.bindings);
	return rows;
}

static void paint_continuation(const struct footer *f, const struct canvas *c, const struct grid *g, guint i, int y)
{
	const struct binding *b = g->bindings->pdata[i];
	int x = (int)i / g->rows * g->cols + 1, end = x + g->cols - GRID_GAP;
	g_autofree char *key = next_strokes(f, b);
	g_autofree char *words = what_it_does(b);

	draw_raw(c, y, x, g->key_cols, LOOK_KEY, key);
	x += g->key_cols + 1;
	x += draw_raw(c, y, x, end - x, LOOK_TEXT, words) + 1;
	if (g->helps && end - x > 8 && !*b->arg)
		draw_raw(c, y, x, end - x, LOOK_DIM, _(action_info(b->action)->help));
}

static void paint_prefix(const struct footer *f, const struct canvas *c)
{
	g_autofree char *name = keymap_seq_name(f->seq, f->seq_len);
	int room = c->area.h - 1;
	struct grid g;

	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_format(c, 0, 2, -1, LOOK_TITLE, " %s ", name);
	grid_fit(f, c->area.w, room, &g);
	for (guint i = 0; i < g.bindings->len; i++)
		if ((int)i % g.rows < room)
			paint_continuation(f, c, &g, i, 1 + (int)i % g.rows);
	if (g.rows > room)
		canvas_glyph(c, c->area.h - 1, c->area.w - 2, LOOK_DIM, GLYPH_ELLIPSIS);
	g_ptr_array_unref(g.bindings);
}

static void paint_keys(const struct footer *f, const struct canvas *c)
{
	const struct footer_hint *h = conversation_hints;
	char key[64];
	int x = 1;

	if (f->count > 0)
		x += draw_format(c, 0, x, -1, LOOK_KEY, "%d", f->count) + 2;
	else if (f->count == 0)
		x += draw_format(c, 0, x, -1, LOOK_KEY, "count:") + 2;
	for (size_t i = 0; i < G_N_ELEMENTS(hints_of); i++)
		if (strcmp(hints_of[i].context, f->context) == 0)
			h = hints_of[i].hints;
	for (; h->word && f->keymap; h++) {
		if (f->nothing && h->action == ACTION_OPEN)
			continue;
		x = paint_hint(c, x, label_key(f->keymap, f->context, h->action, key, sizeof key),
		               say_ctx("hint", h->word));
	}
}

static void footer_paint(struct view *v, const struct canvas *c)
{
	const struct footer *f = footer_of(v);

	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	if (f->seq_len && c->area.h > 1) {
		paint_prefix(f, c);
	} else if (f->sentence) {
		draw_raw(c, 0, 1, c->area.w - 2, f->bad ? LOOK_STATUS_ERROR : LOOK_STATUS, f->sentence);
	} else {
		paint_keys(f, c);
	}
}

const struct view_ops view_footer_ops = {
	.context = "all", .state_size = sizeof(struct footer), .close = footer_close, .paint = footer_paint,
};
