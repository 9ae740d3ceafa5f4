/* By hand only: reads and durable writes through db.h beside bare libpq that runs the same
 * statements on the same server in the same run, in alternation. Figures are ratios.
 *
 *   DESK_TEST_POSTGRES_DURABLE=1 with_postgres postgres_bench [CLIENTS [SECONDS]]
 *
 * Bare reads: one prepared statement, one connection a thread. Bare writes: CLIENTS
 * threads share eight connections (as many as a pool has), each transaction one flush:
 * BEGIN, INSERT, UPDATE, COMMIT. */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "server/storage/db_driver.h"

#define TICKETS 20000
#define POOL 8
#define ROUNDS 3

static const char body[] =
	"I have tried five times, it keeps telling me the code is wrong. Please help me soon, "
	"I need to sign in before noon today; my order depends on it.";

struct line {
	PGconn *pg;
	gboolean busy;
};

struct bench {
	struct db *db;
	char *conninfo;
	int64_t first;
	gint64 end_us;
	GMutex lock;
	GCond free;
	struct line lines[POOL];
};

struct client {
	struct bench *bench;
	void (*act)(struct client *c);
	PGconn *pg;
	unsigned seed;
	int64_t sum;
	GArray *took_us;
};

static int64_t pick(struct client *c)
{
	c->seed = c->seed * 1103515245u + 12345u;
	return c->bench->first + (c->seed >> 8) % TICKETS;
}

/* ---- the desk to read */
static gboolean take_id(const struct db_row *row, void *arg)
{
	*(int64_t *)arg = db_int(row, 0);
	return FALSE;
}

static gboolean seed_job(struct db_tx *tx, void *arg, GError **error)
{
	struct db_conn *c = db_conn_of(tx);
	int64_t group = 0, customer = 0, id = 0;

	if (!DB_RUN(c, STMT_GROUP_INSERT, take_id, &group, error, DB_T("g"), DB_T("g"), DB_I(1)) ||
	    !DB_RUN(c, STMT_CUSTOMER_INSERT, take_id, &customer, error, DB_T("c"), DB_T("en"), DB_N, DB_N,
		    DB_N, DB_N, DB_N, DB_I(0), DB_N, DB_N, DB_I(0), DB_I(0), DB_T("c")))
		return FALSE;
	for (int i = 0; i < TICKETS; i++)
		if (!DB_RUN(c, STMT_TICKET_INSERT, take_id, &id, error, DB_I(1), DB_T("subject"), DB_I(0),
			    DB_I(0), DB_I(0), DB_I(group), DB_I(0), DB_I(customer), DB_T("c"), DB_I(1),
			    DB_I(1), DB_I(i), DB_I(i), DB_I(0), DB_I(0), DB_I(1), DB_T(""), DB_N, DB_I(0),
			    DB_I(0), DB_I(0), DB_N, DB_N, DB_I(0), DB_T("subject c")))
			return FALSE;
	*(int64_t *)arg = id - TICKETS + 1;
	return TRUE;
}

/* ---- bare libpq */
static PGconn *bare_open(const struct bench *b)
{
	static const enum db_stmt used[] = {STMT_TICKET_ROW, STMT_QUEUE_ALL_NEXT, STMT_MESSAGE_INSERT,
					    STMT_TICKET_SEARCH};
	PGconn *pg = PQconnectdb(b->conninfo);

	if (PQstatus(pg) != CONNECTION_OK)
		g_error("%s", PQerrorMessage(pg));
	for (unsigned i = 0; i < G_N_ELEMENTS(used); i++)
		PQclear(PQprepare(pg, db_stmt_name(used[i]), db_stmt_sql(DB_POSTGRES, used[i]), 0, NULL));
	PQclear(PQprepare(pg, "begin", "BEGIN", 0, NULL));
	PQclear(PQprepare(pg, "commit", "COMMIT", 0, NULL));
	return pg;
}

static void bare_read(struct client *c, const char *name, int n, const char *const *values)
{
	PGresult *result = PQexecPrepared(c->pg, name, n, values, NULL, NULL, 0);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		g_error("%s", PQerrorMessage(c->pg));
	for (int i = 0; i < PQntuples(result); i++)
		c->sum += g_ascii_strtoll(PQgetvalue(result, i, 0), NULL, 10) + (*PQgetvalue(result, i, 2) != '\0');
	PQclear(result);
}

