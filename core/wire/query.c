/* Reads: their HTTP form, both ways. */
#include "wire/routes.h"

#include <string.h>

void query_init(struct query *q, enum query_kind kind)
{
	memset(q, 0, sizeof *q);
	q->kind = kind;
}

void query_clear(struct query *q)
{
	shape_clear(&shape_query, q);
}

void query_copy(struct query *to, const struct query *from)
{
	shape_copy(&shape_query, to, from);
}

/* ---- to a target */
static void add_param(GString *out, char *sign, const char *name, const char *value)
{
	g_string_append_printf(out, "%c%s=", *sign, name);
	g_string_append_uri_escaped(out, value, NULL, FALSE);
	*sign = '&';
}

static void add_number(GString *out, char *sign, const char *name, int64_t value)
{
	char text[24];
	g_snprintf(text, sizeof text, "%" PRId64, value);
	if (value)
		add_param(out, sign, name, text);
}

static void add_field(GString *out, char *sign, const struct field *f, const struct query *q)
{
	const char *slot = (const char *)q + f->offset;
	if (f->type == FIELD_STRING) {
		const char *text = *(char *const *)(const void *)slot;
		if (text)
			add_param(out, sign, f->name, text);
	} else if (f->type == FIELD_INT) {
		add_number(out, sign, f->name, *(const int *)(const void *)slot);
	} else {
		add_number(out, sign, f->name, *(const int64_t *)(const void *)slot);
	}
}

static void add_anchor(GString *out, char *sign, const struct query *q)
{
	switch (q->anchor) {
	case PAGE_FIRST:
		break;
	case PAGE_AFTER:
		add_param(out, sign, "after", q->cursor ? q->cursor : "");
		break;
	case PAGE_BEFORE:
		add_param(out, sign, "before", q->cursor ? q->cursor : "");
		break;
	case PAGE_AROUND:
		add_number(out, sign, "around", q->ticket_id);
		break;
	case PAGE_LAST:
		add_param(out, sign, "last", "true");
		break;
	}
}

char *query_to_target(const struct query *q)
{
	const struct route *route = route_reads;
	while (route->kind != (int)q->kind)
		route++;
	g_assert(route->pattern);
	GString *out = g_string_new(NULL);
	char sign = '?';
	route_write_path(out, route->pattern, &shape_query, q);
	for (size_t i = 0; route->shape && i < route->shape->count; i++)
		add_field(out, &sign, &route->shape->fields[i], q);
	if (q->kind == QUERY_QUEUE)
		add_anchor(out, &sign, q);
	return g_string_free(out, FALSE);
}

/* ---- from a request */
static gboolean parse_number(const char *name, const char *text, int64_t min, int64_t max, int64_t *out,
			     GError **error)
{
	char *end;
	gint64 value = g_ascii_strtoll(text, &end, 10);
	if (!g_ascii_isdigit(*text) || *end || value < min || value > max)
		return desk_fail(error, DESK_INVALID,
				 "%s must be a whole number between %" PRId64 " and %" PRId64, name, min,
				 max);
	*out = value;
	return TRUE;
}

static gboolean take_param(struct query *q, const struct field *f, const char *text, GError **error)
{
	char *slot = (char *)q + f->offset;
	int64_t value = 0;
	if (f->type == FIELD_STRING) {
		if (strlen(text) > (size_t)f->max)
			return desk_fail(error, DESK_INVALID, "%s must be at most %" PRId64 " bytes long",
					 f->name, f->max);
		g_free(*(char **)(void *)slot);
		*(char **)(void *)slot = g_strdup(text);
		return TRUE;
	}
	if (!parse_number(f->name, text, f->min, f->max ? f->max : JSON_MAX_INTEGER, &value, error))
		return FALSE;
	if (f->type == FIELD_INT)
		*(int *)(void *)slot = (int)value;
	else
		*(int64_t *)(void *)slot = value;
	return TRUE;
}

static gboolean take_anchor(struct query *q, const char *(*param)(const char *name, void *arg), void *arg,
			    GError **error)
{
	const char *after = param("after", arg), *before = param("before", arg),
		   *around = param("around", arg), *last = param("last", arg);
	if (!!after + !!before + !!around + !!last > 1)
		return desk_fail(error, DESK_INVALID,
				 "only one of after, before, around and last can be given");
	if (after || before) {
		q->anchor = after ? PAGE_AFTER : PAGE_BEFORE;
		q->cursor = g_strdup(after ? after : before);
		return strlen(q->cursor) <= 200 ? TRUE
						: desk_fail(error, DESK_INVALID, "the cursor is too long");
	}
	if (around) {
		q->anchor = PAGE_AROUND;
		return parse_number("around", around, 1, JSON_MAX_INTEGER, &q->ticket_id, error);
	}
	if (last) {
		if (strcmp(last, "true") != 0)
			return desk_fail(error, DESK_INVALID, "last must be true");
		q->anchor = PAGE_LAST;
	}
	return TRUE;
}

gboolean query_from_http(struct query *q, const char *path, const char *(*param)(const char *name, void *arg),
			 void *arg, GError **error)
{
	const struct route *route = route_reads;
	query_init(q, QUERY_SESSION);
	while (route->pattern && !route_match(route->pattern, path, &shape_query, q))
		route++;
	if (!route->pattern)
		return desk_fail(error, DESK_NOTFOUND, "nothing to read lives under this path");
	q->kind = (enum query_kind)route->kind;
	for (size_t i = 0; route->shape && i < route->shape->count; i++) {
		const struct field *f = &route->shape->fields[i];
		const char *text = param(f->name, arg);
		if (text && !take_param(q, f, text, error))
			return FALSE;
	}
	return q->kind == QUERY_QUEUE ? take_anchor(q, param, arg, error) : TRUE;
}
