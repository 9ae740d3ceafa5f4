/* The store's writing half: shown at once, sent exactly once, undone when refused. */
#include "store_fixture.h"

static const struct message *last_message(const struct desk_under_test *t, desk_id id)
{
	const struct ticket *ticket = store_ticket(t->s, id);
	return ticket && ticket->messages->len ? ticket->messages->pdata[ticket->messages->len - 1] : NULL;
}

static guint arrived(const struct desk_under_test *t)
{
	return scripted_writes(t->b)->len;
}

static const struct change *arrival(const struct desk_under_test *t, guint i)
{
	return scripted_writes(t->b)->pdata[i];
}

static void line(struct desk_under_test *t, const char *json)
{
	g_assert_true(scripted_line(t->b, json));
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void open_ticket(struct desk_under_test *t, desk_id id)
{
	store_opened(t->s, id);
	settle(t);
}

static void reply__online__shown_at_once_then_confirmed(void)
{
	struct desk_under_test t;
	fixture_up(&t, 20);
	fixture_start(&t);
	open_ticket(&t, 1001);
	fixture_write(&t, CHANGE_REPLY, 1001, "Dear customer");
	const struct message *m = last_message(&t, 1001); /* before anything was sent */
	g_assert_cmpstr(m->body, ==, "Dear customer");
	g_assert_cmpint(m->id, ==, 0);
	g_assert_false(store_queue_at(t.s, 0)->waiting);
	g_assert_cmpuint(store_pending_count(t.s, 1001), ==, 1);
	settle(&t);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 0);
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 1);
	g_assert_cmpint(last_message(&t, 1001)->id, >, 0);
	g_assert_cmpint(t.writes_ended, ==, 1);
	g_assert_cmpint(t.writes_failed, ==, 0);
	g_assert_cmpuint(arrived(&t), ==, 1);
	fixture_down(&t);
}

static void reply__feed_faster_than_answer__shown_once(void)
{
	struct desk_under_test t;
	fixture_up(&t, 20);
	fixture_start(&t);
	open_ticket(&t, 1001);
	line(&t, "{\"on\":\"reply\",\"hold\":true}");
	fixture_write(&t, CHANGE_REPLY, 1001, "Dear customer");
	wait_until(last_message(&t, 1001)->id > 0); /* by the feed */
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 1);
	g_assert_cmpuint(store_pending_count(t.s, 1001), ==, 1);
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 1);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 0);
	fixture_down(&t);
}

static void status__online__row_leaves_only_when_confirmed(void)
{
	struct desk_under_test t;
	struct change c;
	fixture_up(&t, 20);
	fixture_start(&t);
	line(&t, "{\"on\":\"status\",\"hold\":true}");
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = 1003;
	c.status = STATUS_RESOLVED;
	store_write(t.s, &c);
	change_clear(&c);
	g_assert_cmpint(store_queue_at(t.s, 2)->id, ==, 1003);
	g_assert_cmpint(store_queue_at(t.s, 2)->status, ==, STATUS_RESOLVED);
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpint(store_queue_find(t.s, 1003), ==, -1);
	g_assert_cmpint(store_queue_total(t.s, NULL), ==, 19);
	fixture_down(&t);
}

static void claim__refused__undone_and_said(void)
{
	struct desk_under_test t;
	struct pending p;
	fixture_up(&t, 20);
	fixture_start(&t);
	open_ticket(&t, 1002);
	line(&t, "{\"on\":\"claim\",\"error\":\"forbidden\",\"message\":\"Only the billing group may take this.\"}");
	fixture_write(&t, CHANGE_CLAIM, 1002, NULL);
	g_assert_cmpstr(store_queue_at(t.s, 1)->assignee_name, ==, "Li Wei");
	g_assert_cmpint(store_ticket(t.s, 1002)->row.assignee_id, ==, scripted_desk_me());
	settle(&t);
	g_assert_null(store_queue_at(t.s, 1)->assignee_name);
	g_assert_cmpint(store_ticket(t.s, 1002)->row.assignee_id, ==, 0);
	g_assert_nonnull(strstr(t.said->str, "Only the billing group"));
	g_assert_true(store_pending_at(t.s, 1002, 0, &p));
	g_assert_cmpint(p.state, ==, PENDING_REFUSED);
	g_assert_cmpint(t.writes_failed, ==, 1);
	store_pending_drop(t.s, p.change->once_key);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 0);
	fixture_down(&t);
}

