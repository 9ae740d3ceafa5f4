/* JSON in and out: what is let through, what is refused and how it is named. */
#include <string.h>

#include "wire/fields.h"
#include "wire/wire.h"

static gboolean ok(const char *s)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_auto) root = json_parse(s, strlen(s), DESK_INVALID, &error);
	g_assert_true(!!root == !error);
	return root != NULL;
}

static void unit__json_check__takes_good_and_refuses_bad(void)
{
	static const char *const good[] = {"{}",
					   "[]",
					   " null ",
					   "0",
					   "-0.5e+3",
					   "\"\\u00e9\\n\"",
					   "[1,[2,{\"a\":[]}],3]",
					   "{\"a\":1,\"b\":{\"c\":null}}\n",
					   "\"\\ud83d\\ude00\"",
					   "true"};
	static const char *const bad[] = {"",
					  " ",
					  "{",
					  "}",
					  "[1,]",
					  "{\"a\"}",
					  "{\"a\":}",
					  "{a:1}",
					  "{\"a\":1,}",
					  "01",
					  "+1",
					  "1.",
					  ".5",
					  "1e",
					  "--1",
					  "nul",
					  "nullx",
					  "\"",
					  "\"\\x\"",
					  "\"\\u00\"",
					  "\"\\u0000\"",
					  "\"a\tb\"",
					  "\"\\ud83d\"",
					  "\"\\ud83dx\"",
					  "\"\\ude00\"",
					  "\"\xff\"",
					  "[1 2]",
					  "[1}",
					  "{} {}",
					  "\xef\xbb\xbf{}",
					  "NaN",
					  "Infinity",
					  "'a'",
					  "[1,2",
					  "{\"a\":1",
					  "\"\\u12",
					  "1234567890123456789012345678901234567890"
					  "12345678901234567890"};
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_test_message("good %s", good[i]);
		g_assert_true(ok(good[i]));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_test_message("bad %s", bad[i]);
		g_assert_false(ok(bad[i]));
	}
	g_autoptr(GError) error = NULL;
	g_assert_false(json_check("\"a\0b\"", 5, DESK_INVALID, &error));
	g_assert_cmpint(desk_error_code(error), ==, DESK_INVALID);
}

static void unit__json_check__depth_bomb_refused(void)
{
	g_autoptr(GString) s = g_string_new(NULL);
	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		g_string_append_c(s, '[');
	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		g_string_append_c(s, ']');
	g_assert_true(ok(s->str));
	g_string_truncate(s, 0);
	for (int i = 0; i < 1000000; i++)
		g_string_append(s, i % 2 ? "{\"a\":" : "[");
	g_assert_false(ok(s->str));
}

static void unit__json_check__size_limit(void)
{
	g_autofree char *big = g_malloc(WIRE_MAX_BODY + 1);
	g_autoptr(GError) error = NULL;
	memset(big, ' ', WIRE_MAX_BODY + 1);
	big[0] = '1';
	g_assert_true(json_check(big, WIRE_MAX_BODY, DESK_INVALID, NULL));
	g_assert_false(json_check(big, WIRE_MAX_BODY + 1, DESK_INVALID, &error));
}

/* Every prefix of a good text is refused, without reading past its end. */
static void unit__json_check__truncated_refused(void)
{
	const char *s = "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\n\"],\"b\":{\"c\":{}}}";
	g_assert_true(ok(s));
	for (size_t n = 0; n < strlen(s); n++) {
		char *copy = g_memdup2(s, n ? n : 1);
		g_assert_false(json_check(copy, n, DESK_INVALID, NULL));
		g_free(copy);
	}
}

static void unit__json_integer__exact_only(void)
{
	static const struct {
		const char *text;
		gboolean ok;
	} cases[] = {{"0", TRUE},
		     {"-7", TRUE},
		     {"9007199254740991", TRUE},
		     {"9007199254740992", FALSE},
		     {"9007199254740993", FALSE},
		     {"1e400", FALSE},
		     {"1.5", FALSE},
		     {"\"1\"", FALSE},
		     {"1e2", TRUE},
		     {"-9007199254740991", TRUE},
		     {"1e30", FALSE}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t v;
		g_autoptr(json_auto) n = json_parse(cases[i].text, strlen(cases[i].text), DESK_INVALID, NULL);
		g_test_message("%s", cases[i].text);
		g_assert_nonnull(n);
		g_assert_cmpint(json_integer(n, &v), ==, cases[i].ok);
	}
}

static void unit__writer__escapes_and_commas(void)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_string(&w, "a", "q\" b\\ n\n t\t r\r e\033 d\177 é 中");
	writer_string(&w, "n", NULL);
	writer_string_opt(&w, "gone", NULL);
	writer_array(&w, "l");
	writer_int(&w, NULL, 0);
	writer_int(&w, NULL, INT64_MIN);
	writer_int(&w, NULL, INT64_MAX);
	writer_array(&w, NULL);
	writer_end_array(&w);
	writer_object(&w, NULL);
	writer_end_object(&w);
	writer_bool(&w, NULL, FALSE);
	writer_end_array(&w);
	writer_double(&w, "d", 3.2);
	writer_double(&w, "third", 1.0 / 3);
	writer_double(&w, "inf", 1.0 / 0.0);
	writer_raw(&w, "r", "{\"x\":1}");
	writer_end_object(&w);
	g_assert_cmpstr(out->str, ==,
			"{\"a\":\"q\\\" b\\\\ n\\n t\\t r\\r e\\u001b d\\u007f é 中\",\"n\":null,\"l\":[0,"
			"-9223372036854775808,9223372036854775807,[],{},false],\"d\":3.2,"
			"\"third\":0.33333333333333331,\"inf\":0,\"r\":{\"x\":1}}");
	g_assert_true(ok(out->str));
}

