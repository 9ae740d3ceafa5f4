/* Storage's contract on SQLite and PostgreSQL: statements, values, jobs, snapshots. */
#include "contract_storage.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "wire/wire.h"

/* ---- the bed */
static const enum db_engine engines[] = {DB_SQLITE, DB_POSTGRES};
static const char *self; /* this program, for children */

static char *psql(const char *database, const char *sql)
{
	const char *host = g_getenv("DESK_TEST_POSTGRES"), *program = g_getenv("DESK_TEST_PSQL");
	g_autofree char *out = NULL, *err = NULL;
	g_autoptr(GError) error = NULL;
	int status;

	if (!host || !program)
		g_error("run this program through with_postgres");
	const char *argv[] = {program,
			      "-X",
			      "-q",
			      "-A",
			      "-t",
			      "-v",
			      "ON_ERROR_STOP=1",
			      "-h",
			      host,
			      "-U",
			      "desk",
			      "-d",
			      database ? database : "postgres",
			      "-c",
			      sql,
			      NULL};
	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, &error);
	bed_no_error(error);
	if (status)
		g_error("psql: %s: %s", sql, err);
	return g_strchomp(g_steal_pointer(&out));
}

void bed_psql(const char *database, const char *sql)
{
	g_free(psql(database, sql));
}

char *bed_psql_ask(const char *database, const char *sql)
{
	return psql(database, sql);
}

char *bed_postgres_url(const char *database)
{
	return g_strdup_printf("postgres:host=%s user=desk dbname=%s", g_getenv("DESK_TEST_POSTGRES"),
			       database);
}

static void bed_up(struct bed *bed, gconstpointer engine)
{
	g_autoptr(GError) error = NULL;

	bed->engine = *(const enum db_engine *)engine;
	bed->dir = g_dir_make_tmp("desk-storage-XXXXXX", &error);
	bed_no_error(error);
	if (bed->engine == DB_SQLITE) {
		bed->path = g_build_filename(bed->dir, "desk.db", NULL);
		bed->url = g_strconcat("sqlite:", bed->path, NULL);
		return;
	}
	g_autofree char *random = g_uuid_string_random();
	random[8] = '\0';
	bed->name = g_strconcat("t", random, NULL);
	g_autofree char *create = g_strdup_printf(
		"CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'", bed->name);
	bed_psql(NULL, create);
	bed->url = bed_postgres_url(bed->name);
}

static void bed_down(struct bed *bed, gconstpointer engine)
{
	(void)engine;
	if (bed->name) {
		g_autofree char *drop = g_strdup_printf("DROP DATABASE %s WITH (FORCE)", bed->name);
		bed_psql(NULL, drop);
	}
	GDir *dir = g_dir_open(bed->dir, 0, NULL);
	for (const char *name; (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(bed->dir, name, NULL);
		g_assert_cmpint(g_unlink(path), ==, 0);
	}
	g_dir_close(dir);
	g_rmdir(bed->dir);
	g_free(bed->dir);
	g_free(bed->path);
	g_free(bed->name);
	g_free(bed->url);
}

static void add_on(const char *engine_name, const enum db_engine *engine, const char *name, bed_fn *fn)
{
	g_autofree char *path = g_strdup_printf("/storage/%s/%s", engine_name, name);

	g_test_add(path, struct bed, engine, bed_up, fn, bed_down);
}

void bed_add_sqlite(const char *name, bed_fn *fn)
{
	add_on("sqlite", &engines[0], name, fn);
}

void bed_add_postgres(const char *name, bed_fn *fn)
{
	add_on("postgres", &engines[1], name, fn);
}

void bed_add(const char *name, bed_fn *fn)
{
	bed_add_sqlite(name, fn);
	bed_add_postgres(name, fn);
}

struct db *bed_open(const struct bed *bed)
{
	g_autoptr(GError) error = NULL;
	struct db *db = db_open(bed->url, &error);

	bed_no_error(error);
	g_assert_cmpint(db_engine(db), ==, bed->engine);
	return db;
}

gboolean bed_put_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct bed_put *put = arg;

	return db_setting_put(db_conn_of(tx), put->name, put->value, error);
}

gboolean bed_put(struct db *db, const char *name, const char *value, GError **error)
{
	struct bed_put put = {name, value};

	return db_submit_wait(db, bed_put_job, &put, error);
}

