/* What the client knows right now. Views read it; it is the only one that talks
 * to backend, outbox and disk for them. One store a workstation, one thread.
 *
 * Reading never blocks: a getter answers what is here (perhaps NULL) and a
 * `want` asks for more; a listener hears when it came. Pointers from getters are
 * borrowed until the main loop turns. Memory does not grow with the desk: the
 * queue is a window of about STORE_WINDOW rows around the place looked at,
 * tickets are an LRU of STORE_TICKETS. */
#ifndef CLIENT_STORE_H
#define CLIENT_STORE_H

#include "client/backend.h"

#define STORE_WINDOW 1200
#define STORE_PAGE 50      /* first page: a screenful at once */
#define STORE_FILL 400     /* later pages */
#define STORE_TICKETS 24
#define STORE_PREFETCH 3   /* tickets after the opened one that are fetched ahead */

enum store_note_kind {
	STORE_SESSION,     /* session came or changed */
	STORE_CONNECTION,  /* online, offline, retry time */
	STORE_QUEUE,       /* rows of the window, counts */
	STORE_TICKET,      /* ticket_id: content changed (also pending writes on it) */
	STORE_HITS,        /* knowledge search or suggestions came */
	STORE_ARTICLE,     /* article_id came */
	STORE_TEMPLATES,
	STORE_CUSTOMERS,   /* customer search came */
	STORE_WRITE,       /* a write ended: change, error (NULL = acknowledged) */
	STORE_CLAIMED,     /* claim-next answered: ticket_id (0: nothing left) */
	STORE_VIEWS,       /* saved views or their counts came */
	STORE_FILES,       /* ticket_id: files of its drafts changed or moved; 0: one that is fetched */
	STORE_MERGED,      /* ticket_id went into other_id, drafts and files with it: show that one */
	STORE_DRAFT,       /* ticket_id: a draft of it changed, but not by store_draft_set; 0: any */
	STORE_MACROS,      /* macros came or changed */
	STORE_PRESENCE,    /* others came to or left ticket_id, other_id (both 0: any) */
	STORE_PROBLEM,     /* other_id: that problem changed; 0: any may have */
	STORE_PEOPLE,      /* states and loads of people at work, or what is held out to me */
	STORE_NOTICE,      /* `notice` is new; NULL: the list or what was seen of it changed */
	STORE_MESSAGE      /* a sentence for the status line: text, bad */
};
struct store_note {
	enum store_note_kind kind;
	desk_id ticket_id, article_id;
	desk_id other_id;   /* MERGED */
	const struct change *change;
	const GError *error;
	const struct notice *notice;
	const char *text;
	gboolean bad;
	gboolean remote;    /* caused by somebody else (drawing must not move anything) */
};
typedef void store_fn(const struct store_note *note, void *arg);

struct store;
/* `dir` keeps outbox and drafts of this person at this desk (created 0700). */
struct store *store_new(struct backend *b, const char *dir, GError **error);
/* Flushes drafts and outbox to disk. Before backend_close, which is the caller's. */
void store_free(struct store *s);
void store_listen(struct store *s, store_fn *fn, void *arg); /* may be several; lasts as long as the store */
void store_start(struct store *s); /* session, queue, feed: all asked at once */

const struct session *store_session(const struct store *s); /* NULL until known */
int64_t store_now_ms(const struct store *s);                /* the server's clock */
enum backend_state store_connection(const struct store *s, const char **why, int64_t *retry_at_mono_ms);
void store_retry(struct store *s);
unsigned store_capabilities(const struct store *s);
gboolean store_busy(const struct store *s); /* reads or writes under way, or about to be; not the feed */
/* The feed, while it is there, has told everything that answered writes of ours caused. */
gboolean store_settled(const struct store *s);

const struct group *store_group(const struct store *s, desk_id id);
const struct person *store_person(const struct store *s, desk_id id);
const struct tag *store_tag(const struct store *s, const char *name);

