/* A pane of lines with a title. */
#include "tui/overlay.h"

#include "tui/draw.h"

#define LABEL_COLS 13
#define COUNT_COLS 14 /* " 1000 of 2000 " */

void overlay_open(struct view *v, size_t item_size, int mark_col)
{
	struct overlay *o = overlay_of(v);

	lines_init(&o->lines);
	o->items = g_array_new(FALSE, FALSE, (guint)item_size);
	o->mark_col = mark_col;
	o->next_ms = INT64_MAX;
}

void overlay_close(struct view *v)
{
	lines_free(&overlay_of(v)->lines);
	g_array_unref(overlay_of(v)->items);
}

void overlay_show(struct view *v, desk_id of, guint cursor)
{
	struct overlay *o = overlay_of(v);

	if (o->of != of) {
		o->cursor = cursor;
		o->top = 0;
	}
	o->of = of;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

/* ---- giving the lines */
struct lines *overlay_begin(struct view *v)
{
	struct overlay *o = overlay_of(v);

	lines_clear(&o->lines, v->area.w - 1);
	g_array_set_size(o->items, 0);
	o->next_ms = INT64_MAX;
	return &o->lines;
}

void overlay_heading(struct view *v, const char *msgid)
{
	struct lines *l = &overlay_of(v)->lines;

	if (lines_count(l))
		lines_blank(l);
	lines_begin(l, 1);
	lines_span(l, LOOK_HEADING, say(msgid));
}

gboolean overlay_item(struct view *v, gconstpointer item)
{
	struct overlay *o = overlay_of(v);

	g_array_append_vals(o->items, item, 1);
	o->lines.ref = o->items->len;
	return o->cursor == o->items->len - 1;
}

void overlay_item_end(struct view *v)
{
	overlay_of(v)->lines.ref = 0;
}

void overlay_label(struct view *v, gconstpointer item, const char *label)
{
	struct lines *l = &overlay_of(v)->lines;

	overlay_item(v, item);
	lines_begin(l, 3);
	lines_column(l, LOOK_DIM, label, LABEL_COLS);
	lines_span(l, LOOK_TEXT, " ");
}

void overlay_field(struct view *v, gconstpointer item, const char *label, enum theme_role role, const char *value)
{
	overlay_label(v, item, label);
	lines_span(&overlay_of(v)->lines, role, value && *value ? value : "-");
	overlay_item_end(v);
}

void overlay_nothing(struct view *v, const char *msgid)
{
	lines_wrap(&overlay_of(v)->lines, 2, LOOK_DIM, say(msgid));
}

/* ---- moving */
static guint marked_place(const struct overlay *o)
{
	return o->items->len ? MIN(o->cursor, o->items->len - 1) : 0;
}

gconstpointer overlay_marked(const struct view *v)
{
	const struct overlay *o = overlay_of(v);

	return o->items->len ? o->items->data + (gsize)marked_place(o) * g_array_get_element_size(o->items) : NULL;
}

static guint body_rows(const struct view *v)
{
	return (guint)MAX(v->area.h - 1, 1);
}

static guint last_top(const struct view *v)
{
	guint count = lines_count(&overlay_of(v)->lines), rows = body_rows(v);

	return count > rows ? count - rows : 0;
}

static guint line_of(const struct overlay *o, guint place)
{
	for (guint i = 0; i < lines_count(&o->lines); i++)
		if (lines_at(&o->lines, i)->ref == (gint64)place + 1)
			return i;
	return 0;
}

/* The item at a line, or the nearest above it. */
static guint place_at(const struct overlay *o, gint64 line)
{
	for (gint64 i = MIN(line, (gint64)lines_count(&o->lines) - 1); i >= 0; i--)
		if (lines_at(&o->lines, (guint)i)->ref > 0)
			return (guint)lines_at(&o->lines, (guint)i)->ref - 1;
	return 0;
}

static unsigned scroll(struct view *v, gint64 by)
{
	struct overlay *o = overlay_of(v);
	guint to = (guint)CLAMP((gint64)o->top + by, 0, (gint64)last_top(v));

	if (to == o->top)
		return TODO_NOTHING;
	o->top = to;
	return TODO_PAINT;
}

unsigned overlay_act(struct view *v, enum action act, const char *arg, int count)
{
	struct overlay *o = overlay_of(v);
	gint64 rows = body_rows(v), by, to = marked_place(o);

	(void)arg;
	if (!action_moves(act, count, o->items->len ? rows : MAX(rows - 1, 1), &by))
		return TODO_UNKNOWN;
	if (!o->items->len)
		return scroll(v, by);
	if (act == ACTION_PAGE_DOWN || act == ACTION_PAGE_UP)
		to = place_at(o, line_of(o, (guint)to) + by);
	else
		to += by;
	o->cursor = (guint)CLAMP(to, 0, (gint64)o->items->len - 1);
	return TODO_RECALC | TODO_PAINT;
}

unsigned overlay_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	*next_ms = overlay_of(v)->next_ms;
	return now_ms >= *next_ms ? TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

gboolean overlay_click(struct view *v, int y, int x)
{
	struct overlay *o = overlay_of(v);
	guint line = o->top + (guint)MAX(y, 1) - 1, before = marked_place(o);
	gint64 ref = y >= 1 && line < lines_count(&o->lines) ? lines_at(&o->lines, line)->ref : 0;

	(void)x;
	if (ref < 1) /* of no item */
		return FALSE;
	o->cursor = (guint)ref - 1;
	v->todo |= TODO_RECALC;
	return o->cursor == before;
}

unsigned overlay_changed(struct view *v, const struct store_note *note)
{
	return note->kind == STORE_SESSION || (note->kind == STORE_TICKET && note->ticket_id == overlay_of(v)->of) ?
	       TODO_RECALC | TODO_PAINT : TODO_NOTHING;
}

/* ---- painting */
static void scroll_to_marked(struct view *v)
{
	struct overlay *o = overlay_of(v);
	guint rows = body_rows(v), count = lines_count(&o->lines), place = marked_place(o);
	guint from = place ? line_of(o, place) : 0, to = from;

	while (to + 1 < count && (place == o->items->len - 1 || lines_at(&o->lines, to + 1)->ref == (gint64)place + 1))
		to++;
	if (to >= o->top + rows)
		o->top = to - rows + 1;
	if (from < o->top)
		o->top = from;
}

void overlay_paint(struct view *v, const struct canvas *c, const char *title, ...)
{
	struct overlay *o = overlay_of(v);
	guint rows = body_rows(v), count = lines_count(&o->lines);
	g_autofree char *said = NULL;
	va_list ap;

	va_start(ap, title);
	said = g_strdup_vprintf(say(title), ap);
	va_end(ap);
	if (o->items->len)
		scroll_to_marked(v);
	o->top = MIN(o->top, last_top(v));
	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_raw(c, 0, 2, c->area.w - (count > rows ? COUNT_COLS + 4 : 4), LOOK_TITLE, said);
	if (count > rows)
		draw_format(c, 0, c->area.w - COUNT_COLS, -1, LOOK_DIM, " %u of %u ", MIN(o->top + rows, count), count);
	lines_paint(&o->lines, c, 1, c->area.h - 1, o->top);
	if (o->items->len)
		canvas_mark(c, 1 + (int)(line_of(o, marked_place(o)) - o->top), o->mark_col, LOOK_CURSOR, GLYPH_CURSOR);
}
