/* Records of import and export: one line of JSON, both ways. */
#include "wire/records.h"
#include "wire/shapes.h"
#include "wire/wire.h"
#include "wire/model_rule.h"

#include <string.h>

static const char *const type_names[] = {
#define E(id, name) name,
	RECORD_TYPES(E)
#undef E
};

#define AS(name_, type_, T, m, ...) {.name = name_, .type = type_, FIELD_AT(T, m), __VA_ARGS__}
#define TEXT(name_, T, m, max_, ...) AS(name_, FIELD_STRING, T, m, .max = max_, __VA_ARGS__)
#define KEY(name_, m, ...) AS(name_, FIELD_STRING, record, m, .max = 64, __VA_ARGS__)
#define TIME(name_, T, m, ...) AS(name_, FIELD_TIME, T, m, __VA_ARGS__)
#define BODY(T, m, ...) AS("body", FIELD_BODY, T, m, .max = WIRE_MAX_MESSAGE, __VA_ARGS__)
#define COUNT(T, m) AS(#m, FIELD_INT64, T, m, .flags = FIELD_OMIT, TIME_RANGE)
#define OPTIONAL .flags = FIELD_OMIT
#define WORD(name_, T, m, w, ...) AS(name_, FIELD_ENUM, T, m, .words = &w, __VA_ARGS__)
#define INSIDE(name_, s) {.name = name_, .type = FIELD_NEST, .shape = &s, OPTIONAL}
#define OBJECT_OF(m, s) {.type = FIELD_FLAT, FIELD_AT(record, m), .shape = &s, .flags = FIELD_DEREF}
#define KEYED KEY("key", key, REQUIRED)

/* ---- the desk's people and words */
static const struct field group_fields[] = {
	TEXT("name", group, name, 64), TEXT("title", group, title, 200),
	AS("tier", FIELD_INT, group, tier, .min = 0, .max = 2, .def = 1),
};
static const struct shape group_view = SHAPE(group, group_fields);

static const struct field person_fields[] = {
	TEXT("name", person, name, 64), TEXT("display", person, display, 200, REQUIRED),
	WORD("role", person, role, role_words, .def = ROLE_AGENT), TEXT("locale", person, locale, 20),
	AS("active", FIELD_BOOL, person, active, .def = TRUE),
	AS("capacity", FIELD_INT, person, capacity, OPTIONAL, .min = 0, .max = 100000),
};
static const struct shape person_view = SHAPE(person, person_fields);

static const char *const tag_places[] = {"ticket", "customer"}; /* by gboolean on_customer */
static const struct words tag_place_words = {tag_places, 2};
static const struct field tag_label_fields[] = {
	TEXT("en", tag, label_en, 200), TEXT("zh", tag, label_zh, 200)};
static const struct field tag_advice_fields[] = {
	TEXT("en", tag, advice_en, 2000), TEXT("zh", tag, advice_zh, 2000)};
static const struct shape tag_label_view = SHAPE(tag, tag_label_fields),
	tag_advice_view = SHAPE(tag, tag_advice_fields);
static const struct field tag_fields[] = {
	TEXT("name", tag, name, 64), WORD("on", tag, on_customer, tag_place_words, .def = TRUE),
	TEXT("glyph", tag, glyph, 20), INSIDE("label", tag_label_view), INSIDE("advice", tag_advice_view),
	AS("careful", FIELD_BOOL, tag, careful),
};
static const struct shape tag_view = SHAPE(tag, tag_fields);

/* ---- the words of the work */
#define LABELS(type) \
	static const struct field type##_label_fields[] = { \
		TEXT("en", type, label_en, 200), TEXT("zh", type, label_zh, 200)}; \
	static const struct shape type##_label_view = SHAPE(type, type##_label_fields)