static void reply__refused__becomes_a_draft_again(void)
{
	struct desk_under_test t;
	struct pending p;
	fixture_up(&t, 20);
	fixture_start(&t);
	open_ticket(&t, 1001);
	store_draft_set(t.s, 1001, MESSAGE_REPLY, "already writing more");
	line(&t, "{\"on\":\"reply\",\"error\":\"conflict\",\"message\":\"The customer wrote meanwhile.\"}");
	fixture_write(&t, CHANGE_REPLY, 1001, "Dear customer");
	settle(&t);
	g_assert_null(last_message(&t, 1001));
	g_assert_cmpstr(store_draft(t.s, 1001, MESSAGE_REPLY), ==, "Dear customer\n\nalready writing more");
	g_assert_true(store_draft_saved(t.s));
	g_assert_true(store_pending_at(t.s, 1001, 0, &p));
	g_assert_cmpint(p.state, ==, PENDING_REFUSED);
	g_assert_cmpstr(p.why, ==, "The customer wrote meanwhile.");
	store_pending_resend(t.s, p.change->once_key);
	settle(&t);
	g_assert_cmpstr(last_message(&t, 1001)->body, ==, "Dear customer");
	g_assert_cmpuint(arrived(&t), ==, 2);
	g_assert_cmpstr(arrival(&t, 0)->once_key, ==, arrival(&t, 1)->once_key);
	fixture_down(&t);
}

static void solve__behind_a_refused_reply__asks_first(void)
{
	struct desk_under_test t;
	struct change c;
	struct pending p;
	fixture_up(&t, 20);
	fixture_start(&t);
	line(&t, "{\"on\":\"reply\",\"error\":\"invalid\",\"message\":\"Too long.\"}");
	fixture_write(&t, CHANGE_REPLY, 1001, "Dear customer");
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = 1001;
	c.status = STATUS_RESOLVED;
	store_write(t.s, &c);
	settle(&t);
	g_assert_cmpuint(arrived(&t), ==, 1);
	g_assert_cmpuint(store_pending_count(t.s, 1001), ==, 2);
	g_assert_true(store_pending_at(t.s, 1001, 1, &p));
	g_assert_cmpint(p.state, ==, PENDING_ASK);
	store_pending_resend(t.s, c.once_key);
	settle(&t);
	g_assert_cmpuint(arrived(&t), ==, 2);
	g_assert_cmpint(arrival(&t, 1)->kind, ==, CHANGE_STATUS);
	change_clear(&c);
	fixture_down(&t);
}

static void writes__offline__wait_then_go_once_in_order(void)
{
	struct desk_under_test t;
	struct pending p;
	fixture_up(&t, 20);
	fixture_start(&t);
	open_ticket(&t, 1001);
	line(&t, "{\"online\":false}");
	fixture_write(&t, CHANGE_NOTE, 1001, "one");
	fixture_write(&t, CHANGE_REPLY, 1001, "two");
	fixture_write(&t, CHANGE_NOTE, 1002, "elsewhere");
	fixture_write(&t, CHANGE_NOTE, 1001, "three");
	settle(&t);
	g_assert_cmpuint(arrived(&t), ==, 0);
	g_assert_cmpuint(store_pending_count(t.s, 1001), ==, 3);
	g_assert_true(store_pending_at(t.s, 1001, 0, &p));
	g_assert_cmpint(p.state, ==, PENDING_QUEUED);
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 3);
	line(&t, "{\"online\":true}");
	wait_until(store_pending_count(t.s, 0) == 0);
	g_assert_cmpuint(arrived(&t), ==, 4);
	g_autoptr(GString) order = g_string_new(NULL);
	for (guint i = 0; i < 4; i++)
		if (arrival(&t, i)->ticket_id == 1001)
			g_string_append_printf(order, "%s ", arrival(&t, i)->body);
	g_assert_cmpstr(order->str, ==, "one two three ");
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 3);
	fixture_down(&t);
}

