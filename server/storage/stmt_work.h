/* Statements of the daily work in depth: what tickets carry beside their messages,
 * merging and splitting, compensation, secrets. */
#ifndef STORAGE_STMT_WORK_H
#define STORAGE_STMT_WORK_H

/* One statement reads all of a ticket's small lists: part says which; place orders it.
 * Columns: part, place, id, seven numbers, four texts; see ticket_extras.c. Kind 1 of a
 * link is a parent. */
#define STMT_NO_TEXT "CAST(NULL AS TEXT)"
#define STMT_EXTRAS_FIELDS \
	"SELECT 0 AS part, f.position AS place, f.id AS id, 0 AS n1, 0 AS n2, 0 AS n3, 0 AS n4, 0 AS n5, 0 AS n6, " \
	"0 AS n7, f.name AS t1, v.value AS t2, " STMT_NO_TEXT " AS t3, " STMT_NO_TEXT " AS t4 " \
	"FROM ticket_field v JOIN desk_field f ON f.id = v.field_id WHERE v.ticket_id = $1"
#define STMT_EXTRAS_LINKS(part, here, there) \
	"SELECT " part ", l." there ", l." there ", l.kind, t.status, 0, 0, 0, 0, 0, t.subject, " STMT_NO_TEXT ", " \
	STMT_NO_TEXT ", " STMT_NO_TEXT " FROM ticket_link l JOIN ticket t ON t.id = l." there \
	" WHERE l." here " = $1"
#define STMT_EXTRAS_CHECKS \
	"SELECT 3, c.id, c.id, c.done, c.by_id, c.at_ms, 0, 0, 0, 0, c.text, " STMT_NO_TEXT ", " STMT_NO_TEXT ", " \
	STMT_NO_TEXT " FROM ticket_check c WHERE c.ticket_id = $1"
#define STMT_EXTRAS_GIVEN \
	"SELECT 4, -g.id, g.id, g.kind, g.state, g.amount_cents, g.by_id, g.at_ms, g.decided_id, g.decided_ms, " \
	"g.currency, g.order_number, g.reason, g.decision_reason FROM compensation g WHERE g.ticket_id = $1"

#define STMT_COMPENSATION_COLS \
	"id, ticket_id, kind, state, amount_cents, currency, order_number, reason, by_id, at_ms, decided_id, " \
	"decision_reason, decided_ms"
#define STMT_ATTACHED_COLS "id, name, media, size, sha256, scan, message_id"

