/* The settings reader and durations. */
#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ini.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ini_auto) ini = ini_parse("f", (const char *)data, size, &error);

	g_assert_true(!ini == !!error);
	if (error)
		g_assert_true(g_utf8_validate(error->message, -1, NULL) && *error->message);
	for (size_t i = 0; ini && i < ini_count(ini); i++) {
		const struct ini_entry *e = ini_at(ini, i);
		int64_t ms = 0;

		g_assert_true(*e->key && e->line > 0);
		g_assert_nonnull(ini_get(ini, e->section, e->key));
		if (clock_parse_duration(e->value, &ms, NULL))
			g_assert_cmpint(ms, >=, 0);
	}
	return 0;
}
