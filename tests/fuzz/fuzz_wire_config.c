/* A policy file of any bytes: complaints are sentences with lines; what is right is printed, and
 * read again it is printed the same. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/config.h"

static void print_all(GString *out, const struct config_file *f)
{
	for (guint i = 0; i < f->items->len; i++) {
		const struct config_item *item = f->items->pdata[i];

		if (item->record)
			config_print(out, item->record);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(line_errors_auto) errors = line_errors_new("x"), again = line_errors_new("y");
	g_autoptr(config_file_auto) a = config_parse((const char *)data, size, errors), b = NULL;
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
	g_autofree char *said = line_errors_text(errors), *wrong = NULL;

	config_check_references(a, NULL, NULL, errors);
	g_assert_true(g_utf8_validate(said, -1, NULL));
	if (line_errors_count(errors) && strstr(said, " is there twice"))
		return 0; /* two of a name can't be printed into one file */
	print_all(first, a);
	b = config_parse(first->str, first->len, again);
	wrong = line_errors_text(again);
	g_assert_cmpstr(wrong, ==, "");
	print_all(second, b);
	g_assert_cmpstr(first->str, ==, second->str);
	return 0;
}
