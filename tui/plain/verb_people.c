/* Verbs of people at work: states, loads, and what is held out to one. */
#include "tui/plain/verbs.h"

#include <string.h>

#include "tui/commands.h"
#include "wire/said.h"

/* A line of agents: the state with the person's name. */
struct at_work {
	char *name;
	enum agent_state state;
	char *reason;
	int64_t since_ms, until_ms;
	int load, capacity, tickets;
	int percent; /* load of capacity */
};
static const struct field at_work_fields[] = {
	{.name = "name", .type = FIELD_STRING, FIELD_AT(at_work, name)},
	{.name = "state", .type = FIELD_ENUM, FIELD_AT(at_work, state), .words = &agent_state_words},
	{.name = "reason", .type = FIELD_STRING, FIELD_AT(at_work, reason)},
	{.name = "since_ms", .type = FIELD_INT64, FIELD_AT(at_work, since_ms)},
	{.name = "until_ms", .type = FIELD_INT64, FIELD_AT(at_work, until_ms)},
	{.name = "load", .type = FIELD_INT, FIELD_AT(at_work, load)},
	{.name = "capacity", .type = FIELD_INT, FIELD_AT(at_work, capacity)},
	{.name = "percent", .type = FIELD_INT, FIELD_AT(at_work, percent)},
	{.name = "tickets", .type = FIELD_INT, FIELD_AT(at_work, tickets)},
};
static const struct shape shape_at_work = SHAPE(at_work, at_work_fields);
static const struct listing agents_list = {&shape_at_work, "agents", "name,state,reason,since,percent,tickets",
                                           "name"};

static const struct person *person_by_id(const struct session *s, desk_id id)
{
	for (guint i = 0; i < s->people->len; i++)
		if (((struct person *)s->people->pdata[i])->id == id)
			return s->people->pdata[i];
	return NULL;
}

/* `only`: of that person; 0 of all. */
static int put_agents(struct call *c, desk_id only)
{
	g_autoptr(GError) error = NULL;
	const struct session *s = desk_session(c->desk, &error);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(answer_auto) a = NULL;
	struct query q;

	query_init(&q, QUERY_AGENTS);
	a = s ? desk_read(c->desk, &q, &error) : NULL;
	query_clear(&q);
	if (!a)
		return call_fail(c, error);
	for (guint i = 0; i < a->agents->len; i++) {
		const struct agent *one = a->agents->pdata[i];
		const struct person *p = person_by_id(s, one->person_id);
		struct at_work *line;

		if (!p || (only && only != p->id))
			continue;
		line = g_new0(struct at_work, 1);
		*line = (struct at_work){p->name, one->state, one->reason, one->since_ms, one->until_ms, one->load,
		                         one->capacity, one->tickets, load_percent(one)};
		g_ptr_array_add(lines, line);
	}
	return call_list(c, &agents_list, lines);
}

int verb_agents(struct call *c)
{
	return put_agents(c, 0);
}

/* [PERSON] STATE [REASON] */
static gboolean fill_state(struct call *c, const struct session *s, struct change *change, GError **error)
{
	const char *until = call_option(c, PLAIN_OPTION_UNTIL);
	guint at = 0;
	int state = desk_word(call_word(c, 0), &agent_state_words);
	const struct person *p;

	change->person_id = s->me->id;
	if (state < 0 && call_word(c, 1)) {
		p = desk_person(c->desk, call_word(c, 0), error);
		if (!p)
			return FALSE;
		change->person_id = p->id;
		state = desk_word(call_word(c, at = 1), &agent_state_words);
	}
	if (state < 0) {
		g_autofree char *list = desk_words(&agent_state_words);

		return desk_fail(error, DESK_INVALID, _("%s is no state: %s"), call_word(c, at), list);
	}
	change->agent_state = (enum agent_state)state;
	change->reason = call_rest(c, at + 1);
	return !until || command_until(until, desk_now_ms(c->desk), &change->hold_until_ms, error);
}

int verb_state(struct call *c)
{
	g_autoptr(GError) error = NULL;
	const struct session *s = desk_session(c->desk, &error);
	struct change change;
	int code = PLAIN_OK;

	if (!s)
		return call_fail(c, error);
	if (!call_word(c, 0))
		return put_agents(c, s->me->id);
	change_init(&change, CHANGE_AGENT_STATE);
	if (!fill_state(c, s, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	g_autofree char *load = a && a->agent ? load_said(a->agent) : NULL;

	if (load)
		out_say(c->out, "%s; %s", word_said(agent_state_name(a->agent->state)), load);
	return code;
}

/* ---- what is held out to me */
static gboolean offered(struct call *c, struct change *change, GError **error)
{
	const char *word = call_word(c, 0);
	g_autoptr(answer_auto) a = NULL;
	struct query q;
	int64_t id;

	if (word) {
		if (!g_ascii_string_to_signed(word[0] == '#' ? word + 1 : word, 10, 1, INT64_MAX, &id, NULL))
			return desk_fail(error, DESK_INVALID, _("%s is no number of a ticket"), word);
		change->ticket_id = id;
		return TRUE;
	}
	query_init(&q, QUERY_OFFERS);
	a = desk_read(c->desk, &q, error);
	query_clear(&q);
	if (!a)
		return FALSE;
	if (!a->offers->len)
		return desk_fail(error, DESK_NOTFOUND, _("nothing is offered to you"));
	change->ticket_id = ((struct offer *)a->offers->pdata[0])->ticket_id;
	return TRUE;
}

static int answer_offer(struct call *c, enum change_kind kind, const char *done)
{
	g_autoptr(GError) error = NULL;
	struct change change;
	desk_id id;
	int code = PLAIN_OK;

	change_init(&change, kind);
	if (!offered(c, &change, &error)) {
		change_clear(&change);
		return call_fail(c, error);
	}
	change.reason = kind == CHANGE_OFFER_DECLINE ? g_strdup(call_option(c, PLAIN_OPTION_REASON)) : NULL;
	id = change.ticket_id;
	g_autoptr(answer_auto) a = call_write(c, &change, NULL, &code);

	if (!a)
		return code;
	out_say(c->out, "#%" G_GINT64_FORMAT ": %s", id, done);
	return PLAIN_OK;
}

int verb_accept(struct call *c)
{
	return answer_offer(c, CHANGE_OFFER_ACCEPT, _("yours"));
}

int verb_decline(struct call *c)
{
	return answer_offer(c, CHANGE_OFFER_DECLINE, _("it goes to the next"));
}
