/* Lists that open while one writes. */
#include "tui/composer_inline.h"

#include <string.h>
#include "base/say.h"
#include "tui/composer_inner.h"
#include "tui/draw.h"
#include "tui/templates.h"
#include "wire/said.h"

#define LIST_ROWS 5
#define WORD_MAX 64     /* bytes */
#define ASK_AFTER_MS 150

/* ---------------------------------------------------------------- what is typed (pure) */

static gboolean is_chinese_before(const char *text, size_t at)
{
	const char *p = at ? g_utf8_find_prev_char(text, text + at) : NULL;
	gunichar c = p ? g_utf8_get_char_validated(p, (gssize)(text + at - p)) : 0;

	return c >= 0x2e80 && c < 0x110000;
}

/* Inside `...` on this line, or in a block of ```. */
static gboolean in_code(const char *text, size_t at)
{
	gboolean fenced = FALSE;
	size_t line = 0;
	int ticks = 0;

	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			line = i + 1;
			ticks = 0;
		} else if (i == line && at - i >= 3 && strncmp(text + i, "```", 3) == 0) {
			fenced = !fenced;
			i += 2;
		} else if (text[i] == '`') {
			ticks++;
		}
	}
	return fenced || ticks % 2;
}

static gboolean word_byte(enum inline_kind kind, char c)
{
	if ((unsigned char)c >= 0x80 || g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.')
		return TRUE;
	return kind == INLINE_KNOWLEDGE && c == ' ';
}

static enum inline_kind kind_at(const char *s)
{
	if (s[0] != s[1])
		return INLINE_NONE;
	return *s == ':' ? INLINE_TEMPLATE : *s == '?' ? INLINE_KNOWLEDGE : *s == '@' ? INLINE_MENTION : INLINE_NONE;
}

static gboolean may_begin(const char *text, size_t at, enum inline_kind kind)
{
	if (!at || text[at - 1] == ' ' || text[at - 1] == '\n' || text[at - 1] == '\t')
		return TRUE;
	return kind != INLINE_KNOWLEDGE && is_chinese_before(text, at);
}

enum inline_kind inline_find(const char *text, size_t cursor, size_t *from, size_t *word)
{
	size_t least = cursor > WORD_MAX ? cursor - WORD_MAX : 0;

	for (size_t at = cursor; at >= least + 2; at--) {
		enum inline_kind kind = kind_at(text + at - 2);
		size_t i;

		if (kind == INLINE_NONE || at == cursor || text[at] == ' ' || text[at] == text[at - 1])
			continue;
		for (i = at; i < cursor && word_byte(kind, text[i]) && !(text[i] == ' ' && text[i - 1] == ' '); i++)
			;
		if (i < cursor || !may_begin(text, at - 2, kind) || in_code(text, at - 2))
			continue;
		*from = at - 2;
		*word = at;
		return kind;
	}
	return INLINE_NONE;
}

/* As a subsequence: how many of its letters begin a word. */
static int scattered(const char *word, const char *in)
{
	int score = 0;
	const char *at = in;

	for (const char *p = word; *p; p = g_utf8_next_char(p)) {
		const char *hit = at;

		while (*hit && g_utf8_get_char(hit) != g_utf8_get_char(p))
			hit = g_utf8_next_char(hit);
		if (!*hit)
			return -1;
		score += hit == in || hit[-1] == '-' || hit[-1] == ' ' || hit[-1] == '.' ? 3 : 1;
		at = g_utf8_next_char(hit);
	}
	return score;
}

int inline_score(const char *word, const char *name, const char *title)
{
	if (g_str_has_prefix(name, word))
		return 4000;
	if (g_str_has_prefix(title, word))
		return 3000;
	if (strstr(name, word))
		return 2000;
	if (strstr(title, word))
		return 1000;
	return scattered(word, name);
}

/* ---------------------------------------------------------------- the list */

struct entry {
	char *label, *detail, *word;
	desk_id id;
	int score;
};

struct inline_list {
	struct view *composer;
	const struct edit *edit;  /* whose text it belongs to */
	enum inline_kind kind;    /* NONE: closed */
	size_t from, word, cursor;
	GPtrArray *entries;       /* struct entry, best first */
	guint marked;
	gboolean dismissed;       /* by Escape, until another begins */
	const struct edit *dismissed_edit;
	size_t dismissed_from;
	guint timer;
	char *asked;              /* words of the search under way or answered; NULL none */
	enum inline_kind taken;
	desk_id taken_id;
};

static void entry_free(void *p)
{
	struct entry *e = p;

	g_free(e->label);
	g_free(e->detail);
	g_free(e->word);
	g_free(e);
}

static struct inline_list *list_of(const struct view *composer)
{
	return composer_of(composer)->list;
}

static struct inline_list *list_needed(struct view *composer)
{
	struct composer *k = composer_of(composer);

	if (!k->list) {
		k->list = g_new0(struct inline_list, 1);
		k->list->composer = composer;
		k->list->entries = g_ptr_array_new_with_free_func(entry_free);
	}
	return k->list;
}

/* Both panes are painted anew, and the places of both found. */
static void touch(const struct inline_list *l)
{
	struct view *shown = composer_of(l->composer)->list_view;

	l->composer->todo |= TODO_REFLOW | TODO_PAINT;
	if (shown)
		shown->todo |= TODO_PAINT;
}

static void stop_timer(struct inline_list *l)
{
	if (l->timer)
		g_source_remove(l->timer);
	l->timer = 0;
}

void composer_list_free(struct view *composer)
{
	struct inline_list *l = list_of(composer);

	if (!l)
		return;
	stop_timer(l);
	g_ptr_array_unref(l->entries);
	g_free(l->asked);
	g_free(l);
	composer_of(composer)->list = NULL;
}

static void close_list(struct inline_list *l)
{
	if (l->kind == INLINE_NONE)
		return;
	stop_timer(l);
	l->kind = INLINE_NONE;
	g_ptr_array_set_size(l->entries, 0);
	g_clear_pointer(&l->asked, g_free);
	touch(l);
}

int composer_list_rows(const struct view *composer)
{
	const struct inline_list *l = list_of(composer);

	if (!l || l->kind == INLINE_NONE || l->edit != composer_of(composer)->now || !composer->focused)
		return 0;
	return (int)MIN(l->entries->len, LIST_ROWS);
}

/* ---------------------------------------------------------------- what it offers */

static gint by_score(gconstpointer a, gconstpointer b)
{
	return (*(struct entry *const *)b)->score - (*(struct entry *const *)a)->score;
}

/* Label and detail are taken. */
static void add(GPtrArray *to, char *label, char *detail, const char *word, desk_id id, int score)
{
	struct entry *e = g_new0(struct entry, 1);

	e->label = label;
	e->detail = detail;
	e->word = g_strdup(word);
	e->id = id;
	/* the order it was found in decides between equals */
	e->score = score * 1000 - (int)MIN(to->len, 999);
	g_ptr_array_add(to, e);
}

static void offer_templates(struct inline_list *l, const char *word)
{
	const struct view *v = l->composer;
	const struct edit *e = composer_of(v)->now;
	g_autoptr(GPtrArray) fit = templates_fitting(v->store, store_ticket(v->store, e->ticket_id), 0);

	for (guint i = 0; i < fit->len; i++) {
		const struct template *t = fit->pdata[i];
		g_autofree char *name = text_fold(t->name, -1), *title = text_fold(t->title ? t->title : "", -1);
		int score = inline_score(word, name, title);

		if (score >= 0)
			add(l->entries, g_strdup(t->title ? t->title : t->name),
			    g_strdup_printf("%s  %s %s", t->name, word_said(part_name(t->part)), language_said(t->language)), t->name,
			    t->id, score);
	}
	g_ptr_array_sort(l->entries, by_score);
}

static void offer_people(struct inline_list *l, const char *word)
{
	const struct session *s = store_session(l->composer->store);

	for (guint i = 0; s && i < s->people->len; i++) {
		const struct person *p = s->people->pdata[i];
		g_autofree char *name = text_fold(p->name, -1), *title = text_fold(p->display ? p->display : "", -1);
		int score = inline_score(word, name, title);

		if (score >= 0)
			add(l->entries, g_strdup(p->display ? p->display : p->name),
			    g_strdup_printf("@%s  %s", p->name, word_said(role_name(p->role))), p->name, p->id, score);
	}
	g_ptr_array_sort(l->entries, by_score);
}

struct asking {
	struct view *composer;
	char *words;
};

static void asking_free(void *p)
{
	struct asking *a = p;

	g_free(a->words);
	g_free(a);
}

static void hits_came(struct answer *answer, const GError *error, void *arg)
{
	const struct asking *a = arg;
	struct inline_list *l = list_of(a->composer);

	if (!error && l && l->kind == INLINE_KNOWLEDGE && g_strcmp0(l->asked, a->words) == 0) {
		g_ptr_array_set_size(l->entries, 0);
		for (guint i = 0; answer->hits && i < answer->hits->len && i < LIST_ROWS; i++) {
			const struct article_hit *hit = answer->hits->pdata[i];

			add(l->entries, g_strdup(hit->title), g_strdup(hit->category), NULL, hit->id, 0);
		}
		l->marked = 0;
		touch(l);
	}
	answer_free(answer);
}

static gboolean ask_now(gpointer arg)
{
	struct inline_list *l = arg;
	struct asking *a = g_new0(struct asking, 1);
	struct query q;

	l->timer = 0;
	a->composer = l->composer;
	a->words = g_strdup(l->asked);
	query_init(&q, QUERY_KNOWLEDGE);
	q.text = g_strdup(l->asked);
	q.limit = LIST_ROWS;
	store_lookup(l->composer->store, &q, hits_came, a, asking_free);
	query_clear(&q);
	return G_SOURCE_REMOVE;
}

static void ask_articles(struct inline_list *l, const char *words)
{
	if (g_strcmp0(l->asked, words) == 0)
		return;
	g_free(l->asked);
	l->asked = g_strdup(words);
	stop_timer(l);
	l->timer = g_timeout_add(ASK_AFTER_MS, ask_now, l);
}

/* ---------------------------------------------------------------- following the text */

static gboolean was_dismissed(const struct inline_list *l, const struct edit *e, size_t from)
{
	return l->dismissed && l->dismissed_edit == e && l->dismissed_from == from;
}

static void open_list(struct inline_list *l, const struct edit *e, enum inline_kind kind, size_t from, size_t word,
                      size_t cursor)
{
	g_autofree char *raw = g_strndup(lineedit_text(e->line) + word, cursor - word);
	g_autofree char *folded = text_fold(raw, -1);

	if (l->kind != kind || l->edit != e || l->from != from)
		g_clear_pointer(&l->asked, g_free);
	if (kind != INLINE_KNOWLEDGE || !l->asked)
		g_ptr_array_set_size(l->entries, 0);
	l->kind = kind;
	l->edit = e;
	l->from = from;
	l->word = word;
	l->cursor = cursor;
	l->marked = 0;
	if (kind == INLINE_TEMPLATE)
		offer_templates(l, folded);
	else if (kind == INLINE_MENTION)
		offer_people(l, folded);
	else
		ask_articles(l, g_strstrip(raw));
}

void composer_list_update(struct view *composer)
{
	const struct edit *e = composer_of(composer)->now;
	size_t cursor = e ? lineedit_cursor(e->line) : 0, from = 0, word = 0;
	enum inline_kind kind = e ? inline_find(lineedit_text(e->line), cursor, &from, &word) : INLINE_NONE;
	struct inline_list *l = list_of(composer);

	if (kind == INLINE_MENTION && e->kind != MESSAGE_NOTE)
		kind = INLINE_NONE; /* nobody at the desk is told by what customers read */
	if (kind == INLINE_NONE) {
		if (l)
			l->dismissed = FALSE;
		if (l)
			close_list(l);
		return;
	}
	l = list_needed(composer);
	if (was_dismissed(l, e, from)) {
		close_list(l);
		return;
	}
	l->dismissed = FALSE;
	open_list(l, e, kind, from, word, cursor);
	touch(l);
}

/* ---------------------------------------------------------------- keys */

gboolean composer_list_takes(const struct view *composer, stroke key)
{
	if (!composer_list_rows(composer))
		return FALSE;
	switch (key) {
	case STROKE_ENTER: case STROKE_TAB: case STROKE_ESCAPE: case STROKE_UP: case STROKE_DOWN:
	case STROKE_CTRL | 'n': case STROKE_CTRL | 'p':
		return TRUE;
	default:
		return FALSE;
	}
}

static void replace(struct view *composer, size_t from, size_t to, const char *with)
{
	struct edit *e = composer_of(composer)->now;
	const char *text = lineedit_text(e->line);
	g_autofree char *all = g_strdup_printf("%.*s%s%s", (int)from, text, with, text + to);

	lineedit_set(e->line, all);
	lineedit_move(e->line, from + strlen(with));
	composer_keep(composer);
	composer->todo |= TODO_REFLOW | TODO_PAINT;
}

static void take(struct view *composer)
{
	struct inline_list *l = list_of(composer);
	const struct entry *e = l->entries->pdata[MIN(l->marked, l->entries->len - 1)];
	g_autofree char *name = l->kind == INLINE_MENTION ? g_strdup_printf("@%s ", e->word) : g_strdup("");
	enum inline_kind kind = l->kind;
	desk_id id = e->id;

	replace(composer, l->from, l->cursor, name);
	close_list(l);
	if (kind == INLINE_MENTION)
		return;
	l->taken = kind;
	l->taken_id = id;
}

gboolean composer_list_key(struct view *composer, const struct input_event *ev)
{
	struct inline_list *l = list_of(composer);
	guint n = (guint)composer_list_rows(composer);

	if (ev->kind != INPUT_STROKE || !composer_list_takes(composer, ev->stroke))
		return FALSE;
	switch (ev->stroke) {
	case STROKE_ENTER: case STROKE_TAB:
		take(composer);
		break;
	case STROKE_ESCAPE:
		l->dismissed = TRUE;
		l->dismissed_edit = l->edit;
		l->dismissed_from = l->from;
		close_list(l);
		break;
	case STROKE_UP: case STROKE_CTRL | 'p':
		l->marked = (l->marked + n - 1) % n;
		break;
	default:
		l->marked = (l->marked + 1) % n;
		break;
	}
	touch(l);
	return TRUE;
}

enum inline_kind composer_list_taken(struct view *composer, desk_id *id)
{
	struct inline_list *l = list_of(composer);
	enum inline_kind kind = l ? l->taken : INLINE_NONE;

	if (kind == INLINE_NONE)
		return INLINE_NONE;
	*id = l->taken_id;
	l->taken = INLINE_NONE;
	return kind;
}

/* ---------------------------------------------------------------- its pane */

struct list_pane {
	struct view *composer;
};

void composer_list_setup(struct view *list, struct view *composer)
{
	((struct list_pane *)list->state)->composer = composer;
	composer_of(composer)->list_view = list;
}

static void list_paint(struct view *v, const struct canvas *c)
{
	const struct list_pane *pane = v->state;
	const struct inline_list *l = pane->composer ? list_of(pane->composer) : NULL;
	int rows = pane->composer ? MIN(composer_list_rows(pane->composer), c->area.h) : 0;
	guint marked = rows ? MIN(l->marked, (guint)rows - 1) : 0;

	canvas_fill(c, (struct rect){.h = c->area.h, .w = c->area.w}, LOOK_TEXT);
	for (int y = 0; y < rows; y++) {
		const struct entry *e = l->entries->pdata[y];
		gboolean cursor = (guint)y == marked;
		int half = MAX(c->area.w * 2 / 5, 20), x;

		if (cursor)
			canvas_glyph(c, y, 0, LOOK_CURSOR, GLYPH_CURSOR);
		x = 2 + draw_raw(c, y, 2, half - 3, cursor ? LOOK_TITLE : LOOK_TEXT, e->label);
		if (e->detail)
			draw_raw(c, y, MAX(x + 2, half), c->area.w - MAX(x + 2, half) - 1, LOOK_DIM, e->detail);
	}
}

const struct view_ops composer_list_ops = {
	.context = "composer", .state_size = sizeof(struct list_pane), .paint = list_paint,
};
