/* Backups: one folder, made whole or not at all. */
#include "server/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ini.h"
#include "server/storage/filestore.h"
#include "base/say.h"

#define MANIFEST "MANIFEST"
#define FILES "attachments"

static gboolean fail_path(GError **error, const char *path)
{
	return desk_fail(error, DESK_IO, "%s: %s", path, say_errno(errno));
}

static gboolean sync_path(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean ok = (fd >= 0 && fsync(fd) == 0) || fail_path(error, path);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* ---- whole folders */
static gboolean remove_tree(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		if (g_file_test(inside, G_FILE_TEST_IS_DIR) && !g_file_test(inside, G_FILE_TEST_IS_SYMLINK))
			remove_tree(inside);
		else
			g_unlink(inside);
	}
	if (dir)
		g_dir_close(dir);
	return g_rmdir(path) == 0;
}

struct copying {
	struct filestore *from, *to;
	guint64 n;
	GError **error;
	gboolean failed;
};

static gboolean copy_fn(const char *sha256, int64_t size, void *arg)
{
	struct copying *c = arg;
	int fd = filestore_get(c->from, sha256, size, c->error);

	c->failed = fd < 0 || !filestore_put(c->to, fd, size, sha256, c->error);
	if (fd >= 0)
		close(fd);
	c->n++;
	return !c->failed;
}

/* What is kept by its content is checked against it on the way. */
static gboolean copy_files(const char *from, const char *to, guint64 *n, GError **error)
{
	struct copying c = {.error = error};
	gboolean ok;

	if (!from || !g_file_test(from, G_FILE_TEST_IS_DIR))
		return TRUE;
	c.from = filestore_open(from);
	c.to = filestore_open(to);
	ok = filestore_each(c.from, copy_fn, &c, error) && !c.failed;
	filestore_close(c.from);
	filestore_close(c.to);
	*n = c.n;
	return ok;
}

/* ---- the MANIFEST */
static char *sum_of(const char *path, int64_t *size, GError **error)
{
	struct stat st;
	char *sum = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0)
		fail_path(error, path);
	else
		sum = filestore_sum(fd, *size = st.st_size, error);
	if (fd >= 0)
		close(fd);
	return sum;
}

static gboolean write_whole(const char *path, const char *text, GError **error)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	size_t len = strlen(text);
	gboolean ok = fd >= 0 && write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;

	if (!ok)
		fail_path(error, path);
	if (fd >= 0)
		close(fd);
	return ok;
}

static gboolean write_manifest(const char *folder, const char *name, struct backup_report *report, GError **error)
{
	g_autofree char *data = g_build_filename(folder, name, NULL), *path = g_build_filename(folder, MANIFEST, NULL);
	g_autofree char *sum = sum_of(data, &report->bytes, error), *text = NULL, *when = NULL;
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(clock_wall_ms() / 1000);

	if (!sum)
		return FALSE;
	when = g_date_time_format_iso8601(now);
	text = g_strdup_printf("# A backup of a ttydesk desk; `ttydeskd restore` reads it.\n"
			       "format = %d\nmade = %s\nversion = %s\ndatabase = %s\nsize = %" G_GINT64_FORMAT
			       "\nsha256 = %s\nattachments = %" G_GUINT64_FORMAT "\n",
			       BACKUP_FORMAT, when, DESK_VERSION, name, report->bytes, sum, report->files);
	return write_whole(path, text, error) && sync_path(folder, error);
}

struct manifest {
	char *database, *sha256;
	int64_t size;
	guint64 files;
};

static void manifest_clear(struct manifest *m)
{
	g_free(m->database);
	g_free(m->sha256);
}

static gboolean read_manifest(const char *folder, struct manifest *m, GError **error)
{
	g_autofree char *path = g_build_filename(folder, MANIFEST, NULL);
	g_autoptr(ini_auto) ini = ini_load(path, error);
	const char *format, *size, *files;

	if (!ini)
		return FALSE;
	format = ini_get(ini, "", "format");
	if (!format || g_ascii_strtoll(format, NULL, 10) < 1)
		return desk_fail(error, DESK_INVALID, "%s isn't the manifest of a backup", path);
	if (g_ascii_strtoll(format, NULL, 10) > BACKUP_FORMAT)
		return desk_fail(error, DESK_NEWER, "%s was made by a newer ttydeskd", folder);
	m->database = g_strdup(ini_get(ini, "", "database"));
	m->sha256 = g_strdup(ini_get(ini, "", "sha256"));
	size = ini_get(ini, "", "size");
	files = ini_get(ini, "", "attachments");
	m->size = size ? g_ascii_strtoll(size, NULL, 10) : -1;
	m->files = files ? g_ascii_strtoull(files, NULL, 10) : 0;
	if (m->sha256 && m->database && (strcmp(m->database, db_backup_name(DB_SQLITE)) == 0 ||
					 strcmp(m->database, db_backup_name(DB_POSTGRES)) == 0))
		return TRUE;
	return desk_fail(error, DESK_INVALID, "%s doesn't say what database it belongs to", path);
}

