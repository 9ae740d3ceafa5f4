/* The text of a composer as rows, kept from key to key. */
#include "tui/composer_layout.h"

#include <string.h>

static void line_clear(gpointer data)
{
	struct composer_line *line = data;

	text_unref(line->text);
	g_array_unref(line->rows);
}

void composer_layout_init(struct composer_layout *l)
{
	l->raw = g_string_new(NULL);
	l->lines = g_array_new(FALSE, FALSE, sizeof(struct composer_line));
	g_array_set_clear_func(l->lines, line_clear);
	l->width = l->rows = 0;
	l->changes = 0;
}

void composer_layout_clear(struct composer_layout *l)
{
	g_string_free(l->raw, TRUE);
	g_array_unref(l->lines);
}

void composer_layout_forget(struct composer_layout *l)
{
	g_array_set_size(l->lines, 0);
	l->width = l->rows = 0;
}

static struct composer_line *line_at(const struct composer_layout *l, guint i)
{
	return &g_array_index(l->lines, struct composer_line, i);
}

static void wrap(struct composer_line *line, const char *raw, int width)
{
	line->text = text_clean(raw, (gssize)line->len, TEXT_MULTILINE, TEXT_NO_CAP);
	line->rows = g_array_sized_new(FALSE, FALSE, sizeof(struct layout_line), 1);
	line->parts = UINT_MAX;
	layout_wrap(text_bytes(line->text), text_len(line->text), width, line->rows);
}

/* The last of two lines that begin with the same `same` raw bytes: the rows that stand before the
 * change stay. A row ends where the word after it doesn't fit, so the one before the change is
 * looked at again. */
static void wrap_again(struct composer_line *line, const struct composer_line *was, size_t same, int width)
{
	const char *text = text_bytes(line->text);
	guint keep = 0, first;
	size_t from;

	if (text_len(line->text) != line->len || text_len(was->text) != was->len) {
		layout_wrap(text, text_len(line->text), width, line->rows);
		return;
	}
	while (keep + 1 < was->rows->len && g_array_index(was->rows, struct layout_line, keep + 1).from <= same)
		keep++;
	keep = keep > 0 ? keep - 1 : 0;
	from = g_array_index(was->rows, struct layout_line, keep).from;
	g_array_append_vals(line->rows, was->rows->data, keep);
	first = line->rows->len;
	layout_wrap(text + from, line->len - from, width, line->rows);
	for (guint i = first; i < line->rows->len; i++) {
		struct layout_line *row = &g_array_index(line->rows, struct layout_line, i);

		row->from += from;
		row->to += from;
		row->continues |= from > 0;
	}
}

/* The lines of [from, to) of the raw text, which begins and ends at lines. */
static GArray *lines_of(const char *raw, size_t from, size_t to, int width)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct composer_line));

	for (;;) {
		const char *nl = from < to ? memchr(raw + from, '\n', to - from) : NULL;
		struct composer_line line = {.len = (nl ? (size_t)(nl - raw) : to) - from};

		wrap(&line, raw + from, width);
		g_array_append_val(lines, line);
		if (!nl)
			return lines;
		from += line.len + 1;
	}
}

/* The same for a line that was one before. */
static GArray *one_line(const char *raw, size_t from, size_t to, int width, const struct composer_line *was, size_t same)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct composer_line));
	struct composer_line line = {.len = to - from, .parts = UINT_MAX};

	line.text = text_clean(raw + from, (gssize)line.len, TEXT_MULTILINE, TEXT_NO_CAP);
	line.rows = g_array_sized_new(FALSE, FALSE, sizeof(struct layout_line), was->rows->len + 1);
	wrap_again(&line, was, same, width);
	g_array_append_val(lines, line);
	return lines;
}

