/* Tickets marked to be acted on together, in the order they were marked. */
#ifndef TUI_MARKS_H
#define TUI_MARKS_H

#include "wire/model.h"

struct mark {
	desk_id ticket_id, customer_id; /* customer 0: unknown */
};

struct marks;
struct marks *marks_new(void);
void marks_free(struct marks *m);
void marks_put(struct marks *m, desk_id ticket_id, desk_id customer_id); /* once only */
void marks_remove(struct marks *m, desk_id ticket_id);
void marks_clear(struct marks *m);
gboolean marks_has(const struct marks *m, desk_id ticket_id);
guint marks_count(const struct marks *m);
GArray *marks_list(const struct marks *m); /* struct mark; free it */

#endif
