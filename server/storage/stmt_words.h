/* Statements of what a desk knows by heart: groups, people, tags, calendars, policies, settings. */
#ifndef STORAGE_STMT_WORDS_H
#define STORAGE_STMT_WORDS_H

#define STATEMENTS_WORDS(S, S2) \
	S(GROUPS, "SELECT id, name, title, tier FROM desk_group ORDER BY id") \
	S(GROUP_INSERT, "INSERT INTO desk_group(name, title, tier) VALUES ($1, $2, $3) RETURNING id") \
	S(GROUP_UPDATE, "UPDATE desk_group SET name = $2, title = $3, tier = $4 WHERE id = $1") \
	S(GROUP_BY_NAME, "SELECT id FROM desk_group WHERE name = $1") \
	S(PEOPLE, "SELECT id, name, display, role, locale, active, capacity FROM person ORDER BY id") \
	S(PEOPLE_MEMBERS, "SELECT person_id, group_id FROM person_group ORDER BY person_id, group_id") \
	S(PERSON_INSERT, "INSERT INTO person(name, display, role, locale, active) " \
	  "VALUES ($1, $2, $3, $4, $5) RETURNING id") \
	S(PERSON_UPDATE, "UPDATE person SET name = $2, display = $3, role = $4, locale = $5, active = $6 " \
	  "WHERE id = $1") \
	S(PERSON_CAPACITY, "UPDATE person SET capacity = $2 WHERE id = $1") \
	S(PERSON_BY_NAME, "SELECT id FROM person WHERE name = $1") \
	S(PERSON_GROUPS_CLEAR, "DELETE FROM person_group WHERE person_id = $1") \
	S(PERSON_GROUP_ADD, "INSERT INTO person_group(person_id, group_id) VALUES ($1, $2) " \
	  "ON CONFLICT (person_id, group_id) DO NOTHING") \
	S(TAGS, "SELECT id, name, label_en, label_zh, advice_en, advice_zh, glyph, on_customer, careful FROM tag ORDER BY id") \
	S(TAG_INSERT, "INSERT INTO tag(name, label_en, label_zh, advice_en, advice_zh, glyph, on_customer, careful) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id") \
	S(TAG_UPDATE, "UPDATE tag SET name = $2, label_en = $3, label_zh = $4, advice_en = $5, advice_zh = $6, " \
	  "glyph = $7, on_customer = $8, careful = $9 WHERE id = $1") \
	S(TAG_BY_NAME, "SELECT id FROM tag WHERE name = $1") \
	S(CALENDARS, "SELECT id, name, zone FROM calendar ORDER BY id") \
	S(CALENDAR_SPANS, "SELECT calendar_id, weekday, from_minute, to_minute FROM calendar_span " \
	  "ORDER BY calendar_id, position") \
	S(CALENDAR_HOLIDAYS, "SELECT calendar_id, date, name FROM calendar_holiday ORDER BY calendar_id, date") \
	S(CALENDAR_INSERT, "INSERT INTO calendar(name, zone) VALUES ($1, $2) RETURNING id") \
	S(CALENDAR_UPDATE, "UPDATE calendar SET name = $2, zone = $3 WHERE id = $1") \
	S(CALENDAR_BY_NAME, "SELECT id FROM calendar WHERE name = $1") \
	S(CALENDAR_SPANS_CLEAR, "DELETE FROM calendar_span WHERE calendar_id = $1") \
	S(CALENDAR_SPAN_ADD, "INSERT INTO calendar_span(calendar_id, position, weekday, from_minute, to_minute) " \
	  "VALUES ($1, $2, $3, $4, $5)") \
	S(CALENDAR_HOLIDAYS_CLEAR, "DELETE FROM calendar_holiday WHERE calendar_id = $1") \
	S(CALENDAR_HOLIDAY_ADD, "INSERT INTO calendar_holiday(calendar_id, date, name) VALUES ($1, $2, $3) " \
	  "ON CONFLICT (calendar_id, date) DO NOTHING") \
	S(CALENDAR_EXCEPTIONS, "SELECT calendar_id, date, from_minute, to_minute, name FROM calendar_exception " \
	  "ORDER BY calendar_id, date, position") \
	S(CALENDAR_EXCEPTIONS_CLEAR, "DELETE FROM calendar_exception WHERE calendar_id = $1") \
	S(CALENDAR_EXCEPTION_ADD, "INSERT INTO calendar_exception(calendar_id, date, position, from_minute, to_minute, " \
	  "name) VALUES ($1, $2, $3, $4, $5, $6)") \
	S(POLICIES, "SELECT id, version, position, name, channels, after_sales, problem, tags, groups FROM policy " \
	  "ORDER BY position, id") \
	S(POLICY_TARGETS, "SELECT policy_id, clock, priority, problem, target_ms, warn, pause_statuses, " \
	  "calendar FROM policy_target ORDER BY policy_id, position") \
	S(POLICY_INSERT, "INSERT INTO policy(position, name, channels, after_sales, problem, tags, groups) " \
	  "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id") \
	S(POLICY_UPDATE, "UPDATE policy SET version = version + 1, position = $2, name = $3, channels = $4, " \
	  "after_sales = $5, problem = $6, tags = $7, groups = $8 WHERE id = $1") \
	S(POLICY_BY_NAME, "SELECT id FROM policy WHERE name = $1") \
	S(POLICY_TARGETS_CLEAR, "DELETE FROM policy_target WHERE policy_id = $1") \
	S(POLICY_TARGET_ADD, "INSERT INTO policy_target(policy_id, position, clock, priority, problem, target_ms, " \
	  "warn, pause_statuses, calendar) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)") \
	S(IMPORT_KEY, "SELECT id, hash FROM import_key WHERE type = $1 AND key = $2") \
	S(IMPORT_KEY_PUT, "INSERT INTO import_key(type, key, id, hash) VALUES ($1, $2, $3, $4) " \
	  "ON CONFLICT (type, key) DO UPDATE SET id = excluded.id, hash = excluded.hash")

#endif
