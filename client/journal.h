/* An append-only file of lines that survives kill -9 and a full disk; what the
 * outbox and the drafts are kept in.
 *
 * Each workstation writes a file of its own in the folder (PREFIX-XXXXXX.jsonl,
 * held by flock). Opening adopts the files whose owner died: their lines are
 * handed over, and once journal_rewrite has put what is still wanted into the
 * own file, journal_adopted removes them. */
#ifndef CLIENT_JOURNAL_H
#define CLIENT_JOURNAL_H

#include "base/error.h"

struct journal;

/* One whole line of an adopted file, without its newline. FALSE: not understood. */
typedef gboolean journal_line_fn(const char *line, size_t len, void *arg);

/* A last line that is torn or not understood is dropped. Any other bad line is
 * damage: the file is renamed to NAME.damaged, the rest of it is not read, the
 * journal works, and *damage gets a sentence (g_free; NULL when all was well). */
struct journal *journal_open(const char *dir, const char *prefix, journal_line_fn *line, void *arg,
                             char **damage, GError **error);
/* Removes the adopted files: call it when journal_rewrite has succeeded. */
void journal_adopted(struct journal *j);
/* Closes; an empty file is removed. */
void journal_close(struct journal *j);

/* Appends one line (without newline). All or nothing: after an error the file is
 * as before. Not yet on disk until journal_sync. */
gboolean journal_append(struct journal *j, const char *line, size_t len, GError **error);
gboolean journal_sync(struct journal *j, GError **error);
/* Replaces the whole content by these lines (each ends in a newline), on disk when
 * it returns; on error the old content stands. */
gboolean journal_rewrite(struct journal *j, const char *lines, size_t len, GError **error);
size_t journal_size(const struct journal *j);

/* ---- reading such lines: the raw JSON value of a top-level member of one object,
 * FALSE when it isn't there or the line is no object. It finds the borders of the
 * value only; who takes the value parses it. */
gboolean journal_member(const char *line, size_t len, const char *name, const char **value, size_t *value_len);
gboolean journal_member_int(const char *line, size_t len, const char *name, int64_t *value);
char *journal_member_string(const char *line, size_t len, const char *name); /* g_free; NULL */

#endif
