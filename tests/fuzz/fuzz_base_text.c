/* The text gate: whatever comes in, what comes out is drawable and stays so. */
#include <glib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

static void check_drawable(const char *s, size_t len, unsigned flags)
{
	size_t at = 0, n;
	int cols;

	g_assert_true(g_utf8_validate_len(s, len, NULL));
	for (size_t i = 0; i < len; i++)
		g_assert_true(((guchar)s[i] >= 0x20 && s[i] != 0x7F) || (s[i] == '\n' && flags & TEXT_MULTILINE));
	while ((n = text_grapheme(s + at, len - at, &cols))) {
		const char *ascii = text_degraded(s + at, n, FALSE);

		g_assert_true(cols >= 0 && cols <= 2);
		g_assert_true(s[at] == '\n' || !ascii || (int)strlen(ascii) == cols);
		if (at < 300)
			g_assert_cmpuint(text_grapheme_before(s, at + n), ==, at);
		at += n;
	}
	g_assert_cmpuint(at, ==, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned flags = size ? data[0] & 3u : 0;
	size_t cap = size && data[0] & 4 ? data[0] >> 2 : TEXT_NO_CAP;
	const char *bytes = size ? (const char *)data + 1 : "";
	size_t len = size ? size - 1 : 0;
	g_autoptr(text_auto) once = text_clean(bytes, (gssize)len, flags, cap);
	g_autoptr(text_auto) twice = text_clean(text_bytes(once), -1, flags, TEXT_NO_CAP);
	g_autofree char *fold = text_fold(text_bytes(once), -1);
	g_autofree char *raw_fold = text_fold(bytes, (gssize)len);

	g_assert_cmpuint(text_len(once), <=, cap);
	g_assert_cmpstr(text_bytes(once), ==, text_bytes(twice));
	check_drawable(text_bytes(once), text_len(once), flags);
	g_assert_true(g_utf8_validate(fold, -1, NULL) && g_utf8_validate(raw_fold, -1, NULL));
	return 0;
}
