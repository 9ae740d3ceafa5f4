/* The server side of escalation: each way up the ladder and back, with its clocks, notices and history. */
#include "desk_fixture.inc"

#include "rules/escalation.h"
#include "rules/history.h"

static struct change on(enum change_kind kind, desk_id id)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = id;
	return c;
}

static struct change escalation_to(desk_id id, desk_id group)
{
	struct change c = on(CHANGE_ESCALATE, id);

	c.group_id = group;
	c.reason = g_strdup("code service rejects her device");
	return c;
}

static desk_id claimed(struct fixture *f, enum channel channel)
{
	desk_id id = fixture_opens(f, channel, "can't sign in", "the code is wrong", "account/sign-in/code");
	struct change c = on(CHANGE_CLAIM, id);

	answer_free(fixture_do(f, &f->li, &c));
	return id;
}

/* On the ladder of the ticket as li sees it; the n-th rung. */
static const struct escalation *rung(const struct ticket *t, guint n)
{
	g_assert_nonnull(t->ladder);
	g_assert_cmpuint(t->ladder->len, >, n);
	return t->ladder->pdata[n];
}

static void run_due(struct fixture *f, int64_t *next)
{
	g_autoptr(GError) error = NULL;

	*next = desk_due(f->desk, &error);
	g_assert_no_error(error);
}

static guint notices(struct fixture *f, const struct actor *who, const char *word)
{
	struct query q;
	struct answer *a;
	guint n = 0;

	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(f, who, &q);
	for (guint i = 0; i < a->notices->len; i++) {
		const struct notice *one = a->notices->pdata[i];

		n += one->kind == NOTICE_ESCALATION && strstr(one->text, word) != NULL;
	}
	answer_free(a);
	query_clear(&q);
	return n;
}

static gboolean says(const struct ticket *t, const char *line)
{
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind == MESSAGE_SYSTEM && strstr(m->body, line))
			return TRUE;
	}
	return FALSE;
}

static enum clock_state state_of(const struct ticket *t, enum clock_kind kind)
{
	const struct ticket_clock *c = fixture_clock(t, kind);

	return c ? c->state : CLOCK_STATE_IDLE;
}

static void escalate__note_reply_and_promise__go_in_one_write(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	const struct escalation *r;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	c.body = g_strdup("tried the reset twice");
	c.reply = g_strdup("您好，{promised}之前给您答复。");
	c.promise_ms = FIXTURE_START + 2 * MS_HOUR;
	a = fixture_do(&f, &f.li, &c);
	r = rung(a->ticket, 0);
	g_assert_cmpint(r->kind, ==, ESCALATION_TIER2);
	g_assert_cmpint(r->state, ==, RUNG_WAITING);
	g_assert_cmpint(r->from_group_id, ==, f.front);
	g_assert_cmpint(r->from_person_id, ==, f.li.person_id);
	g_assert_cmpint(r->acknowledge_by_ms, ==, FIXTURE_START + 10 * MS_MINUTE);
	g_assert_cmpint(r->note_id, >, 0);
	g_assert_cmpstr(r->by_name, ==, "Li Wei");
	g_assert_cmpint(a->ticket->row.group_id, ==, f.tech);
	g_assert_cmpint(a->ticket->row.tier, ==, 2);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, 0);
	/* what was said to the customer with it is not tier 2's answer, and is no promise unkept */
	g_assert_cmpint(state_of(a->ticket, CLOCK_TIER2), ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(state_of(a->ticket, CLOCK_PROMISE), ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_PROMISE)->due_ms, ==, FIXTURE_START + 2 * MS_HOUR);
	g_assert_cmpint(state_of(a->ticket, CLOCK_FIRST_RESPONSE), ==, CLOCK_STATE_MET);
	g_assert_nonnull(a->message);
	for (guint i = 0, replies = 0; i < a->ticket->messages->len; i++) {
		const struct message *m = a->ticket->messages->pdata[i];

		g_assert_null(strstr(m->body, "{promised}"));
		g_assert_true(m->kind != MESSAGE_REPLY || (strstr(m->body, "给您答复") && ++replies == 1));
	}
	answer_free(a);
	g_assert_cmpuint(notices(&f, &f.zhao, "code service"), ==, 1);
	g_assert_cmpuint(notices(&f, &f.min, "code service"), ==, 0);
	c = escalation_to(id, f.logistics);
	c.reply = g_strdup("We ask {order}.");
	g_assert_null(fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "{order}"));
	fixture_close(&f);
}

static void escalate__mail_leaves_later__is_no_answer_of_tier_2(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_EMAIL);
	c = escalation_to(id, f.tech);
	c.reply = g_strdup("We take it further.");
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_pass(20 * MS_SECOND);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(state_of(t, CLOCK_TIER2), ==, CLOCK_STATE_RUNNING);
	g_assert_false(t->row.waiting);
	ticket_free(t);
	/* one of the first agent's own later isn't, either; the specialist's is */
	c = on(CHANGE_REPLY, id);
	c.body = g_strdup("Still on it.");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(state_of(t, CLOCK_TIER2), ==, CLOCK_STATE_RUNNING);
	ticket_free(t);
	c = on(CHANGE_REPLY, id);
	c.body = g_strdup("It works again.");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.zhao, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(state_of(t, CLOCK_TIER2), ==, CLOCK_STATE_MET);
	ticket_free(t);
	fixture_close(&f);
}

