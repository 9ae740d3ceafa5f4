/* The follow-up after sales (R-TICKET-2): a ticket's rounds of it in the database. What a round
 * becomes is said by rules/follow_up.h. */
#ifndef DESK_FOLLOW_UP_H
#define DESK_FOLLOW_UP_H

#include "server/desk/inside.h"
#include "rules/follow_up.h"

struct follow_up_round {
	struct follow_up *f;   /* owned; NULL: the ticket has none */
	int round;             /* from 1 */
	int64_t next_ms;       /* when the desk looks at it by itself; 0 never */
	int64_t resolved_ms;   /* the solution that it is of; 0 an earlier one */
	desk_id ask_message;   /* with the questions, as sent last; 0 none */
};
void follow_up_round_clear(struct follow_up_round *r);
typedef struct follow_up_round follow_up_round_auto;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(follow_up_round_auto, follow_up_round_clear)

/* The newest round; r is overwritten. */
gboolean follow_up_load(struct db_conn *conn, const struct words *w, desk_id ticket_id, struct follow_up_round *r,
                        GError **error);
/* Keeps the round, and the moment by which the ticket stands in the list of follow-ups. */
gboolean follow_up_put(struct work *w, struct follow_up_round *r, GError **error);
/* A new round for the work's ticket: waiting, or due at once. r is cleared first. */
gboolean follow_up_begin(struct work *w, struct follow_up_round *r, gboolean due, GError **error);
/* The questions went out (message_id), or were asked aloud (0). */
gboolean follow_up_asked(struct work *w, struct follow_up_round *r, desk_id message_id, GError **error);

/* ---- hooks of the other writes */
/* After whatever the work changed, before it is saved. */
gboolean follow_up_settle(struct work *w, GError **error);
/* DESK_CONFLICT with a sentence when an after-sales case hasn't been followed up. */
gboolean follow_up_may_archive(struct work *w, GError **error);
/* A reply was made with these templates: one of the follow-up asks the questions. */
gboolean follow_up_reply(struct work *w, const struct message *m, const GArray *template_ids, GError **error);
/* A reply was taken back. */
gboolean follow_up_recalled(struct work *w, const struct message *m, GError **error);
/* A reply has reached the customer: what waited for an answer to the feedback is over. */
gboolean follow_up_answered_feedback(struct work *w, GError **error);
/* Into t->follow_up. */
gboolean ticket_load_follow_up(struct db_conn *conn, const struct words *w, struct ticket *t, GError **error);

/* ---- time */
/* What falls due, is asked again, is given up; tickets that rest long enough are archived. */
gboolean follow_ups_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);
/* Tickets archived although their follow-up is open (`ttydeskd verify`): at most `limit` numbers. */
gboolean follow_ups_verify(struct db_conn *conn, int limit, GArray *ids, GError **error);

#endif
