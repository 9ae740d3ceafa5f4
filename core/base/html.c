/* libxml2's forgiving parser makes a tree, which is walked once into lines. */
#include "base/html.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "base/text.h"

#define MAX_DEPTH 200
#define LINK_CAP 400       /* bytes of a link's target */
#define ALT_CAP 200
#define MAX_LINKS 500
#define FOLD_LINES 3       /* longer quotes are folded */
#define MAX_TEXT (2u << 20)
#define GROUND_WHITE 0xffffff
#define COLOUR_UNKNOWN (-1)

/* What holds for a node and all in it. */
struct place {
	int depth;
	int ink, ground;   /* 0xrrggbb or COLOUR_UNKNOWN */
	gboolean pre, hidden;
	int list;          /* depth of lists */
};

struct lines {
	GString *text;
	int breaks;        /* newlines wanted before the next word */
	gboolean space;    /* a space is wanted */
};

struct walk {
	GPtrArray *links;  /* char*: targets, [1] first */
	unsigned flags;
	gboolean too_deep, too_long;
};

static void walk_children(struct walk *w, struct lines *out, const xmlNode *node, const struct place *at);

/* ---------------------------------------------------------------- lines */
static void want_breaks(struct lines *out, int n)
{
	if (out->text->len)
		out->breaks = MAX(out->breaks, n);
	out->space = FALSE;
}

static void put_word(struct lines *out, const char *s, size_t len)
{
	if (out->breaks) {
		for (; out->breaks; out->breaks--)
			g_string_append_c(out->text, '\n');
	} else if (out->space && out->text->len && out->text->str[out->text->len - 1] != '\n') {
		g_string_append_c(out->text, ' ');
	}
	out->space = FALSE;
	g_string_append_len(out->text, s, (gssize)len);
}

static size_t space_at(const char *s)
{
	if (strchr(" \t\n\r\f", *s))
		return 1;
	return (unsigned char)s[0] == 0xc2 && (unsigned char)s[1] == 0xa0 ? 2 : 0; /* no-break space */
}

static void put_flow(struct lines *out, const char *s)
{
	while (*s) {
		const char *word = s;
		size_t n;

		while (*s && !space_at(s))
			s++;
		if (s > word)
			put_word(out, word, (size_t)(s - word));
		while (*s && (n = space_at(s))) {
			s += n;
			out->space = TRUE;
		}
	}
}

static void put_pre(struct lines *out, const char *s)
{
	g_auto(GStrv) rows = g_strsplit(s, "\n", -1);

	for (char **row = rows; *row; row++) {
		if (row != rows)
			out->breaks++;
		g_strchomp(*row);
		if (**row)
			put_word(out, *row, strlen(*row));
	}
}

/* Lines of a part, each behind `first` or `rest`. */
static void put_part(struct lines *out, char *part, const char *first, const char *rest)
{
	g_auto(GStrv) rows = g_strsplit(part, "\n", -1);

	for (char **row = rows; *row; row++) {
		g_autofree char *line = g_strconcat(row == rows ? first : rest, *row, NULL);

		g_strchomp(line);
		if (row != rows)
			out->breaks = MAX(out->breaks, 1);
		if (*line)
			put_word(out, line, strlen(line));
		else
			out->breaks++;
	}
}

/* ---------------------------------------------------------------- attributes */
static const char *attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if (g_ascii_strcasecmp((const char *)a->name, name) == 0)
			return a->children && a->children->content ? (const char *)a->children->content : "";
	return NULL;
}

