/* A customer's words as answers to the script after sales: solved or not, stars, and the rest of what is said. */
#include "rules/follow_up.h"

#include <string.h>
#include "base/say.h"
#include "base/text.h"

#define READ_MAX 600 /* bytes: who writes more has something to say that a person must read */

/* Looked for in this order: what denies holds the words of what affirms. */
static const char *const denials[] = {
	"没有解决", "没解决", "未解决", "还没好", "没有好", "没好", "不行", "没有", "不可以", "not solved", "not resolved",
	"not fixed", "unsolved", "unresolved", "nope"};
/* These mean nothing without their sentence, which is kept whole. */
static const char *const denying_parts[] = {
	"还是不", "解决不", "无法", "不能", "不满意", "不好", "不是", "n't", "n\xE2\x80\x99t", "not ", "cannot", "never", "still"};
static const char *const affirmations[] = {
	"解决了", "已解决", "已经解决", "解决", "好了", "可以了", "是的", "满意", "solved", "resolved", "fixed", "works now",
	"all good"};
/* Whole words: "no" is in "now", 是 in many. */
static const char *const no_words[] = {"no", "n", "否", "不", "没"};
static const char *const yes_words[] = {"yes", "y", "yep", "ok", "是", "好", "对"};
static const char *const numerals[] = {"一", "二", "三", "四", "五"};
static const char *const breaks = " \t\r\n,.;:!?()/\"'";

static gboolean is_break(gunichar c)
{
	return c < 128 ? strchr(breaks, (int)c) != NULL : g_unichar_ispunct(c) || g_unichar_isspace(c);
}

/* The part of the text that a phrase or number was is said: what is left may be the wish. */
static void blank(char *text, size_t from, size_t len)
{
	memset(text + from, ' ', len);
}

static gboolean take_word(char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(text, word); at; at = strstr(at + len, word)) {
		const char *before = g_utf8_find_prev_char(text, at);

		if ((!before || is_break(g_utf8_get_char(before))) && (!at[len] || is_break(g_utf8_get_char(at + len)))) {
			blank(text, (size_t)(at - text), len);
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean take_phrase(char *text, const char *const *phrases, size_t n, gboolean keep)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = strstr(text, phrases[i]);

		if (at && !keep)
			blank(text, (size_t)(at - text), strlen(phrases[i]));
		if (at)
			return TRUE;
	}
	return FALSE;
}

static gboolean take_one_of(char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (take_word(text, words[i]))
			return TRUE;
	return FALSE;
}

static int take_solved(char *text)
{
	if (take_phrase(text, denials, G_N_ELEMENTS(denials), FALSE) ||
	    take_phrase(text, denying_parts, G_N_ELEMENTS(denying_parts), TRUE))
		return 0;
	if (take_phrase(text, affirmations, G_N_ELEMENTS(affirmations), FALSE))
		return 1;
	if (take_one_of(text, no_words, G_N_ELEMENTS(no_words)))
		return 0;
	return take_one_of(text, yes_words, G_N_ELEMENTS(yes_words)) ? 1 : -1;
}

/* "4", "4 stars", "4/5", "4分", "五星"; a digit inside of a number or a word is none. */
static int stars_at(const char *text, const char *at, size_t *len)
{
	static const char *const units[] = {"/5", " stars", " star", "stars", "分", "星", "颗星", " 分", " 星", ""};
	const char *before = g_utf8_find_prev_char(text, at);
	gunichar c = before ? g_utf8_get_char(before) : ' ';
	int stars = *at >= '1' && *at <= '5' ? *at - '0' : 0;
	size_t n = 1;

	for (int i = 0; i < 5 && !stars; i++)
		if (g_str_has_prefix(at, numerals[i])) {
			stars = i + 1;
			n = strlen(numerals[i]);
		}
	if (!stars || (n == 1 && c < 128 && !is_break(c)))
		return 0;
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		gunichar next;

		if (!g_str_has_prefix(at + n, units[i]))
			continue;
		next = g_utf8_get_char(at + n + strlen(units[i]));
		/* a numeral alone is a word like any other */
		if (!*units[i] && (n > 1 || (next && !is_break(next))))
			return 0;
		*len = n + strlen(units[i]);
		return stars;
	}
	return 0;
}

static int take_stars(char *text)
{
	size_t len = 0;
	int found = 0;

	for (char *at = text; *at; at = g_utf8_next_char(at)) {
		int stars = stars_at(text, at, &len);

		if (!stars)
			continue;
		if (found)
			return 0; /* several: a person must look */
		found = stars;
		blank(text, (size_t)(at - text), len);
	}
	return found;
}

/* What was said beside the answers, as it was written. */
static char *rest_of(const char *text, const char *left)
{
	const char *from = NULL, *to = NULL;

	for (const char *at = left; *at; at = g_utf8_next_char(at))
		if (!is_break(g_utf8_get_char(at))) {
			from = from ? from : at;
			to = g_utf8_next_char(at);
		}
	return from && g_utf8_strlen(from, to - from) > 1 ? g_strndup(text + (from - left), (gsize)(to - from)) : NULL;
}

gboolean follow_up_read(const char *text, struct follow_up *to)
{
	size_t len = text ? strlen(text) : 0;
	g_autofree char *left = NULL;

	to->solved = -1;
	to->speed = 0;
	to->improve = NULL;
	if (!len || len > READ_MAX || !g_utf8_validate(text, (gssize)len, NULL))
		return FALSE;
	left = g_ascii_strdown(text, (gssize)len); /* the same length: what is left is found in the text again */
	to->speed = take_stars(left);
	to->solved = take_solved(left);
	if (to->solved < 0 && !to->speed)
		return FALSE;
	to->improve = rest_of(text, left);
	return TRUE;
}

static const char *written(const struct ticket *t)
{
	for (guint i = t->messages ? t->messages->len : 0; i-- > 0;) {
		const struct message *m = t->messages->pdata[i];

		if (m->kind == MESSAGE_CUSTOMER)
			return m->at_ms >= t->follow_up->asked_ms ? m->body : NULL;
	}
	return NULL;
}

/* Many stars say that it is solved; few alone don't say what is. */
struct follow_up *follow_up_proposed(const struct ticket *t, char **said)
{
	gboolean asked = t && t->follow_up && t->follow_up->state == FOLLOW_UP_ASKED;
	const char *text = asked ? written(t) : NULL;
	struct follow_up *answers = g_new0(struct follow_up, 1);
	g_autofree char *words = NULL;

	if (!text || !follow_up_read(text, answers) || (answers->solved < 0 && answers->speed < 4)) {
		follow_up_free(answers);
		return NULL;
	}
	if (answers->solved < 0)
		answers->solved = 1;
	words = text_clean_string(text, -1, 0, 40);
	*said = answers->speed ? g_strdup_printf(answers->solved ? _("\"%s\": solved, %d of 5? ") : _("\"%s\": not solved, %d of 5? "),
	                                         words, answers->speed) :
	                         g_strdup_printf(answers->solved ? _("\"%s\": solved? ") : _("\"%s\": not solved? "), words);
	return answers;
}
