/* The PostgreSQL driver: the pipeline. What was sent and isn't answered yet, and the
 * waiting for it. */
#include "server/storage/postgres_driver.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include "base/say.h"

#define OUTSTANDING_MAX 1000 /* statements without an answer; then they are waited for */
/* A server that is there but says nothing: given up after so long, and called away. */
#define READER_PATIENCE_MS 35000
#define WRITER_PATIENCE_MS 300000

enum sent_kind { SENT_PREPARE, SENT_STATEMENT, SENT_AHEAD, SENT_CONTROL, SENT_HEAD, SENT_SYNC };

struct postgres_sent {
	enum sent_kind kind;
	const char *doing;  /* static, or as long as the statement's text */
	gboolean *prepared; /* SENT_PREPARE: taken back when it failed */
	unsigned at;        /* SENT_AHEAD: of c->ahead */
};

static const char *const control_sql[POSTGRES_CTL_COUNT] = {
	[POSTGRES_CTL_BEGIN] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
	/* Writers take the feed's head first: writers of all servers pass one by one, numbers
	 * are given in commit order, and what a job has read stays true until it commits. */
	[POSTGRES_CTL_HEAD] = "SELECT CAST(seq AS TEXT), CAST(pg_current_xact_id() AS TEXT) || ' ' || "
			      "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) FROM feed_head WHERE id = 1 FOR UPDATE",
	[POSTGRES_CTL_MARK] = "SAVEPOINT job",
	[POSTGRES_CTL_UNMARK] = "RELEASE job",
	[POSTGRES_CTL_UNDO] = "ROLLBACK TO job",
	[POSTGRES_CTL_NOTIFY] = "SELECT pg_notify('" POSTGRES_CHANNEL "', $1)",
	[POSTGRES_CTL_COMMIT] = "COMMIT",
	[POSTGRES_CTL_ROLLBACK] = "ROLLBACK",
};
static const char *const control_name[POSTGRES_CTL_COUNT] = {
	[POSTGRES_CTL_BEGIN] = N_("Beginning a transaction"), [POSTGRES_CTL_HEAD] = N_("Taking the feed's head"),
	[POSTGRES_CTL_MARK] = N_("Marking a job"),            [POSTGRES_CTL_UNMARK] = N_("Keeping a job"),
	[POSTGRES_CTL_UNDO] = N_("Undoing a job"),            [POSTGRES_CTL_NOTIFY] = N_("Announcing"),
	[POSTGRES_CTL_COMMIT] = N_("Committing"),             [POSTGRES_CTL_ROLLBACK] = N_("Rolling back"),
};

/* What the failure means for the transaction and the connection. */
static void note_state(struct postgres_conn *c, const PGresult *result)
{
	/* serialization, deadlock, lock time-out */
	static const char *const again[] = {"40001", "40P01", "55P03"};
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
	/* a writer that is told "read-only transaction" talks to a standby */
	if (sqlstate && c->base.role == DB_WRITER && strcmp(sqlstate, "25006") == 0)
		c->base.state = DB_STATE_LOST;
	for (unsigned i = 0; sqlstate && i < G_N_ELEMENTS(again); i++)
		if (strcmp(sqlstate, again[i]) == 0 && c->base.state == DB_STATE_OK)
			c->base.state = DB_STATE_RETRY;
}

static gboolean give_late(struct postgres_conn *c, GError **error)
{
	g_propagate_error(error, g_error_copy(c->late));
	return FALSE;
}

/* Notes the failure; what is outstanding on a lost connection will never be answered. */
static void note_failure(struct postgres_conn *c, const PGresult *result, const char *doing)
{
	note_state(c, result);
	if (!c->late)
		postgres_fail(&c->late, c->pg, result, doing);
	if (c->base.state == DB_STATE_LOST) {
		g_array_set_size(c->sent, 0);
		c->read = c->ahead_away = 0;
	}
}

