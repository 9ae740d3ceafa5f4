/* Names of the wire's vocabularies, listed for the catalogues. */
#include "wire/said.h"

#include <string.h>

const char *const words_said[] = {
	/* roles */
	NC_("word", "read-only"), NC_("word", "auditor"), NC_("word", "agent"), NC_("word", "specialist"),
	NC_("word", "supervisor"), NC_("word", "administrator"),
	/* states */
	NC_("word", "new"), NC_("word", "open"), NC_("word", "pending-customer"), NC_("word", "pending-internal"),
	NC_("word", "on-hold"), NC_("word", "resolved"), NC_("word", "follow-up-due"), NC_("word", "archived"),
	NC_("word", "merged"), NC_("word", "spam"),
	/* priorities, problems */
	NC_("word", "normal"), NC_("word", "important"), NC_("word", "urgent"), NC_("word", "simple"),
	NC_("word", "complex"),
	/* channels */
	NC_("word", "web"), NC_("word", "app"), NC_("word", "phone"), NC_("word", "email"), NC_("word", "wechat"),
	NC_("word", "weibo"), NC_("word", "douyin"), NC_("word", "tmall"), NC_("word", "jd"), NC_("word", "qq"),
	NC_("word", "sms"), NC_("word", "community"), NC_("word", "walk-in"),
	/* clocks and their states */
	NC_("word", "none"), NC_("word", "first-response"), NC_("word", "next-response"), NC_("word", "resolution"),
	NC_("word", "escalation"), NC_("word", "tier2"), NC_("word", "cross-department"), NC_("word", "feedback"),
	NC_("word", "promise"), NC_("word", "idle"), NC_("word", "running"), NC_("word", "paused"), NC_("word", "met"),
	NC_("word", "breached"), NC_("word", "missed"),
	/* messages, delivery */
	NC_("word", "customer"), NC_("word", "reply"), NC_("word", "note"), NC_("word", "system"),
	NC_("word", "forward"), NC_("word", "done"), NC_("word", "waiting"), NC_("word", "recalled"),
	NC_("word", "failed"),
	/* knowledge, templates */
	NC_("word", "product"), NC_("word", "service"), NC_("word", "after-sales"), NC_("word", "draft"),
	NC_("word", "published"), NC_("word", "outdated"), NC_("word", "greeting"), NC_("word", "identity"),
	NC_("word", "problem"), NC_("word", "care"), NC_("word", "comfort"), NC_("word", "alternative"),
	NC_("word", "solution"), NC_("word", "closing"), NC_("word", "any"), NC_("word", "elderly"),
	NC_("word", "young"), NC_("word", "all"), NC_("word", "group"), NC_("word", "own"),
	/* moods */
	NC_("word", "neutral"), NC_("word", "anxious"), NC_("word", "disappointed"), NC_("word", "angry"),
	NC_("word", "satisfied"),
	/* links, fields, compensation, files */
	NC_("word", "related"), NC_("word", "parent"), NC_("word", "child"), NC_("word", "duplicate"),
	NC_("word", "text"), NC_("word", "number"), NC_("word", "date"), NC_("word", "choice"), NC_("word", "yes-no"),
	NC_("word", "coupon"), NC_("word", "refund"), NC_("word", "approved"), NC_("word", "rejected"),
	NC_("word", "not-scanned"), NC_("word", "clean"), NC_("word", "infected"),
	/* notices */
	NC_("word", "new-ticket"), NC_("word", "mention"), NC_("word", "warning"), NC_("word", "breach"),
	NC_("word", "assigned"), NC_("word", "whisper"), NC_("word", "handover"), NC_("word", "offer"),
	NC_("word", "incident"), NC_("word", "follow-up"), NC_("word", "taken-back"), NC_("word", "awake"), NC_("word", "progress"),
	/* people at work, escalation */
	NC_("word", "offline"), NC_("word", "available"), NC_("word", "busy"), NC_("word", "break"),
	NC_("word", "wrap-up"), NC_("word", "away"), NC_("word", "consult"), NC_("word", "transfer"),
	NC_("word", "acknowledged"), NC_("word", "answered"), NC_("word", "returned"), NC_("word", "bounced"),
	NC_("word", "ended"), NC_("word", "offers not taken"),
	/* priority, problems, rules */
	NC_("word", "limited"), NC_("word", "wide"), NC_("word", "low"), NC_("word", "medium"), NC_("word", "high"),
	NC_("word", "suspected"), NC_("word", "found"), NC_("word", "analysed"), NC_("word", "fixed"),
	NC_("word", "told"), NC_("word", "prevented"), NC_("word", "dismissed"), NC_("word", "trigger"),
	NC_("word", "schedule"), NC_("word", "webhook"), NC_("word", "rule"),
	/* after sales */
	NC_("word", "due"), NC_("word", "asked"), NC_("word", "unanswered"), NC_("word", "skipped"),
	/* views */
	NC_("word", "unassigned"), NC_("word", "snoozed"), NC_("word", "promises"), NC_("word", "follow-ups"), NC_("word", "to-acknowledge"),
	NC_("word", "every"),
	NULL,
};

