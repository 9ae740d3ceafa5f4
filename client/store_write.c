/* Writes: shown at once, on disk before they leave, in order a ticket, ended exactly once. */
#include "client/store_private.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/say.h"

#define WRITES_AT_ONCE 4
#define RETRY_FIRST_MS 400
#define RETRY_LAST_MS 5000
#define ASK_AFTER_MS MS_DAY

/* ---- the list */

static struct store_item *item_by_number(const struct store *s, int64_t number, guint *at)
{
	for (guint i = 0; i < s->items->len; i++) {
		struct store_item *item = s->items->pdata[i];
		if (item->number == number) {
			if (at)
				*at = i;
			return item;
		}
	}
	return NULL;
}

static struct store_item *item_by_key(const struct store *s, const char *once_key)
{
	for (guint i = 0; i < s->items->len; i++) {
		struct store_item *item = s->items->pdata[i];
		if (strcmp(item->change.once_key, once_key) == 0)
			return item;
	}
	return NULL;
}

static struct store_item *add_item(struct store *s, const struct change *c, int64_t since_ms)
{
	struct store_item *item = g_new0(struct store_item, 1);
	item->number = ++s->last_item;
	change_copy(&item->change, c);
	item->since_ms = since_ms;
	items_add(s, item);
	return item;
}

/* Its effect came or went: row and ticket are put together anew. */
static void show_effect(struct store *s, const struct store_item *item)
{
	if (item->change.ticket_id)
		queue_overlay(s, item->change.ticket_id);
	tickets_overlay(s, item);
}

static void tell_end(struct store *s, const struct change *c, desk_id ticket_id, const GError *error)
{
	store_tell(s, &(struct store_note){.kind = STORE_WRITE, .ticket_id = ticket_id, .change = c, .error = error});
}

static void forget_on_disk(struct store *s, struct store_item *item)
{
	g_autoptr(GError) error = NULL;
	if (item->journalled && !outbox_done(s->outbox, item->change.once_key, &error))
		log_warn("store", "the outbox can't be written: %s", error->message);
	item->journalled = FALSE;
}

static gboolean has_text(const struct change *c)
{
	return (c->kind == CHANGE_REPLY || c->kind == CHANGE_NOTE || c->kind == CHANGE_FORWARD) && c->ticket_id &&
	       c->body && *c->body;
}

static enum message_kind draft_kind(const struct change *c)
{
	return c->kind == CHANGE_REPLY ? MESSAGE_REPLY : c->kind == CHANGE_FORWARD ? MESSAGE_FORWARD : MESSAGE_NOTE;
}

/* Whom the reply goes to beside the customer, as its draft keeps it. g_free; NULL nobody. */
static char *addresses_of(const struct change *c)
{
	if (c->kind != CHANGE_REPLY || (!c->to && !c->cc))
		return NULL;
	return g_strdup_printf("%s\n%s", c->to ? c->to : "", c->cc ? c->cc : "");
}

/* What was written to colleagues along with something else: given up, it is a note. */
static gboolean has_note(const struct change *c)
{
	return (c->kind == CHANGE_ESCALATE || c->kind == CHANGE_ESCALATION_ANSWER || c->kind == CHANGE_RETURN ||
	        c->kind == CHANGE_CONSULT || c->kind == CHANGE_TRANSFER) && c->ticket_id && c->body && *c->body;
}

/* The text goes back to where it came from, in front of what was written since. */
static void text_to_draft(struct store *s, const struct change *c)
{
	if (!has_text(c) && !has_note(c))
		return;
	enum message_kind kind = draft_kind(c);
	desk_id ticket_id = store_lives_on(s, c->ticket_id);
	const char *now = store_draft(s, ticket_id, kind);
	if (now && strstr(now, c->body))
		return;
	g_autofree char *both = now ? g_strconcat(c->body, "\n\n", now, NULL) : g_strdup(c->body);
	g_autofree char *addresses = addresses_of(c);
	if (addresses && !store_draft(s, ticket_id, DRAFT_ADDRESSES))
		store_draft_set(s, ticket_id, DRAFT_ADDRESSES, addresses);
	store_draft_set(s, ticket_id, kind, both);
	store_drafts_flush(s, NULL); /* on disk before the outbox forgets it */
	store_tell_kind(s, STORE_TICKET, ticket_id, FALSE);
}

