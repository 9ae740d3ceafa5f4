/* Template variables. */
#include "rules/fill.h"

static void fill__knows_the_name__puts_its_value(void)
{
	const struct fill_var vars[] = {{"customer", "Wang Fang"}, {"order", NULL}};
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *out = fill_template("Dear {customer}, {order} {{x} {unknown}", vars, 2, missing);

	g_assert_cmpstr(out, ==, "Dear Wang Fang, {order} {x} {unknown}");
	g_assert_cmpuint(missing->len, ==, 2);
}

static void fill__value_holds_braces__is_not_expanded_again(void)
{
	const struct fill_var vars[] = {{"customer", "{agent}"}, {"agent", "x"}};
	g_autofree char *out = fill_template("{customer}", vars, 2, NULL);

	g_assert_cmpstr(out, ==, "{agent}");
}

static void unresolved__known_placeholder__is_found(void)
{
	size_t at = 0;

	g_assert_true(fill_unresolved("by {promised}", &at));
	g_assert_cmpuint(at, ==, 3);
	g_assert_false(fill_unresolved("int f() {return;} {x}", &at));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fill/value", fill__knows_the_name__puts_its_value);
	g_test_add_func("/fill/braces", fill__value_holds_braces__is_not_expanded_again);
	g_test_add_func("/fill/unresolved", unresolved__known_placeholder__is_found);
	return g_test_run();
}
