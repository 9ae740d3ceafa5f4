/* Storage: opening by URL, the statement table, the pool of reader connections. */
#include "server/storage/db_driver.h"

#ifdef DESK_TEST_HOOKS
#include <signal.h>
#include <stdio.h>
#endif
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "server/storage/db_compose.h"

static const char *const statement_names[STMT_COUNT] = {
#define S(id, sql) [STMT_##id] = #id,
#define S2(id, sqlite, postgres) [STMT_##id] = #id,
	STATEMENTS(S, S2)
#undef S
#undef S2
};

static const char *const statement_sql[2][STMT_COUNT] = {
#define S(id, sql) [STMT_##id] = sql,
#define S2(id, sqlite, postgres) [STMT_##id] = sqlite,
	[DB_SQLITE] = {STATEMENTS(S, S2)},
#undef S2
#define S2(id, sqlite, postgres) [STMT_##id] = postgres,
	[DB_POSTGRES] = {STATEMENTS(S, S2)},
#undef S
#undef S2
};

const char *db_stmt_name(enum db_stmt stmt)
{
	return statement_names[stmt];
}

const char *db_stmt_sql(enum db_engine engine, enum db_stmt stmt)
{
	return statement_sql[engine][stmt];
}

/* The highest $n. A dollar inside a literal would be counted; ours have none. */
int db_stmt_params(enum db_engine engine, enum db_stmt stmt)
{
	int highest = 0;

	for (const char *p = strchr(statement_sql[engine][stmt], '$'); p; p = strchr(p + 1, '$')) {
		int n = (int)g_ascii_strtoll(p + 1, NULL, 10);
		highest = MAX(highest, n);
	}
	g_assert(highest <= DB_PARAM_MAX);
	return highest;
}

/* ---- opening */
static const struct db_ops *choose_driver(const char *url, const char **target)
{
	if (g_str_has_prefix(url, "postgresql://") || g_str_has_prefix(url, "postgres://")) {
		*target = url;
		return &postgres_ops;
	}
	if (g_str_has_prefix(url, "postgres:")) {
		*target = url + strlen("postgres:");
		return &postgres_ops;
	}
	*target = url;
	if (g_str_has_prefix(url, "sqlite:")) {
		*target += strlen("sqlite:");
		if (g_str_has_prefix(*target, "//"))
			*target += 2;
		return &sqlite_ops;
	}
	return strstr(url, "://") ? NULL : &sqlite_ops; /* a path, but not one made of another engine's address */
}

static void free_db(struct db *db)
{
	if (db->writer)
		db_writer_stop(db->writer);
	if (db->feed)
		db_feed_stop(db->feed);
	g_assert(db->idle->len == db->readers); /* a reader connection wasn't given back */
	for (unsigned i = 0; i < db->idle->len; i++)
		db->ops->disconnect(db->idle->pdata[i]);
	g_ptr_array_unref(db->idle);
	if (db->engine)
		db->ops->close(db);
	g_mutex_clear(&db->lock);
	g_cond_clear(&db->reader_back);
	g_free(db->away_why);
	g_free(db);
}

struct db *db_open(const char *url, GError **error)
{
	const char *target;
	struct db *db;

	if (!url || !*url || !g_utf8_validate(url, -1, NULL)) {
		desk_fail(error, DESK_INVALID, "The database's address is empty or not UTF-8.");
		return NULL;
	}
	if (!choose_driver(url, &target)) {
		g_autofree char *shown = text_clean_string(url, -1, 0, 200);

		desk_fail(error, DESK_INVALID, "%s is no database known here: write sqlite:FILE or postgresql://...", shown);
		return NULL;
	}
	db = g_new0(struct db, 1);
	g_mutex_init(&db->lock);
	g_cond_init(&db->reader_back);
	db->idle = g_ptr_array_new();
	db->ops = choose_driver(url, &target);
	if (!db->ops->open(db, target, error)) {
		free_db(db);
		return NULL;
	}
	db->feed = db_feed_new(db);
	db->writer = db_writer_start(db, error);
	if (!db->writer) {
		free_db(db);
		return NULL;
	}
	return db;
}

enum db_engine db_url_engine(const char *url)
{
	const char *target;
	const struct db_ops *ops = choose_driver(url, &target);

