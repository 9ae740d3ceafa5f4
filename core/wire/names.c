/* Names of the vocabulary on the wire, from the tables in model.h. */
#include "wire/fields.h"
#include "wire/wire.h"

#include <string.h>

static int find(const char *const *names, int n, const char *s)
{
	for (int i = 0; s && i < n; i++)
		if (strcmp(names[i], s) == 0)
			return i;
	return -1;
}

#define E(id, name) name,
#define VOCABULARY(fn, type, TABLE, count) \
	static const char *const fn##_names[] = {TABLE(E)}; \
	const struct words fn##_words = {fn##_names, count}; \
	const char *fn##_name(enum type v) \
	{ \
		return (unsigned)v < (unsigned)count ? fn##_names[v] : "?"; \
	} \
	int fn##_by_name(const char *s) \
	{ \
		return find(fn##_names, count, s); \
	}

VOCABULARY(role, role, MODEL_ROLES, ROLE_COUNT)
VOCABULARY(status, ticket_status, MODEL_STATUSES, STATUS_COUNT)
VOCABULARY(priority, ticket_priority, MODEL_PRIORITIES, PRIORITY_COUNT)
VOCABULARY(channel, channel, MODEL_CHANNELS, CHANNEL_COUNT)
VOCABULARY(problem, problem_class, MODEL_PROBLEMS, PROBLEM_COUNT)
VOCABULARY(clock_kind, clock_kind, MODEL_CLOCKS, CLOCK_COUNT)
VOCABULARY(clock_state, clock_state, MODEL_CLOCK_STATES, CLOCK_STATE_COUNT)
VOCABULARY(message_kind, message_kind, MODEL_MESSAGES, MESSAGE_COUNT)
VOCABULARY(delivery, delivery, MODEL_DELIVERY, DELIVERY_COUNT)
VOCABULARY(module, kb_module, MODEL_MODULES, MODULE_COUNT)
VOCABULARY(article_state, article_state, MODEL_ARTICLE_STATES, ARTICLE_STATE_COUNT)
VOCABULARY(part, template_part, MODEL_PARTS, PART_COUNT)
VOCABULARY(audience, audience, MODEL_AUDIENCES, AUDIENCE_COUNT)
VOCABULARY(scope, scope, MODEL_SCOPES, SCOPE_COUNT)
VOCABULARY(link, link_kind, MODEL_LINKS, LINK_COUNT)
VOCABULARY(desk_field_type, desk_field_type, MODEL_FIELD_TYPES, FIELD_TYPE_TOTAL)
VOCABULARY(compensation, compensation_kind, MODEL_COMPENSATIONS, COMPENSATION_COUNT)
VOCABULARY(decision, decision, MODEL_DECISIONS, DECISION_COUNT)
VOCABULARY(scan, scan_state, MODEL_SCANS, SCAN_COUNT)
VOCABULARY(mood, mood, MODEL_MOODS, MOOD_COUNT)
VOCABULARY(notice_kind, notice_kind, MODEL_NOTICES, NOTICE_COUNT)
VOCABULARY(agent_state, agent_state, MODEL_AGENT_STATES, AGENT_STATE_COUNT)
VOCABULARY(escalation_kind, escalation_kind, MODEL_ESCALATIONS, ESCALATION_KIND_COUNT)
VOCABULARY(escalation_state, escalation_state, MODEL_ESCALATION_STATES, RUNG_STATE_COUNT)
VOCABULARY(impact, impact, MODEL_IMPACTS, IMPACT_COUNT)
VOCABULARY(need, need, MODEL_NEEDS, NEED_COUNT)
VOCABULARY(problem_stage, problem_stage, MODEL_PROBLEM_STAGES, STAGE_COUNT)
VOCABULARY(follow_up_state, follow_up_state, MODEL_FOLLOW_UPS, FOLLOW_UP_STATE_COUNT)
VOCABULARY(rule_kind, rule_kind, MODEL_RULES, RULE_COUNT)
VOCABULARY(change, change_kind, WIRE_CHANGES, CHANGE_KIND_COUNT)
VOCABULARY(event_kind, event_kind, WIRE_EVENTS, EVENT_KIND_COUNT)

gboolean status_is_active(enum ticket_status v)
{
	return v <= STATUS_ON_HOLD;
}
