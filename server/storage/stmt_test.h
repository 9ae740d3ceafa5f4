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
	S(TEST_BODY, "SELECT body FROM event WHERE seq = $1")
#else
#define STATEMENTS_TEST(S, S2)
#endif

#endif
