/* Saving drafts at the desk, when the person pauses; and again, as long as it did not succeed. */
#include "client/store_draft_inner.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#define PAUSE_MS 2000        /* after the last key */
#define AGAIN_LAST_MS 60000

void draft_way_free(gpointer data)
{
	struct way *w = data;
	g_free(w->body);
	g_free(w);
}

struct way *draft_way_find(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	for (guint i = 0; i < s->draft_sync->ways->len; i++) {
		struct way *w = s->draft_sync->ways->pdata[i];
		if (w->ticket_id == ticket_id && w->kind == kind)
			return w;
	}
	return NULL;
}

static struct way *way_numbered(const struct store *s, int64_t number)
{
	for (guint i = 0; i < s->draft_sync->ways->len; i++) {
		struct way *w = s->draft_sync->ways->pdata[i];
		if (w->number == number)
			return w;
	}
	return NULL;
}

gboolean draft_sync_can(const struct store *s)
{
	return (backend_capabilities(s->backend) & CAN_DRAFTS) && s->session && s->started && !s->draft_sync->lacking;
}

struct draft_note draft_note_of(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	const struct draft_note *note = drafts_note(s->drafts, ticket_id, kind);
	return note ? *note : (struct draft_note){0};
}

void draft_note_set(struct store *s, desk_id ticket_id, enum message_kind kind, int64_t revision, gboolean synced)
{
	struct draft_note note = draft_note_of(s, ticket_id, kind);
	note.revision = revision;
	note.synced = synced;
	if (!revision && !synced && !drafts_get(s->drafts, ticket_id, kind))
		note = (struct draft_note){0};
	drafts_set_note(s->drafts, ticket_id, kind, &note);
}

void draft_way_end(struct store *s, struct way *w)
{
	g_ptr_array_remove(s->draft_sync->ways, w);
}

static void own_event(struct store *s, int64_t seq)
{
	if (seq)
		s->draft_sync->own[s->draft_sync->own_at++ % DRAFT_OWN_SEQS] = seq;
}

gboolean draft_save_is_own(const struct store *s, int64_t seq)
{
	for (unsigned i = 0; i < DRAFT_OWN_SEQS; i++)
		if (s->draft_sync->own[i] == seq && seq)
			return TRUE;
	return FALSE;
}

static void went_well(struct store *s, struct way *w, const struct answer *a)
{
	const char *now = drafts_get(s->drafts, w->ticket_id, w->kind);
	gboolean same = g_strcmp0(now, w->body) == 0;
	int64_t revision = a && a->draft ? a->draft->revision : 0;
	own_event(s, a ? a->seq : 0);
	if (w->body && !revision) { /* not understood, but done: look what is there */
		draft_sync_want(s, w->ticket_id);
		return;
	}
	draft_note_set(s, w->ticket_id, w->kind, revision, same && w->body != NULL);
	drafts_flush(s->drafts, NULL); /* which copy it was made from is known to the next life, too */
	w->pause_ms = 0;
	if (same)
		draft_way_end(s, w);
	store_tell_kind(s, STORE_DRAFT, 0, FALSE);
}

static void save_came(struct store *s, struct answer *a, const GError *error, const struct ticket *conflict,
                      int64_t number)
{
	struct way *w = way_numbered(s, number);
	(void)conflict;
	if (!w)
		return;
	w->request = 0;
	enum desk_code code = error ? desk_error_code(error) : DESK_CODE_COUNT;
	if (!error || code == DESK_PROTOCOL) {
		went_well(s, w, a);
	} else if (code == DESK_CONFLICT) {
		w->again_mono_ms = clock_mono_ms() + DRAFT_AGAIN_MS; /* when what is there is known */
		draft_sync_want(s, w->ticket_id);
	} else if (code == DESK_NET || code == DESK_BUSY || code == DESK_UNCERTAIN || code == DESK_TIMEOUT ||
	           code == DESK_CANCELLED) {
		w->pause_ms = CLAMP(w->pause_ms * 2, DRAFT_AGAIN_MS, AGAIN_LAST_MS);
		w->again_mono_ms = clock_mono_ms() + w->pause_ms;
	} else {
		log_info("drafts", "a draft stays here only: %s", error->message);
		w->refused = TRUE;
		store_tell_kind(s, STORE_DRAFT, 0, FALSE);
	}
	draft_save_schedule(s);
}

static void take_promise(const struct store *s, struct change *c)
{
	const char *kept = drafts_get(s->drafts, c->ticket_id, DRAFT_PROMISE);
	int64_t until = kept ? g_ascii_strtoll(kept, NULL, 10) : 0;
	if (until > 0)
		c->promise_ms = until;
}

