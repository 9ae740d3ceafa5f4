/* Records of import and export: the documented examples, their defaults, what is refused. */
#include <string.h>

#include "wire/fields.h"
#include "wire/records.h"

#define NOW INT64_C(1795392000000)
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static const char *const examples[] = {
	"{\"type\":\"group\",\"key\":\"billing\",\"title\":\"Billing 账单\",\"tier\":1}",
	"{\"type\":\"person\",\"key\":\"li.wei\",\"display\":\"Li Wei "
	"李伟\",\"role\":\"agent\",\"locale\":\"zh\",\""
	"groups\":[\"billing\",\"returns\"],\"active\":true}",
	"{\"type\":\"tag\",\"key\":\"high-value\",\"on\":\"customer\",\"glyph\":\"star\",\"label\":{\"en\":"
	"\"high-"
	"value\",\"zh\":\"高价值\"},\"advice\":{\"en\":\"Offer the manager's "
	"line.\",\"zh\":\"提供专属经理电话。\"}}",
	"{\"type\":\"calendar\",\"key\":\"office\",\"zone\":\"Asia/"
	"Shanghai\",\"hours\":{\"mon-fri\":[\"09:00-"
	"12:00\",\"13:00-18:00\"],\"sat\":[\"10:00-16:00\"]},\"holidays\":[\"2027-01-01\"]}",
	"{\"type\":\"policy\",\"key\":\"chat\",\"position\":10,\"channels\":[\"web\",\"app\",\"wechat\"],"
	"\"after"
	"_sales\":false,\"targets\":[{\"clock\":\"first-response\",\"target\":\"30s\"},{\"clock\":\"resolut"
	"ion\",\"problem\":\"simple\",\"target\":\"5m\",\"warn\":\"75%\",\"pause\":[\"pending-customer\"]"
	",\"calendar\":\"office\"},{\"clock\":\"resolution\",\"problem\":\"complex\",\"priority\":\"urgent\","
	"\"target\":\"24h\",\"pause\":[\"pending-customer\"]}]}",
	"{\"type\":\"customer\",\"key\":\"cust-12\",\"name\":\"Wang Fang "
	"王芳\",\"language\":\"zh\",\"email\":\"wa"
	"ng.fang@example.com\",\"phone\":\"+86 139 0000 0012\",\"region\":\"Shanghai\",\"gender\":\"femal"
	"e\",\"occupation\":\"teacher\",\"birth_year\":1988,\"zone\":\"Asia/Shanghai\",\"preferences\":\"We"
	"Chat, evenings\",\"registered\":\"-700d\",\"tags\":[{\"name\":\"high-value\",\"why\":\"top 20 % of"
	" spend\",\"since\":\"-200d\"},\"price-sensitive\"],\"orders\":[{\"number\":\"A-2041\",\"items\":\"He"
	"adphones X2\",\"state\":\"delivered\",\"amount\":\"899.00\",\"currency\":\"CNY\",\"at\":\"-12d\"}]}",
	"{\"type\":\"article\",\"key\":\"kb-bt-pair\",\"module\":\"product\",\"category\":\"phone/settings/b"
	"luetooth\",\"language\":\"en\",\"title\":\"Pair Bluetooth headphones\",\"keywords\":\"bluetooth "
	"pair "
	"connect\",\"state\":\"published\",\"author\":\"zhao.min\",\"at\":\"-20d\",\"version\":3,\"body\""
	":[\"1. Open Settings.\",\"2. Turn Bluetooth on.\"],\"history\":[{\"version\":1,\"at\":\"-300d\","
	"\"author\":\"zhao.min\",\"title\":\"Bluetooth\",\"body\":\"Old "
	"text\"},{\"version\":2,\"at\":\"-90d\","
	"\"author\":\"chen.jie\",\"title\":\"Bluetooth headphones\",\"body\":\"...\"}]}",
	"{\"type\":\"template\",\"key\":\"greet-chat-en\",\"name\":\"greet-chat\",\"title\":\"Greeting, chat"
	"\",\"language\":\"en\",\"part\":\"greeting\",\"audience\":\"any\",\"scope\":\"all\",\"category\":"
	"\"accou"
	"nt/sign-in\",\"position\":10,\"body\":\"Hello {customer}, this is {agent}. Thank you for w"
	"riting to us.\"}",
	"{\"type\":\"ticket\",\"key\":\"t-001\",\"customer\":\"cust-12\",\"subject\":\"Can't sign in after t"
	"he "
	"update\",\"status\":\"open\",\"priority\":\"urgent\",\"channel\":\"app\",\"group\":\"billing\",\"as"
	"signee\":\"li.wei\",\"category\":\"account/sign-in/code\",\"problem\":\"simple\",\"after_sales\":"
	"false,\"tags\":[\"vip-case\"],\"created\":\"-25m\",\"claimed\":\"-24m\",\"messages\":[{\"from\":"
	"\"cus"
	"tomer\",\"at\":\"-25m\",\"body\":\"I have tried five times. "
	"很着急!\"},{\"from\":\"reply\",\"author\":"
	"\"li.wei\",\"at\":\"-23m\",\"body\":[\"Hello Wang Fang,\",\"I am looking at it.\"]},{\"from\":\"not"
	"e\",\"author\":\"zhao.min\",\"at\":\"-20m\",\"body\":\"Third contact this week.\"},{\"from\":\"syste"
	"m\",\"at\":\"-10m\",\"body\":\"escalated to "
	"tech2\"}],\"escalated\":{\"to\":\"tech2\",\"at\":\"-10m\",\""
	"by\":\"li.wei\",\"reason\":\"code service rejects her device\",\"note\":\"Tried reset twice.\"}"
	",\"promised\":\"+3h\",\"hold_until\":\"+1d\",\"resolved\":\"-5m\",\"rating\":5,"
	"\"fields\":[{\"name\":\"sign-in-account\",\"value\":\"139\"}],"
	"\"checklist\":[{\"text\":\"Call\",\"done\":true,\"by\":\"li.wei\",\"at\":\"-5m\"}],"
	"\"links\":[{\"ticket\":\"t-000\"}],\"rating_comment\":"
	"\"q"
	"uick!\"}",
	"{\"type\":\"skill\",\"key\":\"lang-zh\",\"title\":\"Chinese 中文\"}",
	"{\"type\":\"category\",\"key\":\"account/sign-in/code\",\"label\":{\"en\":\"Code\",\"zh\":\"验证码\"},"
	"\"problem\":\"simple\",\"after_sales\":false,\"group\":\"front\",\"position\":30}",
	"{\"type\":\"field\",\"key\":\"refund-way\",\"kind\":\"choice\",\"label\":{\"en\":\"Way\"},\"ask\":{\"en\":"
	"\"How did you pay?\"},\"choices\":[\"card\",\"cash\"],\"category\":\"payment/refund\",\"required\":true}",
	"{\"type\":\"checklist\",\"key\":\"return\",\"title\":\"Return\",\"category\":\"return\",\"items\":[\"Photos\","
	"\"Label\"],\"position\":10}",
	"{\"type\":\"limit\",\"key\":\"agent-coupon\",\"role\":\"agent\",\"kind\":\"coupon\",\"per_ticket\":\"50.00\","
	"\"per_day\":\"unlimited\"}",
	"{\"type\":\"view\",\"key\":\"refunds\",\"title\":\"Refunds\",\"scope\":\"group\",\"owner\":\"returns\",\"query\":"
	"\"status:active category:payment/refund\",\"order\":\"newest\"}",
	"{\"type\":\"setting\",\"key\":\"reopen_role\",\"value\":\"agent\"}",
	"{\"type\":\"order\",\"key\":\"c1.A-1\",\"customer\":\"c1\",\"number\":\"A-1\",\"state\":\"shipped\","
	"\"amount\":\"899.00\",\"currency\":\"CNY\",\"at\":\"-3d\"}",
	"{\"type\":\"macro\",\"key\":\"return\",\"title\":\"Accept a return\",\"scope\":\"group\",\"owner\":\"returns\","
	"\"category\":\"return\",\"position\":10,\"steps\":[\"checklist return-accept\",\"status pending-customer\"]}",
	"{\"type\":\"trigger\",\"key\":\"vip-late\",\"title\":\"VIP late\",\"on\":[\"warning\",\"breach\"],\"by\":[\"desk\"],"
	"\"clocks\":[\"promise\"],\"when\":\"tag:high-value\",\"do\":[\"priority urgent\",\"notify supervisors late\"],\"position\":5}",
	"{\"type\":\"schedule\",\"key\":\"stale\",\"at\":\"mon-fri 09:00\",\"calendar\":\"office\",\"most\":50,"
	"\"when\":\"status:pending-customer\",\"do\":\"tag stale\",\"active\":false}",
	"{\"type\":\"webhook\",\"key\":\"crm\",\"url\":\"https://crm.example.com/hook\",\"on\":[\"new\",\"status\"],"
	"\"was\":[\"open\"],\"secret\":2}",
	"{\"type\":\"problem\",\"key\":\"p-1\",\"rows\":[{\"in\":\"problem\",\"title\":\"Lamps\",\"opened\":1234567890123}]}",
	"{\"type\":\"ticket-state\",\"key\":\"t-1\",\"rows\":[{\"in\":\"fact\",\"kind\":\"created\",\"at\":1},{\"in\":\"x\"}]}",
	"{\"type\":\"person-state\",\"key\":\"li.wei\",\"rows\":[]}",
	"{\"type\":\"rule-state\",\"key\":\"vip-late\",\"rows\":[{\"in\":\"rule\",\"last\":5}]}",
	"{\"type\":\"clock-state\",\"key\":\"k.1\",\"rows\":[{\"in\":\"era\",\"text\":\"\"}]}",
};