/* ---- the queue on show */
/* Which tickets, all members but `view` may be NULL or 0. */
struct store_list {
	const char *view;   /* "mine", "assigned", "unassigned", "all", "done", "every" (done ones too) */
	desk_id group_id;
	const char *query;  /* of a saved view, in the query language (rules/find.h) */
	const char *filter; /* what the person looks for in it, likewise */
	gboolean newest;    /* highest number first, else by deadline */
	gboolean moving;    /* it changes as time passes: asked again now and then */
};
/* Switches to it; the old rows stay until the new ones are here. */
void store_queue_list(struct store *s, const struct store_list *l);
void store_queue_show(struct store *s, const char *view, desk_id group_id, const char *filter); /* the short form */
gboolean store_queue_newest(const struct store *s);        /* the rows here are in that order */
const char *store_queue_view(const struct store *s);
const char *store_queue_filter(const struct store *s);
size_t store_queue_size(const struct store *s);            /* rows in the window */
const struct ticket_row *store_queue_at(const struct store *s, size_t i);
gssize store_queue_find(const struct store *s, desk_id ticket_id); /* -1: not in the window */
int64_t store_queue_offset(const struct store *s);         /* rows before the window, -1 unknown */
int64_t store_queue_total(const struct store *s, gboolean *exact);
int64_t store_queue_late(const struct store *s);           /* -1 unknown */
gboolean store_queue_ends(const struct store *s, gboolean *at_top); /* TRUE: window reaches the bottom */
/* Rows the screen shows; pages beyond are fetched before they are needed. */
void store_queue_want(struct store *s, size_t first, size_t last);
/* What the list on show is asked by (view, text, order, group), for reading all of it by pages:
 * query_clear when done. */
void store_queue_query(const struct store *s, struct query *out);
void store_queue_jump(struct store *s, enum page_anchor anchor, desk_id around);

/* ---- tickets */
const struct ticket *store_ticket(struct store *s, desk_id id);  /* NULL: not here */
void store_want_ticket(struct store *s, desk_id id);             /* fetch or refresh when stale */
void store_want_older(struct store *s, desk_id ticket_id);       /* older messages */
void store_opened(struct store *s, desk_id id);                  /* keeps it, prefetches its neighbours */

/* The ticket that a merged one is known to live on in; itself else. */
desk_id store_lives_on(const struct store *s, desk_id ticket_id);

/* ---- writes: optimistic on the store, then outbox (disk), then the backend */
/* Takes a copy. Shown at once; STORE_WRITE tells the end. Offline it waits. */
void store_write(struct store *s, const struct change *c);
/* The same for all of them, in this order: one fsync, shown at once, STORE_WRITE for each. No CLAIM_NEXT. */
void store_write_many(struct store *s, const struct change *const *changes, size_t n);

enum pending_state { PENDING_QUEUED, PENDING_SENT, PENDING_UNCERTAIN, PENDING_REFUSED, PENDING_ASK /* over a day old */ };
struct pending {
	const struct change *change;
	enum pending_state state;
	const char *why;       /* refused: the server's sentence */
	int64_t since_ms;
};
size_t store_pending_count(const struct store *s, desk_id ticket_id); /* 0 = all */
size_t store_pending_to_send(const struct store *s); /* those that still go out: all but the refused */
gboolean store_pending_at(const struct store *s, desk_id ticket_id, size_t i, struct pending *out);
/* Refused or old ones: send again (same key), or give up (text becomes a draft). */
void store_pending_resend(struct store *s, const char *once_key);
void store_pending_drop(struct store *s, const char *once_key);

/* ---- drafts: journalled, at most 200 ms or 20 keys behind, survive anything; and kept by the
 * desk, too, a little after the last key, so that the person's other screens have them */
