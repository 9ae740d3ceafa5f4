/* The rows of attachments: added loose, linked to messages, swept. */
#include "server/desk/attachments_inside.h"
#include "server/desk/inside.h"

#include <string.h>

#include "base/log.h"

#define SWEEP_EVERY_MS (INT64_C(10) * 60 * 1000)
#define SWEEP_BATCH 100

void attachment_row_take(const struct db_row *row, struct attachment_row *to)
{
	struct attachment *m = to->meta = g_new0(struct attachment, 1);

	m->id = db_int(row, 0);
	to->message_id = db_int(row, 1);
	to->ticket_id = db_int(row, 2);
	m->name = db_dup(row, 3);
	m->media = db_dup(row, 4);
	m->size = db_int(row, 5);
	m->sha256 = db_dup(row, 6);
	m->scan = (enum scan_state)db_int(row, 7);
	to->in_file = db_int(row, 8) == 1;
	to->by_id = db_int(row, 9);
}

gboolean attachment_row_fn(const struct db_row *row, void *arg)
{
	attachment_row_clear(arg);
	attachment_row_take(row, arg);
	return FALSE;
}

void attachment_row_clear(struct attachment_row *r)
{
	attachment_free(r->meta);
	*r = (struct attachment_row){0};
}

gboolean attachment_read(struct db_conn *conn, desk_id id, struct attachment_row *out, GError **error)
{
	if (!DB_RUN(conn, STMT_ATTACHMENT, attachment_row_fn, out, error, DB_I(id)))
		return FALSE;
	return out->meta || desk_fail(error, DESK_NOTFOUND, "there is no attachment %" G_GINT64_FORMAT, id);
}

/* ---------------------------------------------------------------- adding */
static gboolean may_have_more(const struct attachments *a, struct db_conn *conn, desk_id by_id, GError **error)
{
	int64_t loose = 0;

	if (!DB_RUN(conn, STMT_ATTACHMENT_LOOSE, row_int_fn, &loose, error, DB_I(by_id)))
		return FALSE;
	return loose < a->loose_max ||
	       desk_fail(error, DESK_LIMIT, "you have %d uploaded files that no message uses: send some first",
			 a->loose_max);
}

/* The file may have been swept between being kept and now: it is looked at under the lock
 * that keeps sweepers out until we commit. */
static gboolean still_kept(const struct attachments *a, struct db_conn *conn, const struct attachment_new *n,
			   GError **error)
{
	int64_t ignored = 0;

	if (!db_run(conn, STMT_ATTACHMENT_KEEP, NULL, 0, row_int_fn, &ignored, error))
		return FALSE;
	return filestore_has(a->store, n->meta.sha256, n->meta.size) ||
	       desk_fail(error, DESK_BUSY, "%s was swept away while it came; send it again", n->meta.name);
}

static gboolean add_data(struct db_conn *conn, const struct attachment_new *n, GError **error)
{
	g_autoptr(GMappedFile) map = NULL;
	const void *bytes = n->meta.size ? n->bytes : "";

	if (n->fd >= 0 && n->meta.size) {
		map = g_mapped_file_new_from_fd(n->fd, FALSE, NULL);
		if (!map || (int64_t)g_mapped_file_get_length(map) < n->meta.size)
			return desk_fail(error, DESK_IO, "can't read what was uploaded");
		bytes = g_mapped_file_get_contents(map);
	}
	return DB_RUN(conn, STMT_ATTACHMENT_DATA_ADD, NULL, NULL, error, DB_I(n->meta.id),
		      DB_B(bytes, (size_t)n->meta.size));
}

gboolean attachments_add(struct attachments *a, struct db_tx *tx, struct attachment_new *n, desk_id ticket_id,
			 desk_id message_id, GError **error)
{
	struct db_conn *conn = db_conn_of(tx);

	if (!message_id && n->by_id && !may_have_more(a, conn, n->by_id, error))
		return FALSE;
	if (n->in_file && !still_kept(a, conn, n, error))
		return FALSE;
	n->meta.id = 0;
	if (!DB_RUN(conn, STMT_ATTACHMENT_ADD, row_int_fn, &n->meta.id, error, DB_I(message_id), DB_I(ticket_id),
		    DB_T(n->meta.name), DB_T(n->meta.media), DB_I(n->meta.size), DB_T(n->meta.sha256),
		    DB_I(n->meta.scan), DB_I(n->in_file ? 1 : 0), DB_I(n->by_id), DB_I(db_tx_now(tx))))
		return FALSE;
	return (n->in_file || add_data(conn, n, error)) &&
	       (!message_id || DB_RUN(conn, STMT_ATTACHMENT_COUNTED, NULL, NULL, error, DB_I(message_id), DB_I(1)));
}

