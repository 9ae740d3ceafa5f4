/* What the store knows of people at work: my state, the others', what is held out to me. */
#include "store_fixture.h"

struct heard {
	int people;
};

static void listen(const struct store_note *note, void *arg)
{
	((struct heard *)arg)->people += note->kind == STORE_PEOPLE;
}

static void up(struct desk_under_test *t, struct heard *h)
{
	fixture_up(t, 5);
	fixture_start(t);
	*h = (struct heard){0};
	store_listen(t->s, listen, h);
}

static void send(struct desk_under_test *t, struct event *e)
{
	g_autoptr(GString) line = g_string_new("{\"event\":");

	e->seq = scripted_seq(t->b) + 1;
	e->at_ms = 1000 + e->seq;
	event_to_json(line, e);
	g_string_append_c(line, '}');
	g_assert_true(scripted_line(t->b, line->str));
	scripted_step(t->b);
	settle(t);
}

static void enters(struct desk_under_test *t, desk_id person_id, enum agent_state state, const char *reason, int load)
{
	struct agent a = {.person_id = person_id, .state = state, .reason = (char *)reason, .load = load, .capacity = 100};
	struct event e = {.kind = EVENT_AGENT, .change = (char *)"agent-state", .person_id = person_id, .agent = &a};

	send(t, &e);
}

static void holds_out(struct desk_under_test *t, desk_id person_id, desk_id ticket_id, int64_t until_ms, const char *change)
{
	struct offer o = {.ticket_id = ticket_id, .person_id = person_id, .until_ms = until_ms, .subject = (char *)"help"};
	struct event e = {.kind = EVENT_OFFER, .change = (char *)change, .person_id = person_id, .ticket_id = ticket_id,
	                  .offer = &o};

	send(t, &e);
}

static void states__of_me_and_others__come_by_the_feed(void)
{
	struct desk_under_test t;
	struct heard h;
	desk_id me;

	up(&t, &h);
	me = store_session(t.s)->me->id;
	g_assert_null(store_me(t.s));
	enters(&t, me + 2, AGENT_AVAILABLE, NULL, 20);
	g_assert_null(store_me(t.s));
	enters(&t, me, AGENT_BREAK, "lunch", 40);
	enters(&t, me + 1, AGENT_AWAY, NULL, 0);
	g_assert_cmpint(store_me(t.s)->state, ==, AGENT_BREAK);
	g_assert_cmpstr(store_me(t.s)->reason, ==, "lunch");
	g_assert_cmpuint(store_agents(t.s)->len, ==, 3);
	for (guint i = 0; i < 3; i++) /* by number, whatever order they were told in */
		g_assert_cmpint(((const struct agent *)store_agents(t.s)->pdata[i])->person_id, ==, me + i);
	enters(&t, me, AGENT_AVAILABLE, NULL, 20);
	g_assert_cmpint(store_me(t.s)->state, ==, AGENT_AVAILABLE);
	g_assert_cmpint(store_agent(t.s, me + 2)->load, ==, 20);
	g_assert_cmpuint(store_agents(t.s)->len, ==, 3);
	g_assert_cmpint(h.people, ==, 4);
	fixture_down(&t);
}

static void offer__is_mine_until_taken_over_or_late(void)
{
	struct desk_under_test t;
	struct heard h;
	int64_t soon;
	desk_id me;

	up(&t, &h);
	me = store_session(t.s)->me->id;
	soon = store_now_ms(t.s) + 60000;
	holds_out(&t, me + 1, 1001, soon, "offer"); /* another's */
	g_assert_null(store_offer(t.s));
	holds_out(&t, me, 1002, soon, "offer");
	g_assert_cmpint(store_offer(t.s)->ticket_id, ==, 1002);
	g_assert_cmpstr(store_offer(t.s)->subject, ==, "help");
	holds_out(&t, me, 1001, soon, "over"); /* an older one */
	g_assert_nonnull(store_offer(t.s));
	holds_out(&t, me, 1002, soon, "taken");
	g_assert_null(store_offer(t.s));
	holds_out(&t, me, 1003, 1, "offer"); /* its time has passed on the way */
	g_assert_null(store_offer(t.s));
	fixture_down(&t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/people/states", states__of_me_and_others__come_by_the_feed);
	g_test_add_func("/people/offer", offer__is_mine_until_taken_over_or_late);
	return g_test_run();
}
