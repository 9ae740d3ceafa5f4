/* A list to choose from: type to narrow it (fuzzy), arrows to move, Enter takes. */
#ifndef TUI_PICKER_H
#define TUI_PICKER_H

#include "tui/input.h"
#include "tui/lineedit.h"
#include "tui/view.h"

extern const struct view_ops picker_ops;

struct pick_item {
	char *label, *detail;  /* detail dim, to the right; NULL none */
	char *preview;         /* shown under the list for the marked one; NULL none */
	char *count, *late;    /* figures of a list, in columns before the detail; NULL: the item has none */
	char *word;            /* what a command would be given; NULL: label */
	gint64 id;
	gboolean ticked;       /* of a list to tick */
	/* private: for matching */
	char *folded;
	char *also;            /* looked through by whole beginnings of words only; NULL: `folded` is all */
	int score;
	guint at;              /* its place among all */
	guint answers;         /* the text it answers, counted; 0: it was there from the start */
};
struct pick_item *pick_item_new(const char *label, const char *detail, const char *word, gint64 id);
/* Of a list with thousands of kinds of things: found fuzzily by its label and `keys`, by words of its detail. */
struct pick_item *pick_item_named(const char *label, const char *detail, const char *keys, const char *word, gint64 id);
void pick_item_free(gpointer item);

typedef void picker_done_fn(const struct pick_item *item, void *arg); /* NULL: given up */
struct picker_ask {
	const char *title;     /* translated when it opens */
	GPtrArray *items;      /* struct pick_item, in the order to show; taken */
	gboolean ticks;        /* several are chosen: Space ticks one, Enter takes those that are ticked */
	gboolean no_filter;    /* the items already answer what is typed (a search) */
	const char *initial;   /* typed already; NULL nothing */
	/* Enter while answers are awaited and nothing fits yet (with no_filter: whatever shows): hold the
	 * keys back, and picker_take when the answer is here. NULL: Enter takes what is marked. */
	void (*early)(void *arg);
	picker_done_fn *done;  /* ticks: item is any of `ticked`'s, NULL given up */
	void (*ticked)(const GPtrArray *items, void *arg); /* ticks: all items, before done; NULL none */
	void (*typed)(const char *text, void *arg);
	void *arg;
	GDestroyNotify destroy;
};

void picker_open(struct view *v, const struct picker_ask *ask);
gboolean picker_is_open(const struct view *v);
/* Other items for the same question (a search answered). Takes `items`. */
void picker_items(struct view *v, GPtrArray *items);
/* Answers to what is typed now, below what is there: nothing moves. Takes `items`. */
void picker_append(struct view *v, GPtrArray *items);
/* Whether answers are still to come (of the text typed now; a key typed says no). */
void picker_await(struct view *v, gboolean awaits);
gboolean picker_take(struct view *v); /* the marked one, as Enter does; FALSE: nothing fits */
void picker_key(struct view *v, const struct input_event *ev);

/* How well folded `pattern` fits folded `label` as a subsequence: -1 not at all,
 * higher is better (starts of words, runs). "" fits everything with 0. Pure. */
int picker_score(const char *pattern, const char *label);
/* The same for an item with `also`: every word of the pattern fits its label, or begins a word of `also`. */
int picker_score_words(const char *pattern, const char *label, const char *also);

#endif
