/* The settings a desk keeps in its database: one table says which there are, what each may be,
 * and what it is when nobody has set it. Whoever reads a setting adds its line here; the manual
 * (ttydesk-policy(5)) is checked against it. */
#ifndef WIRE_DESK_SETTINGS_H
#define WIRE_DESK_SETTINGS_H

#include <stdint.h>
#include <glib.h>

enum desk_setting_type {
	DESK_SETTING_TEXT,   /* one line, 1 to `max` bytes */
	DESK_SETTING_ZONE,   /* IANA time zone */
	DESK_SETTING_NUMBER, /* whole, min..max */
	DESK_SETTING_ROLE    /* one of MODEL_ROLES */
};

/* id, name, type, min, max, default (NULL: said in the doc), doc */
#define DESK_SETTINGS(_) \
	_(DESK_NAME, "desk_name", TEXT, 1, 100, "ttydesk", "What the desk is called on screens and in mail.") \
	_(ZONE, "zone", ZONE, 0, 0, NULL, "The desk's time zone; the server's own when unset.") \
	_(REOPEN_DAYS, "reopen_days", NUMBER, 0, 3650, "14", \
	  "How long after its resolution a customer's word reopens a ticket; later it opens a new one.") \
	_(MESSAGE_LIMITS, "message_limits", TEXT, 1, 400, \
	  "web=10000 app=10000 email=25000 wechat=2048b weibo=1000 douyin=1000 tmall=1000 jd=1000 qq=1000 sms=5s community=10000", \
	  "How long a message may be, a word a channel: web=10000 characters (UTF-16 units), wechat=2048b bytes, " \
	  "sms=5s messages; a channel that is not named has no limit of its own, none: no channel has one.") \
	_(REOPEN_ROLE, "reopen_role", ROLE, 0, 0, "agent", \
	  "Who may open a closed ticket again by hand: this role and those above it.") \
	_(CHANNEL_WEIGHTS, "channel_weights", TEXT, 1, 400, \
	  "phone=100 walk-in=100 web=20 app=20 wechat=20 weibo=20 douyin=20 tmall=20 jd=20 qq=20 sms=20 email=10 community=10", \
	  "What a ticket takes of the capacity of whoever has it, a word a channel; a channel that is not named takes " \
	  "nothing, none: no channel does.") \
	_(CAPACITY, "capacity", NUMBER, 1, 100000, "100", \
	  "How much a person may have in hand before routing gives nothing more, when the person has no capacity of " \
	  "their own.") \
	_(OFFER_SECONDS, "offer_seconds", NUMBER, 0, 3600, "0", \
	  "Waiting work is offered to the best person available, who accepts within so many seconds before it is " \
	  "offered to the next; 0: nothing is offered, people take.") \
	_(SKILL_MINUTES, "skill_minutes", NUMBER, 0, 43200, "10", \
	  "How long waiting work is kept for those with the skills it asks for; then anybody of its group may get it.") \
	_(BREAK_REASONS, "break_reasons", TEXT, 1, 400, "lunch, rest, meeting, training", \
	  "The reasons that are proposed for a break, commas between; others may be typed.") \
	_(WRAP_UP_SECONDS, "wrap_up_seconds", NUMBER, 10, 3600, "120", \
	  "How long wrap-up lasts when the person says nothing else.") \
	_(WRAP_UP_AFTER, "wrap_up_after", TEXT, 1, 400, "phone=60 walk-in=60", \
	  "How many seconds of wrap-up follow for whoever ends a ticket of a channel, a word a channel, while waiting work " \
	  "is offered (offer_seconds); a channel that is not named has none, none: no channel does.") \
	_(OFFERS_MISSED, "offers_missed", NUMBER, 0, 100, "3", \
	  "So many offers in a row that are neither accepted nor declined make a person away; 0: they never do.") \
	_(OFFLINE_MINUTES, "offline_minutes", NUMBER, 1, 1440, "5", \
	  "How long after the last sign of their workstation a person counts as offline.") \
	_(TAKE_BACK_MINUTES, "take_back_minutes", NUMBER, 0, 43200, "30", \
	  "How long a person is offline before work whose customer waits for an answer returns to the queue, while " \
	  "others of its group are there; 0: never.") \
	_(GONE_DAYS, "gone_days", NUMBER, 0, 3650, "7", \
	  "How long a person is offline before all their unfinished work returns to the queue; 0: never.") \
	_(PROMISE_MINUTES, "promise_minutes", NUMBER, 1, 43200, "240", \
	  "By when a reply promises an answer, in minutes from now, when the agent says nothing else.") \
	_(PRIORITY_MATRIX, "priority_matrix", TEXT, 1, 400, \
	  "limited/low=normal limited/medium=important limited/high=important wide/low=important wide/medium=urgent " \
	  "wide/high=urgent", \
	  "Which priority an impact and a need give, a word a pair: wide/high=urgent; a pair that is not named keeps its " \
	  "default. When it changes, the open tickets that have their priority from it follow.") \
	_(INCIDENT_COUNT, "incident_count", NUMBER, 0, 100000, "12", \
	  "So many tickets of one topic within incident_minutes are an incident suspected; 0: none ever is. A topic is the " \
	  "first two levels of a category.") \
	_(INCIDENT_MINUTES, "incident_minutes", NUMBER, 1, 1440, "20", "Within how many minutes, see incident_count.") \
	_(INCIDENT_TIMES, "incident_times", NUMBER, 1, 1000, "3", \
	  "And so many times what the topic has usually (in the week before), so that a busy one is no incident every day.") \
	_(ESCALATION_ACK_MINUTES, "escalation_ack_minutes", NUMBER, 0, 10080, "10", \
	  "How long the second tier (or who a ticket is offered to) has to acknowledge an escalation before it goes " \
	  "back to where it came from; 0: it waits.") \
	_(CROSS_ACK_MINUTES, "cross_ack_minutes", NUMBER, 0, 43200, "0", \
	  "The same for other departments, whose clock is the 48 hours of the plan.") \
	_(PART_REMIND_MINUTES, "part_remind_minutes", NUMBER, 0, 43200, "120", \
	  "How long who owes a part of a plan, or was asked for advice, has to acknowledge it, and then to answer when no " \
	  "other time was said. A question that nobody acknowledged goes back to who asked; of the rest those who owe it and " \
	  "who asked are reminded, each time it is over; 0: nobody is.") \
	_(ESCALATION_TAGS, "escalation_tags", TEXT, 1, 1000, NULL, \
	  "Which group is proposed first for the cases of a customer's tag: \"high-value=care; wholesale=sales\"; those of the " \
	  "customer's own manager come next in any case.") \
	_(ESCALATION_REASONS, "escalation_reasons", TEXT, 1, 4000, \
	  "needs a specialist=需要专家处理; beyond my authority=超出我的权限; technical fault=技术故障; needs another department=需要其他部门; " \
	  "complaint=客户投诉; customer asks for it=客户要求升级", \
	  "What is offered as the reason of an escalation: entries with ; between, each in English = in Chinese.") \
	_(WARNING_TELLS, "warning_tells", TEXT, 1, 1000, "urgent: owner supervisors; owner", \
	  "Who is told that a clock will soon be over: clauses with ; between, the first that fits holds; see AUTOMATION.") \
	_(BREACH_TELLS, "breach_tells", TEXT, 1, 1000, "owner supervisors", "The same for a clock that is over.") \
	_(NOTICES_A_MINUTE, "notices_a_minute", NUMBER, 1, 600, "1", \
	  "How many notices of one kind about clocks and rules a person gets a minute, urgent tickets apart; those beyond " \
	  "come as one with their number and the nearest of them.") \
	_(AUTOMATION_DAYS, "automation_days", NUMBER, 1, 3650, "30", \
	  "How long what rules did and what webhooks were sent is kept.") \
	_(WEBHOOK_ALLOW, "webhook_allow", TEXT, 1, 4000, NULL, \
	  "Where webhooks may go: hosts and networks with spaces between; nowhere when unset; see AUTOMATION.") \
	_(FOLLOW_UP_DAYS, "follow_up_days", NUMBER, 0, 365, "1", \
	  "How many days after its solution an after-sales ticket is due for its follow-up.") \
	_(FOLLOW_UP_ANSWER_DAYS, "follow_up_answer_days", NUMBER, 1, 365, "3", \
	  "How many days a follow-up waits for its answer before it is asked once more, and then given up.") \
	_(FOLLOW_UP_AUTO, "follow_up_auto", NUMBER, 0, 1, "0", \
	  "1: the desk itself sends the questions of a follow-up that falls due, where the channel takes text.") \
	_(ARCHIVE_DAYS, "archive_days", NUMBER, 0, 3650, "0", \
	  "How many days after its solution a ticket that is no after-sales case is archived; 0: by hand only.") \
	_(PROGRESS_MESSAGES, "progress_messages", TEXT, 1, 100, "escalated resolved", \
	  "Which changes the customer is told of by the desk itself: taken, escalated, waiting, resolved; or none.") \
	_(PROGRESS_TAKEN, "progress_taken", TEXT, 1, 1000, "Dear {customer}, your request {ticket} is now being worked on.", \
	  "What the customer is told when somebody has taken the ticket; {customer} and {ticket} are filled in.") \
	_(PROGRESS_TAKEN_ZH, "progress_taken_zh", TEXT, 1, 1000, "{customer}您好，您的请求 {ticket} 已开始处理。", \
	  "The same in Chinese.") \
	_(PROGRESS_ESCALATED, "progress_escalated", TEXT, 1, 1000, "Dear {customer}, your request {ticket} is now with our specialists.", \
	  "The same when it went to the second tier.") \
	_(PROGRESS_ESCALATED_ZH, "progress_escalated_zh", TEXT, 1, 1000, "{customer}您好，您的请求 {ticket} 已转交我们的专员处理。", \
	  "The same in Chinese.") \
	_(PROGRESS_WAITING, "progress_waiting", TEXT, 1, 1000, "Dear {customer}, we are waiting for your answer to go on with {ticket}.", \
	  "The same when it waits for the customer.") \
	_(PROGRESS_WAITING_ZH, "progress_waiting_zh", TEXT, 1, 1000, "{customer}您好，我们正等待您的答复，以便继续处理 {ticket}。", \
	  "The same in Chinese.") \
	_(PROGRESS_RESOLVED, "progress_resolved", TEXT, 1, 1000, \
	  "Dear {customer}, your request {ticket} is resolved. If anything is left, just answer this message.", \
	  "The same when it is resolved.") \
	_(PROGRESS_RESOLVED_ZH, "progress_resolved_zh", TEXT, 1, 1000, \
	  "{customer}您好，您的请求 {ticket} 已解决。如仍有问题，直接回复即可。", "The same in Chinese.") \
	_(MOOD_ANXIOUS, "mood_anxious", TEXT, 1, 4000, NULL, \
	  "Words and phrases, commas between, by which an anxious customer is known.") \
	_(MOOD_DISAPPOINTED, "mood_disappointed", TEXT, 1, 4000, NULL, "The same for a disappointed one.") \
	_(MOOD_ANGRY, "mood_angry", TEXT, 1, 4000, NULL, "The same for an angry one.") \
	_(MOOD_SATISFIED, "mood_satisfied", TEXT, 1, 4000, NULL, "The same for a satisfied one.")

enum desk_setting_id {
#define E(id, name, type, min, max, def, doc) DESK_SETTING_ID_##id,
	DESK_SETTINGS(E)
#undef E
	DESK_SETTING_COUNT
};

struct desk_setting_spec {
	const char *name;
	enum desk_setting_type type;
	int64_t min, max;
	const char *def, *doc;
};
extern const struct desk_setting_spec desk_setting_specs[DESK_SETTING_COUNT];
const struct desk_setting_spec *desk_setting_find(const char *name); /* NULL unknown */
/* What is wrong with a setting, to follow its name ("must be ..."); g_free; NULL: nothing.
 * Whether a zone is known is not looked at: that takes files. */
char *desk_setting_wrong(const char *name, const char *value);
/* Number or role of a stored value; the default's when value is NULL or can't be read. */
int64_t desk_setting_value(enum desk_setting_id id, const char *value);

#endif
