/* All clocks of a ticket, the nearest first, counting. */
#ifndef TUI_VIEW_CLOCKS_H
#define TUI_VIEW_CLOCKS_H

#include "tui/view.h"

extern const struct view_ops view_clocks_ops;

void view_clocks_show(struct view *v, desk_id ticket_id);
desk_id view_clocks_ticket(const struct view *v);
enum clock_kind view_clocks_selected(const struct view *v); /* CLOCK_NONE: there is none */

#endif
