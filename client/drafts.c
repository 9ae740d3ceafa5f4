/* Drafts in a journal: {"ticket":ID,"kind":"reply","at":MS,"text":"..."}; an empty text forgets. */
#include "client/drafts.h"
#include "client/store.h"

#include <string.h>

#include "base/log.h"
#include "client/journal.h"
#include "wire/writer.h"

#define DRAFTS_COMPACT_BYTES (128u << 10)

struct unsent {
	desk_id ticket_id;
	enum message_kind kind;
	int64_t at_ms;
	char *text;
	gboolean dirty;
};

struct drafts {
	struct journal *journal;
	GPtrArray *all;      /* struct unsent */
	guint timer;
	gboolean unsynced;   /* written, but a sync failed */
	gboolean failing;    /* complained already */
	drafts_trouble_fn *trouble;
	void *trouble_arg;
};

static void unsent_free(gpointer data)
{
	struct unsent *d = data;
	g_free(d->text);
	g_free(d);
}

static struct unsent *find(const struct drafts *d, desk_id ticket_id, enum message_kind kind)
{
	for (guint i = 0; i < d->all->len; i++) {
		struct unsent *one = d->all->pdata[i];
		if (one->ticket_id == ticket_id && one->kind == kind)
			return one;
	}
	return NULL;
}

static struct unsent *find_or_new(struct drafts *d, desk_id ticket_id, enum message_kind kind)
{
	struct unsent *one = find(d, ticket_id, kind);
	if (one)
		return one;
	one = g_new0(struct unsent, 1);
	one->ticket_id = ticket_id;
	one->kind = kind;
	one->text = g_strdup("");
	g_ptr_array_add(d->all, one);
	return one;
}

static gboolean load_line(const char *line, size_t len, void *arg)
{
	struct drafts *d = arg;
	int64_t ticket_id, at_ms;
	g_autofree char *kind_name = journal_member_string(line, len, "kind");
	g_autofree char *text = journal_member_string(line, len, "text");
	int kind = kind_name ? message_kind_by_name(kind_name) : -1;
	if (kind < 0 || !text || !journal_member_int(line, len, "ticket", &ticket_id) ||
	    !journal_member_int(line, len, "at", &at_ms))
		return FALSE;
	struct unsent *one = find_or_new(d, ticket_id, (enum message_kind)kind);
	if (at_ms < one->at_ms)
		return TRUE; /* another workstation's older one */
	one->at_ms = at_ms;
	g_free(one->text);
	one->text = g_steal_pointer(&text);
	return TRUE;
}

static void append_draft(GString *out, const struct unsent *one)
{
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_int(&w, "ticket", one->ticket_id);
	writer_string(&w, "kind", message_kind_name(one->kind));
	writer_int(&w, "at", one->at_ms);
	writer_string(&w, "text", one->text);
	writer_end_object(&w);
}

static gboolean rewrite(struct drafts *d, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = d->all->len; i-- > 0;) {
		const struct unsent *one = d->all->pdata[i];
		if (!*one->text)
			g_ptr_array_remove_index(d->all, i);
	}
	for (guint i = 0; i < d->all->len; i++) {
		append_draft(all, d->all->pdata[i]);
		g_string_append_c(all, '\n');
	}
	if (!journal_rewrite(d->journal, all->str, all->len, error))
		return FALSE;
	for (guint i = 0; i < d->all->len; i++)
		((struct unsent *)d->all->pdata[i])->dirty = FALSE;
	d->unsynced = FALSE;
	return TRUE;
}

struct drafts *drafts_open(const char *dir, GError **error)
{
	struct drafts *d = g_new0(struct drafts, 1);
	d->all = g_ptr_array_new_with_free_func(unsent_free);
	g_autofree char *damage = NULL;
	d->journal = journal_open(dir, "drafts", load_line, d, &damage, error);
	if (!d->journal || (d->all->len && !rewrite(d, error))) {
		drafts_close(d);
		return NULL;
	}
	if (damage)
		log_warn("drafts", "%s", damage);
	journal_adopted(d->journal);
	return d;
}

void drafts_close(struct drafts *d)
{
	if (!d)
		return;
	if (d->journal) {
		d->trouble = NULL;
		drafts_flush(d, NULL);
		rewrite(d, NULL);
	}
	if (d->timer)
		g_source_remove(d->timer);
	journal_close(d->journal);
	g_ptr_array_unref(d->all);
	g_free(d);
}

void drafts_listen(struct drafts *d, drafts_trouble_fn *fn, void *arg)
{
	d->trouble = fn;
	d->trouble_arg = arg;
}

