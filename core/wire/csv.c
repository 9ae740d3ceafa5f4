/* Comma-separated values, both ways. */
#include "wire/csv.h"

#include <string.h>
#include "base/say.h"

struct reader {
	const char *at, *end;
	char sep;
	guint line;
	GPtrArray *cells;
	const char *fault;  /* of the row under way */
};

/* What the first line has most of outside quotes; a comma when it has none. */
static char find_separator(const char *text, size_t len)
{
	static const char candidates[] = ",;\t";
	guint counts[3] = {0}, best = 0;
	gboolean quoted = FALSE;

	for (size_t i = 0; i < len && (quoted || (text[i] != '\n' && text[i] != '\r')); i++) {
		const char *found = text[i] ? strchr(candidates, text[i]) : NULL;

		if (text[i] == '"')
			quoted = !quoted;
		else if (found && !quoted)
			counts[found - candidates]++;
	}
	for (guint i = 1; i < 3; i++)
		if (counts[i] > counts[best])
			best = i;
	return candidates[best];
}

/* Also behind apostrophes, so that taking one off is never wrong. */
static gboolean guarded(const char *s)
{
	s += strspn(s, "'");
	return *s && strchr("=+-@\t\r", *s);
}

static void take_cell(struct reader *r, GString *cell)
{
	const char *s = cell->str;

	if (cell->len > CSV_MAX_CELL)
		r->fault = _("a cell is longer than 256 KiB");
	else if (r->cells->len >= CSV_MAX_CELLS)
		r->fault = _("the row has more than 200 cells");
	if (s[0] == '\'' && guarded(s))
		s++;
	if (!r->fault)
		g_ptr_array_add(r->cells, g_strdup(s));
	g_string_truncate(cell, 0);
}

/* Past the opening quote, up to and past the closing one. */
static void read_quoted(struct reader *r, GString *cell)
{
	while (r->at < r->end) {
		char c = *r->at++;

		if (c == '"' && r->at < r->end && *r->at == '"') {
			r->at++;
		} else if (c == '"') {
			return;
		} else if (c == '\n') {
			r->line++;
		}
		g_string_append_c(cell, c);
	}
	r->fault = _("a quote is opened and never closed");
}

static void read_row(struct reader *r)
{
	g_autoptr(GString) cell = g_string_new(NULL);
	gboolean more = TRUE;

	while (more) {
		char c = r->at < r->end ? *r->at++ : '\n';

		if (c == '"' && !cell->len) {
			read_quoted(r, cell);
			if (r->at < r->end && *r->at != r->sep && *r->at != '\n' && *r->at != '\r')
				r->fault = _("there is text after a closing quote");
		} else if (c == r->sep) {
			take_cell(r, cell);
		} else if (c == '\n' || (c == '\r' && (r->at == r->end || *r->at == '\n'))) {
			if (c == '\r' && r->at < r->end)
				r->at++;
			r->line++;
			more = FALSE;
		} else {
			g_string_append_c(cell, c);
		}
	}
	take_cell(r, cell);
}

static gboolean is_empty(const GPtrArray *cells)
{
	for (guint i = 0; i < cells->len; i++)
		if (*(const char *)cells->pdata[i])
			return FALSE;
	return TRUE;
}

gboolean csv_read(const char *text, size_t len, csv_row_fn *row,
                  void (*bad)(guint line, const char *sentence, void *arg), void *arg)
{
	struct reader r = {.at = text, .end = text + len, .line = 1};
	gboolean ok = TRUE;

	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		r.at += 3;
	r.sep = find_separator(r.at, (size_t)(r.end - r.at));
	r.cells = g_ptr_array_new_with_free_func(g_free);
	while (ok && r.at < r.end) {
		guint line = r.line;

		r.fault = NULL;
		g_ptr_array_set_size(r.cells, 0);
		read_row(&r);
		if (r.fault)
			bad(line, r.fault, arg);
		else if (!is_empty(r.cells))
			ok = row((char *const *)r.cells->pdata, r.cells->len, line, arg);
	}
	g_ptr_array_unref(r.cells);
	return ok;
}

void csv_write(GString *out, const char *const *cells, guint n)
{
	for (guint i = 0; i < n; i++) {
		const char *s = cells[i] ? cells[i] : "";
		gboolean guard = guarded(s);
		/* a lone empty cell would be an empty line, which reading skips */
		gboolean quote = s[strcspn(s, ",;\"\r\n\t")] || *s == ' ' || (n == 1 && !*s);

		if (i)
			g_string_append_c(out, ',');
		if (quote)
			g_string_append_c(out, '"');
		if (guard)
			g_string_append_c(out, '\'');
		for (; *s; s++) {
			if (*s == '"')
				g_string_append_c(out, '"');
			g_string_append_c(out, *s);
		}
		if (quote)
			g_string_append_c(out, '"');
	}
	g_string_append(out, "\r\n");
}
