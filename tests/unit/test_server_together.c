/* Several people on one desk: notices, clocks that ring once, presence, whispers, hand-over. */
#include <string.h>
#include "desk_fixture.inc"
#include "rules/clocks.h"

#define WEB_WARN_MS INT64_C(22500) /* 75 % of the 30 s of a first response */
#define WEB_DUE_MS INT64_C(30000)

/* "kind#ticket:text" of all notices of somebody, oldest first. */
static char *told(struct fixture *f, const struct actor *who)
{
	struct query q;
	GString *s = g_string_new(NULL);
	struct answer *a;

	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(f, who, &q);
	for (guint i = a->notices->len; i-- > 0;) {
		const struct notice *n = a->notices->pdata[i];

		g_assert_cmpint(n->person_id, ==, who->person_id);
		g_string_append_printf(s, "%s%s#%" G_GINT64_FORMAT "%s%s", s->len ? " | " : "", notice_kind_name(n->kind),
		                       n->ticket_id, n->seen ? " seen" : "", n->late ? " late" : "");
	}
	answer_free(a);
	query_clear(&q);
	return g_string_free(s, FALSE);
}

#define assert_told(f, who, ...) \
	do { \
		g_autofree char *is_ = told(f, who), *should_ = g_strdup_printf(__VA_ARGS__); \
		g_assert_cmpstr(is_, ==, should_); \
	} while (0)

static void fixture_due(struct fixture *f, int64_t *next)
{
	g_autoptr(GError) error = NULL;
	int64_t at = desk_due(f->desk, &error);

	g_assert_no_error(error);
	if (next)
		*next = at;
}

static desk_id opened_by_li(struct fixture *f)
{
	desk_id id = fixture_opens(f, CHANNEL_WEB, "can't sign in", "help", NULL);
	struct change c;

	change_init(&c, CHANGE_CLAIM);
	c.ticket_id = id;
	answer_free(fixture_do(f, &f->li, &c));
	return id;
}

static void say(struct fixture *f, const struct actor *who, enum change_kind kind, desk_id id, const char *body)
{
	struct change c;

	change_init(&c, kind);
	c.ticket_id = id;
	c.body = g_strdup(body);
	answer_free(fixture_do(f, who, &c));
}

/* ---- notices */
static void note__names_people__each_hears_once(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	say(&f, &f.li, CHANGE_NOTE, id, "@zhao.min, @nobody and @zhao.min; not x@wang.min, nor me @li.wei");
	assert_told(&f, &f.zhao, "mention#%" G_GINT64_FORMAT, id);
	assert_told(&f, &f.min, "%s", "");
	assert_told(&f, &f.li, "%s", "");
	say(&f, &f.li, CHANGE_REPLY, id, "dear customer, @wang.min will see to it"); /* a reply is for the customer */
	assert_told(&f, &f.min, "%s", "");
	fixture_close(&f);
}

static void customer__writes_on_somebodys_ticket__that_person_hears(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	fixture_writes(&f, id, "are you there?");
	assert_told(&f, &f.li, "reply#%" G_GINT64_FORMAT, id);
	assert_told(&f, &f.min, "%s", "");
	fixture_close(&f);
}

static void assign__by_another__tells_by_oneself_does_not(void)
{
	struct fixture f;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	change_init(&c, CHANGE_ASSIGN);
	c.ticket_id = id;
	c.person_id = f.li.person_id;
	answer_free(fixture_do(&f, &f.sun, &c));
	assert_told(&f, &f.li, "assigned#%" G_GINT64_FORMAT, id);
	change_init(&c, CHANGE_ASSIGN);
	c.ticket_id = id;
	c.person_id = f.sun.person_id;
	answer_free(fixture_do(&f, &f.sun, &c));
	assert_told(&f, &f.sun, "%s", "");
	fixture_close(&f);
}

