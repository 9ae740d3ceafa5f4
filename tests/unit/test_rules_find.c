/* The query language: what is understood, what is refused and where, what it prints. */
#include "rules/find.h"
#include "rules/find_lists.h"

#include <string.h>
#include "base/clock.h"

/* 2026-11-23 10:00 in Shanghai */
#define NOW INT64_C(1795399200000)

static GTimeZone *zone(void)
{
	return g_time_zone_new_identifier("Asia/Shanghai");
}

static struct find_tree *parse(const char *text)
{
	g_autoptr(GTimeZone) z = zone();
	struct find_error e = {0};
	struct find_tree *t = find_parse(text, NOW, z, &e);

	if (!t)
		g_error("%s: %s", text, e.message);
	return t;
}

static const struct find_node *term(const struct find_tree *t)
{
	g_assert_cmpint(t->root->kind, ==, FIND_TERM);
	return t->root;
}

static const struct find_value *value(const struct find_tree *t)
{
	return g_ptr_array_index(term(t)->values, 0);
}

static void expect_print(const char *text, const char *canonical)
{
	g_autoptr(find_tree_auto) t = parse(text), again = NULL;
	g_autofree char *out = find_print(t), *twice = NULL;

	g_assert_cmpstr(out, ==, canonical);
	again = parse(out);
	g_assert_true(find_equal(t, again));
	twice = find_print(again);
	g_assert_cmpstr(twice, ==, out);
}

static void print__any_way_to_write__is_canonical(void)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
		{"", ""},
		{"  \t\n ", ""},
		{"status:open group:billing", "status:open group:billing"},
		{"STATUS:Open", "status:open"},
		{"status:open,pending-customer", "status:open,pending-customer"},
		{"a or b c", "a or b c"},
		{"(a or b) c", "(a or b) c"},
		{"(a b) (c d)", "a b c d"},
		{"a OR (b or c)", "a or b or c"},
		{"not spam", "-spam"},
		{"-(a b)", "-(a b)"},
		{"not not a", "--a"},
		{"a AND b", "a b"},
		{"\"exact words\" -spam", "\"exact words\" -spam"},
		{"“很着急” status：open，new", "\"很着急\" status:open,new"},
		{"（a or b） -c", "(a or b) -c"},
		{"#1042", "#1042"},
		{"number:#0042,7", "#42,7"},
		{"＃1042", "#1042"},
		{"due<15m due:<=15m due>=0", "due<15m due<=15m due>=0"},
		{"priority：＞normal", "priority>normal"},
		{"wan* \"refund req\"*", "wan* \"refund req\"*"},
		{"tag:\"a \\\"b\\\\ c\"", "tag:\"a \\\"b\\\\ c\""},
		{"assignee:nobody assignee:none group:mine", "assignee:nobody assignee:nobody group:mine"},
		{"created:>\"2026-11-01 09:00\"", "created>\"2026-11-01 09:00\""},
		{"field.size:42 Field.Größe:x", "field.size:42 field.Größe:x"},
		{"10:42 订单：123", "10:42 订单：123"},
		{"customer:#12", "customer:#12"},
		{"foo\"bar\"(baz)", "foo \"bar\" baz"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		expect_print(cases[i].text, cases[i].out);
}

