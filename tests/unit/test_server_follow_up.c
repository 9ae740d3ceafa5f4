/* The loop after sales: due, asked, answered, archived. */
#include "desk_fixture.inc"
#include "follow_up_world.inc"

/* ---- falling due */
static void resolved__after_sales__is_due_after_a_day_once(void)
{
	struct fixture f;
	struct ticket *t;
	struct query q;
	struct answer *a;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_EMAIL), other = fixture_opens(&f, CHANNEL_WEB, "price", "how much", "product");

	set_status(&f, other, STATUS_RESOLVED);
	STATE_IS(&f, id, STATUS_RESOLVED, FOLLOW_UP_WAITING);
	pass_time(&f, MS_DAY - 1);
	STATE_IS(&f, id, STATUS_RESOLVED, FOLLOW_UP_WAITING);
	pass_time(&f, 1);
	pass_time(&f, 0);
	pass_time(&f, MS_DAY);
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_DUE);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->follow_up->solver_id, ==, f.li.person_id);
	g_assert_cmpint(t->follow_up->due_ms, ==, FIXTURE_START + MS_DAY);
	ticket_free(t);
	t = fixture_ticket(&f, other);
	g_assert_cmpint(t->row.status, ==, STATUS_RESOLVED);
	g_assert_null(t->follow_up);
	ticket_free(t);
	g_autofree char *feed = fixture_feed(&f);

	g_assert_cmpuint(count(feed, "follow-up-due"), ==, 1);
	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->notices->len, ==, 1);
	g_assert_cmpint(((struct notice *)a->notices->pdata[0])->kind, ==, NOTICE_FOLLOW_UP);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

struct server {
	struct desk *desk;
};

static gpointer due_thread(gpointer arg)
{
	g_autoptr(GError) error = NULL;

	desk_due(((struct server *)arg)->desk, &error);
	g_assert_no_error(error);
	return NULL;
}

static void due__two_servers_at_once__each_ticket_once(void)
{
	struct fixture f;
	desk_id ids[8];
	g_autoptr(GError) error = NULL;

	open_desk(&f);
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		ids[i] = solved(&f, CHANNEL_EMAIL);
	struct db *db = db_open(f.file, &error);
	g_assert_no_error(error);
	struct server one = {f.desk}, two = {desk_open(db, &error)};
	g_assert_no_error(error);
	fixture_pass(MS_DAY);
	GThread *a = g_thread_new("one", due_thread, &one), *b = g_thread_new("two", due_thread, &two);
	g_thread_join(a);
	g_thread_join(b);
	desk_close(two.desk);
	db_close(db);
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		STATE_IS(&f, ids[i], STATUS_FOLLOW_UP_DUE, FOLLOW_UP_DUE);
	g_autofree char *feed = fixture_feed(&f);
	/* an event for the ticket and one line of history are one event each */
	g_assert_cmpuint(count(feed, "follow-up-due"), ==, G_N_ELEMENTS(ids));
	fixture_close(&f);
}

static void reopened__before_it_is_due__begins_anew(void)
{
	struct fixture f;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_EMAIL);
	fixture_pass(MS_HOUR);
	fixture_writes(&f, id, "it is broken again");
	STATE_IS(&f, id, STATUS_OPEN, FOLLOW_UP_ENDED);
	pass_time(&f, 2 * MS_DAY);
	STATE_IS(&f, id, STATUS_OPEN, FOLLOW_UP_ENDED);
	set_status(&f, id, STATUS_RESOLVED);
	STATE_IS(&f, id, STATUS_RESOLVED, FOLLOW_UP_WAITING);
	pass_time(&f, MS_DAY);
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_DUE);
	fixture_close(&f);
}

/* ---- nothing is archived without */
static void archive__after_sales__refused_until_followed_up(void)
{
	struct fixture f;
	struct change c;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_PHONE), plain = fixture_opens(&f, CHANNEL_WEB, "price", "how much", "product");

	c = change_on(CHANGE_STATUS, id);
	c.status = STATUS_ARCHIVED;
	ticket_free(fixture_refused(&f, &f.sun, &c, DESK_CONFLICT, "after-sales"));
	pass_time(&f, MS_DAY);
	c = change_on(CHANGE_STATUS, id);
	c.status = STATUS_ARCHIVED;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "after-sales"));
	set_status(&f, plain, STATUS_RESOLVED);
	set_status(&f, plain, STATUS_ARCHIVED);
	fixture_close(&f);
}

