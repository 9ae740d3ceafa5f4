/* Rules at work: triggers fire once, schedules run, the loop guard stops what goes round, webhooks wait to be sent. */
#include <string.h>
#include "desk_fixture.inc"
#include "rules/chain.h"
#include "server/desk/config_desk.h"
#include "server/desk/webhook_due.h"
#include "server/webhook_rules.h"

static void apply(struct fixture *f, const char *text)
{
	const struct config_request rq = {.text = text, .name = "f", .revision = -1, .by_name = "Gao"};
	struct config_result r = {0};
	g_autoptr(GError) error = NULL;

	config_apply_wait(f->desk, &rq, &r, &error);
	g_assert_no_error(error);
	config_result_clear(&r);
}

static void refuses(struct fixture *f, const char *text, const char *sentences)
{
	const struct config_request rq = {.text = text, .name = "f", .revision = -1, .by_name = "Gao"};
	struct config_result r = {0};
	g_autoptr(GError) error = NULL;

	g_assert_false(config_apply_wait(f->desk, &rq, &r, &error));
	g_assert_cmpstr(error->message, ==, sentences);
	config_result_clear(&r);
}

/* Until nothing is due; when something is next. */
static int64_t settle(struct fixture *f)
{
	for (int i = 0; i < 200; i++) {
		g_autoptr(GError) error = NULL;
		int64_t next = desk_due(f->desk, &error);

		g_assert_no_error(error);
		if (next > clock_wall_ms())
			return next;
	}
	g_assert_not_reached();
}

static void refresh(struct fixture *f)
{
	const struct event e = {.kind = EVENT_PEOPLE};

	desk_notice(f->desk, &e);
}

static char *runs_of(struct fixture *f, enum query_kind kind, const char *rule)
{
	GString *out = g_string_new(NULL);
	struct query q;
	struct answer *a;

	query_init(&q, kind);
	q.text = g_strdup(rule);
	a = fixture_ask(f, &f->sun, &q);
	for (guint i = a->runs->len; i-- > 0;) {
		const struct automation_run *r = a->runs->pdata[i];

		g_string_append_printf(out, "%s#%" G_GINT64_FORMAT " [%s] %s%s%s\n", r->name, r->ticket_id, r->why, r->did ? r->did : "-",
		                       r->error ? " ! " : "", r->error ? r->error : "");
	}
	answer_free(a);
	query_clear(&q);
	return g_string_free(out, FALSE);
}

