/* Records of import and export: one line of JSON, both ways. */
#include "wire/records.h"
#include "wire/shapes.h"
#include "wire/wire.h"

#include <string.h>

static const char *const type_names[] = {
#define E(id, name) name,
	RECORD_TYPES(E)
#undef E
};
static const struct words type_words = {type_names, RECORD_TYPE_COUNT};

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
};
static const struct shape tag_view = SHAPE(tag, tag_fields);

/* ---- policies */
static const struct field target_fields[] = {
	WORD("clock", policy_target, clock, clock_kind_words, REQUIRED),
	WORD("priority", policy_target, priority, priority_words, OPTIONAL, .def = PRIORITY_COUNT),
	WORD("problem", policy_target, problem, problem_words, OPTIONAL, .def = -1),
	AS("target", FIELD_LENGTH, policy_target, target_ms, REQUIRED),
	AS("warn_percent", FIELD_INT, policy_target, warn_percent, .min = 0, .max = 100, .def = 75),
	AS("pause", FIELD_MASK, policy_target, pause_statuses, .words = &status_words, OPTIONAL),
	TEXT("calendar", policy_target, calendar, 64),
};
static const struct shape target_view =
	SHAPE(policy_target, target_fields, .free = (GDestroyNotify)policy_target_free);
static const struct field policy_fields[] = {
	TEXT("name", policy, name, 200), AS("position", FIELD_INT, policy, position),
	AS("channels", FIELD_MASK, policy, channels, .words = &channel_words, OPTIONAL),
	AS("after_sales", FIELD_MAYBE, policy, after_sales, OPTIONAL, .def = -1),
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
	TEXT("category", template, category, 200), AS("position", FIELD_INT, template, position, OPTIONAL),
	BODY(template, body, REQUIRED),
};
static const struct shape template_view = SHAPE(template, template_fields);

/* ---- tickets */
static void message_free_one(struct record_message *m);
static const struct field said_fields[] = {
	TEXT("key", record_message, key, 64),
	WORD("from", record_message, kind, message_kind_words, REQUIRED),
	TEXT("author", record_message, author, 64), TIME("at", record_message, at_ms, OPTIONAL),
	BODY(record_message, body, REQUIRED),
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
};
static const struct shape ticket_view = SHAPE(ticket, ticket_fields);

/* ---- whole records, by type */
static const struct field group_record[] = {KEYED, OBJECT_OF(group, group_view)};
static const struct field person_record[] = {
	KEYED, OBJECT_OF(person, person_view), AS("groups", FIELD_STRINGS, record, group_keys, .max = 64)};
static const struct field tag_record[] = {KEYED, OBJECT_OF(tag, tag_view)};
static const struct field calendar_record[] = {
	KEYED, TEXT("zone", record, zone, 60), AS("holidays", FIELD_STRINGS, record, holidays, .max = 10)};
static const struct field policy_record[] = {KEYED, OBJECT_OF(policy, policy_view)};
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
	AS("messages", FIELD_LIST, record, messages, .shape = &said_view, REQUIRED, .max = 10000)};

#define TYPE(id, m) [RECORD_##id] = {SHAPE(record, m##_record), offsetof(struct record, m), &shape_##m}
static const struct {
	struct shape shape;
	size_t offset; /* of the object in struct record */
	const struct shape *object;
} types[RECORD_TYPE_COUNT] = {
	TYPE(GROUP, group), TYPE(PERSON, person), TYPE(TAG, tag), TYPE(POLICY, policy),
	TYPE(CUSTOMER, customer), TYPE(ARTICLE, article), TYPE(TEMPLATE, template), TYPE(TICKET, ticket),
	[RECORD_CALENDAR] = {SHAPE(record, calendar_record), 0, NULL},
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
	STRINGS(record, group_keys), LIST(record, messages, said_view), STR(record, escalated_to),
	STR(record, escalated_by), STR(record, escalation_note), I64(record, escalated_ms),
	I64(record, claimed_ms), I64(record, resolved_ms), I64(record, promised_ms), INT(record, rating),
	STR(record, rating_comment), STR(record, zone),
	{.name = "spans", .type = FIELD_IDS, FIELD_AT(record, spans), .flags = FIELD_NULLABLE},
	STRINGS(record, holidays),
};
const struct shape shape_record = SHAPE(record, owned_fields);

const char *record_type_name(enum record_type type)
{
	return (unsigned)type < RECORD_TYPE_COUNT ? type_names[type] : "?";
}

void record_free(struct record *r)
{
	shape_free(&shape_record, r);
}

