/* The keys themselves: counts, bind, map, keymap, reload. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"

#define COUNT_MAX 99999

void keying_init(struct app *app)
{
	app->keying.marks = marks_new();
	app->keying.bound = g_ptr_array_new_with_free_func(g_free);
	view_queue_marks(app->pane[PANE_QUEUE], app->keying.marks);
}

void keying_free(struct app *app)
{
	struct keying *k = &app->keying;

	palette_free(app);
	command_remember(app, ACTION_NONE, NULL);
	marks_free(k->marks);
	g_ptr_array_unref(k->bound);
	g_clear_pointer(&k->batch, g_hash_table_unref);
	g_clear_pointer(&k->offer_names, g_ptr_array_unref);
	g_clear_pointer(&k->offer_means, g_ptr_array_unref);
	g_free(k->running_arg);
	g_free(k->last_done);
	if (k->options) {
		options_clear(k->options);
		g_free(k->options);
	}
}

/* ---------------------------------------------------------------- counts */

static void show_count(struct app *app)
{
	view_footer_count(app->pane[PANE_FOOTER], app->keying.counting ? app->keying.count : -1);
}

gboolean count_digit(struct app *app, stroke key)
{
	struct keying *k = &app->keying;

	if (!k->counting || key < '0' || key > '9')
		return FALSE;
	k->count = MIN(k->count * 10 + (int)(key - '0'), COUNT_MAX);
	show_count(app);
	return TRUE;
}

void count_end(struct app *app)
{
	app->keying.counting = FALSE;
	app->keying.count = 0;
	show_count(app);
}

void command_count(struct app *app, const char *arg)
{
	struct keying *k = &app->keying;

	if (strspn(arg, "0123456789") != strlen(arg) || strlen(arg) > 5) {
		app_say(app, TRUE, "%s is no count.", arg);
		return;
	}
	k->counting = TRUE;
	for (; *arg; arg++)
		count_digit(app, (stroke)*arg);
	show_count(app);
}

/* ---------------------------------------------------------------- what is bound, and where it says so */

static gboolean line_has(const char *line, char **words)
{
	g_autofree char *folded = text_fold(line, -1);

	for (; *words; words++) {
		g_autofree char *word = text_fold(*words, -1);

		if (!strstr(folded, word))
			return FALSE;
	}
	return TRUE;
}

struct listing {
	GString *text;
	char **words;
	guint n;
};

static void list_binding(const struct binding *b, void *arg)
{
	struct listing *l = arg;
	g_autofree char *keys = keymap_seq_name(b->seq, b->len);
	g_autofree char *does = g_strdup_printf("%s%s%s", action_info(b->action)->name, *b->arg ? " " : "", b->arg);
	const char *home = g_get_home_dir();
	gboolean own = home && g_str_has_prefix(b->file, home) && b->file[strlen(home)] == '/';
	g_autofree char *line = g_strdup_printf("%-12s %-14s %-24s %s%s:%d", b->context, keys, does, own ? "~" : "",
	                                        b->file + (own ? strlen(home) : 0), b->line);

	if (!line_has(line, l->words))
		return;
	g_string_append_printf(l->text, "%s\n", line);
	l->n++;
}

static void show_lines(struct app *app, const char *title, const char *text)
{
	view_text_show(app->pane[PANE_TEXT], title, text);
	app->text_on = TRUE;
	app_dirty(app, PANE_TEXT, TODO_REFLOW | TODO_PAINT);
}

void command_map(struct app *app, const char *arg)
{
	g_auto(GStrv) words = g_strsplit_set(arg, " ", -1);
	g_autoptr(GString) text = g_string_new(NULL);
	struct listing l = {.text = text, .words = words};
	g_autofree char *title = NULL;

	keymap_each(app->keymap, list_binding, &l);
	if (!l.n) {
		app_say(app, FALSE, "No key has to do with %s.", arg);
		return;
	}
	title = *arg ? g_strdup_printf(_("keys: %s (%u)"), arg, l.n)
	             : g_strdup_printf(_("keys of the keymap %s (%u)"), keymap_name(app->keymap), l.n);
	show_lines(app, title, text->str);
}

/* ---------------------------------------------------------------- other keys */

