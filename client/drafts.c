/* Drafts in a journal: a file begins with {"drafts":2}; then a line an edit, either the whole
 * text, {"ticket":ID,"kind":"reply","at":MS,"text":"..."} (an empty one forgets), or what
 * was changed of the text before it, "from":BYTE,"cut":BYTES,"put":"..." in place of "text". */
#include "client/drafts.h"
#include "client/store.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "client/journal.h"
#include "wire/writer.h"

#define DRAFTS_HEAD "{\"drafts\":2}"
#define DRAFTS_COMPACT_BYTES (128u << 10)
#define DRAFTS_COMPACT_LARGE (32u << 20) /* a journal is read back up to twice that */
#define DRAFTS_COMPACT_LINES 2000        /* edits that the next life has to go through */
#define DRAFTS_SYNC_MS 20                /* a burst of keys is not synced more often */

struct entry {
	desk_id ticket_id;
	enum message_kind kind;
	int64_t at_ms;
	char *text, *other;
	char *saved;            /* the text as the file has it; NULL not at all */
	struct draft_note note;
	gboolean dirty;         /* something of it isn't in the file yet */
	gboolean note_dirty, other_dirty;
};

struct drafts {
	struct journal *journal;
	GPtrArray *all;         /* struct entry */
	GPtrArray *file;        /* while opening: those of the file being read */
	guint timer;
	guint edits;            /* since the last writing */
	guint lines;            /* since the last rewriting */
	int64_t synced_mono_ms;
	gboolean unsynced;      /* written, but not synced, or that failed */
	gboolean failing;       /* complained already */
	drafts_trouble_fn *trouble;
	void *trouble_arg;
};

static void entry_free(gpointer data)
{
	struct entry *one = data;
	g_free(one->text);
	g_free(one->other);
	g_free(one->saved);
	g_free(one);
}

static struct entry *find_in(const GPtrArray *list, desk_id ticket_id, enum message_kind kind)
{
	for (guint i = 0; i < list->len; i++) {
		struct entry *one = list->pdata[i];
		if (one->ticket_id == ticket_id && one->kind == kind)
			return one;
	}
	return NULL;
}

static struct entry *find(const struct drafts *d, desk_id ticket_id, enum message_kind kind)
{
	return find_in(d->all, ticket_id, kind);
}

static struct entry *find_or_new(GPtrArray *list, desk_id ticket_id, enum message_kind kind)
{
	struct entry *one = find_in(list, ticket_id, kind);
	if (one)
		return one;
	one = g_new0(struct entry, 1);
	one->ticket_id = ticket_id;
	one->kind = kind;
	one->text = g_strdup("");
	g_ptr_array_add(list, one);
	return one;
}

/* Else it goes with a reply: whom it is to go to, and the like. */
static gboolean is_text(enum message_kind kind)
{
	return kind == MESSAGE_REPLY || kind == MESSAGE_NOTE || kind == MESSAGE_FORWARD;
}

static gboolean note_same(const struct draft_note *a, const struct draft_note *b)
{
	return a->revision == b->revision && a->synced == b->synced && a->shared == b->shared &&
	       a->version == b->version && a->status == b->status && a->assignee_id == b->assignee_id &&
	       a->message_id == b->message_id && a->answers_id == b->answers_id;
}

/* Nothing that a next life would miss. */
static gboolean is_empty(const struct entry *one)
{
	return !*one->text && !one->other && !one->note.revision;
}

char *drafts_join(const char *first, const char *second)
{
	if (!first || !*first || (second && strstr(second, first)))
		return g_strdup(second ? second : "");
	if (!second || !*second || strstr(first, second))
		return g_strdup(first);
	return g_strconcat(first, DRAFTS_JOINED, second, NULL);
}

/* ---- reading */