static gboolean named(const xmlNode *node, const char *names)
{
	const char *at = names;
	size_t n = strlen((const char *)node->name);

	while ((at = strstr(at, (const char *)node->name))) {
		if ((at == names || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return TRUE;
		at += n;
	}
	return FALSE;
}

static int hex(char c)
{
	return g_ascii_xdigit_value(c);
}

/* The few ways in which mails write colours. */
static int colour_of(const char *s)
{
	static const struct {
		const char *name;
		int value;
	} names[] = {{"white", 0xffffff}, {"black", 0}, {"#fff", 0xffffff}, {"#000", 0}};
	unsigned rgb[3];

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strcasecmp(s, names[i].name) == 0)
			return names[i].value;
	if (s[0] == '#' && strlen(s) == 7 && strspn(s + 1, "0123456789abcdefABCDEF") == 6)
		return (int)g_ascii_strtoull(s + 1, NULL, 16);
	if (s[0] == '#' && strlen(s) == 4 && strspn(s + 1, "0123456789abcdefABCDEF") == 3)
		return hex(s[1]) * 0x110000 + hex(s[2]) * 0x1100 + hex(s[3]) * 0x11;
	if (g_ascii_strncasecmp(s, "rgb(", 4) != 0)
		return COLOUR_UNKNOWN;
	for (int i = 0; i < 3; i++) {
		char *end;

		s += strcspn(s, "0123456789");
		rgb[i] = (unsigned)MIN(g_ascii_strtoull(s, &end, 10), 255);
		s = end;
	}
	return (int)(rgb[0] << 16 | rgb[1] << 8 | rgb[2]);
}

static gboolean no_size(const char *value)
{
	char *end;
	double size = g_ascii_strtod(value, &end);

	return end != value && size < 1.5 && (*end == '\0' || g_str_has_prefix(end, "px") || g_str_has_prefix(end, "pt") ||
					     (size <= 0.1 && *end));
}

/* "background: #fff url(x)": a colour, or unknown as soon as a picture may lie there. */
static int ground_of(const char *value)
{
	g_auto(GStrv) words = g_strsplit(value, " ", -1);
	int ground = COLOUR_UNKNOWN;

	if (strstr(value, "url(") || strstr(value, "gradient"))
		return COLOUR_UNKNOWN;
	if (g_str_has_prefix(value, "rgb("))
		return colour_of(value);
	for (char **word = words; *word && ground == COLOUR_UNKNOWN; word++)
		ground = colour_of(*word);
	return ground;
}

static void heed_declaration(struct place *at, const char *name, const char *value)
{
	if (strcmp(name, "color") == 0)
		at->ink = colour_of(value);
	else if (g_str_has_prefix(name, "background"))
		at->ground = strstr(value, "transparent") ? at->ground : ground_of(value);
	else if ((strcmp(name, "display") == 0 && g_str_has_prefix(value, "none")) ||
		 (strcmp(name, "visibility") == 0 && g_str_has_prefix(value, "hidden")) ||
		 (strcmp(name, "mso-hide") == 0 && g_str_has_prefix(value, "all")) ||
		 (strcmp(name, "opacity") == 0 && no_size(value) && value[0] == '0' && !strpbrk(value, "123456789")) ||
		 (strcmp(name, "font-size") == 0 && no_size(value)) ||
		 (strcmp(name, "max-height") == 0 && no_size(value)))
		at->hidden = TRUE;
	else if (strcmp(name, "white-space") == 0)
		at->pre = g_str_has_prefix(value, "pre") && !g_str_has_prefix(value, "pre-line");
}

static void heed_style(struct place *at, const char *style)
{
	g_autofree char *lower = g_ascii_strdown(style, -1);
	g_auto(GStrv) all = g_strsplit(lower, ";", 100);

	for (char **one = all; *one; one++) {
		char *colon = strchr(*one, ':');

		if (!colon)
			continue;
		*colon = '\0';
		heed_declaration(at, g_strstrip(*one), g_strstrip(colon + 1));
	}
}

static struct place place_in(const struct place *outer, const xmlNode *node)
{
	struct place at = *outer;
	const char *style = attribute(node, "style"), *ink = attribute(node, "color"),
		   *ground = attribute(node, "bgcolor");

	at.depth++;
	if (ground)
		at.ground = colour_of(ground);
	if (attribute(node, "background"))
		at.ground = COLOUR_UNKNOWN;
	if (ink && named(node, "font"))
		at.ink = colour_of(ink);
	if (attribute(node, "hidden"))
		at.hidden = TRUE;
	if (style)
		heed_style(&at, style);
	if (named(node, "pre listing xmp textarea"))
		at.pre = TRUE;
	if (at.ink != COLOUR_UNKNOWN && at.ink == at.ground && (at.ink != outer->ink || at.ground != outer->ground))
		at.hidden = TRUE;
	return at;
}

/* ---------------------------------------------------------------- parts */
/* A part's own text (g_free), without blank ends. */
static char *part_of(struct walk *w, const xmlNode *node, const struct place *at)
{
	struct lines part = {.text = g_string_new(NULL)};

	walk_children(w, &part, node, at);
	return g_strchomp(g_string_free(part.text, FALSE));
}

/* The number of its target; the same target has one. 0: it says itself where it goes. */
static guint link_number(struct walk *w, const char *href, const char *text)
{
	g_autofree char *target = text_clean_string(href, -1, 0, LINK_CAP);

	g_strstrip(target);
	if (!*target || *target == '#' || strcmp(target, text) == 0)
		return 0;
	if (g_str_has_prefix(target, "mailto:") && strcmp(target + strlen("mailto:"), text) == 0)
		return 0;
	if (g_str_has_prefix(target, "tel:") && strpbrk(text, "0123456789"))
		return 0;
	for (guint i = 0; i < w->links->len; i++)
		if (strcmp(w->links->pdata[i], target) == 0)
			return i + 1;
	if (w->links->len >= MAX_LINKS)
		return 0;
	g_ptr_array_add(w->links, g_steal_pointer(&target));
	return w->links->len;
}

static void put_link(struct walk *w, struct lines *out, const xmlNode *node, const struct place *at)
{
	const char *href = attribute(node, "href");
	gsize from = out->text->len;

	walk_children(w, out, node, at);
	if (!href || out->text->len == from)
		return;
	g_autofree char *said = g_strstrip(g_strdup(out->text->str + from));
	guint number = link_number(w, href, said);
	if (number)
		g_string_append_printf(out->text, "[%u]", number);
}

static gboolean tiny(const char *size)
{
	return size && (strcmp(size, "0") == 0 || strcmp(size, "1") == 0 || strcmp(size, "1px") == 0);
}

static void put_image(struct lines *out, const xmlNode *node)
{
	const char *alt = attribute(node, "alt");
	g_autofree char *words = text_clean_string(alt ? alt : "", -1, 0, ALT_CAP);

	g_strstrip(words);
	if (tiny(attribute(node, "width")) || tiny(attribute(node, "height")) || (alt && !*words))
		return; /* a spy or an ornament */
	g_autofree char *said = *words ? g_strdup_printf("[image: %s]", words) : g_strdup("[image]");
	put_word(out, said, strlen(said));
}

/* Short cells side by side, others one below the other. */
static void put_row(struct walk *w, struct lines *out, const xmlNode *row, const struct place *at)
{
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	gboolean one_line = TRUE;

	for (const xmlNode *n = row->children; n; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		struct place inner = place_in(at, n);
		g_autofree char *cell = part_of(w, n, &inner);

		one_line = one_line && !strchr(cell, '\n');
		if (*cell)
			g_ptr_array_add(cells, g_steal_pointer(&cell));
	}
	if (cells->len == 0)
		return;
	want_breaks(out, 1);
	g_ptr_array_add(cells, NULL);
	for (guint i = 0; cells->pdata[i]; i++) {
		if (i > 0 && one_line)
			put_word(out, " | ", 3);
		else if (i > 0)
			want_breaks(out, 1);
		put_part(out, cells->pdata[i], "", "");
	}
	want_breaks(out, 1);
}

static guint count_lines(const char *s)
{
	guint n = 1;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void put_quote(struct walk *w, struct lines *out, const xmlNode *node, const struct place *at)
{
	g_autofree char *quote = part_of(w, node, at);
	guint n = count_lines(quote);

	if (!*quote)
		return;
	want_breaks(out, 1);
	if ((w->flags & HTML_FOLD_QUOTES) && n > FOLD_LINES) {
		g_autofree char *said = g_strdup_printf("> [%u quoted lines]", n);

		put_word(out, said, strlen(said));
	} else {
		put_part(out, quote, "> ", "> ");
	}
	want_breaks(out, 1);
}

static void put_item(struct walk *w, struct lines *out, const xmlNode *node, const struct place *at)
{
	g_autofree char *item = part_of(w, node, at);
	g_autofree char *first = NULL, *rest = NULL;
	int number = 1;

	if (!*item)
		return;
	if (node->parent && named(node->parent, "ol")) {
		for (const xmlNode *n = node->prev; n; n = n->prev)
			number += n->type == XML_ELEMENT_NODE && named(n, "li");
		first = g_strdup_printf("%*d. ", at->list > 1 ? 2 * at->list : 2, number);
	} else {
		first = g_strdup_printf("%*s- ", 2 * (MAX(at->list, 1) - 1) + 1, "");
	}
	rest = g_strnfill(strlen(first), ' ');
	want_breaks(out, 1);
	put_part(out, item, first, rest);
	want_breaks(out, 1);
}

/* Padding of previews is not worth a mark. */
static gboolean has_letters(const char *s)
{
	for (; *s; s = g_utf8_next_char(s))
		if (g_unichar_isalnum(g_utf8_get_char(s)))
			return TRUE;
	return FALSE;
}

static void put_hidden(struct walk *w, struct lines *out, const xmlNode *node, struct place *at)
{
	g_autofree char *part = NULL;

	at->hidden = FALSE;
	at->ink = COLOUR_UNKNOWN;
	part = part_of(w, node, at);
	if (!has_letters(part))
		return;
	want_breaks(out, 1);
	put_word(out, "[hidden:", 8);
	out->space = TRUE;
	put_part(out, part, "", "");
	put_word(out, "]", 1);
	want_breaks(out, 1);
}

/* ---------------------------------------------------------------- the walk */
#define SKIPPED "script style head title template svg math object applet embed iframe frame frameset audio video canvas " \
	"map select datalist noembed noframes link meta base"
#define BLOCKS "div section article header footer main nav aside address figure figcaption form fieldset center " \
	"table caption tbody thead tfoot dl dt body html"
#define SPACED "p h1 h2 h3 h4 h5 h6 pre ul ol details summary"

static gboolean is_quote(const xmlNode *node)
{
	const char *class = attribute(node, "class");

	return named(node, "blockquote") || (class && strstr(class, "yahoo_quoted"));
}

static void walk_element(struct walk *w, struct lines *out, const xmlNode *node, const struct place *outer)
{
	if (named(node, SKIPPED))
		return;
	struct place at = place_in(outer, node);
	if (at.depth > MAX_DEPTH || out->text->len > MAX_TEXT) {
		w->too_deep |= at.depth > MAX_DEPTH;
		w->too_long |= out->text->len > MAX_TEXT;
		return;
	}
	int gap = named(node, SPACED) ? 2 : named(node, BLOCKS) ? 1 : 0;
	if (named(node, "ul ol") && ++at.list > 1)
		gap = 1;
	if (gap)
		want_breaks(out, gap);
	if (at.hidden) {
		put_hidden(w, out, node, &at);
	} else if (named(node, "br")) {
		out->breaks = out->text->len ? out->breaks + 1 : 0;
	} else if (named(node, "hr")) {
		want_breaks(out, 1);
		put_word(out, "----", 4);
		want_breaks(out, 1);
	} else if (named(node, "img")) {
		put_image(out, node);
	} else if (named(node, "a area")) {
		put_link(w, out, node, &at);
	} else if (named(node, "tr")) {
		put_row(w, out, node, &at);
	} else if (named(node, "li")) {
		put_item(w, out, node, &at);
	} else if (is_quote(node)) {
		put_quote(w, out, node, &at);
	} else {
		walk_children(w, out, node, &at);
	}
	if (gap)
		want_breaks(out, gap);
}

static void walk_children(struct walk *w, struct lines *out, const xmlNode *node, const struct place *at)
{
	for (const xmlNode *n = node->children; n; n = n->next) {
		if (n->type == XML_ELEMENT_NODE)
			walk_element(w, out, n, at);
		else if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content && at->pre)
			put_pre(out, (const char *)n->content);
		else if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content)
			put_flow(out, (const char *)n->content);
	}
}

