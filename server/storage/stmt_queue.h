/* Statements of the queue: pages of ticket rows in the order (next_due_ms, id).
 *
 * One family per kind of list; a list over several groups is merged from one
 * page per group, so that each statement is a range of one index. */
#ifndef STORAGE_STMT_QUEUE_H
#define STORAGE_STMT_QUEUE_H

/* Columns of a struct ticket_row, in the order of tickets.c row_read(). */
#define STMT_ROW_COLS \
	"id, version, subject, status, priority, channel, group_id, assignee_id, customer_id, customer_name, " \
	"created_ms, updated_ms, next_due_ms, next_warn_ms, next_clock, waiting, tier, marks"

/* The filter: each of four folded words ('' = none) is somewhere in `search`. */
#define STMT_WORDS_SQLITE \
	" AND instr(search, $5) > 0 AND instr(search, $6) > 0 AND instr(search, $7) > 0 AND instr(search, $8) > 0 "
#define STMT_WORDS_POSTGRES \
	" AND strpos(search, $5) > 0 AND strpos(search, $6) > 0 AND strpos(search, $7) > 0 " \
	"AND strpos(search, $8) > 0 "

#define STMT_QUEUE_NEXT(where, words) \
	"SELECT " STMT_ROW_COLS " FROM ticket WHERE " where " AND (next_due_ms, id) > ($2, $3)" words \
	" ORDER BY next_due_ms, id LIMIT $4"
#define STMT_QUEUE_PREV(where, words) \
	"SELECT " STMT_ROW_COLS " FROM ticket WHERE " where " AND (next_due_ms, id) < ($2, $3)" words \
	" ORDER BY next_due_ms DESC, id DESC LIMIT $4"
#define STMT_QUEUE_COUNT(where, words) \
	"SELECT COUNT(*) FROM (SELECT 1 FROM ticket WHERE " where " AND (next_due_ms, id) < ($2, $3)" words \
	" LIMIT $4) AS part"

#define STMT_QUEUE_FAMILY(S, S2, name, where) \
	S(QUEUE_##name##_NEXT, STMT_QUEUE_NEXT(where, "")) \
	S(QUEUE_##name##_PREV, STMT_QUEUE_PREV(where, "")) \
	S(QUEUE_##name##_COUNT, STMT_QUEUE_COUNT(where, "")) \
	S2(QUEUE_##name##_NEXT_WORDS, STMT_QUEUE_NEXT(where, STMT_WORDS_SQLITE), \
	   STMT_QUEUE_NEXT(where, STMT_WORDS_POSTGRES)) \
	S2(QUEUE_##name##_PREV_WORDS, STMT_QUEUE_PREV(where, STMT_WORDS_SQLITE), \
	   STMT_QUEUE_PREV(where, STMT_WORDS_POSTGRES)) \
	S2(QUEUE_##name##_COUNT_WORDS, STMT_QUEUE_COUNT(where, STMT_WORDS_SQLITE), \
	   STMT_QUEUE_COUNT(where, STMT_WORDS_POSTGRES))

#define STATEMENTS_QUEUE(S, S2) \
	STMT_QUEUE_FAMILY(S, S2, ALL, "active = 1 AND CAST($1 AS BIGINT) = 0") \
	STMT_QUEUE_FAMILY(S, S2, GROUP, "active = 1 AND group_id = $1") \
	STMT_QUEUE_FAMILY(S, S2, DONE, "active = 0 AND group_id = $1") \
	STMT_QUEUE_FAMILY(S, S2, FREE, "active = 1 AND assignee_id = 0 AND group_id = $1") \
	STMT_QUEUE_FAMILY(S, S2, PERSON, "active = 1 AND assignee_id <> 0 AND assignee_id = $1") \
	S(QUEUE_TOTALS, "SELECT active, group_id, assignee_id, n FROM ticket_count WHERE n <> 0") \
	S(QUEUE_COUNT_ADD, "INSERT INTO ticket_count(active, group_id, assignee_id, n) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (active, group_id, assignee_id) DO UPDATE SET n = ticket_count.n + excluded.n") \
	S2(QUEUE_CLAIM_BEST, \
	   "SELECT id, next_due_ms FROM ticket WHERE active = 1 AND assignee_id = 0 AND group_id = $1 " \
	   "ORDER BY next_due_ms, id LIMIT 1", \
	   "SELECT id, next_due_ms FROM ticket WHERE active = 1 AND assignee_id = 0 AND group_id = $1 " \
	   "ORDER BY next_due_ms, id LIMIT 1 FOR UPDATE SKIP LOCKED")

#endif
