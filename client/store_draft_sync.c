/* The desk's copies of drafts: saved when the person pauses, fetched when another screen has written. */
#include "client/store_private.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#define PAUSE_MS 2000        /* after the last key */
#define GATHER_MS 250        /* several events are one question */
#define OPENED_MS 400        /* a ticket that is only passed isn't asked about */
#define AGAIN_FIRST_MS 3000
#define AGAIN_LAST_MS 60000
#define OWN_SEQS 32

struct way { /* of one draft that isn't at the desk as it is here */
	desk_id ticket_id;
	enum message_kind kind;
	int64_t number;
	int64_t edited_mono_ms;  /* 0: go at once */
	int64_t again_mono_ms;   /* after a failure */
	int64_t pause_ms;
	char *body;              /* on its way now; NULL: a removal, or nothing */
	guint64 request;
	gboolean refused;        /* the desk doesn't want it: not before it is another text */
};

struct draft_sync {
	GPtrArray *ways;
	GPtrArray *shared;       /* struct draft of others, on the open ticket; NULL not asked */
	GArray *behind;          /* desk_id: the desk has a newer text than the one before the eyes */
	GArray *wanted;          /* desk_id: their drafts are to be read; 0 all of mine */
	int64_t own[OWN_SEQS];   /* events that our own saves caused */
	unsigned own_at;
	int64_t last_number;
	guint timer, gather_timer, opened_timer;
	unsigned reading;
	gboolean asked_all;
	gboolean lacking;        /* this server knows no drafts */
	gboolean known;          /* the desk's were read since the line came back */
};

static void way_free(gpointer data)
{
	struct way *w = data;
	g_free(w->body);
	g_free(w);
}

static struct way *way_find(const struct store *s, desk_id ticket_id, enum message_kind kind)
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

static gboolean can(const struct store *s)
{
	return (backend_capabilities(s->backend) & CAN_DRAFTS) && s->session && s->started && !s->draft_sync->lacking;
}

static void schedule(struct store *s);
static void want(struct store *s, desk_id ticket_id);
static void want_later(struct store *s, desk_id ticket_id);

static struct draft_note note_of(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	const struct draft_note *note = drafts_note(s->drafts, ticket_id, kind);
	return note ? *note : (struct draft_note){0};
}

static void set_note(struct store *s, desk_id ticket_id, enum message_kind kind, int64_t revision, gboolean synced)
{
	struct draft_note note = note_of(s, ticket_id, kind);
	note.revision = revision;
	note.synced = synced;
	if (!revision && !synced && !drafts_get(s->drafts, ticket_id, kind))
		note = (struct draft_note){0};
	drafts_set_note(s->drafts, ticket_id, kind, &note);
}

/* ---- saving */

static void way_end(struct store *s, struct way *w)
{
	g_ptr_array_remove(s->draft_sync->ways, w);
}

static void own_event(struct store *s, int64_t seq)
{
	if (seq)
		s->draft_sync->own[s->draft_sync->own_at++ % OWN_SEQS] = seq;
}

static gboolean is_own_event(const struct store *s, int64_t seq)
{
	for (unsigned i = 0; i < OWN_SEQS; i++)
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
		want(s, w->ticket_id);
		return;
	}
	set_note(s, w->ticket_id, w->kind, revision, same && w->body != NULL);
	drafts_flush(s->drafts, NULL); /* which copy it was made from is known to the next life, too */
	w->pause_ms = 0;
	if (same)
		way_end(s, w);
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
		w->again_mono_ms = clock_mono_ms() + AGAIN_FIRST_MS; /* when what is there is known */
		want(s, w->ticket_id);
	} else if (code == DESK_NET || code == DESK_BUSY || code == DESK_UNCERTAIN || code == DESK_TIMEOUT ||
	           code == DESK_CANCELLED) {
		w->pause_ms = CLAMP(w->pause_ms * 2, AGAIN_FIRST_MS, AGAIN_LAST_MS);
		w->again_mono_ms = clock_mono_ms() + w->pause_ms;
	} else {
		log_info("drafts", "a draft stays here only: %s", error->message);
		w->refused = TRUE;
		store_tell_kind(s, STORE_DRAFT, 0, FALSE);
	}
	schedule(s);
}

