/* What customers are told of their ticket by the desk itself, and what they look up: how far it is and
 * what was promised, nothing from inside. */
#include <string.h>
#include "desk_fixture.inc"
#include "rules/progress.h"

#define LONG_AFTER (20 * MS_MINUTE)

static void due(struct fixture *f)
{
	g_autoptr(GError) error = NULL;

	desk_due(f->desk, &error);
	g_assert_no_error(error);
}

static void set_status(struct fixture *f, desk_id id, enum ticket_status status)
{
	struct change c;

	change_init(&c, CHANGE_STATUS);
	c.ticket_id = id;
	c.status = status;
	answer_free(fixture_do(f, &f->li, &c));
}

/* Those of the kind in that state; *body (may be NULL) of the last one. */
static guint told(struct fixture *f, desk_id id, enum delivery delivery, char **body)
{
	struct ticket *t = fixture_ticket(f, id);
	guint n = 0;

	for (guint i = 0; i < t->messages->len; i++) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind != MESSAGE_PROGRESS || m->delivery != delivery)
			continue;
		n++;
		if (body) {
			g_free(*body);
			*body = g_strdup(m->body);
		}
	}
	ticket_free(t);
	return n;
}

static void resolved__after_a_silence__is_told_a_minute_later_and_meets_no_clock(void)
{
	struct fixture f;
	g_autofree char *body = NULL;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "can't sign in", "help", NULL);
	fixture_time(FIXTURE_START + LONG_AFTER);
	set_status(&f, id, STATUS_RESOLVED);
	g_assert_cmpuint(told(&f, id, DELIVERY_WAITING, &body), ==, 1);
	g_autofree char *number = g_strdup_printf("#%" G_GINT64_FORMAT, id);
	g_assert_nonnull(strstr(body, number));
	g_assert_null(strstr(body, "{"));
	fixture_time(FIXTURE_START + LONG_AFTER + MS_MINUTE);
	due(&f);
	g_assert_cmpuint(told(&f, id, DELIVERY_DONE, NULL), ==, 1);
	struct ticket *t = fixture_ticket(&f, id);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->state, !=, CLOCK_STATE_MET);
	g_assert_true(t->row.waiting); /* nobody has answered */
	ticket_free(t);
	fixture_close(&f);
}

static void taken_back_within_the_minute__is_not_told(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "can't sign in", "help", NULL);
	fixture_time(FIXTURE_START + LONG_AFTER);
	set_status(&f, id, STATUS_RESOLVED);
	set_status(&f, id, STATUS_OPEN);
	fixture_time(FIXTURE_START + LONG_AFTER + MS_MINUTE);
	due(&f);
	g_assert_cmpuint(told(&f, id, DELIVERY_DONE, NULL), ==, 0);
	g_assert_cmpuint(told(&f, id, DELIVERY_RECALLED, NULL), ==, 1);
	fixture_close(&f);
}

static void within_a_running_talk__nothing_is_told(void)
{
	struct fixture f;
	struct change c;
	desk_id id, other;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "can't sign in", "help", NULL);
	fixture_time(FIXTURE_START + MS_MINUTE);
	set_status(&f, id, STATUS_RESOLVED);
	g_assert_cmpuint(told(&f, id, DELIVERY_WAITING, NULL), ==, 0);
	/* A reply in the minute says more. */
	other = fixture_opens(&f, CHANNEL_EMAIL, "b", "help", NULL);
	fixture_time(FIXTURE_START + MS_HOUR);
	set_status(&f, other, STATUS_RESOLVED);
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = other;
	c.body = g_strdup("it works again");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_time(FIXTURE_START + MS_HOUR + MS_MINUTE);
	due(&f);
	g_assert_cmpuint(told(&f, other, DELIVERY_DONE, NULL), ==, 0);
	/* Nothing reaches a phone. */
	id = fixture_opens(&f, CHANNEL_PHONE, "c", "help", NULL);
	fixture_time(FIXTURE_START + 3 * MS_HOUR);
	set_status(&f, id, STATUS_RESOLVED);
	g_assert_cmpuint(told(&f, id, DELIVERY_WAITING, NULL), ==, 0);
	fixture_close(&f);
}

