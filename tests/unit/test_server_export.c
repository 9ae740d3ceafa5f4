/* Export and backup: what goes out comes in again the same, into this desk and into another. */
#include "desk_fixture.inc"

#include "server/backup.h"
#include "server/desk/export.h"
#include "server/desk/export_table.h"
#include "server/desk/records.h"

static const char *const file =
	"{\"type\":\"group\",\"key\":\"lamps\",\"title\":\"Lamps\",\"tier\":1}\n"
	"{\"type\":\"category\",\"key\":\"lamp\"}\n"
	"{\"type\":\"field\",\"key\":\"serial\",\"category\":\"lamp\"}\n"
	"{\"type\":\"person\",\"key\":\"bo\",\"display\":\"Bo\",\"groups\":[\"lamps\"]}\n"
	"{\"type\":\"customer\",\"key\":\"ada\",\"name\":\"Ada, \\\"the\\\" Lamp\",\"email\":\"=ada@example.org\","
	"\"phone\":\"+86 138\",\"language\":\"zh\",\"birth_year\":1980,\"registered\":\"2026-01-02\","
	"\"orders\":[{\"number\":\"A-1\",\"items\":\"a lamp\",\"amount\":\"9.50\",\"at\":\"2026-02-03\"},"
	"{\"number\":\"A-2\",\"state\":\"shipped\",\"amount\":\"0.05\",\"at\":\"2026-02-01\"}]}\n"
	"{\"type\":\"article\",\"key\":\"kb\",\"module\":\"product\",\"title\":\"No light\",\"body\":[\"1. a\",\"2. b\"],"
	"\"at\":\"2026-02-03\",\"history\":[{\"title\":\"Dark\",\"body\":\"old\",\"at\":\"2026-01-03\"}]}\n"
	"{\"type\":\"ticket\",\"key\":\"t-1\",\"customer\":\"ada\",\"subject\":\"没有光\",\"group\":\"lamps\","
	"\"status\":\"resolved\",\"assignee\":\"bo\",\"created\":\"2026-03-01\",\"claimed\":\"2026-03-02\","
	"\"resolved\":\"2026-03-04\",\"tags\":[\"lamp\"],\"rating\":4,\"rating_comment\":\"fine\",\"category\":\"lamp\","
	"\"fields\":[{\"name\":\"serial\",\"value\":\"X-1\"}],"
	"\"checklist\":[{\"text\":\"look\",\"done\":true,\"by\":\"bo\",\"at\":\"2026-03-02\"}],\"messages\":["
	"{\"from\":\"customer\",\"body\":\"it is dark\",\"at\":\"2026-03-01\",\"key\":\"a\"},"
	"{\"from\":\"note\",\"author\":\"bo\",\"body\":\"a bulb\",\"at\":\"2026-03-02\"},"
	"{\"from\":\"reply\",\"author\":\"bo\",\"body\":\"on it\\nnow\",\"at\":\"2026-03-03\"}]}\n";

static FILE *file_of(const char *text, gsize len)
{
	FILE *f = tmpfile();

	g_assert_cmpuint(fwrite(text, 1, len, f), ==, len);
	rewind(f);
	return f;
}

static void complain(const char *line, void *arg)
{
	g_string_append_printf(arg, "%s\n", line);
}

static struct import_report take(struct fixture *f, const char *text, int table, GString *said)
{
	g_autoptr(GError) error = NULL;
	struct import_report report;
	FILE *in = file_of(text, strlen(text));
	const struct import_conf conf = {.name = "x", .table = table, .complain = complain, .arg = said};

	import_stream(f->desk, in, &conf, &report, &error);
	g_assert_no_error(error);
	fclose(in);
	return report;
}

static char *give(struct fixture *f, unsigned types, enum export_format format)
{
	g_autoptr(GError) error = NULL;
	const struct export_conf conf = {.types = types, .format = format};
	FILE *out = tmpfile();
	guint64 n = 0;
	GString *text = g_string_new(NULL);
	int c;

	export_stream(f->desk, out, &conf, &n, &error);
	g_assert_no_error(error);
	g_assert_cmpint(fflush(out), ==, 0);
	rewind(out);
	while ((c = fgetc(out)) != EOF)
		g_string_append_c(text, (char)c);
	fclose(out);
	return g_string_free(text, FALSE);
}

