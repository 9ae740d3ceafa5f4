/* Priority from impact and need, problems behind tickets, suspected incidents. */
#include "desk_fixture.inc"
#include "problems_world.inc"

/* ---- priority */
static void assess__every_pair__gives_what_the_matrix_says(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	assert_priority(&f, id, PRIORITY_NORMAL, NULL);
	assess(&f, id, IMPACT_WIDE, NEED_HIGH);
	assert_priority(&f, id, PRIORITY_URGENT, "impact wide x need high");
	assess(&f, id, IMPACT_LIMITED, NEED_MEDIUM);
	assert_priority(&f, id, PRIORITY_IMPORTANT, "impact limited x need medium");
	prioritise(&f, id, PRIORITY_URGENT);
	assert_priority(&f, id, PRIORITY_URGENT, "set by Li Wei");
	assess(&f, id, IMPACT_LIMITED, NEED_LOW);
	assert_priority(&f, id, PRIORITY_NORMAL, "impact limited x need low");
	fixture_close(&f);
}

static void assess__same_again__changes_nothing(void)
{
	struct fixture f;
	struct ticket *a, *b;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	assess(&f, id, IMPACT_WIDE, NEED_LOW);
	a = fixture_ticket(&f, id);
	assess(&f, id, IMPACT_WIDE, NEED_LOW);
	b = fixture_ticket(&f, id);
	g_assert_cmpint(a->row.version, ==, b->row.version);
	g_assert_cmpint(b->impact, ==, IMPACT_WIDE);
	g_assert_cmpint(b->need, ==, NEED_LOW);
	ticket_free(a);
	ticket_free(b);
	fixture_close(&f);
}

static void matrix__changed__only_its_own_follow(void)
{
	struct fixture f;
	struct change c;
	struct actor admin;
	desk_id by_matrix, by_hand, unsaid;

	fixture_open(&f, NULL);
	admin = f.sun;
	admin.role = ROLE_ADMINISTRATOR;
	by_matrix = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	by_hand = fixture_opens(&f, CHANNEL_WEB, "two", "help", NULL);
	unsaid = fixture_opens(&f, CHANNEL_WEB, "three", "help", NULL);
	assess(&f, by_matrix, IMPACT_LIMITED, NEED_LOW);
	assess(&f, by_hand, IMPACT_LIMITED, NEED_LOW);
	prioritise(&f, by_hand, PRIORITY_IMPORTANT);
	change_init(&c, CHANGE_CONFIG_APPLY);
	c.body = g_strdup("[setting priority_matrix]\nvalue = limited/low=urgent\n");
	answer_free(fixture_do(&f, &admin, &c));
	fixture_pass(2 * MINUTE);
	settle(&f);
	assert_priority(&f, by_matrix, PRIORITY_URGENT, "impact limited x need low");
	assert_priority(&f, by_hand, PRIORITY_IMPORTANT, "set by Li Wei");
	assert_priority(&f, unsaid, PRIORITY_NORMAL, NULL);
	change_init(&c, CHANGE_CONFIG_APPLY);
	c.body = g_strdup("[setting priority_matrix]\nvalue = limited/low=soon\n");
	fixture_refused(&f, &admin, &c, DESK_INVALID, "limited/low=soon");
	fixture_close(&f);
}

static void save__new_with_tickets__is_found_and_links_them(void)
{
	struct fixture f;
	struct problem *p;
	struct ticket *t;
	desk_id ids[2];
	guint n;

	fixture_open(&f, NULL);
	ids[0] = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	ids[1] = fixture_opens(&f, CHANNEL_WEB, "two", "help", NULL);
	p = saved(&f, &f.zhao, "codes are rejected", ids, 2);
	g_assert_cmpint(p->stage, ==, STAGE_FOUND);
	g_assert_cmpint(p->owner_id, ==, f.zhao.person_id);
	g_assert_cmpint(p->tickets, ==, 2);
	g_assert_cmpint(p->customers, ==, 1);
	g_assert_cmpuint(p->ticket_ids->len, ==, 2);
	g_assert_nonnull(problem_step_of(p->steps, STAGE_FOUND));
	t = fixture_ticket(&f, ids[0]);
	g_assert_cmpint(t->problem_id, ==, p->id);
	ticket_free(t);
	g_autofree char *line = last_message(&f, ids[0], MESSAGE_SYSTEM, &n);
	g_autofree char *should = g_strdup_printf("part of problem %" G_GINT64_FORMAT ": codes are rejected", p->id);
	g_assert_cmpstr(line, ==, should);
	problem_free(p);
	fixture_close(&f);
}

