/* One line typed at a prompt, in plain characters: what is typed is echoed, what is deleted is
 * rubbed out by backspaces, and when that can't show what the line is now, a new line shows it.
 * No escape sequence is ever written. Without a terminal lines are just read. */
#ifndef TUI_PLAIN_LINE_H
#define TUI_PLAIN_LINE_H

#include <glib.h>

struct line;
/* `history`: a file, or NULL. */
struct line *line_new(const char *history);
void line_free(struct line *l); /* gives the terminal back */

struct line_ask {
	const char *prompt;
	gboolean remember;        /* into the history */
	const char *proposed;     /* stands there already; NULL */
	/* Each of these may be NULL. */
	void (*typed)(const char *text, void *arg);     /* after each key */
	/* Nothing has been typed: what is to be said now comes from here, whole lines, or NULL. g_free. */
	char *(*news)(void *arg);
	char **(*complete)(const char *text, void *arg); /* whole lines that it can become; g_strfreev */
	void *arg;
};
/* Turns the main loop till Enter. NULL: the end of the input. Interrupted by ^C: "" and *stopped. g_free. */
char *line_read(struct line *l, const struct line_ask *ask, gboolean *stopped);
/* There may be news: line_read asks for them. */
void line_wake(struct line *l);
/* FALSE: nobody types here, a file or pipe is read. */
gboolean line_terminal(const struct line *l);

#endif
