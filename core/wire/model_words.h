/* The words of the domain: states, kinds and roles, their numbers and their names on the wire.
 * Numbers are stored: the tables only grow at their ends. */
#ifndef WIRE_MODEL_WORDS_H
#define WIRE_MODEL_WORDS_H

#include <glib.h>

/* ---- vocabulary: one table each; the second column is the name on the wire */
#define MODEL_ROLES(_) \
	_(READ_ONLY, "read-only") _(AUDITOR, "auditor") _(AGENT, "agent") \
	_(SPECIALIST, "specialist") _(SUPERVISOR, "supervisor") \
	_(ADMINISTRATOR, "administrator")
#define MODEL_STATUSES(_) \
	_(NEW, "new") _(OPEN, "open") _(PENDING_CUSTOMER, "pending-customer") \
	_(PENDING_INTERNAL, "pending-internal") _(ON_HOLD, "on-hold") \
	_(RESOLVED, "resolved") _(FOLLOW_UP_DUE, "follow-up-due") \
	_(ARCHIVED, "archived") _(MERGED, "merged") _(SPAM, "spam")
#define MODEL_PRIORITIES(_) _(NORMAL, "normal") _(IMPORTANT, "important") _(URGENT, "urgent")
#define MODEL_CHANNELS(_) \
	_(WEB, "web") _(APP, "app") _(PHONE, "phone") _(EMAIL, "email") \
	_(WECHAT, "wechat") _(WEIBO, "weibo") _(DOUYIN, "douyin") _(TMALL, "tmall") \
	_(JD, "jd") _(QQ, "qq") _(SMS, "sms") _(COMMUNITY, "community") _(WALK_IN, "walk-in")
/* complexity of the problem, chooses R-TIME-4 or -5 */
#define MODEL_PROBLEMS(_) _(SIMPLE, "simple") _(COMPLEX, "complex")
#define MODEL_CLOCKS(_) \
	_(NONE, "none") \
	_(FIRST_RESPONSE, "first-response")   /* R-TIME-1..3 */ \
	_(NEXT_RESPONSE, "next-response")     /* R-TIME-11 */ \
	_(RESOLUTION, "resolution")           /* R-TIME-4, -5 */ \
	_(ESCALATION, "escalation")           /* R-TIME-7 */ \
	_(TIER2, "tier2")                     /* R-TIME-8 */ \
	_(CROSS, "cross-department")          /* R-TIME-6 */ \
	_(FEEDBACK, "feedback")               /* R-TIME-9 */ \
	_(PROMISE, "promise")                 /* R-TIME-10 */
#define MODEL_CLOCK_STATES(_) \
	_(IDLE, "idle") _(RUNNING, "running") _(PAUSED, "paused") _(MET, "met") \
	_(BREACHED, "breached") /* still running, past its due time */ \
	_(MISSED, "missed")     /* fulfilled after its due time */
#define MODEL_MESSAGES(_) \
	_(CUSTOMER, "customer") /* what the customer wrote */ \
	_(REPLY, "reply")       /* public, to the customer */ \
	_(NOTE, "note")         /* internal; never leaves the desk */ \
	_(SYSTEM, "system")     /* a line of history: escalated, assigned, ... */ \
	_(FORWARD, "forward")   /* to somebody who is not the customer; answers nothing */ \
	_(PROGRESS, "progress") /* told to the customer by the desk itself; answers nothing */
#define MODEL_DELIVERY(_) _(DONE, "done") _(WAITING, "waiting") /* send_at not reached */ \
	_(RECALLED, "recalled") _(FAILED, "failed")
