/* Out of the queue for a while: who sees it, what wakes it; the queues of promises and follow-ups. */
#include <string.h>
#include "desk_fixture.inc"
#include "rules/clocks.h"

/* "1001 1003", in the order of the list. */
static char *listed(struct fixture *f, const struct actor *who, const char *view, int64_t *total)
{
	GString *s = g_string_new(NULL);
	struct answer *a;
	struct query q;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup(view);
	a = fixture_ask(f, who, &q);
	for (guint i = 0; i < a->page->rows->len; i++)
		g_string_append_printf(s, "%s%" G_GINT64_FORMAT, i ? " " : "",
		                       ((struct ticket_row *)a->page->rows->pdata[i])->id);
	if (total)
		*total = a->page->total;
	answer_free(a);
	query_clear(&q);
	return g_string_free(s, FALSE);
}

#define assert_listed(f, who, view, ...) \
	do { \
		int64_t total_; \
		g_autofree char *is_ = listed(f, who, view, &total_), *should_ = g_strdup_printf(__VA_ARGS__); \
		g_assert_cmpstr(is_, ==, should_); \
		g_auto(GStrv) ids_ = g_strsplit(should_, " ", -1); \
		g_assert_cmpint(total_, ==, *should_ ? g_strv_length(ids_) : 0); \
	} while (0)

static void due(struct fixture *f)
{
	g_autoptr(GError) error = NULL;

	desk_due(f->desk, &error);
	g_assert_no_error(error);
}

static guint told(struct fixture *f, const struct actor *who, enum notice_kind kind)
{
	struct query q;
	struct answer *a;
	guint n = 0;

	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(f, who, &q);
	for (guint i = 0; i < a->notices->len; i++)
		n += ((const struct notice *)a->notices->pdata[i])->kind == kind;
	answer_free(a);
	query_clear(&q);
	return n;
}

static void snooze(struct fixture *f, const struct actor *who, desk_id id, int64_t until)
{
	struct change c;

	change_init(&c, CHANGE_SNOOZE);
	c.ticket_id = id;
	c.on = TRUE;
	c.hold_until_ms = until;
	answer_free(fixture_do(f, who, &c));
}

static desk_id of_li(struct fixture *f, enum channel channel)
{
	desk_id id = fixture_opens(f, channel, "can't sign in", "help", NULL);
	struct change c;

	change_init(&c, CHANGE_CLAIM);
	c.ticket_id = id;
	answer_free(fixture_do(f, &f->li, &c));
	return id;
}

