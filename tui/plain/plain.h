/* The desk without a screen: `ttydesk VERB ...` for scripts, `ttydesk --linear` for
 * screen readers, braille lines and serial terminals, words for the shells' completion. */
#ifndef TUI_PLAIN_PLAIN_H
#define TUI_PLAIN_PLAIN_H

#include <glib.h>

#include "base/say.h"

/* What the program ends with; ttydesk-commands(1) tells them to the writer of scripts. */
enum plain_exit {
	PLAIN_OK = 0,
	PLAIN_FAILED = 1,
	PLAIN_USAGE = 2,
	PLAIN_NOT_FOUND = 3,
	PLAIN_CONFLICT = 4,    /* somebody else changed it; the key was used for something else */
	PLAIN_UNCERTAIN = 5,   /* a write left and got no answer: send it again with its key */
	PLAIN_UNREACHABLE = 6, /* nothing was sent */
	PLAIN_FORBIDDEN = 7
};

/* A word that is no option stands first: this command line is ours. Costs nothing else. */
gboolean plain_asked(int argc, char **argv);
/* Runs it; the exit code. */
int plain_main(int argc, char **argv);
/* The list of verbs, for --help. g_free. */
char *plain_summary(void);

#endif
