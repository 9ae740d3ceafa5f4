/* Full text over tickets: the engine's own index, filled with our tokens (rules/find.h).
 *
 * A ticket has documents: its head, its subject, its customer's name, and one for each
 * message that is not a line of history. Their numbers are ticket id << 20 | n, so that
 * "newest first" is the order of numbers and a ticket's documents are a range of them.
 * The index changes in the transaction of what it tells of. Where it is missing or of an
 * older version (settings "text_index": version and the lowest ticket that is in it) a
 * thread fills it in slices, newest tickets first; until then older text isn't found.
 *
 * SQLite's index keeps no text: what leaves it is given once more, from what the message
 * and `ticket.search` (the head's tokens) hold. PostgreSQL's takes whatever comes. */
#ifndef DESK_MESSAGE_TEXT_H
#define DESK_MESSAGE_TEXT_H

#include "server/desk/desk.h"

#define TEXT_SHIFT 20
#define TEXT_DOC(ticket_id, n) ((int64_t)(ticket_id) * (INT64_C(1) << TEXT_SHIFT) + (n))
enum text_document {
	TEXT_HEAD,     /* subject, customer's name, number, category, tags */
	TEXT_SUBJECT,
	TEXT_CUSTOMER,
	TEXT_MESSAGES = 8 /* and on: the message of slot n is TEXT_MESSAGES - 1 + n */
};

struct message_text;
/* Looks whether there is something to fill in, and begins to. Never NULL: what fails is
 * logged and tried again. */
struct message_text *message_text_open(struct desk *d);
void message_text_stop(struct message_text *x); /* its thread; writes go on */
void message_text_close(struct message_text *x); /* NULL is fine */
/* TRUE when every ticket is in the index. */
gboolean message_text_complete(struct message_text *x);
/* Waits until it is (tests, commands). FALSE: it can't get there. */
gboolean message_text_wait(struct message_text *x, int ms);
/* Forgets the index and fills it anew from now on. */
gboolean message_text_rebuild(struct desk *d, GError **error);

/* ---- in jobs, in the transaction of the write */
/* A message was inserted. */
gboolean message_text_add(struct desk *d, struct db_conn *conn, desk_id ticket_id, desk_id message_id,
                          enum message_kind kind, const char *body, GError **error);
/* All messages of the ticket that have no slot yet: after a merge, a split, an import. */
gboolean message_text_add_loose(struct desk *d, struct db_conn *conn, desk_id ticket_id, GError **error);
/* All messages of the ticket are about to move to another one: they lose their slots
 * (message_text_add_loose there, afterwards). */
gboolean message_text_leave(struct desk *d, struct db_conn *conn, desk_id ticket_id, GError **error);
/* Subject, customer, category or tags (all as in `t`) changed; fresh: the ticket is new. */
gboolean message_text_head(struct desk *d, struct db_conn *conn, const struct ticket *t, gboolean fresh,
                           GError **error);
/* A customer is about to get this name in its tickets. */
gboolean message_text_customer(struct desk *d, struct db_conn *conn, desk_id customer_id, const char *name,
                               GError **error);
/* What a customer is found by, after its row was written. */
gboolean message_text_customer_keys(struct db_conn *conn, desk_id customer_id, const char *email, const char *phone,
                                    const char *language, GError **error);

/* The index's query for tokens that follow each other in one document. g_free. */
char *message_text_query(enum db_engine engine, const GPtrArray *tokens, gboolean prefix_token);

#endif