static void write__answer_lost__uncertain_then_same_key(void)
{
	struct desk_under_test t;
	struct pending p;
	fixture_up(&t, 20);
	fixture_start(&t);
	open_ticket(&t, 1001);
	line(&t, "{\"on\":\"reply\",\"lost\":\"answer\"}");
	fixture_write(&t, CHANGE_REPLY, 1001, "once");
	wait_until(!store_busy(t.s));
	g_assert_true(store_pending_at(t.s, 1001, 0, &p));
	g_assert_cmpint(p.state, ==, PENDING_UNCERTAIN);
	store_retry(t.s);
	wait_until(store_pending_count(t.s, 0) == 0);
	settle(&t);
	g_assert_cmpuint(arrived(&t), ==, 2);
	g_assert_cmpstr(arrival(&t, 0)->once_key, ==, arrival(&t, 1)->once_key);
	g_assert_cmpuint(store_ticket(t.s, 1001)->messages->len, ==, 1);
	fixture_down(&t);
}

static void write__never_left__goes_again_by_itself(void)
{
	struct desk_under_test t;
	fixture_up(&t, 20);
	fixture_start(&t);
	line(&t, "{\"on\":\"note\",\"lost\":\"request\",\"times\":2}");
	fixture_write(&t, CHANGE_NOTE, 1001, "persistent");
	wait_until(store_pending_count(t.s, 0) == 0);
	g_assert_cmpuint(arrived(&t), ==, 1);
	fixture_down(&t);
}

static void outbox__next_life__sends_what_was_left(void)
{
	struct desk_under_test t;
	fixture_up(&t, 20);
	fixture_start(&t);
	line(&t, "{\"online\":false}");
	fixture_write(&t, CHANGE_REPLY, 1001, "from the first life");
	store_free(t.s);
	fixture_open_store(&t);
	g_assert_cmpuint(store_pending_count(t.s, 1001), ==, 1);
	fixture_start(&t);
	g_assert_cmpuint(arrived(&t), ==, 0);
	line(&t, "{\"online\":true}");
	wait_until(store_pending_count(t.s, 0) == 0);
	g_assert_cmpuint(arrived(&t), ==, 1);
	g_assert_cmpstr(arrival(&t, 0)->body, ==, "from the first life");
	store_free(t.s);
	fixture_open_store(&t);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 0);
	fixture_down(&t);
}

static int64_t a_day_later(void)
{
	return g_get_real_time() / 1000 + 25 * MS_HOUR;
}

static void outbox__over_a_day_old__asks_before_it_goes(void)
{
	struct desk_under_test t;
	struct pending p;
	fixture_up(&t, 20);
	fixture_start(&t);
	line(&t, "{\"online\":false}");
	fixture_write(&t, CHANGE_REPLY, 1001, "old news");
	settle(&t);
	store_free(t.s);
	line(&t, "{\"online\":true}");
	clock_replace(a_day_later, NULL);
	fixture_open_store(&t);
	clock_replace(NULL, NULL);
	fixture_start(&t);
	g_assert_cmpuint(arrived(&t), ==, 0);
	g_assert_true(store_pending_at(t.s, 1001, 0, &p));
	g_assert_cmpint(p.state, ==, PENDING_ASK);
	store_pending_drop(t.s, p.change->once_key);
	g_assert_cmpstr(store_draft(t.s, 1001, MESSAGE_REPLY), ==, "old news");
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 0);
	fixture_down(&t);
}

static void claim_next__answers_the_ticket_or_nothing(void)
{
	struct desk_under_test t;
	fixture_up(&t, 1);
	fixture_start(&t);
	fixture_write(&t, CHANGE_CLAIM_NEXT, 0, NULL);
	settle(&t);
	g_assert_cmpint(t.claimed, ==, 1001);
	g_assert_nonnull(store_ticket(t.s, 1001));
	t.claimed = -1;
	fixture_write(&t, CHANGE_CLAIM_NEXT, 0, NULL);
	settle(&t);
	g_assert_cmpint(t.claimed, ==, 0);
	t.claimed = -1;
	line(&t, "{\"online\":false}");
	fixture_write(&t, CHANGE_CLAIM_NEXT, 0, NULL);
	g_assert_cmpint(t.claimed, ==, 0);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 0);
	fixture_down(&t);
}