static void load_note(struct entry *one, const char *line, size_t len)
{
	const char *from;
	size_t n;
	int64_t v;
	if (!journal_member(line, len, "note", &from, &n))
		return;
	struct draft_note note = {0};
	journal_member_int(from, n, "revision", &note.revision);
	note.synced = journal_member_int(from, n, "synced", &v) && v;
	note.shared = journal_member_int(from, n, "shared", &v) && v;
	journal_member_int(from, n, "version", &note.version);
	note.status = journal_member_int(from, n, "status", &v) && v >= 0 && v < STATUS_COUNT ? (int)v : 0;
	journal_member_int(from, n, "assignee", &note.assignee_id);
	journal_member_int(from, n, "message", &note.message_id);
	journal_member_int(from, n, "answers", &note.answers_id);
	one->note = note;
}

/* FALSE: it doesn't fit the text before it. */
static gboolean load_edit(struct entry *one, const char *line, size_t len)
{
	g_autofree char *put = journal_member_string(line, len, "put");
	int64_t from, cut;
	size_t was = strlen(one->text);
	if (!put || !journal_member_int(line, len, "from", &from) || !journal_member_int(line, len, "cut", &cut) ||
	    from < 0 || cut < 0 || (uint64_t)from > was || (uint64_t)cut > was - (uint64_t)from)
		return FALSE;
	GString *text = g_string_sized_new(was + strlen(put));
	g_string_append_len(text, one->text, (gssize)from);
	g_string_append(text, put);
	g_string_append(text, one->text + from + cut);
	g_free(one->text);
	one->text = g_string_free(text, FALSE);
	return TRUE;
}

/* What two workstations had for one place: nothing that only one of them knows may go. */
static void take_loaded(struct drafts *d, struct entry *fresh)
{
	struct entry *there = find(d, fresh->ticket_id, fresh->kind);
	if (!there) {
		g_ptr_array_add(d->all, fresh);
		return;
	}
	struct entry *newer = fresh->at_ms >= there->at_ms ? fresh : there;
	struct entry *older = newer == fresh ? there : fresh;
	g_autofree char *other = drafts_join(newer->other, older->other);
	if (is_text(fresh->kind) && !older->note.synced) {
		g_autofree char *both = drafts_join(newer->text, older->text);
		if (strcmp(both, newer->text) != 0)
			newer->note.synced = FALSE;
		g_free(newer->text);
		newer->text = g_steal_pointer(&both);
	}
	g_free(newer->other);
	newer->other = *other ? g_steal_pointer(&other) : NULL;
	if (newer == fresh) {
		g_ptr_array_remove_fast(d->all, there);
		g_ptr_array_add(d->all, fresh);
	} else {
		entry_free(fresh);
	}
}

static void end_of_file(struct drafts *d)
{
	for (guint i = 0; i < d->file->len; i++)
		take_loaded(d, d->file->pdata[i]);
	g_ptr_array_set_size(d->file, 0);
}

static gboolean load_line(const char *line, size_t len, void *arg)
{
	struct drafts *d = arg;
	int64_t ticket_id, at_ms, version;
	if (journal_member_int(line, len, "drafts", &version)) {
		end_of_file(d);
		return version == 2;
	}
	g_autofree char *kind_name = journal_member_string(line, len, "kind");
	g_autofree char *text = journal_member_string(line, len, "text");
	g_autofree char *other = journal_member_string(line, len, "other");
	int kind = kind_name ? message_kind_by_name(kind_name) : -1;
	if (kind < 0 || !journal_member_int(line, len, "ticket", &ticket_id) ||
	    !journal_member_int(line, len, "at", &at_ms))
		return FALSE;
	struct entry *one = find_or_new(d->file, ticket_id, (enum message_kind)kind);
	if (!text && !load_edit(one, line, len))
		return FALSE;
	one->at_ms = MAX(one->at_ms, at_ms);
	if (text) {
		g_free(one->text);
		one->text = g_steal_pointer(&text);
	}
	if (other) {
		g_free(one->other);
		one->other = *other ? g_steal_pointer(&other) : NULL;
	}
	load_note(one, line, len);
	return TRUE;
}

/* ---- writing */

