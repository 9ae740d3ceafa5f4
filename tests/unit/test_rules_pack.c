/* The weekly pack: its week, its peaks, its text. */
#include <string.h>

#include "base/say.h"
#include "rules/pack.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static int64_t ms(const char *iso)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, utc);

	g_assert_nonnull(t);
	return g_date_time_to_unix(t) * 1000;
}

static void week__named__is_from_monday_to_monday_on_the_desks_wall(void)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Shanghai");
	struct pack p;

	pack_init(&p);
	g_assert_true(pack_set_week(&p, "2026-W47", zone, ms("2026-11-24T08:00:00Z"), NULL));
	g_assert_cmpstr(p.week, ==, "2026-W47");
	g_assert_cmpint(p.from_ms, ==, ms("2026-11-16T00:00:00+08:00"));
	g_assert_cmpint(p.to_ms, ==, ms("2026-11-23T00:00:00+08:00"));
	pack_clear(&p);
}

static void week__with_a_change_of_the_clock__is_an_hour_longer(void)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
	struct pack p;

	pack_init(&p);
	g_assert_true(pack_set_week(&p, "2026-W43", zone, ms("2026-11-24T08:00:00Z"), NULL)); /* back on October 25 */
	g_assert_cmpint(p.to_ms - p.from_ms, ==, 7 * DAY_MS + DAY_MS / 24);
	pack_clear(&p);
}

static void week__not_said__is_the_last_whole_one(void)
{
	static const struct { const char *now, *week; } of[] = {
		{"2026-11-24T08:00:00Z", "2026-W47"}, {"2026-11-23T00:00:00Z", "2026-W47"}, {"2026-11-22T23:59:59Z", "2026-W46"},
		{"2027-01-05T08:00:00Z", "2026-W53"},
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < G_N_ELEMENTS(of); i++) {
		struct pack p;

		pack_init(&p);
		g_assert_true(pack_set_week(&p, NULL, utc, ms(of[i].now), NULL));
		g_assert_cmpstr(p.week, ==, of[i].week);
		pack_clear(&p);
	}
}

static void week__that_is_none__is_refused(void)
{
	static const char *const wrong[] = {"2026-47", "2026-W00", "2026-W54", "2025-W53", "W47", "2026-W4", "2026-W47x", "last"};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		struct pack p;

		pack_init(&p);
		g_assert_false(pack_set_week(&p, wrong[i], utc, ms("2026-11-24T08:00:00Z"), &error));
		g_assert_cmpint(desk_error_code(error), ==, DESK_INVALID);
		g_assert_nonnull(strstr(error->message, "isn't a week like 2026-W47"));
		pack_clear(&p);
	}
}

static void peaks__of_topics__the_steepest_first(void)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	struct pack other, p;

	pack_init(&other);
	pack_init(&p);
	g_ptr_array_add(all, pack_count_add(other.volumes, "account/sign-in/code", NULL, 20, 16));
	g_ptr_array_add(all, pack_count_add(other.volumes, "account/sign-in/password", NULL, 10, 4));
	g_ptr_array_add(all, pack_count_add(other.volumes, "account", NULL, 6, 40));
	g_ptr_array_add(all, pack_count_add(other.volumes, "order", NULL, 100, 400));
	g_ptr_array_add(all, pack_count_add(other.volumes, "product/phone", NULL, 4, 0));
	g_ptr_array_add(all, pack_count_add(other.volumes, "return", NULL, 6, 0));
	g_ptr_array_add(all, pack_count_add(other.volumes, NULL, NULL, 1000, 0));
	pack_find_peaks(&p, all, 10);
	g_assert_cmpuint(p.peaks->len, ==, 2);
	const struct pack_topic *first = p.peaks->pdata[0], *second = p.peaks->pdata[1];
	g_assert_cmpstr(first->name, ==, "account/sign-in");
	g_assert_cmpint(first->n, ==, 30);
	g_assert_cmpfloat(first->usual, ==, 5);
	g_assert_cmpstr(second->name, ==, "return");
	pack_clear(&other);
	pack_clear(&p);
}

