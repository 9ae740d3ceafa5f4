/* A ticket that goes into another takes along what was being written for it. */
#include "store_fixture.h"

struct heard {
	int merged;
	desk_id from, into;
};

static void listen(const struct store_note *note, void *arg)
{
	struct heard *h = arg;
	if (note->kind != STORE_MERGED)
		return;
	h->merged++;
	h->from = note->ticket_id;
	h->into = note->other_id;
}

/* The feed says that somebody merged `from` into `into`. */
static void somebody_merges(struct desk_under_test *t, desk_id from, desk_id into)
{
	const struct ticket_row *row = store_queue_at(t->s, (size_t)store_queue_find(t->s, from));
	struct ticket_row gone;
	ticket_row_copy(&gone, row);
	gone.status = STATUS_MERGED;
	gone.version++;
	struct event e = {.seq = scripted_seq(t->b) + 1, .at_ms = 1, .kind = EVENT_TICKET, .change = (char *)"merge",
	                  .ticket_id = from, .other_id = into, .row = &gone};
	g_autoptr(GString) line = g_string_new("{\"event\":");
	event_to_json(line, &e);
	g_string_append_c(line, '}');
	g_assert_true(scripted_line(t->b, line->str));
	scripted_step(t->b);
	settle(t);
	ticket_row_clear(&gone);
}

static void merged__drafts_of_both__are_one_and_survive(void)
{
	struct desk_under_test t;
	struct heard h = {0};
	fixture_up(&t, 5);
	fixture_start(&t);
	store_listen(t.s, listen, &h);
	store_draft_set(t.s, 1001, MESSAGE_REPLY, "from the first");
	store_draft_set(t.s, 1001, MESSAGE_NOTE, "a note");
	store_draft_set(t.s, 1002, MESSAGE_REPLY, "from the second");
	somebody_merges(&t, 1001, 1002);
	g_assert_cmpint(h.merged, ==, 1);
	g_assert_cmpint(h.from, ==, 1001);
	g_assert_cmpint(h.into, ==, 1002);
	g_assert_cmpint(store_lives_on(t.s, 1001), ==, 1002);
	g_assert_cmpstr(store_draft(t.s, 1002, MESSAGE_REPLY), ==, "from the second\n\n-- #1001 --\nfrom the first");
	g_assert_cmpstr(store_draft(t.s, 1002, MESSAGE_NOTE), ==, "a note");
	g_assert_null(store_draft(t.s, 1001, MESSAGE_REPLY));
	g_assert_true(store_draft_saved(t.s));
	g_assert_cmpint(store_queue_find(t.s, 1001), <, 0); /* no longer in a list of work */
	/* a second workstation, after a crash of this one */
	store_free(t.s);
	fixture_open_store(&t);
	g_assert_cmpstr(store_draft(t.s, 1002, MESSAGE_NOTE), ==, "a note");
	g_assert_null(store_draft(t.s, 1001, MESSAGE_NOTE));
	fixture_down(&t);
}

static void merged__chain__ends_where_the_last_one_lives(void)
{
	struct desk_under_test t;
	struct heard h = {0};
	fixture_up(&t, 5);
	fixture_start(&t);
	store_listen(t.s, listen, &h);
	somebody_merges(&t, 1001, 1002);
	store_draft_set(t.s, 1001, MESSAGE_REPLY, "typed before the note was seen");
	somebody_merges(&t, 1002, 1003);
	g_assert_cmpint(h.merged, ==, 2);
	g_assert_cmpint(store_lives_on(t.s, 1001), ==, 1003);
	g_assert_cmpstr(store_draft(t.s, 1001, MESSAGE_REPLY), ==, "typed before the note was seen");
	fixture_down(&t);
}

static void merged__while_my_reply_waits__it_goes_out_and_refused_text_goes_along(void)
{
	struct desk_under_test t;
	fixture_up(&t, 5);
	fixture_start(&t);
	scripted_line(t.b, "{\"online\":false}");
	fixture_write(&t, CHANGE_REPLY, 1001, "written offline");
	scripted_line(t.b, "{\"on\":\"reply\",\"error\":\"invalid\",\"message\":\"not now\"}");
	somebody_merges(&t, 1001, 1002);
	g_assert_cmpuint(store_pending_count(t.s, 1001), ==, 1); /* nothing is lost */
	scripted_line(t.b, "{\"online\":true}");
	wait_until(t.writes_ended == 1);
	g_assert_cmpint(t.writes_failed, ==, 1);
	g_assert_cmpstr(store_draft(t.s, 1002, MESSAGE_REPLY), ==, "written offline");
	fixture_down(&t);
}

static void field_and_step__not_yet_sent__show_and_go_back_when_refused(void)
{
	struct desk_under_test t;
	struct change c;
	fixture_up(&t, 5);
	fixture_start(&t);
	store_want_ticket(t.s, 1001);
	settle(&t);
	scripted_line(t.b, "{\"online\":false}");
	change_init(&c, CHANGE_FIELD);
	c.ticket_id = 1001;
	c.text = g_strdup("serial-number");
	c.body = g_strdup("A-1");
	c.on = TRUE;
	store_write(t.s, &c);
	change_clear(&c);
	change_init(&c, CHANGE_CHECK_ADD);
	c.ticket_id = 1001;
	c.text = g_strdup("call back");
	store_write(t.s, &c);
	change_clear(&c);
	const struct ticket *ticket = store_ticket(t.s, 1001);
	g_assert_cmpuint(ticket->fields->len, ==, 1);
	g_assert_cmpstr(((struct field_value *)ticket->fields->pdata[0])->value, ==, "A-1");
	g_assert_cmpstr(((struct check_item *)ticket->checklist->pdata[0])->text, ==, "call back");
	scripted_line(t.b, "{\"on\":\"field\",\"error\":\"invalid\",\"message\":\"no\"}");
	scripted_line(t.b, "{\"on\":\"check-add\",\"error\":\"invalid\",\"message\":\"no\"}");
	scripted_line(t.b, "{\"online\":true}");
	wait_until(t.writes_ended == 2);
	ticket = store_ticket(t.s, 1001);
	g_assert_true(!ticket->fields || ticket->fields->len == 0);
	g_assert_true(!ticket->checklist || ticket->checklist->len == 0);
	fixture_down(&t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/merged/drafts", merged__drafts_of_both__are_one_and_survive);
	g_test_add_func("/merged/chain", merged__chain__ends_where_the_last_one_lives);
	g_test_add_func("/merged/outbox", merged__while_my_reply_waits__it_goes_out_and_refused_text_goes_along);
	g_test_add_func("/merged/overlay", field_and_step__not_yet_sent__show_and_go_back_when_refused);
	return g_test_run();
}
