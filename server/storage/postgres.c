/* The PostgreSQL driver: connections, statements, transactions, news of other servers. */
#include "server/storage/postgres_driver.h"

#include <stdint.h>
#include <string.h>

#include "server/storage/db_compose.h"

struct postgres_conn {
	struct db_conn base;
	PGconn *pg;
	gboolean prepared[STMT_COUNT];
	gboolean in_tx, marked;
	int64_t announce; /* the feed's head that the commit tells of; 0 none */
	struct db_cache composed; /* the n-th one is prepared as "composed_n" */
	char *xid;        /* the writer's transaction, to ask what became of it */
};

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_FLOAT8 = 701 };

struct postgres_rows {
	PGresult *result;
	GStringChunk *printed; /* numbers that were asked for as text */
};

static struct postgres_conn *postgres_of(struct db_conn *conn)
{
	return (struct postgres_conn *)conn;
}

/* What the failure means for the transaction and the connection. */
static void note_state(struct postgres_conn *c, const PGresult *result)
{
	static const char *const again[] = {"40001", "40P01",
					    "55P03"}; /* serialization, deadlock, lock time-out */
	/* shut down, crashed, starting, idle too long; 0A000: a plan older than the schema */
	static const char *const lost[] = {"57P01", "57P02", "57P03", "25P03", "0A000"};
	const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	/* no state: libpq itself says so, perhaps before it calls the connection bad (it could
	 * not send, but the server's last words were still there to be read) */
	if (PQstatus(c->pg) == CONNECTION_BAD || !sqlstate)
		c->base.state = DB_STATE_LOST;
	for (unsigned i = 0; sqlstate && i < G_N_ELEMENTS(lost); i++)
		if (strcmp(sqlstate, lost[i]) == 0)
			c->base.state = DB_STATE_LOST;
	for (unsigned i = 0; sqlstate && i < G_N_ELEMENTS(again); i++)
		if (strcmp(sqlstate, again[i]) == 0 && c->base.state == DB_STATE_OK)
			c->base.state = DB_STATE_RETRY;
}

static gboolean fail(struct postgres_conn *c, const PGresult *result, const char *doing, GError **error)
{
	note_state(c, result);
	return postgres_fail(error, c->pg, result, doing);
}

static gboolean exec(struct postgres_conn *c, const char *text, GError **error)
{
	g_autoptr(postgres_result) result = PQexec(c->pg, text);
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || fail(c, result, text, error);
}

/* ---- statements */
static gboolean postgres_prepare(struct postgres_conn *c, enum db_stmt stmt, GError **error)
{
	g_autoptr(postgres_result) result =
		PQprepare(c->pg, db_stmt_name(stmt), db_stmt_sql(DB_POSTGRES, stmt), 0, NULL);

	c->prepared[stmt] = PQresultStatus(result) == PGRES_COMMAND_OK;
	return c->prepared[stmt] || fail(c, result, db_stmt_name(stmt), error);
}

/* Data goes as it is; all else as text, so that the server decides on its type. */
static const char *print_arg(const struct db_arg *a, char *buf, size_t size, int *len, int *binary)
{
	*len = 0;
	*binary = 0;
	switch (a->type) {
	case DB_INT:
		g_snprintf(buf, size, "%" G_GINT64_FORMAT, a->num);
		return buf;
	case DB_DOUBLE:
		return g_ascii_dtostr(buf, (int)size, a->real);
	case DB_TEXT:
		return a->text;
	case DB_BLOB:
		*len = (int)a->len;
		*binary = 1;
		return a->blob;
	default:
		return NULL;
	}
}

static gboolean take_result(struct postgres_conn *c, PGresult *result, const char *name, db_row_fn *fn, void *arg,
			    GError **error)
{
	struct db_conn *conn = &c->base;
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		return fail(c, result, name, error);
	conn->changed = g_str_has_prefix(PQcmdStatus(result), "SELECT")
				? 0
				: g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
	struct postgres_rows rows = {.result = result};
	struct db_row row = {.ops = conn->ops, .result = &rows};
	for (int n_rows = PQntuples(result); fn && row.index < n_rows; row.index++)
		if (!fn(&row, arg))
			break;
	if (rows.printed)
		g_string_chunk_free(rows.printed);
	return TRUE;
}

