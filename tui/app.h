/* The running workstation: loop, panes, focus, painting. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "client/store.h"
#include "tui/options.h"

struct app;

/* Takes the terminal on stdin/stdout. Wrong keymap or theme files leave the
 * built-in ones and say so on the screen. DESK_IO: no usable terminal. */
struct app *app_new(const struct options *o, struct store *store, GError **error);
/* Called when the desk is lost and on reconnect: may start it again. */
typedef void app_revive_fn(void *arg);
void app_on_lost(struct app *app, app_revive_fn *fn, void *arg);
/* Until the person leaves or the terminal goes away; the exit code. */
int app_run(struct app *app);
void app_free(struct app *app); /* gives the terminal back */

/* For --check-config: every complaint about keymap and theme, one a line. */
void app_check(const struct options *o, GString *complaints);

#endif
