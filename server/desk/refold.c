/* What follows a change of the configuration in many rows: the clocks of open tickets are folded
 * over their facts anew, so what has gone by counts; the marks of customers that have tags are
 * made anew; open tickets that have their priority from the matrix get it anew. In batches;
 * a setting remembers how far each is, so that whoever looks next goes on. */
#include "server/desk/config_desk.h"

#include <string.h>

#define REFOLD "refold"
#define REMARK "remark"
#define REASSESS "reassess"
#define JUDGED "judged_ms"
#define FOLLOW_MS 1500 /* by then all servers know the new words, and fold by them what they write */
#define BATCH 200

/* The setting holds "ID TIME": up to there it is done; not before that time. */
struct pass {
	const char *mark;
	enum db_stmt stmt; /* ids beyond $1, at most $2 */
	gboolean (*one)(struct work *work, desk_id id, GError **error);
};

gboolean desk_remark_begin(struct db_conn *conn, int64_t now_ms, GError **error)
{
	g_autofree char *mark = g_strdup_printf("0 %" G_GINT64_FORMAT, now_ms + FOLLOW_MS);

	return db_setting_put(conn, REMARK, mark, error);
}

gboolean desk_reassess_begin(struct db_conn *conn, int64_t now_ms, GError **error)
{
	g_autofree char *mark = g_strdup_printf("0 %" G_GINT64_FORMAT, now_ms + FOLLOW_MS);

	return db_setting_put(conn, REASSESS, mark, error);
}

gboolean desk_refold_begin(struct db_conn *conn, int64_t now_ms, GError **error)
{
	g_autofree char *mark = g_strdup_printf("0 %" G_GINT64_FORMAT, now_ms + FOLLOW_MS);
	g_autofree char *now = g_strdup_printf("%" G_GINT64_FORMAT, now_ms);

	return db_setting_put(conn, REFOLD, mark, error) && db_setting_put(conn, JUDGED, now, error);
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
	const struct pass *pass;
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
	                       DB_I(work->ticket->row.next_clock), DB_I(work->alarm_ms), DB_I(work->now)))
		return FALSE;
	g_clear_pointer(&work->ticket, ticket_free);
	return TRUE;
}

static gboolean remark_one(struct work *work, desk_id id, GError **error)
{
	return customer_remark(work->desk, work->conn, work->words, id, error);
}

static const struct pass passes[] = {
	{REFOLD, STMT_REFOLD_TICKETS, refold_one},
	{REMARK, STMT_REMARK_CUSTOMERS, remark_one},
	{REASSESS, STMT_TICKETS_ASSESSED, reassess_one},
};

static gboolean finish(const struct batch *b, struct db_tx *tx, GError **error)
{
	struct event e = {.kind = EVENT_RELOAD, .change = (char *)"config-apply"};

	return DB_RUN(db_conn_of(tx), STMT_SETTING_DROP, NULL, NULL, error, DB_T(b->pass->mark)) && db_tx_event(tx, &e, error);
}

/* The words are read here: this server's snapshot may not have followed yet. */
static gboolean do_ids(struct batch *b, struct db_tx *tx, GError **error)
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
		ok = b->pass->one(&work, g_array_index(b->ids, desk_id, i), error);
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
	if (!DB_RUN(conn, STMT_SETTING_LOCK, NULL, NULL, error, DB_T(b->pass->mark)) ||
	    !db_setting_get(conn, b->pass->mark, &mark, error))
		return FALSE;
	if (!mark)
		return TRUE;
	if (!DB_RUN(conn, b->pass->stmt, id_fn, b->ids, error, DB_I(g_ascii_strtoll(mark, NULL, 10)), DB_I(BATCH)))
		return FALSE;
	if (!b->ids->len)
		return finish(b, tx, error);
	b->more = TRUE;
	next = g_strdup_printf("%" G_GINT64_FORMAT " 0", g_array_index(b->ids, desk_id, b->ids->len - 1));
	return do_ids(b, tx, error) && db_setting_put(conn, b->pass->mark, next, error);
}

/* When there is a mark: from when on its work may be done; else INT64_MAX. */
static gboolean look(struct desk *d, const char *name, int64_t *from_ms, GError **error)
{
	g_autofree char *mark = NULL;
	struct db_conn *conn = db_read_begin(d->db, error);
	gboolean ok = conn && db_setting_get(conn, name, &mark, error);
	const char *space = mark ? strchr(mark, ' ') : NULL;

	if (conn)
		db_read_end(d->db, conn);
	*from_ms = !mark ? INT64_MAX : space ? g_ascii_strtoll(space + 1, NULL, 10) : 0;
	return ok;
}

gboolean desk_refold(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	gboolean ok = TRUE;

	*next_ms = INT64_MAX;
	for (size_t i = 0; ok && i < G_N_ELEMENTS(passes); i++) {
		struct batch b = {.desk = d, .pass = &passes[i]};
		int64_t from;

		ok = look(d, passes[i].mark, &from, error);
		if (ok && from != INT64_MAX && from <= now_ms) {
			b.ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
			ok = db_submit_wait(d->db, batch_job, &b, error);
			from = b.more ? 0 : INT64_MAX;
			g_array_unref(b.ids);
		}
		*next_ms = MIN(*next_ms, from);
	}
	return ok;
}
