/* The user's own line editor: readline 8.2 under our input and our redisplay.
 * The only file with readline. One editing state per draft or prompt; switching
 * saves and restores it (text, cursor, undo). Honours ~/.inputrc (emacs and vi). */
#ifndef TUI_LINEEDIT_H
#define TUI_LINEEDIT_H

#include <glib.h>
#include "tui/input.h"

struct lineedit;
enum lineedit_result { LINEEDIT_MORE, LINEEDIT_ACCEPTED /* Enter */, LINEEDIT_CANCELLED /* Ctrl-G, Ctrl-C */ };

/* `history` names a file (NULL: none); multi: Alt-Enter or Ctrl-J inserts a newline, Up/Down move by line. */
struct lineedit *lineedit_new(const char *history, gboolean multi);
void lineedit_free(struct lineedit *e);
enum lineedit_result lineedit_key(struct lineedit *e, const struct input_event *ev);
void lineedit_insert(struct lineedit *e, const char *utf8); /* at the cursor, one undo step; paste and templates */
void lineedit_set(struct lineedit *e, const char *utf8);    /* replaces all, cursor at the end */
const char *lineedit_text(const struct lineedit *e);        /* raw UTF-8; borrowed until the next call */
size_t lineedit_length(const struct lineedit *e);           /* of the text, bytes */
size_t lineedit_cursor(const struct lineedit *e);           /* byte */
void lineedit_move(struct lineedit *e, size_t at);          /* the cursor, to a byte */
/* Up and Down go by rows wrapped at `cols`; 0 (as new): by lines. */
void lineedit_width(struct lineedit *e, int cols);
/* Escape means something to the editor now (vi insertion, a search): give it the key
 * before the keymap sees it. */
gboolean lineedit_takes_escape(const struct lineedit *e);
/* What readline says while searching or counting ("(reverse-i-search)`x': "); else NULL. */
const char *lineedit_message(const struct lineedit *e);
void lineedit_remember(struct lineedit *e);                 /* into the history (and file) */
/* Candidates for the word before the cursor; NULL-terminated, g_strfreev. Called on Tab. */
typedef char **lineedit_complete_fn(const char *line, size_t word_from, size_t cursor, void *arg);
void lineedit_completer(struct lineedit *e, lineedit_complete_fn *fn, void *arg);
/* What the last Tab offered beyond the common prefix; NULL when one or none. */
const char *const *lineedit_candidates(const struct lineedit *e);

#endif
