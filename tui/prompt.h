/* The line at the bottom that asks: a command, a filter, a reason, yes or no. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "tui/input.h"
#include "tui/lineedit.h"
#include "tui/view.h"

extern const struct view_ops prompt_ops;

/* NULL text: given up. A question yes/no answers "y" or NULL. */
typedef void prompt_done_fn(const char *text, void *arg);
typedef void prompt_typed_fn(const char *text, void *arg);

/* What is wrong with a text: a sentence and the bytes it is about. */
struct prompt_fault {
	char *says;
	int from, to;
};
/* FALSE and *out when the text can't be taken; not `final`: it is still being typed, and what
 * may yet become right is no fault. */
typedef gboolean prompt_check_fn(const char *text, gboolean final, struct prompt_fault *out, void *arg);
/* What the i-th candidate of the last completion is called and means (either may be NULL). */
typedef void prompt_meaning_fn(size_t i, const char **name, const char **means, void *arg);

/* One key that answers a question. */
struct prompt_choice {
	stroke key, other;          /* other: taken instead when `key` is the key that asked */
	const char *word;           /* the answer */
	const char *means;          /* what it does, shown beside the key; translated */
};

struct prompt_ask {
	const char *label;          /* ":", "/", "reason: "; translated when it opens */
	const char *initial;        /* NULL none */
	const char *history;        /* file, NULL none */
	gboolean confirm;           /* one key: y or n */
	const struct prompt_choice *choices; /* one of these keys (n is how many), Escape gives up; else NULL */
	size_t n;
	stroke asked_by;            /* the key that asked never confirms */
	gboolean may_be_empty;      /* Enter on nothing answers "" instead of giving up */
	prompt_done_fn *done;
	prompt_typed_fn *typed;     /* after each change; NULL none */
	lineedit_complete_fn *complete;
	prompt_meaning_fn *meaning; /* of candidates; NULL: they are their own names */
	prompt_check_fn *check;     /* NULL: everything is taken */
	void *arg;
	GDestroyNotify destroy;     /* of arg, after done */
};

/* Replaces a question that is open (which is given up). */
void prompt_open(struct view *v, const struct prompt_ask *ask);
gboolean prompt_is_open(const struct view *v);
void prompt_key(struct view *v, const struct input_event *ev);
void prompt_cancel(struct view *v);
void prompt_accept(struct view *v);
gboolean prompt_takes_escape(const struct view *v);
/* Shows above the line what somebody else found wrong with it (takes fault->says). */
void prompt_blame(struct view *v, struct prompt_fault *fault);
int prompt_rows(const struct view *v); /* 1, or 2 with completions or a fault */

#endif
