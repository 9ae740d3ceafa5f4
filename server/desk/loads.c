/* What each person has in hand: one row a person, changed in the same transaction as the ticket. A
 * ticket weighs what its channel does by the desk's settings while it is new, open or pending-internal:
 * who waits for the customer or for a date has his hands free. */
#include "server/desk/routing_desk.h"

#include "rules/status.h"

static gboolean add(struct work *w, desk_id person_id, int sign, int64_t fresh_ms, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;
	int weight = (unsigned)row->channel < CHANNEL_COUNT ? w->words->routing->weights.of[row->channel] : 0;

	return DB_RUN(w->conn, STMT_AGENT_LOAD_ADD, NULL, NULL, error, DB_I(person_id), DB_I(sign * weight), DB_I(sign),
	              DB_I(fresh_ms));
}

gboolean agent_loads_follow(struct work *w, GError **error)
{
	const struct ticket_row *row = &w->ticket->row;
	desk_id had = !w->fresh && w->was_counted ? w->was_assignee : 0;
	desk_id has = routing_counts(row->status) ? row->assignee_id : 0;

	if (!w->fresh && !row->assignee_id && status_is_active(row->status) &&
	    (w->was_assignee || w->was_group != row->group_id || !w->was_active) &&
	    !DB_RUN(w->conn, STMT_TICKET_QUEUED, NULL, NULL, error, DB_I(row->id), DB_I(w->now)))
		return FALSE;
	if (had == has)
		return TRUE;
	return (!had || add(w, had, -1, 0, error)) && (!has || add(w, has, 1, w->quiet ? 0 : w->now, error));
}

/* ---- all of them anew */
struct loads {
	const struct routing_weights *weights;
	GHashTable *of; /* desk_id -> struct agent_row, load and tickets */
};

static gboolean load_fn(const struct db_row *row, void *arg)
{
	const struct loads *l = arg;
	desk_id id = db_int(row, 0);
	int64_t channel = db_int(row, 1), n = db_int(row, 2);
	struct agent_row *one = g_hash_table_lookup(l->of, &id);

	if (!one) {
		one = g_new0(struct agent_row, 1);
		one->person_id = id;
		g_hash_table_insert(l->of, &one->person_id, one);
	}
	one->tickets += (int)n;
	if (channel >= 0 && channel < CHANNEL_COUNT)
		one->load += (int)n * l->weights->of[channel];
	return TRUE;
}

/* NULL on failure. */
static GHashTable *loads_of_tickets(struct db_conn *conn, const struct routing_weights *weights, GError **error)
{
	struct loads l = {weights, g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free)};

	if (db_run(conn, STMT_AGENT_LOADS_OF_TICKETS, NULL, 0, load_fn, &l, error))
		return l.of;
	g_hash_table_unref(l.of);
	return NULL;
}

gboolean agent_loads_recount(struct db_conn *conn, GError **error)
{
	struct routing_conf *conf = routing_conf_load(conn, error);
	g_autoptr(GHashTable) of = conf ? loads_of_tickets(conn, &conf->weights, error) : NULL;
	gboolean ok = of && db_run(conn, STMT_AGENT_LOADS_CLEAR, NULL, 0, NULL, NULL, error);
	GHashTableIter it;
	gpointer value;

	routing_conf_free(conf);
	if (!ok)
		return FALSE;
	g_hash_table_iter_init(&it, of);
	while (ok && g_hash_table_iter_next(&it, NULL, &value)) {
		const struct agent_row *one = value;

		ok = DB_RUN(conn, STMT_AGENT_LOAD_ADD, NULL, NULL, error, DB_I(one->person_id), DB_I(one->load),
		            DB_I(one->tickets), DB_I(0));
	}
	return ok;
}

static gboolean compare(const struct words *w, GHashTable *of, const GPtrArray *rows, GError **error)
{
	GHashTableIter it;
	gpointer value;

	for (guint i = 0; i < rows->len; i++) {
		const struct agent_row *row = rows->pdata[i], *should = g_hash_table_lookup(of, &row->person_id);
		int load = should ? should->load : 0, tickets = should ? should->tickets : 0;

		if (row->load != load || row->tickets != tickets)
			return desk_fail(error, DESK_INVALID, "%s has %d tickets that weigh %d in hand, but %d that weigh %d are kept",
			                 words_person_name(w, row->person_id), tickets, load, row->tickets, row->load);
		g_hash_table_remove(of, &row->person_id);
	}
	g_hash_table_iter_init(&it, of);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		const struct agent_row *should = value;

		if (should->tickets)
			return desk_fail(error, DESK_INVALID, "%s has %d tickets in hand, but none are kept",
			                 words_person_name(w, should->person_id), should->tickets);
	}
	return TRUE;
}

gboolean desk_loads_verify(struct desk *d, GError **error)
{
	struct db_conn *conn = db_read_begin(d->db, error);
	struct routing_conf *conf = conn ? routing_conf_load(conn, error) : NULL;
	g_autoptr(GHashTable) of = conf ? loads_of_tickets(conn, &conf->weights, error) : NULL;
	g_autoptr(GPtrArray) rows = of ? agent_rows(conn, error) : NULL;
	g_autoptr(words_auto) w = desk_words(d);
	g_autofree char *due = rows ? desk_setting(conn, ROUTING_RECOUNT) : NULL;

	routing_conf_free(conf);
	if (conn)
		db_read_end(d->db, conn);
	return rows && (due || compare(w, of, rows, error));
}
