/* What the files of the line editor share. Nobody else includes it. */
#ifndef TUI_LINEEDIT_TEXT_H
#define TUI_LINEEDIT_TEXT_H

#include "tui/input.h"

#define TEXT_MAX INPUT_PASTE_MAX

/* At most `room` bytes: UTF-8, newlines only with `multi`, no other controls. g_free. */
char *lineedit_clean(gboolean multi, const char *bytes, size_t len, size_t room);
/* The stroke as the terminal of readline's manual would send it; 0 = it has no such key. */
size_t lineedit_bytes(stroke s, char *out, size_t size);

/* lineedit_commands.c. All of them work on the text that is in readline now. */
int lineedit_line_start(int at);
int lineedit_line_end(int at);
/* Puts our commands and settings in force, whatever the inputrc said. */
void lineedit_tame(void);
/* A bad inputrc is complained of on stderr, which is our screen. */
int lineedit_hush(void);
void lineedit_unhush(int kept);

/* lineedit.c: the text that is in readline now has lines; moves by one. */
gboolean lineedit_multi(void);
void lineedit_move_line(int direction);

#endif
