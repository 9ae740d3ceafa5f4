/* The domain: what a desk is made of, as both programs know it.
 *
 * Plain structs; strings are owned, UTF-8, without NUL, and RAW: they pass the
 * text gate before they are drawn or logged. A NULL string means "none". Times
 * are ms UTC (0 = none), ids are positive (0 = none). Lists are GPtrArray with
 * a free function, never NULL after decoding. */
#ifndef WIRE_MODEL_H
#define WIRE_MODEL_H

#include <inttypes.h>
#include <glib.h>

typedef int64_t desk_id;

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
	_(RULE, "rule")             /* a rule of the desk says something */

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

/* ---- the desk's people and words */
struct group {
	desk_id id;
	char *name;       /* short, unique: "billing" */
	char *title;      /* for people: "Billing 账单" */
	int tier;         /* 1, 2; 0 = other department */
};

struct person {
	desk_id id;
	char *name;       /* log-in name, unique: "zhao.min" */
	char *display;    /* "Zhao Min 赵敏" */
	enum role role;
	char *locale;     /* "en", "zh" */
	GArray *groups;   /* of desk_id */
	GArray *skills;   /* of desk_id */
	gboolean active;
	int capacity;     /* units of work at once; 0 = the desk's */
};

struct skill {
	desk_id id;
	char *name;       /* unique: "refunds", "lang-zh" */
	char *title;
};

/* A problem type: up to three levels, "account/sign-in/code". */
struct category {
	desk_id id;
	char *name;              /* the whole path, unique */
	char *label_en, *label_zh; /* of its last level; NULL = that level's name */
	int problem;             /* enum problem_class, or -1: not said */
	int after_sales;         /* -1 not said, 0, 1 */
	desk_id group_id;        /* whose work it is; 0 not said */
	desk_id skill_id;        /* what it takes; 0 none */
	int position;
	gboolean active;         /* else kept for old tickets, not offered */
};

/* A custom field of tickets, and a line of the intake checklist of its category (R-TALK-7). */
struct desk_field {
	desk_id id;
	char *name;              /* unique: "serial-number" */
	char *label_en, *label_zh;
	char *ask_en, *ask_zh;   /* the question to the customer; NULL = none */
	enum desk_field_type type;
	GPtrArray *choices;      /* char*: CHOICE's values */
	char *category;          /* tickets of this type and below; NULL = all */
	gboolean required;       /* asked for before the ticket counts as complete; resolving without it warns */
	int position;
	gboolean active;
};

struct checklist {           /* a list of steps to put on a ticket */
	desk_id id;
	char *name, *title;
	char *category;          /* offered first for these; NULL = all */
	GPtrArray *items;        /* char* */
	int position;
};

struct tag {
	desk_id id;
	char *name;        /* "high-value" */
	char *label_en, *label_zh;
	char *advice_en, *advice_zh; /* what the agent should do */
	char *glyph;       /* key into the screen's glyph table: star, warn, up, dot, heart; or NULL */
	gboolean on_customer; /* else on tickets */
	gboolean careful;     /* what is written to its bearer wants a second look before it goes */
};

/* A tag as set on a customer (why and since when; automatic or by whom). */
struct tag_mark {
	desk_id tag_id;
	char *name;
	char *why;
	int64_t since_ms;
	desk_id by_person;  /* 0 = automatic */
	char *by_name;
};

/* ---- tickets */
struct ticket_clock {
	enum clock_kind kind;
	enum clock_state state;
	int64_t started_ms;
	int64_t target_ms;   /* duration promised by the policy */
	int64_t due_ms;      /* when running or breached; else 0 */
	int64_t left_ms;     /* working time left (negative: over), when paused */
	int64_t warn_ms;     /* wall time from which it counts as warning */
	int64_t ended_ms;    /* met or missed */
	desk_id policy_id;
};

