/* Knowledge, templates and customers as last asked for. */
#include "client/store_private.h"

#include "base/clock.h"

#define KB_ARTICLES 64 /* read ones kept */

static void free_article(gpointer a)
{
	article_free(a);
}

void kb_init(struct store *s)
{
	s->hits = g_ptr_array_new();
	s->templates = g_ptr_array_new();
	s->customers = g_ptr_array_new();
	s->articles = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_article);
	g_queue_init(&s->article_order);
}

void kb_free(struct store *s)
{
	g_ptr_array_unref(s->hits);
	g_ptr_array_unref(s->templates);
	g_ptr_array_unref(s->customers);
	g_queue_clear(&s->article_order);
	g_hash_table_unref(s->articles);
	g_free(s->hits_text);
	g_free(s->hits_asked);
	if (s->hits_timer)
		g_source_remove(s->hits_timer);
}

static void take_list(GPtrArray **here, GPtrArray **fresh)
{
	if (!*fresh)
		return;
	g_ptr_array_unref(*here);
	*here = g_steal_pointer(fresh);
}

static void complain(struct store *s, const GError *error)
{
	enum desk_code code = desk_error_code(error);
	if (code == DESK_NET || code == DESK_TIMEOUT)
		store_say(s, TRUE, "Not connected: %s", error->message);
	else
		store_say(s, TRUE, "%s", error->message);
}

/* ---- knowledge */

static void hits_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t id)
{
	(void)t;
	s->hits_read = 0;
	if (error) {
		if (s->hits_asked || desk_error_code(error) != DESK_NET) /* suggestions come unasked */
			complain(s, error);
		return;
	}
	take_list(&s->hits, &a->hits);
	s->hits_ticket = id;
	g_free(s->hits_text);
	s->hits_text = g_strdup(s->hits_asked);
	store_tell_kind(s, STORE_HITS, id, FALSE);
}

static guint64 ask_hits(struct store *s, desk_id ticket_id, const char *text, store_done_fn *fn)
{
	struct query q;

	query_init(&q, QUERY_KNOWLEDGE);
	q.ticket_id = ticket_id;
	q.text = g_strdup(text);
	guint64 id = store_ask(s, &q, fn, ticket_id);
	query_clear(&q);
	return id;
}

/* Nobody hears of them until the ticket is opened: a failure is no news. */
static void fits_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t id)
{
	struct cached_ticket *c = tickets_peek(s, id);

	(void)t;
	if (!c)
		return;
	/* Written to meanwhile: what came may not fit any more. */
	if (!error && a && a->hits && c->fits_asked && !c->fits)
		c->fits = g_steal_pointer(&a->hits);
	c->fits_asked = FALSE;
}

void kb_fetch_ahead(struct store *s, struct cached_ticket *c)
{
	if (c->fits || c->fits_asked || !(store_capabilities(s) & CAN_SUGGEST))
		return;
	c->fits_asked = TRUE;
	ask_hits(s, c->id, NULL, fits_came);
}

static gboolean tell_hits(void *arg)
{
	struct store *s = arg;

	s->hits_timer = 0;
	store_tell_kind(s, STORE_HITS, s->hits_ticket, FALSE);
	return G_SOURCE_REMOVE;
}

void store_search(struct store *s, desk_id ticket_id, const char *text)
{
	struct cached_ticket *c = text ? NULL : tickets_peek(s, ticket_id);

	store_call_off(s, &s->hits_read); /* typing on: only the newest question counts */
	g_free(s->hits_asked);
	s->hits_asked = g_strdup(text);
	if (!c || !c->fits) {
		s->hits_read = ask_hits(s, ticket_id, text, hits_came);
		return;
	}
	take_list(&s->hits, &c->fits);
	s->hits_ticket = ticket_id;
	g_clear_pointer(&s->hits_text, g_free);
	if (!s->hits_timer)
		s->hits_timer = g_idle_add(tell_hits, s);
}

const GPtrArray *store_hits(const struct store *s, desk_id *ticket_id, const char **text)
{
	if (ticket_id)
		*ticket_id = s->hits_ticket;
	if (text)
		*text = s->hits_text;
	return s->hits;
}

