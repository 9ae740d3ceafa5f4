/* The outbox: nothing lost, nothing doubled, whatever happens to its owner. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/outbox.h"

static char *temp_dir(void)
{
	g_autoptr(GError) error = NULL;
	char *dir = g_dir_make_tmp("outbox-XXXXXX", &error);
	g_assert_no_error(error);
	return dir;
}

/* The files in the folder with this end; *one is one of them (g_free). */
static guint files_in(const char *dir, const char *suffix, char **one)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;
	guint n = 0;
	while ((name = g_dir_read_name(d)))
		if (g_str_has_suffix(name, suffix)) {
			n++;
			if (one && !*one)
				*one = g_build_filename(dir, name, NULL);
		}
	return n;
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

static struct outbox *open_it(const char *dir)
{
	g_autoptr(GError) error = NULL;
	struct outbox *o = outbox_open(dir, &error);
	g_assert_no_error(error);
	g_assert_nonnull(o);
	return o;
}

static void add(struct outbox *o, const char *body, int64_t now_ms, char key[WIRE_KEY_LEN + 1])
{
	g_autoptr(GError) error = NULL;
	struct change c;
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = 1042;
	c.body = g_strdup(body);
	if (key)
		memcpy(key, c.once_key, sizeof(c.once_key));
	g_assert_true(outbox_add(o, &c, now_ms, &error));
	g_assert_no_error(error);
	change_clear(&c);
}

static void outbox__reopened__keeps_what_is_not_done(void)
{
	char *dir = temp_dir();
	char first[WIRE_KEY_LEN + 1], second[WIRE_KEY_LEN + 1];
	struct outbox *o = open_it(dir);
	add(o, "one \"quoted\"\n第二行", 1000, first);
	add(o, "two", 2000, second);
	g_assert_true(outbox_tried(o, second, NULL));
	g_assert_true(outbox_done(o, first, NULL));
	outbox_close(o);

	o = open_it(dir);
	g_assert_cmpuint(outbox_count(o), ==, 1);
	const struct outbox_item *item = outbox_at(o, 0);
	g_assert_cmpstr(item->change.once_key, ==, second);
	g_assert_cmpstr(item->change.body, ==, "two");
	g_assert_cmpint(item->since_ms, ==, 2000);
	g_assert_true(item->tried);
	g_assert_true(outbox_done(o, second, NULL));
	outbox_close(o);
	g_assert_cmpuint(files_in(dir, "", NULL), ==, 0);
	remove_dir(dir);
}

static void outbox__text_of_any_kind__comes_back_as_it_was(void)
{
	char *dir = temp_dir();
	const char *body = "tab\there \\ back / slash \x01 bell \xf0\x9f\x98\x80 {\"done\":\"x\"}";
	struct outbox *o = open_it(dir);
	add(o, body, 1, NULL);
	outbox_close(o);
	o = open_it(dir);
	g_assert_cmpstr(outbox_at(o, 0)->change.body, ==, body);
	outbox_close(o);
	remove_dir(dir);
}