static void save__older_version__is_refused(void)
{
	struct fixture f;
	struct problem *p;
	struct change c;

	fixture_open(&f, NULL);
	p = saved(&f, &f.zhao, "codes are rejected", NULL, 0);
	for (int i = 0; i < 2; i++) {
		change_init(&c, CHANGE_PROBLEM_SAVE);
		c.problem_id = p->id;
		c.problem_record = problem_new();
		c.problem_record->title = g_strdup("codes come late");
		c.problem_record->root_cause = g_strdup("the clock of the server is wrong");
		c.problem_record->version = p->version;
		if (i)
			fixture_refused(&f, &f.zhao, &c, DESK_CONFLICT, "has been changed meanwhile");
		else
			answer_free(fixture_do(&f, &f.zhao, &c));
	}
	problem_free(p);
	fixture_close(&f);
}

static void steps__in_turn__need_what_they_are_about(void)
{
	struct fixture f;
	struct problem *p;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	p = saved(&f, &f.zhao, "codes are rejected", NULL, 0);
	id = p->id;
	step_change(&c, id, "analysed", TRUE, NULL);
	fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "root cause");
	change_init(&c, CHANGE_PROBLEM_SAVE);
	c.problem_record = problem_new();
	c.problem_record->id = id;
	c.problem_record->title = g_strdup("codes are rejected");
	c.problem_record->root_cause = g_strdup("the clock of the server is wrong");
	answer_free(fixture_do(&f, &f.zhao, &c));
	step(&f, &f.zhao, id, "analysed", TRUE, NULL);
	step(&f, &f.li, id, "fixed", TRUE, "the clock is set by the net now");
	step_change(&c, id, "prevented", TRUE, NULL);
	fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "an article");
	step(&f, &f.zhao, id, "prevented", TRUE, "an alarm watches the clock");
	problem_free(p);
	p = problem_now(&f, id);
	g_assert_cmpint(p->stage, ==, STAGE_PREVENTED);
	g_assert_cmpint(problem_step_of(p->steps, STAGE_FIXED)->done_id, ==, f.li.person_id);
	problem_free(p);
	step(&f, &f.zhao, id, "prevented", FALSE, NULL);
	p = problem_now(&f, id);
	g_assert_cmpint(p->stage, ==, STAGE_FIXED);
	problem_free(p);
	step_change(&c, id, "suspected", TRUE, NULL);
	fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "stage isn't one of");
	fixture_close(&f);
}

static void link__to_another_problem__moves_over_and_merging_carries(void)
{
	struct fixture f;
	struct problem *a, *b;
	struct ticket *t;
	struct change c;
	desk_id one, two;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "two", "help", NULL);
	a = saved(&f, &f.zhao, "first", &one, 1);
	b = saved(&f, &f.zhao, "second", &one, 1);
	t = fixture_ticket(&f, one);
	g_assert_cmpint(t->problem_id, ==, b->id);
	ticket_free(t);
	change_init(&c, CHANGE_MERGE);
	c.ticket_id = one;
	c.other_id = two;
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, two);
	g_assert_cmpint(t->problem_id, ==, b->id);
	ticket_free(t);
	change_init(&c, CHANGE_PROBLEM_LINK);
	c.problem_id = b->id;
	c.on = FALSE;
	c.ticket_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.ticket_ids, one); /* by the number it had */
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, two);
	g_assert_cmpint(t->problem_id, ==, 0);
	ticket_free(t);
	problem_free(a);
	problem_free(b);
	fixture_close(&f);
}

static desk_id split_off(struct fixture *f, desk_id from, const char *subject)
{
	struct ticket *t = fixture_ticket(f, from);
	struct answer *a;
	struct change c;
	desk_id to;

	change_init(&c, CHANGE_SPLIT);
	c.ticket_id = from;
	c.text = g_strdup(subject);
	c.message_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(c.message_ids, ((const struct message *)t->messages->pdata[0])->id);
	ticket_free(t);
	a = fixture_do(f, &f->li, &c);
	to = a->ticket->row.id;
	answer_free(a);
	return to;
}

