/* What rules of the desk do, when they run, whom they tell, and what stops them. */
#include <string.h>
#include "base/clock.h"
#include "rules/chain.h"
#include "rules/fires.h"
#include "rules/schedule.h"
#include "rules/steps.h"
#include "rules/tell.h"

#define MONDAY INT64_C(1795392000000) /* 2026-11-23 00:00 UTC */

static void collect(int line, int column, const char *sentence, void *arg)
{
	g_string_append_printf(arg, "%d:%d %s\n", line, column, sentence);
}

static char *wrongs(const char *text, const struct step_names *names)
{
	GString *out = g_string_new(NULL);
	GPtrArray *steps = steps_parse(text, names, collect, out);

	g_assert_null(steps);
	return g_string_free(out, FALSE);
}

/* ---- steps */
static const struct step *at(const GPtrArray *steps, guint i)
{
	return steps->pdata[i];
}

static void steps__that_are_right__are_read_in_order(void)
{
	g_autoptr(GPtrArray) steps = steps_parse("# when late\n\npriority urgent\n  tag vip-late\r\nnote a\\nb {customer}\n"
	                                         "notify supervisors #{ticket} is late\nwebhook crm\nsolve\nsnooze reply\n"
	                                         "assess wide high\nescalate tech too hard\nlink-problem 7\n", NULL, NULL, NULL);
	const struct step *s;

	g_assert_nonnull(steps);
	g_assert_cmpuint(steps->len, ==, 10);
	s = steps->pdata[1];
	g_assert_cmpint(s->line, ==, 4);
	g_assert_cmpint(s->column, ==, 3);
	g_assert_cmpstr(s->action, ==, "tag");
	g_assert_cmpstr(s->arg, ==, "vip-late");
	g_assert_cmpint(((const struct step *)steps->pdata[3])->kind, ==, STEP_NOTIFY);
	g_assert_cmpint(((const struct step *)steps->pdata[4])->kind, ==, STEP_WEBHOOK);
}

static void steps__with_mistakes__are_all_named_where_they_are(void)
{
	struct group front = {.name = (char *)"front"};
	struct person li = {.name = (char *)"li.wei"};
	g_autoptr(GPtrArray) groups = g_ptr_array_new(), people = g_ptr_array_new(), hooks = g_ptr_array_new();
	const struct step_names names = {.desk = {.groups = groups, .people = people}, .webhooks = hooks};
	g_autofree char *said = NULL, *none = NULL;

	g_ptr_array_add(groups, &front);
	g_ptr_array_add(people, &li);
	said = wrongs("priority high\n fly away\nsolve now\nnote\nassign me\nassign nobdy\nnotify li.wei\nnotify lee hello\n"
	              "webhook crm\nsnooze soon\nassess wide\n通知 x", &names);
	g_assert_cmpstr(said, ==,
	                "1:10 \"high\" is no priority: normal, important or urgent\n"
	                "2:2 \"fly\" is nothing that a rule can do\n"
	                "3:7 solve takes nothing after it\n"
	                "4:1 note needs its argument\n"
	                "5:8 a rule is nobody: name a person or a group, or nobody\n"
	                "6:8 no person or group is called \"nobdy\"\n"
	                "7:8 notify needs a text after whom it tells\n"
	                "8:8 nobody is called \"lee\": owner, group, supervisors, administrators, a person or a group\n"
	                "9:9 no webhook is called \"crm\"\n"
	                "10:8 \"soon\" is no time to put it off to: write a length like 2h, an hour like 18:00, or reply\n"
	                "11:8 assess needs a need behind the impact: low, medium or high\n"
	                "12:1 \"通知\" is nothing that a rule can do\n");
	none = wrongs("# nothing\n", NULL);
	g_assert_cmpstr(none, ==, "1:1 a rule needs at least one action\n");
}

