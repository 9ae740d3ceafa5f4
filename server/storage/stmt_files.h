/* Statements of attachments: files of messages, and uploaded ones that wait for their message. */
#ifndef STORAGE_STMT_FILES_H
#define STORAGE_STMT_FILES_H

#define STMT_ATTACHMENT_COLS \
	"id, message_id, ticket_id, name, media, size, sha256, scan, place, by_id"

/* ATTACHMENT_KEEP lets uploads of all servers in together, ATTACHMENT_SWEEP one remover alone, until
 * the transaction ends: a file is never removed between being found and being referred to. SQLite's
 * one writer needs neither. */
#define STATEMENTS_FILES(S, S2) \
	S2(ATTACHMENT_KEEP, "SELECT 0", \
	   "SELECT length(CAST(pg_advisory_xact_lock_shared(7261731) AS TEXT))") \
	S2(ATTACHMENT_SWEEP, "SELECT 0", "SELECT length(CAST(pg_advisory_xact_lock(7261731) AS TEXT))") \
	S(ATTACHMENT_ADD, "INSERT INTO attachment(message_id, ticket_id, name, media, size, sha256, scan, place, " \
	  "by_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id") \
	S(ATTACHMENT_DATA_ADD, "INSERT INTO attachment_data(attachment_id, data) VALUES ($1, $2)") \
	S(ATTACHMENT, "SELECT " STMT_ATTACHMENT_COLS " FROM attachment WHERE id = $1") \
	S(ATTACHMENT_DATA, "SELECT data FROM attachment_data WHERE attachment_id = $1") \
	S(ATTACHMENT_LOOSE, "SELECT COUNT(*) FROM attachment WHERE message_id = 0 AND by_id = $1") \
	S(MESSAGE_MAIL, "UPDATE message SET html = $2, to_list = $3, cc_list = $4 WHERE id = $1") \
	S(ATTACHMENT_COUNTED, "UPDATE message SET files = files + $2 WHERE id = $1") \
	S(ATTACHMENTS_STALE, "SELECT " STMT_ATTACHMENT_COLS " FROM attachment WHERE message_id = 0 AND at_ms < $1 " \
	  "ORDER BY at_ms LIMIT $2") \
	S(ATTACHMENT_OLDEST, "SELECT CAST(COALESCE(MIN(at_ms), 0) AS BIGINT) FROM attachment WHERE message_id = 0") \
	S(ATTACHMENT_REMOVE, "DELETE FROM attachment WHERE id = $1 AND message_id = 0") \
	S(ATTACHMENT_DATA_REMOVE, "DELETE FROM attachment_data WHERE attachment_id = $1") \
	S(ATTACHMENT_SUM_USED, "SELECT id FROM attachment WHERE sha256 = $1 AND place = 1 LIMIT 1") \
	S(ATTACHMENTS_OF_MESSAGE, "SELECT " STMT_ATTACHMENT_COLS " FROM attachment WHERE message_id = $1 AND " \
	  "message_id <> 0 ORDER BY id") \
	S(ATTACHMENTS_AFTER, "SELECT " STMT_ATTACHMENT_COLS " FROM attachment WHERE id > $1 ORDER BY id LIMIT $2") \
	S(IDEM_REPLACE, "UPDATE idempotency SET answer = $3, at_ms = $4 WHERE person_id = $1 AND key = $2")

#endif
