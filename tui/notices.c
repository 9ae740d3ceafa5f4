/* From the store's notices to the count in the status line, the desktop, the terminal's own
 * notices or its bell. */
#include "tui/notices.h"

#include <string.h>
#include "base/say.h"
#include "rules/history.h"
#include "tui/notices_desktop.h"

#define NEW_A_MINUTE 1 /* further new tickets of a minute are told as a number */

struct notices {
	struct notice_rate rate, fresh; /* of all; of new tickets alone */
	GHashTable *gathering;          /* id of one that stands for many -> its timer */
	int64_t quiet_until_ms;
	struct notices_desktop *desktop;
	gboolean tried_desktop;
	guint held;              /* not told, because too many came at once */
	guint held_timer;
};

/* ---------------------------------------------------------------- words */

static char *mention_title(const struct notice *n, const char *who)
{
	switch (n->kind) {
	case NOTICE_NEW_TICKET:
		return g_strdup_printf(_("New ticket #%" G_GINT64_FORMAT " from %s"), n->ticket_id, who);
	case NOTICE_REPLY:
		return g_strdup_printf(_("%2$s has answered on #%1$" G_GINT64_FORMAT), n->ticket_id, who);
	case NOTICE_MENTION:
		return g_strdup_printf(_("%2$s mentions you on #%1$" G_GINT64_FORMAT), n->ticket_id, who);
	case NOTICE_ASSIGNED:
		return g_strdup_printf(_("%2$s gave you #%1$" G_GINT64_FORMAT), n->ticket_id, who);
	case NOTICE_ESCALATION:
		return g_strdup_printf(_("Escalation: #%" G_GINT64_FORMAT), n->ticket_id);
	case NOTICE_WHISPER:
		return g_strdup_printf(_("%2$s whispers on #%1$" G_GINT64_FORMAT), n->ticket_id, who);
	case NOTICE_FOLLOW_UP:
		return g_strdup_printf(_("Follow-up of #%" G_GINT64_FORMAT), n->ticket_id);
	case NOTICE_TAKEN_BACK:
		return g_strdup_printf(_("#%" G_GINT64_FORMAT " went back to the queue"), n->ticket_id);
	case NOTICE_RULE:
		return n->ticket_id ? g_strdup_printf(_("Rule: #%" G_GINT64_FORMAT), n->ticket_id) : g_strdup(_("Rule"));
	case NOTICE_AWAY:
		return g_strdup(_("You are away now: offers were not taken"));
	case NOTICE_OFFER:
		return g_strdup_printf(_("#%" G_GINT64_FORMAT " is held out to you"), n->ticket_id);
	default:
		return g_strdup_printf(_("%s hands over to you"), who);
	}
}

/* One that came instead of many has no ticket, and their number for a text. */
guint notice_stands_for(const struct notice *n)
{
	gboolean many = !n->ticket_id && n->text && g_ascii_isdigit(*n->text) &&
	                (n->kind == NOTICE_WARNING || n->kind == NOTICE_BREACH || n->kind == NOTICE_RULE);

	return many ? (guint)g_ascii_strtoull(n->text, NULL, 10) : 0;
}

desk_id notice_ticket(const struct notice *n)
{
	const char *blank = notice_stands_for(n) ? strchr(n->text, ' ') : NULL;

	return blank ? g_ascii_strtoll(blank, NULL, 10) : n->ticket_id;
}

/* Their number and, where the desk says it, the one that is due first. */
static char *summary_title(const struct notice *n)
{
	guint many = notice_stands_for(n);
	g_autofree char *said = g_strdup_printf(
		n->kind == NOTICE_BREACH ? say_n("%u more is overdue", "%u more are overdue", many) :
		n->kind == NOTICE_WARNING ? say_n("%u more is due soon", "%u more are due soon", many) :
		say_n("%u more told by rules", "%u more told by rules", many), many);
	desk_id nearest = notice_ticket(n);

	return nearest ? g_strdup_printf(_("%s, nearest #%" G_GINT64_FORMAT), said, nearest) : g_steal_pointer(&said);
}