static void append_note(struct writer *w, const struct draft_note *note)
{
	writer_object(w, "note");
	writer_int(w, "revision", note->revision);
	writer_int(w, "synced", note->synced != 0);
	writer_int(w, "shared", note->shared != 0);
	writer_int(w, "version", note->version);
	writer_int(w, "status", note->status);
	writer_int(w, "assignee", note->assignee_id);
	writer_int(w, "message", note->message_id);
	writer_int(w, "answers", note->answers_id);
	writer_end_object(w);
}

static gboolean inside_character(const char *p)
{
	return (*p & 0xc0) == 0x80;
}

/* What is between the common beginning and the common end of the two, whole characters. */
static void append_edit(struct writer *w, const char *was, const char *is)
{
	size_t was_len = strlen(was), is_len = strlen(is), same = MIN(was_len, is_len), from = 0, end = 0;
	while (from < same && was[from] == is[from])
		from++;
	while (from > 0 && (inside_character(was + from) || inside_character(is + from)))
		from--;
	while (end < same - from && was[was_len - end - 1] == is[is_len - end - 1])
		end++;
	while (end > 0 && (inside_character(was + was_len - end) || inside_character(is + is_len - end)))
		end--;
	g_autofree char *put = g_strndup(is + from, is_len - end - from);
	writer_int(w, "from", (int64_t)from);
	writer_int(w, "cut", (int64_t)(was_len - end - from));
	writer_string(w, "put", put);
}

/* `was` NULL: the whole text, note and other one. */
static void append_entry(GString *out, const struct entry *one, const char *was)
{
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_int(&w, "ticket", one->ticket_id);
	writer_string(&w, "kind", message_kind_name(one->kind));
	writer_int(&w, "at", one->at_ms);
	if (was)
		append_edit(&w, was, one->text);
	else
		writer_string(&w, "text", one->text);
	if (one->other_dirty || (!was && one->other))
		writer_string(&w, "other", one->other ? one->other : "");
	if (one->note_dirty || (!was && !note_same(&one->note, &(struct draft_note){0})))
		append_note(&w, &one->note);
	writer_end_object(&w);
}

static void is_saved(struct entry *one)
{
	if (!one->saved || strcmp(one->saved, one->text) != 0) {
		g_free(one->saved);
		one->saved = g_strdup(one->text);
	}
	one->dirty = one->note_dirty = one->other_dirty = FALSE;
}

static gboolean rewrite(struct drafts *d, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (guint i = d->all->len; i-- > 0;)
		if (is_empty(d->all->pdata[i]))
			g_ptr_array_remove_index(d->all, i);
	if (d->all->len)
		g_string_append(all, DRAFTS_HEAD "\n");
	for (guint i = 0; i < d->all->len; i++) {
		append_entry(all, d->all->pdata[i], NULL);
		g_string_append_c(all, '\n');
	}
	if (!journal_rewrite(d->journal, all->str, all->len, error))
		return FALSE;
	for (guint i = 0; i < d->all->len; i++)
		is_saved(d->all->pdata[i]);
	d->unsynced = FALSE;
	d->lines = 0;
	return TRUE;
}

struct drafts *drafts_open(const char *dir, GError **error)
{
	struct drafts *d = g_new0(struct drafts, 1);
	d->all = g_ptr_array_new_with_free_func(entry_free);
	d->file = g_ptr_array_new();
	g_autofree char *damage = NULL;
	d->journal = journal_open(dir, "drafts", load_line, d, &damage, error);
	end_of_file(d);
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
	g_ptr_array_unref(d->file);
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
		struct entry *one = d->all->pdata[i];
		if (!one->dirty)
			continue;
		if (!journal_size(d->journal) &&
		    !journal_append(d->journal, DRAFTS_HEAD, strlen(DRAFTS_HEAD), error))
			return FALSE;
		g_autoptr(GString) line = g_string_new(NULL);
		append_entry(line, one, one->saved);
		if (!journal_append(d->journal, line->str, line->len, error))
			return FALSE;
		is_saved(one);
		d->unsynced = TRUE;
		d->lines++;
	}
	return TRUE;
}

static size_t live_bytes(const struct drafts *d)
{
	size_t sum = 0;
	for (guint i = 0; i < d->all->len; i++)
		sum += strlen(((struct entry *)d->all->pdata[i])->text);
	return sum;
}

