/* Reading one line of a journal: members of a JSON object, without a JSON tree. */
#include "client/journal.h"

#include <string.h>

#include "wire/json.h"

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/* p is at the opening quote; returns behind the closing one, NULL when torn. */
static const char *skip_string(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		if (*p == '\\')
			p++;
		else if (*p == '"')
			return p + 1;
	}
	return NULL;
}

static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;
	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			if (!p)
				return NULL;
		} else {
			if (*p == '{' || *p == '[')
				depth++;
			else if (*p == '}' || *p == ']')
				depth--;
			p++;
		}
		if (depth < 0)
			return NULL;
		if (depth == 0 && (p == end || *p == ',' || *p == '}' || *p == ']' || *p == ' '))
			return p;
	}
	return NULL;
}

gboolean journal_member(const char *line, size_t len, const char *name, const char **value, size_t *value_len)
{
	const char *end = line + len, *p = skip_space(line, end);
	size_t name_len = strlen(name);
	if (p == end || *p != '{' || end[-1] != '}')
		return FALSE;
	p = skip_space(p + 1, end);
	while (p < end && *p == '"') {
		const char *key = p + 1, *key_end = skip_string(p, end);
		if (!key_end)
			return FALSE;
		gboolean hit = (size_t)(key_end - 1 - key) == name_len && memcmp(key, name, name_len) == 0;
		p = skip_space(key_end, end);
		if (p == end || *p != ':')
			return FALSE;
		p = skip_space(p + 1, end);
		const char *from = p;
		p = skip_value(p, end);
		if (!p)
			return FALSE;
		if (hit) {
			*value = from;
			*value_len = (size_t)(p - from);
			return TRUE;
		}
		p = skip_space(p, end);
		if (p < end && *p == ',')
			p = skip_space(p + 1, end);
	}
	return FALSE;
}

gboolean journal_member_int(const char *line, size_t len, const char *name, int64_t *value)
{
	const char *from;
	size_t n;
	if (!journal_member(line, len, name, &from, &n))
		return FALSE;
	g_autoptr(json_auto) node = json_parse(from, n, DESK_INVALID, NULL);
	return node && json_integer(node, value);
}

char *journal_member_string(const char *line, size_t len, const char *name)
{
	const char *from;
	size_t n;
	if (!journal_member(line, len, name, &from, &n))
		return NULL;
	g_autoptr(json_auto) node = json_parse(from, n, DESK_INVALID, NULL);
	return node && json_type(node) == JSON_STRING ? g_strdup(json_text(node)) : NULL;
}
