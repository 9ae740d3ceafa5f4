/* Memory of shapes, and decoding by table. */
#include "wire/fields.h"

#include <math.h>
#include <string.h>
#include "base/say.h"

#define SLOT(type, f, v) ((type *)(void *)((char *)(v) + (f)->offset))
#define CONST_SLOT(type, f, v) ((const type *)(const void *)((const char *)(v) + (f)->offset))

/* ---- where we are */
void reading_enter(struct reading *r, const char *name, int index)
{
	g_assert(r->depth < READING_DEPTH);
	r->path[r->depth].name = name;
	r->path[r->depth].index = index;
	r->depth++;
}

void reading_leave(struct reading *r)
{
	r->depth--;
}

gboolean reading_fail(struct reading *r, const char *format, ...)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (unsigned i = 0; i < r->depth; i++) {
		if (!r->path[i].name)
			g_string_append_printf(text, "[%d]", r->path[i].index);
		else
			g_string_append_printf(text, "%s%s", i ? "." : "", r->path[i].name);
	}
	if (!text->len)
		g_string_append(text, _("the JSON"));
	g_string_append_c(text, ' ');
	va_list args;
	va_start(args, format);
	g_string_append_vprintf(text, say(format), args);
	va_end(args);
	return desk_fail(r->error, r->code, "%s", text->str);
}

/* ---- memory */
/* Where a FLAT field's members live; NULL when there are none. */
static void *flat_base(const struct field *f, void *v)
{
	return f->flags & FIELD_DEREF ? *SLOT(void *, f, v) : (void *)SLOT(char, f, v);
}

static void init_field(const struct field *f, void *v)
{
	switch (f->type) {
	case FIELD_ID:
	case FIELD_INT64:
	case FIELD_TIME:
	case FIELD_LENGTH:
	case FIELD_CENTS:
		*SLOT(int64_t, f, v) = f->def;
		break;
	case FIELD_WARNINGS:
		memset(SLOT(char, f, v), 0, f->size);
		*SLOT(int64_t, f, v) = f->def;
		break;
	case FIELD_INT:
	case FIELD_ENUM:
	case FIELD_BOOL:
	case FIELD_MAYBE:
		*SLOT(int, f, v) = (int)f->def;
		break;
	case FIELD_MASK:
		*SLOT(unsigned, f, v) = (unsigned)f->def;
		break;
	case FIELD_LIST:
		if (!(f->flags & FIELD_NULLABLE))
			*SLOT(GPtrArray *, f, v) = g_ptr_array_new_with_free_func(f->shape->free);
		break;
	case FIELD_STRINGS:
		if (!(f->flags & FIELD_NULLABLE))
			*SLOT(GPtrArray *, f, v) = g_ptr_array_new_with_free_func(g_free);
		break;
	case FIELD_IDS:
		if (!(f->flags & FIELD_NULLABLE))
			*SLOT(GArray *, f, v) = g_array_new(FALSE, FALSE, sizeof(desk_id));
		break;
	case FIELD_FLAT:
	case FIELD_NEST:
		if (!(f->flags & FIELD_DEREF))
			shape_init(f->shape, SLOT(char, f, v));
		break;
	default:
		break;
	}
}

void shape_init(const struct shape *s, void *v)
{
	for (size_t i = 0; i < s->count; i++)
		init_field(&s->fields[i], v);
}

void shape_defaults(const struct shape *s, void *v)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (f->type == FIELD_FLAT || f->type == FIELD_NEST) {
			void *inner = flat_base(f, v);
			if (inner)
				shape_defaults(f->shape, inner);
		} else if (f->type != FIELD_LIST && f->type != FIELD_STRINGS && f->type != FIELD_IDS) {
			init_field(f, v);
		}
	}
}

void *shape_new(const struct shape *s)
{
	void *v = g_malloc0(s->size);
	shape_init(s, v);
	return v;
}