#define PATH(T) TEXT("category", T, category, 200)
#define POSITION(T) AS("position", FIELD_INT, T, position, OPTIONAL)
#define ACTIVE(T) AS("active", FIELD_BOOL, T, active, .def = TRUE)
static const struct field skill_fields[] = {TEXT("title", skill, title, 200)};
static const struct shape skill_view = SHAPE(skill, skill_fields);

LABELS(category);
static const struct field category_fields[] = {
	INSIDE("label", category_label_view),
	WORD("problem", category, problem, problem_words, OPTIONAL, .def = -1),
	AS("after_sales", FIELD_MAYBE, category, after_sales, OPTIONAL, .def = -1),
	POSITION(category), ACTIVE(category),
};
static const struct shape category_view = SHAPE(category, category_fields);

LABELS(desk_field);
static const struct field ask_fields[] = {
	TEXT("en", desk_field, ask_en, 500), TEXT("zh", desk_field, ask_zh, 500)};
static const struct shape ask_view = SHAPE(desk_field, ask_fields);
static const struct field field_fields[] = {
	WORD("kind", desk_field, type, desk_field_type_words),
	INSIDE("label", desk_field_label_view), INSIDE("ask", ask_view),
	AS("choices", FIELD_STRINGS, desk_field, choices, .max = 200), PATH(desk_field),
	AS("required", FIELD_BOOL, desk_field, required), POSITION(desk_field), ACTIVE(desk_field),
};
static const struct shape field_view = SHAPE(desk_field, field_fields);

static const struct field checklist_fields[] = {
	TEXT("title", checklist, title, 200), PATH(checklist),
	AS("items", FIELD_STRINGS, checklist, items, REQUIRED, .max = 500), POSITION(checklist),
};
static const struct shape checklist_view = SHAPE(checklist, checklist_fields);

#define LIMIT_CENTS(name_, m) \
	AS(name_, FIELD_CENTS, compensation_limit, m, .flags = FIELD_REQUIRED | FIELD_OPEN)
static const struct field limit_fields[] = {
	WORD("role", compensation_limit, role, role_words, REQUIRED),
	WORD("kind", compensation_limit, kind, compensation_words, REQUIRED),
	TEXT("currency", compensation_limit, currency, 10),
	LIMIT_CENTS("per_ticket", per_ticket_cents), LIMIT_CENTS("per_day", per_day_cents),
};
static const struct shape limit_view = SHAPE(compensation_limit, limit_fields);

static const char *const view_orders[] = {"due", "newest"}; /* by gboolean newest_first */
static const struct words view_order_words = {view_orders, 2};
static const struct field view_fields[] = {
	TEXT("name", saved_view, name, 60), TEXT("title", saved_view, title, 200),
	WORD("scope", saved_view, scope, scope_words), TEXT("query", saved_view, query, 1000, REQUIRED),
	WORD("order", saved_view, newest_first, view_order_words), POSITION(saved_view),
};
static const struct shape view_view = SHAPE(saved_view, view_fields);

static const struct field macro_fields[] = {
	TEXT("name", macro, name, 60), TEXT("title", macro, title, 200), WORD("scope", macro, scope, scope_words),
	PATH(macro), POSITION(macro), AS("steps", FIELD_BODY, macro, steps, REQUIRED, .max = 8192),
};
static const struct shape macro_view = SHAPE(macro, macro_fields);

/* ---- policies */
static const struct field target_fields[] = {
	WORD("clock", policy_target, clock, clock_kind_words, REQUIRED),
	WORD("priority", policy_target, priority, priority_words, OPTIONAL, .def = PRIORITY_COUNT),
	WORD("problem", policy_target, problem, problem_words, OPTIONAL, .def = -1),
	AS("target", FIELD_LENGTH, policy_target, target_ms, REQUIRED),
	AS("warn", FIELD_WARNINGS, policy_target, warnings, .def = 75),
	AS("warn_percent", FIELD_WARNINGS, policy_target, warnings, .flags = FIELD_READ, .def = 75), /* before 006 */
	AS("pause", FIELD_MASK, policy_target, pause_statuses, .words = &status_words, OPTIONAL),
	TEXT("calendar", policy_target, calendar, 64),
};
static const struct shape target_view =
	SHAPE(policy_target, target_fields, .free = (GDestroyNotify)policy_target_free);
