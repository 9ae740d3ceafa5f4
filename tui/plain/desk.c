/* The main loop turned till the answer is here; a write without one sent again, with its key. */
#include "tui/plain/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/launch.h"
#include "tui/plain/plain.h"
#include "base/say.h"

#define AGAIN_MS 300
#define TELL_AFTER_MS CLOCK_PATIENCE(2000)

static struct desk *open_at(const struct options *o, char *address, int64_t patience_ms, GError **error)
{
	struct desk *d = g_new0(struct desk, 1);

	d->options = o;
	d->patience_ms = patience_ms;
	d->address = address;
	if (address)
		d->backend = backend_open(&(struct backend_conf){.address = address, .token = o->token, .as_person = o->as_person,
		                          .ca_file = o->ca_file}, error);
	if (d->backend)
		return d;
	desk_close(d);
	return NULL;
}

struct desk *desk_open(const struct options *o, int64_t patience_ms, GError **error)
{
	struct launch_conf conf = {.server = o->server, .daemon = o->daemon, .sample = o->sample};

	return open_at(o, launch_address(&conf, error), patience_ms, error);
}

struct desk *desk_join(const struct options *o, int64_t patience_ms)
{
	struct launch_conf conf = {.server = o->server, .daemon = o->daemon, .sample = o->sample};

	return open_at(o, launch_running(&conf), patience_ms, NULL);
}

void desk_close(struct desk *d)
{
	if (!d)
		return;
	if (d->backend)
		backend_close(d->backend);
	session_free(d->own);
	g_free(d->address);
	g_free(d);
}

int64_t desk_now_ms(const struct desk *d)
{
	return backend_now_ms(d->backend);
}

/* ---- waiting */

struct wait {
	struct desk *desk;
	size_t open;
	gboolean over, interrupted; /* patience, ^C */
};
struct slot {
	struct wait *wait;
	struct answer *answer;
	GError *error;
	guint64 id;
};

static void arrived(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct slot *slot = arg;

	(void)conflict;
	slot->answer = answer;
	slot->error = error ? g_error_copy(error) : NULL;
	slot->id = 0;
	slot->wait->open--;
}

static gboolean on_late(gpointer arg)
{
	((struct wait *)arg)->over = TRUE;
	return G_SOURCE_CONTINUE;
}

static gboolean on_interrupt(gpointer arg)
{
	((struct wait *)arg)->interrupted = TRUE;
	return G_SOURCE_CONTINUE;
}

static gboolean on_long(gpointer arg)
{
	struct desk *d = ((struct wait *)arg)->desk;

	if (d->waiting)
		d->waiting(d->waiting_arg);
	return G_SOURCE_CONTINUE;
}

/* Until nothing is open, or no more is waited for. */
static void turn(struct wait *w, int64_t at_most_ms)
{
	guint late = g_timeout_add((guint)CLAMP(at_most_ms, 1, G_MAXINT), on_late, w);
	guint tell = g_timeout_add(TELL_AFTER_MS, on_long, w);
	guint stop = g_unix_signal_add(SIGINT, on_interrupt, w);

	while (w->open > 0 && !w->over && !w->interrupted)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(stop);
	g_source_remove(tell);
	g_source_remove(late);
}

static void give_up(struct desk *d, struct slot *slots, size_t n, struct wait *w)
{
	for (size_t i = 0; i < n; i++)
		if (slots[i].id)
			backend_cancel(d->backend, slots[i].id);
	while (w->open > 0) /* a cancelled one is answered, too */
		g_main_context_iteration(NULL, TRUE);
}

gboolean desk_read_all(struct desk *d, const struct query *q, size_t n, struct answer **answers, GError **error)
{
	g_autofree struct slot *slots = g_new0(struct slot, n);
	struct wait w = {.desk = d, .open = n};
	gboolean ok = TRUE;

	for (size_t i = 0; i < n; i++) {
		slots[i].wait = &w;
		slots[i].id = backend_read(d->backend, &q[i], arrived, &slots[i]);
	}
	turn(&w, d->patience_ms);
	give_up(d, slots, n, &w);
	for (size_t i = 0; i < n; i++) {
		answers[i] = slots[i].answer;
		if (!slots[i].error)
			continue;
		if (ok && w.over)
			desk_fail(error, DESK_TIMEOUT, _("the desk gave no answer in time"));
		else if (ok)
			g_propagate_error(error, g_error_copy(slots[i].error));
		g_error_free(slots[i].error);
		ok = FALSE;
	}
	for (size_t i = 0; !ok && i < n; i++)
		g_clear_pointer(&answers[i], answer_free);
	return ok;
}

