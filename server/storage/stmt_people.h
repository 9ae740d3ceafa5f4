/* Statements of the people room (who may come in, and with which token) and of `verify`. */
#ifndef STORAGE_STMT_PEOPLE_H
#define STORAGE_STMT_PEOPLE_H

#define STATEMENTS_PEOPLE(S, S2) \
	S(PEOPLE_LIST, "SELECT id, name, display, role, locale, active, COALESCE(unix_uid, -1) " \
	               "FROM person ORDER BY id") \
	S(PEOPLE_ADD, "INSERT INTO person (name, display, role, locale, active, unix_uid) " \
	              "VALUES ($1, $2, $3, $4, 1, $5) RETURNING id") \
	S(PEOPLE_ROLE_SET, "UPDATE person SET role = $2 WHERE id = $1") \
	S(PEOPLE_ACTIVE_SET, "UPDATE person SET active = $2 WHERE id = $1") \
	S(PEOPLE_UID_SET, "UPDATE person SET unix_uid = $2 WHERE id = $1") \
	S(PEOPLE_GROUP_ADD, "INSERT INTO person_group (person_id, group_id) " \
	                    "SELECT CAST($1 AS BIGINT), g.id FROM desk_group g WHERE g.name = $2 " \
	                    "ON CONFLICT (person_id, group_id) DO NOTHING") \
	S(PEOPLE_SKILL_ADD, "INSERT INTO person_skill (person_id, skill_id) " \
	                    "SELECT CAST($1 AS BIGINT), s.id FROM skill s WHERE s.name = $2 " \
	                    "ON CONFLICT (person_id, skill_id) DO NOTHING") \
	S(PEOPLE_SKILLS_OF, "SELECT s.name FROM person_skill ps JOIN skill s ON s.id = ps.skill_id " \
	                    "WHERE ps.person_id = $1 ORDER BY s.name") \
	S(PEOPLE_GROUPS, "SELECT g.name FROM person_group pg JOIN desk_group g ON g.id = pg.group_id " \
	                 "WHERE pg.person_id = $1 ORDER BY g.name") \
	S(TOKEN_FIND, "SELECT person_id FROM token WHERE hash = $1 AND revoked = 0") \
	S(TOKEN_ADD, "INSERT INTO token (hash, label, person_id, revoked, created_ms) " \
	             "VALUES ($1, $2, $3, 0, $4)") \
	S(TOKEN_REVOKE, "UPDATE token SET revoked = 1 WHERE label = $1 AND revoked = 0") \
	S(TOKEN_LIST, "SELECT t.label, p.name, t.revoked, t.created_ms " \
	              "FROM token t JOIN person p ON p.id = t.person_id ORDER BY t.label") \
	/* $3: when policies changed last: what was done before stays as it was judged */ \
	S(VERIFY_TICKETS, "SELECT id FROM ticket WHERE id > $1 AND (active <> 0 OR updated_ms >= $3) " \
	                  "ORDER BY id LIMIT $2")

#endif
