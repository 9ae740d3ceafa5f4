/* Statements of what export carries as rows, table by table: what an owner has, in an order that is the same in
 * every desk; away with it; one row more. The columns are named in server/desk/carry.c, in the same order. */
#ifndef STORAGE_STMT_CARRY_H
#define STORAGE_STMT_CARRY_H

#define STMT_KEPT(S, id, table, owner, columns, values, order) \
	S(CARRY_##id, "SELECT " columns " FROM " table " WHERE " owner " = $1 ORDER BY " order) \
	S(CARRY_##id##_CLEAR, "DELETE FROM " table " WHERE " owner " = $1") \
	S(CARRY_##id##_ADD, "INSERT INTO " table "(" owner ", " columns ") VALUES ($1, " values ")")

#define STMT_RUNG_KEPT \
	"kind, state, parent_id, from_group_id, from_person_id, to_group_id, to_person_id, by_id, reason, task, note_id, " \
	"at_ms, acknowledge_by_ms, acknowledged_ms, taken_id, estimate_ms, answer, ended_ms"
#define STMT_RULE_NAMED "(SELECT a.name FROM automation AS a WHERE a.id = $1)"
/* what isn't as the record of the ticket tells it: not gone yet, promising, whispered, moved here, a reply (1) of the desk */
#define STMT_MESSAGE_KEPT \
	"ticket_id = $1 AND delivery <> 2 AND (delivery <> 0 OR promise_ms > 0 OR whisper_to > 0 OR from_ticket_id > 0 OR " \
	"(author_id = 0 AND kind = 1))"

#define STATEMENTS_CARRY(S, S2) \
	STMT_KEPT(S, FACT, "ticket_fact", "ticket_id", "kind, at_ms, status, due_ms", "$2, $3, $4, $5", "at_ms, id") \
	STMT_KEPT(S, ALARM, "alarm", "ticket_id", "clock, kind, due_ms, at_ms, threshold", "$2, $3, $4, $5, $6", \
	  "at_ms, clock, kind, due_ms, threshold") \
	STMT_KEPT(S, FOLLOW_UP, "follow_up", "ticket_id", "round, state, due_ms, next_ms, asked, asked_ms, asked_id, " \
	  "ask_message, solved, speed, improve, answered_ms, answered_id, solver_id, resolved_ms, skipped_ms, skipped_id, " \
	  "skip_reason", "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19", "round") \
	STMT_KEPT(S, ARTICLE_USE, "article_use", "ticket_id", "article_id, person_id, at_ms", "$2, $3, $4", "at_ms, article_id") \
	STMT_KEPT(S, COMPENSATION, "compensation", "ticket_id", "kind, state, amount_cents, currency, order_number, reason, " \
	  "by_id, at_ms, decided_id, decision_reason, decided_ms", "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12", "id") \
	STMT_KEPT(S, RATING, "rating", "ticket_id", "customer_id, stars, comment, at_ms", "$2, $3, $4, $5", "id") \
	STMT_KEPT(S, PASSED, "offer_passed", "ticket_id", "person_id, at_ms, reason", "$2, $3, $4", "at_ms, person_id") \
	S(CARRY_RUNG, "SELECT id, " STMT_RUNG_KEPT " FROM escalation WHERE ticket_id = $1 ORDER BY id") \
	S(CARRY_RUNG_CLEAR, "DELETE FROM escalation WHERE ticket_id = $1") \
	S(CARRY_RUNG_ADD, "INSERT INTO escalation(ticket_id, " STMT_RUNG_KEPT ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, " \
	  "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id") \
	S(CARRY_TICKET, "SELECT tier, hold_until_ms, escalation_reason, resolved_ms, merged_into, secret_epoch, queued_ms, " \
	  "impact, need, priority_reason, problem_id, snoozed_ms, follow_due_ms, updated_ms FROM ticket WHERE id = $1") \
	S(CARRY_TICKET_SET, "UPDATE ticket SET tier = $2, hold_until_ms = $3, escalation_reason = $4, resolved_ms = $5, " \
	  "merged_into = $6, secret_epoch = $7, queued_ms = $8, impact = $9, need = $10, priority_reason = $11, " \
	  "problem_id = $12, snoozed_ms = $13, follow_due_ms = $14, alarm_ms = 0, updated_ms = $15 WHERE id = $1") \
	S(CARRY_MESSAGE, "SELECT id, kind, delivery, send_at_ms, promise_ms, whisper_to, from_ticket_id FROM message WHERE " \
	  STMT_MESSAGE_KEPT " ORDER BY at_ms, id") \
	S(CARRY_MESSAGE_SET, "UPDATE message SET kind = $3, delivery = $4, send_at_ms = $5, promise_ms = $6, whisper_to = $7, " \
	  "from_ticket_id = $8 WHERE id = $2 AND ticket_id = $1") \
	S(CARRY_MESSAGE_KEY, "SELECT once_key FROM message WHERE id = $1 AND ticket_id = $2 AND delivery <> 2") \
	S(CARRY_MESSAGE_ID, "SELECT id FROM message WHERE ticket_id = $1 AND once_key = $2") \
	/* ---- problems */ \
	S(CARRY_PROBLEM, "SELECT version, title, stage, category, root_cause, owner_id, opened_ms, updated_ms, article_id, " \
	  "training_id, peak_ms, topic, work, tell_from, tell_by FROM problem WHERE id = $1") \
	S(CARRY_PROBLEM_SET, "UPDATE problem SET version = $2, title = $3, stage = $4, category = $5, root_cause = $6, " \
	  "owner_id = $7, opened_ms = $8, updated_ms = $9, article_id = $10, training_id = $11, peak_ms = $12, topic = $13, " \
	  "work = $14, tell_from = $15, tell_by = $16 WHERE id = $1") \
	STMT_KEPT(S, STEP, "problem_step", "problem_id", "stage, owner_id, due_ms, done_ms, done_id, note", \
	  "$2, $3, $4, $5, $6, $7", "stage") \
	STMT_KEPT(S, TOLD, "problem_told", "problem_id", "customer_id, ticket_id, at_ms, satisfied", \
	  "$2, $3, $4, $5", "customer_id") \
	STMT_KEPT(S, TEXT, "problem_text", "problem_id", "position, language, body", "$2, $3, $4", "position") \
	STMT_KEPT(S, RAISED, "problem_raised", "problem_id", "ticket_id, was_priority, was_reason", "$2, $3, $4", "ticket_id") \
	S(CARRY_INCIDENT, "SELECT topic, since_ms FROM incident WHERE problem_id = $1 ORDER BY since_ms, topic") \
	S(CARRY_INCIDENT_CLEAR, "DELETE FROM incident WHERE problem_id = $1") \
	S(CARRY_INCIDENT_ADD, "INSERT INTO incident(problem_id, topic, since_ms) VALUES ($1, $2, $3) ON CONFLICT (topic) " \
	  "DO UPDATE SET problem_id = excluded.problem_id, since_ms = excluded.since_ms") \
	/* ---- people and rules */ \
	STMT_KEPT(S, AGENT_LOG, "agent_log", "person_id", "state, reason, at_ms, by_id", "$2, $3, $4, $5", "at_ms, id") \
	S(CARRY_AGENT, "SELECT state, reason, since_ms, until_ms, seen_ms, back FROM agent_state WHERE person_id = $1") \
	S(CARRY_AGENT_SET, "INSERT INTO agent_state(person_id, state, reason, since_ms, until_ms, seen_ms, back) VALUES " \
	  "($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, " \
	  "since_ms = excluded.since_ms, until_ms = excluded.until_ms, seen_ms = excluded.seen_ms, back = excluded.back") \
	S(CARRY_RULE, "SELECT last_ms, next_ms, suspended_ms, suspended_why FROM automation WHERE id = $1") \
	S(CARRY_RULE_SET, "UPDATE automation SET last_ms = $2, next_ms = $3, suspended_ms = $4, suspended_why = $5 WHERE id = $1") \
	S(CARRY_RUN, "SELECT kind, ticket_id, at_ms, why, did, error FROM automation_run WHERE name = " STMT_RULE_NAMED \
	  " ORDER BY id") \
	S(CARRY_RUN_CLEAR, "DELETE FROM automation_run WHERE name = " STMT_RULE_NAMED) \
	S(CARRY_RUN_ADD, "INSERT INTO automation_run(automation_id, name, kind, ticket_id, at_ms, why, did, error) " \
	  "SELECT id, name, $2, $3, $4, $5, $6, $7 FROM automation WHERE id = $1") \
	/* ---- the desk's own: $1 is 0 */ \
	S(CARRY_ERA, "SELECT from_ms, text FROM clock_era WHERE from_ms >= $1 ORDER BY from_ms") \
	S(CARRY_ERA_CLEAR, "DELETE FROM clock_era WHERE from_ms >= $1") \
	S(CARRY_ERA_ADD, "INSERT INTO clock_era(from_ms, text) VALUES (CAST($1 AS BIGINT) + CAST($2 AS BIGINT), $3)") \
	S(EXPORT_DESK, "SELECT CAST(1 AS BIGINT) WHERE CAST($1 AS BIGINT) < 1 LIMIT $2") \
	/* ---- their owners, some hundred at a time */ \
	S(EXPORT_PROBLEMS, "SELECT id FROM problem WHERE id > $1 ORDER BY id LIMIT $2") \
	S(EXPORT_PEOPLE, "SELECT id FROM person WHERE id > $1 ORDER BY id LIMIT $2") \
	S(EXPORT_RULES, "SELECT id FROM automation WHERE id > $1 ORDER BY id LIMIT $2") \
	S(EXPORT_PERSON_NAME, "SELECT name FROM person WHERE id = $1") \
	S(EXPORT_RULE_NAME, "SELECT name FROM automation WHERE id = $1")

#endif