static void skip__a_supervisor_with_a_reason__archived_and_kept(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_PHONE);
	c = change_on(CHANGE_FOLLOW_UP_SKIP, id);
	c.reason = g_strdup("he called himself");
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "supervisor"));
	c = change_on(CHANGE_FOLLOW_UP_SKIP, id);
	c.reason = g_strdup(" ");
	ticket_free(fixture_refused(&f, &f.sun, &c, DESK_INVALID, "reason"));
	c = change_on(CHANGE_FOLLOW_UP_SKIP, id);
	c.reason = g_strdup("the customer called himself");
	a = fixture_do(&f, &f.sun, &c);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_ARCHIVED);
	g_assert_cmpint(a->ticket->follow_up->skipped_id, ==, f.sun.person_id);
	g_assert_cmpstr(a->ticket->follow_up->skip_reason, ==, "the customer called himself");
	g_assert_true(says(a->ticket, "archived without follow-up by Sun Li: the customer called himself"));
	answer_free(a);
	fixture_close(&f);
}

static void rest__other_tickets__archived_by_rule(void)
{
	struct fixture f;
	struct ticket *t;

	open_desk(&f);
	set(&f, "archive_days", "7");
	desk_id id = solved(&f, CHANNEL_PHONE), plain = fixture_opens(&f, CHANNEL_WEB, "price", "how much", "product");

	set_status(&f, plain, STATUS_RESOLVED);
	pass_time(&f, 7 * MS_DAY - 1);
	t = fixture_ticket(&f, plain);
	g_assert_cmpint(t->row.status, ==, STATUS_RESOLVED);
	ticket_free(t);
	pass_time(&f, 1);
	t = fixture_ticket(&f, plain);
	g_assert_cmpint(t->row.status, ==, STATUS_ARCHIVED);
	ticket_free(t);
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_DUE);
	fixture_close(&f);
}

/* ---- answers */
static void answered__solved__archived_rated_and_counted(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct query q;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_PHONE);
	pass_time(&f, MS_DAY);
	ask_aloud(&f, id);
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_ASKED);
	c = answers(id, 1, 4, "pack it better");
	a = fixture_do(&f, &f.min, &c);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_ARCHIVED);
	g_assert_cmpint(a->ticket->follow_up->state, ==, FOLLOW_UP_ANSWERED);
	g_assert_cmpint(a->ticket->follow_up->answered_id, ==, f.min.person_id);
	g_assert_cmpint(a->ticket->follow_up->solver_id, ==, f.li.person_id);
	g_assert_cmpint(a->ticket->follow_up->asked, ==, 1);
	g_assert_true(says(a->ticket, "follow-up: solved"));
	g_assert_true(says(a->ticket, "follow-up: speed 4 of 5"));
	g_assert_true(says(a->ticket, "follow-up: to improve: pack it better"));
	answer_free(a);
	query_init(&q, QUERY_CUSTOMER);
	q.customer_id = f.customer;
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpfloat(a->customer->csat, ==, 4.0);
	answer_free(a);
	query_clear(&q);
	c = answers(id, 0, 1, NULL);
	ticket_free(fixture_refused(&f, &f.min, &c, DESK_CONFLICT, "followed up"));
	fixture_close(&f);
}

static void answered__not_solved__goes_on_with_its_clocks(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	int64_t left;

	open_desk(&f);
	desk_id id = fixture_opens(&f, CHANNEL_PHONE, "kettle", "I sent it back", "return/refund");
	fixture_pass(2 * MS_HOUR);
	set_status(&f, id, STATUS_RESOLVED);
	pass_time(&f, MS_DAY);
	c = answers(id, 0, 2, NULL);
	a = fixture_do(&f, &f.sun, &c);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_OPEN);
	g_assert_cmpint(a->ticket->follow_up->solved, ==, 0);
	const struct ticket_clock *clock = fixture_clock(a->ticket, CLOCK_RESOLUTION);

	g_assert_cmpint(clock->state, ==, CLOCK_STATE_RUNNING);
	left = clock->due_ms - (FIXTURE_START + 2 * MS_HOUR + MS_DAY);
	g_assert_cmpint(left, ==, MS_DAY - 2 * MS_HOUR);
	answer_free(a);
	set_status(&f, id, STATUS_RESOLVED);
	STATE_IS(&f, id, STATUS_RESOLVED, FOLLOW_UP_WAITING); /* the next round */
	fixture_close(&f);
}