static const struct field policy_fields[] = {
	TEXT("name", policy, name, 200), AS("position", FIELD_INT, policy, position),
	AS("channels", FIELD_MASK, policy, channels, .words = &channel_words, OPTIONAL),
	AS("after_sales", FIELD_MAYBE, policy, after_sales, OPTIONAL, .def = -1),
	WORD("problem", policy, problem, problem_words, OPTIONAL, .def = -1),
	AS("tags", FIELD_STRINGS, policy, tags, .max = 64),
	AS("targets", FIELD_LIST, policy, targets, .shape = &target_view, REQUIRED, .max = 200),
};
static const struct shape policy_view = SHAPE(policy, policy_fields);

/* ---- customers */
static const struct field mark_fields[] = {
	TEXT("name", tag_mark, name, 64, REQUIRED), TEXT("why", tag_mark, why, 500),
	TIME("since", tag_mark, since_ms, OPTIONAL), TEXT("by", tag_mark, by_name, 64),
};
static const struct shape mark_view =
	SHAPE(tag_mark, mark_fields, .free = (GDestroyNotify)tag_mark_free, .shorthand = "name");
static const struct field order_fields[] = {
	TEXT("number", order, number, 60, REQUIRED), TEXT("items", order, items, 500),
	TEXT("state", order, state, 60), AS("amount", FIELD_CENTS, order, amount_cents, OPTIONAL),
	AS("amount_cents", FIELD_INT64, order, amount_cents, .flags = FIELD_READ),
	TEXT("currency", order, currency, 10), TIME("at", order, at_ms, OPTIONAL),
};
static const struct shape order_view = SHAPE(order, order_fields, .free = (GDestroyNotify)order_free);
static const struct field customer_fields[] = {
	TEXT("name", customer, name, 200, REQUIRED), TEXT("language", customer, language, 20),
	TEXT("email", customer, email, 320), TEXT("phone", customer, phone, 60),
	TEXT("region", customer, region, 200), TEXT("gender", customer, gender, 60),
	TEXT("occupation", customer, occupation, 200),
	AS("birth_year", FIELD_INT, customer, birth_year, OPTIONAL, .min = 0, .max = 9999),
	TEXT("zone", customer, zone, 60), TEXT("preferences", customer, preferences, 2000),
	TEXT("manager", customer, manager_name, 64),
	TIME("registered", customer, registered_ms, OPTIONAL),
	AS("tags", FIELD_LIST, customer, tags, .shape = &mark_view, .max = 100),
	AS("orders", FIELD_LIST, customer, orders, .shape = &order_view, .max = 10000),
};
static const struct shape customer_view = SHAPE(customer, customer_fields);

/* ---- knowledge and templates */
#define ARTICLE_TEXT \
	TEXT("category", article, category, 500), TEXT("language", article, language, 20), \
	TEXT("title", article, title, 500, REQUIRED), TEXT("keywords", article, keywords, 2000), \
	TEXT("author", article, author, 200), TIME("at", article, at_ms, OPTIONAL), \
	AS("version", FIELD_INT, article, version, OPTIONAL, .min = 1, .max = INT32_MAX), \
	BODY(article, body, REQUIRED)
static const struct field history_fields[] = {
	WORD("state", article, state, article_state_words, .def = ARTICLE_OUTDATED), ARTICLE_TEXT};
