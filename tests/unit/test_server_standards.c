/* R-TIME-1 to -11, a test each: what happens at the desk, played through its own functions under the
 * policies every desk begins with, and the deadline computed by hand. R-TIME-9 begins with the follow-up's
 * answers, too: test_server_follow_up.c. FIXTURE_START is Friday 08:00 UTC. */
#include "desk_fixture.inc"

#include "server/desk/records.h"

#define SECONDS(n) ((n) * MS_SECOND)
#define MINUTES(n) ((n) * MS_MINUTE)
#define HOURS(n) ((n) * MS_HOUR)
#define SIMPLE "account/sign-in/password"
#define AFTER_SALES "payment/refund"

/* The seed beside the fixture's people; its policy of the name takes the place of the fixture's. */
static void desk_begins(struct fixture *f)
{
	g_autoptr(GError) error = NULL;

	fixture_open(f, NULL);
	g_assert_true(seed_desk(f->desk, &error));
	fixture_reopen(f);
}

static void does(struct fixture *f, const struct actor *who, struct change *c, desk_id id)
{
	c->ticket_id = id;
	answer_free(fixture_do(f, who, c));
}

static void claims(struct fixture *f, desk_id id)
{
	struct change c;

	change_init(&c, CHANGE_CLAIM);
	does(f, &f->li, &c, id);
}

static void becomes(struct fixture *f, desk_id id, enum ticket_status status)
{
	struct change c;

	change_init(&c, CHANGE_STATUS);
	c.status = status;
	does(f, &f->sun, &c, id);
}

static void replies(struct fixture *f, const struct actor *who, desk_id id, int64_t promise_ms)
{
	struct change c;

	change_init(&c, CHANGE_REPLY);
	c.body = g_strdup("here is what I found");
	c.send_delay_ms = 0;
	c.promise_ms = promise_ms;
	does(f, who, &c, id);
}

static void escalates(struct fixture *f, desk_id id, desk_id group)
{
	struct change c;

	change_init(&c, CHANGE_ESCALATE);
	c.group_id = group;
	c.reason = g_strdup("beyond me");
	does(f, &f->li, &c, id);
}

/* due: after FIXTURE_START. */
static void runs(struct fixture *f, desk_id id, enum clock_kind kind, int64_t due)
{
	struct ticket *t = fixture_ticket(f, id);
	const struct ticket_clock *k = fixture_clock(t, kind);

	g_assert_nonnull(k);
	g_assert_cmpint(k->state, ==, CLOCK_STATE_RUNNING);
	g_assert_cmpint(k->due_ms - FIXTURE_START, ==, due);
	ticket_free(t);
}

static void is(struct fixture *f, desk_id id, enum clock_kind kind, enum clock_state state)
{
	struct ticket *t = fixture_ticket(f, id);
	const struct ticket_clock *k = fixture_clock(t, kind);

	g_assert_cmpint(k ? k->state : CLOCK_STATE_IDLE, ==, state);
	ticket_free(t);
}

static void r_time_1__first_response_in_text__half_a_minute(void)
{
	static const enum channel channels[] = {CHANNEL_WEB, CHANNEL_APP, CHANNEL_WECHAT, CHANNEL_WEIBO};
	struct fixture f;

	desk_begins(&f);
	for (size_t i = 0; i < G_N_ELEMENTS(channels); i++) {
		int64_t from = clock_wall_ms() - FIXTURE_START;
		desk_id id = fixture_opens(&f, channels[i], "No light", "it is dark", NULL);

		fixture_pass(SECONDS(10));
		becomes(&f, id, STATUS_PENDING_CUSTOMER); /* never pauses */
		runs(&f, id, CLOCK_FIRST_RESPONSE, from + SECONDS(30));
		fixture_pass(SECONDS(10));
		replies(&f, &f.li, id, 0);
		is(&f, id, CLOCK_FIRST_RESPONSE, CLOCK_STATE_MET);
	}
	fixture_close(&f);
}

static void r_time_2__phone__who_takes_it_has_answered(void)
{
	struct fixture f;
	desk_id id, late;

	desk_begins(&f);
	id = fixture_opens(&f, CHANNEL_PHONE, "No light", "it is dark", NULL);
	late = fixture_opens(&f, CHANNEL_PHONE, "No light", "it is dark", NULL);
	runs(&f, id, CLOCK_FIRST_RESPONSE, SECONDS(15));
	fixture_pass(SECONDS(15));
	claims(&f, id);
	is(&f, id, CLOCK_FIRST_RESPONSE, CLOCK_STATE_MET);
	fixture_pass(1);
	claims(&f, late);
	is(&f, late, CLOCK_FIRST_RESPONSE, CLOCK_STATE_MISSED);
	fixture_close(&f);
}

