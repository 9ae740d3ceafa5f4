/* The query language's scanner: lexemes with the bytes they came from. */
#include "rules/find_inner.h"

#include <string.h>

/* What a Chinese keyboard gives for the signs of the language. */
static const struct {
	gunichar full, ascii;
} signs[] = {
	{0xFF1A, ':'}, {0xFF0C, ','}, {0x201C, '"'}, {0x201D, '"'}, {0xFF02, '"'}, {0xFF08, '('},
	{0xFF09, ')'}, {0xFF1C, '<'}, {0xFF1E, '>'}, {0xFF0D, '-'}, {0xFF03, '#'}, {0xFF0A, '*'},
};

gunichar find_scan_char(const char *s, int len, int at, int *n)
{
	gunichar c;

	*n = 0;
	if (at >= len)
		return 0;
	c = g_utf8_get_char(s + at);
	*n = (int)(g_utf8_next_char(s + at) - (s + at));
	for (size_t i = 0; c >= 0x80 && i < G_N_ELEMENTS(signs); i++)
		if (signs[i].full == c)
			return signs[i].ascii;
	return c;
}

static gunichar here(const struct find_scan *scan, int *n)
{
	return find_scan_char(scan->s, scan->len, scan->at, n);
}

static gboolean is_space(gunichar c)
{
	return g_unichar_isspace(c) || c == 0x3000;
}

/* Ends a word that isn't quoted. */
static gboolean is_end(gunichar c)
{
	return c == 0 || is_space(c) || c == '(' || c == ')' || c == '"';
}

static struct find_piece *piece_new(int from)
{
	struct find_piece *p = g_new0(struct find_piece, 1);

	p->from = from;
	p->text = g_string_new(NULL);
	p->closed = TRUE;
	return p;
}

static void piece_free(void *arg)
{
	struct find_piece *p = arg;

	g_string_free(p->text, TRUE);
	g_free(p);
}

/* A quoted value: a backslash takes what follows as it is. */
static void scan_quoted(struct find_scan *scan, struct find_piece *p)
{
	int n;
	gunichar c = here(scan, &n);

	p->quoted = TRUE;
	p->closed = FALSE;
	for (scan->at += n; (c = here(scan, &n)) != 0; scan->at += n) {
		if (c == '"') {
			p->closed = TRUE;
			scan->at += n;
			break;
		}
		if (c == '\\' && scan->at + n < scan->len) {
			scan->at += n;
			here(scan, &n);
		}
		g_string_append_len(p->text, scan->s + scan->at, n);
	}
	if (p->closed && here(scan, &n) == '*') {
		p->star = TRUE;
		scan->at += n;
	}
}

static struct find_piece *scan_piece(struct find_scan *scan, gboolean commas)
{
	struct find_piece *p = piece_new(scan->at);
	gunichar c;
	int n, star = 0;

	if (here(scan, &n) == '"') {
		scan_quoted(scan, p);
	} else {
		for (; c = here(scan, &n), !is_end(c) && !(commas && c == ','); scan->at += n)
			star = c == '*' ? n : 0;
		g_string_append_len(p->text, scan->s + p->from, scan->at - p->from - star);
		p->star = star > 0;
	}
	p->to = scan->at;
	return p;
}

/* `field` or `field.NAME` right before a comparison; moves behind it. */
static gboolean scan_field(struct find_scan *scan, struct find_lexeme *out)
{
	struct find_scan try = *scan;
	gboolean custom = FALSE;
	gunichar c;
	int n, n2;

	if (!(c = here(&try, &n)) || c >= 0x80 || !g_ascii_isalpha((char)c))
		return FALSE;
	for (; c = here(&try, &n), !is_end(c) && !strchr(":<>,", c < 0x80 ? (int)c : 'a'); try.at += n) {
		if (c == '.')
			custom = TRUE;
		else if (!custom && !(c < 0x80 && (g_ascii_isalnum((char)c) || c == '-' || c == '_')))
			return FALSE;
	}
	if (c != ':' && c != '<' && c != '>')
		return FALSE;
	out->name_from = scan->at;
	out->name_to = try.at;
	out->compare = FIND_EQ;
	if (c == ':') {
		try.at += n;
		c = here(&try, &n);
	}
	if (c == '<' || c == '>') {
		try.at += n;
		out->compare = c == '<' ? FIND_LT : FIND_GT;
		if (here(&try, &n2) == '=') {
			try.at += n2;
			out->compare = c == '<' ? FIND_LE : FIND_GE;
		}
	}
	out->compare_to = try.at;
	*scan = try;
	return TRUE;
}

static void scan_values(struct find_scan *scan, struct find_lexeme *out)
{
	int n;

	for (;;) {
		g_ptr_array_add(out->pieces, scan_piece(scan, TRUE));
		if (here(scan, &n) != ',')
			return;
		scan->at += n;
	}
}

/* A bare word; `or`, `and`, `not`; or #1042,1043. */
static void scan_bare(struct find_scan *scan, struct find_lexeme *out)
{
	static const struct {
		const char *word;
		enum find_lex kind;
	} words[] = {{"or", FIND_LEX_OR}, {"and", FIND_LEX_AND}, {"not", FIND_LEX_NOT}};
	struct find_scan next = *scan;
	struct find_piece *p;
	int n;

	if (here(&next, &n) == '#' && scan->at + n < scan->len && g_ascii_isdigit(scan->s[scan->at + n])) {
		out->number = TRUE;
		scan_values(scan, out);
		return;
	}
	p = scan_piece(scan, FALSE);
	g_ptr_array_add(out->pieces, p);
	for (size_t i = 0; !p->quoted && !p->star && i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(p->text->str, words[i].word) == 0)
			out->kind = words[i].kind;
}

void find_scan_next(struct find_scan *scan, struct find_lexeme *out)
{
	gunichar c;
	int n;

	*out = (struct find_lexeme){.kind = FIND_LEX_TERM};
	while ((c = here(scan, &n)) != 0 && is_space(c))
		scan->at += n;
	out->from = out->name_from = out->name_to = scan->at;
	out->pieces = g_ptr_array_new_with_free_func(piece_free);
	switch (c) {
	case 0:
		out->kind = FIND_LEX_END;
		break;
	case '(':
	case ')':
	case '-':
		out->kind = c == '(' ? FIND_LEX_OPEN : c == ')' ? FIND_LEX_CLOSE : FIND_LEX_NOT;
		scan->at += n;
		break;
	default:
		if (scan_field(scan, out))
			scan_values(scan, out);
		else
			scan_bare(scan, out);
	}
	out->to = scan->at;
}

void find_lexeme_clear(struct find_lexeme *l)
{
	g_clear_pointer(&l->pieces, g_ptr_array_unref);
}
