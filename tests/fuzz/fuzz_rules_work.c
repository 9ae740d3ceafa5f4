/* Addresses and values of custom fields: what is taken is taken again, unchanged. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "rules/addresses.h"
#include "rules/custom_field.h"

static void check_value(enum desk_field_type type, const char *text)
{
	struct desk_field *f = desk_field_new();
	double number = 0, again = 0;
	g_autofree char *kept = NULL, *twice = NULL;

	f->name = g_strdup("f");
	f->type = type;
	g_ptr_array_add(f->choices, g_strdup("Red"));
	g_ptr_array_add(f->choices, g_strdup("Blau ß"));
	kept = custom_field_value(f, text, &number, NULL);
	twice = kept ? custom_field_value(f, kept, &again, NULL) : NULL;
	g_assert_cmpstr(kept, ==, twice);
	g_assert_true(number == again);
	desk_field_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *s = g_strndup((const char *)data, size);
	g_autoptr(GError) error = NULL;
	int n = 0, m = 0;

	if (!g_utf8_validate(s, -1, NULL))
		return 0;
	for (int type = 0; type < FIELD_TYPE_TOTAL; type++)
		check_value((enum desk_field_type)type, s);
	g_autofree char *list = addresses_check("to", s, &n, &error);
	g_autofree char *again = list ? addresses_check("to", list, &m, NULL) : NULL;
	g_assert_cmpstr(list, ==, again);
	g_assert_true(!list || (!error && n == m && n > 0));
	return 0;
}
