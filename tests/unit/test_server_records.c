/* Import, the seed and the sample desk. */
#include "desk_fixture.inc"

#include "server/desk/records.h"
#include "server/desk/records_read.h"

static void keep(const char *line, void *arg)
{
	g_string_append_printf(arg, "%s\n", line);
}

static struct import_report import(struct fixture *f, const char *text, gboolean dry_run, GString *said)
{
	g_autoptr(GError) error = NULL;
	struct import_report report;
	FILE *in = tmpfile();

	g_assert_cmpuint(fwrite(text, 1, strlen(text), in), ==, strlen(text));
	rewind(in);
	const struct import_conf conf = {.name = "x.jsonl", .table = -1, .dry_run = dry_run, .complain = keep, .arg = said};

	import_stream(f->desk, in, &conf, &report, &error);
	g_assert_no_error(error);
	fclose(in);
	return report;
}

static const char *const good =
	"# a comment\n\n"
	"{\"type\":\"ticket\",\"key\":\"t-1\",\"customer\":\"ada\",\"subject\":\"No light\",\"group\":\"lamps\","
	"\"status\":\"open\",\"assignee\":\"bo\",\"created\":\"-2h\",\"tags\":[\"lamp\"],\"messages\":["
	"{\"from\":\"customer\",\"body\":\"it is dark\"},{\"from\":\"reply\",\"author\":\"bo\",\"body\":\"on it\"}],"
	"\"rating\":5}\n"
	"{\"type\":\"customer\",\"key\":\"ada\",\"name\":\"Ada\",\"tags\":[\"high-value\"],"
	"\"orders\":[{\"number\":\"A-1\",\"amount\":\"9.50\"}]}\n"
	"{\"type\":\"person\",\"key\":\"bo\",\"display\":\"Bo\",\"groups\":[\"lamps\"]}\n"
	"{\"type\":\"group\",\"key\":\"lamps\",\"title\":\"Lamps\"}\n"
	"{\"type\":\"article\",\"key\":\"kb\",\"module\":\"product\",\"title\":\"No light from the lamp\",\"body\":\"Change the bulb.\","
	"\"history\":[{\"title\":\"Old\",\"body\":\"Old.\"}]}\n"
	"{\"type\":\"template\",\"key\":\"hi\",\"part\":\"greeting\",\"title\":\"Hi\",\"body\":\"Hi {customer}\"}\n";

static void import__references_in_any_order__all_go_in_once(void)
{
	struct fixture f;
	g_autoptr(GString) said = g_string_new(NULL);
	struct import_report r;
	struct ticket *t;
	struct query q;
	struct answer *a;

	fixture_open(&f, NULL);
	r = import(&f, good, TRUE, said);
	g_assert_cmpstr(said->str, ==, "");
	g_assert_cmpuint(r.added, ==, 6);
	r = import(&f, good, FALSE, said);
	g_assert_cmpuint(r.lines, ==, 6);
	g_assert_cmpuint(r.added, ==, 6);
	g_assert_cmpuint(r.bad, ==, 0);
	fixture_pass(MS_MINUTE);
	r = import(&f, good, FALSE, said);
	g_assert_cmpuint(r.unchanged, ==, 6);
	t = fixture_ticket(&f, 1001);
	g_assert_cmpstr(t->row.assignee_name, ==, "Bo");
	g_assert_cmpstr(t->row.marks, ==, "star");
	g_assert_cmpint(t->row.created_ms, ==, FIXTURE_START - 2 * MS_HOUR);
	g_assert_false(t->row.waiting);
	g_assert_cmpuint(t->messages->len, ==, 2);
	g_assert_cmpfloat(t->customer->csat, ==, 5.0);
	g_assert_cmpuint(t->customer->orders->len, ==, 1);
	g_assert_cmpint(fixture_clock(t, CLOCK_RESOLUTION)->state, ==, CLOCK_STATE_RUNNING);
	ticket_free(t);
	{
		struct event e = {.kind = EVENT_RELOAD};

		desk_notice(f.desk, &e);
	}
	query_init(&q, QUERY_KNOWLEDGE);
	q.ticket_id = 1001;
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->hits->len, ==, 1);
	g_assert_cmpint(((struct article_hit *)a->hits->pdata[0])->version, ==, 2);
	answer_free(a);
	{
		g_autoptr(GString) draft = g_string_new(good);
		struct event e = {.kind = EVENT_RELOAD};

		g_string_replace(draft, "\"key\":\"kb\"", "\"key\":\"kb\",\"state\":\"outdated\"", 1);
		r = import(&f, draft->str, FALSE, said);
		g_assert_cmpuint(r.updated, ==, 1);
		desk_notice(f.desk, &e);
	}
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->hits->len, ==, 0); /* what is outdated isn't offered */
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