#define MODEL_MODULES(_) _(PRODUCT, "product") _(SERVICE, "service") _(AFTER_SALES, "after-sales")
#define MODEL_ARTICLE_STATES(_) _(DRAFT, "draft") _(PUBLISHED, "published") _(OUTDATED, "outdated")
/* R-TALK-1's named parts, R-TALK-2's, and what else a template can be */
#define MODEL_PARTS(_) \
	_(GREETING, "greeting") _(IDENTITY, "identity") _(PROBLEM, "problem") _(CARE, "care") \
	_(COMFORT, "comfort") _(ALTERNATIVE, "alternative") _(SOLUTION, "solution") _(CLOSING, "closing") \
	_(FOLLOW_UP, "follow-up") /* the questions after sales; not a part of a conversation */
#define MODEL_AUDIENCES(_) _(ANY, "any") _(ELDERLY, "elderly") _(YOUNG, "young")
#define MODEL_SCOPES(_) _(ALL, "all") _(GROUP, "group") _(OWN, "own")
/* what the other ticket is to this one */
#define MODEL_LINKS(_) _(RELATED, "related") _(PARENT, "parent") _(CHILD, "child") _(DUPLICATE, "duplicate")
#define MODEL_FIELD_TYPES(_) _(TEXT, "text") _(NUMBER, "number") _(DATE, "date") \
	_(CHOICE, "choice") _(YES_NO, "yes-no")
#define MODEL_COMPENSATIONS(_) _(COUPON, "coupon") _(REFUND, "refund")
#define MODEL_DECISIONS(_) _(WAITING, "waiting") /* above the limit of who asked */ \
	_(APPROVED, "approved") _(REJECTED, "rejected")
#define MODEL_SCANS(_) _(NOT_SCANNED, "not-scanned") /* no scanner is configured */ \
	_(CLEAN, "clean") _(INFECTED, "infected") _(SCAN_FAILED, "failed")
/* how a customer feels (R-TALK-3) */
#define MODEL_MOODS(_) _(NEUTRAL, "neutral") _(ANXIOUS, "anxious") _(DISAPPOINTED, "disappointed") \
	_(ANGRY, "angry") _(SATISFIED, "satisfied")
/* what a person is told of beside the screen */
#define MODEL_NOTICES(_) \
	_(NEW_TICKET, "new-ticket") /* in one of my groups; never stored, the workstation sees it come */ \
	_(REPLY, "reply")           /* the customer answered on my ticket */ \
	_(MENTION, "mention") \
	_(WARNING, "warning")       /* a clock of my ticket will soon be over */ \
	_(BREACH, "breach") \
	_(ASSIGNED, "assigned")     /* to me, by somebody else */ \
	_(WHISPER, "whisper")       /* a note for me only to see to */ \
	_(HANDOVER, "handover") \
	_(ESCALATION, "escalation") /* something on a ladder that I am on */ \
	_(OFFER, "offer") \
	_(INCIDENT, "incident") \
	_(FOLLOW_UP, "follow-up") \
	_(TAKEN_BACK, "taken-back") /* my work went back to the queue */ \
	_(AWAKE, "awake")           /* my snoozed ticket is back in the queue */ \
	_(RULE, "rule")             /* a rule of the desk says something */ \
	_(AWAY, "away")             /* made so by the desk: offers weren't answered */

