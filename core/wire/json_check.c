/* Well-formedness of JSON text before any parser sees it; no recursion. */
#include "wire/json.h"
#include "wire/wire.h"

#include <string.h>
#include "base/say.h"

struct check {
	const char *s;
	size_t at, len;
	const char *wrong;
};

static gboolean wrong(struct check *c, const char *why)
{
	c->wrong = why;
	return FALSE;
}

static int peek(const struct check *c)
{
	return c->at < c->len ? (unsigned char)c->s[c->at] : -1;
}

static void skip_space(struct check *c)
{
	int ch;
	while ((ch = peek(c)) == ' ' || ch == '\n' || ch == '\r' || ch == '\t')
		c->at++;
}

static gboolean hex4(struct check *c, unsigned *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, c->at++) {
		int digit = c->at < c->len ? g_ascii_xdigit_value(c->s[c->at]) : -1;
		if (digit < 0)
			return wrong(c, "a bad \\u escape");
		*value = *value << 4 | (unsigned)digit;
	}
	return TRUE;
}

/* After "\u". A pair of surrogates counts as one; a lone one is no character. */
static gboolean check_unicode(struct check *c)
{
	unsigned high, low;
	if (!hex4(c, &high))
		return FALSE;
	if (high == 0)
		return wrong(c, "a NUL character in text");
	if (high >= 0xdc00 && high <= 0xdfff)
		return wrong(c, "half a surrogate pair");
	if (high < 0xd800 || high > 0xdbff)
		return TRUE;
	if (c->at + 2 > c->len || c->s[c->at] != '\\' || c->s[c->at + 1] != 'u')
		return wrong(c, "half a surrogate pair");
	c->at += 2;
	if (!hex4(c, &low))
		return FALSE;
	return low >= 0xdc00 && low <= 0xdfff ? TRUE : wrong(c, "half a surrogate pair");
}

static gboolean check_string(struct check *c)
{
	for (c->at++; c->at < c->len;) {
		unsigned char ch = (unsigned char)c->s[c->at++];
		if (ch == '"')
			return TRUE;
		if (ch < 0x20)
			return wrong(c, "a raw control character in text");
		if (ch != '\\')
			continue;
		int escape = peek(c);
		c->at++;
		if (escape == 'u') {
			if (!check_unicode(c))
				return FALSE;
		} else if (escape <= 0 || !strchr("\"\\/bfnrt", escape)) {
			return wrong(c, "an unknown escape");
		}
	}
	return wrong(c, "text without its closing quote");
}

static gboolean digits(struct check *c)
{
	size_t from = c->at;
	while (g_ascii_isdigit(peek(c)))
		c->at++;
	return c->at > from ? TRUE : wrong(c, "a bad number");
}

static gboolean check_number(struct check *c)
{
	size_t from = c->at;
	if (peek(c) == '-')
		c->at++;
	if (peek(c) == '0')
		c->at++;
	else if (!digits(c))
		return FALSE;
	if (peek(c) == '.') {
		c->at++;
		if (!digits(c))
			return FALSE;
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		c->at++;
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		if (!digits(c))
			return FALSE;
	}
	/* cJSON copies a number into 64 bytes and would split a longer one */
	return c->at - from < 60 ? TRUE : wrong(c, "a number that is too long");
}

static gboolean check_word(struct check *c, const char *word)
{
	size_t n = strlen(word);
	if (c->len - c->at < n || memcmp(c->s + c->at, word, n) != 0)
		return wrong(c, "an unknown word");
	c->at += n;
	return TRUE;
}

static gboolean check_scalar(struct check *c)
{
	switch (peek(c)) {
	case '"':
		return check_string(c);
	case 't':
		return check_word(c, "true");
	case 'f':
		return check_word(c, "false");
	case 'n':
		return check_word(c, "null");
	case -1:
		return wrong(c, "an early end");
	default:
		return check_number(c);
	}
}

/* "name": of a member, up to where its value starts. */
static gboolean check_name(struct check *c)
{
	if (peek(c) != '"')
		return wrong(c, "a member without a name");
	if (!check_string(c))
		return FALSE;
	skip_space(c);
	if (peek(c) != ':')
		return wrong(c, "a member without a colon");
	c->at++;
	skip_space(c);
	return TRUE;
}

/* After a value: closes what ends here, up to the next value's start. */
static gboolean check_after(struct check *c, const char *open, int *depth, gboolean *done)
{
	for (;;) {
		skip_space(c);
		if (*depth == 0) {
			*done = TRUE;
			return c->at == c->len ? TRUE : wrong(c, "more after the end");
		}
		char kind = open[*depth - 1];
		int ch = peek(c);
		c->at++;
		if (ch == (kind == '{' ? '}' : ']')) {
			--*depth;
			continue;
		}
		if (ch != ',')
			return wrong(c, "a missing comma or bracket");
		skip_space(c);
		return kind == '{' ? check_name(c) : TRUE;
	}
}

static gboolean check_all(struct check *c)
{
	char open[JSON_MAX_DEPTH];
	int depth = 0;
	gboolean done = FALSE;
	skip_space(c);
	while (!done) {
		int ch = peek(c);
		if (ch == '{' || ch == '[') {
			if (depth == JSON_MAX_DEPTH)
				return wrong(c, "nesting deeper than 16 levels");
			open[depth++] = (char)ch;
			c->at++;
			skip_space(c);
			if (peek(c) != (ch == '{' ? '}' : ']')) {
				if (ch == '{' && !check_name(c))
					return FALSE;
				continue;
			}
			depth--;
			c->at++;
		} else if (!check_scalar(c)) {
			return FALSE;
		}
		if (!check_after(c, open, &depth, &done))
			return FALSE;
	}
	return TRUE;
}

gboolean json_check(const char *bytes, size_t len, enum desk_code code, GError **error)
{
	if (len > WIRE_MAX_BODY)
		return desk_fail(error, code, "JSON is longer than %u bytes", WIRE_MAX_BODY);
	const char *end = bytes;
	if (len && !g_utf8_validate_len(bytes, len, &end))
		return desk_fail(error, code, "JSON has a byte that is not UTF-8 at %zu",
				 (size_t)(end - bytes) + 1);
	struct check c = {.s = bytes, .len = len};
	if (check_all(&c))
		return TRUE;
	return desk_fail(error, code, "JSON has %s at byte %zu", say(c.wrong), MIN(c.at, len) + 1);
}