#define PROMISE MESSAGE_CUSTOMER /* the pseudo-kind of what a reply promises: "MS WORDS" */

static void take_promise(const struct store *s, struct change *c)
{
	const char *kept = drafts_get(s->drafts, c->ticket_id, PROMISE);
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
	struct draft_note note = note_of(s, w->ticket_id, w->kind);
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
	struct draft_note note = note_of(s, w->ticket_id, w->kind);
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
	schedule(s);
	return G_SOURCE_REMOVE;
}

static void schedule(struct store *s)
{
	struct draft_sync *y = s->draft_sync;
	int64_t now = clock_mono_ms(), next = INT64_MAX;
	if (y->timer)
		g_source_remove(y->timer);
	y->timer = 0;
	if (!can(s) || !y->known || s->state == BACKEND_OFFLINE || s->freeing)
		return;
	for (guint i = y->ways->len; i-- > 0;) {
		struct way *w = y->ways->pdata[i];
		int64_t due = due_of(s, w);
		if (!w->request && is_done(s, w))
			way_end(s, w);
		else if (due <= now)
			send_way(s, w);
		else
			next = MIN(next, due);
	}
	if (next != INT64_MAX)
		y->timer = g_timeout_add((guint)(next - now), timer_came, s);
}

static struct way *way_for(struct store *s, desk_id ticket_id, enum message_kind kind)
{
	struct way *w = way_find(s, ticket_id, kind);
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
	struct way *w = way_find(s, ticket_id, kind);
	if (!drafts_note(s->drafts, ticket_id, kind))
		return;
	if (!w && note_of(s, ticket_id, kind).synced)
		return;
	w = w ? w : way_for(s, ticket_id, kind);
	if (!at_once)
		w->refused = FALSE;
	gboolean waits = w->edited_mono_ms && !at_once && s->draft_sync->timer; /* the timer looks again anyway */
	w->edited_mono_ms = at_once ? 0 : clock_mono_ms();
	if (!waits)
		schedule(s);
}

gboolean draft_sync_refused(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	const struct way *w = way_find(s, ticket_id, kind);
	return s->draft_sync->lacking || (w && w->refused);
}

gboolean draft_sync_busy(const struct store *s)
{
	for (guint i = 0; i < s->draft_sync->ways->len; i++)
		if (((const struct way *)s->draft_sync->ways->pdata[i])->request)
			return TRUE;
	return s->draft_sync->reading > 0;
}

/* ---- what the desk has */

/* The desk's text in place of ours. */
static void adopt(struct store *s, desk_id ticket_id, const struct draft *d)
{
	drafts_set(s->drafts, ticket_id, d->kind, d->body, d->at_ms);
	if (d->kind == MESSAGE_REPLY) {
		g_autofree char *addresses =
			d->to || d->cc ? g_strdup_printf("%s\n%s", d->to ? d->to : "", d->cc ? d->cc : "") : NULL;
		drafts_set(s->drafts, ticket_id, DRAFT_ADDRESSES, addresses, d->at_ms);
		/* in which words is not known here: the text as a whole promises it */
		g_autofree char *promise =
			d->promise_ms > 0 ? g_strdup_printf("%" PRId64 " %s", d->promise_ms, d->body) : NULL;
		drafts_set(s->drafts, ticket_id, PROMISE, promise, d->at_ms);
	}
	struct draft_note note = {.revision = d->revision, .synced = TRUE, .shared = d->shared,
	                          .version = d->ticket_version, .answers_id = d->answers_id};
	drafts_set_note(s->drafts, ticket_id, d->kind, &note);
	store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
}