static void clear_field(const struct field *f, void *v)
{
	switch (f->type) {
	case FIELD_STRING:
	case FIELD_BODY:
		g_clear_pointer(SLOT(char *, f, v), g_free);
		break;
	case FIELD_OBJECT:
		shape_free(f->shape, *SLOT(void *, f, v));
		break;
	case FIELD_LIST:
	case FIELD_STRINGS:
		g_clear_pointer(SLOT(GPtrArray *, f, v), g_ptr_array_unref);
		break;
	case FIELD_IDS:
		g_clear_pointer(SLOT(GArray *, f, v), g_array_unref);
		break;
	case FIELD_FLAT:
	case FIELD_NEST:
		if (!(f->flags & FIELD_DEREF))
			shape_clear(f->shape, SLOT(char, f, v));
		break;
	default:
		break;
	}
}

void shape_clear(const struct shape *s, void *v)
{
	for (size_t i = 0; i < s->count; i++)
		clear_field(&s->fields[i], v);
	memset(v, 0, s->size);
}

void shape_free(const struct shape *s, void *v)
{
	if (!v)
		return;
	shape_clear(s, v);
	g_free(v);
}

static void *copy_new(const struct shape *s, const void *from)
{
	void *to = g_malloc0(s->size);
	shape_copy(s, to, from);
	return to;
}

static GPtrArray *copy_list(const struct field *f, const GPtrArray *from)
{
	gboolean strings = f->type == FIELD_STRINGS;
	GPtrArray *to = g_ptr_array_new_full(from->len, strings ? g_free : f->shape->free);
	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, strings ? g_strdup(from->pdata[i]) : copy_new(f->shape, from->pdata[i]));
	return to;
}

static void copy_field(const struct field *f, void *to, const void *from)
{
	switch (f->type) {
	case FIELD_STRING:
		*SLOT(char *, f, to) = g_strdup(*CONST_SLOT(char *, f, from));
		break;
	case FIELD_OBJECT:
		if (*CONST_SLOT(void *, f, from))
			*SLOT(void *, f, to) = copy_new(f->shape, *CONST_SLOT(void *, f, from));
		break;
	case FIELD_LIST:
	case FIELD_STRINGS:
		if (*CONST_SLOT(GPtrArray *, f, from))
			*SLOT(GPtrArray *, f, to) = copy_list(f, *CONST_SLOT(GPtrArray *, f, from));
		break;
	case FIELD_IDS:
		if (*CONST_SLOT(GArray *, f, from))
			*SLOT(GArray *, f, to) = g_array_copy((GArray *)*CONST_SLOT(GArray *, f, from));
		break;
	case FIELD_FLAT:
	case FIELD_NEST:
		shape_copy(f->shape, SLOT(char, f, to), CONST_SLOT(char, f, from));
		break;
	default:
		break;
	}
}

void shape_copy(const struct shape *s, void *to, const void *from)
{
	memcpy(to, from, s->size);
	for (size_t i = 0; i < s->count; i++)
		copy_field(&s->fields[i], to, from);
}

/* ---- decoding */
static gboolean read_integer(struct reading *r, const struct field *f, const struct json_node *n,
			     int64_t *out)
{
	int64_t min = f->min, max = f->max, value = 0;
	if (f->type == FIELD_ID) {
		min = f->flags & FIELD_REQUIRED ? 1 : 0; /* 0 = none is written by leaving it out */
		max = JSON_MAX_INTEGER;
	} else if (min >= max) {
		min = f->type == FIELD_INT ? INT32_MIN : -JSON_MAX_INTEGER;
		max = f->type == FIELD_INT ? INT32_MAX : JSON_MAX_INTEGER;
	}
	if (!json_integer(n, &value))
		return reading_fail(r, "must be a whole number");
	if (value < min || value > max)
		return reading_fail(r, "must be between %" PRId64 " and %" PRId64, min, max);
	*out = value;
	return TRUE;
}

static gboolean read_string(struct reading *r, const struct field *f, const struct json_node *n, char **out)
{
	if (json_type(n) != JSON_STRING)
		return reading_fail(r, "must be text");
	if (f->max > 0 && strlen(json_text(n)) > (size_t)f->max)
		return reading_fail(r, "must be at most %" PRId64 " bytes long", f->max);
	g_free(*out);
	*out = g_strdup(json_text(n));
	return TRUE;
}

