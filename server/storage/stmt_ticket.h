/* Statements of tickets, their messages, facts and clocks. */
#ifndef STORAGE_STMT_TICKET_H
#define STORAGE_STMT_TICKET_H

#include "server/storage/stmt_queue.h"

/* After the columns of a row: the rest of a ticket, in the order of tickets.c. */
#define STMT_TICKET_COLS \
	STMT_ROW_COLS ", category, problem, after_sales, hold_until_ms, escalation_reason, origin, newest_customer, " \
	"resolved_ms, merged_into, impact, need, priority_reason, problem_id"
#define STMT_TICKET_NEW_COLS \
	"active, subject, status, priority, channel, group_id, assignee_id, customer_id, customer_name, " \
	"created_ms, updated_ms, next_due_ms, next_warn_ms, next_clock, waiting, tier, marks, category, problem, " \
	"after_sales, hold_until_ms, escalation_reason, origin, newest_customer, search"
/* The search text holds the number: it is set once that is known. */
#define STMT_TICKET_NEW_VALUES \
	"$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, " \
	"$24, $25"
#define STMT_MESSAGE_COLS \
	"id, ticket_id, kind, delivery, author_id, author_name, body, at_ms, send_at_ms, once_key, html, " \
	"to_list, cc_list, from_ticket_id, files, whisper_to"

/* A moment that has come is the scheduler's to tell: it isn't forgotten for the next one. */
#define STMT_ALARM(next, now) "CASE WHEN alarm_ms > 0 AND alarm_ms <= " now " THEN alarm_ms ELSE " next " END"

