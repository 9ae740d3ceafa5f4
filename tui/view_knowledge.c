/* Knowledge: hits and articles. Keeps copies of the hits: the store has only the
 * newest answer, this pane the one it asked for. */
#include "tui/view_knowledge.h"

#include <string.h>
#include "tui/draw.h"
#include "tui/lines.h"
#include "tui/templates.h"

struct hit {
	desk_id id;
	int version;
	enum kb_module module;
	char *category, *title, *snippet, *language;
};

struct knowledge {
	const struct keymap *keymap;
	desk_id ticket_id;
	char *words;           /* NULL: suggestions */
	gboolean waiting;
	GPtrArray *hits;       /* struct hit */
	guint cursor, top;
	desk_id reading;       /* article; 0 = the list */
	struct lines lines;    /* of the article */
	guint line_top;
};

static struct knowledge *knowledge_of(const struct view *v)
{
	return v->state;
}

static void hit_free(gpointer p)
{
	struct hit *h = p;

	g_free(h->category);
	g_free(h->title);
	g_free(h->snippet);
	g_free(h->language);
	g_free(h);
}

static void knowledge_open(struct view *v)
{
	knowledge_of(v)->hits = g_ptr_array_new_with_free_func(hit_free);
	lines_init(&knowledge_of(v)->lines);
}

static void knowledge_close(struct view *v)
{
	g_ptr_array_unref(knowledge_of(v)->hits);
	lines_free(&knowledge_of(v)->lines);
	g_free(knowledge_of(v)->words);
}

void view_knowledge_setup(struct view *v, const struct keymap *km)
{
	knowledge_of(v)->keymap = km;
}

static void ask(struct view *v, desk_id ticket_id, const char *words)
{
	struct knowledge *k = knowledge_of(v);

	g_free(k->words);
	k->words = g_strdup(words);
	k->ticket_id = ticket_id;
	k->reading = 0;
	k->cursor = k->top = 0;
	g_ptr_array_set_size(k->hits, 0);
	k->waiting = ticket_id || words;
	v->todo |= TODO_PAINT;
}

void view_knowledge_ticket(struct view *v, desk_id ticket_id)
{
	if (knowledge_of(v)->ticket_id != ticket_id || knowledge_of(v)->words)
		ask(v, ticket_id, NULL); /* the line of suggestions asks the desk, once for both */
}

void view_knowledge_search(struct view *v, desk_id ticket_id, const char *words)
{
	ask(v, ticket_id, words && *words ? words : NULL);
	store_search(v->store, ticket_id, knowledge_of(v)->words);
}

void view_knowledge_read(struct view *v, desk_id article_id)
{
	struct knowledge *k = knowledge_of(v);

	k->reading = article_id;
	k->line_top = 0;
	v->todo |= TODO_RECALC | TODO_PAINT;
}

desk_id view_knowledge_at(const struct view *v, size_t i)
{
	const struct knowledge *k = knowledge_of(v);

	return i < k->hits->len ? ((struct hit *)k->hits->pdata[i])->id : 0;
}

desk_id view_knowledge_selected(const struct view *v)
{
	const struct knowledge *k = knowledge_of(v);

	return k->reading ? k->reading : view_knowledge_at(v, k->cursor);
}

static unsigned knowledge_changed(struct view *v, const struct store_note *note)
{
	struct knowledge *k = knowledge_of(v);
	desk_id ticket_id = 0;
	const char *text = NULL;
	const GPtrArray *hits;

	if (note->kind == STORE_ARTICLE && note->article_id == k->reading)
		return TODO_RECALC | TODO_PAINT;
	if (note->kind == STORE_TEMPLATES || (note->kind == STORE_TICKET && note->ticket_id == k->ticket_id))
		return TODO_PAINT;
	if (note->kind == STORE_CONNECTION && k->waiting) {
		if (store_connection(v->store, NULL, NULL) == BACKEND_ONLINE)
			store_search(v->store, k->ticket_id, k->words);
		return TODO_PAINT;
	}
	if (note->kind != STORE_HITS)
		return TODO_NOTHING;
	hits = store_hits(v->store, &ticket_id, &text);
	if (!hits || g_strcmp0(text, k->words) != 0 || (!text && ticket_id != k->ticket_id))
		return TODO_NOTHING;
	k->waiting = FALSE;
	g_ptr_array_set_size(k->hits, 0);
	for (guint i = 0; i < hits->len; i++) {
		const struct article_hit *from = hits->pdata[i];
		struct hit *h = g_new0(struct hit, 1);

		*h = (struct hit){.id = from->id, .version = from->version, .module = from->module,
		                  .category = g_strdup(from->category), .title = g_strdup(from->title),
		                  .snippet = g_strdup(from->snippet), .language = g_strdup(from->language)};
		g_ptr_array_add(k->hits, h);
	}
	k->cursor = MIN(k->cursor, k->hits->len ? k->hits->len - 1 : 0);
	return TODO_PAINT;
}

