/* What the files of import share. */
#ifndef DESK_RECORDS_INSIDE_H
#define DESK_RECORDS_INSIDE_H

#include "server/desk/inside.h"
#include "server/desk/records.h"
#include "wire/records.h"

enum put_result { PUT_ADDED, PUT_UPDATED, PUT_UNCHANGED };

/* A key of an export of this very desk, "uid.123" (or with a word before the number): the
 * number; 0 when it is no such key. The uid is a setting. */
#define RECORD_UID "desk_uid"
#define RECORD_UID_LEN 6
gboolean record_own_number(struct db_conn *conn, const char *key, const char *before, int64_t *number, GError **error);

/* ---- what an import already looked up (records_keys.c); for one thread */
struct record_keys;
struct record_customer {
	char *name, *marks;
};
struct record_keys *record_keys_new(void);
/* The folder that files of attachments lie in; NULL: none may be named. */
void record_keys_set_folder(struct record_keys *k, const char *folder);
const char *record_keys_folder(const struct record_keys *k);
void record_keys_free(struct record_keys *k); /* NULL is fine */
/* A batch begins (perhaps again): what the last one found may have been rolled back. */
void record_keys_begin(struct record_keys *k);
void record_keys_commit(struct record_keys *k);
/* As record_id. */
gboolean record_keys_id(struct record_keys *k, struct db_conn *conn, enum record_type type, const char *key,
                        desk_id *id, GError **error);
/* Borrowed until the batch ends; NULL on failure. */
const struct record_customer *record_keys_customer(struct record_keys *k, struct db_conn *conn, desk_id id,
                                                   GError **error);

/* One record into the database, inside a job. `hash` is of its line as it was
 * written: relative times don't make it another. */
gboolean record_put(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                    const struct record *r,
                    const char *hash, enum put_result *result, GError **error);
/* The id of a record by type and key, or by the name it has in the desk; 0 unknown. */
gboolean record_id(struct db_conn *conn, enum record_type type, const char *key, desk_id *id, GError **error);
gboolean record_put_ticket(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                           const struct record *r, desk_id *id, GError **error);
/* One record of a type that records_put.c leaves to records_words.c; *id 0: it is new. */
gboolean record_put_word(struct db_conn *conn, const struct record *r, desk_id *id, GError **error);
gboolean record_put_skills(struct db_conn *conn, const struct record *r, desk_id person_id, GError **error);
/* One record of whatever type into the row `*id` (0: a new one, or the one with its name). */
gboolean record_store(struct desk *d, struct db_tx *tx, const struct words *w, struct record_keys *keys,
                      const struct record *r, desk_id *id, GError **error);
struct calendar *record_calendar(const struct record *r, GError **error); /* NULL: it isn't possible */
/* A ticket's fields, checklist and links. */
gboolean record_put_extras(struct db_conn *conn, const struct record *r, desk_id ticket_id, GError **error);
/* What a message has beside its body: HTML, addresses, files (records_files.c). */
gboolean record_put_message_extras(struct work *work, const struct record_keys *keys, const struct record_message *m,
                                   desk_id message_id, GError **error);
gboolean record_message_has_extras(const struct record_message *m);
/* Back again: small ones as data (`told` counts its bytes of one record), the others as their place below
 * the folder of attachments. */
gboolean record_tell_files(struct db_conn *conn, desk_id message_id, struct record_message *to, int64_t *told,
                           GError **error);
/* The body, or what the HTML says when there is none. g_free. */
char *record_message_body(const struct record_message *m);
/* ---- an import under way (records.c reads and checks, records_write.c writes) */
struct import_line {
	enum record_type type;
	const char *text;
	size_t len;
	guint number;
};

struct import {
	struct desk *desk;
	const struct import_conf *conf;
	int64_t now;                      /* anchors relative times */
	struct import_report *report;
	GArray *lines[RECORD_TYPE_COUNT]; /* struct import_line: the good ones */
	GHashTable *named;                /* "type/key" of every good line */
	struct record_keys *keys;
	struct words *words;
	guint64 written;                  /* lines, by this run and the one before */
	/* the bookmark: where a run before was broken off */
	char *mark;                       /* name of the setting; NULL none */
	gboolean resumed;
	int done_place;
	guint done_line;
};
void import_complain(struct import *im, guint number, const char *what);
gboolean import_tell(struct import *im, enum import_stage stage, guint64 done, guint64 total, GError **error);
char *import_hash(const struct import_line *line); /* g_free */
gboolean import_mark_find(struct import *im, const char *bytes, size_t len, GError **error);
gboolean import_write(struct import *im, GError **error);
/* Lines of a buffer; the work behind import_stream. */
gboolean import_buffer(struct desk *d, const char *bytes, size_t len, const struct import_conf *conf,
                       struct import_report *report, GError **error);

#endif