static void parse__mistakes__point_at_the_column(void)
{
	static const struct {
		const char *text;
		int from, to, column;
		const char *says;
	} cases[] = {
		{"status:opne", 7, 11, 7, "column 8: there is no status \"opne\"; did you mean \"open\"?"},
		{"statsu:open", 0, 6, 0, "column 1: there is no field \"statsu\"; did you mean \"status\"?"},
		{"http://x", 0, 4, 0,
		 "column 1: there is no field \"http\"; put words with a colon in quotes"},
		{"急 \"abc", 4, 8, 3, "column 4: the quotation mark that opens here is never closed"},
		{"(a", 0, 1, 0, "column 1: the bracket that opens here is never closed"},
		{"a)", 1, 2, 1, "column 2: this bracket closes nothing"},
		{"a ()", 2, 4, 2, "column 3: there is nothing between the brackets"},
		{"a or", 1, 4, 1, "column 2: there is nothing after \"or\""},
		{"or a", 0, 2, 0, "column 1: there is nothing before this word"},
		{"-", 0, 1, 0, "column 1: there is nothing after \"not\""},
		{"group:", 6, 6, 6, "column 7: a value is missing after \"group\""},
		{"group:a,", 8, 8, 8, "column 9: a value is missing after \",\""},
		{"status<open", 0, 11, 0, "column 1: \"status\" can't be compared; write status:value"},
		{"tier>1,2", 0, 8, 0, "column 1: a comparison takes one value"},
		{"created:2d", 8, 10, 8, "column 9: say created<2d (since then) or created>2d (longer ago)"},
		{"due:15m", 4, 7, 4, "column 5: say due<15m (sooner) or due>15m (later)"},
		{"due<soon", 4, 8, 4,
		 "column 5: \"soon\" is no time; write 15m, 2h, today, 18:00 or 2026-11-23"},
		{"created:2026-02-30", 8, 18, 8,
		 "column 9: \"2026-02-30\" is no time; write 15m, 2h, today, 18:00 or 2026-11-23"},
		{"is:lat", 3, 6, 3,
		 "column 4: a ticket is never asked for \"is:lat\"; did you mean \"late\"?"},
		{"number:x", 7, 8, 7, "column 8: \"x\" is no ticket's number"},
		{"!!!", 0, 3, 0, "column 1: there is no word to search for in \"!!!\""},
		{"group:bill*", 6, 11, 6,
		 "column 7: a star stands only behind words, customers and categories, not behind \"bill\""},
		{"field.:1", 0, 6, 0, "column 1: say which field: field.NAME:value"},
		{"due>none", 4, 8, 4, "column 5: \"none\" can't be compared; write a colon before it"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct find_error e = {0};
		g_autoptr(GError) error = NULL;

		g_assert_null(find_parse(cases[i].text, NOW, NULL, &e));
		g_assert_cmpstr(e.message, ==, cases[i].says);
		g_assert_cmpint(e.from, ==, cases[i].from);
		g_assert_cmpint(e.to, ==, cases[i].to);
		g_assert_cmpint(e.column, ==, cases[i].column);
		g_assert_cmpint(find_error_column(e.message), ==, cases[i].column);
		g_assert_false(find_error_to(&e, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
		g_assert_null(find_parse(cases[i].text, NOW, NULL, NULL));
		find_error_clear(&e);
	}
}

static void parse__beyond_the_limits__is_refused(void)
{
	struct find_error e = {0};
	g_autofree char *bytes = g_strnfill(FIND_MAX_BYTES + 1, 'a');
	g_autoptr(GString) terms = g_string_new(NULL), deep = g_string_new(NULL),
			   values = g_string_new("group:x");
	g_autoptr(find_tree_auto) most = NULL;

	g_assert_null(find_parse(bytes, NOW, NULL, &e));
	find_error_clear(&e);
	g_assert_null(find_parse("a\xff", NOW, NULL, &e));
	g_assert_cmpstr(e.message, ==, "column 2: this isn't UTF-8");
	find_error_clear(&e);
	for (int i = 0; i < FIND_MAX_TERMS; i++)
		g_string_append(terms, "a ");
	most = parse(terms->str);
	g_string_append(terms, "a");
	g_assert_null(find_parse(terms->str, NOW, NULL, &e));
	g_assert_cmpstr(e.message, ==, "column 129: the query has too many terms");
	find_error_clear(&e);
	for (int i = 0; i < 200; i++)
		g_string_append(deep, i % 2 ? "(" : "-");
	g_assert_null(find_parse(deep->str, NOW, NULL, &e));
	g_assert_cmpstr(e.message, ==, "column 18: brackets and \"not\" go too deep here");
	find_error_clear(&e);
	for (int i = 0; i < FIND_MAX_VALUES; i++)
		g_string_append(values, ",x");
	g_assert_null(find_parse(values->str, NOW, NULL, &e));
	find_error_clear(&e);
}

/* ---- times */
static int64_t at(int y, int m, int d, int h, int min)
{
	g_autoptr(GTimeZone) z = zone();
	g_autoptr(GDateTime) t = g_date_time_new(z, y, m, d, h, min, 0);

	return g_date_time_to_unix(t) * 1000;
}

static void expect_range(const char *text, int64_t lo, int64_t hi, unsigned uses)
{
	g_autoptr(find_tree_auto) t = parse(text);

	g_assert_cmpint(value(t)->kind, ==, FIND_VALUE_RANGE);
	g_test_message("%s", text);
	g_assert_cmpint(value(t)->lo, ==, lo);
	g_assert_cmpint(value(t)->hi, ==, hi);
	g_assert_cmpuint(t->uses, ==, uses);
}

static void times__of_each_form__become_ranges(void)
{
	const int64_t no_due = QUEUE_NO_DUE - 1;

	g_assert_cmpint(at(2026, 11, 23, 10, 0), ==, NOW);
	expect_range("created>2d", 1, NOW - 2 * MS_DAY - 1, FIND_USES_NOW);
	expect_range("created:<=1h30m", NOW - 90 * MS_MINUTE, INT64_MAX, FIND_USES_NOW);
	expect_range("created:today", at(2026, 11, 23, 0, 0), at(2026, 11, 24, 0, 0) - 1, FIND_USES_DAY);
	expect_range("created:yesterday", at(2026, 11, 22, 0, 0), at(2026, 11, 23, 0, 0) - 1, FIND_USES_DAY);
	expect_range("updated:>2026-11-01", at(2026, 11, 2, 0, 0), INT64_MAX, 0);
	expect_range("updated:>=2026-11-01", at(2026, 11, 1, 0, 0), INT64_MAX, 0);
	expect_range("updated<2026-11-01", 1, at(2026, 11, 1, 0, 0) - 1, 0);
	expect_range("resolved:2026-11", at(2026, 11, 1, 0, 0), at(2026, 12, 1, 0, 0) - 1, 0);
	expect_range("resolved<=\"2026-11-01 09:00\"", 1, at(2026, 11, 1, 9, 1) - 1, 0);
	expect_range("resolved>=2026-11-01T9:00", at(2026, 11, 1, 9, 0), INT64_MAX, 0);
	expect_range("due<15m", INT64_MIN, NOW + 15 * MS_MINUTE - 1, FIND_USES_NOW);
	expect_range("due<0", INT64_MIN, NOW - 1, FIND_USES_NOW);
	expect_range("due<-1h", INT64_MIN, NOW - MS_HOUR - 1, FIND_USES_NOW);
	expect_range("due>1w", NOW + 7 * MS_DAY + 1, no_due, FIND_USES_NOW);
	expect_range("due:<18:00", INT64_MIN, at(2026, 11, 23, 18, 0) - 1, FIND_USES_DAY);
	expect_range("due:>2026-12-01", at(2026, 12, 2, 0, 0), no_due, 0);
	expect_range("due:tomorrow", at(2026, 11, 24, 0, 0), at(2026, 11, 25, 0, 0) - 1, FIND_USES_DAY);
	expect_range("priority>normal", PRIORITY_IMPORTANT, INT64_MAX, 0);
	expect_range("priority:<=important", INT64_MIN, PRIORITY_IMPORTANT, 0);
	expect_range("status:active", STATUS_NEW, STATUS_ON_HOLD, 0);
	expect_range("status:done", STATUS_RESOLVED, STATUS_COUNT - 1, 0);
	expect_range("tier>1", 2, INT64_MAX, 0);
}

static void uses__of_parts__are_of_the_whole(void)
{
	g_autoptr(find_tree_auto) t = parse("status:open or (is:late -is:mine)"),
				  text = parse("foo subject:x");
	const struct find_node *first = g_ptr_array_index(t->root->parts, 0);

	g_assert_cmpuint(t->uses, ==, FIND_USES_NOW | FIND_USES_ME);
	g_assert_cmpuint(first->uses, ==, 0);
	g_assert_cmpuint(text->uses, ==, FIND_USES_TEXT);
}

/* ---- names */
static struct find_lists *lists_new(void)
{
	struct find_lists *l = g_new0(struct find_lists, 1);
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	GPtrArray *people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	GPtrArray *tags = g_ptr_array_new_with_free_func((GDestroyNotify)tag_free);
	GPtrArray *fields = g_ptr_array_new_with_free_func((GDestroyNotify)desk_field_free);
	GPtrArray *categories = g_ptr_array_new_with_free_func((GDestroyNotify)category_free);
	static const struct {
		const char *name, *display;
	} persons[] = {{"zhao.min", "Zhao Min 赵敏"}, {"li.wei", "Li Wei 李伟"}, {"li.na", "Li Na 李娜"}};
	static const struct {
		const char *name;
		enum desk_field_type type;
	} customs[] = {{"size", FIELD_TYPE_NUMBER},
		       {"bought", FIELD_TYPE_DATE},
		       {"colour", FIELD_TYPE_CHOICE},
		       {"opened", FIELD_TYPE_YES_NO}};

	for (int i = 0; i < 2; i++) {
		struct group *g = g_new0(struct group, 1);

		g->id = i + 1;
		g->name = g_strdup(i ? "returns" : "billing");
		g->title = g_strdup(i ? "Returns 退货" : "Billing 账单");
		g_ptr_array_add(groups, g);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(persons); i++) {
		struct person *p = person_new();

		p->id = (desk_id)i + 1;
		p->name = g_strdup(persons[i].name);
		p->display = g_strdup(persons[i].display);
		p->active = TRUE;
		if (i == 1)
			g_array_append_val(p->groups, ((const struct group *)groups->pdata[1])->id);
		g_ptr_array_add(people, p);
	}
	for (int i = 0; i < 3; i++) { /* the same name on tickets and on customers */
		struct tag *t = g_new0(struct tag, 1);

		t->id = i + 1;
		t->name = g_strdup(i < 2 ? "high-value" : "two words");
		t->label_zh = g_strdup("高价值");
		t->on_customer = i == 1;
		g_ptr_array_add(tags, t);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(customs); i++) {
		struct desk_field *f = desk_field_new();

		f->id = (desk_id)i + 1;
		f->name = g_strdup(customs[i].name);
		f->type = customs[i].type;
		g_ptr_array_add(fields, f);
	}
	{
		struct category *c = category_new();

		c->name = g_strdup("account/sign-in");
		c->active = TRUE;
		g_ptr_array_add(categories, c);
	}
	*l = (struct find_lists){groups, people, tags, categories, fields, people->pdata[1], NULL};
	return l;
}

static void lists_free(struct find_lists *l)
{
	g_ptr_array_unref((GPtrArray *)(uintptr_t)l->groups);
	g_ptr_array_unref((GPtrArray *)(uintptr_t)l->people);
	g_ptr_array_unref((GPtrArray *)(uintptr_t)l->tags);
	g_ptr_array_unref((GPtrArray *)(uintptr_t)l->categories);
	g_ptr_array_unref((GPtrArray *)(uintptr_t)l->fields);
	g_free(l);
}

static void resolve__names__become_ids(void)
{
	struct find_lists *l = lists_new();
	static const struct {
		const char *text;
		int n;
		desk_id first;
	} cases[] = {
		{"group:Billing", 1, 1},  {"group:\"billing 账单\"", 1, 1},
		{"group:mine", 1, 2},     {"assignee:me", 1, 2},
		{"assignee:li", 2, 2},    {"assignee:赵", 1, 1},
		{"assignee:li.na", 1, 3}, {"tag:high-value", 2, 1},
		{"tag:高价值", 3, 1},     {"is:mine", 1, 2},
	};
	struct find_resolver r;

	find_lists_use(l, &r, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(find_tree_auto) t = parse(cases[i].text);
		struct find_error e = {0};

		g_assert_true(find_resolve(t, &r, &e));
		g_assert_cmpint(value(t)->ids->len, ==, cases[i].n);
		g_assert_cmpint(g_array_index(value(t)->ids, desk_id, 0), ==, cases[i].first);
		g_assert_null(e.message);
	}
	lists_free(l);
}

static void resolve__mistakes__point_at_the_name(void)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"x or group:biling", "column 12: there is no group \"biling\"; did you mean \"billing\"?"},
		{"-assignee:zhoa.min",
		 "column 11: there is no person \"zhoa.min\"; did you mean \"zhao.min\"?"},
		{"tag:zzz", "column 5: there is no tag \"zzz\""},
		{"field.siz:1", "column 1: there is no field.siz; did you mean \"size\"?"},
		{"field.size:x", "column 12: \"x\" is no number, and field.size is one"},
		{"field.colour>x", "column 1: field.colour can't be compared; write field.colour:value"},
		{"field.bought>x", "column 14: \"x\" is no date; write 2026-11-23, 2026-11 or today"},
		{"field.opened:maybe", "column 14: field.opened is yes or no"},
	};
	struct find_lists *l = lists_new();
	struct find_resolver r;
	struct find_error e = {0};

	find_lists_use(l, &r, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(find_tree_auto) t = parse(cases[i].text);
		g_autofree char *out = NULL;

		g_test_message("%s", cases[i].text);
		g_assert_false(find_resolve(t, &r, &e));
		g_assert_cmpstr(e.message, ==, cases[i].says);
		out = find_print(t);
		g_assert_cmpstr(out, ==, cases[i].text);
		find_error_clear(&e);
	}
	r.me = 0;
	{
		g_autoptr(find_tree_auto) t = parse("is:mine");

		g_assert_false(find_resolve(t, &r, &e));
		g_assert_cmpstr(e.message, ==, "column 4: nobody is asking here: \"mine\" means no one");
		find_error_clear(&e);
	}
	lists_free(l);
}

