/* People at work: who is in which state and how much they have in hand, and what is held out to the
 * person here. States come by the feed; loads are read anew soon after something touched one's own. */
#include "client/store_private.h"

#include <string.h>

#define AGAIN_MS 700 /* several reasons to read anew are one */

struct store_people {
	GPtrArray *agents;      /* struct agent, by person; NULL not known */
	struct offer *offer;    /* held out to me; NULL none */
	guint64 agents_read, offers_read;
	gboolean offer_moved;   /* while it was being read */
	guint again_timer;
};

static gboolean can(const struct store *s)
{
	return store_capabilities(s) & CAN_PEOPLE;
}

static desk_id my_id(const struct store *s)
{
	return s->session && s->session->me ? s->session->me->id : 0;
}

/* ---- what is known */
static struct agent *agent_of(const struct store *s, desk_id person_id, guint *at)
{
	const GPtrArray *agents = s->people->agents;

	*at = 0;
	for (; agents && *at < agents->len; ++*at) {
		struct agent *a = agents->pdata[*at];

		if (a->person_id >= person_id)
			return a->person_id == person_id ? a : NULL;
	}
	return NULL;
}

const struct agent *store_me(const struct store *s)
{
	guint at;

	return my_id(s) ? agent_of(s, my_id(s), &at) : NULL;
}

const struct agent *store_agent(const struct store *s, desk_id person_id)
{
	guint at;

	return agent_of(s, person_id, &at);
}

const GPtrArray *store_agents(const struct store *s)
{
	return s->people->agents;
}

const struct offer *store_offer(const struct store *s)
{
	const struct offer *o = s->people->offer;

	return o && o->until_ms > store_now_ms(s) ? o : NULL;
}

gboolean people_will_read(const struct store *s)
{
	return s->people && s->people->again_timer != 0;
}

static void people_changed(struct store *s)
{
	store_tell_kind(s, STORE_PEOPLE, 0, TRUE);
}

/* ---- reading */
static void agents_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	(void)t;
	(void)about;
	s->people->agents_read = 0;
	if (error || !a || !a->agents)
		return;
	g_clear_pointer(&s->people->agents, g_ptr_array_unref);
	s->people->agents = g_steal_pointer(&a->agents);
	people_changed(s);
}

static void ask_offers(struct store *s);

static void offers_came(struct store *s, struct answer *a, const GError *error, const struct ticket *t, int64_t about)
{
	struct store_people *p = s->people;

	(void)t;
	(void)about;
	p->offers_read = 0;
	if (error || !a || !a->offers)
		return;
	if (p->offer_moved) { /* the answer may be older than what was heard meanwhile */
		ask_offers(s);
		return;
	}
	g_clear_pointer(&p->offer, offer_free);
	if (a->offers->len)
		p->offer = g_ptr_array_steal_index(a->offers, 0);
	people_changed(s);
}

static void ask(struct store *s, enum query_kind kind, store_done_fn *fn, guint64 *reading)
{
	struct query q;

	if (*reading || !can(s) || !s->session || s->session->me->role < ROLE_AGENT)
		return;
	query_init(&q, kind);
	*reading = store_ask(s, &q, fn, 0);
	query_clear(&q);
}

static void ask_offers(struct store *s)
{
	s->people->offer_moved = FALSE;
	ask(s, QUERY_OFFERS, offers_came, &s->people->offers_read);
}

void store_want_agents(struct store *s)
{
	ask(s, QUERY_AGENTS, agents_came, &s->people->agents_read);
}

static gboolean read_again(void *arg)
{
	struct store *s = arg;

	s->people->again_timer = 0;
	store_want_agents(s);
	return G_SOURCE_REMOVE;
}

static void read_soon(struct store *s)
{
	if (!s->people->again_timer && can(s))
		s->people->again_timer = g_timeout_add(AGAIN_MS, read_again, s);
}

void people_online(struct store *s)
{
	store_want_agents(s);
	ask_offers(s);
}

/* ---- hearing */
static struct agent *agent_dup(const struct agent *from)
{
	struct agent *a = g_memdup2(from, sizeof(*from));

	a->reason = g_strdup(from->reason);
	return a;
}

static void take_agent(struct store *s, const struct agent *told)
{
	struct store_people *p = s->people;
	guint at;

	if (!p->agents)
		p->agents = g_ptr_array_new_with_free_func((GDestroyNotify)agent_free);
	if (agent_of(s, told->person_id, &at))
		g_ptr_array_remove_index(p->agents, at);
	g_ptr_array_insert(p->agents, (int)at, agent_dup(told));
	people_changed(s);
}

static void take_offer(struct store *s, const struct event *e)
{
	struct store_people *p = s->people;
	const struct offer *told = e->offer;

	if (!told || told->person_id != my_id(s))
		return;
	p->offer_moved = TRUE;
	if (g_strcmp0(e->change, "offer") != 0) {
		if (!p->offer || p->offer->ticket_id != told->ticket_id)
			return;
		g_clear_pointer(&p->offer, offer_free);
		people_changed(s);
		return;
	}
	g_clear_pointer(&p->offer, offer_free);
	p->offer = g_memdup2(told, sizeof(*told));
	p->offer->subject = g_strdup(told->subject);
	p->offer->customer_name = g_strdup(told->customer_name);
	people_changed(s);
}

void people_event(struct store *s, const struct event *e)
{
	if (e->kind == EVENT_AGENT && e->agent)
		take_agent(s, e->agent);
	else if (e->kind == EVENT_OFFER)
		take_offer(s, e);
}

/* A ticket that came to me, left me, or that I changed: my hands are fuller or freer. */
void people_ticket(struct store *s, const struct event *e)
{
	static const char *const moves[] = {"assign", "handover", "taken-back", "merge", "escalate", "release", "transfer"};
	desk_id me = my_id(s);

	if (!me || !e->row)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(moves); i++)
		if (g_strcmp0(e->change, moves[i]) == 0) {
			read_soon(s);
			return;
		}
	if (e->row->assignee_id == me || e->person_id == me)
		read_soon(s);
}

void people_init(struct store *s)
{
	s->people = g_new0(struct store_people, 1);
}

void people_free(struct store *s)
{
	struct store_people *p = g_steal_pointer(&s->people);

	if (p->again_timer)
		g_source_remove(p->again_timer);
	g_clear_pointer(&p->agents, g_ptr_array_unref);
	g_clear_pointer(&p->offer, offer_free);
	g_free(p);
}
