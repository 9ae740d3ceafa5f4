/* Tables of anything that has a shape: its members are the columns, by their names on the wire.
 * Times lose their _ms, being written as times; cents become amounts. */
#include "tui/plain/out.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "rules/find.h"
#include "tui/plain/plain.h"
#include "wire/csv.h"

#define SLOT(type, f, v) ((const type *)(const void *)((const char *)(v) + (f)->offset))

enum cell_kind { CELL_VALUE, CELL_TIME, CELL_DUE, CELL_SPAN, CELL_CENTS };

struct column {
	const struct field *field;
	size_t offset;      /* of the shape that it is in */
	enum cell_kind kind;
	char *name;
};

static void column_free(void *p)
{
	struct column *c = p;

	g_free(c->name);
	g_free(c);
}

static gboolean is_cell(const struct field *f)
{
	return f->type != FIELD_OBJECT && f->type != FIELD_LIST && f->type != FIELD_NEST && f->type != FIELD_FLAT &&
	       !(f->flags & FIELD_READ);
}

static struct column *column_new(const struct field *f, size_t offset)
{
	static const char *const spans[] = {"target_ms", "left_ms"};
	struct column *c = g_new0(struct column, 1);

	c->field = f;
	c->offset = offset;
	c->name = g_strdup(f->name);
	if (f->type == FIELD_INT64 && g_str_has_suffix(f->name, "_ms")) {
		c->kind = g_str_has_suffix(f->name, "due_ms") ? CELL_DUE : CELL_TIME;
		for (size_t i = 0; i < G_N_ELEMENTS(spans); i++)
			if (strcmp(f->name, spans[i]) == 0)
				c->kind = CELL_SPAN;
	} else if (f->type == FIELD_INT64 && g_str_has_suffix(f->name, "_cents")) {
		c->kind = CELL_CENTS;
	}
	if (c->kind != CELL_VALUE)
		*strrchr(c->name, '_') = '\0';
	return c;
}

static void add_columns(GPtrArray *to, const struct shape *s, size_t offset)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];

		if (f->type == FIELD_FLAT && !(f->flags & FIELD_DEREF))
			add_columns(to, f->shape, offset + f->offset);
		else if (is_cell(f))
			g_ptr_array_add(to, column_new(f, offset));
	}
}

static GPtrArray *columns_of(const struct shape *s)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(column_free);

	add_columns(all, s, 0);
	return all;
}

GPtrArray *out_columns(const struct shape *s)
{
	g_autoptr(GPtrArray) all = columns_of(s);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(names, g_strdup(((const struct column *)all->pdata[i])->name));
	return names;
}

/* ---- one cell */

static char *joined(const struct field *f, const void *v)
{
	GString *out = g_string_new(NULL);
	unsigned mask = f->type == FIELD_MASK ? *SLOT(unsigned, f, v) : 0;
	const GPtrArray *strings = f->type == FIELD_STRINGS ? *SLOT(GPtrArray *, f, v) : NULL;
	const GArray *ids = f->type == FIELD_IDS ? *SLOT(GArray *, f, v) : NULL;

	for (int i = 0; f->words && i < f->words->count; i++)
		if (mask >> i & 1)
			g_string_append_printf(out, "%s%s", out->len ? " " : "", f->words->names[i]);
	for (guint i = 0; strings && i < strings->len; i++)
		g_string_append_printf(out, "%s%s", out->len ? ", " : "", (const char *)strings->pdata[i]);
	for (guint i = 0; ids && i < ids->len; i++)
		g_string_append_printf(out, "%s%" PRId64, out->len ? " " : "", g_array_index(ids, desk_id, i));
	return g_string_free(out, FALSE);
}

static char *value_text(const struct field *f, const void *v)
{
	int word;

	switch (f->type) {
	case FIELD_ID:
		return *SLOT(int64_t, f, v) ? g_strdup_printf("%" PRId64, *SLOT(int64_t, f, v)) : g_strdup("");
	case FIELD_INT64:
		return g_strdup_printf("%" PRId64, *SLOT(int64_t, f, v));
	case FIELD_INT:
		return g_strdup_printf("%d", *SLOT(int, f, v));
	case FIELD_BOOL:
		return g_strdup(*SLOT(int, f, v) ? "yes" : "no");
	case FIELD_MAYBE:
		word = *SLOT(int, f, v);
		return g_strdup(word < 0 ? "" : word ? "yes" : "no");
	case FIELD_DOUBLE:
		return g_strdup_printf("%.3g", *SLOT(double, f, v));
	case FIELD_STRING:
	case FIELD_BODY:
		return g_strdup(*SLOT(char *, f, v) ? *SLOT(char *, f, v) : "");
	case FIELD_CHARS:
		return g_strdup(SLOT(char, f, v));
	case FIELD_ENUM:
		word = *SLOT(int, f, v);
		return g_strdup(word >= 0 && word < f->words->count ? f->words->names[word] : "");
	default:
		return joined(f, v);
	}
}

