/* Who is meant by the "@li.wei" in a text. Pure. */
#ifndef RULES_MENTIONS_H
#define RULES_MENTIONS_H

#include <glib.h>

#define MENTIONS_MAX 50 /* names taken from one text */

/* The log-in names mentioned, lower case, each once, in order (char*; unref it). A name begins
 * after '@' at the start of a word or behind a character that is no ASCII letter or digit, so an
 * e-mail address mentions nobody; a '.', '-' or '_' at its end belongs to the sentence. Whether
 * there is such a person is not asked here. */
GPtrArray *mentions_find(const char *text);
/* The text's beginning as one line of at most `max` bytes (never a part of a character), spaces
 * drawn together, "..." when something is left out; g_free. */
char *mention_excerpt(const char *text, size_t max);

#endif
