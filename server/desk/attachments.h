/* Attachments: files of messages. Small ones live in the database, large ones in files named by
 * their SHA-256; what leaves was checked against it. Uploaded ones are "loose" until a message takes
 * them, and are swept after a day.
 *
 * Two halves: `struct attachments` keeps and scans bytes (any thread, may wait for the disk or the
 * scanner: never an HTTP thread or a job), the functions with a connection read and write rows. */
#ifndef DESK_ATTACHMENTS_H
#define DESK_ATTACHMENTS_H

#include "server/desk/desk.h"
#include "server/storage/filestore.h"

#define ATTACHMENT_MAX_BYTES (INT64_C(25) << 20)
#define ATTACHMENT_INLINE_BYTES (256 << 10)
#define ATTACHMENT_LOOSE_MAX 200
#define ATTACHMENT_LOOSE_MS (INT64_C(24) * 3600 * 1000)
#define ATTACHMENT_NAME_MAX 200 /* bytes */

struct attachments_conf {
	const char *dir;         /* folder of the large ones, made when missing; NULL: all in the database */
	int64_t max_bytes;       /* of one; 0 = ATTACHMENT_MAX_BYTES; at most DB_BLOB_MAX */
	int64_t inline_bytes;    /* up to here in the database; 0 = ATTACHMENT_INLINE_BYTES */
	int loose_max;           /* of one person; 0 = ATTACHMENT_LOOSE_MAX */
	const char *scanner;     /* program and arguments, see scanner.h; NULL none */
	int scanner_ms;          /* 0 = 60 s */
	gboolean scanner_strict; /* what couldn't be scanned is refused, else kept and marked */
};

struct attachments;
struct attachments *attachments_open(const struct attachments_conf *conf, GError **error);
void attachments_close(struct attachments *a); /* NULL is fine */
int64_t attachments_max_bytes(const struct attachments *a);
/* The desk's sweeping and importing need it; it must outlive the desk. */
void desk_set_attachments(struct desk *d, struct attachments *a);
struct attachments *desk_attachments(struct desk *d); /* NULL: none was set */

/* ---- taking one in */
struct attachment_new {
	struct attachment meta;  /* name, media, size, sha256: set by the caller, owned; id and scan come back */
	desk_id by_id;           /* who uploads; 0 = the desk */
	int fd;                  /* the bytes, or -1: */
	const void *bytes;
	gboolean unscanned;      /* import: nobody waits for a scanner */
	gboolean in_file;        /* kept in a file by attachments_take */
};
void attachment_new_clear(struct attachment_new *n);
/* Sets name (no folders, no controls, never empty) and media ("application/octet-stream" for odd ones). */
void attachment_name(struct attachment *meta, const char *name, const char *media);
/* Keeps large bytes in the file store and has them scanned. DESK_LIMIT: too large; DESK_BUSY: the
 * scanner failed and must not; DESK_IO. */
gboolean attachments_take(struct attachments *a, struct attachment_new *n, GError **error);
/* In a job: its row, of that message and counted there (0 = loose; too many of them: DESK_LIMIT).
 * Sets meta.id. Loose ones become a message's in desk/attached.c. */
gboolean attachments_add(struct attachments *a, struct db_tx *tx, struct attachment_new *n, desk_id ticket_id,
                         desk_id message_id, GError **error);

/* ---- giving one out */
struct attachment_row {
	struct attachment *meta;
	desk_id message_id, ticket_id, by_id;
	gboolean in_file;
};
void attachment_row_clear(struct attachment_row *r);
gboolean attachment_row_fn(const struct db_row *row, void *arg); /* db_row_fn: the first row into one */
gboolean attachment_read(struct db_conn *conn, desk_id id, struct attachment_row *out, GError **error);
/* Its bytes, checked: either *fd (size meta->size; close it) or *bytes (g_bytes_unref) with *fd -1.
 * conn is used for those in the database only. */
gboolean attachments_bytes(struct attachments *a, struct db_conn *conn, const struct attachment_row *r, int *fd,
                           GBytes **bytes, GError **error);

/* ---- care */
/* Removes loose ones older than a day, and files nobody refers to any more; cheap when it isn't time. */
void attachments_sweep(struct desk *d, int64_t now_ms);
/* Forgets a file if nobody refers to it (an upload that failed after its file was kept). Waits. */
void attachments_forget(struct attachments *a, struct db *db, const char *sha256);
struct attachments_report {
	guint64 count, files, damaged, orphans; /* orphans: files older than a day without a row, removed */
};
/* Every attachment's bytes against its sum; `complain` hears a sentence for each damaged one. */
gboolean attachments_verify(struct attachments *a, struct db *db, void (*complain)(const char *sentence, void *arg),
                            void *arg, struct attachments_report *report, GError **error);
struct filestore *attachments_store(struct attachments *a); /* NULL: all in the database */

#endif
