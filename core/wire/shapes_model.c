/* The domain structs as tables: what model.h declares, member by member. */
#include "wire/shapes.h"
#include "wire/wire.h"

static const struct field group_fields[] = {
	ID(group, id, REQUIRED), STR(group, name, REQUIRED), STR(group, title), INT(group, tier),
};
const struct shape shape_group = SHAPE(group, group_fields, .free = (GDestroyNotify)group_free);

static const struct field person_fields[] = {
	ID(person, id, REQUIRED), STR(person, name, REQUIRED), STR(person, display),
	ENUM(person, role, role_words, REQUIRED), STR(person, locale),
	{.name = "groups", .type = FIELD_IDS, FIELD_AT(person, groups)},
	{.name = "skills", .type = FIELD_IDS, FIELD_AT(person, skills)},
	BOOL(person, active, .def = TRUE), INT(person, capacity, .min = 0, .max = 100000, .flags = FIELD_OMIT),
};
const struct shape shape_person = SHAPE(person, person_fields, .free = (GDestroyNotify)person_free);

static const struct field tag_fields[] = {
	ID(tag, id, REQUIRED), STR(tag, name, REQUIRED), STR(tag, label_en), STR(tag, label_zh),
	STR(tag, advice_en), STR(tag, advice_zh), STR(tag, glyph), BOOL(tag, on_customer),
	BOOL(tag, careful),
};
const struct shape shape_tag = SHAPE(tag, tag_fields, .free = (GDestroyNotify)tag_free);

static const struct field tag_mark_fields[] = {
	ID(tag_mark, tag_id), STR(tag_mark, name, REQUIRED), STR(tag_mark, why),
	I64(tag_mark, since_ms, TIME_RANGE), ID(tag_mark, by_person), STR(tag_mark, by_name),
};
const struct shape shape_tag_mark = SHAPE(tag_mark, tag_mark_fields, .free = (GDestroyNotify)tag_mark_free);

static const struct field ticket_clock_fields[] = {
	ENUM(ticket_clock, kind, clock_kind_words, REQUIRED),
	ENUM(ticket_clock, state, clock_state_words, REQUIRED),
	I64(ticket_clock, started_ms), I64(ticket_clock, target_ms), I64(ticket_clock, due_ms),
	I64(ticket_clock, left_ms), I64(ticket_clock, warn_ms), I64(ticket_clock, ended_ms),
	ID(ticket_clock, policy_id),
	{.name = "warnings", .type = FIELD_INNER, FIELD_AT(ticket_clock, warnings)},
};
const struct shape shape_ticket_clock =
	SHAPE(ticket_clock, ticket_clock_fields, .free = (GDestroyNotify)ticket_clock_free);

static const struct field ticket_row_fields[] = {
	ID(ticket_row, id, REQUIRED), I64(ticket_row, version, TIME_RANGE), STR(ticket_row, subject),
	ENUM(ticket_row, status, status_words, REQUIRED), ENUM(ticket_row, priority, priority_words),
	ENUM(ticket_row, channel, channel_words), ID(ticket_row, group_id), ID(ticket_row, assignee_id),
	ID(ticket_row, customer_id), STR(ticket_row, customer_name), STR(ticket_row, assignee_name),
	STR(ticket_row, group_name), I64(ticket_row, created_ms, TIME_RANGE),
	I64(ticket_row, updated_ms, TIME_RANGE),
	I64(ticket_row, next_due_ms, .min = 0, .max = QUEUE_NO_DUE, .def = QUEUE_NO_DUE),
	I64(ticket_row, next_warn_ms, TIME_RANGE), ENUM(ticket_row, next_clock, clock_kind_words),
	BOOL(ticket_row, waiting), INT(ticket_row, tier), STR(ticket_row, marks),
	I64(ticket_row, snoozed_ms, .flags = FIELD_OMIT),
};
const struct shape shape_ticket_row =
	SHAPE(ticket_row, ticket_row_fields, .free = (GDestroyNotify)ticket_row_free);

static const struct field message_fields[] = {
	ID(message, id, REQUIRED), ID(message, ticket_id), ENUM(message, kind, message_kind_words, REQUIRED),
	ENUM(message, delivery, delivery_words), ID(message, author_id), STR(message, author_name),
	STR(message, body, .max = WIRE_MAX_MESSAGE), I64(message, at_ms, TIME_RANGE),
	I64(message, send_at_ms, TIME_RANGE), STR(message, once_key),
	STR(message, html, .max = 4 * WIRE_MAX_MESSAGE), STR(message, to), STR(message, cc),
	ID(message, from_ticket_id),
	LIST(message, attachments, shape_attachment, .flags = FIELD_NULLABLE), ID(message, whisper_to),
};
const struct shape shape_message = SHAPE(message, message_fields, .free = (GDestroyNotify)message_free);

static const struct field order_fields[] = {
	STR(order, number, REQUIRED), STR(order, items), STR(order, state), I64(order, amount_cents),
	STR(order, currency), I64(order, at_ms, TIME_RANGE),
};
const struct shape shape_order = SHAPE(order, order_fields, .free = (GDestroyNotify)order_free);

