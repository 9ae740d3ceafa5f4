/* What a query means: single terms against facts, laws of logic over made-up queries. */
#include "rules/find.h"

#include <string.h>
#include "base/clock.h"

#define NOW INT64_C(1795399200000)

/* Names of these tests: g1, p1, t1 ... have that number as id. */
static void by_number(const char *name, GArray *ids, void *arg)
{
	desk_id id = g_ascii_strtoll(name + 1, NULL, 10);

	(void)arg;
	if (id > 0)
		g_array_append_val(ids, id);
}

static desk_id custom_by_name(const char *name, enum find_custom *type, void *arg)
{
	static const char *const names[] = {"text", "number", "date", "yes"};

	(void)arg;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i], name) == 0) {
			*type = (enum find_custom)i;
			return (desk_id)i + 1;
		}
	return 0;
}

static const struct find_resolver resolver = {
	.groups = by_number,
	.people = by_number,
	.tags = by_number,
	.custom = custom_by_name,
	.me = 1,
};

static struct find_tree *parse(const char *text)
{
	struct find_error e = {0};
	struct find_tree *t = find_parse(text, NOW, NULL, &e);

	if (!t || !find_resolve(t, &resolver, &e))
		g_error("%s: %s", text, e.message);
	return t;
}

static gboolean holds(const char *text, const struct find_facts *f)
{
	g_autoptr(find_tree_auto) t = parse(text);

	return find_evaluate(t, f);
}

/* ---- terms */
static const desk_id tags_of[] = {1, 4}, links_of[] = {1015};
static const struct find_fact custom_of[] = {{1, "Blue Ocean"}, {2, "12.5"}, {3, "2026-11-23"}, {4, "yes"}};
static const struct ticket_clock clocks_of[] = {
	{.kind = CLOCK_FIRST_RESPONSE, .state = CLOCK_STATE_MISSED, .due_ms = NOW - MS_HOUR, .warn_ms = NOW - 2 * MS_HOUR},
	{.kind = CLOCK_NEXT_RESPONSE, .state = CLOCK_STATE_RUNNING, .due_ms = NOW - 1},
	{.kind = CLOCK_RESOLUTION, .state = CLOCK_STATE_RUNNING, .due_ms = NOW + MS_MINUTE, .warn_ms = NOW},
	{.kind = CLOCK_ESCALATION, .state = CLOCK_STATE_RUNNING, .due_ms = NOW + MS_HOUR, .warn_ms = NOW + MS_MINUTE},
	{.kind = CLOCK_TIER2, .state = CLOCK_STATE_PAUSED, .left_ms = -1},
	{.kind = CLOCK_PROMISE, .state = CLOCK_STATE_BREACHED, .due_ms = NOW - MS_MINUTE},
};
static const char *const documents_of[] = {
	"sign in wang fang 1042 account sign in", /* see the test of documents for how these come to be */
	"i have tri five time",
	"很着 着急 急",
};

static struct find_facts facts(void)
{
	return (struct find_facts){
		.id = 1042,
		.group_id = 1,
		.assignee_id = 1,
		.customer_id = 7,
		.status = STATUS_OPEN,
		.priority = PRIORITY_IMPORTANT,
		.channel = CHANNEL_EMAIL,
		.problem = PROBLEM_COMPLEX,
		.problem_id = 3,
		.impact = 1 + IMPACT_WIDE,
		.need = 1 + NEED_LOW,
		.tier = 2,
		.waiting = TRUE,
		.has = 1u << FIND_HAS_NOTE,
		.created_ms = NOW - 3 * MS_DAY,
		.updated_ms = NOW - MS_HOUR,
		.next_due_ms = NOW + 10 * MS_MINUTE,
		.subject = "Can't sign in after the update",
		.category = "Account/sign-in",
		.language = "zh",
		.customer_name = "Wang Fang 王芳",
		.customer_mail = "Fang@Example.org",
		.customer_phone = "+86 138-0013 8000",
		.tags = tags_of,
		.n_tags = G_N_ELEMENTS(tags_of),
		.links = links_of,
		.n_links = G_N_ELEMENTS(links_of),
		.custom = custom_of,
		.n_custom = G_N_ELEMENTS(custom_of),
		.clocks = clocks_of,
		.n_clocks = G_N_ELEMENTS(clocks_of),
		.documents = documents_of,
		.n_documents = G_N_ELEMENTS(documents_of),
	};
}

