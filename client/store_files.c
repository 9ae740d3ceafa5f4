/* Files of drafts: up in the background as soon as they are attached. */
#include "client/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/media.h"
#include "base/text.h"
#include "base/say.h"

#define UPLOADS_AT_ONCE 2
#define AGAIN_MS 3000
#define FILES_A_DRAFT 50

struct moving { /* one upload; outlives the store's own memory of it */
	struct store *store;
	char key[WIRE_KEY_LEN + 1];
	int fd;
};

static void tell(struct store *s, const struct attached_file *f)
{
	store_tell_kind(s, STORE_FILES, f->ticket_id, FALSE);
}

static void keep(struct store *s, const struct attached_file *f)
{
	g_autoptr(GError) error = NULL;
	if (!attached_changed(s->attached, f, &error))
		log_warn("store", "the list of attached files can't be written: %s", error->message);
}

/* ---- which are whose */

static gboolean is_drafts(const struct attached_file *f, desk_id ticket_id, enum message_kind kind)
{
	return f->ticket_id == ticket_id && f->kind == kind && !f->away;
}

static struct attached_file *file_at(const struct store *s, desk_id ticket_id, enum message_kind kind, guint at)
{
	for (guint i = 0; i < attached_count(s->attached); i++) {
		struct attached_file *f = attached_at(s->attached, i);
		if (is_drafts(f, ticket_id, kind) && at-- == 0)
			return f;
	}
	return NULL;
}

guint store_file_count(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	guint n = 0;
	for (guint i = 0; i < attached_count(s->attached); i++)
		n += is_drafts(attached_at(s->attached, i), ticket_id, kind);
	return n;
}

gboolean store_file_at(const struct store *s, desk_id ticket_id, enum message_kind kind, guint i,
                       struct store_file *out)
{
	const struct attached_file *f = file_at(s, ticket_id, kind, i);
	if (!f)
		return FALSE;
	*out = (struct store_file){.path = f->path, .name = f->name, .why = f->why, .size = f->size,
	                           .moved = f->moved, .attachment_id = f->attachment_id,
	                           .state = f->why             ? STORE_FILE_FAILED
	                                    : f->attachment_id ? STORE_FILE_READY
	                                    : f->request       ? STORE_FILE_MOVING
	                                                       : STORE_FILE_WAITING};
	return TRUE;
}

gboolean store_files_ready(const struct store *s, desk_id ticket_id, enum message_kind kind, GArray **ids,
                           GError **error)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct store_file f;
	guint under_way = 0;
	for (guint i = 0; store_file_at(s, ticket_id, kind, i, &f); i++) {
		if (f.state == STORE_FILE_FAILED)
			return desk_fail(error, DESK_INVALID, "%s can't be sent: %s", f.name, f.why);
		if (f.state == STORE_FILE_READY)
			g_array_append_val(list, f.attachment_id);
		else
			under_way++;
	}
	if (under_way)
		return desk_fail(error, DESK_BUSY, say_n("%u file is still on its way up", "%u files are still on their way up",
		                                         under_way), under_way);
	*ids = list->len ? g_steal_pointer(&list) : NULL;
	return TRUE;
}

/* ---- uploads */

static gboolean again(void *arg)
{
	struct store *s = arg;
	s->files_timer = 0;
	files_pump(s);
	return G_SOURCE_REMOVE;
}

static void fail_file(struct store *s, struct attached_file *f, const char *why)
{
	g_free(f->why);
	f->why = g_strdup(why);
	store_say(s, TRUE, "%s: %s", f->name, why);
}

static void upload_ended(struct store *s, struct attached_file *f, const struct answer *a, const GError *error)
{
	enum desk_code code = error ? desk_error_code(error) : DESK_CODE_COUNT;
	f->request = 0;
	if (a && a->attachment->scan == SCAN_INFECTED) {
		fail_file(s, f, _("the scanner says that it is infected"));
	} else if (a) {
		f->attachment_id = a->attachment->id;
		keep(s, f);
	} else if (code == DESK_NET || code == DESK_BUSY || code == DESK_UNCERTAIN || code == DESK_TIMEOUT) {
		if (!s->files_timer)
			s->files_timer = g_timeout_add(AGAIN_MS, again, s);
	} else if (code == DESK_REUSED && !f->sent_key) { /* other bytes went with this key in an earlier life */
		attached_rekey(s->attached, f);
	} else if (code != DESK_CANCELLED) {
		fail_file(s, f, error->message);
	}
	tell(s, f);
	files_pump(s);
}

