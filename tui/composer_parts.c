/* Which of the 3+1 parts a reply already has: by words of courtesy in the desk's
 * two languages. A hint for the writer, never a gate. */
#include "tui/composer.h"

#include <string.h>
#include "base/text.h"

#define PARTS_LOOKED_AT 16384 /* bytes: courtesy stands early, and this runs at every key */

struct part_words {
	enum template_part part;
	const char *words[24];
};
/* folded forms, as text_fold gives them */
static const struct part_words table[] = {
	{PART_GREETING, {"hello", "hi ", "hi,", "dear ", "good morning", "good afternoon",
		"good evening", "good day", "您好", "你好", "亲爱的", "早上好", "下午好"}},
	{PART_IDENTITY, {"my name is", "this is ", "confirm your", "verify",
		"order number", "last four", "full name", "name on the order",
		"really you", "姓名", "身份", "后四位", "我是", "工号", "核实", "订单号", "手机号", "为您服务"}},
	{PART_PROBLEM, {"you say", "you write", "you mention", "i understand that", "i see that",
		"so your", "if i understand", "your problem", "in my own words", "you can't",
		"it is about", "我确认一下", "跟您确认",
		"用自己的话", "您收到", "您说", "您提到", "您反映", "了解到", "您的问题", "您遇到"}},
	{PART_CARE, {"anything else", "thank you", "thanks", "take care", "let me know", "happy to",
		"还有", "感谢", "谢谢", "祝您", "随时", "请放心"}},
};

unsigned composer_parts(const char *text, const char *customer, const char *agent)
{
	size_t len = text ? strnlen(text, PARTS_LOOKED_AT) : 0;
	g_autofree char *start = len == PARTS_LOOKED_AT ? g_utf8_make_valid(text, (gssize)len) : g_strndup(text ? text : "", len);
	g_autofree char *folded = g_str_is_ascii(start) ? g_ascii_strdown(start, -1) : text_fold(start, -1);
	unsigned parts = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		for (size_t j = 0; j < G_N_ELEMENTS(table[i].words) && table[i].words[j]; j++)
			if (strstr(folded, table[i].words[j])) {
				parts |= 1u << table[i].part;
				break;
			}
	if (agent && *agent && text && strstr(text, agent))
		parts |= 1u << PART_IDENTITY;
	if (customer && *customer && text && strncmp(text, customer, strlen(customer)) == 0)
		parts |= 1u << PART_GREETING;
	return parts;
}
