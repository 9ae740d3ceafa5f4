/* Strokes to actions: reading key files and looking strokes up. */
#include "tui/keymap.h"

#include <stdint.h>
#include <string.h>
#include "base/ini.h"
#include "tui/builtin.h"
#include "base/say.h"

const char *const keymap_contexts[] = {
	"all", "queue", "conversation", "knowledge", "details", "problem", "files", "clocks", "text", "list", "composer",
	"sheet", "prompt", "help", NULL,
};
const char *const keymap_names[] = {"default", "vi", "emacs", NULL};
#define BOUND_BY_HAND "bind" /* stands for a file */

struct keymap {
	const char *name;
	GArray *bindings;    /* struct binding, one for each context and sequence */
	GStringChunk *words; /* args and file names */
};

struct reading {
	const struct ini *ini;
	struct keymap *km;
	GArray *bindings;
	GString *errors;
	int line;            /* 0: the entries' own */
};

static int context_rank(const char *name)
{
	for (int i = 0; keymap_contexts[i]; i++)
		if (strcmp(keymap_contexts[i], name) == 0)
			return i;
	return -1;
}

static gboolean same_start(const struct binding *b, const stroke *seq, size_t len)
{
	return b->len >= len && memcmp(b->seq, seq, len * sizeof(*seq)) == 0;
}

/* A later line replaces an earlier one for the same keys. */
static void put_binding(GArray *all, const struct binding *b)
{
	for (guint i = 0; i < all->len; i++) {
		struct binding *old = &g_array_index(all, struct binding, i);
		if (old->context == b->context && old->len == b->len && same_start(old, b->seq, b->len)) {
			*old = *b;
			return;
		}
	}
	g_array_append_vals(all, b, 1);
}

static gboolean read_strokes(const struct reading *r, const struct ini_entry *e, struct binding *b)
{
	g_auto(GStrv) words = g_strsplit_set(e->key, " \t", -1);

	for (char **w = words; *w; w++) {
		g_autoptr(GError) error = NULL;

		if (**w == '\0')
			continue;
		if (b->len == KEYMAP_MAX_SEQ) {
			ini_complain(r->ini, e, r->errors, "more than %d strokes", KEYMAP_MAX_SEQ);
			return FALSE;
		}
		b->seq[b->len] = stroke_parse(*w, strlen(*w), &error);
		if (error) {
			ini_complain(r->ini, e, r->errors, "%s", error->message);
			return FALSE;
		}
		b->len++;
	}
	return b->len > 0;
}

static gboolean read_action(const struct reading *r, const struct ini_entry *e, struct binding *b)
{
	size_t len = strcspn(e->value, " \t");
	const char *arg = e->value + len + strspn(e->value + len, " \t");
	const struct action_info *info;

	b->arg = "";
	if (strcmp(e->value, "none") == 0)
		return TRUE;
	b->action = action_by_name(e->value, len);
	info = action_info(b->action);
	if (!info) {
		ini_complain(r->ini, e, r->errors, "there is no action \"%.*s\"", (int)len, e->value);
		return FALSE;
	}
	if (*arg && !*info->args) {
		ini_complain(r->ini, e, r->errors, "%s takes no argument", info->name);
		return FALSE;
	}
	b->arg = g_string_chunk_insert_const(r->km->words, arg);
	return TRUE;
}

static void read_entry(const struct reading *r, const struct ini_entry *e)
{
	struct binding b = {.line = r->line ? r->line : e->line};
	int rank = context_rank(e->section);

	if (rank < 0) {
		ini_complain(r->ini, e, r->errors, *e->section ? "there is no context [%s]"
		                                               : N_("a key before the first [context]%s"), e->section);
		return;
	}
	b.context = keymap_contexts[rank];
	b.file = g_string_chunk_insert_const(r->km->words, ini_name(r->ini));
	if (read_strokes(r, e, &b) && read_action(r, e, &b))
		put_binding(r->bindings, &b);
}

static void find_conflicts(const struct reading *r)
{
	GArray *all = r->bindings;

	for (guint i = 0; i < all->len; i++)
		for (guint k = 0; k < all->len; k++) {
			const struct binding *a = &g_array_index(all, struct binding, i);
			const struct binding *b = &g_array_index(all, struct binding, k);

			if (a->context != b->context || a->len >= b->len || !same_start(b, a->seq, a->len) ||
			    a->action == ACTION_NONE || b->action == ACTION_NONE)
				continue;
			g_autofree char *key = keymap_seq_name(a->seq, a->len);
			g_autofree char *longer = keymap_seq_name(b->seq, b->len);
			g_string_append_printf(r->errors, _("%s:%d: \"%s\" in [%s] is also the beginning of \"%s\" (%s:%d)\n"),
			                       a->file, a->line, key, a->context, longer, b->file, b->line);
		}
}