/* ---- completion */
static void gather(const struct find_completion *c, void *arg)
{
	GString *out = arg;

	g_string_append_printf(out, "%s%s%d", out->len ? "|" : "", c->text, c->from);
}

static void expect_complete(const char *text, const char *all)
{
	struct find_lists *l = lists_new();
	struct find_vocabulary v;
	g_autoptr(GString) out = g_string_new(NULL);

	find_lists_use(l, NULL, &v);
	find_complete(text, strlen(text), &v, 50, gather, out);
	g_assert_cmpstr(out->str, ==, all);
	lists_free(l);
}

static void complete__word_under_cursor__is_offered_what_it_can_become(void)
{
	expect_complete("sta", "status:0");
	expect_complete("x -pri", "priority:3");
	expect_complete("(la", "language:1|late:1|is:late1");
	expect_complete("field.s", "field.size:0");
	expect_complete("status:pend", "pending-customer7|pending-internal7");
	expect_complete("status:open,res", "resolved12");
	expect_complete("group:", "mine6|billing6|returns6");
	expect_complete("group：退", "returns8");
	expect_complete("assignee:李", "li.wei9|li.na9");
	expect_complete("tag:two", "\"two words\"4");
	expect_complete("tag:\"h", "\"high-value\"4");
	expect_complete("category:sign", "account/sign-in9");
	expect_complete("due<", "15m4|1h4|4h4|1d4|7d4");
	expect_complete("tag:\"done\"", "");
	expect_complete("foo:bar", "");
	expect_complete("#10", "");
	expect_complete("wan*", "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/find/print", print__any_way_to_write__is_canonical);
	g_test_add_func("/find/mistakes", parse__mistakes__point_at_the_column);
	g_test_add_func("/find/limits", parse__beyond_the_limits__is_refused);
	g_test_add_func("/find/times", times__of_each_form__become_ranges);
	g_test_add_func("/find/uses", uses__of_parts__are_of_the_whole);
	g_test_add_func("/find/names", resolve__names__become_ids);
	g_test_add_func("/find/wrong-names", resolve__mistakes__point_at_the_name);
	g_test_add_func("/find/complete", complete__word_under_cursor__is_offered_what_it_can_become);
	return g_test_run();
}
