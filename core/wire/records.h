/* JSON Lines records of import and export, and of the sample desk: one object a
 * line, {"type": "customer"|"ticket"|"article"|"template"|"group"|"person"|"tag"|"policy"|"calendar", ...}.
 * `key` is the record's own stable name: importing it again updates, never doubles.
 * References between records are by key ("customer": "cust-12", "group": "billing").
 * Times are RFC 3339, ms numbers, or relative to the import's start ("-2h", "+15m", "now"). */
#ifndef WIRE_RECORDS_H
#define WIRE_RECORDS_H

#include "base/error.h"
#include "wire/model.h"

#define RECORD_TYPES(_) \
	_(GROUP, "group") _(PERSON, "person") _(TAG, "tag") _(CALENDAR, "calendar") \
	_(POLICY, "policy") _(CUSTOMER, "customer") _(ARTICLE, "article") \
	_(TEMPLATE, "template") _(TICKET, "ticket")
enum record_type {
#define E(id, name) RECORD_##id,
	RECORD_TYPES(E)
#undef E
	RECORD_TYPE_COUNT
};

struct record_message {
	char *key;               /* NULL: made from its position */
	enum message_kind kind;
	char *author;            /* person's name for reply and note */
	char *body;
	int64_t at_ms;
};

struct record_calendar_span { int weekday; int from_minute, to_minute; }; /* 1=Monday..7; to may exceed 1440: past midnight */

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
	struct ticket *ticket;       /* row, category, problem, tags...; ids unset */
	/* references of a ticket or person or template, by key */
	char *customer_key, *group_key, *assignee_key, *owner_key;
	GPtrArray *group_keys;       /* person */
	GPtrArray *messages;         /* struct record_message, of a ticket */
	int rating;                  /* ticket: stars 1..5, 0 none */
	/* calendar */
	char *zone;
	GArray *spans;               /* struct record_calendar_span */
	GPtrArray *holidays;         /* char* "2026-12-25" */
};

void record_free(struct record *r);
/* One line -> record. `now_ms` anchors relative times. DESK_INVALID names the member. */
struct record *record_parse(const char *line, size_t len, int64_t now_ms, GError **error);
void record_to_json(GString *out, const struct record *r);

#endif