static int by_place(gconstpointer pa, gconstpointer pb)
{
	const struct binding *a = pa, *b = pb;
	int order = context_rank(a->context) - context_rank(b->context);

	if (order == 0)
		order = strcmp(a->file, b->file);
	return order ? order : a->line - b->line;
}

static gboolean read_all(struct keymap *km, const struct ini *ini, int line, GError **error)
{
	struct reading r = {.ini = ini, .km = km, .errors = g_string_new(NULL), .line = line};
	gboolean good;

	r.bindings = g_array_copy(km->bindings);
	for (size_t i = 0; i < ini_count(ini); i++)
		read_entry(&r, ini_at(ini, i));
	find_conflicts(&r);
	good = r.errors->len == 0;
	if (good) {
		g_array_sort(r.bindings, by_place);
		g_array_unref(km->bindings);
		km->bindings = r.bindings;
	} else {
		desk_fail(error, DESK_INVALID, "%s", g_strchomp(r.errors->str));
		g_array_unref(r.bindings);
	}
	g_string_free(r.errors, TRUE);
	return good;
}

static void put_builtin(struct keymap *km, const char *name)
{
	g_autofree char *file = g_strdup_printf("%s.keys", name);
	g_autofree char *path = g_strdup_printf("keymaps/%s", file);
	g_autoptr(GBytes) data = builtin_file(path);
	g_autoptr(GError) error = NULL;
	gsize len;
	const char *bytes;

	g_assert_nonnull(data);
	bytes = g_bytes_get_data(data, &len);
	keymap_parse(km, file, bytes, len, &error);
	g_assert_no_error(error); /* our own file; a unit test reads it too */
}

struct keymap *keymap_new_named(const char *name, GError **error)
{
	struct keymap *km;
	int at = 0;

	while (keymap_names[at] && strcmp(keymap_names[at], name) != 0)
		at++;
	if (!keymap_names[at]) {
		desk_fail(error, DESK_INVALID, "there is no keymap %s: the keymaps are default, vi and emacs", name);
		return NULL;
	}
	km = g_new0(struct keymap, 1);
	km->name = keymap_names[at];
	km->bindings = g_array_new(FALSE, FALSE, sizeof(struct binding));
	km->words = g_string_chunk_new(512);
	put_builtin(km, keymap_names[0]);
	if (at > 0)
		put_builtin(km, keymap_names[at]);
	return km;
}

struct keymap *keymap_new(void)
{
	return keymap_new_named(keymap_names[0], NULL);
}

const char *keymap_name(const struct keymap *km)
{
	return km->name;
}

void keymap_become(struct keymap *km, struct keymap *other)
{
	struct keymap old = *km;

	*km = *other;
	*other = old;
	keymap_free(other);
}

void keymap_free(struct keymap *km)
{
	if (!km)
		return;
	g_array_unref(km->bindings);
	g_string_chunk_free(km->words);
	g_free(km);
}

gboolean keymap_load(struct keymap *km, const char *path, GError **error)
{
	g_autoptr(ini_auto) ini = ini_load(path, error);

	return ini && read_all(km, ini, 0, error);
}

gboolean keymap_bind(struct keymap *km, const char *text, int nth, GError **error)
{
	size_t head = strcspn(text, ":= ");
	g_autofree char *context = text[head] == ':' ? g_strndup(text, head) : g_strdup("all");
	gboolean named = text[head] == ':' && context_rank(context) >= 0; /* else it is the key ":" */
	g_autofree char *line = g_strdup_printf("[%s]\n%s", named ? context : "all", named ? text + head + 1 : text);
	g_autoptr(ini_auto) ini = NULL;

	if (strpbrk(text, "\n\r"))
		return desk_fail(error, DESK_INVALID, "one line only: [CONTEXT:]STROKES = ACTION [ARGUMENT]");
	ini = ini_parse(BOUND_BY_HAND, line, strlen(line), error);
	if (!ini)
		return FALSE;
	if (ini_count(ini) != 1)
		return desk_fail(error, DESK_INVALID, "bind is written [CONTEXT:]STROKES = ACTION [ARGUMENT]");
	return read_all(km, ini, nth, error);
}

gboolean keymap_parse(struct keymap *km, const char *name, const char *bytes, size_t len, GError **error)
{
	g_autoptr(ini_auto) ini = ini_parse(name, bytes, len, error);

	return ini && read_all(km, ini, 0, error);
}

static gboolean edits_text(const char *context)
{
	return strcmp(context, "composer") == 0 || strcmp(context, "sheet") == 0 || strcmp(context, "prompt") == 0;
}

