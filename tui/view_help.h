/* All keys, from the live keymap and the action table. */
#ifndef TUI_VIEW_HELP_H
#define TUI_VIEW_HELP_H

#include "tui/keymap.h"
#include "tui/view.h"

extern const struct view_ops view_help_ops;

/* First the keys of `context`, then the rest. */
void view_help_show(struct view *v, const char *context);
void view_help_setup(struct view *v, const struct keymap *km);

#endif
