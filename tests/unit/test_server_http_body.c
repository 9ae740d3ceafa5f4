/* Large bodies and answers from files, over raw sockets. */
#include <fcntl.h>
#include <glib/gstdio.h>

#include "http_fixture.h"
#include "server/http.h"

#define LARGE_MAX (2 << 20)

struct shelf {
	char *dir, *path, *spool;
	struct http_server *server;
	int spooled;       /* bodies that came in a file */
	char *linked;      /* where "/keep" puts its file */
};

static void plan(struct http_exchange *x, struct http_body_plan *p, void *arg)
{
	(void)arg;
	if (g_str_has_prefix(http_path(x), "/large") || strcmp(http_path(x), "/keep") == 0) {
		p->spool = TRUE;
		p->max_bytes = LARGE_MAX;
	} else if (strcmp(http_path(x), "/small") == 0) {
		p->max_bytes = 10;
	} else if (strcmp(http_path(x), "/stranger") == 0) {
		http_respond(x, 401, "text/plain", g_string_new("who?"));
	}
}

/* Answers with the length, the sum, and where the body was. */
static void handle(struct http_exchange *x, void *arg)
{
	struct shelf *s = arg;
	int64_t size;
	size_t len;
	int fd = http_body_fd(x, &size);
	const char *body = http_body(x, &len);

	if (strcmp(http_path(x), "/file") == 0) {
		http_answer_header(x, "Content-Disposition", "attachment");
		fd = open(s->linked, O_RDONLY | O_CLOEXEC);
		http_respond_fd(x, 200, fd, LARGE_MAX - 1);
		return;
	}
	if (fd >= 0) {
		g_autofree char *from = g_strdup_printf("/proc/self/fd/%d", fd);
		struct stat st;

		g_assert_cmpuint(len, ==, 0);
		g_assert_cmpint(fstat(fd, &st), ==, 0);
		g_assert_cmpint(st.st_mode & 0777, ==, 0600);
		g_assert_cmpint(st.st_size, ==, size);
		g_assert_cmpint(st.st_nlink, ==, 0);
		g_atomic_int_inc(&s->spooled);
		if (strcmp(http_path(x), "/keep") == 0 && linkat(AT_FDCWD, from, AT_FDCWD, s->linked, AT_SYMLINK_FOLLOW) < 0)
			g_assert_true(errno == ENOENT || errno == EXDEV); /* a file system without O_TMPFILE */
	} else {
		g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)body, len);

		g_assert_cmpint(size, ==, (int64_t)len);
		g_assert_cmpstr(sum, ==, http_body_sha256(x));
	}
	GString *out = g_string_new(NULL);
	g_string_printf(out, "%" G_GINT64_FORMAT " %s", size, http_body_sha256(x));
	http_respond(x, 200, "text/plain", out);
}

static void shelf_start(struct shelf *s, gboolean with_folder)
{
	g_autoptr(GError) error = NULL;

	memset(s, 0, sizeof *s);
	s->dir = g_dir_make_tmp("ttydesk-body-XXXXXX", &error);
	g_assert_no_error(error);
	s->path = g_build_filename(s->dir, "s", NULL);
	s->spool = g_build_filename(s->dir, "spool", NULL);
	s->linked = g_build_filename(s->dir, "linked", NULL);
	if (with_folder)
		g_assert_cmpint(g_mkdir(s->spool, 0700), ==, 0);
	struct http_conf conf = {.unix_path = s->path, .handler = handle, .plan = plan, .arg = s,
				 .spool_dir = s->spool};
	s->server = http_start(&conf, &error);
	g_assert_no_error(error);
}

static void shelf_stop(struct shelf *s)
{
	http_stop(s->server, 1000);
	g_unlink(s->linked);
	if (g_file_test(s->spool, G_FILE_TEST_EXISTS))
		g_assert_cmpint(g_rmdir(s->spool), ==, 0); /* nothing was left in it */
	g_assert_cmpint(g_rmdir(s->dir), ==, 0);
	g_free(s->dir);
	g_free(s->path);
	g_free(s->spool);
	g_free(s->linked);
}

static char *bytes_of(size_t len)
{
	char *bytes = g_malloc(len + 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	bytes[len] = '\0';
	return bytes;
}

/* One request on a connection of its own; the whole answer. */
static GString *ask(const struct shelf *s, const char *method, const char *path, const char *body, size_t len,
		    size_t declared)
{
	g_autofree char *head = g_strdup_printf("%s %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n",
						method, path, declared);
	int fd = dial(s->path);

	say(fd, head, strlen(head));
	say(fd, body, len);
	GString *answer = hear_all(fd);
	close(fd);
	return answer;
}

static void post(const struct shelf *s, const char *path, size_t len)
{
	g_autofree char *bytes = bytes_of(len);
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, len);
	g_autofree char *want = g_strdup_printf("%zu %s", len, sum);
	g_autoptr(GString) answer = ask(s, "POST", path, bytes, len, len);

	g_assert_cmpint(status_of(answer), ==, 200);
	g_assert_true(g_str_has_suffix(answer->str, want));
}