struct answer *desk_read(struct desk *d, const struct query *q, GError **error)
{
	struct answer *a = NULL;

	return desk_read_all(d, q, 1, &a, error) ? a : NULL;
}

struct ticket *desk_ticket(struct desk *d, desk_id id, GError **error)
{
	struct query q;

	query_init(&q, QUERY_TICKET);
	q.ticket_id = id;
	g_autoptr(answer_auto) a = desk_read(d, &q, error);
	query_clear(&q);
	return a ? g_steal_pointer(&a->ticket) : NULL;
}

const struct session *desk_session(struct desk *d, GError **error)
{
	struct query q;

	if (d->store && store_session(d->store))
		return store_session(d->store);
	if (d->own)
		return d->own;
	query_init(&q, QUERY_SESSION);
	g_autoptr(answer_auto) a = desk_read(d, &q, error);
	query_clear(&q);
	d->own = a ? g_steal_pointer(&a->session) : NULL;
	return d->own;
}

/* ---- writes */

static gboolean once(struct desk *d, const struct change *c, int64_t at_most_ms, struct slot *slot)
{
	struct wait w = {.desk = d, .open = 1};

	*slot = (struct slot){.wait = &w};
	slot->id = backend_write(d->backend, c, arrived, slot);
	turn(&w, at_most_ms);
	give_up(d, slot, 1, &w);
	return !w.over && !w.interrupted;
}

static void revive(struct desk *d)
{
	struct launch_conf conf = {.server = d->options->server, .daemon = d->options->daemon, .sample = d->options->sample};

	if (!d->options->server)
		launch_revive(&conf, d->address, NULL);
}

static void pause_a_little(struct desk *d, int64_t ms)
{
	struct wait w = {.desk = d, .open = 1};

	turn(&w, ms);
}

static gboolean may_have_arrived(const GError *e)
{
	return g_error_matches(e, DESK_ERROR, DESK_UNCERTAIN) || g_error_matches(e, DESK_ERROR, DESK_CANCELLED);
}

static gboolean worth_again(const GError *e)
{
	return may_have_arrived(e) || g_error_matches(e, DESK_ERROR, DESK_NET) || g_error_matches(e, DESK_ERROR, DESK_BUSY);
}

static struct answer *write_directly(struct desk *d, const struct change *c, GError **error)
{
	int64_t until = clock_mono_ms() + d->patience_ms;
	gboolean uncertain = FALSE, go_on = TRUE;
	struct slot slot = {0};

	for (;;) {
		go_on = once(d, c, until - clock_mono_ms(), &slot);
		if (!slot.error)
			return slot.answer;
		uncertain |= may_have_arrived(slot.error);
		if (!go_on || !uncertain || !worth_again(slot.error) || clock_mono_ms() + AGAIN_MS >= until)
			break;
		g_clear_error(&slot.error);
		revive(d);
		pause_a_little(d, AGAIN_MS);
	}
	if (uncertain && worth_again(slot.error)) {
		g_error_free(slot.error);
		desk_fail(error, DESK_UNCERTAIN, _("the desk gave no answer: nobody knows whether it was done"));
		return NULL;
	}
	g_propagate_error(error, slot.error);
	return NULL;
}

/* ---- by the store: shown, journalled, sent again by itself */

struct sending {
	const char *key;
	gboolean done;
	desk_id ticket_id;
	GError *error;
};

static void wrote(const struct store_note *note, void *arg)
{
	struct desk *d = arg;
	struct sending *s = d->sending;

	if (!s || note->kind != STORE_WRITE || !note->change || strcmp(note->change->once_key, s->key) != 0)
		return;
	s->done = TRUE;
	s->ticket_id = note->ticket_id;
	s->error = note->error ? g_error_copy(note->error) : NULL;
}

void desk_use_store(struct desk *d, struct store *s)
{
	d->store = s;
	store_listen(s, wrote, d);
}

/* What the store knows of it now, in the form of an answer. */
static struct answer *store_answer(struct desk *d, const struct change *c, desk_id ticket_id)
{
	struct answer *a = g_new0(struct answer, 1);
	const struct ticket *t = ticket_id ? store_ticket(d->store, ticket_id) : NULL;

	if (!ticket_id)
		return a;
	a->ticket = ticket_new();
	if (t)
		ticket_row_copy(&a->ticket->row, &t->row);
	a->ticket->row.id = ticket_id;
	for (guint i = t ? t->messages->len : 0; i > 0 && !a->message; i--) {
		const struct message *m = t->messages->pdata[i - 1];

		if (g_strcmp0(m->once_key, c->once_key) == 0)
			a->message = message_copy(m);
	}
	return a;
}