/* ---- sending */
static void add_sent(struct postgres_conn *c, enum sent_kind kind, const char *doing, gboolean *prepared)
{
	struct postgres_sent sent = {.kind = kind, .doing = doing, .prepared = prepared};

	g_array_append_val(c->sent, sent);
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

static gboolean send_prepare(struct postgres_conn *c, const struct postgres_text *text)
{
	if (!text->name || *text->prepared)
		return TRUE;
	if (!PQsendPrepare(c->pg, text->name, text->sql, 0, NULL))
		return FALSE;
	*text->prepared = TRUE;
	add_sent(c, SENT_PREPARE, text->doing, text->prepared);
	return TRUE;
}

static gboolean send_values(struct postgres_conn *c, const struct postgres_text *text, size_t n,
			    const char *const *values, const int *len, const int *binary)
{
	return text->name ? PQsendQueryPrepared(c->pg, text->name, (int)n, values, len, binary, 1)
			  : PQsendQueryParams(c->pg, text->sql, (int)n, NULL, values, len, binary, 1);
}

/* A composed statement with more values than any of the table has. */
static gboolean send_many(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args,
			  size_t n)
{
	g_autofree const char **values = g_new(const char *, n);
	g_autofree int *len = g_new(int, n), *binary = g_new(int, n);
	g_autofree char *buf = g_malloc(n * G_ASCII_DTOSTR_BUF_SIZE);

	for (size_t i = 0; i < n; i++)
		values[i] = print_arg(&args[i], buf + i * G_ASCII_DTOSTR_BUF_SIZE, G_ASCII_DTOSTR_BUF_SIZE, &len[i],
				      &binary[i]);
	return send_values(c, text, n, values, len, binary);
}

static gboolean send_text(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args,
			  size_t n)
{
	const char *values[DB_PARAM_MAX];
	int len[DB_PARAM_MAX], binary[DB_PARAM_MAX];
	char buf[DB_PARAM_MAX][G_ASCII_DTOSTR_BUF_SIZE];

	if (!send_prepare(c, text))
		return FALSE;
	if (n > DB_PARAM_MAX)
		return send_many(c, text, args, n);
	for (size_t i = 0; i < n; i++)
		values[i] = print_arg(&args[i], buf[i], sizeof buf[i], &len[i], &binary[i]);
	return send_values(c, text, n, values, len, binary);
}

static gboolean send_kind(struct postgres_conn *c, enum sent_kind kind, const char *doing,
			  const struct postgres_text *text, const struct db_arg *args, size_t n, GError **error)
{
	if (c->late)
		return give_late(c, error);
	if (c->sent->len - c->read >= OUTSTANDING_MAX && !postgres_settle(c, NULL, error))
		return FALSE;
	if (send_text(c, text, args, n)) {
		add_sent(c, kind, doing, NULL);
		return TRUE;
	}
	c->base.state = DB_STATE_LOST;
	note_failure(c, NULL, doing);
	return give_late(c, error);
}

gboolean postgres_send(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args,
		       size_t n, GError **error)
{
	return send_kind(c, SENT_STATEMENT, text->doing, text, args, n, error);
}

gboolean postgres_send_ahead(struct postgres_conn *c, const struct postgres_text *text, const struct db_arg *args,
			     size_t n, unsigned at, GError **error)
{
	if (!send_kind(c, SENT_AHEAD, text->doing, text, args, n, error))
		return FALSE;
	g_array_index(c->sent, struct postgres_sent, c->sent->len - 1).at = at;
	c->ahead_away++;
	return TRUE;
}

void postgres_ahead_end(struct postgres_conn *c, gboolean all)
{
	gboolean any = c->ahead_away > 0;

	for (unsigned i = 0; i < c->ahead->len; i++) {
		struct postgres_ahead *a = &g_array_index(c->ahead, struct postgres_ahead, i);

		if (a->kept && !all) {
			any |= !a->over;
			continue;
		}
		a->over = TRUE;
		g_clear_pointer(&a->result, PQclear);
	}
	if (!any)
		g_array_set_size(c->ahead, 0);
}

gboolean postgres_send_control(struct postgres_conn *c, enum postgres_control which, const struct db_arg *args,
			       size_t n, GError **error)
{
	const struct postgres_text text = {control_name[which], control_name[which], control_sql[which],
					   &c->control[which]};

	return send_kind(c, which == POSTGRES_CTL_HEAD ? SENT_HEAD : SENT_CONTROL, control_name[which], &text, args,
			 n, error);
}

gboolean postgres_sync(struct postgres_conn *c, GError **error)
{
	if (PQpipelineSync(c->pg)) {
		add_sent(c, SENT_SYNC, "Synchronising", NULL);
		return TRUE;
	}
	c->base.state = DB_STATE_LOST;
	note_failure(c, NULL, "Sending");
	return give_late(c, error);
}

/* ---- answers */

/* FALSE: the server says nothing for too long. */
static gboolean await(struct postgres_conn *c)
{
	int patience = c->base.role == DB_WRITER ? WRITER_PATIENCE_MS : READER_PATIENCE_MS;
	gint64 until = 0;

	while (PQisBusy(c->pg)) {
		struct pollfd fd = {.fd = PQsocket(c->pg), .events = POLLIN};
		gint64 now = g_get_monotonic_time();

		if (!until)
			until = now + patience * INT64_C(1000);
		if (now >= until)
			return FALSE;
		if (poll(&fd, 1, (int)((until - now) / 1000) + 1) < 0 && errno != EINTR)
			return FALSE;
		if (fd.revents && !PQconsumeInput(c->pg))
			return TRUE; /* the result says what happened */
	}
	return TRUE;
}

/* A command's results are followed by NULL, a Sync's is not. */
static PGresult *next_result(struct postgres_conn *c, enum sent_kind kind)
{
	PGresult *result, *end;

	if (!await(c))
		return NULL;
	result = PQgetResult(c->pg);
	if (result && kind != SENT_SYNC)
		while ((end = PQgetResult(c->pg)))
			PQclear(end);
	return result;
}

static void take_head(struct postgres_conn *c, const PGresult *result)
{
	if (PQntuples(result) != 1) {
		if (!c->late)
			desk_fail(&c->late, DESK_IO, "The database has lost its feed's head.");
		return;
	}
	c->head = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	g_free(c->xid);
	c->xid = g_strdup(PQgetvalue(result, 0, 1));
}

static void take_count(struct postgres_conn *c, PGresult *result)
{
	c->base.changed = g_str_has_prefix(PQcmdStatus(result), "SELECT")
				  ? 0
				  : g_ascii_strtoll(PQcmdTuples(result), NULL, 10);
}

static void keep_ahead(struct postgres_conn *c, unsigned at, PGresult *result)
{
	struct postgres_ahead *a = at < c->ahead->len ? &g_array_index(c->ahead, struct postgres_ahead, at) : NULL;

	if (a && !a->over)
		a->result = result;
	else
		PQclear(result);
}

/* The answer to the oldest outstanding one; NULL when there is nothing to look at. */
static PGresult *take_next(struct postgres_conn *c)
{
	const struct postgres_sent sent = g_array_index(c->sent, struct postgres_sent, c->read);
	PGresult *result = next_result(c, sent.kind);
	ExecStatusType status = PQresultStatus(result);

	c->read++;
	c->ahead_away -= sent.kind == SENT_AHEAD;
	switch (status) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		if (sent.kind == SENT_AHEAD) {
			keep_ahead(c, sent.at, result);
			return NULL;
		}
		if (sent.kind == SENT_HEAD)
			take_head(c, result);
		else if (sent.kind == SENT_STATEMENT)
			take_count(c, result);
		if (sent.kind == SENT_STATEMENT || sent.kind == SENT_CONTROL)
			return result;
		break;
	case PGRES_PIPELINE_SYNC:
		break;
	case PGRES_PIPELINE_ABORTED: /* behind a failure that is noted */
		if (sent.prepared)
			*sent.prepared = FALSE;
		break;
	default:
		if (sent.prepared)
			*sent.prepared = FALSE;
		note_failure(c, result, sent.doing);
	}
	PQclear(result);
	return NULL;
}

