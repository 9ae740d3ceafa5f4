/* Unsent text on the server: saved, refused when stale, merged, shared, gone once sent. */
#include "desk_fixture.inc"

static struct change on(enum change_kind kind, desk_id ticket_id)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = ticket_id;
	return c;
}

static struct change draft(desk_id ticket_id, const char *kind, const char *body, int64_t revision)
{
	struct change c = on(CHANGE_DRAFT_SAVE, ticket_id);

	c.text = g_strdup(kind);
	c.body = g_strdup(body);
	c.revision = revision;
	return c;
}

/* Its revision. */
static int64_t save(struct fixture *f, const struct actor *who, struct change c)
{
	struct answer *a = fixture_do(f, who, &c);
	int64_t revision = a->draft->revision;

	g_assert_null(a->ticket);
	answer_free(a);
	return revision;
}

static struct answer *list(struct fixture *f, const struct actor *who, desk_id ticket_id)
{
	struct query q;
	struct answer *a;

	query_init(&q, QUERY_DRAFTS);
	q.ticket_id = ticket_id;
	a = fixture_ask(f, who, &q);
	query_clear(&q);
	return a;
}

static guint count(struct fixture *f, const struct actor *who, desk_id ticket_id)
{
	struct answer *a = list(f, who, ticket_id);
	guint n = a->drafts->len;

	answer_free(a);
	return n;
}

/* The body of the newest; g_free. */
static char *newest(struct fixture *f, const struct actor *who, desk_id ticket_id)
{
	struct answer *a = list(f, who, ticket_id);
	char *body;

	g_assert_cmpuint(a->drafts->len, >, 0);
	body = g_strdup(((struct draft *)a->drafts->pdata[0])->body);
	answer_free(a);
	return body;
}

static guint told(struct fixture *f)
{
	g_autofree char *feed = fixture_feed(f);
	guint n = 0;

	for (const char *p = feed; (p = strstr(p, "draft-")); p++)
		n++;
	return n;
}

static void draft__saved__comes_back_as_it_was(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	const struct draft *d;
	struct ticket *before, *after;
	const desk_id templates[] = {4, 9};
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "parcel", "where is it?", NULL);
	before = fixture_ticket(&f, id);
	c = draft(id, "reply", "Dear Ms Wang 您好,\n", 0);
	c.to = g_strdup("a@example.com");
	c.cc = g_strdup("b@example.com, c@example.com");
	c.answers_id = 1;
	c.promise_ms = FIXTURE_START + MS_HOUR;
	c.template_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_vals(c.template_ids, templates, 2);
	save(&f, &f.li, c);
	a = list(&f, &f.li, 0);
	g_assert_cmpuint(a->drafts->len, ==, 1);
	d = a->drafts->pdata[0];
	g_assert_cmpint(d->ticket_id, ==, id);
	g_assert_cmpint(d->kind, ==, MESSAGE_REPLY);
	g_assert_cmpint(d->person_id, ==, f.li.person_id);
	g_assert_cmpstr(d->person_name, ==, "Li Wei");
	g_assert_cmpstr(d->body, ==, "Dear Ms Wang 您好,\n");
	g_assert_cmpstr(d->to, ==, "a@example.com");
	g_assert_cmpstr(d->cc, ==, "b@example.com, c@example.com");
	g_assert_cmpint(d->answers_id, ==, 1);
	g_assert_cmpint(d->promise_ms, ==, FIXTURE_START + MS_HOUR);
	g_assert_cmpuint(d->template_ids->len, ==, 2);
	g_assert_cmpint(g_array_index(d->template_ids, desk_id, 1), ==, 9);
	g_assert_cmpint(d->ticket_version, ==, before->row.version);
	g_assert_cmpint(d->at_ms, ==, FIXTURE_START);
	answer_free(a);
	after = fixture_ticket(&f, id); /* it is nothing that happened to the ticket */
	g_assert_cmpint(after->row.version, ==, before->row.version);
	g_assert_cmpuint(count(&f, &f.min, 0), ==, 0);
	g_assert_cmpuint(count(&f, &f.min, id), ==, 0);
	ticket_free(before);
	ticket_free(after);
	fixture_close(&f);
}

