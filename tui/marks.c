/* Marked tickets: an ordered list, found by number. */
#include "tui/marks.h"

struct marks {
	GArray *order;  /* struct mark; ticket_id 0 where one was taken out */
	GHashTable *at; /* desk_id -> its place in order + 1 */
};

struct marks *marks_new(void)
{
	struct marks *m = g_new0(struct marks, 1);

	m->order = g_array_new(FALSE, FALSE, sizeof(struct mark));
	m->at = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return m;
}

void marks_free(struct marks *m)
{
	if (!m)
		return;
	g_array_unref(m->order);
	g_hash_table_unref(m->at);
	g_free(m);
}

void marks_put(struct marks *m, desk_id ticket_id, desk_id customer_id)
{
	struct mark mark = {ticket_id, customer_id};

	if (!ticket_id || marks_has(m, ticket_id))
		return;
	g_array_append_val(m->order, mark);
	g_hash_table_insert(m->at, g_memdup2(&ticket_id, sizeof ticket_id), GUINT_TO_POINTER(m->order->len));
}

void marks_remove(struct marks *m, desk_id ticket_id)
{
	guint at = GPOINTER_TO_UINT(g_hash_table_lookup(m->at, &ticket_id));

	if (!at)
		return;
	g_array_index(m->order, struct mark, at - 1).ticket_id = 0;
	g_hash_table_remove(m->at, &ticket_id);
	if (!marks_count(m))
		g_array_set_size(m->order, 0);
}

void marks_clear(struct marks *m)
{
	g_hash_table_remove_all(m->at);
	g_array_set_size(m->order, 0);
}

gboolean marks_has(const struct marks *m, desk_id ticket_id)
{
	return g_hash_table_contains(m->at, &ticket_id);
}

guint marks_count(const struct marks *m)
{
	return g_hash_table_size(m->at);
}

GArray *marks_list(const struct marks *m)
{
	GArray *out = g_array_sized_new(FALSE, FALSE, sizeof(struct mark), marks_count(m));

	for (guint i = 0; i < m->order->len; i++)
		if (g_array_index(m->order, struct mark, i).ticket_id)
			g_array_append_val(out, g_array_index(m->order, struct mark, i));
	return out;
}
