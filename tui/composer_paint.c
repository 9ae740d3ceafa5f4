/* How what is being written is shown: wrapped text, the frame that says what it is. */
#include "tui/composer_inner.h"

#include <string.h>
#include "base/media.h"
#include "tui/draw.h"

/* "+1 a.pdf 120 KB  2 photo.jpg 40%": the last row, when there are any. */
static int file_rows(const struct view *v)
{
	const struct edit *e = composer_of(v)->now;

	return e && store_file_count(v->store, e->ticket_id, e->kind) > 0 ? 1 : 0;
}

int composer_rows(const struct view *v, int width)
{
	const struct composer_layout *l = composer_laid_out(v, width, NULL);

	return (l ? MAX(l->rows, 1) : 1) + file_rows(v);
}

#define PARTS_LINES 400 /* lines looked at: courtesy stands early */

/* The parts a reply has, remembered for each line: this runs at every key. */
static unsigned parts_of(const struct view *v, const char *customer, const char *agent)
{
	const struct composer_layout *l = composer_laid_out(v, v->area.w, NULL);
	unsigned parts = 0;
	size_t from = 0;

	for (guint i = 0; i < MIN(l->lines->len, PARTS_LINES); i++) {
		struct composer_line *line = &g_array_index(l->lines, struct composer_line, i);

		if (line->parts == UINT_MAX) {
			g_autofree char *raw = g_strndup(l->raw->str + from, line->len);

			line->parts = composer_parts(raw, i ? NULL : customer, agent);
		}
		parts |= line->parts;
		from += line->len + 1;
	}
	return parts;
}

