/* Key files and look-ups; the shipped keymap is read and linted here. */
#include "tui/keymap.h"

#include <string.h>

static enum keymap_match look(struct keymap *km, const char *context, const char *keys, const struct binding **b)
{
	g_auto(GStrv) words = g_strsplit(keys, " ", -1);
	stroke seq[8];
	size_t n = 0;

	for (; words[n]; n++) {
		seq[n] = stroke_parse(words[n], strlen(words[n]), NULL);
		g_assert_cmpuint(seq[n], !=, 0);
	}
	return keymap_lookup(km, context, seq, n, b);
}

static void check(struct keymap *km, const char *context, const char *keys, enum keymap_match want, enum action action)
{
	const struct binding *b;

	g_assert_cmpint(look(km, context, keys, &b), ==, want);
	g_assert_cmpint(b ? (int)b->action : (int)ACTION_NONE, ==, action);
}

static gboolean parse(struct keymap *km, const char *text, GError **error)
{
	return keymap_parse(km, "mine.keys", text, strlen(text), error);
}

static void keymap__defaults__work(void)
{
	struct keymap *km = keymap_new();

	check(km, "queue", "j", KEYMAP_BOUND, ACTION_NEXT);
	check(km, "queue", "down", KEYMAP_BOUND, ACTION_NEXT);
	check(km, "queue", "g", KEYMAP_PREFIX, ACTION_NONE);
	check(km, "queue", "g g", KEYMAP_BOUND, ACTION_FIRST);
	check(km, "queue", "g m", KEYMAP_BOUND, ACTION_VIEW);
	check(km, "queue", "g X", KEYMAP_UNBOUND, ACTION_NONE);
	check(km, "queue", "r", KEYMAP_BOUND, ACTION_REPLY);
	check(km, "conversation", "k", KEYMAP_BOUND, ACTION_KNOWLEDGE);
	check(km, "composer", "enter", KEYMAP_BOUND, ACTION_SEND);
	check(km, "composer", "r", KEYMAP_UNBOUND, ACTION_NONE);
	check(km, "composer", "space", KEYMAP_UNBOUND, ACTION_NONE);
	check(km, "composer", "alt-enter", KEYMAP_UNBOUND, ACTION_NONE);
	check(km, "composer", "ctrl-l", KEYMAP_BOUND, ACTION_REDRAW);
	check(km, "composer", "up", KEYMAP_UNBOUND, ACTION_NONE);
	check(km, "prompt", "tab", KEYMAP_UNBOUND, ACTION_NONE);
	check(km, "prompt", "ctrl-z", KEYMAP_BOUND, ACTION_SUSPEND);
	keymap_free(km);
}

/* readline's everyday keys stay readline's in the composer. */
static void keymap__composer__leaves_readline_its_keys(void)
{
	static const char *const keys[] = {
		"ctrl-a", "ctrl-e", "ctrl-f", "ctrl-b", "ctrl-k", "ctrl-u", "ctrl-w", "ctrl-y", "ctrl-d", "ctrl-j",
		"alt-f", "alt-b", "alt-d", "alt-y", "ctrl-_", "ctrl-n", "ctrl-p", "ctrl-r", "ctrl-x ctrl-u", "ctrl-g",
		"left", "right", "home", "end", "backspace", "delete",
	};
	struct keymap *km = keymap_new();

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		check(km, "composer", keys[i], KEYMAP_UNBOUND, ACTION_NONE);
	keymap_free(km);
}

static void keymap__key_of__is_the_shortest(void)
{
	struct keymap *km = keymap_new();
	char buf[40];

	g_assert_cmpstr(keymap_key_of(km, "queue", ACTION_NEXT, buf, sizeof(buf)), ==, "j");
	g_assert_cmpstr(keymap_key_of(km, "queue", ACTION_HELP, buf, sizeof(buf)), ==, "?");
	g_assert_cmpstr(keymap_key_of(km, "composer", ACTION_HELP, buf, sizeof(buf)), ==, "f1");
	g_assert_cmpstr(keymap_key_of(km, "composer", ACTION_SEND, buf, sizeof(buf)), ==, "enter");
	g_assert_cmpstr(keymap_key_of(km, "conversation", ACTION_KNOWLEDGE, buf, sizeof(buf)), ==, "k");
	g_assert_cmpstr(keymap_key_of(km, "composer", ACTION_CLAIM, buf, sizeof(buf)), ==, "");
	keymap_free(km);
}