static void steps__become__changes_of_the_ticket(void)
{
	struct group tech = {.id = 4, .name = (char *)"tech"};
	struct tag vip = {.id = 9, .name = (char *)"vip", .on_customer = TRUE};
	struct ticket_row row = {.id = 1042, .customer_id = 3, .customer_name = (char *)"Wang {x}", .subject = (char *)"s"};
	g_autoptr(GPtrArray) groups = g_ptr_array_new(), tags = g_ptr_array_new();
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Shanghai");
	const struct step_world w = {.desk = {.groups = groups}, .tags = tags, .row = &row, .rule = "r",
	                             .now_ms = MONDAY, .zone = zone};
	g_autoptr(GPtrArray) steps = steps_parse("status on-hold 18:00\nescalate tech too hard\ntag vip\nnote hello {customer}\\n{date}\n"
	                                         "assign nobody\nsnooze 2h\nfield x 1", NULL, NULL, NULL);
	enum change_kind kinds[] = {CHANGE_STATUS, CHANGE_ESCALATE, CHANGE_CUSTOMER_TAG, CHANGE_NOTE, CHANGE_ASSIGN, CHANGE_SNOOZE};
	struct change c[7];
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(groups, &tech);
	g_ptr_array_add(tags, &vip);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_assert_true(step_change(at(steps, i)->action, at(steps, i)->arg, &w, &c[i], &error));
		g_assert_no_error(error);
		g_assert_cmpint(c[i].kind, ==, kinds[i]);
		g_assert_cmpint(c[i].ticket_id, ==, 1042);
	}
	g_assert_cmpint(c[0].hold_until_ms, ==, MONDAY + 10 * MS_HOUR); /* 18:00 at +8 */
	g_assert_cmpint(c[1].group_id, ==, 4);
	g_assert_cmpstr(c[1].reason, ==, "too hard");
	g_assert_cmpint(c[2].customer_id, ==, 3);
	g_assert_cmpstr(c[3].body, ==, "hello Wang {x}\n2026-11-23"); /* what a customer is called is not filled */
	g_assert_cmpint(c[5].hold_until_ms, ==, MONDAY + 2 * MS_HOUR);
	g_assert_false(step_change(at(steps, 6)->action, at(steps, 6)->arg, &w, &c[6], &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	for (size_t i = 0; i < 7; i++)
		change_clear(&c[i]);
}

/* The ladder by steps: words, then options as on the command line. */
static void steps__of_the_ladder__become_changes_of_a_rung(void)
{
	struct group tech = {.id = 4, .name = (char *)"tech"}, legal = {.id = 7, .name = (char *)"legal"};
	struct person zhao = {.id = 5, .name = (char *)"zhao.min", .role = ROLE_SPECIALIST};
	struct escalation rung = {.id = 31, .kind = ESCALATION_TIER2, .state = RUNG_WAITING, .to_group_id = 4, .by_id = 2};
	struct ticket_row row = {.id = 1042, .customer_name = (char *)"Wang"};
	g_autoptr(GPtrArray) groups = g_ptr_array_new(), people = g_ptr_array_new(), ladder = g_ptr_array_new();
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	struct step_world w = {.desk = {.groups = groups, .people = people}, .row = &row, .rule = "r", .now_ms = MONDAY,
	                       .zone = zone, .me = &zhao, .ladder = ladder};
	static const struct {
		const char *action, *arg;
		enum change_kind kind;
		desk_id item, group, person;
		const char *reason, *body;
		gboolean on;
		int64_t promise;
	} rows[] = {
		{"escalate", "tech {customer} needs -- it --promise 2h --note tried\\nall --send-text", CHANGE_ESCALATE, 0, 4, 0,
		 "Wang needs -- it", "tried\nall", TRUE, 2 * MS_HOUR},
		{"escalate", "legal --reason both --part tech: unlock it @ 18:00 --part legal：read it", CHANGE_ESCALATE, 0, 7, 0,
		 "both", NULL, FALSE, 0},
		{"acknowledge", "", CHANGE_ACKNOWLEDGE, 31, 0, 0, NULL, NULL, FALSE, 0},
		{"estimate", "5h the vendor looks", CHANGE_ESTIMATE, 31, 0, 0, "the vendor looks", NULL, TRUE, 5 * MS_HOUR},
		{"estimate", "5h because --reply Wait.", CHANGE_ESTIMATE, 31, 0, 0, "because", NULL, FALSE, 5 * MS_HOUR},
		{"answer-escalation", "a new fuse", CHANGE_ESCALATION_ANSWER, 31, 0, 0, NULL, "a new fuse", FALSE, 0},
		{"return", "no serial number --note ask first", CHANGE_RETURN, 31, 0, 0, "no serial number", "ask first", FALSE, 0},
		{"consult", "tech is it down?", CHANGE_CONSULT, 0, 4, 0, NULL, "is it down?", FALSE, 0},
		{"consult", "zhao.min is it?", CHANGE_CONSULT, 0, 0, 5, NULL, "is it?", FALSE, 0},
		{"transfer", "zhao.min my shift ends", CHANGE_TRANSFER, 0, 0, 5, NULL, "my shift ends", FALSE, 0},
		{"cant-solve", "no access", CHANGE_CANT_SOLVE, 0, 0, 0, "no access", NULL, FALSE, 0},
	};
	struct change c;
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(groups, &tech);
	g_ptr_array_add(groups, &legal);
	g_ptr_array_add(people, &zhao);
	g_ptr_array_add(ladder, &rung);
	zhao.groups = g_array_new(FALSE, FALSE, sizeof(desk_id));
	g_array_append_val(zhao.groups, tech.id);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = g_strdup_printf("%s %s", rows[i].action, rows[i].arg);
		g_autoptr(GPtrArray) steps = steps_parse(line, &(struct step_names){.desk = w.desk}, NULL, NULL);
		g_autoptr(GPtrArray) macro = macro_parse(line, &w.desk, &error);

		g_assert_no_error(error);
		g_assert_nonnull(steps); /* a rule may do it, a macro as well */
		g_assert_nonnull(macro);
		g_assert_true(step_change(at(steps, 0)->action, at(steps, 0)->arg, &w, &c, &error));
		g_assert_no_error(error);
		g_assert_cmpint(c.kind, ==, rows[i].kind);
		g_assert_cmpint(c.item_id, ==, rows[i].item);
		g_assert_cmpint(c.group_id, ==, rows[i].group);
		g_assert_cmpint(c.person_id, ==, rows[i].person);
		g_assert_cmpstr(c.reason, ==, rows[i].reason);
		g_assert_cmpstr(c.body, ==, rows[i].body);
		g_assert_cmpint(c.on, ==, rows[i].on);
		g_assert_cmpint(c.promise_ms, ==, rows[i].promise ? MONDAY + rows[i].promise : 0);
		if (i == 1) {
			g_assert_cmpuint(c.parts->len, ==, 2);
			g_assert_cmpint(((struct escalation_part *)c.parts->pdata[0])->due_ms, ==, MONDAY + 18 * MS_HOUR);
			g_assert_cmpstr(((struct escalation_part *)c.parts->pdata[1])->task, ==, "read it");
		}
		change_clear(&c);
	}
	rung.state = RUNG_ANSWERED; /* nothing is anybody's any more */
	g_assert_false(step_change("acknowledge", "", &w, &c, &error));
	g_assert_error(error, DESK_ERROR, DESK_NOTFOUND);
	g_clear_error(&error);
	change_clear(&c);
	w.me = NULL; /* a rule's: the desk looks for the rung */
	g_assert_true(step_change("acknowledge", "", &w, &c, &error));
	change_clear(&c);
	g_array_unref(zhao.groups);
}

