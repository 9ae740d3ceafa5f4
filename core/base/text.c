/* The text gate: bytes from anywhere in, drawable text out. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#define MARKS_MAX 8       /* combining marks on one base */
#define JOINS_MAX 7       /* ZWJ in one emoji */
#define ZWJ 0x200D
#define VS15 0xFE0E
#define VS16 0xFE0F
#define ELLIPSIS "\xE2\x80\xA6"

struct text {
	int refs;
	int cols;
	size_t len;
	size_t removed;
	char bytes[];
};

enum verdict { KEEP, REMOVE, REPLACE, SPACE, NEWLINE, TAB };

struct gate {
	const char *p, *end;
	unsigned flags;
	GString *out;
	size_t removed;
	size_t line_at;      /* byte in out where the current line starts */
	int marks;           /* on the present base */
	int joins;           /* ZWJ in the present grapheme */
	gboolean pict;       /* the last thing out was an emoji (with its modifiers) */
	gboolean wide_pict;  /* and one that is two wide by itself */
	gboolean space;      /* the last thing out is a collapsed space */
	gboolean gap;        /* inside a run of removed code points */
};

/* Decodes one code point; a bad sequence is taken whole and reads as -1. */
static size_t decode(const char *p, const char *end, utf8proc_int32_t *cp)
{
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)p, end - p, cp);
	size_t bad = 1;

	if (n > 0)
		return (size_t)n;
	*cp = -1;
	while ((guchar)p[0] >= 0xC0 && bad < 4 && p + bad < end && ((guchar)p[bad] & 0xC0) == 0x80)
		bad++;
	return bad;
}

static gboolean is_pictograph(utf8proc_int32_t cp)
{
	return cp >= 0xA9 && utf8proc_get_property(cp)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static gboolean is_mark(utf8proc_int32_t cp)
{
	const utf8proc_property_t *prop = utf8proc_get_property(cp);

	switch (prop->category) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return TRUE;
	default:
		/* Vowel and final jamo have no width of their own: they hang on a base. */
		return prop->boundclass == UTF8PROC_BOUNDCLASS_V || prop->boundclass == UTF8PROC_BOUNDCLASS_T ||
		       prop->boundclass == UTF8PROC_BOUNDCLASS_EXTEND;
	}
}

static enum verdict judge_ascii(utf8proc_int32_t cp, unsigned flags)
{
	if (cp > 0x20 && cp < 0x7F)
		return KEEP;
	if (cp == ' ')
		return flags & TEXT_MULTILINE ? KEEP : SPACE;
	if (cp == '\t')
		return flags & TEXT_MULTILINE ? TAB : SPACE;
	if (cp == '\n' || cp == '\r')
		return flags & TEXT_MULTILINE ? NEWLINE : SPACE;
	return cp == '\v' || cp == '\f' ? SPACE : REMOVE;
}

/* What a code point is worth by itself; emoji sequences are decided by the caller. */
static enum verdict judge(utf8proc_int32_t cp, unsigned flags)
{
	const utf8proc_property_t *prop;

	if (cp < 0)
		return REPLACE;
	if (cp < 0x80)
		return judge_ascii(cp, flags);
	if (cp == 0x85 || cp == 0x2028 || cp == 0x2029)
		return flags & TEXT_MULTILINE ? NEWLINE : SPACE;
	prop = utf8proc_get_property(cp);
	if (prop->ignorable)
		return REMOVE;
	switch (prop->category) {
	case UTF8PROC_CATEGORY_CC:
		return REMOVE;
	case UTF8PROC_CATEGORY_CF:
		/* Arabic and Indic number signs are format characters that one sees. */
		return prop->boundclass == UTF8PROC_BOUNDCLASS_PREPEND ? KEEP : REMOVE;
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
		return REPLACE;
	case UTF8PROC_CATEGORY_ZS:
		return cp == 0x3000 && flags & TEXT_MULTILINE ? KEEP : SPACE;
	default:
		return KEEP;
	}
}

static void new_base(struct gate *g)
{
	g->marks = g->joins = 0;
	g->pict = g->wide_pict = g->space = g->gap = FALSE;
}

static void put_removed(struct gate *g)
{
	g->removed++;
	if (g->gap || !(g->flags & TEXT_MARKED))
		return;
	new_base(g);
	g_string_append(g->out, "\xEF\xBF\xBD");
	g->gap = TRUE;
}

