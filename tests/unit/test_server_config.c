/* The policy file at the desk: what it would do, doing it, revisions, clocks that follow. */
#include "desk_fixture.inc"

#include "server/desk/config_desk.h"
#include "server/desk/records.h"

static struct config_result apply(struct fixture *f, const char *text, gboolean dry_run)
{
	const struct config_request rq = {.text = text, .name = "f", .revision = -1, .dry_run = dry_run, .by_name = "Gao"};
	struct config_result result = {0};
	g_autoptr(GError) error = NULL;

	config_apply_wait(f->desk, &rq, &result, &error);
	g_assert_no_error(error);
	return result;
}

static void applies(struct fixture *f, const char *text, const char *diff, const char *summary)
{
	struct config_result r = apply(f, text, FALSE);

	g_assert_cmpstr(r.diff, ==, diff);
	g_assert_cmpstr(r.summary, ==, summary);
	config_result_clear(&r);
}

static void refuses(struct fixture *f, const char *text, const char *sentences)
{
	const struct config_request rq = {.text = text, .name = "f", .revision = -1, .by_name = "Gao"};
	struct config_result result = {0};
	g_autoptr(GError) error = NULL;

	g_assert_false(config_apply_wait(f->desk, &rq, &result, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpstr(error->message, ==, sentences);
	config_result_clear(&result);
}

static char *export(struct fixture *f, int type, const char *key)
{
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(f->db, &error);
	g_autoptr(config_state_auto) s = config_state_load(conn, &error);

	g_assert_no_error(error);
	db_read_end(f->db, conn);
	return config_state_text(s, type, key);
}

static void config__a_file__adds_changes_and_removes(void)
{
	struct fixture f;
	g_autofree char *text = NULL;

	fixture_open(&f, NULL);
	applies(&f, "[skill tea]\n[group tea]\ntitle = Tea\n[person bo]\ndisplay = Bo\ngroups = tea\nskills = tea\n",
	        "+ [group tea]\n+ title = Tea\n+ tier = 1\n\n+ [skill tea]\n\n+ [person bo]\n+ display = Bo\n+ locale = en\n+ groups = tea\n"
	        "+ skills = tea\n",
	        "3 added: group tea, skill tea, person bo");
	applies(&f, "[group tea]\ntitle = Tea\n", "", ""); /* nothing to do is no revision */
	applies(&f, "[group tea]\ntitle = Tea 茶\ntier = 2\n",
	        "~ [group tea]\n- title = Tea\n- tier = 1\n+ title = Tea 茶\n+ tier = 2\n", "1 changed: group tea");
	refuses(&f, "[remove group tea]\n", "f:1: group tea can't be removed: person bo needs it");
	applies(&f, "[remove group tea]\n[person bo]\ndisplay = Bo\n[remove skill tea]\n",
	        "~ [person bo]\n- groups = tea\n- skills = tea\n\n- [skill tea]\n\n- [group tea]\n- title = Tea 茶\n- tier = 2\n",
	        "1 changed, 2 removed: person bo, skill tea, group tea");
	applies(&f, "[remove person bo]\n", "~ [person bo]\n+ active = no\n", "1 changed: person bo");
	text = export(&f, RECORD_PERSON, "bo");
	g_assert_nonnull(strstr(text, "active = no"));
	fixture_close(&f);
}

static void config__mistakes__are_all_told_and_nothing_is_done(void)
{
	struct fixture f;
	g_autofree char *before = NULL, *after = NULL;

	fixture_open(&f, NULL);
	g_assert_true(seed_desk(f.desk, NULL));
	fixture_opens(&f, CHANNEL_WEB, "No light", "it is dark", "account/sign-in/code");
	before = export(&f, -1, NULL);
	refuses(&f,
	        "[group new]\ntitle = New\n"
	        "[person a]\ndisplay = A\ngroups = new nowhere\n"
	        "[calendar c]\nzone = Mars/Base\nhours = mon 09:00-12:00 11:00-13:00\n"
	        "[view v]\nquery = status:opne\n"
	        "[tag one]\nname = high-value\n"
	        "[policy p]\nposition = x\ntarget = tier2 2h calendar business\n"
	        "[remove group front]\n[remove calendar ghost]\n[remove category return]\n[setting zone]\nvalue = Mars\n",
	        "f:5: there is no group \"nowhere\"\n"
	        "f:7: zone: \"Mars/Base\" isn't a time zone\n"
	        "f:8: hours overlaps another span (mon)\n"
	        "f:9: query: column 8: there is no status \"opne\"; did you mean \"open\"?\n"
	        "f:11: tag high-value has the name \"high-value\" already\n"
	        "f:14: position must be a whole number\n"
	        "f:16: group front can't be removed: tickets are in it\n"
	        "f:16: group front can't be removed: person li.wei needs it\n"
	        "f:17: there is no calendar \"ghost\" to remove\n"
	        "f:18: category return can't be removed: field return-reason needs it\n"
	        "f:19: value: \"Mars\" isn't a time zone");
	after = export(&f, -1, NULL);
	g_assert_cmpstr(before, ==, after);
	/* what tickets have stays, inactive */
	applies(&f, "[remove category account/sign-in/code]\n", "~ [category account/sign-in/code]\n+ active = no\n",
	        "1 changed: category account/sign-in/code");
	fixture_close(&f);
}

static void config__whole_export__applies_to_itself_and_elsewhere(void)
{
	struct fixture a, b;
	g_autofree char *text = NULL, *again = NULL;
	struct config_result r;

	fixture_open(&a, NULL);
	g_assert_true(seed_sample(a.desk, NULL));
	text = export(&a, -1, NULL);
	applies(&a, text, "", "");
	fixture_close(&a);
	fixture_open(&b, NULL);
	r = apply(&b, text, TRUE);
	g_assert_nonnull(strstr(r.diff, "+ [template "));
	g_assert_cmpint(r.revision, ==, 0);
	config_result_clear(&r);
	r = apply(&b, text, FALSE);
	g_assert_cmpint(r.revision, ==, 2); /* as it was, and as it is */
	config_result_clear(&r);
	applies(&b, text, "", "");
	again = export(&b, RECORD_TEMPLATE, NULL);
	g_assert_nonnull(strstr(text, again));
	fixture_close(&b);
}

static void config__changed_since__is_a_conflict(void)
{
	struct fixture f;
	struct actor gao;
	struct change c;
	struct query q;
	struct answer *a;

	fixture_open(&f, NULL);
	gao = f.sun;
	gao.role = ROLE_ADMINISTRATOR;
	change_init(&c, CHANGE_CONFIG_APPLY);
	c.body = g_strdup("[tag a]\nglyph = star\n");
	c.revision = 0;
	a = fixture_do(&f, &gao, &c); /* clears it */
	g_assert_cmpint(a->revision, ==, 2);
	g_assert_cmpstr(a->text, ==, "+ [tag a]\n+ glyph = star\n");
	answer_free(a);
	change_init(&c, CHANGE_CONFIG_APPLY);
	c.body = g_strdup("[tag a]\nglyph = warn\n");
	c.revision = 0;
	ticket_free(fixture_refused(&f, &gao, &c, DESK_CONFLICT, "revision 2 by Sun"));
	query_init(&q, QUERY_CONFIG);
	q.text = g_strdup("tag");
	q.key = g_strdup("a");
	a = fixture_ask(&f, &gao, &q);
	g_assert_cmpuint(a->config->len, ==, 1);
	g_assert_cmpstr(((struct config_entry *)a->config->pdata[0])->text, ==, "[tag a]\nglyph = star\n");
	g_assert_cmpint(a->revision, ==, 2);
	answer_free(a);
	query_clear(&q);
	query_init(&q, QUERY_CONFIG_LOG);
	a = fixture_ask(&f, &gao, &q);
	g_assert_cmpuint(a->revisions->len, ==, 2);
	g_assert_cmpstr(((struct config_revision *)a->revisions->pdata[0])->summary, ==, "1 added: tag a");
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

/* What an administrator applies through the interface is followed by the server's own due work. */
static void config__applied_over_the_interface__due_work_folds_the_clocks(void)
{
	struct fixture f;
	struct change c;
	struct actor gao;
	struct ticket *t;
	int64_t next = 0;
	desk_id id;

	fixture_open(&f, NULL);
	gao = f.sun;
	gao.role = ROLE_ADMINISTRATOR;
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	change_init(&c, CHANGE_CONFIG_APPLY);
	c.body = g_strdup("[policy quick]\nposition = -5\nchannels = email\ntarget = first-response 7m\n");
	answer_free(fixture_do(&f, &gao, &c));
	fixture_pass(2000);
	for (int i = 0; i < 20 && next <= clock_wall_ms(); i++) {
		g_autoptr(GError) error = NULL;

		next = desk_due(f.desk, &error);
		g_assert_no_error(error);
	}
	t = fixture_ticket(&f, id);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->due_ms, ==, FIXTURE_START + 7 * MS_MINUTE);
	ticket_free(t);
	fixture_close(&f);
}

/* The clocks of open tickets go by the new policy, what has gone by counts; and the work can be
 * broken off between batches. */
static void config__new_target__open_clocks_follow(void)
{
	struct fixture f;
	desk_id id;
	struct ticket *t;
	int64_t due, next = 0;
	g_autoptr(GError) error = NULL;
	g_autofree char *feed = NULL;

	fixture_open(&f, NULL);
	for (int i = 0; i < 250; i++)
		id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	t = fixture_ticket(&f, id);
	due = fixture_clock(t, CLOCK_FIRST_RESPONSE)->due_ms;
	ticket_free(t);
	fixture_pass(10 * MS_SECOND);
	{
		struct config_result r = apply(&f, "[policy quick]\nposition = -5\nchannels = email\ntarget = first-response 7m\n", FALSE);

		config_result_clear(&r);
	}
	g_assert_true(desk_refold(f.desk, clock_wall_ms(), &next, &error));
	g_assert_cmpint(next, ==, clock_wall_ms() + 1500); /* all servers know the new words by then */
	fixture_reopen(&f);
	g_assert_true(desk_refold_some(f.desk, INT64_MAX, 200, &next, &error));
	g_assert_cmpint(next, ==, 0);
	t = fixture_ticket(&f, id); /* the second batch's */
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->due_ms, ==, due);
	ticket_free(t);
	fixture_reopen(&f);
	while (next != INT64_MAX)
		g_assert_true(desk_refold(f.desk, INT64_MAX, &next, &error));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->due_ms, ==, FIXTURE_START + 7 * MS_MINUTE);
	g_assert_cmpint(t->row.next_due_ms, ==, FIXTURE_START + 7 * MS_MINUTE);
	g_assert_cmpint(t->row.version, ==, 1); /* nobody's edit is disturbed */
	ticket_free(t);
	feed = fixture_feed(&f);
	g_assert_true(g_str_has_suffix(feed, "config-apply config-apply")); /* the policy, then the reload */
	fixture_close(&f);
}

