/* Priority from impact and need, problems behind tickets, suspected incidents, telling all affected, the pack. */
#include <string.h>
#include "desk_fixture.inc"
#include "base/say.h"
#include "rules/problem.h"

#define MINUTE INT64_C(60000)
#define DAY (INT64_C(24) * 60 * MINUTE)

static int64_t due(struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	int64_t at = desk_due(f->desk, &error);

	g_assert_no_error(error);
	return at;
}

/* What the feed says to a running server. */
static void heard(struct fixture *f)
{
	const struct event e = {.kind = EVENT_TICKET, .change = (char *)"customer-opens", .ticket_id = 1};

	desk_notice(f->desk, &e);
	fixture_pass(6000);
	due(f);
}

static void settle(struct fixture *f)
{
	for (int i = 0; i < 100 && due(f) <= clock_wall_ms(); i++)
		;
}

struct new_customer {
	const char *name, *language;
	desk_id id;
};

static gboolean customer_job(struct db_tx *tx, void *arg, GError **error)
{
	struct new_customer *n = arg;

	return DB_RUN(db_conn_of(tx), STMT_CUSTOMER_INSERT, fixture_int_fn, &n->id, error, DB_T(n->name), DB_T(n->language),
	              DB_T(NULL), DB_T(NULL), DB_T(NULL), DB_T(NULL), DB_T(NULL), DB_I(1988), DB_T(NULL), DB_T(NULL), DB_I(0),
	              DB_I(0), DB_T(n->name));
}

static desk_id customer(struct fixture *f, const char *name, const char *language)
{
	g_autoptr(GError) error = NULL;
	struct new_customer n = {name, language, 0};

	db_submit_wait(f->db, customer_job, &n, &error);
	g_assert_no_error(error);
	return n.id;
}

static desk_id opens(struct fixture *f, desk_id customer_id, enum channel channel, const char *category)
{
	desk_id own = f->customer, id;

	f->customer = customer_id;
	id = fixture_opens(f, channel, "can't sign in", "the code is wrong", category);
	f->customer = own;
	return id;
}

static void assess(struct fixture *f, desk_id id, enum impact impact, enum need need)
{
	struct change c;

	change_init(&c, CHANGE_ASSESS);
	c.ticket_id = id;
	c.impact = (int)impact;
	c.need = (int)need;
	answer_free(fixture_do(f, &f->li, &c));
}

static void prioritise(struct fixture *f, desk_id id, enum ticket_priority priority)
{
	struct change c;

	change_init(&c, CHANGE_PRIORITY);
	c.ticket_id = id;
	c.priority = priority;
	answer_free(fixture_do(f, &f->li, &c));
}

static void assert_priority(struct fixture *f, desk_id id, enum ticket_priority priority, const char *reason)
{
	struct ticket *t = fixture_ticket(f, id);

	g_assert_cmpint(t->row.priority, ==, priority);
	g_assert_cmpstr(t->priority_reason, ==, reason);
	ticket_free(t);
}

/* The newest line that is no system's, or no other's, of that kind; NULL: none. g_free. */
static char *last_message(struct fixture *f, desk_id id, enum message_kind kind, guint *n)
{
	struct ticket *t = fixture_ticket(f, id);
	char *body = NULL;

	*n = 0;
	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind != kind)
			continue;
		g_free(body);
		body = g_strdup(m->body);
		++*n;
	}
	ticket_free(t);
	return body;
}

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

/* ---- problems */
static struct problem *saved(struct fixture *f, const struct actor *who, const char *title, const desk_id *ids, guint n)
{
	struct change c;
	struct answer *a;
	struct problem *p;

