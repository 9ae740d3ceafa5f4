/* What speaks against sending a message, in words for where there is no composer. */
#ifndef TUI_PLAIN_GUARD_H
#define TUI_PLAIN_GUARD_H

#include "rules/guards.h"
#include "wire/wire.h"

/* The first objection that isn't among `passed` (bits 1 << guard), as a sentence: g_free; NULL: none.
 * `answers`: the newest message the writer has read, 0 unknown. */
char *plain_objection(const struct session *s, const struct ticket *t, enum message_kind kind, const char *text,
                      desk_id answers, unsigned passed, struct guard_verdict *verdict);

#endif
