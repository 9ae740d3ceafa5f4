/* Where replies and notes are written. */
#include "tui/composer.h"

#include <string.h>
#include "base/media.h"
#include "tui/draw.h"

#define COMPOSER_KEPT 24 /* editing states with their undo; older ones live on as drafts */

#define COMPOSER_LONG 8192 /* bytes */
#define COMPOSER_MANY 200 /* rows */

struct edit {
	desk_id ticket_id;
	enum message_kind kind;
	struct lineedit *line;
	desk_id answers;
	GArray *templates; /* desk_id */
	unsigned parts;    /* of the templates inserted */
	guint used;
};

struct composer {
	const struct keymap *keymap;
	GPtrArray *edits;
	struct edit *now;  /* NULL: no ticket */
	guint clock;       /* for COMPOSER_KEPT */
	gboolean was_saved;
	int top;           /* first text row shown */
};

static struct composer *composer_of(const struct view *v)
{
	return v->state;
}

static void edit_free(gpointer p)
{
	struct edit *e = p;

	lineedit_free(e->line);
	if (e->templates)
		g_array_unref(e->templates);
	g_free(e);
}

static void composer_open(struct view *v)
{
	composer_of(v)->edits = g_ptr_array_new_with_free_func(edit_free);
	composer_of(v)->was_saved = TRUE;
}

static void composer_close(struct view *v)
{
	g_ptr_array_unref(composer_of(v)->edits);
}

void composer_setup(struct view *v, const struct keymap *km)
{
	composer_of(v)->keymap = km;
}

static void drop_oldest(struct composer *k)
{
	guint oldest = 0;

	if (k->edits->len < COMPOSER_KEPT)
		return;
	for (guint i = 1; i < k->edits->len; i++) {
		const struct edit *a = k->edits->pdata[i], *b = k->edits->pdata[oldest];

		if (a->used < b->used)
			oldest = i;
	}
	g_ptr_array_remove_index(k->edits, oldest);
}

static struct edit *edit_for(struct view *v, desk_id ticket_id, enum message_kind kind)
{
	struct composer *k = composer_of(v);
	struct edit *e;
	const char *draft;

	for (guint i = 0; i < k->edits->len; i++) {
		e = k->edits->pdata[i];
		if (e->ticket_id == ticket_id && e->kind == kind)
			return e;
	}
	drop_oldest(k);
	e = g_new0(struct edit, 1);
	e->ticket_id = ticket_id;
	e->kind = kind;
	e->line = lineedit_new(NULL, TRUE);
	draft = store_draft(v->store, ticket_id, kind);
	if (draft)
		lineedit_set(e->line, draft);
	g_ptr_array_add(k->edits, e);
	return e;
}

void composer_show(struct view *v, desk_id ticket_id, enum message_kind kind, desk_id read)
{
	struct composer *k = composer_of(v);

	v->todo |= TODO_REFLOW | TODO_PAINT;
	k->top = 0;
	if (!ticket_id) {
		k->now = NULL;
		return;
	}
	k->now = edit_for(v, ticket_id, kind);
	k->now->used = ++k->clock;
	if (!k->now->answers)
		k->now->answers = read;
}

void composer_follow(struct view *v, desk_id ticket_id)
{
	gboolean note = ticket_id && !store_draft(v->store, ticket_id, MESSAGE_REPLY) &&
	                store_draft(v->store, ticket_id, MESSAGE_NOTE);

	composer_show(v, ticket_id, note ? MESSAGE_NOTE : MESSAGE_REPLY, 0);
}

desk_id composer_ticket(const struct view *v)
{
	return composer_of(v)->now ? composer_of(v)->now->ticket_id : 0;
}

enum message_kind composer_kind(const struct view *v)
{
	return composer_of(v)->now ? composer_of(v)->now->kind : MESSAGE_REPLY;
}

const char *composer_text(const struct view *v)
{
	return composer_of(v)->now ? lineedit_text(composer_of(v)->now->line) : "";
}

desk_id composer_answers(const struct view *v)
{
	return composer_of(v)->now ? composer_of(v)->now->answers : 0;
}

void composer_set_answers(struct view *v, desk_id message_id)
{
	if (composer_of(v)->now)
		composer_of(v)->now->answers = message_id;
}

GArray *composer_templates(const struct view *v)
{
	return composer_of(v)->now ? composer_of(v)->now->templates : NULL;
}

gboolean composer_takes_escape(const struct view *v)
{
	return composer_of(v)->now && lineedit_takes_escape(composer_of(v)->now->line);
}

void composer_move(struct view *v, size_t at)
{
	if (composer_of(v)->now)
		lineedit_move(composer_of(v)->now->line, at);
	v->todo |= TODO_PAINT;
}

