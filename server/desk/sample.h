/* The sample desk beyond its content: waking after a sleep, generated tickets for measuring. */
#ifndef DESK_SAMPLE_H
#define DESK_SAMPLE_H

#include "server/desk/desk.h"

/* A sample desk that nothing happened on for some minutes: shifts all of its times by
 * that while, so that its clocks are alive as if it had been asleep. Not for desks of
 * more than some thousand tickets (made for measuring). */
gboolean sample_wake(struct desk *d, GError **error);
/* A problem behind some of the sample's tickets, found and waiting for its analysis. */
gboolean sample_problem(struct desk *d, GError **error);
/* What goes on at a living one: a case handed over that nobody has acknowledged yet, plans with parts, questions, a
 * warm transfer, a follow-up asked; and waiting work is offered to whoever is available. */
gboolean sample_scenes(struct desk *d, GError **error);
/* Adds n generated tickets, a quarter of them Chinese, with deadlines hours and days away.
 * Needs groups, as of seed_desk. */
gboolean sample_bulk(struct desk *d, int n, GError **error);

#endif