static struct record *parse(const char *line)
{
	g_autoptr(GError) error = NULL;
	struct record *r = record_parse(line, strlen(line), NOW, &error);
	g_assert_no_error(error);
	g_assert_nonnull(r);
	return r;
}

/* A record written out and read again says the same. */
static void unit__record__examples_roundtrip(void)
{
	g_assert_cmpuint(G_N_ELEMENTS(examples), ==, RECORD_TYPE_COUNT);
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
		struct record *r = parse(examples[i]);
		g_assert_cmpint(r->type, ==, (int)i);
		record_to_json(first, r);
		record_free(r);
		r = parse(first->str);
		record_to_json(second, r);
		record_free(r);
		g_assert_cmpstr(first->str, ==, second->str);
	}
}

static void unit__record__ticket_members(void)
{
	struct record *r = parse(examples[RECORD_TICKET]);
	const struct record_message *m = r->messages->pdata[0], *system = r->messages->pdata[3];
	g_assert_cmpstr(r->customer_key, ==, "cust-12");
	g_assert_cmpstr(r->ticket->row.subject, ==, "Can't sign in after the update");
	g_assert_cmpint(r->ticket->row.created_ms, ==, NOW - 25 * MINUTE);
	g_assert_cmpint(r->ticket->problem, ==, PROBLEM_SIMPLE);
	g_assert_cmpint(r->ticket->hold_until_ms, ==, NOW + DAY);
	g_assert_cmpint(r->ticket->row.tier, ==, 2);
	g_assert_cmpstr(r->ticket->escalation_reason, ==, "code service rejects her device");
	g_assert_cmpstr(r->escalated_to, ==, "tech2");
	g_assert_cmpint(r->escalated_ms, ==, NOW - 10 * MINUTE);
	g_assert_cmpint(r->promised_ms, ==, NOW + 3 * HOUR);
	g_assert_cmpint(r->rating, ==, 5);
	g_assert_cmpint(m->kind, ==, MESSAGE_CUSTOMER);
	g_assert_cmpint(system->at_ms, ==, NOW - 10 * MINUTE);
	g_assert_cmpstr(((struct record_message *)r->messages->pdata[1])->body, ==,
			"Hello Wang Fang,\nI am looking at it.");
	record_free(r);
}

