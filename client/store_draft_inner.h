/* What saving drafts at the desk and reading them from there share; nobody else includes it. One thread. */
#ifndef CLIENT_STORE_DRAFT_INNER_H
#define CLIENT_STORE_DRAFT_INNER_H

#include "client/store_private.h"

#define DRAFT_OWN_SEQS 32
#define DRAFT_AGAIN_MS 3000 /* after a failure, the first time */
#define DRAFT_PROMISE MESSAGE_CUSTOMER /* the pseudo-kind of what a reply promises: "MS WORDS" */

struct way { /* of one draft that isn't at the desk as it is here */
	desk_id ticket_id;
	enum message_kind kind;
	int64_t number;
	int64_t edited_mono_ms;  /* 0: go at once */
	int64_t again_mono_ms;   /* after a failure */
	int64_t pause_ms;
	char *body;              /* on its way now; NULL: a removal, or nothing */
	guint64 request;
	gboolean refused;        /* the desk doesn't want it: not before it is another text */
};

struct draft_sync {
	GPtrArray *ways;
	GPtrArray *shared;       /* struct draft of others, on the open ticket; NULL not asked */
	GArray *behind;          /* desk_id: the desk has a newer text than the one before the eyes */
	GArray *wanted;          /* desk_id: their drafts are to be read; 0 all of mine */
	int64_t own[DRAFT_OWN_SEQS];   /* events that our own saves caused */
	unsigned own_at;
	int64_t last_number;
	guint timer, gather_timer, opened_timer;
	unsigned reading;
	gboolean asked_all;
	gboolean lacking;        /* this server knows no drafts */
	gboolean known;          /* the desk's were read since the line came back */
};

/* ---- store_draft_save.c */
struct way *draft_way_find(const struct store *s, desk_id ticket_id, enum message_kind kind); /* NULL: none under way */
struct way *draft_way_for(struct store *s, desk_id ticket_id, enum message_kind kind);        /* a new one, if need be */
void draft_way_end(struct store *s, struct way *w); /* frees it */
void draft_way_free(gpointer way);
/* Sends what is due and sets the timer for the rest. */
void draft_save_schedule(struct store *s);
gboolean draft_save_is_own(const struct store *s, int64_t seq); /* the event that a save of ours caused */
gboolean draft_sync_can(const struct store *s);                 /* this desk keeps drafts, and we know who we are */
struct draft_note draft_note_of(const struct store *s, desk_id ticket_id, enum message_kind kind);
void draft_note_set(struct store *s, desk_id ticket_id, enum message_kind kind, int64_t revision, gboolean synced);

/* ---- store_draft_sync.c */
/* Reads the drafts of a ticket (0: all of ours) soon, several wishes at once. */
void draft_sync_want(struct store *s, desk_id ticket_id);

#endif
