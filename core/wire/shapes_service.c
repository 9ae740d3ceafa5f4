/* People at work, escalation, after-sales, problems, automation, as tables. */
#include "wire/shapes.h"
#include "wire/wire.h"

#define FREED(type) .free = (GDestroyNotify)type##_free
#define TIME(T, m) I64(T, m, TIME_RANGE)

static const struct field agent_fields[] = {
	ID(agent, person_id, REQUIRED), ENUM(agent, state, agent_state_words, REQUIRED), STR(agent, reason),
	TIME(agent, since_ms), TIME(agent, until_ms), INT(agent, load), INT(agent, capacity), INT(agent, tickets),
	TIME(agent, free_since_ms),
};
const struct shape shape_agent = SHAPE(agent, agent_fields, FREED(agent));

static const struct field offer_fields[] = {
	ID(offer, ticket_id, REQUIRED), ID(offer, person_id), TIME(offer, made_ms), TIME(offer, until_ms),
	STR(offer, subject), STR(offer, customer_name), ENUM(offer, channel, channel_words),
};
const struct shape shape_offer = SHAPE(offer, offer_fields, FREED(offer));

static const struct field escalation_fields[] = {
	ID(escalation, id, REQUIRED), ID(escalation, ticket_id), ENUM(escalation, kind, escalation_kind_words),
	ENUM(escalation, state, escalation_state_words), ID(escalation, parent_id), ID(escalation, from_group_id),
	ID(escalation, from_person_id), ID(escalation, to_group_id), ID(escalation, to_person_id),
	ID(escalation, by_id), STR(escalation, by_name), STR(escalation, reason), STR(escalation, task),
	ID(escalation, note_id), TIME(escalation, at_ms), TIME(escalation, acknowledge_by_ms),
	TIME(escalation, acknowledged_ms), ID(escalation, taken_id), STR(escalation, taken_name),
	TIME(escalation, estimate_ms), STR(escalation, answer), TIME(escalation, ended_ms),
};
const struct shape shape_escalation = SHAPE(escalation, escalation_fields, FREED(escalation));

static const struct field escalation_part_fields[] = {
	ID(escalation_part, group_id, REQUIRED), STR(escalation_part, task, REQUIRED, .max = 2000),
	I64(escalation_part, due_ms, TIME_RANGE, .flags = FIELD_OMIT),
};
const struct shape shape_escalation_part = SHAPE(escalation_part, escalation_part_fields, FREED(escalation_part));

static const struct field escalation_target_fields[] = {
	ID(escalation_target, group_id, REQUIRED), STR(escalation_target, name), STR(escalation_target, title),
	INT(escalation_target, tier), INT(escalation_target, people), INT(escalation_target, available),
	INT(escalation_target, waiting), I64(escalation_target, wait_ms, .def = -1),
	TIME(escalation_target, target_ms), TIME(escalation_target, promise_ms),
	BOOL(escalation_target, recommended), STR(escalation_target, why),
};
const struct shape shape_escalation_target =
	SHAPE(escalation_target, escalation_target_fields, FREED(escalation_target));

static const struct field escalation_sheet_fields[] = {
	LIST(escalation_sheet, targets, shape_escalation_target), STRINGS(escalation_sheet, reasons),
	STR(escalation_sheet, note), STR(escalation_sheet, reply), TIME(escalation_sheet, promise_ms),
};
const struct shape shape_escalation_sheet = SHAPE(escalation_sheet, escalation_sheet_fields, FREED(escalation_sheet));

static const struct field follow_up_fields[] = {
	ENUM(follow_up, state, follow_up_state_words),
	TIME(follow_up, due_ms), TIME(follow_up, asked_ms), ID(follow_up, asked_id), STR(follow_up, asked_name),
	INT(follow_up, asked),
	{.name = "solved", .type = FIELD_MAYBE, FIELD_AT(follow_up, solved), .def = -1},
	INT(follow_up, speed, .min = 0, .max = 5), STR(follow_up, improve, .max = 4000),
	TIME(follow_up, answered_ms), ID(follow_up, answered_id), STR(follow_up, answered_name),
	ID(follow_up, solver_id), STR(follow_up, solver_name),
	TIME(follow_up, skipped_ms), ID(follow_up, skipped_id), STR(follow_up, skipped_name),
	STR(follow_up, skip_reason),
};
const struct shape shape_follow_up = SHAPE(follow_up, follow_up_fields, FREED(follow_up));

