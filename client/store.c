/* The store itself: session, connection, feed, listeners. The rest is in store_*.c. */
#include "client/store_private.h"

#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/say.h"

#define SESSION_AGAIN_MS 300 /* several PEOPLE events are one reload */
#define SESSION_FAILED_MS 1000

/* ---- telling */

void store_listen(struct store *s, store_fn *fn, void *arg)
{
	struct store_listener l = {fn, arg};
	g_array_append_val(s->listeners, l);
}

void store_tell(struct store *s, const struct store_note *note)
{
	for (guint i = 0; i < s->listeners->len && !s->freeing; i++) {
		struct store_listener l = g_array_index(s->listeners, struct store_listener, i);
		l.fn(note, l.arg);
	}
}

void store_tell_kind(struct store *s, enum store_note_kind kind, desk_id ticket_id, gboolean remote)
{
	store_tell(s, &(struct store_note){.kind = kind, .ticket_id = ticket_id, .remote = remote});
}

void store_say(struct store *s, gboolean bad, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(say(format), args);
	va_end(args);
	store_tell(s, &(struct store_note){.kind = STORE_MESSAGE, .text = text, .bad = bad});
}

/* ---- asking the backend */

static void store_release(struct store *s)
{
	if (!s->freeing || s->calls)
		return;
	g_ptr_array_unref(s->fetches);
	g_free(s);
}

static void call_done(struct answer *answer, const GError *error, const struct ticket *conflict, void *arg)
{
	struct store_call call = *(struct store_call *)arg;
	g_autoptr(answer_auto) a = answer;
	g_free(arg);
	/* a read is only ever called off by ourselves: its place may be taken already */
	gboolean called_off = call.is_read && error && desk_error_code(error) == DESK_CANCELLED;
	if (!call.store->freeing && !called_off)
		call.fn(call.store, a, error, conflict, call.about);
	call.store->calls--;
	store_release(call.store);
}

static struct store_call *call_new(struct store *s, gboolean is_read, store_done_fn *fn, int64_t about)
{
	struct store_call *call = g_new(struct store_call, 1);
	*call = (struct store_call){s, is_read, fn, about};
	s->calls++;
	return call;
}

guint64 store_ask(struct store *s, const struct query *q, store_done_fn *fn, int64_t about)
{
	return backend_read(s->backend, q, call_done, call_new(s, TRUE, fn, about));
}

guint64 store_send(struct store *s, const struct change *c, store_done_fn *fn, int64_t about)
{
	return backend_write(s->backend, c, call_done, call_new(s, FALSE, fn, about));
}

void store_file_call_began(struct store *s)
{
	s->calls++;
}

void store_file_call_ended(struct store *s)
{
	s->calls--;
	store_release(s);
}

gboolean store_failed_lately(int64_t failed_mono_ms)
{
	return failed_mono_ms && clock_mono_ms() - failed_mono_ms < STORE_FAILED_MS;
}

void store_call_off(struct store *s, guint64 *id)
{
	if (*id)
		backend_cancel(s->backend, *id);
	*id = 0;
}

/* ---- session */

/* Without a number to follow from the feed still tells whether there is a connection. */
static void follow_anyway(struct store *s)
{
	if (!s->following)
		store_follow(s, 0);
}

static gboolean session_again(void *arg);

static void session_came(struct store *s, struct answer *a, const GError *error,
                         const struct ticket *conflict, int64_t about)
{
	(void)conflict;
	(void)about;
	s->session_read = 0;
	if (error) {
		enum desk_code code = desk_error_code(error);
		if (!s->session && code != DESK_NET && code != DESK_TIMEOUT && code != DESK_CANCELLED)
			store_say(s, TRUE, "%s", error->message);
		follow_anyway(s);
		if (s->state != BACKEND_OFFLINE && !s->session_timer) /* else when the connection is back */
			s->session_timer = g_timeout_add(SESSION_FAILED_MS, session_again, s);
		return;
	}
	if (!a || !a->session)
		return;
	gboolean first = !s->session;
	session_free(s->session);
	s->session = g_steal_pointer(&a->session);
	store_follow(s, s->session->seq);
	if (first) {
		draft_sync_started(s);
		together_online(s);
	}
	people_online(s);
	store_tell_kind(s, STORE_SESSION, 0, TRUE);
}

