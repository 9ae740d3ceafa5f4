/* Encoding by table. */
#include "wire/fields.h"

#define SLOT(type, f, v) ((const type *)(const void *)((const char *)(v) + (f)->offset))

static void write_list(struct writer *w, const struct field *f, const GPtrArray *list)
{
	if (!list && (f->flags & FIELD_NULLABLE))
		return;
	writer_array(w, f->name);
	for (guint i = 0; list && i < list->len; i++) {
		if (f->type == FIELD_STRINGS)
			writer_string(w, NULL, list->pdata[i]);
		else
			shape_write(w, NULL, f->shape, list->pdata[i]);
	}
	writer_end_array(w);
}

static void write_ids(struct writer *w, const struct field *f, const GArray *ids)
{
	if (!ids && (f->flags & FIELD_NULLABLE))
		return;
	writer_array(w, f->name);
	for (guint i = 0; ids && i < ids->len; i++)
		writer_int(w, NULL, g_array_index(ids, desk_id, i));
	writer_end_array(w);
}

static void write_mask(struct writer *w, const struct field *f, unsigned mask)
{
	if ((f->flags & FIELD_OMIT) && mask == (unsigned)f->def)
		return;
	writer_array(w, f->name);
	for (int i = 0; i < f->words->count; i++)
		if (mask >> i & 1)
			writer_string(w, NULL, f->words->names[i]);
	writer_end_array(w);
}

static void write_enum(struct writer *w, const struct field *f, int value)
{
	if ((f->flags & FIELD_OMIT) && value == f->def)
		return;
	if (value >= 0 && value < f->words->count)
		writer_string(w, f->name, f->words->names[value]);
}

static void write_number(struct writer *w, const struct field *f, int64_t value)
{
	gboolean omit = f->type == FIELD_ID ? value == 0 : (f->flags & FIELD_OMIT) && value == f->def;
	if (omit)
		return;
	switch (f->type) {
	case FIELD_BOOL:
		writer_bool(w, f->name, value != 0);
		break;
	case FIELD_TIME:
		record_write_time(w, f->name, value);
		break;
	case FIELD_LENGTH:
		record_write_length(w, f->name, value);
		break;
	case FIELD_CENTS:
		if ((f->flags & FIELD_OPEN) && value == -1)
			writer_string(w, f->name, "unlimited");
		else
			record_write_cents(w, f->name, value);
		break;
	default:
		writer_int(w, f->name, value);
	}
}

static void write_warnings(struct writer *w, const struct field *f, const int64_t *warnings)
{
	g_autofree char *text = clock_warnings_text(warnings);
	writer_string(w, f->name, text);
}

static void write_shape(struct writer *w, const struct field *f, const void *v)
{
	const void *inner = f->flags & FIELD_DEREF ? *SLOT(void *, f, v) : (const void *)SLOT(char, f, v);
	if (!inner)
		return;
	if (f->type == FIELD_FLAT) {
		shape_write_members(w, f->shape, inner);
		return;
	}
	struct writer before = *w;
	gsize len = w->out->len;
	shape_write(w, f->name, f->shape, inner);
	if ((f->flags & FIELD_OMIT) && g_str_has_suffix(w->out->str + len, "{}")) {
		g_string_truncate(w->out, len);
		*w = before;
	}
}

static void write_field(struct writer *w, const struct field *f, const void *v)
{
	switch (f->type) {
	case FIELD_ID:
	case FIELD_INT64:
	case FIELD_TIME:
	case FIELD_LENGTH:
	case FIELD_CENTS:
		write_number(w, f, *SLOT(int64_t, f, v));
		break;
	case FIELD_INT:
	case FIELD_BOOL:
		write_number(w, f, *SLOT(int, f, v));
		break;
	case FIELD_MAYBE:
		if (*SLOT(int, f, v) >= 0)
			writer_bool(w, f->name, *SLOT(int, f, v));
		break;
	case FIELD_DOUBLE:
		writer_double(w, f->name, *SLOT(double, f, v));
		break;
	case FIELD_STRING:
	case FIELD_BODY:
		writer_string_opt(w, f->name, *SLOT(char *, f, v));
		break;
	case FIELD_CHARS:
		writer_string(w, f->name, SLOT(char, f, v));
		break;
	case FIELD_ENUM:
		write_enum(w, f, *SLOT(int, f, v));
		break;
	case FIELD_MASK:
		write_mask(w, f, *SLOT(unsigned, f, v));
		break;
	case FIELD_OBJECT:
		if (*SLOT(void *, f, v))
			shape_write(w, f->name, f->shape, *SLOT(void *, f, v));
		break;
	case FIELD_FLAT:
	case FIELD_NEST:
		write_shape(w, f, v);
		break;
	case FIELD_LIST:
	case FIELD_STRINGS:
		write_list(w, f, *SLOT(GPtrArray *, f, v));
		break;
	case FIELD_INNER:
		break;
	case FIELD_WARNINGS:
		write_warnings(w, f, SLOT(int64_t, f, v));
		break;
	case FIELD_IDS:
		write_ids(w, f, *SLOT(GArray *, f, v));
		break;
	default:
		g_assert_not_reached();
	}
}

void shape_write_members(struct writer *w, const struct shape *s, const void *v)
{
	for (size_t i = 0; i < s->count; i++)
		if (!(s->fields[i].flags & FIELD_READ))
			write_field(w, &s->fields[i], v);
}

void shape_write(struct writer *w, const char *key, const struct shape *s, const void *v)
{
	writer_object(w, key);
	shape_write_members(w, s, v);
	writer_end_object(w);
}