static void asked__the_customer_writes_instead__answers_close_it(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_EMAIL);
	ask_aloud(&f, id);
	fixture_writes(&f, id, "yes, all is well, 5");
	STATE_IS(&f, id, STATUS_OPEN, FOLLOW_UP_ASKED);
	pass_time(&f, 10 * MS_DAY); /* nobody is asked again meanwhile */
	STATE_IS(&f, id, STATUS_OPEN, FOLLOW_UP_ASKED);
	c = answers(id, 1, 5, NULL);
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_ARCHIVED);
	answer_free(a);
	fixture_close(&f);
}

/* ---- asking */
static desk_id template_named(struct fixture *f, const char *name, const char *language)
{
	struct query q;
	struct answer *a;
	desk_id id = 0;

	query_init(&q, QUERY_TEMPLATES);
	a = fixture_ask(f, &f->li, &q);
	for (guint i = 0; i < a->templates->len; i++) {
		const struct template *t = a->templates->pdata[i];

		if (g_str_equal(t->name, name) && g_str_equal(t->language, language))
			id = t->id;
	}
	answer_free(a);
	query_clear(&q);
	return id;
}

static void asked__by_the_script_s_template__counts_and_a_recall_takes_it_back(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id template_id, message;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_EMAIL);
	c = change_on(CHANGE_REPLY, id);
	c.body = g_strdup("by the way");
	answer_free(fixture_do(&f, &f.li, &c));
	STATE_IS(&f, id, STATUS_RESOLVED, FOLLOW_UP_WAITING); /* a word isn't the questions */
	template_id = template_named(&f, "follow-up", "zh");
	c = change_on(CHANGE_REPLY, id);
	c.body = g_strdup("解决了吗？");
	c.template_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.template_ids, template_id);
	a = fixture_do(&f, &f.li, &c);
	message = a->message->id;
	answer_free(a);
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_ASKED);
	c = change_on(CHANGE_RECALL, 0);
	c.message_id = message;
	answer_free(fixture_do(&f, &f.li, &c));
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_DUE);
	c = change_on(CHANGE_FOLLOW_UP_ASK, id);
	c.body = g_strdup("Solved? Speed? Anything to improve?");
	a = fixture_do(&f, &f.li, &c);
	g_assert_nonnull(a->message);
	g_assert_cmpint(a->message->kind, ==, MESSAGE_REPLY);
	g_assert_cmpint(a->ticket->follow_up->asked, ==, 1);
	answer_free(a);
	fixture_close(&f);
}

static void unanswered__asked_once_more_then_given_up(void)
{
	struct fixture f;
	struct ticket *t;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_EMAIL);
	ask_aloud(&f, id);
	pass_time(&f, 3 * MS_DAY);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->follow_up->asked, ==, 2);
	g_assert_cmpint(t->follow_up->asked_id, ==, 0); /* by the desk */
	g_assert_true(says(t, "Wang Fang 王芳，再次询问。"));
	ticket_free(t);
	pass_time(&f, 3 * MS_DAY);
	STATE_IS(&f, id, STATUS_ARCHIVED, FOLLOW_UP_UNANSWERED);
	t = fixture_ticket(&f, id);
	g_assert_true(says(t, "follow-up: asked, not answered"));
	ticket_free(t);
	/* reached after all */
	struct change c = answers(id, 0, 1, "nobody answered me");
	struct answer *a = fixture_do(&f, &f.li, &c);

	g_assert_cmpint(a->ticket->row.status, ==, STATUS_OPEN);
	answer_free(a);
	fixture_close(&f);
}

static void unanswered__on_the_phone__due_once_more(void)
{
	struct fixture f;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_PHONE);
	ask_aloud(&f, id);
	pass_time(&f, 3 * MS_DAY);
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_DUE);
	ask_aloud(&f, id);
	pass_time(&f, 3 * MS_DAY);
	STATE_IS(&f, id, STATUS_ARCHIVED, FOLLOW_UP_UNANSWERED);
	fixture_close(&f);
}

static void due__asking_by_itself__sends_in_the_customer_s_language(void)
{
	struct fixture f;
	struct ticket *t;
	g_autofree char *text = NULL;

	open_desk(&f);
	set(&f, "follow_up_auto", "1");
	desk_id id = solved(&f, CHANNEL_EMAIL), phone = solved(&f, CHANNEL_PHONE);

	pass_time(&f, MS_DAY);
	STATE_IS(&f, id, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_ASKED);
	STATE_IS(&f, phone, STATUS_FOLLOW_UP_DUE, FOLLOW_UP_DUE);
	t = fixture_ticket(&f, id);
	text = g_strdup_printf("Wang Fang 王芳，#%" G_GINT64_FORMAT "解决了吗？", id);
	g_assert_true(says(t, text));
	ticket_free(t);
	fixture_close(&f);
}

