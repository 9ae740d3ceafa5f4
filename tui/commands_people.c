/* Commands of people at work: one's own state, what is held out to one, who does what. */
#include "tui/commands.h"

#include <string.h>
#include "base/say.h"
#include "wire/said.h"

/* ---- the own state */
static void set_state(struct app *app, enum agent_state state, const char *reason)
{
	const struct session *s = store_session(app->store);
	g_autofree char *done = NULL;
	struct change c;

	if (!s || !s->me)
		return;
	change_init(&c, CHANGE_AGENT_STATE);
	c.person_id = s->me->id;
	c.agent_state = state;
	c.reason = reason && *reason ? g_strdup(reason) : NULL;
	done = g_strdup_printf(_("your state: %s"), word_said(agent_state_name(state)));
	command_write(app, &c, done);
}

static void reason_typed(const char *text, void *arg)
{
	const struct errand *e = arg;

	if (text && *text)
		set_state(e->app, AGENT_BREAK, text);
}

static char **reasons(struct app *app)
{
	const struct session *s = store_session(app->store);

	return g_strsplit(s && s->break_reasons ? s->break_reasons : "", ",", -1);
}

static void reason_picked(const struct pick_item *item, void *arg)
{
	const struct errand *e = arg;

	if (item && item->word)
		set_state(e->app, AGENT_BREAK, item->word);
	else if (item)
		command_ask(e->app, "break, because: ", reason_typed, errand_new(e->app, ACTION_STATE, 0));
}

/* One of the desk's, or another in own words. */
static void ask_reason(struct app *app)
{
	g_auto(GStrv) list = reasons(app);
	GPtrArray *items = g_ptr_array_new();

	for (char **one = list; *one; one++)
		if (*g_strstrip(*one))
			g_ptr_array_add(items, pick_item_new(*one, NULL, *one, 0));
	g_ptr_array_add(items, pick_item_new(_("another reason"), NULL, NULL, 0));
	command_pick(app, "break, because", items, reason_picked, errand_new(app, ACTION_STATE, 0));
}

static void state_picked(const struct pick_item *item, void *arg)
{
	const struct errand *e = arg;

	if (!item)
		return;
	if (item->id == AGENT_BREAK)
		ask_reason(e->app);
	else
		set_state(e->app, (enum agent_state)item->id, NULL);
}

/* What a person says of himself: away and wrap-up come and go by themselves, too. */
static const enum agent_state said[] = {AGENT_AVAILABLE, AGENT_BUSY, AGENT_BREAK, AGENT_WRAP_UP, AGENT_AWAY, AGENT_OFFLINE};

static void pick_state(struct app *app)
{
	const struct agent *me = store_me(app->store);
	GPtrArray *items = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
		g_ptr_array_add(items, pick_item_new(word_said(agent_state_name(said[i])), me && me->state == said[i] ? _("now") : NULL,
		                                     agent_state_name(said[i]), said[i]));
	command_pick(app, "your state", items, state_picked, errand_new(app, ACTION_STATE, 0));
}

void command_state(struct app *app, const char *arg)
{
	g_autofree char *name = NULL, *reason = NULL;
	int state;

	if (!*arg) {
		pick_state(app);
		return;
	}
	command_split(arg, &name, &reason);
	state = agent_state_by_name(name);
	if (state < 0)
		app_say(app, TRUE, "There is no state %s: available, busy, break, wrap-up, away, offline.", name);
	else if (state == AGENT_BREAK && !*reason)
		ask_reason(app);
	else
		set_state(app, (enum agent_state)state, reason);
}

/* ---- what is held out */
void command_accept(struct app *app, const char *arg)
{
	const struct offer *o = store_offer(app->store);
	desk_id ticket_id = o ? o->ticket_id : 0;
	struct change c;

	(void)arg;
	if (!o) {
		app_say(app, FALSE, "Nothing is held out to you.");
		return;
	}
	change_init(&c, CHANGE_OFFER_ACCEPT);
	c.ticket_id = ticket_id;
	command_write(app, &c, "taken");
	command_open_ticket(app, ticket_id);
}

void command_decline(struct app *app, const char *arg)
{
	const struct offer *o = store_offer(app->store);
	struct change c;

	if (!o) {
		app_say(app, FALSE, "Nothing is held out to you.");
		return;
	}
	change_init(&c, CHANGE_OFFER_DECLINE);
	c.ticket_id = o->ticket_id;
	c.reason = *arg ? g_strdup(arg) : NULL;
	command_write(app, &c, "declined: it goes on to the next");
}

/* ---- everybody */
static void team_picked(const struct pick_item *item, void *arg)
{
	struct app *app = ((struct errand *)arg)->app;

	if (item && item->id)
		command_open_ticket(app, item->id);
	else if (item)
		app_say(app, FALSE, "%s looks at no ticket; / assignee:%s lists those in hand.", item->label, item->word);
}

static char *skills_of(const struct session *s, const struct person *p)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; p->skills && i < p->skills->len; i++)
		for (guint k = 0; k < s->skills->len; k++) {
			const struct skill *skill = s->skills->pdata[k];

			if (skill->id == g_array_index(p->skills, desk_id, i))
				g_string_append_printf(out, "%s%s", out->len ? " " : "", skill->name);
		}
	return g_string_free(out, FALSE);
}

/* State, since when, load, skills, what is before them. */
static char *team_detail(struct app *app, const struct person *p, const struct agent *a)
{
	g_autofree char *skills = skills_of(store_session(app->store), p), *where = NULL, *load = a ? load_said(a) : NULL;
	const struct presence *at = command_where(app, p->id);
	char when[64] = "";
	GString *out = g_string_new(a ? word_said(agent_state_name(a->state)) : _("not known"));

	if (a && a->reason)
		g_string_append_printf(out, " (%s)", word_said(a->reason));
	if (a && a->since_ms)
		g_string_append_printf(out, _(" since %s"), draw_when(a->since_ms, store_now_ms(app->store), when, sizeof when));
	if (a)
		g_string_append_printf(out, ", %s", load);
	if (*skills)
		g_string_append_printf(out, ", %s", skills);
	if (at) {
		where = command_where_words(app, at);
		g_string_append_printf(out, ", %s", where);
	}
	return g_string_free(out, FALSE);
}

void command_team(struct app *app, const char *arg)
{
	const struct session *s = store_session(app->store);
	GPtrArray *items;

	(void)arg;
	if (!s)
		return;
	store_want_agents(app->store);
	items = g_ptr_array_new();
	for (size_t n = 0; n <= G_N_ELEMENTS(said); n++) /* those who can take work first */
		for (guint i = 0; i < s->people->len; i++) {
			const struct person *p = s->people->pdata[i];
			const struct agent *a = store_agent(app->store, p->id);
			const struct presence *at = command_where(app, p->id);
			g_autofree char *detail = NULL;

			if (p->role < ROLE_AGENT || (n < G_N_ELEMENTS(said) ? !a || a->state != said[n] : a != NULL))
				continue;
			detail = team_detail(app, p, a);
			g_ptr_array_add(items, pick_item_new(p->display ? p->display : p->name, detail, p->name, at ? at->ticket_id : 0));
		}
	command_pick(app, "people at work", items, team_picked, errand_new(app, ACTION_TEAM, 0));
}