/* More than two empty lines say no more than one. */
static char *tidy(GString *text)
{
	GString *out = g_string_sized_new(text->len);
	int empty = 0;
	g_auto(GStrv) rows = g_strsplit(text->str, "\n", -1);

	for (char **row = rows; *row; row++) {
		g_strchomp(*row);
		empty = **row ? 0 : empty + 1;
		if (empty > 1 || (empty && out->len == 0))
			continue;
		if (out->len)
			g_string_append_c(out, '\n');
		g_string_append(out, *row);
	}
	return g_strchomp(g_string_free(out, FALSE));
}

static void put_end(const struct walk *w, GString *text, gboolean cut)
{
	if (cut || w->too_deep || w->too_long)
		g_string_append(text, "\n\n[the rest is not shown: it is too long or nested too deeply]");
	for (guint i = 0; i < w->links->len; i++)
		g_string_append_printf(text, "%s[%u] %s", i == 0 ? "\n\n" : "\n", i + 1,
				       (const char *)w->links->pdata[i]);
}

char *html_to_text(const char *html, gssize len, unsigned flags)
{
	size_t n = len < 0 ? strlen(html) : (size_t)len;
	gboolean cut = n > HTML_MAX_BYTES;
	g_autofree char *valid = g_utf8_make_valid(html, (gssize)MIN(n, HTML_MAX_BYTES));
	struct walk w = {.links = g_ptr_array_new_with_free_func(g_free), .flags = flags};
	struct lines out = {.text = g_string_new(NULL)};
	const struct place top = {.ink = COLOUR_UNKNOWN, .ground = GROUND_WHITE};
	htmlDocPtr doc = htmlReadMemory(valid, (int)strlen(valid), NULL, "UTF-8",
					HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
						HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);

	if (doc) {
		walk_children(&w, &out, (const xmlNode *)doc, &top);
		xmlFreeDoc(doc);
	}
	put_end(&w, out.text, cut);
	char *text = tidy(out.text);
	g_string_free(out.text, TRUE);
	g_ptr_array_unref(w.links);
	return text;
}