static void setting__words_that_are_none__are_refused(void)
{
	g_autoptr(GError) error = NULL;
	unsigned tells = 7;

	g_assert_true(progress_tells_parse("none", &tells, &error));
	g_assert_cmpuint(tells, ==, 0);
	g_assert_true(progress_tells_parse("taken, resolved", &tells, &error));
	g_assert_cmpuint(tells, ==, 1u << PROGRESS_TELL_TAKEN | 1u << PROGRESS_TELL_RESOLVED);
	g_assert_false(progress_tells_parse("solved", &tells, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
}

static void look_up__tells_progress_and_promises__nothing_from_inside(void)
{
	struct fixture f;
	struct public_ticket t;
	struct change c;
	struct answer *a;
	struct query q;
	g_autoptr(GError) error = NULL;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "can't sign in", "help", NULL);
	change_init(&c, CHANGE_CLAIM);
	c.ticket_id = id;
	answer_free(fixture_do(&f, &f.li, &c));
	change_init(&c, CHANGE_PROMISE);
	c.ticket_id = id;
	c.promise_ms = FIXTURE_START + MS_HOUR;
	answer_free(fixture_do(&f, &f.li, &c));
	set_status(&f, id, STATUS_PENDING_INTERNAL);
	query_init(&q, QUERY_SECRET);
	q.ticket_id = id;
	a = fixture_ask(&f, &f.li, &q);
	struct db_conn *conn = db_read_begin(f.db, &error);
	g_assert_true(desk_public_ticket(f.desk, conn, id, a->secret, &t, &error));
	db_read_end(f.db, conn);
	g_assert_no_error(error);
	g_assert_cmpint(t.status, ==, STATUS_OPEN); /* that we wait for colleagues is our affair */
	g_assert_cmpuint(t.progress->len, ==, 2);
	g_assert_cmpint(g_array_index(t.progress, struct progress_step, 1).progress, ==, PROGRESS_IN_WORK);
	g_assert_cmpuint(t.promises->len, ==, 1);
	g_assert_cmpint(g_array_index(t.promises, struct progress_promise, 0).due_ms, ==, FIXTURE_START + MS_HOUR);
	g_assert_cmpint(g_array_index(t.promises, struct progress_promise, 0).state, ==, PROMISE_OPEN);
	public_ticket_clear(&t);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

/* ---- the fold */
static void facts__tell_progress_and_promises(void)
{
	const struct clock_fact facts[] = {
		{.kind = FACT_CREATED, .at_ms = 1}, {.kind = FACT_CLAIMED, .at_ms = 2},
		{.kind = FACT_PROMISED, .at_ms = 3, .due_ms = 10}, {.kind = FACT_ESCALATED, .at_ms = 4},
		{.kind = FACT_STATUS, .at_ms = 5, .status = STATUS_PENDING_INTERNAL},
		{.kind = FACT_PROMISED, .at_ms = 6, .due_ms = 20},
		{.kind = FACT_STATUS, .at_ms = 7, .status = STATUS_PENDING_CUSTOMER},
		{.kind = FACT_STATUS, .at_ms = 8, .status = STATUS_OPEN}, {.kind = FACT_PUBLIC_REPLY, .at_ms = 25},
		{.kind = FACT_STATUS, .at_ms = 30, .status = STATUS_RESOLVED},
	};
	g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(struct progress_step));
	g_autoptr(GArray) promises = g_array_new(FALSE, FALSE, sizeof(struct progress_promise));
	g_autoptr(GString) all = g_string_new(NULL);

	progress_fold(facts, G_N_ELEMENTS(facts), 40, steps, promises);
	for (guint i = 0; i < steps->len; i++)
		g_string_append_printf(all, "%s ", progress_name(g_array_index(steps, struct progress_step, i).progress));
	g_assert_cmpstr(all->str, ==, "received in-work with-specialists waiting-for-you with-specialists resolved ");
	g_assert_cmpuint(promises->len, ==, 2);
	g_assert_cmpint(g_array_index(promises, struct progress_promise, 0).state, ==, PROMISE_RENEWED);
	g_assert_cmpint(g_array_index(promises, struct progress_promise, 1).state, ==, PROMISE_LATE);
	g_assert_cmpstr(progress_said(PROGRESS_RESOLVED, "zh"), !=, progress_said(PROGRESS_RESOLVED, "fr"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(fn) g_test_add_func("/progress/" #fn, fn)
	TEST(resolved__after_a_silence__is_told_a_minute_later_and_meets_no_clock);
	TEST(taken_back_within_the_minute__is_not_told);
	TEST(within_a_running_talk__nothing_is_told);
	TEST(setting__words_that_are_none__are_refused);
	TEST(look_up__tells_progress_and_promises__nothing_from_inside);
	TEST(facts__tell_progress_and_promises);
	return g_test_run();
}
