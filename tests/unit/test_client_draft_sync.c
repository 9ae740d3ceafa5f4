/* Drafts and the desk's copies of them: saved, fetched, and no word lost when both were written on. */
#include "store_fixture.h"

#include "client/drafts.h"

#define T 1001

static const char *at_desk(struct desk_under_test *t, desk_id ticket_id)
{
	const struct draft *d = scripted_draft(t->b, ticket_id, MESSAGE_REPLY);
	return d ? d->body : NULL;
}

static enum draft_place place(struct desk_under_test *t)
{
	struct store_draft d;
	g_assert_true(store_draft_about(t->s, T, MESSAGE_REPLY, &d));
	return d.place;
}

/* As the composer does: shown, typed, left. */
static void types(struct desk_under_test *t, const char *text)
{
	store_draft_showing(t->s, T, MESSAGE_REPLY);
	store_draft_set(t->s, T, MESSAGE_REPLY, text);
	store_draft_showing(t->s, 0, MESSAGE_REPLY);
}

static void elsewhere(struct desk_under_test *t, const char *body)
{
	g_autofree char *line = g_strdup_printf("{\"draft\":%d,\"kind\":\"reply\",\"body\":\"%s\"}", T, body);
	g_assert_true(scripted_line(t->b, line));
}

static void up(struct desk_under_test *t)
{
	fixture_up(t, 3);
	fixture_start(t);
	wait_until(scripted_reads(t->b, QUERY_DRAFTS) > 0);
	settle(t);
}

static void typed__paused__at_the_desk(void)
{
	struct desk_under_test t;
	up(&t);
	for (int i = 1; i <= 5; i++) {
		g_autofree char *text = g_strnfill((gsize)i, 'x');
		store_draft_set(t.s, T, MESSAGE_REPLY, text);
	}
	g_assert_cmpint(place(&t), ==, DRAFT_ON_ITS_WAY);
	g_assert_null(at_desk(&t, T));
	wait_until(place(&t) == DRAFT_AT_DESK);
	g_assert_cmpstr(at_desk(&t, T), ==, "xxxxx");
	g_assert_cmpuint(scripted_draft_writes(t.b), ==, 1);
	store_draft_set(t.s, T, MESSAGE_REPLY, NULL);
	store_drafts_farewell(t.s, WAIT_MS);
	g_assert_null(at_desk(&t, T));
	fixture_down(&t);
}

static void left__saved_at_once_with_its_addresses(void)
{
	struct desk_under_test t;
	up(&t);
	store_draft_set(t.s, T, DRAFT_ADDRESSES, "a@example.com\n");
	types(&t, "Dear customer");
	wait_until(place(&t) == DRAFT_AT_DESK);
	g_assert_cmpstr(at_desk(&t, T), ==, "Dear customer");
	g_assert_cmpstr(scripted_draft(t.b, T, MESSAGE_REPLY)->to, ==, "a@example.com");
	fixture_down(&t);
}

static void written_elsewhere__nothing_here__comes(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3);
	elsewhere(&t, "from the office");
	fixture_start(&t);
	wait_until(store_draft(t.s, T, MESSAGE_REPLY));
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_REPLY), ==, "from the office");
	elsewhere(&t, "from the office, and more");
	wait_until(g_str_has_suffix(store_draft(t.s, T, MESSAGE_REPLY), "more")); /* untouched here: follows */
	elsewhere(&t, "");
	wait_until(!store_draft(t.s, T, MESSAGE_REPLY));
	settle(&t);
	g_assert_cmpuint(scripted_draft_writes(t.b), ==, 0);
	fixture_down(&t);
}

static void written_on_at_both__both_kept(void)
{
	struct desk_under_test t;
	up(&t);
	types(&t, "common");
	wait_until(place(&t) == DRAFT_AT_DESK);
	g_assert_true(scripted_line(t.b, "{\"online\":false}"));
	settle(&t);
	elsewhere(&t, "common, theirs");
	types(&t, "common, mine");
	g_assert_true(scripted_line(t.b, "{\"online\":true}"));
	wait_until(g_strcmp0(at_desk(&t, T), "common, mine" DRAFTS_JOINED "common, theirs") == 0);
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_REPLY), ==, "common, mine" DRAFTS_JOINED "common, theirs");
	wait_until(place(&t) == DRAFT_AT_DESK);
	fixture_down(&t);
}

