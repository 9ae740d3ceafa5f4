/* The whole ladder of a ticket: where it went, who has it, what was answered. A rung can be marked. */
#ifndef TUI_VIEW_LADDER_H
#define TUI_VIEW_LADDER_H

#include "tui/view.h"

extern const struct view_ops view_ladder_ops;

void view_ladder_show(struct view *v, desk_id ticket_id);
desk_id view_ladder_ticket(const struct view *v);
desk_id view_ladder_selected(const struct view *v); /* the marked rung; 0 none */

#endif
