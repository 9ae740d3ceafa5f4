/* Rules of the desk as an administrator writes them: triggers (on a change), schedules (by the clock)
 * and webhooks (changes told to other programs). The conventions are those of model.h. */
#ifndef WIRE_MODEL_RULE_H
#define WIRE_MODEL_RULE_H

#include "wire/model.h"
#include "wire/model_service.h"

/* What happens to a ticket. id, name; stored as bits: grows at the end, 31 at most. */
#define MODEL_RULE_EVENTS(_) \
	_(NEW, "new") /* a ticket was opened */ \
	_(CUSTOMER, "customer") /* the customer wrote */ \
	_(REPLY, "reply") /* a reply left for the customer */ \
	_(NOTE, "note") /* a note was written */ \
	_(STATUS, "status") /* the status changed */ \
	_(ASSIGNED, "assigned") /* somebody got it, or nobody has it any more */ \
	_(MOVED, "moved") /* it went to another group */ \
	_(PRIORITY, "priority") /* the priority changed */ \
	_(CATEGORY, "category") /* the category was set */ \
	_(TAG, "tag") /* a tag was set or removed */ \
	_(FIELD, "field") /* a custom field was set */ \
	_(RATED, "rated") /* the customer rated */ \
	_(PROMISED, "promised") /* something was promised to the customer */ \
	_(WARNING, "warning") /* a clock will soon be over */ \
	_(BREACH, "breach") /* a clock is over */ \
	_(ESCALATED, "escalated") /* it went to the second tier or to another department */ \
	_(RETURNED, "returned") /* an escalation was given back or bounced */ \
	_(CANT_SOLVE, "cant-solve") /* somebody could not solve it */ \
	_(MERGED, "merged") /* another ticket went into it */ \
	_(INCIDENT, "incident") /* its category has a peak: an incident is suspected */ \
	_(FOLLOW_UP, "follow-up") /* the questions after the case were answered */ \
	_(PROBLEM, "problem") /* it was linked with a problem */
#define MODEL_RULE_BY(_) _(CUSTOMER, "customer") _(PERSON, "person") _(DESK, "desk") /* time itself */ _(RULE, "rule")

enum rule_event {
#define E(id, name) ON_##id,
	MODEL_RULE_EVENTS(E)
#undef E
	RULE_EVENT_COUNT
};
enum rule_by {
#define E(id, name) BY_##id,
	MODEL_RULE_BY(E)
#undef E
	RULE_BY_COUNT
};
#define RULE_ON(event) (1u << ON_##event)

const char *rule_event_name(enum rule_event v);   /* never NULL */
int rule_event_by_name(const char *s);            /* -1 unknown */
extern const struct words rule_event_words, rule_by_words;

#define RULE_MOST 2000       /* tickets of one run of a schedule */

struct rule {
	desk_id id;
	enum rule_kind kind;
	char *name, *title;
	int position;            /* of two that fit the lower one is first */
	gboolean active;
	unsigned events;         /* bits of enum rule_event; TRIGGER, WEBHOOK */
	unsigned by;             /* bits of enum rule_by; 0 whoever */
	unsigned was;            /* STATUS: bits of enum ticket_status it came from; 0 any */
	unsigned clocks;         /* WARNING, BREACH: bits of enum clock_kind; 0 any */
	char *when;              /* query of rules/find.h about the ticket; NULL: every one */
	char *steps;             /* actions, one a line (rules/steps.h); NULL: WEBHOOK */
	char *at;                /* SCHEDULE: rules/schedule.h */
	char *calendar;          /* SCHEDULE: name; only in its working time, and in its zone; NULL none */
	int most;                /* SCHEDULE: tickets a run, 1 to RULE_MOST */
	char *url;               /* WEBHOOK */
	int secret;              /* WEBHOOK: number of its secret; another one makes a new secret */
	/* kept by the server */
	int64_t last_ms, next_ms;     /* SCHEDULE: last and next run */
	int64_t suspended_ms;         /* by the loop guard, since; 0 not */
	char *suspended_why;
};
void rule_free(struct rule *r);
extern const struct shape shape_rule;
/* What a webhook is sent: JSON with delivery, webhook, event, at_ms, category and the ticket's row. g_free. */
char *webhook_body(const char *delivery, const char *webhook, const char *event, int64_t at_ms, const struct ticket *t);

#endif
