/* Step-by-step guides as a customer reads them (R-TALK-5): an article's light markdown becomes plain
 * text that any channel carries. Pure. */
#ifndef RULES_GUIDE_H
#define RULES_GUIDE_H

#include <glib.h>

/* Numbered steps are counted anew from 1 in each run ("1." on every line counts up), "-" and "*" lists
 * keep "- ", headings and emphasis lose their signs; a picture is "ALT: URL", a link "TEXT (URL)". g_free. */
char *guide_text(const char *markdown);

#endif
