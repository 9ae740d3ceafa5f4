/* Rules of the desk: vocabularies and the members a rule owns. */
#include "wire/fields.h"
#include "wire/model_rule.h"
#include "wire/shapes.h"

#include <string.h>

static const char *const event_names[] = {
#define E(id, name) name,
	MODEL_RULE_EVENTS(E)
#undef E
};
static const char *const by_names[] = {
#define E(id, name) name,
	MODEL_RULE_BY(E)
#undef E
};
const struct words rule_event_words = {event_names, G_N_ELEMENTS(event_names)},
	rule_by_words = {by_names, G_N_ELEMENTS(by_names)};

const char *rule_event_name(enum rule_event v)
{
	return (unsigned)v < RULE_EVENT_COUNT ? event_names[v] : "?";
}

int rule_event_by_name(const char *s)
{
	for (int i = 0; i < RULE_EVENT_COUNT; i++)
		if (strcmp(event_names[i], s) == 0)
			return i;
	return -1;
}

static const struct field rule_fields[] = {
	I64(rule, id), INT(rule, kind), STR(rule, name), STR(rule, title), INT(rule, position),
	{.name = "active", .type = FIELD_BOOL, FIELD_AT(rule, active), .def = TRUE},
	{.name = "on", .type = FIELD_MASK, FIELD_AT(rule, events), .words = &rule_event_words},
	{.name = "by", .type = FIELD_MASK, FIELD_AT(rule, by), .words = &rule_by_words},
	{.name = "was", .type = FIELD_MASK, FIELD_AT(rule, was), .words = &status_words},
	{.name = "clocks", .type = FIELD_MASK, FIELD_AT(rule, clocks), .words = &clock_kind_words},
	STR(rule, when), STR(rule, steps), STR(rule, at), STR(rule, calendar),
	{.name = "most", .type = FIELD_INT, FIELD_AT(rule, most), .def = RULE_MOST}, STR(rule, url),
	{.name = "secret", .type = FIELD_INT, FIELD_AT(rule, secret), .def = 1},
	I64(rule, last_ms), I64(rule, next_ms), I64(rule, suspended_ms), STR(rule, suspended_why),
};
const struct shape shape_rule = SHAPE(rule, rule_fields, .free = (GDestroyNotify)rule_free);

char *webhook_body(const char *delivery, const char *webhook, const char *event, int64_t at_ms, const struct ticket *t)
{
	GString *out = g_string_new(NULL);
	struct writer w;

	writer_init(&w, out);
	writer_object(&w, NULL);
	writer_string(&w, "delivery", delivery);
	writer_string(&w, "webhook", webhook);
	writer_string(&w, "event", event);
	writer_int(&w, "at_ms", at_ms);
	if (t->category)
		writer_string(&w, "category", t->category);
	shape_write(&w, "ticket", &shape_ticket_row, &t->row);
	writer_end_object(&w);
	return g_string_free(out, FALSE);
}

void rule_free(struct rule *r)
{
	shape_free(&shape_rule, r);
}
