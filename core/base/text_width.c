/* Widths: graphemes, columns, and what a terminal can't draw. The only width
 * authority of both programs. */
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#define GRAPHEME_MAX 32 /* code points; a longer one is taken in parts */

/* Width of East Asian ambiguous characters; set once by the screen. */
static int ambiguous_cols = 1;

/* East_Asian_Width=A without marks, format and private-use characters. */
static const struct { guint32 from, to; } ambiguous[] = {
	{0x00a1, 0x00a1}, {0x00a4, 0x00a4}, {0x00a7, 0x00a8}, {0x00aa, 0x00aa}, {0x00ae, 0x00ae},
	{0x00b0, 0x00b4}, {0x00b6, 0x00ba}, {0x00bc, 0x00bf}, {0x00c6, 0x00c6}, {0x00d0, 0x00d0},
	{0x00d7, 0x00d8}, {0x00de, 0x00e1}, {0x00e6, 0x00e6}, {0x00e8, 0x00ea}, {0x00ec, 0x00ed},
	{0x00f0, 0x00f0}, {0x00f2, 0x00f3}, {0x00f7, 0x00fa}, {0x00fc, 0x00fc}, {0x00fe, 0x00fe},
	{0x0101, 0x0101}, {0x0111, 0x0111}, {0x0113, 0x0113}, {0x011b, 0x011b}, {0x0126, 0x0127},
	{0x012b, 0x012b}, {0x0131, 0x0133}, {0x0138, 0x0138}, {0x013f, 0x0142}, {0x0144, 0x0144},
	{0x0148, 0x014b}, {0x014d, 0x014d}, {0x0152, 0x0153}, {0x0166, 0x0167}, {0x016b, 0x016b},
	{0x01ce, 0x01ce}, {0x01d0, 0x01d0}, {0x01d2, 0x01d2}, {0x01d4, 0x01d4}, {0x01d6, 0x01d6},
	{0x01d8, 0x01d8}, {0x01da, 0x01da}, {0x01dc, 0x01dc}, {0x0251, 0x0251}, {0x0261, 0x0261},
	{0x02c4, 0x02c4}, {0x02c7, 0x02c7}, {0x02c9, 0x02cb}, {0x02cd, 0x02cd}, {0x02d0, 0x02d0},
	{0x02d8, 0x02db}, {0x02dd, 0x02dd}, {0x02df, 0x02df}, {0x0391, 0x03a1}, {0x03a3, 0x03a9},
	{0x03b1, 0x03c1}, {0x03c3, 0x03c9}, {0x0401, 0x0401}, {0x0410, 0x044f}, {0x0451, 0x0451},
	{0x2010, 0x2010}, {0x2013, 0x2016}, {0x2018, 0x2019}, {0x201c, 0x201d}, {0x2020, 0x2022},
	{0x2024, 0x2027}, {0x2030, 0x2030}, {0x2032, 0x2033}, {0x2035, 0x2035}, {0x203b, 0x203b},
	{0x203e, 0x203e}, {0x2074, 0x2074}, {0x207f, 0x207f}, {0x2081, 0x2084}, {0x20ac, 0x20ac},
	{0x2103, 0x2103}, {0x2105, 0x2105}, {0x2109, 0x2109}, {0x2113, 0x2113}, {0x2116, 0x2116},
	{0x2121, 0x2122}, {0x2126, 0x2126}, {0x212b, 0x212b}, {0x2153, 0x2154}, {0x215b, 0x215e},
	{0x2160, 0x216b}, {0x2170, 0x2179}, {0x2189, 0x2189}, {0x2190, 0x2199}, {0x21b8, 0x21b9},
	{0x21d2, 0x21d2}, {0x21d4, 0x21d4}, {0x21e7, 0x21e7}, {0x2200, 0x2200}, {0x2202, 0x2203},
	{0x2207, 0x2208}, {0x220b, 0x220b}, {0x220f, 0x220f}, {0x2211, 0x2211}, {0x2215, 0x2215},
	{0x221a, 0x221a}, {0x221d, 0x2220}, {0x2223, 0x2223}, {0x2225, 0x2225}, {0x2227, 0x222c},
	{0x222e, 0x222e}, {0x2234, 0x2237}, {0x223c, 0x223d}, {0x2248, 0x2248}, {0x224c, 0x224c},
	{0x2252, 0x2252}, {0x2260, 0x2261}, {0x2264, 0x2267}, {0x226a, 0x226b}, {0x226e, 0x226f},
	{0x2282, 0x2283}, {0x2286, 0x2287}, {0x2295, 0x2295}, {0x2299, 0x2299}, {0x22a5, 0x22a5},
	{0x22bf, 0x22bf}, {0x2312, 0x2312}, {0x2460, 0x24e9}, {0x24eb, 0x254b}, {0x2550, 0x2573},
	{0x2580, 0x258f}, {0x2592, 0x2595}, {0x25a0, 0x25a1}, {0x25a3, 0x25a9}, {0x25b2, 0x25b3},
	{0x25b6, 0x25b7}, {0x25bc, 0x25bd}, {0x25c0, 0x25c1}, {0x25c6, 0x25c8}, {0x25cb, 0x25cb},
	{0x25ce, 0x25d1}, {0x25e2, 0x25e5}, {0x25ef, 0x25ef}, {0x2605, 0x2606}, {0x2609, 0x2609},
	{0x260e, 0x260f}, {0x261c, 0x261c}, {0x261e, 0x261e}, {0x2640, 0x2640}, {0x2642, 0x2642},
	{0x2660, 0x2661}, {0x2663, 0x2665}, {0x2667, 0x266a}, {0x266c, 0x266d}, {0x266f, 0x266f},
	{0x269e, 0x269f}, {0x26bf, 0x26bf}, {0x26c6, 0x26cd}, {0x26cf, 0x26d3}, {0x26d5, 0x26e1},
	{0x26e3, 0x26e3}, {0x26e8, 0x26e9}, {0x26eb, 0x26f1}, {0x26f4, 0x26f4}, {0x26f6, 0x26f9},
	{0x26fb, 0x26fc}, {0x26fe, 0x26ff}, {0x273d, 0x273d}, {0x2776, 0x277f}, {0x2b56, 0x2b59},
	{0x3248, 0x324f}, {0xfffd, 0xfffd}, {0x1f100, 0x1f10a}, {0x1f110, 0x1f12d}, {0x1f130, 0x1f169},
	{0x1f170, 0x1f18d}, {0x1f18f, 0x1f190}, {0x1f19b, 0x1f1ac},
};

