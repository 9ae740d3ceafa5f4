/* The PostgreSQL driver: connections, statements, transactions, news of other servers. */
#include "server/storage/postgres_driver.h"

#include <stdint.h>
#include <string.h>

#include "server/storage/db_compose.h"
#include "base/say.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_FLOAT8 = 701 };

struct postgres_rows {
	PGresult *result;
	GStringChunk *printed; /* numbers that were asked for as text */
};

static struct postgres_conn *postgres_of(struct db_conn *conn)
{
	return (struct postgres_conn *)conn;
}

/* ---- statements */
static struct postgres_text text_of(struct postgres_conn *c, enum db_stmt stmt)
{
	const char *name = db_stmt_name(stmt);

	return (struct postgres_text){name, name, db_stmt_sql(DB_POSTGRES, stmt), &c->prepared[stmt]};
}

static void show_rows(struct db_conn *conn, PGresult *result, db_row_fn *fn, void *arg)
{
	struct postgres_rows rows = {.result = result};
	struct db_row row = {.ops = conn->ops, .result = &rows};

	for (int n = PQntuples(result); row.index < n; row.index++)
		if (!fn(&row, arg))
			break;
	if (rows.printed)
		g_string_chunk_free(rows.printed);
}

/* *result is the statement's own; NULL for one of a job that isn't waited for: should it
 * fail, then so does what comes next, and the job (db_writer.c) with it. */
static gboolean ask(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args, size_t n,
		    gboolean wait, PGresult **result, GError **error)
{
	gboolean alone = !c->in_tx;

	if (!postgres_send(c, text, args, n, error))
		return FALSE;
	if (!wait)
		return TRUE;
	if ((!alone || postgres_sync(c, error)) && postgres_settle(c, result, error))
		return TRUE;
	if (alone)
		g_clear_error(&c->late); /* its Sync is behind it */
	return FALSE;
}

static gboolean run_text(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args,
			 size_t n, db_row_fn *fn, void *arg, GError **error)
{
	gboolean wait = fn || !c->in_tx || c->base.role != DB_WRITER;
	gboolean fresh = c->base.role == DB_READER && (c->fresh || !c->in_tx);
	g_autoptr(postgres_result) result = NULL;
	GError *why = NULL;
	gboolean good = ask(c, text, args, n, wait, &result, &why);

	/* An idle connection of the pool can die unnoticed; nobody has seen this snapshot yet. */
	if (!good && fresh && c->base.state == DB_STATE_LOST && postgres_revive(c, NULL)) {
		g_clear_error(&why);
		good = ask(c, text, args, n, wait, &result, &why);
	}
	c->fresh = FALSE;
	if (!good)
		g_propagate_error(error, why);
	else if (fn && result)
		show_rows(&c->base, result, fn, arg);
	return good;
}

/* ---- reads sent ahead */
static gboolean same_values(const struct postgres_ahead *a, const struct db_arg *args)
{
	for (unsigned i = 0; i < a->n; i++)
		if (a->values[i].type != args[i].type || a->values[i].num != args[i].num ||
		    g_strcmp0(a->values[i].text, args[i].text) != 0)
			return FALSE;
	return TRUE;
}

static struct postgres_ahead *sent_early(struct postgres_conn *c, enum db_stmt stmt, const struct db_arg *args, size_t n)
{
	for (unsigned i = 0; i < c->ahead->len; i++) {
		struct postgres_ahead *a = &g_array_index(c->ahead, struct postgres_ahead, i);

		if (!a->over && a->stmt == stmt && a->n == n && same_values(a, args))
			return a;
	}
	return NULL;
}

static void postgres_send_early(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n)
{
	struct postgres_conn *c = postgres_of(conn);
	const struct postgres_text text = text_of(c, stmt);
	struct postgres_ahead a = {.stmt = stmt, .n = (unsigned)n, .kept = conn->keeps_ahead};

	if (!c->in_tx || n > POSTGRES_AHEAD_VALUES || c->late)
		return;
	for (size_t i = 0; i < n; i++)
		if (args[i].type != DB_INT && (args[i].type != DB_TEXT || !args[i].text))
			return;
	if (!conn->keeps_ahead && sent_early(c, stmt, args, n)) /* of several jobs each takes its own */
		return;
	for (size_t i = 0; i < n; i++) {
		a.values[i] = args[i];
		a.values[i].text = g_strdup(args[i].text);
	}
	g_array_append_val(c->ahead, a);
	/* a failure is told by what comes next, as of every statement that isn't waited for */
	if (!postgres_send_ahead(c, &text, args, n, c->ahead->len - 1, NULL))
		g_array_set_size(c->ahead, c->ahead->len - 1);
}