/* Both were written on since they were one. */
static void keep_both(struct store *s, desk_id ticket_id, const struct draft *d)
{
	const char *text = drafts_get(s->drafts, ticket_id, d->kind);
	int64_t now_ms = clock_wall_ms();
	if (strstr(text, d->body)) { /* ours goes on where theirs ends */
		set_note(s, ticket_id, d->kind, d->revision, FALSE);
	} else if (draft_is_before_eyes(s, ticket_id, d->kind)) {
		g_autofree char *other = drafts_join(drafts_other(s->drafts, ticket_id, d->kind), d->body);
		drafts_set_other(s->drafts, ticket_id, d->kind, other, now_ms);
		if (!drafts_flush(s->drafts, NULL)) /* the desk's copy is written over: not before ours is safe */
			return;
		set_note(s, ticket_id, d->kind, d->revision, FALSE);
		store_say(s, FALSE, "This was written on at another screen, too: both texts are kept, :drafts shows them");
	} else {
		g_autofree char *both = drafts_join(text, d->body);
		drafts_set(s->drafts, ticket_id, d->kind, both, now_ms);
		set_note(s, ticket_id, d->kind, d->revision, FALSE);
	}
	draft_sync_edited(s, ticket_id, d->kind, TRUE);
	store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
}

static void take(struct store *s, const struct draft *d)
{
	desk_id ticket_id = store_lives_on(s, d->ticket_id);
	const char *text = drafts_get(s->drafts, ticket_id, d->kind);
	struct draft_note note = note_of(s, ticket_id, d->kind);
	struct way *w = way_find(s, ticket_id, d->kind);
	if (w && w->request)
		return; /* its answer tells more */
	if (w)
		w->again_mono_ms = 0;
	if (text && strcmp(text, d->body) == 0) {
		if (note.revision != d->revision || (!note.synced && note.shared == d->shared))
			set_note(s, ticket_id, d->kind, d->revision, note.shared == d->shared);
	} else if (note.revision == d->revision) {
		; /* ours is the newer one */
	} else if (!text) {
		if (!writes_hold_text(s, ticket_id, d->kind))
			adopt(s, ticket_id, d);
	} else if (!note.synced) {
		keep_both(s, ticket_id, d);
	} else if (!draft_is_before_eyes(s, ticket_id, d->kind)) {
		adopt(s, ticket_id, d);
	} else {
		g_array_append_val(s->draft_sync->behind, ticket_id);
	}
}

/* The desk has none (any more) of one it had: sent or dropped at another screen. */
static void gone(struct store *s, const struct draft_entry *e)
{
	desk_id ticket_id = e->ticket_id;
	enum message_kind kind = e->kind;
	const struct way *w = way_find(s, ticket_id, kind);
	if (w && w->request)
		return;
	if (*e->text && e->note->synced && draft_is_before_eyes(s, ticket_id, kind)) {
		set_note(s, ticket_id, kind, 0, TRUE); /* stays before the eyes, and isn't saved anew by itself */
		store_say(s, FALSE, "What is in the composer was sent or dropped at another screen");
	} else if (*e->text && e->note->synced) {
		drafts_set(s->drafts, ticket_id, kind, NULL, clock_wall_ms());
		set_note(s, ticket_id, kind, 0, FALSE);
		store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
	} else {
		set_note(s, ticket_id, kind, 0, FALSE);
		if (*e->text)
			draft_sync_edited(s, ticket_id, kind, TRUE);
	}
}

static gboolean is_listed(const struct store *s, const GPtrArray *list, const struct draft_entry *e)
{
	for (guint i = 0; i < list->len; i++) {
		const struct draft *d = list->pdata[i];
		if (d->person_id == s->session->me->id && store_lives_on(s, d->ticket_id) == e->ticket_id && d->kind == e->kind)
			return TRUE;
	}
	return FALSE;
}

static void take_gone(struct store *s, const GPtrArray *list, desk_id ticket_id)
{
	struct draft_entry e;
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++)
		if (draft_is_text(e.kind) && e.note->revision && (!ticket_id || e.ticket_id == ticket_id) &&
		    !is_listed(s, list, &e))
			gone(s, &e);
}