static gboolean is_ambiguous(utf8proc_int32_t cp)
{
	size_t low = 0, high = G_N_ELEMENTS(ambiguous);

	while (low < high) {
		size_t mid = (low + high) / 2;

		if ((guint32)cp > ambiguous[mid].to)
			low = mid + 1;
		else if ((guint32)cp < ambiguous[mid].from)
			high = mid;
		else
			return TRUE;
	}
	return FALSE;
}

static int point_cols(utf8proc_int32_t cp)
{
	int cols = utf8proc_charwidth(cp);

	/* Drawn as one narrow sign each; two of them make a flag. */
	if (cp >= 0x1F1E6 && cp <= 0x1F1FF)
		return 1;
	return cols == 1 && ambiguous_cols == 2 && is_ambiguous(cp) ? 2 : MIN(cols, 2);
}

void text_set_ambiguous_width(int cols)
{
	ambiguous_cols = cols == 2 ? 2 : 1;
}

static size_t decode(const char *s, size_t len, utf8proc_int32_t *cp)
{
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, cp);

	/* Callers promise valid UTF-8; a stray byte must still move us on. */
	if (n > 0)
		return (size_t)n;
	*cp = 0xFFFD;
	return 1;
}

size_t text_grapheme(const char *s, size_t len, int *cols)
{
	utf8proc_int32_t before, cp, state = 0;
	size_t at, n;
	int first;

	*cols = 0;
	if (!len)
		return 0;
	if ((guchar)s[0] < 0x80 && (len == 1 || (guchar)s[1] < 0x80)) {
		*cols = s[0] >= 0x20 && s[0] < 0x7F;
		return s[0] == '\r' && len > 1 && s[1] == '\n' ? 2 : 1;
	}
	at = decode(s, len, &before);
	first = point_cols(before);
	*cols = first;
	for (int points = 1; at < len && points < GRAPHEME_MAX; points++) {
		n = decode(s + at, len - at, &cp);
		if (utf8proc_grapheme_break_stateful(before, cp, &state))
			break;
		if (cp == 0xFE0F && first == 1 &&
		    utf8proc_get_property(before)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
			*cols = 2;
		else
			*cols = MAX(*cols, before >= 0x1F1E6 && before <= 0x1F1FF ? 2 : point_cols(cp));
		before = cp;
		at += n;
	}
	return at;
}

size_t text_grapheme_before(const char *s, size_t at)
{
	size_t start = at, last, n;
	int cols;

	if (!at)
		return 0;
	/* Two ASCII characters never share a grapheme, but for CR LF. */
	if ((guchar)s[at - 1] < 0x80 && s[at - 1] >= 0x20 && (at == 1 || (guchar)s[at - 2] < 0x80))
		return at - 1;
	/* A line start is always a border; graphemes can't be told backwards. */
	start = at - 1;
	while (start && s[start - 1] != '\n')
		start--;
	for (last = start; start < at; start += n) {
		last = start;
		n = text_grapheme(s + start, at - start, &cols);
	}
	return last;
}

int text_string_cols(const char *s, size_t len)
{
	int total = 0, cols;
	size_t n;

	for (size_t at = 0; (n = text_grapheme(s + at, len - at, &cols)); at += n)
		total += cols;
	return total;
}

size_t text_fit(const char *s, size_t len, int max, int *cols)
{
	size_t at = 0, n;
	int one;

	*cols = 0;
	while ((n = text_grapheme(s + at, len - at, &one)) && *cols + one <= max) {
		*cols += one;
		at += n;
	}
	return at;
}

/* ---- degraded drawing */

/* Signs with a meaning worth keeping where they can't be drawn; the stand-in is
 * as wide as the sign is in our count. */
static const struct { guint32 cp; const char *ascii; } stand_ins[] = {
	{0x00A0, " "}, {0x00A2, "c"}, {0x00A3, "L"}, {0x00A5, "Y"}, {0x00A9, "c"}, {0x00AB, "<"},
	{0x00AE, "r"}, {0x00B0, "o"}, {0x00B4, "'"}, {0x00B7, "."}, {0x00BB, ">"}, {0x00D7, "x"},
	{0x00DF, "s"}, {0x00F7, "/"}, {0x2010, "-"}, {0x2011, "-"}, {0x2012, "-"}, {0x2013, "-"},
	{0x2014, "-"}, {0x2015, "-"}, {0x2018, "'"}, {0x2019, "'"}, {0x201A, ","}, {0x201C, "\""},
	{0x201D, "\""}, {0x201E, "\""}, {0x2020, "+"}, {0x2022, "*"}, {0x2026, "."}, {0x2032, "'"},
	{0x2033, "\""}, {0x2039, "<"}, {0x203A, ">"}, {0x20AC, "E"}, {0x2122, "t"}, {0x2190, "<"},
	{0x2191, "^"}, {0x2192, ">"}, {0x2193, "v"}, {0x2212, "-"}, {0x2260, "#"}, {0x2264, "<"},
	{0x2265, ">"}, {0x25A0, "#"}, {0x25AA, "*"}, {0x25B2, "^"}, {0x25B6, ">"}, {0x25BC, "v"},
	{0x25C0, "<"}, {0x25CB, "o"}, {0x25CF, "*"}, {0x2605, "*"}, {0x2606, "*"}, {0x2665, "v"},
	{0x2713, "v"}, {0x2714, "v"}, {0x2717, "x"}, {0x2718, "x"}, {0x2764, "v"},
	{0x3001, ", "}, {0x3002, ". "}, {0x300A, "<<"}, {0x300B, ">>"}, {0x300C, "\" "}, {0x300D, "\" "},
	{0x3010, "[ "}, {0x3011, "] "},
	{0x1F44C, "ok"}, {0x1F44D, "+1"}, {0x1F44E, "-1"}, {0x1F480, "xx"}, {0x1F494, "</"},
	{0x1F495, "<3"}, {0x1F496, "<3"}, {0x1F499, "<3"}, {0x1F600, ":D"}, {0x1F601, ":D"},
	{0x1F602, ":D"}, {0x1F603, ":D"}, {0x1F604, ":D"}, {0x1F605, ":D"}, {0x1F606, ":D"},
	{0x1F609, ";)"}, {0x1F60A, ":)"}, {0x1F60D, "<3"}, {0x1F610, ":|"}, {0x1F614, ":("},
	{0x1F615, ":/"}, {0x1F61E, ":("}, {0x1F620, ">("}, {0x1F621, ">("}, {0x1F622, ":("},
	{0x1F624, ">("}, {0x1F62D, ":("}, {0x1F62E, ":O"}, {0x1F631, ":O"}, {0x1F641, ":("},
	{0x1F642, ":)"},
};

/* Every printable ASCII character as a string, narrow and padded to two. */
#define A(c) {{c, 0}, {c, ' ', 0}}
#define A8(c) A(c), A(c + 1), A(c + 2), A(c + 3), A(c + 4), A(c + 5), A(c + 6), A(c + 7)
static const char ascii_strings[96][2][3] = {
	A8(0x20), A8(0x28), A8(0x30), A8(0x38), A8(0x40), A8(0x48), A8(0x50), A8(0x58),
	A8(0x60), A8(0x68), A8(0x70), A8(0x78),
};
#undef A8
#undef A

static const char *stand_in(utf8proc_int32_t cp, int cols)
{
	utf8proc_int32_t parts[32];
	utf8proc_ssize_t n;
	int boundclass = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(stand_ins); i++)
		if (stand_ins[i].cp == (guint32)cp && (int)strlen(stand_ins[i].ascii) == cols)
			return stand_ins[i].ascii;
	/* é is e, full-width A is A: compatibility decomposition begins with the letter. */
	n = utf8proc_decompose_char(cp, parts, G_N_ELEMENTS(parts), UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundclass);
	if (n > 0 && parts[0] >= 0x20 && parts[0] < 0x7F && cols > 0)
		return ascii_strings[parts[0] - 0x20][cols - 1];
	if (cp >= 0x2500 && cp <= 0x257F)
		return cols == 2 ? "+ " : "+";
	return cols == 2 ? "??" : cols == 1 ? "?" : "";
}

/* Columns that the C library, and with it curses, counts; -1 = not drawable. */
static int library_cols(const char *s, size_t len, int *points)
{
	int total = 0;

	*points = 0;
	for (size_t at = 0; at < len; ++*points) {
		utf8proc_int32_t cp;
		int w;

		at += decode(s + at, len - at, &cp);
		w = wcwidth((wchar_t)cp);
		if (w < 0)
			return -1;
		total += w;
	}
	return total;
}

const char *text_degraded(const char *grapheme, size_t len, gboolean utf8_terminal)
{
	utf8proc_int32_t cp;
	int cols, counted, points;

	if (len == 1 && grapheme[0] >= 0x20 && grapheme[0] < 0x7F)
		return NULL;
	if (!len)
		return "";
	decode(grapheme, len, &cp);
	text_grapheme(grapheme, len, &cols);
	if (!utf8_terminal)
		return stand_in(cp, cols);
	counted = library_cols(grapheme, len, &points);
	/* The library knows nothing of the terminal's wide ambiguous characters. */
	if (ambiguous_cols == 2 && points == 1 && is_ambiguous(cp) && counted == 1)
		return NULL;
	return counted == cols && cols > 0 ? NULL : stand_in(cp, cols);
}
