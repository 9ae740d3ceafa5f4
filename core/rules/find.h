/* The query language for tickets, the same everywhere: filter, views, CLI, API.
 *
 *   status:open group:billing tag:high-value due<15m "exact words" -spam customer:wang
 *
 * ttydesk-query(7) describes it to people. find_parse() makes a tree out of text;
 * find_resolve() turns the names in it into ids by the desk's words; then it can be
 * compiled (server) or evaluated against the facts of one ticket (find_evaluate, the
 * naive definition of what every query means: whatever compiles a tree must agree).
 * A tree holds times and `me` of the moment it was made: a saved view is parsed anew
 * each time it is used. Pure, thread safe; nothing here fails on any bytes. */
#ifndef RULES_FIND_H
#define RULES_FIND_H

#include <glib.h>
#include <stdint.h>
#include "base/error.h"
#include "wire/model_service.h"

#define FIND_MAX_BYTES 1000
#define FIND_MAX_TERMS 64
#define FIND_MAX_DEPTH 16
#define FIND_MAX_VALUES 64 /* of one term: status:open,new */

/* ---- fields. Columns: id, name in the language, how its value is read, what compares */
enum find_reading {
	FIND_READ_TEXT,     /* bare words, "phrases", subject: -> tokens */
	FIND_READ_NAME,     /* a name of the desk -> ids (find_resolve) */
	FIND_READ_ENUM,     /* a fixed vocabulary -> lo..hi */
	FIND_READ_NUMBER,   /* tier, ticket numbers -> lo..hi */
	FIND_READ_AGE,      /* created, updated, resolved -> lo..hi in ms UTC; durations are ages */
	FIND_READ_DUE,      /* due -> lo..hi in ms UTC; durations are what is left */
	FIND_READ_CUSTOMER, /* -> customer_as and lo, folded or tokens */
	FIND_READ_CATEGORY, /* -> folded: that category and all below it */
	FIND_READ_WORD,     /* language -> folded, compared as a whole */
	FIND_READ_FLAG,     /* is:, has: -> lo = enum find_is, find_has */
	FIND_READ_CUSTOM    /* field.NAME: by the type that the desk gives it */
};
#define FIND_FIELDS(_) \
	_(TEXT, "text", TEXT)             /* a bare word; never written by its name */ \
	_(STATUS, "status", ENUM)         /* MODEL_STATUSES, `active`, `done` (= not active) */ \
	_(GROUP, "group", NAME)           /* by name; `mine` = one of my groups, any when I have none */ \
	_(ASSIGNEE, "assignee", NAME)     /* log-in name, beginning of the display; `me`, `nobody` */ \
	_(CUSTOMER, "customer", CUSTOMER) \
	_(TAG, "tag", NAME)               /* on the ticket or on its customer */ \
	_(CATEGORY, "category", CATEGORY) \
	_(PRIORITY, "priority", ENUM) \
	_(CHANNEL, "channel", ENUM) \
	_(PROBLEM, "problem", ENUM)       /* simple, complex; a number: part of that problem */ \
	_(TIER, "tier", NUMBER) \
	_(NUMBER, "number", NUMBER)       /* also a bare #1042 */ \
	_(LANGUAGE, "language", WORD)     /* of the customer: en, zh */ \
	_(SUBJECT, "subject", TEXT)       /* words that follow each other in the subject */ \
	_(IS, "is", FLAG) \
	_(HAS, "has", FLAG) \
	_(DUE, "due", DUE)                /* next_due_ms of the ticket */ \
	_(CREATED, "created", AGE) \
	_(UPDATED, "updated", AGE) \
	_(RESOLVED, "resolved", AGE)      /* when it was last resolved; 0 = not */ \
	_(PARENT, "parent", NUMBER)       /* children of that ticket */ \
	_(LINK, "link", NUMBER)           /* tickets linked with that one, either way, however */ \
	_(IMPACT, "impact", ENUM)         /* as somebody assessed it */ \
	_(NEED, "need", ENUM) \
	_(ESCALATED, "escalated", NAME)   /* who handed it to tier 2 or another department: a person, `me` */ \
	_(CONSULT, "consult", NAME)       /* whose advice it waits for: a person, `me`; also by their groups */ \
	_(ACKNOWLEDGE, "acknowledge", NAME) /* who has to acknowledge what came to them: a person, `me`; also by their groups */ \
	_(PART, "part", NAME)             /* which group owes a part of its plan; `mine` */ \
	_(FOLLOW_UP, "follow-up", ENUM)   /* a round of it is or ended so: MODEL_FOLLOW_UPS */ \
	_(LATE, "late", ENUM)             /* which clock of it is over, or ended so: MODEL_CLOCKS */ \
	_(WARNED, "warned", ENUM)         /* which running clock of it has warned, or is over */ \
	_(CUSTOM, "field", CUSTOM)