static guint lines(const char *text)
{
	guint n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static gboolean has_tag(const struct ticket *t, const char *name)
{
	for (guint i = 0; i < t->tags->len; i++)
		if (strcmp(t->tags->pdata[i], name) == 0)
			return TRUE;
	return FALSE;
}

static guint messages_with(const struct ticket *t, const char *text)
{
	guint n = 0;

	for (guint i = 0; i < t->messages->len; i++)
		n += strcmp(((const struct message *)t->messages->pdata[i])->body, text) == 0;
	return n;
}

static void trigger__on_a_customers_word__does_its_steps_once(void)
{
	struct fixture f;
	desk_id id, other;
	struct ticket *t;

	fixture_open(&f, NULL);
	apply(&f, "[trigger late]\non = customer\nby = customer\nwhen = subject:parcel\ndo = \"\"\"\npriority urgent\ntag follow\n"
	          "note {customer} wrote on #{ticket}\nnotify supervisors look at #{ticket}\n\"\"\"\n");
	id = fixture_opens(&f, CHANNEL_WEB, "my parcel", "where?", NULL);
	other = fixture_opens(&f, CHANNEL_WEB, "something else", "hm", NULL);
	settle(&f);
	t = fixture_ticket(&f, id);
	g_assert_cmpint(t->row.priority, ==, PRIORITY_URGENT);
	g_assert_true(has_tag(t, "follow"));
	g_autofree char *note = g_strdup_printf("Wang Fang 王芳 wrote on #%" G_GINT64_FORMAT, id);
	g_autofree char *who = g_strdup_printf("rule late: priority urgent; tag follow; note Wang Fang 王芳 wrote on #%" G_GINT64_FORMAT
	                                       "; notify supervisors look at #%" G_GINT64_FORMAT, id, id);
	g_assert_cmpuint(messages_with(t, note), ==, 1);
	g_assert_cmpuint(messages_with(t, who), ==, 1);
	ticket_free(t);
	t = fixture_ticket(&f, other);
	g_assert_cmpint(t->row.priority, ==, PRIORITY_NORMAL);
	ticket_free(t);
	fixture_reopen(&f);
	settle(&f);
	g_autofree char *runs = runs_of(&f, QUERY_AUTOMATION_LOG, "late");
	g_assert_cmpuint(lines(runs), ==, 1);
	fixture_close(&f);
}

static void trigger__whose_step_fails__does_nothing_and_says_so(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	apply(&f, "[trigger t]\non = new\ndo = \"\"\"\ntag first\nescalate tech too hard\nescalate tech again\n\"\"\"\n");
	id = fixture_opens(&f, CHANNEL_WEB, "a", "b", NULL);
	settle(&f);
	t = fixture_ticket(&f, id);
	g_assert_false(has_tag(t, "first"));
	g_assert_cmpint(t->row.tier, ==, 1);
	ticket_free(t);
	g_autofree char *runs = runs_of(&f, QUERY_AUTOMATION_LOG, "t");
	g_assert_nonnull(strstr(runs, " ! escalate: "));
	g_assert_cmpuint(lines(runs), ==, 1);
	fixture_close(&f);
}

static void rules__that_set_each_other_off__come_to_an_end(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	apply(&f, "[tag a]\non = ticket\n[tag b]\non = ticket\n[trigger ping]\non = tag\nwhen = tag:a\ndo = \"\"\"\ntag -a\ntag b\n\"\"\"\n"
	          "[trigger pong]\non = tag\nwhen = tag:b\ndo = \"\"\"\ntag -b\ntag a\n\"\"\"\n"
	          "[trigger begin]\non = new\ndo = tag a\n");
	id = fixture_opens(&f, CHANNEL_WEB, "a", "b", NULL);
	settle(&f);
	t = fixture_ticket(&f, id);
	g_assert_true(has_tag(t, "a") != has_tag(t, "b"));
	ticket_free(t);
	g_autofree char *runs = runs_of(&f, QUERY_AUTOMATION_LOG, NULL);
	g_assert_cmpuint(lines(runs), >=, 3);
	g_assert_cmpuint(lines(runs), <=, 5); /* each once in a chain: begin ping pong, begin pong ping */
	fixture_close(&f);
}

static void rule__that_fires_too_often__is_suspended_and_told(void)
{
	struct fixture f;
	desk_id id;

	fixture_open(&f, NULL);
	apply(&f, "[trigger eager]\non = customer\ndo = tag seen\n");
	id = fixture_opens(&f, CHANNEL_WEB, "a", "b", NULL);
	for (int i = 0; i < CHAIN_HOUR + 5; i++) {
		fixture_writes(&f, id, "again");
		settle(&f);
		refresh(&f);
	}
	g_autofree char *runs = runs_of(&f, QUERY_AUTOMATION_LOG, "eager");
	g_assert_cmpuint(lines(runs), ==, CHAIN_HOUR + 1);
	g_assert_nonnull(strstr(runs, "within an hour"));
	/* Applied anew it works again. */
	apply(&f, "[trigger eager]\non = customer\ndo = tag seen-again\n");
	fixture_pass(2 * MS_HOUR);
	fixture_writes(&f, id, "later");
	settle(&f);
	g_autofree char *after = runs_of(&f, QUERY_AUTOMATION_LOG, "eager");
	g_assert_cmpuint(lines(after), ==, CHAIN_HOUR + 2);
	fixture_close(&f);
}

static void schedule__when_its_moment_comes__is_done_on_all_it_finds(void)
{
	struct fixture f;
	int64_t next;
	guint tagged = 0;
	desk_id ids[5];

	fixture_open(&f, NULL);
	apply(&f, "[tag tidied]\non = ticket\n[schedule tidy]\nat = every 1h\nwhen = subject:old -tag:tidied\nmost = 3\ndo = tag tidied\n");
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		ids[i] = fixture_opens(&f, CHANNEL_EMAIL, "old thing", "b", NULL);
	settle(&f);
	g_autofree char *early = runs_of(&f, QUERY_AUTOMATION_LOG, "tidy");
	g_assert_cmpstr(early, ==, "");
	next = (FIXTURE_START / MS_HOUR + 1) * MS_HOUR;
	fixture_time(next);
	settle(&f);
	settle(&f);
	g_autofree char *first = runs_of(&f, QUERY_AUTOMATION_LOG, "tidy");
	g_assert_cmpuint(lines(first), ==, 3);
	fixture_time(next + 3 * MS_HOUR); /* missed moments are one */
	settle(&f);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		struct ticket *t = fixture_ticket(&f, ids[i]);

		tagged += has_tag(t, "tidied");
		ticket_free(t);
	}
	g_assert_cmpuint(tagged, ==, 5);
	fixture_close(&f);
}

