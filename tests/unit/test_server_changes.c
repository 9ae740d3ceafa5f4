/* Every change of the desk, with its refusals, on a real database. */
#include "desk_fixture.inc"

static void ticket_opened__clocks_run_and_queue_shows_it(void)
{
	struct fixture f;
	struct query q;
	struct answer *a;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "很着急!", "account/sign-in");
	g_assert_cmpint(id, ==, 1001);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->row.status, ==, STATUS_NEW);
	g_assert_true(t->row.waiting);
	g_assert_cmpint(t->row.next_clock, ==, CLOCK_FIRST_RESPONSE);
	g_assert_cmpint(t->row.next_due_ms, ==, FIXTURE_START + 30 * MS_SECOND);
	g_assert_cmpstr(t->row.customer_name, ==, "Wang Fang 王芳");
	g_assert_cmpstr(t->row.group_name, ==, "front");
	g_assert_cmpuint(t->messages->len, ==, 1);
	g_assert_nonnull(t->customer);
	g_assert_cmpint(t->customer->open_tickets, ==, 1);
	ticket_free(t);

	query_init(&q, QUERY_QUEUE);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->page->rows->len, ==, 1);
	g_assert_cmpint(a->page->total, ==, 1);
	g_assert_cmpint(a->page->late, ==, 0);
	answer_free(a);
	fixture_pass(MS_MINUTE);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpint(a->page->late, ==, 1);
	answer_free(a);
	a = fixture_ask(&f, &f.zhao, &q); /* another group */
	g_assert_cmpuint(a->page->rows->len, ==, 0);
	answer_free(a);
	query_clear(&q);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_BREACHED);
	ticket_free(t);
	fixture_close(&f);
}

static struct change change_on(enum change_kind kind, desk_id ticket_id)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = ticket_id;
	return c;
}

static struct change reply_on(desk_id ticket_id, const char *body)
{
	struct change c = change_on(CHANGE_REPLY, ticket_id);

	c.body = g_strdup(body);
	return c;
}

static void claim__free_ticket__is_mine_once(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *conflict;
	g_autofree char *feed = NULL;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	c = change_on(CHANGE_CLAIM, id);
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpstr(a->ticket->row.assignee_name, ==, "Li Wei");
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_OPEN);
	g_assert_cmpint(a->ticket->row.version, ==, 2);
	g_assert_nonnull(a->ticket->customer);
	g_assert_cmpint(a->seq, ==, 2);
	answer_free(a);

	c = change_on(CHANGE_CLAIM, id); /* again: nothing new */
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.version, ==, 2);
	answer_free(a);

	c = change_on(CHANGE_CLAIM, id);
	conflict = fixture_refused(&f, &f.min, &c, DESK_CONFLICT, "Li Wei has #1001");
	g_assert_cmpint(conflict->row.assignee_id, ==, f.li.person_id);
	ticket_free(conflict);
	feed = fixture_feed(&f);
	g_assert_cmpstr(feed, ==, "customer-opens claim");
	fixture_close(&f);
}

static void claim_next__takes_the_nearest_deadline_of_my_groups(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id first, second;

	fixture_open(&f, NULL);
	first = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	fixture_pass(MS_SECOND);
	second = fixture_opens(&f, CHANNEL_WEB, "two", "help", NULL);
	change_init(&c, CHANGE_CLAIM_NEXT);
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.id, ==, first);
	answer_free(a);
	change_init(&c, CHANGE_CLAIM_NEXT);
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(a->ticket->row.id, ==, second);
	answer_free(a);
	change_init(&c, CHANGE_CLAIM_NEXT);
	g_assert_null(fixture_refused(&f, &f.min, &c, DESK_NOTFOUND, "nothing waits"));
	change_init(&c, CHANGE_CLAIM_NEXT);
	c.group_id = f.tech;
	g_assert_null(fixture_refused(&f, &f.min, &c, DESK_FORBIDDEN, "group"));
	fixture_close(&f);
}

