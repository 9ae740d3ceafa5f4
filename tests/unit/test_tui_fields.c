/* Amounts, profiles and compensations as people type and read them. */
#include <string.h>

#include "tui/fields.h"

static void unit__amount__typed_forms(void)
{
	static const struct {
		const char *text;
		int64_t cents; /* 0: refused */
	} cases[] = {
		{"50", 5000}, {"89.5", 8950}, {"89.50", 8950}, {"0.05", 5}, {"¥12", 1200}, {"$3.10", 310}, {" 7", 700},
		{"", 0}, {"0", 0}, {"-5", 0}, {"5.", 0}, {"1.234", 0}, {"5 EUR", 0}, {"1e3", 0}, {"五", 0},
		{"1234567890123", 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		int64_t cents = 0;

		g_test_message("%s", cases[i].text);
		g_assert_cmpint(amount_parse(cases[i].text, &cents, &error), ==, cases[i].cents != 0);
		if (cases[i].cents)
			g_assert_cmpint(cents, ==, cases[i].cents);
		else
			g_assert_nonnull(strstr(error->message, "no amount"));
	}
}

static void unit__profile__every_member_is_set_and_read(void)
{
	struct customer *c = customer_new();

	for (const struct profile_member *m = profile_members; m->name; m++) {
		const char *value = strcmp(m->name, "birth_year") == 0 ? "1980" : "text";
		g_autofree char *back = NULL;
		g_autoptr(GError) error = NULL;

		g_assert_true(profile_named(m->name) == m);
		profile_set(c, m, value, &error);
		g_assert_no_error(error);
		back = profile_value(c, m);
		g_assert_cmpstr(back, ==, value);
	}
	g_assert_false(profile_set(c, profile_named("birth_year"), "soon", NULL));
	g_assert_false(profile_set(c, profile_named("name"), "", NULL));
	g_assert_true(profile_set(c, profile_named("phone"), "", NULL));
	g_assert_null(c->phone);
	g_assert_null(profile_named("secret"));
	customer_free(c);
}

static void unit__compensation__is_one_line(void)
{
	struct compensation c = {.kind = COMPENSATION_REFUND, .amount_cents = 8905, .currency = (char *)"CNY",
	                         .order_number = (char *)"A-1", .by_name = (char *)"Li Wei", .reason = (char *)"broken",
	                         .decision_reason = (char *)"agreed"};
	g_autofree char *text = compensation_text(&c);

	g_assert_cmpstr(text, ==, "refund 89.05 CNY, order A-1, by Li Wei: broken - agreed");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fields/amount", unit__amount__typed_forms);
	g_test_add_func("/fields/profile", unit__profile__every_member_is_set_and_read);
	g_test_add_func("/fields/compensation", unit__compensation__is_one_line);
	return g_test_run();
}
