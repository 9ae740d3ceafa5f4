/* By hand only: durable writes and point reads through db.h beside the barest program
 * that does the same on the same schema (one writer thread with group commit, FULL,
 * a checkpoint thread). Figures are ratios within one run, never absolute.
 *
 *   cmake --preset dev -DDESK_SANITIZE=OFF ... (or any optimised build)
 *   storage_bench [CLIENTS [SECONDS]]                SQLite in a private folder
 *   with_postgres storage_bench CLIENTS SECONDS URL  PostgreSQL (db.h only) */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "server/storage/db_driver.h"
#include "wire/wire.h"

#define TICKETS 20000
#define BATCH 256

static const char body[] =
	"I have tried five times, it keeps telling me the code is wrong. Please help me soon, "
	"I need to sign in before noon today; my order depends on it.";

/* ---- what both sides do: a message and an update of its ticket */
struct load {
	struct db *db;
	struct bare *bare;
	const char *path; /* SQLite's file */
	gint64 end_us;
	gboolean with_event;
	int64_t first; /* ticket */
	unsigned seed;
	GArray *took_us; /* gint64 */
};

static int64_t pick(struct load *l)
{
	l->seed = l->seed * 1103515245u + 12345u;
	return l->first + (l->seed >> 8) % TICKETS;
}

/* ---- through db.h */
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

struct pair {
	int64_t ticket;
	gboolean with_event;
};

static gboolean pair_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct pair *p = arg;
	struct db_conn *c = db_conn_of(tx);
	struct event event = {.kind = EVENT_TICKET, .ticket_id = p->ticket, .change = (char *)"reply"};

	return DB_RUN(c, STMT_MESSAGE_INSERT, NULL, NULL, error, DB_I(p->ticket), DB_I(1), DB_I(0), DB_I(1),
		      DB_T("Li Wei"), DB_T(body), DB_I(1), DB_I(0), DB_N) &&
	       DB_RUN(c, STMT_TICKET_SEARCH, NULL, NULL, error, DB_I(p->ticket), DB_T("subject c more")) &&
	       (!p->with_event || db_tx_event(tx, &event, error));
}

/* ---- the bare one */
struct bare_job {
	int64_t ticket;
	gboolean done;
	GCond ended; /* its own: a broadcast would wake all clients for each batch */
};

struct bare {
	sqlite3 *sql;
	sqlite3_stmt *begin, *commit, *insert, *update;
	GMutex lock;
	GCond wake;
	GQueue queue;
	gboolean stop;
	char *path;
};

static void must(int rc, sqlite3 *sql)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		g_error("sqlite: %s", sqlite3_errmsg(sql));
}

static void step(struct bare *b, sqlite3_stmt *st)
{
	must(sqlite3_step(st), b->sql);
	sqlite3_reset(st);
}

static void bare_pair(struct bare *b, const struct bare_job *j)
{
	static const int64_t numbers[] = {0, 1, 0, 1};

	sqlite3_bind_int64(b->insert, 1, j->ticket);
	for (int i = 1; i < 4; i++)
		sqlite3_bind_int64(b->insert, i + 1, numbers[i]);
	sqlite3_bind_text(b->insert, 5, "Li Wei", -1, SQLITE_STATIC);
	sqlite3_bind_text(b->insert, 6, body, -1, SQLITE_STATIC);
	sqlite3_bind_int64(b->insert, 7, 1);
	sqlite3_bind_int64(b->insert, 8, 0);
	step(b, b->insert);
	sqlite3_bind_text(b->update, 1, "subject c more", -1, SQLITE_STATIC);
	sqlite3_bind_int64(b->update, 2, j->ticket);
	step(b, b->update);
}

static gpointer bare_main(gpointer arg)
{
	struct bare *b = arg;
	struct bare_job *jobs[BATCH];

	g_mutex_lock(&b->lock);
	for (;;) {
		int n = 0;

		while (!b->stop && g_queue_is_empty(&b->queue))
			g_cond_wait(&b->wake, &b->lock);
		if (b->stop && g_queue_is_empty(&b->queue))
			break;
		while (n < BATCH && !g_queue_is_empty(&b->queue))
			jobs[n++] = g_queue_pop_head(&b->queue);
		g_mutex_unlock(&b->lock);
		step(b, b->begin);
		for (int i = 0; i < n; i++)
			bare_pair(b, jobs[i]);
		step(b, b->commit);
		g_mutex_lock(&b->lock);
		for (int i = 0; i < n; i++) {
			jobs[i]->done = TRUE;
			g_cond_signal(&jobs[i]->ended);
		}
	}
	g_mutex_unlock(&b->lock);
	return NULL;
}

