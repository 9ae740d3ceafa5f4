/* Ladders while writes on them are under way, and forms that were not sent. */
#include "store_fixture.h"

static void line(struct desk_under_test *t, const char *json)
{
	g_assert_true(scripted_line(t->b, json));
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static const struct escalation *rung(struct desk_under_test *t, guint n)
{
	const struct ticket *ticket = store_ticket(t->s, 1001);

	return ticket && ticket->ladder && n < ticket->ladder->len ? ticket->ladder->pdata[n] : NULL;
}

static void up(struct desk_under_test *t)
{
	fixture_up(t, 5);
	fixture_start(t);
	store_opened(t->s, 1001);
	settle(t);
}

static void write_rung(struct desk_under_test *t, enum change_kind kind, desk_id rung_id)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = 1001;
	c.item_id = rung_id;
	c.group_id = rung_id ? 0 : 2;
	c.reason = g_strdup("needs a technician");
	c.body = g_strdup("Tried: the code, three times");
	c.promise_ms = 5000;
	store_write(t->s, &c);
	change_clear(&c);
}

static void escalate__on_its_way__is_a_rung_at_once(void)
{
	struct desk_under_test t;

	up(&t);
	g_assert_null(rung(&t, 0));
	line(&t, "{\"on\":\"escalate\",\"hold\":true}");
	write_rung(&t, CHANGE_ESCALATE, 0);
	g_assert_nonnull(rung(&t, 0));
	g_assert_cmpint(rung(&t, 0)->id, ==, 0); /* the desk gives it its number */
	g_assert_cmpint(rung(&t, 0)->state, ==, RUNG_WAITING);
	g_assert_cmpint(rung(&t, 0)->to_group_id, ==, 2);
	g_assert_cmpstr(rung(&t, 0)->by_name, ==, "Li Wei");
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpint(rung(&t, 0)->id, >, 0);
	g_assert_null(rung(&t, 1)); /* not twice */
	fixture_down(&t);
}

static void escalate__refused__the_rung_is_gone_the_note_is_not(void)
{
	struct desk_under_test t;
	struct pending p;

	up(&t);
	line(&t, "{\"on\":\"escalate\",\"error\":\"forbidden\",\"message\":\"Not there.\"}");
	write_rung(&t, CHANGE_ESCALATE, 0);
	g_assert_nonnull(rung(&t, 0));
	settle(&t);
	g_assert_null(rung(&t, 0));
	g_assert_true(store_pending_at(t.s, 1001, 0, &p));
	g_assert_cmpint(p.state, ==, PENDING_REFUSED);
	store_pending_drop(t.s, p.change->once_key);
	g_assert_cmpstr(store_draft(t.s, 1001, MESSAGE_NOTE), ==, "Tried: the code, three times");
	fixture_down(&t);
}

static void acknowledge__on_its_way__is_mine_at_once(void)
{
	struct desk_under_test t;

	up(&t);
	write_rung(&t, CHANGE_ESCALATE, 0);
	settle(&t);
	line(&t, "{\"on\":\"acknowledge\",\"hold\":true}");
	write_rung(&t, CHANGE_ACKNOWLEDGE, rung(&t, 0)->id);
	g_assert_cmpint(rung(&t, 0)->state, ==, RUNG_ACKNOWLEDGED);
	g_assert_cmpint(rung(&t, 0)->taken_id, ==, scripted_desk_me());
	g_assert_cmpint(rung(&t, 0)->acknowledge_by_ms, ==, 0); /* it comes back no more */
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpint(rung(&t, 0)->state, ==, RUNG_ACKNOWLEDGED);
	fixture_down(&t);
}

static void estimate__refused__the_old_state_stands(void)
{
	struct desk_under_test t;
	int64_t by;

	up(&t);
	write_rung(&t, CHANGE_ESCALATE, 0);
	settle(&t);
	by = rung(&t, 0)->acknowledge_by_ms;
	line(&t, "{\"on\":\"estimate\",\"error\":\"forbidden\",\"message\":\"Not yours.\"}");
	write_rung(&t, CHANGE_ESTIMATE, rung(&t, 0)->id);
	g_assert_cmpint(rung(&t, 0)->estimate_ms, ==, 5000);
	settle(&t);
	g_assert_cmpint(rung(&t, 0)->state, ==, RUNG_WAITING);
	g_assert_cmpint(rung(&t, 0)->estimate_ms, ==, 0);
	g_assert_cmpint(rung(&t, 0)->acknowledge_by_ms, ==, by);
	fixture_down(&t);
}

static void answer_and_return__on_their_way__end_the_rung(void)
{
	struct desk_under_test t;

	up(&t);
	write_rung(&t, CHANGE_ESCALATE, 0);
	write_rung(&t, CHANGE_CONSULT, 0);
	settle(&t);
	line(&t, "{\"online\":false}");
	write_rung(&t, CHANGE_RETURN, rung(&t, 0)->id);
	write_rung(&t, CHANGE_ESCALATION_ANSWER, rung(&t, 1)->id);
	g_assert_cmpint(rung(&t, 0)->state, ==, RUNG_RETURNED);
	g_assert_cmpint(rung(&t, 1)->state, ==, RUNG_ANSWERED);
	g_assert_cmpstr(rung(&t, 1)->answer, ==, "Tried: the code, three times");
	fixture_down(&t);
}

/* What was typed into a form is kept on this disk, is in the list of drafts, and is nobody else's. */
static void form__not_sent__is_a_draft_of_this_disk(void)
{
	struct desk_under_test t;
	g_autoptr(GArray) list = NULL;

	up(&t);
	store_draft_set(t.s, 1001, DRAFT_SHEET, "[escalate]\nnote\tone\n\ttwo\n");
	settle(&t);
	g_assert_cmpuint(scripted_draft_writes(t.b), ==, 0);
	g_assert_true(store_drafts_flush(t.s, NULL));
	store_free(t.s);
	fixture_open_store(&t);
	g_assert_cmpstr(store_draft(t.s, 1001, DRAFT_SHEET), ==, "[escalate]\nnote\tone\n\ttwo\n");
	list = store_draft_list(t.s);
	g_assert_cmpuint(list->len, ==, 1);
	g_assert_cmpint(g_array_index(list, struct store_draft, 0).place, ==, DRAFT_ONLY_HERE);
	fixture_down(&t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/escalation/" #name, name)
	T(escalate__on_its_way__is_a_rung_at_once);
	T(escalate__refused__the_rung_is_gone_the_note_is_not);
	T(acknowledge__on_its_way__is_mine_at_once);
	T(estimate__refused__the_old_state_stands);
	T(answer_and_return__on_their_way__end_the_rung);
	T(form__not_sent__is_a_draft_of_this_disk);
	return g_test_run();
}
