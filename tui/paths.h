/* Paths as a person types them: "~", blanks behind a backslash or in quotes, completion as a
 * shell's. Nothing is expanded but the home folder. */
#ifndef TUI_PATHS_H
#define TUI_PATHS_H

#include "base/error.h"

/* "~/x" and "~" are the person's own. g_free. */
char *paths_home(const char *path);
/* Several paths in one line; one that is there as it was typed, blanks and all, is taken as it is.
 * DESK_INVALID: a quote is left open, or there is nothing. g_strfreev. */
char **paths_split(const char *line, GError **error);
/* What the path that ends at `cursor` may become, each without what stands before `word_from` (the
 * last blank); folders end with a slash, hidden names come only when asked for with a dot. `from`:
 * where paths begin in the line; `escape`: blanks get a backslash (several paths), else the rest of
 * the line is one path. NULL none; g_strfreev. */
char **paths_complete(const char *line, size_t from, size_t word_from, size_t cursor, gboolean escape);
/* A name from outside as that of a file of ours: no folders, no controls, no dot or dash in front, not
 * empty, at most 200 bytes. g_free. */
char *paths_safe_name(const char *name);

#endif
