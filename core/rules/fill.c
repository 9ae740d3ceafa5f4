/* Template variables. */
#include "rules/fill.h"

#include <string.h>

static size_t name_length(const char *s)
{
	size_t n = 0;

	while (g_ascii_islower(s[n]) || s[n] == '_' || (n && g_ascii_isdigit(s[n])))
		n++;
	return n && s[n] == '}' ? n : 0;
}

static const struct fill_var *find(const struct fill_var *vars, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(vars[i].name) == len && memcmp(vars[i].name, name, len) == 0)
			return &vars[i];
	return NULL;
}

char *fill_template(const char *body, const struct fill_var *vars, size_t n, GPtrArray *missing)
{
	GString *out = g_string_new(NULL);

	for (const char *p = body; *p; p++) {
		size_t len;
		const struct fill_var *var;

		if (p[0] == '{' && p[1] == '{') {
			g_string_append_c(out, *p++);
			continue;
		}
		len = *p == '{' ? name_length(p + 1) : 0;
		if (!len) {
			g_string_append_c(out, *p);
			continue;
		}
		var = find(vars, n, p + 1, len);
		if (var && var->value && *var->value) {
			g_string_append(out, var->value);
		} else {
			g_string_append_len(out, p, (gssize)len + 2);
			if (missing)
				g_ptr_array_add(missing, g_strndup(p + 1, len));
		}
		p += len + 1;
	}
	return g_string_free(out, FALSE);
}

static const char *const known[] = {"customer", "agent", "order", "ticket", "promised", "group", "date", "product"};

gboolean fill_unresolved(const char *text, size_t *at)
{
	for (const char *p = text; *p; p++) {
		size_t len = *p == '{' ? name_length(p + 1) : 0;

		for (size_t i = 0; len && i < G_N_ELEMENTS(known); i++)
			if (strlen(known[i]) == len && memcmp(known[i], p + 1, len) == 0) {
				*at = (size_t)(p - text);
				return TRUE;
			}
	}
	return FALSE;
}

gboolean fill_suspect(const char *text, size_t *at, size_t *to)
{
	for (const char *p = strchr(text, '{'); p; p = strchr(p + 1, '{')) {
		const char *q = p + 1;

		if (*q == '{') { /* meant as a brace */
			p++;
			continue;
		}
		while (*q && q - p <= 40 && (*q == '-' || *q == '_' || g_unichar_isalnum(g_utf8_get_char(q))))
			q = g_utf8_next_char(q);
		if (*q != '}' || q == p + 1)
			continue;
		*at = (size_t)(p - text);
		*to = (size_t)(q + 1 - text);
		return TRUE;
	}
	return FALSE;
}