static void acknowledge__then_answer__goes_back_to_who_asked(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	answer_free(fixture_do(&f, &f.li, &c));
	c = on(CHANGE_ACKNOWLEDGE, id);
	g_assert_null(fixture_refused(&f, &f.min, &c, DESK_NOTFOUND, "nothing on the ladder"));
	c = on(CHANGE_ACKNOWLEDGE, id);
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_ACKNOWLEDGED);
	g_assert_cmpint(rung(a->ticket, 0)->taken_id, ==, f.zhao.person_id);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.zhao.person_id);
	answer_free(a);
	g_assert_cmpuint(notices(&f, &f.li, "acknowledged by Technical (Zhao Min)"), ==, 1);
	fixture_pass(MS_HOUR); /* acknowledged in time: nothing bounces */
	run_due(&f, &next);
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.body = g_strdup("The service is mended: a new code will do.");
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_ANSWERED);
	g_assert_cmpstr(rung(a->ticket, 0)->answer, ==, "The service is mended: a new code will do.");
	g_assert_cmpint(state_of(a->ticket, CLOCK_TIER2), ==, CLOCK_STATE_MET);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.front);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(a->ticket->row.tier, ==, 1);
	answer_free(a);
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.item_id = 1;
	ticket_free(fixture_refused(&f, &f.zhao, &c, DESK_CONFLICT, "answered"));
	fixture_close(&f);
}

static void claim__by_the_target__acknowledges(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	answer_free(fixture_do(&f, &f.li, &c));
	c = on(CHANGE_CLAIM, id);
	answer_free(fixture_do(&f, &f.zhao, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_ACKNOWLEDGED);
	g_assert_true(says(t, "acknowledged by Technical (Zhao Min)"));
	ticket_free(t);
	/* solved there: the ladder is over */
	c = on(CHANGE_STATUS, id);
	c.status = STATUS_RESOLVED;
	answer_free(fixture_do(&f, &f.zhao, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_ENDED);
	ticket_free(t);
	fixture_close(&f);
}

static void bounce__nobody_acknowledges__goes_back_once(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	answer_free(fixture_do(&f, &f.li, &c));
	run_due(&f, &next);
	g_assert_cmpint(next, <=, FIXTURE_START + 10 * MS_MINUTE);
	fixture_pass(10 * MS_MINUTE - 1);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_WAITING);
	ticket_free(t);
	fixture_pass(1);
	run_due(&f, &next);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_BOUNCED);
	g_assert_cmpint(t->row.group_id, ==, f.front);
	g_assert_cmpint(t->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(t->row.tier, ==, 1);
	g_assert_cmpint(t->row.priority, ==, PRIORITY_NORMAL);
	g_assert_cmpint(state_of(t, CLOCK_RESOLUTION), !=, CLOCK_STATE_IDLE);
	g_assert_true(says(t, "came back from Technical"));
	ticket_free(t);
	g_assert_cmpuint(notices(&f, &f.li, "came back from Technical"), ==, 1);
	c = on(CHANGE_ACKNOWLEDGE, id);
	c.item_id = 1;
	ticket_free(fixture_refused(&f, &f.zhao, &c, DESK_CONFLICT, "bounced"));
	fixture_close(&f);
}

static void estimate__needs_longer__customer_and_agent_hear_it(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_pass(MS_HOUR / 10);
	c = on(CHANGE_ESTIMATE, id);
	c.reason = g_strdup("the vendor has to look");
	c.promise_ms = FIXTURE_START;
	g_assert_null(fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "future"));
	c = on(CHANGE_ESTIMATE, id);
	c.reason = g_strdup("the vendor has to look");
	c.promise_ms = FIXTURE_START + 6 * MS_HOUR;
	g_assert_null(fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "the customer has to hear"));
	c = on(CHANGE_ESTIMATE, id);
	c.reason = g_strdup("the vendor has to look");
	c.promise_ms = FIXTURE_START + 6 * MS_HOUR;
	c.reply = g_strdup("{promised}之前答复您。");
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_ACKNOWLEDGED);
	g_assert_cmpint(rung(a->ticket, 0)->estimate_ms, ==, FIXTURE_START + 6 * MS_HOUR);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.zhao.person_id);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_PROMISE)->due_ms, ==, FIXTURE_START + 6 * MS_HOUR);
	g_assert_cmpint(state_of(a->ticket, CLOCK_TIER2), !=, CLOCK_STATE_BREACHED);
	answer_free(a);
	g_assert_cmpuint(notices(&f, &f.li, "needs longer"), ==, 1);
	fixture_close(&f);
}

