/* Fuzzy matching of the picker. */
#include "tui/picker.h"

static void score__empty_pattern__fits_all(void)
{
	g_assert_cmpint(picker_score("", "anything"), ==, 0);
}

static void score__no_subsequence__is_refused(void)
{
	g_assert_cmpint(picker_score("xyz", "li wei"), ==, -1);
	g_assert_cmpint(picker_score("wl", "li w"), ==, -1);
}

static void score__start_beats_word_beats_inside(void)
{
	int start = picker_score("tec", "tech support");
	int word = picker_score("sup", "tech support");
	int inside = picker_score("ech", "tech support");

	g_assert_cmpint(start, >, word);
	g_assert_cmpint(word, >, inside);
	g_assert_cmpint(inside, >, picker_score("tso", "tech support"));
}

static void score__initials__beat_scattered(void)
{
	g_assert_cmpint(picker_score("pc", "pending customer"), >, picker_score("pc", "the epoch"));
}

static void score__chinese__counts_characters(void)
{
	g_assert_cmpint(picker_score("赵", "zhao min 赵敏"), >, 0);
	g_assert_cmpint(picker_score("赵z", "zhao min 赵敏"), ==, -1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picker/empty", score__empty_pattern__fits_all);
	g_test_add_func("/picker/refused", score__no_subsequence__is_refused);
	g_test_add_func("/picker/order", score__start_beats_word_beats_inside);
	g_test_add_func("/picker/initials", score__initials__beat_scattered);
	g_test_add_func("/picker/chinese", score__chinese__counts_characters);
	return g_test_run();
}
