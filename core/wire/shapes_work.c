/* What tickets carry beside their messages, and the desk's own words, as tables. */
#include "wire/shapes.h"
#include "wire/wire.h"

#define FREED(type) .free = (GDestroyNotify)type##_free

static const struct field skill_fields[] = {
	ID(skill, id, REQUIRED), STR(skill, name, REQUIRED), STR(skill, title),
};
const struct shape shape_skill = SHAPE(skill, skill_fields, FREED(skill));

static const struct field category_fields[] = {
	ID(category, id, REQUIRED), STR(category, name, REQUIRED), STR(category, label_en),
	STR(category, label_zh),
	ENUM(category, problem, problem_words, .flags = FIELD_OMIT, .def = -1),
	{.name = "after_sales", .type = FIELD_MAYBE, FIELD_AT(category, after_sales), .def = -1},
	ID(category, group_id), ID(category, skill_id), INT(category, position), BOOL(category, active, .def = TRUE),
};
const struct shape shape_category = SHAPE(category, category_fields, FREED(category));

static const struct field desk_field_fields[] = {
	ID(desk_field, id, REQUIRED), STR(desk_field, name, REQUIRED), STR(desk_field, label_en),
	STR(desk_field, label_zh), STR(desk_field, ask_en), STR(desk_field, ask_zh),
	ENUM(desk_field, type, desk_field_type_words), STRINGS(desk_field, choices),
	STR(desk_field, category), BOOL(desk_field, required), INT(desk_field, position),
	BOOL(desk_field, active, .def = TRUE),
};
const struct shape shape_desk_field = SHAPE(desk_field, desk_field_fields, FREED(desk_field));

static const struct field checklist_fields[] = {
	ID(checklist, id, REQUIRED), STR(checklist, name, REQUIRED), STR(checklist, title),
	STR(checklist, category), STRINGS(checklist, items), INT(checklist, position),
};
const struct shape shape_checklist = SHAPE(checklist, checklist_fields, FREED(checklist));

static const struct field attachment_fields[] = {
	ID(attachment, id, REQUIRED), STR(attachment, name), STR(attachment, media),
	I64(attachment, size, TIME_RANGE), STR(attachment, sha256), ENUM(attachment, scan, scan_words),
};
const struct shape shape_attachment = SHAPE(attachment, attachment_fields, FREED(attachment));

static const struct field field_value_fields[] = {
	STR(field_value, name, REQUIRED), STR(field_value, value),
};
const struct shape shape_field_value = SHAPE(field_value, field_value_fields, FREED(field_value));

static const struct field ticket_link_fields[] = {
	ID(ticket_link, ticket_id, REQUIRED), ENUM(ticket_link, kind, link_words),
	STR(ticket_link, subject), ENUM(ticket_link, status, status_words),
};
const struct shape shape_ticket_link = SHAPE(ticket_link, ticket_link_fields, FREED(ticket_link));

static const struct field check_item_fields[] = {
	ID(check_item, id, REQUIRED), STR(check_item, text), BOOL(check_item, done),
	ID(check_item, by_id), STR(check_item, by_name), I64(check_item, at_ms, TIME_RANGE),
};
const struct shape shape_check_item = SHAPE(check_item, check_item_fields, FREED(check_item));

static const struct field compensation_fields[] = {
	ID(compensation, id), ID(compensation, ticket_id),
	ENUM(compensation, kind, compensation_words), ENUM(compensation, state, decision_words),
	I64(compensation, amount_cents, TIME_RANGE), STR(compensation, currency, .max = 40),
	STR(compensation, order_number, .max = 100), STR(compensation, reason, .max = 2000),
	ID(compensation, by_id), STR(compensation, by_name), I64(compensation, at_ms, TIME_RANGE),
	ID(compensation, decided_id), STR(compensation, decided_name),
	STR(compensation, decision_reason), I64(compensation, decided_ms, TIME_RANGE),
};
const struct shape shape_compensation = SHAPE(compensation, compensation_fields, FREED(compensation));

