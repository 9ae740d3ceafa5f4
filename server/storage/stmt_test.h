/* Statements that only the contract suite runs; none in a release. */
#ifndef STORAGE_STMT_TEST_H
#define STORAGE_STMT_TEST_H

#ifdef DESK_TEST_HOOKS
#define STATEMENTS_TEST(S, S2) \
	/* parameters out of order on purpose: SQLite numbers names by first appearance */ \
	S2(TEST_ECHO, "SELECT CAST($3 AS REAL), CAST($1 AS INTEGER), CAST($2 AS TEXT)", \
	              "SELECT CAST($3 AS DOUBLE PRECISION), CAST($1 AS BIGINT), CAST($2 AS TEXT)") \
	S2(TEST_BLOB, "SELECT CAST($1 AS BLOB), length(CAST($1 AS BLOB)), CAST($2 AS INTEGER)", \
	              "SELECT CAST($1 AS BYTEA), length(CAST($1 AS BYTEA)), CAST($2 AS BIGINT)") \
	S(TEST_COUNT, "SELECT count(*), count(DISTINCT value) FROM settings") \
	S(TEST_LIST, "SELECT name FROM settings ORDER BY name") \
	S(TEST_INSERT, "INSERT INTO settings (name, value) VALUES ($1, $2)") \
	S(TEST_CATEGORY, "INSERT INTO category(name, problem, after_sales, group_id, active) VALUES ($1, $2, $3, $4, $5)") \
	S(TEST_FIELD, "INSERT INTO desk_field(name, type, choices, category, required, position) " \
	  "VALUES ($1, $2, $3, $4, $5, $6)") \
	S(TEST_CHECKLIST, "INSERT INTO checklist(name, items) VALUES ($1, $2)") \
	S(TEST_LIMIT, "INSERT INTO compensation_limit(role, kind, currency, per_ticket_cents, per_day_cents) " \
	  "VALUES ($1, $2, $3, $4, $5)") \
	S(TEST_FILE, "INSERT INTO attachment(name, media, size, sha256, scan, by_id, at_ms) " \
	  "VALUES ($1, 'text/plain', 3, 'abc', $2, $3, 1) RETURNING id") \
	S(TEST_FILE_DATA, "INSERT INTO attachment_data(attachment_id, data) VALUES ($1, $2)") \
	S(TEST_NUMBER, "SELECT number FROM ticket_field WHERE ticket_id = $1") \
	S(TEST_FACTS, "SELECT COUNT(*) FROM ticket_fact WHERE ticket_id = $1 AND kind = $2") \
	S(TEST_BODY, "SELECT body FROM event WHERE seq = $1")
#else
#define STATEMENTS_TEST(S, S2)
#endif

#endif