static gboolean write_dirty(struct drafts *d, GError **error)
{
	for (guint i = 0; i < d->all->len; i++) {
		struct unsent *one = d->all->pdata[i];
		if (!one->dirty)
			continue;
		g_autoptr(GString) line = g_string_new(NULL);
		append_draft(line, one);
		if (!journal_append(d->journal, line->str, line->len, error))
			return FALSE;
		one->dirty = FALSE;
		d->unsynced = TRUE;
	}
	if (d->unsynced && !journal_sync(d->journal, error))
		return FALSE;
	d->unsynced = FALSE;
	return TRUE;
}

static size_t live_bytes(const struct drafts *d)
{
	size_t sum = 0;
	for (guint i = 0; i < d->all->len; i++)
		sum += strlen(((struct unsent *)d->all->pdata[i])->text);
	return sum;
}

gboolean drafts_flush(struct drafts *d, GError **error)
{
	g_autoptr(GError) local = NULL;
	gboolean ok = write_dirty(d, &local);
	size_t size = journal_size(d->journal);
	if (ok && size > DRAFTS_COMPACT_BYTES && size > 4 * live_bytes(d))
		ok = rewrite(d, &local);
	if (ok == d->failing && d->trouble)
		d->trouble(local, d->trouble_arg);
	d->failing = !ok;
	if (!ok)
		g_propagate_error(error, g_steal_pointer(&local));
	return ok;
}

static gboolean flush_soon(void *arg)
{
	struct drafts *d = arg;
	d->timer = 0;
	if (!drafts_flush(d, NULL)) /* the memory still holds them: try again while the disk is full */
		d->timer = g_timeout_add_seconds(2, flush_soon, d);
	return G_SOURCE_REMOVE;
}

void drafts_set(struct drafts *d, desk_id ticket_id, enum message_kind kind, const char *text, int64_t now_ms)
{
	if (!text)
		text = "";
	if (!*text && !find(d, ticket_id, kind))
		return;
	struct unsent *one = find_or_new(d, ticket_id, kind);
	if (strcmp(one->text, text) == 0)
		return;
	g_free(one->text);
	one->text = g_strdup(text);
	one->at_ms = MAX(now_ms, one->at_ms + 1);
	one->dirty = TRUE;
	if (!d->timer)
		d->timer = g_timeout_add(DRAFTS_LAG_MS * 3 / 4, flush_soon, d);
}

static void move_one(struct drafts *d, desk_id from, desk_id to, enum message_kind kind, int64_t now_ms)
{
	const char *text = drafts_get(d, from, kind), *there = drafts_get(d, to, kind);
	if (!text || (there && strstr(there, text)))
		return;
	if (there && kind == DRAFT_ADDRESSES) /* another ticket's readers must not get this reply, too */
		return;
	g_autofree char *line = g_strdup_printf(DRAFTS_MOVED, from);
	g_autofree char *both = there ? g_strconcat(there, line, text, NULL) : g_strdup(text);
	drafts_set(d, to, kind, both, now_ms);
}

gboolean drafts_move(struct drafts *d, desk_id from, desk_id to, int64_t now_ms, GError **error)
{
	gboolean any = FALSE;
	for (int kind = 0; kind < MESSAGE_COUNT; kind++) {
		any |= drafts_get(d, from, (enum message_kind)kind) != NULL;
		move_one(d, from, to, (enum message_kind)kind, now_ms);
	}
	if (!any)
		return TRUE;
	if (!drafts_flush(d, error))
		return FALSE;
	for (int kind = 0; kind < MESSAGE_COUNT; kind++)
		drafts_set(d, from, (enum message_kind)kind, NULL, now_ms);
	return drafts_flush(d, error);
}

const char *drafts_get(const struct drafts *d, desk_id ticket_id, enum message_kind kind)
{
	const struct unsent *one = find(d, ticket_id, kind);
	return one && *one->text ? one->text : NULL;
}

gboolean drafts_saved(const struct drafts *d)
{
	if (d->unsynced)
		return FALSE;
	for (guint i = 0; i < d->all->len; i++)
		if (((struct unsent *)d->all->pdata[i])->dirty)
			return FALSE;
	return TRUE;
}

static int newest_first(gconstpointer a, gconstpointer b)
{
	const struct unsent *x = *(struct unsent *const *)a, *y = *(struct unsent *const *)b;
	return x->at_ms > y->at_ms ? -1 : x->at_ms < y->at_ms;
}

GArray *drafts_tickets(const struct drafts *d)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(d->all, NULL, NULL);
	g_ptr_array_set_free_func(sorted, NULL);
	g_ptr_array_sort(sorted, newest_first);
	for (guint i = 0; i < sorted->len; i++) {
		const struct unsent *one = sorted->pdata[i];
		gboolean seen = FALSE;
		for (guint k = 0; k < ids->len; k++)
			seen |= g_array_index(ids, desk_id, k) == one->ticket_id;
		if (*one->text && !seen)
			g_array_append_val(ids, one->ticket_id);
	}
	return ids;
}
