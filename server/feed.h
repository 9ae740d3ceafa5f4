/* The event stream to workstations: a ring of encoded events that all streams share, a
 * cursor each. What the ring no longer holds is read from the database; what the database
 * no longer holds is answered with "reload". */
#ifndef SERVER_FEED_H
#define SERVER_FEED_H

#include "server/http.h"
#include "server/storage/db.h"
#include "wire/wire.h"

struct feed;

/* Called for every event, in order of number, before any stream gets it. */
typedef void feed_notice_fn(const struct event *event, void *arg);

/* Listens to the database (db_feed_listen) from now on. */
struct feed *feed_open(struct db *db, feed_notice_fn *notice, void *arg, GError **error);
/* Streams to be woken; NULL before the server is closed. */
void feed_attach(struct feed *f, struct http_server *http);
/* After db_close (no more events) and http_stop (no more streams). */
void feed_close(struct feed *f);
int64_t feed_newest(struct feed *f);
/* From the newest event's commit until it was heard here, in ms; 0 before the first. */
int64_t feed_lag_ms(struct feed *f);

/* Answers x with the events after `after` (-1: from now on), for ever; notices only to the person
 * they are for. */
void feed_stream(struct feed *f, struct http_exchange *x, desk_id person_id, int64_t after);
/* One page of the same as JSON: {"events":[...],"seq":N,"server_time_ms":N}. DESK_GONE. */
gboolean feed_page(struct feed *f, desk_id person_id, int64_t after, GString *out, GError **error);

#endif
