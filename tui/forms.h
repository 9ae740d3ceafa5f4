/* Sheets that end in a write on a ticket: what they have in common. A kind of form is a table and a
 * few functions; what was typed is kept as the ticket's draft until it is written. */
#ifndef TUI_FORMS_H
#define TUI_FORMS_H

#include "tui/commands.h"

struct form_kind;

/* One open form; lives as long as somebody waits for something on its behalf. */
struct form {
	const struct form_kind *kind;
	struct app *app;
	desk_id ticket_id, rung_id;
	gboolean closed;                /* the pane has let it go: do nothing more */
	unsigned passed;                /* guards answered with yes, bits 1 << guard */
	gboolean sure;                  /* asked, because the key that opened it was to confirm it */
	/* of forms that promise and tell the customer something */
	struct escalation_sheet *sheet; /* NULL: none is here */
	char *tell;                     /* template of what is told, {promised} in it; NULL none */
	char *words;                    /* the promised moment as the text names it; NULL none */
};

struct form_kind {
	enum action action;
	const char *name;               /* of its part of the draft; [a-z-] */
	const char *title;              /* translated when shown; the ticket's number follows */
	const struct sheet_field *fields;
	guint n;
	/* Fields by what they are for; -1: the form has none. */
	int until, tells, told;         /* a time (LINE), whether the customer is told (SWITCH), what (TEXT) */
	void (*changed)(struct form *f, guint field); /* NULL nothing to do */
	char *(*hint)(struct form *f, guint field);
	/* The change of what stands in the fields, into `c` (ticket and rung are set; until, told too).
	 * FALSE: something is wrong, and it was said. `done` gets what to say when it is written. */
	gboolean (*build)(struct form *f, struct change *c, char **done);
};

/* Opens it on the ticket (which is shown), what was typed before put back. Borrowed while open. */
struct form *form_open(struct app *app, const struct form_kind *kind, desk_id ticket_id, desk_id rung_id);
struct form *form_ref(struct form *f);
void form_unref(gpointer f);
struct view *form_view(const struct form *f);

/* The text that is told, anew, after the time or the template changed. */
void form_tell(struct form *f);
/* A time as it may be typed that is not before `ms`: "18:05", "2026-11-24 09:00". */
char *form_time(int64_t ms, int64_t now_ms);
/* TRUE and the time that stands in `until` (0: none); FALSE: it is none, `error` (may be NULL) says it. */
gboolean form_until(const struct form *f, int64_t *until_ms, GError **error);
/* A choice among people (those who are here first) and, where it is wanted, groups. */
GPtrArray *form_people(struct app *app, gboolean groups);

/* ---- for the key of an external editor */
gboolean form_edit_outside(struct app *app); /* FALSE: no form is open */
/* Escaped or not: the tickets whose form waits unsent, as words of the list of drafts. NULL: none. g_free. */
char *form_waiting(const struct app *app, desk_id ticket_id, enum action *act);
void form_forget(struct app *app, desk_id ticket_id); /* all that was typed into forms of the ticket */

#endif
