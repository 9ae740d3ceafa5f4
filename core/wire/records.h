/* JSON Lines records of import and export, and of the sample desk: one object a line.
 * ttydesk-import(5) is written from this comment.
 *
 * Every record has "type" and "key": the record's own stable name, 1 to 64 of
 * A-Z a-z 0-9 . _ -, unique per type; importing it again updates, never doubles.
 * Records refer to each other by key. Whoever reads a file skips empty lines and lines
 * that start with "#". Unknown members are ignored; * marks what must be there.
 *
 *  TIME    "now", "-2h30m", "+15m", "-200d" (units w d h m s, the largest first;
 *          relative to the import's start), RFC 3339 with its zone, "2026-11-22"
 *          (midnight UTC), or whole ms UTC
 *  LENGTH  "30s", "15m", "1h30m", "2d", or whole ms
 *  BODY    text, or a list of lines; up to WIRE_MAX_MESSAGE bytes
 *
 *  group     title, tier (1; 2; 0 = other department); its name is its key
 *  person    display*, role (agent), locale, groups: keys, skills: keys, capacity, active;
 *            log-in name = key
 *  tag       on: customer (default) or ticket; glyph; label: {en, zh}; advice: {en, zh};
 *            careful: a reply to its bearer is looked at twice
 *  calendar  zone, hours*: {"mon-fri": ["09:00-12:00", "13:00-18:00"], "sat": [...]}
 *            ("22:00-02:00" goes past midnight), holidays: ["2026-12-25 Christmas Day"] (the name
 *            may be left out), exceptions: ["2026-12-24 09:00-12:00 Christmas Eve", "2026-12-31
 *            closed"]: dates with hours of their own
 *  policy    name, position, channels (left out: all), after_sales (left out: both),
 *            problem (left out: both), tags: of customers, any of them, groups: keys, any of them,
 *            targets*: [{clock*, target* LENGTH, priority, problem, warn ("75%": shares of
 *            the target and times before its end, "50% 75% 10m", or "none"),
 *            pause: statuses, calendar: key}]
 *  customer  name*, language, email, phone, region, gender, occupation, birth_year, zone,
 *            preferences, manager: key of a person, registered TIME, tags: [key or {name*, why, since TIME, by}],
 *            orders: [{number*, items, state, amount "899.00" or amount_cents,
 *            currency (CNY), at TIME}]
 *  order     customer*: key, and what an order of a customer has: one that comes by itself
 *  article   module*, title*, body* BODY, category, language (en), keywords, state
 *            (published), author, at TIME, version (history's length + 1), used,
 *            helpful, unhelpful, history: older ones, oldest first: [{title*, body*,
 *            version, state (outdated), category, keywords, author, at}]
 *  template  part*, title*, body* BODY, name (the key), language (en), audience, scope,
 *            owner: key of the group or person, category, channels (left out: all), position
 *  skill     title; its name is its key, as that of a category, field and checklist
 *  category  label: {en, zh}, problem, after_sales, group, skill, position, active (true). Its key is
 *            its path and may hold slashes: "account/sign-in/code"
 *  field     kind (text; number, date, choice, yes-no), label: {en, zh}, ask: {en, zh},
 *            choices: texts, category: path (left out: all), required, position, active (true)
 *  checklist items*: texts, title, category, position
 *  limit     role*, kind*: coupon or refund, currency (CNY), per_ticket*, per_day*: "50.00"
 *            or "unlimited"
 *  view      query*, name (the key), title, scope (all; group), owner: key of the group,
 *            order (due; newest), position
 *  macro     steps* BODY: one action a line, name (the key), title, scope (all; group), owner:
 *            key of the group, category, position
 *  trigger   on*: events (rules of the desk: model_rule.h), when: query, do* BODY: one action a line,
 *            by: customer, person, desk, rule (left out: whoever), was: statuses (left out: any),
 *            clocks: of warnings and breaches (left out: all), title, position, active (true).
 *            Names of triggers, schedules and webhooks are their keys, one name space of all three
 *  schedule  at*: "every 15m", "mon-fri 09:00 17:30", do* BODY, when: query, calendar: key, most (2000)
 *            tickets a run, title, position, active (true)
 *  webhook   url*, on: events, when: query, by, was, clocks, secret (1): number of its secret, title,
 *            position, active (true). Without events it is only what triggers send it
 *  setting   value*; its key is one of those in desk_settings.h
 *  ticket    customer*, subject*, messages*: [{from*: customer, reply, note, system;
 *            body* BODY, author: key, at TIME, key}], status (new), priority, channel,
 *            group, assignee, category, problem (complex), after_sales, tags, created,
 *            claimed, resolved, hold_until, promised: TIME, escalated: {to*, at* TIME,
 *            by, reason, note}, rating 1 to 5, rating_comment, origin,
 *            fields: [{name*: key, value*}], checklist: [{text*, done, by, at TIME}],
 *            links: [{ticket*: key of one before it or at the desk, kind (related)}]
 *            A message without a time comes a minute after the one before it.
 *  problem   a problem behind tickets, with its steps, who was told, what they are told
 *  ticket-state, person-state, rule-state
 *            what a ticket, person or rule (its key) has lived through: facts, alarms, ladder, follow-ups, ...
 *  clock-state
 *            what policies and calendars were, and until when: clocks count by what held then
 *            These five have rows*: [{in*, ...}], written by export and read back as they are: `in` names
 *            the table (server/desk/carry.c), the others its columns; what is 0 or nothing is left out */
