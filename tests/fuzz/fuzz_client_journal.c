/* Lines of outbox and drafts as they may lie on a damaged disk. The first line names
 * the member. */
#include <glib.h>
#include <string.h>

#include "client/journal.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data, *line = memchr(bytes, '\n', size), *value = NULL;
	g_autofree char *name = NULL, *string = NULL;
	size_t len = 0, left;
	int64_t number = 0;

	if (!line)
		return 0;
	name = g_strndup(bytes, (gsize)(line - bytes));
	line++;
	left = size - (size_t)(line - bytes);
	if (journal_member(line, left, name, &value, &len))
		g_assert_true(len > 0 && value >= line && value + len <= line + left);
	journal_member_int(line, left, name, &number);
	string = journal_member_string(line, left, name);
	if (string)
		g_assert_true(g_utf8_validate(string, -1, NULL));
	return 0;
}
