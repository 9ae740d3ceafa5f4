/* Clocks at the desk: the requirements' table as data, policies by tag and group, what a new policy
 * leaves as it was judged, and that recomputing always gives what is stored. */
#include "desk_fixture.inc"

#include "base/sections.h"
#include "server/desk/config_desk.h"
#include "wire/records.h"

#define SECONDS(n) ((n) * MS_SECOND)
#define MINUTES(n) ((n) * MS_MINUTE)
#define HOURS(n) ((n) * MS_HOUR)

static gboolean try_apply(struct fixture *f, const char *text, char **said)
{
	const struct config_request rq = {.text = text, .name = "f", .revision = -1, .by_name = "Gao"};
	struct config_result result = {0};
	g_autoptr(GError) error = NULL;
	gboolean ok = config_apply_wait(f->desk, &rq, &result, &error);

	config_result_clear(&result);
	if (said)
		*said = error ? g_strdup(error->message) : NULL;
	return ok;
}

static void apply(struct fixture *f, const char *text)
{
	g_autofree char *said = NULL;
	int64_t next = 0;
	g_autoptr(GError) error = NULL;

	if (!try_apply(f, text, &said))
		g_error("%s", said);
	while (next != INT64_MAX)
		g_assert_true(desk_refold(f->desk, INT64_MAX, &next, &error));
}

static void difference_fn(const char *sentence, void *arg)
{
	g_string_append_printf(arg, "%s\n", sentence);
}

static char *differences(struct fixture *f, desk_id id)
{
	g_autoptr(GString) said = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	struct db_conn *conn = db_read_begin(f->db, &error);

	g_assert_true(desk_verify_ticket(f->desk, conn, id, clock_wall_ms(), difference_fn, said, &error));
	db_read_end(f->db, conn);
	return g_string_free(g_steal_pointer(&said), FALSE);
}

static void is_as_stored(struct fixture *f, desk_id id)
{
	g_autofree char *said = differences(f, id);

	g_assert_cmpstr(said, ==, "");
}

/* ---- the table R-TIME, and the seed that every desk begins with */
struct standard {
	const char *name;
	struct clock_case of;
	enum clock_kind clock;
	int64_t target_ms;
	gboolean pauses; /* while the customer is waited for; nothing else ever does */
	gboolean at_claim, when_said, by_claim;
};