static void unit__record__other_members(void)
{
	struct record *r = parse(examples[RECORD_CALENDAR]);
	const struct record_calendar_span *span = &g_array_index(r->spans, struct record_calendar_span, 10);
	g_assert_cmpuint(r->spans->len, ==, 11);
	g_assert_cmpint(span->weekday, ==, 6);
	g_assert_cmpint(span->from_minute, ==, 600);
	g_assert_cmpint(span->to_minute, ==, 960);
	g_assert_cmpstr(r->holidays->pdata[0], ==, "2027-01-01");
	record_free(r);
	r = parse("{\"type\":\"calendar\",\"key\":\"night\",\"hours\":{\"sat-mon\":[\"22:00-02:00\",\"02:00-"
		  "22:00\"]}}");
	g_assert_cmpuint(r->spans->len, ==, 6);
	g_assert_cmpint(g_array_index(r->spans, struct record_calendar_span, 0).to_minute, ==, 26 * 60);
	g_assert_cmpint(g_array_index(r->spans, struct record_calendar_span, 5).weekday, ==, 1);
	record_free(r);
	r = parse(examples[RECORD_POLICY]);
	const struct policy_target *t = r->policy->targets->pdata[1];
	g_assert_cmpint(r->policy->after_sales, ==, 0);
	g_assert_cmpuint(r->policy->channels, ==,
			 1u << CHANNEL_WEB | 1u << CHANNEL_APP | 1u << CHANNEL_WECHAT);
	g_assert_cmpint(t->target_ms, ==, 5 * MINUTE);
	g_assert_cmpint(t->priority, ==, PRIORITY_COUNT);
	g_assert_cmpint(t->problem, ==, PROBLEM_SIMPLE);
	g_assert_cmpint(t->warnings[0], ==, 75);
	g_assert_cmpuint(t->pause_statuses, ==, 1u << STATUS_PENDING_CUSTOMER);
	record_free(r);
	r = parse("{\"type\":\"policy\",\"key\":\"p\",\"targets\":[]}");
	g_assert_cmpint(r->policy->after_sales, ==, -1);
	record_free(r);
	r = parse(examples[RECORD_CUSTOMER]);
	g_assert_cmpstr(((struct tag_mark *)r->customer->tags->pdata[1])->name, ==, "price-sensitive");
	g_assert_cmpint(((struct order *)r->customer->orders->pdata[0])->amount_cents, ==, 89900);
	g_assert_cmpint(r->customer->registered_ms, ==, NOW - 700 * DAY);
	record_free(r);
	r = parse(examples[RECORD_ARTICLE]);
	g_assert_cmpuint(r->article_history->len, ==, 2);
	g_assert_cmpint(((struct article *)r->article_history->pdata[0])->state, ==, ARTICLE_OUTDATED);
	g_assert_cmpint(r->article->version, ==, 3);
	record_free(r);
	r = parse(examples[RECORD_TAG]);
	g_assert_true(r->tag->on_customer);
	g_assert_cmpstr(r->tag->name, ==, "high-value");
	g_assert_cmpstr(r->tag->advice_zh, ==, "提供专属经理电话。");
	record_free(r);
}

