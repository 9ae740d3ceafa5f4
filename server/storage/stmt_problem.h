/* Statements of problems behind tickets: links, stages, telling all affected, suspected incidents. */
#ifndef STORAGE_STMT_PROBLEM_H
#define STORAGE_STMT_PROBLEM_H

/* The indexes over tickets of a problem hold those alone: every statement says so. */
#define STMT_OF_PROBLEM(id) "problem_id = " id " AND problem_id > 0"
#define STMT_PROBLEM_COLS \
	"p.id, p.version, p.title, p.stage, p.category, p.root_cause, p.owner_id, p.opened_ms, p.updated_ms, " \
	"p.article_id, p.training_id, p.topic, p.work, p.tell_from, p.tell_by"
#define STMT_PROBLEM_COUNTS \
	", (SELECT COUNT(*) FROM ticket AS t WHERE t.problem_id = p.id AND t.problem_id > 0), " \
	"(SELECT COUNT(DISTINCT t.customer_id) FROM ticket AS t WHERE t.problem_id = p.id AND t.problem_id > 0), " \
	"(SELECT COUNT(*) FROM problem_told AS o WHERE o.problem_id = p.id), " \
	"(SELECT COUNT(*) FROM problem_told AS o WHERE o.problem_id = p.id AND o.satisfied = 1), " \
	"(SELECT COUNT(*) FROM problem_told AS o WHERE o.problem_id = p.id AND o.satisfied = 0)"