static gboolean postgres_run(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n,
			     db_row_fn *fn, void *arg, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	const char *values[DB_PARAM_MAX];
	int len[DB_PARAM_MAX], binary[DB_PARAM_MAX];
	char buf[DB_PARAM_MAX][G_ASCII_DTOSTR_BUF_SIZE];
	g_autoptr(postgres_result) result = NULL;

	if (!c->prepared[stmt] && !postgres_prepare(c, stmt, error))
		return FALSE;
	for (size_t i = 0; i < n; i++)
		values[i] = print_arg(&args[i], buf[i], sizeof buf[i], &len[i], &binary[i]);
	result = PQexecPrepared(c->pg, db_stmt_name(stmt), (int)n, values, len, binary, 1);
	return take_result(c, result, db_stmt_name(stmt), fn, arg, error);
}

/* ---- composed statements */
static void composed_name(const struct postgres_conn *c, const struct db_cached *kept, char *name, size_t size)
{
	g_snprintf(name, size, "composed_%d", (int)(kept - c->composed.entry));
}

static struct db_cached *prepare_composed(struct postgres_conn *c, const struct db_composed *composed,
					  GError **error)
{
	struct db_cached *kept = db_cache_oldest(&c->composed);
	g_autofree char *text = db_composed_sql(composed, DB_POSTGRES);
	g_autoptr(postgres_result) result = NULL;
	char name[32];

	composed_name(c, kept, name, sizeof name);
	if (kept->ready) {
		g_autofree char *drop = g_strconcat("DEALLOCATE ", name, NULL);
		g_autoptr(postgres_result) dropped = PQexec(c->pg, drop);

		if (PQresultStatus(dropped) != PGRES_COMMAND_OK) {
			fail(c, dropped, composed->name, error);
			return NULL;
		}
		kept->ready = FALSE;
	}
	result = PQprepare(c->pg, name, text, 0, NULL);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fail(c, result, composed->name, error);
		return NULL;
	}
	db_cache_keep(&c->composed, kept, composed);
	return kept;
}

static gboolean postgres_run_composed(struct db_conn *conn, const struct db_composed *composed, db_row_fn *fn,
				      void *arg, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	struct db_cached *kept = db_cache_find(&c->composed, composed);
	guint n = composed->args->len;
	g_autofree const char **values = g_new(const char *, n + 1);
	g_autofree int *len = g_new(int, n + 1), *binary = g_new(int, n + 1);
	g_autofree char *buf = g_malloc(G_ASCII_DTOSTR_BUF_SIZE * (n + 1));
	g_autoptr(postgres_result) result = NULL;
	char name[32];

	if (!kept && !(kept = prepare_composed(c, composed, error)))
		return FALSE;
	composed_name(c, kept, name, sizeof name);
	for (guint i = 0; i < n; i++)
		values[i] = print_arg(&g_array_index(composed->args, struct db_arg, i),
				      buf + i * G_ASCII_DTOSTR_BUF_SIZE, G_ASCII_DTOSTR_BUF_SIZE, &len[i], &binary[i]);
	result = PQexecPrepared(c->pg, name, (int)n, values, len, binary, 1);
	return take_result(c, result, composed->name, fn, arg, error);
}

/* A search must not take the machine from those who write: one core, for a while. */
static gboolean postgres_limit(struct db_conn *conn, int ms, GError **error)
{
	g_autofree char *text = g_strdup_printf(
		"SET LOCAL statement_timeout = %d; SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off; "
		"SET LOCAL max_parallel_workers_per_gather = 0",
		ms);

	return exec(postgres_of(conn), text, error);
}

/* A narrower integer type would refuse values that SQLite takes; numeric and boolean
 * columns read otherwise than there. */
static gboolean vet_prepared(struct postgres_conn *c, const char *prepared, const char *name, GError **error)
{
	g_autoptr(postgres_result) result = PQdescribePrepared(c->pg, prepared);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		return fail(c, result, name, error);
	for (int i = 0; i < PQnparams(result); i++) {
		Oid type = PQparamtype(result, i);
		if (type != OID_INT8 && type != OID_TEXT && type != OID_FLOAT8 && type != OID_BYTEA)
			return desk_fail(error, DESK_BUG, "%s: $%d has PostgreSQL's type %u: CAST it",
					 name, i + 1, type);
	}
	for (int i = 0; i < PQnfields(result); i++) {
		Oid type = PQftype(result, i);
		if (type != OID_INT8 && type != OID_INT4 && type != OID_TEXT && type != OID_FLOAT8 &&
		    type != OID_BYTEA)
			return desk_fail(error, DESK_BUG, "%s: column %s has PostgreSQL's type %u: CAST it",
					 name, PQfname(result, i), type);
	}
	return TRUE;
}

