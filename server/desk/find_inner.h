/* What picking and reading share; nobody else includes it. Every call runs on the list's own connection;
 * sets are desk_id, newest (highest) first, each once. */
#ifndef DESK_FIND_INNER_H
#define DESK_FIND_INNER_H

#include "server/desk/find.h"

gboolean find_time_over(const struct find_list *l);
/* What is in both, in `a`. */
void find_intersect(GArray *a, const GArray *b);
/* The first place whose number is below `id`. */
guint find_place_below(const GArray *ids, desk_id id);
/* Collects the first column into a GArray of desk_id. */
gboolean find_id_fn(const struct db_row *row, void *arg);
/* A statement that may run out of time; then *over, and nothing more of the list runs. */
gboolean find_run(struct find_list *l, const struct db_composed *c, db_row_fn *fn, void *arg, gboolean *over,
                  GError **error);
/* Tickets with such a document between two tickets, at most `cap` documents from the low end (`up`) or the
 * high one. *all: these are all. A set; NULL on failure. */
GArray *find_text_ids(struct find_list *l, const struct find_text *t, gboolean up, desk_id low, desk_id high, int cap,
                      gboolean *all, GError **error);
/* Once for a list: picks, or leaves it to a walk (l->picked, picks, open_texts). */
gboolean find_prepare(struct find_list *l, GError **error);

#endif