static const struct shape history_view = SHAPE(article, history_fields, .free = (GDestroyNotify)article_free);
static const struct field article_fields[] = {
	WORD("module", article, module, module_words, REQUIRED),
	WORD("state", article, state, article_state_words, .def = ARTICLE_PUBLISHED), ARTICLE_TEXT,
	COUNT(article, used), COUNT(article, helpful), COUNT(article, unhelpful),
};
static const struct shape article_view = SHAPE(article, article_fields);
static const struct field template_fields[] = {
	TEXT("name", template, name, 64), TEXT("title", template, title, 200, REQUIRED),
	TEXT("language", template, language, 20), WORD("part", template, part, part_words, REQUIRED),
	WORD("audience", template, audience, audience_words), WORD("scope", template, scope, scope_words),
	TEXT("category", template, category, 200),
	AS("channels", FIELD_MASK, template, channels, .words = &channel_words, OPTIONAL),
	AS("position", FIELD_INT, template, position, OPTIONAL),
	BODY(template, body, REQUIRED),
};
static const struct shape template_view = SHAPE(template, template_fields);

/* ---- tickets */
#define RECORD_DATA_MAX (3 << 20) /* base64 in a line; larger files lie beside it */
static void file_free_one(struct record_file *f);
static const struct field file_fields[] = {
	TEXT("name", record_file, name, 200), TEXT("media", record_file, media, 127),
	TEXT("file", record_file, file, 1000),
	AS("data", FIELD_STRING, record_file, data, .max = RECORD_DATA_MAX),
};
static const struct shape file_view = SHAPE(record_file, file_fields, .free = (GDestroyNotify)file_free_one);
static void file_free_one(struct record_file *f)
{
	shape_free(&file_view, f);
}

static void message_free_one(struct record_message *m);
static const struct field said_fields[] = {
	TEXT("key", record_message, key, 64),
	WORD("from", record_message, kind, message_kind_words, REQUIRED),
	TEXT("author", record_message, author, 64), TIME("at", record_message, at_ms, OPTIONAL),
	BODY(record_message, body, REQUIRED),
	AS("html", FIELD_STRING, record_message, html, .max = 1 << 20),
	TEXT("to", record_message, to, 4000), TEXT("cc", record_message, cc, 4000),
	AS("attachments", FIELD_LIST, record_message, attachments, .shape = &file_view, .flags = FIELD_NULLABLE,
	   .max = 100),
};
static const struct shape said_view =
	SHAPE(record_message, said_fields, .free = (GDestroyNotify)message_free_one);
static void message_free_one(struct record_message *m)
{
	shape_free(&said_view, m);
}

static const struct field reason_fields[] = {TEXT("reason", ticket, escalation_reason, 2000)};
static const struct shape reason_view = SHAPE(ticket, reason_fields);
static const struct field escalated_fields[] = {
	KEY("to", escalated_to, REQUIRED),
	TIME("at", record, escalated_ms, .flags = FIELD_REQUIRED | FIELD_OMIT),
	KEY("by", escalated_by), OBJECT_OF(ticket, reason_view), TEXT("note", record, escalation_note, 10000),
};
static const struct shape escalated_view = SHAPE(record, escalated_fields);
static const struct field value_fields[] = {
	TEXT("name", field_value, name, 64, REQUIRED), TEXT("value", field_value, value, 4000, REQUIRED)};
static const struct shape value_view =
	SHAPE(field_value, value_fields, .free = (GDestroyNotify)field_value_free);
static const struct field step_fields[] = {
	TEXT("text", check_item, text, 500, REQUIRED), AS("done", FIELD_BOOL, check_item, done),
	TEXT("by", check_item, by_name, 64), TIME("at", check_item, at_ms, OPTIONAL),
};
static const struct shape step_view =
	SHAPE(check_item, step_fields, .free = (GDestroyNotify)check_item_free);
static void link_free_one(struct record_link *l);
static const struct field link_fields[] = {
	TEXT("ticket", record_link, ticket, 64, REQUIRED), WORD("kind", record_link, kind, link_words)};