static void reply__to_nobodys_new_ticket__claims_opens_and_meets_the_clock(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", "account/x");
	fixture_pass(10 * MS_SECOND);
	c = reply_on(id, "Hello, this is Li Wei.");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_OPEN);
	g_assert_false(a->ticket->row.waiting);
	g_assert_nonnull(a->message);
	g_assert_cmpint(a->message->delivery, ==, DELIVERY_DONE);
	g_assert_cmpint(strlen(a->message->once_key), ==, WIRE_KEY_LEN);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_MET);
	g_assert_cmpint(a->ticket->row.next_clock, ==, CLOCK_RESOLUTION);
	g_assert_cmpint(a->ticket->row.next_due_ms, ==, FIXTURE_START + 10 * MS_SECOND + 5 * MS_MINUTE);
	answer_free(a);
	fixture_close(&f);
}

static void reply__customer_wrote_meanwhile__is_held_back(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id id, read_up_to;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	t = fixture_ticket(&f, id);
	read_up_to = ((struct message *)t->messages->pdata[0])->id;
	ticket_free(t);
	fixture_writes(&f, id, "are you there?");
	c = reply_on(id, "Hello");
	c.answers_id = read_up_to;
	t = fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "written again");
	g_assert_cmpuint(t->messages->len, ==, 2);
	g_assert_cmpint(t->row.assignee_id, ==, 0); /* nothing of it stayed */
	ticket_free(t);
	c = reply_on(id, "Hello");
	c.answers_id = read_up_to + 1;
	a = fixture_do(&f, &f.li, &c);
	answer_free(a);
	c = reply_on(id, " \n");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "body"));
	c = reply_on(4711, "Hello");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_NOTFOUND, "#4711"));
	fixture_close(&f);
}

static void reply__by_mail__waits_and_can_be_taken_back(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	g_autoptr(GError) error = NULL;
	desk_id id, message;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "one", "help", NULL);
	c = reply_on(id, "Hello");
	a = fixture_do(&f, &f.li, &c);
	message = a->message->id;
	g_assert_cmpint(a->message->delivery, ==, DELIVERY_WAITING);
	g_assert_cmpint(a->message->send_at_ms, ==, FIXTURE_START + 15 * MS_SECOND);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_RUNNING);
	answer_free(a);
	g_assert_cmpint(desk_due(f.desk, &error), ==, FIXTURE_START + 15 * MS_SECOND);

	change_init(&c, CHANGE_RECALL);
	c.message_id = message;
	g_assert_null(fixture_refused(&f, &f.min, &c, DESK_FORBIDDEN, "Li Wei"));
	change_init(&c, CHANGE_RECALL);
	c.message_id = message;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->message->delivery, ==, DELIVERY_RECALLED);
	answer_free(a);

	c = reply_on(id, "Hello again");
	a = fixture_do(&f, &f.li, &c);
	message = a->message->id;
	answer_free(a);
	fixture_pass(15 * MS_SECOND);
	g_assert_cmpint(desk_due(f.desk, &error), >, fixture_now + MS_HOUR);
	g_assert_no_error(error);
	t = fixture_ticket(&f, id);
	g_assert_false(t->row.waiting);
	g_assert_cmpint(((struct message *)t->messages->pdata[2])->delivery, ==, DELIVERY_DONE);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_MET);
	ticket_free(t);
	change_init(&c, CHANGE_RECALL);
	c.message_id = message;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "already been sent"));
	fixture_close(&f);
}

static void note__stays_inside(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	c = change_on(CHANGE_NOTE, id);
	c.body = g_strdup("third contact");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->message->kind, ==, MESSAGE_NOTE);
	g_assert_true(a->ticket->row.waiting); /* a note answers nobody */
	g_assert_cmpint(a->ticket->row.assignee_id, ==, 0);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_RUNNING);
	answer_free(a);
	fixture_close(&f);
}

static void old_version__any_change__is_a_conflict_with_the_ticket(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	fixture_writes(&f, id, "hello?");
	c = change_on(CHANGE_PRIORITY, id);
	c.priority = PRIORITY_URGENT;
	c.if_version = 1;
	t = fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "changed meanwhile");
	g_assert_cmpint(t->row.version, ==, 2);
	g_assert_cmpuint(t->messages->len, ==, 2);
	ticket_free(t);
	fixture_close(&f);
}