/* The glyph of a tag is copied into the rows of its customers' tickets. */
static void config__new_glyph__rows_follow(void)
{
	struct fixture f;
	desk_id id;
	struct change c;
	struct ticket *t;
	struct config_result r;
	int64_t next = 0;
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	r = apply(&f, "[tag shy]\nglyph = star\n", FALSE);
	config_result_clear(&r);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	change_init(&c, CHANGE_CUSTOMER_TAG);
	c.customer_id = f.customer;
	c.text = g_strdup("shy");
	c.on = TRUE;
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, id);
	g_assert_nonnull(strstr(t->row.marks, "star"));
	ticket_free(t);
	r = apply(&f, "[tag shy]\nglyph = heart\n", FALSE);
	config_result_clear(&r);
	while (next != INT64_MAX)
		g_assert_true(desk_refold(f.desk, INT64_MAX, &next, &error));
	t = fixture_ticket(&f, id);
	g_assert_nonnull(strstr(t->row.marks, "heart"));
	ticket_free(t);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/config/apply", config__a_file__adds_changes_and_removes);
	g_test_add_func("/config/mistakes", config__mistakes__are_all_told_and_nothing_is_done);
	g_test_add_func("/config/export", config__whole_export__applies_to_itself_and_elsewhere);
	g_test_add_func("/config/conflict", config__changed_since__is_a_conflict);
	g_test_add_func("/config/clocks", config__new_target__open_clocks_follow);
	g_test_add_func("/config/clocks_by_due_work", config__applied_over_the_interface__due_work_folds_the_clocks);
	g_test_add_func("/config/glyph", config__new_glyph__rows_follow);
	return g_test_run();
}
