/* Routes: "METHOD PATH\nname=value\n...\n\nBODY" into a read or a write. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "wire/wire.h"

static const char *find(const char *name, void *arg)
{
	char **params = arg;
	size_t n = strlen(name);

	for (; *params; params++)
		if (strncmp(*params, name, n) == 0 && (*params)[n] == '=')
			return *params + n + 1;
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *s = g_strndup((const char *)data, size);
	char *body = strstr(s, "\n\n");
	g_auto(GStrv) lines = NULL;
	char *path;
	g_autoptr(GError) error = NULL, other = NULL;
	struct query q;
	struct change c;
	gboolean known = FALSE;

	if (!g_utf8_validate(s, -1, NULL))
		return 0;
	if (body) {
		*body = 0;
		body += 2;
	}
	lines = g_strsplit(s, "\n", 20);
	path = lines[0] ? strchr(lines[0], ' ') : NULL;
	if (!path)
		return 0;
	*path++ = 0;
	if (query_from_http(&q, path, find, lines + 1, &error)) {
		g_autofree char *target = query_to_target(&q);

		g_assert_true(g_str_has_prefix(target, "/v1/"));
	} else {
		g_assert_true(error && *error->message);
	}
	query_clear(&q);
	if (!change_from_http(&c, lines[0], path, body ? body : "", body ? strlen(body) : 0, &known, &other))
		g_assert_true(other && *other->message);
	change_clear(&c);
	return 0;
}
