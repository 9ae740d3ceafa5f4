/* How what is being written is shown: wrapped text, the frame that says what it is. */
#include "tui/composer_inner.h"

#include <string.h>
#include "base/media.h"
#include "tui/draw.h"

#define COMPOSER_LONG 8192 /* bytes */
#define COMPOSER_MANY 200 /* rows */

struct shown {
	struct text *text;
	GArray *rows;      /* struct layout_line */
	int cursor_row, cursor_col;
};

/* The text as it may be drawn; the cursor's place comes from the same gate over
 * the part before it. */
static void shown_of(const struct view *v, int width, struct shown *out)
{
	const struct edit *e = composer_of(v)->now;
	const char *raw = e ? lineedit_text(e->line) : "";
	g_autoptr(text_auto) before = text_clean(raw, e ? (gssize)lineedit_cursor(e->line) : 0, TEXT_MULTILINE, TEXT_NO_CAP);
	size_t at;

	out->text = text_clean(raw, -1, TEXT_MULTILINE, TEXT_NO_CAP);
	out->rows = g_array_new(FALSE, FALSE, sizeof(struct layout_line));
	layout_wrap(text_bytes(out->text), text_len(out->text), MAX(width, 1), out->rows);
	at = MIN(text_len(before), text_len(out->text));
	out->cursor_row = out->cursor_col = 0;
	for (guint i = 0; i < out->rows->len; i++) {
		const struct layout_line *row = &g_array_index(out->rows, struct layout_line, i);

		if (row->from > at)
			break;
		out->cursor_row = (int)i;
		out->cursor_col = text_string_cols(text_bytes(out->text) + row->from, MIN(at, row->to) - row->from);
		if (at > row->to) /* on a space that wrapping swallowed */
			out->cursor_col = MIN(out->cursor_col + (int)(at - row->to), width - 1);
	}
}

static void shown_clear(struct shown *s)
{
	text_unref(s->text);
	g_array_unref(s->rows);
}

/* "+1 a.pdf 120 KB  2 photo.jpg 40%": the last row, when there are any. */
static int file_rows(const struct view *v)
{
	const struct edit *e = composer_of(v)->now;

	return e && store_file_count(v->store, e->ticket_id, e->kind) > 0 ? 1 : 0;
}

int composer_rows(const struct view *v, int width)
{
	const struct edit *e = composer_of(v)->now;
	struct shown s;
	int rows;

	if (e && strlen(lineedit_text(e->line)) > COMPOSER_LONG)
		return COMPOSER_MANY; /* more than any screen gives it: not worth wrapping */
	shown_of(v, width - 4, &s);
	rows = MAX((int)s.rows->len, s.cursor_row + 1);
	shown_clear(&s);
	return MAX(rows, 1) + file_rows(v);
}

static int paint_parts(const struct view *v, const struct canvas *c, int x, int end)
{
	static const enum template_part part[] = {PART_GREETING, PART_IDENTITY, PART_PROBLEM, PART_CARE};
	const struct edit *e = composer_of(v)->now;
	const struct ticket *t = store_ticket(v->store, e->ticket_id);
	const struct session *session = store_session(v->store);
	unsigned has = composer_parts(lineedit_text(e->line), t ? t->row.customer_name : NULL,
	                              session && session->me ? session->me->display : NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(part) && x + 12 < end; i++) {
		gboolean there = has & (1u << part[i]);

		if (there && screen_utf8(c->screen))
			x += canvas_glyph(c, 0, x, LOOK_PART_DONE, GLYPH_CHECK);
		else if (there)
			x += canvas_literal(c, 0, x, LOOK_PART_DONE, "+");
		else
			x += canvas_literal(c, 0, x, LOOK_PART_MISSING, ".");
		x += draw_raw(c, 0, x, -1, there ? LOOK_PART_DONE : LOOK_PART_MISSING, word_said(part_name(part[i])));
		x += canvas_literal(c, 0, x, LOOK_TEXT, " ");
	}
	return x;
}

/* " also to a@b, cc c@d ": who else reads it stands where the eyes are. */
static int paint_addresses(const struct view *v, const struct canvas *c, int x, int end)
{
	const char *kept = store_draft(v->store, composer_of(v)->now->ticket_id, DRAFT_ADDRESSES);
	g_auto(GStrv) part = g_strsplit(kept ? kept : "", "\n", 2);

	if (part[0] && *part[0])
		x += draw_format(c, 0, x, MAX(end - x, 0), LOOK_TAG_ALERT, "also to %s ", part[0]);
	if (part[0] && part[1] && *part[1])
		x += draw_format(c, 0, x, MAX(end - x, 0), LOOK_TAG_ALERT, "cc %s ", part[1]);
	return x;
}

