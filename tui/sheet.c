/* A form: a few fields in one pane, confirmed at once. */
#include "tui/sheet_inner.h"

#include <string.h>
#include "base/say.h"

struct sheet_option *sheet_option_new(const char *label, const char *detail, const char *word, gint64 id)
{
	struct sheet_option *o = g_new0(struct sheet_option, 1);

	o->label = g_strdup(label);
	o->detail = g_strdup(detail);
	o->word = g_strdup(word ? word : label);
	o->id = id;
	return o;
}

void sheet_option_free(gpointer option)
{
	struct sheet_option *o = option;

	g_free(o->label);
	g_free(o->detail);
	g_free(o->word);
	g_free(o);
}

/* ---------------------------------------------------------------- opening and closing */

static void part_clear(struct part *p)
{
	if (p->options)
		g_ptr_array_unref(p->options);
	g_free(p->wanted);
	if (p->line) {
		lineedit_free(p->line);
		composer_layout_clear(&p->layout);
	}
	memset(p, 0, sizeof *p);
}

void sheet_close(struct view *v)
{
	struct sheet *s = sheet_of(v);
	struct sheet_ask ask = s->ask;

	if (!s->open)
		return;
	for (guint i = 0; i < ask.n; i++)
		part_clear(&s->part[i]);
	g_clear_pointer(&s->said, g_free);
	s->open = FALSE;
	memset(&s->ask, 0, sizeof s->ask);
	v->todo |= TODO_REFLOW | TODO_PAINT;
	g_free(ask.title);
	if (ask.destroy)
		ask.destroy(ask.arg);
}

static void sheet_close_view(struct view *v)
{
	sheet_close(v);
}

