/* Import at size: broken off anywhere it goes on there, and nothing is done twice. */
#include "desk_fixture.inc"

#include "server/desk/records.h"

#define TICKETS 700

struct play {
	guint stop_after;     /* times told of writing; 0 never */
	guint told;
	guint64 done, total;
};

static gboolean watch(enum import_stage stage, guint64 done, guint64 total, void *arg)
{
	struct play *p = arg;

	if (stage != IMPORT_WRITING)
		return TRUE;
	g_assert_cmpuint(done, >=, p->done);
	g_assert_cmpuint(done, <=, total);
	p->done = done;
	p->total = total;
	return ++p->told != p->stop_after;
}

static GString *big_file(void)
{
	GString *s = g_string_new("{\"type\":\"group\",\"key\":\"lamps\",\"title\":\"Lamps\"}\n");

	for (int i = 0; i < 100; i++)
		g_string_append_printf(s, "{\"type\":\"customer\",\"key\":\"c%d\",\"name\":\"Customer %d\"}\n", i, i);
	for (int i = 0; i < TICKETS; i++)
		g_string_append_printf(s, "{\"type\":\"ticket\",\"key\":\"t%d\",\"customer\":\"c%d\",\"subject\":\"Lamp %d\","
		                       "\"group\":\"lamps\",\"messages\":[{\"from\":\"customer\",\"at\":\"-3h\","
		                       "\"body\":\"the lamp number %d does not shine any more, what can I do\"}]}\n",
		                       i, i % 100, i, i);
	return s;
}

static gboolean import(struct fixture *f, const GString *text, struct import_conf conf, struct import_report *report,
                       GError **error)
{
	FILE *in = tmpfile();
	gboolean ok;

	g_assert_cmpuint(fwrite(text->str, 1, text->len, in), ==, text->len);
	rewind(in);
	conf.name = "big.jsonl";
	conf.table = -1;
	ok = import_stream(f->desk, in, &conf, report, error);
	fclose(in);
	return ok;
}

static int64_t tickets_of(struct fixture *f)
{
	struct query q;
	struct answer *a;
	int64_t n;

	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("all");
	a = fixture_ask(f, &f->sun, &q);
	n = a->page->total;
	answer_free(a);
	query_clear(&q);
	return n;
}

static void import__broken_off__goes_on_after_the_last_batch(void)
{
	struct fixture f;
	struct play first = {.stop_after = 3}, second = {0};
	struct import_report report;
	g_autoptr(GString) text = big_file();
	g_autoptr(GError) error = NULL;
	int64_t before;
	guint64 done;

	fixture_open(&f, NULL);
	before = tickets_of(&f);
	g_assert_false(import(&f, text, (struct import_conf){.progress = watch, .arg = &first}, &report, &error));
	g_assert_error(error, DESK_ERROR, DESK_CANCELLED);
	g_clear_error(&error);
	done = report.added;
	g_assert_cmpuint(done, <, TICKETS);
	g_assert_cmpint(tickets_of(&f), <, before + TICKETS);
	fixture_reopen(&f);
	fixture_pass(5 * 60 * 1000);
	import(&f, text, (struct import_conf){.progress = watch, .arg = &second}, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(report.before, ==, done);
	g_assert_cmpuint(report.added, ==, 801 - done);
	g_assert_cmpuint(report.unchanged, ==, 0);
	g_assert_cmpuint(second.total, ==, 801);
	g_assert_cmpint(tickets_of(&f), ==, before + TICKETS);
	/* and once it is finished, the same file again finds all of it */
	import(&f, text, (struct import_conf){0}, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(report.unchanged, ==, 801);
	g_assert_cmpuint(report.before, ==, 0);
	fixture_close(&f);
}

static void import__from_start__looks_at_every_line_again(void)
{
	struct fixture f;
	struct play first = {.stop_after = 4};
	struct import_report report;
	g_autoptr(GString) text = big_file();
	g_autoptr(GError) error = NULL;
	guint64 done;

	fixture_open(&f, NULL);
	g_assert_false(import(&f, text, (struct import_conf){.progress = watch, .arg = &first}, &report, NULL));
	done = report.added;
	import(&f, text, (struct import_conf){.from_start = TRUE}, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(report.unchanged, ==, done);
	g_assert_cmpuint(report.added, ==, 801 - done);
	fixture_close(&f);
}

static void import__another_file__has_no_part_in_the_bookmark(void)
{
	struct fixture f;
	struct play first = {.stop_after = 3};
	struct import_report report;
	g_autoptr(GString) text = big_file();
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	g_assert_false(import(&f, text, (struct import_conf){.progress = watch, .arg = &first}, &report, NULL));
	g_string_append(text, "{\"type\":\"customer\",\"key\":\"late\",\"name\":\"Late\"}\n");
	import(&f, text, (struct import_conf){0}, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(report.before, ==, 0);
	g_assert_cmpuint(report.added + report.unchanged, ==, 802);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/import/resume", import__broken_off__goes_on_after_the_last_batch);
	g_test_add_func("/import/from-start", import__from_start__looks_at_every_line_again);
	g_test_add_func("/import/other", import__another_file__has_no_part_in_the_bookmark);
	return g_test_run();
}
