/* Reading one line of a journal: members of a JSON object, without a JSON tree. */
#include "client/journal.h"

#include <string.h>

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
	char digits[32];
	if (!journal_member(line, len, name, &from, &n) || n == 0 || n >= sizeof(digits))
		return FALSE;
	memcpy(digits, from, n);
	digits[n] = '\0';
	return g_ascii_string_to_signed(digits, 10, INT64_MIN, INT64_MAX, value, NULL);
}

static gboolean hex4(const char *p, const char *end, gunichar *c)
{
	if (end - p < 4)
		return FALSE;
	*c = 0;
	for (int i = 0; i < 4; i++) {
		int digit = g_ascii_xdigit_value(p[i]);
		if (digit < 0)
			return FALSE;
		*c = *c << 4 | (gunichar)digit;
	}
	return TRUE;
}

/* p is behind "\u"; returns behind what was used, NULL when malformed. */
static const char *unescape_unicode(GString *out, const char *p, const char *end)
{
	gunichar c, low;
	if (!hex4(p, end, &c))
		return NULL;
	p += 4;
	if (c >= 0xd800 && c < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' && hex4(p + 2, end, &low) &&
	    low >= 0xdc00 && low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	}
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		return NULL;
	g_string_append_unichar(out, c);
	return p;
}

char *journal_member_string(const char *line, size_t len, const char *name)
{
	static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	const char *p;
	size_t n;
	if (!journal_member(line, len, name, &p, &n) || n < 2 || *p != '"')
		return NULL;
	const char *end = p + n - 1;
	g_autoptr(GString) out = g_string_sized_new(n);
	for (p++; p < end;) {
		if (*p != '\\') {
			g_string_append_c(out, *p++);
			continue;
		}
		if (++p == end)
			return NULL;
		if (*p == 'u') {
			p = unescape_unicode(out, p + 1, end);
			if (!p)
				return NULL;
			continue;
		}
		const char *e = escapes;
		while (*e && *e != *p)
			e += 2;
		if (!*e)
			return NULL;
		g_string_append_c(out, e[1]);
		p++;
	}
	return g_utf8_validate(out->str, (gssize)out->len, NULL) ? g_strdup(out->str) : NULL;
}
