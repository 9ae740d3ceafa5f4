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
	/* rows of lists with an order of their own: 8 is the clock of a promise */ \
	F(ROWS_PROMISED, HEAD, "SELECT " STMT_ROW_COLS_BY("promise_due_ms, COALESCE((SELECT k.warn_ms FROM ticket_clock AS k " \
	  "WHERE k.ticket_id = t.id AND k.kind = 8), t.promise_due_ms), 8") " FROM ticket AS t WHERE ") \
	/* and 5 that of tier 2 */ \
	F(ROWS_BOUNCE, HEAD, "SELECT " STMT_ROW_COLS_BY(STMT_BOUNCE ", " STMT_BOUNCE ", 5") " FROM ticket AS t WHERE ") \
	F(ROWS_FOLLOW_UP, HEAD, "SELECT " STMT_ROW_COLS_BY("follow_due_ms, follow_due_ms, 0") " FROM ticket AS t WHERE ") \
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
	/* by the promise, by the follow-up */ \
	F(PROMISE_AFTER, CONDITION, "(t.promise_due_ms, t.id) > ($1, $2)") \
	F(PROMISE_BEFORE, CONDITION, "(t.promise_due_ms, t.id) < ($1, $2)") \
	F(PROMISE_FIRST, END, " ORDER BY t.promise_due_ms, t.id LIMIT $1") \
	F(PROMISE_LAST, END, " ORDER BY t.promise_due_ms DESC, t.id DESC LIMIT $1") \
	F(FOLLOW_AFTER, CONDITION, "(t.follow_due_ms, t.id) > ($1, $2)") \
	F(FOLLOW_BEFORE, CONDITION, "(t.follow_due_ms, t.id) < ($1, $2)") \
	F(FOLLOW_FIRST, END, " ORDER BY t.follow_due_ms, t.id LIMIT $1") \
	F(FOLLOW_LAST, END, " ORDER BY t.follow_due_ms DESC, t.id DESC LIMIT $1") \
	/* by when it bounces */ \
	F(BOUNCE_AFTER, CONDITION, "(" STMT_BOUNCE ", t.id) > ($1, $2)") \
	F(BOUNCE_BEFORE, CONDITION, "(" STMT_BOUNCE ", t.id) < ($1, $2)") \
	F(BOUNCE_FIRST, END, " ORDER BY " STMT_BOUNCE ", t.id LIMIT $1") \
	F(BOUNCE_LAST, END, " ORDER BY " STMT_BOUNCE " DESC, t.id DESC LIMIT $1") \
	/* newest first */ \
	F(ID_BELOW, CONDITION, "t.id < $1") \
	F(ID_ABOVE, CONDITION, "t.id > $1") \
	F(NEW_FIRST, END, " ORDER BY t.id DESC LIMIT $1") \
	F(NEW_LAST, END, " ORDER BY t.id LIMIT $1") \
	F(LIMIT, END, " LIMIT $1") \
	/* the same where the tickets are picked by number: no walk over an index can be better */ \
	F(PICKED, CONDITION, "t.id = $1") \
	F(PICKED_SPAN, CONDITION, "t.id BETWEEN $1 AND $2") \
	F2(PICKED_LIST, CONDITION, "t.id" FRAG_IN_SQLITE, "t.id" FRAG_IN_POSTGRES) \
	F(PICKED_DUE_FIRST, END, " ORDER BY t.next_due_ms + 0, t.id + 0 LIMIT $1") \
	F(PICKED_DUE_LAST, END, " ORDER BY t.next_due_ms + 0 DESC, t.id + 0 DESC LIMIT $1") \
	F(PICKED_NEW_FIRST, END, " ORDER BY t.id + 0 DESC LIMIT $1") \
	F(PICKED_NEW_LAST, END, " ORDER BY t.id + 0 LIMIT $1")

