/* Taking back: what each change did is remembered with its opposite, worked out from the ticket as it
 * was before; the newest one, or the newest group (a macro, many tickets at once), goes back together.
 *
 * What somebody else has changed since is left alone: a value is only put back while it still is what
 * our change made it, and the write names the version that was looked at. One thread. */
#ifndef CLIENT_UNDO_H
#define CLIENT_UNDO_H

#include "client/store.h"

#define UNDO_GROUPS 20 /* older ones are forgotten */

struct undo;
struct undo *undo_new(void);
void undo_free(struct undo *u);
/* Before the change is written. Changes that are nobody's to take back (views, presence, a suggestion
 * that was used) are passed over; so is what changes nothing. */
void undo_note(struct undo *u, struct store *s, const struct change *c);
/* The text of a draft that was `was` (NULL none) and became `made`. */
void undo_note_text(struct undo *u, desk_id ticket_id, enum message_kind kind, const char *was, const char *made);
/* All that is noted between the two is one; they nest. */
void undo_begin(struct undo *u);
void undo_end(struct undo *u);
/* Puts a draft's text back when it still is `made`; else FALSE. */
typedef gboolean undo_text_fn(desk_id ticket_id, enum message_kind kind, const char *was, const char *made, void *arg);
/* Takes the newest back through store_write, last change first. FALSE: there is none. *done and *left
 * (never NULL then, g_free) list in words what was put back and what was not, and why; "" nothing. */
gboolean undo_last(struct undo *u, struct store *s, undo_text_fn *text, void *arg, char **done, char **left);

#endif