	return ops ? ops->engine : DB_SQLITE;
}

const char *db_backup_name(enum db_engine engine)
{
	return engine == DB_POSTGRES ? postgres_ops.backup_name : sqlite_ops.backup_name;
}

gboolean db_backup(struct db *db, const char *file, db_backup_fn *progress, void *arg, GError **error)
{
	return db->ops->backup(db, file, progress, arg, error);
}

gboolean db_restore(const char *url, const char *file, GError **error)
{
	const char *target;
	const struct db_ops *ops = choose_driver(url, &target);

	if (!ops)
		return desk_fail(error, DESK_INVALID, "this is no database known here: write sqlite:FILE or postgresql://...");
	return ops->restore(target, file, error);
}

void db_close(struct db *db)
{
	if (db)
		free_db(db);
}

enum db_engine db_engine(const struct db *db)
{
	return db->ops->engine;
}

struct db_turn *db_turn_take(struct db *db, GError **error)
{
	return db->ops->turn_take(db, error);
}

void db_turn_end(struct db_turn *turn)
{
	if (turn)
		turn->ops->turn_end(turn);
}

gboolean db_vet(struct db *db, GError **error)
{
	struct db_conn *conn = db->ops->connect(db, DB_READER, error);
	g_autoptr(GString) bad = g_string_new(NULL);

	if (!conn)
		return FALSE;
	for (int stmt = 0; stmt < STMT_COUNT; stmt++) {
		GError *why = NULL;

		if (db_stmt_params(DB_SQLITE, stmt) != db_stmt_params(DB_POSTGRES, stmt))
			desk_fail(&why, DESK_BUG, "%s: its two texts have different parameters",
				  db_stmt_name(stmt));
		else if (conn->ops->vet(conn, stmt, &why))
			continue;
		g_string_append_printf(bad, "%s%s", bad->len ? "\n" : "", why->message);
		g_error_free(why);
	}
	conn->ops->disconnect(conn);
	if (bad->len)
		return desk_fail(error, DESK_BUG, "%s", bad->str);
	return db_vet_fragments(db, error);
}

/* ---- running */
gboolean db_args_valid(const char *name, const struct db_arg *args, size_t n, GError **error)
{
	for (size_t i = 0; i < n; i++) {
		if (args[i].type == DB_BLOB && args[i].blob && args[i].len > DB_BLOB_MAX)
			return desk_fail(error, DESK_LIMIT, "Data for %s is larger than the database takes.", name);
		if (args[i].type == DB_TEXT && args[i].text && !g_utf8_validate(args[i].text, -1, NULL))
			return desk_fail(error, DESK_INVALID, "Text for %s is not valid UTF-8.", name);
	}
	return TRUE;
}

#ifdef DESK_TEST_HOOKS
/* TTYDESK_TEST_KILL names a file with a number: so many steps of writing from now the server dies as by kill -9.
 * Without that file it lives. */
void db_kill_point(const struct db_conn *conn)
{
	const char *path = g_getenv("TTYDESK_TEST_KILL");
	FILE *f = path && conn->role == DB_WRITER ? fopen(path, "r+e") : NULL;
	char text[16] = "";
	gint64 left;

	if (!f)
		return;
	left = fread(text, 1, sizeof(text) - 1, f) ? g_ascii_strtoll(text, NULL, 10) - 1 : -1;
	rewind(f);
	fprintf(f, "%08" G_GINT64_FORMAT, left);
	fclose(f);
	if (left == 0)
		raise(SIGKILL);
}
#endif

gboolean db_run(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n, db_row_fn *fn,
		void *arg, GError **error)
{
	GError *why = NULL;
	gboolean writes;

	g_assert(stmt < STMT_COUNT);
	g_assert((int)n == db_stmt_params(conn->ops->engine, stmt));
	if (conn->failure)
		return desk_fail(error, DESK_BUG, "%s: an earlier statement of this job failed.",
				 db_stmt_name(stmt));
	conn->changed = 0;
	writes = !g_str_has_prefix(db_stmt_sql(conn->ops->engine, stmt), "SELECT");
	conn->wrote |= writes;
	if (db_args_valid(db_stmt_name(stmt), args, n, &why) && conn->ops->run(conn, stmt, args, n, fn, arg, &why)) {
		if (writes)
			db_kill_point(conn);
		return TRUE;
	}
	if (conn->role == DB_WRITER)
		conn->failure = g_error_copy(why);
	g_propagate_error(error, why);
	return FALSE;
}