void notice_words(const struct notice *n, char **title, char **text)
{
	const char *clock = label_clock((enum clock_kind)n->clock);

	if (notice_stands_for(n)) {
		*title = summary_title(n);
		*text = g_strdup("");
		return;
	}
	/* what happened on a ladder is told by a line of history */
	*text = n->kind == NOTICE_ESCALATION ? history_said(n->text) : NULL;
	if (!*text)
		*text = g_strdup(n->text ? n->text : "");
	if (n->kind == NOTICE_WARNING)
		*title = g_strdup_printf(_("#%" G_GINT64_FORMAT " is due soon: %s"), n->ticket_id, clock);
	else if (n->kind == NOTICE_BREACH)
		*title = g_strdup_printf(_("#%" G_GINT64_FORMAT " is overdue: %s"), n->ticket_id, clock);
	else
		*title = mention_title(n, n->by_name ? n->by_name : _("somebody"));
}

/* ---------------------------------------------------------------- outside the screen */

static void by_terminal(struct app *app, const char *title, const char *text)
{
	g_autoptr(text_auto) head = text_clean(title, -1, 0, 200), body = text_clean(text, -1, 0, 200);

	screen_notify(app->screen, app->options->notices.out == NOTICES_BELL, head, body);
	app_dirty(app, PANE_STATUS, TODO_PAINT); /* it leaves with a frame */
}

static void desktop_failed(const char *title, const char *text, void *arg)
{
	struct app *app = arg;

	app->active = TRUE;
	by_terminal(app, title, text);
}

static struct notices_desktop *desktop_of(struct app *app)
{
	struct notices *n = app->notices;
	g_autofree char *bus = NULL;

	if (n->tried_desktop)
		return n->desktop;
	n->tried_desktop = TRUE;
	bus = notices_desktop_bus();
	n->desktop = bus ? notices_desktop_new(bus, desktop_failed, app) : NULL;
	return n->desktop;
}

static void go_out(struct app *app, const char *title, const char *text, gboolean urgent)
{
	enum notices_out out = app->options->notices.out;

	if (out == NOTICES_OFF)
		return;
	if ((out == NOTICES_AUTO || out == NOTICES_DESKTOP) && desktop_of(app)) {
		g_autofree char *head = text_clean_string(title, -1, 0, 200), *body = text_clean_string(text, -1, 0, 400);

		notices_desktop_show(app->notices->desktop, head, body, urgent);
	} else if (!screen_suspended(app->screen)) {
		by_terminal(app, title, text);
	}
}

static gboolean tell_held(void *arg);

static void hold(struct app *app, const struct notice_rate *full)
{
	struct notices *n = app->notices;
	int64_t wait = notice_rate_wait(full, clock_mono_ms());

	n->held++;
	if (!n->held_timer && wait < MS_HOUR)
		n->held_timer = g_timeout_add((guint)MAX(wait, 1), tell_held, app);
}

static gboolean tell_held(void *arg)
{
	struct app *app = arg;
	struct notices *n = app->notices;
	g_autofree char *title = g_strdup_printf(say_n("%u more notice", "%u more notices", n->held), n->held);

	n->held_timer = 0;
	if (n->held && !notices_are_quiet(app) && notice_rate_take(&n->rate, clock_mono_ms()))
		go_out(app, title, "", FALSE);
	n->held = 0;
	return G_SOURCE_REMOVE;
}

/* ---------------------------------------------------------------- deciding */

static int minute_of_day(int64_t now_ms)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_ms / 1000);

	return now ? g_date_time_get_hour(now) * 60 + g_date_time_get_minute(now) : 0;
}

static struct notice_wish wish_of(const struct app *app)
{
	struct notice_wish wish = app->options->notices.wish;

	wish.quiet_until_ms = app->notices->quiet_until_ms;
	return wish;
}

static void count(struct app *app)
{
	view_status_told(app->pane[PANE_STATUS], store_notices_unseen(app->store, app->options->notices.wish.off));
}

