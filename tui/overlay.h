/* A pane of lines with a title: help, details, clocks, files, the ladder, a problem, a text to read.
 * The view gives the lines, some of them items that can be marked; moving, scrolling, clicking and
 * painting are the same in all of them. Its state begins with a struct overlay, so that these functions
 * stand in its table of operations.
 *
 * With items, moving goes from item to item, and all lines of the marked one are in sight where they
 * fit; above the first and below the last one the rest of the lines is. Without, it goes line by line. */
#ifndef TUI_OVERLAY_H
#define TUI_OVERLAY_H

#include "tui/lines.h"
#include "tui/view.h"

struct overlay {
	desk_id of;          /* what the lines are about: a ticket; 0 nothing */
	struct lines lines;
	GArray *items;       /* of the view's own kind; a line's ref is its item's place + 1 */
	guint cursor;        /* place of the marked one; past the end: the last one */
	guint top;           /* the first line in sight */
	int mark_col;        /* where the sign of the marked one stands */
	int64_t next_ms;     /* server time at which the lines will next differ; INT64_MAX never */
};

static inline struct overlay *overlay_of(const struct view *v)
{
	return v->state;
}

void overlay_open(struct view *v, size_t item_size, int mark_col);
void overlay_close(struct view *v);

/* Shows what is about `of`, from the item `cursor`; about the same again, the mark stays. */
void overlay_show(struct view *v, desk_id of, guint cursor);

/* ---- giving the lines, from the view's recalc */
struct lines *overlay_begin(struct view *v); /* none, for the width of the pane */
void overlay_heading(struct view *v, const char *msgid);
/* Lines begun from now on are of this item (copied); TRUE: it is the marked one. */
gboolean overlay_item(struct view *v, gconstpointer item);
/* The lines begun from now on are of no item. */
void overlay_item_end(struct view *v);
/* "label  value": an item in one line, "-" without a value. Label and value are said already. */
void overlay_field(struct view *v, gconstpointer item, const char *label, enum theme_role role, const char *value);
/* Begins such a line with its label, for spans of one's own; overlay_item_end() ends the item. */
void overlay_label(struct view *v, gconstpointer item, const char *label);
/* Says, wrapped, why there is nothing to show. */
void overlay_nothing(struct view *v, const char *msgid);

/* The marked item, borrowed until the lines are given again; NULL none. */
gconstpointer overlay_marked(const struct view *v);

/* ---- for the table of operations */
unsigned overlay_act(struct view *v, enum action act, const char *arg, int count);
unsigned overlay_tick(struct view *v, int64_t now_ms, int64_t *next_ms);
gboolean overlay_click(struct view *v, int y, int x);
/* When the ticket it is about, or what the session knows, is another. */
unsigned overlay_changed(struct view *v, const struct store_note *note);
/* The title is a format, translated. */
void overlay_paint(struct view *v, const struct canvas *c, const char *title, ...) G_GNUC_PRINTF(3, 4);

#endif