static int paint_parts(const struct view *v, const struct canvas *c, int x, int end)
{
	static const enum template_part part[] = {PART_GREETING, PART_IDENTITY, PART_PROBLEM, PART_CARE};
	const struct edit *e = composer_of(v)->now;
	const struct ticket *t = store_ticket(v->store, e->ticket_id);
	const struct session *session = store_session(v->store);
	unsigned has = parts_of(v, t ? t->row.customer_name : NULL, session && session->me ? session->me->display : NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(part); i++) {
		gboolean there = has & (1u << part[i]);

		if (x + 1 + draw_cols(word_said(part_name(part[i]))) + 1 > end)
			break;
		x += canvas_mark(c, 0, x, there ? LOOK_PART_DONE : LOOK_PART_MISSING, there ? GLYPH_CHECK : GLYPH_COUNT);
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

/* How much of what the channel takes is used, "1200/2048", from a tenth on; drawn so that it ends before `end`, in
 * steps until it gets near the end (a figure that changes at every key costs the terminal more than
 * the key). Returns where it begins. */
static int paint_counter(const struct view *v, const struct canvas *c, int x, int end, gboolean *tight)
{
	const struct edit *e = composer_of(v)->now;
	const struct ticket *t = store_ticket(v->store, e->ticket_id);
	g_autofree char *says = NULL, *count = NULL;
	struct limit_use use;
	int64_t step;

	if (!t || e->kind != MESSAGE_REPLY || !limits_use(composer_limits(v), t->row.channel, lineedit_text(e->line), &use))
		return end;
	*tight = use.used * 10 >= use.max * 9;
	step = *tight ? 1 : MAX(use.max / 50, 10);
	if (use.used < step || (use.used * 10 < use.max && composer_limits(v)->of[t->row.channel].unit != LIMIT_SMS))
		return end; /* far from it */
	count = g_strdup_printf("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, use.used - use.used % step, use.max);
	if (use.over)
		says = g_strdup_printf(_(" %s too long "), count);
	else if (composer_limits(v)->of[t->row.channel].unit == LIMIT_SMS)
		says = g_strdup_printf(" %d SMS %s ", use.messages, count);
	else
		says = g_strdup_printf(" %s ", count);
	if (end - draw_cols(says) < x)
		return end;
	end -= draw_cols(says);
	draw_raw(c, 0, end, -1, use.over ? LOOK_REFUSED : *tight ? LOOK_PENDING : LOOK_DIM, says);
	return end;
}

/* What it is that is written, by its line, a word and a sign: colour alone tells nobody. The line is
 * drawn where nothing else is: drawn under all of it, every key would change every cell twice. */
static void paint_line(const struct view *v, const struct canvas *c, int from, int to, enum theme_role role)
{
	const struct edit *e = composer_of(v)->now;

	if (from >= to)
		return;
	if (!e || e->kind != MESSAGE_NOTE)
		canvas_hline(c, 0, from, to - from, role);
	else
		for (int i = from; i < to; i++)
			canvas_literal(c, 0, i, role, "=");
}

static int paint_kind(const struct view *v, const struct canvas *c, enum theme_role role)
{
	const struct edit *e = composer_of(v)->now;
	gboolean note = e && e->kind == MESSAGE_NOTE;
	const struct ticket *t = e ? store_ticket(v->store, e->ticket_id) : NULL;
	int x = 1;

	if (!e)
		return x;
	if (note)
		return x + draw_words(c, 0, x, -1, role, N_(" internal NOTE, the customer never sees it "));
	if (t && t->row.customer_name) {
		g_autofree char *name = text_clean_string(t->row.customer_name, -1, 0, 200);
		int cols;

		name[text_fit(name, strlen(name), 14, &cols)] = '\0';
		return x + draw_format(c, 0, x, -1, role, " reply to %s ", name);
	}
	return x + draw_words(c, 0, x, -1, role, N_(" reply to the customer "));
}

/* What stands at the right end of the frame; returns where it begins. */
static int paint_state(const struct view *v, const struct canvas *c, int x, int end)
{
	const char *saved = composer_of(v)->says_saved ? _(" draft saved ") : _(" saving draft ");
	gboolean tight = FALSE;
	int counter = paint_counter(v, c, x, end, &tight);

	/* near the limit its figure is what counts, else what becomes of the draft */
	if (counter - draw_cols(saved) <= x + (tight ? 30 : 0))
		return counter;
	end = counter - draw_cols(saved);
	draw_raw(c, 0, end, -1, composer_of(v)->says_saved ? LOOK_DIM : LOOK_PENDING, saved);
	return end;
}

static void paint_frame(const struct view *v, const struct canvas *c)
{
	const struct edit *e = composer_of(v)->now;
	gboolean note = e && e->kind == MESSAGE_NOTE, text = e && *lineedit_text(e->line);
	const char *message = e ? lineedit_message(e->line) : NULL; /* a search or a count is under way */
	enum theme_role role = note ? LOOK_COMPOSE_NOTE : v->focused ? LOOK_COMPOSE_REPLY : LOOK_BORDER;
	int x = paint_kind(v, c, role), right = c->area.w - 1, end = right;

	if (message) {
		x += draw_raw(c, 0, x, end - x, LOOK_PROMPT, message);
	} else {
		end = text ? paint_state(v, c, x, end) : end;
		if (e && !note)
			x = paint_addresses(v, c, x, end);
		if (text && !note)
			x = paint_parts(v, c, x, end);
	}
	paint_line(v, c, 0, 1, role);
	paint_line(v, c, x, end, role);
	paint_line(v, c, right, c->area.w, role);
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

/* The misspelt words of a row, but for the one that is being typed (it ends at column `typing`).
 * Where there is no colour the role's mark stands before the row. */
static void paint_misspelt(const struct view *v, const struct canvas *c, int y, const struct composer_line *line,
                           const struct layout_line *row, int typing)
{
	struct spell *spell = v->focused ? composer_spell(v) : NULL;
	const char *text = text_bytes(line->text);
	size_t at = row->from, to;

	for (; spell && spell_next_word(text, text_len(line->text), &at, &to) && at < row->to; at = to) {
		int x = text_string_cols(text + row->from, at - row->from), end = text_string_cols(text + row->from, MIN(to, row->to) - row->from);

		if (end == typing || !spell_wrong(spell, text + at, to - at))
			continue;
		canvas_span(c, y, 3 + x, c->area.w - 3 - x, LOOK_MISSPELT, line->text, at, MIN(to, row->to));
		canvas_mark(c, y, 2, LOOK_MISSPELT, GLYPH_COUNT);
	}
}

static void paint_row(const struct view *v, const struct canvas *c, int y, const struct composer_line *line,
                      const struct layout_line *row)
{
	gboolean note = composer_of(v)->now->kind == MESSAGE_NOTE;

	if (note)
		canvas_literal(c, y, 1, LOOK_COMPOSE_NOTE, "#");
	canvas_span(c, y, 3, c->area.w - 3, note ? LOOK_NOTE : LOOK_TEXT, line->text, row->from, row->to);
}

void composer_paint(struct view *v, const struct canvas *c)
{
	struct composer *k = composer_of(v);
	int h = c->area.h - 1, files = file_rows(v), row, col;
	const struct composer_layout *l = composer_laid_out(v, c->area.w, NULL);

	if (files && h >= 2)
		h--;
	canvas_fill(c, (struct rect){.y = 1, .h = MAX(h, 0), .w = c->area.w}, LOOK_TEXT);
	paint_frame(v, c);
	if (h < 1 || !l)
		return;
	if (files && c->area.h - 1 > h)
		paint_files(v, c, c->area.h - 1);
	composer_layout_find(l, lineedit_cursor(k->now->line), &row, &col);
	if (row < k->top)
		k->top = row;
	if (row >= k->top + h)
		k->top = row - h + 1;
	k->top = CLAMP(k->top, 0, MAX(l->rows - h, 0));
	if (k->now->kind != MESSAGE_NOTE)
		canvas_literal(c, 1, 1, LOOK_COMPOSE_REPLY, ">");
	for (int y = 0; y < h && k->top + y < l->rows; y++) {
		const struct layout_line *at;
		size_t from;
		const struct composer_line *line = composer_layout_row(l, k->top + y, &at, &from);

		paint_row(v, c, 1 + y, line, at);
		paint_misspelt(v, c, 1 + y, line, at, k->top + y == row ? col : -1);
	}
	paint_hint(v, c);
}

gboolean composer_cursor(const struct view *v, int *y, int *x)
{
	const struct composer *k = composer_of(v);
	const struct composer_layout *l;
	int row, col;

	if (!k->now || v->area.h < 2)
		return FALSE;
	l = composer_laid_out(v, v->area.w, NULL);
	composer_layout_find(l, lineedit_cursor(k->now->line), &row, &col);
	*y = 1 + CLAMP(row - k->top, 0, MAX(v->area.h - 2 - file_rows(v), 0));
	*x = 3 + col;
	return TRUE;
}
