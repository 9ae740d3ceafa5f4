/* Paths, parameters and bodies of every read and write. */
#include "wire/routes.h"
#include "wire/shapes.h"

#include <string.h>

#define AS(name_, type_, T, m, ...) {.name = name_, .type = type_, FIELD_AT(T, m), __VA_ARGS__}
#define LIMIT AS("limit", FIELD_INT, query, limit, .min = 0, .max = 500)
#define PARAM_ID(name_, m) AS(name_, FIELD_ID, query, m)
#define PARAM_TEXT(name_, m) AS(name_, FIELD_STRING, query, m, .max = 1000)

/* ---- parameters of reads; the queue's anchor is in query.c */
static const struct field queue_params[] = {
	PARAM_TEXT("view", view), PARAM_ID("group", group_id), PARAM_TEXT("q", text),
	PARAM_TEXT("order", order), LIMIT};
static const struct field compensation_params[] = {PARAM_TEXT("state", text), LIMIT};
static const struct field config_params[] = {PARAM_TEXT("type", text), PARAM_TEXT("key", key),
	AS("full", FIELD_INT, query, full, .min = 0, .max = 1)};
static const struct field log_params[] = {LIMIT};
static const struct field message_params[] = {PARAM_ID("before", before_id), LIMIT};
static const struct field draft_params[] = {PARAM_ID("ticket", ticket_id)};
static const struct field notice_params[] = {PARAM_ID("before", before_id), LIMIT};
static const struct field problem_params[] = {PARAM_TEXT("stage", text)};
static const struct field pack_params[] = {PARAM_TEXT("week", text), PARAM_TEXT("language", language)};
static const struct field run_params[] = {PARAM_TEXT("rule", text), PARAM_ID("ticket", ticket_id),
	PARAM_ID("before", before_id), LIMIT};
static const struct field try_params[] = {PARAM_TEXT("rule", text), PARAM_ID("since", since_ms), LIMIT};
static const struct field customer_params[] = {PARAM_TEXT("q", text), LIMIT};
static const struct field knowledge_params[] = {PARAM_TEXT("q", text), PARAM_ID("ticket", ticket_id),
	PARAM_TEXT("language", language), LIMIT};
static const struct field article_params[] = {
	AS("version", FIELD_INT, query, version, .min = 0, .max = INT32_MAX)};
static const struct field template_params[] = {
	PARAM_ID("ticket", ticket_id), PARAM_TEXT("language", language)};

static const struct shape queue_shape = SHAPE(query, queue_params),
	compensations_shape = SHAPE(query, compensation_params), config_shape = SHAPE(query, config_params),
	log_shape = SHAPE(query, log_params), drafts_shape = SHAPE(query, draft_params),
	notices_shape = SHAPE(query, notice_params), problems_shape = SHAPE(query, problem_params),
	pack_shape = SHAPE(query, pack_params), runs_shape = SHAPE(query, run_params),
	try_shape = SHAPE(query, try_params),
	message_shape = SHAPE(query, message_params),
	customer_shape = SHAPE(query, customer_params), knowledge_shape = SHAPE(query, knowledge_params),
	article_shape = SHAPE(query, article_params), template_shape = SHAPE(query, template_params);

