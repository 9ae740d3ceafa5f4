/* Fragments of which the query language and the queue make their statements
 * (db_compose.h). F has one text for both engines, F2 SQLite's and PostgreSQL's; the same
 * rules of dialect hold as in statements.h, and each fragment numbers its own parameters.
 *
 * Kinds: HEAD begins a statement and wants a condition; OPENER and CLOSER are a pair around
 * one; CONDITION is true or false of the ticket `t`, never NULL; JOINT stands between two
 * conditions; BRACE is one of `NOT ( )`; END follows the last condition; WHOLE stands alone.
 *
 * A list of ids is one text: [1,2,3] for SQLite, {1,2,3} for PostgreSQL. */
#ifndef STORAGE_STMT_FIND_H
#define STORAGE_STMT_FIND_H

#include "server/storage/stmt_queue.h"

enum db_frag_kind {
	FRAG_KIND_HEAD,
	FRAG_KIND_OPENER,
	FRAG_KIND_CLOSER,
	FRAG_KIND_CONDITION,
	FRAG_KIND_JOINT,
	FRAG_KIND_BRACE,
	FRAG_KIND_END,
	FRAG_KIND_WHOLE,
	FRAG_KIND_TAIL /* tests: behind TEST_PAIR */
};

/* Documents of a ticket in message_text are numbered from id << 20. */
#define STMT_DOCS_OF_T "BETWEEN t.id * 1048576 AND t.id * 1048576 + 1048575"

#define FRAG_IN_SQLITE " IN (SELECT value FROM json_each($1))"
#define FRAG_IN_POSTGRES " = ANY(CAST(CAST($1 AS TEXT) AS BIGINT[]))"

#define FRAGMENTS_FRAME(F, F2) \
	F(ROWS, HEAD, "SELECT " STMT_ROW_COLS " FROM ticket AS t WHERE ") \
	F(IDS, HEAD, "SELECT t.id FROM ticket AS t WHERE ") \
	F(COUNT_OF, OPENER, "SELECT COUNT(*) FROM (SELECT 1 FROM ticket AS t WHERE ") \
	F(COUNT_END, CLOSER, " LIMIT $1) AS part") \
	F(AND, JOINT, " AND ") \
	F(OR, JOINT, " OR ") \
	F(NOT, BRACE, "NOT ") \
	F(OPEN, BRACE, "(") \
	F(CLOSE, BRACE, ")") \
	F(TRUE, CONDITION, "1 = 1") \
	F(FALSE, CONDITION, "1 = 0") \
	/* by deadline */ \
	F(DUE_AFTER, CONDITION, "(t.next_due_ms, t.id) > ($1, $2)") \
	F(DUE_BEFORE, CONDITION, "(t.next_due_ms, t.id) < ($1, $2)") \
	F(DUE_FIRST, END, " ORDER BY t.next_due_ms, t.id LIMIT $1") \
	F(DUE_LAST, END, " ORDER BY t.next_due_ms DESC, t.id DESC LIMIT $1") \
	/* newest first */ \
	F(ID_BELOW, CONDITION, "t.id < $1") \
	F(ID_ABOVE, CONDITION, "t.id > $1") \
	F(NEW_FIRST, END, " ORDER BY t.id DESC LIMIT $1") \
	F(NEW_LAST, END, " ORDER BY t.id LIMIT $1") \
	/* the same where the tickets are picked by number: no walk over an index can be better */ \
	F(PICKED, CONDITION, "t.id = $1") \
	F2(PICKED_LIST, CONDITION, "t.id" FRAG_IN_SQLITE, "t.id" FRAG_IN_POSTGRES) \
	F(PICKED_DUE_FIRST, END, " ORDER BY t.next_due_ms + 0, t.id + 0 LIMIT $1") \
	F(PICKED_DUE_LAST, END, " ORDER BY t.next_due_ms + 0 DESC, t.id + 0 DESC LIMIT $1") \
	F(PICKED_NEW_FIRST, END, " ORDER BY t.id + 0 DESC LIMIT $1") \
	F(PICKED_NEW_LAST, END, " ORDER BY t.id + 0 LIMIT $1")