static void status__resolve_hold_reopen(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	g_autoptr(GError) error = NULL;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	c = change_on(CHANGE_STATUS, id);
	c.status = STATUS_ON_HOLD;
	c.hold_until_ms = FIXTURE_START;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "hold_until_ms"));
	c = change_on(CHANGE_STATUS, id);
	c.status = STATUS_MERGED;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "status"));
	c = change_on(CHANGE_STATUS, id);
	c.status = STATUS_ON_HOLD;
	c.hold_until_ms = FIXTURE_START + MS_HOUR;
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpint(desk_due(f.desk, &error), <=, FIXTURE_START + MS_HOUR);
	fixture_pass(MS_HOUR);
	g_assert_cmpint(desk_due(f.desk, &error), >, fixture_now); /* its clock runs on */
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->row.status, ==, STATUS_OPEN);
	ticket_free(t);

	c = change_on(CHANGE_STATUS, id);
	c.status = STATUS_RESOLVED;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(a->ticket->row.next_due_ms, ==, QUEUE_NO_DUE);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_RESOLUTION)->state, ==, CLOCK_STATE_MET);
	answer_free(a);
	c = change_on(CHANGE_CLAIM, id);
	ticket_free(fixture_refused(&f, &f.min, &c, DESK_CONFLICT, "resolved"));
	fixture_writes(&f, id, "it is back!");
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->row.status, ==, STATUS_OPEN);
	g_assert_true(t->row.waiting);
	ticket_free(t);
	fixture_close(&f);
}

static void assign_release__only_by_holder_or_supervisor(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	c = change_on(CHANGE_ASSIGN, id);
	c.person_id = f.min.person_id;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.min.person_id);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_OPEN);
	answer_free(a);
	c = change_on(CHANGE_ASSIGN, id);
	c.person_id = f.li.person_id;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "Wang Min"));
	c = change_on(CHANGE_RELEASE, id);
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "Wang Min"));
	c = change_on(CHANGE_ASSIGN, id);
	c.person_id = 999;
	g_assert_null(fixture_refused(&f, &f.sun, &c, DESK_INVALID, "person_id"));
	c = change_on(CHANGE_ASSIGN, id);
	c.person_id = f.min.person_id;
	c.group_id = f.tech;
	a = fixture_do(&f, &f.sun, &c);
	g_assert_cmpstr(a->ticket->row.group_name, ==, "tech");
	answer_free(a);
	c = change_on(CHANGE_RELEASE, id);
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, 0);
	answer_free(a);
	fixture_close(&f);
}

static void priority_subject_category_tag__change_what_is_known(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct query q;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	c = change_on(CHANGE_PRIORITY, id);
	c.priority = PRIORITY_URGENT;
	answer_free(fixture_do(&f, &f.li, &c));
	c = change_on(CHANGE_SUBJECT, id);
	c.text = g_strdup("Headphones Ünder water 蓝牙");
	answer_free(fixture_do(&f, &f.li, &c));
	c = change_on(CHANGE_SUBJECT, id);
	c.text = g_strdup("two\nlines");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "one line"));
	c = change_on(CHANGE_CATEGORY, id);
	c.text = g_strdup("account/password");
	answer_free(fixture_do(&f, &f.li, &c));
	c = change_on(CHANGE_TAG, id);
	c.text = g_strdup("vip-case");
	c.on = TRUE;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.priority, ==, PRIORITY_URGENT);
	g_assert_cmpint(a->ticket->problem, ==, PROBLEM_SIMPLE);
	g_assert_cmpuint(a->ticket->tags->len, ==, 1);
	g_assert_cmpint(a->ticket->row.version, ==, 5);
	answer_free(a);
	c = change_on(CHANGE_TAG, id);
	c.text = g_strdup("high-value");
	c.on = TRUE;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "customers"));

	query_init(&q, QUERY_QUEUE);
	for (size_t i = 0; i < 6; i++) {
		static const struct { const char *text; guint found; } cases[] = {
			{"UNDER 蓝牙", 1}, {"vip wang", 1}, {"#1001", 1}, {"password", 1}, {"nothing", 0}, {"王芳", 1},
		};

		g_free(q.text);
		q.text = g_strdup(cases[i].text);
		a = fixture_ask(&f, &f.li, &q);
		g_assert_cmpuint(a->page->rows->len, ==, cases[i].found);
		g_assert_cmpint(a->page->total, ==, cases[i].found);
		answer_free(a);
	}
	query_clear(&q);
	fixture_close(&f);
}

