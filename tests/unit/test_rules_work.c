/* The pure rules of ticket work: transitions, addresses, custom fields, allowances. */
#include <string.h>
#include "base/clock.h"
#include "rules/addresses.h"
#include "rules/allowance.h"
#include "rules/custom_field.h"
#include "rules/status.h"

static void status__every_pair__has_an_answer_and_all_are_reachable(void)
{
	unsigned reached = 1u << STATUS_NEW, before;

	do {
		before = reached;
		for (int s = 0; s < STATUS_COUNT; s++)
			if (reached & (1u << s))
				reached |= status_followers((enum ticket_status)s);
	} while (reached != before);
	/* merged comes by merging only */
	g_assert_cmpuint(reached | 1u << STATUS_MERGED, ==, (1u << STATUS_COUNT) - 1);
	g_assert_cmpuint(reached & 1u << STATUS_MERGED, ==, 0);
	for (int from = 0; from < STATUS_COUNT; from++) {
		g_assert_false(status_may_follow((enum ticket_status)from, STATUS_NEW));
		g_assert_false(status_may_follow((enum ticket_status)from, STATUS_MERGED));
		for (int to = 0; to < STATUS_COUNT; to++)
			if (from != to && status_may_follow((enum ticket_status)from, (enum ticket_status)to))
				g_assert_true(status_followers((enum ticket_status)from) & (1u << to));
	}
	g_assert_cmpuint(status_followers(STATUS_MERGED), ==, 0);
	g_assert_false(status_may_follow(STATUS_OPEN, STATUS_ARCHIVED));
	g_assert_true(status_may_follow(STATUS_ON_HOLD, STATUS_ON_HOLD));
	g_assert_true(status_reopens(STATUS_SPAM, STATUS_OPEN));
	g_assert_false(status_reopens(STATUS_RESOLVED, STATUS_ARCHIVED));
}

static void status__customer_writes__within_the_days(void)
{
	g_assert_true(status_customer_reopens(STATUS_RESOLVED, 1000, 1000 + 14 * MS_DAY, 14));
	g_assert_false(status_customer_reopens(STATUS_RESOLVED, 1000, 1001 + 14 * MS_DAY, 14));
	g_assert_false(status_customer_reopens(STATUS_RESOLVED, 1000, 1000, 0));
	g_assert_true(status_customer_reopens(STATUS_FOLLOW_UP_DUE, 1000, 500 * MS_DAY, -1));
	g_assert_false(status_customer_reopens(STATUS_ARCHIVED, 1000, 1001, 14));
	g_assert_false(status_customer_reopens(STATUS_SPAM, 1000, 1001, 14));
}

static void addresses__good_and_bad__are_told_apart(void)
{
	static const char *const bad[] = {"a", "@b.example", "a@", "a@b", "a b@c.example", "a@b..example", "a@-b.example",
		".a@b.example", "a.@b.example", "a..b@c.example", "A <a@b.example", "\"x\" <a@b.example>", "a@b.example>", "a@b@c.example",
		"a\n@b.example", "<>", "A <>"};
	g_autoptr(GError) error = NULL;
	int n = -1;
	g_autofree char *good = addresses_check("to", " a@b.example ,, Chen Jie 陈洁 <c.d+e@f-g.example>,x@名.example", &n, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(good, ==, "a@b.example, Chen Jie 陈洁 <c.d+e@f-g.example>, x@名.example");
	g_assert_cmpint(n, ==, 3);
	g_assert_null(addresses_check("to", "  ", &n, &error));
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) no = NULL;

		g_assert_null(addresses_check("cc", bad[i], NULL, &no));
		g_assert_error(no, DESK_ERROR, DESK_INVALID);
		g_assert_true(g_str_has_prefix(no->message, "cc: "));
	}
	g_autoptr(GString) many = g_string_new(NULL);
	for (int i = 0; i <= ADDRESSES_MAX; i++)
		g_string_append_printf(many, "a%d@b.example,", i);
	g_assert_null(addresses_check("to", many->str, NULL, &error));
	g_assert_error(error, DESK_ERROR, DESK_LIMIT);
}

static char *value(enum desk_field_type type, const char *text, double *number)
{
	struct desk_field *f = desk_field_new();
	char *kept;

	f->name = g_strdup("f");
	f->type = type;
	g_ptr_array_add(f->choices, g_strdup("Über"));
	kept = custom_field_value(f, text, number, NULL);
	desk_field_free(f);
	return kept;
}

