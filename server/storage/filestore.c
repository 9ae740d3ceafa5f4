/* Content-addressed files: written aside, synced, renamed into place, checked when read. */
#include "server/storage/filestore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/say.h"

#define SUM_LEN 64
#define CHUNK (128 << 10)

struct filestore {
	char *dir;
};

static gboolean io_fail(GError **error, const char *what, const char *path)
{
	return desk_fail(error, DESK_IO, "can't %s %s: %s", say(what), path, say_errno(errno));
}

static gboolean sync_dir(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		io_fail(error, "sync the folder", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* A new folder's name is on disk before anything in it counts. */
static gboolean make_dir(const char *path, GError **error)
{
	if (mkdir(path, 0700) == 0) {
		g_autofree char *parent = g_path_get_dirname(path);

		return sync_dir(parent, error);
	}
	return errno == EEXIST || io_fail(error, "make the folder", path);
}

struct filestore *filestore_open(const char *dir)
{
	struct filestore *f = g_new0(struct filestore, 1);

	f->dir = g_strdup(dir);
	return f;
}

void filestore_close(struct filestore *f)
{
	if (!f)
		return;
	g_free(f->dir);
	g_free(f);
}

char *filestore_path(const struct filestore *f, const char *sha256)
{
	return g_strdup_printf("%s/%.2s/%.2s/%s", f->dir, sha256, sha256 + 2, sha256);
}

static gboolean is_sum(const char *s)
{
	return strlen(s) == SUM_LEN && strspn(s, "0123456789abcdef") == SUM_LEN;
}

/* ---------------------------------------------------------------- reading */
char *filestore_sum(int fd, int64_t size, GError **error)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree guchar *chunk = g_malloc(CHUNK);
	int64_t at = 0;

	while (at < size) {
		ssize_t n = pread(fd, chunk, (size_t)MIN(CHUNK, size - at), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			desk_fail(error, DESK_IO, "can't read the file: %s", say_errno(errno));
			return NULL;
		}
		if (n == 0)
			break; /* shorter than promised: its sum will tell */
		g_checksum_update(sum, chunk, n);
		at += n;
	}
	return g_strdup(g_checksum_get_string(sum));
}

static int open_stored(const struct filestore *f, const char *sha256, GError **error)
{
	g_autofree char *path = NULL;
	int fd;

	if (!is_sum(sha256)) {
		desk_fail(error, DESK_INVALID, "this is no checksum: %s", sha256);
		return -1;
	}
	path = filestore_path(f, sha256);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		desk_fail(error, DESK_NOTFOUND, "the file %s is missing", path);
	else if (fd < 0)
		io_fail(error, "read", path);
	return fd;
}

static gboolean sound(const struct filestore *f, int fd, const char *sha256, int64_t size, GError **error)
{
	g_autofree char *sum = NULL, *path = filestore_path(f, sha256);
	struct stat st;

	if (fstat(fd, &st) != 0)
		return io_fail(error, "read", path);
	if (st.st_size != size)
		return desk_fail(error, DESK_INVALID, "the file %s is damaged: it has another size", path);
	sum = filestore_sum(fd, size, error);
	if (!sum)
		return FALSE;
	return strcmp(sum, sha256) == 0 || desk_fail(error, DESK_INVALID, "the file %s is damaged", path);
}

int filestore_get(const struct filestore *f, const char *sha256, int64_t size, GError **error)
{
	int fd = open_stored(f, sha256, error);

	if (fd >= 0 && sound(f, fd, sha256, size, error) && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

gboolean filestore_check(const struct filestore *f, const char *sha256, int64_t size, GError **error)
{
	int fd = filestore_get(f, sha256, size, error);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

gboolean filestore_has(const struct filestore *f, const char *sha256, int64_t size)
{
	g_autofree char *path = is_sum(sha256) ? filestore_path(f, sha256) : NULL;
	struct stat st;

	return path && lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == size;
}

/* ---------------------------------------------------------------- writing */
static gboolean copy_bytes(int from, int to, int64_t size, const char *path, GError **error)
{
	g_autofree char *chunk = g_malloc(CHUNK);
	int64_t at = 0;

	while (at < size) {
		ssize_t n = pread(from, chunk, (size_t)MIN(CHUNK, size - at), at);
		ssize_t done = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return desk_fail(error, DESK_IO, "can't read the file: %s",
					 n < 0 ? say_errno(errno) : _("it has become shorter"));
		while (done < n) {
			ssize_t w = write(to, chunk + done, (size_t)(n - done));

			if (w < 0 && errno == EINTR)
				continue;
			if (w < 0)
				return io_fail(error, "write", path);
			done += w;
		}
		at += n;
	}
	return TRUE;
}

/* A private name for the bytes, beside the final one. */
static gboolean write_aside(int fd, int64_t size, const char *aside, GError **error)
{
	g_autofree char *self = g_strdup_printf("/proc/self/fd/%d", fd);
	gboolean ok;
	int to;

	if (linkat(AT_FDCWD, self, AT_FDCWD, aside, AT_SYMLINK_FOLLOW) == 0)
		return fsync(fd) == 0 || io_fail(error, "sync", aside);
	to = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0)
		return io_fail(error, "write", aside);
	ok = copy_bytes(fd, to, size, aside, error) && (fsync(to) == 0 || io_fail(error, "sync", aside));
	close(to);
	return ok;
}

gboolean filestore_put(struct filestore *f, int fd, int64_t size, const char *sha256, GError **error)
{
	g_autofree char *path = NULL, *folder = NULL, *above = NULL, *aside = NULL, *tag = NULL;

	if (!is_sum(sha256))
		return desk_fail(error, DESK_INVALID, "this is no checksum: %s", sha256);
	if (filestore_has(f, sha256, size) && filestore_check(f, sha256, size, NULL))
		return TRUE;
	path = filestore_path(f, sha256);
	folder = g_path_get_dirname(path);
	above = g_path_get_dirname(folder);
	tag = g_uuid_string_random();
	aside = g_strdup_printf("%s/.%s.new", folder, tag);
	if (!make_dir(f->dir, error) || !make_dir(above, error) || !make_dir(folder, error))
		return FALSE;
	if (write_aside(fd, size, aside, error)) {
		if (rename(aside, path) == 0)
			return sync_dir(folder, error);
		io_fail(error, "write", path);
	}
	unlink(aside);
	return FALSE;
}

gboolean filestore_remove(struct filestore *f, const char *sha256, GError **error)
{
	g_autofree char *path = NULL;

	if (!is_sum(sha256))
		return desk_fail(error, DESK_INVALID, "this is no checksum: %s", sha256);
	path = filestore_path(f, sha256);
	return unlink(path) == 0 || errno == ENOENT || io_fail(error, "remove", path);
}

/* ---------------------------------------------------------------- all of them */
static gboolean each_file(const char *folder, filestore_fn *fn, void *arg, gboolean *go_on)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && *go_on && (e = readdir(d))) {
		struct stat st;

		if (is_sum(e->d_name) && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			*go_on = fn(e->d_name, st.st_size, arg);
	}
	if (d)
		closedir(d);
	return d != NULL;
}

static gboolean is_step(const char *name)
{
	return strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2;
}

/* 256 folders of 256 at most: names of one level fit into memory. */
static GPtrArray *steps_of(const char *folder)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (is_step(e->d_name))
			g_ptr_array_add(list, g_build_filename(folder, e->d_name, NULL));
	if (d)
		closedir(d);
	return list;
}

gboolean filestore_each(const struct filestore *f, filestore_fn *fn, void *arg, GError **error)
{
	g_autoptr(GPtrArray) first = steps_of(f->dir);
	gboolean go_on = TRUE;

	for (guint i = 0; go_on && i < first->len; i++) {
		g_autoptr(GPtrArray) second = steps_of(first->pdata[i]);

		for (guint k = 0; go_on && k < second->len; k++)
			if (!each_file(second->pdata[k], fn, arg, &go_on) && errno != ENOENT)
				return io_fail(error, "read the folder", second->pdata[k]);
	}
	return TRUE;
}
