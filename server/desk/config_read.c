/* Reads of the configuration: its records as text, its revisions. */
#include "server/desk/config_desk.h"

#include <string.h>

#define REVISIONS_MAX 200

static struct config_entry *entry_of(const struct record *r, gboolean with_text)
{
	struct config_entry *e = g_new0(struct config_entry, 1);

	e->type = g_strdup(record_type_name(r->type));
	e->key = g_strdup(r->key);
	e->title = config_title(r);
	e->text = with_text ? config_text(r) : NULL;
	return e;
}

gboolean config_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error)
{
	int wanted = q->text ? record_type_by_name(q->text) : -1;

	if (q->text && (wanted < 0 || !record_is_config((enum record_type)wanted)))
		return desk_fail(error, DESK_INVALID, "type: \"%s\" is no type of configuration", q->text);
	if (q->key && !q->text)
		return desk_fail(error, DESK_INVALID, "key: needs a type beside it");
	out->config = g_ptr_array_new_with_free_func((GDestroyNotify)config_entry_free);
	for (int i = 0; i < RECORD_TYPE_COUNT; i++) {
		enum record_type type = record_order[i];
		g_autoptr(GPtrArray) kept = NULL;

		if (!record_is_config(type) || (q->text && (int)type != wanted))
			continue;
		kept = records_read(conn, type, error);
		if (!kept)
			return FALSE;
		for (guint at = 0; at < kept->len; at++) {
			const struct record *r = ((const struct record_kept *)kept->pdata[at])->record;

			if (!q->key || strcmp(q->key, r->key) == 0)
				g_ptr_array_add(out->config, entry_of(r, q->key || q->full));
		}
	}
	if (q->key && !out->config->len)
		return desk_fail(error, DESK_NOTFOUND, "there is no %s \"%s\"", q->text, q->key);
	return config_revision_now(conn, &out->revision, error);
}

static gboolean revision_fn(const struct db_row *row, void *arg)
{
	struct config_revision *r = g_new0(struct config_revision, 1);

	r->revision = db_int(row, 0);
	r->at_ms = db_int(row, 1);
	r->by_name = db_dup(row, 2);
	r->summary = db_dup(row, 3);
	g_ptr_array_add(arg, r);
	return TRUE;
}

gboolean config_log_query(struct db_conn *conn, const struct query *q, struct answer *out, GError **error)
{
	int limit = q->limit > 0 ? MIN(q->limit, REVISIONS_MAX) : REVISIONS_MAX;

	out->revisions = g_ptr_array_new_with_free_func((GDestroyNotify)config_revision_free);
	return DB_RUN(conn, STMT_REVISIONS, revision_fn, out->revisions, error, DB_I(limit));
}