#ifndef WIRE_RECORDS_H
#define WIRE_RECORDS_H

#include "base/error.h"
#include "wire/model.h"
#include "wire/model_rule.h"

#define RECORD_TYPES(_) \
	_(GROUP, "group") _(PERSON, "person") _(TAG, "tag") _(CALENDAR, "calendar") \
	_(POLICY, "policy") _(CUSTOMER, "customer") _(ARTICLE, "article") \
	_(TEMPLATE, "template") _(TICKET, "ticket") _(SKILL, "skill") _(CATEGORY, "category") \
	_(FIELD, "field") _(CHECKLIST, "checklist") _(LIMIT, "limit") _(VIEW, "view") \
	_(SETTING, "setting") _(ORDER, "order") _(MACRO, "macro") \
	_(TRIGGER, "trigger") _(SCHEDULE, "schedule") _(WEBHOOK, "webhook") _(PROBLEM, "problem") \
	_(TICKET_STATE, "ticket-state") _(PERSON_STATE, "person-state") _(RULE_STATE, "rule-state") \
	_(CLOCK_STATE, "clock-state") /* grows at the end: stored as numbers */
enum record_type {
#define E(id, name) RECORD_##id,
	RECORD_TYPES(E)
#undef E
	RECORD_TYPE_COUNT
};

struct record_file {
	char *name, *media;
	char *file;              /* path beside the import's file; or */
	char *data;              /* base64 */
};

struct record_message {
	char *key;               /* NULL: made from its position */
	enum message_kind kind;
	char *author;            /* person's name for reply and note */
	char *body;              /* with html: may be empty */
	int64_t at_ms;
	char *html, *to, *cc;    /* as in struct message; NULL none */
	GPtrArray *attachments;  /* struct record_file; NULL none */
};

struct record_link {
	char *ticket;            /* key of the other one */
	enum link_kind kind;     /* what it is to this one */
};

/* A row as it is kept, its references by key: of ticket-state and its like. */
struct record_cell {
	char *column, *text;     /* text NULL: a number */
	int64_t number;
};
struct record_row {
	char *in;                /* the table */
	GArray *cells;           /* struct record_cell */
};
struct record_row *record_row_new(const char *in);
void record_row_free(struct record_row *row);
void record_row_add(struct record_row *row, const char *column, const char *text, int64_t number); /* copies */