/* Nothing of elsewhere comes into a text that somebody is typing. */
static void before_the_eyes__other_text_waits_beside(void)
{
	struct desk_under_test t;
	struct store_draft d;
	up(&t);
	types(&t, "common");
	wait_until(place(&t) == DRAFT_AT_DESK);
	store_draft_showing(t.s, T, MESSAGE_REPLY);
	elsewhere(&t, "theirs");
	store_draft_set(t.s, T, MESSAGE_REPLY, "common, and what I type");
	wait_until(store_draft_about(t.s, T, MESSAGE_REPLY, &d) && d.other);
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_REPLY), ==, "common, and what I type");
	g_assert_cmpstr(d.other, ==, "theirs");
	g_assert_nonnull(strstr(t.said->str, "both texts are kept"));
	/* a crash now loses neither */
	g_assert_true(store_drafts_flush(t.s, NULL));
	store_free(t.s);
	fixture_open_store(&t);
	g_assert_true(store_draft_about(t.s, T, MESSAGE_REPLY, &d));
	g_assert_cmpstr(d.text, ==, "common, and what I type");
	g_assert_cmpstr(d.other, ==, "theirs");
	store_draft_showing(t.s, T, MESSAGE_REPLY);
	store_draft_showing(t.s, 0, MESSAGE_REPLY);
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_REPLY), ==, "common, and what I type" DRAFTS_JOINED "theirs");
	fixture_down(&t);
}

static void before_the_eyes_untouched__newer_one_comes_when_left(void)
{
	struct desk_under_test t;
	up(&t);
	types(&t, "common");
	wait_until(place(&t) == DRAFT_AT_DESK);
	unsigned reads = scripted_reads(t.b, QUERY_DRAFTS);
	store_draft_showing(t.s, T, MESSAGE_REPLY);
	elsewhere(&t, "theirs");
	wait_until(scripted_reads(t.b, QUERY_DRAFTS) > reads);
	settle(&t);
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_REPLY), ==, "common");
	store_draft_showing(t.s, 0, MESSAGE_REPLY);
	wait_until(g_strcmp0(store_draft(t.s, T, MESSAGE_REPLY), "theirs") == 0);
	fixture_down(&t);
}

static void sent__gone_at_the_desk_and_not_saved_again(void)
{
	struct desk_under_test t;
	up(&t);
	types(&t, "Dear customer");
	wait_until(place(&t) == DRAFT_AT_DESK);
	fixture_write(&t, CHANGE_REPLY, T, "Dear customer");
	store_draft_set(t.s, T, MESSAGE_REPLY, NULL);
	wait_until(t.writes_ended == 1);
	settle(&t);
	g_assert_null(at_desk(&t, T));
	g_assert_null(store_draft(t.s, T, MESSAGE_REPLY));
	store_drafts_farewell(t.s, WAIT_MS);
	g_assert_cmpuint(scripted_draft_writes(t.b), ==, 1);
	fixture_down(&t);
}

/* What was added between the last save and sending: the desk's older copy goes, too. */
static void sent_before_it_was_saved__older_copy_goes(void)
{
	struct desk_under_test t;
	up(&t);
	types(&t, "Dear");
	wait_until(place(&t) == DRAFT_AT_DESK);
	store_draft_set(t.s, T, MESSAGE_REPLY, "Dear customer");
	fixture_write(&t, CHANGE_REPLY, T, "Dear customer");
	store_draft_set(t.s, T, MESSAGE_REPLY, NULL);
	wait_until(t.writes_ended == 1);
	store_drafts_farewell(t.s, WAIT_MS);
	g_assert_null(at_desk(&t, T));
	fixture_down(&t);
}

static void refused__text_is_a_draft_again_here_and_there(void)
{
	struct desk_under_test t;
	up(&t);
	types(&t, "Dear customer");
	wait_until(place(&t) == DRAFT_AT_DESK);
	g_assert_true(scripted_line(t.b, "{\"on\":\"reply\",\"error\":\"conflict\",\"message\":\"has written again\"}"));
	fixture_write(&t, CHANGE_REPLY, T, "Dear customer");
	store_draft_set(t.s, T, MESSAGE_REPLY, NULL);
	wait_until(t.writes_failed == 1);
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_REPLY), ==, "Dear customer");
	store_drafts_farewell(t.s, WAIT_MS);
	g_assert_cmpstr(at_desk(&t, T), ==, "Dear customer");
	fixture_down(&t);
}

static void desk_refuses__stays_here_and_says_so(void)
{
	struct desk_under_test t;
	up(&t);
	g_assert_true(scripted_line(t.b, "{\"on\":\"draft-save\",\"error\":\"limit\",\"message\":\"too long\"}"));
	types(&t, "a book");
	wait_until(place(&t) == DRAFT_ONLY_HERE);
	g_assert_cmpstr(t.said->str, ==, "");
	types(&t, "a page"); /* another text is another try */
	wait_until(place(&t) == DRAFT_AT_DESK);
	fixture_down(&t);
}