#define EVERYTHING ((1u << RECORD_TYPE_COUNT) - 1)
#define STORIES (1u << RECORD_CUSTOMER | 1u << RECORD_ARTICLE | 1u << RECORD_TICKET)

/* Records as they are, without those the fixture itself made under keys of its own desk. */
static char *imported_lines(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *kept = g_string_new(NULL);

	for (char **line = lines; *line; line++)
		if (strstr(*line, "\"key\":\"ada\"") || strstr(*line, "\"key\":\"kb\"") || strstr(*line, "\"key\":\"t-1\""))
			g_string_append_printf(kept, "%s\n", *line);
	return g_string_free(kept, FALSE);
}

static void export__another_desk__gives_the_same_again(void)
{
	struct fixture a, b;
	g_autoptr(GString) said = g_string_new(NULL);
	g_autofree char *first = NULL, *second = NULL, *kept = NULL, *again = NULL;
	struct import_report report;

	fixture_open(&a, NULL);
	take(&a, file, -1, said);
	first = give(&a, EVERYTHING, EXPORT_JSONL);
	kept = imported_lines(first);
	fixture_close(&a);
	g_assert_nonnull(strstr(kept, "没有光"));
	g_assert_nonnull(strstr(kept, "\"rating\":4"));
	g_assert_nonnull(strstr(kept, "X-1"));
	g_assert_nonnull(strstr(kept, "\"look\",\"done\":true,\"by\":\"bo\""));
	fixture_open(&b, NULL);
	report = take(&b, first, -1, said);
	g_assert_cmpstr(said->str, ==, "");
	g_assert_cmpuint(report.bad, ==, 0);
	second = give(&b, EVERYTHING, EXPORT_JSONL);
	again = imported_lines(second);
	g_assert_cmpstr(again, ==, kept);
	fixture_close(&b);
}

static void export__same_desk__doubles_nothing(void)
{
	struct fixture f;
	g_autoptr(GString) said = g_string_new(NULL);
	g_autofree char *first = NULL, *second = NULL;
	struct import_report report;
	desk_id id;

	fixture_open(&f, NULL);
	/* a ticket and a customer that never were imported */
	id = fixture_opens(&f, CHANNEL_WEB, "Home grown", "hello", NULL);
	first = give(&f, STORIES, EXPORT_JSONL);
	g_assert_nonnull(strstr(first, "Home grown"));
	report = take(&f, first, -1, said);
	g_assert_cmpstr(said->str, ==, "");
	g_assert_cmpuint(report.bad, ==, 0);
	second = give(&f, STORIES, EXPORT_JSONL);
	g_assert_cmpstr(first, ==, second);
	struct ticket *t = fixture_ticket(&f, id);
	g_assert_cmpuint(t->messages->len, ==, 1);
	ticket_free(t);
	fixture_close(&f);
}

