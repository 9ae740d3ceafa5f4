/* Whether something that happened to a ticket is what a rule waits for. Pure. */
#ifndef RULES_FIRES_H
#define RULES_FIRES_H

#include "wire/model_rule.h"

struct happening {
	unsigned events;           /* bits of enum rule_event */
	enum rule_by by;
	enum ticket_status was;    /* before it; of events with STATUS */
	enum clock_kind clock;     /* of WARNING, BREACH */
};
/* The events of it that the rule waits for; 0: none, or it isn't active. */
unsigned rule_fires(const struct rule *r, const struct happening *h);
/* "status, reply": g_free. */
char *rule_events_text(unsigned events);
/* The events that a change of that name in the feed is, beside those that the ticket itself shows; 0 none. */
unsigned rule_events_of_change(const char *change);

#endif
