/* Import and export: what messages have beside their body. */
#include "server/desk/attachments_inside.h"
#include "server/desk/records_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/html.h"
#include "base/media.h"
#include "base/say.h"

gboolean record_message_has_extras(const struct record_message *m)
{
	return m->html || m->to || m->cc || (m->attachments && m->attachments->len);
}

char *record_message_body(const struct record_message *m)
{
	if (!m->html || (m->body && *m->body))
		return g_strdup(m->body);
	return html_to_text(m->html, -1, HTML_FOLD_QUOTES);
}

/* Beside the import's file, and not above it. */
static int open_beside(const char *folder, const char *path, int64_t *size, GError **error)
{
	g_autofree char *whole = folder ? g_build_filename(folder, path, NULL) : NULL;
	g_auto(GStrv) steps = g_strsplit(path, "/", -1);
	struct stat st;
	int fd;

	if (!whole || g_path_is_absolute(path) || g_strv_contains((const char *const *)steps, "..")) {
		desk_fail(error, DESK_INVALID, "an attachment's file lies beside the import's file, not at %s", path);
		return -1;
	}
	fd = open(whole, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = st.st_size;
		return fd;
	}
	desk_fail(error, DESK_INVALID, "the attachment's file %s can't be read: %s", whole,
	          fd >= 0 ? "it is no file" : say_errno(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Without a place for files all are kept in the database. */
static struct attachments *place(struct desk *d, struct attachments **own, GError **error)
{
	static const struct attachments_conf in_database = {.max_bytes = DB_BLOB_MAX};

	*own = desk_attachments(d) ? NULL : attachments_open(&in_database, error);
	return *own ? *own : desk_attachments(d);
}

static gboolean keep(struct work *work, struct attachment_new *n, desk_id message_id, GError **error)
{
	struct attachments *own = NULL, *a = place(work->desk, &own, error);
	gboolean ok = a && attachments_take(a, n, error) &&
	              attachments_add(a, work->tx, n, work->ticket->row.id, message_id, error);

	attachments_close(own);
	return ok;
}

static gboolean put_file(struct work *work, const struct record_keys *keys, const struct record_file *f,
                         desk_id message_id, GError **error)
{
	struct attachment_new n = {.fd = -1, .unscanned = TRUE};
	g_autofree char *leaf = f->file ? g_path_get_basename(f->file) : NULL;
	g_autofree guchar *bytes = NULL;
	const char *name = f->name ? f->name : leaf;
	gsize len = 0;
	gboolean ok = TRUE;

	if (f->data) {
		bytes = g_base64_decode(f->data, &len);
		n.bytes = bytes;
		n.meta.size = (int64_t)len;
		n.meta.sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, len);
	} else if (f->file) {
		n.fd = open_beside(record_keys_folder(keys), f->file, &n.meta.size, error);
		ok = n.fd >= 0 && (n.meta.sha256 = filestore_sum(n.fd, n.meta.size, error));
	} else {
		ok = desk_fail(error, DESK_INVALID, "an attachment needs data or file");
	}
	if (ok) {
		attachment_name(&n.meta, name, f->media ? f->media : media_of_name(name));
		ok = keep(work, &n, message_id, error);
	}
	if (n.fd >= 0)
		close(n.fd);
	attachment_new_clear(&n);
	return ok;
}

gboolean record_put_message_extras(struct work *work, const struct record_keys *keys, const struct record_message *m,
                                   desk_id message_id, GError **error)
{
	if ((m->html || m->to || m->cc) &&
	    !DB_RUN(work->conn, STMT_MESSAGE_MAIL, NULL, NULL, error, DB_I(message_id), DB_T(m->html), DB_T(m->to),
	            DB_T(m->cc)))
		return FALSE;
	for (guint i = 0; m->attachments && i < m->attachments->len; i++)
		if (!put_file(work, keys, m->attachments->pdata[i], message_id, error))
			return FALSE;
	return TRUE;
}

#define DATA_MAX (2 << 20) /* what is larger, and what more than fits a line, doesn't go into it */
#define DATA_MAX_ALL (5 << 20)

static gboolean files_fn(const struct db_row *row, void *arg)
{
	struct attachment_row r = {0};

	attachment_row_take(row, &r);
	g_array_append_val((GArray *)arg, r);
	return TRUE;
}

static gboolean tell_file(struct db_conn *conn, const struct attachment_row *r, struct record_message *to,
                          int64_t *told, GError **error)
{
	struct attachments in_database = {0};
	struct record_file *f = g_new0(struct record_file, 1);
	g_autoptr(GBytes) bytes = NULL;
	int fd;

	f->name = g_strdup(r->meta->name);
	f->media = g_strdup(r->meta->media);
	g_ptr_array_add(to->attachments, f);
	if (r->in_file || r->meta->size > DATA_MAX || *told + r->meta->size > DATA_MAX_ALL) {
		f->file = g_strdup_printf("attachments/%.2s/%.2s/%s", r->meta->sha256, r->meta->sha256 + 2, r->meta->sha256);
		return TRUE;
	}
	if (!attachments_bytes(&in_database, conn, r, &fd, &bytes, error))
		return FALSE;
	*told += r->meta->size;
	f->data = g_base64_encode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return TRUE;
}

static void file_free(gpointer data)
{
	struct record_file *f = data;

	g_free(f->name);
	g_free(f->media);
	g_free(f->file);
	g_free(f->data);
	g_free(f);
}

gboolean record_tell_files(struct db_conn *conn, desk_id message_id, struct record_message *to, int64_t *told,
                           GError **error)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct attachment_row));
	gboolean ok = DB_RUN(conn, STMT_ATTACHMENTS_OF_MESSAGE, files_fn, rows, error, DB_I(message_id));

	to->attachments = g_ptr_array_new_with_free_func(file_free);
	for (guint i = 0; i < rows->len; i++) {
		struct attachment_row *r = &g_array_index(rows, struct attachment_row, i);

		ok = ok && tell_file(conn, r, to, told, error);
		attachment_row_clear(r);
	}
	return ok;
}
