/* A backend for tests: a small desk in memory, disturbed line by line.
 *
 * "script:FILE" (or "script:" for an empty script) reads JSON lines; scripted_line
 * adds one at any time. Nothing depends on wall time: what is held comes when
 * scripted_step says so, oldest first.
 *   {"desk":N}                          N open tickets, #1001 on, due one second apart
 *   {"on":"reply","error":"conflict","message":"..."}  the next reply fails
 *   {"on":"queue","answer":{...}}       the next page is this
 *   {"on":"ticket","hold":true}         the next ticket read waits for a step
 *   {"on":"reply","lost":"request"}     it never leaves: DESK_NET
 *   {"on":"reply","lost":"answer"}      it is done, the answer is lost: DESK_UNCERTAIN
 *   {"event":{...}}                     comes with a step
 *   {"touch":ID,"member":VALUE...}      somebody else changes a ticket: subject, status,
 *                                       assignee_id, group_id, next_due_ms, message
 *   {"online":true|false}               the line
 *   {"forget":true}                     no more rules
 *   {"on":"upload","hold":true}         files too: "upload" and "download"; {"file":ID,"text":"..."}
 *                                       is one that can be fetched
 *   {"draft":ID,"kind":"reply","body":"..."}  the person writes it at another screen (empty: removes
 *                                       it), or "person":ID shares it
 * "on" takes the names of reads ("session", "queue", "ticket", ...) and of writes;
 * "times":N makes a line count more than once. */
#ifndef DRIVERS_SCRIPTED_H
#define DRIVERS_SCRIPTED_H

#include "client/backend.h"

/* FALSE: not understood (a test's own mistake). */
gboolean scripted_line(struct backend *b, const char *json);
unsigned scripted_held(struct backend *b);
void scripted_step(struct backend *b);
/* Every write that reached the desk, resends included: struct change. */
const GPtrArray *scripted_writes(struct backend *b);
unsigned scripted_reads(struct backend *b, enum query_kind kind); /* how many were asked */
int64_t scripted_seq(struct backend *b);

unsigned scripted_files(struct backend *b); /* how many the desk has */
GBytes *scripted_file(struct backend *b, desk_id id, const char **name); /* NULL none; borrowed */

/* ---- files (scripted_files.c) */
struct scripted_files;
struct scripted_files *scripted_files_new(void);
void scripted_files_free(struct scripted_files *f);
/* Takes the bytes; the same key again answers the same. */
struct answer *scripted_files_take(struct scripted_files *f, const struct backend_file *from, GError **error);
struct answer *scripted_files_give(struct scripted_files *f, const struct backend_file *to, GError **error);
void scripted_files_add(struct scripted_files *f, desk_id id, const char *name, const char *text);
GBytes *scripted_files_at(const struct scripted_files *f, desk_id id, const char **name);
unsigned scripted_files_count(const struct scripted_files *f);

/* ---- unsent texts (scripted_drafts.c) */
struct scripted_drafts;
struct scripted_drafts *scripted_drafts_new(void);
void scripted_drafts_free(struct scripted_drafts *d);
struct answer *scripted_drafts_read(const struct scripted_drafts *d, desk_id ticket_id);
struct answer *scripted_drafts_write(struct scripted_drafts *d, const struct change *c, GError **error);
/* An empty body removes; person 0: mine. */
void scripted_drafts_put(struct scripted_drafts *d, desk_id ticket_id, enum message_kind kind, const char *body,
                         gboolean shared, desk_id person_id, const char *name);
const struct draft *scripted_drafts_at(const struct scripted_drafts *d, desk_id ticket_id, enum message_kind kind);
/* Mine, as the desk has it; NULL none. */
const struct draft *scripted_draft(struct backend *b, desk_id ticket_id, enum message_kind kind);
unsigned scripted_draft_writes(struct backend *b); /* saves and removals that were asked, refused ones too */

/* ---- ladders (scripted_ladder.c) */
struct scripted_ladders;
struct scripted_ladders *scripted_ladders_new(void);
void scripted_ladders_free(struct scripted_ladders *l);
/* FALSE: there is no such rung. */
gboolean scripted_ladders_write(struct scripted_ladders *l, const struct change *c, int64_t now_ms);
GPtrArray *scripted_ladders_read(const struct scripted_ladders *l, desk_id ticket_id); /* copies; NULL none */

/* ---- the desk in memory (scripted_desk.c) */
struct scripted_desk;
struct scripted_desk *scripted_desk_new(unsigned tickets);
void scripted_desk_free(struct scripted_desk *d);
struct answer *scripted_desk_read(struct scripted_desk *d, const struct query *q, GError **error);
/* The same once_key again answers the same and does nothing. */
struct answer *scripted_desk_write(struct scripted_desk *d, const struct change *c, GError **error,
                                   const struct ticket_row **conflict);
struct ticket_row *scripted_desk_row(struct scripted_desk *d, desk_id id);
/* Somebody else's change of a row: version, event. `body`: a customer's message, or NULL. */
void scripted_desk_touched(struct scripted_desk *d, struct ticket_row *row, const char *body);
void scripted_desk_tell(struct scripted_desk *d, struct event *e); /* numbered and put into the log */
const GPtrArray *scripted_desk_log(const struct scripted_desk *d); /* char*: event JSON, [seq - 1] */
desk_id scripted_desk_me(void);

#endif
