/* A list of mail addresses, checked for syntax. */
#include "rules/addresses.h"

#include <string.h>

static gboolean is_host(const char *s, size_t len)
{
	size_t label = 0;
	gboolean dots = FALSE;

	if (len < 3 || len > 253)
		return FALSE;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '.') {
			if (label == 0 || s[i - 1] == '-')
				return FALSE;
			label = 0;
			dots = TRUE;
		} else if (g_ascii_isalnum(c) || c >= 0x80 || (c == '-' && label > 0)) {
			if (++label > 63)
				return FALSE;
		} else {
			return FALSE;
		}
	}
	return dots && label > 0 && s[len - 1] != '-';
}

static gboolean is_address(const char *s, size_t len)
{
	const char *at = memchr(s, '@', len);
	size_t name = at ? (size_t)(at - s) : 0;

	if (!at || name == 0 || name > 64 || s[0] == '.' || at[-1] == '.')
		return FALSE;
	for (size_t i = 0; i < name; i++) {
		unsigned char c = (unsigned char)s[i];

		if (!(g_ascii_isalnum(c) || c >= 0x80 || strchr("!#$%&'*+-/=?^_`{|}~.", c)) ||
		    (c == '.' && s[i + 1] == '.'))
			return FALSE;
	}
	return is_host(at + 1, len - name - 1);
}

/* Only the address: "Chen Jie <c@d>" or "c@d". */
static gboolean is_mailbox(const char *s)
{
	size_t len = strlen(s);
	const char *open = strchr(s, '<');

	for (const char *p = s; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == '"' || *p == 0x7f)
			return FALSE;
	if (!open)
		return is_address(s, len);
	return len > 3 && s[len - 1] == '>' && is_address(open + 1, (size_t)(s + len - 1 - open - 1));
}

char *addresses_check(const char *member, const char *text, int *count, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text ? text : "", ",", -1);
	g_autoptr(GString) out = g_string_new(NULL);
	int n = 0;

	for (char **p = parts; *p; p++) {
		g_strstrip(*p);
		if (!**p)
			continue;
		if (!is_mailbox(*p)) {
			desk_fail(error, DESK_INVALID, "%s: \"%s\" isn't a mail address", member, *p);
			return NULL;
		}
		if (++n > ADDRESSES_MAX) {
			desk_fail(error, DESK_LIMIT, "%s: more than %d addresses", member, ADDRESSES_MAX);
			return NULL;
		}
		g_string_append_printf(out, "%s%s", out->len ? ", " : "", *p);
	}
	if (count)
		*count = n;
	return out->len ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}
