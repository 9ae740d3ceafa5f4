/* What leaves the desk, when, and what never does. */
#include "desk_fixture.inc"

#include "rules/status.h"

static struct change talk_on(enum change_kind kind, desk_id ticket_id, const char *body)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = ticket_id;
	c.body = g_strdup(body);
	return c;
}

static const struct message *last_of(const struct ticket *t, enum message_kind kind)
{
	for (guint i = t->messages->len; i > 0; i--)
		if (((struct message *)t->messages->pdata[i - 1])->kind == kind)
			return t->messages->pdata[i - 1];
	g_assert_not_reached();
}

/* ---- send later */
static void later__its_time__leaves_then_and_not_before(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	g_autoptr(GError) error = NULL;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	c = talk_on(CHANGE_REPLY, id, "Good morning");
	c.send_at_ms = FIXTURE_START + 9 * MS_HOUR;
	c.send_delay_ms = 0; /* the time wins */
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->message->delivery, ==, DELIVERY_WAITING);
	g_assert_cmpint(a->message->send_at_ms, ==, FIXTURE_START + 9 * MS_HOUR);
	g_assert_true(a->ticket->row.waiting);
	answer_free(a);
	fixture_pass(9 * MS_HOUR - 1);
	desk_due(f.desk, &error);
	g_assert_no_error(error);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(last_of(t, MESSAGE_REPLY)->delivery, ==, DELIVERY_WAITING);
	g_assert_true(t->row.waiting);
	ticket_free(t);
	fixture_pass(1);
	desk_due(f.desk, &error);
	g_assert_no_error(error);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(last_of(t, MESSAGE_REPLY)->delivery, ==, DELIVERY_DONE);
	g_assert_false(t->row.waiting);
	ticket_free(t);
	fixture_close(&f);
}

static void later__taken_back__never_leaves(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	g_autoptr(GError) error = NULL;
	desk_id id, message;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "one", "help", NULL);
	c = talk_on(CHANGE_REPLY, id, "Good morning");
	c.send_at_ms = FIXTURE_START + 2 * MS_DAY;
	a = fixture_do(&f, &f.li, &c);
	message = a->message->id;
	answer_free(a);
	fixture_pass(MS_DAY);
	change_init(&c, CHANGE_RECALL);
	c.message_id = message;
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_pass(3 * MS_DAY);
	desk_due(f.desk, &error);
	g_assert_no_error(error);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(last_of(t, MESSAGE_REPLY)->delivery, ==, DELIVERY_RECALLED);
	g_assert_true(t->row.waiting);
	ticket_free(t);
	fixture_close(&f);
}

/* Cancelled, then merged, is where others send it nevertheless. */
static void later__merged_meanwhile__leaves_once_from_where_it_is(void)
{
	struct fixture f;
	struct change c;
	struct ticket *t;
	g_autoptr(GError) error = NULL;
	desk_id one, two;
	int sent = 0;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "two", "help again", NULL);
	for (int i = 0; i < 2; i++) {
		struct answer *a;

		c = talk_on(CHANGE_REPLY, one, i ? "stays" : "goes back");
		c.send_at_ms = FIXTURE_START + MS_HOUR;
		a = fixture_do(&f, &f.li, &c);
		if (i == 0) {
			change_init(&c, CHANGE_RECALL);
			c.message_id = a->message->id;
			answer_free(fixture_do(&f, &f.li, &c));
		}
		answer_free(a);
	}
	change_init(&c, CHANGE_MERGE);
	c.ticket_id = one;
	c.other_id = two;
	answer_free(fixture_do(&f, &f.sun, &c));
	fixture_pass(2 * MS_HOUR);
	desk_due(f.desk, &error);
	g_assert_no_error(error);
	t = fixture_ticket(&f, two);
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind != MESSAGE_REPLY)
			continue;
		g_assert_cmpint(m->delivery, ==, strcmp(m->body, "stays") == 0 ? DELIVERY_DONE : DELIVERY_RECALLED);
		sent += m->delivery == DELIVERY_DONE;
	}
	g_assert_cmpint(sent, ==, 1);
	ticket_free(t);
	fixture_close(&f);
}

static void later__time_past_or_too_far__at_once_or_refused(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "one", "help", NULL);
	c = talk_on(CHANGE_REPLY, id, "x");
	c.send_at_ms = FIXTURE_START + 61 * MS_DAY;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "60 days"));
	c = talk_on(CHANGE_REPLY, id, "waited offline until its time was over");
	c.send_at_ms = FIXTURE_START - MS_HOUR;
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->message->delivery, ==, DELIVERY_DONE);
	answer_free(a);
	fixture_close(&f);
}