/* The lists: each is a range of an index, in deadline order. */
#define FRAGMENTS_LIST(F, F2) \
	F(LIST_EVERY, CONDITION, "1 = 1") \
	F(LIST_ALL, CONDITION, "t.active = 1") \
	F(LIST_GROUP, CONDITION, "t.active = 1 AND t.group_id = $1") \
	F(LIST_DONE, CONDITION, "t.active = 0 AND t.group_id = $1") \
	F(LIST_FREE, CONDITION, "t.active = 1 AND t.assignee_id = 0 AND t.group_id = $1") \
	F(LIST_PERSON, CONDITION, "t.active = 1 AND t.assignee_id <> 0 AND t.assignee_id = $1")

/* Full text: $1 is a query in the engine's own language, made in message_text.c. */
#define FRAGMENTS_TEXT(F, F2) \
	F2(TEXT_IN, CONDITION, \
	   "EXISTS (SELECT 1 FROM message_text WHERE message_text MATCH $1 AND rowid " STMT_DOCS_OF_T ")", \
	   "EXISTS (SELECT 1 FROM message_text AS d WHERE d.doc " STMT_DOCS_OF_T \
	   " AND ts_match_vq(d.tokens, CAST(CAST($1 AS TEXT) AS tsquery)))") \
	/* $2: which of a ticket's documents */ \
	F2(TEXT_AT, CONDITION, \
	   "EXISTS (SELECT 1 FROM message_text WHERE message_text MATCH $1 AND rowid = t.id * 1048576 + $2)", \
	   "EXISTS (SELECT 1 FROM message_text AS d WHERE d.doc = t.id * 1048576 + $2 " \
	   "AND ts_match_vq(d.tokens, CAST(CAST($1 AS TEXT) AS tsquery)))") \
	/* Tickets of documents between $2 and $3 from that end on, at most $4. The order of \
	 * PostgreSQL's doesn't matter: who gets $4 rows has not got all. */ \
	F2(TEXT_DOWN, WHOLE, \
	   "SELECT rowid / 1048576 FROM message_text WHERE message_text MATCH $1 AND rowid BETWEEN $2 AND $3 " \
	   "ORDER BY rowid DESC LIMIT $4", \
	   "SELECT doc / 1048576 FROM message_text WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery) " \
	   "AND doc + 0 BETWEEN $2 AND $3 LIMIT $4") \
	F2(TEXT_UP, WHOLE, \
	   "SELECT rowid / 1048576 FROM message_text WHERE message_text MATCH $1 AND rowid BETWEEN $2 AND $3 " \
	   "ORDER BY rowid LIMIT $4", \
	   "SELECT doc / 1048576 FROM message_text WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery) " \
	   "AND doc + 0 BETWEEN $2 AND $3 LIMIT $4")

#ifdef DESK_TEST_HOOKS
#define FRAGMENTS_TEST(F, F2) \
	F(TEST_PAIR, WHOLE, "SELECT CAST($2 AS TEXT), CAST($1 AS BIGINT), CAST($2 AS TEXT)") \
	F(TEST_UNION, TAIL, " UNION ALL SELECT CAST($2 AS TEXT), CAST($1 AS BIGINT), CAST('x' AS TEXT) WHERE 1 = 1") \
	F(TEST_ENDLESS, WHOLE, "WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n " \
	  "WHERE i < 1000000000) SELECT COUNT(*) FROM n")
#else
#define FRAGMENTS_TEST(F, F2)
#endif

#define FRAGMENTS(F, F2) \
	FRAGMENTS_FRAME(F, F2) \
	FRAGMENTS_LIST(F, F2) \
	FRAGMENTS_TEXT(F, F2) \
	FRAGMENTS_TEST(F, F2)

#endif