const struct notice *notice_gathered(const struct store *s, desk_id id)
{
	const GPtrArray *list = store_notices(s);

	for (guint i = 0; i < list->len; i++) {
		const struct notice *n = list->pdata[i];

		if (n->id == id)
			return n->seen ? NULL : n;
	}
	return NULL;
}

static void tell_now(struct app *app, const struct notice *n);

/* One that stands for many, and how many they are by now. */
struct gathering {
	struct app *app;
	desk_id id;
};

static gboolean tell_gathered(void *arg)
{
	const struct gathering *g = arg;
	const struct notice *n = notice_gathered(g->app->store, g->id);
	desk_id id = g->id;

	g->app->active = TRUE;
	if (n)
		tell_now(g->app, n);
	g_hash_table_remove(g->app->notices->gathering, &id);
	return G_SOURCE_REMOVE;
}

static void gather(struct app *app, desk_id id)
{
	struct gathering *g = g_new(struct gathering, 1);
	desk_id *key = g_memdup2(&id, sizeof id);

	*g = (struct gathering){app, id};
	g_hash_table_replace(app->notices->gathering, key, GUINT_TO_POINTER(
		g_timeout_add_full(G_PRIORITY_DEFAULT, NOTICE_GATHER_MS, tell_gathered, g, g_free)));
}

static void tell(struct app *app, const struct notice *n)
{
	if (notice_stands_for(n) && n->id)
		gather(app, n->id);
	else
		tell_now(app, n);
}

static void tell_now(struct app *app, const struct notice *n)
{
	struct notices *own = app->notices;
	struct notice_wish wish = wish_of(app);
	int64_t now = clock_wall_ms();
	gboolean sees = app->focused && n->ticket_id && app->opened == n->ticket_id;
	g_autofree char *title = NULL, *text = NULL;

	if (notice_way(&wish, n->kind, now, minute_of_day(now), sees) != NOTICE_WAY_TELL)
		return;
	own->rate.per_minute = app->options->notices.per_minute;
	own->fresh.per_minute = MIN(own->rate.per_minute, NEW_A_MINUTE);
	if (n->kind == NOTICE_NEW_TICKET && !notice_rate_take(&own->fresh, clock_mono_ms())) {
		hold(app, &own->fresh);
		return;
	}
	if (!notice_rate_take(&own->rate, clock_mono_ms())) {
		hold(app, &own->rate);
		return;
	}
	notice_words(n, &title, &text);
	go_out(app, title, text, n->kind == NOTICE_BREACH);
}

void notices_note(struct app *app, const struct store_note *note)
{
	if (note->notice)
		tell(app, note->notice);
	if (note->notice && app->focused && note->ticket_id && note->ticket_id == app->opened)
		store_notices_seen(app->store, note->ticket_id);
	count(app);
}

void notices_opened(struct app *app, desk_id ticket_id)
{
	if (ticket_id)
		store_notices_seen(app->store, ticket_id);
}

/* ---------------------------------------------------------------- quiet */

void notices_quiet(struct app *app, int64_t until_ms)
{
	app->notices->quiet_until_ms = until_ms;
}

gboolean notices_are_quiet(const struct app *app)
{
	struct notice_wish wish = wish_of(app);
	int64_t now = clock_wall_ms();

	return wish.quiet_until_ms > now || quiet_hours_cover(&wish.hours, minute_of_day(now));
}

struct notices *notices_new(struct app *app)
{
	struct notices *n = g_new0(struct notices, 1);

	(void)app;
	n->gathering = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return n;
}

void notices_free(struct notices *n)
{
	GHashTableIter at;
	void *timer;

	if (!n)
		return;
	if (n->held_timer)
		g_source_remove(n->held_timer);
	g_hash_table_iter_init(&at, n->gathering);
	while (g_hash_table_iter_next(&at, NULL, &timer))
		g_source_remove(GPOINTER_TO_UINT(timer));
	g_hash_table_unref(n->gathering);
	notices_desktop_free(n->desktop);
	g_free(n);
}
