/* Command line, environment and ttydesk.conf. */
#include "tui/options.h"

#include <string.h>
#include "base/ini.h"
#include "base/say.h"
#include "base/say_options.h"
#include "tui/keymap.h"
#include "tui/openers.h"
#include "tui/options_notices.h"
#include "tui/plain/plain.h"

static const char *const layout_names[APP_LAYOUT_COUNT] = {
	[APP_LAYOUT_SPLIT] = "split", [APP_LAYOUT_QUEUE] = "queue", [APP_LAYOUT_CONVERSATION] = "conversation",
	[APP_LAYOUT_WIDE] = "wide",
};

const char *app_layout_name(enum app_layout layout)
{
	return layout_names[layout];
}

int app_layout_by_name(const char *name)
{
	for (int i = 0; i < APP_LAYOUT_COUNT; i++)
		if (g_strcmp0(name, layout_names[i]) == 0)
			return i;
	return -1;
}

/* ---------------------------------------------------------------- settings file */

typedef const char *setting_fn(struct options *o, const char *value); /* NULL, or what is wrong */

static const char *set_string(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
	return NULL;
}

/* "~/x" is the person's own. */
static const char *set_path(char **field, const char *value)
{
	g_free(*field);
	*field = g_str_has_prefix(value, "~/") ? g_build_filename(g_get_home_dir(), value + 2, NULL) : g_strdup(value);
	return NULL;
}

static const char *set_server(struct options *o, const char *value) { return set_string(&o->server, value); }
static const char *set_as(struct options *o, const char *value) { return set_string(&o->as_person, value); }
static const char *set_daemon(struct options *o, const char *value) { return set_path(&o->daemon, value); }
static const char *set_view(struct options *o, const char *value) { return set_string(&o->view, value); }
static const char *set_theme(struct options *o, const char *value) { return set_path(&o->theme, value); }
static const char *set_keymap(struct options *o, const char *value) { return set_path(&o->keymap, value); }

static const char *set_keys(struct options *o, const char *value)
{
	for (int i = 0; keymap_names[i]; i++)
		if (strcmp(keymap_names[i], value) == 0)
			return set_string(&o->keys, value);
	return N_("the keymaps are default, vi and emacs");
}

static const char *set_log(struct options *o, const char *value) { return set_path(&o->log, value); }

/* Looked at when a connection is made; a missing file is told at once. */
static const char *set_ca_file(struct options *o, const char *value)
{
	set_path(&o->ca_file, value);
	return g_file_test(o->ca_file, G_FILE_TEST_IS_REGULAR) ? NULL : N_("there is no such file");
}

static const char *set_token_file(struct options *o, const char *value)
{
	g_autofree char *path = NULL, *text = NULL;

	set_path(&path, value);
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return N_("the token file can't be read");
	return set_string(&o->token, g_strstrip(text));
}

