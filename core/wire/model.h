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
#include "wire/model_words.h"

typedef int64_t desk_id;

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
/* When a clock warns: 1 to 99 percent of its target; less than 0: so many ms before its end, counted as the
 * clock counts. The shares first, each only once; 0 after the last. */
#define CLOCK_WARNINGS 4
struct clock_warning {
	int64_t threshold; /* 0 after the last */
	int64_t at_ms;
};
struct ticket_clock {
	enum clock_kind kind;
	enum clock_state state;
	int64_t started_ms;
	int64_t target_ms;   /* duration promised by the policy */
	int64_t due_ms;      /* when running or breached; else 0 */
	int64_t left_ms;     /* working time left (negative: over), when paused */
	int64_t warn_ms;     /* wall time from which it counts as warning: the first of `warnings`, or due_ms */
	struct clock_warning warnings[CLOCK_WARNINGS]; /* when running, in order of time; before due_ms. Not on the wire */
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
	int64_t warnings[CLOCK_WARNINGS]; /* thresholds; none: it doesn't warn */
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

/* "50% 75% 10m", or "none"; g_free. */
char *clock_warnings_text(const int64_t warnings[CLOCK_WARNINGS]);
char *clock_threshold_text(int64_t threshold); /* "75%", "10m"; g_free */
/* The other way, shares first. NULL, or what is wrong ("must be ..."), translated; g_free. */
char *clock_warnings_parse(const char *text, int64_t to[CLOCK_WARNINGS]);

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

#include "wire/model_service.h"

#endif
