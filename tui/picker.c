/* A list to choose from. */
#include "tui/picker.h"

#include <string.h>
#include "tui/draw.h"
#include "tui/lines.h"

struct picker {
	gboolean open;
	struct picker_ask ask;
	char *title;
	GPtrArray *items;    /* owned */
	GPtrArray *shown;    /* of the items, best first */
	struct lineedit *line;
	guint cursor, top;
	char *pattern;       /* folded: what `shown` was made for */
	guint typed;         /* texts so far; an answer is to one of them */
	gboolean awaits;     /* answers are to come */
};

static struct picker *picker_of(const struct view *v)
{
	return v->state;
}

struct pick_item *pick_item_new(const char *label, const char *detail, const char *word, gint64 id)
{
	struct pick_item *item = g_new0(struct pick_item, 1);
	g_autofree char *all = g_strdup_printf("%s %s %s", label, word ? word : "", detail ? detail : "");

	item->label = g_strdup(label);
	item->detail = g_strdup(detail);
	item->word = g_strdup(word);
	item->id = id;
	item->folded = text_fold(all, -1);
	return item;
}

/* Most of it is ASCII, and there may be thousands. */
static char *fold(const char *text)
{
	return g_str_is_ascii(text) ? g_ascii_strdown(text, -1) : text_fold(text, -1);
}

struct pick_item *pick_item_named(const char *label, const char *detail, const char *keys, const char *word, gint64 id)
{
	struct pick_item *item = g_new0(struct pick_item, 1);
	g_autofree char *name = g_strdup_printf("%s %s", label, keys ? keys : "");

	item->label = g_strdup(label);
	item->detail = g_strdup(detail);
	item->word = g_strdup(word);
	item->id = id;
	item->folded = fold(name);
	item->also = fold(detail ? detail : "");
	return item;
}

void pick_item_free(gpointer p)
{
	struct pick_item *item = p;

	g_free(item->label);
	g_free(item->detail);
	g_free(item->preview);
	g_free(item->count);
	g_free(item->late);
	g_free(item->word);
	g_free(item->folded);
	g_free(item->also);
	g_free(item);
}

/* ---------------------------------------------------------------- matching */

int picker_score(const char *pattern, const char *label)
{
	const char *at = label, *found = strstr(label, pattern);
	int score = 0, run = 0;

	if (!*pattern)
		return 0;
	if (found) /* as a whole: at the start, at a word, anywhere */
		return 1000 + (found == label ? 500 : found[-1] == ' ' || found[-1] == '-' || found[-1] == '.' ? 300 : 0);
	for (const char *p = pattern; *p; p = g_utf8_next_char(p)) {
		gunichar want = g_utf8_get_char(p);
		const char *hit;

		if (want == ' ')
			continue;
		for (hit = at; *hit && g_utf8_get_char(hit) != want; hit = g_utf8_next_char(hit))
			;
		if (!*hit)
			return -1;
		run = hit == at && p != pattern ? run + 1 : 0;
		score += 10 + 15 * run + (hit == label || hit[-1] == ' ' || hit[-1] == '-' ? 20 : 0);
		at = g_utf8_next_char(hit);
	}
	return score;
}

static gboolean begins_word(const char *text, const char *at)
{
	return at == text || !g_ascii_isalnum(at[-1]);
}

static gboolean has_beginning(const char *text, const char *word, size_t len)
{
	const char *end = text + strlen(text);

	for (const char *at = text; (at = memmem(at, (size_t)(end - at), word, len)); at++)
		if (begins_word(text, at) || *(const guchar *)word >= 0x80) /* Chinese has no blanks */
			return TRUE;
	return FALSE;
}