static void draft__stale_revision__refused_and_old_text_stands(void)
{
	struct fixture f;
	struct change c;
	int64_t first, second;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "lamp", "broken", NULL);
	first = save(&f, &f.li, draft(id, "note", "one", 0));
	fixture_pass(1);
	second = save(&f, &f.li, draft(id, "note", "two", first));
	g_assert_cmpint(second, >, first);
	c = draft(id, "note", "made from one", first);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "changed elsewhere"));
	c = draft(id, "note", "made from nothing", 0);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "changed elsewhere"));
	g_autofree char *body = newest(&f, &f.li, id);
	g_assert_cmpstr(body, ==, "two");
	/* the answer got lost, and it is sent again: that is no conflict */
	g_assert_cmpint(save(&f, &f.li, draft(id, "note", "two", first)), >=, second);
	/* gone, and saved anew by somebody else's screen: an old number never fits again */
	c = on(CHANGE_DRAFT_REMOVE, id);
	c.text = g_strdup("note");
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpuint(count(&f, &f.li, id), ==, 0);
	c = draft(id, "note", "from two", second);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "sent or dropped elsewhere"));
	fixture_pass(1);
	g_assert_cmpint(save(&f, &f.li, draft(id, "note", "three", 0)), >, second);
	c = on(CHANGE_DRAFT_REMOVE, id);
	c.text = g_strdup("note");
	c.if_version = second;
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "changed elsewhere"));
	g_assert_cmpuint(count(&f, &f.li, id), ==, 1);
	fixture_close(&f);
}

static void draft__wrong_kind_or_empty__refused(void)
{
	struct fixture f;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "lamp", "broken", NULL);
	c = draft(id, "customer", "x", 0);
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "reply, a note or a forward");
	c = draft(id, "reply", " \n", 0);
	fixture_refused(&f, &f.li, &c, DESK_INVALID, "body is empty");
	c = draft(4711, "reply", "x", 0);
	fixture_refused(&f, &f.li, &c, DESK_NOTFOUND, "#4711");
	fixture_close(&f);
}

static void draft__same_text_sent__is_gone_with_it(void)
{
	struct fixture f;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "lamp", "broken", NULL);
	save(&f, &f.li, draft(id, "reply", "we send another one", 0));
	save(&f, &f.li, draft(id, "note", "third this week", 0));
	save(&f, &f.min, draft(id, "reply", "we send another one", 0));
	c = on(CHANGE_REPLY, id);
	c.body = g_strdup("we send another one");
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpuint(count(&f, &f.li, id), ==, 1);  /* his note */
	g_assert_cmpuint(count(&f, &f.min, id), ==, 1); /* hers is hers */
	c = on(CHANGE_NOTE, id);
	c.body = g_strdup("something else");
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpuint(count(&f, &f.li, id), ==, 1);
	c = on(CHANGE_FORWARD, id);
	c.body = g_strdup("please look");
	c.to = g_strdup("workshop@example.com");
	save(&f, &f.li, draft(id, "forward", "please look", 0));
	answer_free(fixture_do(&f, &f.li, &c));
	g_assert_cmpuint(count(&f, &f.li, id), ==, 1);
	g_assert_cmpuint(told(&f), ==, 6); /* four saved, two gone */
	fixture_close(&f);
}

static void draft__ticket_merged__both_texts_live_on(void)
{
	struct fixture f;
	struct change c;
	desk_id one, two;
	int64_t old;

	fixture_open(&f, NULL);
	one = fixture_opens(&f, CHANNEL_WEB, "lamp", "broken", NULL);
	two = fixture_opens(&f, CHANNEL_WEB, "lamp again", "still broken", NULL);
	old = save(&f, &f.li, draft(one, "reply", "from the first", 0));
	save(&f, &f.li, draft(two, "reply", "from the second", 0));
	save(&f, &f.min, draft(one, "note", "only here", 0));
	c = on(CHANGE_MERGE, one);
	c.other_id = two;
	answer_free(fixture_do(&f, &f.sun, &c));
	g_autofree char *moved = g_strdup_printf("from the second\n\n-- #%" G_GINT64_FORMAT " --\nfrom the first", one);
	g_autofree char *both = newest(&f, &f.li, two), *hers = newest(&f, &f.min, 0);
	g_assert_cmpstr(both, ==, moved);
	g_assert_cmpstr(hers, ==, "only here");
	g_assert_cmpuint(count(&f, &f.li, 0), ==, 1);
	g_assert_cmpuint(count(&f, &f.min, two), ==, 1);
	g_assert_cmpuint(count(&f, &f.min, one), ==, 1); /* asked by the old number */
	/* a workstation that hasn't heard of it doesn't write over both */
	c = draft(one, "reply", "from the first, more", old);
	fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "changed elsewhere");
	c = on(CHANGE_DRAFT_REMOVE, one);
	c.text = g_strdup("reply");
	c.if_version = old;
	answer_free(fixture_do(&f, &f.li, &c)); /* nothing of that is there any more */
	g_assert_cmpuint(count(&f, &f.li, 0), ==, 1);
	fixture_close(&f);
}