static void paint_frame(const struct view *v, const struct canvas *c)
{
	const struct edit *e = composer_of(v)->now;
	gboolean note = e && e->kind == MESSAGE_NOTE;
	enum theme_role role = note ? LOOK_COMPOSE_NOTE : v->focused ? LOOK_COMPOSE_REPLY : LOOK_BORDER;
	const struct ticket *t = e ? store_ticket(v->store, e->ticket_id) : NULL;
	const char *saved = store_draft_saved(v->store) ? _(" draft saved ") : _(" saving draft ");
	int x = 1, end = c->area.w - 1 - draw_cols(saved);

	if (note)
		for (int i = 0; i < c->area.w; i++)
			canvas_literal(c, 0, i, role, "=");
	else
		canvas_hline(c, 0, 0, c->area.w, role);
	if (!e)
		return;
	if (note) {
		x += draw_words(c, 0, x, -1, role, " internal NOTE, the customer never sees it ");
	} else {
		x += draw_words(c, 0, x, -1, role, " reply to ");
		x += draw_raw(c, 0, x, 14, role, t && t->row.customer_name ? t->row.customer_name : _("customer"));
		x += canvas_literal(c, 0, x, role, " ");
		x = paint_addresses(v, c, x, end);
		if (*lineedit_text(e->line))
			x = paint_parts(v, c, x, end);
	}
	if (*lineedit_text(e->line) && end > x)
		draw_raw(c, 0, end, -1, store_draft_saved(v->store) ? LOOK_DIM : LOOK_PENDING, saved);
}

static void paint_files(const struct view *v, const struct canvas *c, int y)
{
	const struct edit *e = composer_of(v)->now;
	struct store_file f;
	int x = 1;

	for (guint i = 0; x < c->area.w - 8 && store_file_at(v->store, e->ticket_id, e->kind, i, &f); i++) {
		g_autofree char *size = media_size(f.size);
		gboolean moving = f.state == STORE_FILE_MOVING && f.size > 0;
		enum theme_role role = f.state == STORE_FILE_READY ? LOOK_DIM : f.state == STORE_FILE_FAILED ? LOOK_REFUSED : LOOK_PENDING;

		x += draw_format(c, y, x, c->area.w - x, LOOK_KEY, "%s%u ", i ? "  " : "+", i + 1);
		x += draw_raw(c, y, x, MAX(c->area.w - x - 12, 4), LOOK_TEXT, f.name);
		if (f.state == STORE_FILE_FAILED)
			x += draw_format(c, y, x, c->area.w - x, role, " %s", f.why);
		else if (moving)
			x += draw_format(c, y, x, c->area.w - x, role, " %d%%", (int)(100 * f.moved / f.size));
		else
			x += draw_format(c, y, x, c->area.w - x, role, " %s%s", size,
			                 f.state == STORE_FILE_WAITING ? _(" waits") : f.state == STORE_FILE_MOVING ? " ..." : "");
	}
}

static void paint_hint(const struct view *v, const struct canvas *c)
{
	const struct composer *k = composer_of(v);
	char reply[64], note[64];

	if (!k->now || v->focused || *lineedit_text(k->now->line))
		return;
	label_key(k->keymap, "conversation", ACTION_REPLY, reply, sizeof reply);
	label_key(k->keymap, "conversation", ACTION_NOTE, note, sizeof note);
	draw_format(c, 1, 4, c->area.w - 5, LOOK_DIM, "%s writes to the customer, %s writes a note", reply, note);
}

void composer_paint(struct view *v, const struct canvas *c)
{
	struct composer *k = composer_of(v);
	int h = c->area.h - 1, files = file_rows(v);
	struct shown s;

	if (files && h >= 2)
		h--;
	k->was_saved = store_draft_saved(v->store);
	canvas_fill(c, (struct rect){.y = 1, .h = MAX(h, 0), .w = c->area.w}, LOOK_TEXT);
	paint_frame(v, c);
	if (h < 1 || !k->now)
		return;
	if (files && c->area.h - 1 > h)
		paint_files(v, c, c->area.h - 1);
	shown_of(v, c->area.w - 4, &s);
	if (s.cursor_row < k->top)
		k->top = s.cursor_row;
	if (s.cursor_row >= k->top + h)
		k->top = s.cursor_row - h + 1;
	k->top = CLAMP(k->top, 0, MAX((int)s.rows->len - h, 0));
	canvas_literal(c, 1, 1, k->now->kind == MESSAGE_NOTE ? LOOK_COMPOSE_NOTE : LOOK_COMPOSE_REPLY,
	               k->now->kind == MESSAGE_NOTE ? "#" : ">");
	for (int y = 0; y < h && k->top + y < (int)s.rows->len; y++) {
		const struct layout_line *row = &g_array_index(s.rows, struct layout_line, k->top + y);

		canvas_span(c, 1 + y, 3, c->area.w - 3, k->now->kind == MESSAGE_NOTE ? LOOK_NOTE : LOOK_TEXT, s.text, row->from, row->to);
	}
	shown_clear(&s);
	paint_hint(v, c);
}

gboolean composer_cursor(const struct view *v, int *y, int *x)
{
	const struct composer *k = composer_of(v);
	struct shown s;

	if (!k->now || v->area.h < 2)
		return FALSE;
	shown_of(v, v->area.w - 4, &s);
	*y = 1 + CLAMP(s.cursor_row - k->top, 0, MAX(v->area.h - 2 - file_rows(v), 0));
	*x = 3 + s.cursor_col;
	shown_clear(&s);
	return TRUE;
}