static void put_space(struct gate *g)
{
	if (g->space && !(g->flags & TEXT_MULTILINE))
		return;
	new_base(g);
	g_string_append_c(g->out, ' ');
	g->space = TRUE;
}

static void put_newline(struct gate *g)
{
	new_base(g);
	g_string_append_c(g->out, '\n');
	g->line_at = g->out->len;
}

static void put_tab(struct gate *g)
{
	int cols = text_string_cols(g->out->str + g->line_at, g->out->len - g->line_at);

	new_base(g);
	for (int n = TEXT_TAB - cols % TEXT_TAB; n > 0; n--)
		g_string_append_c(g->out, ' ');
}

static void put_kept(struct gate *g, utf8proc_int32_t cp, const char *bytes, size_t n)
{
	if (cp >= 0x300 && is_mark(cp)) {
		if (g->out->len == g->line_at || g->marks >= MARKS_MAX) {
			put_removed(g);
			return;
		}
		g->marks++;
		g->space = g->gap = FALSE;
	} else {
		int joins = g->joins;
		gboolean joined = g->out->len >= 3 && memcmp(g->out->str + g->out->len - 3, "\xE2\x80\x8D", 3) == 0;

		new_base(g);
		g->joins = joined ? joins : 0;
		g->pict = is_pictograph(cp);
		g->wide_pict = g->pict && utf8proc_charwidth(cp) == 2;
	}
	g_string_append_len(g->out, bytes, (gssize)n);
}

/* TRUE when at p an emoji can go on: a ZWJ and a pictograph. */
static gboolean joins_on(const char *p, const char *end)
{
	utf8proc_int32_t cp;
	size_t n;

	if (p >= end)
		return FALSE;
	n = decode(p, end, &cp);
	if (cp != ZWJ || p + n >= end)
		return FALSE;
	decode(p + n, end, &cp);
	return is_pictograph(cp);
}

/* ZWJ and variation selectors: TRUE when this was one and is dealt with. A
 * selector that would widen a narrow sign is dropped without a word, because
 * terminals disagree on that width; the sign itself stays. */
static gboolean put_emoji_glue(struct gate *g, utf8proc_int32_t cp, const char *bytes, size_t n)
{
	gboolean keep;

	if (cp != ZWJ && cp != VS15 && cp != VS16)
		return FALSE;
	if (cp == ZWJ)
		keep = g->pict && g->joins < JOINS_MAX && joins_on(bytes, g->end);
	else
		keep = g->pict && g->marks < MARKS_MAX &&
		       ((cp == VS16 && g->wide_pict) || (g->joins < JOINS_MAX && joins_on(bytes + n, g->end)));
	if (!keep) {
		if (cp == ZWJ || !g->out->len)
			put_removed(g);
		return TRUE;
	}
	if (cp == ZWJ)
		g->joins++;
	else
		g->marks++;
	g_string_append_len(g->out, bytes, (gssize)n);
	return TRUE;
}

static void put_newline_once(struct gate *g, utf8proc_int32_t cp)
{
	if (cp == '\r' && g->p < g->end && *g->p == '\n')
		g->p++;
	put_newline(g);
}

/* Runs until the input ends or the result is surely over the cap. */
static void run_gate(struct gate *g, size_t enough)
{
	while (g->p < g->end && g->out->len <= enough) {
		const char *bytes = g->p;
		utf8proc_int32_t cp;
		size_t n = decode(bytes, g->end, &cp);

		g->p += n;
		if (put_emoji_glue(g, cp, bytes, n))
			continue;
		switch (judge(cp, g->flags)) {
		case KEEP:
			put_kept(g, cp, bytes, n);
			break;
		case REMOVE:
			put_removed(g);
			break;
		case REPLACE:
			g->removed++;
			new_base(g);
			g_string_append(g->out, "\xEF\xBF\xBD");
			break;
		case SPACE:
			put_space(g);
			break;
		case NEWLINE:
			put_newline_once(g, cp);
			break;
		case TAB:
			put_tab(g);
			break;
		}
	}
}

static size_t count_points(const char *p, const char *end)
{
	size_t n = 0;

	for (; p < end; p++)
		n += ((guchar)*p & 0xC0) != 0x80;
	return n;
}

static void cut(GString *out, size_t cap, size_t *removed)
{
	size_t room = cap >= strlen(ELLIPSIS) ? cap - strlen(ELLIPSIS) : 0;
	size_t at = 0, n;
	int cols;

	while ((n = text_grapheme(out->str + at, out->len - at, &cols)) && at + n <= room)
		at += n;
	*removed += count_points(out->str + at, out->str + out->len);
	g_string_truncate(out, at);
	if (cap >= strlen(ELLIPSIS))
		g_string_append(out, ELLIPSIS);
}

