/* Merging: on a real database, clocks and counters included. */
#include "desk_fixture.inc"
#include "merge_world.inc"

/* ---- merging */
static void merge__both_talked__reads_in_time_order_and_nothing_is_lost(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id one, two;
	g_autofree char *feed = NULL;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "parcel", "first question", "order/parcel");
	fixture_pass(MS_SECOND);
	two = fixture_opens(&f, CHANNEL_WEB, "parcel again", "second question", NULL);
	fixture_pass(MS_SECOND);
	done(&f, &f.li, said(CHANGE_NOTE, one, "he is angry"));
	fixture_pass(MS_SECOND);
	done(&f, &f.min, said(CHANGE_REPLY, two, "we look"));
	c = on(CHANGE_TAG, one);
	c.text = g_strdup("parcel");
	c.on = TRUE;
	done(&f, &f.li, c);
	g_assert_cmpint(queue_total(&f, "mine"), ==, 2);
	fixture_pass(MS_SECOND);
	c = merge_into(one, two);
	a = fixture_do(&f, &f.li, &c);
	t = a->ticket;
	g_assert_cmpint(t->row.id, ==, two);
	g_assert_nonnull(t->customer);
	g_assert_cmpstr(message_at(t, 0)->body, ==, "first question");
	g_assert_cmpint(message_at(t, 0)->from_ticket_id, ==, one);
	g_assert_cmpstr(message_at(t, 1)->body, ==, "second question");
	g_assert_cmpint(message_at(t, 1)->from_ticket_id, ==, 0);
	g_assert_cmpstr(message_at(t, 2)->body, ==, "he is angry");
	g_assert_cmpint(message_at(t, 2)->kind, ==, MESSAGE_NOTE);
	g_assert_cmpstr(message_at(t, 3)->body, ==, "we look");
	g_assert_nonnull(said_in(t, "#1001 merged into this: parcel"));
	g_assert_cmpstr(t->tags->pdata[0], ==, "parcel");
	g_assert_cmpint(t->customer->open_tickets, ==, 1);
	answer_free(a);

	t = fixture_ticket(&f, one);
	g_assert_cmpint(t->row.status, ==, STATUS_MERGED);
	g_assert_cmpint(t->merged_into, ==, two);
	g_assert_cmpuint(t->messages->len, ==, 1);
	g_assert_cmpstr(message_at(t, 0)->body, ==, "merged into #1002");
	g_assert_cmpint(t->row.next_due_ms, ==, QUEUE_NO_DUE);
	ticket_free(t);
	g_assert_cmpint(queue_total(&f, "mine"), ==, 1);
	check_clocks(&f, one);
	check_clocks(&f, two);
	feed = fixture_feed(&f);
	g_assert_true(g_str_has_suffix(feed, "tag merge merge merge"));
	fixture_close(&f);
}

static void merge__open_question__keeps_its_deadline(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id one, two;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "where is it?", NULL);
	fixture_pass(5 * MS_SECOND);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "hello?", NULL);
	fixture_pass(5 * MS_SECOND);
	done(&f, &f.li, merge_into(one, two));
	t = fixture_ticket(&f, two);
	g_assert_true(t->row.waiting);
	/* the first response was due 30 s after the older question */
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->due_ms, ==, FIXTURE_START + 30 * MS_SECOND);
	ticket_free(t);
	check_clocks(&f, two);
	fixture_pass(MS_SECOND);
	done(&f, &f.li, said(CHANGE_REPLY, two, "here"));
	t = fixture_ticket(&f, two);
	g_assert_false(t->row.waiting);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_MET);
	ticket_free(t);
	fixture_close(&f);
}