/* ---- the customer's own page */
struct page {
	struct fixture *f;
	desk_id id;
	const char *secret;
	struct follow_up answers;
	struct public_ticket out;
};

static gboolean page_job(struct db_tx *tx, void *arg, GError **error)
{
	struct page *p = arg;

	public_ticket_clear(&p->out);
	return desk_public_follow_up(p->f->desk, tx, p->id, p->secret, &p->answers, &p->out, error);
}

static char *secret_of(struct fixture *f, desk_id id)
{
	struct query q;
	struct answer *a;
	char *secret;

	query_init(&q, QUERY_SECRET);
	q.ticket_id = id;
	a = fixture_ask(f, &f->li, &q);
	secret = g_strdup(a->secret);
	answer_free(a);
	query_clear(&q);
	return secret;
}

static void page__feedback__answered_within_a_day_then_archived(void)
{
	struct fixture f;
	struct change c;
	g_autoptr(GError) error = NULL;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_WEB);
	g_autofree char *secret = secret_of(&f, id);
	struct page p = {.f = &f, .id = id, .secret = "WRONG", .answers = {.solved = 1, .speed = 2, .improve = (char *)"slow"}};

	g_assert_false(db_submit_wait(f.db, page_job, &p, &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_clear_error(&error);
	p.secret = secret;
	db_submit_wait(f.db, page_job, &p, &error);
	g_assert_no_error(error);
	g_assert_cmpint(p.out.status, ==, STATUS_RESOLVED);
	public_ticket_clear(&p.out);
	struct ticket *t = fixture_ticket(&f, id);
	const struct ticket_clock *clock = fixture_clock(t, CLOCK_FEEDBACK);

	g_assert_cmpint(t->follow_up->answered_id, ==, 0);
	g_assert_nonnull(clock);
	g_assert_cmpint(clock->state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(clock->due_ms, ==, FIXTURE_START + MS_DAY);
	ticket_free(t);
	c = change_on(CHANGE_REPLY, id);
	c.body = g_strdup("We are sorry, and have spoken with the carrier.");
	struct answer *a = fixture_do(&f, &f.li, &c);

	g_assert_cmpint(a->ticket->row.status, ==, STATUS_ARCHIVED);
	g_assert_cmpint(fixture_clock(a->ticket, CLOCK_FEEDBACK)->state, ==, CLOCK_STATE_MET);
	answer_free(a);
	fixture_close(&f);
}

static void page__all_is_well__archived_at_once(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;

	open_desk(&f);
	desk_id id = solved(&f, CHANNEL_WEB), bad = solved(&f, CHANNEL_WEB);
	g_autofree char *secret = secret_of(&f, id), *bad_secret = secret_of(&f, bad);
	struct page p = {.f = &f, .id = id, .secret = secret, .answers = {.solved = 1, .speed = 5}};

	db_submit_wait(f.db, page_job, &p, &error);
	g_assert_no_error(error);
	STATE_IS(&f, id, STATUS_ARCHIVED, FOLLOW_UP_ANSWERED);
	p = (struct page){.f = &f, .id = bad, .secret = bad_secret, .answers = {.solved = 0, .speed = 1}, .out = p.out};
	db_submit_wait(f.db, page_job, &p, &error);
	g_assert_no_error(error);
	STATE_IS(&f, bad, STATUS_OPEN, FOLLOW_UP_ANSWERED);
	public_ticket_clear(&p.out);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(f) g_test_add_func("/server/follow_up/" #f, f)
	T(resolved__after_sales__is_due_after_a_day_once);
	T(due__two_servers_at_once__each_ticket_once);
	T(reopened__before_it_is_due__begins_anew);
	T(archive__after_sales__refused_until_followed_up);
	T(skip__a_supervisor_with_a_reason__archived_and_kept);
	T(rest__other_tickets__archived_by_rule);
	T(answered__solved__archived_rated_and_counted);
	T(answered__not_solved__goes_on_with_its_clocks);
	T(asked__the_customer_writes_instead__answers_close_it);
	T(asked__by_the_script_s_template__counts_and_a_recall_takes_it_back);
	T(unanswered__asked_once_more_then_given_up);
	T(unanswered__on_the_phone__due_once_more);
	T(due__asking_by_itself__sends_in_the_customer_s_language);
	T(page__feedback__answered_within_a_day_then_archived);
	T(page__all_is_well__archived_at_once);
	return g_test_run();
}
