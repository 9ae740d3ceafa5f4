/* What the files of problem commands share, and what others do with the problem pane. */
#ifndef TUI_COMMANDS_PROBLEMS_H
#define TUI_COMMANDS_PROBLEMS_H

#include "tui/commands.h"
#include "tui/view_problem.h"

/* An answer with a problem: it is shown; arg is an errand. */
void command_problem_came(struct answer *answer, const GError *error, void *arg);
desk_id command_problem_here(const struct app *app); /* the one that is shown; 0 none */

#endif