static void rule__tried_on_the_past__changes_nothing(void)
{
	struct fixture f;
	struct ticket *t;
	desk_id id;

	fixture_open(&f, NULL);
	id = fixture_opens(&f, CHANNEL_WEB, "my parcel", "where?", NULL);
	fixture_opens(&f, CHANNEL_WEB, "else", "where?", NULL);
	fixture_pass(MS_DAY);
	fixture_writes(&f, id, "hello?");
	apply(&f, "[trigger t]\non = customer rated\nwhen = subject:parcel\ndo = \"\"\"\ntag x\nassign li.wei\n\"\"\"\nactive = no\n"
	          "[schedule s]\nat = 09:00\nwhen = subject:else\ndo = solve\nactive = no\n");
	g_autofree char *would = runs_of(&f, QUERY_AUTOMATION_TRY, "t"), *plan = runs_of(&f, QUERY_AUTOMATION_TRY, "s");
	g_autofree char *one = g_strdup_printf("t#%" G_GINT64_FORMAT " [customer; when: subject:parcel; as it is now: subject] "
	                                       "tag x; assign li.wei\n", id);
	g_autofree char *two = g_strconcat(one, one, NULL);
	g_assert_cmpstr(would, ==, two);
	g_assert_nonnull(strstr(plan, "[schedule: 09:00; when: subject:else] solve"));
	settle(&f);
	t = fixture_ticket(&f, id);
	g_assert_false(has_tag(t, "x"));
	g_assert_cmpint(t->row.assignee_id, ==, 0);
	ticket_free(t);
	g_autofree char *log = runs_of(&f, QUERY_AUTOMATION_LOG, NULL);
	g_assert_cmpstr(log, ==, "");
	fixture_close(&f);
}