static void draft_was_sent(struct store *s, const struct change *c)
{
	if (!has_text(c))
		return;
	enum message_kind kind = draft_kind(c);
	if (g_strcmp0(store_draft(s, c->ticket_id, kind), c->body) == 0)
		store_draft_set(s, c->ticket_id, kind, NULL);
	g_autofree char *addresses = addresses_of(c);
	if (addresses && g_strcmp0(store_draft(s, c->ticket_id, DRAFT_ADDRESSES), addresses) == 0)
		store_draft_set(s, c->ticket_id, DRAFT_ADDRESSES, NULL);
}

/* What the desk still has of it as a draft goes now, or is saved again. */
static void draft_follows(struct store *s, const struct change *c)
{
	if (has_text(c))
		draft_sync_edited(s, store_lives_on(s, c->ticket_id), draft_kind(c), FALSE);
}

/* ---- how one ends */

/* Our own earlier write moved the version on by one; the later ones saw the ticket
 * as it was with that write applied, so they follow it. */
static void follow_version(struct store *s, const struct store_item *ended, int64_t to)
{
	for (guint i = 0; i < s->items->len; i++) {
		struct store_item *item = s->items->pdata[i];
		struct change *c = &item->change;
		if (item != ended && item_touches(item, ended->change.ticket_id) && !item->tried &&
		    c->if_version >= 0 && (c->if_version == to - 1 || c->if_version == ended->change.if_version))
			c->if_version = to;
	}
}

/* The answer is another ticket than the one named: that one has gone into it. */
static gboolean tells_of_merge(const struct change *c, desk_id answered)
{
	return c->ticket_id && c->ticket_id != answered && c->kind != CHANGE_SPLIT && c->kind != CHANGE_TICKET_NEW;
}

static void ended_well(struct store *s, struct store_item *item, guint at, struct answer *a)
{
	struct change ended;
	desk_id ticket_id = item->change.ticket_id;
	struct ticket *ticket = a ? g_steal_pointer(&a->ticket) : NULL;
	struct customer *customer = a ? g_steal_pointer(&a->customer) : NULL;
	struct article *article = a ? g_steal_pointer(&a->article) : NULL;
	if (ticket) {
		ticket_id = ticket->row.id;
		if (ticket_id == item->change.ticket_id)
			follow_version(s, item, ticket->row.version);
	}
	forget_on_disk(s, item);
	change_copy(&ended, &item->change);
	files_arrived(s, ended.once_key);
	item = items_steal(s, at);
	if (customer)
		tickets_take_customer(s, customer);
	if (ticket)
		tickets_take(s, ticket);
	show_effect(s, item);
	if (!ticket)
		tickets_again(s, ticket_id);
	if (article)
		kb_take_article(s, article);
	item_free(item);
	if (tells_of_merge(&ended, ticket_id))
		tickets_merged(s, ended.ticket_id, ticket_id);
	draft_follows(s, &ended);
	if (ended.kind == CHANGE_CLAIM_NEXT)
		store_tell_kind(s, STORE_CLAIMED, ticket_id, FALSE);
	tell_end(s, &ended, ticket_id, NULL);
	change_clear(&ended);
}

/* What was queued behind a refused text was meant to follow it: ask first. */
static void hold_followers(struct store *s, const struct store_item *refused)
{
	for (guint i = 0; i < s->items->len; i++) {
		struct store_item *item = s->items->pdata[i];
		if (item->number <= refused->number || !item_touches(item, refused->change.ticket_id) ||
		    item->state != PENDING_QUEUED)
			continue;
		item->state = PENDING_ASK;
		g_free(item->why);
		item->why = g_strdup(_("the message before it was refused"));
	}
}