static void unit__record__times(void)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} cases[] = {
		{"\"now\"", NOW},
		{"\"-2h30m\"", NOW - 2 * HOUR - 30 * MINUTE},
		{"\"+1w2d3h4m5s\"", NOW + 9 * DAY + 3 * HOUR + 4 * MINUTE + 5000},
		{"\"2026-11-22T10:40:00Z\"", INT64_C(1795344000000)},
		{"\"2026-11-22T18:40:00+08:00\"", INT64_C(1795344000000)},
		{"\"2026-11-22T10:40:00.250Z\"", INT64_C(1795344000250)},
		{"\"2026-11-22\"", INT64_C(1795305600000)},
		{"1795344000000", INT64_C(1795344000000)},
		{"\"2h\"", -1},
		{"\"-\"", -1},
		{"\"-2\"", -1},
		{"\"-2x\"", -1},
		{"\"-5m2h\"", -1},
		{"\"-1h1h\"", -1},
		{"\"-99999999999999999999d\"", -1},
		{"\"-999999999w\"", -1},
		{"\"2026-11-22T10:40:00\"", -1},
		{"\"2026-13-22\"", -1},
		{"\"yesterday\"", -1},
		{"\"\"", -1},
		{"-5", -1},
		{"1.5", -1},
		{"true", -1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *line = g_strdup_printf(
			"{\"type\":\"customer\",\"key\":\"k\",\"name\":\"n\",\"registered\":%s}",
			cases[i].text);
		struct record *r = record_parse(line, strlen(line), NOW, NULL);
		g_test_message("%s", cases[i].text);
		g_assert_true(!!r == (cases[i].ms >= 0));
		if (r)
			g_assert_cmpint(r->customer->registered_ms, ==, cases[i].ms);
		record_free(r);
	}
}

