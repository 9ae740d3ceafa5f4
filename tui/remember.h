/* What a person chose in the program and finds again at the next start: layout, theme,
 * mouse, language. One small file a person and desk, beside the drafts. */
#ifndef TUI_REMEMBER_H
#define TUI_REMEMBER_H

#include <glib.h>
#include "base/error.h"

struct remember;
/* The file "remembered" in the folder, which need not have one. Never NULL: with `error`
 * set (DESK_INVALID, DESK_IO) nothing is remembered of a file that can't be understood,
 * and the next choice writes a good one. */
struct remember *remember_open(const char *folder, GError **error);
void remember_free(struct remember *r);
/* NULL: nothing was chosen. Borrowed until the next remember_set(). */
const char *remember_get(const struct remember *r, const char *key);
/* Written at once and whole (a new file takes the old one's name); what another
 * workstation of the same person wrote meanwhile is kept. NULL forgets. `key` is a
 * word of a-z and -; a value of several lines or over 400 bytes is DESK_INVALID. */
gboolean remember_set(struct remember *r, const char *key, const char *value, GError **error);

#endif
