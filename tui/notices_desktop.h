/* Notices of the desktop that this terminal is on: org.freedesktop.Notifications on the session
 * bus, asked without ever waiting for it. */
#ifndef TUI_NOTICES_DESKTOP_H
#define TUI_NOTICES_DESKTOP_H

#include <glib.h>

struct notices_desktop;
/* Where its bus is, by the environment; NULL: there is no desktop here (none, or the person comes by
 * ssh and looks at another one). g_free. */
char *notices_desktop_bus(void);
/* `failed` is called from the main loop for each notice that could not be shown, with its texts. */
typedef void notices_desktop_failed_fn(const char *title, const char *text, void *arg);
struct notices_desktop *notices_desktop_new(const char *bus, notices_desktop_failed_fn *failed, void *arg);
void notices_desktop_free(struct notices_desktop *d); /* NULL is fine; nobody hears of what is under way */
/* UTF-8, printable (gated). Returns at once. */
void notices_desktop_show(struct notices_desktop *d, const char *title, const char *text, gboolean urgent);

#endif