static void take_shared(struct store *s, const GPtrArray *list)
{
	struct draft_sync *y = s->draft_sync;
	guint had = y->shared ? y->shared->len : 0;
	g_clear_pointer(&y->shared, g_ptr_array_unref);
	y->shared = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
	for (guint i = 0; i < list->len; i++) {
		struct draft *d = list->pdata[i];
		if (d->person_id == s->session->me->id)
			continue;
		struct draft *copy = g_memdup2(d, sizeof(*d));
		memset(d, 0, sizeof(*d)); /* its texts go over */
		g_ptr_array_add(y->shared, copy);
	}
	if (had || y->shared->len)
		store_tell_kind(s, STORE_DRAFT, s->opened, TRUE);
}

static void read_came(struct store *s, struct answer *a, const GError *error, const struct ticket *conflict,
                      int64_t ticket_id)
{
	struct draft_sync *y = s->draft_sync;
	(void)conflict;
	y->reading--;
	if (!ticket_id)
		y->asked_all = FALSE;
	if (error || !a || !a->drafts || !s->session) {
		enum desk_code code = error ? desk_error_code(error) : DESK_PROTOCOL;
		if (!ticket_id && (code == DESK_NOTFOUND || code == DESK_UNSUPPORTED))
			y->lacking = TRUE; /* an older server */
		else if (code != DESK_NOTFOUND && code != DESK_FORBIDDEN)
			want_later(s, ticket_id);
		return;
	}
	for (guint i = 0; i < a->drafts->len; i++) {
		const struct draft *d = a->drafts->pdata[i];
		if (d->person_id == s->session->me->id && d->body && draft_is_text(d->kind))
			take(s, d);
	}
	if (!a->more)
		take_gone(s, a->drafts, ticket_id);
	if (ticket_id && ticket_id == s->opened)
		take_shared(s, a->drafts);
	if (!ticket_id)
		y->known = TRUE;
	schedule(s);
}

static void ask(struct store *s, desk_id ticket_id)
{
	struct query q;
	query_init(&q, QUERY_DRAFTS);
	q.ticket_id = ticket_id;
	s->draft_sync->reading++;
	store_ask(s, &q, read_came, ticket_id);
	query_clear(&q);
}

static gboolean is_saving(const struct store *s, desk_id ticket_id)
{
	for (guint i = 0; i < s->draft_sync->ways->len; i++) {
		const struct way *w = s->draft_sync->ways->pdata[i];
		if (w->request && (!ticket_id || w->ticket_id == ticket_id))
			return TRUE;
	}
	return FALSE;
}

static gboolean gathered(void *arg)
{
	struct store *s = arg;
	struct draft_sync *y = s->draft_sync;
	y->gather_timer = 0;
	for (guint i = y->wanted->len; i-- > 0;) {
		desk_id ticket_id = g_array_index(y->wanted, desk_id, i);
		if (is_saving(s, ticket_id)) /* what is read now is old in a moment */
			continue;
		g_array_remove_index_fast(y->wanted, i);
		if (s->state != BACKEND_OFFLINE) /* else all of them when the line is back */
			ask(s, ticket_id);
	}
	if (y->wanted->len)
		y->gather_timer = g_timeout_add(GATHER_MS, gathered, s);
	return G_SOURCE_REMOVE;
}

static void want_in(struct store *s, desk_id ticket_id, guint ms)
{
	struct draft_sync *y = s->draft_sync;
	if (!can(s))
		return;
	for (guint i = 0; i < y->wanted->len; i++)
		if (g_array_index(y->wanted, desk_id, i) == ticket_id)
			return;
	g_array_append_val(y->wanted, ticket_id);
	if (!y->gather_timer)
		y->gather_timer = g_timeout_add(ms, gathered, s);
}

static void want(struct store *s, desk_id ticket_id)
{
	want_in(s, ticket_id, GATHER_MS);
}

static void want_later(struct store *s, desk_id ticket_id)
{
	want_in(s, ticket_id, AGAIN_FIRST_MS);
}

void draft_sync_left(struct store *s, desk_id ticket_id)
{
	struct draft_entry e;
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++) {
		if (e.ticket_id != ticket_id || !*e.text || !e.note->synced || e.note->revision)
			continue;
		drafts_set(s->drafts, ticket_id, e.kind, NULL, clock_wall_ms()); /* it was sent or dropped elsewhere */
		set_note(s, ticket_id, e.kind, 0, FALSE);
		store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
	}
	for (guint i = 0; i < s->draft_sync->behind->len; i++)
		if (g_array_index(s->draft_sync->behind, desk_id, i) == ticket_id) {
			g_array_remove_index_fast(s->draft_sync->behind, i);
			want(s, ticket_id);
			return;
		}
}

