/* The use cases of a help desk. Each change is one transaction: read, let the
 * rules decide, write, number the event. Knows storage and rules; no HTTP. */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "wire/wire.h"
#include "server/storage/db.h"

struct desk;

/* Who does something. The gate (people.h) has already said yes to the kind; what
 * depends on the record (own group, own ticket) is decided here. */
struct actor {
	desk_id person_id;  /* 0 = the desk itself (scheduler, import, sample customers) */
	enum role role;
	const char *display;
	const char *locale;
	const char *chain;  /* a rule does it: rules/chain.h, with that rule at its end; NULL else */
};

/* Loads policies, calendars, people, groups, tags into memory (immutable snapshot,
 * swapped on change), builds the knowledge index. */
struct desk *desk_open(struct db *db, GError **error);
/* Ends what the desk does by itself; before db_close. */
void desk_stop(struct desk *d);
void desk_close(struct desk *d); /* stops, too */
struct db *desk_db(struct desk *d);
/* To be told of every event after commit (any number from anywhere): refreshes snapshots and index. */
void desk_notice(struct desk *d, const struct event *event);

/* A read, on a reader connection. Fills *out (answer_free by the caller). Errors:
 * DESK_NOTFOUND, DESK_INVALID (message names the parameter), DESK_FORBIDDEN, DESK_IO. */
gboolean desk_query(struct desk *d, struct db_conn *conn, const struct actor *who,
                    const struct query *q, struct answer *out, GError **error);

/* A write, inside a job. DESK_CONFLICT when if_version is old: *conflict is then the
 * ticket as it is (caller frees). Idempotency is the caller's (people.h / api). */
gboolean desk_change(struct desk *d, struct db_tx *tx, const struct actor *who,
                     const struct change *c, struct answer *out, struct ticket **conflict,
                     GError **error);

/* For db_submit_alike: jobs that each do one CHANGE_CLAIM_NEXT of any group of theirs, by these. */
guint desk_claims_ahead(struct desk *d, struct db_tx *tx, const struct actor *const *who, guint n);

/* What a customer sees who knows a ticket's number and secret: progress. */
struct public_step {
	gboolean by_customer; /* else the desk's reply */
	int64_t at_ms;
};
struct public_ticket {
	desk_id id;
	char *subject;
	enum ticket_status status;
	int64_t created_ms, updated_ms;
	int64_t promised_ms;  /* 0: nothing is promised */
	gboolean follow_up_open; /* his answers to the follow-up are waited for */
	int64_t answered_ms;  /* ... or came then; 0 not */
	GArray *steps;        /* struct public_step, newest first */
	char *language, *zone; /* the customer's; NULL: not known */
	GArray *progress;     /* struct progress_step, oldest first; at least one */
	GArray *promises;     /* struct progress_promise, oldest first */
	int64_t epoch;        /* these three are the desk's own */
	desk_id merged_into, customer_id;
};
/* DESK_NOTFOUND for a wrong secret as for an unknown number, after the same work. */
gboolean desk_public_ticket(struct desk *d, struct db_conn *conn, desk_id id, const char *secret,
                            struct public_ticket *out, GError **error);
void public_ticket_clear(struct public_ticket *t);
/* The customer's own answers to the follow-up (solved, speed, improve); *out how the ticket is then. */
gboolean desk_public_follow_up(struct desk *d, struct db_tx *tx, desk_id id, const char *secret,
                               const struct follow_up *answers, struct public_ticket *out, GError **error);

/* What customers do (channels, the sample's players, import). */
gboolean desk_customer_writes(struct desk *d, struct db_tx *tx, desk_id ticket_id, const char *body,
                              GError **error);
/* The same, telling where it went: a resolved ticket is opened again within the desk's
 * reopen_days, later (and for an archived one) a new ticket below it begins; a merged
 * one's goes to the ticket that lives on; spam stays spam. */
gboolean desk_customer_writes_to(struct desk *d, struct db_tx *tx, desk_id ticket_id, const char *body,
                                 desk_id *went_to, GError **error);
gboolean desk_customer_opens(struct desk *d, struct db_tx *tx, desk_id customer_id, enum channel channel,
                             const char *subject, const char *body, desk_id group_id, const char *category,
                             desk_id *ticket_id, GError **error);
gboolean desk_customer_rates(struct desk *d, struct db_tx *tx, desk_id ticket_id, int stars,
                             const char *comment, GError **error);

/* Due work: replies whose send_at came, holds that ended. Returns the next moment
 * something is due (INT64_MAX none). Called by the scheduler. */
int64_t desk_due(struct desk *d, GError **error);

/* DESK_INVALID: what somebody has in hand isn't what their tickets make it (`verify`). */
gboolean desk_loads_verify(struct desk *d, GError **error);

/* What is stored of a ticket's clocks held against its facts; a sentence for each difference. */
typedef void desk_difference_fn(const char *sentence, void *arg);
gboolean desk_verify_ticket(struct desk *d, struct db_conn *conn, desk_id id, int64_t now_ms, desk_difference_fn *fn,
                            void *arg, GError **error);
/* All clocks of a ticket recomputed from its facts. */
gboolean desk_clocks(struct desk *d, struct db_conn *conn, desk_id ticket_id, int64_t now_ms,
                     GPtrArray **clocks /* struct ticket_clock */, GError **error);

#endif
