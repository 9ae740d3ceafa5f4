/* Request targets: what is decoded is clean enough to route on. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "server/http_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *target = g_strndup((const char *)data, size);
	g_autofree char *path = NULL;
	g_autoptr(GPtrArray) params = g_ptr_array_new_with_free_func(g_free);

	if (!http_decode_target(target, &path, params))
		return 0;
	g_assert_true(path[0] == '/' && g_utf8_validate(path, -1, NULL));
	g_assert_cmpuint(params->len % 2, ==, 0);
	for (guint i = 0; i < params->len; i++)
		g_assert_true(g_utf8_validate(params->pdata[i], -1, NULL));
	return 0;
}