const struct route route_reads[] = {
	{QUERY_SESSION, "GET", "/v1/session", NULL, ROUTE_ALWAYS},
	{QUERY_QUEUE, "GET", "/v1/tickets", &queue_shape, ROUTE_ALWAYS},
	{QUERY_TICKET, "GET", "/v1/tickets/{ticket_id}", NULL, ROUTE_ALWAYS},
	{QUERY_MESSAGES, "GET", "/v1/tickets/{ticket_id}/messages", &message_shape, ROUTE_ALWAYS},
	{QUERY_CUSTOMER, "GET", "/v1/customers/{customer_id}", NULL, ROUTE_ALWAYS},
	{QUERY_CUSTOMERS, "GET", "/v1/customers", &customer_shape, ROUTE_ALWAYS},
	{QUERY_KNOWLEDGE, "GET", "/v1/knowledge", &knowledge_shape, ROUTE_ALWAYS},
	{QUERY_ARTICLE, "GET", "/v1/knowledge/{article_id}", &article_shape, ROUTE_ALWAYS},
	{QUERY_ARTICLE_VERSIONS, "GET", "/v1/knowledge/{article_id}/versions", NULL, ROUTE_ALWAYS},
	{QUERY_TEMPLATES, "GET", "/v1/templates", &template_shape, ROUTE_ALWAYS},
	{QUERY_POLICIES, "GET", "/v1/policies", NULL, ROUTE_ALWAYS},
	{QUERY_VIEWS, "GET", "/v1/views", NULL, ROUTE_ALWAYS},
	{QUERY_COMPENSATIONS, "GET", "/v1/compensations", &compensations_shape, ROUTE_ALWAYS},
	{QUERY_SECRET, "GET", "/v1/tickets/{ticket_id}/secret", NULL, ROUTE_ALWAYS},
	{QUERY_CONFIG, "GET", "/v1/config", &config_shape, ROUTE_ALWAYS},
	{QUERY_CONFIG_LOG, "GET", "/v1/config/revisions", &log_shape, ROUTE_ALWAYS},
	{QUERY_DRAFTS, "GET", "/v1/drafts", &drafts_shape, ROUTE_ALWAYS},
	{QUERY_MACROS, "GET", "/v1/macros", NULL, ROUTE_ALWAYS},
	{QUERY_PRESENCE, "GET", "/v1/presence", NULL, ROUTE_ALWAYS},
	{QUERY_NOTICES, "GET", "/v1/notices", &notices_shape, ROUTE_ALWAYS},
	{QUERY_AGENTS, "GET", "/v1/agents", NULL, ROUTE_ALWAYS},
	{QUERY_OFFERS, "GET", "/v1/offers", NULL, ROUTE_ALWAYS},
	{QUERY_ESCALATION_SHEET, "GET", "/v1/tickets/{ticket_id}/escalation", NULL, ROUTE_ALWAYS},
	{QUERY_EXPLAIN, "GET", "/v1/tickets/{ticket_id}/explain", NULL, ROUTE_ALWAYS},
	{QUERY_PROBLEMS, "GET", "/v1/problems", &problems_shape, ROUTE_ALWAYS},
	{QUERY_PROBLEM, "GET", "/v1/problems/{problem_id}", NULL, ROUTE_ALWAYS},
	{QUERY_PACK, "GET", "/v1/reports/weekly", &pack_shape, ROUTE_ALWAYS},
	{QUERY_AUTOMATION_LOG, "GET", "/v1/automation/log", &runs_shape, ROUTE_ALWAYS},
	{QUERY_AUTOMATION_TRY, "GET", "/v1/automation/try", &try_shape, ROUTE_ALWAYS},
	{QUERY_DELIVERIES, "GET", "/v1/webhooks/deliveries", &notices_shape, ROUTE_ALWAYS},
	{.pattern = NULL},
};

/* ---- bodies of writes */
#define TEXT_AS(name_, max_) AS(name_, FIELD_STRING, change, text, REQUIRED, .max = max_)
#define BODY_MEMBER(...) AS("body", FIELD_STRING, change, body, .max = WIRE_MAX_MESSAGE, __VA_ARGS__)
#define REASON(...) AS("reason", FIELD_STRING, change, reason, .max = 2000, __VA_ARGS__)
#define MEMBER_ID(m) AS(#m, FIELD_ID, change, m)
#define FILES AS("attachment_ids", FIELD_IDS, change, attachment_ids, .flags = FIELD_NULLABLE)
#define ADDRESSES(name_, m, ...) AS(name_, FIELD_STRING, change, m, .max = 4000, __VA_ARGS__)
#define DAY_MS (24 * 60 * 60 * 1000)

#define TEMPLATES AS("template_ids", FIELD_IDS, change, template_ids, .flags = FIELD_NULLABLE)
#define PROMISE(...) AS("promise_ms", FIELD_INT64, change, promise_ms, TIME_RANGE, __VA_ARGS__)

/* Replies and notes live under the same path: the kind tells them apart. */
#define SAYING AS("kind", FIELD_ENUM, change, kind, .words = &change_words, REQUIRED)
static const struct field reply_body[] = {
	SAYING, BODY_MEMBER(REQUIRED), MEMBER_ID(answers_id),
	AS("send_delay_ms", FIELD_INT64, change, send_delay_ms, .flags = FIELD_OMIT, .def = -1, .min = -1,
	   .max = DAY_MS),
	AS("send_at_ms", FIELD_INT64, change, send_at_ms, .flags = FIELD_OMIT, TIME_RANGE), PROMISE(.flags = FIELD_OMIT),
	TEMPLATES, FILES, ADDRESSES("to", to), ADDRESSES("cc", cc),
};
/* A note is given to nobody: the desk reads these to refuse it. */
static const struct field note_body[] = {SAYING, BODY_MEMBER(REQUIRED), FILES,
	AS("send_at_ms", FIELD_INT64, change, send_at_ms, .flags = FIELD_OMIT, TIME_RANGE), ADDRESSES("to", to),
	ADDRESSES("cc", cc)};
