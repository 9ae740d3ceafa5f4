/* Statements of the sample desk: its players look around, its times are shifted after a sleep. */
#ifndef STORAGE_STMT_SAMPLE_H
#define STORAGE_STMT_SAMPLE_H

#define STATEMENTS_SAMPLE(S, S2) \
	S(LIVE_TICKETS, \
	  "SELECT t.id, t.status, t.channel, t.waiting, t.customer_id, c.language, t.created_ms, " \
	  "(SELECT COUNT(*) FROM message AS m WHERE m.ticket_id = t.id AND m.kind = 0 AND m.id > COALESCE(" \
	  "(SELECT MAX(r.id) FROM message AS r WHERE r.ticket_id = t.id AND r.kind = 1 AND r.delivery = 0), 0)), " \
	  "COALESCE((SELECT MAX(p.at_ms) FROM message AS p WHERE p.ticket_id = t.id AND p.kind <= 1 " \
	  "AND p.delivery = 0), 0), t.updated_ms, (SELECT COUNT(*) FROM rating AS s WHERE s.ticket_id = t.id), " \
	  "t.assignee_id, t.after_sales FROM ticket AS t JOIN customer AS c ON c.id = t.customer_id " \
	  "WHERE t.active <> 0 OR t.status = 5 ORDER BY t.id DESC LIMIT $1") \
	S(BULK_NEXT, "UPDATE ticket SET next_due_ms = $2, next_warn_ms = $3, next_clock = $4, search = $5, " \
	  "alarm_ms = $6 WHERE id = $1") \
	S(LIVE_AWAKE, "SELECT at_ms FROM event ORDER BY seq DESC LIMIT 1") \
	S(SHIFT_TICKETS, "UPDATE ticket SET created_ms = created_ms + $1, updated_ms = updated_ms + $1, " \
	  "next_due_ms = CASE WHEN next_due_ms < $2 THEN next_due_ms + $1 ELSE next_due_ms END, " \
	  "next_warn_ms = CASE WHEN next_warn_ms < $2 THEN next_warn_ms + $1 ELSE next_warn_ms END, " \
	  "hold_until_ms = CASE WHEN hold_until_ms > 0 THEN hold_until_ms + $1 ELSE 0 END, " \
	  "alarm_ms = CASE WHEN alarm_ms > 0 THEN alarm_ms + $1 ELSE 0 END, " \
	  "resolved_ms = CASE WHEN resolved_ms > 0 THEN resolved_ms + $1 ELSE 0 END, " \
	  "queued_ms = CASE WHEN queued_ms > 0 THEN queued_ms + $1 ELSE 0 END, " \
	  "snoozed_ms = CASE WHEN snoozed_ms > 0 THEN snoozed_ms + $1 ELSE snoozed_ms END, " \
	  "promise_due_ms = CASE WHEN promise_due_ms > 0 THEN promise_due_ms + $1 ELSE 0 END") \
	S(SHIFT_RUNGS, "UPDATE escalation SET at_ms = at_ms + $1, " \
	  "acknowledge_by_ms = CASE WHEN acknowledge_by_ms > 0 THEN acknowledge_by_ms + $1 ELSE 0 END, " \
	  "acknowledged_ms = CASE WHEN acknowledged_ms > 0 THEN acknowledged_ms + $1 ELSE 0 END, " \
	  "estimate_ms = CASE WHEN estimate_ms > 0 THEN estimate_ms + $1 ELSE 0 END, " \
	  "ended_ms = CASE WHEN ended_ms > 0 THEN ended_ms + $1 ELSE 0 END") \
	S(SHIFT_STEPS, "UPDATE problem_step SET due_ms = CASE WHEN due_ms > 0 THEN due_ms + $1 ELSE 0 END, " \
	  "done_ms = CASE WHEN done_ms > 0 THEN done_ms + $1 ELSE 0 END") \
	S(SHIFT_MESSAGES, "UPDATE message SET at_ms = at_ms + $1, " \
	  "send_at_ms = CASE WHEN send_at_ms > 0 THEN send_at_ms + $1 ELSE 0 END") \
	S(SHIFT_FACTS, "UPDATE ticket_fact SET at_ms = at_ms + $1, " \
	  "due_ms = CASE WHEN due_ms > 0 THEN due_ms + $1 ELSE 0 END") \
	S(SHIFT_CLOCKS, "UPDATE ticket_clock SET " \
	  "started_ms = CASE WHEN started_ms > 0 THEN started_ms + $1 ELSE 0 END, " \
	  "due_ms = CASE WHEN due_ms > 0 THEN due_ms + $1 ELSE 0 END, " \
	  "warn_ms = CASE WHEN warn_ms > 0 THEN warn_ms + $1 ELSE 0 END, " \
	  "ended_ms = CASE WHEN ended_ms > 0 THEN ended_ms + $1 ELSE 0 END") \
	S(SHIFT_CUSTOMERS, "UPDATE customer SET " \
	  "last_contact_ms = CASE WHEN last_contact_ms > 0 THEN last_contact_ms + $1 ELSE 0 END, " \
	  "registered_ms = CASE WHEN registered_ms > 0 THEN registered_ms + $1 ELSE 0 END") \
	S(SHIFT_ORDERS, "UPDATE customer_order SET at_ms = at_ms + $1 WHERE at_ms > 0") \
	S(SHIFT_TAGS, "UPDATE customer_tag SET since_ms = since_ms + $1 WHERE since_ms > 0") \
	S(SHIFT_RATINGS, "UPDATE rating SET at_ms = at_ms + $1") \
	S(SHIFT_FOLLOW_UPS, "UPDATE follow_up SET due_ms = due_ms + $1, " \
	  "next_ms = CASE WHEN next_ms > 0 THEN next_ms + $1 ELSE 0 END, " \
	  "asked_ms = CASE WHEN asked_ms > 0 THEN asked_ms + $1 ELSE 0 END, " \
	  "answered_ms = CASE WHEN answered_ms > 0 THEN answered_ms + $1 ELSE 0 END, " \
	  "resolved_ms = CASE WHEN resolved_ms > 0 THEN resolved_ms + $1 ELSE 0 END, " \
	  "skipped_ms = CASE WHEN skipped_ms > 0 THEN skipped_ms + $1 ELSE 0 END") \
	S(SHIFT_FOLLOW_PLACES, "UPDATE ticket SET follow_due_ms = follow_due_ms + $1 WHERE follow_due_ms > 0")

#endif