static gboolean take_early(struct postgres_conn *c, struct postgres_ahead *a, db_row_fn *fn, void *arg, GError **error)
{
	g_autoptr(postgres_result) result = NULL;

	if (!a->result && !postgres_settle(c, NULL, error))
		return FALSE;
	result = g_steal_pointer(&a->result);
	a->over = TRUE; /* before fn, which may run other statements */
	c->base.changed = 0;
	if (result)
		show_rows(&c->base, result, fn, arg);
	return TRUE;
}

static void postgres_end_early(struct db_conn *conn, gboolean all)
{
	postgres_ahead_end(postgres_of(conn), all);
}

static gboolean postgres_run(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n,
			     db_row_fn *fn, void *arg, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	const struct postgres_text text = text_of(c, stmt);
	struct postgres_ahead *early = fn && c->ahead->len ? sent_early(c, stmt, args, n) : NULL;

	if (early)
		return take_early(c, early, fn, arg, error);
	return run_text(c, &text, args, n, fn, arg, error);
}

static gboolean postgres_settled(struct db_conn *conn, GError **error)
{
	return postgres_settle(postgres_of(conn), NULL, error);
}

/* ---- composed statements */

/* Its place among those kept prepared; what stood there before is given up. */
static gboolean place_composed(struct postgres_conn *c, const struct db_composed *composed, struct postgres_text *text,
			       GError **error)
{
	struct db_cached *kept = db_cache_find(&c->composed, composed);
	int place;

	if (!kept) {
		kept = db_cache_oldest(&c->composed);
		place = (int)(kept - c->composed.entry);
		g_snprintf(c->composed_name[place], sizeof c->composed_name[place], "composed_%d", place);
		if (kept->ready) {
			g_autofree char *drop = g_strconcat("DEALLOCATE ", c->composed_name[place], NULL);

			if (!postgres_send(c, &(struct postgres_text){.sql = drop, .doing = composed->name}, NULL, 0,
					   error))
				return FALSE;
		}
		db_cache_keep(&c->composed, kept, composed);
		kept->ready = FALSE; /* when it is sent */
	}
	place = (int)(kept - c->composed.entry);
	*text = (struct postgres_text){.name = c->composed_name[place], .doing = composed->name,
				       .prepared = &kept->ready};
	return TRUE;
}

static gboolean postgres_run_composed(struct db_conn *conn, const struct db_composed *composed, db_row_fn *fn,
				      void *arg, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	const struct db_arg *args = (const struct db_arg *)(const void *)composed->args->data;
	g_autofree char *sql = NULL;
	struct postgres_text text;

	if (!place_composed(c, composed, &text, error))
		return FALSE;
	/* always there: a line that is made anew has nothing prepared */
	text.sql = sql = db_composed_sql(composed, DB_POSTGRES);
	return run_text(c, &text, args, composed->args->len, fn, arg, error);
}

/* A search must not take the machine from those who write: one core, for a while. */
static gboolean postgres_limit(struct db_conn *conn, int ms, GError **error)
{
	static const struct postgres_text text = {
		.doing = N_("Limiting the time"),
		.sql = "SELECT set_config('statement_timeout', $1, true), "
		       "set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true), "
		       "set_config('max_parallel_workers_per_gather', '0', true)"};
	struct postgres_conn *c = postgres_of(conn);
	g_autofree char *value = g_strdup_printf("%d", ms);

	c->fresh = FALSE; /* another line would not have it */
	return postgres_send(c, &text, &DB_T(value), 1, error);
}

/* ---- vetting */

/* A narrower integer type would refuse values that SQLite takes; numeric and boolean
 * columns read otherwise than there. */
static gboolean vet_text(struct postgres_conn *c, const struct postgres_text *text, GError **error)
{
	g_autoptr(postgres_result) result = NULL;

	if (!postgres_describe(c, text, &result, error))
		return FALSE;
	for (int i = 0; i < PQnparams(result); i++) {
		Oid type = PQparamtype(result, i);
		if (type != OID_INT8 && type != OID_TEXT && type != OID_FLOAT8 && type != OID_BYTEA)
			return desk_fail(error, DESK_BUG, "%s: $%d has PostgreSQL's type %u: CAST it",
					 text->doing, i + 1, type);
	}
	for (int i = 0; i < PQnfields(result); i++) {
		Oid type = PQftype(result, i);
		if (type != OID_INT8 && type != OID_INT4 && type != OID_TEXT && type != OID_FLOAT8 &&
		    type != OID_BYTEA)
			return desk_fail(error, DESK_BUG, "%s: column %s has PostgreSQL's type %u: CAST it",
					 text->doing, PQfname(result, i), type);
	}
	return TRUE;
}

static gboolean postgres_vet(struct db_conn *conn, enum db_stmt stmt, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	const struct postgres_text text = text_of(c, stmt);

	return vet_text(c, &text, error);
}