/* work: bits of enum problem_work */
#define STATEMENTS_PROBLEM(S, S2) \
	S(PROBLEM, "SELECT " STMT_PROBLEM_COLS STMT_PROBLEM_COUNTS " FROM problem AS p WHERE p.id = $1") \
	S2(PROBLEM_LOCK, "SELECT " STMT_PROBLEM_COLS " FROM problem AS p WHERE p.id = $1", \
	   "SELECT " STMT_PROBLEM_COLS " FROM problem AS p WHERE p.id = $1 FOR UPDATE") \
	S(PROBLEMS_OPEN, "SELECT " STMT_PROBLEM_COLS STMT_PROBLEM_COUNTS " FROM problem AS p WHERE p.stage < $1 " \
	  "ORDER BY p.updated_ms DESC, p.id DESC LIMIT $2") \
	S(PROBLEMS_OF_STAGE, "SELECT " STMT_PROBLEM_COLS STMT_PROBLEM_COUNTS " FROM problem AS p WHERE p.stage = $1 " \
	  "ORDER BY p.updated_ms DESC, p.id DESC LIMIT $2") \
	S(PROBLEM_INSERT, "INSERT INTO problem(title, stage, category, root_cause, owner_id, opened_ms, updated_ms, " \
	  "peak_ms, topic) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8) RETURNING id") \
	S(PROBLEM_UPDATE, "UPDATE problem SET version = version + 1, title = $2, stage = $3, category = $4, " \
	  "root_cause = $5, owner_id = $6, updated_ms = $7, article_id = $8, training_id = $9 WHERE id = $1") \
	S(PROBLEM_STEPS, "SELECT stage, owner_id, due_ms, done_ms, done_id, note FROM problem_step WHERE problem_id = $1 " \
	  "ORDER BY stage") \
	S(PROBLEM_STEP_PUT, "INSERT INTO problem_step(problem_id, stage, owner_id, due_ms, done_ms, done_id, note) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (problem_id, stage) DO UPDATE SET owner_id = excluded.owner_id, " \
	  "due_ms = excluded.due_ms, done_ms = excluded.done_ms, done_id = excluded.done_id, note = excluded.note") \
	S(PROBLEM_TICKETS, "SELECT id FROM ticket WHERE " STMT_OF_PROBLEM("$1") " ORDER BY id DESC LIMIT $2") \
	S(PROBLEM_ASKED, "SELECT m.body FROM ticket AS t JOIN message AS m ON m.ticket_id = t.id AND m.kind = $2 " \
	  "WHERE t.problem_id = $1 AND t.problem_id > 0 AND m.id = " \
	  "(SELECT MIN(f.id) FROM message AS f WHERE f.ticket_id = t.id AND f.kind = $2) ORDER BY t.id DESC LIMIT $3") \
	S(TICKET_ASSESSED, "UPDATE ticket SET impact = $2, need = $3, priority_reason = $4, problem_id = $5 WHERE id = $1") \
	S(TICKETS_ASSESSED, "SELECT id FROM ticket WHERE impact >= 0 AND id > $1 AND active <> 0 ORDER BY id LIMIT $2") \
	/* ---- telling */ \
	S(PROBLEM_WORK, "UPDATE problem SET work = $2, tell_from = $3, tell_by = $4 WHERE id = $1") \
	S(PROBLEMS_WORK, "SELECT id FROM problem WHERE work > 0 ORDER BY id LIMIT $1") \
	S(PROBLEM_TEXTS, "SELECT language, body FROM problem_text WHERE problem_id = $1 ORDER BY position") \
	S(PROBLEM_TEXTS_CLEAR, "DELETE FROM problem_text WHERE problem_id = $1") \
	S(PROBLEM_TEXT_ADD, "INSERT INTO problem_text(problem_id, position, language, body) VALUES ($1, $2, $3, $4)") \
	/* customers who are to be told, and the ticket to do it on: the newest that can be talked on, else the newest; \
	 * $4 archived, $5 spam, $6 merged */ \
	S(PROBLEM_AFFECTED, "SELECT n.customer_id, COALESCE(n.open_id, n.any_id), c.language FROM (SELECT t.customer_id, " \
	  "MAX(CASE WHEN t.status = $4 THEN NULL ELSE t.id END) AS open_id, MAX(t.id) AS any_id FROM ticket AS t " \
	  "WHERE t.problem_id = $1 AND t.problem_id > 0 AND t.customer_id > $2 AND t.status <> $5 AND t.status <> $6 " \
	  "GROUP BY t.customer_id ORDER BY t.customer_id LIMIT $3) AS n JOIN customer AS c ON c.id = n.customer_id " \
	  "ORDER BY n.customer_id") \
	S(PROBLEM_AUDIENCE, "SELECT c.language, t.channel, COUNT(*) FROM (SELECT a.customer_id, " \
	  "COALESCE(MAX(CASE WHEN a.status = $2 THEN NULL ELSE a.id END), MAX(a.id)) AS id FROM ticket AS a " \
	  "WHERE a.problem_id = $1 AND a.problem_id > 0 AND a.status <> $3 AND a.status <> $4 GROUP BY a.customer_id) AS n " \
	  "JOIN ticket AS t ON t.id = n.id JOIN customer AS c ON c.id = n.customer_id WHERE NOT EXISTS (SELECT 1 FROM " \
	  "problem_told AS o WHERE o.problem_id = $1 AND o.customer_id = n.customer_id) GROUP BY c.language, t.channel " \
	  "ORDER BY c.language, t.channel") \
	S(PROBLEM_TOLD_ADD, "INSERT INTO problem_told(problem_id, customer_id, ticket_id, at_ms) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (problem_id, customer_id) DO NOTHING") \
	S(PROBLEM_TOLD_BY, "UPDATE problem_told SET ticket_id = $3, message_id = $4 WHERE problem_id = $1 AND customer_id = $2") \
	S(PROBLEM_TOLD_DROP, "DELETE FROM problem_told WHERE problem_id = $1 AND customer_id = $2") \
	S(PROBLEM_TOLD_COUNT, "SELECT COUNT(*) FROM problem_told WHERE problem_id = $1") \
	S(PROBLEM_UNTOLD, "SELECT COUNT(*) FROM (SELECT DISTINCT t.customer_id FROM ticket AS t WHERE t.problem_id = $1 " \
	  "AND t.problem_id > 0 AND t.status <> $2 AND t.status <> $3 AND NOT EXISTS (SELECT 1 FROM problem_told AS o WHERE " \
	  "o.problem_id = $1 AND o.customer_id = t.customer_id)) AS n") \
	S(PROBLEM_ANSWERED, "UPDATE problem_told SET satisfied = $2 WHERE ticket_id = $1 AND satisfied <> $2 RETURNING problem_id") \
	S(PROBLEM_TOLD_MOVE, "UPDATE problem_told SET ticket_id = $2 WHERE ticket_id = $1") \
	/* ---- suspected incidents */ \
	S(INCIDENT_COUNTS, "SELECT category, COUNT(*) FROM ticket WHERE created_ms >= $1 AND created_ms < $2 " \
	  "AND category IS NOT NULL GROUP BY category") \
	S(INCIDENTS, "SELECT topic, problem_id, since_ms FROM incident ORDER BY topic") \
	S(INCIDENT_BEGIN, "INSERT INTO incident(topic, problem_id, since_ms) VALUES ($1, 0, $2) ON CONFLICT (topic) DO NOTHING") \
	S(INCIDENT_IS, "UPDATE incident SET problem_id = $2 WHERE topic = $1") \
	S2(INCIDENT_LOCK, "SELECT topic, problem_id, since_ms FROM incident WHERE topic = $1", \
	   "SELECT topic, problem_id, since_ms FROM incident WHERE topic = $1 FOR UPDATE") \
	S(INCIDENT_END, "DELETE FROM incident WHERE topic = $1") \
	S(INCIDENT_PROBLEM, "SELECT id FROM problem WHERE topic = $1 AND stage <= $2 ORDER BY id DESC LIMIT 1") \
	/* active tickets of the topic and below it ($3 the topic and /, $4 behind that) that are part of nothing yet; \
	 * COALESCE: found by their birth, not among all there ever were of the category */ \
	S(INCIDENT_TICKETS, "SELECT id FROM ticket WHERE created_ms >= $1 AND (COALESCE(category, '') = $2 OR " \
	  "(COALESCE(category, '') >= $3 AND COALESCE(category, '') < $4)) AND problem_id = 0 AND active <> 0 " \
	  "ORDER BY created_ms, id LIMIT $5") \
	S(RAISED_ADD, "INSERT INTO problem_raised(problem_id, ticket_id, was_priority, was_reason) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (problem_id, ticket_id) DO NOTHING") \
	S(RAISED, "SELECT ticket_id, was_priority, was_reason FROM problem_raised WHERE problem_id = $1 ORDER BY ticket_id LIMIT $2") \
	S(RAISED_OF, "SELECT was_priority, was_reason FROM problem_raised WHERE problem_id = $1 AND ticket_id = $2") \
	S(RAISED_DROP, "DELETE FROM problem_raised WHERE problem_id = $1 AND ticket_id = $2") \
	S(RAISED_FORGET, "DELETE FROM problem_raised WHERE ticket_id = $1") \
	/* ---- the weekly pack: each over a range of an index in time */ \
	S(PACK_VOLUMES, "SELECT category, CAST(SUM(CASE WHEN created_ms >= $2 THEN 1 ELSE 0 END) AS BIGINT), " \
	  "CAST(SUM(CASE WHEN created_ms < $2 AND created_ms >= $4 THEN 1 ELSE 0 END) AS BIGINT), " \
	  "CAST(SUM(CASE WHEN created_ms < $2 THEN 1 ELSE 0 END) AS BIGINT) FROM ticket WHERE created_ms >= $1 AND " \
	  "created_ms < $3 GROUP BY category ORDER BY 2 DESC, category") \
	S(PACK_PROBLEMS, "SELECT " STMT_PROBLEM_COLS STMT_PROBLEM_COUNTS " FROM problem AS p WHERE p.opened_ms < $2 AND " \
	  "(p.stage < $3 OR (p.stage = $3 AND p.updated_ms >= $1)) ORDER BY 16 DESC, p.id DESC LIMIT $4") \
	S(PACK_BREACHES, "SELECT clock, CAST(SUM(CASE WHEN due_ms >= $2 THEN 1 ELSE 0 END) AS BIGINT), " \
	  "CAST(SUM(CASE WHEN due_ms < $2 THEN 1 ELSE 0 END) AS BIGINT) FROM alarm WHERE kind = 1 AND due_ms >= $1 AND " \
	  "due_ms < $3 GROUP BY clock ORDER BY 2 DESC, clock") \
	S(PACK_ANSWERS, "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN solved = 1 THEN 1 ELSE 0 END), 0) AS BIGINT), " \
	  "CAST(COALESCE(SUM(CASE WHEN solved = 0 THEN 1 ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(speed), 0) AS BIGINT), " \
	  "CAST(COALESCE(SUM(CASE WHEN speed > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM follow_up WHERE answered_ms > 0 AND " \
	  "answered_ms >= $1 AND answered_ms < $2") \
	S(PACK_ASKED, "SELECT COUNT(*) FROM follow_up WHERE asked_ms > 0 AND asked_ms >= $1 AND asked_ms < $2") \
	S(PACK_SKIPPED, "SELECT COUNT(*) FROM follow_up WHERE skipped_ms > 0 AND skipped_ms >= $1 AND skipped_ms < $2") \
	S(PACK_QUOTES, "SELECT ticket_id, improve FROM follow_up WHERE answered_ms > 0 AND answered_ms >= $1 AND " \
	  "answered_ms < $2 AND improve <> '' ORDER BY answered_ms DESC, ticket_id LIMIT $3") \
	S(PACK_ESCALATIONS, "SELECT reason, to_group_id, to_person_id, COUNT(*) FROM escalation WHERE at_ms >= $1 AND at_ms < $2 " \
	  "GROUP BY reason, to_group_id, to_person_id ORDER BY 4 DESC, reason, to_group_id LIMIT $3") \
	S(PACK_REPEATS, "SELECT t.category, COUNT(*) FROM ticket AS t WHERE t.created_ms >= $1 AND t.created_ms < $2 AND EXISTS " \
	  "(SELECT 1 FROM ticket AS o WHERE o.customer_id = t.customer_id AND o.id <> t.id AND COALESCE(o.category, '') = t.category AND " \
	  "o.created_ms < t.created_ms AND o.created_ms >= t.created_ms - CAST($3 AS BIGINT)) GROUP BY t.category " \
	  "ORDER BY 2 DESC, t.category LIMIT $4") \
	S(PACK_ARTICLE, "SELECT a.id, v.title FROM article AS a JOIN article_version AS v ON v.article_id = a.id AND " \
	  "v.version = a.published WHERE a.published > 0 AND (v.category = $1 OR (v.category >= $2 AND v.category < $3)) " \
	  "ORDER BY a.used DESC, a.id LIMIT 1")

#endif
