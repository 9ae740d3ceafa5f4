/* The knowledge index: derived from the published articles, in memory, local to each
 * ttydeskd (also with PostgreSQL, so that ranking is the same everywhere). Thread safe. */
#ifndef SERVER_SEARCH_H
#define SERVER_SEARCH_H

#include "base/error.h"
#include "wire/model.h"

struct search;

struct search *search_new(GError **error);
void search_free(struct search *s);
/* Adds an article or replaces it. */
gboolean search_put(struct search *s, const struct article *a, GError **error);
gboolean search_remove(struct search *s, desk_id id, GError **error);
/* Removes all that isn't in `ids` (a set of int64 keys). */
gboolean search_retain(struct search *s, GHashTable *ids, GError **error);

enum search_mode {
	SEARCH_ALL_FIRST, /* all terms; when that finds too little, any of the rarest */
	SEARCH_ANY        /* any of the rarest terms; weak matches are left out: suggestions from running text */
};
struct search_query {
	const char *text;
	const char *head;      /* SEARCH_ANY: what the text is about (subject); counts more. NULL none */
	const char *language;  /* preferred, not required; NULL any */
	const char *category;  /* articles that share parts of it ("account/sign-in") are preferred; NULL any */
	enum search_mode mode;
	int limit;
};
/* struct article_hit, best first. */
GPtrArray *search_find(struct search *s, const struct search_query *q, GError **error);

#endif
