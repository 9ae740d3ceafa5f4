/* The lines of the sample's customers. */
#include "server/desk/live_lines.h"

#include <string.h>

static const struct live_opening openings[] = {
	{"en", CHANNEL_WEB, "account/sign-in/code", "Sign-in code never arrives",
	 "I asked for the code four times and nothing comes. I have to order before noon, please help!"},
	{"en", CHANNEL_APP, "technical/bluetooth/pairing", "Earbuds pair with my laptop but not my phone",
	 "They worked yesterday. Since this morning the phone doesn't see them at all."},
	{"en", CHANNEL_WEB, "order/delivery/late", "Where is my parcel?",
	 "It says 'out for delivery' since Thursday. Could you find out where it really is?"},
	{"en", CHANNEL_EMAIL, "payment/refund/missing", "Refund still not on my account",
	 "I sent the lamp back two weeks ago and you confirmed it. The money hasn't come yet."},
	{"en", CHANNEL_APP, "payment/charged-twice", "Charged twice for one order",
	 "My bank shows the same amount two times. Please give one back today."},
	{"en", CHANNEL_WEB, "product/advice", "Which filter fits the Pure 2?",
	 "There are three on your page and I don't want to buy the wrong one."},
	{"en", CHANNEL_EMAIL, "return/exchange", "Exchange for a larger size",
	 "The strap is too short. Can I change it without paying for the parcel again?"},
	{"en", CHANNEL_WEB, "technical/battery", "Battery empty after two hours",
	 "The watch lasted two days when it was new. Is that a fault or a setting?"},
	{"en", CHANNEL_APP, "account/password", "Can't change my password",
	 "It says the link has expired, even when I click it at once."},
	{"en", CHANNEL_COMMUNITY, "complaint/service", "Nobody calls me back",
	 "I was promised a call on Monday. I am rather let down."},
	{"zh", CHANNEL_WECHAT, "technical/bluetooth/pairing", "耳机连不上手机",
	 "今天早上突然就连不上了，重启也没用，能帮我看看吗？"},
	{"zh", CHANNEL_WEB, "order/delivery/late", "快递三天没更新了",
	 "物流一直停在中转站，我明天要出差，着急用！"},
	{"zh", CHANNEL_APP, "account/sign-in/code", "收不到验证码",
	 "点了好多次发送，短信一直没来，怎么办？"},
	{"zh", CHANNEL_TMALL, "payment/refund/missing", "退款什么时候到账",
	 "退货已经签收一个星期了，钱还没退，麻烦查一下。"},
	{"zh", CHANNEL_JD, "return/exchange", "颜色发错了",
	 "我拍的是白色，收到的是黑色，怎么换？"},
	{"zh", CHANNEL_WEB, "product/advice", "净化器适合多大的房间",
	 "家里客厅三十平，选哪一款比较好？"},
	{"zh", CHANNEL_DOUYIN, "order/invoice", "需要开发票",
	 "公司报销用，抬头可以改吗？"},
	{"zh", CHANNEL_WECHAT, "technical/update", "升级后经常闪退",
	 "更新以后一打开就退出，数据会不会丢？"},
	{"zh", CHANNEL_APP, "payment/coupon", "优惠券用不了",
	 "明明没有过期，结算的时候就是选不上，很失望。"},
	{"zh", CHANNEL_WEB, "complaint/service", "上次的问题还没解决",
	 "已经联系过两次了，每次都要重新讲一遍，太让人生气了。"},
};

struct line {
	const char *language;
	int level; /* impatience, or stars */
	const char *text;
};

