/* The query language over any text: parse, print, parse again, complete, evaluate. */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "rules/find.h"
#include "rules/find_lists.h"

#define NOW INT64_C(1795399200000)

static void any_name(const char *name, GArray *ids, void *arg)
{
	desk_id id = (desk_id)(strlen(name) % 3);

	(void)arg;
	if (id)
		g_array_append_val(ids, id);
}

static desk_id any_field(const char *name, enum find_custom *type, void *arg)
{
	(void)arg;
	*type = (enum find_custom)(strlen(name) % 4);
	return (desk_id)(strlen(name) % 3);
}

struct typed {
	const char *text;
	size_t cursor;
};

static void check_completion(const struct find_completion *c, void *arg)
{
	const struct typed *t = arg;
	g_autofree char *head = g_strndup(t->text, (gsize)c->from);
	g_autofree char *whole = g_strconcat(head, c->text, NULL);

	g_assert_true(c->from >= 0 && c->from <= c->to && (size_t)c->to == t->cursor);
	g_assert_true(g_utf8_validate(whole, -1, NULL));
}

static void words(enum find_field field, find_word_fn *add, void *to, void *arg)
{
	(void)field;
	(void)arg;
	add(&(struct find_word){"billing", "Billing 账单"}, to);
	add(&(struct find_word){"two \"words\"", NULL}, to);
	add(&(struct find_word){"", ""}, to);
}

static void evaluate(struct find_tree *t)
{
	static const struct find_resolver r = {
		.groups = any_name, .people = any_name, .tags = any_name, .custom = any_field, .me = 1};
	static const desk_id ids[] = {1, 2};
	static const char *const documents[] = {"refund 无法 法登 登录 录", ""};
	static const struct find_fact custom[] = {{1, "12.5"}, {2, "2026-11-23"}};
	const struct find_facts f = {
		.id = 1042,
		.group_id = 1,
		.next_due_ms = NOW,
		.subject = "refund",
		.category = "a/b",
		.customer_name = "王芳",
		.customer_mail = "a@b.example",
		.customer_phone = "+86 138",
		.tags = ids,
		.n_tags = 2,
		.links = ids,
		.n_links = 2,
		.custom = custom,
		.n_custom = 2,
		.documents = documents,
		.n_documents = 2,
	};
	struct find_error e = {0};

	find_evaluate(t, &f);
	if (!find_resolve(t, &r, &e)) {
		g_assert_true(e.from >= 0 && e.from <= e.to && (size_t)e.to <= strlen(t->source));
		g_assert_cmpint(find_error_column(e.message), ==, e.column);
		find_error_clear(&e);
	}
	find_evaluate(t, &f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *s = g_strndup((const char *)data, size);
	const struct find_vocabulary v = {.words = words};
	struct find_error e = {0};
	struct find_tree *t = find_parse(s, NOW, NULL, &e);
	struct typed typed = {s, strlen(s)};

	find_complete(s, typed.cursor, &v, 20, check_completion, &typed);
	if (!t) {
		g_assert_true(e.message && e.from >= 0 && e.from <= e.to && (size_t)e.to <= strlen(s));
		g_assert_cmpint(find_error_column(e.message), ==, e.column);
		find_error_clear(&e);
	} else {
		g_autofree char *out = find_print(t), *twice = NULL;
		g_autoptr(find_tree_auto) again = find_parse(out, NOW, NULL, &e);

		g_assert_cmpstr(e.message, ==, NULL);
		g_assert_true(find_equal(t, again));
		twice = find_print(again);
		g_assert_cmpstr(out, ==, twice);
		evaluate(t);
	}
	find_tree_free(t);
	return 0;
}
