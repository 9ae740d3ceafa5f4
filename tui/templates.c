/* Which templates fit a ticket, and what fills their variables. */
#include "tui/templates.h"

#include <string.h>
#include "base/clock.h"
#include "rules/fill.h"

gboolean templates_tagged(const struct ticket *ticket, const char *tag)
{
	for (guint i = 0; ticket && ticket->customer && i < ticket->customer->tags->len; i++) {
		const struct tag_mark *mark = ticket->customer->tags->pdata[i];

		if (g_strcmp0(mark->name, tag) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Variants for somebody else's age come last, whatever else fits. */
static int audience_score(const struct template *t, const struct ticket *ticket)
{
	if (t->audience == AUDIENCE_ELDERLY)
		return templates_tagged(ticket, "elderly") ? 60 : -400;
	if (t->audience == AUDIENCE_YOUNG)
		return templates_tagged(ticket, "young") ? 60 : -400;
	return 0;
}

static int score_of(const struct template *t, const struct ticket *ticket, unsigned has)
{
	const char *language = ticket && ticket->customer ? ticket->customer->language : NULL;
	int score = audience_score(t, ticket);

	if (language && g_strcmp0(language, t->language) == 0)
		score += 200;
	if (t->category && ticket && ticket->category)
		score += g_str_has_prefix(ticket->category, t->category) ? 100 : -50;
	if (has & (1u << t->part))
		score -= 150;
	return score;
}

struct fit {
	const struct ticket *ticket;
	unsigned has;
};

static gint by_fit(gconstpointer a, gconstpointer b, gpointer arg)
{
	const struct template *x = *(struct template *const *)a, *y = *(struct template *const *)b;
	const struct fit *fit = arg;
	int sx = score_of(x, fit->ticket, fit->has), sy = score_of(y, fit->ticket, fit->has);

	if (sx != sy)
		return sy - sx;
	return x->position != y->position ? x->position - y->position : (x->id > y->id) - (x->id < y->id);
}

GPtrArray *templates_fitting(const GPtrArray *all, const struct ticket *ticket, unsigned has)
{
	struct fit fit = {.ticket = ticket, .has = has};
	GPtrArray *out = g_ptr_array_new();

	for (guint i = 0; all && i < all->len; i++)
		g_ptr_array_add(out, all->pdata[i]);
	g_ptr_array_sort_with_data(out, by_fit, &fit);
	return out;
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