struct record_calendar_span {
	int weekday;                /* 1 = Monday .. 7 */
	int from_minute, to_minute; /* to may exceed 1440: past midnight */
};

struct record {
	enum record_type type;
	char *key;
	/* exactly one of these by type */
	struct group *group;
	struct person *person;
	struct tag *tag;
	struct policy *policy;
	struct customer *customer;   /* tags by name in customer->tags (tag_id unset) */
	struct article *article;
	GPtrArray *article_history;  /* struct article: older versions, oldest first; or NULL */
	struct template *template;
	struct ticket *ticket;       /* row, category, problem, tags, fields, checklist...; ids unset */
	struct skill *skill;
	struct category *category;
	struct desk_field *field;
	struct checklist *checklist;
	struct compensation_limit *limit;
	struct saved_view *view;
	struct macro *macro;
	struct rule *rule;           /* trigger, schedule, webhook; its name is the key */
	struct order *order;         /* one that comes by itself; its customer by key */
	char *value;                 /* setting */
	/* references of a ticket or person or template, by key */
	char *customer_key, *group_key, *assignee_key, *owner_key;
	char *skill_key;             /* category */
	GPtrArray *group_keys, *skill_keys; /* person */
	GPtrArray *links;            /* struct record_link, of a ticket; or NULL */
	GPtrArray *messages;         /* struct record_message, of a ticket */
	char *escalated_to, *escalated_by, *escalation_note; /* ticket: keys; the reason is in ticket */
	int64_t escalated_ms;
	int64_t claimed_ms, resolved_ms; /* ticket; 0 = not told */
	int64_t promised_ms;         /* ticket: by when the newest promise is due; 0 none */
	int rating;                  /* ticket: stars 1..5, 0 none */
	char *rating_comment;
	GPtrArray *rows;             /* struct record_row; NULL: not of such a type */
	/* calendar */
	char *zone;
	GArray *spans;               /* struct record_calendar_span */
	GPtrArray *holidays;         /* char* "2026-12-25" or "2026-12-25 Christmas Day" */
	GPtrArray *exceptions;       /* char* "2026-12-24 09:00-12:00 Christmas Eve", "2026-12-31 closed" */
};

/* A holiday's or an exception's text. `date` gets the day; *called its name inside of `text`, NULL when
 * it has none; spans (struct record_calendar_span, weekday 0) are appended, none for "closed".
 * FALSE: it isn't one. */
gboolean record_holiday_parse(const char *text, char date[11], const char **called);
gboolean record_exception_parse(const char *text, char date[11], GArray *spans, const char **called);
/* Back again; g_free. */
char *record_holiday_text(const char *date, const char *called);
char *record_exception_text(const char *date, const struct record_calendar_span *spans, size_t n, const char *called);

const char *record_type_name(enum record_type type);
int record_type_by_name(const char *name); /* -1 unknown */
/* The types in an order in which each refers only to those before it (and to its own). */
extern const enum record_type record_order[RECORD_TYPE_COUNT];
/* TRUE for what administrators configure, FALSE for customer, article, ticket and what is carried as rows. */
gboolean record_is_config(enum record_type type);
/* TRUE for problem, ticket-state and their like. */
gboolean record_has_rows(enum record_type type);
/* Every other record that this one names, by type and key; ends when fn says FALSE. Keys of
 * tickets' links are left out: those may come later. */
typedef gboolean record_reference_fn(enum record_type type, const char *key, void *arg);
gboolean record_references(const struct record *r, record_reference_fn *fn, void *arg);
struct record *record_new(enum record_type type); /* neutral, with the object of its type */
void record_free(struct record *r);
/* Takes the key of the other ticket. */
void record_add_link(struct record *r, char *ticket, enum link_kind kind);
/* One line -> record. `now_ms` anchors relative times. DESK_INVALID names the member. */
struct record *record_parse(const char *line, size_t len, int64_t now_ms, GError **error);
void record_to_json(GString *out, const struct record *r);

#endif