/* The lists: each is a range of an index, in deadline order. */
#define FRAGMENTS_LIST(F, F2) \
	F(LIST_ALL, CONDITION, "t.active = 1") \
	F(LIST_GROUP, CONDITION, "t.active = 1 AND t.group_id = $1") \
	F(LIST_DONE, CONDITION, "t.active = 0 AND t.group_id = $1") \
	F(LIST_FREE, CONDITION, "t.active + 0 = 1 AND t.assignee_id = 0 AND t.group_id = $1") \
	F(LIST_PERSON, CONDITION, "t.active = 1 AND t.assignee_id <> 0 AND t.assignee_id = $1") \
	F(LIST_SNOOZED, CONDITION, "t.active = 2 AND t.group_id = $1") \
	F(LIST_PROMISED, CONDITION, "t.promise_due_ms > 0 AND t.group_id = $1") \
	F(LIST_FOLLOW_UP, CONDITION, "t.follow_due_ms > 0 AND t.group_id = $1") \
	/* no index of its own: the rungs that wait are few */ \
	F(LIST_ACKNOWLEDGE, CONDITION, "t.active <> 0 AND t.id IN (SELECT e.ticket_id FROM escalation AS e WHERE e.state = 0 AND " \
	  "(e.to_person_id = $1 OR (e.to_person_id = 0 AND e.to_group_id IN " \
	  "(SELECT g.group_id FROM person_group AS g WHERE g.person_id = $1))))") \
	/* the same of several groups, and for walks and picks that go by the number: no index on them */ \
	F(PLAIN_ALL, CONDITION, "t.active + 0 = 1") \
	F2(PLAIN_GROUPS, CONDITION, "t.active + 0 = 1 AND t.group_id + 0" FRAG_IN_SQLITE, \
	   "t.active + 0 = 1 AND t.group_id + 0" FRAG_IN_POSTGRES) \
	F2(PLAIN_DONE, CONDITION, "t.active + 0 = 0 AND t.group_id + 0" FRAG_IN_SQLITE, \
	   "t.active + 0 = 0 AND t.group_id + 0" FRAG_IN_POSTGRES) \
	F2(PLAIN_FREE, CONDITION, "t.active + 0 = 1 AND t.assignee_id + 0 = 0 AND t.group_id + 0" FRAG_IN_SQLITE, \
	   "t.active + 0 = 1 AND t.assignee_id + 0 = 0 AND t.group_id + 0" FRAG_IN_POSTGRES) \
	F2(PLAIN_SNOOZED, CONDITION, "t.active + 0 = 2 AND t.group_id + 0" FRAG_IN_SQLITE, \
	   "t.active + 0 = 2 AND t.group_id + 0" FRAG_IN_POSTGRES) \
	F(PLAIN_PERSON, CONDITION, "t.active + 0 = 1 AND t.assignee_id + 0 = $1")

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
	/* Tickets of documents between $2 and $3 from that end on, at most $4; $5: which document of \
	 * a ticket, -1 any. PostgreSQL's order doesn't matter: who gets $4 rows hasn't got all. */ \
	F2(TEXT_DOWN, WHOLE, \
	   "SELECT rowid / 1048576 FROM message_text WHERE message_text MATCH $1 AND rowid BETWEEN $2 AND $3 " \
	   "AND ($5 < 0 OR rowid % 1048576 = $5) ORDER BY rowid DESC LIMIT $4", \
	   "SELECT doc / 1048576 FROM message_text WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery) " \
	   "AND doc + 0 BETWEEN $2 AND $3 AND (CAST($5 AS BIGINT) < 0 OR doc % 1048576 = $5) LIMIT $4") \
	F2(TEXT_UP, WHOLE, \
	   "SELECT rowid / 1048576 FROM message_text WHERE message_text MATCH $1 AND rowid BETWEEN $2 AND $3 " \
	   "AND ($5 < 0 OR rowid % 1048576 = $5) ORDER BY rowid LIMIT $4", \
	   "SELECT doc / 1048576 FROM message_text WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery) " \
	   "AND doc + 0 BETWEEN $2 AND $3 AND (CAST($5 AS BIGINT) < 0 OR doc % 1048576 = $5) LIMIT $4")

