/* The last line: the keys that matter here, from the live keymap; or a message. */
#ifndef TUI_VIEW_FOOTER_H
#define TUI_VIEW_FOOTER_H

#include "tui/keymap.h"
#include "tui/view.h"

extern const struct view_ops view_footer_ops;

void view_footer_setup(struct view *v, const struct keymap *km);
void view_footer_context(struct view *v, const char *context); /* whose keys */
/* A sentence instead of the keys; NULL shows the keys again. */
void view_footer_say(struct view *v, const char *sentence, gboolean bad);
/* A key that starts a sequence waits: its continuations are shown. */
void view_footer_prefix(struct view *v, const stroke *seq, size_t len);

#endif
