/* The one tokeniser behind knowledge and message search. Pure, thread safe.
 *
 * Folded text; words in Latin script become English stems, digits stay, each
 * run of Chinese characters becomes its characters and its bigrams. */
#ifndef RULES_TOKENS_H
#define RULES_TOKENS_H

#include <glib.h>
#include <stddef.h>

typedef void token_fn(const char *token, size_t len, size_t from, size_t to, void *arg);
/* Calls fn for each token with the byte range of the source it came from. */
void tokens_each(const char *utf8, size_t len, token_fn *fn, void *arg);
/* Tokens separated by single spaces (what an index stores). g_free. */
char *tokens_string(const char *utf8);
/* Distinct tokens of a query in order, stop words of English and Chinese left
 * out when anything else remains; for Chinese runs of 2+ only the bigrams. */
GPtrArray *tokens_query(const char *utf8);

#endif
