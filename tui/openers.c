/* Which program opens a file. */
#include "tui/openers.h"

#include <string.h>

#include "base/media.h"

#define SHELLISH "|&;<>()$`*?[#~=\n"

void opener_free(gpointer data)
{
	struct opener *o = data;

	g_free(o->pattern);
	g_free(o->command);
	g_free(o);
}

/* Every %s becomes the path, whatever is in it: it is one argument and nobody splits it again. */
static char **with_path(char **words, const char *path)
{
	GPtrArray *argv = g_ptr_array_new();
	gboolean named = FALSE;

	for (char **word = words; *word; word++) {
		g_auto(GStrv) parts = g_strsplit(*word, "%s", -1);

		named |= parts[0] && parts[1];
		g_ptr_array_add(argv, g_strjoinv(path, parts));
	}
	if (!named)
		g_ptr_array_add(argv, g_strdup(path));
	g_ptr_array_add(argv, NULL);
	return (char **)g_ptr_array_free(argv, FALSE);
}

/* A line of a mailcap that needs no shell: "type; command; flags". NULL: not for us. */
static char *mailcap_command(const char *line, const char *media)
{
	g_auto(GStrv) fields = g_strsplit(line, ";", -1);

	if (line[0] == '#' || !fields[0] || !fields[1])
		return NULL;
	g_strstrip(fields[0]);
	g_strstrip(fields[1]);
	for (char **flag = fields + 2; *flag; flag++)
		if (g_str_has_prefix(g_strstrip(*flag), "test"))
			return NULL;
	if (!strchr(fields[0], '/') || !media_matches(fields[0], media, "") || !*fields[1])
		return NULL;
	g_auto(GStrv) bare = g_strsplit(fields[1], "'%s'", -1); /* quoting is for shells */
	g_autofree char *command = g_strjoinv("%s", bare);
	return strpbrk(command, SHELLISH) || strchr(line, '\\') ? NULL : g_steal_pointer(&command);
}

static char *from_mailcap(const char *file, const char *media)
{
	g_autofree char *text = NULL;
	char *command = NULL;

	if (!g_file_get_contents(file, &text, NULL, NULL))
		return NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line && !command; line++) {
		char *found = mailcap_command(*line, media);
		g_auto(GStrv) words = found ? g_strsplit(found, " ", 2) : NULL;
		g_autofree char *program = words ? g_find_program_in_path(words[0]) : NULL;

		if (program)
			command = g_steal_pointer(&found);
		g_free(found);
	}
	return command;
}

char **openers_find(const GPtrArray *openers, const char *const *mailcaps, const char *media, const char *name,
                    const char *path, GError **error)
{
	const char *guess = media_of_name(name);
	const char *kind = !media || strcmp(media, "application/octet-stream") == 0 ? guess : media;
	g_autofree char *command = NULL;
	g_auto(GStrv) words = NULL;

	for (guint i = 0; openers && !command && i < openers->len; i++) {
		const struct opener *o = openers->pdata[i];

		if (media_matches(o->pattern, kind, name))
			command = g_strdup(o->command);
	}
	for (const char *const *file = mailcaps; file && *file && !command; file++)
		command = from_mailcap(*file, kind);
	if (!command) {
		desk_fail(error, DESK_NOTFOUND, "no program opens %s: write %s = PROGRAM into [open] of ttydesk.conf", kind, kind);
		return NULL;
	}
	if (!g_shell_parse_argv(command, NULL, &words, NULL)) {
		desk_fail(error, DESK_INVALID, "the quotes of the program for %s don't match", kind);
		return NULL;
	}
	return with_path(words, path);
}