static const struct field forward_body[] = {
	BODY_MEMBER(), ADDRESSES("to", to, REQUIRED), ADDRESSES("cc", cc), MEMBER_ID(message_id), FILES};
static const struct field ticket_customer_body[] = {
	MEMBER_ID(customer_id), AS("customer", FIELD_OBJECT, change, customer, .shape = &shape_customer)};
static const struct field customer_save_body[] = {
	AS("customer", FIELD_OBJECT, change, customer, .shape = &shape_customer, REQUIRED)};
static const struct field field_body[] = {
	AS("value", FIELD_STRING, change, body, REQUIRED, .max = 4000)};
static const struct field split_body[] = {
	AS("message_ids", FIELD_IDS, change, message_ids, REQUIRED), TEXT_AS("subject", 500)};
static const struct field merge_body[] = {AS("into_id", FIELD_ID, change, other_id, REQUIRED)};
static const struct field link_body[] = {
	AS("kind", FIELD_ENUM, change, link, .words = &link_words, REQUIRED)};
static const struct field check_add_body[] = {
	AS("text", FIELD_STRING, change, text, .max = 500),
	AS("checklist", FIELD_STRING, change, name, .max = 64)};
static const struct field check_body[] = {AS("done", FIELD_BOOL, change, on, REQUIRED)};
static const struct field compensate_body[] = {
	AS("compensation", FIELD_OBJECT, change, compensation, .shape = &shape_compensation, REQUIRED)};
static const struct field decide_body[] = {
	AS("approve", FIELD_BOOL, change, approve, REQUIRED), REASON()};
static const struct field view_body[] = {
	AS("view", FIELD_OBJECT, change, view, .shape = &shape_saved_view, REQUIRED)};
static const struct field config_body[] = {
	AS("text", FIELD_STRING, change, body, REQUIRED, .max = WIRE_MAX_CONFIG),
	AS("revision", FIELD_INT64, change, revision, .flags = FIELD_OMIT, .def = -1, .min = -1,
	   .max = JSON_MAX_INTEGER),
	AS("dry_run", FIELD_BOOL, change, dry_run, .flags = FIELD_OMIT)};
static const struct field draft_body[] = {
	BODY_MEMBER(REQUIRED), ADDRESSES("to", to), ADDRESSES("cc", cc), MEMBER_ID(answers_id), TEMPLATES,
	PROMISE(.flags = FIELD_OMIT), AS("shared", FIELD_BOOL, change, shared, .flags = FIELD_OMIT),
	AS("revision", FIELD_INT64, change, revision, .min = 0, .max = JSON_MAX_INTEGER)};
static const struct field macro_body[] = {
	AS("macro", FIELD_OBJECT, change, macro, .shape = &shape_macro, REQUIRED)};
static const struct field presence_body[] = {
	MEMBER_ID(ticket_id), AS("workstation", FIELD_STRING, change, name, REQUIRED, .max = 64),
	AS("writing", FIELD_BOOL, change, writing, .flags = FIELD_OMIT),
	AS("idle", FIELD_BOOL, change, idle, .flags = FIELD_OMIT),
	AS("leaving", FIELD_BOOL, change, on, .flags = FIELD_OMIT)};
static const struct field whisper_body[] = {
	AS("person_id", FIELD_ID, change, person_id, REQUIRED), BODY_MEMBER(REQUIRED)};
static const struct field handover_body[] = {
	AS("ticket_ids", FIELD_IDS, change, ticket_ids, REQUIRED), MEMBER_ID(person_id), MEMBER_ID(group_id),
	BODY_MEMBER()};
static const struct field seen_body[] = {AS("up_to_id", FIELD_ID, change, item_id, REQUIRED)};
static const struct field promise_body[] = {PROMISE(REQUIRED)};
static const struct field claim_next_body[] = {MEMBER_ID(group_id)};
static const struct field status_body[] = {
	AS("status", FIELD_ENUM, change, status, .words = &status_words, REQUIRED),
	AS("hold_until_ms", FIELD_INT64, change, hold_until_ms, .flags = FIELD_OMIT, TIME_RANGE),
};
static const struct field priority_body[] = {
	AS("priority", FIELD_ENUM, change, priority, .words = &priority_words, REQUIRED)};
