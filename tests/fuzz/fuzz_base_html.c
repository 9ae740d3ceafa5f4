/* HTML as text: whatever comes in, valid lines come out, in time, and nothing is fetched. */
#include <glib.h>
#include <string.h>

#include "base/html.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned flags = size && data[0] & 1u ? HTML_FOLD_QUOTES : 0;
	g_autofree char *text = html_to_text(size ? (const char *)data + 1 : "", size ? (gssize)size - 1 : 0, flags);
	size_t len = strlen(text);

	g_assert_true(g_utf8_validate_len(text, len, NULL));
	g_assert_true(len == 0 || (text[0] != '\n' && text[len - 1] != '\n'));
	g_assert_null(strstr(text, "\n\n\n"));
	return 0;
}
