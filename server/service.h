/* What a service manager hands over and wants to hear: sockets (LISTEN_FDS) and notices
 * (NOTIFY_SOCKET), after the protocols of systemd; nothing happens without one. */
#ifndef SERVER_SERVICE_H
#define SERVER_SERVICE_H

#include "base/error.h"

#define SERVICE_SOCKETS 8

struct service_sockets {
	int fds[SERVICE_SOCKETS]; /* listening stream sockets, now non-blocking and close-on-exec */
	int n;
	gboolean has_unix, has_tcp;
};

/* Takes the sockets that this process was started with, and forgets the variables so that
 * no child believes they are its own. Before threads. None is not an error; a descriptor
 * that is no listening stream socket is DESK_INVALID. */
gboolean service_take_sockets(struct service_sockets *sockets, GError **error);

/* Tells the manager "READY=1", "STOPPING=1", ...; lines may be joined with \n. Any thread. */
void service_notify(const char *state);
void service_notify_reloading(void);
/* How often "WATCHDOG=1" is to be sent (half of what kills us), in ms; 0 = it isn't awaited. */
unsigned service_watchdog_ms(void);

#endif
