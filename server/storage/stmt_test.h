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
	/* the facts of tickets, for the comparison of the query language */ \
	S(TEST_FIND_FACTS, "SELECT t.id, t.group_id, t.assignee_id, t.customer_id, t.status, t.priority, t.channel, t.problem, " \
	  "t.tier, t.waiting, t.after_sales, t.created_ms, t.updated_ms, t.resolved_ms, t.next_due_ms, t.subject, " \
	  "t.category, t.customer_name, c.language, c.email, c.phone FROM ticket AS t JOIN customer AS c " \
	  "ON c.id = t.customer_id ORDER BY t.id") \
	S(TEST_FIND_FACT_TAGS, "SELECT n.id FROM ticket_tag AS g JOIN tag AS n ON n.name = g.name WHERE g.ticket_id = $1 " \
	  "UNION ALL SELECT h.tag_id FROM customer_tag AS h JOIN ticket AS t ON t.customer_id = h.customer_id " \
	  "WHERE t.id = $1") \
	S(TEST_FIND_FACT_TAG_NAMES, "SELECT name FROM ticket_tag WHERE ticket_id = $1 ORDER BY name") \
	S(TEST_FIND_FACT_LINKS, "SELECT other_id, kind FROM ticket_link WHERE ticket_id = $1 " \
	  "UNION ALL SELECT ticket_id, -1 - kind FROM ticket_link WHERE other_id = $1") \
	S(TEST_FIND_FACT_FOLLOW_UPS, "SELECT state FROM follow_up WHERE ticket_id = $1") \
	S(TEST_FIND_FOLLOW_UP, "INSERT INTO follow_up(ticket_id, round, state, due_ms) VALUES ($1, $2, $3, 0)") \
	S(TEST_FIND_FACT_CLOCKS, "SELECT kind, state, due_ms, left_ms, warn_ms FROM ticket_clock WHERE ticket_id = $1") \
	S(TEST_FIND_FACT_FIELDS, "SELECT field_id, value FROM ticket_field WHERE ticket_id = $1") \
	S(TEST_FIND_FACT_MESSAGES, "SELECT kind, body FROM message WHERE ticket_id = $1 ORDER BY id") \
	S(TEST_FIND_FACT_HAS, "SELECT (SELECT COUNT(*) FROM attachment WHERE ticket_id = $1 AND message_id <> 0), " \
	  "(SELECT COUNT(*) FROM compensation WHERE ticket_id = $1), " \
	  "(SELECT COUNT(*) FROM ticket_check WHERE ticket_id = $1), " \
	  "(SELECT COUNT(*) FROM ticket_clock WHERE ticket_id = $1 AND kind = $2 AND state IN (1, 2, 4))") \
	S(TEST_FIND_TICKET, "UPDATE ticket SET status = $2, active = $3, tier = $4, waiting = $5, after_sales = $6, " \
	  "resolved_ms = $7, next_due_ms = $8, assignee_id = $9 WHERE id = $1") \
	S(TEST_FIND_SUBJECT, "UPDATE ticket SET subject = $2 WHERE id = $1") \
	S(TEST_FIND_MOVE, "UPDATE message SET ticket_id = $2 WHERE ticket_id = $1") \
	S(TEST_FIND_LINK, "INSERT INTO ticket_link(ticket_id, other_id, kind) VALUES ($1, $2, $3) " \
	  "ON CONFLICT (ticket_id, other_id) DO NOTHING") \
	S(TEST_FIND_CHECK, "INSERT INTO ticket_check(ticket_id, text) VALUES ($1, $2)") \
	S(TEST_FIND_ATTACHMENT, "INSERT INTO attachment(message_id, ticket_id, name, media, size, sha256, at_ms) " \
	  "VALUES ($1, $2, $3, $3, 1, $3, 0)") \
	S(TEST_FIND_COMPENSATION, "INSERT INTO compensation(ticket_id, kind, state, amount_cents, currency, reason, by_id, at_ms) " \
	  "VALUES ($1, 0, 0, 100, $2, $2, 1, 0)") \
	S(TEST_FIND_FIELD, "INSERT INTO ticket_field(ticket_id, field_id, value, folded, number) VALUES ($1, $2, $3, $4, $5) " \
	  "ON CONFLICT (ticket_id, field_id) DO UPDATE SET value = excluded.value, folded = excluded.folded, " \
	  "number = excluded.number") \
	S(TEST_FIND_FIELD_NEW, "INSERT INTO desk_field(name, type) VALUES ($1, $2) RETURNING id") \
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
	S(TEST_PRESENT, "INSERT INTO presence(person_id, workstation, since_ms, until_ms) VALUES ($1, 'w', 0, $2)")
#else
#define STATEMENTS_TEST(S, S2)
#endif

#endif
