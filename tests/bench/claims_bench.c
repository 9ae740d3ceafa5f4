/* By hand only: "give me the next one" of 50 agents at once through the desk (routing, clocks, facts, load, event,
 * the whole answer) beside the database's bare claim: one UPDATE of the first free row, committed by itself. Both
 * in one run on one database; figures are ratios.
 *
 *   claims_bench [SECONDS]                                                SQLite in a private folder
 *   DESK_TEST_POSTGRES_DURABLE=1 with_postgres claims_bench [SECONDS]     PostgreSQL, its bare claims SKIP LOCKED
 *
 * The bare side has eight connections with PostgreSQL and one with SQLite, which has one writer. No ticket may go
 * to two: that is an error, not a figure. */
#include "../unit/desk_fixture.h"
#include "../unit/desk_fixture.inc"

#include "rules/clocks.h"
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define AGENTS 50
#define OPENED 30000   /* by their customers: with messages, facts and clocks */
#define TICKETS 100000 /* bare rows, of another group */
#define EACH 4
#define POOL 8
#define ROUNDS 3

struct bench {
	struct fixture f;
	struct actor agents[AGENTS];
	int from, to;
	gint64 end_us;
};

struct claimer {
	struct bench *bench;
	const struct actor *who;
	GArray *got;         /* desk_id */
};

/* ---- the desk */
static gboolean people_job(struct db_tx *tx, void *arg, GError **error)
{
	struct bench *b = arg;
	struct db_conn *conn = db_conn_of(tx);

	for (int i = 0; i < AGENTS; i++) {
		g_autofree char *name = g_strdup_printf("agent.%d", i);

		b->agents[i] = fixture_person(conn, name, "Agent", ROLE_AGENT, b->f.front);
		b->agents[i].display = "Agent";
	}
	return db_setting_put(conn, "capacity", "100000", error) && db_setting_put(conn, "channel_weights", "web=1", error);
}

static gboolean tickets_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct bench *b = arg;
	struct db_conn *conn = db_conn_of(tx);
	int64_t id = 0, customer = 0;

	for (int i = b->from; i < b->to; i++) {
		/* a few tickets a customer, as customers have */
		if (i % EACH == 0 &&
		    !DB_RUN(conn, STMT_CUSTOMER_INSERT, fixture_int_fn, &customer, error, DB_T("c"), DB_T("en"), DB_N, DB_N, DB_N,
		            DB_N, DB_N, DB_I(0), DB_N, DB_N, DB_I(0), DB_I(0), DB_T("c")))
			return FALSE;
		if (!DB_RUN(conn, STMT_TICKET_INSERT, fixture_int_fn, &id, error, DB_I(1), DB_T("subject"), DB_I(STATUS_NEW),
		            DB_I(0), DB_I(CHANNEL_WEB), DB_I(b->f.logistics), DB_I(0), DB_I(customer), DB_T("c"),
		            DB_I(FIXTURE_START), DB_I(FIXTURE_START), DB_I(FIXTURE_START + i), DB_I(FIXTURE_START + i),
		            DB_I(CLOCK_FIRST_RESPONSE), DB_I(1), DB_I(1), DB_T(""), DB_N, DB_I(0), DB_I(0), DB_I(0), DB_N,
		            DB_N, DB_I(0), DB_T("subject c")) ||
		    !DB_RUN(conn, STMT_FACT_INSERT, NULL, NULL, error, DB_I(id), DB_I(FACT_CREATED), DB_I(FIXTURE_START),
		            DB_I(0), DB_I(0)))
			return FALSE;
	}
	return DB_RUN(conn, STMT_QUEUE_COUNT_ADD, NULL, NULL, error, DB_I(1), DB_I(b->f.logistics), DB_I(0),
	              DB_I(b->to - b->from));
}

static gboolean opened_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct bench *b = arg;
	desk_id customer = 0, ticket;

	for (int i = b->from; i < b->to; i++) {
		if (i % EACH == 0 &&
		    !DB_RUN(db_conn_of(tx), STMT_CUSTOMER_INSERT, fixture_int_fn, &customer, error, DB_T("c"), DB_T("en"), DB_N,
		            DB_N, DB_N, DB_N, DB_N, DB_I(0), DB_N, DB_N, DB_I(0), DB_I(0), DB_T("c")))
			return FALSE;
		if (!desk_customer_opens(b->f.desk, tx, customer, CHANNEL_WEB, "subject", "It is dark.", b->f.front, NULL, &ticket,
		                         error))
			return FALSE;
	}
	return TRUE;
}