static void answer_lost__saved_again_without_a_conflict(void)
{
	struct desk_under_test t;
	up(&t);
	g_assert_true(scripted_line(t.b, "{\"on\":\"draft-save\",\"lost\":\"answer\"}"));
	types(&t, "Dear customer");
	wait_until(place(&t) == DRAFT_AT_DESK);
	g_assert_cmpstr(at_desk(&t, T), ==, "Dear customer");
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_REPLY), ==, "Dear customer");
	fixture_down(&t);
}

static void earlier_life_unsaved__saved_by_the_next(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3);
	store_draft_set(t.s, T, MESSAGE_REPLY, "typed before the crash");
	g_assert_true(store_drafts_flush(t.s, NULL));
	store_free(t.s);
	fixture_open_store(&t);
	fixture_start(&t);
	wait_until(at_desk(&t, T));
	g_assert_cmpstr(at_desk(&t, T), ==, "typed before the crash");
	fixture_down(&t);
}

/* Killed between writing the message down and forgetting its draft: it is not there to be sent twice. */
static void earlier_life_sending__words_are_no_draft_any_more(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3);
	store_draft_set(t.s, T, MESSAGE_REPLY, "Dear customer");
	store_draft_set(t.s, T, MESSAGE_NOTE, "still a draft");
	g_assert_true(store_drafts_flush(t.s, NULL));
	fixture_write(&t, CHANGE_REPLY, T, "Dear customer");
	store_free(t.s);
	fixture_open_store(&t);
	g_assert_null(store_draft(t.s, T, MESSAGE_REPLY));
	g_assert_cmpstr(store_draft(t.s, T, MESSAGE_NOTE), ==, "still a draft");
	fixture_start(&t);
	wait_until(t.writes_ended == 1);
	fixture_down(&t);
}

static guint listed(struct desk_under_test *t)
{
	g_autoptr(GArray) list = store_draft_list(t->s);
	return list->len;
}

static void shared_by_somebody__listed_behind_mine(void)
{
	struct desk_under_test t;
	up(&t);
	types(&t, "mine");
	wait_until(place(&t) == DRAFT_AT_DESK);
	store_opened(t.s, T);
	g_assert_true(scripted_line(t.b, "{\"draft\":1001,\"kind\":\"note\",\"body\":\"please look\",\"person\":9}"));
	g_autoptr(GArray) list = NULL;
	wait_until(listed(&t) == 2);
	list = store_draft_list(t.s);
	const struct store_draft *d = &g_array_index(list, struct store_draft, 1);
	g_assert_cmpstr(d->text, ==, "please look");
	g_assert_cmpstr(d->person_name, ==, "Somebody");
	g_assert_cmpint(d->person_id, ==, 9);
	store_draft_share(t.s, T, MESSAGE_REPLY, TRUE);
	wait_until(scripted_draft(t.b, T, MESSAGE_REPLY)->shared);
	fixture_down(&t);
}

static void typed__knows_what_the_ticket_was_like(void)
{
	struct desk_under_test t;
	struct store_draft d;
	up(&t);
	store_opened(t.s, T);
	wait_until(store_ticket(t.s, T));
	types(&t, "Dear customer");
	g_assert_true(store_draft_about(t.s, T, MESSAGE_REPLY, &d));
	g_assert_cmpint(d.version, ==, 1);
	fixture_down(&t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	guint tick = g_timeout_add(20, fixture_tick, NULL);
	g_test_add_func("/sync/paused", typed__paused__at_the_desk);
	g_test_add_func("/sync/left", left__saved_at_once_with_its_addresses);
	g_test_add_func("/sync/elsewhere", written_elsewhere__nothing_here__comes);
	g_test_add_func("/sync/both", written_on_at_both__both_kept);
	g_test_add_func("/sync/beside", before_the_eyes__other_text_waits_beside);
	g_test_add_func("/sync/behind", before_the_eyes_untouched__newer_one_comes_when_left);
	g_test_add_func("/sync/sent", sent__gone_at_the_desk_and_not_saved_again);
	g_test_add_func("/sync/sent-early", sent_before_it_was_saved__older_copy_goes);
	g_test_add_func("/sync/refused", refused__text_is_a_draft_again_here_and_there);
	g_test_add_func("/sync/unwanted", desk_refuses__stays_here_and_says_so);
	g_test_add_func("/sync/lost", answer_lost__saved_again_without_a_conflict);
	g_test_add_func("/sync/next-life", earlier_life_unsaved__saved_by_the_next);
	g_test_add_func("/sync/next-life-sends", earlier_life_sending__words_are_no_draft_any_more);
	g_test_add_func("/sync/shared", shared_by_somebody__listed_behind_mine);
	g_test_add_func("/sync/ticket", typed__knows_what_the_ticket_was_like);
	int result = g_test_run();
	g_source_remove(tick);
	return result;
}
