/* A readable text of records: sections of keys and values, with their lines. */
#include "base/sections.h"

#include <string.h>

#include "base/say.h"
#include "base/text.h"

#define ERRORS_SHOWN 100
#define SHOWN 60

/* ---- complaints */
struct complaint {
	int line, column; /* column 0: the whole line */
	guint order;
	char *text;
};

struct line_errors {
	char *name;
	GArray *list; /* struct complaint */
};

static void complaint_clear(void *data)
{
	g_free(((struct complaint *)data)->text);
}

struct line_errors *line_errors_new(const char *name)
{
	struct line_errors *e = g_new0(struct line_errors, 1);

	e->name = text_clean_string(name, -1, 0, 4096);
	e->list = g_array_new(FALSE, FALSE, sizeof(struct complaint));
	g_array_set_clear_func(e->list, complaint_clear);
	return e;
}

void line_errors_free(struct line_errors *e)
{
	if (!e)
		return;
	g_free(e->name);
	g_array_unref(e->list);
	g_free(e);
}

static void G_GNUC_PRINTF(4, 0)
	add(struct line_errors *e, int line, int column, const char *format, va_list args)
{
	struct complaint c = {.line = line, .column = column, .order = e->list->len};
	g_autofree char *raw = g_strdup_vprintf(say(format), args);

	c.text = text_clean_string(raw, -1, 0, 2000);
	g_array_append_val(e->list, c);
}

void line_errors_add(struct line_errors *e, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(e, line, 0, format, args);
	va_end(args);
}

void line_errors_add_at(struct line_errors *e, int line, int column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(e, line, column, format, args);
	va_end(args);
}

guint line_errors_count(const struct line_errors *e)
{
	return e->list->len;
}

static int compare_complaints(gconstpointer a, gconstpointer b)
{
	const struct complaint *x = a, *y = b;

	if (x->line != y->line)
		return (x->line > y->line) - (x->line < y->line);
	if (x->column != y->column)
		return (x->column > y->column) - (x->column < y->column);
	return (x->order > y->order) - (x->order < y->order);
}

