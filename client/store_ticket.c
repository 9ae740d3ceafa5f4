/* Tickets read so far: a small cache, kept fresh by events, filled ahead of the reader. */
#include "client/store_private.h"

#include "base/clock.h"

static void want(struct store *s, desk_id id);

static void free_cached(gpointer c)
{
	cached_ticket_free(c);
}

void tickets_init(struct store *s)
{
	s->tickets = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_cached);
	s->merged = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

void tickets_free(struct store *s)
{
	g_hash_table_unref(s->tickets);
	g_hash_table_unref(s->merged);
}

struct cached_ticket *tickets_peek(const struct store *s, desk_id id)
{
	return g_hash_table_lookup(s->tickets, &id);
}

int64_t tickets_version(const struct store *s, desk_id id)
{
	const struct cached_ticket *c = tickets_peek(s, id);
	const struct ticket_row *row = queue_base_row(s, id);
	int64_t version = row ? row->version : 0;
	if (c && c->shown)
		version = MAX(version, c->base ? c->base->row.version : c->shown->row.version);
	return version;
}

static void evict(struct store *s)
{
	while (g_hash_table_size(s->tickets) > STORE_TICKETS) {
		struct cached_ticket *oldest = NULL, *c;
		GHashTableIter iter;
		g_hash_table_iter_init(&iter, s->tickets);
		while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c))
			if (c->id != s->opened && !c->reading && !c->reading_older &&
			    (!oldest || c->used < oldest->used))
				oldest = c;
		if (!oldest)
			return;
		g_hash_table_remove(s->tickets, &oldest->id);
	}
}

static struct cached_ticket *peek_or_new(struct store *s, desk_id id)
{
	struct cached_ticket *c = tickets_peek(s, id);
	if (!c) {
		c = g_new0(struct cached_ticket, 1);
		c->id = id;
		c->used = ++s->use;
		g_hash_table_insert(s->tickets, &c->id, c);
		evict(s);
	}
	return c;
}

/* ---- asking */

static void ticket_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t id)
{
	struct cached_ticket *c = tickets_peek(s, id);
	(void)t;
	if (!c)
		return;
	c->reading = 0;
	if (error) {
		enum desk_code code = desk_error_code(error);
		if (code != DESK_NET && code != DESK_TIMEOUT && id == s->opened)
			store_say(s, TRUE, "#%" G_GINT64_FORMAT ": %s", id, error->message);
		c->stale = TRUE;
		c->failed_mono_ms = clock_mono_ms();
		store_tell_kind(s, STORE_TICKET, id, FALSE);
		return;
	}
	if (!a || !a->ticket)
		return;
	gboolean again = c->stale; /* changed while the answer was on its way */
	desk_id merged_into = a->ticket->merged_into;
	c->stale = FALSE;
	c->failed_mono_ms = 0;
	merge_ticket(c, g_steal_pointer(&a->ticket));
	merge_overlay(s, c);
	if (id != s->opened)
		kb_fetch_ahead(s, c);
	store_tell_kind(s, STORE_TICKET, id, TRUE);
	c = tickets_peek(s, id);
	if (again && c) {
		c->stale = TRUE;
		if (id == s->opened)
			want(s, id);
	}
	if (merged_into)
		tickets_merged(s, id, merged_into);
}

static void want(struct store *s, desk_id id)
{
	struct cached_ticket *c = peek_or_new(s, id);
	if (c->reading || (c->shown && !c->stale) || store_failed_lately(c->failed_mono_ms))
		return;
	struct query q;
	query_init(&q, QUERY_TICKET);
	q.ticket_id = id;
	c->stale = FALSE;
	c->reading = store_ask(s, &q, ticket_came, id);
	query_clear(&q);
}

static void prefetch(struct store *s)
{
	gssize at = store_queue_find(s, s->opened);
	for (size_t i = 1; at >= 0 && i <= STORE_PREFETCH; i++) {
		const struct ticket_row *row = store_queue_at(s, (size_t)at + i);
		if (row)
			want(s, row->id);
	}
}

static void older_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t id)
{
	struct cached_ticket *c = tickets_peek(s, id);
	(void)t;
	if (!c)
		return;
	c->reading_older = 0;
	if (error && desk_error_code(error) != DESK_NET)
		store_say(s, TRUE, "%s", error->message);
	if (error || !a || !a->messages || !c->shown)
		return;
	merge_older(c, a->messages, a->more);
	store_tell_kind(s, STORE_TICKET, id, FALSE);
}

/* ---- what others say */

void tickets_take(struct store *s, struct ticket *ticket)
{
	struct cached_ticket *c = peek_or_new(s, ticket->row.id);
	desk_id id = c->id;
	queue_take_row(s, &ticket->row, 0, FALSE);
	merge_ticket(c, ticket);
	merge_overlay(s, c);
	if (c->shown && !c->shown->customer)
		c->stale = TRUE; /* answers of writes may leave the customer out */
	store_tell_kind(s, STORE_TICKET, id, FALSE);
}