enum find_field {
#define E(id, name, reading) FIND_##id,
	FIND_FIELDS(E)
#undef E
	FIND_FIELD_COUNT
};
const char *find_field_name(enum find_field field); /* never NULL */
enum find_reading find_field_reading(enum find_field field);

#define FIND_IS(_) \
	_(LATE, "late", "its nearest clock is over")               /* next_due_ms < now; lo..hi not used */ \
	_(WAITING, "waiting", "the last word is the customer's") \
	_(MINE, "mine", "it is assigned to me") \
	_(UNASSIGNED, "unassigned", "it is nobody's") \
	_(ESCALATED, "escalated", "it went to the second tier")    /* tier >= 2 */ \
	_(AFTER_SALES, "after-sales", "it is an after-sales case") \
	_(MERGED, "merged", "it went into another ticket")         /* status */ \
	_(SPAM, "spam", "it is spam")                              /* status */ \
	_(SNOOZED, "snoozed", "it is out of the queue for a while")
enum find_is {
#define E(id, name, help) FIND_IS_##id,
	FIND_IS(E)
#undef E
	FIND_IS_COUNT
};
#define FIND_HAS(_) \
	_(ATTACHMENT, "attachment", "a file is attached to a message") \
	_(NOTE, "note", "there is an internal note") \
	_(PROMISE, "promise", "a promise to the customer is open") /* its clock is running, paused or breached */ \
	_(PARENT, "parent", "it is part of another ticket") \
	_(CHILDREN, "children", "other tickets are part of it") \
	_(LINKS, "links", "it is linked with other tickets") \
	_(COMPENSATION, "compensation", "a compensation was given or asked for") /* in any state */ \
	_(CHECKLIST, "checklist", "it has a checklist")
enum find_has {
#define E(id, name, help) FIND_HAS_##id,
	FIND_HAS(E)
#undef E
	FIND_HAS_COUNT
};

/* ---- the tree */
enum find_compare { FIND_EQ, FIND_LT, FIND_LE, FIND_GT, FIND_GE }; /* EQ is the colon */
enum find_kind {
	FIND_ALL_TICKETS, /* an empty query; only ever the root */
	FIND_AND, FIND_OR, /* two parts or more */
	FIND_NOT,          /* one part */
	FIND_TERM
};

/* Custom fields: what the desk says about one (a choice is text). */
enum find_custom { FIND_CUSTOM_TEXT, FIND_CUSTOM_NUMBER, FIND_CUSTOM_DATE, FIND_CUSTOM_YES_NO };

/* What a value is after reading (and resolving). */
enum find_value_kind {
	FIND_VALUE_NONE,   /* the word `none` (nobody): the ticket has nothing there */
	FIND_VALUE_ANY,    /* the word `any`: it has something there */
	FIND_VALUE_TEXT,   /* `tokens`, `prefix` */
	FIND_VALUE_IDS,    /* any of `ids`: groups, people, tags */
	FIND_VALUE_RANGE,  /* lo <= x <= hi, whole numbers or ms (custom dates: days since 1970-01-01);
	                    * the comparison is already in it */
	FIND_VALUE_FOLDED, /* `folded` against text_fold() of what is stored; `prefix`: its beginning */
	FIND_VALUE_FLAG,   /* is:, has: -> lo; is:mine, once resolved, has me in `ids` */
	FIND_VALUE_DECIMAL,/* custom numbers: real_lo, real_hi, each with or without its end */
	FIND_VALUE_PROBLEM /* the number of a problem: lo = hi */
};
enum find_customer {
	FIND_CUSTOMER_ID,    /* #12 -> RANGE: lo = hi = id */
	FIND_CUSTOMER_NAME,  /* -> TEXT: tokens that follow each other in the name */
	FIND_CUSTOMER_MAIL,  /* has an @ -> FOLDED */
	FIND_CUSTOMER_PHONE  /* 4 digits or more, with + - ( ) . and spaces -> FOLDED holds the
	                      * digits only: the stored number's digits end with them */
};

/* Which parts hang on more than the ticket. */
enum find_uses {
	FIND_USES_NOW = 1u << 0,  /* true or false as time passes: due, is:late, ages */
	FIND_USES_DAY = 1u << 1,  /* changes at local midnight only: today, yesterday, <18:00 */
	FIND_USES_ME = 1u << 2,   /* me, mine */
	FIND_USES_TEXT = 1u << 3, /* the text of the ticket or its subject */
	FIND_USES_OTHERS = 1u << 4 /* more than the ticket's own row: customer, tags, fields, links, has: */
};