static void bare_point(struct client *c)
{
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, pick(c));

	bare_read(c, db_stmt_name(STMT_TICKET_ROW), 1, (const char *const[]){id});
}

static void bare_page(struct client *c)
{
	g_autofree char *due = g_strdup_printf("%" G_GINT64_FORMAT, pick(c) - c->bench->first);

	bare_read(c, db_stmt_name(STMT_QUEUE_ALL_NEXT), 4, (const char *const[]){"0", due, "0", "50"});
}

static struct line *line_take(struct bench *b)
{
	struct line *line = NULL;

	g_mutex_lock(&b->lock);
	while (!line) {
		for (int i = 0; i < POOL && !line; i++)
			line = b->lines[i].busy ? NULL : &b->lines[i];
		if (!line)
			g_cond_wait(&b->free, &b->lock);
	}
	line->busy = TRUE;
	g_mutex_unlock(&b->lock);
	return line;
}

static void line_give(struct bench *b, struct line *line)
{
	g_mutex_lock(&b->lock);
	line->busy = FALSE;
	g_cond_signal(&b->free);
	g_mutex_unlock(&b->lock);
}

static void bare_pair(struct client *c)
{
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, pick(c));
	const char *const message[] = {id, "1", "0", "1", "Li Wei", body, "1", "0", NULL};
	const char *const ticket[] = {id, "subject c more"};
	struct line *line = line_take(c->bench);
	PGconn *pg = line->pg;

	PQsendQueryPrepared(pg, "begin", 0, NULL, NULL, NULL, 0);
	PQsendQueryPrepared(pg, db_stmt_name(STMT_MESSAGE_INSERT), 9, message, NULL, NULL, 0);
	PQsendQueryPrepared(pg, db_stmt_name(STMT_TICKET_SEARCH), 2, ticket, NULL, NULL, 0);
	PQsendQueryPrepared(pg, "commit", 0, NULL, NULL, NULL, 0);
	PQpipelineSync(pg);
	for (int i = 0; i < 4; i++) {
		PGresult *result = PQgetResult(pg);

		if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
			g_error("%s", PQerrorMessage(pg));
		PQclear(result);
		PQgetResult(pg);
	}
	PQclear(PQgetResult(pg));
	line_give(c->bench, line);
}

/* ---- db.h */
static gboolean take_row(const struct db_row *row, void *arg)
{
	*(int64_t *)arg += db_int(row, 0) + (*db_text(row, 2) != '\0');
	return TRUE;
}

static void our_point(struct client *c)
{
	g_autoptr(GError) error = NULL;

	if (!DB_READ_ONE(c->bench->db, STMT_TICKET_ROW, take_row, &c->sum, &error, DB_I(pick(c))))
		g_error("%s", error->message);
}

/* The same inside a transaction, as a read of several statements does it. */
static void our_point_in_tx(struct client *c)
{
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(c->bench->db, &error);

	if (!conn || !DB_RUN(conn, STMT_TICKET_ROW, take_row, &c->sum, &error, DB_I(pick(c))))
		g_error("%s", error->message);
	db_read_end(c->bench->db, conn);
}

static void our_page(struct client *c)
{
	g_autoptr(GError) error = NULL;

	if (!DB_READ_ONE(c->bench->db, STMT_QUEUE_ALL_NEXT, take_row, &c->sum, &error, DB_I(0),
			 DB_I(pick(c) - c->bench->first), DB_I(0), DB_I(50)))
		g_error("%s", error->message);
}

static gboolean pair_job(struct db_tx *tx, void *arg, GError **error)
{
	int64_t ticket = *(const int64_t *)arg;
	struct db_conn *c = db_conn_of(tx);

	return DB_RUN(c, STMT_MESSAGE_INSERT, NULL, NULL, error, DB_I(ticket), DB_I(1), DB_I(0), DB_I(1),
		      DB_T("Li Wei"), DB_T(body), DB_I(1), DB_I(0), DB_N) &&
	       DB_RUN(c, STMT_TICKET_SEARCH, NULL, NULL, error, DB_I(ticket), DB_T("subject c more"));
}

