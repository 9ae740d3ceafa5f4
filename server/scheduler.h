/* The thread that does due work: replies whose undo window ended, holds that ended. */
#ifndef SERVER_SCHEDULER_H
#define SERVER_SCHEDULER_H

#include "server/desk/desk.h"

struct scheduler;
struct scheduler *scheduler_start(struct desk *d);
/* Something may be due earlier than thought. Any thread; cheap. */
void scheduler_wake(struct scheduler *s);
void scheduler_stop(struct scheduler *s); /* NULL is fine */

#endif
