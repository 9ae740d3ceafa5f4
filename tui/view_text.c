/* A text to read. */
#include "tui/view_text.h"

#include <string.h>
#include "tui/draw.h"
#include "tui/lines.h"

struct reading {
	char *title, *text;
	struct lines lines;
	guint top;
	gboolean manual;
	size_t at;         /* manual: the first byte to show, until it is shown */
};

static struct reading *reading_of(const struct view *v)
{
	return v->state;
}

static void text_open(struct view *v)
{
	lines_init(&reading_of(v)->lines);
}

static void text_close(struct view *v)
{
	struct reading *r = reading_of(v);

	lines_free(&r->lines);
	g_free(r->title);
	g_free(r->text);
}

void view_text_show(struct view *v, const char *title, const char *text)
{
	struct reading *r = reading_of(v);

	g_free(r->title);
	g_free(r->text);
	r->title = g_strdup(title);
	r->text = g_strdup(text);
	r->top = 0;
	r->manual = FALSE;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

void view_text_manual(struct view *v, const char *title, const char *text, size_t at)
{
	struct reading *r = reading_of(v);

	view_text_show(v, title, text);
	r->manual = TRUE;
	r->at = at;
}

/* Line by line, so that what is wrapped stays under its own beginning. */
static void manual_lines(struct reading *r)
{
	g_auto(GStrv) line = g_strsplit(r->text, "\n", -1);
	size_t at = 0;

	for (guint i = 0; line[i]; at += strlen(line[i]) + 1, i++) {
		int indent = (int)strspn(line[i], " ");

		if (r->at && at >= r->at) {
			r->top = lines_count(&r->lines);
			r->at = 0;
		}
		if (line[i][indent])
			lines_wrap(&r->lines, 1 + indent, indent ? LOOK_TEXT : LOOK_HEADING, line[i] + indent);
		else
			lines_blank(&r->lines);
	}
}

static void text_recalc(struct view *v)
{
	struct reading *r = reading_of(v);

	lines_clear(&r->lines, v->area.w - 1);
	if (r->text && r->manual)
		manual_lines(r);
	else if (r->text)
		lines_wrap(&r->lines, 1, LOOK_TEXT, r->text);
}

static unsigned scroll(struct view *v, gint64 by)
{
	struct reading *r = reading_of(v);
	gint64 rows = MAX(v->area.h - 1, 1), last = MAX((gint64)lines_count(&r->lines) - rows, 0);
	gint64 to = CLAMP((gint64)r->top + by, 0, last);

	if (to == (gint64)r->top)
		return TODO_NOTHING;
	r->top = (guint)to;
	return TODO_PAINT;
}

static unsigned text_act(struct view *v, enum action act, const char *arg, int count)
{
	int page = MAX(v->area.h - 2, 1), n = MAX(count, 1);

	(void)arg;
	switch (act) {
	case ACTION_NEXT:
		return scroll(v, n);
	case ACTION_PREV:
		return scroll(v, -n);
	case ACTION_PAGE_DOWN:
		return scroll(v, (gint64)n * page);
	case ACTION_PAGE_UP:
		return scroll(v, -(gint64)n * page);
	case ACTION_FIRST:
		return scroll(v, -(gint64)G_MAXINT32);
	case ACTION_LAST:
		return scroll(v, G_MAXINT32);
	default:
		return TODO_UNKNOWN;
	}
}

static void text_paint(struct view *v, const struct canvas *c)
{
	struct reading *r = reading_of(v);
	guint rows = (guint)MAX(c->area.h - 1, 1), n = lines_count(&r->lines);

	canvas_hline(c, 0, 0, c->area.w, LOOK_BORDER_FOCUS);
	draw_format(c, 0, 2, c->area.w - 20, LOOK_TITLE, " %s ", r->title ? r->title : "");
	if (n > rows)
		draw_format(c, 0, c->area.w - 16, -1, LOOK_DIM, " %u of %u ", MIN(r->top + rows, n), n);
	r->top = MIN(r->top, n > rows ? n - rows : 0);
	lines_paint(&r->lines, c, 1, c->area.h - 1, r->top);
}

const struct view_ops view_text_ops = {
	.context = "text", .state_size = sizeof(struct reading), .open = text_open, .close = text_close,
	.act = text_act, .recalc = text_recalc, .paint = text_paint,
};