static void seen__up_to_one__leaves_the_later(void)
{
	struct fixture f;
	struct change c;
	struct query q;
	struct answer *a;
	desk_id id, first;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	fixture_writes(&f, id, "one");
	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(&f, &f.li, &q);
	first = ((struct notice *)a->notices->pdata[0])->id;
	g_assert_cmpstr(((struct notice *)a->notices->pdata[0])->by_name, ==, "Wang Fang 王芳");
	g_assert_cmpstr(((struct notice *)a->notices->pdata[0])->text, ==, "one");
	answer_free(a);
	fixture_writes(&f, id, "two");
	for (int i = 0; i < 2; i++) { /* again: nothing more to tell */
		change_init(&c, CHANGE_NOTICES_SEEN);
		c.item_id = first;
		answer_free(fixture_do(&f, &f.li, &c));
	}
	assert_told(&f, &f.li, "reply#%" G_GINT64_FORMAT " seen | reply#%" G_GINT64_FORMAT, id, id);
	change_init(&c, CHANGE_NOTICES_SEEN); /* somebody else's are not mine to see */
	c.item_id = first + 1;
	answer_free(fixture_do(&f, &f.min, &c));
	assert_told(&f, &f.li, "reply#%" G_GINT64_FORMAT " seen | reply#%" G_GINT64_FORMAT, id, id);
	q.limit = 1;
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->notices->len, ==, 1);
	g_assert_true(a->more);
	q.before_id = ((struct notice *)a->notices->pdata[0])->id;
	answer_free(a);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpint(((struct notice *)a->notices->pdata[0])->id, ==, first);
	g_assert_false(a->more);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

static void whisper__to_a_colleague__is_a_note_and_a_notice(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id id;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	change_init(&c, CHANGE_WHISPER);
	c.ticket_id = id;
	c.person_id = f.li.person_id;
	c.body = g_strdup("offer the coupon");
	a = fixture_do(&f, &f.sun, &c);
	g_assert_cmpint(a->message->kind, ==, MESSAGE_NOTE);
	g_assert_cmpint(a->message->whisper_to, ==, f.li.person_id);
	answer_free(a);
	assert_told(&f, &f.li, "whisper#%" G_GINT64_FORMAT, id);
	struct ticket *t = fixture_ticket(&f, id);
	const struct message *last = t->messages->pdata[t->messages->len - 1];
	g_assert_cmpint(last->whisper_to, ==, f.li.person_id);
	g_assert_true(t->row.waiting); /* nothing went to the customer */
	ticket_free(t);
	change_init(&c, CHANGE_WHISPER);
	c.ticket_id = id;
	c.person_id = f.sun.person_id;
	c.body = g_strdup("to myself");
	g_assert_null(fixture_refused(&f, &f.sun, &c, DESK_INVALID, "somebody else"));
	change_init(&c, CHANGE_WHISPER);
	c.ticket_id = id;
	c.person_id = 9999;
	c.body = g_strdup("to nobody");
	g_assert_null(fixture_refused(&f, &f.sun, &c, DESK_INVALID, "nobody"));
	fixture_close(&f);
}

/* ---- clocks that ring */
static guint count_words(const char *all, const char *word)
{
	g_auto(GStrv) words = g_strsplit(all, " ", -1);
	guint n = 0;

	for (char **w = words; *w; w++)
		n += strcmp(*w, word) == 0;
	return n;
}

static void assert_rang(struct fixture *f, guint warnings, guint breaches)
{
	g_autofree char *feed = fixture_feed(f);

	/* the ticket's own event and the notice of its holder; of a breach also that of the supervisor */
	g_assert_cmpuint(count_words(feed, "warning"), ==, warnings);
	g_assert_cmpuint(count_words(feed, "breach"), ==, breaches);
}

static void clock__of_a_held_ticket__warns_and_rings_once(void)
{
	struct fixture f;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	fixture_due(&f, &next);
	g_assert_cmpint(next, ==, FIXTURE_START + WEB_WARN_MS);
	assert_rang(&f, 0, 0);
	fixture_time(FIXTURE_START + WEB_WARN_MS);
	fixture_due(&f, &next);
	g_assert_cmpint(next, ==, FIXTURE_START + WEB_DUE_MS);
	assert_told(&f, &f.li, "warning#%" G_GINT64_FORMAT, id);
	say(&f, &f.min, CHANGE_NOTE, id, "a write between changes nothing");
	fixture_due(&f, NULL);
	assert_rang(&f, 2, 0);
	fixture_time(FIXTURE_START + WEB_DUE_MS);
	fixture_due(&f, NULL);
	fixture_due(&f, NULL);
	assert_told(&f, &f.li, "breach#%" G_GINT64_FORMAT, id); /* seconds after its warning: in its place */
	assert_rang(&f, 2, 3);
	fixture_reopen(&f);
	fixture_pass(MS_MINUTE);
	fixture_due(&f, NULL);
	assert_rang(&f, 2, 3);
	fixture_close(&f);
}