static void draft__shared__others_read_it_until_it_isnt(void)
{
	struct fixture f;
	struct change c;
	int64_t revision;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "lamp", "broken", NULL);
	c = draft(id, "reply", "is this right?", 0);
	c.shared = TRUE;
	revision = save(&f, &f.li, c);
	g_assert_cmpuint(count(&f, &f.zhao, id), ==, 1);
	g_assert_cmpuint(count(&f, &f.zhao, 0), ==, 0); /* not among one's own */
	c = on(CHANGE_ASSIGN, id); /* who loses the ticket keeps his words */
	c.person_id = f.min.person_id;
	answer_free(fixture_do(&f, &f.sun, &c));
	g_assert_cmpuint(count(&f, &f.li, id), ==, 1);
	fixture_pass(1);
	save(&f, &f.li, draft(id, "reply", "is this right?", revision));
	g_assert_cmpuint(count(&f, &f.zhao, id), ==, 0);
	fixture_close(&f);
}

static gboolean present_job(struct db_tx *tx, void *arg, GError **error)
{
	const struct actor *who = arg;

	return DB_RUN(db_conn_of(tx), STMT_TEST_PRESENT, NULL, NULL, error, DB_I(who->person_id), DB_I(FIXTURE_START + MS_DAY));
}

/* The feed is not filled by pauses of one who writes at a single screen. */
static void draft__saved_again_at_one_screen__is_no_news(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	int64_t revision;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "lamp", "broken", NULL);
	revision = save(&f, &f.li, draft(id, "reply", "one", 0));
	revision = save(&f, &f.li, draft(id, "reply", "one two", revision));
	g_assert_cmpuint(told(&f), ==, 2); /* nobody says how many screens there are */
	db_submit_wait(f.db, present_job, &f.li, &error);
	g_assert_no_error(error);
	revision = save(&f, &f.li, draft(id, "reply", "one two three", revision));
	g_assert_cmpuint(told(&f), ==, 2);
	fixture_pass(2 * MS_DAY);
	save(&f, &f.li, draft(id, "reply", "one two three four", revision));
	g_assert_cmpuint(told(&f), ==, 3);
	fixture_close(&f);
}

static void stale_write__refused__says_who_did_what(void)
{
	struct fixture f;
	struct ticket *before, *conflict;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "lamp", "broken", NULL);
	before = fixture_ticket(&f, id);
	fixture_writes(&f, id, "hello?");
	c = on(CHANGE_STATUS, id);
	c.status = STATUS_OPEN;
	answer_free(fixture_do(&f, &f.zhao, &c));
	c = on(CHANGE_NOTE, id);
	c.body = g_strdup("seen before");
	answer_free(fixture_do(&f, &f.sun, &c));
	c = on(CHANGE_SUBJECT, id);
	c.text = g_strdup("red lamp");
	c.if_version = before->row.version;
	conflict = fixture_refused(&f, &f.li, &c, DESK_CONFLICT,
	                           "Wang Fang 王芳 wrote; Zhao Min set the status to open; Sun Li wrote a note");
	g_assert_cmpstr(conflict->row.subject, ==, "lamp");
	ticket_free(conflict);
	ticket_free(before);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/drafts/saved", draft__saved__comes_back_as_it_was);
	g_test_add_func("/drafts/stale", draft__stale_revision__refused_and_old_text_stands);
	g_test_add_func("/drafts/wrong", draft__wrong_kind_or_empty__refused);
	g_test_add_func("/drafts/sent", draft__same_text_sent__is_gone_with_it);
	g_test_add_func("/drafts/merged", draft__ticket_merged__both_texts_live_on);
	g_test_add_func("/drafts/shared", draft__shared__others_read_it_until_it_isnt);
	g_test_add_func("/drafts/one-screen", draft__saved_again_at_one_screen__is_no_news);
	g_test_add_func("/drafts/stale-write", stale_write__refused__says_who_did_what);
	return g_test_run();
}
