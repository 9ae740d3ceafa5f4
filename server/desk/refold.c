/* Clocks after a change of policies or calendars: every open ticket's are folded over its facts
 * anew, so what has gone by counts. In batches; a setting remembers how far it is, so that
 * whoever looks next goes on there. */
#include "server/desk/config_desk.h"

#include <string.h>

#define MARK "refold" /* "ID TIME": tickets up to there are done; not before that time */
#define JUDGED "judged_ms"
#define FOLLOW_MS 1500 /* by then all servers know the new words, and fold by them what they write */
#define BATCH 200

gboolean desk_refold_begin(struct db_conn *conn, int64_t now_ms, GError **error)
{
	g_autofree char *mark = g_strdup_printf("0 %" G_GINT64_FORMAT, now_ms + FOLLOW_MS);
	g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, now_ms);

	return db_setting_put(conn, MARK, mark, error) && db_setting_put(conn, JUDGED, now, error);
}

gboolean desk_judged(struct db_conn *conn, int64_t *ms, GError **error)
{
	g_autofree char *value = NULL;
	gboolean ok = db_setting_get(conn, JUDGED, &value, error);

	*ms = value ? g_ascii_strtoll(value, NULL, 10) : 0;
	return ok;
}

struct batch {
	struct desk *desk;
	GArray *ids;
	gboolean more;
};

static gboolean id_fn(const struct db_row *row, void *arg)
{
	desk_id id = db_int(row, 0);

	g_array_append_val((GArray *)arg, id);
	return TRUE;
}

static gboolean refold_one(struct work *work, desk_id id, GError **error)
{
	gboolean changed = FALSE;

	if (!work_load(work, id, error))
		return FALSE;
	if (!work_save_clocks(work, &changed, error))
		return FALSE;
	if (changed && !DB_RUN(work->conn, STMT_REFOLD_NEXT, NULL, NULL, error, DB_I(id),
	                       DB_I(work->ticket->row.next_due_ms), DB_I(work->ticket->row.next_warn_ms),
	                       DB_I(work->ticket->row.next_clock)))
		return FALSE;
	g_clear_pointer(&work->ticket, ticket_free);
	return TRUE;
}

static gboolean finish(struct db_tx *tx, GError **error)
{
	struct event e = {.kind = EVENT_RELOAD, .change = (char *)"config-apply"};

	return DB_RUN(db_conn_of(tx), STMT_SETTING_DROP, NULL, NULL, error, DB_T(MARK)) && db_tx_event(tx, &e, error);
}

/* The words are read here: this server's snapshot may not have followed yet. */
static gboolean refold_ids(struct batch *b, struct db_tx *tx, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	struct words *fresh = words_load(db_conn_of(tx), error);
	struct work work;
	gboolean ok = fresh != NULL;

	if (!ok || !work_begin(&work, b->desk, tx, &nobody, error)) {
		words_unref(fresh);
		return FALSE;
	}
	words_unref(work.words);
	work.words = fresh;
	for (guint i = 0; ok && i < b->ids->len; i++)
		ok = refold_one(&work, g_array_index(b->ids, desk_id, i), error);
	work_end(&work);
	return ok;
}

static gboolean batch_job(struct db_tx *tx, void *arg, GError **error)
{
	struct batch *b = arg;
	struct db_conn *conn = db_conn_of(tx);
	g_autofree char *mark = NULL, *next = NULL;

	b->more = FALSE;
	g_array_set_size(b->ids, 0);
	if (!DB_RUN(conn, STMT_SETTING_LOCK, NULL, NULL, error, DB_T(MARK)) || !db_setting_get(conn, MARK, &mark, error))
		return FALSE;
	if (!mark)
		return TRUE;
	if (!DB_RUN(conn, STMT_REFOLD_TICKETS, id_fn, b->ids, error, DB_I(g_ascii_strtoll(mark, NULL, 10)), DB_I(BATCH)))
		return FALSE;
	if (!b->ids->len)
		return finish(tx, error);
	b->more = TRUE;
	next = g_strdup_printf("%" G_GINT64_FORMAT " 0", g_array_index(b->ids, desk_id, b->ids->len - 1));
	return refold_ids(b, tx, error) && db_setting_put(conn, MARK, next, error);
}

/* When there is a mark: from when on its work may be done; else INT64_MAX. */
static gboolean look(struct desk *d, int64_t *from_ms, GError **error)
{
	g_autofree char *mark = NULL;
	struct db_conn *conn = db_read_begin(d->db, error);
	gboolean ok = conn && db_setting_get(conn, MARK, &mark, error);
	const char *space = mark ? strchr(mark, ' ') : NULL;

	if (conn)
		db_read_end(d->db, conn);
	*from_ms = !mark ? INT64_MAX : space ? g_ascii_strtoll(space + 1, NULL, 10) : 0;
	return ok;
}

gboolean desk_refold(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	struct batch b = {.desk = d};
	gboolean ok;

	if (!look(d, next_ms, error))
		return FALSE;
	if (*next_ms == INT64_MAX || *next_ms > now_ms)
		return TRUE;
	b.ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	ok = db_submit_wait(d->db, batch_job, &b, error);
	*next_ms = b.more ? 0 : INT64_MAX;
	g_array_unref(b.ids);
	return ok;
}