static void snoozed__until_a_time__leaves_the_lists_of_all_and_comes_back_told_once(void)
{
	struct fixture f;
	desk_id a, b;

	fixture_open(&f, NULL);
	a = of_li(&f, CHANNEL_EMAIL);
	b = of_li(&f, CHANNEL_EMAIL);
	snooze(&f, &f.li, a, FIXTURE_START + 10 * MS_SECOND);
	assert_listed(&f, &f.li, "mine", "%" G_GINT64_FORMAT, b);
	assert_listed(&f, &f.li, "assigned", "%" G_GINT64_FORMAT, b);
	assert_listed(&f, &f.min, "mine", "%" G_GINT64_FORMAT, b);
	assert_listed(&f, &f.sun, "all", "%" G_GINT64_FORMAT, b);
	assert_listed(&f, &f.li, "done", "%s", "");
	assert_listed(&f, &f.min, "snoozed", "%" G_GINT64_FORMAT, a);
	due(&f);
	assert_listed(&f, &f.li, "snoozed", "%" G_GINT64_FORMAT, a);
	fixture_time(FIXTURE_START + 10 * MS_SECOND);
	due(&f);
	due(&f);
	assert_listed(&f, &f.li, "snoozed", "%s", "");
	assert_listed(&f, &f.li, "mine", "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, a, b);
	g_assert_cmpuint(told(&f, &f.li, NOTICE_AWAKE), ==, 1);
	g_assert_cmpuint(told(&f, &f.min, NOTICE_AWAKE), ==, 0);
	fixture_close(&f);
}

static void snoozed__until_the_customer_writes__that_wakes_it(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = of_li(&f, CHANNEL_EMAIL);
	snooze(&f, &f.li, id, 0);
	assert_listed(&f, &f.li, "mine", "%s", "");
	struct ticket *t = fixture_ticket(&f, id);
	g_assert_cmpint(t->row.snoozed_ms, ==, -1);
	ticket_free(t);
	fixture_writes(&f, id, "hello?");
	assert_listed(&f, &f.li, "mine", "%" G_GINT64_FORMAT, id);
	assert_listed(&f, &f.li, "snoozed", "%s", "");
	fixture_close(&f);
}

static void snoozed__its_clock_warns__it_is_back_before_its_time(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = of_li(&f, CHANNEL_WEB);
	snooze(&f, &f.li, id, FIXTURE_START + MS_DAY);
	struct ticket *t = fixture_ticket(&f, id);
	int64_t warn = fixture_clock(t, CLOCK_FIRST_RESPONSE)->warn_ms;
	g_assert_cmpint(t->row.next_due_ms, <, QUEUE_NO_DUE); /* its clocks run on */
	ticket_free(t);
	fixture_time(warn - 1);
	due(&f);
	assert_listed(&f, &f.li, "mine", "%s", "");
	fixture_time(warn);
	due(&f);
	assert_listed(&f, &f.li, "mine", "%" G_GINT64_FORMAT, id);
	g_assert_cmpuint(told(&f, &f.li, NOTICE_WARNING), ==, 1);
	g_assert_cmpuint(told(&f, &f.li, NOTICE_AWAKE), ==, 0);
	fixture_close(&f);
}

static void snoozed__nobody_is_given_it_as_the_next(void)
{
	struct fixture f;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "a", "b", NULL);
	snooze(&f, &f.li, id, FIXTURE_START + MS_HOUR);
	assert_listed(&f, &f.li, "unassigned", "%s", "");
	change_init(&c, CHANGE_CLAIM_NEXT);
	ticket_free(fixture_refused(&f, &f.min, &c, DESK_NOTFOUND, "waits"));
	/* Who takes it by its number works on it. */
	change_init(&c, CHANGE_CLAIM);
	c.ticket_id = id;
	answer_free(fixture_do(&f, &f.min, &c));
	assert_listed(&f, &f.min, "mine", "%" G_GINT64_FORMAT, id);
	fixture_close(&f);
}

static void snoozed__woken_resolved_or_given_away__no_longer(void)
{
	struct fixture f;
	struct change c;
	desk_id id[3];

	fixture_open(&f, NULL);
	for (int i = 0; i < 3; i++) {
		id[i] = of_li(&f, CHANNEL_EMAIL);
		snooze(&f, &f.li, id[i], FIXTURE_START + MS_HOUR);
	}
	change_init(&c, CHANGE_SNOOZE);
	c.ticket_id = id[0];
	c.on = FALSE;
	answer_free(fixture_do(&f, &f.li, &c));
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = id[1];
	c.status = STATUS_RESOLVED;
	answer_free(fixture_do(&f, &f.li, &c));
	change_init(&c, CHANGE_ASSIGN);
	c.ticket_id = id[2];
	c.person_id = f.min.person_id;
	answer_free(fixture_do(&f, &f.sun, &c));
	assert_listed(&f, &f.li, "snoozed", "%s", "");
	assert_listed(&f, &f.li, "mine", "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, id[0], id[2]);
	fixture_time(FIXTURE_START + MS_HOUR);
	due(&f);
	g_assert_cmpuint(told(&f, &f.li, NOTICE_AWAKE), ==, 0);
	fixture_close(&f);
}

static void snooze__bad_times_and_done_tickets__are_refused(void)
{
	struct fixture f;
	struct change c;
	desk_id id;

	fixture_open(&f, NULL);
	id = of_li(&f, CHANNEL_EMAIL);
	change_init(&c, CHANGE_SNOOZE);
	c.ticket_id = id;
	c.on = TRUE;
	c.hold_until_ms = FIXTURE_START - 1;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_INVALID, "until_ms"));
	change_init(&c, CHANGE_SNOOZE);
	c.ticket_id = id;
	c.on = TRUE;
	c.hold_until_ms = FIXTURE_START + 400 * MS_DAY;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_INVALID, "until_ms"));
	change_init(&c, CHANGE_STATUS);
	c.ticket_id = id;
	c.status = STATUS_RESOLVED;
	answer_free(fixture_do(&f, &f.li, &c));
	change_init(&c, CHANGE_SNOOZE);
	c.ticket_id = id;
	c.on = TRUE;
	ticket_free(fixture_refused(&f, &f.li, &c, DESK_CONFLICT, "resolved"));
	fixture_close(&f);
}