/* In one context. *freed: bound to `none` there, so [all] has no say. */
static enum keymap_match look_in(const struct keymap *km, const char *context, const stroke *seq, size_t len,
                                 const struct binding **out, gboolean *freed)
{
	enum keymap_match match = KEYMAP_UNBOUND;

	for (guint i = 0; i < km->bindings->len; i++) {
		const struct binding *b = &g_array_index(km->bindings, struct binding, i);

		if (b->seq[0] != seq[0] || strcmp(b->context, context) != 0 || !same_start(b, seq, len))
			continue;
		if (b->len > len) {
			if (b->action != ACTION_NONE && match == KEYMAP_UNBOUND)
				match = KEYMAP_PREFIX;
		} else if (b->action == ACTION_NONE) {
			*freed = TRUE;
		} else {
			*out = b;
			match = KEYMAP_BOUND;
		}
	}
	return match;
}

/* What [all] says reaches composer and prompt only by keys that are no text. */
static gboolean falls_through(const char *context, stroke first)
{
	return !edits_text(context) || (first & (STROKE_NAMED | STROKE_CTRL) && first != STROKE_SPACE);
}

enum keymap_match keymap_lookup(const struct keymap *km, const char *context, const stroke *seq, size_t len,
                                const struct binding **out)
{
	enum keymap_match match;
	gboolean freed = FALSE;

	*out = NULL;
	if (len == 0 || len > KEYMAP_MAX_SEQ)
		return KEYMAP_UNBOUND;
	match = look_in(km, context, seq, len, out, &freed);
	if (match == KEYMAP_BOUND || freed || !falls_through(context, seq[0]))
		return match;
	/* `g g` here and `g m` in [all] live side by side. */
	if (match == KEYMAP_UNBOUND)
		match = look_in(km, "all", seq, len, out, &freed);
	return match;
}

void keymap_each(const struct keymap *km, void (*fn)(const struct binding *b, void *arg), void *arg)
{
	for (guint i = 0; i < km->bindings->len; i++) {
		const struct binding *b = &g_array_index(km->bindings, struct binding, i);
		if (b->action != ACTION_NONE)
			fn(b, arg);
	}
}

struct following {
	const struct binding *binding;
	char *name; /* of what is still to be typed */
};

static int by_stroke_name(gconstpointer pa, gconstpointer pb)
{
	const struct following *a = pa, *b = pb;
	int order = g_ascii_strcasecmp(a->name, b->name);

	return order ? order : -strcmp(a->name, b->name); /* a before A */
}

GPtrArray *keymap_continuations(const struct keymap *km, const char *context, const stroke *seq, size_t len)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct following));
	GPtrArray *out = g_ptr_array_new();

	for (guint i = 0; i < km->bindings->len; i++) {
		const struct binding *b = &g_array_index(km->bindings, struct binding, i), *found = NULL;
		struct following f = {.binding = b};

		if (b->action == ACTION_NONE || b->len <= len || !same_start(b, seq, len) ||
		    (strcmp(b->context, context) != 0 && strcmp(b->context, "all") != 0) ||
		    keymap_lookup(km, context, b->seq, b->len, &found) != KEYMAP_BOUND || found != b)
			continue;
		f.name = keymap_seq_name(b->seq + len, b->len - len);
		g_array_append_val(all, f);
	}
	g_array_sort(all, by_stroke_name);
	for (guint i = 0; i < all->len; i++) {
		g_ptr_array_add(out, (gpointer)g_array_index(all, struct following, i).binding);
		g_free(g_array_index(all, struct following, i).name);
	}
	return out;
}

char *keymap_seq_name(const stroke *seq, size_t len)
{
	GString *s = g_string_new(NULL);
	char buf[40];

	for (size_t i = 0; i < len; i++)
		g_string_append_printf(s, "%s%s", i ? " " : "", stroke_name(seq[i], buf, sizeof(buf)));
	return g_string_free(s, FALSE);
}

const char *keymap_key_of(const struct keymap *km, const char *context, enum action action, char *buf, size_t size)
{
	size_t best = SIZE_MAX;

	g_strlcpy(buf, "", size);
	for (int pass = 0; pass < 2 && best == SIZE_MAX; pass++)
		for (guint i = 0; i < km->bindings->len; i++) {
			const struct binding *b = &g_array_index(km->bindings, struct binding, i), *found;
			g_autofree char *name = NULL;

			/* With an argument it is a special case of the action, not the action. */
			if (b->action != action || *b->arg || strcmp(b->context, pass ? "all" : context) != 0 ||
			    keymap_lookup(km, context, b->seq, b->len, &found) != KEYMAP_BOUND || found != b)
				continue;
			name = keymap_seq_name(b->seq, b->len);
			if (b->len * 100 + strlen(name) < best) {
				best = b->len * 100 + strlen(name);
				g_strlcpy(buf, name, size);
			}
		}
	return buf;
}
