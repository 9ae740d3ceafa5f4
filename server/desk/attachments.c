/* Keeping, scanning and giving out the bytes of attachments. */
#include "server/desk/attachments_inside.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "server/scanner.h"

#define SCANNER_MS 60000
#define MEDIA_MAX 127
#define ANY_MEDIA "application/octet-stream"

struct attachments *attachments_open(const struct attachments_conf *conf, GError **error)
{
	struct attachments *a = g_new0(struct attachments, 1);
	gboolean ok = TRUE;

	a->max_bytes = conf->max_bytes > 0 ? MIN(conf->max_bytes, (int64_t)DB_BLOB_MAX) : ATTACHMENT_MAX_BYTES;
	a->inline_bytes = conf->inline_bytes > 0 ? conf->inline_bytes : ATTACHMENT_INLINE_BYTES;
	a->loose_max = conf->loose_max > 0 ? conf->loose_max : ATTACHMENT_LOOSE_MAX;
	a->scanner_ms = conf->scanner_ms > 0 ? conf->scanner_ms : SCANNER_MS;
	a->scanner_strict = conf->scanner_strict;
	if (conf->scanner)
		ok = (a->scanner = scanner_parse(conf->scanner, error)) != NULL;
	a->store = conf->dir ? filestore_open(conf->dir) : NULL;
	if (ok)
		return a;
	attachments_close(a);
	return NULL;
}

void attachments_close(struct attachments *a)
{
	if (!a)
		return;
	filestore_close(a->store);
	g_strfreev(a->scanner);
	g_free(a);
}

int64_t attachments_max_bytes(const struct attachments *a)
{
	return a->max_bytes;
}

struct filestore *attachments_store(struct attachments *a)
{
	return a->store;
}

/* ---------------------------------------------------------------- names */
void attachment_new_clear(struct attachment_new *n)
{
	g_clear_pointer(&n->meta.name, g_free);
	g_clear_pointer(&n->meta.media, g_free);
	g_clear_pointer(&n->meta.sha256, g_free);
}

/* type/subtype of RFC 6838 characters, without parameters. */
static char *clean_media(const char *media)
{
	static const char *const token =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+";
	size_t n = media ? strcspn(media, "; \t") : 0;
	g_autofree char *bare = g_ascii_strdown(media ? media : "", (gssize)n);
	size_t type = strspn(bare, token), sub = bare[type] == '/' ? strspn(bare + type + 1, token) : 0;

	if (n == 0 || n > MEDIA_MAX || type == 0 || sub == 0 || type + 1 + sub != n)
		return g_strdup(ANY_MEDIA);
	return g_steal_pointer(&bare);
}

void attachment_name(struct attachment *meta, const char *name, const char *media)
{
	const char *leaf = name ? name : "", *at;

	while ((at = strpbrk(leaf, "/\\")))
		leaf = at + 1;
	g_autofree char *clean = text_clean_string(leaf, -1, 0, ATTACHMENT_NAME_MAX);
	g_strstrip(clean);
	g_free(meta->name);
	meta->name = *clean && strcmp(clean, ".") != 0 && strcmp(clean, "..") != 0 ? g_steal_pointer(&clean)
										   : g_strdup("file");
	g_free(meta->media);
	meta->media = clean_media(media);
}

/* ---------------------------------------------------------------- taking one in */
/* Bytes without a file get one without a lasting name. */
static int fd_of(const struct attachment_new *n, char **path, GError **error)
{
	g_autofree char *name = g_build_filename(g_get_tmp_dir(), "ttydesk-scan-XXXXXX", NULL);
	int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
	int64_t done = 0;

	if (fd < 0) {
		desk_fail(error, DESK_IO, "can't write %s", name);
		return -1;
	}
	while (done < n->meta.size) {
		char chunk[16384];
		int64_t want = MIN((int64_t)sizeof chunk, n->meta.size - done);
		ssize_t got = n->fd >= 0 ? pread(n->fd, chunk, (size_t)want, done) : want;
		const char *from = n->fd >= 0 ? chunk : (const char *)n->bytes + done;

		if (got <= 0 || write(fd, from, (size_t)got) != got) {
			desk_fail(error, DESK_IO, "can't write %s", name);
			close(fd);
			unlink(name);
			return -1;
		}
		done += got;
	}
	*path = g_steal_pointer(&name);
	return fd;
}

