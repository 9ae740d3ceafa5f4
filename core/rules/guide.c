/* Light markdown into plain text. */
#include "rules/guide.h"

#include <string.h>

/* "![alt](url)" or "[text](url)" at s: its parts; FALSE when it is neither. */
static gboolean link_at(const char *s, const char **text, size_t *text_len, const char **url, size_t *url_len,
                        size_t *all)
{
	const char *from = s + (*s == '!'), *close, *end;

	if (*from != '[')
		return FALSE;
	close = strpbrk(from + 1, "]\n");
	if (!close || *close != ']' || close[1] != '(')
		return FALSE;
	end = strpbrk(close + 2, ")\n ");
	if (!end || *end != ')')
		return FALSE;
	*text = from + 1;
	*text_len = (size_t)(close - from - 1);
	*url = close + 2;
	*url_len = (size_t)(end - close - 2);
	*all = (size_t)(end + 1 - s);
	return TRUE;
}

static void append_inline(GString *out, const char *line)
{
	while (*line) {
		const char *text, *url;
		size_t text_len, url_len, all;

		if (strncmp(line, "**", 2) == 0) {
			line += 2;
		} else if ((*line == '!' || *line == '[') && link_at(line, &text, &text_len, &url, &url_len, &all)) {
			g_string_append_len(out, text, (gssize)text_len);
			g_string_append(out, *line == '!' ? (text_len ? ": " : "") : " (");
			g_string_append_len(out, url, (gssize)url_len);
			g_string_append(out, *line == '!' ? "" : ")");
			line += all;
		} else {
			g_string_append_c(out, *line++);
		}
	}
}

/* Digits, "." or ")", space: the length; 0 it is no step. */
static size_t step_mark(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n && n < 4 && (s[n] == '.' || s[n] == ')') && s[n + 1] == ' ' ? n + 2 : 0;
}

static void append_line(GString *out, const char *line, int *step)
{
	size_t indent = strspn(line, " "), mark = step_mark(line + indent);
	const char *rest = line + indent;

	g_string_append_len(out, line, (gssize)indent);
	if (mark && indent == 0) {
		g_string_append_printf(out, "%d. ", ++*step);
		rest += mark;
	} else if (*rest == '#') {
		rest += strspn(rest, "#");
		rest += strspn(rest, " ");
		*step = 0;
	} else if ((*rest == '*' || *rest == '-') && rest[1] == ' ') {
		g_string_append(out, "- ");
		rest += 2;
	} else if (*rest && indent == 0) {
		*step = 0; /* a paragraph ends the run; an empty line or what hangs under a step doesn't */
	}
	append_inline(out, rest);
}

char *guide_text(const char *markdown)
{
	g_auto(GStrv) line = g_strsplit(markdown ? markdown : "", "\n", -1);
	GString *out = g_string_new(NULL);
	int step = 0;

	for (int i = 0; line[i]; i++) {
		if (i)
			g_string_append_c(out, '\n');
		append_line(out, line[i], &step);
	}
	return g_string_free(out, FALSE);
}
