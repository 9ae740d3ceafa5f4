/* Moods, the order of templates, promised moments in words. */
#include <string.h>
#include "rules/fit.h"
#include "rules/mood.h"
#include "rules/promise.h"

static GPtrArray *words(void)
{
	static const struct {
		enum mood mood;
		const char *list;
	} lists[] = {
		{MOOD_ANXIOUS, "urgent, as soon as possible，着急、急死了"}, {MOOD_DISAPPOINTED, "let down, disappointed, 很失望"},
		{MOOD_ANGRY, "unacceptable; angry，投诉"}, {MOOD_SATISFIED, "thank you so much, 很满意"},
	};
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)mood_phrases_free);

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		struct mood_phrases *m = mood_phrases_new();

		m->mood = lists[i].mood;
		mood_split(lists[i].list, m->phrases);
		g_ptr_array_add(all, m);
	}
	return all;
}

static void mood__words_and_phrases__are_known(void)
{
	static const struct {
		const char *text;
		enum mood mood;
	} cases[] = {
		{"我真的很着急，快点！", MOOD_ANXIOUS}, {"对你们的服务很失望", MOOD_DISAPPOINTED},
		{"I feel LET DOWN by you", MOOD_DISAPPOINTED}, {"This lets down everybody", MOOD_DISAPPOINTED},
		{"It is urgently needed", MOOD_ANXIOUS}, {"unurgent? no: insurgent", MOOD_NEUTRAL},
		{"Where is my parcel?", MOOD_NEUTRAL}, {"", MOOD_NEUTRAL},
		{"This is unacceptable and urgent", MOOD_ANGRY}, {"Thank you so much!", MOOD_SATISFIED},
		{"as soon\nas possible, please", MOOD_ANXIOUS},
	};
	g_autoptr(GPtrArray) all = words();

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(mood_name(mood_of_text(cases[i].text, all)), ==, mood_name(cases[i].mood));
	}
	g_assert_cmpint(mood_of_text("着急", NULL), ==, MOOD_NEUTRAL);
}

static void say(struct ticket *t, enum message_kind kind, const char *body)
{
	struct message *m = g_new0(struct message, 1);

	m->kind = kind;
	m->body = g_strdup(body);
	g_ptr_array_add(t->messages, m);
}

static void mood__of_a_conversation__is_the_newest_that_says_anything(void)
{
	g_autoptr(GPtrArray) all = words();
	struct ticket *t = ticket_new();

	say(t, MESSAGE_CUSTOMER, "This is unacceptable");
	say(t, MESSAGE_REPLY, "That is urgent, I see");
	g_assert_cmpint(mood_of_messages(t->messages, all), ==, MOOD_ANGRY);
	say(t, MESSAGE_CUSTOMER, "Thank you so much");
	say(t, MESSAGE_CUSTOMER, "Bye");
	g_assert_cmpint(mood_of_messages(t->messages, all), ==, MOOD_SATISFIED);
	for (int i = 0; i < 3; i++)
		say(t, MESSAGE_CUSTOMER, "and where is it?");
	g_assert_cmpint(mood_of_messages(t->messages, all), ==, MOOD_NEUTRAL);
	ticket_free(t);
}

static struct template *make(const char *name, const char *language, enum template_part part, enum audience audience)
{
	struct template *t = g_new0(struct template, 1);
	static const char *const order[] = {"greet", "greet-old", "greet-young", "comfort", "solve", "alt", "chat", "close"};

	t->name = g_strdup(name);
	t->language = g_strdup(language);
	t->part = part;
	t->audience = audience;
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
		if (strcmp(order[i], name) == 0)
			t->position = (int)i;
	return t;
}

static GPtrArray *shelf(void)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)template_free);
	struct template *t;

	g_ptr_array_add(all, make("close", "en", PART_CLOSING, AUDIENCE_ANY));
	g_ptr_array_add(all, make("alt", "en", PART_ALTERNATIVE, AUDIENCE_ANY));
	t = make("solve", "en", PART_SOLUTION, AUDIENCE_ANY);
	t->category = g_strdup("account");
	g_ptr_array_add(all, t);
	g_ptr_array_add(all, make("comfort", "en", PART_COMFORT, AUDIENCE_ANY));
	g_ptr_array_add(all, make("greet-young", "en", PART_GREETING, AUDIENCE_YOUNG));
	g_ptr_array_add(all, make("greet-old", "en", PART_GREETING, AUDIENCE_ELDERLY));
	g_ptr_array_add(all, make("greet", "en", PART_GREETING, AUDIENCE_ANY));
	g_ptr_array_add(all, make("greet", "zh", PART_GREETING, AUDIENCE_ANY));
	t = make("chat", "en", PART_CLOSING, AUDIENCE_ANY);
	t->channels = 1u << CHANNEL_WECHAT;
	g_ptr_array_add(all, t);
	return all;
}

static void check_order(const struct fit *fit, const char *want)
{
	g_autoptr(GPtrArray) all = shelf();
	g_autoptr(GString) got = g_string_new(NULL);

	fit_sort(all, fit);
	for (guint i = 0; i < all->len; i++) {
		const struct template *t = all->pdata[i];

		g_string_append_printf(got, "%s%s%s", i ? " " : "", t->name, strcmp(t->language, "zh") == 0 ? ":zh" : "");
	}
	g_assert_cmpstr(got->str, ==, want);
}