/* Beside them, whom the reply goes to: "to\ncc", lists of addresses. */
#define DRAFT_ADDRESSES MESSAGE_SYSTEM
/* ... and what the reply promises: "MS WORDS", the moment and how the text names it. */
#define DRAFT_PROMISE MESSAGE_CUSTOMER
/* ... and what was typed into forms (tui/forms.h); stays on this disk. */
#define DRAFT_SHEET MESSAGE_PROGRESS
/* kind: REPLY, NOTE, FORWARD or one of those above; NULL none */
const char *store_draft(const struct store *s, desk_id ticket_id, enum message_kind kind);
void store_draft_set(struct store *s, desk_id ticket_id, enum message_kind kind, const char *text); /* NULL or "" forgets */
gboolean store_draft_saved(const struct store *s); /* everything is on disk */
gboolean store_drafts_flush(struct store *s, GError **error);
/* All tickets with a draft, newest first: GArray of desk_id; free it. */
GArray *store_drafts(const struct store *s);
/* What the composer shows (ticket 0: nothing): a text there is the person's alone. What was written
 * elsewhere meanwhile waits beside it and is joined when the composer has left. */
void store_draft_showing(struct store *s, desk_id ticket_id, enum message_kind kind);
void store_draft_pause(struct store *s); /* nobody types there now: what isn't at the desk yet goes at once */
/* Others on the ticket may read it, or no longer. */
void store_draft_share(struct store *s, desk_id ticket_id, enum message_kind kind, gboolean on);
/* Whoever sits here quits: this workstation is no longer theirs. Said by the time store_drafts_farewell returns. */
void store_leave(struct store *s);
/* Saves at the desk what isn't there yet, for at most that long (before leaving). */
void store_drafts_farewell(struct store *s, int ms);

enum draft_place {
	DRAFT_AT_DESK,    /* this very text is there, too */
	DRAFT_ON_ITS_WAY, /* will be, when the person pauses or the line is back */
	DRAFT_ONLY_HERE   /* the desk doesn't take it, or knows no drafts */
};
struct store_draft {
	desk_id ticket_id;
	enum message_kind kind;
	int64_t at_ms;
	const char *text, *other; /* other: written elsewhere meanwhile; NULL none */
	enum draft_place place;
	gboolean shared;
	gboolean typed;           /* written on since the composer came to it */
	desk_id person_id;        /* somebody else's, shared on the open ticket; 0: mine */
	const char *person_name;
	int64_t version;          /* of the ticket, as it was before the writer's eyes; 0 unknown */
	int status;               /* these two only for mine that were written here; -1 unknown */
	desk_id assignee_id;
	desk_id message_id;       /* its newest message then; 0 unknown */
};
/* Mine, newest first, then others'. GArray of struct store_draft, whose texts are borrowed as
 * getters' are; free it. */
GArray *store_draft_list(const struct store *s);
/* The one of that ticket and kind; FALSE: none. */
gboolean store_draft_about(const struct store *s, desk_id ticket_id, enum message_kind kind, struct store_draft *out);

/* ---- one question, one answer, nothing kept: what only one place shows */
/* `answer` is the callee's; exactly one of answer, error is set. Called once and never inside
 * store_lookup; not at all when the store ends first. `destroy` (may be NULL) always is, last. */
typedef void store_answer_fn(struct answer *answer, const GError *error, void *arg);
void store_lookup(struct store *s, const struct query *q, store_answer_fn *fn, void *arg, GDestroyNotify destroy);

/* The same for a write that only its place waits for: it is shown nowhere before the answer, is
 * not in the outbox and not sent again; without the desk it fails. */
void store_request(struct store *s, const struct change *c, store_answer_fn *fn, void *arg, GDestroyNotify destroy);

/* ---- saved views */
/* Asks for them and their counts anew; STORE_VIEWS follows (also when somebody changes one). */
void store_want_views(struct store *s);
const GPtrArray *store_views(const struct store *s);       /* struct saved_view, by position; NULL not known */