/* It is about the same until somebody says that it isn't. */
static void split__of_a_problem__joins_and_is_assessed_as_before(void)
{
	struct fixture f;
	struct problem *p;
	struct ticket *t;
	desk_id one, alone;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "one", "help", NULL);
	alone = split_off(&f, one, "no problem");
	t = fixture_ticket(&f, alone);
	g_assert_cmpint(t->problem_id, ==, 0);
	ticket_free(t);
	assess(&f, one, IMPACT_WIDE, NEED_HIGH);
	p = saved(&f, &f.zhao, "first", &one, 1);
	t = fixture_ticket(&f, split_off(&f, one, "part of it"));
	g_assert_cmpint(t->problem_id, ==, p->id);
	g_assert_cmpint(t->impact, ==, IMPACT_WIDE);
	g_assert_cmpint(t->row.priority, ==, PRIORITY_URGENT);
	g_assert_nonnull(t->priority_reason);
	ticket_free(t);
	problem_free(p);
	fixture_close(&f);
}

static guint found(struct fixture *f, const char *text)
{
	struct query q;
	struct answer *a;
	guint n;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("every");
	q.text = g_strdup(text);
	a = fixture_ask(f, &f->li, &q);
	n = a->page->rows->len;
	answer_free(a);
	query_clear(&q);
	return n;
}

static void find__by_problem_impact_and_need(void)
{
	struct fixture f;
	struct problem *p;
	desk_id ids[3];

	fixture_open(&f, NULL);
	for (int i = 0; i < 3; i++)
		ids[i] = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	p = saved(&f, &f.zhao, "codes are rejected", ids, 2);
	assess(&f, ids[0], IMPACT_WIDE, NEED_HIGH);
	assess(&f, ids[2], IMPACT_LIMITED, NEED_LOW);
	g_assert_cmpuint(found(&f, "problem:1"), ==, 2);
	g_assert_cmpuint(found(&f, "problem:2"), ==, 0);
	g_assert_cmpuint(found(&f, "problem:none"), ==, 1);
	g_assert_cmpuint(found(&f, "problem:any problem:complex"), ==, 2);
	g_assert_cmpuint(found(&f, "impact:wide problem:1"), ==, 1);
	g_assert_cmpuint(found(&f, "impact:none"), ==, 1);
	g_assert_cmpuint(found(&f, "impact<wide"), ==, 1);
	g_assert_cmpuint(found(&f, "need>=medium"), ==, 1);
	g_assert_cmpuint(found(&f, "-need:high"), ==, 2);
	problem_free(p);
	fixture_close(&f);
}

/* ---- incidents */
static GPtrArray *problems(struct fixture *f, const char *stage)
{
	struct query q;
	struct answer *a;
	GPtrArray *list;

	query_init(&q, QUERY_PROBLEMS);
	q.text = g_strdup(stage);
	a = fixture_ask(f, &f->li, &q);
	list = g_steal_pointer(&a->problems);
	answer_free(a);
	query_clear(&q);
	return list;
}

static int incidents_told(struct fixture *f, const struct actor *who)
{
	struct query q;
	struct answer *a;
	int n = 0;

	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(f, who, &q);
	for (guint i = 0; i < a->notices->len; i++)
		n += ((const struct notice *)a->notices->pdata[i])->kind == NOTICE_INCIDENT;
	answer_free(a);
	query_clear(&q);
	return n;
}

