/* What an import already looked up: ids by key, and the customers of its tickets. */
#include "server/desk/records_inside.h"

/* Together some 20 MB; more customers than that are looked up again. */
#define KEYS_MAX 200000
#define CUSTOMERS_MAX 50000

struct record_keys {
	GHashTable *sure;      /* "type/key" -> desk_id, committed */
	GHashTable *fresh;     /* the same, of the batch under way: may be rolled back */
	char *folder;
	GHashTable *customers; /* desk_id -> struct record_customer; no ticket of an import changes them */
	gboolean open;         /* a batch has begun and not been committed */
};

static void customer_clear(void *data)
{
	struct record_customer *c = data;

	g_free(c->name);
	g_free(c->marks);
	g_free(c);
}

struct record_keys *record_keys_new(void)
{
	struct record_keys *k = g_new0(struct record_keys, 1);

	k->sure = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	k->fresh = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	k->customers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, customer_clear);
	return k;
}

void record_keys_set_folder(struct record_keys *k, const char *folder)
{
	g_free(k->folder);
	k->folder = g_strdup(folder);
}

const char *record_keys_folder(const struct record_keys *k)
{
	return k->folder;
}

void record_keys_free(struct record_keys *k)
{
	if (!k)
		return;
	g_free(k->folder);
	g_hash_table_unref(k->sure);
	g_hash_table_unref(k->fresh);
	g_hash_table_unref(k->customers);
	g_free(k);
}

void record_keys_begin(struct record_keys *k)
{
	g_hash_table_remove_all(k->fresh);
	if (k->open)
		g_hash_table_remove_all(k->customers);
	k->open = TRUE;
}

void record_keys_commit(struct record_keys *k)
{
	GHashTableIter it;
	gpointer key, id;

	k->open = FALSE;
	if (g_hash_table_size(k->sure) > KEYS_MAX)
		g_hash_table_remove_all(k->sure);
	g_hash_table_iter_init(&it, k->fresh);
	while (g_hash_table_iter_next(&it, &key, &id)) {
		g_hash_table_iter_steal(&it);
		g_hash_table_replace(k->sure, key, id);
	}
}

gboolean record_keys_id(struct record_keys *k, struct db_conn *conn, enum record_type type, const char *key,
                        desk_id *id, GError **error)
{
	g_autofree char *name = g_strdup_printf("%d/%s", (int)type, key);
	const desk_id *known = g_hash_table_lookup(k->sure, name);

	if (!known)
		known = g_hash_table_lookup(k->fresh, name);
	if (known) {
		*id = *known;
		return TRUE;
	}
	if (!record_id(conn, type, key, id, error))
		return FALSE;
	if (*id)
		g_hash_table_insert(k->fresh, g_steal_pointer(&name), g_memdup2(id, sizeof *id));
	return TRUE;
}

static gboolean customer_fn(const struct db_row *row, void *arg)
{
	struct record_customer *c = arg;

	c->name = db_dup(row, 0);
	c->marks = db_dup(row, 1);
	return FALSE;
}

const struct record_customer *record_keys_customer(struct record_keys *k, struct db_conn *conn, desk_id id,
                                                   GError **error)
{
	struct record_customer *known = g_hash_table_lookup(k->customers, &id);

	if (known)
		return known;
	if (g_hash_table_size(k->customers) > CUSTOMERS_MAX)
		g_hash_table_remove_all(k->customers);
	known = g_new0(struct record_customer, 1);
	if (DB_RUN(conn, STMT_CUSTOMER_SHOWN, customer_fn, known, error, DB_I(id)) && known->name) {
		g_hash_table_insert(k->customers, g_memdup2(&id, sizeof id), known);
		return known;
	}
	if (error && !*error)
		desk_fail(error, DESK_NOTFOUND, "there is no customer %" G_GINT64_FORMAT, id);
	customer_clear(known);
	return NULL;
}