/* One line of a queue: what a list needs, no more (many are kept). */
struct ticket_row {
	desk_id id;               /* also the number people say: #1042 */
	int64_t version;          /* grows by one with every change */
	char *subject;
	enum ticket_status status;
	enum ticket_priority priority;
	enum channel channel;
	desk_id group_id, assignee_id, customer_id;
	char *customer_name;
	char *assignee_name;      /* NULL: nobody's */
	char *group_name;
	int64_t created_ms, updated_ms;
	int64_t next_due_ms;      /* wall time of the nearest clock; QUEUE_NO_DUE when none runs */
	int64_t next_warn_ms;
	enum clock_kind next_clock;
	gboolean waiting;         /* the last public message is the customer's */
	int tier;                 /* 1, or 2 once escalated */
	char *marks;              /* glyph keys of customer tags, space separated: "star warn" */
	int64_t snoozed_ms;       /* out of the queue until then; -1 = until the customer writes; 0 not */
};
#define QUEUE_NO_DUE INT64_C(9007199254740991) /* 2^53-1: sorts last, safe in JSON */

/* A file of a message. Its bytes are read by id, see backend_download. */
struct attachment {
	desk_id id;
	char *name;               /* file name, without folders; raw */
	char *media;              /* "image/png", as sent; never trusted */
	int64_t size;             /* bytes */
	char *sha256;             /* hex */
	enum scan_state scan;
};

struct message {
	desk_id id;
	desk_id ticket_id;
	enum message_kind kind;
	enum delivery delivery;
	desk_id author_id;        /* person or 0 */
	char *author_name;        /* person's display or customer's name */
	char *body;               /* raw */
	char *html;               /* raw, as mail brought it beside or instead of the body; NULL else */
	int64_t at_ms;
	int64_t send_at_ms;       /* when WAITING: leaves then */
	char *once_key;           /* key of the write that made it, for the outbox; NULL else */
	char *to, *cc;            /* addresses beyond the customer's own, ", " between; NULL none */
	desk_id from_ticket_id;   /* came by a merge or split from there; 0 = written here */
	GPtrArray *attachments;   /* struct attachment; NULL none */
	desk_id whisper_to;       /* a NOTE for this person; 0 for everybody */
};

struct order {
	char *number;
	char *items;
	char *state;              /* "shipped", ... */
	int64_t amount_cents;
	char *currency;
	int64_t at_ms;
};

struct customer {
	desk_id id;
	int64_t version;
	char *name;
	char *language;           /* "en", "zh" */
	char *email, *phone, *region, *gender, *occupation;
	int birth_year;           /* 0 unknown */
	char *zone;               /* IANA; NULL = the desk's */
	char *preferences;        /* free text */
	int64_t registered_ms;
	GPtrArray *tags;          /* struct tag_mark */
	GPtrArray *orders;        /* struct order, newest first */
	int open_tickets, past_tickets;
	double csat;              /* mean stars 1..5; 0 = none yet */
	int64_t last_contact_ms;
	desk_id manager_id;       /* the person who looks after this one; 0 none */
	char *manager_name;
};

struct field_value {
	char *name;               /* of the desk_field */
	char *value;              /* text; numbers "12.5", dates "2026-11-24", "yes"/"no" */
};

struct ticket_link {
	desk_id ticket_id;        /* the other one */
	enum link_kind kind;      /* what it is to this one */
	char *subject;
	enum ticket_status status;
};

struct check_item {           /* of a ticket's checklist */
	desk_id id;
	char *text;
	gboolean done;
	desk_id by_id;            /* who did it */
	char *by_name;
	int64_t at_ms;
};

struct compensation {         /* R-TICKET-6 */
	desk_id id;
	desk_id ticket_id;
	enum compensation_kind kind;
	enum decision state;
	int64_t amount_cents;     /* > 0 */
	char *currency;
	char *order_number;       /* NULL: of no order */
	char *reason;
	desk_id by_id;
	char *by_name;
	int64_t at_ms;
	desk_id decided_id;       /* 0: within the limit, or not yet */
	char *decided_name;
	char *decision_reason;
	int64_t decided_ms;
};

struct compensation_limit {   /* what a role may give without asking */
	desk_id id;
	enum role role;
	enum compensation_kind kind;
	char *currency;
	int64_t per_ticket_cents, per_day_cents; /* 0 = nothing, -1 = without limit */
};