static const struct field subject_body[] = {TEXT_AS("subject", 500)};
static const struct field category_body[] = {
	TEXT_AS("category", 200),
	AS("problem", FIELD_ENUM, change, problem, .words = &problem_words, .flags = FIELD_OMIT, .def = -1),
};
static const struct field assign_body[] = {MEMBER_ID(person_id), MEMBER_ID(group_id)};
static const struct field customer_tag_body[] = {REASON()};
#define REPLY_TEXT AS("reply", FIELD_STRING, change, reply, .max = WIRE_MAX_MESSAGE), \
	AS("send_text", FIELD_BOOL, change, on, .flags = FIELD_OMIT)
#define UNTIL(name_, ...) AS(name_, FIELD_INT64, change, hold_until_ms, TIME_RANGE, .flags = FIELD_OMIT)
static const struct field escalate_body[] = {
	AS("group_id", FIELD_ID, change, group_id, REQUIRED), REASON(REQUIRED), BODY_MEMBER(),
	PROMISE(.flags = FIELD_OMIT), REPLY_TEXT,
	AS("parts", FIELD_LIST, change, parts, .shape = &shape_escalation_part, .flags = FIELD_NULLABLE)};
static const struct field agent_state_body[] = {
	AS("state", FIELD_ENUM, change, agent_state, .words = &agent_state_words, REQUIRED), REASON(), UNTIL("until_ms")};
static const struct field decline_body[] = {REASON()};
static const struct field estimate_body[] = {PROMISE(REQUIRED), REASON(), REPLY_TEXT};
static const struct field escalation_answer_body[] = {BODY_MEMBER(REQUIRED)};
static const struct field return_body[] = {REASON(REQUIRED), BODY_MEMBER()};
static const struct field consult_body[] = {MEMBER_ID(group_id), MEMBER_ID(person_id), BODY_MEMBER(REQUIRED)};
static const struct field transfer_body[] = {
	AS("person_id", FIELD_ID, change, person_id, REQUIRED), BODY_MEMBER()};
static const struct field cant_solve_body[] = {REASON()};
static const struct field assess_body[] = {
	AS("impact", FIELD_ENUM, change, impact, .words = &impact_words, REQUIRED),
	AS("need", FIELD_ENUM, change, need, .words = &need_words, REQUIRED)};
static const struct field snooze_body[] = {UNTIL("until_ms")};
static const struct field follow_up_ask_body[] = {BODY_MEMBER()};
static const struct field follow_up_body[] = {
	AS("follow_up", FIELD_OBJECT, change, follow_up, .shape = &shape_follow_up, REQUIRED)};
static const struct field follow_up_skip_body[] = {REASON(REQUIRED)};
static const struct field problem_body[] = {
	AS("problem", FIELD_OBJECT, change, problem_record, .shape = &shape_problem, REQUIRED)};
static const struct field problem_link_body[] = {
	AS("ticket_ids", FIELD_IDS, change, ticket_ids, REQUIRED), AS("linked", FIELD_BOOL, change, on, REQUIRED)};
static const struct field problem_step_body[] = {
	MEMBER_ID(person_id), UNTIL("due_ms"), AS("done", FIELD_BOOL, change, on, REQUIRED), BODY_MEMBER()};
static const struct field problem_tell_body[] = {
	AS("texts", FIELD_LIST, change, texts, .shape = &shape_problem_text, .flags = FIELD_NULLABLE),
	AS("dry_run", FIELD_BOOL, change, dry_run, .flags = FIELD_OMIT)};
static const struct field problem_article_body[] = {
	AS("kind", FIELD_STRING, change, text, REQUIRED, .max = 20),
	AS("language", FIELD_STRING, change, name, .max = 20)};
static const struct field ticket_new_body[] = {
	TEXT_AS("subject", 500), BODY_MEMBER(REQUIRED),
	AS("channel", FIELD_ENUM, change, channel, .words = &channel_words),
	AS("priority", FIELD_ENUM, change, priority, .words = &priority_words),
	MEMBER_ID(customer_id), AS("customer", FIELD_OBJECT, change, customer, .shape = &shape_customer),
	MEMBER_ID(group_id), AS("category", FIELD_STRING, change, category, .max = 200), FILES,
};
static const struct field article_used_body[] = {MEMBER_ID(ticket_id)};
static const struct field article_save_body[] = {
	AS("article", FIELD_OBJECT, change, article, .shape = &shape_article, REQUIRED)};