	change_init(&c, CHANGE_PROBLEM_SAVE);
	c.problem_record = problem_new();
	c.problem_record->title = g_strdup(title);
	c.problem_record->ticket_ids = c.problem_record->ticket_ids ? c.problem_record->ticket_ids :
	                               g_array_new(FALSE, FALSE, sizeof(desk_id));
	if (n)
		g_array_append_vals(c.problem_record->ticket_ids, ids, n);
	a = fixture_do(f, who, &c);
	p = g_steal_pointer(&a->problem);
	g_assert_nonnull(p);
	answer_free(a);
	return p;
}

static struct problem *problem_now(struct fixture *f, desk_id id)
{
	struct query q;
	struct answer *a;
	struct problem *p;

	query_init(&q, QUERY_PROBLEM);
	q.problem_id = id;
	a = fixture_ask(f, &f->li, &q);
	p = g_steal_pointer(&a->problem);
	answer_free(a);
	query_clear(&q);
	return p;
}

static void step_change(struct change *c, desk_id id, const char *stage, gboolean done, const char *note)
{
	change_init(c, CHANGE_PROBLEM_STEP);
	c->problem_id = id;
	c->text = g_strdup(stage);
	c->on = done;
	c->body = g_strdup(note);
}

static void step(struct fixture *f, const struct actor *who, desk_id id, const char *stage, gboolean done, const char *note)
{
	struct change c;

	step_change(&c, id, stage, done, note);
	answer_free(fixture_do(f, who, &c));
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

/* ---- telling */
static void add_text(struct change *c, const char *language, const char *body)
{
	struct problem_text *t = g_new0(struct problem_text, 1);

	t->language = g_strdup(language);
	t->body = g_strdup(body);
	if (!c->texts)
		c->texts = g_ptr_array_new_with_free_func((GDestroyNotify)problem_text_free);
	g_ptr_array_add(c->texts, t);
}

static char *tell(struct fixture *f, desk_id id, gboolean dry, const char *english, const char *chinese)
{
	struct change c;
	struct answer *a;
	char *text;

	change_init(&c, CHANGE_PROBLEM_TELL);
	c.problem_id = id;
	c.dry_run = dry;
	if (english)
		add_text(&c, "en", english);
	if (chinese)
		add_text(&c, "zh", chinese);
	a = fixture_do(f, &f->zhao, &c);
	text = g_steal_pointer(&a->text);
	answer_free(a);
	return text;
}

static void status(struct fixture *f, desk_id id, enum ticket_status to)
{
	struct actor admin = f->sun;
	struct change c;

	admin.person_id = 0;
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = id;
	c.status = to;
	answer_free(fixture_do(f, &admin, &c));
}

static gboolean rates_job(struct db_tx *tx, void *arg, GError **error)
{
	struct fixture_call *call = arg;

	return desk_customer_rates(call->f->desk, tx, call->ticket_id, 5, NULL, error);
}

static void tell__every_customer_once_in_the_right_language(void)
{
	struct fixture f;
	desk_id john, marie, ids[5];
	struct problem *p;
	guint n;

	fixture_open(&f, NULL);
	john = customer(&f, "John", "en-GB");
	marie = customer(&f, "Marie", "fr");
	ids[0] = opens(&f, f.customer, CHANNEL_WEB, NULL);
	ids[1] = opens(&f, john, CHANNEL_EMAIL, NULL);
	ids[2] = opens(&f, john, CHANNEL_WEB, NULL);
	ids[3] = opens(&f, marie, CHANNEL_WEB, NULL);
	p = saved(&f, &f.zhao, "codes are rejected", ids, 4);
	g_autofree char *plan = tell(&f, p->id, TRUE, "It works again.", NULL);
	g_assert_cmpstr(plan, ==, "1 customer will be told: en 1\nno text for: fr 1, zh 1\n");
	g_free(last_message(&f, ids[2], MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 0);
	g_free(tell(&f, p->id, FALSE, "It works again.", "已经修好了。"));
	settle(&f);
	g_autofree char *chinese = last_message(&f, ids[0], MESSAGE_REPLY, &n);
	g_assert_true(g_str_has_prefix(chinese, "已经修好了。\n\n"));
	g_assert_cmpuint(n, ==, 1);
	g_autofree char *english = last_message(&f, ids[2], MESSAGE_REPLY, &n); /* the newest of hers */
	g_assert_true(g_str_has_prefix(english, "It works again.\n\nIs it solved"));
	g_free(last_message(&f, ids[1], MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 0);
	problem_free(p);
	p = problem_now(&f, 1);
	g_assert_cmpint(p->told, ==, 2);
	g_assert_cmpint(p->stage, ==, STAGE_FOUND); /* one is still to be told */
	/* again, and one text more: only who wasn't told hears it */
	struct change c;
	change_init(&c, CHANGE_PROBLEM_TELL);
	c.problem_id = p->id;
	add_text(&c, "*", "It is repaired.");
	answer_free(fixture_do(&f, &f.zhao, &c));
	settle(&f);
	g_free(last_message(&f, ids[3], MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 1);
	g_free(last_message(&f, ids[2], MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 1);
	problem_free(p);
	p = problem_now(&f, 1);
	g_assert_cmpint(p->told, ==, 3);
	g_assert_cmpint(p->stage, ==, STAGE_TOLD);
	g_assert_cmpint(problem_step_of(p->steps, STAGE_TOLD)->done_id, ==, f.zhao.person_id);
	/* and what they say to it counts */
	g_autoptr(GError) error = NULL;
	struct fixture_call call = {.f = &f, .ticket_id = ids[2]};
	db_submit_wait(f.db, rates_job, &call, &error);
	g_assert_no_error(error);
	problem_free(p);
	p = problem_now(&f, 1);
	g_assert_cmpint(p->satisfied, ==, 1);
	g_assert_cmpint(p->unsatisfied, ==, 0);
	problem_free(p);
	fixture_close(&f);
}

static void tell__nobodys_tickets__stay_nobodys(void)
{
	struct fixture f;
	struct problem *p;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	p = saved(&f, &f.zhao, "codes are rejected", &id, 1);
	g_free(tell(&f, p->id, FALSE, NULL, "已经修好了。"));
	settle(&f);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->row.assignee_id, ==, 0);
	g_assert_false(t->row.waiting);
	ticket_free(t);
	problem_free(p);
	fixture_close(&f);
}

static void tell__archived_case__hears_on_a_new_one_below(void)
{
	struct fixture f;
	struct problem *p;
	struct ticket *t;
	desk_id id, below;
	guint n;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	p = saved(&f, &f.zhao, "codes are rejected", &id, 1);
	status(&f, id, STATUS_RESOLVED);
	status(&f, id, STATUS_ARCHIVED);
	g_free(tell(&f, p->id, FALSE, NULL, "已经修好了。"));
	settle(&f);
	g_free(last_message(&f, id, MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 0);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->row.status, ==, STATUS_ARCHIVED);
	g_assert_cmpuint(t->links->len, ==, 1);
	below = ((struct ticket_link *)t->links->pdata[0])->ticket_id;
	ticket_free(t);
	t = fixture_ticket(&f, below);
	g_assert_cmpint(t->row.status, ==, STATUS_RESOLVED);
	g_assert_cmpint(t->problem_id, ==, p->id);
	ticket_free(t);
	g_free(last_message(&f, below, MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 1);
	g_free(tell(&f, p->id, FALSE, NULL, "已经修好了。"));
	settle(&f);
	g_free(last_message(&f, below, MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 1);
	problem_free(p);
	fixture_close(&f);
}

static void tell__many__in_slices_and_after_a_restart_each_once(void)
{
	struct fixture f;
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	struct problem *p;
	int slices = 0;

	fixture_open(&f, NULL);
	for (int i = 0; i < 120; i++) {
		g_autofree char *name = g_strdup_printf("Customer %d", i);
		desk_id id = opens(&f, customer(&f, name, i % 2 ? "en" : "zh"), CHANNEL_WEB, NULL);

		g_array_append_val(ids, id);
	}
	p = saved(&f, &f.zhao, "codes are rejected", (const desk_id *)(void *)ids->data, ids->len);
	g_free(tell(&f, p->id, FALSE, "It works again.", "已经修好了。"));
	due(&f);
	problem_free(p);
	p = problem_now(&f, 1);
	g_assert_cmpint(p->told, >, 0);
	g_assert_cmpint(p->told, <, 120); /* others may write in between */
	fixture_reopen(&f);
	while (due(&f) <= clock_wall_ms() && slices++ < 100)
		;
	for (guint i = 0; i < ids->len; i++) {
		guint n;

		g_free(last_message(&f, g_array_index(ids, desk_id, i), MESSAGE_REPLY, &n));
		g_assert_cmpuint(n, ==, 1);
	}
	problem_free(p);
	p = problem_now(&f, 1);
	g_assert_cmpint(p->told, ==, 120);
	g_assert_cmpint(p->stage, ==, STAGE_TOLD);
	problem_free(p);
	g_array_unref(ids);
	fixture_close(&f);
}

static void tell__text_too_long_for_a_channel__is_said_and_reaches_the_others(void)
{
	struct fixture f;
	g_autofree char *long_text = g_strnfill(1200, 'x'), *plan = NULL;
	desk_id ids[2];
	struct problem *p;
	guint n;

	fixture_open(&f, NULL);
	ids[0] = opens(&f, f.customer, CHANNEL_WEB, NULL);
	ids[1] = opens(&f, customer(&f, "Li", "zh"), CHANNEL_WEIBO, NULL); /* 1000 characters */
	p = saved(&f, &f.zhao, "codes are rejected", ids, 2);
	plan = tell(&f, p->id, FALSE, NULL, long_text);
	g_assert_cmpstr(plan, ==, "1 customer will be told: zh 1\ntoo long for weibo in zh: 1\n");
	settle(&f);
	g_free(last_message(&f, ids[0], MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 1);
	g_free(last_message(&f, ids[1], MESSAGE_REPLY, &n));
	g_assert_cmpuint(n, ==, 0);
	problem_free(p);
	fixture_close(&f);
}

static void tell__of_a_suspicion_or_without_texts__is_refused(void)
{
	struct fixture f;
	struct problem *p;
	struct change c;

	fixture_open(&f, NULL);
	p = saved(&f, &f.zhao, "codes are rejected", NULL, 0);
	change_init(&c, CHANGE_PROBLEM_TELL);
	c.problem_id = p->id;
	fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "texts is empty");
	step(&f, &f.zhao, p->id, "dismissed", TRUE, NULL);
	change_init(&c, CHANGE_PROBLEM_TELL);
	c.problem_id = p->id;
	add_text(&c, "en", "x");
	fixture_refused(&f, &f.zhao, &c, DESK_INVALID, "nobody is told");
	problem_free(p);
	fixture_close(&f);
}

/* ---- what stays */
static void article__knowledge_and_training__are_drafts_made_once(void)
{
	struct fixture f;
	struct problem *p;
	desk_id id, first = 0;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "my code is refused", NULL);
	p = saved(&f, &f.zhao, "codes are rejected", &id, 1);
	for (int i = 0; i < 3; i++) {
		struct change c;
		struct answer *a;

		change_init(&c, CHANGE_PROBLEM_ARTICLE);
		c.problem_id = p->id;
		c.text = g_strdup(i == 2 ? "training" : "knowledge");
		c.name = g_strdup(i == 2 ? "zh" : "en");
		a = fixture_do(&f, &f.zhao, &c);
		g_assert_cmpint(a->article->state, ==, ARTICLE_DRAFT);
		g_assert_cmpstr(a->article->title, ==, "codes are rejected");
		g_assert_nonnull(strstr(a->article->body, "my code is refused"));
		if (i == 0)
			first = a->article->id;
		if (i == 1)
			g_assert_cmpint(a->article->id, ==, first);
		if (i == 2) {
			g_assert_cmpstr(a->article->category, ==, "training");
			g_assert_cmpint(a->article->module, ==, MODULE_SERVICE);
			g_assert_null(strstr(a->article->body, "Cause"));
			g_assert_cmpint(a->problem->training_id, ==, a->article->id);
			g_assert_cmpint(a->problem->article_id, ==, first);
		}
		answer_free(a);
	}
	problem_free(p);
	fixture_close(&f);
}

static void pack__of_a_week__has_its_figures(void)
{
	struct fixture f;
	struct query q;
	struct answer *a;
	struct problem *p;
	desk_id id = 0;

	fixture_open(&f, NULL); /* Friday, 2027-01-15 08:00 UTC */
	fixture_opens(&f, CHANNEL_WEB, "one", "help", "account/sign-in");
	fixture_pass(7 * DAY);
	for (int i = 0; i < 6; i++)
		id = fixture_opens(&f, CHANNEL_WEB, "two", "help", "account/sign-in");
	p = saved(&f, &f.zhao, "codes are rejected", &id, 1);
	fixture_pass(7 * DAY);
	query_init(&q, QUERY_PACK);
	q.text = g_strdup("2027-W03");
	q.language = g_strdup("en");
	a = fixture_ask(&f, &f.li, &q);
	g_assert_nonnull(strstr(a->text, "# Week 2027-W03, 2027-01-18 to 2027-01-24"));
	g_assert_nonnull(strstr(a->text, "| account/sign-in | 6 | 1 | +5 |"));
	g_assert_nonnull(strstr(a->text, "codes are rejected** - found, owner Zhao Min; 1 tickets, 1 customers"));
	g_assert_nonnull(strstr(a->text, "- account/sign-in: 6 tickets, usually 0.2 a week. Proposed: a tutorial."));
	answer_free(a);
	g_free(q.language);
	q.language = g_strdup("zh");
	a = fixture_ask(&f, &f.li, &q);
	g_assert_null(strstr(a->text, "Week"));
	g_assert_cmpstr(say_language(), ==, "en");
	answer_free(a);
	query_clear(&q);
	problem_free(p);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(path, fn) g_test_add_func("/problems/" path, fn)
	T("assess/pairs", assess__every_pair__gives_what_the_matrix_says);
	T("assess/again", assess__same_again__changes_nothing);
	T("assess/matrix", matrix__changed__only_its_own_follow);
	T("save/new", save__new_with_tickets__is_found_and_links_them);
	T("save/older", save__older_version__is_refused);
	T("steps", steps__in_turn__need_what_they_are_about);
	T("link", link__to_another_problem__moves_over_and_merging_carries);
	T("find", find__by_problem_impact_and_need);
	T("incident/one", peak__of_one_topic__is_one_suspected_problem_that_raises);
	T("incident/again", peak__over_and_again__is_told_again);
	T("incident/restart", peak__after_a_restart__is_not_told_twice);
	T("incident/judged", suspected__judged__by_specialists_and_supervisors_only);
	T("tell/once", tell__every_customer_once_in_the_right_language);
	T("tell/nobodys", tell__nobodys_tickets__stay_nobodys);
	T("tell/archived", tell__archived_case__hears_on_a_new_one_below);
	T("tell/many", tell__many__in_slices_and_after_a_restart_each_once);
	T("tell/long", tell__text_too_long_for_a_channel__is_said_and_reaches_the_others);
	T("tell/refused", tell__of_a_suspicion_or_without_texts__is_refused);
	T("article", article__knowledge_and_training__are_drafts_made_once);
	T("pack", pack__of_a_week__has_its_figures);
	return g_test_run();
}
