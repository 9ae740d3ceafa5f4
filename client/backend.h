/* What the rest of the client knows about "the help desk behind": typed reads
 * and writes, a capability table, a feed. No curl, no JSON, no threads: all
 * callbacks come from the default GMainContext.
 *
 * Contract, tested once for every driver (tests/contract):
 *  1. a callback never runs inside the call that asked for it;
 *  2. every read and write gets exactly one callback, cancel and close included
 *     (DESK_CANCELLED);
 *  3. a write that left the machine and got no answer fails as DESK_UNCERTAIN; one
 *     that never left fails as DESK_NET. Both may be sent again with the same key;
 *  4. an operation the driver lacks fails as DESK_UNSUPPORTED, never silently;
 *  5. the feed delivers events in order of seq, none twice, none skipped; when that
 *     can't be kept it delivers EVENT_RELOAD. It reconnects by itself (back-off with
 *     jitter, RETRY_MIN_MS..RETRY_MAX_MS; at once on backend_retry). */
#ifndef CLIENT_BACKEND_H
#define CLIENT_BACKEND_H

#include "base/clock.h"
#include "wire/wire.h"

enum backend_can { /* capability bits */
	CAN_QUEUE = 1u << 0, CAN_CLAIM = 1u << 1, CAN_REPLY = 1u << 2, CAN_NOTE = 1u << 3,
	CAN_STATUS = 1u << 4, CAN_ASSIGN = 1u << 5, CAN_TAG = 1u << 6, CAN_ESCALATE = 1u << 7,
	CAN_CREATE = 1u << 8, CAN_KNOWLEDGE = 1u << 9, CAN_SUGGEST = 1u << 10,
	CAN_TEMPLATES = 1u << 11, CAN_CUSTOMERS = 1u << 12, CAN_FEED = 1u << 13,
	CAN_CLOCKS = 1u << 14, CAN_RECALL = 1u << 15, CAN_EDIT_KNOWLEDGE = 1u << 16,
	CAN_FIND = 1u << 17,  /* the whole query language, in every list */
	CAN_VIEWS = 1u << 18, /* saved views */
	CAN_FILES = 1u << 19,
	CAN_CONFIG = 1u << 20, /* the desk's configuration as text */
	CAN_DRAFTS = 1u << 21, /* unsent text, kept there too */
	CAN_MACROS = 1u << 22, /* macros, and promises without a reply */
	CAN_TOGETHER = 1u << 23, /* presence, notices, whispers, hand-over */
	CAN_PEOPLE = 1u << 24,   /* states, load, offers */
	CAN_LADDER = 1u << 25,   /* the ladder of escalations, consult, transfer */
	CAN_EXPLAIN = 1u << 26,  /* how deadlines came about; snooze */
	CAN_FOLLOW_UP = 1u << 27,
	CAN_PROBLEMS = 1u << 28, /* problems, assessment, the weekly pack */
	CAN_AUTOMATION = 1u << 29
};

enum backend_state { BACKEND_CONNECTING, BACKEND_ONLINE, BACKEND_OFFLINE };

#define BACKEND_CONNECT_MS CLOCK_PATIENCE(3000)
#define BACKEND_READ_MS CLOCK_PATIENCE(10000)
#define BACKEND_WRITE_MS CLOCK_PATIENCE(15000)
#define BACKEND_RETRY_MIN_MS 200
#define BACKEND_RETRY_MAX_MS 5000
#define BACKEND_FEED_SILENCE_MS 25000 /* no heart-beat for that long = connection lost */

struct backend_conf {
	const char *address;   /* "unix:/path", "http://host:port", "https://...", "script:FILE" */
	const char *token;     /* TCP only; NULL none */
	const char *as_person; /* --as NAME, or NULL */
	const char *ca_file;   /* PEM: the authorities trusted for https instead of the host's; NULL = the host's */
};

struct backend;

/* `answer` is owned by the callee when not NULL; exactly one of answer, error is set.
 * On DESK_CONFLICT `conflict` holds the ticket as it is now (borrowed; only its row
 * is sure to be filled), if told. */
typedef void backend_done_fn(struct answer *answer, const GError *error,
                             const struct ticket *conflict, void *arg);
