/* Sends webhooks: a thread of its own takes what is due and posts it, several at once; nothing else
 * waits for it. What is allowed is looked at before and, by address, when connecting. */
#ifndef SERVER_WEBHOOK_HTTP_H
#define SERVER_WEBHOOK_HTTP_H

#include "server/desk/desk.h"

struct webhooks;
struct webhooks *webhooks_start(struct desk *d);
/* Something may be due. Any thread; cheap. */
void webhooks_wake(struct webhooks *w);
/* What is under way gets a moment to end; else it is sent again by whoever is next. NULL is fine. */
void webhooks_stop(struct webhooks *w);

#endif