static gboolean wants_rewriting(const struct drafts *d)
{
	size_t size = journal_size(d->journal), live;
	if (d->lines > DRAFTS_COMPACT_LINES)
		return TRUE;
	if (size <= DRAFTS_COMPACT_BYTES)
		return FALSE;
	live = live_bytes(d);
	return size > 4 * live || (size > DRAFTS_COMPACT_LARGE && size > live + live / 2);
}

static gboolean report(struct drafts *d, gboolean ok, GError *local, GError **error)
{
	if (ok == d->failing && d->trouble)
		d->trouble(local, d->trouble_arg);
	d->failing = !ok;
	if (!ok)
		g_propagate_error(error, local);
	return ok;
}

gboolean drafts_flush(struct drafts *d, GError **error)
{
	GError *local = NULL;
	gboolean ok = write_dirty(d, &local) && (!d->unsynced || journal_sync(d->journal, &local));
	if (ok) {
		d->edits = 0;
		d->unsynced = FALSE;
		d->synced_mono_ms = clock_mono_ms();
		ok = !wants_rewriting(d) || rewrite(d, &local);
	}
	return report(d, ok, local, error);
}

static gboolean flush_soon(void *arg)
{
	struct drafts *d = arg;
	d->timer = 0;
	if (!drafts_flush(d, NULL)) /* the memory still holds them: try again while the disk is full */
		d->timer = g_timeout_add_seconds(2, flush_soon, d);
	return G_SOURCE_REMOVE;
}

static void flush_within(struct drafts *d, guint ms)
{
	if (!d->timer)
		d->timer = g_timeout_add(ms, flush_soon, d);
}

/* So many keys at once: into the file now. A burst that no hand types is not synced for each
 * twenty of them, but right behind. */
static void flush_keys(struct drafts *d)
{
	GError *local = NULL;
	d->edits = 0;
	if (d->failing)
		return;
	if (clock_mono_ms() - d->synced_mono_ms >= DRAFTS_SYNC_MS) {
		drafts_flush(d, NULL);
		return;
	}
	if (!write_dirty(d, &local)) {
		report(d, FALSE, local, NULL);
		return;
	}
	if (d->timer)
		g_source_remove(d->timer);
	d->timer = 0;
	flush_within(d, DRAFTS_SYNC_MS);
}

static void changed(struct drafts *d, struct entry *one)
{
	one->dirty = TRUE;
	flush_within(d, DRAFTS_LAG_MS * 3 / 4);
	if (++d->edits >= DRAFTS_LAG_KEYS)
		flush_keys(d);
}

/* ---- the texts */

void drafts_set(struct drafts *d, desk_id ticket_id, enum message_kind kind, const char *text, int64_t now_ms)
{
	if (!text)
		text = "";
	if (!*text && !find(d, ticket_id, kind))
		return;
	struct entry *one = find_or_new(d->all, ticket_id, kind);
	if (strcmp(one->text, text) == 0)
		return;
	g_free(one->text);
	one->text = g_strdup(text);
	one->at_ms = MAX(now_ms, one->at_ms + 1);
	if (one->note.synced) {
		one->note.synced = FALSE;
		one->note_dirty = TRUE;
	}
	changed(d, one);
}

const struct draft_note *drafts_note(const struct drafts *d, desk_id ticket_id, enum message_kind kind)
{
	const struct entry *one = find(d, ticket_id, kind);
	return one ? &one->note : NULL;
}

void drafts_set_note(struct drafts *d, desk_id ticket_id, enum message_kind kind,
                     const struct draft_note *note)
{
	struct entry *one = find(d, ticket_id, kind);
	if (one ? note_same(&one->note, note) : !note->revision)
		return;
	one = find_or_new(d->all, ticket_id, kind);
	one->note = *note;
	one->note_dirty = one->dirty = TRUE;
	flush_within(d, DRAFTS_LAG_MS * 3 / 4);
}