/* In how many documents each of the words (a list of texts) is, as far as the engine has
 * noticed: PostgreSQL's statistics know the common ones; SQLite isn't asked. */
#define FRAGMENTS_STATS(F, F2) \
	F2(TEXT_COMMON, WHOLE, "SELECT $1, 0.0 WHERE 1 = 0", \
	   "SELECT e.word, CAST(e.freq AS DOUBLE PRECISION) * CAST(c.reltuples AS DOUBLE PRECISION) " \
	   "FROM pg_class AS c JOIN pg_stats AS s ON s.tablename = c.relname AND s.attname = 'tokens' " \
	   "AND s.schemaname = current_schema(), " \
	   "unnest(CAST(CAST(s.most_common_elems AS TEXT) AS TEXT[]), s.most_common_elem_freqs) AS e(word, freq) " \
	   "WHERE c.oid = to_regclass('message_text') AND e.word = ANY(CAST(CAST($1 AS TEXT) AS TEXT[]))")

/* What a query's terms say of a ticket. Ranges are closed. */
#define FRAG_CUSTOMER_OF_T "EXISTS (SELECT 1 FROM customer AS c WHERE c.id = t.customer_id AND "
#define FRAG_TICKET_TAG_OF_T \
	"EXISTS (SELECT 1 FROM ticket_tag AS g JOIN tag AS n ON n.name = g.name WHERE g.ticket_id = t.id AND n.id"
#define FRAG_CUSTOMER_TAG_OF_T \
	"EXISTS (SELECT 1 FROM customer_tag AS h WHERE h.customer_id = t.customer_id AND h.tag_id"
#define FRAG_FIELD_OF_T \
	"EXISTS (SELECT 1 FROM ticket_field AS v WHERE v.ticket_id = t.id AND v.field_id = $1 AND "