static const struct shape link_view =
	SHAPE(record_link, link_fields, .free = (GDestroyNotify)link_free_one);
static void link_free_one(struct record_link *l)
{
	shape_free(&link_view, l);
}
static const struct field ticket_fields[] = {
	TEXT("subject", ticket, row.subject, 500, REQUIRED), WORD("status", ticket, row.status, status_words),
	WORD("priority", ticket, row.priority, priority_words),
	WORD("channel", ticket, row.channel, channel_words),
	TEXT("category", ticket, category, 200),
	WORD("problem", ticket, problem, problem_words, .def = PROBLEM_COMPLEX),
	AS("after_sales", FIELD_BOOL, ticket, after_sales),
	AS("tags", FIELD_STRINGS, ticket, tags, .max = 64),
	TIME("created", ticket, row.created_ms, OPTIONAL),
	TIME("hold_until", ticket, hold_until_ms, OPTIONAL),
	TEXT("origin", ticket, origin, 500),
	AS("fields", FIELD_LIST, ticket, fields, .shape = &value_view, .flags = FIELD_NULLABLE, .max = 200),
	AS("checklist", FIELD_LIST, ticket, checklist, .shape = &step_view, .flags = FIELD_NULLABLE, .max = 500),
};
static const struct shape ticket_view = SHAPE(ticket, ticket_fields);

/* ---- whole records, by type */
static const struct field group_record[] = {KEYED, OBJECT_OF(group, group_view)};
static const struct field person_record[] = {
	KEYED, OBJECT_OF(person, person_view), AS("groups", FIELD_STRINGS, record, group_keys, .max = 64),
	AS("skills", FIELD_STRINGS, record, skill_keys, .max = 64)};
static const struct field tag_record[] = {KEYED, OBJECT_OF(tag, tag_view)};
static const struct field calendar_record[] = {
	KEYED, TEXT("zone", record, zone, 60), AS("holidays", FIELD_STRINGS, record, holidays, .max = 200),
	AS("exceptions", FIELD_STRINGS, record, exceptions, .max = 300)};
static const struct field policy_record[] = {
	KEYED, OBJECT_OF(policy, policy_view), AS("groups", FIELD_STRINGS, record, group_keys, .max = 64)};
static const struct field customer_record[] = {KEYED, OBJECT_OF(customer, customer_view)};
static const struct field article_record[] = {
	KEYED, OBJECT_OF(article, article_view),
	AS("history", FIELD_LIST, record, article_history, .shape = &history_view, .flags = FIELD_NULLABLE,
	   .max = 1000)};
static const struct field template_record[] = {
	KEYED, OBJECT_OF(template, template_view), KEY("owner", owner_key)};
static const struct field ticket_record[] = {
	KEYED, KEY("customer", customer_key, REQUIRED), KEY("group", group_key),
	KEY("assignee", assignee_key),
	OBJECT_OF(ticket, ticket_view), TIME("claimed", record, claimed_ms, OPTIONAL),
	TIME("resolved", record, resolved_ms, OPTIONAL), TIME("promised", record, promised_ms, OPTIONAL),
	INSIDE("escalated", escalated_view),
	AS("rating", FIELD_INT, record, rating, OPTIONAL, .min = 0, .max = 5),
	TEXT("rating_comment", record, rating_comment, 10000),
	AS("links", FIELD_LIST, record, links, .shape = &link_view, .flags = FIELD_NULLABLE, .max = 1000),
	AS("messages", FIELD_LIST, record, messages, .shape = &said_view, REQUIRED, .max = 10000)};
static const struct field skill_record[] = {KEYED, OBJECT_OF(skill, skill_view)};
static const struct field category_record[] = {
	TEXT("key", record, key, 200, REQUIRED), OBJECT_OF(category, category_view), KEY("group", group_key),
	KEY("skill", skill_key)};