#define STATEMENTS_WORK(S, S2) \
	S(TICKET_EXTRAS, STMT_EXTRAS_FIELDS " UNION ALL " STMT_EXTRAS_LINKS("1", "ticket_id", "other_id") \
	  " UNION ALL " STMT_EXTRAS_LINKS("2", "other_id", "ticket_id") " UNION ALL " STMT_EXTRAS_CHECKS \
	  " UNION ALL " STMT_EXTRAS_GIVEN " ORDER BY 1, 2, 3") \
	S(TICKET_WHOSE, "UPDATE ticket SET customer_id = $2, customer_name = $3, marks = $4 WHERE id = $1") \
	S(TICKET_FIELD_PUT, "INSERT INTO ticket_field(ticket_id, field_id, value, folded, number) " \
	  "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (ticket_id, field_id) DO UPDATE SET value = excluded.value, " \
	  "folded = excluded.folded, number = excluded.number") \
	S(TICKET_FIELD_REMOVE, "DELETE FROM ticket_field WHERE ticket_id = $1 AND field_id = $2") \
	S(TICKET_FIELDS_COPY, "INSERT INTO ticket_field(ticket_id, field_id, value, folded, number) " \
	  "SELECT CAST($2 AS BIGINT), field_id, value, folded, number FROM ticket_field WHERE ticket_id = $1 " \
	  "ON CONFLICT (ticket_id, field_id) DO NOTHING") \
	S(TICKET_TAGS_COPY, "INSERT INTO ticket_tag(ticket_id, name) SELECT CAST($2 AS BIGINT), name " \
	  "FROM ticket_tag WHERE ticket_id = $1 ON CONFLICT (ticket_id, name) DO NOTHING") \
	S(FACT_INSERT_AT, "INSERT INTO ticket_fact(ticket_id, kind, at_ms, status, due_ms) VALUES ($1, $2, $3, 0, $4)") \
	S(LINK_ADD, "INSERT INTO ticket_link(ticket_id, other_id, kind) VALUES ($1, $2, $3) " \
	  "ON CONFLICT (ticket_id, other_id) DO UPDATE SET kind = excluded.kind") \
	S(LINK_REMOVE, "DELETE FROM ticket_link WHERE (ticket_id = $1 AND other_id = $2) " \
	  "OR (ticket_id = $2 AND other_id = $1)") \
	S(LINK_PARENT, "SELECT other_id FROM ticket_link WHERE ticket_id = $1 AND kind = 1 LIMIT 1") \
	S(LINK_BETWEEN, "SELECT ticket_id, kind FROM ticket_link WHERE (ticket_id = $1 AND other_id = $2) " \
	  "OR (ticket_id = $2 AND other_id = $1)") \
	S(LINK_LIST, "SELECT ticket_id, other_id, kind FROM ticket_link WHERE ticket_id = $1 OR other_id = $1") \
	S(LINK_CLEAR, "DELETE FROM ticket_link WHERE ticket_id = $1 OR other_id = $1") \
	S(CHECK_INSERT, "INSERT INTO ticket_check(ticket_id, text) VALUES ($1, $2)") \
	S(CHECK_COUNT, "SELECT COUNT(*) FROM ticket_check WHERE ticket_id = $1") \
	S(CHECK_GET, "SELECT done, text FROM ticket_check WHERE id = $1 AND ticket_id = $2") \
	S(CHECK_SET, "UPDATE ticket_check SET done = $2, by_id = $3, at_ms = $4 WHERE id = $1") \
	S(CHECK_REMOVE, "DELETE FROM ticket_check WHERE id = $1") \
	S(CHECK_MOVE, "UPDATE ticket_check SET ticket_id = $2 WHERE ticket_id = $1") \
	S(COMPENSATION, "SELECT " STMT_COMPENSATION_COLS " FROM compensation WHERE id = $1") \
	S(COMPENSATION_LIST, "SELECT " STMT_COMPENSATION_COLS " FROM compensation WHERE state = $1 " \
	  "ORDER BY id DESC LIMIT $2") \
	S(COMPENSATION_INSERT, "INSERT INTO compensation(ticket_id, kind, state, amount_cents, currency, order_number, " \
	  "reason, by_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id") \
	S(COMPENSATION_DECIDE, "UPDATE compensation SET state = $2, decided_id = $3, decision_reason = $4, " \
	  "decided_ms = $5 WHERE id = $1") \
	S(COMPENSATION_MOVE, "UPDATE compensation SET ticket_id = $2 WHERE ticket_id = $1") \
	S(COMPENSATION_ON_TICKET, "SELECT CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) FROM compensation " \
	  "WHERE ticket_id = $1 AND kind = $2 AND currency = $3 AND state = 1") \
	S(COMPENSATION_OF_DAY, "SELECT CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) FROM compensation " \
	  "WHERE by_id = $1 AND at_ms >= $2 AND kind = $3 AND currency = $4 AND state = 1 AND decided_id = 0") \
	S(COMPENSATION_LIMIT, "SELECT per_ticket_cents, per_day_cents FROM compensation_limit WHERE role = $1 " \
	  "AND kind = $2 AND currency = $3") \
	S(ORDER_AMOUNT, "SELECT amount_cents, currency FROM customer_order WHERE customer_id = $1 AND number = $2") \
	S(MESSAGE_EXTRAS, "UPDATE message SET to_list = $2, cc_list = $3, files = $4 WHERE id = $1") \
	S(MESSAGE_COPY, "INSERT INTO message(ticket_id, kind, delivery, author_id, author_name, body, at_ms, " \
	  "send_at_ms, html, to_list, cc_list, from_ticket_id, files) SELECT CAST($2 AS BIGINT), kind, 0, author_id, " \
	  "author_name, body, at_ms, 0, html, to_list, cc_list, ticket_id, files FROM message WHERE id = $1 " \
	  "RETURNING id") \
	S(MESSAGE_MOVE, "UPDATE message SET ticket_id = $2, slot = 0, from_ticket_id = " \
	  "CASE WHEN from_ticket_id = 0 OR from_ticket_id = $2 THEN $1 ELSE from_ticket_id END " \
	  "WHERE ticket_id = $1 AND kind <> 3") \
	S(MESSAGE_TALK, "SELECT id, kind, at_ms FROM message WHERE ticket_id = $1 AND kind <= 1 AND delivery = 0 " \
	  "ORDER BY at_ms DESC, id DESC LIMIT $2") \
	S(MESSAGES_PUBLIC, "SELECT id, kind, author_name, body, at_ms FROM message WHERE ticket_id = $1 AND kind <= 1 " \
	  "AND delivery = 0 ORDER BY at_ms DESC, id DESC LIMIT $2") \
	S(ATTACHED, "SELECT " STMT_ATTACHED_COLS " FROM attachment WHERE ticket_id = $1 AND message_id >= $2 " \
	  "AND message_id <= $3 ORDER BY message_id, id") \
	S(ATTACHED_TO, "SELECT " STMT_ATTACHED_COLS " FROM attachment WHERE message_id = $1 ORDER BY id") \
	S(ATTACHED_LOOSE, "SELECT by_id, message_id, scan, name FROM attachment WHERE id = $1") \
	S(ATTACHED_LINK, "UPDATE attachment SET message_id = $2, ticket_id = $3 WHERE id = $1 AND message_id = 0") \
	S(ATTACHED_MOVE, "UPDATE attachment SET ticket_id = $2 WHERE ticket_id = $1") \
	S(ATTACHED_COPY, "INSERT INTO attachment(message_id, ticket_id, name, media, size, sha256, scan, place, by_id, " \
	  "at_ms) SELECT CAST($2 AS BIGINT), CAST($3 AS BIGINT), name, media, size, sha256, scan, place, by_id, at_ms " \
	  "FROM attachment WHERE id = $1 RETURNING id") \
	S(ATTACHED_COPY_DATA, "INSERT INTO attachment_data(attachment_id, data) SELECT CAST($2 AS BIGINT), data " \
	  "FROM attachment_data WHERE attachment_id = $1") \
	S(SECRET_EPOCH, "SELECT secret_epoch FROM ticket WHERE id = $1") \
	S(SECRET_CHANGE, "UPDATE ticket SET secret_epoch = secret_epoch + 1 WHERE id = $1") \
	S(SECRET_KEY_ADD, "INSERT INTO settings(name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING") \
	S(PUBLIC_VOICE, "SELECT language, zone FROM customer WHERE id = $1") \
	S(PUBLIC_TICKET, "SELECT subject, status, created_ms, updated_ms, secret_epoch, merged_into, customer_id " \
	  "FROM ticket WHERE id = $1")

#endif
