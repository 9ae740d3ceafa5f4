/* What becomes of a follow-up: a table of what a ticket's state makes of its round. */
#include "rules/follow_up.h"

#include <string.h>

static void turns__each_state__as_the_table_says(void)
{
	static const struct {
		int state;                  /* -1: no round yet */
		enum ticket_status status;
		gboolean after_sales;
		int64_t resolved_ms, round_ms;
		enum follow_up_turn turn;
	} table[] = {
		{-1, STATUS_RESOLVED, TRUE, 10, 0, FOLLOW_UP_BEGINS},
		{-1, STATUS_RESOLVED, FALSE, 10, 0, FOLLOW_UP_STAYS},
		{-1, STATUS_FOLLOW_UP_DUE, FALSE, 10, 0, FOLLOW_UP_BEGINS},
		{-1, STATUS_OPEN, TRUE, 0, 0, FOLLOW_UP_STAYS},
		{FOLLOW_UP_WAITING, STATUS_RESOLVED, TRUE, 10, 10, FOLLOW_UP_STAYS},
		{FOLLOW_UP_WAITING, STATUS_RESOLVED, FALSE, 10, 10, FOLLOW_UP_ENDS},
		{FOLLOW_UP_WAITING, STATUS_FOLLOW_UP_DUE, TRUE, 10, 10, FOLLOW_UP_FALLS},
		{FOLLOW_UP_WAITING, STATUS_OPEN, TRUE, 10, 10, FOLLOW_UP_ENDS},
		{FOLLOW_UP_WAITING, STATUS_MERGED, TRUE, 10, 10, FOLLOW_UP_ENDS},
		{FOLLOW_UP_DUE, STATUS_SPAM, TRUE, 10, 10, FOLLOW_UP_ENDS},
		{FOLLOW_UP_DUE, STATUS_FOLLOW_UP_DUE, TRUE, 10, 10, FOLLOW_UP_STAYS},
		{FOLLOW_UP_ASKED, STATUS_OPEN, TRUE, 10, 10, FOLLOW_UP_RESTS},
		{FOLLOW_UP_ASKED, STATUS_RESOLVED, TRUE, 20, 10, FOLLOW_UP_BEGINS},
		{FOLLOW_UP_ASKED, STATUS_FOLLOW_UP_DUE, TRUE, 10, 10, FOLLOW_UP_STAYS},
		{FOLLOW_UP_ANSWERED, STATUS_ARCHIVED, TRUE, 10, 10, FOLLOW_UP_STAYS},
		{FOLLOW_UP_ANSWERED, STATUS_OPEN, TRUE, 10, 10, FOLLOW_UP_PASSES},
		{FOLLOW_UP_ANSWERED, STATUS_OPEN, TRUE, 10, 0, FOLLOW_UP_STAYS},
		{FOLLOW_UP_ANSWERED, STATUS_RESOLVED, TRUE, 10, 0, FOLLOW_UP_BEGINS},
		{FOLLOW_UP_ANSWERED, STATUS_FOLLOW_UP_DUE, TRUE, 10, 10, FOLLOW_UP_STAYS},
		{FOLLOW_UP_SKIPPED, STATUS_FOLLOW_UP_DUE, TRUE, 10, 0, FOLLOW_UP_BEGINS},
		{FOLLOW_UP_ENDED, STATUS_RESOLVED, TRUE, 10, 10, FOLLOW_UP_BEGINS},
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		struct follow_up f = {.state = (enum follow_up_state)MAX(table[i].state, 0)};
		const struct follow_up_ticket t = {table[i].status, table[i].after_sales, table[i].resolved_ms, table[i].round_ms};

		g_test_message("line %u", i);
		g_assert_cmpint(follow_up_turn_of(table[i].state < 0 ? NULL : &f, &t), ==, table[i].turn);
	}
}

static void time__a_round_s_moment__what_the_desk_does(void)
{
	struct follow_up f = {.state = FOLLOW_UP_WAITING};

	g_assert_cmpint(follow_up_act_of(&f, STATUS_RESOLVED), ==, FOLLOW_UP_FALL_DUE);
	g_assert_cmpint(follow_up_act_of(&f, STATUS_OPEN), ==, FOLLOW_UP_NOTHING);
	f = (struct follow_up){.state = FOLLOW_UP_ASKED, .asked = 1};
	g_assert_cmpint(follow_up_act_of(&f, STATUS_FOLLOW_UP_DUE), ==, FOLLOW_UP_ASK_AGAIN);
	f.asked = FOLLOW_UP_ASKS;
	g_assert_cmpint(follow_up_act_of(&f, STATUS_FOLLOW_UP_DUE), ==, FOLLOW_UP_GIVE_UP);
	g_assert_cmpint(follow_up_act_of(&f, STATUS_OPEN), ==, FOLLOW_UP_NOTHING);
	f.state = FOLLOW_UP_ANSWERED;
	g_assert_cmpint(follow_up_act_of(&f, STATUS_FOLLOW_UP_DUE), ==, FOLLOW_UP_NOTHING);
}