static gboolean scan(const struct attachments *a, struct attachment_new *n, GError **error)
{
	g_autofree char *path = NULL, *why = NULL;
	int fd = -1;

	if (!a->scanner || n->unscanned) {
		n->meta.scan = SCAN_NOT_SCANNED;
		return TRUE;
	}
	if (n->in_file)
		path = filestore_path(a->store, n->meta.sha256);
	else if ((fd = fd_of(n, &path, error)) < 0)
		return FALSE;
	n->meta.scan = scanner_run(a->scanner, path, a->scanner_ms, &why);
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	if (n->meta.scan == SCAN_INFECTED)
		log_warn("scanner", "infected: %s, sha256 %s, from person %" G_GINT64_FORMAT, n->meta.name,
			 n->meta.sha256, n->by_id);
	else if (n->meta.scan == SCAN_SCAN_FAILED)
		log_warn("scanner", "not scanned: %s: %s", n->meta.name, why);
	if (n->meta.scan == SCAN_SCAN_FAILED && a->scanner_strict)
		return desk_fail(error, DESK_BUSY, "%s couldn't be scanned; try again later", n->meta.name);
	return TRUE;
}

gboolean attachments_take(struct attachments *a, struct attachment_new *n, GError **error)
{
	if (n->meta.size > a->max_bytes)
		return desk_fail(error, DESK_LIMIT, "%s is larger than %" G_GINT64_FORMAT " KiB", n->meta.name,
				 a->max_bytes >> 10);
	n->in_file = a->store && n->meta.size > a->inline_bytes;
	if (n->in_file && n->fd < 0) {
		g_autofree char *path = NULL;
		int fd = fd_of(n, &path, error);
		gboolean ok = fd >= 0 && filestore_put(a->store, fd, n->meta.size, n->meta.sha256, error);

		if (fd >= 0) {
			close(fd);
			unlink(path);
		}
		if (!ok)
			return FALSE;
	} else if (n->in_file && !filestore_put(a->store, n->fd, n->meta.size, n->meta.sha256, error)) {
		return FALSE;
	}
	return scan(a, n, error);
}

/* ---------------------------------------------------------------- giving one out */
struct data {
	GBytes *bytes;
};

static gboolean data_fn(const struct db_row *row, void *arg)
{
	size_t len;
	const void *bytes = db_blob(row, 0, &len);

	((struct data *)arg)->bytes = g_bytes_new(bytes, len);
	return FALSE;
}

gboolean attachments_bytes(struct attachments *a, struct db_conn *conn, const struct attachment_row *r, int *fd,
			   GBytes **bytes, GError **error)
{
	struct data d = {0};

	*fd = -1;
	*bytes = NULL;
	if (r->in_file) {
		if (!a->store)
			return desk_fail(error, DESK_IO, "this server has no folder for attachments");
		*fd = filestore_get(a->store, r->meta->sha256, r->meta->size, error);
		return *fd >= 0;
	}
	if (!DB_RUN(conn, STMT_ATTACHMENT_DATA, data_fn, &d, error, DB_I(r->meta->id)))
		return FALSE;
	if (d.bytes) {
		g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, d.bytes);

		if (g_strcmp0(sum, r->meta->sha256) == 0) {
			*bytes = d.bytes;
			return TRUE;
		}
		g_bytes_unref(d.bytes);
	}
	return desk_fail(error, DESK_INVALID, "attachment %" G_GINT64_FORMAT " is damaged", r->meta->id);
}

