/* A form: what confirms it, what never does, and what is kept of it. */
#include "tui/sheet.h"

#include <string.h>

enum { WHY, TO, UNTIL, NOTE, TELL };
static const struct sheet_field fields[] = {
	[WHY] = {"why", "why", SHEET_CHOICE, .own_words = TRUE, .needed = "Say why."},
	[TO] = {"to", "to", SHEET_CHOICE, .needed = "Say whom to."},
	[UNTIL] = {"until", "until", SHEET_LINE},
	[NOTE] = {"note", "note", SHEET_TEXT},
	[TELL] = {"tell", "tell", SHEET_SWITCH},
};

struct owner {
	int accepts, changes, freed;
	gboolean takes;
};

static gboolean accept(void *arg)
{
	struct owner *o = arg;

	o->accepts++;
	return o->takes;
}

static void changed(guint field, void *arg)
{
	(void)field;
	((struct owner *)arg)->changes++;
}

static void freed(void *arg)
{
	((struct owner *)arg)->freed++;
}

static GPtrArray *options(const char *const *words)
{
	GPtrArray *list = g_ptr_array_new();

	for (; *words; words++)
		g_ptr_array_add(list, sheet_option_new(*words, NULL, *words, 0));
	return list;
}

static const char *const reasons[] = {"broken", "late", "wants a manager", NULL}, *const groups[] = {"tech", "legal", NULL};

static void open_it(struct view *v, struct owner *o, stroke asked_by)
{
	sheet_open(v, &(struct sheet_ask){.title = g_strdup("form"), .fields = fields, .n = G_N_ELEMENTS(fields), .asked_by = asked_by,
	                                  .accept = accept, .changed = changed, .arg = o, .destroy = freed});
	v->area = (struct rect){.h = 14, .w = 80};
}

static struct view *filled(struct owner *o)
{
	struct view *v = view_new(&sheet_ops, NULL);

	open_it(v, o, 'e');
	sheet_options(v, WHY, options(reasons));
	sheet_options(v, TO, options(groups));
	sheet_choose(v, TO, "tech");
	return v;
}

static void give(const struct input_event *ev, void *v)
{
	sheet_key(v, ev);
}

static void type(struct view *v, const char *keys)
{
	struct input *in = input_new(NULL);

	input_feed(in, keys, strlen(keys), give, v);
	input_free(in);
}

static void keys__number_then_enter__confirm(void)
{
	struct owner o = {.takes = TRUE};
	struct view *v = filled(&o);

	type(v, "2");
	g_assert_cmpstr(sheet_chosen(v, WHY)->word, ==, "late");
	g_assert_cmpint(o.accepts, ==, 0);
	type(v, "\r");
	g_assert_cmpint(o.accepts, ==, 1);
	g_assert_false(sheet_is_open(v));
	g_assert_cmpint(o.freed, ==, 1);
	view_free(v);
}

static void keys__the_one_that_asked__is_deaf_until_another(void)
{
	struct owner o = {.takes = TRUE};
	struct view *v = filled(&o);

	type(v, "eeee");
	g_assert_cmpstr(sheet_text(v, WHY), ==, "");
	g_assert_cmpint(o.changes, ==, 0);
	type(v, "the end");
	g_assert_cmpstr(sheet_text(v, WHY), ==, "the end");
	view_free(v);
	g_assert_cmpint(o.freed, ==, 1);

	o = (struct owner){.takes = TRUE};
	v = view_new(&sheet_ops, NULL);
	open_it(v, &o, STROKE_ENTER); /* by a command: its Enter, typed twice, is no answer */
	sheet_options(v, WHY, options(reasons));
	sheet_restore(v, "why\tlate\nto\tlegal\n");
	sheet_options(v, TO, options(groups));
	type(v, "\r\r");
	g_assert_cmpint(o.accepts, ==, 0);
	view_free(v);
}

static void enter__something_needed__is_asked_for(void)
{
	struct owner o = {.takes = TRUE};
	struct view *v = filled(&o);

	sheet_focus(v, NOTE);
	type(v, "words\r");
	g_assert_true(sheet_is_open(v));
	g_assert_cmpint(o.accepts, ==, 0);
	g_assert_cmpint(sheet_focused(v), ==, WHY); /* there it is missing */
	type(v, "1\r");
	g_assert_cmpint(o.accepts, ==, 1);
	view_free(v);
}