static void export__tables__come_back_and_are_checked(void)
{
	struct fixture f;
	g_autoptr(GString) said = g_string_new(NULL);
	g_autofree char *customers = NULL, *orders = NULL, *again = NULL, *people = NULL, *ordered = NULL;
	struct import_report report;

	fixture_open(&f, NULL);
	take(&f, file, -1, said);
	customers = give(&f, 1u << RECORD_CUSTOMER, EXPORT_CSV);
	orders = give(&f, 1u << RECORD_ORDER, EXPORT_CSV);
	people = give(&f, 1u << RECORD_PERSON, EXPORT_CSV);
	g_assert_nonnull(strstr(customers, "\"Ada, \"\"the\"\" Lamp\""));
	g_assert_nonnull(strstr(customers, "'=ada@example.org"));
	g_assert_nonnull(strstr(orders, "ada.A-1,ada,A-1,a lamp,,9.50,CNY,2026-02-03"));
	g_assert_nonnull(strstr(people, "bo,Bo,agent,"));
	report = take(&f, customers, RECORD_CUSTOMER, said);
	g_assert_cmpuint(report.bad, ==, 0);
	take(&f, orders, RECORD_ORDER, said);
	take(&f, people, RECORD_PERSON, said);
	g_assert_cmpstr(said->str, ==, "");
	again = give(&f, 1u << RECORD_CUSTOMER, EXPORT_CSV);
	ordered = give(&f, 1u << RECORD_ORDER, EXPORT_CSV);
	g_assert_cmpstr(again, ==, customers);
	g_assert_cmpstr(ordered, ==, orders);
	report = take(&f, "key;name;birth_year\nc9;\"Two\nlines\";1990\nc10;;1\nc11;Late;soon\n", RECORD_CUSTOMER, said);
	g_assert_cmpuint(report.added, ==, 1);
	g_assert_cmpuint(report.bad, ==, 2);
	g_assert_nonnull(strstr(said->str, "x:4: "));
	g_assert_nonnull(strstr(said->str, "x:5: birth_year"));
	g_string_truncate(said, 0);
	report = take(&f, "key,nmae\nc9,x\n", RECORD_CUSTOMER, said);
	g_assert_cmpstr(said->str, ==, "x:1: there is no column \"nmae\" in a table of customer records\n");
	/* as an office's spreadsheet in the old encoding writes it */
	g_string_truncate(said, 0);
	report = take(&f, "key,name\ng1,\xCD\xF5\xB7\xBC\n", RECORD_CUSTOMER, said);
	g_assert_cmpuint(report.added, ==, 1);
	g_free(g_steal_pointer(&again));
	again = give(&f, 1u << RECORD_CUSTOMER, EXPORT_CSV);
	g_assert_nonnull(strstr(again, "g1,王芳"));
	fixture_close(&f);
}

/* ---- backup */
static void export__full_disk__is_told(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	const struct export_conf conf = {.types = STORIES};
	FILE *full = fopen("/dev/full", "we");
	guint64 n = 0;

	fixture_open(&f, NULL);
	setvbuf(full, NULL, _IONBF, 0);
	g_assert_false(export_stream(f.desk, full, &conf, &n, &error));
	g_assert_error(error, DESK_ERROR, DESK_IO);
	fclose(full);
	fixture_close(&f);
}

static void backup__made_while_written__restores_the_moment(void)
{
	struct fixture f;
	struct backup_report report;
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = NULL, *copy = NULL, *manifest = NULL, *data = NULL;
	struct backup_conf conf = {0};
	struct db *db;

	fixture_open(&f, NULL);
	fixture_opens(&f, CHANNEL_WEB, "Kept", "hello", NULL);
	folder = g_build_filename(f.dir, "backup", NULL);
	copy = fixture_postgres();
	if (!copy)
		copy = g_build_filename(f.dir, "copy.db", NULL);
	conf.folder = folder;
	backup_make(f.db, &conf, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpint(report.bytes, >, 0);
	g_assert_false(backup_make(f.db, &conf, &report, &error));
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	fixture_opens(&f, CHANNEL_WEB, "Later", "hello", NULL);
	backup_restore(folder, copy, NULL, &report, &error);
	g_assert_no_error(error);
	db = db_open(copy, &error);
	g_assert_no_error(error);
	db_check(db, &error);
	g_assert_no_error(error);
	db_close(db);
	g_assert_false(backup_restore(folder, copy, NULL, &report, &error));
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	g_clear_error(&error);
	/* one byte of it changed: found before anything is restored */
	data = g_build_filename(folder, db_backup_name(db_engine(f.db)), NULL);
	FILE *touch = fopen(data, "r+be");
	fseek(touch, 5000, SEEK_SET);
	fputc('x', touch);
	fclose(touch);
	g_assert_false(backup_check(folder, &report, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_clear_error(&error);
	manifest = g_build_filename(folder, "MANIFEST", NULL);
	g_unlink(manifest);
	g_unlink(data);
	g_rmdir(folder);
	g_unlink(copy);
	for (const char *const *end = (const char *const[]){"-wal", "-shm", NULL}; *end; end++) {
		g_autofree char *beside = g_strconcat(copy, *end, NULL);

		g_unlink(beside);
	}
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/other-desk", export__another_desk__gives_the_same_again);
	g_test_add_func("/export/same-desk", export__same_desk__doubles_nothing);
	g_test_add_func("/export/tables", export__tables__come_back_and_are_checked);
	g_test_add_func("/export/full", export__full_disk__is_told);
	g_test_add_func("/backup/moment", backup__made_while_written__restores_the_moment);
	return g_test_run();
}
