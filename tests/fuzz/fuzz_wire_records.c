/* One line of an import file: what is read is written, and read again the same. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	struct record *a = record_parse((const char *)data, size, INT64_C(1795390698007), &error), *b;
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);

	if (!a) {
		g_assert_true(error && *error->message && g_utf8_validate(error->message, -1, NULL));
		return 0;
	}
	record_to_json(first, a);
	record_free(a);
	b = record_parse(first->str, first->len, 0, &error);
	g_assert_no_error(error);
	record_to_json(second, b);
	record_free(b);
	g_assert_cmpstr(first->str, ==, second->str);
	return 0;
}

