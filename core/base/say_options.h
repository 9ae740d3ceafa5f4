/* The command line in the language of the thread: GLib's own words are translated only where the
 * host has the locale installed. */
#ifndef BASE_SAY_OPTIONS_H
#define BASE_SAY_OPTIONS_H

#include <glib.h>

/* g_option_context_parse, with descriptions that were marked N_() in our words. --help, -h and -?
 * are printed and end the program, as GLib does it. */
gboolean say_options_parse(GOptionContext *context, int *argc, char ***argv, GError **error);

#endif