static void fill(struct pack *p)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct pack_problem *b = g_new0(struct pack_problem, 1);
	struct pack_step *s = g_new0(struct pack_step, 1);
	struct pack_quote *q = g_new0(struct pack_quote, 1);
	struct pack_topic *t = g_new0(struct pack_topic, 1);

	pack_init(p);
	p->desk_name = g_strdup("Aster Mobile");
	g_assert_true(pack_set_week(p, "2026-W47", utc, ms("2026-11-24T08:00:00Z"), NULL));
	p->tickets = 40;
	p->tickets_before = 50;
	pack_count_add(p->volumes, "account/sign-in", NULL, 31, 8);
	pack_count_add(p->volumes, NULL, NULL, 9, 42);
	*b = (struct pack_problem){.id = 3, .title = g_strdup("Codes are rejected"), .owner = g_strdup("Zhao Min"),
		.stage = STAGE_ANALYSED, .tickets = 14, .customers = 12, .told = 12, .satisfied = 7, .unsatisfied = 2,
		.steps = g_ptr_array_new_with_free_func(pack_step_free)};
	*s = (struct pack_step){.stage = STAGE_FIXED, .due_ms = ms("2026-11-20T00:00:00Z")};
	g_ptr_array_add(b->steps, s);
	g_ptr_array_add(p->problems, b);
	pack_count_add(p->breaches, "first-response", NULL, 3, 5);
	p->asked = 10;
	p->answered = 6;
	p->solved = 5;
	p->unsolved = 1;
	p->speed = 4.25;
	q->ticket_id = 1042;
	q->text = g_strdup("call me\nsooner");
	g_ptr_array_add(p->quotes, q);
	pack_count_add(p->escalations, "needs a | fix", "Technical", 4, 0);
	t->name = g_strdup("account/sign-in");
	t->n = 31;
	t->usual = 8;
	g_ptr_array_add(p->peaks, t);
	pack_count_add(p->repeats, "account/sign-in", NULL, 5, 0);
}

static void text__english__has_every_part(void)
{
	static const char *const has[] = {
		"# Week 2026-W47, 2026-11-16 to 2026-11-22 - Aster Mobile\n",
		"| account/sign-in | 31 | 8 | +23 |", "| no category | 9 | 42 | -33 |", "| all together | 40 | 50 | -10 |",
		"- **Problem 3: Codes are rejected** - analysed, owner Zhao Min; 14 tickets, 12 customers; 12 told, 7 satisfied, 2 not\n",
		"  - OVERDUE: fixed by 2026-11-20 (nobody's)", "| first-response | 3 | 5 | -2 |",
		"Asked 10, answered 6, skipped 0. Solved: 5 yes, 1 no. Speed: 4.2 of 5.", "> call me sooner (#1042)",
		"| needs a / fix | Technical | 4 |", "- account/sign-in: 31 tickets, usually 8.0 a week. Proposed: a tutorial.",
		"## Customers who came back about the same\n\n- account/sign-in: 5\n",
	};
	struct pack p;

	fill(&p);
	say_language_set("en");
	g_autofree char *text = pack_text(&p);
	for (guint i = 0; i < G_N_ELEMENTS(has); i++)
		if (!strstr(text, has[i]))
			g_error("\"%s\" isn't in\n%s", has[i], text);
	pack_clear(&p);
}

static void text__chinese__leaves_nothing_english(void)
{
	static const char *const english[] = {"Week", "week", "change", "Problem", "owner", "OVERDUE", "Asked", "Solved", "Speed",
		"Escalations", "Topics", "Proposed", "Customers", "no category", "first-response"};
	struct pack p;

	fill(&p);
	say_language_set("zh");
	g_autofree char *text = pack_text(&p);
	say_language_set("en");
	for (guint i = 0; i < G_N_ELEMENTS(english); i++)
		if (strstr(text, english[i]))
			g_error("\"%s\" is in\n%s", english[i], text);
	pack_clear(&p);
}

static void text__of_one_ticket__is_in_the_singular(void)
{
	struct pack p;

	fill(&p);
	((struct pack_problem *)p.problems->pdata[0])->tickets = 1;
	((struct pack_problem *)p.problems->pdata[0])->customers = 1;
	say_language_set("en");
	g_autofree char *text = pack_text(&p);
	g_assert_nonnull(strstr(text, "; 1 ticket, 1 customer; "));
	pack_clear(&p);
}

static void text__of_an_empty_week__says_so(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct pack p;

	pack_init(&p);
	g_assert_true(pack_set_week(&p, "2026-W47", utc, ms("2026-11-24T08:00:00Z"), NULL));
	g_autofree char *text = pack_text(&p);
	g_assert_nonnull(strstr(text, "| all together | 0 | 0 | 0 |"));
	g_assert_nonnull(strstr(text, "## Problems\n\nNothing this week.\n"));
	pack_clear(&p);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pack/week/named", week__named__is_from_monday_to_monday_on_the_desks_wall);
	g_test_add_func("/pack/week/longer", week__with_a_change_of_the_clock__is_an_hour_longer);
	g_test_add_func("/pack/week/last", week__not_said__is_the_last_whole_one);
	g_test_add_func("/pack/week/wrong", week__that_is_none__is_refused);
	g_test_add_func("/pack/peaks", peaks__of_topics__the_steepest_first);
	g_test_add_func("/pack/text/english", text__english__has_every_part);
	g_test_add_func("/pack/text/one", text__of_one_ticket__is_in_the_singular);
	g_test_add_func("/pack/text/chinese", text__chinese__leaves_nothing_english);
	g_test_add_func("/pack/text/empty", text__of_an_empty_week__says_so);
	return g_test_run();
}
