/* Sentences, tables and documents on standard output. */
#include "tui/plain/out.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "tui/plain/plain.h"
#include "base/say.h"

static const char *const format_names[] = {
	[OUT_TEXT] = "text", [OUT_JSON] = "json", [OUT_CSV] = "csv", [OUT_TSV] = "tsv"};

int out_format_by_name(const char *name)
{
	for (int i = 0; i < (int)G_N_ELEMENTS(format_names); i++)
		if (strcmp(name, format_names[i]) == 0)
			return i;
	return -1;
}

static gboolean said(const char *variable)
{
	const char *value = g_getenv(variable);

	return value && *value;
}

void out_init(struct out *o)
{
	const char *term = g_getenv("TERM");
	gboolean dumb = !term || !*term || strcmp(term, "dumb") == 0;

	memset(o, 0, sizeof *o);
	o->text = g_string_new(NULL);
	o->header = TRUE;
	o->terminal = isatty(STDOUT_FILENO);
	o->colour = o->terminal && !dumb && !said("NO_COLOR");
	o->links = o->terminal && !dumb;
	o->utf8 = g_ascii_strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void out_clear(struct out *o)
{
	if (o->text)
		g_string_free(o->text, TRUE);
	o->text = NULL;
}

gboolean out_flush(struct out *o, GError **error)
{
	gboolean ok = fwrite(o->text->str, 1, o->text->len, stdout) == o->text->len && fflush(stdout) == 0;

	g_string_truncate(o->text, 0);
	if (!ok && errno == EPIPE) /* `... | head` has seen enough: no reason to complain */
		return desk_fail(error, DESK_CANCELLED, "%s", "");
	return ok || desk_fail(error, DESK_IO, "standard output can't be written: %s", say_errno(errno));
}

/* ---- for people */

/* Of clean text, in what the terminal can show. */
static void put_clean(struct out *o, const char *clean)
{
	size_t len = strlen(clean), n;
	int cols;

	if (o->utf8) {
		g_string_append_len(o->text, clean, (gssize)len);
		return;
	}
	for (; len > 0; clean += n, len -= n) {
		n = *clean == '\n' ? 1 : text_grapheme(clean, len, &cols);
		if (n == 0)
			break;
		const char *stand_in = *clean == '\n' ? NULL : text_degraded(clean, n, FALSE);

		if (stand_in)
			g_string_append(o->text, stand_in);
		else
			g_string_append_len(o->text, clean, (gssize)n);
	}
}

void out_put(struct out *o, const char *text, enum out_style style)
{
	static const char *const begin[] = {
		[OUT_PLAIN] = "", [OUT_BOLD] = "\033[1m", [OUT_DIM] = "\033[2m", [OUT_BAD] = "\033[31m"};
	g_autofree char *clean = text_clean_string(text, -1, TEXT_MULTILINE, TEXT_NO_CAP);
	gboolean styled = o->colour && style != OUT_PLAIN && *clean;

	if (styled)
		g_string_append(o->text, begin[style]);
	put_clean(o, clean);
	if (styled)
		g_string_append(o->text, "\033[0m");
}

void out_say(struct out *o, const char *format, ...)
{
	va_list args;

	if (o->quiet || o->format != OUT_TEXT)
		return;
	va_start(args, format);
	g_autofree char *line = g_strdup_vprintf(format, args);
	va_end(args);
	out_put(o, line, OUT_PLAIN);
	g_string_append_c(o->text, '\n');
}

void out_body(struct out *o, const char *text, const char *before)
{
	g_autofree char *clean = text_clean_string(text ? text : "", -1, TEXT_MULTILINE, TEXT_NO_CAP);
	g_auto(GStrv) lines = g_strsplit(g_strchomp(clean), "\n", -1);

	for (char **line = lines; *line; line++) {
		g_string_append(o->text, **line ? before : "");
		put_clean(o, *line);
		g_string_append_c(o->text, '\n');
	}
}

/* The settings' form of a link with the number in it; NULL when it would not be one. */
static char *link_of(const struct out *o, int64_t id)
{
	const char *at = o->links && o->link ? strstr(o->link, "{ticket}") : NULL;

	if (!at)
		return NULL;
	for (const char *s = o->link; *s; s++)
		if ((unsigned char)*s <= 0x20 || (unsigned char)*s >= 0x7f)
			return NULL;
	return g_strdup_printf("%.*s%" PRId64 "%s", (int)(at - o->link), o->link, id, at + strlen("{ticket}"));
}

void out_number(struct out *o, int64_t id)
{
	g_autofree char *link = link_of(o, id);

	if (link)
		g_string_append_printf(o->text, "\033]8;;%s\033\\#%" PRId64 "\033]8;;\033\\", link, id);
	else
		g_string_append_printf(o->text, "#%" PRId64, id);
}

/* ---- json */

/* C1 controls, and what turns the direction of writing, would go to a terminal as they are. */
static void escape_controls(GString *to, const char *json)
{
	for (const char *s = json; *s; s = g_utf8_next_char(s)) {
		gunichar ch = g_utf8_get_char(s);
		gboolean odd = (ch >= 0x7f && ch < 0xa0) || (ch >= 0x200b && ch <= 0x200f) || (ch >= 0x2028 && ch <= 0x202e) ||
		               (ch >= 0x2060 && ch <= 0x206f) || ch == 0xfeff;

		if (odd)
			g_string_append_printf(to, "\\u%04x", ch);
		else
			g_string_append_len(to, s, g_utf8_next_char(s) - s);
	}
}

void out_json_text(struct out *o, const char *json)
{
	escape_controls(o->text, json);
	g_string_append_c(o->text, '\n');
}

void out_json(struct out *o, const struct shape *s, const void *v)
{
	g_autoptr(GString) json = g_string_new(NULL);
	struct writer w;

	writer_init(&w, json);
	shape_write(&w, NULL, s, v);
	out_json_text(o, json->str);
}
