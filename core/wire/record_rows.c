/* Records that carry rows of tables as they are: reading and writing their cells. */
#include "wire/fields.h"
#include "wire/records.h"

#define ROWS_MAX 100000
#define CELLS_MAX 60

static void cell_clear(void *data)
{
	struct record_cell *c = data;
	g_free(c->column);
	g_free(c->text);
}

struct record_row *record_row_new(const char *in)
{
	struct record_row *row = g_new0(struct record_row, 1);
	row->in = g_strdup(in);
	row->cells = g_array_new(FALSE, FALSE, sizeof(struct record_cell));
	g_array_set_clear_func(row->cells, cell_clear);
	return row;
}

void record_row_free(struct record_row *row)
{
	g_array_unref(row->cells);
	g_free(row->in);
	g_free(row);
}

void record_row_add(struct record_row *row, const char *column, const char *text, int64_t number)
{
	struct record_cell cell = {g_strdup(column), g_strdup(text), number};
	g_array_append_val(row->cells, cell);
}

static gboolean read_cell(struct reading *r, const struct json_node *n, struct record_row *row)
{
	int64_t number = 0;
	reading_enter(r, json_name(n), 0);
	if (json_type(n) == JSON_STRING)
		record_row_add(row, json_name(n), json_text(n), 0);
	else if (json_type(n) == JSON_NUMBER && json_integer(n, &number))
		record_row_add(row, json_name(n), NULL, number);
	else
		return reading_fail(r, "must be a text or a whole number");
	if (row->cells->len > CELLS_MAX)
		return reading_fail(r, "is one cell too many");
	reading_leave(r);
	return TRUE;
}

static gboolean read_row(struct reading *r, const struct json_node *n, GPtrArray *rows)
{
	const struct json_node *in = json_type(n) == JSON_OBJECT ? json_member(n, "in") : NULL;
	struct record_row *row;
	if (!in || json_type(in) != JSON_STRING)
		return reading_fail(r, "must be an object with the name of its table as \"in\"");
	row = record_row_new(json_text(in));
	g_ptr_array_add(rows, row);
	for (const struct json_node *cell = json_first(n); cell; cell = json_next(cell))
		if (cell != in && !read_cell(r, cell, row))
			return FALSE;
	return TRUE;
}

gboolean record_read_rows(struct reading *r, const struct json_node *root, struct record *to)
{
	const struct json_node *rows = json_member(root, "rows");
	int number = 0;
	reading_enter(r, "rows", 0);
	if (!rows || json_type(rows) != JSON_ARRAY)
		return reading_fail(r, "must be a list of rows");
	for (const struct json_node *n = json_first(rows); n; n = json_next(n), number++) {
		reading_enter(r, NULL, number);
		if (number >= ROWS_MAX)
			return reading_fail(r, "has more rows than a record may have");
		if (!read_row(r, n, to->rows))
			return FALSE;
		reading_leave(r);
	}
	reading_leave(r);
	return TRUE;
}

void record_write_rows(struct writer *w, const GPtrArray *rows)
{
	writer_array(w, "rows");
	for (guint i = 0; i < rows->len; i++) {
		const struct record_row *row = rows->pdata[i];
		writer_object(w, NULL);
		writer_string(w, "in", row->in);
		for (guint k = 0; k < row->cells->len; k++) {
			const struct record_cell *cell = &g_array_index(row->cells, struct record_cell, k);
			if (cell->text)
				writer_string(w, cell->column, cell->text);
			else
				writer_int(w, cell->column, cell->number);
		}
		writer_end_object(w);
	}
	writer_end_array(w);
}
