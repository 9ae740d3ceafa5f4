/* The SQLite driver: the file. Looks before it touches, migrates, checkpoints, checks. */
#include "server/storage/sqlite_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/say.h"

#define BUSY_MS 10000
#define OPEN_LOCK_MS DB_TURN_WAIT_MS /* another one may have its turn */
#define CHECKPOINT_WAIT_MS 500             /* for readers and the writer, when the log has grown long */
#define RESTART_AGAIN_MS 5000
#define PASSES 4
#define CALM_MS 1000                       /* so long a portion waits for a checkpoint; then it writes beside it */
#define QUICK_CHECK_MAX (INT64_C(8) << 20) /* smaller files are checked wholly at opening */
/* more than that: writers wait once until the log starts anew */
#ifdef DESK_TEST_HOOKS
#define WAL_FRAMES_MAX 2048
#else
#define WAL_FRAMES_MAX 16384
#endif
#define WAL_KEEP "67108864"                /* bytes the write-ahead log keeps when empty */

gboolean sqlite_exec(sqlite3 *sql, const char *text, const char *doing, GError **error)
{
	int rc = sqlite3_exec(sql, text, NULL, NULL, NULL);

	return rc == SQLITE_OK || sqlite_fail(error, sql, rc, doing);
}

sqlite3 *sqlite_connect(const struct sqlite_db *s, enum db_role role, GError **error)
{
	/* kB; the system caches the file, too: all of them together stay a modest program */
	static const char *const cache[] = {[DB_READER] = "PRAGMA cache_size = -24576",
					    [DB_WRITER] = "PRAGMA cache_size = -32768",
					    [DB_LISTENER] = "PRAGMA cache_size = -256"};
	sqlite3 *sql = NULL;
	int rc = sqlite3_open_v2(s->path, &sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK) {
		sqlite_fail(error, sql, rc, s->path);
		sqlite3_close(sql);
		return NULL;
	}
	sqlite3_extended_result_codes(sql, 1);
	sqlite3_busy_timeout(sql, BUSY_MS);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (sqlite_exec(sql,
			"PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON;"
			"PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
			"PRAGMA journal_size_limit = " WAL_KEEP ";",
			s->path, error) &&
	    sqlite_exec(sql, cache[role], s->path, error) &&
	    (role == DB_WRITER || sqlite_exec(sql, "PRAGMA query_only = ON", s->path, error)))
		return sql;
	sqlite3_close(sql);
	return NULL;
}

static gboolean ask_int(sqlite3 *sql, const char *text, int64_t *value, const char *doing, GError **error)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(sql, text, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*value = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_OK || sqlite_fail(error, sql, rc, doing);
}

/* First row of a check that says "ok" when all is well. */
static gboolean ask_ok(sqlite3 *sql, const char *text, const char *path, GError **error)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(sql, text, -1, &st, NULL);
	gboolean good = TRUE;

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *words = (const char *)sqlite3_column_text(st, 0);
		if (g_strcmp0(words, "ok") != 0)
			good = desk_fail(error, DESK_INVALID, "%s is damaged: %s", path, words);
	} else if (rc != SQLITE_DONE) {
		good = desk_fail(error, DESK_INVALID, "%s is damaged: %s", path, sqlite3_errmsg(sql));
	}
	sqlite3_finalize(st);
	return good;
}

/* ---- looking without touching */
static gboolean look_inside(sqlite3 *sql, const char *path, gboolean *empty, GError **error)
{
	int64_t id = 0, version = 0, tables = 0;
	int newest = db_migrate_newest(&sqlite_ops);

	if (!ask_int(sql, "PRAGMA application_id", &id, path, error) ||
	    !ask_int(sql, "PRAGMA user_version", &version, path, error) ||
	    !ask_int(sql, "SELECT count(*) FROM sqlite_schema", &tables, path, error))
		return FALSE;
	*empty = id == 0 && version == 0 && tables == 0;
	if (*empty)
		return TRUE;
	if (id != SQLITE_DESK_ID)
		return desk_fail(error, DESK_INVALID,
				 "%s is the database of another program; it was left as it is.", path);
	if (version > newest)
		return desk_fail(error, DESK_NEWER,
				 "%s was written by a newer ttydeskd (schema %" G_GINT64_FORMAT
				 ", this one knows %d); it was left as it is.",
				 path, version, newest);
	return version > 0 ||
	       desk_fail(error, DESK_INVALID, "%s has no schema version; it was left as it is.", path);
}

