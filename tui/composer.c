/* Where replies and notes are written. */
#include "tui/composer_inner.h"

#include <string.h>

#define COMPOSER_KEPT 24 /* editing states with their undo; older ones live on as drafts */

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
