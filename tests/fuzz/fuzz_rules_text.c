/* Tokens and template filling over any text. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "rules/fill.h"
#include "rules/tokens.h"

static void check(const char *token, size_t len, size_t from, size_t to, void *arg)
{
	size_t size = *(size_t *)arg;

	g_assert_cmpuint(strlen(token), ==, len);
	g_assert_true(len > 0 && from < to && to <= size);
	g_assert_true(g_utf8_validate_len(token, len, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fill_var vars[] = {{"customer", "{agent}"}, {"order", NULL}};
	g_autofree char *s = g_strndup((const char *)data, size);
	g_autofree char *tokens = tokens_string(s);
	g_autofree char *filled = fill_template(s, vars, G_N_ELEMENTS(vars), NULL);
	g_autoptr(GPtrArray) query = tokens_query(s);
	size_t at = 0;

	tokens_each((const char *)data, size, check, &size);
	if (fill_unresolved(s, &at))
		g_assert_true(s[at] == '{');
	g_assert_true(query->len == 0 || *tokens);
	g_assert_nonnull(filled);
	return 0;
}