static char *cell_text(const struct out *o, const struct column *c, const void *row)
{
	const void *v = (const char *)row + c->offset;
	int64_t n = c->kind == CELL_VALUE ? 0 : *SLOT(int64_t, c->field, v);
	gboolean people = o->format == OUT_TEXT;
	char buf[32];

	switch (c->kind) {
	case CELL_DUE:
		if (n == QUEUE_NO_DUE || n == 0)
			return g_strdup("");
		if (people)
			return g_strdup(clock_countdown(n - o->now_ms, buf, sizeof buf));
		return out_iso(n);
	case CELL_TIME:
		return people ? out_when(n) : out_iso(n);
	case CELL_SPAN:
		return people ? out_span(n) : g_strdup_printf("%" PRId64, n / MS_SECOND);
	case CELL_CENTS:
		return g_strdup_printf("%" PRId64 ".%02d", n / 100, (int)ABS(n % 100));
	default:
		return value_text(c->field, v);
	}
}

/* ---- which columns */

static const struct column *find_column(const GPtrArray *all, const char *name)
{
	for (guint i = 0; i < all->len; i++) {
		const struct column *c = all->pdata[i];

		if (strcmp(c->name, name) == 0 || strcmp(c->field->name, name) == 0)
			return c;
	}
	return NULL;
}

/* Borrowed from `all`; NULL with *error. */
static GPtrArray *chosen(const GPtrArray *all, const char *names, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(names, ", ", -1);
	g_autoptr(GPtrArray) out = g_ptr_array_new();

	for (char **word = words; *word; word++) {
		const struct column *c = **word ? find_column(all, *word) : NULL;
		g_autoptr(GPtrArray) there = g_ptr_array_new();

		if (!**word)
			continue;
		if (c) {
			g_ptr_array_add(out, (void *)c);
			continue;
		}
		for (guint i = 0; i < all->len; i++)
			g_ptr_array_add(there, ((const struct column *)all->pdata[i])->name);
		g_ptr_array_add(there, NULL);
		g_autofree char *list = g_strjoinv(", ", (char **)there->pdata);

		desk_fail(error, DESK_INVALID, "there is no column %s; there are %s", *word, list);
		return NULL;
	}
	return g_steal_pointer(&out);
}

/* ---- forms */

static void append_tsv(GString *to, const char *cell)
{
	static const char from[] = "\t\n\r\\", letter[] = "tnr\\";

	for (; *cell; cell++) {
		const char *at = strchr(from, *cell);

		if (at)
			g_string_append_printf(to, "\\%c", letter[at - from]);
		else
			g_string_append_c(to, *cell);
	}
}

static void put_row(struct out *o, char *const *cells, guint n)
{
	if (o->format == OUT_CSV) {
		csv_write(o->text, (const char *const *)cells, n);
		return;
	}
	for (guint i = 0; i < n; i++) {
		if (i)
			g_string_append_c(o->text, '\t');
		append_tsv(o->text, cells[i]);
	}
	g_string_append_c(o->text, '\n');
}

static void free_cells(char **cells, guint n)
{
	for (guint i = 0; i < n; i++)
		g_free(cells[i]);
	g_free(cells);
}

/* For programs tabs stay what they are; the gate would make blanks of them. */
static char *clean_cell(const struct out *o, const char *raw)
{
	g_auto(GStrv) parts = NULL;

	if (o->format == OUT_TEXT)
		return text_clean_string(raw, -1, 0, TEXT_NO_CAP);
	parts = g_strsplit(raw, "\t", -1);
	for (char **part = parts; *part; part++) {
		char *clean = text_clean_string(*part, -1, TEXT_MULTILINE, TEXT_NO_CAP);

		g_free(*part);
		*part = clean;
	}
	return g_strjoinv("\t", parts);
}

static char **row_cells(const struct out *o, const GPtrArray *columns, const void *row)
{
	char **cells = g_new0(char *, columns->len + 1);

	for (guint i = 0; i < columns->len; i++) {
		g_autofree char *raw = row ? cell_text(o, columns->pdata[i], row)
		                           : g_strdup(((const struct column *)columns->pdata[i])->name);

		cells[i] = clean_cell(o, raw);
	}
	return cells;
}

