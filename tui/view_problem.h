/* A problem behind tickets: its stages with who and when, who was told, its tickets; what can be done can
 * be marked. */
#ifndef TUI_VIEW_PROBLEM_H
#define TUI_VIEW_PROBLEM_H

#include "tui/view.h"

extern const struct view_ops view_problem_ops;

enum problem_line_kind {
	PROBLEM_LINE_NONE, PROBLEM_LINE_TITLE, PROBLEM_LINE_CATEGORY, PROBLEM_LINE_CAUSE, PROBLEM_LINE_OWNER,
	PROBLEM_LINE_STEP, PROBLEM_LINE_TOLD, PROBLEM_LINE_ARTICLE, PROBLEM_LINE_TRAINING, PROBLEM_LINE_TICKET
};
struct problem_line {
	enum problem_line_kind kind;
	enum problem_stage stage; /* STEP */
	desk_id id;               /* TICKET: its number; ARTICLE, TRAINING: the article, 0 none yet */
	gboolean done;            /* STEP */
};

/* Takes the problem; the mark stays on its line when it is the one shown already. */
void view_problem_show(struct view *v, struct problem *p);
/* Whom its tickets are of and what about (struct ticket_row, borrowed). */
void view_problem_rows(struct view *v, GPtrArray *rows);
const struct problem *view_problem_shown(const struct view *v); /* NULL none */
/* The marked one; kind PROBLEM_LINE_NONE when there is none. */
struct problem_line view_problem_selected(const struct view *v);

#endif