static void return__with_reason__back_at_the_first_tier(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	answer_free(fixture_do(&f, &f.li, &c));
	c = on(CHANGE_RETURN, id);
	g_assert_null(fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "reason"));
	c = on(CHANGE_RETURN, id);
	c.reason = g_strdup("serial number is missing");
	c.body = g_strdup("please ask for it first");
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_RETURNED);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.front);
	g_assert_true(says(a->ticket, "returned by Technical: serial number is missing"));
	answer_free(a);
	g_assert_cmpuint(notices(&f, &f.li, "serial number"), ==, 1);
	/* up again, and taken back by who asked before anybody has it */
	c = escalation_to(id, f.tech);
	answer_free(fixture_do(&f, &f.li, &c));
	c = on(CHANGE_RETURN, id);
	c.reason = g_strdup("found it");
	g_assert_null(fixture_refused(&f, &f.min, &c, DESK_NOTFOUND, "nothing on the ladder"));
	c = on(CHANGE_RETURN, id);
	c.item_id = 2;
	c.reason = g_strdup("found it");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(rung(a->ticket, 1)->state, ==, RUNG_ENDED);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	answer_free(a);
	fixture_close(&f);
}

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
	answer_free(fixture_do(&f, &f.zhao, &c)); /* no plan yet */
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
	g_assert_cmpint(rung(a->ticket, 0)->acknowledge_by_ms, ==, 0);
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
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_pass(10 * MS_MINUTE);
	run_due(&f, &next);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 1)->state, ==, RUNG_BOUNCED);
	g_assert_cmpint(t->row.assignee_id, ==, f.li.person_id);
	ticket_free(t);
	c = on(CHANGE_TRANSFER, id);
	c.person_id = f.min.person_id;
	answer_free(fixture_do(&f, &f.li, &c));
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

static void passed_on__by_tier_2__comes_down_rung_by_rung(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	answer_free(fixture_do(&f, &f.li, &c));
	c = escalation_to(id, f.logistics);
	a = fixture_do(&f, &f.zhao, &c); /* seen by who passes it on */
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_ACKNOWLEDGED);
	g_assert_cmpint(rung(a->ticket, 1)->from_group_id, ==, f.tech);
	answer_free(a);
	c = on(CHANGE_RETURN, id);
	c.reason = g_strdup("not ours");
	a = fixture_do(&f, &f.sun, &c);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.tech);
	g_assert_cmpint(a->ticket->row.tier, ==, 2);
	g_assert_cmpint(rung(a->ticket, 0)->state, ==, RUNG_ACKNOWLEDGED);
	answer_free(a);
	c = on(CHANGE_ESCALATION_ANSWER, id);
	c.body = g_strdup("solved after all");
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.front);
	answer_free(a);
	fixture_close(&f);
}

static void ladder__merged_and_split__goes_along(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id id, other, first;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	other = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	a = fixture_do(&f, &f.li, &c);
	first = ((const struct message *)a->ticket->messages->pdata[0])->id;
	answer_free(a);
	c = on(CHANGE_SPLIT, id);
	c.text = g_strdup("another matter");
	c.message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.message_ids, first);
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(rung(a->ticket, 0)->to_group_id, ==, f.tech);
	answer_free(a);
	c = on(CHANGE_MERGE, id);
	c.other_id = other;
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, other);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_ENDED);
	ticket_free(t);
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

static void cant_solve__is_said__starts_the_clock_of_a_simple_case(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = on(CHANGE_CANT_SOLVE, id);
	c.reason = g_strdup("no access");
	a = fixture_do(&f, &f.li, &c);
	g_assert_true(says(a->ticket, "can't be solved here: no access"));
	answer_free(a);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ladder/escalate", escalate__note_reply_and_promise__go_in_one_write);
	g_test_add_func("/ladder/mail", escalate__mail_leaves_later__is_no_answer_of_tier_2);
	g_test_add_func("/ladder/answer", acknowledge__then_answer__goes_back_to_who_asked);
	g_test_add_func("/ladder/claim", claim__by_the_target__acknowledges);
	g_test_add_func("/ladder/bounce", bounce__nobody_acknowledges__goes_back_once);
	g_test_add_func("/ladder/estimate", estimate__needs_longer__customer_and_agent_hear_it);
	g_test_add_func("/ladder/return", return__with_reason__back_at_the_first_tier);
	g_test_add_func("/ladder/cross", cross__two_parts__plan_is_complete_with_both);
	g_test_add_func("/ladder/consult", consult__asked_and_answered__owner_and_clocks_stay);
	g_test_add_func("/ladder/transfer", transfer__owner_keeps_it_until_it_is_taken);
	g_test_add_func("/ladder/passed-on", passed_on__by_tier_2__comes_down_rung_by_rung);
	g_test_add_func("/ladder/merge-split", ladder__merged_and_split__goes_along);
	g_test_add_func("/ladder/sheet", sheet__of_a_conversation__has_all_that_is_needed);
	g_test_add_func("/ladder/cant-solve", cant_solve__is_said__starts_the_clock_of_a_simple_case);
	return g_test_run();
}