static const struct field problem_step_fields[] = {
	ENUM(problem_step, stage, problem_stage_words, REQUIRED), ID(problem_step, owner_id),
	STR(problem_step, owner_name), TIME(problem_step, due_ms), TIME(problem_step, done_ms),
	ID(problem_step, done_id), STR(problem_step, done_name), STR(problem_step, note, .max = 4000),
};
const struct shape shape_problem_step = SHAPE(problem_step, problem_step_fields, FREED(problem_step));

static const struct field problem_fields[] = {
	ID(problem, id), I64(problem, version, TIME_RANGE), STR(problem, title, REQUIRED, .max = 500),
	ENUM(problem, stage, problem_stage_words), STR(problem, category, .max = 200),
	STR(problem, root_cause, .max = 8000), ID(problem, owner_id), STR(problem, owner_name),
	TIME(problem, opened_ms), TIME(problem, updated_ms), INT(problem, tickets), INT(problem, customers),
	INT(problem, told), INT(problem, satisfied), INT(problem, unsatisfied), ID(problem, article_id),
	ID(problem, training_id), LIST(problem, steps, shape_problem_step, .flags = FIELD_NULLABLE),
	{.name = "ticket_ids", .type = FIELD_IDS, .flags = FIELD_NULLABLE, FIELD_AT(problem, ticket_ids)},
};
const struct shape shape_problem = SHAPE(problem, problem_fields, FREED(problem));

static const struct field problem_text_fields[] = {
	STR(problem_text, language, REQUIRED, .max = 20), STR(problem_text, body, REQUIRED, .max = WIRE_MAX_MESSAGE),
};
const struct shape shape_problem_text = SHAPE(problem_text, problem_text_fields, FREED(problem_text));

static const struct field automation_run_fields[] = {
	ID(automation_run, id), ENUM(automation_run, kind, rule_kind_words), STR(automation_run, name),
	ID(automation_run, ticket_id), TIME(automation_run, at_ms), STR(automation_run, why),
	STR(automation_run, did), STR(automation_run, error),
};
const struct shape shape_automation_run = SHAPE(automation_run, automation_run_fields, FREED(automation_run));

static const struct field webhook_delivery_fields[] = {
	ID(webhook_delivery, id, REQUIRED), STR(webhook_delivery, delivery), STR(webhook_delivery, webhook),
	STR(webhook_delivery, event), ID(webhook_delivery, ticket_id), TIME(webhook_delivery, at_ms),
	INT(webhook_delivery, tries), INT(webhook_delivery, status), TIME(webhook_delivery, next_ms),
	STR(webhook_delivery, error), TIME(webhook_delivery, done_ms),
};
const struct shape shape_webhook_delivery = SHAPE(webhook_delivery, webhook_delivery_fields, FREED(webhook_delivery));

static const struct field clock_step_fields[] = {
	STR(clock_step, kind, REQUIRED), TIME(clock_step, from_ms), TIME(clock_step, to_ms),
	I64(clock_step, counted_ms), I64(clock_step, total_ms), STR(clock_step, note),
};
const struct shape shape_clock_step = SHAPE(clock_step, clock_step_fields, FREED(clock_step));

static const struct field clock_what_if_fields[] = {
	STR(clock_what_if, kind, REQUIRED), TIME(clock_what_if, at_ms),
	ENUM(clock_what_if, state, clock_state_words), TIME(clock_what_if, due_ms), I64(clock_what_if, left_ms),
};
const struct shape shape_clock_what_if = SHAPE(clock_what_if, clock_what_if_fields, FREED(clock_what_if));

static const struct field clock_warns_fields[] = {STR(clock_warns, threshold, REQUIRED), TIME(clock_warns, at_ms)};
const struct shape shape_clock_warns = SHAPE(clock_warns, clock_warns_fields, FREED(clock_warns));

static const struct field clock_explained_fields[] = {
	{.name = "clock", .type = FIELD_NEST, FIELD_AT(clock_explained, clock), .shape = &shape_ticket_clock},
	STR(clock_explained, policy), STR(clock_explained, matched), STR(clock_explained, calendar),
	STR(clock_explained, zone), LIST(clock_explained, warnings, shape_clock_warns),
	LIST(clock_explained, steps, shape_clock_step),
	LIST(clock_explained, what_if, shape_clock_what_if),
};
const struct shape shape_clock_explained = SHAPE(clock_explained, clock_explained_fields, FREED(clock_explained));
