/* Statements of export: everything in order of id, some hundred at a time. */
#ifndef STORAGE_STMT_EXPORT_H
#define STORAGE_STMT_EXPORT_H

#define STATEMENTS_EXPORT(S, S2) \
	S(EXPORT_CUSTOMERS, "SELECT id FROM customer WHERE id > $1 ORDER BY id LIMIT $2") \
	S(EXPORT_ARTICLES, "SELECT id FROM article WHERE id > $1 ORDER BY id LIMIT $2") \
	S(EXPORT_TICKETS, "SELECT id FROM ticket WHERE id > $1 ORDER BY id LIMIT $2") \
	S(EXPORT_KEY, "SELECT key FROM import_key WHERE type = $1 AND id = $2 ORDER BY key LIMIT 1") \
	S(EXPORT_RATING, "SELECT stars, comment FROM rating WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1")

#endif
