/* One line: the knowledge that fits the opened ticket, insertable by one key. */
#ifndef TUI_VIEW_SUGGEST_H
#define TUI_VIEW_SUGGEST_H

#include "tui/keymap.h"
#include "tui/view.h"

#define SUGGEST_MAX 3

extern const struct view_ops view_suggest_ops;

void view_suggest_setup(struct view *v, const struct keymap *km);
void view_suggest_show(struct view *v, desk_id ticket_id);    /* asks for suggestions */
desk_id view_suggest_at(const struct view *v, size_t i);      /* article; 0 none */

#endif
