/* Answers, errors and events: JSON both ways. */
#include "wire/shapes.h"
#include "wire/wire.h"

#include <string.h>
#include "base/say.h"

/* Members of an answer, but for a session and a queue page, which are the object
 * itself. */
#define LISTED(m, s) LIST(answer, m, s, .flags = FIELD_NULLABLE)
static const struct field body_fields[] = {
	OBJECT(answer, ticket, shape_ticket),     OBJECT(answer, message, shape_message),
	OBJECT(answer, customer, shape_customer), LISTED(messages, shape_message),
	LISTED(customers, shape_customer),        LISTED(hits, shape_article_hit),
	LISTED(articles, shape_article),          LISTED(templates, shape_template),
	LISTED(policies, shape_policy),           OBJECT(answer, article, shape_article),
	LISTED(views, shape_saved_view),          LISTED(compensations, shape_compensation),
	LISTED(config, shape_config_entry),       LISTED(revisions, shape_config_revision),
	LISTED(drafts, shape_draft),              LISTED(macros, shape_macro),
	LISTED(presence, shape_presence),         LISTED(notices, shape_notice),
	LISTED(agents, shape_agent),              LISTED(offers, shape_offer),
	LISTED(explained, shape_clock_explained), LISTED(problems, shape_problem),
	LISTED(runs, shape_automation_run),       LISTED(deliveries, shape_webhook_delivery),
	OBJECT(answer, agent, shape_agent),       OBJECT(answer, problem, shape_problem),
	OBJECT(answer, sheet, shape_escalation_sheet),
	OBJECT(answer, draft, shape_draft),       OBJECT(answer, macro, shape_macro),
	OBJECT(answer, compensation, shape_compensation), OBJECT(answer, view, shape_saved_view),
	STR(answer, secret),                      STR(answer, text),
	OBJECT(answer, attachment, shape_attachment),
	I64(answer, revision, TIME_RANGE, .flags = FIELD_OMIT),
	BOOL(answer, more, .flags = FIELD_OMIT),  I64(answer, seq, TIME_RANGE, .flags = FIELD_OMIT),
	I64(answer, server_time_ms, TIME_RANGE),
};
static const struct shape body_shape = SHAPE(answer, body_fields);

/* What the answer of each read must hold. */
static const struct {
	const char *name;
	size_t offset;
} wanted[QUERY_KIND_COUNT] = {
	[QUERY_TICKET] = {"ticket", offsetof(struct answer, ticket)},
	[QUERY_MESSAGES] = {"messages", offsetof(struct answer, messages)},
	[QUERY_CUSTOMER] = {"customer", offsetof(struct answer, customer)},
	[QUERY_CUSTOMERS] = {"customers", offsetof(struct answer, customers)},
	[QUERY_KNOWLEDGE] = {"hits", offsetof(struct answer, hits)},
	[QUERY_ARTICLE] = {"article", offsetof(struct answer, article)},
	[QUERY_ARTICLE_VERSIONS] = {"articles", offsetof(struct answer, articles)},
	[QUERY_TEMPLATES] = {"templates", offsetof(struct answer, templates)},
	[QUERY_POLICIES] = {"policies", offsetof(struct answer, policies)},
	[QUERY_VIEWS] = {"views", offsetof(struct answer, views)},
	[QUERY_COMPENSATIONS] = {"compensations", offsetof(struct answer, compensations)},
	[QUERY_SECRET] = {"secret", offsetof(struct answer, secret)},
	[QUERY_CONFIG] = {"config", offsetof(struct answer, config)},
	[QUERY_CONFIG_LOG] = {"revisions", offsetof(struct answer, revisions)},
	[QUERY_DRAFTS] = {"drafts", offsetof(struct answer, drafts)},
	[QUERY_MACROS] = {"macros", offsetof(struct answer, macros)},
	[QUERY_PRESENCE] = {"presence", offsetof(struct answer, presence)},
	[QUERY_NOTICES] = {"notices", offsetof(struct answer, notices)},
	[QUERY_AGENTS] = {"agents", offsetof(struct answer, agents)},
	[QUERY_OFFERS] = {"offers", offsetof(struct answer, offers)},
	[QUERY_ESCALATION_SHEET] = {"sheet", offsetof(struct answer, sheet)},
	[QUERY_EXPLAIN] = {"explained", offsetof(struct answer, explained)},
	[QUERY_PROBLEMS] = {"problems", offsetof(struct answer, problems)},
	[QUERY_PROBLEM] = {"problem", offsetof(struct answer, problem)},
	[QUERY_PACK] = {"text", offsetof(struct answer, text)},
	[QUERY_AUTOMATION_LOG] = {"runs", offsetof(struct answer, runs)},
	[QUERY_AUTOMATION_TRY] = {"runs", offsetof(struct answer, runs)},
	[QUERY_DELIVERIES] = {"deliveries", offsetof(struct answer, deliveries)},
};