static void order__of_each_customer__is_the_one_written_down(void)
{
	const struct fit plain = {.language = "en", .channel = CHANNEL_EMAIL};
	const struct fit anxious = {.language = "en", .mood = MOOD_ANXIOUS, .channel = CHANNEL_EMAIL};
	const struct fit comforted = {.language = "en", .mood = MOOD_ANGRY, .channel = CHANNEL_EMAIL,
		.has = 1u << PART_COMFORT | 1u << PART_GREETING};
	const struct fit old = {.language = "en", .elderly = TRUE, .channel = CHANNEL_EMAIL};
	const struct fit problem = {.language = "en", .category = "account/sign-in", .channel = CHANNEL_EMAIL};
	const struct fit other = {.language = "en", .category = "accounting", .channel = CHANNEL_EMAIL};
	const struct fit wechat = {.language = "zh", .channel = CHANNEL_WECHAT};

	check_order(&plain, "greet solve alt close comfort greet-old greet-young chat greet:zh");
	check_order(&anxious, "comfort greet solve alt close greet-old greet-young chat greet:zh");
	check_order(&comforted, "solve alt close greet comfort chat greet-old greet-young greet:zh");
	check_order(&old, "greet-old greet solve alt close comfort greet-young chat greet:zh");
	check_order(&problem, "solve greet alt close comfort greet-old greet-young chat greet:zh");
	check_order(&other, "greet alt close solve comfort greet-old greet-young chat greet:zh");
	check_order(&wechat, "greet:zh greet solve alt chat close comfort greet-old greet-young");
}

static void facts__of_a_ticket__come_from_tags_before_years(void)
{
	g_autoptr(GPtrArray) all = words();
	struct ticket *t = ticket_new();
	struct fit fit;

	t->customer = customer_new();
	t->customer->language = g_strdup("zh");
	t->customer->birth_year = 1950;
	t->row.channel = CHANNEL_WECHAT;
	say(t, MESSAGE_CUSTOMER, "急死了");
	fit_of_ticket(&fit, t, all, INT64_C(1795410000000)); /* 2026 */
	g_assert_true(fit.elderly && !fit.young);
	g_assert_cmpint(fit.mood, ==, MOOD_ANXIOUS);
	g_assert_cmpint(fit.channel, ==, CHANNEL_WECHAT);
	t->customer->birth_year = 2005;
	fit_of_ticket(&fit, t, NULL, INT64_C(1795410000000));
	g_assert_true(fit.young && !fit.elderly && fit.mood == MOOD_NEUTRAL);
	struct tag_mark *mark = g_new0(struct tag_mark, 1);
	mark->name = g_strdup("elderly");
	g_ptr_array_add(t->customer->tags, mark);
	fit_of_ticket(&fit, t, NULL, INT64_C(1795410000000));
	g_assert_true(fit.elderly && !fit.young);
	ticket_free(t);
	fit_of_ticket(&fit, NULL, all, 0);
	g_assert_cmpint(fit.channel, ==, -1);
}

static int64_t at(const char *iso)
{
	g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(iso, NULL);

	return g_date_time_to_unix(t) * 1000;
}

static void promise__in_words__is_on_the_customers_wall(void)
{
	static const struct {
		const char *until, *zone, *language, *words;
	} cases[] = {
		{"2026-11-23T10:00:00Z", "Asia/Shanghai", "en", "18:00 today"},
		{"2026-11-23T10:00:00Z", "Asia/Shanghai", "zh", "今天18:00"},
		{"2026-11-23T10:00:00Z", "Asia/Shanghai", "zh-CN", "今天18:00"},
		{"2026-11-23T17:00:00Z", "Asia/Shanghai", "en", "01:00 tomorrow"},
		{"2026-11-23T17:00:00Z", "Europe/London", "en", "17:00 today"},
		{"2026-11-24T17:00:00Z", "Asia/Shanghai", "zh", "后天01:00"},
		{"2026-11-29T01:30:00Z", "Asia/Shanghai", "zh", "11月29日09:30"},
		{"2026-11-29T01:30:00Z", "Asia/Shanghai", "en", "09:30 on 29 November"},
		{"2027-01-02T01:30:00Z", "Asia/Shanghai", "en", "09:30 on 2 January 2027"},
		{"2027-01-02T01:30:00Z", "Asia/Shanghai", "zh", "2027年1月2日09:30"},
		{"2026-11-29T01:30:00Z", "Europe/Paris", "fr", "2026-11-29 02:30"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *words = promise_words(at(cases[i].until), at("2026-11-23T06:00:00Z"), cases[i].zone,
		                                       cases[i].language);

		g_assert_cmpstr(words, ==, cases[i].words);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mood/words", mood__words_and_phrases__are_known);
	g_test_add_func("/mood/conversation", mood__of_a_conversation__is_the_newest_that_says_anything);
	g_test_add_func("/fit/order", order__of_each_customer__is_the_one_written_down);
	g_test_add_func("/fit/facts", facts__of_a_ticket__come_from_tags_before_years);
	g_test_add_func("/promise/words", promise__in_words__is_on_the_customers_wall);
	return g_test_run();
}