static const char *const that_hold[] = {
	/* clang-format off */
	"", "status:open", "status:new,open", "status:active", "group:g1", "assignee:me", "assignee:any",
	"customer:wang", "customer:\"wang fang\"", "customer:wan*", "customer:王", "customer:王芳",
	"customer:fang@example.org", "customer:fang@*", "customer:13800138000",
	"customer:\"138 0013 8000\"", "customer:#7", "tag:t1", "tag:t2,t4", "tag:any", "category:account",
	"category:ACCOUNT/sign-in", "category:acc*", "priority>normal", "priority<=important",
	"channel:email,phone", "problem:complex", "tier:2", "tier>1", "#1042", "number:1000,1042",
	"number>1000", "language:zh", "subject:sign", "subject:\"sign in\"", "subject:signing",
	"is:waiting", "is:mine", "is:escalated", "has:note", "due<15m", "due>5m", "due:any", "created>2d",
	"created<4d", "updated<2h", "resolved:none", "parent:none", "link:1015", "link:any",
	"late:first-response", "late:promise", "late:any", "warned:resolution", "warned:escalation,resolution", "warned:any",
	"late:next-response", "warned:next-response", "late:tier2",
	"problem:3", "problem:simple,3", "problem:#3", "problem:any", "impact:wide", "impact>limited", "impact:any",
	"need:low,high", "need<medium",
	"field.text:\"blue ocean\"", "field.text:blue*", "field.number:12.5", "field.number>12",
	"field.number<=12.5", "field.date:2026-11-23", "field.date:2026-11", "field.date<2026-12-01",
	"field.yes:yes", "field.text:any", "tried", "\"five times\"", "着急", "急", "很", "wan*",
	"trying sign", "1042",
	/* clang-format on */
};
static const char *const that_fail[] = {
	/* clang-format off */
	"status:new", "status:done", "group:g2", "assignee:nobody", "assignee:p2", "customer:fan",
	"customer:\"fang wang\"", "customer:fang@example.com", "customer:8613800138001", "customer:#8",
	"tag:t2", "tag:none", "category:acc", "category:account/sign", "category:none", "priority:normal",
	"priority>important", "channel:phone", "problem:simple", "tier:1", "#104", "language:z",
	"subject:\"in sign\"", "is:late", "is:unassigned", "is:after-sales", "is:merged", "is:spam",
	"has:attachment", "has:parent", "due<5m", "due<0", "due:none", "created<2d", "updated>2h",
	"resolved:any", "resolved<1d", "resolved>1d", "parent:1042", "link:1042", "field.text:blue",
	"late:resolution", "late:none", "warned:first-response", "warned:tier2", "warned:none", "late:escalation",
	"warned:escalation",
	"problem:4", "problem:none", "impact:limited", "impact:none", "need>low", "need:none",
	"field.number:12", "field.number>12.5", "field.date:2026-10", "field.date>2026-11-23",
	"field.yes:no", "field.text:none", "急着", "\"急 tried\"", "spam", "fiv", "-status:open",
	/* clang-format on */
};

static void evaluate__terms__hold_as_documented(void)
{
	const struct find_facts f = facts();

	for (size_t i = 0; i < G_N_ELEMENTS(that_hold); i++) {
		g_test_message("%s", that_hold[i]);
		g_assert_true(holds(that_hold[i], &f));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(that_fail); i++) {
		g_test_message("%s", that_fail[i]);
		g_assert_false(holds(that_fail[i], &f));
	}
}

static void evaluate__nothing_set__only_none_holds(void)
{
	const struct find_facts f = {.id = 1, .next_due_ms = QUEUE_NO_DUE};

	g_assert_true(
		holds("due:none resolved:none assignee:nobody tag:none category:none language:none problem:none impact:none "
		      "need:none", &f));
	g_assert_true(holds("parent:none link:none field.text:none customer:none group:none", &f));
	g_assert_false(
		holds("due<1000d or due>0 or resolved>0 or field.number<5 or field.date<2030-01-01", &f));
	g_assert_false(holds("customer:#1 or parent:1 or customer:x or subject:x or x", &f));
}