static gboolean take_int(const struct db_row *row, void *arg)
{
	*(int64_t *)arg = db_int(row, 0);
	return TRUE;
}

static int64_t count_in(struct db_conn *conn)
{
	g_autoptr(GError) error = NULL;
	int64_t count = -1;

	DB_RUN(conn, STMT_TEST_COUNT, take_int, &count, &error);
	bed_no_error(error);
	return count;
}

int64_t bed_count(struct db *db)
{
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(db, &error);
	int64_t count;

	bed_no_error(error);
	count = count_in(conn);
	db_read_end(db, conn);
	return count;
}

gboolean bed_event_job(struct db_tx *tx, void *arg, GError **error)
{
	struct event event = {.kind = EVENT_PEOPLE, .person_id = *(int64_t *)arg};

	return db_tx_event(tx, &event, error);
}

GPid child_start(const char *what, const char *url, int *out)
{
	const char *argv[] = {self, "--child", what, url, NULL};
	g_autoptr(GError) error = NULL;
	GPid pid;

	g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
				 out, NULL, &error);
	bed_no_error(error);
	return pid;
}

int child_wait(GPid pid)
{
	int status = -1;

	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- statements and values */
static void statements__all__prepare(struct bed *bed, gconstpointer engine)
{
	g_autoptr(GError) error = NULL;
	struct db *db = bed_open(bed);

	(void)engine;
	db_vet(db, &error);
	bed_no_error(error);
	db_close(db);
}

struct echo {
	double real;
	int64_t num;
	char *text;
	gboolean nulls[3];
	int rows;
};

static gboolean take_echo(const struct db_row *row, void *arg)
{
	struct echo *e = arg;

	e->real = db_double(row, 0);
	e->num = db_int(row, 1);
	e->text = db_dup(row, 2);
	for (int i = 0; i < 3; i++)
		e->nulls[i] = db_null(row, i);
	e->rows++;
	return TRUE;
}

static struct echo echo(struct db_conn *conn, struct db_arg num, struct db_arg text, struct db_arg real)
{
	g_autoptr(GError) error = NULL;
	struct echo e = {0};

	DB_RUN(conn, STMT_TEST_ECHO, take_echo, &e, &error, num, text, real);
	bed_no_error(error);
	g_assert_cmpint(e.rows, ==, 1);
	return e;
}

static void values__roundtrip(struct bed *bed, gconstpointer engine)
{
	static const int64_t numbers[] = {0, -1, INT64_C(9007199254740993), INT64_MAX, INT64_MIN};
	static const double reals[] = {0.1, -1e300, 1.0 / 3};
	static const char *const texts[] = {"", "plain", "\xe7\x9d\x80\xe6\x80\xa5 \xf0\x9f\x98\x80",
					    "a'b\"c\\d%\n\t$1 --"};
	struct db *db = bed_open(bed);
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(db, &error);
	struct echo e;

	(void)engine;
	for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
		for (unsigned j = 0; j < G_N_ELEMENTS(texts); j++) {
			double real = reals[(i + j) % G_N_ELEMENTS(reals)];
			e = echo(conn, DB_I(numbers[i]), DB_T(texts[j]), DB_D(real));
			g_assert_cmpint(e.num, ==, numbers[i]);
			g_assert_cmpstr(e.text, ==, texts[j]);
			g_assert_true(e.real == real);
			g_assert_false(e.nulls[0] || e.nulls[1] || e.nulls[2]);
			g_free(e.text);
		}
	e = echo(conn, DB_N, DB_T(NULL), DB_N);
	g_assert_true(e.nulls[0] && e.nulls[1] && e.nulls[2]);
	g_assert_cmpint(e.num, ==, 0);
	g_assert_null(e.text);
	g_assert_true(e.real == 0);
	db_read_end(db, conn);
	db_close(db);
}

struct blob_seen {
	GBytes *bytes; /* NULL: SQL NULL */
	int64_t length, tag;
	char *as_text;
};

static gboolean take_blob(const struct db_row *row, void *arg)
{
	struct blob_seen *seen = arg;
	size_t len = 1;
	const void *data = db_blob(row, 0, &len);

	g_assert_true((data == NULL) == db_null(row, 0));
	g_assert_true(data || len == 0);
	g_assert_true(data == db_blob(row, 0, &len)); /* asking again is fine */
	seen->bytes = data ? g_bytes_new(data, len) : NULL;
	seen->length = db_int(row, 1);
	seen->tag = db_int(row, 2);
	seen->as_text = db_dup(row, 2);
	return TRUE;
}

static void blobs__empty_nul_bytes_4_mib_null__roundtrip(struct bed *bed, gconstpointer engine)
{
	static const size_t sizes[] = {0, 1, 255, 65537, 4u << 20};
	struct db *db = bed_open(bed);
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(db, &error);

	(void)engine;
	for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct blob_seen seen = {0};
		g_autofree unsigned char *data = g_malloc(sizes[i] + 1);

		for (size_t k = 0; k < sizes[i]; k++) /* every byte, NUL first */
			data[k] = (unsigned char)(k * 7 + k / 256);
		DB_RUN(conn, STMT_TEST_BLOB, take_blob, &seen, &error, DB_B(data, sizes[i]), DB_I(-77));
		bed_no_error(error);
		g_assert_cmpmem(data, sizes[i], g_bytes_get_data(seen.bytes, NULL),
				g_bytes_get_size(seen.bytes));
		g_assert_cmpint(seen.length, ==, sizes[i]);
		g_assert_cmpint(seen.tag, ==, -77);
		g_assert_cmpstr(seen.as_text, ==, "-77"); /* a number as text, beside data */
		g_bytes_unref(seen.bytes);
		g_free(seen.as_text);
	}
	struct blob_seen none = {0};
	DB_RUN(conn, STMT_TEST_BLOB, take_blob, &none, &error, DB_B(NULL, 0), DB_I(1));
	bed_no_error(error);
	g_assert_null(none.bytes);
	g_free(none.as_text);
	g_assert_false(DB_RUN(conn, STMT_TEST_BLOB, NULL, NULL, &error, DB_B("", (size_t)DB_BLOB_MAX + 1), DB_I(1)));
	g_assert_error(error, DESK_ERROR, DESK_LIMIT);
	db_read_end(db, conn);
	db_close(db);
}