struct find_value {
	int from, to;        /* bytes of the source that it was written in */
	char *text;          /* as written, without quotes and star */
	gboolean quoted;     /* never one of the words none, any, me, ... */
	gboolean prefix;     /* ended with a star */
	enum find_value_kind kind;
	enum find_customer customer_as;
	GArray *ids;         /* desk_id; NULL until resolved */
	int64_t lo, hi;      /* both included; INT64_MIN, INT64_MAX: open */
	double real_lo, real_hi; /* -INFINITY, INFINITY: open */
	gboolean lo_open, hi_open; /* DECIMAL: the end itself is out */
	char *folded;
	GPtrArray *tokens;   /* char*: must follow each other in one document; the last one is only the
	                      * beginning of a token when `prefix_token`. Empty: the text has no token,
	                      * and the value is true of every ticket (TEXT) */
	gboolean prefix_token;
};

struct find_node {
	enum find_kind kind;
	int from, to;        /* bytes of the source */
	unsigned uses;       /* enum find_uses, of this and all parts */
	GPtrArray *parts;    /* struct find_node: AND, OR, NOT; else NULL */
	/* FIND_TERM */
	enum find_field field;
	enum find_compare compare;
	char *custom;        /* FIND_CUSTOM: NAME of field.NAME */
	desk_id custom_id;   /* and, once resolved, which it is */
	enum find_custom custom_type;
	GPtrArray *values;   /* struct find_value, one or more: any of them (OR) */
};

struct find_tree {
	char *source;
	struct find_node *root; /* never NULL */
	unsigned uses;          /* of the whole */
	int64_t now_ms;         /* what times were counted from */
	gboolean resolved;
};
void find_tree_free(struct find_tree *t); /* NULL is fine */
typedef struct find_tree find_tree_auto;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(find_tree_auto, find_tree_free)

/* What is wrong and where. Byte and column count from 0; the message's sentence says
 * the column counted from 1: "column 8: there is no status "opne"; did you mean "open"?" */
struct find_error {
	int from, to;  /* bytes of the source, from <= to */
	int column;    /* display column of `from` */
	char *message; /* clean text; NULL = no error */
};
void find_error_clear(struct find_error *e);
/* The same as DESK_INVALID with that message, to travel over the wire; returns FALSE. */
gboolean find_error_to(const struct find_error *e, GError **error);
/* The display column (from 0) that such a message points at; -1 when it names none. */
int find_error_column(const char *message);

/* Of `names` the one that a mistyped word most likely meant; NULL when none is near. */
const char *find_nearest(const char *word, const char *const *names, size_t n);

/* ---- text to tree */
/* Dates and times of day are of `zone`. NULL and *e filled (may be NULL) on an error.
 * Everything is checked that needs no names of the desk. */
struct find_tree *find_parse(const char *text, int64_t now_ms, GTimeZone *zone, struct find_error *e);

/* The desk's words, given by whoever has them. Each adds the ids of all that fit (a tag
 * and a customer tag may share a name; a beginning may fit several people). None added:
 * there is no such name. */
struct find_resolver {
	/* `name` folded and exact for groups and tags; people also by beginning of the display. */
	void (*groups)(const char *name, GArray *ids, void *arg);
	void (*people)(const char *name, GArray *ids, void *arg);
	void (*tags)(const char *name, GArray *ids, void *arg);
	/* 0: no such custom field; *type its type. */
	desk_id (*custom)(const char *name, enum find_custom *type, void *arg);
	/* The nearest name to a wrong one, for "did you mean"; NULL: none. Borrowed. May be NULL. */
	const char *(*nearest)(enum find_field field, const char *name, void *arg);
	desk_id me;          /* 0: nobody is asking; `me` is then an error */
	const GArray *mine;  /* desk_id: my groups; may be NULL */
	GTimeZone *zone;     /* dates in custom fields */
	void *arg;
};
/* Fills in ids and what a custom field's type decides. Once; names that are not there
 * are errors at their column. The tree stays usable for printing on failure. */
gboolean find_resolve(struct find_tree *t, const struct find_resolver *r, struct find_error *e);

/* Canonical text: parsing it gives an equal tree. g_free. */
char *find_print(const struct find_tree *t);
/* The same query, times as written, columns and names' ids aside. */
gboolean find_equal(const struct find_tree *a, const struct find_tree *b);

/* The query of a built-in view ("mine", "assigned", "unassigned", "all", "done", "snoozed", "promises",
 * "follow-ups", "to-acknowledge", and "every" for all there is); NULL when there is no such view. */
