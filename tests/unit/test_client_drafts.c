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

static void drafts__two_workstations_die__both_texts_are_kept(void)
{
	char *dir = temp_dir();
	struct drafts *a = open_it(dir), *b = open_it(dir);
	drafts_set(a, 7, MESSAGE_REPLY, "older", 100);
	drafts_set(b, 7, MESSAGE_REPLY, "newer", 200);
	drafts_set(a, 8, MESSAGE_NOTE, "only in a", 100);
	drafts_close(b);
	drafts_close(a);
	struct drafts *c = open_it(dir);
	g_assert_cmpstr(drafts_get(c, 7, MESSAGE_REPLY), ==, "newer" DRAFTS_JOINED "older");
	g_assert_cmpstr(drafts_get(c, 8, MESSAGE_NOTE), ==, "only in a");
	drafts_close(c);
	remove_dir(dir);
}

/* What the server had of one of them was what the other went on from. */
static void drafts__older_one_was_synced__newer_text_wins(void)
{
	char *dir = temp_dir();
	struct drafts *a = open_it(dir), *b = open_it(dir);
	drafts_set(a, 7, MESSAGE_REPLY, "as the server has it", 100);
	drafts_set_note(a, 7, MESSAGE_REPLY, &(struct draft_note){.revision = 3, .synced = TRUE});
	drafts_set(b, 7, MESSAGE_REPLY, "gone on with elsewhere", 200);
	drafts_close(b);
	drafts_close(a);
	struct drafts *c = open_it(dir);
	g_assert_cmpstr(drafts_get(c, 7, MESSAGE_REPLY), ==, "gone on with elsewhere");
	drafts_close(c);
	remove_dir(dir);
}

static void drafts__note_and_other_text__come_back(void)
{
	char *dir = temp_dir();
	struct draft_note note = {.revision = 1800000000001, .synced = TRUE, .shared = TRUE, .version = 12,
	                          .status = STATUS_OPEN, .assignee_id = 3, .message_id = 99, .answers_id = 98};
	struct drafts *d = open_it(dir);
	drafts_set(d, 7, MESSAGE_REPLY, "mine", 100);
	drafts_set_note(d, 7, MESSAGE_REPLY, &note);
	drafts_set_other(d, 7, MESSAGE_REPLY, "from the other screen", 101);
	g_assert_true(drafts_flush(d, NULL));
	drafts_close(d);
	d = open_it(dir);
	const struct draft_note *back = drafts_note(d, 7, MESSAGE_REPLY);
	g_assert_cmpint(back->revision, ==, 1800000000001);
	g_assert_true(back->synced && back->shared);
	g_assert_cmpint(back->version, ==, 12);
	g_assert_cmpint(back->status, ==, STATUS_OPEN);
	g_assert_cmpint(back->message_id, ==, 99);
	g_assert_cmpint(back->answers_id, ==, 98);
	g_assert_cmpstr(drafts_other(d, 7, MESSAGE_REPLY), ==, "from the other screen");
	drafts_set(d, 7, MESSAGE_REPLY, "mine, and more", 102);
	g_assert_false(drafts_note(d, 7, MESSAGE_REPLY)->synced);
	drafts_close(d);
	remove_dir(dir);
}

static char *journal_of(const char *dir)
{
	g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
	const char *name = g_dir_read_name(folder);
	char *bytes = NULL;
	if (name) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
	}
	return bytes ? bytes : g_strdup("");
}

/* A twentieth key doesn't wait for the clock: whoever is killed now loses less than that. */
static void drafts__twenty_keys__are_in_the_file_at_once(void)
{
	char *dir = temp_dir();
	struct drafts *d = open_it(dir);
	g_autoptr(GString) text = g_string_new(NULL);
	for (int i = 0; i < 3 * DRAFTS_LAG_KEYS + 7; i++) {
		g_string_append_c(text, (char)('a' + i % 26));
		drafts_set(d, 1, MESSAGE_REPLY, text->str, i + 1);
	}
	/* a copy of the file, as a next life would find it after kill -9 */
	g_autofree char *bytes = journal_of(dir), *path = NULL;
	char *next = temp_dir();
	path = g_build_filename(next, "drafts-00000000.jsonl", NULL);
	g_assert_true(g_file_set_contents(path, bytes, -1, NULL));
	struct drafts *after = open_it(next);
	const char *got = drafts_get(after, 1, MESSAGE_REPLY);
	g_assert_nonnull(got);
	g_assert_true(g_str_has_prefix(text->str, got));
	g_assert_cmpuint(text->len - strlen(got), <, DRAFTS_LAG_KEYS);
	drafts_close(after);
	drafts_close(d);
	remove_dir(next);
	remove_dir(dir);
}