/* ---------------------------------------------------------------- article */

static void knowledge_recalc(struct view *v)
{
	struct knowledge *k = knowledge_of(v);
	const struct article *a = k->reading ? store_article(v->store, k->reading) : NULL;
	g_autofree char *category = a ? label_category_of(v->store, a->category) : NULL;
	char stamp[WHEN_SIZE];

	lines_clear(&k->lines, v->area.w - 2);
	if (!a)
		return;
	lines_wrap(&k->lines, 1, LOOK_TITLE, a->title);
	lines_wrapf(&k->lines, 1, LOOK_DIM, "%s%s%s, version %d by %s, %s", word_said(module_name(a->module)),
	            *category ? " > " : "", category,
	            a->version, a->author ? a->author : _("the desk"), when_full(a->at_ms, stamp, sizeof stamp));
	lines_wrapf(&k->lines, 1, LOOK_DIM, "used %" G_GINT64_FORMAT " times, helpful %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
	            a->used, a->helpful, a->helpful + a->unhelpful);
	if (a->state != ARTICLE_PUBLISHED)
		lines_wrapf(&k->lines, 1, LOOK_REFUSED, "This article is %s: it can't be sent.", word_said(article_state_name(a->state)));
	lines_blank(&k->lines);
	lines_wrap(&k->lines, 1, LOOK_TEXT, a->body);
}

static int body_rows(const struct view *v)
{
	return MAX(v->area.h - 1, 1);
}

static unsigned move(struct view *v, gint64 by)
{
	struct knowledge *k = knowledge_of(v);

	if (k->reading) {
		gint64 last = MAX((gint64)lines_count(&k->lines) - body_rows(v), 0);

		k->line_top = (guint)CLAMP((gint64)k->line_top + by, 0, last);
	} else {
		k->cursor = (guint)CLAMP((gint64)k->cursor + by, 0, k->hits->len ? (gint64)k->hits->len - 1 : 0);
	}
	return TODO_PAINT;
}

static gboolean knowledge_click(struct view *v, int y, int x)
{
	struct knowledge *k = knowledge_of(v);
	guint i = k->top + (guint)(MAX(y, 1) - 1) / 2, before = k->cursor;

	(void)x;
	if (k->reading || y < 1 || i >= k->hits->len)
		return FALSE;
	k->cursor = i;
	return i == before;
}

static unsigned read_article(struct view *v)
{
	struct knowledge *k = knowledge_of(v);

	if (k->reading || !k->hits->len)
		return k->reading ? TODO_NOTHING : TODO_PAINT;
	k->reading = view_knowledge_at(v, k->cursor);
	k->line_top = 0;
	return TODO_RECALC | TODO_PAINT;
}

static unsigned knowledge_act(struct view *v, enum action act, const char *arg, int count)
{
	struct knowledge *k = knowledge_of(v);
	gint64 by;

	if (action_moves(act, count, k->reading ? MAX(body_rows(v) - 1, 1) : MAX(body_rows(v) / 2, 1), &by))
		return move(v, by);
	switch (act) {
	case ACTION_OPEN:
		return arg && *arg ? TODO_UNKNOWN : read_article(v);
	case ACTION_CLOSE:
		if (!k->reading)
			return TODO_UNKNOWN;
		k->reading = 0;
		return TODO_RECALC | TODO_PAINT;
	default:
		return TODO_UNKNOWN;
	}
}

/* ---------------------------------------------------------------- painting */

