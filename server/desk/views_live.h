/* Live counts of saved views: for each query that somebody looks at, which tickets it holds.
 *
 * A change makes only the changed tickets be asked about again, so its cost doesn't depend
 * on how many there are. Queries in which time plays a part are counted anew now and then.
 * A query that nobody asked for in a minute is forgotten. Nothing here is stored: each
 * server counts for itself and follows the feed. Any thread. */
#ifndef DESK_VIEWS_LIVE_H
#define DESK_VIEWS_LIVE_H

#include "server/desk/desk.h"

struct views_live;
struct views_live *views_live_new(struct desk *d);
void views_live_stop(struct views_live *x); /* its thread */
void views_live_free(struct views_live *x); /* NULL is fine */

/* A ticket changed, or the tickets of a customer, or the names that queries say. */
void views_live_ticket(struct views_live *x, desk_id ticket_id);
void views_live_customer(struct views_live *x, desk_id customer_id);
void views_live_reset(struct views_live *x);

struct view_count {
	int64_t count, late; /* -1: not counted yet */
	int64_t as_of_ms;    /* when that was true */
};
/* Counts of queries for somebody, in order; waits at most wait_ms for what isn't counted.
 * Queries that are no longer right stay at -1. */
void views_live_counts(struct views_live *x, const struct actor *who, const char *const *queries, size_t n, int wait_ms,
                       struct view_count *counts);
/* Waits until every change it was told of is in the counts (tests, bench). */
void views_live_settle(struct views_live *x);

#endif
