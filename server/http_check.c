/* What is refused before any handler sees it: framing that two readers could read
 * differently (request smuggling), and targets that are not clean. The library has parsed
 * by then, so a bare LF, a folded line, an empty name and a NUL that cut a value are no longer
 * seen: those are left to a proxy. What the library can't parse at all (a bad Content-Length,
 * headers beyond header-size) it answers by itself, in HTML, and closes; metrics count it as
 * "unparsed". It has no hook for either, and reading ahead of it would not work under TLS. */
#include "server/http_inner.h"

#include <string.h>

#include "base/text.h"

struct scan {
	int hosts, lengths, status;
	unsigned headers, headers_max;
	const char *sentence;
	guint64 length;
};

static gboolean is_token(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!g_ascii_isalnum(s[i]) && (!s[i] || !strchr("!#$%&'*+-.^_`|~", s[i])))
			return FALSE;
	return n > 0;
}

static void refuse(struct scan *scan, int status, const char *sentence)
{
	if (!scan->status) {
		scan->status = status;
		scan->sentence = sentence;
	}
}

static void scan_length(struct scan *scan, const char *value, size_t n)
{
	if (++scan->lengths > 1)
		refuse(scan, 400, "more than one Content-Length");
	if (n == 0 || n > 18 || strspn(value, "0123456789") != n)
		refuse(scan, 400, "Content-Length is not a number");
	else
		scan->length = g_ascii_strtoull(value, NULL, 10);
}

static enum MHD_Result scan_header(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len,
				   const char *value, size_t value_len)
{
	struct scan *scan = arg;

	(void)kind;
	if (++scan->headers > scan->headers_max)
		refuse(scan, 431, "more headers than a request needs");
	if (!name || !is_token(name, name_len)) {
		refuse(scan, 400, "a header's name has characters that names don't have");
		return MHD_NO;
	}
	for (size_t i = 0; i < value_len; i++)
		if (((unsigned char)value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7f)
			refuse(scan, 400, "a header's value has control characters");
	if (value_len && !text_storable(value, value_len))
		refuse(scan, 400, "a header's value is not UTF-8");
	if (g_ascii_strcasecmp(name, "Transfer-Encoding") == 0)
		refuse(scan, 501, "Transfer-Encoding is not taken; send Content-Length");
	else if (g_ascii_strcasecmp(name, "Content-Length") == 0)
		scan_length(scan, value ? value : "", value_len);
	else if (g_ascii_strcasecmp(name, "Host") == 0 && ++scan->hosts > 1)
		refuse(scan, 400, "more than one Host");
	return MHD_YES;
}

static int hex(char c)
{
	return g_ascii_isxdigit(c) ? g_ascii_xdigit_value(c) : -1;
}

/* Percent-decoding into a new string; NULL when the result may not be stored. */
static char *decode(const char *s, size_t n, gboolean form)
{
	g_autoptr(GString) out = g_string_sized_new(n);

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%') {
			if (i + 2 >= n || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
				return NULL;
			g_string_append_c(out, (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])));
			i += 2;
		} else {
			g_string_append_c(out, form && s[i] == '+' ? ' ' : s[i]);
		}
	}
	if (!text_storable(out->str, out->len))
		return NULL;
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean decode_params(const char *s, GPtrArray *params)
{
	while (*s) {
		size_t n = strcspn(s, "&");
		const char *eq = memchr(s, '=', n);
		size_t name_len = eq ? (size_t)(eq - s) : n;

		if (n > 0) {
			char *name = decode(s, name_len, TRUE);
			char *value = eq ? decode(eq + 1, n - name_len - 1, TRUE) : g_strdup("");

			if (name)
				g_ptr_array_add(params, name);
			if (value)
				g_ptr_array_add(params, value);
			if (!name || !value)
				return FALSE;
		}
		s += n + (s[n] == '&');
	}
	return TRUE;
}

gboolean http_decode_target(const char *target, char **path, GPtrArray *params)
{
	size_t n = strcspn(target, "?#");

	if (target[0] != '/' || strchr(target, '#'))
		return FALSE;
	*path = decode(target, n, FALSE);
	return *path && (target[n] != '?' || decode_params(target + n + 1, params));
}

int http_check_request(struct http_exchange *x, const char *version, const char **sentence)
{
	struct scan scan = {.headers_max = x->server->conf.limits.headers};

	MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, scan_header, &scan);
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		refuse(&scan, 505, "only HTTP/1.1 is spoken here");
	if (scan.hosts == 0)
		refuse(&scan, 400, "no Host");
	if (!is_token(x->method, strlen(x->method)))
		refuse(&scan, 400, "the method is not a word");
	if (!http_decode_target(x->target, &x->path, x->params))
		refuse(&scan, 400, "the address is not a path in UTF-8");
	x->declared = (int64_t)scan.length;
	*sentence = scan.sentence;
	return scan.status;
}