/* Printable ASCII without what the gate would change; one pass, no tables. */
static gboolean is_clean_ascii(const char *bytes, size_t len, gboolean multiline)
{
	guchar before = 0;

	for (size_t i = 0; i < len; i++) {
		guchar c = (guchar)bytes[i];

		if (c < 0x20 || c > 0x7E) {
			if (c != '\n' || !multiline)
				return FALSE;
		} else if (c == ' ' && before == ' ' && !multiline) {
			return FALSE;
		}
		before = c;
	}
	return TRUE;
}

static GString *clean(const char *bytes, gssize length, unsigned flags, size_t cap, size_t *removed)
{
	size_t len = !bytes ? 0 : length < 0 ? strlen(bytes) : (size_t)length;
	struct gate g = {.p = bytes, .end = bytes + len, .flags = flags};

	g.out = g_string_sized_new(MIN(len, cap < SIZE_MAX - 64 ? cap + 64 : len) + 1);
	run_gate(&g, cap);
	g.removed += count_points(g.p, g.end);
	if (g.out->len > cap)
		cut(g.out, cap, &g.removed);
	*removed = g.removed;
	return g.out;
}

static int widest(const char *s, size_t len)
{
	int most = 0;
	const char *end = s + len;

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		int cols;

		stop = stop ? stop : end;
		cols = text_string_cols(s, (size_t)(stop - s));
		most = MAX(most, cols);
		s = stop + 1;
	}
	return most;
}

static struct text *make(const char *bytes, size_t len, size_t removed)
{
	struct text *t = g_malloc(sizeof(*t) + len + 1);

	t->refs = 1;
	t->len = len;
	t->removed = removed;
	if (len)
		memcpy(t->bytes, bytes, len);
	t->bytes[len] = 0;
	t->cols = widest(t->bytes, len);
	return t;
}

struct text *text_clean(const char *bytes, gssize len, unsigned flags, size_t cap)
{
	size_t n = !bytes ? 0 : len < 0 ? strlen(bytes) : (size_t)len;
	size_t removed;
	GString *out;
	struct text *t;

	if (n <= cap && is_clean_ascii(bytes, n, flags & TEXT_MULTILINE))
		return make(bytes, n, 0);
	out = clean(bytes, (gssize)n, flags, cap, &removed);
	t = make(out->str, out->len, removed);
	g_string_free(out, TRUE);
	return t;
}

char *text_clean_string(const char *bytes, gssize len, unsigned flags, size_t cap)
{
	size_t n = !bytes ? 0 : len < 0 ? strlen(bytes) : (size_t)len;
	size_t removed;

	if (n <= cap && is_clean_ascii(bytes, n, flags & TEXT_MULTILINE))
		return n ? g_strndup(bytes, n) : g_strdup("");
	return g_string_free(clean(bytes, (gssize)n, flags, cap, &removed), FALSE);
}

struct text *text_format(const char *format, ...)
{
	g_autofree char *s = NULL;
	va_list args;

	va_start(args, format);
	s = g_strdup_vprintf(format, args);
	va_end(args);
	return text_clean(s, -1, 0, TEXT_NO_CAP);
}

struct text *text_ref(struct text *t)
{
	t->refs++;
	return t;
}

void text_unref(struct text *t)
{
	if (t && --t->refs == 0)
		g_free(t);
}

const char *text_bytes(const struct text *t)
{
	return t->bytes;
}

size_t text_len(const struct text *t)
{
	return t->len;
}

size_t text_removed(const struct text *t)
{
	return t->removed;
}

int text_cols(const struct text *t)
{
	return t->cols;
}

char *text_fold(const char *utf8, gssize len)
{
	const utf8proc_option_t options = UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
	                                  UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
	g_autofree char *valid = g_utf8_make_valid(utf8 ? utf8 : "", utf8 ? len : 0);
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)valid, (utf8proc_ssize_t)strlen(valid), &folded, options);
	char *out = n < 0 ? g_strdup(valid) : g_strndup((const char *)folded, (gsize)n);

	free(folded);
	return out;
}

gboolean text_storable(const char *bytes, size_t len)
{
	return len == 0 || g_utf8_validate_len(bytes, len, NULL);
}
