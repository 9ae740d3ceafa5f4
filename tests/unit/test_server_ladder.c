/* The server side of escalation: up the ladder and back, with its clocks, notices and history. */
#include "ladder_fixture.inc"

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
	does(&f, &f.li, &c);
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
	does(&f, &f.li, &c);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(state_of(t, CLOCK_TIER2), ==, CLOCK_STATE_RUNNING);
	ticket_free(t);
	c = on(CHANGE_REPLY, id);
	c.body = g_strdup("It works again.");
	c.send_delay_ms = 0;
	does(&f, &f.zhao, &c);
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
	does(&f, &f.li, &c);
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
	does(&f, &f.li, &c);
	c = on(CHANGE_CLAIM, id);
	does(&f, &f.zhao, &c);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_ACKNOWLEDGED);
	g_assert_true(says(t, "acknowledged by Technical (Zhao Min)"));
	ticket_free(t);
	/* solved there: the ladder is over */
	c = on(CHANGE_STATUS, id);
	c.status = STATUS_RESOLVED;
	does(&f, &f.zhao, &c);
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
	does(&f, &f.li, &c);
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
	does(&f, &f.li, &c);
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
	does(&f, &f.li, &c);
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
	does(&f, &f.li, &c);
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

static void passed_on__by_tier_2__comes_down_rung_by_rung(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = claimed(&f, CHANNEL_WEB);
	c = escalation_to(id, f.tech);
	does(&f, &f.li, &c);
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
	does(&f, &f.li, &c);
	t = fixture_ticket(&f, other);
	g_assert_cmpint(rung(t, 0)->state, ==, RUNG_ENDED);
	ticket_free(t);
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

/* "1001 1003", in the order of the list; *count: what the view says of itself. */
static char *to_acknowledge(struct fixture *f, const struct actor *who, const char *text, int64_t *count)
{
	GString *s = g_string_new(NULL);
	struct answer *a;
	struct query q;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup(text ? "every" : "to-acknowledge");
	q.text = g_strdup(text);
	a = fixture_ask(f, who, &q);
	for (guint i = 0; i < a->page->rows->len; i++)
		g_string_append_printf(s, "%s%" G_GINT64_FORMAT, i ? " " : "",
		                       ((struct ticket_row *)a->page->rows->pdata[i])->id);
	answer_free(a);
	query_clear(&q);
	query_init(&q, QUERY_VIEWS);
	a = fixture_ask(f, who, &q);
	*count = -1;
	for (guint i = 0; i < a->views->len; i++) {
		const struct saved_view *v = a->views->pdata[i];

		if (strcmp(v->name, "to-acknowledge") == 0)
			*count = v->count;
	}
	answer_free(a);
	query_clear(&q);
	return g_string_free(s, FALSE);
}

static void to_acknowledge__handed_to_a_group__listed_by_when_it_bounces(void)
{
	static const struct {
		gboolean text;
		const char *who;
	} looks[] = {{FALSE, "zhao"}, {TRUE, "zhao"}, {FALSE, "li"}, {TRUE, "li"}};
	struct fixture f;
	struct change c;
	desk_id id[3];
	int64_t count;

	fixture_open(&f, NULL);
	for (int i = 2; i >= 0; i--) { /* the highest number is handed on first */
		id[i] = claimed(&f, CHANNEL_WEB);
		c = escalation_to(id[i], f.tech);
		does(&f, &f.li, &c);
		fixture_pass(MS_MINUTE);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(looks); i++) {
		gboolean zhao = looks[i].who[0] == 'z';
		g_autofree char *is = to_acknowledge(&f, zhao ? &f.zhao : &f.li, looks[i].text ? "acknowledge:me" : NULL, &count);
		g_auto(GStrv) ids = g_strsplit(is, " ", -1);

		g_assert_cmpuint(*is ? g_strv_length(ids) : 0, ==, zhao ? 3 : 0);
		g_assert_cmpint(count, ==, zhao ? 3 : 0);
		for (int n = 0; zhao && !looks[i].text && n < 3; n++)
			g_assert_cmpint(g_ascii_strtoll(ids[n], NULL, 10), ==, id[2 - n]);
	}
	c = on(CHANGE_ACKNOWLEDGE, id[2]);
	c.item_id = 1;
	does(&f, &f.zhao, &c);
	g_autofree char *rest = to_acknowledge(&f, &f.zhao, NULL, &count);
	g_autofree char *should = g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, id[1], id[0]);
	g_assert_cmpstr(rest, ==, should);
	g_assert_cmpint(count, ==, 2);
	g_autofree char *any = to_acknowledge(&f, &f.li, "acknowledge:any", &count);
	g_autofree char *none = to_acknowledge(&f, &f.li, "acknowledge:none", &count);
	g_auto(GStrv) some = g_strsplit(any, " ", -1);
	g_assert_cmpuint(g_strv_length(some), ==, 2);
	g_assert_nonnull(strstr(none, "1")); /* the acknowledged one */
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
	g_test_add_func("/ladder/passed-on", passed_on__by_tier_2__comes_down_rung_by_rung);
	g_test_add_func("/ladder/merge-split", ladder__merged_and_split__goes_along);
	g_test_add_func("/ladder/cant-solve", cant_solve__is_said__starts_the_clock_of_a_simple_case);
	g_test_add_func("/ladder/to-acknowledge", to_acknowledge__handed_to_a_group__listed_by_when_it_bounces);
	return g_test_run();
}