static void ended_badly(struct store *s, struct store_item *item, const GError *error,
                        const struct ticket *conflict)
{
	int64_t number = item->number;
	item->state = PENDING_REFUSED;
	g_free(item->why);
	item->why = g_strdup(error->message);
	files_back(s, item->change.once_key, desk_error_code(error) == DESK_GONE);
	text_to_draft(s, &item->change);
	forget_on_disk(s, item);
	if (has_text(&item->change))
		hold_followers(s, item);
	if (conflict)
		queue_take_row(s, &conflict->row, 0, TRUE);
	if (conflict && conflict->merged_into)
		tickets_merged(s, conflict->row.id, conflict->merged_into);
	show_effect(s, item);
	if (conflict)
		tickets_again(s, item->change.ticket_id);
	store_say(s, TRUE, "%s", error->message);
	item = item_by_number(s, number, NULL);
	if (item)
		tell_end(s, &item->change, item->change.ticket_id, error);
}

/* Nothing left to claim is an answer, not a failure. */
static gboolean ended_empty(struct store *s, struct store_item *item, guint at, const GError *error)
{
	if (item->change.kind != CHANGE_CLAIM_NEXT)
		return FALSE;
	struct change ended;
	gboolean nothing = desk_error_code(error) == DESK_NOTFOUND;
	change_copy(&ended, &item->change);
	forget_on_disk(s, item);
	item_free(items_steal(s, at));
	if (!nothing)
		store_say(s, TRUE, "%s", error->message);
	store_tell_kind(s, STORE_CLAIMED, 0, FALSE);
	tell_end(s, &ended, 0, nothing ? NULL : error);
	change_clear(&ended);
	return TRUE;
}

/* ---- sending */

static void retry_later(struct store *s);

/* A change that only adds doesn't mind what others did meanwhile. */
static gboolean conflict_is_harmless(const struct store_item *item, const struct ticket *conflict)
{
	switch (item->change.kind) {
	case CHANGE_SUBJECT: /* something else of the ticket was changed */
		return !item->retried_conflict && conflict && item->base_subject &&
		       g_strcmp0(conflict->row.subject, item->base_subject) == 0;
	case CHANGE_NOTE:
	case CHANGE_TAG:
	case CHANGE_CUSTOMER_TAG:
	case CHANGE_ARTICLE_USED:
	case CHANGE_FORWARD:
	case CHANGE_LINK:
	case CHANGE_CHECK_ADD:
	case CHANGE_CHECK:
	case CHANGE_CHECK_REMOVE:
	case CHANGE_COMPENSATE:
	case CHANGE_SPLIT:
		return !item->retried_conflict && item->change.if_version >= 0;
	default:
		return FALSE;
	}
}

static void back_to_queue(struct store *s, struct store_item *item, enum pending_state state)
{
	item->state = state;
	show_effect(s, item);
	retry_later(s);
}

static void write_came(struct store *s, struct answer *a, const GError *error, const struct ticket *conflict,
                       int64_t number)
{
	guint at;
	struct store_item *item = item_by_number(s, number, &at);
	if (!item)
		return;
	item->request = 0;
	enum desk_code code = error ? desk_error_code(error) : DESK_CODE_COUNT;
	if (!error) {
		s->retry_ms = 0;
		if (a && a->seq > s->own_seq)
			s->own_seq = a->seq;
		ended_well(s, item, at, a);
	} else if (code == DESK_PROTOCOL) { /* it was done; what it answered can be read again */
		log_warn("store", "answer of a write not understood: %s", error->message);
		ended_well(s, item, at, NULL);
	} else if (code == DESK_NET || code == DESK_BUSY) {
		back_to_queue(s, item, item->state == PENDING_UNCERTAIN || item->uncertain ? PENDING_UNCERTAIN
		                                                                           : PENDING_QUEUED);
	} else if (code == DESK_UNCERTAIN || code == DESK_TIMEOUT || code == DESK_CANCELLED) {
		item->uncertain = TRUE;
		back_to_queue(s, item, PENDING_UNCERTAIN);
	} else if (code == DESK_CONFLICT && conflict_is_harmless(item, conflict)) {
		item->retried_conflict = TRUE;
		item->change.if_version = -1;
		item->state = PENDING_QUEUED;
	} else if (!ended_empty(s, item, at, error)) {
		ended_badly(s, item, error, conflict);
	}
	writes_pump(s);
}