int picker_score_words(const char *pattern, const char *label, const char *also)
{
	int sum = 0;

	for (const char *w = pattern + strspn(pattern, " "); *w; w += strspn(w, " ")) {
		char word[64];
		size_t len = strcspn(w, " ");
		int score;

		g_strlcpy(word, w, MIN(len + 1, sizeof word));
		score = picker_score(word, label);
		if (score < 1000 && has_beginning(also, w, len)) /* a word of the help beats scattered letters */
			score = MAX(score, 500);
		if (score < 0)
			return -1;
		sum += score;
		w += len;
	}
	return sum;
}

/* The best first, then in the order they came; what the desk answered stays below. */
static gint by_score(gconstpointer a, gconstpointer b)
{
	const struct pick_item *x = *(struct pick_item *const *)a, *y = *(struct pick_item *const *)b;

	if (!x->answers != !y->answers)
		return x->answers ? 1 : -1;
	if (!x->answers && x->score != y->score)
		return y->score - x->score;
	return x->at < y->at ? -1 : 1;
}

static int score_of(const struct picker *p, const struct pick_item *item, const char *pattern)
{
	if (p->ask.no_filter || (item->answers && item->answers == p->typed))
		return 0;
	return item->also ? picker_score_words(pattern, item->folded, item->also) : picker_score(pattern, item->folded);
}

/* What fitted fewer letters is all that can fit more of them. */
static const GPtrArray *candidates(const struct picker *p, const char *pattern, gboolean whole)
{
	return !whole && p->pattern && *p->pattern && g_str_has_prefix(pattern, p->pattern) ? p->shown : p->items;
}

static void filter(struct view *v, gboolean whole)
{
	struct picker *p = picker_of(v);
	char *pattern = text_fold(p->line ? lineedit_text(p->line) : "", -1);
	const GPtrArray *from = candidates(p, pattern, whole);
	GPtrArray *fits = g_ptr_array_sized_new(from->len);

	for (guint i = 0; i < from->len; i++) {
		struct pick_item *item = from->pdata[i];

		item->score = score_of(p, item, pattern);
		if (item->score >= 0)
			g_ptr_array_add(fits, item);
	}
	if (*pattern && !p->ask.no_filter)
		g_ptr_array_sort(fits, by_score);
	g_ptr_array_unref(p->shown);
	p->shown = fits;
	g_free(p->pattern);
	p->pattern = pattern;
	v->todo |= TODO_PAINT;
}

static void refilter(struct view *v)
{
	filter(v, FALSE);
	picker_of(v)->cursor = picker_of(v)->top = 0;
}

static void number(struct picker *p)
{
	for (guint i = 0; i < p->items->len; i++)
		((struct pick_item *)p->items->pdata[i])->at = i;
}

/* ---------------------------------------------------------------- life */

static void picker_open_view(struct view *v)
{
	picker_of(v)->items = g_ptr_array_new_with_free_func(pick_item_free);
	picker_of(v)->shown = g_ptr_array_new();
}

static void finish(struct view *v, const struct pick_item *chosen)
{
	struct picker *p = picker_of(v);
	struct picker_ask ask = p->ask;
	GPtrArray *items = p->items;

	if (!p->open)
		return;
	p->open = FALSE;
	p->items = g_ptr_array_new_with_free_func(pick_item_free);
	g_ptr_array_set_size(p->shown, 0);
	g_clear_pointer(&p->title, g_free);
	g_clear_pointer(&p->pattern, g_free);
	p->awaits = FALSE;
	g_clear_pointer(&p->line, lineedit_free);
	v->todo |= TODO_REFLOW | TODO_PAINT;
	if (ask.ticked && chosen)
		ask.ticked(items, ask.arg);
	if (ask.done)
		ask.done(chosen, ask.arg);
	if (ask.destroy)
		ask.destroy(ask.arg);
	g_ptr_array_unref(items);
}

static void picker_close_view(struct view *v)
{
	struct picker *p = picker_of(v);

	p->ask.done = NULL;
	finish(v, NULL);
	g_ptr_array_unref(p->items);
	g_ptr_array_unref(p->shown);
}