static void file__with_mistakes__names_each_line_and_column(void)
{
	struct fixture f;

	fixture_open(&f, NULL);
	apply(&f, "[trigger t]\non = new\ndo = tag good\n");
	refuses(&f,
	        "[trigger t]\non = new nothing\ndo = tag x\n"
	        "[trigger v]\non = nothing\nwhen = late:yesterday(\ndo = sing\nevery = 5m\n"
	        "[trigger u]\non = new\nwhen = status:open group:nowhere\ndo = \"\"\"\nassign ghost\n  fly\n\"\"\"\n"
	        "[schedule s]\nat = mon-fri noon\ndo = webhook ghost\n"
	        "[webhook w]\nurl = https://inside.example.com/x\n"
	        "[setting breach_tells]\nvalue = boss\n",
	        "f:2:10: on must be one of new, customer, reply, note, status, assigned, moved, priority, category, tag, field, rated, "
	        "promised, warning, breach, escalated, returned, cant-solve, merged, incident, follow-up, problem\n"
	        "f:5:6: on must be one of new, customer, reply, note, status, assigned, moved, priority, category, tag, field, rated, "
	        "promised, warning, breach, escalated, returned, cant-solve, merged, incident, follow-up, problem\n"
	        "f:6:13: when: there is no clock \"yesterday\"; there are none, first-response, next-response, resolution, "
	        "escalation, tier2, cross-department, feedback, promise, any\n"
	        "f:7:6: do: \"sing\" is nothing that a rule can do\n"
	        "f:8: a trigger has no \"every\"; it has on, by, was, clocks, when, title, position, active, do\n"
	        "f:11:26: when: there is no group \"nowhere\"\n"
	        "f:13:8: do: no person or group is called \"ghost\"\n"
	        "f:14:3: do: \"fly\" is nothing that a rule can do\n"
	        "f:17:14: at: a schedule is \"every 15m\", \"09:00\" or days and hours like \"mon-fri 09:00 17:30\"\n"
	        "f:18:14: do: no webhook is called \"ghost\"\n"
	        "f:20:7: url: the host inside.example.com is not in webhook_allow\n"
	        "f:21: \"boss\" is nobody: owner, group, supervisors, administrators, nobody or @NAME");
	fixture_opens(&f, CHANNEL_WEB, "a", "b", NULL); /* the old one is in force */
	settle(&f);
	g_autofree char *runs = runs_of(&f, QUERY_AUTOMATION_LOG, "t");
	g_assert_nonnull(strstr(runs, "tag good"));
	fixture_close(&f);
}

