/* Statements of unsent text, and of what the feed says of one ticket. */
#ifndef STORAGE_STMT_DRAFT_H
#define STORAGE_STMT_DRAFT_H

#define STMT_DRAFT_COLS \
	"id, ticket_id, kind, person_id, body, to_list, cc_list, answers_id, template_ids, promise_ms, revision, " \
	"at_ms, ticket_version, shared"
#define STATEMENTS_DRAFT(S, S2) \
	S(DRAFTS_MINE, "SELECT " STMT_DRAFT_COLS " FROM draft WHERE person_id = $1 ORDER BY at_ms DESC, id DESC LIMIT $2") \
	S(DRAFTS_SEEN, "SELECT " STMT_DRAFT_COLS " FROM draft WHERE ticket_id = $1 AND (person_id = $2 OR shared = 1) " \
	  "ORDER BY at_ms DESC, id DESC LIMIT $3") \
	S(DRAFTS_OF_TICKET, "SELECT " STMT_DRAFT_COLS " FROM draft WHERE ticket_id = $1 ORDER BY id") \
	S(DRAFT_OF, "SELECT " STMT_DRAFT_COLS " FROM draft WHERE ticket_id = $1 AND person_id = $2 AND kind = $3") \
	S(DRAFT_INSERT, "INSERT INTO draft(ticket_id, person_id, kind, body, to_list, cc_list, answers_id, template_ids, " \
	  "promise_ms, revision, at_ms, ticket_version, shared) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id") \
	S(DRAFT_UPDATE, "UPDATE draft SET ticket_id = $2, body = $3, to_list = $4, cc_list = $5, answers_id = $6, " \
	  "template_ids = $7, promise_ms = $8, revision = $9, at_ms = $10, ticket_version = $11, shared = $12 WHERE id = $1") \
	S(DRAFT_REMOVE, "DELETE FROM draft WHERE id = $1") \
	/* $2 = now: how many workstations this person has; 0: they don't say */ \
	S(DRAFT_WATCHERS, "SELECT count(*) FROM presence WHERE person_id = $1 AND until_ms > $2") \
	/* $1: events after it; $2: a piece of the text that names the ticket */ \
	S2(FEED_OF_TICKET, \
	   "SELECT body FROM event WHERE seq > $1 AND instr(body, $2) > 0 ORDER BY seq DESC LIMIT $3", \
	   "SELECT body FROM event WHERE seq > $1 AND strpos(body, $2) > 0 ORDER BY seq DESC LIMIT $3")

#endif
