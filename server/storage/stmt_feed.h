/* Statements of feed, idempotency and settings (storage itself). */
#ifndef STORAGE_STMT_FEED_H
#define STORAGE_STMT_FEED_H

#define STATEMENTS_FEED(S, S2) \
	S(FEED_HEAD, "SELECT seq FROM feed_head WHERE id = 1") \
	S(FEED_HEAD_SET, "UPDATE feed_head SET seq = $1 WHERE id = 1") \
	S(FEED_ADD, "INSERT INTO event (seq, at_ms, body) VALUES ($1, $2, $3)") \
	S(FEED_AFTER, "SELECT seq, body FROM event WHERE seq > $1 ORDER BY seq LIMIT $2") \
	S(FEED_OLDEST, "SELECT seq FROM event ORDER BY seq LIMIT 1") \
	S(FEED_SPAN, "SELECT count(*), min(seq), max(seq) FROM event") \
	/* $1: up to this number all go; up to $2 only those older than $3 */ \
	S(FEED_PRUNE, "DELETE FROM event WHERE seq <= $1 OR (seq <= $2 AND at_ms < $3)") \
	S(IDEM_GET, "SELECT body_hash, status, answer FROM idempotency WHERE person_id = $1 AND key = $2") \
	S(IDEM_ADD, "INSERT INTO idempotency (person_id, key, body_hash, status, answer, at_ms) " \
	            "VALUES ($1, $2, $3, $4, $5, $6)") \
	S(IDEM_PRUNE, "DELETE FROM idempotency WHERE (person_id, key) IN " \
	              "(SELECT person_id, key FROM idempotency WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)") \
	S(SETTING_GET, "SELECT value FROM settings WHERE name = $1") \
	S(SETTING_PUT, "INSERT INTO settings (name, value) VALUES ($1, $2) " \
	               "ON CONFLICT (name) DO UPDATE SET value = excluded.value") \
	S(SETTING_DROP, "DELETE FROM settings WHERE name = $1")

#endif
