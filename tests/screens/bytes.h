/* What a program may send to the terminal that it was told it has. */
#ifndef SCREENS_BYTES_H
#define SCREENS_BYTES_H

#include <glib.h>

/* NULL when all is well, else what is wrong. g_free. */
char *bytes_wrong(const GByteArray *raw, const char *term, const char *locale, gboolean no_color);

#endif