/* The macros this person may use, by position and name; NULL: asked for, STORE_MACROS follows. */
const GPtrArray *store_macros(const struct store *s);
/* ---- the others at the desk (CAN_TOGETHER) */
enum store_there { STORE_THERE_LOOKS = 1u << 0, STORE_THERE_WRITES = 1u << 1 };
unsigned store_there(const struct store *s, desk_id ticket_id); /* bits: what others do there; cheap */
/* "Li Wei, Anna Kowalski": others who look at it, or only those who write; raw; NULL nobody; g_free. */
char *store_there_names(const struct store *s, desk_id ticket_id, gboolean writing);
const GPtrArray *store_presence(const struct store *s);    /* struct presence: all, oneself too, by person */
/* What this person has before them; told to the desk when it differs, and again and again. */
void store_look(struct store *s, desk_id ticket_id, gboolean writing, gboolean idle);
/* What this person was told of, newest first: struct notice. Those without an id are this
 * workstation's own: new tickets in the person's groups. One that the desk made something else of (more
 * are meant, a warned one is late) is told with `notice` NULL. */
const GPtrArray *store_notices(const struct store *s);
guint store_notices_unseen(const struct store *s, unsigned off); /* bits of kinds that don't count */
void store_notices_seen(struct store *s, desk_id ticket_id);     /* those about it; 0 all */

/* ---- people at work (CAN_PEOPLE); kept by the feed, STORE_PEOPLE tells */
const struct agent *store_me(const struct store *s);       /* my own state and load; NULL not known */
const struct agent *store_agent(const struct store *s, desk_id person_id); /* NULL not known */
const GPtrArray *store_agents(const struct store *s);      /* struct agent, by person; NULL not known yet */
/* Reads everybody's loads anew: others' are only as fresh as that, their states always are. */
void store_want_agents(struct store *s);
const struct offer *store_offer(const struct store *s);    /* held out to me, in time; NULL none */

/* Where this person's files for this desk are. */
const char *store_dir(const struct store *s);
/* ---- files of drafts: uploaded in the background as soon as they are attached, journalled as the
 * drafts are; a message takes them along and a refused one gives them back. */
enum store_file_state { STORE_FILE_WAITING, STORE_FILE_MOVING, STORE_FILE_READY, STORE_FILE_FAILED };
struct store_file {
	const char *path, *name;  /* raw */
	const char *why;          /* FAILED: a sentence */
	int64_t size, moved;
	desk_id attachment_id;
	enum store_file_state state;
};
gboolean store_attach(struct store *s, desk_id ticket_id, enum message_kind kind, const char *path, GError **error);
guint store_file_count(const struct store *s, desk_id ticket_id, enum message_kind kind);
gboolean store_file_at(const struct store *s, desk_id ticket_id, enum message_kind kind, guint i, struct store_file *out);
void store_detach(struct store *s, desk_id ticket_id, enum message_kind kind, guint i);
void store_detach_all(struct store *s, desk_id ticket_id, enum message_kind kind);
/* For change.attachment_ids (NULL: none). FALSE: one is still on its way (DESK_BUSY) or can't be sent. */
gboolean store_files_ready(const struct store *s, desk_id ticket_id, enum message_kind kind, GArray **ids,
                           GError **error);

/* ---- files of messages: into `path`, mode 0600, whole or not at all; never over a file that is
 * there unless `replace` (DESK_CONFLICT). FALSE: not begun, fn is not called; else it is exactly
 * once, but never while the store is being freed. `destroy` (may be NULL) is called for arg in the end,
 * whatever it was. */
typedef void store_fetched_fn(const char *path, const GError *error, void *arg);
gboolean store_fetch(struct store *s, const struct attachment *a, const char *path, gboolean replace,
                     store_fetched_fn *fn, void *arg, GDestroyNotify destroy, GError **error);
gboolean store_fetching(const struct store *s, desk_id attachment_id, int64_t *done, int64_t *total);

/* ---- knowledge, templates, customers */
void store_search(struct store *s, desk_id ticket_id, const char *text); /* text NULL: suggestions */
const GPtrArray *store_hits(const struct store *s, desk_id *ticket_id, const char **text); /* struct article_hit */
const struct article *store_article(struct store *s, desk_id id);        /* NULL: fetched, STORE_ARTICLE follows */
const GPtrArray *store_templates(const struct store *s);                 /* struct template, by position */
void store_find_customers(struct store *s, const char *text);
const GPtrArray *store_customers(const struct store *s);                 /* of the last search */

#endif
