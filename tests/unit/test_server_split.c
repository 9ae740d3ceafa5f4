/* Splitting, linking, and what a word on a closed ticket does. */
#include "desk_fixture.inc"
#include "merge_world.inc"

/* ---- splitting */
static void split__chosen_messages__begin_a_ticket_of_their_own(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	struct ticket *t;
	const struct ticket_link *link;
	desk_id one, asked, other;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "parcel", "where is it?", "order/parcel");
	done(&f, &f.li, said(CHANGE_REPLY, one, "on its way"));
	fixture_pass(MS_HOUR);
	fixture_writes(&f, one, "and the lamp is broken");
	done(&f, &f.li, said(CHANGE_NOTE, one, "the lamp, again"));
	t = fixture_ticket(&f, one);
	asked = said_in(t, "and the lamp is broken")->id;
	other = said_in(t, "the lamp, again")->id;
	ticket_free(t);
	fixture_pass(MS_HOUR);
	c = on(CHANGE_SPLIT, one);
	c.text = g_strdup("a broken lamp");
	c.message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.message_ids, other);
	g_array_append_val(c.message_ids, asked);
	g_array_append_val(c.message_ids, asked);
	a = fixture_do(&f, &f.li, &c);
	t = a->ticket;
	g_assert_cmpint(t->row.id, ==, one + 1);
	g_assert_cmpint(t->row.status, ==, STATUS_NEW);
	g_assert_cmpint(t->row.customer_id, ==, f.customer);
	g_assert_cmpint(t->row.group_id, ==, f.front);
	g_assert_cmpstr(t->category, ==, "order/parcel");
	g_assert_cmpint(t->row.created_ms, ==, FIXTURE_START + 2 * MS_HOUR);
	g_assert_cmpuint(t->messages->len, ==, 3);
	g_assert_cmpstr(message_at(t, 0)->body, ==, "and the lamp is broken");
	g_assert_cmpint(message_at(t, 0)->at_ms, ==, FIXTURE_START + MS_HOUR);
	g_assert_cmpint(message_at(t, 0)->from_ticket_id, ==, one);
	g_assert_cmpstr(message_at(t, 0)->author_name, ==, "Wang Fang 王芳");
	g_assert_cmpint(message_at(t, 1)->kind, ==, MESSAGE_NOTE);
	g_assert_true(t->row.waiting);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->due_ms, ==, FIXTURE_START + 2 * MS_HOUR + 30 * MS_SECOND);
	link = t->links->pdata[0];
	g_assert_cmpint(link->ticket_id, ==, one);
	g_assert_cmpint(link->kind, ==, LINK_PARENT);
	answer_free(a);
	t = fixture_ticket(&f, one);
	g_assert_nonnull(said_in(t, "and the lamp is broken")); /* copied, not moved */
	g_assert_nonnull(said_in(t, "2 messages split off to #1002: a broken lamp"));
	link = t->links->pdata[0];
	g_assert_cmpint(link->kind, ==, LINK_CHILD);
	g_assert_cmpstr(link->subject, ==, "a broken lamp");
	ticket_free(t);
	check_clocks(&f, one);
	check_clocks(&f, one + 1);
	g_assert_cmpint(queue_total(&f, "mine"), ==, 2);
	/* the copies' own customer messages count for the collision check */
	c = said(CHANGE_REPLY, one + 1, "a new lamp comes");
	c.answers_id = 1;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "has written again"));
	/* and back again: both histories, no message of its own counted as foreign */
	done(&f, &f.li, merge_into(one + 1, one));
	t = fixture_ticket(&f, one);
	g_assert_null(t->links);
	ticket_free(t);
	fixture_close(&f);
}

static void split__wrong_choice__is_refused(void)
{
	struct fixture f;
	struct change c;
	desk_id one, two, foreign = 2, wrong;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "where is it?", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "b", "hello?", NULL);
	c = on(CHANGE_SPLIT, one);
	c.text = g_strdup("x");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "message_ids is empty"));
	c = on(CHANGE_SPLIT, one);
	c.text = g_strdup("x");
	c.message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.message_ids, foreign);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "isn't of #1001"));
	done(&f, &f.li, merge_into(two, one));
	wrong = 3; /* "merged into", a line of history */
	c = on(CHANGE_SPLIT, one);
	c.text = g_strdup("x");
	c.message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.message_ids, wrong);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "message_ids"));
	g_assert_cmpint(queue_total(&f, "mine"), ==, 1);
	fixture_close(&f);
}

