/* Half-written replies and notes on disk, one journal a person and desk. */
#ifndef CLIENT_DRAFTS_H
#define CLIENT_DRAFTS_H

#include "wire/model.h"

#define DRAFTS_LAG_MS 200 /* an edit is on disk at most this much later, */
#define DRAFTS_LAG_KEYS 20 /* and at most so many edits later in the file (kill -9 loses no more) */

/* What is known of a draft beside its text; journalled with it. */
struct draft_note {
	int64_t revision;     /* the server's copy it was made from; 0: none */
	gboolean synced;      /* the server has this very text, with that revision */
	gboolean shared;      /* others may read it */
	/* the ticket as it was before the eyes of who wrote; version 0: unknown */
	int64_t version;
	int status;           /* enum ticket_status */
	desk_id assignee_id;
	desk_id message_id;   /* its newest message */
	desk_id answers_id;   /* the newest message of the customer that was read */
};

struct drafts;
struct drafts *drafts_open(const char *dir, GError **error);
void drafts_close(struct drafts *d); /* flushes */
/* Another text is no longer what the server has: the note's `synced` falls. */
void drafts_set(struct drafts *d, desk_id ticket_id, enum message_kind kind, const char *text, int64_t now_ms);
const char *drafts_get(const struct drafts *d, desk_id ticket_id, enum message_kind kind); /* NULL none */
/* NULL: nothing is known. Borrowed until the drafts change. A forgotten draft keeps its note
 * as long as the server has a copy. */
const struct draft_note *drafts_note(const struct drafts *d, desk_id ticket_id, enum message_kind kind);
void drafts_set_note(struct drafts *d, desk_id ticket_id, enum message_kind kind,
                     const struct draft_note *note);
/* A second text for the same place, written elsewhere: kept beside until somebody joins them. NULL none. */
const char *drafts_other(const struct drafts *d, desk_id ticket_id, enum message_kind kind);
void drafts_set_other(struct drafts *d, desk_id ticket_id, enum message_kind kind, const char *text,
                      int64_t now_ms);

gboolean drafts_saved(const struct drafts *d);
gboolean drafts_flush(struct drafts *d, GError **error); /* fsync */
/* Hears once when saving begins to fail (error) and once when it works again (NULL).
 * Memory holds the drafts meanwhile; saving is tried again every 2 s. */
typedef void drafts_trouble_fn(const GError *error, void *arg);
void drafts_listen(struct drafts *d, drafts_trouble_fn *fn, void *arg);
/* What was being written for a ticket that went into another: behind what is there already
 * (DRAFTS_MOVED between, with the old number), and on disk there before it is forgotten
 * here. FALSE: it couldn't be saved and is still in both places. */
#define DRAFTS_MOVED "\n\n-- #%" PRId64 " --\n"
gboolean drafts_move(struct drafts *d, desk_id from, desk_id to, int64_t now_ms, GError **error);
/* Both texts, the second behind a line that tells so; one of them when it holds the other. g_free. */
#define DRAFTS_JOINED "\n\n-- + --\n"
char *drafts_join(const char *first, const char *second);
GArray *drafts_tickets(const struct drafts *d); /* desk_id, newest first */

/* All that have a text, an other text or a note, in no order; FALSE behind the last. */
struct draft_entry {
	desk_id ticket_id;
	enum message_kind kind;
	int64_t at_ms;
	const char *text, *other;       /* "" and NULL: none */
	const struct draft_note *note;
};
gboolean drafts_at(const struct drafts *d, guint i, struct draft_entry *out);

#endif
