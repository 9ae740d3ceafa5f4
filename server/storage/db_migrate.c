/* The numbered scripts that make and change the schema, compiled in. */
#include "server/storage/db_driver.h"

#include <gio/gio.h>
#include <string.h>

#include "server/files.h"

#define FOLDER "/ttydeskd/sql/"

struct script {
	int version;
	char *name;
};

static void script_free(void *data)
{
	struct script *s = data;

	g_free(s->name);
	g_free(s);
}

static gint script_order(gconstpointer a, gconstpointer b)
{
	const struct script *x = *(struct script *const *)a, *y = *(struct script *const *)b;

	return x->version - y->version;
}

/* Their numbers run from 1 without gap or double: else the build is broken. */
static GPtrArray *scripts_of(const struct db_ops *ops)
{
	GPtrArray *scripts = g_ptr_array_new_with_free_func(script_free);
	g_auto(GStrv) names =
		g_resource_enumerate_children(server_files(), FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	g_autofree char *prefix = g_strdup_printf("%s-", ops->name);

	for (char **name = names; name && *name; name++) {
		if (!g_str_has_prefix(*name, prefix))
			continue;
		struct script *s = g_new0(struct script, 1);
		s->version = (int)g_ascii_strtoll(*name + strlen(prefix), NULL, 10);
		s->name = g_strdup(*name);
		g_ptr_array_add(scripts, s);
	}
	g_ptr_array_sort(scripts, script_order);
	for (unsigned i = 0; i < scripts->len; i++)
		g_assert(((struct script *)scripts->pdata[i])->version == (int)i + 1);
	g_assert(scripts->len > 0);
	return scripts;
}

int db_migrate_newest(const struct db_ops *ops)
{
	g_autoptr(GPtrArray) scripts = scripts_of(ops);

	return (int)scripts->len;
}

gboolean db_migrate_each(const struct db_ops *ops, int have,
			 gboolean (*apply)(int version, const char *name, const char *sql, void *arg,
					   GError **error),
			 void *arg, GError **error)
{
	g_autoptr(GPtrArray) scripts = scripts_of(ops);

	for (unsigned i = (unsigned)have; i < scripts->len; i++) {
		const struct script *s = scripts->pdata[i];
		g_autofree char *path = g_strconcat(FOLDER, s->name, NULL);
		g_autoptr(GBytes) bytes =
			g_resource_lookup_data(server_files(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
		gsize len = 0;
		const char *data = bytes ? g_bytes_get_data(bytes, &len) : "";
		g_autofree char *sql = g_strndup(data, len);

		if (!apply(s->version, s->name, sql, arg, error))
			return FALSE;
	}
	return TRUE;
}