/* Two writes made while looking at version 1: the second follows the first. */
static void versions__own_earlier_write__is_no_conflict(void)
{
	struct desk_under_test t;
	struct change c;
	fixture_up(&t, 20);
	fixture_start(&t);
	for (int i = 0; i < 2; i++) {
		change_init(&c, CHANGE_PRIORITY);
		c.ticket_id = 1001;
		c.priority = i ? PRIORITY_URGENT : PRIORITY_IMPORTANT;
		c.if_version = 1;
		store_write(t.s, &c);
		change_clear(&c);
	}
	settle(&t);
	g_assert_cmpint(t.writes_ended, ==, 2);
	g_assert_cmpint(t.writes_failed, ==, 0);
	g_assert_cmpint(store_queue_at(t.s, 0)->priority, ==, PRIORITY_URGENT);
	fixture_down(&t);
}

static void versions__others_changed_it__refused_and_the_truth_is_shown(void)
{
	struct desk_under_test t;
	struct change c;
	fixture_up(&t, 20);
	fixture_start(&t);
	change_init(&c, CHANGE_PRIORITY);
	c.ticket_id = 1001;
	c.priority = PRIORITY_URGENT;
	c.if_version = 7;
	store_write(t.s, &c);
	change_clear(&c);
	settle(&t);
	g_assert_cmpint(t.writes_failed, ==, 1);
	g_assert_cmpint(store_queue_at(t.s, 0)->priority, ==, PRIORITY_NORMAL);
	fixture_down(&t);
}

static void reply__refused__whom_it_went_to_comes_back_too(void)
{
	struct desk_under_test t;
	struct change c;
	fixture_up(&t, 5);
	fixture_start(&t);
	g_assert_true(scripted_line(t.b, "{\"on\":\"reply\",\"error\":\"forbidden\",\"message\":\"no\"}"));
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = 1001;
	c.body = g_strdup("with copies");
	c.cc = g_strdup("boss@shop.example");
	store_write(t.s, &c);
	change_clear(&c);
	settle(&t);
	g_assert_cmpstr(store_draft(t.s, 1001, MESSAGE_REPLY), ==, "with copies");
	g_assert_cmpstr(store_draft(t.s, 1001, DRAFT_ADDRESSES), ==, "\nboss@shop.example");
	fixture_down(&t);
}

/* Two acts on many: all of it is seen before anything is sent, and each ticket gets both in order. */
static void writes__many_at_once__shown_then_sent_in_order(void)
{
	enum { MANY = 40 };
	struct desk_under_test t;
	struct change changes[2 * MANY];
	const struct change *each[2 * MANY];
	fixture_up(&t, MANY);
	fixture_start(&t);
	open_ticket(&t, 1003);
	g_assert_true(scripted_line(t.b, "{\"on\":\"priority\",\"error\":\"forbidden\",\"message\":\"not yours\"}"));
	for (int i = 0; i < 2 * MANY; i++) {
		change_init(&changes[i], i < MANY ? CHANGE_PRIORITY : CHANGE_STATUS);
		changes[i].ticket_id = 1001 + i % MANY;
		changes[i].priority = PRIORITY_URGENT;
		changes[i].status = STATUS_PENDING_INTERNAL;
		each[i] = &changes[i];
	}
	store_write_many(t.s, each, 2 * MANY);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 2 * MANY);
	for (size_t i = 0; i < MANY; i++) {
		g_assert_cmpint(store_queue_at(t.s, i)->priority, ==, PRIORITY_URGENT);
		g_assert_cmpint(store_queue_at(t.s, i)->status, ==, STATUS_PENDING_INTERNAL);
	}
	g_assert_cmpint(store_ticket(t.s, 1003)->row.priority, ==, PRIORITY_URGENT);
	settle(&t);
	g_assert_cmpuint(arrived(&t), ==, 2 * MANY);
	g_assert_cmpint(t.writes_ended, ==, 2 * MANY);
	g_assert_cmpint(t.writes_failed, ==, 1);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 1); /* listed until somebody decides */
	g_assert_cmpint(store_queue_at(t.s, 1)->priority, ==, PRIORITY_URGENT);
	g_assert_cmpint(store_queue_at(t.s, 1)->status, ==, STATUS_PENDING_INTERNAL);
	for (int i = 0; i < 2 * MANY; i++)
		change_clear(&changes[i]);
	fixture_down(&t);
}

