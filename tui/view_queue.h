/* The queue: a row a ticket, ordered by the nearest deadline. */
#ifndef TUI_VIEW_QUEUE_H
#define TUI_VIEW_QUEUE_H

#include "tui/marks.h"
#include "tui/view.h"

extern const struct view_ops view_queue_ops;

desk_id view_queue_selected(const struct view *v);              /* 0: the queue is empty */
/* Puts the cursor on the ticket if it is in the window. */
unsigned view_queue_select(struct view *v, desk_id ticket_id);
unsigned view_queue_opened(struct view *v, desk_id ticket_id);  /* marks the opened one */
void view_queue_marks(struct view *v, const struct marks *marks); /* borrowed; a * before the number */
/* The cursor to the ticket, also where it is not in the window yet. */
void view_queue_goto(struct view *v, desk_id ticket_id);
void view_queue_entered(struct view *v);                        /* it has the focus now */
unsigned view_queue_reset(struct view *v);                      /* other list: cursor to its top */
guint view_queue_unseen(const struct view *v);                  /* rows that came in above the window's edge */

/* Where the columns of a row are; cols 0 = hidden. Pure. */
struct queue_column { int x, cols; };
struct queue_columns {
	struct queue_column due, number, customer, subject, channel, marks, waiting, assignee, clock;
};
void queue_columns_fit(int width, int number_cols, int glyph_cols, struct queue_columns *out);

#endif
