/* Files of messages, fetched into a file: under another name first, so that it is whole or not there. */
#include "client/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/say.h"

struct fetch {
	struct store *store;
	desk_id id;
	char *path, *part;
	int fd;
	gboolean replace;
	int64_t done, total;
	store_fetched_fn *fn;
	void *arg;
	GDestroyNotify destroy;
};

static void fetch_free(struct fetch *f)
{
	if (f->fd >= 0)
		close(f->fd);
	if (f->part)
		unlink(f->part);
	g_free(f->part);
	g_free(f->path);
	if (f->destroy)
		f->destroy(f->arg);
	g_free(f);
}

/* Never over another file, unless that was asked for. */
static gboolean put_in_place(struct fetch *f, GError **error)
{
	if (fsync(f->fd) != 0)
		return desk_fail(error, DESK_IO, "%s can't be written: %s", f->path, say_errno(errno));
	int failed = f->replace ? rename(f->part, f->path)
	                        : renameat2(AT_FDCWD, f->part, AT_FDCWD, f->path, RENAME_NOREPLACE);
	if (failed && !f->replace && (errno == EINVAL || errno == ENOSYS)) {
		failed = link(f->part, f->path);
		if (!failed)
			unlink(f->part);
	}
	if (failed)
		return desk_fail(error, errno == EEXIST ? DESK_CONFLICT : DESK_IO, "%s can't be written: %s", f->path,
		                 say_errno(errno));
	g_clear_pointer(&f->part, g_free);
	return TRUE;
}

static void fetched(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct fetch *f = arg;
	struct store *s = f->store;
	g_autoptr(GError) local = NULL;
	(void)conflict;
	answer_free(answer);
	g_ptr_array_remove_fast(s->fetches, f);
	if (!s->freeing) {
		if (!error)
			put_in_place(f, &local);
		f->fn(f->path, error ? error : local, f->arg);
		store_tell_kind(s, STORE_FILES, 0, FALSE);
	}
	fetch_free(f);
	store_file_call_ended(s);
}

static void moved(int64_t done, int64_t total, void *arg)
{
	struct fetch *f = arg;
	f->done = done;
	f->total = total;
	if (!f->store->freeing)
		store_tell_kind(f->store, STORE_FILES, 0, FALSE);
}

static gboolean may_begin(const char *path, gboolean replace, char *part, int *fd, GError **error)
{
	struct stat st;
	if (!replace && lstat(path, &st) == 0)
		return desk_fail(error, DESK_CONFLICT, "%s is there already", path);
	*fd = g_mkstemp_full(part, O_RDWR | O_CLOEXEC, 0600);
	return *fd >= 0 || desk_fail(error, DESK_IO, "%s can't be written: %s", path, say_errno(errno));
}

gboolean store_fetch(struct store *s, const struct attachment *a, const char *path, gboolean replace,
                     store_fetched_fn *fn, void *arg, GDestroyNotify destroy, GError **error)
{
	g_autofree char *dir = g_path_get_dirname(path);
	g_autofree char *part = g_build_filename(dir, ".ttydesk-part-XXXXXX", NULL);
	int fd = -1;
	if (!may_begin(path, replace, part, &fd, error)) {
		if (destroy)
			destroy(arg);
		return FALSE;
	}
	struct fetch *f = g_new0(struct fetch, 1);
	f->store = s;
	f->id = a->id;
	f->fd = fd;
	f->total = a->size;
	f->path = g_strdup(path);
	f->part = g_steal_pointer(&part);
	f->replace = replace;
	f->fn = fn;
	f->arg = arg;
	f->destroy = destroy;
	g_ptr_array_add(s->fetches, f);
	store_file_call_began(s);
	backend_download(s->backend, &(struct backend_file){.fd = fd, .attachment_id = a->id, .sha256 = a->sha256},
	                 moved, fetched, f);
	return TRUE;
}

gboolean store_fetching(const struct store *s, desk_id attachment_id, int64_t *done, int64_t *total)
{
	for (guint i = 0; i < s->fetches->len; i++) {
		const struct fetch *f = s->fetches->pdata[i];
		if (f->id != attachment_id)
			continue;
		*done = f->done;
		*total = f->total;
		return TRUE;
	}
	return FALSE;
}
