/* Statements of the configuration: its records, their use, their history. */
#ifndef STORAGE_STMT_CONFIG_H
#define STORAGE_STMT_CONFIG_H

#include "server/storage/stmt_ticket.h"

#define STATEMENTS_CONFIG(S, S2) \
	S(SKILL_INSERT, "INSERT INTO skill(name, title) VALUES ($1, $2) RETURNING id") \
	S(SKILL_UPDATE, "UPDATE skill SET name = $2, title = $3 WHERE id = $1") \
	S(SKILL_BY_NAME, "SELECT id FROM skill WHERE name = $1") \
	S(PERSON_SKILLS_CLEAR, "DELETE FROM person_skill WHERE person_id = $1") \
	S(PERSON_SKILL_ADD, "INSERT INTO person_skill(person_id, skill_id) VALUES ($1, $2) " \
	  "ON CONFLICT (person_id, skill_id) DO NOTHING") \
	S(CATEGORY_SKILL, "UPDATE category SET skill_id = $2 WHERE id = $1") \
	S(CATEGORY_INSERT, "INSERT INTO category(name, label_en, label_zh, problem, after_sales, group_id, position, " \
	  "active) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id") \
	S(CATEGORY_UPDATE, "UPDATE category SET name = $2, label_en = $3, label_zh = $4, problem = $5, " \
	  "after_sales = $6, group_id = $7, position = $8, active = $9 WHERE id = $1") \
	S(CATEGORY_BY_NAME, "SELECT id FROM category WHERE name = $1") \
	S(FIELD_INSERT, "INSERT INTO desk_field(name, label_en, label_zh, ask_en, ask_zh, type, choices, category, " \
	  "required, position, active) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id") \
	S(FIELD_UPDATE, "UPDATE desk_field SET name = $2, label_en = $3, label_zh = $4, ask_en = $5, ask_zh = $6, " \
	  "type = $7, choices = $8, category = $9, required = $10, position = $11, active = $12 WHERE id = $1") \
	S(FIELD_BY_NAME, "SELECT id FROM desk_field WHERE name = $1") \
	S(CHECKLIST_INSERT, "INSERT INTO checklist(name, title, category, items, position) " \
	  "VALUES ($1, $2, $3, $4, $5) RETURNING id") \
	S(CHECKLIST_UPDATE, "UPDATE checklist SET name = $2, title = $3, category = $4, items = $5, position = $6 " \
	  "WHERE id = $1") \
	S(CHECKLIST_BY_NAME, "SELECT id FROM checklist WHERE name = $1") \
	S(LIMITS_ALL, "SELECT id, role, kind, currency, per_ticket_cents, per_day_cents FROM compensation_limit " \
	  "ORDER BY id") \
	S(LIMIT_INSERT, "INSERT INTO compensation_limit(role, kind, currency, per_ticket_cents, per_day_cents) " \
	  "VALUES ($1, $2, $3, $4, $5) RETURNING id") \
	S(LIMIT_UPDATE, "UPDATE compensation_limit SET role = $2, kind = $3, currency = $4, per_ticket_cents = $5, " \
	  "per_day_cents = $6 WHERE id = $1") \
	S(LIMIT_FIND, "SELECT id FROM compensation_limit WHERE role = $1 AND kind = $2 AND currency = $3") \
	S(VIEWS_SHARED, "SELECT id, name, title, scope, owner_id, query, newest_first, position FROM saved_view " \
	  "WHERE scope <> 2 ORDER BY id") \
	S(VIEW_SHARED_INSERT, "INSERT INTO saved_view(name, title, scope, owner_id, query, newest_first, position) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id") \
	S(VIEW_SHARED_UPDATE, "UPDATE saved_view SET name = $2, title = $3, scope = $4, owner_id = $5, query = $6, " \
	  "newest_first = $7, position = $8 WHERE id = $1") \
	S(VIEW_SHARED_FIND, "SELECT id FROM saved_view WHERE name = $1 AND scope = $2 AND owner_id = $3") \
	S(SETTINGS_ALL, "SELECT name, value FROM settings ORDER BY name") \
	S(IMPORT_KEYS, "SELECT key, id FROM import_key WHERE type = $1") \
	S(IMPORT_KEY_DROP, "DELETE FROM import_key WHERE type = $1 AND id = $2") \
	S(IMPORT_KEY_FORGET, "DELETE FROM import_key WHERE type = $1 AND key = $2") \
	S(SETTING_LOCK, "UPDATE settings SET value = value WHERE name = $1") \
	/* whether something hangs on a record: one row, or none */ \
	S(GROUP_USED, "SELECT 1 FROM ticket_count WHERE group_id = $1 AND n > 0 LIMIT 1") \
	S(TAG_CUSTOMER_USED, "SELECT customer_id FROM customer_tag WHERE tag_id = $1 LIMIT 1") \
	S(TAG_TICKET_USED, "SELECT ticket_id FROM ticket_tag WHERE name = $1 LIMIT 1") \
	S(CATEGORY_USED, "SELECT id FROM ticket WHERE category = $1 LIMIT 1") \
	S(FIELD_USED, "SELECT ticket_id FROM ticket_field WHERE field_id = $1 LIMIT 1") \
	S(GROUP_DELETE, "DELETE FROM desk_group WHERE id = $1") \
	S(SKILL_DELETE, "DELETE FROM skill WHERE id = $1") \
	S(TAG_DELETE, "DELETE FROM tag WHERE id = $1") \
	S(CALENDAR_DELETE, "DELETE FROM calendar WHERE id = $1") \
	S(POLICY_DELETE, "DELETE FROM policy WHERE id = $1") \
	S(CATEGORY_DELETE, "DELETE FROM category WHERE id = $1") \
	S(FIELD_DELETE, "DELETE FROM desk_field WHERE id = $1") \
	S(CHECKLIST_DELETE, "DELETE FROM checklist WHERE id = $1") \
	S(LIMIT_DELETE, "DELETE FROM compensation_limit WHERE id = $1") \
	S(TEMPLATE_DELETE, "DELETE FROM template WHERE id = $1") \
	S(VIEW_SHARED_DELETE, "DELETE FROM saved_view WHERE id = $1") \
	S(REVISION_NOW, "SELECT COALESCE(MAX(revision), 0) FROM config_revision") \
	S(REVISIONS, "SELECT revision, at_ms, by_name, summary FROM config_revision ORDER BY revision DESC LIMIT $1") \
	S(REVISION_TEXT, "SELECT text FROM config_revision WHERE revision = $1") \
	S(REVISION_ADD, "INSERT INTO config_revision(revision, at_ms, by_name, summary, text) " \
	  "VALUES ($1, $2, $3, $4, $5)") \
	S(ERAS, "SELECT from_ms, text FROM clock_era ORDER BY from_ms DESC LIMIT $1") \
	S(ERA_PUT, "INSERT INTO clock_era(from_ms, text) VALUES ($1, $2) " \
	  "ON CONFLICT (from_ms) DO UPDATE SET text = excluded.text") \
	S(REFOLD_TICKETS, "SELECT id FROM ticket WHERE active <> 0 AND id > $1 ORDER BY id LIMIT $2") \
	S(REFOLD_CUSTOMER, "SELECT id FROM ticket WHERE customer_id = $1 " \
	  "AND (active <> 0 OR updated_ms >= $3) ORDER BY id LIMIT $2") \
	S(REFOLD_NEXT, "UPDATE ticket SET next_due_ms = $2, next_warn_ms = $3, next_clock = $4, " \
	  "alarm_ms = " STMT_ALARM("$5", "$6") " WHERE id = $1") \
	S(REMARK_CUSTOMERS, "SELECT DISTINCT customer_id FROM customer_tag WHERE customer_id > $1 " \
	  "ORDER BY customer_id LIMIT $2") \
	/* what an imported ticket carries beside its messages */ \
	S(RECORD_FIELD_PUT, "INSERT INTO ticket_field(ticket_id, field_id, value, folded, number) " \
	  "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (ticket_id, field_id) DO UPDATE SET value = excluded.value, " \
	  "folded = excluded.folded, number = excluded.number") \
	S(RECORD_CHECKS_CLEAR, "DELETE FROM ticket_check WHERE ticket_id = $1") \
	S(RECORD_CHECK_ADD, "INSERT INTO ticket_check(ticket_id, text, done, by_id, at_ms) " \
	  "VALUES ($1, $2, $3, $4, $5)") \
	S(RECORD_LINK_ADD, "INSERT INTO ticket_link(ticket_id, other_id, kind) VALUES ($1, $2, $3) " \
	  "ON CONFLICT (ticket_id, other_id) DO UPDATE SET kind = excluded.kind")

#endif