static void steps__of_the_ladder__say_what_is_missing(void)
{
	static const char *const lines[][2] = {
		{"escalate tech", "escalate needs a reason after the group"},
		{"escalate tech --promise 2h", "escalate needs a reason after the group"},
		{"escalate tech x --promise soon", "\"soon\" is no time: write a length like 2h or an hour like 18:00"},
		{"escalate tech x --part tech", "write GROUP: TASK @ TIME, a line each; tech is no such line"},
		{"estimate 2h", "estimate needs a reason after the time"},
		{"estimate soon x", "\"soon\" is no time: write a length like 2h or an hour like 18:00"},
		{"consult tech", "consult needs a question after whom it asks"},
		{"acknowledge x", "acknowledge takes nothing after it"},
		{"link-problem 0", "\"0\" is no number of a problem"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *said = wrongs(lines[i][0], NULL);
		g_autoptr(GError) error = NULL;

		g_assert_nonnull(strstr(said, lines[i][1]));
		g_assert_null(macro_parse(lines[i][0], NULL, &error));
		g_assert_nonnull(strstr(error->message, lines[i][1]));
	}
	g_autofree char *claim = wrongs("claim", NULL); /* nobody can't have a ticket */
	g_assert_nonnull(strstr(claim, "nothing that a rule can do"));
}

/* ---- schedules */
static int64_t next_of(const char *text, const char *zone_name, int64_t after)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(zone_name);
	g_autoptr(GError) error = NULL;
	struct schedule s;

	g_assert_true(schedule_parse(text, &s, NULL, &error));
	g_assert_no_error(error);
	return schedule_next(&s, zone, NULL, after);
}

