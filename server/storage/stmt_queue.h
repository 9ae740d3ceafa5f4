/* Statements of the queue; its pages are composed of fragments (stmt_find.h). */
#ifndef STORAGE_STMT_QUEUE_H
#define STORAGE_STMT_QUEUE_H

/* Columns of a struct ticket_row, in the order of tickets.c row_read(). */
#define STMT_ROW_COLS STMT_ROW_COLS_BY("next_due_ms, next_warn_ms, next_clock")
/* The same with another deadline in the place of the nearest clock's. */
#define STMT_ROW_COLS_BY(deadline) \
	"id, version, subject, status, priority, channel, group_id, assignee_id, customer_id, customer_name, " \
	"created_ms, updated_ms, " deadline ", waiting, tier, marks, snoozed_ms"
/* When the first rung of it that nobody has acknowledged goes back; else QUEUE_NO_DUE. */
#define STMT_BOUNCE \
	"COALESCE((SELECT MIN(b.acknowledge_by_ms) FROM escalation AS b WHERE b.ticket_id = t.id AND b.state = 0 " \
	"AND b.acknowledge_by_ms > 0), 4611686018427387903)"

#define STATEMENTS_QUEUE(S, S2) \
	S(QUEUE_TOTALS, "SELECT active, group_id, assignee_id, n FROM ticket_count WHERE n <> 0") \
	S(QUEUE_PROMISE_KEY, "SELECT promise_due_ms, id FROM ticket WHERE id = $1") \
	S(QUEUE_BOUNCE_KEY, "SELECT " STMT_BOUNCE ", t.id FROM ticket AS t WHERE t.id = $1") \
	S(QUEUE_FOLLOW_KEY, "SELECT follow_due_ms, id FROM ticket WHERE id = $1") \
	S(QUEUE_COUNT_ADD, "INSERT INTO ticket_count(active, group_id, assignee_id, n) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (active, group_id, assignee_id) DO UPDATE SET n = ticket_count.n + excluded.n")

#endif
