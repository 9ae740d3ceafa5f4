/* The settings of [notices]. */
#ifndef TUI_OPTIONS_NOTICES_H
#define TUI_OPTIONS_NOTICES_H

#include "tui/options.h"

void options_notices_init(struct notices_settings *n);
/* FALSE: there is no such key. *wrong: NULL, or what the value should have been (not translated). */
gboolean options_notices_set(struct notices_settings *n, const char *key, const char *value, const char **wrong);

#endif
