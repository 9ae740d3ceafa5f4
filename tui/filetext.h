/* The bytes of a file as text to read: HTML made readable, the encoding guessed, else what they are. */
#ifndef TUI_FILETEXT_H
#define TUI_FILETEXT_H

#include <glib.h>

#define FILETEXT_MAX (512u << 10) /* bytes that are looked at */

/* Raw text with newlines (it still passes the gate): UTF-8, UTF-16 with its mark, GB18030, else
 * Latin-1; of a file that is no text a sentence and its first bytes. `cut`: there were more bytes.
 * g_free, never NULL. */
char *filetext_read(const char *bytes, gsize len, const char *media, const char *name, gboolean cut);

#endif