static void refused(const char *line, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(record_parse(line, strlen(line), NOW, &error));
	g_assert_error(error, DESK_ERROR, DESK_INVALID);
	g_assert_cmpstr(error->message, ==, message);
}

static gboolean count_reference(enum record_type type, const char *key, void *arg)
{
	g_string_append_printf(arg, "%s:%s ", record_type_name(type), key);
	return TRUE;
}

/* Whoever checks references asks one function; and every type comes after those it names. */
static void unit__record__names_its_references(void)
{
	int place[RECORD_TYPE_COUNT];
	g_autoptr(GString) all = g_string_new(NULL);
	for (int i = 0; i < RECORD_TYPE_COUNT; i++)
		place[record_order[i]] = i;
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		struct record *r = parse(examples[i]);
		g_autoptr(GString) named = g_string_new(NULL);
		record_references(r, count_reference, named);
		g_auto(GStrv) each = g_strsplit(named->str, " ", -1);
		for (char **one = each; *one && **one; one++) {
			*strchr(*one, ':') = '\0';
			g_assert_cmpint(place[record_type_by_name(*one)], <=, place[r->type]);
		}
		if (r->type == RECORD_TICKET || r->type == RECORD_VIEW || r->type == RECORD_FIELD)
			g_string_append(all, named->str);
		record_free(r);
	}
	g_assert_cmpstr(all->str, ==, "customer:cust-12 group:billing person:li.wei group:tech2 person:li.wei "
				      "person:li.wei person:zhao.min field:sign-in-account person:li.wei "
				      "category:payment/refund group:returns ");
}