/* Every complaint is seen: one in the last line, several as a text. */
static void say_faults(struct app *app, const char *faults)
{
	g_autofree char *text = g_strchomp(g_strdup(faults));

	if (strchr(text, '\n') || draw_cols(text) > screen_cols(app->screen) - 24)
		show_lines(app, _("nothing was changed, because"), text);
	else
		app_say(app, TRUE, "%s; nothing was changed.", text);
}

/* NULL and *faults when one of the layers is bad. What was bound by hand and doesn't fit any more is
 * left out, and told. */
static struct keymap *keymap_made(struct app *app, const struct options *o, const char *name, GString *faults,
                                  guint *left_out)
{
	g_autoptr(GError) wrong = NULL;
	struct keymap *km = keymap_new_named(name, &wrong);

	if (!km || (o->keymap && !keymap_load(km, o->keymap, &wrong))) {
		g_string_append_printf(faults, "%s\n", wrong->message);
		keymap_free(km);
		return NULL;
	}
	*left_out = 0;
	for (guint i = 0; i < app->keying.bound->len; i++)
		*left_out += !keymap_bind(km, app->keying.bound->pdata[i], (int)i + 1, NULL);
	return km;
}

static void keys_changed(struct app *app)
{
	static const enum pane shown[] = {PANE_FOOTER, PANE_HELP, PANE_SUGGEST, PANE_COMPOSER, PANE_KNOWLEDGE};

	for (size_t i = 0; i < G_N_ELEMENTS(shown); i++)
		app_dirty(app, shown[i], TODO_RECALC | TODO_PAINT);
}

void command_keymap(struct app *app, const char *arg)
{
	g_autoptr(GString) faults = g_string_new(NULL);
	guint left_out = 0;
	struct keymap *km;

	if (!*arg) {
		command_pick_word(app, ACTION_KEYMAP, "keymap", "default|vi|emacs");
		return;
	}
	km = keymap_made(app, app->options, arg, faults, &left_out);
	if (!km) {
		say_faults(app, faults->str);
		return;
	}
	keymap_become(app->keymap, km);
	keys_changed(app);
	if (left_out)
		app_say(app, TRUE, say_n("The keys are %s now; %u bound by hand doesn't fit them.",
		                         "The keys are %s now; %u bound by hand don't fit them.", left_out), arg, left_out);
	else
		app_say(app, FALSE, "The keys are %s now.", arg);
}

static void bind_typed(const char *text, void *arg)
{
	if (text)
		command_bind(((struct errand *)arg)->app, text);
}

void command_bind(struct app *app, const char *arg)
{
	g_autoptr(GError) error = NULL;

	if (!*arg) {
		command_ask(app, "bind [CONTEXT:]STROKES = ACTION: ", bind_typed, errand_new(app, ACTION_BIND, 0));
		return;
	}
	if (!keymap_bind(app->keymap, arg, (int)app->keying.bound->len + 1, &error)) {
		say_faults(app, error->message);
		return;
	}
	g_ptr_array_add(app->keying.bound, g_strdup(arg));
	keys_changed(app);
	app_say(app, FALSE, "Bound: %s", arg);
}

/* ---------------------------------------------------------------- settings, keys and theme once more */

/* Looked at as a whole before anything changes: with one bad line everything stays as it is. */
void command_reload(struct app *app, const char *arg)
{
	struct options *fresh = g_new0(struct options, 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) faults = g_string_new(NULL);
	struct keymap *km = NULL;
	guint left_out = 0;

	(void)arg;
	if (options_again(app->options, fresh, &error)) {
		g_string_append(faults, fresh->complaints->str);
		app_check(fresh, faults);
	} else {
		g_string_append(faults, error->message);
	}
	if (!faults->len)
		km = keymap_made(app, fresh, fresh->keys ? fresh->keys : "default", faults, &left_out);
	if (!km) {
		say_faults(app, faults->str);
		options_clear(fresh);
		g_free(fresh);
		return;
	}
	keymap_become(app->keymap, km);
	keys_changed(app);
	app_options_changed(app, fresh);
	if (app->keying.options) {
		options_clear(app->keying.options);
		g_free(app->keying.options);
	}
	app->keying.options = fresh;
	if (left_out)
		app_say(app, TRUE, say_n("Read again; %u key bound by hand doesn't fit any more.",
		                         "Read again; %u keys bound by hand don't fit any more.", left_out), left_out);
	else
		app_say(app, FALSE, "Settings, keys and theme are read again.");
}