/* Without a log beside it nobody of ours has the file open (the caller holds the opening
 * lock), and "immutable" reads it without locks and without making files beside it. */
static sqlite3 *open_to_look(const char *path, gboolean has_log, GError **error)
{
	g_autofree char *plain = g_filename_to_uri(path, NULL, error);
	g_autofree char *uri =
		plain ? g_strconcat(plain, has_log ? "?mode=ro" : "?mode=ro&immutable=1", NULL) : NULL;
	sqlite3 *sql = NULL;
	int rc;

	if (!uri)
		return NULL;
	rc = sqlite3_open_v2(uri, &sql, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, NULL);
	if (rc != SQLITE_OK) {
		sqlite_fail(error, sql, rc, path);
		sqlite3_close(sql);
		return NULL;
	}
	sqlite3_busy_timeout(sql, BUSY_MS);
	sqlite3_db_config(sql, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return sql;
}

/* Anything but a file of ours (or an empty one) is refused before a byte is written. */
static gboolean look_first(const char *path, GError **error)
{
	g_autofree char *wal = g_strconcat(path, "-wal", NULL),
			*journal = g_strconcat(path, "-journal", NULL);
	g_autoptr(GError) why = NULL;
	GStatBuf st;
	gboolean empty = FALSE, good;
	sqlite3 *sql;

	if (g_stat(path, &st) < 0)
		return desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
	if (!S_ISREG(st.st_mode))
		return desk_fail(error, DESK_INVALID, "%s is not a file.", path);
	if (st.st_size == 0)
		return TRUE;
	sql = open_to_look(path, g_file_test(wal, G_FILE_TEST_EXISTS), error);
	if (!sql)
		return FALSE;
	good = look_inside(sql, path, &empty, &why);
	/* our own first page, cut short by a crash: SQLite's journal undoes it */
	if (!good && g_file_test(journal, G_FILE_TEST_EXISTS) && st.st_size <= 4096)
		good = empty = TRUE;
	if (good && !empty && st.st_size <= QUICK_CHECK_MAX)
		good = ask_ok(sql, "PRAGMA quick_check(1)", path, &why);
	sqlite3_close(sql);
	if (good)
		return TRUE;
	if (g_error_matches(why, DESK_ERROR, DESK_BUSY) || g_error_matches(why, DESK_ERROR, DESK_NEWER) ||
	    g_error_matches(why, DESK_ERROR, DESK_INVALID)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	return desk_fail(error, DESK_INVALID, "%s can't be read as a database; it was left as it is (%s)",
			 path, why->message);
}

/* ---- migrating */
struct migration {
	sqlite3 *sql;
	const char *path;
};

static gboolean apply_script(int version, const char *name, const char *text, void *arg, GError **error)
{
	struct migration *m = arg;
	g_autofree char *doing = g_strdup_printf("%s: %s", m->path, name);
	g_autofree char *pragma = g_strdup_printf("PRAGMA user_version = %d", version);
	sqlite3_stmt *st = NULL;
	int rc;

	if (!sqlite_exec(m->sql, text, doing, error))
		return FALSE;
	rc = sqlite3_prepare_v2(m->sql,
				"INSERT INTO schema_version (version, name, at_ms) VALUES (?1, ?2, ?3)", -1,
				&st, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_int64(st, 1, version);
		sqlite3_bind_text(st, 2, name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 3, clock_wall_ms());
		rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_DONE)
		return sqlite_fail(error, m->sql, rc, doing);
	log_info("storage", "Schema %d: %s", version, name);
	return sqlite_exec(m->sql, pragma, doing, error);
}

static gboolean migrate_in_tx(sqlite3 *sql, const char *path, GError **error)
{
	struct migration m = {.sql = sql, .path = path};
	g_autofree char *ours = g_strdup_printf("PRAGMA application_id = %d", SQLITE_DESK_ID);
	int64_t have = 0, broken = 0;

	if (!ask_int(sql, "PRAGMA user_version", &have, path, error) ||
	    !sqlite_exec(sql, ours, path, error) ||
	    !db_migrate_each(&sqlite_ops, (int)have, apply_script, &m, error) ||
	    !ask_int(sql, "SELECT count(*) FROM pragma_foreign_key_check", &broken, path, error))
		return FALSE;
	return broken == 0 ||
	       desk_fail(error, DESK_BUG, "%s: the new schema breaks %" G_GINT64_FORMAT " references.", path,
			 broken);
}

/* References may dangle while tables are rebuilt; they are checked before the commit. */
static gboolean migrate(struct sqlite_db *s, GError **error)
{
	sqlite3 *sql = sqlite_connect(s, DB_WRITER, error);
	int64_t have = 0;
	gboolean good;

	if (!sql)
		return FALSE;
	good = ask_int(sql, "PRAGMA user_version", &have, s->path, error);
	if (good && have < db_migrate_newest(&sqlite_ops)) {
		good = sqlite_exec(sql,
				   "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE",
				   s->path, error) &&
		       migrate_in_tx(sql, s->path, error) && sqlite_exec(sql, "COMMIT", s->path, error);
		if (!good && !sqlite3_get_autocommit(sql))
			sqlite3_exec(sql, "ROLLBACK", NULL, NULL, NULL);
	}
	sqlite3_close(sql);
	return good;
}

/* One process at a time looks and migrates. The lock is on the folder: a descriptor on
 * the database itself would, when closed, drop this process's own SQLite locks. */
static int lock_folder(const char *path, int wait_ms, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		desk_fail(error, DESK_IO, "%s: %s", folder, say_errno(errno));
		return -1;
	}
	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += 20) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= wait_ms) {
			desk_fail(error, errno == EWOULDBLOCK ? DESK_BUSY : DESK_IO,
				  "%s can't be locked: %s", folder,
				  say_errno(errno));
			close(fd);
			return -1;
		}
		g_usleep(20000);
	}
	return fd;
}