static void merge__question_into_answered_ticket__next_response_runs(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id one, two;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "where is it?", NULL);
	fixture_pass(MS_SECOND);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "hello?", NULL);
	fixture_pass(MS_SECOND);
	done(&f, &f.li, said(CHANGE_REPLY, two, "hello!"));
	set_status(&f, two, STATUS_RESOLVED);
	fixture_pass(MS_SECOND);
	done(&f, &f.li, merge_into(one, two));
	t = fixture_ticket(&f, two);
	g_assert_cmpint(t->row.status, ==, STATUS_OPEN); /* there is work again */
	g_assert_true(t->row.waiting);
	g_assert_cmpint(fixture_clock(t, CLOCK_NEXT_RESPONSE)->started_ms, >=, FIXTURE_START + 2 * MS_SECOND);
	ticket_free(t);
	check_clocks(&f, two);
	g_assert_cmpint(queue_total(&f, "mine"), ==, 1);
	fixture_close(&f);
}

static void merge__waiting_reply__still_goes_out_once_or_is_recalled(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id one, two, waits, other;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_EMAIL, "a", "where is it?", NULL);
	two = fixture_opens(&f, CHANNEL_EMAIL, "b", "hello?", NULL);
	c = said(CHANGE_REPLY, one, "on its way");
	a = fixture_do(&f, &f.li, &c);
	waits = a->message->id;
	answer_free(a);
	c = said(CHANGE_REPLY, one, "no, wrong");
	a = fixture_do(&f, &f.li, &c);
	other = a->message->id;
	answer_free(a);
	done(&f, &f.sun, merge_into(one, two));
	c = on(CHANGE_RECALL, 0);
	c.message_id = other;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.id, ==, two);
	answer_free(a);
	t = fixture_ticket(&f, two);
	g_assert_true(t->row.waiting);
	ticket_free(t);
	fixture_pass(MS_MINUTE);
	desk_due(f.desk, NULL);
	desk_due(f.desk, NULL);
	t = fixture_ticket(&f, two);
	g_assert_cmpint(said_in(t, "on its way")->delivery, ==, DELIVERY_DONE);
	g_assert_cmpint(said_in(t, "on its way")->id, ==, waits);
	g_assert_cmpint(said_in(t, "no, wrong")->delivery, ==, DELIVERY_RECALLED);
	g_assert_false(t->row.waiting);
	ticket_free(t);
	check_clocks(&f, two);
	fixture_close(&f);
}

static void merge__later_writes__follow_or_are_refused_by_name(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t, *conflict;
	desk_id one, two, three;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "where is it?", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "hello?", NULL);
	three = fixture_opens(&f, CHANNEL_WEB, "c", "hm?", NULL);
	done(&f, &f.li, merge_into(one, two));
	done(&f, &f.li, merge_into(two, three));
	c = said(CHANGE_REPLY, one, "from an outbox");
	c.if_version = 1;
	c.answers_id = 1; /* all there was when it was written */
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(a->ticket->row.id, ==, three);
	g_assert_cmpint(a->message->ticket_id, ==, three);
	g_assert_nonnull(a->ticket->customer);
	answer_free(a);
	c = on(CHANGE_CLAIM, one);
	conflict = fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "#1001 was merged into #1002");
	g_assert_cmpint(conflict->merged_into, ==, two);
	ticket_free(conflict);
	c = on(CHANGE_STATUS, one);
	c.status = STATUS_OPEN;
	ticket_free(fixture_refused(&f, &f.sun, &c, DESK_CONFLICT, "was merged into"));
	fixture_writes(&f, one, "me again");
	t = fixture_ticket(&f, three);
	g_assert_nonnull(said_in(t, "me again"));
	g_assert_true(t->row.waiting);
	ticket_free(t);
	fixture_close(&f);
}

static void merge__itself_twice_or_back__changes_nothing(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	int64_t version;
	desk_id one, two, three;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "where is it?", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "hello?", NULL);
	three = fixture_opens(&f, CHANNEL_WEB, "c", "hm?", NULL);
	c = merge_into(one, one);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "itself"));
	c = merge_into(one, 9999);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_NOTFOUND, "#9999"));
	c = merge_into(one, two);
	a = fixture_do(&f, &f.li, &c);
	version = a->ticket->row.version;
	answer_free(a);
	c = merge_into(one, two); /* again, by somebody else */
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(a->ticket->row.version, ==, version);
	g_assert_cmpint(a->ticket->row.id, ==, two);
	answer_free(a);
	c = merge_into(two, one);
	ticket_free(fixture_refused(&f, &f.min, &c, DESK_CONFLICT, "#1001 was merged into #1002 already"));
	c = merge_into(one, three);
	ticket_free(fixture_refused(&f, &f.min, &c, DESK_CONFLICT, "#1001 was merged into #1002 already"));
	c = merge_into(three, one); /* follows to where it lives */
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(a->ticket->row.id, ==, two);
	g_assert_nonnull(said_in(a->ticket, "hm?"));
	answer_free(a);
	fixture_close(&f);
}

