/* Marked tickets: in order, once each. */
#include "tui/marks.h"

static void marks__put_and_taken_out__keep_their_order(void)
{
	struct marks *m = marks_new();
	g_autoptr(GArray) list = NULL;

	for (desk_id id = 1; id <= 1000; id++)
		marks_put(m, id, id * 10);
	marks_put(m, 7, 0);
	marks_put(m, 0, 0);
	marks_remove(m, 1);
	marks_remove(m, 500);
	marks_remove(m, 5000);
	marks_put(m, 1, 11);
	g_assert_cmpuint(marks_count(m), ==, 999);
	g_assert_true(marks_has(m, 7) && marks_has(m, 1));
	g_assert_false(marks_has(m, 500) || marks_has(m, 0));
	list = marks_list(m);
	g_assert_cmpuint(list->len, ==, 999);
	g_assert_cmpint(g_array_index(list, struct mark, 0).ticket_id, ==, 2);
	g_assert_cmpint(g_array_index(list, struct mark, 5).customer_id, ==, 70);
	g_assert_cmpint(g_array_index(list, struct mark, 998).ticket_id, ==, 1);
	marks_clear(m);
	g_assert_cmpuint(marks_count(m), ==, 0);
	marks_free(m);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/marks/order", marks__put_and_taken_out__keep_their_order);
	return g_test_run();
}