void kb_take_article(struct store *s, struct article *article)
{
	desk_id id = article->id;
	struct article *old = g_hash_table_lookup(s->articles, &id);
	if (old) {
		g_queue_remove(&s->article_order, &old->id);
		g_hash_table_remove(s->articles, &id);
	}
	g_hash_table_insert(s->articles, &article->id, article);
	g_queue_push_tail(&s->article_order, &article->id);
	while (s->article_order.length > KB_ARTICLES) {
		desk_id *oldest = g_queue_pop_head(&s->article_order);
		g_hash_table_remove(s->articles, oldest);
	}
	store_tell(s, &(struct store_note){.kind = STORE_ARTICLE, .article_id = id});
}

static void article_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t id)
{
	(void)t;
	s->article_read = 0;
	if (error) {
		s->article_failed = id;
		s->article_failed_mono_ms = clock_mono_ms();
		complain(s, error);
	} else if (a->article) {
		kb_take_article(s, g_steal_pointer(&a->article));
	}
}

const struct article *store_article(struct store *s, desk_id id)
{
	const struct article *here = g_hash_table_lookup(s->articles, &id);
	if (here || (s->article_read && s->article_asked == id))
		return here;
	if (s->article_failed == id && store_failed_lately(s->article_failed_mono_ms))
		return NULL;
	store_call_off(s, &s->article_read);
	struct query q;
	query_init(&q, QUERY_ARTICLE);
	q.article_id = id;
	s->article_asked = id;
	s->article_read = store_ask(s, &q, article_came, id);
	query_clear(&q);
	return NULL;
}

/* ---- templates: few, so all of them, asked for when first looked at */

static void templates_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t id)
{
	(void)t;
	(void)id;
	s->templates_read = 0;
	if (error) {
		s->templates_known = FALSE;
		s->templates_failed_mono_ms = clock_mono_ms();
		return;
	}
	take_list(&s->templates, &a->templates);
	store_tell_kind(s, STORE_TEMPLATES, 0, TRUE);
}

static void ask_templates(struct store *s)
{
	if (s->templates_read)
		return;
	struct query q;
	query_init(&q, QUERY_TEMPLATES);
	s->templates_known = TRUE;
	s->templates_read = store_ask(s, &q, templates_came, 0);
	query_clear(&q);
}

const GPtrArray *store_templates(const struct store *s)
{
	if (!s->templates_known && s->started && !store_failed_lately(s->templates_failed_mono_ms))
		ask_templates((struct store *)s); /* a cache: asking changes nothing that is seen */
	return s->templates;
}

void kb_event(struct store *s, const struct event *event)
{
	if (event->kind == EVENT_TEMPLATE) {
		if (s->templates_known)
			ask_templates(s);
		return;
	}
	struct article *old = g_hash_table_lookup(s->articles, &event->article_id);
	if (!old)
		return;
	g_queue_remove(&s->article_order, &old->id);
	g_hash_table_remove(s->articles, &event->article_id);
	store_tell(s, &(struct store_note){
			      .kind = STORE_ARTICLE, .article_id = event->article_id, .remote = TRUE});
}

void kb_online(struct store *s)
{
	s->article_failed_mono_ms = s->templates_failed_mono_ms = 0;
}

void kb_stale(struct store *s)
{
	g_queue_clear(&s->article_order);
	g_hash_table_remove_all(s->articles);
	if (s->templates_known)
		ask_templates(s);
}

/* ---- customers */

static void customers_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t id)
{
	(void)t;
	(void)id;
	s->customers_read = 0;
	if (error) {
		complain(s, error);
		return;
	}
	take_list(&s->customers, &a->customers);
	store_tell_kind(s, STORE_CUSTOMERS, 0, FALSE);
}

void store_find_customers(struct store *s, const char *text)
{
	store_call_off(s, &s->customers_read);
	struct query q;
	query_init(&q, QUERY_CUSTOMERS);
	q.text = g_strdup(text);
	s->customers_read = store_ask(s, &q, customers_came, 0);
	query_clear(&q);
}

const GPtrArray *store_customers(const struct store *s)
{
	return s->customers;
}
