/* The inside of the store, shared by its files: queue, tickets, writes, knowledge. */
#ifndef CLIENT_STORE_PRIVATE_H
#define CLIENT_STORE_PRIVATE_H

#include "client/attached.h"
#include "client/drafts.h"
#include "client/outbox.h"
#include "client/store.h"

/* Rows kept ready beyond the screen at either end; a page is only let go when that
 * leaves as much, or moving to and fro would fetch and drop for ever. */
#define QUEUE_MARGIN 300

/* ---- the queue: one contiguous stretch of the list, made of the pages it was read by */
struct queue_edge { /* a place between rows; the list is ordered by (due, id), or (-id, id) */
	int64_t due_ms;
	desk_id id;
};
#define QUEUE_EDGE_TOP ((struct queue_edge){INT64_MIN, 0})
#define QUEUE_EDGE_END ((struct queue_edge){INT64_MAX, INT64_MAX})

/* Pages are let go whole, because only their ends have cursors. A row belongs to
 * the segment with first <= key <= last; between two of them to the lower one. */
struct queue_segment {
	struct queue_edge first, last; /* keys covered, inclusive */
	char *before, *after;          /* cursors; NULL: the list ends there */
};

/* A row as kept: the shown one (names interned), and the server's own while a write is pending. */
struct queue_row {
	struct ticket_row row;
	struct ticket_row *base; /* NULL: row is what the server said */
};

struct recent_row {
	int64_t seq;
	struct ticket_row row;
};
#define QUEUE_RECENT 128

struct store_queue {
	char *view, *query, *filter;
	desk_id group_id;
	gboolean newest;       /* order of the rows that are here: by number, highest first */
	gboolean asked_newest; /* ... and of those asked for */
	gboolean moving;
	GPtrArray *rows;       /* struct queue_row in order */
	GHashTable *by_id;     /* desk_id in row -> struct queue_row */
	GQueue segments;       /* struct queue_segment, top first */
	int64_t offset, total, late;
	gboolean total_exact;
	int64_t seq;           /* newest page's */
	GQueue recent;         /* struct recent_row: events a page read earlier may lack */
	int64_t forgot_seq;    /* newest one that is no longer among them */
	size_t first, last;    /* what the screen shows */
	gboolean loaded;       /* a first page came */
	gboolean fresh;        /* asked view = rows' view (else old rows of another view) */
	guint64 reading;       /* first page, jump or refresh under way */
	guint64 filling_up, filling_down, counting;
	int64_t fill_failed_mono_ms;
	guint count_timer, refresh_timer, trim_timer, again_timer, moving_timer;
};

/* The first and the last page of the window; NULL before any. */
static inline const struct queue_segment *queue_top(const struct store_queue *q)
{
	return q->segments.head ? q->segments.head->data : NULL;
}
static inline const struct queue_segment *queue_end(const struct store_queue *q)
{
	return q->segments.tail ? q->segments.tail->data : NULL;
}

/* ---- tickets */
/* What the server said of the parts that pending writes cover. */
struct ticket_base {
	struct ticket_row row;
	GPtrArray *tags;            /* char* */
	GPtrArray *customer_tags;   /* struct tag_mark; NULL without a customer */
	char *category;
	enum problem_class problem;
	int64_t hold_until_ms;
	GPtrArray *fields;          /* struct field_value; NULL none */
	GPtrArray *checklist;       /* struct check_item; NULL none */
	GPtrArray *ladder;          /* struct escalation; NULL none */
};

/* Views ask whenever they paint: what failed is not asked again at once. */
#define STORE_FAILED_MS 3000

struct cached_ticket {
	desk_id id;
	struct ticket *shown;       /* NULL: asked for */
	struct ticket_base *base;   /* NULL: shown is what the server said */
	gboolean stale;
	gboolean anew;              /* others' messages came between: older pages aren't kept */
	int64_t failed_mono_ms;     /* 0: the last reading went well */
	guint64 reading, reading_older;
	guint64 used;               /* for least recently used */
	GPtrArray *fits;            /* knowledge that fits, fetched ahead; NULL none */
	gboolean fits_asked;
};

