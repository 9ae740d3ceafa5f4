/* Rungs of a ticket's ladder, as people read them. */
#ifndef TUI_RUNGS_H
#define TUI_RUNGS_H

#include "client/store.h"
#include "rules/escalation.h"
#include "tui/screen.h"

/* Who looks at ladders here: borrows from the session. */
struct escalation_who rungs_who(const struct store *s);

/* "tier 2: Technical", "department: Legal", "Zhao Min"; g_free, never NULL. */
char *rung_whom(const struct store *s, const struct escalation *r);
/* Where it stands: "08:12 left to acknowledge"; g_free. *role says how it looks, *next_ms
 * (kept when sooner) when it will read differently; both may be NULL. */
char *rung_state(const struct escalation *r, int64_t now_ms, enum theme_role *role, int64_t *next_ms);
/* The running clock of the kind; NULL. */
const struct ticket_clock *rungs_clock(const struct ticket *t, enum clock_kind kind);
/* One line on the whole ladder, for the head of a conversation; NULL: there is nothing to say. g_free.
 * `shown`: a clock that is told elsewhere (CLOCK_NONE: none is). */
char *rungs_line(const struct store *s, const struct ticket *t, enum clock_kind shown, int64_t now_ms,
                 enum theme_role *role, int64_t *next_ms);

#endif