/* ---- limits */
static void too_long__for_the_channel__is_refused(void)
{
	struct fixture f;
	struct change c;
	g_autofree char *long_text = g_strnfill(2049, 'x'), *fits = g_strnfill(2048, 'x');
	desk_id id, phone;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WECHAT, "one", "help", NULL);
	c = talk_on(CHANGE_REPLY, id, long_text);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_LIMIT, "wechat"));
	c = talk_on(CHANGE_REPLY, id, fits);
	answer_free(fixture_do(&f, &f.li, &c));
	c = talk_on(CHANGE_NOTE, id, long_text); /* goes to no channel */
	answer_free(fixture_do(&f, &f.li, &c));
	phone = fixture_opens(&f, CHANNEL_PHONE, "two", "help", NULL);
	c = talk_on(CHANGE_REPLY, phone, long_text);
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_close(&f);
}

/* ---- notes */
static gboolean force_job(struct db_tx *tx, void *arg, GError **error)
{
	return DB_RUN(db_conn_of(tx), STMT_MESSAGE_DELIVERY, NULL, NULL, error, DB_I(*(desk_id *)arg), DB_I(DELIVERY_WAITING),
	              DB_I(1));
}

/* On every channel, with everything that makes a reply leave. */
static void note__whatever_is_tried__is_handed_to_no_channel(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
		desk_id id = fixture_opens(&f, (enum channel)channel, "one", "help", NULL), note;
		struct change c = talk_on(CHANGE_NOTE, id, "she lies");
		struct answer *a;
		struct ticket *t;

		c.to = g_strdup("wang@example.com");
		g_assert_null(fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "doesn't leave the desk"));
		c = talk_on(CHANGE_NOTE, id, "she lies");
		c.cc = g_strdup("wang@example.com");
		g_assert_null(fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "doesn't leave the desk"));
		c = talk_on(CHANGE_NOTE, id, "she lies");
		c.send_at_ms = FIXTURE_START + 1;
		g_assert_null(fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "doesn't leave the desk"));
		c = talk_on(CHANGE_NOTE, id, "she lies");
		c.send_delay_ms = 1000; /* means nothing to a note */
		a = fixture_do(&f, &f.li, &c);
		note = a->message->id;
		g_assert_cmpint(a->message->send_at_ms, ==, 0);
		g_assert_cmpint(a->message->delivery, ==, DELIVERY_DONE);
		answer_free(a);
		change_init(&c, CHANGE_FORWARD);
		c.ticket_id = id;
		c.message_id = note;
		c.to = g_strdup("wang@example.com");
		g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "note"));
		change_init(&c, CHANGE_FORWARD);
		c.ticket_id = id;
		c.to = g_strdup("wang@example.com");
		a = fixture_do(&f, &f.li, &c);
		g_assert_null(strstr(a->message->body, "she lies"));
		answer_free(a);
		/* even when its row says that it waits to be sent */
		g_assert_true(db_submit_wait(f.db, force_job, &note, &error));
		fixture_pass(MS_MINUTE);
		desk_due(f.desk, &error);
		g_assert_no_error(error);
		t = fixture_ticket(&f, id);
		g_assert_cmpint(last_of(t, MESSAGE_NOTE)->delivery, ==, DELIVERY_WAITING);
		g_assert_true(t->row.waiting); /* nothing has answered the customer */
		ticket_free(t);
	}
	fixture_close(&f);
}

static void careful__tag__says_so_in_the_session(void)
{
	struct fixture f;
	struct query q;
	struct answer *a;

	fixture_open(&f, NULL);
	query_init(&q, QUERY_SESSION);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->session->tags->len, ==, 1);
	g_assert_true(((struct tag *)a->session->tags->pdata[0])->careful);
	g_assert_null(a->session->message_limits);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sending/later", later__its_time__leaves_then_and_not_before);
	g_test_add_func("/sending/later-back", later__taken_back__never_leaves);
	g_test_add_func("/sending/later-merged", later__merged_meanwhile__leaves_once_from_where_it_is);
	g_test_add_func("/sending/later-bounds", later__time_past_or_too_far__at_once_or_refused);
	g_test_add_func("/sending/too-long", too_long__for_the_channel__is_refused);
	g_test_add_func("/sending/note", note__whatever_is_tried__is_handed_to_no_channel);
	g_test_add_func("/sending/careful", careful__tag__says_so_in_the_session);
	return g_test_run();
}
