/* Queries, changes, answers and events as tables: what wire.h declares. */
#include "wire/shapes.h"
#include "wire/wire.h"

static const char *const code_names[] = {
#define CODE(id, name) name,
	DESK_ERRORS(CODE)
#undef CODE
};
static const struct words code_words = {code_names, DESK_CODE_COUNT};

/* Only for clearing and copying: the HTTP form is in routes.c. */
static const struct field query_fields[] = {
	INT(query, kind), ID(query, ticket_id), ID(query, customer_id), ID(query, article_id),
	ID(query, before_id), ID(query, problem_id), I64(query, since_ms),
	 INT(query, version), STR(query, text), STR(query, language), STR(query, view),
	ID(query, group_id), INT(query, anchor), STR(query, cursor), INT(query, limit),
	STR(query, order), STR(query, key), INT(query, full),
};
const struct shape shape_query = SHAPE(query, query_fields);

/* As the outbox keeps it on disk. */
static const struct field change_fields[] = {
	ENUM(change, kind, change_words, REQUIRED),
	{.name = "once_key", .type = FIELD_CHARS, FIELD_AT(change, once_key), REQUIRED},
	I64(change, if_version, .def = -1), ID(change, ticket_id), ID(change, customer_id),
	ID(change, group_id), ID(change, person_id), ID(change, message_id), ID(change, article_id),
	ID(change, answers_id), STR(change, text), STR(change, body), STR(change, reason),
	STR(change, category), ENUM(change, status, status_words), ENUM(change, priority, priority_words),
	ENUM(change, channel, channel_words),
	ENUM(change, problem, problem_words, .flags = FIELD_OMIT, .def = -1), BOOL(change, on),
	I64(change, hold_until_ms), I64(change, send_delay_ms, .def = -1), I64(change, send_at_ms),
	I64(change, promise_ms),
	{.name = "template_ids", .type = FIELD_IDS, .flags = FIELD_NULLABLE, FIELD_AT(change, template_ids)},
	{.name = "attachment_ids", .type = FIELD_IDS, .flags = FIELD_NULLABLE,
	 FIELD_AT(change, attachment_ids)},
	{.name = "message_ids", .type = FIELD_IDS, .flags = FIELD_NULLABLE, FIELD_AT(change, message_ids)},
	{.name = "ticket_ids", .type = FIELD_IDS, .flags = FIELD_NULLABLE, FIELD_AT(change, ticket_ids)},
	ID(change, other_id), ID(change, item_id), ID(change, view_id), ID(change, macro_id),
	ID(change, problem_id), STR(change, to), STR(change, cc),
	STR(change, name), ENUM(change, link, link_words), BOOL(change, approve), BOOL(change, dry_run),
	BOOL(change, shared), BOOL(change, writing), BOOL(change, idle),
	I64(change, revision, .def = -1),
	OBJECT(change, customer, shape_customer), OBJECT(change, article, shape_article),
	OBJECT(change, compensation, shape_compensation), OBJECT(change, view, shape_saved_view),
	OBJECT(change, macro, shape_macro), STR(change, reply),
	LIST(change, parts, shape_escalation_part, .flags = FIELD_NULLABLE),
	ENUM(change, agent_state, agent_state_words),
	ENUM(change, impact, impact_words, .flags = FIELD_OMIT, .def = -1),
	ENUM(change, need, need_words, .flags = FIELD_OMIT, .def = -1),
	OBJECT(change, follow_up, shape_follow_up), OBJECT(change, problem_record, shape_problem),
	LIST(change, texts, shape_problem_text, .flags = FIELD_NULLABLE),
};
const struct shape shape_change = SHAPE(change, change_fields);

static const struct field session_fields[] = {
	OBJECT(session, me, shape_person, REQUIRED), LIST(session, groups, shape_group, REQUIRED),
	LIST(session, people, shape_person, REQUIRED), LIST(session, tags, shape_tag, REQUIRED),
	LIST(session, skills, shape_skill), LIST(session, categories, shape_category),
	LIST(session, fields, shape_desk_field), LIST(session, checklists, shape_checklist),
	LIST(session, moods, shape_mood_phrases), I64(session, promise_ms),
	STR(session, desk_name), STR(session, server_version), STR(session, zone),
	STR(session, message_limits), STR(session, break_reasons),
	I64(session, server_time_ms, TIME_RANGE), I64(session, seq, TIME_RANGE),
};
const struct shape shape_session = SHAPE(session, session_fields, .free = (GDestroyNotify)session_free);