static void take_all(struct postgres_conn *c, PGresult **last)
{
	while (c->read < c->sent->len) {
		PGresult *result = take_next(c);

		if (last && result) {
			PQclear(*last);
			*last = g_steal_pointer(&result);
		}
		PQclear(result);
	}
	g_array_set_size(c->sent, 0);
	c->read = 0;
}

gboolean postgres_settle(struct postgres_conn *c, PGresult **last, GError **error)
{
	PGresult *newest = NULL;

	if (c->read < c->sent->len) {
		const struct postgres_sent *end = &g_array_index(c->sent, struct postgres_sent, c->sent->len - 1);

		/* a Sync makes the server answer and has been flushed */
		if (end->kind != SENT_SYNC && (!PQsendFlushRequest(c->pg) || PQflush(c->pg) < 0)) {
			c->base.state = DB_STATE_LOST;
			note_failure(c, NULL, end->doing);
		}
		take_all(c, last ? &newest : NULL);
	}
	if (c->late) {
		PQclear(newest);
		return give_late(c, error);
	}
	if (last)
		*last = newest;
	return TRUE;
}

gboolean postgres_recover(struct postgres_conn *c)
{
	if (c->base.state != DB_STATE_LOST && (c->late || c->read < c->sent->len) && postgres_sync(c, NULL))
		take_all(c, NULL);
	g_clear_error(&c->late);
	return c->base.state != DB_STATE_LOST;
}

