/* The players of a living sample desk: customers who write, wait and rate. */
#ifndef DESK_LIVE_H
#define DESK_LIVE_H

#include "server/desk/desk.h"

struct live;
struct live *live_start(struct desk *d); /* a thread of its own */
void live_stop(struct live *l);

#endif
