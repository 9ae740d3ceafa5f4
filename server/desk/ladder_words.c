/* What a customer is told of a hand-over when nobody writes it: the desk's own words, and the time that may be promised. */
#include "server/desk/ladder.h"

#include "rules/fill.h"
#include "server/desk/talk.h"
#include "wire/desk_settings.h"

int64_t ladder_promise(struct db_conn *conn, const struct words *w, const struct ticket *t, const struct group *to,
                       int64_t now_ms, int64_t *target_ms)
{
	struct clock_rule rules[CLOCK_COUNT];
	enum clock_kind kind = to->tier ? CLOCK_TIER2 : CLOCK_CROSS;
	size_t n = ticket_clock_rules(w, t, to->id, rules);
	g_autofree char *minutes = desk_setting(conn, "promise_minutes");
	int64_t at_ms = now_ms + desk_setting_value(DESK_SETTING_ID_PROMISE_MINUTES, minutes) * MS_MINUTE;

	*target_ms = 0;
	for (size_t i = 0; i < n; i++) {
		if (rules[i].kind != kind)
			continue;
		*target_ms = rules[i].target_ms;
		at_ms = MIN(calendar_add(rules[i].calendar, now_ms, rules[i].target_ms), now_ms + 366 * MS_DAY);
	}
	return at_ms;
}

gboolean ladder_words(struct db_conn *conn, const struct words *w, const struct actor *who, const struct ticket *t,
                      int64_t now_ms, char **out, GError **error)
{
	g_autoptr(GArray) groups = words_groups_of(w, who->person_id);
	g_autoptr(GPtrArray) templates = templates_read(conn, who, groups, error);
	const struct customer *c = t->customer;
	g_autofree char *number = g_strdup_printf("#%" G_GINT64_FORMAT, t->row.id);
	const struct fill_var vars[] = {
		{"customer", t->row.customer_name}, {"agent", who->display}, {"ticket", number},
		{"group", t->row.group_name},
		{"order", c && c->orders->len ? ((const struct order *)c->orders->pdata[0])->number : NULL},
	};

	if (!templates || !templates_for(conn, w, templates, t->row.id, NULL, now_ms, error))
		return FALSE;
	for (guint i = 0; i < templates->len && !*out; i++) {
		const struct template *tpl = templates->pdata[i];

		if (tpl->part == PART_ALTERNATIVE)
			*out = fill_template(tpl->body, vars, G_N_ELEMENTS(vars), NULL);
	}
	return TRUE;
}

gboolean ladder_say(struct work *w, int64_t promise_ms, GError **error)
{
	const struct change *c = w->change;
	g_autofree char *own = NULL;

	if (!c->on || (c->reply && *c->reply))
		return talk_reply(w, c->reply, promise_ms, error);
	if (!ladder_words(w->conn, w->words, w->who, w->ticket, w->now, &own, error))
		return FALSE;
	return own ? talk_reply(w, own, promise_ms, error) :
	             desk_fail(error, DESK_INVALID, "reply is empty, and no template says what to tell the customer");
}
