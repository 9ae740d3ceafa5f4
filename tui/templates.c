/* Which templates fit a ticket, and what fills their variables. */
#include "tui/templates.h"

#include <string.h>
#include "base/clock.h"
#include "rules/fill.h"
#include "rules/fit.h"
#include "rules/mood.h"
#include "rules/promise.h"

GPtrArray *templates_fitting(const struct store *s, const struct ticket *ticket, unsigned has)
{
	const GPtrArray *all = store_templates(s);
	const struct session *session = store_session(s);
	GPtrArray *out = g_ptr_array_new();
	struct fit fit;

	for (guint i = 0; all && i < all->len; i++)
		g_ptr_array_add(out, all->pdata[i]);
	fit_of_ticket(&fit, ticket, session ? session->moods : NULL, store_now_ms(s));
	fit.has = has;
	fit_sort(out, &fit);
	return out;
}

enum mood templates_mood(const struct store *s, const struct ticket *ticket)
{
	const struct session *session = store_session(s);

	return ticket && session ? mood_of_messages(ticket->messages, session->moods) : MOOD_NEUTRAL;
}

char *templates_promised(const struct store *s, const struct ticket *ticket, const char *language, int64_t until_ms)
{
	const struct session *session = store_session(s);
	const struct customer *c = ticket ? ticket->customer : NULL;

	return promise_words(until_ms, store_now_ms(s), c && c->zone ? c->zone : session ? session->zone : NULL,
	                     language ? language : c ? c->language : NULL);
}

char *templates_fill(const struct template *t, const struct store *s, const struct ticket *ticket, GPtrArray *missing)
{
	const struct session *session = store_session(s);
	const struct order *order = ticket->customer && ticket->customer->orders->len ? ticket->customer->orders->pdata[0] : NULL;
	const struct group *group = store_group(s, ticket->row.group_id);
	g_autofree char *number = g_strdup_printf("#%" G_GINT64_FORMAT, ticket->row.id);
	char date[40];
	const struct fill_var vars[] = {
		{"customer", ticket->row.customer_name},
		{"agent", session && session->me ? session->me->display : NULL},
		{"order", order ? order->number : NULL},
		{"product", order ? order->items : NULL},
		{"ticket", number},
		{"group", group ? (group->title ? group->title : group->name) : NULL},
		{"date", clock_stamp(store_now_ms(s), date, sizeof date)},
	};

	if (strlen(date) > 10)
		date[10] = '\0'; /* the day alone */
	return fill_template(t->body ? t->body : "", vars, G_N_ELEMENTS(vars), missing);
}