struct ticket {
	struct ticket_row row;
	char *category;           /* "account/sign-in/code", up to 3 levels, NULL = none */
	enum problem_class problem;
	gboolean after_sales;
	int64_t hold_until_ms;
	char *escalation_reason;
	GPtrArray *clocks;        /* struct ticket_clock */
	GPtrArray *tags;          /* char*: names of ticket tags */
	GPtrArray *messages;      /* struct message, oldest first: the newest page */
	gboolean more_messages;   /* older ones exist */
	struct customer *customer;/* with tags and orders; NULL in change events */
	char *origin;             /* channel's own reference, NULL */
	int64_t resolved_ms;      /* the last time it was resolved; 0 never */
	desk_id merged_into;      /* status MERGED: the ticket that lives on */
	GPtrArray *fields;        /* struct field_value, by position; NULL none (the next four too) */
	GPtrArray *links;         /* struct ticket_link */
	GPtrArray *checklist;     /* struct check_item */
	GPtrArray *compensations; /* struct compensation, newest first */
	GPtrArray *ladder;        /* struct escalation, oldest first; NULL none */
	struct follow_up *follow_up; /* NULL none */
	int impact, need;         /* enum impact, enum need; -1 not said */
	char *priority_reason;    /* why it has its priority; NULL by default */
	desk_id problem_id;       /* the problem behind it; 0 none */
};

/* A saved list of tickets. */
struct saved_view {
	desk_id id;
	char *name;               /* short, unique per scope and owner */
	char *title;              /* NULL = name */
	enum scope scope;
	desk_id owner_id;         /* group or person by scope */
	char *query;              /* rules/find.h */
	gboolean newest_first;    /* else by deadline */
	int position;
	/* live, for whoever asks; -1 = not counted yet */
	int64_t count, late;
	int64_t as_of_ms;         /* server time the counts were true at */
};

/* One record of the desk's configuration as text, as in a policy file. */
struct config_entry {
	char *type;               /* "group", "calendar", ...: record_type_name */
	char *key;
	char *title;              /* for lists */
	char *text;               /* its section of a policy file; NULL in lists */
};
struct config_revision {      /* every applied change of the configuration */
	int64_t revision;         /* from 1 */
	int64_t at_ms;
	char *by_name;
	char *summary;            /* "2 added, 1 changed: policy chat, ..." */
};

/* ---- knowledge and templates */
struct article {
	desk_id id;
	int version;
	enum article_state state;
	enum kb_module module;
	char *category;           /* "phone/settings/bluetooth": second and third level... */
	char *language;
	char *title;
	char *body;               /* plain text with light markdown: numbered steps, lists */
	char *keywords;
	char *author;
	int64_t at_ms;            /* of this version */
	int64_t used;             /* times inserted */
	int64_t helpful, unhelpful;
};

struct article_hit {
	desk_id id;
	int version;
	enum kb_module module;
	char *category, *language, *title;
	char *snippet;            /* one line of the body around the match */
	double score;
};

struct template {
	desk_id id;
	int version;
	char *name;               /* short, unique per language and audience: "greet-chat" */
	char *title;
	char *language;
	enum template_part part;
	enum audience audience;
	enum scope scope;
	desk_id owner_id;         /* group or person by scope */
	char *category;           /* problem type it fits, prefix match; NULL any */
	unsigned channels;        /* bit per enum channel; 0 = all */
	char *body;               /* {customer} {agent} {order} {ticket} {promised} ... */
	int position;
};

/* The words by which a mood is known; data of the desk. */
struct mood_phrases {
	enum mood mood;
	GPtrArray *phrases;       /* char*: rules/mood.h says how they are looked for */
};

/* A list of actions under one name. */
struct macro {
	desk_id id;
	char *name;               /* short, unique per scope and owner */
	char *title;              /* NULL = name */
	enum scope scope;
	desk_id owner_id;         /* group or person by scope */
	char *category;           /* problem type it is offered first for; NULL any */
	char *steps;              /* one action a line, as typed after ":" */
	int position;
};

/* ---- several people on one desk */
/* Unsent text, as the server keeps it beside the writer's own disk. */
struct draft {
	desk_id id;
	desk_id ticket_id;
	enum message_kind kind;   /* REPLY, NOTE, FORWARD */
	desk_id person_id;        /* whose */
	char *person_name;
	char *body, *to, *cc;
	desk_id answers_id;       /* newest customer message the writer had read */
	GArray *template_ids;     /* of desk_id; NULL none */
	int64_t promise_ms;       /* the time promised in it; 0 none */
	int64_t revision;         /* grows by one with every save */
	int64_t at_ms;
	int64_t ticket_version;   /* the ticket's when it was saved */
	gboolean shared;          /* others on the ticket may read it */
};

