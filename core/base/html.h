/* A mail's HTML as text that can be read in a terminal; the only room that knows libxml2.
 *
 * The HTML is hostile: nothing is fetched, no script, style or entity of its own has any effect,
 * size and depth are limited, and what comes out still has to pass the text gate before it is drawn.
 * Links become [1] with their real target in a list at the end; images their description; hidden
 * text (not displayed, of no size, in the colour of its ground) is marked as such; tables become
 * lines; quotes begin with "> ". */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include <glib.h>

#define HTML_MAX_BYTES (1u << 20) /* of the input that is looked at */

enum html_flag {
	HTML_FOLD_QUOTES = 1u << 0 /* of longer quotes only their number of lines */
};

/* Never NULL (g_free), valid UTF-8 with newlines, none at its ends. `html` is UTF-8, whatever it
 * says of itself; broken bytes are replaced. Never fails on content. */
char *html_to_text(const char *html, gssize len, unsigned flags);

#endif
