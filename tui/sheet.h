/* A form: a few fields in one pane, all before the eyes at once, confirmed at once.
 *
 * The field that has the keys shows all of itself, the others a row or a few. Numbers choose from a
 * list, Tab goes to the next field, Enter (the action `send`) confirms; the key that opened the form
 * does nothing until another was typed, so that a key typed ahead or held down confirms nothing.
 * What the person has changed can be kept and put back; what they have not may still change under
 * them when the desk answers. */
#ifndef TUI_SHEET_H
#define TUI_SHEET_H

#include "tui/input.h"
#include "tui/view.h"

extern const struct view_ops sheet_ops;

enum sheet_kind {
	SHEET_CHOICE, /* one of some options, by number or arrows; or words of one's own */
	SHEET_LINE,   /* a line of text */
	SHEET_TEXT,   /* several lines */
	SHEET_SWITCH  /* yes or no */
};
#define SHEET_FIELDS 10 /* at most */

/* Constant: the form as its owner wrote it down. */
struct sheet_field {
	const char *name;     /* in what is kept; [a-z-] */
	const char *label;    /* translated when shown; at most SHEET_LABEL columns in any language */
	enum sheet_kind kind;
	gboolean own_words;   /* CHOICE: letters begin words of one's own */
	const char *needed;   /* what is said when nothing stands in it (translated); NULL: that is fine */
	gboolean sideways;    /* CHOICE: left and right choose in it while another choice has the keys */
};
#define SHEET_LABEL 10

struct sheet_option {
	char *label, *detail; /* raw; detail NULL none */
	char *word;           /* how it is kept, unique in its list */
	gint64 id;
};
struct sheet_option *sheet_option_new(const char *label, const char *detail, const char *word, gint64 id);
void sheet_option_free(gpointer option);

struct sheet_ask {
	char *title;                          /* said already; taken */
	const struct sheet_field *fields;
	guint n;
	stroke asked_by;
	/* Everything needed is there. TRUE: it is done, the form closes (nothing of it is kept). */
	gboolean (*accept)(void *arg);
	void (*changed)(guint field, void *arg); /* by the person; NULL nobody cares */
	char *(*hint)(guint field, void *arg);   /* dim, behind a LINE or SWITCH; g_free; NULL none */
	void *arg;
	GDestroyNotify destroy;
};

/* One at a time: an open one is closed first. Every field is empty, no option chosen. */
void sheet_open(struct view *v, const struct sheet_ask *ask);
gboolean sheet_is_open(const struct view *v);
void *sheet_arg(const struct view *v);  /* of the open one; NULL */
void sheet_close(struct view *v);
stroke sheet_asked_by(const struct view *v);

/* Other options for a choice, struct sheet_option, taken. What was chosen by the person stays chosen
 * (as words of one's own where it is offered no more). */
void sheet_options(struct view *v, guint field, GPtrArray *options);
/* Put into the fields by the program; nothing where the person has been. */
void sheet_choose(struct view *v, guint field, const char *word);
void sheet_set_text(struct view *v, guint field, const char *text);
void sheet_set_on(struct view *v, guint field, gboolean on);
/* As if the person had typed it. */
void sheet_type(struct view *v, guint field, const char *text);
void sheet_show(struct view *v, guint field, gboolean on);
gboolean sheet_shows(const struct view *v, guint field);
/* Said at the right of the title; NULL nothing. */
void sheet_say(struct view *v, const char *text, gboolean bad);
/* TRUE: options are still to come. Numbers and Enter typed now hold for them; FALSE lets them go. */
void sheet_await(struct view *v, gboolean on);
void sheet_focus(struct view *v, guint field);
guint sheet_focused(const struct view *v);

const struct sheet_option *sheet_chosen(const struct view *v, guint field); /* NULL: none, or own words */
/* The text of LINE and TEXT, the own words of a CHOICE ("" when an option is chosen); borrowed. */
const char *sheet_text(const struct view *v, guint field);
gboolean sheet_on(const struct view *v, guint field);
gboolean sheet_touched(const struct view *v, guint field); /* by the person */

/* What the person has changed, as text that survives anywhere; NULL nothing; g_free. */
char *sheet_kept(const struct view *v);
/* Puts it back; what has no place in this form is passed over. */
void sheet_restore(struct view *v, const char *kept);

void sheet_key(struct view *v, const struct input_event *ev);
void sheet_accept(struct view *v);       /* as Enter does */
gboolean sheet_takes_escape(const struct view *v);
int sheet_rows(const struct view *v, int width); /* it would like, title included */

#endif