static void enter__owner_says_no__stays_open(void)
{
	struct owner o = {.takes = FALSE};
	struct view *v = filled(&o);

	type(v, "1\r");
	g_assert_cmpint(o.accepts, ==, 1);
	g_assert_true(sheet_is_open(v));
	view_free(v);
}

static void own_words__digits__belong_to_them(void)
{
	struct owner o = {0};
	struct view *v = filled(&o);

	type(v, "case 2 of 3");
	g_assert_null(sheet_chosen(v, WHY));
	g_assert_cmpstr(sheet_text(v, WHY), ==, "case 2 of 3");
	for (int i = 0; i < 11; i++)
		type(v, "\x7f");
	type(v, "3");
	g_assert_cmpstr(sheet_chosen(v, WHY)->word, ==, "wants a manager");
	g_assert_cmpstr(sheet_text(v, WHY), ==, "");
	view_free(v);
}

static void letter__no_words_of_ones_own__goes_to_the_next_such_option(void)
{
	struct owner o = {0};
	struct view *v = filled(&o);

	sheet_focus(v, TO);
	type(v, "L");
	g_assert_cmpstr(sheet_chosen(v, TO)->word, ==, "legal");
	type(v, "t");
	g_assert_cmpstr(sheet_chosen(v, TO)->word, ==, "tech");
	type(v, "x"); /* none does */
	g_assert_cmpstr(sheet_chosen(v, TO)->word, ==, "tech");
	view_free(v);
}

static void kept__put_back__is_the_same(void)
{
	struct owner o = {0};
	struct view *v = filled(&o), *again = filled(&o);
	g_autofree char *kept = NULL, *nothing = sheet_kept(again);

	g_assert_null(nothing); /* what the person did not touch is not kept */
	type(v, "case 2");
	sheet_focus(v, TO);
	type(v, "2");
	sheet_focus(v, NOTE);
	type(v, "one\n\n\ttwo\n");
	sheet_focus(v, TELL);
	type(v, "y");
	kept = sheet_kept(v);
	sheet_restore(again, kept);
	g_assert_cmpstr(sheet_text(again, WHY), ==, "case 2");
	g_assert_cmpstr(sheet_chosen(again, TO)->word, ==, "legal");
	g_assert_cmpstr(sheet_text(again, NOTE), ==, sheet_text(v, NOTE));
	g_assert_true(sheet_on(again, TELL));
	g_assert_false(sheet_touched(again, UNTIL));
	sheet_restore(again, "garbage\n-- #1001 --\nnote\tother\n");
	g_assert_cmpstr(sheet_text(again, NOTE), ==, "other");
	view_free(v);
	view_free(again);
}

static void kept__options_come_later__is_still_chosen(void)
{
	struct owner o = {0};
	struct view *v = view_new(&sheet_ops, NULL);
	g_autofree char *kept = NULL;

	open_it(v, &o, 'e');
	sheet_restore(v, "why\tnot on the list\nto\tlegal\n");
	kept = sheet_kept(v);
	g_assert_nonnull(strstr(kept, "to\tlegal"));
	sheet_options(v, WHY, options(reasons));
	sheet_options(v, TO, options(groups));
	sheet_choose(v, TO, "tech"); /* recommended; the person has said another */
	g_assert_cmpstr(sheet_chosen(v, TO)->word, ==, "legal");
	g_assert_cmpstr(sheet_text(v, WHY), ==, "not on the list");
	view_free(v);
}

static void typed_ahead__before_the_desk_answers__holds(void)
{
	struct owner o = {.takes = TRUE};
	struct view *v = view_new(&sheet_ops, NULL);

	open_it(v, &o, 'e');
	sheet_await(v, TRUE);
	type(v, "2\r");
	g_assert_cmpint(o.accepts, ==, 0);
	sheet_options(v, WHY, options(reasons));
	sheet_options(v, TO, options(groups));
	sheet_choose(v, TO, "tech");
	g_assert_cmpstr(sheet_chosen(v, WHY)->word, ==, "late");
	sheet_await(v, FALSE);
	g_assert_cmpint(o.accepts, ==, 1);
	view_free(v);
}