static const struct field field_record[] = {KEYED, OBJECT_OF(field, field_view)};
static const struct field checklist_record[] = {KEYED, OBJECT_OF(checklist, checklist_view)};
static const struct field limit_record[] = {KEYED, OBJECT_OF(limit, limit_view)};
static const struct field macro_record[] = {KEYED, OBJECT_OF(macro, macro_view), KEY("owner", owner_key)};
static const struct field view_record[] = {KEYED, OBJECT_OF(view, view_view), KEY("owner", owner_key)};
static const struct field order_record[] = {
	KEYED, KEY("customer", customer_key, REQUIRED), OBJECT_OF(order, order_view)};

/* ---- rules of the desk */
#define RULE_COMMON TEXT("title", rule, title, 200), POSITION(rule), ACTIVE(rule)
#define RULE_BITS(name_, m, w, ...) AS(name_, FIELD_MASK, rule, m, .words = &w, __VA_ARGS__)
#define RULE_WHEN AS("when", FIELD_BODY, rule, when, .max = 1000)
#define RULE_DO AS("do", FIELD_BODY, rule, steps, REQUIRED, .max = 8192)
#define RULE_HAPPENS RULE_BITS("by", by, rule_by_words, OPTIONAL), RULE_BITS("was", was, status_words, OPTIONAL), \
	RULE_BITS("clocks", clocks, clock_kind_words, OPTIONAL)
static const struct field trigger_fields[] = {
	RULE_BITS("on", events, rule_event_words, REQUIRED), RULE_HAPPENS, RULE_WHEN, RULE_COMMON, RULE_DO};
static const struct field schedule_fields[] = {
	TEXT("at", rule, at, 200, REQUIRED), AS("calendar", FIELD_STRING, rule, calendar, .max = 64),
	AS("most", FIELD_INT, rule, most, .min = 1, .max = RULE_MOST, .def = RULE_MOST), RULE_WHEN, RULE_COMMON, RULE_DO};
static const struct field webhook_fields[] = {
	TEXT("url", rule, url, 1000, REQUIRED), RULE_BITS("on", events, rule_event_words, OPTIONAL), RULE_HAPPENS, RULE_WHEN,
	AS("secret", FIELD_INT, rule, secret, .min = 1, .max = 1000000, .def = 1), RULE_COMMON};
static const struct shape trigger_view = SHAPE(rule, trigger_fields), schedule_view = SHAPE(rule, schedule_fields),
	webhook_view = SHAPE(rule, webhook_fields);
static const struct field trigger_record[] = {KEYED, OBJECT_OF(rule, trigger_view)};
static const struct field schedule_record[] = {KEYED, OBJECT_OF(rule, schedule_view)};
static const struct field webhook_record[] = {KEYED, OBJECT_OF(rule, webhook_view)};
static const struct field rows_record[] = {TEXT("key", record, key, 200, REQUIRED)};
static const struct field setting_record[] = {KEYED, TEXT("value", record, value, 4000, REQUIRED)};