static struct answer *write_by_store(struct desk *d, const struct change *c, gboolean *waits, GError **error)
{
	struct sending s = {.key = c->once_key};
	struct wait w = {.desk = d};
	guint late = g_timeout_add((guint)d->patience_ms, on_late, &w);
	guint tell = g_timeout_add(TELL_AFTER_MS, on_long, &w);

	d->sending = &s;
	d->sending_key = s.key;
	store_write(d->store, c);
	while (!s.done && !w.over && store_connection(d->store, NULL, NULL) != BACKEND_OFFLINE)
		g_main_context_iteration(NULL, TRUE);
	d->sending = NULL;
	d->sending_key = NULL;
	g_source_remove(tell);
	g_source_remove(late);
	if (s.error) {
		/* told now; a text is a draft again, and only what would be lost stays in the list */
		if (c->kind != CHANGE_TICKET_NEW && c->kind != CHANGE_ESCALATE)
			store_pending_drop(d->store, c->once_key);
		g_propagate_error(error, s.error);
		return NULL;
	}
	if (waits)
		*waits = !s.done;
	return store_answer(d, c, s.done ? s.ticket_id : 0);
}

/* Their answers are asked for and shown nowhere else; or they mean nothing later. */
static gboolean by_outbox(enum change_kind kind)
{
	static const enum change_kind kinds[] = {
		CHANGE_REPLY, CHANGE_NOTE, CHANGE_FORWARD, CHANGE_CLAIM, CHANGE_RELEASE, CHANGE_STATUS, CHANGE_PRIORITY,
		CHANGE_SUBJECT, CHANGE_CATEGORY, CHANGE_ASSIGN, CHANGE_TAG, CHANGE_CUSTOMER_TAG, CHANGE_ESCALATE,
		CHANGE_TICKET_NEW, CHANGE_CLAIM_NEXT, CHANGE_FIELD, CHANGE_CHECK, CHANGE_CHECK_ADD, CHANGE_CHECK_REMOVE};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (kinds[i] == kind)
			return TRUE;
	return FALSE;
}

struct answer *desk_write(struct desk *d, const struct change *c, gboolean *waits, GError **error)
{
	if (waits)
		*waits = FALSE;
	return d->store && by_outbox(c->kind) ? write_by_store(d, c, waits, error) : write_directly(d, c, error);
}

/* ---- files */

gboolean desk_upload(struct desk *d, const char *path, const char *key, desk_id *id, GError **error)
{
	g_autofree char *name = g_path_get_basename(path);
	struct wait w = {.desk = d, .open = 1};
	struct slot slot = {.wait = &w};
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		int why = errno;

		if (fd >= 0)
			close(fd);
		return desk_fail(error, DESK_IO, _("%s can't be read: %s"), path, fd < 0 ? say_errno(why) : _("it is no file"));
	}
	slot.id = backend_upload(d->backend, &(struct backend_file){.fd = fd, .size = st.st_size, .name = name,
	                         .media = "application/octet-stream", .once_key = key}, NULL, arrived, &slot);
	turn(&w, G_MAXINT);
	give_up(d, &slot, 1, &w);
	close(fd);
	if (slot.error) {
		g_propagate_error(error, slot.error);
		return FALSE;
	}
	*id = slot.answer->attachment->id;
	answer_free(slot.answer);
	return TRUE;
}

gboolean desk_download(struct desk *d, const struct attachment *a, const char *path, GError **error)
{
	struct wait w = {.desk = d, .open = 1};
	struct slot slot = {.wait = &w};
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return desk_fail(error, errno == EEXIST ? DESK_CONFLICT : DESK_IO, _("%s can't be written: %s"), path, say_errno(errno));
	slot.id = backend_download(d->backend, &(struct backend_file){.fd = fd, .attachment_id = a->id, .sha256 = a->sha256},
	                           NULL, arrived, &slot);
	turn(&w, G_MAXINT);
	give_up(d, &slot, 1, &w);
	if (close(fd) != 0 && !slot.error)
		desk_fail(&slot.error, DESK_IO, _("%s can't be written: %s"), path, say_errno(errno));
	g_clear_pointer(&slot.answer, answer_free);
	if (!slot.error)
		return TRUE;
	unlink(path);
	g_propagate_error(error, slot.error);
	return FALSE;
}