static void keep_draft(struct view *v)
{
	struct edit *e = composer_of(v)->now;

	store_draft_set(v->store, e->ticket_id, e->kind, lineedit_text(e->line));
	composer_of(v)->was_saved = FALSE;
}

enum lineedit_result composer_key(struct view *v, const struct input_event *ev)
{
	struct composer *k = composer_of(v);
	enum lineedit_result result;
	g_autofree char *before = NULL;
	int rows;

	if (!k->now)
		return LINEEDIT_CANCELLED;
	before = g_strdup(lineedit_text(k->now->line));
	rows = composer_rows(v, v->area.w);
	lineedit_width(k->now->line, MAX(v->area.w - 4, 1));
	if (ev->kind == INPUT_PASTE) {
		g_autofree char *utf8 = g_utf8_make_valid(ev->bytes, (gssize)ev->len);

		lineedit_insert(k->now->line, utf8);
		result = LINEEDIT_MORE;
	} else {
		result = lineedit_key(k->now->line, ev);
	}
	if (strcmp(before, lineedit_text(k->now->line)) != 0)
		keep_draft(v);
	v->todo |= TODO_PAINT | (rows != composer_rows(v, v->area.w) ? TODO_REFLOW : 0);
	return result;
}

void composer_insert(struct view *v, const char *text, desk_id template_id)
{
	struct edit *e = composer_of(v)->now;

	if (!e)
		return;
	lineedit_insert(e->line, text);
	if (template_id) {
		if (!e->templates)
			e->templates = g_array_new(FALSE, FALSE, sizeof(desk_id));
		g_array_append_val(e->templates, template_id);
	}
	keep_draft(v);
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

void composer_done(struct view *v)
{
	struct composer *k = composer_of(v);
	struct edit *e = k->now;
	desk_id ticket_id;

	if (!e)
		return;
	ticket_id = e->ticket_id;
	store_draft_set(v->store, ticket_id, e->kind, NULL);
	k->now = NULL;
	g_ptr_array_remove(k->edits, e);
	composer_follow(v, ticket_id);
}

/* ---------------------------------------------------------------- display */

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
		x += canvas_literal(c, 0, x, there ? LOOK_PART_DONE : LOOK_PART_MISSING, part_name(part[i]));
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
	const char *saved = store_draft_saved(v->store) ? " draft saved " : " saving draft ";
	int x = 1, end = c->area.w - 1 - (int)strlen(saved);

	if (note)
		for (int i = 0; i < c->area.w; i++)
			canvas_literal(c, 0, i, role, "=");
	else
		canvas_hline(c, 0, 0, c->area.w, role);
	if (!e)
		return;
	if (note) {
		x += canvas_literal(c, 0, x, role, " internal NOTE, the customer never sees it ");
	} else {
		x += canvas_literal(c, 0, x, role, " reply to ");
		x += draw_raw(c, 0, x, 14, role, t && t->row.customer_name ? t->row.customer_name : "customer");
		x += canvas_literal(c, 0, x, role, " ");
		x = paint_addresses(v, c, x, end);
		if (*lineedit_text(e->line))
			x = paint_parts(v, c, x, end);
	}
	if (*lineedit_text(e->line) && end > x)
		canvas_literal(c, 0, end, store_draft_saved(v->store) ? LOOK_DIM : LOOK_PENDING, saved);
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
			                 f.state == STORE_FILE_WAITING ? " waits" : f.state == STORE_FILE_MOVING ? " ..." : "");
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

static void composer_paint(struct view *v, const struct canvas *c)
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

static gboolean composer_cursor(const struct view *v, int *y, int *x)
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

static unsigned composer_changed(struct view *v, const struct store_note *note)
{
	const struct composer *k = composer_of(v);

	if (k->was_saved != store_draft_saved(v->store))
		return TODO_PAINT;
	if (note->kind == STORE_FILES && note->ticket_id == composer_ticket(v))
		return TODO_REFLOW | TODO_PAINT;
	return note->kind == STORE_TICKET && note->ticket_id == composer_ticket(v) ? TODO_PAINT : TODO_NOTHING;
}

/* "saving" turns into "saved" without a note of the store: look again soon. */
static unsigned composer_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	const struct composer *k = composer_of(v);

	*next_ms = k->was_saved ? INT64_MAX : now_ms + 250;
	return k->was_saved != store_draft_saved(v->store) ? TODO_PAINT : TODO_NOTHING;
}

const struct view_ops composer_ops = {
	.context = "composer", .state_size = sizeof(struct composer), .open = composer_open, .close = composer_close,
	.changed = composer_changed, .tick = composer_tick, .paint = composer_paint, .cursor = composer_cursor,
};