static void unit__record__names_what_is_wrong(void)
{
	refused("[]", "the JSON must be an object");
	refused("{}", "type is missing");
	refused("{\"type\":\"planet\"}",
		"type must be one of group, person, tag, calendar, policy, customer, article, "
		"template, ticket, skill, category, field, checklist, limit, view, setting, order, macro, trigger, schedule, webhook, "
		"problem, ticket-state, person-state, rule-state, clock-state");
	refused("{\"type\":\"group\"}", "key is missing");
	refused("{\"type\":\"group\",\"key\":\"a b\"}",
		"key must be made of letters, digits, dots, underscores and dashes");
	refused("{\"type\":\"group\",\"key\":\"a\",\"tier\":3}", "tier must be between 0 and 2");
	refused("{\"type\":\"person\",\"key\":\"a\"}", "display is missing");
	refused("{\"type\":\"customer\",\"key\":\"a\",\"name\":\"x\",\"tags\":[7]}",
		"tags[0] must be an object");
	refused("{\"type\":\"customer\",\"key\":\"a\",\"name\":\"x\",\"orders\":[{\"number\":\"1\","
		"\"amount\":\"1.005\"}]}",
		"orders[0].amount must be an amount like \"899.00\"");
	refused("{\"type\":\"tag\",\"key\":\"a\",\"label\":{\"en\":1}}", "label.en must be text");
	refused("{\"type\":\"calendar\",\"key\":\"a\",\"hours\":{\"someday\":[]}}",
		"hours.someday must be a day (mon, tue, wed, thu, fri, sat, sun) or a range like mon-fri");
	refused("{\"type\":\"calendar\",\"key\":\"a\",\"hours\":{\"mon\":[\"9-18\"]}}",
		"hours.mon[0] must be a span like \"09:00-18:00\"");
	refused("{\"type\":\"calendar\",\"key\":\"a\",\"hours\":{\"mon\":[\"09:00-18:00\"]},\"holidays\":[\"2026-02-30\"]}",
		"holidays[0] must be a day like \"2026-12-25\", maybe with its name behind it");
	refused("{\"type\":\"policy\",\"key\":\"a\",\"targets\":[{\"clock\":\"promise\",\"target\":\"soon\"}]"
		"}",
		"targets[0].target must be a length of time: \"30s\", \"15m\", \"2h\", \"1d\", \"1h30m\" or "
		"milliseconds");
	refused("{\"type\":\"ticket\",\"key\":\"a\",\"customer\":\"c\",\"subject\":\"s\",\"messages\":[]}",
		"messages must have at least one entry");
	refused("{\"type\":\"ticket\",\"key\":\"a\",\"customer\":\"c\",\"subject\":\"s\",\"messages\":[{"
		"\"from\":\"reply\",\"body\":\"b\"}]}",
		"messages[0] needs an author, being a reply");
	refused("{\"type\":\"ticket\",\"key\":\"a\",\"customer\":\"c\",\"subject\":\"s\",\"messages\":[{"
		"\"from\":\"customer\",\"at\":"
		"\"-5m\",\"body\":\"b\"},{\"from\":\"customer\",\"at\":\"-6m\",\"body\":[\"b\",2]}]}",
		"messages[1].body[1] must be text");
	refused("{\"type\":\"ticket\",\"key\":\"a\",\"customer\":\"c\",\"subject\":\"s\",\"escalated\":{"
		"\"to\":\"x\"},\"messages\":["
		"{\"from\":\"customer\",\"body\":\"b\"}]}",
		"escalated.at is missing");
	refused("{\"type\":\"category\",\"key\":\"a//b\"}",
		"key must be a path of up to three levels like account/sign-in/code, of letters, digits, dots, "
		"underscores and dashes");
	refused("{\"type\":\"field\",\"key\":\"a\",\"kind\":\"choice\"}", "choices are missing: the kind is choice");
	refused("{\"type\":\"field\",\"key\":\"a\",\"choices\":[\"x\"]}", "choices belong to the kind choice only");
	refused("{\"type\":\"checklist\",\"key\":\"a\",\"items\":[\"x\",\"a\\nb\"]}",
		"items[1] must be one line that isn't empty");
	refused("{\"type\":\"limit\",\"key\":\"a\",\"role\":\"agent\",\"kind\":\"coupon\",\"per_ticket\":\"-1\",\"per_day\":\"1\"}",
		"per_ticket must be an amount like \"899.00\", or \"unlimited\"");
	refused("{\"type\":\"view\",\"key\":\"a\",\"query\":\"\",\"scope\":\"group\"}",
		"owner is missing: the group whose view it is");
	refused("{\"type\":\"setting\",\"key\":\"reopen_days\",\"value\":\"soon\"}",
		"value must be a whole number from 0 to 3650");
}

/* The sample desk that we ship is good input, line by line. */
static void unit__record__shipped_content_parses(void)
{
	const char *folder = SOURCE_DIR "/server/content";
	g_autoptr(GError) error = NULL;
	GDir *dir = g_dir_open(folder, 0, &error);
	g_assert_no_error(error);
	for (const char *name; (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL), *text = NULL;
		if (!g_str_has_suffix(name, ".jsonl"))
			continue;
		g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
		g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
		for (int i = 0; lines[i]; i++) {
			if (!*lines[i] || *lines[i] == '#')
				continue;
			struct record *r = record_parse(lines[i], strlen(lines[i]), NOW, &error);
			if (!r)
				g_test_message("%s:%d: %s", name, i + 1, error->message);
			g_assert_nonnull(r);
			record_free(r);
		}
	}
	g_dir_close(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wire/record/roundtrip", unit__record__examples_roundtrip);
	g_test_add_func("/wire/record/references", unit__record__names_its_references);
	g_test_add_func("/wire/record/ticket", unit__record__ticket_members);
	g_test_add_func("/wire/record/others", unit__record__other_members);
	g_test_add_func("/wire/record/times", unit__record__times);
	g_test_add_func("/wire/record/wrong", unit__record__names_what_is_wrong);
	g_test_add_func("/wire/record/content", unit__record__shipped_content_parses);
	return g_test_run();
}
