/* Attachments: files kept by their content, swept when nobody refers to them, never handed out damaged. */
#include "desk_fixture.inc"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "server/desk/attachments.h"
#include "server/scanner.h"

struct desk_with_files {
	struct fixture f;
	struct attachments *a;
	char *dir;
};

static void files_open(struct desk_with_files *d, const struct attachments_conf *like)
{
	struct attachments_conf conf = *like;
	g_autoptr(GError) error = NULL;

	fixture_open(&d->f, NULL);
	d->dir = g_build_filename(d->f.dir, "files", NULL);
	conf.dir = d->dir;
	d->a = attachments_open(&conf, &error);
	g_assert_no_error(error);
	desk_set_attachments(d->f.desk, d->a);
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_tree(inner);
	}
	g_remove(path);
}

static void files_close(struct desk_with_files *d)
{
	desk_set_attachments(d->f.desk, NULL);
	attachments_close(d->a);
	remove_tree(d->dir);
	g_free(d->dir);
	fixture_close(&d->f);
}

static struct attachment_new fresh(const char *name, const char *bytes, size_t len, desk_id by_id)
{
	struct attachment_new n = {.fd = -1, .bytes = bytes, .by_id = by_id};

	attachment_name(&n.meta, name, "text/plain");
	n.meta.size = (int64_t)len;
	n.meta.sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, len);
	return n;
}

struct adding {
	struct attachments *a;
	struct attachment_new *n;
};

static gboolean add_job(struct db_tx *tx, void *arg, GError **error)
{
	struct adding *j = arg;

	return attachments_add(j->a, tx, j->n, 0, 0, error);
}

/* The id of a kept one. */
static desk_id keep(struct desk_with_files *d, const char *name, const char *bytes, size_t len, char **sha256)
{
	struct attachment_new n = fresh(name, bytes, len, d->f.li.person_id);
	struct adding j = {d->a, &n};
	g_autoptr(GError) error = NULL;

	g_assert_true(attachments_take(d->a, &n, &error));
	g_assert_true(db_submit_wait(d->f.db, add_job, &j, &error));
	g_assert_no_error(error);
	if (sha256)
		*sha256 = g_strdup(n.meta.sha256);
	desk_id id = n.meta.id;
	attachment_new_clear(&n);
	return id;
}