void picker_open(struct view *v, const struct picker_ask *ask)
{
	struct picker *p = picker_of(v);

	finish(v, NULL);
	p->open = TRUE;
	p->ask = *ask;
	p->title = g_strdup(say(ask->title));
	g_ptr_array_unref(p->items);
	p->items = ask->items;
	g_ptr_array_set_free_func(p->items, pick_item_free);
	p->line = lineedit_new(NULL, FALSE);
	if (ask->initial && *ask->initial)
		lineedit_set(p->line, ask->initial);
	p->typed = 1;
	number(p);
	refilter(v);
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

gboolean picker_is_open(const struct view *v)
{
	return picker_of(v)->open;
}

static gboolean same_item(const struct pick_item *a, const struct pick_item *b)
{
	return a->id == b->id && g_strcmp0(a->word, b->word) == 0 && (a->word || strcmp(a->label, b->label) == 0);
}

void picker_items(struct view *v, GPtrArray *items)
{
	struct picker *p = picker_of(v);
	guint cursor = p->cursor, at = 0;
	GPtrArray *old = p->items;
	const struct pick_item *marked = cursor < p->shown->len ? p->shown->pdata[cursor] : NULL;

	p->items = items;
	g_ptr_array_set_free_func(p->items, pick_item_free);
	number(p);
	p->awaits = FALSE;
	filter(v, TRUE);
	while (marked && at < p->shown->len && !same_item(marked, p->shown->pdata[at]))
		at++;
	p->cursor = marked && cursor && at < p->shown->len ? at : MIN(cursor, p->shown->len ? p->shown->len - 1 : 0);
	g_ptr_array_unref(old);
}

void picker_append(struct view *v, GPtrArray *items)
{
	struct picker *p = picker_of(v);

	for (guint i = 0; i < items->len; i++) {
		struct pick_item *item = items->pdata[i];
		gboolean known = FALSE;

		for (guint k = 0; k < p->items->len && !known; k++)
			known = same_item(item, p->items->pdata[k]);
		item->at = p->items->len;
		item->answers = p->typed;
		item->score = 0;
		if (known) {
			pick_item_free(item);
			continue;
		}
		g_ptr_array_add(p->items, item);
		g_ptr_array_add(p->shown, item);
	}
	g_ptr_array_set_free_func(items, NULL);
	g_ptr_array_unref(items);
	v->todo |= TODO_PAINT;
}

void picker_await(struct view *v, gboolean awaits)
{
	picker_of(v)->awaits = awaits;
	v->todo |= TODO_PAINT;
}

gboolean picker_take(struct view *v)
{
	struct picker *p = picker_of(v);

	if (!p->open || p->cursor >= p->shown->len)
		return FALSE;
	finish(v, p->shown->pdata[p->cursor]);
	return TRUE;
}

/* ---------------------------------------------------------------- keys */

static int preview_rows(const struct view *v)
{
	const struct picker *p = picker_of(v);
	const struct pick_item *item = p->cursor < p->shown->len ? p->shown->pdata[p->cursor] : NULL;

	return item && item->preview && v->area.h >= 10 ? MIN(6, v->area.h / 2 - 1) : 0;
}

static int list_rows(const struct view *v)
{
	return MAX(v->area.h - 2 - (preview_rows(v) ? preview_rows(v) + 1 : 0), 1);
}

static unsigned move(struct view *v, int by)
{
	struct picker *p = picker_of(v);
	gint64 last = p->shown->len ? (gint64)p->shown->len - 1 : 0;

	p->cursor = (guint)CLAMP((gint64)p->cursor + by, 0, last);
	return TODO_PAINT;
}

static gboolean picker_click(struct view *v, int y, int x)
{
	struct picker *p = picker_of(v);
	guint i = p->top + (guint)MAX(y, 2) - 2, before = p->cursor;

	(void)x;
	if (!p->open || y < 2 || y >= 2 + list_rows(v) || i >= p->shown->len)
		return FALSE;
	p->cursor = i;
	return i == before;
}

static unsigned picker_act(struct view *v, enum action act, const char *arg, int count)
{
	struct picker *p = picker_of(v);
	int n = MAX(count, 1);

	(void)arg;
	switch (act) {
	case ACTION_NEXT:
		return move(v, n);
	case ACTION_PREV:
		return move(v, -n);
	case ACTION_PAGE_DOWN:
		return move(v, n * list_rows(v));
	case ACTION_PAGE_UP:
		return move(v, -n * list_rows(v));
	case ACTION_OPEN:
		if (p->awaits && p->ask.early && (p->ask.no_filter || !p->shown->len))
			p->ask.early(p->ask.arg); /* what is marked is no answer yet */
		else
			picker_take(v);
		return TODO_PAINT;
	case ACTION_CLOSE:
		finish(v, NULL);
		return TODO_PAINT;
	default:
		return TODO_UNKNOWN;
	}
}

/* The keys every list has, whatever the keymap says. */
static enum action fixed_key(stroke key)
{
	switch (key) {
	case STROKE_DOWN: case STROKE_CTRL | 'n': case STROKE_TAB:
		return ACTION_NEXT;
	case STROKE_UP: case STROKE_CTRL | 'p': case STROKE_BACKTAB:
		return ACTION_PREV;
	case STROKE_PAGE_DOWN:
		return ACTION_PAGE_DOWN;
	case STROKE_PAGE_UP:
		return ACTION_PAGE_UP;
	case STROKE_ENTER:
		return ACTION_OPEN;
	case STROKE_ESCAPE:
		return ACTION_CLOSE;
	default:
		return ACTION_NONE;
	}
}

void picker_key(struct view *v, const struct input_event *ev)
{
	struct picker *p = picker_of(v);
	g_autofree char *before = NULL;
	enum lineedit_result result = LINEEDIT_MORE;
	enum action act = ev->kind == INPUT_STROKE ? fixed_key(ev->stroke) : ACTION_NONE;

	if (!p->open)
		return;
	if (p->ask.ticks && ev->kind == INPUT_STROKE && ev->stroke == ' ') {
		if (p->cursor < p->shown->len) {
			struct pick_item *item = p->shown->pdata[p->cursor];

			item->ticked = !item->ticked;
			v->todo |= move(v, 1);
		}
		return;
	}
	if (act != ACTION_NONE) {
		v->todo |= picker_act(v, act, "", 0);
		return;
	}
	before = g_strdup(lineedit_text(p->line));
	if (ev->kind == INPUT_PASTE) {
		g_autofree char *clean = text_clean_string(ev->bytes, (gssize)ev->len, 0, 1024);

		lineedit_insert(p->line, clean);
	} else {
		result = lineedit_key(p->line, ev);
	}
	v->todo |= TODO_PAINT;
	if (result == LINEEDIT_CANCELLED) {
		finish(v, NULL);
	} else if (result == LINEEDIT_ACCEPTED) {
		picker_act(v, ACTION_OPEN, "", 0);
	} else if (strcmp(before, lineedit_text(p->line)) != 0) {
		p->typed++;
		p->awaits = FALSE;
		refilter(v);
		if (p->ask.typed)
			p->ask.typed(lineedit_text(p->line), p->ask.arg);
	}
}

/* ---------------------------------------------------------------- painting */

#define COUNT_COLS 6
#define LATE_COLS 10
#define NAMED_COLS 22 /* of a name that has figures */

static int paint_figures(const struct canvas *c, int y, int x, const struct pick_item *item)
{
	int count = draw_cols(item->count), late = draw_cols(item->late);

	draw_raw(c, y, x + MAX(COUNT_COLS - count, 0), COUNT_COLS, LOOK_TEXT, item->count);
	x += COUNT_COLS + 1;
	draw_raw(c, y, x + MAX(LATE_COLS - late, 0), LATE_COLS, LOOK_CLOCK_LATE, item->late);
	return COUNT_COLS + 1 + LATE_COLS + 1;
}

static void paint_item(const struct canvas *c, int y, const struct pick_item *item, gboolean cursor, gboolean ticks)
{
	gboolean figures = item->count && item->late;
	int x = 2, half = figures ? NAMED_COLS : item->detail ? MAX(c->area.w * 2 / 5, 24) : c->area.w;

	if (cursor)
		canvas_mark(c, y, 0, LOOK_CURSOR, GLYPH_CURSOR);
	if (ticks)
		x += canvas_literal(c, y, x, cursor ? LOOK_TITLE : LOOK_TEXT, item->ticked ? "[x] " : "[ ] ");
	x += draw_raw(c, y, x, half - 1 - x, cursor ? LOOK_TITLE : LOOK_TEXT, item->label);
	if (figures) {
		half += paint_figures(c, y, half, item);
		x = half;
	}
	if (item->detail)
		draw_raw(c, y, MAX(x + 2, half), c->area.w - MAX(x + 2, half) - 1, LOOK_DIM, item->detail);
}

static void paint_preview(const struct canvas *c, int y, int h, const struct pick_item *item)
{
	struct lines l;

	canvas_hline(c, y, 0, c->area.w, LOOK_BORDER);
	lines_init(&l);
	lines_clear(&l, c->area.w - 1);
	lines_wrap(&l, 2, LOOK_TEXT, item->preview);
	lines_paint(&l, c, y + 1, h, 0);
	lines_free(&l);
}

static void picker_paint(struct view *v, const struct canvas *c)
{
	struct picker *p = picker_of(v);
	int rows = list_rows(v);
	g_autofree char *count = NULL;

	if (!p->open)
		return;
	if (p->cursor < p->top)
		p->top = p->cursor;
	if (p->cursor >= p->top + (guint)rows)
		p->top = p->cursor - (guint)rows + 1;
	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_format(c, 0, 2, c->area.w - 16, LOOK_TITLE, " %s ", p->title);
	count = g_strdup_printf(" %u ", p->shown->len);
	canvas_literal(c, 0, c->area.w - 2 - (int)strlen(count), LOOK_DIM, count);
	canvas_literal(c, 1, 1, LOOK_PROMPT, "?");
	draw_raw(c, 1, 3, c->area.w - 4, LOOK_MATCH, lineedit_text(p->line));
	for (int y = 0; y < rows && p->top + (guint)y < p->shown->len; y++)
		paint_item(c, 2 + y, p->shown->pdata[p->top + (guint)y], p->top + (guint)y == p->cursor,
		           p->ask.ticks);
	if (!p->shown->len)
		draw_words(c, 2, 2, -1, LOOK_DIM, p->awaits            ? N_("asking the desk...")
		                             : p->ask.no_filter ? N_("type to search")
		                                                : N_("nothing fits"));
	if (preview_rows(v))
		paint_preview(c, 2 + rows, preview_rows(v), p->shown->pdata[p->cursor]);
}

static gboolean picker_cursor(const struct view *v, int *y, int *x)
{
	const struct picker *p = picker_of(v);
	g_autoptr(text_auto) before = NULL;

	if (!p->open)
		return FALSE;
	before = text_clean(lineedit_text(p->line), (gssize)lineedit_cursor(p->line), 0, TEXT_NO_CAP);
	*y = 1;
	*x = MIN(3 + text_cols(before), v->area.w - 1);
	return TRUE;
}

const struct view_ops picker_ops = {
	.context = "prompt", .state_size = sizeof(struct picker), .open = picker_open_view, .close = picker_close_view,
	.act = picker_act, .click = picker_click, .paint = picker_paint, .cursor = picker_cursor,
};
