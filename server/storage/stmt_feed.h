/* Statements of feed, idempotency and schema state (storage itself). */
#ifndef STORAGE_STMT_FEED_H
#define STORAGE_STMT_FEED_H

#define STATEMENTS_FEED(S, S2) \
	S(FEED_AFTER, "SELECT seq, body FROM event WHERE seq > $1 ORDER BY seq LIMIT $2")

#endif