/* ---- promises */
static void promise(struct fixture *f, desk_id id, int64_t until)
{
	struct change c;

	change_init(&c, CHANGE_PROMISE);
	c.ticket_id = id;
	c.promise_ms = until;
	answer_free(fixture_do(f, &f->li, &c));
}

static void promises__by_their_own_time__until_they_are_kept(void)
{
	struct fixture f;
	struct answer *a;
	struct change c;
	struct query q;
	desk_id id[3];

	fixture_open(&f, NULL);
	for (int i = 0; i < 3; i++)
		id[i] = of_li(&f, CHANNEL_WEB); /* whose first response is the nearest clock */
	promise(&f, id[0], FIXTURE_START + 3 * MS_HOUR);
	promise(&f, id[2], FIXTURE_START + 2 * MS_HOUR);
	assert_listed(&f, &f.li, "promises", "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, id[2], id[0]);
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("promises");
	q.limit = 1;
	a = fixture_ask(&f, &f.li, &q);
	const struct ticket_row *row = a->page->rows->pdata[0];
	g_assert_cmpint(row->next_due_ms, ==, FIXTURE_START + 2 * MS_HOUR);
	g_assert_cmpint((int)row->next_clock, ==, CLOCK_PROMISE);
	g_assert_cmpint(row->next_warn_ms, <, row->next_due_ms);
	g_assert_cmpint(a->page->total, ==, 2);
	q.anchor = PAGE_AFTER;
	q.cursor = g_strdup(a->page->after);
	answer_free(a);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->page->rows->len, ==, 1);
	g_assert_cmpint(((struct ticket_row *)a->page->rows->pdata[0])->id, ==, id[0]);
	answer_free(a);
	q.anchor = PAGE_AROUND;
	q.ticket_id = id[0];
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpint(((struct ticket_row *)a->page->rows->pdata[a->page->rows->len - 1])->id, ==, id[0]);
	answer_free(a);
	query_clear(&q);
	fixture_time(FIXTURE_START + 2 * MS_HOUR + 1); /* a late one stays until something is said */
	assert_listed(&f, &f.li, "promises", "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, id[2], id[0]);
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = id[2];
	c.body = g_strdup("it will be tomorrow");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	assert_listed(&f, &f.li, "promises", "%" G_GINT64_FORMAT, id[0]);
	assert_listed(&f, &f.zhao, "promises", "%s", ""); /* another group's */
	fixture_close(&f);
}

static void query__is_snoozed__finds_them(void)
{
	struct fixture f;
	struct answer *a;
	struct query q;
	desk_id id;

	fixture_open(&f, NULL);
	id = of_li(&f, CHANNEL_EMAIL);
	of_li(&f, CHANNEL_EMAIL);
	snooze(&f, &f.li, id, 0);
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("every");
	q.text = g_strdup("is:snoozed");
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->page->rows->len, ==, 1);
	g_assert_cmpint(((struct ticket_row *)a->page->rows->pdata[0])->id, ==, id);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(fn) g_test_add_func("/snooze/" #fn, fn)
	TEST(snoozed__until_a_time__leaves_the_lists_of_all_and_comes_back_told_once);
	TEST(snoozed__until_the_customer_writes__that_wakes_it);
	TEST(snoozed__its_clock_warns__it_is_back_before_its_time);
	TEST(snoozed__nobody_is_given_it_as_the_next);
	TEST(snoozed__woken_resolved_or_given_away__no_longer);
	TEST(snooze__bad_times_and_done_tickets__are_refused);
	TEST(promises__by_their_own_time__until_they_are_kept);
	TEST(query__is_snoozed__finds_them);
	return g_test_run();
}
