/* Bytes of a file as text: whatever they are, valid lines come out. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "tui/filetext.h"
#include "tui/paths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"a.txt", "a.html", "a.png", "a"};
	const char *name = names[size ? data[0] & 3 : 0];
	const char *bytes = size ? (const char *)data + 1 : "";
	size_t len = size ? size - 1 : 0;
	g_autofree char *text = filetext_read(bytes, len, NULL, name, size && data[0] & 4);
	g_autofree char *line = g_utf8_make_valid(bytes, (gssize)len);
	g_autofree char *safe = paths_safe_name(line);
	g_auto(GStrv) paths = paths_split(line, NULL);

	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_true(*safe && !strchr(safe, '/') && !strchr("-.~", *safe) && strlen(safe) <= 200);
	g_assert_true(!paths || paths[0]);
	return 0;
}