static void escalate__needs_reason_and_second_tier__hands_over(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	c = change_on(CHANGE_CLAIM, id);
	answer_free(fixture_do(&f, &f.li, &c));
	c = change_on(CHANGE_ESCALATE, id);
	c.group_id = f.tech;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "reason"));
	c = change_on(CHANGE_ESCALATE, id);
	c.group_id = f.front;
	c.reason = g_strdup("x");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "first tier"));
	c = change_on(CHANGE_ESCALATE, id);
	c.group_id = f.tech;
	c.reason = g_strdup("code service rejects her device");
	c.body = g_strdup("tried reset twice");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.tech);
	g_assert_cmpint(a->ticket->row.tier, ==, 2);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, 0);
	g_assert_cmpstr(a->ticket->escalation_reason, ==, "code service rejects her device");
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_TIER2)->state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpuint(a->ticket->messages->len, ==, 3); /* hers, the note, the line of history */
	answer_free(a);
	fixture_pass(1);
	c = reply_on(id, "It is our fault; a fix is on its way.");
	a = fixture_do(&f, &f.zhao, &c);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_TIER2)->state, ==, CLOCK_STATE_MET);
	answer_free(a);
	c = change_on(CHANGE_ESCALATE, id);
	c.group_id = f.logistics;
	c.reason = g_strdup("a parcel");
	a = fixture_do(&f, &f.zhao, &c);
	t = a->ticket;
	g_assert_cmpint(fixture_clock(t, CLOCK_CROSS)->state, ==, CLOCK_STATE_RUNNING);
	answer_free(a);
	fixture_close(&f);
}

static void ticket_new__unknown_customer__is_made_and_found_again(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id customer;

	fixture_open(&f, NULL);
	change_init(&c, CHANGE_TICKET_NEW);
	c.text = g_strdup("walked in with a broken lamp");
	c.body = g_strdup("It fell.");
	c.channel = CHANNEL_WALK_IN;
	c.customer = customer_new();
	c.customer->name = g_strdup("Ada");
	c.customer->phone = g_strdup("+44 1");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.assignee_id, ==, f.li.person_id);
	g_assert_cmpint(a->ticket->row.group_id, ==, f.front);
	g_assert_false(a->ticket->row.waiting);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_MET);
	customer = a->ticket->row.customer_id;
	answer_free(a);
	change_init(&c, CHANGE_TICKET_NEW);
	c.text = g_strdup("again");
	c.body = g_strdup("Once more.");
	c.channel = CHANNEL_WEB;
	c.customer = customer_new();
	c.customer->name = g_strdup("Ada L.");
	c.customer->phone = g_strdup("+44 1");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.customer_id, ==, customer);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_NEW);
	g_assert_true(a->ticket->row.waiting);
	answer_free(a);
	change_init(&c, CHANGE_TICKET_NEW);
	c.text = g_strdup("nobody");
	c.body = g_strdup("x");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "customer"));
	fixture_close(&f);
}

static void customer_tag__marks_the_customers_tickets(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	struct tag_mark *m;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	change_init(&c, CHANGE_CUSTOMER_TAG);
	c.customer_id = f.customer;
	c.text = g_strdup("high-value");
	c.reason = g_strdup("buys a lot");
	c.on = TRUE;
	a = fixture_do(&f, &f.li, &c);
	m = a->customer->tags->pdata[0];
	g_assert_cmpstr(m->why, ==, "buys a lot");
	g_assert_cmpstr(m->by_name, ==, "Li Wei");
	answer_free(a);
	t = fixture_ticket(&f, id);
	g_assert_cmpstr(t->row.marks, ==, "star");
	ticket_free(t);
	change_init(&c, CHANGE_CUSTOMER_TAG);
	c.customer_id = f.customer;
	c.text = g_strdup("no-such");
	c.on = TRUE;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "no-such"));
	change_init(&c, CHANGE_CUSTOMER_TAG);
	c.customer_id = f.customer;
	c.text = g_strdup("high-value");
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpuint(a->customer->tags->len, ==, 0);
	answer_free(a);
	t = fixture_ticket(&f, id);
	g_assert_cmpstr(t->row.marks, ==, "");
	ticket_free(t);
	fixture_close(&f);
}

static struct change save_article(desk_id id, int version, const char *title, const char *body)
{
	struct change c;

