/* Statements of the follow-up after sales. */
#ifndef STORAGE_STMT_FOLLOW_UP_H
#define STORAGE_STMT_FOLLOW_UP_H

#define STMT_FOLLOW_UP_COLS \
	"ticket_id, round, state, due_ms, next_ms, asked, asked_ms, asked_id, ask_message, solved, speed, improve, " \
	"answered_ms, answered_id, solver_id, resolved_ms, skipped_ms, skipped_id, skip_reason"
#define STMT_FOLLOW_UP_SET(m) m " = excluded." m
#define STATEMENTS_FOLLOW_UP(S, S2) \
	S(FOLLOW_UP, "SELECT " STMT_FOLLOW_UP_COLS " FROM follow_up WHERE ticket_id = $1 ORDER BY round DESC LIMIT 1") \
	S(FOLLOW_UP_PUT, "INSERT INTO follow_up(" STMT_FOLLOW_UP_COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, " \
	  "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19) ON CONFLICT (ticket_id, round) DO UPDATE SET " \
	  STMT_FOLLOW_UP_SET("state") ", " STMT_FOLLOW_UP_SET("due_ms") ", " STMT_FOLLOW_UP_SET("next_ms") ", " \
	  STMT_FOLLOW_UP_SET("asked") ", " STMT_FOLLOW_UP_SET("asked_ms") ", " STMT_FOLLOW_UP_SET("asked_id") ", " \
	  STMT_FOLLOW_UP_SET("ask_message") ", " STMT_FOLLOW_UP_SET("solved") ", " STMT_FOLLOW_UP_SET("speed") ", " \
	  STMT_FOLLOW_UP_SET("improve") ", " STMT_FOLLOW_UP_SET("answered_ms") ", " STMT_FOLLOW_UP_SET("answered_id") ", " \
	  STMT_FOLLOW_UP_SET("solver_id") ", " STMT_FOLLOW_UP_SET("resolved_ms") ", " STMT_FOLLOW_UP_SET("skipped_ms") ", " \
	  STMT_FOLLOW_UP_SET("skipped_id") ", " STMT_FOLLOW_UP_SET("skip_reason")) \
	S(FOLLOW_UP_TICKET, "UPDATE ticket SET follow_due_ms = $2 WHERE id = $1") \
	S(FOLLOW_UPS_DUE, "SELECT ticket_id, next_ms FROM follow_up WHERE next_ms > 0 ORDER BY next_ms LIMIT $1") \
	/* 5 is resolved, as in the index; those of after-sales have a loop of their own */ \
	S(TICKETS_SOLVED, "SELECT id, resolved_ms FROM ticket WHERE status = 5 AND after_sales = 0 AND resolved_ms > 0 " \
	  "ORDER BY resolved_ms LIMIT $1") \
	S(TEMPLATES_OF_PART, "SELECT name, language, body, channels FROM template WHERE part = $1 AND scope = $2 " \
	  "AND audience = 0 ORDER BY position, id") \
	S(TEMPLATE_PART, "SELECT part FROM template WHERE id = $1") \
	S(FOLLOW_UP_VERIFY, "SELECT t.id FROM ticket AS t WHERE t.status = $1 AND EXISTS (SELECT 1 FROM follow_up AS f " \
	  "WHERE f.ticket_id = t.id AND f.state <= $2) ORDER BY t.id LIMIT $3")

#endif
