/* The SQLite driver: connections, statements, transactions. */
#include "server/storage/sqlite_driver.h"

#include <string.h>

#include "server/storage/db_compose.h"
#include "base/say.h"

static const char *const control_sql[SQLITE_CTL_COUNT] = {
	[SQLITE_CTL_READ] = "BEGIN",           [SQLITE_CTL_WRITE] = "BEGIN IMMEDIATE",
	[SQLITE_CTL_COMMIT] = "COMMIT",        [SQLITE_CTL_ROLLBACK] = "ROLLBACK",
	[SQLITE_CTL_MARK] = "SAVEPOINT job",   [SQLITE_CTL_UNMARK] = "RELEASE job",
	[SQLITE_CTL_UNDO] = "ROLLBACK TO job",
};

static struct sqlite_conn *sqlite_of(struct db_conn *conn)
{
	return (struct sqlite_conn *)conn;
}

static enum desk_code code_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return DESK_BUSY;
	case SQLITE_INTERRUPT: /* only ever by the limit of a reader */
		return DESK_TIMEOUT;
	case SQLITE_CONSTRAINT:
		switch (rc) {
		case SQLITE_CONSTRAINT_UNIQUE:
		case SQLITE_CONSTRAINT_PRIMARYKEY:
		case SQLITE_CONSTRAINT_ROWID:
		case SQLITE_CONSTRAINT_FOREIGNKEY:
			return DESK_CONFLICT;
		default:
			return DESK_INVALID;
		}
	case SQLITE_NOTADB:
		return DESK_INVALID;
	case SQLITE_TOOBIG:
		return DESK_LIMIT;
	case SQLITE_ERROR:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
	case SQLITE_MISMATCH:
		return DESK_BUG;
	default:
		return DESK_IO;
	}
}

gboolean sqlite_fail(GError **error, sqlite3 *sql, int rc, const char *doing)
{
	int extended = sql ? sqlite3_extended_errcode(sql) : rc;

	if ((extended & 0xff) != (rc & 0xff))
		extended = rc;
	return desk_fail(error, code_of(extended), "%s: %s", say(doing),
			 sql ? sqlite3_errmsg(sql) : sqlite3_errstr(rc));
}

/* After a failure inside a transaction: has SQLite rolled all of it back? */
static void note_state(struct sqlite_conn *c)
{
	if (c->in_tx && sqlite3_get_autocommit(c->sql)) {
		c->in_tx = FALSE;
		c->base.state = DB_STATE_TX_GONE;
	}
}

/* ---- statements */

/* $3 is a name to SQLite, numbered by first appearance: bind by what the name says. */
static gboolean prepare(struct sqlite_conn *c, enum db_stmt stmt, struct sqlite_stmt *out, GError **error)
{
	const char *tail;
	int rc = sqlite3_prepare_v3(c->sql, db_stmt_sql(DB_SQLITE, stmt), -1, SQLITE_PREPARE_PERSISTENT,
				    &out->st, &tail);

	if (rc != SQLITE_OK)
		return sqlite_fail(error, c->sql, rc, db_stmt_name(stmt));
	g_assert(!*tail);
	out->vars = sqlite3_bind_parameter_count(out->st);
	g_assert(out->vars <= DB_PARAM_MAX);
	for (int i = 0; i < out->vars; i++) {
		const char *name = sqlite3_bind_parameter_name(out->st, i + 1);
		g_assert(name && name[0] == '$');
		out->arg_of[i] = (unsigned char)(g_ascii_strtoll(name + 1, NULL, 10) - 1);
	}
	return TRUE;
}