static const struct standard standards[] = {
	{.name = "R-TIME-1 web", .of = {.channel = CHANNEL_WEB, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_FIRST_RESPONSE, .target_ms = SECONDS(30)},
	{.name = "R-TIME-1 app", .of = {.channel = CHANNEL_APP, .problem = PROBLEM_SIMPLE},
	 .clock = CLOCK_FIRST_RESPONSE, .target_ms = SECONDS(30)},
	{.name = "R-TIME-1 social", .of = {.channel = CHANNEL_WECHAT, .problem = PROBLEM_SIMPLE},
	 .clock = CLOCK_FIRST_RESPONSE, .target_ms = SECONDS(30)},
	{.name = "R-TIME-2", .of = {.channel = CHANNEL_PHONE, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_FIRST_RESPONSE, .target_ms = SECONDS(15), .by_claim = TRUE},
	{.name = "R-TIME-3 after-sales", .of = {.channel = CHANNEL_WEB, .problem = PROBLEM_COMPLEX, .after_sales = TRUE},
	 .clock = CLOCK_FIRST_RESPONSE, .target_ms = HOURS(2)},
	{.name = "R-TIME-3 e-mail", .of = {.channel = CHANNEL_EMAIL, .problem = PROBLEM_SIMPLE},
	 .clock = CLOCK_FIRST_RESPONSE, .target_ms = HOURS(2)},
	{.name = "R-TIME-4", .of = {.channel = CHANNEL_WEB, .problem = PROBLEM_SIMPLE},
	 .clock = CLOCK_RESOLUTION, .target_ms = MINUTES(5), .pauses = TRUE, .at_claim = TRUE},
	{.name = "R-TIME-5", .of = {.channel = CHANNEL_EMAIL, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_RESOLUTION, .target_ms = HOURS(24), .pauses = TRUE},
	{.name = "R-TIME-6", .of = {.channel = CHANNEL_WEB, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_CROSS, .target_ms = HOURS(48)},
	{.name = "R-TIME-7", .of = {.channel = CHANNEL_PHONE, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_ESCALATION, .target_ms = MINUTES(10), .pauses = TRUE},
	{.name = "R-TIME-7 said", .of = {.channel = CHANNEL_WEB, .problem = PROBLEM_SIMPLE},
	 .clock = CLOCK_ESCALATION, .target_ms = MINUTES(10), .pauses = TRUE, .when_said = TRUE},
	{.name = "R-TIME-8", .of = {.channel = CHANNEL_EMAIL, .problem = PROBLEM_SIMPLE},
	 .clock = CLOCK_TIER2, .target_ms = HOURS(2)},
	{.name = "R-TIME-9", .of = {.channel = CHANNEL_APP, .problem = PROBLEM_COMPLEX, .after_sales = TRUE},
	 .clock = CLOCK_FEEDBACK, .target_ms = HOURS(24)},
	{.name = "R-TIME-10", .of = {.channel = CHANNEL_APP, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_PROMISE, .target_ms = 0},
	{.name = "R-TIME-11 chat", .of = {.channel = CHANNEL_QQ, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_NEXT_RESPONSE, .target_ms = SECONDS(60)},
	{.name = "R-TIME-11 mail", .of = {.channel = CHANNEL_EMAIL, .problem = PROBLEM_COMPLEX},
	 .clock = CLOCK_NEXT_RESPONSE, .target_ms = HOURS(2)},
};

static GPtrArray *seeded_policies(void)
{
	GPtrArray *records = g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	g_assert_true(g_file_get_contents(SOURCE_DIR "/server/content/seed.jsonl", &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		struct record *r = g_str_has_prefix(*line, "{\"type\": \"policy\"") ? record_parse(*line, strlen(*line), 0, NULL) : NULL;

		if (r)
			g_ptr_array_add(records, r);
	}
	return records;
}

static void seed__every_standard__is_a_policy(void)
{
	g_autoptr(GPtrArray) records = seeded_policies(), policies = g_ptr_array_new();

	for (guint i = 0; i < records->len; i++)
		g_ptr_array_add(policies, ((struct record *)records->pdata[i])->policy);
	for (size_t i = 0; i < G_N_ELEMENTS(standards); i++) {
		const struct standard *s = &standards[i];
		struct clock_rule rules[CLOCK_COUNT];
		size_t n = clock_rules(policies, &s->of, NULL, NULL, rules), at = 0;

		g_test_message("%s", s->name);
		while (at < n && rules[at].kind != s->clock)
			at++;
		g_assert_cmpuint(at, <, n);
		g_assert_cmpint(rules[at].target_ms, ==, s->target_ms);
		g_assert_cmpuint(rules[at].pause_statuses, ==, s->pauses ? 1u << STATUS_PENDING_CUSTOMER : 0);
		g_assert_cmpint(rules[at].starts_at_claim, ==, s->at_claim);
		g_assert_cmpint(rules[at].when_said, ==, s->when_said);
		if (s->clock == CLOCK_FIRST_RESPONSE)
			g_assert_cmpint(rules[at].met_by_claim, ==, s->by_claim);
	}
}

/* ---- policies by tag and group */
static void set_tag(struct fixture *f, gboolean on)
{
	struct change c;

	change_init(&c, CHANGE_CUSTOMER_TAG);
	c.customer_id = f->customer;
	c.text = g_strdup("high-value");
	c.on = on;
	answer_free(fixture_do(f, &f->sun, &c));
}

static int64_t due_of(struct fixture *f, desk_id id, enum clock_kind kind)
{
	struct ticket *t = fixture_ticket(f, id);
	int64_t due = fixture_clock(t, kind)->due_ms;

	ticket_free(t);
	return due;
}

static void policy__for_a_tag__follows_the_customer(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	apply(&f, "[policy vip]\nposition = -5\ntags = high-value\ntarget = first-response 10s\n");
	g_assert_cmpint(due_of(&f, id, CLOCK_FIRST_RESPONSE), ==, FIXTURE_START + SECONDS(30));
	set_tag(&f, TRUE);
	g_assert_cmpint(due_of(&f, id, CLOCK_FIRST_RESPONSE), ==, FIXTURE_START + SECONDS(10));
	is_as_stored(&f, id);
	set_tag(&f, FALSE);
	g_assert_cmpint(due_of(&f, id, CLOCK_FIRST_RESPONSE), ==, FIXTURE_START + SECONDS(30));
	is_as_stored(&f, id);
	fixture_close(&f);
}

static void assign_group(struct fixture *f, desk_id id, desk_id group)
{
	struct change c;

	change_init(&c, CHANGE_ASSIGN);
	c.ticket_id = id;
	c.group_id = group;
	answer_free(fixture_do(f, &f->sun, &c));
}

static void policy__for_a_group_and_a_problem__holds_while_it_is_there(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	apply(&f, "[policy tech]\nposition = -5\ngroups = tech\nproblem = complex\ntarget = resolution 3h\n"
	          "[policy nobody]\nposition = -9\ngroups = logistics\nproblem = simple\ntarget = resolution 1h\n");
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + MS_DAY);
	assign_group(&f, id, f.tech);
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + HOURS(3));
	is_as_stored(&f, id);
	assign_group(&f, id, f.logistics);
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + MS_DAY);
	is_as_stored(&f, id);
	fixture_close(&f);
}

/* ---- judged once */
static void policy__changed_after_a_breach__it_stays_breached_once(void)
{
	struct fixture f;
	desk_id id;
	struct ticket *t;
	struct change c;
	const struct ticket_clock *k;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	fixture_pass(MINUTES(1));
	apply(&f, "[policy slow]\nposition = -5\ntarget = first-response 5h\n");
	t = fixture_ticket(&f, id);
	k = fixture_clock(t, CLOCK_FIRST_RESPONSE);
	g_assert_cmpint(k->state, ==, CLOCK_STATE_BREACHED);
	g_assert_cmpint(k->due_ms, ==, FIXTURE_START + SECONDS(30));
	ticket_free(t);
	is_as_stored(&f, id);
	apply(&f, "[remove policy slow]\n");
	apply(&f, "[policy slow]\nposition = -5\ntarget = first-response 9h\n");
	is_as_stored(&f, id);
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = id;
	c.body = g_strdup("here is light");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	t = fixture_ticket(&f, id);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_MISSED);
	ticket_free(t);
	is_as_stored(&f, id);
	fixture_close(&f);
}

static void policy__sharper_after_it_was_met__it_stays_met(void)
{
	struct fixture f;
	desk_id id;
	struct ticket *t;
	struct change c;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	fixture_pass(SECONDS(20));
	change_init(&c, CHANGE_REPLY);
	c.ticket_id = id;
	c.body = g_strdup("here is light");
	c.send_delay_ms = 0;
	answer_free(fixture_do(&f, &f.li, &c));
	fixture_pass(SECONDS(20));
	apply(&f, "[policy sharp]\nposition = -5\ntarget = first-response 5s\n");
	t = fixture_ticket(&f, id);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->state, ==, CLOCK_STATE_MET);
	g_assert_cmpint(fixture_clock(t, CLOCK_FIRST_RESPONSE)->target_ms, ==, SECONDS(5));
	ticket_free(t);
	is_as_stored(&f, id);
	fixture_close(&f);
}

/* ---- calendars */
#define CALENDAR "[calendar office]\nzone = UTC\nhours = mon-fri 09:00-17:00\n"

static void calendar__holiday_and_exception__move_the_deadline(void)
{
	struct fixture f;
	desk_id id;
	/* FIXTURE_START is Friday 2027-01-15 08:00 UTC */
	int64_t eight = FIXTURE_START;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	apply(&f, CALENDAR "[policy hours]\nposition = -5\ntarget = resolution 9h calendar office\n");
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, eight + 3 * MS_DAY + HOURS(2)); /* Monday 10:00 */
	apply(&f, CALENDAR "holiday = 2027-01-18 A day off\n");
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, eight + 4 * MS_DAY + HOURS(2));
	apply(&f, CALENDAR "holiday = 2027-01-18 A day off\nexception = 2027-01-16 10:00-10:30 Saturday\n"
	          "exception = 2027-01-19 closed\n");
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, eight + 5 * MS_DAY + HOURS(1) + MINUTES(30));
	is_as_stored(&f, id);
	fixture_close(&f);
}

