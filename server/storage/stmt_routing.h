/* Statements of people at work: states, loads, waiting work, offers. */
#ifndef STORAGE_STMT_ROUTING_H
#define STORAGE_STMT_ROUTING_H

#define STMT_AGENT_COLS "person_id, state, reason, since_ms, until_ms, load, tickets, free_since_ms, seen_ms, back, missed"

/* What waits: columns in the order of waiting.c. 0, 1, 3: new, open, pending-internal. */
#define STMT_WAITING_COLS \
	"t.id, t.group_id, t.tier, t.channel, t.category, t.next_due_ms, t.created_ms, t.queued_ms, c.language, c.manager_id, t.customer_id"
/* "+ 0": as the index ticket_free has it, and no other */
#define STMT_WAITING_FREE "t.active + 0 = 1 AND t.assignee_id = 0 AND t.status IN (0, 1, 3) AND t.snoozed_ms = 0"
/* the same, by way of its customer alone: "+ 0" keeps the planner off the queues' indexes, which are long */
#define STMT_WAITING_HERS "t.active + 0 = 1 AND t.assignee_id + 0 = 0 AND t.status IN (0, 1, 3) AND t.snoozed_ms = 0"
/* not held out to anybody else than person $1 (of nobody: 0) at $2 */
#define STMT_WAITING_UNOFFERED \
	"NOT EXISTS (SELECT 1 FROM offer AS o WHERE o.ticket_id = t.id AND o.person_id <> $1 AND o.until_ms > $2)"

#define STMT_WAITING_FEW 12
#define STMT_WAITING_MANY 60

#define STATEMENTS_ROUTING(S, S2) \
	S(AGENT, "SELECT " STMT_AGENT_COLS " FROM agent_state WHERE person_id = $1") \
	S(AGENTS, "SELECT " STMT_AGENT_COLS " FROM agent_state ORDER BY person_id") \
	S(AGENT_PUT, "INSERT INTO agent_state(person_id, state, reason, since_ms, until_ms, free_since_ms, seen_ms, back) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (person_id) DO UPDATE SET state = excluded.state, " \
	  "reason = excluded.reason, since_ms = excluded.since_ms, until_ms = excluded.until_ms, " \
	  "free_since_ms = excluded.free_since_ms, seen_ms = excluded.seen_ms, back = excluded.back, missed = 0") \
	S(AGENT_MISSED, "UPDATE agent_state SET missed = missed + 1 WHERE person_id = $1") \
	S(AGENT_ANSWERED, "UPDATE agent_state SET missed = 0 WHERE person_id = $1 AND missed <> 0") \
	/* $4: when something new came to them; 0 nothing did */ \
	S(AGENT_LOAD_ADD, "INSERT INTO agent_state(person_id, load, tickets, free_since_ms) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (person_id) DO UPDATE SET load = agent_state.load + excluded.load, " \
	  "tickets = agent_state.tickets + excluded.tickets, free_since_ms = CASE WHEN excluded.free_since_ms > 0 " \
	  "THEN excluded.free_since_ms ELSE agent_state.free_since_ms END") \
	S(AGENT_LOADS_CLEAR, "UPDATE agent_state SET load = 0, tickets = 0 WHERE load <> 0 OR tickets <> 0") \
	S(AGENT_LOADS_OF_TICKETS, "SELECT assignee_id, channel, COUNT(*) FROM ticket WHERE active <> 0 AND " \
	  "assignee_id <> 0 AND status IN (0, 1, 3) GROUP BY assignee_id, channel ORDER BY assignee_id, channel") \
	S(AGENT_GONE, "UPDATE agent_state SET seen_ms = $2 WHERE person_id = $1 AND seen_ms = 0 AND NOT EXISTS " \
	  "(SELECT 1 FROM presence AS p WHERE p.person_id = $1)") \
	S(AGENT_LOG, "INSERT INTO agent_log(person_id, state, reason, at_ms, by_id) VALUES ($1, $2, $3, $4, $5)") \
	S(TICKET_QUEUED, "UPDATE ticket SET queued_ms = $2 WHERE id = $1") \
	/* how many is written out: PostgreSQL would plan anew each time for a number it doesn't know */ \
	S(WAITING_FIRST, "SELECT " STMT_WAITING_COLS " FROM ticket AS t JOIN customer AS c ON c.id = t.customer_id " \
	  "WHERE " STMT_WAITING_FREE " AND t.group_id = $3 AND " STMT_WAITING_UNOFFERED \
	  " ORDER BY t.next_due_ms, t.id LIMIT " G_STRINGIFY(STMT_WAITING_FEW)) \
	S(WAITING_OF_GROUP, "SELECT " STMT_WAITING_COLS " FROM ticket AS t JOIN customer AS c ON c.id = t.customer_id " \
	  "WHERE " STMT_WAITING_FREE " AND t.group_id = $3 AND (t.next_due_ms, t.id) > ($4, $5) AND " \
	  STMT_WAITING_UNOFFERED " ORDER BY t.next_due_ms, t.id LIMIT " G_STRINGIFY(STMT_WAITING_MANY)) \
	S(WAITING_OF_MANAGER, "SELECT " STMT_WAITING_COLS " FROM customer AS c JOIN ticket AS t ON t.customer_id = c.id " \
	  "WHERE c.manager_id = $1 AND c.manager_id > 0 AND " STMT_WAITING_HERS " AND " STMT_WAITING_UNOFFERED \
	  " ORDER BY t.next_due_ms, t.id LIMIT $3") \
	/* what is held out, with what became of it */ \
	S(OFFERS, "SELECT o.ticket_id, o.person_id, o.made_ms, o.until_ms, t.subject, t.customer_name, t.channel, t.status, " \
	  "t.assignee_id, t.group_id FROM offer AS o JOIN ticket AS t ON t.id = o.ticket_id ORDER BY o.ticket_id") \
	S(OFFER, "SELECT person_id, until_ms FROM offer WHERE ticket_id = $1") \
	S(OFFER_ADD, "INSERT INTO offer(ticket_id, person_id, made_ms, until_ms) VALUES ($1, $2, $3, $4)") \
	S(OFFER_END, "DELETE FROM offer WHERE ticket_id = $1") \
	S(OFFER_PASS, "INSERT INTO offer_passed(ticket_id, person_id, at_ms, reason) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (ticket_id, person_id) DO UPDATE SET at_ms = excluded.at_ms, reason = excluded.reason") \
	S(OFFERS_PASSED, "SELECT ticket_id, person_id, at_ms FROM offer_passed WHERE at_ms > $1") \
	S(OFFERS_FORGET, "DELETE FROM offer_passed WHERE at_ms <= $1") \
	/* of person $1: what waits for an answer, where others of the group are there; all of it */ \
	S(LEFT_WAITING, "SELECT t.id, t.assignee_id FROM ticket AS t WHERE t.active = 1 AND t.assignee_id <> 0 AND " \
	  "t.assignee_id = $1 AND t.waiting = 1 AND t.status IN (0, 1, 3) AND EXISTS (SELECT 1 FROM person_group AS g " \
	  "JOIN agent_state AS b ON b.person_id = g.person_id JOIN person AS p ON p.id = g.person_id " \
	  "WHERE g.group_id = t.group_id AND b.state <> 0 AND p.active = 1 AND p.role >= 2) LIMIT $2") \
	S(LEFT_ALL, "SELECT id, assignee_id FROM ticket WHERE active = 1 AND assignee_id <> 0 AND assignee_id = $1 LIMIT $2")

#endif