static void clock__of_nobodys_ticket__is_told_to_its_group(void)
{
	struct fixture f;

	fixture_open(&f, NULL);
	desk_id id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	fixture_time(FIXTURE_START + WEB_WARN_MS);
	fixture_due(&f, NULL);
	assert_rang(&f, 4, 0); /* the event, and the three of the group: nobody has said to be available */
	assert_told(&f, &f.li, "warning#%" G_GINT64_FORMAT, id);
	assert_told(&f, &f.zhao, "%s", "");
	fixture_close(&f);
}

static void clock__passed_while_no_server_ran__is_told_late_and_once(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	fixture_reopen(&f);
	fixture_pass(MS_HOUR);
	fixture_due(&f, NULL);
	/* the warning came with its breach: only that is told; the resolution's two clocks likewise */
	assert_told(&f, &f.li, "breach#%" G_GINT64_FORMAT " late", id);
	fixture_reopen(&f);
	fixture_due(&f, NULL);
	assert_rang(&f, 0, 3);
	fixture_close(&f);
}

static void clock__answered_in_time__does_not_ring(void)
{
	struct fixture f;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	fixture_pass(MS_SECOND);
	say(&f, &f.li, CHANGE_REPLY, id, "here I am");
	fixture_time(FIXTURE_START + WEB_DUE_MS + 1);
	fixture_due(&f, &next);
	assert_rang(&f, 0, 0);
	g_assert_cmpint(next, >, FIXTURE_START + WEB_DUE_MS + 1);
	fixture_close(&f);
}

static void clock__moment_has_come_unnoticed__a_write_does_not_swallow_it(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	fixture_time(FIXTURE_START + WEB_WARN_MS + 5);
	say(&f, &f.min, CHANGE_NOTE, id, "written before the scheduler looked");
	fixture_due(&f, NULL);
	assert_told(&f, &f.li, "warning#%" G_GINT64_FORMAT, id);
	fixture_close(&f);
}

static void clock__shortened_by_a_change__rings_at_once(void)
{
	struct fixture f;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "broken", "help", "technical/device"); /* complex: a day */
	change_init(&c, CHANGE_CLAIM);
	c.ticket_id = id;
	answer_free(fixture_do(&f, &f.li, &c));
	say(&f, &f.li, CHANGE_REPLY, id, "we look into it");
	fixture_pass(10 * MS_MINUTE);
	fixture_due(&f, NULL);
	assert_told(&f, &f.li, "%s", "");
	change_init(&c, CHANGE_CATEGORY);
	c.ticket_id = id;
	c.text = g_strdup("technical/device");
	c.problem = PROBLEM_SIMPLE; /* five minutes from the claim: over */
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_due(&f, NULL);
	fixture_due(&f, NULL);
	assert_told(&f, &f.li, "breach#%" G_GINT64_FORMAT " late", id);
	fixture_close(&f);
}

static gpointer due_thread(gpointer desk)
{
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 3; i++) {
		desk_due(desk, &error);
		g_assert_no_error(error);
	}
	return NULL;
}

static void clocks__two_servers_at_once__each_rings_once(void)
{
	g_autoptr(GError) error = NULL;
	struct fixture f;
	struct db *db;
	struct desk *other;
	GThread *a, *b;
	guint n = 220; /* more than a batch */

	fixture_open(&f, NULL);
	for (guint i = 0; i < n; i++)
		opened_by_li(&f);
	db = db_open(f.file, &error);
	g_assert_no_error(error);
	other = desk_open(db, &error);
	g_assert_no_error(error);
	fixture_time(FIXTURE_START + WEB_WARN_MS);
	a = g_thread_new("a", due_thread, f.desk);
	b = g_thread_new("b", due_thread, other);
	g_thread_join(a);
	g_thread_join(b);
	assert_rang(&f, n + 1 + 10 + 20, 0); /* one notice, and the number of the rest at 1 to 10, 20 ... 210 */
	desk_close(other);
	db_close(db);
	fixture_close(&f);
}

/* ---- presence */
static void look(struct fixture *f, const struct actor *who, const char *station, desk_id id, gboolean writing)
{
	struct change c;

	change_init(&c, CHANGE_PRESENCE);
	c.name = g_strdup(station);
	c.ticket_id = id;
	c.writing = writing;
	answer_free(fixture_do(f, who, &c));
}

static guint present(struct fixture *f)
{
	struct query q;
	struct answer *a;
	guint n;

	query_init(&q, QUERY_PRESENCE);
	a = fixture_ask(f, &f->li, &q);
	n = a->presence->len;
	answer_free(a);
	query_clear(&q);
	return n;
}

