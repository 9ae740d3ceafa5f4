/* What a pane is. A view keeps cursor and rows, reads the store, and returns bits
 * that say what changed; it knows neither curses nor the backend nor other views. */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdint.h>
#include "client/store.h"
#include "tui/action.h"
#include "tui/layout.h"
#include "tui/screen.h"

/* Higher bits include the work of the lower ones. */
enum view_todo {
	TODO_NOTHING = 0,
	TODO_PAINT = 1u << 0,   /* same rows, other looks: cursor, countdown */
	TODO_RECALC = 1u << 1,  /* rows changed: rebuild, then paint */
	TODO_REFLOW = 1u << 2,  /* pane sizes changed: split, rebuild, paint */
	TODO_UNKNOWN = 1u << 30 /* action not mine: offer it to the parent */
};

struct view;
struct view_ops {
	const char *context;      /* keymap context and help heading */
	size_t state_size;
	void (*open)(struct view *v);
	void (*close)(struct view *v);
	unsigned (*changed)(struct view *v, const struct store_note *note);
	unsigned (*act)(struct view *v, enum action act, const char *arg, int count);
	/* *next_ms: server time at which the shown text will next differ (INT64_MAX never) */
	unsigned (*tick)(struct view *v, int64_t now_ms, int64_t *next_ms);
	void (*recalc)(struct view *v);                     /* store -> rows, for v->area's size */
	void (*paint)(struct view *v, const struct canvas *c); /* rows -> cells */
	/* The mouse points at (y, x) of the area: moves the view's cursor there; TRUE when it was
	 * there before. NULL: there is nothing to mark. */
	gboolean (*click)(struct view *v, int y, int x);
	gboolean (*cursor)(const struct view *v, int *y, int *x);
};

struct view {
	const struct view_ops *ops;
	struct store *store;
	void *state;
	struct rect area;         /* on the screen; h or w 0 = hidden */
	gboolean focused;
	gboolean stale;           /* its cells may show something else: paint all of them */
	unsigned todo;            /* collected bits */
};

struct view *view_new(const struct view_ops *ops, struct store *store);
void view_free(struct view *v);

#endif