static const struct field queue_page_fields[] = {
	LIST(queue_page, rows, shape_ticket_row, REQUIRED), STR(queue_page, before), STR(queue_page, after),
	I64(queue_page, offset, .def = -1), I64(queue_page, total), BOOL(queue_page, total_exact),
	I64(queue_page, late, .def = -1), I64(queue_page, seq, TIME_RANGE),
};
const struct shape shape_queue_page =
	SHAPE(queue_page, queue_page_fields, .free = (GDestroyNotify)queue_page_free);

#define ANSWER_LIST(m, s) LIST(answer, m, s, .flags = FIELD_NULLABLE)
static const struct field answer_fields[] = {
	I64(answer, server_time_ms, TIME_RANGE), INT(answer, kind), OBJECT(answer, session, shape_session),
	OBJECT(answer, page, shape_queue_page), OBJECT(answer, ticket, shape_ticket),
	OBJECT(answer, message, shape_message), OBJECT(answer, customer, shape_customer),
	ANSWER_LIST(messages, shape_message), ANSWER_LIST(customers, shape_customer),
	ANSWER_LIST(hits, shape_article_hit), ANSWER_LIST(articles, shape_article),
	ANSWER_LIST(templates, shape_template), ANSWER_LIST(policies, shape_policy),
	ANSWER_LIST(views, shape_saved_view), ANSWER_LIST(compensations, shape_compensation),
	ANSWER_LIST(config, shape_config_entry), ANSWER_LIST(revisions, shape_config_revision),
	ANSWER_LIST(drafts, shape_draft), ANSWER_LIST(macros, shape_macro),
	ANSWER_LIST(presence, shape_presence), ANSWER_LIST(notices, shape_notice),
	ANSWER_LIST(agents, shape_agent), ANSWER_LIST(offers, shape_offer),
	ANSWER_LIST(explained, shape_clock_explained), ANSWER_LIST(problems, shape_problem),
	ANSWER_LIST(runs, shape_automation_run), ANSWER_LIST(deliveries, shape_webhook_delivery),
	OBJECT(answer, agent, shape_agent), OBJECT(answer, problem, shape_problem),
	OBJECT(answer, sheet, shape_escalation_sheet),
	OBJECT(answer, draft, shape_draft), OBJECT(answer, macro, shape_macro),
	OBJECT(answer, compensation, shape_compensation), OBJECT(answer, view, shape_saved_view),
	STR(answer, secret), STR(answer, text), I64(answer, revision, TIME_RANGE),
	OBJECT(answer, article, shape_article), OBJECT(answer, attachment, shape_attachment),
	BOOL(answer, more), I64(answer, seq, TIME_RANGE),
};
const struct shape shape_answer = SHAPE(answer, answer_fields, .free = (GDestroyNotify)answer_free);

static const struct field wire_error_fields[] = {
	ENUM(wire_error, code, code_words, REQUIRED), STR(wire_error, message, REQUIRED),
	STR(wire_error, field), STR(wire_error, request_id), BOOL(wire_error, retryable),
	OBJECT(wire_error, ticket, shape_ticket),
};
const struct shape shape_wire_error =
	SHAPE(wire_error, wire_error_fields, .free = (GDestroyNotify)wire_error_free);

static const struct field event_fields[] = {
	I64(event, seq, TIME_RANGE), I64(event, at_ms, TIME_RANGE),
	ENUM(event, kind, event_kind_words, REQUIRED), STR(event, change), ID(event, person_id),
	ID(event, ticket_id), ID(event, customer_id), ID(event, article_id), ID(event, template_id),
	ID(event, policy_id), ID(event, other_id),
	OBJECT(event, row, shape_ticket_row), OBJECT(event, message, shape_message),
	LIST(event, clocks, shape_ticket_clock, .flags = FIELD_NULLABLE),
	OBJECT(event, presence, shape_presence), OBJECT(event, notice, shape_notice),
	OBJECT(event, agent, shape_agent), OBJECT(event, offer, shape_offer),
};
const struct shape shape_event = SHAPE(event, event_fields, .free = (GDestroyNotify)event_free);