/* A dictionary's name is a file's, too. */
static const char *set_spelling(struct options *o, const char *value)
{
	if (!*value || strspn(value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-") != strlen(value))
		return N_("this is auto, off or the name of a dictionary, as en_GB");
	return set_string(&o->spelling, value);
}

static const char *set_sample(struct options *o, const char *value)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return N_("this is yes or no");
	o->sample = value[0] == 'y';
	return NULL;
}

static const char *set_layout(struct options *o, const char *value)
{
	int layout = app_layout_by_name(value);

	if (layout < 0)
		return N_("the layouts are wide, split, queue and conversation");
	o->layout = (enum app_layout)layout;
	return NULL;
}

static const char *set_mouse(struct options *o, const char *value)
{
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return N_("this is on or off");
	o->mouse = strcmp(value, "on") == 0;
	return NULL;
}

/* The link goes into other programs: what it may hold is what a URL may. */
static const char *set_link(struct options *o, const char *value)
{
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return N_("a link has no spaces and only ASCII");
	if (!strstr(value, "{ticket}"))
		return N_("the place of the number is missing: {ticket}");
	return set_string(&o->link, value);
}

static const char *set_language(struct options *o, const char *value)
{
	o->language = NULL;
	for (const char *const *l = say_languages(); *l; l++)
		if (strcmp(*l, value) == 0)
			o->language = *l;
	return o->language || strcmp(value, "auto") == 0 ? NULL : N_("the languages are auto, en and zh");
}

static const char *set_width(struct options *o, const char *value)
{
	if (strcmp(value, "auto") != 0 && strcmp(value, "1") != 0 && strcmp(value, "2") != 0)
		return N_("this is auto, 1 or 2");
	o->ambiguous_width = value[0] == 'a' ? 0 : value[0] - '0';
	return NULL;
}

static const struct setting {
	const char *section, *key;
	setting_fn *set;
} settings[] = {
	{"desk", "server", set_server}, {"desk", "as", set_as}, {"desk", "token-file", set_token_file},
	{"desk", "ca-file", set_ca_file}, {"desk", "link", set_link}, {"screen", "mouse", set_mouse},
	{"desk", "sample", set_sample}, {"desk", "daemon", set_daemon}, {"desk", "view", set_view},
	{"screen", "layout", set_layout}, {"screen", "theme", set_theme}, {"screen", "ambiguous-width", set_width},
	{"screen", "language", set_language},
	{"composer", "spelling", set_spelling}, {"keys", "keymap", set_keys},
	{"keys", "file", set_keymap}, {"log", "file", set_log},
};

/* [open] has a line for each kind of file: its type or pattern, and the program. */
static void apply_opener(struct options *o, const struct ini *ini, const struct ini_entry *e)
{
	g_auto(GStrv) words = NULL;
	struct opener *opener;

	if (!g_shell_parse_argv(e->value, NULL, &words, NULL)) {
		ini_complain(ini, e, o->complaints, "%s = %s: this is a program with its arguments; quotes must match", e->key, e->value);
		return;
	}
	opener = g_new0(struct opener, 1);
	opener->pattern = g_strdup(e->key);
	opener->command = g_strdup(e->value);
	g_ptr_array_add(o->openers, opener);
}

static void apply(struct options *o, const struct ini *ini, const struct ini_entry *e)
{
	const char *wrong_notice = NULL;

	if (strcmp(e->section, "open") == 0) {
		apply_opener(o, ini, e);
		return;
	}
	if (strcmp(e->section, "notices") == 0 && options_notices_set(&o->notices, e->key, e->value, &wrong_notice)) {
		if (wrong_notice)
			ini_complain(ini, e, o->complaints, "%s = %s: %s", e->key, e->value, _(wrong_notice));
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
		const char *wrong;

		if (strcmp(settings[i].section, e->section) != 0 || strcmp(settings[i].key, e->key) != 0)
			continue;
		wrong = settings[i].set(o, e->value);
		if (wrong)
			ini_complain(ini, e, o->complaints, "%s = %s: %s", e->key, e->value, say(wrong));
		return;
	}
	ini_complain(ini, e, o->complaints, "there is no setting %s in [%s]", e->key, e->section);
}

void options_load(struct options *o, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ini_auto) ini = ini_load(path, &error);

	if (!ini) {
		g_string_append_printf(o->complaints, "%s\n", error->message);
		return;
	}
	for (size_t i = 0; i < ini_count(ini); i++)
		apply(o, ini, ini_at(ini, i));
}

/* ---------------------------------------------------------------- command line */

char *options_conf_path(void)
{
	return g_build_filename(g_get_user_config_dir(), "ttydesk", "ttydesk.conf", NULL);
}

void options_init(struct options *o)
{
	memset(o, 0, sizeof *o);
	o->layout = APP_LAYOUT_WIDE;
	options_notices_init(&o->notices);
	o->complaints = g_string_new(NULL);
	o->openers = g_ptr_array_new_with_free_func(opener_free);
}

void options_clear(struct options *o)
{
	char **owned[] = {&o->server, &o->as_person, &o->token, &o->ca_file, &o->daemon, &o->keymap, &o->theme, &o->log, &o->view,
	                  &o->link, &o->spelling, &o->keys, &o->conf_path};

	for (size_t i = 0; i < G_N_ELEMENTS(owned); i++)
		g_clear_pointer(owned[i], g_free);
	g_strfreev(o->line);
	g_string_free(o->complaints, TRUE);
	g_ptr_array_unref(o->openers);
}

/* What was said on the command line, before it is put over the rest. */
struct said {
	char *server, *as_person, *keymap, *theme, *layout, *log, *daemon, *view;
	gboolean sample, version, check_config, linear;
};

static void take(char **to, char *said)
{
	if (!said)
		return;
	g_free(*to);
	*to = said;
}

static gboolean put_over(struct options *o, struct said *s, GError **error)
{
	g_autofree char *layout = s->layout;

	o->layout_said = layout != NULL;
	o->theme_said = s->theme != NULL;
	take(&o->server, s->server);
	take(&o->as_person, s->as_person);
	if (s->keymap && !set_keys(o, s->keymap)) /* a name; else a file on top of the settings' keymap */
		g_clear_pointer(&s->keymap, g_free);
	take(&o->keymap, s->keymap);
	take(&o->theme, s->theme);
	take(&o->log, s->log);
	take(&o->daemon, s->daemon);
	take(&o->view, s->view);
	o->sample |= s->sample;
	o->version = s->version;
	o->check_config = s->check_config;
	o->linear = s->linear;
	if (layout && set_layout(o, layout))
		return desk_fail(error, DESK_INVALID, "--layout %s: %s", layout, say(set_layout(o, layout)));
	return TRUE;
}