#define STATEMENTS_TICKET(S, S2) \
	S(TICKET_ROW, "SELECT " STMT_ROW_COLS " FROM ticket WHERE id = $1") \
	S(TICKET, "SELECT " STMT_TICKET_COLS " FROM ticket WHERE id = $1") \
	S2(TICKET_LOCK, "SELECT " STMT_TICKET_COLS " FROM ticket WHERE id = $1", \
	   "SELECT " STMT_TICKET_COLS " FROM ticket WHERE id = $1 FOR UPDATE") \
	S2(TICKET_INSERT, \
	   "INSERT INTO ticket(id, " STMT_TICKET_NEW_COLS ") VALUES " \
	   "((SELECT COALESCE(MAX(id), 1000) + 1 FROM ticket), " STMT_TICKET_NEW_VALUES ") RETURNING id", \
	   "INSERT INTO ticket(" STMT_TICKET_NEW_COLS ") VALUES (" STMT_TICKET_NEW_VALUES ") RETURNING id") \
	S(TICKET_UPDATE, "UPDATE ticket SET version = $2, active = $3, subject = $4, status = $5, priority = $6, " \
	  "group_id = $7, assignee_id = $8, updated_ms = $9, next_due_ms = $10, next_warn_ms = $11, " \
	  "next_clock = $12, waiting = $13, tier = $14, category = $15, problem = $16, after_sales = $17, " \
	  "hold_until_ms = $18, escalation_reason = $19, newest_customer = $20, " \
	  "resolved_ms = $21, merged_into = $22, alarm_ms = " STMT_ALARM("$23", "$24") ", " \
	  "snoozed_ms = $25, promise_due_ms = $26 WHERE id = $1") \
	S(TICKET_SEARCH, "UPDATE ticket SET search = $2 WHERE id = $1") \
	S(TICKET_CUSTOMER, "UPDATE ticket SET customer_name = $2, marks = $3 WHERE customer_id = $1") \
	S(TICKET_RECENT, "SELECT id FROM ticket WHERE customer_id = $1 AND active <> 0 ORDER BY id DESC LIMIT $2") \
	S(TICKET_ACTIVE_COUNT, "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM ticket_count WHERE active <> 0") \
	S(TICKET_ANY, "SELECT 1 FROM ticket LIMIT 1") \
	S(TICKET_HELD, "SELECT id, hold_until_ms FROM ticket WHERE hold_until_ms > 0 ORDER BY hold_until_ms LIMIT $1") \
	S(TICKET_SNOOZED, "SELECT id, snoozed_ms FROM ticket WHERE snoozed_ms > 0 ORDER BY snoozed_ms LIMIT $1") \
	S(TICKET_TAGS, "SELECT name FROM ticket_tag WHERE ticket_id = $1 ORDER BY name") \
	S(TICKET_TAG_ADD, "INSERT INTO ticket_tag(ticket_id, name) VALUES ($1, $2) " \
	  "ON CONFLICT (ticket_id, name) DO NOTHING") \
	S(TICKET_TAG_REMOVE, "DELETE FROM ticket_tag WHERE ticket_id = $1 AND name = $2") \
	S(MESSAGE, "SELECT " STMT_MESSAGE_COLS " FROM message WHERE id = $1") \
	S(MESSAGES, "SELECT " STMT_MESSAGE_COLS " FROM message WHERE ticket_id = $1 AND id < $2 " \
	  "ORDER BY id DESC LIMIT $3") \
	S(MESSAGES_PAGE, "SELECT " STMT_MESSAGE_COLS " FROM message WHERE ticket_id = $1 AND (at_ms, id) < ($2, $3) " \
	  "ORDER BY at_ms DESC, id DESC LIMIT $4") \
	S(MESSAGE_AT, "SELECT at_ms FROM message WHERE id = $1") \
	S(MESSAGES_CUSTOMER, "SELECT body FROM message WHERE ticket_id = $1 AND kind = $2 " \
	  "ORDER BY at_ms DESC, id DESC LIMIT $3") \
	S(MESSAGE_KEYS, "SELECT once_key, id FROM message WHERE ticket_id = $1") \
	S(MESSAGE_INSERT, "INSERT INTO message(ticket_id, kind, delivery, author_id, author_name, body, at_ms, " \
	  "send_at_ms, once_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id") \
	S(MESSAGE_DELIVERY, "UPDATE message SET delivery = $2, send_at_ms = $3 WHERE id = $1") \
	S(MESSAGES_WAITING, "SELECT id, ticket_id, send_at_ms FROM message WHERE delivery = 1 " \
	  "AND kind IN (1, 4, 5) ORDER BY send_at_ms LIMIT $1") \
	/* of the customer or to them; 5 is told by the desk itself, and drops out where it waits */ \
	S(MESSAGE_PUBLIC_LAST, "SELECT COALESCE(MAX(at_ms), 0) FROM message WHERE ticket_id = $1 " \
	  "AND (kind IN (0, 1) OR (kind = 5 AND delivery = 0)) AND delivery IN (0, 1)") \
	S(PROGRESS_DROP, "UPDATE message SET delivery = 2, send_at_ms = 0 WHERE ticket_id = $1 AND kind = 5 " \
	  "AND delivery = 1") \
	S(FACTS, "SELECT kind, at_ms, status, due_ms FROM ticket_fact WHERE ticket_id = $1 ORDER BY at_ms, id") \
	S(FACT_INSERT, "INSERT INTO ticket_fact(ticket_id, kind, at_ms, status, due_ms) VALUES ($1, $2, $3, $4, $5)") \
	S(CLOCKS, "SELECT kind, state, started_ms, target_ms, due_ms, left_ms, warn_ms, ended_ms, policy_id, " \
	  "warnings FROM ticket_clock WHERE ticket_id = $1 ORDER BY kind") \
	S(CLOCK_PUT, "INSERT INTO ticket_clock(ticket_id, kind, state, started_ms, target_ms, due_ms, left_ms, " \
	  "warn_ms, ended_ms, policy_id, warnings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) " \
	  "ON CONFLICT (ticket_id, kind) DO UPDATE SET state = excluded.state, started_ms = excluded.started_ms, " \
	  "target_ms = excluded.target_ms, due_ms = excluded.due_ms, left_ms = excluded.left_ms, " \
	  "warn_ms = excluded.warn_ms, ended_ms = excluded.ended_ms, policy_id = excluded.policy_id, " \
	  "warnings = excluded.warnings") \
	S(CLOCK_REMOVE, "DELETE FROM ticket_clock WHERE ticket_id = $1 AND kind = $2") \
	S(RATING_INSERT, "INSERT INTO rating(ticket_id, customer_id, stars, comment, at_ms) " \
	  "VALUES ($1, $2, $3, $4, $5)") \
	S(RATING_OF, "SELECT stars FROM rating WHERE ticket_id = $1 LIMIT 1")

#endif
