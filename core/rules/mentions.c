/* Names behind an '@', and the line of a message that a notice quotes. */
#include "rules/mentions.h"

#include <string.h>

#define NAME_MAX_BYTES 64

static gboolean is_name(char c)
{
	return g_ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
}

/* What stands before the '@' of an address: "li.wei@", "li+shop@", "50%@". */
static gboolean joins(char before)
{
	return g_ascii_isalnum(before) || (before && strchr("._%+-@", before));
}

static gboolean has(const GPtrArray *names, const char *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

GPtrArray *mentions_find(const char *text)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (const char *at = text ? strchr(text, '@') : NULL; at && names->len < MENTIONS_MAX; at = strchr(at + 1, '@')) {
		const char *name = at + 1;
		size_t n = 0;

		if (at > text && joins(at[-1]))
			continue;
		while (is_name(name[n]))
			n++;
		if (name[n] == '@') /* "@li.wei@elsewhere.example": a name of another place */
			continue;
		while (n && strchr("._-", name[n - 1]))
			n--;
		if (!n || n > NAME_MAX_BYTES)
			continue;
		g_autofree char *lower = g_ascii_strdown(name, (gssize)n);
		if (!has(names, lower))
			g_ptr_array_add(names, g_steal_pointer(&lower));
	}
	return names;
}

char *mention_excerpt(const char *text, size_t max)
{
	GString *out = g_string_new(NULL);
	const char *p = text ? text : "";

	for (; *p; p++) {
		gboolean space = g_ascii_isspace(*p);

		if (space && (!out->len || out->str[out->len - 1] == ' '))
			continue;
		g_string_append_c(out, space ? ' ' : *p);
		if (out->len > max) {
			const char *end = g_utf8_find_prev_char(out->str, out->str + (max > 3 ? max - 2 : max));

			g_string_truncate(out, end ? (gsize)(end - out->str) : 0);
			g_string_append(out, "...");
			break;
		}
	}
	if (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}
