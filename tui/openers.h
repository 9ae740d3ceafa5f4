/* Which program opens a file: what [open] of ttydesk.conf says, else the person's and the host's
 * mailcap. Never a shell. */
#ifndef TUI_OPENERS_H
#define TUI_OPENERS_H

#include "base/error.h"

struct opener {
	char *pattern; /* see media_matches */
	char *command; /* program and arguments; %s is the path, else it comes last */
};
void opener_free(gpointer opener);

/* argv for that path, or NULL with DESK_NOTFOUND (no program) or DESK_INVALID (a bad setting). The
 * first pattern that fits counts. `mailcaps`: files, NULL-terminated. g_strfreev. */
char **openers_find(const GPtrArray *openers, const char *const *mailcaps, const char *media, const char *name,
                    const char *path, GError **error);

#endif
