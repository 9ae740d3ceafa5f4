/* A text to read, over the whole screen: a file, a mail. */
#ifndef TUI_VIEW_TEXT_H
#define TUI_VIEW_TEXT_H

#include "tui/view.h"

extern const struct view_ops view_text_ops;

/* Both raw, copied; from the top. */
void view_text_show(struct view *v, const char *title, const char *text);
/* A page of the manual, from the line at that byte on; headings stand out. */
void view_text_manual(struct view *v, const char *title, const char *text, size_t at);

#endif