static const struct shape reply_shape = SHAPE(change, reply_body), note_shape = SHAPE(change, note_body),
	claim_next_shape = SHAPE(change, claim_next_body), status_shape = SHAPE(change, status_body),
	priority_shape = SHAPE(change, priority_body), subject_shape = SHAPE(change, subject_body),
	category_shape = SHAPE(change, category_body), assign_shape = SHAPE(change, assign_body),
	customer_tag_shape = SHAPE(change, customer_tag_body), escalate_shape = SHAPE(change, escalate_body),
	ticket_new_shape = SHAPE(change, ticket_new_body),
	article_used_shape = SHAPE(change, article_used_body),
	article_save_shape = SHAPE(change, article_save_body), forward_shape = SHAPE(change, forward_body),
	ticket_customer_shape = SHAPE(change, ticket_customer_body),
	customer_save_shape = SHAPE(change, customer_save_body), field_shape = SHAPE(change, field_body),
	split_shape = SHAPE(change, split_body), merge_shape = SHAPE(change, merge_body),
	link_shape = SHAPE(change, link_body), check_add_shape = SHAPE(change, check_add_body),
	check_shape = SHAPE(change, check_body), compensate_shape = SHAPE(change, compensate_body),
	decide_shape = SHAPE(change, decide_body), view_shape = SHAPE(change, view_body),
	config_apply_shape = SHAPE(change, config_body), draft_save_shape = SHAPE(change, draft_body),
	macro_save_shape = SHAPE(change, macro_body), presence_shape = SHAPE(change, presence_body),
	whisper_shape = SHAPE(change, whisper_body), handover_shape = SHAPE(change, handover_body),
	seen_shape = SHAPE(change, seen_body), promise_shape = SHAPE(change, promise_body),
	agent_state_shape = SHAPE(change, agent_state_body), decline_shape = SHAPE(change, decline_body),
	estimate_shape = SHAPE(change, estimate_body), escalation_answer_shape = SHAPE(change, escalation_answer_body),
	return_shape = SHAPE(change, return_body), consult_shape = SHAPE(change, consult_body),
	transfer_shape = SHAPE(change, transfer_body), cant_solve_shape = SHAPE(change, cant_solve_body),
	assess_shape = SHAPE(change, assess_body), snooze_shape = SHAPE(change, snooze_body),
	follow_up_ask_shape = SHAPE(change, follow_up_ask_body), follow_up_change_shape = SHAPE(change, follow_up_body),
	follow_up_skip_shape = SHAPE(change, follow_up_skip_body), problem_save_shape = SHAPE(change, problem_body),
	problem_link_shape = SHAPE(change, problem_link_body), problem_step_change_shape = SHAPE(change, problem_step_body),
	problem_tell_shape = SHAPE(change, problem_tell_body), problem_article_shape = SHAPE(change, problem_article_body);