static void r_time_3__mail_and_after_sales__two_hours(void)
{
	struct fixture f;
	desk_id mail, returned;

	desk_begins(&f);
	mail = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	returned = fixture_opens(&f, CHANNEL_WEB, "No light", "it is dark", AFTER_SALES);
	runs(&f, mail, CLOCK_FIRST_RESPONSE, HOURS(2));
	runs(&f, returned, CLOCK_FIRST_RESPONSE, HOURS(2));
	claims(&f, mail);
	becomes(&f, mail, STATUS_PENDING_CUSTOMER);
	runs(&f, mail, CLOCK_FIRST_RESPONSE, HOURS(2));
	fixture_pass(HOURS(2));
	replies(&f, &f.li, mail, 0);
	is(&f, mail, CLOCK_FIRST_RESPONSE, CLOCK_STATE_MET);
	fixture_close(&f);
}

static void r_time_4__simple__five_minutes_from_the_claim(void)
{
	struct fixture f;
	desk_id id;

	desk_begins(&f);
	id = fixture_opens(&f, CHANNEL_WEB, "Password", "I forgot it", SIMPLE);
	fixture_pass(MINUTES(1));
	is(&f, id, CLOCK_RESOLUTION, CLOCK_STATE_IDLE);
	claims(&f, id);
	runs(&f, id, CLOCK_RESOLUTION, MINUTES(6));
	fixture_pass(MINUTES(1));
	becomes(&f, id, STATUS_PENDING_CUSTOMER);
	fixture_pass(HOURS(1));
	becomes(&f, id, STATUS_OPEN);
	runs(&f, id, CLOCK_RESOLUTION, HOURS(1) + MINUTES(6));
	becomes(&f, id, STATUS_RESOLVED);
	is(&f, id, CLOCK_RESOLUTION, CLOCK_STATE_MET);
	fixture_close(&f);
}

static void r_time_5__complex__a_day_from_its_creation(void)
{
	struct fixture f;
	desk_id id;

	desk_begins(&f);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	fixture_pass(MINUTES(5));
	claims(&f, id);
	runs(&f, id, CLOCK_RESOLUTION, HOURS(24));
	becomes(&f, id, STATUS_PENDING_INTERNAL); /* only the customer is waited for */
	fixture_pass(HOURS(1));
	becomes(&f, id, STATUS_PENDING_CUSTOMER);
	fixture_pass(HOURS(3));
	becomes(&f, id, STATUS_OPEN);
	runs(&f, id, CLOCK_RESOLUTION, HOURS(27));
	becomes(&f, id, STATUS_RESOLVED);
	is(&f, id, CLOCK_RESOLUTION, CLOCK_STATE_MET);
	fixture_close(&f);
}

static void r_time_6__cross_department__a_plan_within_two_days(void)
{
	struct fixture f;
	desk_id id;

	desk_begins(&f);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	claims(&f, id);
	fixture_pass(MINUTES(5));
	escalates(&f, id, f.logistics);
	runs(&f, id, CLOCK_CROSS, HOURS(48) + MINUTES(5));
	becomes(&f, id, STATUS_PENDING_CUSTOMER);
	runs(&f, id, CLOCK_CROSS, HOURS(48) + MINUTES(5));
	is(&f, id, CLOCK_TIER2, CLOCK_STATE_IDLE);
	fixture_close(&f);
}

static void r_time_7__not_simple__ten_minutes_from_the_claim(void)
{
	struct fixture f;
	struct change c;
	desk_id escalated, promised, solved, simple;

	desk_begins(&f);
	escalated = fixture_opens(&f, CHANNEL_WEB, "No light", "it is dark", NULL);
	promised = fixture_opens(&f, CHANNEL_WEB, "No light", "it is dark", NULL);
	solved = fixture_opens(&f, CHANNEL_WEB, "No light", "it is dark", NULL);
	simple = fixture_opens(&f, CHANNEL_WEB, "Password", "I forgot it", SIMPLE);
	fixture_pass(MINUTES(1));
	claims(&f, escalated);
	claims(&f, promised);
	claims(&f, solved);
	claims(&f, simple);
	runs(&f, escalated, CLOCK_ESCALATION, MINUTES(11));
	is(&f, simple, CLOCK_ESCALATION, CLOCK_STATE_IDLE);
	fixture_pass(MINUTES(1));
	becomes(&f, solved, STATUS_PENDING_CUSTOMER);
	fixture_pass(MINUTES(30));
	becomes(&f, solved, STATUS_OPEN);
	runs(&f, solved, CLOCK_ESCALATION, MINUTES(41));
	becomes(&f, solved, STATUS_RESOLVED);
	is(&f, solved, CLOCK_ESCALATION, CLOCK_STATE_MET);
	change_init(&c, CHANGE_CANT_SOLVE);
	c.reason = g_strdup("no access");
	does(&f, &f.li, &c, simple);
	runs(&f, simple, CLOCK_ESCALATION, MINUTES(42));
	escalates(&f, simple, f.tech);
	is(&f, simple, CLOCK_ESCALATION, CLOCK_STATE_MET);
	escalates(&f, escalated, f.tech); /* half an hour later */
	is(&f, escalated, CLOCK_ESCALATION, CLOCK_STATE_MISSED);
	replies(&f, &f.li, promised, clock_wall_ms() + HOURS(2));
	is(&f, promised, CLOCK_ESCALATION, CLOCK_STATE_MISSED);
	fixture_close(&f);
}