static size_t same_start(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	for (; i + 256 <= n && memcmp(a + i, b + i, 256) == 0; i += 256)
		;
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

static size_t same_end(const char *a, size_t a_len, const char *b, size_t b_len, size_t most)
{
	size_t i = 0;

	for (; i + 256 <= most && memcmp(a + a_len - i - 256, b + b_len - i - 256, 256) == 0; i += 256)
		;
	while (i < most && a[a_len - i - 1] == b[b_len - i - 1])
		i++;
	return i;
}

static void rebuild(struct composer_layout *l, int width)
{
	g_array_set_size(l->lines, 0);
	g_autoptr(GArray) all = lines_of(l->raw->str, 0, l->raw->len, width);

	g_array_append_vals(l->lines, all->data, all->len);
	l->rows = 0;
	for (guint i = 0; i < l->lines->len; i++)
		l->rows += (int)line_at(l, i)->rows->len;
	l->width = width;
}

/* Old bytes [start, old_len - end) have become [start, len - end): the lines they touch are made
 * anew, the others stay. */
static void replace(struct composer_layout *l, const char *raw, size_t len, size_t start, size_t end)
{
	size_t old_to = l->raw->len - end, from = 0, at, to;
	guint first = 0, last;

	while (from + line_at(l, first)->len < start)
		from += line_at(l, first++)->len + 1;
	at = from;
	for (last = first; at + line_at(l, last)->len < old_to; last++)
		at += line_at(l, last)->len + 1;
	to = at + line_at(l, last)->len + len - l->raw->len; /* the end of that line in the new text */
	g_autoptr(GArray) fresh = first == last && !memchr(raw + from, '\n', to - from) ?
		one_line(raw, from, to, l->width, line_at(l, first), start - from) : lines_of(raw, from, to, l->width);

	for (guint i = first; i <= last; i++)
		l->rows -= (int)line_at(l, i)->rows->len;
	g_array_remove_range(l->lines, first, last - first + 1);
	g_array_insert_vals(l->lines, first, fresh->data, fresh->len);
	for (guint i = 0; i < fresh->len; i++)
		l->rows += (int)line_at(l, first + i)->rows->len;
	g_string_erase(l->raw, (gssize)start, (gssize)(old_to - start));
	g_string_insert_len(l->raw, (gssize)start, raw + start, (gssize)(len - end - start));
}

gboolean composer_layout_update(struct composer_layout *l, const char *raw, size_t len, int width)
{
	size_t least = MIN(len, l->raw->len), start = same_start(l->raw->str, raw, least);
	gboolean changed = start < len || start < l->raw->len;

	width = MAX(width, 1);
	if (changed)
		l->changes++;
	if (l->lines->len == 0 || width != l->width) {
		g_string_truncate(l->raw, 0);
		g_string_append_len(l->raw, raw, (gssize)len);
		rebuild(l, width);
	} else if (changed) {
		replace(l, raw, len, start, same_end(l->raw->str, l->raw->len, raw, len, least - start));
	}
	return changed;
}

const struct composer_line *composer_layout_row(const struct composer_layout *l, int row, const struct layout_line **at,
                                                size_t *line_from)
{
	size_t from = 0;

	for (guint i = 0; i < l->lines->len; i++) {
		const struct composer_line *line = line_at(l, i);

		if (row < (int)line->rows->len) {
			*at = &g_array_index(line->rows, struct layout_line, MAX(row, 0));
			*line_from = from;
			return line;
		}
		row -= (int)line->rows->len;
		from += line->len + 1;
	}
	return NULL;
}

void composer_layout_find(const struct composer_layout *l, size_t cursor, int *row, int *col)
{
	const struct composer_line *line = NULL;
	size_t from = 0, at;
	guint i = 0;

	*row = *col = 0;
	for (; i < l->lines->len; i++) {
		line = line_at(l, i);
		if (cursor <= from + line->len || i + 1 == l->lines->len)
			break;
		*row += (int)line->rows->len;
		from += line->len + 1;
	}
	if (!line)
		return;
	at = MIN(cursor - from, line->len);
	if (text_len(line->text) != line->len) { /* the gate took something: its place comes from the gate, too */
		g_autoptr(text_auto) before = text_clean(l->raw->str + from, (gssize)at, TEXT_MULTILINE, TEXT_NO_CAP);

		at = MIN(text_len(before), text_len(line->text));
	}
	for (guint k = line->rows->len; k-- > 0;) {
		const struct layout_line *r = &g_array_index(line->rows, struct layout_line, k);

		if (k > 0 && r->from > at)
			continue;
		*row += (int)k;
		*col = text_string_cols(text_bytes(line->text) + r->from, MIN(at, r->to) - r->from);
		if (at > r->to) /* on a space that wrapping swallowed */
			*col = MIN(*col + (int)(at - r->to), l->width - 1);
		return;
	}
}