/* ---- linking */
static struct change link_of(desk_id id, desk_id other, enum link_kind kind, gboolean set)
{
	struct change c = on(CHANGE_LINK, id);

	c.other_id = other;
	c.link = kind;
	c.on = set;
	return c;
}

static enum link_kind kind_of(struct fixture *f, desk_id id, desk_id other)
{
	struct ticket *t = fixture_ticket(f, id);
	enum link_kind kind = LINK_COUNT;

	for (guint i = 0; t->links && i < t->links->len; i++) {
		const struct ticket_link *l = t->links->pdata[i];

		if (l->ticket_id == other)
			kind = l->kind;
	}
	ticket_free(t);
	return kind;
}

static void link__set_and_taken_back__shows_on_both_sides(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	int64_t version;
	desk_id id[4];

	fixture_open(&f, NULL);
	for (int i = 0; i < 4; i++)
		id[i] = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	done(&f, &f.li, link_of(id[1], id[0], LINK_RELATED, TRUE));
	g_assert_cmpint(kind_of(&f, id[0], id[1]), ==, LINK_RELATED);
	g_assert_cmpint(kind_of(&f, id[1], id[0]), ==, LINK_RELATED);
	c = link_of(id[0], id[1], LINK_RELATED, TRUE);
	a = fixture_do(&f, &f.li, &c);
	version = a->ticket->row.version;
	answer_free(a);
	c = link_of(id[0], id[1], LINK_CHILD, TRUE); /* 1 is the child of 0 */
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpint(a->ticket->row.version, ==, version + 1);
	answer_free(a);
	g_assert_cmpint(kind_of(&f, id[1], id[0]), ==, LINK_PARENT);
	done(&f, &f.li, link_of(id[2], id[1], LINK_PARENT, TRUE));
	c = link_of(id[0], id[2], LINK_PARENT, TRUE);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "is above"));
	c = link_of(id[2], id[3], LINK_PARENT, TRUE);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "has a parent already: #1002"));
	c = link_of(id[2], id[2], LINK_RELATED, TRUE);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_INVALID, "same ticket"));
	/* a merge takes the family along, and keeps it a tree */
	done(&f, &f.li, merge_into(id[1], id[3]));
	g_assert_cmpint(kind_of(&f, id[3], id[0]), ==, LINK_PARENT);
	g_assert_cmpint(kind_of(&f, id[3], id[2]), ==, LINK_CHILD);
	g_assert_cmpint(kind_of(&f, id[1], id[0]), ==, LINK_COUNT);
	done(&f, &f.li, link_of(id[0], id[1], 0, FALSE)); /* named the merged one */
	g_assert_cmpint(kind_of(&f, id[3], id[0]), ==, LINK_COUNT);
	fixture_close(&f);
}

/* ---- reopening */
static void put_setting(struct fixture *f, const char *name, const char *value);

