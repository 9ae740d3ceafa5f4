/* The desk's copies of drafts: read when another screen has written, and brought together with ours. */
#include "client/store_draft_inner.h"

#include <string.h>

#include "base/clock.h"

#define GATHER_MS 250        /* several events are one question */
#define OPENED_MS 400        /* a ticket that is only passed isn't asked about */

static void want_later(struct store *s, desk_id ticket_id);

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
		drafts_set(s->drafts, ticket_id, DRAFT_PROMISE, promise, d->at_ms);
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
		draft_note_set(s, ticket_id, d->kind, d->revision, FALSE);
	} else if (draft_is_before_eyes(s, ticket_id, d->kind)) {
		g_autofree char *other = drafts_join(drafts_other(s->drafts, ticket_id, d->kind), d->body);
		drafts_set_other(s->drafts, ticket_id, d->kind, other, now_ms);
		if (!drafts_flush(s->drafts, NULL)) /* the desk's copy is written over: not before ours is safe */
			return;
		draft_note_set(s, ticket_id, d->kind, d->revision, FALSE);
		store_say(s, FALSE, "This was written on at another screen, too: both texts are kept, :drafts shows them");
	} else {
		g_autofree char *both = drafts_join(text, d->body);
		drafts_set(s->drafts, ticket_id, d->kind, both, now_ms);
		draft_note_set(s, ticket_id, d->kind, d->revision, FALSE);
	}
	draft_sync_edited(s, ticket_id, d->kind, TRUE);
	store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
}

static void take(struct store *s, const struct draft *d)
{
	desk_id ticket_id = store_lives_on(s, d->ticket_id);
	const char *text = drafts_get(s->drafts, ticket_id, d->kind);
	struct draft_note note = draft_note_of(s, ticket_id, d->kind);
	struct way *w = draft_way_find(s, ticket_id, d->kind);
	if (w && w->request)
		return; /* its answer tells more */
	if (w)
		w->again_mono_ms = 0;
	if (text && strcmp(text, d->body) == 0) {
		if (note.revision != d->revision || (!note.synced && note.shared == d->shared))
			draft_note_set(s, ticket_id, d->kind, d->revision, note.shared == d->shared);
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
	const struct way *w = draft_way_find(s, ticket_id, kind);
	if (w && w->request)
		return;
	if (*e->text && e->note->synced && draft_is_before_eyes(s, ticket_id, kind)) {
		draft_note_set(s, ticket_id, kind, 0, TRUE); /* stays before the eyes, and isn't saved anew by itself */
		store_say(s, FALSE, "What is in the composer was sent or dropped at another screen");
	} else if (*e->text && e->note->synced) {
		drafts_set(s->drafts, ticket_id, kind, NULL, clock_wall_ms());
		draft_note_set(s, ticket_id, kind, 0, FALSE);
		store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
	} else {
		draft_note_set(s, ticket_id, kind, 0, FALSE);
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
	draft_save_schedule(s);
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
	if (!draft_sync_can(s))
		return;
	for (guint i = 0; i < y->wanted->len; i++)
		if (g_array_index(y->wanted, desk_id, i) == ticket_id)
			return;
	g_array_append_val(y->wanted, ticket_id);
	if (!y->gather_timer)
		y->gather_timer = g_timeout_add(ms, gathered, s);
}

void draft_sync_want(struct store *s, desk_id ticket_id)
{
	want_in(s, ticket_id, GATHER_MS);
}

static void want_later(struct store *s, desk_id ticket_id)
{
	want_in(s, ticket_id, DRAFT_AGAIN_MS);
}

void draft_sync_left(struct store *s, desk_id ticket_id)
{
	struct draft_entry e;
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++) {
		if (e.ticket_id != ticket_id || !*e.text || !e.note->synced || e.note->revision)
			continue;
		drafts_set(s->drafts, ticket_id, e.kind, NULL, clock_wall_ms()); /* it was sent or dropped elsewhere */
		draft_note_set(s, ticket_id, e.kind, 0, FALSE);
		store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
	}
	for (guint i = 0; i < s->draft_sync->behind->len; i++)
		if (g_array_index(s->draft_sync->behind, desk_id, i) == ticket_id) {
			g_array_remove_index_fast(s->draft_sync->behind, i);
			draft_sync_want(s, ticket_id);
			return;
		}
}

void draft_sync_started(struct store *s)
{
	if (!draft_sync_can(s) || s->state == BACKEND_OFFLINE || s->draft_sync->asked_all)
		return;
	s->draft_sync->known = FALSE;
	s->draft_sync->asked_all = TRUE;
	ask(s, 0);
	if (s->opened)
		draft_sync_want(s, s->opened);
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
		draft_note_set(s, ticket_id, sent.kind, 0, FALSE);
	return sent.ticket_id != 0;
}

void draft_sync_event(struct store *s, const struct event *event)
{
	if (!draft_sync_can(s) || draft_save_is_own(s, event->seq))
		return;
	gboolean mine = event->person_id == s->session->me->id;
	desk_id ticket_id = store_lives_on(s, event->ticket_id);
	if (mine && g_strcmp0(event->change, change_name(CHANGE_DRAFT_REMOVE)) == 0 && was_sent(s, ticket_id))
		return;
	if (mine || ticket_id == s->opened)
		draft_sync_want(s, ticket_id);
}

void draft_sync_merged(struct store *s, desk_id from, desk_id into)
{
	struct draft_entry e;
	for (guint i = s->draft_sync->ways->len; i-- > 0;) {
		struct way *w = s->draft_sync->ways->pdata[i];
		if (w->ticket_id == from)
			draft_way_end(s, w);
	}
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++)
		if (e.ticket_id == into && !e.note->synced && draft_is_text(e.kind))
			draft_sync_edited(s, into, e.kind, FALSE);
	draft_sync_want(s, into);
}

static gboolean opened_came(void *arg)
{
	struct store *s = arg;
	s->draft_sync->opened_timer = 0;
	if (s->opened && s->state != BACKEND_OFFLINE && draft_sync_can(s))
		draft_sync_want(s, s->opened);
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
	s->draft_sync->ways = g_ptr_array_new_with_free_func(draft_way_free);
	s->draft_sync->wanted = g_array_new(FALSE, FALSE, sizeof(desk_id));
	s->draft_sync->behind = g_array_new(FALSE, FALSE, sizeof(desk_id));
	for (guint i = 0; s->drafts && drafts_at(s->drafts, i, &e); i++)
		if (!e.note->synced && draft_is_text(e.kind))
			draft_way_for(s, e.ticket_id, e.kind);
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
