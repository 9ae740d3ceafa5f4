/* The others at the desk: what one was told, who is here, a whisper; quiet. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "rules/history.h"
#include "tui/notices.h"
#include "wire/said.h"

/* ---- the centre of notices */
static void notice_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	if (item && item->id)
		command_open_ticket(app, item->id);
}

/* When, who, and what about it. */
static char *notice_detail(const struct notice *n, int64_t now_ms)
{
	char when[64];
	const char *late = n->late ? _(" (told late)") : "", *text = n->text ? n->text : "";

	draw_when(n->at_ms, now_ms, when, sizeof when);
	if (notice_stands_for(n)) {
		g_autofree char *title = NULL, *said = NULL;

		notice_words(n, &title, &said);
		return g_strdup_printf("%s %s", when, title);
	}
	if (n->kind == NOTICE_WARNING || n->kind == NOTICE_BREACH)
		return g_strdup_printf("%s%s %s: %s", when, late, label_clock((enum clock_kind)n->clock), text);
	if (n->kind == NOTICE_ESCALATION) {
		g_autofree char *said = history_said(text);

		return g_strdup_printf("%s %s: %s", when, n->by_name ? n->by_name : _("the desk"), said);
	}
	return g_strdup_printf("%s %s: %s", when, n->by_name ? n->by_name : n->kind == NOTICE_RULE ? _("the desk") : _("somebody"),
	                       text);
}

/* Looked at is seen, whatever is chosen. */
void command_notices(struct app *app, const char *arg)
{
	const GPtrArray *list = store_notices(app->store);
	unsigned off = app->options->notices.wish.off;
	GPtrArray *items = g_ptr_array_new();

	(void)arg;
	for (guint i = 0; i < list->len; i++) {
		const struct notice *n = list->pdata[i];
		g_autofree char *number = NULL, *label = NULL, *detail = NULL;

		if (off >> n->kind & 1)
			continue;
		number = n->ticket_id ? g_strdup_printf("#%" G_GINT64_FORMAT " ", n->ticket_id) : g_strdup("");
		label = g_strdup_printf("%s %s%s", n->seen ? "-" : "*", number, word_said(notice_kind_name(n->kind)));
		detail = notice_detail(n, store_now_ms(app->store));
		g_ptr_array_add(items, pick_item_new(label, detail, NULL, notice_ticket(n)));
	}
	if (!items->len) {
		g_ptr_array_unref(items);
		app_say(app, FALSE, "You were told of nothing yet.");
		return;
	}
	command_pick(app, N_("what you were told"), items, notice_picked, errand_new(app, ACTION_NOTICES, 0));
	store_notices_seen(app->store, 0);
}

/* ---- quiet */
static void say_quiet(struct app *app, int64_t until_ms)
{
	char when[64];

	if (until_ms == INT64_MAX)
		app_say(app, FALSE, "Quiet until you say otherwise: notices are only counted.");
	else if (until_ms)
		app_say(app, FALSE, "Quiet until %s: notices are only counted.", clock_hhmm(until_ms, when, sizeof when));
	else if (notices_are_quiet(app))
		app_say(app, FALSE, "These are your quiet hours: notices are only counted.");
	else
		app_say(app, FALSE, "Notices are told.");
}

void command_quiet(struct app *app, const char *arg)
{
	g_autoptr(GError) error = NULL;
	int64_t until = 0, length = 0;

	if (!*arg) /* a switch */
		until = notices_are_quiet(app) ? 0 : INT64_MAX;
	else if (strcmp(arg, "on") == 0)
		until = INT64_MAX;
	else if (strcmp(arg, "off") != 0) {
		if (!clock_parse_duration(arg, &length, &error) || length <= 0 || length > 30 * MS_DAY) {
			app_say(app, TRUE, "Quiet is on, off, or for how long: 30m, 2h.");
			return;
		}
		until = clock_wall_ms() + length;
	}
	notices_quiet(app, until);
	say_quiet(app, until);
}

/* ---- who */
static void who_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	if (item && item->id)
		command_open_ticket(app, item->id);
}

/* The workstation of theirs that says most: writing before looking before idle; NULL not here. */
const struct presence *command_where(struct app *app, desk_id person_id)
{
	const GPtrArray *all = store_presence(app->store);
	const struct presence *best = NULL;
	int rank = -1;

	for (guint i = 0; i < all->len; i++) {
		const struct presence *p = all->pdata[i];
		int r = p->writing ? 3 : p->idle ? 0 : p->ticket_id ? 2 : 1;

		if (p->person_id == person_id && r > rank) {
			best = p;
			rank = r;
		}
	}
	return best;
}

