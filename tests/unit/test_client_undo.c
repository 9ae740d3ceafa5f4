/* Taking back what was changed. */
#include "store_fixture.h"

#include "client/undo.h"

struct lab {
	struct desk_under_test t;
	struct undo *u;
	char *done, *left;
};

static void lab_up(struct lab *l)
{
	fixture_up(&l->t, 5);
	fixture_start(&l->t);
	store_opened(l->t.s, 1001);
	settle(&l->t);
	l->u = undo_new();
	l->done = l->left = NULL;
}

static void lab_down(struct lab *l)
{
	undo_free(l->u);
	g_free(l->done);
	g_free(l->left);
	fixture_down(&l->t);
}

static void write_change(struct lab *l, struct change *c)
{
	undo_note(l->u, l->t.s, c);
	store_write(l->t.s, c);
	change_clear(c);
}

static void set_status(struct lab *l, enum ticket_status status)
{
	struct change c;

	change_init(&c, CHANGE_STATUS);
	c.ticket_id = 1001;
	c.status = status;
	write_change(l, &c);
}

static void set_priority(struct lab *l, enum ticket_priority priority)
{
	struct change c;

	change_init(&c, CHANGE_PRIORITY);
	c.ticket_id = 1001;
	c.priority = priority;
	write_change(l, &c);
}

static gboolean take_back(struct lab *l)
{
	g_clear_pointer(&l->done, g_free);
	g_clear_pointer(&l->left, g_free);
	return undo_last(l->u, l->t.s, NULL, NULL, &l->done, &l->left);
}

static const struct ticket_row *row(struct lab *l)
{
	return &store_ticket(l->t.s, 1001)->row;
}

static void undo__of_one_change__puts_the_old_value_back(void)
{
	struct lab l;
	enum ticket_priority was;

	lab_up(&l);
	was = row(&l)->priority;
	set_priority(&l, PRIORITY_URGENT);
	settle(&l.t);
	g_assert_cmpint(row(&l)->priority, ==, PRIORITY_URGENT);
	g_assert_true(take_back(&l));
	settle(&l.t);
	g_assert_cmpint(row(&l)->priority, ==, was);
	g_assert_cmpstr(l.done, ==, "priority");
	g_assert_cmpstr(l.left, ==, "");
	g_assert_false(take_back(&l));
	lab_down(&l);
}

static void undo__of_a_group_still_on_its_way__goes_back_together(void)
{
	struct lab l;
	enum ticket_status status;

	lab_up(&l);
	status = row(&l)->status;
	undo_begin(l.u);
	set_priority(&l, PRIORITY_URGENT);
	set_status(&l, STATUS_PENDING_INTERNAL);
	undo_end(l.u);
	g_assert_true(take_back(&l)); /* nothing has been answered yet */
	settle(&l.t);
	g_assert_cmpint(row(&l)->priority, ==, PRIORITY_NORMAL);
	g_assert_cmpint(row(&l)->status, ==, status == STATUS_NEW ? STATUS_OPEN : status);
	g_assert_cmpint(l.t.writes_failed, ==, 0);
	g_assert_cmpuint(scripted_writes(l.t.b)->len, ==, 4);
	g_assert_cmpstr(l.done, ==, "status, priority");
	lab_down(&l);
}

static void undo__of_what_somebody_changed_since__leaves_it(void)
{
	struct lab l;

	lab_up(&l);
	set_status(&l, STATUS_PENDING_INTERNAL);
	settle(&l.t);
	g_assert_true(scripted_line(l.t.b, "{\"touch\":1001,\"status\":\"pending-customer\"}"));
	wait_until(row(&l)->status == STATUS_PENDING_CUSTOMER);
	g_assert_true(take_back(&l));
	settle(&l.t);
	g_assert_cmpint(row(&l)->status, ==, STATUS_PENDING_CUSTOMER);
	g_assert_cmpstr(l.done, ==, "");
	g_assert_cmpstr(l.left, ==, "status (changed since)");
	lab_down(&l);
}

static void undo__that_comes_too_late__is_refused_by_its_version(void)
{
	struct lab l;

	lab_up(&l);
	set_priority(&l, PRIORITY_URGENT);
	settle(&l.t);
	g_assert_true(scripted_line(l.t.b, "{\"on\":\"priority\",\"error\":\"conflict\",\"message\":\"changed\"}"));
	g_assert_true(take_back(&l));
	settle(&l.t);
	const GPtrArray *writes = scripted_writes(l.t.b);
	g_assert_cmpint(((const struct change *)writes->pdata[writes->len - 1])->if_version, >=, 0);
	lab_down(&l);
}

static void undo__of_what_changes_nothing__is_not_remembered(void)
{
	struct lab l;

	lab_up(&l);
	set_priority(&l, row(&l)->priority);
	g_assert_false(undo_last(l.u, l.t.s, NULL, NULL, NULL, NULL));
	lab_down(&l);
}

static void undo__of_a_note__says_that_it_cannot(void)
{
	struct lab l;
	struct change c;

	lab_up(&l);
	change_init(&c, CHANGE_NOTE);
	c.ticket_id = 1001;
	c.body = g_strdup("seen");
	write_change(&l, &c);
	settle(&l.t);
	g_assert_true(take_back(&l));
	g_assert_cmpstr(l.done, ==, "");
	g_assert_cmpstr(l.left, ==, "note (can't be taken back)");
	lab_down(&l);
}

static void undo__of_a_reply_that_never_left__makes_it_a_draft(void)
{
	struct lab l;
	struct change c;

	lab_up(&l);
	g_assert_true(scripted_line(l.t.b, "{\"online\":false}"));
	wait_until(store_connection(l.t.s, NULL, NULL) == BACKEND_OFFLINE);
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = 1001;
	c.body = g_strdup("Dear customer");
	write_change(&l, &c);
	g_assert_cmpuint(store_pending_count(l.t.s, 1001), ==, 1);
	g_assert_true(take_back(&l));
	g_assert_cmpuint(store_pending_count(l.t.s, 1001), ==, 0);
	g_assert_cmpstr(store_draft(l.t.s, 1001, MESSAGE_REPLY), ==, "Dear customer");
	g_assert_cmpstr(l.done, ==, "reply");
	lab_down(&l);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/undo/one", undo__of_one_change__puts_the_old_value_back);
	g_test_add_func("/undo/group", undo__of_a_group_still_on_its_way__goes_back_together);
	g_test_add_func("/undo/since", undo__of_what_somebody_changed_since__leaves_it);
	g_test_add_func("/undo/version", undo__that_comes_too_late__is_refused_by_its_version);
	g_test_add_func("/undo/nothing", undo__of_what_changes_nothing__is_not_remembered);
	g_test_add_func("/undo/never", undo__of_a_note__says_that_it_cannot);
	g_test_add_func("/undo/reply", undo__of_a_reply_that_never_left__makes_it_a_draft);
	return g_test_run();
}