static const struct line impatient[] = {
	{"en", 1, "Hello? Is anybody there?"},
	{"en", 1, "Any news on this?"},
	{"en", 1, "I am still waiting..."},
	{"en", 2, "I have been waiting for quite a while now. Please answer!"},
	{"en", 2, "This is urgent. Can somebody please have a look?"},
	{"en", 3, "This is unacceptable. I want to speak to a manager!"},
	{"en", 3, "If nobody answers I will send everything back!!"},
	{"zh", 1, "在吗？"},
	{"zh", 1, "请问有人吗，还在等呢"},
	{"zh", 1, "麻烦快一点回复，谢谢"},
	{"zh", 2, "等了好久了，到底有没有人？"},
	{"zh", 2, "很着急！请尽快处理"},
	{"zh", 3, "太差劲了，我要投诉！"},
	{"zh", 3, "再没人理我就直接退货了！！"},
};

static const struct line answers[] = {
	{"en", 0, "Thank you, I'll try that now."},
	{"en", 0, "I did what you said, and now it shows a red light. What next?"},
	{"en", 0, "The order number is A-3107. Do you need anything else?"},
	{"en", 0, "Yes, that's the right address."},
	{"en", 0, "It works for a minute and then stops again."},
	{"en", 0, "Good, that helped! One more question: how long is the warranty?"},
	{"zh", 0, "好的，我试一下"},
	{"zh", 0, "按您说的做了，还是不行，屏幕上提示错误"},
	{"zh", 0, "订单号是 A-3107，还需要别的信息吗？"},
	{"zh", 0, "对的，地址没错"},
	{"zh", 0, "可以了！谢谢，再问一下保修多久？"},
	{"zh", 0, "大概要等多久呢？"},
};

static const struct line reopens[] = {
	{"en", 0, "Sorry, it is back: the same fault again."},
	{"en", 0, "It held for an hour, now it's as before."},
	{"zh", 0, "不好意思，又出现同样的问题了"},
	{"zh", 0, "刚才好了一会儿，现在又不行了"},
};

static const struct line comments[] = {
	{"en", 5, "Quick and kind, thank you!"},
	{"en", 5, "Solved in minutes."},
	{"en", 4, "Good help, a bit slow to start."},
	{"en", 3, "It works now, but I had to explain everything twice."},
	{"en", 2, "Took far too long."},
	{"zh", 5, "态度很好，解决得很快！"},
	{"zh", 5, "非常满意，谢谢！"},
	{"zh", 4, "还不错，就是等得有点久"},
	{"zh", 3, "问题解决了，过程有点麻烦"},
	{"zh", 2, "等太久了，希望改进"},
};

static const char *pick(GRand *rand, const struct line *lines, size_t n, const char *language, int level)
{
	const char *found[16];
	guint count = 0;

	for (size_t i = 0; i < n && count < G_N_ELEMENTS(found); i++)
		if (strcmp(lines[i].language, language) == 0 && lines[i].level == level)
			found[count++] = lines[i].text;
	return count ? found[g_rand_int_range(rand, 0, (gint32)count)] : lines[0].text;
}

static const char *spoken(const char *language)
{
	return language && g_str_has_prefix(language, "zh") ? "zh" : "en";
}

const struct live_opening *live_opening(GRand *rand, const char *language)
{
	guint at = (guint)g_rand_int_range(rand, 0, G_N_ELEMENTS(openings));

	while (strcmp(openings[at].language, spoken(language)) != 0)
		at = (at + 1) % G_N_ELEMENTS(openings);
	return &openings[at];
}

const char *live_impatient(GRand *rand, const char *language, int level)
{
	return pick(rand, impatient, G_N_ELEMENTS(impatient), spoken(language), CLAMP(level, 1, 3));
}

const char *live_answer(GRand *rand, const char *language)
{
	return pick(rand, answers, G_N_ELEMENTS(answers), spoken(language), 0);
}

const char *live_reopen(GRand *rand, const char *language)
{
	return pick(rand, reopens, G_N_ELEMENTS(reopens), spoken(language), 0);
}

const char *live_comment(GRand *rand, const char *language, int stars)
{
	return pick(rand, comments, G_N_ELEMENTS(comments), spoken(language), CLAMP(stars, 2, 5));
}

const char *live_leave(const char *language)
{
	return strcmp(spoken(language), "zh") == 0 ? "不用了，我自己解决了。" : "Never mind, I have found another way.";
}
