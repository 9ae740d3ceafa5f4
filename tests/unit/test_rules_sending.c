/* What may be sent and what is asked before: limits of channels, card numbers, the guards. */
#include <string.h>
#include "rules/cards.h"
#include "rules/guards.h"
#include "rules/status.h"

/* ---- limits */
static void limits__default_setting__is_understood(void)
{
	struct limits l;
	g_autoptr(GError) error = NULL;

	g_assert_true(limits_parse(&l, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpint(l.of[CHANNEL_WEB].max, ==, 10000);
	g_assert_cmpint(l.of[CHANNEL_WECHAT].unit, ==, LIMIT_BYTES);
	g_assert_cmpint(l.of[CHANNEL_SMS].unit, ==, LIMIT_SMS);
	g_assert_cmpint(l.of[CHANNEL_PHONE].unit, ==, LIMIT_NONE);
}

static void limits__bad_setting__is_refused_with_the_word(void)
{
	static const char *const bad[] = {"pigeon=10", "web", "web=", "web=0", "web=-1", "web=10x", "web=10bs", "web=9999999",
		"=5", "web=99999999999999999999"};
	struct limits l;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(limits_parse(&l, bad[i], &error));
		g_assert_nonnull(error);
		g_assert_nonnull(strstr(error->message, bad[i]));
	}
	g_assert_true(limits_parse(&l, "none", NULL));
	g_assert_cmpint(l.of[CHANNEL_WEB].unit, ==, LIMIT_NONE);
}

static struct limit_use use_of(const char *setting, enum channel channel, const char *text)
{
	struct limits l;
	struct limit_use use;

	g_assert_true(limits_parse(&l, setting, NULL));
	limits_use(&l, channel, text, &use);
	return use;
}

static void limits__characters__are_what_channels_count(void)
{
	g_assert_cmpint(use_of("web=5", CHANNEL_WEB, "abcde").used, ==, 5);
	g_assert_false(use_of("web=5", CHANNEL_WEB, "abcde").over);
	g_assert_true(use_of("web=5", CHANNEL_WEB, "abcdef").over);
	g_assert_cmpint(use_of("web=5", CHANNEL_WEB, "蓝牙耳机").used, ==, 4);
	g_assert_cmpint(use_of("web=5", CHANNEL_WEB, "😀").used, ==, 2);
	g_assert_cmpint(use_of("web=5", CHANNEL_WEB, "e\xcc\x81").used, ==, 2);
	g_assert_cmpint(use_of("wechat=12b", CHANNEL_WECHAT, "蓝牙耳机").used, ==, 12);
	g_assert_false(use_of("wechat=12b", CHANNEL_WECHAT, "蓝牙耳机").over);
	g_assert_true(use_of("wechat=12b", CHANNEL_WECHAT, "蓝牙耳机!").over);
}

static void limits__sms__counts_messages_by_alphabet(void)
{
	g_autofree char *plain = g_strnfill(160, 'a'), *longer = g_strnfill(161, 'a'), *wide = NULL, *wider = NULL;
	GString *s = g_string_new(NULL);
	struct limit_use use;

	for (int i = 0; i < 70; i++)
		g_string_append(s, "您");
	wide = g_strdup(s->str);
	g_string_append(s, "好");
	wider = g_string_free(s, FALSE);
	use = use_of("sms=2s", CHANNEL_SMS, plain);
	g_assert_cmpint(use.messages, ==, 1);
	g_assert_cmpint(use.max, ==, 306);
	g_assert_cmpint(use_of("sms=2s", CHANNEL_SMS, longer).messages, ==, 2);
	g_assert_true(use_of("sms=1s", CHANNEL_SMS, longer).over);
	g_assert_false(use_of("sms=1s", CHANNEL_SMS, plain).over);
	g_assert_cmpint(use_of("sms=1s", CHANNEL_SMS, "10 €").used, ==, 5);
	g_assert_cmpint(use_of("sms=1s", CHANNEL_SMS, wide).messages, ==, 1);
	g_assert_true(use_of("sms=1s", CHANNEL_SMS, wider).over);
	g_assert_cmpint(use_of("sms=5s", CHANNEL_SMS, wider).messages, ==, 2);
}

static void limits__too_long__says_both_figures(void)
{
	struct limits l;
	g_autoptr(GError) error = NULL;

	g_assert_true(limits_parse(&l, "web=3", NULL));
	g_assert_false(limits_check(&l, CHANNEL_WEB, "abcd", &error));
	g_assert_cmpint(desk_error_code(error), ==, DESK_LIMIT);
	g_assert_nonnull(strstr(error->message, "4 characters"));
	g_assert_nonnull(strstr(error->message, "at most 3"));
	g_assert_true(limits_check(&l, CHANNEL_PHONE, "abcd", NULL));
}

/* ---- cards */
static void cards__numbers_of_schemes__are_found(void)
{
	/* published test numbers */
	static const char *const cards[] = {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111",
		"5555555555554444", "378282246310005", "3782 822463 10005", "6011111111111117", "3530111333300000",
		"30569309025904", "6200000000000005", "2223003122003222", "４１１１ １１１１ １１１１ １１１１"};

	for (size_t i = 0; i < G_N_ELEMENTS(cards); i++) {
		g_autofree char *text = g_strdup_printf("卡号是 %s, 09/27.", cards[i]);
		size_t at = 0, to = 0;

		g_assert_true(cards_find(text, 0, &at, &to));
		g_assert_cmpuint(at, ==, strlen("卡号是 "));
		g_assert_cmpuint(to - at, ==, strlen(cards[i]));
		g_assert_false(cards_find(text, to, &at, &to));
	}
}

static void cards__what_follows_or_goes_before__does_not_hide_them(void)
{
	size_t at, to;

	g_assert_true(cards_find("12 4111 1111 1111 1111 12 27 123", 0, &at, &to));
	g_assert_cmpuint(at, ==, 3);
	g_assert_cmpuint(to, ==, 22);
	g_assert_true(cards_find("\n4111111111111111\n", 0, &at, &to));
}

static void cards__other_numbers__are_none(void)
{
	static const char *const others[] = {"4111111111111112" /* check digit */, "41111111111111111" /* length */,
		"+86 139 0000 1000", "110101199003074258", "A-3100", "order 2026112200001", "9999999999999995",
		"4111  1111  1111  1111", "4111.1111.1111.1111", "id4111111111111111", "4111111111111111x",
		"94111111111111111", "41111111111111110000000000", ""};

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		size_t at, to;

		if (cards_find(others[i], 0, &at, &to))
			g_error("\"%s\" is no card", others[i]);
	}
}