static void keymap__own_file__goes_on_top(void)
{
	struct keymap *km = keymap_new();
	g_autoptr(GError) error = NULL;
	const struct binding *b;

	g_assert_true(parse(km, "[queue]\nj = prev\nctrl-x ctrl-c = quit\n= = first\n[all]\nr = none\nV = view mine\n", &error));
	g_assert_no_error(error);
	check(km, "queue", "j", KEYMAP_BOUND, ACTION_PREV);
	check(km, "queue", "ctrl-x", KEYMAP_PREFIX, ACTION_NONE);
	check(km, "queue", "ctrl-x ctrl-c", KEYMAP_BOUND, ACTION_QUIT);
	check(km, "queue", "equals", KEYMAP_BOUND, ACTION_FIRST);
	check(km, "queue", "r", KEYMAP_UNBOUND, ACTION_NONE);
	look(km, "queue", "V", &b);
	g_assert_cmpstr(b->arg, ==, "mine");
	g_assert_cmpstr(b->file, ==, "mine.keys");
	g_assert_cmpint(b->line, ==, 7);
	keymap_free(km);
}

static void keymap__bad_file__names_every_line_and_changes_nothing(void)
{
	struct keymap *km = keymap_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(parse(km, "x = next\n[queue]\nj = jump\nhello = next\n[cellar]\nk = next\n[all]\nr = quit now\n", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_nonnull(strstr(error->message, "mine.keys:1:"));
	g_assert_nonnull(strstr(error->message, "mine.keys:3: there is no action \"jump\""));
	g_assert_nonnull(strstr(error->message, "mine.keys:4: \"hello\" is not a key"));
	g_assert_nonnull(strstr(error->message, "mine.keys:6: there is no context [cellar]"));
	g_assert_nonnull(strstr(error->message, "mine.keys:8: quit takes no argument"));
	check(km, "queue", "j", KEYMAP_BOUND, ACTION_NEXT);
	keymap_free(km);
}

static void keymap__prefix_conflict__names_both_lines(void)
{
	struct keymap *km = keymap_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(parse(km, "[queue]\ng = first\n", &error));
	g_assert_nonnull(strstr(error->message, "mine.keys:2:"));
	g_assert_nonnull(strstr(error->message, "default.keys:"));
	g_clear_error(&error);
	g_assert_true(parse(km, "[queue]\ng g = none\ng = first\n", &error));
	check(km, "queue", "g", KEYMAP_BOUND, ACTION_FIRST);
	g_assert_false(parse(km, "[queue]\na b c d e = next\n", &error));
	keymap_free(km);
}

static void mark_bound(const struct binding *b, void *arg)
{
	gboolean *bound = arg;

	bound[b->action] = TRUE;
}

static void keymap__every_everyday_action__has_a_key(void)
{
	/* these are typed after `:` or live inside others */
	static const enum action typed[] = {ACTION_THEME};
	gboolean bound[ACTION_COUNT] = {FALSE};
	struct keymap *km = keymap_new();

	keymap_each(km, mark_bound, bound);
	for (size_t i = 0; i < G_N_ELEMENTS(typed); i++)
		bound[typed[i]] = TRUE;
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
		if (!bound[a])
			g_error("no key for %s", action_info((enum action)a)->name);
	keymap_free(km);
}

struct reach {
	gboolean bound[ACTION_COUNT];
};

static void note_binding(const struct binding *b, void *arg)
{
	((struct reach *)arg)->bound[b->action] = TRUE;
}

/* Every shipped keymap loads without a complaint, and no action is left without a key. */
static void keymap__shipped__load_clean_and_reach_every_action(void)
{
	for (int i = 0; keymap_names[i]; i++) {
		g_autoptr(GError) error = NULL;
		struct keymap *km = keymap_new_named(keymap_names[i], &error);
		struct reach reach = {0};

		g_assert_no_error(error);
		g_assert_cmpstr(keymap_name(km), ==, keymap_names[i]);
		keymap_each(km, note_binding, &reach);
		for (int act = ACTION_NONE + 1; act < ACTION_COUNT; act++)
			if (!reach.bound[act])
				g_error("%s has no key in the keymap %s", action_info((enum action)act)->name, keymap_names[i]);
		for (int c = 0; keymap_contexts[c]; c++) { /* from anywhere to the names of all actions, and away */
			gboolean writes = strcmp(keymap_contexts[c], "composer") == 0 || strcmp(keymap_contexts[c], "sheet") == 0 ||
			                  strcmp(keymap_contexts[c], "prompt") == 0;
			char key[40];

			keymap_key_of(km, keymap_contexts[c], writes ? ACTION_CLOSE : ACTION_COMMAND, key, sizeof key);
			g_assert_cmpstr(key, !=, "");
		}
		keymap_free(km);
	}
	g_assert_null(keymap_new_named("wordstar", NULL));
}

static void keymap__vi_and_emacs__leave_readline_its_keys(void)
{
	static const char *const keys[] = {"ctrl-a", "ctrl-e", "ctrl-f", "ctrl-b", "ctrl-k", "ctrl-u", "ctrl-w", "ctrl-y",
	                                   "ctrl-d", "ctrl-n", "ctrl-p", "ctrl-r", "ctrl-s", "ctrl-_", "ctrl-space", "ctrl-g",
	                                   "alt-f", "alt-b", "5", "space"};

	for (int i = 1; keymap_names[i]; i++) {
		struct keymap *km = keymap_new_named(keymap_names[i], NULL);

		for (size_t k = 0; k < G_N_ELEMENTS(keys); k++)
			check(km, "composer", keys[k], KEYMAP_UNBOUND, ACTION_NONE);
		keymap_free(km);
	}
}

static void keymap__bind__goes_on_top_and_says_where(void)
{
	struct keymap *km = keymap_new();
	g_autoptr(GError) error = NULL;
	const struct binding *b;

	g_assert_true(keymap_bind(km, "queue:f5 x = view mine", 1, &error));
	g_assert_no_error(error);
	look(km, "queue", "f5 x", &b);
	g_assert_cmpint(b->action, ==, ACTION_VIEW);
	g_assert_cmpstr(b->arg, ==, "mine");
	g_assert_cmpstr(b->file, ==, "bind");
	g_assert_cmpint(b->line, ==, 1);
	check(km, "conversation", "f5 x", KEYMAP_UNBOUND, ACTION_NONE);
	g_assert_true(keymap_bind(km, "x 1 = macro close kindly", 2, &error));
	look(km, "conversation", "x 1", &b);
	g_assert_cmpint(b->action, ==, ACTION_MACRO);
	g_assert_cmpstr(b->arg, ==, "close kindly");
	g_assert_true(keymap_bind(km, ": = help", 3, &error)); /* the key, no context */
	check(km, "queue", ":", KEYMAP_BOUND, ACTION_HELP);
	g_assert_false(keymap_bind(km, "queue:f5 = help", 4, &error));
	g_assert_nonnull(strstr(error->message, "bind:4: \"f5\" in [queue] is also the beginning of \"f5 x\" (bind:1)"));
	g_clear_error(&error);
	g_assert_false(keymap_bind(km, "f9 = help\nf10 = quit", 5, NULL));
	g_assert_false(keymap_bind(km, "f9", 5, NULL));
	g_assert_false(keymap_bind(km, "[queue]", 5, NULL));
	g_assert_false(keymap_bind(km, "", 5, NULL));
	keymap_free(km);
}

static char *names_of(const GPtrArray *continuations, size_t from)
{
	GString *s = g_string_new(NULL);

	for (guint i = 0; i < continuations->len; i++) {
		const struct binding *b = continuations->pdata[i];
		g_autofree char *name = keymap_seq_name(b->seq + from, b->len - from);

		g_string_append_printf(s, "%s%s=%s", i ? " " : "", name, action_info(b->action)->name);
	}
	return g_string_free(s, FALSE);
}

static void keymap__continuations__are_complete_sorted_and_not_overridden(void)
{
	struct keymap *km = keymap_new();
	const stroke f8[] = {STROKE_F8, 'g'};
	g_autoptr(GPtrArray) here = NULL;
	g_autoptr(GPtrArray) deeper = NULL;
	g_autofree char *names = NULL;

	g_assert_true(parse(km, "[all]\nf8 b = help\nf8 a = quit\nf8 A = claim\nf8 c = note\nf8 g g = first\n"
	                        "[queue]\nf8 a = open\nf8 c = none\n[files]\nf8 d = open\n", NULL));
	here = keymap_continuations(km, "queue", f8, 1);
	names = names_of(here, 1);
	g_assert_cmpstr(names, ==, "a=open A=claim b=help g g=first");
	deeper = keymap_continuations(km, "queue", f8, 2);
	g_assert_cmpuint(deeper->len, ==, 1);
	keymap_free(km);
}

static void keymap__become__keeps_the_pointer(void)
{
	struct keymap *km = keymap_new();

	keymap_become(km, keymap_new_named("vi", NULL));
	g_assert_cmpstr(keymap_name(km), ==, "vi");
	check(km, "queue", "5", KEYMAP_BOUND, ACTION_TIMES);
	keymap_free(km);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keymap/defaults", keymap__defaults__work);
	g_test_add_func("/keymap/readline", keymap__composer__leaves_readline_its_keys);
	g_test_add_func("/keymap/key-of", keymap__key_of__is_the_shortest);
	g_test_add_func("/keymap/own-file", keymap__own_file__goes_on_top);
	g_test_add_func("/keymap/bad-file", keymap__bad_file__names_every_line_and_changes_nothing);
	g_test_add_func("/keymap/prefix", keymap__prefix_conflict__names_both_lines);
	g_test_add_func("/keymap/all-actions", keymap__every_everyday_action__has_a_key);
	g_test_add_func("/keymap/shipped", keymap__shipped__load_clean_and_reach_every_action);
	g_test_add_func("/keymap/readline-everywhere", keymap__vi_and_emacs__leave_readline_its_keys);
	g_test_add_func("/keymap/bind", keymap__bind__goes_on_top_and_says_where);
	g_test_add_func("/keymap/continuations", keymap__continuations__are_complete_sorted_and_not_overridden);
	g_test_add_func("/keymap/become", keymap__become__keeps_the_pointer);
	return g_test_run();
}