const struct route route_writes[] = {
	{CHANGE_REPLY, "POST", "/v1/tickets/{ticket_id}/messages", &reply_shape, ROUTE_ALWAYS},
	{CHANGE_NOTE, "POST", "/v1/tickets/{ticket_id}/messages", &note_shape, ROUTE_ALWAYS},
	{CHANGE_RECALL, "POST", "/v1/messages/{message_id}/recall", NULL, ROUTE_ALWAYS},
	{CHANGE_CLAIM, "POST", "/v1/tickets/{ticket_id}/claim", NULL, ROUTE_ALWAYS},
	{CHANGE_CLAIM_NEXT, "POST", "/v1/tickets/claim-next", &claim_next_shape, ROUTE_ALWAYS},
	{CHANGE_RELEASE, "POST", "/v1/tickets/{ticket_id}/release", NULL, ROUTE_ALWAYS},
	{CHANGE_STATUS, "PATCH", "/v1/tickets/{ticket_id}", &status_shape, ROUTE_ALWAYS},
	{CHANGE_PRIORITY, "PATCH", "/v1/tickets/{ticket_id}", &priority_shape, ROUTE_ALWAYS},
	{CHANGE_SUBJECT, "PATCH", "/v1/tickets/{ticket_id}", &subject_shape, ROUTE_ALWAYS},
	{CHANGE_CATEGORY, "PATCH", "/v1/tickets/{ticket_id}", &category_shape, ROUTE_ALWAYS},
	{CHANGE_ASSIGN, "POST", "/v1/tickets/{ticket_id}/assign", &assign_shape, ROUTE_ALWAYS},
	{CHANGE_TAG, "PUT", "/v1/tickets/{ticket_id}/tags/{text}", NULL, ROUTE_ON},
	{CHANGE_TAG, "DELETE", "/v1/tickets/{ticket_id}/tags/{text}", NULL, ROUTE_OFF},
	{CHANGE_CUSTOMER_TAG, "PUT", "/v1/customers/{customer_id}/tags/{text}", &customer_tag_shape,
	 ROUTE_ON},
	{CHANGE_CUSTOMER_TAG, "DELETE", "/v1/customers/{customer_id}/tags/{text}", &customer_tag_shape,
	 ROUTE_OFF},
	{CHANGE_ESCALATE, "POST", "/v1/tickets/{ticket_id}/escalate", &escalate_shape, ROUTE_ALWAYS},
	{CHANGE_TICKET_NEW, "POST", "/v1/tickets", &ticket_new_shape, ROUTE_ALWAYS},
	{CHANGE_ARTICLE_USED, "POST", "/v1/knowledge/{article_id}/used", &article_used_shape, ROUTE_ALWAYS},
	{CHANGE_ARTICLE_SAVE, "POST", "/v1/knowledge", &article_save_shape, ROUTE_NEW},
	{CHANGE_ARTICLE_SAVE, "PUT", "/v1/knowledge/{article_id}", &article_save_shape, ROUTE_OLD},
	{CHANGE_FORWARD, "POST", "/v1/tickets/{ticket_id}/forward", &forward_shape, ROUTE_ALWAYS},
	{CHANGE_TICKET_CUSTOMER, "PUT", "/v1/tickets/{ticket_id}/customer", &ticket_customer_shape,
	 ROUTE_ALWAYS},
	{CHANGE_CUSTOMER_SAVE, "PUT", "/v1/customers/{customer_id}", &customer_save_shape, ROUTE_ALWAYS},
	{CHANGE_FIELD, "PUT", "/v1/tickets/{ticket_id}/fields/{text}", &field_shape, ROUTE_ON},
	{CHANGE_FIELD, "DELETE", "/v1/tickets/{ticket_id}/fields/{text}", NULL, ROUTE_OFF},
	{CHANGE_SPLIT, "POST", "/v1/tickets/{ticket_id}/split", &split_shape, ROUTE_ALWAYS},
	{CHANGE_MERGE, "POST", "/v1/tickets/{ticket_id}/merge", &merge_shape, ROUTE_ALWAYS},
	{CHANGE_LINK, "PUT", "/v1/tickets/{ticket_id}/links/{other_id}", &link_shape, ROUTE_ON},
	{CHANGE_LINK, "DELETE", "/v1/tickets/{ticket_id}/links/{other_id}", NULL, ROUTE_OFF},
	{CHANGE_CHECK_ADD, "POST", "/v1/tickets/{ticket_id}/checklist", &check_add_shape, ROUTE_ALWAYS},
	{CHANGE_CHECK, "PUT", "/v1/tickets/{ticket_id}/checklist/{item_id}", &check_shape, ROUTE_ALWAYS},
	{CHANGE_CHECK_REMOVE, "DELETE", "/v1/tickets/{ticket_id}/checklist/{item_id}", NULL, ROUTE_ALWAYS},
	{CHANGE_COMPENSATE, "POST", "/v1/tickets/{ticket_id}/compensations", &compensate_shape,
	 ROUTE_ALWAYS},
	{CHANGE_COMPENSATION_DECIDE, "POST", "/v1/compensations/{item_id}/decision", &decide_shape,
	 ROUTE_ALWAYS},
	{CHANGE_SECRET_NEW, "POST", "/v1/tickets/{ticket_id}/secret", NULL, ROUTE_ALWAYS},
	{CHANGE_VIEW_SAVE, "POST", "/v1/views", &view_shape, ROUTE_NEW},
	{CHANGE_VIEW_SAVE, "PUT", "/v1/views/{view_id}", &view_shape, ROUTE_OLD},
	{CHANGE_VIEW_REMOVE, "DELETE", "/v1/views/{view_id}", NULL, ROUTE_ALWAYS},
	{CHANGE_CONFIG_APPLY, "POST", "/v1/config", &config_apply_shape, ROUTE_ALWAYS},
	{CHANGE_DRAFT_SAVE, "PUT", "/v1/tickets/{ticket_id}/drafts/{text}", &draft_save_shape, ROUTE_ALWAYS},
	{CHANGE_DRAFT_REMOVE, "DELETE", "/v1/tickets/{ticket_id}/drafts/{text}", NULL, ROUTE_ALWAYS},
	{CHANGE_MACRO_SAVE, "POST", "/v1/macros", &macro_save_shape, ROUTE_NEW},
	{CHANGE_MACRO_SAVE, "PUT", "/v1/macros/{macro_id}", &macro_save_shape, ROUTE_OLD},
	{CHANGE_MACRO_REMOVE, "DELETE", "/v1/macros/{macro_id}", NULL, ROUTE_ALWAYS},
	{CHANGE_PRESENCE, "PUT", "/v1/presence", &presence_shape, ROUTE_ALWAYS},
	{CHANGE_WHISPER, "POST", "/v1/tickets/{ticket_id}/whisper", &whisper_shape, ROUTE_ALWAYS},
	{CHANGE_HANDOVER, "POST", "/v1/handover", &handover_shape, ROUTE_ALWAYS},
	{CHANGE_NOTICES_SEEN, "POST", "/v1/notices/seen", &seen_shape, ROUTE_ALWAYS},
	{CHANGE_PROMISE, "POST", "/v1/tickets/{ticket_id}/promise", &promise_shape, ROUTE_ALWAYS},
	{CHANGE_AGENT_STATE, "PUT", "/v1/agents/{person_id}/state", &agent_state_shape, ROUTE_ALWAYS},
	{CHANGE_OFFER_ACCEPT, "POST", "/v1/tickets/{ticket_id}/offer/accept", NULL, ROUTE_ALWAYS},
	{CHANGE_OFFER_DECLINE, "POST", "/v1/tickets/{ticket_id}/offer/decline", &decline_shape, ROUTE_ALWAYS},
	{CHANGE_ACKNOWLEDGE, "POST", "/v1/tickets/{ticket_id}/escalations/{item_id}/acknowledge", NULL, ROUTE_ALWAYS},
	{CHANGE_ESTIMATE, "POST", "/v1/tickets/{ticket_id}/escalations/{item_id}/estimate", &estimate_shape,
	 ROUTE_ALWAYS},
	{CHANGE_ESCALATION_ANSWER, "POST", "/v1/tickets/{ticket_id}/escalations/{item_id}/answer",
	 &escalation_answer_shape, ROUTE_ALWAYS},
	{CHANGE_RETURN, "POST", "/v1/tickets/{ticket_id}/escalations/{item_id}/return", &return_shape, ROUTE_ALWAYS},
	{CHANGE_CONSULT, "POST", "/v1/tickets/{ticket_id}/consult", &consult_shape, ROUTE_ALWAYS},
	{CHANGE_TRANSFER, "POST", "/v1/tickets/{ticket_id}/transfer", &transfer_shape, ROUTE_ALWAYS},
	{CHANGE_CANT_SOLVE, "POST", "/v1/tickets/{ticket_id}/cant-solve", &cant_solve_shape, ROUTE_ALWAYS},
	{CHANGE_ASSESS, "PUT", "/v1/tickets/{ticket_id}/assessment", &assess_shape, ROUTE_ALWAYS},
	{CHANGE_SNOOZE, "PUT", "/v1/tickets/{ticket_id}/snooze", &snooze_shape, ROUTE_ON},
	{CHANGE_SNOOZE, "DELETE", "/v1/tickets/{ticket_id}/snooze", NULL, ROUTE_OFF},
	{CHANGE_FOLLOW_UP_ASK, "POST", "/v1/tickets/{ticket_id}/follow-up/ask", &follow_up_ask_shape, ROUTE_ALWAYS},
	{CHANGE_FOLLOW_UP, "PUT", "/v1/tickets/{ticket_id}/follow-up", &follow_up_change_shape, ROUTE_ALWAYS},
	{CHANGE_FOLLOW_UP_SKIP, "POST", "/v1/tickets/{ticket_id}/follow-up/skip", &follow_up_skip_shape, ROUTE_ALWAYS},
	{CHANGE_PROBLEM_SAVE, "POST", "/v1/problems", &problem_save_shape, ROUTE_NEW},
	{CHANGE_PROBLEM_SAVE, "PUT", "/v1/problems/{problem_id}", &problem_save_shape, ROUTE_OLD},
	{CHANGE_PROBLEM_LINK, "POST", "/v1/problems/{problem_id}/tickets", &problem_link_shape, ROUTE_ALWAYS},
	{CHANGE_PROBLEM_STEP, "PUT", "/v1/problems/{problem_id}/steps/{text}", &problem_step_change_shape, ROUTE_ALWAYS},
	{CHANGE_PROBLEM_TELL, "POST", "/v1/problems/{problem_id}/tell", &problem_tell_shape, ROUTE_ALWAYS},
	{CHANGE_PROBLEM_ARTICLE, "POST", "/v1/problems/{problem_id}/article", &problem_article_shape, ROUTE_ALWAYS},
	{CHANGE_WEBHOOK_RETRY, "POST", "/v1/webhooks/deliveries/{item_id}/retry", NULL, ROUTE_ALWAYS},
	{.pattern = NULL},
};