static const struct field customer_fields[] = {
	ID(customer, id), I64(customer, version, TIME_RANGE), STR(customer, name, REQUIRED, .max = 200),
	STR(customer, language, .max = 20), STR(customer, email, .max = 320), STR(customer, phone, .max = 60),
	STR(customer, region, .max = 200), STR(customer, gender, .max = 60),
	STR(customer, occupation, .max = 200), INT(customer, birth_year, .min = 0, .max = 9999),
	STR(customer, zone, .max = 60), STR(customer, preferences),
	I64(customer, registered_ms), LIST(customer, tags, shape_tag_mark),
	LIST(customer, orders, shape_order), INT(customer, open_tickets), INT(customer, past_tickets),
	DOUBLE(customer, csat), I64(customer, last_contact_ms), ID(customer, manager_id),
	STR(customer, manager_name),
};
const struct shape shape_customer = SHAPE(customer, customer_fields, .free = (GDestroyNotify)customer_free);

static const struct field ticket_fields[] = {
	{.type = FIELD_FLAT, FIELD_AT(ticket, row), .shape = &shape_ticket_row},
	STR(ticket, category), ENUM(ticket, problem, problem_words), BOOL(ticket, after_sales),
	I64(ticket, hold_until_ms, TIME_RANGE), STR(ticket, escalation_reason),
	LIST(ticket, clocks, shape_ticket_clock), STRINGS(ticket, tags),
	LIST(ticket, messages, shape_message),
	BOOL(ticket, more_messages), OBJECT(ticket, customer, shape_customer), STR(ticket, origin),
	I64(ticket, resolved_ms, TIME_RANGE, .flags = FIELD_OMIT), ID(ticket, merged_into),
	LIST(ticket, fields, shape_field_value, .flags = FIELD_NULLABLE),
	LIST(ticket, links, shape_ticket_link, .flags = FIELD_NULLABLE),
	LIST(ticket, checklist, shape_check_item, .flags = FIELD_NULLABLE),
	LIST(ticket, compensations, shape_compensation, .flags = FIELD_NULLABLE),
	LIST(ticket, ladder, shape_escalation, .flags = FIELD_NULLABLE), OBJECT(ticket, follow_up, shape_follow_up),
	ENUM(ticket, impact, impact_words, .flags = FIELD_OMIT, .def = -1),
	ENUM(ticket, need, need_words, .flags = FIELD_OMIT, .def = -1), STR(ticket, priority_reason),
	ID(ticket, problem_id),
};
const struct shape shape_ticket = SHAPE(ticket, ticket_fields, .free = (GDestroyNotify)ticket_free);

static const struct field article_fields[] = {
	ID(article, id), INT(article, version, .min = 0, .max = INT32_MAX),
	ENUM(article, state, article_state_words), ENUM(article, module, module_words, REQUIRED),
	STR(article, category, .max = 500), STR(article, language, .max = 20),
	STR(article, title, REQUIRED, .max = 500), STR(article, body, .max = WIRE_MAX_MESSAGE),
	STR(article, keywords, .max = 2000), STR(article, author), I64(article, at_ms, TIME_RANGE),
	I64(article, used, TIME_RANGE), I64(article, helpful, TIME_RANGE),
	I64(article, unhelpful, TIME_RANGE),
};
const struct shape shape_article = SHAPE(article, article_fields, .free = (GDestroyNotify)article_free);

static const struct field article_hit_fields[] = {
	ID(article_hit, id, REQUIRED), INT(article_hit, version), ENUM(article_hit, module, module_words),
	STR(article_hit, category), STR(article_hit, language), STR(article_hit, title),
	STR(article_hit, snippet), DOUBLE(article_hit, score),
};
const struct shape shape_article_hit =
	SHAPE(article_hit, article_hit_fields, .free = (GDestroyNotify)article_hit_free);

static const struct field template_fields[] = {
	ID(template, id, REQUIRED), INT(template, version), STR(template, name, REQUIRED),
	STR(template, title),
	STR(template, language), ENUM(template, part, part_words, REQUIRED),
	ENUM(template, audience, audience_words), ENUM(template, scope, scope_words),
	ID(template, owner_id), STR(template, category), MASK(template, channels, channel_words),
	STR(template, body, .max = WIRE_MAX_MESSAGE),
	INT(template, position),
};
const struct shape shape_template = SHAPE(template, template_fields, .free = (GDestroyNotify)template_free);

static const struct field policy_target_fields[] = {
	ENUM(policy_target, clock, clock_kind_words, REQUIRED),
	ENUM(policy_target, priority, priority_words, .flags = FIELD_OMIT, .def = PRIORITY_COUNT),
	ENUM(policy_target, problem, problem_words, .flags = FIELD_OMIT, .def = -1),
	I64(policy_target, target_ms, TIME_RANGE),
	{.name = "warn", .type = FIELD_WARNINGS, FIELD_AT(policy_target, warnings), .def = 75},
	MASK(policy_target, pause_statuses, status_words), STR(policy_target, calendar),
};
const struct shape shape_policy_target =
	SHAPE(policy_target, policy_target_fields, .free = (GDestroyNotify)policy_target_free);

static const struct field policy_fields[] = {
	ID(policy, id, REQUIRED), INT(policy, version), INT(policy, position), STR(policy, name),
	MASK(policy, channels, channel_words),
	{.name = "after_sales", .type = FIELD_MAYBE, FIELD_AT(policy, after_sales), .def = -1},
	ENUM(policy, problem, problem_words, .flags = FIELD_OMIT, .def = -1), STRINGS(policy, tags),
	{.name = "groups", .type = FIELD_IDS, FIELD_AT(policy, groups)},
	LIST(policy, targets, shape_policy_target),
};
const struct shape shape_policy = SHAPE(policy, policy_fields, .free = (GDestroyNotify)policy_free);
