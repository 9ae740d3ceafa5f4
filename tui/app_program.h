/* Another program on the real terminal while the workstation steps aside: an editor, a viewer.
 *
 * The loop goes on meanwhile (events come, the outbox leaves), only nothing is painted and no key
 * is read. One program at a time. Never a shell: argv is run as it stands, PATH is searched. */
#ifndef TUI_APP_PROGRAM_H
#define TUI_APP_PROGRAM_H

#include <glib.h>

struct app;

/* It has ended and the screen is ours again. `error`: it ended with another status than 0 or
 * by a signal (DESK_IO, borrowed), else NULL. Not called when the workstation itself ends first. */
typedef void app_program_fn(struct app *app, const GError *error, void *data);

/* FALSE with DESK_IO (it could not be started: the screen is ours, `done` and `free` are not
 * called) or DESK_CONFLICT (another one runs). `free` (may be NULL) is called for data in the
 * end, whatever it was. With `pause` the person is asked for a key before the screen comes
 * back: for programs that only print. */
gboolean app_program_run(struct app *app, const char *const *argv, gboolean pause, app_program_fn *done, void *data,
                         GDestroyNotify free, GError **error);
gboolean app_program_runs(const struct app *app);
/* The person's words for a program, from a setting or the environment: split like a shell
 * would, without being one. DESK_INVALID. g_strfreev. */
char **app_program_words(const char *line, GError **error);
void app_program_free(struct app *app); /* ends a running one */

/* ---- text in the person's editor ($VISUAL, $EDITOR, else vi) */
/* `text`: what is in the file now; borrowed; NULL when `error` says why it can't be had. Both are
 * set when the editor ended badly (crashed, or said it failed): what it saved before is there. */
typedef void app_edit_fn(struct app *app, const char *text, const GError *error, void *data);
/* A private file of that name in a folder of its own; both, and what else the editor has put
 * there, are gone afterwards. */
gboolean app_edit(struct app *app, const char *name, const char *text, app_edit_fn *done, void *data,
                  GDestroyNotify free, GError **error);

#endif
