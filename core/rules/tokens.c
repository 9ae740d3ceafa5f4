/* The tokeniser: finds words and runs of Chinese in the source, folds each piece
 * by itself (so byte ranges stay true), and stems what is Latin. */
#include "rules/tokens.h"

#include <libstemmer.h>
#include <string.h>

#include "base/text.h"

#define QUERY_MAX 200
#define TOKEN_MAX 64 /* bytes; the rest of an endless word says nothing more */

enum piece { PIECE_NONE, PIECE_WORD, PIECE_HAN };
enum token_kind { TOKEN_WORD, TOKEN_HAN, TOKEN_HAN_ALONE, TOKEN_BIGRAM };

struct walk {
	const char *s;
	void (*emit)(struct walk *w, enum token_kind kind, const char *token, size_t from, size_t to);
	struct sb_stemmer *stemmer; /* of this call only: it is not thread safe; made when first wanted */
	char *word;                 /* folded, before stemming, of the token being emitted */
	token_fn *fn;
	void *arg;
};

static gunichar char_at(const char *s, size_t len, size_t at, size_t *n)
{
	gunichar c = g_utf8_get_char_validated(s + at, (gssize)(len - at));

	/* Callers promise UTF-8; a stray byte only separates words. */
	if (c == (gunichar)-1 || c == (gunichar)-2 || c == 0) {
		*n = 1;
		return ' ';
	}
	*n = (size_t)(g_utf8_next_char(s + at) - (s + at));
	return c;
}

static enum piece piece_of(gunichar c)
{
	if (c < 0x80)
		return g_ascii_isalnum((char)c) ? PIECE_WORD : PIECE_NONE;
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
		return g_unichar_isalnum(c) ? PIECE_HAN : PIECE_NONE;
	default:
		return g_unichar_isalnum(c) || g_unichar_ismark(c) ? PIECE_WORD : PIECE_NONE;
	}
}

static gboolean is_apostrophe(gunichar c)
{
	return c == '\'' || c == 0x2019;
}

static char *folded(const char *s, size_t len)
{
	char *out = text_fold(s, (gssize)len);
	char *to = out;

	/* can't, can’t and cant are one word to those who search. */
	for (const char *p = out; *p; p++) {
		if (*p == '\'' || *p == ' ')
			continue;
		if (g_str_has_prefix(p, "\xE2\x80\x99")) {
			p += 2;
			continue;
		}
		*to++ = *p;
	}
	*to = 0;
	if (to - out > TOKEN_MAX) {
		to = out + TOKEN_MAX;
		while (((guchar)*to & 0xC0) == 0x80)
			to--;
		*to = 0;
	}
	return out;
}

static gboolean is_latin_word(const char *s)
{
	for (; *s; s++)
		if (!g_ascii_isalpha(*s))
			return FALSE;
	return TRUE;
}

static void emit_word(struct walk *w, size_t from, size_t to)
{
	g_autofree char *word = folded(w->s + from, to - from);
	g_autofree char *stem = NULL;

	if (!*word)
		return;
	if (is_latin_word(word)) {
		const sb_symbol *out;

		if (!w->stemmer)
			w->stemmer = sb_stemmer_new("english", "UTF_8");
		out = sb_stemmer_stem(w->stemmer, (const sb_symbol *)word, (int)strlen(word));
		stem = g_strndup((const char *)out, (gsize)sb_stemmer_length(w->stemmer));
	}
	w->word = word;
	w->emit(w, TOKEN_WORD, stem ? stem : word, from, to);
	w->word = NULL;
}

/* Each character, and with the one before it their bigram. */
static void emit_han(struct walk *w, size_t from, size_t to)
{
	g_autofree char *before = NULL;
	size_t before_at = from, n;

	for (size_t at = from; at < to; at += n) {
		char *one;

		char_at(w->s, to, at, &n);
		one = folded(w->s + at, n);
		if (before) {
			g_autofree char *two = g_strconcat(before, one, NULL);

			w->emit(w, TOKEN_BIGRAM, two, before_at, at + n);
		}
		w->emit(w, from + n == to ? TOKEN_HAN_ALONE : TOKEN_HAN, one, at, at + n);
		g_free(before);
		before = one;
		before_at = at;
	}
}

