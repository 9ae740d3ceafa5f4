/* Which status may follow which, when a person says so. Pure; the server decides by
 * it, the screen offers by it. */
#ifndef RULES_STATUS_H
#define RULES_STATUS_H

#include "wire/model.h"

/* TRUE when a ticket of `from` may be set to `to` by hand. Setting what it is already is
 * always possible, save for the two that nobody sets: new (only at birth) and merged
 * (only by merging, and for good). */
gboolean status_may_follow(enum ticket_status from, enum ticket_status to);
/* What else it may become, as bits (1 << status). */
unsigned status_followers(enum ticket_status from);
/* Setting `to` opens a closed ticket again: reopening has rules of its own. */
gboolean status_reopens(enum ticket_status from, enum ticket_status to);
/* A customer's message on a ticket that was closed at resolved_ms opens it again (else
 * it begins a new one). days < 0: always; 0: never. */
gboolean status_customer_reopens(enum ticket_status status, int64_t resolved_ms, int64_t now_ms, int days);
/* TRUE for what may be handed to a channel: replies and forwards. A note never is, whoever asks. */
gboolean message_may_leave(enum message_kind kind);

#endif
