/* The tokeniser. */
#include "rules/tokens.h"

#include <string.h>

static void string__table__words_stems_and_bigrams(void)
{
	static const struct { const char *in, *out; } cases[] = {
		{"", ""}, {" ,. ", ""}, {NULL, ""},
		{"Refunds refunding REFUNDED", "refund refund refund"},
		{"sign-in code 40312", "sign in code 40312"},
		{"can't can\xE2\x80\x99t cant", "cant cant cant"},
		{"caf\xC3\xA9 x200", "cafe x200"},
		{"\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\x91", "ab1"},
		{"退款", "退 退款 款"},
		{"蓝牙耳机", "蓝 蓝牙 牙 牙耳 耳 耳机 机"},
		{"用iPhone登录", "用 iphon 登 登录 录"},
		{"退，款", "退 款"},
		{"a\xFF\xFE z", "a z"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *out = tokens_string(cases[i].in);

		g_assert_cmpstr(out, ==, cases[i].out);
	}
}

struct seen { const char *source; GString *parts; };

static void note(const char *token, size_t len, size_t from, size_t to, void *arg)
{
	struct seen *s = arg;

	g_assert_cmpuint(len, ==, strlen(token));
	g_string_append_len(s->parts, s->source + from, (gssize)(to - from));
	g_string_append_c(s->parts, '|');
}

static void each__byte_ranges__point_into_the_source(void)
{
	struct seen s = {"The Caf\xC3\xA9s, 退款", g_string_new(NULL)};

	tokens_each(s.source, strlen(s.source), note, &s);
	g_assert_cmpstr(s.parts->str, ==, "The|Caf\xC3\xA9s|退|退款|款|");
	g_string_free(s.parts, TRUE);
}

static void check_query(const char *in, const char *out)
{
	g_autoptr(GPtrArray) tokens = tokens_query(in);
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < tokens->len; i++)
		g_string_append_printf(all, "%s%s", i ? " " : "", (char *)tokens->pdata[i]);
	g_assert_cmpstr(all->str, ==, out);
}

static void query__stop_words_and_doubles__are_left_out(void)
{
	check_query("where is my parcel, the Parcel", "parcel");
	check_query("how are you", "how are you");
	check_query("refund not received", "refund not receiv");
	check_query("我的订单", "订单");
	check_query("退", "退");
	check_query("退款 退款", "退款");
	check_query("退款流程", "退款 款流 流程");
	check_query("是吗", "是吗");
	check_query("", "");
	check_query(NULL, "");
}

static void string__endless_word__is_cut(void)
{
	g_autofree char *in = g_strnfill(100000, 'x');
	g_autofree char *out = tokens_string(in);

	g_assert_cmpuint(strlen(out), ==, 64);
}

static gpointer stem_many(gpointer arg)
{
	for (int i = 0; i < 300; i++) {
		g_autofree char *out = tokens_string("running connections");

		g_assert_cmpstr(out, ==, "run connect");
	}
	return arg;
}

static void string__many_threads__same_answer(void)
{
	GThread *threads[4];

	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("stem", stem_many, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tokens/string", string__table__words_stems_and_bigrams);
	g_test_add_func("/tokens/ranges", each__byte_ranges__point_into_the_source);
	g_test_add_func("/tokens/query", query__stop_words_and_doubles__are_left_out);
	g_test_add_func("/tokens/endless", string__endless_word__is_cut);
	g_test_add_func("/tokens/threads", string__many_threads__same_answer);
	return g_test_run();
}