const char *const changes_said[] = {
	NC_("change", "reply"), NC_("change", "note"), NC_("change", "recall"), NC_("change", "claim"),
	NC_("change", "claim-next"), NC_("change", "release"), NC_("change", "status"),
	NC_("change", "priority"), NC_("change", "subject"), NC_("change", "category"),
	NC_("change", "assign"), NC_("change", "tag"), NC_("change", "customer-tag"),
	NC_("change", "escalate"), NC_("change", "ticket-new"), NC_("change", "article-used"),
	NC_("change", "article-save"), NC_("change", "forward"), NC_("change", "customer"),
	NC_("change", "customer-save"), NC_("change", "field"), NC_("change", "split"),
	NC_("change", "merge"), NC_("change", "link"), NC_("change", "check-add"), NC_("change", "check"),
	NC_("change", "check-remove"), NC_("change", "compensate"), NC_("change", "compensation-decide"),
	NC_("change", "secret-new"), NC_("change", "view-save"), NC_("change", "view-remove"),
	NC_("change", "config-apply"), NC_("change", "draft-save"), NC_("change", "draft-remove"),
	NC_("change", "macro-save"), NC_("change", "macro-remove"), NC_("change", "presence"),
	NC_("change", "whisper"), NC_("change", "handover"), NC_("change", "notices-seen"),
	NC_("change", "promise"),
	NC_("change", "agent-state"), NC_("change", "accept"), NC_("change", "decline"), NC_("change", "acknowledge"),
	NC_("change", "estimate"), NC_("change", "answer"), NC_("change", "return"), NC_("change", "consult"),
	NC_("change", "transfer"), NC_("change", "cant-solve"), NC_("change", "assess"), NC_("change", "snooze"),
	NC_("change", "follow-up-ask"), NC_("change", "follow-up"), NC_("change", "follow-up-skip"), NC_("change", "problem-save"),
	NC_("change", "problem-link"), NC_("change", "problem-step"), NC_("change", "problem-tell"), NC_("change", "problem-article"),
	NC_("change", "webhook-retry"),
	NULL,
};

const char *change_said(enum change_kind kind)
{
	return say_ctx("change", change_name(kind));
}

const char *word_said(const char *name)
{
	return say_ctx("word", name);
}

const char *language_said(const char *code)
{
	static const struct {
		const char *code, *name;
	} languages[] = {
		{"zh", "中文"}, {"en", "English"}, {"ja", "日本語"}, {"ko", "한국어"}, {"de", "Deutsch"}, {"fr", "français"},
		{"es", "español"}, {"pt", "português"}, {"ru", "русский"}, {"it", "italiano"},
	};
	size_t n = code ? strcspn(code, "-_.@") : 0;

	for (size_t i = 0; i < G_N_ELEMENTS(languages); i++)
		if (n == strlen(languages[i].code) && g_ascii_strncasecmp(code, languages[i].code, n) == 0)
			return languages[i].name;
	return code ? code : "";
}

int load_percent(const struct agent *a)
{
	return (int)((int64_t)a->load * 100 / MAX(a->capacity, 1));
}

char *load_said(const struct agent *a)
{
	return g_strdup_printf(_("load %d %%"), load_percent(a));
}