static void calendar__with_errors__each_is_named_and_the_old_one_holds(void)
{
	struct fixture f;
	desk_id id;
	g_autofree char *said = NULL;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	apply(&f, CALENDAR "[policy hours]\nposition = -5\ntarget = resolution 9h calendar office\n");
	g_assert_false(try_apply(&f,
		"[calendar office]\nzone = Mars/Olympus\nhours = mon-fri 09:00-17:00 16:00-18:00\nholiday = christmas\n"
		"exception = 2027-01-16 10:00-09:61\n[policy hours]\ntags = rich\ngroups = tech moon\n"
		"target = resolution soon\ntarget = resolution 1h calendar nowhere\n", &said));
	g_assert_cmpstr(said, ==,
		"f:2: zone: \"Mars/Olympus\" isn't a time zone\n"
		"f:3: hours overlaps another span (mon)\n"
		"f:4: holiday must be a day like \"2026-12-25\", maybe with its name behind it\n"
		"f:5: exception must be a day and its hours like \"2026-12-24 09:00-12:00\", or \"2026-12-24 closed\"\n"
		"f:7: there is no tag \"rich\"\n"
		"f:8: there is no group \"moon\"\n"
		"f:9: target: target must be a length of time: \"30s\", \"15m\", \"2h\", \"1d\", \"1h30m\" or milliseconds\n"
		"f:10: there is no calendar \"nowhere\"");
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + 3 * MS_DAY + HOURS(2));
	fixture_close(&f);
}

