/* The scripted driver's files: bytes in memory. */
#include "client/drivers/scripted.h"

#include <string.h>
#include <unistd.h>

#include "base/media.h"

#define FIRST_FILE 9001

struct stored {
	desk_id id;
	char *name, *key;
	GBytes *bytes;
};

struct scripted_files {
	GPtrArray *all; /* struct stored */
	desk_id next;
};

static void stored_free(gpointer data)
{
	struct stored *one = data;
	g_free(one->name);
	g_free(one->key);
	g_bytes_unref(one->bytes);
	g_free(one);
}

struct scripted_files *scripted_files_new(void)
{
	struct scripted_files *f = g_new0(struct scripted_files, 1);
	f->all = g_ptr_array_new_with_free_func(stored_free);
	f->next = FIRST_FILE;
	return f;
}

void scripted_files_free(struct scripted_files *f)
{
	if (!f)
		return;
	g_ptr_array_unref(f->all);
	g_free(f);
}

static struct stored *find(const struct scripted_files *f, desk_id id, const char *key)
{
	for (guint i = 0; i < f->all->len; i++) {
		struct stored *one = f->all->pdata[i];
		if ((id && one->id == id) || (key && g_strcmp0(one->key, key) == 0))
			return one;
	}
	return NULL;
}

static struct stored *add(struct scripted_files *f, desk_id id, const char *name, const char *key, GBytes *bytes)
{
	struct stored *one = g_new0(struct stored, 1);
	one->id = id;
	one->name = g_strdup(name);
	one->key = g_strdup(key);
	one->bytes = bytes;
	g_ptr_array_add(f->all, one);
	return one;
}

void scripted_files_add(struct scripted_files *f, desk_id id, const char *name, const char *text)
{
	add(f, id, name, NULL, g_bytes_new(text, strlen(text)));
}

struct answer *scripted_files_take(struct scripted_files *f, const struct backend_file *from, GError **error)
{
	const struct stored *one = find(f, 0, from->once_key);
	if (!one) {
		char *bytes = g_malloc((gsize)from->size + 1);
		int64_t at = 0;
		for (ssize_t n; at < from->size && (n = pread(from->fd, bytes + at, (size_t)(from->size - at), at)) > 0;)
			at += n;
		if (at < from->size) {
			g_free(bytes);
			desk_fail(error, DESK_UNCERTAIN, "the file became shorter");
			return NULL;
		}
		one = add(f, f->next++, from->name, from->once_key, g_bytes_new_take(bytes, (gsize)from->size));
	}
	struct answer *a = g_new0(struct answer, 1);
	a->attachment = g_new0(struct attachment, 1);
	a->attachment->id = one->id;
	a->attachment->name = g_strdup(one->name);
	a->attachment->media = g_strdup(media_of_name(one->name));
	a->attachment->size = (int64_t)g_bytes_get_size(one->bytes);
	a->attachment->sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, one->bytes);
	a->attachment->scan = strstr(one->name, "virus") ? SCAN_INFECTED : SCAN_NOT_SCANNED;
	return a;
}

struct answer *scripted_files_give(struct scripted_files *f, const struct backend_file *to, GError **error)
{
	const struct stored *one = find(f, to->attachment_id, NULL);
	gsize len = 0;
	const char *bytes = one ? g_bytes_get_data(one->bytes, &len) : NULL;
	if (!one) {
		desk_fail(error, DESK_NOTFOUND, "there is no attachment %" G_GINT64_FORMAT, to->attachment_id);
		return NULL;
	}
	g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, one->bytes);
	if (to->sha256 && strcmp(sum, to->sha256) != 0) {
		desk_fail(error, DESK_PROTOCOL, "other bytes came than were promised");
		return NULL;
	}
	for (ssize_t n; len > 0; bytes += n, len -= (gsize)n)
		if ((n = write(to->fd, bytes, len)) <= 0) {
			desk_fail(error, DESK_IO, "the file can't be written");
			return NULL;
		}
	return g_new0(struct answer, 1);
}

GBytes *scripted_files_at(const struct scripted_files *f, desk_id id, const char **name)
{
	const struct stored *one = find(f, id, NULL);
	if (one && name)
		*name = one->name;
	return one ? one->bytes : NULL;
}

unsigned scripted_files_count(const struct scripted_files *f)
{
	return f->all->len;
}
