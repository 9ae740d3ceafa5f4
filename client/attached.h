/* Which files belong to which draft, on disk: a journal beside the drafts. What is sent with a
 * message stays known until that write has ended well, so that a refused one gets them back. */
#ifndef CLIENT_ATTACHED_H
#define CLIENT_ATTACHED_H

#include "wire/wire.h"

struct attached_file {
	char key[WIRE_KEY_LEN + 1]; /* of its upload: the same one whenever it is tried again */
	desk_id ticket_id;
	enum message_kind kind;
	char *path, *name;
	int64_t size, mtime_us;     /* as attached: a changed file is not uploaded silently */
	desk_id attachment_id;      /* 0: not uploaded */
	char *sent_key;             /* of the message it went with; NULL: it is the draft's */
	gboolean away;              /* with sent_key: the message is under way; else it came back */
	/* of this life only; store_files.c */
	guint64 request;
	int64_t moved;
	char *why;                  /* failed: a sentence */
};

struct attached;
struct attached *attached_open(const char *dir, GError **error);
void attached_close(struct attached *a);
/* In the order they were attached; borrowed until one goes. */
guint attached_count(const struct attached *a);
struct attached_file *attached_at(const struct attached *a, guint i);
struct attached_file *attached_find(const struct attached *a, const char *key);
/* Takes `f` (its key is made). On disk when it returns TRUE; memory has it anyhow. */
gboolean attached_add(struct attached *a, struct attached_file *f, GError **error);
gboolean attached_changed(struct attached *a, const struct attached_file *f, GError **error);
/* The next upload of it is another one. */
void attached_rekey(struct attached *a, struct attached_file *f);
void attached_remove(struct attached *a, const char *key);

#endif