static void body__large__spooled_with_its_sum(void)
{
	struct shelf s;

	shelf_start(&s, TRUE);
	post(&s, "/large", 0);
	post(&s, "/large", 1);
	post(&s, "/large", HTTP_SPOOL_BYTES);
	g_assert_cmpint(s.spooled, ==, 0);
	post(&s, "/large", HTTP_SPOOL_BYTES + 1);
	post(&s, "/large", LARGE_MAX);
	g_assert_cmpint(s.spooled, ==, 2);
	post(&s, "/other", HTTP_SPOOL_BYTES + 1); /* no plan asks for a file */
	g_assert_cmpint(s.spooled, ==, 2);
	shelf_stop(&s);
}

static void body__spooled__can_be_linked_into_place(void)
{
	g_autofree char *bytes = bytes_of(LARGE_MAX), *found = NULL;
	struct shelf s;
	gsize len = 0;

	shelf_start(&s, TRUE);
	post(&s, "/keep", LARGE_MAX);
	if (g_file_get_contents(s.linked, &found, &len, NULL))
		g_assert_cmpmem(found, len, bytes, LARGE_MAX);
	else
		g_test_skip("this file system has no files without a name");
	shelf_stop(&s);
}

static void body__over_the_plan__413_before_and_while_reading(void)
{
	g_autofree char *bytes = bytes_of(LARGE_MAX + 1);
	struct shelf s;

	shelf_start(&s, TRUE);
	g_autoptr(GString) large = ask(&s, "POST", "/large", bytes, 0, LARGE_MAX + 1);
	g_autoptr(GString) small = ask(&s, "POST", "/small", "12345678901", 11, 11);
	g_autoptr(GString) other = ask(&s, "POST", "/other", "", 0, (4 << 20) + 1);
	g_assert_cmpint(status_of(large), ==, 413);
	g_assert_nonnull(strstr(large->str, "larger than 2 MiB"));
	g_assert_cmpint(status_of(small), ==, 413);
	g_assert_nonnull(strstr(small->str, "larger than 10 bytes"));
	g_assert_cmpint(status_of(other), ==, 413);
	g_assert_nonnull(strstr(other->str, "larger than 4 MiB"));
	shelf_stop(&s);
}

static void body__plan_answers__body_is_not_waited_for(void)
{
	struct shelf s;

	shelf_start(&s, TRUE);
	g_autoptr(GString) answer = ask(&s, "POST", "/stranger", "ab", 2, 4000000);
	g_assert_cmpint(status_of(answer), ==, 401);
	g_assert_nonnull(strstr(answer->str, "Connection: close"));
	g_assert_true(g_str_has_suffix(answer->str, "who?"));
	shelf_stop(&s);
}

static void body__no_folder__503_and_the_server_lives(void)
{
	g_autofree char *bytes = bytes_of(HTTP_SPOOL_BYTES + 1);
	struct shelf s;

	shelf_start(&s, FALSE);
	g_autoptr(GString) answer = ask(&s, "POST", "/large", bytes, HTTP_SPOOL_BYTES + 1, HTTP_SPOOL_BYTES + 1);
	g_assert_cmpint(status_of(answer), ==, 503);
	g_assert_nonnull(strstr(answer->str, "\"busy\""));
	post(&s, "/large", 100);
	shelf_stop(&s);
}

static void body__sender_leaves__nothing_is_left(void)
{
	g_autofree char *bytes = bytes_of(HTTP_SPOOL_BYTES * 2);
	struct shelf s;

	shelf_start(&s, TRUE);
	for (int i = 0; i < 5; i++) {
		const char *head = "POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n";
		int fd = dial(s.path);

		say(fd, head, strlen(head));
		say(fd, bytes, HTTP_SPOOL_BYTES * 2);
		close(fd);
	}
	post(&s, "/large", LARGE_MAX);
	shelf_stop(&s);
}

static void answer__from_a_file__length_type_and_bytes(void)
{
	g_autofree char *bytes = bytes_of(LARGE_MAX);
	g_autoptr(GError) error = NULL;
	struct shelf s;

	shelf_start(&s, TRUE);
	g_file_set_contents(s.linked, bytes, LARGE_MAX, &error);
	g_assert_no_error(error);
	g_autoptr(GString) answer = ask(&s, "GET", "/file", "", 0, 0);
	const char *end = strstr(answer->str, "\r\n\r\n");
	g_assert_cmpint(status_of(answer), ==, 200);
	g_assert_nonnull(end);
	g_autofree char *head = g_strndup(answer->str, (gsize)(end - answer->str));
	g_assert_nonnull(strstr(head, "Content-Length: 2097151"));
	g_assert_nonnull(strstr(head, "Content-Type: application/octet-stream"));
	g_assert_nonnull(strstr(head, "X-Content-Type-Options: nosniff"));
	g_assert_nonnull(strstr(head, "Content-Disposition: attachment"));
	g_assert_cmpmem(end + 4, answer->len - (gsize)(end + 4 - answer->str), bytes, LARGE_MAX - 1);
	g_autoptr(GString) bare = ask(&s, "HEAD", "/file", "", 0, 0);
	g_assert_cmpint(status_of(bare), ==, 200);
	g_assert_true(g_str_has_suffix(bare->str, "\r\n\r\n"));
	shelf_stop(&s);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/server/http/" #name, name)
	T(body__large__spooled_with_its_sum);
	T(body__spooled__can_be_linked_into_place);
	T(body__over_the_plan__413_before_and_while_reading);
	T(body__plan_answers__body_is_not_waited_for);
	T(body__no_folder__503_and_the_server_lives);
	T(body__sender_leaves__nothing_is_left);
	T(answer__from_a_file__length_type_and_bytes);
	return g_test_run();
}