void tickets_take_customer(struct store *s, struct customer *customer)
{
	GHashTableIter iter;
	struct cached_ticket *c;
	g_hash_table_iter_init(&iter, s->tickets);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c)) {
		if (!c->shown || !c->shown->customer || c->shown->customer->id != customer->id)
			continue;
		if (c->id != s->opened) {
			c->stale = TRUE;
			continue;
		}
		if (c->base && c->base->customer_tags) {
			g_ptr_array_unref(c->base->customer_tags);
			c->base->customer_tags = g_ptr_array_ref(customer->tags);
		}
		customer_free(c->shown->customer);
		c->shown->customer = g_steal_pointer(&customer);
		merge_overlay(s, c);
		store_tell_kind(s, STORE_TICKET, c->id, FALSE);
		break; /* the rest is found stale by the customer's event */
	}
	customer_free(customer);
}

void tickets_again(struct store *s, desk_id id)
{
	struct cached_ticket *c = tickets_peek(s, id);
	if (!c)
		return;
	c->stale = TRUE;
	if (id == s->opened)
		want(s, id);
}

void tickets_event(struct store *s, const struct event *event)
{
	if (event->row && event->row->status == STATUS_MERGED && event->other_id)
		tickets_merged(s, event->ticket_id, event->other_id);
	struct cached_ticket *c = tickets_peek(s, event->ticket_id);
	if (event->row && (g_strcmp0(event->change, "ticket-new") == 0 || g_strcmp0(event->change, "customer-opens") == 0))
		tickets_stale(s, event->row->customer_id); /* one more open ticket of theirs */
	if (!c || !c->shown)
		return;
	gboolean whole = merge_event(c, event);
	merge_overlay(s, c);
	if (event->message) {
		g_clear_pointer(&c->fits, g_ptr_array_unref);
		c->fits_asked = FALSE;
	}
	store_tell_kind(s, STORE_TICKET, event->ticket_id, TRUE);
	if (!whole)
		tickets_again(s, event->ticket_id);
}

void tickets_stale(struct store *s, desk_id customer_id)
{
	GHashTableIter iter;
	struct cached_ticket *c;
	g_hash_table_iter_init(&iter, s->tickets);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c))
		if (!customer_id || (c->shown && c->shown->row.customer_id == customer_id))
			c->stale = TRUE;
	if (s->opened)
		tickets_online(s);
}

void tickets_online(struct store *s)
{
	struct cached_ticket *c = s->opened ? tickets_peek(s, s->opened) : NULL;
	if (c && (!c->shown || c->stale)) {
		c->failed_mono_ms = 0;
		want(s, s->opened);
	}
}

static gboolean any_concerns(const struct store *s, const struct cached_ticket *c, guint first)
{
	for (guint i = first; i < s->items->len; i++)
		if (merge_concerns(c, s->items->pdata[i]))
			return TRUE;
	return FALSE;
}

void tickets_overlay_new(struct store *s, guint first)
{
	GHashTableIter iter;
	struct cached_ticket *c;
	g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_hash_table_iter_init(&iter, s->tickets);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c)) {
		if (!c->shown || !any_concerns(s, c, first))
			continue;
		merge_overlay(s, c);
		g_array_append_val(told, c->id);
	}
	for (guint i = 0; i < told->len; i++) /* listeners may change the cache */
		store_tell_kind(s, STORE_TICKET, g_array_index(told, desk_id, i), FALSE);
}

void tickets_overlay(struct store *s, const struct store_item *item)
{
	GHashTableIter iter;
	struct cached_ticket *c;
	g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_hash_table_iter_init(&iter, s->tickets);
	while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c)) {
		if (!c->shown || !merge_concerns(c, item))
			continue;
		merge_overlay(s, c);
		g_array_append_val(told, c->id);
	}
	for (guint i = 0; i < told->len; i++) /* listeners may change the cache */
		store_tell_kind(s, STORE_TICKET, g_array_index(told, desk_id, i), FALSE);
}

/* ---- the public half */

const struct ticket *store_ticket(struct store *s, desk_id id)
{
	struct cached_ticket *c = tickets_peek(s, id);
	if (!c)
		return NULL;
	c->used = ++s->use;
	return c->shown;
}

void store_want_ticket(struct store *s, desk_id id)
{
	want(s, id);
}

void store_want_older(struct store *s, desk_id ticket_id)
{
	struct cached_ticket *c = tickets_peek(s, ticket_id);
	if (!c || !c->shown || !c->shown->more_messages || c->reading_older || c->shown->messages->len == 0)
		return;
	struct query q;
	query_init(&q, QUERY_MESSAGES);
	q.ticket_id = ticket_id;
	q.before_id = ((struct message *)c->shown->messages->pdata[0])->id;
	c->reading_older = store_ask(s, &q, older_came, ticket_id);
	query_clear(&q);
}

void store_opened(struct store *s, desk_id id)
{
	if (s->opened != id) {
		s->opened = id;
		draft_sync_opened(s);
	}
	if (!id)
		return;
	want(s, id);
	tickets_peek(s, id)->used = ++s->use;
	prefetch(s);
}