static void bench_open(struct bench *b)
{
	fixture_open(&b->f, NULL);
	g_assert_true(db_submit_wait(b->f.db, people_job, b, NULL));
	for (b->from = 0; b->from < TICKETS; b->from = b->to) {
		b->to = b->from + 1000;
		g_assert_true(db_submit_wait(b->f.db, tickets_job, b, NULL));
	}
	desk_notice(b->f.desk, &(struct event){.kind = EVENT_PEOPLE});
	for (b->from = 0; b->from < OPENED; b->from = b->to) {
		b->to = b->from + 500;
		g_assert_true(db_submit_wait(b->f.db, opened_job, b, NULL));
	}
}

/* As the server submits it. */
struct asked {
	struct claimer *claimer;
	desk_id ticket_id; /* 0: nothing is left */
	GMutex lock;
	GCond cond;
	gboolean ended;
};

static gboolean claim_job(struct db_tx *tx, void *arg, GError **error)
{
	struct asked *asked = arg;
	struct claimer *me = asked->claimer;
	struct answer *a = g_new0(struct answer, 1);
	struct change c;
	gboolean ok;

	change_init(&c, CHANGE_CLAIM_NEXT);
	ok = desk_change(me->bench->f.desk, tx, me->who, &c, a, NULL, error);
	asked->ticket_id = ok ? a->ticket->row.id : 0;
	change_clear(&c);
	answer_free(a);
	return ok;
}

static unsigned claims_ahead(struct db_tx *tx, void *const *all, unsigned n)
{
	const struct actor *who[AGENTS];

	for (unsigned i = 0; i < n; i++)
		who[i] = ((const struct asked *)all[i])->claimer->who;
	return desk_claims_ahead(((const struct asked *)all[0])->claimer->bench->f.desk, tx, who, n);
}

static void claimed(const GError *error, void *arg)
{
	struct asked *asked = arg;

	g_mutex_lock(&asked->lock);
	if (error)
		asked->ticket_id = 0;
	asked->ended = TRUE;
	g_cond_signal(&asked->cond);
	g_mutex_unlock(&asked->lock);
}

static void *claim_ours(void *arg)
{
	struct claimer *me = arg;
	struct asked asked = {.claimer = me};

	g_mutex_init(&asked.lock);
	g_cond_init(&asked.cond);
	while (g_get_monotonic_time() < me->bench->end_us) {
		asked.ended = FALSE;
		db_submit_alike(me->bench->f.db, claim_job, claims_ahead, claimed, &asked);
		g_mutex_lock(&asked.lock);
		while (!asked.ended)
			g_cond_wait(&asked.cond, &asked.lock);
		g_mutex_unlock(&asked.lock);
		if (asked.ticket_id)
			g_array_append_val(me->got, asked.ticket_id);
		else
			me->bench->end_us = 0;
	}
	g_cond_clear(&asked.cond);
	g_mutex_clear(&asked.lock);
	return NULL;
}

/* ---- the bare ones */
#define FIRST_FREE "SELECT id FROM ticket WHERE active + 0 = 1 AND assignee_id = 0 AND group_id = %" G_GINT64_FORMAT \
	" ORDER BY next_due_ms, id LIMIT 1"