/* ---- what was counted stays */
static int64_t left_of(struct fixture *f, desk_id id, enum clock_kind kind, char **steps)
{
	struct query q = {.kind = QUERY_EXPLAIN, .ticket_id = id};
	struct answer *a = fixture_ask(f, &f->li, &q);
	g_autoptr(GString) told = g_string_new(NULL);
	int64_t left = INT64_MIN;

	for (guint i = 0; i < a->explained->len; i++) {
		const struct clock_explained *e = a->explained->pdata[i];

		if (e->clock.kind != kind)
			continue;
		left = e->clock.left_ms;
		for (guint at = 0; at < e->steps->len; at++)
			g_string_append_printf(told, "%s%s", at ? " " : "", ((const struct clock_step *)e->steps->pdata[at])->kind);
	}
	*steps = g_string_free(g_steal_pointer(&told), FALSE);
	answer_free(a);
	return left;
}

static void calendar__given_later__the_hours_before_stay_counted(void)
{
	struct fixture f;
	desk_id id;
	g_autofree char *steps = NULL;

	fixture_open(&f, NULL); /* Friday 08:00; 24 h round the clock */
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	fixture_pass(HOURS(12)); /* 20:00: 12 h */
	apply(&f, CALENDAR "[policy hours]\nposition = -5\ntarget = resolution 24h pause pending-customer calendar office\n");
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + 4 * MS_DAY + HOURS(5)); /* Mon 8, Tue 4: 13:00 */
	is_as_stored(&f, id);
	fixture_pass(2 * MS_DAY + HOURS(16)); /* Monday 12:00: 3 h more */
	g_assert_cmpint(left_of(&f, id, CLOCK_RESOLUTION, &steps), ==, HOURS(9));
	g_assert_cmpstr(steps, ==, "start counted changed counted now coming coming due");
	/* that Monday is said to be a day off; a restart of the desk forgets nothing */
	apply(&f, CALENDAR "holiday = 2027-01-18 Off\n");
	fixture_reopen(&f);
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + 5 * MS_DAY + HOURS(2)); /* Tue 8, Wed 1: 10:00 */
	is_as_stored(&f, id);
	/* by the policy alone it would have been another */
	apply(&f, "[remove policy hours]\n");
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + 3 * MS_DAY + HOURS(4 + 9));
	is_as_stored(&f, id);
	fixture_close(&f);
}

static void set_status(struct fixture *f, desk_id id, enum ticket_status status)
{
	struct change c;

	change_init(&c, CHANGE_STATUS);
	c.ticket_id = id;
	c.status = status;
	answer_free(fixture_do(f, &f->sun, &c));
}

