/* Saved views and their counts, as last asked for. */
#include "client/store_private.h"

static void views_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	s->views_read = 0;
	if (error) {
		enum desk_code code = desk_error_code(error);

		if (!s->views && code != DESK_NET && code != DESK_TIMEOUT)
			store_say(s, TRUE, "%s", error->message);
		return;
	}
	if (!a || !a->views)
		return;
	g_clear_pointer(&s->views, g_ptr_array_unref);
	s->views = g_steal_pointer(&a->views);
	store_tell_kind(s, STORE_VIEWS, 0, TRUE);
}

void store_want_views(struct store *s)
{
	struct query q;

	if (s->views_read)
		return;
	query_init(&q, QUERY_VIEWS);
	s->views_read = store_ask(s, &q, views_came, 0);
	query_clear(&q);
}

const GPtrArray *store_views(const struct store *s)
{
	return s->views;
}

void views_event(struct store *s)
{
	if (s->views) /* nobody has asked yet: nobody needs to know */
		store_want_views(s);
}

void views_online(struct store *s)
{
	views_event(s);
}

void views_free(struct store *s)
{
	g_clear_pointer(&s->views, g_ptr_array_unref);
	g_free(s->dir);
}