static void presence__repeated__is_told_only_when_it_changes(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	look(&f, &f.li, "w1", id, FALSE);
	look(&f, &f.li, "w1", id, FALSE);
	look(&f, &f.li, "w1", id, TRUE);
	look(&f, &f.li, "w1", id, TRUE);
	look(&f, &f.li, "w2", 0, TRUE); /* nothing to write on */
	g_assert_cmpuint(present(&f), ==, 2);
	g_autofree char *feed = fixture_feed(&f);
	g_assert_cmpuint(count_words(feed, "look"), ==, 2);
	g_assert_cmpuint(count_words(feed, "write"), ==, 1);
	fixture_close(&f);
}

static void presence__not_repeated__ends_on_all_servers_once(void)
{
	struct fixture f;
	int64_t next;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_PHONE, "call me", "help", NULL);
	look(&f, &f.li, "w1", id, FALSE);
	fixture_pass(PRESENCE_REPEAT_MS);
	look(&f, &f.min, "w2", id, FALSE);
	fixture_time(FIXTURE_START + PRESENCE_TTL_MS - 1);
	fixture_due(&f, &next);
	g_assert_cmpuint(present(&f), ==, 2);
	fixture_time(FIXTURE_START + PRESENCE_TTL_MS);
	fixture_due(&f, NULL);
	fixture_due(&f, NULL);
	g_assert_cmpuint(present(&f), ==, 1);
	g_autofree char *feed = fixture_feed(&f);
	g_assert_cmpuint(count_words(feed, "leave"), ==, 1);
	fixture_reopen(&f); /* a crash leaves rows behind; they end by the clock */
	fixture_pass(MS_DAY);
	g_assert_cmpuint(present(&f), ==, 0);
	fixture_due(&f, NULL);
	g_autofree char *later = fixture_feed(&f);
	g_assert_cmpuint(count_words(later, "leave"), ==, 2);
	fixture_close(&f);
}

static void presence__too_many_workstations__are_refused(void)
{
	struct fixture f;
	struct change c;

	fixture_open(&f, NULL);
	for (int i = 0; i < 20; i++) {
		g_autofree char *station = g_strdup_printf("w%d", i);

		look(&f, &f.li, station, 0, FALSE);
	}
	change_init(&c, CHANGE_PRESENCE);
	c.name = g_strdup("one more");
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_LIMIT, "workstations"));
	look(&f, &f.li, "w3", 0, FALSE);
	fixture_close(&f);
}

/* ---- hand-over */
static void handover_of(struct change *c, desk_id person_id, desk_id group_id, const char *note, const desk_id *ids,
                        guint n)
{
	change_init(c, CHANGE_HANDOVER);
	c->person_id = person_id;
	c->group_id = group_id;
	c->body = g_strdup(note);
	c->ticket_ids = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_vals(c->ticket_ids, ids, n);
}

static const char *last_note(const struct ticket *t)
{
	const char *note = NULL;

	for (guint i = 0; i < t->messages->len; i++)
		if (((struct message *)t->messages->pdata[i])->kind == MESSAGE_NOTE)
			note = ((struct message *)t->messages->pdata[i])->body;
	return note;
}

static void handover__to_a_person__moves_all_with_a_note(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id ids[3];

	fixture_open(&f, NULL);
	for (int i = 0; i < 3; i++)
		ids[i] = opened_by_li(&f);
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = ids[2];
	c.status = STATUS_RESOLVED; /* needs nobody any more */
	answer_free(fixture_do(&f, &f.li, &c));
	handover_of(&c, f.min.person_id, 0, "call them before noon", (desk_id[]){ids[1], ids[0], ids[1], ids[2]}, 4);
	a = fixture_do(&f, &f.li, &c);
	g_assert_cmpstr(a->text, ==, "2");
	answer_free(a);
	for (int i = 0; i < 3; i++) {
		struct ticket *t = fixture_ticket(&f, ids[i]);

		g_assert_cmpint(t->row.assignee_id, ==, i < 2 ? f.min.person_id : f.li.person_id);
		if (i < 2)
			g_assert_cmpstr(last_note(t), ==, "Handed over by Li Wei to Wang Min.\ncall them before noon");
		ticket_free(t);
	}
	assert_told(&f, &f.min, "handover#0");
	assert_told(&f, &f.li, "%s", "");
	handover_of(&c, 0, f.tech, NULL, ids, 1);
	answer_free(fixture_do(&f, &f.min, &c));
	struct ticket *t = fixture_ticket(&f, ids[0]);
	g_assert_cmpint(t->row.group_id, ==, f.tech);
	g_assert_cmpint(t->row.assignee_id, ==, 0);
	ticket_free(t);
	assert_told(&f, &f.zhao, "handover#%" G_GINT64_FORMAT, ids[0]); /* all of the group, and one ticket is named */
	fixture_close(&f);
}

