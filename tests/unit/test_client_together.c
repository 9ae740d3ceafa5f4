/* What the store knows of the others, and what it tells its person: each thing once. */
#include "store_fixture.h"

struct heard {
	GString *notices; /* "kind#ticket " of each that was told */
	int presence;
};

static void listen(const struct store_note *note, void *arg)
{
	struct heard *h = arg;

	h->presence += note->kind == STORE_PRESENCE;
	if (note->kind == STORE_NOTICE && note->notice)
		g_string_append_printf(h->notices, "%s#%" G_GINT64_FORMAT " ", notice_kind_name(note->notice->kind),
		                       note->notice->ticket_id);
}

static void up(struct desk_under_test *t, struct heard *h)
{
	fixture_up(t, 5);
	fixture_start(t);
	*h = (struct heard){.notices = g_string_new(NULL)};
	store_listen(t->s, listen, h);
}

static void down(struct desk_under_test *t, struct heard *h)
{
	fixture_down(t);
	g_string_free(h->notices, TRUE);
}

static void send(struct desk_under_test *t, struct event *e)
{
	g_autoptr(GString) line = g_string_new("{\"event\":");

	e->seq = scripted_seq(t->b) + 1;
	e->at_ms = e->at_ms ? e->at_ms : 1000 + e->seq;
	event_to_json(line, e);
	g_string_append_c(line, '}');
	g_assert_true(scripted_line(t->b, line->str));
	scripted_step(t->b);
	settle(t);
}

static void somebody(struct desk_under_test *t, desk_id person_id, const char *station, desk_id ticket_id, gboolean writing,
                     const char *change)
{
	struct presence p = {.person_id = person_id, .ticket_id = ticket_id, .workstation = (char *)station, .writing = writing};
	struct event e = {.kind = EVENT_PRESENCE, .change = (char *)change, .person_id = person_id, .ticket_id = ticket_id,
	                  .presence = &p};

	send(t, &e);
}

static void presence__others_come_and_go__by_workstation(void)
{
	struct desk_under_test t;
	struct heard h;
	desk_id me;

	up(&t, &h);
	me = store_session(t.s)->me->id;
	somebody(&t, me, "mine", 1001, TRUE, "write");
	g_assert_cmpuint(store_there(t.s, 1001), ==, 0); /* I know what I do */
	somebody(&t, me + 1, "a", 1001, FALSE, "look");
	somebody(&t, me + 1, "b", 1001, TRUE, "write");
	g_assert_cmpuint(store_there(t.s, 1001), ==, STORE_THERE_LOOKS | STORE_THERE_WRITES);
	somebody(&t, me + 1, "b", 1002, FALSE, "look"); /* went on: one event says both */
	g_assert_cmpuint(store_there(t.s, 1001), ==, STORE_THERE_LOOKS);
	g_assert_cmpuint(store_there(t.s, 1002), ==, STORE_THERE_LOOKS);
	somebody(&t, me + 1, "a", 1001, FALSE, "leave");
	g_assert_cmpuint(store_there(t.s, 1001), ==, 0);
	g_assert_cmpuint(store_presence(t.s)->len, ==, 2);
	g_assert_cmpint(h.presence, ==, 5);
	down(&t, &h);
}

static void tell(struct desk_under_test *t, desk_id to, desk_id id, enum notice_kind kind, desk_id ticket_id)
{
	struct notice n = {.id = id, .kind = kind, .person_id = to, .ticket_id = ticket_id, .text = (char *)"words", .at_ms = 5000 + id};
	struct event e = {.kind = EVENT_NOTICE, .change = (char *)notice_kind_name(kind), .person_id = to, .ticket_id = ticket_id,
	                  .notice = &n};

	send(t, &e);
}

static void notices__mine__are_told_once_and_counted_until_seen(void)
{
	struct desk_under_test t;
	struct heard h;
	desk_id me;

	up(&t, &h);
	me = store_session(t.s)->me->id;
	tell(&t, me, 7, NOTICE_MENTION, 1001);
	tell(&t, me, 7, NOTICE_MENTION, 1001); /* came by another way, too */
	tell(&t, me + 1, 8, NOTICE_REPLY, 1002);
	tell(&t, me, 9, NOTICE_BREACH, 1002);
	g_assert_cmpstr(h.notices->str, ==, "mention#1001 breach#1002 ");
	g_assert_cmpuint(store_notices_unseen(t.s, 0), ==, 2);
	g_assert_cmpuint(store_notices_unseen(t.s, 1u << NOTICE_BREACH), ==, 1);
	store_notices_seen(t.s, 1001);
	g_assert_cmpuint(store_notices_unseen(t.s, 0), ==, 1);
	struct notice up_to = {.id = 9, .person_id = me, .seen = TRUE};
	struct event seen = {.kind = EVENT_NOTICE, .change = (char *)"seen", .person_id = me, .notice = &up_to};
	send(&t, &seen); /* looked at on another workstation */
	g_assert_cmpuint(store_notices_unseen(t.s, 0), ==, 0);
	g_assert_cmpuint(store_notices(t.s)->len, ==, 2);
	g_assert_cmpint(((const struct notice *)store_notices(t.s)->pdata[0])->id, ==, 9);
	down(&t, &h);
}

static void ticket(struct desk_under_test *t, desk_id id, desk_id group_id, desk_id assignee_id, const char *change)
{
	struct ticket_row row;

	ticket_row_copy(&row, store_queue_at(t->s, 0));
	row.id = id;
	row.group_id = group_id;
	row.assignee_id = assignee_id;
	row.next_due_ms = 9000000;
	struct event e = {.kind = EVENT_TICKET, .change = (char *)change, .ticket_id = id, .row = &row};
	send(t, &e);
	ticket_row_clear(&row);
}

static void notices__of_tickets__are_those_of_my_groups_that_are_nobodys(void)
{
	struct desk_under_test t;
	struct heard h;
	desk_id me, mine = 1, other = 2;

	up(&t, &h);
	me = store_session(t.s)->me->id;
	ticket(&t, 2001, mine, 0, "customer-opens");
	ticket(&t, 2001, mine, 0, "customer-opens"); /* an event for each message */
	ticket(&t, 2002, other, 0, "customer-opens");
	ticket(&t, 2003, mine, me + 1, "customer-opens"); /* that person is told */
	ticket(&t, 2001, mine, 0, "warning"); /* the desk tells whom its settings name */
	ticket(&t, 2001, mine, 0, "breach");
	ticket(&t, 2001, mine, 0, "note");
	g_assert_cmpstr(h.notices->str, ==, "new-ticket#2001 ");
	down(&t, &h);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/together/presence", presence__others_come_and_go__by_workstation);
	g_test_add_func("/together/notices", notices__mine__are_told_once_and_counted_until_seen);
	g_test_add_func("/together/tickets", notices__of_tickets__are_those_of_my_groups_that_are_nobodys);
	return g_test_run();
}