static int bind_value(sqlite3_stmt *st, int i, const struct db_arg *a)
{
	switch (a->type) {
	case DB_NULL:
		return sqlite3_bind_null(st, i);
	case DB_INT:
		return sqlite3_bind_int64(st, i, a->num);
	case DB_TEXT:
		return sqlite3_bind_text(st, i, a->text, -1, SQLITE_STATIC);
	case DB_DOUBLE:
		return sqlite3_bind_double(st, i, a->real);
	case DB_BLOB:
		return sqlite3_bind_blob64(st, i, a->blob, a->len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static int bind(const struct sqlite_stmt *s, const struct db_arg *args)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < s->vars && rc == SQLITE_OK; i++)
		rc = bind_value(s->st, i + 1, &args[s->arg_of[i]]);
	return rc;
}

/* Bound values in, rows out, and the statement as it was. */
static gboolean step_all(struct sqlite_conn *c, sqlite3_stmt *st, int rc, const char *name, db_row_fn *fn, void *arg,
			 GError **error)
{
	struct db_row row = {.ops = c->base.ops, .result = st};
	gboolean good;

	if (c->limit_ms)
		c->deadline_us = g_get_monotonic_time() + c->limit_ms * G_TIME_SPAN_MILLISECOND;
	if (rc == SQLITE_OK) {
		while ((rc = sqlite3_step(st)) == SQLITE_ROW)
			if (fn && !fn(&row, arg)) {
				rc = SQLITE_DONE;
				break;
			}
	}
	good = rc == SQLITE_DONE;
	if (!good)
		sqlite_fail(error, c->sql, rc, name);
	else if (!sqlite3_stmt_readonly(st))
		c->base.changed = sqlite3_changes64(c->sql);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return good;
}

static gboolean sqlite_run(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n,
			   db_row_fn *fn, void *arg, GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);
	struct sqlite_stmt *s = &c->stmt[stmt], nested = {0};
	gboolean good;

	(void)n;
	/* a row function that runs the statement it serves gets one of its own */
	if (s->st && sqlite3_stmt_busy(s->st))
		s = &nested;
	if (!s->st && !prepare(c, stmt, s, error))
		return FALSE;
	good = step_all(c, s->st, bind(s, args), db_stmt_name(stmt), fn, arg, error);
	sqlite3_finalize(nested.st);
	if (!good)
		note_state(c);
	return good;
}

/* ---- composed statements */
static gboolean prepare_composed(struct sqlite_conn *c, const struct db_composed *composed, sqlite3_stmt **st,
				 GError **error)
{
	g_autofree char *text = db_composed_sql(composed, DB_SQLITE);
	int rc = sqlite3_prepare_v3(c->sql, text, -1, SQLITE_PREPARE_PERSISTENT, st, NULL);

	return rc == SQLITE_OK || sqlite_fail(error, c->sql, rc, composed->name);
}

static gboolean sqlite_run_composed(struct db_conn *conn, const struct db_composed *composed, db_row_fn *fn, void *arg,
				    GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);
	struct db_cached *kept = db_cache_find(&c->composed, composed);
	sqlite3_stmt *st = kept ? kept->st : NULL, *nested = NULL;
	gboolean good;
	int rc = SQLITE_OK;

	/* busy: a row function that runs the statement it serves gets one of its own */
	if (st && sqlite3_stmt_busy(st)) {
		if (!prepare_composed(c, composed, &nested, error))
			return FALSE;
		st = nested;
	} else if (!st) {
		if (!prepare_composed(c, composed, &st, error))
			return FALSE;
		kept = db_cache_oldest(&c->composed);
		if (kept->ready && sqlite3_stmt_busy(kept->st)) {
			nested = st;
		} else {
			if (kept->ready)
				sqlite3_finalize(kept->st);
			kept->st = st;
			db_cache_keep(&c->composed, kept, composed);
		}
	}
	for (guint i = 0; i < composed->args->len && rc == SQLITE_OK; i++)
		rc = bind_value(st, (int)i + 1, &g_array_index(composed->args, struct db_arg, i));
	good = step_all(c, st, rc, composed->name, fn, arg, error);
	sqlite3_finalize(nested);
	if (!good)
		note_state(c);
	return good;
}

