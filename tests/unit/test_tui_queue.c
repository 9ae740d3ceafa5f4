/* Columns of a queue row at all widths. */
#include "tui/view_queue.h"

#include <string.h>

/* The columns in order; those with cols 0 are hidden. */
static void check_columns(int width, int number, int glyph)
{
	struct queue_columns c;
	const struct queue_column *order[] = {&c.due, &c.number, &c.customer, &c.subject, &c.channel,
	                                      &c.marks, &c.waiting, &c.assignee, &c.clock};
	int x = 1 + glyph;

	queue_columns_fit(width, number, glyph, &c);
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
		if (!order[i]->cols)
			continue;
		g_assert_cmpint(order[i]->x, >=, x);
		x = order[i]->x + order[i]->cols;
		if (width >= 44)
			g_assert_cmpint(x, <=, width);
	}
}

static void columns__80_wide__as_the_sketch(void)
{
	struct queue_columns c;

	queue_columns_fit(80, 5, 1, &c);
	g_assert_cmpint(c.due.x, ==, 2);
	g_assert_cmpint(c.due.cols, ==, 6);
	g_assert_cmpint(c.number.x, ==, 9);
	g_assert_cmpint(c.customer.x, ==, 15);
	g_assert_cmpint(c.subject.cols, >=, 24);
	g_assert_cmpint(c.clock.x + c.clock.cols, ==, 80);
	g_assert_cmpint(c.assignee.cols, ==, 0);
}

static void columns__any_width__never_overlap(void)
{
	for (int width = 40; width <= 240; width++)
		for (int number = 5; number <= 9; number++)
			for (int glyph = 1; glyph <= 2; glyph++)
				check_columns(width, number, glyph);
}

static void columns__narrow__keep_due_number_subject(void)
{
	struct queue_columns c;

	queue_columns_fit(40, 5, 1, &c);
	g_assert_cmpint(c.clock.cols + c.channel.cols + c.marks.cols + c.assignee.cols, ==, 0);
	g_assert_cmpint(c.subject.cols, >=, 10);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/queue/80", columns__80_wide__as_the_sketch);
	g_test_add_func("/queue/any", columns__any_width__never_overlap);
	g_test_add_func("/queue/narrow", columns__narrow__keep_due_number_subject);
	return g_test_run();
}