static void change_subject(struct desk_under_test *t, const char *text, int64_t seen)
{
	struct change c;
	change_init(&c, CHANGE_SUBJECT);
	c.ticket_id = 1001;
	c.text = g_strdup(text);
	c.if_version = seen;
	store_write(t->s, &c);
	change_clear(&c);
}

/* Something else was changed meanwhile: that is no reason to refuse; another subject is one. */
static void subject__changed_by_two__refused_only_then(void)
{
	struct desk_under_test t;
	fixture_up(&t, 5);
	fixture_start(&t);
	open_ticket(&t, 1001);
	int64_t seen = store_ticket(t.s, 1001)->row.version;
	line(&t, "{\"online\":false}"); /* until the other one has been done */
	change_subject(&t, "mine", seen);
	line(&t, "{\"touch\":1001,\"status\":\"on-hold\"}");
	line(&t, "{\"online\":true}");
	wait_until(t.writes_ended == 1);
	settle(&t);
	g_assert_cmpint(t.writes_failed, ==, 0);
	g_assert_cmpstr(store_ticket(t.s, 1001)->row.subject, ==, "mine");
	seen = store_ticket(t.s, 1001)->row.version;
	line(&t, "{\"online\":false}");
	change_subject(&t, "mine again", seen);
	line(&t, "{\"touch\":1001,\"subject\":\"theirs\"}");
	line(&t, "{\"online\":true}");
	wait_until(t.writes_failed == 1);
	settle(&t);
	g_assert_cmpstr(store_ticket(t.s, 1001)->row.subject, ==, "theirs");
	struct pending p;
	g_assert_true(store_pending_at(t.s, 1001, 0, &p)); /* and ours is not lost */
	g_assert_cmpint(p.state, ==, PENDING_REFUSED);
	g_assert_cmpstr(p.change->text, ==, "mine again");
	fixture_down(&t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_timeout_add(50, fixture_tick, NULL);
	g_test_add_func("/write/reply", reply__online__shown_at_once_then_confirmed);
	g_test_add_func("/write/feed-first", reply__feed_faster_than_answer__shown_once);
	g_test_add_func("/write/status", status__online__row_leaves_only_when_confirmed);
	g_test_add_func("/write/refused", claim__refused__undone_and_said);
	g_test_add_func("/write/draft", reply__refused__becomes_a_draft_again);
	g_test_add_func("/write/copies", reply__refused__whom_it_went_to_comes_back_too);
	g_test_add_func("/write/followers", solve__behind_a_refused_reply__asks_first);
	g_test_add_func("/write/offline", writes__offline__wait_then_go_once_in_order);
	g_test_add_func("/write/uncertain", write__answer_lost__uncertain_then_same_key);
	g_test_add_func("/write/never-left", write__never_left__goes_again_by_itself);
	g_test_add_func("/write/next-life", outbox__next_life__sends_what_was_left);
	g_test_add_func("/write/day-old", outbox__over_a_day_old__asks_before_it_goes);
	g_test_add_func("/write/many", writes__many_at_once__shown_then_sent_in_order);
	g_test_add_func("/write/claim-next", claim_next__answers_the_ticket_or_nothing);
	g_test_add_func("/write/versions-own", versions__own_earlier_write__is_no_conflict);
	g_test_add_func("/write/versions-others", versions__others_changed_it__refused_and_the_truth_is_shown);
	g_test_add_func("/write/subject-of-two", subject__changed_by_two__refused_only_then);
	return g_test_run();
}
