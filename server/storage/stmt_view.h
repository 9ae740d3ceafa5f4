/* Statements of saved views. */
#ifndef STORAGE_STMT_VIEW_H
#define STORAGE_STMT_VIEW_H

#define STMT_VIEW_COLS "id, name, title, scope, owner_id, query, newest_first, position"
#define STATEMENTS_VIEW(S, S2) \
	S(VIEWS, "SELECT " STMT_VIEW_COLS " FROM saved_view ORDER BY position, name, id") \
	S(VIEW, "SELECT " STMT_VIEW_COLS " FROM saved_view WHERE id = $1") \
	S(VIEW_TAKEN, "SELECT id FROM saved_view WHERE scope = $1 AND owner_id = $2 AND name = $3 AND id <> $4") \
	S(VIEW_INSERT, "INSERT INTO saved_view(name, title, scope, owner_id, query, newest_first, position) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id") \
	S(VIEW_UPDATE, "UPDATE saved_view SET name = $2, title = $3, scope = $4, owner_id = $5, query = $6, " \
	  "newest_first = $7, position = $8 WHERE id = $1") \
	S(VIEW_REMOVE, "DELETE FROM saved_view WHERE id = $1")

#endif