static void ask_session(struct store *s)
{
	if (s->session_read)
		return;
	struct query q;
	query_init(&q, QUERY_SESSION);
	s->session_read = store_ask(s, &q, session_came, 0);
	query_clear(&q);
}

static gboolean session_again(void *arg)
{
	struct store *s = arg;
	s->session_timer = 0;
	ask_session(s);
	return G_SOURCE_REMOVE;
}

const struct session *store_session(const struct store *s)
{
	return s->session;
}

const struct group *store_group(const struct store *s, desk_id id)
{
	for (guint i = 0; s->session && i < s->session->groups->len; i++) {
		const struct group *g = s->session->groups->pdata[i];
		if (g->id == id)
			return g;
	}
	return NULL;
}

const struct person *store_person(const struct store *s, desk_id id)
{
	for (guint i = 0; s->session && i < s->session->people->len; i++) {
		const struct person *p = s->session->people->pdata[i];
		if (p->id == id)
			return p;
	}
	return NULL;
}

const struct tag *store_tag(const struct store *s, const char *name)
{
	for (guint i = 0; name && s->session && i < s->session->tags->len; i++) {
		const struct tag *t = s->session->tags->pdata[i];
		if (t->name && strcmp(t->name, name) == 0)
			return t;
	}
	return NULL;
}

/* A person without groups works for the whole desk. */
gboolean store_in_my_groups(const struct store *s, desk_id group_id)
{
	const GArray *mine = s->session ? s->session->me->groups : NULL;
	if (!mine || mine->len == 0)
		return TRUE;
	for (guint i = 0; i < mine->len; i++)
		if (g_array_index(mine, desk_id, i) == group_id)
			return TRUE;
	return FALSE;
}

/* ---- feed and connection */

/* Everything shown may be old: ask for all of it again, show the old until then. */
static void reload_all(struct store *s)
{
	s->following = FALSE; /* the next number is where to go on */
	s->follow_seq = 0;
	ask_session(s);
	queue_reload(s);
	tickets_stale(s, 0);
	kb_stale(s);
	views_event(s);
	draft_sync_started(s);
	together_online(s);
	people_online(s);
}

static void event_came(const struct event *event, void *arg)
{
	struct store *s = arg;
	if (event->seq > s->seen_seq)
		s->seen_seq = event->seq;
	switch (event->kind) {
	case EVENT_TICKET:
		if (event->row)
			queue_take_row(s, event->row, event->seq, TRUE);
		tickets_event(s, event);
		together_ticket(s, event);
		people_ticket(s, event);
		break;
	case EVENT_CUSTOMER:
		tickets_stale(s, event->customer_id);
		break;
	case EVENT_ARTICLE:
	case EVENT_TEMPLATE:
		kb_event(s, event);
		break;
	case EVENT_PEOPLE:
		if (!s->session_timer)
			s->session_timer = g_timeout_add(SESSION_AGAIN_MS, session_again, s);
		break;
	case EVENT_RELOAD:
		log_info("store", "the feed asks to reload");
		reload_all(s);
		break;
	case EVENT_VIEW:
		views_event(s);
		break;
	case EVENT_DRAFT:
		draft_sync_event(s, event);
		break;
	case EVENT_MACRO:
		macros_event(s);
		break;
	case EVENT_PRESENCE:
	case EVENT_NOTICE:
		together_event(s, event);
		break;
	case EVENT_AGENT:
	case EVENT_OFFER:
		people_event(s, event);
		break;
	case EVENT_PROBLEM:
		store_tell(s, &(struct store_note){.kind = STORE_PROBLEM, .other_id = event->other_id, .remote = TRUE});
		break;
	case EVENT_POLICY: /* clocks come with the tickets' own events */
	case EVENT_PING:
	case EVENT_KIND_COUNT:
		break;
	}
}

