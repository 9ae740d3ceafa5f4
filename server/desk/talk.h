/* Talking to the customer, for what does it beside CHANGE_REPLY. Inside the desk. */
#ifndef DESK_TALK_H
#define DESK_TALK_H

#include "server/desk/inside.h"

/* A reply that goes with another change, as if it had been written in the composer: the channel's length, its window
 * for taking it back, the promise from when it leaves (promise_ms; 0 none). {promised} becomes the promised time in
 * the customer's words; any other placeholder is refused. */
gboolean talk_reply(struct work *w, const char *body, int64_t promise_ms, GError **error);

#endif
