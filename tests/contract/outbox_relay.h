/* A line that breaks: stands between a workstation and a real ttydeskd and cuts writes at a chosen point. */
#ifndef TESTS_OUTBOX_RELAY_H
#define TESTS_OUTBOX_RELAY_H

#include <glib.h>

enum cut {
	CUT_NONE,
	CUT_BEFORE,     /* the request is read, and never goes on */
	CUT_DURING,     /* half of it goes on */
	CUT_AFTER,      /* it is done, the answer is lost */
	CUT_KILL_DURING,/* the server is killed right behind the request */
	CUT_KILL_AFTER, /* the server is killed when it has answered, the answer is lost */
	CUT_LIFE,       /* the answer is lost, and the workstation dies before it asks again */
	CUT_COUNT
};

struct relay;
/* Listens at `path`; `killed` is called in the relay's thread when the server must die. */
struct relay *relay_new(const char *path, const char *upstream, void (*killed)(void *arg), void *arg);
void relay_free(struct relay *r);
/* The first time a write with a new key comes it is cut so; later ones of that key pass. */
void relay_arm(struct relay *r, enum cut cut);
unsigned relay_cuts(struct relay *r);   /* so many were cut */
unsigned relay_writes(struct relay *r); /* so many writes came, resends included */

#endif