/* Rungs of the ladder: kinds 0 and 1 hand the case on, 2 asks for advice; below 2 a state is open. */
#define FRAG_HANDED_ON "EXISTS (SELECT 1 FROM escalation AS e WHERE e.ticket_id = t.id AND e.kind <= 1 AND e.parent_id = 0 AND "
#define FRAG_CONSULTED "EXISTS (SELECT 1 FROM escalation AS e WHERE e.ticket_id = t.id AND e.kind = 2 AND e.state <= 1 AND "
#define FRAG_WAITING_FOR "EXISTS (SELECT 1 FROM escalation AS e WHERE e.ticket_id = t.id AND e.state = 0 AND "
#define FRAG_OWED "EXISTS (SELECT 1 FROM escalation AS e WHERE e.ticket_id = t.id AND e.parent_id > 0 AND e.state <= 1 AND "
#define FRAGMENTS_TERM(F, F2) \
	F(STATUS, CONDITION, "t.status BETWEEN $1 AND $2") \
	F(PRIORITY, CONDITION, "t.priority BETWEEN $1 AND $2") \
	F(CHANNEL, CONDITION, "t.channel BETWEEN $1 AND $2") \
	F(PROBLEM, CONDITION, "t.problem BETWEEN $1 AND $2") \
	F(OF_PROBLEM, CONDITION, "t.problem_id BETWEEN $1 AND $2") \
	F(IMPACT, CONDITION, "t.impact BETWEEN $1 AND $2") \
	F(NEED, CONDITION, "t.need BETWEEN $1 AND $2") \
	F(TIER, CONDITION, "t.tier BETWEEN $1 AND $2") \
	F(NUMBER, CONDITION, "t.id BETWEEN $1 AND $2") \
	F(DUE, CONDITION, "t.next_due_ms BETWEEN $1 AND $2") \
	F(DUE_ANY, CONDITION, "t.next_due_ms < $1") \
	F(CREATED, CONDITION, "t.created_ms BETWEEN $1 AND $2") \
	F(UPDATED, CONDITION, "t.updated_ms BETWEEN $1 AND $2") \
	F(RESOLVED, CONDITION, "t.resolved_ms BETWEEN $1 AND $2") \
	F(RESOLVED_ANY, CONDITION, "t.resolved_ms <> 0") \
	F(GROUP, CONDITION, "t.group_id = $1") \
	F2(GROUPS, CONDITION, "t.group_id" FRAG_IN_SQLITE, "t.group_id" FRAG_IN_POSTGRES) \
	F(ASSIGNEE, CONDITION, "t.assignee_id = $1") \
	F2(ASSIGNEES, CONDITION, "t.assignee_id" FRAG_IN_SQLITE, "t.assignee_id" FRAG_IN_POSTGRES) \
	F(ASSIGNEE_ANY, CONDITION, "t.assignee_id <> 0") \
	F2(ESCALATED, CONDITION, FRAG_HANDED_ON "(e.by_id" FRAG_IN_SQLITE " OR e.from_person_id" FRAG_IN_SQLITE "))", \
	   FRAG_HANDED_ON "(e.by_id" FRAG_IN_POSTGRES " OR e.from_person_id" FRAG_IN_POSTGRES "))") \
	F(ESCALATED_ANY, CONDITION, FRAG_HANDED_ON "e.parent_id = 0)") \
	F2(CONSULT, CONDITION, FRAG_CONSULTED "(e.to_person_id" FRAG_IN_SQLITE " OR (e.to_person_id = 0 AND e.to_group_id IN " \
	   "(SELECT g.group_id FROM person_group AS g WHERE g.person_id" FRAG_IN_SQLITE "))))", \
	   FRAG_CONSULTED "(e.to_person_id" FRAG_IN_POSTGRES " OR (e.to_person_id = 0 AND e.to_group_id IN " \
	   "(SELECT g.group_id FROM person_group AS g WHERE g.person_id" FRAG_IN_POSTGRES "))))") \
	F(CONSULT_ANY, CONDITION, FRAG_CONSULTED "e.parent_id = 0)") \
	F2(ACKNOWLEDGE, CONDITION, FRAG_WAITING_FOR "(e.to_person_id" FRAG_IN_SQLITE " OR (e.to_person_id = 0 AND e.to_group_id IN " \
	   "(SELECT g.group_id FROM person_group AS g WHERE g.person_id" FRAG_IN_SQLITE "))))", \
	   FRAG_WAITING_FOR "(e.to_person_id" FRAG_IN_POSTGRES " OR (e.to_person_id = 0 AND e.to_group_id IN " \
	   "(SELECT g.group_id FROM person_group AS g WHERE g.person_id" FRAG_IN_POSTGRES "))))") \
	F(ACKNOWLEDGE_ANY, CONDITION, FRAG_WAITING_FOR "(e.to_person_id > 0 OR e.to_group_id > 0))") \
	F2(PART, CONDITION, FRAG_OWED "e.to_group_id" FRAG_IN_SQLITE ")", FRAG_OWED "e.to_group_id" FRAG_IN_POSTGRES ")") \
	F(PART_ANY, CONDITION, FRAG_OWED "e.kind = 1)") \
	F(CUSTOMER, CONDITION, "t.customer_id BETWEEN $1 AND $2") \
	F(CUSTOMER_MAIL, CONDITION, FRAG_CUSTOMER_OF_T "c.mail_key = $1)") \
	F(CUSTOMER_MAIL_FROM, CONDITION, FRAG_CUSTOMER_OF_T "c.mail_key >= $1 AND c.mail_key < $2)") \
	F(CUSTOMER_PHONE, CONDITION, FRAG_CUSTOMER_OF_T "c.phone_key >= $1 AND c.phone_key < $2)") \
	F(LANGUAGE, CONDITION, FRAG_CUSTOMER_OF_T "c.language_key = $1)") \
	F(LANGUAGE_FROM, CONDITION, FRAG_CUSTOMER_OF_T "c.language_key >= $1 AND c.language_key < $2)") \
	F(LANGUAGE_ANY, CONDITION, FRAG_CUSTOMER_OF_T "c.language_key <> '')") \
	F(CATEGORY, CONDITION, "(t.category_key = $1 OR (t.category_key >= $2 AND t.category_key < $3))") \
	F(CATEGORY_FROM, CONDITION, "(t.category_key >= $1 AND t.category_key < $2)") \
	F(CATEGORY_ANY, CONDITION, "t.category_key <> ''") \
	F2(TAG, CONDITION, \
	   "(" FRAG_TICKET_TAG_OF_T FRAG_IN_SQLITE ") OR " FRAG_CUSTOMER_TAG_OF_T FRAG_IN_SQLITE "))", \
	   "(" FRAG_TICKET_TAG_OF_T FRAG_IN_POSTGRES ") OR " FRAG_CUSTOMER_TAG_OF_T FRAG_IN_POSTGRES "))") \
	F(TAG_ANY, CONDITION, "(EXISTS (SELECT 1 FROM ticket_tag AS g WHERE g.ticket_id = t.id) OR " \
	  "EXISTS (SELECT 1 FROM customer_tag AS h WHERE h.customer_id = t.customer_id))") \
	F(WAITING, CONDITION, "t.waiting = 1") \
	F(AFTER_SALES, CONDITION, "t.after_sales = 1") \
	F(SNOOZED, CONDITION, "t.snoozed_ms <> 0") \
	F(HAS_ATTACHMENT, CONDITION, \
	  "EXISTS (SELECT 1 FROM attachment AS a WHERE a.ticket_id <> 0 AND a.ticket_id = t.id AND a.message_id <> 0)") \
	F(HAS_MESSAGE, CONDITION, "EXISTS (SELECT 1 FROM message AS m WHERE m.ticket_id = t.id AND m.kind = $1)") \
	F(HAS_CLOCK, CONDITION, "EXISTS (SELECT 1 FROM ticket_clock AS k WHERE k.ticket_id = t.id AND k.kind = $1 " \
	  "AND k.state IN ($2, $3, $4))") \
	/* $3: now; states: 1 running, 2 paused, 4 breached, 5 missed */ \
	F(CLOCK_LATE, CONDITION, "EXISTS (SELECT 1 FROM ticket_clock AS k WHERE k.ticket_id = t.id AND k.kind BETWEEN $1 AND $2 " \
	  "AND (k.state IN (4, 5) OR (k.state = 1 AND k.due_ms < $3) OR (k.state = 2 AND k.left_ms < 0)))") \
	F(CLOCK_WARNED, CONDITION, "EXISTS (SELECT 1 FROM ticket_clock AS k WHERE k.ticket_id = t.id AND k.kind BETWEEN $1 AND $2 " \
	  "AND (k.state = 4 OR (k.state = 1 AND (k.due_ms < $3 OR (k.warn_ms > 0 AND k.warn_ms <= $3)))))") \
	F(HAS_COMPENSATION, CONDITION, "EXISTS (SELECT 1 FROM compensation AS p WHERE p.ticket_id = t.id)") \
	F(HAS_CHECKLIST, CONDITION, "EXISTS (SELECT 1 FROM ticket_check AS k WHERE k.ticket_id = t.id)") \
	/* ticket_link holds child -> parent; $1 is the kind */ \
	F(PARENT, CONDITION, "EXISTS (SELECT 1 FROM ticket_link AS l WHERE l.ticket_id = t.id AND l.kind = $1 " \
	  "AND l.other_id BETWEEN $2 AND $3)") \
	F(CHILDREN, CONDITION, "EXISTS (SELECT 1 FROM ticket_link AS l WHERE l.other_id = t.id AND l.kind = $1)") \
	F(LINK, CONDITION, "(EXISTS (SELECT 1 FROM ticket_link AS l WHERE l.ticket_id = t.id " \
	  "AND l.other_id BETWEEN $1 AND $2) OR EXISTS (SELECT 1 FROM ticket_link AS r WHERE r.other_id = t.id " \
	  "AND r.ticket_id BETWEEN $1 AND $2))") \
	F(FOLLOW_UP, CONDITION, "EXISTS (SELECT 1 FROM follow_up AS u WHERE u.ticket_id = t.id AND u.state BETWEEN $1 AND $2)") \
	F(FIELD, CONDITION, FRAG_FIELD_OF_T "v.folded = $2)") \
	F(FIELD_FROM, CONDITION, FRAG_FIELD_OF_T "v.folded >= $2 AND v.folded < $3)") \
	F(FIELD_RANGE, CONDITION, FRAG_FIELD_OF_T "v.value <> '' AND v.number >= $2 AND v.number <= $3)") \
	F(FIELD_ABOVE, CONDITION, FRAG_FIELD_OF_T "v.value <> '' AND v.number > $2)") \
	F(FIELD_BELOW, CONDITION, FRAG_FIELD_OF_T "v.value <> '' AND v.number < $2)") \
	F(FIELD_ANY, CONDITION, FRAG_FIELD_OF_T "v.value <> '')")

