/* Files of drafts in a journal: {"key":K,"ticket":ID,"kind":"reply","path":...,"id":N}; {"gone":K} forgets. */
#include "client/attached.h"

#include <string.h>

#include "base/log.h"
#include "client/journal.h"
#include "wire/writer.h"

#define COMPACT_BYTES (64u << 10)

struct attached {
	struct journal *journal;
	GPtrArray *all; /* struct attached_file */
};

static void file_free(gpointer data)
{
	struct attached_file *f = data;
	g_free(f->path);
	g_free(f->name);
	g_free(f->sent_key);
	g_free(f->why);
	g_free(f);
}

guint attached_count(const struct attached *a)
{
	return a->all->len;
}

struct attached_file *attached_at(const struct attached *a, guint i)
{
	return a->all->pdata[i];
}

struct attached_file *attached_find(const struct attached *a, const char *key)
{
	for (guint i = 0; i < a->all->len; i++)
		if (strcmp(((struct attached_file *)a->all->pdata[i])->key, key) == 0)
			return a->all->pdata[i];
	return NULL;
}

/* ---- lines */

static gboolean load_line(const char *line, size_t len, void *arg)
{
	struct attached *a = arg;
	g_autofree char *gone = journal_member_string(line, len, "gone");
	g_autofree char *key = journal_member_string(line, len, "key");
	g_autofree char *kind_name = journal_member_string(line, len, "kind");
	int kind = kind_name ? message_kind_by_name(kind_name) : -1;
	int64_t away = 0;
	if (gone) {
		struct attached_file *f = attached_find(a, gone);
		if (f)
			g_ptr_array_remove(a->all, f);
		return TRUE;
	}
	if (!key || strlen(key) > WIRE_KEY_LEN || kind < 0)
		return FALSE;
	struct attached_file *f = attached_find(a, key);
	if (!f) {
		f = g_new0(struct attached_file, 1);
		g_strlcpy(f->key, key, sizeof f->key);
		g_ptr_array_add(a->all, f);
	}
	f->kind = (enum message_kind)kind;
	g_free(f->path);
	g_free(f->name);
	g_free(f->sent_key);
	f->path = journal_member_string(line, len, "path");
	f->name = journal_member_string(line, len, "name");
	f->sent_key = journal_member_string(line, len, "sent");
	gboolean ok = f->path && f->name && journal_member_int(line, len, "ticket", &f->ticket_id) &&
	              journal_member_int(line, len, "size", &f->size) &&
	              journal_member_int(line, len, "mtime", &f->mtime_us) &&
	              journal_member_int(line, len, "id", &f->attachment_id) &&
	              journal_member_int(line, len, "away", &away);
	f->away = away != 0;
	if (!ok)
		g_ptr_array_remove(a->all, f);
	return ok;
}

static void append_file(GString *out, const struct attached_file *f)
{
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_string(&w, "key", f->key);
	writer_int(&w, "ticket", f->ticket_id);
	writer_string(&w, "kind", message_kind_name(f->kind));
	writer_string(&w, "path", f->path);
	writer_string(&w, "name", f->name);
	writer_int(&w, "size", f->size);
	writer_int(&w, "mtime", f->mtime_us);
	writer_int(&w, "id", f->attachment_id);
	if (f->sent_key)
		writer_string(&w, "sent", f->sent_key);
	writer_int(&w, "away", f->away);
	writer_end_object(&w);
}

static gboolean rewrite(struct attached *a, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = 0; i < a->all->len; i++) {
		append_file(all, a->all->pdata[i]);
		g_string_append_c(all, '\n');
	}
	return journal_rewrite(a->journal, all->str, all->len, error);
}

static gboolean put(struct attached *a, const GString *line, GError **error)
{
	if (journal_size(a->journal) > COMPACT_BYTES && journal_size(a->journal) > 1000 * (a->all->len + 1))
		return rewrite(a, error);
	return journal_append(a->journal, line->str, line->len, error) && journal_sync(a->journal, error);
}

gboolean attached_changed(struct attached *a, const struct attached_file *f, GError **error)
{
	g_autoptr(GString) line = g_string_new(NULL);
	append_file(line, f);
	return put(a, line, error);
}

gboolean attached_add(struct attached *a, struct attached_file *f, GError **error)
{
	g_autofree char *uuid = g_uuid_string_random();
	g_strlcpy(f->key, uuid, sizeof f->key);
	g_ptr_array_add(a->all, f);
	return attached_changed(a, f, error);
}

static void forget(struct attached *a, const char *key)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	struct writer w;
	writer_init(&w, line);
	writer_object(&w, NULL);
	writer_string(&w, "gone", key);
	writer_end_object(&w);
	if (!put(a, line, &error))
		log_warn("attached", "%s", error->message);
}

void attached_rekey(struct attached *a, struct attached_file *f)
{
	g_autofree char *uuid = g_uuid_string_random();
	g_autoptr(GError) error = NULL;
	forget(a, f->key);
	g_strlcpy(f->key, uuid, sizeof f->key);
	if (!attached_changed(a, f, &error))
		log_warn("attached", "%s", error->message);
}

void attached_remove(struct attached *a, const char *key)
{
	struct attached_file *f = attached_find(a, key);
	if (!f)
		return;
	forget(a, f->key);
	g_ptr_array_remove(a->all, f);
}

/* ---- life */

struct attached *attached_open(const char *dir, GError **error)
{
	struct attached *a = g_new0(struct attached, 1);
	g_autofree char *damage = NULL;
	a->all = g_ptr_array_new_with_free_func(file_free);
	a->journal = journal_open(dir, "files", load_line, a, &damage, error);
	if (!a->journal || (a->all->len && !rewrite(a, error))) {
		attached_close(a);
		return NULL;
	}
	if (damage)
		log_warn("attached", "%s", damage);
	journal_adopted(a->journal);
	return a;
}

void attached_close(struct attached *a)
{
	if (!a)
		return;
	if (a->journal) {
		g_autoptr(GError) error = NULL;
		if (!rewrite(a, &error))
			log_warn("attached", "%s", error->message);
	}
	journal_close(a->journal);
	g_ptr_array_unref(a->all);
	g_free(a);
}
