/* The SQLite driver: connections, statements, transactions. */
#include "server/storage/sqlite_driver.h"

#include <string.h>

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
	return desk_fail(error, code_of(extended), "%s: %s", doing,
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

static int bind(const struct sqlite_stmt *s, const struct db_arg *args)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < s->vars && rc == SQLITE_OK; i++) {
		const struct db_arg *a = &args[s->arg_of[i]];
		switch (a->type) {
		case DB_NULL:
			rc = sqlite3_bind_null(s->st, i + 1);
			break;
		case DB_INT:
			rc = sqlite3_bind_int64(s->st, i + 1, a->num);
			break;
		case DB_TEXT:
			rc = sqlite3_bind_text(s->st, i + 1, a->text, -1, SQLITE_STATIC);
			break;
		case DB_DOUBLE:
			rc = sqlite3_bind_double(s->st, i + 1, a->real);
			break;
		case DB_BLOB:
			rc = sqlite3_bind_blob64(s->st, i + 1, a->blob, a->len, SQLITE_STATIC);
			break;
		}
	}
	return rc;
}

static gboolean sqlite_run(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n,
			   db_row_fn *fn, void *arg, GError **error)
{
	struct sqlite_conn *c = sqlite_of(conn);
	struct sqlite_stmt *s = &c->stmt[stmt], nested = {0};
	struct db_row row = {.ops = conn->ops};
	gboolean good;
	int rc;

	(void)n;
	/* a row function that runs the statement it serves gets one of its own */
	if (s->st && sqlite3_stmt_busy(s->st))
		s = &nested;
	if (!s->st && !prepare(c, stmt, s, error))
		return FALSE;
	row.result = s->st;
	rc = bind(s, args);
	if (rc == SQLITE_OK) {
		while ((rc = sqlite3_step(s->st)) == SQLITE_ROW)
			if (fn && !fn(&row, arg)) {
				rc = SQLITE_DONE;
				break;
			}
	}
	good = rc == SQLITE_DONE;
	if (!good)
		sqlite_fail(error, c->sql, rc, db_stmt_name(stmt));
	else if (!sqlite3_stmt_readonly(s->st))
		conn->changed = sqlite3_changes64(c->sql);
	sqlite3_reset(s->st);
	sqlite3_clear_bindings(s->st);
	sqlite3_finalize(nested.st);
	if (!good)
		note_state(c);
	return good;
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
	int rc = control(c, conn->role == DB_WRITER ? SQLITE_CTL_WRITE : SQLITE_CTL_READ);

	if (rc != SQLITE_OK)
		return sqlite_fail(error, c->sql, rc, "Beginning a transaction");
	c->in_tx = TRUE;
	c->marked = FALSE;
	return !head || db_feed_head(conn, head, error);
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
	.begin = sqlite_begin,
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
	.vet = sqlite_vet,
	.row_int = sqlite_row_int,
	.row_text = sqlite_row_text,
	.row_double = sqlite_row_double,
	.row_blob = sqlite_row_blob,
	.row_null = sqlite_row_null,
};