static void send_item(struct store *s, struct store_item *item)
{
	g_autoptr(GError) error = NULL;
	item->tried = TRUE;
	item->state = PENDING_SENT;
	if (item->journalled && !outbox_tried(s->outbox, item->change.once_key, &error))
		log_warn("store", "the outbox can't be written: %s", error->message);
	item->request = store_send(s, &item->change, write_came, item->number);
}

/* In order a ticket: nothing overtakes an earlier write that may still be done.
 * Writes on no ticket wait for nobody. */
static gboolean may_go(const struct store *s, const struct store_item *item, guint at)
{
	if (item->request || !item_shows(item))
		return FALSE;
	for (guint i = 0; i < at; i++) {
		const struct store_item *earlier = s->items->pdata[i];
		if (item_touches(earlier, item->change.ticket_id) && item_shows(earlier))
			return FALSE;
	}
	return TRUE;
}

void writes_pump(struct store *s)
{
	guint away = 0;
	if (!s->started || s->state == BACKEND_OFFLINE || s->retry_timer)
		return;
	for (guint i = 0; i < s->items->len; i++)
		away += ((struct store_item *)s->items->pdata[i])->request != 0;
	for (guint i = 0; i < s->items->len && away < WRITES_AT_ONCE; i++) {
		struct store_item *item = s->items->pdata[i];
		if (!may_go(s, item, i))
			continue;
		send_item(s, item);
		away++;
	}
}

static gboolean retry_now(void *arg)
{
	struct store *s = arg;
	s->retry_timer = 0;
	writes_pump(s);
	return G_SOURCE_REMOVE;
}

/* While offline the connection's return starts them; this is for failures online. */
static void retry_later(struct store *s)
{
	s->retry_ms = CLAMP(s->retry_ms * 2, RETRY_FIRST_MS, RETRY_LAST_MS);
	if (!s->retry_timer)
		s->retry_timer = g_timeout_add((guint)s->retry_ms, retry_now, s);
}

void writes_retry_now(struct store *s)
{
	if (s->retry_timer)
		g_source_remove(s->retry_timer);
	s->retry_timer = 0;
	s->retry_ms = 0;
	writes_pump(s);
}

/* ---- the public half */

static gboolean put_on_disk(struct store *s, struct store_item *item)
{
	g_autoptr(GError) error = NULL;
	item->journalled = outbox_add(s->outbox, &item->change, item->since_ms, &error);
	if (!item->journalled)
		store_say(s, TRUE, "Not saved on this machine, sent nevertheless: %s", error->message);
	return item->journalled;
}

static char *shown_subject(const struct store *s, desk_id ticket_id)
{
	const struct cached_ticket *c = tickets_peek(s, ticket_id);
	const struct ticket_row *row = c && c->shown ? &c->shown->row : queue_base_row(s, ticket_id);
	return row ? g_strdup(row->subject) : NULL;
}

void store_write(struct store *s, const struct change *c)
{
	if (c->kind == CHANGE_CLAIM_NEXT && s->state == BACKEND_OFFLINE) {
		store_say(s, TRUE, "The next ticket can only be claimed while connected");
		store_tell_kind(s, STORE_CLAIMED, 0, FALSE);
		return;
	}
	struct store_item *item = add_item(s, c, clock_wall_ms());
	item->base_version = tickets_version(s, c->ticket_id);
	if (c->kind == CHANGE_SUBJECT)
		item->base_subject = shown_subject(s, c->ticket_id);
	put_on_disk(s, item);
	files_sent(s, &item->change);
	show_effect(s, item);
	writes_pump(s);
}

static void put_all_on_disk(struct store *s, const struct change *const *changes, size_t n, guint first)
{
	g_autoptr(GError) error = NULL;
	gboolean saved = outbox_add_many(s->outbox, changes, n, clock_wall_ms(), &error);
	if (!saved)
		store_say(s, TRUE, "Not saved on this machine, sent nevertheless: %s", error->message);
	for (guint i = first; saved && i < s->items->len; i++)
		((struct store_item *)s->items->pdata[i])->journalled = TRUE;
}