static void r_time_8__tier_2__two_hours_to_an_answer(void)
{
	struct fixture f;
	desk_id id;

	desk_begins(&f);
	id = fixture_opens(&f, CHANNEL_WEB, "No light", "it is dark", NULL);
	claims(&f, id);
	fixture_pass(MINUTES(5));
	escalates(&f, id, f.tech);
	becomes(&f, id, STATUS_PENDING_CUSTOMER);
	runs(&f, id, CLOCK_TIER2, HOURS(2) + MINUTES(5));
	fixture_pass(HOURS(1));
	replies(&f, &f.zhao, id, 0);
	is(&f, id, CLOCK_TIER2, CLOCK_STATE_MET);
	fixture_close(&f);
}

static void r_time_9__feedback_on_finished_work__a_day(void)
{
	static const enum channel channels[] = {CHANNEL_WEB, CHANNEL_EMAIL};
	struct fixture f;

	desk_begins(&f);
	for (int i = 0; i < 2; i++) {
		desk_id id = fixture_opens(&f, channels[i], "No light", "it is dark", i ? AFTER_SALES : NULL);
		int64_t written;

		replies(&f, &f.li, id, 0);
		becomes(&f, id, STATUS_RESOLVED);
		fixture_pass(HOURS(1));
		written = HOURS(1 + i);
		fixture_writes(&f, id, "it came, and the lid is scratched");
		runs(&f, id, CLOCK_FEEDBACK, written + HOURS(24));
		replies(&f, &f.li, id, 0);
		is(&f, id, CLOCK_FEEDBACK, CLOCK_STATE_MET);
	}
	fixture_close(&f);
}

static void r_time_10__promise__kept_or_renewed_before_it_ends(void)
{
	struct fixture f;
	desk_id id;

	desk_begins(&f);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	claims(&f, id);
	replies(&f, &f.li, id, FIXTURE_START + HOURS(10)); /* by 18:00 */
	runs(&f, id, CLOCK_PROMISE, HOURS(10));
	becomes(&f, id, STATUS_PENDING_CUSTOMER);
	runs(&f, id, CLOCK_PROMISE, HOURS(10));
	fixture_pass(HOURS(9));
	replies(&f, &f.li, id, FIXTURE_START + HOURS(20)); /* renewed */
	runs(&f, id, CLOCK_PROMISE, HOURS(20));
	fixture_pass(HOURS(2));
	replies(&f, &f.li, id, 0);
	is(&f, id, CLOCK_PROMISE, CLOCK_STATE_MET);
	fixture_close(&f);
}

static void r_time_11__next_response__resolved_ends_it(void)
{
	struct fixture f;
	desk_id chat, mail;

	desk_begins(&f);
	chat = fixture_opens(&f, CHANNEL_APP, "No light", "it is dark", NULL);
	mail = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	replies(&f, &f.li, chat, 0);
	replies(&f, &f.li, mail, 0);
	fixture_pass(MINUTES(10));
	fixture_writes(&f, chat, "still dark");
	fixture_writes(&f, mail, "still dark");
	runs(&f, chat, CLOCK_NEXT_RESPONSE, MINUTES(11));
	runs(&f, mail, CLOCK_NEXT_RESPONSE, HOURS(2) + MINUTES(10));
	fixture_pass(SECONDS(30));
	fixture_writes(&f, chat, "hello?"); /* the first unanswered one counts */
	runs(&f, chat, CLOCK_NEXT_RESPONSE, MINUTES(11));
	replies(&f, &f.li, chat, 0);
	is(&f, chat, CLOCK_NEXT_RESPONSE, CLOCK_STATE_MET);
	becomes(&f, mail, STATUS_RESOLVED);
	is(&f, mail, CLOCK_NEXT_RESPONSE, CLOCK_STATE_IDLE);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(fn) g_test_add_func("/standards/" #fn, fn)
	TEST(r_time_1__first_response_in_text__half_a_minute);
	TEST(r_time_2__phone__who_takes_it_has_answered);
	TEST(r_time_3__mail_and_after_sales__two_hours);
	TEST(r_time_4__simple__five_minutes_from_the_claim);
	TEST(r_time_5__complex__a_day_from_its_creation);
	TEST(r_time_6__cross_department__a_plan_within_two_days);
	TEST(r_time_7__not_simple__ten_minutes_from_the_claim);
	TEST(r_time_8__tier_2__two_hours_to_an_answer);
	TEST(r_time_9__feedback_on_finished_work__a_day);
	TEST(r_time_10__promise__kept_or_renewed_before_it_ends);
	TEST(r_time_11__next_response__resolved_ends_it);
	return g_test_run();
}