char *line_errors_text(struct line_errors *e)
{
	g_autoptr(GString) out = g_string_new(NULL);

	g_array_sort(e->list, compare_complaints);
	for (guint i = 0; i < MIN(e->list->len, ERRORS_SHOWN); i++) {
		const struct complaint *c = &g_array_index(e->list, struct complaint, i);

		if (c->column)
			g_string_append_printf(out, "%s:%d:%d: %s\n", e->name, c->line, c->column, c->text);
		else
			g_string_append_printf(out, "%s:%d: %s\n", e->name, c->line, c->text);
	}
	if (e->list->len > ERRORS_SHOWN)
		g_string_append_printf(out, _("%s: and %u more\n"), e->name, e->list->len - ERRORS_SHOWN);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- reading */
struct sections {
	GStringChunk *text;
	GPtrArray *list; /* struct section */
};

struct parse {
	struct sections *to;
	struct line_errors *errors;
	struct section *section; /* NULL before the first, and after a bad head */
	gboolean skipped;        /* the head was bad and has been told */
	char *rest;              /* the lines that follow */
	int line;
};

static void complain(struct parse *p, const char *sentence, const char *what)
{
	g_autofree char *shown = text_clean_string(what, -1, 0, SHOWN);

	line_errors_add(p->errors, p->line, "%s: %s", say(sentence), shown);
}

static void section_free(void *data)
{
	struct section *s = data;

	g_array_unref(s->entries);
	g_free(s);
}

/* The next line, without its end; NULL after the last. */
static char *next_line(struct parse *p)
{
	char *line = p->rest, *end;

	if (!line)
		return NULL;
	end = strchr(line, '\n');
	p->rest = end ? end + 1 : NULL;
	if (!end)
		end = line + strlen(line);
	else
		*end = 0;
	if (end > line && end[-1] == '\r')
		end[-1] = 0;
	p->line++;
	return line;
}

static void parse_head(struct parse *p, char *line)
{
	char *end = strrchr(line, ']');
	g_autoptr(GString) head = g_string_new(NULL);

	p->section = NULL;
	p->skipped = TRUE;
	if (!end || end[1 + strspn(end + 1, " \t")]) {
		complain(p, end ? "there is something after the section's bracket" : "the section has no closing bracket", line);
		return;
	}
	*end = 0;
	g_auto(GStrv) words = g_strsplit_set(line + 1, " \t", -1);
	for (char **word = words; *word; word++)
		if (**word)
			g_string_append_printf(head, "%s%s", head->len ? " " : "", *word);
	if (!head->len) {
		complain(p, "the section has no name", "[]");
		return;
	}
	p->section = g_new0(struct section, 1);
	p->section->head = g_string_chunk_insert(p->to->text, head->str);
	p->section->line = p->line;
	p->section->entries = g_array_new(FALSE, FALSE, sizeof(struct section_entry));
	g_ptr_array_add(p->to->list, p->section);
}

/* The whole line is quotes, three or more: how many; else 0. */
static size_t fence_of(const char *s)
{
	size_t n = strspn(s, "\"");

	return n >= 3 && !s[n + strspn(s + n, " \t")] ? n : 0;
}

/* Lines up to the fence; NULL: it never came. */
static char *parse_block(struct parse *p, size_t fence)
{
	g_autoptr(GString) body = g_string_new(NULL);
	gboolean first = TRUE;

	for (char *line; (line = next_line(p)); first = FALSE) {
		if (fence_of(line + strspn(line, " \t")) == fence)
			return g_string_free(g_steal_pointer(&body), FALSE);
		if (!first)
			g_string_append_c(body, '\n');
		g_string_append(body, line);
	}
	return NULL;
}

/* Undoes quoting in place. FALSE: not closed, unknown escape, or text after it. */
static gboolean unquote(char *value)
{
	static const char escapes[] = "\"\\ntr", bytes[] = "\"\\\n\t\r";
	char *from = value + 1, *to = value;

	for (; *from && *from != '"'; from++) {
		const char *e;

		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		e = from[1] ? strchr(escapes, from[1]) : NULL;
		if (!e)
			return FALSE;
		*to++ = bytes[e - escapes];
		from++;
	}
	if (*from != '"' || from[1])
		return FALSE;
	*to = 0;
	return TRUE;
}

/* `indent`: blanks that stood before it. */
static void parse_entry(struct parse *p, char *line, size_t indent)
{
	struct section_entry entry = {.line = p->line, .column = (int)indent + 1};
	char *equals = strchr(line, '='), *value;
	g_autofree char *block = NULL;
	size_t fence;

	if (!equals || equals == line) {
		complain(p, "this is neither a section nor \"key = value\"", line);
		return;
	}
	value = equals + 1 + strspn(equals + 1, " \t");
	entry.column += (int)g_utf8_strlen(line, value - line) + (*value == '"');
	value = g_strstrip(equals + 1);
	fence = fence_of(value);
	entry.block = fence > 0;
	if (fence) {
		block = parse_block(p, fence);
		if (!block) {
			line_errors_add(p->errors, entry.line, "the text that begins here has no end: a line of %zu quotes", fence);
			return;
		}
		value = block;
	} else if (*value == '"' && !unquote(value)) {
		complain(p, "the quotes of this value are not right (inside them, write \\\" \\\\ \\n \\t \\r)", line);
		return;
	}
	*equals = 0;
	entry.key = g_string_chunk_insert_const(p->to->text, g_strchomp(line));
	entry.value = g_string_chunk_insert(p->to->text, value);
	if (p->section)
		g_array_append_val(p->section->entries, entry);
	else if (!p->skipped)
		line_errors_add(p->errors, entry.line, "%s stands before the first section", entry.key);
}

/* The encoding with two or four bytes a letter that the text is in; NULL: none. Without a mark at the beginning
 * it tells itself by the zero bytes of its Latin letters. */
static const char *wide_of(const char *bytes, size_t len)
{
	size_t looked = MIN(len, 400) & ~(size_t)1, zero[2] = {0};

	if (len >= 4 && (memcmp(bytes, "\xff\xfe\0\0", 4) == 0 || memcmp(bytes, "\0\0\xfe\xff", 4) == 0))
		return "UTF-32";
	if (len >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
		return "UTF-16";
	for (size_t i = 0; i < looked; i++)
		zero[i % 2] += !bytes[i];
	return looked && MAX(zero[0], zero[1]) * 4 > looked && !MIN(zero[0], zero[1]) ? "UTF-16" : NULL;
}

gboolean sections_check_text(const char *bytes, size_t len, struct line_errors *errors)
{
	const char *wide = wide_of(bytes, len);
	int number = 1;
	guint before = line_errors_count(errors);

	if (wide) {
		line_errors_add(errors, 1, "the text is %s: save it as UTF-8", wide);
		return FALSE;
	}
	for (size_t at = 0; at < len; number++) {
		const char *line = bytes + at, *end = memchr(line, '\n', len - at), *bad;
		size_t n = end ? (size_t)(end - line) : len - at;

		at += n + 1;
		if (!n || g_utf8_validate_len(line, n, &bad))
			continue;
		if (*bad)
			line_errors_add(errors, number, "this line is not UTF-8: the byte 0x%02X (of another encoding, like Latin-1 or GBK?)",
			                (guchar)*bad);
		else
			line_errors_add(errors, number, "this line holds a NUL byte");
	}
	return line_errors_count(errors) == before;
}

struct sections *sections_parse(const char *bytes, size_t len, struct line_errors *errors)
{
	struct sections *s = g_new0(struct sections, 1);
	struct parse p = {.to = s, .errors = errors};
	g_autofree char *copy = NULL;

	s->text = g_string_chunk_new(1024);
	s->list = g_ptr_array_new_with_free_func(section_free);
	if (len > SECTIONS_MAX_BYTES) {
		line_errors_add(errors, 1, "the text is larger than %u MiB", SECTIONS_MAX_BYTES >> 20);
		return s;
	}
	if (!sections_check_text(bytes, len, errors))
		return s;
	copy = g_strndup(len ? bytes : "", len);
	p.rest = g_str_has_prefix(copy, "\xEF\xBB\xBF") ? copy + 3 : copy;
	for (char *line; (line = next_line(&p));) {
		size_t indent = strspn(line, " \t");

		g_strstrip(line);
		if (!*line || *line == '#' || *line == ';')
			continue;
		if (*line == '[')
			parse_head(&p, line);
		else
			parse_entry(&p, line, indent);
	}
	return s;
}

void sections_free(struct sections *s)
{
	if (!s)
		return;
	g_ptr_array_unref(s->list);
	g_string_chunk_free(s->text);
	g_free(s);
}

guint sections_count(const struct sections *s)
{
	return s->list->len;
}

const struct section *sections_at(const struct sections *s, guint i)
{
	return s->list->pdata[i];
}

/* ---- writing */
static gboolean is_plain(const char *value)
{
	size_t len = strlen(value);

	for (const char *c = value; *c; c++)
		if ((guchar)*c < ' ' || *c == 0x7f)
			return FALSE;
	return len && *value != '"' && !g_ascii_isspace(*value) && !g_ascii_isspace(value[len - 1]);
}

static gboolean is_lines(const char *value)
{
	for (const char *c = value; *c; c++)
		if ((guchar)*c < ' ' && *c != '\n' && *c != '\t')
			return FALSE;
	return strchr(value, '\n') != NULL;
}

static void write_block(GString *out, const char *value)
{
	g_auto(GStrv) lines = g_strsplit(value, "\n", -1);
	size_t fence = 3;

	for (char **line = lines; *line; line++) {
		size_t n = fence_of(*line + strspn(*line, " \t"));

		if (n >= fence)
			fence = n + 1;
	}
	for (size_t i = 0; i < fence; i++)
		g_string_append_c(out, '"');
	g_string_append_printf(out, "\n%s\n", value);
	for (size_t i = 0; i < fence; i++)
		g_string_append_c(out, '"');
}

static void write_quoted(GString *out, const char *value)
{
	static const char bytes[] = "\"\\\n\t\r", escapes[] = "\"\\ntr";

	g_string_append_c(out, '"');
	for (const char *c = value; *c; c++) {
		const char *e = strchr(bytes, *c);

		if (e)
			g_string_append_c(out, '\\');
		g_string_append_c(out, e ? escapes[e - bytes] : *c);
	}
	g_string_append_c(out, '"');
}

void sections_write(GString *out, const char *key, const char *value)
{
	g_string_append_printf(out, "%s = ", key);
	if (is_plain(value))
		g_string_append(out, value);
	else if (is_lines(value))
		write_block(out, value);
	else
		write_quoted(out, value);
	g_string_append_c(out, '\n');
}