static void handover__one_is_not_mine__nothing_moves(void)
{
	struct fixture f;
	struct change c;
	desk_id ids[2];

	fixture_open(&f, NULL);
	ids[0] = opened_by_li(&f);
	ids[1] = opened_by_li(&f);
	change_init(&c, CHANGE_ASSIGN);
	c.ticket_id = ids[1];
	c.person_id = f.zhao.person_id;
	answer_free(fixture_do(&f, &f.sun, &c));
	handover_of(&c, f.min.person_id, 0, NULL, ids, 2);
	g_assert_null(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "Zhao Min"));
	struct ticket *t = fixture_ticket(&f, ids[0]);
	g_assert_cmpint(t->row.assignee_id, ==, f.li.person_id);
	g_assert_null(last_note(t));
	ticket_free(t);
	assert_told(&f, &f.min, "%s", "");
	handover_of(&c, f.min.person_id, 0, NULL, ids, 2); /* who leads may hand over for others */
	answer_free(fixture_do(&f, &f.sun, &c));
	handover_of(&c, f.min.person_id, f.tech, NULL, ids, 2);
	g_assert_null(fixture_refused(&f, &f.min, &c, DESK_INVALID, "one of"));
	handover_of(&c, f.min.person_id, 0, NULL, ids, 0);
	g_assert_null(fixture_refused(&f, &f.min, &c, DESK_INVALID, "empty"));
	fixture_close(&f);
}

static gboolean promise_job(struct db_tx *tx, void *arg, GError **error)
{
	struct fixture *f = arg;
	desk_id ticket = 1001;

	return DB_RUN(db_conn_of(tx), STMT_FACT_INSERT, NULL, NULL, error, DB_I(ticket), DB_I(FACT_PROMISED),
	              DB_I(FIXTURE_START), DB_I(0), DB_I(FIXTURE_START + MS_HOUR)) &&
	       f != NULL;
}

static void handover__with_a_promise__names_it_in_the_note(void)
{
	struct fixture f;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = opened_by_li(&f);
	g_assert_cmpint(id, ==, 1001);
	g_assert_true(db_submit_wait(f.db, promise_job, &f, NULL));
	say(&f, &f.li, CHANGE_NOTE, id, "so that the clocks are folded");
	handover_of(&c, f.min.person_id, 0, NULL, &id, 1);
	answer_free(fixture_do(&f, &f.li, &c));
	struct ticket *t = fixture_ticket(&f, id);
	g_assert_nonnull(strstr(last_note(t), "Promised to the customer: an answer by 2027-01-15 09:00."));
	ticket_free(t);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/together/mention", note__names_people__each_hears_once);
	g_test_add_func("/together/reply", customer__writes_on_somebodys_ticket__that_person_hears);
	g_test_add_func("/together/assigned", assign__by_another__tells_by_oneself_does_not);
	g_test_add_func("/together/seen", seen__up_to_one__leaves_the_later);
	g_test_add_func("/together/whisper", whisper__to_a_colleague__is_a_note_and_a_notice);
	g_test_add_func("/together/rings", clock__of_a_held_ticket__warns_and_rings_once);
	g_test_add_func("/together/nobodys", clock__of_nobodys_ticket__is_told_to_its_group);
	g_test_add_func("/together/late", clock__passed_while_no_server_ran__is_told_late_and_once);
	g_test_add_func("/together/in_time", clock__answered_in_time__does_not_ring);
	g_test_add_func("/together/unnoticed", clock__moment_has_come_unnoticed__a_write_does_not_swallow_it);
	g_test_add_func("/together/shortened", clock__shortened_by_a_change__rings_at_once);
	g_test_add_func("/together/two_servers", clocks__two_servers_at_once__each_rings_once);
	g_test_add_func("/together/presence", presence__repeated__is_told_only_when_it_changes);
	g_test_add_func("/together/presence_ends", presence__not_repeated__ends_on_all_servers_once);
	g_test_add_func("/together/presence_limit", presence__too_many_workstations__are_refused);
	g_test_add_func("/together/handover", handover__to_a_person__moves_all_with_a_note);
	g_test_add_func("/together/handover_atomic", handover__one_is_not_mine__nothing_moves);
	g_test_add_func("/together/handover_promise", handover__with_a_promise__names_it_in_the_note);
	return g_test_run();
}
