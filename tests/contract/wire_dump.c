/* The tables of core/wire as JSON, for openapi_wire_test.py: routes, and the shapes of all answers. */
#include <stdio.h>

#include "wire/routes.h"

static const char *const types[FIELD_TYPE_COUNT] = {
	[FIELD_ID] = "id", [FIELD_INT64] = "integer", [FIELD_INT] = "integer", [FIELD_BOOL] = "boolean",
	[FIELD_MAYBE] = "boolean", [FIELD_DOUBLE] = "number", [FIELD_STRING] = "string", [FIELD_CHARS] = "string",
	[FIELD_ENUM] = "enum", [FIELD_MASK] = "mask", [FIELD_OBJECT] = "object", [FIELD_FLAT] = "flat",
	[FIELD_NEST] = "object", [FIELD_LIST] = "list", [FIELD_STRINGS] = "strings", [FIELD_IDS] = "ids",
	[FIELD_TIME] = "integer", [FIELD_LENGTH] = "integer", [FIELD_BODY] = "string", [FIELD_CENTS] = "integer",
	[FIELD_WARNINGS] = "string",
};

static void dump_shape(struct writer *w, const struct shape *s, GHashTable *seen);

static void dump_fields(struct writer *w, const struct shape *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];

		if (f->flags & FIELD_READ || f->type == FIELD_INNER)
			continue;
		if (f->type == FIELD_FLAT) {
			dump_fields(w, f->shape);
			continue;
		}
		writer_object(w, f->name);
		writer_string(w, "type", types[f->type]);
		writer_bool(w, "required", (f->flags & FIELD_REQUIRED) != 0);
		writer_int(w, "min", f->min);
		writer_int(w, "max", f->max);
		if (f->shape)
			writer_string(w, "shape", f->shape->name);
		if (f->words) {
			writer_array(w, "words");
			for (int n = 0; n < f->words->count; n++)
				writer_string(w, NULL, f->words->names[n]);
			writer_end_array(w);
		}
		writer_end_object(w);
	}
}

static void dump_inner(struct writer *w, const struct shape *s, GHashTable *seen)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];

		if (f->type == FIELD_FLAT)
			dump_inner(w, f->shape, seen);
		else if (f->shape)
			dump_shape(w, f->shape, seen);
	}
}

static void dump_shape(struct writer *w, const struct shape *s, GHashTable *seen)
{
	if (!g_hash_table_add(seen, (gpointer)s))
		return;
	writer_object(w, s->name);
	dump_fields(w, s);
	writer_end_object(w);
	dump_inner(w, s, seen);
}

static void dump_routes(struct writer *w, const char *name, const struct route *routes)
{
	writer_array(w, name);
	for (const struct route *r = routes; r->pattern; r++) {
		writer_object(w, NULL);
		writer_string(w, "method", r->method);
		writer_string(w, "pattern", r->pattern);
		writer_bool(w, "pages", routes == route_reads && r->kind == QUERY_QUEUE);
		writer_bool(w, "bodiless", !r->shape || r->when == ROUTE_OFF);
		writer_object(w, "fields");
		if (r->shape)
			dump_fields(w, r->shape);
		writer_end_object(w);
		writer_end_object(w);
	}
	writer_end_array(w);
}

int main(void)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	struct writer w;

	writer_init(&w, out);
	writer_object(&w, NULL);
	dump_routes(&w, "reads", route_reads);
	dump_routes(&w, "writes", route_writes);
	writer_object(&w, "shapes");
	dump_shape(&w, &shape_answer, seen);
	dump_shape(&w, &shape_event, seen);
	dump_shape(&w, &shape_wire_error, seen);
	writer_end_object(&w);
	writer_end_object(&w);
	return fputs(out->str, stdout) < 0;
}