static void our_pair(struct client *c)
{
	g_autoptr(GError) error = NULL;
	int64_t ticket = pick(c);

	if (!db_submit_wait(c->bench->db, pair_job, &ticket, &error))
		g_error("%s", error->message);
}

/* ---- measuring */
static gpointer client_main(gpointer arg)
{
	struct client *c = arg;

	for (gint64 now = g_get_monotonic_time(); now < c->bench->end_us;) {
		c->act(c);
		gint64 then = g_get_monotonic_time(), took = then - now;
		g_array_append_val(c->took_us, took);
		now = then;
	}
	return NULL;
}

static gint by_size(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

struct figure {
	double rate, p99_ms;
};

static struct figure measure(struct bench *b, void (*act)(struct client *c), gboolean own_line, int clients, int seconds)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autofree struct client *client = g_new0(struct client, (size_t)clients);
	g_autofree GThread **threads = g_new(GThread *, (size_t)clients);
	struct figure figure;

	for (int i = 0; i < clients; i++)
		client[i] = (struct client){.bench = b,
					    .act = act,
					    .pg = own_line ? bare_open(b) : NULL,
					    .seed = 77u + (unsigned)i,
					    .took_us = g_array_new(FALSE, FALSE, sizeof(gint64))};
	b->end_us = g_get_monotonic_time() + (gint64)seconds * 1000000;
	for (int i = 0; i < clients; i++)
		threads[i] = g_thread_new("client", client_main, &client[i]);
	for (int i = 0; i < clients; i++) {
		g_thread_join(threads[i]);
		g_array_append_vals(all, client[i].took_us->data, client[i].took_us->len);
		g_array_unref(client[i].took_us);
		PQfinish(client[i].pg);
	}
	g_array_sort(all, by_size);
	figure.rate = all->len / (double)seconds;
	figure.p99_ms = (double)g_array_index(all, gint64, all->len * 99 / 100) / 1e3;
	g_array_unref(all);
	return figure;
}

static void compare(struct bench *b, const char *name, void (*bare)(struct client *c), void (*ours)(struct client *c),
		    gboolean own_line, int clients, int seconds)
{
	for (int round = 0; round < ROUNDS; round++) {
		struct figure x = measure(b, bare, own_line, clients, seconds);
		struct figure y = measure(b, ours, FALSE, clients, seconds);

		printf("| %s, %d clients | %.0f/s, p99 %.2f ms | %.0f/s, p99 %.2f ms | %.2f |\n", name, clients,
		       x.rate, x.p99_ms, y.rate, y.p99_ms, y.rate / x.rate);
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	int clients = argc > 1 ? (int)g_ascii_strtoll(argv[1], NULL, 10) : 64;
	int seconds = argc > 2 ? (int)g_ascii_strtoll(argv[2], NULL, 10) : 2;
	struct bench b = {0};
	g_autofree char *url = NULL;
	g_autoptr(GError) error = NULL;

	b.conninfo = g_strdup_printf("host=%s user=desk dbname=postgres", g_getenv("DESK_TEST_POSTGRES"));
	url = g_strconcat("postgres:", b.conninfo, NULL);
	b.db = db_open(url, &error);
	if (!b.db || !db_submit_wait(b.db, seed_job, &b.first, &error))
		g_error("%s", error->message);
	for (int i = 0; i < POOL; i++) {
		b.lines[i].pg = bare_open(&b);
		PQenterPipelineMode(b.lines[i].pg);
	}
	puts("| what | bare libpq | db.h | ratio |\n|---|---|---|---|");
	compare(&b, "point reads", bare_point, our_point, TRUE, POOL, seconds);
	compare(&b, "point reads in a transaction", bare_point, our_point_in_tx, TRUE, POOL, seconds);
	compare(&b, "point reads", bare_point, our_point, TRUE, 1, seconds);
	compare(&b, "pages of 50", bare_page, our_page, TRUE, POOL, seconds);
	compare(&b, "durable pairs", bare_pair, our_pair, FALSE, clients, seconds);
	compare(&b, "durable pairs", bare_pair, our_pair, FALSE, 1, seconds);
	for (int i = 0; i < POOL; i++)
		PQfinish(b.lines[i].pg);
	db_close(b.db);
	g_free(b.conninfo);
	return 0;
}