/* Columns side by side; the last one is as long as it is. */
static void put_aligned(struct out *o, const GPtrArray *columns, const GPtrArray *lines, gboolean numbered)
{
	g_autofree int *width = g_new0(int, columns->len);

	for (guint r = 0; r < lines->len; r++)
		for (guint i = 0; i < columns->len; i++) {
			const char *cell = ((char **)lines->pdata[r])[i];

			width[i] = MAX(width[i], text_string_cols(cell, strlen(cell)));
		}
	for (guint r = 0; r < lines->len; r++) {
		char **cells = lines->pdata[r];
		gboolean head = r == 0 && o->header;

		for (guint i = 0; i < columns->len; i++) {
			int used = text_string_cols(cells[i], strlen(cells[i]));
			gboolean number = i == 0 && numbered;

			if (number && !head)
				out_number(o, g_ascii_strtoll(cells[i], NULL, 10));
			else
				out_put(o, cells[i], head ? OUT_BOLD : OUT_PLAIN);
			if (i + 1 < columns->len)
				g_string_append_printf(o->text, "%*s", width[i] - used + 2 + (numbered && i == 0 && head), "");
		}
		while (g_str_has_suffix(o->text->str, " "))
			g_string_truncate(o->text, o->text->len - 1);
		g_string_append_c(o->text, '\n');
	}
}

/* One thing a line: "1. billing, 3, 2": what is empty is not said. */
static void put_spoken(struct out *o, const GPtrArray *columns, const GPtrArray *lines)
{
	for (guint r = 0; r < lines->len; r++) {
		char **cells = lines->pdata[r];
		gboolean first = TRUE;

		g_string_append_printf(o->text, "%u. ", r + 1);
		for (guint i = 0; i < columns->len; i++) {
			const struct column *c = columns->pdata[i];
			gboolean word = c->field->type == FIELD_STRING || c->field->type == FIELD_ENUM;

			if (!*cells[i] || strcmp(cells[i], "no") == 0 || strcmp(cells[i], "0") == 0)
				continue;
			if (!first)
				g_string_append(o->text, ", ");
			if (strcmp(c->name, "ticket_id") == 0) {
				g_string_append_c(o->text, '#');
			} else if (!word && strcmp(c->name, "at") != 0) {
				g_autofree char *label = g_strdelimit(g_strdup(c->name), "_", ' ');

				g_string_append_printf(o->text, "%s ", label);
			}
			out_put(o, strcmp(cells[i], "yes") == 0 ? "" : cells[i], OUT_PLAIN);
			first = FALSE;
		}
		g_string_append_c(o->text, '\n');
	}
}

static void put_table(struct out *o, const struct listing *l, const GPtrArray *columns, const GPtrArray *rows)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	const struct column *first = columns->len ? columns->pdata[0] : NULL;

	if (o->header)
		g_ptr_array_add(lines, row_cells(o, columns, NULL));
	for (guint i = 0; i < rows->len; i++)
		g_ptr_array_add(lines, row_cells(o, columns, rows->pdata[i]));
	if (o->format == OUT_TEXT && o->spoken)
		put_spoken(o, columns, lines);
	else if (o->format == OUT_TEXT)
		put_aligned(o, columns, lines, first && l->shape == &shape_ticket_row && first->field->type == FIELD_ID &&
		                                       strcmp(first->name, "id") == 0);
	else
		for (guint i = 0; i < lines->len; i++)
			put_row(o, lines->pdata[i], columns->len);
	for (guint i = 0; i < lines->len; i++)
		free_cells(lines->pdata[i], columns->len);
}

static void put_json(struct out *o, const struct listing *l, const GPtrArray *rows)
{
	g_autoptr(GString) json = g_string_new(NULL);
	struct writer w;

	writer_init(&w, json);
	writer_object(&w, NULL);
	writer_array(&w, l->name);
	for (guint i = 0; i < rows->len; i++)
		shape_write(&w, NULL, l->shape, rows->pdata[i]);
	writer_end_array(&w);
	writer_end_object(&w);
	out_json_text(o, json->str);
}

gboolean out_list(struct out *o, const struct listing *l, const GPtrArray *rows, const char *columns, GError **error)
{
	g_autoptr(GPtrArray) all = columns_of(l->shape);
	gboolean every = columns && strcmp(columns, "all") == 0;
	g_autoptr(GPtrArray) show = every ? g_ptr_array_ref(all) : chosen(all, columns ? columns : l->columns, error);

	if (!show)
		return FALSE;
	if (o->quiet) {
		const struct column *id = find_column(all, l->id);

		for (guint i = 0; i < rows->len; i++) {
			g_autofree char *raw = cell_text(o, id, rows->pdata[i]);
			g_autofree char *clean = text_clean_string(raw, -1, 0, TEXT_NO_CAP);

			g_string_append_printf(o->text, "%s\n", clean);
		}
	} else if (o->format == OUT_JSON) {
		put_json(o, l, rows);
	} else {
		put_table(o, l, show, rows);
	}
	return TRUE;
}