static void peak__of_one_topic__is_one_suspected_problem_that_raises(void)
{
	static const char *const below[] = {"account/sign-in/code", "account/sign-in/password", "account/sign-in"};
	struct fixture f;
	desk_id ids[14], late, other;
	g_autoptr(GPtrArray) list = NULL;
	struct problem *p;

	fixture_open(&f, NULL);
	other = fixture_opens(&f, CHANNEL_WEB, "where is it", "help", "order/track");
	for (int i = 0; i < 12; i++)
		ids[i] = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", below[i % 3]);
	prioritise(&f, ids[3], PRIORITY_IMPORTANT);
	assess(&f, ids[4], IMPACT_LIMITED, NEED_LOW);
	heard(&f);
	list = problems(&f, "suspected");
	g_assert_cmpuint(list->len, ==, 1);
	p = list->pdata[0];
	g_assert_cmpint(p->tickets, ==, 12);
	g_assert_cmpstr(p->category, ==, "account/sign-in");
	g_assert_cmpint(incidents_told(&f, &f.sun), ==, 1);
	g_assert_cmpint(incidents_told(&f, &f.li), ==, 0);
	assert_priority(&f, ids[0], PRIORITY_URGENT, "incident suspected: 12 of account/sign-in in 20 min");
	assert_priority(&f, ids[3], PRIORITY_IMPORTANT, "set by Li Wei");
	assert_priority(&f, ids[4], PRIORITY_IMPORTANT, "incident suspected: 12 of account/sign-in in 20 min");
	assert_priority(&f, other, PRIORITY_NORMAL, NULL);
	late = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", "account/sign-in");
	heard(&f);
	assert_priority(&f, late, PRIORITY_URGENT, "incident suspected: 13 of account/sign-in in 20 min");
	g_assert_cmpint(incidents_told(&f, &f.sun), ==, 1);
	/* nothing is an incident: everybody gets back what was before, but for what a person did since */
	prioritise(&f, ids[1], PRIORITY_URGENT);
	step(&f, &f.sun, p->id, "dismissed", TRUE, "an exam week");
	settle(&f);
	assert_priority(&f, ids[0], PRIORITY_NORMAL, NULL);
	assert_priority(&f, ids[1], PRIORITY_URGENT, "set by Li Wei");
	assert_priority(&f, ids[4], PRIORITY_NORMAL, "impact limited x need low");
	assert_priority(&f, late, PRIORITY_NORMAL, NULL);
	/* and the same peak isn't told anew */
	late = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", "account/sign-in");
	heard(&f);
	assert_priority(&f, late, PRIORITY_NORMAL, NULL);
	g_assert_cmpint(incidents_told(&f, &f.sun), ==, 1);
	fixture_close(&f);
}

static void peak__over_and_again__is_told_again(void)
{
	struct fixture f;
	g_autoptr(GPtrArray) list = NULL;

	fixture_open(&f, NULL);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 12; i++)
			fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", "account/sign-in");
		heard(&f);
		g_assert_cmpint(incidents_told(&f, &f.sun), ==, round + 1);
		fixture_pass(40 * MINUTE);
		due(&f); /* it is over */
		fixture_pass(8 * DAY); /* and no longer what is usual */
		due(&f);
	}
	list = problems(&f, NULL); /* nobody has looked into the first: it is the same one */
	g_assert_cmpuint(list->len, ==, 1);
	g_assert_cmpint(((struct problem *)list->pdata[0])->tickets, ==, 24);
	fixture_close(&f);
}

static void peak__after_a_restart__is_not_told_twice(void)
{
	struct fixture f;

	fixture_open(&f, NULL);
	for (int i = 0; i < 12; i++)
		fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", "account/sign-in");
	heard(&f);
	fixture_reopen(&f);
	heard(&f);
	g_assert_cmpint(incidents_told(&f, &f.sun), ==, 1);
	fixture_close(&f);
}

static void suspected__judged__by_specialists_and_supervisors_only(void)
{
	struct fixture f;
	g_autoptr(GPtrArray) list = NULL;
	struct change c;
	struct problem *p;

	fixture_open(&f, NULL);
	for (int i = 0; i < 12; i++)
		fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", "account/sign-in");
	heard(&f);
	list = problems(&f, "suspected");
	p = list->pdata[0];
	step_change(&c, p->id, "found", TRUE, NULL);
	fixture_refused(&f, &f.li, &c, DESK_FORBIDDEN, "specialist");
	step(&f, &f.zhao, p->id, "found", TRUE, NULL);
	struct problem *now = problem_now(&f, p->id);
	g_assert_cmpint(now->stage, ==, STAGE_FOUND);
	g_assert_cmpint(now->owner_id, ==, f.zhao.person_id);
	problem_free(now);
	fixture_close(&f);
}

#define T(path, fn) g_test_add_func("/problems/" path, fn)
int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	T("assess/pairs", assess__every_pair__gives_what_the_matrix_says);
	T("assess/again", assess__same_again__changes_nothing);
	T("assess/matrix", matrix__changed__only_its_own_follow);
	T("save/new", save__new_with_tickets__is_found_and_links_them);
	T("save/older", save__older_version__is_refused);
	T("steps", steps__in_turn__need_what_they_are_about);
	T("link", link__to_another_problem__moves_over_and_merging_carries);
	T("split", split__of_a_problem__joins_and_is_assessed_as_before);
	T("find", find__by_problem_impact_and_need);
	T("incident/one", peak__of_one_topic__is_one_suspected_problem_that_raises);
	T("incident/again", peak__over_and_again__is_told_again);
	T("incident/restart", peak__after_a_restart__is_not_told_twice);
	T("incident/judged", suspected__judged__by_specialists_and_supervisors_only);
	return g_test_run();
}
