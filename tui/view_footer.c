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
	{ACTION_OPEN, NC_("hint", "open")}, {ACTION_NEXT_BEST, NC_("hint", "next best")},
	{ACTION_CLAIM, NC_("hint", "claim")}, {ACTION_REPLY, NC_("hint", "reply")},
	{ACTION_ESCALATE, NC_("hint", "escalate")}, {ACTION_FILTER, NC_("hint", "filter")},
	{ACTION_VIEW, NC_("hint", "view")}, {ACTION_COMMAND, NC_("hint", "command")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint conversation_hints[] = {
	{ACTION_REPLY, NC_("hint", "reply")}, {ACTION_NOTE, NC_("hint", "note")},
	{ACTION_KNOWLEDGE, NC_("hint", "knowledge")}, {ACTION_ESCALATE, NC_("hint", "escalate")},
	{ACTION_STATUS, NC_("hint", "status")}, {ACTION_SOLVE, NC_("hint", "solve")},
	{ACTION_COMMAND, NC_("hint", "command")}, {ACTION_HELP, NC_("hint", "keys")},
	{ACTION_FOCUS_NEXT, NC_("hint", "pane")}, {ACTION_NONE, NULL},
};
static const struct footer_hint composer_hints[] = {
	{ACTION_SEND, NC_("hint", "send")}, {ACTION_CLOSE, NC_("hint", "leave, draft kept")},
	{ACTION_TEMPLATE, NC_("hint", "template")}, {ACTION_KNOWLEDGE, NC_("hint", "knowledge")},
	{ACTION_SUGGESTION_1, NC_("hint", "insert 1")}, {ACTION_NOTE, NC_("hint", "note")},
	{ACTION_REPLY, NC_("hint", "reply")}, {ACTION_NONE, NULL},
};
static const struct footer_hint knowledge_hints[] = {
	{ACTION_OPEN, NC_("hint", "read")}, {ACTION_INSERT, NC_("hint", "insert")},
	{ACTION_KNOWLEDGE, NC_("hint", "search")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint files_hints[] = {
	{ACTION_VIEW_FILE, NC_("hint", "read")}, {ACTION_SAVE_FILE, NC_("hint", "save")},
	{ACTION_OPEN_FILE, NC_("hint", "open")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint help_hints[] = {
	{ACTION_PAGE_DOWN, NC_("hint", "next page")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_NONE, NULL},
};
static const struct footer_hint details_hints[] = {
	{ACTION_OPEN, NC_("hint", "change")}, {ACTION_REMOVE, NC_("hint", "remove")},
	{ACTION_INTAKE, NC_("hint", "ask what is missing")}, {ACTION_CLOSE, NC_("hint", "back")},
	{ACTION_HELP, NC_("hint", "keys")}, {ACTION_NONE, NULL},
};
static const struct footer_hint list_hints[] = {
	{ACTION_OPEN, NC_("hint", "choose")}, {ACTION_CLOSE, NC_("hint", "back")}, {ACTION_NONE, NULL},
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
		x = paint_hint(c, x, label_key(f->keymap, f->context, h->action, key, sizeof key),
		               say_ctx("hint", h->word));
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
