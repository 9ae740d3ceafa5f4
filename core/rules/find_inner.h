/* What the files of the query language share: scanner, readers, errors. */
#ifndef RULES_FIND_INNER_H
#define RULES_FIND_INNER_H

#include "rules/find.h"

/* ---- scanner: text to lexemes; never fails, the parser says what is wrong */
enum find_lex {
	FIND_LEX_END,
	FIND_LEX_OPEN,
	FIND_LEX_CLOSE,
	FIND_LEX_OR,
	FIND_LEX_AND,
	FIND_LEX_NOT,
	FIND_LEX_TERM
};
struct find_piece { /* one value as written */
	int from, to;    /* with quotes and star */
	GString *text;   /* without */
	gboolean quoted, closed, star;
};
struct find_lexeme {
	enum find_lex kind;
	int from, to;
	int name_from, name_to; /* TERM: `field` before the comparison; equal: a bare word */
	enum find_compare compare;
	gboolean number;        /* TERM: a bare #1042 */
	int compare_to;         /* byte after the comparison */
	GPtrArray *pieces;      /* TERM: struct find_piece, at least one (maybe empty) */
};
struct find_scan {
	const char *s;
	int len, at;
};
void find_scan_next(struct find_scan *scan, struct find_lexeme *out);
void find_lexeme_clear(struct find_lexeme *l);
/* The ASCII character that the one at `at` stands for (full-width punctuation), else itself. */
gunichar find_scan_char(const char *s, int len, int at, int *n);

/* ---- errors */
/* Fills *e (which may be NULL) for bytes from..to of `source`; returns FALSE. */
gboolean find_fail(struct find_error *e, const char *source, int from, int to, const char *format, ...)
	G_GNUC_PRINTF(5, 6);
/* `; did you mean "open"?`, or "" when nothing is near. g_free. */
char *find_meant(const char *near_name);

/* ---- values */
struct find_reader {
	const char *source;
	int64_t now_ms;
	GTimeZone *zone; /* never NULL */
	struct find_error *error;
};
/* Reads all values of a term; the node's `uses` are set. */
gboolean find_read_term(const struct find_reader *r, struct find_node *node);
/* Times (find_time.c): the range that the value and the comparison ask for. */
gboolean find_read_time(const struct find_reader *r, struct find_node *node, struct find_value *v);
/* Days since 1970-01-01; INT64_MIN when there is no such day. */
int64_t find_days(int year, int month, int day);
/* A day for a custom date: v->lo, hi as such days. */
gboolean find_read_day(const struct find_reader *r, struct find_node *node, struct find_value *v);
/* Puts a comparison with lo..hi (a single value or unit) into v->lo, hi as a range. */
void find_range(enum find_compare compare, int64_t lo, int64_t hi, struct find_value *v);
/* TRUE for an unquoted, unstarred value that is this word, whatever its case. */
gboolean find_value_is(const struct find_value *v, const char *word);

void find_value_free(struct find_value *v);
void find_node_free(struct find_node *n);
/* Only the digits of a phone number. g_free. */
char *find_digits(const char *s);
/* Names of a fixed vocabulary that fits `field`, with what they mean; 0 when it has none. */
struct find_fixed { const char *name, *means; };
size_t find_fixed_words(enum find_field field, const struct find_fixed **words);

/* Evaluates with somebody else's word on a term: TRUE, FALSE, or -1: the facts say. */
typedef int find_term_fn(const struct find_node *term, void *arg);
gboolean find_evaluate_by(const struct find_tree *t, const struct find_facts *f, find_term_fn *fn, void *arg);

/* Its values are people's names. */
gboolean find_names_people(enum find_field field);

#endif
