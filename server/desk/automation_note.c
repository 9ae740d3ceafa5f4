/* What happens to tickets, noted for the rules that wait for it. */
#include "server/desk/automation.h"

#include <string.h>

static unsigned events_of(const struct work *w, const char *change)
{
	const struct ticket_row *row = &w->ticket->row;
	unsigned events = w->happened | (w->fresh ? RULE_ON(NEW) : 0);

	for (guint i = 0; i < w->messages->len; i++) {
		const struct message *m = w->messages->pdata[i];

		if (m->kind == MESSAGE_CUSTOMER)
			events |= RULE_ON(CUSTOMER);
		else if (m->kind == MESSAGE_REPLY && m->delivery == DELIVERY_DONE)
			events |= RULE_ON(REPLY);
		else if (m->kind == MESSAGE_NOTE)
			events |= RULE_ON(NOTE);
	}
	if (w->change && w->change->kind == CHANGE_FOLLOW_UP)
		events |= RULE_ON(FOLLOW_UP);
	events |= rule_events_of_change(change);
	if (w->fresh)
		return events;
	return events | (row->status != w->was_status ? RULE_ON(STATUS) : 0) |
	       (row->assignee_id != w->was_assignee ? RULE_ON(ASSIGNED) : 0) |
	       (row->group_id != w->was_group ? RULE_ON(MOVED) : 0) |
	       (row->priority != w->was_priority ? RULE_ON(PRIORITY) : 0);
}

static enum rule_by by_of(const struct work *w, unsigned events, const char *change)
{
	if (w->who->chain)
		return BY_RULE;
	if (w->who->person_id)
		return BY_PERSON;
	return (events & RULE_ON(CUSTOMER)) || g_str_has_prefix(change, "customer-") ? BY_CUSTOMER : BY_DESK;
}

static gboolean note(struct work *w, const struct happening *h, GError **error)
{
	desk_id ticket_id = w->ticket->row.id;

	for (guint i = 0; i < w->words->rules->len; i++) {
		const struct rule *r = w->words->rules->pdata[i];
		unsigned events = rule_fires(r, h);

		/* What it did itself doesn't make it fire again. */
		if (!events || chain_may(w->who->chain, r->id, ticket_id) == CHAIN_AGAIN)
			continue;
		if (!DB_RUN(w->conn, STMT_QUEUE_ADD, NULL, NULL, error, DB_I(r->id), DB_I(ticket_id), DB_I(events),
		            DB_I(h->clock), DB_I(w->who->person_id), DB_T(w->who->chain), DB_I(w->now)))
			return FALSE;
	}
	return TRUE;
}

gboolean automation_note(struct work *w, const char *change, GError **error)
{
	struct happening h = {.events = events_of(w, change), .was = w->was_status};

	if (!(h.events & w->words->rule_events))
		return TRUE;
	h.by = by_of(w, h.events, change);
	return note(w, &h, error);
}

gboolean automation_note_clock(struct work *w, enum rule_event event, enum clock_kind clock, GError **error)
{
	const struct happening h = {
		.events = 1u << event, .by = BY_DESK, .was = w->ticket->row.status, .clock = clock};

	return !(h.events & w->words->rule_events) || note(w, &h, error);
}
