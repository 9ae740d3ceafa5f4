/* A ticket's ladder, as the changes on it share it: rungs read, added, moved on; who hears of it. Inside the desk. */
#ifndef DESK_LADDER_H
#define DESK_LADDER_H

#include "server/desk/inside.h"
#include "rules/escalation.h"

/* Every rung of the work's ticket into its `ladder` (NULL: none). */
gboolean ladder_load(struct db_conn *conn, const struct words *w, struct ticket *t, GError **error);
/* The actor; free the groups after. */
struct escalation_who ladder_who(const struct work *w, GArray **groups);
/* Keeps a new rung (its id, at, by are set here); NULL on failure, else the ladder's. */
struct escalation *ladder_add(struct work *w, const struct escalation *r, GError **error);
/* What was changed in a rung. */
gboolean ladder_save(struct work *w, const struct escalation *r, GError **error);
/* The same with its new state; answered and later ones get the time. */
gboolean ladder_set(struct work *w, struct escalation *r, enum escalation_state state, GError **error);
/* Acknowledged by the actor (or by `person_id`, whose claim it was); no history. */
gboolean ladder_take(struct work *w, struct escalation *r, desk_id person_id, GError **error);
/* Open parts of a plan end with it. */
gboolean ladder_end_parts(struct work *w, desk_id plan_id, GError **error);
/* The ticket goes back to where the rung came from: group, person, tier, status. */
gboolean ladder_give_back(struct work *w, const struct escalation *r, GError **error);
/* A line of history, told to a person, too (0, oneself: only the line). */
gboolean ladder_line(struct work *w, desk_id person_id, GError **error, const char *form, ...) G_GNUC_PRINTF(4, 5);
/* To those of a group who are there; to all of it when nobody is. */
gboolean ladder_tell_group(struct work *w, desk_id group_id, desk_id message_id, const char *text, GError **error);
/* Whom a rung came from: the person it was taken from, else who asked. */
desk_id ladder_asker(const struct escalation *r);
/* "Technical", "Zhao Min"; never NULL. */
const char *ladder_target_name(const struct words *w, const struct escalation *r);
/* "2026-11-23 18:00" on the desk's wall; g_free. */
char *ladder_time(struct db_conn *conn, int64_t at_ms);
/* When the target must have acknowledged it, by the desk's setting; 0: it waits. */
int64_t ladder_acknowledge_by(struct work *w, enum escalation_kind kind);
/* The same for what is owed beside the case, a part of a plan or an answer: when those who owe it are reminded, not
 * before `not_before_ms` (0: no time was said). */
int64_t ladder_remind_at(struct work *w, int64_t not_before_ms);
/* The note that goes with it, when the change has a body: its id into w->message_id and *id. */
gboolean ladder_note(struct work *w, const char *body, desk_id *id, GError **error);
/* A person of a group, as far as being there goes. */
struct ladder_person {
	desk_id group_id, person_id;
	gboolean available, present;
};
/* Of all groups; struct ladder_person. */
GArray *ladder_people(struct db_conn *conn, int64_t now_ms, GError **error);
/* The ladder follows what became of the ticket by other changes: claimed, moved, solved. By work_save. */
gboolean ladder_follow(struct work *w, GError **error);
/* A merged ticket's rungs go over; what was handed on there is no longer. */
gboolean ladder_merge(struct work *into, struct work *gone, GError **error);
/* The open hand-over of a ticket for the one that was split off. */
gboolean ladder_split(struct work *w, desk_id from, GError **error);

/* ---- what the customer is told of it */
/* What may be promised: when the group's clock would end that starts now, by its calendar; else what the desk promises.
 * *target_ms: the clock, 0 none. */
int64_t ladder_promise(struct db_conn *conn, const struct words *w, const struct ticket *t, const struct group *to,
                       int64_t now_ms, int64_t *target_ms);
/* "Alternative and time" of the templates that fit the ticket best, filled but for the time; *out (NULL before) stays
 * NULL when there is none. */
gboolean ladder_words(struct db_conn *conn, const struct words *w, const struct actor *who, const struct ticket *t,
                      int64_t now_ms, char **out, GError **error);
/* The change's reply, or when it wants the desk's own words (`on`) those; a reply with its promise (0 none). */
gboolean ladder_say(struct work *w, int64_t promise_ms, GError **error);

/* QUERY_ESCALATION_SHEET */
gboolean escalation_sheet_query(struct db_conn *conn, const struct words *w, const struct actor *who,
                                const struct query *q, int64_t now_ms, struct answer *out, GError **error);
/* What nobody acknowledged in time goes back; *next_ms: when to look again, INT64_MAX never. */
gboolean ladder_due(struct desk *d, int64_t now_ms, int64_t *next_ms, GError **error);

#endif