static gboolean sqlite_vet_composed(struct db_conn *conn, const struct db_composed *composed, GError **error)
{
	sqlite3_stmt *st = NULL;
	gboolean good = prepare_composed(sqlite_of(conn), composed, &st, error);

	if (good && sqlite3_bind_parameter_count(st) != (int)composed->args->len)
		good = desk_fail(error, DESK_BUG, "%s: %d parameters of %u", composed->name,
				 sqlite3_bind_parameter_count(st), composed->args->len);
	sqlite3_finalize(st);
	return good;
}

#define LIMIT_LOOK 2000 /* steps of SQLite's machine between two looks at the clock */

static int look_at_clock(void *arg)
{
	const struct sqlite_conn *c = arg;

	return g_get_monotonic_time() > c->deadline_us;
}

static gboolean sqlite_limit(struct db_conn *conn, int ms, GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);

	(void)error;
	c->limit_ms = ms;
	sqlite3_progress_handler(c->sql, ms ? LIMIT_LOOK : 0, ms ? look_at_clock : NULL, c);
	return TRUE;
}

/* Every $n up to the highest must appear: PostgreSQL can't know the type of another. */
static gboolean sqlite_vet(struct db_conn *conn, enum db_stmt stmt, GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);
	int params = db_stmt_params(DB_SQLITE, stmt);

	if (!c->stmt[stmt].st && !prepare(c, stmt, &c->stmt[stmt], error))
		return FALSE;
	return c->stmt[stmt].vars == params ||
	       desk_fail(error, DESK_BUG, "%s: %d parameters, but the highest is $%d", db_stmt_name(stmt),
			 c->stmt[stmt].vars, params);
}

/* ---- rows */
static int64_t sqlite_row_int(const struct db_row *row, int col)
{
	return sqlite3_column_int64(row->result, col);
}

static const char *sqlite_row_text(const struct db_row *row, int col)
{
	return (const char *)sqlite3_column_text(row->result, col);
}

static double sqlite_row_double(const struct db_row *row, int col)
{
	return sqlite3_column_double(row->result, col);
}

/* SQLite gives no pointer for an empty one. */
static const void *sqlite_row_blob(const struct db_row *row, int col, size_t *len)
{
	const void *data = sqlite3_column_blob(row->result, col);

	*len = (size_t)sqlite3_column_bytes(row->result, col);
	return data || sqlite3_column_type(row->result, col) == SQLITE_NULL ? data : "";
}

static gboolean sqlite_row_null(const struct db_row *row, int col)
{
	return sqlite3_column_type(row->result, col) == SQLITE_NULL;
}

/* ---- transactions */
static int control(struct sqlite_conn *c, enum sqlite_control which)
{
	int rc = SQLITE_OK;

	if (!c->control[which])
		rc = sqlite3_prepare_v3(c->sql, control_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
					&c->control[which], NULL);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(c->control[which]);
	sqlite3_reset(c->control[which]);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static gboolean sqlite_begin(struct db_conn *conn, int64_t *head, GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);
	int rc;

	if (conn->role == DB_WRITER)
		sqlite_make_way(conn->db);
	rc = control(c, conn->role == DB_WRITER ? SQLITE_CTL_WRITE : SQLITE_CTL_READ);

	if (rc != SQLITE_OK)
		return sqlite_fail(error, c->sql, rc, "Beginning a transaction");
	c->in_tx = TRUE;
	c->marked = FALSE;
	return !head || db_feed_head(conn, head, error);
}

static gboolean sqlite_head(struct db_conn *conn, int64_t *head, GError **error)
{
	return db_feed_head(conn, head, error);
}

/* A file doesn't hang up, and every statement was answered when it had run. */
static gboolean sqlite_ready(struct db_conn *conn, GError **error)
{
	(void)conn, (void)error;
	return TRUE;
}

/* After an I/O error the commit record may be in the log or not: only the disk knows. */
static enum db_outcome sqlite_commit(struct db_conn *conn, GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);
	int rc = control(c, SQLITE_CTL_COMMIT);

	if (rc == SQLITE_OK) {
		c->in_tx = FALSE;
		if (conn->role == DB_WRITER)
			sqlite_committed(conn->db);
		return DB_COMMITTED;
	}
	sqlite_fail(error, c->sql, rc, "Committing");
	note_state(c);
	return (rc & 0xff) == SQLITE_IOERR ? DB_UNKNOWN : DB_NOT_COMMITTED;
}

