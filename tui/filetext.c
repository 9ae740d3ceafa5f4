/* Guesses what bytes are. */
#include "tui/filetext.h"

#include <string.h>

#include "base/html.h"
#include "base/media.h"
#include "base/say.h"

#define LOOKED_AT 8192
#define HEX_BYTES 512
#define HEX_ROW 16

static gboolean starts(const char *bytes, gsize len, const char *mark, gsize n)
{
	return len >= n && memcmp(bytes, mark, n) == 0;
}

/* NULs, or too many controls that no text has. */
static gboolean is_binary(const char *bytes, gsize len)
{
	gsize odd = 0, n = MIN(len, LOOKED_AT);

	for (gsize i = 0; i < n; i++) {
		guchar c = (guchar)bytes[i];

		if (c == 0)
			return TRUE;
		odd += c < 0x20 && !strchr("\t\n\r\f\x1b\b", c);
	}
	return odd * 20 > n;
}

static char *from(const char *bytes, gsize len, const char *charset)
{
	return g_convert(bytes, (gssize)len, "UTF-8", charset, NULL, NULL, NULL);
}

/* The end may be cut in the middle of a character. */
static char *as_utf8(const char *bytes, gsize len, gboolean cut)
{
	const char *end;

	if (g_utf8_validate_len(bytes, len, &end) || (cut && (gsize)(bytes + len - end) < 4))
		return g_strndup(bytes, (gsize)(end - bytes));
	return NULL;
}

static char *decoded(const char *bytes, gsize len, gboolean cut)
{
	char *text;

	if (starts(bytes, len, "\xef\xbb\xbf", 3))
		return g_utf8_make_valid(bytes + 3, (gssize)len - 3);
	if (starts(bytes, len, "\xff\xfe", 2) && (text = from(bytes + 2, (len - 2) & ~(gsize)1, "UTF-16LE")))
		return text;
	if (starts(bytes, len, "\xfe\xff", 2) && (text = from(bytes + 2, (len - 2) & ~(gsize)1, "UTF-16BE")))
		return text;
	if (is_binary(bytes, len))
		return NULL;
	if ((text = as_utf8(bytes, len, cut)))
		return text;
	for (gsize drop = 0; drop < (cut ? 4u : 1u) && drop < len; drop++)
		if ((text = from(bytes, len - drop, "GB18030")))
			return text;
	text = from(bytes, len, "ISO-8859-1");
	return text ? text : g_utf8_make_valid(bytes, (gssize)len);
}

static char *hex_head(const char *bytes, gsize len, const char *media)
{
	GString *out = g_string_new(NULL);
	gsize n = MIN(len, HEX_BYTES);

	g_string_append_printf(out, _("This is not text (%s). Its first bytes:\n"), media ? media : _("of no known kind"));
	for (gsize row = 0; row < n; row += HEX_ROW) {
		g_string_append_printf(out, "\n%06zx ", row);
		for (gsize i = row; i < row + HEX_ROW; i++) {
			if (i < n)
				g_string_append_printf(out, " %02x", (guchar)bytes[i]);
			else
				g_string_append(out, "   ");
		}
		g_string_append(out, "  ");
		for (gsize i = row; i < MIN(row + HEX_ROW, n); i++)
			g_string_append_c(out, g_ascii_isprint(bytes[i]) ? bytes[i] : '.');
	}
	return g_string_free(out, FALSE);
}

char *filetext_read(const char *bytes, gsize len, const char *media, const char *name, gboolean cut)
{
	const char *guess = media_of_name(name);
	gboolean html = g_strcmp0(media, "text/html") == 0 || strcmp(guess, "text/html") == 0 ||
	                strcmp(guess, "application/xhtml+xml") == 0;
	g_autofree char *text = NULL;

	if (len > FILETEXT_MAX) {
		len = FILETEXT_MAX;
		cut = TRUE;
	}
	if (len == 0)
		return g_strdup(_("This file is empty."));
	text = decoded(bytes, len, cut);
	if (!text)
		return hex_head(bytes, len, strcmp(guess, "application/octet-stream") == 0 ? media : guess);
	if (html) {
		char *readable = html_to_text(text, -1, 0);

		g_free(text);
		text = readable;
	}
	return cut ? g_strconcat(text, _("\n\n[the rest of this file is not shown]"), NULL) : g_steal_pointer(&text);
}
