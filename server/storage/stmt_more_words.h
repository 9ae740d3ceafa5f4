/* Statements of the words that describe work: skills, categories, custom fields, checklists, limits. */
#ifndef STORAGE_STMT_MORE_WORDS_H
#define STORAGE_STMT_MORE_WORDS_H

#define STATEMENTS_MORE_WORDS(S, S2) \
	S(SKILLS, "SELECT id, name, title FROM skill ORDER BY name") \
	S(PEOPLE_SKILLS, "SELECT person_id, skill_id FROM person_skill ORDER BY person_id, skill_id") \
	S(CATEGORIES, "SELECT id, name, label_en, label_zh, problem, after_sales, group_id, position, active, " \
	  "skill_id FROM category ORDER BY position, name") \
	S(FIELDS, "SELECT id, name, label_en, label_zh, ask_en, ask_zh, type, choices, category, required, " \
	  "position, active FROM desk_field ORDER BY position, id") \
	S(CHECKLISTS, "SELECT id, name, title, category, items, position FROM checklist ORDER BY position, id")

#endif
