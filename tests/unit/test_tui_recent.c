/* Recently seen tickets: order, what is kept, what other workstations saw. */
#include "tui/finding.h"

#include <glib/gstdio.h>
#include <string.h>

static char *dir_new(void)
{
	return g_dir_make_tmp("ttydesk-recent-XXXXXX", NULL);
}

static void dir_remove(char *dir)
{
	g_autofree char *path = g_build_filename(dir, "recent", NULL);

	g_remove(path);
	g_rmdir(dir);
	g_free(dir);
}

static desk_id id_at(struct recent *r, guint i)
{
	const GPtrArray *list = recent_list(r);

	return i < list->len ? ((const struct recent_ticket *)list->pdata[i])->id : 0;
}

static void seen__again__comes_first_and_once(void)
{
	char *dir = dir_new();
	struct recent *r = recent_new(dir);

	recent_seen(r, 1, 100, "Wang", "one");
	recent_seen(r, 2, 100, NULL, NULL);
	recent_seen(r, 3, 100, NULL, NULL);
	recent_seen(r, 1, 100, NULL, NULL); /* the clock stood still: the order is still that of seeing */
	g_assert_cmpint(recent_list(r)->len, ==, 3);
	g_assert_cmpint(id_at(r, 0), ==, 1);
	g_assert_cmpint(id_at(r, 1), ==, 3);
	g_assert_cmpint(id_at(r, 2), ==, 2);
	g_assert_cmpstr(((const struct recent_ticket *)recent_list(r)->pdata[0])->subject, ==, "one");
	recent_free(r);
	dir_remove(dir);
}

static void seen__restart__is_still_known(void)
{
	char *dir = dir_new();
	struct recent *r = recent_new(dir);
	const struct recent_ticket *t;

	recent_seen(r, 7, 100, "王芳\tx", "line\nbreak");
	recent_seen(r, 8, 200, NULL, NULL);
	recent_free(r);
	r = recent_new(dir);
	g_assert_cmpint(id_at(r, 0), ==, 8);
	t = recent_list(r)->pdata[1];
	g_assert_cmpint(t->id, ==, 7);
	g_assert_cmpint(t->at_ms, ==, 100);
	g_assert_cmpstr(t->customer, ==, "王芳 x");
	g_assert_cmpstr(t->subject, ==, "line break");
	recent_free(r);
	dir_remove(dir);
}

static void seen__many__only_the_newest_are_kept(void)
{
	char *dir = dir_new();
	struct recent *r = recent_new(dir);

	for (desk_id id = 1; id <= 200; id++)
		recent_seen(r, id, id * 10, NULL, NULL);
	g_assert_cmpint(recent_list(r)->len, ==, RECENT_MAX);
	g_assert_cmpint(id_at(r, 0), ==, 200);
	g_assert_cmpint(id_at(r, RECENT_MAX - 1), ==, 200 - RECENT_MAX + 1);
	recent_free(r);
	dir_remove(dir);
}

static void seen__two_workstations__know_of_each_other(void)
{
	char *dir = dir_new();
	struct recent *a = recent_new(dir), *b = recent_new(dir);

	recent_seen(a, 1, 100, "Wang", "one");
	recent_free(a);
	recent_seen(b, 2, 200, NULL, NULL);
	g_assert_cmpint(id_at(b, 1), ==, 1);
	recent_free(b);
	a = recent_new(dir);
	g_assert_cmpint(recent_list(a)->len, ==, 2);
	recent_free(a);
	dir_remove(dir);
}

static void read__damaged_file__takes_what_is_whole(void)
{
	char *dir = dir_new();
	g_autofree char *path = g_build_filename(dir, "recent", NULL);
	struct recent *r;

	g_assert_true(g_file_set_contents(path, "x\t1\ta\tb\n5\t1\ta\tb\n6\n-1\t1\ta\tb\n7\t2\t\t\n", -1, NULL));
	r = recent_new(dir);
	g_assert_cmpint(recent_list(r)->len, ==, 2);
	g_assert_cmpint(id_at(r, 0), ==, 7);
	g_assert_cmpint(id_at(r, 1), ==, 5);
	recent_free(r);
	dir_remove(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recent/again", seen__again__comes_first_and_once);
	g_test_add_func("/recent/restart", seen__restart__is_still_known);
	g_test_add_func("/recent/many", seen__many__only_the_newest_are_kept);
	g_test_add_func("/recent/two", seen__two_workstations__know_of_each_other);
	g_test_add_func("/recent/damaged", read__damaged_file__takes_what_is_whole);
	return g_test_run();
}
