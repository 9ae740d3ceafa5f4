/* Drafts: at most 200 ms behind, whatever happens. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "client/drafts.h"
#include "client/store.h"

static char *temp_dir(void)
{
	g_autoptr(GError) error = NULL;
	char *dir = g_dir_make_tmp("drafts-XXXXXX", &error);
	g_assert_no_error(error);
	return dir;
}

static void remove_dir(char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		unlink(path);
	}
	rmdir(dir);
	g_free(dir);
}

static struct drafts *open_it(const char *dir)
{
	g_autoptr(GError) error = NULL;
	struct drafts *d = drafts_open(dir, &error);
	g_assert_no_error(error);
	g_assert_nonnull(d);
	return d;
}

static void drafts__set_and_reopened__are_there(void)
{
	char *dir = temp_dir();
	struct drafts *d = open_it(dir);
	drafts_set(d, 1042, MESSAGE_REPLY, "Dear customer,\n您好", 10);
	drafts_set(d, 1042, MESSAGE_NOTE, "internal", 11);
	drafts_set(d, 1043, MESSAGE_REPLY, "forgotten", 12);
	drafts_set(d, 1043, MESSAGE_REPLY, NULL, 13);
	drafts_set(d, 1044, MESSAGE_REPLY, "newest", 14);
	drafts_close(d);
	d = open_it(dir);
	g_assert_cmpstr(drafts_get(d, 1042, MESSAGE_REPLY), ==, "Dear customer,\n您好");
	g_assert_cmpstr(drafts_get(d, 1042, MESSAGE_NOTE), ==, "internal");
	g_assert_null(drafts_get(d, 1043, MESSAGE_REPLY));
	g_autoptr(GArray) ids = drafts_tickets(d);
	g_assert_cmpuint(ids->len, ==, 2);
	g_assert_cmpint(g_array_index(ids, desk_id, 0), ==, 1044);
	g_assert_cmpint(g_array_index(ids, desk_id, 1), ==, 1042);
	drafts_close(d);
	remove_dir(dir);
}

static void drafts__edited__saved_within_the_promise(void)
{
	char *dir = temp_dir();
	struct drafts *d = open_it(dir);
	drafts_set(d, 1, MESSAGE_REPLY, "typed", 1);
	g_assert_false(drafts_saved(d));
	int64_t began = clock_mono_ms();
	while (!drafts_saved(d) && clock_mono_ms() - began < 10000)
		g_main_context_iteration(NULL, TRUE);
	g_assert_true(drafts_saved(d));
	drafts_close(d);
	remove_dir(dir);
}

/* Killed after a flush, and once more in the middle of many edits. */
static void drafts__killed__next_life_has_the_text(void)
{
	char *dir = temp_dir();
	int fds[2];
	char ready;
	g_assert_cmpint(pipe(fds), ==, 0);
	pid_t child = fork();
	if (child == 0) {
		struct drafts *d = open_it(dir);
		g_autoptr(GString) text = g_string_new("Dear");
		drafts_set(d, 1042, MESSAGE_REPLY, text->str, 1);
		if (!drafts_flush(d, NULL) || write(fds[1], "r", 1) != 1)
			_exit(1);
		for (int64_t i = 2;; i++) {
			g_string_append_c(text, 'x');
			drafts_set(d, 1042, MESSAGE_REPLY, text->str, i);
			drafts_flush(d, NULL);
			if (text->len > 2000)
				g_string_truncate(text, 4);
		}
	}
	g_assert_cmpint(read(fds[0], &ready, 1), ==, 1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	struct drafts *d = open_it(dir);
	g_assert_true(g_str_has_prefix(drafts_get(d, 1042, MESSAGE_REPLY), "Dear"));
	drafts_close(d);
	close(fds[0]);
	close(fds[1]);
	remove_dir(dir);
}

static void drafts__two_workstations__newest_text_wins_later(void)
{
	char *dir = temp_dir();
	struct drafts *a = open_it(dir), *b = open_it(dir);
	drafts_set(a, 7, MESSAGE_REPLY, "older", 100);
	drafts_set(b, 7, MESSAGE_REPLY, "newer", 200);
	drafts_set(a, 8, MESSAGE_NOTE, "only in a", 100);
	drafts_close(b);
	drafts_close(a);
	struct drafts *c = open_it(dir);
	g_assert_cmpstr(drafts_get(c, 7, MESSAGE_REPLY), ==, "newer");
	g_assert_cmpstr(drafts_get(c, 8, MESSAGE_NOTE), ==, "only in a");
	drafts_close(c);
	remove_dir(dir);
}

static void drafts__many_edits__file_stays_small(void)
{
	char *dir = temp_dir();
	g_autofree char *long_text = g_strnfill(3000, 'x');
	struct drafts *d = open_it(dir);
	for (int i = 0; i < 200; i++) {
		long_text[0] = (char)('a' + i % 26);
		drafts_set(d, 1, MESSAGE_REPLY, long_text, i + 1);
		g_assert_true(drafts_flush(d, NULL));
	}
	g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
	const char *name = g_dir_read_name(folder);
	g_autofree char *path = g_build_filename(dir, name, NULL), *bytes = NULL;
	gsize len = 0;
	g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
	g_assert_cmpuint(len, <, 200 << 10);
	drafts_close(d);
	remove_dir(dir);
}

static void heard(const GError *error, void *arg)
{
	*(int *)arg += error ? 1 : 100;
}

/* A limit on file size stands for the full disk: write(2) fails in the same place. */
static void drafts__disk_full__told_once_memory_keeps_them(void)
{
	char *dir = temp_dir();
	struct rlimit old, tiny;
	int told = 0;
	struct drafts *d = open_it(dir);
	drafts_listen(d, heard, &told);
	drafts_set(d, 1, MESSAGE_REPLY, "saved while there was room", 1);
	g_assert_true(drafts_flush(d, NULL));

	signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
	tiny = old;
	tiny.rlim_cur = 100;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &tiny), ==, 0);
	g_autoptr(GError) error = NULL;
	drafts_set(d, 1, MESSAGE_REPLY, "a text for which there is no room any more, it is too long", 2);
	gboolean first = drafts_flush(d, &error), second = drafts_flush(d, NULL);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);

	g_assert_false(first);
	g_assert_false(second);
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_assert_cmpint(told, ==, 1);
	g_assert_false(drafts_saved(d));
	g_assert_true(g_str_has_prefix(drafts_get(d, 1, MESSAGE_REPLY), "a text for which"));
	g_assert_true(drafts_flush(d, NULL)); /* room again */
	g_assert_cmpint(told, ==, 101);
	drafts_close(d);
	d = open_it(dir);
	g_assert_true(g_str_has_prefix(drafts_get(d, 1, MESSAGE_REPLY), "a text for which"));
	drafts_close(d);
	remove_dir(dir);
}

