/* Statements of escalation: the rungs of tickets' ladders, and what the sheet asks. */
#ifndef STORAGE_STMT_LADDER_H
#define STORAGE_STMT_LADDER_H

/* Kinds 0 and 1 hand a case over, to tier 2 or to another department; state 0 waits, 1 is acknowledged. */
#define STMT_RUNG_COLS \
	"id, kind, state, parent_id, from_group_id, from_person_id, to_group_id, to_person_id, by_id, reason, task, " \
	"note_id, at_ms, acknowledge_by_ms, acknowledged_ms, taken_id, estimate_ms, answer, ended_ms"

#define STATEMENTS_LADDER(S, S2) \
	S(LADDER, "SELECT " STMT_RUNG_COLS " FROM escalation WHERE ticket_id = $1 ORDER BY id") \
	S(RUNG_INSERT, "INSERT INTO escalation(ticket_id, kind, state, parent_id, from_group_id, from_person_id, " \
	  "to_group_id, to_person_id, by_id, reason, task, note_id, at_ms, acknowledge_by_ms, acknowledged_ms, taken_id, " \
	  "estimate_ms, answer, ended_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, " \
	  "$17, $18, $19) RETURNING id") \
	S(RUNG_UPDATE, "UPDATE escalation SET state = $2, acknowledge_by_ms = $3, acknowledged_ms = $4, taken_id = $5, " \
	  "estimate_ms = $6, answer = $7, ended_ms = $8 WHERE id = $1") \
	S(RUNGS_MOVE, "UPDATE escalation SET ticket_id = $2 WHERE ticket_id = $1") \
	S(RUNGS_DUE, "SELECT id, ticket_id, acknowledge_by_ms FROM escalation WHERE state <= 1 AND acknowledge_by_ms > 0 " \
	  "ORDER BY acknowledge_by_ms LIMIT $1") \
	/* who of which group is there: state -1 has no row yet; looks: at how many workstations */ \
	S(LADDER_PEOPLE, "SELECT g.group_id, p.id, COALESCE(a.state, -1), (SELECT COUNT(*) FROM presence AS x " \
	  "WHERE x.person_id = p.id AND x.until_ms > $1) FROM person_group AS g JOIN person AS p ON p.id = g.person_id " \
	  "LEFT JOIN agent_state AS a ON a.person_id = p.id WHERE p.active = 1 AND p.role >= $2") \
	S(LADDER_PICKUPS, "SELECT to_group_id, acknowledged_ms - at_ms FROM escalation WHERE acknowledged_ms > $1 " \
	  "AND kind <= 1 AND to_group_id > 0 ORDER BY acknowledged_ms DESC LIMIT $2") \
	/* takings of the last hours among a group's nearest tickets: kind 3 is FACT_CLAIMED */ \
	S(LADDER_PACE, "SELECT COUNT(*) FROM ticket_fact AS f JOIN (SELECT id FROM ticket WHERE active = 1 " \
	  "AND group_id = $1 ORDER BY next_due_ms, id LIMIT $2) AS t ON t.id = f.ticket_id WHERE f.kind = 3 " \
	  "AND f.at_ms > $3") \
	/* where cases of a type went lately, and why: the type and all between $2 and $3 */ \
	S(LADDER_USED, "SELECT e.to_group_id, e.reason FROM (SELECT ticket_id, to_group_id, reason, at_ms FROM escalation " \
	  "WHERE kind <= 1 AND parent_id = 0 ORDER BY id DESC LIMIT $5) AS e JOIN ticket AS t ON t.id = e.ticket_id " \
	  "WHERE e.at_ms > $4 AND (t.category = $1 OR (t.category >= $2 AND t.category < $3))") \
	S(ARTICLE_USE_ADD, "INSERT INTO article_use(ticket_id, article_id, person_id, at_ms) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (ticket_id, article_id) DO NOTHING") \
	S(ARTICLES_OF_TICKET, "SELECT v.title FROM article_use AS u JOIN article AS a ON a.id = u.article_id " \
	  "JOIN article_version AS v ON v.article_id = a.id AND v.version = " \
	  "CASE WHEN a.published > 0 THEN a.published ELSE a.newest END WHERE u.ticket_id = $1 " \
	  "ORDER BY u.at_ms, u.article_id LIMIT $2") \
	S(ARTICLE_USES_MOVE, "INSERT INTO article_use(ticket_id, article_id, person_id, at_ms) " \
	  "SELECT CAST($2 AS BIGINT), article_id, person_id, at_ms FROM article_use WHERE ticket_id = $1 " \
	  "ON CONFLICT (ticket_id, article_id) DO NOTHING")

#endif
