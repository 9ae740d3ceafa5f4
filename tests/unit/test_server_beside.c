/* The server side of help beside the case: parts of a plan, questions, transfers, and the sheet. */
#include "ladder_fixture.inc"

static struct escalation_part *part(desk_id group, const char *task)
{
	struct escalation_part *p = g_new0(struct escalation_part, 1);

	p->group_id = group;
	p->task = g_strdup(task);
	return p;
}

static void cross__two_parts__plan_is_complete_with_both(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;
	struct actor porter;

	fixture_open(&f, NULL);
	porter = f.sun; /* leads: may answer for any group */
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.logistics);
	c.parts = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_part_free);
	g_ptr_array_add(c.parts, part(f.logistics, "find the parcel"));
	g_ptr_array_add(c.parts, part(f.tech, "unlock the account"));
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpuint(a->ticket->ladder->len, ==, 3);
	g_assert_cmpint(rung(a->ticket, 0)->acknowledge_by_ms, ==, 0);
	g_assert_cmpint(rung(a->ticket, 1)->parent_id, ==, rung(a->ticket, 0)->id);
	g_assert_cmpstr(rung(a->ticket, 2)->task, ==, "unlock the account");
	g_assert_cmpint(state_of(a->ticket, CLOCK_CROSS), ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(state_of(a->ticket, CLOCK_TIER2), ==, CLOCK_STATE_IDLE);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_CROSS)->target_ms, ==, 48 * MS_HOUR);
	answer_free(a);
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.item_id = 1;
	c.body = g_strdup("all is well");
	ticket_free(fixture_refused(&f, &porter, &c, DESK_CONFLICT, "Logistics, Technical"));
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.body = g_strdup("unlocked");
	a = fixture_do(&f, &f.zhao, &c); /* finds the part of tech */
	g_assert_cmpint(rung(a->ticket, 2)->state, ==, RUNG_ANSWERED);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_WAITING);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.logistics);
	answer_free(a);
	fixture_pass(MS_MINUTE);
	c = on(CHANGE_REPLY, id);
	c.body = g_strdup("Half of it is done.");
	does(&f, &f.zhao, &c); /* no plan yet */
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.item_id = 2;
	c.body = g_strdup("it arrives on Tuesday");
	a = fixture_do(&f, &porter, &c);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_ANSWERED);
	g_assert_cmpstr(rung(a->ticket, 0)->answer, ==, "Logistics: it arrives on Tuesday\nTechnical: unlocked");
	g_assert_cmpint(a->ticket->row.group_id, ==, f.front);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(state_of(a->ticket, CLOCK_CROSS), ==, CLOCK_STATE_RUNNING);
	answer_free(a);
	g_assert_cmpuint(notices(&f, &f.li, "the plan is complete"), ==, 1);
	fixture_pass(MS_MINUTE);
	c = on(CHANGE_REPLY, id);
	c.body = g_strdup("Your account is open and the parcel comes on Tuesday.");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(state_of(a->ticket, CLOCK_CROSS), ==, CLOCK_STATE_MET);
	answer_free(a);
	fixture_close(&f);
}

static void consult__asked_and_answered__owner_and_clocks_stay(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = on(CHANGE_CONSULT, id);
	c.body = g_strdup("Is the code service down?");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "one of person_id and group_id"));
	c = on(CHANGE_CONSULT, id);
	c.group_id = f.tech;
	c.body = g_strdup("Is the code service down?");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(rung(a->ticket, 0)->kind, ==, ESCALATION_CONSULT);
	g_assert_cmpint(rung(a->ticket, 0)->acknowledge_by_ms, ==, FIXTURE_START + 2 * MS_HOUR);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.front);
	g_assert_cmpint(state_of(a->ticket, CLOCK_TIER2), ==, CLOCK_STATE_IDLE);
	answer_free(a);
	g_assert_cmpuint(notices(&f, &f.zhao, "asked Technical"), ==, 1);
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.body = g_strdup("Since ten; it is being mended.");
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_ANSWERED);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	answer_free(a);
	g_assert_cmpuint(notices(&f, &f.li, "answered by Technical"), ==, 1);
	fixture_close(&f);
}

static void transfer__owner_keeps_it_until_it_is_taken(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = on(CHANGE_TRANSFER, id);
	c.person_id = f.min.person_id;
	c.body = g_strdup("my shift ends");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	answer_free(a);
	c = on(CHANGE_TRANSFER, id);
	c.person_id = f.zhao.person_id;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "offered to Wang Min"));
	c = on(CHANGE_RETURN, id);
	c.reason = g_strdup("lunch");
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_RETURNED);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	answer_free(a);
	c = on(CHANGE_TRANSFER, id);
	c.person_id = f.min.person_id;
	does(&f, &f.li, &c);
	fixture_pass(10 * MS_MINUTE);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 1)->state, ==, RUNG_BOUNCED);
	g_assert_cmpint(t->row.assignee_id, ==, f.li.person_id);
	ticket_free(t);
	c = on(CHANGE_TRANSFER, id);
	c.person_id = f.min.person_id;
	does(&f, &f.li, &c);
	c = on(CHANGE_ACKNOWLEDGE, id);
	g_assert_null(fixture_refused(&f, &f.sun, &c, DESK_NOTFOUND, "nothing on the ladder"));
	c = on(CHANGE_ACKNOWLEDGE, id);
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(rung(a->ticket, 2)->state, ==, RUNG_ACKNOWLEDGED);
	g_assert_cmpint(rung(a->ticket, 2)->ended_ms, >, 0);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.min.person_id);
	g_assert_true(says(a->ticket, "taken over by Wang Min"));
	answer_free(a);
	fixture_close(&f);
}

