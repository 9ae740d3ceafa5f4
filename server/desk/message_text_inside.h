/* Shared by the two files of the full-text index. */
#ifndef DESK_MESSAGE_TEXT_INSIDE_H
#define DESK_MESSAGE_TEXT_INSIDE_H

#include "server/desk/inside.h"
#include "server/desk/message_text.h"

/* Whether the ticket's documents are in the index, so that a change must be there, too. */
gboolean message_text_covers(struct desk *d, struct db_conn *conn, desk_id ticket_id, gboolean *covered,
                             GError **error);
gboolean message_text_put(struct desk *d, struct db_conn *conn, desk_id ticket_id, desk_id message_id,
                          gboolean has_slot, const char *body, GError **error);
/* anew: none of its head's documents is there yet. */
gboolean message_text_head_put(struct desk *d, struct db_conn *conn, const struct ticket *t, gboolean covered,
                               gboolean anew, GError **error);

#endif
