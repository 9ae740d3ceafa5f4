/* What surrounds the program of one test: private folders, environment, a frozen
 * clock, a private ttydeskd, and other programs of the same desk. */
#ifndef SCREENS_WORLD_H
#define SCREENS_WORLD_H

#include <glib.h>
#include <sys/types.h>

#define WORLD_IDLE_FD 9

struct world {
	char *bin;          /* folder of ttydesk and ttydeskd */
	char *dir;          /* private, removed at the end */
	char **env;
	gint64 now_ms;      /* what the clock's file says */
	pid_t server;
	GPtrArray *server_argv;
	int deadline_ms;
};

struct world *world_new(const char *bin, int deadline_ms);
void world_free(struct world *w, gboolean keep);
void world_env(struct world *w, const char *name, const char *value); /* NULL unsets */
const char *world_getenv(const struct world *w, const char *name);
void world_clock(struct world *w, gint64 now_ms);
char *world_path(const struct world *w, const char *name);
/* Words of a command line with $SOCKET, $SERVER and $DIR replaced; the programs of the
 * desk by their names. NULL with the reason. */
char **world_argv(const struct world *w, const char *line, GError **error);
/* Starts the server and waits until it answers. `line` NULL: as the last time. */
gboolean world_server_start(struct world *w, const char *line, GError **error);
void world_server_stop(struct world *w, int sig);
/* Runs a command to its end; its output (both streams) is in *output. */
gboolean world_run(struct world *w, const char *line, const char *input, int *status, char **output,
                   GError **error);
/* One request to the server on the socket, as that person; its status must be 2xx. */
gboolean world_request(struct world *w, const char *as, const char *what, const char *json, GError **error);

#endif
