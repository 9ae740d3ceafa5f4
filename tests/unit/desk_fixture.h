/* A desk on a private SQLite file with a few people, groups and policies, and a clock that tests move. */
#ifndef TESTS_DESK_FIXTURE_H
#define TESTS_DESK_FIXTURE_H

#include <glib/gstdio.h>
#include "base/clock.h"
#include "server/desk/desk.h"

#define FIXTURE_START INT64_C(1800000000000)

struct fixture {
	char *dir, *file;
	struct db *db;
	struct desk *desk;
	desk_id front, tech, logistics;      /* tiers 1, 2, 0 */
	desk_id customer;                    /* Wang Fang */
	struct actor li, min, zhao, sun;     /* agent, agent of the same group, specialist, supervisor */
};

void fixture_open(struct fixture *f, const char *url);  /* url NULL: a private SQLite file */
void fixture_close(struct fixture *f);
void fixture_reopen(struct fixture *f);
void fixture_time(int64_t ms);    /* the wall clock from now on */
void fixture_pass(int64_t ms);

/* One change through the writer. */
gboolean fixture_change(struct fixture *f, const struct actor *who, const struct change *c, struct answer *out,
                        struct ticket **conflict, GError **error);
/* The same, which must succeed; the answer is the caller's. */
struct answer *fixture_do(struct fixture *f, const struct actor *who, struct change *c);
/* The same, which must fail with that code. */
struct ticket *fixture_refused(struct fixture *f, const struct actor *who, struct change *c, enum desk_code code,
                               const char *word);
struct answer *fixture_ask(struct fixture *f, const struct actor *who, const struct query *q);
struct ticket *fixture_ticket(struct fixture *f, desk_id id);
desk_id fixture_opens(struct fixture *f, enum channel channel, const char *subject, const char *body,
                      const char *category);
void fixture_writes(struct fixture *f, desk_id ticket_id, const char *body);
const struct ticket_clock *fixture_clock(const struct ticket *t, enum clock_kind kind);
/* Names of the changes of all events so far, joined by spaces. */
char *fixture_feed(struct fixture *f);

#endif