/* Edits anywhere in a text of all kinds of characters, each of them written alone. */
static void drafts__edited_everywhere__next_life_has_each(void)
{
	static const char *const piece[] = {"a", "您", "好", "\xf0\x9f\x98\x80", "e\xcc\x81", "\n", "\"", "\\", "\xc3\xa9", "\xc3\xa8"};
	GRand *rand = g_rand_new_with_seed(7);
	char *dir = temp_dir();
	g_autoptr(GString) text = g_string_new(NULL);
	struct drafts *d = open_it(dir);
	for (int i = 0; i < 400; i++) {
		glong chars = g_utf8_strlen(text->str, -1);
		size_t at = (size_t)(g_utf8_offset_to_pointer(text->str, g_rand_int_range(rand, 0, (int)chars + 1)) - text->str);
		if (g_rand_int_range(rand, 0, 3) == 0 && at < text->len)
			g_string_erase(text, (gssize)at, g_utf8_next_char(text->str + at) - (text->str + at));
		else
			g_string_insert(text, (gssize)at, piece[g_rand_int_range(rand, 0, G_N_ELEMENTS(piece))]);
		drafts_set(d, 1, MESSAGE_NOTE, text->str, i + 1);
		g_assert_true(drafts_flush(d, NULL));
		if (i % 20)
			continue;
		g_autofree char *bytes = journal_of(dir), *path = NULL;
		char *next = temp_dir();
		path = g_build_filename(next, "drafts-00000000.jsonl", NULL);
		g_assert_true(g_file_set_contents(path, bytes, -1, NULL));
		struct drafts *after = open_it(next);
		const char *got = drafts_get(after, 1, MESSAGE_NOTE);
		g_assert_cmpstr(got ? got : "", ==, text->str);
		drafts_close(after);
		remove_dir(next);
	}
	g_rand_free(rand);
	drafts_close(d);
	remove_dir(dir);
}

/* Keys in a pasted book cost what keys cost. */
static void drafts__typed_in_a_large_text__only_the_keys_are_written(void)
{
	char *dir = temp_dir();
	g_autoptr(GString) text = g_string_new(NULL);
	for (int i = 0; i < 10000; i++)
		g_string_append_printf(text, "line %d of something that somebody had pasted here\n", i);
	struct drafts *d = open_it(dir);
	drafts_set(d, 1, MESSAGE_REPLY, text->str, 1);
	g_assert_true(drafts_flush(d, NULL));
	g_autofree char *before = journal_of(dir);
	for (int i = 0; i < 100; i++) {
		g_string_insert_c(text, (gssize)text->len / 2 + i, 'x');
		drafts_set(d, 1, MESSAGE_REPLY, text->str, i + 2);
		g_assert_true(drafts_flush(d, NULL));
	}
	g_autofree char *now = journal_of(dir);
	g_assert_cmpuint(strlen(now), <, strlen(before) + (100 << 7));
	drafts_close(d);
	d = open_it(dir);
	g_assert_cmpstr(drafts_get(d, 1, MESSAGE_REPLY), ==, text->str);
	drafts_close(d);
	remove_dir(dir);
}

static void drafts__file_of_the_version_before__is_read(void)
{
	char *dir = temp_dir();
	g_autofree char *path = g_build_filename(dir, "drafts-0badcafe.jsonl", NULL);
	g_assert_true(g_file_set_contents(path, "{\"ticket\":5,\"kind\":\"reply\",\"at\":1,\"text\":\"old\"}\n"
	                                        "{\"ticket\":5,\"kind\":\"reply\",\"at\":2,\"text\":\"older\"}\n", -1, NULL));
	struct drafts *d = open_it(dir);
	g_assert_cmpstr(drafts_get(d, 5, MESSAGE_REPLY), ==, "older");
	drafts_close(d);
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
	g_test_add_func("/drafts/two", drafts__two_workstations_die__both_texts_are_kept);
	g_test_add_func("/drafts/two-synced", drafts__older_one_was_synced__newer_text_wins);
	g_test_add_func("/drafts/note", drafts__note_and_other_text__come_back);
	g_test_add_func("/drafts/twenty", drafts__twenty_keys__are_in_the_file_at_once);
	g_test_add_func("/drafts/everywhere", drafts__edited_everywhere__next_life_has_each);
	g_test_add_func("/drafts/large", drafts__typed_in_a_large_text__only_the_keys_are_written);
	g_test_add_func("/drafts/version-before", drafts__file_of_the_version_before__is_read);
	g_test_add_func("/drafts/compact", drafts__many_edits__file_stays_small);
	g_test_add_func("/drafts/disk-full", drafts__disk_full__told_once_memory_keeps_them);
	g_test_add_func("/drafts/merged", drafts__ticket_merged__text_goes_behind_what_is_there);
	return g_test_run();
}