/* ---- paths */
const struct field *route_field(const struct shape *s, const char *name, size_t len)
{
	for (size_t i = 0; i < s->count; i++)
		if (strlen(s->fields[i].name) == len && memcmp(s->fields[i].name, name, len) == 0)
			return &s->fields[i];
	g_assert_not_reached();
}

static void write_value(GString *out, const struct field *f, const char *slot)
{
	if (f->type == FIELD_ID) {
		g_string_append_printf(out, "%" PRId64, *(const int64_t *)(const void *)slot);
		return;
	}
	const char *text = *(char *const *)(const void *)slot;
	/* "." and ".." are steps in a path, not names, unless they are escaped */
	if (text && text[0] == '.' && text[strspn(text, ".")] == '\0') {
		for (; *text; text++)
			g_string_append(out, "%2E");
		return;
	}
	g_string_append_uri_escaped(out, text ? text : "", NULL, FALSE);
}

void route_write_path(GString *out, const char *pattern, const struct shape *s, const void *v)
{
	while (*pattern) {
		size_t plain = strcspn(pattern, "{");
		g_string_append_len(out, pattern, (gssize)plain);
		pattern += plain;
		if (!*pattern)
			return;
		size_t name = strcspn(++pattern, "}");
		const struct field *f = route_field(s, pattern, name);
		write_value(out, f, (const char *)v + f->offset);
		pattern += name + 1;
	}
}

