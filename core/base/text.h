/* The text gate: the only door from bytes to screen, log, header or speech.
 *
 * Raw bytes are what arrived from a socket, file or paste; they are stored, sent
 * back and hashed as they are, but no drawing or logging function takes them.
 * A `struct text` is drawable: valid UTF-8, NFC-untouched, no C0/C1/DEL, no
 * bidi overrides, embeddings or isolates, no zero-width or invisible format
 * characters other than ZWJ/VS inside an emoji sequence, no unassigned or
 * private-use code points (U+FFFD instead), never more than 8 combining marks on
 * one base, never a combining mark at the start of a line. Newline survives
 * only with TEXT_MULTILINE (CR LF and CR become newline, tab becomes up to
 * `TEXT_TAB` spaces); otherwise any run of white space becomes one space. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <glib.h>
#include <stdint.h>

#define TEXT_TAB 4
#define TEXT_NO_CAP SIZE_MAX

enum text_flag {
	TEXT_MULTILINE = 1u << 0,
	TEXT_MARKED = 1u << 1 /* show each run of removed code points as U+FFFD */
};

struct text; /* immutable, reference counted (not thread safe) */

/* Cleans `len` bytes (-1: up to NUL). Never fails on content; `cap` bounds the
 * result in bytes (cut at a grapheme, with an ellipsis). NULL bytes = empty. */
struct text *text_clean(const char *bytes, gssize len, unsigned flags, size_t cap);
/* printf, then the gate (single line). For lines built of several parts. */
struct text *text_format(const char *format, ...) G_GNUC_PRINTF(1, 2);
struct text *text_ref(struct text *t);
void text_unref(struct text *t); /* NULL is fine */
typedef struct text text_auto; /* for g_autoptr(text_auto) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(text_auto, text_unref)

const char *text_bytes(const struct text *t); /* NUL-terminated UTF-8 */
size_t text_len(const struct text *t);
size_t text_removed(const struct text *t); /* code points cut or replaced */
int text_cols(const struct text *t);       /* columns of the widest line */

/* The same gate for a sink that wants a plain string (log line, header field,
 * JSON of a human sentence). Free with g_free. */
char *text_clean_string(const char *bytes, gssize len, unsigned flags, size_t cap);

/* The single width authority: wrap, clip, composer and cursor all call it.
 * One grapheme of valid UTF-8 at s[0..len): returns its length in bytes, 0 at
 * the end, and its columns (0, 1 or 2). */
size_t text_grapheme(const char *s, size_t len, int *cols);
/* Start of the grapheme before byte `at` (at > 0), scanning from line start. */
size_t text_grapheme_before(const char *s, size_t at);
/* Columns of len bytes of valid UTF-8 without newlines. */
int text_string_cols(const char *s, size_t len);
/* Longest prefix that fits `max` columns; *cols gets its width. */
size_t text_fit(const char *s, size_t len, int max, int *cols);

/* Ambiguous-width characters (★ ● ─ …) are 1 column unless told otherwise.
 * Process-wide, set once at start by the screen. */
void text_set_ambiguous_width(int cols);
/* Code points that this terminal draws other than we count (utf8proc and
 * wcwidth differ, or the locale is not UTF-8) are drawn degraded: returns the
 * ASCII stand-in for one grapheme, or NULL when it can be drawn as it is. */
const char *text_degraded(const char *grapheme, size_t len, gboolean utf8_terminal);

/* Unicode case folding + compatibility + stripped marks, for matching. g_free. */
char *text_fold(const char *utf8, gssize len);
/* TRUE when the bytes are UTF-8 without NUL (what may be stored). */
gboolean text_storable(const char *bytes, size_t len);

#endif