static void calendar__given_while_it_was_resolved__reopened_it_has_what_was_left(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	fixture_pass(HOURS(20)); /* Saturday 04:00 */
	set_status(&f, id, STATUS_RESOLVED);
	fixture_pass(HOURS(4));
	apply(&f, CALENDAR "[policy hours]\nposition = -5\ntarget = resolution 24h calendar office\n");
	fixture_pass(HOURS(4));
	set_status(&f, id, STATUS_OPEN);
	g_assert_cmpint(due_of(&f, id, CLOCK_RESOLUTION), ==, FIXTURE_START + 3 * MS_DAY + HOURS(5)); /* 4 h of Monday */
	is_as_stored(&f, id);
	fixture_close(&f);
}

/* Done in portions, broken off after each: however far it came, every ticket has what the whole gives. */
static void refold__broken_off__goes_on_and_counts_once(void)
{
	struct fixture f;
	desk_id ids[5];
	int64_t next = 0;
	g_autoptr(GError) error = NULL;
	g_autofree char *said = NULL;

	fixture_open(&f, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		ids[i] = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	fixture_pass(HOURS(12));
	g_assert_true(try_apply(&f, CALENDAR "[policy hours]\nposition = -5\ntarget = resolution 24h calendar office\n", &said));
	for (int i = 0; next != INT64_MAX; i++) {
		g_assert_cmpint(i, <, 20);
		g_assert_true(desk_refold_some(f.desk, INT64_MAX, 1, &next, &error));
		fixture_reopen(&f);
		fixture_pass(MINUTES(1));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_assert_cmpint(due_of(&f, ids[i], CLOCK_RESOLUTION), ==, FIXTURE_START + 4 * MS_DAY + HOURS(5));
		is_as_stored(&f, ids[i]);
	}
	fixture_close(&f);
}

/* ---- verify */
static gboolean spoil(struct db_tx *tx, void *arg, GError **error)
{
	desk_id id = *(desk_id *)arg;

	return DB_RUN(db_conn_of(tx), STMT_CLOCK_PUT, NULL, NULL, error, DB_I(id), DB_I(CLOCK_FIRST_RESPONSE),
	              DB_I(CLOCK_STATE_RUNNING), DB_I(FIXTURE_START), DB_I(SECONDS(30)), DB_I(FIXTURE_START + SECONDS(31)), DB_I(0),
	              DB_I(FIXTURE_START + 22500), DB_I(0), DB_I(1), DB_T("75:8500")) &&
	       DB_RUN(db_conn_of(tx), STMT_CLOCK_REMOVE, NULL, NULL, error, DB_I(id), DB_I(CLOCK_RESOLUTION));
}

static void verify__spoiled_clocks__each_difference_is_told(void)
{
	struct fixture f;
	desk_id id;
	g_autofree char *said = NULL, *expected = NULL;
	g_autoptr(GError) error = NULL;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_EMAIL, "No light", "it is dark", NULL);
	is_as_stored(&f, id);
	g_assert_true(db_submit_wait(f.db, spoil, &id, &error));
	said = differences(&f, id);
	expected = g_strdup_printf("#%" G_GINT64_FORMAT ": clock first-response: due is stored as 2027-01-15T08:00:31.000Z, "
	                           "recomputed 2027-01-15T08:00:30.000Z\n#%" G_GINT64_FORMAT ": clock resolution: state is stored "
	                           "as nothing, recomputed running\n", id, id);
	g_assert_cmpstr(said, ==, expected);
	fixture_close(&f);
}

