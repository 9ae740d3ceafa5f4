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
#define BATCH 500  /* at most; */
#define SLICE_MS 6 /* as many as this takes; */
#define LEAST_MS 1 /* where somebody waits as many as this does: a busy desk gets done, too */
#define PORTION_MS 8 /* with its commit: a disk that takes longer gets less at once, */
#define PORTION_FIRST 100
#define PORTION_LEAST 16
#define REST_MS 10 /* and rests as long as it took, at most */
#define TURN_MS 200 /* then others of the scheduler's duties have their turn */
#define OF_CUSTOMER 200

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

static int64_t mark_time(const char *mark)
{
	const char *space = mark ? strchr(mark, ' ') : NULL;

	return !mark ? INT64_MAX : space ? g_ascii_strtoll(space + 1, NULL, 10) : 0;
}

gboolean desk_refolded(struct db_conn *conn, desk_id *done, GError **error)
{
	g_autofree char *mark = NULL;
	gboolean ok = db_setting_get(conn, REFOLD, &mark, error);

	*done = mark ? g_ascii_strtoll(mark, NULL, 10) : INT64_MAX;
	return ok;
}

struct batch {
	struct desk *desk;
	const struct pass *pass;
	int64_t now;         /* of the turn */
	struct words *words; /* read once for a turn; anew when the mark was set by somebody else */
	char *left;          /* the mark as the batch before left it */
	GArray *ids;
	guint most;          /* of them in a portion */
	int64_t began;       /* the portion, clock_mono_ms */
	gboolean more;
	int64_t from;        /* not before */
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

/* A claim waits for one ticket and the commit, and goes before the next portion. */
static gboolean is_enough(const struct batch *b, int64_t began)
{
	return clock_mono_ms() - began >= (db_awaited(b->desk->db) ? LEAST_MS : SLICE_MS);
}

/* As many as fit; *done: how many. */
static gboolean do_ids(struct batch *b, struct db_tx *tx, guint *done, GError **error)
{
	static const struct actor nobody = {.person_id = 0, .role = ROLE_ADMINISTRATOR};
	int64_t began = clock_mono_ms();
	struct work work;
	gboolean ok;

	if (!work_begin(&work, b->desk, tx, &nobody, error))
		return FALSE;
	words_unref(work.words);
	work.words = words_ref(b->words);
	for (*done = 0, ok = TRUE; ok && *done < b->ids->len && (!*done || !is_enough(b, began)); ++*done)
		ok = b->pass->one(&work, g_array_index(b->ids, desk_id, *done), error);
	work_end(&work);
	return ok;
}

/* The words are read here: this server's snapshot may not have followed yet. */
static gboolean take_words(struct batch *b, struct db_conn *conn, const char *mark, GError **error)
{
	if (b->words && g_strcmp0(mark, b->left) == 0)
		return TRUE;
	g_clear_pointer(&b->words, words_unref);
	b->words = words_load(conn, error);
	return b->words != NULL;
}

static gboolean batch_job(struct db_tx *tx, void *arg, GError **error)
{
	struct batch *b = arg;
	struct db_conn *conn = db_conn_of(tx);
	g_autofree char *mark = NULL, *next = NULL;
	guint done;

	b->began = clock_mono_ms();
	b->more = FALSE;
	b->from = INT64_MAX;
	g_array_set_size(b->ids, 0);
	if (!DB_RUN(conn, STMT_SETTING_LOCK, NULL, NULL, error, DB_T(b->pass->mark)) ||
	    !db_setting_get(conn, b->pass->mark, &mark, error))
		return FALSE;
	if (!mark)
		return TRUE;
	b->from = mark_time(mark);
	if (b->from > b->now)
		return TRUE;
	if (!DB_RUN(conn, b->pass->stmt, id_fn, b->ids, error, DB_I(g_ascii_strtoll(mark, NULL, 10)),
	            DB_I(b->most)))
		return FALSE;
	if (!b->ids->len) {
		b->from = INT64_MAX;
		return finish(b, tx, error);
	}
	b->more = TRUE;
	if (!take_words(b, conn, mark, error) || !do_ids(b, tx, &done, error))
		return FALSE;
	next = g_strdup_printf("%" G_GINT64_FORMAT " 0", g_array_index(b->ids, desk_id, done - 1));
	g_free(b->left);
	b->left = g_strdup(next);
	return db_setting_put(conn, b->pass->mark, next, error);
}

/* When there is a mark: from when on its work may be done; else INT64_MAX. */
static gboolean look(struct desk *d, const char *name, int64_t *from_ms, GError **error)
{
	g_autofree char *mark = NULL;
	struct db_conn *conn = db_read_begin(d->db, error);
	gboolean ok = conn && db_setting_get(conn, name, &mark, error);

	if (conn)
		db_read_end(d->db, conn);
	*from_ms = mark_time(mark);
	return ok;
}

/* What a portion writes is waited for by whoever claims meanwhile: many random pages, and then the disk. */
static void follow_disk(struct batch *b)
{
	int64_t took = clock_mono_ms() - b->began;

	if (took > PORTION_MS)
		b->most = MAX(b->most / 2, PORTION_LEAST);
	else if (took < PORTION_MS / 2)
		b->most = MIN(b->most + b->most / 4, BATCH);
	g_usleep((gulong)MIN(took, REST_MS) * 1000);
}

static gboolean do_turn(struct desk *d, const struct pass *pass, int64_t now_ms, guint most, int64_t *next_ms,
                        GError **error)
{
	struct batch b = {.desk = d, .pass = pass, .now = now_ms, .more = TRUE, .most = most > BATCH ? PORTION_FIRST : most};
	int64_t began = clock_mono_ms();
	gboolean ok = TRUE;

	b.ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (;;) {
		ok = db_submit_behind_wait(d->db, batch_job, &b, error);
		if (!ok || !b.more || most <= BATCH || clock_mono_ms() - began >= TURN_MS)
			break;
		follow_disk(&b);
	}
	*next_ms = b.more ? 0 : b.from;
	g_clear_pointer(&b.words, words_unref);
	g_free(b.left);
	g_array_unref(b.ids);
	return ok;
}

gboolean desk_refold(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error)
{
	return desk_refold_some(d, now_ms, G_MAXUINT, next_ms, error);
}

gboolean desk_refold_some(struct desk *d, int64_t now_ms, guint most, int64_t *next_ms, GError **error)
{
	gboolean ok = TRUE;

	*next_ms = INT64_MAX;
	for (size_t i = 0; ok && i < G_N_ELEMENTS(passes); i++) {
		int64_t from;

		ok = look(d, passes[i].mark, &from, error);
		if (ok && from != INT64_MAX && from <= now_ms)
			ok = do_turn(d, &passes[i], now_ms, most, &from, error);
		*next_ms = MIN(*next_ms, from);
	}
	return ok;
}

/* ---- one customer's */
gboolean desk_refold_customer(struct work *work, desk_id customer_id, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	int64_t judged;

	if (!work->words->tagged_policies)
		return TRUE;
	if (!desk_judged(work->conn, &judged, error) ||
	    !DB_RUN(work->conn, STMT_REFOLD_CUSTOMER, id_fn, ids, error, DB_I(customer_id), DB_I(OF_CUSTOMER + 1), DB_I(judged)))
		return FALSE;
	if (ids->len > OF_CUSTOMER)
		return desk_refold_begin(work->conn, work->now, error);
	for (guint i = 0; i < ids->len; i++) {
		struct work one;
		gboolean ok = work_begin(&one, work->desk, work->tx, work->who, error) &&
		              refold_one(&one, g_array_index(ids, desk_id, i), error);

		work_end(&one);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}
