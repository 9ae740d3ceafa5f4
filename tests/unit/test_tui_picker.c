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

static void words__each_fits_the_name_or_begins_a_word_of_the_help(void)
{
	const char *also = "x m do a list of actions, after a look at what they will change";

	g_assert_cmpint(picker_score_words("macro", "macro [name]", also), >, 1000);
	g_assert_cmpint(picker_score_words("list of", "macro [name]", also), >, 0);
	g_assert_cmpint(picker_score_words("macro look", "macro [name]", also), >, 0);
	g_assert_cmpint(picker_score_words("macro ook", "macro [name]", also), ==, -1);
	g_assert_cmpint(picker_score_words("", "macro", also), ==, 0);
	g_assert_cmpint(picker_score_words("macro", "macro", ""), >, picker_score_words("mcr", "macro", ""));
	g_assert_cmpint(picker_score_words("积分", "points", "应用里找不到积分兑换"), >, 0);
}

static void type(struct view *v, const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		picker_key(v, &(struct input_event){.kind = INPUT_STROKE, .stroke = g_utf8_get_char(p)});
}

static void press(struct view *v, stroke key)
{
	picker_key(v, &(struct input_event){.kind = INPUT_STROKE, .stroke = key});
}

static GPtrArray *items_of(const char *words, gint64 id)
{
	g_auto(GStrv) word = g_strsplit(words, " ", -1);
	GPtrArray *items = g_ptr_array_new();

	for (char **w = word; *w; w++)
		g_ptr_array_add(items, pick_item_named(*w, NULL, NULL, *w, id++));
	return items;
}

static void note_chosen(const struct pick_item *item, void *arg)
{
	g_string_append_printf(arg, "%s;", item ? item->label : "none");
}

static void note_early(void *arg)
{
	g_string_append(arg, "early;");
}

static struct view *open_with(const char *words, GString *log)
{
	struct view *v = view_new(&picker_ops, NULL);

	v->area = (struct rect){.h = 20, .w = 80};
	picker_open(v, &(struct picker_ask){.title = "t", .items = items_of(words, 1), .done = note_chosen, .early = note_early,
	                                    .arg = log});
	return v;
}

/* What the desk answers comes below; the marked line stays marked and where it is. */
static void answers__come__nothing_moves(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct view *v = open_with("banana bandana cabana bank", log);

	type(v, "ban");
	press(v, STROKE_DOWN);
	picker_append(v, items_of("aban ban unrelated bandana", 100)); /* better fits among them */
	press(v, STROKE_ENTER);
	g_assert_cmpstr(log->str, ==, "bandana;");
	view_free(v);
}

static void answers__to_another_text__stay_only_if_they_fit(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct view *v = open_with("alpha", log);

	type(v, "wan");
	picker_append(v, items_of("mailbox wang-fang", 100)); /* the desk found "wan" in a letter */
	type(v, "g");
	press(v, STROKE_DOWN); /* only wang-fang is left: the mark can't go further */
	press(v, STROKE_ENTER);
	g_assert_cmpstr(log->str, ==, "wang-fang;");
	view_free(v);
}

static void enter__before_the_answer__is_early_then_takes_it(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct view *v = open_with("alpha beta", log);

	type(v, "wang");
	picker_await(v, TRUE);
	press(v, STROKE_ENTER);
	g_assert_cmpstr(log->str, ==, "early;");
	g_assert_false(picker_take(v));
	picker_append(v, items_of("wang", 100));
	picker_await(v, FALSE);
	g_assert_true(picker_take(v));
	g_assert_cmpstr(log->str, ==, "early;wang;");
	view_free(v);
}

/* Letters taken back bring back what they had hidden. */
static void narrowed__letters_taken_back__all_is_there_again(void)
{
	g_autoptr(GString) log = g_string_new(NULL);
	struct view *v = open_with("one two three", log);

	type(v, "twx");
	press(v, STROKE_BACKSPACE);
	press(v, STROKE_ENTER);
	g_assert_cmpstr(log->str, ==, "two;");
	view_free(v);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picker/empty", score__empty_pattern__fits_all);
	g_test_add_func("/picker/refused", score__no_subsequence__is_refused);
	g_test_add_func("/picker/order", score__start_beats_word_beats_inside);
	g_test_add_func("/picker/initials", score__initials__beat_scattered);
	g_test_add_func("/picker/chinese", score__chinese__counts_characters);
	g_test_add_func("/picker/words", words__each_fits_the_name_or_begins_a_word_of_the_help);
	g_test_add_func("/picker/answers", answers__come__nothing_moves);
	g_test_add_func("/picker/older-answers", answers__to_another_text__stay_only_if_they_fit);
	g_test_add_func("/picker/early", enter__before_the_answer__is_early_then_takes_it);
	g_test_add_func("/picker/back", narrowed__letters_taken_back__all_is_there_again);
	return g_test_run();
}