static void walk(struct walk *w, size_t len)
{
	size_t at = 0, n, n2;

	while (at < len) {
		enum piece kind = piece_of(char_at(w->s, len, at, &n));
		size_t from = at;

		at += n;
		while (kind != PIECE_NONE && at < len) {
			gunichar c = char_at(w->s, len, at, &n);

			if (kind == PIECE_WORD && is_apostrophe(c) && at + n < len &&
			    piece_of(char_at(w->s, len, at + n, &n2)) == PIECE_WORD)
				n += n2;
			else if (piece_of(c) != kind)
				break;
			at += n;
		}
		if (kind == PIECE_WORD)
			emit_word(w, from, at);
		else if (kind == PIECE_HAN)
			emit_han(w, from, at);
	}
	if (w->stemmer)
		sb_stemmer_delete(w->stemmer);
}

static void emit_all(struct walk *w, enum token_kind kind, const char *token, size_t from, size_t to)
{
	(void)kind;
	w->fn(token, strlen(token), from, to, w->arg);
}

void tokens_each(const char *utf8, size_t len, token_fn *fn, void *arg)
{
	struct walk w = {.s = utf8, .emit = emit_all, .fn = fn, .arg = arg};

	walk(&w, len);
}

static void append(const char *token, size_t len, size_t from, size_t to, void *arg)
{
	GString *out = arg;

	(void)from;
	(void)to;
	if (out->len)
		g_string_append_c(out, ' ');
	g_string_append_len(out, token, (gssize)len);
}

char *tokens_string(const char *utf8)
{
	GString *out = g_string_new(NULL);

	if (utf8)
		tokens_each(utf8, strlen(utf8), append, out);
	return g_string_free(out, FALSE);
}

/* ---- queries */

/* Folded words as they are typed, sorted. Negations stay: "not received". */
static const char *const stop_words[] = {
	"a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been",
	"but", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he",
	"hello", "her", "hi", "his", "how", "i", "if", "im", "in", "into", "is", "it", "its", "ive",
	"just", "me", "my", "of", "on", "or", "our", "please", "she", "should", "so", "some", "than",
	"that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "too", "us",
	"was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with", "would",
	"you", "your",
};

/* Characters that carry grammar, not meaning; a bigram with one is left out. */
static const char stop_han[] = "的了吗呢吧啊呀哦嘛么我你您他她它们是请这那";

static int compare(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static gboolean is_stop_token(const struct walk *w, enum token_kind kind, const char *token)
{
	if (kind == TOKEN_WORD)
		return bsearch(w->word, stop_words, G_N_ELEMENTS(stop_words), sizeof(stop_words[0]), compare) != NULL;
	for (const char *p = token; *p; p = g_utf8_next_char(p))
		if (g_utf8_strchr(stop_han, -1, g_utf8_get_char(p)))
			return TRUE;
	return FALSE;
}

struct query {
	GPtrArray *all, *wanted;
};

static void add_distinct(GPtrArray *to, const char *token)
{
	if (to->len < QUERY_MAX && !g_ptr_array_find_with_equal_func(to, token, g_str_equal, NULL))
		g_ptr_array_add(to, g_strdup(token));
}

static void emit_query(struct walk *w, enum token_kind kind, const char *token, size_t from, size_t to)
{
	struct query *q = w->arg;

	(void)from;
	(void)to;
	if (kind == TOKEN_HAN)
		return;
	add_distinct(q->all, token);
	if (!is_stop_token(w, kind, token))
		add_distinct(q->wanted, token);
}

GPtrArray *tokens_query(const char *utf8)
{
	struct query q = {g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free)};
	struct walk w = {.s = utf8 ? utf8 : "", .emit = emit_query, .arg = &q};
	GPtrArray *keep, *drop;

	walk(&w, strlen(w.s));
	keep = q.wanted->len ? q.wanted : q.all;
	drop = q.wanted->len ? q.all : q.wanted;
	g_ptr_array_unref(drop);
	return keep;
}