#define TYPE_AS(id, m, s) [RECORD_##id] = {SHAPE(record, m##_record), offsetof(struct record, m), &s}
#define TYPE(id, m) TYPE_AS(id, m, shape_##m)
static const struct {
	struct shape shape;
	size_t offset; /* of the object in struct record */
	const struct shape *object;
} types[RECORD_TYPE_COUNT] = {
	TYPE(GROUP, group), TYPE(PERSON, person), TYPE(TAG, tag), TYPE(POLICY, policy),
	TYPE(CUSTOMER, customer), TYPE(ARTICLE, article), TYPE(TEMPLATE, template), TYPE(TICKET, ticket),
	TYPE(SKILL, skill), TYPE(CATEGORY, category), TYPE_AS(FIELD, field, shape_desk_field),
	TYPE(CHECKLIST, checklist), TYPE_AS(LIMIT, limit, shape_compensation_limit),
	TYPE_AS(VIEW, view, shape_saved_view), TYPE(ORDER, order), TYPE(MACRO, macro),
	[RECORD_TRIGGER] = {SHAPE(record, trigger_record), offsetof(struct record, rule), &shape_rule},
	[RECORD_SCHEDULE] = {SHAPE(record, schedule_record), offsetof(struct record, rule), &shape_rule},
	[RECORD_WEBHOOK] = {SHAPE(record, webhook_record), offsetof(struct record, rule), &shape_rule},
	[RECORD_CALENDAR] = {SHAPE(record, calendar_record), 0, NULL},
	[RECORD_SETTING] = {SHAPE(record, setting_record), 0, NULL},
	[RECORD_PROBLEM] = {SHAPE(record, rows_record), 0, NULL},
	[RECORD_TICKET_STATE] = {SHAPE(record, rows_record), 0, NULL},
	[RECORD_PERSON_STATE] = {SHAPE(record, rows_record), 0, NULL},
	[RECORD_RULE_STATE] = {SHAPE(record, rows_record), 0, NULL},
	[RECORD_CLOCK_STATE] = {SHAPE(record, rows_record), 0, NULL},
};

/* All that a record owns. */
static const struct field owned_fields[] = {
	INT(record, type), STR(record, key), OBJECT(record, group, shape_group),
	OBJECT(record, person, shape_person), OBJECT(record, tag, shape_tag),
	OBJECT(record, policy, shape_policy), OBJECT(record, customer, shape_customer),
	OBJECT(record, article, shape_article),
	LIST(record, article_history, history_view, .flags = FIELD_NULLABLE),
	OBJECT(record, template, shape_template), OBJECT(record, ticket, shape_ticket),
	STR(record, customer_key), STR(record, group_key), STR(record, assignee_key), STR(record, owner_key),
	STR(record, skill_key),
	OBJECT(record, skill, shape_skill), OBJECT(record, category, shape_category),
	OBJECT(record, field, shape_desk_field), OBJECT(record, checklist, shape_checklist),
	OBJECT(record, limit, shape_compensation_limit), OBJECT(record, view, shape_saved_view),
	OBJECT(record, order, shape_order), OBJECT(record, macro, shape_macro), OBJECT(record, rule, shape_rule),
	STR(record, value), STRINGS(record, skill_keys),
	LIST(record, links, link_view, .flags = FIELD_NULLABLE), STRINGS(record, group_keys),
	LIST(record, messages, said_view), STR(record, escalated_to),
	STR(record, escalated_by), STR(record, escalation_note), I64(record, escalated_ms),
	I64(record, claimed_ms), I64(record, resolved_ms), I64(record, promised_ms), INT(record, rating),
	STR(record, rating_comment), STR(record, zone),
	{.name = "spans", .type = FIELD_IDS, FIELD_AT(record, spans), .flags = FIELD_NULLABLE},
	STRINGS(record, holidays), STRINGS(record, exceptions),
};
const struct shape shape_record = SHAPE(record, owned_fields);

const char *record_type_name(enum record_type type)
{
	return (unsigned)type < RECORD_TYPE_COUNT ? type_names[type] : "?";
}

int record_type_by_name(const char *name)
{
	for (int i = 0; i < RECORD_TYPE_COUNT; i++)
		if (strcmp(type_names[i], name) == 0)
			return i;
	return -1;
}

const enum record_type record_order[RECORD_TYPE_COUNT] = {
	RECORD_SETTING, RECORD_GROUP, RECORD_SKILL, RECORD_PERSON, RECORD_TAG, RECORD_CALENDAR, RECORD_POLICY,
	RECORD_CATEGORY, RECORD_FIELD, RECORD_CHECKLIST, RECORD_LIMIT, RECORD_TEMPLATE, RECORD_VIEW, RECORD_MACRO,
	RECORD_WEBHOOK, RECORD_TRIGGER, RECORD_SCHEDULE, RECORD_CLOCK_STATE,
	RECORD_CUSTOMER, RECORD_ORDER, RECORD_ARTICLE, RECORD_TICKET,
	RECORD_PROBLEM, RECORD_TICKET_STATE, RECORD_PERSON_STATE, RECORD_RULE_STATE,
};