char *command_where_words(struct app *app, const struct presence *p)
{
	const struct ticket_row *row = p && p->ticket_id ? command_row(app, p->ticket_id) : NULL;
	const char *subject = row && row->subject ? row->subject : "";

	if (!p)
		return g_strdup(_("not here"));
	if (p->writing)
		return g_strdup_printf(_("writes on #%" G_GINT64_FORMAT " %s"), p->ticket_id, subject);
	if (p->idle)
		return g_strdup(_("away from the keys"));
	if (p->ticket_id)
		return g_strdup_printf(_("looks at #%" G_GINT64_FORMAT " %s"), p->ticket_id, subject);
	return g_strdup(_("here"));
}

void command_who(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	GPtrArray *items;

	(void)arg;
	if (!s)
		return;
	items = g_ptr_array_new();
	for (int here = 1; here >= 0; here--)
		for (guint i = 0; i < s->people->len; i++) {
			const struct person *p = s->people->pdata[i];
			const struct presence *at = command_where(app, p->id);
			g_autofree char *words = NULL;

			if ((at != NULL) != here)
				continue;
			words = command_where_words(app, at);
			g_ptr_array_add(items, pick_item_new(p->display ? p->display : p->name, words, p->name,
			                                     at ? at->ticket_id : 0));
		}
	command_pick(app, N_("who is here"), items, who_picked, errand_new(app, ACTION_WHO, 0));
}

/* ---- whisper */
const struct person *command_person(const struct session *s, const char *word)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new(), shown = g_ptr_array_new();
	int at;

	for (guint i = 0; i < s->people->len; i++) {
		const struct person *p = s->people->pdata[i];

		g_ptr_array_add(names, p->name);
		g_ptr_array_add(shown, p->display ? p->display : p->name);
	}
	at = command_match(word, (const char *const *)names->pdata, names->len);
	if (at < 0)
		at = command_match(word, (const char *const *)shown->pdata, shown->len);
	return at < 0 ? NULL : s->people->pdata[at];
}

static void whisper(struct app *app, desk_id ticket_id, const struct person *p, const char *text)
{
	g_autofree char *done = NULL;
	struct change c;

	change_init(&c, CHANGE_WHISPER);
	c.ticket_id = ticket_id;
	c.person_id = p->id;
	c.body = g_strdup(text);
	done = g_strdup_printf(_("whispered to %s"), p->display ? p->display : p->name);
	command_write(app, &c, done);
}

static void whisper_typed(const char *text, void *arg)
{
	struct errand *e = arg;
	const struct person *p = store_person(e->app->store, e->id);

	if (text && *text && p)
		whisper(e->app, e->ticket_id, p, text);
}

static void whisper_ask(struct app *app, desk_id ticket_id, const struct person *p)
{
	struct errand *e = errand_new(app, ACTION_WHISPER, ticket_id);
	g_autofree char *label = g_strdup_printf(_("whisper to %s: "), p->display ? p->display : p->name);

	e->id = p->id;
	command_ask(app, label, whisper_typed, e);
}

static void whisper_picked(const struct pick_item *item, void *arg)
{
	struct errand *e = arg;
	const struct person *p = item ? store_person(e->app->store, item->id) : NULL;

	if (p)
		whisper_ask(e->app, e->ticket_id, p);
}

/* Whom it is likeliest for first: who has the ticket, who is on it, who is here. */
static void whisper_pick(struct app *app, desk_id ticket_id)
{
	const struct session *s = store_session(app->store);
	const struct ticket_row *row = command_row(app, ticket_id);
	GPtrArray *items = g_ptr_array_new();

	for (int rank = 3; rank >= 0; rank--)
		for (guint i = 0; i < s->people->len; i++) {
			const struct person *p = s->people->pdata[i];
			const struct presence *at = command_where(app, p->id);
			int is = row && row->assignee_id == p->id ? 3 : !at ? 0 : at->ticket_id == ticket_id ? 2 : 1;
			g_autofree char *words = NULL;

			if (is != rank || (s->me && p->id == s->me->id))
				continue;
			words = is == 3 ? g_strdup(_("has the ticket")) : command_where_words(app, at);
			g_ptr_array_add(items, pick_item_new(p->display ? p->display : p->name, words, p->name, p->id));
		}
	command_pick(app, N_("whisper to"), items, whisper_picked, errand_new(app, ACTION_WHISPER, ticket_id));
}

void command_whisper(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	g_autofree char *name = NULL, *text = NULL;
	const struct person *p;

	if (!s)
		return;
	if (!*arg) {
		whisper_pick(app, command_target(app));
		return;
	}
	command_split(arg, &name, &text);
	p = command_person(s, name);
	if (!p)
		app_say(app, TRUE, "Nobody is called %s.", name);
	else if (*text)
		whisper(app, command_target(app), p, text);
	else
		whisper_ask(app, command_target(app), p);
}