/* "1042" with nothing else in it; advances to what follows. */
static gboolean match_id(const char **path, int64_t *id)
{
	int64_t value = 0;
	const char *s = *path;
	for (; g_ascii_isdigit(*s); s++) {
		value = value * 10 + (*s - '0');
		if (value > JSON_MAX_INTEGER)
			return FALSE;
	}
	if (s == *path || value == 0 || (*s && *s != '/'))
		return FALSE;
	*path = s;
	*id = value;
	return TRUE;
}

gboolean route_match(const char *pattern, const char *path, const struct shape *s, void *v)
{
	while (*pattern) {
		size_t plain = strcspn(pattern, "{");
		if (strncmp(pattern, path, plain) != 0)
			return FALSE;
		pattern += plain;
		path += plain;
		if (!*pattern)
			break;
		size_t name = strcspn(++pattern, "}");
		const struct field *f = route_field(s, pattern, name);
		char *slot = (char *)v + f->offset;
		pattern += name + 1;
		if (f->type == FIELD_ID) {
			if (!match_id(&path, (int64_t *)(void *)slot))
				return FALSE;
			continue;
		}
		/* a name is the rest of the path, whatever is in it */
		if (!*path)
			return FALSE;
		g_free(*(char **)(void *)slot);
		*(char **)(void *)slot = g_strdup(path);
		return TRUE;
	}
	return *path == '\0';
}

static const char *pattern_of(const struct route *routes, int kind)
{
	for (; routes->pattern; routes++)
		if (routes->kind == kind)
			return routes->pattern;
	return NULL;
}

const char *query_route(enum query_kind kind)
{
	return pattern_of(route_reads, (int)kind);
}

const char *change_route(enum change_kind kind)
{
	return pattern_of(route_writes, (int)kind);
}