	change_init(&c, CHANGE_ARTICLE_SAVE);
	c.article = g_new0(struct article, 1);
	c.article_id = c.article->id = id;
	c.article->version = version;
	c.article->state = ARTICLE_PUBLISHED;
	c.article->title = g_strdup(title);
	c.article->body = g_strdup(body);
	c.article->language = g_strdup("en");
	return c;
}

static void notice_article(struct fixture *f, desk_id id)
{
	struct event e = {.kind = EVENT_ARTICLE, .article_id = id};

	desk_notice(f->desk, &e);
}

static void article__saved_by_specialist__is_found_with_its_newest_published_words(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct query q;
	desk_id id;

	fixture_open(&f, NULL);
	c = save_article(0, 0, "Pair Bluetooth headphones", "Hold the button for five seconds.");
	a = fixture_do(&f, &f.zhao, &c);
	id = a->article->id;
	g_assert_cmpint(a->article->state, ==, ARTICLE_PUBLISHED);
	answer_free(a);
	notice_article(&f, id);
	c = save_article(id, 1, "Pair Bluetooth earbuds", "Hold the lid open."); /* an agent's is a draft */
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->article->state, ==, ARTICLE_DRAFT);
	g_assert_cmpint(a->article->version, ==, 2);
	answer_free(a);
	notice_article(&f, id);
	c = save_article(id, 1, "x", "y");
	g_assert_null(fixture_refused(&f, &f.zhao, &c, DESK_CONFLICT, "version 2"));
	query_init(&q, QUERY_KNOWLEDGE);
	q.text = g_strdup("bluetooth headphone");
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->hits->len, ==, 1);
	g_assert_cmpstr(((struct article_hit *)a->hits->pdata[0])->title, ==, "Pair Bluetooth headphones");
	answer_free(a);
	query_clear(&q);
	query_init(&q, QUERY_ARTICLE_VERSIONS);
	q.article_id = id;
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->articles->len, ==, 2);
	answer_free(a);
	query_clear(&q);
	change_init(&c, CHANGE_ARTICLE_USED);
	c.article_id = id;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->article->used, ==, 1);
	answer_free(a);
	fixture_close(&f);
}

static gboolean rate_job(struct db_tx *tx, void *arg, GError **error)
{
	struct fixture *f = arg;

	return desk_customer_rates(f->desk, tx, 1001, 4, "quick", error);
}

static void rating__counts_for_the_customer(void)
{
	struct fixture f;
	struct ticket *t;
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	db_submit_wait(f.db, rate_job, &f, &error);
	g_assert_no_error(error);
	t = fixture_ticket(&f, 1001);
	g_assert_cmpfloat(t->customer->csat, ==, 4.0);
	g_assert_cmpstr(((struct message *)t->messages->pdata[1])->body, ==, "rated 4 of 5: quick");
	ticket_free(t);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/changes/opened", ticket_opened__clocks_run_and_queue_shows_it);
	g_test_add_func("/changes/claim", claim__free_ticket__is_mine_once);
	g_test_add_func("/changes/claim-next", claim_next__takes_the_nearest_deadline_of_my_groups);
	g_test_add_func("/changes/reply", reply__to_nobodys_new_ticket__claims_opens_and_meets_the_clock);
	g_test_add_func("/changes/reply-unread", reply__customer_wrote_meanwhile__is_held_back);
	g_test_add_func("/changes/reply-mail", reply__by_mail__waits_and_can_be_taken_back);
	g_test_add_func("/changes/note", note__stays_inside);
	g_test_add_func("/changes/version", old_version__any_change__is_a_conflict_with_the_ticket);
	g_test_add_func("/changes/status", status__resolve_hold_reopen);
	g_test_add_func("/changes/assign", assign_release__only_by_holder_or_supervisor);
	g_test_add_func("/changes/known", priority_subject_category_tag__change_what_is_known);
	g_test_add_func("/changes/escalate", escalate__needs_reason_and_second_tier__hands_over);
	g_test_add_func("/changes/new", ticket_new__unknown_customer__is_made_and_found_again);
	g_test_add_func("/changes/customer-tag", customer_tag__marks_the_customers_tickets);
	g_test_add_func("/changes/article", article__saved_by_specialist__is_found_with_its_newest_published_words);
	g_test_add_func("/changes/rating", rating__counts_for_the_customer);
	return g_test_run();
}