struct sqlite_turn {
	struct db_turn base;
	int fd;
};

struct db_turn *sqlite_turn_take(struct db *db, GError **error)
{
	const struct sqlite_db *s = db->engine;
	int fd = lock_folder(s->path, DB_TURN_WAIT_MS, error);
	struct sqlite_turn *turn;

	if (fd < 0)
		return NULL;
	turn = g_new(struct sqlite_turn, 1);
	*turn = (struct sqlite_turn){.base.ops = db->ops, .fd = fd};
	return &turn->base;
}

void sqlite_turn_end(struct db_turn *turn)
{
	close(((struct sqlite_turn *)turn)->fd);
	g_free(turn);
}

static gboolean make_file(const char *path, GError **error)
{
	int fd;

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return TRUE;
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST || desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
	close(fd);
	return TRUE;
}

/* Makes the log start anew: with nobody writing, and once no reader needs it. */
static int restart_log(struct sqlite_db *s, sqlite3 *sql, int *in_log, int *moved)
{
	int rc;

	g_mutex_lock(&s->lock);
	s->restarting = TRUE;
	g_mutex_unlock(&s->lock);
	rc = sqlite3_wal_checkpoint_v2(sql, NULL, SQLITE_CHECKPOINT_RESTART, in_log, moved);
	g_mutex_lock(&s->lock);
	s->restarting = FALSE;
	g_cond_broadcast(&s->restarted);
	g_mutex_unlock(&s->lock);
	return rc;
}

void sqlite_make_way(struct db *db)
{
	struct sqlite_db *s = db->engine;
	gint64 until = g_get_monotonic_time() + 4 * CHECKPOINT_WAIT_MS * 1000;

	g_mutex_lock(&s->lock);
	while (s->restarting && g_cond_wait_until(&s->restarted, &s->lock, until))
		;
	g_mutex_unlock(&s->lock);
}

void sqlite_calm(struct db *db)
{
	struct sqlite_db *s = db->engine;
	gint64 until = g_get_monotonic_time() + CALM_MS * 1000;

	g_mutex_lock(&s->lock);
	while (s->moving && g_cond_wait_until(&s->restarted, &s->lock, until))
		;
	g_mutex_unlock(&s->lock);
}

/* Moves what it can without anybody waiting. TRUE: some of the log is left (a reader
 * still needs it, or writers were faster). Were it never empty it would grow for ever. */