/* ---- random histories */
static void random_change(struct fixture *f, desk_id id)
{
	static const enum ticket_status statuses[] = {STATUS_OPEN, STATUS_PENDING_CUSTOMER, STATUS_PENDING_INTERNAL,
		STATUS_ON_HOLD, STATUS_RESOLVED, STATUS_FOLLOW_UP_DUE, STATUS_ARCHIVED, STATUS_SPAM};
	const struct actor *who = g_test_rand_int_range(0, 2) ? &f->li : &f->sun;
	g_autoptr(GError) error = NULL;
	struct answer *out;
	struct ticket *conflict = NULL;
	struct change c;

	switch (g_test_rand_int_range(0, 9)) {
	case 0:
		fixture_writes(f, id, "are you there?");
		return;
	case 1:
		set_tag(f, g_test_rand_int_range(0, 2));
		return;
	case 2:
		change_init(&c, CHANGE_REPLY);
		c.body = g_strdup("soon");
		c.send_delay_ms = 0;
		c.promise_ms = g_test_rand_int_range(0, 3) ? 0 : clock_wall_ms() + MINUTES(g_test_rand_int_range(1, 3000));
		break;
	case 3:
		change_init(&c, CHANGE_CLAIM);
		break;
	case 4:
		change_init(&c, CHANGE_PRIORITY);
		c.priority = (enum ticket_priority)g_test_rand_int_range(0, PRIORITY_COUNT);
		break;
	case 5:
		change_init(&c, CHANGE_ESCALATE);
		c.group_id = g_test_rand_int_range(0, 2) ? f->tech : f->logistics;
		c.reason = g_strdup("beyond me");
		break;
	case 6:
		change_init(&c, CHANGE_RELEASE);
		break;
	default:
		change_init(&c, CHANGE_STATUS);
		c.status = statuses[g_test_rand_int_range(0, G_N_ELEMENTS(statuses))];
		if (c.status == STATUS_ON_HOLD)
			c.hold_until_ms = clock_wall_ms() + MINUTES(g_test_rand_int_range(1, 3000));
		break;
	}
	c.ticket_id = id;
	out = g_new0(struct answer, 1);
	fixture_change(f, who, &c, out, &conflict, &error); /* many are refused: that is a history, too */
	change_clear(&c);
	answer_free(out);
	ticket_free(conflict);
}

static void random_policy(struct fixture *f)
{
	static const char *const texts[] = {
		"[policy p]\nposition = -5\ntarget = first-response 2m\ntarget = resolution 4h priority urgent calendar office\n"
		"target = next-response 10m pause on-hold\n",
		"[policy p]\nposition = -5\ntags = high-value\ntarget = first-response 10s warn 50%\ntarget = resolution 30h pause "
		"pending-customer,on-hold\n",
		"[policy p]\nposition = -5\ngroups = tech\ntarget = tier2 1h calendar office\ntarget = escalation 10m\n",
		"[calendar office]\nzone = Europe/Berlin\nhours = mon-fri 09:00-12:00 13:00-17:00\nhours = sat 22:00-02:00\n"
		"holiday = 2027-01-18 Off\nexception = 2027-01-19 10:00-11:00\n",
	};

	apply(f, texts[g_test_rand_int_range(0, G_N_ELEMENTS(texts))]);
}

/* As verify does: what was done before the policies changed stays as it was judged. */
static void check(struct fixture *f, desk_id id, int64_t judged)
{
	struct ticket *t = fixture_ticket(f, id);

	if (status_is_active(t->row.status) || t->row.updated_ms >= judged)
		is_as_stored(f, id);
	ticket_free(t);
}

static void recompute__random_histories__gives_what_is_stored(void)
{
	struct fixture f;
	desk_id ids[4];
	int64_t judged = 0;

	fixture_open(&f, NULL);
	apply(&f, CALENDAR);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		ids[i] = fixture_opens(&f, i % 2 ? CHANNEL_EMAIL : CHANNEL_PHONE, "No light", "it is dark", NULL);
	for (int step = 0; step < 150; step++) {
		fixture_pass((int64_t)g_test_rand_int_range(0, 4) * g_test_rand_int_range(0, 3) * MINUTES(g_test_rand_int_range(1, 200)));
		random_change(&f, ids[g_test_rand_int_range(0, G_N_ELEMENTS(ids))]);
		if (step % 25 == 24) {
			fixture_pass(1);
			judged = clock_wall_ms();
			random_policy(&f);
		}
		for (size_t i = 0; i < G_N_ELEMENTS(ids) && step % 5 == 0; i++)
			check(&f, ids[i], judged);
	}
	fixture_close(&f);
}

/* What the desk has noted, "clock/kind/threshold" each. */
static gboolean alarm_fn(const struct db_row *row, void *arg)
{
	if (db_int(row, 0) == CLOCK_FIRST_RESPONSE)
		g_string_append_printf(arg, "%s%" PRId64 "/%" PRId64, ((GString *)arg)->len ? " " : "", db_int(row, 1),
		                       db_int(row, 4));
	return TRUE;
}

