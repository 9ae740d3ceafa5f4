/* `ttydesk VERB ...`: finds the verb, the desk, and carries it out. */
#include "tui/plain/plain.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "rules/find.h"
#include "tui/plain/verbs.h"

const struct program_option program_options[] = {
	{"help", 'h', NULL}, {"version", 0, NULL}, {"check-config", 0, NULL}, {"linear", 0, NULL}, {"sample", 0, NULL},
	{"server", 's', ""}, {"as", 'a', ""}, {"log", 0, ""}, {"daemon", 0, ""}, {"view", 0, ""},
	{"keymap", 'k', "default|vi|emacs"}, {"layout", 'l', "wide|split|queue|conversation"},
	{"theme", 't', "dark|light|mono|high-contrast|colour-blind"},
	{NULL, 0, NULL},
};

const struct program_option *program_option_of(const char *word)
{
	for (const struct program_option *o = program_options; o->name && word[0] == '-'; o++)
		if (word[1] == '-' ? strcmp(word + 2, o->name) == 0 : o->letter && word[1] == o->letter && !word[2])
			return o;
	return NULL;
}

/* An option before the verb, whose value is the next word: the program's or one that every verb takes. */
static gboolean takes_value(const char *word)
{
	const struct program_option *o = program_option_of(word);

	if (o)
		return o->values != NULL;
	for (int i = 0; i < PLAIN_OPTION_COUNT && word[0] == '-'; i++)
		if ((plain_options_common() >> i & 1) && plain_option_value((enum plain_option)i) &&
		    (word[1] == '-' ? strcmp(word + 2, plain_option_name((enum plain_option)i)) == 0
		                    : word[1] && word[1] == plain_option_letter((enum plain_option)i) && !word[2]))
			return TRUE;
	return FALSE;
}

/* Where the verb stands; 0: nowhere. */
static int verb_place(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			return 0;
		if (takes_value(argv[i]))
			i++;
		else if (argv[i][0] != '-')
			return i;
	}
	return 0;
}

gboolean plain_asked(int argc, char **argv)
{
	return verb_place(argc, argv) > 0;
}

/* The words without the verb: options before it count as well as those behind it. */
static const char **words_around(int argc, char **argv, int place)
{
	const char **words = g_new0(const char *, (gsize)argc + 1);
	int n = 0;

	for (int i = 1; i < argc; i++)
		if (i != place)
			words[n++] = argv[i];
	return words;
}

/* Settings, environment and what was said, as the workstation reads them. */
static gboolean read_options(struct options *o, const struct call *c, GError **error)
{
	static const enum plain_option passed[] = {PLAIN_OPTION_SERVER, PLAIN_OPTION_AS, PLAIN_OPTION_DAEMON, PLAIN_OPTION_LOG};
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	char **argv;
	int argc;

	g_ptr_array_add(words, (void *)"ttydesk");
	if (c->option[PLAIN_OPTION_SAMPLE])
		g_ptr_array_add(words, (void *)"--sample");
	g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(passed); i++)
		if (call_option(c, passed[i])) {
			char *word = g_strdup_printf("--%s=%s", plain_option_name(passed[i]), call_option(c, passed[i]));

			g_ptr_array_add(owned, word);
			g_ptr_array_add(words, word);
		}
	argc = (int)words->len;
	g_ptr_array_add(words, NULL);
	argv = (char **)words->pdata;
	return options_parse(o, &argc, &argv, NULL, error);
}

static int with_desk(struct call *c, const struct options *o)
{
	g_autoptr(GError) error = NULL;
	int code;

	if (c->verb->run == verb_complete) {
		c->desk = desk_join(o, DESK_PATIENCE_MS);
		code = call_run(c);
		desk_close(c->desk);
		return code;
	}
	if (o->complaints->len)
		fprintf(stderr, "%s", o->complaints->str);
	c->out->link = o->link;
	c->desk = desk_open(o, DESK_PATIENCE_MS, &error);
	if (!c->desk)
		return call_fail(c, error);
	code = call_run(c);
	desk_close(c->desk);
	return code;
}

static int run(struct call *c)
{
	g_autoptr(GError) error = NULL;
	struct options o;
	int code;

	if (c->option[PLAIN_OPTION_HELP])
		return call_run(c);
	if (c->verb->run == verb_complete)
		complete_options(c);
	gboolean understood = read_options(&o, c, &error);

	if (o.language && g_get_charset(NULL))
		say_language_set(o.language);
	if (!understood) {
		code = call_usage(c, "%s", error->message);
	} else if (!log_open(o.log ? o.log : "/dev/null", LOG_LEVEL_INFO, &error)) {
		code = call_fail(c, error);
	} else {
		code = with_desk(c, &o);
		log_close();
	}
	options_clear(&o);
	return code;
}

static int no_verb(const char *word)
{
	g_autofree char *clean = text_clean_string(word, -1, 0, 200);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const struct verb *v;
	const char *near;

	for (size_t i = 0; (v = verb_at(i)); i++)
		if (!(v->flags & VERB_HIDDEN))
			g_ptr_array_add(names, (void *)v->name);
	near = find_nearest(word, (const char *const *)names->pdata, names->len);
	if (near)
		fprintf(stderr, _("ttydesk: %s is no command; did you mean %s?\n"), clean, near);
	else
		fprintf(stderr, _("ttydesk: %s is no command; ttydesk --help lists them\n"), clean);
	return PLAIN_USAGE;
}

int plain_main(int argc, char **argv)
{
	int place = verb_place(argc, argv), code;
	const struct verb *v = verb_by_name(argv[place]);
	g_autofree const char **words = words_around(argc, argv, place);
	g_autoptr(GError) error = NULL;
	struct call c = {.verb = v};
	struct out out;

	if (!v)
		return no_verb(argv[place]);
	out_init(&out);
	c.out = &out;
	code = call_read(&c, v, words, 0, &error) ? run(&c) : call_usage(&c, "%s", error->message);
	g_clear_error(&error);
	if (!out_flush(&out, &error) && code == PLAIN_OK)
		code = g_error_matches(error, DESK_ERROR, DESK_CANCELLED) ? PLAIN_FAILED : call_fail(&c, error);
	call_clear(&c);
	out_clear(&out);
	return code;
}
