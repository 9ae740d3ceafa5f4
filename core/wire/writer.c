/* Append-only JSON writer: keeps the commas, escapes what must be escaped. */
#include "wire/writer.h"

#include <math.h>
#include <string.h>

void writer_init(struct writer *w, GString *out)
{
	w->out = out;
	w->need_comma = FALSE;
}

/* The letter of a two-character escape, 0 when there is none. */
static char short_escape(unsigned char ch)
{
	switch (ch) {
	case '"':
	case '\\':
		return (char)ch;
	case '\n':
		return 'n';
	case '\t':
		return 't';
	case '\r':
		return 'r';
	default:
		return 0;
	}
}

static gboolean is_plain(unsigned char ch)
{
	return ch >= 0x20 && ch != '"' && ch != '\\' && ch != 0x7f;
}

static void append_text(GString *out, const char *s)
{
	static const char hex[] = "0123456789abcdef";
	g_string_append_c(out, '"');
	for (;;) {
		size_t plain = 0;
		while (is_plain((unsigned char)s[plain]))
			plain++;
		g_string_append_len(out, s, (gssize)plain);
		unsigned char ch = (unsigned char)s[plain];
		s += plain + 1;
		if (!ch)
			break;
		char letter = short_escape(ch);
		if (letter) {
			g_string_append_len(out, (const char[2]){'\\', letter}, 2);
		} else {
			char code[6] = {'\\', 'u', '0', '0', hex[ch >> 4], hex[ch & 15]};
			g_string_append_len(out, code, 6);
		}
	}
	g_string_append_c(out, '"');
}

/* Keys are names of this program: nothing in them needs an escape. */
static void before(struct writer *w, const char *key)
{
	gsize at = w->out->len, len = key ? strlen(key) : 0;
	g_string_set_size(w->out, at + len + 4);
	char *to = w->out->str + at;
	if (w->need_comma)
		*to++ = ',';
	w->need_comma = TRUE;
	if (key) {
		*to++ = '"';
		memcpy(to, key, len);
		to += len;
		*to++ = '"';
		*to++ = ':';
	}
	g_string_set_size(w->out, (gsize)(to - w->out->str));
}

void writer_object(struct writer *w, const char *key)
{
	before(w, key);
	g_string_append_c(w->out, '{');
	w->need_comma = FALSE;
}

void writer_end_object(struct writer *w)
{
	g_string_append_c(w->out, '}');
	w->need_comma = TRUE;
}

void writer_array(struct writer *w, const char *key)
{
	before(w, key);
	g_string_append_c(w->out, '[');
	w->need_comma = FALSE;
}

void writer_end_array(struct writer *w)
{
	g_string_append_c(w->out, ']');
	w->need_comma = TRUE;
}

void writer_string(struct writer *w, const char *key, const char *value)
{
	before(w, key);
	if (value)
		append_text(w->out, value);
	else
		g_string_append(w->out, "null");
}

void writer_string_opt(struct writer *w, const char *key, const char *value)
{
	if (value)
		writer_string(w, key, value);
}

void writer_int(struct writer *w, const char *key, int64_t value)
{
	char digits[24];
	size_t at = sizeof digits;
	guint64 rest = value < 0 ? -(guint64)value : (guint64)value;
	before(w, key);
	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	g_string_append_len(w->out, digits + at, (gssize)(sizeof digits - at));
}

void writer_double(struct writer *w, const char *key, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	before(w, key);
	if (!isfinite(value))
		value = 0; /* JSON has no word for it */
	g_ascii_formatd(text, sizeof text, "%.15g", value);
	if (g_ascii_strtod(text, NULL) != value)
		g_ascii_formatd(text, sizeof text, "%.17g", value);
	g_string_append(w->out, text);
}

void writer_bool(struct writer *w, const char *key, gboolean value)
{
	before(w, key);
	g_string_append(w->out, value ? "true" : "false");
}

void writer_raw(struct writer *w, const char *key, const char *json)
{
	before(w, key);
	g_string_append(w->out, json);
}
