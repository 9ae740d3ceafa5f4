/* Append-only files of lines: locking, adoption of dead owners' files, torn tails. */
#include "client/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/say.h"

#define JOURNAL_MAX_BYTES (64u << 20)

struct journal {
	char *dir, *prefix, *path;
	int fd;
	off_t size;
	GPtrArray *adopted; /* paths; their locks are held by adopted_fds */
	GArray *adopted_fds;
};

static gboolean fail_errno(GError **error, const char *what, const char *path)
{
	int e = errno;
	return desk_fail(error, DESK_IO, "%s: %s (%s)", say(what), say_errno(e), path); /* the reason where a narrow line shows it */
}

/* A name that another life unlinked or renamed between open and lock is not ours. */
static gboolean still_named(int fd, const char *path)
{
	struct stat by_fd, by_name;
	return fstat(fd, &by_fd) == 0 && stat(path, &by_name) == 0 && by_fd.st_ino == by_name.st_ino &&
	       by_fd.st_dev == by_name.st_dev;
}

static gboolean sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return FALSE;
	gboolean ok = fsync(fd) == 0;
	close(fd);
	return ok;
}

static gboolean create_own(struct journal *j, GError **error)
{
	for (int tries = 0; tries < 100; tries++) {
		g_free(j->path);
		j->path = g_strdup_printf("%s/%s-%08x.jsonl", j->dir, j->prefix, g_random_int());
		j->fd = open(j->path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
		if (j->fd < 0 && errno == EEXIST)
			continue;
		if (j->fd < 0)
			return fail_errno(error, "can't create", j->path);
		if (flock(j->fd, LOCK_EX | LOCK_NB) == 0 && still_named(j->fd, j->path))
			return TRUE;
		close(j->fd); /* somebody adopted it between open and lock */
		j->fd = -1;
	}
	return desk_fail(error, DESK_IO, "can't create a file of our own in %s", j->dir);
}

static char *read_all(int fd, size_t *len)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || st.st_size > (off_t)JOURNAL_MAX_BYTES)
		return NULL;
	char *bytes = g_malloc((gsize)st.st_size + 1);
	size_t got = 0;
	while (got < (size_t)st.st_size) {
		ssize_t n = pread(fd, bytes + got, (size_t)st.st_size - got, (off_t)got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	bytes[got] = '\0';
	*len = got;
	return bytes;
}

/* FALSE when a line other than the last can't be understood. */
static gboolean each_line(const char *bytes, size_t len, journal_line_fn *line, void *arg)
{
	const char *at = bytes, *end = bytes + len;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		if (!stop)
			return TRUE; /* torn */
		if (stop > at && !line(at, (size_t)(stop - at), arg) && stop + 1 < end)
			return FALSE;
		at = stop + 1;
	}
	return TRUE;
}

static void adopt(struct journal *j, const char *path, journal_line_fn *line, void *arg, char **damage)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !still_named(fd, path)) {
		close(fd);
		return;
	}
	size_t len = 0;
	g_autofree char *bytes = read_all(fd, &len);
	if (bytes && each_line(bytes, len, line, arg)) {
		g_ptr_array_add(j->adopted, g_strdup(path));
		g_array_append_val(j->adopted_fds, fd);
		return;
	}
	g_autofree char *aside = g_strconcat(path, ".damaged", NULL);
	rename(path, aside);
	if (!*damage)
		*damage = g_strdup_printf(_("%s could not be read whole and was kept as %s"), path, aside);
	close(fd);
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void adopt_dead(struct journal *j, journal_line_fn *line, void *arg, char **damage)
{
	g_autoptr(GDir) dir = g_dir_open(j->dir, 0, NULL);
	if (!dir)
		return;
	g_autofree char *start = g_strconcat(j->prefix, "-", NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	while ((name = g_dir_read_name(dir)))
		if (g_str_has_prefix(name, start) && g_str_has_suffix(name, ".jsonl"))
			g_ptr_array_add(paths, g_build_filename(j->dir, name, NULL));
	g_ptr_array_sort(paths, by_name);
	for (guint i = 0; i < paths->len; i++)
		if (strcmp(paths->pdata[i], j->path) != 0)
			adopt(j, paths->pdata[i], line, arg, damage);
}

struct journal *journal_open(const char *dir, const char *prefix, journal_line_fn *line, void *arg,
                             char **damage, GError **error)
{
	*damage = NULL;
	if (g_mkdir_with_parents(dir, 0700) != 0) {
		fail_errno(error, "can't create the folder", dir);
		return NULL;
	}
	struct journal *j = g_new0(struct journal, 1);
	j->dir = g_strdup(dir);
	j->prefix = g_strdup(prefix);
	j->fd = -1;
	j->adopted = g_ptr_array_new_with_free_func(g_free);
	j->adopted_fds = g_array_new(FALSE, FALSE, sizeof(int));
	if (!create_own(j, error)) {
		journal_close(j);
		return NULL;
	}
	adopt_dead(j, line, arg, damage);
	return j;
}

static void drop_adopted(struct journal *j, gboolean remove_files)
{
	for (guint i = 0; i < j->adopted->len; i++) {
		if (remove_files)
			unlink(j->adopted->pdata[i]);
		close(g_array_index(j->adopted_fds, int, i));
	}
	g_ptr_array_set_size(j->adopted, 0);
	g_array_set_size(j->adopted_fds, 0);
}

void journal_adopted(struct journal *j)
{
	drop_adopted(j, TRUE);
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	drop_adopted(j, FALSE); /* not taken over yet: left for the next life */
	if (j->fd >= 0) {
		if (j->size == 0)
			unlink(j->path);
		close(j->fd);
	}
	g_ptr_array_unref(j->adopted);
	g_array_unref(j->adopted_fds);
	g_free(j->dir);
	g_free(j->prefix);
	g_free(j->path);
	g_free(j);
}

static gboolean write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENOSPC;
			return FALSE;
		}
		bytes += n;
		len -= (size_t)n;
	}
	return TRUE;
}

gboolean journal_append(struct journal *j, const char *line, size_t len, GError **error)
{
	g_autofree char *whole = g_malloc(len + 1);
	memcpy(whole, line, len);
	whole[len] = '\n';
	if (!write_all(j->fd, whole, len + 1)) {
		fail_errno(error, "can't write", j->path);
		/* half a line in the middle would be damage for the next life */
		if (ftruncate(j->fd, j->size) != 0)
			g_clear_pointer(&whole, g_free);
		return FALSE;
	}
	j->size += (off_t)len + 1;
	return TRUE;
}

gboolean journal_sync(struct journal *j, GError **error)
{
	return fdatasync(j->fd) == 0 || fail_errno(error, "can't save", j->path);
}

gboolean journal_rewrite(struct journal *j, const char *lines, size_t len, GError **error)
{
	g_autofree char *fresh = g_strconcat(j->path, ".new", NULL);
	int fd = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_errno(error, "can't create", fresh);
	/* locked before it gets its name, so that nobody can take it for a dead one's */
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !write_all(fd, lines, len) || fsync(fd) != 0 ||
	    rename(fresh, j->path) != 0) {
		fail_errno(error, "can't write", fresh);
		unlink(fresh);
		close(fd);
		return FALSE;
	}
	close(j->fd);
	j->fd = fd;
	j->size = (off_t)len;
	return sync_dir(j->dir) || fail_errno(error, "can't save", j->dir);
}

size_t journal_size(const struct journal *j)
{
	return (size_t)j->size;
}
