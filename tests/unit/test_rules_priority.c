/* Priority from impact and need, and the words for it. */
#include <string.h>

#include "rules/priority.h"

static enum ticket_priority at(const struct priority_matrix *m, enum impact impact, enum need need)
{
	enum ticket_priority p = PRIORITY_COUNT;

	g_assert_true(priority_assess(m, (int)impact, (int)need, &p));
	return p;
}

static void matrix__nothing_set__is_the_standard(void)
{
	struct priority_matrix m;

	g_assert_true(priority_matrix_parse(&m, NULL, NULL));
	g_assert_cmpint(at(&m, IMPACT_WIDE, NEED_HIGH), ==, PRIORITY_URGENT);
	g_assert_cmpint(at(&m, IMPACT_LIMITED, NEED_MEDIUM), ==, PRIORITY_IMPORTANT);
	g_assert_cmpint(at(&m, IMPACT_LIMITED, NEED_LOW), ==, PRIORITY_NORMAL);
	for (int i = 0; i < IMPACT_COUNT; i++)
		for (int n = 1; n < NEED_COUNT; n++)
			g_assert_cmpint(m.of[i][n], >=, m.of[i][n - 1]);
	for (int n = 0; n < NEED_COUNT; n++)
		g_assert_cmpint(m.of[IMPACT_WIDE][n], >=, m.of[IMPACT_LIMITED][n]);
}

static void matrix__some_pairs_set__the_others_stay(void)
{
	struct priority_matrix m;

	g_assert_true(priority_matrix_parse(&m, " limited/low=important,wide/high=important ", NULL));
	g_assert_cmpint(at(&m, IMPACT_LIMITED, NEED_LOW), ==, PRIORITY_IMPORTANT);
	g_assert_cmpint(at(&m, IMPACT_WIDE, NEED_HIGH), ==, PRIORITY_IMPORTANT);
	g_assert_cmpint(at(&m, IMPACT_WIDE, NEED_MEDIUM), ==, PRIORITY_URGENT);
}

static void matrix__wrong_words__are_named_and_the_standard_holds(void)
{
	static const struct { const char *text, *says; } wrong[] = {
		{"wide", "doesn't begin with an impact and a need"},
		{"wide/high", "doesn't end in ="},
		{"wide/high=soon", "doesn't end in = and a priority"},
		{"big/high=urgent", "doesn't begin"},
		{"wide/high/now=urgent", "doesn't begin"},
		{"wide/high=urgent=urgent", "doesn't end in = and a priority"},
		{"limited/low=urgent wide/high=normal limited/low=normal", "limited/low is named twice"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		struct priority_matrix m;

		g_assert_false(priority_matrix_parse(&m, wrong[i].text, &error));
		g_assert_cmpint(desk_error_code(error), ==, DESK_INVALID);
		g_assert_nonnull(strstr(error->message, wrong[i].says));
		g_assert_cmpint(at(&m, IMPACT_LIMITED, NEED_LOW), ==, PRIORITY_NORMAL);
	}
}

static void assess__one_not_said__gives_nothing(void)
{
	struct priority_matrix m;
	enum ticket_priority p = PRIORITY_IMPORTANT;

	g_assert_true(priority_matrix_parse(&m, NULL, NULL));
	g_assert_false(priority_assess(&m, -1, NEED_HIGH, &p));
	g_assert_false(priority_assess(&m, IMPACT_WIDE, -1, &p));
	g_assert_false(priority_assess(&m, IMPACT_COUNT, NEED_LOW, &p));
	g_assert_cmpint(p, ==, PRIORITY_IMPORTANT);
}

static void reason__each_kind__is_known_again(void)
{
	g_autofree char *matrix = priority_reason_matrix(IMPACT_WIDE, NEED_HIGH);
	g_autofree char *incident = g_strdup_printf(HISTORY_PRIORITY_INCIDENT, 14, "account/sign-in", 20);
	g_autofree char *person = g_strdup_printf(HISTORY_PRIORITY_PERSON, "Li Wei");

	g_assert_cmpstr(matrix, ==, "impact wide x need high");
	g_assert_true(priority_reason_is_matrix(matrix));
	g_assert_false(priority_reason_is_matrix(incident));
	g_assert_false(priority_reason_is_matrix(NULL));
	g_assert_true(priority_reason_is_incident(incident));
	g_assert_false(priority_reason_is_incident(person));
}

static void reason__chinese__with_its_words(void)
{
	say_language_set("zh");
	g_autofree char *matrix = priority_reason_said("impact wide x need high");
	g_autofree char *line = history_said("priority: urgent (impact wide x need high)");
	g_autofree char *none = priority_reason_said(NULL);

	g_assert_null(strstr(matrix, "wide"));
	g_assert_null(strstr(matrix, "high"));
	g_assert_nonnull(strstr(line, matrix));
	g_assert_null(strstr(line, "urgent"));
	g_assert_cmpstr(none, ==, "");
	say_language_set("en");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/priority/matrix/standard", matrix__nothing_set__is_the_standard);
	g_test_add_func("/priority/matrix/some", matrix__some_pairs_set__the_others_stay);
	g_test_add_func("/priority/matrix/wrong", matrix__wrong_words__are_named_and_the_standard_holds);
	g_test_add_func("/priority/assess/not-said", assess__one_not_said__gives_nothing);
	g_test_add_func("/priority/reason/kinds", reason__each_kind__is_known_again);
	g_test_add_func("/priority/reason/chinese", reason__chinese__with_its_words);
	return g_test_run();
}
