/* The man pages inside the program. */
#include "tui/manual.h"

#include <gio/gio.h>
#include <string.h>
#include "base/say.h"
#include "manual_data.h"
#include "tui/action.h"

#define ACTIONS_PAGE "ttydesk-commands.1"

static char *page_text(const char *language, const char *page)
{
	g_autofree char *path = g_strdup_printf("/ttydesk/manual/%s/%s", language, page);
	g_autoptr(GBytes) bytes =
		g_resource_lookup_data(manual_data_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

	return bytes ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static char **pages(void)
{
	return g_resource_enumerate_children(manual_data_get_resource(), "/ttydesk/manual/en",
	                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static gboolean take_page(const char *page, struct manual_text *out)
{
	const char *dot = strrchr(page, '.');

	out->text = page_text(say_language(), page);
	if (!out->text)
		out->text = page_text("en", page);
	if (!out->text)
		return FALSE;
	out->title = g_strdup_printf("%.*s(%s)", (int)(dot - page), page, dot + 1);
	out->at = 0;
	return TRUE;
}

/* "keys" and "ttydesk-keys" are ttydesk-keys.5, "conf" is ttydesk.conf.5. */
static gboolean page_is(const char *page, const char *topic)
{
	g_autofree char *name = g_strndup(page, (size_t)(strrchr(page, '.') - page));

	if (g_ascii_strcasecmp(name, topic) == 0)
		return TRUE;
	return g_str_has_prefix(name, "ttydesk") && (name[7] == '-' || name[7] == '.') &&
	       g_ascii_strcasecmp(name + 8, topic) == 0;
}

/* The line that begins with `word` after `indent` blanks at most, whole words only. */
static gboolean find_line(const char *text, const char *word, size_t indent, size_t *at)
{
	size_t len = strlen(word);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		size_t blanks;

		line += *line == '\n';
		blanks = strspn(line, " ");
		if (blanks > indent || g_ascii_strncasecmp(line + blanks, word, len) != 0)
			continue;
		if (line[blanks + len] != '\0' && line[blanks + len] != ' ' && line[blanks + len] != '\n')
			continue;
		*at = (size_t)(line - text);
		return TRUE;
	}
	return FALSE;
}

static gboolean take_action(const char *topic, struct manual_text *out)
{
	enum action act = action_by_name(topic, strlen(topic));
	size_t actions = 0, at;

	if (act == ACTION_NONE || !take_page(ACTIONS_PAGE, out))
		return FALSE;
	/* the list begins after the introduction, where a name may begin a line by chance */
	if (find_line(out->text, "next", 8, &actions) && find_line(out->text + actions, action_info(act)->name, 8, &at))
		out->at = actions + at;
	return TRUE;
}

gboolean manual_find(const char *topic, struct manual_text *out)
{
	g_auto(GStrv) page = pages();
	g_autofree char *name = g_strdup(topic);

	memset(out, 0, sizeof *out);
	g_strstrip(name);
	for (char **p = page; p && *p; p++)
		if (page_is(*p, name))
			return take_page(*p, out);
	if (take_action(name, out))
		return TRUE;
	for (char **p = page; *name && p && *p; p++) {
		if (take_page(*p, out) && find_line(out->text, name, 2, &out->at))
			return TRUE;
		manual_clear(out);
	}
	return FALSE;
}

void manual_clear(struct manual_text *m)
{
	g_clear_pointer(&m->title, g_free);
	g_clear_pointer(&m->text, g_free);
}

char **manual_topics(void)
{
	g_auto(GStrv) page = pages();
	GPtrArray *out = g_ptr_array_new();

	for (char **p = page; p && *p; p++) {
		const char *name = g_str_has_prefix(*p, "ttydesk-") || g_str_has_prefix(*p, "ttydesk.conf") ? *p + 8 : *p;

		g_ptr_array_add(out, g_strndup(name, (size_t)(strrchr(name, '.') - name)));
	}
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		g_ptr_array_add(out, g_strdup(action_info((enum action)i)->name));
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_free(out, FALSE);
}