static gboolean give(struct desk_with_files *d, desk_id id, GString *out, GError **error)
{
	struct db_conn *conn = db_read_begin(d->f.db, error);
	struct attachment_row r = {0};
	g_autoptr(GBytes) bytes = NULL;
	char chunk[4096];
	int fd = -1;
	gboolean ok = attachment_read(conn, id, &r, error) && attachments_bytes(d->a, conn, &r, &fd, &bytes, error);

	for (ssize_t n; ok && fd >= 0 && (n = read(fd, chunk, sizeof chunk)) > 0;)
		g_string_append_len(out, chunk, n);
	if (ok && bytes)
		g_string_append_len(out, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
	if (fd >= 0)
		close(fd);
	db_read_end(d->f.db, conn);
	attachment_row_clear(&r);
	return ok;
}

static void large_and_small__come_back_as_they_were(void)
{
	struct desk_with_files d;
	g_autofree char *big = g_strnfill(5000, 'b');
	g_autofree char *sum = NULL, *sum_small = NULL;
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	files_open(&d, &(struct attachments_conf){.inline_bytes = 1024});
	desk_id large = keep(&d, "big.txt", big, 5000, &sum), small = keep(&d, "s", "tiny", 4, &sum_small);
	desk_id empty = keep(&d, "e", "", 0, NULL);
	g_assert_true(filestore_has(attachments_store(d.a), sum, 5000));
	g_assert_false(filestore_has(attachments_store(d.a), sum_small, 4));
	g_assert_true(give(&d, large, got, &error));
	g_assert_cmpstr(got->str, ==, big);
	g_string_truncate(got, 0);
	g_assert_true(give(&d, small, got, &error));
	g_assert_cmpstr(got->str, ==, "tiny");
	g_string_truncate(got, 0);
	g_assert_true(give(&d, empty, got, &error));
	g_assert_cmpuint(got->len, ==, 0);
	files_close(&d);
}

static void damage__is_found_and_healed_by_the_same_content(void)
{
	struct desk_with_files d;
	g_autofree char *big = g_strnfill(5000, 'b');
	g_autofree char *sum = NULL;
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	files_open(&d, &(struct attachments_conf){.inline_bytes = 1024});
	desk_id id = keep(&d, "big.txt", big, 5000, &sum);
	g_autofree char *path = filestore_path(attachments_store(d.a), sum);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	g_assert_cmpint(pwrite(fd, "X", 1, 4999), ==, 1);
	close(fd);
	g_assert_false(give(&d, id, got, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpuint(got->len, ==, 0);
	g_clear_error(&error);
	keep(&d, "again.txt", big, 5000, NULL);
	g_assert_true(give(&d, id, got, &error));
	g_assert_cmpstr(got->str, ==, big);
	g_remove(path);
	g_assert_false(give(&d, id, got, &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	files_close(&d);
}

static void unused_ones__go_after_a_day_with_their_file(void)
{
	struct desk_with_files d;
	g_autofree char *big = g_strnfill(5000, 'b');
	g_autofree char *sum = NULL;
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	files_open(&d, &(struct attachments_conf){.inline_bytes = 1024});
	desk_id old = keep(&d, "a", big, 5000, &sum), small = keep(&d, "s", "tiny", 4, NULL);
	fixture_pass(ATTACHMENT_LOOSE_MS - 1000);
	desk_id young = keep(&d, "b", big, 5000, NULL);
	desk_due(d.f.desk, &error);
	g_assert_true(give(&d, old, got, &error));
	fixture_pass(ATTACHMENT_LOOSE_MS / 2);
	desk_due(d.f.desk, &error);
	g_assert_false(give(&d, old, got, &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_clear_error(&error);
	g_assert_false(give(&d, small, got, NULL));
	/* the same content has another owner still */
	g_assert_true(give(&d, young, got, &error));
	fixture_pass(ATTACHMENT_LOOSE_MS);
	desk_due(d.f.desk, &error);
	g_assert_no_error(error);
	g_assert_false(filestore_has(attachments_store(d.a), sum, 5000));
	files_close(&d);
}

static void too_many_unused__are_refused(void)
{
	struct desk_with_files d;
	g_autoptr(GError) error = NULL;

	files_open(&d, &(struct attachments_conf){.loose_max = 2});
	keep(&d, "a", "x", 1, NULL);
	keep(&d, "b", "y", 1, NULL);
	struct attachment_new n = fresh("c", "z", 1, d.f.li.person_id);
	struct adding j = {d.a, &n};
	g_assert_true(attachments_take(d.a, &n, &error));
	g_assert_false(db_submit_wait(d.f.db, add_job, &j, &error));
	g_assert_error(error, DESK_ERROR, DESK_LIMIT);
	attachment_new_clear(&n);
	files_close(&d);
}

static void names__lose_what_could_do_harm(void)
{
	static const struct {
		const char *sent, *kept;
	} cases[] = {{"a.txt", "a.txt"}, {"../../x", "x"}, {"c:\\dir\\y.doc", "y.doc"}, {"", "file"}, {"..", "file"},
		     {"a/", "file"}, {"\x1b[31mred\x07", "[31mred"}, {"报告 1.pdf", "报告 1.pdf"}, {NULL, "file"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct attachment m = {0};

		attachment_name(&m, cases[i].sent, "Text/HTML; charset=utf-8");
		g_assert_cmpstr(m.name, ==, cases[i].kept);
		g_assert_cmpstr(m.media, ==, "text/html");
		attachment_name(&m, "x", "no such\r\nthing");
		g_assert_cmpstr(m.media, ==, "application/octet-stream");
		g_free(m.name);
		g_free(m.media);
	}
}

static void file_of_nobody__is_forgotten_by_verify(void)
{
	struct desk_with_files d;
	struct attachments_report report = {0};
	g_autofree char *big = g_strnfill(5000, 'n');
	g_autoptr(GError) error = NULL;

	files_open(&d, &(struct attachments_conf){.inline_bytes = 1024});
	struct attachment_new n = fresh("lost", big, 5000, 0);
	g_assert_true(attachments_take(d.a, &n, &error)); /* and the server died before its row */
	g_autofree char *path = filestore_path(attachments_store(d.a), n.meta.sha256);
	keep(&d, "kept", "abc", 3, NULL);
	g_assert_true(attachments_verify(d.a, d.f.db, NULL, NULL, &report, &error));
	g_assert_cmpuint(report.count, ==, 1);
	g_assert_cmpuint(report.orphans, ==, 0); /* it is young: an upload may be under way */
	struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	g_assert_cmpint(utimensat(AT_FDCWD, path, old, 0), ==, 0);
	g_assert_true(attachments_verify(d.a, d.f.db, NULL, NULL, &report, &error));
	g_assert_cmpuint(report.orphans, ==, 1);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	attachment_new_clear(&n);
	files_close(&d);
}

static void scanner__is_a_program_and_no_shell(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *why = NULL;

	g_assert_null(scanner_parse("clamscan -q", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_auto(GStrv) no = scanner_parse("/bin/sh -c 'exit 1' --", NULL);
	g_assert_cmpint(scanner_run(no, "/dev/null", 60000, &why), ==, SCAN_INFECTED);
	g_auto(GStrv) yes = scanner_parse("/usr/bin/test -e", NULL);
	g_assert_cmpint(scanner_run(yes, "/dev/null", 60000, &why), ==, SCAN_CLEAN);
	g_assert_null(why);
	g_auto(GStrv) none = scanner_parse("/nonexistent/scanner", NULL);
	g_assert_cmpint(scanner_run(none, "/dev/null", 60000, &why), ==, SCAN_SCAN_FAILED);
	g_assert_nonnull(why);
	g_clear_pointer(&why, g_free);
	g_auto(GStrv) slow = scanner_parse("/bin/sh -c 'sleep 600 & sleep 600; true'", NULL);
	g_assert_cmpint(scanner_run(slow, "/dev/null", 100, &why), ==, SCAN_SCAN_FAILED);
	g_assert_nonnull(strstr(why, "longer"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/attachments/large_and_small__come_back_as_they_were", large_and_small__come_back_as_they_were);
	g_test_add_func("/attachments/damage__is_found_and_healed", damage__is_found_and_healed_by_the_same_content);
	g_test_add_func("/attachments/unused_ones__go_after_a_day", unused_ones__go_after_a_day_with_their_file);
	g_test_add_func("/attachments/too_many_unused__are_refused", too_many_unused__are_refused);
	g_test_add_func("/attachments/names__lose_what_could_do_harm", names__lose_what_could_do_harm);
	g_test_add_func("/attachments/file_of_nobody__is_forgotten", file_of_nobody__is_forgotten_by_verify);
	g_test_add_func("/attachments/scanner__is_a_program_and_no_shell", scanner__is_a_program_and_no_shell);
	return g_test_run();
}