static void drafts__ticket_merged__text_goes_behind_what_is_there(void)
{
	char *dir = temp_dir();
	struct drafts *d = open_it(dir);
	g_autoptr(GError) error = NULL;
	drafts_set(d, 1001, MESSAGE_REPLY, "old one's", 10);
	drafts_set(d, 1001, MESSAGE_FORWARD, "to the workshop", 10);
	drafts_set(d, 1002, MESSAGE_REPLY, "new one's", 11);
	drafts_set(d, 1001, DRAFT_ADDRESSES, "a@old.example\n", 10);
	drafts_set(d, 1002, DRAFT_ADDRESSES, "b@new.example\n", 11);
	g_assert_true(drafts_move(d, 1001, 1002, 12, &error));
	g_assert_true(drafts_saved(d));
	g_assert_true(drafts_move(d, 1001, 1002, 13, &error)); /* nothing is left to move */
	drafts_set(d, 1001, MESSAGE_REPLY, "new one's", 14);   /* the same words once more */
	g_assert_true(drafts_move(d, 1001, 1002, 15, &error));
	drafts_close(d);
	d = open_it(dir);
	g_assert_cmpstr(drafts_get(d, 1002, MESSAGE_REPLY), ==, "new one's\n\n-- #1001 --\nold one's");
	g_assert_cmpstr(drafts_get(d, 1002, MESSAGE_FORWARD), ==, "to the workshop");
	g_assert_cmpstr(drafts_get(d, 1002, DRAFT_ADDRESSES), ==, "b@new.example\n"); /* nobody else gets it */
	g_assert_null(drafts_get(d, 1001, MESSAGE_REPLY));
	drafts_close(d);
	remove_dir(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/drafts/reopened", drafts__set_and_reopened__are_there);
	g_test_add_func("/drafts/lag", drafts__edited__saved_within_the_promise);
	g_test_add_func("/drafts/killed", drafts__killed__next_life_has_the_text);
	g_test_add_func("/drafts/two", drafts__two_workstations__newest_text_wins_later);
	g_test_add_func("/drafts/compact", drafts__many_edits__file_stays_small);
	g_test_add_func("/drafts/disk-full", drafts__disk_full__told_once_memory_keeps_them);
	g_test_add_func("/drafts/merged", drafts__ticket_merged__text_goes_behind_what_is_there);
	return g_test_run();
}
