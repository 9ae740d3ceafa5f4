/* Which templates fit a ticket, best first, and what fills their variables. Pure
 * but for the store's names. */
#ifndef TUI_TEMPLATES_H
#define TUI_TEMPLATES_H

#include "client/store.h"

/* The store's templates (borrowed), best first by rules/fit.h; what adds a part (bits of enum
 * template_part) that the text `has` already comes later. */
GPtrArray *templates_fitting(const struct store *s, const struct ticket *ticket, unsigned has);
/* How the ticket's customer feels, by the desk's words. */
enum mood templates_mood(const struct store *s, const struct ticket *ticket);
/* The moment as {promised} says it: in `language` (NULL: the customer's), on the customer's wall. g_free. */
char *templates_promised(const struct store *s, const struct ticket *ticket, const char *language, int64_t until_ms);
/* The body with what is known filled in. `missing` gets the names of the rest (char*, owned). */
char *templates_fill(const struct template *t, const struct store *s, const struct ticket *ticket, GPtrArray *missing);

#endif