static void assert_noted(struct fixture *f, desk_id id, const char *expected)
{
	g_autoptr(GString) noted = g_string_new(NULL);
	struct db_conn *conn = db_read_begin(f->db, NULL);

	g_assert_true(DB_RUN(conn, STMT_CARRY_ALARM, alarm_fn, noted, NULL, DB_I(id)));
	db_read_end(f->db, conn);
	g_assert_cmpstr(noted->str, ==, expected);
}

static int64_t fixture_due(struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	int64_t next = desk_due(f->desk, &error);

	g_assert_no_error(error);
	return next;
}

static guint words_of(struct fixture *f, const char *word)
{
	g_autofree char *feed = fixture_feed(f);
	g_auto(GStrv) parts = g_strsplit(feed, word, -1);

	return g_strv_length(parts) - 1;
}

static desk_id opened_often(struct fixture *f)
{
	desk_id id;

	fixture_open(f, NULL);
	apply(f, "[policy often]\nposition = -5\ntarget = first-response 60s warn 50% 75% 5s 2m\n");
	id = fixture_opens(f, CHANNEL_WEB, "can't sign in", "help", NULL);
	return id;
}

static void clock__with_several_thresholds__warns_at_each_once(void)
{
	static const int64_t moments[] = {30000, 45000, 55000, 60000};
	struct fixture f;
	guint each = 0;
	int64_t next;
	desk_id id;

	id = opened_often(&f);
	for (size_t i = 0; i < G_N_ELEMENTS(moments); i++) {
		next = fixture_due(&f);
		g_assert_cmpint(next, ==, FIXTURE_START + moments[i]);
		fixture_time(next - 1);
		fixture_due(&f);
		g_assert_cmpuint(words_of(&f, "warning"), ==, each * (guint)i);
		fixture_time(next);
		fixture_due(&f);
		fixture_due(&f);
		each = i ? each : words_of(&f, "warning"); /* the event, and whoever is told */
		g_assert_cmpuint(words_of(&f, "warning"), ==, each * MIN((guint)i + 1, 3));
		if (i == 1) /* between them, and another server */
			fixture_reopen(&f);
	}
	g_assert_cmpuint(each, >, 1);
	assert_noted(&f, id, "0/50 0/75 0/-5000 1/0");
	fixture_close(&f);
}

static void thresholds__passed_while_no_server_ran__are_noted_and_the_last_is_told(void)
{
	struct fixture f;
	desk_id id;
	guint told;

	id = opened_often(&f);
	fixture_time(FIXTURE_START + 56500);
	fixture_due(&f);
	assert_noted(&f, id, "0/-5000 0/50 0/75");
	told = words_of(&f, "warning");
	g_assert_cmpuint(told, ==, 4); /* the event, and the three of its group */
	fixture_reopen(&f);
	fixture_due(&f);
	g_assert_cmpuint(words_of(&f, "warning"), ==, told);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clocks/thresholds", clock__with_several_thresholds__warns_at_each_once);
	g_test_add_func("/clocks/thresholds/together", thresholds__passed_while_no_server_ran__are_noted_and_the_last_is_told);
	g_test_add_func("/server/clocks/seed", seed__every_standard__is_a_policy);
	g_test_add_func("/server/clocks/tag", policy__for_a_tag__follows_the_customer);
	g_test_add_func("/server/clocks/group", policy__for_a_group_and_a_problem__holds_while_it_is_there);
	g_test_add_func("/server/clocks/breached", policy__changed_after_a_breach__it_stays_breached_once);
	g_test_add_func("/server/clocks/met", policy__sharper_after_it_was_met__it_stays_met);
	g_test_add_func("/server/clocks/calendar", calendar__holiday_and_exception__move_the_deadline);
	g_test_add_func("/server/clocks/kept", calendar__given_later__the_hours_before_stay_counted);
	g_test_add_func("/server/clocks/kept/reopened", calendar__given_while_it_was_resolved__reopened_it_has_what_was_left);
	g_test_add_func("/server/clocks/kept/broken-off", refold__broken_off__goes_on_and_counts_once);
	g_test_add_func("/server/clocks/errors", calendar__with_errors__each_is_named_and_the_old_one_holds);
	g_test_add_func("/server/clocks/verify", verify__spoiled_clocks__each_difference_is_told);
	g_test_add_func("/server/clocks/random", recompute__random_histories__gives_what_is_stored);
	return g_test_run();
}
