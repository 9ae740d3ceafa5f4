/* The last line: the keys that matter here, from the live keymap; or a message. */
#ifndef TUI_VIEW_FOOTER_H
#define TUI_VIEW_FOOTER_H

#include "tui/keymap.h"
#include "tui/view.h"

extern const struct view_ops view_footer_ops;

void view_footer_setup(struct view *v, const struct keymap *km);
void view_footer_context(struct view *v, const char *context); /* whose keys */
/* There is nothing to open: that key isn't offered, until the context is another. */
void view_footer_nothing(struct view *v, gboolean nothing);
/* A sentence instead of the keys; NULL shows the keys again. */
void view_footer_say(struct view *v, const char *sentence, gboolean bad);
const char *view_footer_said(const struct view *v); /* what it says now; "" the keys */
/* A key that starts a sequence waits: its continuations are shown. */
void view_footer_prefix(struct view *v, const stroke *seq, size_t len);

/* How often the next action is to be done, while it is typed; -1: nothing is. */
void view_footer_count(struct view *v, int count);
/* One, or more while it shows what can follow a prefix. */
int view_footer_rows(const struct view *v, int cols, int screen_rows);

#endif
