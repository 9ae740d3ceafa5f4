/* Custom fields of tickets: which belong to a ticket, and what may stand in them. Pure. */
#ifndef RULES_CUSTOM_FIELD_H
#define RULES_CUSTOM_FIELD_H

#include "base/error.h"
#include "wire/model.h"

#define CUSTOM_FIELD_TEXT_MAX 4000 /* bytes */

/* TRUE when the category is `of` or below it: "account/sign-in" is of "account". A NULL
 * or empty `of` fits every category, also none. */
gboolean category_is_of(const char *category, const char *of);
/* TRUE when tickets of that category (NULL = none) have this field. */
gboolean custom_field_fits(const struct desk_field *f, const char *category);
/* The value as it is kept (g_free): numbers "12.5" without needless zeros, dates
 * yyyy-mm-dd, yes/no, a choice as it is spelled in the list (its case is free), text
 * trimmed. *number (may be NULL): numbers their value, dates days since 1970-01-01,
 * yes 1, else 0. NULL: DESK_INVALID or DESK_LIMIT naming the field. */
char *custom_field_value(const struct desk_field *f, const char *text, double *number, GError **error);
/* A ticket resolved without some required field is not complete: the first such
 * field's name (borrowed), NULL when all are there. fields: struct desk_field, values:
 * struct field_value or NULL. */
const char *custom_field_missing(const GPtrArray *fields, const char *category, const GPtrArray *values);

#endif
