/* Drafts as views see them: set and read, the list, what was before the eyes of who wrote. */
#include "client/store_private.h"

#include <string.h>

#include "base/clock.h"

const char *store_draft(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	return drafts_get(s->drafts, ticket_id, kind);
}

gboolean draft_is_text(enum message_kind kind)
{
	return kind == MESSAGE_REPLY || kind == MESSAGE_NOTE || kind == MESSAGE_FORWARD;
}

static desk_id newest_message(const struct ticket *t, gboolean of_customer)
{
	for (guint i = t->messages->len; i > 0; i--) {
		const struct message *m = t->messages->pdata[i - 1];
		if (m->id && (!of_customer || m->kind == MESSAGE_CUSTOMER))
			return m->id;
	}
	return 0;
}

/* What the ticket is like while it is written about: later it is told what changed since. */
static void note_ticket(struct store *s, desk_id ticket_id, enum message_kind kind)
{
	const struct cached_ticket *c = tickets_peek(s, ticket_id);
	const struct draft_note *had = drafts_note(s->drafts, ticket_id, kind);
	if (!c || !c->shown || !had)
		return;
	struct draft_note note = *had;
	note.version = c->shown->row.version;
	note.status = (int)c->shown->row.status;
	note.assignee_id = c->shown->row.assignee_id;
	note.message_id = newest_message(c->shown, FALSE);
	note.answers_id = newest_message(c->shown, TRUE);
	drafts_set_note(s->drafts, ticket_id, kind, &note);
}

/* Whoever writes on knows what there is to know of the ticket: what changed needn't be told any more. */
static void took_up(struct store *s, desk_id ticket_id, enum message_kind kind)
{
	if (s->draft_typed || s->draft_ticket != ticket_id || s->draft_kind != kind)
		return;
	s->draft_typed = TRUE;
	store_tell_kind(s, STORE_DRAFT, ticket_id, FALSE);
}

void store_draft_set(struct store *s, desk_id ticket_id, enum message_kind kind, const char *text)
{
	drafts_set(s->drafts, ticket_id, kind, text, clock_wall_ms());
	if (kind == DRAFT_SHEET)
		return;
	if (!draft_is_text(kind)) { /* whom it goes to, and the like, are part of the reply */
		const struct draft_note *had = drafts_note(s->drafts, ticket_id, MESSAGE_REPLY);
		if (had && had->synced) {
			struct draft_note note = *had;
			note.synced = FALSE;
			drafts_set_note(s->drafts, ticket_id, MESSAGE_REPLY, &note);
		}
		kind = MESSAGE_REPLY;
	} else if (text && *text) {
		note_ticket(s, ticket_id, kind);
		took_up(s, ticket_id, kind);
	} else {
		store_tell_kind(s, STORE_DRAFT, ticket_id, FALSE); /* nothing waits any more */
	}
	draft_sync_edited(s, ticket_id, kind, FALSE);
}

gboolean store_draft_saved(const struct store *s)
{
	return drafts_saved(s->drafts);
}

gboolean store_drafts_flush(struct store *s, GError **error)
{
	return drafts_flush(s->drafts, error);
}

GArray *store_drafts(const struct store *s)
{
	return drafts_tickets(s->drafts);
}

/* ---- the composer */

gboolean draft_is_before_eyes(const struct store *s, desk_id ticket_id, enum message_kind kind)
{
	return ticket_id && s->draft_ticket == ticket_id && s->draft_kind == kind &&
	       drafts_get(s->drafts, ticket_id, kind) != NULL;
}

/* Both in one: whoever comes back has them before the eyes. */
static void join_other(struct store *s, desk_id ticket_id, enum message_kind kind)
{
	const char *other = drafts_other(s->drafts, ticket_id, kind);
	if (!other)
		return;
	g_autofree char *both = drafts_join(drafts_get(s->drafts, ticket_id, kind), other);
	int64_t now_ms = clock_wall_ms();
	drafts_set(s->drafts, ticket_id, kind, both, now_ms);
	drafts_set_other(s->drafts, ticket_id, kind, NULL, now_ms);
	store_tell_kind(s, STORE_DRAFT, ticket_id, TRUE);
}

void store_draft_showing(struct store *s, desk_id ticket_id, enum message_kind kind)
{
	desk_id was = s->draft_ticket;
	enum message_kind was_kind = s->draft_kind;
	if (was == ticket_id && was_kind == kind)
		return;
	s->draft_ticket = ticket_id;
	s->draft_kind = kind;
	s->draft_typed = FALSE;
	if (!was)
		return;
	join_other(s, was, was_kind);
	draft_sync_edited(s, was, was_kind, TRUE);
	draft_sync_left(s, was);
}

