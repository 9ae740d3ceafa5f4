/* Statements of macros, and of what a waiting reply promises. */
#ifndef STORAGE_STMT_MACRO_H
#define STORAGE_STMT_MACRO_H

#define STMT_MACRO_COLS "id, name, title, scope, owner_id, category, steps, position"
#define STATEMENTS_MACRO(S, S2) \
	S(MACROS, "SELECT " STMT_MACRO_COLS " FROM macro ORDER BY position, name, id") \
	S(MACROS_SHARED, "SELECT " STMT_MACRO_COLS " FROM macro WHERE scope <> 2 ORDER BY id") \
	S(MACRO, "SELECT " STMT_MACRO_COLS " FROM macro WHERE id = $1") \
	S(MACRO_TAKEN, "SELECT id FROM macro WHERE scope = $1 AND owner_id = $2 AND name = $3 AND id <> $4") \
	S(MACRO_FIND, "SELECT id FROM macro WHERE name = $1 AND scope = $2 AND owner_id = $3") \
	S(MACRO_INSERT, "INSERT INTO macro(name, title, scope, owner_id, category, steps, position) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id") \
	S(MACRO_UPDATE, "UPDATE macro SET name = $2, title = $3, scope = $4, owner_id = $5, category = $6, steps = $7, " \
	  "position = $8 WHERE id = $1") \
	S(MACRO_REMOVE, "DELETE FROM macro WHERE id = $1") \
	S(MESSAGE_PROMISE_PUT, "UPDATE message SET promise_ms = $2 WHERE id = $1") \
	S(MESSAGE_PROMISE, "SELECT promise_ms FROM message WHERE id = $1")

#endif