static void paint_hit(const struct view *v, const struct canvas *c, int y, guint i)
{
	const struct knowledge *k = knowledge_of(v);
	const struct hit *h = k->hits->pdata[i];
	gboolean cursor = i == k->cursor && v->focused;
	g_autofree char *category = label_category_of(v->store, h->category);
	int x = 2;

	if (cursor)
		canvas_mark(c, y, 0, LOOK_CURSOR, GLYPH_CURSOR);
	if (!k->words && i < 3)
		x += draw_format(c, y, x, -1, LOOK_KEY, "%u ", i + 1);
	draw_raw(c, y, x, c->area.w - x - 1, cursor ? LOOK_TITLE : LOOK_TEXT, h->title);
	if (y + 1 < c->area.h)
		draw_format(c, y + 1, 4, c->area.w - 5, LOOK_DIM, "%s%s%s: %s", word_said(module_name(h->module)),
		            *category ? " > " : "", category, h->snippet ? h->snippet : "");
}

static const char *waiting_words(const struct view *v)
{
	if (store_connection(v->store, NULL, NULL) == BACKEND_OFFLINE)
		return _("Offline: the search goes on when the desk is back.");
	return _("searching...");
}

static int paint_hits(const struct view *v, const struct canvas *c)
{
	struct knowledge *k = knowledge_of(v);
	guint fits = (guint)MAX((c->area.h - 1) / 2, 1);
	int y = 1;

	if (k->cursor < k->top)
		k->top = k->cursor;
	if (k->cursor >= k->top + fits)
		k->top = k->cursor - fits + 1;
	if (!k->hits->len)
		draw_raw(c, y, 2, c->area.w - 3, LOOK_DIM, k->waiting ? waiting_words(v) : k->words ? _("Nothing found; try other words.") :
		         k->ticket_id ? _("No article fits yet.") : _("Opens with a ticket."));
	for (guint i = k->top; i < k->hits->len && y < c->area.h; i++, y += 2)
		paint_hit(v, c, y, i);
	return k->hits->len ? y : y + 1;
}

/* What is left of the pane shows the templates that fit. */
static void paint_templates(const struct view *v, const struct canvas *c, int y)
{
	const struct knowledge *k = knowledge_of(v);
	const struct ticket *t = k->ticket_id ? store_ticket(v->store, k->ticket_id) : NULL;
	g_autoptr(GPtrArray) fit = NULL;
	char key[64];

	if (!t || c->area.h - y < 4)
		return;
	fit = templates_fitting(v->store, t, 0);
	canvas_hline(c, y, 0, c->area.w, LOOK_BORDER);
	draw_format(c, y, 2, -1, LOOK_HEADING, " templates %s ",
	            label_key(k->keymap, "conversation", ACTION_TEMPLATE, key, sizeof key));
	for (guint i = 0; i < fit->len && ++y < c->area.h; i++) {
		const struct template *tpl = fit->pdata[i];
		int x = 2 + draw_raw(c, y, 2, c->area.w - 16, LOOK_TEXT, tpl->title ? tpl->title : tpl->name);

		draw_raw(c, y, MAX(x + 1, c->area.w - 12), 11, LOOK_DIM, word_said(part_name(tpl->part)));
	}
}

static void knowledge_paint(struct view *v, const struct canvas *c)
{
	struct knowledge *k = knowledge_of(v);

	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	canvas_hline(c, 0, 0, c->area.w, v->focused ? LOOK_BORDER_FOCUS : LOOK_BORDER);
	if (k->words)
		draw_format(c, 0, 2, c->area.w - 4, LOOK_TITLE, " knowledge: %s ", k->words);
	else
		draw_words(c, 0, 2, c->area.w - 4, LOOK_TITLE, " knowledge that fits ");
	if (!k->reading) {
		paint_templates(v, c, paint_hits(v, c));
		return;
	}
	k->line_top = MIN(k->line_top, lines_count(&k->lines) ? lines_count(&k->lines) - 1 : 0);
	if (lines_count(&k->lines))
		lines_paint(&k->lines, c, 1, c->area.h - 1, k->line_top);
	else
		draw_words(c, 1, 2, -1, LOOK_DIM, "fetching the article...");
}

const struct view_ops view_knowledge_ops = {
	.context = "knowledge", .state_size = sizeof(struct knowledge), .open = knowledge_open, .close = knowledge_close,
	.changed = knowledge_changed, .act = knowledge_act, .recalc = knowledge_recalc, .paint = knowledge_paint,
	.click = knowledge_click,
};
