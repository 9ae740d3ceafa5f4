/* The file of what was chosen: one section, a line a choice. */
#include "tui/remember.h"

#include <string.h>
#include "base/ini.h"

#define SECTION "remembered"
#define VALUE_MAX 400

struct remember {
	char *path;
	GHashTable *value; /* key -> value, both owned */
};

static void read_file(struct remember *r, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(ini_auto) ini = NULL;

	g_hash_table_remove_all(r->value);
	if (!g_file_test(r->path, G_FILE_TEST_EXISTS))
		return;
	ini = ini_load(r->path, &why);
	if (!ini) {
		desk_fail(error, DESK_INVALID, "what was chosen before is not remembered: %s", why->message);
		return;
	}
	for (size_t i = 0; i < ini_count(ini); i++) {
		const struct ini_entry *e = ini_at(ini, i);

		if (strcmp(e->section, SECTION) == 0)
			g_hash_table_replace(r->value, g_strdup(e->key), g_strdup(e->value));
	}
}

struct remember *remember_open(const char *folder, GError **error)
{
	struct remember *r = g_new0(struct remember, 1);

	r->path = g_build_filename(folder, "remembered", NULL);
	r->value = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	read_file(r, error);
	return r;
}

void remember_free(struct remember *r)
{
	if (!r)
		return;
	g_hash_table_unref(r->value);
	g_free(r->path);
	g_free(r);
}

const char *remember_get(const struct remember *r, const char *key)
{
	return g_hash_table_lookup(r->value, key);
}

static void append_value(GString *out, const char *value)
{
	g_string_append_c(out, '"');
	for (const char *p = value; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

static gboolean write_file(struct remember *r, GError **error)
{
	g_autoptr(GString) out = g_string_new("# Written by ttydesk: what was chosen last.\n[" SECTION "]\n");
	g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(r->value), (GCompareFunc)strcmp);
	g_autoptr(GError) why = NULL;

	for (GList *k = keys; k; k = k->next) {
		g_string_append_printf(out, "%s = ", (const char *)k->data);
		append_value(out, g_hash_table_lookup(r->value, k->data));
		g_string_append_c(out, '\n');
	}
	if (g_file_set_contents_full(r->path, out->str, (gssize)out->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &why))
		return TRUE;
	return desk_fail(error, DESK_IO, "this is not remembered for the next start: %s", why->message);
}

gboolean remember_set(struct remember *r, const char *key, const char *value, GError **error)
{
	g_autofree char *kept = g_strdup(value); /* may be our own */

	if (kept && (strlen(kept) > VALUE_MAX || strpbrk(kept, "\n\r") || !g_utf8_validate(kept, -1, NULL)))
		return desk_fail(error, DESK_INVALID, "%s is not remembered: it is too long or no line of text", key);
	if (g_strcmp0(remember_get(r, key), kept) == 0)
		return TRUE;
	read_file(r, NULL);
	if (kept)
		g_hash_table_replace(r->value, g_strdup(key), g_strdup(kept));
	else
		g_hash_table_remove(r->value, key);
	return write_file(r, error);
}
