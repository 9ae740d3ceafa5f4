/* Statements of `ttydeskd check`: what is kept beside the records against the records. */
#ifndef STORAGE_STMT_CHECK_H
#define STORAGE_STMT_CHECK_H

#define STATEMENTS_CHECK(S, S2) \
	S(CHECK_COUNTS, "SELECT active, group_id, assignee_id, CAST(SUM(n) AS BIGINT) FROM " \
	  "(SELECT active, group_id, assignee_id, n FROM ticket_count UNION ALL " \
	  "SELECT active, group_id, assignee_id, -COUNT(*) FROM ticket GROUP BY active, group_id, assignee_id) " \
	  "AS both_sides GROUP BY active, group_id, assignee_id HAVING SUM(n) <> 0 " \
	  "ORDER BY active, group_id, assignee_id LIMIT 1") \
	S(CHECK_LAST, "SELECT COALESCE(MAX(id), 0) FROM ticket") \
	/* $3, $4: the states of a clock that runs; $5: no clock does */ \
	S(CHECK_NEXT, "SELECT id, next_due_ms, due_ms FROM (SELECT t.id, t.next_due_ms, CASE WHEN t.active <> 0 THEN " \
	  "COALESCE((SELECT MIN(c.due_ms) FROM ticket_clock AS c WHERE c.ticket_id = t.id AND " \
	  "(c.state = $3 OR c.state = $4)), CAST($5 AS BIGINT)) ELSE CAST($5 AS BIGINT) END AS due_ms " \
	  "FROM ticket AS t WHERE t.id > $1 AND t.id <= $2) AS slice WHERE next_due_ms <> due_ms ORDER BY id LIMIT 1")

#endif