void db_ahead(struct db_conn *conn, enum db_stmt stmt, const struct db_arg *args, size_t n)
{
	g_assert((int)n == db_stmt_params(conn->ops->engine, stmt));
	if (conn->ops->ahead && conn->role == DB_WRITER && !conn->failure &&
	    db_args_valid(db_stmt_name(stmt), args, n, NULL))
		conn->ops->ahead(conn, stmt, args, n);
}

void db_ahead_end(struct db_conn *conn)
{
	if (conn->ops->ahead_end)
		conn->ops->ahead_end(conn, FALSE);
}

int64_t db_changed(struct db_conn *conn)
{
	GError *why = NULL;

	if (!conn->failure && !conn->ops->settle(conn, &why)) {
		if (conn->role == DB_WRITER)
			conn->failure = why;
		else
			g_error_free(why);
		return 0;
	}
	return conn->changed;
}

int64_t db_int(const struct db_row *row, int col)
{
	return row->ops->row_int(row, col);
}

const char *db_text(const struct db_row *row, int col)
{
	return row->ops->row_text(row, col);
}

double db_double(const struct db_row *row, int col)
{
	return row->ops->row_double(row, col);
}

const void *db_blob(const struct db_row *row, int col, size_t *len)
{
	return row->ops->row_blob(row, col, len);
}

gboolean db_null(const struct db_row *row, int col)
{
	return row->ops->row_null(row, col);
}

char *db_dup(const struct db_row *row, int col)
{
	return g_strdup(db_text(row, col));
}

/* ---- connecting */
#define AWAY_FIRST_US 100000
#define AWAY_LONGEST_US 2000000

static gint64 away_for(unsigned times)
{
	gint64 longest = MIN(AWAY_FIRST_US << MIN(times, 10), AWAY_LONGEST_US);

	/* several servers shall not come back in step */
	return longest / 2 + g_random_int_range(0, (gint32)(longest / 2));
}

struct db_conn *db_connect(struct db *db, enum db_role role, GError **error)
{
	gint64 now = g_get_monotonic_time();
	struct db_conn *conn;
	GError *why = NULL;

	g_mutex_lock(&db->lock);
	if (now < db->away_until_us) {
		desk_fail(error, DESK_BUSY, "The database is away: %s", db->away_why);
		g_mutex_unlock(&db->lock);
		return NULL;
	}
	if (db->away_times)
		db->away_until_us = now + away_for(db->away_times); /* the others wait for us */
	g_mutex_unlock(&db->lock);
	conn = db->ops->connect(db, role, &why);
	db_set_away(db, !conn);
	g_mutex_lock(&db->lock);
	if (conn) {
		if (db->away_times)
			log_info("storage", "The database is back.");
		db->away_times = 0;
		db->away_until_us = 0;
	} else if (g_error_matches(why, DESK_ERROR, DESK_BUSY)) {
		if (!db->away_times)
			log_warn("storage", "The database is away: %s", why->message);
		db->away_until_us = g_get_monotonic_time() + away_for(db->away_times++);
		g_free(db->away_why);
		db->away_why = g_strdup(why->message);
	}
	g_mutex_unlock(&db->lock);
	if (why)
		g_propagate_error(error, why);
	return conn;
}

/* ---- readers */

/* The last used one has the warmest cache. Counts the connection it returns, or the
 * one that the caller may open (*open_new). */
static struct db_conn *take_reader(struct db *db, gboolean *open_new)
{
	gint64 deadline = g_get_monotonic_time() + DB_READER_WAIT_MS * 1000;
	struct db_conn *conn = NULL;

	*open_new = FALSE;
	g_mutex_lock(&db->lock);
	for (;;) {
		if (db->idle->len) {
			conn = g_ptr_array_steal_index(db->idle, db->idle->len - 1);
			break;
		}
		if (db->readers < DB_READERS_MAX) {
			db->readers++;
			*open_new = TRUE;
			break;
		}
		db->readers_awaited++;
		gboolean in_time = g_cond_wait_until(&db->reader_back, &db->lock, deadline);
		db->readers_awaited--;
		if (!in_time)
			break;
	}
	g_mutex_unlock(&db->lock);
	return conn;
}

