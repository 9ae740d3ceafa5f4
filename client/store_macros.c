/* Macros, as templates: few, so all of them, asked for when first looked at. */
#include "client/store_private.h"

#include "base/clock.h"

static void macros_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	s->macros_read = 0;
	if (error || !a || !a->macros) {
		s->macros_known = s->macros != NULL;
		s->macros_failed_mono_ms = clock_mono_ms();
		return;
	}
	g_clear_pointer(&s->macros, g_ptr_array_unref);
	s->macros = g_steal_pointer(&a->macros);
	store_tell_kind(s, STORE_MACROS, 0, TRUE);
}

static void ask_macros(struct store *s)
{
	struct query q;

	if (s->macros_read)
		return;
	query_init(&q, QUERY_MACROS);
	s->macros_known = TRUE;
	s->macros_read = store_ask(s, &q, macros_came, 0);
	query_clear(&q);
}

const GPtrArray *store_macros(const struct store *s)
{
	if (!s->macros_known && s->started && !store_failed_lately(s->macros_failed_mono_ms))
		ask_macros((struct store *)s); /* a cache: asking changes nothing that is seen */
	return s->macros;
}

void macros_event(struct store *s)
{
	if (s->macros_known) /* nobody has asked yet: nobody needs to know */
		ask_macros(s);
}

void macros_online(struct store *s)
{
	s->macros_failed_mono_ms = 0;
	macros_event(s);
}

void macros_free(struct store *s)
{
	g_clear_pointer(&s->macros, g_ptr_array_unref);
}
