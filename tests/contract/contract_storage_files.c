/* Storage's contract: opening, refusing, racing, dying and coming back. */
#include "contract_storage.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"

/* ---- other processes */
static int child_open(const char *url)
{
	g_autoptr(GError) error = NULL;
	struct db *db = db_open(url, &error);

	if (!db) {
		fprintf(stderr, "%s\n", error->message);
		return 1;
	}
	bed_put(db, "child", "was here", NULL);
	db_close(db);
	return 0;
}

struct acked {
	GMutex lock;
	GCond cond;
	unsigned waiting;
};

struct acked_job {
	struct acked *acked;
	int64_t number;
};

static gboolean acked_job(struct db_tx *tx, void *arg, GError **error)
{
	struct acked_job *job = arg;
	g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT, job->number);

	return db_setting_put(db_conn_of(tx), name, "kept", error) && bed_event_job(tx, &job->number, error);
}

static void acked_done(const GError *error, void *arg)
{
	struct acked_job *job = arg;

	g_assert_no_error(error);
	(void)!write(STDOUT_FILENO, &job->number, sizeof job->number); /* the acknowledgement */
	g_mutex_lock(&job->acked->lock);
	job->acked->waiting--;
	g_cond_signal(&job->acked->cond);
	g_mutex_unlock(&job->acked->lock);
	g_free(job);
}

/* Writes until it is killed, some jobs always in flight. */
static int child_write(const char *url)
{
	struct db *db = db_open(url, NULL);
	struct acked acked = {0};

	if (!db)
		return 1;
	for (int64_t i = 1;; i++) {
		struct acked_job *job = g_new(struct acked_job, 1);

		*job = (struct acked_job){&acked, i};
		g_mutex_lock(&acked.lock);
		while (acked.waiting >= 20)
			g_cond_wait(&acked.cond, &acked.lock);
		acked.waiting++;
		g_mutex_unlock(&acked.lock);
		db_submit(db, acked_job, acked_done, job);
	}
}

static int child_full(const char *url)
{
	struct db *db = db_open(url, NULL);
	struct rlimit room, none;
	g_autofree char *much = g_strnfill(100000, 'm');
	g_autoptr(GError) error = NULL;
	int64_t kept = 0;

	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &room), ==, 0);
	none = room;
	none.rlim_cur = 2000000;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
	for (;; kept++) {
		g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT, kept);
		if (!bed_put(db, name, much, &error))
			break;
		g_assert_cmpint(kept, <, 100);
	}
	g_assert_true(g_error_matches(error, DESK_ERROR, DESK_IO) ||
		      g_error_matches(error, DESK_ERROR, DESK_UNCERTAIN));
	g_clear_error(&error);
	g_assert_cmpint(bed_count(db), ==, kept); /* readers don't mind */
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &room), ==, 0);
	bed_put(db, "again", much, &error);
	bed_no_error(error);
	g_assert_cmpint(bed_count(db), ==, kept + 1);
	db_close(db);
	return 0;
}

int child_main(const char *what, const char *url)
{
	if (strcmp(what, "full") == 0)
		return child_full(url);
	return strcmp(what, "write") == 0 ? child_write(url) : child_open(url);
}

static void open__by_many_processes_at_once__migrated_once(struct bed *bed, gconstpointer engine)
{
	GPid pids[4];
	struct db *db;

	(void)engine;
	for (unsigned i = 0; i < G_N_ELEMENTS(pids); i++)
		pids[i] = child_start("open", bed->url, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(pids); i++)
		g_assert_cmpint(child_wait(pids[i]), ==, 0);
	db = bed_open(bed);
	g_assert_cmpint(bed_count(db), ==, 1);
	g_assert_true(db_check(db, NULL));
	db_close(db);
}

static void open__again__keeps_everything(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);

	(void)engine;
	g_assert_true(bed_put(db, "a", "1", NULL));
	db_close(db);
	db = bed_open(bed);
	g_assert_cmpint(bed_count(db), ==, 1);
	db_close(db);
}