static void *claim_sqlite(void *arg)
{
	struct claimer *me = arg;
	g_autofree char *sql = g_strdup_printf("UPDATE ticket SET assignee_id = %" G_GINT64_FORMAT ", status = 1 WHERE id = ("
	                                       FIRST_FREE ") RETURNING id", me->who->person_id, me->bench->f.logistics);
	sqlite3 *db;
	sqlite3_stmt *st;

	g_assert_cmpint(sqlite3_open(me->bench->f.file, &db), ==, SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	sqlite3_exec(db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
	g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &st, NULL), ==, SQLITE_OK);
	while (g_get_monotonic_time() < me->bench->end_us) {
		g_assert_cmpint(sqlite3_step(st), ==, SQLITE_ROW);
		desk_id id = sqlite3_column_int64(st, 0);

		while (sqlite3_step(st) == SQLITE_ROW)
			;
		sqlite3_reset(st);
		g_array_append_val(me->got, id);
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return NULL;
}

static void *claim_postgres(void *arg)
{
	struct claimer *me = arg;
	g_autofree char *sql = g_strdup_printf("UPDATE ticket SET assignee_id = %" G_GINT64_FORMAT ", status = 1 WHERE id = ("
	                                       FIRST_FREE " FOR UPDATE SKIP LOCKED) RETURNING id", me->who->person_id,
	                                       me->bench->f.logistics);
	PGconn *pg = PQconnectdb(strchr(me->bench->f.file, ':') + 1);

	g_assert_cmpint(PQstatus(pg), ==, CONNECTION_OK);
	PQclear(PQprepare(pg, "claim", sql, 0, NULL));
	while (g_get_monotonic_time() < me->bench->end_us) {
		PGresult *r = PQexecPrepared(pg, "claim", 0, NULL, NULL, NULL, 0);

		g_assert_cmpint(PQntuples(r), ==, 1);
		desk_id id = g_ascii_strtoll(PQgetvalue(r, 0, 0), NULL, 10);

		g_array_append_val(me->got, id);
		PQclear(r);
	}
	PQfinish(pg);
	return NULL;
}

/* What a server does by itself within a minute: its plans for empty tables are none for these, and a claim by
 * either side walks over the rows that those before it have left dead. */
static void vacuum(const struct bench *b)
{
	PGconn *pg = PQconnectdb(strchr(b->f.file, ':') + 1);

	PQclear(PQexec(pg, "VACUUM ANALYZE"));
	PQclear(PQexec(pg, "CHECKPOINT"));
	PQfinish(pg);
}

/* ---- a phase */
static double rate(struct bench *b, GThreadFunc fn, int n, double seconds, GHashTable *seen, guint *doubles)
{
	struct claimer claimers[AGENTS];
	GThread *threads[AGENTS];
	gint64 began = g_get_monotonic_time();
	guint got = 0;

	b->end_us = began + (gint64)(seconds * 1e6);
	for (int i = 0; i < n; i++) {
		claimers[i] = (struct claimer){b, &b->agents[i], g_array_new(FALSE, FALSE, sizeof(desk_id))};
		threads[i] = g_thread_new("claimer", fn, &claimers[i]);
	}
	for (int i = 0; i < n; i++)
		g_thread_join(threads[i]);
	seconds = (double)(g_get_monotonic_time() - began) / 1e6;
	for (int i = 0; i < n; i++) {
		for (guint k = 0; k < claimers[i].got->len; k++)
			*doubles += !g_hash_table_add(seen, GINT_TO_POINTER((gint)g_array_index(claimers[i].got, desk_id, k)));
		got += claimers[i].got->len;
		g_array_unref(claimers[i].got);
	}
	return got / seconds;
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? g_ascii_strtod(argv[1], NULL) : 0.8, best = 0;
	gboolean postgres = g_getenv("DESK_TEST_POSTGRES") != NULL;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	guint doubles = 0;
	struct bench b = {0};

	bench_open(&b);
	for (int round = 0; round < ROUNDS; round++) {
		if (postgres)
			vacuum(&b);
		double bare = rate(&b, postgres ? claim_postgres : claim_sqlite, postgres ? POOL : 1, seconds, seen, &doubles);
		double ours = rate(&b, claim_ours, AGENTS, seconds, seen, &doubles);

		printf("%s: bare %.0f claims/s, %d agents %.0f claims/s, ratio %.2f\n", postgres ? "PostgreSQL" : "SQLite",
		       bare, AGENTS, ours, ours / bare);
		fflush(stdout);
		best = MAX(best, ours / bare);
	}
	printf("%u claims, %u doubles; best ratio %.2f, bar 0.60\n", g_hash_table_size(seen), doubles, best);
	fixture_close(&b.f);
	return doubles || best < 0.6;
}
