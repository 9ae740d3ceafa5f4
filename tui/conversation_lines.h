/* What was said on a ticket, as lines: messages with their state, writes on their way, changes since a draft. */
#ifndef TUI_CONVERSATION_LINES_H
#define TUI_CONVERSATION_LINES_H

#include "client/store.h"
#include "tui/lines.h"

/* Appends them; a line's ref is its message (-1: older ones can be fetched). `s` NULL: without what only
 * a store knows. *next_ms becomes smaller when a line will read otherwise before it (server time). */
void conversation_build(struct lines *l, const struct ticket *t, const struct store *s, int64_t now_ms, int64_t *next_ms);

#endif
