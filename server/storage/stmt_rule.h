/* Statements of triggers, schedules and webhooks: the rules, their queue, what they did, deliveries. */
#ifndef STORAGE_STMT_RULE_H
#define STORAGE_STMT_RULE_H

#define STMT_RULE_COLS "id, kind, name, title, position, active, events, by_whom, was, clocks, condition, steps, " \
	"schedule, calendar, most, url, secret, last_ms, next_ms, suspended_ms, suspended_why"
#define STMT_DELIVERY_COLS "id, delivery, webhook, event, ticket_id, at_ms, tries, status, next_ms, error, done_ms"
#define STATEMENTS_RULE(S, S2) \
	S(RULES, "SELECT " STMT_RULE_COLS " FROM automation ORDER BY position, name") \
	S(RULES_OF, "SELECT " STMT_RULE_COLS " FROM automation WHERE kind = $1 ORDER BY id") \
	S(RULE, "SELECT " STMT_RULE_COLS " FROM automation WHERE id = $1") \
	S(RULE_FIND, "SELECT id FROM automation WHERE name = $1") \
	S(RULE_INSERT, "INSERT INTO automation(kind, name, title, position, active, events, by_whom, was, clocks, condition, " \
	  "steps, schedule, calendar, most, url, secret, next_ms) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id") \
	S(RULE_UPDATE, "UPDATE automation SET kind = $2, name = $3, title = $4, position = $5, active = $6, events = $7, " \
	  "by_whom = $8, was = $9, clocks = $10, condition = $11, steps = $12, schedule = $13, calendar = $14, most = $15, " \
	  "url = $16, secret = $17, next_ms = $18, suspended_ms = 0, suspended_why = NULL WHERE id = $1") \
	S(RULE_DELETE, "DELETE FROM automation WHERE id = $1") \
	S(RULE_QUEUE_CLEAR, "DELETE FROM automation_queue WHERE automation_id = $1") \
	S(RULE_SUSPEND, "UPDATE automation SET suspended_ms = $2, suspended_why = $3 WHERE id = $1 AND suspended_ms = 0") \
	S(RULE_RESUME, "UPDATE automation SET suspended_ms = 0, suspended_why = NULL WHERE name = $1") \
	S(RULE_RAN, "UPDATE automation SET last_ms = $2, next_ms = $3 WHERE id = $1 AND next_ms = $4") \
	S(RULES_NEXT, "SELECT id, next_ms FROM automation WHERE next_ms > 0 ORDER BY next_ms LIMIT $1") \
	S(QUEUE_ADD, "INSERT INTO automation_queue(automation_id, ticket_id, events, clock, by_id, chain, at_ms) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7)") \
	S(QUEUE_NEXT, "SELECT id, ticket_id, not_before_ms FROM automation_queue ORDER BY not_before_ms, id LIMIT $1") \
	S(QUEUE_TAKE, "DELETE FROM automation_queue WHERE id = $1 " \
	  "RETURNING automation_id, ticket_id, events, clock, by_id, chain, at_ms") \
	S(QUEUE_LATER, "UPDATE automation_queue SET not_before_ms = $2 WHERE id = $1") \
	S(RUN_ADD, "INSERT INTO automation_run(automation_id, kind, name, ticket_id, at_ms, why, did, error) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)") \
	S(RUN_COUNT, "SELECT COUNT(*) FROM automation_run WHERE ticket_id = $1 AND automation_id = $2 AND at_ms > $3") \
	S(RUN_ERRORS, "SELECT COUNT(*) FROM automation_run WHERE name = $1 AND at_ms > $2 AND error IS NOT NULL") \
	S(RUNS, "SELECT id, kind, name, ticket_id, at_ms, why, did, error FROM automation_run WHERE id < $1 " \
	  "ORDER BY id DESC LIMIT $2") \
	S(RUNS_OF_RULE, "SELECT id, kind, name, ticket_id, at_ms, why, did, error FROM automation_run WHERE name = $1 AND id < $2 " \
	  "ORDER BY id DESC LIMIT $3") \
	S(RUNS_OF_TICKET, "SELECT id, kind, name, ticket_id, at_ms, why, did, error FROM automation_run WHERE ticket_id = $1 " \
	  "AND id < $2 ORDER BY id DESC LIMIT $3") \
	S(RUNS_PRUNE, "DELETE FROM automation_run WHERE id IN " \
	  "(SELECT id FROM automation_run WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)") \
	S(DELIVERY_ADD, "INSERT INTO webhook_delivery(delivery, automation_id, webhook, event, ticket_id, body, at_ms, next_ms) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $7)") \
	S(DELIVERIES, "SELECT " STMT_DELIVERY_COLS " FROM webhook_delivery WHERE id < $1 ORDER BY id DESC LIMIT $2") \
	S(DELIVERY, "SELECT " STMT_DELIVERY_COLS " FROM webhook_delivery WHERE id = $1") \
	S(DELIVERY_DUE, "SELECT id, next_ms FROM webhook_delivery WHERE next_ms > 0 ORDER BY next_ms LIMIT $1") \
	S(DELIVERY_LEASE, "UPDATE webhook_delivery SET next_ms = $3, tries = tries + 1 WHERE id = $1 AND next_ms > 0 " \
	  "AND next_ms <= $2 RETURNING id, automation_id, delivery, event, body, tries") \
	S(DELIVERY_DONE, "UPDATE webhook_delivery SET status = $2, error = $3, next_ms = $4, done_ms = $5 WHERE id = $1") \
	S(DELIVERY_RETRY, "UPDATE webhook_delivery SET next_ms = $2, tries = 0, error = NULL " \
	  "WHERE id = $1 AND done_ms = 0") \
	S(DELIVERIES_PRUNE, "DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery WHERE at_ms < $1 " \
	  "AND next_ms = 0 ORDER BY at_ms LIMIT $2)") \
	/* what happened to tickets, newest first, for trying a rule on the past: ticket, when, detail */ \
	S(PAST_OPENED, "SELECT id, created_ms, 0 FROM ticket WHERE id < $1 ORDER BY id DESC LIMIT $2") \
	S(PAST_MESSAGES, "SELECT ticket_id, at_ms, author_id FROM message WHERE kind = $1 AND delivery = 0 ORDER BY id DESC LIMIT $2") \
	S(PAST_ALARMS, "SELECT DISTINCT ticket_id, at_ms, clock FROM alarm WHERE kind = $1 ORDER BY at_ms DESC LIMIT $2") \
	S(PAST_FACTS, "SELECT ticket_id, at_ms, status FROM ticket_fact WHERE kind = $1 ORDER BY id DESC LIMIT $2") \
	/* a ticket's notes (kind 2) and lines of history (3) */ \
	S(PAST_LINES, "SELECT kind, at_ms, CASE WHEN kind = 3 THEN body ELSE NULL END FROM message WHERE ticket_id = $1 " \
	  "AND kind IN (2, 3) ORDER BY at_ms, id") \
	S(PAST_RATINGS, "SELECT ticket_id, at_ms, stars FROM rating WHERE id < $1 ORDER BY id DESC LIMIT $2") \
	/* who is told of clocks */ \
	S(GROUP_AVAILABLE, "SELECT p.id FROM person AS p JOIN person_group AS g ON g.person_id = p.id JOIN agent_state AS s " \
	  "ON s.person_id = p.id WHERE g.group_id = $1 AND p.active = 1 AND s.state = $2 ORDER BY p.id") \
	/* notices about mass events only: those of a rule or a clock */ \
	S(NOTICE_NTH, "SELECT at_ms FROM notice WHERE person_id = $1 AND kind = $3 AND ticket_id <> 0 " \
	  "ORDER BY id DESC LIMIT 1 OFFSET $2") \
	S(NOTICE_SUMMARY, "SELECT id, text, at_ms FROM notice WHERE person_id = $1 AND kind = $2 AND ticket_id = 0 " \
	  "AND at_ms > $3 AND seen = 0 ORDER BY id DESC LIMIT 1") \
	S(NOTICE_SUMMARY_SET, "UPDATE notice SET text = $2 WHERE id = $1") \
	/* the warning of the clock that is over by now becomes its breach */ \
	S(NOTICE_WARNED, "SELECT id FROM notice WHERE person_id = $1 AND kind = $2 AND ticket_id = $3 AND clock = $4 " \
	  "AND at_ms > $5 ORDER BY id DESC LIMIT 1") \
	S(NOTICE_RAISE, "UPDATE notice SET kind = $2, text = $3, at_ms = $4, late = $5, seen = 0 WHERE id = $1") \
	S(TICKET_DUE, "SELECT next_due_ms FROM ticket WHERE id = $1")

#endif