static gboolean postgres_vet(struct db_conn *conn, enum db_stmt stmt, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);

	return (c->prepared[stmt] || postgres_prepare(c, stmt, error)) &&
	       vet_prepared(c, db_stmt_name(stmt), db_stmt_name(stmt), error);
}

static gboolean postgres_vet_composed(struct db_conn *conn, const struct db_composed *composed, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	struct db_cached *kept = prepare_composed(c, composed, error);
	char name[32];

	if (!kept)
		return FALSE;
	composed_name(c, kept, name, sizeof name);
	return vet_prepared(c, name, composed->name, error);
}

/* ---- rows: results come in binary, of the types that vet lets pass */
static const char *value_of(const struct db_row *row, int col, Oid *type)
{
	const struct postgres_rows *rows = row->result;

	*type = PQftype(rows->result, col);
	return PQgetisnull(rows->result, row->index, col) ? NULL : PQgetvalue(rows->result, row->index, col);
}

static int64_t read_int(const char *value, Oid type)
{
	uint64_t big;
	uint32_t small;

	if (type == OID_INT4) {
		memcpy(&small, value, sizeof small);
		return (int32_t)GUINT32_FROM_BE(small);
	}
	memcpy(&big, value, sizeof big);
	return (int64_t)GUINT64_FROM_BE(big);
}

static double read_double(const char *value)
{
	uint64_t bits;
	double real;

	memcpy(&bits, value, sizeof bits);
	bits = GUINT64_FROM_BE(bits);
	memcpy(&real, &bits, sizeof real);
	return real;
}

static gboolean postgres_row_null(const struct db_row *row, int col)
{
	const struct postgres_rows *rows = row->result;

	return PQgetisnull(rows->result, row->index, col);
}

/* A number asked for as text is printed. */
static const char *postgres_row_text(const struct db_row *row, int col)
{
	struct postgres_rows *rows = row->result;
	char buf[G_ASCII_DTOSTR_BUF_SIZE];
	Oid type;
	const char *value = value_of(row, col, &type);

	if (!value || (type != OID_INT8 && type != OID_INT4 && type != OID_FLOAT8))
		return value;
	if (!rows->printed)
		rows->printed = g_string_chunk_new(256);
	if (type == OID_FLOAT8)
		g_ascii_dtostr(buf, sizeof buf, read_double(value));
	else
		g_snprintf(buf, sizeof buf, "%" G_GINT64_FORMAT, read_int(value, type));
	return g_string_chunk_insert(rows->printed, buf);
}

static int64_t postgres_row_int(const struct db_row *row, int col)
{
	Oid type;
	const char *value = value_of(row, col, &type);

	if (!value)
		return 0;
	switch (type) {
	case OID_INT8:
	case OID_INT4:
		return read_int(value, type);
	case OID_FLOAT8:
		return (int64_t)CLAMP(read_double(value), -9.2e18, 9.2e18);
	default:
		return g_ascii_strtoll(value, NULL, 10);
	}
}

static double postgres_row_double(const struct db_row *row, int col)
{
	Oid type;
	const char *value = value_of(row, col, &type);

	if (!value)
		return 0;
	switch (type) {
	case OID_INT8:
	case OID_INT4:
		return (double)read_int(value, type);
	case OID_FLOAT8:
		return read_double(value);
	default:
		return g_ascii_strtod(value, NULL);
	}
}

static const void *postgres_row_blob(const struct db_row *row, int col, size_t *len)
{
	const struct postgres_rows *rows = row->result;
	Oid type;
	const void *value = value_of(row, col, &type);

	*len = (size_t)PQgetlength(rows->result, row->index, col);
	return value;
}

/* ---- transactions */

/* Writers take the feed's head first: writers of all servers pass one by one, numbers
 * are given in commit order, and what a job has read stays true until it commits. */
static gboolean begin_write(struct postgres_conn *c, int64_t *head, GError **error)
{
	g_autoptr(postgres_result) result = PQexec(
		c->pg,
		"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
		"SELECT seq, CAST(pg_current_xact_id() AS TEXT) FROM feed_head WHERE id = 1 FOR UPDATE");

	c->in_tx = TRUE;
	c->announce = 0;
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return fail(c, result, "Beginning a transaction", error);
	if (PQntuples(result) != 1)
		return desk_fail(error, DESK_IO, "The database has lost its feed's head.");
	*head = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	g_free(c->xid);
	c->xid = g_strdup(PQgetvalue(result, 0, 1));
	return TRUE;
}

