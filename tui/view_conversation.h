/* The opened ticket: its title, its customer's tags with advice, what was said. */
#ifndef TUI_VIEW_CONVERSATION_H
#define TUI_VIEW_CONVERSATION_H

#include "tui/view.h"

extern const struct view_ops view_conversation_ops;

/* Another ticket, from its newest message; 0 shows none. */
void view_conversation_show(struct view *v, desk_id ticket_id);
/* Something is decided about it: of the customer's last words the first row stays in sight. */
void view_conversation_answering(struct view *v, gboolean on);
/* The narrow form carries tags and advice; the wide one leaves them to the panel. */
void view_conversation_wide(struct view *v, gboolean wide);
void view_conversation_to_end(struct view *v);
/* Newest customer message that has been on the screen; what a reply answers. */
desk_id view_conversation_read(const struct view *v);
/* The message that is read: the last one of people, not of the desk, in sight; NULL none. */
const struct message *view_conversation_message(const struct view *v);

#endif