gboolean postgres_alive(struct postgres_conn *c)
{
	struct pollfd fd = {.fd = PQsocket(c->pg), .events = POLLIN};

	/* a few bytes are the answer to the last Sync; the server's farewell and the end of
	 * the stream come behind them */
	for (int i = 0; i < 4 && poll(&fd, 1, 0) > 0; i++)
		if (!PQconsumeInput(c->pg) || PQstatus(c->pg) == CONNECTION_BAD)
			return FALSE;
	while (c->read < c->sent->len && !PQisBusy(c->pg))
		PQclear(take_next(c));
	return PQstatus(c->pg) != CONNECTION_BAD && c->base.state != DB_STATE_LOST;
}

gboolean postgres_describe(struct postgres_conn *c, const struct postgres_text *text, PGresult **result,
			   GError **error)
{
	if (send_prepare(c, text) && PQsendDescribePrepared(c->pg, text->name)) {
		add_sent(c, SENT_CONTROL, text->doing, NULL);
		if (postgres_sync(c, error) && postgres_settle(c, result, error))
			return TRUE;
	} else {
		postgres_fail(error, c->pg, NULL, text->doing);
		c->base.state = DB_STATE_LOST;
	}
	postgres_recover(c);
	return FALSE;
}

gboolean postgres_revive(struct postgres_conn *c, GError **error)
{
	PGconn *pg = postgres_connect(c->base.db->engine, c->base.role, error);

	if (!pg)
		return FALSE;
	PQfinish(c->pg);
	postgres_pipe_clear(c);
	memset(c->prepared, 0, sizeof c->prepared);
	memset(c->control, 0, sizeof c->control);
	for (int i = 0; i < DB_CACHE_MAX; i++)
		c->composed.entry[i].ready = FALSE;
	c->pg = pg;
	c->base.state = DB_STATE_OK;
	postgres_pipe_open(c);
	return TRUE;
}

static void clear_ahead(void *ahead)
{
	struct postgres_ahead *a = ahead;

	g_clear_pointer(&a->result, PQclear);
	for (unsigned i = 0; i < a->n; i++)
		g_free((char *)a->values[i].text);
}

void postgres_pipe_open(struct postgres_conn *c)
{
	c->sent = g_array_new(FALSE, FALSE, sizeof(struct postgres_sent));
	c->ahead = g_array_new(FALSE, FALSE, sizeof(struct postgres_ahead));
	g_array_set_clear_func(c->ahead, clear_ahead);
	c->ahead_away = 0;
	c->read = 0;
	PQenterPipelineMode(c->pg);
}

void postgres_pipe_clear(struct postgres_conn *c)
{
	postgres_ahead_end(c, TRUE);
	g_array_unref(c->ahead);
	g_array_unref(c->sent);
	g_clear_error(&c->late);
}
