/* The command line without a desk: what is read, what is printed. */
#include <string.h>

#include "base/clock.h"
#include "tui/plain/verbs.h"

static void out_of(struct out *o, enum out_format format)
{
	memset(o, 0, sizeof *o);
	o->text = g_string_new(NULL);
	o->format = format;
	o->header = o->utf8 = TRUE;
	o->now_ms = 1000000;
}

/* ---- reading */

static void read_line(struct call *c, const char *line, desk_id ticket)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	g_autoptr(GError) error = NULL;
	const struct verb *v = verb_by_name(words[0]);

	memset(c, 0, sizeof *c);
	g_assert_nonnull(v);
	gboolean ok = call_read(c, v, (const char *const *)words + 1, ticket, &error);

	g_assert_no_error(error);
	g_assert_true(ok);
}

static void refused(const char *line, const char *why)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	g_autoptr(GError) error = NULL;
	struct call c = {0};

	g_assert_false(call_read(&c, verb_by_name(words[0]), (const char *const *)words + 1, 0, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_nonnull(strstr(error->message, why));
	call_clear(&c);
}

static void reading__options_anywhere__words_in_order(void)
{
	struct call c;

	read_line(&c, "assign -qojson 1001 #1002 --timeout=3s li wei", 0);
	g_assert_cmpuint(c.tickets->len, ==, 2);
	g_assert_cmpint(g_array_index(c.tickets, desk_id, 1), ==, 1002);
	g_assert_cmpstr(call_option(&c, PLAIN_OPTION_OUTPUT), ==, "json");
	g_assert_cmpstr(call_option(&c, PLAIN_OPTION_TIMEOUT), ==, "3s");
	g_assert_nonnull(c.option[PLAIN_OPTION_QUIET]);
	g_autofree char *rest = call_rest(&c, 0);
	g_assert_cmpstr(rest, ==, "li wei");
	call_clear(&c);
	read_line(&c, "subject 1001 -- -v is --not an option", 0);
	g_autofree char *subject = call_rest(&c, 0);
	g_assert_cmpstr(subject, ==, "-v is --not an option");
	call_clear(&c);
}

static void reading__tag_with_a_dash__is_a_word(void)
{
	struct call c;

	read_line(&c, "tag 1001 -complaint-sensitive elderly -q", 0);
	g_assert_cmpuint(c.words->len, ==, 2);
	g_assert_cmpstr(call_word(&c, 0), ==, "-complaint-sensitive");
	g_assert_nonnull(c.option[PLAIN_OPTION_QUIET]);
	call_clear(&c);
}

static void reading__line_by_line__opened_ticket_unless_named(void)
{
	struct call c;

	read_line(&c, "field 2026 years", 1042);
	g_assert_cmpint(g_array_index(c.tickets, desk_id, 0), ==, 1042);
	g_assert_cmpuint(c.words->len, ==, 2);
	call_clear(&c);
	read_line(&c, "claim #7 #8", 1042);
	g_assert_cmpuint(c.tickets->len, ==, 2);
	g_assert_cmpint(g_array_index(c.tickets, desk_id, 0), ==, 7);
	call_clear(&c);
}

static void reading__wrong_lines__say_what(void)
{
	refused("queue --nonsense", "no option --nonsense");
	refused("queue -Z", "no option -Z");
	refused("queue --limit", "needs N");
	refused("queue --quiet=yes", "no value");
	refused("reply", "which ticket");
	refused("reply abc", "abc is no ticket number");
	refused("note 0", "0 is no ticket number");
}

static void verbs__all__have_help_and_usage(void)
{
	const struct verb *v;

	for (size_t i = 0; (v = verb_at(i)); i++) {
		g_autoptr(GString) usage = g_string_new(NULL);

		verb_usage(v, usage);
		g_assert_nonnull(strstr(usage->str, v->name));
		g_assert_true(verb_by_name(v->name) == v);
		for (int o = 0; o < PLAIN_OPTION_COUNT; o++)
			for (int p = 0; p < o; p++) /* a letter means one thing in a verb */
				if ((verb_options(v) >> o & 1) && (verb_options(v) >> p & 1) && plain_option_letter((enum plain_option)o))
					g_assert_cmpint(plain_option_letter((enum plain_option)o), !=, plain_option_letter((enum plain_option)p));
	}
}

/* ---- printing */

static const struct listing rows_list = {&shape_ticket_row, "rows", "id,subject,next_due", "id"};

static GPtrArray *two_rows(void)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_row_free);
	struct ticket_row *a = g_new0(struct ticket_row, 1), *b = g_new0(struct ticket_row, 1);

	a->id = 7;
	a->subject = g_strdup("say \"hi\",\tnow\\\nhere \033[31m");
	a->next_due_ms = 1000000 + 61 * MS_SECOND;
	b->id = 1042;
	b->subject = g_strdup("=1+1");
	b->next_due_ms = QUEUE_NO_DUE;
	g_ptr_array_add(rows, a);
	g_ptr_array_add(rows, b);
	return rows;
}

static char *printed(enum out_format format, const char *columns, gboolean quiet)
{
	g_autoptr(GPtrArray) rows = two_rows();
	g_autoptr(GError) error = NULL;
	struct out o;

	out_of(&o, format);
	o.quiet = quiet;
	g_assert_true(out_list(&o, &rows_list, rows, columns, &error));
	g_assert_no_error(error);
	return g_string_free(o.text, FALSE);
}

