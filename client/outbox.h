/* Writes on their way: a file a desk and person, so that nothing an agent did is
 * lost or doubled by a dropped line, a crash or kill -9.
 *
 * An append-only journal of JSON lines, fsynced before the write is first sent;
 * compacted when mostly ended. Several workstations of one person share the
 * folder: each takes a file of its own (flock), and adopts files whose owner died. */
#ifndef CLIENT_OUTBOX_H
#define CLIENT_OUTBOX_H

#include "wire/wire.h"

struct outbox;
struct outbox_item {
	struct change change;
	int64_t since_ms;
	gboolean tried;        /* it may have reached the server */
};

/* Opens or creates; items of earlier lives are in outbox_each. A torn last line
 * is dropped; any other damage is DESK_INVALID and the file is kept aside. */
struct outbox *outbox_open(const char *dir, GError **error);
void outbox_close(struct outbox *o);
gboolean outbox_add(struct outbox *o, const struct change *c, int64_t now_ms, GError **error);
/* All of them or none, with one fsync; n > 0. */
gboolean outbox_add_many(struct outbox *o, const struct change *const *changes, size_t n, int64_t now_ms,
                         GError **error);
gboolean outbox_tried(struct outbox *o, const char *once_key, GError **error);
gboolean outbox_done(struct outbox *o, const char *once_key, GError **error);
size_t outbox_count(const struct outbox *o);
const struct outbox_item *outbox_at(const struct outbox *o, size_t i); /* oldest first */

#endif