static void custom_field__values__are_kept_in_one_form(void)
{
	static const struct {
		enum desk_field_type type;
		const char *text, *kept;
		double number;
	} cases[] = {
		{FIELD_TYPE_NUMBER, "007.50", "7.5", 7.5}, {FIELD_TYPE_NUMBER, "-0", "0", 0},
		{FIELD_TYPE_NUMBER, ".5", "0.5", 0.5}, {FIELD_TYPE_NUMBER, "5.", "5", 5},
		{FIELD_TYPE_NUMBER, "-12.00", "-12", -12}, {FIELD_TYPE_NUMBER, "+3", "3", 3},
		{FIELD_TYPE_NUMBER, "0", "0", 0}, {FIELD_TYPE_NUMBER, "1e5", NULL, 0},
		{FIELD_TYPE_NUMBER, "1,5", NULL, 0}, {FIELD_TYPE_NUMBER, "-", NULL, 0},
		{FIELD_TYPE_NUMBER, "1234567890123456", NULL, 0}, {FIELD_TYPE_NUMBER, "nan", NULL, 0},
		{FIELD_TYPE_DATE, "1970-01-01", "1970-01-01", 0}, {FIELD_TYPE_DATE, "1970-01-31", "1970-01-31", 30},
		{FIELD_TYPE_DATE, "2024-02-29", "2024-02-29", 19782}, {FIELD_TYPE_DATE, "2023-02-29", NULL, 0},
		{FIELD_TYPE_DATE, "24-02-29", NULL, 0}, {FIELD_TYPE_DATE, "2024-13-01", NULL, 0},
		{FIELD_TYPE_CHOICE, "über", "Über", 0}, {FIELD_TYPE_CHOICE, "u", NULL, 0},
		{FIELD_TYPE_YES_NO, "No", "no", 0}, {FIELD_TYPE_YES_NO, "yes", "yes", 1},
		{FIELD_TYPE_TEXT, "  a b  ", "a b", 0}, {FIELD_TYPE_TEXT, "", NULL, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		double number = 99;
		g_autofree char *kept = value(cases[i].type, cases[i].text, &number);

		g_assert_cmpstr(kept, ==, cases[i].kept);
		if (kept)
			g_assert_cmpfloat(number, ==, cases[i].number);
	}
}

static void custom_field__required_of_the_category__is_missed(void)
{
	g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)desk_field_free);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func((GDestroyNotify)field_value_free);
	struct desk_field *f = desk_field_new();
	struct field_value *v = g_new0(struct field_value, 1);

	f->name = g_strdup("serial");
	f->category = g_strdup("repair");
	f->required = f->active = TRUE;
	g_ptr_array_add(fields, f);
	g_assert_cmpstr(custom_field_missing(fields, "repair/lamp", NULL), ==, "serial");
	g_assert_null(custom_field_missing(fields, "repairs", NULL));
	g_assert_null(custom_field_missing(fields, NULL, NULL));
	v->name = g_strdup("serial");
	g_ptr_array_add(values, v);
	g_assert_null(custom_field_missing(fields, "repair", values));
	g_assert_true(category_is_of("a/b", NULL));
	g_assert_false(category_is_of(NULL, "a"));
}

static void allowance__at_the_limit__covers_above_it_does_not(void)
{
	struct allowance a = {5000, 8000}, none = {0, 0}, free_hand = {-1, -1};

	g_assert_true(allowance_covers(&a, 0, 0, 5000));
	g_assert_false(allowance_covers(&a, 1, 0, 5000));
	g_assert_true(allowance_covers(&a, 0, 3000, 5000));
	g_assert_false(allowance_covers(&a, 0, 3001, 5000));
	g_assert_false(allowance_covers(&none, 0, 0, 1));
	g_assert_true(allowance_covers(&free_hand, INT64_MAX, INT64_MAX, ALLOWANCE_MAX_CENTS));
	g_assert_false(allowance_covers(&a, INT64_MAX, 0, 1));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/work/status", status__every_pair__has_an_answer_and_all_are_reachable);
	g_test_add_func("/work/reopen", status__customer_writes__within_the_days);
	g_test_add_func("/work/addresses", addresses__good_and_bad__are_told_apart);
	g_test_add_func("/work/fields", custom_field__values__are_kept_in_one_form);
	g_test_add_func("/work/required", custom_field__required_of_the_category__is_missed);
	g_test_add_func("/work/allowance", allowance__at_the_limit__covers_above_it_does_not);
	return g_test_run();
}
