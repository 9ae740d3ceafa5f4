/* What goes into the line editor: clean text, and strokes as bytes. For lineedit.c. */
#ifndef TUI_LINEEDIT_TEXT_H
#define TUI_LINEEDIT_TEXT_H

#include "tui/input.h"

#define TEXT_MAX INPUT_PASTE_MAX

/* At most `room` bytes: UTF-8, newlines only with `multi`, no other controls. g_free. */
char *lineedit_clean(gboolean multi, const char *bytes, size_t len, size_t room);
/* The stroke as the terminal of readline's manual would send it; 0 = it has no such key. */
size_t lineedit_bytes(stroke s, char *out, size_t size);

#endif