/* Who has what before him now; lives PRESENCE_TTL_MS unless repeated. */
#define PRESENCE_TTL_MS 60000
#define PRESENCE_REPEAT_MS 25000
struct presence {
	desk_id person_id;
	desk_id ticket_id;        /* 0: none, only here */
	char *workstation;        /* random; a person may have several */
	gboolean writing;
	gboolean idle;            /* the terminal is unfocused or no key came for minutes */
	int64_t since_ms;
};

/* Something a person should hear of. */
struct notice {
	desk_id id;
	enum notice_kind kind;
	desk_id person_id;        /* to whom */
	desk_id ticket_id, message_id;
	desk_id by_id;            /* 0: the customer or the desk */
	char *by_name;
	char *text;               /* first words, or the ticket's subject; raw */
	int clock;                /* enum clock_kind of WARNING and BREACH; else CLOCK_NONE */
	int64_t at_ms;
	gboolean seen;
	gboolean late;            /* the server was not there in time */
};

/* A service policy (R-TIME as data). First match by position. */
struct policy_target {
	enum clock_kind clock;
	enum ticket_priority priority;  /* PRIORITY_COUNT: all */
	int problem;                    /* enum problem_class, or -1: both */
	int64_t target_ms;
	int warn_percent;               /* of the target; 75 = at three quarters */
	unsigned pause_statuses;        /* bit per enum ticket_status */
	char *calendar;                 /* NULL: round the clock */
};
struct policy {
	desk_id id;
	int version;
	int position;
	char *name;
	unsigned channels;              /* bit per enum channel; 0 = all */
	int after_sales;                /* -1 both, 0 no, 1 yes */
	int problem;                    /* enum problem_class, or -1: both */
	GPtrArray *tags;                /* char*: customers with any of them; empty = all */
	GArray *groups;                 /* of desk_id: tickets of any of them; empty = all */
	GPtrArray *targets;             /* struct policy_target */
};

/* ---- freeing (NULL is fine everywhere) */
void group_free(struct group *v);
void person_free(struct person *v);
void tag_free(struct tag *v);
void tag_mark_free(struct tag_mark *v);
void ticket_clock_free(struct ticket_clock *v);
void ticket_row_free(struct ticket_row *v);
void ticket_row_clear(struct ticket_row *v);   /* strings only */
/* `to` is overwritten: what it owned must have been cleared before. */
void ticket_row_copy(struct ticket_row *to, const struct ticket_row *from);
void message_free(struct message *v);
struct message *message_copy(const struct message *from); /* deep */
struct macro *macro_copy(const struct macro *from);
void order_free(struct order *v);
void customer_free(struct customer *v);
void ticket_free(struct ticket *v);
void article_free(struct article *v);
void article_hit_free(struct article_hit *v);
void template_free(struct template *v);
void mood_phrases_free(struct mood_phrases *v);
void policy_free(struct policy *v);
void policy_target_free(struct policy_target *v);
void skill_free(struct skill *v);
void category_free(struct category *v);
void desk_field_free(struct desk_field *v);
void checklist_free(struct checklist *v);
void attachment_free(struct attachment *v);
void field_value_free(struct field_value *v);
void ticket_link_free(struct ticket_link *v);
void check_item_free(struct check_item *v);
void compensation_free(struct compensation *v);
void compensation_limit_free(struct compensation_limit *v);
void saved_view_free(struct saved_view *v);
void config_entry_free(struct config_entry *v);
void config_revision_free(struct config_revision *v);
void macro_free(struct macro *v);
void draft_free(struct draft *v);
void presence_free(struct presence *v);
void notice_free(struct notice *v);
/* New ones, zeroed, with empty lists where the type has any. */
struct person *person_new(void);
struct customer *customer_new(void);
struct ticket *ticket_new(void);
struct policy *policy_new(void);
struct skill *skill_new(void);
struct category *category_new(void);
struct desk_field *desk_field_new(void);
struct checklist *checklist_new(void);
struct mood_phrases *mood_phrases_new(void);
struct skill *skill_new(void);
struct category *category_new(void);
struct desk_field *desk_field_new(void);
struct checklist *checklist_new(void);

#include "wire/model_service.h"

#endif