#define E(id, name) ROLE_##id,
enum role { MODEL_ROLES(E) ROLE_COUNT };
#undef E
#define E(id, name) STATUS_##id,
enum ticket_status { MODEL_STATUSES(E) STATUS_COUNT };
#undef E
#define E(id, name) PRIORITY_##id,
enum ticket_priority { MODEL_PRIORITIES(E) PRIORITY_COUNT };
#undef E
#define E(id, name) CHANNEL_##id,
enum channel { MODEL_CHANNELS(E) CHANNEL_COUNT };
#undef E
#define E(id, name) PROBLEM_##id,
enum problem_class { MODEL_PROBLEMS(E) PROBLEM_COUNT };
#undef E
#define E(id, name) CLOCK_##id,
enum clock_kind { MODEL_CLOCKS(E) CLOCK_COUNT };
#undef E
#define E(id, name) CLOCK_STATE_##id,
enum clock_state { MODEL_CLOCK_STATES(E) CLOCK_STATE_COUNT };
#undef E
#define E(id, name) MESSAGE_##id,
enum message_kind { MODEL_MESSAGES(E) MESSAGE_COUNT };
#undef E
#define E(id, name) DELIVERY_##id,
enum delivery { MODEL_DELIVERY(E) DELIVERY_COUNT };
#undef E
#define E(id, name) MODULE_##id,
enum kb_module { MODEL_MODULES(E) MODULE_COUNT };
#undef E
#define E(id, name) ARTICLE_##id,
enum article_state { MODEL_ARTICLE_STATES(E) ARTICLE_STATE_COUNT };
#undef E
#define E(id, name) PART_##id,
enum template_part { MODEL_PARTS(E) PART_COUNT };
#undef E
#define E(id, name) AUDIENCE_##id,
enum audience { MODEL_AUDIENCES(E) AUDIENCE_COUNT };
#undef E
#define E(id, name) SCOPE_##id,
enum scope { MODEL_SCOPES(E) SCOPE_COUNT };
#undef E
#define E(id, name) LINK_##id,
enum link_kind { MODEL_LINKS(E) LINK_COUNT };
#undef E
#define E(id, name) FIELD_TYPE_##id,
enum desk_field_type { MODEL_FIELD_TYPES(E) FIELD_TYPE_TOTAL };
#undef E
#define E(id, name) COMPENSATION_##id,
enum compensation_kind { MODEL_COMPENSATIONS(E) COMPENSATION_COUNT };
#undef E
#define E(id, name) DECISION_##id,
enum decision { MODEL_DECISIONS(E) DECISION_COUNT };
#undef E
#define E(id, name) SCAN_##id,
enum scan_state { MODEL_SCANS(E) SCAN_COUNT };
#undef E
#define E(id, name) MOOD_##id,
enum mood { MODEL_MOODS(E) MOOD_COUNT };
#undef E
#define E(id, name) NOTICE_##id,
enum notice_kind { MODEL_NOTICES(E) NOTICE_COUNT };
#undef E

/* Name on the wire of each, never NULL; and back (-1 when unknown). */
const char *role_name(enum role v);
const char *status_name(enum ticket_status v);
const char *priority_name(enum ticket_priority v);
const char *channel_name(enum channel v);
const char *problem_name(enum problem_class v);
const char *clock_kind_name(enum clock_kind v);
const char *clock_state_name(enum clock_state v);
const char *message_kind_name(enum message_kind v);
const char *delivery_name(enum delivery v);
const char *module_name(enum kb_module v);
const char *article_state_name(enum article_state v);
const char *part_name(enum template_part v);
const char *audience_name(enum audience v);
const char *scope_name(enum scope v);
const char *link_name(enum link_kind v);
const char *desk_field_type_name(enum desk_field_type v);
const char *compensation_name(enum compensation_kind v);
const char *decision_name(enum decision v);
const char *scan_name(enum scan_state v);
const char *mood_name(enum mood v);
const char *notice_kind_name(enum notice_kind v);
int role_by_name(const char *s);
int status_by_name(const char *s);
int priority_by_name(const char *s);
int channel_by_name(const char *s);
int problem_by_name(const char *s);
int clock_kind_by_name(const char *s);
int clock_state_by_name(const char *s);
int message_kind_by_name(const char *s);
int delivery_by_name(const char *s);
int module_by_name(const char *s);
int article_state_by_name(const char *s);
int part_by_name(const char *s);
int audience_by_name(const char *s);
int scope_by_name(const char *s);
int link_by_name(const char *s);
int desk_field_type_by_name(const char *s);
int compensation_by_name(const char *s);
int decision_by_name(const char *s);
int scan_by_name(const char *s);
int mood_by_name(const char *s);
int notice_kind_by_name(const char *s);

/* A status that an agent still works on (new, open, pending *, on hold). */
gboolean status_is_active(enum ticket_status v);

#endif
