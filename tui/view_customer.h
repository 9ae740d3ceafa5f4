/* Who the customer is: tags with reason and advice, profile, orders, history. */
#ifndef TUI_VIEW_CUSTOMER_H
#define TUI_VIEW_CUSTOMER_H

#include "tui/view.h"

extern const struct view_ops view_customer_ops;

void view_customer_show(struct view *v, desk_id ticket_id); /* whose customer */

#endif