/* ---- SQLite: the file */
static void write__killed__keeps_all_acknowledged(struct bed *bed, gconstpointer engine)
{
	int64_t number, acknowledged = 0;
	g_autoptr(GError) error = NULL;
	struct db_conn *conn;
	struct db *db;

	(void)engine;
	for (int round = 1; round <= 3; round++) {
		int out;
		GPid pid = child_start("write", bed->url, &out);

		/* killed at a different place each time, always in mid-writing */
		for (int64_t seen = 0; seen < 200 * round + 37; seen++)
			g_assert_cmpint(read(out, &number, sizeof number), ==, sizeof number);
		kill(pid, SIGKILL);
		while (read(out, &number, sizeof number) == sizeof number)
			;
		acknowledged = MAX(acknowledged, number);
		g_assert_cmpint(child_wait(pid), ==, 128 + SIGKILL);
		close(out);
		db = bed_open(bed);
		conn = db_read_begin(db, NULL);
		for (int64_t i = 1; i <= acknowledged; i++) {
			g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT, i);
			g_autofree char *value = NULL;
			g_assert_true(db_setting_get(conn, name, &value, NULL));
			g_assert_cmpstr(value, ==, "kept");
		}
		db_read_end(db, conn);
		db_check(db, &error);
		bed_no_error(error);
		if (round < 3)
			db_close(db);
	}
	db_close(db);
}

static char *slurp(const char *path, gsize *len)
{
	g_autoptr(GError) error = NULL;
	char *bytes;

	g_file_get_contents(path, &bytes, len, &error);
	bed_no_error(error);
	return bytes;
}

/* Refused with this code, not a byte of it changed, nothing left beside it. */
static void assert_refused(const struct bed *bed, enum desk_code code)
{
	g_autoptr(GError) error = NULL;
	gsize before_len, after_len;
	g_autofree char *before = slurp(bed->path, &before_len);

	g_assert_null(db_open(bed->url, &error));
	g_assert_error(error, DESK_ERROR, (int)code);
	g_assert_nonnull(strstr(error->message, "desk.db"));
	g_autofree char *after = slurp(bed->path, &after_len);
	g_assert_cmpmem(before, before_len, after, after_len);
	GDir *dir = g_dir_open(bed->dir, 0, NULL);
	for (const char *name; (name = g_dir_read_name(dir));)
		g_assert_cmpstr(name, ==, "desk.db");
	g_dir_close(dir);
}

static void patch(const char *path, off_t at, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY);

	g_assert_cmpint(pwrite(fd, bytes, len, at), ==, (ssize_t)len);
	close(fd);
}

static void file__newer_schema__refused_untouched(struct bed *bed, gconstpointer engine)
{
	static const unsigned char newer[4] = {0, 0, 3, 231}; /* user_version 999, big-endian at byte 60 */

	(void)engine;
	db_close(bed_open(bed));
	patch(bed->path, 60, newer, sizeof newer);
	assert_refused(bed, DESK_NEWER);
}

static void file__of_another_program__refused_untouched(struct bed *bed, gconstpointer engine)
{
	static const unsigned char other[4] = {0x0f, 0x05, 0x51, 0x12}; /* application_id at byte 68 */

	(void)engine;
	db_close(bed_open(bed));
	patch(bed->path, 68, other, sizeof other);
	assert_refused(bed, DESK_INVALID);
}

static void file__not_a_database__refused_untouched(struct bed *bed, gconstpointer engine)
{
	g_autofree char *text = g_strnfill(10000, 'x');

	(void)engine;
	g_assert_true(g_file_set_contents(bed->path, "Dear diary\n", -1, NULL));
	assert_refused(bed, DESK_INVALID);
	g_assert_true(g_file_set_contents(bed->path, text, -1, NULL));
	assert_refused(bed, DESK_INVALID);
}