/* ---------------------------------------------------------------- sweeping */
struct forgetting {
	struct attachments *a;
	const char *sha256;
};

/* Alone with the rows: an upload of the same content either has its row by now or comes after
 * us and keeps its file anew. Nothing is written, so a lost commit loses nothing. */
static gboolean forget_job(struct db_tx *tx, void *arg, GError **error)
{
	struct forgetting *f = arg;
	struct db_conn *conn = db_conn_of(tx);
	int64_t ignored = 0, used = 0;

	if (!db_run(conn, STMT_ATTACHMENT_SWEEP, NULL, 0, row_int_fn, &ignored, error) ||
	    !DB_RUN(conn, STMT_ATTACHMENT_SUM_USED, row_int_fn, &used, error, DB_T(f->sha256)))
		return FALSE;
	return used || filestore_remove(f->a->store, f->sha256, error);
}

void attachments_forget(struct attachments *a, struct db *db, const char *sha256)
{
	struct forgetting f = {a, sha256};
	g_autoptr(GError) error = NULL;

	if (a->store && !db_submit_wait(db, forget_job, &f, &error))
		log_warn("attachments", "%s", error->message);
}

struct sweeping {
	int64_t before_ms;
	GPtrArray *sums; /* of files that lost a row */
	guint count;
};

static gboolean stale_fn(const struct db_row *row, void *arg)
{
	struct attachment_row *r = g_new0(struct attachment_row, 1);

	attachment_row_take(row, r);
	g_ptr_array_add(arg, r);
	return TRUE;
}

static void stale_free(gpointer data)
{
	attachment_row_clear(data);
	g_free(data);
}

static gboolean sweep_job(struct db_tx *tx, void *arg, GError **error)
{
	struct sweeping *s = arg;
	struct db_conn *conn = db_conn_of(tx);
	g_autoptr(GPtrArray) stale = g_ptr_array_new_with_free_func(stale_free);

	g_ptr_array_set_size(s->sums, 0);
	if (!DB_RUN(conn, STMT_ATTACHMENTS_STALE, stale_fn, stale, error, DB_I(s->before_ms), DB_I(SWEEP_BATCH)))
		return FALSE;
	s->count = stale->len;
	for (guint i = 0; i < stale->len; i++) {
		const struct attachment_row *r = stale->pdata[i];

		if (!DB_RUN(conn, STMT_ATTACHMENT_DATA_REMOVE, NULL, NULL, error, DB_I(r->meta->id)) ||
		    !DB_RUN(conn, STMT_ATTACHMENT_REMOVE, NULL, NULL, error, DB_I(r->meta->id)))
			return FALSE;
		if (r->in_file)
			g_ptr_array_add(s->sums, g_strdup(r->meta->sha256));
	}
	return TRUE;
}

void attachments_sweep(struct desk *d, int64_t now_ms)
{
	struct attachments *a = desk_attachments(d);
	g_autoptr(GPtrArray) sums = g_ptr_array_new_with_free_func(g_free);
	struct sweeping s = {.before_ms = now_ms - ATTACHMENT_LOOSE_MS, .sums = sums};
	g_autoptr(GError) error = NULL;
	struct db_conn *conn;
	int64_t oldest = 0;

	if (!a || (now_ms < a->next_sweep_ms && a->next_sweep_ms - now_ms <= SWEEP_EVERY_MS))
		return;
	a->next_sweep_ms = now_ms + SWEEP_EVERY_MS;
	conn = db_read_begin(d->db, &error);
	if (conn) {
		db_run(conn, STMT_ATTACHMENT_OLDEST, NULL, 0, row_int_fn, &oldest, &error);
		db_read_end(d->db, conn);
	}
	if (!error && (oldest == 0 || oldest >= s.before_ms))
		return;
	do {
		if (error || !db_submit_wait(d->db, sweep_job, &s, &error)) {
			log_warn("attachments", "unused ones could not be swept: %s", error->message);
			return;
		}
		for (guint i = 0; i < sums->len; i++)
			attachments_forget(a, d->db, sums->pdata[i]);
		log_info("attachments", "%u unused ones removed", s.count);
	} while (s.count == SWEEP_BATCH);
}