static const struct field compensation_limit_fields[] = {
	ID(compensation_limit, id), ENUM(compensation_limit, role, role_words),
	ENUM(compensation_limit, kind, compensation_words), STR(compensation_limit, currency),
	I64(compensation_limit, per_ticket_cents), I64(compensation_limit, per_day_cents),
};
const struct shape shape_compensation_limit =
	SHAPE(compensation_limit, compensation_limit_fields, FREED(compensation_limit));

static const struct field mood_phrases_fields[] = {
	ENUM(mood_phrases, mood, mood_words, REQUIRED), STRINGS(mood_phrases, phrases),
};
const struct shape shape_mood_phrases = SHAPE(mood_phrases, mood_phrases_fields, FREED(mood_phrases));

static const struct field saved_view_fields[] = {
	ID(saved_view, id), STR(saved_view, name, REQUIRED, .max = 60), STR(saved_view, title, .max = 200),
	ENUM(saved_view, scope, scope_words), ID(saved_view, owner_id),
	STR(saved_view, query, .max = 1000), BOOL(saved_view, newest_first), INT(saved_view, position),
	I64(saved_view, count, .def = -1), I64(saved_view, late, .def = -1),
	I64(saved_view, as_of_ms, TIME_RANGE),
};
const struct shape shape_saved_view = SHAPE(saved_view, saved_view_fields, FREED(saved_view));

static const struct field macro_fields[] = {
	ID(macro, id), STR(macro, name, REQUIRED, .max = 60), STR(macro, title, .max = 200),
	ENUM(macro, scope, scope_words), ID(macro, owner_id), STR(macro, category, .max = 200),
	STR(macro, steps, .max = 16000), INT(macro, position),
};
const struct shape shape_macro = SHAPE(macro, macro_fields, FREED(macro));

static const struct field draft_fields[] = {
	ID(draft, id), ID(draft, ticket_id), ENUM(draft, kind, message_kind_words), ID(draft, person_id),
	STR(draft, person_name), STR(draft, body), STR(draft, to), STR(draft, cc), ID(draft, answers_id),
	{.name = "template_ids", .type = FIELD_IDS, .flags = FIELD_NULLABLE, FIELD_AT(draft, template_ids)},
	I64(draft, promise_ms, TIME_RANGE), I64(draft, revision, TIME_RANGE), I64(draft, at_ms, TIME_RANGE),
	I64(draft, ticket_version, TIME_RANGE), BOOL(draft, shared),
};
const struct shape shape_draft = SHAPE(draft, draft_fields, FREED(draft));

static const struct field presence_fields[] = {
	ID(presence, person_id, REQUIRED), ID(presence, ticket_id), STR(presence, workstation),
	BOOL(presence, writing), BOOL(presence, idle), I64(presence, since_ms, TIME_RANGE),
};
const struct shape shape_presence = SHAPE(presence, presence_fields, FREED(presence));

static const struct field notice_fields[] = {
	ID(notice, id), ENUM(notice, kind, notice_kind_words, REQUIRED), ID(notice, person_id),
	ID(notice, ticket_id), ID(notice, message_id), ID(notice, by_id), STR(notice, by_name),
	STR(notice, text), ENUM(notice, clock, clock_kind_words), I64(notice, at_ms, TIME_RANGE),
	BOOL(notice, seen), BOOL(notice, late),
};
const struct shape shape_notice = SHAPE(notice, notice_fields, FREED(notice));

static const struct field config_entry_fields[] = {
	STR(config_entry, type, REQUIRED), STR(config_entry, key, REQUIRED), STR(config_entry, title),
	STR(config_entry, text),
};
const struct shape shape_config_entry = SHAPE(config_entry, config_entry_fields, FREED(config_entry));

static const struct field config_revision_fields[] = {
	I64(config_revision, revision, TIME_RANGE), I64(config_revision, at_ms, TIME_RANGE),
	STR(config_revision, by_name), STR(config_revision, summary),
};
const struct shape shape_config_revision =
	SHAPE(config_revision, config_revision_fields, FREED(config_revision));
