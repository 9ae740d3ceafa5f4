/* Statements of people beside each other: who is there, what each is told of, clocks that ring once. */
#ifndef STORAGE_STMT_TOGETHER_H
#define STORAGE_STMT_TOGETHER_H

#define STMT_PRESENCE_COLS "person_id, ticket_id, workstation, writing, idle, since_ms"
#define STATEMENTS_TOGETHER(S, S2) \
	S(PRESENCE_ALL, "SELECT " STMT_PRESENCE_COLS " FROM presence WHERE until_ms > $1 ORDER BY person_id, workstation") \
	S(PRESENCE_OF, "SELECT " STMT_PRESENCE_COLS " FROM presence WHERE person_id = $1 AND workstation = $2") \
	S(PRESENCE_PUT, "INSERT INTO presence(" STMT_PRESENCE_COLS ", until_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) " \
	  "ON CONFLICT (person_id, workstation) DO UPDATE SET ticket_id = excluded.ticket_id, " \
	  "writing = excluded.writing, idle = excluded.idle, since_ms = excluded.since_ms, until_ms = excluded.until_ms") \
	S(PRESENCE_LEAVE, "DELETE FROM presence WHERE person_id = $1 AND workstation = $2") \
	S(PRESENCE_COUNT, "SELECT COUNT(*) FROM presence WHERE person_id = $1") \
	S(PRESENCE_END, "SELECT until_ms FROM presence ORDER BY until_ms LIMIT 1") \
	S(PRESENCE_SWEEP, "DELETE FROM presence WHERE until_ms <= $1 RETURNING " STMT_PRESENCE_COLS) \
	/* by_name: the person's, else the ticket's customer's */ \
	S(NOTICES, "SELECT n.id, n.kind, n.person_id, n.ticket_id, n.message_id, n.by_id, " \
	  "COALESCE((SELECT p.display FROM person AS p WHERE p.id = n.by_id), " \
	  "(SELECT t.customer_name FROM ticket AS t WHERE t.id = n.ticket_id AND n.kind = $4)), " \
	  "n.text, n.clock, n.at_ms, n.seen, n.late FROM notice AS n WHERE n.person_id = $1 AND n.id < $2 " \
	  "ORDER BY n.id DESC LIMIT $3") \
	S(NOTICE_ADD, "INSERT INTO notice(person_id, kind, ticket_id, message_id, by_id, text, clock, at_ms, seen, late) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9) RETURNING id") \
	S(NOTICES_SEEN, "UPDATE notice SET seen = 1 WHERE person_id = $1 AND id <= $2 AND seen = 0") \
	S(NOTICES_PRUNE, "DELETE FROM notice WHERE person_id = $1 AND at_ms < $2") \
	S(ALARMS_DUE, "SELECT id, alarm_ms FROM ticket WHERE alarm_ms > 0 ORDER BY alarm_ms LIMIT $1") \
	S(ALARM_ADD, "INSERT INTO alarm(ticket_id, clock, kind, due_ms, at_ms, threshold) VALUES ($1, $2, $3, $4, $5, $6) " \
	  "ON CONFLICT (ticket_id, clock, kind, due_ms, threshold) DO NOTHING") \
	S(ALARM_NEXT, "UPDATE ticket SET alarm_ms = $2 WHERE id = $1") \
	S(MESSAGE_WHISPER, "UPDATE message SET whisper_to = $2 WHERE id = $1") \
	S(DRAFTS_GIVE, "UPDATE draft SET person_id = $3, shared = 1 WHERE ticket_id = $1 AND person_id = $2 AND NOT EXISTS " \
	  "(SELECT 1 FROM draft AS d WHERE d.ticket_id = $1 AND d.person_id = $3 AND d.kind = draft.kind)") \
	S(DRAFTS_SHARE, "UPDATE draft SET shared = 1 WHERE ticket_id = $1 AND person_id = $2")

#endif