void store_write_many(struct store *s, const struct change *const *changes, size_t n)
{
	guint first = s->items->len;
	int64_t now_ms = clock_wall_ms();
	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		struct store_item *item = add_item(s, changes[i], now_ms);
		item->base_version = tickets_version(s, changes[i]->ticket_id);
	}
	put_all_on_disk(s, changes, n, first);
	for (size_t i = 0; i < n; i++)
		if (changes[i]->attachment_ids)
			files_sent(s, changes[i]);
	queue_overlay_new(s, first);
	tickets_overlay_new(s, first);
	writes_pump(s);
}

void store_pending_resend(struct store *s, const char *once_key)
{
	struct store_item *item = item_by_key(s, once_key);
	if (!item || (item->state != PENDING_REFUSED && item->state != PENDING_ASK))
		return;
	gboolean refused = item->state == PENDING_REFUSED;
	if (refused && !files_again(s, &item->change))
		return;
	item->state = PENDING_QUEUED;
	item->retried_conflict = FALSE;
	if (refused)
		item->change.if_version = -1; /* the person has seen why and wants it nevertheless */
	g_clear_pointer(&item->why, g_free);
	if (!item->journalled)
		put_on_disk(s, item);
	draft_was_sent(s, &item->change);
	show_effect(s, item);
	writes_pump(s);
}

void store_pending_drop(struct store *s, const char *once_key)
{
	struct store_item *item = item_by_key(s, once_key);
	guint at;
	if (!item || item->request || !item_by_number(s, item->number, &at))
		return;
	files_back(s, item->change.once_key, FALSE);
	text_to_draft(s, &item->change);
	forget_on_disk(s, item);
	item = items_steal(s, at);
	show_effect(s, item);
	item_free(item);
	writes_pump(s);
}

/* ---- life */

/* A claim of "the next one" from an earlier life would surprise; what it claimed is
 * among the assigned tickets. */
static void load_item(struct store *s, const struct outbox_item *from, int64_t now_ms)
{
	struct store_item *item = add_item(s, &from->change, from->since_ms);
	item->journalled = TRUE;
	item->tried = item->uncertain = from->tried;
	item->state = now_ms - from->since_ms > ASK_AFTER_MS ? PENDING_ASK
	              : from->tried                          ? PENDING_UNCERTAIN
	                                                     : PENDING_QUEUED;
}

gboolean writes_init(struct store *s, const char *dir, GError **error)
{
	g_autoptr(GError) local = NULL;
	s->outbox = outbox_open(dir, &local);
	if (!s->outbox && desk_error_code(local) == DESK_INVALID) { /* damaged one kept aside: go on without it */
		log_error("store", "%s", local->message);
		s->outbox_damage = g_strdup(local->message);
		g_clear_error(&local);
		s->outbox = outbox_open(dir, &local);
	}
	if (!s->outbox) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	int64_t now_ms = clock_wall_ms();
	g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < outbox_count(s->outbox); i++) {
		const struct outbox_item *from = outbox_at(s->outbox, i);
		if (from->change.kind == CHANGE_CLAIM_NEXT)
			g_ptr_array_add(dropped, g_strdup(from->change.once_key));
		else
			load_item(s, from, now_ms);
	}
	for (guint i = 0; i < dropped->len; i++)
		outbox_done(s->outbox, dropped->pdata[i], NULL);
	return TRUE;
}

/* What an earlier life had written down to be sent, and died before its draft was forgotten. */
void writes_own_drafts(struct store *s)
{
	for (guint i = 0; i < s->items->len; i++)
		draft_was_sent(s, &((const struct store_item *)s->items->pdata[i])->change);
}

void writes_free(struct store *s)
{
	if (s->retry_timer)
		g_source_remove(s->retry_timer);
	outbox_close(s->outbox);
	items_free(s);
	g_free(s->outbox_damage);
}
