/* Merging, splitting, linking, following up: on a real database, clocks and counters included. */
#include "desk_fixture.inc"

static struct change on(enum change_kind kind, desk_id ticket_id)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = ticket_id;
	return c;
}

static struct change said(enum change_kind kind, desk_id ticket_id, const char *body)
{
	struct change c = on(kind, ticket_id);

	c.body = g_strdup(body);
	return c;
}

static struct change merge_into(desk_id from, desk_id into)
{
	struct change c = on(CHANGE_MERGE, from);

	c.other_id = into;
	return c;
}

static void done(struct fixture *f, const struct actor *who, struct change c)
{
	answer_free(fixture_do(f, who, &c));
}

static void set_status(struct fixture *f, desk_id id, enum ticket_status status)
{
	struct change c = on(CHANGE_STATUS, id);

	c.status = status;
	done(f, &f->sun, c);
}

static const struct message *message_at(const struct ticket *t, guint i)
{
	g_assert_cmpuint(i, <, t->messages->len);
	return t->messages->pdata[i];
}

static const struct message *said_in(const struct ticket *t, const char *body)
{
	for (guint i = 0; i < t->messages->len; i++)
		if (strcmp(message_at(t, i)->body, body) == 0)
			return message_at(t, i);
	return NULL;
}

static int64_t queue_total(struct fixture *f, const char *view)
{
	struct query q;
	struct answer *a;
	int64_t total;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup(view);
	a = fixture_ask(f, &f->li, &q);
	total = a->page->total;
	answer_free(a);
	query_clear(&q);
	return total;
}

/* The stored clocks are what folding the facts gives. */
static void check_clocks(struct fixture *f, desk_id id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) folded = NULL;
	struct db_conn *conn = db_read_begin(f->db, &error);
	struct ticket *t = fixture_ticket(f, id);

	g_assert_true(desk_clocks(f->desk, conn, id, clock_wall_ms(), &folded, &error));
	db_read_end(f->db, conn);
	g_assert_cmpuint(folded->len, ==, t->clocks->len);
	for (guint i = 0; i < folded->len; i++) {
		const struct ticket_clock *a = folded->pdata[i], *b = fixture_clock(t, a->kind);

		g_assert_nonnull(b);
		g_assert_cmpint(a->state, ==, b->state);
		g_assert_cmpint(a->due_ms, ==, b->due_ms);
	}
	ticket_free(t);
}

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
	g_test_add_func("/merge/both", merge__both_talked__reads_in_time_order_and_nothing_is_lost);
	g_test_add_func("/merge/question", merge__open_question__keeps_its_deadline);
	g_test_add_func("/merge/answered", merge__question_into_answered_ticket__next_response_runs);
	g_test_add_func("/merge/waiting", merge__waiting_reply__still_goes_out_once_or_is_recalled);
	g_test_add_func("/merge/later", merge__later_writes__follow_or_are_refused_by_name);
	g_test_add_func("/merge/twice", merge__itself_twice_or_back__changes_nothing);
	g_test_add_func("/merge/race", merge__each_into_the_other_at_once__one_wins);
	g_test_add_func("/merge/closed", merge__spam_or_archived__is_refused);
	g_test_add_func("/split/chosen", split__chosen_messages__begin_a_ticket_of_their_own);
	g_test_add_func("/split/wrong", split__wrong_choice__is_refused);
	g_test_add_func("/link/both", link__set_and_taken_back__shows_on_both_sides);
	g_test_add_func("/reopen/late", customer_writes__resolved_long_ago_or_archived__begins_a_new_ticket);
	g_test_add_func("/reopen/spam", customer_writes__on_spam__wakes_nobody);
	g_test_add_func("/reopen/by-hand", status__by_hand__follows_the_table_and_the_roles);
	return g_test_run();
}