/* ---- what the tables can't say */
static gboolean check_key(struct reading *r, const char *key)
{
	const char *s = key;
	while (g_ascii_isalnum(*s) || (*s && strchr("._-", *s)))
		s++;
	if (*key && !*s)
		return TRUE;
	reading_enter(r, "key", 0);
	return reading_fail(r, "must be made of letters, digits, dots, underscores and dashes");
}

static void or_else(char **text, const char *other)
{
	if (!*text)
		*text = g_strdup(other);
}

static gboolean finish_ticket(struct reading *in, struct record *r)
{
	struct ticket_row *row = &r->ticket->row;
	struct record_message *first = r->messages->len ? r->messages->pdata[0] : NULL;
	reading_enter(in, "messages", 0);
	if (!first)
		return reading_fail(in, "must have at least one entry");
	if (!row->created_ms)
		row->created_ms = first->at_ms ? first->at_ms : in->now_ms;
	if (!first->at_ms)
		first->at_ms = row->created_ms;
	for (guint i = 0; i < r->messages->len; i++) {
		struct record_message *m = r->messages->pdata[i], *last = i ? r->messages->pdata[i - 1] : m;
		if (!m->at_ms)
			m->at_ms = last->at_ms + 60000;
		reading_enter(in, NULL, (int)i);
		if (m->at_ms < last->at_ms)
			return reading_fail(in, "is older than the message before it");
		if ((m->kind == MESSAGE_REPLY || m->kind == MESSAGE_NOTE) && !m->author)
			return reading_fail(in, "needs an author, being a %s", message_kind_name(m->kind));
		reading_leave(in);
	}
	row->updated_ms = ((struct record_message *)r->messages->pdata[r->messages->len - 1])->at_ms;
	row->tier = r->escalated_to ? 2 : 1;
	return TRUE;
}

static void finish_article(const struct reading *in, struct record *r)
{
	guint older = r->article_history ? r->article_history->len : 0;
	or_else(&r->article->language, "en");
	if (!r->article->at_ms)
		r->article->at_ms = in->now_ms;
	if (!r->article->version)
		r->article->version = (int)older + 1;
	for (guint i = 0; i < older; i++) {
		struct article *a = r->article_history->pdata[i];
		a->module = r->article->module;
		or_else(&a->category, r->article->category);
		or_else(&a->language, r->article->language);
		if (!a->version)
			a->version = (int)i + 1;
	}
}

static gboolean finish(struct reading *in, struct record *r)
{
	if (!check_key(in, r->key))
		return FALSE;
	switch (r->type) {
	case RECORD_GROUP:
		or_else(&r->group->name, r->key);
		or_else(&r->group->title, r->group->name);
		return TRUE;
	case RECORD_PERSON:
		or_else(&r->person->name, r->key);
		return TRUE;
	case RECORD_TAG:
		or_else(&r->tag->name, r->key);
		return TRUE;
	case RECORD_POLICY:
		or_else(&r->policy->name, r->key);
		return TRUE;
	case RECORD_CUSTOMER:
		for (guint i = 0; i < r->customer->orders->len; i++)
			or_else(&((struct order *)r->customer->orders->pdata[i])->currency, "CNY");
		return TRUE;
	case RECORD_ARTICLE:
		finish_article(in, r);
		return TRUE;
	case RECORD_TEMPLATE:
		or_else(&r->template->name, r->key);
		or_else(&r->template->language, "en");
		return TRUE;
	case RECORD_TICKET:
		return finish_ticket(in, r);
	default:
		return TRUE;
	}
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
	for (int i = 0; i < RECORD_TYPE_COUNT && json_type(type) == JSON_STRING; i++) {
		if (strcmp(type_words.names[i], json_text(type)) == 0) {
			reading_leave(in);
			return i;
		}
	}
	return reading_fail(in, "must be one of group, person, tag, calendar, policy, customer, "
	                        "article, template, ticket"), -1;
}

static gboolean read_record(struct reading *in, const struct json_node *root, struct record *r)
{
	int type = type_of(in, root);
	if (type < 0)
		return FALSE;
	r->type = (enum record_type)type;
	if (types[type].object)
		*(void **)(void *)((char *)r + types[type].offset) = shape_new(types[type].object);
	shape_defaults(&types[type].shape, r);
	if (!shape_read(in, &types[type].shape, root, r))
		return FALSE;
	if (type == RECORD_CALENDAR && !record_read_calendar(in, root, r))
		return FALSE;
	return finish(in, r);
}

struct record *record_parse(const char *line, size_t len, int64_t now_ms, GError **error)
{
	g_autoptr(json_auto) root = json_parse(line, len, DESK_INVALID, error);
	struct reading in = {.code = DESK_INVALID, .now_ms = now_ms, .error = error};
	if (!root)
		return NULL;
	struct record *r = shape_new(&shape_record);
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
	writer_end_object(&w);
}
