/* Files of drafts: up in the background, with the message, back when it is refused, over a restart. */
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/media.h"

static char *make_file(struct desk_under_test *t, const char *name, const char *text)
{
	char *path = g_build_filename(t->dir, name, NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

static enum store_file_state state_of(struct desk_under_test *t, guint i)
{
	struct store_file f;
	g_assert_true(store_file_at(t->s, 1001, MESSAGE_REPLY, i, &f));
	return f.state;
}

static void attach(struct desk_under_test *t, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_attach(t->s, 1001, MESSAGE_REPLY, path, &error));
	g_assert_no_error(error);
}

static void reply_with_files(struct desk_under_test *t, const char *body)
{
	struct change c;
	g_autoptr(GError) error = NULL;
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = 1001;
	c.body = g_strdup(body);
	g_assert_true(store_files_ready(t->s, 1001, MESSAGE_REPLY, &c.attachment_ids, &error));
	store_write(t->s, &c);
	change_clear(&c);
}

static void attached__goes_up_and_along(void)
{
	struct desk_under_test t;
	const char *name = NULL;
	fixture_up(&t, 3);
	fixture_start(&t);
	g_autofree char *path = make_file(&t, "a b.txt", "hello");
	attach(&t, path);
	attach(&t, path);
	settle(&t);
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_REPLY), ==, 2);
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_NOTE), ==, 0);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_READY);
	g_assert_cmpuint(scripted_files(t.b), ==, 2);
	reply_with_files(&t, "see these");
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_REPLY), ==, 0);
	settle(&t);
	const GPtrArray *writes = scripted_writes(t.b);
	const struct change *c = writes->pdata[writes->len - 1];
	g_assert_cmpuint(c->attachment_ids->len, ==, 2);
	g_assert_nonnull(scripted_file(t.b, g_array_index(c->attachment_ids, desk_id, 0), &name));
	g_assert_cmpstr(name, ==, "a b.txt");
	fixture_down(&t);
}

static void wrong_paths__are_told(void)
{
	struct desk_under_test t;
	g_autoptr(GError) error = NULL;
	fixture_up(&t, 3);
	fixture_start(&t);
	g_assert_false(store_attach(t.s, 1001, MESSAGE_REPLY, "/nonexistent/x", &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	g_clear_error(&error);
	g_assert_false(store_attach(t.s, 1001, MESSAGE_REPLY, t.dir, &error));
	g_assert_nonnull(strstr(error->message, "folder"));
	g_clear_error(&error);
	g_autofree char *fifo = g_build_filename(t.dir, "fifo", NULL);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_false(store_attach(t.s, 1001, MESSAGE_REPLY, fifo, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_REPLY), ==, 0);
	fixture_down(&t);
}

static void refused_message__gives_them_back(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3);
	fixture_start(&t);
	g_autofree char *path = make_file(&t, "a.txt", "hello");
	attach(&t, path);
	settle(&t);
	scripted_line(t.b, "{\"on\":\"reply\",\"error\":\"forbidden\",\"message\":\"not now\"}");
	reply_with_files(&t, "text");
	settle(&t);
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_REPLY), ==, 1);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_READY);
	/* again, as it was */
	struct pending p;
	g_assert_true(store_pending_at(t.s, 1001, 0, &p));
	g_autofree char *key = g_strdup(p.change->once_key);
	store_pending_resend(t.s, key);
	settle(&t);
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_REPLY), ==, 0);
	g_assert_cmpuint(store_pending_count(t.s, 0), ==, 0);
	fixture_down(&t);
}

/* The server swept the file: it goes up once more, with the same key. */
static void lost_at_the_server__goes_up_again(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3);
	fixture_start(&t);
	g_autofree char *path = make_file(&t, "a.txt", "hello");
	attach(&t, path);
	settle(&t);
	scripted_line(t.b, "{\"on\":\"reply\",\"error\":\"gone\",\"message\":\"attach it again\"}");
	scripted_line(t.b, "{\"on\":\"upload\",\"hold\":true}");
	reply_with_files(&t, "text");
	wait_until(scripted_held(t.b) == 1);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_MOVING);
	scripted_step(t.b);
	settle(&t);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_READY);
	g_assert_cmpuint(scripted_files(t.b), ==, 1);
	fixture_down(&t);
}

static void offline__waits_and_is_told(void)
{
	struct desk_under_test t;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) ids = NULL;
	fixture_up(&t, 3);
	fixture_start(&t);
	scripted_line(t.b, "{\"online\":false}");
	settle(&t);
	g_autofree char *path = make_file(&t, "a.txt", "hello");
	attach(&t, path);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_WAITING);
	g_assert_false(store_files_ready(t.s, 1001, MESSAGE_REPLY, &ids, &error));
	g_assert_error(error, DESK_ERROR, DESK_BUSY);
	scripted_line(t.b, "{\"online\":true}");
	settle(&t);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_READY);
	store_detach(t.s, 1001, MESSAGE_REPLY, 0);
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_REPLY), ==, 0);
	fixture_down(&t);
}

