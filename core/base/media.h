/* Media types by the end of a file's name: a guess for people, never a promise. */
#ifndef BASE_MEDIA_H
#define BASE_MEDIA_H

#include <glib.h>

/* "image/png" for "a.PNG"; "application/octet-stream" for what isn't known. Never NULL. */
const char *media_of_name(const char *name);
/* A pattern with a slash is held against the media type (a star stands for anything: "image" slash
 * star), one without against the name ("*.pdf"); "*" is everything. Case doesn't count. */
gboolean media_matches(const char *pattern, const char *media, const char *name);
/* "120 KB", "2.1 MB", "14 B": powers of 1024. g_free. */
char *media_size(gint64 bytes);

#endif