static void upload_done(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct moving *m = arg;
	struct store *s = m->store;
	struct attached_file *f = s->freeing ? NULL : attached_find(s->attached, m->key);
	(void)conflict;
	if (f)
		upload_ended(s, f, answer, error);
	answer_free(answer);
	close(m->fd);
	g_free(m);
	store_file_call_ended(s);
}

static void upload_moved(int64_t done, int64_t total, void *arg)
{
	const struct moving *m = arg;
	struct attached_file *f = m->store->freeing ? NULL : attached_find(m->store->attached, m->key);
	(void)total;
	if (!f)
		return;
	f->moved = done;
	tell(m->store, f);
}

static int64_t mtime_us(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000;
}

/* The bytes that were attached, or a sentence. */
static int open_same(const struct attached_file *f, GError **error)
{
	struct stat st;
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		desk_fail(error, DESK_IO, "it can't be read: %s", say_errno(errno));
		return -1;
	}
	if (fstat(fd, &st) == 0 && st.st_size == f->size && mtime_us(&st) == f->mtime_us)
		return fd;
	close(fd);
	desk_fail(error, DESK_IO, "it has changed since it was attached: attach it again");
	return -1;
}

static void upload(struct store *s, struct attached_file *f)
{
	g_autoptr(GError) error = NULL;
	int fd = open_same(f, &error);
	if (fd < 0) {
		fail_file(s, f, error->message);
		tell(s, f);
		return;
	}
	struct moving *m = g_new0(struct moving, 1);
	m->store = s;
	m->fd = fd;
	g_strlcpy(m->key, f->key, sizeof m->key);
	f->moved = 0;
	store_file_call_began(s);
	f->request = backend_upload(s->backend,
	                            &(struct backend_file){.fd = fd, .size = f->size, .name = f->name,
	                                                   .media = media_of_name(f->name), .once_key = f->key},
	                            upload_moved, upload_done, m);
	tell(s, f);
}

void files_pump(struct store *s)
{
	guint away = 0;
	if (!s->started || s->freeing || s->state == BACKEND_OFFLINE || s->files_timer)
		return;
	for (guint i = 0; i < attached_count(s->attached); i++)
		away += attached_at(s->attached, i)->request != 0;
	for (guint i = 0; i < attached_count(s->attached) && away < UPLOADS_AT_ONCE; i++) {
		struct attached_file *f = attached_at(s->attached, i);
		if (f->request || f->attachment_id || f->why || f->away)
			continue;
		upload(s, f);
		away += f->request != 0;
	}
}

/* ---- attaching */

gboolean store_attach(struct store *s, desk_id ticket_id, enum message_kind kind, const char *path, GError **error)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	g_autofree char *leaf = g_path_get_basename(path);
	if (fd < 0)
		return desk_fail(error, DESK_IO, "%s can't be read: %s", path, say_errno(errno));
	gboolean known = fstat(fd, &st) == 0;
	close(fd);
	if (!known || !S_ISREG(st.st_mode))
		return desk_fail(error, DESK_INVALID, S_ISDIR(st.st_mode) ? "%s is a folder" : "%s is not a file", path);
	if (!(backend_capabilities(s->backend) & CAN_FILES))
		return desk_fail(error, DESK_UNSUPPORTED, "this desk takes no files");
	if (store_file_count(s, ticket_id, kind) >= FILES_A_DRAFT)
		return desk_fail(error, DESK_LIMIT, "a message takes at most %d files", FILES_A_DRAFT);
	struct attached_file *f = g_new0(struct attached_file, 1);
	f->ticket_id = ticket_id;
	f->kind = kind;
	f->path = g_canonicalize_filename(path, NULL);
	f->name = text_storable(leaf, strlen(leaf)) ? g_steal_pointer(&leaf) : g_utf8_make_valid(leaf, -1);
	f->size = st.st_size;
	f->mtime_us = mtime_us(&st);
	g_autoptr(GError) local = NULL;
	if (!attached_add(s->attached, f, &local))
		store_say(s, TRUE, "Not saved on this machine, uploaded nevertheless: %s", local->message);
	tell(s, f);
	files_pump(s);
	return TRUE;
}

