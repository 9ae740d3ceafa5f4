/* Keymaps: a bad file changes nothing, a good one can be listed. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "tui/keymap.h"

static void count(const struct binding *b, void *arg)
{
	char name[40];

	g_assert_true(b->len >= 1 && b->len <= KEYMAP_MAX_SEQ && b->context && b->arg);
	for (size_t i = 0; i < b->len; i++)
		g_assert_true(*stroke_name(b->seq[i], name, sizeof(name)));
	++*(size_t *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	struct keymap *km = keymap_new();
	size_t before = 0, after = 0;

	keymap_each(km, count, &before);
	if (!keymap_parse(km, "f", (const char *)data, size, &error)) {
		g_assert_true(error && *error->message && g_utf8_validate(error->message, -1, NULL));
		keymap_each(km, count, &after);
		g_assert_cmpuint(before, ==, after);
	} else {
		keymap_each(km, count, &after);
	}
	if (size > 0) { /* the same as a line typed: bound whole or not at all */
		const uint8_t *end = memchr(data, '\n', size);
		g_autofree char *line = g_strndup((const char *)data, end ? (gsize)(end - data) : size);

		(void)keymap_bind(km, line, 1, NULL);
	}
	keymap_free(km);
	return 0;
}