static void restart__remembers_them(void)
{
	struct desk_under_test t;
	fixture_up(&t, 3);
	fixture_start(&t);
	g_autofree char *up = make_file(&t, "up.txt", "hello"), *waits = make_file(&t, "waits.txt", "later"),
			*changes = make_file(&t, "changes.txt", "first");
	attach(&t, up);
	settle(&t);
	scripted_line(t.b, "{\"online\":false}");
	settle(&t);
	attach(&t, waits);
	attach(&t, changes);
	store_free(t.s);
	g_assert_true(g_file_set_contents(changes, "something else", -1, NULL));
	scripted_line(t.b, "{\"online\":true}");
	fixture_open_store(&t);
	fixture_start(&t);
	g_assert_cmpuint(store_file_count(t.s, 1001, MESSAGE_REPLY), ==, 3);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_READY);
	g_assert_cmpint(state_of(&t, 1), ==, STORE_FILE_READY);
	g_assert_cmpint(state_of(&t, 2), ==, STORE_FILE_FAILED);
	g_assert_nonnull(strstr(t.said->str, "changed since"));
	g_assert_cmpuint(scripted_files(t.b), ==, 2);
	fixture_down(&t);
}

static void infected__cannot_be_sent(void)
{
	struct desk_under_test t;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) ids = NULL;
	fixture_up(&t, 3);
	fixture_start(&t);
	g_autofree char *path = make_file(&t, "virus.exe", "x");
	attach(&t, path);
	settle(&t);
	g_assert_cmpint(state_of(&t, 0), ==, STORE_FILE_FAILED);
	g_assert_false(store_files_ready(t.s, 1001, MESSAGE_REPLY, &ids, &error));
	g_assert_nonnull(strstr(error->message, "infected"));
	fixture_down(&t);
}

struct got {
	int calls;
	enum desk_code code;
};

static void got_it(const char *path, const GError *error, void *arg)
{
	struct got *g = arg;
	(void)path;
	g->calls++;
	g->code = error ? desk_error_code(error) : DESK_CODE_COUNT;
}

static void fetched__whole_private_and_never_over_another(void)
{
	struct desk_under_test t;
	struct got g = {0};
	struct attachment a = {.id = 50, .name = (char *)"x", .size = 5};
	struct stat st;
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	fixture_up(&t, 3);
	fixture_start(&t);
	scripted_line(t.b, "{\"file\":50,\"name\":\"x\",\"text\":\"words\"}");
	g_autofree char *path = g_build_filename(t.dir, "saved", NULL);
	g_assert_true(store_fetch(t.s, &a, path, FALSE, got_it, &g, NULL, &error));
	wait_until(g.calls == 1);
	g_assert_cmpint(g.code, ==, DESK_CODE_COUNT);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "words");
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	g_assert_false(store_fetch(t.s, &a, path, FALSE, got_it, &g, NULL, &error));
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	g_assert_true(store_fetch(t.s, &a, path, TRUE, got_it, &g, NULL, &error));
	wait_until(g.calls == 2);
	g_assert_cmpint(g.code, ==, DESK_CODE_COUNT);
	a.sha256 = (char *)"0000";
	g_autofree char *other = g_build_filename(t.dir, "other", NULL);
	g_assert_true(store_fetch(t.s, &a, other, FALSE, got_it, &g, NULL, &error));
	wait_until(g.calls == 3);
	g_assert_cmpint(g.code, ==, DESK_PROTOCOL);
	g_assert_false(g_file_test(other, G_FILE_TEST_EXISTS));
	g_autoptr(GDir) dir = g_dir_open(t.dir, 0, NULL);
	for (const char *name; (name = g_dir_read_name(dir));)
		g_assert_null(strstr(name, "part"));
	fixture_down(&t);
}

static void media__by_name_and_pattern(void)
{
	g_assert_cmpstr(media_of_name("Report.PDF"), ==, "application/pdf");
	g_assert_cmpstr(media_of_name("noend"), ==, "application/octet-stream");
	g_assert_true(media_matches("image/*", "image/png", "a.png"));
	g_assert_false(media_matches("image/*", "text/plain", "image.txt"));
	g_assert_true(media_matches("*.pdf", "application/octet-stream", "A.PDF"));
	g_assert_true(media_matches("*", NULL, NULL));
	static const struct {
		gint64 bytes;
		const char *text;
	} sizes[] = {{0, "0 B"}, {1023, "1023 B"}, {1024, "1 KB"}, {122880, "120 KB"}, {2202009, "2.1 MB"},
		     {INT64_C(26214400), "25 MB"}};
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *text = media_size(sizes[i].bytes);
		g_assert_cmpstr(text, ==, sizes[i].text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/files/attached__goes_up_and_along", attached__goes_up_and_along);
	g_test_add_func("/files/wrong_paths__are_told", wrong_paths__are_told);
	g_test_add_func("/files/refused_message__gives_them_back", refused_message__gives_them_back);
	g_test_add_func("/files/lost_at_the_server__goes_up_again", lost_at_the_server__goes_up_again);
	g_test_add_func("/files/offline__waits_and_is_told", offline__waits_and_is_told);
	g_test_add_func("/files/restart__remembers_them", restart__remembers_them);
	g_test_add_func("/files/infected__cannot_be_sent", infected__cannot_be_sent);
	g_test_add_func("/files/fetched__whole_and_private", fetched__whole_private_and_never_over_another);
	g_test_add_func("/files/media__by_name_and_pattern", media__by_name_and_pattern);
	return g_test_run();
}