void store_detach(struct store *s, desk_id ticket_id, enum message_kind kind, guint i)
{
	struct attached_file *f = file_at(s, ticket_id, kind, i);
	if (!f)
		return;
	guint64 request = f->request;
	attached_remove(s->attached, f->key);
	if (request)
		backend_cancel(s->backend, request);
	store_tell_kind(s, STORE_FILES, ticket_id, FALSE);
	files_pump(s);
}

void store_detach_all(struct store *s, desk_id ticket_id, enum message_kind kind)
{
	while (file_at(s, ticket_id, kind, 0))
		store_detach(s, ticket_id, kind, 0);
}

/* ---- messages that take them along */

static gboolean has_id(const GArray *ids, desk_id id)
{
	for (guint i = 0; ids && i < ids->len; i++)
		if (g_array_index(ids, desk_id, i) == id)
			return TRUE;
	return FALSE;
}

void files_sent(struct store *s, const struct change *c)
{
	for (guint i = 0; i < attached_count(s->attached); i++) {
		struct attached_file *f = attached_at(s->attached, i);
		if (!f->attachment_id || !has_id(c->attachment_ids, f->attachment_id))
			continue;
		g_free(f->sent_key);
		f->sent_key = g_strdup(c->once_key);
		f->away = TRUE;
		keep(s, f);
	}
}

void files_arrived(struct store *s, const char *once_key)
{
	for (guint i = attached_count(s->attached); i-- > 0;) {
		const struct attached_file *f = attached_at(s->attached, i);
		if (g_strcmp0(f->sent_key, once_key) == 0 && f->away) {
			g_autofree char *key = g_strdup(f->key);
			attached_remove(s->attached, key);
		}
	}
}

void files_back(struct store *s, const char *once_key, gboolean lost)
{
	for (guint i = 0; i < attached_count(s->attached); i++) {
		struct attached_file *f = attached_at(s->attached, i);
		if (g_strcmp0(f->sent_key, once_key) != 0 || !f->away)
			continue;
		f->away = FALSE;
		if (lost)
			f->attachment_id = 0;
		keep(s, f);
		tell(s, f);
	}
	files_pump(s);
}

gboolean files_again(struct store *s, struct change *c)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	if (!c->attachment_ids || c->attachment_ids->len == 0)
		return TRUE;
	for (guint i = 0; i < attached_count(s->attached); i++) {
		const struct attached_file *f = attached_at(s->attached, i);
		if (g_strcmp0(f->sent_key, c->once_key) == 0 && f->attachment_id)
			g_array_append_val(ids, f->attachment_id);
	}
	if (ids->len != c->attachment_ids->len) {
		store_say(s, TRUE, "Its files have changed or are still on their way up: send it from the draft");
		return FALSE;
	}
	g_array_unref(c->attachment_ids);
	c->attachment_ids = g_steal_pointer(&ids);
	files_sent(s, c);
	return TRUE;
}

/* ---- life */

/* A message that is not in the outbox any more has arrived. */
void files_init(struct store *s)
{
	for (size_t i = 0; i < outbox_count(s->outbox); i++) /* it died between writing down the one and the other */
		files_sent(s, &outbox_at(s->outbox, i)->change);
	g_autoptr(GPtrArray) arrived = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < attached_count(s->attached); i++) {
		const struct attached_file *f = attached_at(s->attached, i);
		gboolean waits = !f->away;
		for (size_t k = 0; !waits && k < outbox_count(s->outbox); k++)
			waits = strcmp(outbox_at(s->outbox, k)->change.once_key, f->sent_key) == 0;
		if (!waits)
			g_ptr_array_add(arrived, g_strdup(f->sent_key));
	}
	for (guint i = 0; i < arrived->len; i++)
		files_arrived(s, arrived->pdata[i]);
}

void files_free(struct store *s)
{
	if (s->files_timer)
		g_source_remove(s->files_timer);
	attached_close(s->attached);
}