/* ---- strictness of the decoders */
static void refused(const char *json, const char *message)
{
	g_autoptr(GError) error = NULL;
	struct answer *a = answer_of_query(QUERY_TICKET, json, strlen(json), &error);
	g_assert_null(a);
	g_assert_error(error, DESK_ERROR, DESK_PROTOCOL);
	g_assert_cmpstr(error->message, ==, message);
}

static void unit__decode__names_what_is_wrong(void)
{
	refused("[]", "the JSON must be an object");
	refused("{}", "ticket is missing");
	refused("{\"ticket\":null}", "ticket is missing");
	refused("{\"ticket\":7}", "ticket must be an object");
	refused("{\"ticket\":{\"status\":\"open\"}}", "ticket.id is missing");
	refused("{\"ticket\":{\"id\":-1}}", "ticket.id must be between 1 and 9007199254740991");
	refused("{\"ticket\":{\"id\":\"1\"}}", "ticket.id must be a whole number");
	refused("{\"ticket\":{\"id\":1.5}}", "ticket.id must be a whole number");
	refused("{\"ticket\":{\"id\":1e300}}", "ticket.id must be a whole number");
	refused("{\"ticket\":{\"id\":1,\"id\":2}}", "ticket.id is there twice");
	refused("{\"ticket\":{\"id\":1,\"waiting\":1}}", "ticket.waiting must be true or false");
	refused("{\"ticket\":{\"id\":1,\"subject\":[]}}", "ticket.subject must be text");
	refused("{\"ticket\":{\"id\":1,\"tier\":99999999999}}",
		"ticket.tier must be between -2147483648 and 2147483647");
	refused("{\"ticket\":{\"id\":1,\"priority\":\"high\"}}",
		"ticket.priority must be one of normal, important, urgent");
	refused("{\"ticket\":{\"id\":1,\"tags\":{}}}", "ticket.tags must be a list");
	refused("{\"ticket\":{\"id\":1,\"messages\":[{\"id\":4,\"kind\":\"reply\"},{\"id\":5,\"kind\":2}]}}",
		"ticket.messages[1].kind must be text");
	refused("{\"ticket\":{\"id\":1,\"customer\":{\"name\":\"x\",\"orders\":[{\"number\":\"1\",\"at_ms\":-"
		"5}]}}}",
		"ticket.customer.orders[0].at_ms must be between 0 and 9007199254740991");
	refused("{\"ticket\":{\"id\":1,\"customer\":{\"name\":\"x\",\"csat\":1e999}}}",
		"ticket.customer.csat must be a number");
}

static void unit__decode__unknown_members_ignored(void)
{
	const char *json = "{\"future\":{\"deep\":[1,2]},\"ticket\":{\"id\":7,\"status\":\"open\",\"mood\":"
			   "\"blue\",\"tags\":null},"
			   "\"server_time_ms\":5}";
	g_autoptr(GError) error = NULL;
	g_autoptr(answer_auto) a = answer_of_query(QUERY_TICKET, json, strlen(json), &error);
	g_assert_no_error(error);
	g_assert_cmpint(a->ticket->row.id, ==, 7);
	g_assert_cmpint(a->ticket->row.status, ==, STATUS_OPEN);
	g_assert_cmpint(a->ticket->row.next_due_ms, ==, QUEUE_NO_DUE);
	g_assert_nonnull(a->ticket->tags);
	g_assert_cmpuint(a->ticket->messages->len, ==, 0);
	g_assert_cmpint(a->server_time_ms, ==, 5);
}

/* Any single byte of a good answer changed: no crash, and what is taken is sound. */
static void unit__decode__survives_mutation(void)
{
	const char *good =
		"{\"ticket\":{\"id\":7,\"status\":\"open\",\"tags\":[\"a\"],\"clocks\":[{\"kind\":"
		"\"promise\",\"state\":"
		"\"paused\"}],\"customer\":{\"name\":\"x\",\"tags\":[{\"name\":\"t\"}]}},\"seq\":4}";
	size_t len = strlen(good);
	g_autoptr(GRand) dice = g_rand_new_with_seed(7);
	for (int i = 0; i < 20000; i++) {
		g_autofree char *copy = g_memdup2(good, len);
		for (int k = g_rand_int_range(dice, 1, 4); k; k--)
			copy[g_rand_int_range(dice, 0, (gint32)len)] =
				"\"{}[]:,0-e\\u\0x\xff n"[g_rand_int_range(dice, 0, 18)];
		g_autoptr(GError) error = NULL;
		g_autoptr(answer_auto) a = answer_of_query(QUERY_TICKET, copy, len, &error);
		g_assert_true(!!a == !error);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/json/check", unit__json_check__takes_good_and_refuses_bad);
	g_test_add_func("/wire/json/depth", unit__json_check__depth_bomb_refused);
	g_test_add_func("/wire/json/size", unit__json_check__size_limit);
	g_test_add_func("/wire/json/truncated", unit__json_check__truncated_refused);
	g_test_add_func("/wire/json/integer", unit__json_integer__exact_only);
	g_test_add_func("/wire/writer", unit__writer__escapes_and_commas);
	g_test_add_func("/wire/decode/wrong", unit__decode__names_what_is_wrong);
	g_test_add_func("/wire/decode/unknown", unit__decode__unknown_members_ignored);
	g_test_add_func("/wire/decode/mutation", unit__decode__survives_mutation);
	return g_test_run();
}
