/* Where replies and notes are written. */
#include "tui/composer_inline.h"
#include "tui/composer_inner.h"

#include <string.h>
#include "base/clock.h"

#define COMPOSER_KEPT 24 /* editing states with their undo; older ones live on as drafts */

static void edit_free(gpointer p)
{
	struct edit *e = p;

	lineedit_free(e->line);
	composer_layout_clear(&e->layout);
	if (e->templates)
		g_array_unref(e->templates);
	g_free(e);
}

static void composer_open(struct view *v)
{
	composer_of(v)->edits = g_ptr_array_new_with_free_func(edit_free);
	composer_of(v)->says_saved = TRUE;
}

static void composer_close(struct view *v)
{
	composer_list_free(v);
	g_ptr_array_unref(composer_of(v)->edits);
	g_free(composer_of(v)->limits_text);
	spell_free(composer_of(v)->spell);
	g_free(composer_of(v)->history);
}

static void spell_came(void *arg)
{
	((struct view *)arg)->todo |= TODO_PAINT;
}

void composer_setup(struct view *v, const struct keymap *km, const char *spelling)
{
	composer_of(v)->keymap = km;
	if (!composer_of(v)->spell)
		composer_of(v)->spell = spell_new(spelling, spell_came, v);
	if (!composer_of(v)->history)
		composer_of(v)->history = g_build_filename(store_dir(v->store), "composer.history", NULL);
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
	e->line = lineedit_new(k->history, TRUE);
	composer_layout_init(&e->layout);
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
	if (k->now && (k->now->ticket_id != ticket_id || k->now->kind != kind))
		composer_layout_forget(&k->now->layout);
	store_draft_showing(v->store, ticket_id, kind);
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

const struct limits *composer_limits(const struct view *v)
{
	struct composer *k = composer_of(v);
	const struct session *session = store_session(v->store);
	const char *text = session ? session->message_limits : NULL;

	if (!k->limits_known || g_strcmp0(text, k->limits_text) != 0) {
		if (!limits_parse(&k->limits, text, NULL)) /* a newer server's words: it checks them itself */
			memset(&k->limits, 0, sizeof k->limits);
		g_free(k->limits_text);
		k->limits_text = g_strdup(text);
		k->limits_known = TRUE;
	}
	return &k->limits;
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

size_t composer_cursor_at(const struct view *v)
{
	return composer_of(v)->now ? lineedit_cursor(composer_of(v)->now->line) : 0;
}

void composer_keep(struct view *v)
{
	struct edit *e = composer_of(v)->now;

	store_draft_set(v->store, e->ticket_id, e->kind, lineedit_text(e->line));
	if (e->kind == MESSAGE_REPLY && !*lineedit_text(e->line)) /* a promise is part of the words */
		store_draft_set(v->store, e->ticket_id, DRAFT_PROMISE, NULL);
	composer_of(v)->says_saved = FALSE;
	composer_of(v)->typed_ms = clock_mono_ms();
}

const struct composer_layout *composer_laid_out(const struct view *v, int width, gboolean *changed)
{
	struct edit *e = composer_of(v)->now;
	gboolean other;

	if (!e)
		return NULL;
	other = composer_layout_update(&e->layout, lineedit_text(e->line), lineedit_length(e->line), width - COMPOSER_MARGIN);
	if (changed)
		*changed = other;
	return &e->layout;
}

enum lineedit_result composer_key(struct view *v, const struct input_event *ev)
{
	struct composer *k = composer_of(v);
	enum lineedit_result result;
	gboolean changed;
	int rows;

	if (!k->now)
		return LINEEDIT_CANCELLED;
	if (composer_list_key(v, ev))
		return LINEEDIT_MORE;
	rows = composer_laid_out(v, v->area.w, NULL)->rows;
	lineedit_width(k->now->line, MAX(v->area.w - COMPOSER_MARGIN, 1));
	result = lineedit_key(k->now->line, ev);
	if (composer_laid_out(v, v->area.w, &changed)->rows != rows)
		v->todo |= TODO_REFLOW;
	if (changed)
		composer_keep(v);
	v->todo |= TODO_PAINT;
	composer_list_update(v);
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
	composer_keep(v);
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

void composer_replace(struct view *v, const char *text)
{
	struct edit *e = composer_of(v)->now;

	if (!e)
		return;
	lineedit_set(e->line, text);
	composer_keep(v);
	v->todo |= TODO_REFLOW | TODO_PAINT;
}

void composer_change(struct view *v, size_t at, size_t to, const char *text)
{
	struct edit *e = composer_of(v)->now;
	const char *now = e ? lineedit_text(e->line) : "";
	size_t len = strlen(now);
	g_autofree char *all = NULL;

	if (!e || at > to || to > len)
		return;
	all = g_strdup_printf("%.*s%s%s", (int)at, now, text, now + to);
	composer_replace(v, all);
	composer_move(v, at + strlen(text));
}

/* Replies are in the customer's language, notes in the writer's own. */
struct spell *composer_spell(const struct view *v)
{
	struct composer *k = composer_of(v);
	const struct session *session = store_session(v->store);
	const struct ticket *t = k->now ? store_ticket(v->store, k->now->ticket_id) : NULL;
	const char *language = NULL;

	if (!k->spell || !k->now)
		return NULL;
	if (k->now->kind == MESSAGE_NOTE)
		language = session && session->me ? session->me->locale : NULL;
	else if (!t)
		return NULL;
	else if (t->customer)
		language = t->customer->language;
	if (t && k->told_names != t->row.id) {
		k->told_names = t->row.id;
		spell_know(k->spell, t->row.customer_name);
		spell_know(k->spell, session && session->me ? session->me->display : NULL);
		spell_know(k->spell, session ? session->desk_name : NULL);
	}
	return spell_language(k->spell, language) ? k->spell : NULL;
}

gboolean composer_misspelt(const struct view *v, size_t from, size_t *at, size_t *to)
{
	struct spell *spell = composer_spell(v);
	const char *text = composer_text(v);
	size_t len = strlen(text);

	for (*at = MIN(from, len); spell && spell_next_word(text, len, at, to); *at = *to)
		if (spell_wrong(spell, text + *at, *to - *at))
			return TRUE;
	return FALSE;
}

gboolean composer_put_back(struct view *v, desk_id ticket_id, enum message_kind kind, const char *made, const char *was)
{
	struct composer *k = composer_of(v);
	struct edit *e = NULL;

	for (guint i = 0; i < k->edits->len; i++) {
		struct edit *one = k->edits->pdata[i];

		if (one->ticket_id == ticket_id && one->kind == kind)
			e = one;
	}
	if (!e || strcmp(lineedit_text(e->line), made) != 0)
		return FALSE;
	lineedit_set(e->line, was ? was : "");
	store_draft_set(v->store, ticket_id, kind, was);
	if (kind == MESSAGE_REPLY && (!was || !*was))
		store_draft_set(v->store, ticket_id, DRAFT_PROMISE, NULL);
	v->todo |= TODO_REFLOW | TODO_PAINT;
	return TRUE;
}

void composer_done(struct view *v)
{
	struct composer *k = composer_of(v);
	struct edit *e = k->now;
	desk_id ticket_id;

	if (!e)
		return;
	ticket_id = e->ticket_id;
	lineedit_remember(e->line);
	store_draft_set(v->store, ticket_id, e->kind, NULL);
	k->now = NULL;
	g_ptr_array_remove(k->edits, e);
	store_draft_showing(v->store, 0, MESSAGE_REPLY); /* what waited beside it comes up */
	composer_follow(v, ticket_id);
}

/* Another screen's text came into the store: it never does while somebody types in it here. */
static unsigned take_drafts(struct view *v, desk_id ticket_id)
{
	struct composer *k = composer_of(v);
	unsigned todo = TODO_PAINT;

	for (guint i = 0; i < k->edits->len; i++) {
		struct edit *e = k->edits->pdata[i];
		const char *draft = store_draft(v->store, ticket_id, e->kind);

		if (e->ticket_id != ticket_id || strcmp(lineedit_text(e->line), draft ? draft : "") == 0)
			continue;
		lineedit_set(e->line, draft ? draft : "");
		composer_layout_forget(&e->layout);
		todo |= e == k->now ? TODO_REFLOW : 0;
	}
	return todo;
}

static unsigned composer_changed(struct view *v, const struct store_note *note)
{
	if (note->kind == STORE_DRAFT && note->ticket_id)
		return take_drafts(v, note->ticket_id);
	if (note->kind == STORE_FILES && note->ticket_id == composer_ticket(v))
		return TODO_REFLOW | TODO_PAINT;
	return note->kind == STORE_TICKET && note->ticket_id == composer_ticket(v) ? TODO_PAINT : TODO_NOTHING;
}

static unsigned composer_tick(struct view *v, int64_t now_ms, int64_t *next_ms)
{
	struct composer *k = composer_of(v);
	int64_t pause_ms = clock_mono_ms() - k->typed_ms;

	*next_ms = INT64_MAX;
	if (k->says_saved)
		return TODO_NOTHING;
	if (pause_ms >= COMPOSER_PAUSE_MS && store_draft_saved(v->store)) {
		k->says_saved = TRUE;
		return TODO_PAINT;
	}
	*next_ms = now_ms + MAX(COMPOSER_PAUSE_MS - pause_ms, 100);
	return TODO_NOTHING;
}

const struct view_ops composer_ops = {
	.context = "composer", .state_size = sizeof(struct composer), .open = composer_open, .close = composer_close,
	.changed = composer_changed, .tick = composer_tick, .paint = composer_paint, .cursor = composer_cursor,
};
