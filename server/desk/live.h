/* The players of a living sample desk: customers who write, wait, lose patience, answer,
 * thank and rate. Their lines are our own, in English and Chinese. */
#ifndef DESK_LIVE_H
#define DESK_LIVE_H

#include "server/desk/desk.h"

struct live;
/* A thread of its own: something happens every 5 to 20 s. NULL: no thread to be had. */
struct live *live_start(struct desk *d);
void live_stop(struct live *l); /* NULL is fine */

/* One turn of the players: reads the desk, does at most one thing. What is done follows
 * from the desk, `now_ms` and `rand` alone. *did names it ("opens", "waits", "answers",
 * "rates", "leaves"), NULL when nothing was to do. */
gboolean live_turn(struct desk *d, GRand *rand, int64_t now_ms, const char **did, GError **error);

#endif
