/* Files kept by what is in them: DIR/ab/cd/SHA256, each content once, never changed.
 *
 * A file is whole and on disk (fsync of it and of its folders) before its name exists. Any
 * thread; several processes may share the folder (also over a network). Whether anybody
 * still refers to a file is the caller's knowledge. Errors: DESK_IO with the path's trouble,
 * DESK_NOTFOUND, DESK_INVALID for a file whose bytes are not those of its name. */
#ifndef STORAGE_FILESTORE_H
#define STORAGE_FILESTORE_H

#include "base/error.h"

struct filestore;
/* The folder is made (0700) with the first file; its parent must exist then. */
struct filestore *filestore_open(const char *dir);
void filestore_close(struct filestore *f); /* NULL is fine */
/* Where a content is, or would be. g_free. */
char *filestore_path(const struct filestore *f, const char *sha256);

/* Keeps the `size` bytes of fd (from its beginning) as sha256, which the caller computed. A file
 * without a name (O_TMPFILE) of the same file system is linked, else it is copied. One that is
 * there already and sound stays; a damaged one is replaced. */
gboolean filestore_put(struct filestore *f, int fd, int64_t size, const char *sha256, GError **error);
/* The file, checked whole before it is handed out, at its beginning; -1 on failure. Close it. */
int filestore_get(const struct filestore *f, const char *sha256, int64_t size, GError **error);
gboolean filestore_has(const struct filestore *f, const char *sha256, int64_t size); /* by its size only */
gboolean filestore_check(const struct filestore *f, const char *sha256, int64_t size, GError **error);
/* Missing already is fine. */
gboolean filestore_remove(struct filestore *f, const char *sha256, GError **error);
/* Every content that is kept, in no order; FALSE from fn stops. */
typedef gboolean filestore_fn(const char *sha256, int64_t size, void *arg);
gboolean filestore_each(const struct filestore *f, filestore_fn *fn, void *arg, GError **error);

/* SHA-256 of `size` bytes of fd from its beginning, in hex (g_free); NULL with DESK_IO. */
char *filestore_sum(int fd, int64_t size, GError **error);

#endif
