/* Finding the desk: which address this workstation talks to, and starting a
 * private ttydeskd when there is none (design §1). */
#ifndef CLIENT_LAUNCH_H
#define CLIENT_LAUNCH_H

#include <glib.h>
#include "base/error.h"

#define LAUNCH_HOST_SOCKET "/run/ttydesk/desk.sock"

struct launch_conf {
	const char *server;    /* from option, environment or settings; NULL = find */
	const char *daemon;    /* path of ttydeskd; NULL: beside this program, then DESK_BINDIR, then PATH */
	gboolean sample;       /* a living sample desk instead of the person's own */
	const char *state_dir; /* NULL = XDG defaults */
};

/* The address to open ("unix:/run/user/0/ttydesk/desk.sock"). Starts the private
 * daemon if needed and waits until its socket answers (deadline 10 s; DESK_NET
 * with the daemon's last words). The daemon ends itself after its last client. */
char *launch_address(const struct launch_conf *conf, GError **error);
/* The same when somebody answers there already; NULL, and nothing is started, when not. */
char *launch_running(const struct launch_conf *conf);
/* Starts the private daemon behind `address` again when it died; returns at once,
 * the backend's own retries find it. TRUE also when there is nothing to start: the
 * address is not a private one, or somebody answers there. */
gboolean launch_revive(const struct launch_conf *conf, const char *address, GError **error);
/* Folder for outbox and drafts of `person` at `address`: under XDG_STATE_HOME. g_free. */
char *launch_state_dir(const char *address, const char *person);
/* XDG_RUNTIME_DIR, or a private 0700 folder below /tmp, checked for ownership. g_free. */
char *launch_runtime_dir(GError **error);

#endif