static void table__each_format__as_promised(void)
{
	g_autofree char *csv = printed(OUT_CSV, NULL, FALSE), *tsv = printed(OUT_TSV, NULL, FALSE), *text = printed(OUT_TEXT, NULL, FALSE);
	g_autofree char *json = printed(OUT_JSON, NULL, FALSE), *quiet = printed(OUT_CSV, NULL, TRUE);

	g_assert_cmpstr(csv, ==, "id,subject,next_due\r\n7,\"say \"\"hi\"\",\tnow\\\nhere [31m\",1970-01-01T00:17:41.000Z\r\n"
	                         "1042,'=1+1,\r\n");
	g_assert_cmpstr(tsv, ==, "id\tsubject\tnext_due\n7\tsay \"hi\",\\tnow\\\\\\nhere [31m\t1970-01-01T00:17:41.000Z\n"
	                         "1042\t=1+1\t\n");
	g_assert_cmpstr(text, ==, "id     subject                   next_due\n#7     say \"hi\", now\\ here [31m  01:01\n#1042  =1+1\n");
	g_assert_true(g_str_has_prefix(json, "{\"rows\":[{\"id\":7,"));
	g_assert_nonnull(strstr(json, "\\u001b[31m"));
	g_assert_cmpstr(quiet, ==, "7\n1042\n");
}

static void table__columns__by_both_names_or_refused(void)
{
	g_autofree char *a = printed(OUT_TSV, "next_due_ms,id", FALSE), *b = printed(OUT_TSV, "next_due,id", FALSE);
	g_autoptr(GPtrArray) rows = two_rows();
	g_autoptr(GError) error = NULL;
	struct out o;

	g_assert_cmpstr(a, ==, b);
	out_of(&o, OUT_TEXT);
	g_assert_false(out_list(&o, &rows_list, rows, "id,nonsense", &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	out_clear(&o);
}

static void json__odd_characters__escaped_and_whole(void)
{
	struct out o;

	out_of(&o, OUT_JSON);
	out_json_text(&o, "{\"a\":\"\302\233 \342\200\256 中\"}");
	g_assert_cmpstr(o.text->str, ==, "{\"a\":\"\\u009b \\u202e 中\"}\n");
	out_clear(&o);
}

static void numbers__links__only_of_sound_settings(void)
{
	struct out o;

	out_of(&o, OUT_TEXT);
	o.links = TRUE;
	o.link = "https://x/{ticket}/y";
	out_number(&o, 5);
	g_assert_cmpstr(o.text->str, ==, "\033]8;;https://x/5/y\033\\#5\033]8;;\033\\");
	g_string_truncate(o.text, 0);
	o.link = "https://x/\033{ticket}";
	out_number(&o, 5);
	g_assert_cmpstr(o.text->str, ==, "#5");
	out_clear(&o);
}

static void spans__spoken__two_biggest_parts(void)
{
	static const struct {
		int64_t ms;
		const char *words;
	} spans[] = {{0, "0 seconds"}, {999, "0 seconds"}, {1000, "1 second"}, {200 * MS_SECOND, "3 minutes 20 seconds"},
	             {3 * MS_MINUTE, "3 minutes"}, {-(MS_HOUR + MS_MINUTE + 5), "1 hour 1 minute"}, {25 * MS_HOUR, "1 day 1 hour"},
	             {INT64_MAX, "4000000 days"}, {INT64_MIN, "4000000 days"}};

	for (size_t i = 0; i < G_N_ELEMENTS(spans); i++) {
		g_autofree char *words = out_span(spans[i].ms);

		g_assert_cmpstr(words, ==, spans[i].words);
	}
	g_autofree char *left = out_deadline(200 * MS_SECOND, 0), *late = out_deadline(0, MS_HOUR);

	g_assert_cmpstr(left, ==, "3 minutes 20 seconds left");
	g_assert_cmpstr(late, ==, "1 hour late");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tui/plain/reading__options_anywhere__words_in_order", reading__options_anywhere__words_in_order);
	g_test_add_func("/tui/plain/reading__tag_with_a_dash__is_a_word", reading__tag_with_a_dash__is_a_word);
	g_test_add_func("/tui/plain/reading__line_by_line__opened_ticket_unless_named", reading__line_by_line__opened_ticket_unless_named);
	g_test_add_func("/tui/plain/reading__wrong_lines__say_what", reading__wrong_lines__say_what);
	g_test_add_func("/tui/plain/verbs__all__have_help_and_usage", verbs__all__have_help_and_usage);
	g_test_add_func("/tui/plain/table__each_format__as_promised", table__each_format__as_promised);
	g_test_add_func("/tui/plain/table__columns__by_both_names_or_refused", table__columns__by_both_names_or_refused);
	g_test_add_func("/tui/plain/json__odd_characters__escaped_and_whole", json__odd_characters__escaped_and_whole);
	g_test_add_func("/tui/plain/numbers__links__only_of_sound_settings", numbers__links__only_of_sound_settings);
	g_test_add_func("/tui/plain/spans__spoken__two_biggest_parts", spans__spoken__two_biggest_parts);
	return g_test_run();
}
