/* Files compiled into the program: keymaps/ and themes/. */
#ifndef TUI_BUILTIN_H
#define TUI_BUILTIN_H

#include <glib.h>

/* "keymaps/default.keys"; NULL when there is none. */
GBytes *builtin_file(const char *path);

#endif