/* ---- making */
static gboolean make_in(struct db *db, const char *folder, const struct backup_conf *conf,
			struct backup_report *report, GError **error)
{
	const char *name = db_backup_name(db_engine(db));
	g_autofree char *data = g_build_filename(folder, name, NULL), *files = g_build_filename(folder, FILES, NULL);

	/* A file is there before its row is: those of the moment's rows are all among them. */
	return db_backup(db, data, conf->progress, conf->arg, error) &&
	       copy_files(conf->files, files, &report->files, error) && write_manifest(folder, name, report, error);
}

gboolean backup_make(struct db *db, const struct backup_conf *conf, struct backup_report *report, GError **error)
{
	g_autofree char *folder = g_canonicalize_filename(conf->folder, NULL);
	g_autofree char *part = g_strconcat(folder, ".partial", NULL), *parent = g_path_get_dirname(folder);

	*report = (struct backup_report){0};
	if (g_file_test(folder, G_FILE_TEST_EXISTS))
		return desk_fail(error, DESK_CONFLICT, "%s is there already: name a new folder", folder);
	if (g_file_test(part, G_FILE_TEST_IS_DIR) && !remove_tree(part))
		return fail_path(error, part);
	if (g_mkdir(part, 0700) != 0)
		return fail_path(error, part);
	if (!make_in(db, part, conf, report, error)) {
		remove_tree(part);
		return FALSE;
	}
	if (g_rename(part, folder) != 0) {
		fail_path(error, folder);
		remove_tree(part);
		return FALSE;
	}
	return sync_path(parent, error);
}

/* ---- checking and putting back */
struct counting {
	const struct filestore *store;
	guint64 n;
	GError **error;
	gboolean failed;
};

static gboolean count_fn(const char *sha256, int64_t size, void *arg)
{
	struct counting *c = arg;

	c->n++;
	c->failed = !filestore_check(c->store, sha256, size, c->error);
	return !c->failed;
}

static gboolean check_files(const char *folder, guint64 expected, GError **error)
{
	g_autofree char *files = g_build_filename(folder, FILES, NULL);
	struct filestore *store = filestore_open(files);
	struct counting c = {.store = store, .error = error};
	gboolean ok = !g_file_test(files, G_FILE_TEST_IS_DIR) || (filestore_each(store, count_fn, &c, error) && !c.failed);

	filestore_close(store);
	if (ok && c.n != expected)
		return desk_fail(error, DESK_INVALID, "%s has %" G_GUINT64_FORMAT " files, its manifest says %" G_GUINT64_FORMAT,
				 files, c.n, expected);
	return ok;
}

static gboolean check_with(const char *folder, const struct manifest *m, struct backup_report *report, GError **error)
{
	g_autofree char *data = g_build_filename(folder, m->database, NULL), *sum = sum_of(data, &report->bytes, error);

	if (!sum)
		return FALSE;
	if (report->bytes != m->size || strcmp(sum, m->sha256) != 0)
		return desk_fail(error, DESK_INVALID, "%s isn't what its manifest says: it was changed or damaged", data);
	report->files = m->files;
	return check_files(folder, m->files, error);
}

gboolean backup_check(const char *folder, struct backup_report *report, GError **error)
{
	struct manifest m = {0};
	gboolean ok = read_manifest(folder, &m, error) && check_with(folder, &m, report, error);

	manifest_clear(&m);
	return ok;
}

static gboolean restore_with(const char *folder, const struct manifest *m, const char *url, const char *files,
			     GError **error)
{
	g_autofree char *data = g_build_filename(folder, m->database, NULL);
	g_autofree char *from = g_build_filename(folder, FILES, NULL);
	guint64 n = 0;

	if (strcmp(m->database, db_backup_name(db_url_engine(url))) != 0)
		return desk_fail(error, DESK_INVALID, "a backup of %s can't be restored into the other kind of database: "
				 "use export and import", m->database);
	if (m->files && !files)
		return desk_fail(error, DESK_INVALID, "the backup has files, and there is no folder for them: set `state`");
	/* the files first: without their rows they are no harm */
	return copy_files(from, files, &n, error) && db_restore(url, data, error);
}

gboolean backup_restore(const char *folder, const char *url, const char *files, struct backup_report *report,
			GError **error)
{
	struct manifest m = {0};
	gboolean ok = read_manifest(folder, &m, error) && check_with(folder, &m, report, error) &&
		      restore_with(folder, &m, url, files, error);

	manifest_clear(&m);
	return ok;
}