/* ---- guards */
static struct guard_facts fine(const char *text)
{
	return (struct guard_facts){.kind = MESSAGE_REPLY, .channel = CHANNEL_WEB, .text = text, .parts = GUARD_PARTS_WANTED,
		.newest = 5, .answers = 5};
}

static void guards__nothing_wrong__nothing_said(void)
{
	struct guard_facts f = fine("Hello {{ there");

	g_assert_cmpint(guards_ask(&f).guard, ==, GUARD_NONE);
	f.answers = 0; /* unknown: the server knows better */
	g_assert_cmpint(guards_ask(&f).guard, ==, GUARD_NONE);
}

/* One text with everything wrong: each yes leads to the next, refusals stay. */
static void guards__everything_wrong__asked_in_order(void)
{
	static const enum guard order[] = {GUARD_COMMAND, GUARD_BRACES, GUARD_PARTS, GUARD_CARD, GUARD_NEWER, GUARD_OTHER,
		GUARD_CAREFUL};
	struct guard_facts f = fine("{order-number} is paid by 4111 1111 1111 1111");

	f.like_command = TRUE;
	f.first_reply = TRUE;
	f.parts = 1u << PART_GREETING | 1u << PART_CARE;
	f.newest = 6;
	f.careful = f.other_writes = TRUE;
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
		struct guard_verdict v = guards_ask(&f);

		g_assert_cmpint(v.guard, ==, order[i]);
		g_assert_false(v.refuses);
		if (v.guard == GUARD_PARTS)
			g_assert_cmpuint(v.missing, ==, 1u << PART_IDENTITY | 1u << PART_PROBLEM);
		if (v.guard == GUARD_CARD)
			g_assert_cmpuint(v.at, ==, strlen("{order-number} is paid by "));
		f.passed |= 1u << v.guard;
	}
	g_assert_cmpint(guards_ask(&f).guard, ==, GUARD_NONE);
}

