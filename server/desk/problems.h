/* What the files of problems share: the row with what only the desk knows of it, saving, tickets that
 * join and leave. */
#ifndef DESK_PROBLEMS_H
#define DESK_PROBLEMS_H

#include "rules/priority.h"
#include "server/desk/inside.h"

/* What the scheduler still has to do for a problem, in slices. */
enum problem_work {
	PROBLEM_TELLS = 1u << 0, /* tell the affected customers beyond tell_from */
	PROBLEM_LOWERS = 1u << 1 /* give raised tickets their priority back */
};

struct problem_kept {
	struct problem *problem; /* without counts and tickets; steps only after problem_load_steps */
	char *topic;             /* of the incident it began with; NULL none */
	unsigned work;           /* enum problem_work */
	desk_id tell_from, tell_by;
};
void problem_kept_clear(struct problem_kept *k);
/* DESK_NOTFOUND. Locked against other writers until the transaction ends. */
gboolean problem_load(struct work *w, desk_id id, struct problem_kept *k, GError **error);
gboolean problem_load_steps(struct db_conn *conn, const struct words *w, struct problem *p, GError **error);
/* A row of STMT_PROBLEM_COLS with STMT_PROBLEM_COUNTS. */
struct problem *problem_of_row(const struct db_row *row, const struct words *w);
/* Everything that people see of it. */
struct problem *problem_read(struct db_conn *conn, const struct words *w, desk_id id, GError **error);
/* The row as it is in memory, with an event that `change` names. */
gboolean problem_save(struct work *w, struct problem_kept *k, const char *change, GError **error);
gboolean problem_save_work(struct work *w, const struct problem_kept *k, GError **error);
/* A step is done by `who`; note NULL: what stood there. The problem's stage follows; not saved. */
gboolean problem_step_done(struct work *w, struct problem *p, enum problem_stage stage, desk_id who, const char *note,
                           GError **error);
/* The work's ticket becomes part of it (NULL: of none); FALSE in *changed: it was already. */
gboolean problem_take_ticket(struct work *one, const struct problem *p, gboolean *changed, GError **error);
/* The work's ticket was split from `old`: it is about the same, so it is assessed as that and part of its problem. */
gboolean problem_split(struct work *w, const struct work *old, GError **error);
/* Gives the ticket the priority back that it had before the problem raised it, unless somebody has touched
 * it since. */
gboolean problem_lower_ticket(struct work *one, desk_id problem_id, int was_priority, const char *was_reason, GError **error);

/* ---- a ticket's assessment (change_assess.c) */
/* Impact, need, reason and problem of the work's ticket into its row. */
gboolean ticket_put_assessed(struct work *w, GError **error);
/* Another priority and why, with its line of history. */
gboolean ticket_set_priority(struct work *w, enum ticket_priority priority, const char *reason, GError **error);
/* The desk's matrix; the default when its setting can't be read. */
void priority_matrix_read(struct db_conn *conn, struct priority_matrix *m);

#endif
