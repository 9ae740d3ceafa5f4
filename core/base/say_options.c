/* GOption, spoken. */
#include "base/say_options.h"

#include <stdlib.h>
#include <string.h>
#include "base/say.h"

static const char *translate(const char *text, gpointer unused)
{
	(void)unused;
	return say(text);
}

static char *replace(char *text, const char *english, const char *said)
{
	g_auto(GStrv) parts = NULL;

	if (english == said)
		return text;
	parts = g_strsplit(text, english, -1);
	g_free(text);
	return g_strjoinv(said, parts);
}

static char *help_of(GOptionContext *context)
{
	char *text = g_option_context_get_help(context, TRUE, NULL);

	text = replace(text, "Usage:", _("Usage:"));
	text = replace(text, "[OPTION\xE2\x80\xA6]", _("[OPTION\xE2\x80\xA6]"));
	text = replace(text, "Help Options:", _("Help Options:"));
	text = replace(text, "Application Options:", _("Application Options:"));
	return replace(text, "Show help options", _("Show help options"));
}

static gboolean wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "-?") == 0)
			return TRUE;
	return FALSE;
}

/* "Unknown option --x" in our words. */
static void put_in_words(GError *error)
{
	static const struct {
		const char *begins, *said;
	} known[] = {
		{"Unknown option ", N_("Unknown option %s")},
		{"Missing argument for ", N_("Missing argument for %s")},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		const char *said = say(known[i].said);
		g_auto(GStrv) around = g_strsplit(said, "%s", 2);
		char *message;

		if (said == known[i].said || !g_str_has_prefix(error->message, known[i].begins))
			continue;
		message = g_strconcat(around[0], error->message + strlen(known[i].begins), around[1], NULL);
		g_free(error->message);
		error->message = message;
		return;
	}
}

gboolean say_options_parse(GOptionContext *context, int *argc, char ***argv, GError **error)
{
	GError *wrong = NULL;

	g_option_context_set_translate_func(context, translate, NULL, NULL);
	g_option_group_set_translate_func(g_option_context_get_main_group(context), translate, NULL, NULL);
	if (g_option_context_get_help_enabled(context) && wants_help(*argc, *argv)) {
		char *text = help_of(context);

		g_print("%s", text);
		g_free(text);
		exit(0);
	}
	if (g_option_context_parse(context, argc, argv, &wrong))
		return TRUE;
	put_in_words(wrong);
	g_propagate_error(error, wrong);
	return FALSE;
}