static void guards__refusals__cannot_be_passed(void)
{
	g_autofree char *huge = g_strnfill(300 << 10, 'x');
	struct limits limits;
	const struct { const char *text; enum guard guard; } cases[] = {
		{"", GUARD_EMPTY}, {" \n\t ", GUARD_EMPTY}, {huge, GUARD_HUGE}, {"until {promised}", GUARD_PLACEHOLDER},
		{"much too long", GUARD_LENGTH}};

	g_assert_true(limits_parse(&limits, "web=12", NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct guard_facts f = fine(cases[i].text);
		struct guard_verdict v;

		f.limits = cases[i].guard == GUARD_LENGTH ? &limits : NULL;
		f.passed = ~0u;
		v = guards_ask(&f);
		g_assert_cmpint(v.guard, ==, cases[i].guard);
		g_assert_true(v.refuses);
		if (v.guard == GUARD_PLACEHOLDER)
			g_assert_cmpuint(v.to - v.at, ==, strlen("{promised}"));
	}
}

static void guards__note__is_asked_for_cards_only(void)
{
	struct guard_facts f = fine("{promised} {x} 4111 1111 1111 1111");

	f.kind = MESSAGE_NOTE;
	f.parts = 0;
	f.first_reply = f.careful = f.other_writes = TRUE;
	f.newest = 9;
	g_assert_cmpint(guards_ask(&f).guard, ==, GUARD_CARD);
	f.passed = 1u << GUARD_CARD;
	g_assert_cmpint(guards_ask(&f).guard, ==, GUARD_NONE);
}

static void kinds__only_what_is_for_customers__may_leave(void)
{
	for (int kind = 0; kind < MESSAGE_COUNT; kind++)
		g_assert_cmpint(message_may_leave((enum message_kind)kind), ==,
		                kind == MESSAGE_REPLY || kind == MESSAGE_FORWARD || kind == MESSAGE_PROGRESS);
}

static void guards__two_drafts_in_one_text__asked_for(void)
{
	static const struct {
		const char *text;
		gboolean asks;
	} cases[] = {
		{"mine\n\n-- + --\ntheirs", TRUE}, {"mine\n\n-- #1042 --\nfrom the other ticket", TRUE}, {"-- #7 --", TRUE},
		{"see -- + -- there", FALSE}, {"-- \nLi Wei", FALSE}, {"-- Li --", FALSE}, {"-- # --x", FALSE}, {"-- 1042 --", FALSE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct guard_facts f = {.kind = i % 2 ? MESSAGE_NOTE : MESSAGE_REPLY, .text = cases[i].text, .parts = GUARD_PARTS_WANTED};
		struct guard_verdict v = guards_ask(&f);

		g_assert_cmpint(v.guard, ==, cases[i].asks ? GUARD_JOINED : GUARD_NONE);
		if (!cases[i].asks)
			continue;
		g_assert_false(v.refuses);
		g_assert_true(g_str_has_prefix(cases[i].text + v.at, "-- "));
		f.passed = 1u << GUARD_JOINED;
		g_assert_cmpint(guards_ask(&f).guard, ==, GUARD_NONE);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/limits/default", limits__default_setting__is_understood);
	g_test_add_func("/limits/bad", limits__bad_setting__is_refused_with_the_word);
	g_test_add_func("/limits/characters", limits__characters__are_what_channels_count);
	g_test_add_func("/limits/sms", limits__sms__counts_messages_by_alphabet);
	g_test_add_func("/limits/sentence", limits__too_long__says_both_figures);
	g_test_add_func("/cards/found", cards__numbers_of_schemes__are_found);
	g_test_add_func("/cards/around", cards__what_follows_or_goes_before__does_not_hide_them);
	g_test_add_func("/cards/others", cards__other_numbers__are_none);
	g_test_add_func("/guards/none", guards__nothing_wrong__nothing_said);
	g_test_add_func("/guards/order", guards__everything_wrong__asked_in_order);
	g_test_add_func("/guards/refusals", guards__refusals__cannot_be_passed);
	g_test_add_func("/guards/note", guards__note__is_asked_for_cards_only);
	g_test_add_func("/guards/kinds", kinds__only_what_is_for_customers__may_leave);
	g_test_add_func("/guards/joined", guards__two_drafts_in_one_text__asked_for);
	return g_test_run();
}