static void state_came(enum backend_state state, const char *why, int64_t retry_at_mono_ms, void *arg)
{
	struct store *s = arg;
	gboolean came_back = state == BACKEND_ONLINE && s->state != BACKEND_ONLINE;
	s->state = state;
	g_free(s->why);
	s->why = g_strdup(why);
	s->retry_at_mono_ms = retry_at_mono_ms;
	store_tell_kind(s, STORE_CONNECTION, 0, TRUE);
	if (!came_back)
		return;
	if (!s->session)
		ask_session(s);
	queue_online(s);
	tickets_online(s);
	kb_online(s);
	views_online(s);
	macros_online(s);
	together_online(s);
	people_online(s);
	writes_retry_now(s);
	files_pump(s);
	draft_sync_started(s);
}

/* Until something was read there is no number to follow from; a page older than
 * the place followed from makes the feed start again there, so nothing is missed. */
void store_follow(struct store *s, int64_t seq)
{
	if (s->following && (seq == s->follow_seq || (s->follow_seq && seq > s->follow_seq)))
		return;
	s->follow_seq = seq;
	s->following = TRUE;
	backend_follow(s->backend, seq, event_came, state_came, s);
}

enum backend_state store_connection(const struct store *s, const char **why, int64_t *retry_at_mono_ms)
{
	if (why)
		*why = s->why;
	if (retry_at_mono_ms)
		*retry_at_mono_ms = s->retry_at_mono_ms;
	return s->state;
}

void store_retry(struct store *s)
{
	backend_retry(s->backend);
	writes_retry_now(s);
}

unsigned store_capabilities(const struct store *s)
{
	return backend_capabilities(s->backend);
}

gboolean store_busy(const struct store *s)
{
	return backend_busy(s->backend) > 0 || people_will_read(s);
}

gboolean store_settled(const struct store *s)
{
	return s->state == BACKEND_OFFLINE ||
	       (s->state == BACKEND_ONLINE && s->seen_seq >= s->own_seq && !together_will_say(s));
}

const char *store_dir(const struct store *s)
{
	return s->dir;
}

int64_t store_now_ms(const struct store *s)
{
	return backend_now_ms(s->backend);
}

/* ---- life */

static void drafts_trouble(const GError *error, void *arg)
{
	struct store *s = arg;
	if (error)
		store_say(s, TRUE, "Drafts can't be saved: %s", error->message);
	else
		store_say(s, FALSE, "Drafts are saved again");
}

struct store *store_new(struct backend *b, const char *dir, GError **error)
{
	struct store *s = g_new0(struct store, 1);
	s->backend = b;
	s->listeners = g_array_new(FALSE, FALSE, sizeof(struct store_listener));
	s->state = BACKEND_CONNECTING;
	s->dir = g_strdup(dir);
	items_init(s);
	s->asking = g_ptr_array_new();
	queue_init(s);
	tickets_init(s);
	kb_init(s);
	together_init(s);
	people_init(s);
	s->drafts = drafts_open(dir, error);
	s->fetches = g_ptr_array_new();
	s->attached = s->drafts ? attached_open(dir, error) : NULL;
	if (!s->attached || !writes_init(s, dir, error)) {
		store_free(s);
		return NULL;
	}
	files_init(s);
	draft_sync_init(s);
	writes_own_drafts(s);
	drafts_listen(s->drafts, drafts_trouble, s);
	return s;
}

void store_start(struct store *s)
{
	if (s->started)
		return;
	s->started = TRUE;
	ask_session(s);
	queue_load(s);
	writes_pump(s);
	files_pump(s);
	if (s->outbox_damage)
		store_say(s, TRUE, "Unsent writes: %s", s->outbox_damage);
}

/* The backend may still owe answers: the bare struct waits for them (backend_close). */
void store_free(struct store *s)
{
	if (!s)
		return;
	s->freeing = TRUE;
	backend_follow(s->backend, 0, NULL, NULL, NULL);
	asking_end(s);
	writes_free(s);
	files_free(s);
	draft_sync_free(s);
	drafts_close(s->drafts);
	if (s->session_timer)
		g_source_remove(s->session_timer);
	queue_free(s);
	tickets_free(s);
	kb_free(s);
	views_free(s);
	macros_free(s);
	together_free(s);
	people_free(s);
	session_free(s->session);
	g_array_unref(s->listeners);
	g_free(s->why);
	store_release(s);
}