static void from_environment(struct options *o)
{
	const char *server = g_getenv("TTYDESK_SERVER"), *token = g_getenv("TTYDESK_TOKEN");

	if (server && *server)
		set_string(&o->server, server);
	if (token && *token)
		set_string(&o->token, token);
}

static gboolean parse_line(struct said *s, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{"server", 's', 0, G_OPTION_ARG_STRING, &s->server, N_("The desk: unix:/path, http://host:port or https://host"), "ADDRESS"},
		{"as", 'a', 0, G_OPTION_ARG_STRING, &s->as_person, N_("Be this person (on a desk of your own)"), "NAME"},
		{"sample", 0, 0, G_OPTION_ARG_NONE, &s->sample, N_("A living sample desk instead of your own"), NULL},
		{"view", 0, 0, G_OPTION_ARG_STRING, &s->view, N_("First list: mine, assigned, unassigned, all, done or a group"), "VIEW"},
		{"layout", 'l', 0, G_OPTION_ARG_STRING, &s->layout, N_("wide, split, queue or conversation"), "LAYOUT"},
		{"theme", 't', 0, G_OPTION_ARG_STRING, &s->theme, N_("dark, light, mono, high-contrast, colour-blind, or a file"), "THEME"},
		{"keymap", 'k', 0, G_OPTION_ARG_FILENAME, &s->keymap, N_("default, vi, emacs, or a file of keys on top of them"), "KEYMAP"},
		{"daemon", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &s->daemon, N_("Path of ttydeskd"), "FILE"},
		{"log", 0, 0, G_OPTION_ARG_FILENAME, &s->log, N_("Write a log to this file"), "FILE"},
		{"check-config", 0, 0, G_OPTION_ARG_NONE, &s->check_config, N_("Check settings, keys and theme, then leave"), NULL},
		{"linear", 0, 0, G_OPTION_ARG_NONE, &s->linear,
		 N_("A line at a time, for screen readers, braille and serial terminals"), NULL},
		{"version", 0, 0, G_OPTION_ARG_NONE, &s->version, N_("Show the version"), NULL},
		G_OPTION_ENTRY_NULL,
	};
	GOptionContext *context = g_option_context_new(N_("- a help desk for the terminal"));
	g_autoptr(GError) wrong = NULL;
	gboolean ok;

	g_option_context_add_main_entries(context, entries, NULL);
	g_autofree char *verbs = plain_summary();
	g_autofree char *more = g_strdup_printf("%s\n%s", verbs,
	                                        _("Keys: ? in the program. See ttydesk(1), ttydesk-commands(1), ttydesk.conf(5)."));

	g_option_context_set_description(context, more);
	ok = say_options_parse(context, argc, argv, &wrong);
	g_option_context_free(context);
	if (!ok)
		return desk_fail(error, DESK_INVALID, "%s", wrong->message);
	if (*argc > 1)
		return desk_fail(error, DESK_INVALID, "%s is not an option", (*argv)[1]);
	return TRUE;
}

gboolean options_parse(struct options *o, int *argc, char ***argv, const char *conf_path, GError **error)
{
	g_autofree char *usual = options_conf_path();
	const char *path = conf_path ? conf_path : usual;
	struct said said = {0};
	gboolean ok;

	options_init(o);
	o->conf_path = g_strdup(conf_path);
	o->line = g_new0(char *, *argc + 1);
	for (int i = 0; i < *argc; i++)
		o->line[i] = g_strdup((*argv)[i]);
	ok = parse_line(&said, argc, argv, error);
	if (ok && (conf_path || g_file_test(path, G_FILE_TEST_EXISTS)))
		options_load(o, path);
	from_environment(o);
	return put_over(o, &said, ok ? error : NULL) && ok;
}

gboolean options_again(const struct options *o, struct options *fresh, GError **error)
{
	int argc = (int)g_strv_length(o->line);
	char **argv = g_new0(char *, (gsize)argc + 1), **rest = argv;
	gboolean ok;

	for (int i = 0; i < argc; i++)
		argv[i] = o->line[i];
	ok = options_parse(fresh, &argc, &rest, o->conf_path, error);
	g_free(argv);
	return ok;
}