const char *find_view_text(const char *view);

/* ---- the text of a ticket: documents, each a sequence of tokens.
 * Words are folded and stemmed (rules/tokens.h); a run of Chinese gives, for each of its
 * characters, that character with the next one, the last alone: "无法登录" = 无法 法登 登录 录.
 * An index that keeps positions and knows a prefix for a phrase's last token can hold it
 * (sqlite: tokenize "ascii", so that only spaces separate; postgres: tsvector by hand). */
/* What an index stores: tokens with single spaces. NULL text is empty. g_free. */
char *find_document(const char *text);
/* The head of a ticket as one text: subject, customer's name, #number, category, tags
 * (char*), one a line. Give it to find_document. g_free. */
char *find_head(const char *subject, const char *customer_name, desk_id number, const char *category,
                const GPtrArray *tags);
/* The tokens that a word or phrase asks for, in order (char*); *prefix_token as above. A
 * star asks for the beginning of the last one: what the word as written and its stem share. */
GPtrArray *find_tokens(const char *text, gboolean star, gboolean *prefix_token);
/* TRUE when they follow each other in a find_document(). No tokens: TRUE. */
gboolean find_tokens_in(const GPtrArray *tokens, gboolean prefix_token, const char *document);

/* ---- the naive evaluator */
struct find_fact { /* a custom field of the ticket */
	desk_id field_id;
	const char *value; /* numbers "12.5", dates "2026-11-23", yes/no "yes", "no" */
};
struct find_facts { /* of one ticket; everything borrowed; NULL or 0: has none */
	desk_id id, group_id, assignee_id, customer_id, parent_id;
	enum ticket_status status;
	enum ticket_priority priority;
	enum channel channel;
	enum problem_class problem;
	int tier;
	desk_id problem_id;         /* it is part of */
	int impact, need;           /* 1 + enum impact, enum need; 0: not said */
	gboolean waiting, after_sales, snoozed;
	unsigned has;               /* 1u << enum find_has */
	unsigned follow_ups;        /* 1u << enum follow_up_state: of all rounds */
	int64_t created_ms, updated_ms, resolved_ms;
	int64_t next_due_ms;        /* QUEUE_NO_DUE: no clock runs */
	const char *subject, *category, *language;
	const char *customer_name, *customer_mail, *customer_phone;
	const desk_id *tags;        /* of the ticket and of its customer */
	size_t n_tags;
	const desk_id *links;
	size_t n_links;
	const desk_id *escalated;   /* people who handed it on */
	size_t n_escalated;
	const desk_id *consulted;   /* people whose advice it waits for */
	size_t n_consulted;
	const desk_id *acknowledging; /* people who have to acknowledge a rung */
	size_t n_acknowledging;
	const desk_id *parts;       /* groups that owe an open part */
	size_t n_parts;
	const struct ticket_clock *clocks;
	size_t n_clocks;
	const struct find_fact *custom;
	size_t n_custom;
	/* find_document() of the head and of each message (customer, reply, note, forward; not
	 * system lines) */
	const char *const *documents;
	size_t n_documents;
};
/* The tree must be resolved when it names names (else those are false). `me` as resolved. */
gboolean find_evaluate(const struct find_tree *t, const struct find_facts *f);

/* ---- completion */
struct find_word {
	const char *name;   /* "billing" */
	const char *means;  /* "Billing 账单"; NULL none */
};
/* What the desk has to offer for a field's value: call `add` for each. Fixed vocabularies
 * (statuses, channels, is:, has:, `me`, ...) are known here. Categories are offered as
 * "account/sign-in". FIND_CUSTOM: the custom fields themselves ("size" for field.size). */
typedef void find_word_fn(const struct find_word *word, void *arg);
struct find_vocabulary {
	void (*words)(enum find_field field, find_word_fn *add, void *to, void *arg);
	void *arg;
};
struct find_completion {
	const char *text;   /* puts itself in place of bytes from..to of the text, quoted when needed */
	const char *shown;  /* what a list shows: "billing" */
	const char *means;  /* NULL none */
	int from, to;
	gboolean more;      /* a value follows (ends with ":"): no space after it */
};
typedef void find_completion_fn(const struct find_completion *c, void *arg);
/* Everything that the word at byte `cursor` can become: fields (and bare `is:` flags), then
 * values; those that begin with what is there first, else those that contain it. At most
 * `max`. Never fails; an odd text completes nothing. */
void find_complete(const char *text, size_t cursor, const struct find_vocabulary *v, int max,
                   find_completion_fn *fn, void *arg);

#endif