static void webhook__of_an_event__is_taken_once_and_tried_again(void)
{
	struct fixture f;
	g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func(delivery_due_free);
	g_autoptr(GPtrArray) again = g_ptr_array_new_with_free_func(delivery_due_free);
	g_autoptr(GError) error = NULL;
	int64_t next;
	const struct delivery_due *d;
	struct query q;
	struct answer *a;

	fixture_open(&f, NULL);
	apply(&f, "[setting webhook_allow]\nvalue = crm.example.com\n[webhook crm]\nurl = https://crm.example.com/hook\non = new\n");
	fixture_opens(&f, CHANNEL_WEB, "my parcel", "b", NULL);
	settle(&f);
	g_assert_true(desk_deliveries_take(f.desk, 10, due, &next, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(due->len, ==, 1);
	d = due->pdata[0];
	g_assert_cmpstr(d->event, ==, "new");
	g_assert_nonnull(strstr(d->body, "\"subject\":\"my parcel\""));
	g_assert_cmpint(d->tries, ==, 1);
	g_assert_cmpuint(strlen(d->secret), ==, 64);
	g_assert_true(desk_deliveries_take(f.desk, 10, again, &next, &error)); /* another server */
	g_assert_cmpuint(again->len, ==, 0);
	g_assert_true(desk_delivery_done(f.desk, d->id, d->tries, 500, "it answered 500", FALSE, &error));
	fixture_pass(webhook_wait(1));
	g_assert_true(desk_deliveries_take(f.desk, 10, again, &next, &error));
	g_assert_cmpuint(again->len, ==, 1);
	g_assert_cmpstr(((const struct delivery_due *)again->pdata[0])->delivery, ==, d->delivery);
	g_assert_true(desk_delivery_done(f.desk, d->id, 2, 204, NULL, FALSE, &error));
	query_init(&q, QUERY_DELIVERIES);
	a = fixture_ask(&f, &f.sun, &q);
	g_assert_cmpuint(a->deliveries->len, ==, 1);
	g_assert_cmpint(((const struct webhook_delivery *)a->deliveries->pdata[0])->status, ==, 204);
	g_assert_cmpint(((const struct webhook_delivery *)a->deliveries->pdata[0])->done_ms, >, 0);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

static void webhook__addresses__inside_are_refused_unless_listed(void)
{
	static const struct {
		guint8 bytes[4];
		gboolean public;
	} v4[] = {{{8, 8, 8, 8}, TRUE}, {{10, 1, 2, 3}, FALSE}, {{127, 0, 0, 1}, FALSE}, {{169, 254, 169, 254}, FALSE},
	          {{172, 31, 0, 1}, FALSE}, {{172, 32, 0, 1}, TRUE}, {{192, 168, 0, 1}, FALSE}, {{100, 64, 0, 1}, FALSE},
	          {{0, 0, 0, 0}, FALSE}, {{224, 0, 0, 1}, FALSE}, {{255, 255, 255, 255}, FALSE}, {{1, 1, 1, 1}, TRUE}};
	static const guint8 loop6[16] = {[15] = 1}, local6[16] = {0xfd, 1}, link6[16] = {0xfe, 0x80}, open6[16] = {0x2a, 0x00, 1, 1},
	                    mapped[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1}, nat64[16] = {0, 0x64, 0xff, 0x9b, [12] = 10, 0, 0, 1};
	g_autoptr(webhook_allow_auto) a = webhook_allow_parse("hooks.example.com *.example.org 10.1.0.0/16 fd00::/8", NULL);
	g_autoptr(webhook_allow_auto) none = webhook_allow_parse(NULL, NULL);
	gboolean plain;

	for (size_t i = 0; i < G_N_ELEMENTS(v4); i++)
		g_assert_cmpint(webhook_address_public(v4[i].bytes, 4), ==, v4[i].public);
	g_assert_true(webhook_address_allowed(a, v4[1].bytes, 4));
	g_assert_false(webhook_address_allowed(a, v4[2].bytes, 4));
	g_assert_false(webhook_address_public(loop6, 16));
	g_assert_false(webhook_address_public(link6, 16));
	g_assert_false(webhook_address_public(mapped, 16));
	g_assert_false(webhook_address_public(nat64, 16));
	g_assert_true(webhook_address_public(open6, 16));
	g_assert_false(webhook_address_public(local6, 16));
	g_assert_true(webhook_address_allowed(a, local6, 16));
	g_assert_true(webhook_url_allowed(a, "https://hooks.example.com/x?y=1", &plain, NULL));
	g_assert_true(webhook_url_allowed(a, "https://a.b.example.org:8443/", &plain, NULL));
	g_assert_true(webhook_url_allowed(a, "http://10.1.2.3/", &plain, NULL));
	g_assert_true(plain);
	g_assert_false(webhook_url_allowed(a, "https://example.org/", &plain, NULL));
	g_assert_false(webhook_url_allowed(a, "https://10.2.0.1/", &plain, NULL));
	g_assert_false(webhook_url_allowed(a, "https://hooks.example.com@evil.example/", &plain, NULL));
	g_assert_false(webhook_url_allowed(a, "ftp://hooks.example.com/", &plain, NULL));
	g_assert_false(webhook_url_allowed(none, "https://hooks.example.com/", &plain, NULL));
	g_assert_null(webhook_allow_parse("10.0.0.0/99", NULL));
	g_assert_null(webhook_allow_parse("a_b", NULL));
}

static void webhook__signature__is_of_time_and_body(void)
{
	/* HMAC-SHA256("key", "1.{}"), by another implementation */
	g_autofree char *signature = webhook_signature("key", 1, "{}");

	g_assert_cmpstr(signature, ==, "sha256=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224");
}

static void alarm__of_nobodys_ticket__is_told_to_its_group_in_measure(void)
{
	struct fixture f;
	struct query q;
	struct answer *a;
	guint summaries = 0;

	fixture_open(&f, NULL);
	apply(&f, "[setting notices_a_minute]\nvalue = 5\n[setting breach_tells]\nvalue = nobody\n");
	for (int i = 0; i < 30; i++)
		fixture_opens(&f, CHANNEL_WEB, "a", "b", NULL);
	fixture_pass(23 * MS_SECOND);
	settle(&f);
	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(&f, &f.li, &q);
	g_assert_cmpuint(a->notices->len, ==, 6);
	for (guint i = 0; i < a->notices->len; i++) {
		const struct notice *n = a->notices->pdata[i];

		g_assert_cmpint(n->kind, ==, NOTICE_WARNING);
		if (!n->ticket_id) {
			summaries++;
			g_assert_true(g_str_has_prefix(n->text, "25 10")); /* so many, the nearest of them */
		}
	}
	g_assert_cmpuint(summaries, ==, 1);
	answer_free(a);
	query_clear(&q);
	fixture_close(&f);
}

static struct answer *told(struct fixture *f, const struct actor *who)
{
	struct query q;
	struct answer *a;

	query_init(&q, QUERY_NOTICES);
	a = fixture_ask(f, who, &q);
	query_clear(&q);
	return a;
}

static void alarms__by_the_settings_of_a_new_desk__are_one_and_a_number_and_urgent_ones(void)
{
	struct fixture f;
	struct change c;
	struct answer *a;
	desk_id urgent = 0;
	guint named = 0, late = 0, more = 0, urgents = 0;

	fixture_open(&f, NULL);
	for (int i = 0; i < 12; i++)
		urgent = fixture_opens(&f, CHANNEL_WEB, "a", "b", NULL);
	change_init(&c, CHANGE_PRIORITY);
	c.ticket_id = urgent;
	c.priority = PRIORITY_URGENT;
	answer_free(fixture_do(&f, &f.min, &c));
	fixture_pass(23 * MS_SECOND);
	settle(&f);
	fixture_pass(8 * MS_SECOND);
	settle(&f);
	a = told(&f, &f.li);
	for (guint i = 0; i < a->notices->len; i++) {
		const struct notice *n = a->notices->pdata[i];

		named += n->ticket_id != 0;
		late += n->ticket_id && n->kind == NOTICE_BREACH;
		more += n->ticket_id ? 0 : (guint)g_ascii_strtoull(n->text, NULL, 10);
		urgents += n->ticket_id == urgent;
	}
	g_assert_cmpuint(urgents, ==, 1); /* warned, then late: said once */
	g_assert_cmpuint(named, <=, 3);
	g_assert_cmpuint(late, ==, named);
	g_assert_cmpuint(a->notices->len - named, ==, 2); /* the others as two numbers: near, late */
	g_assert_cmpuint(more, >=, 2 * 12 - 2 * named);
	answer_free(a);
	fixture_close(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/automation/trigger", trigger__on_a_customers_word__does_its_steps_once);
	g_test_add_func("/automation/fails", trigger__whose_step_fails__does_nothing_and_says_so);
	g_test_add_func("/automation/loop", rules__that_set_each_other_off__come_to_an_end);
	g_test_add_func("/automation/often", rule__that_fires_too_often__is_suspended_and_told);
	g_test_add_func("/automation/schedule", schedule__when_its_moment_comes__is_done_on_all_it_finds);
	g_test_add_func("/automation/try", rule__tried_on_the_past__changes_nothing);
	g_test_add_func("/automation/mistakes", file__with_mistakes__names_each_line_and_column);
	g_test_add_func("/automation/webhook", webhook__of_an_event__is_taken_once_and_tried_again);
	g_test_add_func("/automation/webhook/addresses", webhook__addresses__inside_are_refused_unless_listed);
	g_test_add_func("/automation/webhook/signature", webhook__signature__is_of_time_and_body);
	g_test_add_func("/automation/alarms/new-desk", alarms__by_the_settings_of_a_new_desk__are_one_and_a_number_and_urgent_ones);
	g_test_add_func("/automation/alarms", alarm__of_nobodys_ticket__is_told_to_its_group_in_measure);
	return g_test_run();
}