static gboolean read_word(struct reading *r, const struct words *words, const struct json_node *n, int *out)
{
	if (json_type(n) != JSON_STRING)
		return reading_fail(r, "must be text");
	for (int i = 0; i < words->count; i++) {
		if (strcmp(words->names[i], json_text(n)) == 0) {
			*out = i;
			return TRUE;
		}
	}
	g_autoptr(GString) known = g_string_new(NULL);
	for (int i = 0; i < words->count; i++)
		g_string_append_printf(known, "%s%s", i ? ", " : "", words->names[i]);
	return reading_fail(r, "must be one of %s", known->str);
}

static gboolean read_chars(struct reading *r, const struct field *f, const struct json_node *n, char *out)
{
	if (json_type(n) != JSON_STRING)
		return reading_fail(r, "must be text");
	if (strlen(json_text(n)) >= f->size)
		return reading_fail(r, "must be at most %zu bytes long", f->size - 1);
	g_strlcpy(out, json_text(n), f->size);
	return TRUE;
}

static gboolean read_object(struct reading *r, const struct field *f, const struct json_node *n, void **out)
{
	shape_free(f->shape, *out);
	*out = shape_new(f->shape);
	return shape_read(r, f->shape, n, *out);
}

static gboolean read_item(struct reading *r, const struct field *f, const struct json_node *n, void *v)
{
	if (f->type == FIELD_LIST) {
		void *made = shape_new(f->shape);
		g_ptr_array_add(*SLOT(GPtrArray *, f, v), made);
		return shape_read(r, f->shape, n, made);
	}
	if (f->type == FIELD_STRINGS) {
		char *text = NULL;
		if (!read_string(r, f, n, &text))
			return FALSE;
		g_ptr_array_add(*SLOT(GPtrArray *, f, v), text);
		return TRUE;
	}
	if (f->type == FIELD_IDS) {
		int64_t id;
		if (!json_integer(n, &id) || id <= 0)
			return reading_fail(r, "must be an id");
		g_array_append_val(*SLOT(GArray *, f, v), id);
		return TRUE;
	}
	int bit;
	if (!read_word(r, f->words, n, &bit))
		return FALSE;
	*SLOT(unsigned, f, v) |= 1u << bit;
	return TRUE;
}

static gboolean read_array(struct reading *r, const struct field *f, const struct json_node *n, void *v)
{
	int index = 0;
	if (json_type(n) != JSON_ARRAY)
		return reading_fail(r, "must be a list");
	if (f->type == FIELD_MASK) {
		*SLOT(unsigned, f, v) = 0;
	} else {
		struct field fresh = *f;
		fresh.flags &= ~(unsigned)FIELD_NULLABLE;
		clear_field(f, v);
		init_field(&fresh, v);
	}
	for (const struct json_node *each = json_first(n); each; each = json_next(each), index++) {
		if (f->max > 0 && f->type == FIELD_LIST && index >= f->max)
			return reading_fail(r, "must have at most %" PRId64 " entries", f->max);
		reading_enter(r, NULL, index);
		if (!read_item(r, f, each, v))
			return FALSE;
		reading_leave(r);
	}
	return TRUE;
}

static gboolean read_number(struct reading *r, const struct field *f, const struct json_node *n, void *v)
{
	int64_t value = 0;
	if (!read_integer(r, f, n, &value))
		return FALSE;
	if (f->type == FIELD_INT)
		*SLOT(int, f, v) = (int)value;
	else
		*SLOT(int64_t, f, v) = value;
	return TRUE;
}

static gboolean read_bool(struct reading *r, const struct json_node *n, int *out)
{
	if (json_type(n) != JSON_BOOL)
		return reading_fail(r, "must be true or false");
	*out = json_true(n);
	return TRUE;
}

static gboolean read_double(struct reading *r, const struct json_node *n, double *out)
{
	if (json_type(n) != JSON_NUMBER || !isfinite(json_double(n)))
		return reading_fail(r, "must be a number");
	*out = json_double(n);
	return TRUE;
}