static void typed_ahead__number_of_no_option__is_forgotten(void)
{
	struct owner o = {.takes = TRUE};
	struct view *v = view_new(&sheet_ops, NULL);
	g_autofree char *kept = NULL;

	open_it(v, &o, 'e');
	sheet_await(v, TRUE);
	sheet_focus(v, TO);
	type(v, "7");
	sheet_options(v, WHY, options(reasons));
	sheet_options(v, TO, options(groups));
	sheet_choose(v, TO, "tech");
	g_assert_cmpstr(sheet_chosen(v, TO)->word, ==, "tech");
	kept = sheet_kept(v);
	g_assert_null(kept);
	view_free(v);
}

static void typed_ahead__another_key_after_enter__takes_it_back(void)
{
	struct owner o = {.takes = TRUE};
	struct view *v = view_new(&sheet_ops, NULL);

	open_it(v, &o, 'e');
	sheet_await(v, TRUE);
	type(v, "2\r1");
	sheet_options(v, WHY, options(reasons));
	sheet_options(v, TO, options(groups));
	sheet_choose(v, TO, "tech");
	sheet_await(v, FALSE);
	g_assert_cmpint(o.accepts, ==, 0);
	g_assert_cmpstr(sheet_chosen(v, WHY)->word, ==, "broken");
	view_free(v);
}

static void answer__the_person_was_there__leaves_it(void)
{
	struct owner o = {0};
	struct view *v = filled(&o);

	sheet_focus(v, NOTE);
	type(v, "mine");
	sheet_set_text(v, NOTE, "the desk's");
	sheet_set_text(v, UNTIL, "2h");
	g_assert_cmpstr(sheet_text(v, NOTE), ==, "mine");
	g_assert_cmpstr(sheet_text(v, UNTIL), ==, "2h");
	view_free(v);
}

static void line__proposed_by_the_program__is_replaced_by_typing(void)
{
	struct owner o = {.takes = TRUE};
	struct view *v = filled(&o);

	sheet_set_text(v, UNTIL, "14:32");
	sheet_focus(v, UNTIL);
	type(v, "3h");
	g_assert_cmpstr(sheet_text(v, UNTIL), ==, "3h");
	view_free(v);
	v = filled(&o);
	sheet_set_text(v, UNTIL, "14:32");
	sheet_focus(v, UNTIL);
	type(v, "\x7f""5"); /* mended, not replaced: it has been touched */
	g_assert_cmpstr(sheet_text(v, UNTIL), ==, "14:35");
	view_free(v);
}

static void rows__whoever_has_the_keys__stay_the_same(void)
{
	struct owner o = {0};
	struct view *v = filled(&o);
	int rows;

	sheet_set_text(v, NOTE, "1\n2\n3\n4\n5\n6");
	rows = sheet_rows(v, 80);
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		sheet_focus(v, i);
		g_assert_cmpint(sheet_rows(v, 80), ==, rows);
	}
	sheet_show(v, NOTE, FALSE);
	g_assert_cmpint(sheet_rows(v, 80), <, rows);
	view_free(v);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/sheet/" #name, name)
	T(keys__number_then_enter__confirm);
	T(keys__the_one_that_asked__is_deaf_until_another);
	T(enter__something_needed__is_asked_for);
	T(enter__owner_says_no__stays_open);
	T(own_words__digits__belong_to_them);
	T(letter__no_words_of_ones_own__goes_to_the_next_such_option);
	T(kept__put_back__is_the_same);
	T(kept__options_come_later__is_still_chosen);
	T(typed_ahead__before_the_desk_answers__holds);
	T(typed_ahead__number_of_no_option__is_forgotten);
	T(typed_ahead__another_key_after_enter__takes_it_back);
	T(answer__the_person_was_there__leaves_it);
	T(line__proposed_by_the_program__is_replaced_by_typing);
	T(rows__whoever_has_the_keys__stay_the_same);
	return g_test_run();
}