static void schedule__of_every_form__has_its_next_moment(void)
{
	g_assert_cmpint(next_of("every 15m", "UTC", MONDAY), ==, MONDAY + 15 * MS_MINUTE);
	g_assert_cmpint(next_of("every 15m", "UTC", MONDAY - 1), ==, MONDAY);
	g_assert_cmpint(next_of("09:00", "UTC", MONDAY), ==, MONDAY + 9 * MS_HOUR);
	g_assert_cmpint(next_of("09:00", "UTC", MONDAY + 9 * MS_HOUR), ==, MONDAY + 33 * MS_HOUR);
	g_assert_cmpint(next_of("17:30 09:00", "UTC", MONDAY + 9 * MS_HOUR), ==, MONDAY + 17 * MS_HOUR + 30 * MS_MINUTE);
	g_assert_cmpint(next_of("sat,sun 10:00", "UTC", MONDAY), ==, MONDAY + 5 * MS_DAY + 10 * MS_HOUR);
	g_assert_cmpint(next_of("fri-mon 10:00", "UTC", MONDAY + 11 * MS_HOUR), ==, MONDAY + 4 * MS_DAY + 10 * MS_HOUR);
	g_assert_cmpint(next_of("mon-fri 09:00", "Asia/Shanghai", MONDAY), ==, MONDAY + MS_HOUR);
	/* the clocks go back on 2026-10-25 and forward on 2027-03-28 in Berlin: 09:00 stays 09:00 */
	g_assert_cmpint(next_of("09:00", "Europe/Berlin", MONDAY - 30 * MS_DAY + 12 * MS_HOUR), ==, MONDAY - 29 * MS_DAY + 8 * MS_HOUR);
}

static void schedule__outside_working_time__is_passed_over(void)
{
	const struct calendar_span spans[] = {{1, 540, 1080}, {2, 540, 1080}};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct calendar *c = calendar_new("office", utc, spans, 2, NULL);
	struct schedule s;

	g_assert_true(calendar_add_holiday(c, "2026-11-24", NULL, NULL));
	g_assert_true(schedule_parse("every 1h", &s, NULL, NULL));
	g_assert_cmpint(schedule_next(&s, utc, c, MONDAY), ==, MONDAY + 9 * MS_HOUR);
	g_assert_cmpint(schedule_next(&s, utc, c, MONDAY + 17 * MS_HOUR), ==, MONDAY + 7 * MS_DAY + 9 * MS_HOUR);
	calendar_free(c);
}

static void schedule__with_a_mistake__says_where(void)
{
	static const struct {
		const char *text;
		int column;
	} wrong[] = {{"every 10s", 7}, {"every 8d", 7}, {"mon-fri", 8}, {"", 1}, {"noon", 1}, {"mon-fry 09:00", 1},
	             {"mon 09:00 tue", 11}, {"25:00", 1}, {"09:00 9:60", 7}};
	struct schedule s;

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		int column = 0;

		g_assert_false(schedule_parse(wrong[i].text, &s, &column, &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
		g_assert_cmpint(column, ==, wrong[i].column);
	}
}

/* ---- who is told */
static void tell__clauses__the_first_that_fits_holds(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(tell_auto) t = tell_parse("urgent: owner supervisors; promise tier2: @zhao.min administrators; owner", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tell_clause_of(t, CLOCK_FIRST_RESPONSE, PRIORITY_URGENT)->whom, ==, TELL_OWNER | TELL_SUPERVISORS);
	g_assert_cmpuint(tell_clause_of(t, CLOCK_PROMISE, PRIORITY_NORMAL)->whom, ==, TELL_ADMINISTRATORS);
	g_assert_cmpstr(tell_clause_of(t, CLOCK_TIER2, PRIORITY_NORMAL)->people->pdata[0], ==, "zhao.min");
	g_assert_cmpuint(tell_clause_of(t, CLOCK_RESOLUTION, PRIORITY_NORMAL)->whom, ==, TELL_OWNER);
}

static void tell__with_a_mistake__is_refused(void)
{
	static const char *const wrong[] = {"", ";", "boss", "urgent:", ": owner", "soon: owner", "owner; urgent:", "@"};

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", wrong[i]);
		g_assert_null(tell_parse(wrong[i], &error));
		g_assert_error(error, DESK_ERROR, DESK_INVALID);
	}
}

