/* The last line: keys from the live keymap, a message, or what can follow a prefix. */
#include "tui/view_footer.h"

#include <string.h>
#include "tui/draw.h"

struct footer {
	const struct keymap *keymap;
	const char *context;
	char *sentence;
	gboolean bad;
	stroke seq[KEYMAP_MAX_SEQ];
	size_t seq_len;
};

/* What is worth showing where, in order of worth. */
struct footer_hint { enum action action; const char *word; };
static const struct footer_hint queue_hints[] = {
	{ACTION_OPEN, "open"}, {ACTION_NEXT_BEST, "next best"}, {ACTION_CLAIM, "claim"}, {ACTION_REPLY, "reply"},
	{ACTION_ESCALATE, "escalate"}, {ACTION_FILTER, "filter"}, {ACTION_VIEW, "view"}, {ACTION_COMMAND, "command"},
	{ACTION_HELP, "keys"}, {ACTION_NONE, NULL},
};
static const struct footer_hint conversation_hints[] = {
	{ACTION_REPLY, "reply"}, {ACTION_NOTE, "note"}, {ACTION_KNOWLEDGE, "knowledge"}, {ACTION_ESCALATE, "escalate"},
	{ACTION_STATUS, "status"}, {ACTION_SOLVE, "solve"}, {ACTION_COMMAND, "command"}, {ACTION_HELP, "keys"},
	{ACTION_FOCUS_NEXT, "pane"}, {ACTION_NONE, NULL},
};
static const struct footer_hint composer_hints[] = {
	{ACTION_SEND, "send"}, {ACTION_CLOSE, "leave, draft kept"}, {ACTION_TEMPLATE, "template"},
	{ACTION_KNOWLEDGE, "knowledge"}, {ACTION_SUGGESTION_1, "insert 1"}, {ACTION_NOTE, "note"}, {ACTION_REPLY, "reply"},
	{ACTION_NONE, NULL},
};
static const struct footer_hint knowledge_hints[] = {
	{ACTION_OPEN, "read"}, {ACTION_INSERT, "insert"}, {ACTION_KNOWLEDGE, "search"}, {ACTION_CLOSE, "back"},
	{ACTION_HELP, "keys"}, {ACTION_NONE, NULL},
};
static const struct footer_hint files_hints[] = {
	{ACTION_VIEW_FILE, "read"}, {ACTION_SAVE_FILE, "save"}, {ACTION_OPEN_FILE, "open"}, {ACTION_CLOSE, "back"},
	{ACTION_HELP, "keys"}, {ACTION_NONE, NULL},
};
static const struct footer_hint help_hints[] = {
	{ACTION_PAGE_DOWN, "next page"}, {ACTION_CLOSE, "back"}, {ACTION_NONE, NULL},
};
static const struct footer_hint details_hints[] = {
	{ACTION_OPEN, "change"}, {ACTION_REMOVE, "remove"}, {ACTION_INTAKE, "ask what is missing"},
	{ACTION_CLOSE, "back"}, {ACTION_HELP, "keys"}, {ACTION_NONE, NULL},
};
static const struct footer_hint list_hints[] = {
	{ACTION_OPEN, "choose"}, {ACTION_CLOSE, "back"}, {ACTION_NONE, NULL},
};
static const struct {
	const char *context;
	const struct footer_hint *hints;
} hints_of[] = {
	{"queue", queue_hints}, {"conversation", conversation_hints}, {"composer", composer_hints},
	{"knowledge", knowledge_hints}, {"list", list_hints}, {"help", help_hints}, {"prompt", list_hints},
	{"details", details_hints}, {"files", files_hints}, {"text", help_hints},
};

static struct footer *footer_of(const struct view *v)
{
	return v->state;
}

void view_footer_setup(struct view *v, const struct keymap *km)
{
	footer_of(v)->keymap = km;
	footer_of(v)->context = "queue";
}

void view_footer_context(struct view *v, const char *context)
{
	if (strcmp(footer_of(v)->context, context) == 0)
		return;
	footer_of(v)->context = context;
	v->todo |= TODO_PAINT;
}

void view_footer_say(struct view *v, const char *sentence, gboolean bad)
{
	struct footer *f = footer_of(v);

	if (!sentence && !f->sentence)
		return;
	g_free(f->sentence);
	f->sentence = g_strdup(sentence);
	f->bad = bad;
	v->todo |= TODO_PAINT;
}

void view_footer_prefix(struct view *v, const stroke *seq, size_t len)
{
	struct footer *f = footer_of(v);

	if (!len && !f->seq_len)
		return;
	f->seq_len = MIN(len, KEYMAP_MAX_SEQ);
	for (size_t i = 0; i < f->seq_len; i++)
		f->seq[i] = seq[i];
	v->todo |= TODO_PAINT;
}

static void footer_close(struct view *v)
{
	g_free(footer_of(v)->sentence);
}

static int paint_hint(const struct canvas *c, int x, const char *key, const char *word)
{
	int need = draw_cols(key) + 1 + draw_cols(word);

	if (!*key || x + need > c->area.w - 1)
		return x;
	x += draw_raw(c, 0, x, -1, LOOK_KEY, key) + 1;
	return x + draw_raw(c, 0, x, -1, LOOK_DIM, word) + 2;
}

struct continuations {
	const struct footer *f;
	const struct canvas *c;
	int x;
};

static void paint_continuation(const struct binding *b, void *arg)
{
	struct continuations *k = arg;
	const struct footer *f = k->f;
	const struct action_info *info = action_info(b->action);
	g_autofree char *rest = NULL;
	g_autofree char *words = NULL;

	if (b->len <= f->seq_len || memcmp(b->seq, f->seq, f->seq_len * sizeof *f->seq) != 0 || !info)
		return;
	if (strcmp(b->context, f->context) != 0 && strcmp(b->context, "all") != 0)
		return;
	rest = keymap_seq_name(b->seq + f->seq_len, b->len - f->seq_len);
	words = g_strdup_printf("%s%s%s", info->name, *b->arg ? " " : "", b->arg);
	k->x = paint_hint(k->c, k->x, rest, words);
}

static void paint_keys(const struct footer *f, const struct canvas *c)
{
	const struct footer_hint *h = conversation_hints;
	char key[64];
	int x = 1;

	for (size_t i = 0; i < G_N_ELEMENTS(hints_of); i++)
		if (strcmp(hints_of[i].context, f->context) == 0)
			h = hints_of[i].hints;
	for (; h->word && f->keymap; h++)
		x = paint_hint(c, x, label_key(f->keymap, f->context, h->action, key, sizeof key), h->word);
}

static void footer_paint(struct view *v, const struct canvas *c)
{
	const struct footer *f = footer_of(v);

	canvas_fill(c, (struct rect){.h = 1, .w = c->area.w}, LOOK_TEXT);
	if (f->seq_len) {
		g_autofree char *name = keymap_seq_name(f->seq, f->seq_len);
		struct continuations k = {.f = f, .c = c, .x = 1};

		k.x += draw_raw(c, 0, 1, -1, LOOK_KEY, name) + 2;
		keymap_each(f->keymap, paint_continuation, &k);
	} else if (f->sentence) {
		draw_raw(c, 0, 1, c->area.w - 2, f->bad ? LOOK_STATUS_ERROR : LOOK_STATUS, f->sentence);
	} else {
		paint_keys(f, c);
	}
}

const struct view_ops view_footer_ops = {
	.context = "all", .state_size = sizeof(struct footer), .close = footer_close, .paint = footer_paint,
};
