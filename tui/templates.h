/* Which templates fit a ticket, best first, and what fills their variables. Pure
 * but for the store's names. */
#ifndef TUI_TEMPLATES_H
#define TUI_TEMPLATES_H

#include "client/store.h"

/* Borrowed templates, best first: the customer's language, the variant for the
 * customer's age where tagged (and no other one), the problem's category; what adds
 * a part (bits of enum template_part) that the text `has` already comes later. */
GPtrArray *templates_fitting(const GPtrArray *all, const struct ticket *ticket, unsigned has);
gboolean templates_tagged(const struct ticket *ticket, const char *tag);
/* The body with what is known filled in. `missing` gets the names of the rest (char*, owned). */
char *templates_fill(const struct template *t, const struct store *s, const struct ticket *ticket, GPtrArray *missing);

#endif