static void take_addresses(const struct store *s, struct change *c)
{
	const char *kept = drafts_get(s->drafts, c->ticket_id, DRAFT_ADDRESSES);
	g_auto(GStrv) part = g_strsplit(kept ? kept : "", "\n", 2);
	if (part[0] && *part[0])
		c->to = g_strdup(part[0]);
	if (part[0] && part[1] && *part[1])
		c->cc = g_strdup(part[1]);
}

static void send_way(struct store *s, struct way *w)
{
	const char *text = drafts_get(s->drafts, w->ticket_id, w->kind);
	struct draft_note note = draft_note_of(s, w->ticket_id, w->kind);
	struct change c;
	change_init(&c, text ? CHANGE_DRAFT_SAVE : CHANGE_DRAFT_REMOVE);
	c.ticket_id = w->ticket_id;
	c.text = g_strdup(message_kind_name(w->kind));
	if (text) {
		c.body = g_strdup(text);
		c.revision = note.revision;
		c.shared = note.shared;
		c.answers_id = note.answers_id;
		if (w->kind == MESSAGE_REPLY) {
			take_addresses(s, &c);
			take_promise(s, &c);
		}
	} else {
		c.if_version = note.revision;
	}
	g_free(w->body);
	w->body = g_strdup(text);
	w->number = ++s->draft_sync->last_number;
	w->request = store_send(s, &c, save_came, w->number);
	change_clear(&c);
}

/* Nothing to do for it (any more)? */
static gboolean is_done(const struct store *s, const struct way *w)
{
	struct draft_note note = draft_note_of(s, w->ticket_id, w->kind);
	return note.synced || (!drafts_get(s->drafts, w->ticket_id, w->kind) && !note.revision);
}

/* INT64_MAX: not by itself. */
static int64_t due_of(const struct store *s, const struct way *w)
{
	if (w->request || w->refused)
		return INT64_MAX;
	/* the words are on their way as a message: its end tells what is left to do */
	if (!drafts_get(s->drafts, w->ticket_id, w->kind) && writes_hold_text(s, w->ticket_id, w->kind))
		return INT64_MAX;
	return MAX(w->edited_mono_ms ? w->edited_mono_ms + PAUSE_MS : 0, w->again_mono_ms);
}

static gboolean timer_came(void *arg)
{
	struct store *s = arg;
	s->draft_sync->timer = 0;
	draft_save_schedule(s);
	return G_SOURCE_REMOVE;
}

void draft_save_schedule(struct store *s)
{
	struct draft_sync *y = s->draft_sync;
	int64_t now = clock_mono_ms(), next = INT64_MAX;
	if (y->timer)
		g_source_remove(y->timer);
	y->timer = 0;
	if (!draft_sync_can(s) || !y->known || s->state == BACKEND_OFFLINE || s->freeing)
		return;
	for (guint i = y->ways->len; i-- > 0;) {
		struct way *w = y->ways->pdata[i];
		int64_t due = due_of(s, w);
		if (!w->request && is_done(s, w))
			draft_way_end(s, w);
		else if (due <= now)
			send_way(s, w);
		else
			next = MIN(next, due);
	}
	if (next != INT64_MAX)
		y->timer = g_timeout_add((guint)(next - now), timer_came, s);
}

struct way *draft_way_for(struct store *s, desk_id ticket_id, enum message_kind kind)
{
	struct way *w = draft_way_find(s, ticket_id, kind);
	if (w)
		return w;
	w = g_new0(struct way, 1);
	w->ticket_id = ticket_id;
	w->kind = kind;
	w->number = ++s->draft_sync->last_number;
	g_ptr_array_add(s->draft_sync->ways, w);
	return w;
}

void draft_sync_edited(struct store *s, desk_id ticket_id, enum message_kind kind, gboolean at_once)
{
	struct way *w = draft_way_find(s, ticket_id, kind);
	if (!drafts_note(s->drafts, ticket_id, kind))
		return;
	if (!w && draft_note_of(s, ticket_id, kind).synced)
		return;
	w = w ? w : draft_way_for(s, ticket_id, kind);
	if (!at_once)
		w->refused = FALSE;
	gboolean waits = w->edited_mono_ms && !at_once && s->draft_sync->timer; /* the timer looks again anyway */
	w->edited_mono_ms = at_once ? 0 : clock_mono_ms();
	if (!waits)
		draft_save_schedule(s);
}

gboolean draft_sync_refused(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	const struct way *w = draft_way_find(s, ticket_id, kind);
	return s->draft_sync->lacking || (w && w->refused);
}

gboolean draft_sync_busy(const struct store *s)
{
	for (guint i = 0; i < s->draft_sync->ways->len; i++)
		if (((const struct way *)s->draft_sync->ways->pdata[i])->request)
			return TRUE;
	return s->draft_sync->reading > 0;
}