static guint32 big_endian(const char *at)
{
	guint32 n;

	memcpy(&n, at, sizeof n);
	return GUINT32_FROM_BE(n);
}

/* Numbers of pages that a migration has left unused: what they hold means nothing, and nobody looks at it. */
static GHashTable *free_pages(const char *file)
{
	GHashTable *free = g_hash_table_new(NULL, NULL);

	for (guint32 trunk = big_endian(file + 32); trunk;) {
		const char *at = file + (gsize)(trunk - 1) * 4096;

		for (guint32 i = 0; i < big_endian(at + 4); i++)
			g_hash_table_add(free, GUINT_TO_POINTER(big_endian(at + 8 + 4 * (gsize)i)));
		trunk = big_endian(at);
	}
	return free;
}

static void file__damaged__refused_untouched(struct bed *bed, gconstpointer engine)
{
	g_autofree char *garbage = g_strnfill(4096, (char)0xa5);
	gsize len;

	(void)engine;
	db_close(bed_open(bed));
	g_autofree char *good = slurp(bed->path, &len);
	g_autoptr(GHashTable) unused = free_pages(good);
	for (gsize page = 0; page < len; page += 4096) { /* of the first one the header stays */
		gsize at = page ? page : 100;

		if (g_hash_table_contains(unused, GUINT_TO_POINTER(page / 4096 + 1)))
			continue;
		g_assert_true(g_file_set_contents(bed->path, good, (gssize)len, NULL));
		patch(bed->path, (off_t)at, garbage, page + 4096 - at);
		assert_refused(bed, DESK_INVALID);
	}
	g_assert_true(g_file_set_contents(bed->path, good, (gssize)len / 2, NULL)); /* cut short */
	assert_refused(bed, DESK_INVALID);
}

static void file__empty__becomes_a_desk(struct bed *bed, gconstpointer engine)
{
	(void)engine;
	g_assert_true(g_file_set_contents(bed->path, "", 0, NULL));
	db_close(bed_open(bed));
}

/* With a log beside it the file can't be looked at as immutable: the other way in. */
static void file__newer_with_a_log_beside__refused_untouched(struct bed *bed, gconstpointer engine)
{
	static const unsigned char newer[4] = {0, 0, 3, 231};
	g_autofree char *wal = g_strconcat(bed->path, "-wal", NULL);
	g_autoptr(GError) error = NULL;
	gsize before_len, after_len, log_len;

	(void)engine;
	db_close(bed_open(bed));
	patch(bed->path, 60, newer, sizeof newer);
	g_assert_true(g_file_set_contents(wal, "", 0, NULL));
	g_autofree char *before = slurp(bed->path, &before_len);
	g_assert_null(db_open(bed->url, &error));
	g_assert_error(error, DESK_ERROR, DESK_NEWER);
	g_autofree char *after = slurp(bed->path, &after_len), *log = slurp(wal, &log_len);
	g_assert_cmpmem(before, before_len, after, after_len);
	g_assert_nonnull(log);
	g_assert_cmpint(log_len, ==, 0);
}

/* The disk takes no more: the write fails with a reason, and once there is room again
 * writing goes on; nothing acknowledged is missing. */
static void file__disk_full__fails_and_recovers(struct bed *bed, gconstpointer engine)
{
	(void)engine;
	g_assert_cmpint(child_wait(child_start("full", bed->url, NULL)), ==, 0);
	struct db *db = bed_open(bed);
	g_assert_true(db_check(db, NULL));
	db_close(db);
}

static gint64 log_size(const struct bed *bed)
{
	g_autofree char *path = g_strconcat(bed->path, "-wal", NULL);
	GStatBuf st;

	return g_stat(path, &st) == 0 ? st.st_size : 0;
}

/* Jobs that follow one another without end: the writer never rests. */
struct chain {
	struct db *db;
	const char *text;
	int left, ended;
};