typedef void backend_event_fn(const struct event *event, void *arg);        /* borrowed */
typedef void backend_state_fn(enum backend_state state, const char *why, int64_t retry_at_mono_ms, void *arg);

struct backend *backend_open(const struct backend_conf *conf, GError **error);
/* Answers everything open with DESK_CANCELLED, then frees. Fine inside a callback;
 * whatever is asked from one of those last callbacks is not taken (0, no callback). */
void backend_close(struct backend *b);

unsigned backend_capabilities(const struct backend *b);
/* Server clock now, from the newest answer; the local clock before the first. */
int64_t backend_now_ms(const struct backend *b);
enum backend_state backend_state(const struct backend *b);

guint64 backend_read(struct backend *b, const struct query *q, backend_done_fn *fn, void *arg);
guint64 backend_write(struct backend *b, const struct change *c, backend_done_fn *fn, void *arg);
void backend_cancel(struct backend *b, guint64 id);

/* ---- files, streamed with constant memory; the rules above hold for them, an upload being a
 * write: its answer is `attachment`, the same key again answers the same one. There is no limit
 * of time as long as bytes move: BACKEND_STALL_MS. */
#define BACKEND_STALL_MS 90000 /* the server may have a scanner look at an upload */
struct backend_file {
	int fd;                /* read from its beginning, or written: the caller's; open until the callback */
	int64_t size;          /* upload: bytes of fd */
	const char *name, *media;   /* upload */
	const char *once_key;  /* upload: see change.once_key */
	desk_id attachment_id; /* download */
	const char *sha256;    /* download: what must come, else DESK_PROTOCOL; NULL: whatever comes */
};
/* A few times a second while it moves. Never after the done callback. */
typedef void backend_progress_fn(int64_t done, int64_t total, void *arg);
guint64 backend_upload(struct backend *b, const struct backend_file *f, backend_progress_fn *progress,
                       backend_done_fn *fn, void *arg);
/* The answer is empty; the bytes are in fd. */
guint64 backend_download(struct backend *b, const struct backend_file *f, backend_progress_fn *progress,
                         backend_done_fn *fn, void *arg);

/* Follows the feed from `after_seq` (0 = from now). Once; again = restart there;
 * `event` NULL: nobody listens any more. */
void backend_follow(struct backend *b, int64_t after_seq, backend_event_fn *event,
                    backend_state_fn *state, void *arg);
void backend_retry(struct backend *b); /* reconnect now */
/* Reads and writes under way (for "idle"; the feed does not count). */
unsigned backend_busy(const struct backend *b);

/* ---- for drivers */
struct backend_driver {
	const char *name;
	const char *const *schemes;  /* NULL-terminated prefixes: "unix:", "http:" */
	unsigned capabilities;
	size_t state_size;           /* zeroed memory, see backend_driver_state */
	gboolean (*open)(struct backend *b, const struct backend_conf *conf, GError **error);
	void (*close)(struct backend *b);
	void (*read)(struct backend *b, guint64 id, const struct query *q);
	void (*write)(struct backend *b, guint64 id, const struct change *c);
	void (*upload)(struct backend *b, guint64 id, const struct backend_file *f);   /* CAN_FILES */
	void (*download)(struct backend *b, guint64 id, const struct backend_file *f);
	void (*cancel)(struct backend *b, guint64 id); /* stop work on it; the core answers */
	void (*follow)(struct backend *b, int64_t after_seq);
	void (*retry)(struct backend *b);
};
extern const struct backend_driver backend_native, backend_scripted;

void *backend_driver_state(struct backend *b);
/* The driver's reports, from anywhere on the main thread (also inside its own read
 * or write, or a callback of its HTTP library): the core queues them and calls out
 * from its own source, in this order. Takes `answer` and `event`. */
void backend_answer(struct backend *b, guint64 id, struct answer *answer, const GError *error,
                    const struct ticket *conflict);
void backend_moved(struct backend *b, guint64 id, int64_t done, int64_t total);
void backend_feed_event(struct backend *b, struct event *event);
void backend_feed_state(struct backend *b, enum backend_state state, const char *why, int64_t retry_at_mono_ms);
void backend_server_time(struct backend *b, int64_t server_ms);

#endif
