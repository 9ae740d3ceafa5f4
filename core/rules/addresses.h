/* Mail addresses that a person typed: "a@b.example, Chen Jie <c@d.example>". Pure. */
#ifndef RULES_ADDRESSES_H
#define RULES_ADDRESSES_H

#include "base/error.h"

#define ADDRESSES_MAX 50

/* The same list in its one form (", " between, spaces trimmed; g_free), NULL with an
 * error that begins with `member` when one isn't an address or there are more than
 * ADDRESSES_MAX. An empty or NULL text gives NULL without an error. *count (may be NULL)
 * = how many. Syntax only: one @, a name before it, a host name behind it. */
char *addresses_check(const char *member, const char *text, int *count, GError **error);

#endif