gboolean record_is_config(enum record_type type)
{
	return type != RECORD_CUSTOMER && type != RECORD_ORDER && type != RECORD_ARTICLE &&
	       type != RECORD_TICKET && !record_has_rows(type);
}

gboolean record_has_rows(enum record_type type)
{
	return type >= RECORD_PROBLEM && type <= RECORD_CLOCK_STATE;
}

const struct shape *record_shape(int type, const struct shape **object)
{
	*object = types[type].object;
	return &types[type].shape;
}

struct record *record_new(enum record_type type)
{
	struct record *r = shape_new(&shape_record);
	r->type = type;
	if (types[type].object)
		*(void **)(void *)((char *)r + types[type].offset) = shape_new(types[type].object);
	if (record_has_rows(type))
		r->rows = g_ptr_array_new_with_free_func((GDestroyNotify)record_row_free);
	shape_defaults(&types[type].shape, r);
	return r;
}

void record_add_link(struct record *r, char *ticket, enum link_kind kind)
{
	struct record_link *l = g_new0(struct record_link, 1);
	l->ticket = ticket;
	l->kind = kind;
	if (!r->links)
		r->links = g_ptr_array_new_with_free_func((GDestroyNotify)link_free_one);
	g_ptr_array_add(r->links, l);
}

void record_free(struct record *r)
{
	if (r)
		g_clear_pointer(&r->rows, g_ptr_array_unref);
	shape_free(&shape_record, r);
}

/* ---- lines */
static int type_of(struct reading *in, const struct json_node *root)
{
	if (json_type(root) != JSON_OBJECT)
		return reading_fail(in, "must be an object"), -1;
	const struct json_node *type = json_member(root, "type");
	reading_enter(in, "type", 0);
	if (!type)
		return reading_fail(in, "is missing"), -1;
	int found = json_type(type) == JSON_STRING ? record_type_by_name(json_text(type)) : -1;
	g_autoptr(GString) known = g_string_new(NULL);
	for (int i = 0; i < RECORD_TYPE_COUNT && found < 0; i++)
		g_string_append_printf(known, "%s%s", i ? ", " : "", type_names[i]);
	if (found < 0)
		return reading_fail(in, "must be one of %s", known->str), -1;
	reading_leave(in);
	return found;
}

static gboolean read_record(struct reading *in, const struct json_node *root, struct record *r)
{
	enum record_type type = r->type;
	if (!shape_read(in, &types[type].shape, root, r))
		return FALSE;
	if ((type == RECORD_CALENDAR && !record_read_calendar(in, root, r)) ||
	    (record_has_rows(type) && !record_read_rows(in, root, r)))
		return FALSE;
	return record_finish(in, r);
}

struct record *record_parse(const char *line, size_t len, int64_t now_ms, GError **error)
{
	g_autoptr(json_auto) root = json_parse(line, len, DESK_INVALID, error);
	struct reading in = {.code = DESK_INVALID, .now_ms = now_ms, .error = error};
	if (!root)
		return NULL;
	int type = type_of(&in, root);
	if (type < 0)
		return NULL;
	struct record *r = record_new((enum record_type)type);
	if (read_record(&in, root, r))
		return r;
	record_free(r);
	return NULL;
}

void record_to_json(GString *out, const struct record *r)
{
	struct writer w;
	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_string(&w, "type", record_type_name(r->type));
	shape_write_members(&w, &types[r->type].shape, r);
	if (r->type == RECORD_CALENDAR)
		record_write_calendar(&w, r);
	if (r->rows)
		record_write_rows(&w, r->rows);
	writer_end_object(&w);
}