void draft_sync_started(struct store *s)
{
	if (!can(s) || s->state == BACKEND_OFFLINE || s->draft_sync->asked_all)
		return;
	s->draft_sync->known = FALSE;
	s->draft_sync->asked_all = TRUE;
	ask(s, 0);
	if (s->opened)
		want(s, s->opened);
}

/* One that we have sent: what the desk had of it is gone with it. */
static gboolean was_sent(struct store *s, desk_id ticket_id)
{
	struct draft_entry e, sent = {0};
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++) {
		if (e.ticket_id != ticket_id || !draft_is_text(e.kind) || *e.text || !e.note->revision)
			continue;
		if (sent.ticket_id)
			return FALSE;
		sent = e;
	}
	if (sent.ticket_id)
		set_note(s, ticket_id, sent.kind, 0, FALSE);
	return sent.ticket_id != 0;
}

void draft_sync_event(struct store *s, const struct event *event)
{
	if (!can(s) || is_own_event(s, event->seq))
		return;
	gboolean mine = event->person_id == s->session->me->id;
	desk_id ticket_id = store_lives_on(s, event->ticket_id);
	if (mine && g_strcmp0(event->change, change_name(CHANGE_DRAFT_REMOVE)) == 0 && was_sent(s, ticket_id))
		return;
	if (mine || ticket_id == s->opened)
		want(s, ticket_id);
}

void draft_sync_merged(struct store *s, desk_id from, desk_id into)
{
	struct draft_entry e;
	for (guint i = s->draft_sync->ways->len; i-- > 0;) {
		struct way *w = s->draft_sync->ways->pdata[i];
		if (w->ticket_id == from)
			way_end(s, w);
	}
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++)
		if (e.ticket_id == into && !e.note->synced && draft_is_text(e.kind))
			draft_sync_edited(s, into, e.kind, FALSE);
	want(s, into);
}

static gboolean opened_came(void *arg)
{
	struct store *s = arg;
	s->draft_sync->opened_timer = 0;
	if (s->opened && s->state != BACKEND_OFFLINE && can(s))
		want(s, s->opened);
	return G_SOURCE_REMOVE;
}

void draft_sync_opened(struct store *s)
{
	struct draft_sync *y = s->draft_sync;
	if (y->shared && y->shared->len)
		g_ptr_array_set_size(y->shared, 0);
	if (y->opened_timer)
		g_source_remove(y->opened_timer);
	y->opened_timer = s->opened ? g_timeout_add(OPENED_MS, opened_came, s) : 0;
}

const GPtrArray *draft_sync_shared(const struct store *s)
{
	return s->draft_sync->shared;
}

/* ---- life */

void draft_sync_init(struct store *s)
{
	struct draft_entry e;
	s->draft_sync = g_new0(struct draft_sync, 1);
	s->draft_sync->ways = g_ptr_array_new_with_free_func(way_free);
	s->draft_sync->wanted = g_array_new(FALSE, FALSE, sizeof(desk_id));
	s->draft_sync->behind = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (guint i = 0; s->drafts && drafts_at(s->drafts, i, &e); i++)
		if (!e.note->synced && draft_is_text(e.kind))
			way_for(s, e.ticket_id, e.kind);
}

void draft_sync_free(struct store *s)
{
	struct draft_sync *y = s->draft_sync;
	if (!y)
		return;
	guint *timer[] = {&y->timer, &y->gather_timer, &y->opened_timer};
	for (size_t i = 0; i < G_N_ELEMENTS(timer); i++)
		if (*timer[i])
			g_source_remove(*timer[i]);
	g_ptr_array_unref(y->ways);
	g_clear_pointer(&y->shared, g_ptr_array_unref);
	g_array_unref(y->wanted);
	g_array_unref(y->behind);
	g_free(y);
	s->draft_sync = NULL;
}