static gpointer bare_checkpoints(gpointer arg)
{
	struct bare *b = arg;
	sqlite3 *sql;

	must(sqlite3_open(b->path, &sql), NULL);
	while (!g_atomic_int_get(&b->stop)) {
		g_usleep(200000);
		sqlite3_wal_checkpoint_v2(sql, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	}
	sqlite3_close(sql);
	return NULL;
}

static void bare_wait(struct bare *b, int64_t ticket)
{
	struct bare_job job = {.ticket = ticket};

	g_cond_init(&job.ended);
	g_mutex_lock(&b->lock);
	g_queue_push_tail(&b->queue, &job);
	g_cond_signal(&b->wake);
	while (!job.done)
		g_cond_wait(&job.ended, &b->lock);
	g_mutex_unlock(&b->lock);
	g_cond_clear(&job.ended);
}

static void bare_open(struct bare *b, const char *path)
{
	static const char insert[] =
		"INSERT INTO message(ticket_id, kind, delivery, author_id, author_name, body, at_ms, "
		"send_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id";

	b->path = g_strdup(path);
	must(sqlite3_open_v2(path, &b->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL), NULL);
	must(sqlite3_exec(
		     b->sql,
		     "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON;"
		     "PRAGMA cache_size = -65536",
		     NULL, NULL, NULL),
	     b->sql);
	must(sqlite3_prepare_v3(b->sql, "BEGIN IMMEDIATE", -1, SQLITE_PREPARE_PERSISTENT, &b->begin, NULL),
	     b->sql);
	must(sqlite3_prepare_v3(b->sql, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &b->commit, NULL), b->sql);
	must(sqlite3_prepare_v3(b->sql, insert, -1, SQLITE_PREPARE_PERSISTENT, &b->insert, NULL), b->sql);
	must(sqlite3_prepare_v3(b->sql, "UPDATE ticket SET search = ?1 WHERE id = ?2", -1,
				SQLITE_PREPARE_PERSISTENT, &b->update, NULL),
	     b->sql);
}

static void bare_close(struct bare *b)
{
	sqlite3_finalize(b->begin);
	sqlite3_finalize(b->commit);
	sqlite3_finalize(b->insert);
	sqlite3_finalize(b->update);
	sqlite3_close(b->sql);
	g_free(b->path);
}

/* ---- measuring */
static gpointer client(gpointer arg)
{
	struct load *l = arg;

	for (gint64 now = g_get_monotonic_time(); now < l->end_us;) {
		struct pair p = {pick(l), l->with_event};
		g_autoptr(GError) error = NULL;

		if (l->bare)
			bare_wait(l->bare, p.ticket);
		else if (!db_submit_wait(l->db, pair_job, &p, &error))
			g_error("%s", error->message);
		gint64 then = g_get_monotonic_time(), took = then - now;
		g_array_append_val(l->took_us, took);
		now = then;
	}
	return NULL;
}

static gint by_size(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

static double measure(const char *name, struct load what, int clients, int seconds)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autofree struct load *loads = g_new(struct load, (size_t)clients);
	g_autofree GThread **threads = g_new(GThread *, (size_t)clients);
	double rate;

	what.end_us = g_get_monotonic_time() + (gint64)seconds * 1000000;
	for (int i = 0; i < clients; i++) {
		loads[i] = what;
		loads[i].seed = 77u + (unsigned)i;
		loads[i].took_us = g_array_new(FALSE, FALSE, sizeof(gint64));
		threads[i] = g_thread_new("client", client, &loads[i]);
	}
	for (int i = 0; i < clients; i++) {
		g_thread_join(threads[i]);
		g_array_append_vals(all, loads[i].took_us->data, loads[i].took_us->len);
		g_array_unref(loads[i].took_us);
	}
	g_array_sort(all, by_size);
	rate = all->len / (double)seconds;
	if (what.db && what.path) {
		g_autofree char *wal = g_strconcat(what.path, "-wal", NULL);
		GStatBuf st;
		if (g_stat(wal, &st) == 0)
			printf("  log %.1f MB\n", (double)st.st_size / 1e6);
	}
	printf("%-28s %9.0f /s   p50 %6.2f ms   p99 %6.2f ms\n", name, rate,
	       g_array_index(all, gint64, all->len / 2) / 1e3,
	       g_array_index(all, gint64, all->len * 99 / 100) / 1e3);
	g_array_unref(all);
	return rate;
}

static gboolean take_row(const struct db_row *row, void *arg)
{
	*(int64_t *)arg += db_int(row, 0) + (db_text(row, 3) != NULL);
	return TRUE;
}

static double measure_reads(struct db *db, int64_t first, int seconds)
{
	gint64 end = g_get_monotonic_time() + (gint64)seconds * 1000000;
	struct load l = {.seed = 5, .first = first};
	int64_t sum = 0;
	unsigned n = 0;

	for (; (n & 15) || g_get_monotonic_time() < end; n++) {
		struct db_conn *conn = db_read_begin(db, NULL);
		DB_RUN(conn, STMT_TICKET_ROW, take_row, &sum, NULL, DB_I(pick(&l)));
		db_read_end(db, conn);
	}
	printf("%-28s %9.0f /s   (%s)\n", "point reads, db.h", n / (double)seconds,
	       sum ? "found" : "nothing found");
	return n / (double)seconds;
}

static double measure_bare_reads(const char *path, int64_t first, int seconds)
{
	gint64 end = g_get_monotonic_time() + (gint64)seconds * 1000000;
	struct load l = {.seed = 5, .first = first};
	sqlite3_stmt *st;
	sqlite3 *sql;
	int64_t sum = 0;
	unsigned n = 0;

	must(sqlite3_open_v2(path, &sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL), NULL);
	must(sqlite3_prepare_v3(sql, db_stmt_sql(DB_SQLITE, STMT_TICKET_ROW), -1, SQLITE_PREPARE_PERSISTENT,
				&st, NULL),
	     sql);
	for (; (n & 15) || g_get_monotonic_time() < end; n++) {
		sqlite3_bind_int64(st, 1, pick(&l));
		while (sqlite3_step(st) == SQLITE_ROW)
			sum += sqlite3_column_int64(st, 0) + (sqlite3_column_text(st, 3) != NULL);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	sqlite3_close(sql);
	printf("%-28s %9.0f /s   (%s)\n", "point reads, bare", n / (double)seconds,
	       sum ? "found" : "nothing found");
	return n / (double)seconds;
}

static void beside_bare(const char *path, struct db *db, int64_t first, int clients, int seconds)
{
	struct bare bare = {0};
	GThread *threads[2];
	double ceiling, ours;

	bare_open(&bare, path);
	for (int round = 1; round <= 3; round++) {
		g_atomic_int_set(&bare.stop, FALSE);
		threads[0] = g_thread_new("bare", bare_main, &bare);
		threads[1] = g_thread_new("bare-checkpoints", bare_checkpoints, &bare);
		ceiling = measure("pairs, bare", (struct load){.bare = &bare, .first = first}, clients,
				  seconds);
		g_mutex_lock(&bare.lock);
		bare.stop = TRUE;
		g_cond_signal(&bare.wake);
		g_mutex_unlock(&bare.lock);
		g_thread_join(threads[0]);
		g_thread_join(threads[1]);
		ours = measure("pairs, db.h", (struct load){.first = first, .db = db, .path = path}, clients,
			       seconds);
		printf("  ratio %.2f\n", ours / ceiling);
		measure("pairs + event, db.h", (struct load){.first = first, .db = db, .with_event = TRUE},
			clients, seconds);
		ceiling = measure_bare_reads(path, first, 1);
		printf("  ratio %.2f\n", measure_reads(db, first, 1) / ceiling);
	}
	bare_close(&bare);
}

int main(int argc, char **argv)
{
	int clients = argc > 1 ? (int)g_ascii_strtoll(argv[1], NULL, 10) : 64;
	int seconds = argc > 2 ? (int)g_ascii_strtoll(argv[2], NULL, 10) : 3;
	g_autofree char *dir = g_dir_make_tmp("storage-bench-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "desk.db", NULL);
	g_autofree char *pg = argc > 3 ? g_strdup_printf("postgres:host=%s user=desk dbname=postgres",
							 g_getenv("DESK_TEST_POSTGRES"))
				       : NULL;
	g_autoptr(GError) error = NULL;
	int64_t first = 0;
	struct db *db = db_open(pg ? pg : path, &error);

	if (!db || !db_submit_wait(db, seed_job, &first, &error))
		g_error("%s", error->message);
	if (pg) {
		measure("pairs, db.h", (struct load){.first = first, .db = db}, clients, seconds);
		measure("pairs + event, db.h", (struct load){.first = first, .db = db, .with_event = TRUE},
			clients, seconds);
		measure_reads(db, first, 1);
	} else {
		beside_bare(path, db, first, clients, seconds);
	}
	db_close(db);
	g_unlink(path);
	g_rmdir(dir);
	return 0;
}
