/* Which tickets are shown and how they are looked for: what commands_find.c,
 * commands_views.c and recent.c share. */
#ifndef TUI_FINDING_H
#define TUI_FINDING_H

#include "rules/find_lists.h"
#include "tui/commands.h"

/* A list of tickets, as chosen. */
struct shown_list {
	char *name;     /* for the status line; NULL: the view's own */
	char *view;     /* see struct store_list */
	char *query, *filter;
	desk_id group_id;
	gboolean newest;
};
void shown_list_clear(struct shown_list *l);
void shown_list_copy(struct shown_list *to, const struct shown_list *from);

struct recent; /* the tickets seen last, kept on disk */

struct finding {
	struct shown_list now;
	struct shown_list back;   /* where closing a search leads to; view NULL: nowhere */
	GPtrArray *offers;        /* struct offer: of the last completion */
	char *wanted_view;        /* by name, once the desk has said which there are */
	gboolean picks_views;
	guint views_timer;
	struct recent *recent;
};

/* ---- commands_find.c */
/* Parses and resolves with the words of the session; fills *e. *moving (may be NULL): it changes
 * as time passes. Without a session, or where the desk has no query language, all is well. */
gboolean finding_check(struct app *app, const char *text, gboolean *moving, struct find_error *e);
/* Takes what `l` owns. `remember`: closing it leads back to the list of now. */
void finding_show(struct app *app, struct shown_list *l, gboolean remember);
/* The rest of it is in commands.h. */
/* The list of now as one query, canonical. g_free; NULL with *e filled. */
char *finding_query(struct app *app, struct find_error *e);

/* ---- commands_views.c */
void finding_views_stop(struct app *app);

/* ---- recent.c */
#define RECENT_MAX 50
struct recent_ticket {
	desk_id id;
	int64_t at_ms;
	char *customer, *subject; /* raw; NULL not known yet */
};
struct recent *recent_new(const char *dir); /* reads dir/recent; a bad line is left out */
void recent_free(struct recent *r);         /* writes what isn't written */
/* Seen now; customer and subject may be NULL (kept from before). */
void recent_seen(struct recent *r, desk_id id, int64_t at_ms, const char *customer, const char *subject);
/* struct recent_ticket, newest first; what other workstations of the person saw is among them. */
const GPtrArray *recent_list(struct recent *r);

#endif
