/* Writes on their way, kept in a journal: {"add":MS,"change":{...}}, {"tried":KEY}, {"done":KEY}. */
#include "client/outbox.h"

#include <string.h>

#include "client/journal.h"
#include "wire/writer.h"

#define OUTBOX_COMPACT_BYTES (64u << 10)

struct outbox {
	struct journal *journal;
	GPtrArray *items; /* struct outbox_item, oldest first */
};

static void item_free(gpointer data)
{
	struct outbox_item *item = data;
	change_clear(&item->change);
	g_free(item);
}

static struct outbox_item *find(const struct outbox *o, const char *key, guint *at)
{
	for (guint i = 0; i < o->items->len; i++) {
		struct outbox_item *item = o->items->pdata[i];
		if (strcmp(item->change.once_key, key) == 0) {
			if (at)
				*at = i;
			return item;
		}
	}
	return NULL;
}

static gboolean load_add(struct outbox *o, const char *line, size_t len, int64_t since_ms)
{
	const char *json;
	size_t json_len;
	if (!journal_member(line, len, "change", &json, &json_len))
		return FALSE;
	struct outbox_item *item = g_new0(struct outbox_item, 1);
	change_init(&item->change, CHANGE_NOTE);
	item->since_ms = since_ms;
	if (!change_load(&item->change, json, json_len, NULL)) {
		item_free(item);
		return FALSE;
	}
	if (find(o, item->change.once_key, NULL))
		item_free(item); /* its owner died between copying and removing */
	else
		g_ptr_array_add(o->items, item);
	return TRUE;
}

static gboolean load_line(const char *line, size_t len, void *arg)
{
	struct outbox *o = arg;
	int64_t since_ms;
	if (journal_member_int(line, len, "add", &since_ms))
		return load_add(o, line, len, since_ms);
	g_autofree char *done = journal_member_string(line, len, "done");
	g_autofree char *tried = journal_member_string(line, len, "tried");
	guint at;
	struct outbox_item *item = find(o, done ? done : tried ? tried : "", &at);
	if (item && done)
		g_ptr_array_remove_index(o->items, at);
	else if (item)
		item->tried = TRUE;
	return done || tried;
}

static char *add_line(const struct outbox_item *item)
{
	g_autofree char *dump = change_dump(&item->change);
	GString *out = g_string_new(NULL);
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_int(&w, "add", item->since_ms);
	writer_raw(&w, "change", dump);
	writer_end_object(&w);
	return g_string_free(out, FALSE);
}

static char *key_line(const char *what, const char *key)
{
	GString *out = g_string_new(NULL);
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_string(&w, what, key);
	writer_end_object(&w);
	return g_string_free(out, FALSE);
}

static gboolean rewrite(struct outbox *o, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = 0; i < o->items->len; i++) {
		const struct outbox_item *item = o->items->pdata[i];
		g_autofree char *add = add_line(item);
		g_string_append_printf(all, "%s\n", add);
		if (item->tried) {
			g_autofree char *tried = key_line("tried", item->change.once_key);
			g_string_append_printf(all, "%s\n", tried);
		}
	}
	return journal_rewrite(o->journal, all->str, all->len, error);
}

static int by_age(gconstpointer a, gconstpointer b)
{
	const struct outbox_item *x = *(struct outbox_item *const *)a, *y = *(struct outbox_item *const *)b;
	return x->since_ms < y->since_ms ? -1 : x->since_ms > y->since_ms;
}

struct outbox *outbox_open(const char *dir, GError **error)
{
	struct outbox *o = g_new0(struct outbox, 1);
	o->items = g_ptr_array_new_with_free_func(item_free);
	g_autofree char *damage = NULL;
	o->journal = journal_open(dir, "outbox", load_line, o, &damage, error);
	if (!o->journal) {
		outbox_close(o);
		return NULL;
	}
	if (damage) { /* the rest stays where it is, for the next opening */
		desk_fail(error, DESK_INVALID, "%s", damage);
		outbox_close(o);
		return NULL;
	}
	g_ptr_array_sort(o->items, by_age); /* stable enough: adopted files come one after the other */
	if (o->items->len && !rewrite(o, error)) {
		outbox_close(o);
		return NULL;
	}
	journal_adopted(o->journal);
	return o;
}

void outbox_close(struct outbox *o)
{
	if (!o)
		return;
	if (o->journal && o->items->len == 0 && journal_size(o->journal))
		rewrite(o, NULL); /* nothing open: leave no file behind */
	journal_close(o->journal);
	g_ptr_array_unref(o->items);
	g_free(o);
}

gboolean outbox_add(struct outbox *o, const struct change *c, int64_t now_ms, GError **error)
{
	return outbox_add_many(o, &c, 1, now_ms, error);
}

/* One write() and one fsync however many they are: an act on a thousand tickets is one act. */
gboolean outbox_add_many(struct outbox *o, const struct change *const *changes, size_t n, int64_t now_ms,
                         GError **error)
{
	g_autoptr(GPtrArray) fresh = g_ptr_array_new_full((guint)n, item_free);
	g_autoptr(GString) lines = g_string_new(NULL);
	for (size_t i = 0; i < n; i++) {
		struct outbox_item *item = g_new0(struct outbox_item, 1);
		change_copy(&item->change, changes[i]);
		item->since_ms = now_ms;
		g_ptr_array_add(fresh, item);
		g_autofree char *line = add_line(item);
		g_string_append_printf(lines, "%s%s", i ? "\n" : "", line);
	}
	if (!journal_append(o->journal, lines->str, lines->len, error) || !journal_sync(o->journal, error))
		return FALSE;
	g_ptr_array_extend_and_steal(o->items, g_steal_pointer(&fresh));
	return TRUE;
}

static gboolean append_key(struct outbox *o, const char *what, const char *key, GError **error)
{
	g_autofree char *line = key_line(what, key);
	return journal_append(o->journal, line, strlen(line), error);
}

/* Neither tried nor done waits for the disk: when they are lost the write goes out
 * again with its key, and the server answers what it answered before. */
gboolean outbox_tried(struct outbox *o, const char *once_key, GError **error)
{
	struct outbox_item *item = find(o, once_key, NULL);
	if (!item || item->tried)
		return TRUE;
	item->tried = TRUE;
	return append_key(o, "tried", once_key, error);
}

gboolean outbox_done(struct outbox *o, const char *once_key, GError **error)
{
	guint at;
	if (!find(o, once_key, &at))
		return TRUE;
	g_ptr_array_remove_index(o->items, at);
	if (!append_key(o, "done", once_key, error))
		return FALSE;
	if (journal_size(o->journal) > OUTBOX_COMPACT_BYTES && o->items->len < 8)
		return rewrite(o, error);
	return TRUE;
}

size_t outbox_count(const struct outbox *o)
{
	return o->items->len;
}

const struct outbox_item *outbox_at(const struct outbox *o, size_t i)
{
	return i < o->items->len ? o->items->pdata[i] : NULL;
}
