/* The top line: which list, how many, how late; who and where; next deadline, clock. */
#ifndef TUI_VIEW_STATUS_H
#define TUI_VIEW_STATUS_H

#include "tui/keymap.h"
#include "tui/view.h"

extern const struct view_ops view_status_ops;

void view_status_setup(struct view *v, const struct keymap *km); /* whose keys it names */
void view_status_told(struct view *v, guint notices); /* not looked at yet */
void view_status_unseen(struct view *v, guint unseen); /* new rows above the queue's edge */
void view_status_marked(struct view *v, guint marked); /* tickets to be acted on together */
void view_status_list(struct view *v, const char *name); /* a group's; NULL: by the store's view */

#endif
