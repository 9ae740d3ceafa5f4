/* The configuration that is in force. */
#include "server/desk/config_desk.h"

#include <string.h>

struct config_state *config_state_load(struct db_conn *conn, GError **error)
{
	g_autoptr(config_state_auto) s = g_new0(struct config_state, 1);

	s->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int i = 0; i < RECORD_TYPE_COUNT; i++) {
		enum record_type type = record_order[i];

		if (!record_is_config(type))
			continue;
		s->kept[type] = records_read(conn, type, error);
		if (!s->kept[type])
			return NULL;
		for (guint at = 0; at < s->kept[type]->len; at++) {
			struct record_kept *k = s->kept[type]->pdata[at];

			g_hash_table_insert(s->by_name, g_strdup_printf("%s %s", record_type_name(type), k->record->key), k);
		}
	}
	return g_steal_pointer(&s);
}

void config_state_free(struct config_state *s)
{
	if (!s)
		return;
	for (int type = 0; type < RECORD_TYPE_COUNT; type++)
		if (s->kept[type])
			g_ptr_array_unref(s->kept[type]);
	g_hash_table_unref(s->by_name);
	g_free(s);
}

const struct record_kept *config_state_find(const struct config_state *s, enum record_type type, const char *key)
{
	g_autofree char *name = g_strdup_printf("%s %s", record_type_name(type), key);

	return g_hash_table_lookup(s->by_name, name);
}

char *config_state_text(const struct config_state *s, int type, const char *key)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (int i = 0; i < RECORD_TYPE_COUNT; i++) {
		const GPtrArray *kept = s->kept[record_order[i]];

		if (!kept || (type >= 0 && type != (int)record_order[i]))
			continue;
		for (guint at = 0; at < kept->len; at++) {
			const struct record *r = ((const struct record_kept *)kept->pdata[at])->record;

			if (key && strcmp(key, r->key) != 0)
				continue;
			if (out->len)
				g_string_append_c(out, '\n');
			config_print(out, r);
		}
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}
