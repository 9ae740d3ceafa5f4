/* The log: format, gate, rotation, threads. */
#include "base/log.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

struct fixture { char *dir, *path, *old; };

static void set_up(struct fixture *f, gconstpointer unused)
{
	(void)unused;
	f->dir = g_dir_make_tmp("ttydesk-log-XXXXXX", NULL);
	f->path = g_build_filename(f->dir, "log", NULL);
	f->old = g_build_filename(f->dir, "log.1", NULL);
	g_assert_true(log_open(f->path, LOG_LEVEL_INFO, NULL));
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
	(void)unused;
	log_close();
	g_remove(f->path);
	g_remove(f->old);
	g_rmdir(f->dir);
	g_free(f->dir);
	g_free(f->path);
	g_free(f->old);
}

static char *contents(const char *path)
{
	char *s = NULL;

	g_assert_true(g_file_get_contents(path, &s, NULL, NULL));
	return s;
}

static void write__levels__one_clean_line_each(struct fixture *f, gconstpointer unused)
{
	g_autofree char *s = NULL;
	g_auto(GStrv) lines = NULL;

	(void)unused;
	log_info("feed", "first\nsecond \033[31m %d", 7);
	log_debug("feed", "not wanted");
	g_message("from the library");
	s = contents(f->path);
	lines = g_strsplit(s, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 3);
	g_assert_true(g_str_has_suffix(lines[0], "Z info  feed: first second \xEF\xBF\xBD[31m 7"));
	g_assert_true(g_str_has_suffix(lines[1], " info  ttydesk: from the library"));
	g_assert_false(log_wants(LOG_LEVEL_DEBUG));
}

static void write__stderr_is_the_journal__priorities_and_no_time(struct fixture *f, gconstpointer unused)
{
	g_autofree char *s = NULL, *named = NULL;
	int kept = dup(STDERR_FILENO), fd = open(f->old, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	(void)unused;
	g_assert_cmpint(fstat(fd, &st), ==, 0);
	named = g_strdup_printf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	g_setenv("JOURNAL_STREAM", named, TRUE);
	dup2(fd, STDERR_FILENO);
	gboolean opened = log_open(NULL, LOG_LEVEL_DEBUG, NULL);
	log_error("a", "one");
	log_warn("a", "two");
	log_info("a", "three\n<0>four");
	log_debug("a", "five");
	dup2(kept, STDERR_FILENO);
	log_open(NULL, LOG_LEVEL_INFO, NULL); /* another stderr is no journal */
	g_assert_true(opened);
	s = contents(f->old);
	g_assert_cmpstr(s, ==, "<3>a: one\n<4>a: two\n<6>a: three <0>four\n<7>a: five\n");
	g_unsetenv("JOURNAL_STREAM");
	close(kept);
	close(fd);
}

static void reopen__file_moved_away__goes_on_in_a_new_one(struct fixture *f, gconstpointer unused)
{
	g_autofree char *first = NULL, *second = NULL;

	(void)unused;
	log_error("a", "before");
	g_assert_cmpint(g_rename(f->path, f->old), ==, 0);
	log_error("a", "between");
	log_reopen();
	log_error("a", "after");
	first = contents(f->old);
	second = contents(f->path);
	g_assert_nonnull(strstr(first, "between"));
	g_assert_null(strstr(first, "after"));
	g_assert_nonnull(strstr(second, "after"));
}

static gpointer write_many(gpointer arg)
{
	for (int i = 0; i < 200; i++)
		log_info("thread", "%s", (const char *)arg);
	return NULL;
}

static void write__many_threads__lines_stay_whole(struct fixture *f, gconstpointer unused)
{
	GThread *threads[4];
	g_autofree char *s = NULL;
	g_auto(GStrv) lines = NULL;

	(void)unused;
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("log", write_many, (gpointer)"a line of some length that must not be torn");
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	s = contents(f->path);
	lines = g_strsplit(s, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 4 * 200 + 1);
	for (int i = 0; i < 800; i++)
		g_assert_true(g_str_has_suffix(lines[i], " info  thread: a line of some length that must not be torn"));
}

static void open__no_such_folder__says_so(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(log_open("/nonexistent/folder/log", LOG_LEVEL_INFO, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
}

static void level__names__are_known(void)
{
	g_autoptr(GError) error = NULL;
	enum log_level level;

	g_assert_true(log_level_parse("debug", &level, NULL));
	g_assert_cmpint(level, ==, LOG_LEVEL_DEBUG);
	g_assert_false(log_level_parse("loud", &level, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/base/log/journal", struct fixture, NULL, set_up,
	           write__stderr_is_the_journal__priorities_and_no_time, tear_down);
	g_test_add("/log/write", struct fixture, NULL, set_up, write__levels__one_clean_line_each, tear_down);
	g_test_add("/log/reopen", struct fixture, NULL, set_up, reopen__file_moved_away__goes_on_in_a_new_one, tear_down);
	g_test_add("/log/threads", struct fixture, NULL, set_up, write__many_threads__lines_stay_whole, tear_down);
	g_test_add_func("/log/open", open__no_such_folder__says_so);
	g_test_add_func("/log/level", level__names__are_known);
	return g_test_run();
}
