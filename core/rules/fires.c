/* What rules wait for. */
#include "rules/fires.h"

#include <string.h>

#define OF_CLOCKS (RULE_ON(WARNING) | RULE_ON(BREACH))

unsigned rule_fires(const struct rule *r, const struct happening *h)
{
	unsigned events = r->events & h->events;

	if (!r->active || r->suspended_ms || (r->by && !(r->by >> h->by & 1)))
		return 0;
	if (r->was && !(r->was >> h->was & 1))
		events &= ~RULE_ON(STATUS);
	if (r->clocks && !(r->clocks >> h->clock & 1))
		events &= ~OF_CLOCKS;
	return events;
}

char *rule_events_text(unsigned events)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < RULE_EVENT_COUNT; i++)
		if (events >> i & 1)
			g_string_append_printf(out, "%s%s", out->len ? ", " : "", rule_event_name((enum rule_event)i));
	return g_string_free(out, FALSE);
}

unsigned rule_events_of_change(const char *change)
{
	static const struct {
		const char *change;
		unsigned events;
	} table[] = {
		{"category", RULE_ON(CATEGORY)}, {"tag", RULE_ON(TAG)}, {"customer-tag", RULE_ON(TAG)},
		{"field", RULE_ON(FIELD)}, {"customer-rates", RULE_ON(RATED)}, {"promise", RULE_ON(PROMISED)},
		{"escalate", RULE_ON(ESCALATED)}, {"return", RULE_ON(RETURNED)}, {"bounced", RULE_ON(RETURNED)},
		{"cant-solve", RULE_ON(CANT_SOLVE)}, {"merge", RULE_ON(MERGED)}, {"incident", RULE_ON(INCIDENT)},
		{"problem-link", RULE_ON(PROBLEM)},
	};

	for (size_t i = 0; change && i < G_N_ELEMENTS(table); i++)
		if (strcmp(table[i].change, change) == 0)
			return table[i].events;
	return 0;
}