/* ---------------------------------------------------------------- care */
struct verifying {
	struct attachments *a;
	struct db *db;
	void (*complain)(const char *sentence, void *arg);
	void *arg;
	struct attachments_report *report;
	GPtrArray *rows; /* struct attachment_row */
	GPtrArray *lost; /* char*: sums of files without a row */
};

static void row_free(gpointer data)
{
	attachment_row_clear(data);
	g_free(data);
}

static gboolean rows_fn(const struct db_row *row, void *arg)
{
	struct attachment_row *r = g_new0(struct attachment_row, 1);

	attachment_row_take(row, r);
	g_ptr_array_add(arg, r);
	return TRUE;
}

static void verify_one(struct verifying *v, struct db_conn *conn, const struct attachment_row *r)
{
	g_autoptr(GError) bad = NULL;
	g_autoptr(GBytes) bytes = NULL;
	int fd = -1;

	v->report->count++;
	v->report->files += r->in_file;
	if (!attachments_bytes(v->a, conn, r, &fd, &bytes, &bad)) {
		g_autofree char *sentence = g_strdup_printf("attachment %" G_GINT64_FORMAT " of #%" G_GINT64_FORMAT ": %s",
							    r->meta->id, r->ticket_id, bad->message);
		v->report->damaged++;
		v->complain(sentence, v->arg);
	}
	if (fd >= 0)
		close(fd);
}

#define VERIFY_PAGE 50
static gboolean verify_rows(struct verifying *v, GError **error)
{
	desk_id last = 0;

	for (;;) { /* short reads: whoever writes beside us must not wait for our disk */
		struct db_conn *conn = db_read_begin(v->db, error);
		gboolean ok;

		g_ptr_array_set_size(v->rows, 0);
		ok = conn && DB_RUN(conn, STMT_ATTACHMENTS_AFTER, rows_fn, v->rows, error, DB_I(last), DB_I(VERIFY_PAGE));
		for (guint i = 0; ok && i < v->rows->len; i++) {
			const struct attachment_row *r = v->rows->pdata[i];

			verify_one(v, conn, r);
			last = r->meta->id;
		}
		if (conn)
			db_read_end(v->db, conn);
		if (!ok)
			return FALSE;
		if (v->rows->len < VERIFY_PAGE)
			return TRUE;
	}
}

struct old_files {
	struct attachments *a;
	GPtrArray *sums;
	int64_t before_s;
};

static gboolean old_file_fn(const char *sha256, int64_t size, void *arg)
{
	struct old_files *o = arg;
	g_autofree char *path = filestore_path(o->a->store, sha256);
	GStatBuf st;

	(void)size;
	if (g_stat(path, &st) == 0 && st.st_mtime < o->before_s)
		g_ptr_array_add(o->sums, g_strdup(sha256));
	return TRUE;
}

gboolean attachments_verify(struct attachments *a, struct db *db, void (*complain)(const char *sentence, void *arg),
			    void *arg, struct attachments_report *report, GError **error)
{
	struct verifying v = {.a = a, .db = db, .complain = complain, .arg = arg, .report = report};
	g_autoptr(GPtrArray) sums = g_ptr_array_new_with_free_func(g_free);
	struct old_files old = {a, sums, g_get_real_time() / G_USEC_PER_SEC - ATTACHMENT_LOOSE_MS / 1000};
	gboolean ok;

	v.rows = g_ptr_array_new_with_free_func(row_free);
	ok = verify_rows(&v, error) && (!a->store || filestore_each(a->store, old_file_fn, &old, error));
	for (guint i = 0; ok && i < sums->len; i++) {
		attachments_forget(a, db, sums->pdata[i]);
		g_autofree char *path = filestore_path(a->store, sums->pdata[i]);
		report->orphans += !g_file_test(path, G_FILE_TEST_EXISTS);
	}
	g_ptr_array_unref(v.rows);
	return ok;
}
