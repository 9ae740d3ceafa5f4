/* Clocks of a ticket, how they came about, and putting a ticket off. */
#include "tui/commands.h"

#include <string.h>
#include "tui/explain_text.h"
#include "tui/view_clocks.h"
#include "tui/view_details.h"

/* ---------------------------------------------------------------- all clocks */

void command_clocks(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);

	(void)arg;
	store_want_ticket(app->store, ticket_id);
	view_clocks_show(app->pane[PANE_CLOCKS], ticket_id);
	app->text_on = FALSE;
	app->clocks_on = TRUE;
	app_dirty(app, PANE_CLOCKS, TODO_REFLOW | TODO_PAINT);
}

gboolean clocks_close(struct app *app)
{
	if (!app->clocks_on)
		return FALSE;
	app->clocks_on = FALSE;
	app_dirty(app, PANE_CLOCKS, TODO_REFLOW | TODO_PAINT);
	return TRUE;
}

/* ---------------------------------------------------------------- how they came about */

struct explaining {
	struct app *app;
	desk_id ticket_id;
	enum clock_kind first; /* the one asked about; CLOCK_NONE all alike */
	guint strokes;
};

static void explained(struct answer *answer, const GError *error, void *arg)
{
	const struct explaining *e = arg;
	const struct session *s = store_session(e->app->store);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *title = NULL;

	if (error) {
		app_say(e->app, TRUE, "%s.", error->message);
		return;
	}
	/* The clock asked about stands first, the others below it. */
	for (int round = 0; round < 2; round++)
		for (guint i = 0; i < answer->explained->len; i++) {
			const struct clock_explained *k = answer->explained->pdata[i];

			if ((k->clock.kind == e->first) != (round == 0))
				continue;
			if (text->len)
				g_string_append_c(text, '\n');
			explain_text(text, k, answer->server_time_ms, s ? s->zone : NULL);
		}
	if (!text->len)
		g_string_append(text, _("No clock has run here."));
	title = g_strdup_printf(_("how the deadlines of #%" G_GINT64_FORMAT " came about"), e->ticket_id);
	view_text_manual(e->app->pane[PANE_TEXT], title, text->str, 0);
	e->app->text_on = TRUE;
	app_dirty(e->app, PANE_TEXT, TODO_REFLOW | TODO_RECALC | TODO_PAINT);
	app_hush(e->app, FALSE);
	answer_free(answer);
}

void command_explain(struct app *app, const char *arg)
{
	struct explaining *e = g_new0(struct explaining, 1);
	struct query q;

	(void)arg;
	*e = (struct explaining){.app = app, .ticket_id = command_target(app), .strokes = app->strokes};
	if (app->clocks_on) {
		e->ticket_id = view_clocks_ticket(app->pane[PANE_CLOCKS]);
		e->first = view_clocks_selected(app->pane[PANE_CLOCKS]);
	}
	if (app->details_on) {
		struct detail what = view_details_selected(app->pane[PANE_DETAILS]);

		e->first = what.kind == DETAIL_CLOCK ? (enum clock_kind)what.id : CLOCK_NONE;
	}
	query_init(&q, QUERY_EXPLAIN);
	q.ticket_id = e->ticket_id;
	app_lookup(app, &q, explained, e, g_free);
	query_clear(&q);
}

/* ---------------------------------------------------------------- putting off */

static void write_snooze(struct app *app, desk_id ticket_id, int64_t until_ms)
{
	g_autofree char *done = NULL;
	char stamp[WHEN_SIZE];
	struct change c;

	change_init(&c, CHANGE_SNOOZE);
	c.ticket_id = ticket_id;
	c.on = TRUE;
	c.hold_until_ms = until_ms;
	done = until_ms ? g_strdup_printf(_("snoozed until %s"), when_full(until_ms, stamp, sizeof stamp))
	                : g_strdup(_("snoozed until the customer writes"));
	command_write(app, &c, done);
}

static void snooze_said(struct app *app, desk_id ticket_id, const char *text)
{
	g_autoptr(GError) error = NULL;
	int64_t until;

	if (strcmp(text, "reply") == 0)
		write_snooze(app, ticket_id, 0);
	else if (!command_until(text, store_now_ms(app->store), &until, &error))
		app_say(app, TRUE, "%s.", error->message);
	else
		write_snooze(app, ticket_id, until);
}

static void snooze_typed(const char *text, void *arg)
{
	struct errand *e = arg;

	if (text && *text)
		snooze_said(e->app, e->ticket_id, text);
}

static void snooze_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;

	if (!item)
		return;
	if (item->id)
		write_snooze(e->app, e->ticket_id, item->id < 0 ? 0 : item->id);
	else
		command_ask(e->app, "snooze until (2h, 18:00, 2026-11-24 09:00): ", snooze_typed,
		            errand_new(e->app, ACTION_SNOOZE, e->ticket_id));
}

/* Nine o'clock, that many days from now. */
static int64_t morning(int64_t now_ms, int days)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_ms / MS_SECOND);
	g_autoptr(GDateTime) day = g_date_time_add_days(now, days);
	g_autoptr(GDateTime) at = g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
	                                                g_date_time_get_day_of_month(day), 9, 0, 0);

	return at ? g_date_time_to_unix(at) * MS_SECOND : now_ms + days * MS_DAY;
}

static void offer(GPtrArray *items, const char *label, int64_t until_ms, int64_t now_ms)
{
	char when[WHEN_SIZE] = "";

	if (until_ms > 0)
		when_short(until_ms, now_ms, when, sizeof when);
	g_ptr_array_add(items, pick_item_new(label, when, NULL, until_ms));
}

void command_snooze(struct app *app, const char *arg)
{
	int64_t now = store_now_ms(app->store);
	g_autofree char *words = NULL, *title = NULL;
	g_autoptr(GDateTime) today = NULL;
	desk_id ticket_id = command_target(app);
	GPtrArray *items;

	if (*arg) {
		snooze_said(app, ticket_id, arg);
		return;
	}
	today = g_date_time_new_from_unix_local(now / MS_SECOND);
	items = g_ptr_array_new();
	offer(items, _("until the customer writes"), -1, now);
	offer(items, _("for an hour"), now + MS_HOUR, now);
	offer(items, _("for four hours"), now + 4 * MS_HOUR, now);
	offer(items, _("until tomorrow"), morning(now, 1), now);
	offer(items, _("until Monday"), morning(now, 8 - g_date_time_get_day_of_week(today)), now);
	offer(items, _("until another time"), 0, now);
	words = command_target_words(app, ticket_id);
	title = g_strdup_printf(_("snooze %s"), words);
	command_pick(app, title, items, snooze_picked, errand_new(app, ACTION_SNOOZE, ticket_id));
}

void command_unsnooze(struct app *app, const char *arg)
{
	desk_id ticket_id = command_target(app);
	const struct ticket_row *row = command_row(app, ticket_id);
	struct change c;

	(void)arg;
	if (row && !row->snoozed_ms && !command_acts_on_many(app)) {
		app_say(app, FALSE, "#%" G_GINT64_FORMAT " is not snoozed; g z shows those that are.", ticket_id);
		return;
	}
	change_init(&c, CHANGE_SNOOZE);
	c.ticket_id = ticket_id;
	c.on = FALSE;
	command_write(app, &c, N_("back in the queue"));
}