/* ---- writes */
struct store_item {
	int64_t number;             /* names it while it is away */
	struct change change;
	enum pending_state state;
	char *why;
	int64_t since_ms;
	guint64 request;            /* of the backend, while sent */
	gboolean tried, journalled;
	gboolean uncertain;         /* it left once and no answer came */
	gboolean retried_conflict;
	char *base_subject;         /* SUBJECT: what it was when asked; NULL unknown */
	int64_t base_version;       /* of the ticket when asked; 0 unknown */
};

struct store_listener {
	store_fn *fn;
	void *arg;
};

/* One question to the backend. While the store is being freed nobody hears its answer. */
typedef void store_done_fn(struct store *s, struct answer *answer, const GError *error,
                           const struct ticket *conflict, int64_t about);
struct store_call {
	struct store *store;
	gboolean is_read;
	store_done_fn *fn;
	int64_t about;
};

struct store {
	struct backend *backend;
	GPtrArray *asking;          /* struct asking: store_lookup.c */
	unsigned calls;             /* open struct store_call: the memory waits for them */
	struct outbox *outbox;
	struct drafts *drafts;
	struct draft_sync *draft_sync; /* store_draft_sync.c */
	desk_id draft_ticket;       /* what the composer shows; 0 nothing */
	enum message_kind draft_kind;
	gboolean draft_typed;       /* ... and it was written on since */
	struct attached *attached;  /* files of drafts */
	guint files_timer;
	GPtrArray *fetches;         /* struct fetch under way */
	GArray *listeners;          /* struct store_listener */
	gboolean started, freeing;
	struct session *session;
	guint64 session_read;
	guint session_timer;
	gboolean following;
	int64_t follow_seq;         /* from there; 0: from some moment */
	int64_t own_seq; /* newest event that a write of ours caused */
	int64_t seen_seq;
	char *why;
	int64_t retry_at_mono_ms;
	enum backend_state state;

	struct store_queue queue;
	GHashTable *tickets;        /* desk_id -> struct cached_ticket */
	GHashTable *merged;         /* desk_id -> desk_id it went into, as far as we heard */
	guint64 use;
	desk_id opened;

	GPtrArray *items;           /* struct store_item, oldest first */
	GHashTable *items_of;       /* desk_id of a ticket -> GPtrArray of those of `items` about it */
	int64_t last_item;
	guint retry_timer;
	int64_t retry_ms;
	char *outbox_damage;        /* told when the screen listens */

	GPtrArray *hits;            /* struct article_hit */
	desk_id hits_ticket;
	char *hits_text, *hits_asked;
	guint64 hits_read, article_read;
	guint hits_timer;           /* tells of hits that were here already */
	desk_id article_asked, article_failed;
	int64_t article_failed_mono_ms, templates_failed_mono_ms;
	GHashTable *articles;       /* desk_id -> struct article */
	GQueue article_order;       /* desk_id in the article, oldest first */
	GPtrArray *templates;
	guint64 templates_read;
	gboolean templates_known;
	GPtrArray *customers;
	guint64 customers_read;

	GPtrArray *macros;          /* struct macro; NULL not known */
	guint64 macros_read;
	gboolean macros_known;      /* or asked for */
	int64_t macros_failed_mono_ms;

	GPtrArray *views;           /* struct saved_view; NULL not known */
	guint64 views_read;
	char *dir;
	struct store_together *together;
	struct store_people *people;
};