static gboolean postgres_begin(struct db_conn *conn, int64_t *head, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);

	c->marked = FALSE;
	if (conn->role == DB_WRITER)
		return begin_write(c, head, error);
	c->in_tx = exec(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
	return c->in_tx;
}

static enum db_outcome postgres_commit(struct db_conn *conn, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	g_autofree char *text =
		c->announce ? g_strdup_printf("NOTIFY " POSTGRES_CHANNEL ", '%" G_GINT64_FORMAT "'; COMMIT",
					      c->announce)
			    : g_strdup("COMMIT");
	g_autoptr(postgres_result) result = PQexec(c->pg, text);

	if (PQresultStatus(result) == PGRES_COMMAND_OK) {
		c->in_tx = FALSE;
		if (strcmp(PQcmdStatus(result), "COMMIT") == 0)
			return DB_COMMITTED;
		desk_fail(error, DESK_IO, "The database rolled the transaction back.");
		return DB_NOT_COMMITTED;
	}
	fail(c, result, "Committing", error);
	if (conn->state != DB_STATE_LOST)
		return DB_NOT_COMMITTED;
	c->in_tx = FALSE;
	return postgres_settle(conn->db->engine, c->xid);
}

static void postgres_rollback(struct db_conn *conn)
{
	struct postgres_conn *c = postgres_of(conn);

	if (c->in_tx && conn->state != DB_STATE_LOST && !exec(c, "ROLLBACK", NULL))
		conn->state = DB_STATE_LOST;
	c->in_tx = FALSE;
	c->marked = FALSE;
}

static gboolean postgres_mark(struct db_conn *conn, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);

	c->marked = exec(c, c->marked ? "RELEASE job; SAVEPOINT job" : "SAVEPOINT job", error);
	return c->marked;
}

static gboolean postgres_undo(struct db_conn *conn, GError **error)
{
	return exec(postgres_of(conn), "ROLLBACK TO job", error);
}

/* ---- connections */
static struct db_conn *postgres_new_conn(struct db *db, enum db_role role, GError **error)
{
	PGconn *pg = postgres_connect(db->engine, role, error);
	struct postgres_conn *c;

	if (!pg)
		return NULL;
	c = g_new0(struct postgres_conn, 1);
	c->base = (struct db_conn){.db = db, .ops = db->ops, .role = role};
	c->pg = pg;
	return &c->base;
}

static void postgres_free_conn(struct db_conn *conn)
{
	struct postgres_conn *c = postgres_of(conn);

	PQfinish(c->pg);
	db_cache_clear(&c->composed);
	g_free(c->xid);
	g_free(c);
}

/* ---- news of other servers (and the echo of our own) */
static void postgres_announce(struct db_conn *conn, int64_t seq)
{
	postgres_of(conn)->announce = seq;
}

static int postgres_news_fd(struct db_conn *conn)
{
	return PQsocket(postgres_of(conn)->pg);
}

static int64_t postgres_news(struct db_conn *conn)
{
	struct postgres_conn *c = postgres_of(conn);
	int64_t newest = 0;
	PGnotify *n;

	if (!PQconsumeInput(c->pg))
		return -1;
	while ((n = PQnotifies(c->pg))) {
		int64_t seq = g_ascii_strtoll(n->extra, NULL, 10);
		newest = MAX(newest, seq);
		PQfreemem(n);
	}
	return newest;
}

const struct db_ops postgres_ops = {
	.engine = DB_POSTGRES,
	.name = "postgres",
	.open = postgres_open,
	.close = postgres_close,
	.connect = postgres_new_conn,
	.disconnect = postgres_free_conn,
	.run = postgres_run,
	.begin = postgres_begin,
	.commit = postgres_commit,
	.rollback = postgres_rollback,
	.mark = postgres_mark,
	.undo = postgres_undo,
	.announce = postgres_announce,
	.news_fd = postgres_news_fd,
	.news = postgres_news,
	.turn_take = postgres_turn_take,
	.turn_end = postgres_turn_end,
	.check = postgres_check,
	.vet = postgres_vet,
	.run_composed = postgres_run_composed,
	.vet_composed = postgres_vet_composed,
	.limit = postgres_limit,
	.row_int = postgres_row_int,
	.row_text = postgres_row_text,
	.row_double = postgres_row_double,
	.row_blob = postgres_row_blob,
	.row_null = postgres_row_null,
};
