/* The one reader of settings files. */
#include "base/ini.h"

#include <string.h>

#include "base/error.h"
#include "base/say.h"
#include "base/text.h"

#define INI_MAX_BYTES (1024 * 1024)
#define INI_MAX_ERRORS 100
#define INI_SHOWN 60

struct ini {
	char *name;          /* as it appears in messages: clean */
	GStringChunk *text;  /* every section, key and value */
	GArray *entries;     /* struct ini_entry */
};

struct parse {
	struct ini *ini;
	const char *section;
	int line;
	int errors;
	GString *messages;
};

static void complain(struct parse *p, const char *sentence, const char *what)
{
	g_autofree char *shown = text_clean_string(what, -1, 0, INI_SHOWN);

	if (++p->errors > INI_MAX_ERRORS)
		return;
	g_string_append_printf(p->messages, "%s:%d: ", p->ini->name, p->line);
	g_string_append_printf(p->messages, "%s: %s\n", say(sentence), shown);
}

static void parse_section(struct parse *p, char *line)
{
	char *end = strchr(line, ']');
	char *name;

	if (!end) {
		complain(p, "the section has no closing bracket", line);
		return;
	}
	if (end[1 + strspn(end + 1, " \t")]) {
		complain(p, "there is something after the section's bracket", line);
		return;
	}
	*end = 0;
	name = g_strstrip(line + 1);
	if (!*name) {
		complain(p, "the section has no name", "[]");
		return;
	}
	p->section = g_string_chunk_insert_const(p->ini->text, name);
}

/* Undoes quoting in place. FALSE: not closed, unknown escape, or text after it. */
static gboolean unquote(char *value)
{
	static const char escapes[] = "\"\\nt", bytes[] = "\"\\\n\t";
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

static void parse_line(struct parse *p, char *line)
{
	struct ini_entry entry = {.section = p->section, .line = p->line};
	char *equals, *value;

	g_strstrip(line);
	if (!*line || *line == '#' || *line == ';')
		return;
	if (*line == '[') {
		parse_section(p, line);
		return;
	}
	/* A key may begin with an equals sign: keymaps bind it. */
	equals = strchr(line + 1, '=');
	if (!equals) {
		complain(p, "this is neither a section nor \"key = value\"", line);
		return;
	}
	value = g_strstrip(equals + 1);
	if (*value == '"' && !unquote(value)) {
		complain(p, "the quotes of this value are not right (inside them, write \\\" \\\\ \\n \\t)", line);
		return;
	}
	*equals = 0;
	entry.key = g_string_chunk_insert_const(p->ini->text, g_strchomp(line));
	entry.value = g_string_chunk_insert(p->ini->text, value);
	g_array_append_val(p->ini->entries, entry);
}

static gboolean acceptable(const struct ini *ini, const char *bytes, size_t len, GError **error)
{
	const char *bad;
	size_t line = 1;

	if (len > INI_MAX_BYTES)
		return desk_fail(error, DESK_INVALID, "%s: the file is larger than 1 MiB", ini->name);
	if (!len || g_utf8_validate_len(bytes, len, &bad))
		return TRUE;
	for (const char *c = bytes; c < bad; c++)
		line += *c == '\n';
	return desk_fail(error, DESK_INVALID, "%s:%zu: %s", ini->name, line,
	                 *bad ? _("this line is not UTF-8") : _("this line holds a NUL byte"));
}

struct ini *ini_parse(const char *name, const char *bytes, size_t len, GError **error)
{
	struct ini *ini = g_new0(struct ini, 1);
	struct parse p = {.ini = ini, .section = "", .messages = g_string_new(NULL)};
	g_autofree char *copy = NULL;
	char *line, *next;

	ini->name = text_clean_string(name, -1, 0, 4096);
	ini->text = g_string_chunk_new(256);
	ini->entries = g_array_new(FALSE, FALSE, sizeof(struct ini_entry));
	if (!acceptable(ini, bytes, len, error))
		goto fail;
	copy = g_strndup(len ? bytes : "", len);
	line = g_str_has_prefix(copy, "\xEF\xBB\xBF") ? copy + 3 : copy;
	for (; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		p.line++;
		parse_line(&p, line);
	}
	if (!p.errors) {
		g_string_free(p.messages, TRUE);
		return ini;
	}
	if (p.errors > INI_MAX_ERRORS)
		g_string_append_printf(p.messages, _("%s: and %d more"), ini->name, p.errors - INI_MAX_ERRORS);
	desk_fail(error, DESK_INVALID, "%s", g_strchomp(p.messages->str));
fail:
	g_string_free(p.messages, TRUE);
	ini_free(ini);
	return NULL;
}

struct ini *ini_load(const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *bytes = NULL;
	gsize len;

	if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_autofree char *shown = text_clean_string(path, -1, 0, 512);

		desk_fail(error, DESK_IO, "%s is not a file", shown); /* a device might never end */
		return NULL;
	}
	if (!g_file_get_contents(path, &bytes, &len, &cause)) {
		g_autofree char *why = text_clean_string(cause->message, -1, 0, 512);

		desk_fail(error, DESK_IO, "%s", why);
		return NULL;
	}
	return ini_parse(path, bytes, len, error);
}

void ini_free(struct ini *ini)
{
	if (!ini)
		return;
	g_free(ini->name);
	g_string_chunk_free(ini->text);
	g_array_unref(ini->entries);
	g_free(ini);
}

const char *ini_name(const struct ini *ini)
{
	return ini->name;
}

size_t ini_count(const struct ini *ini)
{
	return ini->entries->len;
}

const struct ini_entry *ini_at(const struct ini *ini, size_t i)
{
	g_assert(i < ini->entries->len);
	return &g_array_index(ini->entries, struct ini_entry, i);
}

const char *ini_get(const struct ini *ini, const char *section, const char *key)
{
	for (size_t i = ini->entries->len; i-- > 0;) {
		const struct ini_entry *e = ini_at(ini, i);

		if (strcmp(e->section, section) == 0 && strcmp(e->key, key) == 0)
			return e->value;
	}
	return NULL;
}

void ini_complain(const struct ini *ini, const struct ini_entry *entry, GString *errors, const char *format, ...)
{
	g_autofree char *raw = NULL, *clean = NULL;
	va_list args;

	va_start(args, format);
	raw = g_strdup_vprintf(say(format), args);
	va_end(args);
	clean = text_clean_string(raw, -1, 0, TEXT_NO_CAP);
	g_string_append_printf(errors, "%s:%d: %s\n", ini->name, entry->line, clean);
}