/* The child adds and is killed without a chance to tidy up. */
static void outbox__owner_killed__next_life_adopts(void)
{
	char *dir = temp_dir();
	int fds[2];
	char ready;
	g_assert_cmpint(pipe(fds), ==, 0);
	pid_t child = fork();
	if (child == 0) {
		struct outbox *o = open_it(dir);
		add(o, "written before the kill", 5, NULL);
		add(o, "and this", 6, NULL);
		if (write(fds[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	g_assert_cmpint(read(fds[0], &ready, 1), ==, 1);

	struct outbox *other = open_it(dir); /* while it lives, its items are its own */
	g_assert_cmpuint(outbox_count(other), ==, 0);
	add(other, "mine", 7, NULL);

	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	struct outbox *third = open_it(dir);
	g_assert_cmpuint(outbox_count(third), ==, 2);
	g_assert_cmpstr(outbox_at(third, 0)->change.body, ==, "written before the kill");
	g_assert_cmpstr(outbox_at(third, 1)->change.body, ==, "and this");
	g_assert_cmpuint(outbox_count(other), ==, 1);
	outbox_close(third);
	outbox_close(other);
	close(fds[0]);
	close(fds[1]);
	struct outbox *all = open_it(dir);
	g_assert_cmpuint(outbox_count(all), ==, 3);
	outbox_close(all);
	remove_dir(dir);
}

static void append_raw(const char *path, const char *bytes)
{
	int fd = open(path, O_WRONLY | O_APPEND);
	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, bytes, strlen(bytes)), ==, (ssize_t)strlen(bytes));
	close(fd);
}

static void outbox__torn_last_line__is_dropped(void)
{
	static const char *const tails[] = {"{\"add\":12,\"cha", "{\"add\":12,\"change\":{\"kind\":\"rep\n", "\"\n"};
	for (size_t i = 0; i < G_N_ELEMENTS(tails); i++) {
		char *dir = temp_dir();
		g_autofree char *path = NULL;
		struct outbox *o = open_it(dir);
		add(o, "whole", 1, NULL);
		outbox_close(o);
		g_assert_cmpuint(files_in(dir, ".jsonl", &path), ==, 1);
		append_raw(path, tails[i]);
		o = open_it(dir);
		g_assert_cmpuint(outbox_count(o), ==, 1);
		add(o, "after", 2, NULL);
		outbox_close(o);
		o = open_it(dir);
		g_assert_cmpuint(outbox_count(o), ==, 2);
		outbox_close(o);
		remove_dir(dir);
	}
}

static void outbox__damage_in_the_middle__is_kept_aside(void)
{
	char *dir = temp_dir();
	g_autofree char *path = NULL;
	struct outbox *o = open_it(dir);
	add(o, "whole", 1, NULL);
	outbox_close(o);
	g_assert_cmpuint(files_in(dir, ".jsonl", &path), ==, 1);
	append_raw(path, "garbage\n{\"done\":\"nothing\"}\n");
	g_autoptr(GError) error = NULL;
	g_assert_null(outbox_open(dir, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpuint(files_in(dir, ".damaged", NULL), ==, 1);
	o = open_it(dir); /* and the next opening works */
	g_assert_cmpuint(outbox_count(o), ==, 0);
	outbox_close(o);
	remove_dir(dir);
}

static void outbox__many_ended__file_stays_small(void)
{
	char *dir = temp_dir();
	g_autofree char *path = NULL;
	g_autofree char *body = g_strnfill(4000, 'x');
	struct outbox *o = open_it(dir);
	for (int i = 0; i < 100; i++) {
		char key[WIRE_KEY_LEN + 1];
		add(o, body, i, key);
		g_assert_true(outbox_done(o, key, NULL));
	}
	add(o, "last", 200, NULL);
	g_assert_cmpuint(files_in(dir, ".jsonl", &path), ==, 1);
	GStatBuf st;
	g_assert_cmpint(g_stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_size, <, 128 << 10);
	outbox_close(o);
	o = open_it(dir);
	g_assert_cmpuint(outbox_count(o), ==, 1);
	outbox_close(o);
	remove_dir(dir);
}

static void outbox__many_at_once__come_back_in_order(void)
{
	enum { MANY = 300 };
	char *dir = temp_dir();
	struct outbox *o = open_it(dir);
	struct change changes[MANY];
	const struct change *each[MANY];
	add(o, "before", 1, NULL);
	for (int i = 0; i < MANY; i++) {
		change_init(&changes[i], CHANGE_STATUS);
		changes[i].ticket_id = 1000 + i;
		changes[i].status = STATUS_RESOLVED;
		each[i] = &changes[i];
	}
	g_assert_true(outbox_add_many(o, each, MANY, 2, NULL));
	g_assert_true(outbox_done(o, changes[1].once_key, NULL));
	outbox_close(o);
	o = open_it(dir);
	g_assert_cmpuint(outbox_count(o), ==, MANY);
	g_assert_cmpstr(outbox_at(o, 0)->change.body, ==, "before");
	g_assert_cmpint(outbox_at(o, 1)->change.ticket_id, ==, 1000);
	for (size_t i = 2; i < MANY; i++) {
		g_assert_cmpint(outbox_at(o, i)->change.ticket_id, ==, 1000 + (desk_id)i);
		g_assert_cmpstr(outbox_at(o, i)->change.once_key, ==, changes[i].once_key);
	}
	outbox_close(o);
	for (int i = 0; i < MANY; i++)
		change_clear(&changes[i]);
	remove_dir(dir);
}

static void outbox__no_folder__is_refused_with_a_sentence(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(outbox_open("/dev/null/outbox", &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/outbox/reopened", outbox__reopened__keeps_what_is_not_done);
	g_test_add_func("/outbox/any-text", outbox__text_of_any_kind__comes_back_as_it_was);
	g_test_add_func("/outbox/owner-killed", outbox__owner_killed__next_life_adopts);
	g_test_add_func("/outbox/torn", outbox__torn_last_line__is_dropped);
	g_test_add_func("/outbox/damage", outbox__damage_in_the_middle__is_kept_aside);
	g_test_add_func("/outbox/compact", outbox__many_ended__file_stays_small);
	g_test_add_func("/outbox/many", outbox__many_at_once__come_back_in_order);
	g_test_add_func("/outbox/no-folder", outbox__no_folder__is_refused_with_a_sentence);
	return g_test_run();
}
