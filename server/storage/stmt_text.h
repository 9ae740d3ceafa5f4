/* Statements of the full-text index (server/desk/message_text.c). */
#ifndef STORAGE_STMT_TEXT_H
#define STORAGE_STMT_TEXT_H

#define STMT_TEXT_UPSERT " ON CONFLICT (doc) DO UPDATE SET tokens = excluded.tokens"

#define STATEMENTS_TEXT(S, S2) \
	S2(TEXT_ADD, "INSERT INTO message_text(rowid, tokens) VALUES ($1, $2)", \
	   "INSERT INTO message_text(doc, tokens) VALUES ($1, CAST(CAST($2 AS TEXT) AS tsvector))" STMT_TEXT_UPSERT) \
	/* $2: the tokens it was added with */ \
	S2(TEXT_REMOVE, "INSERT INTO message_text(message_text, rowid, tokens) VALUES ('delete', $1, $2)", \
	   "DELETE FROM message_text WHERE doc = $1 AND CAST($2 AS TEXT) IS NOT NULL") \
	S2(TEXT_ADD_MESSAGE, \
	   "INSERT INTO message_text(rowid, tokens) SELECT m.ticket_id * 1048576 + 7 + m.slot, $2 FROM message AS m " \
	   "WHERE m.id = $1 AND m.slot BETWEEN 1 AND 1048000", \
	   "INSERT INTO message_text(doc, tokens) SELECT m.ticket_id * 1048576 + 7 + m.slot, " \
	   "CAST(CAST($2 AS TEXT) AS tsvector) FROM message AS m " \
	   "WHERE m.id = $1 AND m.slot BETWEEN 1 AND 1048000" STMT_TEXT_UPSERT) \
	S2(TEXT_FORGET, "INSERT INTO message_text(message_text) VALUES ('delete-all')", \
	   "DELETE FROM message_text") \
	S(TEXT_SLOT_NEXT, "UPDATE ticket SET slots = slots + 1 WHERE id = $1") \
	S(TEXT_SLOT_GIVE, "UPDATE message SET slot = (SELECT t.slots FROM ticket AS t WHERE t.id = message.ticket_id) " \
	  "WHERE id = $1") \
	S(TEXT_SLOT_SET, "UPDATE message SET slot = $2 WHERE id = $1") \
	S(TEXT_SLOTS_SET, "UPDATE ticket SET slots = $2 WHERE id = $1") \
	S(TEXT_LOOSE, "SELECT m.id, t.slots, m.kind, m.body FROM message AS m JOIN ticket AS t ON t.id = m.ticket_id " \
	  "WHERE m.ticket_id = $1 AND m.slot = 0 AND m.kind <> $2 ORDER BY m.id") \
	S(TEXT_SLOTS_DROP, "UPDATE message SET slot = 0 WHERE ticket_id = $1") \
	S(TEXT_MESSAGES, "SELECT id, slot, kind, body FROM message WHERE ticket_id = $1 ORDER BY id") \
	S(TEXT_HEAD, "SELECT search FROM ticket WHERE id = $1") \
	S(TEXT_HEAD_PUT, "UPDATE ticket SET search = $2, category_key = $3 WHERE id = $1") \
	S(TEXT_TICKETS_BELOW, "SELECT id FROM ticket WHERE id < $1 ORDER BY id DESC LIMIT $2") \
	S(TEXT_NEWEST, "SELECT COALESCE(MAX(id), 0) FROM ticket") \
	S(TEXT_CUSTOMER_TICKETS, "SELECT id FROM ticket WHERE customer_id = $1 AND customer_name <> $2 ORDER BY id") \
	S(TEXT_CUSTOMERS_ABOVE, "SELECT id, email, phone, language FROM customer WHERE id > $1 ORDER BY id LIMIT $2") \
	S(TEXT_CUSTOMER_KEYS, "UPDATE customer SET mail_key = $2, phone_key = $3, language_key = $4 WHERE id = $1")

#endif
