/* Problems behind tickets, the second half: all affected are told once, what is learnt is kept, the weekly pack. */
#include "desk_fixture.inc"
#include "problems_world.inc"
#include "server/desk/inside.h"

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

static gboolean categories_job(struct db_tx *tx, void *arg, GError **error)
{
	static const char *const called[][3] = {{"account", "Account", "账号"}, {"account/sign-in", "Sign-in", "登录"}};
	struct fixture *f = arg;
	int64_t id;

	for (size_t i = 0; i < G_N_ELEMENTS(called); i++)
		if (!DB_RUN(db_conn_of(tx), STMT_CATEGORY_INSERT, fixture_int_fn, &id, error, DB_T(called[i][0]), DB_T(called[i][1]),
		            DB_T(called[i][2]), DB_I(PROBLEM_SIMPLE), DB_I(0), DB_I(f->front), DB_I(10), DB_I(1)))
			return FALSE;
	return desk_refresh(f->desk, db_conn_of(tx), error);
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
	g_assert_nonnull(strstr(a->text, "codes are rejected** - found, owner Zhao Min; 1 ticket, 1 customer"));
	g_assert_nonnull(strstr(a->text, "- account/sign-in: 6 tickets, usually 0.2 a week. Proposed: a tutorial."));
	answer_free(a);
	g_free(q.language);
	q.language = g_strdup("zh");
	a = fixture_ask(&f, &f.li, &q);
	g_assert_null(strstr(a->text, "Week"));
	g_assert_cmpstr(say_language(), ==, "en");
	answer_free(a);
	g_assert_true(db_submit_wait(f.db, categories_job, &f, NULL)); /* from now on it has names for people */
	a = fixture_ask(&f, &f.li, &q);
	g_assert_nonnull(strstr(a->text, "| 账号/登录 | 6 | 1 | +5 |"));
	g_assert_null(strstr(a->text, "account"));
	answer_free(a);
	query_clear(&q);
	problem_free(p);
	fixture_close(&f);
}

#define T(path, fn) g_test_add_func("/problems/" path, fn)
int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
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