void sheet_open(struct view *v, const struct sheet_ask *ask)
{
	struct sheet *s = sheet_of(v);

	g_assert(ask->n > 0 && ask->n <= SHEET_FIELDS);
	sheet_close(v);
	memset(s, 0, sizeof *s);
	s->open = TRUE;
	s->ask = *ask;
	for (guint i = 0; i < ask->n; i++) {
		struct part *p = &s->part[i];

		p->def = &ask->fields[i];
		p->chosen = -1;
		if (p->def->kind == SHEET_SWITCH || (p->def->kind == SHEET_CHOICE && !p->def->own_words))
			continue;
		p->line = lineedit_new(NULL, p->def->kind == SHEET_TEXT);
		composer_layout_init(&p->layout);
	}
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

gboolean sheet_is_open(const struct view *v)
{
	return sheet_of(v)->open;
}

void *sheet_arg(const struct view *v)
{
	return sheet_of(v)->open ? sheet_of(v)->ask.arg : NULL;
}

stroke sheet_asked_by(const struct view *v)
{
	return sheet_of(v)->ask.asked_by;
}

static struct part *part_at(const struct view *v, guint field)
{
	struct sheet *s = sheet_of(v);

	return s->open && field < s->ask.n ? &s->part[field] : NULL;
}

/* ---------------------------------------------------------------- values */

static int option_named(const struct part *p, const char *word)
{
	for (guint i = 0; word && p->options && i < p->options->len; i++)
		if (strcmp(((struct sheet_option *)p->options->pdata[i])->word, word) == 0)
			return (int)i;
	return -1;
}

void part_choose(struct part *p, const char *word)
{
	p->chosen = option_named(p, word);
	if (p->chosen >= 0) {
		p->own = FALSE;
	} else if (p->line && p->options) {
		lineedit_set(p->line, word);
		p->own = *word != '\0';
	} else if (!p->options) {
		g_free(p->wanted);
		p->wanted = g_strdup(word);
	}
}

static void changed(struct view *v, guint field)
{
	struct sheet *s = sheet_of(v);

	s->part[field].touched = TRUE;
	v->todo |= TODO_PAINT;
	if (s->ask.changed)
		s->ask.changed(field, s->ask.arg);
}

void sheet_options(struct view *v, guint field, GPtrArray *options)
{
	struct part *p = part_at(v, field);
	g_autofree char *was = NULL;

	g_ptr_array_set_free_func(options, sheet_option_free);
	if (!p) {
		g_ptr_array_unref(options);
		return;
	}
	if (p->touched && p->chosen >= 0)
		was = g_strdup(((struct sheet_option *)p->options->pdata[p->chosen])->word);
	if (p->options)
		g_ptr_array_unref(p->options);
	p->options = options;
	p->chosen = -1;
	if (p->wanted)
		was = g_steal_pointer(&p->wanted);
	v->todo |= TODO_REFLOW | TODO_PAINT;
	if (p->digit > 0 && p->digit <= (int)options->len && !p->own) { /* typed ahead */
		p->chosen = p->digit - 1;
		p->digit = 0;
		changed(v, field);
		return;
	}
	p->touched &= p->digit == 0 || p->own; /* there is no option of that number */
	p->digit = 0;
	if (was && !p->own)
		part_choose(p, was);
}

void sheet_choose(struct view *v, guint field, const char *word)
{
	struct part *p = part_at(v, field);

	if (p && !p->touched && p->options)
		p->chosen = option_named(p, word);
	v->todo |= TODO_PAINT;
}

void sheet_set_text(struct view *v, guint field, const char *text)
{
	struct part *p = part_at(v, field);

	if (!p || p->touched || !p->line || strcmp(lineedit_text(p->line), text ? text : "") == 0)
		return;
	lineedit_set(p->line, text ? text : "");
	lineedit_move(p->line, p->def->kind == SHEET_LINE ? strlen(lineedit_text(p->line)) : 0);
	p->top = 0;
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

void sheet_set_on(struct view *v, guint field, gboolean on)
{
	struct part *p = part_at(v, field);

	if (p && !p->touched)
		p->on = on;
	v->todo |= TODO_PAINT;
}

void sheet_type(struct view *v, guint field, const char *text)
{
	struct part *p = part_at(v, field);

	if (!p || !p->line)
		return;
	lineedit_set(p->line, text);
	p->own = p->def->kind == SHEET_CHOICE && *text;
	v->todo |= TODO_REFLOW;
	changed(v, field);
}

void sheet_show(struct view *v, guint field, gboolean on)
{
	struct part *p = part_at(v, field);

	if (!p || p->hidden == !on)
		return;
	p->hidden = !on;
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

gboolean sheet_shows(const struct view *v, guint field)
{
	const struct part *p = part_at(v, field);

	return p && !p->hidden;
}

void sheet_say(struct view *v, const char *text, gboolean bad)
{
	struct sheet *s = sheet_of(v);

	g_free(s->said);
	s->said = g_strdup(text);
	s->bad = bad;
	v->todo |= TODO_PAINT;
}

const struct sheet_option *sheet_chosen(const struct view *v, guint field)
{
	const struct part *p = part_at(v, field);

	return p && p->chosen >= 0 && !p->own ? p->options->pdata[p->chosen] : NULL;
}

const char *sheet_text(const struct view *v, guint field)
{
	const struct part *p = part_at(v, field);

	return p && p->line && (p->def->kind != SHEET_CHOICE || p->own) ? lineedit_text(p->line) : "";
}

gboolean sheet_on(const struct view *v, guint field)
{
	const struct part *p = part_at(v, field);

	return p && p->on;
}

gboolean sheet_touched(const struct view *v, guint field)
{
	const struct part *p = part_at(v, field);

	return p && p->touched;
}

/* ---------------------------------------------------------------- which field has the keys */

void sheet_focus(struct view *v, guint field)
{
	struct sheet *s = sheet_of(v);

	if (part_at(v, field) && !s->part[field].hidden)
		s->focus = field;
	v->todo |= TODO_PAINT;
}

guint sheet_focused(const struct view *v)
{
	return sheet_of(v)->focus;
}

static void step(struct view *v, int by)
{
	struct sheet *s = sheet_of(v);
	guint at = s->focus;

	do
		at = (guint)((int)at + by + (int)s->ask.n) % s->ask.n;
	while (s->part[at].hidden && at != s->focus);
	s->focus = at;
	v->todo |= TODO_PAINT;
}

/* ---------------------------------------------------------------- confirming */

static gboolean is_empty(const struct view *v, guint i)
{
	const struct part *p = &sheet_of(v)->part[i];
	const char *text = sheet_text(v, i);

	return !sheet_chosen(v, i) && !text[strspn(text, " \t\n")] && p->def->kind != SHEET_SWITCH;
}

void sheet_accept(struct view *v)
{
	struct sheet *s = sheet_of(v);

	if (!s->open)
		return;
	if (s->awaits) { /* what is needed may be what comes */
		s->accepts = TRUE;
		v->todo |= TODO_PAINT;
		return;
	}
	for (guint i = 0; i < s->ask.n; i++) {
		const struct part *p = &s->part[i];

		if (!p->def->needed || p->hidden || !is_empty(v, i))
			continue;
		sheet_say(v, say(p->def->needed), TRUE);
		s->focus = i;
		return;
	}
	sheet_say(v, NULL, FALSE);
	if (s->ask.accept(s->ask.arg))
		sheet_close(v);
}

void sheet_await(struct view *v, gboolean on)
{
	struct sheet *s = sheet_of(v);
	gboolean accepts = s->accepts && !on;

	if (!s->open)
		return;
	s->awaits = on;
	s->accepts = FALSE;
	v->todo |= TODO_PAINT;
	for (guint i = 0; !on && i < s->ask.n; i++)
		s->part[i].digit = 0;
	if (accepts)
		sheet_accept(v);
}

/* ---------------------------------------------------------------- keys */

static void choose(struct view *v, int place)
{
	struct sheet *s = sheet_of(v);
	struct part *p = &s->part[s->focus];
	int n = p->options ? (int)p->options->len : 0;

	if (place < 0 || place >= n)
		return;
	p->chosen = place;
	p->own = FALSE;
	changed(v, s->focus);
}

static void edit(struct view *v, const struct input_event *ev)
{
	struct sheet *s = sheet_of(v);
	struct part *p = &s->part[s->focus];
	g_autofree char *before = g_strdup(lineedit_text(p->line));
	size_t cursor = lineedit_cursor(p->line);
	int rows = sheet_rows(v, v->area.w);
	gboolean vertical = ev->kind == INPUT_STROKE && (ev->stroke == STROKE_UP || ev->stroke == STROKE_DOWN);
	enum lineedit_result result = LINEEDIT_MORE;

	lineedit_width(p->line, MAX(v->area.w - SHEET_LEFT - 1, 1));
	/* what is typed takes the place of what the program proposes in a line, as long as nobody has been there */
	if (p->def->kind == SHEET_LINE && !p->touched && cursor == strlen(before) &&
	    (ev->kind == INPUT_PASTE || (ev->kind == INPUT_STROKE && ev->stroke > ' ' && ev->stroke < STROKE_SHIFT &&
	                                 ev->stroke != STROKE_BACKSPACE)))
		lineedit_set(p->line, "");
	if (ev->kind == INPUT_PASTE && p->def->kind != SHEET_TEXT) {
		g_autofree char *clean = text_clean_string(ev->bytes, (gssize)ev->len, 0, 4096);

		lineedit_insert(p->line, clean);
	} else if (!vertical || p->def->kind == SHEET_TEXT) {
		result = lineedit_key(p->line, ev);
	}
	v->todo |= TODO_PAINT;
	if (result == LINEEDIT_CANCELLED) {
		sheet_close(v);
		return;
	}
	if (result == LINEEDIT_ACCEPTED) {
		sheet_accept(v);
		return;
	}
	if (strcmp(before, lineedit_text(p->line)) != 0) {
		if (p->def->kind == SHEET_CHOICE)
			p->own = *lineedit_text(p->line) != '\0';
		changed(v, s->focus);
	} else if (vertical && lineedit_cursor(p->line) == cursor) {
		step(v, ev->stroke == STROKE_UP ? -1 : 1);
	}
	if (s->open && rows != sheet_rows(v, v->area.w))
		v->todo |= TODO_REFLOW;
}

/* A letter goes to the next option that begins with it, where no words of one's own begin with it. */
static void jump(struct view *v, stroke key)
{
	const struct sheet *s = sheet_of(v);
	const struct part *p = &s->part[s->focus];
	guint n = p->options ? p->options->len : 0;
	gunichar wanted = g_unichar_tolower(key);

	for (guint i = 1; i <= n; i++) {
		guint at = (guint)(p->chosen + (int)i + (int)n) % n;
		const struct sheet_option *o = p->options->pdata[at];

		if (g_unichar_tolower(g_utf8_get_char(o->label)) == wanted || g_unichar_tolower(g_utf8_get_char(o->word)) == wanted) {
			choose(v, (int)at);
			return;
		}
	}
}

/* The choice beside the one that has the keys: the next or the one before, round. */
static void choose_sideways(struct view *v, int by)
{
	struct sheet *s = sheet_of(v);

	for (guint i = 0; i < s->ask.n; i++) {
		struct part *p = &s->part[i];
		int n = p->def->sideways && p->options && !p->hidden ? (int)p->options->len : 0;

		if (!n)
			continue;
		p->chosen = (MAX(p->chosen, 0) + n + by) % n;
		p->touched = TRUE;
		changed(v, i);
		v->todo |= TODO_PAINT;
		return;
	}
}

static void choice_key(struct view *v, const struct input_event *ev)
{
	struct sheet *s = sheet_of(v);
	struct part *p = &s->part[s->focus];
	int n = p->options ? (int)p->options->len : 0;
	stroke key = ev->kind == INPUT_STROKE ? ev->stroke : 0;

	if (key >= '1' && key <= '9' && !p->own) {
		if (s->awaits && !p->options) {
			p->digit = (int)(key - '0');
			p->touched = TRUE;
			v->todo |= TODO_PAINT;
		} else {
			choose(v, (int)(key - '1'));
		}
	} else if ((key == STROKE_DOWN || key == STROKE_UP) && n) {
		int to = p->own || p->chosen < 0 ? (key == STROKE_DOWN ? 0 : n - 1) : p->chosen + (key == STROKE_DOWN ? 1 : -1);

		choose(v, CLAMP(to, 0, n - 1));
	} else if ((key == STROKE_LEFT || key == STROKE_RIGHT) && !p->own) {
		choose_sideways(v, key == STROKE_RIGHT ? 1 : -1);
	} else if (p->line && (p->own || key != STROKE_SPACE)) {
		edit(v, ev);
	} else if (!p->line && key > ' ' && key < STROKE_SHIFT) {
		jump(v, key);
	}
}

static void switch_key(struct view *v, stroke key)
{
	struct sheet *s = sheet_of(v);
	struct part *p = &s->part[s->focus];

	if (key == STROKE_UP || key == STROKE_DOWN) {
		step(v, key == STROKE_UP ? -1 : 1);
		return;
	}
	if (key == STROKE_SPACE || key == STROKE_LEFT || key == STROKE_RIGHT)
		p->on = !p->on;
	else if (key == 'y' || key == '1')
		p->on = TRUE;
	else if (key == 'n' || key == '2')
		p->on = FALSE;
	else
		return;
	changed(v, s->focus);
}

void sheet_key(struct view *v, const struct input_event *ev)
{
	struct sheet *s = sheet_of(v);

	if (!s->open)
		return;
	if (!s->other_key && ev->kind == INPUT_STROKE && ev->stroke == s->ask.asked_by)
		return; /* typed ahead, or held down */
	s->other_key = TRUE;
	if (ev->kind == INPUT_STROKE && ev->stroke == STROKE_ENTER) {
		sheet_accept(v);
		return;
	}
	if (s->accepts || s->bad)
		v->todo |= TODO_PAINT;
	s->accepts = FALSE;
	if (s->bad)
		sheet_say(v, NULL, FALSE);
	switch (s->part[s->focus].def->kind) {
	case SHEET_CHOICE:
		choice_key(v, ev);
		break;
	case SHEET_SWITCH:
		if (ev->kind == INPUT_STROKE)
			switch_key(v, ev->stroke);
		break;
	default:
		edit(v, ev);
		break;
	}
}

gboolean sheet_takes_escape(const struct view *v)
{
	const struct sheet *s = sheet_of(v);
	const struct part *p = &s->part[s->focus];

	return s->open && p->line && (p->def->kind != SHEET_CHOICE || p->own) && lineedit_takes_escape(p->line);
}

static unsigned sheet_act(struct view *v, enum action act, const char *arg, int count)
{
	struct sheet *s = sheet_of(v);

	(void)arg;
	(void)count;
	switch (act) {
	case ACTION_CLOSE:
		sheet_close(v);
		return TODO_PAINT;
	case ACTION_FOCUS_NEXT:
	case ACTION_FOCUS_PREV:
		s->other_key = TRUE;
		step(v, act == ACTION_FOCUS_NEXT ? 1 : -1);
		return TODO_PAINT;
	case ACTION_SEND:
		if (!s->other_key && s->ask.asked_by == STROKE_ENTER)
			return TODO_NOTHING; /* the key that opened it */
		s->other_key = TRUE;
		sheet_accept(v);
		return TODO_PAINT;
	default:
		return TODO_UNKNOWN;
	}
}

static gboolean sheet_click(struct view *v, int y, int x)
{
	struct sheet *s = sheet_of(v);

	(void)x;
	for (guint i = 0; s->open && i < s->ask.n; i++) {
		struct part *p = &s->part[i];

		if (p->hidden || y < p->y || y >= p->y + p->h)
			continue;
		if (s->focus == i && p->def->kind == SHEET_CHOICE)
			choose(v, p->top + y - p->y);
		sheet_focus(v, i);
	}
	return FALSE; /* a click never confirms */
}

const struct view_ops sheet_ops = {
	.context = "sheet", .state_size = sizeof(struct sheet), .close = sheet_close_view, .act = sheet_act,
	.paint = sheet_paint, .click = sheet_click, .cursor = sheet_cursor,
};
