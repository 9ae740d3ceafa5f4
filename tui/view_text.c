/* A text to read. */
#include "tui/view_text.h"

#include <string.h>
#include "tui/overlay.h"

struct reading {
	struct overlay overlay;
	char *title, *text;
	gboolean manual;
	size_t at;         /* manual: the first byte to show, until it is shown */
};

static struct reading *reading_of(const struct view *v)
{
	return v->state;
}

static void text_open(struct view *v)
{
	overlay_open(v, 1, 0); /* nothing can be marked */
}

static void text_close(struct view *v)
{
	struct reading *r = reading_of(v);

	overlay_close(v);
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
	r->overlay.top = 0;
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
static void manual_lines(struct reading *r, struct lines *l)
{
	g_auto(GStrv) line = g_strsplit(r->text, "\n", -1);
	size_t at = 0;

	for (guint i = 0; line[i]; at += strlen(line[i]) + 1, i++) {
		int indent = (int)strspn(line[i], " ");

		if (r->at && at >= r->at) {
			r->overlay.top = lines_count(l);
			r->at = 0;
		}
		if (line[i][indent])
			lines_wrap(l, 1 + indent, indent ? LOOK_TEXT : LOOK_HEADING, line[i] + indent);
		else
			lines_blank(l);
	}
}

static void text_recalc(struct view *v)
{
	struct reading *r = reading_of(v);
	struct lines *l = overlay_begin(v);

	if (r->text && r->manual)
		manual_lines(r, l);
	else if (r->text)
		lines_wrap(l, 1, LOOK_TEXT, r->text);
}

static void text_paint(struct view *v, const struct canvas *c)
{
	const char *title = reading_of(v)->title;

	overlay_paint(v, c, " %s ", title ? title : "");
}

const struct view_ops view_text_ops = {
	.context = "text", .state_size = sizeof(struct reading), .open = text_open, .close = text_close,
	.act = overlay_act, .recalc = text_recalc, .paint = text_paint,
};