static gboolean read_answer(struct answer *a, struct reading *r, const struct json_node *root)
{
	if (!shape_read(r, &body_shape, root, a))
		return FALSE;
	if (a->kind == QUERY_SESSION) {
		a->session = shape_new(&shape_session);
		return shape_read(r, &shape_session, root, a->session);
	}
	if (a->kind == QUERY_QUEUE) {
		a->page = shape_new(&shape_queue_page);
		return shape_read(r, &shape_queue_page, root, a->page);
	}
	if (*(void **)(void *)((char *)a + wanted[a->kind].offset))
		return TRUE;
	reading_enter(r, wanted[a->kind].name, 0);
	return reading_fail(r, "is missing");
}

struct answer *answer_of_query(enum query_kind kind, const char *json, size_t len, GError **error)
{
	g_autoptr(json_auto) root = json_parse(json, len, DESK_PROTOCOL, error);
	g_autoptr(answer_auto) a = g_new0(struct answer, 1);
	struct reading r = {.code = DESK_PROTOCOL, .error = error};
	a->kind = kind;
	return root && read_answer(a, &r, root) ? g_steal_pointer(&a) : NULL;
}

struct answer *answer_of_change(enum change_kind kind, const char *json, size_t len, GError **error)
{
	g_autoptr(answer_auto) a = g_new0(struct answer, 1);
	(void)kind; /* every write answers with what it touched */
	if (!shape_parse(&body_shape, a, json, len, DESK_PROTOCOL, error))
		return NULL;
	return g_steal_pointer(&a);
}

struct answer *answer_of_upload(const char *json, size_t len, GError **error)
{
	g_autoptr(answer_auto) a = g_new0(struct answer, 1);
	if (!shape_parse(&body_shape, a, json, len, DESK_PROTOCOL, error))
		return NULL;
	if (a->attachment)
		return g_steal_pointer(&a);
	desk_fail(error, DESK_PROTOCOL, "attachment: is missing");
	return NULL;
}

void answer_to_json(GString *out, const struct answer *a)
{
	struct writer w;
	writer_init(&w, out);
	if (a->session) {
		shape_write(&w, NULL, &shape_session, a->session);
	} else if (a->page) {
		writer_object(&w, NULL);
		shape_write_members(&w, &shape_queue_page, a->page);
		writer_int(&w, "server_time_ms", a->server_time_ms);
		writer_end_object(&w);
	} else {
		shape_write(&w, NULL, &body_shape, a);
	}
}

/* ---- errors */
static const int error_status[DESK_CODE_COUNT] = {
	[DESK_INVALID] = 400,  [DESK_LIMIT] = 413,     [DESK_IO] = 500,        [DESK_NET] = 502,
	[DESK_TIMEOUT] = 504,  [DESK_AUTH] = 401,      [DESK_FORBIDDEN] = 403, [DESK_NOTFOUND] = 404,
	[DESK_CONFLICT] = 409, [DESK_REUSED] = 422,    [DESK_UNCERTAIN] = 500, [DESK_PROTOCOL] = 400,
	[DESK_GONE] = 410,     [DESK_CANCELLED] = 499, [DESK_BUSY] = 503,      [DESK_UNSUPPORTED] = 501,
	[DESK_NEWER] = 409,    [DESK_BUG] = 500,
};

int wire_error_status(enum desk_code code)
{
	return (unsigned)code < DESK_CODE_COUNT ? error_status[code] : 500;
}

void wire_error_to_json(GString *out, const struct wire_error *e)
{
	struct writer w;
	writer_init(&w, out);
	shape_write(&w, NULL, &shape_wire_error, e);
}

struct wire_error *wire_error_parse(const char *json, size_t len)
{
	struct wire_error *e = shape_new(&shape_wire_error);
	if (shape_parse(&shape_wire_error, e, json, len, DESK_PROTOCOL, NULL))
		return e;
	shape_clear(&shape_wire_error, e);
	e->code = DESK_PROTOCOL;
	e->message = g_strdup(_("the server's error was not understood"));
	return e;
}

/* ---- events */
void event_to_json(GString *out, const struct event *e)
{
	struct writer w;
	writer_init(&w, out);
	shape_write(&w, NULL, &shape_event, e);
}

struct event *event_parse(const char *json, size_t len, GError **error)
{
	g_autoptr(json_auto) root = json_parse(json, len, DESK_PROTOCOL, error);
	g_autoptr(event_auto) e = shape_new(&shape_event);
	struct reading r = {.code = DESK_PROTOCOL, .error = error};
	if (!root)
		return NULL;
	const struct json_node *kind = json_type(root) == JSON_OBJECT ? json_member(root, "kind") : NULL;
	if (kind && json_type(kind) == JSON_STRING && event_kind_by_name(json_text(kind)) < 0) {
		desk_fail(error, DESK_UNSUPPORTED, "an event of a newer server");
		return NULL;
	}
	return shape_read(&r, &shape_event, root, e) ? g_steal_pointer(&e) : NULL;
}