void store_draft_pause(struct store *s)
{
	if (s->draft_ticket)
		draft_sync_edited(s, s->draft_ticket, s->draft_kind, TRUE);
}

void store_draft_share(struct store *s, desk_id ticket_id, enum message_kind kind, gboolean on)
{
	const struct draft_note *had = drafts_note(s->drafts, ticket_id, kind);
	if (!had || !drafts_get(s->drafts, ticket_id, kind) || had->shared == on)
		return;
	struct draft_note note = *had;
	note.shared = on;
	note.synced = FALSE;
	drafts_set_note(s->drafts, ticket_id, kind, &note);
	draft_sync_edited(s, ticket_id, kind, TRUE);
	store_tell_kind(s, STORE_DRAFT, ticket_id, FALSE);
}

/* ---- the list */

static void fill(const struct store *s, const struct draft_entry *e, struct store_draft *out)
{
	*out = (struct store_draft){
		.ticket_id = e->ticket_id, .kind = e->kind, .at_ms = e->at_ms, .text = e->text, .other = e->other,
		.typed = s->draft_typed && s->draft_ticket == e->ticket_id && s->draft_kind == e->kind,
		.shared = e->note->shared, .version = e->note->version, .message_id = e->note->message_id,
		.status = e->note->message_id ? e->note->status : -1, .assignee_id = e->note->assignee_id,
		.place = e->kind == DRAFT_SHEET                                 ? DRAFT_ONLY_HERE
		         : e->note->synced                                        ? DRAFT_AT_DESK
		         : draft_sync_refused(s, e->ticket_id, e->kind) ||
		                   !(backend_capabilities(s->backend) & CAN_DRAFTS) ? DRAFT_ONLY_HERE
		                                                                  : DRAFT_ON_ITS_WAY,
	};
}

static int newest_first(gconstpointer a, gconstpointer b)
{
	const struct store_draft *x = a, *y = b;
	return x->at_ms > y->at_ms ? -1 : x->at_ms < y->at_ms;
}

GArray *store_draft_list(const struct store *s)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct store_draft));
	const GPtrArray *shared = draft_sync_shared(s);
	struct draft_entry e;
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++) {
		struct store_draft d;
		if ((!draft_is_text(e.kind) && e.kind != DRAFT_SHEET) || (!*e.text && !e.other))
			continue;
		fill(s, &e, &d);
		g_array_append_val(list, d);
	}
	g_array_sort(list, newest_first);
	for (guint i = 0; shared && i < shared->len; i++) {
		const struct draft *from = shared->pdata[i];
		struct store_draft d = {.ticket_id = from->ticket_id, .kind = from->kind, .at_ms = from->at_ms,
		                        .text = from->body, .place = DRAFT_AT_DESK, .shared = TRUE, .status = -1,
		                        .person_id = from->person_id, .person_name = from->person_name,
		                        .version = from->ticket_version};
		g_array_append_val(list, d);
	}
	return list;
}

gboolean store_draft_about(const struct store *s, desk_id ticket_id, enum message_kind kind, struct store_draft *out)
{
	struct draft_entry e;
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++) {
		if (e.ticket_id != ticket_id || e.kind != kind || (!*e.text && !e.other))
			continue;
		fill(s, &e, out);
		return TRUE;
	}
	return FALSE;
}

/* ---- leaving */

static gboolean time_is_up(void *arg)
{
	*(gboolean *)arg = TRUE;
	return G_SOURCE_REMOVE;
}

void store_drafts_farewell(struct store *s, int ms)
{
	gboolean over = FALSE;
	struct draft_entry e;
	store_draft_showing(s, 0, MESSAGE_REPLY);
	if (s->state != BACKEND_ONLINE)
		return;
	for (guint i = 0; drafts_at(s->drafts, i, &e); i++)
		if (!e.note->synced && draft_is_text(e.kind))
			draft_sync_edited(s, e.ticket_id, e.kind, TRUE);
	guint timer = g_timeout_add((guint)ms, time_is_up, &over);
	while (!over && (draft_sync_busy(s) || together_leaving(s)))
		g_main_context_iteration(NULL, TRUE);
	if (!over)
		g_source_remove(timer);
}
