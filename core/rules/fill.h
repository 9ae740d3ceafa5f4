/* Template variables: {customer} {agent} {order} {ticket} {promised} {group} {date}. Pure. */
#ifndef RULES_FILL_H
#define RULES_FILL_H

#include <glib.h>

struct fill_var { const char *name, *value; }; /* value NULL: known but empty */

/* The body with every known, non-empty variable filled; what could not be filled
 * stays in braces and is listed in `missing` (char*, may be NULL). "{{" is a
 * brace. Values are inserted as they are and never expanded again. g_free. */
char *fill_template(const char *body, const struct fill_var *vars, size_t n, GPtrArray *missing);
/* TRUE when text still holds a placeholder that fill knows; *at gets its byte. */
gboolean fill_unresolved(const char *text, size_t *at);
/* TRUE when it holds something that looks like another one, {order-number} or {订单号}: letters,
 * digits, - and _ between braces, 40 bytes at most. "{{" is a brace. Bytes [*at, *to). */
gboolean fill_suspect(const char *text, size_t *at, size_t *to);

#endif
