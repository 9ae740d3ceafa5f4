/* The desk as the command line sees it: a question, its answer. Each call turns the main
 * loop until it has one. */
#ifndef TUI_PLAIN_DESK_H
#define TUI_PLAIN_DESK_H

#include "client/store.h"
#include "tui/options.h"
#include "wire/fields.h"

#define DESK_PATIENCE_MS CLOCK_PATIENCE(30000)

struct desk {
	const struct options *options;
	struct backend *backend;
	struct store *store;      /* line by line: what is written goes by its outbox; else NULL */
	struct session *own;      /* of desk_session, without a store */
	char *address;
	int64_t patience_ms;
	struct sending *sending;  /* by the store, under way */
	const char *sending_key;
	void (*waiting)(void *arg); /* told once when an answer takes long; may be NULL */
	void *waiting_arg;
};

/* Finds the desk, or starts a private one. NULL: DESK_NET, DESK_INVALID. */
struct desk *desk_open(const struct options *o, int64_t patience_ms, GError **error);
/* The same when there is one at work; NULL, and none is started, when not. */
struct desk *desk_join(const struct options *o, int64_t patience_ms);
void desk_close(struct desk *d);
/* From now on writes of tickets go by the store, and it is asked for the session. */
void desk_use_store(struct desk *d, struct store *s);

struct answer *desk_read(struct desk *d, const struct query *q, GError **error);
/* Several at once; each answer or error in its place. TRUE when none failed. */
gboolean desk_read_all(struct desk *d, const struct query *q, size_t n, struct answer **answers, GError **error);
/* Sent again with the same key while there is patience; DESK_UNCERTAIN when nobody knows in
 * the end. With a store: a write that waits for the desk to come back answers an empty answer
 * and sets *waits (may be NULL). */
struct answer *desk_write(struct desk *d, const struct change *c, gboolean *waits, GError **error);
/* The file's bytes on the desk; its id in *id. `key` may be NULL. */
gboolean desk_upload(struct desk *d, const char *path, const char *key, desk_id *id, GError **error);
gboolean desk_download(struct desk *d, const struct attachment *a, const char *path, GError **error);

/* Who works here, groups, tags ...; asked once. NULL: failed. */
const struct session *desk_session(struct desk *d, GError **error);
int64_t desk_now_ms(const struct desk *d);
/* The ticket as it is now, with its newest messages; ticket_free. */
struct ticket *desk_ticket(struct desk *d, desk_id id, GError **error);

/* ---- names of the desk: exact, or the beginning of only one. DESK_NOTFOUND says what is near. */
const struct person *desk_person(struct desk *d, const char *word, GError **error); /* "me" is one */
const struct group *desk_group(struct desk *d, const char *word, GError **error);
const struct tag *desk_tag(struct desk *d, const char *word, GError **error);
/* A word of a vocabulary: its number, or -1; and all of them with commas, g_free. */
int desk_word(const char *word, const struct words *words);
char *desk_words(const struct words *words);
/* The same among the names of a list of structs, at `offset` (char *); NULL: none. */
void *desk_named(const GPtrArray *list, size_t offset, const char *word);

#endif