static gboolean read_field(struct reading *r, const struct field *f, const struct json_node *n, void *v)
{
	switch (f->type) {
	case FIELD_ID:
	case FIELD_INT64:
	case FIELD_INT:
		return read_number(r, f, n, v);
	case FIELD_BOOL:
	case FIELD_MAYBE:
		return read_bool(r, n, SLOT(int, f, v));
	case FIELD_DOUBLE:
		return read_double(r, n, SLOT(double, f, v));
	case FIELD_STRING:
		return read_string(r, f, n, SLOT(char *, f, v));
	case FIELD_CHARS:
		return read_chars(r, f, n, SLOT(char, f, v));
	case FIELD_ENUM:
		return read_word(r, f->words, n, SLOT(int, f, v));
	case FIELD_OBJECT:
		return read_object(r, f, n, SLOT(void *, f, v));
	case FIELD_NEST:
		return shape_read(r, f->shape, n, SLOT(char, f, v));
	case FIELD_MASK:
	case FIELD_LIST:
	case FIELD_STRINGS:
	case FIELD_IDS:
		return read_array(r, f, n, v);
	case FIELD_TIME:
		return record_read_time(r, n, SLOT(int64_t, f, v));
	case FIELD_LENGTH:
		return record_read_length(r, n, SLOT(int64_t, f, v));
	case FIELD_BODY:
		return record_read_body(r, n, (size_t)f->max, SLOT(char *, f, v));
	case FIELD_CENTS:
		return record_read_cents(r, n, (f->flags & FIELD_OPEN) != 0, SLOT(int64_t, f, v));
	case FIELD_INNER:
		return TRUE;
	case FIELD_WARNINGS:
		return record_read_warnings(r, n, SLOT(int64_t, f, v));
	default:
		g_assert_not_reached();
	}
}

/* The field of that name, through FLAT ones, with its place in the walk. */
static const struct field *find_field(const struct shape *s, const char *name, void **v, unsigned *index)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (f->type == FIELD_FLAT) {
			void *inner = flat_base(f, *v);
			const struct field *found = inner ? find_field(f->shape, name, &inner, index) : NULL;
			if (found) {
				*v = inner;
				return found;
			}
			continue;
		}
		if (strcmp(f->name, name) == 0)
			return f;
		++*index;
	}
	return NULL;
}

static gboolean all_there(struct reading *r, const struct shape *s, void *v, guint64 seen, unsigned *index)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		if (f->type == FIELD_FLAT) {
			void *inner = flat_base(f, v);
			if (inner && !all_there(r, f->shape, inner, seen, index))
				return FALSE;
			continue;
		}
		if ((f->flags & FIELD_REQUIRED) && !(seen >> *index & 1)) {
			reading_enter(r, f->name, 0);
			return reading_fail(r, "is missing");
		}
		++*index;
	}
	return TRUE;
}

/* `"key"` where an object with that one member is meant. */
static gboolean read_shorthand(struct reading *r, const struct shape *s, const struct json_node *n, void *v)
{
	unsigned index = 0;
	const struct field *f = find_field(s, s->shorthand, &v, &index);
	return read_field(r, f, n, v);
}

gboolean shape_read(struct reading *r, const struct shape *s, const struct json_node *n, void *v)
{
	guint64 seen = 0;
	if (s->shorthand && json_type(n) == JSON_STRING)
		return read_shorthand(r, s, n, v);
	if (json_type(n) != JSON_OBJECT)
		return reading_fail(r, "must be an object");
	for (const struct json_node *each = json_first(n); each; each = json_next(each)) {
		void *base = v;
		unsigned index = 0;
		const struct field *f = find_field(s, json_name(each), &base, &index);
		if (!f || json_type(each) == JSON_NULL)
			continue;
		g_assert(index < 64);
		reading_enter(r, f->name, 0);
		if (seen >> index & 1)
			return reading_fail(r, "is there twice");
		seen |= UINT64_C(1) << index;
		if (!read_field(r, f, each, base))
			return FALSE;
		reading_leave(r);
	}
	unsigned index = 0;
	return all_there(r, s, v, seen, &index);
}

gboolean shape_parse(const struct shape *s, void *v, const char *json, size_t len, enum desk_code code,
		     GError **error)
{
	g_autoptr(json_auto) root = json_parse(json, len, code, error);
	struct reading r = {.code = code, .error = error};
	return root && shape_read(&r, s, root, v);
}