/* Candidates by an index of their own: tickets, at most the last parameter. */
#define FRAGMENTS_DRIVE(F, F2) \
	F(DRIVE_CUSTOMER, WHOLE, "SELECT id FROM ticket WHERE customer_id BETWEEN $1 AND $2 LIMIT $3") \
	F(DRIVE_MAIL, WHOLE, "SELECT t.id FROM customer AS c JOIN ticket AS t ON t.customer_id = c.id " \
	  "WHERE c.mail_key <> '' AND c.mail_key >= $1 AND c.mail_key <= $2 LIMIT $3") \
	F(DRIVE_PHONE, WHOLE, "SELECT t.id FROM customer AS c JOIN ticket AS t ON t.customer_id = c.id " \
	  "WHERE c.phone_key <> '' AND c.phone_key >= $1 AND c.phone_key < $2 LIMIT $3") \
	F(DRIVE_CATEGORY, WHOLE, "SELECT id FROM ticket WHERE category_key <> '' AND category_key >= $1 " \
	  "AND category_key < $2 LIMIT $3") \
	F2(DRIVE_TAG, WHOLE, \
	   "SELECT g.ticket_id FROM tag AS n JOIN ticket_tag AS g ON g.name = n.name WHERE n.id" FRAG_IN_SQLITE \
	   " UNION ALL SELECT t.id FROM customer_tag AS h JOIN ticket AS t ON t.customer_id = h.customer_id " \
	   "WHERE h.tag_id" FRAG_IN_SQLITE " LIMIT $2", \
	   "SELECT g.ticket_id FROM tag AS n JOIN ticket_tag AS g ON g.name = n.name WHERE n.id" FRAG_IN_POSTGRES \
	   " UNION ALL SELECT t.id FROM customer_tag AS h JOIN ticket AS t ON t.customer_id = h.customer_id " \
	   "WHERE h.tag_id" FRAG_IN_POSTGRES " LIMIT $2") \
	F(DRIVE_FIELD, WHOLE, "SELECT ticket_id FROM ticket_field WHERE field_id = $1 AND folded >= $2 " \
	  "AND folded <= $3 LIMIT $4") \
	F(DRIVE_PROBLEM, WHOLE, "SELECT id FROM ticket WHERE problem_id > 0 AND problem_id BETWEEN $1 AND $2 LIMIT $3") \
	F(DRIVE_PARENT, WHOLE, "SELECT ticket_id FROM ticket_link WHERE other_id BETWEEN $1 AND $2 LIMIT $3") \
	F(DRIVE_LINK, WHOLE, "SELECT ticket_id FROM ticket_link WHERE other_id BETWEEN $1 AND $2 " \
	  "UNION ALL SELECT other_id FROM ticket_link WHERE ticket_id BETWEEN $1 AND $2 LIMIT $3")

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
	FRAGMENTS_STATS(F, F2) \
	FRAGMENTS_TERM(F, F2) \
	FRAGMENTS_DRIVE(F, F2) \
	FRAGMENTS_TEST(F, F2)

#endif