/* ---- text */
static void document__both_scripts__is_words_and_pairs(void)
{
	g_autofree char *mixed = find_document("Can’t sign in: 无法登录，急! iPhone15 Pro");
	g_autoptr(GPtrArray) tags = g_ptr_array_new();
	g_autofree char *head = NULL, *tokens = NULL, *empty = find_document(NULL);

	g_assert_cmpstr(mixed, ==, "cant sign in 无法 法登 登录 录 急 iphone15 pro");
	g_assert_cmpstr(empty, ==, "");
	g_ptr_array_add(tags, (char *)(uintptr_t) "vip");
	head = find_head("Refund", "王芳", 1042, "account/sign-in", tags);
	g_assert_cmpstr(head, ==, "Refund\n王芳\n#1042\naccount/sign-in\nvip\n");
	tokens = find_document(head);
	g_assert_cmpstr(tokens, ==, "refund 王芳 芳 1042 account sign in vip");
}

static void tokens__of_a_term__are_found_where_they_follow_each_other(void)
{
	static const struct {
		const char *text;
		gboolean star;
		const char *document;
		gboolean is;
	} cases[] = {
		{"登录", FALSE, "无法登录", TRUE},
		{"法登", FALSE, "无法登录", TRUE},
		{"录", FALSE, "无法登录", TRUE},
		{"法", FALSE, "无法登录", TRUE},
		{"登法", FALSE, "无法登录", FALSE},
		{"无法，登录", FALSE, "无法登录", FALSE},
		{"无法，登录", FALSE, "无法：登录了", TRUE},
		{"法 iphone", FALSE, "无法iphone", TRUE},
		{"iphone 无", FALSE, "iphone无法", TRUE},
		{"无法 iphone", FALSE, "无法用iphone", FALSE},
		{"refunds", FALSE, "refunding", TRUE},
		{"refun", FALSE, "refund", FALSE},
		{"refun", TRUE, "refund", TRUE},
		{"my refun", TRUE, "my old refund", FALSE},
		{"my refun", TRUE, "my refund", TRUE},
		{"a b", FALSE, "a a b", TRUE},
		{"b a", FALSE, "a b", FALSE},
		{"a b", FALSE, "a", FALSE},
		{"无法", TRUE, "无法登录", TRUE},
		{"x", FALSE, "", FALSE},
		{"wiped", TRUE, "wipe", TRUE},
		{"running", TRUE, "he runs", TRUE},
		{"studies", TRUE, "study", TRUE},
		{"wang", TRUE, "wan", FALSE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *document = find_document(cases[i].document);
		gboolean prefix;
		g_autoptr(GPtrArray) tokens = find_tokens(cases[i].text, cases[i].star, &prefix);

		g_test_message("%s in %s", cases[i].text, cases[i].document);
		g_assert_cmpint(find_tokens_in(tokens, prefix, document), ==, cases[i].is);
	}
}

/* Every part of a Chinese run is found in it, as the bytes are: pairs lose nothing. */
static void tokens__any_part_of_a_run__is_found_as_its_characters_are(void)
{
	static const char *const chars[] = {"无", "法", "登", "录"};
	GRand *rand = g_rand_new_with_seed(7);

	for (int round = 0; round < 2000; round++) {
		g_autoptr(GString) run = g_string_new(NULL), part = g_string_new(NULL);
		g_autofree char *document = NULL;
		g_autoptr(GPtrArray) tokens = NULL;
		gboolean prefix;

		for (int i = g_rand_int_range(rand, 1, 8); i > 0; i--)
			g_string_append(run, chars[g_rand_int_range(rand, 0, 4)]);
		for (int i = g_rand_int_range(rand, 1, 4); i > 0; i--)
			g_string_append(part, chars[g_rand_int_range(rand, 0, 4)]);
		document = find_document(run->str);
		tokens = find_tokens(part->str, FALSE, &prefix);
		g_assert_cmpint(find_tokens_in(tokens, prefix, document), ==,
				strstr(run->str, part->str) != NULL);
	}
	g_rand_free(rand);
}

/* ---- laws, over made-up queries and facts */
static void make(GRand *rand, GString *out, int depth)
{
	static const char *const terms[] = {
		"status:open",     "status:new,spam", "group:g1",      "assignee:me", "is:waiting",
		"priority>normal", "due<1h",          "tag:t1",        "created>2d",  "#2",
		"is:late",         "apple",           "\"red apple\"", "app*",        "has:note",
		"category:a",      "tier:2",          "customer:#1",
	};
	int kind = depth > 4 ? 0 : g_rand_int_range(rand, 0, 5);

	if (kind < 2) {
		g_string_append(out, terms[g_rand_int_range(rand, 0, G_N_ELEMENTS(terms))]);
	} else if (kind == 2) {
		g_string_append(out, g_rand_boolean(rand) ? "-" : "not ");
		make(rand, out, depth + 1);
	} else {
		g_string_append_c(out, '(');
		make(rand, out, depth + 1);
		g_string_append(out, kind == 3 ? " or " : " ");
		make(rand, out, depth + 1);
		g_string_append_c(out, ')');
	}
}

static void make_facts(GRand *rand, struct find_facts *f)
{
	static const desk_id tags[] = {1};
	static const char *const documents[] = {"red appl", "appl red", "red"};

	*f = (struct find_facts){
		.id = g_rand_int_range(rand, 1, 4),
		.group_id = g_rand_int_range(rand, 1, 3),
		.assignee_id = g_rand_int_range(rand, 0, 3),
		.customer_id = g_rand_int_range(rand, 0, 2),
		.status = (enum ticket_status)g_rand_int_range(rand, 0, STATUS_COUNT),
		.priority = (enum ticket_priority)g_rand_int_range(rand, 0, PRIORITY_COUNT),
		.tier = g_rand_int_range(rand, 1, 3),
		.waiting = g_rand_boolean(rand),
		.has = (unsigned)g_rand_int_range(rand, 0, 4),
		.created_ms = NOW - g_rand_int_range(rand, 0, 4) * MS_DAY,
		.next_due_ms = g_rand_boolean(rand) ? QUEUE_NO_DUE
						    : NOW + g_rand_int_range(rand, -2, 3) * 40 * MS_MINUTE,
		.category = g_rand_boolean(rand) ? "a/b" : NULL,
		.tags = tags,
		.n_tags = g_rand_boolean(rand),
		.documents = documents + g_rand_int_range(rand, 0, 3),
		.n_documents = 1,
	};
}

static void laws__of_logic__hold_for_any_queries(void)
{
	GRand *rand = g_rand_new_with_seed(42);

	for (int round = 0; round < 1500; round++) {
		g_autoptr(GString) a = g_string_new(NULL), b = g_string_new(NULL);
		g_autofree char *not_and = NULL, *or_nots = NULL, *not_or = NULL, *and_nots = NULL,
				*both = NULL, *either = NULL;
		struct find_facts f;
		gboolean is_a, is_b;

		make(rand, a, 2);
		make(rand, b, 2);
		make_facts(rand, &f);
		not_and = g_strdup_printf("-(%s %s)", a->str, b->str);
		or_nots = g_strdup_printf("-%s or -%s", a->str, b->str);
		not_or = g_strdup_printf("not (%s or %s)", a->str, b->str);
		and_nots = g_strdup_printf("-%s not %s", a->str, b->str);
		both = g_strdup_printf("%s and %s", a->str, b->str);
		either = g_strdup_printf("%s or %s", a->str, b->str);
		is_a = holds(a->str, &f);
		is_b = holds(b->str, &f);
		g_assert_cmpint(holds(both, &f), ==, is_a && is_b);
		g_assert_cmpint(holds(either, &f), ==, is_a || is_b);
		g_assert_cmpint(holds(not_and, &f), ==, !(is_a && is_b));
		g_assert_cmpint(holds(or_nots, &f), ==, !(is_a && is_b));
		g_assert_cmpint(holds(not_or, &f), ==, !(is_a || is_b));
		g_assert_cmpint(holds(and_nots, &f), ==, !(is_a || is_b));
	}
	g_rand_free(rand);
}

static void laws__printing__changes_no_meaning(void)
{
	GRand *rand = g_rand_new_with_seed(43);

	for (int round = 0; round < 2000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(find_tree_auto) t = NULL, again = NULL;
		g_autofree char *out = NULL;
		struct find_facts f;

		make(rand, text, 0);
		make_facts(rand, &f);
		t = parse(text->str);
		out = find_print(t);
		again = parse(out);
		g_assert_true(find_equal(t, again));
		g_assert_cmpint(find_evaluate(t, &f), ==, find_evaluate(again, &f));
	}
	g_rand_free(rand);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/find/terms", evaluate__terms__hold_as_documented);
	g_test_add_func("/find/nothing-set", evaluate__nothing_set__only_none_holds);
	g_test_add_func("/find/document", document__both_scripts__is_words_and_pairs);
	g_test_add_func("/find/tokens", tokens__of_a_term__are_found_where_they_follow_each_other);
	g_test_add_func("/find/runs", tokens__any_part_of_a_run__is_found_as_its_characters_are);
	g_test_add_func("/find/laws", laws__of_logic__hold_for_any_queries);
	g_test_add_func("/find/print-laws", laws__printing__changes_no_meaning);
	return g_test_run();
}