/* ---- what a rule waits for, and the guard */
static void rule__waits__for_its_events_only(void)
{
	struct rule r = {.active = TRUE, .events = RULE_ON(STATUS) | RULE_ON(WARNING), .by = 1u << BY_CUSTOMER | 1u << BY_DESK,
	                 .was = 1u << STATUS_RESOLVED, .clocks = 1u << CLOCK_PROMISE};
	struct happening h = {.events = RULE_ON(STATUS) | RULE_ON(CUSTOMER), .by = BY_CUSTOMER, .was = STATUS_RESOLVED};

	g_assert_cmpuint(rule_fires(&r, &h), ==, RULE_ON(STATUS));
	h.was = STATUS_OPEN;
	g_assert_cmpuint(rule_fires(&r, &h), ==, 0);
	h.was = STATUS_RESOLVED;
	h.by = BY_RULE;
	g_assert_cmpuint(rule_fires(&r, &h), ==, 0);
	h = (struct happening){.events = RULE_ON(WARNING), .by = BY_DESK, .clock = CLOCK_PROMISE};
	g_assert_cmpuint(rule_fires(&r, &h), ==, RULE_ON(WARNING));
	h.clock = CLOCK_RESOLUTION;
	g_assert_cmpuint(rule_fires(&r, &h), ==, 0);
	h.clock = CLOCK_PROMISE;
	r.suspended_ms = 1;
	g_assert_cmpuint(rule_fires(&r, &h), ==, 0);
}

static void chain__of_rules__has_an_end(void)
{
	g_autofree char *chain = NULL;

	g_assert_cmpint(chain_may(NULL, 1, 7), ==, CHAIN_GO);
	for (int i = 1; i <= CHAIN_DEPTH; i++) {
		char *longer;

		g_assert_cmpint(chain_may(chain, i, 7), ==, CHAIN_GO);
		longer = chain_with(chain, i, 7);
		g_free(chain);
		chain = longer;
		g_assert_cmpint(chain_may(chain, i, 7), ==, CHAIN_AGAIN);
	}
	g_assert_cmpint(chain_depth(chain), ==, CHAIN_DEPTH);
	g_assert_cmpint(chain_may(chain, 1, 8), ==, CHAIN_DEEP);
	g_assert_cmpint(chain_may(chain, 99, 7), ==, CHAIN_DEEP);
	g_assert_cmpint(chain_may("11@7", 1, 17), ==, CHAIN_GO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/automation/steps", steps__that_are_right__are_read_in_order);
	g_test_add_func("/automation/steps/wrong", steps__with_mistakes__are_all_named_where_they_are);
	g_test_add_func("/automation/steps/changes", steps__become__changes_of_the_ticket);
	g_test_add_func("/automation/steps/ladder", steps__of_the_ladder__become_changes_of_a_rung);
	g_test_add_func("/automation/steps/ladder/wrong", steps__of_the_ladder__say_what_is_missing);
	g_test_add_func("/automation/schedule", schedule__of_every_form__has_its_next_moment);
	g_test_add_func("/automation/schedule/calendar", schedule__outside_working_time__is_passed_over);
	g_test_add_func("/automation/schedule/wrong", schedule__with_a_mistake__says_where);
	g_test_add_func("/automation/tell", tell__clauses__the_first_that_fits_holds);
	g_test_add_func("/automation/tell/wrong", tell__with_a_mistake__is_refused);
	g_test_add_func("/automation/fires", rule__waits__for_its_events_only);
	g_test_add_func("/automation/chain", chain__of_rules__has_an_end);
	return g_test_run();
}
