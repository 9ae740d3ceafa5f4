/* Backup and restore of an SQLite database: pages copied under one read transaction. */
#include "server/storage/sqlite_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "base/say.h"

#define PAGES 512

static gboolean sync_path(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

static gboolean sync_folder_of(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);

	return sync_path(folder, error);
}

/* The source's connection holds a snapshot of its own, so that a writer never makes the
 * copying begin again. */
static gboolean copy_pages(sqlite3 *from, sqlite3 *to, const char *name, db_backup_fn *progress, void *arg,
			   GError **error)
{
	sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
	int rc = copy ? SQLITE_OK : sqlite3_errcode(to);

	while (rc == SQLITE_OK) {
		int64_t total;

		rc = sqlite3_backup_step(copy, PAGES);
		total = sqlite3_backup_pagecount(copy);
		if (rc == SQLITE_OK && progress &&
		    !progress(total - sqlite3_backup_remaining(copy), total, arg)) {
			sqlite3_backup_finish(copy);
			return desk_fail(error, DESK_CANCELLED, "broken off");
		}
	}
	if (copy)
		sqlite3_backup_finish(copy);
	return rc == SQLITE_DONE || sqlite_fail(error, to, rc, name);
}

static int sound_fn(void *arg, int n, char **cells, char **names)
{
	(void)names;
	if (n < 1 || g_strcmp0(cells[0], "ok") != 0)
		*(gboolean *)arg = FALSE;
	return 0;
}

static gboolean finish_copy(sqlite3 *to, const char *file, GError **error)
{
	gboolean sound = TRUE;
	int rc;

	/* one file, without a log beside it */
	if (!sqlite_exec(to, "PRAGMA journal_mode = DELETE", file, error))
		return FALSE;
	rc = sqlite3_exec(to, "PRAGMA quick_check", sound_fn, &sound, NULL);
	if (rc != SQLITE_OK)
		return sqlite_fail(error, to, rc, file);
	return sound || desk_fail(error, DESK_INVALID, "the copy of the database is damaged: check the original");
}

static sqlite3 *new_file(const char *file, GError **error)
{
	int fd = open(file, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600), rc;
	sqlite3 *sql = NULL;

	if (fd < 0) {
		desk_fail(error, errno == EEXIST ? DESK_CONFLICT : DESK_IO, "%s: %s", file, say_errno(errno));
		return NULL;
	}
	close(fd);
	rc = sqlite3_open_v2(file, &sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		return sql;
	sqlite_fail(error, sql, rc, file);
	sqlite3_close(sql);
	return NULL;
}

gboolean sqlite_backup(struct db *db, const char *file, db_backup_fn *progress, void *arg, GError **error)
{
	sqlite3 *from = sqlite_connect(db->engine, DB_READER, error);
	sqlite3 *to = from ? new_file(file, error) : NULL;
	gboolean ok = to && sqlite_exec(from, "BEGIN; SELECT 1 FROM sqlite_master LIMIT 1", file, error) &&
		      copy_pages(from, to, file, progress, arg, error) && finish_copy(to, file, error);

	if (to)
		sqlite3_close(to);
	if (from)
		sqlite3_close(from);
	ok = ok && sync_path(file, error) && sync_folder_of(file, error);
	if (!ok && to)
		g_unlink(file);
	return ok;
}

/* Copied beside the place, then moved into it: there is a whole database or none. */
gboolean sqlite_restore(const char *path, const char *file, GError **error)
{
	g_autofree char *near = g_strconcat(path, ".restoring", NULL), *folder = g_path_get_dirname(path);
	sqlite3 *from = NULL, *to;
	gboolean ok;
	int rc;

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return desk_fail(error, DESK_CONFLICT, "there is a database at %s: move it away first", path);
	if (g_mkdir_with_parents(folder, 0700) != 0)
		return desk_fail(error, DESK_IO, "%s: %s", folder, say_errno(errno));
	g_unlink(near);
	rc = sqlite3_open_v2(file, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK) {
		sqlite_fail(error, from, rc, file);
		sqlite3_close(from);
		return FALSE;
	}
	to = new_file(near, error);
	ok = to && copy_pages(from, to, file, NULL, NULL, error) && finish_copy(to, near, error);
	if (to)
		sqlite3_close(to);
	sqlite3_close(from);
	ok = ok && sync_path(near, error);
	/* link and not rename: it never takes the place of what came meanwhile */
	if (ok && link(near, path) != 0)
		ok = desk_fail(error, errno == EEXIST ? DESK_CONFLICT : DESK_IO, "%s: %s", path, say_errno(errno));
	g_unlink(near);
	return ok && sync_folder_of(path, error);
}