static gboolean chain_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct chain *chain = arg;
	gboolean good = TRUE;

	for (int i = 0; good && i < 40; i++) {
		g_autofree char *name = g_strdup_printf("big %d", i);

		good = db_setting_put(db_conn_of(tx), name, chain->text, error);
	}
	return good;
}

static void chain_done(const GError *error, void *arg)
{
	struct chain *chain = arg;

	g_assert_no_error(error);
	if (--chain->left > 0)
		db_submit(chain->db, chain_job, chain_done, chain);
	else
		g_atomic_int_set(&chain->ended, 1);
}

/* The log starts anew all the same (at 8 MB with test hooks). */
static void log__written_without_a_pause__bounded(struct bed *bed, gconstpointer engine)
{
	enum { CHAINS = 2, JOBS = 30, SIZE = 60000 };
	struct db *db = bed_open(bed);
	g_autofree char *text = g_strnfill(SIZE, 'x');
	struct chain chain[CHAINS];
	gint64 longest = 0;

	(void)engine;
	for (int i = 0; i < CHAINS; i++) {
		chain[i] = (struct chain){.db = db, .text = text, .left = JOBS};
		db_submit(db, chain_job, chain_done, &chain[i]);
	}
	for (int i = 0; i < CHAINS; i++)
		bed_wait((longest = MAX(longest, log_size(bed)), g_atomic_int_get(&chain[i].ended)));
	db_close(db);
	g_assert_cmpint(longest, <, 48 << 20); /* of 140 MB that were written */
}