static void sheet__of_a_conversation__has_all_that_is_needed(void)
{
	struct fixture f;
	struct query q;
	struct answer *a;
	const struct escalation_target *t;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	query_init(&q, QUERY_ESCALATION_SHEET);
	q.ticket_id = id;
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->sheet->targets->len, ==, 2);
	t = a->sheet->targets->pdata[0];
	g_assert_cmpstr(t->name, ==, "tech");
	g_assert_true(t->recommended);
	g_assert_cmpstr(t->why, ==, "");
	g_assert_cmpint(t->people, ==, 1);
	g_assert_cmpint(t->available, ==, 0);
	g_assert_cmpint(t->wait_ms, ==, -1);
	g_assert_cmpint(t->target_ms, ==, 2 * MS_HOUR);
	g_assert_cmpint(t->promise_ms, ==, FIXTURE_START + 2 * MS_HOUR);
	g_assert_cmpint(a->sheet->promise_ms, ==, t->promise_ms);
	g_assert_cmpint(((const struct escalation_target *)a->sheet->targets->pdata[1])->target_ms, ==, 48 * MS_HOUR);
	g_assert_cmpuint(a->sheet->reasons->len, ==, 6);
	g_assert_cmpstr(a->sheet->reasons->pdata[0], ==, "needs a specialist");
	g_assert_nonnull(strstr(a->sheet->note, "Problem: can't sign in (account/sign-in/code)\nThe customer: \"the code is wrong\""));
	g_assert_nonnull(strstr(a->sheet->note, "Tried: nothing yet"));
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

/* Beside the case: a question that nobody takes comes back, who owes a part or an answer is reminded; the clock runs. */
static void beside__nobody_answers__comes_back_or_is_reminded(void)
{
	struct fixture f;
	struct change c;
	struct escalation_part *part;
	struct ticket *t;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = on(CHANGE_CONSULT, id);
	c.group_id = f.tech;
	c.body = g_strdup("is it down?");
	does(&f, &f.li, &c);
	fixture_pass(119 * MS_MINUTE);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_WAITING);
	ticket_free(t);
	fixture_pass(2 * MS_MINUTE);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_BOUNCED);
	g_assert_cmpint(t->row.assignee_id, ==, f.li.person_id); /* it never left */
	ticket_free(t);
	g_assert_cmpuint(notices(&f, &f.li, "came back from Technical"), ==, 1);

	c = escalation_to(id, f.logistics);
	part = g_new0(struct escalation_part, 1);
	part->group_id = f.tech;
	part->task = g_strdup("unlock it");
	c.parts = g_ptr_array_new_with_free_func((GDestroyNotify)escalation_part_free);
	g_ptr_array_add(c.parts, part);
	does(&f, &f.li, &c);
	fixture_pass(121 * MS_MINUTE);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 2)->state, ==, RUNG_WAITING); /* owed as before */
	g_assert_cmpint(state_of(t, CLOCK_CROSS), ==, CLOCK_STATE_RUNNING);
	g_assert_true(says(t, "Technical is reminded: no answer yet"));
	ticket_free(t);
	g_assert_cmpuint(notices(&f, &f.zhao, "is reminded"), ==, 1);
	g_assert_cmpuint(notices(&f, &f.li, "is reminded"), ==, 1);
	run_due(&f, &next);
	g_assert_cmpuint(notices(&f, &f.zhao, "is reminded"), ==, 1); /* once each time */
	/* acknowledged is not answered */
	c = on(CHANGE_ACKNOWLEDGE, id);
	does(&f, &f.zhao, &c);
	fixture_pass(121 * MS_MINUTE);
	run_due(&f, &next);
	g_assert_cmpuint(notices(&f, &f.zhao, "is reminded"), ==, 2);
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.body = g_strdup("unlocked");
	does(&f, &f.zhao, &c);
	fixture_pass(300 * MS_MINUTE);
	run_due(&f, &next);
	g_assert_cmpuint(notices(&f, &f.zhao, "is reminded"), ==, 2);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ladder/cross", cross__two_parts__plan_is_complete_with_both);
	g_test_add_func("/ladder/consult", consult__asked_and_answered__owner_and_clocks_stay);
	g_test_add_func("/ladder/transfer", transfer__owner_keeps_it_until_it_is_taken);
	g_test_add_func("/ladder/sheet", sheet__of_a_conversation__has_all_that_is_needed);
	g_test_add_func("/ladder/beside", beside__nobody_answers__comes_back_or_is_reminded);
	return g_test_run();
}