static void customer_writes__resolved_long_ago_or_archived__begins_a_new_ticket(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id one;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "parcel", "where is it?", "order/x");
	done(&f, &f.li, said(CHANGE_REPLY, one, "there"));
	set_status(&f, one, STATUS_RESOLVED);
	fixture_pass(13 * MS_DAY);
	fixture_writes(&f, one, "still not here");
	t = fixture_ticket(&f, one);
	g_assert_cmpint(t->row.status, ==, STATUS_OPEN);
	g_assert_cmpint(t->resolved_ms, >, 0);
	ticket_free(t);
	set_status(&f, one, STATUS_RESOLVED);
	fixture_pass(15 * MS_DAY);
	fixture_writes(&f, one, "now it is broken");
	t = fixture_ticket(&f, one);
	g_assert_cmpint(t->row.status, ==, STATUS_RESOLVED);
	g_assert_nonnull(said_in(t, "the customer has written again: #1002"));
	ticket_free(t);
	t = fixture_ticket(&f, one + 1);
	g_assert_cmpint(t->row.status, ==, STATUS_NEW);
	g_assert_cmpint(t->row.group_id, ==, f.front);
	g_assert_cmpstr(t->category, ==, "order/x");
	g_assert_nonnull(said_in(t, "now it is broken"));
	g_assert_nonnull(said_in(t, "follow-up of #1001"));
	g_assert_cmpint(t->row.next_clock, ==, CLOCK_FIRST_RESPONSE);
	ticket_free(t);
	g_assert_cmpint(kind_of(&f, one, one + 1), ==, LINK_CHILD);
	check_clocks(&f, one);
	check_clocks(&f, one + 1);
	put_setting(&f, "reopen_days", "3650");
	fixture_writes(&f, one, "hello?");
	t = fixture_ticket(&f, one);
	g_assert_cmpint(t->row.status, ==, STATUS_OPEN);
	ticket_free(t);
	set_status(&f, one, STATUS_RESOLVED);
	set_status(&f, one, STATUS_ARCHIVED);
	fixture_writes(&f, one, "hello??");
	t = fixture_ticket(&f, one + 2);
	g_assert_nonnull(said_in(t, "hello??"));
	ticket_free(t);
	fixture_close(&f);
}

static void customer_writes__on_spam__wakes_nobody(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id one;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "win", "buy now", NULL);
	done(&f, &f.li, said(CHANGE_REPLY, one, "no"));
	set_status(&f, one, STATUS_SPAM);
	fixture_writes(&f, one, "buy NOW");
	t = fixture_ticket(&f, one);
	g_assert_cmpint(t->row.status, ==, STATUS_SPAM);
	g_assert_nonnull(said_in(t, "buy NOW"));
	g_assert_cmpint(t->row.next_due_ms, ==, QUEUE_NO_DUE);
	g_assert_false(t->row.waiting);
	for (guint i = 0; i < t->clocks->len; i++)
		g_assert_cmpint(((struct ticket_clock *)t->clocks->pdata[i])->state, !=, CLOCK_STATE_RUNNING);
	ticket_free(t);
	g_assert_cmpint(queue_total(&f, "mine"), ==, 0);
	fixture_close(&f);
}

struct put {
	const char *name, *value;
};

static gboolean put_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct put *p = arg;

	return db_setting_put(db_conn_of(tx), p->name, p->value, error);
}

static void put_setting(struct fixture *f, const char *name, const char *value)
{
	struct put p = {name, value};

	g_assert_true(db_submit_wait(f->db, put_job, &p, NULL));
}

static void status__by_hand__follows_the_table_and_the_roles(void)
{
	struct fixture f;
	struct change c;
	desk_id one;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "a", "help", NULL);
	c = on(CHANGE_STATUS, one);
	c.status = STATUS_ARCHIVED;
	ticket_free(fixture_refused(&f, &f.sun, &c, DESK_CONFLICT, "it can't become archived"));
	set_status(&f, one, STATUS_RESOLVED);
	set_status(&f, one, STATUS_ARCHIVED);
	c = on(CHANGE_STATUS, one);
	c.status = STATUS_RESOLVED;
	ticket_free(fixture_refused(&f, &f.sun, &c, DESK_CONFLICT, "is archived"));
	put_setting(&f, "reopen_role", "supervisor");
	c = on(CHANGE_STATUS, one);
	c.status = STATUS_OPEN;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "only a supervisor"));
	set_status(&f, one, STATUS_OPEN);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/split/chosen", split__chosen_messages__begin_a_ticket_of_their_own);
	g_test_add_func("/split/wrong", split__wrong_choice__is_refused);
	g_test_add_func("/link/both", link__set_and_taken_back__shows_on_both_sides);
	g_test_add_func("/reopen/late", customer_writes__resolved_long_ago_or_archived__begins_a_new_ticket);
	g_test_add_func("/reopen/spam", customer_writes__on_spam__wakes_nobody);
	g_test_add_func("/reopen/by-hand", status__by_hand__follows_the_table_and_the_roles);
	return g_test_run();
}