static void answers__out_of_range__named(void)
{
	static const struct {
		int solved, speed;
		const char *improve, *word;
	} table[] = {
		{-1, 3, NULL, "solved"}, {2, 3, NULL, "solved"}, {1, 6, NULL, "speed"}, {1, -1, NULL, "speed"},
		{1, 5, "\xff", "improve"},
	};
	g_autofree char *most = g_strnfill(FOLLOW_UP_IMPROVE_MAX, 'x'), *more = g_strnfill(FOLLOW_UP_IMPROVE_MAX + 1, 'x');
	struct follow_up f = {.solved = 1, .speed = 0, .improve = most};
	g_autoptr(GError) error = NULL;

	g_assert_true(follow_up_check(&f, NULL));
	f.improve = more;
	g_assert_false(follow_up_check(&f, &error));
	g_assert_error(error, DESK_ERROR, DESK_LIMIT);
	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		g_autoptr(GError) wrong = NULL;

		f = (struct follow_up){.solved = table[i].solved, .speed = table[i].speed, .improve = (char *)table[i].improve};
		g_assert_false(follow_up_check(&f, &wrong));
		g_assert_error(wrong, DESK_ERROR, DESK_INVALID);
		g_assert_nonnull(strstr(wrong->message, table[i].word));
	}
}

static void answers__solved_but_something_to_say__want_a_word(void)
{
	struct follow_up f = {.solved = 1, .speed = 5};

	g_assert_false(follow_up_wants_answer(&f));
	f.speed = 0; /* not said */
	g_assert_false(follow_up_wants_answer(&f));
	f.speed = FOLLOW_UP_POOR_SPEED;
	g_assert_true(follow_up_wants_answer(&f));
	f = (struct follow_up){.solved = 1, .speed = 5, .improve = (char *)"a bigger font"};
	g_assert_true(follow_up_wants_answer(&f));
	f.solved = 0; /* opened again: it is worked on anyway */
	g_assert_false(follow_up_wants_answer(&f));
}

/* What customers write under the script, in both languages, and what must not be taken for an answer. */
static void read__customers_words__are_answers_as_far_as_they_go(void)
{
	static const struct {
		const char *text;
		gboolean is;
		int solved, speed;
		const char *improve;
	} table[] = {
		{"5", TRUE, -1, 5, NULL},
		{"yes, 4 stars, could be quicker", TRUE, 1, 4, "could be quicker"},
		{"解决了，5分", TRUE, 1, 5, NULL},
		{"没有解决", TRUE, 0, 0, NULL},
		{"没有解决，2星，客服太慢", TRUE, 0, 2, "客服太慢"},
		{"已解决 五星", TRUE, 1, 5, NULL},
		{"No, it still drips.", TRUE, 0, 0, "No, it still drips"},
		{"Not solved. 1/5", TRUE, 0, 1, NULL},
		{"unresolved, 1 star", TRUE, 0, 1, NULL},
		{"It isn\xE2\x80\x99t solved", TRUE, 0, 0, "It isn\xE2\x80\x99t solved"},
		{"Not really solved", TRUE, 0, 0, "Not really solved"},
		{"我不满意，1分", TRUE, 0, 1, "我不满意"},
		{"还是解决不了", TRUE, 0, 0, "还是解决不了"},
		{"Y", TRUE, 1, 0, NULL},
		{"是", TRUE, 1, 0, NULL},
		{"Solved, thank you!", TRUE, 1, 0, "thank you"},
		{"3 or 4", FALSE, -1, 0, NULL},
		{"order 12345", FALSE, -1, 0, NULL},
		{"A5", FALSE, -1, 0, NULL},
		{"6", FALSE, -1, 0, NULL},
		{"now what?", FALSE, -1, 0, NULL},
		{"一个星期了", FALSE, -1, 0, NULL},
		{"", FALSE, -1, 0, NULL},
		{"\xff", FALSE, -1, 0, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct follow_up f = {0};
		gboolean is = follow_up_read(table[i].text, &f);

		g_test_message("%s", table[i].text);
		g_assert_cmpint(is, ==, table[i].is);
		g_assert_cmpint(f.solved, ==, table[i].solved);
		g_assert_cmpint(f.speed, ==, table[i].speed);
		g_assert_cmpstr(f.improve, ==, table[i].improve);
		g_free(f.improve);
	}
}

static void proposed__newest_words_since_the_script__are_asked_about(void)
{
	static const struct {
		const char *text; /* NULL: nothing was written */
		int64_t at_ms;
		int solved; /* -1: nothing is proposed */
		const char *said;
	} table[] = {
		{"yes, 4 stars", 200, 1, "\"yes, 4 stars\": solved, 4 of 5? "},
		{"yes, 4 stars", 50, -1, NULL}, /* before the questions */
		{"no", 200, 0, "\"no\": not solved? "},
		{"5", 200, 1, "\"5\": solved, 5 of 5? "},
		{"2", 200, -1, NULL}, /* few stars alone don't say what is */
		{"where is my parcel?", 200, -1, NULL},
		{NULL, 0, -1, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct message m = {.kind = MESSAGE_CUSTOMER, .at_ms = table[i].at_ms, .body = (char *)table[i].text};
		struct follow_up f = {.state = FOLLOW_UP_ASKED, .asked_ms = 100};
		g_autoptr(GPtrArray) messages = g_ptr_array_new();
		struct ticket t = {.follow_up = &f, .messages = messages};
		g_autofree char *said = NULL;
		struct follow_up *answers;

		if (table[i].text)
			g_ptr_array_add(messages, &m);
		answers = follow_up_proposed(&t, &said);
		g_assert_cmpint(answers ? answers->solved : -1, ==, table[i].solved);
		g_assert_cmpstr(said, ==, table[i].said);
		follow_up_free(answers);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(f) g_test_add_func("/rules/follow_up/" #f, f)
	T(turns__each_state__as_the_table_says);
	T(time__a_round_s_moment__what_the_desk_does);
	T(answers__out_of_range__named);
	T(answers__solved_but_something_to_say__want_a_word);
	g_test_add_func("/follow-up/read", read__customers_words__are_answers_as_far_as_they_go);
	T(proposed__newest_words_since_the_script__are_asked_about);
	return g_test_run();
}