static void values__not_utf8__invalid(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	g_autoptr(GError) error = NULL;

	(void)engine;
	g_assert_false(bed_put(db, "a", "\xff\xfe", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpint(bed_count(db), ==, 0);
	db_close(db);
}

gboolean bed_insert_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct bed_put *put = arg;

	return DB_RUN(db_conn_of(tx), STMT_TEST_INSERT, NULL, NULL, error, DB_T(put->name), DB_T(put->value));
}

static void errors__have_the_same_codes(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	g_autoptr(GError) error = NULL;
	struct bed_put put = {"a", "1"}, nothing = {"b", NULL};

	(void)engine;
	g_assert_true(db_submit_wait(db, bed_insert_job, &put, &error));
	g_assert_false(db_submit_wait(db, bed_insert_job, &put, &error));
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	g_assert_false(db_submit_wait(db, bed_insert_job, &nothing, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpint(bed_count(db), ==, 1);
	db_close(db);
}

static gboolean changed_job(struct db_tx *tx, void *arg, GError **error)
{
	struct db_conn *conn = db_conn_of(tx);
	int64_t *changed = arg;

	if (!db_setting_put(conn, "a", "1", error))
		return FALSE;
	changed[0] = db_changed(conn);
	if (!DB_RUN(conn, STMT_SETTING_DROP, NULL, NULL, error, DB_T("none")))
		return FALSE;
	changed[1] = db_changed(conn);
	count_in(conn);
	changed[2] = db_changed(conn);
	return TRUE;
}

static void changed__counts_rows(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	int64_t changed[3] = {-1, -1, -1};

	(void)engine;
	g_assert_true(db_submit_wait(db, changed_job, changed, NULL));
	g_assert_cmpint(changed[0], ==, 1);
	g_assert_cmpint(changed[1], ==, 0);
	g_assert_cmpint(changed[2], ==, 0);
	db_close(db);
}

struct nesting {
	struct db_conn *conn;
	int outer, inner, stop_after;
};

static gboolean inner_row(const struct db_row *row, void *arg)
{
	(void)row;
	((struct nesting *)arg)->inner++;
	return TRUE;
}

static gboolean outer_row(const struct db_row *row, void *arg)
{
	struct nesting *n = arg;
	g_autofree char *before = db_dup(row, 0);

	DB_RUN(n->conn, STMT_TEST_LIST, inner_row, n, NULL);
	g_assert_cmpstr(db_text(row, 0), ==, before);
	return ++n->outer != n->stop_after;
}

static void rows__nested_and_stopped_early(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct nesting n = {0};

	(void)engine;
	bed_put(db, "a", "1", NULL);
	bed_put(db, "b", "1", NULL);
	bed_put(db, "c", "1", NULL);
	n.conn = db_read_begin(db, NULL);
	g_assert_true(DB_RUN(n.conn, STMT_TEST_LIST, outer_row, &n, NULL));
	g_assert_cmpint(n.outer, ==, 3);
	g_assert_cmpint(n.inner, ==, 9);
	n.stop_after = 4; /* the first row of the second run */
	g_assert_true(DB_RUN(n.conn, STMT_TEST_LIST, outer_row, &n, NULL));
	g_assert_cmpint(n.outer, ==, 4);
	db_read_end(db, n.conn);
	db_close(db);
}

/* ---- readers */
static void reader__sees_one_state(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct db_conn *old, *fresh;

	(void)engine;
	g_assert_true(bed_put(db, "a", "1", NULL));
	old = db_read_begin(db, NULL);
	g_assert_cmpint(count_in(old), ==, 1);
	g_assert_true(bed_put(db, "b", "1", NULL));
	fresh = db_read_begin(db, NULL);
	g_assert_cmpint(count_in(old), ==, 1);
	g_assert_cmpint(count_in(fresh), ==, 2);
	db_read_end(db, old);
	db_read_end(db, fresh);
	db_close(db);
}

static void reader__cannot_write(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct db_conn *conn = db_read_begin(db, NULL);
	g_autoptr(GError) error = NULL;

	(void)engine;
	g_assert_false(db_setting_put(conn, "a", "1", &error));
	g_assert_nonnull(error);
	db_read_end(db, conn);
	g_assert_cmpint(bed_count(db), ==, 0);
	db_close(db);
}

static gpointer read_often(gpointer arg)
{
	for (int i = 0; i < 50; i++)
		bed_count(arg);
	return NULL;
}

static void readers__more_threads_than_connections__all_served(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	GThread *threads[20];

	(void)engine;
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("reader", read_often, db);
	for (unsigned i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	db_close(db);
}

static void settings__put_replace_drop(struct bed *bed, gconstpointer engine)
{
	struct db *db = bed_open(bed);
	struct db_conn *conn;
	char *value;

	(void)engine;
	g_assert_true(bed_put(db, "a", "1", NULL));
	g_assert_true(bed_put(db, "a", "2", NULL));
	conn = db_read_begin(db, NULL);
	g_assert_true(db_setting_get(conn, "a", &value, NULL));
	g_assert_cmpstr(value, ==, "2");
	g_free(value);
	db_read_end(db, conn);
	g_assert_true(bed_put(db, "a", NULL, NULL));
	conn = db_read_begin(db, NULL);
	g_assert_true(db_setting_get(conn, "a", &value, NULL));
	g_assert_null(value);
	db_read_end(db, conn);
	db_close(db);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc == 4 && strcmp(argv[1], "--child") == 0)
		return child_main(argv[2], argv[3]);
	g_test_init(&argc, &argv, NULL);
	bed_add("statements__all__prepare", statements__all__prepare);
	bed_add("values__roundtrip", values__roundtrip);
	bed_add("blobs__empty_nul_bytes_4_mib_null__roundtrip", blobs__empty_nul_bytes_4_mib_null__roundtrip);
	bed_add("values__not_utf8__invalid", values__not_utf8__invalid);
	bed_add("errors__have_the_same_codes", errors__have_the_same_codes);
	bed_add("changed__counts_rows", changed__counts_rows);
	bed_add("rows__nested_and_stopped_early", rows__nested_and_stopped_early);
	bed_add("reader__sees_one_state", reader__sees_one_state);
	bed_add("reader__cannot_write", reader__cannot_write);
	bed_add("readers__more_threads_than_connections__all_served",
		readers__more_threads_than_connections__all_served);
	bed_add("settings__put_replace_drop", settings__put_replace_drop);
	add_compose_tests();
	add_job_tests();
	add_feed_tests();
	add_file_tests();
	add_trouble_tests();
	return g_test_run();
}