static void drop_reader(struct db *db, struct db_conn *conn)
{
	if (conn)
		db->ops->disconnect(conn);
	g_mutex_lock(&db->lock);
	db->readers--;
	if (db->readers_awaited) /* GLib's conditions ask the kernel also when nobody waits */
		g_cond_signal(&db->reader_back);
	g_mutex_unlock(&db->lock);
}

static void keep_reader(struct db *db, struct db_conn *conn)
{
	g_mutex_lock(&db->lock);
	g_ptr_array_add(db->idle, conn);
	if (db->readers_awaited) /* GLib's conditions ask the kernel also when nobody waits */
		g_cond_signal(&db->reader_back);
	g_mutex_unlock(&db->lock);
}

/* A reader that answers; with a transaction around when `begin`. */
static struct db_conn *ready_reader(struct db *db, gboolean begin, GError **error)
{
	for (;;) {
		GError *why = NULL;
		gboolean open_new;
		struct db_conn *conn = take_reader(db, &open_new);

		if (!conn && !open_new) {
			desk_fail(error, DESK_BUSY, "All reader connections of the database are in use.");
			return NULL;
		}
		if (open_new)
			conn = db_connect(db, DB_READER, &why);
		if (conn && (begin ? db->ops->begin(conn, NULL, &why) : db->ops->ready(conn, &why)))
			return conn;
		/* A pooled connection may have died with its server: its place is free now for
		 * another pooled one or, at last, a new one. */
		gboolean again = !open_new && conn->state == DB_STATE_LOST;
		drop_reader(db, conn);
		if (!again) {
			g_propagate_error(error, why);
			return NULL;
		}
		g_clear_error(&why);
	}
}

struct db_conn *db_read_begin(struct db *db, GError **error)
{
	return ready_reader(db, TRUE, error);
}

gboolean db_read_one(struct db *db, enum db_stmt stmt, const struct db_arg *args, size_t n, db_row_fn *fn,
		     void *arg, GError **error)
{
	struct db_conn *conn = ready_reader(db, FALSE, error);
	gboolean good = conn && db_run(conn, stmt, args, n, fn, arg, error);

	if (conn)
		db_read_end(db, conn);
	return good;
}

void db_read_end(struct db *db, struct db_conn *conn)
{
	if (conn->state != DB_STATE_LOST)
		db->ops->rollback(conn);
	if (conn->state == DB_STATE_LOST) {
		drop_reader(db, conn);
	} else {
		conn->state = DB_STATE_OK;
		keep_reader(db, conn);
	}
}

/* ---- how it goes */
void db_stats_get(struct db *db, struct db_stats *out)
{
	*out = (struct db_stats){.up = !g_atomic_int_get(&db->away), .waiting = db_writer_waiting(db->writer),
				 .readers = __atomic_load_n(&db->readers, __ATOMIC_RELAXED)};
	out->jobs = __atomic_load_n(&db->stats.jobs, __ATOMIC_RELAXED);
	out->failed = __atomic_load_n(&db->stats.failed, __ATOMIC_RELAXED);
	out->batch_us = __atomic_load_n(&db->stats.batch_us, __ATOMIC_RELAXED);
	for (int i = 0; i < DB_BATCH_BUCKETS; i++)
		out->batches[i] = __atomic_load_n(&db->stats.batches[i], __ATOMIC_RELAXED);
}

/* ---- settings */
static gboolean take_text(const struct db_row *row, void *arg)
{
	*(char **)arg = db_dup(row, 0);
	return FALSE;
}

gboolean db_setting_get(struct db_conn *conn, const char *name, char **value, GError **error)
{
	*value = NULL;
	return DB_RUN(conn, STMT_SETTING_GET, take_text, value, error, DB_T(name));
}

gboolean db_setting_put(struct db_conn *conn, const char *name, const char *value, GError **error)
{
	if (!value)
		return DB_RUN(conn, STMT_SETTING_DROP, NULL, NULL, error, DB_T(name));
	return DB_RUN(conn, STMT_SETTING_PUT, NULL, NULL, error, DB_T(name), DB_T(value));
}