const char *drafts_other(const struct drafts *d, desk_id ticket_id, enum message_kind kind)
{
	const struct entry *one = find(d, ticket_id, kind);
	return one ? one->other : NULL;
}

void drafts_set_other(struct drafts *d, desk_id ticket_id, enum message_kind kind, const char *text,
                      int64_t now_ms)
{
	if (text && !*text)
		text = NULL;
	if (!text && !find(d, ticket_id, kind))
		return;
	struct entry *one = find_or_new(d->all, ticket_id, kind);
	if (g_strcmp0(one->other, text) == 0)
		return;
	g_free(one->other);
	one->other = g_strdup(text);
	one->at_ms = MAX(now_ms, one->at_ms + 1);
	one->other_dirty = TRUE;
	changed(d, one);
}

static void move_one(struct drafts *d, desk_id from, desk_id to, enum message_kind kind, int64_t now_ms)
{
	const char *other = drafts_other(d, from, kind);
	g_autofree char *own = drafts_join(drafts_get(d, from, kind), other);
	const char *text = *own ? own : NULL, *there = drafts_get(d, to, kind);
	if (!text || (there && strstr(there, text)))
		return;
	if (there && !is_text(kind)) /* another ticket's readers must not get this reply, too */
		return;
	g_autofree char *line = g_strdup_printf(DRAFTS_MOVED, from);
	g_autofree char *both = there ? g_strconcat(there, line, text, NULL) : g_strdup(text);
	drafts_set(d, to, kind, both, now_ms);
}

static void forget(struct drafts *d, desk_id ticket_id, enum message_kind kind, int64_t now_ms)
{
	drafts_set_other(d, ticket_id, kind, NULL, now_ms);
	drafts_set(d, ticket_id, kind, NULL, now_ms);
	drafts_set_note(d, ticket_id, kind, &(struct draft_note){0}); /* its copy went along with the ticket */
}

gboolean drafts_move(struct drafts *d, desk_id from, desk_id to, int64_t now_ms, GError **error)
{
	gboolean any = FALSE;
	for (int kind = 0; kind < MESSAGE_COUNT; kind++) {
		any |= find(d, from, (enum message_kind)kind) != NULL;
		move_one(d, from, to, (enum message_kind)kind, now_ms);
	}
	if (!any)
		return TRUE;
	if (!drafts_flush(d, error))
		return FALSE;
	for (int kind = 0; kind < MESSAGE_COUNT; kind++)
		forget(d, from, (enum message_kind)kind, now_ms);
	return drafts_flush(d, error);
}

const char *drafts_get(const struct drafts *d, desk_id ticket_id, enum message_kind kind)
{
	const struct entry *one = find(d, ticket_id, kind);
	return one && *one->text ? one->text : NULL;
}

gboolean drafts_saved(const struct drafts *d)
{
	if (d->unsynced)
		return FALSE;
	for (guint i = 0; i < d->all->len; i++)
		if (((struct entry *)d->all->pdata[i])->dirty)
			return FALSE;
	return TRUE;
}

gboolean drafts_at(const struct drafts *d, guint i, struct draft_entry *out)
{
	if (i >= d->all->len)
		return FALSE;
	const struct entry *one = d->all->pdata[i];
	*out = (struct draft_entry){one->ticket_id, one->kind, one->at_ms, one->text, one->other, &one->note};
	return TRUE;
}

static int newest_first(gconstpointer a, gconstpointer b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;
	return x->at_ms > y->at_ms ? -1 : x->at_ms < y->at_ms;
}

GArray *drafts_tickets(const struct drafts *d)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(d->all, NULL, NULL);
	g_ptr_array_set_free_func(sorted, NULL);
	g_ptr_array_sort(sorted, newest_first);
	for (guint i = 0; i < sorted->len; i++) {
		const struct entry *one = sorted->pdata[i];
		gboolean seen = FALSE;
		for (guint k = 0; k < ids->len; k++)
			seen |= g_array_index(ids, desk_id, k) == one->ticket_id;
		if (is_text(one->kind) && (*one->text || one->other) && !seen)
			g_array_append_val(ids, one->ticket_id);
	}
	return ids;
}
