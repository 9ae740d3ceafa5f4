/* The man pages inside the program: the text of a topic, in the language of the reader. */
#ifndef TUI_MANUAL_H
#define TUI_MANUAL_H

#include <glib.h>

struct manual_text {
	char *title;   /* "ttydesk-keys(5)" */
	char *text;    /* the whole page */
	size_t at;     /* byte where the topic begins; 0 the page itself */
};
/* A page ("keys", "ttydesk-keys", "ttydeskd.conf"), an action of ttydesk-commands(1), or a
 * chapter of any page, in this order; case doesn't matter. Without a translation the English
 * page. FALSE: nothing is called so. `out` wants manual_clear. */
gboolean manual_find(const char *topic, struct manual_text *out);
void manual_clear(struct manual_text *m);
/* Pages and actions, for completion; g_strfreev. */
char **manual_topics(void);

#endif