/* store.c */
void store_tell(struct store *s, const struct store_note *note);
void store_tell_kind(struct store *s, enum store_note_kind kind, desk_id ticket_id, gboolean remote);
void store_say(struct store *s, gboolean bad, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The answer stays the store's (take members out of it). `about` comes back with it. */
guint64 store_ask(struct store *s, const struct query *q, store_done_fn *fn, int64_t about);
guint64 store_send(struct store *s, const struct change *c, store_done_fn *fn, int64_t about);
/* A file that moves keeps the store's memory, as a question does. */
void store_file_call_began(struct store *s);
void store_file_call_ended(struct store *s);
gboolean store_failed_lately(int64_t failed_mono_ms);
void store_call_off(struct store *s, guint64 *id); /* cancels and sets 0; nobody hears of it */
void store_follow(struct store *s, int64_t seq);   /* from there, when not already from before it */
gboolean store_in_my_groups(const struct store *s, desk_id group_id);

/* store_queue.c: asking; store_rows.c: the rows themselves; store_page.c: pages into rows */
void queue_init(struct store *s);
void queue_free(struct store *s);
void queue_load(struct store *s);                  /* first page of the view, for speed */
void queue_reload(struct store *s);                /* again around the place looked at; rows stay meanwhile */
void queue_online(struct store *s);                /* reads what failed while there was no connection */
void queue_refresh_soon(struct store *s);
void queue_take_row(struct store *s, const struct ticket_row *row, int64_t seq, gboolean remote);
void queue_overlay(struct store *s, desk_id ticket_id); /* pending writes of it changed */
void queue_overlay_new(struct store *s, guint first);   /* of the items from there on, told once */
const struct ticket_row *queue_base_row(const struct store *s, desk_id ticket_id);
void rows_clear(struct store_queue *q);
gssize rows_find(const struct store_queue *q, desk_id id);
size_t rows_place(const struct store_queue *q, struct queue_edge key, gboolean after_equal);
/* Puts the server's row where it belongs; FALSE when a newer version is here already. */
gboolean rows_put(struct store *s, const struct ticket_row *row);
void rows_remove(struct store_queue *q, size_t at);
void rows_take_page(struct store *s, struct queue_page *page, enum page_anchor anchor);
int rows_cover(const struct store_queue *q, const struct ticket_row *row); /* 0 within, -1 above, 1 below */
gboolean rows_belong(const struct store *s, const struct ticket_row *row); /* to the view; the filter aside */
int64_t rows_late(const struct store *s);
void rows_set(struct ticket_row *to, const struct ticket_row *from); /* names interned */
void rows_unset(struct ticket_row *row);
void rows_overlay(struct store *s, struct queue_row *r); /* row = base + pending writes */
struct queue_edge rows_key(const struct store_queue *q, const struct ticket_row *row);
int queue_edge_cmp(struct queue_edge a, struct queue_edge b);

/* store_ticket.c: the cache; store_merge.c: what a ticket shows */
void tickets_init(struct store *s);
void tickets_free(struct store *s);
void tickets_take(struct store *s, struct ticket *ticket); /* of a write's answer; takes it */
void tickets_take_customer(struct store *s, struct customer *customer); /* takes it */
void tickets_event(struct store *s, const struct event *event);
void tickets_stale(struct store *s, desk_id customer_id);  /* 0: all */
void tickets_overlay(struct store *s, const struct store_item *item); /* it came, changed or went */
void tickets_overlay_new(struct store *s, guint first);    /* all items from there on came */
void tickets_online(struct store *s);
void tickets_again(struct store *s, desk_id id);           /* stale; read again when it is open */
struct cached_ticket *tickets_peek(const struct store *s, desk_id id);
int64_t tickets_version(const struct store *s, desk_id id); /* the server's newest known; 0 unknown */
gboolean merge_concerns(const struct cached_ticket *c, const struct store_item *item);
void merge_overlay(struct store *s, struct cached_ticket *c);     /* shown = server's + pending writes */
void merge_ticket(struct cached_ticket *c, struct ticket *fresh); /* takes it; older messages stay */
gboolean merge_event(struct cached_ticket *c, const struct event *event); /* FALSE: read it again */
void merge_older(struct cached_ticket *c, GPtrArray *messages, gboolean more);
void cached_ticket_free(struct cached_ticket *c);

/* store_escalation.c: rungs */
GPtrArray *ladder_copy(const GPtrArray *from);
void ladder_show(const struct store *s, struct ticket *t, const struct store_item *item);

/* store_merged.c: what was begun for `from` goes over; tells STORE_MERGED once. */
void tickets_merged(struct store *s, desk_id from, desk_id into);

/* store_write.c, store_items.c */
gboolean writes_init(struct store *s, const char *dir, GError **error);
void writes_free(struct store *s);
void writes_own_drafts(struct store *s);  /* after draft_sync_init */
void writes_pump(struct store *s);        /* sends what may go */
void writes_retry_now(struct store *s);
void items_init(struct store *s);
void items_free(struct store *s);
void items_add(struct store *s, struct store_item *item);              /* takes it */
struct store_item *items_steal(struct store *s, guint at);
const GPtrArray *items_of(const struct store *s, desk_id ticket_id);   /* oldest first; NULL none */
void item_free(gpointer item);
gboolean item_touches(const struct store_item *item, desk_id ticket_id);
gboolean item_shows(const struct store_item *item);   /* its effect is shown (not refused, not asking) */
void item_apply_row(const struct store *s, const struct store_item *item, struct ticket_row *row);

/* store_drafts.c: what is typed; store_draft_sync.c: the desk's copies */
gboolean writes_hold_text(const struct store *s, desk_id ticket_id, enum message_kind kind); /* on its way (store_items.c) */
void draft_sync_init(struct store *s);
void draft_sync_free(struct store *s);
void draft_sync_edited(struct store *s, desk_id ticket_id, enum message_kind kind, gboolean at_once);
void draft_sync_left(struct store *s, desk_id ticket_id); /* the composer has left it: look again */
void draft_sync_started(struct store *s);  /* session and line are there: what does the desk have? */
void draft_sync_event(struct store *s, const struct event *event);
void draft_sync_merged(struct store *s, desk_id from, desk_id into);
void draft_sync_opened(struct store *s);   /* does somebody share something on it? */
gboolean draft_sync_refused(const struct store *s, desk_id ticket_id, enum message_kind kind);
const GPtrArray *draft_sync_shared(const struct store *s); /* others', struct draft */
gboolean draft_sync_busy(const struct store *s);
gboolean draft_is_text(enum message_kind kind); /* else it is what goes with a reply's: addresses and the like */
gboolean draft_is_before_eyes(const struct store *s, desk_id ticket_id, enum message_kind kind);
/* store_macros.c */
void macros_free(struct store *s);
void macros_event(struct store *s);
void macros_online(struct store *s);

/* store_views.c */
void views_free(struct store *s);
void views_event(struct store *s);        /* somebody saved or removed one */
void views_online(struct store *s);
/* store_together.c */
void together_init(struct store *s);
void together_free(struct store *s);
gboolean together_leaving(const struct store *s); /* store_leave isn't answered yet */
void together_event(struct store *s, const struct event *event);  /* PRESENCE, NOTICE */
void together_ticket(struct store *s, const struct event *event); /* TICKET, after the row was taken */
void together_online(struct store *s);    /* or all is to be read anew */
/* store_people.c */
void people_init(struct store *s);
void people_free(struct store *s);
void people_event(struct store *s, const struct event *event);  /* AGENT, OFFER */
void people_ticket(struct store *s, const struct event *event); /* TICKET */
gboolean together_will_say(const struct store *s); /* what is before me, in a moment */
gboolean people_will_read(const struct store *s); /* loads are about to be read anew */
void people_online(struct store *s);      /* or all is to be read anew */
/* store_files.c */
void files_init(struct store *s);         /* after writes_init */
void files_free(struct store *s);
void files_pump(struct store *s);         /* uploads what waits */
void files_sent(struct store *s, const struct change *c);             /* the message takes them along */
void files_arrived(struct store *s, const char *once_key);
void files_back(struct store *s, const char *once_key, gboolean lost); /* to the draft; lost: upload them again */
gboolean files_again(struct store *s, struct change *c);              /* a refused one goes once more */

/* store_kb.c */
void asking_end(struct store *s);
void kb_init(struct store *s);
void kb_free(struct store *s);
void kb_event(struct store *s, const struct event *event);
void kb_online(struct store *s);
void kb_stale(struct store *s);
/* Fetches ahead what fits a ticket that is likely to be opened next. */
void kb_fetch_ahead(struct store *s, struct cached_ticket *c);
void kb_take_article(struct store *s, struct article *article); /* takes it */

#endif