/* On PostgreSQL the second of two writers is another server on the same desk. */
static void open_second(const struct fixture *f, struct fixture *second)
{
	g_autoptr(GError) error = NULL;

	*second = *f;
	if (!g_str_has_prefix(f->file, "postgres"))
		return;
	second->db = db_open(f->file, &error);
	g_assert_no_error(error);
	second->desk = desk_open(second->db, &error);
	g_assert_no_error(error);
}

static void close_second(const struct fixture *f, struct fixture *second)
{
	if (second->db == f->db)
		return;
	desk_close(second->desk);
	db_close(second->db);
}

#define RACES 10
struct race {
	struct fixture *f;
	struct change c;
	gboolean ok;
};

static void *race_fn(void *arg)
{
	struct race *r = arg;
	struct ticket *conflict = NULL;
	struct answer *out = g_new0(struct answer, 1);

	r->ok = fixture_change(r->f, &r->f->li, &r->c, out, &conflict, NULL);
	ticket_free(conflict);
	answer_free(out);
	return NULL;
}

static void merge__each_into_the_other_at_once__one_wins(void)
{
	struct fixture f, second;
	desk_id one, two;

	fixture_open(&f, NULL);
	open_second(&f, &second);
	for (int i = 0; i < RACES; i++) {
		struct race a = {.f = &f}, b = {.f = &second};
		struct ticket *x, *y;
		GThread *ta, *tb;

		one = fixture_opens(&f, CHANNEL_WEB, "a", "first", NULL);
		two = fixture_opens(&f, CHANNEL_WEB, "b", "second", NULL);
		a.c = merge_into(one, two);
		b.c = merge_into(two, one);
		ta = g_thread_new("a", race_fn, &a);
		tb = g_thread_new("b", race_fn, &b);
		g_thread_join(ta);
		g_thread_join(tb);
		g_assert_cmpint(a.ok + b.ok, ==, 1);
		x = fixture_ticket(&f, one);
		y = fixture_ticket(&f, two);
		g_assert_true((x->row.status == STATUS_MERGED) != (y->row.status == STATUS_MERGED));
		g_assert_nonnull(said_in(a.ok ? y : x, "first"));
		g_assert_nonnull(said_in(a.ok ? y : x, "second"));
		ticket_free(x);
		ticket_free(y);
		change_clear(&a.c);
		change_clear(&b.c);
	}
	g_assert_cmpint(queue_total(&f, "mine"), ==, RACES);
	close_second(&f, &second);
	fixture_close(&f);
}

static void merge__spam_or_archived__is_refused(void)
{
	struct fixture f;
	struct change c;
	desk_id one, two;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "where is it?", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "buy now", NULL);
	set_status(&f, two, STATUS_SPAM);
	c = merge_into(one, two);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "#1002 is spam"));
	c = merge_into(two, one);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "#1002 is spam"));
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/merge/both", merge__both_talked__reads_in_time_order_and_nothing_is_lost);
	g_test_add_func("/merge/question", merge__open_question__keeps_its_deadline);
	g_test_add_func("/merge/answered", merge__question_into_answered_ticket__next_response_runs);
	g_test_add_func("/merge/waiting", merge__waiting_reply__still_goes_out_once_or_is_recalled);
	g_test_add_func("/merge/later", merge__later_writes__follow_or_are_refused_by_name);
	g_test_add_func("/merge/twice", merge__itself_twice_or_back__changes_nothing);
	g_test_add_func("/merge/race", merge__each_into_the_other_at_once__one_wins);
	g_test_add_func("/merge/closed", merge__spam_or_archived__is_refused);
	return g_test_run();
}