static void file__folder_missing_or_no_file__clear_error(struct bed *bed, gconstpointer engine)
{
	g_autoptr(GError) error = NULL;

	(void)engine;
	g_assert_null(db_open(bed->dir, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_clear_error(&error);
	g_assert_null(db_open("", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_clear_error(&error);
	g_assert_null(db_open("/dev/null/desk.db", &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
}

/* ---- PostgreSQL: the server */
static void server__other_tables__refused_untouched(struct bed *bed, gconstpointer engine)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *tables = NULL;

	(void)engine;
	bed_psql(bed->name, "CREATE TABLE diary (line TEXT)");
	g_assert_null(db_open(bed->url, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	tables = bed_psql_ask(bed->name, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
	g_assert_cmpstr(tables, ==, "1");
}

static void server__newer_schema__refused_untouched(struct bed *bed, gconstpointer engine)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *before = NULL, *after = NULL;
	static const char rows[] = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables";

	(void)engine;
	db_close(bed_open(bed));
	bed_psql(bed->name, "INSERT INTO schema_version (version, name, at_ms) VALUES (999, 'later', 0)");
	before = bed_psql_ask(bed->name, rows);
	g_assert_null(db_open(bed->url, &error));
	g_assert_error(error, DESK_ERROR, DESK_NEWER);
	after = bed_psql_ask(bed->name, rows);
	g_assert_cmpstr(before, ==, after);
}

static void server__not_utf8__refused(struct bed *bed, gconstpointer engine)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_strconcat(bed->name, "_latin", NULL), *url = bed_postgres_url(name);
	g_autofree char *create =
		g_strdup_printf("CREATE DATABASE %s TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'", name);
	g_autofree char *drop = g_strdup_printf("DROP DATABASE %s", name);

	(void)engine;
	bed_psql(NULL, create);
	g_assert_null(db_open(url, &error));
	bed_psql(NULL, drop);
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
}

static void server__away__busy(struct bed *bed, gconstpointer engine)
{
	g_autoptr(GError) error = NULL;

	(void)bed, (void)engine;
	g_assert_null(db_open("postgres:host=/nonexistent dbname=desk", &error));
	g_assert_error(error, DESK_ERROR, DESK_BUSY);
}

static void count_event(int64_t seq, const char *json, void *arg)
{
	(void)seq, (void)json;
	g_atomic_int_inc((int *)arg);
}

static void put_until_done(struct db *db, const char *name)
{
	gint64 until = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
	g_autoptr(GError) error = NULL;

	while (!bed_put(db, name, "1", &error)) {
		g_assert_error(error, DESK_ERROR, DESK_BUSY);
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_clear_error(&error);
	}
}

static void cut_connections(const struct bed *bed)
{
	g_autofree char *cut = g_strdup_printf(
		"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'",
		bed->name);

	bed_psql(NULL, cut);
}

/* Cut connections are replaced without anybody noticing. */
static void server__connections_cut__nothing_lost(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	int64_t person = 1;
	int heard = 0;

	(void)engine;
	db_feed_listen(db, count_event, &heard);
	for (int i = 1; i <= 5; i++) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(bed_count(db), ==, i - 1); /* a pooled reader exists */
		cut_connections(bed);
		g_assert_cmpint(bed_count(db), ==, i - 1);
		g_autofree char *name = g_strdup_printf("n%d", i);
		bed_put(db, name, "1", &error);
		bed_no_error(error);
		db_submit_wait(db, bed_event_job, &person, &error);
		bed_no_error(error);
	}
	db_close(db);
	g_assert_cmpint(heard, ==, 5);
}

/* How long `times` reads and writes take that all fail with DESK_BUSY. */
static gint64 refused_ms(struct db *db, int times)
{
	gint64 began = g_get_monotonic_time();

	for (int i = 0; i < times; i++) {
		g_autoptr(GError) read = NULL, write = NULL;

		g_assert_false(db_read_one(db, STMT_FEED_HEAD, NULL, 0, NULL, NULL, &read));
		g_assert_error(read, DESK_ERROR, DESK_BUSY);
		g_assert_false(bed_put(db, "refused", "1", &write));
		g_assert_error(write, DESK_ERROR, DESK_BUSY);
	}
	return (g_get_monotonic_time() - began) / 1000;
}

/* A database that is away: the first to ask wait a little, the others are told at once. */
static void server__away_for_long__busy_at_once_then_back(struct bed *bed, gconstpointer engine)
{
	g_autofree char *shut = g_strdup_printf("ALTER DATABASE %s ALLOW_CONNECTIONS false", bed->name);
	g_autofree char *open = g_strdup_printf("ALTER DATABASE %s ALLOW_CONNECTIONS true", bed->name);
	struct db *db = bed_open(bed), *other;
	int64_t person = 1;
	int heard = 0;

	(void)engine;
	db_feed_listen(db, count_event, &heard);
	put_until_done(db, "before");
	bed_psql(NULL, shut);
	cut_connections(bed);
	g_assert_cmpint(refused_ms(db, 1), <, 20000);
	g_assert_cmpint(refused_ms(db, 100), <, 5000);
	bed_psql(NULL, open);
	put_until_done(db, "after");
	g_assert_cmpint(bed_count(db), ==, 2); /* "refused" never came through later */
	other = bed_open(bed);
	g_assert_true(db_submit_wait(other, bed_event_job, &person, NULL));
	bed_wait(g_atomic_int_get(&heard) == 1);
	db_close(other);
	db_close(db);
}

/* A server that was read-only when we came is no server to live on: away until it is not. */
static void server__read_only__away_until_it_writes(struct bed *bed, gconstpointer engine)
{
	g_autofree char *on = g_strdup_printf("ALTER DATABASE %s SET default_transaction_read_only = on", bed->name);
	g_autofree char *off = g_strdup_printf("ALTER DATABASE %s RESET default_transaction_read_only", bed->name);
	struct db *db = bed_open(bed);

	(void)engine;
	put_until_done(db, "before");
	bed_psql(bed->name, on);
	cut_connections(bed);
	refused_ms(db, 1);
	bed_psql(NULL, off);
	put_until_done(db, "after");
	g_assert_cmpint(bed_count(db), ==, 2);
	db_close(db);
}

static void server__first_of_two_hosts_away__second_taken(struct bed *bed, gconstpointer engine)
{
	const char *host = g_getenv("DESK_TEST_POSTGRES");
	g_autofree char *url = g_strdup_printf("postgres:host=/nonexistent,%s user=desk dbname=%s", host, bed->name);
	g_autoptr(GError) error = NULL;
	struct db *db = db_open(url, &error);

	(void)engine;
	bed_no_error(error);
	put_until_done(db, "one");
	g_assert_cmpint(bed_count(db), ==, 1);
	db_close(db);
}

static gboolean text_differs(const char *path, const char *old)
{
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) && strcmp(text, old) != 0;
}

static void server__restarted__comes_back(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed), *other = bed_open(bed);
	const char *pid_file = g_getenv("DESK_TEST_POSTGRES_PID");
	g_autofree char *old_pid = NULL;
	int64_t person = 1;
	int heard = 0;

	(void)engine;
	db_feed_listen(db, count_event, &heard);
	put_until_done(db, "before");
	g_assert_cmpint(bed_count(db), ==, 1);
	g_assert_true(g_file_get_contents(pid_file, &old_pid, NULL, NULL));
	kill((pid_t)g_ascii_strtoll(old_pid, NULL, 10), SIGQUIT); /* its guard starts it again */
	bed_wait(text_differs(pid_file, old_pid));
	put_until_done(db, "after");
	g_assert_cmpint(bed_count(db), ==, 2);
	/* the listener hears of another server's event again */
	put_until_done(other, "other");
	g_assert_true(db_submit_wait(other, bed_event_job, &person, NULL));
	bed_wait(g_atomic_int_get(&heard) == 1);
	db_close(db);
	db_close(other);
}

void add_file_tests(void)
{
	bed_add("open__by_many_processes_at_once__migrated_once",
		open__by_many_processes_at_once__migrated_once);
	bed_add("open__again__keeps_everything", open__again__keeps_everything);
	bed_add_sqlite("write__killed__keeps_all_acknowledged", write__killed__keeps_all_acknowledged);
	bed_add_sqlite("file__newer_schema__refused_untouched", file__newer_schema__refused_untouched);
	bed_add_sqlite("file__of_another_program__refused_untouched",
		       file__of_another_program__refused_untouched);
	bed_add_sqlite("file__not_a_database__refused_untouched", file__not_a_database__refused_untouched);
	bed_add_sqlite("file__damaged__refused_untouched", file__damaged__refused_untouched);
	bed_add_sqlite("file__empty__becomes_a_desk", file__empty__becomes_a_desk);
	bed_add_sqlite("file__newer_with_a_log_beside__refused_untouched",
		       file__newer_with_a_log_beside__refused_untouched);
	bed_add_sqlite("file__disk_full__fails_and_recovers", file__disk_full__fails_and_recovers);
	bed_add_sqlite("log__written_without_a_pause__bounded", log__written_without_a_pause__bounded);
	bed_add_sqlite("file__folder_missing_or_no_file__clear_error",
		       file__folder_missing_or_no_file__clear_error);
	bed_add_postgres("server__other_tables__refused_untouched", server__other_tables__refused_untouched);
	bed_add_postgres("server__newer_schema__refused_untouched", server__newer_schema__refused_untouched);
	bed_add_postgres("server__not_utf8__refused", server__not_utf8__refused);
	bed_add_postgres("server__away__busy", server__away__busy);
	bed_add_postgres("server__connections_cut__nothing_lost", server__connections_cut__nothing_lost);
	bed_add_postgres("server__away_for_long__busy_at_once_then_back",
			 server__away_for_long__busy_at_once_then_back);
	bed_add_postgres("server__read_only__away_until_it_writes", server__read_only__away_until_it_writes);
	bed_add_postgres("server__first_of_two_hosts_away__second_taken",
			 server__first_of_two_hosts_away__second_taken);
	bed_add_postgres("server__restarted__comes_back", server__restarted__comes_back);
}