static void import__changed_line__updates_and_adds_only_new_messages(void)
{
	struct fixture f;
	g_autoptr(GString) said = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(good);
	struct import_report r;
	struct ticket *t;

	fixture_open(&f, NULL);
	import(&f, good, FALSE, said);
	g_string_replace(text, "\"body\":\"on it\"}", "\"body\":\"on it\"},{\"from\":\"customer\",\"body\":\"still dark\"}", 1);
	g_string_replace(text, "No light", "No light at all", 1);
	r = import(&f, text->str, FALSE, said);
	g_assert_cmpuint(r.updated, ==, 1);
	g_assert_cmpuint(r.unchanged, ==, 5);
	t = fixture_ticket(&f, 1001);
	g_assert_cmpstr(t->row.subject, ==, "No light at all");
	g_assert_cmpuint(t->messages->len, ==, 3);
	g_assert_true(t->row.waiting);
	ticket_free(t);
	fixture_close(&f);
}

static void import__bad_lines__are_named_and_the_others_go_in(void)
{
	static const char *const text =
		"{\"type\":\"customer\",\"key\":\"ok\",\"name\":\"Ok\"}\n"
		"not json\n"
		"{\"type\":\"customer\",\"key\":\"no-name\"}\n"
		"{\"type\":\"ticket\",\"key\":\"t\",\"customer\":\"ghost\",\"subject\":\"s\",\"messages\":["
		"{\"from\":\"customer\",\"body\":\"b\"}]}\n"
		"{\"type\":\"calendar\",\"key\":\"c\",\"zone\":\"Mars/Base\",\"hours\":{\"mon\":[\"09:00-10:00\"]}}\n";
	struct fixture f;
	g_autoptr(GString) said = g_string_new(NULL);
	struct import_report r;

	fixture_open(&f, NULL);
	r = import(&f, text, FALSE, said);
	g_assert_cmpuint(r.added, ==, 1);
	g_assert_cmpuint(r.bad, ==, 4);
	g_assert_nonnull(strstr(said->str, "x.jsonl:2: "));
	g_assert_nonnull(strstr(said->str, "x.jsonl:3: "));
	g_assert_nonnull(strstr(said->str, "x.jsonl:4: there is no customer \"ghost\""));
	g_assert_nonnull(strstr(said->str, "Mars/Base"));
	fixture_close(&f);
}

static gboolean add_line(const struct record *r, void *arg)
{
	record_to_json(arg, r);
	g_string_append_c(arg, '\n');
	return TRUE;
}

static void dump_words(struct fixture *f, GString *out)
{
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(f->db, &error);

	for (int i = 0; i < RECORD_TYPE_COUNT; i++)
		if (record_is_config(record_order[i]))
			g_assert_true(records_each(conn, NULL, record_order[i], add_line, out, &error));
	db_read_end(f->db, conn);
	g_assert_no_error(error);
}

/* What is read out of a desk and imported into another one is read out of that the same. */
static void records__read_out_and_in_again__are_the_same(void)
{
	static const char *const words[] = {"account/sign-in/code", "supervisor-refund", "lang-zh",
	                                    "hand-over", "due-soon", "zone"};
	struct fixture a, b;
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL), said = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	fixture_open(&a, NULL);
	g_assert_true(seed_sample(a.desk, &error));
	dump_words(&a, first);
	fixture_close(&a);
	fixture_open(&b, NULL);
	g_assert_cmpuint(import(&b, first->str, FALSE, said).bad, ==, 0);
	g_assert_cmpstr(said->str, ==, "");
	dump_words(&b, second);
	fixture_close(&b);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		g_assert_nonnull(strstr(first->str, words[i]));
	{
		g_auto(GStrv) was = g_strsplit(first->str, "\n", -1), is = g_strsplit(second->str, "\n", -1);

		g_assert_cmpuint(g_strv_length(was), ==, g_strv_length(is));
		for (guint i = 0; was[i]; i++)
			if (!g_strv_contains((const char *const *)is, was[i]))
				g_error("lost: %s", was[i]);
	}
}

static void sample__on_an_empty_database__is_alive(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	struct query q;
	struct answer *a;
	guint late = 0, found = 0;

	fixture_open(&f, NULL);
	g_assert_true(seed_desk(f.desk, &error));
	g_assert_no_error(error);
	g_assert_true(seed_sample(f.desk, &error));
	g_assert_no_error(error);
	query_init(&q, QUERY_QUEUE);
	q.view = g_strdup("all");
	q.limit = 100;
	a = fixture_ask(&f, &f.sun, &q);
	g_assert_cmpuint(a->page->rows->len, ==, a->page->total);
	g_assert_cmpuint(a->page->rows->len, >=, 30);
	for (guint i = 0; i < a->page->rows->len; i++) {
		const struct ticket_row *row = a->page->rows->pdata[i];

		late += row->next_due_ms < FIXTURE_START;
		found += row->next_due_ms != QUEUE_NO_DUE;
	}
	g_assert_cmpuint(late, ==, a->page->late);
	g_assert_cmpuint(found, >, a->page->rows->len / 2);
	answer_free(a);
	query_clear(&q);
	g_assert_false(seed_sample(f.desk, &error));
	g_assert_error(error, DESK_ERROR, DESK_CONFLICT);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/records/once", import__references_in_any_order__all_go_in_once);
	g_test_add_func("/records/changed", import__changed_line__updates_and_adds_only_new_messages);
	g_test_add_func("/records/bad", import__bad_lines__are_named_and_the_others_go_in);
	g_test_add_func("/records/again", records__read_out_and_in_again__are_the_same);
	g_test_add_func("/records/sample", sample__on_an_empty_database__is_alive);
	return g_test_run();
}
