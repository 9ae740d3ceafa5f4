/* The files of a ticket, and its mails in HTML: a list to read, save or open from. */
#ifndef TUI_VIEW_FILES_H
#define TUI_VIEW_FILES_H

#include "tui/view.h"

extern const struct view_ops view_files_ops;

void view_files_show(struct view *v, desk_id ticket_id);
/* The i-th (from 0), or with -1 the marked one: a file, or a message whose HTML it stands for; both
 * NULL: none. Borrowed from the store until the main loop turns. */
void view_files_at(const struct view *v, int i, const struct attachment **file, const struct message **mail);
/* The same without a view, for a ticket. */
guint files_of_ticket(const struct ticket *t, int i, const struct attachment **file, const struct message **from);

#endif