static void sqlite_rollback(struct db_conn *conn)
{
	struct sqlite_conn *c = sqlite_of(conn);

	if (c->in_tx && !sqlite3_get_autocommit(c->sql) && control(c, SQLITE_CTL_ROLLBACK) != SQLITE_OK)
		conn->state = DB_STATE_LOST;
	c->in_tx = FALSE;
	c->marked = FALSE;
	if (c->limit_ms)
		sqlite_limit(conn, 0, NULL);
}

static gboolean step_control(struct sqlite_conn *c, enum sqlite_control which, GError **error)
{
	int rc = control(c, which);

	if (rc == SQLITE_OK)
		return TRUE;
	sqlite_fail(error, c->sql, rc, control_sql[which]);
	note_state(c);
	return FALSE;
}

static gboolean sqlite_mark(struct db_conn *conn, GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);

	if (c->marked && !step_control(c, SQLITE_CTL_UNMARK, error))
		return FALSE;
	c->marked = step_control(c, SQLITE_CTL_MARK, error);
	return c->marked;
}

static gboolean sqlite_undo(struct db_conn *conn, GError **error)
{
	return step_control(sqlite_of(conn), SQLITE_CTL_UNDO, error);
}

/* ---- connections */
static struct db_conn *sqlite_new_conn(struct db *db, enum db_role role, GError **error)
{
	sqlite3 *sql = sqlite_connect(db->engine, role, error);
	struct sqlite_conn *c;

	if (!sql)
		return NULL;
	c = g_new0(struct sqlite_conn, 1);
	c->base = (struct db_conn){.db = db, .ops = db->ops, .role = role};
	c->sql = sql;
	return &c->base;
}

static void sqlite_free_conn(struct db_conn *conn)
{
	struct sqlite_conn *c = sqlite_of(conn);

	for (int i = 0; i < STMT_COUNT; i++)
		sqlite3_finalize(c->stmt[i].st);
	for (int i = 0; i < SQLITE_CTL_COUNT; i++)
		sqlite3_finalize(c->control[i]);
	for (int i = 0; i < DB_CACHE_MAX; i++)
		if (c->composed.entry[i].ready)
			sqlite3_finalize(c->composed.entry[i].st);
	db_cache_clear(&c->composed);
	sqlite3_close(c->sql);
	g_free(c);
}

/* ---- the feed: other processes on the same file are seen by the look each second */
static void sqlite_announce(struct db_conn *conn, int64_t seq)
{
	(void)conn, (void)seq;
}

static int sqlite_news_fd(struct db_conn *conn)
{
	(void)conn;
	return -1;
}

static int64_t sqlite_news(struct db_conn *conn)
{
	(void)conn;
	return 0;
}

const struct db_ops sqlite_ops = {
	.engine = DB_SQLITE,
	.name = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.connect = sqlite_new_conn,
	.disconnect = sqlite_free_conn,
	.run = sqlite_run,
	.calm = sqlite_calm,
	.begin = sqlite_begin,
	.head = sqlite_head,
	.ready = sqlite_ready,
	.settle = sqlite_ready,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.mark = sqlite_mark,
	.undo = sqlite_undo,
	.announce = sqlite_announce,
	.news_fd = sqlite_news_fd,
	.news = sqlite_news,
	.turn_take = sqlite_turn_take,
	.turn_end = sqlite_turn_end,
	.check = sqlite_check,
	.backup_name = "desk.db",
	.backup = sqlite_backup,
	.restore = sqlite_restore,
	.vet = sqlite_vet,
	.run_composed = sqlite_run_composed,
	.vet_composed = sqlite_vet_composed,
	.limit = sqlite_limit,
	.row_int = sqlite_row_int,
	.row_text = sqlite_row_text,
	.row_double = sqlite_row_double,
	.row_blob = sqlite_row_blob,
	.row_null = sqlite_row_null,
};