static gboolean checkpoint(struct sqlite_db *s, sqlite3 *sql, gint64 *restart_at)
{
	int in_log = 0, moved = 0, before, rc;

	/* those who wrote meanwhile have left a little: once nothing is, the log starts anew by itself */
	for (int i = 0; i < PASSES; i++) {
		before = in_log;
		rc = sqlite3_wal_checkpoint_v2(sql, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
		if (rc != SQLITE_OK || moved < in_log || in_log == before)
			break;
	}
	if (rc == SQLITE_OK && in_log > (moved < in_log ? WAL_FRAMES_MAX : 2 * WAL_FRAMES_MAX) &&
	    g_get_monotonic_time() >= *restart_at) {
		rc = restart_log(s, sql, &in_log, &moved);
		/* a long reader: writers shall not wait for it again and again */
		*restart_at = rc == SQLITE_BUSY ? g_get_monotonic_time() + RESTART_AGAIN_MS * 1000 : 0;
	}
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		log_warn("storage", "Checkpoint: %s", sqlite3_errmsg(sql));
	return moved < in_log;
}

static gpointer checkpoint_main(gpointer arg)
{
	struct db *db = arg;
	struct sqlite_db *s = db->engine;
	g_autoptr(GError) why = NULL;
	sqlite3 *sql = sqlite_connect(s, DB_WRITER, &why);
	gint64 restart_at = 0;
	gboolean rest;

	if (sql)
		sqlite3_busy_timeout(sql, CHECKPOINT_WAIT_MS);
	else
		log_error("storage", "No checkpoints will be made: %s", why->message);
	g_mutex_lock(&s->lock);
	while (!s->stopping) {
		if (!s->dirty || !sql) {
			g_cond_wait(&s->wake, &s->lock);
			continue;
		}
		gint64 until = g_get_monotonic_time() + SQLITE_CHECKPOINT_MS * 1000;
		while (!s->stopping && g_cond_wait_until(&s->wake, &s->lock, until))
			;
		s->dirty = FALSE;
		s->moving = TRUE;
		g_mutex_unlock(&s->lock);
		rest = checkpoint(s, sql, &restart_at);
		g_mutex_lock(&s->lock);
		s->moving = FALSE;
		g_cond_broadcast(&s->restarted);
		s->dirty |= rest;
	}
	g_mutex_unlock(&s->lock);
	sqlite3_close(sql);
	return NULL;
}

void sqlite_committed(struct db *db)
{
	struct sqlite_db *s = db->engine;

	g_mutex_lock(&s->lock);
	if (!s->dirty)
		g_cond_signal(&s->wake);
	s->dirty = TRUE;
	g_mutex_unlock(&s->lock);
}

gboolean sqlite_open(struct db *db, const char *target, GError **error)
{
	struct sqlite_db *s = g_new0(struct sqlite_db, 1);
	g_autofree char *folder = NULL;
	gboolean good;
	int lock;

	s->path = g_canonicalize_filename(target, NULL);
	g_mutex_init(&s->lock);
	g_cond_init(&s->wake);
	g_cond_init(&s->restarted);
	db->engine = s;
	folder = g_path_get_dirname(s->path);
	if (g_mkdir_with_parents(folder, 0700) < 0)
		return desk_fail(error, DESK_IO, "%s: %s", folder, say_errno(errno));
	lock = lock_folder(s->path, OPEN_LOCK_MS, error);
	if (lock < 0)
		return FALSE;
	good = make_file(s->path, error) && look_first(s->path, error) && migrate(s, error);
	close(lock);
	if (good)
		s->checkpointer = g_thread_new("db-checkpoint", checkpoint_main, db);
	return good;
}

void sqlite_close(struct db *db)
{
	struct sqlite_db *s = db->engine;

	if (s->checkpointer) {
		g_mutex_lock(&s->lock);
		s->stopping = TRUE;
		g_cond_signal(&s->wake);
		g_mutex_unlock(&s->lock);
		g_thread_join(s->checkpointer);
	}
	g_mutex_clear(&s->lock);
	g_cond_clear(&s->wake);
	g_cond_clear(&s->restarted);
	g_free(s->path);
	g_free(s);
}

gboolean sqlite_check(struct db *db, GError **error)
{
	struct sqlite_db *s = db->engine;
	sqlite3 *sql = sqlite_connect(s, DB_READER, error);
	gboolean good;

	if (!sql)
		return FALSE;
	good = ask_ok(sql, "PRAGMA integrity_check(1)", s->path, error) &&
	       ask_ok(sql,
		      "SELECT 'row ' || coalesce(rowid, 0) || ' of ' || \"table\" || ' refers to a missing "
		      "row of ' || parent "
		      "FROM pragma_foreign_key_check LIMIT 1",
		      s->path, error);
	sqlite3_close(sql);
	return good;
}