static gboolean postgres_vet_composed(struct db_conn *conn, const struct db_composed *composed, GError **error)
{
	g_autofree char *sql = db_composed_sql(composed, DB_POSTGRES);
	struct postgres_conn *c = postgres_of(conn);
	struct postgres_text text;

	if (!place_composed(c, composed, &text, error) || !postgres_sync(c, error))
		return FALSE;
	text.sql = sql;
	return vet_text(c, &text, error);
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
static gboolean postgres_ready(struct db_conn *conn, GError **error)
{
	if (postgres_alive(postgres_of(conn)))
		return TRUE;
	conn->state = DB_STATE_LOST;
	return desk_fail(error, DESK_BUSY, "The database has closed the connection.");
}

static gboolean postgres_begin(struct db_conn *conn, int64_t *head, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);

	if (!postgres_ready(conn, error))
		return FALSE;
	c->marked = FALSE;
	c->in_tx = c->fresh = TRUE;
	if (conn->role != DB_WRITER)
		return TRUE;
	c->announce = 0;
	c->head = *head = -1;
	g_clear_pointer(&c->xid, g_free);
	return postgres_send_control(c, POSTGRES_CTL_BEGIN, NULL, 0, error) &&
	       postgres_send_control(c, POSTGRES_CTL_HEAD, NULL, 0, error);
}

static gboolean postgres_head(struct db_conn *conn, int64_t *head, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);

	if (c->head < 0 && !postgres_settle(c, NULL, error))
		return FALSE;
	*head = c->head;
	return TRUE;
}

static enum db_outcome commit_failed(struct postgres_conn *c)
{
	if (c->base.state != DB_STATE_LOST)
		return DB_NOT_COMMITTED;
	c->in_tx = FALSE;
	return postgres_ask_outcome(c->base.db->engine, c->xid);
}

/* The transaction's name must be known before COMMIT leaves: it is what one can ask for
 * when no answer comes. */
static enum db_outcome postgres_commit(struct db_conn *conn, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);
	g_autofree char *told = g_strdup_printf("%" G_GINT64_FORMAT, c->announce);
	g_autoptr(postgres_result) result = NULL;

	if (!c->xid && !postgres_settle(c, NULL, error))
		return DB_NOT_COMMITTED;
	if (c->announce && !postgres_send_control(c, POSTGRES_CTL_NOTIFY, &DB_T(told), 1, error))
		return commit_failed(c);
	if (!postgres_send_control(c, POSTGRES_CTL_COMMIT, NULL, 0, error) || !postgres_sync(c, error) ||
	    !postgres_settle(c, &result, error))
		return commit_failed(c);
	c->in_tx = FALSE;
	if (result && strcmp(PQcmdStatus(result), "COMMIT") == 0)
		return DB_COMMITTED;
	desk_fail(error, DESK_IO, "The database rolled the transaction back.");
	return DB_NOT_COMMITTED;
}

static void postgres_rollback(struct db_conn *conn)
{
	struct postgres_conn *c = postgres_of(conn);

	if (c->in_tx && conn->role != DB_WRITER) {
		g_clear_error(&c->late);
		if (conn->state != DB_STATE_LOST)
			postgres_sync(c, NULL); /* answered by the time the next one reads */
	} else if (c->in_tx) {
		if (!postgres_recover(c) || !postgres_send_control(c, POSTGRES_CTL_ROLLBACK, NULL, 0, NULL) ||
		    !postgres_sync(c, NULL) || !postgres_settle(c, NULL, NULL))
			conn->state = DB_STATE_LOST;
	}
	c->in_tx = FALSE;
	c->marked = FALSE;
}

static gboolean postgres_mark(struct db_conn *conn, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);

	c->marked = (!c->marked || postgres_send_control(c, POSTGRES_CTL_UNMARK, NULL, 0, error)) &&
		    postgres_send_control(c, POSTGRES_CTL_MARK, NULL, 0, error);
	return c->marked;
}

static gboolean postgres_undo(struct db_conn *conn, GError **error)
{
	struct postgres_conn *c = postgres_of(conn);

	if (!postgres_recover(c))
		return desk_fail(error, DESK_BUSY, "The connection was lost.");
	return postgres_send_control(c, POSTGRES_CTL_UNDO, NULL, 0, error) && postgres_settle(c, NULL, error);
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
	c->head = -1;
	postgres_pipe_open(c);
	return &c->base;
}

static void postgres_free_conn(struct db_conn *conn)
{
	struct postgres_conn *c = postgres_of(conn);

	postgres_pipe_clear(c);
	db_cache_clear(&c->composed);
	PQfinish(c->pg);
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
	.ahead = postgres_send_early,
	.ahead_end = postgres_end_early,
	.defers = TRUE,
	.begin = postgres_begin,
	.head = postgres_head,
	.ready = postgres_ready,
	.settle = postgres_settled,
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
	.backup_name = "desk.dump",
	.backup = postgres_backup,
	.restore = postgres_restore,
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
